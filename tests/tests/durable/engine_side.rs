//! The engine ends, hangs or breaks the protocol.

use e2e::STEP;
use e2e::engine::Engine;
use e2e::processes::Process;
use e2e::server::Server;
use e2e::wire::Wire;
use psrp_proto::{MessageKind, Uuid};
use rustix::process::Signal;

use crate::{Tap, attach, lines, server, wait_for_loss};

e2e::on_engines!([fake Fake, native Native] {
    row_27_engine_blocked_by_a_full_log_is_stopped,
    row_27_full_log_drops_the_oldest_where_that_is_wanted,
});

/// What the client is told when its engine is gone: the end of the pipeline, then that of the pool.
#[track_caller]
fn told(client: &mut Wire) -> (String, String) {
    let mut pipeline = String::new();
    loop {
        let message = client.message().expect("the client is told before the link ends");
        let xml = String::from_utf8_lossy(message.xml()).into_owned();
        match message.kind {
            MessageKind::PipelineState => pipeline = xml,
            MessageKind::RunspacePoolState => return (pipeline, xml),
            _ => {}
        }
    }
}

#[test]
fn row_24_engine_exits_while_a_command_runs() {
    let server = server();
    let mut first = attach(&server);
    first.start("exit 3", false).unwrap();
    let (pipeline, pool) = told(&mut first);
    assert!(pipeline.contains("<I32 N=\"PipelineState\">5</I32>"), "{pipeline}");
    assert!(pipeline.contains("engine exited with 3 (session work on"), "{pipeline}");
    assert!(pool.contains("<I32 N=\"RunspaceState\">5</I32>") && pool.contains("engine exited with 3"), "{pool}");
    server.events().wait_for("engine.exited", |event| event.fields["how"] == "exited with 3", STEP);
}

#[test]
fn row_26_engine_writes_garbage() {
    let server = server();
    let mut first = attach(&server);
    first.start("garbage", false).unwrap();
    let (pipeline, pool) = told(&mut first);
    assert!(pipeline.contains("<I32 N=\"PipelineState\">5</I32>"), "{pipeline}");
    assert!(pool.contains("<I32 N=\"RunspaceState\">5</I32>") && pool.contains("this is not the protocol"), "{pool}");
    // Another session is not touched.
    let mut other = server.wire(&[("PSRP_SESSION", "other")]).unwrap();
    assert_eq!(other.run("output 2").unwrap().objects, 2);
}

/// The processes of engines.
fn engines(server: &Server) -> Vec<Process> {
    let mut found = server.sshd().sandbox().processes();
    found.retain(|process| process.name == "fake-engine");
    found
}

#[test]
fn row_25_engine_hangs_on_stop() {
    let server = server();
    let mut first = attach(&server);
    let pid = first.start("hang", false).unwrap();
    assert_eq!(first.object(pid).unwrap(), "<S>on</S>");
    let stopped = std::thread::scope(|scope| {
        let stopping = scope.spawn(|| first.stop(pid));
        server.events().wait_for("pipeline.stopping", |_| true, STEP);
        // Less than the minute after which a stock client gives up.
        server.events().advance(55);
        server.events().wait_for("pipeline.wedged", |_| true, STEP);
        stopping.join().unwrap()
    });
    stopped.unwrap();
    assert_eq!(first.objects(pid).unwrap(), (Vec::new(), 3));
    drop(first);
    wait_for_loss(&server);
    assert_eq!(server.sessions()[0]["activity"], "wedged");
    assert!(server.psrpd().args(["sessions", "remove", "--force", "work"]).status().unwrap().success());
    server.events().wait_for("host.ended", |_| true, STEP);
    server.sshd().sandbox().wait_for_processes(STEP, |_| engines(&server).is_empty());
}

/// What a pipeline brings to its end: how many objects, what is said about it, and its state.
#[track_caller]
fn received(client: &mut Wire, pid: Uuid) -> (usize, String, String) {
    let (mut objects, mut remarks) = (0, String::new());
    loop {
        let message = client.message().expect("the pipeline comes to its end");
        let xml = String::from_utf8_lossy(message.xml()).into_owned();
        match message.kind {
            _ if message.pid != pid => {}
            MessageKind::PipelineOutput => objects += 1,
            MessageKind::InformationRecord => remarks.push_str(&xml),
            MessageKind::PipelineState => return (objects, remarks, xml),
            _ => {}
        }
    }
}

