//! What a client may say about the session it wants: the `PSRP_*` variables of a stock client's connection.
//!
//! A wrong value is refused and never ignored: a typing error must not silently give a nameless session.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::time::Duration;

use thiserror::Error;

use crate::limits::IDLE_SECONDS;
use crate::name::{NameError, SessionRef};

/// Whether to attach, to create, or either (`PSRP_ATTACH`).
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum AttachMode {
    /// `auto`: the session of that name if there is one, else a new one.
    #[default]
    Auto,
    /// `existing`: never create.
    Existing,
    /// `new`: never attach.
    New,
    /// `steal`: as `auto`, and take the session from a client that is still there.
    Steal,
}

/// What an orderly end of the client means for a named session (`PSRP_ON_CLOSE`).
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum OnClose {
    /// `keep`: the session stays and can be attached to.
    #[default]
    Keep,
    /// `close`: the session ends.
    Close,
}

/// What happens to a new pipeline while a pipeline of an earlier client occupies the session (`PSRP_BUSY`).
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum OnBusy {
    /// `fail`: the pipeline fails at once, with a text that says how to get at the running one.
    #[default]
    Fail,
    /// `wait`: it waits in the engine's queue.
    Wait,
}

/// The engine that runs a new session (`PSRP_ENGINE`).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum EngineKind {
    /// A child `pwsh`.
    Pwsh,
    /// The engine inside the session host.
    Native,
}

impl EngineKind {
    /// The name that users write and that the column ConfigurationName shows.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pwsh => "pwsh",
            Self::Native => "native",
        }
    }
}

/// Everything a connection says about the session that it wants.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct AttachOptions {
    /// Which session (`PSRP_SESSION`); none means a new one without a name.
    pub session: Option<SessionRef>,
    /// `PSRP_ATTACH`.
    pub mode: AttachMode,
    /// `PSRP_ON_CLOSE`; none means keep for named and close for nameless sessions.
    pub on_close: Option<OnClose>,
    /// `PSRP_BUSY`.
    pub on_busy: OnBusy,
    /// `PSRP_IDLE`: how long the session is kept while nobody is attached.
    pub idle: Option<Duration>,
    /// `PSRP_ENGINE`; none means the configured one.
    pub engine: Option<EngineKind>,
}

/// Why the variables of a connection were refused.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub enum OptionError {
    /// The name in `PSRP_SESSION` is none.
    #[error("PSRP_SESSION: {0}")]
    Name(#[from] NameError),
    /// A variable has a value that it cannot have.
    #[error("{variable}={value:?} is not known; use {allowed}")]
    Value {
        /// The variable.
        variable: &'static str,
        /// Its value, cut to a printable length.
        value: String,
        /// The values it can have.
        allowed: &'static str,
    },
    /// A variable beginning with `PSRP_` that does not exist.
    #[error("{0} is not known; use PSRP_SESSION, PSRP_ATTACH, PSRP_ON_CLOSE, PSRP_BUSY, PSRP_IDLE or PSRP_ENGINE")]
    Unknown(String),
    /// A variable that needs a session to be named.
    #[error("{0} needs PSRP_SESSION to name a session")]
    NeedsSession(&'static str),
}

/// The prefix of every variable read here.
pub const VARIABLE_PREFIX: &str = "PSRP_";

/// The name under which `PSRP_SESSION` may come where sshd accepts only the locale variables.
pub const LOCALE_SESSION_VARIABLE: &str = "LC_PSRP_SESSION";

impl AttachOptions {
    /// Reads the variables of a connection; those that do not concern psrpd are skipped.
    ///
    /// `PSRP_SESSION` wins over `LC_PSRP_SESSION`. An empty value counts as absent.
    ///
    /// # Errors
    /// [`OptionError`] names the variable and what it may be.
    pub fn from_variables<'a>(variables: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, OptionError> {
        let mut options = Self::default();
        let mut locale_session = None;
        let mut given = Vec::new();
        for (name, value) in variables {
            if value.is_empty() {
                continue;
            }
            match name {
                "PSRP_SESSION" => options.session = Some(SessionRef::parse(value)?),
                LOCALE_SESSION_VARIABLE => locale_session = Some(value),
                "PSRP_ATTACH" => {
                    given.push("PSRP_ATTACH");
                    options.mode = choose(
                        "PSRP_ATTACH",
                        value,
                        "auto, existing, new or steal",
                        &[
                            ("auto", AttachMode::Auto),
                            ("existing", AttachMode::Existing),
                            ("new", AttachMode::New),
                            ("steal", AttachMode::Steal),
                        ],
                    )?;
                }
                "PSRP_ON_CLOSE" => {
                    let values = [("keep", OnClose::Keep), ("close", OnClose::Close)];
                    options.on_close = Some(choose("PSRP_ON_CLOSE", value, "keep or close", &values)?);
                }
                "PSRP_BUSY" => {
                    let values = [("fail", OnBusy::Fail), ("wait", OnBusy::Wait)];
                    options.on_busy = choose("PSRP_BUSY", value, "fail or wait", &values)?;
                }
                "PSRP_IDLE" => options.idle = Some(idle(value)?),
                "PSRP_ENGINE" => {
                    let values = [("pwsh", EngineKind::Pwsh), ("native", EngineKind::Native)];
                    options.engine = Some(choose("PSRP_ENGINE", value, "pwsh or native", &values)?);
                }
                other if other.starts_with(VARIABLE_PREFIX) => return Err(OptionError::Unknown(printable(other))),
                _ => {}
            }
        }
        if options.session.is_none() {
            options.session = locale_session.map(SessionRef::parse).transpose()?;
        }
        match given.first() {
            Some(variable) if options.session.is_none() => Err(OptionError::NeedsSession(variable)),
            _ => Ok(options),
        }
    }
}

