//! Goodbyes.

use super::*;

#[test]
fn a_nameless_session_ends_with_its_client() {
    let mut world = World::new(None);
    let client = world.open();
    world.close(client, Channel::Session);
    assert_eq!(
        world.client(client).pool_states(),
        [RunspacePoolState::Opened, RunspacePoolState::Closing, RunspacePoolState::Closed]
    );
    assert!(world.client(client).has(&ClientEvent::CloseAck(Channel::Session)));
    assert_eq!(world.ended.as_deref(), Some("closed by its client"));
}

#[test]
fn closes_that_come_back_to_back_are_answered_in_order() {
    for name in [None, Some("work")] {
        let mut world = World::new(name);
        let client = world.open();
        let (pid, _) = world.start(client, script("long"));
        let transport = &mut world.clients.get_mut(&client).unwrap().transport;
        transport.close(Channel::Pipeline(pid)).unwrap();
        transport.close(Channel::Session).unwrap();
        world.run();
        assert_eq!(world.client(client).state(pid), Some(Outcome::Stopped));
        let acks: Vec<_> = world
            .client(client)
            .events
            .iter()
            .filter_map(|event| match event {
                ClientEvent::CloseAck(channel) => Some(*channel),
                _ => None,
            })
            .collect();
        assert_eq!(acks, [Channel::Pipeline(pid), Channel::Session]);
        assert_eq!(world.ended.is_some(), name.is_none());
    }
}

#[test]
fn a_named_session_survives_a_clean_close() {
    let mut world = World::new(Some("work"));
    let client = world.open();
    world.close(client, Channel::Session);
    assert_eq!(
        world.client(client).pool_states(),
        [RunspacePoolState::Opened, RunspacePoolState::Closing, RunspacePoolState::Closed]
    );
    assert_eq!(world.client(client).exit, Some(0));
    assert!(world.ended.is_none());
    let next = world.open();
    assert_eq!(world.client(next).pool_states(), [RunspacePoolState::Opened]);
}

#[test]
fn the_client_can_choose_what_its_close_means() {
    let mut world = World::new(Some("work"));
    let client = world.open_with(options(&[("PSRP_SESSION", "work"), ("PSRP_ON_CLOSE", "close")]), console());
    world.close(client, Channel::Session);
    assert!(world.ended.is_some());
    let mut world = World::new(None);
    let client = world.open_with(options(&[("PSRP_ON_CLOSE", "keep")]), console());
    world.close(client, Channel::Session);
    assert!(world.ended.is_none() && world.happened("session.named"));
}

#[test]
fn exit_in_the_session_ends_even_a_named_one() {
    let mut world = World::new(Some("work"));
    let client = world.open();
    let (pid, engine) = world.start(client, script("exit 3"));
    let exit = payload::host_call(VOID_CALL_ID, &HostRequest::SetShouldExit { exit_code: 3 });
    world.engine_sends(Channel::Pipeline(engine), MessageKind::PipelineHostCall, exit);
    world.engine_ends(engine, Outcome::Completed);
    assert_eq!(world.client(client).of_kind(MessageKind::PipelineHostCall).len(), 1);
    world.close(client, Channel::Pipeline(pid));
    world.close(client, Channel::Session);
    assert!(world.ended.is_some());
}

#[test]
fn a_lost_close_goes_on() {
    let mut world = World::new(None);
    world.engine.hangs = true;
    let client = world.open();
    world.close(client, Channel::Session);
    world.lose(client);
    assert!(world.ended.is_none());
    world.pass(Duration::from_secs(21));
    assert!(world.engine.killed && world.ended.is_some());
}

#[test]
fn attach_while_closing_is_refused() {
    let mut world = World::new(Some("work"));
    world.engine.hangs = true;
    let client = world.open_with(options(&[("PSRP_SESSION", "work"), ("PSRP_ON_CLOSE", "close")]), console());
    world.close(client, Channel::Session);
    let late = world.open();
    assert!(world.client(late).errors()[0].contains("session work is closing"));
    assert_eq!(world.client(late).exit, Some(3));
}

#[test]
fn a_link_that_has_not_said_what_it_wants_is_told_of_the_end() {
    let mut world = World::new(Some("work"));
    world.engine.hangs = true;
    world.open();
    let greeted = world.connect_with(AttachOptions::default());
    world.run();
    world.input(Input::Admin { request: 1, command: AdminCommand::Remove { force: false } });
    let late = world.connect_with(AttachOptions::default());
    world.run();
    for link in [greeted, late] {
        assert!(world.client(link).errors()[0].contains("session work is closing"));
        assert_eq!(world.client(link).exit, Some(3));
    }
}

