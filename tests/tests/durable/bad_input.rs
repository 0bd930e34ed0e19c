//! Clients and engines that break the protocol: each is told in one line what was wrong, and nobody else notices.

use std::thread;

use e2e::STEP;
use e2e::server::Server;
use e2e::wire::{Failure, Wire};
use psrp_proto::MessageKind;

use crate::{attach, server, wait_for_loss};

const WORK: (&str, &str) = ("PSRP_SESSION", "work");

/// A client of another session, which must stay well.
#[track_caller]
fn bystander(server: &Server) -> Wire {
    server.wire(&[("PSRP_SESSION", "other")]).expect("the other session opens")
}

#[track_caller]
fn assert_well(client: &mut Wire) {
    assert_eq!(client.run("output 3").unwrap().objects, 3, "another session must not notice");
}

/// What a client is told that has said nothing yet and then says this.
#[track_caller]
fn answer_to(server: &Server, bytes: &[u8]) -> Failure {
    let mut client = Wire::connect(server.subsystem(&[WORK]), STEP).expect("the subsystem starts");
    // It may have hung up in the middle of it.
    let _ = client.raw(bytes);
    client.end()
}

#[test]
fn garbage_instead_of_a_first_line_is_refused() {
    let server = server();
    let mut other = bystander(&server);
    let long = vec![b'x'; 1 << 20];
    let absurd = fragment("00000000-0000-0000-0000-000000000000");
    for (bytes, told) in [
        (&b"GET / HTTP/1.1\r\nHost: web1\r\n\r\n"[..], "first line is not the beginning of a PSRP session"),
        (&b"\xff\xfe\x00\x01\n"[..], "first line is not the beginning of a PSRP session"),
        (&b"<Data Stream='Default' PSGuid='nobody'>AAAA</Data>\n"[..], "first line is not the beginning"),
        (absurd.as_bytes(), "first line is not the beginning of a PSRP session"),
        (&long, "the client's first line is longer than 65536 bytes"),
    ] {
        let said = answer_to(&server, bytes);
        assert!(said.contains(told), "{said}");
        assert_eq!(said.lines().count(), 1, "one line: {said}");
        assert!(said.len() < 1_000, "what the client said is cut: {said}");
        assert_well(&mut other);
    }
    assert_eq!(server.sessions().len(), 1, "a client that is refused leaves no session");
}

/// A fragment that claims to be 4 GiB long (MS-PSRP 2.2.4): object 1, fragment 0, first and last, length, nothing behind it.
fn fragment(channel: &str) -> String {
    format!("<Data Stream='Default' PSGuid='{channel}'>AAAAAAAAAAEAAAAAAAAAAAP/////</Data>\n")
}

#[test]
fn client_that_stops_in_the_middle_of_its_first_line_leaves_nothing() {
    let server = server();
    let mut client = Wire::connect(server.subsystem(&[WORK]), STEP).unwrap();
    client.raw(b"<Data Stream='Default' PSGuid='0000").unwrap();
    client.kill();
    assert!(server.sessions().is_empty());
    server.sshd().sandbox().wait_for_processes(STEP, |_| server.processes("subsystem").is_empty());
    assert_eq!(attach(&server).run("output 2").unwrap().objects, 2);
}

#[test]
fn client_that_breaks_the_protocol_loses_its_link_and_not_its_session() {
    let server = server();
    let mut other = bystander(&server);
    let nil = "00000000-0000-0000-0000-000000000000";
    for bytes in [
        b"this is not the protocol\n".to_vec(),
        b"<Dance PSGuid='00000000-0000-0000-0000-000000000000' />\n".to_vec(),
        fragment(nil).into_bytes(),
        // Half an element, and then another.
        format!("<Data Stream='Default' PSGuid='{nil}'>AAAA<Close PSGuid='{nil}' />\n").into_bytes(),
        // A line that does not end.
        vec![b'x'; 64 << 20],
    ] {
        let mut client = attach(&server);
        assert_eq!(client.run("output 1").unwrap().objects, 1);
        let _ = client.raw(&bytes);
        let said = client.end();
        assert!(!said.is_empty() && said.len() < 1_000 && said.lines().count() == 1, "one bounded line: {said}");
        assert!(!said.contains("has closed its output"), "it must be told why: {}", escaped(&bytes));
        drop(client);
        wait_for_loss(&server);
        assert_well(&mut other);
    }
    assert_eq!(attach(&server).run("output 2").unwrap().objects, 2);
    assert_eq!(server.events().all("engine.spawned").len(), 2, "both sessions are the first ones");
}

