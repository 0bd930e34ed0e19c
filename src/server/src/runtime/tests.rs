//! The runtime directory under races and after losses, with threads and real processes.

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::MetadataExt;
use std::os::unix::net::UnixStream;
use std::process::{Command, Stdio};
use std::sync::{Arc, Barrier};
use std::thread;

use psrp_session::name::SessionName;
use uuid::Uuid;

use super::machine::{Machine, Process, unix_time};
use super::manifest::{self, Manifest, Phase, Tombstone};
use super::scan::Scan;
use super::*;

/// A runtime directory of its own for one test.
pub(crate) fn temporary() -> (tempfile::TempDir, Runtime) {
    let directory = tempfile::tempdir().unwrap();
    let root = directory.path().join("r");
    let runtime = Runtime::open(|name| (name == "PSRPD_RUNTIME_DIR").then(|| root.clone().into())).unwrap();
    (directory, runtime)
}

/// The manifest of a new session.
pub(crate) fn manifest(name: Option<&str>) -> Manifest {
    Manifest {
        protocol: 1,
        version: "0.0.0".into(),
        id: Uuid::new_v4(),
        name: name.map(str::to_owned),
        phase: Phase::Live,
        machine: Machine::this(),
        created: unix_time(),
        configuration: "pwsh".into(),
        environment: String::new(),
        engine: None,
    }
}

fn create(runtime: &Runtime) -> SessionDir {
    SessionDir::create(runtime, manifest(None)).unwrap().0
}

#[test]
fn of_fifty_creates_of_one_name_one_wins() {
    let (_temporary, runtime) = temporary();
    // The name is stale at first, so that its removal takes part in the race.
    let mut old = create(&runtime);
    assert_eq!(old.claim("Work").unwrap(), Claim::Won);
    drop(old);

    let start = Arc::new(Barrier::new(50));
    let attempts: Vec<_> = (0..50)
        .map(|_| {
            let (runtime, start) = (runtime.clone(), Arc::clone(&start));
            thread::spawn(move || {
                let mut session = create(&runtime);
                start.wait();
                let claim = session.claim("work").unwrap();
                (session, claim)
            })
        })
        .collect();
    let sessions: Vec<_> = attempts.into_iter().map(|attempt| attempt.join().unwrap()).collect();
    let winners: Vec<_> = sessions.iter().filter(|(_, claim)| *claim == Claim::Won).collect();
    assert_eq!(winners.len(), 1);
    let winner = winners[0].0.manifest().id;
    assert_eq!(sessions.iter().filter(|(_, claim)| *claim == Claim::Taken(winner)).count(), 49);
    assert_eq!(runtime.look_up("work"), Some(winner));
    assert_eq!(runtime.scan().unwrap().live.len(), 50);
}

#[test]
fn scans_during_creates_remove_nothing_that_lives() {
    let (_temporary, runtime) = temporary();
    thread::scope(|scope| {
        let makers: Vec<_> =
            (0..4).map(|_| scope.spawn(|| (0..25).map(|_| create(&runtime)).collect::<Vec<_>>())).collect();
        for _ in 0..50 {
            runtime.tidy(&runtime.scan().unwrap()).unwrap();
        }
        let sessions: Vec<_> = makers.into_iter().flat_map(|maker| maker.join().unwrap()).collect();
        assert!(sessions.iter().all(SessionDir::is_intact));
        assert_eq!(runtime.scan().unwrap().live.len(), 100);
    });
    // Dropped without an end, they are dead now.
    let scan = runtime.scan().unwrap();
    assert_eq!((scan.live.len(), scan.dead.len()), (0, 100));
    runtime.tidy(&scan).unwrap();
    assert!(runtime.how_it_ended(|_| true).is_some());
}

#[test]
fn an_ended_session_leaves_a_tombstone_and_nothing_else() {
    let (_temporary, runtime) = temporary();
    let mut session = create(&runtime);
    session.claim("Work").unwrap();
    let id = session.manifest().id;
    session.end("Work", "closed", true).unwrap();
    assert_eq!(runtime.look_up("work"), None);
    assert_eq!(fs::read_dir(runtime.root().join("s")).unwrap().count(), 0);
    let tombstone = runtime.how_it_ended(|tombstone| tombstone.id == id).unwrap();
    assert_eq!((tombstone.name.as_deref(), tombstone.reason.as_str()), (Some("Work"), "closed"));
    assert!(tombstone.asked && tombstone.had_name(&SessionName::new("work").unwrap()));
    assert_eq!(tombstone.epitaph(), "ended 0 s ago, closed");
}

