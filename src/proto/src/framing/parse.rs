//! A line into elements.

use uuid::Uuid;

use super::{Element, FramingError};
use crate::{Channel, Excerpt, Stream, limits};

const PSGUID_ONLY: &str = "PSGuid";
const STREAM_AND_PSGUID: &str = "Stream and PSGuid";

/// The elements of one line, in order; an error ends it.
///
/// The rules are those of a stock receiver (a .NET `XmlReader` on the line as a fragment): several elements may follow
/// each other directly, attributes in any order and either quotes, comments and processing instructions are skipped;
/// characters and blanks outside of elements are errors.
#[derive(Debug, Clone)]
pub struct Elements<'a> {
    rest: &'a [u8],
}

impl<'a> Elements<'a> {
    /// Reads `line`, which has no line end.
    #[must_use]
    pub const fn new(line: &'a [u8]) -> Self {
        Self { rest: line }
    }

    /// Splits `line` into text and elements, in front of the first element that can be read.
    ///
    /// Start-up files of a login shell that print without a line end put their text in front of the first element. A
    /// line that begins with the name of an element has no such text.
    #[must_use]
    pub fn split_text(line: &'a [u8]) -> (&'a [u8], &'a [u8]) {
        if known(line).is_some() || line.starts_with(b"<!--") {
            return (&[], line);
        }
        memchr::memchr_iter(b'<', line)
            .filter_map(|at| line.split_at_checked(at))
            .find(|(_, rest)| {
                known(rest).is_some_and(|name| Tag::read(rest).is_some_and(|(tag, _)| tag.addressee(name).is_ok()))
            })
            .unwrap_or((line, &[]))
    }

    fn element(&mut self) -> Result<Option<Element<'a>>, FramingError> {
        loop {
            if self.rest.is_empty() {
                return Ok(None);
            }
            if let Some(comment) = self.rest.strip_prefix(b"<!--") {
                self.rest = behind(comment, b"-->").ok_or_else(|| FramingError::Text(Excerpt::new(self.rest)))?;
            } else if self.rest.starts_with(b"<?") && !self.rest.starts_with(b"<?xml ") {
                self.rest = behind(self.rest, b"?>").ok_or_else(|| FramingError::Text(Excerpt::new(self.rest)))?;
            } else {
                return self.tag().map(Some);
            }
        }
    }

    fn tag(&mut self) -> Result<Element<'a>, FramingError> {
        let Some(name) = known(self.rest) else {
            let unknown = element_name(self.rest);
            return Err(match unknown {
                [] => FramingError::Text(Excerpt::new(self.rest)),
                _ => FramingError::UnknownElement(Excerpt::new(unknown)),
            });
        };
        let malformed = FramingError::Malformed { name };
        let (tag, behind_tag) = Tag::read(self.rest).ok_or_else(|| malformed.clone())?;
        let (channel, stream) = tag.addressee(name)?;
        self.rest = behind_tag;
        let text = if tag.self_closed { &[] } else { self.content(name)? };
        let element = match name {
            "Data" if text.is_empty() => return Err(FramingError::DataContent),
            "Data" => return Ok(Element::Data { channel, stream, base64: text }),
            "DataAck" => Element::DataAck(channel),
            "Command" => Element::Command(channel),
            "CommandAck" => Element::CommandAck(channel),
            "Signal" => Element::Signal(channel),
            "SignalAck" => Element::SignalAck(channel),
            "Close" => Element::Close(channel),
            "CloseAck" => Element::CloseAck(channel),
            _ => return Err(malformed),
        };
        if text.is_empty() { Ok(element) } else { Err(FramingError::Text(Excerpt::new(text))) }
    }

    /// The text up to the end tag, which is read too.
    fn content(&mut self, name: &'static str) -> Result<&'a [u8], FramingError> {
        let malformed = FramingError::Malformed { name };
        let end = memchr::memchr(b'<', self.rest).ok_or_else(|| malformed.clone())?;
        let (text, rest) = self.rest.split_at_checked(end).ok_or_else(|| malformed.clone())?;
        let Some(rest) = rest.strip_prefix(b"</") else {
            return Err(if name == "Data" { FramingError::DataContent } else { malformed });
        };
        let rest = rest.strip_prefix(name.as_bytes()).ok_or_else(|| malformed.clone())?;
        self.rest = rest.trim_ascii_start().strip_prefix(b">").ok_or(malformed)?;
        Ok(text)
    }
}

impl<'a> Iterator for Elements<'a> {
    type Item = Result<Element<'a>, FramingError>;

    fn next(&mut self) -> Option<Self::Item> {
        let found = self.element();
        if found.is_err() {
            self.rest = &[];
        }
        found.transpose()
    }
}

/// Name and value.
type Attribute<'a> = (&'a [u8], &'a [u8]);

