//! A private sshd.

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rustix::process::Signal;

use crate::keys;
use crate::processes;
use crate::pwsh::{ENVIRONMENT, program};
use crate::sandbox::Sandbox;

/// An sshd of this user's own on a free port of 127.0.0.1, with its own keys; needs no root. Ends with the value.
///
/// Its users' environment is [`ENVIRONMENT`] and the sandbox's mark, so that everything started through it ends with it.
#[derive(Debug)]
pub struct Sshd {
    config: Config,
    process: Child,
    port: u16,
    log: Arc<Mutex<Vec<String>>>,
    sandbox: Sandbox,
}

/// How an [`Sshd`] is to be.
#[derive(Debug, Default)]
pub struct Config {
    subsystems: Vec<(String, String)>,
    environment: Vec<(String, String)>,
    lines: Vec<String>,
    drops_variables: bool,
}

impl Config {
    /// An sshd whose `powershell` subsystem is this command line.
    pub fn powershell(command: impl Into<String>) -> Self {
        Self::default().subsystem("powershell", command)
    }

    /// One more subsystem.
    pub fn subsystem(mut self, name: &str, command: impl Into<String>) -> Self {
        self.subsystems.push((name.to_owned(), command.into()));
        self
    }

    /// A variable for everything that this sshd starts.
    pub fn environment(mut self, name: &str, value: impl Into<String>) -> Self {
        self.environment.push((name.to_owned(), value.into()));
        self
    }

    /// It takes no `PSRP_*` from clients: nobody has added `AcceptEnv` to its configuration.
    pub fn drop_variables(mut self) -> Self {
        self.drops_variables = true;
        self
    }

    /// One more line of `sshd_config`.
    pub fn line(mut self, line: impl Into<String>) -> Self {
        self.lines.push(line.into());
        self
    }

    /// Starts it; returns when it listens.
    pub fn start(self) -> Sshd {
        Sshd::start(self, Sandbox::new())
    }

    /// Starts it in a sandbox that holds files already.
    pub fn start_in(self, sandbox: Sandbox) -> Sshd {
        Sshd::start(self, sandbox)
    }

    fn text(&self, sandbox: &Sandbox, port: u16) -> String {
        let folder = sandbox.path().display();
        let mut text = format!(
            "Port {port}\nListenAddress 127.0.0.1\nHostKey {folder}/host_key\nAuthorizedKeysFile {folder}/authorized_keys\n\
             PidFile none\nUsePAM no\nStrictModes no\nPasswordAuthentication no\nKbdInteractiveAuthentication no\n\
             PermitRootLogin prohibit-password\nMaxStartups 1000\nMaxSessions 1000\nLogLevel VERBOSE\n\
             AcceptEnv {}\n",
            if self.drops_variables { "LANG" } else { "PSRP_* LANG LC_*" }
        );
        for (name, command) in &self.subsystems {
            text.push_str(&format!("Subsystem {name} {command}\n"));
        }
        // sshd reads only the first SetEnv line.
        text.push_str("SetEnv");
        let (mark, value) = sandbox.mark();
        let tmp = sandbox.tmp().display().to_string();
        let fixed = ENVIRONMENT.iter().copied().chain([(mark, value.as_str()), ("TMPDIR", tmp.as_str())]);
        for (name, value) in fixed.chain(self.environment.iter().map(|(name, value)| (name.as_str(), value.as_str()))) {
            text.push_str(&format!(" {name}=\"{value}\""));
        }
        text.push('\n');
        for line in &self.lines {
            text.push_str(line);
            text.push('\n');
        }
        text
    }
}

impl Sshd {
    fn start(config: Config, sandbox: Sandbox) -> Self {
        keys::make(&sandbox.path().join("host_key"));
        let client_key = sandbox.path().join("client_key");
        keys::make(&client_key);
        let public = std::fs::read(client_key.with_extension("pub")).expect("the public key just made");
        sandbox.file("authorized_keys", public);
        if rustix::process::geteuid().is_root() {
            std::fs::create_dir_all("/run/sshd").expect("sshd's empty folder /run/sshd");
        }
        // Somebody else may take the free port before sshd does: then another one.
        for _ in 0..5 {
            let port = free_port();
            if let Some((process, log)) = listen(&config, &sandbox, port) {
                let sshd = Self { config, process, port, log, sandbox };
                sshd.write_client_files();
                return sshd;
            }
        }
        panic!("sshd did not get to listen on five free ports in turn");
    }

