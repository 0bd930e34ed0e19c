//! Why a connection could not be made or did not last.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use super::config::{ConfigError, ExpandError};
use crate::limits::MAX_PEER_TEXT;

/// Why there is no link to a subsystem. Every kind has one exit code: [`crate::exit`].
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConnectError {
    /// ssh_config is malformed.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// An ssh_config value has a token that cannot be expanded.
    #[error(transparent)]
    Expand(#[from] ExpandError),
    /// A file that ssh_config or the command line names cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// More jump hosts than [`crate::limits::MAX_JUMPS`], usually hosts that are each other's jump host.
    #[error("more than {} hosts on the way to {host}; check ProxyJump for a loop", crate::limits::MAX_JUMPS)]
    JumpLoop {
        /// The destination.
        host: String,
    },
    /// The host name has no address.
    #[error("cannot resolve host name {host}: {source}; check the spelling, or HostName in ssh_config")]
    Resolve {
        /// As looked up.
        host: String,
        /// What the resolver says.
        source: io::Error,
    },
    /// No TCP connection.
    #[error("cannot connect to {host} port {port}: {source}")]
    Connect {
        /// As looked up.
        host: String,
        /// TCP port.
        port: u16,
        /// What the system says about the last address tried.
        source: io::Error,
    },
    /// Connecting, key exchange and login took too long.
    #[error("{host} did not answer within {} s ({stage}); raise --connect-timeout if it is only slow", limit.as_secs())]
    Timeout {
        /// The host that was slow.
        host: String,
        /// What was waited for.
        stage: &'static str,
        /// The limit.
        limit: Duration,
    },
    /// The peer is no SSH server, or agrees to no algorithm of ours.
    #[error("no SSH connection with {host}: {message}")]
    Handshake {
        /// The host.
        host: String,
        /// What went wrong.
        message: String,
    },
    /// The host key is not trusted.
    #[error(transparent)]
    HostKey(#[from] HostKeyError),
    /// The server accepted none of our proofs of identity.
    #[error("{login} refused to log us in: {tried}{}{accepts}{hint}", if accepts.is_empty() { "" } else { "; it accepts " })]
    Auth {
        /// `user@host`.
        login: String,
        /// What was tried, as a phrase.
        tried: String,
        /// The methods the server offers; empty when it has not said.
        accepts: String,
        /// What may help, as the rest of a sentence, or empty.
        hint: &'static str,
    },
    /// The server does not open a channel.
    #[error("{host} opens no channel: {reason}")]
    Channel {
        /// The host.
        host: String,
        /// The server's reason.
        reason: String,
    },
    /// The server does not know the subsystem, or its policy forbids it.
    #[error(
        "{host} refused the subsystem {name:?}; add the line `Subsystem {name} .../psrpd subsystem` to its sshd_config, or name another with --subsystem"
    )]
    Subsystem {
        /// The host.
        host: String,
        /// The subsystem asked for.
        name: String,
    },
    /// The server does not take an environment variable that the user has asked for.
    #[error("{host} does not take the variable {variable}; add the line `AcceptEnv {variable}` to its sshd_config")]
    Variable {
        /// The host.
        host: String,
        /// Its name.
        variable: String,
    },
    /// The connection ended while it was being made.
    #[error("{host} closed the connection: {message}")]
    Closed {
        /// The host.
        host: String,
        /// Its reason, or how it ended.
        message: String,
    },
    /// A jump host on the way failed.
    #[error("jump host: {0}")]
    Jump(#[source] Box<Self>),
    /// A program that makes the connection cannot be started.
    #[error("cannot start {program}: {source}")]
    Spawn {
        /// The program.
        program: String,
        /// What the system says.
        source: io::Error,
    },
}

/// A host key that a server holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfferedKey {
    /// The name under which it is or would be listed.
    pub host: String,
    /// Key type.
    pub algorithm: String,
    /// SHA256 fingerprint.
    pub fingerprint: String,
}

/// Why a host key is refused. Nothing was sent to the server beyond the key exchange.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HostKeyError {
    /// No known_hosts line, and nobody to ask.
    #[error(
        "the {} key of {} is not known: {}; compare it with the server's and connect once from a terminal, or add it to {file}{note}",
        key.algorithm, key.host, key.fingerprint
    )]
    Unknown {
        /// The key.
        key: Box<OfferedKey>,
        /// The file to which it would be added.
        file: String,
        /// A remark about keys of other types, or empty.
        note: String,
    },
    /// The user said no.
    #[error("the key of {host} was not accepted")]
    Declined {
        /// The host.
        host: String,
    },
    /// Another key is listed: the host was set up anew, or this is an attack.
    #[error(
        "the {} key of {host} has CHANGED: it is now {}, {place} lists {expected}; someone may be intercepting the connection. If the host was set up anew, remove that line (ssh-keygen -R '{host}') and connect again",
        key.algorithm, key.fingerprint, host = key.host
    )]
    Changed {
        /// The key.
        key: Box<OfferedKey>,
        /// SHA256 fingerprint of the listed key.
        expected: String,
        /// The listing: `file:line`.
        place: String,
    },
    /// The key is marked as revoked.
    #[error("the key of {host} is revoked by {place}; do not use this server until its key is replaced")]
    Revoked {
        /// The host.
        host: String,
        /// The listing: `file:line`.
        place: String,
    },
    /// The `ssh` program refused the key.
    #[error("ssh refused the key of {host}: {reason}")]
    Refused {
        /// The host.
        host: String,
        /// What ssh says.
        reason: String,
    },
    /// The host certificate is not acceptable.
    #[error("the host certificate of {host} is refused: {reason}")]
    Certificate {
        /// The host.
        host: String,
        /// Why.
        reason: String,
    },
}

/// Text of a peer for a message: bounded, and everything that could move a cursor made visible.
pub fn peer_text(text: &str) -> String {
    let mut out: String = text.trim().chars().take(MAX_PEER_TEXT).flat_map(char::escape_debug).collect();
    if text.trim().chars().nth(MAX_PEER_TEXT).is_some() {
        out.push('…');
    }
    out.replace("\\'", "'").replace("\\\"", "\"")
}

#[cfg(test)]
mod tests {
    use super::peer_text;

    #[test]
    fn peer_text_is_bounded_and_escaped() {
        assert_eq!(peer_text(" it's \x1b[2J \n"), "it's \\u{1b}[2J");
        assert_eq!(peer_text(&"x".repeat(1000)).chars().count(), 201);
    }
}
