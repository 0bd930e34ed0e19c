//! The output of one pipeline: whole PSRP messages, kept until nobody can need them any more.
//!
//! Positions are ordinals of messages, from 0. Everything below `delivered` was given to some client: acknowledged by our
//! own client, which is final, or written to a stock one, which proves nothing. What a stock client may not have got is
//! kept in a ring of the last [`RING_PER_PIPELINE`] bytes and repeated to the next reader.

use alloc::collections::{BTreeMap, VecDeque};
use alloc::vec::Vec;
use core::ops::Range;

use bytes::Bytes;
use psrp_proto::message::MessageKind;

use crate::limits::RING_PER_PIPELINE;

/// One message of a pipeline, without the ids of any link.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) kind: MessageKind,
    pub(crate) payload: Bytes,
    /// What may happen to it while it waits for a reader.
    pub(crate) fate: Fate,
}

/// What may happen to a message that waits for a reader.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Fate {
    /// It is delivered in its turn.
    Ordinary,
    /// It is never given up to make room: the final state.
    Final,
    /// A host call that wants an answer: it is not replayed from here but asked again while it is open.
    Question,
    /// A call that only the client of this lease may get.
    Lease(u64),
    /// What stood here means nothing any more.
    Void,
    /// Progress: only the last one of this source and activity is worth keeping.
    Progress {
        /// Source and activity.
        key: (i64, i64),
    },
}

impl Fate {
    /// Whether a reader misses it when it is gone: an open question is asked again without its message, and an answered one,
    /// or what was for somebody else, is nobody's loss.
    pub(crate) const fn is_missed(self) -> bool {
        !matches!(self, Self::Question | Self::Lease(_) | Self::Void)
    }
}

impl Entry {
    /// Heap bytes that it costs, bookkeeping included.
    fn cost(&self) -> usize {
        self.payload.len().saturating_add(size_of::<Self>())
    }
}

/// Messages that are gone, and why.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Gap {
    /// How many.
    pub(crate) lost: u64,
    /// `limit` or `stopped`.
    pub(crate) reason: &'static str,
}

impl core::fmt::Display for Gap {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{} messages are no longer held ({})", self.lost, self.reason)
    }
}

/// The log.
#[derive(Debug, Default)]
pub(crate) struct Log {
    entries: VecDeque<Entry>,
    /// The ordinal of the first entry.
    floor: u64,
    /// Everything below was given to a client.
    delivered: u64,
    /// Cost of the entries below `delivered`.
    ring: usize,
    /// Cost of the others.
    unread: usize,
    /// The ordinals of the last progress of each source and activity, as far as it is held.
    progress: BTreeMap<(i64, i64), u64>,
    /// How many of the unread ones mean nothing any more.
    voids: u64,
    /// Messages that were dropped unread and that no reader has been told of.
    gap: Option<Gap>,
    /// Ranges of messages that were dropped after the reader had been sent them, and which it has not acknowledged.
    in_flight: VecDeque<Range<u64>>,
}

impl Log {
    /// The ordinal that the next message gets.
    pub(crate) fn end(&self) -> u64 {
        self.floor.saturating_add(u64::try_from(self.entries.len()).unwrap_or(u64::MAX))
    }

    /// The oldest message that is held.
    pub(crate) fn floor(&self) -> u64 {
        self.floor
    }

    /// Everything below was given to a client.
    pub(crate) fn delivered(&self) -> u64 {
        self.delivered
    }

    /// Messages not yet given to any client.
    pub(crate) fn unread_messages(&self) -> u64 {
        self.end().saturating_sub(self.delivered).saturating_sub(self.voids)
    }

    /// Cost of the messages not yet given to any client, in bytes.
    pub(crate) fn unread(&self) -> usize {
        self.unread
    }

    /// Cost of the messages that were given to a client and may have to be repeated, in bytes.
    pub(crate) fn ring(&self) -> usize {
        self.ring
    }

    /// Takes out the unread progress of an activity that is over; of all of them without a key.
    pub(crate) fn drop_progress(&mut self, key: Option<(i64, i64)>) {
        let keys: Vec<_> = key.map_or_else(|| self.progress.keys().copied().collect(), |key| [key].into());
        for key in keys {
            let Some(entry) = self.unread_progress(key) else { continue };
            let before = entry.cost();
            *entry = Entry { payload: Bytes::new(), fate: Fate::Void, ..*entry };
            let after = entry.cost();
            self.unread = self.unread.saturating_sub(before).saturating_add(after);
            self.voids = self.voids.saturating_add(1);
            self.progress.remove(&key);
        }
    }

