//! `Update-TypeData`, `Get-TypeData` and `Remove-TypeData`

use std::sync::Arc;

use psrpd_dotnet::{Str, wildcard::Wildcard};

use super::{Cmdlet, Cx, Run, add_member, paths, type_files};
use crate::{
    convert,
    eval::{Flow, R, error},
    types::{self, SerialMethod, TypeData},
    value::{Body, Category, Dictionary, Member, Opaque, Value, text},
};

pub(super) static UPDATE: Cmdlet = Cmdlet::new(
    "Update-TypeData",
    "UpdateTypeDataCommand",
    "MemberType System.Management.Automation.PSMemberTypes notempty set(NoteProperty,AliasProperty,ScriptProperty,CodeProperty,ScriptMethod,CodeMethod) @DynamicTypeSet
     MemberName string notempty @DynamicTypeSet
     Value object @DynamicTypeSet
     SecondValue object notnull @DynamicTypeSet
     TypeConverter type notnull @DynamicTypeSet
     TypeAdapter type notnull @DynamicTypeSet
     SerializationMethod string notempty @DynamicTypeSet
     TargetTypeForDeserialization type notnull @DynamicTypeSet
     SerializationDepth int notnull range(0,2147483647) @DynamicTypeSet
     DefaultDisplayProperty string notempty @DynamicTypeSet
     InheritPropertySerializationSet System.Nullable`1[System.Boolean] notnull @DynamicTypeSet
     StringSerializationSource string notempty @DynamicTypeSet
     DefaultDisplayPropertySet string[] notempty @DynamicTypeSet
     DefaultKeyPropertySet string[] notempty @DynamicTypeSet
     PropertySerializationSet string[] notempty @DynamicTypeSet
     TypeName string notempty @DynamicTypeSet(! ^)
     Force @DynamicTypeSet @TypeDataSet
     TypeData System.Management.Automation.Runspaces.TypeData[] @TypeDataSet(0 ! ^ ~)
     AppendPath|PSPath|Path string[] notnull @FileSet(0 ^ ~)
     PrependPath string[] notnull @FileSet",
    || Box::new(Update),
)
.examples(r#"Update-TypeData -TypeName System.Int32 -MemberType ScriptProperty -MemberName Twice -Value { $this * 2 }; (4).Twice # a property more for all objects of a type
> 8"#)
.default_set("FileSet")
.low_impact();

pub(super) static GET: Cmdlet =
    Cmdlet::new("Get-TypeData", "GetTypeDataCommand", "TypeName string[] 0 ^ notempty", || Box::new(Get)).examples(
        r#"@(Get-TypeData No.Such.Type).Count # what was added to a type
> 0"#,
    );

pub(super) static REMOVE: Cmdlet = Cmdlet::new(
    "Remove-TypeData",
    "RemoveTypeDataCommand",
    "TypeName string notempty @RemoveTypeSet(0 ! ^ ~)
     Path string[] notempty @RemoveFileSet(!)
     TypeData System.Management.Automation.Runspaces.TypeData @RemoveTypeDataSet(! ^)",
    || Box::new(Remove),
)
.examples(r#"Update-TypeData -TypeName My.T -MemberType NoteProperty -MemberName n -Value 1; Remove-TypeData My.T; @(Get-TypeData My.T).Count # a type as it was
> 0"#)
.default_set("RemoveTypeDataSet")
.should_process();

struct Update;

/// The full name where the name of a type is given, else the name.
fn type_name(cx: &Cx<'_>) -> Str {
    let name = cx.string("TypeName").unwrap_or_default();
    match cx.rs.find_type(&name) {
        Some(of) => of.full_name().into(),
        None => name,
    }
}

/// `InvalidOperationException` about parameters that do not fit together.
fn wrong(cx: &Cx<'_>, id: &str, message: impl Into<Str>) -> Flow {
    cx.fail("System.InvalidOperationException", id, Category::InvalidOperation, message, Value::Null)
}

/// The member that the parameters describe; none if they describe none.
fn member(cx: &mut Cx<'_>) -> R<Option<Member>> {
    let Some(kind) = cx.string("MemberType") else {
        if ["MemberName", "Value", "SecondValue"].iter().any(|name| cx.bound.get(name).is_some()) {
            return Err(wrong(
                cx,
                "MemberTypeIsMissing",
                "The MemberName, Value, and SecondValue parameters cannot be specified without the MemberType parameter.",
            ));
        }
        return Ok(None);
    };
    let missing = |cx: &Cx<'_>, parameter: &str, id: &str| {
        wrong(
            cx,
            id,
            format!(
                "The {parameter} parameter is required for the type \"{kind}\". Please specify the {parameter} parameter."
            ),
        )
    };
    let Some(name) = cx.string("MemberName") else {
        return Err(missing(cx, "MemberName", "MemberNameShouldBeSpecified"));
    };
    let Some(value) = cx.get("Value") else {
        return Err(missing(cx, "Value", "ValueShouldBeSpecified"));
    };
    if value.is_null() && kind.as_str() != "NoteProperty" {
        let message = format!(
            "The Value parameter should not be null or an empty string for a member of type \"{kind}\". Specify a non-null value for the Value parameter when updating this member type."
        );
        return Err(wrong(cx, "ValueShouldBeSpecified", message));
    }
    let second = cx.get("SecondValue");
    if second.is_some() && ["NoteProperty", "ScriptMethod"].contains(&kind.as_str()) {
        let message = format!(
            "The SecondValue parameter is not necessary for a member of type \"{kind}\", and should not be specified. Do not specify the SecondValue parameter when updating this member type."
        );
        return Err(wrong(cx, "SecondValueShouldNotBeSpecified", message));
    }
    let body = match kind.as_str() {
        "AliasProperty" => match second.filter(|of| !of.is_null()) {
            Some(of) => {
                let of = convert::convert(cx.rs, &of, &types::known("System.Type"))?;
                add_member::converting_alias(cx, &text(&value), &of)?
            }
            None => Body::Alias(text(&value)),
        },
        "ScriptProperty" => {
            let set = match second {
                Some(second) => Some(block(cx, &second)?),
                None => None,
            };
            Body::Script { get: Some(block(cx, &value)?), set }
        }
        "ScriptMethod" => Body::ScriptMethod(block(cx, &value)?),
        "CodeProperty" | "CodeMethod" => return Err(error::feature("A member that is code of .NET")),
        _ => Body::Note(value),
    };
    Ok(Some(Member { name, body }))
}

fn block(cx: &mut Cx<'_>, value: &Value) -> R<Arc<crate::eval::ScriptBlock>> {
    let value = convert::convert(cx.rs, value, &types::script_block())?;
    cx.rs.as_block(&value).ok_or_else(|| wrong(cx, "ValueShouldBeSpecified", "A script block is needed."))
}

impl Update {
    fn dynamic(cx: &mut Cx<'_>) -> R<()> {
        let name = type_name(cx);
        let member = member(cx)?;
        let names = |cx: &Cx<'_>, parameter: &str| cx.bound.get(parameter).map(|_| cx.strings(parameter));
        let mut new = TypeData {
            name: name.clone(),
            members: member.into_iter().collect(),
            depth: cx.int("SerializationDepth").and_then(|n| i32::try_from(n).ok()),
            specific: names(cx, "PropertySerializationSet"),
            inherit_specific: cx.get("InheritPropertySerializationSet").map(|on| convert::to_bool(&on)),
            string_source: cx.string("StringSerializationSource"),
            display: names(cx, "DefaultDisplayPropertySet"),
            display_property: cx.string("DefaultDisplayProperty"),
            keys: names(cx, "DefaultKeyPropertySet"),
            target: cx.string("TargetTypeForDeserialization"),
            converter: cx.string("TypeConverter"),
            adapter: cx.string("TypeAdapter"),
            ..TypeData::default()
        };
        if let Some(method) = cx.string("SerializationMethod") {
            match SerialMethod::from_name(&method) {
                Some(known) => new.method = Some(known),
                None => {
                    let message = format!(
                        "Cannot convert note \"SerializationMethod\":\"Cannot convert value \"{method}\" to type \"System.Management.Automation.SerializationMethod\". Error: \"Unable to match the identifier name {method} to a valid enumerator name. Specify one of the following enumerator names and try again:\nAllPublicProperties, String, SpecificProperties\"\"."
                    );
                    update_error(cx, &name, "A previous error caused all serialization settings to be ignored.")?;
                    return update_error(cx, &name, &message);
                }
            }
        }
        if new.is_empty() {
            let message = format!("No member is specified for the update on type \"{name}\".");
            return cx.error(
                "System.InvalidOperationException",
                "TypeDataEmpty",
                Category::InvalidOperation,
                message,
                Value::Null,
            );
        }
        let force = cx.flag("Force");
        let mut data = cx.rs.state.types.draft(&name);
        for member in data.merge(new, force) {
            update_error(cx, &name, &format!("The member {member} is already present."))?;
        }
        cx.rs.state.types.put(data);
        Ok(())
    }
}

fn update_error(cx: &mut Cx<'_>, name: &str, message: &str) -> R<()> {
    cx.error(
        "System.Management.Automation.RuntimeException",
        "TypesDynamicUpdateException",
        Category::InvalidOperation,
        format!("Error in TypeData \"{name}\": {message}"),
        Value::Null,
    )
}

impl Run for Update {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        if cx.bound.get("TypeName").is_some() {
            let about = format!("Type to update: {}", type_name(cx));
            return if cx.should_process(&about, "Update TypeData")? { Self::dynamic(cx) } else { Ok(()) };
        }
        for of in cx.list("TypeData") {
            let name = of.downcast::<Opaque>().and_then(|data| data.get("TypeName")).map(|name| text(&name));
            if let Some(data) = name.and_then(|name| cx.rs.state.types.get_ignoring_case(&name)) {
                cx.rs.state.types.put((*data).clone());
            }
        }
        for parameter in ["AppendPath", "PrependPath"] {
            for path in cx.strings(parameter) {
                type_files::load(cx, &path, parameter)?;
            }
        }
        Ok(())
    }
}

struct Get;

impl Run for Get {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        // The short name of a type means the type.
        let full = |name: &Str| cx.rs.find_type(name).map_or_else(|| name.clone(), |of| of.full_name().into());
        let patterns: Vec<Wildcard> =
            cx.strings("TypeName").iter().filter_map(|name| Wildcard::new(&full(name), true).ok()).collect();
        for data in cx.rs.state.types.entries() {
            if patterns.is_empty() && cx.bound.get("TypeName").is_none()
                || patterns.iter().any(|pattern| pattern.is_match(&data.name))
            {
                cx.write(view(&data))?;
            }
        }
        Ok(())
    }
}

/// An entry of the type table as an object.
fn view(data: &TypeData) -> Value {
    let of = |name: &str| format!("System.Management.Automation.Runspaces.{name}");
    let string = |text: &Option<Str>| text.clone().map_or(Value::Null, Value::Str);
    let set = |names: &Option<Vec<Str>>| match names {
        None => Value::Null,
        Some(names) => Opaque::new(
            &of("PropertySetData"),
            [("ReferencedProperties", Value::strings(names.iter().cloned())), ("IsHidden", false.into())],
        )
        .into_value(),
    };
    let members = types::generic(
        "System.Collections.Generic.Dictionary`2",
        vec![types::string(), types::known("System.Management.Automation.Runspaces.TypeMemberData")],
    );
    let members = Dictionary::new(members.unwrap_or_else(types::hashtable), true);
    for member in &data.members {
        members.set(Value::Str(member.name.clone()), member_view(member));
    }
    Opaque::new(
        &of("TypeData"),
        [
            ("TypeName", Value::Str(data.name.clone())),
            ("Members", Value::object(members)),
            ("TypeConverter", string(&data.converter)),
            ("TypeAdapter", string(&data.adapter)),
            ("IsOverride", false.into()),
            ("SerializationMethod", data.method.map_or(Value::Null, |method| format!("{method:?}").into())),
            ("TargetTypeForDeserialization", string(&data.target)),
            ("SerializationDepth", u32::try_from(data.depth.unwrap_or(0)).unwrap_or(0).into()),
            ("DefaultDisplayProperty", string(&data.display_property)),
            ("InheritPropertySerializationSet", data.inherit_specific.unwrap_or(false).into()),
            ("StringSerializationSource", string(&data.string_source)),
            ("StringSerializationSourceProperty", Value::Null),
            ("DefaultDisplayPropertySet", set(&data.display)),
            ("DefaultKeyPropertySet", set(&data.keys)),
            ("PropertySerializationSet", set(&data.specific)),
        ],
    )
    .into_value()
}

