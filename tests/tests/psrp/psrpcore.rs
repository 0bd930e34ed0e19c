//! `psrp` against psrpcore, an independent implementation of PSRP, as server: `tests/interop/server.py`.

use e2e::STEP;
use e2e::psrp::Psrp;
use e2e::sshd::{Config, Sshd};
use e2e::terminal::Terminal;

/// An sshd whose subsystem psrpcore is; the test is skipped without it.
fn server() -> Option<(Sshd, Psrp)> {
    let sshd = Config::powershell(e2e::psrpcore::server()?).start();
    let psrp = Psrp::new(sshd.sandbox(), "laptop", sshd.ssh_config());
    Some((sshd, psrp))
}

#[test]
fn pipelines_with_output_input_and_errors() {
    let Some((_sshd, psrp)) = server() else { return };
    let invoke = |words: &[&str]| psrp.run(&[&["invoke", "web1", "-o", "jsonl"], words].concat());
    let values = |stdout: &str| -> Vec<String> {
        let lines = stdout.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON"));
        lines.filter(|line| line["stream"] == "output").map(|line| line["value"].to_string()).collect()
    };
    let counted = invoke(&["-c", "count 1000"]);
    let wanted: Vec<String> = (1..=1000).map(|number| number.to_string()).collect();
    assert_eq!((counted.code, values(&counted.stdout)), (0, wanted), "{counted:#?}");

    let words = ["invoke", "web1", "-o", "jsonl", "--stdin", "lines", "-a", "a", "-c", "echo"];
    let echoed = psrp.feed(&words, "b\nü\n".as_bytes());
    assert_eq!(
        (echoed.code, values(&echoed.stdout)),
        (0, ["\"a\"", "\"b\"", "\"ü\""].map(str::to_owned).to_vec()),
        "{echoed:#?}"
    );

    let error = invoke(&["-c", "error"]);
    assert_eq!((error.code, values(&error.stdout)), (0, vec!["\"still here\"".to_owned()]), "{error:#?}");
    let failed = invoke(&["-c", "fail"]);
    assert!(failed.code == 1 && failed.stderr.contains("boom"), "{failed:#?}");
}

#[test]
fn a_command_is_stopped() {
    let Some((_sshd, psrp)) = server() else { return };
    let running = psrp.start(&["invoke", "web1", "-c", "hang"]);
    running.wait_for("on");
    running.interrupt();
    let done = running.finish();
    assert_eq!(done.code, 130, "{done:#?}");
}

#[test]
fn the_host_answers() {
    let Some((_sshd, psrp)) = server() else { return };
    let mut terminal = Terminal::start(&psrp.command(&["invoke", "web1", "-c", "ask"]));
    // It asks without a word; what is typed early waits in the terminal.
    terminal.text("typed");
    terminal.key("Enter");
    terminal.finish(STEP);
    assert!(terminal.screen().contains("<typed>"), "{}", terminal.screen());
}

#[test]
fn secure_strings_cross_both_ways() {
    let Some((_sshd, psrp)) = server() else { return };
    let mut terminal = Terminal::start(&psrp.command(&["invoke", "web1", "-o", "clixml", "-c", "pin"]));
    terminal.wait_for("web1", STEP);
    terminal.text("geheim");
    terminal.key("Enter");
    terminal.finish(STEP);
    let screen = terminal.screen().replace('\n', "");
    assert!(screen.contains("<S>6 characters, the last is m</S><SS>"), "{screen}");
}
