//! `System.Environment`

use super::{
    TypeDef,
    args::{label, s},
};
use crate::{
    eval::{R, Runspace, error},
    value::{Opaque, Value, text},
};

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
                out.push_str(&value);
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
    let variable = |name: &str| rs.state.environment.get(name).filter(|path| path.starts_with('/'));
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

fn set_variable(rs: &mut Runspace, args: &[Value]) -> R<Value> {
    let (name, value) = (s(args, 0), s(args, 1));
    let removes = args.get(1).is_none_or(Value::is_null);
    if name.is_empty() {
        return Err(error::argument("System.ArgumentException", "The value cannot be an empty string.", "variable"));
    }
    if name.contains('=') {
        let message = "Environment variable name cannot contain equal character.";
        return Err(error::argument("System.ArgumentException", message, "variable"));
    }
    if label(args, 2) != 0 {
        return Ok(Value::AutomationNull);
    }
    if removes {
        rs.state.environment.remove(name.as_str());
    } else {
        rs.state.environment.set(&name, &value);
    }
    Ok(Value::AutomationNull)
}

/// What `Environment` says of the process.
fn process(m: &mut super::Members) {
    m.constant("int ProcessorCount", |rs, _| super::runtime::processors(rs));
    m.constant("long WorkingSet", |rs, _| super::runtime::working_set(rs));
    m.constant("long TickCount64", |rs, _| super::runtime::up_time(rs).map(Value::I64));
    m.constant("int TickCount", |rs, _| {
        super::runtime::up_time(rs).map(|time| Value::I32(psrpd_dotnet::cast::low32(time)))
    });
    m.constant("int CurrentManagedThreadId", |_, _| Ok(Value::I32(1)));
    m.constant("int SystemPageSize", |_, _| Ok(Value::I32(4096)));
    m.static_get_set("int ExitCode", |_, _| Ok(Value::I32(0)), |_, _, _| Ok(()));
    m.constant("bool IsPrivilegedProcess", |rs, _| {
        let status = crate::providers::read_text(rs, "/proc/self/status")?;
        let line = status.lines().find_map(|line| line.strip_prefix("Uid:"));
        Ok((line.and_then(|line| line.split_whitespace().nth(1)) == Some("0")).into())
    });
    m.constant("string StackTrace", |_, _| Ok("   at System.Environment.get_StackTrace()".into()));
    m.constant("string CommandLine", |_, _| Ok("/opt/microsoft/powershell/7/pwsh.dll -sshs".into()));
    m.function("string[] GetCommandLineArgs()", |_, _, _| {
        Ok(Value::strings(["/opt/microsoft/powershell/7/pwsh.dll", "-sshs"]))
    });
    m.function("string[] GetLogicalDrives()", |rs, _, _| {
        let mounts = crate::providers::read_text(rs, "/proc/mounts")?;
        Ok(Value::strings(mounts.lines().filter_map(|line| line.split(' ').nth(1)).map(str::to_owned)))
    });
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
    TypeDef::class("System.OperatingSystem").members(super::runtime::systems),
    TypeDef::labels("System.EnvironmentVariableTarget", &[("Process", 0), ("User", 1), ("Machine", 2)]),
    TypeDef::labels(
        "System.Environment+SpecialFolderOption",
        &[("None", 0), ("DoNotVerify", 16384), ("Create", 32768)],
    ),
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
                    return Err(error::foreign(
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
        for declaration in [
            "System.Collections.IDictionary GetEnvironmentVariables()",
            "System.Collections.IDictionary GetEnvironmentVariables(System.EnvironmentVariableTarget target)",
        ] {
            m.function(declaration, |rs, _, args| {
                if label(args, 0) != 0 {
                    // There is no place for the variables of users and machines on Linux.
                    return Ok(Value::object(crate::value::Dictionary::hashtable()));
                }
                Ok(super::runtime::environment(rs))
            });
        }
        m.function(
            "string ExpandEnvironmentVariables(string name)",
            |rs, _, args| Ok(expanded(rs, &s(args, 0)).into()),
        );
        for declaration in [
            "string GetFolderPath(System.Environment+SpecialFolder folder)",
            "string GetFolderPath(System.Environment+SpecialFolder folder, System.Environment+SpecialFolderOption option)",
        ] {
            m.function(declaration, |rs, _, args| Ok(folder(rs, &s(args, 0)).into()));
        }
        m.constant("bool Is64BitProcess", |_, _| Ok(true.into()));
        m.constant("bool Is64BitOperatingSystem", |_, _| Ok(true.into()));
        for declaration in [
            "string GetEnvironmentVariable(string variable)",
            "string GetEnvironmentVariable(string variable, System.EnvironmentVariableTarget target)",
        ] {
            m.function(declaration, |rs, _, args| {
                let found = rs.state.environment.get(s(args, 0).as_str()).filter(|_| label(args, 1) == 0);
                Ok(found.map_or(Value::Null, |value| value.as_str().into()))
            });
        }
        for declaration in [
            "void SetEnvironmentVariable(string variable, string value)",
            "void SetEnvironmentVariable(string variable, string value, System.EnvironmentVariableTarget target)",
        ] {
            m.function(declaration, |rs, _, args| set_variable(rs, args));
        }
        process(m);
    }),
];
