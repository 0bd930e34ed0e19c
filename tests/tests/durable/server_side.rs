//! A process of psrpd or of sshd goes away.

use e2e::STEP;
use e2e::processes::{self, Process};
use e2e::server::Server;
use rustix::process::Signal;

use crate::{attach, server, wait_for_loss};

/// The processes of psrpd with this verb.
fn psrpd(server: &Server, verb: &str) -> Vec<Process> {
    let mut found = server.sshd().sandbox().processes();
    found.retain(|process| process.command_line().contains(&format!("psrpd {verb}")));
    found
}

#[track_caller]
fn kill(server: &Server, verb: &str) {
    let found = psrpd(server, verb);
    assert!(!found.is_empty(), "there is no psrpd {verb} to kill");
    for process in found {
        process.signal(Signal::KILL);
    }
    let gone = |found: &[Process]| !found.iter().any(|p| p.command_line().contains(&format!("psrpd {verb}")));
    server.sshd().sandbox().wait_for_processes(STEP, gone);
}

#[test]
fn row_16_shim_killed() {
    let server = server();
    let mut first = attach(&server);
    assert_eq!(first.run("output 1").unwrap().objects, 1);
    kill(&server, "subsystem");
    wait_for_loss(&server);
    assert_eq!(attach(&server).run("output 2").unwrap().objects, 2);
    assert_eq!(server.events().all("engine.spawned").len(), 1);
}

#[test]
fn row_17_sshd_session_killed() {
    let server = server();
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

#[test]
fn row_19_broker_killed_while_idle() {
    let server = server();
    let mut first = attach(&server);
    kill(&server, "broker");
    assert_eq!(first.run("output 1").unwrap().objects, 1);
    first.kill();
    wait_for_loss(&server);
    assert_eq!(attach(&server).run("output 2").unwrap().objects, 2);
    assert_eq!(server.events().all("engine.spawned").len(), 1);
}

#[test]
fn row_20_two_brokers_started_together() {
    let server = server();
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
    assert_eq!(psrpd(&server, "broker").len(), 1);
}

#[test]
fn row_21_session_host_killed_while_attached() {
    let server = server();
    let mut first = attach(&server);
    let pid = first.start("run", false).unwrap();
    assert_eq!(first.object(pid).unwrap(), "<S>on</S>");
    kill(&server, "host");
    let said = first.objects(pid).unwrap_err();
    assert!(said.contains("the session is lost"), "the client must be told what happened: {said}");
    // Nothing is left of it: the engine has seen the end of its input.
    server
        .sshd()
        .sandbox()
        .wait_for_processes(STEP, |found| !found.iter().any(|process| process.name == "fake-engine"));
}

#[test]
fn row_22_session_host_killed_while_detached() {
    let server = server();
    let mut first = attach(&server);
    assert_eq!(first.run("output 1").unwrap().objects, 1);
    first.kill();
    wait_for_loss(&server);
    kill(&server, "host");
    let Err(said) = server.wire(&[("PSRP_SESSION", "work"), ("PSRP_ATTACH", "existing")]) else {
        panic!("a lost session was attached");
    };
    assert!(said.contains("work") && said.contains("ended"), "the client must be told how work ended: {said}");
}

#[test]
fn row_31_runtime_directory_removed() {
    let server = server();
    let mut first = attach(&server);
    std::fs::remove_dir_all(server.runtime()).unwrap();
    assert_eq!(first.run("output 1").unwrap().objects, 1, "a live session must go on");
    for host in psrpd(&server, "host") {
        host.signal(Signal::USR1);
    }
    server.events().wait_for("runtime.recreated", |_| true, STEP);
    first.kill();
    wait_for_loss(&server);
    assert_eq!(attach(&server).run("output 2").unwrap().objects, 2);
    assert_eq!(server.events().all("engine.spawned").len(), 1, "the second client must find the session");
}
