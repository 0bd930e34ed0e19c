//! What our own client asks of a computer: its sessions, the end of one.

use psrp_session::hello::OpenVerb;
use psrp_session::info::SessionInfo;
use psrp_session::name::SessionRef;
use psrp_session::options::AttachOptions;
use psrp_session::question::read_sessions;
use psrp_session::stream::StreamEvent;

use crate::home::{Home, eventually};

fn session(name: &str) -> AttachOptions {
    AttachOptions { session: Some(SessionRef::parse(name).unwrap()), ..AttachOptions::default() }
}

pub(crate) fn list(home: &Home) -> Vec<SessionInfo> {
    match home.connect(&[]).ask(OpenVerb::List, AttachOptions::default()) {
        StreamEvent::Reply(reply) => read_sessions(&reply).unwrap(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_sessions_of_all_clients_are_listed() {
    let home = Home::new();
    assert_eq!(list(&home), []);
    let mut client = home.connect(&[("PSRP_SESSION", "Work"), ("SSH_CONNECTION", "192.0.2.7 5 192.0.2.1 22")]);
    client.reach();
    let sessions = list(&home);
    assert_eq!(sessions.len(), 1);
    assert_eq!((sessions[0].name.as_str(), sessions[0].configuration.as_str()), ("Work", "pwsh"));
    assert_eq!(home.sessions().len(), 1, "a question makes no session");
}

#[test]
fn a_session_is_removed_once() {
    let home = Home::new();
    let mut client = home.connect(&[("PSRP_SESSION", "work")]);
    client.reach();
    let remove = || home.connect(&[]).ask(OpenVerb::Remove { force: true }, session("work"));
    let done = remove();
    assert!(matches!(&done, StreamEvent::Reply(_)), "{done:?}");
    eventually("the session's end", || home.manifests().is_empty().then_some(()));
    let again = remove();
    assert!(matches!(&again, StreamEvent::Refused(refusal) if refusal.code == "not-found"), "{again:?}");
}

#[test]
fn our_client_is_refused_with_a_code() {
    let home = Home::new();
    let mut options = session("work");
    options.mode = psrp_session::options::AttachMode::Existing;
    // Its own words count, not the variables of its connection.
    let answer = home.connect(&[("PSRP_SESSION", "other")]).ask(OpenVerb::Attach, options);
    assert!(
        matches!(&answer, StreamEvent::Refused(refusal)
            if refusal.code == "not-found" && refusal.text.starts_with("no session work on ")),
        "{answer:?}"
    );
}
