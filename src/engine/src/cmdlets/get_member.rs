//! `Get-Member`

use psrpd_dotnet::{Str, casing};

use super::{Cmdlet, Cx, Run};
use crate::{
    eval::R,
    ops::patterns,
    types::{
        self,
        describe::{self, Shown, View},
    },
    value::{Category, Opaque, Value},
};

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "Get-Member",
    "GetMemberCommand",
    "InputObject psobject ^
     Name string[] 0 notempty
     MemberType|Type System.Management.Automation.PSMemberTypes
     View System.Management.Automation.PSMemberViewTypes
     Static
     Force",
    || Box::new(GetMember { types: Vec::new(), any: false }),
)
.examples(
    r#"'x' | Get-Member Length | ForEach-Object Definition # what one can ask an object
> int Length {get;}"#,
);

struct GetMember {
    /// The types that were shown already.
    types: Vec<Str>,
    any: bool,
}

fn bits(value: &Value) -> Option<i64> {
    match value.base() {
        Value::Enum(_, bits) => Some(*bits),
        _ => None,
    }
}

/// The members that `-Force` adds to those of an object.
fn intrinsic(members: &[Shown]) -> Vec<Shown> {
    let of = |test: &dyn Fn(&Shown) -> bool| {
        let names: Vec<&str> =
            members.iter().filter(|member| test(member)).map(|member| member.name.as_str()).collect();
        names.join(", ")
    };
    let is_adapted = |member: &Shown| matches!(member.kind, "Property" | "ParameterizedProperty" | "Method" | "Event");
    let adapted = of(&is_adapted);
    let extended = of(&|member| !is_adapted(member));
    let set = |name: &str, names: &str| Shown {
        kind: "MemberSet",
        name: name.into(),
        definition: format!("{name} {{{names}}}"),
    };
    const STRINGS: &str = "System.Collections.ObjectModel.Collection`1[[System.String, System.Private.CoreLib, Version=10.0.0.0, Culture=neutral, PublicKeyToken=7cec85d7bea7798e]]";
    vec![
        Shown {
            kind: "CodeProperty",
            name: "pstypenames".into(),
            definition: format!("{STRINGS} pstypenames{{get=PSTypeNames;}}"),
        },
        set("psadapted", &adapted),
        set("psbase", &adapted),
        set("psextended", &extended),
        set(
            "psobject",
            "Members, Properties, Methods, ImmediateBaseObject, BaseObject, TypeNames, get_Members, get_Properties, get_Methods, get_ImmediateBaseObject, get_BaseObject, get_TypeNames, ToString, Copy, CompareTo, Equals, GetHashCode, GetObjectData, GetType, GetMetaObject",
        ),
    ]
}

impl Run for GetMember {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let object = cx.value("InputObject");
        if object.is_null() {
            return Ok(());
        }
        self.any = true;
        let is_static = cx.flag("Static");
        let of = match object.base() {
            Value::Type(of) if is_static => Some(of.clone()),
            other => other.type_of(),
        };
        let name: Str = if is_static {
            of.as_ref().map(|of| of.full_name()).unwrap_or_default().into()
        } else {
            object.type_names().first().cloned().unwrap_or_default()
        };
        if self.types.contains(&name) {
            return Ok(());
        }
        self.types.push(name.clone());
        let force = cx.flag("Force");
        let view = View(bits(&cx.value("View")).unwrap_or(View::ADAPTED | View::EXTENDED));
        let mut members = match of.filter(|_| is_static) {
            Some(of) => describe::of_type(&of, true, force),
            None => describe::members(cx.rs, &object, view, force),
        };
        if force && !is_static {
            let more = intrinsic(&members);
            members.extend(more);
        }
        let kinds = bits(&cx.value("MemberType"));
        let kind_bits =
            |kind: &str| bits(&types::enum_value("System.Management.Automation.PSMemberTypes", kind)).unwrap_or(0);
        members.retain(|member| kinds.is_none_or(|kinds| kinds & kind_bits(member.kind) != 0));
        members.sort_by(|a, b| a.kind.cmp(b.kind).then_with(|| casing::cmp(&a.name, &b.name)));
        // What the first name means comes first, sorted by itself.
        if cx.bound.get("Name").is_some() {
            let all = std::mem::take(&mut members);
            for name in cx.strings("Name") {
                let pattern = patterns::wildcard(&name, true)?;
                members.extend(all.iter().filter(|member| pattern.is_match(&member.name)).cloned());
            }
        }
        for member in members {
            let shown = Opaque::new(
                "Microsoft.PowerShell.Commands.MemberDefinition",
                [
                    ("TypeName", Value::Str(name.clone())),
                    ("Name", Value::Str(member.name)),
                    ("MemberType", types::enum_value("System.Management.Automation.PSMemberTypes", member.kind)),
                    ("Definition", member.definition.as_str().into()),
                ],
            );
            cx.write(shown.displayed(member.definition).into_value())?;
        }
        Ok(())
    }

    fn end(&mut self, cx: &mut Cx<'_>) -> R<()> {
        if self.any {
            return Ok(());
        }
        let message = "You must specify an object for the Get-Member cmdlet.";
        let exception = "System.InvalidOperationException";
        cx.error(exception, "NoObjectInGetMember", Category::CloseError, message, Value::Null)
    }
}
