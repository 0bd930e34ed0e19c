//! Text to numbers as .NET's `Parse` methods read it: blanks around, a sign, thousands separators where allowed.

use num_bigint::BigInt;

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
    text.strip_prefix('+').unwrap_or(text).parse().map_err(|_| ParseNumberError::Format)
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
}