#[test]
fn how_a_session_ended_is_known_although_its_host_was_killed() {
    let (_temporary, runtime) = temporary();
    let mut session = create(&runtime);
    session.claim("Work").unwrap();
    session.publish(Some("Work")).unwrap();
    drop(session);
    // Its successor has the name already.
    let mut next = create(&runtime);
    assert_eq!(next.claim("work").unwrap(), Claim::Won);
    let tombstone = runtime.how_it_ended(|tombstone| tombstone.had_name(&SessionName::new("work").unwrap())).unwrap();
    assert_eq!((tombstone.reason.as_str(), tombstone.asked), ("its host was killed", false));
    assert_eq!(runtime.look_up("work"), Some(next.manifest().id));
}

#[test]
fn a_session_that_nobody_knew_leaves_nothing() {
    let (_temporary, runtime) = temporary();
    create(&runtime).end("", "closed by its client", true).unwrap();
    assert_eq!(fs::read_dir(runtime.root().join("s")).unwrap().count(), 0);
    assert!(runtime.how_it_ended(|_| true).is_none());
}

#[test]
fn tombstones_are_kept_for_a_day() {
    let (_temporary, runtime) = temporary();
    for (age, stays) in [(0, true), (23 * 3600, true), (25 * 3600, false)] {
        let id = Uuid::new_v4();
        let ended = unix_time() - age;
        let tombstone =
            Tombstone { id, name: None, machine: Machine::this(), ended, reason: "closed".into(), asked: true };
        manifest::write(&runtime.tombstone(id), &tombstone).unwrap();
        runtime.tidy(&Scan::default()).unwrap();
        assert_eq!(runtime.tombstone(id).exists(), stays, "{age}");
    }
}

#[test]
fn a_directory_without_manifest_is_removed() {
    let (_temporary, runtime) = temporary();
    fs::create_dir(runtime.session(Uuid::new_v4())).unwrap();
    fs::write(runtime.root().join("s").join("readme"), "not a session").unwrap();
    let scan = runtime.scan().unwrap();
    assert_eq!(scan.dead.len(), 1);
    runtime.tidy(&scan).unwrap();
    assert!(runtime.scan().unwrap().dead.is_empty());
}

#[test]
fn a_session_of_another_machine_is_not_ours_to_judge() {
    let (_temporary, runtime) = temporary();
    let mut foreign = manifest(None);
    foreign.machine.host.push_str("-other");
    let path = runtime.session(foreign.id);
    fs::create_dir(&path).unwrap();
    manifest::write(&path.join("manifest.json"), &foreign).unwrap();
    let scan = runtime.scan().unwrap();
    assert!(scan.live.is_empty() && scan.dead.is_empty());
}

#[test]
fn a_session_is_found_when_the_machine_has_been_renamed() {
    let (_temporary, runtime) = temporary();
    let mut before = manifest(Some("work"));
    before.machine.host = "before".into();
    let known = !before.machine.machine.is_empty();
    let _session = SessionDir::create(&runtime, before).unwrap();
    assert_eq!(runtime.scan().unwrap().live.len(), usize::from(known));
}

#[test]
fn a_restart_of_the_machine_is_told() {
    let (_temporary, runtime) = temporary();
    let mut old = manifest(Some("work"));
    old.machine.boot = Uuid::new_v4().to_string();
    // Another process may have this id now.
    let own = Process::of(std::process::id().try_into().unwrap());
    old.engine = own;
    let path = runtime.session(old.id);
    fs::create_dir(&path).unwrap();
    manifest::write(&path.join("manifest.json"), &old).unwrap();
    runtime.tidy(&runtime.scan().unwrap()).unwrap();
    assert_eq!(runtime.how_it_ended(|_| true).unwrap().reason, "the computer was restarted");
}

