//! `ProcessStartInfo`, and starting programs as .NET does.

use std::{
    io::{self, Read, Seek, SeekFrom, Write},
    sync::Arc,
    time::Duration,
};

use psrpd_dotnet::Str;

use super::{Members, TypeDef, files::stream::Stream, files::text_stream};
use crate::{
    beside::Programs,
    cmdlets::{process_list, split_command_line},
    convert,
    eval::{R, Runspace, error},
    platform::{FileHandle, ProgramCall, ProgramFiles, Stop},
    providers,
    value::{Dictionary, List, Opaque, Value, enumerate, text},
};

const INFO: &str = "System.Diagnostics.ProcessStartInfo";
const PROCESS: &str = "System.Diagnostics.Process";

/// Which stream of a program.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pipe {
    Input,
    Output,
    Errors,
}

/// A stream of a program that runs.
struct Piped {
    programs: Arc<Programs>,
    id: i64,
    pipe: Pipe,
    stop: Stop,
}

/// How long to wait before looking again.
const PAUSE: Duration = Duration::from_millis(5);

impl Read for Piped {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            if let Some(count) = self.programs.take(self.id, self.pipe, buffer) {
                return Ok(count);
            }
            if self.stop.is_set() {
                return Err(providers::stopped());
            }
            self.stop.sleep(PAUSE);
        }
    }
}

