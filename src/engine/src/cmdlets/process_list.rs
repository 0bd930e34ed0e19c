//! Processes as `/proc` tells of them, and their objects.

use psrpd_dotnet::{DateTime, Kind, Str, TimeSpan, cast, date};

use crate::{
    eval::Runspace,
    platform::Platform,
    types,
    value::{Opaque, Value},
};

/// What is known of a process.
pub(crate) struct Process {
    pub(crate) id: i64,
    pub(crate) name: Str,
    session: i64,
    priority: i64,
    /// In ticks of 100 ns.
    user: i64,
    kernel: i64,
    start: i64,
    virtual_size: i64,
    resident: i64,
    peak_virtual: i64,
    peak_resident: i64,
    data: i64,
}

/// How many units the kernel counts in a second.
const CLOCK: i64 = 100;
const PAGE: i64 = 4096;

fn file(rs: &Runspace, id: i64, name: &str) -> Option<String> {
    let bytes = rs.platform.read(&format!("/proc/{id}/{name}")).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// All processes, by id.
pub(crate) fn all(rs: &Runspace) -> Vec<Process> {
    let names = rs.platform.list("/proc").unwrap_or_default();
    let mut ids: Vec<i64> = names.iter().filter_map(|name| name.parse().ok()).collect();
    ids.sort_unstable();
    ids.into_iter().filter_map(|id| one(rs, id)).collect()
}

/// A process by its id.
pub(crate) fn one(rs: &Runspace, id: i64) -> Option<Process> {
    let stat = file(rs, id, "stat")?;
    let (head, tail) = stat.rsplit_once(')')?;
    let short = head.split_once('(').map_or("", |(_, name)| name);
    let fields: Vec<&str> = tail.split_whitespace().collect();
    let field = |at: usize| fields.get(at).and_then(|field| field.parse::<i64>().ok()).unwrap_or(0);
    let units = |count: i64| count.saturating_mul(date::TICKS_PER_SECOND).checked_div(CLOCK).unwrap_or(0);
    let boot = boot_time(rs);
    let status = file(rs, id, "status").unwrap_or_default();
    let kilobytes = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let number = line.and_then(|rest| rest.trim_start_matches(':').split_whitespace().next()?.parse::<i64>().ok());
        number.unwrap_or(0).saturating_mul(1024)
    };
    Some(Process {
        id,
        name: full_name(rs, id, short),
        session: field(3),
        priority: field(16),
        user: units(field(11)),
        kernel: units(field(12)),
        start: boot.saturating_add(units(field(19))),
        virtual_size: field(20),
        resident: field(21).saturating_mul(PAGE),
        peak_virtual: kilobytes("VmPeak"),
        peak_resident: kilobytes("VmHWM"),
        data: kilobytes("VmData"),
    })
}

/// The kernel cuts names: the rest stands in the command line.
fn full_name(rs: &Runspace, id: i64, short: &str) -> Str {
    const CUT: usize = 15;
    if short.len() < CUT {
        return short.into();
    }
    let line = file(rs, id, "cmdline").unwrap_or_default();
    let mut words = line.split('\0').take(2).filter_map(|word| word.rsplit('/').next());
    words.find(|word| word.starts_with(short)).unwrap_or(short).into()
}

/// When the machine was started, in ticks, UTC.
fn boot_time(rs: &Runspace) -> i64 {
    let stat = rs.platform.read("/proc/stat").unwrap_or_default();
    let stat = String::from_utf8_lossy(&stat);
    let seconds = stat.lines().find_map(|line| line.strip_prefix("btime ")?.trim().parse::<i64>().ok()).unwrap_or(0);
    seconds.saturating_mul(date::TICKS_PER_SECOND).saturating_add(date::UNIX_EPOCH)
}

/// The user that a process belongs to.
pub(super) fn user_name(rs: &Runspace, id: i64) -> Value {
    let Ok(stat) = rs.platform.stat(&format!("/proc/{id}")) else { return Value::Null };
    let users = rs.platform.read("/etc/passwd").unwrap_or_default();
    let users = String::from_utf8_lossy(&users);
    let uid = stat.uid.to_string();
    let found = users.lines().find(|line| line.split(':').nth(2) == Some(uid.as_str()));
    found.and_then(|line| line.split(':').next()).map_or(Value::from(uid), Value::from)
}