#[test]
fn what_was_removed_is_made_again() {
    let (_temporary, runtime) = temporary();
    let mut session = create(&runtime);
    session.claim("Work").unwrap();
    let id = session.manifest().id;
    assert!(session.is_intact());

    fs::remove_file(runtime.session_socket(id)).unwrap();
    assert!(!session.is_intact());
    let listener = session.repair().unwrap();
    assert!(session.is_intact());
    UnixStream::connect(runtime.session_socket(id)).unwrap();
    drop(listener);

    fs::remove_dir_all(runtime.root()).unwrap();
    assert!(!session.is_intact());
    let _listener = session.repair().unwrap();
    assert!(session.is_intact());
    assert_eq!(runtime.look_up("work"), Some(id));
    assert!(runtime.is_alive(id));
    let mode = |path: PathBuf| fs::symlink_metadata(path).unwrap().mode() & 0o777;
    assert_eq!(mode(runtime.root().to_owned()), 0o700);
    assert_eq!(mode(runtime.session_socket(id)), 0o600);
}

#[test]
fn a_killed_host_is_found_by_its_lock() {
    let (_temporary, runtime) = temporary();
    let mut host = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "runtime::tests::host_process", "--ignored", "--nocapture"])
        .env("PSRPD_RUNTIME_DIR", runtime.root())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(host.stdout.take().unwrap()).lines();
    let id = lines.find_map(|line| line.unwrap().strip_prefix("id ").map(|id| Uuid::try_parse(id).unwrap())).unwrap();
    assert!(runtime.is_alive(id));
    assert_eq!(runtime.scan().unwrap().sessions().count(), 1);

    host.kill().unwrap();
    host.wait().unwrap();
    let scan = runtime.scan().unwrap();
    assert_eq!(scan.dead, [id]);
    assert_eq!(runtime.look_up("lost"), Some(id));
    runtime.tidy(&scan).unwrap();
    assert_eq!(runtime.look_up("lost"), None);
    let tombstone = runtime.how_it_ended(|tombstone| tombstone.name.as_deref() == Some("lost")).unwrap();
    assert_eq!(tombstone.reason, "its host was killed");
}

#[test]
fn what_is_known_is_looked_at_again_and_not_read_again() {
    let (_temporary, runtime) = temporary();
    let mut known = Known::default();
    let mut work = create(&runtime);
    work.claim("work").unwrap();
    work.publish(Some("work")).unwrap();
    let warm = SessionDir::create(&runtime, Manifest { phase: Phase::Warm, ..manifest(None) }).unwrap().0;
    let names = |known: &mut Known| -> Vec<_> {
        let scan = runtime.scan_again(known, Look::Close).unwrap();
        assert_eq!(scan.live, runtime.scan().unwrap().live, "the same as at the first look");
        scan.live.into_iter().map(|session| (session.manifest.name.clone(), session.manifest.phase)).collect()
    };
    assert_eq!(names(&mut known).len(), 2);
    // A warm host changes when it gets its client.
    assert_eq!(runtime.warm("pwsh", "").unwrap(), 1);
    let mut warm = warm;
    warm.claim("other").unwrap();
    warm.publish(Some("other")).unwrap();
    assert_eq!(runtime.warm("pwsh", "").unwrap(), 0);
    let mut found = names(&mut known);
    found.sort_by(|one, other| one.0.cmp(&other.0));
    assert_eq!(found, [(Some("other".to_owned()), Phase::Live), (Some("work".to_owned()), Phase::Live)]);
    // What it retains is read each time, and noted again where the lock is made again.
    work.note_retained(10_000_000);
    let retained = |known: &mut Known| {
        let scan = runtime.scan_again(known, Look::Close).unwrap();
        scan.live.iter().find(|session| session.manifest.name.as_deref() == Some("work")).unwrap().retained
    };
    assert_eq!(retained(&mut known), 10_000_000 / 65_536 * 65_536);
    fs::remove_dir_all(work.path()).unwrap();
    assert_eq!(names(&mut known).len(), 1);
    work.repair().unwrap();
    assert_eq!(retained(&mut known), 10_000_000 / 65_536 * 65_536);
    work.note_retained(0);
    assert_eq!(retained(&mut known), 0);
    // A quick look believes what the last close one has seen, but not in sessions that are not there any more.
    work.note_retained(10_000_000);
    let quick = runtime.scan_again(&mut known, Look::Quick).unwrap();
    assert_eq!(quick.live.iter().map(|session| session.retained).sum::<usize>(), 0);
    // One that is killed is dead at the next close look, whatever is known of it.
    let id = work.manifest().id;
    drop(work);
    assert_eq!(runtime.scan_again(&mut known, Look::Quick).unwrap().live.len(), 2);
    assert_eq!(runtime.scan_again(&mut known, Look::Close).unwrap().dead, [id]);
    runtime.tidy(&runtime.scan().unwrap()).unwrap();
    assert_eq!(names(&mut known).len(), 1);
}

