//! Numbers to text: `ToString` with standard and custom formats, in a culture.
#![allow(clippy::arithmetic_side_effects)] // on integers without bounds and on floats

use std::{fmt::Write as _, ops::Range};

use num_bigint::{BigInt, Sign};
use num_traits::Signed;

use crate::{Decimal, culture::Numbers, limits, zeros};

mod custom;

use custom::custom;

/// Amounts of money, by `CurrencyPositivePattern`.
const MONEY: [&str; 4] = ["$n", "n$", "$ n", "n $"];

/// Negative amounts of money, by `CurrencyNegativePattern`.
const DEBTS: [&str; 17] = [
    "($n)", "-$n", "$-n", "$n-", "(n$)", "-n$", "n-$", "n$-", "-n $", "-$ n", "n $-", "$ n-", "$ -n", "n- $", "($ n)",
    "(n $)", "$- n",
];

/// Negative numbers, by `NumberNegativePattern`.
const NEGATIVE: [&str; 5] = ["(n)", "-n", "- n", "n-", "n -"];

/// Percentages, by `PercentPositivePattern`.
const PERCENT: [&str; 4] = ["n $", "n$", "$n", "$ n"];

/// Negative percentages, by `PercentNegativePattern`.
const NEGATIVE_PERCENT: [&str; 12] =
    ["-n $", "-n$", "-$n", "$-n", "$n-", "n-$", "n$-", "-$ n", "n $-", "$ n-", "$ -n", "n- $"];

/// A number in its pattern: `n` is the number, `$` the sign of what it counts.
fn in_pattern(patterns: &[&str], which: usize, number: &str, minus: &str, sign: &str) -> String {
    let mut out = String::new();
    for c in patterns.get(which).copied().unwrap_or("-n").chars() {
        match c {
            'n' => out.push_str(number),
            '-' => out.push_str(minus),
            '$' => out.push_str(sign),
            c => out.push(c),
        }
    }
    out
}

/// A number that is written plainly, as a culture writes it.
fn written(text: String, culture: &Numbers) -> String {
    if culture.point == "." && culture.minus == "-" && culture.plus == "+" {
        return text;
    }
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '.' => out.push_str(&culture.point),
            '-' => out.push_str(&culture.minus),
            '+' => out.push_str(&culture.plus),
            c => out.push(c),
        }
    }
    out
}

/// A number to format.
#[derive(Clone, Debug)]
pub enum Number {
    /// A signed or unsigned integer, and the bits of its type.
    Integer(i128, u32),
    /// `System.Double`.
    Double(f64),
    /// `System.Single`.
    Single(f32),
    /// `System.Decimal`.
    Decimal(Decimal),
    /// `System.Numerics.BigInteger`.
    Big(BigInt),
}

/// From this exponent on `ToString()` writes one: as many digits as tell all doubles apart, and all singles.
const DOUBLE_DIGITS: usize = 17;
const SINGLE_DIGITS: usize = 9;

/// A format string that means nothing for this number (`FormatException`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadFormat;

/// The text of a double that reads back as the same number: `ToString()`, `R`.
pub fn round_trip(value: f64) -> String {
    if let Some(text) = special(value) {
        return text.into();
    }
    general(&format!("{value:e}"), DOUBLE_DIGITS, value.is_sign_negative())
}

/// The text of a single that reads back as the same number.
pub fn round_trip_single(value: f32) -> String {
    if let Some(text) = special(f64::from(value)) {
        return text.into();
    }
    general(&format!("{value:e}"), SINGLE_DIGITS, value.is_sign_negative())
}

/// Format `G` with a precision: at most that many significant digits.
pub fn significant(value: f64, digits: usize) -> String {
    if let Some(text) = special(value) {
        return text.into();
    }
    let text = format!("{value:.*e}", digits.saturating_sub(1));
    general(&text, digits, value.is_sign_negative())
}

