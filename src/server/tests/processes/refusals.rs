//! Clients that are told no: one line, exit code 3.

use std::fs;

use crate::home::Home;

fn refused(home: &Home, variables: &[(&str, &str)]) -> String {
    let mut client = home.connect(variables);
    client.hello();
    let line = client.line();
    assert_eq!(client.wait().code(), Some(3), "{line}");
    let text = line.strip_prefix("__NamedPipeError__:").unwrap_or_else(|| panic!("{line}")).to_owned();
    let host = rustix::system::uname().nodename().to_string_lossy().into_owned();
    assert!(text.contains(&host), "{text} must name the computer {host}");
    text
}

#[test]
fn a_wrong_variable_is_refused_and_never_ignored() {
    let home = Home::new();
    for (variables, expected) in [
        (&[("PSRP_SESSION", "a b")][..], "PSRP_SESSION"),
        (&[("PSRP_SESSION", "work"), ("PSRP_ATTACH", "maybe")], "auto, existing, new or steal"),
        (&[("PSRP_ATTACH", "new")], "PSRP_ATTACH needs PSRP_SESSION"),
        (&[("PSRP_SESION", "work")], "PSRP_SESION is not known"),
        (&[("PSRP_IDLE", "soon")], "60 to 2147483"),
    ] {
        let text = refused(&home, variables);
        assert!(text.contains(expected), "{text}");
    }
    assert!(home.manifests().is_empty(), "a refusal starts nothing");
}

#[test]
fn a_session_that_must_exist_and_does_not() {
    let home = Home::new();
    let text = refused(&home, &[("PSRP_SESSION", "work"), ("PSRP_ATTACH", "existing")]);
    assert!(text.starts_with("no session work on "), "{text}");
}

#[test]
fn a_refusal_is_audited() {
    let home = Home::new();
    let log = home.path("audit.log");
    let config = fs::read_to_string(home.path("psrpd.toml")).unwrap();
    fs::write(home.path("psrpd.toml"), format!("{config}\n[audit]\ntarget = \"file\"\nfile = {log:?}\n")).unwrap();
    refused(
        &home,
        &[("PSRP_SESSION", "work"), ("PSRP_ATTACH", "existing"), ("SSH_CONNECTION", "192.0.2.7 5 192.0.2.1 22")],
    );
    let line: serde_json::Value = serde_json::from_str(&fs::read_to_string(log).unwrap()).unwrap();
    assert_eq!((&line["event"], &line["code"]), (&"attach.refused".into(), &"not-found".into()));
    assert_eq!((&line["name"], &line["from"]), (&"work".into(), &"192.0.2.7 port 5".into()));
}

#[test]
fn a_session_that_must_not_exist_and_does() {
    let home = Home::new();
    let mut holder = home.connect(&[("PSRP_SESSION", "work")]);
    holder.reach();
    let text = refused(&home, &[("PSRP_SESSION", "WORK"), ("PSRP_ATTACH", "new")]);
    assert!(text.contains("session WORK exists"), "{text}");
}

#[test]
fn an_engine_that_is_not_there() {
    let home = Home::with("[engine]\npath = \"/nonexistent/pwsh\"\nwarm = 0\n");
    let text = refused(&home, &[]);
    assert!(text.contains("engine did not start") && text.contains("/nonexistent/pwsh"), "{text}");
    assert!(home.manifests().is_empty());
}

#[test]
fn a_wrong_configuration() {
    let home = Home::with("[engine]\nwarn = 1\n");
    let text = refused(&home, &[]);
    assert!(text.contains("engine.warn is not known; did you mean engine.warm?"), "{text}");
}

#[test]
fn the_limit_of_sessions() {
    let home = Home::with(&format!("[engine]\n{}\nwarm = 0\n[limits]\nsessions = 2\n", crate::home::SILENT_ENGINE));
    let mut clients = [home.connect(&[]), home.connect(&[])];
    clients.iter_mut().for_each(|client| client.reach());
    let text = refused(&home, &[]);
    assert!(text.contains("limit of 2 sessions reached"), "{text}");
    // Existing ones are untouched.
    assert_eq!(home.sessions().len(), 2);
}

#[test]
fn noise_instead_of_a_first_line() {
    let home = Home::new();
    for noise in ["ls -l\n".to_owned(), "<Close PSGuid='x' />\n".to_owned(), "x".repeat(100_000)] {
        let mut client = home.connect(&[]);
        client.write(&noise);
        let line = client.line();
        assert!(line.starts_with("__NamedPipeError__:the client's first line"), "{line}");
        assert_eq!(client.wait().code(), Some(3));
    }
    let mut silent = home.connect(&[]);
    silent.end_input();
    assert!(silent.line().contains("the client ended before it said anything"));
    assert!(home.manifests().is_empty());
}
