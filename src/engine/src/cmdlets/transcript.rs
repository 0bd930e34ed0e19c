//! `Start-Transcript` and `Stop-Transcript`

use psrpd_dotnet::{Str, wildcard};

use super::{Cmdlet, Cx, HOST, Run};
use crate::{
    eval::{Flow, R},
    platform::FileKind,
    providers::{self, GlobOptions, Kind},
    transcript::Transcript,
    types::files::info::{is_read_only, set_read_only},
    value::{Category, Dictionary, ErrorRecord, Exception, Value, enumerate, text},
};

pub(super) static START: Cmdlet = Cmdlet::new(
    "Start-Transcript",
    "StartTranscriptCommand",
    "Path string notempty @ByPath(0)
     LiteralPath|PSPath|LP string notempty @ByLiteralPath(0)
     OutputDirectory string notempty @ByOutputDirectory(0)
     Append
     Force
     NoClobber|NoOverwrite
     IncludeInvocationHeader
     UseMinimalHeader",
    || Box::new(Start),
)
.examples(
    r#"$null = Start-Transcript t.txt; $null = Stop-Transcript; (Get-Content t.txt)[1] # what was run and seen, in a file
> PowerShell transcript start"#,
)
.in_module(HOST)
.default_set("ByPath")
.should_process();

pub(super) static STOP: Cmdlet =
    Cmdlet::new("Stop-Transcript", "StopTranscriptCommand", "", || Box::new(Stop))
        .examples(
            r#"$null = Start-Transcript t.txt; Stop-Transcript | ForEach-Object GetType | ForEach-Object Name # the file is complete
> String"#,
        )
        .in_module(HOST)
        .should_process();

const INVALID: &str = "System.Management.Automation.PSInvalidOperationException";

/// An error around another one.
fn refuse(cx: &Cx<'_>, id: &str, before: &str, inner: Exception) -> Flow {
    let message = format!("{before}{}", inner.message.lock());
    let exception = Exception::of(crate::types::known(INVALID), message.into(), Value::object(inner));
    let record = ErrorRecord::new(Value::object(exception), cx.id(id), Category::InvalidOperation, Value::Null);
    *record.activity.lock() = cx.cmdlet.name.into();
    Flow::error(record)
}

struct Start;

/// Comes before the reason.
const BEFORE: &str = "Transcription cannot be started due to the error: ";

impl Run for Start {
    fn begin(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let (path, given) = path(cx)?;
        if !cx.should_process(&path, "Start-Transcript")? {
            return Ok(());
        }
        match cx.rs.platform.stat(&path) {
            Ok(stat) if stat.kind == FileKind::Directory => {
                let inner =
                    Exception::new("System.ArgumentException", format!("File path {path} resolves to a directory."));
                return Err(refuse(cx, "CannotStartTranscription", BEFORE, inner));
            }
            Ok(_) if cx.flag("NoClobber") && !cx.flag("Append") => {
                let exception = "System.UnauthorizedAccessException";
                let message = format!("File {path} already exists and NoClobber was specified.");
                return Err(cx.fail(exception, "NoClobber", Category::ResourceExists, message, path.into()));
            }
            Ok(stat) if is_read_only(&*cx.rs.platform, &stat) => {
                if !cx.flag("Force") {
                    let message = format!(
                        "File {path} is read-only. Cannot write to this file. \"Start-Transcript -Force\" will clear the read-only attribute."
                    );
                    let exception = "System.ArgumentException";
                    return Err(cx.fail(exception, "FileReadOnly", Category::InvalidArgument, message, path.into()));
                }
                set_read_only(cx.rs, &path, false)?;
            }
            _ => {}
        }
        let _ = cx.rs.platform.create_directory(providers::split(&path).0);
        if let Err(failure) = cx.rs.platform.write(&path, &[], cx.flag("Append")) {
            let inner = providers::io_error(cx.rs, &failure, &path);
            let message = inner.record().map(|record| record.message()).unwrap_or_default();
            let of = inner.record().map(|record| record.exception.type_name()).unwrap_or_default();
            return Err(refuse(cx, "CannotStartTranscription", BEFORE, Exception::new(&of, message)));
        }
        let header = if cx.flag("UseMinimalHeader") { String::new() } else { header(cx)? };
        let transcript = Transcript { path: path.clone(), has_times: cx.flag("IncludeInvocationHeader") };
        cx.rs.begin_transcript(transcript, &header);
        let shown = Value::from(format!("Transcript started, output file is {given}"));
        cx.write(shown.with_notes([("Path", Value::from(given))]))
    }
}

