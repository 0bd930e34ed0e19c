//! Both ends of a link against each other and against what stock peers say.

use bytes::Bytes;
use proptest::prelude::*;
use psrp_proto::framing::FramingError;
use psrp_proto::transport::{
    ClientEvent, ClientTransport, LinkError, MessageError, SendError, ServerEvent, ServerTransport,
};
use psrp_proto::{Channel, Destination, Limits, MessageKind, RawMessage, Stream, Uuid};

const P: Uuid = Uuid::from_u128(0x4f1b7d60_2c39_4e8a_b6d4_7a8b9c0d1e2f);
const Q: Uuid = Uuid::from_u128(0xaaaaaaaa_2c39_4e8a_b6d4_7a8b9c0d1e2f);
const RPID: Uuid = Uuid::from_u128(0x9d2c0f3a_6b1e_4a77_8c55_01d2e3f4a5b6);

fn message(kind: MessageKind, channel: Channel, to: Destination, payload: Vec<u8>) -> RawMessage {
    RawMessage::pipeline(to, kind, RPID, channel.guid(), payload.into())
}

fn to_server(kind: MessageKind, channel: Channel, size: usize) -> RawMessage {
    message(kind, channel, Destination::Server, vec![b'x'; size])
}

fn server_events(server: &mut ServerTransport) -> Vec<ServerEvent> {
    std::iter::from_fn(|| server.poll_event()).collect()
}

fn client_events(client: &mut ClientTransport) -> Vec<ClientEvent> {
    std::iter::from_fn(|| client.poll_event()).collect()
}

fn server_receives(text: &str) -> Vec<ServerEvent> {
    let mut server = ServerTransport::new(Limits::default());
    server.receive(text.as_bytes());
    server_events(&mut server)
}

fn client_receives(text: &str) -> Vec<ClientEvent> {
    let mut client = ClientTransport::new(Limits::default());
    client.open(P).unwrap();
    client.receive(text.as_bytes());
    client_events(&mut client)
}

fn text(bytes: &Bytes) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

#[test]
fn the_first_two_messages_share_a_data_and_the_next_waits_for_its_ack() {
    let mut client = ClientTransport::new(Limits::default());
    let mut server = ServerTransport::new(Limits::default());
    for kind in [MessageKind::SessionCapability, MessageKind::InitRunspacePool] {
        client.send(Channel::Session, Stream::Default, &to_server(kind, Channel::Session, 10)).unwrap();
    }
    let output = client.take_output();
    assert_eq!(text(&output).lines().count(), 1);
    let late = to_server(MessageKind::PublicKey, Channel::Session, 10);
    client.send(Channel::Session, Stream::Default, &late).unwrap();
    assert!(client.take_output().is_empty());
    assert_eq!(client.queued_bytes(Channel::Session), 50);

    server.receive(&output);
    let events = server_events(&mut server);
    let kinds: Vec<_> = events
        .iter()
        .filter_map(|e| if let ServerEvent::Message { message, .. } = e { Some(message.kind) } else { None })
        .collect();
    assert_eq!(kinds, [MessageKind::SessionCapability, MessageKind::InitRunspacePool]);
    assert_eq!(events[2], ServerEvent::DataEnd { channel: Channel::Session, complete: true });

    server.ack_data(Channel::Session);
    client.receive(&server.take_output());
    assert_eq!(client_events(&mut client), [ClientEvent::DataAck { channel: Channel::Session, idle: false }]);
    assert!(!client.take_output().is_empty());
    server.ack_data(Channel::Session);
    client.receive(&server.take_output());
    assert_eq!(client_events(&mut client), [ClientEvent::DataAck { channel: Channel::Session, idle: true }]);
}

