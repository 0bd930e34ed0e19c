//! How well one type converts into another: what PowerShell chooses overloads by.

use super::convert;
use crate::{
    eval::{Flow, Runspace},
    types::{self, Type},
    value::Value,
};

/// The better the conversion, the greater; zero where there is none.
pub(crate) type Rank = u16;

pub(crate) const NONE: Rank = 0;
/// An array into another one, whose elements are converted one by one.
pub(crate) const UNRELATED_ARRAYS: Rank = 0x0F;
const TO_STRING: Rank = 0x1F;
const I_CONVERTIBLE: Rank = 0x3F;
const IMPLICIT_CAST: Rank = 0x4F;
const EXPLICIT_CAST: Rank = 0x5F;
const CONSTRUCTOR: Rank = 0x6F;
const PARSE: Rank = 0x7F;
const PS_OBJECT: Rank = 0x8F;
const LANGUAGE: Rank = 0x9F;
/// From here on the types of parameters decide between conversions of one rank.
pub(crate) const NULL_TO_VALUE: Rank = 0xAF;
const NULL_TO_REFERENCE: Rank = 0xBF;
const NUMERIC_EXPLICIT: Rank = 0xCF;
const NUMERIC_EXPLICIT_SIGN: Rank = 0xDF;
const NUMERIC_TO_STRING: Rank = 0xE0;
const STRING_TO_NUMERIC: Rank = 0xEF;
/// From here on smaller types are better, below larger ones.
pub(crate) const NUMERIC_IMPLICIT: Rank = 0xFF;
const ASSIGNABLE: Rank = 0x10F;
const STRING_TO_CHARACTERS: Rank = 0x11A;
pub(crate) const IDENTITY: Rank = 0x11F;
/// What is taken from the rank where a scalar becomes an array of one element.
const SCALAR_TO_ARRAY: Rank = 0x08;

/// A number as its type tells of it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Numeric {
    /// How many times its size doubles that of a byte.
    Signed(u8),
    Unsigned(u8),
    Single,
    Double,
    Decimal,
}

/// Whether the values of a type are numbers.
pub(crate) fn is_number(of: &Type) -> bool {
    numeric(of).is_some()
}

fn numeric(of: &Type) -> Option<Numeric> {
    Some(match of.name().strip_prefix("System.")? {
        "SByte" => Numeric::Signed(0),
        "Int16" => Numeric::Signed(1),
        "Int32" => Numeric::Signed(2),
        "Int64" => Numeric::Signed(3),
        "Byte" => Numeric::Unsigned(0),
        "UInt16" => Numeric::Unsigned(1),
        "UInt32" => Numeric::Unsigned(2),
        "UInt64" => Numeric::Unsigned(3),
        "Single" => Numeric::Single,
        "Double" => Numeric::Double,
        "Decimal" => Numeric::Decimal,
        _ => return None,
    })
}

/// Between numbers of different types.
fn between_numbers(from: Numeric, to: Numeric) -> Rank {
    use Numeric::{Decimal, Double, Signed, Single, Unsigned};
    match (from, to) {
        (Signed(a), Signed(b)) | (Unsigned(a), Unsigned(b) | Signed(b)) if a < b => NUMERIC_IMPLICIT,
        (Signed(a), Unsigned(b)) if a < b => NUMERIC_EXPLICIT_SIGN,
        (Signed(_) | Unsigned(_), Single | Double | Decimal) | (Single, Double) => NUMERIC_IMPLICIT,
        (Decimal, Single | Double) => NUMERIC_EXPLICIT_SIGN,
        _ => NUMERIC_EXPLICIT,
    }
}

