//! `System.Convert`, and `IConvertible` of the values that have it.

use std::sync::Arc;

use base64::Engine as _;
use num_traits::{FromPrimitive, ToPrimitive};
use psrpd_dotnet::{BigInt, Str, cast, date_parse};

use super::{
    Members, Type, TypeDef,
    args::{byte_array, bytes, i, label, n, not_valid, out_of_range_value, overflow, s, set_out, u, units, value},
    decimals, enum_number, floats, integers, known,
};
use crate::{
    convert,
    eval::{Flow, R, Runspace, error},
    ops::composite,
    value::{Opaque, Value, text},
};

/// The labels of `TypeCode`.
const CODES: &[(&str, i64)] = &[
    ("Empty", 0),
    ("Object", 1),
    ("DBNull", 2),
    ("Boolean", 3),
    ("Char", 4),
    ("SByte", 5),
    ("Byte", 6),
    ("Int16", 7),
    ("UInt16", 8),
    ("Int32", 9),
    ("UInt32", 10),
    ("Int64", 11),
    ("UInt64", 12),
    ("Single", 13),
    ("Double", 14),
    ("Decimal", 15),
    ("DateTime", 16),
    ("String", 18),
];

const OBJECT: i64 = 1;

/// The `TypeCode` of a type.
pub(super) fn code_of(of: &Type) -> Value {
    let of = if of.is_enum() { of.underlying() } else { of.clone() };
    let found = CODES.iter().find(|(name, _)| of.name().strip_prefix("System.") == Some(*name) && *name != "Object");
    enum_number("System.TypeCode", found.map_or(OBJECT, |(_, code)| *code))
}

fn type_of_code(code: i64) -> Option<Type> {
    let (name, _) = CODES.iter().find(|(_, have)| *have == code)?;
    super::lookup(&format!("System.{name}"))
}

fn invalid(from: &str, to: &Type) -> Flow {
    error::thrown("System.InvalidCastException", format!("Invalid cast from '{from}' to '{}'.", to.short_name()))
}

fn not_convertible(value: &Value) -> Flow {
    let of = value.type_of().map_or_else(String::new, |of| of.plain_name());
    error::thrown(
        "System.InvalidCastException",
        format!("Unable to cast object of type '{of}' to type 'System.IConvertible'."),
    )
}

/// A value in another type, the way `Convert` and `IConvertible` do it.
///
/// # Errors
/// As .NET words them.
pub(super) fn change(rs: &mut Runspace, value: &Value, to: &Type) -> R<Value> {
    let value = match value.base() {
        Value::Enum(_, n) => Value::I64(*n),
        other => other.clone(),
    };
    if value.is_null() {
        return Ok(if to.name() == "System.String" { Value::from("") } else { convert::default_of(to) });
    }
    let have = value.type_of().unwrap_or_else(super::object);
    if have == *to {
        return Ok(value);
    }
    match to.name() {
        "System.String" => return composite::to_string(rs, &value, "").map(Value::Str),
        "System.Object" => return Ok(value),
        _ => {}
    }
    match &value {
        Value::Str(source) => from_text(rs, source, to),
        Value::Bool(flag) => match to.name() {
            "System.Char" | "System.DateTime" => Err(invalid("Boolean", to)),
            _ => from_integer(&BigInt::from(i32::from(*flag)), to),
        },
        Value::Char(unit) => match to.name() {
            "System.Single" | "System.Double" | "System.Decimal" | "System.Boolean" | "System.DateTime" => {
                Err(invalid("Char", to))
            }
            _ => from_integer(&BigInt::from(*unit), to),
        },
        Value::F32(x) => from_float(f64::from(*x), &value, to),
        Value::F64(x) => from_float(*x, &value, to),
        Value::Decimal(x) => match to.name() {
            "System.Boolean" => Ok((!x.is_zero()).into()),
            "System.Double" => Ok(Value::F64(x.to_f64())),
            "System.Single" => Ok(Value::F32(cast::single(x.to_f64()))),
            "System.Char" | "System.DateTime" => Err(invalid("Decimal", to)),
            _ => from_integer(&BigInt::from(x.to_i128()), to),
        },
        Value::DateTime(_) => Err(invalid("DateTime", to)),
        other => match other.as_i128() {
            Some(_) if to.name() == "System.DateTime" => Err(invalid(&have.short_name(), to)),
            Some(number) => from_integer(&BigInt::from(number), to),
            None => Err(not_convertible(other)),
        },
    }
}

