//! Who drives the session.

use psrp_proto::host::{HostReply, HostResponse};

use super::*;
use crate::info::Availability;

#[test]
fn a_stock_client_opens_in_the_order_of_a_stock_server() {
    let mut world = World::new(None);
    let client = world.open();
    let kinds: Vec<_> = world.client(client).messages.iter().map(|message| message.kind).collect();
    use MessageKind as K;
    assert_eq!(kinds, [K::SessionCapability, K::ApplicationPrivateData, K::RunspacePoolState]);
    let messages = &world.client(client).messages;
    assert_eq!(messages[0].rpid, Uuid::nil());
    assert_eq!(messages[1].rpid, world.client(client).rpid);
    assert_eq!(world.client(client).pool_states(), [RunspacePoolState::Opened]);
    // The engine was opened under the session's id, with what the client sent.
    let opened: Vec<_> = world.engine.pool_messages.iter().map(|message| message.kind).collect();
    assert_eq!(opened, [K::SessionCapability, K::InitRunspacePool]);
    assert_eq!(world.engine.pool_messages[1].payload, init(console()));
}

#[test]
fn versions_are_answered_as_a_stock_server_does() {
    for (asked, answered) in
        [("2.0", "2.0"), ("2.1", "2.1"), ("2.2", "2.2"), ("2.3", "2.3"), ("2.4", "2.3"), ("2.9", "2.3")]
    {
        let message = RawMessage::pool(Destination::Server, MessageKind::SessionCapability, SESSION, capability(asked));
        assert_eq!(payload::negotiate(&message, None), (capability(answered), true), "{asked}");
    }
    for refused in ["1.0", "3.0"] {
        let message =
            RawMessage::pool(Destination::Server, MessageKind::SessionCapability, SESSION, capability(refused));
        assert_eq!(payload::negotiate(&message, None), (capability("2.3"), false), "{refused}");
    }
}

#[test]
fn private_data_says_where_the_client_landed() {
    let mut world = World::new(Some("work"));
    let client = world.open();
    let data = &world.client(client).of_kind(MessageKind::ApplicationPrivateData)[0].payload;
    let data = psrp_clixml::parse(data).unwrap();
    let data = data.get("ApplicationPrivateData").unwrap().as_object().unwrap().clone();
    assert!(data.entry("PSVersionTable").is_some());
    let psrp = data.entry("Psrp").unwrap().as_object().unwrap();
    assert_eq!(psrp.entry("Session").unwrap().as_str(), Some("work"));
    assert_eq!(psrp.entry("Host").unwrap().as_str(), Some("web1"));
    assert_eq!(psrp.entry("Lease").unwrap().as_str(), Some("1"));
}

#[test]
fn a_dropped_named_session_is_taken_up_by_the_next_client() {
    let mut world = World::new(Some("work"));
    let first = world.open();
    world.lose(first);
    assert!(world.happened("session.disconnected"));
    let second = world.open();
    assert_eq!(world.client(second).pool_states(), [RunspacePoolState::Opened]);
    // The engine knows nothing of it.
    assert_eq!(world.engine.pool_messages.len(), 2);
    assert_eq!(world.core.info().lease, 2);
}

#[test]
fn a_person_at_a_terminal_is_told_what_was_found() {
    let mut world = World::new(Some("work"));
    let first = world.open();
    world.lose(first);
    world.pass(Duration::from_secs(90));
    let second = world.open();
    let calls = world.client(second).of_kind(MessageKind::RunspacePoolHostCall);
    let notice = psrp_clixml::parse(&calls[0].payload).unwrap();
    let text = notice.get("mp").unwrap().as_list().unwrap()[0].as_str().unwrap().to_string();
    assert!(text.contains("attached to session work") && text.contains("detached for 1 min 30 s"), "{text}");
    let thief = world.open_with(options(&[("PSRP_SESSION", "work"), ("PSRP_ATTACH", "steal")]), console());
    let calls = world.client(thief).of_kind(MessageKind::RunspacePoolHostCall);
    let notice = String::from_utf8_lossy(&calls[0].payload).into_owned();
    assert!(notice.contains("attached to session work") && !notice.contains("detached"), "{notice}");
    world.lose(thief);
    let script = world.open_with(AttachOptions::default(), HostInfo::NONE);
    assert!(world.client(script).of_kind(MessageKind::RunspacePoolHostCall).is_empty());
}