    /// Appends a message. Progress takes the place of what is unread of the same activity.
    pub(crate) fn push(&mut self, entry: Entry) {
        self.unread = self.unread.saturating_add(entry.cost());
        if let Fate::Progress { key } = entry.fate {
            if let Some(stale) = self.unread_progress(key) {
                let before = core::mem::replace(stale, entry).cost();
                self.unread = self.unread.saturating_sub(before);
                return;
            }
            self.progress.insert(key, self.end());
        }
        self.entries.push_back(entry);
    }

    fn unread_progress(&mut self, key: (i64, i64)) -> Option<&mut Entry> {
        let ordinal = self.progress.get(&key).filter(|ordinal| **ordinal >= self.delivered)?;
        let index = usize::try_from(ordinal.checked_sub(self.floor)?).ok()?;
        self.entries.get_mut(index)
    }

    /// The message at `ordinal`.
    pub(crate) fn get(&self, ordinal: u64) -> Option<&Entry> {
        let index = ordinal.checked_sub(self.floor)?;
        self.entries.get(usize::try_from(index).ok()?)
    }

    /// Says that everything below `ordinal` was written to a stock client: it stays in the ring.
    pub(crate) fn written(&mut self, ordinal: u64) {
        while self.delivered < ordinal.min(self.end()) {
            let entry = self.get(self.delivered);
            let void = entry.is_some_and(|entry| entry.fate == Fate::Void);
            let cost = entry.map_or(0, Entry::cost);
            self.voids = self.voids.saturating_sub(u64::from(void));
            self.unread = self.unread.saturating_sub(cost);
            self.ring = self.ring.saturating_add(cost);
            self.delivered = self.delivered.saturating_add(1);
        }
        while self.ring > RING_PER_PIPELINE && self.floor < self.delivered {
            self.pop();
        }
    }

    /// Says that a client has everything below `ordinal`.
    pub(crate) fn acknowledged(&mut self, ordinal: u64) {
        while let Some(first) = self.in_flight.front_mut() {
            first.start = first.start.max(ordinal).min(first.end);
            if !first.is_empty() {
                break;
            }
            self.in_flight.pop_front();
        }
        self.written(ordinal);
        while self.floor < ordinal.min(self.delivered) {
            self.pop();
        }
    }

    /// Forgets all that was given to a client.
    pub(crate) fn forget_ring(&mut self) {
        self.acknowledged(self.delivered);
    }

    /// Makes room by giving up the oldest unread message; false when there is none but the final state. What lies below
    /// `sent` is on its way to a reader: it is lost only if that one goes without having acknowledged it.
    pub(crate) fn drop_oldest(&mut self, reason: &'static str, sent: u64) -> bool {
        while self.floor < self.delivered {
            self.pop();
        }
        let Some(fate) = self.entries.front().map(|entry| entry.fate).filter(|fate| *fate != Fate::Final) else {
            return false;
        };
        let ordinal = self.floor;
        self.written(ordinal.saturating_add(1));
        while self.floor <= ordinal {
            self.pop();
        }
        match (fate.is_missed(), ordinal < sent) {
            (false, _) => {}
            (true, false) => self.lose(1, reason),
            (true, true) => match self.in_flight.back_mut().filter(|last| last.end == ordinal) {
                Some(last) => last.end = self.floor,
                None => self.in_flight.push_back(ordinal..self.floor),
            },
        }
        true
    }

    /// Notes messages that the next reader will miss.
    pub(crate) fn lose(&mut self, count: u64, reason: &'static str) {
        if count > 0 {
            let gap = self.gap.get_or_insert(Gap { lost: 0, reason });
            gap.lost = gap.lost.saturating_add(count);
            gap.reason = reason;
        }
    }

    /// The reader has gone: what it was sent and has not acknowledged the next one cannot be given, if it is not here.
    pub(crate) fn reader_gone(&mut self) {
        let lost = core::mem::take(&mut self.in_flight).into_iter().map(|range| range.end.saturating_sub(range.start));
        self.lose(lost.fold(0, u64::saturating_add), "limit");
    }

    /// What was lost since the last time somebody asked.
    pub(crate) fn take_gap(&mut self) -> Option<Gap> {
        self.gap.take()
    }

