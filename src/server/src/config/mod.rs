//! The configuration: `/etc/psrpd/psrpd.toml`, then `~/.config/psrpd/psrpd.toml`, which may set only what the first allows.
//!
//! The doc comments of these types are its reference. An unknown key is an error that names the nearest known one.

mod keys;
mod load;

use std::path::PathBuf;
use std::time::Duration;

use psrp_session::core::{InputOnDrop, Settings, WhenFull, WhenPrompted};
use psrp_session::options::EngineKind;
use serde::{Deserialize, Serialize};

pub(crate) use load::{ConfigError, load, places};

/// Everything that can be configured.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Config {
    /// Which tables and keys the user's own file may set, `session` or `session.idle` for instance. Only in the file of the
    /// machine. Default: `engine` and `session`.
    pub user_may_set: UserMaySet,
    /// What runs the sessions.
    pub engine: EngineConfig,
    /// How sessions behave.
    pub session: SessionConfig,
    /// How much one user may use.
    pub limits: LimitsConfig,
    /// Where the audit lines go.
    pub audit: AuditConfig,
}

/// See [`Config::user_may_set`].
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(transparent)]
pub(crate) struct UserMaySet(pub Vec<String>);

impl Default for UserMaySet {
    fn default() -> Self {
        Self(vec!["engine".to_owned(), "session".to_owned()])
    }
}

/// `[engine]`.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct EngineConfig {
    /// The engine of sessions that ask for none: `pwsh` or `native`. Default: `pwsh` where there is one, else `native`.
    pub default: Option<EngineName>,
    /// The program of the engine `pwsh`. Default: the first `pwsh` on `PATH`, then where packages put it.
    pub path: Option<PathBuf>,
    /// Its arguments. Default: `-NoLogo -NoProfile -sshs`.
    pub arguments: Vec<String>,
    /// How many engines are kept started in advance, 0 to 8. Default: 1.
    pub warm: u8,
}

impl Default for EngineConfig {
    fn default() -> Self {
        Self {
            default: None,
            path: None,
            arguments: ["-NoLogo", "-NoProfile", "-sshs"].map(str::to_owned).into(),
            warm: 1,
        }
    }
}

/// The name of an engine.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum EngineName {
    /// A child `pwsh`.
    Pwsh,
    /// The engine of this program.
    Native,
}

impl From<EngineName> for EngineKind {
    fn from(name: EngineName) -> Self {
        match name {
            EngineName::Pwsh => Self::Pwsh,
            EngineName::Native => Self::Native,
        }
    }
}

/// `[session]`.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct SessionConfig {
    /// How long a session is kept while nobody is attached, in seconds, 60 to 2147483. Default: 7200.
    pub idle: u64,
    /// What happens when the retained output has reached its limit: `block` lets the engine wait, `drop` discards the oldest
    /// messages. Default: `block`.
    pub on_full: OnFull,
    /// What happens to a pipeline whose input was still open when its client was lost: `stop` stops it, `end` ends its input
    /// as the stock server does. Default: `stop`.
    pub input_on_drop: OnDrop,
    /// What happens to a prompt while nobody is attached: `hold` keeps it for the next client, `fail` tells the script that
    /// there is nobody. Default: `hold`.
    pub prompt: OnPrompt,
    /// Whether lists of sessions and texts show the beginning of commands. Default: `true`.
    pub show_commands: bool,
}

impl Default for SessionConfig {
    fn default() -> Self {
        Self {
            idle: psrp_session::limits::DEFAULT_IDLE.as_secs(),
            on_full: OnFull::Block,
            input_on_drop: OnDrop::Stop,
            prompt: OnPrompt::Hold,
            show_commands: true,
        }
    }
}

/// See [`SessionConfig::on_full`].
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum OnFull {
    /// The engine waits.
    Block,
    /// The oldest messages go.
    Drop,
}

/// See [`SessionConfig::input_on_drop`].
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum OnDrop {
    /// The pipeline is stopped.
    Stop,
    /// Its input ends.
    End,
}

/// See [`SessionConfig::prompt`].
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum OnPrompt {
    /// It waits.
    Hold,
    /// The script sees a host exception.
    Fail,
}