#[test]
fn a_pipeline_opens_before_its_first_data_and_create_pipeline_travels_alone() {
    let channel = Channel::Pipeline(P);
    let mut client = ClientTransport::new(Limits::default());
    client.open(P).unwrap();
    for kind in [MessageKind::CreatePipeline, MessageKind::PipelineInput, MessageKind::EndOfPipelineInput] {
        client.send(channel, Stream::Default, &to_server(kind, channel, 5)).unwrap();
    }
    assert_eq!(text(&client.take_output()), format!("<Command PSGuid='{P}' />\n"));
    assert_eq!(client.queued_total(), 135);
    client.receive(format!("<CommandAck PSGuid='{P}' />\n").as_bytes());
    client.take_output();
    assert_eq!(client.queued_bytes(channel), 90, "the input waits");
    client.receive(format!("<DataAck PSGuid='{P}' />\n").as_bytes());
    let input = client.take_output();
    assert_eq!(text(&input).lines().count(), 1);
    assert_eq!(client.queued_bytes(channel), 0, "the input goes together");
    let ack = ClientEvent::DataAck { channel, idle: false };
    assert_eq!(client_events(&mut client), [ClientEvent::CommandAck(P), ack]);
}

#[test]
fn a_host_response_overtakes_a_long_input() {
    let channel = Channel::Pipeline(P);
    let mut client = ClientTransport::new(Limits::default());
    let mut server = ServerTransport::new(Limits::default());
    client.open(P).unwrap();
    client.receive(format!("<CommandAck PSGuid='{P}' />\n").as_bytes());
    client.send(channel, Stream::Default, &to_server(MessageKind::PipelineInput, channel, 100_000)).unwrap();
    server.receive(&client.take_output());
    let response = to_server(MessageKind::PipelineHostResponse, channel, 9);
    client.send(channel, Stream::PromptResponse, &response).unwrap();
    let mut order = Vec::new();
    for _ in 0..5 {
        client.receive(format!("<DataAck PSGuid='{P}' />\n").as_bytes());
        server.receive(&client.take_output());
        order.extend(server_events(&mut server).into_iter().filter_map(|event| match event {
            ServerEvent::Message { stream, message, .. } => Some((stream, message.payload.len())),
            ServerEvent::DataEnd { complete, .. } => Some((Stream::Default, usize::from(complete))),
            _ => None,
        }));
    }
    let whole = (Stream::Default, 1);
    let half = (Stream::Default, 0);
    let expected = [half, (Stream::PromptResponse, 9), whole, half, half, (Stream::Default, 100_000), whole];
    assert_eq!(order, expected);
}

#[test]
fn lines_to_a_stock_client_are_those_of_a_stock_server() {
    let mut server = ServerTransport::new(Limits::default());
    let payload = Bytes::from_static(b"\xef\xbb\xbf<Obj RefId=\"0\"><MS><I32 N=\"RunspaceState\">2</I32></MS></Obj>");
    let state = RawMessage::pool(Destination::Client, MessageKind::RunspacePoolState, RPID, payload);
    server.send(Channel::Session, &state);
    server.ack_data(Channel::Session);
    server.ack_command(P);
    server.ack_signal(P);
    server.ack_close(Channel::Pipeline(P));
    server.error_line("gone");
    assert_eq!(server.pending_output(), server.take_output().len() + server.pending_output());
    server.send(Channel::Session, &state);
    let line = "<Data Stream='Default' PSGuid='00000000-0000-0000-0000-000000000000'>\
        AAAAAAAAAAIAAAAAAAAAAAMAAABnAQAAAAUQAgA6DyydHmt3SoxVAdLj9KW2AAAAAAAAAAAAAAAAAAAAAO+7vzxPYmogUmVmSWQ9IjAiPjxNUz48\
        STMyIE49IlJ1bnNwYWNlU3RhdGUiPjI8L0kzMj48L01TPjwvT2JqPg==</Data>\n";
    assert_eq!(text(&server.take_output()), line);
}

#[test]
fn what_ends_a_link_to_a_client() {
    let p = format!("PSGuid='{P}'");
    for (line, error) in [
        (format!("<DataAck {p} />\n"), FramingError::WrongDirection { name: "DataAck" }),
        (format!("<Command {p} /><Command {p} />\n"), FramingError::ChannelInUse(P)),
        (format!("<Command {p} /><Data Stream='' {p}>AAA</Data>\n"), FramingError::Base64),
        (
            "<Signal PSGuid='00000000000000000000000000000000' />\n".into(),
            FramingError::SessionSignal { name: "Signal" },
        ),
    ] {
        let mut server = ServerTransport::new(Limits::default());
        server.receive(line.as_bytes());
        assert_eq!(server_events(&mut server).last(), Some(&ServerEvent::Fatal(error)), "{line}");
        server.receive(format!("<Close {p} />\n").as_bytes());
        server.eof();
        assert_eq!(server_events(&mut server), [], "an ended link stays ended");
    }
    let close = ServerEvent::Close(Channel::Pipeline(P));
    assert_eq!(
        server_receives(&format!("<Close {p} />\n\n<Close {p} />\n")),
        [close.clone(), ServerEvent::EndOfStream]
    );
    let mut server = ServerTransport::new(Limits::default());
    server.receive(format!("<Close {p} />").as_bytes());
    server.eof();
    assert_eq!(server_events(&mut server), [close, ServerEvent::EndOfStream], "the last line needs no line end");
}

