//! Looking for sessions: the living ones are found, the traces of dead ones removed.

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustix::fs::{FlockOperation, OFlags, flock};
use uuid::Uuid;

use super::Runtime;
use super::machine::{Machine, unix_time};
use super::manifest::{self, Manifest, Phase, Tombstone};
use super::names::absent_is_fine;
use super::session::RETAINED_TEXT;
use crate::control::SUPPORTED;
use crate::limits::{KNOWN_SESSIONS, SCANNED_SESSIONS, TOMBSTONE_AGE, TOMBSTONES};

/// A living session.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct LiveSession {
    /// What its host wrote.
    pub manifest: Arc<Manifest>,
    /// Where its host listens.
    pub socket: PathBuf,
    /// Bytes of output that it retains, as its host noted it, see [`SessionDir::note_retained`](super::SessionDir).
    pub retained: usize,
}

/// Sessions that an earlier look has found, with their open locks: while one is held its session is what it was. What is in a
/// manifest does not change once its session has had a client.
#[derive(Debug, Default)]
pub(crate) struct Known(HashMap<Uuid, (File, LiveSession)>);

/// How carefully a scan looks at sessions that are known.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Look {
    /// Whether their directories are there: they are as they were at the last close look.
    Quick,
    /// Whether their hosts live, and what they retain.
    Close,
}

impl LiveSession {
    /// Whether it has or had a client, unlike a warm host.
    pub(crate) fn is_session(&self) -> bool {
        self.manifest.phase == Phase::Live
    }

    /// Whether it is a warm host that can serve a client who wants this engine, in this environment.
    pub(crate) fn is_warm(&self, configuration: &str, environment: &str) -> bool {
        let Manifest { phase, protocol, configuration: has, environment: started_in, .. } = &*self.manifest;
        *phase == Phase::Warm && SUPPORTED.contains(protocol) && has == configuration && started_in == environment
    }

    /// Whether its host still lives.
    pub(crate) fn is_alive(&self) -> bool {
        self.socket.parent().and_then(open_lock).is_some_and(|lock| is_held(&lock))
    }
}

/// What a look into a runtime directory found.
#[derive(Debug, Default)]
pub(crate) struct Scan {
    /// Sessions with a host, the oldest first.
    pub live: Vec<LiveSession>,
    /// Sessions whose host is gone without having said why.
    pub dead: Vec<Uuid>,
}

impl Scan {
    /// Living sessions that have or had a client.
    pub(crate) fn sessions(&self) -> impl Iterator<Item = &LiveSession> {
        self.live.iter().filter(|session| session.is_session())
    }
}

impl Runtime {
    /// Looks at every session of this machine. Directories of another machine are left alone.
    ///
    /// # Errors
    /// The file system's.
    pub(crate) fn scan(&self) -> io::Result<Scan> {
        self.scan_again(&mut Known::default(), Look::Close)
    }

    /// As [`scan`](Self::scan), without reading again what it knows: the directory's entries, and to a close look the locks,
    /// say what lives.
    ///
    /// # Errors
    /// The file system's.
    pub(crate) fn scan_again(&self, known: &mut Known, look: Look) -> io::Result<Scan> {
        let mut scan = Scan::default();
        let here = Machine::this();
        let mut before = std::mem::take(&mut known.0);
        for entry in fs::read_dir(self.root.join("s"))?.flatten().take(SCANNED_SESSIONS) {
            let Some(id) = entry.file_name().to_str().and_then(|name| Uuid::try_parse(name).ok()) else { continue };
            if let Some((lock, mut session)) =
                before.remove(&id).filter(|(lock, _)| look == Look::Quick || is_held(lock))
            {
                if look == Look::Close {
                    session.retained = read_retained(&lock);
                }
                scan.live.push(session.clone());
                known.0.insert(id, (lock, session));
                continue;
            }
            let manifest = self.manifest(id);
            let lock = open_lock(&self.session(id)).filter(is_held);
            let is_ours = manifest.as_ref().map_or(true, |manifest| manifest.machine.is_same_as(&here));
            match (manifest, lock) {
                (_, None) if is_ours => scan.dead.push(id),
                // The machine may have been renamed since.
                (Ok(manifest), Some(lock)) if is_ours || manifest.machine.is_same_run_as(&here) => {
                    let session = self.live(id, &lock, manifest);
                    scan.live.push(session.clone());
                    if session.is_session() && known.0.len() < KNOWN_SESSIONS {
                        known.0.insert(id, (lock, session));
                    }
                }
                _ => {}
            }
        }
        scan.live.sort_by_key(|session| (session.manifest.created, session.manifest.id));
        Ok(scan)
    }

    /// How many warm hosts there are with this engine, started in this environment. A session that has had a client has noted
    /// something in its lock and is not looked at any further: there may be hundreds.
    ///
    /// # Errors
    /// The file system's.
    pub(crate) fn warm(&self, configuration: &str, environment: &str) -> io::Result<usize> {
        let mut count = 0;
        for entry in fs::read_dir(self.root.join("s"))?.flatten().take(SCANNED_SESSIONS) {
            let Some(id) = entry.file_name().to_str().and_then(|name| Uuid::try_parse(name).ok()) else { continue };
            let Some(lock) = open_lock(&entry.path()).filter(|lock| lock.metadata().is_ok_and(|lock| lock.len() == 0))
            else {
                continue;
            };
            let Ok(manifest) = self.manifest(id) else { continue };
            let is_warm = self.live(id, &lock, manifest).is_warm(configuration, environment) && is_held(&lock);
            count += usize::from(is_warm);
        }
        Ok(count)
    }

