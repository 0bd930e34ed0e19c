//! The server against the `ssh` program and the SSH library's client.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use russh::client::{self, Handle};
use russh::keys::ssh_key::LineEnding;
use russh::keys::ssh_key::private::Ed25519Keypair;
use russh::keys::{PrivateKey, PrivateKeyWithHashAlg, PublicKeyOrCertificate};
use russh::{ChannelMsg, Disconnect};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::Command;
use tokio::sync::mpsc;

use super::{ServeSession, Server, Settings};

/// No test takes longer.
const LIMIT: Duration = Duration::from_secs(60);

struct World {
    dir: TempDir,
    address: SocketAddr,
    /// Clients that reached the callback.
    clients: mpsc::UnboundedReceiver<ServeSession>,
}

fn own_key() -> PrivateKey {
    PrivateKey::from(Ed25519Keypair::from_seed(&[1; 32]))
}

impl World {
    /// A server whose clients end up in `clients`; each exits with 7 when the test has dropped it.
    async fn new(options: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let line = format!("{options} {}\n", own_key().public_key().to_openssh().unwrap());
        std::fs::write(dir.path().join("authorized_keys"), line).unwrap();
        let settings = Settings {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            host_key: dir.path().join("host_key"),
            authorized_keys: dir.path().join("authorized_keys"),
            user: "alice".to_owned(),
        };
        let server = Server::bind(settings).await.unwrap();
        let address = server.address().unwrap();
        assert!(server.fingerprint().starts_with("SHA256:"));
        let (sender, clients) = mpsc::unbounded_channel();
        tokio::spawn(server.run(move |client| {
            let sender = sender.clone();
            async move {
                let (done, wait) = tokio::sync::oneshot::channel::<()>();
                let guard = Guarded { client: Some(client), _done: done };
                sender.send(guard.into_session()).unwrap();
                let _ = wait.await;
                7
            }
        }));
        Self { dir, address, clients }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// `ssh` with a key and without anything of this computer's configuration.
    fn ssh(&self, key: &Path) -> Command {
        let mut command = Command::new("ssh");
        command.args([
            "-F",
            "none",
            "-oBatchMode=yes",
            "-oIdentitiesOnly=yes",
            "-oIdentityAgent=none",
            "-oStrictHostKeyChecking=no",
        ]);
        command.arg(format!("-oUserKnownHostsFile={}", self.file("known_hosts").display()));
        command.arg("-i").arg(key).arg("-p").arg(self.address.port().to_string());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        command
    }

    fn key_file(&self) -> PathBuf {
        let path = self.file("user");
        own_key().write_openssh_file(&path, LineEnding::LF).unwrap();
        path
    }

    async fn log_in(&self) -> Handle<Trusting> {
        let config = Arc::new(client::Config { nodelay: true, ..client::Config::default() });
        let mut handle = client::connect(config, self.address, Trusting).await.unwrap();
        let key = PrivateKeyWithHashAlg::new(Arc::new(own_key()), None);
        assert!(handle.authenticate_publickey("alice", key).await.unwrap().success());
        handle
    }
}

/// A client session whose drop lets the server's callback return.
struct Guarded {
    client: Option<ServeSession>,
    _done: tokio::sync::oneshot::Sender<()>,
}

impl Guarded {
    fn into_session(mut self) -> ServeSession {
        let client = self.client.take().unwrap();
        ServeSession { reader: Box::new(With { inner: client.reader, _guard: self }), ..client }
    }
}

struct With {
    inner: Box<dyn tokio::io::AsyncRead + Send + Unpin>,
    _guard: Guarded,
}

impl tokio::io::AsyncRead for With {
    fn poll_read(
        mut self: std::pin::Pin<&mut Self>,
        cx: &mut std::task::Context<'_>,
        buf: &mut tokio::io::ReadBuf<'_>,
    ) -> std::task::Poll<std::io::Result<()>> {
        std::pin::Pin::new(&mut self.inner).poll_read(cx, buf)
    }
}

/// Takes any host key.
struct Trusting;

impl client::Handler for Trusting {
    type Error = russh::Error;

    async fn check_server_key(&mut self, _: &PublicKeyOrCertificate) -> Result<bool, Self::Error> {
        Ok(true)
    }
}

fn timed(test: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async { tokio::time::timeout(LIMIT, test).await.unwrap() });
}