fn escaped(bytes: &[u8]) -> String {
    bytes.iter().take(80).flat_map(|byte| std::ascii::escape_default(*byte)).map(char::from).collect()
}

#[test]
fn client_that_stops_in_the_middle_of_a_message_starts_nothing() {
    let server = server();
    let mut client = attach(&server);
    let pid = client.start("run", false).unwrap();
    assert_eq!(client.object(pid).unwrap(), "<S>on</S>");
    client
        .raw(format!("<Command PSGuid='{pid}' />\n<Data Stream='Default' PSGuid='{pid}'>AAAAAAAAAAEAAA").as_bytes())
        .unwrap();
    client.kill();
    wait_for_loss(&server);
    let mut next = attach(&server);
    let stop = next.command("Stop-PsrpCommand").unwrap();
    assert_eq!(next.finish(stop).unwrap().state, 4);
    server.events().wait_for("pipeline.started", |event| event.fields["pipeline"] == "2", STEP);
    assert_eq!(server.events().all("pipeline.started").len(), 2);
}

#[test]
fn client_that_floods_meets_a_limit() {
    let server = server();
    let mut other = bystander(&server);
    let mut client = attach(&server);
    // Nobody takes their output, and none ends.
    let refused = (0..400).find_map(|_| {
        let pid = client.start("run", false).ok()?;
        client.object(pid).err()
    });
    let refused = refused.expect("the number of pipelines is limited");
    assert!(
        refused.contains("session work holds 256 commands; receive or stop some: Get-PsrpCommand lists them"),
        "{refused}"
    );
    assert_well(&mut other);
    drop(client);
    // Connections that say nothing, all at once: those beyond the limit are refused, and the others cost no more than a wait.
    thread::scope(|scope| {
        let silent: Vec<_> = (0..80)
            .map(|_| {
                scope.spawn(|| {
                    Wire::connect(server.subsystem(&[WORK]), STEP)
                        .and_then(|mut client| client.negotiate().map(|()| client))
                })
            })
            .collect();
        let silent: Vec<_> = silent.into_iter().map(|client| client.join().expect("a client")).collect();
        assert_well(&mut other);
        for said in silent.iter().filter_map(|client| client.as_ref().err()) {
            assert!(said.contains("session work has 64 connections; close some of them"), "{said}");
        }
    });
    assert_well(&mut other);
}

#[test]
fn engine_that_breaks_the_protocol_costs_only_its_session() {
    let server = server();
    let mut other = bystander(&server);
    for (command, why) in [
        ("garbage", "the engine broke the protocol"),
        ("endless", "the engine broke the protocol"),
        ("absurd", "the engine broke the protocol"),
        ("cut", "the engine broke the protocol"),
    ] {
        let mut client = attach(&server);
        client.start(command, false).unwrap();
        let said = loop {
            let message = client.message().unwrap_or_else(|said| panic!("{command}: {said}"));
            if message.kind == MessageKind::RunspacePoolState {
                break String::from_utf8_lossy(message.xml()).into_owned();
            }
        };
        assert!(said.contains("<I32 N=\"RunspaceState\">5</I32>") && said.contains(why), "{command}: {said}");
        assert_well(&mut other);
        client.close().unwrap();
        server.events().wait_for("host.ended", |_| true, STEP);
    }
    assert_well(&mut other);
    let left = server
        .sshd()
        .sandbox()
        .wait_for_processes(STEP, |found| found.iter().filter(|process| process.name == "fake-engine").count() == 1);
    drop(left);
}
