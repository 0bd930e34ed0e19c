//! What runspaces tell the loop of the host: bounded, so that a runspace waits while nobody takes what it writes.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use super::Told;

/// Bytes that may wait; the last entry may overrun them. As much as the pipe of a child process holds.
const WAITING: usize = 65_536;

/// What an entry weighs beside its payload.
pub(super) const ENTRY: usize = 64;

/// Entries from the threads of the runspaces to the loop.
#[derive(Clone, Default)]
pub(super) struct Queue(Arc<Shared>);

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    room: Condvar,
}

#[derive(Default)]
struct State {
    entries: VecDeque<Told>,
    bytes: usize,
    /// Nobody waits for room any more: the session ends.
    unbounded: bool,
    /// A runspace has ended by a fault of the engine.
    failed: bool,
    reader: Option<Waker>,
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing that is done under the lock leaves the state half changed.
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds an entry, as soon as there is room.
    pub(super) fn push(&self, told: Told) {
        let size = told.size().saturating_add(ENTRY);
        let mut state = self.lock();
        while state.bytes >= WAITING && !state.unbounded {
            state = self.0.room.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        self.add(state, told, size);
    }

    /// Adds an entry that does not wait for room.
    pub(super) fn push_now(&self, told: Told) {
        self.add(self.lock(), told, 0);
    }

    fn add(&self, mut state: MutexGuard<'_, State>, told: Told, size: usize) {
        state.failed |= matches!(told, Told::Gone(Some(_)));
        state.entries.push_back(told);
        state.bytes = state.bytes.saturating_add(size);
        let reader = state.reader.take();
        drop(state);
        if let Some(reader) = reader {
            reader.wake();
        }
    }

    /// Takes everything that waits; pending when that is nothing.
    pub(super) fn poll_take(&self, context: &Context<'_>) -> Poll<VecDeque<Told>> {
        let mut state = self.lock();
        if state.entries.is_empty() {
            state.reader = Some(context.waker().clone());
            return Poll::Pending;
        }
        state.bytes = 0;
        let taken = std::mem::take(&mut state.entries);
        drop(state);
        self.0.room.notify_all();
        Poll::Ready(taken)
    }

    /// Ready when a runspace has ended by a fault of the engine; nothing is taken.
    pub(super) fn poll_failed(&self, context: &Context<'_>) -> Poll<()> {
        let mut state = self.lock();
        if state.failed {
            return Poll::Ready(());
        }
        state.reader = Some(context.waker().clone());
        Poll::Pending
    }

    /// Lets everybody through who waits, now and later.
    pub(super) fn open(&self) {
        self.lock().unbounded = true;
        self.0.room.notify_all();
    }
}
