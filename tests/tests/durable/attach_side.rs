//! Two want one session, or a session goes while somebody attaches to it.

use std::net::SocketAddr;
use std::thread;

use e2e::STEP;
use e2e::engine::Engine;
use e2e::events;
use e2e::link::Link;
use e2e::server::Server;
use e2e::wire::{Failure, Wire};
use psrp_proto::MessageKind;

use crate::{attach, wait_for_loss};

e2e::on_engines!([fake Fake, native Native] {
    row_12_holder_half_open,
    row_13_holder_alive,
    row_14_session_stolen_while_its_holder_sends,
    row_14_session_stolen_while_its_holder_feeds_input,
    row_28_idle_time_is_over_while_somebody_attaches,
    row_29_close_and_attach_race,
    row_30_name_taken_anew_during_an_attach,
    fifty_clients_create_one_name_and_one_session_comes_of_it,
});

const WORK: (&str, &str) = ("PSRP_SESSION", "work");
const STEAL: (&str, &str) = ("PSRP_ATTACH", "steal");

/// More than a session is kept, in seconds, and less than an attached client may be silent.
const LONG: u64 = 7_300;

/// What happens while another client attaches, which begins at once and is waited for at the end.
#[track_caller]
fn while_attaching(server: &Server, variables: &[(&str, &str)], meanwhile: impl FnOnce()) -> Result<Wire, Failure> {
    thread::scope(|scope| {
        let attaching = scope.spawn(|| server.wire(variables));
        meanwhile();
        attaching.join().expect("the other client")
    })
}

/// An attach that came while the session was going: it was told so, or got a session of its own; nothing in between.
#[track_caller]
fn assert_clean(server: &Server, attached: Result<Wire, Failure>) {
    match attached {
        Ok(mut fresh) => {
            assert_eq!(fresh.run("output 2").unwrap().objects, 2);
            assert_eq!(server.events().all("engine.spawned").len(), 2, "the old session must not be attached");
        }
        Err(said) => assert!(said.contains("session work is closing"), "{said}"),
    }
    server.events().wait_for("host.ended", |_| true, STEP);
}

fn row_12_holder_half_open(engine: Engine) {
    let server = engine.server();
    let link = Link::to(SocketAddr::from(([127, 0, 0, 1], server.sshd().port())));
    let mut first = Wire::open(server.ssh_to(link.address().port(), &[WORK]), STEP).unwrap();
    let pid = first.start("run", false).unwrap();
    assert_eq!(first.object(pid).unwrap(), "<S>on</S>");
    link.half_open();
    let second = while_attaching(&server, &[WORK], || {
        server.events().wait_for("probe.sent", |_| true, STEP);
        server.events().advance(5);
        server.events().wait_for("probe.timeout", |_| true, STEP);
    });
    let mut second = second.unwrap();
    assert_eq!(second.run("Stop-PsrpCommand").unwrap().state, 5, "a script is no command of the session");
    let stop = second.command("Stop-PsrpCommand").unwrap();
    assert_eq!(second.finish(stop).unwrap().state, 4);
    // The first one learns it as soon as it hears anything again.
    link.resume();
    let said = told_why(&mut first);
    assert!(said.contains("session work was given to another client because this one did not answer"), "{said}");
}

/// The reason that a holder which lost its session is given.
#[track_caller]
fn told_why(holder: &mut Wire) -> String {
    loop {
        let message = holder.message().expect("the holder is told before its link ends");
        if message.kind == MessageKind::RunspacePoolState {
            return String::from_utf8_lossy(message.xml()).into_owned();
        }
    }
}

fn row_13_holder_alive(engine: Engine) {
    let server = engine.server();
    let mut first = attach(&server);
    let pid = first.start("run", false).unwrap();
    assert_eq!(first.object(pid).unwrap(), "<S>on</S>");
    let second = while_attaching(&server, &[WORK], || first.answer_probe().unwrap());
    let Err(said) = second else { panic!("the session of a living client was given away") };
    assert!(said.contains("session work is attached from 127.0.0.1"), "{said}");
    assert!(said.contains("set PSRP_ATTACH=steal to take it over"), "{said}");
    // The first one has noticed nothing.
    first.stop(pid).unwrap();
    assert_eq!(first.objects(pid).unwrap(), (vec!["<S>cleanup</S>".to_owned()], 3));
    assert_eq!(server.events().all("lease.fenced").len(), 0);
}

