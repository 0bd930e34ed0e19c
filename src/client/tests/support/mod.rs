//! A private sshd on 127.0.0.1 with its own keys, a relay that can be cut, and answers to questions.

#![allow(dead_code, unreachable_pub, reason = "shared by test binaries of which each uses its part")]

use std::collections::VecDeque;
use std::fs;
use std::io::{self, BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use psrp::ssh::{Link, Nobody, Prompt, Settings};
use psrp::target::Host;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::task::JoinHandle;
use zeroize::Zeroizing;

/// No test takes longer.
pub const LIMIT: Duration = Duration::from_secs(60);

/// Runs a test on a multi-threaded runtime with a hard time limit.
pub fn timed(test: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async { tokio::time::timeout(LIMIT, test).await.expect("the test took too long") });
    runtime.shutdown_timeout(Duration::from_millis(100));
}

pub struct Sshd {
    pub dir: TempDir,
    pub port: u16,
    child: Child,
}

impl Sshd {
    /// Starts sshd; `None`, with a visible note, where there is none.
    pub fn start() -> Option<Self> {
        Self::start_with("")
    }

    pub fn start_with(more: &str) -> Option<Self> {
        let Some(program) = ["/usr/sbin/sshd", "/usr/bin/sshd"].iter().find(|p| Path::new(p).exists()) else {
            eprintln!("SKIPPED: no sshd on this machine");
            return None;
        };
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path();
        keygen(&path.join("host"), "ed25519", "");
        keygen(&path.join("user"), "ed25519", "");
        fs::copy(path.join("user.pub"), path.join("authorized_keys")).unwrap();
        script(&path.join("echo"), "printf 'session=%s lc=%s\\n' \"$PSRP_SESSION\" \"$LC_TEST\"; exec cat");
        script(&path.join("flood"), "exec head -c 200000000 /dev/zero");
        script(&path.join("exit7"), "echo words >&2; exit 7");
        let _ = fs::create_dir("/run/sshd");
        for _ in 0..5 {
            let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
            fs::write(path.join("sshd_config"), config(path, port, more)).unwrap();
            let mut child = Command::new(program)
                .args(["-D", "-e", "-f"])
                .arg(path.join("sshd_config"))
                .stdin(Stdio::null())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap();
            let mut log = BufReader::new(child.stderr.take().unwrap());
            let mut line = String::new();
            while log.read_line(&mut line).unwrap() > 0 && !line.contains("Server listening") {
                eprint!("sshd: {line}");
                line.clear();
            }
            if line.contains("Server listening") {
                std::thread::spawn(move || {
                    for line in log.lines().map_while(Result::ok) {
                        eprintln!("sshd: {line}");
                    }
                });
                return Some(Self { dir, port, child });
            }
            let _ = child.wait();
        }
        panic!("sshd does not start");
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub fn host(&self) -> Host {
        format!("127.0.0.1:{}", self.port).parse().map(Host::Ssh).unwrap()
    }

    /// A known_hosts line for this server, for the given name.
    pub fn known_hosts_line(&self, name: &str) -> String {
        let key = fs::read_to_string(self.path("host.pub")).unwrap();
        format!("{name} {}", key.rsplit_once(' ').unwrap().0)
    }

    /// Settings that know the host and the user's key, read no configuration and have nobody to ask.
    pub fn settings(&self) -> Settings {
        fs::write(self.path("known_hosts"), self.known_hosts_line(&format!("[127.0.0.1]:{}", self.port)) + "\n")
            .unwrap();
        let mut settings = Settings::new(Arc::new(Nobody));
        settings.config_file = Some("none".into());
        settings.agent_socket = None;
        settings.identity_files = vec![self.path("user")];
        settings.options = vec![
            format!("UserKnownHostsFile \"{}\"", self.path("known_hosts").display()),
            "GlobalKnownHostsFile none".into(),
        ];
        settings.subsystem = "echo".into();
        settings
    }
}

impl Drop for Sshd {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn config(path: &Path, port: u16, more: &str) -> String {
    let dir = path.display();
    format!(
        "Port {port}\nListenAddress 127.0.0.1\nHostKey {dir}/host\nAuthorizedKeysFile {dir}/authorized_keys\n\
         StrictModes no\nUsePAM no\nPidFile none\nPermitRootLogin yes\nPasswordAuthentication no\n\
         KbdInteractiveAuthentication no\nAcceptEnv PSRP_* LC_*\nLogLevel VERBOSE\n\
         Subsystem echo {dir}/echo\nSubsystem flood {dir}/flood\nSubsystem exit7 {dir}/exit7\n{more}\n"
    )
}

pub fn keygen(path: &Path, kind: &str, passphrase: &str) {
    let out = Command::new("ssh-keygen")
        .args(["-q", "-t", kind, "-N", passphrase, "-C", "test", "-f"])
        .arg(path)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(out.status.success(), "ssh-keygen: {}", String::from_utf8_lossy(&out.stderr));
}

fn script(path: &Path, body: &str) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::write(path, format!("#!/bin/sh\n{body}\n")).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

/// Sends a line through an `echo` subsystem and returns the greeting; panics unless the line comes back.
pub async fn echo(link: &mut Link) -> String {
    link.writer.write_all(b"ping\n").await.unwrap();
    let mut text = String::new();
    let mut buffer = [0; 256];
    while !text.ends_with("ping\n") {
        let count = link.reader.read(&mut buffer).await.unwrap();
        assert_ne!(count, 0, "end of file after {text:?}");
        text.push_str(std::str::from_utf8(&buffer[..count]).unwrap());
    }
    text.split_once('\n').unwrap().0.to_owned()
}

/// A TCP relay to a port of this machine; `cut` ends all its connections.
pub struct Relay {
    pub port: u16,
    task: JoinHandle<()>,
}

impl Relay {
    pub async fn to(port: u16) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let own = listener.local_addr().unwrap().port();
        let task = tokio::spawn(async move {
            let mut all = tokio::task::JoinSet::new();
            loop {
                let (mut near, _) = listener.accept().await.unwrap();
                all.spawn(async move {
                    let mut far = tokio::net::TcpStream::connect(("127.0.0.1", port)).await.unwrap();
                    let _ = tokio::io::copy_bidirectional(&mut near, &mut far).await;
                });
            }
        });
        Self { port: own, task }
    }