/// Whether there is an `ssh`; without one the test is skipped.
fn have_ssh() -> bool {
    let have = peers::program("ssh").is_some();
    if !have {
        peers::skip("no ssh on this machine");
    }
    have
}

#[test]
fn openssh_reaches_the_subsystem_with_its_variables_and_gets_the_exit_code() {
    if !have_ssh() {
        return;
    }
    timed(async {
        let mut world = World::new("").await;
        let mut ssh = world.ssh(&world.key_file());
        ssh.arg("-oSetEnv=PSRP_SESSION=work LC_ALL=C.UTF-8 LD_PRELOAD=/evil PSRP_SESSION=second").args([
            "-l",
            "alice",
            "-s",
            "127.0.0.1",
            "powershell",
        ]);
        let mut child = ssh.spawn().unwrap();
        let mut client = world.clients.recv().await.unwrap();
        let mut env = client.env.clone();
        env.sort();
        assert_eq!(env, [("LC_ALL".to_owned(), "C.UTF-8".to_owned()), ("PSRP_SESSION".to_owned(), "work".to_owned())]);
        assert!(client.peer.starts_with("127.0.0.1 port "), "{}", client.peer);

        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(b"ping").await.unwrap();
        let mut buffer = [0; 4];
        client.reader.read_exact(&mut buffer).await.unwrap();
        assert_eq!(&buffer, b"ping");
        client.writer.write_all(b"pong").await.unwrap();
        child.stdout.as_mut().unwrap().read_exact(&mut buffer).await.unwrap();
        assert_eq!(&buffer, b"pong");

        drop(stdin);
        assert_eq!(client.reader.read(&mut buffer).await.unwrap(), 0, "end of input is an orderly end");
        drop(client);
        assert_eq!(child.wait().await.unwrap().code(), Some(7));
    });
}

#[test]
fn everything_else_is_refused() {
    if !have_ssh() {
        return;
    }
    timed(async {
        let world = World::new("restrict").await;
        let key = world.key_file();
        for (arguments, message) in [
            (&["127.0.0.1"][..], "shell request failed"),
            (&["127.0.0.1", "id"], "exec request failed"),
            (&["-s", "127.0.0.1", "sftp"], "subsystem request failed"),
            (
                &["-N", "-R", "0:127.0.0.1:1", "-oExitOnForwardFailure=yes", "127.0.0.1"],
                "remote port forwarding failed",
            ),
            (&["-W", "127.0.0.1:22", "127.0.0.1"], "administratively prohibited"),
        ] {
            let out = world.ssh(&key).args(["-l", "alice"]).args(arguments).output().await.unwrap();
            let text = String::from_utf8_lossy(&out.stderr);
            assert!(!out.status.success() && text.contains(message), "{arguments:?}: {text}");
        }
    });
}

#[test]
fn other_users_other_keys_and_restricted_keys_are_refused() {
    if !have_ssh() {
        return;
    }
    timed(async {
        let denied = async |world: &World, key: &Path, user: &str| {
            let out = world.ssh(key).args(["-l", user, "-s", "127.0.0.1", "powershell"]).output().await.unwrap();
            String::from_utf8_lossy(&out.stderr).contains("Permission denied (publickey)")
        };
        let world = World::new("").await;
        let key = world.key_file();
        assert!(denied(&world, &key, "root").await);
        let other = world.file("other");
        PrivateKey::from(Ed25519Keypair::from_seed(&[2; 32])).write_openssh_file(&other, LineEnding::LF).unwrap();
        assert!(denied(&world, &other, "alice").await);
        let forced = World::new("command=\"/bin/true\"").await;
        assert!(denied(&forced, &key, "alice").await);
        let elsewhere = World::new("from=\"10.*\"").await;
        assert!(denied(&elsewhere, &key, "alice").await);
        std::fs::remove_file(elsewhere.file("authorized_keys")).unwrap();
        assert!(denied(&elsewhere, &key, "alice").await);
    });
}

