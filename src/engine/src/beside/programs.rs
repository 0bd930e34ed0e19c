//! Programs that a session has started and that it may ask for their end.

use std::{
    collections::{HashMap, VecDeque},
    io::Read as _,
    time::Duration,
};

use parking_lot::Mutex;
use psrpd_dotnet::DateTime;

use crate::{
    eval::{R, Runspace},
    platform::{ProgramEvent, RunningProgram},
    types::Pipe,
};

/// A program that was started.
struct Launched {
    program: Box<dyn RunningProgram>,
    ended: Option<(i32, DateTime)>,
    /// What it wrote and nobody has read; none if nobody wants to.
    output: Option<VecDeque<u8>>,
    errors: Option<VecDeque<u8>>,
    exit: Option<i32>,
}

impl Launched {
    /// Takes in what it does.
    fn look(&mut self) {
        while self.exit.is_none() {
            match self.program.next(Duration::ZERO) {
                Some(ProgramEvent::Output(bytes)) => self.output.iter_mut().for_each(|kept| kept.extend(&bytes)),
                Some(ProgramEvent::Errors(bytes)) => self.errors.iter_mut().for_each(|kept| kept.extend(&bytes)),
                Some(ProgramEvent::Exited(code)) => self.exit = Some(code),
                None => return,
            }
        }
    }
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
        programs.insert(id, Launched { program, ended: None, output: None, errors: None, exit: None });
        id
    }

    /// The exit code of a program that has ended, and when that was seen.
    fn ended(&self, id: i64, now: DateTime) -> Option<(i32, DateTime)> {
        let mut programs = self.0.lock();
        let launched = programs.get_mut(&id)?;
        launched.look();
        if launched.ended.is_none()
            && let Some(code) = launched.exit
        {
            launched.ended = Some((code, now));
        }
        launched.ended
    }

    /// Says which of its streams somebody will read.
    pub(crate) fn keep(&self, id: i64, output: bool, errors: bool) {
        if let Some(launched) = self.0.lock().get_mut(&id) {
            launched.output = output.then(VecDeque::new);
            launched.errors = errors.then(VecDeque::new);
        }
    }

    /// What a program has written: nothing at the end, none if it may write more.
    pub(crate) fn take(&self, id: i64, of: Pipe, buffer: &mut [u8]) -> Option<usize> {
        let mut programs = self.0.lock();
        let Some(launched) = programs.get_mut(&id) else { return Some(0) };
        launched.look();
        let is_over = launched.exit.is_some();
        let kept = if of == Pipe::Errors { &mut launched.errors } else { &mut launched.output };
        let Some(kept) = kept else { return Some(0) };
        let count = kept.read(buffer).unwrap_or(0);
        (count > 0 || is_over).then_some(count)
    }

    /// Writes to what a program reads, without waiting.
    ///
    /// # Errors
    /// The bytes themselves, if it does not read now.
    pub(crate) fn send(&self, id: i64, bytes: Vec<u8>) -> Result<(), Vec<u8>> {
        match self.0.lock().get_mut(&id) {
            Some(launched) => {
                launched.look();
                launched.program.send(bytes)
            }
            None => Ok(()),
        }
    }

    /// Ends what a program reads.
    pub(crate) fn close_input(&self, id: i64) {
        if let Some(launched) = self.0.lock().get_mut(&id) {
            launched.program.close_input();
        }
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
