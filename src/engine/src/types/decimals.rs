//! `System.Decimal`.

use psrpd_dotnet::{
    BigInt, Decimal, cast,
    number_parse::{self, Styles},
};

use super::{
    Members, TypeDef,
    args::{d, divide_by_zero, f, flag, i, items, label, limits_crossed, n, no_number, overflow, s, sign, tried},
    integers::{self, NUMBER, formatting, in_culture, styles},
    math::round_decimal,
};
use crate::{
    eval::{Flow, R, Runspace, error},
    value::Value,
};

fn too_large() -> Flow {
    overflow("Value was either too large or too small for a Decimal.")
}

fn parse(rs: &mut Runspace, args: &[Value]) -> R<Value> {
    let source = s(args, 0);
    let styles = styles(args, Styles::NUMBER);
    in_culture(rs, args, |rs| {
        let shown = number_parse::plain(&source, styles, &rs.culture().numbers);
        let shown = shown.map_err(|_| no_number(&source))?;
        Decimal::parse(&shown).map(Value::Decimal).ok_or_else(too_large)
    })
}

/// As `Convert` reads it.
pub(super) fn from_text(rs: &mut Runspace, source: &Value) -> R<Value> {
    parse(rs, std::slice::from_ref(source))
}

/// From a floating point number with as many digits as count.
pub(super) fn from_float(value: &Value) -> R<Value> {
    let made = match value.base() {
        Value::F32(n) => Decimal::from_f32(*n),
        Value::F64(n) => Decimal::from_f64(*n),
        _ => None,
    };
    made.map(Value::Decimal).ok_or_else(too_large)
}

fn result(found: Option<Decimal>) -> R<Value> {
    found.map(Value::Decimal).ok_or_else(too_large)
}

fn absolute(x: Decimal) -> Decimal {
    if x.is_negative() { x.negated() } else { x }
}

fn is_whole(x: Decimal) -> bool {
    x.truncate() == x
}

fn is_odd(x: Decimal) -> bool {
    is_whole(x) && x.truncate().digits() & 1 == 1
}

/// The integer part in another type.
fn to_integer(x: Decimal, name: &str) -> R<Value> {
    match integers::from_number(name, &x.to_big()) {
        Some(Ok(made)) => Ok(made),
        Some(Err(called)) => Err(overflow(format!("Value was either too large or too small for {called}."))),
        None => Ok(Value::Null),
    }
}

/// The four integers that a decimal consists of.
fn bits(x: Decimal) -> Value {
    let part = |shift: u32| {
        let low = x.digits().checked_shr(shift).unwrap_or(0) & u128::from(u32::MAX);
        Value::I32(u32::try_from(low).unwrap_or(0).cast_signed())
    };
    let sign = if x.is_negative() { 0x8000_0000_u32 } else { 0 };
    let flags = (sign | x.scale() << 16).cast_signed();
    Value::typed_array(super::int32(), vec![part(0), part(32), part(64), Value::I32(flags)])
}

fn from_parts(low: i32, middle: i32, high: i32, negative: bool, scale: i64) -> R<Value> {
    let part = |n: i32, shift: u32| u128::from(n.cast_unsigned()).checked_shl(shift).unwrap_or(0);
    let digits = part(low, 0) | part(middle, 32) | part(high, 64);
    let scale = u32::try_from(scale).unwrap_or(u32::MAX);
    Decimal::new(digits, scale, negative).map(Value::Decimal).ok_or_else(|| {
        error::argument(
            "System.ArgumentOutOfRangeException",
            "Decimal's scale value must be between 0 and 28, inclusive.",
            "scale",
        )
    })
}

fn from_bits(list: &[Value]) -> R<Value> {
    let wrong = || {
        error::argument(
            "System.ArgumentException",
            "Decimal constructor requires an array or span of four valid decimal bytes.",
            "bits",
        )
    };
    let number = |value: &Value| value.as_i128().and_then(|n| i32::try_from(n).ok()).unwrap_or(0);
    let [low, middle, high, flags] = list else { return Err(wrong()) };
    let flags = number(flags).cast_unsigned();
    let scale = flags >> 16 & 0xff;
    if flags & 0x7f00_ffff != 0 || scale > 28 {
        return Err(wrong());
    }
    from_parts(number(low), number(middle), number(high), flags >> 31 == 1, scale.into())
}

