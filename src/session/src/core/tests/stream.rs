//! Our own client.

use super::*;
use crate::hello::{OpenRequest, OpenVerb, Resume};
use crate::stream::{Control, Endpoint, Opened, PipelineStart, StreamEvent};

pub(super) struct Psrp {
    pub(super) link: u64,
    pub(super) endpoint: Endpoint,
    opened: Option<Opened>,
    pub(super) events: Vec<StreamEvent>,
    pub(super) handles: bool,
}

fn hello(verb: OpenVerb) -> ClientHello {
    ClientHello::from_request(OpenRequest::new(verb, AttachOptions::default()))
}

impl World {
    fn psrp_link(&mut self, verb: OpenVerb) -> u64 {
        let link = self.link(AttachOptions::default(), hello(verb));
        let mut transport = ClientTransport::new(Limits::default());
        let message =
            RawMessage::pool(Destination::Server, MessageKind::SessionCapability, Uuid::max(), capability("2.3"));
        transport.send(Channel::Session, Stream::Default, &message).unwrap();
        self.input(Input::LinkBytes { link: LinkId(link), bytes: transport.take_output() });
        self.run();
        link
    }

    /// Takes the answer to the first line, up to the acknowledgement behind which frames begin.
    fn frames_of(&mut self, link: u64) -> Vec<u8> {
        let bytes = self.frames.remove(&link).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        assert!(text.contains("Data Stream"), "{text}");
        let ack = bytes.windows(9).position(|window| window == b"<DataAck ").unwrap();
        let end = ack + bytes[ack..].iter().position(|byte| *byte == b'\n').unwrap() + 1;
        bytes[end..].to_vec()
    }

    /// A client that has its stream and has not asked for the pool.
    fn psrp_attached(&mut self) -> Psrp {
        let link = self.psrp_link(OpenVerb::Attach);
        let frames = self.frames_of(link);
        let window = crate::limits::STREAM_WINDOW;
        let mut psrp =
            Psrp { link, endpoint: Endpoint::new(window, 0), opened: None, events: Vec::new(), handles: true };
        psrp.endpoint.receive(&frames).unwrap();
        psrp
    }

    pub(super) fn psrp(&mut self) -> Psrp {
        let mut psrp = self.psrp_attached();
        self.exchange(&mut psrp);
        let created = psrp.opened.as_ref().unwrap().created;
        let kind = if created { MessageKind::InitRunspacePool } else { MessageKind::ConnectRunspacePool };
        psrp.send(Channel::Session, kind, if created { init(console()) } else { text_payload("") });
        self.exchange(&mut psrp);
        psrp
    }

    pub(super) fn exchange(&mut self, psrp: &mut Psrp) {
        loop {
            while let Some(event) = psrp.endpoint.poll_event() {
                match event {
                    StreamEvent::Opened(opened) => psrp.opened = Some(opened),
                    event => psrp.events.push(event),
                }
                if psrp.handles
                    && matches!(psrp.events.last(), Some(StreamEvent::Message { .. } | StreamEvent::Control(_)))
                {
                    psrp.endpoint.handled();
                }
            }
            let out = psrp.endpoint.take_output(usize::MAX);
            if !out.is_empty() {
                self.input(Input::LinkBytes { link: LinkId(psrp.link), bytes: out });
            }
            self.run();
            match self.frames.remove(&psrp.link) {
                Some(bytes) => psrp.endpoint.receive(&bytes).unwrap(),
                None => return,
            }
        }
    }

    /// The connection breaks and the client comes back.
    fn resume(&mut self, psrp: &mut Psrp) {
        self.lose(psrp.link);
        psrp.endpoint.connection_lost();
        self.come_back(psrp);
    }

    /// The client comes back on a new connection.
    fn come_back(&mut self, psrp: &mut Psrp) {
        let opened = psrp.opened.as_ref().unwrap();
        let next = psrp.endpoint.recv_next();
        let resume = Resume { stream: opened.stream, token: opened.token, next };
        psrp.link = self.psrp_link(OpenVerb::Resume(resume));
        let frames = self.frames_of(psrp.link);
        psrp.endpoint.receive(&frames).unwrap();
        self.exchange(psrp);
    }
}

impl Psrp {
    fn send(&mut self, channel: Channel, kind: MessageKind, payload: Bytes) {
        let message = RawMessage { destination: 2, kind, rpid: SESSION, pid: channel.guid(), payload };
        let mut bytes = message.encode_header().to_vec();
        bytes.extend(&message.payload);
        self.endpoint.send(channel, Stream::Default, bytes.into());
    }

