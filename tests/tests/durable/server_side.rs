//! A process of psrpd or of sshd goes away.

use std::path::PathBuf;

use e2e::STEP;
use e2e::engine::Engine;
use e2e::processes::{self, Process};
use e2e::server::Server;
use rustix::process::Signal;

use crate::{attach, attach_past, wait_for_loss};

e2e::on_engines!([fake Fake, native Native] {
    row_16_shim_killed,
    row_17_sshd_session_killed,
    row_19_broker_killed_while_idle,
    row_20_two_brokers_started_together,
    row_21_session_host_killed_while_attached,
    row_22_session_host_killed_while_detached,
    row_31_runtime_directory_removed,
    row_18_sshd_restarted,
    row_19_broker_killed_while_somebody_attaches,
    row_19_broker_killed_while_somebody_creates,
    row_23_session_host_killed_while_it_is_made,
    row_33_computer_restarted,
    row_35_session_of_another_version,
});

fn row_16_shim_killed(engine: Engine) {
    let server = engine.server();
    let mut first = attach(&server);
    assert_eq!(first.run("output 1").unwrap().objects, 1);
    server.kill("subsystem");
    wait_for_loss(&server);
    assert_eq!(attach(&server).run("output 2").unwrap().objects, 2);
    assert_eq!(server.events().all("engine.spawned").len(), 1);
}

fn row_17_sshd_session_killed(engine: Engine) {
    let server = engine.server();
    let mut first = attach(&server);
    assert_eq!(first.run("output 1").unwrap().objects, 1);
    let sshd = i32::try_from(server.sshd().pid()).unwrap();
    for process in processes::descendants(sshd).into_iter().filter(|process| process.name.starts_with("sshd")) {
        process.signal(Signal::KILL);
    }
    wait_for_loss(&server);
    assert_eq!(attach(&server).run("output 2").unwrap().objects, 2);
    assert_eq!(server.events().all("engine.spawned").len(), 1);
}

fn row_19_broker_killed_while_idle(engine: Engine) {
    let server = engine.server();
    let mut first = attach(&server);
    server.kill("broker");
    assert_eq!(first.run("output 1").unwrap().objects, 1);
    first.kill();
    wait_for_loss(&server);
    assert_eq!(attach(&server).run("output 2").unwrap().objects, 2);
    assert_eq!(server.events().all("engine.spawned").len(), 1);
}

fn row_20_two_brokers_started_together(engine: Engine) {
    let server = engine.server();
    // Each goes to the background at once.
    let brokers = [server.psrpd(), server.psrpd()].map(|mut psrpd| psrpd.arg("broker").spawn().unwrap());
    for mut broker in brokers {
        assert!(broker.wait().unwrap().success());
    }
    let won = |wanted: &str| server.events().wait_for("broker.lock", |event| event.fields["won"] == wanted, STEP).pid;
    let (winner, loser) = (won("true"), won("false"));
    assert_ne!(winner, loser);
    server.sshd().sandbox().wait_for_processes(STEP, |found| !found.iter().any(|process| process.pid == loser));
    assert_eq!(attach(&server).run("output 2").unwrap().objects, 2);
    assert_eq!(server.processes("broker").len(), 1);
}

fn row_21_session_host_killed_while_attached(engine: Engine) {
    let server = engine.server();
    let mut first = attach(&server);
    let pid = first.start("run", false).unwrap();
    assert_eq!(first.object(pid).unwrap(), "<S>on</S>");
    server.kill("host");
    let said = first.objects(pid).unwrap_err();
    assert!(said.contains("the session is lost"), "the client must be told what happened: {said}");
    // Nothing is left of it: the engine has seen the end of its input.
    server
        .sshd()
        .sandbox()
        .wait_for_processes(STEP, |found| !found.iter().any(|process| process.name == "fake-engine"));
}

fn row_22_session_host_killed_while_detached(engine: Engine) {
    let server = engine.server();
    let mut first = attach(&server);
    assert_eq!(first.run("output 1").unwrap().objects, 1);
    first.kill();
    wait_for_loss(&server);
    server.kill("host");
    let Err(said) = server.wire(&[("PSRP_SESSION", "work"), ("PSRP_ATTACH", "existing")]) else {
        panic!("a lost session was attached");
    };
    assert!(said.contains("work") && said.contains("ended"), "the client must be told how work ended: {said}");
}

fn row_31_runtime_directory_removed(engine: Engine) {
    let server = engine.server();
    let mut first = attach(&server);
    std::fs::remove_dir_all(server.runtime()).unwrap();
    assert_eq!(first.run("output 1").unwrap().objects, 1, "a live session must go on");
    for host in server.processes("host") {
        host.signal(Signal::USR1);
    }
    server.events().wait_for("runtime.recreated", |_| true, STEP);
    first.kill();
    wait_for_loss(&server);
    assert_eq!(attach(&server).run("output 2").unwrap().objects, 2);
    assert_eq!(server.events().all("engine.spawned").len(), 1, "the second client must find the session");
}

fn row_18_sshd_restarted(engine: Engine) {
    let mut server = engine.server();
    let mut first = attach(&server);
    let pid = first.start("run", false).unwrap();
    assert_eq!(first.object(pid).unwrap(), "<S>on</S>");
    server.restart_sshd();
    wait_for_loss(&server);
    let mut second = attach(&server);
    let stop = second.command("Stop-PsrpCommand").unwrap();
    assert_eq!(second.finish(stop).unwrap().state, 4);
    assert_eq!(server.events().all("engine.spawned").len(), 1);
}

