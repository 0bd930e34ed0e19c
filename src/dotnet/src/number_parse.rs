//! Text to numbers as .NET's `Parse` methods read it: blanks around, a sign, thousands separators where allowed.

#![allow(clippy::arithmetic_side_effects)] // on integers without bounds

use num_bigint::BigInt;

use crate::{culture::Numbers, limits};

/// Why a text is no number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParseNumberError {
    /// It is not written as one.
    Format,
    /// It is too large or too small.
    Overflow,
}

/// Reads an integer: `NumberStyles.Integer`.
///
/// # Errors
/// [`ParseNumberError::Format`] if it is none. Ranges are the caller's business.
pub fn integer(text: &str) -> Result<BigInt, ParseNumberError> {
    let text = trim(text);
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(ParseNumberError::Format);
    }
    if digits.len() > limits::MAX_DIGITS {
        return Err(ParseNumberError::Overflow);
    }
    let value = of_digits(digits)?;
    Ok(if text.starts_with('-') { -value } else { value })
}

/// The number of these digits: its halves first, so that the time for many does not grow with the square.
fn of_digits(digits: &str) -> Result<BigInt, ParseNumberError> {
    const FEW: usize = 1_000;
    match digits.split_at_checked(digits.len() / 2) {
        Some((high, low)) if digits.len() > FEW => {
            let weight = u32::try_from(low.len()).map_err(|_| ParseNumberError::Overflow)?;
            Ok(of_digits(high)? * BigInt::from(10).pow(weight) + of_digits(low)?)
        }
        _ => digits.parse().map_err(|_| ParseNumberError::Format),
    }
}

/// Reads a double: `NumberStyles.Float | NumberStyles.AllowThousands`.
///
/// # Errors
/// [`ParseNumberError::Format`] if it is none.
pub fn double(text: &str) -> Result<f64, ParseNumberError> {
    let text = trim(text);
    match text.to_ascii_lowercase().trim_start_matches('+') {
        "nan" | "-nan" => return Ok(f64::NAN),
        "infinity" | "∞" => return Ok(f64::INFINITY),
        "-infinity" | "-∞" => return Ok(f64::NEG_INFINITY),
        _ => {}
    }
    let plain = without_thousands(text).ok_or(ParseNumberError::Format)?;
    plain.parse().map_err(|_| ParseNumberError::Format)
}

/// Takes a number apart and drops the thousands separators; none if it is not written as a number.
pub fn without_thousands(text: &str) -> Option<String> {
    let mut out = String::new();
    let (mut digits, mut point, mut exponent) = (false, false, false);
    let mut chars = text.chars().peekable();
    if let Some(sign) = chars.next_if(|c| matches!(c, '+' | '-')) {
        out.push(sign);
    }
    while let Some(c) = chars.next() {
        match c {
            '0'..='9' => {
                digits = true;
                out.push(c);
            }
            ',' if digits && !point && !exponent => {}
            '.' if !point && !exponent => {
                point = true;
                out.push(c);
            }
            'e' | 'E' if digits && !exponent => {
                exponent = true;
                out.push('e');
                if let Some(sign) = chars.next_if(|c| matches!(c, '+' | '-')) {
                    out.push(sign);
                }
                chars.peek().filter(|c| c.is_ascii_digit())?;
            }
            _ => return None,
        }
    }
    digits.then_some(out)
}

/// Drops the blanks .NET allows around numbers.
pub fn trim(text: &str) -> &str {
    text.trim_matches(|c| matches!(c, ' ' | '\t' | '\n' | '\r' | '\x0b' | '\x0c'))
}

/// What a text of a number may hold besides digits: the bits of `NumberStyles`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Styles(pub i64);

impl Styles {
    /// Blanks around, a sign in front.
    pub const INTEGER: Self = Self(7);
    /// As integers, a point and an exponent.
    pub const FLOAT: Self = Self(167);
    /// As floats, with thousands separators: what `double.Parse` takes.
    pub const DOUBLE: Self = Self(231);
    /// Signs on both sides, a point and thousands separators: what `decimal.Parse` takes.
    pub const NUMBER: Self = Self(111);
    const LEADING_WHITE: i64 = 1;
    const TRAILING_WHITE: i64 = 2;
    const LEADING_SIGN: i64 = 4;
    const TRAILING_SIGN: i64 = 8;
    const PARENTHESES: i64 = 16;
    const POINT: i64 = 32;
    const THOUSANDS: i64 = 64;
    const EXPONENT: i64 = 128;
    const CURRENCY: i64 = 256;
    const HEX: i64 = 512;
    const BINARY: i64 = 1024;

    fn has(self, bit: i64) -> bool {
        self.0 & bit != 0
    }

    /// The base of the digits, where it is not ten: they are bits then.
    pub fn radix(self) -> Option<u32> {
        if self.has(Self::HEX) {
            Some(16)
        } else if self.has(Self::BINARY) {
            Some(2)
        } else {
            None
        }
    }
}

