//! `ssh_config`: which settings apply to a host.
//!
//! Own, pure parser of the format of ssh_config(5): the first value found wins, `Host` and `Match` blocks select,
//! `Include` nests. Files come in as text through a callback, so nothing here does I/O. Keywords that have a
//! meaning for a subsystem channel but are not honoured are listed in [`HostConfig::unsupported`], because a
//! setting that is silently ignored may connect to the wrong place.

mod evaluate;
mod keywords;
mod lexer;
pub mod pattern;
mod tokens;

pub use evaluate::{Query, evaluate};
pub use tokens::{ExpandError, Tokens};

/// A configuration file: its name for messages, and its text.
#[derive(Debug, Clone)]
pub struct File {
    /// Shown in errors as `name:line`.
    pub name: String,
    /// The whole text.
    pub text: String,
    /// Whether relative `Include` names are of the user's directory (`~/.ssh`) or the system's (`/etc/ssh`).
    pub user: bool,
}

/// Finds the files of one `Include` pattern, sorted; files that do not exist or cannot be read are left out.
pub type Include<'a> = &'a dyn Fn(&str, bool) -> Vec<File>;

/// What to do with a host key that no known_hosts file lists; `StrictHostKeyChecking`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum StrictHostKeyChecking {
    /// `yes`: refuse, never ask.
    Yes,
    /// `ask`: ask on a terminal, refuse without one.
    #[default]
    Ask,
    /// `accept-new`, and `no` and `off`: add without asking. A *changed* key is refused whatever is set here.
    AcceptNew,
}

/// `AddressFamily`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AddressFamily {
    /// Either family.
    #[default]
    Any,
    /// IPv4 only.
    Inet,
    /// IPv6 only.
    Inet6,
}

/// A keyword that is set for the host and not honoured by this client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsupported {
    /// As written.
    pub keyword: String,
    /// Where: `file:line`.
    pub place: String,
    /// Whether ssh would be stricter with the server, or go elsewhere.
    pub restricts: bool,
}

/// The settings of one host. `None` and empty lists mean that no file sets the value; defaults are the caller's.
/// Values hold tokens unexpanded, because the tokens depend on the final host, port and user.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are the keywords of ssh_config(5)")]
pub struct HostConfig {
    pub address_family: Option<AddressFamily>,
    pub batch_mode: Option<bool>,
    pub bind_address: Option<String>,
    pub certificate_files: Vec<String>,
    pub compression: Option<bool>,
    /// Seconds.
    pub connect_timeout: Option<u32>,
    pub global_known_hosts_files: Option<Vec<String>>,
    pub hash_known_hosts: Option<bool>,
    pub host_key_alias: Option<String>,
    pub host_name: Option<String>,
    pub identities_only: Option<bool>,
    pub identity_agent: Option<String>,
    pub identity_files: Vec<String>,
    pub kbd_interactive_authentication: Option<bool>,
    pub number_of_password_prompts: Option<u32>,
    pub password_authentication: Option<bool>,
    pub port: Option<u16>,
    pub preferred_authentications: Option<Vec<String>>,
    /// What stands between us and the host; whichever of ProxyCommand and ProxyJump comes first wins.
    pub proxy: Option<Proxy>,
    pub pubkey_authentication: Option<bool>,
    pub revoked_host_keys: Option<String>,
    pub send_env: Vec<String>,
    /// Seconds; 0 is off.
    pub server_alive_interval: Option<u32>,
    pub server_alive_count_max: Option<u32>,
    pub set_env: Option<Vec<(String, String)>>,
    pub strict_host_key_checking: Option<StrictHostKeyChecking>,
    pub tcp_keep_alive: Option<bool>,
    pub user: Option<String>,
    pub user_known_hosts_files: Option<Vec<String>>,
    /// What is set for the host but not honoured here.
    pub unsupported: Vec<Unsupported>,
    ignore_unknown: Option<String>,
}

impl HostConfig {
    /// The host to connect to when the user wrote `host`: `HostName` with its tokens, in lower case.
    pub fn effective_host(&self, host: &str) -> String {
        let name = self.host_name.as_deref().unwrap_or("%h");
        let mut out = String::new();
        let mut rest = name;
        while let Some((before, after)) = rest.split_once('%') {
            out.push_str(before);
            rest = match after.strip_prefix('h') {
                Some(tail) => {
                    out.push_str(host);
                    tail
                }
                None => {
                    out.push('%');
                    after.strip_prefix('%').unwrap_or(after)
                }
            };
        }
        out.push_str(rest);
        out.to_ascii_lowercase()
    }
}

/// `ProxyJump` or `ProxyCommand`, unexpanded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proxy {
    /// A shell command whose standard input and output are the connection; `none` means no proxy.
    Command(String),
    /// Comma-separated `[user@]host[:port]`, nearest first; `none` means no proxy.
    Jump(String),
}

/// The place of settings that came as options, which have no lines.
pub const COMMAND_LINE: &str = "command line";

/// What is wrong with a configuration file; the message names file and line.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{place}: {kind}; {}", if place == COMMAND_LINE { "correct the option" } else { "correct the line or choose another file with -F" })]
pub struct ConfigError {
    /// `file:line`, or [`COMMAND_LINE`].
    pub place: String,
    /// What is wrong there.
    pub kind: ConfigErrorKind,
}

/// The kinds of [`ConfigError`].
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ConfigErrorKind {
    /// A value that the keyword does not take.
    #[error("{keyword} does not accept {value:?}, expected {expected}")]
    BadValue {
        /// The keyword as written.
        keyword: String,
        /// The value, cut to a screen line.
        value: String,
        /// What would be right.
        expected: &'static str,
    },
    /// Includes that go deeper than [`crate::limits::MAX_INCLUDE_DEPTH`]; usually a file that includes itself.
    #[error("Include is nested too deeply")]
    IncludeDepth,
    /// More lines than [`crate::limits::MAX_CONFIG_LINES`], all included files together.
    #[error("the configuration is longer than {} lines", crate::limits::MAX_CONFIG_LINES)]
    TooLong,
    /// A keyword that is none of ssh_config(5).
    #[error("unknown keyword {0:?}")]
    UnknownKeyword(String),
    /// A quote without its partner.
    #[error("quotation mark is not closed")]
    UnclosedQuote,
}