/// What is known of a conversion by the types alone; none where it depends on what the types themselves offer.
fn known_rank(from: &Type, to: &Type) -> Option<Rank> {
    if from == to {
        return Some(IDENTITY);
    }
    if from.is_assignable_to(to) {
        return Some(ASSIGNABLE);
    }
    let is = |of: &Type, name: &str| of.name() == name;
    let from_string = is(from, "System.String");
    if from_string && is(to, "System.Char[]") {
        return Some(STRING_TO_CHARACTERS);
    }
    if let Some(inner) = to.nullable() {
        return known_rank(from, inner);
    }
    if let Some(element) = to.element() {
        return match from.element() {
            Some(_) => Some(UNRELATED_ARRAYS),
            None if is(from, "System.Array") || !from_string && from.is_assignable_to(&types::known(LIST)) => {
                Some(LANGUAGE)
            }
            None => known_rank(from, element).map(|rank| rank & !SCALAR_TO_ARRAY),
        };
    }
    let into = numeric(to);
    match (numeric(from), into) {
        (Some(from), Some(into)) => return Some(between_numbers(from, into)),
        (Some(_), None) if is(to, "System.String") => return Some(NUMERIC_TO_STRING),
        (Some(_), None) if is(to, "System.Char") => return Some(STRING_TO_NUMERIC),
        (None, Some(into)) => return into_number(from, into),
        _ => {}
    }
    if is(to, "System.Boolean") || is(from, "System.Boolean") && *to == types::switch_parameter() {
        return Some(LANGUAGE);
    }
    if is(to, "System.Management.Automation.PSObject") {
        return Some(PS_OBJECT);
    }
    if is(to, "System.String") {
        return Some(TO_STRING);
    }
    if from_string && (to.is_enum() || is(to, "System.Char") || LITERALS.contains(&to.name())) {
        return Some(LANGUAGE);
    }
    if to.is_interface() {
        return Some(NONE);
    }
    None
}

const LIST: &str = "System.Collections.IList";

/// What the language itself makes of a text.
const LITERALS: &[&str] =
    &["System.Type", "System.Text.RegularExpressions.Regex", "System.Uri", "System.Xml.XmlDocument"];

/// Into a number from what is none.
fn into_number(from: &Type, into: Numeric) -> Option<Rank> {
    let is_real = matches!(into, Numeric::Single | Numeric::Double);
    match from.name() {
        "System.String" => Some(STRING_TO_NUMERIC),
        "System.Boolean" => Some(LANGUAGE),
        "System.Char" if is_real => Some(LANGUAGE),
        "System.Char" | "System.DateTime" => Some(I_CONVERTIBLE),
        "System.Numerics.BigInteger" => Some(EXPLICIT_CAST),
        _ if from.is_enum() => Some(if into == Numeric::Decimal { IMPLICIT_CAST } else { I_CONVERTIBLE }),
        _ => None,
    }
}

/// Whether a type is a number, a character or a Boolean.
pub(crate) fn is_primitive(of: &Type) -> bool {
    numeric(of).is_some() || ["System.Boolean", "System.Char"].contains(&of.name())
}

/// How well a type converts into another one.
pub(crate) fn of_types(from: &Type, to: &Type) -> Rank {
    known_rank(from, to).unwrap_or(NONE)
}

/// `$null` into a type.
fn of_null(to: &Type) -> Rank {
    let is_scalar = || ["System.String", "System.Boolean", "System.Char"].contains(&to.name());
    if to.nullable().is_some() || numeric(to).is_some() || is_scalar() {
        NULL_TO_VALUE
    } else if to.is_value_type() {
        NONE
    } else {
        NULL_TO_REFERENCE
    }
}

/// How well a value converts into a type.
pub(crate) fn rank(rs: &mut Runspace, value: &Value, to: &Type) -> Rank {
    let Some(from) = value.type_of().filter(|_| !value.is_null()) else { return of_null(to) };
    if let Some(rank) = known_rank(&from, to) {
        return rank;
    }
    if types::is_delegate(to) {
        return if rs.as_block(value).is_some() { LANGUAGE } else { NONE };
    }
    let is_text = matches!(value.base(), Value::Str(_));
    // A rule that applies and fails is a rule all the same.
    match convert(rs, value, to) {
        Ok(_) => {
            if is_text {
                PARSE
            } else {
                CONSTRUCTOR
            }
        }
        Err(Flow::Error(raised)) if *raised.record.id.lock() != *"ConvertToFinalInvalidCastException" => PARSE,
        Err(_) => NONE,
    }
}

/// Whether [`rank`] is the same for all values of the type of this one.
pub(crate) fn ranks_by_type(value: &Value, to: &Type) -> bool {
    value.type_of().is_none_or(|from| known_rank(&from, to).is_some() || types::is_delegate(to))
}
