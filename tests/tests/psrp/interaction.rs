//! What a person does while a command runs: Ctrl+C, answers, secrets.

use e2e::STEP;
use e2e::engine::Engine;
use e2e::terminal::Terminal;

e2e::on_engines!([pwsh Pwsh, native Native] {
    ctrl_c_stops_the_command_and_keeps_the_session,
    ctrl_c_twice_leaves_the_command_to_the_server,
    questions_are_asked_at_the_terminal,
    without_a_terminal_the_script_is_told_that_nobody_answers,
    secure_strings_go_to_the_client_and_back_under_the_sessions_key,
});

fn ctrl_c_stops_the_command_and_keeps_the_session(engine: Engine) {
    let Some(server) = engine.try_server() else { return };
    let psrp = server.psrp("laptop");
    psrp.ok(&["new", "web1/build"]);
    let script = "try { 'on'; Start-Sleep 100 } finally { $global:cleaned = 'yes' }";
    let running = psrp.start(&["invoke", "web1/build", "-c", script]);
    running.wait_for("on");
    running.interrupt();
    let done = running.finish();
    assert_eq!((done.code, done.stdout.as_str()), (130, "on\n"), "{done:#?}");
    assert_eq!(psrp.ok(&["invoke", "web1/build", "-c", "$cleaned"]), "yes\n");
}

fn ctrl_c_twice_leaves_the_command_to_the_server(engine: Engine) {
    let Some(server) = engine.try_server() else { return };
    let psrp = server.psrp("laptop");
    psrp.ok(&["new", "web1/build"]);
    // What a `finally` block does goes on although the command is being stopped; 'on' says that its `try` was entered.
    let script = "try { 'on'; Start-Sleep 60 } finally { [Threading.Thread]::Sleep(5000) }";
    let running = psrp.start(&["invoke", "web1/build", "-c", script]);
    running.wait_for("on");
    running.interrupt();
    let stopping = server.events().wait_for("pipeline.stopping", |_| true, STEP);
    running.interrupt();
    let done = running.finish();
    assert_eq!(done.code, 130, "{done:#?}");
    assert!(done.stderr.contains("session web1/build runs on"), "{done:#?}");
    let number = stopping.fields["pipeline"].clone();
    server.events().wait_for("pipeline.ended", |event| event.fields["pipeline"] == number, STEP);
    assert_eq!(psrp.ok(&["invoke", "web1/build", "-c", "'alive'"]), "alive\n");
}

/// A question, what is typed, and what is on the screen in the end.
fn questions_are_asked_at_the_terminal(engine: Engine) {
    let Some(server) = engine.try_server() else { return };
    let psrp = server.psrp("laptop");
    psrp.ok(&["new", "web1/build"]);
    let ask = |script: &str, steps: &[(&str, &str)]| {
        let mut terminal = Terminal::start(&psrp.command(&["invoke", "web1/build", "-c", script]));
        for (question, answer) in steps {
            terminal.wait_for(question, STEP);
            terminal.text(answer);
            terminal.key("Enter");
        }
        terminal.finish(STEP);
        terminal.screen()
    };

    let screen = ask("\"hello $(Read-Host 'Your name')\"", &[("Your name:", "Bob")]);
    assert!(screen.ends_with("Your name: Bob\nhello Bob\n"), "{screen}");

    let script = "$global:pin = Read-Host -AsSecureString 'Pin'; \"$($pin.Length) characters\"";
    let screen = ask(script, &[("Pin:", "geheim")]);
    assert!(screen.contains("6 characters") && !screen.contains("geheim"), "{screen}");
    assert_eq!(psrp.ok(&["invoke", "web1/build", "-c", "[Net.NetworkCredential]::new('', $pin).Password"]), "geheim\n");

    let script = "$c = Get-Credential -Message 'Who?'; \"$($c.UserName) $($c.GetNetworkCredential().Password.Length)\"";
    let screen = ask(script, &[("User:", "bob"), ("Password", "geheim")]);
    assert!(screen.contains("\nbob 6\n") && !screen.contains("geheim"), "{screen}");

    let script = "$c = '&Yes', '&No' -as [Management.Automation.Host.ChoiceDescription[]]; \
        $Host.UI.PromptForChoice('Sure', 'Really?', $c, 1)";
    let screen = ask(script, &[("Really?", "y")]);
    assert!(screen.ends_with("\n0\n"), "{screen}");
}

fn without_a_terminal_the_script_is_told_that_nobody_answers(engine: Engine) {
    let Some(server) = engine.try_server() else { return };
    let psrp = server.psrp("laptop");
    let done = psrp.run(&["--no-input", "invoke", "web1", "-c", "try { Read-Host 'Name' } catch { \"caught: $_\" }"]);
    assert!(done.code == 0 && done.stdout.starts_with("caught: ") && done.stdout.contains("nobody"), "{done:#?}");
}

fn secure_strings_go_to_the_client_and_back_under_the_sessions_key(engine: Engine) {
    let Some(server) = engine.try_server() else { return };
    let psrp = server.psrp("laptop");
    psrp.ok(&["new", "web1/build"]);
    let script = "ConvertTo-SecureString -AsPlainText -Force 'gehéim'";
    let sealed = psrp.ok(&["invoke", "web1/build", "-o", "clixml", "-c", script]);
    assert!(sealed.contains("<SS>") && !sealed.contains("geh"), "{sealed}");
    // Another client, on another computer: the session has one key for all.
    let desktop = server.psrp("desktop");
    let script = "$input | ForEach-Object { [Net.NetworkCredential]::new('', $_).Password }";
    let back = desktop.feed(&["invoke", "web1/build", "--stdin", "objects", "-c", script], sealed.as_bytes());
    assert_eq!((back.code, back.stdout.as_str()), (0, "gehéim\n"), "{back:#?}");
}
