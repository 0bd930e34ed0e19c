//! Numbers, Char, Math, Convert and Random.

use psrpd_dotnet::{Decimal, Str, casing, cast, number_parse};

use super::TypeDef;
use crate::{
    convert,
    eval::{R, Runspace, error},
    ops::composite,
    value::{Value, text},
};

macro_rules! integer {
    ($name:literal, $rust:ty, $variant:ident, $word:literal) => {
        TypeDef::value($name).implements(&["System.IComparable", "System.IFormattable"]).members(|m| {
            m.constant(concat!($word, " MaxValue"), |_, _| Ok(Value::$variant(<$rust>::MAX)));
            m.constant(concat!($word, " MinValue"), |_, _| Ok(Value::$variant(<$rust>::MIN)));
            m.function(concat!($word, " Parse(string s)"), |rs, _, args| parse_integer(rs, args, $name));
            m.function(concat!("bool TryParse(string s, out ", $word, " result)"), |rs, _, args| {
                try_parse(rs, args, $name)
            });
            number_members(m);
        })
    };
}

fn number_members(m: &mut super::Members) {
    m.method("string ToString()", |rs, this, _| composite::to_string(rs, this, "").map(Value::Str));
    m.method("string ToString(string format)", |rs, this, args| {
        composite::to_string(rs, this, &args.first().map(text).unwrap_or_default())
            .map(Value::Str)
            .map_err(unwrap_format)
    });
    m.method("string ToString(System.IFormatProvider provider)", |rs, this, args| {
        composite::with_provider(rs, args.first(), |rs| composite::to_string(rs, this, "")).map(Value::Str)
    });
    m.method("string ToString(string format, System.IFormatProvider provider)", |rs, this, args| {
        let format = args.first().map(text).unwrap_or_default();
        composite::with_provider(rs, args.get(1), |rs| composite::to_string(rs, this, &format))
            .map(Value::Str)
            .map_err(unwrap_format)
    });
}

/// The `FormatException` without the words of `-f` around it.
pub(crate) fn unwrap_format(flow: crate::eval::Flow) -> crate::eval::Flow {
    let Some(record) = flow.record() else { return flow };
    let message = record.message();
    let Some(reason) = message.strip_prefix("Error formatting a string: ") else { return flow };
    error::thrown("System.FormatException", reason.strip_suffix('.').unwrap_or(reason))
}

fn parse_integer(rs: &mut Runspace, args: &[Value], name: &str) -> R<Value> {
    let shown = args.first().map(text).unwrap_or_default();
    let of = super::known(name);
    match number_parse::integer(&shown) {
        Ok(n) => convert::convert(rs, &super::big(n), &of).map_err(|flow| match flow.record() {
            Some(record) => {
                let message = record.message();
                let inner = message.split("Error: \"").nth(1).map_or("", |rest| rest.trim_end_matches('"'));
                error::thrown("System.OverflowException", inner)
            }
            None => flow,
        }),
        Err(_) => Err(error::thrown(
            "System.FormatException",
            format!("The input string '{shown}' was not in a correct format."),
        )),
    }
}

fn try_parse(rs: &mut Runspace, args: &[Value], name: &str) -> R<Value> {
    let of = super::known(name);
    let shown = args.first().map(text).unwrap_or_default();
    let parsed = match name {
        "System.Double" | "System.Single" | "System.Decimal" => {
            number_parse::double(&shown).ok().and_then(|n| convert::convert(rs, &Value::F64(n), &of).ok())
        }
        _ => parse_integer(rs, args, name).ok(),
    };
    let ok = parsed.is_some();
    if let Some(reference) = args.last().and_then(|arg| arg.downcast::<crate::value::Reference>()) {
        reference.set(parsed.unwrap_or_else(|| convert::default_of(&of)));
    }
    Ok(ok.into())
}

fn f(args: &[Value], at: usize) -> f64 {
    match args.get(at).map(Value::base) {
        Some(Value::F64(n)) => *n,
        _ => 0.0,
    }
}

