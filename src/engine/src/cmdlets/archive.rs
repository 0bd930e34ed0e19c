//! `Compress-Archive` and `Expand-Archive`

use std::{collections::HashSet, io::Write as _, sync::Arc};

use psrpd_dotnet::{Str, cast, wildcard};
use zip::{ZipWriter, result::ZipError};

use super::{Cmdlet, Cx, Run, text_file};
use crate::{
    eval::{Flow, R, Stream},
    host::Progress,
    platform::{FileKind, OpenHow},
    providers::{self, io_error},
    types::{self, compression::zip as archives},
    value::{Category, ErrorRecord, Exception, Value},
};

/// The module that these commands are functions of.
pub(super) const MODULE: &str = "Microsoft.PowerShell.Archive";

pub(super) static COMPRESS: Cmdlet = Cmdlet::new(
    "Compress-Archive",
    "Compress-Archive",
    "Path string[] notempty @Path(0 ! ^ ~) @PathWithUpdate(0 ! ^ ~) @PathWithForce(0 ! ^ ~)
     LiteralPath|PSPath string[] notempty @LiteralPath(! ~) @LiteralPathWithUpdate(! ~) @LiteralPathWithForce(! ~)
     DestinationPath string notempty 1 !
     CompressionLevel string set(Optimal,NoCompression,Fastest)
     Update @PathWithUpdate(!) @LiteralPathWithUpdate(!)
     Force @PathWithForce(!) @LiteralPathWithForce(!)
     PassThru",
    || Box::new(Compress::default()),
)
.examples(
    r#"'x' | Set-Content x.txt; Compress-Archive x.txt x.zip; [IO.Compression.ZipFile]::OpenRead("$PWD/x.zip").Entries.Name # files in one
> x.txt"#,
)
.in_module(MODULE)
.default_set("Path")
.should_process();

pub(super) static EXPAND: Cmdlet = Cmdlet::new(
    "Expand-Archive",
    "Expand-Archive",
    "Path string notempty @Path(0 ! ^ ~)
     LiteralPath|PSPath string notempty @LiteralPath(! ~)
     DestinationPath string notempty 1
     Force
     PassThru",
    || Box::new(Expand),
)
.examples(
    r#"'x' | Set-Content x.txt; Compress-Archive x.txt x.zip; Expand-Archive x.zip out; Get-Content out/x.txt # files out of one
> x"#,
)
.in_module(MODULE)
.default_set("Path")
.should_process();

fn refuse(cx: &Cx<'_>, exception: &str, id: &str, message: String, target: &str) -> Flow {
    cx.fail(exception, id, Category::InvalidArgument, message, target.into())
}

fn not_found(cx: &Cx<'_>, path: &str) -> Flow {
    let message = format!("The path '{path}' either does not exist or is not a valid file system path.");
    refuse(cx, "System.InvalidOperationException", "ArchiveCmdletPathNotFound", message, path)
}

/// The files and folders that the parameters mean.
fn given(cx: &mut Cx<'_>) -> R<Vec<(String, Str)>> {
    let mut found = Vec::new();
    for path in cx.strings("LiteralPath") {
        let whole = providers::file_path(cx.rs, &path)?;
        if cx.rs.platform.stat(&whole).is_err() {
            return Err(not_found(cx, &path));
        }
        found.push((whole, path));
    }
    for path in cx.strings("Path") {
        let files = text_file::files(cx, &path)?;
        let files: Vec<String> = files.into_iter().filter(|file| cx.rs.platform.stat(file).is_ok()).collect();
        if files.is_empty() {
            return Err(not_found(cx, &path));
        }
        found.extend(files.into_iter().map(|file| (file, path.clone())));
    }
    Ok(found)
}

/// How far the work is: what it says, and the part of the whole that ends with what is done now.
struct Steps {
    activity: &'static str,
    status: String,
    /// What was done before, of a hundred.
    before: f64,
    /// What this part has of a hundred.
    part: f64,
    total: usize,
    done: usize,
}

impl Steps {
    fn new(activity: &'static str, status: String) -> Self {
        Self { activity, status, before: 0.0, part: 100.0, total: 0, done: 0 }
    }

    /// Says that the work is about to begin.
    fn begin(&self, cx: &mut Cx<'_>, what: &str) -> R<()> {
        if cx.bound.get("WhatIf").is_some() {
            return Ok(());
        }
        say(cx, what.into())?;
        self.show(cx, 1)
    }

    /// Says that one more of a part's entries is done.
    fn step(&mut self, cx: &mut Cx<'_>) -> R<()> {
        self.done = self.done.saturating_add(1);
        let share = self.part / f64::from(cast::int32(self.total.max(1)));
        let percent = self.before + share * f64::from(cast::int32(self.done));
        self.show(cx, cast::low32(cast::truncate(percent.round_ties_even())))
    }

