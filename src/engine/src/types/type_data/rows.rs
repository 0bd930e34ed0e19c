//! The entries that are built in.

use psrpd_dotnet::date_format;

use super::TypeData;
use crate::{
    eval::{R, Runspace},
    value::{Value, text},
};

/// Types whose objects are serialised one level deep wherever they stand.
const ONE_DEEP: &[&str] = &[
    "HelpInfo",
    "System.Exception",
    "System.Management.Automation.Breakpoint",
    "System.Management.Automation.CommandCompletion",
    "System.Management.Automation.CompletionResult",
    "System.Management.Automation.CustomControlEntry",
    "System.Management.Automation.CustomItemBase",
    "System.Management.Automation.DebuggerCommand",
    "System.Management.Automation.DebuggerCommandResults",
    "System.Management.Automation.DisplayEntry",
    "System.Management.Automation.EntrySelectedBy",
    "System.Management.Automation.JobStateInfo",
    "System.Management.Automation.ListControlEntryItem",
    "System.Management.Automation.PSCredential",
    "System.Management.Automation.PSPrimitiveDictionary",
    "System.Management.Automation.Remoting.PSSessionOption",
    "System.Management.Automation.SwitchParameter",
    "System.Management.Automation.TableControlColumn",
    "System.Management.Automation.TableControlColumnHeader",
    "System.Management.Automation.TableControlRow",
    "System.Management.Automation.WideControlEntryItem",
    "System.Net.Mail.MailAddress",
    "Microsoft.PowerShell.Commands.ModuleSpecification",
    "Microsoft.PowerShell.Commands.Internal.Format.FormatInfoData",
    "Deserialized.Microsoft.PowerShell.Commands.Internal.Format.FormatInfoData",
    "System.Management.Automation.PSControl",
    "System.Management.Automation.FormatViewDefinition",
];

/// The same two levels deep.
const TWO_DEEP: &[&str] = &[
    "System.Management.Automation.BreakpointUpdatedEventArgs",
    "System.Management.Automation.JobStateEventArgs",
    "System.Management.Automation.PSControlGroupBy",
    "System.Management.Automation.PSListModifier",
    "System.Management.Automation.Signature",
];

/// Types whose deserialised objects are turned back into live ones.
const REHYDRATED: &[&str] = &[
    "System.Management.Automation.PSPrimitiveDictionary",
    "System.Management.Automation.SwitchParameter",
    "System.Management.Automation.PSListModifier",
    "System.Management.Automation.PSCredential",
    "System.Management.Automation.ParameterSetMetadata",
    "System.Management.Automation.CompletionResult",
    "System.Management.Automation.CommandCompletion",
    "System.Management.Automation.JobStateInfo",
    "System.Globalization.CultureInfo",
    "System.Net.IPAddress",
    "System.Net.Mail.MailAddress",
    "Microsoft.PowerShell.Commands.ModuleSpecification",
    "System.Management.Automation.FormatViewDefinition",
    "System.Management.Automation.ListControlEntryItem",
    "System.Management.Automation.CustomItemBase",
    "System.Management.Automation.DebuggerCommandResults",
    "System.Management.Automation.ExtendedTypeDefinition",
    "System.Management.Automation.Breakpoint",
    "System.Management.Automation.TableControlColumnHeader",
    "System.Management.Automation.DebuggerCommand",
    "System.Management.Automation.TableControlRow",
    "System.Management.Automation.DisplayEntry",
    "System.Management.Automation.PSControl",
    "System.Management.Automation.TableControlColumn",
    "System.Management.Automation.WideControlEntryItem",
    "System.Management.Automation.EntrySelectedBy",
    "System.Management.Automation.JobStateEventArgs",
    "System.Management.Automation.ListControlEntry",
    "System.Management.Automation.PSControlGroupBy",
    "System.Management.Automation.DebuggerStopEventArgs",
    "System.Management.Automation.Remoting.PSSessionOption",
    "System.Management.Automation.CustomControlEntry",
    "System.Management.Automation.BreakpointUpdatedEventArgs",
    "System.Security.AccessControl.FileSystemSecurity",
    "System.Security.AccessControl.RegistrySecurity",
    "System.Security.Cryptography.X509Certificates.X500DistinguishedName",
];

