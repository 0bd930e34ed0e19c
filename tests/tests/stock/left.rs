//! A stock client leaves: which sessions stay, and that nothing else does.

use e2e::client::StockClient;
use e2e::engine::Engine;
use e2e::processes::Process;
use e2e::pwsh::Pwsh;
use e2e::server::Server;
use e2e::{STEP, on_engines};

/// A client, and a server on this engine.
fn client_and_server(engine: Engine) -> Option<(Pwsh, Server)> {
    Some((Pwsh::find()?, engine.try_setup()?.set("engine", "warm", "0").start()))
}

/// Waits until there is no session, and so neither host nor engine.
#[track_caller]
fn assert_nothing_left(server: &Server) {
    let of_a_session = |process: &Process| {
        let line = process.command_line();
        line.contains("psrpd host") || line.contains("psrpd subsystem") || line.contains("-sshs")
    };
    server.sshd().sandbox().wait_for_processes(STEP, |found| !found.iter().any(of_a_session));
    assert!(server.sessions().is_empty());
}

/// Names of the sessions that are there.
fn names(server: &Server) -> Vec<String> {
    server.sessions().iter().filter_map(|session| session["name"].as_str().map(str::to_owned)).collect()
}

fn a_removed_session_stays_when_it_has_a_name(engine: Engine) {
    let Some((pwsh, server)) = client_and_server(engine) else { return };
    let script = "$s = New-PSSession @c; Invoke-Command $s { $x = 1 }; Remove-PSSession $s; \"$($s.State)\"";
    // Nameless.
    assert_eq!(StockClient::new(&pwsh, server.sshd()).run(script), "Closed\n");
    assert_nothing_left(&server);
    // Named.
    assert_eq!(server.client(&pwsh, "work").run(script), "Closed\n");
    server.events().wait_for("session.left", |_| true, STEP);
    assert_eq!(names(&server), ["work"]);
    assert_eq!(server.client(&pwsh, "work").run("Invoke-Command @c { \"x is $x\" }"), "x is 1\n");
    assert_eq!(names(&server), ["work"]);
    // Named, and to be closed.
    let both = "PSRP_SESSION=work PSRP_ON_CLOSE=close";
    let closing = StockClient::new(&pwsh, server.sshd()).option("SetEnv", both);
    assert_eq!(closing.run(script), "Closed\n");
    assert_nothing_left(&server);
}

fn exit_in_the_session_ends_it(engine: Engine) {
    let Some((pwsh, server)) = client_and_server(engine) else { return };
    for exit in ["exit", "exit 3"] {
        let script = format!("$s = New-PSSession @c; Invoke-Command $s {{ {exit} }}; 'left'");
        assert_eq!(server.client(&pwsh, "work").run(&script), "left\n");
        assert_nothing_left(&server);
    }
}

fn exit_at_the_prompt_of_a_session_leaves_what_has_a_name_and_exit_with_a_number_ends_it(engine: Engine) {
    let Some((pwsh, server)) = client_and_server(engine) else { return };
    let enter = |client: StockClient<'_>, lines: &[&str]| {
        let mut terminal = client.terminal();
        terminal.line("Enter-PSSession @c", STEP);
        terminal.wait_for("]: PS", STEP);
        for line in [lines, &["exit"]].concat() {
            terminal.line(line, STEP);
        }
        terminal.finish(STEP);
        terminal.screen()
    };
    enter(server.client(&pwsh, "work"), &["$x = 40 + 2", "exit"]);
    server.events().wait_for("session.left", |_| true, STEP);
    assert_eq!(names(&server), ["work"]);
    let screen = enter(server.client(&pwsh, "work"), &["\"x is $x\"", "exit 3"]);
    assert!(screen.lines().any(|line| line == "x is 42"), "{screen}");
    // With a number it is the session's exit, not the prompt's.
    assert_nothing_left(&server);
    enter(StockClient::new(&pwsh, server.sshd()), &["exit"]);
    assert_nothing_left(&server);
}

fn a_client_that_ends_stops_its_job_and_keeps_its_session(engine: Engine) {
    let Some((pwsh, server)) = client_and_server(engine) else { return };
    let script = "$s = New-PSSession @c; $job = Invoke-Command $s { 'on'; while ($true) { Start-Sleep -Milliseconds 50 } } -AsJob\n\
                  while ($job.ChildJobs[0].Output.Count -eq 0) { Start-Sleep -Milliseconds 20 }; 'ends'";
    assert_eq!(server.client(&pwsh, "work").run(script), "ends\n");
    server.events().wait_for("session.left", |_| true, STEP);
    let sessions = server.sessions();
    assert_eq!((sessions[0]["name"].as_str(), sessions[0]["activity"].as_str()), (Some("work"), Some("idle")));
    assert_eq!(server.client(&pwsh, "work").run("Invoke-Command @c { Close-PsrpSession }"), "");
    assert_nothing_left(&server);
}

fn a_command_that_was_left_running_is_received_later(engine: Engine) {
    let Some((pwsh, server)) = client_and_server(engine) else { return };
    let gate = server.sshd().sandbox().path().join("gate");
    let command = format!("1; while (-not (Test-Path {})) {{ Start-Sleep -Milliseconds 50 }}; 2", gate.display());
    let script = format!("$s = New-PSSession @c; Invoke-Command $s {{ Start-PsrpCommand '{command}' }}; 'ends'");
    let printed = server.client(&pwsh, "work").run(&script);
    let number = printed.strip_suffix("\nends\n").expect("the number of the command").to_owned();
    server.events().wait_for("session.left", |_| true, STEP);
    assert_eq!(server.sessions()[0]["activity"], "running");
    std::fs::write(gate, "").unwrap();
    server.events().wait_for("pipeline.ended", |event| event.fields["pipeline"] == number.as_str(), STEP);
    let receive = format!("Invoke-Command @c {{ Receive-PsrpCommand -Id {number} }}");
    assert_eq!(server.client(&pwsh, "work").run(&receive), "1\n2\n");
    assert_eq!(server.client(&pwsh, "work").run("Invoke-Command @c { Close-PsrpSession }"), "");
    assert_nothing_left(&server);
}

on_engines!([pwsh Pwsh, native Native] {
    a_removed_session_stays_when_it_has_a_name,
    exit_in_the_session_ends_it,
    exit_at_the_prompt_of_a_session_leaves_what_has_a_name_and_exit_with_a_number_ends_it,
    a_client_that_ends_stops_its_job_and_keeps_its_session,
    a_command_that_was_left_running_is_received_later,
});
