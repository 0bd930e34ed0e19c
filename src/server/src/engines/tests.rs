//! An engine's process, played by a shell.

use std::fs;
use std::future::poll_fn;
use std::path::Path;
use std::time::Duration;

use psrp_proto::Channel;
use psrp_session::core::{EngineCommand, EngineEvent};
use tokio::time::timeout;

use super::{Engine, Pwsh};
use crate::limits::ENGINE_STDERR;

const LIMIT: Duration = Duration::from_secs(30);

const NULL: &str = "00000000-0000-0000-0000-000000000000";

fn start(script: &str) -> Pwsh {
    Pwsh::start(Path::new("/bin/sh"), &["-c".to_owned(), script.to_owned()]).unwrap()
}

async fn next(engine: &mut dyn Engine) -> EngineEvent {
    timeout(LIMIT, poll_fn(|context| engine.poll_event(context))).await.expect("an event of the engine")
}

/// Reads events until the end; gives what came before, and how it ended.
async fn until_exit(engine: &mut dyn Engine) -> (Vec<EngineEvent>, String, String) {
    let mut before = Vec::new();
    loop {
        match next(engine).await {
            EngineEvent::Exited { how, stderr } => return (before, how, stderr),
            event => before.push(event),
        }
    }
}

#[tokio::test]
async fn its_end_is_told_last_with_what_it_said_on_standard_error() {
    let mut engine = start("echo first >&2; echo last >&2; exit 7");
    let (before, how, stderr) = until_exit(&mut engine).await;
    assert!(matches!(before[..], [EngineEvent::Started]), "{before:?}");
    assert_eq!((how.as_str(), stderr.as_str()), ("exited with 7", "first\nlast"));
    let more = timeout(Duration::from_millis(50), poll_fn(|context| engine.poll_event(context))).await;
    assert!(more.is_err(), "nothing comes after the end");
}

#[tokio::test]
async fn only_the_end_of_a_long_standard_error_is_kept() {
    let mut engine = start("i=0; while [ $i -lt 2000 ]; do echo line $i >&2; i=$((i+1)); done");
    let (_, _, stderr) = until_exit(&mut engine).await;
    assert!(stderr.len() <= ENGINE_STDERR && stderr.ends_with("line 1999"), "{stderr}");
}

#[tokio::test]
async fn what_is_not_the_protocol_is_garbage() {
    let mut engine = start("echo Welcome to this computer; echo '__NamedPipeError__:it broke'");
    let (before, ..) = until_exit(&mut engine).await;
    assert!(
        matches!(&before[1..], [EngineEvent::Garbage { text }, EngineEvent::Error { text: error }]
            if text.contains("Welcome") && error == "it broke"),
        "{before:?}"
    );
}

#[tokio::test]
async fn the_end_of_its_input_ends_it() {
    let mut engine = start("cat > /dev/null; exit 5");
    engine.command(EngineCommand::EndInput);
    assert_eq!(until_exit(&mut engine).await.1, "exited with 5");
}

#[tokio::test]
async fn what_was_sent_arrives_before_the_end_of_its_input() {
    let mut engine = start("read line; echo \"__NamedPipeError__:$line\"");
    engine.command(EngineCommand::Close(Channel::Session));
    engine.command(EngineCommand::EndInput);
    let (before, ..) = until_exit(&mut engine).await;
    let echoed = format!("<Close PSGuid='{NULL}' />");
    assert!(before.iter().any(|event| matches!(event, EngineEvent::Error { text } if *text == echoed)), "{before:?}");
}

#[tokio::test]
async fn a_kill_takes_its_children_with_it() {
    let mut engine = start("sleep 600 & echo \"__NamedPipeError__:$!\"; wait");
    assert!(matches!(next(&mut engine).await, EngineEvent::Started));
    let EngineEvent::Error { text: child } = next(&mut engine).await else { panic!("no child") };
    engine.command(EngineCommand::Kill);
    assert_eq!(until_exit(&mut engine).await.1, "was killed by signal 9");
    timeout(LIMIT, async {
        while runs(&child) {
            tokio::task::yield_now().await;
        }
    })
    .await
    .expect("the end of the child");
}

/// Whether a process runs. Killed, it is a zombie until whoever adopted it reaps it.
fn runs(pid: &str) -> bool {
    let state = |stat: String| stat.rsplit_once(')').map(|(_, rest)| rest.trim_start().starts_with(['Z', 'X']));
    fs::read_to_string(format!("/proc/{pid}/stat")).ok().and_then(state) == Some(false)
}

#[tokio::test]
async fn a_program_that_keeps_its_output_open_does_not_hide_its_end() {
    let mut engine = start("sleep 600 & echo \"__NamedPipeError__:$!\"; exit 3");
    let (before, how, _) = until_exit(&mut engine).await;
    assert_eq!(how, "exited with 3");
    let EngineEvent::Error { text: child } = before.last().unwrap() else { panic!("{before:?}") };
    let child = rustix::process::Pid::from_raw(child.parse().unwrap()).unwrap();
    rustix::process::kill_process(child, rustix::process::Signal::KILL).unwrap();
}

#[tokio::test]
async fn a_paused_engine_is_not_read_and_loses_nothing() {
    // More than a pipe holds.
    let mut engine = start("i=0; while [ $i -lt 30000 ]; do echo \"__NamedPipeError__:$i\"; i=$((i+1)); done");
    assert!(matches!(next(&mut engine).await, EngineEvent::Started));
    engine.command(EngineCommand::Pause);
    // What was read already may still come; then nothing, and no end, although the process could go on.
    let mut heard = Vec::new();
    while let Ok(event) = timeout(Duration::from_millis(100), poll_fn(|context| engine.poll_event(context))).await {
        heard.push(event);
    }
    assert!(heard.len() < 30_000);
    engine.command(EngineCommand::Resume);
    let (rest, how, _) = until_exit(&mut engine).await;
    assert_eq!(how, "exited with 0");
    let numbers: Vec<usize> = heard
        .iter()
        .chain(&rest)
        .map(|event| match event {
            EngineEvent::Error { text } => text.parse().unwrap(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(numbers, (0..30_000).collect::<Vec<_>>());
}

#[tokio::test]
async fn the_end_of_a_paused_engine_is_told() {
    let mut engine = start("cat > /dev/null; echo '__NamedPipeError__:last words'; exit 4");
    assert!(matches!(next(&mut engine).await, EngineEvent::Started));
    engine.command(EngineCommand::Pause);
    engine.command(EngineCommand::EndInput);
    let (before, how, _) = until_exit(&mut engine).await;
    assert_eq!(how, "exited with 4");
    assert!(matches!(&before[..], [EngineEvent::Error { text }] if text == "last words"), "{before:?}");
}
