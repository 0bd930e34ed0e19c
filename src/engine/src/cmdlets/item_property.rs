//! `Get-ItemProperty`, `Get-ItemPropertyValue`, `Set-ItemProperty`, `Clear-ItemProperty`, and those that no provider on
//! Unix supports.

use psrpd_dotnet::Str;

use super::{Cmdlet, Cx, MANAGEMENT, Run, paths};
use crate::{
    eval::{Flow, R},
    providers::{self, Kind, Target, file_system},
    types::{self, files::info},
    value::{Category, Exception, Value, text},
};

pub(super) static GET: Cmdlet = Cmdlet::new(
    "Get-ItemProperty",
    "GetItemPropertyCommand",
    "Path string[] @Path(0 ! ^ ~)
     LiteralPath|PSPath|LP string[] @LiteralPath(! ~)
     Name|PSProperty string[] 1
     Filter string
     Include string[]
     Exclude string[]
     Credential pscredential credential ~",
    || Box::new(Get { values: false }),
)
.examples(
    r#"'abc' | Set-Content three.txt -NoNewline; (Get-ItemProperty three.txt).Length # the properties of a file
> 3"#,
)
.in_module(MANAGEMENT)
.default_set("Path");
pub(super) static GET_VALUE: Cmdlet = Cmdlet::new(
    "Get-ItemPropertyValue",
    "GetItemPropertyValueCommand",
    "Path string[] notempty @Path(0 ^ ~)
     LiteralPath|PSPath|LP string[] @LiteralPath(! ~)
     Name|PSProperty string[] 1 !
     Filter string
     Include string[]
     Exclude string[]
     Credential pscredential credential ~",
    || Box::new(Get { values: true }),
)
.examples(
    r#"'abc' | Set-Content four.txt -NoNewline; Get-ItemPropertyValue four.txt -Name Length # one property of a file
> 3"#,
)
.in_module(MANAGEMENT)
.default_set("Path");
pub(super) static SET: Cmdlet = Cmdlet::new(
    "Set-ItemProperty",
    "SetItemPropertyCommand",
    "Path string[] @propertyValuePathSet(0 ! ~) @propertyPSObjectPathSet(0 ! ~)
     LiteralPath|PSPath|LP string[] @propertyValueLiteralPathSet(! ~) @propertyPSObjectLiteralPathSet(! ~)
     Name|PSProperty string @propertyValuePathSet(1 ! ~) @propertyValueLiteralPathSet(1 ! ~)
     Value object null @propertyValuePathSet(2 ! ~) @propertyValueLiteralPathSet(2 ! ~)
     InputObject psobject @propertyPSObjectPathSet(! ^ ~) @propertyPSObjectLiteralPathSet(! ^ ~)
     PassThru
     Force
     Filter string
     Include string[]
     Exclude string[]
     Credential pscredential credential ~",
    || Box::new(Set),
)
.examples(r#"$null = New-Item ro.txt; Set-ItemProperty ro.txt IsReadOnly $true; (Get-Item ro.txt).IsReadOnly # a file that must not change
> True"#)
.in_module(MANAGEMENT)
.default_set("propertyValuePathSet")
.should_process();
pub(super) static CLEAR: Cmdlet = Cmdlet::new(
    "Clear-ItemProperty",
    "ClearItemPropertyCommand",
    "Path string[] @Path(0 ! ^ ~)
     LiteralPath|PSPath|LP string[] @LiteralPath(! ~)
     Name string 1 ! ~
     PassThru
     Force
     Filter string
     Include string[]
     Exclude string[]
     Credential pscredential credential ~",
    || Box::new(Clear),
)
.examples(
    r#"Get-Command Clear-ItemProperty | ForEach-Object Name # files have no properties that can be cleared
> Clear-ItemProperty"#,
)
.in_module(MANAGEMENT)
.default_set("Path")
.should_process();
pub(super) static NEW: Cmdlet = Cmdlet::new(
    "New-ItemProperty",
    "NewItemPropertyCommand",
    "Path string[] @Path(0 !)
     LiteralPath|PSPath|LP string[] @LiteralPath(! ~)
     Name|PSProperty string 1 ! ~
     PropertyType|Type string ~
     Value object ~
     Force
     Filter string
     Include string[]
     Exclude string[]
     Credential pscredential credential ~",
    || Box::new(Unsupported),
)
.examples(
    r#"Get-Command New-ItemProperty | ForEach-Object Name # files take no new properties
> New-ItemProperty"#,
)
.in_module(MANAGEMENT)
.default_set("Path")
.should_process();
pub(super) static REMOVE: Cmdlet = Cmdlet::new(
    "Remove-ItemProperty",
    "RemoveItemPropertyCommand",
    "Path string[] @Path(0 ! ^ ~)
     LiteralPath|PSPath|LP string[] @LiteralPath(! ~)
     Name|PSProperty string[] 1 ! ~
     Force
     Filter string
     Include string[]
     Exclude string[]
     Credential pscredential credential ~",
    || Box::new(Unsupported),
)
.examples(
    r#"Get-Command Remove-ItemProperty | ForEach-Object Name # files have no properties that can be removed
> Remove-ItemProperty"#,
)
.in_module(MANAGEMENT)
.default_set("Path")
.should_process();
pub(super) static RENAME: Cmdlet = Cmdlet::new(
    "Rename-ItemProperty",
    "RenameItemPropertyCommand",
    "Path string @Path(0 ! ^ ~)
     LiteralPath|PSPath|LP string @LiteralPath(! ~)
     Name|PSProperty string 1 ! ~
     NewName string 2 ! ~
     PassThru
     Force
     Filter string
     Include string[]
     Exclude string[]
     Credential pscredential credential ~",
    || Box::new(Unsupported),
)
.examples(
    r#"Get-Command Rename-ItemProperty | ForEach-Object Name # files have no properties that can be renamed
> Rename-ItemProperty"#,
)
.in_module(MANAGEMENT)
.default_set("Path")
.should_process();

pub(super) static COPY: Cmdlet = Cmdlet::new(
    "Copy-ItemProperty",
    "CopyItemPropertyCommand",
    "Path string[] @Path(0 ! ^ ~)
     LiteralPath|PSPath|LP string[] @LiteralPath(! ~)
     Name|PSProperty string 2 ! ~
     Destination string 1 ! ~
     PassThru
     Force
     Filter string
     Include string[]
     Exclude string[]
     Credential pscredential credential ~",
    || Box::new(Unsupported),
)
.examples(
    r#"Get-Command Copy-ItemProperty | ForEach-Object Name # files have no properties that can be copied
> Copy-ItemProperty"#,
)
.in_module(MANAGEMENT)
.default_set("Path")
.should_process();
pub(super) static MOVE: Cmdlet = Cmdlet::new(
    "Move-ItemProperty",
    "MoveItemPropertyCommand",
    "Path string[] @Path(0 ! ^ ~)
     LiteralPath|PSPath|LP string[] @LiteralPath(! ~)
     Name|PSProperty string[] 2 ! ~
     Destination string 1 ! ~
     PassThru
     Force
     Filter string
     Include string[]
     Exclude string[]
     Credential pscredential credential ~",
    || Box::new(Unsupported),
)
.examples(
    r#"Get-Command Move-ItemProperty | ForEach-Object Name # files have no properties that can be moved
> Move-ItemProperty"#,
)
.in_module(MANAGEMENT)
.default_set("Path")
.should_process();

fn no_properties() -> Flow {
    providers::not_supported(
        "Cannot use interface. The IPropertyCmdletProvider interface is not supported by this provider.",
    )
}

/// The file of a target, bare; other providers have no properties.
fn file(cx: &mut Cx<'_>, target: &Target) -> R<Value> {
    if target.kind != Kind::FileSystem {
        return Err(no_properties());
    }
    Ok(file_system::item(cx.rs, target).unwrap_or_default())
}

/// Properties of a file as an object of their own.
fn selected(cx: &Cx<'_>, target: &Target, properties: Vec<(Str, Value)>) -> Value {
    let stat = cx.rs.platform.stat_link(&target.path).ok();
    let note = stat.map(|stat| types::files::unix_stat::value(&cx.rs.platform, stat));
    let source = providers::with_notes(Value::custom::<&str>([]), target, note, None);
    let object = Value::custom(properties);
    if let (Value::Wrapped(object), Value::Wrapped(source)) = (&object, &source) {
        for member in source.members() {
            object.add(member);
        }
    }
    object
}

struct Get {
    values: bool,
}

impl Get {
    fn target(&self, cx: &mut Cx<'_>, target: &Target) -> R<()> {
        let item = match file(cx, target) {
            Ok(item) => item,
            Err(flow) => return paths::report(cx, flow),
        };
        let names = cx.strings("Name");
        if names.is_empty() && !self.values {
            return cx.write(item);
        }
        let mut found = Vec::new();
        for name in names {
            match cx.rs.find_member(&item, &name)? {
                Some(value) if self.values => cx.write(value)?,
                Some(value) => found.push((name, value)),
                None => {
                    let message = format!("The property {name} does not exist or was not found.");
                    if self.values {
                        let exception = "System.IO.IOException";
                        return Err(cx.fail(exception, exception, Category::NotSpecified, message, Value::Null));
                    }
                    let exception = Value::object(Exception::new("System.IO.IOException", message));
                    let category = Category::ReadError;
                    paths::write_error(cx, exception, "GetValueError", category, Value::Str(name))?;
                }
            }
        }
        if self.values || found.is_empty() {
            return Ok(());
        }
        let object = selected(cx, target, found);
        cx.write(object)
    }
}

impl Run for Get {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        paths::for_each(cx, |cx, target| self.target(cx, target))
    }
}

