//! `Add-Member`

use std::sync::Arc;

use psrpd_dotnet::casing;

use super::{Cmdlet, Cx, Run, paths};
use crate::{
    eval::{Flow, R, ScriptBlock},
    value::{Body, Category, Dictionary, Exception, Member, Value, enumerate, text},
};

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "Add-Member",
    "AddMemberCommand",
    "InputObject psobject @TypeNameSet(! ^) @MemberSet(! ^) @NotePropertySingleMemberSet(! ^) @NotePropertyMultiMemberSet(! ^)
     MemberType|Type System.Management.Automation.PSMemberTypes @MemberSet(0 !)
     Name string @MemberSet(1 !)
     Value object @MemberSet(2)
     SecondValue object @MemberSet(3)
     TypeName string notempty @TypeNameSet(!) @MemberSet @NotePropertySingleMemberSet @NotePropertyMultiMemberSet
     Force @MemberSet @NotePropertySingleMemberSet @NotePropertyMultiMemberSet
     PassThru @TypeNameSet @MemberSet @NotePropertySingleMemberSet @NotePropertyMultiMemberSet
     NotePropertyName string notempty notword(AliasProperty,CodeProperty,NoteProperty,ScriptProperty,PropertySet,CodeMethod,ScriptMethod,MemberSet) @NotePropertySingleMemberSet(0 !)
     NotePropertyValue object null @NotePropertySingleMemberSet(1 !)
     NotePropertyMembers System.Collections.IDictionary notempty @NotePropertyMultiMemberSet(0 !)",
    || Box::new(AddMember),
)
.examples(
    r#"$o = [pscustomobject]@{ a = 1 } | Add-Member b 2 -PassThru; $o.b # an object with one property more
> 2"#,
)
.default_set("TypeNameSet");

struct AddMember;

/// How the values of a kind of member are read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Second {
    /// There is none.
    No,
    May,
}

impl AddMember {
    fn members(cx: &mut Cx<'_>) -> R<Vec<Member>> {
        if let Some(name) = cx.string("NotePropertyName") {
            return Ok(vec![Member::note(name, cx.value("NotePropertyValue"))]);
        }
        if let Some(table) = cx.get("NotePropertyMembers") {
            let entries = table.downcast::<Dictionary>().map(Dictionary::entries).unwrap_or_default();
            return Ok(entries.into_iter().map(|(key, value)| Member::note(text(&key), value)).collect());
        }
        let Some(name) = cx.string("Name") else { return Ok(Vec::new()) };
        let kind = text(&cx.value("MemberType"));
        let body = Self::body(cx, &kind)?;
        Ok(vec![Member { name, body }])
    }

    /// What a member of a kind is, from `-Value` and `-SecondValue`.
    fn body(cx: &mut Cx<'_>, kind: &str) -> R<Body> {
        let value = cx.value("Value");
        match kind {
            "NoteProperty" => {
                Self::check(cx, kind, Second::No, false)?;
                Ok(Body::Note(value))
            }
            "AliasProperty" => {
                Self::check(cx, kind, Second::May, true)?;
                let target = cx.rs.text(&value)?;
                let Some(of) = cx.get("SecondValue").filter(|of| !of.is_null()) else {
                    return Ok(Body::Alias(target));
                };
                let of = Self::converted(cx, &of, "type")?;
                converting_alias(cx, &target, &of)
            }
            "ScriptProperty" => {
                Self::check(cx, kind, Second::May, false)?;
                Self::check_either(cx, kind)?;
                let second = cx.value("SecondValue");
                Ok(Body::Script { get: Self::block(cx, &value)?, set: Self::block(cx, &second)? })
            }
            "ScriptMethod" => {
                Self::check(cx, kind, Second::No, true)?;
                Ok(Self::block(cx, &value)?.map_or(Body::Note(Value::Null), Body::ScriptMethod))
            }
            "PropertySet" => {
                Self::check(cx, kind, Second::No, true)?;
                Ok(Body::PropertySet(enumerate(&value).unwrap_or_else(|| vec![value]).iter().map(text).collect()))
            }
            "MemberSet" => {
                Self::check(cx, kind, Second::No, false)?;
                let items = enumerate(&value).unwrap_or_else(|| if value.is_null() { Vec::new() } else { vec![value] });
                let mut members = Vec::new();
                for item in items {
                    match crate::types::as_member(&item) {
                        Some(member) => members.push(member),
                        None => {
                            Self::converted(cx, &item, "System.Management.Automation.PSMemberInfo")?;
                        }
                    }
                }
                Ok(Body::MemberSet(members.into()))
            }
            "CodeProperty" | "CodeMethod" => {
                match kind {
                    "CodeProperty" => Self::check_either(cx, kind)?,
                    _ => Self::check(cx, kind, Second::No, true)?,
                }
                let of = "System.Reflection.MethodInfo";
                Err(crate::convert::cannot(&value, &crate::types::known(of)))
            }
            _ if kind.contains(',') || matches!(kind, "All" | "Properties" | "Methods") => {
                let message = format!(
                    "To add a member, only one member type can be specified. The member types specified are: \"{kind}\""
                );
                Err(refused(cx, "WrongMemberCount", message))
            }
            _ => {
                let message = format!(
                    "Cannot add a member with type \"{kind}\". Specify a different type for the MemberTypes parameter."
                );
                Err(refused(cx, "CannotAddMemberType", message))
            }
        }
    }

