//! The engine as the session drives it.

use std::future::poll_fn;
use std::path::Path;
use std::time::Duration;

use psrp_clixml::{Object, Value};
use psrp_keys::KeyPair;
use psrp_proto::host::{HostReply, HostResponse};
use psrp_proto::key::PublicKeyBlob;
use psrp_proto::message::{self, HostDefaultData, Message, PowerShell, PublicKey, SessionCapability, SetRunspaces};
use psrp_proto::{Destination, Stream};
use tokio::time::timeout;

use super::*;

const LIMIT: Duration = Duration::from_secs(30);

/// An engine with its pool open.
struct Opened {
    engine: Native,
    rpid: Uuid,
    last: u64,
}

impl Opened {
    async fn new(runspaces: i32) -> Self {
        let mut opened = Self { engine: Native::new(Unix::default(), true), rpid: Uuid::from_u128(7), last: 0 };
        let init = InitRunspacePool {
            max_runspaces: runspaces,
            ..InitRunspacePool::new(
                Object::primitive_dictionary::<&str, Value>([]).into(),
                message::HostInfo::console(HostDefaultData::default()),
            )
        };
        opened.send(Channel::Session, &Message::SessionCapability(SessionCapability::new(PROTOCOL)));
        opened.send(Channel::Session, &Message::InitRunspacePool(init));
        opened.wait(|message| matches!(message, Message::RunspacePoolState(_))).await;
        opened
    }

    fn send(&mut self, channel: Channel, message: &Message) {
        let message = message.to_raw(Destination::Server, self.rpid, channel.guid());
        self.engine.command(EngineCommand::Send { channel, stream: Stream::Default, message });
    }

    /// Starts a script; returns its pipeline.
    fn start(&mut self, script: &str, has_input: bool) -> Uuid {
        self.last += 1;
        let pid = Uuid::from_u128(self.last.into());
        let create = message::CreatePipeline {
            no_input: !has_input,
            ..message::CreatePipeline::new(PowerShell::script(script))
        };
        self.engine.command(EngineCommand::Open(pid));
        self.send(Channel::Pipeline(pid), &Message::CreatePipeline(create));
        pid
    }

    async fn next(&mut self) -> EngineEvent {
        timeout(LIMIT, poll_fn(|context| self.engine.poll_event(context))).await.expect("an event of the engine")
    }

    /// The first message that is wanted; others are passed over.
    async fn wait(&mut self, wanted: impl Fn(&Message) -> bool) -> Message {
        loop {
            if let EngineEvent::Message { message, .. } = self.next().await {
                let message = Message::decode(&message).expect("a message that can be read");
                if wanted(&message) {
                    return message;
                }
            }
        }
    }

    /// What a pipeline brings to its end: its output as text, and its state.
    async fn finish(&mut self, pid: Uuid) -> (Vec<String>, PsInvocationState) {
        let mut output = Vec::new();
        loop {
            let EngineEvent::Message { channel, message } = self.next().await else { continue };
            if channel != Channel::Pipeline(pid) {
                continue;
            }
            match Message::decode(&message).expect("a message that can be read") {
                Message::PipelineOutput(value) => output.push(shown(&value)),
                Message::PipelineState(info) => return (output, info.state),
                _ => {}
            }
        }
    }

    async fn exit(&mut self) -> (String, String) {
        loop {
            if let EngineEvent::Exited { how, stderr } = self.next().await {
                return (how, stderr);
            }
        }
    }
}

fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| psrp_clixml::write_text(value), str::to_owned)
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

#[tokio::test]
async fn what_a_script_writes_comes_in_order_and_its_state_last() {
    let mut opened = Opened::new(1).await;
    let first = opened.start("$x = 'kept'; 'a'; 'b'", false);
    assert_eq!(opened.finish(first).await, (texts(&["a", "b"]), PsInvocationState::Completed));
    let second = opened.start("$x", false);
    assert_eq!(opened.finish(second).await, (texts(&["kept"]), PsInvocationState::Completed));
    let third = opened.start("throw 'up'", false);
    assert_eq!(opened.finish(third).await, (Vec::new(), PsInvocationState::Failed));
}

