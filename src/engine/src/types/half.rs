//! `System.Half`: floating point numbers of 16 bits, counted with as doubles and rounded.

use psrpd_dotnet::{cast, number_format};

use super::{
    Members, TypeDef,
    args::{i, label, limits_crossed, n, tried},
    floats::{Pick, exponent, ieee_remainder, is_whole, pick, scaled},
    integers::{NUMBER, formatting},
    math::{round, sign_of},
};
use crate::{
    eval::R,
    value::{Opaque, Order, Value},
};

const NAME: &str = "System.Half";
/// How many bits of a number count.
const PRECISION: i32 = 11;
const LEAST_EXPONENT: i32 = -14;
const MAX: f64 = 65504.0;
/// From here on numbers round to infinity.
const BEYOND: f64 = 65520.0;
const EPSILON: f64 = 5.960_464_477_539_063e-8;

/// A number with as many bits as there are.
fn rounded(x: f64) -> f64 {
    if x == 0.0 || !x.is_finite() {
        return x;
    }
    if x.abs() >= BEYOND {
        return f64::INFINITY.copysign(x);
    }
    let exponent = exponent(x).max(LEAST_EXPONENT).saturating_sub(PRECISION).saturating_add(1);
    let unit = 2_f64.powi(exponent);
    (x / unit).round_ties_even() * unit
}

/// The shortest text that means the number.
fn shown(x: f64) -> String {
    const MOST_DIGITS: usize = 5;
    let shortest = (1..=MOST_DIGITS)
        .filter_map(|digits| format!("{x:.*e}", digits.saturating_sub(1)).parse::<f64>().ok())
        .find(|short| rounded(*short) == x);
    number_format::round_trip(shortest.unwrap_or(x))
}

/// The nearest number of the type.
pub(super) fn half(x: f64) -> Value {
    let x = rounded(x);
    Opaque::new::<&str>(NAME, []).displayed(shown(x)).ordered(Order::Float(x)).into_value()
}

/// The number in a value of the type.
pub(crate) fn number(value: &Value) -> Option<f64> {
    match value.downcast::<Opaque>()?.order() {
        Some(Order::Float(x)) if value.type_name() == NAME => Some(*x),
        _ => None,
    }
}

fn get(args: &[Value], at: usize) -> f64 {
    args.get(at).and_then(number).unwrap_or(0.0)
}

/// The bits of a number, as they lie in memory.
pub(super) fn bits(value: &Value) -> u16 {
    let x = number(value).unwrap_or(0.0);
    let sign = u16::from(x.is_sign_negative()) << 15;
    let rest = if x.is_nan() {
        0x7E00
    } else if x.is_infinite() {
        0x7C00
    } else if x.abs() < 2_f64.powi(LEAST_EXPONENT) {
        small(x.abs() / EPSILON)
    } else {
        let power = exponent(x);
        let mantissa = small((x.abs() / 2_f64.powi(power) - 1.0) * 1024.0);
        u16::try_from(power.saturating_add(15)).unwrap_or(0) << 10 | mantissa
    };
    sign | rest
}

fn small(x: f64) -> u16 {
    u16::try_from(cast::truncate(x)).unwrap_or(0)
}

/// The number with these bits.
pub(super) fn from_bits(bits: u16) -> Value {
    let mantissa = f64::from(bits & 0x3FF);
    let power = i32::from(bits >> 10 & 0x1F);
    let size = match power {
        0 => mantissa * EPSILON,
        31 if mantissa == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        _ => (1.0 + mantissa / 1024.0) * 2_f64.powi(power.saturating_sub(15)),
    };
    half(if bits & 0x8000 == 0 { size } else { -size })
}

