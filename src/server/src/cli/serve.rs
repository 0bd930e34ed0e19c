//! `psrpd serve`.

use std::io::{self, IsTerminal, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use psrp_session::options::EngineKind;
use tokio::signal::unix::{SignalKind, signal};

use super::{Engine, Run};
use crate::shim::{Connection, Restriction, serve_session};
use crate::sshd::{ServeSession, Server, Settings};
use crate::{environment, hooks};

/// Serve clients without sshd: an SSH server for the subsystem powershell and nothing else.
///
/// It serves the user that runs it, by the keys in authorized_keys. A connection that ends leaves its session behind, and so does
/// the end of this process.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  psrpd serve                                               on 127.0.0.1, port 2222
  psrpd serve --listen 0.0.0.0:2222 --authorized-keys ./keys
  psrp invoke 127.0.0.1:2222 -- Get-Date                    from another terminal
  New-PSSession -HostName 127.0.0.1 -Port 2222              from a stock PowerShell")]
pub(super) struct Arguments {
    /// Address and port to listen on; port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS:PORT", default_value_t = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 2222))]
    listen: SocketAddr,
    /// Keys that may log in [default: ~/.ssh/authorized_keys].
    #[arg(long, value_name = "FILE")]
    authorized_keys: Option<PathBuf>,
    /// Private key of the server, made at the first start [default: ~/.local/state/psrpd/ssh_host_ed25519_key].
    #[arg(long, value_name = "FILE")]
    host_key: Option<PathBuf>,
    /// The engine of new sessions that ask for none [default: engine.default of the configuration].
    #[arg(long)]
    engine: Option<Engine>,
}

impl Run for Arguments {
    fn run(self) -> anyhow::Result<ExitCode> {
        hooks::start("serve");
        let log =
            tracing_subscriber::fmt().with_writer(io::stderr).with_target(false).with_ansi(io::stderr().is_terminal());
        // Fails only if a log was started before.
        let _ = log.try_init();
        let engine = self.engine.map(EngineKind::from);
        let settings = settings(self)?;
        let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        tokio.block_on(async {
            let server = Server::bind(settings).await?;
            let mut terminate = signal(SignalKind::terminate())?;
            let mut interrupt = signal(SignalKind::interrupt())?;
            // For people, and for programs that let the system choose the port.
            writeln!(io::stdout(), "listening on {}, host key {}", server.address()?, server.fingerprint())?;
            tokio::select! {
                () = server.run(move |client| serve(client, engine)) => {}
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            anyhow::Ok(ExitCode::SUCCESS)
        })
    }
}

async fn serve(client: ServeSession, engine: Option<EngineKind>) -> u8 {
    let (variables, environment) = client.env.into_iter().partition(|(name, _)| environment::is_for_psrpd(name));
    let connection = Connection {
        variables,
        environment,
        peer: client.peer,
        connection: String::new(),
        restriction: Restriction::default(),
        engine,
    };
    serve_session(client.reader, client.writer, connection).await
}

fn settings(arguments: Arguments) -> anyhow::Result<Settings> {
    let user = environment::user_name().context("this user has no name; set LOGNAME")?;
    let home = || environment::variable("HOME").map(PathBuf::from).context("HOME is not set");
    let authorized_keys = match arguments.authorized_keys {
        Some(path) => path,
        None => home()?.join(".ssh/authorized_keys"),
    };
    let host_key = match arguments.host_key {
        Some(path) => path,
        None => {
            let state = environment::variable("XDG_STATE_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
            let state = state.map_or_else(|| home().map(|home| home.join(".local/state")), Ok)?;
            state.join("psrpd/ssh_host_ed25519_key")
        }
    };
    Ok(Settings { listen: arguments.listen, host_key, authorized_keys, user })
}
