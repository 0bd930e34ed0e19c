//! The client, its ssh or its network goes away.

use e2e::STEP;

use crate::{Tap, attach, lines, server, wait_for_loss};

#[test]
fn row_01_client_lost_while_idle() {
    let server = server();
    let mut first = attach(&server);
    assert_eq!(first.run("output 3").unwrap().objects, 3);
    first.kill();
    wait_for_loss(&server);
    let mut second = attach(&server);
    assert_eq!(second.run("output 2").unwrap().objects, 2);
    let spawned = server.events().all("engine.spawned");
    assert_eq!(spawned.len(), 1, "the second client must find the engine of the first: {spawned:?}");
}

#[test]
fn row_02_client_lost_while_a_command_runs() {
    let server = server();
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

#[test]
fn row_03_client_lost_while_its_input_is_open() {
    let server = server();
    let mut first = attach(&server);
    let pid = first.start("count", true).unwrap();
    first.input(pid, "<I32>1</I32>").unwrap();
    first.settle(pid).unwrap();
    server.events().wait_for("input.accepted", |_| true, STEP);
    first.kill();
    server.events().wait_for("pipeline.stopping", |_| true, STEP);
    server.events().wait_for("pipeline.ended", |_| true, STEP);
    let mut second = attach(&server);
    assert_eq!(second.run("output 1").unwrap().objects, 1);
}
