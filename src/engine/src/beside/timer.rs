//! `System.Timers.Timer`: it fires in a thread of its own.

use std::{
    any::Any,
    sync::{Arc, Weak},
    thread,
    time::Duration,
};

use parking_lot::{Condvar, Mutex};

use crate::{types, value::Object};

/// Who wants to know that it fires.
pub(crate) type Hook = Arc<dyn Fn() + Send + Sync>;

/// A timer.
pub(crate) struct Timer(Arc<Clock>);

struct Clock {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    interval: f64,
    repeats: bool,
    enabled: bool,
    /// Changes with each start and stop: a thread of an earlier one ends.
    generation: u64,
    hooks: Vec<(i32, Hook)>,
}

impl Timer {
    /// One that fires after so many milliseconds once it is enabled.
    pub(crate) fn new(interval: f64) -> Self {
        let state = State { interval, repeats: true, enabled: false, generation: 0, hooks: Vec::new() };
        Self(Arc::new(Clock { state: Mutex::new(state), changed: Condvar::new() }))
    }

    pub(crate) fn interval(&self) -> f64 {
        self.0.state.lock().interval
    }

    pub(crate) fn set_interval(&self, interval: f64) {
        self.0.state.lock().interval = interval;
        if self.is_enabled() {
            self.enable(true);
        }
    }

    pub(crate) fn repeats(&self) -> bool {
        self.0.state.lock().repeats
    }

    pub(crate) fn set_repeats(&self, yes: bool) {
        self.0.state.lock().repeats = yes;
    }

    pub(crate) fn is_enabled(&self) -> bool {
        self.0.state.lock().enabled
    }

    /// Adds who wants to know, under a number.
    pub(crate) fn hook(&self, number: i32, hook: Hook) {
        self.0.state.lock().hooks.push((number, hook));
    }

    pub(crate) fn unhook(&self, number: i32) {
        self.0.state.lock().hooks.retain(|(have, _)| *have != number);
    }

    /// Starts or stops it.
    pub(crate) fn enable(&self, yes: bool) {
        let generation = {
            let mut state = self.0.state.lock();
            state.enabled = yes;
            state.generation = state.generation.wrapping_add(1);
            self.0.changed.notify_all();
            state.generation
        };
        if yes {
            let clock = Arc::downgrade(&self.0);
            // Without a thread it never fires.
            let _ = thread::Builder::new().name("timer".to_owned()).spawn(move || tick(&clock, generation));
        }
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        self.enable(false);
    }
}

fn tick(clock: &Weak<Clock>, generation: u64) {
    loop {
        let Some(clock) = clock.upgrade() else { return };
        let hooks = {
            let mut state = clock.state.lock();
            let interval = Duration::try_from_secs_f64((state.interval / 1000.0).max(0.001)).unwrap_or(Duration::MAX);
            if state.generation == generation {
                clock.changed.wait_for(&mut state, interval);
            }
            if state.generation != generation {
                return;
            }
            state.enabled = state.repeats;
            state.hooks.clone()
        };
        hooks.iter().for_each(|(_, hook)| hook());
        if !clock.state.lock().enabled {
            return;
        }
    }
}

impl Object for Timer {
    fn type_of(&self) -> types::Type {
        types::known("System.Timers.Timer")
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
