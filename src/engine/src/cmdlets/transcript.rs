//! `Start-Transcript` and `Stop-Transcript`

use psrpd_dotnet::Str;

use super::{Cmdlet, Cx, HOST, Run};
use crate::{
    eval::{Flow, R},
    platform::FileKind,
    providers,
    transcript::Transcript,
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

impl Run for Start {
    fn begin(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let path = path(cx)?;
        if !cx.should_process(&path, "Start-Transcript")? {
            return Ok(());
        }
        let before = "Transcription cannot be started due to the error: ";
        match cx.rs.platform.stat(&path) {
            Ok(stat) if stat.kind == FileKind::Directory => {
                let inner =
                    Exception::new("System.ArgumentException", format!("File path {path} resolves to a directory."));
                return Err(refuse(cx, "CannotStartTranscription", before, inner));
            }
            Ok(_) if cx.flag("NoClobber") && !cx.flag("Append") => {
                let exception = "System.UnauthorizedAccessException";
                let message = format!("File {path} already exists and NoClobber was specified.");
                return Err(cx.fail(exception, "NoClobber", Category::ResourceExists, message, path.into()));
            }
            _ => {}
        }
        let _ = cx.rs.platform.create_directory(providers::split(&path).0);
        if let Err(failure) = cx.rs.platform.write(&path, &[], cx.flag("Append")) {
            let inner = providers::io_error(cx.rs, &failure, &path);
            let message = inner.record().map(|record| record.message()).unwrap_or_default();
            let of = inner.record().map(|record| record.exception.type_name()).unwrap_or_default();
            return Err(refuse(cx, "CannotStartTranscription", before, Exception::new(&of, message)));
        }
        let header = if cx.flag("UseMinimalHeader") { String::new() } else { header(cx)? };
        let transcript = Transcript { path: path.clone(), has_times: cx.flag("IncludeInvocationHeader") };
        cx.rs.begin_transcript(transcript, &header);
        let shown = Value::from(format!("Transcript started, output file is {path}"));
        cx.write(shown.with_notes([("Path", Value::from(path))]))
    }
}

/// The file to write.
fn path(cx: &mut Cx<'_>) -> R<String> {
    for name in ["Path", "LiteralPath"] {
        if let Some(path) = cx.string(name) {
            return Ok(providers::absolute(cx.rs, &path));
        }
    }
    if cx.get("OutputDirectory").is_none()
        && let Some(path) = cx.rs.variable("Transcript")
    {
        return Ok(providers::absolute(cx.rs, &text(&path)));
    }
    let home = cx.rs.state.environment.get("HOME").cloned().unwrap_or_else(|| "/".into());
    let folder = cx.string("OutputDirectory").unwrap_or_else(|| home.as_str().into());
    let folder = providers::absolute(cx.rs, &folder);
    let letters: String = super::random_guid(cx.rs.platform.random_bytes()).to_string().chars().take(8).collect();
    let name =
        format!("PowerShell_transcript.{}.{letters}.{}.txt", cx.rs.platform.host_name(), cx.rs.transcript_time());
    Ok(providers::join(&folder, &name))
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
