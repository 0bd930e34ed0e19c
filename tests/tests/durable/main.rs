//! A session outlives whatever dies but its own engine: one test per row of the failure table, named after the row.

mod attach_side;
mod bad_input;
mod client_side;
mod engine_side;
mod limits_side;
mod server_side;
mod stream_side;

use std::fs::File;
use std::io::Write;

use e2e::STEP;
use e2e::sandbox::Sandbox;
use e2e::server::{Server, Setup};
use e2e::wire::Wire;

/// A server whose sessions run in the fake engine; none is started in advance.
fn server() -> Server {
    fake().start()
}

fn fake() -> Setup {
    Setup::fake_engine().set("engine", "warm", "0")
}

/// A bare client of the session `work`.
#[track_caller]
fn attach(server: &Server) -> Wire {
    server.wire(&[("PSRP_SESSION", "work")]).expect("the session work opens")
}

/// The same where a program stops at the event on the way, once.
#[track_caller]
fn attach_past(server: &Server, event: &str) -> Wire {
    std::thread::scope(|scope| {
        let attaching = scope.spawn(|| attach(server));
        server.events().resume(event, STEP);
        attaching.join().expect("the session work opens")
    })
}

/// Waits until the session knows that its client is gone.
#[track_caller]
fn wait_for_loss(server: &Server) {
    server.events().wait_for("link.lost", |_| true, STEP);
    server.events().wait_for("session.disconnected", |_| true, STEP);
}

/// A FIFO whose lines the command `follow` of the fake engine puts out as they are written.
struct Tap {
    path: String,
    file: Option<File>,
}

impl Tap {
    fn new(sandbox: &Sandbox) -> Self {
        let path = sandbox.path().join("tap");
        let mode = rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR;
        rustix::fs::mknodat(rustix::fs::CWD, &path, rustix::fs::FileType::Fifo, mode, 0).expect("a FIFO");
        Self { path: path.display().to_string(), file: None }
    }

    fn command(&self) -> String {
        format!("follow {}", self.path)
    }

    /// Opened when it is first written to: that waits for the engine to open it.
    fn write(&mut self, lines: std::ops::Range<u32>) {
        let path = &self.path;
        let file = self.file.get_or_insert_with(|| File::options().write(true).open(path).expect("the FIFO"));
        for line in lines {
            writeln!(file, "line {line}").expect("the engine reads");
        }
    }

    fn close(self) {}
}

/// What [`Tap::write`] looks like as output.
fn lines(lines: std::ops::Range<u32>) -> Vec<String> {
    lines.map(|line| format!("<S>line {line}</S>")).collect()
}