fn c(this: &[Value]) -> char {
    match this.first().map(Value::base) {
        Some(Value::Char(c)) => char::from_u32(u32::from(*c)).unwrap_or('\u{FFFD}'),
        Some(Value::Str(text)) => text.chars().next().unwrap_or('\0'),
        _ => '\0',
    }
}

fn char_value(c: char) -> Value {
    let mut units = [0; 2];
    Value::Char(c.encode_utf16(&mut units).first().copied().unwrap_or(0))
}

pub(super) const TYPES: &[TypeDef] = &[
    integer!("System.SByte", i8, I8, "sbyte"),
    integer!("System.Byte", u8, U8, "byte"),
    integer!("System.Int16", i16, I16, "short"),
    integer!("System.UInt16", u16, U16, "ushort"),
    integer!("System.Int32", i32, I32, "int"),
    integer!("System.UInt32", u32, U32, "uint"),
    integer!("System.Int64", i64, I64, "long"),
    integer!("System.UInt64", u64, U64, "ulong"),
    TypeDef::value("System.Single").members(|m| {
        m.constant("float MaxValue", |_, _| Ok(Value::F32(f32::MAX)));
        m.constant("float MinValue", |_, _| Ok(Value::F32(f32::MIN)));
        m.constant("float NaN", |_, _| Ok(Value::F32(f32::NAN)));
        m.constant("float PositiveInfinity", |_, _| Ok(Value::F32(f32::INFINITY)));
        m.constant("float NegativeInfinity", |_, _| Ok(Value::F32(f32::NEG_INFINITY)));
        m.constant("float Epsilon", |_, _| Ok(Value::F32(f32::from_bits(1))));
        number_members(m);
    }),
    TypeDef::value("System.Double").members(|m| {
        m.constant("double MaxValue", |_, _| Ok(Value::F64(f64::MAX)));
        m.constant("double MinValue", |_, _| Ok(Value::F64(f64::MIN)));
        m.constant("double NaN", |_, _| Ok(Value::F64(f64::NAN)));
        m.constant("double PositiveInfinity", |_, _| Ok(Value::F64(f64::INFINITY)));
        m.constant("double NegativeInfinity", |_, _| Ok(Value::F64(f64::NEG_INFINITY)));
        m.constant("double Epsilon", |_, _| Ok(Value::F64(f64::from_bits(1))));
        m.function("bool IsNaN(double d)", |_, _, args| Ok(f(args, 0).is_nan().into()));
        m.function("bool IsInfinity(double d)", |_, _, args| Ok(f(args, 0).is_infinite().into()));
        m.function("bool IsPositiveInfinity(double d)", |_, _, args| Ok((f(args, 0) == f64::INFINITY).into()));
        m.function("bool IsNegativeInfinity(double d)", |_, _, args| Ok((f(args, 0) == f64::NEG_INFINITY).into()));
        m.function("double Parse(string s)", |_, _, args| {
            let shown = args.first().map(text).unwrap_or_default();
            number_parse::double(&shown).map(Value::F64).map_err(|_| {
                error::thrown(
                    "System.FormatException",
                    format!("The input string '{shown}' was not in a correct format."),
                )
            })
        });
        m.function("bool TryParse(string s, out double result)", |rs, _, args| try_parse(rs, args, "System.Double"));
        number_members(m);
    }),
    TypeDef::value("System.Decimal").members(|m| {
        m.constant("decimal MaxValue", |_, _| Ok(Value::Decimal(Decimal::MAX)));
        m.constant("decimal MinValue", |_, _| Ok(Value::Decimal(Decimal::MIN)));
        m.constant("decimal Zero", |_, _| Ok(Value::Decimal(Decimal::ZERO)));
        m.constant("decimal One", |_, _| Ok(Value::Decimal(Decimal::from(1_i64))));
        m.function("decimal Parse(string s)", |_, _, args| {
            let shown = args.first().map(text).unwrap_or_default();
            Decimal::parse(&number_parse::without_thousands(shown.trim()).unwrap_or_default())
                .map(Value::Decimal)
                .ok_or_else(|| {
                    error::thrown(
                        "System.FormatException",
                        format!("The input string '{shown}' was not in a correct format."),
                    )
                })
        });
        m.function("bool TryParse(string s, out decimal result)", |rs, _, args| try_parse(rs, args, "System.Decimal"));
        number_members(m);
    }),
    TypeDef::value("System.Numerics.BigInteger").members(|m| {
        m.constant("bigint Zero", |_, _| Ok(super::big(0.into())));
        m.constant("bigint One", |_, _| Ok(super::big(1.into())));
        m.get("bool IsEven", |_, this| Ok(super::as_big(this).is_some_and(|n| !n.bit(0)).into()));
        m.get("bool IsZero", |_, this| Ok(super::as_big(this).is_some_and(|n| *n == 0.into()).into()));
        m.get("bool IsOne", |_, this| Ok(super::as_big(this).is_some_and(|n| *n == 1.into()).into()));
        m.get("bool IsPowerOfTwo", |_, this| {
            Ok(super::as_big(this)
                .is_some_and(|n| n.sign() == num_bigint::Sign::Plus && n.magnitude().count_ones() == 1)
                .into())
        });
        m.get("int Sign", |_, this| {
            Ok(Value::I32(super::as_big(this).map_or(0, |n| match n.sign() {
                num_bigint::Sign::Minus => -1,
                num_bigint::Sign::NoSign => 0,
                num_bigint::Sign::Plus => 1,
            })))
        });
        m.function("bigint Pow(bigint value, int exponent)", |_, _, args| match args {
            [base, Value::I32(exponent)] => {
                let exponent = u32::try_from(*exponent).map_err(|_| {
                    error::argument(
                        "System.ArgumentOutOfRangeException",
                        "The number must be greater than or equal to zero.",
                        "exponent",
                    )
                })?;
                Ok(super::as_big(base).map_or(Value::Null, |n| super::big(n.pow(exponent.min(1_000_000)))))
            }
            _ => Ok(Value::Null),
        });
        m.function("bigint Parse(string value)", |_, _, args| {
            let shown = args.first().map(text).unwrap_or_default();
            number_parse::integer(&shown)
                .map(super::big)
                .map_err(|_| error::thrown("System.FormatException", "The value could not be parsed."))
        });
        number_members(m);
    }),
    TypeDef::value("System.Char").members(|m| {
        m.constant("char MaxValue", |_, _| Ok(Value::Char(u16::MAX)));
        m.constant("char MinValue", |_, _| Ok(Value::Char(0)));
        m.function("bool IsDigit(char c)", |_, _, args| Ok((c(args).is_ascii_digit()).into()));
        m.function("bool IsNumber(char c)", |_, _, args| Ok(c(args).is_numeric().into()));
        m.function("bool IsLetter(char c)", |_, _, args| Ok(c(args).is_alphabetic().into()));
        m.function("bool IsLetterOrDigit(char c)", |_, _, args| Ok(c(args).is_alphanumeric().into()));
        m.function("bool IsUpper(char c)", |_, _, args| Ok(c(args).is_uppercase().into()));
        m.function("bool IsLower(char c)", |_, _, args| Ok(c(args).is_lowercase().into()));
        m.function("bool IsWhiteSpace(char c)", |_, _, args| Ok(c(args).is_whitespace().into()));
        m.function("bool IsControl(char c)", |_, _, args| Ok(c(args).is_control().into()));
        m.function("bool IsPunctuation(char c)", |_, _, args| {
            Ok((c(args).is_ascii_punctuation() && !"$+<=>^`|~".contains(c(args))).into())
        });
        m.function("char ToUpper(char c)", |_, _, args| Ok(char_value(casing::upper_plain(c(args)))));
        m.function("char ToLower(char c)", |_, _, args| Ok(char_value(casing::lower(c(args)))));
        m.function("char ToUpperInvariant(char c)", |_, _, args| Ok(char_value(casing::upper_plain(c(args)))));
        m.function("char ToLowerInvariant(char c)", |_, _, args| Ok(char_value(casing::lower(c(args)))));
        m.function("double GetNumericValue(char c)", |_, _, args| {
            Ok(Value::F64(c(args).to_digit(10).map_or(-1.0, f64::from)))
        });
        m.function("string ConvertFromUtf32(int utf32)", |_, _, args| {
            Ok(match args.first() {
                Some(Value::I32(n)) => {
                    u32::try_from(*n).ok().and_then(char::from_u32).map_or(Value::Null, |c| Value::Str(Str::from(c)))
                }
                _ => Value::Null,
            })
        });
        m.method("string ToString()", |_, this, _| Ok(Value::Str(text(this))));
    }),
    TypeDef::class("System.Math").members(math),
    TypeDef::class("System.Convert").members(converters),
];

