//! `psrpd serve`: the server of machines without sshd.

use std::process::Command;

use e2e::client::user;
use e2e::keys;
use e2e::psrp::{Psrp, Running};
use e2e::pwsh::{Pwsh, program};
use e2e::serve::Serve;
use e2e::server::Setup;

use crate::rows;

/// The server with real sessions; the test is skipped without a PowerShell.
fn serve() -> Option<(Pwsh, Serve)> {
    let pwsh = Pwsh::find()?;
    let server = Setup::pwsh(&pwsh).serve();
    Some((pwsh, server))
}

#[test]
fn says_where_it_listens_and_which_key_it_has() {
    let server = Setup::fake_engine().serve();
    let public = server.sandbox().file("public", keys::public(&server.host_key()));
    let shown = Command::new("ssh-keygen").arg("-lf").arg(public).output().expect("ssh-keygen runs");
    let shown = String::from_utf8_lossy(&shown.stdout).into_owned();
    let fingerprint = shown.split_whitespace().nth(1).expect("a fingerprint");
    assert_eq!(server.greeting(), format!("listening on 127.0.0.1:{}, host key {fingerprint}", server.port()));
}

#[test]
fn serves_our_client_over_a_restart() {
    let Some((_, mut server)) = serve() else { return };
    let psrp = server.psrp("laptop");
    assert_eq!(rows(&psrp.ok(&["new", "web1/build"])), [["1", "build", "web1", "Disconnected", "pwsh"]]);
    psrp.ok(&["invoke", "web1/build", "-c", "$x = 42"]);
    let greeting = server.greeting().to_owned();
    server.restart();
    assert_eq!(server.greeting(), greeting, "the host key stays");
    assert_eq!(psrp.ok(&["invoke", "web1/build", "-c", "$x"]), "42\n", "and so does the session");
}

#[test]
fn a_command_runs_on_while_the_server_restarts() {
    let Some((_, mut server)) = serve() else { return };
    let psrp = server.psrp("laptop");
    psrp.ok(&["new", "web1/build"]);
    let gate = server.sandbox().path().join("gate");
    let script = format!("1..3; while (-not (Test-Path {})) {{ Start-Sleep -Milliseconds 20 }}; 4..6", gate.display());
    let running = psrp.start(&["invoke", "web1/build", "-c", &script]);
    running.wait_for("3");
    server.restart();
    server.events().wait_for("stream.resumed", |_| true, e2e::STEP);
    std::fs::write(&gate, "").expect("a file");
    let done = running.finish();
    assert_eq!((done.code, done.stdout.as_str()), (0, "1\n2\n3\n4\n5\n6\n"), "{done:#?}");
}

#[test]
fn serves_a_stock_client_and_takes_its_environment() {
    let Some((pwsh, server)) = serve() else { return };
    let ssh = program("ssh").expect("ssh is installed (apt-get install openssh-client)");
    let bin = server.sandbox().path().join("bin");
    std::fs::create_dir(&bin).expect("a folder");
    let wrapper = bin.join("ssh");
    let text = format!("#!/bin/sh\nexec {} -F {} \"$@\"\n", ssh.display(), server.ssh_config().display());
    std::fs::write(&wrapper, text).expect("the ssh of the test");
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(&wrapper, mode).expect("the ssh of the test");
    let run = |script: &str| {
        let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap_or_default());
        let mut command = pwsh.command();
        command.args(["-NoProfile", "-Command", script]).env("PATH", path).env("HOME", server.sandbox().path());
        let (mark, value) = server.sandbox().mark();
        command.env(mark, value).env("NO_COLOR", "1").env("LC_PSRPD_TEST", "accepted").env("OTHER", "not accepted");
        let done = Running::start(command, b"").finish();
        assert_eq!((done.code, done.stderr.as_str()), (0, ""), "{done:#?}");
        done.stdout
    };
    let session =
        "New-PSSession -HostName web1 -Options @{ SetEnv = 'PSRP_SESSION=work'; SendEnv = 'LC_PSRPD_TEST OTHER' }";
    let first = run(&format!("$s = {session}; Invoke-Command $s {{ $x = 42; \"<$env:LC_PSRPD_TEST> <$env:OTHER>\" }}"));
    assert_eq!(first, "<accepted> <>\n");
    assert_eq!(run(&format!("$s = {session}; Invoke-Command $s {{ $x }}")), "42\n");
    assert_eq!(rows(&server.psrp("laptop").ok(&["get", "web1"])), [["work", "web1", "Disconnected", "pwsh"]]);
}

#[test]
fn refuses_other_keys_and_other_users() {
    let server = Setup::fake_engine().serve();
    let psrp = server.psrp("laptop");
    let stranger = psrp.home().join("stranger");
    keys::make(&stranger);
    let config = psrp.home().join("ssh_config");
    let text = std::fs::read_to_string(server.ssh_config()).expect("ssh_config");
    let get = |from: &str, to: &str| {
        std::fs::write(&config, text.replace(from, to)).expect("ssh_config");
        Psrp::new(server.sandbox(), "laptop", config.clone()).run(&["get", "web1"])
    };
    let own = get("#", "");
    assert_eq!(own.code, 0, "{own:#?}");
    let other_key = get(&server.client_key().display().to_string(), &stranger.display().to_string());
    assert!(other_key.code == 253 && other_key.stderr.contains("refused"), "{other_key:#?}");
    let other_user = get(&format!("User {}", user()), "User somebody");
    assert!(other_user.code == 253, "{other_user:#?}");
}

#[test]
fn serves_nothing_but_the_subsystem() {
    let server = Setup::fake_engine().serve();
    let ssh = |words: &[&str]| {
        let mut command = Command::new(program("ssh").expect("ssh is installed (apt-get install openssh-client)"));
        command.arg("-F").arg(server.ssh_config()).args(words);
        Running::start(command, b"").finish()
    };
    for words in [&["web1", "id"][..], &["web1"], &["-tt", "web1"], &["-s", "web1", "sftp"]] {
        let done = ssh(words);
        assert!(done.code != 0 && done.stdout.is_empty(), "{words:?}: {done:#?}");
    }
}
