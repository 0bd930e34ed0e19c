//! Attributes of script parameters as the binder's tables.

use std::sync::Arc;

use psrpd_dotnet::Str;

use super::{Check, Param, ParamSet, attribute_name, custom};
use crate::{
    convert,
    eval::{Flow, R, Runspace, error},
    ir::{AttributeIr, Expr, Unit},
    ops::{arithmetic, compare},
    types,
    value::{Category, ErrorRecord, Exception, Value, enumerate, text},
};

/// `[CmdletBinding()]`
#[derive(Default)]
pub(crate) struct Binding {
    pub(crate) default_set: Option<Str>,
    pub(crate) should_process: bool,
    pub(crate) positional: bool,
    /// `SupportsPaging`
    pub(crate) paging: bool,
    /// `ConfirmImpact`
    pub(crate) impact: i64,
}

/// What `[CmdletBinding()]` of a unit says.
pub(crate) fn binding_of(rs: &mut Runspace, unit: &Unit) -> R<Binding> {
    let mut binding = Binding { positional: true, impact: crate::eval::confirm::IMPACT_MEDIUM, ..Binding::default() };
    for attribute in unit.attributes.iter().filter(|a| attribute_name(a) == "cmdletbinding") {
        for (name, value) in &attribute.named {
            let value = rs.eval(value)?;
            match name.to_ascii_lowercase().as_str() {
                "defaultparametersetname" => binding.default_set = Some(text(&value)),
                "supportsshouldprocess" => binding.should_process = convert::to_bool(&value),
                "confirmimpact" => {
                    let of = types::known("System.Management.Automation.ConfirmImpact");
                    if let Value::Enum(_, impact) = convert::convert(rs, &value, &of)? {
                        binding.impact = impact;
                    }
                }
                "supportspaging" => binding.paging = convert::to_bool(&value),
                "positionalbinding" => binding.positional = convert::to_bool(&value),
                _ => {}
            }
        }
    }
    Ok(binding)
}

/// The names of the types that `[OutputType()]` of a unit lists.
pub(crate) fn output_types_of(rs: &mut Runspace, unit: &Unit) -> R<Vec<Str>> {
    let mut names = Vec::new();
    for attribute in unit.attributes.iter().filter(|a| attribute_name(a) == "outputtype") {
        for argument in &attribute.positional {
            let value = rs.eval(argument)?;
            for item in enumerate(&value).unwrap_or_else(|| vec![value]) {
                names.push(match item.base() {
                    Value::Type(of) => of.full_name().into(),
                    other => text(other),
                });
            }
        }
    }
    Ok(names)
}

/// The names that `[Alias()]` of a unit gives its function.
pub(crate) fn aliases_of(rs: &mut Runspace, unit: &Unit) -> R<Vec<Str>> {
    let mut names = Vec::new();
    for attribute in unit.attributes.iter().filter(|a| attribute_name(a) == "alias") {
        for argument in &attribute.positional {
            names.extend(alias_names(rs, argument)?);
        }
    }
    Ok(names)
}

fn alias_names(rs: &mut Runspace, argument: &Expr) -> R<Vec<Str>> {
    let alias = rs.eval(argument)?;
    Ok(enumerate(&alias).unwrap_or_else(|| vec![alias]).iter().map(text).collect())
}

/// `HelpUri` of `[CmdletBinding()]`.
pub(crate) fn help_uri_of(rs: &mut Runspace, unit: &Unit) -> R<Str> {
    for attribute in unit.attributes.iter().filter(|a| attribute_name(a) == "cmdletbinding") {
        if let Some((_, value)) = attribute.named.iter().find(|(name, _)| name.eq_ignore_ascii_case("helpuri")) {
            return Ok(text(&rs.eval(value)?));
        }
    }
    Ok(Str::default())
}