fn from_text(rs: &mut Runspace, source: &Str, to: &Type) -> R<Value> {
    let given = Value::Str(source.clone());
    match to.name() {
        "System.Boolean" => parse_bool(source),
        "System.Char" if source.len() == 1 => Ok(Value::Char(source.unit(0).unwrap_or(0))),
        "System.Char" => Err(error::thrown("System.FormatException", "String must be exactly one character long.")),
        "System.Double" => floats::from_text(rs, &given).map(Value::F64),
        "System.Single" => floats::from_text(rs, &given).map(|x| Value::F32(cast::single(x))),
        "System.Decimal" => decimals::from_text(rs, &given),
        "System.DateTime" => {
            let year = rs.now().date().year;
            let culture = rs.culture();
            date_parse::parse(source, year, &culture.dates)
                .map(|parsed| Value::DateTime(convert::settle_date(rs, parsed)))
                .ok_or_else(|| error::thrown("System.FormatException", date_parse::complaint(source, &culture.dates)))
        }
        name => integers::from_text(rs, name, &given).unwrap_or_else(|| Err(not_convertible(&given))),
    }
}

/// `bool.Parse`
///
/// # Errors
/// Other words than True and False.
pub(super) fn parse_bool(source: &str) -> R<Value> {
    match source.trim_matches(|c: char| c.is_whitespace() || c == '\0').to_ascii_lowercase().as_str() {
        "true" => Ok(true.into()),
        "false" => Ok(false.into()),
        _ => Err(error::thrown(
            "System.FormatException",
            format!("String '{source}' was not recognized as a valid Boolean."),
        )),
    }
}

fn from_integer(n: &BigInt, to: &Type) -> R<Value> {
    match to.name() {
        "System.Boolean" => Ok((*n != BigInt::from(0)).into()),
        "System.Double" => Ok(Value::F64(n.to_f64().unwrap_or(f64::NAN))),
        "System.Single" => Ok(Value::F32(n.to_f32().unwrap_or(f32::NAN))),
        "System.Decimal" => Ok(psrpd_dotnet::Decimal::from_big(n).map_or(Value::Null, Value::Decimal)),
        "System.Char" => n
            .to_u16()
            .map(Value::Char)
            .ok_or_else(|| overflow("Value was either too large or too small for a character.")),
        name => match integers::from_number(name, n) {
            Some(Ok(made)) => Ok(made),
            Some(Err(called)) => Err(overflow(format!("Value was either too large or too small for {called}."))),
            None => Err(not_convertible(&super::big(n.clone()))),
        },
    }
}

fn from_float(x: f64, value: &Value, to: &Type) -> R<Value> {
    match to.name() {
        "System.Boolean" => Ok((x != 0.0).into()),
        "System.Double" => Ok(Value::F64(x)),
        "System.Single" => Ok(Value::F32(cast::single(x))),
        "System.Decimal" => decimals::from_float(value),
        "System.Char" | "System.DateTime" => {
            Err(invalid(if matches!(value, Value::F32(_)) { "Single" } else { "Double" }, to))
        }
        name => match BigInt::from_f64(x.round_ties_even()) {
            Some(n) => from_integer(&n, to).map_err(|flow| {
                if name.ends_with("Int64") { overflow("Arithmetic operation resulted in an overflow.") } else { flow }
            }),
            None => match integers::from_number(name, &BigInt::from(u128::MAX)) {
                Some(Err(_)) if name.ends_with("Int64") => {
                    Err(overflow("Arithmetic operation resulted in an overflow."))
                }
                Some(Err(called)) => Err(overflow(format!("Value was either too large or too small for {called}."))),
                _ => Ok(Value::Null),
            },
        },
    }
}

