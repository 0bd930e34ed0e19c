//! Files of type data (`.types.ps1xml`), as `Update-TypeData -AppendPath` reads them.

use psrpd_dotnet::Str;

use super::Cx;
use crate::{
    eval::{R, Runspace},
    providers,
    types::{TypeData, xml},
    value::{Body, Category, Member, Value},
};

/// Adds what a file says to the session's type table.
pub(super) fn load(cx: &mut Cx<'_>, path: &str, parameter: &str) -> R<()> {
    let prefix = parameter.trim_end_matches("Path");
    let path = providers::absolute(cx.rs, path);
    if cx.rs.platform.stat(&path).is_err() {
        let message = format!("Cannot find path '{path}' because it does not exist.");
        return cx.error(
            "System.Management.Automation.ItemNotFoundException",
            &format!("Types{prefix}PathException"),
            Category::InvalidOperation,
            message,
            Value::from(path),
        );
    }
    if !path.to_ascii_lowercase().ends_with(".ps1xml") {
        let message =
            format!("Cannot read the file \"{path}\"  because it does not have the file name extension \"ps1xml\".");
        let exception = "System.Management.Automation.PSInvalidOperationException";
        return cx.error(exception, "WrongExtension", Category::InvalidArgument, message, Value::Null);
    }
    let source = providers::read_text(cx.rs, &path)?;
    let document = match cx.rs.while_running(|goes_on| xml::parse(&source, goes_on))? {
        Ok(document) => document,
        Err(bad) => {
            return cx.error(
                "System.Management.Automation.RuntimeException",
                "TypesXmlUpdateException",
                Category::InvalidOperation,
                format!("Error in file {path}: {bad}"),
                Value::Null,
            );
        }
    };
    let (added, wrong) = add_types(cx.rs, &document)?;
    cx.rs.state.types.remember_file(&path, added);
    for message in wrong {
        let exception = "System.Management.Automation.RuntimeException";
        cx.error(exception, "TypesXmlUpdateException", Category::InvalidOperation, message, Value::Null)?;
    }
    Ok(())
}

/// Adds what a file of a module says; members that are there stay as they are.
///
/// # Errors
/// A file that cannot be read or is no document.
pub(crate) fn load_module_file(rs: &mut Runspace, path: &str) -> R<()> {
    let source = providers::read_text(rs, path)?;
    let document = rs.while_running(|goes_on| xml::parse(&source, goes_on))?.map_err(|bad| {
        crate::eval::error::raise(
            "System.Management.Automation.RuntimeException",
            "FormatXmlUpdateException,Microsoft.PowerShell.Commands.ImportModuleCommand",
            Category::InvalidOperation,
            format!("Error in file {path}: {bad}"),
            Value::Null,
        )
    })?;
    add_types(rs, &document).map(drop)
}

/// Adds the types of a document: what it says of them, and what is wrong with it.
fn add_types(rs: &mut Runspace, document: &xml::Document) -> R<(Vec<TypeData>, Vec<String>)> {
    let (mut added, mut wrong) = (Vec::new(), Vec::new());
    for of in document.root_children("Type") {
        let Some(name) = of.child_text("Name") else { continue };
        let mut new = TypeData { name: name.clone(), ..TypeData::default() };
        for member in of.child("Members").iter().flat_map(xml::Node::elements) {
            if let Some(member) = read_member(rs, &member)? {
                add(&mut new, member);
            }
        }
        let mut data = rs.state.types.draft(&name);
        added.push(new.clone());
        let present = data.merge(new, false).into_iter();
        wrong.extend(
            present.map(|member| format!("Error in TypeData \"{name}\": The member {member} is already present.")),
        );
        rs.state.types.put(data);
    }
    Ok((added, wrong))
}

/// A member, or what its name means in `PSStandardMembers`.
fn add(data: &mut TypeData, member: Member) {
    if member.name.as_str() != "PSStandardMembers" {
        data.members.push(member);
        return;
    }
    let Body::MemberSet(members) = member.body else { return };
    for member in members.iter() {
        let value = member.held().map(crate::value::text);
        let names = match &member.body {
            Body::PropertySet(names) => Some(names.clone()),
            _ => None,
        };
        match member.name.as_str() {
            "SerializationDepth" => data.depth = value.and_then(|text| text.parse().ok()),
            "SerializationMethod" => {
                data.method = value.and_then(|text| crate::types::SerialMethod::from_name(&text));
            }
            "StringSerializationSource" => data.string_source = value,
            "TargetTypeForDeserialization" => data.target = value,
            "DefaultDisplayProperty" => data.display_property = value,
            "InheritPropertySerializationSet" => {
                data.inherit_specific = value.map(|text| text.eq_ignore_ascii_case("true"));
            }
            "DefaultDisplayPropertySet" => data.display = names,
            "DefaultKeyPropertySet" => data.keys = names,
            "PropertySerializationSet" => data.specific = names,
            _ => {}
        }
    }
}

fn read_member(rs: &mut Runspace, of: &xml::Node) -> R<Option<Member>> {
    let Some(name) = of.child_text("Name") else { return Ok(None) };
    let text = |tag: &str| of.child_text(tag).unwrap_or_default();
    let body = match of.local_name().as_str() {
        "NoteProperty" => Body::Note(Value::Str(text("Value"))),
        "AliasProperty" => Body::Alias(text("ReferencedMemberName")),
        "ScriptMethod" => Body::ScriptMethod(rs.parse_block(&text("Script"))?),
        "ScriptProperty" => {
            let block = |tag: &str| of.child_text(tag).map(|source| rs.parse_block(&source)).transpose();
            Body::Script { get: block("GetScriptBlock")?, set: block("SetScriptBlock")? }
        }
        "PropertySet" => {
            let names: Vec<Str> = of
                .child("ReferencedProperties")
                .iter()
                .flat_map(xml::Node::elements)
                .map(|name| name.inner_text().trim().into())
                .collect();
            Body::PropertySet(names)
        }
        "MemberSet" => {
            let mut members = Vec::new();
            for member in of.child("Members").iter().flat_map(xml::Node::elements) {
                members.extend(read_member(rs, &member)?);
            }
            Body::MemberSet(members.into())
        }
        _ => return Err(crate::eval::error::feature("A member that is code of .NET")),
    };
    Ok(Some(Member { name, body }))
}
