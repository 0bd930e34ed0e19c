//! Where connections come from.

use std::sync::Arc;

use futures_util::future::BoxFuture;

use crate::ssh::{self, ConnectError, Nobody, Reader, Settings, Writer};
use crate::target::Host;

/// A connection to the subsystem of a server. Dropping it ends it.
pub struct Connection {
    /// From the subsystem; its end or an error means that the connection is gone.
    pub reader: Reader,
    /// To the subsystem.
    pub writer: Writer,
    /// Tells why the connection is gone once `reader` has ended. Holds what keeps the connection alive.
    pub why: BoxFuture<'static, ConnectError>,
}

/// Makes connections to one server, a new one each time the last was lost.
pub trait Connector: Send + 'static {
    /// Connects. With `unattended` nobody may be asked anything: a password, a passphrase, an unknown host key.
    ///
    /// Callers drop the future when it takes too long; nothing may be left behind but a question on the terminal.
    fn connect(&mut self, unattended: bool) -> impl Future<Output = Result<Connection, ConnectError>> + Send;
}

/// Connects with [`ssh::connect`].
pub struct SshConnector {
    host: Host,
    settings: Settings,
}

impl SshConnector {
    /// Connections to `host`.
    #[must_use]
    pub const fn new(host: Host, settings: Settings) -> Self {
        Self { host, settings }
    }
}

impl Connector for SshConnector {
    async fn connect(&mut self, unattended: bool) -> Result<Connection, ConnectError> {
        let quiet;
        let settings = if unattended {
            quiet = Settings { prompt: Arc::new(Nobody), ..self.settings.clone() };
            &quiet
        } else {
            &self.settings
        };
        let ssh::Link { reader, writer, mut control } = ssh::connect(&self.host, settings).await?;
        let why = Box::pin(async move {
            let exit = control.exit().await;
            control.failure(&exit)
        });
        Ok(Connection { reader, writer, why })
    }
}

/// Whether an attempt that failed like this may succeed later without anybody doing anything.
///
/// A network that is away, a server that starts: yes. A login that is refused, a host key that is not trusted, a
/// configuration that is wrong: no, they need a person.
pub(super) fn may_pass(error: &ConnectError) -> bool {
    match error {
        ConnectError::Resolve { .. }
        | ConnectError::Connect { .. }
        | ConnectError::Timeout { .. }
        | ConnectError::Handshake { .. }
        | ConnectError::Channel { .. }
        | ConnectError::Closed { .. } => true,
        ConnectError::Jump(inner) => may_pass(inner),
        _ => false,
    }
}
