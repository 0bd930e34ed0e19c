//! `System.Enum`.

use psrpd_dotnet::casing;

use super::{
    Members, Type,
    args::{flag, s, set_out, value},
    converters::code_of,
};
use crate::{
    eval::{R, Runspace, error},
    ops::composite,
    value::{Value, text},
};

/// The enum that an argument names.
fn of(args: &[Value]) -> R<Type> {
    match args.first().map(Value::base) {
        Some(Value::Type(of)) if of.is_enum() => Ok(of.clone()),
        Some(Value::Null) | None => Err(super::args::null("enumType")),
        _ => Err(error::argument("System.ArgumentException", "Type provided must be an Enum.", "enumType")),
    }
}

fn number(value: &Value) -> Option<i64> {
    match value.base() {
        Value::Enum(_, n) => Some(*n),
        other => {
            other.as_i128().and_then(|n| i64::try_from(n).ok().or_else(|| u64::try_from(n).ok().map(u64::cast_signed)))
        }
    }
}

/// Names or numbers with commas between them, written in full.
fn parse(of: &Type, source: &str, ignore_case: bool) -> R<Value> {
    if source.trim().is_empty() {
        let message = "Must specify valid information for parsing in the string.";
        return Err(error::argument("System.ArgumentException", message, "value"));
    }
    let labels = of.labels();
    let mut bits = 0_i64;
    for part in source.split(',').map(str::trim) {
        let exact = labels.iter().find(|(name, _)| name == part);
        let found = exact.or_else(|| labels.iter().find(|(name, _)| ignore_case && casing::eq(name, part)));
        bits |= match (found, part.parse::<i64>()) {
            (Some((_, n)), _) => *n,
            (None, Ok(n)) => n,
            _ => {
                return Err(error::thrown(
                    "System.ArgumentException",
                    format!("Requested value '{source}' was not found."),
                ));
            }
        };
    }
    Ok(Value::Enum(of.clone(), bits))
}

/// An integer as it is shown in hexadecimal, as wide as the type of the enum.
fn hexadecimal(of: &Type, n: i64) -> String {
    let digits = match of.underlying().name() {
        "System.Byte" | "System.SByte" => 2,
        "System.Int16" | "System.UInt16" => 4,
        "System.Int64" | "System.UInt64" => 16,
        _ => 8,
    };
    let shown = format!("{:016X}", n.cast_unsigned());
    shown.get(16_usize.saturating_sub(digits)..).unwrap_or("").to_owned()
}

fn format(of: &Type, n: i64, form: &str) -> R<Value> {
    Ok(match form {
        "" | "g" | "G" | "f" | "F" => of.enum_text(n).into(),
        "d" | "D" => n.to_string().into(),
        "x" | "X" => hexadecimal(of, n).into(),
        _ => {
            let message = "Format string can be only \"G\", \"g\", \"X\", \"x\", \"F\", \"f\", \"D\" or \"d\".";
            return Err(error::thrown("System.FormatException", message));
        }
    })
}

fn try_parse(args: &[Value]) -> R<Value> {
    let ignore_case = matches!(args.get(2), Some(Value::Bool(true)));
    let of = of(args)?;
    let found = parse(&of, &s(args, 1), ignore_case).ok();
    set_out(args, args.len().saturating_sub(1), found.clone().unwrap_or_default());
    Ok(found.is_some().into())
}

fn this_number(this: &Value) -> i64 {
    number(this).unwrap_or(0)
}

fn this_type(this: &Value) -> R<Type> {
    this.type_of().ok_or_else(super::args::no_object)
}

/// The number of a value of an enum, in the type that is under the enum.
fn underlying_number(rs: &mut Runspace, of: &Type, n: i64) -> R<Value> {
    let under = of.underlying();
    let number = if under.name() == "System.UInt64" { Value::U64(n.cast_unsigned()) } else { Value::I64(n) };
    crate::convert::convert(rs, &number, &under)
}

