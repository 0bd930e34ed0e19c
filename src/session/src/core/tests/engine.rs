//! Engines that fail, and the session key.

use psrp_proto::message::{Availability, PoolCall, RunspaceAvailability};

use super::*;

#[test]
fn a_start_error_reaches_the_client_as_a_broken_pool() {
    let identity_only = |world: &mut World| {
        let text = "pwsh: libicu is missing".to_string();
        world.engine_says(EngineEvent::Exited { how: "exited with 134".to_string(), stderr: text });
    };
    let mut world = World::new(None);
    world.engine.stays_shut = true;
    let client = world.open();
    identity_only(&mut world);
    assert_eq!(world.client(client).pool_states(), [RunspacePoolState::Broken]);
    let state = &world.client(client).of_kind(MessageKind::RunspacePoolState)[0].payload;
    assert!(String::from_utf8_lossy(state).contains("engine did not start: pwsh: libicu is missing"));
    world.close(client, Channel::Session);
    assert!(world.ended.is_some());
}

#[test]
fn an_engine_that_does_not_open_is_killed() {
    let mut world = World::new(None);
    world.engine.stays_shut = true;
    let client = world.open();
    world.pass(Duration::from_secs(31));
    assert!(world.engine.killed);
    assert_eq!(world.client(client).pool_states(), [RunspacePoolState::Broken]);
}

#[test]
fn an_engine_that_dies_fails_its_pipelines_and_leaves_their_output() {
    let mut world = World::new(Some("work"));
    let client = world.open();
    let (_, engine) = world.start(client, script("long"));
    world.lose(client);
    world.engine_writes(engine, "before");
    world.engine_says(EngineEvent::Exited { how: "was killed by signal 9".to_string(), stderr: String::new() });
    assert!(world.ended.is_none());
    let next = world.open();
    assert_eq!(world.client(next).pool_states(), [RunspacePoolState::Opened]);
    let pid = world.create(next, script("1"));
    assert!(world.client(next).failure(pid).contains("engine was killed by signal 9"));
    let pid = world.create(next, commands(&[("Receive-PsrpCommand", &[])]));
    assert_eq!(world.client(next).output(pid), ["before"]);
    assert_eq!(world.client(next).state(pid), Some(Outcome::Failed));
    assert!(world.happened("session.broken"));
    // Everything was read: nothing keeps it when its reader goes.
    world.close(next, Channel::Pipeline(pid));
    world.lose(next);
    assert!(world.ended.as_ref().unwrap().contains("engine was killed by signal 9"));
}

#[test]
fn a_broken_session_is_kept_while_somebody_reads_it_and_says_why_it_ended() {
    let mut world = World::new(Some("work"));
    let client = world.open();
    let (_, engine) = world.start(client, script("long"));
    world.lose(client);
    world.engine_writes(engine, "before");
    world.engine_says(EngineEvent::Exited { how: "exited with 3".to_string(), stderr: String::new() });
    assert_eq!(world.core.info().state, crate::info::SessionState::Broken);
    world.pass(Duration::from_secs(599));
    let reader = world.open();
    world.pass(Duration::from_secs(900));
    assert!(world.ended.is_none());
    world.lose(reader);
    assert!(world.ended.is_none(), "it is unread");
    world.pass(Duration::from_secs(601));
    assert!(world.ended.as_ref().unwrap().contains("engine exited with 3"));
}

#[test]
fn an_engine_that_dies_while_attached_breaks_the_pool() {
    let mut world = World::new(None);
    let client = world.open();
    let (pid, _) = world.start(client, script("long"));
    world.engine_says(EngineEvent::Exited { how: "exited with 1".to_string(), stderr: String::new() });
    assert_eq!(world.client(client).state(pid), Some(Outcome::Failed));
    assert_eq!(world.client(client).pool_states(), [RunspacePoolState::Opened, RunspacePoolState::Broken]);
    world.close(client, Channel::Session);
    assert!(world.ended.is_some());
}

#[test]
fn garbage_of_the_engine_breaks_the_pool() {
    let mut world = World::new(Some("work"));
    let client = world.open();
    world.engine_says(EngineEvent::Garbage { text: "text where an element was due".to_string() });
    assert!(world.engine.killed);
    assert_eq!(world.client(client).pool_states().last(), Some(&RunspacePoolState::Broken));
}

#[test]
fn an_error_line_of_the_engine_is_the_clients_to_judge() {
    let mut world = World::new(Some("work"));
    let client = world.open();
    world.engine_says(EngineEvent::Error { text: "Remote transport error: x".to_string() });
    assert_eq!(world.client(client).errors(), ["Remote transport error: x"]);
    assert!(world.ended.is_none());
    world.start(client, script("1"));
}

#[test]
fn foreign_messages_of_the_engine_are_ignored() {
    let mut world = World::new(None);
    let client = world.open();
    let (pid, engine) = world.start(client, script("1"));
    let stray = RawMessage {
        destination: Destination::Client.to_u32(),
        kind: MessageKind::PipelineOutput,
        rpid: Uuid::max(),
        pid: engine,
        payload: text_payload("stray"),
    };
    let channel = Channel::Pipeline(engine);
    world.engine_says(EngineEvent::Message { channel, message: stray.clone() });
    let other = RawMessage { rpid: SESSION, pid: Uuid::max(), ..stray };
    world.engine_says(EngineEvent::Message { channel, message: other });
    assert!(world.client(client).output(pid).is_empty());
}

