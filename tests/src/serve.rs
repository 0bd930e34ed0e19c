//! `psrpd serve`: an SSH server and psrpd in one process.

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;

use rustix::process::{Pid, Signal, kill_process};

use crate::STEP;
use crate::binaries;
use crate::client::user;
use crate::events::Events;
use crate::keys;
use crate::psrp::Psrp;
use crate::pwsh::ENVIRONMENT;
use crate::sandbox::Sandbox;
use crate::server::Prepared;

/// The running server, on a free port of 127.0.0.1. It ends, with all that it started, with the value.
#[derive(Debug)]
pub struct Serve {
    process: Child,
    /// What it says when it listens.
    greeting: String,
    port: u16,
    sandbox: Sandbox,
    events: Events,
    variables: Vec<(String, String)>,
}

impl Serve {
    pub(crate) fn start(prepared: Prepared) -> Self {
        let Prepared { sandbox, events, variables } = prepared;
        let key = sandbox.path().join("client_key");
        keys::make(&key);
        sandbox.file("authorized_keys", format!("{}\n", keys::public(&key)));
        let (process, greeting) = listen(&sandbox, &variables, "127.0.0.1:0");
        let port = greeting.split([' ', ',']).find_map(|word| word.strip_prefix("127.0.0.1:")?.parse().ok());
        let port = port.unwrap_or_else(|| panic!("no port in {greeting:?}"));
        let serve = Self { process, greeting, port, sandbox, events, variables };
        serve.write_client_files();
        serve
    }

    /// What `ssh` and `psrp` need to get in.
    fn write_client_files(&self) {
        let folder = self.sandbox.path().display();
        let host_key = keys::public(&self.host_key());
        self.sandbox.file("known_hosts", format!("psrpd-test {host_key}\n"));
        self.sandbox.file(
            "ssh_config",
            format!(
                "Host *\n  HostName 127.0.0.1\n  HostKeyAlias psrpd-test\n  Port {}\n  User {}\n  \
                 IdentityFile {folder}/client_key\n  IdentitiesOnly yes\n  UserKnownHostsFile {folder}/known_hosts\n  \
                 GlobalKnownHostsFile /dev/null\n  StrictHostKeyChecking yes\n  BatchMode yes\n",
                self.port,
                user(),
            ),
        );
    }

    /// Ends it as an administrator does, and starts it again at the same port.
    #[track_caller]
    pub fn restart(&mut self) {
        self.terminate();
        let (process, greeting) = listen(&self.sandbox, &self.variables, &format!("127.0.0.1:{}", self.port));
        (self.process, self.greeting) = (process, greeting);
    }

    /// Ends it with SIGTERM; its sessions stay.
    #[track_caller]
    pub fn terminate(&mut self) {
        let pid = i32::try_from(self.process.id()).ok().and_then(Pid::from_raw).expect("a process id");
        kill_process(pid, Signal::TERM).expect("it runs");
        let status = self.process.wait().expect("it can be waited for");
        assert!(status.success(), "psrpd serve ended with {status}");
    }

    /// The line that it printed when it listened.
    pub fn greeting(&self) -> &str {
        &self.greeting
    }

    /// The port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Its private key.
    pub fn host_key(&self) -> PathBuf {
        self.sandbox.path().join("host_key")
    }

    /// The private key that gets in.
    pub fn client_key(&self) -> PathBuf {
        self.sandbox.path().join("client_key")
    }

    /// The client's configuration file, for any `ssh` and for `psrp`.
    pub fn ssh_config(&self) -> PathBuf {
        self.sandbox.path().join("ssh_config")
    }

    /// Its folder and processes.
    pub fn sandbox(&self) -> &Sandbox {
        &self.sandbox
    }

    /// What happens in its processes.
    pub fn events(&self) -> &Events {
        &self.events
    }

    /// Our own client on the computer of that name.
    pub fn psrp(&self, computer: &str) -> Psrp {
        Psrp::new(&self.sandbox, computer, self.ssh_config())
    }

    /// What it logged so far.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.sandbox.path().join("serve.log")).unwrap_or_default()
    }
}

impl Drop for Serve {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("--- the log of psrpd serve\n{}\n---", self.log());
        }
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Starts the program and waits for its first line.
#[track_caller]
fn listen(sandbox: &Sandbox, variables: &[(String, String)], address: &str) -> (Child, String) {
    let folder = sandbox.path();
    let log = std::fs::OpenOptions::new().create(true).append(true).open(folder.join("serve.log"));
    let (mark, value) = sandbox.mark();
    let mut process = Command::new(binaries::psrpd())
        .args(["serve", "--listen", address])
        .arg("--authorized-keys")
        .arg(folder.join("authorized_keys"))
        .arg("--host-key")
        .arg(folder.join("host_key"))
        .envs(ENVIRONMENT)
        .envs(variables.iter().map(|(name, value)| (name, value)))
        .env(mark, value)
        .env("TMPDIR", sandbox.tmp())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(log.expect("a log in the sandbox"))
        .spawn()
        .expect("psrpd starts");
    let stdout = process.stdout.take().expect("stdout is a pipe");
    let (sender, first) = mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            // Only the first line is waited for.
            let _ = sender.send(line);
        }
    });
    let Ok(greeting) = first.recv_timeout(STEP) else {
        let _ = process.kill();
        panic!(
            "psrpd serve does not listen: {}",
            std::fs::read_to_string(folder.join("serve.log")).unwrap_or_default()
        );
    };
    (process, greeting)
}
