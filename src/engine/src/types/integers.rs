//! The integers of .NET: limits, parsing, and what generic mathematics gives every one of them.

use psrpd_dotnet::number_parse::{self, ParseNumberError, Styles};

use super::{
    Members, TypeDef,
    args::{divide_by_zero, i, label, limits_crossed, no_number, overflow, s, sign, tried},
    converters::convertible,
    values::value_tuple,
};
use crate::{
    eval::{R, Runspace, error},
    ops::composite,
    value::Value,
};

/// The interfaces of every number.
pub(super) const NUMBER: &[&str] = &[
    "System.IComparable",
    "System.IConvertible",
    "System.ISpanFormattable",
    "System.IFormattable",
    "System.IUtf8SpanFormattable",
];

/// What negating the least number says.
const NO_POSITIVE: &str = "Negating the minimum value of a twos complement number is invalid.";

/// `Abs` of the least number.
pub(super) fn no_positive() -> crate::eval::Flow {
    overflow(NO_POSITIVE)
}

/// `ToString` in all forms.
pub(super) fn formatting(m: &mut Members) {
    m.method("string ToString()", |rs, this, _| composite::to_string(rs, this, "").map(Value::Str));
    m.method("string ToString(string format)", |rs, this, args| {
        composite::to_string(rs, this, &s(args, 0)).map(Value::Str).map_err(unwrap_format)
    });
    m.method("string ToString(System.IFormatProvider provider)", |rs, this, args| {
        composite::with_provider(rs, args.first(), |rs| composite::to_string(rs, this, "")).map(Value::Str)
    });
    m.method("string ToString(string format, System.IFormatProvider provider)", |rs, this, args| {
        let format = s(args, 0);
        composite::with_provider(rs, args.get(1), |rs| composite::to_string(rs, this, &format))
            .map(Value::Str)
            .map_err(unwrap_format)
    });
    convertible(m);
}

/// The `FormatException` without the words of `-f` around it.
pub(crate) fn unwrap_format(flow: crate::eval::Flow) -> crate::eval::Flow {
    let Some(record) = flow.record() else { return flow };
    let message = record.message();
    let Some(reason) = message.strip_prefix("Error formatting a string: ") else { return flow };
    error::thrown("System.FormatException", reason.strip_suffix('.').unwrap_or(reason))
}

/// What distinguishes one type of integers.
#[derive(Clone, Copy)]
pub(super) struct Kind {
    bits: u32,
    signed: bool,
    /// As the messages of overflows call it.
    called: &'static str,
    /// A value of the type, if the number fits.
    make: fn(&psrpd_dotnet::BigInt) -> Option<Value>,
}

/// The arguments of `Parse` and `TryParse` behind the text: styles and culture, in any of their overloads.
pub(super) fn styles(args: &[Value], otherwise: Styles) -> Styles {
    let is_styles = |arg: &&Value| matches!(arg.base(), Value::Enum(of, _) if of.is_kind("NumberStyles"));
    match args.iter().position(|arg| is_styles(&arg)) {
        Some(at) => Styles(label(args, at)),
        None => otherwise,
    }
}

/// Runs with the culture that is among the arguments, wherever.
///
/// # Errors
/// Cultures whose data the engine does not have.
pub(super) fn in_culture<T>(rs: &mut Runspace, args: &[Value], work: impl FnOnce(&mut Runspace) -> R<T>) -> R<T> {
    let culture = args.iter().find(|arg| super::culture::is_provider(arg)).cloned();
    composite::with_provider(rs, culture.as_ref(), work)
}

pub(super) fn parse(rs: &mut Runspace, args: &[Value], kind: Kind) -> R<Value> {
    let source = s(args, 0);
    let styles = styles(args, Styles::INTEGER);
    in_culture(rs, args, |rs| {
        let numbers = &rs.culture().numbers;
        let found = number_parse::styled_integer(&source, styles, numbers, Some(kind.bits), kind.signed);
        let too_large = || overflow(format!("Value was either too large or too small for {}.", kind.called));
        match found {
            Ok(n) => (kind.make)(&n).ok_or_else(too_large),
            Err(ParseNumberError::Overflow) => Err(too_large()),
            Err(ParseNumberError::Format) => Err(no_number(&source)),
        }
    })
}

/// A value of an integer type from its text, as `Convert` reads it.
pub(super) fn from_text(rs: &mut Runspace, name: &str, source: &Value) -> Option<R<Value>> {
    let kind = KINDS.iter().find(|(have, _)| *have == name)?.1;
    Some(parse(rs, std::slice::from_ref(source), kind))
}

/// A value of an integer type, if the number fits; else how the type is called.
pub(super) fn from_number(name: &str, n: &psrpd_dotnet::BigInt) -> Option<Result<Value, &'static str>> {
    let kind = KINDS.iter().find(|(have, _)| *have == name)?.1;
    Some((kind.make)(n).ok_or(kind.called))
}

