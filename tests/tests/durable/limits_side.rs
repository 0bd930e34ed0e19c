//! How many sessions there may be, where they are looked for, and what a client may ask for.

use e2e::STEP;
use e2e::engine::Engine;
use e2e::server::Server;
use e2e::wire::{Failure, Wire};

use crate::attach;

e2e::on_engines!([fake Fake, native Native] {
    a_hundred_scripts_killed_anywhere_leave_four_sessions_and_then_none,
    one_session_after_the_other_meets_no_limit,
    sessions_of_another_runtime_directory_are_not_here,
    a_name_that_sshd_drops_is_missing_and_not_made_up,
    wrong_wishes_are_refused_and_never_ignored,
});

type Step = fn(&mut Wire) -> Result<(), Failure>;

/// A script without a name for its session that is killed after so many of its steps.
fn killed_after(server: &Server, steps: usize) {
    let mut script = Wire::connect(server.subsystem(&[]), STEP).expect("the subsystem starts");
    let all: [Step; 5] = [
        Wire::negotiate,
        Wire::init,
        Wire::opened,
        |script| script.run("output 2").map(drop),
        |script| script.run("output 3").map(drop),
    ];
    for step in all.into_iter().take(steps) {
        step(&mut script).expect("the session is well");
    }
    script.kill();
}

fn a_hundred_scripts_killed_anywhere_leave_four_sessions_and_then_none(engine: Engine) {
    let server = engine.server();
    let mut seed = 20_261_125_u32;
    for _ in 0..100 {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let steps = usize::try_from(seed >> 24).expect("a byte") % 6;
        killed_after(&server, steps);
        if steps > 0 {
            server.events().wait_for("link.lost", |_| true, STEP);
        }
    }
    // The next broker does at its start what every one does twice a minute.
    server.kill("broker");
    assert!(server.psrpd().arg("broker").status().unwrap().success());
    let hosts = |server: &Server| server.processes("host").len();
    server.sshd().sandbox().wait_for_processes(STEP, |_| hosts(&server) <= 4);
    assert!(server.sessions().iter().all(|session| session["activity"] == "idle"), "{:?}", server.sessions());
    server.events().advance(300);
    server.sshd().sandbox().wait_for_processes(STEP, |_| hosts(&server) == 0);
    assert!(server.sessions().is_empty());
}

fn one_session_after_the_other_meets_no_limit(engine: Engine) {
    let server = engine.setup().set("limits", "sessions", "2").start();
    for _ in 0..20 {
        let mut client = Wire::open(server.subsystem(&[]), STEP).unwrap();
        assert_eq!(client.run("output 1").unwrap().objects, 1);
        client.close().unwrap();
        server.events().wait_for("host.ended", |_| true, STEP);
    }
    let _two = [attach(&server), server.wire(&[]).unwrap()];
    let Err(said) = server.wire(&[]) else { panic!("there are three sessions") };
    assert!(said.contains("limit of 2 sessions reached"), "{said}");
}

fn sessions_of_another_runtime_directory_are_not_here(engine: Engine) {
    // As on two computers that share a home directory.
    let (here, there) = (engine.server(), engine.server());
    let name = ("PSRP_SESSION", "only-there");
    let _client = there.wire(&[name]).unwrap();
    let Err(said) = here.wire(&[name, ("PSRP_ATTACH", "existing")]) else {
        panic!("a session of another runtime directory was attached");
    };
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap();
    assert!(said.contains(&format!("no session only-there on {}", host.trim())), "{said}");
    let has = |server: &Server| server.sessions().iter().any(|session| session["name"] == "only-there");
    assert!(has(&there) && !has(&here));
}

fn a_name_that_sshd_drops_is_missing_and_not_made_up(engine: Engine) {
    let server = engine.setup().drop_variables().start();
    let mut client = server.wire(&[("PSRP_SESSION", "work")]).unwrap();
    assert_eq!(client.run("output 1").unwrap().objects, 1);
    assert_eq!(server.sessions()[0]["name"], "");
    client.close().unwrap();
    server.events().wait_for("host.ended", |_| true, STEP);
    assert!(server.sessions().is_empty());
}

fn wrong_wishes_are_refused_and_never_ignored(engine: Engine) {
    let server = engine.server();
    for (variables, told) in [
        (&[("PSRP_SESSION", "work"), ("PSRP_ATTACH", "sometimes")][..], "PSRP_ATTACH"),
        (&[("PSRP_SESSION", "-work")], "PSRP_SESSION"),
        (&[("PSRP_SESSION", "wo/rk")], "PSRP_SESSION"),
        (&[("PSRP_SESSION", "work"), ("PSRP_ON_CLOSE", "maybe")], "PSRP_ON_CLOSE"),
        (&[("PSRP_SESSION", "work"), ("PSRP_BUSY", "yes")], "PSRP_BUSY"),
        (&[("PSRP_SESSION", "work"), ("PSRP_IDLE", "soon")], "PSRP_IDLE"),
        (&[("PSRP_ATTACH", "existing")], "PSRP_SESSION"),
    ] {
        let Err(said) = server.wire(variables) else { panic!("{variables:?} was ignored") };
        assert!(said.contains(told) && said.lines().count() == 1, "{variables:?}: {said}");
    }
    assert!(server.sessions().is_empty());
}