#[tokio::test]
async fn pipelines_of_a_pool_run_at_the_same_time_and_no_more_than_it_has_runspaces() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name).display().to_string();
    let wait_for =
        |name: &str| format!("while (-not (Test-Path '{}')) {{ Start-Sleep -Milliseconds 5 }}; '{name}'", file(name));
    let mut opened = Opened::new(2).await;
    let first = opened.start(&wait_for("one"), false);
    let second = opened.start(&format!("New-Item '{}' | Out-Null; {}", file("one"), wait_for("two")), false);
    // It has no runspace until the first has ended.
    let third = opened.start(&format!("New-Item '{}' | Out-Null; 'three'", file("two")), false);
    assert_eq!(opened.finish(first).await.0, texts(&["one"]));
    let ended = [opened.finish(second).await.0.len(), usize::from(Path::new(&file("two")).exists())];
    assert_eq!(ended, [1, 1]);
    let _ = third;
    opened.send(Channel::Session, &Message::SetMaxRunspaces(SetRunspaces { runspaces: 3, call_id: 1 }));
    opened.wait(|message| matches!(message, Message::RunspaceAvailability(_))).await;
}

#[tokio::test]
async fn a_paused_engine_waits_loses_nothing_and_can_be_stopped() {
    let mut opened = Opened::new(1).await;
    opened.engine.command(EngineCommand::Pause);
    let pid = opened.start("foreach ($i in 1..2000) { \"$i \" + 'x' * 1000 }", false);
    let quiet = timeout(Duration::from_millis(200), async {
        loop {
            assert!(!matches!(opened.next().await, EngineEvent::Message { .. }), "it is paused");
        }
    });
    assert!(quiet.await.is_err());
    opened.engine.command(EngineCommand::Resume);
    let (output, state) = opened.finish(pid).await;
    assert_eq!((output.len(), state), (2_000, PsInvocationState::Completed));

    opened.engine.command(EngineCommand::Pause);
    let endless = opened.start("try { while ($true) { 'x' * 1000 } } finally { 'end' }", false);
    opened.engine.command(EngineCommand::Signal(endless));
    opened.engine.command(EngineCommand::Resume);
    let (output, state) = opened.finish(endless).await;
    assert_eq!(state, PsInvocationState::Stopped);
    assert!(output.is_empty() || output.last().is_some_and(|last| last == "end"), "{:?}", output.last());
}

#[tokio::test]
async fn input_is_taken_as_it_comes() {
    let mut opened = Opened::new(1).await;
    let pid = opened.start("foreach ($item in $input) { \"got $item\" }", true);
    let channel = Channel::Pipeline(pid);
    opened.send(channel, &Message::PipelineInput(Value::from("one")));
    let answer = opened.wait(|message| matches!(message, Message::PipelineOutput(_))).await;
    assert!(matches!(answer, Message::PipelineOutput(value) if shown(&value) == "got one"));
    opened.send(channel, &Message::EndOfPipelineInput);
    assert_eq!(opened.finish(pid).await, (Vec::new(), PsInvocationState::Completed));
}

#[tokio::test]
async fn too_much_input_is_reported_until_it_was_taken() {
    let mut opened = Opened::new(1).await;
    let pid = opened.start("Start-Sleep -Milliseconds 300; @($input).Count", true);
    let channel = Channel::Pipeline(pid);
    let big = "x".repeat(runspace::INPUT_WAITING);
    for _ in 0..2 {
        opened.send(channel, &Message::PipelineInput(Value::from(big.as_str())));
    }
    opened.send(channel, &Message::EndOfPipelineInput);
    let mut reports = Vec::new();
    while reports.iter().all(|bytes| *bytes == 0) || reports.last() != Some(&0) {
        if let EngineEvent::Queued { bytes, .. } = opened.next().await {
            reports.push(bytes);
        }
    }
    assert_eq!(opened.finish(pid).await.0, texts(&["<I32>2</I32>"]));
}

#[tokio::test]
async fn a_question_is_answered_or_its_pipeline_stopped() {
    let mut opened = Opened::new(1).await;
    let ask = "try { $Host.UI.ReadLine() } finally { 'asked' }";
    let pid = opened.start(ask, false);
    let Message::PipelineHostCall(call) = opened.wait(|message| matches!(message, Message::PipelineHostCall(_))).await
    else {
        unreachable!()
    };
    let answer = HostResponse::new(&call, &HostReply::Text("yes".into()));
    opened.send(Channel::Pipeline(pid), &Message::PipelineHostResponse(answer));
    assert_eq!(opened.finish(pid).await, (texts(&["yes", "asked"]), PsInvocationState::Completed));

    let pid = opened.start(ask, false);
    opened.wait(|message| matches!(message, Message::PipelineHostCall(_))).await;
    opened.engine.command(EngineCommand::Signal(pid));
    assert_eq!(opened.finish(pid).await, (texts(&["asked"]), PsInvocationState::Stopped));
}

