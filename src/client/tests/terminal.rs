//! Questions on a real terminal: a pseudo-terminal that is the controlling one of a second process.

mod support;

use std::fs::File;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};

use psrp::ssh::{Prompt as _, Terminal};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{LocalModes, tcgetattr};

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
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--ignored", "--exact", "asks", "--nocapture"]);
        if echo {
            command.env("PSRP_TEST_ECHO", "1");
        }
        let mut asked = Self::spawn(&command)?;
        assert!(asked.shown("Question? ").ends_with("Question? "));
        Some(asked)
    }

    /// Starts `psrp` with these words.
    fn psrp(words: &[&str]) -> Option<Self> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_psrp"));
        command.args(["-F", "none"]).args(words).env_remove("SSH_AUTH_SOCK");
        Self::spawn(&command)
    }

    fn spawn(inner: &Command) -> Option<Self> {
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
        command.args(["--ctty", "--wait"]).arg(inner.get_program()).args(inner.get_args());
        for (name, value) in inner.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        let child = command.stdin(slave).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        Some(Self { terminal: File::from(master), child })
    }

    /// Whether the terminal shows what is typed.
    fn echoes(&self) -> bool {
        tcgetattr(&self.terminal).unwrap().local_modes.contains(LocalModes::ECHO)
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

/// A server that lets in the key in this file alone, which has a passphrase.
fn sshd_with_locked_key() -> Option<(support::Sshd, std::path::PathBuf)> {
    let sshd = support::Sshd::start()?;
    let locked = sshd.path("locked");
    support::keygen(&locked, "ed25519", "geheim");
    std::fs::copy(sshd.path("locked.pub"), sshd.path("authorized_keys")).unwrap();
    let _ = sshd.settings();
    Some((sshd, locked))
}

#[test]
fn control_c_at_a_question_of_a_login_ends_psrp() {
    let Some((sshd, locked)) = sshd_with_locked_key() else { return };
    let known = format!("UserKnownHostsFile={}", sshd.path("known_hosts").display());
    let host = format!("127.0.0.1:{}", sshd.port);
    for (options, question) in [
        (&["--ssh-option", known.as_str()][..], "Passphrase of "),
        (&["--ssh-option", "UserKnownHostsFile=/dev/null"], "yes/no/fingerprint"),
    ] {
        let words = [&["-i", locked.to_str().unwrap()], options, &["get", &host]].concat();
        let Some(mut psrp) = Asked::psrp(&words) else { return };
        psrp.shown(question);
        psrp.types(b"\x03");
        assert_eq!(psrp.child.wait().unwrap().code(), Some(130), "{question}");
        assert!(psrp.echoes());
    }
}

#[test]
fn the_terminal_is_put_back_when_psrp_is_ended_at_a_hidden_question() {
    let Some((sshd, locked)) = sshd_with_locked_key() else { return };
    let known = format!("UserKnownHostsFile={}", sshd.path("known_hosts").display());
    let host = format!("127.0.0.1:{}", sshd.port);
    let words = ["-i", locked.to_str().unwrap(), "--ssh-option", &known, "get", &host];
    let Some(mut psrp) = Asked::psrp(&words) else { return };
    psrp.shown("Passphrase of ");
    assert!(!psrp.echoes());
    let group = rustix::termios::tcgetpgrp(&psrp.terminal).unwrap();
    rustix::process::kill_process_group(group, rustix::process::Signal::TERM).unwrap();
    assert!(!psrp.child.wait().unwrap().success());
    assert!(psrp.echoes());
}

#[test]
fn control_c_ends_psrp_while_it_connects() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let host = silent.local_addr().unwrap().to_string();
    for verb in [&["get"][..], &["invoke", "-c", "1"]] {
        let words = [&["--connect-timeout", "60"], verb, &[host.as_str()]].concat();
        let Some(mut psrp) = Asked::psrp(&words) else { return };
        let (mut connection, _) = silent.accept().unwrap();
        // Its side of the key exchange has begun.
        connection.read_exact(&mut [0; 4]).unwrap();
        psrp.types(b"\x03");
        assert_eq!(psrp.child.wait().unwrap().code(), Some(130), "{verb:?}");
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