/// The object of a process.
pub(crate) fn object(rs: &Runspace, of: &Process) -> Value {
    let bytes = |n: i64| Value::I64(n);
    let small = |n: i64| Value::I32(cast::low32(n));
    let utc = DateTime::new(of.start, Kind::Utc).unwrap_or_default();
    let start = utc.add_ticks(rs.utc_offset(utc)).unwrap_or(utc).with_kind(Kind::Local);
    let span = |ticks: i64| Value::TimeSpan(TimeSpan(ticks));
    let class = |name: &str| types::enum_value("System.Diagnostics.ProcessPriorityClass", name);
    let priority = match of.priority {
        n if n > 15 => class("Idle"),
        n if n > 0 => class("BelowNormal"),
        0 => class("Normal"),
        n if n > -11 => class("AboveNormal"),
        _ => class("High"),
    };
    Opaque::new(
        "System.Diagnostics.Process",
        [
            ("BasePriority", Value::I32(8)),
            ("HasExited", false.into()),
            ("StartTime", Value::DateTime(start)),
            ("Id", small(of.id)),
            ("MachineName", ".".into()),
            ("MaxWorkingSet", bytes(-1)),
            ("MinWorkingSet", bytes(0)),
            ("NonpagedSystemMemorySize64", bytes(0)),
            ("NonpagedSystemMemorySize", small(0)),
            ("PagedMemorySize64", bytes(0)),
            ("PagedMemorySize", small(0)),
            ("PagedSystemMemorySize64", bytes(0)),
            ("PagedSystemMemorySize", small(0)),
            ("PeakPagedMemorySize64", bytes(0)),
            ("PeakPagedMemorySize", small(0)),
            ("PeakWorkingSet64", bytes(of.peak_resident)),
            ("PeakWorkingSet", small(of.peak_resident)),
            ("PeakVirtualMemorySize64", bytes(of.peak_virtual)),
            ("PeakVirtualMemorySize", small(of.peak_virtual)),
            ("PriorityBoostEnabled", false.into()),
            ("PriorityClass", priority),
            ("PrivateMemorySize64", bytes(of.data)),
            ("PrivateMemorySize", small(of.data)),
            ("ProcessName", Value::Str(of.name.clone())),
            ("SessionId", small(of.session)),
            ("VirtualMemorySize64", bytes(of.virtual_size)),
            ("VirtualMemorySize", small(of.virtual_size)),
            ("EnableRaisingEvents", false.into()),
            ("WorkingSet64", bytes(of.resident)),
            ("WorkingSet", small(of.resident)),
            ("MainModule", main_module(rs, of)),
            ("MainWindowTitle", "".into()),
            ("Responding", true.into()),
            ("HandleCount", small(handles(rs, of))),
            ("TotalProcessorTime", span(of.user.saturating_add(of.kernel))),
            ("PrivilegedProcessorTime", span(of.kernel)),
            ("UserProcessorTime", span(of.user)),
        ],
    )
    .displayed(format!("System.Diagnostics.Process ({})", of.name))
    .into_value()
}

/// The object of a process that this session has started; it may be over already.
pub(crate) fn started(rs: &Runspace, id: i64, path: &str, line: &str, directory: &str) -> Value {
    let value = match one(rs, id) {
        Some(process) => object(rs, &process),
        None => {
            Opaque::new("System.Diagnostics.Process", [("Id", Value::I32(cast::low32(id))), ("HasExited", true.into())])
                .into_value()
        }
    };
    if let Some(opaque) = value.downcast::<Opaque>() {
        let name = path.rsplit('/').next().unwrap_or(path);
        // Until it runs its own program, it looks like this one.
        opaque.set("ProcessName", name.into());
        opaque.push("StartInfo", super::start_info(path, line, directory));
    }
    value
}

/// The program of a process, as far as this user may see it.
fn main_module(rs: &Runspace, of: &Process) -> Value {
    let Ok(path) = rs.platform.read_link(&format!("/proc/{}/exe", of.id)) else { return Value::Null };
    let name = path.rsplit('/').next().unwrap_or(&path);
    let shown = format!("System.Diagnostics.ProcessModule ({name})");
    let module = [("ModuleName", Value::from(name)), ("FileName", Value::from(path.as_str()))];
    Opaque::new("System.Diagnostics.ProcessModule", module).displayed(shown).into_value()
}

fn handles(rs: &Runspace, of: &Process) -> i64 {
    rs.platform.list(&format!("/proc/{}/fd", of.id)).map_or(0, |names| cast::int64(names.len()))
}

/// Whether a process still runs; one that has ended but was not waited for does not.
pub(crate) fn is_running(rs: &Runspace, id: i64) -> bool {
    runs(&*rs.platform, id)
}

/// As [`is_running`], by the machine alone.
pub(super) fn runs(platform: &dyn Platform, id: i64) -> bool {
    let Ok(stat) = platform.read(&format!("/proc/{id}/stat")) else { return false };
    let stat = String::from_utf8_lossy(&stat);
    let state = stat.rsplit_once(')').and_then(|(_, tail)| tail.trim_start().chars().next());
    !matches!(state, None | Some('Z' | 'X'))
}