fn arithmetic(m: &mut Members) {
    m.function("decimal Add(decimal d1, decimal d2)", |_, _, args| result(d(args, 0).checked_add(d(args, 1))));
    m.function("decimal Subtract(decimal d1, decimal d2)", |_, _, args| result(d(args, 0).checked_sub(d(args, 1))));
    m.function("decimal Multiply(decimal d1, decimal d2)", |_, _, args| result(d(args, 0).checked_mul(d(args, 1))));
    m.function("decimal Divide(decimal d1, decimal d2)", |_, _, args| match d(args, 1).is_zero() {
        true => Err(divide_by_zero()),
        false => result(d(args, 0).checked_div(d(args, 1))),
    });
    m.function("decimal Remainder(decimal d1, decimal d2)", |_, _, args| match d(args, 1).is_zero() {
        true => Err(divide_by_zero()),
        false => result(d(args, 0).checked_rem(d(args, 1))),
    });
    m.function("decimal Negate(decimal d)", |_, _, args| Ok(Value::Decimal(d(args, 0).negated())));
    m.function("decimal Abs(decimal value)", |_, _, args| Ok(Value::Decimal(absolute(d(args, 0)))));
    m.function("int Sign(decimal d)", |_, _, args| Ok(sign(d(args, 0).cmp(&Decimal::ZERO))));
    m.function("int Compare(decimal d1, decimal d2)", |_, _, args| Ok(sign(d(args, 0).cmp(&d(args, 1)))));
    m.function("bool Equals(decimal d1, decimal d2)", |_, _, args| Ok((d(args, 0) == d(args, 1)).into()));
    m.function("decimal Max(decimal x, decimal y)", |_, _, args| Ok(Value::Decimal(d(args, 0).max(d(args, 1)))));
    m.function("decimal Min(decimal x, decimal y)", |_, _, args| Ok(Value::Decimal(d(args, 0).min(d(args, 1)))));
    m.function("decimal MaxMagnitude(decimal x, decimal y)", |_, _, args| {
        let (x, y) = (d(args, 0), d(args, 1));
        let first = absolute(x) > absolute(y) || absolute(x) == absolute(y) && !x.is_negative();
        Ok(Value::Decimal(if first { x } else { y }))
    });
    m.function("decimal MinMagnitude(decimal x, decimal y)", |_, _, args| {
        let (x, y) = (d(args, 0), d(args, 1));
        let first = absolute(x) < absolute(y) || absolute(x) == absolute(y) && x.is_negative();
        Ok(Value::Decimal(if first { x } else { y }))
    });
    m.function("decimal Clamp(decimal value, decimal min, decimal max)", |_, _, args| {
        let (x, low, high) = (d(args, 0), d(args, 1), d(args, 2));
        if low > high {
            return Err(limits_crossed(&Value::Decimal(low), &Value::Decimal(high)));
        }
        Ok(Value::Decimal(x.clamp(low, high)))
    });
    m.function("decimal CopySign(decimal value, decimal sign)", |_, _, args| {
        let size = absolute(d(args, 0));
        Ok(Value::Decimal(if d(args, 1).is_negative() { size.negated() } else { size }))
    });
}

/// What `Decimal` and `Math` do alike.
pub(super) fn rounding(m: &mut Members) {
    m.function("decimal Ceiling(decimal d)", |_, _, args| Ok(Value::Decimal(d(args, 0).ceiling())));
    m.function("decimal Floor(decimal d)", |_, _, args| Ok(Value::Decimal(d(args, 0).floor())));
    m.function("decimal Truncate(decimal d)", |_, _, args| Ok(Value::Decimal(d(args, 0).truncate())));
    m.function("decimal Round(decimal d)", |_, _, args| round_decimal(d(args, 0), 0, 0));
    m.function("decimal Round(decimal d, int decimals)", |_, _, args| round_decimal(d(args, 0), n(args, 1), 0));
    m.function("decimal Round(decimal d, System.MidpointRounding mode)", |_, _, args| {
        round_decimal(d(args, 0), 0, label(args, 1))
    });
    m.function("decimal Round(decimal d, int decimals, System.MidpointRounding mode)", |_, _, args| {
        round_decimal(d(args, 0), n(args, 1), label(args, 2))
    });
}

