//! Connections against a real sshd.

mod support;

use std::fs;
use std::sync::Arc;
use std::time::{Duration, Instant};

use psrp::ssh::{ConnectError, Exit, HostKeyError, Settings, Transport, connect};
use psrp::target::Host;
use support::{Agent, Relay, Scripted, Sshd, echo, keygen, timed};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

async fn refused(host: &Host, settings: &Settings) -> ConnectError {
    match connect(host, settings).await {
        Ok(_) => panic!("connected"),
        Err(error) => error,
    }
}

fn settings_for_port(sshd: &Sshd, port: u16) -> (Host, Settings) {
    let settings = sshd.settings();
    fs::write(sshd.path("known_hosts"), sshd.known_hosts_line(&format!("[127.0.0.1]:{port}"))).unwrap();
    (format!("127.0.0.1:{port}").parse().map(Host::Ssh).unwrap(), settings)
}

#[test]
fn echo_env_and_exit() {
    let Some(sshd) = Sshd::start() else { return };
    timed(async {
        let mut settings = sshd.settings();
        settings.env = vec![("PSRP_SESSION".into(), "work".into())];
        settings.options.push("SetEnv LC_TEST=set PSRP_SESSION=file".into());
        let mut link = connect(&sshd.host(), &settings).await.unwrap();
        assert_eq!(echo(&mut link).await, "session=work lc=set");
        link.writer.shutdown().await.unwrap();
        let mut rest = Vec::new();
        link.reader.read_to_end(&mut rest).await.unwrap();
        assert_eq!(link.control.exit().await, Exit::Status(0));
    });
}

#[test]
fn a_variable_that_was_asked_for_and_is_not_taken_is_an_error() {
    let Some(sshd) = Sshd::start() else { return };
    timed(async {
        let mut settings = sshd.settings();
        settings.options.push("SetEnv BAR=file".into());
        settings.env = vec![("PSRP_SESSION".into(), "work".into())];
        assert!(connect(&sshd.host(), &settings).await.is_ok(), "one of the configuration is not missed");
        settings.env.push(("FOO".into(), "x".into()));
        let error = refused(&sshd.host(), &settings).await;
        assert!(matches!(&error, ConnectError::Variable { variable, .. } if variable == "FOO"), "{error}");
        assert!(error.to_string().contains("AcceptEnv FOO"), "{error}");
    });
}

#[test]
fn exit_status_arrives() {
    let Some(sshd) = Sshd::start() else { return };
    timed(async {
        let mut settings = sshd.settings();
        settings.subsystem = "exit7".into();
        let mut link = connect(&sshd.host(), &settings).await.unwrap();
        assert_eq!(link.reader.read(&mut [0; 8]).await.unwrap(), 0);
        assert_eq!(link.control.exit().await, Exit::Status(7));
    });
}

#[test]
fn unknown_subsystem_is_refused() {
    let Some(sshd) = Sshd::start() else { return };
    timed(async {
        let mut settings = sshd.settings();
        settings.subsystem = "nothing".into();
        let error = refused(&sshd.host(), &settings).await;
        assert!(matches!(error, ConnectError::Subsystem { ref name, .. } if name == "nothing"), "{error}");
    });
}

#[test]
fn unknown_host_key_is_refused_without_a_terminal_and_remembered_with_consent() {
    let Some(sshd) = Sshd::start() else { return };
    timed(async {
        let mut settings = sshd.settings();
        let file = sshd.path("known_hosts");
        fs::remove_file(&file).unwrap();
        let error = refused(&sshd.host(), &settings).await;
        let ConnectError::HostKey(HostKeyError::Unknown { key, .. }) = &error else { panic!("{error}") };
        let fingerprint = &key.fingerprint;
        assert!(!file.exists());

        let no = Scripted::new(&["maybe", "no"]);
        settings.prompt = no.clone();
        let error = refused(&sshd.host(), &settings).await;
        assert!(matches!(error, ConnectError::HostKey(HostKeyError::Declined { .. })), "{error}");
        assert!(no.asked.lock().unwrap()[0].contains(fingerprint));

        settings.prompt = Scripted::new(&[fingerprint]);
        settings.options.push("HashKnownHosts yes".into());
        echo(&mut connect(&sshd.host(), &settings).await.unwrap()).await;
        let line = fs::read_to_string(&file).unwrap();
        assert!(line.starts_with("|1|") && line.lines().count() == 1, "{line}");

        settings.prompt = Arc::new(psrp::ssh::Nobody);
        echo(&mut connect(&sshd.host(), &settings).await.unwrap()).await;
    });
}