impl Write for Piped {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut rest = bytes.to_vec();
        while let Err(back) = self.programs.send(self.id, rest) {
            if self.stop.is_set() {
                return Err(providers::stopped());
            }
            self.stop.sleep(PAUSE);
            rest = back;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Seek for Piped {
    fn seek(&mut self, _to: SeekFrom) -> io::Result<u64> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

impl FileHandle for Piped {
    fn length(&self) -> io::Result<u64> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn set_length(&self, _length: u64) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

impl Drop for Piped {
    fn drop(&mut self) {
        if self.pipe == Pipe::Input {
            self.programs.close_input(self.id);
        }
    }
}

/// A `ProcessStartInfo`.
pub(crate) fn start_info(rs: &Runspace, file: &str, arguments: &str) -> Value {
    let of = super::web::generic("System.Collections.Generic.IDictionary[string,string]");
    let table = Dictionary::new(
        super::generic("System.Collections.Generic.Dictionary`2", vec![super::string(), super::string()]).unwrap_or(of),
        false,
    );
    for (name, value) in rs.state.environment.all() {
        table.set(name.as_str().into(), value.as_str().into());
    }
    let environment = Value::object(table);
    let list = super::generic("System.Collections.ObjectModel.Collection`1", vec![super::string()]);
    Opaque::new(
        INFO,
        [
            ("Arguments", Value::from(arguments)),
            ("ArgumentList", List::value(list.unwrap_or_else(super::object), Vec::new())),
            ("CreateNoWindow", false.into()),
            ("CreateNewProcessGroup", false.into()),
            ("EnvironmentVariables", environment.clone()),
            ("Environment", environment),
            ("RedirectStandardInput", false.into()),
            ("RedirectStandardOutput", false.into()),
            ("RedirectStandardError", false.into()),
            ("StandardInputEncoding", Value::Null),
            ("StandardErrorEncoding", Value::Null),
            ("StandardOutputEncoding", Value::Null),
            ("WindowStyle", super::enum_value("System.Diagnostics.ProcessWindowStyle", "Normal")),
            ("UserName", "".into()),
            ("Domain", "".into()),
            ("LoadUserProfile", false.into()),
            ("Verb", "".into()),
            ("UseShellExecute", false.into()),
            ("FileName", file.into()),
            ("WorkingDirectory", "".into()),
            ("ErrorDialog", false.into()),
        ],
    )
    .displayed(INFO)
    .into_value()
}

fn failed(message: String) -> crate::eval::Flow {
    error::thrown("System.ComponentModel.Win32Exception", message)
}

/// Starts what an info says; the process.
fn start(rs: &mut Runspace, info: &Value, into: Option<&Value>) -> R<Value> {
    let name = text(&info.field("FileName"));
    if name.is_empty() {
        let message = "Cannot start process because a file name has not been provided.";
        return Err(error::thrown("System.InvalidOperationException", message));
    }
    let listed: Vec<String> =
        enumerate(&info.field("ArgumentList")).unwrap_or_default().iter().map(|arg| text(arg).to_string()).collect();
    let line = text(&info.field("Arguments")).to_string();
    let args = if listed.is_empty() { split_command_line(&line) } else { listed };
    let environment: Vec<(String, String)> = info
        .field("Environment")
        .downcast::<Dictionary>()
        .map(Dictionary::entries)
        .unwrap_or_default()
        .iter()
        .map(|(name, value)| (text(name).to_string(), text(value).to_string()))
        .collect();
    let given = text(&info.field("WorkingDirectory")).to_string();
    let directory = if given.is_empty() { rs.state.process_directory.clone() } else { given.clone() };
    let path = match providers::find_program(rs, &name) {
        Some(path) => path.to_string(),
        None => super::files::path::whole(&name, &directory),
    };
    let is_set = |name: &str| convert::to_bool(&info.field(name));
    let redirected = [
        ("StandardInput", Pipe::Input, is_set("RedirectStandardInput")),
        ("StandardOutput", Pipe::Output, is_set("RedirectStandardOutput")),
        ("StandardError", Pipe::Errors, is_set("RedirectStandardError")),
    ];
    let call = ProgramCall { path: &path, args: &args, environment: &environment, directory: &directory };
    let any = redirected.iter().any(|(_, _, is_redirected)| *is_redirected);
    let running = if any { rs.platform.start(&call) } else { rs.platform.launch(&call, &ProgramFiles::default()) };
    let running = running.map_err(|failure| {
        failed(format!(
            "An error occurred trying to start process '{name}' with working directory '{directory}'. {}",
            providers::reason(&failure)
        ))
    })?;
    let programs = rs.beside.shared.programs.clone();
    let id = programs.add(running);
    let [_, (_, _, keeps_output), (_, _, keeps_errors)] = redirected;
    programs.keep(id, keeps_output, keeps_errors);
    let process = process_list::started(rs, id, &path, &line, &directory);
    if any && !is_set("RedirectStandardInput") {
        programs.close_input(id);
    }
    let value = match into.and_then(|into| into.downcast::<Opaque>()) {
        Some(bag) => {
            for (name, value) in process.downcast::<Opaque>().map(Opaque::properties).unwrap_or_default() {
                if name.as_str() != "StartInfo" && !bag.set(&name, value.clone()) {
                    bag.push(&name, value);
                }
            }
            into.cloned().unwrap_or_default()
        }
        None => process,
    };
    if let Some(bag) = value.downcast::<Opaque>() {
        bag.set("StartInfo", info.clone());
        for (property, pipe, is_redirected) in redirected {
            if !is_redirected {
                continue;
            }
            let handle = Piped { programs: programs.clone(), id, pipe, stop: rs.stop.clone() };
            let writes = pipe == Pipe::Input;
            let stream = Value::object(Stream::over("System.IO.FileStream", Box::new(handle), !writes, writes));
            let end = if writes {
                let writer = text_stream::writer_of(rs, stream, None)?;
                rs.set_member(&writer, "AutoFlush", true.into())?;
                writer
            } else {
                text_stream::reader_of(stream, None)
            };
            bag.push(property, end);
        }
    }
    Ok(value)
}

fn at(args: &[Value], at: usize) -> Str {
    args.get(at).map(text).unwrap_or_default()
}

/// What `Process` has to start programs.
pub(super) fn process_members(m: &mut Members) {
    m.constructor("System.Diagnostics.Process()", |rs, _, _| {
        let info = start_info(rs, "", "");
        Ok(Opaque::new(PROCESS, [("StartInfo", info), ("EnableRaisingEvents", false.into())])
            .displayed(PROCESS)
            .into_value())
    });
    m.method("bool Start()", |rs, this, _| {
        let info = this.field("StartInfo");
        start(rs, &info, Some(this)).map(|_| true.into())
    });
    m.function("System.Diagnostics.Process Start(System.Diagnostics.ProcessStartInfo startInfo)", |rs, _, args| {
        start(rs, args.first().unwrap_or(&Value::Null), None)
    });
    for signature in [
        "System.Diagnostics.Process Start(string fileName)",
        "System.Diagnostics.Process Start(string fileName, string arguments)",
    ] {
        m.function(signature, |rs, _, args| {
            let info = start_info(rs, &at(args, 0), &at(args, 1));
            start(rs, &info, None)
        });
    }
    m.function(
        "System.Diagnostics.Process Start(string fileName, System.Collections.Generic.IEnumerable[string] arguments)",
        |rs, _, args| {
            let info = start_info(rs, &at(args, 0), "");
            let items = args.get(1).and_then(enumerate).unwrap_or_default();
            let list = info.field("ArgumentList");
            for item in items {
                rs.call_method(&list, "Add", &[item])?;
            }
            start(rs, &info, None)
        },
    );
}

pub(super) const TYPES: &[TypeDef] = &[
    TypeDef::class(INFO).members(|m| {
        for signature in [
            "System.Diagnostics.ProcessStartInfo()",
            "System.Diagnostics.ProcessStartInfo(string fileName)",
            "System.Diagnostics.ProcessStartInfo(string fileName, string arguments)",
        ] {
            m.constructor(signature, |rs, _, args| Ok(start_info(rs, &at(args, 0), &at(args, 1))));
        }
    }),
    TypeDef::labels(
        "System.Diagnostics.ProcessWindowStyle",
        &[("Normal", 0), ("Hidden", 1), ("Minimized", 2), ("Maximized", 3)],
    ),
];
