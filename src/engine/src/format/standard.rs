//! `PSStandardMembers`: the properties that stand for an object where no view does.

use psrpd_dotnet::{Str, casing};

use super::text::without_prefix;
use crate::{
    eval::Runspace,
    value::{Body, Value},
};

/// Types and the properties that are shown of their objects.
const DISPLAY_SETS: &[(&str, &[&str])] = &[
    ("System.IO.FileInfo", &["LastWriteTime", "Length", "Name"]),
    ("System.Management.Automation.ExtendedTypeDefinition", &["TypeNames", "FormatViewDefinition"]),
    ("Deserialized.System.Diagnostics.Process", &["Id", "Handles", "CPU", "Name"]),
    (
        "System.Management.Automation.PSModuleInfo",
        &[
            "Name",
            "Path",
            "Description",
            "Guid",
            "Version",
            "ModuleBase",
            "ModuleType",
            "PrivateData",
            "AccessMode",
            "ExportedAliases",
            "ExportedCmdlets",
            "ExportedFunctions",
            "ExportedVariables",
            "NestedModules",
        ],
    ),
    ("System.Management.Automation.ListControlEntry", &["Items", "EntrySelectedBy"]),
    ("System.Diagnostics.Process", &["Id", "Handles", "CPU", "SI", "Name"]),
];

/// Types and the property that names their objects.
const DISPLAY_NAMES: &[(&str, &str)] =
    &[("System.Net.IPAddress", "IPAddressToString"), ("System.IO.DirectoryInfo", "Name")];

/// Types whose objects always make a list or table, whatever they have.
fn find<T: Copy>(object: &Value, table: &[(&str, T)]) -> Option<T> {
    let names = object.type_names();
    let by_name = |name: &str| table.iter().find(|(of, _)| casing::eq(of, name)).map(|(_, found)| *found);
    names.iter().find_map(|name| by_name(name)).or_else(|| names.iter().find_map(|name| by_name(without_prefix(name))))
}

/// The properties that are shown of an object, by its own members, by `Update-TypeData` or by its type; none if
/// nothing is said.
pub(crate) fn display_set(rs: &Runspace, object: &Value) -> Vec<Str> {
    if let Some(Body::PropertySet(names)) = own_standard(rs, object, "DefaultDisplayPropertySet") {
        return names;
    }
    match rs.state.types.nearest(object, |data| data.display.clone()) {
        Some(names) => names,
        None => find(object, DISPLAY_SETS)
            .map(|names| names.iter().map(|name| Str::from(*name)).collect())
            .unwrap_or_default(),
    }
}

/// The property that names an object.
pub(crate) fn display_property(rs: &Runspace, object: &Value) -> Option<Str> {
    if let Some(Body::Note(name)) = own_standard(rs, object, "DefaultDisplayProperty") {
        return Some(crate::value::text(&name));
    }
    match rs.state.types.nearest(object, |data| data.display_property.clone()) {
        Some(name) => Some(name),
        None => find(object, DISPLAY_NAMES).map(Str::from),
    }
}

/// A member of the set `PSStandardMembers` that was added to the object itself.
fn own_standard(rs: &Runspace, object: &Value, name: &str) -> Option<Body> {
    let Body::MemberSet(members) = rs.state.wrapper(object)?.get("PSStandardMembers")?.body else { return None };
    members.iter().find(|member| casing::eq(&member.name, name)).map(|member| member.body.clone())
}
