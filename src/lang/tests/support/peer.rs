//! The real PowerShell, where there is one.

use std::{
    io::{BufRead, BufReader, Write},
    path::PathBuf,
    process::{Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

/// How long one answer may take.
const LIMIT: Duration = Duration::from_secs(120);

/// What PowerShell makes of each script: the dumps, in order.
pub fn dumps(pwsh: &PathBuf, scripts: &[(String, String)]) -> Vec<String> {
    let oracle = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/oracle.ps1");
    let mut child = Command::new(pwsh)
        .args(["-NoLogo", "-NoProfile", "-File", oracle])
        .env("POWERSHELL_TELEMETRY_OPTOUT", "1")
        .env("POWERSHELL_UPDATECHECK", "Off")
        .env("LANG", "C.UTF-8")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let lines: Vec<String> =
        scripts.iter().map(|(id, text)| serde_json::json!({ "id": id, "text": text }).to_string()).collect();
    let writer = thread::spawn(move || {
        for line in lines {
            if writeln!(stdin, "{line}").is_err() {
                return;
            }
        }
    });
    let stdout = BufReader::new(child.stdout.take().unwrap());
    let (sender, answers) = mpsc::channel();
    let reader = thread::spawn(move || stdout.lines().map_while(Result::ok).all(|line| sender.send(line).is_ok()));
    let mut dumps = Vec::new();
    for (id, text) in scripts {
        let answer = answers.recv_timeout(LIMIT).unwrap_or_else(|_| {
            let _ = child.kill();
            panic!("the real PowerShell does not answer for {id}: {text}");
        });
        let answer: serde_json::Value = serde_json::from_str(&answer).unwrap();
        assert_eq!(answer["id"], id.as_str());
        dumps.push(answer["dump"].as_str().unwrap().to_owned());
    }
    writer.join().unwrap();
    assert!(child.wait().unwrap().success());
    reader.join().unwrap();
    dumps
}