/// A start tag or an empty-element tag.
struct Tag<'a> {
    attributes: [Attribute<'a>; limits::ATTRIBUTES],
    count: usize,
    self_closed: bool,
}

impl<'a> Tag<'a> {
    /// Reads the tag `text` begins with, and returns what is behind it.
    fn read(text: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let name = element_name(text);
        let mut rest = text.get(name.len().checked_add(1)?..)?;
        let mut tag = Self { attributes: [(&[], &[]); limits::ATTRIBUTES], count: 0, self_closed: false };
        loop {
            let next = rest.trim_ascii_start();
            if let Some(behind) = next.strip_prefix(b">") {
                return Some((tag, behind));
            }
            if let Some(behind) = next.strip_prefix(b"/>") {
                tag.self_closed = true;
                return Some((tag, behind));
            }
            // An attribute must be apart from what stands before it.
            if next.len() == rest.len() {
                return None;
            }
            let (attribute, behind) = attribute(next)?;
            *tag.attributes.get_mut(tag.count)? = attribute;
            tag.count = tag.count.checked_add(1)?;
            rest = behind;
        }
    }

    /// Channel and stream, from exactly the attributes the element must have.
    fn addressee(&self, name: &'static str) -> Result<(Channel, Stream), FramingError> {
        let expected = if name == "Data" { STREAM_AND_PSGUID } else { PSGUID_ONLY };
        let wrong = FramingError::Attributes { name, expected };
        let attributes = self.attributes.get(..self.count).unwrap_or_default();
        let (stream, guid) = match attributes {
            [(b"PSGuid", guid)] if name != "Data" => (Stream::Default, guid),
            [(b"Stream", stream), (b"PSGuid", guid)] | [(b"PSGuid", guid), (b"Stream", stream)] if name == "Data" => {
                (Stream::from_name(stream), guid)
            }
            _ => return Err(wrong),
        };
        let guid = Uuid::try_parse_ascii(guid.trim_ascii()).map_err(|_| FramingError::Guid(Excerpt::new(guid)))?;
        if guid.is_nil() && matches!(name, "Signal" | "SignalAck") {
            return Err(FramingError::SessionSignal { name });
        }
        Ok((guid.into(), stream))
    }
}

/// `name = "value"` at the start of `text`, and what is behind it. Looks at a bounded part of `text` only.
fn attribute(text: &[u8]) -> Option<(Attribute<'_>, &[u8])> {
    let (name, rest) = text.split_at_checked(text.iter().position(|b| !b.is_ascii_alphanumeric())?)?;
    let rest = rest.trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
    let (&quote, rest) = rest.split_first()?;
    if name.is_empty() || !matches!(quote, b'\'' | b'"') {
        return None;
    }
    let window = rest.get(..limits::ATTRIBUTE_VALUE).unwrap_or(rest);
    let (value, rest) = rest.split_at_checked(memchr::memchr(quote, window)?)?;
    Some(((name, value), rest.get(1..)?))
}

/// The name of the element that `text` begins with; empty when it does not begin with one.
fn element_name(text: &[u8]) -> &[u8] {
    let Some(text) = text.strip_prefix(b"<") else { return &[] };
    let end = text.iter().position(|b| !b.is_ascii_alphanumeric()).unwrap_or(text.len());
    text.get(..end).unwrap_or_default()
}

/// The name of the element, when the framing has it.
fn known(text: &[u8]) -> Option<&'static str> {
    match element_name(text) {
        b"Data" => Some("Data"),
        b"DataAck" => Some("DataAck"),
        b"Command" => Some("Command"),
        b"CommandAck" => Some("CommandAck"),
        b"Signal" => Some("Signal"),
        b"SignalAck" => Some("SignalAck"),
        b"Close" => Some("Close"),
        b"CloseAck" => Some("CloseAck"),
        _ => None,
    }
}

