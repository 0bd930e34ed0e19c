//! Text as bytes: the encodings of `-Encoding` and of .NET's readers and writers.

use encoding_rs::Encoding as CodePage;
use psrpd_dotnet::Str;

use super::utf7;

/// How text is written as bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    Ascii,
    Latin1,
    Utf7,
    Utf8 {
        mark: bool,
    },
    Utf16 {
        big: bool,
        mark: bool,
    },
    Utf32 {
        big: bool,
        mark: bool,
    },
    /// One of the older code pages.
    Page(&'static CodePage),
}

/// What PowerShell writes unless told otherwise.
pub(crate) const UTF8: Encoding = Encoding::Utf8 { mark: false };

impl Encoding {
    /// The encoding by a name of PowerShell or .NET, or the number of a code page.
    pub(crate) fn find(name: &str) -> Option<Self> {
        let lower = name.trim().to_ascii_lowercase();
        Some(match lower.as_str() {
            "ascii" | "us-ascii" | "20127" => Self::Ascii,
            "utf7" => Self::Utf7,
            "utf8" | "utf8nobom" | "default" | "oem" => UTF8,
            "utf8bom" | "utf-8" | "65001" => Self::Utf8 { mark: true },
            "unicode" | "string" | "unknown" | "utf-16" | "utf-16le" | "1200" => Self::Utf16 { big: false, mark: true },
            "bigendianunicode" | "utf-16be" | "unicodefffe" | "1201" => Self::Utf16 { big: true, mark: true },
            "utf32" | "utf-32" | "utf-32le" | "12000" => Self::Utf32 { big: false, mark: true },
            "bigendianutf32" | "utf-32be" | "12001" => Self::Utf32 { big: true, mark: true },
            "latin1" | "iso-8859-1" | "iso_8859-1" | "28591" => Self::Latin1,
            "ansi" => Self::Page(encoding_rs::WINDOWS_1252),
            other => Self::Page(page(other)?),
        })
    }

    /// The byte order mark.
    pub(crate) fn preamble(self) -> &'static [u8] {
        match self {
            Self::Utf8 { mark: true } => &[0xEF, 0xBB, 0xBF],
            Self::Utf16 { big: false, mark: true } => &[0xFF, 0xFE],
            Self::Utf16 { big: true, mark: true } => &[0xFE, 0xFF],
            Self::Utf32 { big: false, mark: true } => &[0xFF, 0xFE, 0, 0],
            Self::Utf32 { big: true, mark: true } => &[0, 0, 0xFE, 0xFF],
            _ => &[],
        }
    }

    /// Text as bytes, without a mark.
    pub(crate) fn encode(self, shown: &Str) -> Vec<u8> {
        match self {
            Self::Ascii => limited(shown, 0x7F),
            Self::Latin1 => limited(shown, 0xFF),
            Self::Utf7 => utf7::encode(shown),
            Self::Utf8 { .. } => shown.as_bytes().to_vec(),
            Self::Utf16 { big, .. } => shown
                .units()
                .iter()
                .flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() })
                .collect(),
            Self::Utf32 { big, .. } => shown
                .chars()
                .flat_map(|c| if big { u32::from(c).to_be_bytes() } else { u32::from(c).to_le_bytes() })
                .collect(),
            Self::Page(page) => {
                let mut bytes = Vec::new();
                for c in shown.chars() {
                    let one = c.to_string();
                    match page.encode(&one) {
                        (_, _, true) => bytes.push(b'?'),
                        (encoded, ..) => bytes.extend_from_slice(&encoded),
                    }
                }
                bytes
            }
        }
    }

    /// The encoding that the first bytes tell by their mark, and how long the mark is.
    pub(crate) fn marked(bytes: &[u8]) -> Option<(Self, usize)> {
        Some(match bytes {
            [0xEF, 0xBB, 0xBF, ..] => (Self::Utf8 { mark: true }, 3),
            [0xFF, 0xFE, 0, 0, ..] => (Self::Utf32 { big: false, mark: true }, 4),
            [0, 0, 0xFE, 0xFF, ..] => (Self::Utf32 { big: true, mark: true }, 4),
            [0xFF, 0xFE, ..] => (Self::Utf16 { big: false, mark: true }, 2),
            [0xFE, 0xFF, ..] => (Self::Utf16 { big: true, mark: true }, 2),
            _ => return None,
        })
    }

    /// Bytes as text.
    pub(crate) fn decode(self, bytes: &[u8]) -> Str {
        match self {
            Self::Ascii => {
                bytes.iter().map(|b| if b.is_ascii() { char::from(*b) } else { '\u{FFFD}' }).collect::<String>().into()
            }
            Self::Latin1 => bytes.iter().map(|b| char::from(*b)).collect::<String>().into(),
            Self::Utf7 => utf7::decode(bytes),
            Self::Utf8 { .. } => String::from_utf8_lossy(bytes).into(),
            Self::Utf16 { big, .. } => {
                let unit = |pair: &[u8]| match *pair {
                    [a, b] if big => u16::from_be_bytes([a, b]),
                    [a, b] => u16::from_le_bytes([a, b]),
                    _ => 0xFFFD,
                };
                let units: Vec<u16> = bytes.chunks(2).map(unit).collect();
                Str::from_units(&units)
            }
            Self::Utf32 { big, .. } => {
                let scalar = |four: &[u8]| match *four {
                    [a, b, c, d] if big => u32::from_be_bytes([a, b, c, d]),
                    [a, b, c, d] => u32::from_le_bytes([a, b, c, d]),
                    _ => 0xFFFD,
                };
                let chars = bytes.chunks(4).map(|four| char::from_u32(scalar(four)).unwrap_or('\u{FFFD}'));
                chars.collect::<String>().into()
            }
            Self::Page(page) => page.decode_without_bom_handling(bytes).0.into_owned().into(),
        }
    }

    /// How many of the last bytes belong to a character that is not whole yet.
    pub(crate) fn unfinished(self, bytes: &[u8]) -> usize {
        let odd = |width: usize| bytes.len().checked_rem(width).unwrap_or(0);
        match self {
            Self::Ascii | Self::Latin1 => 0,
            // A run of base64 that has not ended.
            Self::Utf7 => {
                let begin = bytes.iter().rposition(|byte| *byte == b'+');
                let is_run = |at: &usize| {
                    bytes.iter().skip(at.saturating_add(1)).all(|b| b.is_ascii_alphanumeric() || *b == b'/')
                };
                begin.filter(is_run).map_or(0, |at| bytes.len().saturating_sub(at))
            }
            Self::Utf16 { big, .. } => {
                let rest = odd(2);
                let whole = bytes.get(..bytes.len().saturating_sub(rest)).unwrap_or(&[]);
                let high = match *whole {
                    [.., a, _] if big => a,
                    [.., _, b] => b,
                    _ => 0,
                };
                if (0xD8..0xDC).contains(&high) { rest.saturating_add(2) } else { rest }
            }
            Self::Utf32 { .. } => odd(4),
            Self::Utf8 { .. } => match std::str::from_utf8(bytes) {
                Err(failure) if failure.error_len().is_none() => bytes.len().saturating_sub(failure.valid_up_to()),
                _ => {
                    // Bad bytes before may hide a character that is cut off at the end.
                    (1..=3_usize.min(bytes.len()))
                        .find(|back| {
                            let tail = bytes.get(bytes.len().saturating_sub(*back)..).unwrap_or(&[]);
                            tail.first().is_some_and(|lead| *lead >= 0xC2)
                                && std::str::from_utf8(tail).is_err_and(|failure| failure.error_len().is_none())
                        })
                        .unwrap_or(0)
                }
            },
            Self::Page(page) if page.is_single_byte() => 0,
            // A lead byte of two may stand at the end.
            Self::Page(_) => usize::from(bytes.last().is_some_and(|last| *last >= 0x80)),
        }
    }
}

