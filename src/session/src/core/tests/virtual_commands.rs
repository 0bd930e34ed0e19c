//! Receive-PsrpCommand and its kind.

use super::*;

fn left_running(world: &mut World) -> Uuid {
    let client = world.open();
    let (_, engine) = world.start(client, script("long"));
    world.engine_writes(engine, "one");
    world.lose(client);
    world.engine_writes(engine, "two");
    engine
}

#[test]
fn receive_shows_everything_once_and_then_goes_on() {
    let mut world = World::new(Some("work"));
    let engine = left_running(&mut world);
    let client = world.open();
    let pid = world.create(client, commands(&[("receive-psrpcommand", &[])]));
    assert_eq!(world.client(client).output(pid), ["one", "two"]);
    let remark = world.client(client).of_kind(MessageKind::InformationRecord)[0].payload.clone();
    assert!(String::from_utf8_lossy(&remark).contains("the first 1 messages may have been seen"));
    world.engine_writes(engine, "three");
    world.engine_ends(engine, Outcome::Completed);
    assert_eq!(world.client(client).output(pid), ["one", "two", "three"]);
    assert_eq!(world.client(client).state(pid), Some(Outcome::Completed));
    world.close(client, Channel::Pipeline(pid));
    assert!(world.core.info().pipelines.is_empty());
}

#[test]
fn receive_takes_its_arguments_in_every_form() {
    let id = Value::I32(2);
    let forms: [&[(Option<&str>, Value)]; 4] = [
        &[(Some("-Id"), Value::Nil), (None, id.clone())],
        &[(Some("-Id:"), id.clone())],
        &[(Some("Id"), id.clone())],
        &[(None, id.clone()), (Some("-Wait"), Value::Nil)],
    ];
    for form in forms {
        let mut world = World::new(Some("work"));
        left_running(&mut world);
        let client = world.open();
        let pid = world.create(client, commands(&[("Receive-PsrpCommand", form)]));
        assert_eq!(world.client(client).output(pid), ["one", "two"], "{form:?}");
    }
    for (form, hint) in [
        (&[(Some("-Nonsense"), Value::Nil)][..], "-Id, -From, -Wait"),
        (&[(Some("-Id"), Value::Nil)][..], "needs a value"),
        (&[(Some("-Id:"), Value::I32(99))][..], "has no command 99"),
        (&[(Some("-From:"), Value::from("x"))][..], "Unread or Start"),
    ] {
        let mut world = World::new(Some("work"));
        left_running(&mut world);
        let client = world.open();
        let pid = world.create(client, commands(&[("Receive-PsrpCommand", form)]));
        assert_eq!(world.client(client).state(pid), Some(Outcome::Failed));
        assert!(world.client(client).failure(pid).contains(hint), "{}", world.client(client).failure(pid));
    }
}

#[test]
fn get_lists_the_pipelines() {
    let mut world = World::new(Some("work"));
    left_running(&mut world);
    let client = world.open();
    let pid = world.create(client, commands(&[("Get-PsrpCommand", &[])]));
    let listed = world.client(client).of_kind(MessageKind::PipelineOutput)[0].payload.clone();
    let listed = psrp_clixml::parse(&listed).unwrap();
    assert_eq!(listed.get("State").unwrap().as_str(), Some("Running"));
    assert_eq!(listed.get("Command").unwrap().as_str(), Some("long"));
    let read = crate::info::PipelineInfo::from_value(&listed).unwrap();
    assert_eq!(read.to_value(), listed);
    assert_eq!(world.client(client).state(pid), Some(Outcome::Completed));
}

#[test]
fn start_leaves_a_command_running_for_the_session() {
    let mut world = World::new(Some("work"));
    let client = world.open();
    let before = world.engine.created.len();
    let arguments = [(None, Value::from("Start-Sleep 60"))];
    let pid = world.create(client, commands(&[("Start-PsrpCommand", &arguments)]));
    assert_eq!(world.client(client).state(pid), Some(Outcome::Completed));
    assert_eq!(world.engine.created.len(), before + 1);
    let create = payload::read_create(&world.engine.created[before].1).unwrap();
    assert_eq!(create.power_shell.first_command(), Some(&Command::script("Start-Sleep 60")));
    let engine = world.engine.created[before].0;
    world.close(client, Channel::Pipeline(pid));
    world.close(client, Channel::Session);
    assert!(world.engine.running.contains(&engine), "the client's goodbye does not stop it");
    world.engine_writes(engine, "done");
    world.engine_ends(engine, Outcome::Completed);
    let next = world.open();
    let pid = world.create(next, commands(&[("Receive-PsrpCommand", &[])]));
    assert_eq!(world.client(next).output(pid), ["done"]);
}

#[test]
fn stop_stops_and_close_closes() {
    let mut world = World::new(Some("work"));
    let engine = left_running(&mut world);
    let client = world.open();
    let pid = world.create(client, commands(&[("Stop-PsrpCommand", &[])]));
    assert_eq!(world.engine.signals, [engine]);
    world.close(client, Channel::Pipeline(pid));
    let pid = world.create(client, commands(&[("Close-PsrpSession", &[])]));
    world.close(client, Channel::Pipeline(pid));
    assert_eq!(world.client(client).pool_states().last(), Some(&RunspacePoolState::Closed));
    world.close(client, Channel::Session);
    assert!(world.client(client).has(&ClientEvent::CloseAck(Channel::Session)));
    assert_eq!(world.ended.as_deref(), Some("closed by Close-PsrpSession"));
}

