//! Two ends, a connection that breaks anywhere, and nothing lost or doubled.

use alloc::vec::Vec;
use std::format;
use std::string::String;

use bytes::{Bytes, BytesMut};
use proptest::prelude::*;
use psrp_proto::{Channel, Stream, Uuid};

use super::{Control, Endpoint, Frame, FrameError, Opened, PipelineStart, Refusal, StreamError, StreamEvent};
use crate::limits::{MAX_FRAME_PART, MIN_STREAM_WINDOW};

/// One end with what it has received.
struct End {
    endpoint: Endpoint,
    received: Vec<StreamEvent>,
    /// Whether it deals with what comes.
    reads: bool,
    waiting: usize,
}

impl End {
    fn new(window: u64) -> Self {
        Self { endpoint: Endpoint::new(window, window), received: Vec::new(), reads: true, waiting: 0 }
    }

    fn take(&mut self, bytes: &[u8]) {
        self.endpoint.receive(bytes).unwrap();
        while let Some(event) = self.endpoint.poll_event() {
            if matches!(event, StreamEvent::Message { .. } | StreamEvent::Control(_)) {
                self.waiting += 1;
                self.received.push(event);
            }
        }
        self.read();
    }

    fn read(&mut self) {
        while self.reads && self.waiting > 0 {
            self.waiting -= 1;
            self.endpoint.handled();
        }
    }
}

/// Carries bytes both ways until nothing moves; `budget` is how many bytes pass before the connection breaks.
fn carry(a: &mut End, b: &mut End, mut budget: usize) -> bool {
    loop {
        let mut moved = false;
        for a_to_b in [true, false] {
            let (from, to) = if a_to_b { (&mut *a, &mut *b) } else { (&mut *b, &mut *a) };
            let out = from.endpoint.take_output(usize::MAX);
            let passed = out.len().min(budget);
            to.take(&out[..passed]);
            budget -= passed;
            moved |= !out.is_empty();
            if passed < out.len() {
                return false;
            }
        }
        if !moved {
            return true;
        }
    }
}

/// The connection breaks and a new one is made: each end hears where the other is.
fn reconnect(a: &mut End, b: &mut End) {
    a.endpoint.connection_lost();
    b.endpoint.connection_lost();
    let (a_next, b_next) = (a.endpoint.recv_next(), b.endpoint.recv_next());
    a.endpoint.resume_from(b_next).unwrap();
    b.endpoint.resume_from(a_next).unwrap();
}

fn message(index: usize, size: usize) -> (Channel, Bytes) {
    let bytes: Vec<u8> = (0..size).map(|position| (position * 31 + index * 7) as u8).collect();
    (Channel::Pipeline(Uuid::from_u128(index as u128 % 3 + 1)), bytes.into())
}

fn sent(messages: &[(Channel, Bytes)]) -> Vec<StreamEvent> {
    let event = |(channel, bytes): &(Channel, Bytes)| StreamEvent::Message {
        channel: *channel,
        stream: Stream::Default,
        bytes: bytes.clone(),
    };
    messages.iter().map(event).collect()
}

#[test]
fn every_cut_is_mended() {
    let sizes = [0, 1, 100, MAX_FRAME_PART, 3 * MAX_FRAME_PART + 5, 7];
    let messages: Vec<_> = sizes.into_iter().enumerate().map(|(index, size)| message(index, size)).collect();
    let total = messages.iter().map(|(_, bytes)| bytes.len() + 64).sum::<usize>();
    // Every byte of the first frames, then strides that fall on and beside the borders of the long ones.
    for cut in (0..600).chain((600..total).step_by(997)) {
        let (mut a, mut b) = (End::new(MIN_STREAM_WINDOW), End::new(MIN_STREAM_WINDOW));
        for (channel, bytes) in &messages {
            a.endpoint.send(*channel, Stream::Default, bytes.clone());
            b.endpoint.send(*channel, Stream::Default, bytes.clone());
        }
        a.endpoint.send_control(Control::Close(Channel::Session));
        let mut whole = carry(&mut a, &mut b, cut);
        while !whole {
            reconnect(&mut a, &mut b);
            whole = carry(&mut a, &mut b, cut + 70_000);
        }
        assert_eq!(a.received, sent(&messages), "cut at {cut}");
        let (last, before) = b.received.split_last().unwrap();
        assert_eq!(before, sent(&messages), "cut at {cut}");
        assert_eq!(last, &StreamEvent::Control(Control::Close(Channel::Session)));
        assert!(a.endpoint.is_drained() && b.endpoint.is_drained(), "cut at {cut}");
    }
}

