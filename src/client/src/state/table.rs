//! The session table itself, without its file.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::target::Session;

/// The version of the file format.
const SCHEMA: u32 = 1;

/// Sessions in the order of their Ids.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    schema: u32,
    /// Ids are not used again, so that a number in a terminal's history never means another session.
    next_id: u32,
    sessions: Vec<Known>,
}

/// A session that this user has created or connected to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Known {
    /// The number in this table; given by [`Table::add`].
    pub id: u32,
    /// Name.
    pub name: String,
    /// The host as the user wrote it.
    pub host: String,
    /// InstanceId.
    pub instance_id: Uuid,
    /// Engine or endpoint when last seen.
    pub configuration_name: String,
    /// What resumes the stream; opaque.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resume: Option<String>,
}

/// Why a session is not found in the table.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LookupError {
    /// None.
    #[error("no session {0} is known here; `psrp get` lists them, `psrp get HOST` those of a host")]
    None(Session),
    /// Several hosts have one.
    #[error("several sessions are named {name}: {hosts}; write HOST/{name}")]
    Several {
        /// The name.
        name: String,
        /// Where they are.
        hosts: String,
    },
}

impl Table {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let table: Self = serde_json::from_str(text).map_err(|e| e.to_string())?;
        if table.schema != SCHEMA {
            return Err(format!("it has schema {}, this program knows {SCHEMA}", table.schema));
        }
        let used = table.sessions.iter().map(|s| s.id).max().unwrap_or(0);
        if table.next_id <= used {
            return Err("its Id counter is behind its Ids".to_owned());
        }
        Ok(table)
    }

    pub(super) fn to_text(&self) -> String {
        let table = Self { schema: SCHEMA, next_id: self.next_id.max(1), sessions: self.sessions.clone() };
        // Strings and numbers only: cannot fail.
        serde_json::to_string_pretty(&table).unwrap_or_default() + "\n"
    }

    /// How many sessions are known.
    pub fn len(&self) -> usize {
        self.sessions.len()
    }

    /// Whether none is known.
    pub fn is_empty(&self) -> bool {
        self.sessions.is_empty()
    }

    /// All sessions.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Known> {
        self.sessions.iter()
    }

    /// Adds a session, or replaces what is known about the one of the same InstanceId. Returns its Id.
    pub fn add(&mut self, session: Known) -> u32 {
        if let Some(old) = self.sessions.iter_mut().find(|s| s.instance_id == session.instance_id) {
            *old = Known { id: old.id, ..session };
            return old.id;
        }
        let id = self.next_id.max(1);
        self.next_id = id.saturating_add(1);
        self.sessions.push(Known { id, ..session });
        id
    }

    /// Forgets a session.
    pub fn remove(&mut self, instance_id: Uuid) {
        self.sessions.retain(|s| s.instance_id != instance_id);
    }

    /// The session that `session` names, on any host.
    ///
    /// # Errors
    /// None or several.
    pub fn find(&self, session: &Session) -> Result<&Known, LookupError> {
        let matches = |known: &&Known| match session {
            Session::Id(id) => known.id == *id,
            Session::Name(name) => known.name.eq_ignore_ascii_case(name),
            Session::InstanceId(id) => known.instance_id == *id,
        };
        let found: Vec<&Known> = self.sessions.iter().filter(matches).collect();
        match found.as_slice() {
            [] => Err(LookupError::None(session.clone())),
            [one] => Ok(one),
            several => {
                let hosts = several.iter().map(|s| s.host.as_str()).collect::<Vec<_>>().join(", ");
                Err(LookupError::Several { name: session.to_string(), hosts })
            }
        }
    }

    /// The Id of a session, if it is known.
    pub fn id_of(&self, instance_id: Uuid) -> Option<u32> {
        self.sessions.iter().find(|s| s.instance_id == instance_id).map(|s| s.id)
    }
}

#[cfg(test)]
mod tests {
    use super::{Known, LookupError, Table};
    use crate::target::Session;
    use uuid::Uuid;

    fn known(name: &str, host: &str, number: u128) -> Known {
        Known {
            id: 99,
            name: name.into(),
            host: host.into(),
            instance_id: Uuid::from_u128(number),
            configuration_name: "pwsh".into(),
            resume: Some("r".into()),
        }
    }

    #[test]
    fn ids_are_stable_and_not_used_again() {
        let mut table = Table::default();
        assert_eq!(table.add(known("a", "web", 1)), 1);
        assert_eq!(table.add(known("b", "web", 2)), 2);
        assert_eq!(table.add(known("renamed", "web", 1)), 1);
        table.remove(Uuid::from_u128(2));
        assert_eq!(table.add(known("c", "web", 3)), 3);
        let again = Table::parse(&table.to_text()).unwrap();
        assert_eq!(again.iter().collect::<Vec<_>>(), table.iter().collect::<Vec<_>>());
        assert_eq!(again.id_of(Uuid::from_u128(3)), Some(3));
    }

    #[test]
    fn lookups() {
        let mut table = Table::default();
        table.add(known("build", "web", 1));
        table.add(known("Build", "db", 2));
        table.add(known("one", "db", 3));
        assert_eq!(table.find(&Session::Name("ONE".into())).unwrap().id, 3);
        assert_eq!(table.find(&Session::Id(1)).unwrap().host, "web");
        assert_eq!(table.find(&Session::InstanceId(Uuid::from_u128(2))).unwrap().id, 2);
        let several = table.find(&Session::Name("build".into())).unwrap_err();
        assert!(several.to_string().contains("web, db"), "{several}");
        assert!(matches!(table.find(&Session::Id(7)), Err(LookupError::None(_))));
    }
}
