//! `System.Numerics.Complex`.

use psrpd_dotnet::number_format;

use super::{Members, TypeDef, args::f, floats::is_whole};
use crate::{
    eval::R,
    value::{Opaque, Value},
};

type Parts = (f64, f64);

/// A number of its real and its imaginary part.
pub(super) fn complex(real: f64, imaginary: f64) -> Value {
    let shown = |n: f64| number_format::round_trip(n);
    Opaque::new(
        "System.Numerics.Complex",
        [
            ("Real", Value::F64(real)),
            ("Imaginary", Value::F64(imaginary)),
            ("Magnitude", Value::F64(real.hypot(imaginary))),
            ("Phase", Value::F64(imaginary.atan2(real))),
        ],
    )
    .displayed(format!("<{}; {}>", shown(real), shown(imaginary)))
    .into_value()
}

fn float_of(value: &Value) -> f64 {
    if let Value::F64(n) = value.base() { *n } else { 0.0 }
}

/// A number of this type, or a real one.
fn parts(args: &[Value], at: usize) -> Parts {
    match args.get(at).map(Value::base) {
        Some(Value::F64(real)) => (*real, 0.0),
        Some(value) => (float_of(&value.field("Real")), float_of(&value.field("Imaginary"))),
        None => (0.0, 0.0),
    }
}

fn size((re, im): Parts) -> f64 {
    re.hypot(im)
}

fn polar(size: f64, phase: f64) -> Parts {
    (size * phase.cos(), size * phase.sin())
}

fn times((a, b): Parts, (c, d): Parts) -> Parts {
    (a * c - b * d, a * d + b * c)
}

/// By the larger part of the divisor, so that nothing overflows on the way.
fn divided((a, b): Parts, (c, d): Parts) -> Parts {
    if d.abs() < c.abs() {
        let ratio = d / c;
        let whole = c + d * ratio;
        ((a + b * ratio) / whole, (b - a * ratio) / whole)
    } else {
        let ratio = c / d;
        let whole = d + c * ratio;
        ((b + a * ratio) / whole, (b * ratio - a) / whole)
    }
}

fn log(x: Parts) -> Parts {
    (size(x).ln(), x.1.atan2(x.0))
}

fn root((re, im): Parts) -> Parts {
    if im == 0.0 {
        return if re < 0.0 { (0.0, (-re).sqrt()) } else { (re.sqrt(), 0.0) };
    }
    let long = size((re, im));
    if re >= 0.0 {
        let a = ((long + re) * 0.5).sqrt();
        (a, im / (2.0 * a))
    } else {
        let b = ((long - re) * 0.5).sqrt().copysign(im);
        (im / (2.0 * b), b)
    }
}

fn power(base: Parts, exponent: Parts) -> Parts {
    if exponent == (0.0, 0.0) {
        return (1.0, 0.0);
    }
    if base == (0.0, 0.0) {
        return base;
    }
    let (long, phase) = (size(base), base.1.atan2(base.0));
    let turn = exponent.0 * phase + exponent.1 * long.ln();
    polar(long.powf(exponent.0) * (-exponent.1 * phase).exp(), turn)
}

fn sine((re, im): Parts) -> Parts {
    (re.sin() * im.cosh(), re.cos() * im.sinh())
}

fn cosine((re, im): Parts) -> Parts {
    (re.cos() * im.cosh(), -(re.sin() * im.sinh()))
}

/// By twice the number, as both of its parts stay small so.
fn tangent((re, im): Parts) -> Parts {
    let (re, im) = (2.0 * re, 2.0 * im);
    let (up, down) = (im.exp(), (-im).exp());
    let wide = (up + down) * 0.5;
    let whole = re.cos() + wide;
    if im.abs() <= 8.0 {
        return (re.sin() / whole, (up - down) * 0.5 / whole);
    }
    let whole = 1.0 + re.cos() / wide;
    (re.sin() / wide / whole, im.tanh() / whole)
}

const TYPE: &str = "System.Numerics.Complex";

macro_rules! unary {
    ($m:ident $($label:literal $compute:expr;)*) => {
        $($m.function(concat!("System.Numerics.Complex ", $label, "(System.Numerics.Complex value)"), |_, _, args| {
            let compute: fn(Parts) -> Parts = $compute;
            let (re, im) = compute(parts(args, 0));
            Ok(complex(re, im))
        });)*
    };
}

macro_rules! binary {
    ($m:ident $($label:literal $compute:expr;)*) => {
        $(for declaration in [
            concat!("System.Numerics.Complex ", $label, "(System.Numerics.Complex left, System.Numerics.Complex right)"),
            concat!("System.Numerics.Complex ", $label, "(System.Numerics.Complex left, double right)"),
            concat!("System.Numerics.Complex ", $label, "(double left, System.Numerics.Complex right)"),
        ] {
            $m.function(declaration, |_, _, args| {
                let compute: fn(Parts, Parts) -> Parts = $compute;
                let (re, im) = compute(parts(args, 0), parts(args, 1));
                Ok(complex(re, im))
            });
        })*
    };
}

macro_rules! tests {
    ($m:ident $($label:literal $test:expr;)*) => {
        $($m.function(concat!("bool ", $label, "(System.Numerics.Complex value)"), |_, _, args| {
            let test: fn(Parts) -> bool = $test;
            Ok(test(parts(args, 0)).into())
        });)*
    };
}

