//! `Start-Process`

use psrpd_dotnet::Str;

use super::{Cmdlet, Cx, MANAGEMENT, Run, process_list};
use crate::{
    eval::{Flow, R},
    platform::{ProgramCall, ProgramFiles},
    providers,
    value::{Category, Dictionary, Opaque, Value, text},
};

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "Start-Process",
    "StartProcessCommand",
    "FilePath|PSPath|Path string 0 ! notempty
     ArgumentList|Args string[] 1
     Credential|RunAs pscredential credential notempty @Default
     WorkingDirectory string notempty
     NoNewWindow|nnw @Default
     PassThru
     RedirectStandardError|RSE string notempty @Default
     RedirectStandardInput|RSI string notempty @Default
     RedirectStandardOutput|RSO string notempty @Default
     Verb string notempty @UseShellExecute
     WindowStyle System.Diagnostics.ProcessWindowStyle notempty
     Wait
     UseNewEnvironment @Default
     Environment hashtable",
    || Box::new(StartProcess),
)
.examples(
    r#"(Start-Process sh -ArgumentList '-c "exit 3"' -Wait -PassThru).ExitCode # a program that runs by itself
> 3"#,
)
.in_module(MANAGEMENT)
.default_set("Default")
.should_process();

struct StartProcess;

impl Run for StartProcess {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        refuse(cx)?;
        let name = cx.string("FilePath").unwrap_or_default();
        let path = program(cx, &name);
        let arguments = cx.strings("ArgumentList");
        let line = crate::value::join(arguments, " ").to_string();
        let target = format!("{path} {line}");
        if !cx.should_process(&target, "Start-Process")? {
            return Ok(());
        }
        let directory = directory(cx)?;
        let input = readable(cx)?;
        let (output, errors) = (written(cx, "RedirectStandardOutput"), written(cx, "RedirectStandardError"));
        if output.is_some() && output == errors {
            let message = "This command cannot be run because \"RedirectStandardOutput\" and \"RedirectStandardError\" are same. Give different inputs and Run your command again.";
            return Err(invalid(cx, "InvalidOperationException", message));
        }
        let environment = environment(cx);
        let args = split(&line);
        let call = ProgramCall { path: &path, args: &args, environment: &environment, directory: &directory };
        let files = ProgramFiles { input: input.as_deref(), output: output.as_deref(), errors: errors.as_deref() };
        let running = cx.rs.platform.launch(&call, &files).map_err(|failure| {
            let reason = match failure.kind() {
                std::io::ErrorKind::PermissionDenied => "Permission denied".into(),
                _ => providers::reason(&failure),
            };
            let message = format!(
                "This command cannot be run due to the error: An error occurred trying to start process '{path}' with working directory '{directory}'. {reason}"
            );
            invalid(cx, "InvalidOperationException", &message)
        })?;
        let id = cx.rs.beside.shared.programs.add(running);
        let object = process_list::started(cx.rs, id, &path, &line, &directory);
        if cx.flag("PassThru") {
            cx.write(object.clone())?;
        }
        if cx.flag("Wait") {
            cx.rs.wait_for_program(id, None)?;
        }
        Ok(())
    }
}

fn invalid(cx: &Cx<'_>, exception: &str, message: &str) -> Flow {
    let namespace = if exception.contains("NotFound") { "System.IO." } else { "System." };
    cx.fail(&format!("{namespace}{exception}"), exception, Category::InvalidOperation, message, Value::Null)
}

/// Parameters that only other systems have.
fn refuse(cx: &Cx<'_>) -> R<()> {
    for name in ["WindowStyle", "Verb"] {
        if cx.get(name).is_some() {
            let message = format!(
                "The parameter '-{name}' is not supported for the cmdlet 'Start-Process' on this edition of PowerShell."
            );
            let exception = "System.NotSupportedException";
            return Err(cx.fail(exception, "NotSupportedException", Category::NotImplemented, message, Value::Null));
        }
    }
    if cx.get("Credential").is_some() {
        let exception = "System.PlatformNotSupportedException";
        let message = "The Domain property is not supported on this platform.";
        return Err(cx.fail(exception, exception, Category::NotSpecified, message, Value::Null));
    }
    Ok(())
}

/// The path of the program, or the name as it is.
fn program(cx: &mut Cx<'_>, name: &Str) -> String {
    if let Some(path) = providers::find_program(cx.rs, name) {
        return path.to_string();
    }
    match providers::parse(cx.rs, name) {
        Ok(target) if target.kind.provider().exists(cx.rs, &target.path) => target.path,
        _ => name.to_string(),
    }
}