#[test]
fn a_reader_that_stops_is_waited_for() {
    let (mut a, mut b) = (End::new(MIN_STREAM_WINDOW), End::new(MIN_STREAM_WINDOW));
    b.reads = false;
    let messages: Vec<_> = (0..40).map(|index| message(index, 64 * 1024)).collect();
    for (channel, bytes) in &messages {
        a.endpoint.send(*channel, Stream::Default, bytes.clone());
    }
    assert!(carry(&mut a, &mut b, usize::MAX));
    assert!(a.endpoint.is_blocked());
    let window = usize::try_from(MIN_STREAM_WINDOW).unwrap();
    let received: usize = b.received.len() * 64 * 1024;
    assert!((window..window + 2 * 64 * 1024).contains(&received), "{received}");
    // A stop and a host response get through all the same.
    a.endpoint.send_control(Control::Signal(Uuid::max()));
    a.endpoint.send(Channel::Session, Stream::PromptResponse, Bytes::from_static(b"yes"));
    assert!(carry(&mut a, &mut b, usize::MAX));
    let urgent: Vec<_> = b.received.iter().rev().take(2).collect();
    assert!(matches!(urgent[1], StreamEvent::Control(Control::Signal(_))));
    assert!(matches!(urgent[0], StreamEvent::Message { stream: Stream::PromptResponse, .. }));
    b.reads = true;
    b.read();
    assert!(carry(&mut a, &mut b, usize::MAX));
    assert_eq!(b.received.len(), 42);
    assert!(a.endpoint.is_drained());
}

#[test]
fn a_message_may_be_larger_than_the_window() {
    let (mut a, mut b) = (End::new(MIN_STREAM_WINDOW), End::new(MIN_STREAM_WINDOW));
    let (channel, bytes) = message(1, 5 * 1024 * 1024);
    a.endpoint.send(channel, Stream::Default, bytes.clone());
    assert!(carry(&mut a, &mut b, usize::MAX));
    assert_eq!(b.received, sent(&[(channel, bytes)]));
}

#[test]
fn failed_resumes_keep_no_memory() {
    let (mut a, mut b) = (End::new(MIN_STREAM_WINDOW), End::new(MIN_STREAM_WINDOW));
    for index in 0..10 {
        let (channel, bytes) = message(index, 10_000);
        a.endpoint.send(channel, Stream::Default, bytes);
    }
    let held = a.endpoint.held();
    for _ in 0..1_000 {
        reconnect(&mut a, &mut b);
        // The new connection dies before anything passes.
        assert!(!carry(&mut a, &mut b, 0));
        assert_eq!(a.endpoint.held(), held);
    }
    reconnect(&mut a, &mut b);
    assert!(carry(&mut a, &mut b, usize::MAX));
    assert_eq!(b.received.len(), 10);
    assert_eq!(a.endpoint.held(), 0);
}

#[test]
fn what_was_received_and_not_handled_is_kept_across_a_resume() {
    let (mut a, mut b) = (End::new(MIN_STREAM_WINDOW), End::new(MIN_STREAM_WINDOW));
    b.reads = false;
    for index in 0..3 {
        let (channel, bytes) = message(index, 100);
        a.endpoint.send(channel, Stream::Default, bytes);
    }
    assert!(carry(&mut a, &mut b, usize::MAX));
    reconnect(&mut a, &mut b);
    assert!(carry(&mut a, &mut b, usize::MAX));
    assert_eq!((b.received.len(), a.endpoint.messages_handled()), (3, 0));
    b.waiting -= 1;
    b.endpoint.handled();
    assert!(carry(&mut a, &mut b, usize::MAX));
    assert_eq!(a.endpoint.messages_handled(), 1);
    b.reads = true;
    b.read();
    assert!(carry(&mut a, &mut b, usize::MAX));
    assert_eq!((b.received.len(), a.endpoint.messages_handled()), (3, 3));
    assert!(a.endpoint.is_drained());
}

#[test]
fn acknowledged_messages_are_counted_in_order() {
    let (mut a, mut b) = (End::new(MIN_STREAM_WINDOW), End::new(MIN_STREAM_WINDOW));
    b.reads = false;
    for index in 0..3 {
        let (channel, bytes) = message(index, MAX_FRAME_PART * 2);
        a.endpoint.send(channel, Stream::Default, bytes);
    }
    a.endpoint.send_control(Control::Detached);
    carry(&mut a, &mut b, usize::MAX);
    assert_eq!(a.endpoint.messages_handled(), 0);
    b.waiting -= 1;
    b.endpoint.handled();
    carry(&mut a, &mut b, usize::MAX);
    assert_eq!(a.endpoint.messages_handled(), 1);
    b.reads = true;
    b.read();
    carry(&mut a, &mut b, usize::MAX);
    assert_eq!(a.endpoint.messages_handled(), 3);
}