    fn messages(&self) -> Vec<RawMessage> {
        let messages = self.events.iter().filter_map(|event| match event {
            StreamEvent::Message { bytes, .. } => Some(RawMessage::decode(bytes.clone()).unwrap()),
            _ => None,
        });
        messages.collect()
    }

    fn output(&self) -> Vec<String> {
        let output = self.messages().into_iter().filter(|m| m.kind == MessageKind::PipelineOutput);
        output.map(|m| psrp_clixml::parse(&m.payload).unwrap().as_str().unwrap().to_string()).collect()
    }

    fn controls(&self) -> Vec<&Control> {
        let controls = self.events.iter().filter_map(|event| match event {
            StreamEvent::Control(control) => Some(control),
            _ => None,
        });
        controls.collect()
    }
}

pub(super) const PID: Uuid = Uuid::from_u128(0xABCD);

#[test]
fn a_stream_opens_runs_and_closes() {
    let mut world = World::new(None);
    let mut psrp = world.psrp();
    let opened = psrp.opened.clone().unwrap();
    assert!(opened.created);
    assert_eq!((opened.session, opened.lease), (SESSION, 1));
    let kinds: Vec<_> = psrp.messages().iter().map(|message| message.kind).collect();
    assert_eq!(kinds, [MessageKind::ApplicationPrivateData, MessageKind::RunspacePoolState]);
    psrp.send(Channel::Pipeline(PID), MessageKind::CreatePipeline, script("1"));
    world.exchange(&mut psrp);
    let engine = world.engine.created[0].0;
    world.engine_writes(engine, "1");
    world.engine_ends(engine, Outcome::Completed);
    world.exchange(&mut psrp);
    assert_eq!(psrp.output(), ["1"]);
    psrp.endpoint.send_control(Control::Close(Channel::Pipeline(PID)));
    psrp.endpoint.send_control(Control::Close(Channel::Session));
    world.exchange(&mut psrp);
    let acks = [Control::CloseAck(Channel::Pipeline(PID)), Control::CloseAck(Channel::Session)];
    assert_eq!(psrp.controls(), acks.iter().collect::<Vec<_>>());
    assert!(world.ended.is_some());
}

#[test]
fn a_stream_that_comes_too_late_is_refused_in_its_own_frames() {
    let mut world = World::new(Some("work"));
    world.engine.hangs = true;
    world.open();
    world.input(Input::Admin { request: 1, command: AdminCommand::Remove { force: false } });
    let link = world.psrp_link(OpenVerb::Attach);
    let frames = world.frames_of(link);
    let mut endpoint = Endpoint::new(crate::limits::STREAM_WINDOW, 0);
    endpoint.receive(&frames).unwrap();
    assert!(matches!(endpoint.poll_event(), Some(StreamEvent::Refused(refusal)) if refusal.code == "closing"));
}

#[test]
fn a_lost_connection_is_resumed_without_loss() {
    let mut world = World::new(None);
    let mut psrp = world.psrp();
    psrp.send(Channel::Pipeline(PID), MessageKind::CreatePipeline, script_with_input("$input"));
    world.exchange(&mut psrp);
    let engine = world.engine.created[0].0;
    for round in 0..5 {
        world.engine_writes(engine, &std::format!("{round} sent"));
        // Frames that were on their way when the connection broke.
        world.frames.remove(&psrp.link);
        psrp.send(Channel::Pipeline(PID), MessageKind::PipelineInput, text_payload(&round.to_string()));
        psrp.endpoint.take_output(usize::MAX);
        world.resume(&mut psrp);
        assert!(world.happened("stream.resumed"));
    }
    let expected: Vec<_> = (0..5).map(|round| std::format!("{round} sent")).collect();
    assert_eq!(psrp.output(), expected);
    assert_eq!(world.engine.received.len(), 5);
    assert!(world.engine.signals.is_empty(), "input stays open while the client can come back");
    assert_eq!(world.core.info().lease, 1);
}

