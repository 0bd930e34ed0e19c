//! A stock client loses its session: what becomes of its input and its secrets, and who is next.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use e2e::engine::Engine;
use e2e::link::Link;
use e2e::pwsh::Pwsh;
use e2e::server::Server;
use e2e::{STEP, on_engines};

/// A client that feeds ten objects and loses its connection after the fifth; returns the file that its command wrote, and the
/// state of the command.
///
/// PowerShell's own stop closes the input first, and what stands right behind the loop may begin before it stops the rest: the
/// pause lets the stop win.
#[track_caller]
fn cut_input(pwsh: &Pwsh, server: &Server) -> (String, String) {
    let file = server.sshd().sandbox().path().join("f");
    let script = r#"
$s = New-PSSession @c
1..10 | ForEach-Object { if ($_ -gt 5) { Start-Sleep 600 }; $_ } |
    Invoke-Command $s { foreach ($i in $input) { Add-Content $using:f $i; $i }; Start-Sleep 1; Add-Content $using:f complete }
"#;
    let first = server.client(pwsh, "work").start(&format!("$f = '{}'\n{script}", file.display()));
    let fifth = server.events().wait_for("output.appended", |event| event.fields["n"] == "5", STEP);
    first.kill_ssh();
    server.events().wait_for("session.disconnected", |_| true, STEP);
    server.events().wait_for("pipeline.ended", |event| event.fields["pipeline"] == fifth.fields["pipeline"], STEP);
    let state = server.sessions()[0]["pipelines"][0]["state"].as_str().unwrap_or_default().to_owned();
    (std::fs::read_to_string(file).expect("the command has written"), state)
}

fn cut_input_does_not_look_like_all_input(engine: Engine) {
    let (Some(pwsh), Some(server)) = (Pwsh::find(), engine.try_server()) else { return };
    assert_eq!(cut_input(&pwsh, &server), ("1\n2\n3\n4\n5\n".to_owned(), "Stopped".to_owned()));
}

fn cut_input_is_all_input_where_that_is_wanted(engine: Engine) {
    let (Some(pwsh), Some(setup)) = (Pwsh::find(), engine.try_setup()) else { return };
    let server = setup.set("session", "input_on_drop", "\"end\"").start();
    assert_eq!(cut_input(&pwsh, &server), ("1\n2\n3\n4\n5\ncomplete\n".to_owned(), "Completed".to_owned()));
}

const PLAIN: &str = "function plain($secret) { [System.Net.NetworkCredential]::new('', $secret).Password }\n";

fn secrets_can_be_read_before_across_and_after_a_lost_connection(engine: Engine) {
    let (Some(pwsh), Some(server)) = (Pwsh::find(), engine.try_server()) else { return };
    let gate = server.sshd().sandbox().path().join("gate");
    let script = r#"
$s = New-PSSession @c
$secret = ConvertTo-SecureString 'bef0re' -AsPlainText -Force
"there: $(Invoke-Command $s { param($secret) $global:kept = $secret; [System.Net.NetworkCredential]::new('', $secret).Password } -ArgumentList $secret)"
"back: $(plain (Invoke-Command $s { $kept }))"
$job = Invoke-Command $s { 'waiting'; while (-not (Test-Path $using:gate)) { Start-Sleep -Milliseconds 50 }; ConvertTo-SecureString 'acr0ss' -AsPlainText -Force } -AsJob
while ($job.ChildJobs[0].Output.Count -eq 0) { Start-Sleep -Milliseconds 20 }
'started'
Wait-Job $job
"#;
    let define = format!("$gate = '{}'\n{PLAIN}", gate.display());
    let first = server.client(&pwsh, "work").start(&format!("{define}{script}"));
    first.wait_for("there: bef0re");
    first.wait_for("back: bef0re");
    first.wait_for("started");
    first.kill_ssh();
    server.events().wait_for("session.disconnected", |_| true, STEP);
    std::fs::write(gate, "").unwrap();
    let script = r#"
$s = New-PSSession @c
$received = Invoke-Command $s { Receive-PsrpCommand -Wait } -InformationAction Ignore
"across: $(plain $received[-1])"
"kept: $(plain (Invoke-Command $s { $kept }))"
$secret = ConvertTo-SecureString 'aft3r' -AsPlainText -Force
"after: $(Invoke-Command $s { param($secret) [System.Net.NetworkCredential]::new('', $secret).Password } -ArgumentList $secret)"
Invoke-Command $s { Close-PsrpSession }
"#;
    let printed = server.client(&pwsh, "work").run(&format!("{PLAIN}{script}"));
    assert_eq!(printed, "across: acr0ss\nkept: bef0re\nafter: aft3r\n");
}

fn a_half_open_holder_gives_way_within_six_seconds(engine: Engine) {
    let (Some(pwsh), Some(server)) = (Pwsh::find(), engine.try_server()) else { return };
    let link = Link::to(SocketAddr::from(([127, 0, 0, 1], server.sshd().port())));
    let script = "$s = New-PSSession @c; 'opened'; while ($s.State -eq 'Opened') { Start-Sleep -Milliseconds 20 }\n\
                  \"$($s.State): $($s.Runspace.RunspaceStateInfo.Reason.Message)\"";
    let first = server.client(&pwsh, "work").port(link.address().port()).start(script);
    first.wait_for("opened");
    link.half_open();
    let second = server.client(&pwsh, "work").start("$s = New-PSSession @c; Invoke-Command $s { 'attached' }");
    server.events().wait_for("probe.sent", |_| true, STEP);
    let start = Instant::now();
    server.events().wait_for("session.attached", |_| true, STEP);
    assert!(start.elapsed() < Duration::from_secs(6), "{:?}", start.elapsed());
    assert_eq!(second.finish(), "attached\n");
    link.resume();
    let printed = first.finish();
    assert!(printed.contains("Broken: session work was given to another client"), "{printed}");
}

on_engines!([pwsh Pwsh, native Native] {
    cut_input_does_not_look_like_all_input,
    cut_input_is_all_input_where_that_is_wanted,
    secrets_can_be_read_before_across_and_after_a_lost_connection,
    a_half_open_holder_gives_way_within_six_seconds,
});
