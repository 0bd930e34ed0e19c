//! `System.IO.File`

use psrpd_dotnet::Str;

use super::{byte_array, encoding_at, full_path, info, kind_of, lines_of, stream, text_at, text_stream};
use crate::{
    eval::{R, Runspace, error},
    platform::FileKind,
    providers::{
        encoding::{Encoding, UTF8},
        io_error, split,
    },
    types::{Members, TypeDef},
    value::{Value, text},
};

fn missing(rs: &Runspace, path: &str) -> crate::eval::Flow {
    io_error(rs, &std::io::ErrorKind::NotFound.into(), path)
}

fn exists_already(path: &str) -> crate::eval::Flow {
    error::thrown("System.IO.IOException", format!("The file '{path}' already exists."))
}

fn is_there(rs: &Runspace, path: &str) -> bool {
    rs.platform.stat_link(path).is_ok()
}

/// `File.Copy`
pub(super) fn copy(rs: &Runspace, from: &str, to: &str, overwrite: bool) -> R<()> {
    match kind_of(rs, from) {
        None => return Err(missing(rs, from)),
        Some(FileKind::Directory) => return Err(io_error(rs, &std::io::ErrorKind::IsADirectory.into(), from)),
        Some(_) => {}
    }
    if kind_of(rs, to) == Some(FileKind::Directory) {
        let message = format!("The target file '{to}' is a directory, not a file.");
        return Err(error::thrown("System.IO.IOException", message));
    }
    if !overwrite && is_there(rs, to) {
        return Err(exists_already(to));
    }
    rs.while_running(|goes_on| rs.platform.copy(from, to, goes_on))?.map_err(|failure| io_error(rs, &failure, to))
}

/// `File.Move`
pub(super) fn rename(rs: &Runspace, from: &str, to: &str, overwrite: bool) -> R<()> {
    if !is_there(rs, from) || kind_of(rs, from) == Some(FileKind::Directory) {
        return Err(missing(rs, from));
    }
    if !overwrite && is_there(rs, to) && from != to {
        return Err(exists_already(to));
    }
    crate::providers::file_system::move_file(rs, from, to).map_err(|failure| io_error(rs, &failure, to))
}

/// `File.Delete`: a file that does not exist is no error.
pub(super) fn delete(rs: &Runspace, path: &str) -> R<()> {
    if rs.platform.stat_link(path).is_ok_and(|stat| stat.kind == FileKind::Directory && !stat.is_link) {
        return Err(io_error(rs, &std::io::ErrorKind::IsADirectory.into(), path));
    }
    match rs.platform.remove(path, false) {
        Err(failure) if failure.kind() == std::io::ErrorKind::NotFound => {
            if is_there(rs, split(path).0) {
                Ok(())
            } else {
                Err(missing(rs, path))
            }
        }
        done => done.map_err(|failure| io_error(rs, &failure, path)),
    }
}

/// `File.Replace`: the old file is kept where a backup is asked for.
pub(super) fn replace(rs: &Runspace, from: &str, to: &str, backup: Option<&Value>) -> R<()> {
    if !is_there(rs, from) {
        return Err(missing(rs, from));
    }
    if !is_there(rs, to) {
        return Err(missing(rs, to));
    }
    if let Some(backup) = backup.filter(|backup| !backup.is_null()) {
        let kept = full_path(rs, std::slice::from_ref(backup), 0)?;
        rs.platform.rename(to, &kept).map_err(|failure| io_error(rs, &failure, &kept))?;
    }
    rs.platform.rename(from, to).map_err(|failure| io_error(rs, &failure, to))
}

fn read(rs: &Runspace, args: &[Value]) -> R<(String, Vec<u8>)> {
    let path = full_path(rs, args, 0)?;
    let bytes = rs.read_file(&path).map_err(|failure| io_error(rs, &failure, &path))?;
    Ok((path, bytes))
}

fn read_text(rs: &Runspace, args: &[Value]) -> R<Str> {
    let (_, bytes) = read(rs, args)?;
    let (encoding, mark) = Encoding::marked(&bytes).unwrap_or((encoding_at(args, 1), 0));
    Ok(encoding.decode(bytes.get(mark..).unwrap_or(&[])))
}