    fn show(&self, cx: &mut Cx<'_>, percent: i32) -> R<()> {
        cx.rs.write_progress(0, &self.progress(&self.status, percent, false))
    }

    /// Says that there is nothing more to come.
    fn end(&self, cx: &mut Cx<'_>) -> R<()> {
        cx.rs.write_progress(0, &self.progress("Processing", -1, true))
    }

    fn progress(&self, status: &str, percent: i32, is_completed: bool) -> Progress {
        Progress {
            activity: self.activity.into(),
            id: 0,
            status: status.into(),
            operation: None,
            parent_id: -1,
            percent,
            is_completed,
            seconds_remaining: -1,
        }
    }
}

fn say(cx: &mut Cx<'_>, message: Str) -> R<()> {
    cx.rs.write_message(Stream::Verbose, message)
}

fn is_folder(cx: &Cx<'_>, path: &str) -> bool {
    cx.rs.platform.stat(path).is_ok_and(|stat| stat.kind == FileKind::Directory)
}

fn file_info(cx: &mut Cx<'_>, path: &str) -> R<Value> {
    let of = if is_folder(cx, path) { "System.IO.DirectoryInfo" } else { "System.IO.FileInfo" };
    cx.rs.construct(&types::known(of), &[path.into()])
}

#[derive(Default)]
struct Compress {
    target: String,
    inputs: Vec<(String, Str)>,
}

impl Run for Compress {
    fn begin(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let target = target(cx)?;
        let is_there = cx.rs.platform.stat(&target).is_ok();
        if is_there && !cx.flag("Update") && !cx.flag("Force") {
            let message = format!(
                "The archive file {target} already exists. Use the -Update parameter to update the existing archive file or use the -Force parameter to overwrite the existing archive file."
            );
            return Err(refuse(cx, "System.IO.IOException", "ArchiveFileExists", message, &target));
        }
        self.steps(&target).begin(cx, "Preparing to compress...")?;
        self.target = target;
        Ok(())
    }

    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        self.inputs.extend(given(cx)?);
        Ok(())
    }

    fn end(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let target = self.target.clone();
        let inputs = std::mem::take(&mut self.inputs);
        let mut seen = HashSet::new();
        for (path, shown) in &inputs {
            if !seen.insert(path) {
                let parameter = if cx.get("LiteralPath").is_some() { "LiteralPath" } else { "Path" };
                let message = format!(
                    "The input to {parameter} parameter contains a duplicate path '{shown}'. Provide a unique set of paths as input to {parameter} parameter."
                );
                return Err(refuse(cx, "System.IO.IOException", "DuplicatePathFound", message, shown));
            }
        }
        let is_there = cx.rs.platform.stat(&target).is_ok();
        let shown = crate::value::join(inputs.iter().map(|(path, _)| path.as_str().into()), ",");
        if !cx.should_process(&shown, "Compress-Archive")? {
            return Ok(());
        }
        let files = named(cx, &inputs, &target)?;
        if files.iter().any(|part| !part.is_empty()) {
            let mut steps = self.steps(&target);
            let packed = pack(cx, &files, &target, is_there && cx.flag("Update"), &mut steps);
            steps.end(cx)?;
            packed?;
            if cx.flag("PassThru") {
                let info = file_info(cx, &target)?;
                cx.write(info)?;
            }
        }
        Ok(())
    }
}

impl Compress {
    fn steps(&self, target: &str) -> Steps {
        Steps::new("Compress-Archive", format!("The archive file '{target}' creation is in progress..."))
    }
}

/// The file of the archive.
fn target(cx: &mut Cx<'_>) -> R<String> {
    let given = cx.string("DestinationPath").unwrap_or_default();
    let path = providers::file_path(cx.rs, &given)?;
    let (folder, name) = providers::split(&path);
    if !is_folder(cx, if folder.is_empty() { "/" } else { folder }) {
        return Err(not_found(cx, folder));
    }
    if name.contains('.') {
        return Ok(path);
    }
    let whole = format!("{path}.zip");
    let message = format!(
        "The archive file path '{path}' supplied to the DestinationPath parameter does not include .zip extension. Hence .zip is appended to the supplied DestinationPath path and the archive file would be created at '{whole}'."
    );
    say(cx, message.into())?;
    Ok(whole)
}

/// Files with their names in the archive.
type Part = Vec<(String, String)>;

