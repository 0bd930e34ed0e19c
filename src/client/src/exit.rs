//! Exit codes: one table for every verb.
//!
//! | code | means |
//! |---|---|
//! | 0 | every target succeeded |
//! | 1 | a script ended by a terminating error; with `--strict`, any error record |
//! | 2 | wrong usage, nothing was sent |
//! | N | the script called `exit N` (the highest over all targets; 250 and above are reported as 249) |
//! | 124 | our own time limit |
//! | 130 | interrupted |
//! | 250 | no such session, or an ambiguous name |
//! | 251 | refused: attached elsewhere, quota, policy |
//! | 252 | some targets unreachable while others were reached |
//! | 253 | authentication or host key |
//! | 254 | the peer broke the protocol, or a bug of ours |
//! | 255 | no target reachable, as with ssh |

use crate::ssh::ConnectError;

/// How a verb ended for one target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// All went well.
    Ok,
    /// The script failed: 1 for a terminating error, or the number of its `exit`.
    Script(u8),
    /// Our time limit.
    TimedOut,
    /// No session of that name, or several.
    NoSession,
    /// Attached elsewhere, quota, policy.
    Refused,
    /// The target cannot be reached.
    Unreachable,
    /// Authentication or host key.
    Denied,
    /// Ctrl+C.
    Interrupted,
    /// Protocol error or bug.
    Broken,
    /// Wrong usage or configuration.
    Usage,
}

impl Outcome {
    /// The outcome of a script that called `exit number`, as its lowest eight bits would say it in a shell; what
    /// would collide with our own codes is 249.
    pub fn script(number: i32) -> Self {
        match number {
            0 => Self::Ok,
            1..=249 => Self::Script(u8::try_from(number).unwrap_or(249)),
            _ => Self::Script(249),
        }
    }

    /// One word for summaries.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Script(_) => "failed",
            Self::TimedOut => "timed out",
            Self::NoSession => "no session",
            Self::Refused => "refused",
            Self::Unreachable => "unreachable",
            Self::Denied => "denied",
            Self::Interrupted => "interrupted",
            Self::Broken => "broken",
            Self::Usage => "usage",
        }
    }
}

impl From<&ConnectError> for Outcome {
    fn from(error: &ConnectError) -> Self {
        match error {
            ConnectError::Config(_)
            | ConnectError::Expand(_)
            | ConnectError::File { .. }
            | ConnectError::JumpLoop { .. } => Self::Usage,
            ConnectError::HostKey(_) | ConnectError::Auth { .. } => Self::Denied,
            ConnectError::Subsystem { .. } | ConnectError::Variable { .. } => Self::Refused,
            ConnectError::Jump(inner) => Self::from(&**inner),
            ConnectError::Resolve { .. }
            | ConnectError::Connect { .. }
            | ConnectError::Timeout { .. }
            | ConnectError::Handshake { .. }
            | ConnectError::Channel { .. }
            | ConnectError::Closed { .. }
            | ConnectError::Spawn { .. } => Self::Unreachable,
        }
    }
}

/// The exit code of a run over any number of targets: that of the worst outcome.
pub fn code(outcomes: &[Outcome]) -> u8 {
    let Some(worst) = outcomes.iter().max() else { return 0 };
    match worst {
        Outcome::Ok => 0,
        Outcome::Script(number) => *number,
        Outcome::TimedOut => 124,
        Outcome::NoSession => 250,
        Outcome::Refused => 251,
        Outcome::Unreachable if outcomes.iter().all(|o| *o == Outcome::Unreachable) => 255,
        Outcome::Unreachable => 252,
        Outcome::Denied => 253,
        Outcome::Interrupted => 130,
        Outcome::Broken => 254,
        Outcome::Usage => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::{Outcome, code};

    #[test]
    fn codes() {
        use Outcome::{Broken, Denied, Interrupted, NoSession, Ok, Refused, Script, TimedOut, Unreachable, Usage};
        for (outcomes, expected) in [
            (&[][..], 0),
            (&[Ok, Ok], 0),
            (&[Ok, Script(3), Script(7)], 7),
            (&[Unreachable, Unreachable], 255),
            (&[Ok, Unreachable, Script(9)], 252),
            (&[TimedOut], 124),
            (&[NoSession], 250),
            (&[Refused, Ok], 251),
            (&[Denied, Unreachable], 253),
            (&[Interrupted, Ok], 130),
            (&[Broken, Denied], 254),
            (&[Usage], 2),
        ] {
            assert_eq!(code(outcomes), expected, "{outcomes:?}");
        }
    }

    #[test]
    fn script_numbers() {
        assert_eq!(Outcome::script(0), Outcome::Ok);
        assert_eq!(Outcome::script(249), Outcome::Script(249));
        for collides in [250, 255, 256, -1, i32::MIN] {
            assert_eq!(Outcome::script(collides), Outcome::Script(249));
        }
    }
}