fn row_19_broker_killed_while_somebody_attaches(engine: Engine) {
    let server = engine.setup().pause_at("broker.asked").start();
    drop(attach_past(&server, "broker.asked"));
    wait_for_loss(&server);
    server.events().wait_for("broker.asked", |_| true, STEP);
    // It is asked, and will not answer any more.
    let mut second = std::thread::scope(|scope| {
        let attaching = scope.spawn(|| attach(&server));
        server.events().wait_for("broker.asked", |_| true, STEP);
        server.kill("broker");
        attaching.join().unwrap()
    });
    assert_eq!(second.run("output 2").unwrap().objects, 2);
    assert_eq!(server.events().all("engine.spawned").len(), 1);
}

fn row_19_broker_killed_while_somebody_creates(engine: Engine) {
    for pause in ["broker.asked", "engine.spawned", "attach.resolved", "create.published"] {
        let server = engine.setup().pause_at(pause).start();
        let first = std::thread::scope(|scope| {
            let creating = scope.spawn(|| server.wire(&[("PSRP_SESSION", "work")]));
            server.events().wait_for(pause, |_| true, STEP);
            server.kill("broker");
            server.events().release(pause);
            creating.join().unwrap()
        });
        let mut first = first.unwrap_or_else(|said| panic!("at {pause}: {said}"));
        assert_eq!(first.run("output 2").unwrap().objects, 2, "at {pause}");
        assert_eq!(server.sessions().len(), 1, "at {pause}");
    }
}

fn row_23_session_host_killed_while_it_is_made(engine: Engine) {
    let server = engine.setup().pause_at("engine.spawned").start();
    let first = std::thread::scope(|scope| {
        let creating = scope.spawn(|| server.wire(&[("PSRP_SESSION", "work")]));
        server.events().wait_for("engine.spawned", |_| true, STEP);
        server.kill("host");
        server.events().release("engine.spawned");
        creating.join().unwrap()
    });
    let Err(said) = first else { panic!("there is no session to attach to") };
    assert!(said.contains("no session could be started"), "{said}");
    let engines = |found: &[Process]| found.iter().any(|process| process.name == "fake-engine");
    server.sshd().sandbox().wait_for_processes(STEP, |found| !engines(found));
    // The next broker finds what is left of it, and the name was never taken.
    server.kill("broker");
    assert_eq!(attach(&server).run("output 2").unwrap().objects, 2);
    assert_eq!(std::fs::read_dir(server.runtime().join("s")).unwrap().count(), 1);
}

/// The manifest of the only session, and where it is.
fn manifest(server: &Server) -> (serde_json::Value, PathBuf) {
    let mut sessions = std::fs::read_dir(server.runtime().join("s")).unwrap();
    let path = sessions.next().unwrap().unwrap().path().join("manifest.json");
    (serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap(), path)
}

fn row_33_computer_restarted(engine: Engine) {
    let server = engine.server();
    drop(attach(&server));
    wait_for_loss(&server);
    for verb in ["broker", "host"] {
        server.kill(verb);
    }
    // As it is found after a restart: another boot, and the engine's process id is somebody else's now.
    let (mut manifest, path) = manifest(&server);
    let mut bystander = std::process::Command::new("setsid").args(["sleep", "600"]).spawn().unwrap();
    manifest["boot"] = "00000000-0000-4000-8000-000000000000".into();
    manifest["engine"]["pid"] = bystander.id().into();
    manifest["engine"]["started"] = started(bystander.id()).into();
    std::fs::write(path, manifest.to_string()).unwrap();
    let Err(said) = server.wire(&[("PSRP_SESSION", "work"), ("PSRP_ATTACH", "existing")]) else {
        panic!("a session from before the restart was attached");
    };
    assert!(said.contains("no session work on ") && said.contains("the computer was restarted"), "{said}");
    assert!(bystander.try_wait().unwrap().is_none(), "a process id from before the restart means nothing");
    bystander.kill().unwrap();
    bystander.wait().unwrap();
    assert!(server.sessions().is_empty());
}

/// When a process was started, in clock ticks since the start of the machine: proc_pid_stat(5), field 22.
fn started(pid: u32) -> u64 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    stat.rsplit_once(')').unwrap().1.split_ascii_whitespace().nth(19).unwrap().parse().unwrap()
}

fn row_35_session_of_another_version(engine: Engine) {
    let server = engine.server();
    drop(attach(&server));
    wait_for_loss(&server);
    let (written, path) = manifest(&server);
    // A host that knows more than we do, and speaks our protocol.
    let mut newer = written.clone();
    (newer["version"], newer["colour"]) = ("1.9.0".into(), "blue".into());
    std::fs::write(&path, newer.to_string()).unwrap();
    assert_eq!(attach(&server).run("output 2").unwrap().objects, 2);
    wait_for_loss(&server);
    // One that does not.
    let mut foreign = written;
    (foreign["version"], foreign["protocol"]) = ("9.9.9".into(), 99.into());
    std::fs::write(&path, foreign.to_string()).unwrap();
    let Err(said) = server.wire(&[("PSRP_SESSION", "work")]) else {
        panic!("a session was attached whose host speaks another protocol");
    };
    assert!(said.contains("session work runs version 9.9.9 of psrpd"), "{said}");
    let advice = "psrpd sessions remove --force work";
    assert!(said.contains(advice), "{said}");
    let mut removal = server.psrpd();
    removal.args(advice.split(' ').skip(1));
    assert!(removal.status().unwrap().success(), "the advice must work");
    server.events().wait_for("host.ended", |_| true, STEP);
    assert_eq!(attach(&server).run("output 2").unwrap().objects, 2);
}
