//! A client dies, or is not alone: rows 11 and 15 of the failure table for `psrp`.

use std::fs::File;
use std::io::Write as _;
use std::net::SocketAddr;

use e2e::STEP;
use e2e::link::Link;
use e2e::pwsh::Pwsh;
use e2e::server::{Server, Setup};

/// A server whose sessions run in the fake engine, and a FIFO whose lines its command `follow` puts out.
fn server() -> (Server, String) {
    let server = Setup::fake_engine().set("engine", "warm", "0").start();
    let path = server.sshd().sandbox().path().join("tap");
    let mode = rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR;
    rustix::fs::mknodat(rustix::fs::CWD, &path, rustix::fs::FileType::Fifo, mode, 0).expect("a FIFO");
    (server, path.display().to_string())
}

fn lines(numbers: std::ops::Range<u32>) -> Vec<String> {
    numbers.map(|number| format!("line {number}")).collect()
}

fn write(mut tap: &File, numbers: std::ops::Range<u32>) {
    for line in lines(numbers) {
        writeln!(tap, "{line}").expect("the engine reads");
    }
}

#[test]
fn row_11_a_new_client_receives_what_the_killed_one_has_not_confirmed() {
    let (server, path) = server();
    let (laptop, desktop) = (server.psrp("laptop"), server.psrp("desktop"));
    laptop.ok(&["new", "web1/build"]);
    let running = laptop.start(&["invoke", "web1/build", "-c", &format!("follow {path}")]);
    let tap = File::options().write(true).open(&path).expect("the FIFO");
    for number in 0..10 {
        write(&tap, number..number + 1);
        running.wait_for(&format!("line {number}"));
    }
    assert_eq!(running.killed().lines().collect::<Vec<_>>(), lines(0..10));
    server.events().wait_for("lease.suspended", |_| true, STEP);
    write(&tap, 10..20);

    let receiving = desktop.start(&["receive", "web1/build", "--follow"]);
    receiving.wait_for("line 19");
    write(&tap, 20..30);
    drop(tap);
    let done = receiving.finish();
    let received: Vec<&str> = done.stdout.lines().collect();
    // What was printed but not yet confirmed when the client died may come again; nothing may be lost.
    let all = lines(0..30);
    let first = all.len().saturating_sub(received.len());
    assert!(received == all[first..] && (5..=10).contains(&first), "{done:#?}");
    assert_eq!(done.code, 0, "{done:#?}");
}

/// A stock client, which answers when it is asked whether it is alive.
const THIEF: &str = r#"
$s = New-PSSession @c
"the thief has it"
Invoke-Command $s { Receive-PsrpCommand }
"#;

#[test]
fn row_15_of_a_thief_and_a_holder_that_comes_back_one_wins() {
    let Some(pwsh) = Pwsh::find() else { return };
    let (server, path) = server();
    let laptop = server.psrp("laptop");
    let link = Link::to(SocketAddr::from(([127, 0, 0, 1], server.sshd().port())));
    // The session host, which starts now, decides about one client at a time, when it is told to.
    server.events().pause_at("attach.decide");
    let creating = laptop.start(&["new", "web1/build"]);
    server.events().resume("attach.decide", STEP);
    assert_eq!(creating.finish().code, 0);
    let words = ["invoke", "web1/build", "-c", &format!("follow {path}")];
    let holder = laptop.clone().port(link.address().port()).start(&words);
    server.events().resume("attach.decide", STEP);
    let tap = File::options().write(true).open(&path).expect("the FIFO");
    write(&tap, 0..5);
    holder.wait_for("line 4");

    link.refuse(true);
    link.cut();
    server.events().wait_for("lease.suspended", |_| true, STEP);
    let thief = server.client(&pwsh, "build PSRP_ATTACH=steal").start(THIEF);
    server.events().wait_for("attach.decide", |event| event.fields["link"] == "3", STEP);
    // The host stands at the thief's wish while the holder comes back.
    let before = link.accepted();
    link.refuse(false);
    link.wait_for_connections(before + 1, STEP);
    server.events().release("attach.decide");
    thief.wait_for("the thief has it");
    let holder = holder.finish();
    assert_eq!(holder.code, 251, "{holder:#?}");
    assert!(holder.stderr.contains("taken over"), "{holder:#?}");
    assert_eq!(holder.stdout.lines().collect::<Vec<_>>(), lines(0..5));
    write(&tap, 5..10);
    drop(tap);
    let printed = thief.finish();
    assert!(printed.ends_with(&format!("{}\n", lines(5..10).join("\n"))), "{printed}");
}
