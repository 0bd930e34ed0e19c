//! The servers that are measured, each behind an sshd of its own, and what brings them into a known state.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use e2e::STEP;
use e2e::binaries;
use e2e::processes::Process;
use e2e::pwsh::Pwsh;
use e2e::server::{Server, Setup};
use e2e::sshd::{Config, Sshd};
use e2e::wire::{Failure, Wire};
use rustix::process::Signal;

use crate::native;
use crate::rows::Part;

/// Both servers, and one long session of a bare client with each.
pub(crate) struct Lab<'a> {
    pub(crate) pwsh: &'a Pwsh,
    direct: Sshd,
    ours: Server,
    streams: [Option<Wire>; 3],
}

/// Which server.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Side {
    /// `pwsh -sshs` as sshd's subsystem.
    Direct,
    /// psrpd as sshd's subsystem, with the same `pwsh` as its engine.
    Ours,
    /// The same psrpd with its own engine.
    Native,
}

impl<'a> Lab<'a> {
    pub(crate) fn new(pwsh: &'a Pwsh) -> Self {
        let direct = Config::powershell(pwsh.server()).start();
        let ours = Setup::pwsh(pwsh).set("limits", "sessions", &(native::MANY + 10).to_string()).start();
        Self { pwsh, direct, ours, streams: [None, None, None] }
    }

    pub(crate) fn sshd(&self, side: Side) -> &Sshd {
        match side {
            Side::Direct => &self.direct,
            Side::Ours | Side::Native => self.ours.sshd(),
        }
    }

    /// Opens a session with a bare client through `ssh`; `session` names one of ours.
    pub(crate) fn open(&self, side: Side, session: Option<&str>) -> Result<Wire, Failure> {
        let mut ssh = self.sshd(side).ssh();
        if let Some(name) = session {
            ssh.args(["-o", &format!("SetEnv=PSRP_SESSION={name}")]);
        }
        if matches!(side, Side::Native) {
            ssh.args(["-o", "SetEnv=PSRP_ENGINE=native"]);
        }
        ssh.args(["-s", "bench", "powershell"]);
        Wire::open(ssh, STEP)
    }

    /// The command that sshd would run for a client.
    pub(crate) fn subsystem(&self, side: Side) -> Command {
        match side {
            Side::Direct => {
                let mut command = self.pwsh.command();
                command.args(["-NoLogo", "-NoProfile", "-sshs"]);
                command
            }
            Side::Ours => self.ours.subsystem(&[]),
            Side::Native => self.ours.subsystem(&[("PSRP_ENGINE", "native")]),
        }
    }

    /// A session that stays open for all rows: what a .NET process compiles on first use is compiled.
    pub(crate) fn stream(&mut self, side: Side) -> Result<&mut Wire, Failure> {
        let index = match side {
            Side::Direct => 0,
            Side::Ours => 1,
            Side::Native => 2,
        };
        if self.streams.get(index).is_some_and(Option::is_none) {
            let wire = self.open(side, None)?;
            if let Some(stream) = self.streams.get_mut(index) {
                *stream = Some(wire);
            }
            self.warm()?;
        }
        self.streams.get_mut(index).and_then(Option::as_mut).ok_or_else(|| "no session".to_owned())
    }

    /// `psrp` for our server, with arguments still to come.
    pub(crate) fn psrp(&self) -> Command {
        let sshd = self.ours.sshd();
        let (mark, value) = sshd.sandbox().mark();
        let mut command = Command::new(binaries::psrp());
        command.arg("--no-input").arg("-F").arg(sshd.ssh_config());
        command.env(mark, value).env("HOME", sshd.sandbox().path()).env_remove("XDG_STATE_HOME");
        command.stdin(Stdio::null()).stdout(Stdio::null());
        command
    }

    /// Ends everything of psrpd: the next session finds neither broker nor warm engine.
    pub(crate) fn cool(&self) {
        self.gone(|process| {
            // Again and again: a shim that ends starts a warm host.
            if process.name == "psrpd" {
                process.signal(Signal::KILL);
            }
            process.name == "psrpd" || process.command_line().ends_with(" -sshs")
        });
        // What the killed have left would be taken for a warm engine.
        let _ = std::fs::remove_dir_all(self.ours.runtime());
    }

