//! Targets: what a user writes to say which host or which session.
//!
//! ```text
//! web1                 a host
//! bob@web1:2222        with user and port
//! web1/build           the session `build` of a host
//! [::1]:2222/build     IPv6 addresses in brackets when a port follows
//! . or localhost       this machine, without SSH
//! /build               a session known here, whichever its host
//! 3                    a session known here, by Id
//! 5f0c…-…              a session known here, by InstanceId
//! ```

use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

/// Longest session name; the server's rule.
const MAX_SESSION_NAME: usize = 64;

/// What a target names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A host, and perhaps one of its sessions.
    Host {
        /// Where.
        host: Host,
        /// Which of its sessions; none means a new one, or all, as the verb has it.
        session: Option<Session>,
    },
    /// A session in the local session table.
    Local(Session),
}

/// A machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Host {
    /// This machine, without SSH.
    Here,
    /// Through SSH.
    Ssh(SshHost),
}

/// `[user@]host[:port]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SshHost {
    /// The remote user; ssh_config or the local user's name when absent.
    pub user: Option<String>,
    /// Name or address as the user wrote it, brackets removed; may be an ssh_config `Host`.
    pub host: String,
    /// TCP port.
    pub port: Option<u16>,
}

/// How a session is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Session {
    /// The number in the local table.
    Id(u32),
    /// The session's name; compared without case.
    Name(String),
    /// The session's InstanceId.
    InstanceId(Uuid),
}

/// Why a text is no target.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TargetError {
    /// Nothing where a host should be.
    #[error("target {0:?} names no host; write [user@]host[:port][/session]")]
    NoHost(String),
    /// A character that no host name or user name has.
    #[error("target {0:?} has a character that no host or user name has")]
    BadCharacter(String),
    /// A host that starts with `-`, which ssh would take for an option.
    #[error("target {0:?} starts with a dash; options come before targets and have two dashes")]
    Dash(String),
    /// Not 1 to 65535.
    #[error("target {0:?} has a port that is not 1 to 65535")]
    BadPort(String),
    /// Not a session name, Id or InstanceId.
    #[error(
        "target {0:?} has no valid session name; a name has up to 64 letters, digits, '.', '_' and '-' and starts with a letter or digit"
    )]
    BadSession(String),
}

impl FromStr for Target {
    type Err = TargetError;

    fn from_str(text: &str) -> Result<Self, TargetError> {
        let shown = || text.chars().take(120).collect::<String>();
        if let Some(name) = text.strip_prefix('/') {
            return name.parse().map(Self::Local).map_err(|()| TargetError::BadSession(shown()));
        }
        if let Ok(session @ (Session::Id(_) | Session::InstanceId(_))) = text.parse() {
            return Ok(Self::Local(session));
        }
        let (host, session) = match text.split_once('/') {
            Some((host, name)) => (host, Some(name.parse::<Session>().map_err(|()| TargetError::BadSession(shown()))?)),
            None => (text, None),
        };
        // On a host a number is a name: Ids belong to the local table.
        let session = session.map(|s| match s {
            Session::Id(id) => Session::Name(id.to_string()),
            other => other,
        });
        let host = match host {
            "." => Host::Here,
            here if here.eq_ignore_ascii_case("localhost") => Host::Here,
            other => Host::Ssh(other.parse()?),
        };
        Ok(Self::Host { host, session })
    }
}

impl FromStr for SshHost {
    type Err = TargetError;

    fn from_str(text: &str) -> Result<Self, TargetError> {
        let shown = || text.chars().take(120).collect::<String>();
        let (user, rest) = match text.rsplit_once('@') {
            Some((user, rest)) => (Some(user), rest),
            None => (None, text),
        };
        let (host, port) = host_and_port(rest).ok_or_else(|| TargetError::BadPort(shown()))?;
        if host.is_empty() || user == Some("") {
            return Err(TargetError::NoHost(shown()));
        }
        if host.starts_with('-') || user.is_some_and(|u| u.starts_with('-')) {
            return Err(TargetError::Dash(shown()));
        }
        let bad = |c: char| c.is_control() || c.is_whitespace() || "'`\"$\\;&<>|(){}[]*?!,#~/".contains(c);
        if host.chars().any(bad) || host.contains('@') || user.is_some_and(|u| u.chars().any(bad)) {
            return Err(TargetError::BadCharacter(shown()));
        }
        Ok(Self { user: user.map(str::to_owned), host: host.to_owned(), port })
    }
}

/// Splits `host`, `host:port`, `[address]:port` and a bare IPv6 address; `None` for a port that is none.
fn host_and_port(text: &str) -> Option<(&str, Option<u16>)> {
    let port = |digits: &str| {
        let plain = digits.bytes().all(|b| b.is_ascii_digit());
        digits.parse().ok().filter(|&p: &u16| plain && p != 0)
    };
    if let Some((address, rest)) = text.strip_prefix('[').and_then(|t| t.split_once(']')) {
        return match rest.strip_prefix(':') {
            Some(digits) => Some((address, Some(port(digits)?))),
            None if rest.is_empty() => Some((address, None)),
            None => None,
        };
    }
    match text.split_once(':') {
        Some((_, rest)) if rest.contains(':') => Some((text, None)),
        Some((host, digits)) => Some((host, Some(port(digits)?))),
        None => Some((text, None)),
    }
}