#[tokio::test]
async fn secure_strings_travel_under_the_key_that_a_client_gets() {
    let mut opened = Opened::new(1).await;
    let pair = KeyPair::generate().unwrap();
    let key = PublicKeyBlob::decode(&pair.public_blob()).unwrap();
    opened.send(Channel::Session, &Message::PublicKey(PublicKey { key }));
    let Message::EncryptedSessionKey(sent) =
        opened.wait(|message| matches!(message, Message::EncryptedSessionKey(_))).await
    else {
        unreachable!()
    };
    let key = pair.decrypt_session_key(&sent.key.encode()).unwrap();
    opened.start("ConvertTo-SecureString -AsPlainText -Force 'P@ss'", false);
    let output = opened.wait(|message| matches!(message, Message::PipelineOutput(_))).await;
    let Message::PipelineOutput(Value::SecureString(secret)) = output else { panic!("{output:?}") };
    assert_eq!(*key.decrypt_text(&secret.0).unwrap(), "P@ss");
}

#[tokio::test]
async fn an_error_of_a_statement_ends_a_pipeline_only_where_there_is_no_pipe_for_errors() {
    let mut opened = Opened::new(1).await;
    let script = "1 / 0; 'next'";
    let with_pipe = opened.start(script, false);
    assert_eq!(opened.finish(with_pipe).await, (texts(&["next"]), PsInvocationState::Completed));
    let pid = Uuid::from_u128(99);
    let mut create = message::CreatePipeline::new(PowerShell::script(script));
    create.power_shell.redirect_shell_error_output_pipe = false;
    opened.engine.command(EngineCommand::Open(pid));
    opened.send(Channel::Pipeline(pid), &Message::CreatePipeline(create));
    assert_eq!(opened.finish(pid).await, (Vec::new(), PsInvocationState::Failed));
}

#[tokio::test]
async fn events_are_forwarded_to_the_client() {
    let mut opened = Opened::new(1).await;
    let script = "Register-EngineEvent Far -Forward; $null = New-Event Far -Sender me -EventArguments 1, 'two' -MessageData data";
    opened.start(script, false);
    let Message::UserEvent(event) = opened.wait(|message| matches!(message, Message::UserEvent(_))).await else {
        unreachable!()
    };
    assert_eq!((event.event_id, event.source_id.to_string_lossy().as_ref()), (1, "Far"));
    assert_eq!((shown(&event.sender), shown(&event.message_data)), ("me".to_owned(), "data".to_owned()));
    assert_eq!(event.source_args.as_list().map(<[Value]>::len), Some(2));
}

#[tokio::test]
async fn an_error_that_a_client_sends_back_is_shown_as_an_error() {
    let mut opened = Opened::new(1).await;
    let failing = opened.start("throw 'thrown'", false);
    let state = opened.wait(|message| matches!(message, Message::PipelineState(_))).await;
    let Message::PipelineState(PipelineStateInfo { error: Some(error), .. }) = state else { panic!("{failing}") };
    let pid = opened.start("$input | Out-String", true);
    opened.send(Channel::Pipeline(pid), &Message::PipelineInput(error.to_value()));
    opened.send(Channel::Pipeline(pid), &Message::EndOfPipelineInput);
    assert_eq!(opened.finish(pid).await.0, texts(&["Exception: thrown\n"]));
}

#[tokio::test]
async fn it_ends_after_what_it_still_has_to_do() {
    let mut opened = Opened::new(1).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("cleaned");
    opened.start(&format!("try {{ 'on'; Start-Sleep 600 }} finally {{ New-Item '{}' }}", file.display()), false);
    opened.wait(|message| matches!(message, Message::PipelineOutput(_))).await;
    opened.engine.command(EngineCommand::EndInput);
    assert_eq!(opened.exit().await, ("exited with 0".to_owned(), String::new()));
    assert!(file.exists());
    let more = timeout(Duration::from_millis(50), opened.next()).await;
    assert!(more.is_err(), "nothing comes after the end");
}