/// The names of the conversions that `Convert` and `IConvertible` have, and the types they give.
macro_rules! targets {
    ($row:ident) => {
        $row! {
            "bool" "ToBoolean" "System.Boolean";
            "char" "ToChar" "System.Char";
            "sbyte" "ToSByte" "System.SByte";
            "byte" "ToByte" "System.Byte";
            "short" "ToInt16" "System.Int16";
            "ushort" "ToUInt16" "System.UInt16";
            "int" "ToInt32" "System.Int32";
            "uint" "ToUInt32" "System.UInt32";
            "long" "ToInt64" "System.Int64";
            "ulong" "ToUInt64" "System.UInt64";
            "float" "ToSingle" "System.Single";
            "double" "ToDouble" "System.Double";
            "decimal" "ToDecimal" "System.Decimal";
            "datetime" "ToDateTime" "System.DateTime";
        }
    };
}

/// The members of `IConvertible`, which values show as their own.
pub(super) fn convertible(m: &mut Members) {
    macro_rules! rows {
        ($($word:literal $name:literal $of:literal;)*) => {
            $(m.method(concat!($word, " ", $name, "(System.IFormatProvider provider)"), |rs, this, _| {
                change(rs, this, &known($of))
            });)*
        };
    }
    targets!(rows);
    m.method("System.Object ToType(type conversionType, System.IFormatProvider provider)", |rs, this, args| match args
        .first()
    {
        Some(Value::Type(of)) => change(rs, this, of),
        _ => Ok(Value::Null),
    });
    m.method("System.TypeCode GetTypeCode()", |_, this, _| Ok(this.type_of().map_or(Value::Null, |of| code_of(&of))));
}

/// How many bits each of the types has that numbers of another base are written in.
fn from_base(args: &[Value], name: &str, bits: u32) -> R<Value> {
    let source = s(args, 0);
    let base = u32::try_from(i(args, 1)).unwrap_or(0);
    if !matches!(base, 2 | 8 | 10 | 16) {
        return Err(error::thrown("System.ArgumentException", "Invalid Base."));
    }
    if source.is_empty() {
        let words = "Index was out of range. Must be non-negative and less than the size of the collection.";
        return Err(not_valid(words));
    }
    let (negative, rest) = match source.strip_prefix('-') {
        Some(_) if base != 10 => {
            let message = "String cannot contain a minus sign if the base is not 10.";
            return Err(error::thrown("System.ArgumentException", message));
        }
        Some(rest) => (true, rest),
        None => (false, source.strip_prefix('+').unwrap_or(&source)),
    };
    let digits = match base {
        16 => rest.strip_prefix("0x").or_else(|| rest.strip_prefix("0X")).unwrap_or(rest),
        _ => rest,
    };
    let end = digits.find(|c: char| !c.is_digit(base)).unwrap_or(digits.len());
    if end == 0 {
        return Err(error::thrown("System.FormatException", "Could not find any recognizable digits."));
    }
    if end < digits.len() {
        let message = "Additional non-parsable characters are at the end of the string.";
        return Err(error::thrown("System.FormatException", message));
    }
    let size = BigInt::parse_bytes(digits.as_bytes(), base).unwrap_or_default();
    based(&size, negative, base, name, bits)
}

#[allow(clippy::arithmetic_side_effects)] // on integers without bounds
fn based(size: &BigInt, negative: bool, base: u32, name: &str, bits: u32) -> R<Value> {
    let too_large = |called: &str| overflow(format!("Value was either too large or too small for {called}."));
    let is_signed = !name.starts_with("System.U") && name != "System.Byte";
    // Digits of other bases than ten are bits: of 64 for the types of 64, of 32 for all others.
    let parsed_bits = if bits == 64 { 64 } else { 32 };
    if base != 10 && size.bits() > parsed_bits {
        return Err(too_large(if bits == 64 { "a UInt64" } else { "a UInt32" }));
    }
    let n = match negative {
        true => -size.clone(),
        false if base != 10 && is_signed && size.bits() == u64::from(bits) => size - (BigInt::from(1) << bits),
        false => size.clone(),
    };
    match integers::from_number(name, &n) {
        Some(Ok(made)) => Ok(made),
        Some(Err(called)) => Err(too_large(called)),
        None => Ok(Value::Null),
    }
}