#[test]
fn a_client_that_does_not_come_back_is_treated_as_lost() {
    let mut world = World::new(Some("work"));
    let mut psrp = world.psrp();
    psrp.send(Channel::Pipeline(PID), MessageKind::CreatePipeline, script_with_input("$input"));
    world.exchange(&mut psrp);
    world.lose(psrp.link);
    assert!(world.happened("lease.suspended") && world.engine.signals.is_empty());
    world.pass(Duration::from_secs(601));
    assert!(world.happened("lease.expired"));
    assert_eq!(world.engine.signals.len(), 1);
    let opened = psrp.opened.clone().unwrap();
    let late = Resume { stream: opened.stream, token: opened.token, next: 1 };
    let link = world.psrp_link(OpenVerb::Resume(late));
    let text = String::from_utf8_lossy(&world.frames_of(link)).into_owned();
    assert!(text.contains("unknown-stream") && text.contains("attach to it again"), "{text}");
}

#[test]
fn a_thousand_failed_resumes_leave_no_trace() {
    let mut world = World::new(Some("work"));
    let mut psrp = world.psrp();
    world.lose(psrp.link);
    let opened = psrp.opened.clone().unwrap();
    for round in 0..1_000_u64 {
        let wrong = if round % 2 == 0 {
            Resume { stream: Uuid::from_u128(u128::from(round)), token: opened.token, next: 1 }
        } else {
            Resume { stream: opened.stream, token: [0; 32], next: 1 }
        };
        let link = world.psrp_link(OpenVerb::Resume(wrong));
        assert!(!world.frames_of(link).is_empty());
    }
    assert!(world.core.links.is_empty() && world.core.waiting.is_empty());
    psrp.link = 0;
    world.resume(&mut psrp);
    assert!(world.happened("stream.resumed"));
}

#[test]
fn acknowledged_output_is_not_kept_and_the_rest_is() {
    let mut world = World::new(Some("work"));
    let mut psrp = world.psrp();
    psrp.send(Channel::Pipeline(PID), MessageKind::CreatePipeline, script("long"));
    world.exchange(&mut psrp);
    let engine = world.engine.created[0].0;
    world.engine_writes(engine, "handled");
    world.exchange(&mut psrp);
    psrp.handles = false;
    world.engine_writes(engine, "received only");
    world.exchange(&mut psrp);
    world.lose(psrp.link);
    world.pass(Duration::from_secs(601));
    assert_eq!(world.core.info().pipelines[0].unread, 1);
    let mut next = world.psrp();
    assert!(!next.opened.as_ref().unwrap().created);
    let kinds: Vec<_> = next.messages().iter().map(|message| message.kind).collect();
    assert_eq!(kinds, [MessageKind::RunspacePoolInitData, MessageKind::ApplicationPrivateData]);
    let Control::PipelineList(list) = next.controls()[0].clone() else { panic!("no list") };
    let list = psrp_clixml::parse(&list).unwrap();
    let info = crate::info::PipelineInfo::from_value(&list.as_list().unwrap()[0]).unwrap();
    assert_eq!((info.id, info.unread), (engine, 1));
    next.endpoint.send_control(Control::ConnectPipeline { pid: engine, from: PipelineStart::Unread });
    world.engine_ends(engine, Outcome::Completed);
    world.exchange(&mut next);
    assert_eq!(next.output(), ["received only"]);
    assert_eq!(next.messages().last().unwrap().kind, MessageKind::PipelineState);
}

#[test]
fn detach_keeps_the_session_and_everything_in_it() {
    let mut world = World::new(None);
    let mut psrp = world.psrp();
    psrp.send(Channel::Pipeline(PID), MessageKind::CreatePipeline, script("long"));
    world.exchange(&mut psrp);
    psrp.endpoint.send_control(Control::Detach { idle_seconds: 120, drop_output: Some(true) });
    world.exchange(&mut psrp);
    assert_eq!(psrp.controls(), [&Control::Detached]);
    assert!(world.happened("session.detached") && world.ended.is_none());
    assert_eq!(world.core.info().expires_in, Some(Duration::from_secs(120)));
    assert_eq!(world.engine.running.len(), 1);
}

#[test]
fn a_pipeline_that_still_takes_input_cannot_be_left() {
    let mut world = World::new(Some("work"));
    let mut psrp = world.psrp();
    psrp.send(Channel::Pipeline(PID), MessageKind::CreatePipeline, script_with_input("$input"));
    psrp.endpoint.send_control(Control::Detach { idle_seconds: 0, drop_output: None });
    world.exchange(&mut psrp);
    assert!(matches!(psrp.events.last(), Some(StreamEvent::Refused(refusal)) if refusal.code == "input-open"));
    assert!(!world.happened("session.detached"));
}

