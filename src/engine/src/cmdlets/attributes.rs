//! `-Attributes` of `Get-ChildItem` and the switches that stand for some of them.

use psrpd_dotnet::casing;

use super::Cx;
use crate::{
    eval::R,
    types::{self, files::info::attribute},
    value::{Category, Value, enumerate, text},
};

/// Which attributes a file must have: any of the alternatives, all parts of one.
pub(super) struct Attributes {
    /// Alternatives of `-Attributes`; each part is a bit, and whether the file must have it.
    asked: Vec<Vec<(i64, bool)>>,
    /// What the switches ask for.
    switches: Vec<(i64, bool)>,
}

impl Attributes {
    pub(super) fn of(cx: &Cx<'_>) -> R<Self> {
        const SYSTEM: i64 = 4;
        let switches = [
            ("Directory", attribute::DIRECTORY, true),
            ("File", attribute::DIRECTORY, false),
            ("Hidden", attribute::HIDDEN, true),
            ("ReadOnly", attribute::READ_ONLY, true),
            ("System", SYSTEM, true),
        ];
        let switches = switches.iter().filter(|(name, ..)| cx.flag(name)).map(|(_, bit, on)| (*bit, *on)).collect();
        let mut asked = Vec::new();
        if let Some(value) = cx.get("Attributes") {
            let words: Vec<String> = match enumerate(&value) {
                Some(items) => items.iter().map(|item| text(item).to_string()).collect(),
                None => vec![text(&value).to_string()],
            };
            for alternative in words.join(",").split(',') {
                asked.push(alternative.split('+').map(|word| part(cx, word)).collect::<R<Vec<_>>>()?);
            }
        }
        Ok(Self { asked, switches })
    }

    /// Whether a file with these attributes is wanted.
    pub(super) fn allow(&self, bits: i64) -> bool {
        let fits = |parts: &[(i64, bool)]| parts.iter().all(|(bit, on)| (bits & bit != 0) == *on);
        (self.asked.is_empty() || self.asked.iter().any(|parts| fits(parts))) && fits(&self.switches)
    }

    /// Whether an attribute is spoken of, wanted or not.
    pub(super) fn mentions(&self, bit: i64) -> bool {
        self.asked.iter().flatten().chain(&self.switches).any(|(have, _)| *have == bit)
    }
}

/// One word: the name of an attribute, or its beginning, or one letter; `!` in front means without.
fn part(cx: &Cx<'_>, word: &str) -> R<(i64, bool)> {
    let word = word.trim();
    let (name, on) = word.strip_prefix('!').map_or((word, true), |name| (name.trim(), false));
    let short = match name.to_ascii_lowercase().as_str() {
        "d" => "Directory",
        "h" => "Hidden",
        "r" => "ReadOnly",
        "s" => "System",
        _ => name,
    };
    let labels = types::known("System.IO.FileAttributes").labels();
    let exact = labels.iter().find(|(label, _)| casing::eq(label, short));
    let begins: Vec<_> = labels.iter().filter(|(label, _)| casing::starts_with(label, short)).collect();
    match (exact, begins.as_slice()) {
        (Some((_, bit)), _) => Ok((*bit, on)),
        (None, [(_, bit)]) if !short.is_empty() => Ok((*bit, on)),
        _ => {
            let names: Vec<&str> = labels.iter().map(|(label, _)| label.as_str()).collect();
            let message = format!(
                "Unable to match the identifier name {name} to a valid enumerator name. Specify one of the following enumerator names and try again:\n{}",
                names.join(", ")
            );
            Err(cx.fail(
                "System.Management.Automation.ParameterBindingException",
                "CannotConvertArgumentNoMessage",
                Category::InvalidArgument,
                message,
                Value::Null,
            ))
        }
    }
}