#[test]
fn bulk_output_waits_for_the_window() {
    timed(async {
        let mut world = World::new("").await;
        let handle = world.log_in().await;
        let mut channel = handle.channel_open_session().await.unwrap();
        channel.request_subsystem(true, "powershell").await.unwrap();
        assert!(matches!(channel.wait().await, Some(ChannelMsg::Success)));
        let mut client = world.clients.recv().await.unwrap();
        // The client reads nothing: what the server can write is bounded by windows and buffers.
        let written = Arc::new(Mutex::new(0_usize));
        let writing = tokio::spawn({
            let written = Arc::clone(&written);
            async move {
                let chunk = vec![0; 1 << 20];
                while client.writer.write_all(&chunk).await.is_ok() {
                    *written.lock().unwrap() += chunk.len();
                }
                client
            }
        });
        // Everything runs on this thread: what does not go on in so many turns does not go on at all.
        let (mut amount, mut turns) = (0, 0);
        while turns < 20_000 && amount < 64 << 20 {
            let now = *written.lock().unwrap();
            turns = if now == amount { turns + 1 } else { 0 };
            amount = now;
            tokio::task::yield_now().await;
        }
        assert!(amount < 64 << 20, "{amount} bytes were taken in");
        // The writer that waits learns of the end.
        handle.disconnect(Disconnect::ByApplication, "", "").await.unwrap();
        drop((channel, handle));
        drop(writing.await.unwrap());
    });
}

#[test]
fn many_variables_and_many_channels() {
    timed(async {
        let mut world = World::new("").await;
        let handle = world.log_in().await;
        let mut channel = handle.channel_open_session().await.unwrap();
        for number in 0..200 {
            channel.set_env(false, format!("PSRP_{number}"), "x").await.unwrap();
        }
        channel.set_env(false, "PSRP_LONG", "x".repeat(10_000)).await.unwrap();
        channel.request_subsystem(true, "powershell").await.unwrap();
        // Requests without want_reply are answered by some servers all the same.
        loop {
            match channel.wait().await {
                Some(ChannelMsg::Success) if !world.clients.is_empty() => break,
                Some(ChannelMsg::Success | ChannelMsg::Failure | ChannelMsg::WindowAdjusted { .. }) => {}
                other => panic!("{other:?}"),
            }
        }
        let client = world.clients.recv().await.unwrap();
        assert_eq!(client.env.len(), crate::limits::VARIABLES);
        // A second request on the channel is refused.
        channel.request_subsystem(true, "powershell").await.unwrap();
        assert!(matches!(channel.wait().await, Some(ChannelMsg::Failure)));

        let mut open = Vec::new();
        for _ in 1..crate::limits::CHANNELS {
            open.push(handle.channel_open_session().await.unwrap());
        }
        assert!(handle.channel_open_session().await.is_err());
        // Places come back.
        open.pop().unwrap().close().await.unwrap();
        while handle.channel_open_session().await.is_err() {
            tokio::task::yield_now().await;
        }
    });
}

#[test]
fn lost_connection_is_an_error_for_the_reader() {
    timed(async {
        let mut world = World::new("").await;
        let handle = world.log_in().await;
        let channel = handle.channel_open_session().await.unwrap();
        channel.request_subsystem(false, "powershell").await.unwrap();
        let mut client = world.clients.recv().await.unwrap();
        drop((channel, handle));
        let error = client.reader.read(&mut [0; 8]).await.unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
    });
}

#[test]
fn small_messages_do_not_wait_for_acknowledgements() {
    timed(async {
        let mut world = World::new("").await;
        let handle = world.log_in().await;
        let channel = handle.channel_open_session().await.unwrap();
        channel.request_subsystem(false, "powershell").await.unwrap();
        let mut client = world.clients.recv().await.unwrap();
        let (mut read, write) = channel.split();
        // 40 ms without TCP_NODELAY; the best of many is free of the noise of a busy machine.
        let mut best = Duration::MAX;
        for _ in 0..20 {
            let start = std::time::Instant::now();
            write.data_bytes(&b"x"[..]).await.unwrap();
            client.reader.read_exact(&mut [0]).await.unwrap();
            for _ in 0..2 {
                client.writer.write_all(b"y").await.unwrap();
                while !matches!(read.wait().await.unwrap(), ChannelMsg::Data { .. }) {}
            }
            best = best.min(start.elapsed());
        }
        assert!(best < Duration::from_millis(10), "{best:?}");
    });
}
