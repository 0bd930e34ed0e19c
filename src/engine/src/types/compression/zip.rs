//! `ZipArchive` and what belongs to it.

use std::{
    any::Any,
    io::{self, Cursor, Read, Seek, SeekFrom, Write},
    sync::Arc,
};

use parking_lot::Mutex;
use psrpd_dotnet::{DateTime, Kind, Str, casing};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use crate::{
    convert,
    eval::{Flow, R, Runspace, error},
    limits::MAX_STRING,
    platform::{FileHandle, FileKind, OpenHow},
    providers::{self, io_error},
    types::{
        self, Members, Type, TypeDef,
        args::{self, null, s},
        files::{self, stream::Stream},
    },
    value::{List, Object, Value, text},
};

const ARCHIVE: &str = "System.IO.Compression.ZipArchive";

type Reader = zip::ZipArchive<Box<dyn FileHandle>>;

/// What can be done with an archive: `ZipArchiveMode`.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Read,
    Create,
    Update,
}

/// Where an archive that is written goes.
enum Place {
    File(String),
    Stream { stream: Arc<Stream>, stays_open: bool },
}

/// An archive.
pub(crate) struct Archive {
    mode: Mode,
    place: Place,
    /// What is read; none once the archive is closed.
    reader: Mutex<Option<Reader>>,
    entries: Mutex<Vec<Arc<Entry>>>,
    is_closed: Mutex<bool>,
}

/// What an entry holds.
enum Content {
    /// What stands in the archive that is read, by position.
    There(usize),
    New(Vec<u8>),
}

/// A part of an archive.
pub(crate) struct Entry {
    archive: std::sync::Weak<Archive>,
    name: Str,
    content: Arc<Mutex<Content>>,
    /// Local time.
    written: Mutex<i64>,
    size: u64,
    packed: u64,
    crc: u32,
    attributes: Mutex<u32>,
    level: Option<Str>,
}