fn directory(cx: &mut Cx<'_>) -> R<String> {
    let Some(directory) = cx.string("WorkingDirectory") else { return Ok(cx.rs.state.locations.directory()) };
    match providers::parse(cx.rs, &directory) {
        Ok(target) if target.kind.provider().is_container(cx.rs, &target.path) => Ok(target.path),
        _ => {
            let message = "This command cannot be run because either the parameter \"WorkingDirectory\" has a value that is not valid or cannot be used with this command. Give a valid input and Run your command again.";
            Err(invalid(cx, "DirectoryNotFoundException", message))
        }
    }
}

/// The file that the program reads.
fn readable(cx: &mut Cx<'_>) -> R<Option<String>> {
    let Some(path) = cx.string("RedirectStandardInput") else { return Ok(None) };
    match providers::parse(cx.rs, &path) {
        Ok(target) if target.kind.provider().exists(cx.rs, &target.path) => Ok(Some(target.path)),
        _ => {
            let message = format!(
                "This command cannot be run because either the parameter \"RedirectStandardInput '{path}'\" has a value that is not valid or cannot be used with this command. Give a valid input and Run your command again."
            );
            Err(invalid(cx, "FileNotFoundException", &message))
        }
    }
}

fn written(cx: &mut Cx<'_>, name: &str) -> Option<String> {
    let path = cx.string(name)?;
    Some(providers::parse(cx.rs, &path).map_or_else(|_| path.to_string(), |target| target.path))
}

/// What the program gets as its environment.
fn environment(cx: &mut Cx<'_>) -> Vec<(String, String)> {
    let mut all: indexmap::IndexMap<String, String> = cx.rs.state.environment.all().into_iter().collect();
    if cx.flag("UseNewEnvironment") {
        all.clear();
    }
    let changes = cx.get("Environment");
    let changes = changes.as_ref().and_then(Value::downcast::<Dictionary>).map(Dictionary::entries);
    for (name, value) in changes.unwrap_or_default() {
        if value.is_null() {
            all.shift_remove(text(&name).as_str());
        } else {
            all.insert(text(&name).to_string(), text(&value).to_string());
        }
    }
    all.into_iter().collect()
}

/// A command line as .NET takes it apart: blanks part, quotes hold together, a backslash counts before a quote.
pub(crate) fn split(line: &str) -> Vec<String> {
    let mut arguments = Vec::new();
    let mut current: Option<String> = None;
    let mut is_quoted = false;
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                let mut count = 1_usize;
                while chars.next_if_eq(&'\\').is_some() {
                    count = count.saturating_add(1);
                }
                let into = current.get_or_insert_default();
                if chars.peek() != Some(&'"') {
                    into.extend(std::iter::repeat_n('\\', count));
                    continue;
                }
                into.extend(std::iter::repeat_n('\\', count.wrapping_div(2)));
                if count.wrapping_rem(2) == 1 {
                    chars.next();
                    into.push('"');
                }
            }
            '"' if is_quoted && chars.next_if_eq(&'"').is_some() => current.get_or_insert_default().push('"'),
            '"' => {
                is_quoted = !is_quoted;
                current.get_or_insert_default();
            }
            ' ' | '\t' if !is_quoted => arguments.extend(current.take()),
            c => current.get_or_insert_default().push(c),
        }
    }
    arguments.extend(current);
    arguments
}

/// `ProcessStartInfo` of what was started.
pub(crate) fn start_info(path: &str, line: &str, directory: &str) -> Value {
    let of = "System.Diagnostics.ProcessStartInfo";
    Opaque::new(
        of,
        [
            ("Arguments", Value::from(line)),
            ("CreateNoWindow", false.into()),
            ("RedirectStandardInput", false.into()),
            ("RedirectStandardOutput", false.into()),
            ("RedirectStandardError", false.into()),
            ("UserName", "".into()),
            ("Verb", "".into()),
            ("UseShellExecute", false.into()),
            ("FileName", path.into()),
            ("WorkingDirectory", directory.into()),
        ],
    )
    .displayed(of)
    .into_value()
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn command_lines_are_taken_apart_as_dotnet_does() {
        assert_eq!(split(r#"-c "echo a  b" 'c d' e\"f "g\\" """#), ["-c", "echo a  b", "'c", "d'", "e\"f", "g\\", ""]);
    }
}