pub(super) fn rows() -> Vec<TypeData> {
    let data = TypeData::new;
    let mut rows = vec![
        data("System.Management.Automation.Job").script("State", crate::types::jobs::state),
        data("System.Collections.DictionaryEntry").aliases("Name=Key"),
        data("System.DateTime").script("DateTime", date_time),
        data("System.Guid").script("Guid", shown),
        data("System.Net.IPAddress").depth(1).script("IPAddressToString", shown).display_property("IPAddressToString"),
        data("System.Xml.XmlNode").code_method("ToString", |rs, this, _| crate::types::xml::shown(rs, this)),
        data("System.Xml.XmlNodeList").code_method("ToString", |rs, this, _| crate::types::xml::shown(rs, this)),
        data("System.Globalization.CultureInfo").depth(1).specific(
            "LCID Name DisplayName IetfLanguageTag ThreeLetterISOLanguageName ThreeLetterWindowsLanguageName TwoLetterISOLanguageName",
        ),
        data("System.Management.Automation.ErrorRecord").script("PSMessageDetails", |rs, this| {
            let exception = rs.get_member(this, "Exception")?;
            let inner = rs.get_member(&exception, "InnerException")?;
            rs.get_member(&inner, "PSMessageDetails")
        }),
        data("System.Management.Automation.ExtendedTypeDefinition")
            .depth(1)
            .specific("TypeName TypeNames FormatViewDefinition"),
        data("System.Management.Automation.ListControlEntry").depth(1).specific("Items SelectedBy EntrySelectedBy"),
        data("System.Management.Automation.ParameterSetMetadata").specific("Position Flags HelpMessage"),
        TypeData {
            method: Some(super::Method::String),
            string_source: Some("Name".into()),
            ..data("System.Management.Automation.PSTypeName")
        },
        data("Microsoft.PowerShell.Commands.HistoryInfo").keys("Id"),
        data("System.Management.Automation.PSModuleInfo").display(
            "Name Path Description Guid Version ModuleBase ModuleType PrivateData AccessMode ExportedAliases ExportedCmdlets ExportedFunctions ExportedVariables NestedModules",
        ),
        data("System.Diagnostics.Process")
            .aliases("Name=ProcessName SI=SessionId Handles=HandleCount VM=VirtualMemorySize64 WS=WorkingSet64 PM=PagedMemorySize64 NPM=NonpagedSystemMemorySize64")
            .script("Path", |rs, this| {
                let module = rs.get_member(this, "MainModule")?;
                rs.get_member(&module, "FileName")
            })
            .script("CommandLine", command_line)
            .code("Parent", |rs, this| rs.get_member(this, "ParentProcess"))
            .script("Company", |_, _| Ok(Value::Null))
            .script("CPU", |rs, this| {
                let time = rs.get_member(this, "TotalProcessorTime")?;
                rs.get_member(&time, "TotalSeconds")
            })
            .script("FileVersion", |_, _| Ok(Value::Null))
            .script("ProductVersion", |_, _| Ok(Value::Null))
            .script("Description", |_, _| Ok(Value::Null))
            .script("Product", |_, _| Ok(Value::Null))
            .note("__NounName", "Process")
            .set("PSConfiguration", "Name Id PriorityClass FileVersion")
            .set("PSResources", "Name Id Handlecount WorkingSet NonPagedMemorySize PagedMemorySize PrivateMemorySize VirtualMemorySize Threads.Count TotalProcessorTime")
            .display("Id Handles CPU SI Name"),
        data("Deserialized.System.Diagnostics.Process").display("Id Handles CPU Name"),
    ];
    for (name, is_folder) in [("System.IO.FileInfo", false), ("System.IO.DirectoryInfo", true)] {
        let data = data(name).display("LastWriteTime Length Name");
        let data = if is_folder { data.display_property("Name") } else { data };
        let members = crate::types::files::info::type_members(is_folder);
        rows.push(TypeData { members, hidden: &["NameString", "LengthString", "LastWriteTimeString"], ..data });
    }
    rows.push(
        data("System.Management.Automation.PSDriveInfo")
            .script("Used", |_, this| Ok(crate::types::files::space_of(this, false)))
            .script("Free", |_, this| Ok(crate::types::files::space_of(this, true))),
    );
    for name in ["System.Management.Automation.CommandInfo", "System.Management.Automation.AliasInfo"] {
        rows.push(TypeData { members: crate::commands::type_members(name), ..data(name) });
    }
    rows.extend(ONE_DEEP.iter().map(|name| data(name).depth(1)));
    rows.extend(TWO_DEEP.iter().map(|name| data(name).depth(2)));
    rows.extend(REHYDRATED.iter().map(|name| TypeData {
        name: format!("Deserialized.{name}").into(),
        target: Some("Microsoft.PowerShell.DeserializingTypeConverter".into()),
        ..TypeData::default()
    }));
    rows
}

impl TypeData {
    fn keys(mut self, names: &'static str) -> Self {
        self.keys = Some(super::words(names));
        self
    }
}

/// The text of the object.
fn shown(_: &mut Runspace, this: &Value) -> R<Value> {
    Ok(Value::Str(text(this)))
}

/// `DateTime`: the date, the time, or both, as the note `DisplayHint` says.
fn date_time(rs: &mut Runspace, this: &Value) -> R<Value> {
    let Value::DateTime(date) = this.base() else { return Ok(Value::Null) };
    let date = *date;
    let hint = rs.find_member(this, "DisplayHint")?.map(|hint| text(&hint)).unwrap_or_default();
    let format = match hint.to_ascii_lowercase().as_str() {
        "date" => "D",
        "time" => "T",
        _ => "F",
    };
    Ok(date_format::format(date, format, 0, &rs.culture().dates).map_or(Value::Null, Value::from))
}

/// The arguments a process was started with.
fn command_line(rs: &mut Runspace, this: &Value) -> R<Value> {
    let id = rs.get_member(this, "Id")?;
    let bytes = rs.platform.read(&format!("/proc/{}/cmdline", text(&id))).unwrap_or_default();
    let line = String::from_utf8_lossy(&bytes);
    let line = line.trim_end_matches('\0');
    Ok(if line.is_empty() { Value::Null } else { line.replace('\0', " ").into() })
}
