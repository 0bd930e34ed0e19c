//! Other ways to a server, and other servers.

use e2e::engine::Engine;
use e2e::psrp::Psrp;
use e2e::pwsh::Pwsh;
use e2e::sshd::Config;

use crate::rows;

e2e::on_engines!([pwsh Pwsh, native Native] {
    the_ssh_program_carries_sessions_as_well,
    this_machine_needs_no_ssh,
});

fn the_ssh_program_carries_sessions_as_well(engine: Engine) {
    let Some(server) = engine.try_server() else { return };
    let psrp = server.psrp("laptop");
    let run = |words: &[&str]| psrp.ok(&[&["--transport", "openssh"], words].concat());
    assert_eq!(rows(&run(&["new", "web1/build"])), [["1", "build", "web1", "Disconnected", engine.name()]]);
    assert_eq!(run(&["invoke", "web1/build", "-c", "$x = 1..1000; $x.Count"]), "1000\n");
    assert_eq!(psrp.ok(&["invoke", "web1/build", "-c", "$x.Count"]), "1000\n", "the session is the same either way");
    assert_eq!(run(&["remove", "web1/build"]), "");
    let dead = psrp.run(&["--transport", "openssh", "-p", "1", "get", "web1"]);
    assert_eq!(dead.code, 255, "{dead:#?}");
}

fn this_machine_needs_no_ssh(engine: Engine) {
    let Some(server) = engine.try_server() else { return };
    let psrp = server.psrp("laptop");
    assert_eq!(rows(&psrp.ok(&["new", "./build"])), [["1", "build", "localhost", "Disconnected", engine.name()]]);
    assert_eq!(psrp.ok(&["invoke", "./build", "-c", "$x = 42"]), "");
    assert_eq!(psrp.ok(&["invoke", "web1/build", "-c", "$x"]), "42\n", "there is one set of sessions of this user");
    assert_eq!(psrp.ok(&["remove", "1"]), "");
    assert_eq!(psrp.ok(&["get", "."]), "");
}

#[test]
fn a_plain_pwsh_is_served_as_a_stock_client_does_and_its_limits_are_said() {
    let Some(pwsh) = Pwsh::find() else { return };
    let sshd = Config::powershell(pwsh.server()).start();
    let psrp = Psrp::new(sshd.sandbox(), "laptop", sshd.ssh_config());
    assert_eq!(psrp.ok(&["invoke", "web1", "-c", "1..3"]), "1\n2\n3\n");
    let fed =
        psrp.feed(&["invoke", "web1", "--stdin", "lines", "-c", "$input | ForEach-Object { \"<$_>\" }"], b"a\nb\n");
    assert_eq!((fed.code, fed.stdout.as_str()), (0, "<a>\n<b>\n"), "{fed:#?}");
    let ended = psrp.run(&["invoke", "web1", "-c", "'out'; exit 7"]);
    assert_eq!((ended.code, ended.stdout.as_str()), (7, "out\n"), "{ended:#?}");
    let stopped = psrp.start(&["invoke", "web1", "-c", "'on'; Start-Sleep 100"]);
    stopped.wait_for("on");
    stopped.interrupt();
    assert_eq!(stopped.finish().code, 130);

    for words in [
        &["new", "web1/build"][..],
        &["new", "web1"],
        &["get", "web1"],
        &["connect", "web1/build"],
        &["disconnect", "web1/build"],
        &["receive", "web1/build"],
        &["remove", "web1/build"],
        &["invoke", "web1/build", "-c", "1"],
        &["invoke", "web1", "--in-disconnected-session", "-c", "1"],
    ] {
        let refused = psrp.run(words);
        let is_said = refused.stderr.contains("does not support") && refused.stderr.contains("psrpd");
        assert!(refused.code == 251 && refused.stdout.is_empty() && is_said, "{words:?}: {refused:#?}");
    }
}