macro_rules! constants {
    ($m:ident { $($label:literal $value:expr;)* }) => {
        $($m.constant(concat!("System.Half ", $label), |_, _| Ok(half($value)));)*
    };
}
macro_rules! tests {
    ($m:ident { $($label:literal $test:expr;)* }) => {
        $($m.function(concat!("bool ", $label, "(System.Half value)"), |_, _, args| {
            let test: fn(f64) -> bool = $test;
            Ok(test(get(args, 0)).into())
        });)*
    };
}
macro_rules! unary {
    ($m:ident { $($label:literal $function:expr;)* }) => {
        $($m.function(concat!("System.Half ", $label, "(System.Half x)"), |_, _, args| {
            let function: fn(f64) -> f64 = $function;
            Ok(half(function(get(args, 0))))
        });)*
    };
}
macro_rules! binary {
    ($m:ident { $($label:literal $function:expr;)* }) => {
        $($m.function(concat!("System.Half ", $label, "(System.Half x, System.Half y)"), |_, _, args| {
            let function: fn(f64, f64) -> f64 = $function;
            Ok(half(function(get(args, 0), get(args, 1))))
        });)*
    };
}
macro_rules! picks {
    ($m:ident { $($label:literal $larger:literal $by_size:literal $skips_nan:literal;)* }) => {
        binary!($m { $($label |x, y| pick(x, y, Pick { larger: $larger, by_size: $by_size, skips_nan: $skips_nan });)* });
    };
}

fn members(m: &mut Members) {
    constants!(m {
        "Epsilon" EPSILON;
        "MaxValue" MAX;
        "MinValue" -MAX;
        "NaN" f64::NAN;
        "NegativeInfinity" f64::NEG_INFINITY;
        "PositiveInfinity" f64::INFINITY;
        "NegativeZero" -0.0;
        "One" 1.0;
        "NegativeOne" -1.0;
        "Zero" 0.0;
        "MultiplicativeIdentity" 1.0;
        "E" std::f64::consts::E;
        "Pi" std::f64::consts::PI;
        "Tau" std::f64::consts::TAU;
    });
    tests!(m {
        "IsNaN" f64::is_nan;
        "IsInfinity" f64::is_infinite;
        "IsFinite" f64::is_finite;
        "IsPositiveInfinity" |x| x == f64::INFINITY;
        "IsNegativeInfinity" |x| x == f64::NEG_INFINITY;
        "IsNegative" f64::is_sign_negative;
        "IsPositive" f64::is_sign_positive;
        "IsNormal" |x| x.is_finite() && x.abs() >= 2_f64.powi(LEAST_EXPONENT);
        "IsSubnormal" |x| x != 0.0 && x.abs() < 2_f64.powi(LEAST_EXPONENT);
        "IsRealNumber" |x| !x.is_nan();
        "IsInteger" is_whole;
        "IsEvenInteger" |x| is_whole(x) && x % 2.0 == 0.0;
        "IsOddInteger" |x| is_whole(x) && x % 2.0 != 0.0;
        "IsPow2" |x| x > 0.0 && x.is_finite() && scaled(1.0, exponent(x).into()) == x;
    });
    functions(m);
    picks!(m {
        "Max" true false false;
        "Min" false false false;
        "MaxNumber" true false true;
        "MinNumber" false false true;
        "MaxMagnitude" true true false;
        "MinMagnitude" false true false;
        "MaxMagnitudeNumber" true true true;
        "MinMagnitudeNumber" false true true;
    });
    several(m);
    parsing(m);
    binary!(m {
        "op_Addition" |x, y| x + y;
        "op_Subtraction" |x, y| x - y;
        "op_Multiply" |x, y| x * y;
        "op_Division" |x, y| x / y;
        "op_Modulus" |x, y| x % y;
    });
    m.function("System.Half op_UnaryNegation(System.Half value)", |_, _, args| Ok(half(-get(args, 0))));
    formatting(m);
}