    /// Removes the oldest entry, which is below `delivered`.
    fn pop(&mut self) {
        if let Some(entry) = self.entries.pop_front() {
            self.ring = self.ring.saturating_sub(entry.cost());
            if let Fate::Progress { key } = entry.fate
                && self.progress.get(&key) == Some(&self.floor)
            {
                self.progress.remove(&key);
            }
            self.floor = self.floor.saturating_add(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(size: usize) -> Entry {
        Entry { kind: MessageKind::PipelineOutput, payload: Bytes::from(std::vec![0; size]), fate: Fate::Ordinary }
    }

    #[test]
    fn written_messages_stay_in_the_ring_until_it_is_full() {
        let mut log = Log::default();
        for _ in 0..4 {
            log.push(entry(RING_PER_PIPELINE / 2));
        }
        log.written(1);
        assert_eq!((log.floor(), log.delivered(), log.end()), (0, 1, 4));
        log.written(4);
        assert_eq!((log.floor(), log.delivered(), log.unread()), (3, 4, 0));
        assert!(log.ring() <= RING_PER_PIPELINE);
    }

    #[test]
    fn acknowledged_messages_are_gone() {
        let mut log = Log::default();
        log.push(entry(10));
        log.push(entry(10));
        log.acknowledged(1);
        assert_eq!((log.floor(), log.delivered(), log.ring()), (1, 1, 0));
        assert!(log.get(0).is_none() && log.get(1).is_some() && log.get(2).is_none());
        log.acknowledged(9);
        assert_eq!((log.floor(), log.end(), log.unread()), (2, 2, 0));
    }

    #[test]
    fn dropping_spares_the_final_state() {
        let mut log = Log::default();
        log.push(entry(10));
        log.push(Entry { kind: MessageKind::PipelineState, fate: Fate::Final, ..entry(10) });
        assert!(log.drop_oldest("limit", 0));
        assert!(!log.drop_oldest("limit", 0));
        assert_eq!(log.take_gap(), Some(Gap { lost: 1, reason: "limit" }));
        assert_eq!((log.take_gap(), log.floor(), log.end()), (None, 1, 2));
    }

    #[test]
    fn only_the_last_progress_of_an_activity_is_kept() {
        let mut log = Log::default();
        let progress = |key| Entry { fate: Fate::Progress { key }, kind: MessageKind::ProgressRecord, ..entry(100) };
        log.push(progress((1, 1)));
        log.push(progress((1, 2)));
        log.push(progress((1, 1)));
        assert_eq!((log.end(), log.unread()), (2, 2 * progress((1, 1)).cost()));
        // What was given to a client is no longer replaced.
        log.written(1);
        log.push(progress((1, 1)));
        log.push(Entry { payload: Bytes::from_static(b"last"), ..progress((1, 1)) });
        assert_eq!((log.end(), log.get(2).unwrap().payload.as_ref()), (3, &b"last"[..]));
        log.acknowledged(3);
        assert!(log.progress.is_empty() && log.unread() == 0);
    }

    #[test]
    fn a_question_does_not_stand_in_the_way_of_what_is_dropped() {
        let mut log = Log::default();
        log.push(Entry { fate: Fate::Question, ..entry(10) });
        log.push(entry(10));
        while log.drop_oldest("limit", 0) {}
        assert_eq!((log.floor(), log.unread(), log.take_gap().unwrap().lost), (2, 0, 1));
    }

    #[test]
    fn what_was_on_its_way_is_lost_only_with_its_reader() {
        let mut log = Log::default();
        for _ in 0..5 {
            log.push(entry(10));
        }
        for _ in 0..4 {
            assert!(log.drop_oldest("limit", 3));
        }
        // Three were sent, the fourth was not.
        assert_eq!(log.take_gap().unwrap().lost, 1);
        log.acknowledged(1);
        log.reader_gone();
        assert_eq!(log.take_gap().unwrap().lost, 2);
        log.acknowledged(5);
        log.reader_gone();
        assert_eq!((log.take_gap(), log.unread_messages()), (None, 0));
    }

    #[test]
    fn progress_that_is_over_is_no_message() {
        let mut log = Log::default();
        let progress = |key| Entry { fate: Fate::Progress { key }, kind: MessageKind::ProgressRecord, ..entry(100) };
        log.push(progress((1, 1)));
        log.push(entry(10));
        log.push(progress((1, 2)));
        log.drop_progress(Some((1, 1)));
        assert_eq!((log.unread_messages(), log.get(0).unwrap().fate), (2, Fate::Void));
        log.push(progress((1, 1)));
        log.drop_progress(None);
        assert_eq!(log.unread_messages(), 1);
        while log.drop_oldest("limit", 0) {}
        assert_eq!((log.take_gap().unwrap().lost, log.unread(), log.unread_messages()), (1, 0, 0));
    }

    #[test]
    fn costs_add_up() {
        let mut log = Log::default();
        for size in [1, 20, 300] {
            log.push(entry(size));
        }
        let all = log.unread();
        log.written(2);
        assert_eq!(log.unread() + log.ring(), all);
        while log.drop_oldest("limit", 0) {}
        assert_eq!((log.unread(), log.ring()), (0, 0));
    }
}
