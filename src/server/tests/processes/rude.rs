//! Peers that do not behave: they flood, do not read, or do not answer.

use std::fs;
use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use rustix::process::Signal;

use crate::client::capability;
use crate::home::{Home, eventually, kill, parent};

/// A link to the only session, made as a shim makes it.
fn link(home: &Home) -> UnixStream {
    let mut stream = UnixStream::connect(socket(home)).unwrap();
    let header = r#"{"link":{"protocol":1,"claim":false,"variables":[],"peer":"test","retained":null}}"#;
    writeln!(stream, "{header}").unwrap();
    stream.write_all(&capability()).unwrap();
    stream
}

fn socket(home: &Home) -> PathBuf {
    let entry = fs::read_dir(home.runtime().join("s")).unwrap().next().unwrap().unwrap();
    entry.path().join("sock")
}

fn host(home: &Home) -> i32 {
    parent(home.manifests()[0]["engine"]["pid"].as_i64().unwrap()).unwrap()
}

/// Memory of a process, in KiB.
fn resident(pid: i32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches("kB").trim().parse().unwrap()
}

#[test]
fn a_client_that_floods_and_does_not_read_fills_nothing_but_its_own_link() {
    let home = Home::new();
    let mut holder = home.connect(&[("PSRP_SESSION", "work")]);
    holder.reach();
    let mut flooder = link(&home);
    flooder.set_write_timeout(Some(Duration::from_secs(3))).unwrap();
    let host = host(&home);
    let before = resident(host);
    let goodbyes = b"<Close PSGuid='00000000-0000-0000-0000-00000000abcd' />\n".repeat(1_000);
    let mut sent = 0;
    let error = loop {
        match flooder.write(&goodbyes) {
            Ok(written) => sent += written,
            Err(error) => break error,
        }
        assert!(sent < 64 << 20, "it is read for ever");
    };
    assert_eq!(error.kind(), ErrorKind::WouldBlock);
    assert!(resident(host) < before + 16 * 1_024, "{before} and {} KiB", resident(host));
    // Nobody else waits.
    let asked = Instant::now();
    assert_eq!(home.session("work")["activity"], "idle");
    assert!(asked.elapsed() < Duration::from_secs(5));
    // Whoever reads again is heard again.
    flooder.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    flooder.set_write_timeout(Some(Duration::from_millis(50))).unwrap();
    let mut answers = 0;
    let mut buffer = vec![0; 1 << 20];
    while flooder.write(&goodbyes[..57]).is_err() {
        answers += flooder.read(&mut buffer).unwrap();
        assert!(answers < 2 * sent, "it is not heard");
    }
}

#[test]
fn a_session_that_does_not_answer_is_listed_and_can_be_ended() {
    let home = Home::new();
    let mut client = home.connect(&[("PSRP_SESSION", "work")]);
    client.reach();
    let mut other = home.connect(&[("PSRP_SESSION", "other")]);
    other.reach();
    let stopped = home.manifests().into_iter().find(|manifest| manifest["name"] == "work").unwrap();
    let host = parent(stopped["engine"]["pid"].as_i64().unwrap()).unwrap();
    kill(host, Signal::STOP);
    let output = home.run(&["sessions"]);
    let (stdout, stderr) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    assert!(stdout.contains("no answer") && stdout.contains("other"), "{stdout}");
    assert!(stderr.contains("session work: the session host does not answer") && stderr.contains("remove --force"));
    let listed = crate::questions::list(&home);
    let silent = listed.iter().find(|session| session.name == "work").unwrap();
    assert_eq!(silent.activity, psrp_session::info::NO_ANSWER);

    assert_eq!(home.run(&["sessions", "remove", "work"]).status.code(), Some(254));
    let output = home.run(&["sessions", "remove", "--force", "work"]);
    assert!(output.status.success(), "{output:?}");
    eventually("its end", || (home.sessions().len() == 1).then_some(()));
    let again = home.run(&["sessions", "remove", "work"]);
    assert!(String::from_utf8(again.stderr).unwrap().contains("its host was killed"));
}

