//! A stock PowerShell as client.

use std::io::Write as _;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::Signal;

use crate::printed::Printed;
use crate::processes::{self, Process};
use crate::pwsh::Pwsh;
use crate::sshd::Sshd;
use crate::terminal::Terminal;

/// A PowerShell that connects to a private [`Sshd`].
///
/// Its scripts find a table `$c` for splatting: `New-PSSession @c`, `Invoke-Command @c { .. }`.
#[derive(Debug)]
pub struct StockClient<'a> {
    pwsh: &'a Pwsh,
    sshd: &'a Sshd,
    options: Vec<(String, String)>,
    input: String,
    limit: Duration,
    port: u16,
}

impl<'a> StockClient<'a> {
    /// A client without input whose scripts may take two minutes.
    pub fn new(pwsh: &'a Pwsh, sshd: &'a Sshd) -> Self {
        Self {
            pwsh,
            sshd,
            options: Vec::new(),
            input: String::new(),
            limit: Duration::from_secs(120),
            port: sshd.port(),
        }
    }

    /// One more entry of `$c.Options`, which PowerShell hands to `ssh` as `-o NAME=VALUE`; the way to `SetEnv`.
    pub fn option(mut self, name: &str, value: &str) -> Self {
        self.options.push((name.to_owned(), value.to_owned()));
        self
    }

    /// What its standard input holds.
    pub fn input(mut self, text: &str) -> Self {
        text.clone_into(&mut self.input);
        self
    }

    /// How long a script may take.
    pub fn limit(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// Another port than the sshd's own: that of a [`Link`](crate::link::Link) to it.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Runs a script to its end and returns what it printed, standard output and error in the order of writing.
    #[track_caller]
    pub fn run(&self, script: &str) -> String {
        self.start(script).finish()
    }

    /// Starts a script.
    #[track_caller]
    pub fn start(&self, script: &str) -> Running {
        let file = self.sshd.sandbox().file("client.ps1", format!("{}\n{script}\n", self.preamble()));
        let (reader, writer) = std::io::pipe().expect("a pipe");
        let mut command = self.command();
        command.args(["-NoProfile", "-File"]).arg(file).env("NO_COLOR", "1");
        command.stdin(Stdio::piped()).stdout(writer.try_clone().expect("a pipe")).stderr(writer);
        let mut child = command.spawn().expect("pwsh starts");
        drop(command); // it holds the writing ends
        let mut stdin = child.stdin.take().expect("stdin is a pipe");
        // A client that has ended does not read: no matter.
        let _ = stdin.write_all(self.input.as_bytes());
        drop(stdin);
        Running { child, printed: Printed::follow(reader), end: Instant::now() + self.limit }
    }

    /// Opens an interactive PowerShell at a terminal, with the same table `$c`, and waits for its prompt.
    #[track_caller]
    pub fn terminal(&self) -> Terminal {
        let mut command = self.command();
        command.args(["-NoLogo", "-NoProfile", "-NoExit", "-Command"]).arg(self.preamble()).env("NO_COLOR", "1");
        let mut terminal = Terminal::start(&command);
        terminal.wait_for(">", self.limit);
        terminal
    }

    /// PowerShell with the environment of a client: the `ssh` of this sshd, a home and a temporary folder of its own.
    pub fn command(&self) -> Command {
        let sandbox = self.sshd.sandbox();
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders = std::iter::once(self.sshd.bin()).chain(std::env::split_paths(&path));
        let home = sandbox.path().join("home");
        std::fs::create_dir_all(&home).expect("a home for the client");
        let (mark, value) = sandbox.mark();
        let mut command = self.pwsh.command();
        command
            .env("PATH", std::env::join_paths(folders).expect("a PATH"))
            .env("HOME", &home)
            .env("TMPDIR", sandbox.tmp())
            .env("USER_FOR_SSH", user())
            .env("LAB_PORT", self.port.to_string())
            .env("LAB_KEY", self.sshd.client_key())
            .env(mark, value)
            .current_dir(home);
        command
    }

    fn preamble(&self) -> String {
        let quoted = |text: &str| format!("'{}'", text.replace('\'', "''"));
        let options: Vec<String> = [("StrictHostKeyChecking", "yes")]
            .into_iter()
            .chain(self.options.iter().map(|(name, value)| (name.as_str(), value.as_str())))
            .map(|(name, value)| format!("{} = {}", quoted(name), quoted(value)))
            .collect();
        // One line, so that the line numbers in error messages do not depend on the options.
        format!(
            "$c = @{{ HostName = 'localhost'; Port = {}; KeyFilePath = {}; Options = @{{ {} }} }}",
            self.port,
            quoted(&self.sshd.client_key().display().to_string()),
            options.join("; ")
        )
    }
}

/// The name of the user that the tests run as.
pub fn user() -> String {
    let output = Command::new("id").arg("-un").output().expect("id runs");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// A client that runs a script; killed, with its `ssh`, when dropped.
#[derive(Debug)]
pub struct Running {
    child: Child,
    printed: Printed,
    end: Instant,
}

impl Running {
    /// Waits until it has printed a line that contains `text`, and returns the line.
    #[track_caller]
    pub fn wait_for(&self, text: &str) -> String {
        match self.printed.line(text, self.end) {
            Some(line) => line,
            None => panic!("the client did not print {text:?}, but\n{}", self.printed()),
        }
    }

    /// What it printed so far.
    pub fn printed(&self) -> String {
        self.printed.text()
    }

    /// Waits for its end and returns all that it printed.
    #[track_caller]
    pub fn finish(mut self) -> String {
        if !self.printed.ended(self.end) {
            let waits = i32::try_from(self.child.id()).map(processes::waits).unwrap_or_default();
            panic!("the client did not come to its end in time; it printed\n{}\nand waits:\n{waits}", self.printed());
        }
        let _ = self.child.wait();
        self.printed()
    }

    /// The same for a client that prints `last` before it ends: if it then does not end within `patience`, it is ended.
    #[track_caller]
    pub fn finish_behind(self, last: &str, patience: Duration) -> String {
        if self.printed.line(last, self.end).is_none() {
            return self.finish();
        }
        self.printed.ended(Instant::now() + patience);
        self.printed()
    }

    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// The `ssh` processes it started.
    pub fn ssh(&self) -> Vec<Process> {
        let pid = i32::try_from(self.child.id()).expect("a process id");
        processes::descendants(pid).into_iter().filter(|process| process.name == "ssh").collect()
    }

    /// Kills its `ssh` processes, as a link does that is lost for the client.
    #[track_caller]
    pub fn kill_ssh(&self) {
        let found = self.ssh();
        assert!(!found.is_empty(), "the client has no ssh to kill; it printed\n{}", self.printed());
        for process in found {
            process.signal(Signal::KILL);
        }
    }

    /// Kills the client itself; its `ssh` sees the end of its input.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        for process in self.ssh() {
            process.signal(Signal::KILL);
        }
        self.kill();
    }
}