#[test]
fn changed_and_revoked_keys_are_refused_whatever_is_configured() {
    let Some(sshd) = Sshd::start() else { return };
    timed(async {
        let mut settings = sshd.settings();
        settings.options.push("StrictHostKeyChecking no".into());
        let file = sshd.path("known_hosts");
        let other = fs::read_to_string(sshd.path("user.pub")).unwrap();
        fs::write(&file, format!("[127.0.0.1]:{} {other}", sshd.port)).unwrap();
        let error = refused(&sshd.host(), &settings).await;
        assert!(matches!(error, ConnectError::HostKey(HostKeyError::Changed { .. })), "{error}");
        assert!(error.to_string().contains("known_hosts:1"), "{error}");

        let name = format!("[127.0.0.1]:{}", sshd.port);
        let line = sshd.known_hosts_line(&name);
        fs::write(&file, format!("{line}\n@revoked {line}\n")).unwrap();
        let error = refused(&sshd.host(), &settings).await;
        assert!(matches!(error, ConnectError::HostKey(HostKeyError::Revoked { .. })), "{error}");
    });
}

#[test]
fn revoked_host_keys_file_refuses_its_keys_and_everybody_when_it_is_damaged() {
    let Some(sshd) = Sshd::start() else { return };
    timed(async {
        let mut settings = sshd.settings();
        let file = sshd.path("revoked");
        settings.options.push(format!("RevokedHostKeys {}", file.display()));
        let error = refused(&sshd.host(), &settings).await;
        assert!(matches!(error, ConnectError::File { .. }), "{error}");
        fs::copy(sshd.path("user.pub"), &file).unwrap();
        echo(&mut connect(&sshd.host(), &settings).await.unwrap()).await;
        fs::copy(sshd.path("host.pub"), &file).unwrap();
        let error = refused(&sshd.host(), &settings).await;
        assert!(matches!(error, ConnectError::HostKey(HostKeyError::Revoked { .. })), "{error}");
    });
}

#[test]
fn host_known_by_its_rsa_key_only_is_asked_for_that_key() {
    let dir = tempfile::tempdir().unwrap();
    let rsa = dir.path().join("rsa");
    keygen(&rsa, "rsa", "");
    let Some(sshd) = Sshd::start_with(&format!("HostKey {}", rsa.display())) else { return };
    timed(async {
        let settings = sshd.settings();
        let key = fs::read_to_string(dir.path().join("rsa.pub")).unwrap();
        fs::write(sshd.path("known_hosts"), format!("[127.0.0.1]:{} {key}", sshd.port)).unwrap();
        echo(&mut connect(&sshd.host(), &settings).await.unwrap()).await;
    });
}

