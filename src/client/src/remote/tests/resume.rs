//! Links that break, stall and stay away.

use std::time::Duration;

use super::server::line;
use super::*;
use crate::remote::session::Closing;
use crate::remote::wire::End;

/// Bytes of everything before the first frames that matter: no cut may fall into the first call.
const HELLO: usize = 1_500;

/// Runs `echo` over links that break as planned, and checks that everything comes back once and in order.
async fn echo(plans: Vec<Plan>, count: usize, size: usize) -> Vec<Event> {
    let server = Server::start();
    let mut session = open(&server, plans).await;
    let pid = session.start(script_with_input("echo")).unwrap();
    let mut sent = 0;
    let mut received = 0;
    let mut others = Vec::new();
    loop {
        let permit = session.input_permit();
        tokio::select! {
            Some(permit) = permit, if sent <= count => {
                if sent == count {
                    session.end_input(permit, pid).unwrap();
                } else {
                    session.input(permit, pid, line(sent + 1, size).as_str().into()).unwrap();
                }
                sent += 1;
            }
            event = session.next() => match event {
                Event::Record { message, .. } => {
                    received += 1;
                    assert_eq!(*message, Message::PipelineOutput(line(received, size).as_str().into()), "{received}");
                }
                Event::PipelineEnded { outcome: Outcome::State(info), .. } => {
                    assert_eq!((info.state.to_i32(), received), (4, count));
                    session.close().await.unwrap();
                    return others;
                }
                Event::Ended(closing) => panic!("the session ended: {closing:?}"),
                event => others.push(event),
            }
        }
    }
}

#[test]
fn a_link_that_breaks_at_any_byte_is_made_again() {
    // Every stride falls on another place of the frames; both directions.
    for step in 0..60 {
        let at = HELLO * 4 + step * 997;
        let plans = vec![
            Plan::Cut { up: at, down: usize::MAX },
            Plan::Cut { up: usize::MAX, down: at },
            Plan::Cut { up: 3_000 + step, down: usize::MAX },
            Plan::Cut { up: usize::MAX, down: 1_000 + step },
        ];
        run(async { drop(echo(plans, 40, 3_000).await) });
    }
}

#[test]
fn sixty_four_mebibytes_each_way_over_links_that_break() {
    let mut seed = 0x2545_F491_4F6C_DD1D_u64;
    let mut next = move || {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        usize::try_from(seed % (6 << 20)).unwrap() + 100_000
    };
    let plans = (0..30).map(|_| Plan::Cut { up: next(), down: next() }).collect();
    run(async { drop(echo(plans, 1024, 64 * 1024).await) });
}

#[test]
fn a_link_that_stalls_is_replaced_after_forty_five_seconds() {
    run(async {
        let server = Server::start();
        let cables = Cables::new(&server, [Plan::Stalls(20_000)]);
        let calls = cables.calls();
        let begun = tokio::time::Instant::now();
        let mut session = Session::open(cables, attach(Some("work"), AttachMode::Auto), init()).await.unwrap();
        let pid = session.start(script("emit 100 1000")).unwrap();
        let result = finish(&mut session, pid).await;
        assert_eq!(result.output.len(), 100);
        assert_eq!(calls.lock().unwrap().len(), 2);
        let took = begun.elapsed();
        assert!((Duration::from_secs(45)..Duration::from_secs(46)).contains(&took), "{took:?}");
    });
}

#[test]
fn an_idle_link_is_kept_alive_and_not_replaced() {
    run(async {
        let server = Server::start();
        let cables = Cables::new(&server, []);
        let calls = cables.calls();
        let mut session = Session::open(cables, attach(Some("work"), AttachMode::Auto), init()).await.unwrap();
        let pid = session.start(script("hang")).unwrap();
        let silent = tokio::time::timeout(Duration::from_secs(1_800), session.next()).await;
        assert!(silent.is_err(), "{silent:?}");
        assert_eq!(calls.lock().unwrap().len(), 1);
        session.stop(pid).unwrap();
        assert!(finish(&mut session, pid).await.outcome.is_some());
    });
}

#[test]
fn a_link_that_stays_away_is_tried_with_growing_pauses_and_the_user_is_told() {
    run(async {
        let server = Server::start();
        let cut = Plan::Cut { up: usize::MAX, down: 20_000 };
        let cables = Cables::new(&server, std::iter::once(cut).chain((0..12).map(|_| Plan::Away)));
        let calls = cables.calls();
        let mut session = Session::open(cables, attach(Some("work"), AttachMode::Auto), init()).await.unwrap();
        let pid = session.start(script("emit 100 1000")).unwrap();
        let result = finish(&mut session, pid).await;
        assert_eq!(result.output, (1..=100).map(|number| line(number, 1000)).collect::<Vec<_>>());
        let [Event::LinkAway(why), Event::LinkBack(after)] = result.others.as_slice() else {
            panic!("{:?}", result.others)
        };
        assert!(why.contains("the cable broke"), "{why}");
        assert!(*after > Duration::from_secs(30), "{after:?}");
        let calls = calls.lock().unwrap();
        assert!(!calls[0].1 && calls[1..].iter().all(|(_, unattended)| *unattended));
        let pauses: Vec<_> = calls[1..].windows(2).map(|pair| pair[1].0 - pair[0].0).collect();
        assert!(pauses.iter().all(|pause| *pause >= Duration::from_millis(125)), "{pauses:?}");
        assert!(pauses[11] >= Duration::from_secs(5) && pauses[11] <= Duration::from_secs(10), "{pauses:?}");
    });
}

