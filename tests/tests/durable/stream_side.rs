//! The resumable stream of our own client.

use std::net::SocketAddr;
use std::thread;

use e2e::STEP;
use e2e::engine::Engine;
use e2e::link::Link;
use e2e::server::Server;

use crate::{Tap, lines};

e2e::on_engines!([fake Fake, native Native] {
    row_15_thief_before_resume,
    row_15_resume_before_thief,
});

/// What became of a race between the resume of a client and a thief.
struct Race {
    server: Server,
    /// What the client said at its end.
    said: String,
    /// What the thief received of the client's command.
    received: Vec<String>,
}

/// A client of ours runs a command and loses its link; its resume and a thief are at the door of the session at the same
/// time, and are let in one after the other.
#[track_caller]
fn race(engine: Engine, resume_first: bool) -> Race {
    let server = engine.setup().pause_at("attach.arrived").start();
    let arrived = || drop(server.events().wait_for("attach.arrived", |_| true, STEP));
    let let_in = || server.events().resume("attach.arrived", STEP);
    let mut tap = Tap::new(server.sshd().sandbox());
    let link = Link::to(SocketAddr::from(([127, 0, 0, 1], server.sshd().port())));
    let psrp = server.psrp("laptop");
    let new = psrp.start(&["new", "test/work"]);
    arrived();
    let_in();
    assert_eq!(new.finish().code, 0);
    let holder = psrp.port(link.address().port()).start(&["invoke", "test/work", "-c", &tap.command()]);
    arrived();
    let_in();
    tap.write(0..3);
    server.events().wait_for("output.appended", |event| event.fields["n"] == "3", STEP);

    let (received, said) = thread::scope(|scope| {
        let steal = || server.wire(&[("PSRP_SESSION", "work"), ("PSRP_ATTACH", "steal")]);
        let cut = || {
            link.cut();
            arrived();
        };
        if resume_first {
            cut();
        }
        let thief = scope.spawn(steal);
        arrived();
        if !resume_first {
            cut();
        }
        let_in();
        // The one who was let in first gets it first: a stock client has more to say before it is served.
        match resume_first {
            true => server.events().wait_for("stream.resumed", |_| true, STEP),
            false => server.events().wait_for("session.attached", |event| event.fields["client"] == "stock", STEP),
        };
        let_in();
        let mut thief = thief.join().unwrap().expect("the thief gets the session");
        let holder = holder.finish();
        assert_ne!(holder.code, 0);
        tap.write(3..6);
        tap.close();
        let receive = thief.command("Receive-PsrpCommand").unwrap();
        let (received, state) = thief.objects(receive).unwrap();
        assert_eq!(state, 4);
        (received, holder.stderr)
    });
    Race { server, said, received }
}

/// Nothing is lost: what the client did not say it had, the thief gets.
#[track_caller]
fn assert_whole(received: &[String]) {
    let all = lines(0..6);
    assert!(all.ends_with(received) && received.len() >= 3, "{received:?}");
}

fn row_15_thief_before_resume(engine: Engine) {
    let Race { server, said, received } = race(engine, false);
    assert!(said.contains("session work was taken over by another client"), "{said}");
    assert!(server.events().all("stream.resumed").is_empty());
    assert_whole(&received);
}

fn row_15_resume_before_thief(engine: Engine) {
    let Race { server, said, received } = race(engine, true);
    assert!(said.contains("taken over"), "{said}");
    assert_eq!(server.events().all("stream.resumed").len(), 1);
    assert_eq!(server.events().all("lease.fenced").len(), 1);
    assert_whole(&received);
}