fn to_base(args: &[Value], bits: u32) -> R<Value> {
    let n = n(args, 0);
    let mask = if bits == 64 { u64::MAX } else { 1_u64.checked_shl(bits).unwrap_or(0).wrapping_sub(1) };
    let pattern = n.cast_unsigned() & mask;
    Ok(match i(args, 1) {
        2 => format!("{pattern:b}"),
        8 => format!("{pattern:o}"),
        16 => format!("{pattern:x}"),
        10 => n.to_string(),
        _ => return Err(error::thrown("System.ArgumentException", "Invalid Base.")),
    }
    .into())
}

/// The part of a byte array that two arguments name.
fn part(args: &[Value], name: &str) -> R<Arc<Vec<u8>>> {
    let all = bytes(args, 0);
    let places = |at: usize| matches!(args.get(at), Some(Value::I32(_)));
    if !places(1) || !places(2) {
        return Ok(all);
    }
    let (offset, length) = (n(args, 1), n(args, 2));
    let most = cast::int64(all.len()).saturating_sub(length);
    if length < 0 {
        return Err(super::args::out_of_range(
            "Index was out of range. Must be non-negative and less than the size of the collection.",
            "length",
        ));
    }
    if offset < 0 || offset > most {
        let (shown, parameter) = (format!("{name} ('{offset}') must be less than or equal to '{most}'."), name);
        return Err(out_of_range_value(&shown, parameter, &value(args, 1)));
    }
    let end = cast::index(offset.saturating_add(length));
    Ok(Arc::new(all.get(cast::index(offset)..end).unwrap_or(&[]).to_vec()))
}

/// Lines of this length, where lines are broken.
const BASE64_LINE: usize = 76;

pub(super) fn base64(list: &[u8], breaks: bool) -> String {
    let whole = base64::engine::general_purpose::STANDARD.encode(list);
    if !breaks {
        return whole;
    }
    let lines: Vec<&str> =
        whole.as_bytes().chunks(BASE64_LINE).filter_map(|line| std::str::from_utf8(line).ok()).collect();
    lines.join("\r\n")
}

fn from_base64(source: &str) -> R<Value> {
    let plain: String = source.chars().filter(|c| !matches!(c, ' ' | '\t' | '\r' | '\n')).collect();
    let decoded = base64::engine::general_purpose::STANDARD.decode(plain).map_err(|_| {
        error::thrown("System.FormatException", "The input is not a valid Base-64 string as it contains a non-base 64 character, more than two padding characters, or an illegal character among the padding characters.")
    })?;
    Ok(byte_array(decoded))
}

fn from_hex(source: &str) -> R<Value> {
    let wrong = |reason: &str| {
        error::thrown("System.FormatException", format!("The input is not a valid hex string as {reason}."))
    };
    if !source.len().is_multiple_of(2) {
        return Err(wrong("its length is not a multiple of 2"));
    }
    let digits: Option<Vec<u8>> =
        source.chars().map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok())).collect();
    let digits = digits.ok_or_else(|| wrong("it contains a non-hex character"))?;
    Ok(byte_array(digits.chunks(2).map(|pair| pair.iter().fold(0_u8, |n, digit| n << 4 | digit))))
}

