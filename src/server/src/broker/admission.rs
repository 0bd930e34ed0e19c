//! Whether a new session may be made.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use uuid::Uuid;

use crate::config::LimitsConfig;
use crate::control::{Place, Refused};
use crate::limits::PROMISE;

/// Least output that a new session must be able to retain, in bytes; with less it is refused.
const LEAST_RETAINED: usize = 65_536;

/// What a user's sessions use at the moment.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Load {
    /// Sessions.
    pub sessions: usize,
    /// Those made in the last minute.
    pub young: usize,
    /// Bytes of output that they retain.
    pub retained: usize,
}

/// What was decided and cannot be seen yet.
#[derive(Debug, Default)]
pub(super) struct Admission {
    /// When sessions were allowed that need not be there yet, and how many there were before.
    granted: VecDeque<(Duration, usize)>,
    /// Warm hosts that a shim was sent to, and when.
    promised: BTreeMap<Uuid, Duration>,
}

impl Admission {
    /// Allows one more session and says how much output it may retain, in bytes.
    ///
    /// Sessions that have ended do not count towards the rate: a script that opens and closes one after the other is not what
    /// the rate is there for.
    ///
    /// # Errors
    /// Which limit is reached and what to do, for the user.
    pub(super) fn admit(&mut self, limits: &LimitsConfig, load: &Load, now: Duration) -> Result<usize, Refused> {
        while self.granted.front().is_some_and(|(when, _)| now.saturating_sub(*when) > PROMISE) {
            self.granted.pop_front();
        }
        let expected = self.granted.front().map_or(0, |(_, before)| before + self.granted.len());
        let sessions = load.sessions.max(expected);
        limit_of_sessions(limits, sessions)?;
        let unseen = sessions - load.sessions;
        let rate = usize::try_from(limits.creates_per_minute).unwrap_or(usize::MAX);
        if load.young + unseen >= rate {
            let text = format!("limit of {rate} new sessions in a minute reached: wait or attach to one of them");
            return Err(Refused::here("limit", text));
        }
        let free = limits.retained.saturating_sub(load.retained);
        if free < LEAST_RETAINED.min(limits.retained) {
            let text = format!(
                "your sessions retain {} bytes of output, the limit is {}: receive or end one of them",
                load.retained, limits.retained
            );
            return Err(Refused::here("limit", text));
        }
        self.granted.push_back((now, load.sessions));
        Ok(free.min(limits.retained_per_session))
    }

    /// Chooses a warm host that nobody was sent to in the last seconds.
    pub(super) fn choose_warm(&mut self, fitting: &[Place], now: Duration) -> Option<Place> {
        self.promised.retain(|_, when| now.saturating_sub(*when) <= PROMISE);
        let chosen = fitting.iter().find(|host| !self.promised.contains_key(&host.id))?;
        self.promised.insert(chosen.id, now);
        Some(chosen.clone())
    }
}

/// Whether `sessions` and one more could together retain more than they may; if not, nobody needs to be asked.
pub(super) fn can_exceed(limits: &LimitsConfig, sessions: usize) -> bool {
    sessions.saturating_add(1).saturating_mul(limits.retained_per_session) > limits.retained
}

/// The limit that can be checked without a broker: the number of sessions.
///
/// # Errors
/// As [`Admission::admit`].
pub(crate) fn limit_of_sessions(limits: &LimitsConfig, sessions: usize) -> Result<(), Refused> {
    if sessions < limits.sessions {
        Ok(())
    } else {
        Err(Refused::here("limit", format!("limit of {} sessions reached: end one of them", limits.sessions)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn load(sessions: usize, young: usize, retained: usize) -> Load {
        Load { sessions, young, retained }
    }

    #[test]
    fn sessions_that_are_not_there_yet_count() {
        let mut admission = Admission::default();
        let limits = LimitsConfig { sessions: 3, ..LimitsConfig::default() };
        for _ in 0..3 {
            admission.admit(&limits, &load(0, 0, 0), SECOND).unwrap();
        }
        assert!(admission.admit(&limits, &load(0, 0, 0), SECOND).unwrap_err().text.contains("limit of 3 sessions"));
        assert!(admission.admit(&limits, &load(2, 2, 0), 3 * SECOND).is_err());
        // What has not come after seconds does not come any more.
        admission.admit(&limits, &load(2, 2, 0), 10 * SECOND).unwrap();
        assert!(admission.admit(&limits, &load(3, 3, 0), 11 * SECOND).is_err());
    }

    #[test]
    fn the_rate_counts_what_still_lives() {
        let mut admission = Admission::default();
        let limits = LimitsConfig::default();
        assert!(admission.admit(&limits, &load(10, 10, 0), SECOND).unwrap_err().text.contains("in a minute"));
        for at in 1..100 {
            admission.admit(&limits, &load(0, 0, 0), 6 * at * SECOND).unwrap();
        }
    }

    #[test]
    fn new_sessions_get_what_is_left_to_retain() {
        let mut admission = Admission::default();
        let limits = LimitsConfig::default();
        let mut retained = |bytes, at| admission.admit(&limits, &load(1, 0, bytes), at);
        assert_eq!(retained(0, SECOND), Ok(32 << 20));
        assert_eq!(retained(250 << 20, 7 * SECOND), Ok(6 << 20));
        assert!(retained(256 << 20, 14 * SECOND).unwrap_err().text.contains("268435456 bytes"));
    }

    #[test]
    fn nobody_is_asked_what_cannot_be_too_much() {
        let limits = LimitsConfig::default();
        assert!(!can_exceed(&limits, 7));
        assert!(can_exceed(&limits, 8));
    }

    #[test]
    fn a_warm_host_is_promised_to_one() {
        let mut admission = Admission::default();
        let hosts = [1, 2].map(|id| Place { id: Uuid::from_u128(id), socket: "/s".into() });
        assert_eq!(admission.choose_warm(&hosts, SECOND).as_ref(), Some(&hosts[0]));
        assert_eq!(admission.choose_warm(&hosts, SECOND).as_ref(), Some(&hosts[1]));
        assert_eq!(admission.choose_warm(&hosts, 2 * SECOND), None);
        assert_eq!(admission.choose_warm(&hosts, 20 * SECOND).as_ref(), Some(&hosts[0]));
    }
}
