//! The XML under CLIXML: elements with their two attributes, and text, from a payload.
//!
//! `quick-xml` finds the markup. What it leaves to its users is here: declarations and document types are refused,
//! comments and processing instructions are skipped, and the pieces of a text (runs, CDATA, `&amp;`, `&#10;`) are put
//! together.

use crate::error::{Error, ErrorKind, Excerpt};
use crate::escape::unescape;
use crate::limits::{MAX_ATTRIBUTES, MAX_NODES, MAX_PAYLOAD};
use crate::string::PsString;
use alloc::borrow::Cow;
use alloc::string::{String, ToString};
use core::{fmt, str};
use quick_xml::Reader;
use quick_xml::XmlVersion;
use quick_xml::events::attributes::Attribute;
use quick_xml::events::{BytesRef, BytesStart, Event};

const BOM: &[u8] = b"\xEF\xBB\xBF";

/// A payload that is being read.
pub(crate) struct Tokens<'a> {
    xml: Reader<&'a [u8]>,
    /// Length of the byte order mark.
    bom: usize,
    nodes: usize,
}

/// What stands where text has no place.
pub(crate) enum Token<'a> {
    Start(Element<'a>),
    End,
    Eof,
}

/// A start tag. (An empty element is a start and an end.)
pub(crate) struct Element<'a> {
    start: BytesStart<'a>,
    pub(crate) name: Option<PsString>,
    pub(crate) ref_id: Option<Id>,
}

/// The attribute `RefId`. PowerShell writes numbers but reads any text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Id {
    Number(u64),
    Text(String),
}

impl Id {
    fn new(text: &str) -> Self {
        match text.parse() {
            Ok(number) if text == "0" || !text.starts_with(['0', '+']) => Self::Number(number),
            _ => Self::Text(text.to_string()),
        }
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Text(text) => text.fmt(f),
        }
    }
}

impl Element<'_> {
    pub(crate) fn tag(&self) -> &str {
        self.start.name().0
    }
}

impl<'a> Tokens<'a> {
    pub(crate) fn new(payload: &'a [u8]) -> Result<Self, Error> {
        let fail = |position, kind| Error { position, kind };
        if payload.len() > MAX_PAYLOAD {
            return Err(fail(0, ErrorKind::TooLong { got: payload.len() }));
        }
        let (bom, text) = payload.strip_prefix(BOM).map_or((0, payload), |text| (BOM.len(), text));
        let text = str::from_utf8(text).map_err(|e| fail(bom.saturating_add(e.valid_up_to()), ErrorKind::Utf8))?;
        let mut xml = Reader::from_str(text);
        xml.config_mut().expand_empty_elements = true;
        Ok(Self { xml, bom, nodes: 0 })
    }

    /// The next tag. Blanks before it are skipped; any other text is an error.
    pub(crate) fn next(&mut self) -> Result<Token<'a>, Error> {
        loop {
            match self.event()? {
                Event::Start(start) => return self.element(start).map(Token::Start),
                Event::End(_) => return Ok(Token::End),
                Event::Eof => return Ok(Token::Eof),
                Event::Text(text) if crate::number::trim(&text).is_empty() => {}
                Event::Text(text) => return Err(self.unexpected("an element", crate::number::trim(&text))),
                Event::CData(text) => return Err(self.unexpected("an element", &text)),
                Event::GeneralRef(entity) => return Err(self.unexpected("an element", &entity)),
                _ => {}
            }
        }
    }

    /// The text up to the end tag of the element that has just begun, without PowerShell's escapes decoded.
    pub(crate) fn text(&mut self) -> Result<Cow<'a, str>, Error> {
        let mut text = Cow::Borrowed("");
        loop {
            let piece = match self.event()? {
                Event::End(_) => return Ok(text),
                Event::Text(run) => run.xml10_content(),
                Event::CData(run) => run.xml10_content(),
                Event::GeneralRef(entity) => self.resolve(&entity)?,
                Event::Start(start) => return Err(self.unexpected("text", start.name().0)),
                Event::Eof => return Err(self.unexpected("text", "the end of the payload")),
                _ => continue,
            };
            if text.is_empty() {
                text = piece;
            } else {
                text.to_mut().push_str(&piece);
            }
        }
    }

    /// The text up to the end tag, with PowerShell's escapes decoded.
    pub(crate) fn string(&mut self) -> Result<PsString, Error> {
        self.text().map(|text| unescape(&text))
    }

    /// True if there is nothing but a byte order mark.
    pub(crate) fn is_empty(&self) -> bool {
        self.xml.get_ref().is_empty()
    }

    pub(crate) fn error(&self, kind: ErrorKind) -> Error {
        let position = usize::try_from(self.xml.buffer_position()).unwrap_or(usize::MAX);
        Error { position: position.saturating_add(self.bom), kind }
    }

    pub(crate) fn unexpected(&self, expected: &'static str, got: &str) -> Error {
        self.error(ErrorKind::Unexpected { expected, got: Excerpt::new(got) })
    }

    fn event(&mut self) -> Result<Event<'a>, Error> {
        match self.xml.read_event() {
            Ok(Event::Decl(_)) => Err(self.error(ErrorKind::Declaration)),
            Ok(Event::DocType(_)) => Err(self.error(ErrorKind::Dtd)),
            Ok(event) => Ok(event),
            Err(e) => Err(self.malformed(&e)),
        }
    }

    fn malformed(&self, reason: &dyn ToString) -> Error {
        self.error(ErrorKind::Xml { reason: Excerpt::new(&reason.to_string()) })
    }

    fn element(&mut self, start: BytesStart<'a>) -> Result<Element<'a>, Error> {
        self.nodes = self.nodes.saturating_add(1);
        if self.nodes > MAX_NODES {
            return Err(self.error(ErrorKind::TooManyNodes));
        }
        let (mut name, mut ref_id) = (None, None);
        for (count, attribute) in start.attributes().enumerate() {
            if count >= MAX_ATTRIBUTES {
                return Err(self.error(ErrorKind::TooManyAttributes));
            }
            let attribute = attribute.map_err(|e| self.malformed(&e))?;
            match attribute.key.0 {
                "N" => name = Some(unescape(&self.attribute(&attribute)?)),
                "RefId" => ref_id = Some(Id::new(&self.attribute(&attribute)?)),
                _ => {}
            }
        }
        Ok(Element { start, name, ref_id })
    }

    fn attribute<'v>(&self, attribute: &Attribute<'v>) -> Result<Cow<'v, str>, Error> {
        attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|e| self.malformed(&e))
    }

    /// The character an entity stands for. Only XML's five names and numbers of characters are known.
    fn resolve(&self, entity: &BytesRef<'a>) -> Result<Cow<'a, str>, Error> {
        match entity.resolve_char_ref() {
            Ok(Some(c)) => Ok(Cow::Owned(c.to_string())),
            Ok(None) => match quick_xml::escape::resolve_predefined_entity(entity) {
                Some(text) => Ok(Cow::Borrowed(text)),
                None => Err(self.unexpected("one of the entities amp, lt, gt, quot and apos", entity)),
            },
            Err(e) => Err(self.malformed(&e)),
        }
    }
}