#[test]
fn host_certificate_of_a_known_authority() {
    let dir = tempfile::tempdir().unwrap();
    let (authority, host) = (dir.path().join("ca"), dir.path().join("h"));
    keygen(&authority, "ed25519", "");
    keygen(&host, "ed25519", "");
    let signed = std::process::Command::new("ssh-keygen")
        .args(["-q", "-h", "-I", "test", "-n", "127.0.0.1", "-s"])
        .args([&authority, &host.with_extension("pub")])
        .status()
        .unwrap();
    assert!(signed.success());
    let more = format!("HostKey {0}\nHostCertificate {0}-cert.pub", host.display());
    let Some(sshd) = Sshd::start_with(&more) else { return };
    timed(async {
        let settings = sshd.settings();
        let key = fs::read_to_string(authority.with_extension("pub")).unwrap();
        let file = sshd.path("known_hosts");
        fs::write(&file, format!("@cert-authority [127.0.0.1]:* {key}")).unwrap();
        echo(&mut connect(&sshd.host(), &settings).await.unwrap()).await;
        fs::write(&file, format!("@cert-authority * {}", fs::read_to_string(sshd.path("user.pub")).unwrap())).unwrap();
        let error = refused(&sshd.host(), &settings).await;
        assert!(matches!(error, ConnectError::HostKey(HostKeyError::Certificate { .. })), "{error}");
    });
}

#[test]
fn wrong_key_is_refused_with_what_was_tried() {
    let Some(sshd) = Sshd::start() else { return };
    timed(async {
        let mut settings = sshd.settings();
        keygen(&sshd.path("wrong"), "ed25519", "");
        settings.identity_files = vec![sshd.path("wrong")];
        let error = refused(&sshd.host(), &settings).await;
        let text = error.to_string();
        assert!(matches!(error, ConnectError::Auth { .. }), "{text}");
        assert!(text.contains("wrong SHA256:") && text.contains("it accepts publickey"), "{text}");
    });
}

#[test]
fn every_key_type_logs_in() {
    let Some(sshd) = Sshd::start() else { return };
    timed(async {
        let mut settings = sshd.settings();
        for kind in ["rsa", "ecdsa", "ed25519"] {
            let key = sshd.path(kind);
            keygen(&key, kind, "");
            fs::copy(key.with_extension("pub"), sshd.path("authorized_keys")).unwrap();
            settings.identity_files = vec![key];
            echo(&mut connect(&sshd.host(), &settings).await.unwrap()).await;
        }
    });
}

#[test]
fn passphrase_is_asked_only_for_a_key_that_the_server_takes() {
    let Some(sshd) = Sshd::start() else { return };
    timed(async {
        let mut settings = sshd.settings();
        let (other, locked) = (sshd.path("other"), sshd.path("locked"));
        keygen(&other, "ed25519", "not asked");
        keygen(&locked, "ed25519", "open sesame");
        fs::copy(locked.with_extension("pub"), sshd.path("authorized_keys")).unwrap();
        // Both public halves are in the key files themselves.
        fs::remove_file(other.with_extension("pub")).unwrap();
        fs::remove_file(locked.with_extension("pub")).unwrap();
        settings.identity_files = vec![other, locked.clone()];
        let prompt = Scripted::new(&["wrong", "open sesame"]);
        settings.prompt = prompt.clone();
        echo(&mut connect(&sshd.host(), &settings).await.unwrap()).await;
        let asked = prompt.asked.lock().unwrap().clone();
        assert_eq!(asked.len(), 2, "{asked:?}");
        assert!(asked.iter().all(|q| q.contains("locked")), "{asked:?}");

        settings.prompt = Arc::new(psrp::ssh::Nobody);
        let error = refused(&sshd.host(), &settings).await.to_string();
        assert!(error.contains("there is no terminal to ask") && error.contains("it accepts publickey"), "{error}");

        // The server has taken the key, and has not said what else it would take.
        settings.identity_files = vec![locked];
        let error = refused(&sshd.host(), &settings).await.to_string();
        assert!(error.contains("there is no terminal to ask") && !error.contains("it accepts"), "{error}");
    });
}

#[test]
fn key_file_that_others_can_read_is_not_used() {
    use std::os::unix::fs::PermissionsExt as _;
    let Some(sshd) = Sshd::start() else { return };
    timed(async {
        let settings = sshd.settings();
        fs::set_permissions(sshd.path("user"), fs::Permissions::from_mode(0o644)).unwrap();
        let error = refused(&sshd.host(), &settings).await;
        assert!(matches!(error, ConnectError::Auth { ref tried, .. } if tried.contains("no key")), "{error}");
    });
}

