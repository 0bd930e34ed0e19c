//! Parameters of cmdlets as text. One line is one parameter:
//!
//! ```text
//! Name|Alias type flags @Set(flags) @Set(flags)
//! ```
//!
//! Flags are a position (`0`), `!` mandatory, `^` from the pipeline by value, `~` by property name, `*` the remaining
//! arguments, `null`, `empty` and `emptycol` for what a mandatory parameter may be, `set(a,b)`, `cultures(a,b)` for
//! these words and all names of cultures, `range(a,b)`,
//! `length(a,b)`, `count(a,b)`, `pattern(x)`, `positive`, `nonnegative`, `notnull`, `notempty`, `notword(a,b)`,
//! `psversion` and `credential` for what is asked of values, `dynamic` for what the provider of files adds,
//! `elsewhere` for what another provider adds.
//! Flags in front of the first set hold for all of them; without a set a parameter belongs to every set. No type means
//! a switch.

use psrpd_dotnet::Str;

use super::{Check, Param, ParamSet};
use crate::{types, value::Value};

/// Reads a table.
pub(crate) fn parse_table(table: &'static str) -> Vec<Param> {
    table.lines().map(str::trim).filter(|line| !line.is_empty()).map(line).collect()
}

fn line(line: &'static str) -> Param {
    let mut words = words(line).into_iter();
    let mut names = words.next().unwrap_or("").split('|');
    let name = names.next().unwrap_or("").into();
    let aliases = names.map(Str::from).collect();
    let mut param = Param { aliases, ..Param::new(name, types::switch_parameter()) };
    let mut base = ParamSet::default();
    for word in words {
        if let Some(set) = word.strip_prefix('@') {
            let (name, flags) = set.split_once('(').unwrap_or((set, ""));
            let mut of = ParamSet { name: Some(name.into()), ..base.clone() };
            flags.trim_end_matches(')').split_whitespace().for_each(|flag| set_flag(&mut of, flag));
            param.sets.push(of);
        } else if !flag(&mut param, &mut base, word)
            && let Some(of) = types::find(word)
        {
            param.of = of;
            param.is_switch = param.of == types::switch_parameter();
        }
    }
    if param.sets.is_empty() {
        param.sets.push(base);
    }
    param
}

/// Splits at blanks outside parentheses.
fn words(line: &'static str) -> Vec<&'static str> {
    let mut words = Vec::new();
    let (mut depth, mut start) = (0_i32, None);
    for (at, c) in line.char_indices() {
        match c {
            '(' => depth = depth.saturating_add(1),
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if c.is_whitespace() && depth == 0 {
            if let Some(from) = start.take() {
                words.extend(line.get(from..at));
            }
        } else if start.is_none() {
            start = Some(at);
        }
    }
    if let Some(from) = start {
        words.extend(line.get(from..));
    }
    words
}

fn flag(param: &mut Param, set: &mut ParamSet, word: &'static str) -> bool {
    match word {
        "null" => param.allow_null = true,
        "dynamic" => param.is_dynamic = true,
        "elsewhere" => (param.is_dynamic, param.is_elsewhere) = (true, true),
        "empty" => param.allow_empty_string = true,
        "emptycol" => param.allow_empty_collection = true,
        "positive" => param.checks.push(Check::RangeKind("Positive".into())),
        "nonnegative" => param.checks.push(Check::RangeKind("NonNegative".into())),
        "notnull" => param.checks.push(Check::NotNull),
        "notempty" => param.checks.push(Check::NotNullOrEmpty),
        "notblank" => param.checks.push(Check::NotNullOrWhiteSpace),
        "psversion" => param.checks.push(Check::StrictVersion),
        "credential" => param.checks.push(Check::Credential),
        _ if word.starts_with("cultures(") => {
            let more =
                word.trim_start_matches("cultures(").trim_end_matches(')').split(',').filter(|name| !name.is_empty());
            let values = more.chain(types::culture::names()).map(Str::from).collect();
            param.checks.push(Check::Set { values, ignore_case: true, message: None });
        }
        _ if word.starts_with("set(") => {
            let values = word.trim_start_matches("set(").trim_end_matches(')').split(',').map(Str::from).collect();
            param.checks.push(Check::Set { values, ignore_case: true, message: None });
        }
        _ if word.starts_with("notword(") => {
            let words = word.trim_start_matches("notword(").trim_end_matches(')').split(',').map(Str::from);
            param.checks.push(Check::NotWord(words.collect()));
        }
        _ if word.starts_with("range(") => {
            let (least, most) = ends::<i64>(word).unwrap_or((0, i64::MAX));
            let (least, most) = match (i32::try_from(least), i32::try_from(most)) {
                (Ok(least), Ok(most)) => (Value::I32(least), Value::I32(most)),
                _ => (Value::I64(least), Value::I64(most)),
            };
            param.checks.push(Check::Range { least, most });
        }
        _ if word.starts_with("count(") => {
            let (least, most) = ends(word).unwrap_or((0, i32::MAX));
            param.checks.push(Check::Count { least, most });
        }
        _ if word.starts_with("length(") => {
            let (least, most) = ends(word).unwrap_or((0, i32::MAX));
            param.checks.push(Check::Length { least, most });
        }
        _ if word.starts_with("pattern(") => {
            let pattern = word.strip_prefix("pattern(").and_then(|rest| rest.strip_suffix(')')).unwrap_or("");
            param.checks.push(Check::Pattern { pattern: pattern.into(), message: None });
        }
        "!" | "^" | "~" | "*" => set_flag(set, word),
        _ if word.bytes().all(|b| b.is_ascii_digit()) => set_flag(set, word),
        _ => return false,
    }
    true
}

/// The two numbers in parentheses.
fn ends<T: std::str::FromStr>(word: &str) -> Option<(T, T)> {
    let (_, inner) = word.trim_end_matches(')').split_once('(')?;
    let (least, most) = inner.split_once(',')?;
    Some((least.trim().parse().ok()?, most.trim().parse().ok()?))
}

fn set_flag(set: &mut ParamSet, flag: &str) {
    match flag {
        "!" => set.mandatory = true,
        "^" => set.by_value = true,
        "~" => set.by_name = true,
        "*" => set.remaining = true,
        number => set.position = number.parse().ok().or(set.position),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_in_every_table_exists() {
        for cmdlet in crate::cmdlets::all() {
            for line in cmdlet.parameters.lines().filter(|line| !line.trim().is_empty()) {
                let mut param = parse_table("X").remove(0);
                let mut set = ParamSet::default();
                for word in words(line).into_iter().skip(1).filter(|word| !word.starts_with('@')) {
                    let known = flag(&mut param, &mut set, word) || types::find(word).is_some();
                    assert!(known, "{}: {word} in {line}", cmdlet.name);
                }
            }
        }
    }

    #[test]
    fn flags_belong_to_their_sets() {
        let [path] = &parse_table("Path|P string[] ~ @A(0 !) @B")[..] else { panic!("one parameter") };
        let a = path.in_set(Some("a")).unwrap();
        assert!(a.mandatory && a.by_name && a.position == Some(0));
        let b = path.in_set(Some("B")).unwrap();
        assert!(!b.mandatory && b.by_name && b.position.is_none());
        assert!(path.is_called("p") && path.in_set(Some("C")).is_none());
    }
}