/// A file that was named.
fn file(cx: &Cx<'_>, given: &str) -> R<(String, String)> {
    let target = providers::parse(cx.rs, given).map_err(|problem| problem.flow())?;
    if target.kind == Kind::FileSystem {
        return Ok((target.path, given.to_owned()));
    }
    let message = format!("The current provider ({}) cannot open a file.", target.kind.full_name());
    let id = "ReadWriteFileNotFileSystemProvider";
    Err(cx.fail(INVALID, id, Category::InvalidArgument, message, Value::Null))
}

/// The file to write, and how it was named.
fn path(cx: &mut Cx<'_>) -> R<(String, String)> {
    for name in ["Path", "LiteralPath"] {
        let Some(path) = cx.string(name) else { continue };
        if name == "LiteralPath" || !wildcard::has_wildcards(&path) {
            return file(cx, &path);
        }
        let found = providers::glob(cx.rs, &path, GlobOptions::default())?.unwrap_or_default();
        let Some(target) = found.first() else {
            let message = "Index was out of range. Must be non-negative and less than the size of the collection. (Parameter 'index')";
            let inner = Exception::new("System.ArgumentOutOfRangeException", message);
            return Err(refuse(cx, "CannotStartTranscription", BEFORE, inner));
        };
        return Ok((target.path.clone(), path.to_string()));
    }
    if cx.get("OutputDirectory").is_none()
        && let Some(path) = cx.rs.variable("Transcript")
    {
        return file(cx, &text(&path));
    }
    let home = cx.rs.state.environment.get("HOME").unwrap_or_else(|| "/".into());
    let folder = cx.string("OutputDirectory").unwrap_or_else(|| home.as_str().into());
    // Relative to the process, not to the location.
    let folder = if folder.starts_with('/') {
        folder.to_string()
    } else {
        providers::join(&cx.rs.state.process_directory, &folder)
    };
    let letters: String = super::random_guid(cx.rs.platform.random_bytes()).to_string().chars().take(8).collect();
    let name =
        format!("PowerShell_transcript.{}.{letters}.{}.txt", cx.rs.platform.host_name(), cx.rs.transcript_time());
    let path = providers::join(&folder, &name);
    Ok((path.clone(), path))
}

/// What is said of the session in front.
fn header(cx: &mut Cx<'_>) -> R<String> {
    let version = cx.rs.get_static(&Value::Type(crate::types::known("System.Environment")), "OSVersion")?;
    let machine = cx.rs.platform.host_name();
    let mut out = format!(
        "Username: \nRunAs User: {machine}\\{}\nConfiguration Name: \nMachine: {machine} ({})\nHost Application: psrpd\nProcess ID: {}\n",
        cx.rs.platform.user_name(),
        text(&version),
        cx.rs.platform.process_id()
    );
    let table = cx.rs.variable("PSVersionTable").unwrap_or_default();
    for (name, value) in table.downcast::<Dictionary>().map(Dictionary::entries).unwrap_or_default() {
        let shown: Vec<Str> = enumerate(&value).unwrap_or_else(|| vec![value]).iter().map(text).collect();
        out.push_str(&format!("{}: {}\n", text(&name), crate::value::join(shown, ", ")));
    }
    Ok(out)
}

struct Stop;

impl Run for Stop {
    fn begin(&mut self, cx: &mut Cx<'_>) -> R<()> {
        if !cx.should_process("", "Stop-Transcript")? {
            return Ok(());
        }
        let Some(path) = cx.rs.end_transcript() else {
            let inner = Exception::new(INVALID, "The host is not currently transcribing.");
            return Err(refuse(cx, "InvalidOperation", "An error occurred stopping transcription: ", inner));
        };
        let shown = Value::from(format!("Transcript stopped, output file is {path}"));
        cx.write(shown.with_notes([("Path", Value::from(path))]))
    }
}