fn member_view(member: &Member) -> Value {
    let block = |block: &Option<Arc<crate::eval::ScriptBlock>>| {
        block.as_ref().map_or(Value::Null, |block| Value::Object(block.clone()))
    };
    let (of, mut properties) = match &member.body {
        Body::Alias(target) => (
            "AliasPropertyData",
            vec![("ReferencedMemberName", Value::Str(target.clone())), ("MemberType", Value::Null)],
        ),
        Body::Script { get, set } => {
            ("ScriptPropertyData", vec![("GetScriptBlock", block(get)), ("SetScriptBlock", block(set))])
        }
        Body::ScriptMethod(script) => ("ScriptMethodData", vec![("Script", Value::Object(script.clone()))]),
        Body::Native { kind: "CodeProperty", .. } => ("CodePropertyData", Vec::new()),
        Body::Native { .. } => ("ScriptPropertyData", vec![("GetScriptBlock", Value::Null)]),
        Body::NativeMethod(_) => ("CodeMethodData", Vec::new()),
        Body::PropertySet(names) => {
            ("PropertySetData", vec![("ReferencedProperties", Value::strings(names.iter().cloned()))])
        }
        _ => ("NotePropertyData", vec![("Value", member.held().cloned().unwrap_or_default())]),
    };
    properties.push(("IsHidden", false.into()));
    properties.push(("Name", Value::Str(member.name.clone())));
    Opaque::new(&format!("System.Management.Automation.Runspaces.{of}"), properties).into_value()
}

