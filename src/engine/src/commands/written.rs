//! The attributes of a function's parameter as its script writes them.

use super::metadata::{attribute, parameter_attribute};
use crate::{
    bind::{self, Param},
    eval::{R, Runspace},
    ir::{AttributeIr, ParamIr, Unit},
    types,
    value::Value,
};

/// In the order that PowerShell keeps them in: the last one first, and the conversion to the type at the end.
fn of_parameter(rs: &mut Runspace, ir: &ParamIr, param: &Param) -> R<Vec<Value>> {
    let mut found = Vec::new();
    let mut sets = param.sets.iter().rev();
    let is_set = |written: &AttributeIr| bind::attribute_name(written) == "parameter";
    if !ir.attributes.iter().any(is_set) {
        found.extend(sets.by_ref().map(|set| parameter_attribute(set, param)));
    }
    for written in ir.attributes.iter().rev() {
        if is_set(written) {
            found.extend(sets.next().map(|set| parameter_attribute(set, param)));
        } else {
            found.extend(types::attribute_objects(rs, std::slice::from_ref(written))?);
        }
    }
    if ir.of.is_some() {
        found.push(attribute("ArgumentTypeConverter", [("TransformNullOptionalParameters", true.into())]));
    }
    Ok(found)
}

/// The attributes of a parameter that a script defines; none of one that it does not, or that has one the engine
/// does not know.
pub(super) fn attributes(rs: &mut Runspace, code: Option<&Unit>, param: &Param) -> Option<Vec<Value>> {
    let unit = code.filter(|_| param.is_written)?;
    let ir = unit.params.iter().find(|ir| *ir.name.as_str() == *param.name)?;
    of_parameter(rs, ir, param).ok()
}
