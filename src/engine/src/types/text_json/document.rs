//! A JSON text taken apart: each value knows where it is written.

use psrpd_dotnet::Str;

use crate::{
    eval::{Flow, R, Runspace, error},
    json::{self, Leniency, Node},
};

/// How deep values may lie in each other.
const MOST_DEEP: usize = 64;

/// A value, from a byte to another.
pub(super) struct Item {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) kind: Kind,
}

pub(super) enum Kind {
    Null,
    True,
    False,
    Number,
    Text(Str),
    Array(Vec<Item>),
    Object(Vec<(Str, Item)>),
}

/// A text and what it says.
pub(super) struct Document {
    pub(super) text: Str,
    pub(super) root: Item,
}

impl Document {
    /// Reads a text.
    ///
    /// # Errors
    /// `JsonReaderException`
    pub(super) fn parse(rs: &mut Runspace, text: &Str, leniency: Leniency) -> R<Self> {
        rs.while_running(|goes_on| json::check(text, leniency, goes_on))?.map_err(|message| refused(&message))?;
        let mut reader = Reader { text, at: 0, depth: 0 };
        reader.blanks();
        let root = reader.value(rs)?;
        Ok(Self { text: text.clone(), root })
    }

    pub(super) fn raw(&self, item: &Item) -> &str {
        self.text.get(item.start..item.end).unwrap_or_default()
    }
}

pub(super) fn refused(message: &str) -> Flow {
    error::thrown("System.Text.Json.JsonReaderException", message)
}

/// Reads a text that is known to be right.
struct Reader<'t> {
    text: &'t Str,
    at: usize,
    depth: usize,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn next_is(&self, c: char) -> bool {
        self.rest().starts_with(c)
    }

    fn skip(&mut self, count: usize) {
        self.at = self.at.saturating_add(count);
    }

    /// Blanks and comments.
    fn blanks(&mut self) {
        loop {
            let rest = self.rest();
            let blank = rest.len().saturating_sub(rest.trim_start().len());
            let after = rest.trim_start();
            let comment = match () {
                () if after.starts_with("//") => after.find('\n').unwrap_or(after.len()),
                () if after.starts_with("/*") => after.find("*/").map_or(after.len(), |at| at.saturating_add(2)),
                () => 0,
            };
            self.skip(blank.saturating_add(comment));
            if comment == 0 {
                return;
            }
        }
    }

    fn value(&mut self, rs: &mut Runspace) -> R<Item> {
        rs.check_stop()?;
        self.depth = self.depth.saturating_add(1);
        if self.depth > MOST_DEEP {
            let message =
                format!("The maximum configured depth of {MOST_DEEP} has been exceeded. Cannot read next JSON value.");
            return Err(refused(&message));
        }
        let start = self.at;
        let kind = match self.rest().chars().next() {
            Some('{') => self.object(rs)?,
            Some('[') => self.array(rs)?,
            Some('"') => Kind::Text(self.string(rs)?),
            _ => {
                let length =
                    self.rest().find(|c: char| ",]}/".contains(c) || c.is_whitespace()).unwrap_or(self.rest().len());
                let word = self.rest().get(..length).unwrap_or_default();
                let kind = match word {
                    "true" => Kind::True,
                    "false" => Kind::False,
                    "null" => Kind::Null,
                    _ => Kind::Number,
                };
                self.skip(length);
                kind
            }
        };
        self.depth = self.depth.saturating_sub(1);
        Ok(Item { start, end: self.at, kind })
    }

    fn object(&mut self, rs: &mut Runspace) -> R<Kind> {
        let mut members = Vec::new();
        self.skip(1);
        self.blanks();
        while !self.rest().is_empty() && !self.next_is('}') {
            let name = self.string(rs)?;
            self.blanks();
            self.skip(1);
            self.blanks();
            members.push((name, self.value(rs)?));
            self.comma();
        }
        self.skip(1);
        Ok(Kind::Object(members))
    }

    fn array(&mut self, rs: &mut Runspace) -> R<Kind> {
        let mut items = Vec::new();
        self.skip(1);
        self.blanks();
        while !self.rest().is_empty() && !self.next_is(']') {
            items.push(self.value(rs)?);
            self.comma();
        }
        self.skip(1);
        Ok(Kind::Array(items))
    }

    fn comma(&mut self) {
        self.blanks();
        if self.next_is(',') {
            self.skip(1);
            self.blanks();
        }
    }

    fn string(&mut self, rs: &mut Runspace) -> R<Str> {
        let mut is_escaped = false;
        let mut length = 1_usize;
        for byte in self.rest().bytes().skip(1) {
            length = length.saturating_add(1);
            match byte {
                _ if is_escaped => is_escaped = false,
                b'\\' => is_escaped = true,
                b'"' => break,
                _ => {}
            }
        }
        let text = self.text;
        let raw = text.get(self.at..self.at.saturating_add(length)).unwrap_or_default();
        self.skip(length);
        if raw.contains('\\')
            && let Ok(Some(Node::Text(text))) =
                rs.while_running(|goes_on| json::read(&raw.into(), MOST_DEEP, goes_on))?
        {
            return Ok(text);
        }
        Ok(raw.trim_matches('"').into())
    }
}
