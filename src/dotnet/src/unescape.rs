//! `Regex.Unescape`.

use crate::Str;

/// A text with its escapes undone.
///
/// # Errors
/// An escape that is none, in .NET's words.
pub fn unescape(text: &str) -> Result<Str, String> {
    let chars: Vec<char> = text.chars().collect();
    let mut units: Vec<u16> = Vec::with_capacity(chars.len());
    let mut at = 0_usize;
    while let Some(c) = chars.get(at).copied() {
        at = at.saturating_add(1);
        if c != '\\' {
            units.extend_from_slice(c.encode_utf16(&mut [0; 2]));
            continue;
        }
        let Some(c) = chars.get(at).copied() else { break };
        at = at.saturating_add(1);
        let fail = |at: usize, what: &str| Err(format!("Invalid pattern '{text}' at offset {at}. {what}"));
        let digits = |from: usize, count: usize, radix: u32| {
            let digits: String = chars.get(from..)?.iter().take(count).take_while(|c| c.is_digit(radix)).collect();
            Some((u16::from_str_radix(&digits, radix).ok()?, digits.len()))
        };
        match c {
            'x' | 'u' => {
                let count = if c == 'x' { 2 } else { 4 };
                match digits(at, count, 16) {
                    Some((unit, have)) if have == count => units.push(unit),
                    _ => return fail(at, "Insufficient or invalid hexadecimal digits."),
                }
                at = at.saturating_add(count);
            }
            '0'..='7' => {
                let (unit, have) = digits(at.saturating_sub(1), 3, 8).unwrap_or((0, 1));
                units.push(unit & 0xff);
                at = at.saturating_sub(1).saturating_add(have);
            }
            'c' => match chars.get(at).map(char::to_ascii_uppercase).and_then(|c| u8::try_from(c).ok()) {
                Some(control @ b'@'..=b'_') => {
                    units.push(u16::from(control & 0x1f));
                    at = at.saturating_add(1);
                }
                Some(_) => return fail(at, "Unrecognized control character."),
                None => return fail(at, "Missing control character."),
            },
            'a' => units.push(7),
            'b' => units.push(8),
            'e' => units.push(0x1b),
            'f' => units.push(0xc),
            'n' => units.push(0xa),
            'r' => units.push(0xd),
            't' => units.push(9),
            'v' => units.push(0xb),
            _ if c.is_alphanumeric() || c == '_' => {
                return fail(at, &format!("Unrecognized escape sequence \\{c}."));
            }
            _ => units.extend_from_slice(c.encode_utf16(&mut [0; 2])),
        }
    }
    Ok(Str::from_units(&units))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_undone() {
        assert_eq!(unescape(r"\x41\u0042\\\t\101").unwrap().as_str(), "AB\\\tA");
        assert_eq!(unescape(r"a\").unwrap().as_str(), "a");
        let error = unescape(r"\x41\u0041\\ \q").unwrap_err();
        assert_eq!(error, r"Invalid pattern '\x41\u0041\\ \q' at offset 15. Unrecognized escape sequence \q.");
    }
}