#[test]
fn stock_and_stream_clients_take_turns() {
    let mut world = World::new(Some("work"));
    let stock = world.open();
    world.lose(stock);
    let psrp = world.psrp();
    assert!(!psrp.opened.as_ref().unwrap().created);
    let thief = world.open_with(options(&[("PSRP_SESSION", "work"), ("PSRP_ATTACH", "steal")]), console());
    assert_eq!(world.client(thief).pool_states(), [RunspacePoolState::Opened]);
    let frames = world.frames.remove(&psrp.link).unwrap();
    assert!(String::from_utf8_lossy(&frames).contains("was taken over from"));
    assert_eq!(world.core.info().lease, 3);
}

#[test]
fn a_client_whose_session_was_taken_is_told_so_when_it_comes_back() {
    let mut world = World::new(Some("work"));
    let psrp = world.psrp();
    world.lose(psrp.link);
    let thief = world.open_with(options(&[("PSRP_SESSION", "work"), ("PSRP_ATTACH", "steal")]), console());
    world.lose(thief);
    let opened = psrp.opened.clone().unwrap();
    let back = Resume { stream: opened.stream, token: opened.token, next: 1 };
    let link = world.psrp_link(OpenVerb::Resume(back));
    let text = String::from_utf8_lossy(&world.frames_of(link)).into_owned();
    assert!(text.contains("fenced") && text.contains("taken over by another client"), "{text}");
}

#[test]
fn a_live_stream_answers_the_probe() {
    let mut world = World::new(Some("work"));
    let mut psrp = world.psrp();
    let newcomer = world.open();
    assert!(world.happened("probe.sent"));
    world.exchange(&mut psrp);
    assert!(world.happened("probe.answered"));
    assert_eq!(world.client(newcomer).exit, Some(3));
}

#[test]
fn a_stream_that_comes_back_while_it_is_probed_is_alive() {
    let mut world = World::new(Some("work"));
    let mut psrp = world.psrp();
    let newcomer = world.open();
    assert!(world.happened("probe.sent"));
    // The probe is lost with the old connection, whose end the server has not seen.
    psrp.endpoint.connection_lost();
    world.come_back(&mut psrp);
    assert_eq!(world.client(newcomer).exit, Some(3));
    world.pass(Duration::from_secs(6));
    world.exchange(&mut psrp);
    assert!(!world.happened("lease.fenced") && world.core.info().lease == 1);
}

#[test]
fn a_stream_that_breaks_the_protocol_gives_way_to_who_waits() {
    let mut world = World::new(Some("work"));
    let psrp = world.psrp();
    let newcomer = world.open();
    world.input(Input::LinkBytes { link: LinkId(psrp.link), bytes: Bytes::from_static(&[0xff; 16]) });
    world.run();
    assert_eq!(world.client(newcomer).pool_states(), [RunspacePoolState::Opened]);
    let (pid, engine) = world.start(newcomer, script("1"));
    world.engine_ends(engine, Outcome::Completed);
    assert_eq!(world.client(newcomer).state(pid), Some(Outcome::Completed));
}

#[test]
fn a_client_is_not_waited_for_longer_than_its_session_is_kept() {
    let mut world = World::with_settings(Some("work"), Settings { idle: Duration::from_secs(60), ..settings() });
    let psrp = world.psrp();
    assert_eq!(psrp.opened.as_ref().unwrap().resume_seconds, 60);
    world.pass(Duration::from_secs(3_600));
    world.lose(psrp.link);
    world.pass(Duration::from_secs(59));
    world.input(Input::Timeout);
    assert!(world.happened("lease.suspended") && !world.happened("lease.expired"));
    assert_eq!(world.core.info().detached_for, Some(Duration::from_secs(59)));
    world.pass(Duration::from_secs(1));
    assert!(world.happened("lease.expired"));
    assert_eq!(world.core.info().detached_for, Some(Duration::from_secs(60)));
    world.pass(Duration::from_secs(60));
    assert!(world.ended.is_some());
}