#[test]
fn agent_logs_in_and_identities_only_restricts_it() {
    let Some(sshd) = Sshd::start() else { return };
    timed(async {
        let mut settings = sshd.settings();
        let mut keys: Vec<_> = (0..7).map(|n| sshd.path(&format!("extra{n}"))).collect();
        for key in &keys {
            keygen(key, "ed25519", "");
        }
        keys.push(sshd.path("user"));
        let agent = Agent::with_keys(sshd.dir.path(), &keys);
        settings.agent_socket = Some(agent.socket.clone());
        // The key that is named comes first, before the server has had enough. Its private half is not needed.
        fs::remove_file(sshd.path("user")).unwrap();
        echo(&mut connect(&sshd.host(), &settings).await.unwrap()).await;

        // Without a name the server gives up before its turn.
        settings.identity_files.clear();
        let error = refused(&sshd.host(), &settings).await;
        let ConnectError::Auth { tried, hint, .. } = &error else { panic!("{error}") };
        assert_eq!(tried.matches("SHA256").count(), 6, "{tried}");
        assert!(hint.contains("IdentitiesOnly"), "{error}");

        settings.identity_files = vec![keys[0].clone()];
        settings.options.push("IdentitiesOnly yes".into());
        let error = refused(&sshd.host(), &settings).await;
        let ConnectError::Auth { tried, .. } = &error else { panic!("{error}") };
        assert_eq!(tried.matches("SHA256").count(), 1, "{tried}");
    });
}

#[test]
fn server_that_wants_two_keys() {
    let Some(sshd) = Sshd::start_with("AuthenticationMethods publickey,publickey") else { return };
    timed(async {
        let mut settings = sshd.settings();
        keygen(&sshd.path("second"), "ed25519", "");
        let second = fs::read_to_string(sshd.path("second.pub")).unwrap();
        let keys = fs::read_to_string(sshd.path("authorized_keys")).unwrap() + &second;
        fs::write(sshd.path("authorized_keys"), keys).unwrap();
        let error = refused(&sshd.host(), &settings).await;
        assert!(matches!(error, ConnectError::Auth { .. }), "{error}");
        settings.identity_files.push(sshd.path("second"));
        echo(&mut connect(&sshd.host(), &settings).await.unwrap()).await;
    });
}

#[test]
fn user_certificate_logs_in() {
    let Some(sshd) = Sshd::start() else { return };
    let (authority, key) = (sshd.path("ca"), sshd.path("certified"));
    keygen(&authority, "ed25519", "");
    keygen(&key, "ed25519", "");
    let settings = sshd.settings();
    let signed = std::process::Command::new("ssh-keygen")
        .args(["-q", "-I", "test", "-n", &settings.local_user.name, "-s"])
        .args([&authority, &key.with_extension("pub")])
        .status()
        .unwrap();
    assert!(signed.success());
    let public = fs::read_to_string(authority.with_extension("pub")).unwrap();
    fs::write(sshd.path("authorized_keys"), format!("cert-authority {public}")).unwrap();
    timed(async {
        let mut settings = settings;
        settings.identity_files = vec![key];
        echo(&mut connect(&sshd.host(), &settings).await.unwrap()).await;
    });
}

