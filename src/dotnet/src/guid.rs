//! `System.Guid`: its text forms and order.

use std::fmt;

/// A GUID; the bytes are in the order of its text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Guid(pub [u8; 16]);

impl Guid {
    /// Reads the forms `N`, `D`, `B` and `P`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let inner = match (text.strip_prefix('{'), text.strip_prefix('(')) {
            (Some(rest), _) => rest.strip_suffix('}')?,
            (_, Some(rest)) => rest.strip_suffix(')')?,
            _ => text,
        };
        let has_dashes = inner.contains('-');
        if has_dashes {
            let lengths: Vec<usize> = inner.split('-').map(str::len).collect();
            if lengths != [8, 4, 4, 4, 12] {
                return None;
            }
        } else if inner.len() != text.len() {
            return None;
        }
        let digits: Vec<u8> = inner.chars().filter(|c| *c != '-').map(hex).collect::<Option<_>>()?;
        let bytes: Vec<u8> = digits.chunks(2).map(|pair| pair.iter().fold(0_u8, |n, d| n << 4 | d)).collect();
        (digits.len() == 32).then_some(())?;
        Some(Self(bytes.try_into().ok()?))
    }

    /// The forms `N`, `D`, `B`, `P` and `X`; none for another letter.
    pub fn format(self, form: &str) -> Option<String> {
        let d = self.to_string();
        Some(match form {
            "" | "D" | "d" => d,
            "N" | "n" => d.replace('-', ""),
            "B" | "b" => format!("{{{d}}}"),
            "P" | "p" => format!("({d})"),
            "X" | "x" => self.nested(),
            _ => return None,
        })
    }

    fn nested(self) -> String {
        let mut hex = self.0.iter().map(|b| format!("{b:02x}"));
        let mut take = |n: usize| hex.by_ref().take(n).collect::<String>();
        let (a, b, c) = (take(4), take(2), take(2));
        let rest: Vec<String> = self.0.iter().skip(8).map(|b| format!("0x{b:02x}")).collect();
        format!("{{0x{a},0x{b},0x{c},{{{}}}}}", rest.join(","))
    }

    /// The bytes as `ToByteArray` gives them: the first three parts little-endian.
    pub fn to_dotnet_bytes(self) -> [u8; 16] {
        let mut bytes = self.0;
        for (start, length) in [(0_usize, 4_usize), (4, 2), (6, 2)] {
            if let Some(part) = bytes.get_mut(start..start.saturating_add(length)) {
                part.reverse();
            }
        }
        bytes
    }
}

fn hex(c: char) -> Option<u8> {
    c.to_digit(16).and_then(|d| u8::try_from(d).ok())
}

impl fmt::Display for Guid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, byte) in self.0.iter().enumerate() {
            if matches!(at, 4 | 6 | 8 | 10) {
                f.write_str("-")?;
            }
            write!(f, "{byte:02x}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms() {
        let guid = Guid::parse("{00112233-4455-6677-8899-AABBCCDDEEFF}").unwrap();
        assert_eq!(guid.to_string(), "00112233-4455-6677-8899-aabbccddeeff");
        assert_eq!(Guid::parse(&guid.format("N").unwrap()), Some(guid));
        assert_eq!(guid.format("X").unwrap(), "{0x00112233,0x4455,0x6677,{0x88,0x99,0xaa,0xbb,0xcc,0xdd,0xee,0xff}}");
        assert_eq!(Guid::parse("x"), None);
    }
}
