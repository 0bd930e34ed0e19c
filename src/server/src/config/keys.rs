//! The names of all keys, to find the one that was meant.

/// Every table and every key as it is written with its table's name.
pub(super) const KEYS: [&str; 24] = [
    "user_may_set",
    "engine",
    "engine.default",
    "engine.path",
    "engine.arguments",
    "engine.warm",
    "session",
    "session.idle",
    "session.on_full",
    "session.input_on_drop",
    "session.prompt",
    "session.show_commands",
    "limits",
    "limits.sessions",
    "limits.creates_per_minute",
    "limits.retained_per_session",
    "limits.retained",
    "limits.leftovers",
    "limits.memory",
    "limits.steps",
    "limits.output",
    "audit.target",
    "audit.file",
    "audit.commands",
];

const TABLES: [&str; 3] = ["engine", "session", "limits"];

/// The keys of a document, tables included.
pub(super) fn written(document: &toml::Table) -> Vec<String> {
    let mut keys = Vec::new();
    for (name, value) in document {
        match value {
            toml::Value::Table(table) => keys.extend(table.keys().map(|key| format!("{name}.{key}"))),
            _ => keys.push(name.clone()),
        }
    }
    keys
}

/// The known key that looks most like `key`.
pub(super) fn nearest(key: &str) -> &'static str {
    let distance = |known: &&&str| {
        // A key in the wrong table is nearer than another key of the same table.
        let bare = |key: &str| key.rsplit('.').next().unwrap_or_default().to_owned();
        edits(key, known).min(edits(&bare(key), &bare(known)) + 1)
    };
    KEYS.iter().filter(|key| !TABLES.contains(key)).min_by_key(distance).unwrap_or(&KEYS[0])
}

/// Levenshtein's distance.
fn edits(from: &str, to: &str) -> usize {
    let to: Vec<_> = to.chars().collect();
    let mut row: Vec<_> = (0..=to.len()).collect();
    for (i, a) in from.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in to.iter().enumerate() {
            let replaced = diagonal + usize::from(a != *b);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{AuditConfig, Config, EngineConfig, EngineName, LimitsConfig};

    #[test]
    fn every_key_is_listed_and_no_other() {
        let everything = Config {
            engine: EngineConfig {
                default: Some(EngineName::Native),
                path: Some("/p".into()),
                ..EngineConfig::default()
            },
            limits: LimitsConfig {
                memory: Some(1 << 30),
                steps: Some(1 << 30),
                output: Some(1 << 30),
                ..LimitsConfig::default()
            },
            audit: AuditConfig { file: Some("/f".into()), ..AuditConfig::default() },
            ..Config::default()
        };
        let mut expected = written(&toml::Table::try_from(everything).unwrap());
        expected.sort();
        let mut listed: Vec<_> = KEYS.iter().filter(|key| !TABLES.contains(key)).collect();
        listed.sort();
        assert_eq!(listed, expected.iter().collect::<Vec<_>>());
    }

    #[test]
    fn the_nearest_key_is_the_one_that_was_meant() {
        for (wrong, right) in [
            ("session.idel", "session.idle"),
            ("sesion.idle", "session.idle"),
            ("idle", "session.idle"),
            ("engine.warn", "engine.warm"),
            ("limits.session", "limits.sessions"),
            ("user_can_set", "user_may_set"),
        ] {
            assert_eq!(nearest(wrong), right, "{wrong}");
        }
    }

    #[test]
    fn distances() {
        assert_eq!(edits("", "abc"), 3);
        assert_eq!(edits("kitten", "sitting"), 3);
        assert_eq!(edits("same", "same"), 0);
    }
}
