//! Our parser against PowerShell's: against what it answered once, and against a live one where there is one.
//!
//! `PSRPD_RECORD=1` writes its answers down again (`tests/recorded`). `PSRPD_SEED` chooses other broken scripts.

mod support;

use std::path::PathBuf;

use support::{
    RecordedTypes, corpus,
    dump::dump,
    peer,
    recorded::{self, Answer},
};

type Scripts = Vec<(String, String)>;

/// The dump of our tree.
fn ours(text: &str, answer: &Answer) -> String {
    dump(&psrpd_lang::parse(text, &RecordedTypes::new(&answer.knowledge)))
}

/// The first lines that differ.
fn difference(theirs: &str, ours: &str) -> String {
    let (mut theirs, mut ours) = (theirs.lines(), ours.lines());
    let mut lines = String::new();
    loop {
        let (expected, found) = (theirs.next(), ours.next());
        if (expected.is_none() && found.is_none()) || lines.lines().count() > 8 {
            return lines;
        }
        if expected != found {
            let (expected, found) = (expected.unwrap_or("nothing"), found.unwrap_or("nothing"));
            lines.push_str(&format!("  PowerShell: {expected}\n  ours:       {found}\n"));
        }
    }
}

fn compare_live(name: &str, pwsh: &PathBuf, scripts: &Scripts) {
    let answers: Vec<Answer> = peer::dumps(pwsh, scripts).iter().map(|dump| Answer::of(dump)).collect();
    let mut wrong = Vec::new();
    for ((id, text), answer) in scripts.iter().zip(&answers) {
        // Scripts that PowerShell's own parser fails on have no right answer.
        let Some(theirs) = &answer.dump else { continue };
        let ours = ours(text, answer);
        if ours != *theirs {
            wrong.push(format!("{id}\n{text}\n{}", difference(theirs, &ours)));
        }
    }
    println!("{name}: {} of {} scripts identical", scripts.len() - wrong.len(), scripts.len());
    assert!(
        wrong.is_empty(),
        "{} of {} differ:\n{}",
        wrong.len(),
        scripts.len(),
        wrong[..wrong.len().min(10)].join("\n")
    );
    if std::env::var_os("PSRPD_RECORD").is_some() && ["constructs", "conformance"].contains(&name) {
        recorded::write(name, scripts, &answers);
    }
}

fn compare_recorded(name: &str, scripts: &Scripts) {
    if scripts.is_empty() {
        println!("skipped: the scripts of {name} are not there");
        return;
    }
    let answers = recorded::read(name);
    let (mut compared, mut unknown, mut wrong) = (0, 0, Vec::new());
    for (id, text) in scripts {
        let Some(answer) = answers.get(id).filter(|answer| answer.text == recorded::hash(text)) else {
            unknown += 1;
            continue;
        };
        compared += 1;
        let types = RecordedTypes::new(&answer.knowledge);
        let script = psrpd_lang::parse(text.as_str(), &types);
        if answer.dump.is_some_and(|expected| expected != recorded::hash(&dump(&script))) {
            wrong.push(id.as_str());
        }
    }
    println!("{name}: {} of {compared} scripts identical, {unknown} not recorded", compared - wrong.len());
    assert!(wrong.is_empty(), "run with a pwsh to see how these differ: {wrong:?}");
    assert!(
        compared * 2 > scripts.len(),
        "most scripts of {name} are not recorded: run with a pwsh and PSRPD_RECORD=1"
    );
}

#[test]
fn constructs_are_parsed_as_recorded() {
    compare_recorded("constructs", &corpus::constructs());
}

#[test]
fn conformance_scripts_are_parsed_as_recorded() {
    compare_recorded("conformance", &corpus::conformance());
}

fn live(name: &str, scripts: impl FnOnce(&PathBuf) -> Scripts) {
    if let Some(pwsh) = peers::pwsh() {
        compare_live(name, &pwsh, &scripts(&pwsh));
    }
}

#[test]
fn constructs_are_parsed_as_by_powershell() {
    live("constructs", |_| corpus::constructs());
}

#[test]
fn conformance_scripts_are_parsed_as_by_powershell() {
    live("conformance", |_| corpus::conformance());
}

#[test]
fn installed_scripts_are_parsed_as_by_powershell() {
    live("installed", |pwsh| corpus::installed(pwsh));
}

#[test]
fn broken_scripts_are_parsed_as_by_powershell() {
    let seed = std::env::var("PSRPD_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(1);
    live("broken", |_| corpus::broken(seed));
}
