//! What only `FileInfo` or only `DirectoryInfo` has.

use super::{
    entries, file,
    info::{self, Info, property},
    infos, search, stream, text_at, text_stream,
};
use crate::{
    eval::{R, Runspace, error},
    providers,
    types::{Members, TypeDef},
    value::Value,
};

fn path_of(this: &Value) -> String {
    info::of(this).map(|info| info.path().to_string()).unwrap_or_default()
}

/// After something was done to the file: it is looked up again.
fn done(this: &Value) -> Value {
    if let Some(info) = info::of(this) {
        info.refresh();
    }
    Value::AutomationNull
}

fn named(m: &mut Members) {
    m.get("string Name", |_, this| property(this, |info| Value::Str(info.name())));
}

fn file_members(m: &mut Members) {
    named(m);
    m.get("long Length", |rs, this| {
        let Some(info) = info::of(this) else { return Ok(Value::Null) };
        match info.stat() {
            Some(stat) if !info.exists() => Ok(Value::I64(i64::try_from(stat.size).unwrap_or(0))),
            Some(stat) => Ok(super::long(stat.size)),
            None => Err(providers::io_error(rs, &std::io::ErrorKind::NotFound.into(), &info.path())),
        }
    });
    m.get("string DirectoryName", |_, this| property(this, |info| super::path::folder(&info.path()).into()));
    m.get("System.IO.DirectoryInfo Directory", |rs, this| {
        Ok(super::path::folder(&path_of(this)).map_or(Value::Null, |folder| info::value(rs, &folder, true)))
    });
    m.get_set(
        "bool IsReadOnly",
        |_, this| {
            property(this, |info| {
                let bits = info.stat().map(|stat| info::attributes(&*info.platform, &info.path(), &stat));
                bits.is_none_or(|bits| bits & info::attribute::READ_ONLY != 0).into()
            })
        },
        |rs, this, value| {
            done(this);
            info::set_read_only(rs, &path_of(this), crate::convert::to_bool(&value))
        },
    );
    m.get("bool Exists", |_, this| property(this, |info| info.exists().into()));
    m.constructor("System.IO.FileInfo(string fileName)", |rs, _, args| construct(rs, args, false));
    for declaration in [
        "System.IO.FileInfo CopyTo(string destFileName)",
        "System.IO.FileInfo CopyTo(string destFileName, bool overwrite)",
    ] {
        m.method(declaration, |rs, this, args| {
            let to = super::full_path(rs, args, 0)?;
            file::copy(rs, &path_of(this), &to, args.get(1).is_some_and(crate::convert::to_bool))?;
            Ok(info::value(rs, &to, false))
        });
    }
    for declaration in ["void MoveTo(string destFileName)", "void MoveTo(string destFileName, bool overwrite)"] {
        m.method(declaration, |rs, this, args| {
            let to = super::full_path(rs, args, 0)?;
            file::rename(rs, &path_of(this), &to, args.get(1).is_some_and(crate::convert::to_bool))?;
            property(this, |info| {
                info.moved(&to);
                Value::AutomationNull
            })
        });
    }
    m.method("void Delete()", |rs, this, _| file::delete(rs, &path_of(this)).map(|()| done(this)));
    m.method("System.IO.FileStream OpenRead()", |rs, this, _| stream::open_stream(rs, &path_of(this), "Open", "Read"));
    m.method("System.IO.FileStream OpenWrite()", |rs, this, _| {
        stream::open_stream(rs, &path_of(this), "OpenOrCreate", "Write")
    });
    m.method("System.IO.FileStream Create()", |rs, this, _| {
        done(this);
        stream::open_stream(rs, &path_of(this), "Create", "ReadWrite")
    });
    for declaration in [
        "System.IO.FileStream Open(System.IO.FileMode mode)",
        "System.IO.FileStream Open(System.IO.FileMode mode, System.IO.FileAccess access)",
        "System.IO.FileStream Open(System.IO.FileMode mode, System.IO.FileAccess access, System.IO.FileShare share)",
    ] {
        m.method(declaration, |rs, this, args| {
            let mode = text_at(args, 0);
            let access = args.get(1).map(crate::value::text);
            let access = access.unwrap_or_else(|| if mode.as_str() == "Append" { "Write" } else { "ReadWrite" }.into());
            stream::open_stream(rs, &path_of(this), &mode, &access)
        });
    }
    m.method("System.IO.StreamReader OpenText()", |rs, this, _| text_stream::reader(rs, &path_of(this), None));
    m.method("System.IO.StreamWriter CreateText()", |rs, this, _| text_stream::writer(rs, &path_of(this), false, None));
    m.method("System.IO.StreamWriter AppendText()", |rs, this, _| text_stream::writer(rs, &path_of(this), true, None));
    m.method(
        "System.IO.FileInfo Replace(string destinationFileName, string destinationBackupFileName)",
        |rs, this, args| {
            let to = super::full_path(rs, args, 0)?;
            file::replace(rs, &path_of(this), &to, args.get(1))?;
            Ok(info::value(rs, &to, false))
        },
    );
}