#[test]
fn a_person_at_a_terminal_is_told_that_the_session_is_another() {
    for (host, told) in [(console(), true), (HostInfo::NONE, false)] {
        let mut world = World::new(Some("work"));
        world.core.identity.lost = Some("ended 2 s ago, its host was killed".to_string());
        let client = world.open_with(AttachOptions::default(), host);
        let calls = world.client(client).of_kind(MessageKind::RunspacePoolHostCall);
        let notices: Vec<_> = calls.iter().map(|call| String::from_utf8_lossy(&call.payload).into_owned()).collect();
        let text = "session work is new: the one that had this name ended 2 s ago, its host was killed";
        assert_eq!(notices.iter().any(|notice| notice.contains(text)), told, "{notices:?}");
    }
}

#[test]
fn a_live_holder_is_protected() {
    let mut world = World::new(Some("work"));
    let holder = world.open();
    let newcomer = world.open();
    assert!(world.happened("probe.sent"));
    let probe = world.client(holder).of_kind(MessageKind::RunspacePoolHostCall)[0].payload.clone();
    let Some(Message::RunspacePoolHostCall(call)) = payload::read(MessageKind::RunspacePoolHostCall, &probe) else {
        panic!("no host call")
    };
    assert!(call.call_id >= 1 << 62);
    let answer = HostResponse::new(&call, &HostReply::Text("ConsoleHost".into()));
    let answer = Message::RunspacePoolHostResponse(answer).encode();
    world.send(holder, Channel::Session, MessageKind::RunspacePoolHostResponse, answer);
    world.run();
    let error = &world.client(newcomer).errors()[0];
    assert!(error.contains("session work is attached from 10.0.0.1") && error.contains("steal"), "{error}");
    assert_eq!(world.client(newcomer).exit, Some(3));
    assert_eq!(world.client(holder).exit, None);
    assert!(world.engine.received.is_empty(), "the engine hears nothing of the probe");
}

#[test]
fn a_dead_holder_is_replaced_after_five_seconds() {
    let mut world = World::new(Some("work"));
    let holder = world.open();
    world.clients.get_mut(&holder).unwrap().reads = false;
    let newcomer = world.open();
    assert!(world.client(newcomer).pool_states().is_empty());
    world.pass(Duration::from_secs(6));
    assert!(world.happened("probe.timeout"));
    assert_eq!(world.client(newcomer).pool_states(), [RunspacePoolState::Opened]);
    world.clients.get_mut(&holder).unwrap().reads = true;
    world.run();
    assert_eq!(world.client(holder).pool_states(), [RunspacePoolState::Opened, RunspacePoolState::Broken]);
}

#[test]
fn a_holder_without_a_host_is_probed_with_the_request_for_its_key() {
    let mut world = World::new(Some("work"));
    let holder = world.open_with(AttachOptions::default(), HostInfo::NONE);
    let newcomer = world.open();
    assert_eq!(world.client(holder).of_kind(MessageKind::PublicKeyRequest).len(), 1);
    assert!(world.client(holder).of_kind(MessageKind::RunspacePoolHostCall).is_empty());
    world.send(holder, Channel::Session, MessageKind::PublicKey, public_key());
    world.run();
    assert_eq!(world.client(newcomer).exit, Some(3));
}

#[test]
fn steal_takes_the_session_at_once() {
    let mut world = World::new(Some("work"));
    let holder = world.open();
    let (pid, _) = world.start(holder, script("long"));
    let thief = world.open_with(options(&[("PSRP_SESSION", "work"), ("PSRP_ATTACH", "steal")]), console());
    assert_eq!(world.client(thief).pool_states(), [RunspacePoolState::Opened]);
    assert_eq!(world.client(holder).pool_states(), [RunspacePoolState::Opened, RunspacePoolState::Broken]);
    assert_eq!(world.client(holder).state(pid), None, "the pipeline itself goes on");
    assert_eq!(world.engine.running.len(), 1);
    // What the fenced client still says is answered, and changes nothing.
    world.close(holder, Channel::Pipeline(pid));
    world.close(holder, Channel::Session);
    assert!(world.client(holder).has(&ClientEvent::CloseAck(Channel::Pipeline(pid))));
    assert!(world.client(holder).has(&ClientEvent::CloseAck(Channel::Session)));
    assert_eq!(world.client(holder).exit, Some(0));
    assert_eq!(world.engine.running.len(), 1);
}

