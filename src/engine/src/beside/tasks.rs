//! What works beside without a runspace: threads that wait for the machine.

use std::{
    collections::{HashMap, VecDeque},
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    thread,
};

use parking_lot::Mutex;

use crate::{limits::MAX_TASKS, platform::Stop};

type Work = Box<dyn FnOnce() + Send>;

/// The tasks of a session. They end with it: nobody waits for them, they are told to stop.
#[derive(Default)]
pub(crate) struct Tasks(Mutex<State>);

#[derive(Default)]
struct State {
    last: u64,
    /// What stops those that run.
    running: HashMap<u64, Stop>,
    /// Those beyond [`MAX_TASKS`].
    waiting: VecDeque<(Stop, Work)>,
    is_over: bool,
}

impl State {
    fn begin(&mut self, stop: Stop) -> u64 {
        self.last = self.last.wrapping_add(1);
        self.running.insert(self.last, stop);
        self.last
    }
}

impl Tasks {
    /// Does something in a thread of its own, as soon as there may be one more. What is not done is dropped.
    ///
    /// # Errors
    /// The system gives no thread.
    pub(crate) fn start(self: &Arc<Self>, stop: &Stop, work: impl FnOnce() + Send + 'static) -> io::Result<()> {
        let (stop, work): (Stop, Work) = (stop.clone(), Box::new(work));
        let mut state = self.0.lock();
        if state.is_over {
            return Ok(());
        }
        if state.running.len() >= MAX_TASKS {
            state.waiting.push_back((stop, work));
            return Ok(());
        }
        let id = state.begin(stop);
        drop(state);
        let tasks = self.clone();
        let started = thread::Builder::new().name("task".into()).spawn(move || tasks.work_off(id, work));
        if started.is_err() {
            self.0.lock().running.remove(&id);
        }
        started.map(drop)
    }

    fn work_off(&self, mut id: u64, mut work: Work) {
        loop {
            // A fault of the engine ends this task alone.
            let _ = catch_unwind(AssertUnwindSafe(work));
            let mut state = self.0.lock();
            state.running.remove(&id);
            let Some((stop, next)) = state.waiting.pop_front() else { return };
            (id, work) = (state.begin(stop), next);
        }
    }

    /// The session ends.
    pub(super) fn end(&self) {
        let waiting = {
            let mut state = self.0.lock();
            state.is_over = true;
            state.running.values().for_each(Stop::set);
            std::mem::take(&mut state.waiting)
        };
        drop(waiting);
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::mpsc, time::Duration};

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(30);

    #[test]
    fn what_is_too_much_waits_and_all_ends_with_the_session() {
        let tasks = Arc::new(Tasks::default());
        let (said, heard) = mpsc::channel();
        let stop_of_all = Stop::default();
        for at in 0..=MAX_TASKS {
            let (said, stop) = (said.clone(), stop_of_all.clone());
            let work = move || {
                said.send(at).unwrap();
                while !stop.is_set() && at > 0 {
                    stop.sleep(Duration::from_millis(20));
                }
                if at == 1 {
                    said.send(usize::MAX).unwrap();
                }
            };
            tasks.start(&stop_of_all, work).unwrap();
        }
        let mut began: Vec<usize> = (0..=MAX_TASKS).map(|_| heard.recv_timeout(PATIENCE).unwrap()).collect();
        began.sort_unstable();
        assert_eq!(began, (0..=MAX_TASKS).collect::<Vec<_>>());
        tasks.start(&Stop::default(), move || said.send(0).unwrap()).unwrap();
        tasks.end();
        // All hear it; what waited is dropped.
        assert_eq!(heard.recv_timeout(PATIENCE).unwrap(), usize::MAX);
        assert!(heard.recv_timeout(PATIENCE).is_err());
    }
}
