//! Texts that the tree refers to: slices of the script where nothing had to be replaced, cooked text otherwise.

use alloc::{string::String, vec::Vec};

use crate::extent::{Extent, index, offset};

/// Marks a text that is not a slice of the script. Scripts are shorter than that.
const COOKED: u32 = 1 << 31;

/// A text of the tree. [`crate::Script::text`] reads it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Text {
    start: u32,
    end: u32,
}

impl Text {
    pub(crate) const fn slice(extent: Extent) -> Self {
        Self { start: extent.start, end: extent.end }
    }

    /// Whether there is nothing in it.
    pub const fn is_empty(self) -> bool {
        self.start >= self.end
    }

    /// The part from `start` to `end`, in bytes from the beginning of this text.
    pub(crate) fn part(self, start: usize, end: usize) -> Self {
        Self { start: self.start.saturating_add(offset(start)), end: self.start.saturating_add(offset(end)) }
    }
}

/// The places of the expansions in an expandable string, a slice of a table: [`crate::Script::holes`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct HoleList {
    pub(crate) start: u32,
    pub(crate) len: u32,
}

/// Text that was produced by replacing escapes, and the lone surrogates in it.
#[derive(Debug, Default)]
pub(crate) struct Texts {
    cooked: String,
    /// Position in `cooked` of a replacement character that stands for a lone UTF-16 unit, and the unit.
    lone: Vec<(u32, u16)>,
    pub(crate) holes: Vec<Text>,
}

impl Texts {
    pub(crate) fn get<'a>(&'a self, source: &'a str, text: Text) -> &'a str {
        if text.start & COOKED == 0 {
            Extent { start: text.start, end: text.end }.text(source)
        } else {
            self.cooked.get(index(text.start & !COOKED)..index(text.end & !COOKED)).unwrap_or("")
        }
    }

    pub(crate) fn utf16(&self, source: &str, text: Text) -> Vec<u16> {
        let string = self.get(source, text);
        if text.start & COOKED == 0 {
            return string.encode_utf16().collect();
        }
        let first = text.start & !COOKED;
        let mut units = Vec::with_capacity(string.len());
        for (at, c) in string.char_indices() {
            let at = first.saturating_add(offset(at));
            match self.lone.binary_search_by_key(&at, |(position, _)| *position) {
                Ok(found) => units.extend(self.lone.get(found).map(|(_, unit)| *unit)),
                Err(_) => units.extend_from_slice(c.encode_utf16(&mut [0; 2])),
            }
        }
        units
    }

    pub(crate) fn has_lone_surrogates(&self, text: Text) -> bool {
        let inside = |position: &u32| (text.start & !COOKED..text.end & !COOKED).contains(position);
        text.start & COOKED != 0 && self.lone.iter().any(|(position, _)| inside(position))
    }

    pub(crate) fn cook(&mut self, text: &str) -> Text {
        let start = offset(self.cooked.len());
        self.cooked.push_str(text);
        Text { start: start | COOKED, end: offset(self.cooked.len()) | COOKED }
    }

    pub(crate) fn push_holes(&mut self, value: Text, holes: &[(usize, usize)]) -> HoleList {
        let start = offset(self.holes.len());
        self.holes.extend(holes.iter().map(|(from, to)| value.part(*from, *to)));
        HoleList { start, len: offset(holes.len()) }
    }
}

/// Collects the value of a string: nothing is copied until the first character differs from the script.
pub(crate) struct TextBuilder {
    source_start: usize,
    cooked: Option<(String, Vec<(usize, u16)>)>,
}

impl TextBuilder {
    /// A value that begins with the text of the script at `source_start`.
    pub(crate) const fn at(source_start: usize) -> Self {
        Self { source_start, cooked: None }
    }

    /// From here on the value is no longer the script's text, which so far ran up to `upto`.
    pub(crate) fn detach(&mut self, source: &str, upto: usize) -> &mut Self {
        if self.cooked.is_none() {
            let text = source.get(self.source_start..upto).unwrap_or("");
            self.cooked = Some((text.into(), Vec::new()));
        }
        self
    }