#[test]
fn a_fenced_client_that_feeds_input_is_cut_without_a_word() {
    let mut world = World::new(Some("work"));
    let holder = world.open();
    world.start(holder, script_with_input("$input"));
    world.open_with(options(&[("PSRP_SESSION", "work"), ("PSRP_ATTACH", "steal")]), console());
    assert_eq!(world.client(holder).pool_states(), [RunspacePoolState::Opened]);
    assert_eq!(world.client(holder).exit, Some(3));
    assert_eq!(world.engine.signals.len(), 1, "cut input must not look like all input");
}

#[test]
fn new_refuses_a_session_that_exists() {
    let mut world = World::new(Some("work"));
    let first = world.open();
    world.lose(first);
    let second = world.open_with(options(&[("PSRP_SESSION", "work"), ("PSRP_ATTACH", "new")]), console());
    assert!(world.client(second).errors()[0].contains("session work exists"));
    assert_eq!(world.client(second).exit, Some(3));
}

#[test]
fn a_client_that_dies_before_it_says_what_it_wants_leaves_nothing() {
    let mut world = World::new(None);
    let client = world.connect_with(AttachOptions::default());
    world.run();
    world.lose(client);
    assert_eq!(world.ended.as_deref(), Some("its client was lost before it opened the session"));
    assert!(world.engine.pool_messages.is_empty());
}

#[test]
fn a_silent_link_is_given_up() {
    let mut world = World::new(None);
    let client = world.connect_with(AttachOptions::default());
    world.run();
    world.pass(Duration::from_secs(61));
    assert!(world.client(client).errors()[0].contains("said nothing for 60 s"));
    assert_eq!(world.client(client).exit, Some(3));
}

#[test]
fn a_client_lost_between_init_and_opened_leaves_a_named_session() {
    let mut world = World::new(Some("work"));
    world.engine.stays_shut = true;
    let client = world.open();
    world.lose(client);
    world.engine.stays_shut = false;
    world.engine_opens();
    world.run();
    assert!(world.happened("engine.opened") && world.ended.is_none());
    let next = world.open();
    assert_eq!(world.client(next).pool_states(), [RunspacePoolState::Opened]);
}

#[test]
fn nameless_sessions_are_kept_as_long_as_they_are_worth_it() {
    // Nothing ever ran.
    let mut world = World::new(None);
    let client = world.open();
    world.lose(client);
    assert!(world.ended.is_some());
    // Idle: minutes.
    let mut world = World::new(None);
    let client = world.open();
    let (pid, engine) = world.start(client, script("1"));
    world.engine_ends(engine, Outcome::Completed);
    world.close(client, Channel::Pipeline(pid));
    world.lose(client);
    assert_eq!(world.core.info().name, "auto-11112222");
    world.pass(Duration::from_secs(299));
    assert!(world.ended.is_none());
    world.pass(Duration::from_secs(2));
    assert!(world.ended.is_some());
    // Running: hours.
    let mut world = World::new(None);
    let client = world.open();
    world.start(client, script("long"));
    world.lose(client);
    world.pass(Duration::from_secs(7_199));
    assert!(world.ended.is_none());
    world.pass(Duration::from_secs(2));
    assert!(world.ended.is_some() && world.happened("session.expired"));
}

#[test]
fn the_idle_time_counts_from_the_loss_of_the_client() {
    let mut world = World::new(Some("work"));
    let client = world.open_with(options(&[("PSRP_SESSION", "work"), ("PSRP_IDLE", "100")]), console());
    world.pass(Duration::from_secs(1_000));
    world.lose(client);
    world.pass(Duration::from_secs(99));
    let next = world.open();
    assert_eq!(world.client(next).pool_states(), [RunspacePoolState::Opened]);
    world.lose(next);
    world.pass(Duration::from_secs(101));
    assert!(world.ended.is_some());
}

#[test]
fn row_34_suspended_time_counts_and_time_never_goes_back() {
    let mut world = World::new(Some("work"));
    let client = world.open();
    world.lose(client);
    let lost = world.now;
    // A clock that is set back, as the wall clock is at times.
    world.now = Instant::from_start(Duration::from_secs(1));
    world.input(Input::Timeout);
    world.run();
    let expiry = lost.after(crate::limits::DEFAULT_IDLE);
    assert_eq!(world.core.poll_timeout(), Some(expiry));
    assert_eq!(world.core.info().detached_for, Some(Duration::ZERO));
    // The machine slept past it: one timeout ends the session, whenever it comes.
    world.now = expiry.after(Duration::from_secs(3_600));
    world.input(Input::Timeout);
    world.run();
    assert_eq!(world.ended.as_deref(), Some("it was not attached to in time"));
}

