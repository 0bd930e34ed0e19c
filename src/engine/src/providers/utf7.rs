//! UTF-7: text in the characters that old mail could carry, the others as base64 of their UTF-16 units.

use psrpd_dotnet::Str;

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Whether a unit stands for itself.
fn is_direct(unit: u16) -> bool {
    u8::try_from(unit).is_ok_and(|byte| byte.is_ascii_alphanumeric() || b"'(),-./:? \t\r\n".contains(&byte))
}

fn digit(bits: u32) -> u8 {
    BASE64.get(usize::try_from(bits & 63).unwrap_or(0)).copied().unwrap_or(b'A')
}

/// Text as bytes.
pub(super) fn encode(text: &Str) -> Vec<u8> {
    let mut out = Vec::new();
    // The bits of a run of units that are not written yet.
    let mut run: Option<(u32, u32)> = None;
    for unit in text.units().iter().copied() {
        if is_direct(unit) {
            end(&mut out, run.take());
            out.push(u8::try_from(unit).unwrap_or(b'?'));
            continue;
        }
        if run.is_none() && unit == u16::from(b'+') {
            out.extend_from_slice(b"+-");
            continue;
        }
        let (bits, count) = run.unwrap_or_else(|| {
            out.push(b'+');
            (0, 0)
        });
        let (bits, mut count) = ((bits << 16) | u32::from(unit), count.saturating_add(16));
        while count >= 6 {
            count = count.saturating_sub(6);
            out.push(digit(bits >> count));
        }
        run = Some((bits & !(u32::MAX << count), count));
    }
    end(&mut out, run);
    out
}

/// Ends a run.
fn end(out: &mut Vec<u8>, run: Option<(u32, u32)>) {
    let Some((bits, count)) = run else { return };
    if count > 0 {
        out.push(digit(bits << 6_u32.saturating_sub(count)));
    }
    out.push(b'-');
}

/// Bytes as text.
pub(super) fn decode(bytes: &[u8]) -> Str {
    let mut units: Vec<u16> = Vec::new();
    let mut run: Option<(u32, u32)> = None;
    let mut is_first = false;
    for byte in bytes.iter().copied() {
        let Some((bits, count)) = run else {
            if byte == b'+' {
                (run, is_first) = (Some((0, 0)), true);
            } else {
                units.push(byte.into());
            }
            continue;
        };
        match BASE64.iter().position(|have| *have == byte).and_then(|at| u32::try_from(at).ok()) {
            Some(six) => {
                let (bits, count) = ((bits << 6) | six, count.saturating_add(6));
                run = if count >= 16 {
                    let rest = count.saturating_sub(16);
                    units.push(u16::try_from((bits >> rest) & 0xFFFF).unwrap_or(0));
                    Some((bits & !(u32::MAX << rest), rest))
                } else {
                    Some((bits, count))
                };
            }
            None => {
                run = None;
                match byte {
                    b'-' if is_first => units.push(b'+'.into()),
                    b'-' => {}
                    other => units.push(other.into()),
                }
            }
        }
        is_first = false;
    }
    Str::from_units(&units)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways() {
        for (text, bytes) in
            [("1+1=2", "1+-1+AD0-2"), ("é+é", "+AOkAKwDp-"), ("a😀b", "a+2D3eAA-b"), ("日本", "+ZeVnLA-")]
        {
            assert_eq!(String::from_utf8(encode(&text.into())).unwrap(), bytes);
            assert_eq!(decode(bytes.as_bytes()).as_str(), text);
        }
        assert_eq!(decode(b"+AOk!").as_str(), "é!");
        assert_eq!(decode(b"+-\xE9+A").as_str(), "+é");
    }
}
