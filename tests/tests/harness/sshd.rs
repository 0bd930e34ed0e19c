//! The private sshd and the sandbox around it.

use std::io::Write;
use std::process::Stdio;
use std::time::Duration;

use e2e::sandbox::Sandbox;
use e2e::sshd::Config;

const LIMIT: Duration = Duration::from_secs(20);

#[test]
fn starts_the_subsystem_with_the_environment_that_was_asked_for() {
    let sandbox = Sandbox::new();
    let script = sandbox.file("subsystem", "cat; echo \"$PSRP_SESSION $LANG $TZ $MORE\"; exit 7");
    let sshd =
        Config::powershell(format!("/bin/sh {}", script.display())).environment("MORE", "and more").start_in(sandbox);
    let mut ssh = sshd.ssh();
    ssh.args(["-o", "SetEnv=PSRP_SESSION=work", "-s", "anything", "powershell"]);
    let mut ssh = ssh.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    ssh.stdin.take().unwrap().write_all(b"there and back\n").unwrap();
    let output = ssh.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "there and back\nwork C.UTF-8 UTC and more\n");
    assert_eq!(output.status.code(), Some(7));
}

#[test]
fn what_it_started_ends_with_the_sandbox() {
    let sandbox = Sandbox::new();
    let script = sandbox.file("subsystem", "setsid sleep 1000 </dev/null >/dev/null 2>&1 & echo started");
    let sshd = Config::powershell(format!("/bin/sh {}", script.display())).start_in(sandbox);
    let output = sshd.ssh().args(["-s", "anything", "powershell"]).stdin(Stdio::null()).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "started\n");
    let left = sshd.sandbox().wait_for_processes(LIMIT, |found| found.iter().any(|process| process.name == "sleep"));
    drop(sshd);
    assert!(left.iter().all(|process| !e2e::processes::is_alive(process.pid)), "still there: {left:?}");
}
