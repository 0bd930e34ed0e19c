//! The client, its ssh or its network goes away.

use e2e::STEP;
use e2e::engine::Engine;
use e2e::server::Server;
use e2e::wire::Wire;
use rustix::process::Signal;

use crate::{Tap, attach, attach_past, lines, wait_for_loss};

e2e::on_engines!([fake Fake, native Native] {
    row_01_client_lost_while_idle,
    row_02_client_lost_while_a_command_runs,
    row_03_client_lost_while_its_input_is_open,
    row_04_client_lost_before_its_data_is_acknowledged,
    row_05_client_lost_while_a_question_is_open,
    row_06_client_lost_with_its_answer_under_way,
    row_07_client_lost_after_its_answer_was_accepted,
    row_08_client_lost_before_it_says_what_it_wants,
    row_09_client_lost_before_its_session_is_open,
});

fn row_01_client_lost_while_idle(engine: Engine) {
    let server = engine.server();
    let mut first = attach(&server);
    assert_eq!(first.run("output 3").unwrap().objects, 3);
    first.kill();
    wait_for_loss(&server);
    let mut second = attach(&server);
    assert_eq!(second.run("output 2").unwrap().objects, 2);
    let spawned = server.events().all("engine.spawned");
    assert_eq!(spawned.len(), 1, "the second client must find the engine of the first: {spawned:?}");
}

fn row_02_client_lost_while_a_command_runs(engine: Engine) {
    let server = engine.server();
    let mut tap = Tap::new(server.sshd().sandbox());
    let mut first = attach(&server);
    let pid = first.start(&tap.command(), false).unwrap();
    tap.write(0..10);
    for line in lines(0..10) {
        assert_eq!(first.object(pid).unwrap(), line);
    }
    first.kill();
    wait_for_loss(&server);
    tap.write(10..20);

    let mut second = attach(&server);
    let receive = second.command("Receive-PsrpCommand").unwrap();
    // What the first client had been sent may come again, from a point that is announced; what it had not must come.
    let mut received = vec![second.object(receive).unwrap()];
    tap.write(20..30);
    tap.close();
    let (rest, state) = second.objects(receive).unwrap();
    received.extend(rest);
    let all = lines(0..30);
    assert!(all.ends_with(&received) && received.len() >= 20, "received {received:?}");
    assert_eq!(state, 4);
}

fn row_03_client_lost_while_its_input_is_open(engine: Engine) {
    let server = engine.server();
    let mut first = attach(&server);
    let pid = first.start("$input | count", true).unwrap();
    first.input(pid, "<I32>1</I32>").unwrap();
    first.settle(pid).unwrap();
    server.events().wait_for("input.accepted", |_| true, STEP);
    first.kill();
    server.events().wait_for("pipeline.stopping", |_| true, STEP);
    server.events().wait_for("pipeline.ended", |_| true, STEP);
    let mut second = attach(&server);
    assert_eq!(second.run("output 1").unwrap().objects, 1);
}

/// A client that has sent its script, of which the session knows and its engine not yet; it is killed there.
fn killed_at(server: &Server, mut first: Wire, event: &str, act: impl FnOnce(&mut Wire)) {
    act(&mut first);
    server.events().wait_for(event, |_| true, STEP);
    first.kill();
    server.events().resume(event, STEP);
    wait_for_loss(server);
}

fn row_04_client_lost_before_its_data_is_acknowledged(engine: Engine) {
    // The session tells the engine first and the client afterwards; here it stands in between.
    let server = engine.setup().pause_at("pipeline.started").start();
    // The first is the session's own and defines functions.
    let first = attach_past(&server, "pipeline.started");
    server.events().wait_for("pipeline.started", |event| event.fields["pipeline"] == "1", STEP);
    killed_at(&server, first, "pipeline.started", |first| {
        first.post("output 3").unwrap();
    });
    let mut second = attach(&server);
    let receive = second.command("Receive-PsrpCommand").unwrap();
    let objects = ["<I64>0</I64>", "<I64>1</I64>", "<I64>2</I64>"].map(str::to_owned).to_vec();
    assert_eq!(second.objects(receive).unwrap(), (objects, 4));
    assert_eq!(server.events().all("pipeline.started").len(), 2, "it must run once");
}