#[test]
fn a_sweep_that_waits_for_a_host_keeps_nobody_waiting() {
    let home = Home::new();
    let mut first = home.connect(&[]);
    first.reach();
    let host = host(&home);
    let broker = crate::broker::broker(&home).unwrap();
    kill(host, Signal::STOP);
    kill(broker, Signal::USR1);
    // It asks the stopped one now, for two seconds.
    std::thread::sleep(Duration::from_millis(200));
    let asked = Instant::now();
    let mut stream = UnixStream::connect(home.runtime().join("broker.sock")).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    writeln!(
        stream,
        r#"{{"resolve":{{"variables":[["PSRP_SESSION","x"],["PSRP_ATTACH","existing"]],"environment":""}}}}"#
    )
    .unwrap();
    let mut answer = String::new();
    BufReader::new(stream).read_line(&mut answer).unwrap();
    assert!(answer.contains("no session x"), "{answer}");
    assert!(asked.elapsed() < Duration::from_millis(1_500), "{:?}", asked.elapsed());
    kill(host, Signal::CONT);
}

#[test]
fn a_restricted_login_gets_what_it_may_have_and_nothing_else() {
    use psrp_session::hello::OpenVerb;
    use psrp_session::name::SessionRef;
    use psrp_session::options::AttachOptions;
    use psrp_session::stream::StreamEvent;

    let home = Home::new();
    let restricted = |rule: &str, variables: &[(&str, &str)]| {
        let mut command = home.command(&["subsystem", "--restrict", rule]);
        crate::client::Client::start(command.envs(variables.iter().copied()))
    };
    let refused = |mut client: crate::client::Client| {
        client.hello();
        let line = client.line();
        assert_eq!(client.wait().code(), Some(3), "{line}");
        line
    };
    // What is not there cannot be made, and nothing else is let in.
    assert!(refused(restricted("name=backup,verbs=attach", &[])).contains("no session backup"));
    let text = refused(restricted("name=backup", &[("PSRP_SESSION", "work")]));
    assert!(text.contains("may use the session backup only, not work"), "{text}");
    assert!(refused(restricted("verbs=attach", &[])).contains("may not create sessions"));
    let mut work = home.connect(&[("PSRP_SESSION", "work")]);
    work.reach();
    let id = home.session("work")["id"].as_str().unwrap().to_owned();
    assert!(refused(restricted("name=backup", &[("PSRP_SESSION", &id)])).contains("session backup only"));
    // The session needs no name in the variables, and can be made where that is allowed.
    let mut backup = restricted("name=backup,verbs=attach+create", &[]);
    backup.reach();
    assert_eq!(home.session("backup")["name"], "backup");
    let close = [("PSRP_ON_CLOSE", "close"), ("PSRP_SESSION", "backup")];
    assert!(refused(restricted("name=backup,verbs=attach", &close)).contains("may not end sessions"));

    let ask = |rule: &str, verb, options| restricted(rule, &[]).ask(verb, options);
    let denied = |event: &StreamEvent| matches!(event, StreamEvent::Refused(refusal) if refusal.code == "denied");
    assert!(denied(&ask("verbs=attach", OpenVerb::List, AttachOptions::default())));
    let StreamEvent::Reply(list) = ask("name=backup", OpenVerb::List, AttachOptions::default()) else { panic!() };
    assert_eq!(psrp_session::question::read_sessions(&list).unwrap().len(), 1);
    let other = AttachOptions { session: Some(SessionRef::parse("work").unwrap()), ..AttachOptions::default() };
    assert!(denied(&ask("name=backup", OpenVerb::Remove { force: true }, other)));
    assert_eq!(home.sessions().len(), 2);
    let output = home.run(&["subsystem", "--restrict", "nmae=x"]);
    assert!(String::from_utf8(output.stderr).unwrap().contains("use name=NAME"));
}
