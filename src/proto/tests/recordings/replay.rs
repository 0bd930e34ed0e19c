//! The pools do what the recorded sides did: given what one side heard and what its owner wanted, they say in every
//! channel what it said, byte for byte.

use std::collections::BTreeMap;
use std::path::Path;

use psrp_clixml::Version;
use psrp_proto::message::{Availability, Message};
use psrp_proto::pool::{client, server};
use psrp_proto::transport::{ClientEvent, ServerEvent};
use psrp_proto::{Channel, RawMessage};

use crate::files::{Passed, conversation, transcripts};

const V24: Version = Version::new(2, 4);

/// What one side said in each channel, in order.
#[derive(Debug, Default)]
struct Said(BTreeMap<Channel, Vec<String>>);

impl Said {
    fn message(&mut self, channel: Channel, message: &RawMessage) {
        let payload = String::from_utf8_lossy(&message.payload);
        let text = format!("{} {} {} {payload}", message.kind.name(), message.rpid, message.pid);
        self.0.entry(channel).or_default().push(text);
    }

    fn element(&mut self, channel: Channel, name: &str) {
        self.0.entry(channel).or_default().push(name.to_owned());
    }

    fn assert_is(&self, expected: &Self, path: &Path) {
        for (channel, expected) in &expected.0 {
            let said = self.0.get(channel).map_or(&[][..], Vec::as_slice);
            let same = said.iter().zip(expected).take_while(|(a, b)| a == b).count();
            assert!(
                said.len() == expected.len() && same == said.len(),
                "{}, {channel}, number {same}\n  expected {:?}\n      said {:?}",
                path.display(),
                expected.get(same),
                said.get(same),
            );
        }
        assert_eq!(self.0.len(), expected.0.len(), "{}", path.display());
    }
}

fn client_says(pool: &mut client::Pool, input: client::Input, said: &mut Said, path: &Path) {
    pool.handle(input.clone()).unwrap_or_else(|e| panic!("{}: {e}: {input:?}", path.display()));
    while let Some(output) = pool.poll() {
        match output {
            client::Output::Open(pid) => said.element(pid.into(), "Command"),
            client::Output::Send { channel, message, .. } => said.message(channel, &message),
            client::Output::Signal(pid) => said.element(pid.into(), "Signal"),
            client::Output::Close(channel) => said.element(channel, "Close"),
            client::Output::Event(_) => {}
            other => panic!("{}: {other:?}", path.display()),
        }
    }
}

fn replay_client(path: &Path) {
    use client::Input;
    let passed = conversation(path);
    let rpid = passed.iter().find_map(|passed| match passed {
        Passed::FromClient(ServerEvent::Message { message, .. }) => Some(message.rpid),
        _ => None,
    });
    let mut pool = client::Pool::new(rpid.unwrap(), V24);
    let (mut expected, mut said) = (Said::default(), Said::default());
    for passed in passed {
        let input = match passed {
            Passed::FromClient(ServerEvent::Message { channel, message, .. }) => {
                expected.message(channel, &message);
                let pid = message.pid;
                match Message::decode(&message).unwrap() {
                    // Goes with the next one.
                    Message::SessionCapability(_) => continue,
                    Message::InitRunspacePool(init) => Input::Open(init.into()),
                    Message::CreatePipeline(create) => Input::CreatePipeline { pid, create: create.into() },
                    Message::GetCommandMetadata(get) => Input::GetCommandMetadata { pid, get: get.into() },
                    Message::PipelineInput(value) => Input::PipelineInput { pid, value },
                    Message::EndOfPipelineInput => Input::EndOfPipelineInput { pid },
                    Message::PipelineHostResponse(response) => {
                        Input::HostResponse { channel, response: response.into() }
                    }
                    Message::SetMaxRunspaces(set) => Input::SetMaxRunspaces(set),
                    Message::SetMinRunspaces(set) => Input::SetMinRunspaces(set),
                    Message::GetAvailableRunspaces(call) => Input::GetAvailableRunspaces { call_id: call.call_id },
                    Message::ResetRunspaceState(call) => Input::ResetRunspaceState { call_id: call.call_id },
                    other => panic!("{}: {other:?}", path.display()),
                }
            }
            Passed::FromClient(ServerEvent::Command(pid)) => {
                expected.element(pid.into(), "Command");
                continue;
            }
            Passed::FromClient(ServerEvent::Signal(pid)) => {
                expected.element(pid.into(), "Signal");
                Input::Stop { pid }
            }
            Passed::FromClient(ServerEvent::Close(channel)) => {
                expected.element(channel, "Close");
                // A pipeline is closed by itself, or with the session.
                if channel == Channel::Session { Input::Close } else { continue }
            }
            Passed::FromServer(ClientEvent::Message { channel, message }) => Input::Message { channel, message },
            Passed::FromServer(ClientEvent::SignalAck(pid)) => Input::SignalAck(pid),
            Passed::FromServer(ClientEvent::CloseAck(channel)) => Input::CloseAck(channel),
            Passed::ClientGone => Input::LinkLost,
            _ => continue,
        };
        client_says(&mut pool, input, &mut said, path);
    }
    said.assert_is(&expected, path);
}

