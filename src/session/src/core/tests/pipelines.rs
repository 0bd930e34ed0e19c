//! Pipelines, their output, and what becomes of both when the client goes.

use psrp_proto::host::{HostCall, HostReply, HostResponse};
use psrp_proto::message::{ProgressRecord, ProgressRecordType};

use super::*;

#[test]
fn a_pipeline_runs_under_the_ids_of_both_sides() {
    let mut world = World::new(None);
    let client = world.open();
    let (pid, engine) = world.start(client, script("1 + 1"));
    assert_ne!(pid, engine);
    assert_eq!(world.engine.created[0].1, script("1 + 1"), "the payload passes untouched");
    world.engine_writes(engine, "2");
    world.engine_ends(engine, Outcome::Completed);
    assert_eq!(world.client(client).output(pid), ["2"]);
    assert_eq!(world.client(client).state(pid), Some(Outcome::Completed));
    world.close(client, Channel::Pipeline(pid));
    assert!(world.client(client).has(&ClientEvent::CloseAck(Channel::Pipeline(pid))));
    assert!(world.core.info().pipelines.is_empty());
}

#[test]
fn one_guid_serves_one_pipeline_after_the_other() {
    let mut world = World::new(None);
    let client = world.open();
    let pid = Uuid::from_u128(77);
    for round in ["a", "b", "c"] {
        world.clients.get_mut(&client).unwrap().transport.open(pid).unwrap();
        world.run();
        world.send(client, Channel::Pipeline(pid), MessageKind::CreatePipeline, script(round));
        world.run();
        let engine = world.engine.created.last().unwrap().0;
        world.engine_writes(engine, round);
        world.engine_ends(engine, Outcome::Completed);
        assert_eq!(world.client(client).state(pid), Some(Outcome::Completed));
        world.close(client, Channel::Pipeline(pid));
        world.clients.get_mut(&client).unwrap().messages.clear();
    }
    let pids: alloc::collections::BTreeSet<_> = world.engine.created.iter().map(|(pid, _)| *pid).collect();
    assert_eq!(pids.len(), 3);
}

#[test]
fn input_reaches_the_engine_and_stops_with_the_pipeline() {
    let mut world = World::new(None);
    let client = world.open();
    let (pid, engine) = world.start(client, script_with_input("$input"));
    world.send(client, Channel::Pipeline(pid), MessageKind::PipelineInput, text_payload("a"));
    world.send(client, Channel::Pipeline(pid), MessageKind::EndOfPipelineInput, Bytes::new());
    world.run();
    let kinds: Vec<_> = world.engine.received.iter().map(|message| message.kind).collect();
    assert_eq!(kinds, [MessageKind::PipelineInput, MessageKind::EndOfPipelineInput]);
    world.engine_ends(engine, Outcome::Completed);
    world.send(client, Channel::Pipeline(pid), MessageKind::PipelineInput, text_payload("late"));
    world.run();
    assert_eq!(world.engine.received.len(), 2, "late input is acknowledged and dropped");
    assert!(world.client(client).has(&ClientEvent::DataAck { channel: Channel::Pipeline(pid), idle: true }));
}

#[test]
fn stop_is_answered_behind_the_final_state() {
    let mut world = World::new(None);
    let client = world.open();
    let (pid, _) = world.start(client, script("long"));
    world.signal(client, pid);
    assert_eq!(world.client(client).state(pid), Some(Outcome::Stopped));
    assert!(world.client(client).has(&ClientEvent::SignalAck(pid)));
    // Unknown and finished pipelines are acknowledged too.
    world.close(client, Channel::Pipeline(pid));
    assert!(world.client(client).has(&ClientEvent::CloseAck(Channel::Pipeline(pid))));
}

#[test]
fn a_pipeline_that_does_not_stop_is_given_up_before_the_client_gives_up() {
    let mut world = World::new(Some("work"));
    world.engine.hangs = true;
    let client = world.open();
    let (pid, _) = world.start(client, script("stuck"));
    world.signal(client, pid);
    assert_eq!(world.client(client).state(pid), None);
    world.pass(Duration::from_secs(56));
    assert_eq!(world.client(client).state(pid), Some(Outcome::Stopped));
    assert!(world.client(client).has(&ClientEvent::SignalAck(pid)));
    assert_eq!(world.core.info().activity, "wedged");
}

