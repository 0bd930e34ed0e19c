//! The commands that a session ran.

use psrpd_dotnet::{DateTime, Str};

use crate::eval::Runspace;

/// How many commands are kept if `$MaximumHistoryCount` does not say.
const KEPT: usize = 4096;

/// A command that ran.
#[derive(Clone)]
pub(crate) struct Entry {
    pub(crate) id: i64,
    pub(crate) command: Str,
    /// The name of the state in which it ended.
    pub(crate) status: Str,
    pub(crate) start: DateTime,
    pub(crate) end: DateTime,
}

/// The history of a session, oldest first.
#[derive(Default)]
pub(crate) struct History {
    entries: Vec<Entry>,
    last: i64,
    /// The entries that `Invoke-History` runs, innermost last.
    pub(crate) running: Vec<i64>,
}

impl History {
    pub(crate) fn entries(&self) -> impl DoubleEndedIterator<Item = &Entry> {
        self.entries.iter()
    }

    pub(crate) fn find(&self, id: i64) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.id == id)
    }

    /// The id that the next command gets.
    pub(crate) fn next_id(&self) -> i64 {
        self.last.saturating_add(1)
    }

    pub(crate) fn remove(&mut self, ids: &[i64]) {
        self.entries.retain(|entry| !ids.contains(&entry.id));
    }
}

impl Runspace {
    /// Adds a command to the history and gives it an id.
    pub(crate) fn add_history(&mut self, entry: Entry) -> i64 {
        let kept = self.variable("MaximumHistoryCount").and_then(|count| count.as_i128());
        let kept = kept.and_then(|count| usize::try_from(count).ok()).unwrap_or(KEPT);
        let id = self.history.next_id();
        self.history.last = id;
        self.history.entries.push(Entry { id, ..entry });
        let surplus = self.history.entries.len().saturating_sub(kept);
        self.history.entries.drain(..surplus);
        id
    }
}
