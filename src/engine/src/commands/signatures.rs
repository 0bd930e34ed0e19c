//! Holds the tables of the cmdlets against what those of PowerShell declare: `signatures.txt`, which
//! `tests/tools/known_signatures.ps1` wrote. What differs stands in `signature-differences.txt`, each with its reason.

use std::{collections::BTreeMap, fmt::Write as _};

use super::set_names;
use crate::{
    bind::{Check, Param, ParamSet},
    cmdlets::{self, Cmdlet},
    eval::confirm::IMPACT_LOW,
    value::text,
};

static STOCK: &str = include_str!("signatures.txt");
static DIFFERENCES: &str = include_str!("signature-differences.txt");

/// What a cmdlet declares: its head, and its parameters in their order.
struct Signature {
    head: String,
    parameters: Vec<(String, String)>,
}

fn stock() -> BTreeMap<&'static str, Signature> {
    let mut found: BTreeMap<&str, Signature> = BTreeMap::new();
    let mut current = "";
    for line in STOCK.lines() {
        if let Some(head) = line.strip_prefix("cmdlet ") {
            let (name, head) = head.split_once(' ').unwrap();
            current = name;
            found.insert(name, Signature { head: head.into(), parameters: Vec::new() });
        } else {
            let line = line.trim();
            let name = line.split(['|', ' ']).next().unwrap();
            found.get_mut(current).unwrap().parameters.push((name.into(), line.into()));
        }
    }
    found
}

fn ours(cmdlet: &Cmdlet) -> Signature {
    let params = cmdlet.params();
    let default = cmdlet.default_set.map(Into::into);
    let sets = set_names(&params, default.as_ref());
    let sets = sets.iter().map(|set| set.as_str()).collect::<Vec<_>>().join(",");
    let (process, impact) = match (cmdlet.should_process, cmdlet.impact) {
        (false, _) => ("False", "None"),
        (true, IMPACT_LOW) => ("True", "Low"),
        (true, _) => ("True", "Medium"),
    };
    let head = format!("default={} process={process} impact={impact} sets={sets}", cmdlet.default_set.unwrap_or(""));
    let parameters = params.iter().map(|param| (param.name.to_string(), parameter(param))).collect();
    Signature { head, parameters }
}

fn parameter(param: &Param) -> String {
    let mut line = param.name.to_string();
    for alias in &param.aliases {
        write!(line, "|{alias}").unwrap();
    }
    match param.of.nullable() {
        Some(inner) => write!(line, " System.Nullable`1[{}]", inner.full_name()).unwrap(),
        None => write!(line, " {}", param.of.full_name()).unwrap(),
    }
    let mut checks: Vec<String> = param.checks.iter().map(check).collect();
    let allowed =
        [(param.allow_null, "null"), (param.allow_empty_string, "empty"), (param.allow_empty_collection, "emptycol")];
    checks.extend(allowed.iter().filter(|(yes, _)| *yes).map(|(_, name)| (*name).into()));
    checks.sort();
    checks.extend(param.is_dynamic.then(|| "dynamic".into()));
    let mut sets: Vec<String> = param.sets.iter().map(set).filter(|set| set != "@()").collect();
    sets.sort();
    for word in checks.iter().chain(&sets) {
        write!(line, " {word}").unwrap();
    }
    line
}

fn check(check: &Check) -> String {
    match check {
        // What scripts define no cmdlet has.
        Check::MadeSet { .. } | Check::Custom(_) | Check::Drive(_) => String::new(),
        Check::Set { values, .. } if values.len() >= 50 => "set(..)".into(),
        Check::Set { values, .. } => {
            let values: Vec<&str> = values.iter().map(|value| value.as_str()).collect();
            format!("set({})", values.join(","))
        }
        Check::Range { least, most } => format!("range({},{})", text(least), text(most)),
        Check::RangeKind(kind) => kind.to_ascii_lowercase(),
        Check::Length { least, most } => format!("length({least},{most})"),
        Check::Count { least, most } => format!("count({least},{most})"),
        Check::Pattern { pattern, .. } => format!("pattern({pattern})"),
        Check::NotNull => "notnull".into(),
        Check::NotNullOrEmpty => "notempty".into(),
        Check::NotNullOrWhiteSpace => "notblank".into(),
        Check::Credential => "credential".into(),
        Check::NotWord(_) => "other(ValidateNotePropertyNameAttribute)".into(),
        Check::StrictVersion => "other(ValidateVersionAttribute)".into(),
        Check::Convert(_) | Check::Cast(_) | Check::Preference | Check::Script { .. } => "other".into(),
    }
}

fn set(set: &ParamSet) -> String {
    let mut flags: Vec<String> = set.position.iter().map(i32::to_string).collect();
    let marks = [(set.mandatory, "!"), (set.by_value, "^"), (set.by_name, "~"), (set.remaining, "*")];
    flags.extend(marks.iter().filter(|(yes, _)| *yes).map(|(_, mark)| (*mark).into()));
    format!("@{}({})", set.name.as_deref().unwrap_or(""), flags.join(" "))
}

/// All differences: cmdlet and what, ours, PowerShell's.
fn differences() -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let stock = stock();
    for cmdlet in cmdlets::all() {
        let Some(theirs) = stock.get(cmdlet.name) else { continue };
        let ours = ours(cmdlet);
        if ours.head != theirs.head {
            found.insert(cmdlet.name.to_owned(), format!("{}\n    stock: {}", ours.head, theirs.head));
        }
        for (name, line) in &theirs.parameters {
            match ours.parameters.iter().find(|(have, _)| have == name) {
                Some((_, have)) if have == line => {}
                Some((_, have)) => {
                    found.insert(format!("{} -{name}", cmdlet.name), format!("{have}\n    stock: {line}"));
                }
                None => {
                    found.insert(format!("{} -{name}", cmdlet.name), "missing".into());
                }
            }
        }
        let names = |of: &Signature| of.parameters.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
        let (have, want) = (names(&ours), names(theirs));
        // What the provider of another drive adds was not seen where the list was made.
        let have: Vec<_> = have.into_iter().filter(|name| want.contains(name)).collect();
        let want: Vec<_> = want.into_iter().filter(|name| have.contains(name)).collect();
        if have != want {
            found
                .insert(format!("{} order", cmdlet.name), format!("{}\n    stock: {}", have.join(" "), want.join(" ")));
        }
    }
    found
}

#[test]
fn tables_declare_what_powershell_does() {
    let mut found = differences();
    let mut wrong = String::new();
    for line in DIFFERENCES.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        let (what, reason) = line.split_once(": ").unwrap_or((line, ""));
        let before = found.len();
        found.retain(|have, _| have != what);
        if found.len() == before || reason.is_empty() {
            writeln!(wrong, "{what}: no difference, or no reason").unwrap();
        }
    }
    for (what, how) in found {
        writeln!(wrong, "{what}\n    ours:  {how}").unwrap();
    }
    assert!(wrong.is_empty(), "not as PowerShell declares it:\n{wrong}");
}
