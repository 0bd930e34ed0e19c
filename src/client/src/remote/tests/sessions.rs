//! Sessions whose connection lasts.

use std::time::Duration;

use psrp_session::stream::PipelineStart;

use super::server::line;
use super::*;

#[test]
fn a_session_opens_runs_and_closes() {
    run(async {
        let server = Server::start();
        let mut session = open(&server, []).await;
        assert!(session.about().created && session.about().is_durable);
        assert_eq!((session.about().id, session.about().name.as_str()), (server::SESSION, "work"));
        assert!(session.about().private_data.as_object().unwrap().entry("PSVersionTable").is_some());
        let pid = session.start(script("emit 3 5")).unwrap();
        let result = finish(&mut session, pid).await;
        assert_eq!(result.output, [line(1, 5), line(2, 5), line(3, 5)]);
        assert!(completed(&result) && result.others.is_empty());
        session.close().await.unwrap();
    });
}

#[test]
fn input_goes_in_and_comes_back() {
    run(async {
        let server = Server::start();
        let mut session = open(&server, []).await;
        let pid = session.start(script_with_input("echo")).unwrap();
        for text in ["one", "two"] {
            let permit = session.input_permit().await.unwrap();
            session.input(permit, pid, text.into()).unwrap();
        }
        let permit = session.input_permit().await.unwrap();
        session.end_input(permit, pid).unwrap();
        let result = finish(&mut session, pid).await;
        assert_eq!(result.output, ["one", "two"]);
        assert!(completed(&result));
        let permit = session.input_permit().await.unwrap();
        assert!(session.input(permit, pid, "late".into()).is_err());
    });
}

#[test]
fn a_pipeline_is_stopped() {
    run(async {
        let server = Server::start();
        let mut session = open(&server, []).await;
        let pid = session.start(script("hang")).unwrap();
        session.stop(pid).unwrap();
        let result = finish(&mut session, pid).await;
        assert!(matches!(result.outcome, Some(Outcome::State(info)) if info.state.to_i32() == 3));
    });
}

#[test]
fn a_session_is_left_and_found_again() {
    run(async {
        let server = Server::start();
        let mut session = open(&server, []).await;
        let running = session.start(script("hang")).unwrap();
        let pid = session.start(script("emit 4 10")).unwrap();
        // Two of four are taken before the client leaves.
        for number in 1..=2 {
            let Event::Record { pid: of, message, .. } = session.next().await else { panic!("no record") };
            assert_eq!((of, *message), (pid, Message::PipelineOutput(line(number, 10).as_str().into())));
        }
        session.detach(Some(Duration::from_secs(90)), None).await.unwrap();

        let mut session = open(&server, []).await;
        assert!(!session.about().created);
        let [hangs, emits] = session.about().inherited.clone().try_into().unwrap();
        assert_eq!((hangs.text.as_str(), hangs.state.as_str()), ("hang", "Running"));
        assert_eq!((emits.text.as_str(), emits.state.as_str()), ("emit 4 10", "Completed"));
        session.adopt(emits.id, PipelineStart::Unread).unwrap();
        let result = finish(&mut session, emits.id).await;
        assert_eq!(result.output, [line(3, 10), line(4, 10)]);
        assert!(completed(&result));
        session.adopt(hangs.id, PipelineStart::Unread).unwrap();
        session.stop(hangs.id).unwrap();
        assert!(finish(&mut session, hangs.id).await.outcome.is_some());
        assert_ne!(running, hangs.id);
    });
}

#[test]
fn a_pipeline_that_takes_input_is_not_left() {
    run(async {
        let server = Server::start();
        let mut session = open(&server, []).await;
        session.start(script_with_input("echo")).unwrap();
        let error = session.detach(None, None).await.unwrap_err();
        assert!(matches!(error, SessionError::InputOpen(_)), "{error}");
    });
}

#[test]
fn a_second_client_is_refused_unless_it_steals() {
    run(async {
        let server = Server::start();
        let mut first = open(&server, []).await;
        let error = open_error(&server, [], AttachMode::Auto).await;
        assert!(error.to_string().contains("is attached from 10.0.0.1"), "{error}");
        let error = open_error(&server, [], AttachMode::New).await;
        assert!(error.to_string().contains("exists"), "{error}");
        let cables = Cables::new(&server, []);
        let mut thief = Session::open(cables, attach(Some("work"), AttachMode::Steal), init()).await.unwrap();
        let Event::Ended(closing) = first.next().await else { panic!("the first client has it still") };
        let text = SessionError::from(closing).to_string();
        assert!(text.contains("taken over from 10.0.0.4"), "{text}");
        let pid = thief.start(script("emit 1 1")).unwrap();
        assert_eq!(finish(&mut thief, pid).await.output, ["1"]);
    });
}

#[test]
fn a_session_whose_engine_died_is_read_to_its_end() {
    run(async {
        let server = Server::start();
        let mut session = open(&server, []).await;
        let pid = session.start(script("emit 2 4")).unwrap();
        assert!(matches!(session.next().await, Event::Record { pid: of, .. } if of == pid));
        drop(session);
        tokio::time::sleep(Duration::from_secs(601)).await;
        server.kill_engine();
        tokio::time::sleep(Duration::from_secs(1)).await;

        let mut session = open(&server, []).await;
        let id = session.about().inherited[0].id;
        session.adopt(id, PipelineStart::Unread).unwrap();
        assert_eq!(finish(&mut session, id).await.output, [line(1, 4), line(2, 4)]);
        let Event::Ended(closing) = session.next().await else { panic!("the session lives") };
        let text = SessionError::from(closing).to_string();
        assert!(text.contains("was killed by signal 9"), "{text}");
    });
}

#[test]
fn a_reader_that_stops_for_ten_minutes_loses_nothing() {
    run(async {
        let server = Server::start();
        let mut session = open(&server, []).await;
        // More than the window, which is what may come unasked.
        let (count, size) = (200, 100_000);
        let pid = session.start(script(&format!("emit {count} {size}"))).unwrap();
        tokio::time::sleep(Duration::from_secs(600)).await;
        let result = finish(&mut session, pid).await;
        assert_eq!(result.output.len(), count);
        assert!(result.output.iter().zip(1..).all(|(text, number)| *text == line(number, size)));
        assert!(result.others.is_empty(), "{:?}", result.others);
    });
}
