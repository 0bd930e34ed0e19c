//! `System.Math`.

use std::cmp::Ordering;

use psrpd_dotnet::Decimal;

use super::{
    Members, TypeDef,
    args::{divide_by_zero, f, i, label, limits_crossed, n, out_of_range, overflow, set_out, sign, value},
    floats::{exponent, ieee_remainder, scaled},
    integers::no_positive,
    values::value_tuple,
    wide_numbers::wide,
};
use crate::{
    eval::{R, error},
    ops::{arithmetic::number, compare::compare_numbers},
    value::Value,
};

/// How a number halfway between two others is rounded: the labels of `MidpointRounding`.
const AWAY_FROM_ZERO: i64 = 1;
const TO_ZERO: i64 = 2;
const DOWN: i64 = 3;
const UP: i64 = 4;

/// A double rounded to digits behind the point.
///
/// # Errors
/// More digits than a double has.
pub(super) fn round(x: f64, digits: i64, mode: i64) -> R<f64> {
    const MOST: i64 = 15;
    const LARGEST: f64 = 1e16;
    if !(0..=MOST).contains(&digits) {
        return Err(out_of_range("Rounding digits must be between 0 and 15, inclusive.", "digits"));
    }
    if x.abs() >= LARGEST || !x.is_finite() {
        return Ok(x);
    }
    let power = 10_f64.powi(i32::try_from(digits).unwrap_or(0));
    let scaled = x * power;
    let rounded = match mode {
        AWAY_FROM_ZERO => scaled.round(),
        TO_ZERO => scaled.trunc(),
        DOWN => scaled.floor(),
        UP => scaled.ceil(),
        _ => scaled.round_ties_even(),
    };
    Ok(rounded / power)
}

/// A decimal rounded to digits behind the point.
///
/// # Errors
/// More digits than a decimal has.
pub(super) fn round_decimal(x: Decimal, digits: i64, mode: i64) -> R<Value> {
    let places = u32::try_from(digits)
        .ok()
        .filter(|places| *places <= 28)
        .ok_or_else(|| out_of_range("Decimal can only round to between 0 and 28 digits of precision.", "decimals"))?;
    if places >= x.scale() || mode <= AWAY_FROM_ZERO {
        return Ok(Value::Decimal(x.round(places, mode == AWAY_FROM_ZERO)));
    }
    let unit = 10_u128.saturating_pow(x.scale().saturating_sub(places));
    let whole = x.digits().checked_div(unit).unwrap_or(0);
    let is_exact = x.digits().is_multiple_of(unit);
    let up = !is_exact && (mode == UP && !x.is_negative() || mode == DOWN && x.is_negative());
    let digits = whole.saturating_add(u128::from(up));
    Ok(Value::Decimal(Decimal::new(digits, places, x.is_negative()).unwrap_or(x)))
}

/// -1, 0 or 1.
///
/// # Errors
/// What is no number has no sign.
pub(super) fn sign_of(x: f64) -> R<Value> {
    match x.partial_cmp(&0.0) {
        Some(order) => Ok(sign(order)),
        None => Err(error::thrown(
            "System.ArithmeticException",
            "Function does not accept floating point Not-a-Number values.",
        )),
    }
}

/// The value without its sign, in its own type.
fn absolute(x: &Value) -> R<Value> {
    let made = match x.base() {
        Value::I8(n) => n.checked_abs().map(Value::I8),
        Value::I16(n) => n.checked_abs().map(Value::I16),
        Value::I32(n) => n.checked_abs().map(Value::I32),
        Value::I64(n) => n.checked_abs().map(Value::I64),
        Value::F32(n) => Some(Value::F32(n.abs())),
        Value::F64(n) => Some(Value::F64(n.abs())),
        Value::Decimal(n) => Some(Value::Decimal(if n.is_negative() { n.negated() } else { *n })),
        other => Some(other.clone()),
    };
    made.ok_or_else(no_positive)
}