#[test]
fn output_of_a_lost_client_waits_for_the_next() {
    let mut world = World::new(Some("work"));
    let first = world.open();
    let (_, engine) = world.start(first, script("long"));
    world.engine_writes(engine, "seen");
    world.lose(first);
    world.engine_writes(engine, "unseen");
    let info = world.core.info();
    assert_eq!((info.pipelines.len(), info.pipelines[0].unread), (1, 1));
    assert_eq!(info.activity, "running");
    let second = world.open();
    assert!(world.client(second).of_kind(MessageKind::PipelineOutput).is_empty(), "nothing comes unasked");
}

#[test]
fn a_new_pipeline_does_not_wait_behind_an_inherited_one() {
    let mut world = World::new(Some("work"));
    let first = world.open();
    let (_, engine) = world.start(first, script("long"));
    world.lose(first);
    let second = world.open();
    let pid = world.create(second, script("1"));
    assert_eq!(world.client(second).state(pid), Some(Outcome::Failed));
    let text = world.client(second).failure(pid);
    assert!(text.contains("command 2 (long) still runs") || text.contains("(long) still runs"), "{text}");
    assert!(text.contains("Receive-PsrpCommand"), "{text}");
    // The client's own housekeeping is answered as if it had been done.
    let pid = world.create(second, commands(&[("__Set-PSDebugMode", &[])]));
    assert_eq!(world.client(second).state(pid), Some(Outcome::Completed));
    world.engine_ends(engine, Outcome::Completed);
    world.start(second, script("1"));
}

#[test]
fn busy_wait_queues() {
    let mut world = World::new(Some("work"));
    let first = world.open();
    world.start(first, script("long"));
    world.lose(first);
    let second = world.open_with(options(&[("PSRP_SESSION", "work"), ("PSRP_BUSY", "wait")]), console());
    world.start(second, script("1"));
}

#[test]
fn cut_input_stops_the_pipeline() {
    let mut world = World::new(Some("work"));
    let client = world.open();
    let (pid, engine) = world.start(client, script_with_input("$input"));
    world.send(client, Channel::Pipeline(pid), MessageKind::PipelineInput, text_payload("a"));
    world.run();
    world.lose(client);
    assert_eq!(world.engine.signals, [engine]);
    assert_eq!(world.core.info().pipelines[0].state, "Stopped");
}

#[test]
fn cut_input_can_be_made_the_end_of_input() {
    let settings = Settings { input_on_drop: InputOnDrop::End, ..settings() };
    let mut world = World::with_settings(Some("work"), settings);
    let client = world.open();
    world.start(client, script_with_input("$input"));
    world.lose(client);
    assert!(world.engine.signals.is_empty());
    assert_eq!(world.engine.received[0].kind, MessageKind::EndOfPipelineInput);
}

#[test]
fn a_client_that_does_not_read_pauses_the_engine() {
    let mut world = World::new(None);
    let client = world.open();
    let (pid, engine) = world.start(client, script("much"));
    world.clients.get_mut(&client).unwrap().reads = false;
    let text = "x".repeat(10_000);
    let mut written = 0;
    while !world.engine.paused {
        world.engine_writes(engine, &text);
        written += 1;
        assert!(written < 1_000);
    }
    world.clients.get_mut(&client).unwrap().reads = true;
    world.run();
    assert!(!world.engine.paused);
    assert_eq!(world.client(client).output(pid).len(), written);
}

#[test]
fn full_logs_block_the_engine_and_a_stop_gets_through() {
    let settings = Settings { retained: 100_000, ..settings() };
    let mut world = World::with_settings(Some("work"), settings);
    let client = world.open();
    let (_, engine) = world.start(client, script("much"));
    world.lose(client);
    while !world.engine.paused {
        world.engine_writes(engine, &"x".repeat(10_000));
    }
    assert_eq!(world.core.info().activity, "paused: full");
    let next = world.open();
    let pid = world.create(next, script("1"));
    assert!(world.client(next).failure(pid).contains("keeps more output than it may"));
    world.engine.hangs = true;
    let stop = world.create(next, commands(&[("Stop-PsrpCommand", &[])]));
    assert_eq!(world.client(next).state(stop), Some(Outcome::Completed));
    assert!(!world.engine.paused, "a stop would dead-lock behind the full pipe");
    world.engine_writes(engine, "late");
    world.engine_ends(engine, Outcome::Stopped);
    let info = world.core.info();
    assert_eq!(info.pipelines[0].state, "Stopped");
    assert_eq!(info.pipelines[0].unread, 11, "what came after the stop is not kept");
}