/// How many messages a remark says are no longer held, for this reason.
#[track_caller]
fn lost(remarks: &str, reason: &str) -> usize {
    let behind = format!(" messages are no longer held ({reason})");
    let before = remarks.split_once(&behind).unwrap_or_else(|| panic!("nothing was lost ({reason}): {remarks}")).0;
    before.rsplit(|character: char| !character.is_ascii_digit()).next().unwrap().parse().unwrap()
}

fn row_27_engine_blocked_by_a_full_log_is_stopped(engine: Engine) {
    let server = engine.setup().set("limits", "retained_per_session", "65536").start();
    let mut first = attach(&server);
    let start = first.call("Start-PsrpCommand", "output 100000 1000").unwrap();
    assert_eq!(first.finish(start).unwrap().objects, 1);
    server.events().wait_for("engine.paused", |event| event.fields["full"] == "true", STEP);
    assert_eq!(server.sessions()[0]["activity"], "paused: full");
    let stop = first.command("Stop-PsrpCommand").unwrap();
    assert_eq!(first.finish(stop).unwrap().state, 4);
    server.events().wait_for("engine.drain", |_| true, STEP);
    server.events().wait_for("pipeline.ended", |event| event.fields["pipeline"] == "2", STEP);
    let receive = first.command("Receive-PsrpCommand").unwrap();
    let (objects, remarks, state) = received(&mut first, receive);
    assert!(state.contains("<I32 N=\"PipelineState\">3</I32>"), "{state}");
    // What was being read when the log was full is kept too: one buffer of 64 KiB.
    assert!((50..200).contains(&objects), "the log holds 64 KiB: {objects}");
    // What is left in the engine's pipe, and not what it would have written.
    assert!((1..1_000).contains(&lost(&remarks, "stopped")), "{remarks}");
}

fn row_27_full_log_drops_the_oldest_where_that_is_wanted(engine: Engine) {
    let server =
        engine.setup().set("limits", "retained_per_session", "65536").set("session", "on_full", "\"drop\"").start();
    let mut first = attach(&server);
    let start = first.call("Start-PsrpCommand", "output 1000 1000").unwrap();
    assert_eq!(first.finish(start).unwrap().objects, 1);
    server.events().wait_for("pipeline.ended", |event| event.fields["pipeline"] == "2", STEP);
    let receive = first.command("Receive-PsrpCommand").unwrap();
    let (objects, remarks, state) = received(&mut first, receive);
    assert!(state.contains("<I32 N=\"PipelineState\">4</I32>"), "{state}");
    assert!((50..100).contains(&objects), "the log holds 64 KiB: {objects}");
    assert_eq!(objects + lost(&remarks, "limit"), 1_000, "every message is there or counted: {remarks}");
    assert!(server.events().all("engine.paused").is_empty());
}

/// The kernel chooses by `oom_score_adj`; that it kills the engine and not the host is what can be seen without exhausting a
/// machine's memory.
#[test]
fn row_32_engine_killed_for_its_memory() {
    let server = server();
    let mut tap = Tap::new(server.sshd().sandbox());
    let mut first = attach(&server);
    let pid = first.start(&tap.command(), false).unwrap();
    tap.write(0..10);
    assert_eq!(first.object(pid).unwrap(), "<S>line 0</S>");
    first.kill();
    wait_for_loss(&server);
    let score = |process: &Process| -> i32 {
        let text = std::fs::read_to_string(format!("/proc/{}/oom_score_adj", process.pid)).unwrap();
        text.trim().parse().unwrap()
    };
    let (host, engine) = (score(&server.processes("host")[0]), score(&engines(&server)[0]));
    assert_eq!(engine, (host + 500).min(1_000));
    server.events().wait_for("output.appended", |event| event.fields["n"] == "10", STEP);
    engines(&server)[0].signal(Signal::KILL);
    server.events().wait_for("engine.exited", |event| event.fields["how"] == "was killed by signal 9", STEP);
    assert_eq!(server.sessions()[0]["state"], "Broken");
    let mut second = attach(&server);
    let receive = second.command("Receive-PsrpCommand").unwrap();
    let (objects, state) = second.objects(receive).unwrap();
    let all = lines(0..10);
    assert!(all.ends_with(&objects) && !objects.is_empty(), "{objects:?}");
    assert_eq!(state, 5);
}