#[test]
#[ignore = "the child of a_killed_host_is_found_by_its_lock"]
fn host_process() {
    let Ok(runtime) = Runtime::open(|name| std::env::var_os(name)) else { return };
    let mut session = create(&runtime);
    session.claim("lost").unwrap();
    session.publish(Some("lost")).unwrap();
    println!("\nid {}", session.manifest().id);
    // Ends with the parent, should that die first.
    let _ = io::stdin().lines().count();
}

#[test]
fn a_damaged_manifest_is_as_good_as_none() {
    let (_temporary, runtime) = temporary();
    let whole = serde_json::to_vec(&manifest(Some("work"))).unwrap();
    let cut = (0..whole.len()).map(|end| whole[..end].to_vec());
    let changed = (0..whole.len()).flat_map(|at| {
        b"\0\"{9\xff".iter().map({
            let whole = &whole;
            move |byte| [&whole[..at], &[*byte], &whole[at + 1..]].concat()
        })
    });
    let id = Uuid::new_v4();
    for bytes in cut.chain(changed) {
        fs::create_dir(runtime.session(id)).unwrap();
        fs::write(runtime.session(id).join("manifest.json"), &bytes).unwrap();
        fs::write(runtime.tombstone(Uuid::new_v4()), &bytes).unwrap();
        let scan = runtime.scan().unwrap();
        assert!(scan.live.is_empty(), "nobody serves it: {}", bytes.escape_ascii());
        runtime.tidy(&scan).unwrap();
        // A change that makes it another computer's leaves it to that.
        if scan.dead.is_empty() {
            fs::remove_dir_all(runtime.session(id)).unwrap();
        }
        assert!(!runtime.session(id).exists(), "it stays: {}", bytes.escape_ascii());
    }
}

#[test]
fn only_the_newest_ends_are_remembered() {
    let (_temporary, runtime) = temporary();
    let now = unix_time();
    let kept = u64::try_from(crate::limits::TOMBSTONES).unwrap();
    for age in 0..kept + 5 {
        let Manifest { id, machine, .. } = manifest(None);
        let tombstone = Tombstone { id, name: None, machine, ended: now - age, reason: "closed".into(), asked: true };
        runtime.remember(&tombstone).unwrap();
    }
    runtime.tidy(&Scan::default()).unwrap();
    assert_eq!(fs::read_dir(runtime.root.join("t")).unwrap().count(), crate::limits::TOMBSTONES);
    assert!(runtime.how_it_ended(|tombstone| tombstone.ended == now - kept).is_none());
    assert!(runtime.how_it_ended(|tombstone| tombstone.ended == now - kept + 1).is_some());
}

#[test]
fn sessions_end_while_somebody_tidies_up() {
    let (_temporary, runtime) = temporary();
    let ending = {
        let runtime = runtime.clone();
        thread::spawn(move || (0..200).try_for_each(|_| create(&runtime).end("work", "closed", true)))
    };
    while !ending.is_finished() {
        runtime.tidy(&Scan::default()).unwrap();
    }
    ending.join().unwrap().unwrap();
}

#[test]
fn a_session_that_cannot_be_remembered_leaves_no_directory() {
    let (_temporary, runtime) = temporary();
    let session = create(&runtime);
    let path = session.path();
    fs::remove_dir(runtime.root.join("t")).unwrap();
    session.end("work", "closed", true).unwrap_err();
    assert!(!path.exists());
}
