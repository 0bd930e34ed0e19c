//! The escapes of PowerShell inside text: `_xHHHH_` stands for a UTF-16 code unit (clixml section 3, MS-PSRP 2.2.5.3.2).
//!
//! They are applied before XML's own escapes on the way out and after them on the way in, to strings, names of members,
//! type names, ToString texts, script blocks, XML documents and URIs. Numbers, GUIDs and base64 have none.

use crate::string::{Builder, PsString, Text};
use alloc::borrow::Cow;
use alloc::string::String;
use core::fmt::Write as _;

/// `text` with every character that does not travel as itself written as `_xHHHH_`.
///
/// These are the control characters U+0000 to U+001F and U+007F to U+009F, surrogates (so that a character beyond
/// U+FFFF becomes two escapes), the non-characters U+FFFE and U+FFFF, and an underscore in front of `x` or `X`.
pub fn escape<'a>(text: impl Into<Text<'a>>) -> Cow<'a, str> {
    let text = text.into();
    match text {
        Text::Utf8(text) if split_special(text, Xml::None).is_none() => Cow::Borrowed(text),
        text => {
            let mut out = String::new();
            push_escaped(&mut out, text, Xml::None);
            Cow::Owned(out)
        }
    }
}

/// Which of XML's own escapes are applied on top.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Xml {
    None,
    Text,
    /// Inside double quotes.
    Attribute,
}

/// Appends `text` with its escapes.
pub(crate) fn push_escaped(out: &mut String, text: Text<'_>, xml: Xml) {
    match text {
        Text::Utf8(text) => push_escaped_str(out, text, xml),
        Text::Utf16(units) => {
            let mut run = String::new();
            for c in char::decode_utf16(units.iter().copied()) {
                match c {
                    Ok(c) => run.push(c),
                    Err(lone) => {
                        push_escaped_str(out, &run, xml);
                        run.clear();
                        push_escape(out, lone.unpaired_surrogate());
                    }
                }
            }
            push_escaped_str(out, &run, xml);
        }
    }
}

fn push_escaped_str(out: &mut String, mut text: &str, xml: Xml) {
    while let Some((plain, special, rest)) = split_special(text, xml) {
        out.push_str(plain);
        match special {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| push_escape(out, *unit)),
        }
        text = rest;
    }
    out.push_str(text);
}

/// The text before the first character that is not written as itself, that character, and the text after it.
fn split_special(text: &str, xml: Xml) -> Option<(&str, char, &str)> {
    let mut from = 0_usize;
    loop {
        let candidate = text.as_bytes().get(from..)?.iter().position(|byte| may_lead_special(*byte))?;
        let at = from.checked_add(candidate)?;
        let mut rest = text.get(at..)?.chars();
        let c = rest.next()?;
        let special = match c {
            '&' | '<' | '>' => xml != Xml::None,
            '"' => xml == Xml::Attribute,
            '_' => rest.as_str().starts_with(['x', 'X']),
            '\0'..='\u{1F}' | '\u{7F}'..='\u{9F}' | '\u{FFFE}'.. => true,
            _ => false,
        };
        if special {
            return Some((text.get(..at)?, c, rest.as_str()));
        }
        from = at.checked_add(c.len_utf8())?;
    }
}

/// Whether a character whose UTF-8 begins with `byte` may be a special one: this decides nearly all of a text at the
/// price of one comparison a byte.
fn may_lead_special(byte: u8) -> bool {
    matches!(byte, 0..=0x1F | b'"' | b'&' | b'<' | b'>' | b'_' | 0x7F | 0xC2 | 0xEF..)
}

fn push_escape(out: &mut String, unit: u16) {
    // Writing to a String cannot fail.
    let _ = write!(out, "_x{unit:04X}_");
}

/// `text` with every escape decoded. What only looks like one (`_x41_`, `_x00110000_`) is text.
///
/// As in .NET's `XmlConvert.DecodeName`, which PowerShell uses, the digits may be of either case, and eight of them name
/// a character beyond U+FFFF.
pub fn unescape(text: &str) -> PsString {
    let Some((mut plain, mut rest)) = split_escape(text) else { return PsString::from(text) };
    let mut out = Builder::default();
    loop {
        out.push_str(plain);
        let (code, after) = rest;
        match code {
            Code::Unit(unit) => out.push_unit(unit),
            Code::Char(c) => out.push_str(c.encode_utf8(&mut [0; 4])),
        }
        match split_escape(after) {
            Some(next) => (plain, rest) = next,
            None => {
                out.push_str(after);
                return out.finish();
            }
        }
    }
}