fn functions(m: &mut Members) {
    unary!(m {
        "Abs" f64::abs;
        "Ceiling" f64::ceil;
        "Floor" f64::floor;
        "Truncate" f64::trunc;
        "Round" f64::round_ties_even;
        "Sqrt" f64::sqrt;
        "Cbrt" f64::cbrt;
        "Exp" f64::exp;
        "Exp2" f64::exp2;
        "Exp10" |x| 10_f64.powf(x);
        "ExpM1" f64::exp_m1;
        "Log" f64::ln;
        "Log2" f64::log2;
        "Log10" f64::log10;
        "LogP1" f64::ln_1p;
        "Sin" f64::sin;
        "Cos" f64::cos;
        "Tan" f64::tan;
        "Asin" f64::asin;
        "Acos" f64::acos;
        "Atan" f64::atan;
        "Sinh" f64::sinh;
        "Cosh" f64::cosh;
        "Tanh" f64::tanh;
        "Asinh" f64::asinh;
        "Acosh" f64::acosh;
        "Atanh" f64::atanh;
        "DegreesToRadians" |x| x * std::f64::consts::PI / 180.0;
        "RadiansToDegrees" |x| x * 180.0 / std::f64::consts::PI;
        "ReciprocalEstimate" |x| 1.0 / x;
        "ReciprocalSqrtEstimate" |x| 1.0 / x.sqrt();
    });
    binary!(m {
        "Pow" f64::powf;
        "Log" |x, y| x.ln() / y.ln();
        "Atan2" f64::atan2;
        "CopySign" f64::copysign;
        "Hypot" f64::hypot;
        "Ieee754Remainder" ieee_remainder;
    });
}

fn several(m: &mut Members) {
    m.function("System.Half Clamp(System.Half value, System.Half min, System.Half max)", |_, _, args| {
        let (x, low, high) = (get(args, 0), get(args, 1), get(args, 2));
        if low > high {
            return Err(limits_crossed(&half(low), &half(high)));
        }
        Ok(half(if x < low {
            low
        } else if x > high {
            high
        } else {
            x
        }))
    });
    m.function(
        "System.Half FusedMultiplyAdd(System.Half left, System.Half right, System.Half addend)",
        |_, _, args| Ok(half(get(args, 0).mul_add(get(args, 1), get(args, 2)))),
    );
    m.function("System.Half Lerp(System.Half value1, System.Half value2, System.Half amount)", |_, _, args| {
        let (a, b, t) = (get(args, 0), get(args, 1), get(args, 2));
        Ok(half(a.mul_add(1.0 - t, b * t)))
    });
    m.function("System.Half ScaleB(System.Half x, int n)", |_, _, args| Ok(half(scaled(get(args, 0), n(args, 1)))));
    m.function("int ILogB(System.Half x)", |_, _, args| Ok(Value::I32(exponent(get(args, 0)))));
    m.function("int Sign(System.Half value)", |_, _, args| sign_of(get(args, 0)));
    m.function("System.Half Round(System.Half x, int digits)", |_, _, args| {
        round(get(args, 0), n(args, 1), 0).map(half)
    });
    m.function("System.Half Round(System.Half x, System.MidpointRounding mode)", |_, _, args| {
        round(get(args, 0), 0, label(args, 1)).map(half)
    });
    m.function("System.Half Round(System.Half x, int digits, System.MidpointRounding mode)", |_, _, args| {
        round(get(args, 0), i(args, 1).into(), label(args, 2)).map(half)
    });
}

fn parsing(m: &mut Members) {
    for declaration in [
        "System.Half Parse(string s)",
        "System.Half Parse(string s, System.Globalization.NumberStyles style)",
        "System.Half Parse(string s, System.IFormatProvider provider)",
        "System.Half Parse(string s, System.Globalization.NumberStyles style, System.IFormatProvider provider)",
    ] {
        m.function(declaration, |rs, _, args| super::floats::parse(rs, args).map(half));
    }
    for declaration in [
        "bool TryParse(string s, [ref] System.Half result)",
        "bool TryParse(string s, System.IFormatProvider provider, [ref] System.Half result)",
        "bool TryParse(string s, System.Globalization.NumberStyles style, System.IFormatProvider provider, [ref] System.Half result)",
    ] {
        m.function(declaration, |rs, _, args| -> R<Value> {
            let found = super::floats::parse(rs, args).ok().map(half);
            tried(args, found, half(0.0))
        });
    }
}

fn zero() -> Value {
    half(0.0)
}

pub(super) const TYPES: &[TypeDef] = &[TypeDef::value(NAME).implements(NUMBER).zero(zero).members(members)];
