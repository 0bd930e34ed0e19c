//! A machine that is nowhere: its files are in memory, it has no programs and no network, and it lets a session do so much.

use std::{
    collections::BTreeMap,
    io,
    net::IpAddr,
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use parking_lot::Mutex;

use crate::platform::{
    Connection, Echo, FileHandle, FileKind, FileStat, Files, GoesOn, Mount, Network, OpenHow, Peer, Platform,
    ProgramCall, ProgramFiles, RunningProgram, Space, Stop, Unix, Zone,
};

/// How often a session may ask for the time before it is stopped: it does so in every loop.
const STEPS: u32 = 2_000;

/// How far the clock goes on each time: so far that memory is measured.
const TICK: i64 = 100_000;

/// Memory that a session may use.
const MEMORY: u64 = 128 << 20;

/// The machine. A folder has no content.
pub(super) struct Nowhere {
    files: Mutex<BTreeMap<String, Option<Vec<u8>>>>,
    steps: AtomicU32,
    stop: Stop,
    real: Unix,
    /// What the process used before.
    used: u64,
}

impl Nowhere {
    /// One that sets `stop` when its session has done enough.
    pub(super) fn new(stop: Stop) -> Self {
        let files = [
            ("/", None),
            ("/tmp", None),
            ("/home", None),
            ("/home/a.txt", Some("one\ntwo\nthree\n")),
            ("/home/b.csv", Some("a,b\n1,2\n3,\"4\n5\"\n")),
            ("/home/c.json", Some("{\"a\":[1,2,{\"b\":null}]}")),
            ("/home/d.xml", Some("<a b='c'><d>1</d></a>")),
            ("/home/e.ps1", Some("param($x) \"$x\"; $args; exit 3")),
            ("/home/f.psm1", Some("function Get-F { $args }; $v = 1; Export-ModuleMember -Function * -Variable *")),
            ("/home/g", None),
            ("/home/g/[h] i.txt", Some("x")),
        ];
        let files =
            files.into_iter().map(|(path, content)| (path.to_owned(), content.map(|text| text.as_bytes().to_vec())));
        let real = Unix::default();
        let used = real.memory_used();
        Self { files: Mutex::new(files.collect()), steps: AtomicU32::new(0), stop, real, used }
    }
}

fn missing<T>() -> io::Result<T> {
    Err(io::ErrorKind::NotFound.into())
}

fn parent(path: &str) -> &str {
    match path.rsplit_once('/') {
        Some(("", _)) | None => "/",
        Some((parent, _)) => parent,
    }
}

fn below<'p>(path: &'p str, folder: &str) -> Option<&'p str> {
    path.strip_prefix(folder).and_then(|rest| if folder == "/" { Some(rest) } else { rest.strip_prefix('/') })
}

impl Platform for Nowhere {
    fn now(&self) -> i64 {
        const BEGINNING: i64 = 638_000_000_000_000_000;
        let steps = self.steps.fetch_add(1, Ordering::Relaxed);
        if steps == STEPS {
            self.stop.set();
        }
        BEGINNING.saturating_add(i64::from(steps).saturating_mul(TICK))
    }

    fn utc_offset(&self, utc: i64) -> i64 {
        self.real.utc_offset(utc)
    }

    fn zone(&self, id: Option<&str>) -> Option<Zone> {
        self.real.zone(id)
    }

    fn zone_offset(&self, id: &str, ticks: i64, is_utc: bool) -> (i64, bool) {
        self.real.zone_offset(id, ticks, is_utc)
    }

    fn zone_ids(&self) -> Vec<String> {
        vec!["UTC".to_owned()]
    }

    fn random_bytes(&self) -> [u8; 16] {
        u128::from(self.steps.fetch_add(1, Ordering::Relaxed)).to_le_bytes()
    }

    fn environment(&self) -> Vec<(String, String)> {
        [("HOME", "/home"), ("PATH", "/bin")].map(|(name, value)| (name.to_owned(), value.to_owned())).into()
    }

    fn current_directory(&self) -> String {
        "/home".to_owned()
    }

    fn processors(&self) -> usize {
        2
    }

    fn process_id(&self) -> u32 {
        1
    }

    /// Whoever goes on when it is stopped, as a `finally` block may, is told that memory is full.
    fn memory_used(&self) -> u64 {
        if self.steps.load(Ordering::Relaxed) > STEPS.saturating_mul(2) {
            return u64::MAX;
        }
        self.real.memory_used().saturating_sub(self.used)
    }

    fn memory_limit(&self) -> u64 {
        MEMORY
    }

    fn user_name(&self) -> String {
        "nobody".to_owned()
    }

    fn host_name(&self) -> String {
        "nowhere".to_owned()
    }

    fn os_description(&self) -> String {
        "None".to_owned()
    }

    fn start(&self, _program: &ProgramCall<'_>) -> io::Result<Box<dyn RunningProgram>> {
        missing()
    }

    fn launch(&self, _program: &ProgramCall<'_>, _files: &ProgramFiles<'_>) -> io::Result<Box<dyn RunningProgram>> {
        missing()
    }

    fn signal(&self, _process: i64, _at_once: bool) -> io::Result<()> {
        missing()
    }
}

impl Network for Nowhere {
    fn resolve(&self, _host: &str, _goes_on: GoesOn<'_>) -> io::Result<Vec<IpAddr>> {
        missing()
    }

    fn name_of(&self, _address: IpAddr) -> Option<String> {
        None
    }

    fn connect(&self, _to: &Peer, _wait: Option<Duration>, _goes_on: GoesOn<'_>) -> io::Result<Box<dyn Connection>> {
        Err(io::ErrorKind::ConnectionRefused.into())
    }

