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

/// The `pwsh` to compare with: named by `PSRPD_TEST_PWSH`, on the path, or in the cache of unpacked ones.
pub fn find() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("PSRPD_TEST_PWSH") {
        return Some(named.into());
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    if let Some(found) = std::env::split_paths(&path).map(|dir| dir.join("pwsh")).find(|file| file.is_file()) {
        return Some(found);
    }
    let cache = PathBuf::from(std::env::var_os("HOME")?).join(".cache/psrpd-peer");
    let mut versions: Vec<PathBuf> = std::fs::read_dir(cache).ok()?.flatten().map(|entry| entry.path()).collect();
    versions.sort();
    versions.into_iter().rev().map(|version| version.join("pwsh")).find(|file| file.is_file())
}

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