#[test]
fn removal_tells_the_client_and_ends_the_session() {
    for force in [false, true] {
        let mut world = World::new(Some("work"));
        let client = world.open();
        world.start(client, script("long"));
        world.input(Input::Admin { request: 1, command: AdminCommand::Remove { force } });
        world.run();
        assert_eq!(world.client(client).pool_states().last(), Some(&RunspacePoolState::Broken));
        assert!(world.ended.is_none(), "the client has not said goodbye");
        world.close(client, Channel::Session);
        assert!(world.client(client).has(&ClientEvent::CloseAck(Channel::Session)));
        assert!(world.ended.as_deref().is_some_and(|reason| reason.contains("removed by its owner")));
        assert_eq!(world.engine.killed, force);
    }
}

#[test]
fn ended_is_the_end() {
    let mut world = World::new(None);
    let client = world.open();
    world.close(client, Channel::Session);
    assert!(world.core.has_ended());
    let outputs = world.events.len();
    world.input(Input::Engine(EngineEvent::Started));
    world.open();
    assert_eq!(world.events.len(), outputs);
    assert_eq!(world.core.poll_timeout(), None);
}

#[test]
fn a_client_that_does_not_say_goodbye_is_not_waited_for_long() {
    let mut world = World::new(Some("work"));
    world.open();
    world.input(Input::Admin { request: 1, command: AdminCommand::Remove { force: false } });
    world.run();
    assert!(world.ended.is_none());
    world.pass(Duration::from_secs(11));
    assert!(world.ended.is_some());
}

#[test]
fn what_a_client_has_seen_to_its_end_is_not_kept_for_others() {
    let mut world = World::new(Some("work"));
    let client = world.open();
    let (_, engine) = world.start(client, script("1"));
    world.engine_writes(engine, "1");
    world.engine_ends(engine, Outcome::Completed);
    world.close(client, Channel::Session);
    assert!(world.core.info().pipelines.is_empty());
}

#[test]
fn links_that_were_closed_are_forgotten() {
    let mut world = World::new(Some("work"));
    for _ in 0..2 * crate::limits::MAX_LINKS {
        let client = world.open();
        assert_eq!(world.client(client).errors(), [""; 0]);
        world.close(client, Channel::Session);
        assert_eq!(world.client(client).exit, Some(0));
    }
    assert!(world.core.links.is_empty());
}

#[test]
fn a_session_whose_only_client_says_nothing_ends() {
    let mut world = World::new(Some("work"));
    let client = world.connect_with(AttachOptions::default());
    world.run();
    world.pass(crate::limits::HANDSHAKE);
    assert_eq!(world.client(client).exit, Some(3));
    assert!(world.ended.is_some());
}

#[test]
fn exit_means_the_session_of_the_client_that_ran_it_and_of_no_other() {
    let exit = payload::host_call(VOID_CALL_ID, &HostRequest::SetShouldExit { exit_code: 3 });
    let mut world = World::new(Some("work"));
    let first = world.open();
    let (_, running) = world.start(first, script("sleep; exit 3"));
    let (_, over) = world.start(first, script("exit 3"));
    // Its client is lost before it has read that.
    world.clients.get_mut(&first).unwrap().reads = false;
    let text = "x".repeat(2 * crate::limits::LINK_HIGH_MARK);
    world.engine_writes(over, &text);
    world.engine_sends(Channel::Pipeline(over), MessageKind::PipelineHostCall, exit.clone());
    world.engine_ends(over, Outcome::Completed);
    world.lose(first);

    let next = world.open();
    // The first was the session's own.
    for id in [2, 3] {
        let pid = world.create(next, commands(&[("Receive-PsrpCommand", &[(None, Value::from(id))])]));
        if id == 2 {
            world.engine_sends(Channel::Pipeline(running), MessageKind::PipelineHostCall, exit.clone());
            world.engine_ends(running, Outcome::Completed);
        }
        assert_eq!(world.client(next).state(pid), Some(Outcome::Completed));
        world.close(next, Channel::Pipeline(pid));
    }
    assert!(world.client(next).of_kind(MessageKind::PipelineHostCall).is_empty());
    world.close(next, Channel::Session);
    assert!(world.ended.is_none());
}
