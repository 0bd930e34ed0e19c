//! How much memory there is, and how much of it this process uses.

use std::fs;

/// Bytes that this process uses and that are in memory.
pub(super) fn used() -> u64 {
    let pages = fs::read_to_string("/proc/self/statm").ok();
    let pages = pages.and_then(|text| text.split(' ').nth(1)?.parse::<u64>().ok());
    let page = u64::try_from(rustix::param::page_size()).unwrap_or(u64::MAX);
    pages.unwrap_or(0).saturating_mul(page)
}

/// Bytes that the machine has, or the part of it that is given to this process.
pub(super) fn of_machine() -> u64 {
    let info = rustix::system::sysinfo();
    let whole = info.totalram.saturating_mul(info.mem_unit.into());
    of_group().map_or(whole, |share| share.min(whole))
}

/// The smallest limit of the control group of this process and of those around it.
fn of_group() -> Option<u64> {
    let groups = fs::read_to_string("/proc/self/cgroup").ok()?;
    let group = groups.lines().find_map(|line| line.strip_prefix("0::"))?;
    let limits = std::path::Path::new(group.trim_start_matches('/')).ancestors().filter_map(|group| {
        let limit = std::path::Path::new("/sys/fs/cgroup").join(group).join("memory.max");
        fs::read_to_string(limit).ok()?.trim().parse::<u64>().ok()
    });
    limits.min()
}
