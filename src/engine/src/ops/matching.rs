//! Regular expressions at work: they hear a stop, and say when matching takes too long.

use psrpd_dotnet::regex::{Match, Regex, TooHard};

use crate::eval::{Flow, R, Runspace, error};

/// What .NET says when a match takes longer than it may; it has no such limit of its own.
fn too_hard(_: TooHard) -> Flow {
    error::thrown(
        "System.Text.RegularExpressions.RegexMatchTimeoutException",
        "The Regex engine has timed out while trying to match a pattern to an input string. This can occur for many reasons, including very large inputs or excessive backtracking caused by nested quantifiers, back-references and other factors.",
    )
}

impl Runspace {
    /// Whether an expression matches anywhere in a text.
    ///
    /// # Errors
    /// The pipeline was stopped, or matching takes too long.
    pub(crate) fn is_match(&self, regex: &Regex, text: &str) -> R<bool> {
        self.check_stop()?;
        regex.is_match(text).map_err(too_hard)
    }

    /// The first match at or behind a byte of a text.
    ///
    /// # Errors
    /// As [`Runspace::is_match`].
    pub(crate) fn find_match(&self, regex: &Regex, text: &str, from: usize) -> R<Option<Match>> {
        self.check_stop()?;
        if from > text.len() { Ok(None) } else { regex.find(text, from).map_err(too_hard) }
    }

    /// The matches at or behind a byte of a text, none overlapping another, but no more than `most`.
    ///
    /// # Errors
    /// As [`Runspace::is_match`].
    pub(crate) fn find_matches(&self, regex: &Regex, text: &str, mut from: usize, most: usize) -> R<Vec<Match>> {
        let mut found = Vec::new();
        while found.len() < most
            && let Some(next) = self.find_match(regex, text, from)?
        {
            from = next.after(text);
            found.push(next);
        }
        Ok(found)
    }
}