#[test]
fn data_of_an_unknown_pipeline_is_acknowledged_and_dropped() {
    let line = format!("<Data Stream='Default' PSGuid='{P}'>AAAAAAAAAAEA</Data>\r\n");
    assert_eq!(server_receives(&line), [ServerEvent::DataEnd { channel: Channel::Pipeline(P), complete: true }]);
}

#[test]
fn one_guid_carries_one_pipeline_after_the_other() {
    let mut server = ServerTransport::new(Limits::default());
    let half = format!("<Command PSGuid='{P}' /><Data Stream='Default' PSGuid='{P}'>AAAAAAAAAAEA</Data>\n");
    for _ in 0..2 {
        server.receive(half.as_bytes());
        let channel = Channel::Pipeline(P);
        let expected = [ServerEvent::Command(P), ServerEvent::DataEnd { channel, complete: false }];
        assert_eq!(server_events(&mut server), expected);
        server.ack_close(channel);
    }
}

#[test]
fn open_channels_are_counted() {
    let mut server = ServerTransport::new(Limits { channels: 1, ..Limits::default() });
    server.receive(format!("<Command PSGuid='{P}' /><Command PSGuid='{Q}' />\n").as_bytes());
    let error = ServerEvent::Fatal(FramingError::TooManyChannels { limit: 1 });
    assert_eq!(server_events(&mut server), [ServerEvent::Command(P), error]);
}

#[test]
fn unfinished_messages_are_counted_over_all_channels() {
    let limits = Limits { unfinished: 50_000, ..Limits::default() };
    let (mut client, mut server) = (ClientTransport::new(limits), ServerTransport::new(limits));
    let mut soft = Vec::new();
    for pid in [P, Q] {
        client.open(pid).unwrap();
        client.receive(format!("<CommandAck PSGuid='{pid}' />\n").as_bytes());
        let input = to_server(MessageKind::PipelineInput, pid.into(), 100_000);
        client.send(pid.into(), Stream::Default, &input).unwrap();
        server.receive(&client.take_output());
        soft.extend(server_events(&mut server).into_iter().filter(|e| matches!(e, ServerEvent::Soft(_))));
    }
    let [ServerEvent::Soft(MessageError::Fragment(error))] = &soft[..] else { panic!("{soft:?}") };
    assert_eq!(error.to_string(), "the peer has more than 50000 bytes of unfinished messages");
}

#[test]
fn a_message_for_the_other_side_is_lost() {
    let mut client = ClientTransport::new(Limits::default());
    let wrong = message(MessageKind::PublicKey, Channel::Session, Destination::Client, vec![]);
    client.send(Channel::Session, Stream::Default, &wrong).unwrap();
    let events = server_receives(text(&client.take_output()));
    let error = MessageError::Destination { kind: "PUBLIC_KEY", expected: 2, got: 1 };
    let end = ServerEvent::DataEnd { channel: Channel::Session, complete: true };
    assert_eq!(events, [ServerEvent::Soft(error), end]);
}