fn choose<T: Copy>(
    variable: &'static str,
    value: &str,
    allowed: &'static str,
    values: &[(&str, T)],
) -> Result<T, OptionError> {
    values
        .iter()
        .find(|(text, _)| text.eq_ignore_ascii_case(value))
        .map(|(_, choice)| *choice)
        .ok_or_else(|| OptionError::Value { variable, value: printable(value), allowed })
}

fn idle(value: &str) -> Result<Duration, OptionError> {
    value.parse().ok().filter(|seconds| IDLE_SECONDS.contains(seconds)).map(Duration::from_secs).ok_or_else(|| {
        OptionError::Value {
            variable: "PSRP_IDLE",
            value: printable(value),
            allowed: "a number of seconds from 60 to 2147483",
        }
    })
}

/// The first characters of a peer's text, safe to print.
fn printable(text: &str) -> String {
    const SHOWN: usize = 64;
    text.chars().take(SHOWN).flat_map(char::escape_debug).collect::<String>().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::name::SessionName;

    fn read(variables: &[(&str, &str)]) -> Result<AttachOptions, OptionError> {
        AttachOptions::from_variables(variables.iter().copied())
    }

    #[test]
    fn nothing_means_a_new_nameless_session() {
        assert_eq!(read(&[("LANG", "C.UTF-8"), ("PSRP_SESSION", "")]), Ok(AttachOptions::default()));
    }

    #[test]
    fn all_variables() {
        let options = read(&[
            ("PSRP_SESSION", "Work"),
            ("PSRP_ATTACH", "STEAL"),
            ("PSRP_ON_CLOSE", "close"),
            ("PSRP_BUSY", "wait"),
            ("PSRP_IDLE", "60"),
            ("PSRP_ENGINE", "native"),
        ])
        .unwrap();
        assert_eq!(options.session, Some(SessionRef::Name(SessionName::new("work").unwrap())));
        assert_eq!(options.mode, AttachMode::Steal);
        assert_eq!(options.on_close, Some(OnClose::Close));
        assert_eq!(options.on_busy, OnBusy::Wait);
        assert_eq!(options.idle, Some(Duration::from_secs(60)));
        assert_eq!(options.engine, Some(EngineKind::Native));
    }

    #[test]
    fn the_locale_variable_stands_in() {
        let named = |variables| read(variables).unwrap().session.unwrap().to_string();
        assert_eq!(named(&[("LC_PSRP_SESSION", "a")]), "a");
        assert_eq!(named(&[("LC_PSRP_SESSION", "a"), ("PSRP_SESSION", "b")]), "b");
    }

    #[test]
    fn wrong_values_are_refused_with_the_right_ones() {
        for (name, value, hint) in [
            ("PSRP_SESSION", "a b", "PSRP_SESSION"),
            ("PSRP_ATTACH", "maybe", "auto, existing, new or steal"),
            ("PSRP_ON_CLOSE", "x", "keep or close"),
            ("PSRP_BUSY", "x", "fail or wait"),
            ("PSRP_IDLE", "59", "60 to 2147483"),
            ("PSRP_IDLE", "2147484", "60 to 2147483"),
            ("PSRP_ENGINE", "bash", "pwsh or native"),
            ("PSRP_SESION", "work", "PSRP_SESSION"),
        ] {
            let error = read(&[(name, value)]).unwrap_err().to_string();
            assert!(error.contains(hint), "{error}");
        }
    }

    #[test]
    fn a_mode_without_a_session_is_refused() {
        assert_eq!(read(&[("PSRP_ATTACH", "new")]), Err(OptionError::NeedsSession("PSRP_ATTACH")));
    }
}