/// Reads a number written in these styles and writes it plainly: sign, digits, point, exponent.
///
/// # Errors
/// [`ParseNumberError::Format`] if it is not written so.
pub fn plain(source: &str, styles: Styles, culture: &Numbers) -> Result<String, ParseNumberError> {
    scan(source, styles, culture).ok_or(ParseNumberError::Format)
}

/// What stands behind a sign of the culture, if the text begins with it; blanks are as good as those that do not break.
fn behind<'t>(text: &'t str, sign: &str) -> Option<&'t str> {
    if sign.is_empty() {
        return None;
    }
    let mut rest = text.chars();
    for wanted in sign.chars() {
        let c = rest.next()?;
        if c != wanted && !(c == ' ' && matches!(wanted, '\u{a0}' | '\u{202f}')) {
            return None;
        }
    }
    Some(rest.as_str())
}

/// What stands behind a sign of a number, and whether it is a minus.
fn behind_sign<'t>(text: &'t str, culture: &Numbers) -> Option<(&'t str, bool)> {
    let minus = behind(text, &culture.minus).or_else(|| text.strip_prefix('-'));
    let sign = minus.map(|rest| (rest, true));
    sign.or_else(|| behind(text, &culture.plus).or_else(|| text.strip_prefix('+')).map(|rest| (rest, false)))
}

fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\x0b' | '\x0c')
}

fn scan(source: &str, styles: Styles, culture: &Numbers) -> Option<String> {
    let mut rest = source;
    let (mut negative, mut signed, mut open, mut priced) = (false, false, false, false);
    let price = |rest| behind(rest, &culture.currency).filter(|_| styles.has(Styles::CURRENCY));
    // What may stand in front, in any order.
    while let Some(c) = rest.chars().next() {
        if is_blank(c) && styles.has(Styles::LEADING_WHITE) {
        } else if let Some((tail, minus)) = behind_sign(rest, culture)
            && styles.has(Styles::LEADING_SIGN)
            && !signed
        {
            (signed, negative, rest) = (true, minus, tail);
            continue;
        } else if c == '(' && styles.has(Styles::PARENTHESES) && !signed {
            (signed, negative, open) = (true, true, true);
        } else if let Some(tail) = price(rest).filter(|_| !priced) {
            (priced, rest) = (true, tail);
            continue;
        } else {
            break;
        }
        rest = rest.get(c.len_utf8()..)?;
    }
    let mut out = String::from(if negative { "-" } else { "" });
    rest = digits(rest, styles, culture, priced, &mut out)?;
    // What may stand behind.
    while let Some(c) = rest.chars().next() {
        if is_blank(c) && styles.has(Styles::TRAILING_WHITE) || c == '\0' {
        } else if let Some((tail, minus)) = behind_sign(rest, culture)
            && styles.has(Styles::TRAILING_SIGN)
            && !signed
        {
            (signed, rest) = (true, tail);
            if minus {
                out.insert(0, '-');
            }
            continue;
        } else if c == ')' && open {
            open = false;
        } else if let Some(tail) = price(rest).filter(|_| !priced) {
            (priced, rest) = (true, tail);
            continue;
        } else {
            return None;
        }
        rest = rest.get(c.len_utf8()..)?;
    }
    (!open).then_some(out)
}

/// Takes digits with a point and an exponent, and gives the rest.
fn digits<'t>(mut rest: &'t str, styles: Styles, culture: &Numbers, priced: bool, out: &mut String) -> Option<&'t str> {
    let (mut any, mut point) = (false, false);
    let is_money = styles.has(Styles::CURRENCY);
    let of_number = |rest: &'t str, plain: &str, money: &str| {
        let plain = behind(rest, plain).filter(|_| !priced);
        plain.or_else(|| behind(rest, money).filter(|_| is_money))
    };
    while let Some(c) = rest.chars().next() {
        if c.is_ascii_digit() {
            any = true;
            out.push(c);
            rest = rest.get(1..)?;
        } else if !point
            && styles.has(Styles::POINT)
            && let Some(tail) = of_number(rest, &culture.point, &culture.currency_point)
        {
            point = true;
            out.push('.');
            rest = tail;
        } else if any
            && !point
            && styles.has(Styles::THOUSANDS)
            && let Some(tail) = of_number(rest, &culture.group, &culture.currency_group)
        {
            rest = tail;
        } else {
            break;
        }
    }
    if !any {
        return None;
    }
    if styles.has(Styles::EXPONENT)
        && let Some(tail) = rest.strip_prefix(['e', 'E'])
    {
        let unsigned = tail.strip_prefix(['+', '-']).unwrap_or(tail);
        let end = unsigned.find(|c: char| !c.is_ascii_digit()).unwrap_or(unsigned.len());
        if end > 0 {
            out.push('e');
            out.push_str(if tail.starts_with('-') { "-" } else { "" });
            out.push_str(unsigned.get(..end)?);
            return unsigned.get(end..);
        }
    }
    Some(rest)
}

/// Exponents beyond this make every integer too large.
const MAX_EXPONENT: i64 = 400;