#[test]
fn jump_host() {
    let Some(sshd) = Sshd::start() else { return };
    timed(async {
        let mut settings = sshd.settings();
        let config = format!(
            "Host jump\n HostName 127.0.0.1\n Port {port}\n User {user}\nHost inner\n HostName 127.0.0.1\n Port {port}\n \
             ProxyJump jump\nHost two\n HostName 127.0.0.1\n Port {port}\n ProxyJump jump,inner\nHost loop\n ProxyJump loop\n\
             Host *\n IdentityFile {dir}/user\n UserKnownHostsFile {dir}/known_hosts\n GlobalKnownHostsFile none\n",
            port = sshd.port,
            user = settings.local_user.name,
            dir = sshd.dir.path().display()
        );
        fs::write(sshd.path("config"), config).unwrap();
        settings.config_file = Some(sshd.path("config"));
        settings.options.clear();
        for name in ["inner", "two"] {
            let host = name.parse().map(Host::Ssh).unwrap();
            assert_eq!(echo(&mut connect(&host, &settings).await.unwrap()).await, "session= lc=");
        }
        let error = refused(&"loop".parse().map(Host::Ssh).unwrap(), &settings).await;
        assert!(matches!(error, ConnectError::JumpLoop { .. }), "{error}");

        settings.jump = Some("nowhere.invalid".into());
        let error = refused(&sshd.host(), &settings).await;
        assert!(matches!(&error, ConnectError::Jump(e) if matches!(**e, ConnectError::Resolve { .. })), "{error}");
    });
}

#[test]
fn proxy_command() {
    let Some(sshd) = Sshd::start() else { return };
    timed(async {
        let mut settings = sshd.settings();
        let command = format!(
            "ssh -F none -i {0}/user -o UserKnownHostsFile={0}/known_hosts -p %p -W %h:%p %h",
            sshd.dir.path().display()
        );
        settings.options.push(format!("ProxyCommand {command}"));
        echo(&mut connect(&sshd.host(), &settings).await.unwrap()).await;
    });
}

#[test]
fn nobody_listens_and_nobody_answers() {
    timed(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let host: Host = format!("127.0.0.1:{port}").parse().map(Host::Ssh).unwrap();
        let mut settings = Settings::new(Arc::new(psrp::ssh::Nobody));
        settings.config_file = Some("none".into());
        settings.connect_timeout = Some(Duration::from_millis(300));
        let error = refused(&host, &settings).await;
        assert!(matches!(error, ConnectError::Timeout { stage: "key exchange", .. }), "{error}");

        // The server answers as soon as the machine lets it.
        settings.connect_timeout = Some(support::LIMIT);
        let (error, ()) = tokio::join!(refused(&host, &settings), async {
            // The connection of the first attempt is still queued.
            drop(listener.accept().await.unwrap());
            let (mut stream, _) = listener.accept().await.unwrap();
            stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.unwrap();
            stream.shutdown().await.unwrap();
        });
        assert!(matches!(error, ConnectError::Handshake { .. } | ConnectError::Closed { .. }), "{error:?}");
        drop(listener);
        let error = refused(&host, &settings).await;
        assert!(matches!(error, ConnectError::Connect { .. }), "{error}");
    });
}

#[test]
fn cut_connection_is_an_error_for_reader_and_writer() {
    let Some(sshd) = Sshd::start() else { return };
    timed(async {
        let relay = Relay::to(sshd.port).await;
        let (host, settings) = settings_for_port(&sshd, relay.port);
        let mut link = connect(&host, &settings).await.unwrap();
        echo(&mut link).await;
        relay.cut();
        let error = link.reader.read(&mut [0; 8]).await.unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
        assert!(matches!(link.control.exit().await, Exit::Lost(_)));
        let chunk = vec![0; 1 << 20];
        while link.writer.write_all(&chunk).await.is_ok() {}
    });
}

#[test]
fn writer_that_waits_for_the_window_learns_of_the_cut() {
    let Some(sshd) = Sshd::start() else { return };
    timed(async {
        let relay = Relay::to(sshd.port).await;
        let (host, mut settings) = settings_for_port(&sshd, relay.port);
        // `flood` reads nothing, so the window fills up.
        settings.subsystem = "flood".into();
        let mut link = connect(&host, &settings).await.unwrap();
        let mut writer = link.writer;
        let filled = tokio::spawn(async move {
            let chunk = vec![0; 1 << 20];
            loop {
                if let Err(error) = writer.write_all(&chunk).await {
                    return error.kind();
                }
            }
        });
        // Some output shows that the subsystem runs; then the cut.
        link.reader.read_exact(&mut vec![0; 1 << 20]).await.unwrap();
        relay.cut();
        let mut rest = Vec::new();
        assert!(link.reader.read_to_end(&mut rest).await.is_err());
        assert_eq!(filled.await.unwrap(), std::io::ErrorKind::BrokenPipe);
    });
}