    /// Waits until a warm engine is there for the next session and nobody works any more.
    pub(crate) fn warm(&self) -> Result<(), Failure> {
        self.warm_engine(Side::Ours)
    }

    /// The same for one of the engines of psrpd.
    pub(crate) fn warm_engine(&self, side: Side) -> Result<(), Failure> {
        if self.warm_engines(side).is_empty() {
            self.open(side, None)?.close()?;
        }
        self.wait_for_warm_engine(|| !self.warm_engines(side).is_empty())
    }

    /// The same for the next one that comes without ssh, whose environment is another one.
    pub(crate) fn warm_without_ssh(&self, side: Side) -> Result<(), Failure> {
        let session = Wire::open(self.subsystem(side), STEP)?;
        let others = self.warm_engines(side);
        session.close()?;
        self.wait_for_warm_engine(|| self.warm_engines(side).iter().any(|warm| !others.contains(warm)))
    }

    fn wait_for_warm_engine(&self, is_there: impl Fn() -> bool) -> Result<(), Failure> {
        let end = Instant::now() + STEP;
        while !is_there() {
            if Instant::now() > end {
                return Err(format!("no warm engine came within {STEP:?}"));
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        settle(self.sshd(Side::Direct))?;
        settle(self.sshd(Side::Ours))
    }

    /// The directories of the warm engines of this kind.
    fn warm_engines(&self, side: Side) -> Vec<PathBuf> {
        let manifests = std::fs::read_dir(self.ours.runtime().join("s")).into_iter().flatten().flatten();
        let engine = if matches!(side, Side::Native) { "native" } else { "pwsh" };
        let is_warm = |directory: &PathBuf| {
            let text = std::fs::read_to_string(directory.join("manifest.json")).unwrap_or_default();
            text.contains("\"phase\":\"warm\"") && text.contains(&format!("\"configuration\":\"{engine}\""))
        };
        manifests.map(|entry| entry.path()).filter(is_warm).collect()
    }

    /// Waits until the links of clients that have left are gone.
    pub(crate) fn left(&self) {
        self.gone(|process| process.command_line().ends_with("psrpd subsystem"));
    }

    /// Whether our server has a session of this name.
    pub(crate) fn has_session(&self, name: &str) -> bool {
        self.ours.runtime().join("n").join(name).exists()
    }

    /// The processes of the only session that has a client, given its engine.
    pub(crate) fn processes(&self, side: Side, engine: i32, parts: &[Part]) -> Vec<i32> {
        let found = self.sshd(side).sandbox().processes();
        let host = found.iter().find(|process| process.pid == engine).map(|process| process.parent);
        let shim = found.iter().find(|process| process.command_line().ends_with("psrpd subsystem"));
        let of = |part: &Part| match part {
            Part::Engine => Some(engine),
            Part::Host => host.filter(|_| !matches!(side, Side::Direct)),
            Part::Shim => shim.map(|process| process.pid),
        };
        parts.iter().filter_map(of).collect()
    }

    fn gone(&self, which: impl Fn(&Process) -> bool) {
        self.ours
            .sshd()
            .sandbox()
            .wait_for_processes(STEP, |found| found.iter().filter(|process| which(process)).count() == 0);
    }
}

/// Waits until the servers of a sandbox have used no processor time for a moment. A stock client waits actively.
fn settle(sshd: &Sshd) -> Result<(), Failure> {
    let used = || -> Vec<Option<u64>> {
        let found = sshd.sandbox().processes();
        let servers = found.iter().filter(|process| !process.command_line().ends_with("client.ps1"));
        servers.map(|process| processor_time(process.pid)).collect()
    };
    let (end, mut before) = (Instant::now() + STEP, used());
    while Instant::now() < end {
        std::thread::sleep(Duration::from_millis(300));
        let now = used();
        if now == before {
            return Ok(());
        }
        before = now;
    }
    Err(format!("the servers did not come to rest in {STEP:?}"))
}

/// Processor time of all threads of a process, in nanoseconds, as far as they have not ended.
pub(crate) fn processor_time(pid: i32) -> Option<u64> {
    let tasks = std::fs::read_dir(format!("/proc/{pid}/task")).ok()?;
    let time = |task: &Path| {
        let text = std::fs::read_to_string(task.join("schedstat")).ok()?;
        text.split(' ').next()?.parse::<u64>().ok()
    };
    Some(tasks.flatten().filter_map(|task| time(&task.path())).sum())
}
