//! Questions on a real terminal: a pseudo-terminal that is the controlling one of a second process.

mod support;

use std::fs::File;
use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};

use psrp::ssh::{Prompt as _, Terminal};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

/// Runs in the second process: asks and says what it got.
#[test]
#[ignore = "is the second process of the other tests"]
fn asks() {
    let echo = std::env::var("PSRP_TEST_ECHO").is_ok();
    match Terminal.ask("Question? ", echo) {
        Ok(answer) => println!("answer={:?}", answer.as_str()),
        Err(error) => println!("error={:?}", error.kind()),
    }
    assert!(Terminal.is_interactive());
}

struct Asked {
    terminal: File,
    child: Child,
}

impl Asked {
    /// Starts the second process; `None`, with a visible note, where the tools for it are missing.
    fn start(echo: bool) -> Option<Self> {
        if Command::new("setsid").arg("--version").output().is_err() {
            support::skip("no setsid(1)");
            return None;
        }
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&master).unwrap();
        unlockpt(&master).unwrap();
        let slave = ptsname(&master, Vec::new()).unwrap().into_string().unwrap();
        let slave = File::options().read(true).write(true).open(slave).unwrap();
        let mut command = Command::new("setsid");
        command.args(["--ctty", "--wait"]).arg(std::env::current_exe().unwrap());
        command.args(["--ignored", "--exact", "asks", "--nocapture"]);
        if echo {
            command.env("PSRP_TEST_ECHO", "1");
        }
        let child = command.stdin(slave).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut asked = Self { terminal: File::from(master), child };
        assert!(asked.shown("Question? ").ends_with("Question? "));
        Some(asked)
    }

    /// What the terminal shows up to and with `end`.
    fn shown(&mut self, end: &str) -> String {
        let mut text = String::new();
        let mut byte = [0];
        while !text.ends_with(end) {
            self.terminal.read_exact(&mut byte).unwrap();
            text.push(char::from(byte[0]));
        }
        text
    }

    fn types(&mut self, keys: &[u8]) {
        self.terminal.write_all(keys).unwrap();
    }

    /// What the second process says that it got.
    fn got(mut self) -> String {
        let mut text = String::new();
        self.child.stdout.take().unwrap().read_to_string(&mut text).unwrap();
        assert!(self.child.wait().unwrap().success(), "{text}");
        let line = text.lines().find_map(|l| l.find("answer=").or(l.find("error=")).map(|at| l[at..].to_owned()));
        line.unwrap_or_else(|| panic!("{text}"))
    }
}

#[test]
fn hidden_answers_are_not_shown_and_can_be_corrected() {
    let Some(mut asked) = Asked::start(false) else { return };
    asked.types("wrong\x15s\u{e9}cx\x7fret\r".as_bytes());
    assert_eq!(asked.shown("\n"), "\r\n");
    assert_eq!(asked.got(), "answer=\"s\u{e9}cret\"");
}

#[test]
fn control_c_and_control_d_end_a_hidden_question() {
    for (key, kind) in [(b"secret\x03", "Interrupted"), (b"\x15\x15\x15\x15\x15\x15\x04", "UnexpectedEof")] {
        let Some(mut asked) = Asked::start(false) else { return };
        asked.types(key);
        assert_eq!(asked.shown("\n"), "\r\n");
        assert_eq!(asked.got(), format!("error={kind}"));
    }
}

#[test]
fn visible_answers_are_shown() {
    let Some(mut asked) = Asked::start(true) else { return };
    asked.types(b"yes\n");
    assert_eq!(asked.shown("\n"), "yes\r\n");
    assert_eq!(asked.got(), "answer=\"yes\"");
}

#[test]
fn without_a_terminal_nobody_is_asked() {
    let out = Command::new("setsid")
        .args(["--wait"])
        .arg(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "asks", "--nocapture"])
        .stdin(Stdio::null())
        .output();
    let Ok(out) = out else {
        support::skip("no setsid(1)");
        return;
    };
    // It says why not, and then fails because it is not interactive.
    assert!(String::from_utf8_lossy(&out.stdout).contains("error="), "{out:?}");
    assert!(!out.status.success());
}