#[test]
fn undrained_link_does_not_stall_another() {
    let Some(sshd) = Sshd::start() else { return };
    timed(async {
        let mut settings = sshd.settings();
        settings.subsystem = "flood".into();
        let mut full = connect(&sshd.host(), &settings).await.unwrap();
        full.reader.read_exact(&mut [0; 1024]).await.unwrap();
        settings.subsystem = "echo".into();
        for _ in 0..3 {
            echo(&mut connect(&sshd.host(), &settings).await.unwrap()).await;
        }
        // And nothing of the full one is lost.
        let mut rest = tokio::io::sink();
        let copied = tokio::io::copy(&mut full.reader, &mut rest).await.unwrap();
        assert_eq!(copied, 200_000_000 - 1024);
    });
}

#[test]
fn connecting_costs_no_delayed_acknowledgements() {
    let Some(sshd) = Sshd::start() else { return };
    timed(async {
        let settings = sshd.settings();
        let mut link = connect(&sshd.host(), &settings).await.unwrap();
        echo(&mut link).await;
        // 40 ms each without TCP_NODELAY; the best of many is free of noise.
        let mut best = Duration::MAX;
        for _ in 0..20 {
            let start = Instant::now();
            link.writer.write_all(b"a").await.unwrap();
            link.writer.write_all(b"b").await.unwrap();
            link.reader.read_exact(&mut [0; 2]).await.unwrap();
            best = best.min(start.elapsed());
        }
        assert!(best < Duration::from_millis(10), "{best:?}");
    });
}

#[test]
fn openssh_transport() {
    let Some(sshd) = Sshd::start() else { return };
    timed(async {
        let mut settings = sshd.settings();
        settings.transport = Transport::Openssh;
        settings.env = vec![("PSRP_SESSION".into(), "work".into())];
        let mut link = connect(&sshd.host(), &settings).await.unwrap();
        assert_eq!(echo(&mut link).await, "session=work lc=");
        link.writer.shutdown().await.unwrap();
        drop(link.writer);
        assert_eq!(link.control.exit().await, Exit::Status(0));

        settings.subsystem = "nothing".into();
        let mut link = connect(&sshd.host(), &settings).await.unwrap();
        let exit = link.control.exit().await;
        let failure = link.control.failure(&exit);
        assert!(matches!(failure, ConnectError::Subsystem { .. }), "{failure}");

        settings.identity_files = vec![];
        settings.options.push("IdentityFile none".into());
        let mut link = connect(&sshd.host(), &settings).await.unwrap();
        let exit = link.control.exit().await;
        let failure = link.control.failure(&exit);
        assert!(matches!(failure, ConnectError::Auth { .. }), "{failure}");
    });
}

#[test]
fn this_machine_without_ssh() {
    timed(async {
        let mut settings = Settings::new(Arc::new(psrp::ssh::Nobody));
        // `echo subsystem` instead of `psrpd subsystem`.
        settings.server_program = "echo".into();
        let mut link = connect(&Host::Here, &settings).await.unwrap();
        let mut text = String::new();
        link.reader.read_to_string(&mut text).await.unwrap();
        assert_eq!(text, "subsystem\n");
        assert_eq!(link.control.exit().await, Exit::Status(0));
        settings.server_program = "/no/such/program".into();
        let error = refused(&Host::Here, &settings).await;
        assert!(matches!(error, ConnectError::Spawn { .. }), "{error}");
    });
}