macro_rules! kinds {
    ($($name:literal $rust:ty, $variant:ident, $called:literal, $signed:literal;)*) => {
        const KINDS: &[(&str, Kind)] = &[$(($name, Kind {
            bits: <$rust>::BITS,
            signed: $signed,
            called: $called,
            make: |n| <$rust>::try_from(n).ok().map(Value::$variant),
        }),)*];
    };
}

kinds! {
    "System.SByte" i8, I8, "a signed byte", true;
    "System.Byte" u8, U8, "an unsigned byte", false;
    "System.Int16" i16, I16, "an Int16", true;
    "System.UInt16" u16, U16, "a UInt16", false;
    "System.Int32" i32, I32, "an Int32", true;
    "System.UInt32" u32, U32, "a UInt32", false;
    "System.Int64" i64, I64, "an Int64", true;
    "System.UInt64" u64, U64, "a UInt64", false;
}

fn kind_of(name: &str) -> Kind {
    const INT64: usize = 6;
    let found = KINDS.iter().find(|(have, _)| *have == name).or_else(|| KINDS.get(INT64));
    found.map_or(Kind { bits: 64, signed: true, called: "", make: |_| None }, |(_, kind)| *kind)
}

/// What signed and unsigned integers share.
macro_rules! integer {
    ($name:literal, $rust:ty, $variant:ident, $word:literal, $more:ident) => {
        TypeDef::value($name).implements(NUMBER).members(|m| {
            fn get(args: &[Value], at: usize) -> $rust {
                match args.get(at).map(Value::base) {
                    Some(Value::$variant(n)) => *n,
                    _ => 0,
                }
            }
            fn made(n: $rust) -> R<Value> {
                Ok(Value::$variant(n))
            }
            fn count(n: u32) -> R<Value> {
                made(<$rust>::try_from(n).unwrap_or(0))
            }
            m.constant(concat!($word, " MaxValue"), |_, _| made(<$rust>::MAX));
            m.constant(concat!($word, " MinValue"), |_, _| made(<$rust>::MIN));
            for declaration in [
                concat!($word, " Parse(string s)"),
                concat!($word, " Parse(string s, System.Globalization.NumberStyles style)"),
                concat!($word, " Parse(string s, System.IFormatProvider provider)"),
                concat!($word, " Parse(string s, System.Globalization.NumberStyles style, System.IFormatProvider provider)"),
            ] {
                m.function(declaration, |rs, _, args| parse(rs, args, kind_of($name)));
            }
            for declaration in [
                concat!("bool TryParse(string s, [ref] ", $word, " result)"),
                concat!("bool TryParse(string s, System.IFormatProvider provider, [ref] ", $word, " result)"),
                concat!("bool TryParse(string s, System.Globalization.NumberStyles style, System.IFormatProvider provider, [ref] ", $word, " result)"),
            ] {
                m.function(declaration, |rs, _, args| {
                    let found = parse(rs, args, kind_of($name)).ok();
                    tried(args, found, Value::$variant(0))
                });
            }
            m.function(concat!($word, " Max(", $word, " x, ", $word, " y)"), |_, _, args| made(get(args, 0).max(get(args, 1))));
            m.function(concat!($word, " Min(", $word, " x, ", $word, " y)"), |_, _, args| made(get(args, 0).min(get(args, 1))));
            m.function(concat!($word, " Clamp(", $word, " value, ", $word, " min, ", $word, " max)"), |_, _, args| {
                let (low, high) = (get(args, 1), get(args, 2));
                if low > high {
                    return Err(limits_crossed(&Value::$variant(low), &Value::$variant(high)));
                }
                made(get(args, 0).clamp(low, high))
            });
            m.function(concat!("int Sign(", $word, " value)"), |_, _, args| Ok(sign(get(args, 0).cmp(&0))));
            m.function(concat!("bool IsEvenInteger(", $word, " value)"), |_, _, args| Ok((get(args, 0) & 1 == 0).into()));
            m.function(concat!("bool IsOddInteger(", $word, " value)"), |_, _, args| Ok((get(args, 0) & 1 == 1).into()));
            m.function(concat!("bool IsPow2(", $word, " value)"), |_, _, args| {
                Ok((get(args, 0) > 0 && get(args, 0).count_ones() == 1).into())
            });
            m.function(concat!($word, " PopCount(", $word, " value)"), |_, _, args| count(get(args, 0).count_ones()));
            m.function(concat!($word, " LeadingZeroCount(", $word, " value)"), |_, _, args| count(get(args, 0).leading_zeros()));
            m.function(concat!($word, " TrailingZeroCount(", $word, " value)"), |_, _, args| count(get(args, 0).trailing_zeros()));
            m.function(concat!($word, " RotateLeft(", $word, " value, int rotateAmount)"), |_, _, args| {
                made(get(args, 0).rotate_left(turns(i(args, 1), <$rust>::BITS)))
            });
            m.function(concat!($word, " RotateRight(", $word, " value, int rotateAmount)"), |_, _, args| {
                made(get(args, 0).rotate_right(turns(i(args, 1), <$rust>::BITS)))
            });
            m.function(concat!($word, " Log2(", $word, " value)"), |_, _, args| {
                match get(args, 0).checked_ilog2() {
                    Some(log) => count(log),
                    None if get(args, 0) == 0 => count(0),
                    None => Err(negative()),
                }
            });
            m.function(concat!("System.ValueTuple[", $word, ",", $word, "] DivRem(", $word, " left, ", $word, " right)"), |_, _, args| {
                let (left, right) = (get(args, 0), get(args, 1));
                if right == 0 {
                    return Err(divide_by_zero());
                }
                match (left.checked_div(right), left.checked_rem(right)) {
                    (Some(quotient), Some(rest)) => Ok(value_tuple(&[Value::$variant(quotient), Value::$variant(rest)])),
                    _ => Err(overflow("Arithmetic operation resulted in an overflow.")),
                }
            });
            $more!(m, $rust, $variant, $word, get, made);
            if matches!($word, "int" | "uint" | "long" | "ulong") {
                super::math::big_product(m, $word);
            }
            formatting(m);
        })
    };
}

