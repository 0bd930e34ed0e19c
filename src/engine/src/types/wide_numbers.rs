//! `System.Int128` and `System.UInt128`, and the integers that are as wide as an address.
#![allow(clippy::arithmetic_side_effects)] // on integers without bounds

use std::cmp::Ordering;

use num_traits::{Signed, ToPrimitive, Zero};
use psrpd_dotnet::{
    BigInt,
    number_parse::{self, ParseNumberError, Styles},
};

use super::{
    Members, TypeDef,
    args::{divide_by_zero, i, limits_crossed, no_number, overflow, s, sign, tried},
    integers::{NUMBER, formatting, in_culture, no_positive, styles},
    values::value_tuple,
};
use crate::{
    convert,
    eval::{R, Runspace, error},
    value::{Opaque, Order, Value, text},
};

/// A number of a type that arithmetic does not know.
pub(super) fn wide(of: &str, n: &BigInt) -> Value {
    let order = n.to_i128().map_or_else(|| Order::Float(n.to_f64().unwrap_or(f64::INFINITY)), Order::Number);
    Opaque::new::<&str>(of, []).displayed(n.to_string()).ordered(order).into_value()
}

const BITS: u64 = 128;

fn limits_of(name: &str) -> Option<(BigInt, BigInt)> {
    Some(match name {
        "System.Int128" => (i128::MIN.into(), i128::MAX.into()),
        "System.UInt128" => (0.into(), u128::MAX.into()),
        "System.IntPtr" => (i64::MIN.into(), i64::MAX.into()),
        "System.UIntPtr" => (0.into(), u64::MAX.into()),
        _ => return None,
    })
}

fn too_large(name: &str) -> crate::eval::Flow {
    let short = name.rsplit('.').next().unwrap_or(name);
    overflow(format!("Value was either too large or too small for {short}."))
}

fn checked(name: &str, n: &BigInt) -> R<Value> {
    match limits_of(name) {
        Some((least, most)) if *n < least || *n > most => Err(too_large(name)),
        _ => Ok(wide(name, n)),
    }
}

/// A number of one of these types from its text.
///
/// # Errors
/// What is no number, or not one of the type.
pub(super) fn parse_wide(name: &str, source: &str) -> R<Value> {
    let n = number_parse::integer(source).map_err(|_| {
        error::thrown("System.FormatException", format!("The input string '{source}' was not in a correct format."))
    })?;
    checked(name, &n)
}

/// The number in a value of one of these types.
pub(crate) fn number(value: &Value) -> Option<BigInt> {
    let object = value.downcast::<Opaque>()?;
    match object.order()? {
        Order::Number(n) => limits_of(&value.type_name()).map(|_| (*n).into()),
        Order::Float(_) if value.type_name() == "System.UInt128" => text(value).parse::<u128>().ok().map(Into::into),
        _ => None,
    }
}

fn parse(rs: &mut Runspace, name: &str, args: &[Value]) -> R<Value> {
    let source = s(args, 0);
    let styles = styles(args, Styles::INTEGER);
    in_culture(rs, args, |rs| {
        let numbers = &rs.culture().numbers;
        let found = number_parse::styled_integer(&source, styles, numbers, Some(128), name == "System.Int128");
        match found {
            Ok(n) => checked(name, &n),
            Err(ParseNumberError::Overflow) => Err(too_large(name)),
            Err(ParseNumberError::Format) => Err(no_number(&source)),
        }
    })
}

/// A number as it lies in its 128 bits.
fn wrapped(name: &str, n: &BigInt) -> Value {
    let modulus = BigInt::from(1) << BITS;
    let mut low = n % &modulus;
    if low.is_negative() {
        low += &modulus;
    }
    if name == "System.Int128" && low.bit(BITS - 1) {
        low -= modulus;
    }
    wide(name, &low)
}

/// Its bits, as a number that is not negative.
fn pattern(n: &BigInt) -> u128 {
    n.to_u128().or_else(|| n.to_i128().map(i128::cast_unsigned)).unwrap_or(0)
}

/// The bits of a value of one of these types.
pub(super) fn bits(value: Option<&Value>) -> u128 {
    value.and_then(number).map_or(0, |n| pattern(&n))
}

fn get(args: &[Value], at: usize) -> BigInt {
    args.get(at).and_then(number).unwrap_or_default()
}

/// How far to shift or to rotate, which .NET takes modulo the bits.
fn turns(args: &[Value]) -> u32 {
    u32::try_from(i64::from(i(args, 1)).rem_euclid(128)).unwrap_or(0)
}

fn by_size(x: BigInt, y: BigInt, wanted: Ordering) -> BigInt {
    match x.magnitude().cmp(y.magnitude()) {
        Ordering::Equal => {
            if wanted == Ordering::Greater {
                x.max(y)
            } else {
                x.min(y)
            }
        }
        order => {
            if order == wanted {
                x
            } else {
                y
            }
        }
    }
}

