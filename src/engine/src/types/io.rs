//! `System.Environment`

use psrpd_dotnet::Str;

use super::TypeDef;
use crate::value::{Value, text};

fn s(args: &[Value], at: usize) -> Str {
    args.get(at).map(text).unwrap_or_default()
}

pub(super) const TYPES: &[TypeDef] = &[TypeDef::class("System.Environment").members(|m| {
    m.constant("string NewLine", |_, _| Ok("\n".into()));
    m.constant("string MachineName", |rs, _| Ok(rs.platform.host_name().into()));
    m.constant("string UserName", |rs, _| Ok(rs.platform.user_name().into()));
    m.constant("int ProcessId", |rs, _| Ok(Value::I32(i32::try_from(rs.platform.process_id()).unwrap_or(0))));
    m.constant("string CurrentDirectory", |rs, _| Ok(rs.state.process_directory.as_str().into()));
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
})];