fn math(m: &mut super::Members) {
    m.constant("double PI", |_, _| Ok(Value::F64(std::f64::consts::PI)));
    m.constant("double E", |_, _| Ok(Value::F64(std::f64::consts::E)));
    m.constant("double Tau", |_, _| Ok(Value::F64(std::f64::consts::TAU)));
    macro_rules! doubles {
        ($($declaration:literal, $function:expr;)*) => {
            $(m.function($declaration, |_, _, args| {
                let function: fn(f64) -> f64 = $function;
                Ok(Value::F64(function(f(args, 0))))
            });)*
        };
    }
    doubles! {
        "double Sqrt(double d)", f64::sqrt;
        "double Cbrt(double d)", f64::cbrt;
        "double Log(double d)", f64::ln;
        "double Log10(double d)", f64::log10;
        "double Log2(double x)", f64::log2;
        "double Exp(double d)", f64::exp;
        "double Sin(double a)", f64::sin;
        "double Cos(double d)", f64::cos;
        "double Tan(double a)", f64::tan;
        "double Asin(double d)", f64::asin;
        "double Acos(double d)", f64::acos;
        "double Atan(double d)", f64::atan;
        "double Sinh(double value)", f64::sinh;
        "double Cosh(double value)", f64::cosh;
        "double Tanh(double value)", f64::tanh;
        "double Ceiling(double a)", f64::ceil;
        "double Floor(double d)", f64::floor;
        "double Truncate(double d)", f64::trunc;
        "double Round(double a)", f64::round_ties_even;
        "double Abs(double value)", f64::abs;
    }
    m.function("double Pow(double x, double y)", |_, _, args| Ok(Value::F64(f(args, 0).powf(f(args, 1)))));
    m.function("double Log(double a, double newBase)", |_, _, args| Ok(Value::F64(f(args, 0).ln() / f(args, 1).ln())));
    m.function("double Atan2(double y, double x)", |_, _, args| Ok(Value::F64(f(args, 0).atan2(f(args, 1)))));
    m.function("double Round(double value, int digits)", |_, _, args| {
        Ok(Value::F64(round(f(args, 0), digits(args, 1), false)))
    });
    m.function("double Round(double value, System.MidpointRounding mode)", |_, _, args| {
        Ok(Value::F64(if mode(args, 1) { f(args, 0).round() } else { f(args, 0).round_ties_even() }))
    });
    m.function("double Round(double value, int digits, System.MidpointRounding mode)", |_, _, args| {
        Ok(Value::F64(round(f(args, 0), digits(args, 1), mode(args, 2))))
    });
    m.function("decimal Round(decimal d)", |_, _, args| Ok(decimal(args, |d| d.round(0, false))));
    m.function("decimal Round(decimal d, int decimals)", |_, _, args| {
        let digits = u32::try_from(digits(args, 1)).unwrap_or(0);
        Ok(decimal(args, |d| d.round(digits, false)))
    });
    m.function("decimal Ceiling(decimal d)", |_, _, args| Ok(decimal(args, Decimal::ceiling)));
    m.function("decimal Floor(decimal d)", |_, _, args| Ok(decimal(args, Decimal::floor)));
    m.function("decimal Truncate(decimal d)", |_, _, args| Ok(decimal(args, Decimal::truncate)));
    m.function("decimal Abs(decimal value)", |_, _, args| {
        Ok(decimal(args, |d| if d.is_negative() { d.negated() } else { d }))
    });
    m.function("int Abs(int value)", |_, _, args| match args.first() {
        Some(Value::I32(n)) => n.checked_abs().map(Value::I32).ok_or_else(|| {
            error::thrown(
                "System.OverflowException",
                "Negating the minimum value of a twos complement number is invalid.",
            )
        }),
        _ => Ok(Value::Null),
    });
    m.function("long Abs(long value)", |_, _, args| match args.first() {
        Some(Value::I64(n)) => n.checked_abs().map(Value::I64).ok_or_else(|| {
            error::thrown(
                "System.OverflowException",
                "Negating the minimum value of a twos complement number is invalid.",
            )
        }),
        _ => Ok(Value::Null),
    });
    macro_rules! extremes {
        ($($name:literal, $pick:expr;)*) => {
            $(
                m.function(concat!("int ", $name, "(int val1, int val2)"), |rs, _, args| extreme(rs, args, $pick));
                m.function(concat!("long ", $name, "(long val1, long val2)"), |rs, _, args| extreme(rs, args, $pick));
                m.function(concat!("double ", $name, "(double val1, double val2)"), |rs, _, args| extreme(rs, args, $pick));
                m.function(concat!("decimal ", $name, "(decimal val1, decimal val2)"), |rs, _, args| extreme(rs, args, $pick));
                m.function(concat!("byte ", $name, "(byte val1, byte val2)"), |rs, _, args| extreme(rs, args, $pick));
            )*
        };
    }
    extremes! {
        "Max", std::cmp::Ordering::Greater;
        "Min", std::cmp::Ordering::Less;
    }
    m.function("int Sign(double value)", |_, _, args| {
        let n = f(args, 0);
        Ok(Value::I32(if n > 0.0 {
            1
        } else if n < 0.0 {
            -1
        } else {
            0
        }))
    });
    m.function("int Clamp(int value, int min, int max)", |_, _, args| match args {
        [Value::I32(n), Value::I32(low), Value::I32(high)] if low <= high => Ok(Value::I32(*n.clamp(low, high))),
        _ => Err(error::thrown("System.ArgumentException", "'min' cannot be greater than max.")),
    });
    m.function("double Clamp(double value, double min, double max)", |_, _, args| {
        Ok(Value::F64(f(args, 0).max(f(args, 1)).min(f(args, 2))))
    });
    m.function("long BigMul(int a, int b)", |_, _, args| {
        Ok(match args {
            [Value::I32(a), Value::I32(b)] => Value::I64(i64::from(*a).saturating_mul(i64::from(*b))),
            _ => Value::Null,
        })
    });
}

