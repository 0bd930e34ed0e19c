//! Whole sessions with a real `pwsh`; skipped, and said so, where there is none.

use std::fs;

use crate::home::{Home, eventually};

fn home(more: &str) -> Option<Home> {
    let mut home = Home::with(&format!("[engine]\npath = {:?}\nwarm = 0\n{more}", peers::pwsh()?));
    for (name, value) in [("POWERSHELL_TELEMETRY_OPTOUT", "1"), ("POWERSHELL_UPDATECHECK", "Off"), ("LANG", "C.UTF-8")]
    {
        home.set(name, value);
    }
    Some(home)
}

#[test]
fn a_session_opens_runs_and_ends() {
    let Some(home) = home("") else { return };
    let mut client = home.connect(&[]);
    client.open();
    let output = client.invoke("1..3; $env:PSRP_SESSION");
    assert_eq!(output.len(), 5, "{output:?}");
    assert!(
        output[0].contains("<I32>1</I32>") && output[4].contains(r#"<I32 N="PipelineState">4</I32>"#),
        "{output:?}"
    );
    let status = client.remove();
    assert!(status.success(), "{status}");
    eventually("the session's end", || home.manifests().is_empty().then_some(()));
}

#[test]
fn a_nameless_session_ends_with_its_connection_when_nothing_ever_ran() {
    let Some(home) = home("") else { return };
    let mut client = home.connect(&[]);
    client.open();
    assert_eq!(home.sessions().len(), 1);
    client.kill();
    eventually("the session's end", || home.manifests().is_empty().then_some(()));
}

#[test]
fn a_variable_survives_a_killed_connection() {
    let Some(home) = home("") else { return };
    let mut first = home.connect(&[("PSRP_SESSION", "work")]);
    first.open();
    let pid = first.invoke("$x = 'still here'; $PID");
    first.kill();
    eventually("the loss", || (home.session("work")["state"] == "Disconnected").then_some(()));
    let mut second = home.connect(&[("PSRP_SESSION", "work")]);
    second.open();
    assert!(second.invoke("$x")[0].contains("still here"));
    assert_eq!(second.invoke("$PID")[0], pid[0]);
}

#[test]
fn commands_and_output_are_in_no_log() {
    let Some(mut home) = home("") else { return };
    let log = home.path("audit.log");
    let config = fs::read_to_string(home.path("psrpd.toml")).unwrap();
    fs::write(home.path("psrpd.toml"), format!("{config}\n[audit]\ntarget = \"file\"\nfile = {log:?}\n")).unwrap();
    let other_log = home.path("psrpd.log");
    home.set("PSRPD_LOG", other_log.to_str().unwrap());
    home.set("SSH_CONNECTION", "192.0.2.7 50022 192.0.2.1 22");
    let mut client = home.connect(&[("PSRP_SESSION", "work")]);
    client.open();
    client.invoke("$secret = 'Sesame-4711'; $secret; throw $secret");
    assert!(home.run(&["sessions", "remove", "work"]).status.success());
    eventually("the session's end", || home.manifests().is_empty().then_some(()));
    let text = fs::read_to_string(&log).unwrap();
    for event in ["session.created", "engine.opened", "session.removed", "engine.exited"] {
        assert!(text.contains(&format!("\"event\":\"{event}\"")), "{event} in {text}");
    }
    assert!(text.contains("192.0.2.7 port 50022"), "{text}");
    assert!(!text.contains("Sesame-4711"), "{text}");
    let text = fs::read_to_string(&other_log).unwrap();
    assert!(text.contains("session.created") && !text.contains("Sesame-4711"), "{text}");
}

#[test]
fn an_engine_that_ends_at_once_is_reported_with_its_last_words() {
    assert_eq!(last_words("no libicu"), "no libicu");
}

#[test]
fn an_engine_that_dies_of_its_startup_profile_is_reported_with_what_to_do() {
    let said = last_words("Stack overflow.");
    assert!(said.ends_with("remove ~/.cache/powershell/StartupProfileData-SSHServerMode"), "{said}");
}

/// What a client is told of an engine that writes `words` to its error output and ends.
fn last_words(words: &str) -> String {
    let home = Home::with(&format!(
        "[engine]\npath = \"/bin/sh\"\narguments = [\"-c\", \"echo {words} >&2; exit 9\"]\nwarm = 0\n"
    ));
    let mut client = home.connect(&[]);
    client.hello();
    let mut heard = Vec::new();
    while let Some(line) = client.next_line() {
        heard.push(line);
        let text = psrp_text(&heard);
        if let Some((said, _)) =
            text.split_once("engine did not start: ").and_then(|(_, rest)| rest.split_once(" (session"))
        {
            client.end_input();
            client.wait();
            return said.to_owned();
        }
    }
    panic!("{}", psrp_text(&heard));
}

/// What lines say, their base64 decoded.
fn psrp_text(lines: &[String]) -> String {
    let mut transport = psrp_proto::transport::ClientTransport::new(psrp_proto::Limits::default());
    let mut text = String::new();
    for line in lines {
        transport.receive(line.as_bytes());
        transport.receive(b"\n");
        while let Some(event) = transport.poll_event() {
            match event {
                psrp_proto::transport::ClientEvent::Message { message, .. } => {
                    text.push_str(&String::from_utf8_lossy(&message.payload));
                }
                psrp_proto::transport::ClientEvent::ServerError(error) => text.push_str(&error),
                _ => {}
            }
        }
    }
    text
}