/// The lines of a text, as every reader of .NET splits it.
pub(crate) fn split_lines(text: &str) -> Vec<Value> {
    let mut lines: Vec<Value> = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['\n', '\r']) {
        let (line, tail) = rest.split_at(at);
        lines.push(line.into());
        rest = tail.strip_prefix("\r\n").or_else(|| tail.get(1..)).unwrap_or("");
    }
    if !rest.is_empty() {
        lines.push(rest.into());
    }
    lines
}

fn write(rs: &Runspace, args: &[Value], shown: &Str, append: bool) -> R<Value> {
    let path = full_path(rs, args, 0)?;
    let encoding = if args.len() > 2 { encoding_at(args, 2) } else { UTF8 };
    let is_new = !append || rs.platform.stat(&path).map_or(true, |stat| stat.size == 0);
    let mut bytes = if is_new { encoding.preamble().to_vec() } else { Vec::new() };
    bytes.extend(encoding.encode(shown));
    rs.write_file(&path, &bytes, append).map_err(|failure| io_error(rs, &failure, &path))?;
    Ok(Value::AutomationNull)
}

fn joined(args: &[Value]) -> Str {
    lines_of(args.get(1)).iter().map(|line| format!("{line}\n")).collect::<String>().into()
}

fn content(m: &mut Members) {
    for declaration in
        ["string ReadAllText(string path)", "string ReadAllText(string path, System.Text.Encoding encoding)"]
    {
        m.function(declaration, |rs, _, args| read_text(rs, args).map(Value::Str));
    }
    for declaration in [
        "string[] ReadAllLines(string path)",
        "string[] ReadAllLines(string path, System.Text.Encoding encoding)",
        "System.Collections.Generic.IEnumerable[string] ReadLines(string path)",
        "System.Collections.Generic.IEnumerable[string] ReadLines(string path, System.Text.Encoding encoding)",
    ] {
        m.function(declaration, |rs, _, args| read_text(rs, args).map(|text| Value::strings_of(split_lines(&text))));
    }
    m.function("byte[] ReadAllBytes(string path)", |rs, _, args| read(rs, args).map(|(_, bytes)| byte_array(bytes)));
    for declaration in [
        "void WriteAllText(string path, string contents)",
        "void WriteAllText(string path, string contents, System.Text.Encoding encoding)",
    ] {
        m.function(declaration, |rs, _, args| write(rs, args, &text_at(args, 1), false));
    }
    for declaration in [
        "void AppendAllText(string path, string contents)",
        "void AppendAllText(string path, string contents, System.Text.Encoding encoding)",
    ] {
        m.function(declaration, |rs, _, args| write(rs, args, &text_at(args, 1), true));
    }
    for declaration in [
        "void WriteAllLines(string path, string[] contents)",
        "void WriteAllLines(string path, string[] contents, System.Text.Encoding encoding)",
        "void WriteAllLines(string path, System.Collections.Generic.IEnumerable[string] contents)",
        "void WriteAllLines(string path, System.Collections.Generic.IEnumerable[string] contents, System.Text.Encoding encoding)",
    ] {
        m.function(declaration, |rs, _, args| write(rs, args, &joined(args), false));
    }
    for declaration in [
        "void AppendAllLines(string path, System.Collections.Generic.IEnumerable[string] contents)",
        "void AppendAllLines(string path, System.Collections.Generic.IEnumerable[string] contents, System.Text.Encoding encoding)",
    ] {
        m.function(declaration, |rs, _, args| write(rs, args, &joined(args), true));
    }
    for (declaration, append) in [
        ("void WriteAllBytes(string path, byte[] bytes)", false),
        ("void AppendAllBytes(string path, byte[] bytes)", true),
    ] {
        let call = if append { append_bytes } else { write_bytes };
        m.function(declaration, call);
    }
}

fn write_bytes(rs: &mut Runspace, _: &Value, args: &[Value]) -> R<Value> {
    put_bytes(rs, args, false)
}

fn append_bytes(rs: &mut Runspace, _: &Value, args: &[Value]) -> R<Value> {
    put_bytes(rs, args, true)
}

fn put_bytes(rs: &Runspace, args: &[Value], append: bool) -> R<Value> {
    let path = full_path(rs, args, 0)?;
    let bytes = args.get(1).map(crate::types::text::to_bytes).unwrap_or_default();
    rs.write_file(&path, &bytes, append).map_err(|failure| io_error(rs, &failure, &path))?;
    Ok(Value::AutomationNull)
}

