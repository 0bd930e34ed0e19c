//! `ModuleSpecification`: which module is meant, as an object.

use psrpd_dotnet::{Guid, casing};

use super::{
    Members, TypeDef,
    args::{null, tried},
    syntax::constant_table,
};
use crate::{
    convert,
    eval::{Flow, R, Runspace, error, manifest::Wanted},
    value::{Dictionary, Opaque, Value, Version, text},
};

const SPECIFICATION: &str = "Microsoft.PowerShell.Commands.ModuleSpecification";

fn object(wanted: &Wanted, most: Value) -> Value {
    let version = |version: Option<[i32; 4]>| version.map_or(Value::Null, |parts| Value::object(Version(parts)));
    let name = if wanted.name.is_empty() { Value::Null } else { Value::Str(wanted.name.clone()) };
    let shown = wanted.specification();
    Opaque::new(
        SPECIFICATION,
        [
            ("Name", name),
            ("Guid", wanted.guid.map_or(Value::Null, Value::Guid)),
            ("Version", version(wanted.minimum)),
            ("MaximumVersion", most),
            ("RequiredVersion", version(wanted.exact)),
        ],
    )
    .displayed(shown)
    .into_value()
}

/// The specification that a table is, checked as PowerShell does.
fn of_table(rs: &mut Runspace, table: &Dictionary) -> R<Value> {
    let mut wanted = Wanted::default();
    let mut most = Value::Null;
    let mut bad = Vec::new();
    for (key, value) in table.entries() {
        let key = text(&key);
        let version = |rs: &mut Runspace| {
            let of = super::known("System.Version");
            let made = convert::convert(rs, &value, &of).map_err(as_exception)?;
            Ok(made.downcast::<Version>().map(|version| version.0))
        };
        match key.to_ascii_lowercase().as_str() {
            "modulename" => wanted.name = text(&value),
            "moduleversion" => wanted.minimum = version(rs)?,
            "requiredversion" => wanted.exact = version(rs)?,
            "maximumversion" => {
                most = Value::Str(text(&value));
                wanted.maximum = crate::eval::manifest::version_of(&most);
                if wanted.maximum.is_none() {
                    return Err(wrong_maximum(&text(&most)));
                }
            }
            "guid" => {
                let guid = convert::convert(rs, &value, &super::known("System.Guid")).map_err(as_exception)?;
                wanted.guid = Guid::parse(&text(&guid));
            }
            _ => bad.push(format!("'{key}'")),
        }
    }
    check(&wanted, &bad)?;
    Ok(object(&wanted, most))
}

/// A conversion that failed, as the exception that the constructor lets through.
fn as_exception(flow: Flow) -> Flow {
    let message = flow.record().map(|raised| raised.message());
    message.map_or(flow, |message| error::thrown("System.Management.Automation.PSInvalidCastException", message))
}

fn wrong_maximum(given: &str) -> Flow {
    let message = format!(
        "The specified MaximumVersion '{given}' was incorrect. If you are using '*', MaximumVersion only supports one '*' and should always be placed at the end of MaximumVersion."
    );
    error::thrown("System.Management.Automation.PSArgumentException", message)
}

fn check(wanted: &Wanted, bad: &[String]) -> R<()> {
    if !bad.is_empty() {
        let message = format!(
            "The hashtable describing a module contains one or more members that are not valid. The valid members are (ModuleName, ModuleVersion, RequiredVersion, GUID). Remove the members that are not valid ({}), then try again.",
            bad.join(", ")
        );
        return Err(error::thrown("System.ArgumentException", message));
    }
    if wanted.name.is_empty() {
        let message = "The 'ModuleName' member does not exist in the hashtable that describes this module.";
        return Err(error::thrown("System.MissingMemberException", message));
    }
    if wanted.has_version().is_none() {
        let message = "The 'ModuleVersion', 'MaximumVersion' and 'RequiredVersion' members do not exist in the hashtable that describes this module. One of these three members must exist, and be assigned a version number in the format 'n.n.n.n'.";
        return Err(error::thrown("System.MissingMemberException", message));
    }
    let both = match (wanted.exact, wanted.minimum, wanted.maximum) {
        (Some(_), Some(_), _) => "ModuleVersion",
        (Some(_), _, Some(_)) => "MaximumVersion",
        _ => return Ok(()),
    };
    let message = format!(
        "The parameters {both} and RequiredVersion cannot be used together. Please specify only one parameter."
    );
    Err(error::thrown("System.ArgumentException", message))
}

fn constructors(m: &mut Members) {
    m.constructor("Microsoft.PowerShell.Commands.ModuleSpecification()", |_, _, _| {
        Ok(object(&Wanted::default(), Value::Null))
    });
    m.constructor("Microsoft.PowerShell.Commands.ModuleSpecification(string moduleName)", |_, _, args| {
        let name = args.first().map(text).unwrap_or_default();
        if name.is_empty() {
            return Err(error::argument(
                "System.ArgumentException",
                "The value cannot be an empty string.",
                "moduleName",
            ));
        }
        Ok(object(&Wanted::named(name), Value::Null))
    });
    m.constructor("Microsoft.PowerShell.Commands.ModuleSpecification(hashtable moduleSpecification)", |rs, _, args| {
        match args.first().and_then(|arg| arg.downcast::<Dictionary>()) {
            Some(table) => of_table(rs, table),
            None => Err(null("moduleSpecification")),
        }
    });
    m.function(
        "bool TryParse(string input, [ref] Microsoft.PowerShell.Commands.ModuleSpecification result)",
        |rs, _, args| {
            let input = args.first().map(text).unwrap_or_default();
            let table = constant_table(rs, &input).unwrap_or_default();
            let found = table.as_ref().and_then(|table| table.downcast::<Dictionary>());
            tried(args, found.and_then(|table| of_table(rs, table).ok()), Value::Null)
        },
    );
}

/// What two specifications that are equal have in common.
fn key(value: Option<&Value>) -> Option<String> {
    value.filter(|value| !value.is_null()).map(|value| casing::to_upper(&text(value)).to_string())
}

fn comparer(m: &mut Members) {
    m.constructor("Microsoft.PowerShell.Commands.ModuleSpecificationComparer()", |_, _, _| {
        Ok(Opaque::new::<&str>(COMPARER, []).into_value())
    });
    m.method(
        "bool Equals(Microsoft.PowerShell.Commands.ModuleSpecification x, Microsoft.PowerShell.Commands.ModuleSpecification y)",
        |_, _, args| Ok((key(args.first()) == key(args.get(1))).into()),
    );
    m.method("int GetHashCode(Microsoft.PowerShell.Commands.ModuleSpecification obj)", |_, _, args| {
        let units = key(args.first()).unwrap_or_default();
        Ok(Value::I32(units.bytes().fold(17_i32, |hash, byte| hash.wrapping_mul(23).wrapping_add(i32::from(byte)))))
    });
}

const COMPARER: &str = "Microsoft.PowerShell.Commands.ModuleSpecificationComparer";

pub(super) const TYPES: &[TypeDef] =
    &[TypeDef::class(SPECIFICATION).members(constructors), TypeDef::class(COMPARER).members(comparer)];