fn members(m: &mut Members) {
    m.constructor("System.Numerics.Complex(double real, double imaginary)", |_, _, args| {
        Ok(complex(f(args, 0), f(args, 1)))
    });
    m.constant("System.Numerics.Complex Zero", |_, _| Ok(complex(0.0, 0.0)));
    m.constant("System.Numerics.Complex One", |_, _| Ok(complex(1.0, 0.0)));
    m.constant("System.Numerics.Complex ImaginaryOne", |_, _| Ok(complex(0.0, 1.0)));
    m.constant("System.Numerics.Complex NaN", |_, _| Ok(complex(f64::NAN, f64::NAN)));
    m.constant("System.Numerics.Complex Infinity", |_, _| Ok(complex(f64::INFINITY, f64::INFINITY)));
    m.function("double Abs(System.Numerics.Complex value)", |_, _, args| Ok(Value::F64(size(parts(args, 0)))));
    m.function(
        "System.Numerics.Complex FromPolarCoordinates(double magnitude, double phase)",
        |_, _, args| -> R<Value> {
            let (re, im) = polar(f(args, 0), f(args, 1));
            Ok(complex(re, im))
        },
    );
    binary! { m
        "Add" |(a, b), (c, d)| (a + c, b + d);
        "op_Addition" |(a, b), (c, d)| (a + c, b + d);
        "Subtract" |(a, b), (c, d)| (a - c, b - d);
        "op_Subtraction" |(a, b), (c, d)| (a - c, b - d);
        "Multiply" times;
        "op_Multiply" times;
        "Divide" divided;
        "op_Division" divided;
    }
    unary! { m
        "Negate" |(re, im)| (-re, -im);
        "op_UnaryNegation" |(re, im)| (-re, -im);
        "Conjugate" |(re, im)| (re, -im);
        "Reciprocal" |x| if x == (0.0, 0.0) { x } else { divided((1.0, 0.0), x) };
        "Sqrt" root;
        "Exp" |(re, im)| polar(re.exp(), im);
        "Log" log;
        "Log10" |x| { let (re, im) = log(x); (re * std::f64::consts::LOG10_E, im * std::f64::consts::LOG10_E) };
        "Sin" sine;
        "Cos" cosine;
        "Tan" tangent;
        "Sinh" |(re, im)| { let (a, b) = sine((-im, re)); (b, -a) };
        "Cosh" |(re, im)| cosine((-im, re));
        "Tanh" |(re, im)| { let (a, b) = tangent((-im, re)); (b, -a) };
    }
    m.function("System.Numerics.Complex Log(System.Numerics.Complex value, double baseValue)", |_, _, args| {
        let (re, im) = divided(log(parts(args, 0)), log((f(args, 1), 0.0)));
        Ok(complex(re, im))
    });
    for declaration in [
        "System.Numerics.Complex Pow(System.Numerics.Complex value, double power)",
        "System.Numerics.Complex Pow(System.Numerics.Complex value, System.Numerics.Complex power)",
    ] {
        m.function(declaration, |_, _, args| {
            let (re, im) = power(parts(args, 0), parts(args, 1));
            Ok(complex(re, im))
        });
    }
    kinds(m);
}

fn kinds(m: &mut Members) {
    tests! { m
        "IsNaN" |(re, im)| !re.is_infinite() && !im.is_infinite() && (re.is_nan() || im.is_nan());
        "IsInfinity" |(re, im)| re.is_infinite() || im.is_infinite();
        "IsFinite" |(re, im)| re.is_finite() && im.is_finite();
        "IsComplexNumber" |(re, im)| re != 0.0 && im != 0.0;
        "IsImaginaryNumber" |(re, im)| re == 0.0 && !im.is_nan();
        "IsRealNumber" |(re, im)| im == 0.0 && !re.is_nan();
        "IsInteger" |(re, im)| im == 0.0 && is_whole(re);
        "IsEvenInteger" |(re, im)| im == 0.0 && is_whole(re) && re % 2.0 == 0.0;
        "IsOddInteger" |(re, im)| im == 0.0 && is_whole(re) && re % 2.0 != 0.0;
        "IsNegative" |(re, im)| im == 0.0 && re.is_sign_negative();
        "IsPositive" |(re, im)| im == 0.0 && re.is_sign_positive();
        "IsNormal" |(re, im)| re.is_normal() && (im == 0.0 || im.is_normal());
        "IsSubnormal" |(re, im)| re.is_subnormal() || im.is_subnormal();
    }
    for (declaration, is_max) in [
        ("System.Numerics.Complex MaxMagnitude(System.Numerics.Complex x, System.Numerics.Complex y)", true),
        ("System.Numerics.Complex MinMagnitude(System.Numerics.Complex x, System.Numerics.Complex y)", false),
    ] {
        m.function(declaration, if is_max { larger } else { smaller });
    }
}

fn larger(_: &mut crate::eval::Runspace, _: &Value, args: &[Value]) -> R<Value> {
    let at = usize::from(size(parts(args, 1)) > size(parts(args, 0)));
    Ok(args.get(at).cloned().unwrap_or_default())
}

fn smaller(_: &mut crate::eval::Runspace, _: &Value, args: &[Value]) -> R<Value> {
    let at = usize::from(size(parts(args, 1)) < size(parts(args, 0)));
    Ok(args.get(at).cloned().unwrap_or_default())
}

fn zero() -> Value {
    complex(0.0, 0.0)
}

pub(super) const TYPES: &[TypeDef] = &[TypeDef::value(TYPE).zero(zero).members(members)];
