//! Named events and pauses, as the end-to-end tests use them.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use serde_json::Value;

use crate::home::{Home, LIMIT};

/// A test's end of the events of all processes.
struct Events {
    heard: Receiver<(Value, UnixStream)>,
}

impl Events {
    fn listen(home: &mut Home, pause: &[&str]) -> Self {
        let path = home.path("events");
        home.set("PSRPD_TEST_EVENTS", path.to_str().unwrap());
        let listener = UnixListener::bind(path).unwrap();
        let plan = serde_json::json!({ "pause": pause });
        let (send, heard) = channel();
        thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                writeln!(stream, "{plan}").unwrap();
                let send = send.clone();
                thread::spawn(move || {
                    for line in BufReader::new(stream.try_clone().unwrap()).lines().map_while(Result::ok) {
                        let event = serde_json::from_str(&line).unwrap();
                        let _ = send.send((event, stream.try_clone().unwrap()));
                    }
                });
            }
        });
        Self { heard }
    }

    /// Waits for an event; gives it and the way to answer.
    fn wait_for(&self, name: &str) -> (Value, UnixStream) {
        let mut before = Vec::new();
        loop {
            let (event, stream) = self.heard.recv_timeout(LIMIT).unwrap_or_else(|_| panic!("{name} after {before:?}"));
            if event["event"] == name {
                return (event, stream);
            }
            before.push(event["event"].as_str().unwrap().to_owned());
        }
    }
}

#[test]
fn every_process_tells_what_it_does() {
    let mut home = Home::new();
    let events = Events::listen(&mut home, &[]);
    let mut client = home.connect(&[("PSRP_SESSION", "work")]);
    client.reach();
    let mut expected = BTreeMap::from([
        ("broker.lock", "broker"),
        ("broker.spawned", "broker"),
        ("engine.spawned", "host"),
        ("attach.resolved", "shim"),
        ("attach.arrived", "host"),
        ("create.published", "host"),
        ("session.created", "host"),
    ]);
    // The order between processes is not known.
    while !expected.is_empty() {
        let (event, _) = events.heard.recv_timeout(LIMIT).unwrap_or_else(|_| panic!("not heard: {expected:?}"));
        if let Some(role) = expected.remove(event["event"].as_str().unwrap()) {
            assert_eq!(event["role"], role, "{event}");
            assert!(event["pid"].as_u64().is_some() && event["fields"].is_object(), "{event}");
        }
    }
    client.kill();
    events.wait_for("link.lost");
}

#[test]
fn a_host_that_was_started_for_one_client_is_not_given_to_another() {
    let mut home = Home::new();
    let events = Events::listen(&mut home, &["attach.resolved"]);
    let mut sent_to = Vec::new();
    let clients: Vec<_> = ["first", "second"].map(|name| home.connect(&[("PSRP_SESSION", name)])).into();
    for mut client in clients {
        client.hello();
        let (event, shim) = events.wait_for("attach.resolved");
        sent_to.push((event["fields"]["session"].clone(), client, shim));
    }
    assert_ne!(sent_to[0].0, sent_to[1].0);
    for (_, client, shim) in &mut sent_to {
        writeln!(shim, r#"{{"go":"attach.resolved"}}"#).unwrap();
        client.line();
    }
}

#[test]
fn a_pause_stops_exactly_what_it_names() {
    let mut home = Home::new();
    let events = Events::listen(&mut home, &["create.published", "link.read"]);
    let mut client = home.connect(&[("PSRP_SESSION", "work")]);
    client.hello();
    let (_, mut host) = events.wait_for("create.published");
    // The name is taken, and nobody has been attached.
    assert_eq!(home.manifests()[0]["phase"], "live");
    writeln!(host, r#"{{"go":"create.published"}}"#).unwrap();
    events.wait_for("handshake.cap");
    client.line();

    // The reading of a link stands still; the session does not.
    client.write("<Command PSGuid='9d2c0f3a-6b1e-4a77-8c55-01d2e3f4a5b6' />\n");
    let (_, mut host) = events.wait_for("link.read");
    assert_eq!(home.session("work")["name"], "work");
    writeln!(host, r#"{{"go":"link.read"}}"#).unwrap();
    while !client.line().starts_with("<CommandAck") {}
}
