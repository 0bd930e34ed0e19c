//! Where in the script something stands.

use alloc::boxed::Box;

/// A range of the script in bytes of UTF-8, start inclusive, end exclusive.
///
/// The token `EndOfInput` starts one past the end of the script, as PowerShell's does, and errors reported at it
/// do too: clamp before slicing ([`Extent::text`] does).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Extent {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Extent {
    /// The extent of what has no text, such as the body of `{}`: PowerShell's empty extent, at the start of the script.
    pub const EMPTY: Self = Self { start: 0, end: 0 };

    pub(crate) fn new(start: usize, end: usize) -> Self {
        Self { start: offset(start), end: offset(end) }
    }

    pub(crate) const fn at(position: u32) -> Self {
        Self { start: position, end: position }
    }

    /// From the start of this extent to the end of `last`; an empty extent gives way to the other.
    pub const fn to(self, last: Self) -> Self {
        if self.is_nowhere() {
            last
        } else if last.is_nowhere() {
            self
        } else {
            Self { start: self.start, end: last.end }
        }
    }

    /// The position behind the extent.
    pub const fn after(self) -> Self {
        Self::at(self.end)
    }

    const fn is_nowhere(self) -> bool {
        self.start == 0 && self.end == 0
    }

    /// First byte, for slicing.
    pub fn start(self) -> usize {
        index(self.start)
    }

    /// One past the last byte, for slicing.
    pub fn end(self) -> usize {
        index(self.end)
    }

    /// What stands there in `script`; empty where the extent reaches past its end.
    pub fn text(self, script: &str) -> &str {
        script.get(self.start()..self.end().min(script.len())).unwrap_or("")
    }
}

/// A position as it is stored. Scripts longer than `limits::MAX_SCRIPT_LEN` never get this far.
pub(crate) fn offset(position: usize) -> u32 {
    u32::try_from(position).unwrap_or(u32::MAX)
}

/// A stored position as an index.
pub(crate) fn index(position: u32) -> usize {
    usize::try_from(position).unwrap_or(usize::MAX)
}

/// A place as people and error messages name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// The line, from 1. Lines end in CR, LF or both.
    pub line: usize,
    /// The column, from 1, in UTF-16 units.
    pub column: usize,
}

/// Where each line of a script begins.
pub(crate) fn line_starts(script: &str) -> Box<[u32]> {
    let bytes = script.as_bytes();
    let ends = bytes.iter().enumerate().filter(|(at, byte)| match byte {
        b'\n' => true,
        b'\r' => bytes.get(at.saturating_add(1)) != Some(&b'\n'),
        _ => false,
    });
    core::iter::once(0).chain(ends.map(|(at, _)| offset(at.saturating_add(1)))).collect()
}