/// The files that go in: those of each folder, then those that are given themselves.
fn named(cx: &Cx<'_>, inputs: &[(String, Str)], target: &str) -> R<Vec<Part>> {
    let (folders, files): (Vec<&String>, Vec<&String>) =
        inputs.iter().map(|(path, _)| path).partition(|path| is_folder(cx, path));
    let mut found: Vec<Part> = Vec::new();
    for folder in folders {
        let folder = folder.trim_end_matches('/');
        let mut below = Vec::new();
        archives::below(cx.rs, folder, &format!("{}/", providers::split(folder).1), &mut below)?;
        found.push(below);
    }
    if !files.is_empty() {
        found.push(files.into_iter().map(|file| (file.clone(), providers::split(file).1.to_owned())).collect());
    }
    for part in &mut found {
        part.retain(|(path, name)| !name.ends_with('/') && path != target);
    }
    Ok(found)
}

fn failed(failure: &ZipError) -> Flow {
    crate::eval::error::thrown("System.IO.IOException", failure.to_string())
}

/// Writes an archive; one that is updated keeps what is not replaced.
fn pack(cx: &mut Cx<'_>, files: &[Part], target: &str, updates: bool, steps: &mut Steps) -> R<()> {
    // Written beside it, so that a failure leaves what was there.
    let beside = format!("{target}.{}.tmp", super::random_guid(cx.rs.platform.random_bytes()));
    let result = write(cx, files, target, &beside, updates, steps);
    match result {
        Ok(()) => cx.rs.platform.rename(&beside, target).map_err(|failure| io_error(cx.rs, &failure, target)),
        Err(flow) => {
            let _ = cx.rs.platform.remove(&beside, false);
            Err(flow)
        }
    }
}

fn write(cx: &mut Cx<'_>, files: &[Part], target: &str, beside: &str, updates: bool, steps: &mut Steps) -> R<()> {
    const CHUNK: usize = 256 * 1024;
    const PERMISSIONS: u32 = 0o777;
    let how = OpenHow { write: true, create: true, truncate: true, ..OpenHow::default() };
    let file = cx.rs.platform.open(beside, how).map_err(|failure| io_error(cx.rs, &failure, beside))?;
    let mut writer = ZipWriter::new(file);
    let kept = if updates { Some(archives::Archive::open(cx.rs, target)?) } else { None };
    let replaced: HashSet<&str> = files.iter().flatten().map(|(_, name)| name.as_str()).collect();
    for entry in kept.iter().flat_map(|archive| archive.entries()) {
        if replaced.contains(entry.full_name().as_str()) {
            continue;
        }
        let bytes = entry.archive()?.bytes(cx.rs, &entry)?;
        let options = archives::options("Optimal", entry.written(), 0);
        writer.start_file(entry.full_name().as_str(), options).map_err(|failure| failed(&failure))?;
        writer.write_all(&bytes).map_err(|failure| io_error(cx.rs, &failure, beside))?;
    }
    let mut buffer = vec![0; CHUNK];
    let level = cx.string("CompressionLevel").unwrap_or_else(|| "Optimal".into());
    steps.part = 100.0 / f64::from(cast::int32(files.len().max(1)));
    for part in files {
        (steps.total, steps.done) = (part.len(), 0);
        for (path, name) in part {
            let stat = cx.rs.platform.stat(path).map_err(|failure| io_error(cx.rs, &failure, path))?;
            let local = stat.modified.saturating_add(cx.rs.platform.utc_offset(stat.modified));
            let attributes = (stat.mode & PERMISSIONS | 0o100_000).wrapping_shl(16);
            let options = archives::options(&level, local, attributes).large_file(stat.size > u64::from(u32::MAX) / 2);
            writer.start_file(name.as_str(), options).map_err(|failure| failed(&failure))?;
            let how = OpenHow { read: true, ..OpenHow::default() };
            let mut from = cx.rs.platform.open(path, how).map_err(|failure| io_error(cx.rs, &failure, path))?;
            loop {
                cx.rs.check_stop()?;
                let count = from.read(&mut buffer).map_err(|failure| io_error(cx.rs, &failure, path))?;
                let Some(piece) = buffer.get(..count).filter(|piece| !piece.is_empty()) else { break };
                writer.write_all(piece).map_err(|failure| io_error(cx.rs, &failure, beside))?;
            }
            say(cx, format!("Adding '{path}'.").into())?;
            steps.step(cx)?;
        }
        steps.before += steps.part;
    }
    writer.finish().map(drop).map_err(|failure| failed(&failure))
}

struct Expand;