#[test]
fn a_slow_reader_that_is_overtaken_goes_on_behind_what_was_dropped() {
    let settings = Settings { retained: 20_000_000, when_full: WhenFull::Drop, ..settings() };
    let mut world = World::with_settings(None, settings);
    let mut psrp = world.psrp();
    psrp.send(Channel::Pipeline(PID), MessageKind::CreatePipeline, script("much"));
    world.exchange(&mut psrp);
    psrp.handles = false;
    let engine = world.engine.created[0].0;
    let call = payload::host_call(1, &HostRequest::ReadLine);
    for index in 0..60 {
        world.engine_writes(engine, &std::format!("{}{index}", "0".repeat(1_000_000)));
        if index == 10 {
            world.engine_sends(Channel::Pipeline(engine), MessageKind::PipelineHostCall, call.clone());
        }
        world.exchange(&mut psrp);
    }
    psrp.handles = true;
    let until = |kind, world: &mut World, psrp: &mut Psrp| {
        while !psrp.messages().iter().any(|message| message.kind == kind) {
            psrp.endpoint.handled();
            world.exchange(psrp);
        }
    };
    until(MessageKind::PipelineHostCall, &mut world, &mut psrp);
    world.engine_ends(engine, Outcome::Completed);
    until(MessageKind::PipelineState, &mut world, &mut psrp);
    let output = psrp.output();
    assert_eq!(output.last().unwrap().trim_start_matches('0'), "59");
    let lost: u64 = psrp.controls().iter().map(|c| if let Control::Gap { lost, .. } = c { *lost } else { 0 }).sum();
    assert!(lost > 20, "{lost}");
    assert_eq!(output.len(), 60 - usize::try_from(lost).unwrap(), "{lost} were lost");
    let asked = psrp.messages().into_iter().filter(|message| message.kind == MessageKind::PipelineHostCall);
    assert_eq!(asked.count(), 1);
}

#[test]
fn a_stream_that_says_what_no_client_says_is_over() {
    let mut world = World::new(Some("work"));
    let mut psrp = world.psrp();
    psrp.endpoint.send(Channel::Session, Stream::Default, Bytes::from_static(b"no message"));
    world.exchange(&mut psrp);
    assert!(matches!(psrp.events.last(), Some(StreamEvent::Refused(refusal)) if refusal.code == "protocol"));
    assert!(world.happened("session.disconnected") && !world.happened("lease.suspended"));
    // Channels that are never closed are too many some time.
    let mut psrp = world.psrp();
    for pid in 1..=psrp_proto::limits::CHANNELS + 1 {
        let channel = Channel::Pipeline(Uuid::from_u128(pid.try_into().unwrap()));
        psrp.send(channel, MessageKind::CreatePipeline, script("1"));
        if pid % 256 == 1 {
            world.exchange(&mut psrp);
        }
    }
    assert!(
        matches!(psrp.events.last(), Some(StreamEvent::Refused(refusal)) if refusal.text.contains("4096 channels"))
    );
}

#[test]
fn a_suspended_stream_gives_way() {
    let mut world = World::new(Some("work"));
    let psrp = world.psrp();
    world.lose(psrp.link);
    let newcomer = world.open();
    assert_eq!(world.client(newcomer).pool_states(), [RunspacePoolState::Opened]);
    assert!(!world.happened("probe.sent"));
}

#[test]
fn a_slow_reader_holds_back_output_and_not_the_connection() {
    let settings = Settings { retained: 4 * 1024 * 1024, ..settings() };
    let mut world = World::with_settings(None, settings);
    let mut psrp = world.psrp();
    psrp.send(Channel::Pipeline(PID), MessageKind::CreatePipeline, script("much"));
    world.exchange(&mut psrp);
    psrp.handles = false;
    let engine = world.engine.created[0].0;
    let text = "x".repeat(1024 * 1024);
    let mut written = 0;
    while !world.engine.paused {
        world.engine_writes(engine, &text);
        world.exchange(&mut psrp);
        written += 1;
        assert!(written < 100);
    }
    world.pass(Duration::from_secs(600));
    assert!(!world.happened("link.lost"));
    for _ in 0..psrp.events.len() {
        psrp.endpoint.handled();
    }
    psrp.handles = true;
    world.exchange(&mut psrp);
    assert_eq!(psrp.output().len(), written);
    assert!(!world.engine.paused);
}