struct Remove;

impl Remove {
    /// Takes away what files have added; what was added to the same types otherwise stays.
    fn files(cx: &mut Cx<'_>) -> R<()> {
        for path in cx.strings("Path") {
            let given = paths::Given { text: path, literal: false };
            let Some(target) = paths::target(cx, &given)? else { continue };
            let path = target.path;
            if cx.rs.platform.stat(&path).is_err() {
                let message = format!("Cannot find path '{path}' because it does not exist.");
                let exception = "System.Management.Automation.ItemNotFoundException";
                cx.error(exception, "TypePathException", Category::InvalidOperation, message, path.into())?;
                continue;
            }
            if !cx.should_process(&format!("Name of the file that will be removed: {path}"), "Remove type file")? {
                continue;
            }
            if !cx.rs.state.types.forget_file(&path) {
                let message = format!("The file {path} is not imported into the current session.");
                let exception = "System.InvalidOperationException";
                let id = "TypeFileNotExistsInCurrentSession";
                cx.error(exception, id, Category::InvalidOperation, message, Value::Null)?;
            }
        }
        Ok(())
    }
}

impl Run for Remove {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        if cx.bound.get("Path").is_some() {
            return Self::files(cx);
        }
        let name = match cx.get("TypeData") {
            Some(data) => data.downcast::<Opaque>().and_then(|data| data.get("TypeName")).map(|name| text(&name)),
            None => Some(type_name(cx)),
        };
        let name = name.unwrap_or_default();
        let about = format!("Name of the type that will be removed: {name}");
        if !cx.should_process(&about, "Remove TypeData")? {
            return Ok(());
        }
        if cx.rs.state.types.remove(&name) {
            return Ok(());
        }
        let message = format!(
            "Error in TypeData \"{name}\": The type \"{name}\" was not found. The type name value must be the full name of the type. Verify the type name and run the command again."
        );
        cx.error(
            "System.Management.Automation.RuntimeException",
            "TypesDynamicRemoveException",
            Category::InvalidOperation,
            message,
            Value::Null,
        )
    }
}
