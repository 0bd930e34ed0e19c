//! `Double` and `Single`: limits, parsing, and the functions of generic mathematics.

use psrpd_dotnet::{
    cast,
    number_parse::{self, Styles},
};

use super::{
    TypeDef,
    args::{i, label, limits_crossed, n, no_number, s, tried},
    integers::{NUMBER, formatting, in_culture, styles},
    math::{round, sign_of},
    values::value_tuple,
};
use crate::{
    eval::{R, Runspace},
    value::Value,
};

/// A number of text.
pub(super) fn parse(rs: &mut Runspace, args: &[Value]) -> R<f64> {
    let source = s(args, 0);
    let styles = styles(args, Styles::DOUBLE);
    in_culture(rs, args, |rs| {
        number_parse::styled_double(&source, styles, &rs.culture().numbers).map_err(|_| no_number(&source))
    })
}

/// As `Convert` reads it.
pub(super) fn from_text(rs: &mut Runspace, source: &Value) -> R<f64> {
    parse(rs, std::slice::from_ref(source))
}

/// Which of two numbers is taken: by value or by size, with or without those that are no numbers.
#[derive(Clone, Copy)]
pub(super) struct Pick {
    pub(super) larger: bool,
    pub(super) by_size: bool,
    pub(super) skips_nan: bool,
}

pub(super) fn pick(x: f64, y: f64, how: Pick) -> f64 {
    if x.is_nan() || y.is_nan() {
        return match (x.is_nan(), how.skips_nan) {
            (true, true) => y,
            (false, true) => x,
            (true, false) => x,
            (false, false) => y,
        };
    }
    let (a, b) = if how.by_size { (x.abs(), y.abs()) } else { (x, y) };
    let first = match a.total_cmp(&b) {
        std::cmp::Ordering::Equal => x.is_sign_negative() != how.larger,
        std::cmp::Ordering::Greater => how.larger,
        std::cmp::Ordering::Less => !how.larger,
    };
    if first { x } else { y }
}

pub(super) fn is_whole(x: f64) -> bool {
    x.is_finite() && x.trunc() == x
}

/// The remainder of a division that is rounded to the nearest integer.
pub(super) fn ieee_remainder(x: f64, y: f64) -> f64 {
    if x.is_nan() || y.is_nan() {
        return x + y;
    }
    let rest = x % y;
    if rest.is_nan() {
        return f64::NAN;
    }
    if rest == 0.0 {
        return if x.is_sign_negative() { -0.0 } else { 0.0 };
    }
    let other = rest - y.abs() * x.signum();
    if other.abs() < rest.abs() {
        return other;
    }
    if other.abs() == rest.abs() {
        let quotient = x / y;
        let rounded = quotient.round_ties_even();
        return if rounded.abs() > quotient.abs() { other } else { rest };
    }
    rest
}

/// The exponent of base 2.
pub(super) fn exponent(x: f64) -> i32 {
    if x == 0.0 {
        return i32::MIN;
    }
    if x.is_nan() || x.is_infinite() {
        return i32::MAX;
    }
    let bits = x.to_bits() >> 52 & 0x7ff;
    if bits == 0 {
        let mantissa = x.to_bits() & 0x000f_ffff_ffff_ffff;
        return i32::try_from(mantissa.ilog2()).unwrap_or(0).saturating_sub(1074);
    }
    i32::try_from(bits).unwrap_or(0).saturating_sub(1023)
}

/// `x` times 2 to the `n`, in steps that do not overflow on the way.
pub(super) fn scaled(x: f64, n: i64) -> f64 {
    let mut x = x;
    let mut n = n.clamp(-2200, 2200);
    while n > 1000 {
        x *= 2_f64.powi(1000);
        n = n.saturating_sub(1000);
    }
    while n < -1000 {
        x *= 2_f64.powi(-1000);
        n = n.saturating_add(1000);
    }
    x * 2_f64.powi(i32::try_from(n).unwrap_or(0))
}

