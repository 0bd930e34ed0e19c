//! One session, several clients in turn: other computers, and stock PowerShell.

use e2e::STEP;
use e2e::engine::Engine;
use e2e::pwsh::Pwsh;
use e2e::server::Setup;

use crate::rows;

e2e::on_engines!([pwsh Pwsh, native Native] {
    a_second_computer_finds_and_connects_the_session_of_the_first,
});

fn a_second_computer_finds_and_connects_the_session_of_the_first(engine: Engine) {
    let Some(server) = engine.try_server() else { return };
    let (laptop, desktop) = (server.psrp("laptop"), server.psrp("desktop"));
    laptop.ok(&["new", "web1/build"]);
    laptop.ok(&["invoke", "web1/build", "-c", "$x = 42"]);

    assert_eq!(desktop.ok(&["get"]), "", "nothing is known there yet");
    assert_eq!(rows(&desktop.ok(&["get", "web1"])), [["build", "web1", "Disconnected", engine.name()]]);
    assert_eq!(rows(&desktop.ok(&["connect", "web1/build"])), [["1", "build", "web1", "Disconnected", engine.name()]]);
    assert_eq!(rows(&desktop.ok(&["get"])), [["1", "build", "web1", "Disconnected", engine.name()]]);
    assert_eq!(desktop.ok(&["invoke", "1", "-c", "$x"]), "42\n");

    desktop.ok(&["remove", "1"]);
    let gone = laptop.run(&["get"]);
    assert_eq!((gone.code, gone.stdout.as_str()), (250, ""), "{gone:#?}");
    assert_eq!(laptop.ok(&["get"]), "", "it was told once");
}

#[test]
fn sessions_of_stock_clients_are_listed_and_connected_to() {
    let Some(pwsh) = Pwsh::find() else { return };
    let server = Setup::pwsh(&pwsh).start();
    let psrp = server.psrp("laptop");
    let script = r#"
        $s = New-PSSession @c
        Invoke-Command $s { $x = 42 }
        $null = Invoke-Command $s { Start-PsrpCommand '1..3; "from the stock client"' }
        "ready"
        while ($s.State -eq 'Opened') { Start-Sleep -Milliseconds 20 }"#;
    let stock = server.client(&pwsh, "work").start(script);
    stock.wait_for("ready");
    assert_eq!(rows(&psrp.ok(&["get", "web1"])), [["work", "web1", "Opened", "pwsh"]]);
    let refused = psrp.run(&["invoke", "web1/work", "-c", "$x"]);
    assert!(refused.code == 251 && refused.stderr.contains("attached"), "{refused:#?}");

    stock.kill_ssh();
    server.events().wait_for("session.disconnected", |_| true, STEP);
    assert_eq!(rows(&psrp.ok(&["get", "web1"])), [["work", "web1", "Disconnected", "pwsh"]]);
    let connected = psrp.run(&["connect", "web1/work"]);
    assert!(connected.code == 0 && connected.stderr.contains("(4 unread)"), "{connected:#?}");
    assert_eq!(psrp.ok(&["receive", "web1/work"]), "1\n2\n3\nfrom the stock client\n");
    assert_eq!(psrp.ok(&["invoke", "web1/work", "-c", "$x; $x = 43"]), "42\n");

    let printed = server
        .client(&pwsh, "work")
        .run("$s = New-PSSession @c; Invoke-Command $s { $x }; Invoke-Command $s { Close-PsrpSession }");
    assert_eq!(printed, "43\n");
}

#[test]
fn a_session_is_taken_from_a_stock_client_that_is_told_so() {
    let Some(pwsh) = Pwsh::find() else { return };
    let server = Setup::pwsh(&pwsh).start();
    let script = r#"
        $s = New-PSSession @c
        Invoke-Command $s { 'on'; Start-Sleep 100 } -ErrorAction SilentlyContinue -ErrorVariable ended
        "state $($s.State), ended: $ended $($s.Runspace.RunspaceStateInfo.Reason.Message)"
        $ended.Count"#;
    let stock = server.client(&pwsh, "work").start(script);
    stock.wait_for("on");
    let psrp = server.psrp("laptop");
    psrp.ok(&["connect", "web1/work", "--steal"]);
    assert!(stock.wait_for("ended: ").contains("work"), "{}", stock.printed());
}