/// `Convert.ChangeType`
fn change_type(rs: &mut Runspace, value: &Value, to: &Type) -> R<Value> {
    if value.is_null() {
        return match to.is_value_type() {
            true => {
                let message = "Null object cannot be converted to a value type.";
                Err(error::thrown("System.InvalidCastException", message))
            }
            false => Ok(Value::Null),
        };
    }
    let have = value.type_of().unwrap_or_else(super::object);
    if have == *to {
        return Ok(value.clone());
    }
    let is_convertible = |of: &Type| CODES.iter().any(|(name, _)| of.name().strip_prefix("System.") == Some(*name));
    if !is_convertible(&have) && !have.is_enum() {
        return match have.is_assignable_to(to) {
            true => Ok(value.clone()),
            false => Err(error::thrown("System.InvalidCastException", "Object must implement IConvertible.")),
        };
    }
    if !is_convertible(to) {
        let message = format!("Invalid cast from '{}' to '{}'.", have.plain_name(), to.plain_name());
        return Err(error::thrown("System.InvalidCastException", message));
    }
    change(rs, value, to)
}

fn bases(m: &mut Members) {
    macro_rules! from {
        ($($word:literal $name:literal $of:literal $bits:literal;)*) => {
            $(m.function(concat!($word, " ", $name, "(string value, int fromBase)"), |_, _, args| from_base(args, $of, $bits));)*
        };
    }
    from! {
        "sbyte" "ToSByte" "System.SByte" 8;
        "byte" "ToByte" "System.Byte" 8;
        "short" "ToInt16" "System.Int16" 16;
        "ushort" "ToUInt16" "System.UInt16" 16;
        "int" "ToInt32" "System.Int32" 32;
        "uint" "ToUInt32" "System.UInt32" 32;
        "long" "ToInt64" "System.Int64" 64;
        "ulong" "ToUInt64" "System.UInt64" 64;
    }
    m.function("string ToString(byte value, int toBase)", |_, _, args| to_base(args, 8));
    m.function("string ToString(short value, int toBase)", |_, _, args| to_base(args, 16));
    m.function("string ToString(int value, int toBase)", |_, _, args| to_base(args, 32));
    m.function("string ToString(long value, int toBase)", |_, _, args| to_base(args, 64));
}

fn encodings(m: &mut Members) {
    for declaration in [
        "string ToBase64String(byte[] inArray)",
        "string ToBase64String(byte[] inArray, System.Base64FormattingOptions options)",
        "string ToBase64String(byte[] inArray, int offset, int length)",
        "string ToBase64String(byte[] inArray, int offset, int length, System.Base64FormattingOptions options)",
    ] {
        m.function(declaration, |_, _, args| {
            let breaks = label(args, 1) == 1 || label(args, 3) == 1;
            part(args, "offset").map(|list| base64(&list, breaks).into())
        });
    }
    for declaration in [
        "int ToBase64CharArray(byte[] inArray, int offsetIn, int length, char[] outArray, int offsetOut)",
        "int ToBase64CharArray(byte[] inArray, int offsetIn, int length, char[] outArray, int offsetOut, System.Base64FormattingOptions options)",
    ] {
        m.function(declaration, |_, _, args| {
            let shown = base64(&part(args, "offsetIn")?, label(args, 5) == 1);
            let start = u(args, 4);
            if let Some(target) = args.get(3).and_then(Value::as_array) {
                for (at, byte) in shown.bytes().enumerate() {
                    target.set(start.saturating_add(at), Value::Char(byte.into()));
                }
            }
            Ok(Value::int(shown.len()))
        });
    }
    m.function("byte[] FromBase64String(string s)", |_, _, args| from_base64(&s(args, 0)));
    m.function("byte[] FromBase64CharArray(char[] inArray, int offset, int length)", |_, _, args| {
        let all = units(args, 0);
        let end = u(args, 1).saturating_add(u(args, 2));
        match all.get(u(args, 1)..end) {
            Some(part) => from_base64(&String::from_utf16_lossy(part)),
            None => {
                Err(super::args::out_of_range("Offset and length must refer to a position in the string.", "offset"))
            }
        }
    });
    m.function("byte[] FromHexString(string s)", |_, _, args| from_hex(&s(args, 0)));
    for declaration in
        ["string ToHexString(byte[] inArray)", "string ToHexString(byte[] inArray, int offset, int length)"]
    {
        m.function(declaration, |_, _, args| {
            part(args, "offset").map(|list| list.iter().map(|byte| format!("{byte:02X}")).collect::<String>().into())
        });
    }
    for declaration in
        ["string ToHexStringLower(byte[] inArray)", "string ToHexStringLower(byte[] inArray, int offset, int length)"]
    {
        m.function(declaration, |_, _, args| {
            part(args, "offset").map(|list| list.iter().map(|byte| format!("{byte:02x}")).collect::<String>().into())
        });
    }
}