#[test]
fn what_a_client_hears() {
    let p = format!("PSGuid='{P}'");
    let q = format!("PSGuid='{Q}'");
    let noise = |text: &str| ClientEvent::Noise(text.into());
    let ack = ClientEvent::CommandAck(P);
    for (line, events) in [
        ("__namedpipeerror__:gone\tfishing\n".into(), vec![ClientEvent::ServerError("gone fishing".into())]),
        ("\n\nWelcome!\r\n".into(), vec![noise("Welcome!")]),
        (format!("mo <td><CommandAck {p} />\n"), vec![noise("mo <td>"), ack.clone()]),
        (format!("<DataAck {q} /><SignalAck {q} /><CloseAck {q} /><Data Stream='' {q}>QQ==</Data>\n"), vec![]),
        (format!("<CommandAck {p} /><CommandAck {p} />\n"), vec![ack.clone()]),
        (format!("<CloseAck {p} /><DataAck {p} />\n"), vec![]),
        (format!("<CommandAck {q} />\n"), vec![ClientEvent::Fatal(FramingError::UnknownChannel(Q).into())]),
        (format!("<Close {p} />\n"), vec![ClientEvent::Fatal(FramingError::WrongDirection { name: "Close" }.into())]),
        (
            format!("<Data {p} />\n"),
            vec![ClientEvent::Fatal(LinkError::Framing(FramingError::Attributes {
                name: "Data",
                expected: "Stream and PSGuid",
            }))],
        ),
    ] {
        assert_eq!(client_receives(&line), events, "{line}");
    }
}

#[test]
fn a_lost_message_ends_a_link_to_a_server() {
    let events = client_receives(
        "<Data Stream='Default' PSGuid='00000000-0000-0000-0000-000000000000'>AAAAAAAAAAAAAAAAAAAAAAMAAAAA</Data>\n",
    );
    let [ClientEvent::Fatal(error)] = &events[..] else { panic!("{events:?}") };
    assert_eq!(error.to_string(), "the peer sent a fragment with the object id 0, expected 1 to 2^63-1");
}

#[test]
fn calls_that_the_state_forbids_are_errors() {
    let mut client = ClientTransport::new(Limits::default());
    let channel = Channel::Pipeline(P);
    let input = to_server(MessageKind::PipelineInput, channel, 1);
    assert_eq!(client.send(channel, Stream::Default, &input), Err(SendError::NotOpen(channel)));
    assert_eq!(client.signal(P), Err(SendError::NotOpen(channel)));
    assert_eq!(client.close(channel), Err(SendError::NotOpen(channel)));
    assert_eq!(client.open(Uuid::nil()), Err(SendError::InUse(Channel::Session)));
    client.open(P).unwrap();
    assert_eq!(client.open(P), Err(SendError::InUse(channel)));
    client.send(channel, Stream::Default, &input).unwrap();
    client.close(channel).unwrap();
    assert_eq!(client.queued_total(), 0, "a close drops what waits");
    assert_eq!(client.send(channel, Stream::Default, &input), Err(SendError::NotOpen(channel)));
    client.receive(format!("<CloseAck PSGuid='{P}' />\n").as_bytes());
    client.open(P).unwrap();
    client.eof();
    assert_eq!(client.open(Q), Err(SendError::Ended));
    assert_eq!(client_events(&mut client), [ClientEvent::CloseAck(channel), ClientEvent::EndOfStream]);
}

/// What the two ends do in a run of the model.
#[derive(Debug, Clone)]
enum Step {
    ToServer {
        pipeline: u8,
        prompt: bool,
        size: usize,
    },
    ToClient {
        pipeline: u8,
        size: usize,
    },
    Close {
        pipeline: u8,
    },
    /// Moves what was written, in pieces of this many bytes, and answers everything.
    Exchange {
        piece: usize,
    },
}

fn step() -> impl Strategy<Value = Step> {
    let size = prop_oneof![0usize..200, 30_000usize..70_000];
    prop_oneof![
        4 => (0u8..3, any::<bool>(), size.clone()).prop_map(|(pipeline, prompt, size)| Step::ToServer { pipeline, prompt, size }),
        4 => (0u8..3, size).prop_map(|(pipeline, size)| Step::ToClient { pipeline, size }),
        1 => (0u8..3).prop_map(|pipeline| Step::Close { pipeline }),
        4 => (1usize..50_000).prop_map(|piece| Step::Exchange { piece }),
    ]
}

/// Two ends, and what each should have heard by now per channel and stream.
struct Pair {
    client: ClientTransport,
    server: ServerTransport,
    sent_up: Vec<(Channel, Stream, RawMessage)>,
    heard_up: Vec<(Channel, Stream, RawMessage)>,
    sent_down: Vec<(Channel, RawMessage)>,
    heard_down: Vec<(Channel, RawMessage)>,
    number: u32,
}

impl Pair {
    fn next_message(&mut self, channel: Channel, to: Destination, size: usize) -> RawMessage {
        self.number += 1;
        message(MessageKind::Unknown(self.number), channel, to, vec![self.number as u8; size])
    }

