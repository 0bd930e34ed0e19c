//! A program at a terminal: types keys, reads the screen.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::os::fd::{AsFd as _, OwnedFd};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{Mode, OFlags};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{LocalModes, Winsize, tcgetattr, tcsetwinsize};

use crate::processes;

/// The size of the screen. Tall enough that no scenario scrolls, so that the screen at the end holds all of it.
const ROWS: u16 = 200;
/// Columns of the recordings.
const COLUMNS: u16 = 100;

/// How long a program must have been silent, and waiting for a key, to be taken for idle.
const QUIET: Duration = Duration::from_millis(400);

/// A program whose controlling terminal is ours. Killed when dropped.
pub struct Terminal {
    child: Child,
    keyboard: File,
    parser: vt100::Parser<Answers>,
    /// Newlines it has written; what tells that a typed line was taken.
    lines: usize,
    ended: bool,
}

/// What a terminal answers to a program that asks it something.
#[derive(Default)]
struct Answers(Vec<u8>);

impl vt100::Callbacks for Answers {
    fn unhandled_csi(&mut self, screen: &mut vt100::Screen, _: Option<u8>, _: Option<u8>, params: &[&[u16]], c: char) {
        // DSR 6: where is the cursor? .NET asks it before it writes at a position.
        if c == 'n' && params.first() == Some(&&[6_u16][..]) {
            let (row, column) = screen.cursor_position();
            self.0.extend(format!("\x1b[{};{}R", row.saturating_add(1), column.saturating_add(1)).bytes());
        }
    }
}

impl Terminal {
    /// Starts the program at a terminal.
    pub fn start(command: &Command) -> Self {
        let (master, slave) = pair();
        // Becoming the leader of a session and taking the terminal is a job between fork and exec.
        let mut leader = Command::new("setsid");
        leader.arg("--ctty").arg(command.get_program()).args(command.get_args());
        for (name, value) in command.get_envs() {
            match value {
                Some(value) => leader.env(name, value),
                None => leader.env_remove(name),
            };
        }
        if let Some(folder) = command.get_current_dir() {
            leader.current_dir(folder);
        }
        let end = || Stdio::from(slave.try_clone().expect("the terminal"));
        let child = leader.stdin(end()).stdout(end()).stderr(end()).spawn().expect("setsid is installed (util-linux)");
        let rows = std::num::NonZeroU16::new(ROWS).expect("not zero");
        let columns = std::num::NonZeroU16::new(COLUMNS).expect("not zero");
        let parser = vt100::Parser::new_with_callbacks(rows, columns, 0, Answers::default());
        Self { child, keyboard: File::from(master), parser, lines: 0, ended: false }
    }

    /// The screen, without blanks at the ends of lines and without empty lines at its end.
    pub fn screen(&self) -> String {
        let rows: Vec<String> = self.parser.screen().rows(0, COLUMNS).map(|row| row.trim_end().to_owned()).collect();
        format!("{}\n", rows.join("\n").trim_end())
    }

    /// Types text, without Enter.
    #[track_caller]
    pub fn text(&mut self, text: &str) {
        self.keyboard.write_all(text.as_bytes()).expect("the terminal takes keys");
    }

    /// Presses a key: `Enter`, `Tab`, `C-c` (any letter after `C-`), or a letter.
    #[track_caller]
    pub fn key(&mut self, key: &str) {
        let bytes = match key.as_bytes() {
            b"Enter" => vec![b'\r'],
            b"Tab" => vec![b'\t'],
            [b'C', b'-', letter] => vec![letter & 0x1f],
            [letter] => vec![*letter],
            _ => panic!("no such key: {key:?}"),
        };
        self.keyboard.write_all(&bytes).expect("the terminal takes keys");
    }

    /// Types a line when the program waits for a key, and waits until it has taken it and waits again.
    #[track_caller]
    pub fn line(&mut self, line: &str, limit: Duration) {
        self.idle(self.lines, 0, limit);
        let before = self.lines;
        self.text(line);
        self.key("Enter");
        self.idle(before, 1, limit);
    }

