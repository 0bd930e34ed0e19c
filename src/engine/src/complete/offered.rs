//! What parameters of some cmdlets offer.

use psrpd_dotnet::{Str, casing};

use super::Match;
use crate::cmdlets;

/// The verbs or nouns of the commands with a verb, a noun and a module; none where nothing is asked for.
pub(super) fn parts_of_names(param: &str, verbs: &[Str], nouns: &[Str], modules: &[Str]) -> Option<Vec<&'static str>> {
    if nouns.is_empty() && modules.is_empty() && (param == "Verb" || verbs.is_empty()) {
        return None;
    }
    let is_wanted = |wanted: &[Str], name: &str| wanted.is_empty() || wanted.iter().any(|one| casing::eq(one, name));
    let mut found: Vec<&str> = Vec::new();
    for cmdlet in cmdlets::all().filter(|cmdlet| is_wanted(modules, cmdlet.module)) {
        let Some((verb, noun)) = cmdlet.name.split_once('-') else { continue };
        match param {
            "Verb" if is_wanted(nouns, noun) => found.push(verb),
            "Noun" if is_wanted(verbs, verb) => found.push(noun),
            _ => {}
        }
    }
    found.sort_by(|a, b| casing::cmp(a, b));
    found.dedup_by(|a, b| casing::eq(a, b));
    Some(found)
}

/// The separators that `Join-String` offers: as they are written without quotes, and what they are called.
const SEPARATORS: [(&str, &str); 7] = [
    (",", "Comma"),
    (", ", "Comma-Space"),
    (";", "Semi-Colon"),
    ("; ", "Semi-Colon-Space"),
    ("`n", "Newline"),
    ("-", "Dash"),
    (" ", "Space"),
];

/// The formats that it offers.
const FORMATS: [&str; 4] = ["[{0}]", "{0:N2}", "`n    `${0}", "`n    [string] `${0}"];

/// What `Join-String` offers for its texts, always in quotes: double ones where something is escaped.
pub(super) fn join_texts(param: &str, typed: &str, quote: Option<char>) -> Vec<Match> {
    let in_quotes = |text: &str| {
        let quote = if text.contains('`') { '"' } else { quote.unwrap_or('\'') };
        format!("{quote}{text}{quote}")
    };
    if param == "FormatString" {
        let fitting = FORMATS.iter().filter(|text| text.starts_with(typed));
        return fitting.map(|text| Match::new(in_quotes(text), *text, "Text", *text)).collect();
    }
    let fitting = SEPARATORS.iter().filter(|(text, _)| text.starts_with(typed));
    let made = |(text, name): &(&str, &str)| {
        let shown = if text.contains('`') { (*text).to_owned() } else { format!("'{text}'") };
        Match::new(in_quotes(text), *name, "ParameterValue", format!("{shown} - {name}"))
    };
    fitting.map(made).collect()
}
