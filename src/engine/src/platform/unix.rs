//! The real machine.

use std::{
    fs,
    io::{self, Write},
    os::unix::fs::MetadataExt,
    time::{SystemTime, UNIX_EPOCH},
};

use psrpd_dotnet::date;

use super::{FileKind, FileStat, Platform, ProgramCall, RunningProgram};

/// A Unix system.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unix;

fn ticks(seconds: i64, nanoseconds: i64) -> i64 {
    seconds.saturating_mul(date::TICKS_PER_SECOND).saturating_add(nanoseconds / 100).saturating_add(date::UNIX_EPOCH)
}

impl Platform for Unix {
    fn now(&self) -> i64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        ticks(i64::try_from(since.as_secs()).unwrap_or(0), since.subsec_nanos().into())
    }

    fn utc_offset(&self, _utc: i64) -> i64 {
        0
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

    fn process_id(&self) -> u32 {
        std::process::id()
    }

    fn user_name(&self) -> String {
        let uid = rustix::process::getuid().as_raw().to_string();
        let passwd = fs::read_to_string("/etc/passwd").unwrap_or_default();
        let entry = passwd
            .lines()
            .map(|line| line.split(':').collect::<Vec<_>>())
            .find(|fields| fields.get(2) == Some(&uid.as_str()));
        entry.and_then(|fields| fields.first().map(|name| (*name).to_owned())).unwrap_or(uid)
    }

    fn host_name(&self) -> String {
        rustix::system::uname().nodename().to_string_lossy().into_owned()
    }

    fn os_description(&self) -> String {
        let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
        let pretty = release.lines().find_map(|line| line.strip_prefix("PRETTY_NAME="));
        pretty.map_or_else(|| "Linux".into(), |name| name.trim_matches('"').to_owned())
    }

    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        fs::read(path)
    }

    fn write(&self, path: &str, content: &[u8], append: bool) -> io::Result<()> {
        let mut options = fs::OpenOptions::new();
        options.create(true).write(true).append(append).truncate(!append);
        options.open(path)?.write_all(content)
    }

    fn stat(&self, path: &str) -> io::Result<FileStat> {
        let own = fs::symlink_metadata(path)?;
        let is_link = own.file_type().is_symlink();
        let target = fs::metadata(path);
        let kind = match &target {
            Ok(target) if target.is_dir() => FileKind::Directory,
            Err(_) if is_link => FileKind::BrokenLink,
            _ => FileKind::File,
        };
        let shown = target.unwrap_or(own);
        Ok(FileStat {
            kind,
            is_link,
            size: shown.size(),
            mode: shown.mode(),
            uid: shown.uid(),
            gid: shown.gid(),
            modified: ticks(shown.mtime(), shown.mtime_nsec()),
            accessed: ticks(shown.atime(), shown.atime_nsec()),
            created: ticks(shown.ctime(), shown.ctime_nsec()),
        })
    }

    fn list(&self, path: &str) -> io::Result<Vec<String>> {
        fs::read_dir(path)?.map(|entry| entry.map(|entry| entry.file_name().to_string_lossy().into_owned())).collect()
    }

    fn create_directory(&self, path: &str) -> io::Result<()> {
        fs::create_dir_all(path)
    }

    fn remove(&self, path: &str, recurse: bool) -> io::Result<()> {
        let is_directory = fs::symlink_metadata(path)?.is_dir();
        match (is_directory, recurse) {
            (true, true) => fs::remove_dir_all(path),
            (true, false) => fs::remove_dir(path),
            (false, _) => fs::remove_file(path),
        }
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn start(&self, program: &ProgramCall<'_>) -> io::Result<Box<dyn RunningProgram>> {
        super::process::start(program)
    }
}