fn server_says(pool: &mut server::Pool, input: server::Input, said: &mut Said, path: &Path) {
    pool.handle(input.clone()).unwrap_or_else(|e| panic!("{}: {e}: {input:?}", path.display()));
    while let Some(output) = pool.poll() {
        match output {
            server::Output::CommandAck(pid) => said.element(pid.into(), "CommandAck"),
            server::Output::SignalAck(pid) => said.element(pid.into(), "SignalAck"),
            server::Output::CloseAck(channel) => said.element(channel, "CloseAck"),
            server::Output::Send { channel, message } => said.message(channel, &message),
            server::Output::Event(_) => {}
            other => panic!("{}: {other:?}", path.display()),
        }
    }
}

/// What the engine must have done for the server to say `message`; `None` when the server says it by itself.
fn engine_did(
    pool: &mut server::Pool,
    channel: Channel,
    message: &RawMessage,
    resets: &[i64],
) -> Option<server::Input> {
    use server::Input;
    let pid = message.pid;
    Some(match Message::decode(message).unwrap() {
        Message::ApplicationPrivateData(data) => Input::Opened { private_data: data.data },
        Message::PipelineState(info) => Input::PipelineEnded { pid, info: info.into() },
        Message::PipelineHostCall(call) => {
            if call.method.returns_value() {
                assert_eq!(pool.next_call_id(channel), call.call_id);
            }
            Input::HostCall { channel, call: call.into() }
        }
        Message::UserEvent(event) => Input::UserEvent(event.into()),
        Message::RunspaceAvailability(answer) if resets.contains(&answer.call_id) => {
            Input::ResetDone { call_id: answer.call_id, done: answer.response == Availability::Done(true) }
        }
        Message::SessionCapability(_) | Message::RunspacePoolState(_) | Message::RunspaceAvailability(_) => {
            return None;
        }
        _ => Input::Record { pid, kind: message.kind, payload: message.payload.clone() },
    })
}

fn replay_server(path: &Path) {
    use server::Input;
    let mut pool = server::Pool::new(V24);
    let (mut expected, mut said) = (Said::default(), Said::default());
    let mut resets = Vec::new();
    for passed in conversation(path) {
        let input = match passed {
            Passed::FromClient(ServerEvent::Command(pid)) => Input::Command(pid),
            Passed::FromClient(ServerEvent::Message { channel, message, .. }) => {
                if let Message::ResetRunspaceState(call) = Message::decode(&message).unwrap() {
                    resets.push(call.call_id);
                }
                Input::Message { channel, message }
            }
            Passed::FromClient(ServerEvent::Signal(pid)) => Input::Signal(pid),
            Passed::FromClient(ServerEvent::Close(channel)) => Input::Close(channel),
            Passed::ClientGone => Input::LinkLost,
            Passed::FromServer(ClientEvent::Message { channel, message }) => {
                expected.message(channel, &message);
                match engine_did(&mut pool, channel, &message, &resets) {
                    Some(input) => input,
                    None => continue,
                }
            }
            Passed::FromServer(ClientEvent::CommandAck(pid)) => {
                expected.element(pid.into(), "CommandAck");
                continue;
            }
            Passed::FromServer(ClientEvent::SignalAck(pid)) => {
                expected.element(pid.into(), "SignalAck");
                continue;
            }
            Passed::FromServer(ClientEvent::CloseAck(channel)) => {
                expected.element(channel, "CloseAck");
                continue;
            }
            _ => continue,
        };
        server_says(&mut pool, input, &mut said, path);
    }
    said.assert_is(&expected, path);
}

#[test]
fn as_the_client() {
    transcripts().iter().for_each(|path| replay_client(path));
}

#[test]
fn as_the_server() {
    transcripts().iter().for_each(|path| replay_server(path));
}
