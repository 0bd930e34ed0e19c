//! `System.MathF`: the functions of `System.Math` for singles.

use psrpd_dotnet::cast;

use super::{
    Members, TypeDef,
    args::{i, label, n},
    floats::{Pick, exponent, ieee_remainder, pick, scaled},
    math::{round, sign_of},
    values::value_tuple,
};
use crate::value::Value;

fn get(args: &[Value], at: usize) -> f32 {
    if let Some(Value::F32(x)) = args.get(at).map(Value::base) { *x } else { 0.0 }
}

fn narrow(x: f64) -> Value {
    Value::F32(cast::single(x))
}

macro_rules! unary {
    ($m:ident $($label:literal $function:expr;)*) => {
        $($m.function(concat!("float ", $label, "(float x)"), |_, _, args| {
            let function: fn(f32) -> f32 = $function;
            Ok(Value::F32(function(get(args, 0))))
        });)*
    };
}

macro_rules! binary {
    ($m:ident $($label:literal $function:expr;)*) => {
        $($m.function(concat!("float ", $label, "(float x, float y)"), |_, _, args| {
            let function: fn(f64, f64) -> f64 = $function;
            Ok(narrow(function(get(args, 0).into(), get(args, 1).into())))
        });)*
    };
}

fn members(m: &mut Members) {
    m.constant("float E", |_, _| Ok(Value::F32(std::f32::consts::E)));
    m.constant("float PI", |_, _| Ok(Value::F32(std::f32::consts::PI)));
    m.constant("float Tau", |_, _| Ok(Value::F32(std::f32::consts::TAU)));
    unary! { m
        "Abs" f32::abs;
        "Acos" f32::acos;
        "Acosh" f32::acosh;
        "Asin" f32::asin;
        "Asinh" f32::asinh;
        "Atan" f32::atan;
        "Atanh" f32::atanh;
        "BitDecrement" f32::next_down;
        "BitIncrement" f32::next_up;
        "Cbrt" f32::cbrt;
        "Ceiling" f32::ceil;
        "Cos" f32::cos;
        "Cosh" f32::cosh;
        "Exp" f32::exp;
        "Floor" f32::floor;
        "Log" f32::ln;
        "Log10" f32::log10;
        "Log2" f32::log2;
        "ReciprocalEstimate" |x| 1.0 / x;
        "ReciprocalSqrtEstimate" |x| 1.0 / x.sqrt();
        "Round" f32::round_ties_even;
        "Sin" f32::sin;
        "Sinh" f32::sinh;
        "Sqrt" f32::sqrt;
        "Tan" f32::tan;
        "Tanh" f32::tanh;
        "Truncate" f32::trunc;
    }
    binary! { m
        "CopySign" f64::copysign;
        "IEEERemainder" ieee_remainder;
        "Max" |x, y| pick(x, y, Pick { larger: true, by_size: false, skips_nan: false });
        "MaxMagnitude" |x, y| pick(x, y, Pick { larger: true, by_size: true, skips_nan: false });
        "Min" |x, y| pick(x, y, Pick { larger: false, by_size: false, skips_nan: false });
        "MinMagnitude" |x, y| pick(x, y, Pick { larger: false, by_size: true, skips_nan: false });
    }
    m.function("float Atan2(float y, float x)", |_, _, args| Ok(Value::F32(get(args, 0).atan2(get(args, 1)))));
    m.function("float Pow(float x, float y)", |_, _, args| Ok(Value::F32(get(args, 0).powf(get(args, 1)))));
    m.function("float Log(float x, float y)", |_, _, args| {
        let (x, base) = (get(args, 0), get(args, 1));
        let is_none = base == 1.0 || x != 1.0 && (base == 0.0 || base == f32::INFINITY);
        Ok(Value::F32(if is_none { f32::NAN } else { x.ln() / base.ln() }))
    });
    m.function("float FusedMultiplyAdd(float x, float y, float z)", |_, _, args| {
        Ok(Value::F32(get(args, 0).mul_add(get(args, 1), get(args, 2))))
    });
    m.function("int ILogB(float x)", |_, _, args| Ok(Value::I32(exponent(get(args, 0).into()))));
    m.function("float ScaleB(float x, int n)", |_, _, args| Ok(narrow(scaled(get(args, 0).into(), n(args, 1)))));
    m.function("int Sign(float x)", |_, _, args| sign_of(get(args, 0).into()));
    m.function("float Round(float x, int digits)", |_, _, args| round(get(args, 0).into(), n(args, 1), 0).map(narrow));
    m.function("float Round(float x, System.MidpointRounding mode)", |_, _, args| {
        round(get(args, 0).into(), 0, label(args, 1)).map(narrow)
    });
    m.function("float Round(float x, int digits, System.MidpointRounding mode)", |_, _, args| {
        round(get(args, 0).into(), i(args, 1).into(), label(args, 2)).map(narrow)
    });
    m.function("System.ValueTuple[float,float] SinCos(float x)", |_, _, args| {
        let (sin, cos) = get(args, 0).sin_cos();
        Ok(value_tuple(&[Value::F32(sin), Value::F32(cos)]))
    });
}

pub(super) const TYPES: &[TypeDef] = &[TypeDef::class("System.MathF").members(members)];
