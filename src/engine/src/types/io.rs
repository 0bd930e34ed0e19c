//! `System.Environment`

use psrpd_dotnet::Str;

use super::TypeDef;
use crate::{
    eval::{R, Runspace},
    value::{Opaque, Value, text},
};

fn s(args: &[Value], at: usize) -> Str {
    args.get(at).map(text).unwrap_or_default()
}

/// The kernel's name and version: the first numbers of its release.
fn operating_system(rs: &mut Runspace) -> R<Value> {
    let release = crate::providers::read_text(rs, "/proc/sys/kernel/osrelease")?;
    let mut numbers = release.split(|c: char| !c.is_ascii_digit()).filter_map(|part| part.parse::<i32>().ok());
    let mut next = || numbers.next().unwrap_or(0);
    let version = [next(), next(), next(), next()];
    let shown = version.map(|part| part.to_string()).join(".");
    Ok(Opaque::new(
        "System.OperatingSystem",
        [
            ("Platform", super::enum_value("System.PlatformID", "Unix")),
            ("ServicePack", "".into()),
            ("Version", Value::object(crate::value::Version(version))),
            ("VersionString", format!("Unix {shown}").into()),
        ],
    )
    .displayed(format!("Unix {shown}"))
    .into_value())
}

/// `%NAME%` replaced by the variable of that name; what is not set stays.
fn expanded(rs: &Runspace, text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('%') {
        out.push_str(before);
        let found = after.split_once('%').and_then(|(name, then)| Some((rs.state.environment.get(name)?, then)));
        match found {
            Some((value, then)) => {
                out.push_str(value);
                rest = then;
            }
            None => {
                out.push('%');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

/// The folders of `Environment.SpecialFolder` that a Linux user has; those that are not there are empty.
fn folder(rs: &Runspace, name: &str) -> String {
    let variable = |name: &str| rs.state.environment.get(name).filter(|path| path.starts_with('/')).cloned();
    let home = variable("HOME").unwrap_or_default();
    let existing = |path: String| if rs.platform.stat(&path).is_ok() { path } else { String::new() };
    match name {
        "UserProfile" => existing(home),
        "ApplicationData" => existing(variable("XDG_CONFIG_HOME").unwrap_or_else(|| format!("{home}/.config"))),
        "LocalApplicationData" => existing(variable("XDG_DATA_HOME").unwrap_or_else(|| format!("{home}/.local/share"))),
        "Desktop" | "DesktopDirectory" => existing(format!("{home}/Desktop")),
        "Personal" | "MyDocuments" => existing(format!("{home}/Documents")),
        "MyMusic" => existing(format!("{home}/Music")),
        "MyPictures" => existing(format!("{home}/Pictures")),
        "MyVideos" => existing(format!("{home}/Videos")),
        "Templates" => existing(format!("{home}/Templates")),
        "CommonApplicationData" => "/usr/share".into(),
        _ => String::new(),
    }
}

pub(super) const TYPES: &[TypeDef] = &[
    TypeDef::labels(
        "System.PlatformID",
        &[
            ("Win32S", 0),
            ("Win32Windows", 1),
            ("Win32NT", 2),
            ("WinCE", 3),
            ("Unix", 4),
            ("Xbox", 5),
            ("MacOSX", 6),
            ("Other", 7),
        ],
    ),
    TypeDef::class("System.OperatingSystem"),
    TypeDef::labels(
        "System.Environment+SpecialFolder",
        &[
            ("Desktop", 0),
            ("Programs", 2),
            ("MyDocuments", 5),
            ("Personal", 5),
            ("Favorites", 6),
            ("Startup", 7),
            ("Recent", 8),
            ("SendTo", 9),
            ("StartMenu", 11),
            ("MyMusic", 13),
            ("MyVideos", 14),
            ("DesktopDirectory", 16),
            ("MyComputer", 17),
            ("NetworkShortcuts", 19),
            ("Fonts", 20),
            ("Templates", 21),
            ("ApplicationData", 26),
            ("LocalApplicationData", 28),
            ("InternetCache", 32),
            ("Cookies", 33),
            ("History", 34),
            ("CommonApplicationData", 35),
            ("Windows", 36),
            ("System", 37),
            ("ProgramFiles", 38),
            ("MyPictures", 39),
            ("UserProfile", 40),
        ],
    ),
    TypeDef::class("System.Environment").members(|m| {
        m.constant("string NewLine", |_, _| Ok("\n".into()));
        m.constant("string MachineName", |rs, _| Ok(rs.platform.host_name().into()));
        m.constant("string UserName", |rs, _| Ok(rs.platform.user_name().into()));
        m.constant("int ProcessorCount", |rs, _| Ok(Value::int(rs.platform.processors())));
        m.constant("int ProcessId", |rs, _| Ok(Value::I32(i32::try_from(rs.platform.process_id()).unwrap_or(0))));
        m.static_get_set(
            "string CurrentDirectory",
            |rs, _| Ok(rs.state.process_directory.as_str().into()),
            |rs, _, value| {
                let path = crate::providers::normalise(&text(&value));
                if !rs.platform.stat(&path).is_ok_and(|stat| stat.kind == crate::platform::FileKind::Directory) {
                    return Err(crate::eval::error::foreign(
                        "System.IO.DirectoryNotFoundException",
                        format!("Could not find a part of the path '{}'.", text(&value)),
                    ));
                }
                rs.state.process_directory = path;
                Ok(())
            },
        );
        m.constant("System.OperatingSystem OSVersion", |rs, _| operating_system(rs));
        m.constant("version Version", |_, _| Ok(Value::object(crate::value::Version([10, 0, 0, -1]))));
        m.constant("string UserDomainName", |rs, _| Ok(rs.platform.host_name().into()));
        m.constant("string SystemDirectory", |_, _| Ok("".into()));
        m.constant("bool HasShutdownStarted", |_, _| Ok(false.into()));
        m.constant("bool UserInteractive", |_, _| Ok(true.into()));
        m.function("System.Collections.IDictionary GetEnvironmentVariables()", |rs, _, _| {
            let table = crate::value::Dictionary::hashtable();
            for (name, value) in &rs.state.environment {
                table.set(name.as_str().into(), value.as_str().into());
            }
            Ok(Value::object(table))
        });
        m.function(
            "string ExpandEnvironmentVariables(string name)",
            |rs, _, args| Ok(expanded(rs, &s(args, 0)).into()),
        );
        m.function("string GetFolderPath(System.Environment+SpecialFolder folder)", |rs, _, args| {
            Ok(folder(rs, &s(args, 0)).into())
        });
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