struct Set;

impl Set {
    fn target(cx: &mut Cx<'_>, target: &Target, properties: &[(Str, Value)]) -> R<()> {
        let item = match file(cx, target) {
            Ok(item) => item,
            Err(flow) => return paths::report(cx, flow),
        };
        let is_folder = target.kind.provider().is_container(cx.rs, &target.path);
        let action = if is_folder { "Set Property Directory" } else { "Set Property File" };
        let mut done = Vec::new();
        for (name, value) in properties {
            let shown = cx.rs.text(value)?;
            let what = format!("Item: {} Property: {name} Value: {shown}", target.path);
            if cx.rs.find_member(&item, name)?.is_none() {
                let target = types::note_property(name.clone(), value.clone());
                let message = format!("The property {} does not exist or was not found.", text(&target));
                let exception = Value::object(Exception::new("System.IO.IOException", message));
                paths::write_error(cx, exception, "SetPropertyError", Category::ReadError, target)?;
                continue;
            }
            if cx.should_process(&what, action)? {
                Self::set(cx, &item, name, value.clone())?;
                done.push((name.clone(), value.clone()));
            }
        }
        if cx.flag("PassThru") && !done.is_empty() {
            let object = selected(cx, target, done);
            cx.write(object)?;
        }
        Ok(())
    }