/// The parameters of a unit, made when it first runs.
pub(crate) fn params_of(rs: &mut Runspace, unit: &Arc<Unit>) -> R<Arc<[Param]>> {
    if let Some(known) = unit.bound_params.get() {
        return Ok(known.clone());
    }
    let binding = binding_of(rs, unit)?;
    let explicit = unit.is_advanced
        && unit.params.iter().any(|p| {
            p.attributes.iter().any(|a| {
                attribute_name(a) == "parameter"
                    && a.named.iter().any(|(name, _)| name.eq_ignore_ascii_case("position"))
            })
        });
    let mut params = Vec::new();
    let mut next = 0_i32;
    for ir in &unit.params {
        let of = match &ir.of {
            Some(name) => rs.named_type(name)?,
            None => types::object(),
        };
        let checks = checks_of(rs, &ir.attributes)?;
        let obsolete = super::obsolete::notice_of(rs, &ir.attributes)?;
        let mut param = Param { checks, obsolete, is_written: true, ..Param::new(ir.name.as_str().into(), of) };
        for attribute in &ir.attributes {
            match attribute_name(attribute).as_str() {
                "parameter" => {
                    param.sets.push(parameter_set(rs, attribute)?);
                    let help = attribute.named.iter().find(|(name, _)| name.eq_ignore_ascii_case("helpmessage"));
                    if let Some((_, help)) = help {
                        param.help = text(&rs.eval(help)?);
                    }
                    for (_, hides) in attribute.named.iter().filter(|(name, _)| name.eq_ignore_ascii_case("dontshow")) {
                        param.is_hidden |= convert::to_bool(&rs.eval(hides)?);
                    }
                }
                "alias" => {
                    for argument in &attribute.positional {
                        param.aliases.extend(alias_names(rs, argument)?);
                    }
                }
                "pstypename" => {
                    if let Some(name) = attribute.positional.first() {
                        param.type_name = Some(text(&rs.eval(name)?));
                    }
                }
                "allownull" => param.allow_null = true,
                "allowemptystring" => param.allow_empty_string = true,
                "allowemptycollection" => param.allow_empty_collection = true,
                _ => {}
            }
        }
        if param.sets.is_empty() {
            param.sets.push(ParamSet::default());
        }
        if !param.is_switch && binding.positional && !explicit {
            for set in &mut param.sets {
                if !set.remaining {
                    set.position = Some(next);
                }
            }
            next = next.saturating_add(1);
        }
        params.push(param);
    }
    let params: Arc<[Param]> = params.into();
    Ok(unit.bound_params.get_or_init(|| params).clone())
}

fn parameter_set(rs: &mut Runspace, attribute: &AttributeIr) -> R<ParamSet> {
    let mut set = ParamSet::default();
    for (name, value) in &attribute.named {
        let value = rs.eval(value)?;
        let yes = convert::to_bool(&value);
        match name.to_ascii_lowercase().as_str() {
            "parametersetname" => {
                let name = text(&value);
                set.name = (name.as_str() != super::EVERY_SET).then_some(name);
            }
            "position" => set.position = Some(convert::to_i32(rs, &value)?).filter(|n| *n >= 0),
            "mandatory" => set.mandatory = yes,
            "valuefrompipeline" => set.by_value = yes,
            "valuefrompipelinebypropertyname" => set.by_name = yes,
            "valuefromremainingarguments" => set.remaining = yes,
            _ => {}
        }
    }
    Ok(set)
}

/// The constraints among attributes, in order.
pub(crate) fn checks_of(rs: &mut Runspace, attributes: &[AttributeIr]) -> R<Vec<Check>> {
    let mut checks = Vec::new();
    for attribute in attributes {
        let name = attribute_name(attribute);
        let mut args = Vec::new();
        for arg in &attribute.positional {
            args.push(rs.eval(arg)?);
        }
        let mut message = None;
        let mut ignore_case = true;
        for (name, value) in &attribute.named {
            let value = rs.eval(value)?;
            match name.to_ascii_lowercase().as_str() {
                "errormessage" => message = Some(text(&value)),
                "ignorecase" => ignore_case = convert::to_bool(&value),
                _ => {}
            }
        }
        check_count(&name, args.len())?;
        let first = args.first().cloned().unwrap_or_default();
        let second = args.get(1).cloned().unwrap_or_default();
        checks.push(match name.as_str() {
            "validateset" if matches!(first.base(), Value::Type(_)) => match first.base() {
                Value::Type(of) => Check::MadeSet { of: of.clone(), ignore_case, message },
                _ => continue,
            },
            "validateset" => {
                let values = args
                    .iter()
                    .flat_map(|arg| enumerate(arg).unwrap_or_else(|| vec![arg.clone()]))
                    .map(|v| text(&v))
                    .collect();
                Check::Set { values, ignore_case, message }
            }
            "validaterange" if args.len() == 1 => Check::RangeKind(range_kind(rs, &first)?),
            "validaterange" => range(first, second)?,
            "validatelength" => {
                let (least, most) = limits(rs, "ValidateLength", &first, &second)?;
                Check::Length { least, most }
            }
            "validatecount" => {
                let (least, most) = limits(rs, "ValidateCount", &first, &second)?;
                Check::Count { least, most }
            }
            "validatepattern" => Check::Pattern { pattern: text(&first), message },
            "validatescript" => match rs.as_block(&first) {
                Some(block) => Check::Script { block, message },
                None => continue,
            },
            "validatedrive" => Check::Drive(args.iter().map(text).collect()),
            "credential" => Check::Credential,
            "validatenotnull" => Check::NotNull,
            "validatenotnullorempty" => Check::NotNullOrEmpty,
            "validatenotnullorwhitespace" => Check::NotNullOrWhiteSpace,
            "parameter"
            | "alias"
            | "allownull"
            | "allowemptystring"
            | "allowemptycollection"
            | "cmdletbinding"
            | "outputtype"
            | "argumentcompleter"
            | "argumentcompletions"
            | "supportswildcards"
            | "psdefaultvalue"
            | "pstypename"
            | "dontshow"
            | "hidden"
            | "validateuserdrive"
            | "experimental"
            | "obsolete"
            | "diagnosticsuppress"
            | "suppressmessage"
            | "excludefromcodecoverage" => continue,
            _ => match custom::check(rs, attribute, &args)? {
                Some(check) => check,
                None => continue,
            },
        });
    }
    Ok(checks)
}

