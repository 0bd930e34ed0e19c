//! The table of exit codes, row by row.

use e2e::engine::Engine;
use e2e::keys;
use e2e::psrp::{Done, Psrp};
use e2e::pwsh::Pwsh;
use e2e::server::Setup;
use e2e::sshd;

e2e::on_engines!([pwsh Pwsh, native Native] {
    of_scripts,
    of_wrong_usage,
    of_sessions_that_are_not_there,
    of_logins,
    of_hosts_that_cannot_be_reached,
});

#[track_caller]
fn ends(done: &Done, code: i32, stderr: &str) {
    assert!(done.code == code && done.stderr.contains(stderr), "not {code} with {stderr:?}: {done:#?}");
}

fn script(psrp: &Psrp, words: &[&str]) -> Done {
    psrp.run(&[&["invoke", "web1/build"], words].concat())
}

fn of_scripts(engine: Engine) {
    let Some(server) = engine.try_server() else { return };
    let psrp = server.psrp("laptop");
    psrp.ok(&["new", "web1/build"]);
    ends(&script(&psrp, &["-c", "'fine'"]), 0, "");
    ends(&script(&psrp, &["-c", "Write-Error 'not that bad'"]), 0, "not that bad");
    ends(&script(&psrp, &["--strict", "-c", "Write-Error 'not that bad'"]), 1, "not that bad");
    ends(&script(&psrp, &["-c", "throw 'boom'"]), 1, "psrp: web1: boom");
    for (number, code) in [(0, 0), (7, 7), (249, 249), (250, 249), (300, 249)] {
        ends(&script(&psrp, &["-c", &format!("exit {number}")]), code, "");
    }
    ends(&script(&psrp, &["--timeout", "500ms", "-c", "Start-Sleep 100"]), 124, "its time was over");
    assert_eq!(psrp.ok(&["invoke", "web1/build", "-c", "'alive'"]), "alive\n");
}

#[test]
fn of_an_engine_that_does_not_start() {
    let server = Setup::fake_engine().set("engine", "path", "\"/bin/false\"").set("engine", "warm", "0").start();
    let psrp = server.psrp("laptop");
    for words in [&["invoke", "web1", "-c", "1"][..], &["new", "web1/build"]] {
        ends(&psrp.run(words), 255, "engine did not start: it exited with 1");
    }
}

fn of_wrong_usage(engine: Engine) {
    let Some(server) = engine.try_server() else { return };
    let psrp = server.psrp("laptop");
    ends(&psrp.run(&["invoke", "web1"]), 2, "nothing to run");
    ends(&psrp.run(&["invok", "web1"]), 2, "did you mean invoke?");
    ends(&psrp.run(&["get", "-NoSuch"]), 2, "unknown parameter -NoSuch");
    ends(&psrp.run(&["invoke", "web1", "-f", "/no/such/file"]), 2, "cannot read /no/such/file");
    ends(&psrp.run(&["connect", "web1"]), 2, "web1/NAME");
    ends(&psrp.run(&["new", "web1/bad name"]), 2, "session name");
}

fn of_sessions_that_are_not_there(engine: Engine) {
    let Some(server) = engine.try_server() else { return };
    let psrp = server.psrp("laptop");
    psrp.ok(&["new", "web1/build"]);
    ends(&psrp.run(&["new", "web1/build"]), 250, "session build exists");
    for verb in ["get", "connect", "disconnect", "receive", "remove"] {
        ends(&psrp.run(&[verb, "web1/other"]), 250, "other");
        ends(&psrp.run(&[verb, "77"]), 250, "77");
    }
    ends(&psrp.run(&["invoke", "web1/other", "-c", "1"]), 250, "no session other on ");
    ends(&psrp.run(&["connect", "--steal", "web1/other"]), 250, "no session other on ");
    assert_eq!(psrp.ok(&["get", "web1", "-o", "name"]), "web1/build\n", "none was made on the way");
}

#[test]
fn of_refusals() {
    let Some(pwsh) = Pwsh::find() else { return };
    let server = Setup::pwsh(&pwsh).set("limits", "sessions", "1").set("engine", "warm", "0").start();
    let psrp = server.psrp("laptop");
    psrp.ok(&["new", "web1/build"]);
    ends(&psrp.run(&["new", "web1/second"]), 251, "limit");
    let holder = psrp.start(&["invoke", "web1/build", "-c", "'on'; Start-Sleep 100"]);
    holder.wait_for("on");
    ends(&psrp.run(&["invoke", "web1/build", "-c", "1"]), 251, "build is attached");
    ends(&psrp.run(&["--subsystem", "nope", "get", "web1"]), 251, "refused the subsystem \"nope\"");
}

fn of_logins(engine: Engine) {
    let Some(server) = engine.try_server() else { return };
    let psrp = server.psrp("laptop");
    let stranger = psrp.home().join("stranger");
    keys::make(&stranger);
    let config = psrp.home().join("ssh_config");
    let text = std::fs::read_to_string(server.sshd().ssh_config()).expect("ssh_config");
    let known_key = server.sshd().client_key().display().to_string();
    let change = |from: &str, to: &str| {
        std::fs::write(&config, text.replace(from, to)).expect("ssh_config");
        Psrp::new(server.sshd().sandbox(), "laptop", config.clone()).run(&["get", "web1"])
    };
    ends(&change(&known_key, &stranger.display().to_string()), 253, "web1");
    ends(&change("HostKeyAlias psrpd-test", "HostKeyAlias another"), 253, "key of another is not known");
    ends(&change("#", ""), 0, "");
}

fn of_hosts_that_cannot_be_reached(engine: Engine) {
    let Some(server) = engine.try_server() else { return };
    let psrp = server.psrp("laptop");
    let dead = format!("dead:{}", sshd::free_port());
    ends(&psrp.run(&["get", &dead]), 255, "cannot connect");
    ends(&psrp.run(&["invoke", &dead, &dead, "-c", "1"]), 255, "unreachable 2");
    let mixed = psrp.run(&["invoke", "web1", &dead, "-c", "'here'"]);
    ends(&mixed, 252, &format!("ok 1: web1; unreachable 1: {dead}"));
    assert!(mixed.stdout.contains("| here\n"), "{mixed:#?}");
}

#[test]
fn of_peers_that_are_none() {
    let sshd = sshd::Config::powershell("/bin/echo hello from a login script").start();
    let psrp = Psrp::new(sshd.sandbox(), "laptop", sshd.ssh_config());
    ends(&psrp.run(&["invoke", "web1", "-c", "1"]), 254, "hello from a login script");
}
