//! Why a payload was refused.

use crate::limits::{MAX_ATTRIBUTES, MAX_DEPTH, MAX_EXCERPT, MAX_NODES, MAX_PAYLOAD, MAX_TYPE_NAMES, WALK_BUDGET};
use alloc::string::String;
use core::fmt;

/// A payload that is not CLIXML, or more of it than we take. The sender is at fault in every case.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the peer's clixml is refused at byte {position}: {kind}")]
pub struct Error {
    /// Where in the payload, in bytes from its start (a byte order mark included).
    pub position: usize,
    /// What is wrong there.
    pub kind: ErrorKind,
}

/// What is wrong with a payload.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The text of a primitive is not of its type (clixml section 2, MS-PSRP 2.2.5.1).
    #[error("expected {expected}, got `{got}`")]
    BadValue {
        /// The type, in words.
        expected: &'static str,
        /// The text that came.
        got: Excerpt,
    },
    /// An XML declaration. PowerShell refuses it inside a PSRP message, and so do we.
    #[error("an xml declaration is not allowed, send the element alone")]
    Declaration,
    /// A document type definition.
    #[error("a document type definition is not allowed")]
    Dtd,
    /// An `En` without exactly a `Key` that is not null and a `Value`, in this order (MS-PSRP 2.2.5.2.6.4).
    #[error("a dictionary entry must hold a key that is not null, named Key, and then a value, named Value")]
    Entry,
    /// More than one value in an object. PowerShell's reader takes the last; no serializer writes it.
    #[error("an object holds at most one value, this is the second")]
    SecondValue,
    /// No value at all, though there is something that is not blank.
    #[error("expected one element, got the end of the payload")]
    NoValue,
    /// Deeper than [`MAX_DEPTH`].
    #[error("values are nested more than {MAX_DEPTH} levels deep")]
    TooDeep,
    /// Longer than [`MAX_PAYLOAD`].
    #[error("a payload of {got} bytes is more than the {MAX_PAYLOAD} that we take")]
    TooLong {
        /// The length of the payload in bytes.
        got: usize,
    },
    /// More than [`MAX_ATTRIBUTES`].
    #[error("an element has more than {MAX_ATTRIBUTES} attributes")]
    TooManyAttributes,
    /// More than [`MAX_NODES`].
    #[error("a payload has more than {MAX_NODES} elements")]
    TooManyNodes,
    /// More than [`MAX_TYPE_NAMES`].
    #[error("an object has more than {MAX_TYPE_NAMES} type names")]
    TooManyTypeNames,
    /// More than [`WALK_BUDGET`].
    #[error("its references describe more than {WALK_BUDGET} values")]
    TooManyValues,
    /// Something where it has no place: text between elements, an element CLIXML does not know, a second root.
    #[error("expected {expected}, got {got}")]
    Unexpected {
        /// What may stand here, in words.
        expected: &'static str,
        /// The element or text that came.
        got: Excerpt,
    },
    /// A member of a property bag without a name.
    #[error("<{tag}> is a property and needs a name: attribute N")]
    Unnamed {
        /// The element.
        tag: Excerpt,
    },
    /// A `Ref` or `TNRef` without an id, or to one that no element before it carries.
    #[error("<{tag}> refers to an element that was not sent before it (RefId `{got}`)")]
    UnknownReference {
        /// `Ref` or `TNRef`.
        tag: &'static str,
        /// The id as sent; empty if there is none.
        got: Excerpt,
    },
    /// Not UTF-8.
    #[error("the payload is not utf-8")]
    Utf8,
    /// Not well-formed XML.
    #[error("not well-formed xml: {reason}")]
    Xml {
        /// What the XML reader says.
        reason: Excerpt,
    },
}

/// A piece of a peer's text for a message: escaped, and cut after [`MAX_EXCERPT`] characters.
#[derive(Clone, PartialEq, Eq)]
pub struct Excerpt(String);

impl Excerpt {
    /// The beginning of `text`.
    pub fn new(text: &str) -> Self {
        let mut shown: String = text.chars().take(MAX_EXCERPT).flat_map(char::escape_debug).collect();
        if text.chars().nth(MAX_EXCERPT).is_some() {
            shown.push_str("...");
        }
        Self(shown)
    }
}

impl fmt::Display for Excerpt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Excerpt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.0)
    }
}