fn order(a: &Value, b: &Value) -> Option<Ordering> {
    compare_numbers(&number(a)?, &number(b)?)
}

fn is_nan(x: &Value) -> bool {
    matches!(x, Value::F64(x) if x.is_nan()) || matches!(x, Value::F32(x) if x.is_nan())
}

fn is_negative(x: &Value) -> bool {
    matches!(x, Value::F64(x) if x.is_sign_negative()) || matches!(x, Value::F32(x) if x.is_sign_negative())
}

/// The larger or the smaller of two values of one type.
fn extreme(args: &[Value], wanted: Ordering) -> Value {
    let (a, b) = (value(args, 0), value(args, 1));
    if is_nan(&a) || is_nan(&b) {
        return if is_nan(&a) { a } else { b };
    }
    match order(&a, &b) {
        Some(Ordering::Equal) if is_negative(&a) == (wanted == Ordering::Greater) => b,
        Some(Ordering::Equal) => a,
        found if found == Some(wanted) => a,
        _ => b,
    }
}

fn clamp(args: &[Value]) -> R<Value> {
    let (x, low, high) = (value(args, 0), value(args, 1), value(args, 2));
    if order(&low, &high) == Some(Ordering::Greater) {
        return Err(limits_crossed(&low, &high));
    }
    Ok(if order(&x, &low) == Some(Ordering::Less) {
        low
    } else if order(&x, &high) == Some(Ordering::Greater) {
        high
    } else {
        x
    })
}

fn sign_in_type(args: &[Value]) -> R<Value> {
    match args.first().map(Value::base) {
        Some(Value::F64(x)) => sign_of(*x),
        Some(Value::F32(x)) => sign_of(f64::from(*x)),
        Some(other) => Ok(order(other, &Value::I32(0)).map_or(Value::I32(0), sign)),
        None => Ok(Value::I32(0)),
    }
}

/// The rows of functions that take and give one type, for each of the types.
macro_rules! same_type {
    ($m:ident $call:expr; $name:literal; $($word:literal)*) => {
        $($m.function(concat!($word, " ", $name, "(", $word, " value)"), $call);)*
    };
}

macro_rules! pairs {
    ($m:ident $name:literal $wanted:expr; $($word:literal)*) => {
        $($m.function(concat!($word, " ", $name, "(", $word, " val1, ", $word, " val2)"), |_, _, args| Ok(extreme(args, $wanted)));)*
    };
}

macro_rules! limits {
    ($m:ident $($word:literal)*) => {
        $(
            $m.function(concat!($word, " Clamp(", $word, " value, ", $word, " min, ", $word, " max)"), |_, _, args| clamp(args));
            $m.function(concat!("int Sign(", $word, " value)"), |_, _, args| sign_in_type(args));
        )*
    };
}

macro_rules! divisions {
    ($m:ident $($word:literal $rust:ty, $variant:ident;)*) => {
        $($m.function(concat!("System.ValueTuple[", $word, ",", $word, "] DivRem(", $word, " left, ", $word, " right)"), |_, _, args| {
            match (args.first().map(Value::base), args.get(1).map(Value::base)) {
                (Some(Value::$variant(_)), Some(Value::$variant(0))) => Err(divide_by_zero()),
                (Some(Value::$variant(left)), Some(Value::$variant(right))) => {
                    match (left.checked_div(*right), left.checked_rem(*right)) {
                        (Some(quotient), Some(rest)) => Ok(value_tuple(&[Value::$variant(quotient), Value::$variant(rest)])),
                        _ => Err(overflow("Arithmetic operation resulted in an overflow.")),
                    }
                }
                _ => Ok(Value::Null),
            }
        });)*
    };
}

macro_rules! doubles {
    ($m:ident $($declaration:literal, $function:expr;)*) => {
        $($m.function($declaration, |_, _, args| {
            let function: fn(f64) -> f64 = $function;
            Ok(Value::F64(function(f(args, 0))))
        });)*
    };
}