fn extreme(rs: &mut Runspace, args: &[Value], wanted: std::cmp::Ordering) -> R<Value> {
    let [a, b] = args else { return Ok(Value::Null) };
    let order = crate::ops::compare::compare(rs, a, b, true)?;
    Ok(if order == Some(wanted) || order == Some(std::cmp::Ordering::Equal) { a.clone() } else { b.clone() })
}

fn digits(args: &[Value], at: usize) -> i32 {
    if let Some(Value::I32(n)) = args.get(at) { (*n).clamp(0, 15) } else { 0 }
}

fn mode(args: &[Value], at: usize) -> bool {
    matches!(args.get(at), Some(Value::Enum(_, 1)))
}

fn round(value: f64, digits: i32, away: bool) -> f64 {
    let power = 10_f64.powi(digits);
    let scaled = value * power;
    (if away { scaled.round() } else { scaled.round_ties_even() }) / power
}

fn decimal(args: &[Value], change: impl Fn(Decimal) -> Decimal) -> Value {
    match args.first() {
        Some(Value::Decimal(d)) => Value::Decimal(change(*d)),
        _ => Value::Null,
    }
}

fn converters(m: &mut super::Members) {
    use base64::Engine as _;
    macro_rules! to {
        ($($declaration:literal, $of:literal;)*) => {
            $(m.function($declaration, |rs, _, args| {
                let value = args.first().cloned().unwrap_or_default();
                convert::convert(rs, &value, &super::known($of)).map_err(|flow| match flow.record() {
                    Some(record) => {
                        let message = record.message();
                        let inner = message.split("Error: \"").nth(1).map_or(message.as_str(), |rest| rest.trim_end_matches('"')).to_owned();
                        let kind = if inner.contains("too large") { "System.OverflowException" } else { "System.FormatException" };
                        error::thrown(kind, inner)
                    }
                    None => flow,
                })
            });)*
        };
    }
    to! {
        "int ToInt32(System.Object value)", "System.Int32";
        "long ToInt64(System.Object value)", "System.Int64";
        "short ToInt16(System.Object value)", "System.Int16";
        "byte ToByte(System.Object value)", "System.Byte";
        "uint ToUInt32(System.Object value)", "System.UInt32";
        "double ToDouble(System.Object value)", "System.Double";
        "decimal ToDecimal(System.Object value)", "System.Decimal";
        "bool ToBoolean(System.Object value)", "System.Boolean";
        "string ToString(System.Object value)", "System.String";
        "datetime ToDateTime(System.Object value)", "System.DateTime";
        "char ToChar(System.Object value)", "System.Char";
    }
    m.function("int ToInt32(string value, int fromBase)", |_, _, args| {
        from_base(args).map(|n| Value::I32(cast::low32(n)))
    });
    m.function("long ToInt64(string value, int fromBase)", |_, _, args| from_base(args).map(Value::I64));
    m.function("byte ToByte(string value, int fromBase)", |_, _, args| {
        from_base(args).map(|n| Value::U8(cast::low8(n)))
    });
    m.function("string ToString(int value, int toBase)", |_, _, args| match args {
        [Value::I32(n), Value::I32(base)] => {
            Ok(Value::from(to_base(i64::from(n.cast_unsigned()), *n < 0, i64::from(*n), *base)))
        }
        _ => Ok(Value::Null),
    });
    m.function("string ToString(long value, int toBase)", |_, _, args| match args {
        [Value::I64(n), Value::I32(base)] => Ok(Value::from(to_base(*n, *n < 0, *n, *base))),
        _ => Ok(Value::Null),
    });
    m.function("string ToBase64String(byte[] inArray)", |_, _, args| {
        let bytes = args.first().and_then(Value::as_array).and_then(|array| array.bytes()).unwrap_or_default();
        Ok(base64::engine::general_purpose::STANDARD.encode(bytes).into())
    });
    m.function("byte[] FromBase64String(string s)", |_, _, args| {
        let shown: String = args.first().map(text).unwrap_or_default().chars().filter(|c| !c.is_whitespace()).collect();
        let bytes = base64::engine::general_purpose::STANDARD.decode(shown).map_err(|_| {
            error::thrown("System.FormatException", "The input is not a valid Base-64 string as it contains a non-base 64 character, more than two padding characters, or an illegal character among the padding characters.")
        })?;
        Ok(Value::typed_array(super::byte(), bytes.into_iter().map(Value::U8).collect()))
    });
    m.function("string ToHexString(byte[] inArray)", |_, _, args| {
        let bytes = args.first().and_then(Value::as_array).and_then(|array| array.bytes()).unwrap_or_default();
        Ok(bytes.iter().map(|byte| format!("{byte:02X}")).collect::<String>().into())
    });
    m.function("System.Object ChangeType(System.Object value, type conversionType)", |rs, _, args| match args {
        [value, Value::Type(of)] => convert::convert(rs, value, of),
        _ => Ok(Value::Null),
    });
}

fn from_base(args: &[Value]) -> R<i64> {
    let shown = args.first().map(text).unwrap_or_default();
    let base = if let Some(Value::I32(base)) = args.get(1) { u32::try_from(*base).unwrap_or(10) } else { 10 };
    if !matches!(base, 2 | 8 | 10 | 16) {
        return Err(error::thrown("System.ArgumentException", "Invalid Base."));
    }
    let digits = if base == 16 { shown.trim_start_matches("0x").trim_start_matches("0X") } else { shown.as_str() };
    u64::from_str_radix(digits, base)
        .map(cast::signed)
        .map_err(|_| error::thrown("System.FormatException", "Could not find any recognizable digits."))
}

fn to_base(bits: i64, _negative: bool, value: i64, base: i32) -> String {
    match base {
        2 => format!("{bits:b}"),
        8 => format!("{bits:o}"),
        16 => format!("{bits:x}"),
        _ => value.to_string(),
    }
}
