//! The connection breaks at any byte; `psrp` resumes it by itself, and nothing is lost or doubled: row 10 of the failure table.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::time::Duration;

use e2e::link::{Direction, Link};
use e2e::psrp::Running;
use e2e::server::{Server, Setup};

/// The longest that a transfer may take: the programs are not optimised.
const LIMIT: Duration = Duration::from_secs(300);

/// Numbers without order and always the same ones (xorshift64).
struct Seeded(u64);

impl Seeded {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }
}

/// Lines that are all different, of lengths from nothing to several fragments, `size` bytes in all.
fn text(random: &mut Seeded, size: usize) -> String {
    let mut text = String::with_capacity(size + 200_000);
    let mut number = 0_u64;
    while text.len() < size {
        let length = random.below(100_000);
        let _ = write!(text, "{number} <&> é ");
        for _ in 0..length / 16 {
            let _ = write!(text, "{:016x}", random.next());
        }
        text.push('\n');
        number += 1;
    }
    text
}

/// Sends `size` bytes up to a command that sends them down again, and cuts the connection so often.
///
/// A client that loses one connection after the other waits longer and longer before the next; so a transfer has few cuts, and
/// a test has several transfers.
fn round_trip(server: &Server, size: usize, cuts: u32, seed: u64) {
    let mut random = Seeded(seed);
    let link = Link::to(SocketAddr::from(([127, 0, 0, 1], server.sshd().port())));
    let psrp = server.psrp("laptop").port(link.address().port());
    let sent = text(&mut random, size);
    let input = psrp.home().join("sent");
    std::fs::write(&input, &sent).expect("a file");
    let count = |event: &str| server.events().all(event).len();
    let (resumed, attached) = (count("stream.resumed"), count("session.attached"));

    let running = Running::from_file(psrp.command(&["invoke", "web1/build", "--stdin", "lines", "-c", "echo"]), &input);
    let running = running.limit(LIMIT);
    running.line(0).expect("the first line comes back");
    // On average a cut each time that this part of all has gone through.
    let part = u64::try_from(size).expect("a size") / u64::from(cuts);
    for cut in 0..cuts {
        let direction = if random.below(2) == 0 { Direction::Up } else { Direction::Down };
        // Many cuts come early in a connection: in the handshake of SSH, in that of the stream, in the first frames.
        let bytes = if cut % 3 == 0 { random.below(8_000) } else { random.below(part) };
        let before = link.accepted();
        link.cut_after(direction, bytes);
        if !link.wait_for_cut(LIMIT) {
            break;
        }
        link.wait_for_connections(before + 1, LIMIT);
    }
    let done = running.finish();
    // A link that is soon back is not talked about; after several cuts in a row it may take longer.
    let is_news = |line: &str| line.contains("link lost") || line.contains("reconnected");
    assert!(done.code == 0 && done.stderr.lines().all(is_news), "exit code {}: {}", done.code, done.stderr);
    let (sent, received): (Vec<&str>, Vec<&str>) = (sent.lines().collect(), done.stdout.lines().collect());
    let wrong = sent.iter().zip(&received).position(|(sent, received)| sent != received);
    assert!(
        wrong.is_none() && sent.len() == received.len(),
        "seed {seed}: {} of {} lines, line {wrong:?} differs",
        received.len(),
        sent.len()
    );
    assert!(count("stream.resumed") > resumed, "seed {seed}: the link was not cut");
    assert_eq!(count("session.attached"), attached + 1, "seed {seed}: resumed, not attached anew");
}

fn server() -> Server {
    let server = Setup::fake_engine().set("engine", "warm", "0").start();
    server.psrp("laptop").ok(&["new", "web1/build"]);
    server
}

#[test]
fn row_10_64_mib_each_way_over_a_link_that_breaks() {
    let server = server();
    for seed in 1..=4 {
        round_trip(&server, 16 << 20, 6, seed);
    }
}

#[test]
fn row_10_small_transfers_over_a_link_that_breaks() {
    let server = server();
    for seed in 11..=14 {
        round_trip(&server, 2 << 20, 4, seed);
    }
}
