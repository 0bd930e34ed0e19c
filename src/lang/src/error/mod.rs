//! Parse errors as data: what PowerShell's `ParseError` holds.

use alloc::{boxed::Box, collections::BTreeSet, string::String, vec::Vec};
use core::fmt;

use crate::{extent::Extent, limits};

mod ids;

pub use ids::ErrorId;

/// One error of a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    /// The rule broken.
    pub id: ErrorId,
    /// What replaces `{0}`, `{1}` and `{2}` in the template.
    pub args: Box<[Box<str>]>,
    /// Where. It may start one past the end of the script, see [`Extent`].
    pub extent: Extent,
    /// Whether more text after the end of the script could still make it right: a prompt asks for another line.
    pub incomplete: bool,
}

impl ParseError {
    /// PowerShell's English message.
    pub fn message(&self) -> String {
        let template = self.id.template();
        // PowerShell formats only where there is something to fill in, so doubled braces stay elsewhere.
        if self.args.is_empty() {
            return template.into();
        }
        let mut message = String::new();
        let mut chars = template.chars().peekable();
        while let Some(c) = chars.next() {
            match (c, chars.peek().copied()) {
                ('{', Some('{')) | ('}', Some('}')) => {
                    chars.next();
                    message.push(c);
                }
                ('{', Some(digit)) => {
                    let number = digit.to_digit(10).and_then(|digit| usize::try_from(digit).ok());
                    let arg = number.and_then(|number| self.args.get(number));
                    message.push_str(arg.map_or("", |arg| arg));
                    chars.by_ref().find(|c| *c == '}');
                }
                _ => message.push(c),
            }
        }
        message
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message())
    }
}

impl core::error::Error for ParseError {}

/// The errors found so far; the same error at the same place counts once.
#[derive(Default)]
pub(crate) struct Errors {
    list: Vec<ParseError>,
    seen: BTreeSet<(ErrorId, Extent)>,
    closed: bool,
}

impl Errors {
    pub(crate) fn add(&mut self, id: ErrorId, extent: Extent, incomplete: bool, args: &[&str]) {
        if self.closed || self.list.len() >= limits::MAX_ERRORS || !self.seen.insert((id, extent)) {
            return;
        }
        let args = args.iter().map(|arg| Box::from(*arg)).collect();
        self.list.push(ParseError { id, args, extent, incomplete });
    }

    pub(crate) fn report(&mut self, id: ErrorId, extent: Extent, args: &[&str]) {
        self.add(id, extent, false, args);
    }

    /// Reports that the script exceeds a limit and takes no error after it: what follows is only the unwinding.
    pub(crate) fn abort(&mut self, extent: Extent) {
        self.report(ErrorId::ScriptTooComplicated, extent, &[]);
        self.closed = true;
    }

    pub(crate) const fn is_aborted(&self) -> bool {
        self.closed
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    pub(crate) fn into_list(self) -> Vec<ParseError> {
        self.list
    }
}