fn row_05_client_lost_while_a_question_is_open(engine: Engine) {
    let server = engine.server();
    let mut first = attach(&server);
    let pid = first.start("ask", false).unwrap();
    first.asked(pid).unwrap();
    first.kill();
    wait_for_loss(&server);
    assert_eq!(server.sessions()[0]["activity"], "blocked: ReadLine");
    answer_again(&server);
}

/// The next client is asked again, and its answer counts.
#[track_caller]
fn answer_again(server: &Server) {
    let mut second = attach(server);
    let receive = second.command("Receive-PsrpCommand").unwrap();
    let call = second.asked(receive).unwrap();
    second.answer(receive, call, "second").unwrap();
    assert_eq!(second.objects(receive).unwrap(), (vec!["<S>second</S>".to_owned()], 4));
    // Its news goes another way than the output, and may come later.
    server.events().wait_for("hostcall.accepted", |_| true, STEP);
    assert_eq!(server.events().all("hostcall.accepted").len(), 1);
}

fn row_06_client_lost_with_its_answer_under_way(engine: Engine) {
    let server = engine.server();
    let mut first = attach(&server);
    let pid = first.start("ask", false).unwrap();
    let call = first.asked(pid).unwrap();
    // The answer leaves the client and comes no further than the shim's input.
    let shim = server.processes("subsystem");
    shim.iter().for_each(|process| process.signal(Signal::STOP));
    first.answer(pid, call, "first").unwrap();
    first.kill();
    server.kill("subsystem");
    wait_for_loss(&server);
    assert!(server.events().all("hostcall.accepted").is_empty());
    answer_again(&server);
}

fn row_07_client_lost_after_its_answer_was_accepted(engine: Engine) {
    // Accepted, and not yet given to the engine.
    let server = engine.setup().pause_at("hostcall.accepted").start();
    killed_at(&server, attach(&server), "hostcall.accepted", |first| {
        let pid = first.start("ask", false).unwrap();
        let call = first.asked(pid).unwrap();
        first.answer(pid, call, "first").unwrap();
    });
    let mut second = attach(&server);
    let receive = second.command("Receive-PsrpCommand").unwrap();
    assert_eq!(second.objects(receive).unwrap(), (vec!["<S>first</S>".to_owned()], 4));
}

fn row_08_client_lost_before_it_says_what_it_wants(engine: Engine) {
    let server = engine.server();
    let mut first = Wire::connect(server.ssh(&[("PSRP_SESSION", "work")]), STEP).unwrap();
    first.negotiate().unwrap();
    server.events().wait_for("handshake.cap", |_| true, STEP);
    first.kill();
    server.events().wait_for("host.ended", |_| true, STEP);
    assert!(server.sessions().is_empty());
    // The name is free, and nothing is left of the first.
    assert_eq!(attach(&server).run("output 2").unwrap().objects, 2);
    assert_eq!(server.events().all("engine.spawned").len(), 2);
}

fn row_09_client_lost_before_its_session_is_open(engine: Engine) {
    let server = engine.setup().pause_at("engine.opened").start();
    let mut first = Wire::connect(server.ssh(&[("PSRP_SESSION", "work")]), STEP).unwrap();
    first.negotiate().unwrap();
    first.init().unwrap();
    server.events().wait_for("engine.opened", |_| true, STEP);
    first.kill();
    server.events().resume("engine.opened", STEP);
    wait_for_loss(&server);
    assert_eq!(server.sessions()[0]["state"], "Disconnected");
    assert_eq!(attach(&server).run("output 2").unwrap().objects, 2);
    assert_eq!(server.events().all("engine.spawned").len(), 1, "the second client must find the session");
}
