//! Which versions go together (MS-PSRP 3.1.5.4.1, 3.2.5.4.1), as PowerShell 7.6 decides it.

use psrp_clixml::Version;
use thiserror::Error;

use crate::message::SessionCapability;

/// The peer's versions do not go together with ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the peer speaks {what} {got}, expected {expected}")]
pub struct NegotiationError {
    /// Which of the three versions.
    pub what: &'static str,
    /// What was expected, in words.
    pub expected: &'static str,
    /// What the peer announced.
    pub got: Version,
}

/// Versions of the protocol that every newer peer falls back to.
const OLD: core::ops::RangeInclusive<Version> = Version::new(2, 0)..=Version::new(2, 3);

/// Whether a server that answered `server` to a client of the protocol `ours` is accepted; the version to speak.
///
/// # Errors
/// [`NegotiationError`]: a stock client breaks the session.
pub fn accept_as_client(ours: Version, server: &SessionCapability) -> Result<Version, NegotiationError> {
    let error = |what, expected, got| Err(NegotiationError { what, expected, got });
    let constants = SessionCapability::new(ours);
    let got = server.protocol_version;
    if server.ps_version != constants.ps_version {
        error("PSVersion", "2.0", server.ps_version)
    } else if server.serialization_version != constants.serialization_version {
        error("SerializationVersion", "1.1.0.1", server.serialization_version)
    } else if got != ours && !OLD.contains(&got) {
        error("protocolversion", "the client's own or 2.0 to 2.3", got)
    } else {
        Ok(got)
    }
}

/// Whether a client that announced `client` is accepted by a server of the protocol `ours`; the version to answer,
/// and to speak.
///
/// # Errors
/// [`NegotiationError`]: a stock server answers its own version, and nothing ever after.
pub fn accept_as_server(ours: Version, client: &SessionCapability) -> Result<Version, NegotiationError> {
    let error = |what, expected, got| Err(NegotiationError { what, expected, got });
    let got = client.protocol_version;
    if client.ps_version.major != 2 {
        error("PSVersion", "2.0", client.ps_version)
    } else if client.serialization_version.major != 1 || client.serialization_version.minor < 1 {
        error("SerializationVersion", "1.1.0.1", client.serialization_version)
    } else if OLD.contains(&got) && got <= ours {
        Ok(got)
    } else if got.major == ours.major && got.minor >= ours.minor {
        Ok(ours)
    } else {
        error("protocolversion", "2.0 or newer", got)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn capability(protocol: &str, ps: &str, serialization: &str) -> SessionCapability {
        let new = SessionCapability::new(protocol.parse().unwrap());
        let (ps_version, serialization_version) = (ps.parse().unwrap(), serialization.parse().unwrap());
        SessionCapability { ps_version, serialization_version, ..new }
    }

    #[test]
    fn a_server_accepts_what_a_stock_server_does() {
        let answer = |protocol, ps, serialization| {
            accept_as_server(Version::new(2, 4), &capability(protocol, ps, serialization)).ok()
        };
        for old in ["2.0", "2.1", "2.2", "2.3"] {
            assert_eq!(answer(old, "2.0", "1.1.0.1"), Some(old.parse().unwrap()));
        }
        for new in ["2.4", "2.5", "2.9"] {
            assert_eq!(answer(new, "2.1", "1.1.0.2"), Some(Version::new(2, 4)));
        }
        for (protocol, ps, serialization) in [
            ("1.0", "2.0", "1.1.0.1"),
            ("3.0", "2.0", "1.1.0.1"),
            ("2.3", "1.0", "1.1.0.1"),
            ("2.3", "3.0", "1.1.0.1"),
            ("2.3", "2.0", "1.0"),
            ("2.3", "2.0", "2.0"),
        ] {
            assert_eq!(answer(protocol, ps, serialization), None, "{protocol} {ps} {serialization}");
        }
        let newer = accept_as_server(Version::new(2, 3), &capability("2.4", "2.0", "1.1.0.1"));
        assert_eq!(newer, Ok(Version::new(2, 3)), "a server of 2.3 answers 2.3 to a newer client");
    }

    #[test]
    fn a_client_accepts_what_a_stock_client_does() {
        let spoken = |protocol, ps, serialization| {
            accept_as_client(Version::new(2, 4), &capability(protocol, ps, serialization))
        };
        for version in ["2.0", "2.2", "2.3", "2.4"] {
            assert_eq!(spoken(version, "2.0", "1.1.0.1"), Ok(version.parse().unwrap()));
        }
        assert_eq!(
            spoken("2.5", "2.0", "1.1.0.1").unwrap_err().to_string(),
            "the peer speaks protocolversion 2.5, expected the client's own or 2.0 to 2.3"
        );
        assert!(spoken("2.3", "2.1", "1.1.0.1").is_err());
        assert!(spoken("2.3", "2.0", "1.1.0.2").is_err());
    }

    use alloc::string::ToString;
}
