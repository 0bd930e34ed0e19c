//! `Add-Member`

use super::{Cmdlet, Cx, Run};
use crate::{
    eval::R,
    value::{Body, Category, Dictionary, Member, Value, text},
};

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "Add-Member",
    "AddMemberCommand",
    "InputObject psobject ! ^
     MemberType|Type System.Management.Automation.PSMemberTypes @MemberSet(0 !)
     Name string @MemberSet(1 !)
     Value object @MemberSet(2)
     SecondValue object @MemberSet(3)
     TypeName string notempty
     Force
     PassThru
     NotePropertyName string notlabel(System.Management.Automation.PSMemberTypes) @NotePropertySingleMemberSet(0 !)
     NotePropertyValue object null @NotePropertySingleMemberSet(1 !)
     NotePropertyMembers System.Collections.IDictionary @NotePropertyMultiMemberSet(0 !)",
    || Box::new(AddMember),
)
.examples(
    r#"$o = [pscustomobject]@{ a = 1 } | Add-Member b 2 -PassThru; $o.b # an object with one property more
> 2"#,
)
.default_set("TypeNameSet");

struct AddMember;

impl AddMember {
    fn members(cx: &mut Cx<'_>) -> Vec<Member> {
        if let Some(name) = cx.string("NotePropertyName") {
            return vec![Member::note(name, cx.value("NotePropertyValue"))];
        }
        if let Some(table) = cx.get("NotePropertyMembers") {
            let entries = table.downcast::<Dictionary>().map(Dictionary::entries).unwrap_or_default();
            return entries.into_iter().map(|(key, value)| Member::note(text(&key), value)).collect();
        }
        let Some(name) = cx.string("Name") else { return Vec::new() };
        let value = cx.value("Value");
        let block = cx.rs.as_block(&value);
        let body = match (text(&cx.value("MemberType")).as_str(), block) {
            ("ScriptProperty", get) => Body::Script { get, set: cx.rs.as_block(&cx.value("SecondValue")) },
            ("ScriptMethod", Some(block)) => Body::ScriptMethod(block),
            ("AliasProperty", _) => Body::Alias(text(&value)),
            ("MemberSet", _) => Body::MemberSet(
                crate::value::enumerate(&value)
                    .unwrap_or_else(|| vec![value])
                    .iter()
                    .filter_map(crate::types::as_member)
                    .collect(),
            ),
            ("PropertySet", _) => Body::PropertySet(
                crate::value::enumerate(&value).unwrap_or_else(|| vec![value]).iter().map(text).collect(),
            ),
            _ => Body::Note(value),
        };
        vec![Member { name, body }]
    }
}

impl Run for AddMember {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let object = cx.value("InputObject");
        let wrapped = cx.rs.state.extend(&object);
        for member in Self::members(cx) {
            if wrapped.get(&member.name).is_some() && !cx.flag("Force") {
                let message = format!(
                    "Cannot add a member with the name \"{}\" because a member with that name already exists. To overwrite the member anyway, add the Force parameter to your command.",
                    member.name
                );
                cx.error(
                    "System.InvalidOperationException",
                    "MemberAlreadyExists",
                    Category::InvalidOperation,
                    message,
                    object.clone(),
                )?;
                continue;
            }
            wrapped.add(member);
        }
        let mut result = Value::Wrapped(wrapped);
        if let Some(name) = cx.string("TypeName") {
            result = result.with_type_name(&name);
        }
        if cx.flag("PassThru") { cx.write(result) } else { Ok(()) }
    }
}