fn special(value: f64) -> Option<&'static str> {
    match value {
        _ if value.is_nan() => Some("NaN"),
        f64::INFINITY => Some("Infinity"),
        f64::NEG_INFINITY => Some("-Infinity"),
        _ => None,
    }
}

/// From Rust's `1.25e3` to .NET's general form: an exponent only below -4 or from `limit` on.
fn general(text: &str, limit: usize, negative: bool) -> String {
    let (mantissa, exponent) = text.trim_start_matches('-').split_once('e').unwrap_or((text, "0"));
    let exponent: i64 = exponent.parse().unwrap_or(0);
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let digits = digits.trim_end_matches('0');
    let sign = if negative { "-" } else { "" };
    if digits.is_empty() {
        return format!("{sign}0");
    }
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    if exponent >= limit || exponent < -4 {
        let (first, rest) = digits.split_at(1);
        let point = if rest.is_empty() { "" } else { "." };
        let direction = if exponent < 0 { '-' } else { '+' };
        return format!("{sign}{first}{point}{rest}E{direction}{:02}", exponent.abs());
    }
    format!("{sign}{}", place_point(digits, exponent.saturating_add(1)))
}

/// Writes digits with the point behind the first `point` of them.
fn place_point(digits: &str, point: i64) -> String {
    let length = i64::try_from(digits.len()).unwrap_or(i64::MAX);
    let zeros = |count: i64| "0".repeat(usize::try_from(count).unwrap_or(0));
    if point <= 0 {
        format!("0.{}{digits}", zeros(point.saturating_neg()))
    } else if point >= length {
        format!("{digits}{}", zeros(point.saturating_sub(length)))
    } else {
        let (whole, fraction) = digits.split_at(usize::try_from(point).unwrap_or(0));
        format!("{whole}.{fraction}")
    }
}

/// `number.ToString(format)`.
///
/// # Errors
/// [`BadFormat`] if the format is none for this kind of number.
pub fn format(number: &Number, format: &str, culture: &Numbers) -> Result<String, BadFormat> {
    let value = match number {
        Number::Double(value) => *value,
        Number::Single(value) => f64::from(*value),
        _ => 0.0,
    };
    if !value.is_finite() {
        return Ok(match value {
            _ if value.is_nan() => culture.nan.clone(),
            _ if value > 0.0 => culture.infinity.clone(),
            _ => culture.minus_infinity.clone(),
        });
    }
    if format.is_empty() {
        return Ok(written(plain(number), culture));
    }
    let mut chars = format.chars();
    let first = chars.next().unwrap_or('G');
    let rest = chars.as_str();
    if first.is_ascii_alphabetic() && rest.bytes().all(|b| b.is_ascii_digit()) && rest.len() <= 9 {
        let precision = if rest.is_empty() { None } else { rest.parse().ok() };
        if precision.is_some_and(|precision: usize| precision > limits::MAX_PRECISION) {
            return Err(BadFormat);
        }
        return standard(number, first, precision, culture);
    }
    Ok(custom(number, format, culture))
}

/// The general form: `ToString()`.
pub fn plain(number: &Number) -> String {
    match number {
        // Long divisions take their time.
        Number::Integer(value, _) => {
            i64::try_from(*value).map_or_else(|_| value.to_string(), |value| value.to_string())
        }
        Number::Double(value) => round_trip(*value),
        Number::Single(value) => round_trip_single(*value),
        Number::Decimal(value) => value.to_string(),
        Number::Big(value) => value.to_string(),
    }
}

