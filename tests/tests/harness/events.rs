//! Events arrive, are taken one by one, and hold a program where it is told to stop.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::time::Duration;

use e2e::events::Events;
use e2e::sandbox::Sandbox;
use serde_json::{Value, json};

const LIMIT: Duration = Duration::from_secs(20);

/// The program's side of the socket.
struct Program {
    reader: BufReader<UnixStream>,
    writer: UnixStream,
}

impl Program {
    fn connect(events: &Events) -> (Self, Value) {
        let writer = UnixStream::connect(events.path()).unwrap();
        writer.set_read_timeout(Some(LIMIT)).unwrap();
        let mut program = Self { reader: BufReader::new(writer.try_clone().unwrap()), writer };
        let pauses = program.read();
        (program, pauses)
    }

    fn read(&mut self) -> Value {
        let mut line = String::new();
        self.reader.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap()
    }

    fn send(&mut self, event: &str, fields: Value) {
        let line = json!({ "pid": 1, "role": "host", "event": event, "fields": fields });
        self.writer.write_all(format!("{line}\n").as_bytes()).unwrap();
    }
}

#[test]
fn each_wait_takes_one_event() {
    let sandbox = Sandbox::new();
    let events = Events::listen(sandbox.path());
    let (mut program, pauses) = Program::connect(&events);
    assert_eq!(pauses, json!({ "pause": [] }));
    for lease in [1, 2, 3] {
        program.send("link.lost", json!({ "lease": lease }));
    }
    let lease = |wanted: fn(i64) -> bool| {
        events.wait_for("link.lost", |event| wanted(event.fields["lease"].as_i64().unwrap()), LIMIT).fields["lease"]
            .clone()
    };
    assert_eq!(lease(|lease| lease > 1), 2);
    assert_eq!(lease(|_| true), 1);
    assert_eq!(lease(|_| true), 3);
    assert_eq!(events.all("link.lost").len(), 3);
    assert_eq!(events.all("session.closed").len(), 0);
}

#[test]
fn a_program_stands_until_it_is_resumed() {
    let sandbox = Sandbox::new();
    let events = Events::listen(sandbox.path());
    events.pause_at("attach.decide");
    let (mut first, pauses) = Program::connect(&events);
    let (mut second, _) = Program::connect(&events);
    assert_eq!(pauses, json!({ "pause": ["attach.decide"] }));
    first.send("attach.decide", json!({}));
    events.wait_for("attach.decide", |_| true, LIMIT);
    events.resume("attach.decide", LIMIT);
    assert_eq!(first.read(), json!({ "go": "attach.decide" }));

    second.send("attach.decide", json!({}));
    events.wait_for("attach.decide", |_| true, LIMIT);
    events.release("attach.decide");
    assert_eq!(second.read(), json!({ "go": "attach.decide" }));
    // It still stops there by itself, and is waved through.
    second.send("attach.decide", json!({}));
    assert_eq!(second.read(), json!({ "go": "attach.decide" }));
    // An event that it does not stop at is not answered: the next line is the answer to the one after it.
    first.send("link.lost", json!({}));
    first.send("attach.decide", json!({}));
    assert_eq!(first.read(), json!({ "go": "attach.decide" }));
}

#[test]
#[should_panic(expected = "the event link.lost did not come within 50ms")]
fn a_wait_has_a_limit() {
    let sandbox = Sandbox::new();
    Events::listen(sandbox.path()).wait_for("link.lost", |_| true, Duration::from_millis(50));
}