fn members(m: &mut Members) {
    m.constant("double E", |_, _| Ok(Value::F64(std::f64::consts::E)));
    m.constant("double PI", |_, _| Ok(Value::F64(std::f64::consts::PI)));
    m.constant("double Tau", |_, _| Ok(Value::F64(std::f64::consts::TAU)));
    doubles! { m
        "double Acos(double d)", f64::acos;
        "double Acosh(double d)", f64::acosh;
        "double Asin(double d)", f64::asin;
        "double Asinh(double d)", f64::asinh;
        "double Atan(double d)", f64::atan;
        "double Atanh(double d)", f64::atanh;
        "double BitDecrement(double x)", f64::next_down;
        "double BitIncrement(double x)", f64::next_up;
        "double Cbrt(double d)", f64::cbrt;
        "double Ceiling(double a)", f64::ceil;
        "double Cos(double d)", f64::cos;
        "double Cosh(double value)", f64::cosh;
        "double Exp(double d)", f64::exp;
        "double Floor(double d)", f64::floor;
        "double Log(double d)", f64::ln;
        "double Log10(double d)", f64::log10;
        "double Log2(double x)", f64::log2;
        "double ReciprocalEstimate(double d)", |x| 1.0 / x;
        "double ReciprocalSqrtEstimate(double d)", |x| 1.0 / x.sqrt();
        "double Sin(double a)", f64::sin;
        "double Sinh(double value)", f64::sinh;
        "double Sqrt(double d)", f64::sqrt;
        "double Tan(double a)", f64::tan;
        "double Tanh(double value)", f64::tanh;
        "double Truncate(double d)", f64::trunc;
        "double Round(double a)", f64::round_ties_even;
    }
    same_type!(m |_, _, args| absolute(&value(args, 0)); "Abs"; "double" "short" "int" "long" "sbyte" "float" "decimal");
    pairs!(m "Max" Ordering::Greater; "byte" "decimal" "double" "short" "int" "long" "sbyte" "float" "ushort" "uint" "ulong");
    pairs!(m "Min" Ordering::Less; "byte" "decimal" "double" "short" "int" "long" "sbyte" "float" "ushort" "uint" "ulong");
    limits!(m "byte" "decimal" "double" "short" "int" "long" "sbyte" "float" "ushort" "uint" "ulong");
    divisions! { m
        "sbyte" i8, I8;
        "byte" u8, U8;
        "short" i16, I16;
        "ushort" u16, U16;
        "int" i32, I32;
        "uint" u32, U32;
        "long" i64, I64;
        "ulong" u64, U64;
    }
    several(m);
    products(m);
    super::decimals::rounding(m);
}