    /// What `ssh` and PowerShell need to get in: known host key, client key, port, and an `ssh` that reads them without
    /// being told (PowerShell starts the first `ssh` on its `PATH`).
    fn write_client_files(&self) {
        let folder = self.sandbox.path();
        let host_key = std::fs::read_to_string(folder.join("host_key.pub")).expect("the host key just made");
        self.sandbox.file("known_hosts", format!("psrpd-test {host_key}"));
        self.sandbox.file(
            "ssh_config",
            format!(
                "Host *\n  HostName 127.0.0.1\n  HostKeyAlias psrpd-test\n  Port {}\n  IdentityFile {}\n  IdentitiesOnly yes\n  \
                 UserKnownHostsFile {}\n  GlobalKnownHostsFile /dev/null\n  StrictHostKeyChecking yes\n  BatchMode yes\n",
                self.port,
                self.client_key().display(),
                folder.join("known_hosts").display(),
            ),
        );
        let ssh = program("ssh").expect("ssh is installed (apt-get install openssh-client)");
        let bin = self.bin();
        std::fs::create_dir_all(&bin).expect("a folder for ssh");
        let wrapper = bin.join("ssh");
        let script = format!("#!/bin/sh\nexec {} -F {}/ssh_config \"$@\"\n", ssh.display(), folder.display());
        std::fs::write(&wrapper, script).expect("the ssh of the tests");
        let executable = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        std::fs::set_permissions(&wrapper, executable).expect("the ssh of the tests");
    }

    /// Ends it with all its connections, as `systemctl restart` does where its unit has `KillMode=control-group` and what it
    /// started has left that group, and starts it anew on the same port.
    pub fn restart(&mut self) {
        let pid = i32::try_from(self.pid()).expect("a process id");
        for process in processes::descendants(pid).into_iter().filter(|process| process.name.starts_with("sshd")) {
            process.signal(Signal::KILL);
        }
        let _ = self.process.kill();
        let _ = self.process.wait();
        (self.process, self.log) = listen(&self.config, &self.sandbox, self.port).expect("the port is still free");
    }

    /// The port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The private key that gets in.
    pub fn client_key(&self) -> PathBuf {
        self.sandbox.path().join("client_key")
    }

    /// The client's configuration file, for any `ssh` and for `psrp`.
    pub fn ssh_config(&self) -> PathBuf {
        self.sandbox.path().join("ssh_config")
    }

    /// A folder with an `ssh` that uses [`ssh_config`](Self::ssh_config); it belongs in front of `PATH`.
    pub fn bin(&self) -> PathBuf {
        self.sandbox.path().join("bin")
    }

    /// Folder and processes of this sshd and of all that it started.
    pub fn sandbox(&self) -> &Sandbox {
        &self.sandbox
    }

    /// `ssh` to it; the host name (any) and the rest of the command line are the caller's.
    pub fn ssh(&self) -> Command {
        let mut command = Command::new(self.bin().join("ssh"));
        let (mark, value) = self.sandbox.mark();
        command.env(mark, value);
        command
    }

    /// What it logged so far.
    pub fn log(&self) -> String {
        self.log.lock().expect("the log").join("\n")
    }

    /// The listening process.
    pub fn pid(&self) -> u32 {
        self.process.id()
    }
}

impl Drop for Sshd {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("--- sshd's log\n{}\n---", self.log());
        }
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A port of 127.0.0.1 that was free a moment ago.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    listener.local_addr().expect("the address just bound").port()
}

type Log = Arc<Mutex<Vec<String>>>;

/// `None` when the port is taken.
fn listen(config: &Config, sandbox: &Sandbox, port: u16) -> Option<(Child, Log)> {
    let file = sandbox.file("sshd_config", config.text(sandbox, port));
    let sshd = program("sshd").expect("sshd is installed (apt-get install openssh-server)");
    let (mark, value) = sandbox.mark();
    let mut process = Command::new(sshd)
        .args(["-D", "-e", "-f"])
        .arg(file)
        .env(mark, value)
        .stdin(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("sshd starts");
    let (log, lines) = follow(&mut process);
    loop {
        match lines.recv_timeout(Duration::from_secs(20)) {
            Ok(line) if line.contains("Server listening on") => return Some((process, log)),
            Ok(line) if line.contains("Address already in use") => {
                let _ = process.wait();
                return None;
            }
            Ok(_) => {}
            Err(_) => {
                let _ = process.kill();
                panic!("sshd does not listen:\n{}", log.lock().expect("the log").join("\n"));
            }
        }
    }
}

/// Keeps what sshd writes, and passes it on until nobody wants it.
fn follow(process: &mut Child) -> (Log, Receiver<String>) {
    let log = Log::default();
    let (sender, lines) = mpsc::channel();
    let stderr = process.stderr.take().expect("sshd's stderr is a pipe");
    let kept = Arc::clone(&log);
    std::thread::spawn(move || {
        for line in BufReader::new(stderr).lines().map_while(Result::ok) {
            let line = line.trim_end().to_owned();
            kept.lock().expect("the log").push(line.clone());
            let _ = sender.send(line);
        }
    });
    (log, lines)
}
