//! `psrpd subsystem`.

use std::process::ExitCode;

use super::{Engine, Run};
use crate::shim::{Connection, Restriction, serve_session, stdio};
use crate::{environment, hooks};

/// Serve one client on standard input and output: what sshd runs.
///
/// Which session the client gets is said by the variables PSRP_SESSION, PSRP_ATTACH, PSRP_ON_CLOSE, PSRP_BUSY, PSRP_IDLE and
/// PSRP_ENGINE of the connection.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  Subsystem powershell /usr/libexec/psrpd/psrpd subsystem
                                                           in sshd_config
  Subsystem powershell /usr/libexec/psrpd/psrpd subsystem --engine native
                                                           the same, without PowerShell
  command=\"/usr/libexec/psrpd/psrpd subsystem --restrict name=backup,verbs=attach\" ssh-ed25519 AAAA...
                                                           in authorized_keys: this key may only use the session backup
  AcceptEnv PSRP_*                                         in sshd_config, so that clients can name sessions
  New-PSSession -HostName web1 -Options @{SetEnv='PSRP_SESSION=work'}
                                                           in a stock PowerShell: the session work on web1")]
pub(super) struct Arguments {
    /// The engine of new sessions that ask for none [default: engine.default of the configuration].
    #[arg(long)]
    engine: Option<Engine>,
    /// What this login may do, for a line of authorized_keys: `name=NAME` is the only session that it may use,
    /// `verbs=attach+create+list+remove` what it may do with sessions.
    #[arg(long, value_name = "name=NAME,verbs=VERB+VERB")]
    restrict: Option<Restriction>,
}

impl Run for Arguments {
    fn run(self) -> anyhow::Result<ExitCode> {
        hooks::start("shim");
        let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let code = tokio.block_on(async {
            let (reader, writer) = stdio()?;
            let connection = Connection {
                variables: environment::psrp_variables(),
                environment: Vec::new(),
                peer: environment::peer(),
                connection: environment::connection(),
                restriction: self.restrict.unwrap_or_default(),
                engine: self.engine.map(Into::into),
            };
            anyhow::Ok(serve_session(reader, writer, connection).await)
        })?;
        // A read of standard input that waits in a thread must not hold the process.
        tokio.shutdown_background();
        Ok(ExitCode::from(code))
    }
}