/// What stands behind the first `end` in `text`.
fn behind<'a>(text: &'a [u8], end: &[u8]) -> Option<&'a [u8]> {
    let at = memchr::memmem::find(text, end)?;
    text.get(at.checked_add(end.len())?..)
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;
    use alloc::{format, vec};

    use super::*;

    const P: Uuid = Uuid::from_u128(0x4f1b7d60_2c39_4e8a_b6d4_7a8b9c0d1e2f);
    const ZERO: &str = "00000000-0000-0000-0000-000000000000";

    fn read(line: &str) -> Vec<Result<Element<'_>, FramingError>> {
        Elements::new(line.as_bytes()).collect()
    }

    fn one(line: &str) -> Result<Element<'_>, FramingError> {
        let mut all = read(line);
        assert_eq!(all.len(), 1, "{line}");
        all.remove(0)
    }

    #[test]
    fn what_a_stock_peer_writes() {
        let data = format!("<Data Stream='PromptResponse' PSGuid='{P}'>QUJD</Data>");
        let channel = Channel::Pipeline(P);
        assert_eq!(one(&data), Ok(Element::Data { channel, stream: Stream::PromptResponse, base64: b"QUJD" }));
        for element in [
            Element::DataAck(channel),
            Element::Command(channel),
            Element::CommandAck(channel),
            Element::Signal(channel),
            Element::SignalAck(channel),
            Element::Close(channel),
            Element::CloseAck(channel),
        ] {
            assert_eq!(one(&format!("<{} PSGuid='{P}' />", element.name())), Ok(element));
        }
        assert_eq!(one(&format!("<Close PSGuid='{ZERO}' />")), Ok(Element::Close(Channel::Session)));
    }

    #[test]
    fn what_a_stock_receiver_accepts_besides() {
        let upper = format!("{{{P}}}").to_uppercase();
        assert_eq!(one(&format!("<Close PSGuid=\"{upper}\"/>")), Ok(Element::Close(Channel::Pipeline(P))));
        assert_eq!(one(&format!("<Close PSGuid = '{P}'></Close >")), Ok(Element::Close(Channel::Pipeline(P))));
        assert_eq!(one(&format!("<!-- x --><?y z?><Close PSGuid='{P}' />")), Ok(Element::Close(Channel::Pipeline(P))));
        let data = format!("<Data  PSGuid='{ZERO}' Stream=\"default\">QU JD</Data>");
        let expected = Element::Data { channel: Channel::Session, stream: Stream::Default, base64: b"QU JD" };
        assert_eq!(one(&data), Ok(expected));
        let line = format!("<Close PSGuid='{P}' /><DataAck PSGuid='{ZERO}' />");
        assert_eq!(read(&line), [Ok(Element::Close(Channel::Pipeline(P))), Ok(Element::DataAck(Channel::Session))]);
    }

    #[test]
    fn what_a_stock_receiver_refuses() {
        let text = |t: &str| FramingError::Text(Excerpt::new(t.as_bytes()));
        let attributes = |name, expected| FramingError::Attributes { name, expected };
        let g = format!("PSGuid='{P}'");
        for (line, error) in vec![
            ("   ".into(), text("   ")),
            (" <x/>".into(), text(" <x/>")),
            ("<?xml version=\"1.0\"?>".into(), text("<?xml version=\"1.0\"?>")),
            ("<Datum />".into(), FramingError::UnknownElement(Excerpt::new(b"Datum"))),
            (format!("<signal {g} />"), FramingError::UnknownElement(Excerpt::new(b"signal"))),
            (format!("<Data {g}>QQ==</Data>"), attributes("Data", STREAM_AND_PSGUID)),
            (format!("<Data Stream='' {g} x=''>QQ==</Data>"), attributes("Data", STREAM_AND_PSGUID)),
            (format!("<Signal {g} x='' />"), attributes("Signal", PSGUID_ONLY)),
            ("<Close />".into(), attributes("Close", PSGUID_ONLY)),
            (format!("<Data Stream='Default' {g} />"), FramingError::DataContent),
            (format!("<Data Stream='Default' {g}></Data>"), FramingError::DataContent),
            (format!("<Data Stream='Default' {g}>QQ<!-- -->==</Data>"), FramingError::DataContent),
            (format!("<Data Stream='Default' {g}><![CDATA[QQ==]]></Data>"), FramingError::DataContent),
            (format!("<Data Stream='Default' {g}>QQ==</Dat"), FramingError::Malformed { name: "Data" }),
            (format!("<Data Stream='Default'{g}>QQ==</Data>"), FramingError::Malformed { name: "Data" }),
            (format!("<Close {g}"), FramingError::Malformed { name: "Close" }),
            (format!("<Close {g}>x</Close>"), text("x")),
            ("<Close PSGuid='7' />".into(), FramingError::Guid(Excerpt::new(b"7"))),
            (format!("<Signal PSGuid='{ZERO}' />"), FramingError::SessionSignal { name: "Signal" }),
        ] {
            assert_eq!(one(&line), Err(error), "{line}");
        }
        let line = format!("<Close {g} /> <Close {g} />");
        assert_eq!(read(&line)[0], Ok(Element::Close(Channel::Pipeline(P))), "what stands in front is handled");
        assert!(read(&line)[1].is_err());
        assert_eq!(read(&line).len(), 2);
    }

    #[test]
    fn text_in_front_of_an_element_is_found() {
        let element = format!("<Close PSGuid='{P}' />");
        let line = format!("a <b> <Data welcome{element}");
        assert_eq!(Elements::split_text(line.as_bytes()), (&b"a <b> <Data welcome"[..], element.as_bytes()));
        assert_eq!(Elements::split_text(b"<Data> at noon"), (&b""[..], &b"<Data> at noon"[..]));
        assert_eq!(Elements::split_text(b"hello"), (&b"hello"[..], &b""[..]));
    }
}