#[test]
fn links_that_are_made_and_lost_at_once_are_not_made_without_end() {
    run(async {
        let server = Server::start();
        let cut = Plan::Cut { up: usize::MAX, down: 20_000 };
        // Each carries the stream for a moment.
        let short = (0..30).map(|_| Plan::Cut { up: usize::MAX, down: 3_000 });
        let cables = Cables::new(&server, std::iter::once(cut).chain(short));
        let calls = cables.calls();
        let mut session = Session::open(cables, attach(Some("work"), AttachMode::Auto), init()).await.unwrap();
        let pid = session.start(script("emit 100 1000")).unwrap();
        assert_eq!(finish(&mut session, pid).await.output.len(), 100);
        let calls = calls.lock().unwrap();
        assert!(calls.len() > 20, "{}", calls.len());
        let pauses: Vec<_> = calls[1..].windows(2).map(|pair| pair[1].0 - pair[0].0).collect();
        assert!(pauses[10..].iter().all(|pause| *pause >= Duration::from_secs(5)), "{pauses:?}");
    });
}

async fn broken(plans: impl IntoIterator<Item = Plan>) -> (Session, Uuid) {
    let server = Server::start();
    let cut = Plan::Cut { up: usize::MAX, down: 20_000 };
    let mut session = open(&server, std::iter::once(cut).chain(plans)).await;
    let pid = session.start(script("emit 100 1000")).unwrap();
    (session, pid)
}

async fn ending(session: &mut Session) -> std::sync::Arc<End> {
    loop {
        if let Event::Ended(Closing::Wire(end)) = session.next().await {
            return end;
        }
    }
}

#[test]
fn a_password_ends_the_attempts() {
    run(async {
        let (mut session, _) = broken([Plan::Away, Plan::AsksPassword]).await;
        let end = ending(&mut session).await;
        assert!(matches!(*end, End::NeedsPerson(_)), "{end}");
        assert!(end.to_string().contains("without you"), "{end}");
    });
}

#[test]
fn attempts_end_when_the_server_waits_no_longer() {
    run(async {
        let begun = tokio::time::Instant::now();
        let (mut session, _) = broken((0..1_000).map(|_| Plan::Away)).await;
        let end = ending(&mut session).await;
        assert!(matches!(*end, End::GaveUp { .. }), "{end}");
        assert_eq!(begun.elapsed().as_secs(), 600);
        assert!(end.to_string().contains("the network is away"), "{end}");
    });
}

#[test]
fn a_session_that_was_stolen_meanwhile_is_not_taken_back() {
    run(async {
        let server = Server::start();
        let cut = Plan::Cut { up: usize::MAX, down: 20_000 };
        let away = (0..6).map(|_| Plan::Away);
        let mut session = open(&server, std::iter::once(cut).chain(away)).await;
        session.start(script("emit 100 1000")).unwrap();
        while !matches!(session.next().await, Event::LinkAway(_)) {}
        let cables = Cables::new(&server, []);
        let _thief = Session::open(cables, attach(Some("work"), AttachMode::Auto), init()).await.unwrap();
        let end = ending(&mut session).await;
        assert!(matches!(&*end, End::Refused(refusal) if refusal.code == "attached"), "{end}");
    });
}

#[test]
fn a_lost_stream_is_attached_to_anew_and_the_pipeline_goes_on() {
    run(async {
        let server = Server::start();
        let cut = Plan::Cut { up: usize::MAX, down: 20_000 };
        let away = (0..6).map(|_| Plan::Away);
        let mut session = open(&server, std::iter::once(cut).chain(away)).await;
        let pid = session.start(script("emit 100 1000")).unwrap();
        let mut output = Vec::new();
        loop {
            match session.next().await {
                Event::Record { message, .. } => {
                    let Message::PipelineOutput(value) = *message else { panic!("{message:?}") };
                    output.push(text(&value));
                }
                Event::LinkAway(_) => break,
                event => panic!("{event:?}"),
            }
        }
        // Another client takes the session and leaves it: the stream is lost.
        let cables = Cables::new(&server, []);
        let other = Session::open(cables, attach(Some("work"), AttachMode::Auto), init()).await.unwrap();
        other.detach(None, None).await.unwrap();
        let rest = finish(&mut session, pid).await;
        assert!(completed(&rest));
        assert!(matches!(rest.others.as_slice(), [Event::Reattached(_)]), "{:?}", rest.others);
        // At least once: what was in hand may come again, nothing is missing.
        let again = output.len() + rest.output.len() - 100;
        assert!(again < 60, "{again}");
        output.truncate(output.len() - again);
        output.extend(rest.output);
        assert_eq!(output, (1..=100).map(|number| line(number, 1000)).collect::<Vec<_>>());
        // The session works as before.
        let pid = session.start(script("emit 1 1")).unwrap();
        assert_eq!(finish(&mut session, pid).await.output, ["1"]);
        session.close().await.unwrap();
    });
}
