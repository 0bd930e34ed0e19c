//! Whether a new session may be made.

use std::cell::RefCell;
use std::collections::{BTreeSet, VecDeque};
use std::time::Duration;

use uuid::Uuid;

use crate::config::LimitsConfig;
use crate::control::{Place, Refused};
use crate::limits::WARM_DELAY;

/// Least output that a new session must be able to retain, in bytes; with less it is refused.
const LEAST_RETAINED: usize = 65_536;

/// How long it may take until a warm host that a shim was asked for can be seen.
const ORDER: Duration = WARM_DELAY.saturating_add(Duration::from_secs(3));

/// The span over which new sessions are counted.
const MINUTE: Duration = Duration::from_secs(60);

/// What a user's sessions use at the moment.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Load {
    /// Sessions.
    pub sessions: usize,
    /// Bytes of output that they retain.
    pub retained: usize,
}

/// What was decided.
#[derive(Debug, Default)]
pub(super) struct Admission {
    /// Sessions that were allowed and cannot be seen yet.
    expected: usize,
    /// Warm hosts that a shim was sent to.
    promised: BTreeSet<Uuid>,
    /// When sessions were allowed, for the last minute.
    granted: VecDeque<Duration>,
    /// Warm hosts that a shim was asked to start: of what kind, and when.
    ordered: Vec<(String, Duration)>,
}

/// Leave to make a session. It counts as one as long as this exists: until it can be seen, or its client has given up.
#[derive(Debug)]
pub(super) struct Grant<'a> {
    admission: &'a RefCell<Admission>,
    /// Most bytes of output that the session may retain.
    pub retained: usize,
    /// The warm host that becomes the session; none: one is started.
    pub warm: Option<Place>,
}

impl Drop for Grant<'_> {
    fn drop(&mut self) {
        let mut admission = self.admission.borrow_mut();
        admission.expected -= 1;
        if let Some(host) = &self.warm {
            admission.promised.remove(&host.id);
        }
    }
}

/// Allows one more session, if the limits do, and chooses one of the warm hosts that fit.
///
/// Sessions that have ended count towards no limit but the rate, which is none unless it is configured: a script that opens
/// and closes one after the other is nobody's burden.
///
/// # Errors
/// Which limit is reached and what to do, for the user.
pub(super) fn admit<'a>(
    admission: &'a RefCell<Admission>,
    limits: &LimitsConfig,
    load: &Load,
    fitting: &[Place],
    now: Duration,
) -> Result<Grant<'a>, Refused> {
    let mut state = admission.borrow_mut();
    limit_of_sessions(limits, load.sessions + state.expected)?;
    while state.granted.front().is_some_and(|when| now.saturating_sub(*when) >= MINUTE) {
        state.granted.pop_front();
    }
    let rate = usize::try_from(limits.creates_per_minute).unwrap_or(usize::MAX);
    if rate > 0 && state.granted.len() >= rate {
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
    if rate > 0 {
        state.granted.push_back(now);
    }
    state.expected += 1;
    let warm = fitting.iter().find(|host| !state.promised.contains(&host.id)).cloned();
    state.promised.extend(warm.iter().map(|host| host.id));
    Ok(Grant { admission, retained: free.min(limits.retained_per_session), warm })
}

/// How many warm hosts of a kind a shim is to start, of which so many were `found` and so many are `missing`. Of hundreds of
/// clients who come one after the other only one starts them: the others would find that they are not wanted.
pub(super) fn order(admission: &RefCell<Admission>, kind: String, found: usize, missing: u8, now: Duration) -> u8 {
    let ordered = &mut admission.borrow_mut().ordered;
    // What was ordered has come, or its shim is gone.
    ordered.retain(|(of, when)| now.saturating_sub(*when) < ORDER && (found == 0 || *of != kind));
    if missing == 0 || ordered.iter().any(|(of, _)| *of == kind) {
        return 0;
    }
    ordered.push((kind, now));
    missing
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

    fn load(sessions: usize, retained: usize) -> Load {
        Load { sessions, retained }
    }

    #[test]
    fn sessions_that_are_not_there_yet_count() {
        let admission = RefCell::default();
        let limits = LimitsConfig { sessions: 3, ..LimitsConfig::default() };
        let ask = |sessions| admit(&admission, &limits, &load(sessions, 0), &[], SECOND);
        let mut grants: Vec<_> = (0..3).map(|_| ask(0).unwrap()).collect();
        assert!(ask(0).unwrap_err().text.contains("limit of 3 sessions"));
        // One has become a session: the same number.
        grants.pop();
        assert!(ask(1).is_err());
        // Another has come to nothing.
        grants.pop();
        ask(1).unwrap();
    }

    #[test]
    fn sessions_that_have_ended_do_not_count() {
        let admission = RefCell::default();
        let limits = LimitsConfig::default();
        for _ in 0..1_000 {
            admit(&admission, &limits, &load(0, 0), &[], SECOND).unwrap();
        }
    }

    #[test]
    fn a_rate_counts_them_all_if_there_is_one() {
        let admission = RefCell::default();
        let limits = LimitsConfig { creates_per_minute: 10, ..LimitsConfig::default() };
        let ask = |at| admit(&admission, &limits, &load(0, 0), &[], at);
        for _ in 0..10 {
            ask(SECOND).unwrap();
        }
        assert!(ask(60 * SECOND).unwrap_err().text.contains("limit of 10 new sessions in a minute"));
        ask(61 * SECOND).unwrap();
    }

    #[test]
    fn new_sessions_get_what_is_left_to_retain() {
        let admission = RefCell::default();
        let limits = LimitsConfig::default();
        let ask = |bytes| admit(&admission, &limits, &load(1, bytes), &[], SECOND).map(|grant| grant.retained);
        assert_eq!(ask(0), Ok(32 << 20));
        assert_eq!(ask(250 << 20), Ok(6 << 20));
        assert!(ask(256 << 20).unwrap_err().text.contains("268435456 bytes"));
    }

    #[test]
    fn warm_hosts_are_ordered_once() {
        let admission = RefCell::default();
        let ask = |kind: &str, found, missing, at| order(&admission, kind.to_owned(), found, missing, at);
        assert_eq!(ask("native", 1, 1, SECOND), 1);
        assert_eq!(ask("native", 0, 1, 2 * SECOND), 0);
        assert_eq!(ask("pwsh", 0, 2, 2 * SECOND), 2);
        // It has come and is taken.
        assert_eq!(ask("native", 1, 1, 3 * SECOND), 1);
        // It has not come.
        assert_eq!(ask("native", 0, 1, 3 * SECOND + ORDER), 1);
        assert_eq!(ask("native", 1, 0, 4 * SECOND + ORDER), 0);
    }

    #[test]
    fn a_warm_host_is_promised_to_one() {
        let admission = RefCell::default();
        let hosts = [1, 2].map(|id| Place { id: Uuid::from_u128(id), socket: "/s".into() });
        let limits = LimitsConfig::default();
        let ask = || admit(&admission, &limits, &load(0, 0), &hosts, SECOND).unwrap();
        let (first, second, third) = (ask(), ask(), ask());
        assert_eq!(first.warm.as_ref(), Some(&hosts[0]));
        assert_eq!(second.warm.as_ref(), Some(&hosts[1]));
        assert_eq!(third.warm, None);
        // Its client did not come: it is there for the next.
        drop(first);
        assert_eq!(ask().warm.as_ref(), Some(&hosts[0]));
    }
}