/// Reads an integer in these styles; digits of base 16 or 2 are the bits of a number that has so many of them.
///
/// # Errors
/// [`ParseNumberError`]; an integer with a fraction is too large or too small.
pub fn styled_integer(
    source: &str,
    styles: Styles,
    culture: &Numbers,
    bits: Option<u32>,
    signed: bool,
) -> Result<BigInt, ParseNumberError> {
    use ParseNumberError::{Format, Overflow};
    if let Some(radix) = styles.radix() {
        let text = source.trim_matches(is_blank);
        let n = BigInt::parse_bytes(text.as_bytes(), radix).filter(|_| !text.starts_with(['+', '-'])).ok_or(Format)?;
        let Some(bits) = bits else {
            // Of a number without bounds the first digit tells the sign.
            let width = u64::from(radix.ilog2()).saturating_mul(u64::try_from(text.len()).unwrap_or(u64::MAX));
            let top = width.saturating_sub(1);
            return Ok(if n.bit(top) { n - (BigInt::from(1) << width) } else { n });
        };
        if n.bits() > u64::from(bits) {
            return Err(Overflow);
        }
        let top = u64::from(bits).saturating_sub(1);
        return Ok(if signed && n.bit(top) { n - (BigInt::from(1) << bits) } else { n });
    }
    let shown = plain(source, styles, culture)?;
    let (mantissa, exponent) = shown.split_once('e').unwrap_or((&shown, "0"));
    let exponent: i64 = exponent.parse().map_err(|_| Overflow)?;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let fraction = fraction.trim_end_matches('0');
    let shift = exponent.saturating_sub(i64::try_from(fraction.len()).unwrap_or(0));
    let mut digits = format!("{whole}{fraction}");
    if digits.is_empty() || digits == "-" {
        digits.push('0');
    }
    let n = integer(&digits)?;
    if n == BigInt::from(0) {
        return Ok(n);
    }
    if shift.abs() > MAX_EXPONENT {
        return Err(Overflow);
    }
    let power = BigInt::from(10).pow(u32::try_from(shift.unsigned_abs()).unwrap_or(0));
    if shift >= 0 {
        return Ok(n * power);
    }
    let zero = BigInt::from(0);
    if &n % &power == zero { Ok(n / power) } else { Err(Overflow) }
}

/// Reads a double in these styles.
///
/// # Errors
/// [`ParseNumberError::Format`] if it is none.
pub fn styled_double(source: &str, styles: Styles, culture: &Numbers) -> Result<f64, ParseNumberError> {
    match plain(source, styles, culture) {
        Ok(shown) => shown.parse().map_err(|_| ParseNumberError::Format),
        Err(_) => match trim(source).to_lowercase().trim_start_matches('+') {
            text if text == culture.nan.to_lowercase() => Ok(f64::NAN),
            text if text == culture.infinity.to_lowercase() => Ok(f64::INFINITY),
            text if text == culture.minus_infinity.to_lowercase() => Ok(f64::NEG_INFINITY),
            "nan" | "-nan" => Ok(f64::NAN),
            "infinity" | "∞" => Ok(f64::INFINITY),
            "-infinity" | "-∞" => Ok(f64::NEG_INFINITY),
            _ => Err(ParseNumberError::Format),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_dotnet_reads() {
        assert_eq!(integer(" -12 "), Ok(BigInt::from(-12)));
        assert_eq!(integer("1,000"), Err(ParseNumberError::Format));
        assert_eq!(double("1,000.5"), Ok(1000.5));
        assert_eq!(double("1e3"), Ok(1000.0));
        assert_eq!(double("1e"), Err(ParseNumberError::Format));
        assert_eq!(double(""), Err(ParseNumberError::Format));
    }

    #[test]
    fn styles_say_what_is_allowed() {
        let currency = Styles(383);
        let culture = |name| crate::culture::find(name).unwrap();
        let (us, none, german) = (&culture("en-US").numbers, &culture("").numbers, &culture("de-DE").numbers);
        assert_eq!(plain("($1,234.50)", currency, us).as_deref(), Ok("-1234.50"));
        assert_eq!(plain("1.234,50 €", currency, german).as_deref(), Ok("1234.50"));
        assert_eq!(plain("1.234,5", Styles::DOUBLE, german).as_deref(), Ok("1234.5"));
        assert_eq!(plain("1 234,5", Styles::DOUBLE, &culture("fr-FR").numbers).as_deref(), Ok("1234.5"));
        assert_eq!(plain("5-", Styles::NUMBER, none).as_deref(), Ok("-5"));
        assert_eq!(plain("5-", Styles::INTEGER, none), Err(ParseNumberError::Format));
        let integer = |text: &str, styles: i64| styled_integer(text, Styles(styles), none, Some(8), true);
        assert_eq!(integer("FF", 515), Ok(BigInt::from(-1)));
        assert_eq!(integer("1FF", 515), Err(ParseNumberError::Overflow));
        assert_eq!(integer("1.50e1", 167), Ok(BigInt::from(15)));
        assert_eq!(integer("1.5", 167), Err(ParseNumberError::Overflow));
        assert_eq!(styled_integer("FF", Styles(515), none, None, true), Ok(BigInt::from(-1)));
    }
}
