//! Attributes that scripts define as classes: they test values, change them, or say what a set has.

use super::{Check, check::Failure};
use crate::{
    eval::{Flow, R, Runspace},
    ir::AttributeIr,
    types::{self, Type},
    value::{Value, enumerate},
};

const SMA: &str = "System.Management.Automation.";

fn is_kind(of: &Type, base: &str) -> bool {
    of.is_assignable_to(&types::known(&format!("{SMA}{base}")))
}

/// The constraint that an attribute or type in front of a parameter or variable is; none for one without effect.
///
/// # Errors
/// `TypeNotFound`, and what the constructor of the attribute raises.
pub(super) fn check(rs: &mut Runspace, attribute: &AttributeIr, args: &[Value]) -> R<Option<Check>> {
    let full = format!("{}Attribute", attribute.name);
    let base = types::known("System.Attribute");
    let found = rs.find_type(&attribute.name).or_else(|| rs.find_type(&full));
    let found = match found {
        Some(of) => of,
        None => {
            let absent = rs.absent_type(&attribute.name).or_else(|| rs.absent_type(&full));
            match absent {
                Some(of) => of,
                None => {
                    let found = rs.resolve_type(&attribute.name);
                    rs.placed(found, attribute.extent)?
                }
            }
        }
    };
    if !found.is_kind_of(&base) {
        return Ok(Some(Check::Convert(found)));
    }
    if found.class().is_none() {
        return Ok(None);
    }
    let instance = rs.construct(&found, args)?;
    for (name, value) in &attribute.named {
        let value = rs.eval(value)?;
        rs.set_member(&instance, name, value)?;
    }
    Ok(Some(Check::Custom(instance)))
}

fn engine(rs: &Runspace) -> Value {
    rs.variable("ExecutionContext").unwrap_or_default()
}

/// Has an attribute of a script test a value.
pub(super) fn test(rs: &mut Runspace, attribute: &Value, value: &Value) -> Result<(), Failure> {
    let Some(of) = attribute.type_of() else { return Ok(()) };
    let call = |rs: &mut Runspace, name: &str, args: &[Value]| match rs.call_method(attribute, name, args) {
        Ok(_) => Ok(()),
        Err(Flow::Error(raised)) => {
            let reason = raised.record.message().to_string();
            Err(Failure::Raised(raised.record.exception.clone(), reason))
        }
        Err(other) => Err(other.into()),
    };
    if is_kind(&of, "ValidateEnumeratedArgumentsAttribute") {
        for item in enumerate(value).unwrap_or_else(|| vec![value.clone()]) {
            call(rs, "ValidateElement", &[item])?;
        }
    } else if is_kind(&of, "ValidateArgumentsAttribute") {
        let engine = engine(rs);
        call(rs, "Validate", &[value.clone(), engine])?;
    }
    Ok(())
}

/// What the attributes that change values make of one.
///
/// # Errors
/// What their scripts raise.
pub(super) fn transform(rs: &mut Runspace, checks: &[Check], value: Value) -> R<Value> {
    let mut value = value;
    for check in checks {
        let Check::Custom(attribute) = check else { continue };
        if attribute.type_of().is_some_and(|of| is_kind(&of, "ArgumentTransformationAttribute")) {
            let engine = engine(rs);
            value = rs.call_method(attribute, "Transform", &[engine, value])?;
        }
    }
    Ok(value)
}

/// The words of a set that a class makes.
///
/// # Errors
/// What its script raises.
pub(crate) fn words(rs: &mut Runspace, of: &Type) -> R<Vec<psrpd_dotnet::Str>> {
    let generator = rs.construct(of, &[])?;
    let is_cached = is_kind(of, "CachedValidValuesGeneratorBase");
    let name = if is_cached { "GenerateValidValues" } else { "GetValidValues" };
    let list = rs.call_method(&generator, name, &[])?;
    let items = enumerate(&list).unwrap_or_else(|| vec![list]);
    Ok(items.iter().map(crate::value::text).collect())
}
