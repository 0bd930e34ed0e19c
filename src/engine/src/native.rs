//! Native programs as commands of a pipeline.

use psrpd_dotnet::Str;

use crate::{
    bind::Argument,
    eval::{Output, Place, R, Runspace, StageRun, error},
    platform::ProgramCall,
    value::{Category, ErrorRecord, Exception, Value, enumerate, text},
};

/// A program with its arguments.
struct Program {
    path: Str,
    args: Vec<String>,
    input: Vec<u8>,
}

/// Prepares a program for a pipeline.
pub(crate) fn prepare(rs: &mut Runspace, path: &Str, args: Vec<Argument>, _place: Place) -> R<Box<dyn StageRun>> {
    let mut list = Vec::new();
    for argument in args {
        if let Some(name) = &argument.name {
            let shown = name.text.to_string();
            if !name.has_value {
                list.push(shown);
                continue;
            }
            let value = rs.text(&argument.value)?;
            if name.text.ends_with(':') {
                list.extend([shown, value.to_string()]);
            } else {
                list.push(format!("{shown}:{value}"));
            }
            continue;
        }
        if let Some(text) = argument.text {
            list.push(text.to_string());
            continue;
        }
        match enumerate(&argument.value) {
            Some(items) => {
                for item in items {
                    list.push(rs.text(&item)?.to_string());
                }
            }
            None if argument.value.is_null() => {}
            None => {
                let shown = rs.text(&argument.value)?;
                list.extend(crate::providers::expand_word(rs, &shown, argument.bare));
            }
        }
    }
    Ok(Box::new(Program { path: path.clone(), args: list, input: Vec::new() }))
}

impl StageRun for Program {
    fn begin(&mut self, _rs: &mut Runspace, _out: &mut dyn Output) -> R<()> {
        Ok(())
    }

    fn process(&mut self, rs: &mut Runspace, input: Option<Value>, _out: &mut dyn Output) -> R<()> {
        if let Some(value) = input {
            let line = if value.as_str().is_some() { text(&value) } else { rs.text(&value)? };
            self.input.extend_from_slice(line.as_bytes());
            self.input.push(b'\n');
        }
        Ok(())
    }

    fn end(&mut self, rs: &mut Runspace, out: &mut dyn Output) -> R<()> {
        let environment: Vec<(String, String)> =
            rs.state.environment.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
        let directory = rs.state.location.to_string();
        let call = ProgramCall {
            path: &self.path,
            args: &self.args,
            environment: &environment,
            directory: &directory,
            input: &self.input,
        };
        let result = rs.platform.clone().run(&call, &rs.stop.clone()).map_err(|failure| {
            let name = self.path.rsplit('/').next().unwrap_or(&self.path);
            let reason = crate::providers::reason(&failure);
            error::raise(
                "System.Management.Automation.ApplicationFailedException",
                "NativeCommandFailed",
                Category::ResourceUnavailable,
                format!("Program '{name}' failed to run: {reason}"),
                Value::Null,
            )
        })?;
        rs.check_stop()?;
        for line in lines(&result.output) {
            out.write(rs, Value::from(line))?;
        }
        for (at, line) in lines(&result.errors).into_iter().enumerate() {
            let (id, target) = if at == 0 {
                ("NativeCommandError", Value::from(line.as_str()))
            } else {
                ("NativeCommandErrorMessage", Value::Null)
            };
            let exception = Exception::new("System.Management.Automation.RemoteException", line);
            let record =
                std::sync::Arc::new(ErrorRecord::new(Value::object(exception), id, Category::NotSpecified, target));
            rs.locate(&record);
            rs.emit(crate::eval::Stream::Error, Value::Object(record));
            out.sync(rs)?;
        }
        rs.set_exit_code(result.code);
        if result.code != 0
            && rs.variable("PSNativeCommandUseErrorActionPreference").is_some_and(|on| crate::convert::to_bool(&on))
        {
            let name = self.path.rsplit('/').next().unwrap_or(&self.path);
            let message =
                format!("Program \"{name}\" ended with non-zero exit code: {} (0x{:02X}).", result.code, result.code);
            let exception = Exception::new("System.Management.Automation.NativeCommandExitException", message)
                .with("Path", Value::Str(self.path.clone()))
                .with("ExitCode", Value::I32(result.code));
            rs.write_error(ErrorRecord::new(
                Value::object(exception),
                "ProgramExitedWithNonZeroCode",
                Category::NotSpecified,
                Value::Str(self.path.clone()),
            ))?;
        }
        Ok(())
    }
}

fn lines(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes);
    text.lines().map(str::to_owned).collect()
}
