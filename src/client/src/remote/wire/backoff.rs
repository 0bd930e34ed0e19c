//! How long to wait between attempts.

use std::time::Duration;

use crate::limits::{FIRST_BACKOFF, LAST_BACKOFF};

/// Waits that double, up to a limit. One serves all attempts until a connection has lasted for as long as the longest
/// wait: connections that are made and lost at once must not be made without end.
#[derive(Debug)]
pub(super) struct Backoff {
    next: Duration,
    tried: bool,
}

impl Backoff {
    pub(super) const fn new() -> Self {
        Self { next: FIRST_BACKOFF, tried: false }
    }

    /// The wait before an attempt: none before the first.
    pub(super) fn before_attempt(&mut self, random: u32) -> Duration {
        if std::mem::replace(&mut self.tried, true) { self.wait(random) } else { Duration::ZERO }
    }

    /// The next wait: half of it fixed, half of it as `random` has it, so that the clients of a server that comes back
    /// do not all come at once.
    fn wait(&mut self, random: u32) -> Duration {
        let whole = self.next;
        self.next = whole.saturating_mul(2).min(LAST_BACKOFF);
        let half = whole / 2;
        half + half.mul_f64(f64::from(random) / f64::from(u32::MAX))
    }
}

/// Random bits of the operating system; without them the clients are not spread, which is all they are for.
pub(super) fn random() -> u32 {
    let mut bytes = [0; 4];
    match rustix::rand::getrandom(&mut bytes, rustix::rand::GetRandomFlags::empty()) {
        Ok(_) => u32::from_ne_bytes(bytes),
        Err(_) => u32::MAX,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_limit() {
        let mut backoff = Backoff::new();
        let waits: Vec<_> = (0..8).map(|_| backoff.wait(u32::MAX).as_millis()).collect();
        assert_eq!(waits, [250, 500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
        assert_eq!(Backoff::new().wait(0).as_millis(), 125);
        let mut backoff = Backoff::new();
        assert_eq!(backoff.before_attempt(u32::MAX), Duration::ZERO);
        assert_eq!(backoff.before_attempt(u32::MAX), FIRST_BACKOFF);
    }
}
