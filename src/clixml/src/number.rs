//! Numbers in .NET's invariant text form: what `XmlConvert` writes and reads (clixml section 2).

use alloc::format;
use alloc::string::{String, ToString};
use core::str::FromStr;

/// Blanks that .NET allows around numbers, dates and the like.
pub(crate) fn trim(text: &str) -> &str {
    text.trim_matches([' ', '\t', '\r', '\n'])
}

/// An integer: blanks around it and a plus sign are allowed, thousands separators are not.
pub(crate) fn parse_integer<T: FromStr>(text: &str) -> Option<T> {
    trim(text).parse().ok()
}

/// `true`, `false`, `1` or `0`.
pub(crate) fn parse_bool(text: &str) -> Option<bool> {
    match trim(text) {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    }
}

/// A `Double` or `Single`: decimal digits with an optional point and exponent, `INF`, `-INF`, or one of .NET's own words
/// for the same. A number that is too large becomes infinity.
pub(crate) fn parse_float<T: FromStr>(text: &str) -> Option<T> {
    let text = trim(text);
    if matches!(text, "INF" | "-INF") {
        return text.parse().ok();
    }
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if unsigned.eq_ignore_ascii_case("nan") {
        return "NaN".parse().ok();
    }
    let digits = unsigned.starts_with(|c: char| c.is_ascii_digit() || c == '.');
    if digits || unsigned.eq_ignore_ascii_case("infinity") { text.parse().ok() } else { None }
}

/// A `Double` as .NET writes it: the shortest digits that read back as the same number, with an exponent from 1E+17 on
/// and below 0.0001.
pub(crate) fn format_f64(value: f64) -> String {
    if value.is_finite() { format_finite(&format!("{value:e}"), 17) } else { format_not_finite(value) }
}

/// A `Single` as .NET writes it: as [`format_f64`], with an exponent from 1E+09 on.
pub(crate) fn format_f32(value: f32) -> String {
    if value.is_finite() { format_finite(&format!("{value:e}"), 9) } else { format_not_finite(value.into()) }
}

fn format_not_finite(value: f64) -> String {
    match value {
        f64::INFINITY => "INF".to_string(),
        f64::NEG_INFINITY => "-INF".to_string(),
        _ => "NaN".to_string(),
    }
}