fn streams(m: &mut Members) {
    m.function("System.IO.FileStream OpenRead(string path)", |rs, _, args| {
        let path = full_path(rs, args, 0)?;
        stream::open_stream(rs, &path, "Open", "Read")
    });
    m.function("System.IO.FileStream OpenWrite(string path)", |rs, _, args| {
        let path = full_path(rs, args, 0)?;
        stream::open_stream(rs, &path, "OpenOrCreate", "Write")
    });
    m.function("System.IO.FileStream Create(string path)", |rs, _, args| {
        let path = full_path(rs, args, 0)?;
        stream::open_stream(rs, &path, "Create", "ReadWrite")
    });
    for declaration in [
        "System.IO.FileStream Open(string path, System.IO.FileMode mode)",
        "System.IO.FileStream Open(string path, System.IO.FileMode mode, System.IO.FileAccess access)",
        "System.IO.FileStream Open(string path, System.IO.FileMode mode, System.IO.FileAccess access, System.IO.FileShare share)",
    ] {
        m.function(declaration, |rs, _, args| {
            let path = full_path(rs, args, 0)?;
            let mode = text_at(args, 1);
            let access = args.get(2).map(text);
            let access = access.unwrap_or_else(|| if mode.as_str() == "Append" { "Write" } else { "ReadWrite" }.into());
            stream::open_stream(rs, &path, &mode, &access)
        });
    }
    m.function("System.IO.StreamReader OpenText(string path)", |rs, _, args| {
        let path = full_path(rs, args, 0)?;
        text_stream::reader(rs, &path, None)
    });
    m.function("System.IO.StreamWriter CreateText(string path)", |rs, _, args| {
        let path = full_path(rs, args, 0)?;
        text_stream::writer(rs, &path, false, None)
    });
    m.function("System.IO.StreamWriter AppendText(string path)", |rs, _, args| {
        let path = full_path(rs, args, 0)?;
        text_stream::writer(rs, &path, true, None)
    });
}

fn get(rs: &mut Runspace, args: &[Value], name: &str) -> R<Value> {
    let path = full_path(rs, args, 0)?;
    let item = info::value(rs, &path, false);
    rs.get_member(&item, name)
}

fn set(rs: &mut Runspace, args: &[Value], name: &str) -> R<Value> {
    let path = full_path(rs, args, 0)?;
    if !is_there(rs, &path) {
        return Err(missing(rs, &path));
    }
    let item = info::value(rs, &path, false);
    rs.set_member(&item, name, args.get(1).cloned().unwrap_or_default())?;
    Ok(Value::AutomationNull)
}

/// `GetLastWriteTime(path)` and its kin: the property of the same name. Of files and folders alike.
pub(super) fn times(m: &mut Members) {
    m.function("System.DateTime GetLastWriteTime(string path)", |rs, _, a| get(rs, a, "LastWriteTime"));
    m.function("System.DateTime GetLastWriteTimeUtc(string path)", |rs, _, a| get(rs, a, "LastWriteTimeUtc"));
    m.function("System.DateTime GetLastAccessTime(string path)", |rs, _, a| get(rs, a, "LastAccessTime"));
    m.function("System.DateTime GetLastAccessTimeUtc(string path)", |rs, _, a| get(rs, a, "LastAccessTimeUtc"));
    m.function("System.DateTime GetCreationTime(string path)", |rs, _, a| get(rs, a, "CreationTime"));
    m.function("System.DateTime GetCreationTimeUtc(string path)", |rs, _, a| get(rs, a, "CreationTimeUtc"));
    m.function("void SetLastWriteTime(string path, System.DateTime lastWriteTime)", |rs, _, a| {
        set(rs, a, "LastWriteTime")
    });
    m.function("void SetLastWriteTimeUtc(string path, System.DateTime lastWriteTimeUtc)", |rs, _, a| {
        set(rs, a, "LastWriteTimeUtc")
    });
    m.function("void SetLastAccessTime(string path, System.DateTime lastAccessTime)", |rs, _, a| {
        set(rs, a, "LastAccessTime")
    });
    m.function("void SetLastAccessTimeUtc(string path, System.DateTime lastAccessTimeUtc)", |rs, _, a| {
        set(rs, a, "LastAccessTimeUtc")
    });
    m.function("void SetCreationTime(string path, System.DateTime creationTime)", |rs, _, a| {
        set(rs, a, "CreationTime")
    });
    m.function("void SetCreationTimeUtc(string path, System.DateTime creationTimeUtc)", |rs, _, a| {
        set(rs, a, "CreationTimeUtc")
    });
}