    fn ensure_open(&mut self, channel: Channel) {
        if let Channel::Pipeline(pid) = channel {
            match self.client.open(pid) {
                Ok(()) | Err(SendError::InUse(_)) => {}
                Err(error) => panic!("{error}"),
            }
        }
    }

    fn exchange(&mut self, piece: usize) {
        loop {
            let (up, down) = (self.client.take_output(), self.server.take_output());
            if up.is_empty() && down.is_empty() {
                return;
            }
            up.chunks(piece).for_each(|bytes| self.server.receive(bytes));
            down.chunks(piece).for_each(|bytes| self.client.receive(bytes));
            while let Some(event) = self.server.poll_event() {
                match event {
                    ServerEvent::Command(pid) => self.server.ack_command(pid),
                    ServerEvent::Message { channel, stream, message } => self.heard_up.push((channel, stream, message)),
                    ServerEvent::DataEnd { channel, .. } => self.server.ack_data(channel),
                    ServerEvent::Close(channel) => self.server.ack_close(channel),
                    other => panic!("{other:?}"),
                }
            }
            while let Some(event) = self.client.poll_event() {
                match event {
                    ClientEvent::Message { channel, message } => self.heard_down.push((channel, message)),
                    ClientEvent::CommandAck(_) | ClientEvent::DataAck { .. } | ClientEvent::CloseAck(_) => {}
                    other => panic!("{other:?}"),
                }
            }
        }
    }
}

fn by_channel<K: Ord + Copy, M: Clone>(messages: &[(K, M)]) -> std::collections::BTreeMap<K, Vec<M>> {
    let mut map = std::collections::BTreeMap::<_, Vec<_>>::new();
    messages.iter().for_each(|(key, message)| map.entry(*key).or_default().push(message.clone()));
    map
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_message_arrives_once_in_the_order_of_its_stream(steps in prop::collection::vec(step(), 1..30)) {
        let mut pair = Pair {
            client: ClientTransport::new(Limits::default()),
            server: ServerTransport::new(Limits::default()),
            sent_up: vec![], heard_up: vec![], sent_down: vec![], heard_down: vec![], number: 0,
        };
        let channel = |pipeline: u8| Channel::from(Uuid::from_u128(pipeline.into()));
        for step in steps {
            match step {
                Step::ToServer { pipeline, prompt, size } => {
                    let channel = channel(pipeline);
                    pair.ensure_open(channel);
                    let stream = if prompt { Stream::PromptResponse } else { Stream::Default };
                    let message = pair.next_message(channel, Destination::Server, size);
                    pair.client.send(channel, stream, &message).unwrap();
                    pair.sent_up.push((channel, stream, message));
                }
                Step::ToClient { pipeline, size } => {
                    let channel = channel(pipeline);
                    pair.ensure_open(channel);
                    let message = pair.next_message(channel, Destination::Client, size);
                    pair.server.send(channel, &message);
                    pair.sent_down.push((channel, message));
                }
                Step::Close { pipeline } => {
                    pair.exchange(usize::MAX);
                    match pair.client.close(channel(pipeline)) {
                        Ok(()) | Err(SendError::NotOpen(_)) => pair.exchange(usize::MAX),
                        Err(error) => panic!("{error}"),
                    }
                }
                Step::Exchange { piece } => pair.exchange(piece),
            }
        }
        pair.exchange(usize::MAX);
        prop_assert_eq!(pair.client.queued_total(), 0);
        let up = |list: Vec<(Channel, Stream, RawMessage)>| by_channel(&list.into_iter().map(|(c, s, m)| ((c, s), m)).collect::<Vec<_>>());
        prop_assert_eq!(up(pair.heard_up), up(pair.sent_up));
        prop_assert_eq!(by_channel(&pair.heard_down), by_channel(&pair.sent_down));
    }

    #[test]
    fn no_bytes_make_either_end_panic(lines in prop::collection::vec("(<|</|Data|Close|Command| |Stream=|PSGuid=|'|\"|>|/>|\n|\r|00000000-0000-0000-0000-000000000000|QUJD|<!--|-->|<\\?|x){1,12}", 1..20)) {
        let input = lines.concat();
        server_receives(&input);
        client_receives(&input);
    }
}
