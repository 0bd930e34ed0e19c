//! Session names and how a client refers to a session.

use alloc::string::{String, ToString};
use core::fmt;

use thiserror::Error;
use uuid::Uuid;

use crate::limits::MAX_NAME_LENGTH;

/// Fewest hexadecimal digits of an InstanceId that select a session.
const MIN_ID_PREFIX: usize = 8;

/// A session's name: a letter or digit, then letters, digits, `.`, `_` and `-`; at most [`MAX_NAME_LENGTH`] characters.
///
/// Names are compared without case, as PowerShell compares session names, and kept as given.
#[derive(Clone, Debug)]
pub struct SessionName(String);

/// Why a text is no session name.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[error(
    "a session name has 1 to {MAX_NAME_LENGTH} letters, digits, '.', '_' or '-' and starts with a letter or digit; got {0:?}"
)]
pub struct NameError(String);

impl SessionName {
    /// Its digits, if it can be the beginning of an InstanceId.
    fn id_digits(&self) -> Option<String> {
        let digits: String = self.0.chars().filter(|c| *c != '-').collect();
        (digits.len() >= MIN_ID_PREFIX && digits.chars().all(|c| c.is_ascii_hexdigit())).then_some(digits)
    }

    /// Checks `text`.
    ///
    /// # Errors
    /// [`NameError`] when a character or the length is not allowed.
    pub fn new(text: &str) -> Result<Self, NameError> {
        let starts_well = text.chars().next().is_some_and(|first| first.is_ascii_alphanumeric());
        let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
        if starts_well && text.len() <= MAX_NAME_LENGTH && text.chars().all(allowed) {
            Ok(Self(text.to_string()))
        } else {
            Err(NameError(text.chars().take(MAX_NAME_LENGTH.saturating_add(1)).collect()))
        }
    }

    /// The name that a nameless session gets when it is kept: `auto-` and the first eight digits of its id.
    #[must_use]
    pub fn automatic(id: Uuid) -> Self {
        let digits = id.simple().to_string();
        Self(alloc::format!("auto-{}", digits.get(..MIN_ID_PREFIX).unwrap_or_default()))
    }

    /// The name as given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form under which the name is claimed: two names are the same session when their keys are equal.
    #[must_use]
    pub fn key(&self) -> String {
        self.0.to_ascii_lowercase()
    }
}

impl PartialEq for SessionName {
    fn eq(&self, other: &Self) -> bool {
        self.0.eq_ignore_ascii_case(&other.0)
    }
}

impl Eq for SessionName {}

impl fmt::Display for SessionName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How a client names the session that it wants: by name, by InstanceId, or by the first digits of one.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum SessionRef {
    /// A whole InstanceId.
    Id(Uuid),
    /// A name; if no session has it and it is at least eight hexadecimal digits, the beginning of an InstanceId.
    Name(SessionName),
}

impl SessionRef {
    /// Reads what a user wrote.
    ///
    /// # Errors
    /// [`NameError`] when it is neither an InstanceId nor a name.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        match Uuid::try_parse(text) {
            Ok(id) => Ok(Self::Id(id)),
            Err(_) => SessionName::new(text).map(Self::Name),
        }
    }

    /// Whether this may select the session `id` by the beginning of its InstanceId.
    #[must_use]
    pub fn is_prefix_of(&self, id: Uuid) -> bool {
        match self {
            Self::Id(whole) => *whole == id,
            Self::Name(name) => {
                name.id_digits().is_some_and(|digits| id.simple().to_string().starts_with(&digits.to_ascii_lowercase()))
            }
        }
    }

    /// Whether it may be the beginning of an InstanceId at all.
    #[must_use]
    pub fn may_be_prefix(&self) -> bool {
        match self {
            Self::Id(_) => true,
            Self::Name(name) => name.id_digits().is_some(),
        }
    }
}

impl fmt::Display for SessionRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => id.fmt(f),
            Self::Name(name) => name.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_the_rule() {
        for good in ["a", "work", "A.b_c-9", "0day", &"x".repeat(64)] {
            assert!(SessionName::new(good).is_ok(), "{good}");
        }
        for bad in ["", "-a", ".a", "a b", "a/b", "é", "a\n", &"x".repeat(65)] {
            assert!(SessionName::new(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn names_are_compared_without_case() {
        assert_eq!(SessionName::new("Work").unwrap(), SessionName::new("wORK").unwrap());
        assert_eq!(SessionName::new("Work").unwrap().key(), "work");
    }

    #[test]
    fn a_reference_is_an_id_a_prefix_or_a_name() {
        let id = Uuid::parse_str("9d2c0f3a-6b1e-4a77-8c55-01d2e3f4a5b6").unwrap();
        assert_eq!(SessionRef::parse(&id.to_string()).unwrap(), SessionRef::Id(id));
        assert!(SessionRef::parse("9d2c0f3a").unwrap().is_prefix_of(id));
        assert!(SessionRef::parse("9D2C0F3A-6b").unwrap().is_prefix_of(id));
        assert!(!SessionRef::parse("9d2c0f3").unwrap().is_prefix_of(id));
        assert!(!SessionRef::parse("work").unwrap().is_prefix_of(id));
    }
}