#[test]
fn an_engine_that_dies_while_the_pool_is_asked_for_is_told_once() {
    let mut world = World::new(None);
    let mut psrp = world.psrp_attached();
    // The client asks before it is told.
    world.engine_says(EngineEvent::Exited { how: "exited with 1".to_string(), stderr: String::new() });
    psrp.send(Channel::Session, MessageKind::InitRunspacePool, init(console()));
    world.exchange(&mut psrp);
    let messages = psrp.messages();
    let states: Vec<_> = messages.iter().map(|message| payload::read_pool_state(&message.payload)).collect();
    assert_eq!(states, [Some(RunspacePoolState::Broken)]);
    assert!(String::from_utf8_lossy(&messages[0].payload).contains("engine did not start: it exited with 1"));
    assert!(world.ended.is_none(), "it will close the pool");
    psrp.endpoint.send_control(Control::Close(Channel::Session));
    world.exchange(&mut psrp);
    let is_answer = |event: &StreamEvent| *event == StreamEvent::Control(Control::CloseAck(Channel::Session));
    assert!(psrp.events.iter().any(is_answer));
    assert!(world.ended.is_some());
}

#[test]
fn what_a_lost_reader_did_not_acknowledge_is_counted_for_the_next() {
    let settings = Settings { retained: 3_000_000, when_full: WhenFull::Drop, ..settings() };
    let mut world = World::with_settings(Some("work"), settings);
    let mut psrp = world.psrp();
    psrp.send(Channel::Pipeline(PID), MessageKind::CreatePipeline, script("much"));
    world.exchange(&mut psrp);
    let engine = world.engine.created[0].0;
    for index in 0..20 {
        psrp.handles = index < 4;
        world.engine_writes(engine, &std::format!("{}{index}", "0".repeat(500_000)));
        world.exchange(&mut psrp);
    }
    world.engine_ends(engine, Outcome::Completed);
    world.lose(psrp.link);
    world.pass(Duration::from_secs(601));
    let mut next = world.psrp();
    next.endpoint.send_control(Control::ConnectPipeline { pid: engine, from: PipelineStart::Unread });
    world.exchange(&mut next);
    let lost: u64 = next.controls().iter().map(|c| if let Control::Gap { lost, .. } = c { *lost } else { 0 }).sum();
    assert_eq!(next.output().len(), 16 - usize::try_from(lost).unwrap(), "{lost} were lost");
    assert!(lost > 5);
}

#[test]
fn the_own_backlog_makes_the_next_pipeline_wait_and_does_not_refuse_it() {
    let settings = Settings { retained: 1_000_000, ..settings() };
    let mut world = World::with_settings(Some("work"), settings);
    let mut psrp = world.psrp();
    psrp.send(Channel::Pipeline(PID), MessageKind::CreatePipeline, script("much"));
    world.exchange(&mut psrp);
    psrp.handles = false;
    let engine = world.engine.created[0].0;
    world.engine_writes(engine, &"x".repeat(2_000_000));
    world.engine_ends(engine, Outcome::Completed);
    assert!(world.engine.paused);
    let other = Uuid::from_u128(0xBCDE);
    psrp.send(Channel::Pipeline(other), MessageKind::CreatePipeline, script("1"));
    world.exchange(&mut psrp);
    assert_eq!(world.engine.created.len(), 2);
    world.lose(psrp.link);
    // Who comes next has to take the backlog first: nobody is being given it.
    world.pass(Duration::from_secs(601));
    world.engine_ends(world.engine.created[1].0, Outcome::Completed);
    let next = world.open();
    let pid = world.create(next, script("1"));
    assert!(world.client(next).failure(pid).contains("keeps more output than it may"));
}

#[test]
fn a_reader_is_told_what_a_stop_threw_away() {
    let settings = Settings { retained: 100_000, ..settings() };
    let mut world = World::with_settings(Some("work"), settings);
    world.engine.hangs = true;
    let mut psrp = world.psrp();
    psrp.send(Channel::Pipeline(PID), MessageKind::CreatePipeline, script("much"));
    world.exchange(&mut psrp);
    psrp.handles = false;
    let engine = world.engine.created[0].0;
    for _ in 0..3 {
        world.engine_writes(engine, &"x".repeat(50_000));
    }
    psrp.endpoint.send_control(Control::Signal(PID));
    world.exchange(&mut psrp);
    for _ in 0..7 {
        world.engine_writes(engine, "late");
    }
    world.engine_ends(engine, Outcome::Stopped);
    psrp.handles = true;
    for _ in 0..psrp.events.len() {
        psrp.endpoint.handled();
    }
    world.exchange(&mut psrp);
    assert_eq!(psrp.output().len(), 3);
    assert!(psrp.controls().contains(&&Control::Gap { pid: PID, lost: 7, reason: "stopped".to_string() }));
    assert_eq!(psrp.messages().last().unwrap().kind, MessageKind::PipelineState);
}
