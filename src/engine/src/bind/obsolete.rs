//! `[Obsolete()]` of commands and their parameters: using them writes a warning.

use psrpd_dotnet::Str;

use super::{Bound, attribute_name};
use crate::{
    eval::{R, Runspace, Stream},
    ir::{AttributeIr, Unit},
    value::text,
};

/// What the attribute says, if it is there.
pub(super) fn notice_of(rs: &mut Runspace, attributes: &[AttributeIr]) -> R<Option<Str>> {
    let Some(attribute) = attributes.iter().find(|attribute| attribute_name(attribute) == "obsolete") else {
        return Ok(None);
    };
    match attribute.positional.first() {
        Some(message) => rs.eval(message).map(|message| Some(text(&message))),
        None => Ok(Some(Str::default())),
    }
}

/// Warns of the command and the parameters that it was given; those of an advanced function are bound before it begins.
pub(crate) fn warn(rs: &mut Runspace, unit: &Unit, bound: &Bound) -> R<()> {
    if unit.attributes.is_empty() && bound.params.iter().all(|param| param.obsolete.is_none()) {
        return Ok(());
    }
    // The values are in the order in which they were bound.
    let of_parameters = bound.values.iter().filter_map(|(name, _)| {
        let param = bound.params.iter().find(|param| param.name == *name)?;
        param.obsolete.as_ref().map(|notice| format!("Parameter '{name}' is obsolete. {notice}"))
    });
    let mut warnings: Vec<String> = of_parameters.collect();
    if let Some(notice) = notice_of(rs, &unit.attributes)? {
        let command = match bound.command.as_str() {
            "" => "script block".to_owned(),
            name => format!("command '{name}'"),
        };
        let place = if unit.is_advanced { warnings.len() } else { 0 };
        warnings.insert(place, format!("The {command} is obsolete. {notice}"));
    }
    warnings.into_iter().try_for_each(|warning| rs.write_message(Stream::Warning, warning.into()))
}
