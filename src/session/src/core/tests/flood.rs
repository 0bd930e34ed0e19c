//! Clients that send without reading, or more than they may.

use super::stream::PID;
use super::*;
use crate::limits::{LINK_ANSWERS, LINK_HIGH_MARK, MAX_POOL_OPERATIONS, MAX_UNACKNOWLEDGED_CONTROLS};
use crate::stream::{Control, StreamEvent};

/// The most that a single answer here takes.
const ANSWER: usize = 1_024;

impl World {
    fn bytes(&mut self, link: u64, bytes: Vec<u8>) {
        self.input(Input::LinkBytes { link: LinkId(link), bytes: bytes.into() });
        self.run();
    }

    fn unread_by(&self, client: u64) -> usize {
        self.client(client).unread.iter().map(Bytes::len).sum()
    }

    fn set_reading(&mut self, client: u64, reads: bool) {
        self.clients.get_mut(&client).unwrap().reads = reads;
        self.run();
    }
}

/// Goodbyes to channels that are not there; each is answered.
fn goodbyes(count: usize) -> Vec<u8> {
    b"<Close PSGuid='00000000-0000-0000-0000-00000000abcd' />\n".repeat(count)
}

#[test]
fn a_client_that_does_not_read_is_not_read() {
    let mut world = World::new(Some("work"));
    let client = world.open();
    world.set_reading(client, false);
    for _ in 0..100 {
        world.bytes(client, goodbyes(1_000));
    }
    let waiting = world.unread_by(client);
    assert!(waiting > LINK_HIGH_MARK && waiting <= LINK_HIGH_MARK + LINK_ANSWERS + ANSWER, "{waiting}");
    assert_eq!(world.paused, [client]);
    // Nobody else is affected, and it can be replaced.
    let thief = world.open_with(options(&[("PSRP_SESSION", "work"), ("PSRP_ATTACH", "steal")]), console());
    let (pid, engine) = world.start(thief, script("1"));
    world.engine_ends(engine, Outcome::Completed);
    assert_eq!(world.client(thief).state(pid), Some(Outcome::Completed));
}

#[test]
fn a_client_that_reads_again_gets_every_answer() {
    let mut world = World::new(Some("work"));
    let client = world.open();
    world.set_reading(client, false);
    let before = world.client(client).read;
    for _ in 0..50 {
        world.bytes(client, goodbyes(1_000));
    }
    world.set_reading(client, true);
    assert!(world.paused.is_empty());
    let answer = "<CloseAck PSGuid='00000000-0000-0000-0000-00000000abcd' />\n".len();
    assert_eq!(world.client(client).read - before, 50_000 * answer);
    assert!(world.happened("link.paused") && world.happened("link.drain"));
}

#[test]
fn a_client_that_was_refused_is_not_answered_for_ever() {
    let mut world = World::new(Some("work"));
    world.open();
    let other = world.connect_with(AttachOptions::default());
    world.run();
    world.set_reading(other, false);
    for _ in 0..100 {
        world.bytes(other, goodbyes(1_000));
    }
    assert!(world.unread_by(other) <= LINK_HIGH_MARK + LINK_ANSWERS + ANSWER);
    assert_eq!(world.paused, [other]);
}

#[test]
fn output_that_a_client_does_not_take_does_not_keep_it_from_being_heard() {
    let mut world = World::new(Some("work"));
    let client = world.open();
    let (pid, engine) = world.start(client, script("much"));
    world.set_reading(client, false);
    world.engine_writes(engine, &"x".repeat(10_000_000));
    world.engine_writes(engine, &"x".repeat(10_000));
    assert!(world.unread_by(client) > 10_000_000);
    world.signal(client, pid);
    assert_eq!((world.engine.signals.as_slice(), world.paused.as_slice()), (&[engine][..], &[][..]));
}