    /// A character as it stands in the script.
    pub(crate) fn push(&mut self, c: char) {
        if let Some((text, _)) = &mut self.cooked {
            text.push(c);
        }
    }

    /// Text as it stands in the script.
    pub(crate) fn push_str(&mut self, part: &str) {
        if let Some((text, _)) = &mut self.cooked {
            text.push_str(part);
        }
    }

    /// A lone UTF-16 unit, joined with the one before where both make a character. The builder is detached.
    pub(crate) fn push_unit(&mut self, unit: u16) {
        let Some((text, lone)) = &mut self.cooked else { return };
        if let Some((at, high)) = lone.last().copied()
            && at.saturating_add(char::REPLACEMENT_CHARACTER.len_utf8()) == text.len()
            && let Some(Ok(c)) = char::decode_utf16([high, unit]).next()
        {
            lone.pop();
            text.pop();
            text.push(c);
            return;
        }
        lone.push((text.len(), unit));
        text.push(char::REPLACEMENT_CHARACTER);
    }

    /// How long the value is when the script was read up to `source_end`.
    pub(crate) fn len(&self, source_end: usize) -> usize {
        match &self.cooked {
            Some((text, _)) => text.len(),
            None => source_end.saturating_sub(self.source_start),
        }
    }

    /// Cuts the value back to a length from before.
    pub(crate) fn truncate(&mut self, len: usize) {
        if let Some((text, lone)) = &mut self.cooked {
            text.truncate(len);
            lone.retain(|(at, _)| *at < len);
        }
    }

    pub(crate) fn finish(self, texts: &mut Texts, source_end: usize) -> Text {
        match self.cooked {
            None => Text::slice(Extent::new(self.source_start, source_end)),
            Some((text, lone)) => {
                let base = texts.cooked.len();
                texts.lone.extend(lone.into_iter().map(|(at, unit)| (offset(base.saturating_add(at)), unit)));
                texts.cook(&text)
            }
        }
    }
}

/// The scope or drive in front of a variable's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum VariableScope {
    /// None, or only `variable:`.
    Unqualified,
    /// `global:`
    Global,
    /// `local:`
    Local,
    /// `private:`
    Private,
    /// `script:`
    Script,
    /// A drive: `env:`, `function:`, `using:` and any other name.
    Drive,
}

/// The name of a variable, as PowerShell's `VariablePath` takes it apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct VariablePath {
    /// The name as written between `$` or `${` and its end, escapes replaced (`UserPath`).
    pub user_path: Text,
    /// The name without scope or drive.
    pub unqualified_path: Text,
    /// The scope or drive.
    pub scope: VariableScope,
}

impl VariablePath {
    /// Takes `user_path`, whose text is `name`, apart.
    pub(crate) fn new(name: &str, user_path: Text) -> Self {
        const SCOPES: [(&str, VariableScope); 5] = [
            ("global", VariableScope::Global),
            ("local", VariableScope::Local),
            ("private", VariableScope::Private),
            ("script", VariableScope::Script),
            ("variable", VariableScope::Unqualified),
        ];
        let from = |start: usize| user_path.part(start, name.len());
        let Some((prefix, rest)) = name.split_once(':') else {
            return Self { user_path, unqualified_path: user_path, scope: VariableScope::Unqualified };
        };
        let unqualified_path = from(name.len().saturating_sub(rest.len()));
        let known = SCOPES.iter().find(|(scope, _)| scope.eq_ignore_ascii_case(prefix));
        let scope = match known {
            Some((_, scope)) => *scope,
            None if prefix.is_empty() => VariableScope::Unqualified,
            None => VariableScope::Drive,
        };
        Self { user_path, unqualified_path, scope }
    }

    /// Whether it names a variable at all and not an item of a drive.
    pub fn is_variable(&self) -> bool {
        self.scope != VariableScope::Drive
    }

    /// Whether it can only be a variable of the current scope.
    pub fn is_any_local(&self) -> bool {
        matches!(self.scope, VariableScope::Unqualified | VariableScope::Local | VariableScope::Private)
    }
}