/// `shortest` is the shortest form in scientific notation (`-1.5e-5`); up to `max_integer_digits` digits in front of the
/// point are written out.
fn format_finite(shortest: &str, max_integer_digits: i32) -> String {
    let (mantissa, exponent) = shortest.split_once('e').unwrap_or((shortest, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let (sign, mantissa) = mantissa.strip_prefix('-').map_or(("", mantissa), |rest| ("-", rest));
    if exponent >= max_integer_digits || exponent < -4 {
        let sign_of_exponent = if exponent < 0 { '-' } else { '+' };
        return format!("{sign}{mantissa}E{sign_of_exponent}{:02}", exponent.unsigned_abs());
    }
    let digits = mantissa.replace('.', "");
    let point = usize::try_from(exponent.saturating_add(1));
    match point.ok().filter(|point| *point > 0) {
        Some(point) => match (digits.get(..point), digits.get(point..)) {
            (Some(integer), Some(fraction)) if !fraction.is_empty() => format!("{sign}{integer}.{fraction}"),
            _ => format!("{sign}{digits:0<point$}"),
        },
        None => {
            let width =
                digits.len().saturating_add(usize::try_from(exponent.saturating_add(1).unsigned_abs()).unwrap_or(0));
            format!("{sign}0.{digits:0>width$}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What PowerShell 7.6.9 writes.
    #[test]
    fn doubles_are_written_as_powershell_writes_them() {
        for (value, text) in [
            (1e14, "100000000000000"),
            (1e15, "1000000000000000"),
            (1234567890123456.0, "1234567890123456"),
            (1e16, "10000000000000000"),
            (1e17, "1E+17"),
            (12345678901234567890.0, "1.2345678901234567E+19"),
            (0.0001, "0.0001"),
            (0.00012345, "0.00012345"),
            (0.00001, "1E-05"),
            (0.000012345, "1.2345E-05"),
            (1.5, "1.5"),
            (-1.5, "-1.5"),
            (-0.0, "-0"),
            (0.0, "0"),
            (f64::MAX, "1.7976931348623157E+308"),
            (5e-324, "5E-324"),
            (1.0 / 3.0, "0.3333333333333333"),
            (1e22, "1E+22"),
            (123.456, "123.456"),
            (f64::NAN, "NaN"),
            (f64::INFINITY, "INF"),
            (f64::NEG_INFINITY, "-INF"),
        ] {
            assert_eq!(format_f64(value), text);
        }
    }

    /// What PowerShell 7.6.9 writes.
    #[test]
    fn singles_are_written_as_powershell_writes_them() {
        for (value, text) in [
            (1e8, "100000000"),
            (1e9, "1E+09"),
            (1e10, "1E+10"),
            (12345678.0, "12345678"),
            (0.0001, "0.0001"),
            (0.00001, "1E-05"),
            (0.1, "0.1"),
            (1.0 / 3.0, "0.33333334"),
            (f32::MAX, "3.4028235E+38"),
            (1e-45, "1E-45"),
            (1.5e-5, "1.5E-05"),
            (f32::INFINITY, "INF"),
        ] {
            assert_eq!(format_f32(value), text);
        }
    }

    /// What PowerShell 7.6.9 reads.
    #[test]
    fn doubles_are_read_as_powershell_reads_them() {
        let read = parse_float::<f64>;
        for (text, value) in [
            ("1.0", 1.0),
            ("Infinity", f64::INFINITY),
            ("-Infinity", f64::NEG_INFINITY),
            ("+Infinity", f64::INFINITY),
            ("INF", f64::INFINITY),
            ("-INF", f64::NEG_INFINITY),
            ("1E999", f64::INFINITY),
            (".5", 0.5),
            ("5.", 5.0),
            (" 1e5 ", 100000.0),
            ("+1", 1.0),
        ] {
            assert_eq!(read(text), Some(value), "{text}");
        }
        for text in ["NaN", "NAN", "nan", "-nan", "+nan"] {
            assert!(read(text).is_some_and(f64::is_nan), "{text}");
        }
        for text in ["", "+INF", "inf", "-inf", "1,5", "0x1", "(1)", "1e", "∞", "1 e5", "- 1", "++1", "."] {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!(parse_float::<f32>("1E40"), Some(f32::INFINITY));
    }

    #[test]
    fn integers_and_booleans_are_read_as_powershell_reads_them() {
        for (text, value) in [(" 5 ", 5), ("+5", 5), ("-0", 0), ("005", 5), ("-2147483648", i32::MIN)] {
            assert_eq!(parse_integer::<i32>(text), Some(value), "{text}");
        }
        for text in ["", "1,000", "5.0", "2147483648", "0x5"] {
            assert_eq!(parse_integer::<i32>(text), None, "{text}");
        }
        assert_eq!(parse_integer::<u8>("-1"), None);
        for (text, value) in [("1", Some(true)), (" true ", Some(true)), ("0", Some(false)), ("True", None), ("", None)]
        {
            assert_eq!(parse_bool(text), value, "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_double_comes_back(bits: u64) {
            let value = f64::from_bits(bits);
            let back: f64 = parse_float(&format_f64(value)).unwrap();
            prop_assert!(back.to_bits() == value.to_bits() || value.is_nan() && back.is_nan());
        }

        #[test]
        fn every_single_comes_back(bits: u32) {
            let value = f32::from_bits(bits);
            let back: f32 = parse_float(&format_f32(value)).unwrap();
            prop_assert!(back.to_bits() == value.to_bits() || value.is_nan() && back.is_nan());
        }
    }
}