    /// Whether the values that a kind needs are there, and none that it does not have.
    fn check(cx: &Cx<'_>, kind: &str, second: Second, needs_value: bool) -> R<()> {
        if second == Second::No && cx.get("SecondValue").is_some_and(|value| !value.is_null()) {
            let message = format!(
                "The SecondValue parameter is not necessary for a member of type \"{kind}\", and should not be specified. Do not specify the SecondValue parameter when you add members of this type."
            );
            return Err(refused(cx, "Value2ShouldNotBeSpecified", message));
        }
        if needs_value && cx.value("Value").is_null() {
            let message = format!(
                "The Value parameter should not be null for a member of type \"{kind}\". Specify a non-null value for the Value parameter when adding members of this type."
            );
            return Err(refused(cx, "Value1ShouldNotBeNull", message));
        }
        Ok(())
    }

    /// Whether one of both values is there.
    fn check_either(cx: &Cx<'_>, kind: &str) -> R<()> {
        if !cx.value("Value").is_null() || !cx.value("SecondValue").is_null() {
            return Ok(());
        }
        let message = format!(
            "Both Value and SecondValue parameters should not be null for a member of type \"{kind}\". Specify a non-null value for one of the two parameters."
        );
        Err(refused(cx, "Value1AndValue2AreNotBothNull", message))
    }

    fn converted(cx: &mut Cx<'_>, value: &Value, of: &str) -> R<Value> {
        let Some(of) = cx.rs.find_type(of) else { return Ok(value.clone()) };
        crate::convert::convert(cx.rs, value, &of)
    }

    fn block(cx: &mut Cx<'_>, value: &Value) -> R<Option<Arc<ScriptBlock>>> {
        if value.is_null() {
            return Ok(None);
        }
        if let Some(block) = cx.rs.as_block(value) {
            return Ok(Some(block));
        }
        let made = Self::converted(cx, value, "scriptblock")?;
        Ok(cx.rs.as_block(&made))
    }
}

/// An alias of a property that converts what it reads.
pub(super) fn converting_alias(cx: &mut Cx<'_>, target: &str, of: &Value) -> R<Body> {
    let name = match of {
        Value::Type(of) => of.full_name(),
        other => text(other).to_string(),
    };
    let target = target.replace('\'', "''");
    let get = cx.rs.parse_block(&format!("$this.'{target}' -as [{name}]"))?;
    let set = cx.rs.parse_block(&format!("$this.'{target}' = $args[0]"))?;
    Ok(Body::Script { get: Some(get), set: Some(set) })
}

fn refused(cx: &Cx<'_>, id: &str, message: String) -> Flow {
    cx.fail("System.InvalidOperationException", id, Category::InvalidArgument, message, Value::Null)
}

/// Whether an object has a member of this name by its type; the keys of a dictionary are no members.
fn has_member(cx: &mut Cx<'_>, object: &Value, name: &str) -> R<bool> {
    let base = object.clone().into_base();
    let of = if matches!(object, Value::Wrapped(wrapped) if wrapped.is_custom()) { None } else { base.type_of() };
    let has_method = |of: crate::types::Type| {
        of.ancestry().any(|of| of.own_members().methods.iter().any(|method| casing::eq(method.signature.name, name)))
    };
    if ["ToString", "GetType", "Equals", "GetHashCode"].iter().any(|method| casing::eq(method, name)) {
        return Ok(true);
    }
    if of.is_some_and(has_method) {
        return Ok(true);
    }
    match base.downcast::<Dictionary>() {
        Some(_) => Ok(cx.rs.native_property(&base, name)?.is_some()),
        None => Ok(cx.rs.find_member(object, name)?.is_some()),
    }
}

impl Run for AddMember {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let object = cx.value("InputObject");
        let wrapped = cx.rs.state.extend(&object);
        let mut failed = false;
        for member in Self::members(cx)? {
            if !cx.flag("Force") && (wrapped.get(&member.name).is_some() || has_member(cx, &object, &member.name)?) {
                let message = format!(
                    "Cannot add a member with the name \"{}\" because a member with that name already exists. To overwrite the member anyway, add the Force parameter to your command.",
                    member.name
                );
                let exception = Exception::new("System.InvalidOperationException", message);
                let (id, category) = ("MemberAlreadyExists", Category::InvalidOperation);
                paths::write_error_of_object(cx, exception, id, category, &object)?;
                failed = true;
                continue;
            }
            wrapped.add(member);
        }
        let mut result = Value::Wrapped(wrapped);
        if let Some(name) = cx.string("TypeName") {
            result = result.with_type_name(&name);
        }
        if cx.flag("PassThru") && !failed { cx.write(result) } else { Ok(()) }
    }
}