impl FromStr for Session {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        if text.bytes().all(|b| b.is_ascii_digit())
            && let Ok(id) = text.parse()
        {
            return Ok(Self::Id(id));
        }
        if text.len() == 36
            && let Ok(id) = text.parse()
        {
            return Ok(Self::InstanceId(id));
        }
        let valid = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
        let starts = text.starts_with(|c: char| c.is_ascii_alphanumeric());
        if starts && text.len() <= MAX_SESSION_NAME && text.chars().all(valid) {
            return Ok(Self::Name(text.to_owned()));
        }
        Err(())
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Host { host, session: None } => host.fmt(f),
            Self::Host { host, session: Some(session) } => write!(f, "{host}/{session}"),
            Self::Local(name @ Session::Name(_)) => write!(f, "/{name}"),
            Self::Local(id) => id.fmt(f),
        }
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Here => f.write_str("localhost"),
            Self::Ssh(host) => host.fmt(f),
        }
    }
}

impl fmt::Display for SshHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(user) = &self.user {
            write!(f, "{user}@")?;
        }
        match (self.host.contains(':'), self.port) {
            (true, Some(port)) => write!(f, "[{}]:{port}", self.host),
            (true, None) => write!(f, "[{}]", self.host),
            (false, Some(port)) => write!(f, "{}:{port}", self.host),
            (false, None) => f.write_str(&self.host),
        }
    }
}

impl fmt::Display for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => id.fmt(f),
            Self::Name(name) => f.write_str(name),
            Self::InstanceId(id) => id.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Host, Session, SshHost, Target, TargetError};
    use proptest::prelude::*;

    fn ssh(user: Option<&str>, host: &str, port: Option<u16>) -> Host {
        Host::Ssh(SshHost { user: user.map(str::to_owned), host: host.to_owned(), port })
    }

    #[test]
    fn forms() {
        let name = |n: &str| Some(Session::Name(n.to_owned()));
        for (text, host, session) in [
            ("web1", ssh(None, "web1", None), None),
            ("bob@web1:2222/build", ssh(Some("bob"), "web1", Some(2222)), name("build")),
            ("bob@corp@web1", ssh(Some("bob@corp"), "web1", None), None),
            ("::1", ssh(None, "::1", None), None),
            ("[fe80::1%eth0]:22/a", ssh(None, "fe80::1%eth0", Some(22)), name("a")),
            (".", Host::Here, None),
            ("LocalHost/build", Host::Here, name("build")),
            ("web1/3", ssh(None, "web1", None), name("3")),
        ] {
            assert_eq!(text.parse(), Ok(Target::Host { host, session }), "{text}");
        }
        assert_eq!("/build".parse(), Ok(Target::Local(Session::Name("build".into()))));
        assert_eq!("17".parse(), Ok(Target::Local(Session::Id(17))));
        let id = "5f0c1a2b-0000-4000-8000-000000000001";
        assert_eq!(id.parse(), Ok(Target::Local(Session::InstanceId(id.parse().unwrap()))));
    }

    #[test]
    fn refusals() {
        let error = |text: &str| text.parse::<Target>().unwrap_err();
        assert!(matches!(error(""), TargetError::NoHost(_)));
        assert!(matches!(error("@web"), TargetError::NoHost(_)));
        assert!(matches!(error("-oProxyCommand=x"), TargetError::Dash(_)));
        assert!(matches!(error("-l@web"), TargetError::Dash(_)));
        assert!(matches!(error("web:0"), TargetError::BadPort(_)));
        assert!(matches!(error("web:+22"), TargetError::BadPort(_)));
        assert!(matches!(error("[::1]22"), TargetError::BadPort(_)));
        assert!(matches!(error("web;id"), TargetError::BadCharacter(_)));
        assert!(matches!(error("web/"), TargetError::BadSession(_)));
        assert!(matches!(error("/.hidden"), TargetError::BadSession(_)));
    }

    proptest! {
        #[test]
        fn display_parses_back(
            user in proptest::option::of("[a-z][a-z0-9_.]{0,8}"),
            host in "[a-z][a-z0-9.-]{0,20}|[0-9a-f]{1,4}::[0-9a-f]{1,4}",
            port in proptest::option::of(1u16..),
            session in proptest::option::of("[A-Za-z0-9][A-Za-z0-9._-]{0,63}"),
        ) {
            let session = session.map(Session::Name);
            let target = Target::Host { host: Host::Ssh(SshHost { user, host, port }), session };
            prop_assume!(!target.to_string().starts_with("localhost"));
            prop_assert_eq!(target.to_string().parse::<Target>(), Ok(target));
        }

        #[test]
        fn local_display_parses_back(name in "[A-Za-z][A-Za-z0-9._-]{0,60}", id: u32, guid: u128) {
            for session in [Session::Name(name), Session::Id(id), Session::InstanceId(uuid::Uuid::from_u128(guid))] {
                let target = Target::Local(session);
                prop_assert_eq!(target.to_string().parse::<Target>(), Ok(target));
            }
        }

        #[test]
        fn any_text_is_parsed_without_panic(text in ".{0,80}") {
            if let Ok(target) = text.parse::<Target>() {
                prop_assert_eq!(target.to_string().parse::<Target>(), Ok(target));
            }
        }
    }
}