impl Object for Archive {
    fn type_of(&self) -> Type {
        types::known(ARCHIVE)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

impl Object for Entry {
    fn type_of(&self) -> Type {
        types::known("System.IO.Compression.ZipArchiveEntry")
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn text(&self) -> Option<Str> {
        Some(self.name.clone())
    }
}

fn disposed() -> Flow {
    args::disposed(ARCHIVE)
}

fn corrupt() -> Flow {
    error::thrown("System.IO.InvalidDataException", "Central Directory corrupt.")
}

/// A time of an archive in ticks.
fn ticks(time: Option<zip::DateTime>) -> i64 {
    let Some(time) = time else { return 0 };
    let date = DateTime::from_date(time.year().into(), time.month().into(), time.day().into());
    let seconds = i64::from(time.hour())
        .saturating_mul(3600)
        .saturating_add(i64::from(time.minute()).saturating_mul(60))
        .saturating_add(i64::from(time.second()));
    date.map_or(0, |date| date.ticks().saturating_add(seconds.saturating_mul(10_000_000)))
}

/// A time as an archive has it: from 1980 on, in steps of two seconds.
pub(crate) fn archive_time(ticks: i64) -> zip::DateTime {
    let part = |n: i64| u8::try_from(n).unwrap_or(0);
    let made = DateTime::new(ticks, Kind::Unspecified).and_then(|time| {
        let (date, (hour, minute, second, _)) = (time.date(), time.clock());
        let year = u16::try_from(date.year).ok()?;
        zip::DateTime::from_date_and_time(
            year,
            part(date.month),
            part(date.day),
            part(hour),
            part(minute),
            part(second),
        )
        .ok()
    });
    made.unwrap_or(zip::DateTime::DEFAULT)
}

/// How a file is written into an archive.
pub(crate) fn options(level: &str, written: i64, attributes: u32) -> SimpleFileOptions {
    let options = SimpleFileOptions::default().last_modified_time(archive_time(written)).large_file(false);
    let options = if attributes == 0 { options } else { options.unix_permissions(attributes.wrapping_shr(16)) };
    match level {
        "NoCompression" => options.compression_method(CompressionMethod::Stored),
        "Fastest" => options.compression_method(CompressionMethod::Deflated).compression_level(Some(1)),
        "SmallestSize" => options.compression_method(CompressionMethod::Deflated).compression_level(Some(9)),
        _ => options.compression_method(CompressionMethod::Deflated).compression_level(Some(6)),
    }
}

fn now(rs: &Runspace) -> i64 {
    let utc = rs.platform.now();
    utc.saturating_add(rs.platform.utc_offset(utc))
}

impl Archive {
    fn new(mode: Mode, place: Place, bytes: Option<Box<dyn FileHandle>>) -> R<Arc<Self>> {
        let reader = match bytes {
            Some(bytes) => Some(zip::ZipArchive::new(bytes).map_err(|_| corrupt())?),
            None => None,
        };
        let archive = Arc::new(Self {
            mode,
            place,
            reader: Mutex::new(reader),
            entries: Mutex::default(),
            is_closed: Mutex::new(false),
        });
        let mut entries = Vec::new();
        if let Some(reader) = &mut *archive.reader.lock() {
            for at in 0..reader.len() {
                let file = reader.by_index_raw(at).map_err(|_| corrupt())?;
                entries.push(Arc::new(Entry {
                    archive: Arc::downgrade(&archive),
                    name: file.name().map_err(|_| corrupt())?.as_ref().into(),
                    content: Arc::new(Mutex::new(Content::There(at))),
                    written: Mutex::new(ticks(file.last_modified())),
                    size: file.size(),
                    packed: file.compressed_size(),
                    crc: file.crc32(),
                    attributes: Mutex::new(file.external_attributes()),
                    level: None,
                }));
            }
        }
        *archive.entries.lock() = entries;
        Ok(archive)
    }

    /// Opens the archive in a file for reading.
    pub(crate) fn open(rs: &Runspace, path: &str) -> R<Arc<Self>> {
        let how = OpenHow { read: true, ..OpenHow::default() };
        let file = rs.platform.open(path, how).map_err(|failure| io_error(rs, &failure, path))?;
        Self::new(Mode::Read, Place::File(path.into()), Some(file))
    }

    /// Opens the archive in a file for reading and changing, or makes a new one.
    pub(crate) fn open_for(rs: &Runspace, path: &str, mode: &str) -> R<Arc<Self>> {
        let place = Place::File(path.into());
        let is_there = rs.platform.stat(path).is_ok();
        match mode {
            "Read" => Self::open(rs, path),
            "Create" if is_there => {
                let message = format!("The file '{path}' already exists.");
                Err(error::thrown("System.IO.IOException", message))
            }
            "Update" if is_there => {
                // The whole file, since it is written over.
                let bytes = rs.platform.read(path).map_err(|failure| io_error(rs, &failure, path))?;
                Self::new(Mode::Update, place, Some(Box::new(Cursor::new(bytes))))
            }
            mode => {
                rs.platform.write(path, &[], false).map_err(|failure| io_error(rs, &failure, path))?;
                Self::new(if mode == "Update" { Mode::Update } else { Mode::Create }, place, None)
            }
        }
    }

    /// The archive in a stream.
    fn over(rs: &Runspace, stream: Arc<Stream>, mode: &str, stays_open: bool) -> R<Arc<Self>> {
        let place = Place::Stream { stream: stream.clone(), stays_open };
        if mode == "Create" {
            return Self::new(Mode::Create, place, None);
        }
        let bytes = stream.read_all(rs)?;
        let is_new = mode == "Update" && bytes.is_empty();
        let reader: Option<Box<dyn FileHandle>> = if is_new { None } else { Some(Box::new(Cursor::new(bytes))) };
        Self::new(if mode == "Update" { Mode::Update } else { Mode::Read }, place, reader)
    }

    pub(crate) fn entries(&self) -> Vec<Arc<Entry>> {
        self.entries.lock().clone()
    }

    fn check(&self) -> R<()> {
        if *self.is_closed.lock() { Err(disposed()) } else { Ok(()) }
    }

    /// Adds an entry without content.
    pub(crate) fn add(self: &Arc<Self>, rs: &Runspace, name: &str, level: Option<Str>) -> R<Arc<Entry>> {
        self.check()?;
        if self.mode == Mode::Read {
            let message = "Cannot create entries on an archive opened in read mode.";
            return Err(error::thrown("System.NotSupportedException", message));
        }
        let entry = Arc::new(Entry {
            archive: Arc::downgrade(self),
            name: name.into(),
            content: Arc::new(Mutex::new(Content::New(Vec::new()))),
            written: Mutex::new(now(rs)),
            size: 0,
            packed: 0,
            crc: 0,
            attributes: Mutex::new(0),
            level,
        });
        self.entries.lock().push(entry.clone());
        Ok(entry)
    }

    /// Adds a file.
    pub(crate) fn add_file(
        self: &Arc<Self>,
        rs: &Runspace,
        path: &str,
        name: &str,
        level: Option<Str>,
    ) -> R<Arc<Entry>> {
        const PERMISSIONS: u32 = 0o777;
        let stat = rs.platform.stat(path).map_err(|failure| io_error(rs, &failure, path))?;
        let bytes = rs.platform.read(path).map_err(|failure| io_error(rs, &failure, path))?;
        let entry = self.add(rs, name, level)?;
        *entry.content.lock() = Content::New(bytes);
        *entry.written.lock() = stat.modified.saturating_add(rs.platform.utc_offset(stat.modified));
        *entry.attributes.lock() = (stat.mode & PERMISSIONS | 0o100_000).wrapping_shl(16);
        Ok(entry)
    }

    /// What an entry holds.
    pub(crate) fn bytes(&self, rs: &Runspace, entry: &Entry) -> R<Vec<u8>> {
        self.check()?;
        let at = match &*entry.content.lock() {
            Content::New(bytes) => return Ok(bytes.clone()),
            Content::There(at) => *at,
        };
        rs.check_stop()?;
        let mut reader = self.reader.lock();
        let Some(reader) = &mut *reader else { return Err(disposed()) };
        let bad = || {
            error::thrown(
                "System.IO.InvalidDataException",
                "The archive entry was compressed using an unsupported compression method.",
            )
        };
        let file = reader.by_index(at).map_err(|_| bad())?;
        let mut bytes = Vec::new();
        let most = u64::try_from(MAX_STRING).unwrap_or(u64::MAX);
        file.take(most.saturating_add(1)).read_to_end(&mut bytes).map_err(|_| bad())?;
        if bytes.len() > MAX_STRING {
            return Err(error::thrown("System.IO.IOException", "Stream was too long."));
        }
        Ok(bytes)
    }

    /// Writes what was changed; afterwards nothing can be read or changed any more.
    pub(crate) fn close(self: &Arc<Self>, rs: &Runspace) -> R<()> {
        if *self.is_closed.lock() {
            return Ok(());
        }
        if self.mode != Mode::Read {
            self.write(rs)?;
        }
        *self.is_closed.lock() = true;
        *self.reader.lock() = None;
        if let Place::Stream { stream, stays_open: false } = &self.place {
            stream.close();
        }
        Ok(())
    }

    fn write(self: &Arc<Self>, rs: &Runspace) -> R<()> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        let failed = |failure: zip::result::ZipError| error::thrown("System.IO.IOException", failure.to_string());
        for entry in self.entries() {
            rs.check_stop()?;
            let bytes = self.bytes(rs, &entry)?;
            let level = entry.level.clone().unwrap_or_else(|| "Optimal".into());
            let options = options(&level, *entry.written.lock(), *entry.attributes.lock());
            if entry.name.ends_with('/') {
                writer.add_directory(entry.name.as_str(), options).map_err(failed)?;
                continue;
            }
            writer.start_file(entry.name.as_str(), options).map_err(failed)?;
            writer.write_all(&bytes).map_err(|failure| failed(failure.into()))?;
        }
        let bytes = writer.finish().map_err(failed)?.into_inner();
        match &self.place {
            Place::File(path) => rs.platform.write(path, &bytes, false).map_err(|failure| io_error(rs, &failure, path)),
            Place::Stream { stream, .. } => {
                if self.mode == Mode::Update {
                    stream.rewind(rs)?;
                }
                stream.write(rs, &bytes)
            }
        }
    }
}

/// The bytes of a new entry while a script writes them.
struct Written {
    content: Arc<Mutex<Content>>,
    bytes: Cursor<Vec<u8>>,
}

impl Drop for Written {
    fn drop(&mut self) {
        *self.content.lock() = Content::New(std::mem::take(self.bytes.get_mut()));
    }
}

impl Read for Written {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.bytes.read(buffer)
    }
}

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Seek for Written {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.bytes.seek(to)
    }
}