#[test]
fn the_key_is_fetched_once_and_handed_to_everybody() {
    let mut world = World::new(Some("work"));
    let first = world.open();
    world.send(first, Channel::Session, MessageKind::PublicKey, public_key());
    world.run();
    assert!(matches!(world.keys[..], [KeyRequest::Generate]));
    world.input(Input::Keys(KeyEvent::PublicKey(public_key_blob())));
    world.run();
    assert_eq!(world.engine.pool_messages.last().unwrap().kind, MessageKind::PublicKey);
    world.engine_sends(
        Channel::Session,
        MessageKind::EncryptedSessionKey,
        payload::encrypted_session_key(&encrypted_key()).unwrap(),
    );
    assert!(matches!(&world.keys[1..], [KeyRequest::Accept { encrypted }] if encrypted == &encrypted_key()));
    world.input(Input::Keys(KeyEvent::Ready));
    world.run();
    assert!(matches!(&world.keys[2..], [KeyRequest::Encrypt { public_key, .. }] if public_key == &public_key_blob()));
    world.input(Input::Keys(KeyEvent::Encrypted { link: LinkId(first), blob: encrypted_key() }));
    world.run();
    assert_eq!(world.client(first).of_kind(MessageKind::EncryptedSessionKey).len(), 1);
    world.lose(first);
    let second = world.open();
    world.send(second, Channel::Session, MessageKind::PublicKey, public_key());
    world.run();
    assert_eq!(world.keys.len(), 4, "the engine is not asked again");
    // An answer for a client that is gone goes nowhere.
    world.input(Input::Keys(KeyEvent::Encrypted { link: LinkId(first), blob: encrypted_key() }));
    world.run();
    assert!(world.client(second).of_kind(MessageKind::EncryptedSessionKey).is_empty());
}

#[test]
fn pool_operations_are_numbered_by_the_session() {
    let mut world = World::new(Some("work"));
    let client = world.open();
    let ask = |call_id| Message::GetAvailableRunspaces(PoolCall { call_id }).encode();
    world.send(client, Channel::Session, MessageKind::GetAvailableRunspaces, ask(41));
    world.run();
    let asked = world.engine.pool_messages.last().unwrap().payload.clone();
    let Some(Message::GetAvailableRunspaces(asked)) = payload::read(MessageKind::GetAvailableRunspaces, &asked) else {
        panic!("not asked")
    };
    let answer = RunspaceAvailability { call_id: asked.call_id, response: Availability::Runspaces(1) };
    let answer = Message::RunspaceAvailability(answer).encode();
    world.engine_sends(Channel::Session, MessageKind::RunspaceAvailability, answer.clone());
    let got = &world.client(client).of_kind(MessageKind::RunspaceAvailability)[0].payload;
    let expected = RunspaceAvailability { call_id: 41, response: Availability::Runspaces(1) };
    assert_eq!(payload::read(MessageKind::RunspaceAvailability, got), Some(Message::RunspaceAvailability(expected)));
    // The answer to a question of an earlier client is nobody's.
    world.send(client, Channel::Session, MessageKind::GetAvailableRunspaces, ask(42));
    world.run();
    world.lose(client);
    let next = world.open();
    world.engine_sends(Channel::Session, MessageKind::RunspaceAvailability, answer);
    assert!(world.client(next).of_kind(MessageKind::RunspaceAvailability).is_empty());
}

#[test]
fn events_wait_for_somebody_to_hear_them() {
    let mut world = World::new(Some("work"));
    let client = world.open();
    world.lose(client);
    for index in 0..crate::limits::MAX_KEPT_EVENTS + 10 {
        world.engine_sends(Channel::Session, MessageKind::UserEvent, text_payload(&index.to_string()));
    }
    let next = world.open();
    let events = world.client(next).of_kind(MessageKind::UserEvent);
    assert_eq!(events.len(), crate::limits::MAX_KEPT_EVENTS + 1);
    let Ok(Message::UserEvent(lost)) = Message::decode(events[0]) else { panic!("no count") };
    assert_eq!((lost.source_id, lost.message_data), ("Psrp.EventsLost".into(), Value::U64(10)));
}

#[test]
fn events_do_not_pile_up_before_a_client_that_does_not_read() {
    let mut world = World::new(Some("work"));
    let client = world.open();
    world.clients.get_mut(&client).unwrap().reads = false;
    let text = text_payload(&"x".repeat(10_000));
    for _ in 0..1_000 {
        world.engine_sends(Channel::Session, MessageKind::UserEvent, text.clone());
    }
    world.clients.get_mut(&client).unwrap().reads = true;
    world.run();
    let events = world.client(client).of_kind(MessageKind::UserEvent);
    let Some(Ok(Message::UserEvent(lost))) = events.iter().map(|event| Message::decode(event)).find(Result::is_ok)
    else {
        panic!("no count")
    };
    let Value::U64(lost) = lost.message_data else { panic!("no number") };
    assert_eq!(u64::try_from(events.len()).unwrap() - 1 + lost, 1_000);
    assert!(lost > 500, "{lost}");
}
