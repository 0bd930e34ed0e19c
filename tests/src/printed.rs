//! What a program prints, line by line while it runs.

use std::io::{BufRead as _, BufReader, PipeReader};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Instant;

#[derive(Debug, Default)]
struct State {
    lines: Vec<String>,
    ended: bool,
}

/// The lines that a pipe has brought.
#[derive(Clone, Debug, Default)]
pub(crate) struct Printed(Arc<(Mutex<State>, Condvar)>);

impl Printed {
    /// Reads the pipe to its end.
    pub(crate) fn follow(reader: PipeReader) -> Self {
        let printed = Self::default();
        let kept = printed.clone();
        std::thread::spawn(move || {
            let mut reader = BufReader::new(reader);
            let mut line = Vec::new();
            while reader.read_until(b'\n', &mut line).is_ok_and(|length| length > 0) {
                let text = String::from_utf8_lossy(&line).trim_end_matches('\n').to_owned();
                line.clear();
                kept.change(|state| state.lines.push(text));
            }
            kept.change(|state| state.ended = true);
        });
        printed
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        let (state, changed) = &*self.0;
        change(&mut state.lock().expect("the lines"));
        changed.notify_all();
    }

    /// Waits for the first line that contains `text`; `None` when the end comes first, or the time is over.
    pub(crate) fn line(&self, text: &str, end: Instant) -> Option<String> {
        self.wait(end, |state| state.lines.iter().find(|line| line.contains(text)).cloned())
    }

    /// Waits for the line of this number, from 0; `None` when the end comes first, or the time is over.
    pub(crate) fn nth(&self, number: usize, end: Instant) -> Option<String> {
        self.wait(end, |state| state.lines.get(number).cloned())
    }

    /// Waits for the end of the pipe; `false` when the time is over.
    pub(crate) fn ended(&self, end: Instant) -> bool {
        self.wait(end, |state| state.ended.then_some(())).is_some()
    }

    fn wait<T>(&self, end: Instant, mut wanted: impl FnMut(&State) -> Option<T>) -> Option<T> {
        let (state, changed) = &*self.0;
        let mut state = state.lock().expect("the lines");
        loop {
            if let Some(found) = wanted(&state) {
                return Some(found);
            }
            let left = end.checked_duration_since(Instant::now())?;
            if state.ended && left.is_zero() {
                return None;
            }
            if state.ended {
                return wanted(&state);
            }
            state = changed.wait_timeout(state, left).expect("the lines").0;
        }
    }

    /// All lines so far.
    pub(crate) fn text(&self) -> String {
        let (state, _) = &*self.0;
        state.lock().expect("the lines").lines.iter().map(|line| format!("{line}\n")).collect()
    }
}
