//! What of a client's output may differ between two runs of the same scenario, and nothing else.
//!
//! | mask | hides |
//! |---|---|
//! | sandbox | the run's temporary folder |
//! | GUID | runspace and instance ids |
//! | process | `[Process:1234]` in a debugger's prompt; the `Id` line below `Name : pwsh` of a formatted process |
//! | disk | `Used` and `Free` of a formatted drive |
//! | hash order | the rows of `$PSVersionTable`, the keys of `ApplicationPrivateData` as JSON, the `Parameters` of a formatted command: .NET orders hash tables anew in every process |
//! | private data | the key `Psrp`, by which a script sees that psrpd keeps its session |
//! | protocol | `PSRemotingProtocolVersion` 2.3 where PowerShell 7.6 says 2.4 |
//! | native order | standard output and error of a native program in scenarios 24 and 30: two pipes, no order between them |
//! | event order | in scenario 27 the action of an event runs beside the pipeline that raised it |

use std::path::Path;

use regex::{Captures, Regex};
use serde_json::Value;

/// The output of a scenario with all masks on.
pub fn mask(scenario: &str, text: &str, sandbox: &Path) -> String {
    let mut text = text.replace(&sandbox.display().to_string(), "<sandbox>");
    for (pattern, replacement) in [
        (r"(?i)\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", "<guid>"),
        (r"\[Process:\d+\]", "[Process:<pid>]"),
        (r"(?m)^(Name +: pwsh\nId +: )\d+$", "$1<pid>"),
        (r"(?m)^((?:Used|Free) +: )\d+$", "$1<bytes>"),
        (r"(?m)^(Parameters +: )\{\[.*\}$", "$1<parameters>"),
        (r"(?m)^(PSRemotingProtocolVersion +)2\.[34]$", "${1}2.x"),
    ] {
        text = Regex::new(pattern).expect("a valid pattern").replace_all(&text, replacement).into_owned();
    }
    let object = Regex::new(r"(?m)^\{\n(?s:.*?)^\}$").expect("a valid pattern");
    text = object.replace_all(&text, |found: &Captures<'_>| private_data(&found[0])).into_owned();
    let mut lines: Vec<&str> = text.lines().collect();
    sort_table(&mut lines, "PSVersion ");
    match scenario {
        "24-errors-and-statements" => {
            let end = lines.iter().position(|line| line.starts_with("code ")).unwrap_or(0);
            lines.get_mut(..end).unwrap_or_default().sort();
        }
        "30-enter-session-more" => {
            let typed = lines.iter().position(|line| line.ends_with("sh -c 'echo native; echo oops >&2'"));
            let start = typed.map_or(0, |line| line + 1);
            lines.get_mut(start..start + 2).unwrap_or_default().sort();
        }
        "27-events" => lines.sort(),
        _ => {}
    }
    lines.iter().map(|line| format!("{line}\n")).collect()
}

/// The private data with its keys in order; text that is not JSON comes back as it is.
fn private_data(json: &str) -> String {
    let Ok(mut value) = serde_json::from_str::<Value>(json) else { return json.to_owned() };
    if let Some(table) = value.as_object_mut() {
        table.remove("Psrp");
    }
    if let Some(version) = value.pointer_mut("/PSVersionTable/PSRemotingProtocolVersion/Minor") {
        *version = Value::from("3 or 4");
    }
    serde_json::to_string_pretty(&value).unwrap_or_else(|_| json.to_owned())
}

/// Sorts the rows of the table that has a row which starts so.
fn sort_table(lines: &mut [&str], row: &str) {
    let Some(inside) = lines.iter().position(|line| line.starts_with(row)) else { return };
    let start = lines.iter().take(inside).rposition(|line| line.starts_with("----")).map_or(inside, |line| line + 1);
    let length = lines.iter().skip(start).position(|line| line.is_empty()).unwrap_or(0);
    lines.get_mut(start..start + length).unwrap_or_default().sort();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hides_what_differs_from_run_to_run() {
        for (one, other) in [
            ("in /tmp/psrpd-a/tmp", "in <sandbox>/tmp"),
            ("id 5E1ec7e2-0000-4000-8000-0123456789ab.", "id <guid>."),
            ("Name : pwsh\nId   : 4711\nPath : x", "Name : pwsh\nId   : <pid>\nPath : x"),
            (
                "[localhost]:[DBG]: [Process:1]: [Runspace2]: PS />",
                "[localhost]:[DBG]: [Process:<pid>]: [Runspace2]: PS />",
            ),
            ("Free       : 12", "Free       : <bytes>"),
            (
                "Name  Value\n----  -----\nPSVersion 7\nOS x\n\nb\na",
                "Name  Value\n----  -----\nOS x\nPSVersion 7\n\nb\na",
            ),
            ("{\n\"b\": 1, \"Psrp\": {},\n\"a\": 2\n}\nb\na", "{\n  \"a\": 2,\n  \"b\": 1\n}\nb\na"),
        ] {
            assert_eq!(mask("01-open-run-close", one, Path::new("/tmp/psrpd-a")), format!("{other}\n"));
        }
    }

    #[test]
    fn hides_nothing_else() {
        for text in ["Id                : 2", "{ $_ }", "{\nnot JSON\n}", "PSRemotingProtocolVersion 2.5", "b\na"] {
            assert_eq!(mask("01-open-run-close", text, Path::new("/tmp/psrpd-a")), format!("{text}\n"));
        }
    }

    #[test]
    fn the_order_of_two_pipes_is_free_only_where_they_are() {
        let name = "24-errors-and-statements";
        let sandbox = Path::new("/tmp/psrpd-a");
        assert_eq!(mask(name, "out\nerr\ncode 3\nb\na", sandbox), mask(name, "err\nout\ncode 3\nb\na", sandbox));
        assert_ne!(mask(name, "out\nerr\ncode 3\nb\na", sandbox), mask(name, "out\nerr\ncode 3\na\nb", sandbox));
    }
}