#[test]
fn drop_loses_the_oldest_and_says_so() {
    let settings = Settings { retained: 50_000, when_full: WhenFull::Drop, ..settings() };
    let mut world = World::with_settings(Some("work"), settings);
    let client = world.open();
    let (_, engine) = world.start(client, script("much"));
    world.lose(client);
    for index in 0..20 {
        world.engine_writes(engine, &std::format!("{index:010000}"));
    }
    world.engine_ends(engine, Outcome::Completed);
    assert!(!world.engine.paused && world.core.info().retained <= 50_000);
    let next = world.open();
    let pid = world.create(next, commands(&[("Receive-PsrpCommand", &[])]));
    let output = world.client(next).output(pid);
    assert_eq!(output.last().unwrap().trim_start_matches('0'), "19");
    assert_eq!(world.client(next).state(pid), Some(Outcome::Completed));
    let remark = world.client(next).of_kind(MessageKind::InformationRecord)[0].payload.clone();
    let lost = 20 - output.len();
    assert!(String::from_utf8_lossy(&remark).contains(&std::format!("{lost} messages are no longer held")));
}

#[test]
fn a_reader_of_what_is_too_large_to_keep_reaches_the_end() {
    let settings = Settings { retained: 100_000, when_full: WhenFull::Drop, ..settings() };
    let mut world = World::with_settings(Some("work"), settings);
    let client = world.open();
    let (pid, engine) = world.start(client, script("much"));
    world.clients.get_mut(&client).unwrap().reads = false;
    for index in 0..4 {
        world.engine_writes(engine, &std::format!("{}{index}", "0".repeat(2_000_000)));
    }
    world.engine_ends(engine, Outcome::Completed);
    world.clients.get_mut(&client).unwrap().reads = true;
    world.run();
    assert_eq!(world.client(client).state(pid), Some(Outcome::Completed));
    let remark = world.client(client).of_kind(MessageKind::InformationRecord)[0].payload.clone();
    let lost = 4 - world.client(client).output(pid).len();
    assert!(String::from_utf8_lossy(&remark).contains(&std::format!("{lost} messages are no longer held")));
}

#[test]
fn progress_that_nobody_sees_does_not_fill_the_log() {
    let mut world = World::with_settings(Some("work"), Settings { retained: 100_000, ..settings() });
    let client = world.open();
    let (_, engine) = world.start(client, script("much"));
    world.lose(client);
    let progress = ProgressRecord {
        activity: "reading".into(),
        activity_id: 1,
        status_description: "3 of 7".into(),
        current_operation: None,
        parent_activity_id: -1,
        percent_complete: 40,
        record_type: ProgressRecordType::Processing,
        seconds_remaining: -1,
    };
    let record = Message::ProgressRecord(progress.clone()).encode();
    for _ in 0..10_000 {
        world.engine_sends(Channel::Pipeline(engine), MessageKind::ProgressRecord, record.clone());
    }
    assert!(!world.engine.paused);
    assert_eq!(world.core.info().pipelines[0].unread, 1);
    // At the end of its activity, or of the pipeline, it means nothing any more.
    let done = ProgressRecord { record_type: ProgressRecordType::Completed, ..progress.clone() };
    let done = Message::ProgressRecord(done).encode();
    world.engine_sends(Channel::Pipeline(engine), MessageKind::ProgressRecord, done);
    assert_eq!(world.core.info().pipelines[0].unread, 0);
    world.engine_writes(engine, "one");
    let call = HostRequest::WriteProgress { source_id: 7, record: progress.into() };
    let call = payload::host_call(VOID_CALL_ID, &call);
    world.engine_sends(Channel::Pipeline(engine), MessageKind::PipelineHostCall, call);
    assert_eq!(world.core.info().pipelines[0].unread, 2);
    world.engine_ends(engine, Outcome::Completed);
    let next = world.open();
    let pid = world.create(next, commands(&[("Receive-PsrpCommand", &[])]));
    let kinds: Vec<_> = world.client(next).messages.iter().filter(|m| m.pid == pid).map(|m| m.kind).collect();
    assert_eq!(kinds, [MessageKind::PipelineOutput, MessageKind::PipelineState]);
}