/// The root of any degree.
fn root(x: f64, n: i32) -> f64 {
    match n {
        0 => f64::NAN,
        1 => x,
        2 => x.sqrt(),
        _ if x < 0.0 && n % 2 == 0 => f64::NAN,
        _ if x == 0.0 || !x.is_finite() => x.powf(1.0 / f64::from(n)),
        _ => (x.abs().ln() / f64::from(n)).exp().copysign(x),
    }
}

macro_rules! constants {
    ($m:ident $variant:ident $word:literal { $($label:literal $value:expr;)* }) => {
        $($m.constant(concat!($word, " ", $label), |_, _| Ok(Value::$variant($value)));)*
    };
}
macro_rules! tests {
    ($m:ident $rust:ident $word:literal $get:ident { $($label:literal $test:expr;)* }) => {
        $($m.function(concat!("bool ", $label, "(", $word, " value)"), |_, _, args| {
            let test: fn($rust) -> bool = $test;
            Ok(test($get(args, 0)).into())
        });)*
    };
}
macro_rules! unary {
    ($m:ident $rust:ident $variant:ident $word:literal $get:ident { $($label:literal $function:expr;)* }) => {
        $($m.function(concat!($word, " ", $label, "(", $word, " x)"), |_, _, args| {
            let function: fn($rust) -> $rust = $function;
            Ok(Value::$variant(function($get(args, 0))))
        });)*
    };
}
macro_rules! binary {
    ($m:ident $rust:ident $variant:ident $word:literal $get:ident { $($label:literal $function:expr;)* }) => {
        $($m.function(concat!($word, " ", $label, "(", $word, " x, ", $word, " y)"), |_, _, args| {
            let function: fn($rust, $rust) -> $rust = $function;
            Ok(Value::$variant(function($get(args, 0), $get(args, 1))))
        });)*
    };
}
macro_rules! picks {
    ($m:ident $word:literal $wide:ident $narrow:ident { $($label:literal $larger:literal $by_size:literal $skips_nan:literal;)* }) => {
        $($m.function(concat!($word, " ", $label, "(", $word, " x, ", $word, " y)"), |_, _, args| {
            let how = Pick { larger: $larger, by_size: $by_size, skips_nan: $skips_nan };
            Ok($narrow(pick($wide(args, 0), $wide(args, 1), how)))
        });)*
    };
}