/// What an escape stands for.
enum Code {
    Unit(u16),
    Char(char),
}

/// The text before the first escape, the escape, and the text after it.
fn split_escape(text: &str) -> Option<(&str, (Code, &str))> {
    let mut from = 0_usize;
    loop {
        let at = text.get(from..)?.find('_')?.checked_add(from)?;
        if let Some((code, after)) = decode(text.get(at..)?) {
            return Some((text.get(..at)?, (code, after)));
        }
        from = at.checked_add(1)?;
    }
}

/// The escape that `text` begins with, and the text after it.
fn decode(text: &str) -> Option<(Code, &str)> {
    let digits = text.strip_prefix("_x").or_else(|| text.strip_prefix("_X"))?;
    let split = |count: usize| Some((digits.get(..count)?, digits.get(count..)?.strip_prefix('_')?));
    let (digits, after) = split(4).or_else(|| split(8))?;
    if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    let value = u32::from_str_radix(digits, 16).ok()?;
    // .NET holds eight digits in a signed number: 80000000 and more is negative, passes as "not beyond U+FFFF", and
    // loses its upper half.
    let low = u16::try_from(value & 0xFFFF).ok()?;
    if value <= 0xFFFF || value > 0x7FFF_FFFF {
        return Some((Code::Unit(low), after));
    }
    char::from_u32(value).map(|c| (Code::Char(c), after))
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;
    use proptest::prelude::*;

    #[test]
    fn escapes_what_powershell_escapes() {
        for (text, written) in [
            ("plain, with ümlaut and \u{A0}", "plain, with ümlaut and \u{A0}"),
            ("a\tb\r\n", "a_x0009_b_x000D__x000A_"),
            ("\0\u{1F}\u{7F}\u{9F}", "_x0000__x001F__x007F__x009F_"),
            ("a\n_x0041_ 😀", "a_x000A__x005F_x0041_ _xD83D__xDE00_"),
            ("x_X_x_xy__x", "x_x005F_X_x005F_x_x005F_xy__x005F_x"),
            ("_ __ _y", "_ __ _y"),
            ("\u{FFFD}\u{FFFE}\u{FFFF}", "\u{FFFD}_xFFFE__xFFFF_"),
        ] {
            assert_eq!(escape(text), written);
            let units: Vec<u16> = text.encode_utf16().collect();
            assert_eq!(escape(units.as_slice()), written);
            assert_eq!(unescape(written), text);
        }
        assert_eq!(escape(&[0x61, 0xDE00, 0xD83D, 0x5F][..]), "a_xDE00__xD83D__");
    }

    /// Each line is what a PowerShell 7.6.9 made of the text.
    #[test]
    fn unescapes_what_powershell_unescapes() {
        for (written, text) in [
            ("a_x0041_b", "aAb"),
            ("_X0041_", "A"),
            ("_x0001F600_", "😀"),
            ("_x00110000_", "_x00110000_"),
            ("_xD83D__xDE00_", "😀"),
            ("_x004_", "_x004_"),
            ("_x00041_", "_x00041_"),
            ("_x005f_x0041_", "_x0041_"),
            ("__x0041_", "_A"),
            ("_x0041_x0042_", "Ax0042_"),
            ("_x0041__x0042_", "AB"),
            ("_xg041__x0042_", "_xg041_B"),
            ("_xFFFFFFFF_", "\u{FFFF}"),
        ] {
            assert_eq!(unescape(written), text, "{written}");
        }
        assert_eq!(unescape("_xD83D_"), PsString::from_utf16(&[0xD83D]));
        assert_eq!(unescape("_x0000D83D_"), PsString::from_utf16(&[0xD83D]));
        assert_eq!(unescape("_xD83D_-_xDE00_"), PsString::from_utf16(&[0xD83D, 0x2D, 0xDE00]));
    }

    proptest! {
        #[test]
        fn any_code_units_come_back(units: Vec<u16>) {
            let text = PsString::from_utf16(&units);
            prop_assert_eq!(unescape(&escape(&text)), text);
        }

        #[test]
        fn any_escape_like_text_comes_back(text in "[_xX0-9A-Fa-f😀\u{0}]{0,40}") {
            prop_assert_eq!(unescape(&escape(&*text)), &*text);
        }
    }
}