#[test]
fn a_client_that_does_not_wait_for_acknowledgements_is_not_read() {
    let mut world = World::new(Some("work"));
    let client = world.open();
    let (pid, engine) = world.start(client, script_with_input("$input"));
    world.engine.takes_nothing = true;
    let mut transport = ClientTransport::new(Limits::default());
    transport.open(pid).unwrap();
    transport.take_output();
    let text = text_payload(&"x".repeat(20_000));
    for round in 0..100 {
        let rpid = world.client(client).rpid;
        let message = RawMessage::pipeline(Destination::Server, MessageKind::PipelineInput, rpid, pid, text.clone());
        let mut transport = ClientTransport::new(Limits::default());
        transport.open(pid).unwrap();
        transport.take_output();
        transport.receive(std::format!("<CommandAck PSGuid='{pid}' />\n").as_bytes());
        transport.send(Channel::Pipeline(pid), Stream::Default, &message).unwrap();
        let line = transport.take_output().to_vec();
        assert!(!line.is_empty(), "{round}");
        world.bytes(client, line);
    }
    let sent = world.engine.received.len();
    assert!((10..20).contains(&sent), "{sent}");
    assert_eq!(world.paused, [client]);
    world.engine.takes_nothing = false;
    world.engine_says(EngineEvent::Queued { channel: Channel::Pipeline(engine), bytes: 0 });
    assert_eq!((world.engine.received.len(), world.paused.as_slice()), (100, &[][..]));
}

#[test]
fn a_stream_whose_pings_are_not_read_is_not_read() {
    let mut world = World::new(Some("work"));
    let mut psrp = world.psrp();
    world.deaf.push(psrp.link);
    for nonce in 0..200_000 {
        psrp.endpoint.ping(nonce);
        if nonce % 2_000 == 0 {
            let bytes = psrp.endpoint.take_output(usize::MAX).to_vec();
            world.bytes(psrp.link, bytes);
        }
    }
    let waiting = world.frames[&psrp.link].len();
    assert!(waiting <= LINK_HIGH_MARK + LINK_ANSWERS + 2_000 * 16, "{waiting}");
    assert_eq!(world.paused, [psrp.link]);
}

#[test]
fn a_stream_that_acknowledges_nothing_is_not_served() {
    let mut world = World::new(Some("work"));
    let mut psrp = world.psrp();
    psrp.handles = false;
    let asked = MAX_UNACKNOWLEDGED_CONTROLS + 1_000;
    for _ in 0..asked {
        psrp.endpoint.send_control(Control::Signal(PID));
    }
    world.exchange(&mut psrp);
    let answers = |psrp: &stream::Psrp| {
        psrp.events.iter().filter(|event| matches!(event, StreamEvent::Control(Control::SignalAck(_)))).count()
    };
    assert_eq!(answers(&psrp), MAX_UNACKNOWLEDGED_CONTROLS + 1);
    for _ in 0..answers(&psrp) {
        psrp.endpoint.handled();
    }
    psrp.handles = true;
    world.exchange(&mut psrp);
    assert_eq!(answers(&psrp), asked);
    // More than can be kept ends it.
    psrp.handles = false;
    for _ in 0..crate::limits::MAX_UNHANDLED + 2 * MAX_UNACKNOWLEDGED_CONTROLS {
        psrp.endpoint.send_control(Control::Signal(PID));
    }
    world.exchange(&mut psrp);
    assert!(matches!(psrp.events.last(), Some(StreamEvent::Refused(refusal)) if refusal.code == "protocol"));
}