#[test]
fn a_half_open_link_is_found_after_hours_of_silence() {
    let mut world = World::new(Some("work"));
    let holder = world.open();
    world.clients.get_mut(&holder).unwrap().reads = false;
    world.pass(Duration::from_secs(6 * 3_600 - 1));
    assert!(!world.happened("probe.sent"));
    world.pass(Duration::from_secs(10));
    assert!(world.happened("probe.timeout") && world.happened("session.disconnected"));
}

#[test]
fn what_a_stock_server_closes_for_costs_only_the_client() {
    let mut world = World::new(Some("work"));
    let client = world.open();
    world.send(client, Channel::Session, MessageKind::SessionCapability, capability("2.3"));
    world.run();
    assert_eq!(
        world.client(client).pool_states(),
        [RunspacePoolState::Opened, RunspacePoolState::Closing, RunspacePoolState::Closed]
    );
    assert!(world.ended.is_none() && world.happened("session.disconnected"));
}

#[test]
fn garbage_costs_only_the_client() {
    let mut world = World::new(Some("work"));
    let client = world.open();
    world.input(Input::LinkBytes { link: LinkId(client), bytes: Bytes::from_static(b"GET / HTTP/1.1\r\n") });
    world.run();
    assert_eq!(world.client(client).errors().len(), 1);
    assert!(world.client(client).exit.is_some() && world.ended.is_none());
    let next = world.open();
    assert_eq!(world.client(next).pool_states(), [RunspacePoolState::Opened]);
}

#[test]
fn too_many_links_are_refused() {
    let mut world = World::new(Some("work"));
    for _ in 0..crate::limits::MAX_LINKS {
        world.connect_with(AttachOptions::default());
    }
    let last = world.connect_with(AttachOptions::default());
    world.run();
    assert!(world.client(last).errors()[0].contains("connections; close some"));
}

#[test]
fn a_list_says_whether_a_session_can_take_a_command() {
    let mut world = World::new(Some("work"));
    let client = world.open();
    let availability = |world: &World| world.core.info().availability;
    assert_eq!(availability(&world), Availability::Available);
    let (_, engine) = world.start(client, script("long"));
    assert_eq!(availability(&world), Availability::Busy);
    world.engine_ends(engine, Outcome::Completed);
    assert_eq!(availability(&world), Availability::Available);
    world.lose(client);
    assert_eq!(availability(&world), Availability::None);
}

#[test]
fn audit_lines_say_who_and_why() {
    let mut world = World::new(Some("work"));
    let client = world.connect_with(AttachOptions::default());
    let table = Object::primitive_dictionary([("PSVersion", Value::from(Version::new(7, 6)))]);
    let arguments = Object::primitive_dictionary([("PSVersionTable", table)]);
    let init = Message::InitRunspacePool(InitRunspacePool::new(arguments.into(), console())).encode();
    world.send(client, Channel::Session, MessageKind::InitRunspacePool, init);
    world.run();
    let refused = world.open_with(options(&[("PSRP_SESSION", "work"), ("PSRP_ATTACH", "new")]), console());
    assert_eq!(world.client(refused).exit, Some(3));
    world.lose(client);
    let line = |world: &World, name: &str| -> BTreeMap<&'static str, String> {
        let event = world.events.iter().find(|event| event.name == name && event.audit).unwrap();
        event.fields.iter().cloned().collect()
    };
    for name in ["session.created", "session.disconnected"] {
        let line = line(&world, name);
        assert_eq!((line["from"].as_str(), line["client"].as_str()), ("10.0.0.1", "stock"), "{name}");
        assert_eq!((line["connection"].as_str(), line["version"].as_str()), ("10.0.0.1 50000 10.0.0.1 22", "7.6"));
    }
    assert_eq!(line(&world, "session.disconnected")["reason"], "the connection was lost");
    let refusal = line(&world, "attach.refused");
    assert_eq!((refusal["from"].as_str(), refusal["code"].as_str()), ("10.0.0.2", "exists"));
}

#[test]
fn commands_stand_in_audit_lines_and_lists_as_configured() {
    for (show_commands, audit_commands) in [(true, false), (false, true)] {
        let mut world = World::with_settings(Some("work"), Settings { show_commands, audit_commands, ..settings() });
        let client = world.open();
        world.start(client, script("Get-Secret"));
        assert_eq!(world.core.info().pipelines[0].text == "Get-Secret", show_commands);
        let said = world.events.iter().any(|event| event.fields.iter().any(|(_, value)| value == "Get-Secret"));
        assert_eq!(said, audit_commands);
    }
}