#[tokio::test]
async fn it_is_gone_at_once_when_it_is_killed() {
    let mut opened = Opened::new(1).await;
    opened.start("while ($true) { 'x' * 1000 }", false);
    opened.engine.command(EngineCommand::Kill);
    assert_eq!(opened.exit().await.0, "was ended");
}

fn fault() -> Fault {
    Fault { place: "table.rs:4:1".to_owned(), text: "a table had no legs".to_owned() }
}

#[tokio::test]
async fn a_runspace_that_fails_costs_the_engine_and_nothing_else() {
    let mut opened = Opened::new(1).await;
    opened.engine.queue.push_now(Told::Gone(Some(fault())));
    let (how, text) = opened.exit().await;
    assert!(how.starts_with("failed by a fault of its own at "), "{how}");
    assert_eq!(text, "a table had no legs");
}

#[tokio::test]
async fn a_runspace_that_fails_is_heard_while_the_engine_is_paused() {
    let mut opened = Opened::new(1).await;
    opened.engine.command(EngineCommand::Pause);
    let queue = opened.engine.queue.clone();
    let failing = tokio::spawn(async move {
        queue.push_now(Told::Gone(None));
        tokio::task::yield_now().await;
        queue.push_now(Told::Gone(Some(fault())));
    });
    assert!(opened.exit().await.0.starts_with("failed by a fault"));
    failing.await.unwrap();
}

#[tokio::test]
async fn a_runspace_is_set_back() {
    let mut opened = Opened::new(1).await;
    let before = opened.start("$x = 1; function kept { 'kept' }; Set-Location /", false);
    opened.finish(before).await;
    opened.send(Channel::Session, &Message::ResetRunspaceState(message::PoolCall { call_id: 1 }));
    opened.wait(|message| matches!(message, Message::RunspaceAvailability(_))).await;
    let after = opened.start("\"x=$x\"; kept; \"$PWD\" -eq '/'", false);
    assert_eq!(opened.finish(after).await.0, texts(&["x=", "kept", "<B>false</B>"]));
}

#[tokio::test]
async fn runspaces_share_their_environment_and_nothing_else() {
    let mut opened = Opened::new(2).await;
    let first = opened.start("$env:SHARED_BY_ALL = 'yes'; $own = 1; Set-Location /; Start-Sleep 60", false);
    let second = opened.start(
        "while (-not $env:SHARED_BY_ALL) { Start-Sleep -Milliseconds 10 }; $env:SHARED_BY_ALL; \"own=$own\"; \"$PWD\" -eq '/'",
        false,
    );
    assert_eq!(opened.finish(second).await.0, texts(&["yes", "own=", "<B>false</B>"]));
    opened.engine.command(EngineCommand::Signal(first));
    assert_eq!(opened.finish(first).await.1, PsInvocationState::Stopped);
}

#[tokio::test]
async fn records_say_where_they_come_from_if_their_client_asks() {
    let mut opened = Opened::new(1).await;
    for (options, wanted) in [(message::RemoteStreamOptions(0), false), (message::RemoteStreamOptions::ALL, true)] {
        opened.last += 1;
        let pid = Uuid::from_u128(opened.last.into());
        let mut create = message::CreatePipeline::new(PowerShell::script("Get-Item /does/not/exist"));
        create.remote_stream_options = options;
        opened.engine.command(EngineCommand::Open(pid));
        opened.send(Channel::Pipeline(pid), &Message::CreatePipeline(create));
        let record = opened.wait(|message| matches!(message, Message::ErrorRecord(_))).await;
        let Message::ErrorRecord(record) = record else { unreachable!() };
        let text = psrp_clixml::write_text(&record.to_value());
        assert_eq!(text.contains("InvocationInfo_Line"), wanted, "{text}");
        opened.finish(pid).await;
    }
}

#[tokio::test]
async fn an_error_in_a_handler_ends_it() {
    let mut opened = Opened::new(1).await;
    let pid = opened.start("try { 1 / 0 } catch { & { 1 / 0; 'inside' }; 'behind' } finally { 'last' }; 'next'", false);
    assert_eq!(opened.finish(pid).await.0, texts(&["last", "next"]));
}