#[test]
fn keys_are_encrypted_one_at_a_time_and_the_last_one_counts() {
    let mut world = World::new(Some("work"));
    let client = world.open();
    for _ in 0..50 {
        world.send(client, Channel::Session, MessageKind::PublicKey, public_key());
    }
    world.run();
    world.input(Input::Keys(KeyEvent::PublicKey(public_key_blob())));
    world.run();
    let key = payload::encrypted_session_key(&encrypted_key()).unwrap();
    world.engine_sends(Channel::Session, MessageKind::EncryptedSessionKey, key);
    world.input(Input::Keys(KeyEvent::Ready));
    for _ in 0..50 {
        world.send(client, Channel::Session, MessageKind::PublicKey, public_key());
    }
    world.run();
    let encrypts = |world: &World| world.keys.iter().filter(|key| matches!(key, KeyRequest::Encrypt { .. })).count();
    assert_eq!(encrypts(&world), 1);
    for _ in 0..2 {
        world.input(Input::Keys(KeyEvent::Encrypted { link: LinkId(client), blob: encrypted_key() }));
        world.run();
    }
    assert_eq!(encrypts(&world), 2);
    assert_eq!(world.client(client).of_kind(MessageKind::EncryptedSessionKey).len(), 2);
}

#[test]
fn operations_on_the_pool_are_bounded() {
    use psrp_proto::message::PoolCall;
    let mut world = World::new(Some("work"));
    let client = world.open();
    let before = world.engine.pool_messages.len();
    for call_id in 0..200 {
        let ask = Message::GetAvailableRunspaces(PoolCall { call_id }).encode();
        world.send(client, Channel::Session, MessageKind::GetAvailableRunspaces, ask);
    }
    world.run();
    assert_eq!(world.engine.pool_messages.len() - before, MAX_POOL_OPERATIONS);
    assert_eq!(world.client(client).of_kind(MessageKind::RunspaceAvailability).len(), 200 - MAX_POOL_OPERATIONS);
}

#[test]
fn an_answer_that_nobody_asked_for_does_not_reach_the_engine() {
    let mut world = World::new(Some("work"));
    let client = world.open();
    let call = payload::host_call(5, &HostRequest::GetName);
    let asked = HostCall::new(5, &HostRequest::GetName);
    let failed = psrp_proto::host::HostResponse::failed(&asked, payload::Reason::nobody_there("no").record());
    let answer = Message::RunspacePoolHostResponse(failed).encode();
    let before = world.engine.pool_messages.len();
    let respond = |world: &mut World, client| {
        world.send(client, Channel::Session, MessageKind::RunspacePoolHostResponse, answer.clone());
        world.run();
        world.engine.pool_messages.len() - before
    };
    assert_eq!(respond(&mut world, client), 0);
    assert!(world.happened("hostcall.refused"));
    world.engine_sends(Channel::Session, MessageKind::RunspacePoolHostCall, call);
    // Who was asked is gone: the next one is.
    world.lose(client);
    let next = world.open();
    assert_eq!(world.client(next).of_kind(MessageKind::RunspacePoolHostCall).len(), 2, "with the notice");
    assert_eq!(respond(&mut world, next), 1);
    assert_eq!(respond(&mut world, next), 1, "only the first counts");
}

#[test]
fn an_engine_that_floods_its_host_fills_no_link() {
    let mut world = World::new(Some("work"));
    let client = world.open();
    let (_, engine) = world.start(client, script("1"));
    world.set_reading(client, false);
    let before = world.unread_by(client);
    let pool_call = payload::host_call(VOID_CALL_ID, &HostRequest::WriteLine1);
    let question = payload::host_call(1, &HostRequest::ReadLine);
    for _ in 0..20_000 {
        world.engine_sends(Channel::Session, MessageKind::RunspacePoolHostCall, pool_call.clone());
        world.engine_says(EngineEvent::Error { text: "e".repeat(1_000) });
    }
    assert!(world.unread_by(client) - before <= LINK_HIGH_MARK + 4_096);
    for _ in 0..5_000 {
        world.engine_sends(Channel::Pipeline(engine), MessageKind::PipelineHostCall, question.clone());
    }
    let open = world.core.pipelines.values().map(|pipeline| pipeline.questions.len()).max().unwrap();
    assert_eq!(open, psrp_proto::limits::HOST_CALLS);
    world.set_reading(client, true);
    assert!(world.client(client).of_kind(MessageKind::RunspacePoolHostCall).len() > 100);
}