/// What both types have.
macro_rules! integer {
    ($m:ident $name:literal) => {
        $m.constant(concat!($name, " One"), |_, _| Ok(wide($name, &1.into())));
        $m.constant(concat!($name, " Zero"), |_, _| Ok(wide($name, &0.into())));
        for declaration in [
            concat!($name, " Parse(string s)"),
            concat!($name, " Parse(string s, System.Globalization.NumberStyles style)"),
            concat!($name, " Parse(string s, System.IFormatProvider provider)"),
            concat!($name, " Parse(string s, System.Globalization.NumberStyles style, System.IFormatProvider provider)"),
        ] {
            $m.function(declaration, |rs, _, args| parse(rs, $name, args));
        }
        for declaration in [
            concat!("bool TryParse(string s, [ref] ", $name, " result)"),
            concat!("bool TryParse(string s, System.IFormatProvider provider, [ref] ", $name, " result)"),
            concat!("bool TryParse(string s, System.Globalization.NumberStyles style, System.IFormatProvider provider, [ref] ", $name, " result)"),
        ] {
            $m.function(declaration, |rs, _, args| {
                let found = parse(rs, $name, args).ok();
                tried(args, found, wide($name, &0.into()))
            });
        }
        $m.constructor(concat!($name, "(ulong upper, ulong lower)"), |_, _, args| {
            let part = |at: usize| BigInt::from(args.get(at).and_then(Value::as_i128).unwrap_or(0));
            Ok(wrapped($name, &((part(0) << 64) + part(1))))
        });
        pairs!($m $name {
            "op_Addition" |x, y| x + y;
            "op_Subtraction" |x, y| x - y;
            "op_Multiply" |x, y| x * y;
            "op_BitwiseAnd" |x, y| x & y;
            "op_BitwiseOr" |x, y| x | y;
            "op_ExclusiveOr" |x, y| x ^ y;
            "Max" |x, y| x.max(y);
            "Min" |x, y| x.min(y);
        });
        for declaration in [
            concat!($name, " op_Division(", $name, " left, ", $name, " right)"),
            concat!($name, " op_Modulus(", $name, " left, ", $name, " right)"),
        ] {
            let is_division = declaration.contains("op_Division");
            $m.function(declaration, if is_division { quotient } else { remainder });
        }
        $m.function(concat!("System.ValueTuple[", $name, ",", $name, "] DivRem(", $name, " left, ", $name, " right)"), |rs, this, args| {
            Ok(value_tuple(&[quotient(rs, this, args)?, remainder(rs, this, args)?]))
        });
        $m.function(concat!($name, " Clamp(", $name, " value, ", $name, " min, ", $name, " max)"), |_, _, args| {
            let (low, high) = (get(args, 1), get(args, 2));
            if low > high {
                return Err(limits_crossed(&wide($name, &low), &wide($name, &high)));
            }
            Ok(wide($name, &get(args, 0).clamp(low, high)))
        });
        $m.function(concat!("int Sign(", $name, " value)"), |_, _, args| Ok(sign(get(args, 0).cmp(&0.into()))));
        $m.function(concat!("bool IsEvenInteger(", $name, " value)"), |_, _, args| Ok((!get(args, 0).bit(0)).into()));
        $m.function(concat!("bool IsOddInteger(", $name, " value)"), |_, _, args| Ok(get(args, 0).bit(0).into()));
        $m.function(concat!("bool IsPow2(", $name, " value)"), |_, _, args| {
            let x = get(args, 0);
            Ok((x.is_positive() && x.magnitude().count_ones() == 1).into())
        });
        counts!($m $name {
            "PopCount" |x| x.count_ones();
            "LeadingZeroCount" |x| x.leading_zeros();
            "TrailingZeroCount" |x| x.trailing_zeros();
            "Log2" |x| x.checked_ilog2().unwrap_or(0);
        });
        $m.function(concat!($name, " RotateLeft(", $name, " value, int rotateAmount)"), |_, _, args| {
            Ok(wrapped($name, &pattern(&get(args, 0)).rotate_left(turns(args)).into()))
        });
        $m.function(concat!($name, " RotateRight(", $name, " value, int rotateAmount)"), |_, _, args| {
            Ok(wrapped($name, &pattern(&get(args, 0)).rotate_right(turns(args)).into()))
        });
        $m.function(concat!($name, " op_LeftShift(", $name, " value, int shiftAmount)"), |_, _, args| {
            Ok(wrapped($name, &(get(args, 0) << turns(args))))
        });
        $m.function(concat!($name, " op_RightShift(", $name, " value, int shiftAmount)"), |_, _, args| {
            Ok(wrapped($name, &(get(args, 0) >> turns(args))))
        });
    };
}

macro_rules! pairs {
    ($m:ident $name:literal { $($label:literal $compute:expr;)* }) => {
        $($m.function(concat!($name, " ", $label, "(", $name, " left, ", $name, " right)"), |_, _, args| {
            let compute: fn(BigInt, BigInt) -> BigInt = $compute;
            Ok(wrapped($name, &compute(get(args, 0), get(args, 1))))
        });)*
    };
}