/// Characters up to a number, one byte each; others become `?`, one for each UTF-16 unit.
fn limited(shown: &Str, last: u16) -> Vec<u8> {
    shown.units().iter().map(|unit| if *unit <= last { u8::try_from(*unit).unwrap_or(b'?') } else { b'?' }).collect()
}

fn page(name: &str) -> Option<&'static CodePage> {
    let label = match name.parse::<u32>() {
        Ok(number @ (874 | 1250..=1258)) => format!("windows-{number}"),
        Ok(number @ 28592..=28606) => format!("iso-8859-{}", number.saturating_sub(28590)),
        Ok(866) => "ibm866".into(),
        Ok(932) => "shift_jis".into(),
        Ok(936) => "gbk".into(),
        Ok(949) => "euc-kr".into(),
        Ok(950) => "big5".into(),
        Ok(10000) => "macintosh".into(),
        Ok(20866) => "koi8-r".into(),
        Ok(21866) => "koi8-u".into(),
        Ok(51932) => "euc-jp".into(),
        Ok(54936) => "gb18030".into(),
        Ok(_) => return None,
        Err(_) => name.to_owned(),
    };
    CodePage::for_label_no_replacement(label.as_bytes())
}

/// What a name that is no encoding fails with.
pub(crate) fn unknown(name: &str) -> String {
    format!(
        "'{name}' is not a supported encoding name. For information on defining a custom encoding, see the documentation for the Encoding.RegisterProvider method. (Parameter 'name')"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_of_text() {
        let text = Str::from("é😀");
        assert_eq!(Encoding::Ascii.encode(&text), b"???");
        assert_eq!(Encoding::find("ansi").unwrap().encode(&text), [0xE9, b'?']);
        assert_eq!(Encoding::find("bigendianunicode").unwrap().encode(&text), [0, 0xE9, 0xD8, 0x3D, 0xDE, 0]);
        assert_eq!(Encoding::find("utf32").unwrap().decode(&[0xE9, 0, 0, 0]).as_str(), "é");
        assert!(Encoding::find("nonsense").is_none());
    }

    #[test]
    fn characters_that_are_cut_off() {
        assert_eq!(UTF8.unfinished("aé".as_bytes()), 0);
        assert_eq!(UTF8.unfinished(&[b'a', 0xF0, 0x9F]), 2);
        assert_eq!(UTF8.unfinished(&[0xFF, b'a', 0xC3]), 1);
        assert_eq!(UTF8.unfinished(&[0xE9, 0xE9]), 1);
        assert_eq!(Encoding::Utf16 { big: false, mark: true }.unfinished(&[0x3D, 0xD8]), 2);
    }
}
