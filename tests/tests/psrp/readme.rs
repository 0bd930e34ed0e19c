//! The README tells the truth: every `console` block in it is run, line by line, and prints what stands there.
//!
//! A line `NAME$ command` is one of a shell on the computer NAME, `PS NAME> command` one of a stock PowerShell there; what
//! follows is its output. `...` stands for any text: for lines where it stands alone, else within the line.

use std::collections::BTreeMap;
use std::path::Path;

use regex::Regex;

use e2e::psrp::{Psrp, Running};
use e2e::pwsh::Pwsh;
use e2e::server::{Server, Setup};

/// What is typed, and what is printed then.
#[derive(Debug)]
struct Step {
    is_powershell: bool,
    computer: String,
    command: String,
    output: String,
}

/// The steps of the `console` blocks of a document.
fn steps(document: &str) -> Vec<Step> {
    let prompt = Regex::new(r"^(PS )?(laptop|desktop)[$>] (.*)$").expect("a pattern");
    let mut steps: Vec<Step> = Vec::new();
    let blocks = document.split("\n```console\n").skip(1).filter_map(|rest| rest.split("\n```").next());
    for line in blocks.flat_map(str::lines) {
        match (prompt.captures(line), steps.last_mut()) {
            (Some(found), _) => steps.push(Step {
                is_powershell: found.get(1).is_some(),
                computer: found[2].to_owned(),
                command: found[3].to_owned(),
                output: String::new(),
            }),
            (None, Some(step)) => step.output.push_str(&format!("{}\n", line.trim_end())),
            (None, None) => panic!("a console block begins with {line:?}, which is no command"),
        }
    }
    steps
}

#[track_caller]
fn check(step: &Step, printed: &str) {
    let printed: String = printed.lines().map(|line| format!("{}\n", line.trim_end())).collect();
    let pattern: String = regex::escape(&step.output).replace(r"\.\.\.\n", "(?:.*\n)*").replace(r"\.\.\.", ".*");
    let pattern = Regex::new(&format!("^{pattern}$")).expect("a pattern");
    assert!(pattern.is_match(&printed), "{}\n{}", step.command, e2e::diff(&step.output, &printed));
}

/// A line of a shell in which `psrp` is ours.
fn shell(psrp: &Psrp, step: &Step) {
    let script = format!("psrp() {{ command \"$PSRP\" -F \"$PSRP_CONFIG\" \"$@\"; }}\n{{ {}\n}} 2>&1", step.command);
    check(step, &Running::start(psrp.shell(&script), b"").finish().stdout);
}

/// Lines of one PowerShell, which then ends without a word to its sessions, as if its computer had lost its power.
fn powershell(server: &Server, pwsh: &Pwsh, steps: &[&Step]) {
    const MARK: &str = "---- next";
    let lines: Vec<String> = steps.iter().map(|step| format!("{}\n'{MARK}'\n", step.command)).collect();
    let script = format!("{}Stop-Process -Id $PID -Force", lines.concat());
    let file = server.sshd().sandbox().file("readme.ps1", script);
    let client = e2e::client::StockClient::new(pwsh, server.sshd());
    let mut command = client.command();
    command.args(["-NoProfile", "-File"]).arg(file).env("NO_COLOR", "1");
    let done = Running::start(command, b"").finish();
    let outputs: Vec<&str> = done.stdout.split(&format!("{MARK}\n")).collect();
    assert_eq!(outputs.len(), steps.len() + 1, "{done:#?}");
    for (step, output) in steps.iter().zip(outputs) {
        check(step, output);
    }
}

#[test]
fn its_console_blocks_are_true() {
    let Some(pwsh) = Pwsh::find() else { return };
    let document =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md")).expect("README.md");
    let server = Setup::pwsh(&pwsh).start();
    let mut computers: BTreeMap<&str, Psrp> = BTreeMap::new();
    let steps = steps(&document);
    assert!(steps.len() > 10, "{steps:#?}");
    for same in steps.chunk_by(|a, b| a.is_powershell && b.is_powershell && a.computer == b.computer) {
        let Some(first) = same.first() else { continue };
        let psrp = computers.entry(&first.computer).or_insert_with(|| server.psrp(&first.computer));
        if first.is_powershell {
            powershell(&server, &pwsh, &same.iter().collect::<Vec<_>>());
            server.events().wait_for("link.lost", |_| true, e2e::STEP);
        } else {
            shell(psrp, first);
        }
    }
}