macro_rules! counts {
    ($m:ident $name:literal { $($label:literal $count:expr;)* }) => {
        $($m.function(concat!($name, " ", $label, "(", $name, " value)"), |_, _, args| {
            let count: fn(u128) -> u32 = $count;
            Ok(wide($name, &count(pattern(&get(args, 0))).into()))
        });)*
    };
}

fn divisor(args: &[Value]) -> R<BigInt> {
    let divisor = get(args, 1);
    if divisor.is_zero() { Err(divide_by_zero()) } else { Ok(divisor) }
}

fn type_in(args: &[Value]) -> String {
    args.first().map(Value::type_name).unwrap_or_default().to_string()
}

fn quotient(_: &mut Runspace, _: &Value, args: &[Value]) -> R<Value> {
    Ok(wrapped(&type_in(args), &(get(args, 0) / divisor(args)?)))
}

fn remainder(_: &mut Runspace, _: &Value, args: &[Value]) -> R<Value> {
    Ok(wrapped(&type_in(args), &(get(args, 0) % divisor(args)?)))
}

fn int128(m: &mut Members) {
    m.constant("System.Int128 MaxValue", |_, _| Ok(wide("System.Int128", &i128::MAX.into())));
    m.constant("System.Int128 MinValue", |_, _| Ok(wide("System.Int128", &i128::MIN.into())));
    integer!(m "System.Int128");
    signed(m);
    formatting(m);
}

fn uint128(m: &mut Members) {
    m.constant("System.UInt128 MaxValue", |_, _| Ok(wide("System.UInt128", &u128::MAX.into())));
    m.constant("System.UInt128 MinValue", |_, _| Ok(wide("System.UInt128", &u128::MIN.into())));
    integer!(m "System.UInt128");
    formatting(m);
}

/// What only the signed one has.
fn signed(m: &mut Members) {
    m.constant("System.Int128 NegativeOne", |_, _| Ok(wide("System.Int128", &(-1).into())));
    m.function("System.Int128 Abs(System.Int128 value)", |_, _, args| {
        checked("System.Int128", &get(args, 0).abs()).map_err(|_| no_positive())
    });
    m.function("System.Int128 op_UnaryNegation(System.Int128 value)", |_, _, args| {
        Ok(wrapped("System.Int128", &-get(args, 0)))
    });
    m.function("bool IsNegative(System.Int128 value)", |_, _, args| Ok(get(args, 0).is_negative().into()));
    m.function("bool IsPositive(System.Int128 value)", |_, _, args| Ok((!get(args, 0).is_negative()).into()));
    pairs!(m "System.Int128" {
        "CopySign" |x, y| if y.is_negative() { -x.abs() } else { x.abs() };
        "MaxMagnitude" |x, y| by_size(x, y, Ordering::Greater);
        "MinMagnitude" |x, y| by_size(x, y, Ordering::Less);
    });
}

fn int_ptr(m: &mut Members) {
    m.constant("System.IntPtr Zero", |_, _| Ok(wide("System.IntPtr", &0.into())));
    m.constant("System.IntPtr MaxValue", |_, _| Ok(wide("System.IntPtr", &i64::MAX.into())));
    m.constant("System.IntPtr MinValue", |_, _| Ok(wide("System.IntPtr", &i64::MIN.into())));
    m.constant("int Size", |_, _| Ok(Value::I32(8)));
    m.method("int ToInt32()", |rs, this, _| convert::convert(rs, &Value::Str(text(this)), &super::int32()));
    m.method("long ToInt64()", |rs, this, _| convert::convert(rs, &Value::Str(text(this)), &super::int64()));
}

fn uint_ptr(m: &mut Members) {
    m.constant("System.UIntPtr Zero", |_, _| Ok(wide("System.UIntPtr", &0.into())));
    m.constant("System.UIntPtr MaxValue", |_, _| Ok(wide("System.UIntPtr", &u64::MAX.into())));
    m.constant("System.UIntPtr MinValue", |_, _| Ok(wide("System.UIntPtr", &0.into())));
    m.constant("int Size", |_, _| Ok(Value::I32(8)));
    m.method("uint ToUInt32()", |rs, this, _| convert::convert(rs, &Value::Str(text(this)), &super::uint32()));
    m.method("ulong ToUInt64()", |rs, this, _| convert::convert(rs, &Value::Str(text(this)), &super::uint64()));
}

fn zero<const KIND: usize>() -> Value {
    const NAMES: [&str; 4] = ["System.Int128", "System.UInt128", "System.IntPtr", "System.UIntPtr"];
    wide(NAMES.get(KIND).copied().unwrap_or(""), &0.into())
}

pub(super) const TYPES: &[TypeDef] = &[
    TypeDef::value("System.Int128").implements(NUMBER).zero(zero::<0>).members(int128),
    TypeDef::value("System.UInt128").implements(NUMBER).zero(zero::<1>).members(uint128),
    TypeDef::value("System.IntPtr").zero(zero::<2>).members(int_ptr),
    TypeDef::value("System.UIntPtr").zero(zero::<3>).members(uint_ptr),
];
