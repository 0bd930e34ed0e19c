//! Programs that a session has started and that it may ask for their end.

use std::{collections::HashMap, time::Duration};

use parking_lot::Mutex;
use psrpd_dotnet::DateTime;

use crate::{
    eval::{R, Runspace},
    platform::{ProgramEvent, RunningProgram},
};

/// A program that was started.
struct Launched {
    program: Box<dyn RunningProgram>,
    ended: Option<(i32, DateTime)>,
}

/// The programs, by process id.
#[derive(Default)]
pub(crate) struct Programs(Mutex<HashMap<i64, Launched>>);

/// How many programs that have ended are remembered.
const MAX_ENDED: usize = 1_000;

/// How often it is looked whether a process is still there.
const LOOK: Duration = Duration::from_millis(20);

impl Programs {
    /// Keeps one.
    pub(crate) fn add(&self, program: Box<dyn RunningProgram>) -> i64 {
        let id = i64::from(program.id());
        let mut programs = self.0.lock();
        if programs.len() >= MAX_ENDED {
            programs.retain(|_, launched| launched.ended.is_none());
        }
        programs.insert(id, Launched { program, ended: None });
        id
    }

    /// The exit code of a program that has ended, and when that was seen.
    fn ended(&self, id: i64, now: DateTime) -> Option<(i32, DateTime)> {
        let mut programs = self.0.lock();
        let launched = programs.get_mut(&id)?;
        if launched.ended.is_none()
            && let Some(ProgramEvent::Exited(code)) = launched.program.next(Duration::ZERO)
        {
            launched.ended = Some((code, now));
        }
        launched.ended
    }

    fn is_known(&self, id: i64) -> bool {
        self.0.lock().contains_key(&id)
    }
}

impl Runspace {
    /// The exit code of a program of this session that has ended, and when.
    pub(crate) fn program_end(&self, id: i64) -> Option<(i32, DateTime)> {
        self.beside.shared.programs.ended(id, self.now())
    }

    /// Whether a process runs.
    pub(crate) fn program_runs(&self, id: i64) -> bool {
        if self.beside.shared.programs.is_known(id) {
            return self.program_end(id).is_none();
        }
        crate::cmdlets::process_list::is_running(self, id)
    }

    /// Waits for the end of a process; false if it takes longer.
    ///
    /// # Errors
    /// The pipeline was stopped.
    pub(crate) fn wait_for_program(&mut self, id: i64, most: Option<Duration>) -> R<bool> {
        let mut waited = Duration::ZERO;
        while self.program_runs(id) {
            if most.is_some_and(|most| waited >= most) {
                return Ok(false);
            }
            self.stop.sleep(LOOK);
            self.check_stop()?;
            waited = waited.saturating_add(LOOK);
        }
        Ok(true)
    }
}