    fn live(&self, id: Uuid, lock: &File, manifest: Manifest) -> LiveSession {
        LiveSession { socket: self.session_socket(id), manifest: Arc::new(manifest), retained: read_retained(lock) }
    }

    /// Removes what dead sessions left behind, remembers that they were lost, kills their engines, and forgets the
    /// sessions that ended more than a day ago.
    ///
    /// # Errors
    /// The file system's.
    pub(crate) fn tidy(&self, scan: &Scan) -> io::Result<()> {
        let here = Machine::this();
        for id in &scan.dead {
            self.bury(*id, &here)?;
        }
        self.remove_stale_names()?;
        self.forget()
    }

    /// Remembers how a session ended.
    ///
    /// # Errors
    /// The file system's.
    pub(super) fn remember(&self, tombstone: &Tombstone) -> io::Result<()> {
        let _exclusive = self.exclusive()?;
        manifest::write(&self.tombstone(tombstone.id), tombstone)
    }

    /// Forgets sessions that ended long ago, or before many others. Under the lock: one that is being written looks like rubbish.
    fn forget(&self) -> io::Result<()> {
        let _exclusive = self.exclusive()?;
        let now = unix_time();
        let mut kept = Vec::new();
        for entry in fs::read_dir(self.root.join("t"))?.flatten() {
            match manifest::read::<Tombstone>(&entry.path()) {
                Ok(Tombstone { ended, .. }) if now.abs_diff(ended) < TOMBSTONE_AGE.as_secs() => {
                    kept.push((ended, entry.path()));
                }
                _ => absent_is_fine(fs::remove_file(entry.path()))?,
            }
        }
        kept.sort_unstable_by(|one, other| other.cmp(one));
        kept.iter().skip(TOMBSTONES).try_for_each(|(_, path)| absent_is_fine(fs::remove_file(path)))
    }

    /// Removes what a dead session of this machine left behind, and remembers that it was lost.
    ///
    /// # Errors
    /// The file system's.
    pub(super) fn bury(&self, id: Uuid, here: &Machine) -> io::Result<()> {
        let _exclusive = self.exclusive()?;
        if self.is_alive(id) {
            return Ok(());
        }
        if let Ok(manifest) = self.manifest(id) {
            if !manifest.machine.is_same_as(here) {
                return Ok(());
            }
            let same_run = manifest.machine.boot == here.boot;
            if let Some(engine) = manifest.engine.filter(|_| same_run) {
                engine.kill_group();
            }
            if manifest.phase == Phase::Live {
                let reason = if same_run { "its host was killed" } else { "the computer was restarted" };
                let Manifest { id, name, machine, .. } = manifest;
                let tombstone =
                    Tombstone { id, name, machine, ended: unix_time(), reason: reason.to_owned(), asked: false };
                manifest::write(&self.tombstone(id), &tombstone)?;
            }
        }
        absent_is_fine(fs::remove_dir_all(self.session(id)))
    }

    /// Whether a host holds the lock of session `id`.
    pub(crate) fn is_alive(&self, id: Uuid) -> bool {
        open_lock(&self.session(id)).is_some_and(|lock| is_held(&lock))
    }

    /// The manifest of session `id`.
    ///
    /// # Errors
    /// When it is not there or cannot be understood.
    pub(crate) fn manifest(&self, id: Uuid) -> io::Result<Manifest> {
        manifest::read(&self.session(id).join("manifest.json"))
    }

    /// How the newest ended session that `wanted` accepts ended.
    pub(crate) fn how_it_ended(&self, wanted: impl Fn(&Tombstone) -> bool) -> Option<Tombstone> {
        let here = Machine::this();
        fs::read_dir(self.root.join("t"))
            .ok()?
            .flatten()
            .take(SCANNED_SESSIONS)
            .filter_map(|entry| manifest::read::<Tombstone>(&entry.path()).ok())
            .filter(|tombstone| tombstone.machine.is_same_as(&here) && wanted(tombstone))
            .max_by_key(|tombstone| tombstone.ended)
    }
}

/// The lock in a session's directory.
fn open_lock(session: &Path) -> Option<File> {
    OpenOptions::new().read(true).custom_flags(manifest::flags(OFlags::NOFOLLOW)).open(session.join("lock")).ok()
}

/// Whether a host holds this lock. If not, it is ours until it is closed.
fn is_held(lock: &File) -> bool {
    // Shared, so that two who look do not take each other for the host.
    flock(lock, FlockOperation::NonBlockingLockShared) == Err(rustix::io::Errno::WOULDBLOCK)
}

/// What the holder of a lock has noted in it, see `note_retained`; nothing counts as zero.
fn read_retained(lock: &File) -> usize {
    let mut text = [0; RETAINED_TEXT];
    let length = lock.read_at(&mut text, 0).unwrap_or(0);
    std::str::from_utf8(&text[..length]).ok().and_then(|text| text.trim_ascii().parse().ok()).unwrap_or(0)
}
