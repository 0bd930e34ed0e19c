//! A runtime directory and a configuration of its own for one test, and everything in it ended afterwards.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::client::Client;

/// The hard limit of everything that is waited for.
pub(crate) const LIMIT: Duration = Duration::from_secs(30);

/// An engine that never says anything and ends with its input.
pub(crate) const SILENT_ENGINE: &str = "path = \"/bin/sh\"\narguments = [\"-c\", \"exec cat > /dev/null\"]";

pub(crate) struct Home {
    directory: tempfile::TempDir,
    variables: Vec<(String, String)>,
}

impl Home {
    /// With a silent engine and no warm hosts.
    pub(crate) fn new() -> Self {
        Self::with(&format!("[engine]\n{SILENT_ENGINE}\nwarm = 0\n"))
    }

    pub(crate) fn with(config: &str) -> Self {
        let directory = tempfile::Builder::new().prefix("psrpd").tempdir().unwrap();
        fs::write(directory.path().join("psrpd.toml"), config).unwrap();
        Self { directory, variables: Vec::new() }
    }

    /// Sets a variable for every process that is started from here on.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.variables.push((name.to_owned(), value.to_owned()));
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    pub(crate) fn runtime(&self) -> PathBuf {
        self.path("r")
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_psrpd"));
        command
            .args(arguments)
            .env("PSRPD_RUNTIME_DIR", self.runtime())
            .env("PSRPD_CONFIG", self.path("psrpd.toml"))
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null());
        command
    }

    /// Connects a client whose connection has these variables.
    pub(crate) fn connect(&self, variables: &[(&str, &str)]) -> Client {
        Client::start(self.command(&["subsystem"]).envs(variables.iter().copied()))
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// What `psrpd sessions` says.
    pub(crate) fn sessions(&self) -> Vec<Value> {
        let output = self.run(&["sessions", "--output", "json"]);
        assert!(output.status.success(), "{output:?}");
        let list: Value = serde_json::from_slice(&output.stdout).unwrap();
        list["results"].as_array().unwrap().clone()
    }

    pub(crate) fn session(&self, name: &str) -> Value {
        let sessions = self.sessions();
        sessions
            .iter()
            .find(|session| session["name"] == name)
            .unwrap_or_else(|| panic!("{name}: {sessions:?}"))
            .clone()
    }

    /// The manifests of all hosts, warm ones too.
    pub(crate) fn manifests(&self) -> Vec<Value> {
        let Ok(entries) = fs::read_dir(self.runtime().join("s")) else { return Vec::new() };
        let read = |path: PathBuf| serde_json::from_slice(&fs::read(path.join("manifest.json")).ok()?).ok();
        entries.flatten().filter_map(|entry| read(entry.path())).collect()
    }

    /// The process ids of the hosts: those that hold a lock.
    pub(crate) fn hosts(&self) -> Vec<i32> {
        self.manifests().iter().filter_map(|manifest| parent(manifest["engine"]["pid"].as_i64()?)).collect()
    }

    /// Asks a socket one question.
    pub(crate) fn ask(socket: &Path, question: &str) -> Option<String> {
        let mut stream = UnixStream::connect(socket).ok()?;
        stream.set_read_timeout(Some(LIMIT)).unwrap();
        writeln!(stream, "{question}").ok()?;
        let mut line = String::new();
        BufReader::new(stream).read_line(&mut line).ok()?;
        Some(line)
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        for entry in fs::read_dir(self.runtime().join("s")).into_iter().flatten().flatten() {
            Self::ask(&entry.path().join("sock"), r#"{"admin":{"remove":{"force":true}}}"#);
        }
        // A broker that hands over ends.
        let broker = self.runtime().join("broker.sock");
        Self::ask(&broker, r#""hand_over""#);
        // Who still ends would find the directory gone, and make it again.
        let give_up = Instant::now() + Duration::from_secs(5);
        while Instant::now() < give_up && (!self.manifests().is_empty() || UnixStream::connect(&broker).is_ok()) {
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

/// The parent of a process.
pub(crate) fn parent(pid: i64) -> Option<i32> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    stat.rsplit_once(')')?.1.split_ascii_whitespace().nth(1)?.parse().ok()
}

/// Waits until `check` gives something; for what other processes do and nobody reports.
pub(crate) fn eventually<T>(what: &str, mut check: impl FnMut() -> Option<T>) -> T {
    let give_up = Instant::now() + LIMIT;
    loop {
        if let Some(result) = check() {
            return result;
        }
        assert!(Instant::now() < give_up, "waited in vain: {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

pub(crate) fn kill(pid: i32, signal: rustix::process::Signal) {
    rustix::process::kill_process(rustix::process::Pid::from_raw(pid).unwrap(), signal).unwrap();
}
