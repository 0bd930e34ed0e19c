//! `psrp` as a user runs it.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::STEP;
use crate::binaries;
use crate::printed::Printed;
use crate::sandbox::Sandbox;

/// `psrp` on one computer: with a home, and so with a table of sessions, of its own.
#[derive(Clone, Debug)]
pub struct Psrp {
    variables: Vec<(String, String)>,
    config: PathBuf,
    home: PathBuf,
    port: Option<u16>,
}

impl Psrp {
    /// On the computer of that name, which is a folder of the sandbox; `config` is its `ssh_config`.
    pub fn new(sandbox: &Sandbox, computer: &str, config: PathBuf) -> Self {
        let home = sandbox.path().join(computer);
        std::fs::create_dir_all(&home).expect("a home for the client");
        let (mark, value) = sandbox.mark();
        Self { variables: vec![(mark.to_owned(), value)], config, home, port: None }
    }

    /// One more variable of its environment.
    pub fn environment(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Another port than that of `ssh_config`: that of a [`Link`](crate::link::Link).
    pub fn port(mut self, port: u16) -> Self {
        self.port = Some(port);
        self
    }

    /// Its home.
    pub fn home(&self) -> &Path {
        &self.home
    }

    /// The program with its environment, `ssh_config` and these words.
    pub fn command(&self, words: &[&str]) -> Command {
        let mut command = self.environment_of(Command::new(binaries::psrp()));
        command.arg("-F").arg(&self.config);
        if let Some(port) = self.port {
            command.arg("-p").arg(port.to_string());
        }
        command.args(words);
        command
    }

    /// A line of a shell on this computer, where `$PSRP` is the program and `$PSRP_CONFIG` its `ssh_config`.
    pub fn shell(&self, line: &str) -> Command {
        let mut command = self.environment_of(Command::new("sh"));
        command.args(["-c", line]).env("PSRP", binaries::psrp()).env("PSRP_CONFIG", &self.config);
        command
    }

    fn environment_of(&self, mut command: Command) -> Command {
        command.env_remove("XDG_STATE_HOME").env_remove("SSH_AUTH_SOCK").env("HOME", &self.home).env("NO_COLOR", "1");
        command.envs(self.variables.iter().map(|(name, value)| (name, value))).current_dir(&self.home);
        command
    }

    /// Runs it to its end.
    #[track_caller]
    pub fn run(&self, words: &[&str]) -> Done {
        self.start(words).finish()
    }

    /// Runs it to its end, which must be good, and returns what it printed on standard output.
    #[track_caller]
    pub fn ok(&self, words: &[&str]) -> String {
        let done = self.run(words);
        assert!(done.code == 0, "psrp {words:?} did not succeed: {done:#?}");
        done.stdout
    }

    /// Starts it without input.
    #[track_caller]
    pub fn start(&self, words: &[&str]) -> Running {
        Running::start(self.command(words), b"")
    }

    /// Runs it to its end with this on its standard input.
    #[track_caller]
    pub fn feed(&self, words: &[&str], input: &[u8]) -> Done {
        Running::start(self.command(words), input).finish()
    }
}

/// What a program that has ended left.
#[derive(Debug)]
pub struct Done {
    /// Exit code; 128 and the number for one that a signal killed, as a shell has it.
    pub code: i32,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

/// A program that runs; killed when dropped.
#[derive(Debug)]
pub struct Running {
    child: Child,
    stdout: Printed,
    stderr: Printed,
    end: Instant,
}

impl Running {
    /// Starts it with this on its standard input; it may take as long as two steps.
    #[track_caller]
    pub fn start(command: Command, input: &[u8]) -> Self {
        let (reader, mut writer) = std::io::pipe().expect("a pipe");
        let running = Self::spawn(command, reader.into());
        let input = input.to_owned();
        std::thread::spawn(move || {
            // A program that has ended does not read: no matter.
            let _ = writer.write_all(&input);
        });
        running
    }

    /// The same with a file on its standard input.
    #[track_caller]
    pub fn from_file(command: Command, input: &Path) -> Self {
        Self::spawn(command, std::fs::File::open(input).expect("the input").into())
    }

    #[track_caller]
    fn spawn(mut command: Command, stdin: Stdio) -> Self {
        let (out, writer) = std::io::pipe().expect("a pipe");
        let (err, error_writer) = std::io::pipe().expect("a pipe");
        command.stdin(stdin).stdout(writer).stderr(error_writer);
        let child = command.spawn().unwrap_or_else(|error| panic!("{command:?} does not start: {error}"));
        drop(command); // it holds the writing ends
        Self { child, stdout: Printed::follow(out), stderr: Printed::follow(err), end: Instant::now() + STEP * 2 }
    }

    /// As long as this from now on, instead of two steps.
    pub fn limit(mut self, limit: Duration) -> Self {
        self.end = Instant::now() + limit;
        self
    }

    /// Waits for a line of standard output that contains `text`.
    #[track_caller]
    pub fn wait_for(&self, text: &str) -> String {
        let found = self.stdout.line(text, self.end);
        found.unwrap_or_else(|| panic!("no {text:?} on standard output, but\n{self}"))
    }

    /// Waits for the line of this number, from 0, of standard output; `None` at its end.
    pub fn line(&self, number: usize) -> Option<String> {
        self.stdout.nth(number, self.end)
    }

    /// Waits for a line of standard error that contains `text`.
    #[track_caller]
    pub fn wait_for_error(&self, text: &str) -> String {
        let found = self.stderr.line(text, self.end);
        found.unwrap_or_else(|| panic!("no {text:?} on standard error, but\n{self}"))
    }

    /// Its standard output so far.
    pub fn printed(&self) -> String {
        self.stdout.text()
    }

    /// Presses Ctrl+C.
    pub fn interrupt(&self) {
        let pid = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw).expect("a process id");
        kill_process(pid, Signal::INT).expect("it still runs");
    }

    /// Kills it, as a computer does that loses its power.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Kills it and returns all that it printed on standard output.
    #[track_caller]
    pub fn killed(mut self) -> String {
        self.kill();
        assert!(self.stdout.ended(self.end), "somebody still holds its output:\n{self}");
        self.stdout.text()
    }

    /// Waits for its end.
    #[track_caller]
    pub fn finish(mut self) -> Done {
        assert!(self.stdout.ended(self.end) && self.stderr.ended(self.end), "it does not come to its end:\n{self}");
        let status = self.child.wait().expect("it can be waited for");
        let signal = std::os::unix::process::ExitStatusExt::signal(&status);
        let code = status.code().unwrap_or(128 + signal.unwrap_or(0));
        Done { code, stdout: self.stdout.text(), stderr: self.stderr.text() }
    }
}

impl std::fmt::Display for Running {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "--- standard output\n{}--- standard error\n{}---", self.stdout.text(), self.stderr.text())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.kill();
    }
}