fn members(m: &mut Members) {
    m.constant("System.Object DBNull", |_, _| Ok(db_null()));
    macro_rules! rows {
        ($($word:literal $name:literal $of:literal;)*) => {
            $(
                m.function(concat!($word, " ", $name, "(System.Object value)"), |rs, _, args| {
                    change(rs, &value(args, 0), &known($of))
                });
                m.function(concat!($word, " ", $name, "(System.Object value, System.IFormatProvider provider)"), |rs, _, args| {
                    composite::with_provider(rs, args.get(1), |rs| change(rs, &value(args, 0), &known($of)))
                });
            )*
        };
    }
    targets!(rows);
    m.function("string ToString(System.Object value)", |rs, _, args| change(rs, &value(args, 0), &super::string()));
    m.function("string ToString(System.Object value, System.IFormatProvider provider)", |rs, _, args| {
        composite::with_provider(rs, args.get(1), |rs| change(rs, &value(args, 0), &super::string()))
    });
    bases(m);
    encodings(m);
    for declaration in [
        "System.Object ChangeType(System.Object value, type conversionType)",
        "System.Object ChangeType(System.Object value, type conversionType, System.IFormatProvider provider)",
        "System.Object ChangeType(System.Object value, System.TypeCode typeCode)",
        "System.Object ChangeType(System.Object value, System.TypeCode typeCode, System.IFormatProvider provider)",
    ] {
        m.function(declaration, |rs, _, args| {
            let to = match args.get(1) {
                Some(Value::Type(of)) => Some(of.clone()),
                _ => type_of_code(label(args, 1)),
            };
            composite::with_provider(rs, args.get(2), |rs| match &to {
                Some(to) => change_type(rs, &value(args, 0), to),
                None => Err(error::thrown("System.ArgumentException", "Unknown TypeCode value.")),
            })
        });
    }
    m.function("System.TypeCode GetTypeCode(System.Object value)", |_, _, args| {
        Ok(match args.first().and_then(Value::type_of) {
            Some(of) => code_of(&of),
            None => enum_number("System.TypeCode", 0),
        })
    });
    m.function("bool IsDBNull(System.Object value)", |_, _, args| {
        Ok(args.first().and_then(Value::type_of).is_some_and(|of| of.name() == "System.DBNull").into())
    });
}

/// `[DBNull]::Value`
pub(super) fn db_null() -> Value {
    let order = crate::value::Order::Text(Str::default());
    Opaque::new::<&str>("System.DBNull", []).displayed("").ordered(order).into_value()
}

fn boolean(m: &mut Members) {
    m.constant("string FalseString", |_, _| Ok("False".into()));
    m.constant("string TrueString", |_, _| Ok("True".into()));
    m.function("bool Parse(string value)", |_, _, args| parse_bool(&s(args, 0)));
    m.function("bool TryParse(string value, [ref] bool result)", |_, _, args| {
        let found = parse_bool(&s(args, 0)).ok();
        set_out(args, 1, found.clone().unwrap_or(Value::Bool(false)));
        Ok(found.is_some().into())
    });
    for declaration in ["string ToString()", "string ToString(System.IFormatProvider provider)"] {
        m.method(declaration, |_, this, _| Ok(Value::Str(text(this))));
    }
    convertible(m);
}

pub(super) const TYPES: &[TypeDef] = &[
    TypeDef::class("System.Convert").members(members),
    TypeDef::value("System.Boolean").implements(integers::NUMBER).members(boolean),
    TypeDef::labels("System.TypeCode", CODES),
    TypeDef::labels("System.Base64FormattingOptions", &[("None", 0), ("InsertLineBreaks", 1)]),
];