impl FileHandle for Written {
    fn length(&self) -> io::Result<u64> {
        Ok(u64::try_from(self.bytes.get_ref().len()).unwrap_or(u64::MAX))
    }

    fn set_length(&self, _length: u64) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

impl Entry {
    pub(crate) fn full_name(&self) -> &Str {
        &self.name
    }

    pub(crate) fn archive(&self) -> R<Arc<Archive>> {
        self.archive.upgrade().ok_or_else(disposed)
    }

    /// The time that it says it was written, local.
    pub(crate) fn written(&self) -> i64 {
        *self.written.lock()
    }

    fn open(&self, rs: &Runspace) -> R<Value> {
        let archive = self.archive()?;
        archive.check()?;
        if archive.mode == Mode::Read {
            let bytes = archive.bytes(rs, self)?;
            let of = "System.IO.Compression.DeflateStream";
            return Ok(Value::object(Stream::over(of, Box::new(Cursor::new(bytes)), true, false)));
        }
        let bytes = if archive.mode == Mode::Update { archive.bytes(rs, self)? } else { Vec::new() };
        let written = Written { content: self.content.clone(), bytes: Cursor::new(bytes) };
        let reads = archive.mode == Mode::Update;
        Ok(Value::object(Stream::over("System.IO.Compression.WrappedStream", Box::new(written), reads, true)))
    }