impl Run for Expand {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let folder = match cx.string("DestinationPath") {
            Some(path) => providers::file_path(cx.rs, &path)?,
            None => cx.rs.state.locations.directory(),
        };
        if !is_folder(cx, &folder) {
            if !cx.should_process(&format!("Destination: {folder}"), "Create Directory")? {
                return Err(not_found(cx, &cx.string("DestinationPath").unwrap_or_else(|| folder.as_str().into())));
            }
            cx.rs.platform.create_directory(&folder).map_err(|failure| io_error(cx.rs, &failure, &folder))?;
        }
        let status = format!("The archive file '{folder}' expansion is in progress...");
        let mut steps = Steps::new("Expand-Archive", status);
        steps.begin(cx, "Preparing to expand...")?;
        let source = source(cx)?;
        if !cx.should_process(&source, "Expand-Archive")? {
            return Ok(());
        }
        let folder = match cx.get("DestinationPath") {
            Some(_) => folder,
            None => {
                let name = providers::split(&source).1;
                providers::join(&folder, name.rsplit_once('.').map_or(name, |(stem, _)| stem))
            }
        };
        cx.rs.platform.create_directory(&folder).map_err(|failure| io_error(cx.rs, &failure, &folder))?;
        let archive = match archives::Archive::open(cx.rs, &source) {
            Ok(archive) => archive,
            Err(Flow::Error(_)) => {
                let exception = Exception::new("System.IO.FileFormatException", "");
                let value = Value::object(exception);
                return Err(Flow::error(ErrorRecord::new(value, "", Category::OperationStopped, Value::Null)));
            }
            Err(other) => return Err(other),
        };
        steps.status = format!("The archive file '{source}' expansion is in progress...");
        let entries = archive.entries();
        steps.total = entries.len();
        let mut made = Vec::new();
        let expanded = entries.iter().try_for_each(|entry| {
            extract(cx, &source, &folder, entry, &mut made)?;
            steps.step(cx)
        });
        if steps.total == 0 {
            say(cx, format!("The archive file {source} is empty.").into())?;
        }
        steps.end(cx)?;
        expanded?;
        if cx.flag("PassThru") {
            for path in made {
                let info = file_info(cx, &path)?;
                cx.write(info)?;
            }
        }
        Ok(())
    }
}

/// The archive that is opened.
fn source(cx: &mut Cx<'_>) -> R<String> {
    let (given, found) = match cx.string("LiteralPath") {
        Some(path) => {
            let whole = providers::file_path(cx.rs, &path)?;
            (path, vec![whole])
        }
        None => {
            let path = cx.string("Path").unwrap_or_default();
            let found = text_file::files(cx, &path)?;
            (path, found)
        }
    };
    if found.len() > 1 && wildcard::has_wildcards(&given) {
        let message = format!(
            "The archive file path '{given}' specified as input to the Path parameter is resolving to multiple file system paths. Provide a unique path to the Path parameter where the archive file has to be created."
        );
        return Err(refuse(cx, "System.IO.IOException", "InvalidArchiveFilePath", message, &given));
    }
    match found.into_iter().next().filter(|path| cx.rs.platform.stat(path).is_ok()) {
        Some(path) => Ok(path),
        None => Err(not_found(cx, &given)),
    }
}

/// Writes an entry below a folder, and adds what it makes to a list.
fn extract(cx: &mut Cx<'_>, source: &str, folder: &str, entry: &Arc<archives::Entry>, all: &mut Vec<String>) -> R<()> {
    let Some(path) = archives::inside(folder, entry.full_name()) else {
        let message = "Extracting Zip entry would have resulted in a file outside the specified destination directory.";
        return Err(refuse(cx, "System.IO.IOException", "IOException", message.into(), entry.full_name()));
    };
    if entry.full_name().ends_with('/') {
        if make_folder(cx, &path, all)? {
            say(cx, format!("Adding '{path}'.").into())?;
        }
        return Ok(());
    }
    make_folder(cx, providers::split(&path).0, all)?;
    if cx.rs.platform.stat(&path).is_ok() && !cx.flag("Force") {
        let message = format!(
            "Failed to create file '{path}' while expanding the archive file '{source}' contents as the file '{path}' already exists. Use the -Force parameter if you want to overwrite the existing directory '{path}' contents when expanding the archive file."
        );
        let exception = Value::object(Exception::new("System.IO.IOException", message));
        let id = "ExpandArchiveFileExists,ExpandArchiveHelper";
        let record = ErrorRecord::new(exception, id, Category::InvalidOperation, path.as_str().into());
        *record.activity.lock() = "Write-Error".into();
        return cx.rs.write_error(record);
    }
    entry.extract(cx.rs, &path, true)?;
    say(cx, format!("Created '{path}'.").into())?;
    all.push(path);
    Ok(())
}

/// Makes a folder that is missing.
fn make_folder(cx: &Cx<'_>, path: &str, all: &mut Vec<String>) -> R<bool> {
    let path = path.trim_end_matches('/');
    if is_folder(cx, path) {
        return Ok(false);
    }
    cx.rs.platform.create_directory(path).map_err(|failure| io_error(cx.rs, &failure, path))?;
    all.push(path.into());
    Ok(true)
}