#[test]
fn a_question_is_asked_again_and_answered_once() {
    let mut world = World::new(Some("work"));
    let first = world.open();
    let (first_pid, engine) = world.start(first, script("Read-Host"));
    let call = payload::host_call(1, &HostRequest::ReadLine);
    world.engine_sends(Channel::Pipeline(engine), MessageKind::PipelineHostCall, call);
    assert_eq!(world.client(first).of_kind(MessageKind::PipelineHostCall).len(), 1);
    assert_eq!(world.core.info().activity, "blocked: ReadLine");
    world.lose(first);
    let second = world.open();
    let pid = world.create(second, commands(&[("Receive-PsrpCommand", &[])]));
    assert_eq!(world.client(second).of_kind(MessageKind::PipelineHostCall).len(), 1);
    let call = HostCall::new(1, &HostRequest::ReadLine);
    let answer = Message::PipelineHostResponse(HostResponse::new(&call, &HostReply::Text("yes".into()))).encode();
    for _ in 0..2 {
        world.send(second, Channel::Pipeline(pid), MessageKind::PipelineHostResponse, answer.clone());
        world.run();
    }
    let answers = world.engine.received.iter().filter(|m| m.kind == MessageKind::PipelineHostResponse);
    assert_eq!(answers.count(), 1);
    assert_ne!(first_pid, pid);
}

#[test]
fn questions_fail_at_once_where_nobody_may_keep_them() {
    let settings = Settings { prompt: WhenPrompted::Fail, ..settings() };
    let mut world = World::with_settings(Some("work"), settings);
    let client = world.open();
    let (_, engine) = world.start(client, script("Read-Host"));
    world.lose(client);
    let call = payload::host_call(1, &HostRequest::ReadLine);
    world.engine_sends(Channel::Pipeline(engine), MessageKind::PipelineHostCall, call);
    let answer = &world.engine.received[0];
    assert_eq!(answer.kind, MessageKind::PipelineHostResponse);
    assert!(String::from_utf8_lossy(&answer.payload).contains("nobody is attached"));
}

#[test]
fn screen_changes_without_a_screen_are_dropped_and_text_is_kept() {
    let mut world = World::new(Some("work"));
    let client = world.open();
    let (_, engine) = world.start(client, script("long"));
    world.lose(client);
    let channel = Channel::Pipeline(engine);
    let text = || "text".into();
    for request in [
        HostRequest::SetWindowTitle { title: text() },
        HostRequest::WriteLine2 { text: text() },
        HostRequest::PopRunspace,
        HostRequest::WriteWarningLine { text: text() },
    ] {
        world.engine_sends(channel, MessageKind::PipelineHostCall, payload::host_call(VOID_CALL_ID, &request));
    }
    assert_eq!(world.core.info().pipelines[0].unread, 2);
}

#[test]
fn the_host_of_a_later_client_goes_with_its_pipelines() {
    let mut world = World::new(Some("work"));
    let first = world.open();
    world.lose(first);
    let second = world.open_with(AttachOptions::default(), HostInfo::NONE);
    world.start(second, script("1"));
    let create = payload::read_create(&world.engine.created.last().unwrap().1).unwrap();
    assert_eq!(create.host_info, HostInfo { use_runspace_host: false, ..HostInfo::NONE });
}

#[test]
fn nested_pipelines_do_not_outlive_their_client() {
    let mut world = World::new(Some("work"));
    let client = world.open();
    let (_, outer) = world.start(client, script("outer"));
    let nested = CreatePipeline { is_nested: true, ..payload::script("inner", None) };
    let nested = Message::CreatePipeline(nested).encode();
    let (_, inner) = world.start(client, nested);
    world.lose(client);
    assert_eq!(world.engine.signals, [inner]);
    assert_eq!(world.engine.running, [outer]);
}

#[test]
fn a_pipeline_that_cannot_be_read_is_refused_as_a_stock_server_does() {
    let mut world = World::new(None);
    let client = world.open();
    let pid = world.create(client, Bytes::from_static(b"<Obj RefId=\"0\"><MS><B N=\"NoInput\">true</B></MS></Obj>"));
    assert_eq!(world.client(client).errors(), ["Remote transport error: "]);
    assert_eq!(world.client(client).state(pid), None);
    assert!(world.engine.created.is_empty());
}