    /// Writes it to a file.
    pub(crate) fn extract(&self, rs: &Runspace, path: &str, overwrites: bool) -> R<()> {
        if !overwrites && rs.platform.stat(path).is_ok() {
            let message = format!("The file '{path}' already exists.");
            return Err(error::thrown("System.IO.IOException", message));
        }
        let bytes = self.archive()?.bytes(rs, self)?;
        rs.platform.write(path, &bytes, false).map_err(|failure| io_error(rs, &failure, path))?;
        let local = self.written();
        let utc = local.saturating_sub(rs.platform.utc_offset(local));
        let mode = self.attributes.lock().wrapping_shr(16) & 0o777;
        if mode != 0 {
            let _ = rs.platform.set_mode(path, mode);
        }
        if local > 0 {
            let _ = rs.platform.set_times(path, None, Some(utc));
        }
        Ok(())
    }
}

/// Where an entry goes below a folder; none if it would go elsewhere.
pub(crate) fn inside(folder: &str, name: &str) -> Option<String> {
    let path = providers::normalise(&providers::join(folder, &name.replace('\\', "/")));
    let root = folder.trim_end_matches('/');
    (path == root || path.starts_with(&format!("{root}/"))).then_some(path)
}

fn archive(this: &Value) -> R<Arc<Archive>> {
    this.shared::<Archive>().ok_or_else(disposed)
}

fn entry(this: &Value) -> R<Arc<Entry>> {
    this.shared::<Entry>().ok_or_else(disposed)
}

fn shared(object: Arc<impl Object>) -> Value {
    Value::Object(object)
}

fn path(rs: &Runspace, args: &[Value], at: usize) -> R<String> {
    files::full_path(rs, args, at)
}

/// All files below a folder with their names in an archive, folders that hold nothing included.
pub(crate) fn below(rs: &Runspace, folder: &str, prefix: &str, found: &mut Vec<(String, String)>) -> R<()> {
    rs.check_stop()?;
    let mut names = rs.platform.list(folder).map_err(|failure| io_error(rs, &failure, folder))?;
    names.sort_by(|a, b| casing::cmp(a, b));
    let is_folder = |path: &str| rs.platform.stat(path).is_ok_and(|stat| stat.kind == FileKind::Directory);
    let (folders, files): (Vec<String>, Vec<String>) =
        names.into_iter().partition(|name| is_folder(&providers::join(folder, name)));
    for name in files {
        found.push((providers::join(folder, &name), format!("{prefix}{name}")));
    }
    for name in folders {
        let path = providers::join(folder, &name);
        let before = found.len();
        below(rs, &path, &format!("{prefix}{name}/"), found)?;
        if found.len() == before {
            found.push((path, format!("{prefix}{name}/")));
        }
    }
    Ok(())
}

fn create_from_directory(rs: &mut Runspace, args: &[Value]) -> R<Value> {
    let (source, target) = (path(rs, args, 0)?, path(rs, args, 1)?);
    let level = args.get(2).map(text);
    let with_base = args.get(3).is_some_and(convert::to_bool);
    let prefix =
        if with_base { format!("{}/", providers::split(source.trim_end_matches('/')).1) } else { String::new() };
    let mut found = Vec::new();
    below(rs, source.trim_end_matches('/'), &prefix, &mut found)?;
    let archive = Archive::open_for(rs, &target, "Create")?;
    for (file, name) in found {
        if name.ends_with('/') {
            archive.add(rs, &name, level.clone())?;
        } else {
            archive.add_file(rs, &file, &name, level.clone())?;
        }
    }
    archive.close(rs)?;
    Ok(Value::AutomationNull)
}

fn extract_all(rs: &mut Runspace, archive: &Arc<Archive>, folder: &str, overwrites: bool) -> R<()> {
    let made = |path: &str| rs.platform.create_directory(path).map_err(|failure| io_error(rs, &failure, path));
    made(folder)?;
    for entry in archive.entries() {
        let Some(path) = inside(folder, entry.full_name()) else {
            let message =
                "Extracting Zip entry would have resulted in a file outside the specified destination directory.";
            return Err(error::thrown("System.IO.IOException", message));
        };
        if entry.full_name().ends_with('/') {
            made(&path)?;
            continue;
        }
        made(providers::split(&path).0)?;
        entry.extract(rs, &path, overwrites)?;
    }
    Ok(())
}

fn zip_file(m: &mut Members) {
    m.function("System.IO.Compression.ZipArchive OpenRead(string archiveFileName)", |rs, _, args| {
        let path = path(rs, args, 0)?;
        Archive::open(rs, &path).map(shared)
    });
    for signature in [
        "System.IO.Compression.ZipArchive Open(string archiveFileName, System.IO.Compression.ZipArchiveMode mode)",
        "System.IO.Compression.ZipArchive Open(string archiveFileName, System.IO.Compression.ZipArchiveMode mode, System.Text.Encoding entryNameEncoding)",
    ] {
        m.function(signature, |rs, _, args| {
            let path = path(rs, args, 0)?;
            Archive::open_for(rs, &path, &s(args, 1)).map(shared)
        });
    }
    for signature in [
        "void CreateFromDirectory(string sourceDirectoryName, string destinationArchiveFileName)",
        "void CreateFromDirectory(string sourceDirectoryName, string destinationArchiveFileName, System.IO.Compression.CompressionLevel compressionLevel, bool includeBaseDirectory)",
        "void CreateFromDirectory(string sourceDirectoryName, string destinationArchiveFileName, System.IO.Compression.CompressionLevel compressionLevel, bool includeBaseDirectory, System.Text.Encoding entryNameEncoding)",
    ] {
        m.function(signature, |rs, _, args| create_from_directory(rs, args));
    }
    for signature in [
        "void ExtractToDirectory(string sourceArchiveFileName, string destinationDirectoryName)",
        "void ExtractToDirectory(string sourceArchiveFileName, string destinationDirectoryName, bool overwriteFiles)",
    ] {
        m.function(signature, |rs, _, args| {
            let (source, folder) = (path(rs, args, 0)?, path(rs, args, 1)?);
            let archive = Archive::open(rs, &source)?;
            extract_all(rs, &archive, &folder, args.get(2).is_some_and(convert::to_bool))?;
            Ok(Value::AutomationNull)
        });
    }
}

fn extensions(m: &mut Members) {
    for signature in [
        "System.IO.Compression.ZipArchiveEntry CreateEntryFromFile(System.IO.Compression.ZipArchive destination, string sourceFileName, string entryName)",
        "System.IO.Compression.ZipArchiveEntry CreateEntryFromFile(System.IO.Compression.ZipArchive destination, string sourceFileName, string entryName, System.IO.Compression.CompressionLevel compressionLevel)",
    ] {
        m.function(signature, |rs, _, args| {
            let file = path(rs, args, 1)?;
            let level = args.get(3).map(text);
            archive(args.first().unwrap_or(&Value::Null))?.add_file(rs, &file, &s(args, 2), level).map(shared)
        });
    }
    for signature in [
        "void ExtractToFile(System.IO.Compression.ZipArchiveEntry source, string destinationFileName)",
        "void ExtractToFile(System.IO.Compression.ZipArchiveEntry source, string destinationFileName, bool overwrite)",
    ] {
        m.function(signature, |rs, _, args| {
            let file = path(rs, args, 1)?;
            let overwrites = args.get(2).is_some_and(convert::to_bool);
            entry(args.first().unwrap_or(&Value::Null))?.extract(rs, &file, overwrites)?;
            Ok(Value::AutomationNull)
        });
    }
    for signature in [
        "void ExtractToDirectory(System.IO.Compression.ZipArchive source, string destinationDirectoryName)",
        "void ExtractToDirectory(System.IO.Compression.ZipArchive source, string destinationDirectoryName, bool overwriteFiles)",
    ] {
        m.function(signature, |rs, _, args| {
            let folder = path(rs, args, 1)?;
            let archive = archive(args.first().unwrap_or(&Value::Null))?;
            extract_all(rs, &archive, &folder, args.get(2).is_some_and(convert::to_bool))?;
            Ok(Value::AutomationNull)
        });
    }
}

fn archive_members(m: &mut Members) {
    for signature in [
        "System.IO.Compression.ZipArchive(System.IO.Stream stream)",
        "System.IO.Compression.ZipArchive(System.IO.Stream stream, System.IO.Compression.ZipArchiveMode mode)",
        "System.IO.Compression.ZipArchive(System.IO.Stream stream, System.IO.Compression.ZipArchiveMode mode, bool leaveOpen)",
    ] {
        m.constructor(signature, |rs, _, args| {
            let Some(stream) = args.first().and_then(Value::shared::<Stream>) else {
                return Err(null("stream"));
            };
            let mode = args.get(1).map_or_else(|| "Read".into(), text);
            Archive::over(rs, stream, &mode, args.get(2).is_some_and(convert::to_bool)).map(shared)
        });
    }
    m.get("string Comment", |_, _| Ok("".into()));
    m.get(
        "System.Collections.ObjectModel.ReadOnlyCollection[System.IO.Compression.ZipArchiveEntry] Entries",
        |_, this| {
            let archive = archive(this)?;
            archive.check()?;
            let name = "System.Collections.ObjectModel.ReadOnlyCollection[System.IO.Compression.ZipArchiveEntry]";
            let of = types::find(name).unwrap_or_else(types::object);
            Ok(List::value(of, archive.entries().into_iter().map(shared).collect()))
        },
    );
    m.get("System.IO.Compression.ZipArchiveMode Mode", |_, this| {
        let label = match archive(this)?.mode {
            Mode::Read => "Read",
            Mode::Create => "Create",
            Mode::Update => "Update",
        };
        Ok(types::enum_value("System.IO.Compression.ZipArchiveMode", label))
    });
    for signature in [
        "System.IO.Compression.ZipArchiveEntry CreateEntry(string entryName)",
        "System.IO.Compression.ZipArchiveEntry CreateEntry(string entryName, System.IO.Compression.CompressionLevel compressionLevel)",
    ] {
        m.method(signature, |rs, this, args| archive(this)?.add(rs, &s(args, 0), args.get(1).map(text)).map(shared));
    }
    m.method("System.IO.Compression.ZipArchiveEntry GetEntry(string entryName)", |_, this, args| {
        let archive = archive(this)?;
        archive.check()?;
        let name = s(args, 0);
        let found = archive.entries().into_iter().find(|entry| entry.name.as_str() == name.as_str());
        Ok(found.map_or(Value::Null, shared))
    });
    m.method("void Dispose()", |rs, this, _| archive(this)?.close(rs).map(|()| Value::AutomationNull));
}

fn entry_members(m: &mut Members) {
    m.get("System.IO.Compression.ZipArchive Archive", |_, this| entry(this)?.archive().map(shared));
    m.get("uint Crc32", |_, this| Ok(Value::U32(entry(this)?.crc)));
    m.get("bool IsEncrypted", |_, _| Ok(false.into()));
    m.get("long CompressedLength", |_, this| Ok(Value::I64(i64::try_from(entry(this)?.packed).unwrap_or(i64::MAX))));
    m.get_set(
        "int ExternalAttributes",
        |_, this| Ok(Value::I32(entry(this)?.attributes.lock().cast_signed())),
        |_, this, value| {
            let given = value.as_i128().and_then(|n| i32::try_from(n).ok()).unwrap_or(0);
            *entry(this)?.attributes.lock() = given.cast_unsigned();
            Ok(())
        },
    );
    m.get("string Comment", |_, _| Ok("".into()));
    m.get("string FullName", |_, this| Ok(Value::Str(entry(this)?.name.clone())));
    m.get_set(
        "System.DateTimeOffset LastWriteTime",
        |rs, this| {
            let local = DateTime::new(entry(this)?.written(), Kind::Local).map_or(Value::Null, Value::DateTime);
            convert::convert(rs, &local, &types::known("System.DateTimeOffset"))
        },
        |rs, this, value| {
            let local = rs.get_member(&value, "DateTime")?;
            if let Value::DateTime(at) = local {
                *entry(this)?.written.lock() = at.ticks();
            }
            Ok(())
        },
    );
    m.get("long Length", |_, this| {
        let entry = entry(this)?;
        let size = match &*entry.content.lock() {
            Content::There(_) => entry.size,
            Content::New(bytes) => u64::try_from(bytes.len()).unwrap_or(u64::MAX),
        };
        Ok(Value::I64(i64::try_from(size).unwrap_or(i64::MAX)))
    });
    m.get("string Name", |_, this| {
        let name = entry(this)?.name.clone();
        Ok(name.rsplit('/').next().unwrap_or("").into())
    });
    m.method("System.IO.Stream Open()", |rs, this, _| entry(this)?.open(rs));
    m.method("void Delete()", |_, this, _| {
        let entry = entry(this)?;
        let archive = entry.archive()?;
        if archive.mode != Mode::Update {
            let message = "Delete can only be used when the archive is in Update mode.";
            return Err(error::thrown("System.NotSupportedException", message));
        }
        archive.entries.lock().retain(|other| !Arc::ptr_eq(other, &entry));
        Ok(Value::AutomationNull)
    });
}

pub(in crate::types) const TYPES: &[TypeDef] = &[
    TypeDef::class("System.IO.Compression.ZipFile").members(zip_file),
    TypeDef::class("System.IO.Compression.ZipFileExtensions").members(extensions),
    TypeDef::class(ARCHIVE).implements(&["System.IDisposable"]).members(archive_members),
    TypeDef::class("System.IO.Compression.ZipArchiveEntry").members(entry_members),
    TypeDef::class("System.IO.Compression.WrappedStream").base("System.IO.Stream"),
    TypeDef::labels("System.IO.Compression.ZipArchiveMode", &[("Read", 0), ("Create", 1), ("Update", 2)]),
];
