//! The files of a Unix system.

use std::{
    fs,
    io::{self, Read, Write},
    os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use psrpd_dotnet::date;

use super::{FileHandle, FileKind, FileStat, Files, GoesOn, Mount, OpenHow, Space, Unix, pipe};

/// Bytes that are copied before it is asked whether to go on.
const COPIED_AT_ONCE: u64 = 16 << 20;

const NANOSECONDS_PER_TICK: i64 = 100;

pub(super) fn ticks(seconds: i64, nanoseconds: i64) -> i64 {
    seconds
        .saturating_mul(date::TICKS_PER_SECOND)
        .saturating_add(nanoseconds / NANOSECONDS_PER_TICK)
        .saturating_add(date::UNIX_EPOCH)
}

fn system_time(ticks: i64) -> SystemTime {
    let since = ticks.saturating_sub(date::UNIX_EPOCH);
    let distance = Duration::from_nanos(since.unsigned_abs().saturating_mul(NANOSECONDS_PER_TICK.unsigned_abs()));
    let time = if since < 0 { UNIX_EPOCH.checked_sub(distance) } else { UNIX_EPOCH.checked_add(distance) };
    time.unwrap_or(UNIX_EPOCH)
}

fn describe(kind: FileKind, is_link: bool, of: &fs::Metadata) -> FileStat {
    let modified = ticks(of.mtime(), of.mtime_nsec());
    let changed = ticks(of.ctime(), of.ctime_nsec());
    FileStat {
        kind,
        is_link,
        size: of.size(),
        mode: of.mode(),
        uid: of.uid(),
        gid: of.gid(),
        modified,
        accessed: ticks(of.atime(), of.atime_nsec()),
        // As .NET on Linux: the older of the two times that are kept.
        created: modified.min(changed),
        changed,
        inode: of.ino(),
        device: of.dev(),
        links: of.nlink(),
        blocks: of.blocks(),
        block_size: of.blksize(),
    }
}

fn kind(is_link: bool, target: Option<&fs::Metadata>) -> FileKind {
    match target {
        Some(target) if target.is_dir() => FileKind::Directory,
        None if is_link => FileKind::BrokenLink,
        _ => FileKind::File,
    }
}

/// A field of the line of a table such as `/etc/passwd` whose third field is a number.
fn name_in(table: &str, id: u32) -> Option<String> {
    let id = id.to_string();
    let text = fs::read_to_string(table).ok()?;
    text.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1) == Some(id.as_str())).then(|| name.to_owned())
    })
}

impl FileHandle for fs::File {
    fn length(&self) -> io::Result<u64> {
        self.metadata().map(|of| of.len())
    }

    fn set_length(&self, length: u64) -> io::Result<()> {
        self.set_len(length)
    }
}

impl Files for Unix {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        fs::read(path)
    }

    fn write(&self, path: &str, content: &[u8], append: bool) -> io::Result<()> {
        let mut options = fs::OpenOptions::new();
        options.create(true).write(true).append(append).truncate(!append);
        options.open(path)?.write_all(content)
    }

    fn open(&self, path: &str, how: OpenHow) -> io::Result<Box<dyn FileHandle>> {
        let mut options = fs::OpenOptions::new();
        options.read(how.read).write(how.write).create(how.create).create_new(how.must_be_new).truncate(how.truncate);
        if fs::metadata(path).is_ok_and(|found| found.file_type().is_fifo()) {
            return pipe::open(&mut options, path);
        }
        let file = options.open(path)?;
        if file.metadata()?.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        Ok(Box::new(file))
    }

    fn stat(&self, path: &str) -> io::Result<FileStat> {
        let own = fs::symlink_metadata(path)?;
        let is_link = own.file_type().is_symlink();
        let target = if is_link { fs::metadata(path).ok() } else { None };
        let shown = target.as_ref().unwrap_or(&own);
        Ok(describe(kind(is_link, if is_link { target.as_ref() } else { Some(&own) }), is_link, shown))
    }

    fn stat_link(&self, path: &str) -> io::Result<FileStat> {
        let own = fs::symlink_metadata(path)?;
        let is_link = own.file_type().is_symlink();
        let target = if is_link { fs::metadata(path).ok() } else { None };
        Ok(describe(kind(is_link, if is_link { target.as_ref() } else { Some(&own) }), is_link, &own))
    }

    fn read_link(&self, path: &str) -> io::Result<String> {
        fs::read_link(path).map(|target| target.to_string_lossy().into_owned())
    }

    fn real_path(&self, path: &str) -> io::Result<String> {
        fs::canonicalize(path).map(|real| real.to_string_lossy().into_owned())
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

    fn copy(&self, from: &str, to: &str, goes_on: GoesOn<'_>) -> io::Result<()> {
        let stat = fs::metadata(from)?;
        if !stat.is_file() || stat.len() <= COPIED_AT_ONCE {
            return fs::copy(from, to).map(drop);
        }
        let source = fs::File::open(from)?;
        let mut target = fs::File::create(to)?;
        if target.metadata()?.is_file() {
            target.set_permissions(stat.permissions())?;
        }
        while io::copy(&mut (&source).take(COPIED_AT_ONCE), &mut target)? > 0 {
            if !goes_on() {
                return Err(io::ErrorKind::Interrupted.into());
            }
        }
        Ok(())
    }

    fn link(&self, path: &str, target: &str) -> io::Result<()> {
        std::os::unix::fs::symlink(target, path)
    }

    fn hard_link(&self, path: &str, target: &str) -> io::Result<()> {
        fs::hard_link(target, path)
    }

    fn set_times(&self, path: &str, accessed: Option<i64>, modified: Option<i64>) -> io::Result<()> {
        let mut times = fs::FileTimes::new();
        if let Some(accessed) = accessed {
            times = times.set_accessed(system_time(accessed));
        }
        if let Some(modified) = modified {
            times = times.set_modified(system_time(modified));
        }
        fs::File::open(path)?.set_times(times)
    }

    fn set_mode(&self, path: &str, mode: u32) -> io::Result<()> {
        fs::set_permissions(path, fs::Permissions::from_mode(mode))
    }

    fn space(&self, path: &str) -> io::Result<Space> {
        let of = rustix::fs::statvfs(path)?;
        let bytes = |blocks: u64| blocks.saturating_mul(of.f_frsize);
        Ok(Space { total: bytes(of.f_blocks), free: bytes(of.f_bfree), available: bytes(of.f_bavail) })
    }

    fn mounts(&self) -> Vec<Mount> {
        let table = fs::read_to_string("/proc/self/mounts").unwrap_or_default();
        let mount = |line: &str| {
            let mut fields = line.split(' ').skip(1);
            let path = fields.next()?.replace("\\040", " ");
            Some(Mount { path, format: fields.next()?.to_owned() })
        };
        table.lines().filter_map(mount).collect()
    }

    fn identity(&self) -> (u32, u32) {
        (rustix::process::geteuid().as_raw(), rustix::process::getegid().as_raw())
    }

    fn user_of(&self, uid: u32) -> Option<String> {
        name_in("/etc/passwd", uid)
    }

    fn group_of(&self, gid: u32) -> Option<String> {
        name_in("/etc/group", gid)
    }
}
