//! Every message that PowerShell 7.6.9 was recorded to send is read into what it means, and written again as the same
//! bytes.

use std::path::Path;

use psrp_proto::message::Message;
use psrp_proto::transport::{ClientEvent, ServerEvent};
use psrp_proto::{Channel, Destination, MessageKind, RawMessage, Uuid};

use crate::files::{Passed, conversation, files, json_lines, transcripts};

/// A message and the recording it is from.
struct Recorded {
    origin: String,
    message: RawMessage,
}

/// The messages of a conversation.
fn transcript(path: &Path) -> Vec<Recorded> {
    let origin = path.file_name().unwrap().to_string_lossy().into_owned();
    let messages = conversation(path).into_iter().filter_map(|passed| match passed {
        Passed::FromClient(ServerEvent::Message { message, .. }) => Some(message),
        Passed::FromServer(ClientEvent::Message { message, .. }) => Some(message),
        _ => None,
    });
    messages.map(|message| Recorded { origin: origin.clone(), message }).collect()
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
fn transcript_messages() {
    let recorded: Vec<_> = transcripts().iter().flat_map(|path| transcript(path)).collect();
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
    for path in transcripts() {
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