    fn secure(
        &self,
        _below: Box<dyn Connection>,
        _host: &str,
        _is_checked: bool,
        _wait: Duration,
        _goes_on: GoesOn<'_>,
    ) -> io::Result<Box<dyn Connection>> {
        Err(io::ErrorKind::ConnectionReset.into())
    }

    fn ping(&self, _to: IpAddr, _size: usize, _hops: u8, _wait: Duration, _goes_on: GoesOn<'_>) -> io::Result<Echo> {
        Err(io::ErrorKind::TimedOut.into())
    }
}

/// A file that was opened; what is written to it is forgotten with it.
struct Held(io::Cursor<Vec<u8>>);

impl io::Read for Held {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }
}

impl io::Write for Held {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.position() > MEMORY {
            return Err(io::ErrorKind::StorageFull.into());
        }
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl io::Seek for Held {
    fn seek(&mut self, to: io::SeekFrom) -> io::Result<u64> {
        self.0.seek(to)
    }
}

impl FileHandle for Held {
    fn length(&self) -> io::Result<u64> {
        u64::try_from(self.0.get_ref().len()).map_err(io::Error::other)
    }

    fn set_length(&self, _length: u64) -> io::Result<()> {
        Ok(())
    }
}

impl Files for Nowhere {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        match self.files.lock().get(path) {
            Some(Some(content)) => Ok(content.clone()),
            Some(None) => Err(io::ErrorKind::IsADirectory.into()),
            None => missing(),
        }
    }

    fn write(&self, path: &str, content: &[u8], append: bool) -> io::Result<()> {
        let mut files = self.files.lock();
        if !matches!(files.get(parent(path)), Some(None)) {
            return missing();
        }
        match files.entry(path.to_owned()).or_insert_with(|| Some(Vec::new())) {
            Some(have) => {
                if !append {
                    have.clear();
                }
                have.extend_from_slice(content);
                Ok(())
            }
            None => Err(io::ErrorKind::IsADirectory.into()),
        }
    }

    fn open(&self, path: &str, how: OpenHow) -> io::Result<Box<dyn FileHandle>> {
        let is_there = self.files.lock().contains_key(path);
        if is_there && how.must_be_new {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        if how.create && (!is_there || how.truncate) {
            self.write(path, &[], false)?;
        }
        Ok(Box::new(Held(io::Cursor::new(self.read(path)?))))
    }

    fn stat(&self, path: &str) -> io::Result<FileStat> {
        let files = self.files.lock();
        let Some(content) = files.get(path) else { return missing() };
        Ok(FileStat {
            kind: if content.is_some() { FileKind::File } else { FileKind::Directory },
            is_link: false,
            size: content.as_ref().map_or(0, |content| u64::try_from(content.len()).unwrap_or(0)),
            mode: if content.is_some() { 0o100_644 } else { 0o40_755 },
            uid: 1,
            gid: 1,
            modified: 0,
            accessed: 0,
            created: 0,
            changed: 0,
            inode: 1,
            device: 1,
            links: 1,
            blocks: 1,
            block_size: 512,
        })
    }

    fn stat_link(&self, path: &str) -> io::Result<FileStat> {
        self.stat(path)
    }

    fn read_link(&self, _path: &str) -> io::Result<String> {
        Err(io::ErrorKind::InvalidInput.into())
    }

    fn real_path(&self, path: &str) -> io::Result<String> {
        self.stat(path).map(|_| path.to_owned())
    }

    fn list(&self, path: &str) -> io::Result<Vec<String>> {
        let files = self.files.lock();
        match files.get(path) {
            Some(None) => {}
            Some(Some(_)) => return Err(io::ErrorKind::NotADirectory.into()),
            None => return missing(),
        }
        let names = files.keys().filter_map(|have| below(have, path));
        Ok(names.filter(|name| !name.is_empty() && !name.contains('/')).map(str::to_owned).collect())
    }

    fn create_directory(&self, path: &str) -> io::Result<()> {
        let mut files = self.files.lock();
        if files.contains_key(path) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        files.insert(path.to_owned(), None);
        Ok(())
    }

    fn remove(&self, path: &str, recurse: bool) -> io::Result<()> {
        if !recurse && self.list(path).is_ok_and(|names| !names.is_empty()) {
            return Err(io::ErrorKind::DirectoryNotEmpty.into());
        }
        let mut files = self.files.lock();
        if path == "/" || files.remove(path).is_none() {
            return missing();
        }
        files.retain(|have, _| below(have, path).is_none());
        Ok(())
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        self.copy(from, to, &|| true)?;
        self.remove(from, true)
    }

    fn copy(&self, from: &str, to: &str, _goes_on: GoesOn<'_>) -> io::Result<()> {
        let content = self.read(from)?;
        self.write(to, &content, false)
    }

    fn link(&self, _path: &str, _target: &str) -> io::Result<()> {
        Err(io::ErrorKind::PermissionDenied.into())
    }

    fn hard_link(&self, _path: &str, _target: &str) -> io::Result<()> {
        Err(io::ErrorKind::PermissionDenied.into())
    }

    fn set_times(&self, path: &str, _accessed: Option<i64>, _modified: Option<i64>) -> io::Result<()> {
        self.stat(path).map(drop)
    }

    fn set_mode(&self, path: &str, _mode: u32) -> io::Result<()> {
        self.stat(path).map(drop)
    }

    fn space(&self, _path: &str) -> io::Result<Space> {
        Ok(Space::default())
    }

    fn mounts(&self) -> Vec<Mount> {
        Vec::new()
    }

    fn identity(&self) -> (u32, u32) {
        (1, 1)
    }

    fn user_of(&self, _uid: u32) -> Option<String> {
        None
    }

    fn group_of(&self, _gid: u32) -> Option<String> {
        None
    }
}