fn row_14_session_stolen_while_its_holder_sends(engine: Engine) {
    let server = engine.server();
    let mut first = attach(&server);
    let pid = first.start("run", false).unwrap();
    assert_eq!(first.object(pid).unwrap(), "<S>on</S>");
    server.events().wait_for("pipeline.started", |event| event.fields["pipeline"] == "2", STEP);
    let mut thief = server.wire(&[WORK, STEAL]).unwrap();
    let said = told_why(&mut first);
    assert!(said.contains("<I32 N=\"RunspaceState\">5</I32>"), "{said}");
    assert!(said.contains("session work was taken over from 127.0.0.1"), "{said}");
    // What it says now is answered, and comes to nothing.
    first.post("output 1").unwrap();
    first.close().unwrap();
    // What was accepted before goes on.
    let stop = thief.command("Stop-PsrpCommand").unwrap();
    assert_eq!(thief.finish(stop).unwrap().state, 4);
    let receive = thief.command("Receive-PsrpCommand").unwrap();
    let (objects, state) = thief.objects(receive).unwrap();
    assert!(objects.ends_with(&["<S>cleanup</S>".to_owned()]), "{objects:?}");
    assert_eq!(state, 3);
    assert_eq!(thief.run("output 1").unwrap().objects, 1);
    server.events().wait_for("pipeline.started", |event| event.fields["pipeline"] == "3", STEP);
    assert_eq!(server.events().all("pipeline.started").len(), 3);
}

fn row_14_session_stolen_while_its_holder_feeds_input(engine: Engine) {
    let server = engine.server();
    let mut first = attach(&server);
    let pid = first.start("$input | count", true).unwrap();
    first.input(pid, "<I32>1</I32>").unwrap();
    first.settle(pid).unwrap();
    let mut thief = server.wire(&[WORK, STEAL]).unwrap();
    // A stock client that is told of the end while it feeds input may hang for ever: it is cut.
    let said = first.end();
    assert!(said.contains("has closed its output"), "{said}");
    let receive = thief.command("Receive-PsrpCommand").unwrap();
    assert_eq!(thief.objects(receive).unwrap(), (Vec::new(), 3), "cut input must not look like all input");
}

fn row_28_idle_time_is_over_while_somebody_attaches(engine: Engine) {
    let server = engine.setup().pause_at("timer.due").start();
    drop(attach(&server));
    wait_for_loss(&server);
    // An attach that was faster disarms the timer.
    let second = attach(&server);
    server.events().advance(LONG);
    drop(second);
    wait_for_loss(&server);
    // The timer was faster, and the session has not heard of the client yet.
    server.events().advance(LONG);
    server.events().wait_for("timer.due", |_| true, STEP);
    let third = while_attaching(&server, &[WORK], || {
        for _ in 0..3 {
            server.events().wait_for("attach.resolved", |_| true, STEP);
        }
        server.events().release("timer.due");
    });
    assert_clean(&server, third);
}

fn row_29_close_and_attach_race(engine: Engine) {
    let server = engine.setup().pause_at("session.closing").start();
    drop(attach(&server));
    wait_for_loss(&server);
    let mut remove = server.psrpd().args(["sessions", "remove", "work"]).spawn().unwrap();
    server.events().wait_for("session.closing", |_| true, STEP);
    let second = while_attaching(&server, &[WORK], || {
        for _ in 0..2 {
            server.events().wait_for("attach.resolved", |_| true, STEP);
        }
        server.events().release("session.closing");
    });
    assert_clean(&server, second);
    remove.wait().unwrap();
}

fn row_30_name_taken_anew_during_an_attach(engine: Engine) {
    let server = engine.setup().pause_at("attach.resolved").start();
    server.events().release("attach.resolved");
    drop(attach(&server));
    wait_for_loss(&server);
    server.events().pause_at("attach.resolved");
    let second = while_attaching(&server, &[WORK], || {
        for _ in 0..2 {
            server.events().wait_for("attach.resolved", |_| true, STEP);
        }
        // It knows where the session is; now that goes and another one gets its name.
        assert!(server.psrpd().args(["sessions", "remove", "work"]).status().unwrap().success());
        server.events().wait_for("host.ended", |_| true, STEP);
        let mut another = server.subsystem(&[WORK]);
        another.env_remove(events::VARIABLE);
        drop(Wire::open(another, STEP).unwrap());
        server.events().release("attach.resolved");
    });
    let mut second = second.unwrap();
    assert_eq!(second.run("output 2").unwrap().objects, 2);
    assert_eq!(server.audit().matches("session.created").count(), 2, "there must be one session of the name");
    assert_eq!(server.sessions().len(), 1);
}

fn fifty_clients_create_one_name_and_one_session_comes_of_it(engine: Engine) {
    let server = engine.server();
    let attached = thread::scope(|scope| {
        let clients: Vec<_> =
            (0..50).map(|_| scope.spawn(|| Wire::open(server.subsystem(&[WORK, STEAL]), STEP))).collect();
        clients.into_iter().map(|client| client.join().expect("a client")).collect::<Vec<_>>()
    });
    for failure in attached.iter().filter_map(|client| client.as_ref().err()) {
        assert!(failure.contains("went to state 5"), "{failure}");
    }
    assert_eq!(server.audit().matches("session.created").count(), 1);
    assert_eq!(server.audit().matches("session.attached").count(), 49);
    assert_eq!(server.sessions().len(), 1);
}