fn statics(m: &mut Members) {
    m.function("string GetName(type enumType, System.Object value)", |_, _, args| {
        let of = of(args)?;
        let wanted = number(&value(args, 1));
        Ok(of.labels().into_iter().find(|(_, n)| Some(*n) == wanted).map(|(name, _)| Value::from(name)).into())
    });
    m.function("string[] GetNames(type enumType)", |_, _, args| {
        Ok(Value::strings(of(args)?.labels().into_iter().map(|(name, _)| name)))
    });
    m.function("array GetValues(type enumType)", |_, _, args| {
        let of = of(args)?;
        let all = of.labels().into_iter().map(|(_, n)| Value::Enum(of.clone(), n)).collect();
        Ok(Value::typed_array(of, all))
    });
    m.function("array GetValuesAsUnderlyingType(type enumType)", |rs, _, args| {
        let of = of(args)?;
        let all: Vec<Value> = of.labels().into_iter().map(|(_, n)| underlying_number(rs, &of, n)).collect::<R<_>>()?;
        Ok(Value::typed_array(of.underlying(), all))
    });
    for declaration in [
        "System.Object Parse(type enumType, string value)",
        "System.Object Parse(type enumType, string value, bool ignoreCase)",
    ] {
        m.function(declaration, |_, _, args| parse(&of(args)?, &s(args, 1), flag(args, 2)));
    }
    for declaration in [
        "bool TryParse(type enumType, string value, [ref] System.Object result)",
        "bool TryParse(type enumType, string value, bool ignoreCase, [ref] System.Object result)",
    ] {
        m.function(declaration, |_, _, args| try_parse(args));
    }
    m.function("type GetUnderlyingType(type enumType)", |_, _, args| Ok(Value::Type(of(args)?.underlying())));
    m.function("bool IsDefined(type enumType, System.Object value)", |_, _, args| {
        let of = of(args)?;
        Ok(match value(args, 1).base() {
            Value::Str(name) => of.labels().iter().any(|(have, _)| *have == name.as_str()),
            other => of.labels().iter().any(|(_, have)| Some(*have) == number(other)),
        }
        .into())
    });
    m.function("System.Object ToObject(type enumType, System.Object value)", |_, _, args| {
        let of = of(args)?;
        match number(&value(args, 1)) {
            Some(n) => Ok(Value::Enum(of, n)),
            None => Err(error::argument(
                "System.ArgumentException",
                "The value passed in must be an enum base or an underlying type for an enum, such as an Int32.",
                "value",
            )),
        }
    });
    m.function("string Format(type enumType, System.Object value, string format)", |_, _, args| {
        format(&of(args)?, number(&value(args, 1)).unwrap_or(0), &s(args, 2))
    });
}

pub(super) fn members(m: &mut Members) {
    statics(m);
    m.get("int value__", |rs, this| underlying_number(rs, &this_type(this)?, this_number(this)));
    m.method("bool HasFlag(System.Enum flag)", |_, this, args| {
        let wanted = number(&value(args, 0)).unwrap_or(0);
        Ok((this_number(this) & wanted == wanted).into())
    });
    m.method("string ToString()", |rs, this, _| composite::to_string(rs, this, "").map(Value::Str));
    m.method("string ToString(string format)", |_, this, args| {
        format(&this_type(this)?, this_number(this), &s(args, 0))
    });
    m.method("string ToString(System.IFormatProvider provider)", |_, this, _| Ok(Value::Str(text(this))));
    m.method("string ToString(string format, System.IFormatProvider provider)", |_, this, args| {
        format(&this_type(this)?, this_number(this), &s(args, 0))
    });
    m.method("System.TypeCode GetTypeCode()", |_, this, _| Ok(code_of(&this_type(this)?)));
    m.method("int CompareTo(System.Object target)", |_, this, args| {
        let other = value(args, 0);
        if other.is_null() {
            return Ok(Value::I32(1));
        }
        let of = this_type(this)?;
        if other.type_of().as_ref() != Some(&of) {
            let have = other.type_of().map_or_else(String::new, |of| of.full_name());
            let message = format!(
                "Object must be the same type as the enum. The type passed in was '{have}'; the enum type was '{}'.",
                of.full_name()
            );
            return Err(error::thrown("System.ArgumentException", message));
        }
        Ok(super::args::sign(this_number(this).cmp(&this_number(&other))))
    });
}