#[test]
fn rules_are_enforced() {
    let frame = |frame: Frame| {
        let mut bytes = BytesMut::new();
        frame.encode(&mut bytes);
        bytes
    };
    let data = |seq| Frame::Data {
        seq,
        channel: Channel::Session,
        stream: Stream::Default,
        last: true,
        bytes: Bytes::from_static(b"x"),
    };
    let fails = |bytes: &[u8]| Endpoint::new(MIN_STREAM_WINDOW, 0).receive(bytes).unwrap_err();
    assert_eq!(fails(&frame(data(2))), StreamError::Sequence { expected: 1, got: 2 });
    assert_eq!(
        fails(&frame(Frame::Ack { next: 2, limit: 0 })),
        StreamError::Unresumable { asked: 2, oldest: 1, newest: 1 }
    );
    assert_eq!(
        fails(&frame(Frame::Ack { next: 0, limit: 0 })),
        StreamError::Unresumable { asked: 0, oldest: 1, newest: 1 }
    );
    assert_eq!(fails(&[0xFF; 5]), StreamError::Frame(FrameError::TooLong(u32::MAX)));
    assert_eq!(fails(&[0, 0, 0, 0, 3]), StreamError::Frame(FrameError::TooLong(0)));
    assert_eq!(fails(&[0, 0, 0, 1, 0x7F]), StreamError::Frame(FrameError::UnknownType(0x7F)));
    assert!(Endpoint::new(MIN_STREAM_WINDOW, 0).receive(&[0, 0, 0, 1, 0x80]).is_ok());
    // A frame that was handled before a resume comes again.
    let mut endpoint = Endpoint::new(MIN_STREAM_WINDOW, 0);
    endpoint.receive(&frame(data(1))).unwrap();
    endpoint.receive(&frame(data(1))).unwrap();
    assert!(endpoint.poll_event().is_some() && endpoint.poll_event().is_none());
    // A dead stream stays dead.
    endpoint.receive(&frame(data(9))).unwrap_err();
    assert_eq!(endpoint.receive(&frame(data(2))), Err(StreamError::Sequence { expected: 2, got: 9 }));
}

#[test]
fn more_data_than_granted_is_refused() {
    let mut sender = Endpoint::new(MIN_STREAM_WINDOW, u64::MAX);
    let (channel, bytes) = message(1, usize::try_from(MIN_STREAM_WINDOW).unwrap() * 2);
    for _ in 0..3 {
        sender.send(channel, Stream::Default, bytes.slice(..60_000));
        sender.send(channel, Stream::Default, bytes.clone());
    }
    let mut receiver = Endpoint::new(MIN_STREAM_WINDOW, 0);
    assert_eq!(receiver.receive(&sender.take_output(usize::MAX)), Err(StreamError::CreditOverrun));
}

fn any_channel() -> impl Strategy<Value = Channel> {
    prop_oneof![Just(Channel::Session), any::<u128>().prop_map(|id| Channel::from(Uuid::from_u128(id)))]
}

fn any_control() -> impl Strategy<Value = Control> {
    let id = any::<u128>().prop_map(Uuid::from_u128);
    let from = prop_oneof![
        Just(PipelineStart::Unread),
        Just(PipelineStart::Oldest),
        any::<u64>().prop_map(PipelineStart::Ordinal)
    ];
    prop_oneof![
        any_channel().prop_map(Control::Close),
        any_channel().prop_map(Control::CloseAck),
        (id.clone(), from).prop_map(|(pid, from)| Control::ConnectPipeline { pid, from }),
        (any::<u32>(), any::<Option<bool>>())
            .prop_map(|(idle_seconds, drop_output)| Control::Detach { idle_seconds, drop_output }),
        Just(Control::Detached),
        (id.clone(), any::<u64>(), "[a-z]{0,9}").prop_map(|(pid, lost, reason)| Control::Gap { pid, lost, reason }),
        any::<Vec<u8>>().prop_map(|bytes| Control::PipelineList(bytes.into())),
        id.clone().prop_map(Control::Signal),
        id.prop_map(Control::SignalAck),
    ]
}