    /// Waits until the program waits for a key: it has written `lines` new lines since `before`, has switched the terminal
    /// to single keys, and was silent for a moment.
    #[track_caller]
    pub fn idle(&mut self, before: usize, lines: usize, limit: Duration) {
        let end = Instant::now() + limit;
        let mut quiet = Instant::now();
        loop {
            if self.read(Duration::from_millis(20)) || !self.reads_keys() || self.lines < before + lines {
                quiet = Instant::now();
            }
            if self.ended || quiet.elapsed() >= QUIET {
                return;
            }
            assert!(Instant::now() < end, "no prompt after {limit:?} on this screen:\n{}", self.screen());
        }
    }

    /// Waits until it has been silent for so long, whatever it waits for.
    pub fn silence(&mut self, time: Duration, limit: Duration) {
        let end = Instant::now() + limit;
        while self.read(time) && !self.ended && Instant::now() < end {}
    }

    /// Waits for the text anywhere on the screen.
    #[track_caller]
    pub fn wait_for(&mut self, text: &str, limit: Duration) {
        let end = Instant::now() + limit;
        while !self.screen().contains(text) {
            self.read(Duration::from_millis(50));
            let alive = !self.ended && Instant::now() < end;
            assert!(alive || self.screen().contains(text), "no {text:?} on this screen:\n{}", self.screen());
        }
    }

    /// Waits for the end of the program.
    #[track_caller]
    pub fn finish(&mut self, limit: Duration) {
        assert!(self.ends_within(limit), "did not end; the screen:\n{}", self.screen());
    }

    /// Waits for the end of the program; `false` when it does not end.
    pub fn ends_within(&mut self, limit: Duration) -> bool {
        let end = Instant::now() + limit;
        while !self.ended && Instant::now() < end {
            self.read(Duration::from_millis(50));
        }
        if self.ended {
            let _ = self.child.wait();
        }
        self.ended
    }

    /// Newlines written so far.
    pub fn lines(&self) -> usize {
        self.lines
    }

    /// Whether the program reads single keys now; a terminal starts, and is while programs run, in line mode.
    fn reads_keys(&self) -> bool {
        tcgetattr(&self.keyboard).is_ok_and(|modes| !modes.local_modes.contains(LocalModes::ICANON))
    }

    /// Takes what the program writes within that time; `false` when that is nothing.
    fn read(&mut self, time: Duration) -> bool {
        let wait = Timespec::try_from(time).expect("a short time");
        let mut polled = [PollFd::from_borrowed_fd(self.keyboard.as_fd(), PollFlags::IN)];
        if !poll(&mut polled, Some(&wait)).is_ok_and(|ready| ready > 0) {
            return false;
        }
        let mut buffer = [0; 4096];
        match self.keyboard.read(&mut buffer) {
            Ok(length) if length > 0 => {
                let bytes = buffer.get(..length).unwrap_or_default();
                self.lines += bytes.iter().filter(|&&byte| byte == b'\n').count();
                self.parser.process(bytes);
                let answers = std::mem::take(&mut self.parser.callbacks_mut().0);
                let _ = self.keyboard.write_all(&answers);
            }
            // EIO: nobody holds the other end any more.
            _ => self.ended = true,
        }
        true
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        if let Ok(pid) = i32::try_from(self.child.id()) {
            for process in processes::descendants(pid) {
                process.signal(rustix::process::Signal::KILL);
            }
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn pair() -> (OwnedFd, OwnedFd) {
    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC).expect("a pseudo terminal");
    grantpt(&master).expect("a pseudo terminal");
    unlockpt(&master).expect("a pseudo terminal");
    let name = ptsname(&master, Vec::new()).expect("a pseudo terminal");
    let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
    let slave = rustix::fs::open(name, flags, Mode::empty()).expect("a pseudo terminal");
    let size = Winsize { ws_row: ROWS, ws_col: COLUMNS, ws_xpixel: 0, ws_ypixel: 0 };
    tcsetwinsize(&master, size).expect("a pseudo terminal");
    (master, slave)
}
