//! What `Get-Command -ShowCommandInfo` says of a command: plain objects, which a form for its parameters is made of.

use psrpd_dotnet::casing;

use crate::{
    bind::Param,
    commands::CommandInfo,
    eval::{R, Runspace},
    types::{self, Type},
    value::{List, Member, Value, Wrapped, enumerate, text},
};

fn object(members: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
    let notes = members.into_iter().map(|(name, value)| Member::note(name, value)).collect();
    Value::Wrapped(std::sync::Arc::new(Wrapped::custom(notes)))
}

fn objects(items: Vec<Value>) -> Value {
    Value::typed_array(types::ps_object(), items)
}

/// A command as such an object.
///
/// # Errors
/// What reading the parameters of the command raises.
pub(super) fn show(rs: &mut Runspace, command: &CommandInfo) -> R<Value> {
    let whole = command.clone().value();
    let module = Value::Str(command.module());
    let (definition, sets) = match command {
        CommandInfo::Cmdlet(_) | CommandInfo::Function(_) => {
            (rs.get_member(&whole, "Definition")?, rs.get_member(&whole, "ParameterSets")?)
        }
        _ => (rs.get_member(&whole, "Definition")?, Value::Null),
    };
    let params = command.params(rs)?.unwrap_or_default();
    let mut shown = Vec::new();
    for set in enumerate(&sets).unwrap_or_default() {
        shown.push(parameter_set(rs, &set, &params)?);
    }
    Ok(object([
        ("Name", Value::Str(command.name())),
        ("ModuleName", module.clone()),
        ("Module", object([("Name", module)])),
        ("CommandType", rs.get_member(&whole, "CommandType")?),
        ("Definition", definition),
        ("ParameterSets", objects(shown)),
    ]))
}

fn parameter_set(rs: &mut Runspace, set: &Value, params: &[Param]) -> R<Value> {
    let mut shown = Vec::new();
    for parameter in enumerate(&rs.get_member(set, "Parameters")?).unwrap_or_default() {
        shown.push(one_parameter(rs, &parameter, params)?);
    }
    Ok(object([
        ("Name", rs.get_member(set, "Name")?),
        ("IsDefault", rs.get_member(set, "IsDefault")?),
        ("Parameters", objects(shown)),
    ]))
}

fn one_parameter(rs: &mut Runspace, parameter: &Value, params: &[Param]) -> R<Value> {
    let name = rs.get_member(parameter, "Name")?;
    let of = match rs.get_member(parameter, "ParameterType")? {
        Value::Type(of) => shown_type(&of),
        _ => Value::Null,
    };
    let own = params.iter().find(|param| casing::eq(&param.name, &text(&name)));
    let choices = own.and_then(Param::choices);
    let values = choices.iter().flatten().map(|choice| Value::Str(choice.clone())).collect();
    let list = types::list_of(types::string());
    Ok(object([
        ("Name", name),
        ("IsMandatory", rs.get_member(parameter, "IsMandatory")?),
        ("ValueFromPipeline", rs.get_member(parameter, "ValueFromPipeline")?),
        ("Position", rs.get_member(parameter, "Position")?),
        ("ParameterType", of),
        ("HasParameterSet", choices.is_some().into()),
        ("ValidParamSetValues", List::value(list, values)),
    ]))
}

fn shown_type(of: &Type) -> Value {
    let labels = if of.is_enum() { of.labels() } else { Vec::new() };
    let labels = labels.into_iter().map(|(label, _)| label.into()).collect();
    let is_table = of.is_assignable_to(&types::known("System.Collections.IDictionary"));
    object([
        ("FullName", of.full_name().into()),
        ("IsEnum", of.is_enum().into()),
        ("IsArray", of.element().is_some().into()),
        ("EnumValues", List::value(types::array_list(), labels)),
        ("HasFlagAttribute", of.is_flags().into()),
        ("ElementType", of.element().map_or(Value::Null, shown_type)),
        ("ImplementsDictionary", is_table.into()),
    ])
}