fn construct(rs: &mut Runspace, args: &[Value], is_folder: bool) -> R<Value> {
    let written = text_at(args, 0);
    if written.is_empty() {
        return Err(error::argument("System.ArgumentException", "The value cannot be an empty string.", "path"));
    }
    let path = super::full_path(rs, args, 0)?;
    Ok(Value::object(Info::new(rs, path, is_folder).written(written)))
}

fn folder_members(m: &mut Members) {
    named(m);
    m.get("System.IO.DirectoryInfo Parent", |rs, this| {
        let path = path_of(this);
        let folder = super::path::folder(path.strip_suffix('/').unwrap_or(&path));
        Ok(folder.filter(|folder| !folder.is_empty()).map_or(Value::Null, |folder| info::value(rs, &folder, true)))
    });
    m.get("System.IO.DirectoryInfo Root", |rs, _| Ok(info::value(rs, "/", true)));
    m.get("bool Exists", |_, this| property(this, |info| info.exists().into()));
    m.constructor("System.IO.DirectoryInfo(string path)", |rs, _, args| construct(rs, args, true));
    m.method("void Create()", |rs, this, _| {
        let path = path_of(this);
        super::directory::create(rs, &path)?;
        Ok(done(this))
    });
    for declaration in ["void Delete()", "void Delete(bool recursive)"] {
        m.method(declaration, |rs, this, args| {
            super::directory::delete(rs, &path_of(this), args.first().is_some_and(crate::convert::to_bool))?;
            Ok(done(this))
        });
    }
    m.method("System.IO.DirectoryInfo CreateSubdirectory(string path)", |rs, this, args| {
        let path = providers::normalise(&providers::join(&path_of(this), &text_at(args, 0)));
        super::directory::create(rs, &path)?;
        Ok(info::value(rs, &path, true))
    });
    m.method("void MoveTo(string destDirName)", |rs, this, args| {
        let to = super::full_path(rs, args, 0)?;
        super::directory::rename(rs, &path_of(this), &to)?;
        property(this, |info| {
            // As in .NET, the path of a moved folder ends in a separator.
            info.moved_folder(to.trim_end_matches('/'));
            Value::AutomationNull
        })
    });
    listing(m);
}

/// `GetFiles` and its kin.
fn listing(m: &mut Members) {
    for declaration in [
        "System.IO.FileInfo[] GetFiles()",
        "System.IO.FileInfo[] GetFiles(string searchPattern)",
        "System.IO.FileInfo[] GetFiles(string searchPattern, System.IO.SearchOption searchOption)",
        "System.Collections.Generic.IEnumerable[System.IO.FileInfo] EnumerateFiles()",
        "System.Collections.Generic.IEnumerable[System.IO.FileInfo] EnumerateFiles(string searchPattern)",
        "System.Collections.Generic.IEnumerable[System.IO.FileInfo] EnumerateFiles(string searchPattern, System.IO.SearchOption searchOption)",
    ] {
        m.method(declaration, |rs, this, args| list(rs, this, args, "System.IO.FileInfo", |is_folder| !is_folder));
    }
    for declaration in [
        "System.IO.DirectoryInfo[] GetDirectories()",
        "System.IO.DirectoryInfo[] GetDirectories(string searchPattern)",
        "System.IO.DirectoryInfo[] GetDirectories(string searchPattern, System.IO.SearchOption searchOption)",
        "System.Collections.Generic.IEnumerable[System.IO.DirectoryInfo] EnumerateDirectories()",
        "System.Collections.Generic.IEnumerable[System.IO.DirectoryInfo] EnumerateDirectories(string searchPattern)",
        "System.Collections.Generic.IEnumerable[System.IO.DirectoryInfo] EnumerateDirectories(string searchPattern, System.IO.SearchOption searchOption)",
    ] {
        m.method(declaration, |rs, this, args| list(rs, this, args, "System.IO.DirectoryInfo", |is_folder| is_folder));
    }
    for declaration in [
        "System.IO.FileSystemInfo[] GetFileSystemInfos()",
        "System.IO.FileSystemInfo[] GetFileSystemInfos(string searchPattern)",
        "System.IO.FileSystemInfo[] GetFileSystemInfos(string searchPattern, System.IO.SearchOption searchOption)",
        "System.Collections.Generic.IEnumerable[System.IO.FileSystemInfo] EnumerateFileSystemInfos()",
        "System.Collections.Generic.IEnumerable[System.IO.FileSystemInfo] EnumerateFileSystemInfos(string searchPattern)",
    ] {
        m.method(declaration, |rs, this, args| list(rs, this, args, "System.IO.FileSystemInfo", |_| true));
    }
}

fn list(rs: &mut Runspace, this: &Value, args: &[Value], of: &str, wanted: fn(bool) -> bool) -> R<Value> {
    let (pattern, recurse) = search(args);
    let mut found = entries(rs, &path_of(this), &pattern, recurse)?;
    found.retain(|(_, is_folder)| wanted(*is_folder));
    Ok(infos(rs, of, found))
}

pub(in crate::types) const TYPES: &[TypeDef] = &[
    TypeDef::class("System.IO.FileInfo").base("System.IO.FileSystemInfo").members(file_members),
    TypeDef::class("System.IO.DirectoryInfo").base("System.IO.FileSystemInfo").members(folder_members),
];
