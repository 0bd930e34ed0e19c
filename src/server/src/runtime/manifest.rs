//! What a session's directory says about it while it lives, and what is remembered afterwards.

use std::fs::{self, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use psrp_session::name::SessionName;
use rustix::fs::OFlags;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::machine::{Machine, Process, unix_time};
use crate::limits::MANIFEST;

/// `s/<id>/manifest.json`: written only by the session's host, by rename.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) struct Manifest {
    /// The version of the control protocol that the host speaks.
    pub protocol: u32,
    /// The version of the host's program, for people.
    pub version: String,
    /// InstanceId.
    pub id: Uuid,
    /// Name; none while it has none.
    pub name: Option<String>,
    /// Whether it has had a client.
    pub phase: Phase,
    /// The machine and its run.
    #[serde(flatten)]
    pub machine: Machine,
    /// When the host was started, in seconds since 1970.
    pub created: u64,
    /// The column ConfigurationName.
    pub configuration: String,
    /// Identifies the environment that its engine was started with.
    pub environment: String,
    /// The engine's process, leader of its own group; none while it is not started or lives in the host.
    pub engine: Option<Process>,
}

/// How far a session is.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Phase {
    /// Its engine is started; it belongs to nobody yet and is for whoever comes.
    Warm,
    /// It is started for one client, which has not come yet.
    Reserved,
    /// It has or had a client.
    Live,
}

/// `t/<id>.json`: how a session ended.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) struct Tombstone {
    /// InstanceId.
    pub id: Uuid,
    /// Its last name.
    pub name: Option<String>,
    /// The machine and its run.
    #[serde(flatten)]
    pub machine: Machine,
    /// When, in seconds since 1970.
    pub ended: u64,
    /// Why: `closed`, `idle timeout`, `engine exited with 1`, `its host was killed`.
    pub reason: String,
    /// Whether a client or its user wanted that.
    #[serde(default)]
    pub asked: bool,
}

impl Tombstone {
    /// Whether this was its name when it ended.
    pub(crate) fn had_name(&self, name: &SessionName) -> bool {
        self.name.as_ref().is_some_and(|had| had.eq_ignore_ascii_case(name.as_str()))
    }

    /// `ended 5 min ago, its host was killed`.
    pub(crate) fn epitaph(&self) -> String {
        format!("ended {} ago, {}", span(unix_time().saturating_sub(self.ended)), self.reason)
    }
}

/// A span of time in its largest unit.
fn span(seconds: u64) -> String {
    match seconds {
        0..=119 => format!("{seconds} s"),
        120..=7_199 => format!("{} min", seconds / 60),
        7_200..=172_799 => format!("{} h", seconds / 3_600),
        _ => format!("{} d", seconds / 86_400),
    }
}

/// Bytes that nearly every manifest and tombstone fits in.
const USUAL: usize = 1_024;

/// Reads a small JSON file of this directory; a link is not followed and nothing larger than a manifest is read.
pub(crate) fn read<T: DeserializeOwned>(path: &Path) -> io::Result<T> {
    let file = OpenOptions::new().read(true).custom_flags(flags(OFlags::NOFOLLOW | OFlags::NONBLOCK)).open(path)?;
    // Room for a usual one, so that it is read at once.
    let mut text = Vec::with_capacity(USUAL);
    file.take(MANIFEST).read_to_end(&mut text)?;
    serde_json::from_slice(&text).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}

/// Writes a JSON file whole: a reader sees the old one or the new one.
pub(crate) fn write(path: &Path, value: &impl Serialize) -> io::Result<()> {
    let temporary = path.with_extension("new");
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&temporary)?;
    file.write_all(&serde_json::to_vec(value).map_err(io::Error::other)?)?;
    drop(file);
    fs::rename(temporary, path)
}

/// Flags of rustix as the standard library takes them.
pub(super) fn flags(flags: OFlags) -> i32 {
    flags.bits().cast_signed()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn hostile_files_are_errors() {
        let temporary = tempfile::tempdir().unwrap();
        let path = temporary.path().join("manifest.json");
        let huge = format!("{{\"id\":\"{}\"", "x".repeat(100_000));
        for text in ["", "{", "[]", "{\"protocol\":-1}", "\0", &huge] {
            fs::write(&path, text).unwrap();
            assert!(read::<Manifest>(&path).is_err(), "{}", &text[..text.len().min(20)]);
        }
        let link = temporary.path().join("link.json");
        symlink("/etc/passwd", &link).unwrap();
        assert!(read::<Manifest>(&link).is_err());
    }

    #[test]
    fn a_manifest_of_a_later_version_with_more_fields_is_read() {
        let temporary = tempfile::tempdir().unwrap();
        let path = temporary.path().join("manifest.json");
        let manifest = Manifest {
            protocol: 1,
            version: "0.1.0".into(),
            id: Uuid::from_u128(1),
            name: Some("Work".into()),
            phase: Phase::Live,
            machine: Machine::this(),
            created: 7,
            configuration: "pwsh".into(),
            environment: "e".into(),
            engine: Some(Process { pid: 1, started: 2 }),
        };
        let mut json = serde_json::to_value(&manifest).unwrap();
        json["colour"] = "blue".into();
        write(&path, &json).unwrap();
        assert_eq!(read::<Manifest>(&path).unwrap(), manifest);
    }
}