fn standard(number: &Number, letter: char, precision: Option<usize>, culture: &Numbers) -> Result<String, BadFormat> {
    let upper = letter.to_ascii_uppercase();
    Ok(match upper {
        'D' => {
            let (Number::Integer(..) | Number::Big(_)) = number else { return Err(BadFormat) };
            let digits = plain(number);
            let digits = zeros::before(digits.trim_start_matches('-'), precision.unwrap_or(0));
            let sign = if is_negative(number) { culture.minus.as_str() } else { "" };
            format!("{sign}{digits}")
        }
        'X' | 'B' => bits(number, letter, precision.unwrap_or(0)).ok_or(BadFormat)?,
        'F' => {
            let (text, negative) = fixed(number, precision.unwrap_or(culture.decimals));
            written(if negative { format!("-{text}") } else { text }, culture)
        }
        'N' => {
            let (text, negative) = fixed(number, precision.unwrap_or(culture.decimals));
            let text = group(&text, &culture.point, &culture.group, &culture.sizes);
            if negative { in_pattern(&NEGATIVE, culture.negative, &text, &culture.minus, "") } else { text }
        }
        'C' => {
            let (text, negative) = fixed(number, precision.unwrap_or(culture.currency_decimals));
            let text = group(&text, &culture.currency_point, &culture.currency_group, &culture.currency_sizes);
            let (patterns, which) = match negative {
                true => (DEBTS.as_slice(), culture.currency_negative),
                false => (MONEY.as_slice(), culture.currency_positive),
            };
            in_pattern(patterns, which, &text, &culture.minus, &culture.currency)
        }
        'P' => {
            let (text, negative) = percent(number, precision.unwrap_or(culture.percent_decimals));
            let text = group(&text, &culture.percent_point, &culture.percent_group, &culture.percent_sizes);
            let (patterns, which) = match negative {
                true => (NEGATIVE_PERCENT.as_slice(), culture.percent_negative),
                false => (PERCENT.as_slice(), culture.percent_positive),
            };
            in_pattern(patterns, which, &text, &culture.minus, &culture.percent)
        }
        'E' => written(exponential(number, precision.unwrap_or(6), letter), culture),
        'G' => written(general_format(number, precision, letter), culture),
        'R' if !matches!(number, Number::Decimal(_)) => {
            let text = plain(number);
            written(if letter == 'r' { text.replace('E', "e") } else { text }, culture)
        }
        _ => return Err(BadFormat),
    })
}

fn general_format(number: &Number, precision: Option<usize>, letter: char) -> String {
    let precision = precision.filter(|p| *p > 0);
    let text = match (number, precision) {
        (Number::Double(value), Some(digits)) => significant(*value, digits),
        (Number::Single(value), Some(digits)) => significant(f64::from(*value), digits),
        (Number::Integer(..) | Number::Decimal(_) | Number::Big(_), Some(digits)) => {
            let exact = exponent_form(number, digits.saturating_sub(1));
            general(&exact, digits, is_negative(number))
        }
        _ => plain(number),
    };
    if letter == 'g' { text.replace('E', "e") } else { text }
}

fn is_negative(number: &Number) -> bool {
    match number {
        Number::Integer(value, _) => *value < 0,
        Number::Double(value) => value.is_sign_negative(),
        Number::Single(value) => value.is_sign_negative(),
        Number::Decimal(value) => value.is_negative(),
        Number::Big(value) => value.is_negative(),
    }
}

fn times_hundred(number: &Number) -> Number {
    match number {
        Number::Integer(value, bits) => Number::Integer(value.saturating_mul(100), *bits),
        // .NET moves the point of the decimal digits, so that no error of binary arithmetic shows.
        Number::Double(value) => Number::Double(format!("{value:e}").split_once('e').map_or(*value, |(m, e)| {
            format!("{m}e{}", e.parse::<i64>().unwrap_or(0).saturating_add(2)).parse().unwrap_or(*value)
        })),
        Number::Single(value) => times_hundred(&Number::Double(f64::from(*value))),
        Number::Decimal(value) => Number::Decimal(value.checked_mul(Decimal::from(100_i64)).unwrap_or(*value)),
        Number::Big(value) => Number::Big(value * 100),
    }
}

