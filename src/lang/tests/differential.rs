//! Our parser against PowerShell's.

mod support;

use support::{RecordedTypes, corpus, dump::dump, peer};

/// The dump of our tree, and PowerShell's without what only it can know.
fn compare(text: &str, theirs: &str) -> (String, String) {
    let script = psrpd_lang::parse(text, &RecordedTypes::of(theirs));
    let ours = dump(&script);
    let environment = ["E ModuleNotFoundDuringParse ", "E ErrorLoadingAssembly ", "U ", "N "];
    let theirs: String = theirs
        .split_inclusive('\n')
        .filter(|line| !environment.iter().any(|start| line.starts_with(start)))
        // The stack of an exception of .NET.
        .map(|line| line.split_once("\\u000a   at ").map_or(line.into(), |(line, _)| format!("{line}\n")))
        .collect();
    (ours, theirs)
}

#[test]
#[ignore = "for development: needs pwsh"]
fn explore() {
    let Some(pwsh) = peer::find() else { return };
    let which = std::env::var("CORPUS").unwrap_or_default();
    let scripts = match which.as_str() {
        "installed" => corpus::installed(&pwsh),
        "constructs" => corpus::constructs(),
        "mutated" => corpus::mutated(std::env::var("SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(1)),
        _ => corpus::conformance(),
    };
    let cache = std::env::var("CACHE").unwrap();
    let dumps: Vec<String> = match std::fs::read_to_string(&cache) {
        Ok(text) => serde_json::from_str(&text).unwrap(),
        Err(_) => {
            let dumps = peer::dumps(&pwsh, &scripts);
            std::fs::write(&cache, serde_json::to_string(&dumps).unwrap()).unwrap();
            dumps
        }
    };
    let mut same = 0;
    let mut shown = 0;
    for ((id, text), theirs) in scripts.iter().zip(&dumps) {
        if theirs.starts_with("X ") {
            println!("---- PowerShell breaks on {id}: {text}: {theirs}");
            same += 1;
            continue;
        }
        let (ours, theirs) = compare(text, theirs);
        if ours == theirs {
            same += 1;
            continue;
        }
        shown += 1;
        if shown <= std::env::var("SHOW").ok().and_then(|n| n.parse().ok()).unwrap_or(10) {
            println!("==== {id}\n{}", if text.len() < 600 { text } else { "" });
            let (mut a, mut b) = (theirs.lines(), ours.lines());
            let mut lines = 0;
            loop {
                let (x, y) = (a.next(), b.next());
                if x.is_none() && y.is_none() || lines > 6 {
                    break;
                }
                if x != y {
                    println!("  theirs {}\n  ours   {}", x.unwrap_or("-"), y.unwrap_or("-"));
                    lines += 1;
                }
            }
        }
    }
    println!("{same} of {} identical", scripts.len());
}