    pub fn cut(self) {
        self.task.abort();
    }
}

/// Answers questions from a list and keeps what was asked.
#[derive(Default)]
pub struct Scripted {
    answers: Mutex<VecDeque<String>>,
    pub asked: Mutex<Vec<String>>,
}

impl Scripted {
    pub fn new(answers: &[&str]) -> Arc<Self> {
        let answers = Mutex::new(answers.iter().map(|a| (*a).to_owned()).collect());
        Arc::new(Self { answers, asked: Mutex::default() })
    }
}

impl Prompt for Scripted {
    fn is_interactive(&self) -> bool {
        true
    }

    fn ask(&self, question: &str, _: bool) -> io::Result<Zeroizing<String>> {
        self.asked.lock().unwrap().push(question.to_owned());
        let answer = self.answers.lock().unwrap().pop_front();
        answer.map(Zeroizing::new).ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
    }
}

/// An ssh-agent of our own, with one key.
pub struct Agent {
    child: Child,
    pub socket: PathBuf,
}

impl Agent {
    pub fn with_keys(dir: &Path, keys: &[PathBuf]) -> Self {
        let socket = dir.join("agent");
        let mut child =
            Command::new("ssh-agent").arg("-D").arg("-a").arg(&socket).stdout(Stdio::piped()).spawn().unwrap();
        // The agent prints its variables once it listens.
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        for key in keys {
            let out = Command::new("ssh-add").env("SSH_AUTH_SOCK", &socket).arg(key).output().unwrap();
            assert!(out.status.success(), "ssh-add: {}", String::from_utf8_lossy(&out.stderr));
        }
        Self { child, socket }
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
