//! Why there is no session.

use psrp_session::stream::Refusal;

use crate::limits::HELLO_TIMEOUT;
use crate::ssh::ConnectError;

/// Why a server could not be asked, or what it answered instead.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// There is no connection, or it ended before the server answered.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// psrpd says no.
    #[error("{}", .0.text)]
    Refused(Refusal),
    /// The server says no in the way of a stock server.
    #[error("the server reports: {0}")]
    Reported(String),
    /// Something printed text before PowerShell remoting began.
    #[error(
        "the server sent text before the protocol began: {0}; \
         a start-up file of the remote user prints it, or the subsystem is another program"
    )]
    Noise(String),
    /// What the server sent is not the protocol.
    #[error("the server broke the protocol: {0}")]
    Protocol(String),
    /// The server took the connection and does not say anything.
    #[error("the server did not answer within {} s", HELLO_TIMEOUT.as_secs())]
    Silent,
    /// The server is no psrpd, or does not speak the resumable stream.
    #[error(
        "the server does not support {0}; it takes psrpd as its `powershell` subsystem (line `Subsystem powershell .../psrpd subsystem` of its sshd_config)"
    )]
    Unsupported(&'static str),
}
