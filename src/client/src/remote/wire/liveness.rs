//! Whether the server is still there. Has nothing to do with flow control: a server that does not take any data and says
//! that it is there is alive.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};
use tokio::time::Instant;

use crate::limits::{AFTER_SLEEP, PEER_DEAD, PING_AFTER, SLEEP_CHECK};

/// When the server of a connection was last heard.
#[derive(Debug)]
pub(super) struct Liveness {
    heard: Instant,
    /// By when it has to answer, once it was asked.
    due: Option<Instant>,
    /// When this computer's sleep was last looked for, and how long it had slept until then.
    checked: Instant,
    slept: Duration,
}

/// What is to be done.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Nothing.
    Wait,
    /// Ask the server whether it is there.
    Ask,
    /// It is not.
    Dead,
}

impl Liveness {
    /// A connection on which something was heard just now; `slept` is how long this computer has slept so far.
    pub(super) const fn new(now: Instant, slept: Duration) -> Self {
        Self { heard: now, due: None, checked: now, slept }
    }

    /// Something was heard.
    pub(super) fn heard(&mut self, now: Instant) {
        self.heard = now;
        self.due = None;
    }

    /// When [`check`](Self::check) is due.
    pub(super) fn deadline(&self) -> Instant {
        self.due.unwrap_or(self.heard + PING_AFTER).min(self.checked + SLEEP_CHECK)
    }

    /// Says what is to be done at `now`, when this computer has slept for `slept` so far.
    ///
    /// The clock of the connection stands still in sleep, the network does not wait: after a sleep the connection is
    /// most likely dead, and to learn that in seconds rather than in three quarters of a minute is worth a question.
    pub(super) fn check(&mut self, now: Instant, slept: Duration) -> Verdict {
        let has_slept = slept > self.slept + AFTER_SLEEP;
        (self.checked, self.slept) = (now, slept);
        match self.due {
            _ if has_slept => self.due = Some(now + AFTER_SLEEP),
            Some(due) if due <= now => return Verdict::Dead,
            None if now >= self.heard + PING_AFTER => self.due = Some(now + (PEER_DEAD - PING_AFTER)),
            _ => return Verdict::Wait,
        }
        Verdict::Ask
    }
}

/// How long this computer has slept since it was started.
pub(super) fn slept() -> Duration {
    let since_start = |clock| {
        let time = clock_gettime(clock);
        Duration::new(u64::try_from(time.tv_sec).unwrap_or_default(), u32::try_from(time.tv_nsec).unwrap_or_default())
    };
    since_start(ClockId::Boottime).saturating_sub(since_start(ClockId::Monotonic))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEVER: Duration = Duration::ZERO;

    /// Follows the deadlines, and notes when something is to be done.
    fn follow(liveness: &mut Liveness, start: Instant, slept: impl Fn(Duration) -> Duration) -> Vec<(u64, Verdict)> {
        let mut verdicts = Vec::new();
        while !matches!(verdicts.last(), Some((_, Verdict::Dead))) && verdicts.len() < 20 {
            let now = liveness.deadline();
            let after = now - start;
            match liveness.check(now, slept(after)) {
                Verdict::Wait => {}
                verdict => verdicts.push((after.as_secs(), verdict)),
            }
        }
        verdicts
    }

    #[test]
    fn silence_is_asked_about_and_then_death() {
        let start = Instant::now();
        let mut liveness = Liveness::new(start, NEVER);
        assert_eq!(follow(&mut liveness, start, |_| NEVER), [(15, Verdict::Ask), (45, Verdict::Dead)]);
    }

    #[test]
    fn an_answer_begins_anew() {
        let start = Instant::now();
        let mut liveness = Liveness::new(start, NEVER);
        assert_eq!(liveness.check(start + PING_AFTER, NEVER), Verdict::Ask);
        let answered = start + Duration::from_secs(20);
        liveness.heard(answered);
        assert_eq!(follow(&mut liveness, answered, |_| NEVER), [(15, Verdict::Ask), (45, Verdict::Dead)]);
    }

    #[test]
    fn after_a_sleep_the_answer_has_to_come_soon() {
        let start = Instant::now();
        let mut liveness = Liveness::new(start, NEVER);
        let slept = |after: Duration| if after.as_secs() < 7 { NEVER } else { Duration::from_secs(3_600) };
        let verdicts = follow(&mut liveness, start, slept);
        assert_eq!(verdicts, [(10, Verdict::Ask), (15, Verdict::Dead)]);
        // And an answer is an answer.
        let mut liveness = Liveness::new(start, NEVER);
        let woken = start + Duration::from_secs(5);
        assert_eq!(liveness.check(woken, Duration::from_secs(3_600)), Verdict::Ask);
        liveness.heard(woken + Duration::from_secs(1));
        assert_eq!(liveness.check(woken + AFTER_SLEEP, Duration::from_secs(3_600)), Verdict::Wait);
    }
}
