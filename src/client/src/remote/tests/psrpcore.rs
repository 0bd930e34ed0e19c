//! The client against psrpcore, an independent implementation of PSRP, as server: `tests/interop/server.py`.

use std::path::PathBuf;

use psrp_proto::message::PsInvocationState;

use super::child::{Child, with};
use super::*;

/// psrpcore, when `PSRPD_TEST_PYTHON` names a Python that has it; else the test is skipped.
fn find() -> Option<Child> {
    let Some(python) = std::env::var_os("PSRPD_TEST_PYTHON").map(PathBuf::from) else {
        peers::skip("no psrpcore");
        return None;
    };
    let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/interop/server.py");
    Some(Child::new(python, [script.into()]))
}

/// The final state, and what came of it.
fn ended(result: &Ran) -> PsInvocationState {
    let Some(Outcome::State(info)) = &result.outcome else { panic!("no state: {result:?}") };
    info.state
}

async fn feed(session: &mut Session, pid: Uuid, text: &str) {
    let permit = session.input_permit().await.unwrap();
    session.input(permit, pid, text.into()).unwrap();
}

#[test]
fn several_pipelines_of_one_session() {
    let Some(server) = find() else { return };
    with(server, async |server| {
        let mut session = nameless(server).await;

        // One takes input while another one runs from beginning to end.
        let echo = session.start(script_with_input("echo first")).unwrap();
        feed(&mut session, echo, "second").await;
        let error = session.start(script("error")).unwrap();
        let told = finish(&mut session, error).await;
        assert_eq!((ended(&told), &told.output[..]), (PsInvocationState::Completed, &["still here".to_owned()][..]));
        feed(&mut session, echo, "third").await;
        let permit = session.input_permit().await.unwrap();
        session.end_input(permit, echo).unwrap();
        // What came of it before was told among the other one's.
        let early =
            told.others.iter().filter(|event| matches!(event, Event::Record { pid, .. } if *pid == echo)).count();
        let echoed = finish(&mut session, echo).await;
        assert_eq!((ended(&echoed), early + echoed.output.len()), (PsInvocationState::Completed, 3), "{echoed:?}");
        assert_eq!(echoed.output.last().map(String::as_str), Some("third"));

        // One fails, one is stopped, and the session goes on.
        let fail = session.start(script("fail")).unwrap();
        assert_eq!(ended(&finish(&mut session, fail).await), PsInvocationState::Failed);
        let hang = session.start(script("hang")).unwrap();
        while !matches!(session.next().await, Event::Record { pid, .. } if pid == hang) {}
        session.stop(hang).unwrap();
        assert_eq!(ended(&finish(&mut session, hang).await), PsInvocationState::Stopped);
        let again = session.start(script("echo again")).unwrap();
        assert_eq!(finish(&mut session, again).await.output, ["again"]);
        session.close().await.unwrap();
    });
}
