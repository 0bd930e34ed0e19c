//! Sessions and their hosts: made, found, lost, outliving whoever started them.

use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use rustix::process::Signal;

use crate::home::{Home, eventually, kill, parent};

#[test]
fn a_named_session_outlives_its_client() {
    let home = Home::new();
    let mut client = home.connect(&[("PSRP_SESSION", "Work")]);
    client.reach();
    let session = home.session("Work");
    assert_eq!((session["state"].as_str(), session["configuration_name"].as_str()), (Some("Opening"), Some("pwsh")));
    let hosts = home.hosts();
    client.kill();
    eventually("the session without client", || home.session("Work")["attached_from"].is_null().then_some(()));
    assert_eq!(home.hosts(), hosts);

    let output = home.run(&["sessions", "remove", "--force", "work"]);
    assert!(output.status.success(), "{output:?}");
    eventually("the session's end", || home.manifests().is_empty().then_some(()));
    let again = home.run(&["sessions", "remove", "work"]);
    assert_eq!(again.status.code(), Some(250));
    let text = String::from_utf8(again.stderr).unwrap();
    assert!(text.contains("no session work on ") && text.contains("it ended"), "{text}");
}

#[test]
fn hosts_and_engines_hold_nothing_of_the_channel() {
    let home = Home::new();
    let mut client = home.connect(&[]);
    client.reach();
    let shim = client.child.id();
    let channel: Vec<_> = [0, 1, 2].map(|fd| fs::read_link(format!("/proc/{shim}/fd/{fd}")).unwrap()).into();
    let manifest = &home.manifests()[0];
    let engine = manifest["engine"]["pid"].as_i64().unwrap();
    let host = i64::from(parent(engine).unwrap());
    for pid in [engine, host] {
        for entry in fs::read_dir(format!("/proc/{pid}/fd")).unwrap().flatten() {
            let target = match fs::read_link(entry.path()) {
                // It was closed after it was listed.
                Err(error) if error.kind() == ErrorKind::NotFound => continue,
                target => target.unwrap(),
            };
            let inherited = channel.contains(&target) && !target.starts_with("/dev");
            assert!(!inherited, "{pid} holds {}", target.display());
        }
    }
    for fd in 0..3 {
        assert_eq!(fs::read_link(format!("/proc/{host}/fd/{fd}")).unwrap(), Path::new("/dev/null"));
    }
}

#[test]
fn hosts_and_engines_have_sessions_of_their_own() {
    let home = Home::new();
    let mut client = home.connect(&[("PSRP_SESSION", "work")]);
    client.reach();
    let engine = home.manifests()[0]["engine"]["pid"].as_i64().unwrap();
    let host = i64::from(parent(engine).unwrap());
    let stat = |pid: i64| -> Vec<i64> {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
        let fields = stat.rsplit_once(')').unwrap().1.split_ascii_whitespace().skip(1);
        fields.map(|field| field.parse().unwrap_or(0)).collect()
    };
    // Parent, process group, session, terminal.
    let of_host = stat(host);
    let of_shim = stat(client.child.id().into());
    assert_ne!(of_host[0], i64::from(client.child.id()), "the host is nobody's child");
    assert_ne!(of_host[2], of_shim[2]);
    assert_eq!(of_host[3], 0);
    assert_ne!(of_host[2], host, "a session leader could get a terminal");
    // It is a child of the same program first, and the engine a moment later; exec gives it its environment last of all.
    let program = |pid: i64| fs::read_link(format!("/proc/{pid}/exe")).ok();
    let environment = || fs::read_to_string(format!("/proc/{engine}/environ")).unwrap();
    eventually("the engine's program", || {
        (program(engine) != program(host) && !environment().is_empty()).then_some(())
    });
    assert_eq!(stat(engine)[1..3], [engine, engine]);

    let signals = |pid: i64, field: &str| -> u64 {
        let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix(field)).unwrap();
        u64::from_str_radix(line.trim(), 16).unwrap()
    };
    let hangup = 1;
    assert_ne!(signals(host, "SigCgt:") & hangup, 0, "the host handles SIGHUP");
    assert_eq!(signals(engine, "SigIgn:") & 0b111, 0, "the engine does not inherit ignored signals");
    let score = fs::read_to_string(format!("/proc/{engine}/oom_score_adj")).unwrap();
    assert!(score.trim().parse::<i32>().unwrap() >= 500);
    let environment = environment();
    assert!(environment.contains("PATH=") && !environment.contains("PSRP_"), "{environment}");

    kill(host.try_into().unwrap(), Signal::HUP);
    assert_eq!(home.sessions().len(), 1);
}

#[test]
fn of_ten_that_create_one_name_one_does() {
    let home = Home::new();
    let mut clients: Vec<_> = (0..10).map(|_| home.connect(&[("PSRP_SESSION", "work")])).collect();
    clients.iter_mut().for_each(|client| client.hello());
    eventually("a session", || (!home.sessions().is_empty()).then_some(()));
    // All have been answered by the one session, or wait for the holder to be probed.
    clients[0].line();
    let live: Vec<_> = home.manifests().into_iter().filter(|manifest| manifest["phase"] == "live").collect();
    assert_eq!(live.len(), 1, "{live:?}");
    assert_eq!(live[0]["name"], "work");
    // Nobody needs the hosts that were started in vain.
    eventually("their end", || (home.manifests().len() == 1).then_some(()));
}

#[test]
fn a_session_that_cannot_be_remembered_ends_all_the_same() {
    let home = Home::new();
    let mut client = home.connect(&[("PSRP_SESSION", "work")]);
    client.reach();
    let tombstones = home.runtime().join("t");
    fs::remove_dir(&tombstones).unwrap();
    fs::write(&tombstones, "").unwrap();
    assert!(home.run(&["sessions", "remove", "--force", "work"]).status.success());
    assert!(client.remove().success());
    eventually("its directory's end", || home.manifests().is_empty().then_some(()));
}

#[test]
fn a_killed_host_is_told_and_remembered() {
    let home = Home::new();
    let mut client = home.connect(&[("PSRP_SESSION", "work")]);
    client.reach();
    let engine = home.manifests()[0]["engine"]["pid"].as_i64().unwrap();
    kill(home.hosts()[0], Signal::KILL);
    let line = loop {
        let line = client.line();
        if !line.starts_with('<') {
            break line;
        }
    };
    assert!(line.starts_with("__NamedPipeError__:the host of session"), "{line}");
    assert_eq!(client.wait().code(), Some(3));
    eventually("the engine's end", || (!Path::new(&format!("/proc/{engine}")).exists()).then_some(()));

    // Its directory is found dead at the next attach: the name is free.
    let mut next = home.connect(&[("PSRP_SESSION", "work"), ("PSRP_ATTACH", "existing")]);
    next.hello();
    let line = next.line();
    assert!(line.contains("no session work on"), "{line}");
    assert!(line.contains("its host was killed"), "{line}");
}

#[test]
fn a_removed_directory_is_made_again() {
    let home = Home::new();
    let mut client = home.connect(&[("PSRP_SESSION", "work")]);
    client.reach();
    let host = home.hosts()[0];
    let before = home.manifests();
    fs::remove_dir_all(home.runtime()).unwrap();
    kill(host, Signal::USR1);
    eventually("the directory", || (home.manifests() == before).then_some(()));
    assert_eq!(home.session("work")["name"], "work");
    assert_eq!(fs::metadata(home.runtime()).unwrap().mode() & 0o777, 0o700);
}
