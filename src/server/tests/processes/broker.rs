//! The broker: one at a time, missed by nobody.

use std::fs;
use std::path::Path;

use rustix::process::Signal;

use crate::home::{Home, eventually, kill};

/// The process that holds the broker's lock.
pub(crate) fn broker(home: &Home) -> Option<i32> {
    use std::os::unix::fs::MetadataExt;
    let inode = fs::metadata(home.runtime().join("broker.lock")).ok()?.ino();
    // `1: FLOCK  ADVISORY  WRITE 715 08:01:393 0 EOF`
    let locks = fs::read_to_string("/proc/locks").unwrap();
    locks.lines().find_map(|line| {
        let fields: Vec<_> = line.split_ascii_whitespace().collect();
        let held = fields.get(5)?.rsplit(':').next()?.parse() == Ok(inode);
        if held { fields.get(4)?.parse().ok() } else { None }
    })
}

fn is_alive(pid: i32) -> bool {
    Path::new(&format!("/proc/{pid}/exe")).exists()
}

#[test]
fn two_started_together_are_one() {
    let home = Home::new();
    let mut both: Vec<_> = (0..2).map(|_| home.command(&["broker"]).spawn().unwrap()).collect();
    for starter in &mut both {
        assert!(starter.wait().unwrap().success());
    }
    let pid = eventually("a broker", || broker(&home));
    home.connect(&[]).reach();
    assert_eq!(broker(&home), Some(pid));
}

#[test]
fn a_killed_broker_is_replaced_and_takes_nothing_with_it() {
    let home = Home::new();
    let mut first = home.connect(&[("PSRP_SESSION", "first")]);
    first.reach();
    let pid = broker(&home).unwrap();
    kill(pid, Signal::KILL);
    eventually("its end", || (!is_alive(pid)).then_some(()));

    let mut second = home.connect(&[("PSRP_SESSION", "second")]);
    second.reach();
    assert_ne!(broker(&home), Some(pid));
    assert_eq!(home.sessions().len(), 2);
}

#[test]
fn a_stopped_broker_keeps_nobody_waiting_for_long() {
    let home = Home::new();
    let mut first = home.connect(&[("PSRP_SESSION", "work")]);
    first.reach();
    let pid = broker(&home).unwrap();
    kill(pid, Signal::STOP);
    // Its socket takes the connection and nobody answers.
    let mut second = home.connect(&[("PSRP_SESSION", "other")]);
    second.reach();
    kill(pid, Signal::CONT);
    assert_eq!(home.sessions().len(), 2);
}

#[test]
fn a_successor_gets_the_socket() {
    let home = Home::new();
    home.connect(&[]).reach();
    let old = broker(&home).unwrap();
    assert!(home.run(&["broker", "--replace"]).status.success());
    let new = eventually("the successor", || broker(&home).filter(|pid| *pid != old));
    eventually("the old one's end", || (!is_alive(old)).then_some(()));
    home.connect(&[("PSRP_SESSION", "work")]).reach();
    assert_eq!(broker(&home), Some(new));
}

#[test]
fn garbage_at_the_socket_is_answered_and_hurts_nobody() {
    let home = Home::new();
    home.connect(&[]).reach();
    let socket = home.runtime().join("broker.sock");
    let answer = Home::ask(&socket, r#"{"dance":1}"#).unwrap();
    assert!(answer.contains("failed"), "{answer}");
    Home::ask(&socket, &"x".repeat(1 << 20));
    home.connect(&[]).reach();
}

#[test]
fn the_next_session_gets_the_warm_host() {
    let home = Home::with(&format!("[engine]\n{}\nwarm = 1\n", crate::home::SILENT_ENGINE));
    let mut first = home.connect(&[]);
    first.reach();
    let warm = eventually("a warm host", || home.manifests().into_iter().find(|host| host["phase"] == "warm"));
    let mut second = home.connect(&[("PSRP_SESSION", "work")]);
    second.reach();
    assert_eq!(home.session("work")["id"], warm["id"]);
    // An engine with another environment is not used.
    let warm = eventually("a warm host", || home.manifests().into_iter().find(|host| host["phase"] == "warm"));
    let mut third = home.connect(&[("PSRP_SESSION", "other"), ("LANG", "de_DE.UTF-8")]);
    third.reach();
    assert_ne!(home.session("other")["id"], warm["id"]);
}

#[test]
fn a_broker_whose_socket_was_removed_makes_room_for_the_next() {
    let home = Home::new();
    home.connect(&[("PSRP_SESSION", "work")]).reach();
    let old = broker(&home).unwrap();
    fs::remove_file(home.runtime().join("broker.sock")).unwrap();
    kill(old, Signal::USR1);
    eventually("its end", || (!is_alive(old)).then_some(()));
    home.connect(&[("PSRP_SESSION", "other")]).reach();
    let new = eventually("the next broker", || broker(&home));
    // One that is asked to look and has its socket stays.
    kill(new, Signal::USR1);
    home.connect(&[]).reach();
    assert_eq!(broker(&home), Some(new));
}

#[test]
fn no_more_warm_hosts_stay_than_are_wanted() {
    let home = Home::with(&format!("[engine]\n{}\nwarm = 2\n", crate::home::SILENT_ENGINE));
    let mut starters: Vec<_> = (0..6)
        .map(|_| home.command(&["host", "--warm"]).stdout(std::process::Stdio::piped()).spawn().unwrap())
        .collect();
    for starter in &mut starters {
        // Ready, or gone.
        std::io::copy(starter.stdout.as_mut().unwrap(), &mut std::io::sink()).unwrap();
        starter.wait().unwrap();
    }
    assert_eq!(home.manifests().len(), 2);
}