fn any_frame() -> impl Strategy<Value = Frame> {
    let id = any::<u128>().prop_map(Uuid::from_u128);
    let opened = (id.clone(), id, any::<[u8; 32]>(), any::<(u64, bool, u64, u32)>(), "[a-z]{0,64}");
    let opened = opened.prop_map(|(session, stream, token, (lease, created, limit, resume_seconds), name)| Opened {
        session,
        lease,
        stream,
        token,
        created,
        limit,
        name,
        resume_seconds,
    });
    prop_oneof![
        any::<(u64, u64)>().prop_map(|(next, limit)| Frame::Ack { next, limit }),
        (any::<u64>(), any_control()).prop_map(|(seq, control)| Frame::Control { seq, control }),
        (any::<u64>(), any_channel(), any::<(bool, bool)>(), any::<Vec<u8>>()).prop_map(
            |(seq, channel, (prompt, last), bytes)| Frame::Data {
                seq,
                channel,
                stream: if prompt { Stream::PromptResponse } else { Stream::Default },
                last,
                bytes: bytes.into(),
            }
        ),
        ".{0,80}".prop_map(Frame::Fenced),
        opened.prop_map(Frame::Opened),
        any::<u64>().prop_map(Frame::Ping),
        any::<u64>().prop_map(Frame::Pong),
        ("[a-z-]{0,20}", ".{0,80}").prop_map(|(code, text)| Frame::Refused(Refusal { code, text })),
        any::<Vec<u8>>().prop_map(|bytes| Frame::Reply(bytes.into())),
        any::<u64>().prop_map(|next| Frame::Resumed { next }),
    ]
}

proptest! {
    #[test]
    fn frames_come_back(frames in prop::collection::vec(any_frame(), 0..8), cut in 0_usize..4096) {
        let mut bytes = BytesMut::new();
        frames.iter().for_each(|frame| frame.encode(&mut bytes));
        let (head, tail) = bytes.split_at(cut.min(bytes.len()));
        let mut input = BytesMut::from(head);
        let mut decoded = Vec::new();
        while let Some(frame) = Frame::decode(&mut input).unwrap() {
            decoded.push(frame);
        }
        input.extend_from_slice(tail);
        while let Some(frame) = Frame::decode(&mut input).unwrap() {
            decoded.push(frame);
        }
        prop_assert_eq!(decoded, frames);
        prop_assert!(input.is_empty());
    }

    #[test]
    fn no_bytes_break_a_receiver(bytes in any::<Vec<u8>>(), head in any::<u8>()) {
        let mut endpoint = Endpoint::new(MIN_STREAM_WINDOW, 0);
        // A plausible length, so that bodies are reached.
        let mut input = Vec::from(u32::try_from(bytes.len() + 1).unwrap().to_be_bytes());
        input.push(head % 12);
        input.extend(&bytes);
        let _ = endpoint.receive(&input);
        while endpoint.poll_event().is_some() {
            endpoint.handled();
        }
        let _ = endpoint.take_output(usize::MAX);
    }

    #[test]
    fn any_traffic_arrives_once_and_in_order(
        operations in prop::collection::vec((0_usize..6, 0_usize..200_000), 1..40),
        cuts in prop::collection::vec(0_usize..400_000, 0..12),
    ) {
        let (mut a, mut b) = (End::new(MIN_STREAM_WINDOW), End::new(MIN_STREAM_WINDOW));
        let mut expected = [Vec::new(), Vec::new()];
        let mut cuts = cuts.into_iter();
        for (index, (operation, size)) in operations.into_iter().enumerate() {
            let (channel, bytes) = message(index, size);
            match operation {
                0 | 1 => {
                    a.endpoint.send(channel, Stream::Default, bytes.clone());
                    expected[1].push((channel, bytes));
                }
                2 | 3 => {
                    b.endpoint.send(channel, Stream::Default, bytes.clone());
                    expected[0].push((channel, bytes));
                }
                4 => {
                    if !carry(&mut a, &mut b, cuts.next().unwrap_or(usize::MAX)) {
                        reconnect(&mut a, &mut b);
                    }
                }
                _ => reconnect(&mut a, &mut b),
            }
        }
        prop_assert!(carry(&mut a, &mut b, usize::MAX));
        prop_assert_eq!(&a.received, &sent(&expected[0]));
        prop_assert_eq!(&b.received, &sent(&expected[1]));
        prop_assert!(a.endpoint.is_drained() && b.endpoint.is_drained());
    }
}

#[test]
fn refusals_print() {
    let text: String = format!("{}", StreamError::Frame(FrameError::UnknownType(0x20)));
    assert_eq!(text, "the peer sent a frame of unknown type 0x20");
}