fn state(m: &mut Members) {
    times(m);
    m.function("System.IO.FileAttributes GetAttributes(string path)", |rs, _, args| {
        let path = full_path(rs, args, 0)?;
        if !is_there(rs, &path) {
            return Err(missing(rs, &path));
        }
        get(rs, args, "Attributes")
    });
    m.function("void SetAttributes(string path, System.IO.FileAttributes fileAttributes)", |rs, _, a| {
        set(rs, a, "Attributes")
    });
    m.function("System.IO.UnixFileMode GetUnixFileMode(string path)", |rs, _, args| {
        let path = full_path(rs, args, 0)?;
        if !is_there(rs, &path) {
            return Err(missing(rs, &path));
        }
        get(rs, args, "UnixFileMode")
    });
    m.function("void SetUnixFileMode(string path, System.IO.UnixFileMode mode)", |rs, _, a| set(rs, a, "UnixFileMode"));
}

pub(super) const TYPE: TypeDef = TypeDef::class("System.IO.File").members(|m| {
    m.function("bool Exists(string path)", |rs, _, args| {
        let found = full_path(rs, args, 0).ok().and_then(|path| kind_of(rs, &path));
        Ok(found.is_some_and(|kind| kind != FileKind::Directory).into())
    });
    content(m);
    streams(m);
    state(m);
    m.function("void Delete(string path)", |rs, _, args| {
        let path = full_path(rs, args, 0)?;
        delete(rs, &path).map(|()| Value::AutomationNull)
    });
    for declaration in [
        "void Copy(string sourceFileName, string destFileName)",
        "void Copy(string sourceFileName, string destFileName, bool overwrite)",
    ] {
        m.function(declaration, |rs, _, args| {
            let (from, to) = (full_path(rs, args, 0)?, full_path(rs, args, 1)?);
            copy(rs, &from, &to, args.get(2).is_some_and(crate::convert::to_bool)).map(|()| Value::AutomationNull)
        });
    }
    for declaration in [
        "void Move(string sourceFileName, string destFileName)",
        "void Move(string sourceFileName, string destFileName, bool overwrite)",
    ] {
        m.function(declaration, |rs, _, args| {
            let (from, to) = (full_path(rs, args, 0)?, full_path(rs, args, 1)?);
            rename(rs, &from, &to, args.get(2).is_some_and(crate::convert::to_bool)).map(|()| Value::AutomationNull)
        });
    }
    m.function(
        "void Replace(string sourceFileName, string destinationFileName, string destinationBackupFileName)",
        |rs, _, args| {
            let (from, to) = (full_path(rs, args, 0)?, full_path(rs, args, 1)?);
            replace(rs, &from, &to, args.get(2)).map(|()| Value::AutomationNull)
        },
    );
    m.function("System.IO.FileSystemInfo CreateSymbolicLink(string path, string pathToTarget)", |rs, _, args| {
        let path = full_path(rs, args, 0)?;
        rs.platform.link(&path, &text_at(args, 1)).map_err(|failure| io_error(rs, &failure, &path))?;
        Ok(info::value(rs, &path, false))
    });
    m.function("System.IO.FileSystemInfo ResolveLinkTarget(string linkPath, bool returnFinalTarget)", target_of);
});

/// `ResolveLinkTarget`, of files and folders.
pub(super) fn target_of(rs: &mut Runspace, _: &Value, args: &[Value]) -> R<Value> {
    let path = full_path(rs, args, 0)?;
    super::link_target(rs, &path, args.get(1).is_some_and(crate::convert::to_bool))
}

#[cfg(test)]
mod tests {
    use super::split_lines;
    use crate::value::text;

    #[test]
    fn lines_end_in_three_ways() {
        let shown: Vec<String> = split_lines("a\r\nb\n\nc\rd").iter().map(|line| text(line).to_string()).collect();
        assert_eq!(shown, ["a", "b", "", "c", "d"]);
        assert!(split_lines("").is_empty());
    }
}
