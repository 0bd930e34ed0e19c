//! The real machine.

use std::{
    fs, io,
    time::{SystemTime, UNIX_EPOCH},
};

use super::{Files, Platform, ProgramCall, ProgramFiles, RunningProgram, Zone, zone};

/// A Unix system.
#[derive(Clone, Copy, Debug)]
pub struct Unix {
    memory: u64,
    steps: Option<u64>,
    output: Option<u64>,
    worker: Option<&'static str>,
}

impl Default for Unix {
    /// Sessions may use half of the machine's memory.
    fn default() -> Self {
        Self::with_memory(super::memory::of_machine() / 2)
    }
}

impl Unix {
    /// One whose sessions may use that many bytes of memory.
    #[must_use]
    pub fn with_memory(memory: u64) -> Self {
        Self { memory, steps: None, output: None, worker: None }
    }

    /// One whose commands may take so many steps, where that is limited.
    #[must_use]
    pub fn with_steps(self, steps: Option<u64>) -> Self {
        Self { steps, ..self }
    }

    /// One whose commands may send so many bytes to their clients, where that is limited.
    #[must_use]
    pub fn with_output(self, output: Option<u64>) -> Self {
        Self { output, ..self }
    }

    /// Has jobs run in processes: this program with this verb, the bytes of memory that one may use, and the steps it may take if
    /// they are limited.
    #[must_use]
    pub fn with_worker(self, verb: &'static str) -> Self {
        Self { worker: Some(verb), ..self }
    }
}

impl Platform for Unix {
    fn now(&self) -> i64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        super::unix_files::ticks(i64::try_from(since.as_secs()).unwrap_or(0), since.subsec_nanos().into())
    }

    fn utc_offset(&self, utc: i64) -> i64 {
        zone::utc_offset(utc)
    }

    fn zone(&self, id: Option<&str>) -> Option<Zone> {
        zone::zone(id)
    }

    fn zone_offset(&self, id: &str, ticks: i64, is_utc: bool) -> (i64, bool) {
        zone::zone_offset(id, ticks, is_utc)
    }

    fn zone_ids(&self) -> Vec<String> {
        zone::ids()
    }

    fn random_bytes(&self) -> [u8; 16] {
        let mut bytes = [0; 16];
        let _ = rustix::rand::getrandom(&mut bytes, rustix::rand::GetRandomFlags::empty());
        bytes
    }

    fn environment(&self) -> Vec<(String, String)> {
        std::env::vars().collect()
    }

    fn current_directory(&self) -> String {
        std::env::current_dir().map_or_else(|_| "/".into(), |path| path.to_string_lossy().into_owned())
    }

    fn processors(&self) -> usize {
        std::thread::available_parallelism().map_or(1, usize::from)
    }

    fn process_id(&self) -> u32 {
        std::process::id()
    }

    fn memory_used(&self) -> u64 {
        super::memory::used()
    }

    fn memory_limit(&self) -> u64 {
        self.memory
    }

    fn step_limit(&self) -> Option<u64> {
        self.steps
    }

    fn output_limit(&self) -> Option<u64> {
        self.output
    }

    fn user_name(&self) -> String {
        let uid = rustix::process::getuid().as_raw();
        self.user_of(uid).unwrap_or_else(|| uid.to_string())
    }

    fn host_name(&self) -> String {
        rustix::system::uname().nodename().to_string_lossy().into_owned()
    }

    fn os_description(&self) -> String {
        let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
        let pretty = release.lines().find_map(|line| line.strip_prefix("PRETTY_NAME="));
        pretty.map_or_else(|| "Linux".into(), |name| name.trim_matches('"').to_owned())
    }

    fn start(&self, program: &ProgramCall<'_>) -> io::Result<Box<dyn RunningProgram>> {
        super::process::start(program)
    }

    fn launch(&self, program: &ProgramCall<'_>, files: &ProgramFiles<'_>) -> io::Result<Box<dyn RunningProgram>> {
        super::process::launch(program, files)
    }

    fn worker(&self) -> Option<(String, Vec<String>)> {
        let verb = self.worker?;
        // Where the file has been replaced meanwhile, this is still the program that runs.
        const THIS_PROGRAM: &str = "/proc/self/exe";
        let path = std::env::current_exe().ok().filter(|path| path.exists());
        let path = path.map_or_else(|| THIS_PROGRAM.into(), |path| path.to_string_lossy().into_owned());
        let limits = [Some(self.memory), self.steps].into_iter().flatten().map(|limit| limit.to_string());
        Some((path, std::iter::once(verb.into()).chain(limits).collect()))
    }

    fn signal(&self, process: i64, at_once: bool) -> io::Result<()> {
        use rustix::process::{Pid, Signal, kill_process};
        let pid = i32::try_from(process).ok().and_then(Pid::from_raw).ok_or(io::ErrorKind::InvalidInput)?;
        kill_process(pid, if at_once { Signal::KILL } else { Signal::TERM })?;
        Ok(())
    }
}
