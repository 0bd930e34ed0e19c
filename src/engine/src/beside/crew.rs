//! Lanes that work off what is handed to them.

use std::{collections::VecDeque, sync::Arc};

use parking_lot::Mutex;

use super::{Lane, Opening, lane::Task};
use crate::eval::{R, Runspace};

/// What a lane of the crew does first.
pub(crate) type Setup = Arc<dyn Fn(&mut Runspace) + Send + Sync>;

/// Up to a number of lanes. What has no free lane waits for one.
pub(crate) struct Crew {
    opening: Opening,
    setup: Option<Setup>,
    /// Whether a lane is used for one thing only.
    fresh: bool,
    state: Mutex<State>,
}

struct State {
    most: usize,
    lanes: usize,
    free: Vec<Arc<Lane>>,
    waiting: VecDeque<Task>,
    opened: usize,
    is_closed: bool,
}

impl Crew {
    pub(crate) fn new(opening: Opening, most: usize, fresh: bool, setup: Option<Setup>) -> Arc<Self> {
        let state = State {
            most: most.max(1),
            lanes: 0,
            free: Vec::new(),
            waiting: VecDeque::new(),
            opened: 0,
            is_closed: false,
        };
        Arc::new(Self { opening, setup, fresh, state: Mutex::new(state) })
    }

    /// How many lanes were opened.
    pub(crate) fn opened(&self) -> usize {
        self.state.lock().opened
    }

    /// How many there may be.
    pub(crate) fn most(&self) -> usize {
        self.state.lock().most
    }

    /// How many more could be busy.
    pub(crate) fn available(&self) -> usize {
        let state = self.state.lock();
        state.most.saturating_sub(state.lanes).saturating_add(state.free.len())
    }

    /// How many may work at once from now on.
    pub(crate) fn set_most(self: &Arc<Self>, most: usize) -> R<()> {
        self.state.lock().most = most.max(1);
        self.next()
    }

    /// Hands something over.
    ///
    /// # Errors
    /// The system gives no thread.
    pub(crate) fn give(self: &Arc<Self>, task: Task) -> R<()> {
        self.state.lock().waiting.push_back(task);
        self.next()
    }

    /// What waits is forgotten, and no lane stays.
    pub(crate) fn close(&self) {
        let mut state = self.state.lock();
        state.is_closed = true;
        state.free.clear();
        let waiting = std::mem::take(&mut state.waiting);
        drop(state);
        drop(waiting);
    }

    /// Starts as much of what waits as there are lanes.
    fn next(self: &Arc<Self>) -> R<()> {
        loop {
            let mut state = self.state.lock();
            if state.waiting.is_empty() || state.is_closed {
                return Ok(());
            }
            let free = state.free.pop();
            if free.is_none() {
                if state.lanes >= state.most {
                    return Ok(());
                }
                state.lanes = state.lanes.saturating_add(1);
                state.opened = state.opened.saturating_add(1);
            }
            let Some(task) = state.waiting.pop_front() else { return Ok(()) };
            drop(state);
            let lane = match free {
                Some(lane) => lane,
                None => self.open()?,
            };
            self.run(lane, task);
        }
    }

    fn open(&self) -> R<Arc<Lane>> {
        let lane = match Lane::open(&self.opening) {
            Ok(lane) => lane,
            Err(flow) => {
                let mut state = self.state.lock();
                state.lanes = state.lanes.saturating_sub(1);
                return Err(flow);
            }
        };
        if let Some(setup) = self.setup.clone() {
            lane.give(Box::new(move |rs| setup(rs)));
        }
        Ok(lane)
    }

    fn run(self: &Arc<Self>, lane: Arc<Lane>, task: Task) {
        let returning = Returning { crew: self.clone(), lane: Some(lane.clone()) };
        lane.give(Box::new(move |rs| {
            task(rs);
            drop(returning);
        }));
    }

    fn take_back(self: &Arc<Self>, lane: Arc<Lane>, is_sound: bool) {
        {
            let mut state = self.state.lock();
            if self.fresh || !is_sound || state.lanes > state.most || state.is_closed {
                state.lanes = state.lanes.saturating_sub(1);
            } else {
                state.free.push(lane);
            }
        }
        let _ = self.next();
    }
}

/// Gives a lane back when it has done its work.
struct Returning {
    crew: Arc<Crew>,
    lane: Option<Arc<Lane>>,
}

impl Drop for Returning {
    fn drop(&mut self) {
        if let Some(lane) = self.lane.take() {
            self.crew.take_back(lane, !std::thread::panicking());
        }
    }
}