macro_rules! unsigned {
    ($($any:tt)*) => {};
}

/// What only signed integers have.
macro_rules! signed {
    ($m:ident, $rust:ty, $variant:ident, $word:literal, $get:ident, $made:ident) => {
        $m.function(concat!($word, " Abs(", $word, " value)"), |_, _, args| {
            $get(args, 0).checked_abs().map(Value::$variant).ok_or_else(no_positive)
        });
        $m.function(concat!("bool IsNegative(", $word, " value)"), |_, _, args| Ok(($get(args, 0) < 0).into()));
        $m.function(concat!("bool IsPositive(", $word, " value)"), |_, _, args| Ok(($get(args, 0) >= 0).into()));
        $m.function(concat!($word, " CopySign(", $word, " value, ", $word, " sign)"), |_, _, args| {
            let (size, sign) = ($get(args, 0), $get(args, 1));
            match size.checked_abs() {
                Some(size) => $made(if sign < 0 { size.wrapping_neg() } else { size }),
                None if sign < 0 => $made(size),
                None => Err(no_positive()),
            }
        });
        $m.function(concat!($word, " MaxMagnitude(", $word, " x, ", $word, " y)"), |_, _, args| {
            let (x, y) = ($get(args, 0), $get(args, 1));
            $made(match x.unsigned_abs().cmp(&y.unsigned_abs()) {
                std::cmp::Ordering::Greater => x,
                std::cmp::Ordering::Less => y,
                std::cmp::Ordering::Equal => x.max(y),
            })
        });
        $m.function(concat!($word, " MinMagnitude(", $word, " x, ", $word, " y)"), |_, _, args| {
            let (x, y) = ($get(args, 0), $get(args, 1));
            $made(match x.unsigned_abs().cmp(&y.unsigned_abs()) {
                std::cmp::Ordering::Less => x,
                std::cmp::Ordering::Greater => y,
                std::cmp::Ordering::Equal => x.min(y),
            })
        });
    };
}

/// How far to rotate, which .NET takes modulo the bits.
fn turns(amount: i32, bits: u32) -> u32 {
    u32::try_from(i64::from(amount).rem_euclid(i64::from(bits))).unwrap_or(0)
}

fn negative() -> crate::eval::Flow {
    super::args::out_of_range("Non-negative number required.", "value")
}

pub(super) const TYPES: &[TypeDef] = &[
    integer!("System.SByte", i8, I8, "sbyte", signed),
    integer!("System.Byte", u8, U8, "byte", unsigned),
    integer!("System.Int16", i16, I16, "short", signed),
    integer!("System.UInt16", u16, U16, "ushort", unsigned),
    integer!("System.Int32", i32, I32, "int", signed),
    integer!("System.UInt32", u32, U32, "uint", unsigned),
    integer!("System.Int64", i64, I64, "long", signed),
    integer!("System.UInt64", u64, U64, "ulong", unsigned),
    TypeDef::flag_labels(
        "System.Globalization.NumberStyles",
        &[
            ("None", 0),
            ("AllowLeadingWhite", 1),
            ("AllowTrailingWhite", 2),
            ("AllowLeadingSign", 4),
            ("Integer", 7),
            ("AllowTrailingSign", 8),
            ("AllowParentheses", 16),
            ("AllowDecimalPoint", 32),
            ("AllowThousands", 64),
            ("Number", 111),
            ("AllowExponent", 128),
            ("Float", 167),
            ("AllowCurrencySymbol", 256),
            ("Currency", 383),
            ("Any", 511),
            ("AllowHexSpecifier", 512),
            ("HexNumber", 515),
            ("AllowBinarySpecifier", 1024),
            ("BinaryNumber", 1027),
        ],
    ),
];