fn conversions(m: &mut Members) {
    macro_rules! integers {
        ($($declaration:literal $name:literal;)*) => {
            $(m.function($declaration, |_, _, args| to_integer(d(args, 0), $name));)*
        };
    }
    integers! {
        "byte ToByte(decimal value)" "System.Byte";
        "sbyte ToSByte(decimal value)" "System.SByte";
        "short ToInt16(decimal value)" "System.Int16";
        "ushort ToUInt16(decimal value)" "System.UInt16";
        "int ToInt32(decimal d)" "System.Int32";
        "uint ToUInt32(decimal d)" "System.UInt32";
        "long ToInt64(decimal d)" "System.Int64";
        "ulong ToUInt64(decimal d)" "System.UInt64";
    }
    m.function("double ToDouble(decimal d)", |_, _, args| Ok(Value::F64(d(args, 0).to_f64())));
    m.function("float ToSingle(decimal d)", |_, _, args| Ok(Value::F32(cast::single(d(args, 0).to_f64()))));
    m.function("int[] GetBits(decimal d)", |_, _, args| Ok(bits(d(args, 0))));
    m.function("long ToOACurrency(decimal value)", |_, _, args| {
        let scaled = d(args, 0).checked_mul(Decimal::from(10_000_i64)).map(|d| d.round(0, true).to_i128());
        match scaled.and_then(|n| i64::try_from(n).ok()) {
            Some(n) => Ok(Value::I64(n)),
            None => Err(overflow("Value was either too large or too small for a Currency.")),
        }
    });
    m.function("decimal FromOACurrency(long cy)", |_, _, args| {
        result(Decimal::from(n(args, 0)).checked_div(Decimal::from(10_000_i64)))
    });
}

fn members(m: &mut Members) {
    m.constant("decimal MaxValue", |_, _| Ok(Value::Decimal(Decimal::MAX)));
    m.constant("decimal MinusOne", |_, _| Ok(Value::Decimal(Decimal::from(-1_i64))));
    m.constant("decimal MinValue", |_, _| Ok(Value::Decimal(Decimal::MIN)));
    m.constant("decimal One", |_, _| Ok(Value::Decimal(Decimal::from(1_i64))));
    m.constant("decimal Zero", |_, _| Ok(Value::Decimal(Decimal::ZERO)));
    m.get("byte Scale", |_, this| Ok(Value::U8(u8::try_from(d(std::slice::from_ref(this), 0).scale()).unwrap_or(0))));
    for declaration in [
        "decimal Parse(string s)",
        "decimal Parse(string s, System.Globalization.NumberStyles style)",
        "decimal Parse(string s, System.IFormatProvider provider)",
        "decimal Parse(string s, System.Globalization.NumberStyles style, System.IFormatProvider provider)",
    ] {
        m.function(declaration, |rs, _, args| parse(rs, args));
    }
    for declaration in [
        "bool TryParse(string s, [ref] decimal result)",
        "bool TryParse(string s, System.IFormatProvider provider, [ref] decimal result)",
        "bool TryParse(string s, System.Globalization.NumberStyles style, System.IFormatProvider provider, [ref] decimal result)",
    ] {
        m.function(declaration, |rs, _, args| {
            let found = parse(rs, args).ok();
            tried(args, found, Value::Decimal(Decimal::ZERO))
        });
    }
    arithmetic(m);
    rounding(m);
    conversions(m);
    m.function("bool IsInteger(decimal value)", |_, _, args| Ok(is_whole(d(args, 0)).into()));
    m.function("bool IsEvenInteger(decimal value)", |_, _, args| {
        Ok((is_whole(d(args, 0)) && !is_odd(d(args, 0))).into())
    });
    m.function("bool IsOddInteger(decimal value)", |_, _, args| Ok(is_odd(d(args, 0)).into()));
    m.function("bool IsNegative(decimal value)", |_, _, args| Ok(d(args, 0).is_negative().into()));
    m.function("bool IsPositive(decimal value)", |_, _, args| Ok((!d(args, 0).is_negative()).into()));
    m.function("bool IsCanonical(decimal value)", |_, _, args| {
        let x = d(args, 0);
        Ok((x.scale() == 0 || !x.digits().is_multiple_of(10)).into())
    });
    constructors(m);
    formatting(m);
}

fn constructors(m: &mut Members) {
    for declaration in ["decimal(int value)", "decimal(uint value)", "decimal(long value)", "decimal(ulong value)"] {
        m.constructor(declaration, |_, _, args| {
            let n = BigInt::from(args.first().and_then(Value::as_i128).unwrap_or(0));
            result(Decimal::from_big(&n))
        });
    }
    m.constructor("decimal(float value)", |_, _, args| from_float(&super::args::value(args, 0)));
    m.constructor("decimal(double value)", |_, _, args| from_float(&Value::F64(f(args, 0))));
    m.constructor("decimal(int[] bits)", |_, _, args| from_bits(&items(args, 0)));
    m.constructor("decimal(int lo, int mid, int hi, bool isNegative, byte scale)", |_, _, args| {
        from_parts(i(args, 0), i(args, 1), i(args, 2), flag(args, 3), n(args, 4))
    });
}

pub(super) const TYPES: &[TypeDef] = &[TypeDef::value("System.Decimal").implements(NUMBER).members(members)];