/// The digits of the magnitude with a fixed number behind the point, ties away from zero, and whether a minus sign
/// belongs to it.
fn fixed(number: &Number, decimals: usize) -> (String, bool) {
    let zeros = |text: String| match decimals {
        0 => text,
        _ => format!("{text}.{}", "0".repeat(decimals)),
    };
    let text = match number {
        Number::Integer(value, _) => zeros(value.unsigned_abs().to_string()),
        Number::Big(value) => zeros(value.abs().to_string()),
        Number::Double(value) => fixed_double(*value, decimals),
        Number::Single(value) => fixed_double(f64::from(*value), decimals),
        Number::Decimal(value) => {
            let rounded = value.round(u32::try_from(decimals).unwrap_or(28).min(28), true);
            let text = rounded.to_string();
            let text = text.trim_start_matches('-');
            let have = text.split_once('.').map_or(0, |(_, fraction)| fraction.len());
            let missing = decimals.saturating_sub(have);
            match (have, missing) {
                (_, 0) => text.to_owned(),
                (0, _) => format!("{text}.{}", "0".repeat(missing)),
                _ => format!("{text}{}", "0".repeat(missing)),
            }
        }
    };
    let negative =
        is_negative(number) && (text.bytes().any(|b| b.is_ascii_digit() && b != b'0') || keeps_minus(number));
    (text, negative)
}

/// Hundredfold, with the point of a double's exact digits moved: no error of binary arithmetic shows.
fn percent(number: &Number, decimals: usize) -> (String, bool) {
    let (Number::Double(_) | Number::Single(_)) = number else { return fixed(&times_hundred(number), decimals) };
    let (text, negative) = fixed(number, decimals.saturating_add(2));
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let (moved, rest) = fraction.split_at(fraction.len().min(2));
    let whole = format!("{whole}{moved}");
    let whole = match whole.trim_start_matches('0') {
        "" => "0",
        whole => whole,
    };
    (if rest.is_empty() { whole.to_owned() } else { format!("{whole}.{rest}") }, negative)
}

/// Doubles keep the minus sign when they are rounded to zero.
fn keeps_minus(number: &Number) -> bool {
    matches!(number, Number::Double(_) | Number::Single(_))
}

/// The exact decimal expansion of a double, rounded; what lies in the middle goes to the even digit.
fn fixed_double(value: f64, decimals: usize) -> String {
    /// More digits behind the point than any double has.
    const EXACT: usize = 1_080;
    let kept = decimals.min(EXACT);
    let text = format!("{:.kept$}", value.abs());
    if decimals > kept { text + &"0".repeat(decimals.saturating_sub(kept)) } else { text }
}

fn increment(digits: &str) -> String {
    let kept = digits.trim_end_matches('9');
    let zeros = "0".repeat(digits.len().saturating_sub(kept.len()));
    match kept.split_at_checked(kept.len().saturating_sub(1)) {
        Some((head, last)) if !last.is_empty() => {
            let next = last.parse::<u8>().unwrap_or(0).saturating_add(1);
            format!("{head}{next}{zeros}")
        }
        _ => format!("1{zeros}"),
    }
}

/// Whether a group ends where that many digits are left in front of the point.
fn is_border(left: usize, sizes: &[usize]) -> bool {
    let mut rest = left;
    let mut sizes = sizes.iter().copied().peekable();
    while let Some(size) = sizes.next() {
        if size == 0 {
            return false;
        }
        if sizes.peek().is_none() {
            return rest.is_multiple_of(size);
        }
        match rest.cmp(&size) {
            std::cmp::Ordering::Less => return false,
            std::cmp::Ordering::Equal => return true,
            std::cmp::Ordering::Greater => rest = rest.saturating_sub(size),
        }
    }
    false
}

/// Digits in groups in front of the point.
fn group(text: &str, point: &str, separator: &str, sizes: &[usize]) -> String {
    let (whole, fraction) = text.split_once('.').map_or((text, None), |(whole, fraction)| (whole, Some(fraction)));
    let mut out = String::new();
    for (at, c) in whole.chars().enumerate() {
        if at > 0 && is_border(whole.len().saturating_sub(at), sizes) {
            out.push_str(separator);
        }
        out.push(c);
    }
    if let Some(fraction) = fraction {
        let _ = write!(out, "{point}{fraction}");
    }
    out
}

