//! Which machine this is, and since which start.

use std::fs;
use std::sync::LazyLock;
use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

/// A machine and one of its runs: what a process id and a lock belong to.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct Machine {
    /// Its host name, for people.
    pub host: String,
    /// Its machine id (machine-id(5)); empty where there is none.
    pub machine: String,
    /// The id of this run of the kernel.
    pub boot: String,
}

impl Machine {
    /// This machine.
    pub(crate) fn this() -> Self {
        // Neither changes while a process runs; the name may.
        static IDS: LazyLock<[String; 2]> = LazyLock::new(|| {
            ["/etc/machine-id", "/proc/sys/kernel/random/boot_id"]
                .map(|path| fs::read_to_string(path).map(|text| text.trim().to_owned()).unwrap_or_default())
        });
        let [machine, boot] = IDS.clone();
        Self { host: host_name(), machine, boot }
    }

    /// Whether `other` is the same machine, perhaps in another run. A container shares the boot id of its host but not
    /// its machine id or name.
    pub(crate) fn is_same_as(&self, other: &Self) -> bool {
        self.machine == other.machine && self.host == other.host
    }

    /// Whether `other` is the same run of the same machine, perhaps under another name.
    pub(crate) fn is_same_run_as(&self, other: &Self) -> bool {
        !self.machine.is_empty() && self.machine == other.machine && self.boot == other.boot
    }
}

/// This computer's name, as texts to users show it.
pub(crate) fn host_name() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}

/// Seconds since 1970: only for people and for ages of files, never for timers.
pub(crate) fn unix_time() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

/// A process that is recognised again although process ids are used anew.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct Process {
    /// Its id.
    pub pid: i32,
    /// When it was started, in clock ticks since the start of the machine (proc_pid_stat(5), field 22).
    pub started: u64,
}

impl Process {
    /// The running process `pid`; none when there is none.
    pub(crate) fn of(pid: i32) -> Option<Self> {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        // The name in field 2 may hold blanks and brackets; the fields are counted after its last bracket.
        let started = stat.rsplit_once(')')?.1.split_ascii_whitespace().nth(19)?.parse().ok()?;
        Some(Self { pid, started })
    }

    /// Whether it still runs (or waits to be reaped).
    pub(crate) fn exists(self) -> bool {
        Self::of(self.pid) == Some(self)
    }

    /// Kills it and its process group, of which it must be the leader.
    pub(crate) fn kill_group(self) {
        if self.exists()
            && let Some(group) = rustix::process::Pid::from_raw(self.pid)
        {
            // It may have ended in between; that is what was wanted.
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_is_known_by_its_start() {
        let own = Process::of(std::process::id().try_into().unwrap()).unwrap();
        assert!(own.exists());
        assert!(!Process { started: own.started + 1, ..own }.exists());
        assert_eq!(Process::of(-1), None);
    }

    #[test]
    fn this_machine_has_a_name_and_a_boot_id() {
        let machine = Machine::this();
        assert!(!machine.host.is_empty());
        assert_eq!(machine.boot.len(), 36);
        assert!(machine.is_same_as(&Machine { boot: String::new(), ..machine.clone() }));
        let known = Machine { machine: "0123".into(), ..machine };
        assert!(known.is_same_run_as(&Machine { host: "renamed".into(), ..known.clone() }));
        assert!(!known.is_same_run_as(&Machine { boot: "later".into(), ..known.clone() }));
        let container = Machine { machine: String::new(), ..known };
        assert!(!container.is_same_run_as(&Machine { host: "other".into(), ..container.clone() }));
    }
}
