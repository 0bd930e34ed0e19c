//! The head of an answer.

/// Status and headers, in the order in which they came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) status: u16,
    pub(crate) reason: String,
    pub(crate) minor_version: u8,
    pub(crate) headers: Vec<(String, String)>,
}

impl Head {
    /// The first value of a header.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// All values of a header.
    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.headers.iter().filter(move |(have, _)| have.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

/// Bytes as the characters of Latin-1.
pub(super) fn latin1(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}

/// Text as bytes of Latin-1.
pub(super) fn to_latin1(text: &str) -> Vec<u8> {
    text.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect()
}

/// Where the head ends: behind the first empty line.
pub(super) fn end(bytes: &[u8]) -> Option<usize> {
    let mut from = 0_usize;
    loop {
        let rest = bytes.get(from..)?;
        let at = rest.iter().position(|byte| *byte == b'\n')?;
        let line = rest.get(..at)?;
        from = from.saturating_add(at).saturating_add(1);
        if line.is_empty() || line == b"\r" {
            return Some(from);
        }
    }
}

/// Reads a head.
pub(super) fn parse(bytes: &[u8]) -> Option<Head> {
    let text = latin1(bytes);
    let mut lines = text.split('\n').map(|line| line.trim_end_matches('\r'));
    let status = lines.next()?;
    let rest = status.strip_prefix("HTTP/1.")?;
    let (minor, rest) = rest.split_once(' ')?;
    let (code, reason) = rest.split_once(' ').unwrap_or((rest, ""));
    let mut head = Head {
        status: code.parse().ok()?,
        reason: reason.to_owned(),
        minor_version: minor.parse().ok()?,
        headers: Vec::new(),
    };
    for line in lines.filter(|line| !line.is_empty()) {
        if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = head.headers.last_mut() {
                value.push(' ');
                value.push_str(line.trim());
            }
            continue;
        }
        let (name, value) = line.split_once(':')?;
        head.headers.push((name.trim_end().to_owned(), value.trim().to_owned()));
    }
    Some(head)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_keep_order_and_reason() {
        let bytes = b"HTTP/1.1 418 I'm a teapot\r\nX-A: 1\r\nx-a: 2\r\n\r\nrest";
        let end = end(bytes).unwrap();
        assert_eq!(&bytes[end..], b"rest");
        let head = parse(&bytes[..end]).unwrap();
        assert_eq!((head.status, head.reason.as_str()), (418, "I'm a teapot"));
        assert_eq!(head.all("X-A").collect::<Vec<_>>(), ["1", "2"]);
        assert_eq!(parse(b"SSH-2.0-x\r\n\r\n"), None);
    }
}