fn exponent_form(number: &Number, decimals: usize) -> String {
    match number {
        Number::Double(value) => zeros::scientific(value.abs(), decimals),
        Number::Single(value) => zeros::scientific(f64::from(value.abs()), decimals),
        _ => {
            let text = plain(number);
            let text = text.trim_start_matches('-');
            let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
            let all = format!("{whole}{fraction}");
            let digits = all.trim_start_matches('0');
            if digits.is_empty() {
                return format!("0.{}e0", "0".repeat(decimals));
            }
            let leading = all.len().saturating_sub(digits.len());
            let length = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
            let mut exponent = length(whole.len()).saturating_sub(length(leading)).saturating_sub(1);
            let keep = decimals.saturating_add(1);
            let mut kept = digits.get(..keep).unwrap_or(digits).to_owned();
            if digits.as_bytes().get(keep).is_some_and(|next| *next >= b'5') {
                let up = increment(&kept);
                if up.len() > kept.len() {
                    exponent = exponent.saturating_add(1);
                }
                kept = up.get(..keep).unwrap_or(&up).to_owned();
            }
            let kept = zeros::behind(&kept, keep);
            let (first, rest) = kept.split_at(1);
            if rest.is_empty() { format!("{first}e{exponent}") } else { format!("{first}.{rest}e{exponent}") }
        }
    }
}

fn exponential(number: &Number, decimals: usize, letter: char) -> String {
    let text = exponent_form(number, decimals);
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let exponent: i64 = exponent.parse().unwrap_or(0);
    let sign = if is_negative(number) { "-" } else { "" };
    let direction = if exponent < 0 { '-' } else { '+' };
    format!("{sign}{mantissa}{letter}{direction}{:03}", exponent.abs())
}