/// Functions of several doubles.
fn several(m: &mut Members) {
    m.function("double Pow(double x, double y)", |_, _, args| Ok(Value::F64(f(args, 0).powf(f(args, 1)))));
    m.function("double Log(double a, double newBase)", |_, _, args| {
        let (a, base) = (f(args, 0), f(args, 1));
        let is_none = base == 1.0 || a != 1.0 && (base == 0.0 || base == f64::INFINITY);
        Ok(Value::F64(if a.is_nan() {
            a
        } else if base.is_nan() {
            base
        } else if is_none {
            f64::NAN
        } else {
            a.ln() / base.ln()
        }))
    });
    m.function("double Atan2(double y, double x)", |_, _, args| Ok(Value::F64(f(args, 0).atan2(f(args, 1)))));
    m.function("double CopySign(double x, double y)", |_, _, args| Ok(Value::F64(f(args, 0).copysign(f(args, 1)))));
    m.function("double IEEERemainder(double x, double y)", |_, _, args| {
        Ok(Value::F64(ieee_remainder(f(args, 0), f(args, 1))))
    });
    m.function("double FusedMultiplyAdd(double x, double y, double z)", |_, _, args| {
        Ok(Value::F64(f(args, 0).mul_add(f(args, 1), f(args, 2))))
    });
    m.function("int ILogB(double x)", |_, _, args| Ok(Value::I32(exponent(f(args, 0)))));
    m.function("double ScaleB(double x, int n)", |_, _, args| Ok(Value::F64(scaled(f(args, 0), n(args, 1)))));
    m.function("double MaxMagnitude(double x, double y)", |_, _, args| {
        let (x, y) = (f(args, 0), f(args, 1));
        Ok(Value::F64(if x.is_nan() || x.abs() > y.abs() || x.abs() == y.abs() && x > y { x } else { y }))
    });
    m.function("double MinMagnitude(double x, double y)", |_, _, args| {
        let (x, y) = (f(args, 0), f(args, 1));
        Ok(Value::F64(if x.is_nan() || x.abs() < y.abs() || x.abs() == y.abs() && x < y { x } else { y }))
    });
    m.function("System.ValueTuple[double,double] SinCos(double x)", |_, _, args| {
        let (sin, cos) = f(args, 0).sin_cos();
        Ok(value_tuple(&[Value::F64(sin), Value::F64(cos)]))
    });
    m.function("double Round(double value, int digits)", |_, _, args| round(f(args, 0), n(args, 1), 0).map(Value::F64));
    m.function("double Round(double value, System.MidpointRounding mode)", |_, _, args| {
        round(f(args, 0), 0, label(args, 1)).map(Value::F64)
    });
    m.function("double Round(double value, int digits, System.MidpointRounding mode)", |_, _, args| {
        round(f(args, 0), n(args, 1), label(args, 2)).map(Value::F64)
    });
}

/// The product of two integers of a type, in one that is twice as wide.
pub(super) fn big_product(m: &mut Members, word: &str) {
    fn product(args: &[Value]) -> psrpd_dotnet::BigInt {
        let factor = |at: usize| psrpd_dotnet::BigInt::from(args.get(at).and_then(Value::as_i128).unwrap_or(0));
        let (a, b) = (factor(0), factor(1));
        num_traits::CheckedMul::checked_mul(&a, &b).unwrap_or_default()
    }
    match word {
        "int" => {
            m.function("long BigMul(int a, int b)", |_, _, args| Ok(Value::I64(n(args, 0).wrapping_mul(n(args, 1)))))
        }
        "uint" => m.function("ulong BigMul(uint a, uint b)", |_, _, args| {
            Ok(Value::U64(n(args, 0).cast_unsigned().wrapping_mul(n(args, 1).cast_unsigned())))
        }),
        "long" => {
            m.function("System.Int128 BigMul(long a, long b)", |_, _, args| Ok(wide("System.Int128", &product(args))))
        }
        _ => m.function("System.UInt128 BigMul(ulong a, ulong b)", |_, _, args| {
            Ok(wide("System.UInt128", &product(args)))
        }),
    };
}

/// Products that do not fit the type of their factors, and quotients with a remainder.
fn products(m: &mut Members) {
    ["int", "uint", "long", "ulong"].iter().for_each(|word| big_product(m, word));
    m.function("int DivRem(int a, int b, [ref] int result)", |_, _, args| {
        let (a, b) = (i(args, 0), i(args, 1));
        let quotient = divided(a.into(), b.into())?;
        set_out(args, 2, Value::I32(a.checked_rem(b).unwrap_or(0)));
        i32::try_from(quotient).map(Value::I32).map_err(|_| overflow("Arithmetic operation resulted in an overflow."))
    });
    m.function("long DivRem(long a, long b, [ref] long result)", |_, _, args| {
        let (a, b) = (n(args, 0), n(args, 1));
        let quotient = divided(a, b)?;
        set_out(args, 2, Value::I64(a.checked_rem(b).unwrap_or(0)));
        Ok(Value::I64(quotient))
    });
}

fn divided(a: i64, b: i64) -> R<i64> {
    if b == 0 {
        return Err(divide_by_zero());
    }
    a.checked_div(b).ok_or_else(|| overflow("Arithmetic operation resulted in an overflow."))
}

pub(super) const TYPES: &[TypeDef] = &[TypeDef::class("System.Math").members(members)];