/// `[limits]`.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct LimitsConfig {
    /// Sessions of one user, 1 to 1000. Default: 16.
    pub sessions: usize,
    /// New sessions of one user in a minute, those included that have ended since, 0 to 10000; 0 is no limit. Default: 0.
    pub creates_per_minute: u32,
    /// Output that one session retains, in bytes, 65536 to 1073741824. Default: 33554432 (32 MiB).
    pub retained_per_session: usize,
    /// Output that all sessions of one user retain, in bytes, 65536 to 17179869184. Default: 268435456 (256 MiB).
    pub retained: usize,
    /// Idle sessions without a name that are kept after their client was lost, 0 to 100. Default: 4.
    pub leftovers: usize,
    /// Memory that a session of the engine `native` may use, in bytes, 67108864 to 1099511627776; a pipeline that goes
    /// beyond it ends with an error. Default: half of the machine's.
    pub memory: Option<u64>,
    /// Steps that a command of a session of the engine `native` may take, with all that it starts, 10000 to
    /// 1000000000000000; one that takes more ends with an error. A step is a statement, a turn of a loop, an item that a
    /// cmdlet works on. Default: as many as it likes.
    pub steps: Option<u64>,
    /// Output that a command of a session of the engine `native` may send, in bytes of CLIXML, 65536 to 1099511627776; one
    /// that has more ends with an error. Default: as much as it likes.
    pub output: Option<u64>,
}

impl Default for LimitsConfig {
    fn default() -> Self {
        Self {
            sessions: 16,
            creates_per_minute: 0,
            retained_per_session: 32 << 20,
            retained: 256 << 20,
            leftovers: 4,
            memory: None,
            steps: None,
            output: None,
        }
    }
}

/// `[audit]`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct AuditConfig {
    /// Where the lines go: `auto` is the journal, or syslog where there is none. Default: `auto`.
    pub target: AuditTarget,
    /// The file of target `file`; `~/` is the home directory.
    pub file: Option<PathBuf>,
    /// Whether there is a line for each command, with its beginning. Default: `false`.
    pub commands: bool,
}

/// See [`AuditConfig::target`].
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum AuditTarget {
    /// The journal, or syslog where there is none.
    #[default]
    Auto,
    /// The journal's socket.
    Journal,
    /// syslog's socket `/dev/log`.
    Syslog,
    /// A file, one line of JSON each.
    File,
    /// Nowhere.
    None,
}

impl Config {
    /// How a session behaves that retains at most `retained` bytes.
    pub(crate) fn settings(&self, idle: Option<Duration>, retained: Option<usize>) -> Settings {
        let most = self.limits.retained_per_session;
        Settings {
            idle: idle.unwrap_or(Duration::from_secs(self.session.idle)),
            retained: retained.map_or(most, |retained| retained.min(most)),
            when_full: match self.session.on_full {
                OnFull::Block => WhenFull::Block,
                OnFull::Drop => WhenFull::Drop,
            },
            input_on_drop: match self.session.input_on_drop {
                OnDrop::Stop => InputOnDrop::Stop,
                OnDrop::End => InputOnDrop::End,
            },
            prompt: match self.session.prompt {
                OnPrompt::Hold => WhenPrompted::Hold,
                OnPrompt::Fail => WhenPrompted::Fail,
            },
            show_commands: self.session.show_commands,
            audit_commands: self.audit.commands,
        }
    }

    /// Checks what types cannot say; the error names the key and its range.
    fn check(&self) -> Result<(), String> {
        let LimitsConfig {
            sessions,
            creates_per_minute,
            retained_per_session,
            retained,
            leftovers,
            memory,
            steps,
            output,
        } = &self.limits;
        in_range("engine.warm", self.engine.warm, 0..=8)?;
        in_range("session.idle", self.session.idle, psrp_session::limits::IDLE_SECONDS)?;
        in_range("limits.sessions", *sessions, 1..=1_000)?;
        in_range("limits.creates_per_minute", *creates_per_minute, 0..=10_000)?;
        in_range("limits.retained_per_session", *retained_per_session, 65_536..=1 << 30)?;
        in_range("limits.retained", *retained, 65_536..=16 << 30)?;
        in_range("limits.leftovers", *leftovers, 0..=100)?;
        for (key, value, range) in [
            ("limits.memory", memory, 64 << 20..=1 << 40),
            ("limits.steps", steps, 10_000..=1_000_000_000_000_000),
            ("limits.output", output, 65_536..=1 << 40),
        ] {
            if let Some(value) = *value {
                in_range(key, value, range)?;
            }
        }
        if self.audit.target == AuditTarget::File && self.audit.file.is_none() {
            return Err("audit.target = \"file\" needs audit.file".to_owned());
        }
        Ok(())
    }
}

fn in_range<T: PartialOrd + std::fmt::Display>(
    key: &str,
    value: T,
    range: std::ops::RangeInclusive<T>,
) -> Result<(), String> {
    if range.contains(&value) {
        Ok(())
    } else {
        Err(format!("{key} = {value} is out of range; use {} to {}", range.start(), range.end()))
    }
}