    fn set(cx: &mut Cx<'_>, item: &Value, name: &str, value: Value) -> R<()> {
        let Err(flow) = cx.rs.set_member(item, name, value) else { return Ok(()) };
        let Flow::Error(raised) = &flow else { return Err(flow) };
        let id = raised.record.id.lock().clone();
        match id.as_str() {
            // What cannot be converted is an error of the adapter that sets.
            "ExceptionWhenSetting" => {
                *raised.record.id.lock() = "CatchFromBaseAdapterSetValue".into();
                Err(flow)
            }
            "PropertyAssignmentException" => {
                let message = raised.record.message();
                let exception = "System.Management.Automation.SetValueException";
                let id = "PropertyNotSettable";
                Err(cx.fail(exception, id, Category::NotSpecified, message, Value::Null))
            }
            _ => Err(flow),
        }
    }
}

impl Run for Set {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let properties = match cx.get("InputObject") {
            Some(Value::Wrapped(object)) => object
                .members()
                .into_iter()
                .filter_map(|member| match member.body {
                    crate::value::Body::Note(value) => Some((member.name, value)),
                    _ => None,
                })
                .collect(),
            _ => vec![(cx.string("Name").unwrap_or_default(), cx.value("Value"))],
        };
        paths::for_each(cx, |cx, target| Self::target(cx, target, &properties))
    }
}

struct Clear;

impl Clear {
    fn target(cx: &mut Cx<'_>, target: &Target) -> R<()> {
        if target.kind != Kind::FileSystem {
            return paths::report(cx, no_properties());
        }
        let name = cx.string("Name").unwrap_or_default();
        if !name.eq_ignore_ascii_case("Attributes") {
            let message = "The property cannot be cleared because the property is not supported. Only the Attributes property can be cleared.";
            let exception = "System.Management.Automation.PSArgumentException";
            return Err(cx.fail(exception, "Argument", Category::InvalidArgument, message, Value::Null));
        }
        let is_folder = target.kind.provider().is_container(cx.rs, &target.path);
        let action = if is_folder { "Clear Property Directory" } else { "Clear Property File" };
        if cx.should_process(&format!("Item: {} Property: {name}", target.path), action)? {
            info::set_read_only(cx.rs, &target.path, false)?;
            if cx.flag("PassThru") {
                let value = types::enum_value("System.IO.FileAttributes", "Normal");
                let object = selected(cx, target, vec![(name, value)]);
                cx.write(object)?;
            }
        }
        Ok(())
    }
}

impl Run for Clear {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        paths::for_each(cx, Self::target)
    }
}

/// Items on Unix have no properties that come and go.
struct Unsupported;

impl Run for Unsupported {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        paths::for_each(cx, |cx, _| {
            let message = "Cannot use interface. The IDynamicPropertyCmdletProvider interface is not implemented by this provider.";
            paths::report(cx, providers::not_supported(message))
        })
    }
}