#[test]
fn what_stands_behind_the_command_runs_in_the_engine() {
    let mut world = World::new(Some("work"));
    let engine = left_running(&mut world);
    let client = world.open();
    let busy = world.create(client, commands(&[("Receive-PsrpCommand", &[]), ("Out-Default", &[])]));
    assert!(world.client(client).failure(busy).contains("still running"));
    world.engine_ends(engine, Outcome::Completed);
    let (pid, stand_in) = world.start(client, commands(&[("Receive-PsrpCommand", &[]), ("Out-Default", &[])]));
    let create = payload::read_create(&world.engine.created.last().unwrap().1).unwrap();
    let names: Vec<_> = create.power_shell.statements[0].iter().map(|command| command.text.to_string_lossy()).collect();
    assert_eq!(names, ["Microsoft.PowerShell.Utility\\Write-Output", "Out-Default"]);
    assert!(!create.no_input);
    let fed: Vec<_> = world.engine.received.iter().filter(|m| m.pid == stand_in).map(|m| m.kind).collect();
    use MessageKind::{EndOfPipelineInput, PipelineInput};
    assert_eq!(fed, [PipelineInput, PipelineInput, EndOfPipelineInput]);
    world.engine_ends(stand_in, Outcome::Completed);
    assert_eq!(world.client(client).state(pid), Some(Outcome::Completed));
}

#[test]
fn script_text_is_explained_by_functions_in_named_sessions_only() {
    let mut world = World::new(Some("work"));
    world.open();
    assert_eq!(world.engine.helpers, 1);
    assert!(world.core.info().pipelines.is_empty(), "nobody sees it");
    let mut world = World::new(None);
    world.open();
    assert_eq!(world.engine.helpers, 0, "a nameless session is exactly a stock one");
}

#[test]
fn what_a_command_failed_with_is_not_lost_behind_another() {
    let mut world = World::new(Some("work"));
    let engine = left_running(&mut world);
    let reason = payload::Reason::usage("it broke");
    let state = payload::pipeline_state(Outcome::Failed, Some(&reason));
    world.engine_sends(Channel::Pipeline(engine), MessageKind::PipelineState, state);
    let client = world.open();
    world.start(client, commands(&[("Receive-PsrpCommand", &[]), ("Out-Default", &[])]));
    let errors = world.client(client).of_kind(MessageKind::ErrorRecord);
    assert!(String::from_utf8_lossy(&errors[0].payload).contains("it broke"));
}

#[test]
fn a_session_holds_no_more_pipelines_than_it_may() {
    let mut world = World::new(Some("work"));
    let client = world.open();
    let arguments = [(None, Value::from("Start-Sleep 60"))];
    let outcomes: Vec<_> = (0..=crate::limits::MAX_PIPELINES)
        .map(|_| {
            let pid = world.create(client, commands(&[("Start-PsrpCommand", &arguments)]));
            world.client(client).state(pid)
        })
        .collect();
    assert_eq!(outcomes[0], Some(Outcome::Completed));
    assert_eq!(outcomes.last(), Some(&Some(Outcome::Failed)));
    assert!(world.core.pipelines.len() <= crate::limits::MAX_PIPELINES);
}

/// A session in which so many commands were left running, wrote something or nothing, and ended.
fn many_left(settings: Settings, writes: impl Fn(usize) -> bool, count: usize) -> World {
    let mut world = World::with_settings(Some("work"), settings);
    let client = world.open();
    for index in 0..count {
        let text = [(None, Value::from(index.to_string()))];
        let pid = world.create(client, commands(&[("Start-PsrpCommand", &text)]));
        world.close(client, Channel::Pipeline(pid));
        let engine = world.engine.created.last().unwrap().0;
        if writes(index) {
            world.engine_writes(engine, &index.to_string());
        }
        world.engine_ends(engine, Outcome::Completed);
    }
    world.lose(client);
    world
}

#[test]
fn what_was_not_read_stays_however_many_commands_follow() {
    let many = crate::limits::MAX_FINISHED * 2;
    let world = many_left(settings(), |index| index % 2 == 0, many);
    let unread: Vec<u64> = world.core.info().pipelines.iter().map(|pipeline| pipeline.unread).collect();
    assert_eq!(unread, [2].repeat(many / 2), "an object and the end");

    let mut world = many_left(settings(), |_| true, many);
    assert_eq!(world.core.info().pipelines.len(), many);
    let client = world.open();
    let pid = world.create(client, commands(&[("Receive-PsrpCommand", &[])]));
    assert_eq!(world.client(client).output(pid), ["0"]);
}

#[test]
fn how_many_commands_were_dropped_is_said() {
    let settings = Settings { when_full: WhenFull::Drop, ..settings() };
    let mut world = many_left(settings, |_| true, crate::limits::MAX_FINISHED + 7);
    assert_eq!(world.core.info().pipelines.len(), crate::limits::MAX_FINISHED);
    let client = world.open();
    let notice = world.client(client).of_kind(MessageKind::RunspacePoolHostCall)[0].payload.clone();
    let notice = String::from_utf8_lossy(&notice).into_owned();
    assert!(notice.contains("; 7 older commands were dropped with their output"), "{notice}");
}