macro_rules! float {
    ($name:literal, $rust:ident, $variant:ident, $word:literal, $from:expr) => {
        TypeDef::value($name).implements(NUMBER).members(|m| {
            fn get(args: &[Value], at: usize) -> $rust {
                match args.get(at).map(Value::base) {
                    Some(Value::$variant(n)) => *n,
                    _ => 0.0,
                }
            }
            fn wide(args: &[Value], at: usize) -> f64 {
                f64::from(get(args, at))
            }
            fn narrow(x: f64) -> Value {
                let from: fn(f64) -> $rust = $from;
                Value::$variant(from(x))
            }
            constants!(m $variant $word {
                "Epsilon" $rust::from_bits(1);
                "MaxValue" $rust::MAX;
                "MinValue" $rust::MIN;
                "NaN" $rust::NAN;
                "NegativeInfinity" $rust::NEG_INFINITY;
                "NegativeZero" -0.0;
                "PositiveInfinity" $rust::INFINITY;
                "E" std::$rust::consts::E;
                "Pi" std::$rust::consts::PI;
                "Tau" std::$rust::consts::TAU;
            });
            for declaration in [
                concat!($word, " Parse(string s)"),
                concat!($word, " Parse(string s, System.Globalization.NumberStyles style)"),
                concat!($word, " Parse(string s, System.IFormatProvider provider)"),
                concat!($word, " Parse(string s, System.Globalization.NumberStyles style, System.IFormatProvider provider)"),
            ] {
                m.function(declaration, |rs, _, args| parse(rs, args).map(narrow));
            }
            for declaration in [
                concat!("bool TryParse(string s, [ref] ", $word, " result)"),
                concat!("bool TryParse(string s, System.IFormatProvider provider, [ref] ", $word, " result)"),
                concat!("bool TryParse(string s, System.Globalization.NumberStyles style, System.IFormatProvider provider, [ref] ", $word, " result)"),
            ] {
                m.function(declaration, |rs, _, args| {
                    let found = parse(rs, args).ok().map(narrow);
                    tried(args, found, Value::$variant(0.0))
                });
            }
            tests!(m $rust $word get {
                "IsNaN" $rust::is_nan;
                "IsInfinity" $rust::is_infinite;
                "IsFinite" $rust::is_finite;
                "IsPositiveInfinity" |x| x == $rust::INFINITY;
                "IsNegativeInfinity" |x| x == $rust::NEG_INFINITY;
                "IsNegative" $rust::is_sign_negative;
                "IsPositive" $rust::is_sign_positive;
                "IsNormal" $rust::is_normal;
                "IsSubnormal" |x| x.is_subnormal();
                "IsRealNumber" |x| !x.is_nan();
                "IsInteger" |x| is_whole(x.into());
                "IsEvenInteger" |x| is_whole(x.into()) && x % 2.0 == 0.0;
                "IsOddInteger" |x| is_whole(x.into()) && x % 2.0 != 0.0;
                "IsPow2" |x| { let x = f64::from(x); x > 0.0 && x.is_finite() && scaled(1.0, exponent(x).into()) == x };
            });
            unary!(m $rust $variant $word get {
                "Abs" $rust::abs;
                "Ceiling" $rust::ceil;
                "Floor" $rust::floor;
                "Truncate" $rust::trunc;
                "Round" $rust::round_ties_even;
                "Sqrt" $rust::sqrt;
                "Cbrt" $rust::cbrt;
                "Exp" $rust::exp;
                "Exp2" $rust::exp2;
                "Exp10" |x| $rust::powf(10.0, x);
                "ExpM1" $rust::exp_m1;
                "Exp2M1" |x| x.exp2() - 1.0;
                "Exp10M1" |x| $rust::powf(10.0, x) - 1.0;
                "Log" $rust::ln;
                "Log2" $rust::log2;
                "Log10" $rust::log10;
                "LogP1" $rust::ln_1p;
                "Log2P1" |x| (x + 1.0).log2();
                "Log10P1" |x| (x + 1.0).log10();
                "Sin" $rust::sin;
                "Cos" $rust::cos;
                "Tan" $rust::tan;
                "Asin" $rust::asin;
                "Acos" $rust::acos;
                "Atan" $rust::atan;
                "Sinh" $rust::sinh;
                "Cosh" $rust::cosh;
                "Tanh" $rust::tanh;
                "Asinh" $rust::asinh;
                "Acosh" $rust::acosh;
                "Atanh" $rust::atanh;
                "SinPi" |x| if x % 1.0 == 0.0 { x * 0.0 } else { (x % 2.0 * std::$rust::consts::PI).sin() };
                "CosPi" |x| if (x - 0.5) % 1.0 == 0.0 { 0.0 } else { (x % 2.0 * std::$rust::consts::PI).cos() };
                "TanPi" |x| (x % 1.0 * std::$rust::consts::PI).tan();
                "AsinPi" |x| x.asin() / std::$rust::consts::PI;
                "AcosPi" |x| x.acos() / std::$rust::consts::PI;
                "AtanPi" |x| x.atan() / std::$rust::consts::PI;
                "DegreesToRadians" |x| x * std::$rust::consts::PI / 180.0;
                "RadiansToDegrees" |x| x * 180.0 / std::$rust::consts::PI;
                "ReciprocalEstimate" |x| 1.0 / x;
                "ReciprocalSqrtEstimate" |x| 1.0 / x.sqrt();
                "BitIncrement" $rust::next_up;
                "BitDecrement" $rust::next_down;
            });
            binary!(m $rust $variant $word get {
                "Pow" $rust::powf;
                "Log" |x, y| if y == 1.0 || x != 1.0 && (y == 0.0 || y == $rust::INFINITY) { $rust::NAN } else { x.ln() / y.ln() };
                "Atan2" $rust::atan2;
                "Atan2Pi" |y, x| y.atan2(x) / std::$rust::consts::PI;
                "CopySign" $rust::copysign;
                "Hypot" $rust::hypot;
            });
            picks!(m $word wide narrow {
                "Max" true false false;
                "Min" false false false;
                "MaxNumber" true false true;
                "MinNumber" false false true;
                "MaxNative" true false false;
                "MinNative" false false false;
                "MaxMagnitude" true true false;
                "MinMagnitude" false true false;
                "MaxMagnitudeNumber" true true true;
                "MinMagnitudeNumber" false true true;
            });
            m.function(concat!($word, " Ieee754Remainder(", $word, " left, ", $word, " right)"), |_, _, args| {
                Ok(narrow(ieee_remainder(wide(args, 0), wide(args, 1))))
            });
            for declaration in [
                concat!($word, " FusedMultiplyAdd(", $word, " left, ", $word, " right, ", $word, " addend)"),
                concat!($word, " MultiplyAddEstimate(", $word, " left, ", $word, " right, ", $word, " addend)"),
            ] {
                m.function(declaration, |_, _, args| {
                    Ok(Value::$variant(get(args, 0).mul_add(get(args, 1), get(args, 2))))
                });
            }
            m.function(concat!($word, " Lerp(", $word, " value1, ", $word, " value2, ", $word, " amount)"), |_, _, args| {
                let (a, b, t) = (get(args, 0), get(args, 1), get(args, 2));
                Ok(Value::$variant(a.mul_add(1.0 - t, b * t)))
            });
            for declaration in [
                concat!($word, " Clamp(", $word, " value, ", $word, " min, ", $word, " max)"),
                concat!($word, " ClampNative(", $word, " value, ", $word, " min, ", $word, " max)"),
            ] {
                m.function(declaration, |_, _, args| {
                    let (x, low, high) = (get(args, 0), get(args, 1), get(args, 2));
                    if low > high {
                        return Err(limits_crossed(&Value::$variant(low), &Value::$variant(high)));
                    }
                    Ok(Value::$variant(if x < low { low } else if x > high { high } else { x }))
                });
            }
            m.function(concat!($word, " RootN(", $word, " x, int n)"), |_, _, args| Ok(narrow(root(wide(args, 0), i(args, 1)))));
            m.function(concat!($word, " ScaleB(", $word, " x, int n)"), |_, _, args| Ok(narrow(scaled(wide(args, 0), n(args, 1)))));
            m.function(concat!("int ILogB(", $word, " x)"), |_, _, args| Ok(Value::I32(exponent(wide(args, 0)))));
            m.function(concat!("int Sign(", $word, " value)"), |_, _, args| sign_of(wide(args, 0)));
            m.function(concat!($word, " Round(", $word, " x, int digits)"), |_, _, args| round(wide(args, 0), n(args, 1), 0).map(narrow));
            m.function(concat!($word, " Round(", $word, " x, System.MidpointRounding mode)"), |_, _, args| {
                round(wide(args, 0), 0, label(args, 1)).map(narrow)
            });
            m.function(concat!($word, " Round(", $word, " x, int digits, System.MidpointRounding mode)"), |_, _, args| {
                round(wide(args, 0), n(args, 1), label(args, 2)).map(narrow)
            });
            m.function(concat!("System.ValueTuple[", $word, ",", $word, "] SinCos(", $word, " x)"), |_, _, args| {
                let (sin, cos) = get(args, 0).sin_cos();
                Ok(value_tuple(&[Value::$variant(sin), Value::$variant(cos)]))
            });
            m.function(concat!("System.ValueTuple[", $word, ",", $word, "] SinCosPi(", $word, " x)"), |_, _, args| {
                let (sin, cos) = (get(args, 0) % 2.0 * std::$rust::consts::PI).sin_cos();
                Ok(value_tuple(&[Value::$variant(sin), Value::$variant(cos)]))
            });
            formatting(m);
        })
    };
}

#[rustfmt::skip]
pub(super) const TYPES: &[TypeDef] = &[
    float!("System.Double", f64, F64, "double", |x| x),
    float!("System.Single", f32, F32, "float", cast::single),
];