/// Whether an attribute can be made of that many arguments.
fn check_count(attribute: &str, count: usize) -> R<()> {
    let fits = match attribute {
        "validaterange" => matches!(count, 1 | 2),
        "validatecount" | "validatelength" => count == 2,
        "validatepattern" | "validatescript" => count == 1,
        "validatenotnull"
        | "validatenotnullorempty"
        | "validatenotnullorwhitespace"
        | "allownull"
        | "allowemptystring"
        | "allowemptycollection" => count == 0,
        "validateset" if count == 0 => {
            return Err(error::cast("ArgumentOutOfRange", is_out_of_range("validValues", "System.String[]")));
        }
        _ => true,
    };
    match attribute {
        _ if fits => Ok(()),
        _ if attribute.starts_with("allow") || attribute.starts_with("validatenot") => {
            let message = format!("Cannot find an overload for \".ctor\" and the argument count: \"{count}\".");
            Err(error::invalid("MethodCountCouldNotFindBest", message))
        }
        _ => Err(error::no_overload(".ctor", count)),
    }
}

const VALIDATION: &str = "System.Management.Automation.ValidationMetadataException";

/// What the constructor of an attribute raises, around what its arguments are refused for.
fn not_constructed(attribute: &str, cause: Flow) -> Flow {
    let Flow::Error(raised) = cause else { return cause };
    let message = format!(
        "The following exception occurred while constructing the attribute \"{attribute}\": \"{}\"",
        raised.record.exception_message()
    );
    let of = types::known("System.Management.Automation.RuntimeException");
    let exception = Exception::of(of, message.into(), raised.record.exception.clone());
    let id = "ExceptionConstructingAttribute";
    Flow::error(ErrorRecord::new(Value::object(exception), id, Category::InvalidOperation, Value::Null))
}

/// The least and the most, neither of them negative, the most not below the least.
fn limits(rs: &mut Runspace, attribute: &str, least: &Value, most: &Value) -> R<(i32, i32)> {
    let (least, most) = (convert::to_i32(rs, least)?, convert::to_i32(rs, most)?);
    for (name, number) in [("minLength", least), ("maxLength", most)] {
        if number < 0 {
            return Err(not_constructed(attribute, out_of_range(name, &number.to_string())));
        }
    }
    if most >= least {
        return Ok((least, most));
    }
    let (id, message) = match attribute {
        "ValidateCount" => (
            "ValidateRangeMaxLengthSmallerThanMinLength",
            "The specified maximum number of arguments for a parameter is fewer than the specified minimum number of arguments. Update the ValidateCount attribute for the parameter.",
        ),
        _ => (
            "ValidateLengthMaxLengthSmallerThanMinLength",
            "The specified maximum character length of the argument is shorter than the specified minimum argument character length. Update the ValidateLength attribute for the parameter.",
        ),
    };
    Err(error::raise(VALIDATION, id, Category::MetadataError, message, Value::Null))
}

fn is_out_of_range(name: &str, value: &str) -> String {
    format!(
        "Cannot process argument because the value of argument \"{name}\" is out of range. Change argument \"{name}\" to a value that is within range. (Parameter '{name}')\nActual value was {value}."
    )
}

fn out_of_range(name: &str, value: &str) -> Flow {
    let message = is_out_of_range(name, value);
    let exception = "System.Management.Automation.PSArgumentOutOfRangeException";
    error::raise(exception, "ArgumentOutOfRange", Category::InvalidArgument, message, Value::Null)
}

/// Two limits that can be compared.
fn range(least: Value, most: Value) -> R<Check> {
    let name = |value: &Value| value.type_of().unwrap_or_else(types::object).short_name();
    let kinds = (arithmetic::number(&least).is_some(), arithmetic::number(&most).is_some());
    let (id, message) = match compare::order(&least, &most, true) {
        _ if kinds.0 != kinds.1 || !kinds.0 && name(&least) != name(&most) => (
            "MinRangeNotTheSameTypeOfMaxRange",
            format!(
                "The specified minimum range ({}) cannot be accepted because it is not the same type as the specified maximum range ({}). Update the ValidateRange attribute for the parameter.",
                name(&least),
                name(&most)
            ),
        ),
        Some(std::cmp::Ordering::Greater) => (
            "MaxRangeSmallerThanMinRange",
            "The specified maximum range cannot be accepted because it is less than the specified minimum range. Update the ValidateRange attribute for the parameter.".to_owned(),
        ),
        _ => return Ok(Check::Range { least, most }),
    };
    Err(error::raise(VALIDATION, id, Category::MetadataError, message, Value::Null))
}

/// The name of a kind of range.
fn range_kind(rs: &mut Runspace, value: &Value) -> R<Str> {
    let kind = convert::convert(rs, value, &types::known("System.Management.Automation.ValidateRangeKind"));
    kind.map(|kind| text(&kind)).map_err(|flow| not_constructed("ValidateRange", flow))
}