fn bits(number: &Number, letter: char, width: usize) -> Option<String> {
    let text = match number {
        Number::Integer(value, size) => {
            let mask = 1_u128.checked_shl(*size).map_or(u128::MAX, |bit| bit.saturating_sub(1));
            let value = u128::from_le_bytes(value.to_le_bytes()) & mask;
            match letter {
                'x' => format!("{value:x}"),
                'X' => format!("{value:X}"),
                _ => format!("{value:b}"),
            }
        }
        Number::Big(value) => {
            let radix = if letter.eq_ignore_ascii_case(&'x') { 16 } else { 2 };
            let mut bytes = value.to_signed_bytes_be();
            if value.sign() == Sign::NoSign {
                bytes = vec![0];
            }
            let mut out = String::new();
            for byte in &bytes {
                let _ = if radix == 16 { write!(out, "{byte:02x}") } else { write!(out, "{byte:08b}") };
            }
            let fill = if value.is_negative() { if radix == 16 { 'f' } else { '1' } } else { '0' };
            let trimmed = out.trim_start_matches(fill);
            let sign_needed = trimmed.is_empty()
                || (radix == 16) && (trimmed.as_bytes().first().is_some_and(|b| *b >= b'8') != value.is_negative());
            let text = if sign_needed { format!("{fill}{trimmed}") } else { trimmed.to_owned() };
            if letter == 'X' { text.to_ascii_uppercase() } else { text }
        }
        _ => return None,
    };
    Some(zeros::before(&text, width))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::culture::{find, invariant};

    fn double(value: f64, text: &str) -> String {
        format(&Number::Double(value), text, &invariant().numbers).unwrap()
    }

    #[test]
    fn doubles_are_rounded_by_all_their_digits() {
        let mut value = 0.1_f64;
        for at in 0..2_000_u32 {
            value = if at % 2 == 0 { (value * 7919.7).fract() * 1000.0 } else { f64::from(at) / 64.0 };
            let exact = format!("{value:.60}");
            let (whole, fraction) = exact.split_once('.').unwrap();
            for decimals in 1..8 {
                let kept = format!("{whole}{}", &fraction[..decimals]);
                let rest = fraction[decimals..].trim_end_matches('0');
                let is_odd = kept.bytes().last().is_some_and(|digit| digit % 2 == 1);
                let up = if rest == "5" { is_odd } else { rest >= "5" };
                let digits = if up { increment(&kept) } else { kept };
                let (whole, fraction) = digits.split_at(digits.len() - decimals);
                assert_eq!(fixed_double(value, decimals), format!("{whole}.{fraction}"), "{value} {decimals}");
            }
        }
        assert_eq!([0.5, 1.5, 2.5, 3.5].map(|value| fixed_double(value, 0)), ["0", "2", "2", "4"]);
        assert_eq!(fixed_double(1.5, 2_000).len(), 2_002);
    }

    fn int(value: i128, text: &str) -> String {
        format(&Number::Integer(value, 32), text, &invariant().numbers).unwrap()
    }

    #[test]
    fn standard_formats() {
        assert_eq!(round_trip(0.1 + 0.2), "0.30000000000000004");
        assert_eq!(significant(0.1 + 0.2, 15), "0.3");
        assert_eq!(round_trip(1e16), "10000000000000000");
        assert_eq!(round_trip(1e17), "1E+17");
        assert_eq!(round_trip_single(1e8), "100000000");
        assert_eq!(round_trip_single(1e9), "1E+09");
        assert_eq!(round_trip(1e20), "1E+20");
        assert_eq!(round_trip(1e-5), "1E-05");
        assert_eq!(round_trip(123456789012345680.0), "1.2345678901234568E+17");
        assert_eq!(round_trip(-0.0), "-0");
        assert_eq!(double(1234.5, "N"), "1,234.50");
        assert_eq!(double(0.125, "P0"), "12 %");
        assert_eq!(double(0.135, "P0"), "14 %");
        assert_eq!(double(2.5, "F0"), "2");
        assert_eq!(double(3.5, "F0"), "4");
        assert_eq!(double(2.5, "0"), "3");
        assert_eq!(double(1234.5678, "E2"), "1.23E+003");
        assert_eq!(int(-1234, "C"), "(¤1,234.00)");
        assert_eq!(int(255, "X4"), "00FF");
        assert_eq!(int(-1, "x"), "ffffffff");
        assert_eq!(int(5, "D3"), "005");
        assert_eq!(int(12345, "G2"), "1.2E+04");
        assert!(format(&Number::Double(1.0), "D", &invariant().numbers).is_err());
    }

    #[test]
    fn cultures() {
        let show = |culture: &str, text: &str, value: f64| {
            format(&Number::Double(value), text, &find(culture).unwrap().numbers).unwrap()
        };
        assert_eq!(show("de-DE", "N2", -1234567.891), "-1.234.567,89");
        assert_eq!(show("de-DE", "", 1.5), "1,5");
        assert_eq!(show("de-DE", "#,##0.0", 1234.56), "1.234,6");
        assert_eq!(show("de-DE", "C", 1234.5), "1.234,50 €");
        assert_eq!(show("hi-IN", "N0", 12345678.0), "1,23,45,678");
        assert_eq!(show("en-US", "C", -5.0), "-$5.00");
        assert_eq!(show("en-US", "P1", 0.123), "12.3%");
        assert_eq!(show("en-US", "", f64::INFINITY), "∞");
    }

    #[test]
    fn custom_formats() {
        assert_eq!(double(1234.5678, "#,##0.00"), "1,234.57");
        assert_eq!(double(0.5, "#.##"), ".5");
        assert_eq!(int(5, "000"), "005");
        assert_eq!(int(-5, "0;(0)"), "(5)");
        assert_eq!(int(0, "0;(0);zero"), "zero");
        assert_eq!(double(0.256, "0.0%"), "25.6%");
        assert_eq!(int(1234567, "0,,M"), "1M");
        assert_eq!(double(12345.0, "0.00e+00"), "1.23e+04");
        assert_eq!(int(1234567890, "###-###-####"), "123-456-7890");
        assert_eq!(int(42, "'n='0"), "n=42");
    }
}
