//! Every message that PowerShell 7.6.9 was recorded to send is read into what it means, and written again as the same
//! bytes.

use std::fs;
use std::path::{Path, PathBuf};

use psrp_proto::message::Message;
use psrp_proto::transport::{ClientEvent, ClientTransport, ServerEvent, ServerTransport};
use psrp_proto::{Channel, Destination, Limits, MessageKind, RawMessage, Uuid};
use serde_json::Value as Json;

/// A message and the recording it is from.
struct Recorded {
    origin: String,
    message: RawMessage,
}

fn files(folder: &str, endings: &[&str]) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(folder);
    let entries = fs::read_dir(&folder).unwrap_or_else(|e| panic!("{} cannot be read: {e}", folder.display()));
    let paths = entries.map(|entry| entry.unwrap().path());
    let mut paths: Vec<_> =
        paths.filter(|path| endings.iter().any(|ending| path.to_string_lossy().ends_with(ending))).collect();
    paths.sort();
    assert!(!paths.is_empty(), "{} holds no recordings", folder.display());
    paths
}

fn json_lines(path: &Path) -> Vec<Json> {
    let mut bytes = fs::read(path).unwrap();
    if path.extension().is_some_and(|extension| extension == "xz") {
        let compressed = std::mem::take(&mut bytes);
        lzma_rs::xz_decompress(&mut compressed.as_slice(), &mut bytes).unwrap();
    }
    let lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    lines.map(|line| serde_json::from_slice(line).unwrap()).collect()
}

/// Plays a recorded conversation through both transports.
fn transcript(path: &Path) -> Vec<Recorded> {
    let origin = path.file_name().unwrap().to_string_lossy().into_owned();
    let mut server = ServerTransport::new(Limits::default());
    let mut client = ClientTransport::new(Limits::default());
    let mut found = Vec::new();
    let mut add = |message| found.push(Recorded { origin: origin.clone(), message });
    for line in json_lines(path) {
        let text = format!("{}\n", line["line"].as_str().unwrap_or_default());
        match line["way"].as_str().unwrap() {
            "c>s" => server.receive(text.as_bytes()),
            "s>c" => client.receive(text.as_bytes()),
            _ => continue,
        }
        while let Some(event) = server.poll_event() {
            match event {
                ServerEvent::Command(pid) => client.open(pid).unwrap(),
                ServerEvent::Message { message, .. } => add(message),
                ServerEvent::Close(channel) => client.close(channel).unwrap(),
                ServerEvent::DataEnd { .. } | ServerEvent::Signal(_) => {}
                other => panic!("{origin}: {other:?}"),
            }
        }
        while let Some(event) = client.poll_event() {
            match event {
                ClientEvent::Message { message, .. } => add(message),
                ClientEvent::CloseAck(channel) => server.ack_close(channel),
                ClientEvent::Fatal(error) => panic!("{origin}: {error}"),
                ClientEvent::Noise(text) => assert!(text.starts_with("   at ") || text.is_empty(), "{origin}: {text}"),
                _ => {}
            }
        }
    }
    found
}

/// The answers of the conformance cases.
fn conformance(path: &Path) -> Vec<Recorded> {
    let mut found = Vec::new();
    for case in json_lines(path) {
        for pipeline in case["pipelines"].as_array().into_iter().flatten() {
            for message in pipeline["messages"].as_array().into_iter().flatten() {
                let (name, text) = (message[0].as_str().unwrap(), message[1].as_str().unwrap());
                let kind = *MessageKind::ALL.iter().find(|kind| kind.name() == name).unwrap();
                let payload = if text.is_empty() { String::new() } else { format!("\u{FEFF}{text}") };
                found.push(Recorded {
                    origin: format!("{} {}", path.display(), case["case"]),
                    message: RawMessage::pool(Destination::Client, kind, Uuid::nil(), payload.into()),
                });
            }
        }
    }
    found
}

fn check(recorded: &[Recorded]) {
    let mut wrong = Vec::new();
    for Recorded { origin, message } in recorded {
        let outcome = match Message::decode(message) {
            Ok(typed) => {
                assert_eq!(typed.kind(), message.kind);
                let again = typed.encode();
                if again == message.payload {
                    continue;
                }
                String::from_utf8_lossy(&again).into_owned()
            }
            Err(error) => error.to_string(),
        };
        let name = message.kind.name();
        wrong.push(format!(
            "{origin}: {name}\n   sent {}\n  wrote {outcome}\n",
            String::from_utf8_lossy(&message.payload)
        ));
    }
    let some = wrong[..wrong.len().min(5)].concat();
    assert!(wrong.is_empty(), "{} of {} messages differ:\n{some}", wrong.len(), recorded.len());
}

#[test]
fn transcripts() {
    let recorded: Vec<_> = files("tests/transcripts", &[".wire.jsonl", ".wire.jsonl.xz"])
        .iter()
        .flat_map(|path| transcript(path))
        .collect();
    assert!(recorded.len() > 3_000, "{}", recorded.len());
    check(&recorded);
}

#[test]
fn conformance_answers() {
    let recorded: Vec<_> =
        files("tests/conformance/expected", &[".jsonl"]).iter().flat_map(|path| conformance(path)).collect();
    assert!(recorded.len() > 10_000, "{}", recorded.len());
    check(&recorded);
}

/// The parameters of every recorded host call and the result of every answer are understood, and encoded the same.
#[test]
fn host_calls() {
    let mut methods = std::collections::BTreeSet::new();
    for path in files("tests/transcripts", &[".wire.jsonl", ".wire.jsonl.xz"]) {
        let mut calls = std::collections::BTreeMap::new();
        for Recorded { origin, message } in transcript(&path) {
            let channel = Channel::from(message.pid);
            match Message::decode(&message).unwrap() {
                Message::PipelineHostCall(call) => {
                    let request = call.request().unwrap_or_else(|e| panic!("{origin}: {e}"));
                    let again = psrp_proto::host::HostCall::new(call.call_id, &request);
                    // Whoever shows the array form of 56 reads it; we write the form that stock clients can read.
                    assert_eq!(again.parameters.len(), call.parameters.len());
                    let text = |call| Message::PipelineHostCall(call).encode();
                    if !String::from_utf8_lossy(&text(call.clone())).contains("N=\"mae\"") {
                        assert_eq!(text(again), text(call.clone()), "{origin}");
                    }
                    methods.insert(call.method);
                    calls.insert((channel, call.call_id), call);
                }
                Message::PipelineHostResponse(response) => {
                    let call = &calls[&(channel, response.call_id)];
                    let reply = response.reply().unwrap_or_else(|e| panic!("{origin}: {e}"));
                    assert_eq!(psrp_proto::host::HostResponse::new(call, &reply), response, "{origin}");
                }
                _ => {}
            }
        }
    }
    assert!(methods.len() >= 18, "{methods:?}");
}
