//! Path, File and Environment.

use psrpd_dotnet::Str;

use super::TypeDef;
use crate::{
    providers,
    value::{Value, text},
};

fn s(args: &[Value], at: usize) -> Str {
    args.get(at).map(text).unwrap_or_default()
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or("")
}

fn extension(path: &str) -> &str {
    let name = file_name(path);
    name.rfind('.').and_then(|at| name.get(at..)).filter(|e| e.len() > 1).unwrap_or("")
}

pub(super) const TYPES: &[TypeDef] = &[
    TypeDef::class("System.IO.Path").members(|m| {
        m.constant("char DirectorySeparatorChar", |_, _| Ok(Value::Char(u16::from(b'/'))));
        m.constant("char PathSeparator", |_, _| Ok(Value::Char(u16::from(b':'))));
        for declaration in ["string Combine(params string[] paths)", "string Join(params string[] paths)"] {
            m.function(declaration, |_, _, args| {
                let mut out = String::new();
                for part in
                    args.iter().flat_map(|arg| crate::value::enumerate(arg).unwrap_or_else(|| vec![arg.clone()]))
                {
                    let part = text(&part);
                    if part.starts_with('/') {
                        out = part.to_string();
                        continue;
                    }
                    if !out.is_empty() && !out.ends_with('/') && !part.is_empty() {
                        out.push('/');
                    }
                    out.push_str(&part);
                }
                Ok(out.into())
            });
        }
        m.function("string GetFileName(string path)", |_, _, args| Ok(file_name(&s(args, 0)).into()));
        m.function("string GetExtension(string path)", |_, _, args| Ok(extension(&s(args, 0)).into()));
        m.function("string GetFileNameWithoutExtension(string path)", |_, _, args| {
            let name = s(args, 0);
            let name = file_name(&name);
            Ok(name.rfind('.').and_then(|at| name.get(..at)).unwrap_or(name).into())
        });
        m.function("string GetDirectoryName(string path)", |_, _, args| {
            let path = s(args, 0);
            Ok(match path.trim_end_matches('/').rsplit_once('/') {
                Some(("", _)) => "/".into(),
                Some((folder, _)) => folder.into(),
                None if path.starts_with('/') => Value::Null,
                None => "".into(),
            })
        });
        m.function("string GetFullPath(string path)", |rs, _, args| Ok(providers::absolute(rs, &s(args, 0)).into()));
        m.function("string GetTempPath()", |_, _, _| Ok("/tmp/".into()));
        m.function("string GetRandomFileName()", |rs, _, _| {
            let letters: String =
                rs.platform.random_bytes().iter().take(11).map(|b| char::from(b'a'.saturating_add(b % 26))).collect();
            let (head, tail) = letters.split_at(8.min(letters.len()));
            Ok(format!("{head}.{tail}").into())
        });
        m.function("string GetTempFileName()", |rs, _, _| {
            let letters: String =
                rs.platform.random_bytes().iter().take(6).map(|b| char::from(b'a'.saturating_add(b % 26))).collect();
            let path = format!("/tmp/tmp{letters}.tmp");
            rs.platform.write(&path, &[], false).map_err(|failure| providers::io_error(&failure, &path))?;
            Ok(path.into())
        });
        m.function("bool IsPathRooted(string path)", |_, _, args| Ok(s(args, 0).starts_with('/').into()));
        m.function("string GetPathRoot(string path)", |_, _, args| {
            Ok(if s(args, 0).starts_with('/') { "/" } else { "" }.into())
        });
        m.function("bool HasExtension(string path)", |_, _, args| Ok((!extension(&s(args, 0)).is_empty()).into()));
        m.function("string ChangeExtension(string path, string extension)", |_, _, args| {
            let path = s(args, 0);
            let base = path.strip_suffix(extension(&path)).unwrap_or(&path);
            let new = s(args, 1);
            Ok(if new.starts_with('.') { format!("{base}{new}") } else { format!("{base}.{new}") }.into())
        });
    }),
    TypeDef::class("System.IO.File").members(|m| {
        m.function("bool Exists(string path)", |rs, _, args| {
            let path = providers::absolute(rs, &s(args, 0));
            Ok(rs.platform.stat(&path).is_ok_and(|stat| stat.kind == crate::platform::FileKind::File).into())
        });
        m.function("string ReadAllText(string path)", |rs, _, args| {
            providers::read_text(rs, &s(args, 0)).map(Value::Str)
        });
        m.function("string[] ReadAllLines(string path)", |rs, _, args| {
            providers::read_lines(rs, &s(args, 0)).map(Value::strings_of)
        });
        m.function("byte[] ReadAllBytes(string path)", |rs, _, args| {
            let path = providers::absolute(rs, &s(args, 0));
            let bytes = rs.platform.read(&path).map_err(|failure| providers::io_error(&failure, &path))?;
            Ok(Value::typed_array(super::byte(), bytes.into_iter().map(Value::U8).collect()))
        });
        m.function("void WriteAllText(string path, string contents)", |rs, _, args| {
            providers::write_file(rs, &s(args, 0), s(args, 1).as_bytes(), false).map(|()| Value::AutomationNull)
        });
        m.function("void AppendAllText(string path, string contents)", |rs, _, args| {
            providers::write_file(rs, &s(args, 0), s(args, 1).as_bytes(), true).map(|()| Value::AutomationNull)
        });
        m.function("void WriteAllLines(string path, string[] contents)", |rs, _, args| {
            let lines: String = args
                .get(1)
                .and_then(crate::value::enumerate)
                .unwrap_or_default()
                .iter()
                .map(|line| format!("{}\n", text(line)))
                .collect();
            providers::write_file(rs, &s(args, 0), lines.as_bytes(), false).map(|()| Value::AutomationNull)
        });
        m.function("void WriteAllBytes(string path, byte[] bytes)", |rs, _, args| {
            let bytes = args.get(1).map(super::text::to_bytes).unwrap_or_default();
            providers::write_file(rs, &s(args, 0), &bytes, false).map(|()| Value::AutomationNull)
        });
        m.function("void Delete(string path)", |rs, _, args| {
            let path = providers::absolute(rs, &s(args, 0));
            match rs.platform.remove(&path, false) {
                Err(failure) if failure.kind() != std::io::ErrorKind::NotFound => {
                    Err(providers::io_error(&failure, &path))
                }
                _ => Ok(Value::AutomationNull),
            }
        });
    }),
    TypeDef::class("System.IO.Directory").members(|m| {
        m.function("bool Exists(string path)", |rs, _, args| {
            let path = providers::absolute(rs, &s(args, 0));
            Ok(rs.platform.stat(&path).is_ok_and(|stat| stat.kind == crate::platform::FileKind::Directory).into())
        });
        m.function("string GetCurrentDirectory()", |rs, _, _| Ok(Value::Str(rs.state.location.clone())));
    }),
    TypeDef::class("System.Environment").members(|m| {
        m.constant("string NewLine", |_, _| Ok("\n".into()));
        m.constant("string MachineName", |rs, _| Ok(rs.platform.host_name().into()));
        m.constant("string UserName", |rs, _| Ok(rs.platform.user_name().into()));
        m.constant("int ProcessId", |rs, _| Ok(Value::I32(i32::try_from(rs.platform.process_id()).unwrap_or(0))));
        m.constant("string CurrentDirectory", |rs, _| Ok(Value::Str(rs.state.location.clone())));
        m.constant("bool Is64BitProcess", |_, _| Ok(true.into()));
        m.constant("bool Is64BitOperatingSystem", |_, _| Ok(true.into()));
        m.function("string GetEnvironmentVariable(string variable)", |rs, _, args| {
            Ok(rs.state.environment.get(s(args, 0).as_str()).map_or(Value::Null, |value| value.as_str().into()))
        });
        m.function("void SetEnvironmentVariable(string variable, string value)", |rs, _, args| {
            let value = s(args, 1);
            if value.is_empty() {
                rs.state.environment.shift_remove(s(args, 0).as_str());
            } else {
                rs.state.environment.insert(s(args, 0).to_string(), value.to_string());
            }
            Ok(Value::AutomationNull)
        });
    }),
];
