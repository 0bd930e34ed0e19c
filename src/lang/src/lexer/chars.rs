//! Classes of characters. They follow .NET's categories of single UTF-16 units, so nothing outside the basic
//! multilingual plane is a letter.

use unicode_general_category::{GeneralCategory, get_general_category};

fn category(c: char) -> Option<GeneralCategory> {
    (u32::from(c) <= 0xffff).then(|| get_general_category(c))
}

/// `Char.IsLetter`
pub(crate) fn is_letter(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphabetic();
    }
    use GeneralCategory::*;
    let letters = [UppercaseLetter, LowercaseLetter, TitlecaseLetter, ModifierLetter, OtherLetter];
    category(c).is_some_and(|category| letters.contains(&category))
}

/// `Char.IsDigit`
pub(crate) fn is_digit(c: char) -> bool {
    c.is_ascii_digit() || (!c.is_ascii() && category(c) == Some(GeneralCategory::DecimalNumber))
}

/// `Char.IsLetterOrDigit`
pub(crate) fn is_letter_or_digit(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_alphanumeric() } else { is_letter(c) || is_digit(c) }
}

/// `Char.IsWhiteSpace`
pub(crate) fn is_char_white_space(c: char) -> bool {
    matches!(c, '\t'..='\r' | ' ' | '\u{85}') || (!c.is_ascii() && is_separator(c))
}

fn is_separator(c: char) -> bool {
    use GeneralCategory::*;
    category(c).is_some_and(|category| [SpaceSeparator, LineSeparator, ParagraphSeparator].contains(&category))
}

/// White space between tokens; line ends are not.
pub(crate) fn is_whitespace(c: char) -> bool {
    match c {
        ' ' | '\t' | '\u{b}' | '\u{c}' => true,
        '\0'..='\u{7f}' => false,
        '\u{80}'..='\u{100}' => c == '\u{a0}' || c == '\u{85}',
        _ => is_separator(c),
    }
}

pub(crate) const fn is_dash(c: char) -> bool {
    matches!(c, '-' | '\u{2013}' | '\u{2014}' | '\u{2015}')
}

pub(crate) const fn is_single_quote(c: char) -> bool {
    matches!(c, '\'' | '\u{2018}' | '\u{2019}' | '\u{201a}' | '\u{201b}')
}

pub(crate) const fn is_double_quote(c: char) -> bool {
    matches!(c, '"' | '\u{201c}' | '\u{201d}' | '\u{201e}')
}

/// What may follow the `$` of a variable.
pub(crate) fn is_variable_start(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '$' | '?' | '^' | ':') || (!c.is_ascii() && is_letter_or_digit(c))
}

pub(crate) fn is_identifier_start(c: char) -> bool {
    c.is_ascii_alphabetic() || c == '_' || (!c.is_ascii() && is_letter(c))
}

pub(crate) fn is_identifier_follow(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || (!c.is_ascii() && is_letter_or_digit(c))
}

/// What ends a word in command mode. `None` is the end of the script.
pub(crate) fn forces_new_token(c: Option<char>) -> bool {
    let Some(c) = c else { return true };
    match c {
        '\0' | '\t'..='\r' | ' ' | '&' | '(' | ')' | ',' | ';' | '{' | '|' | '}' => true,
        '\u{1}'..='\u{7f}' => false,
        _ => is_whitespace(c),
    }
}

/// What ends a number in expression mode besides that; `ternary` adds `?` and `:`.
pub(crate) fn forces_new_token_after_number(c: char, ternary: bool) -> bool {
    match c {
        '!' | '#' | '%' | '*' | '+' | '-' | '.' | '/' | '<' | '=' | '>' | ']' => true,
        '?' | ':' => ternary,
        _ => is_dash(c),
    }
}

/// What ends one part of an assembly's name.
pub(crate) fn forces_new_token_in_assembly_name(c: Option<char>) -> bool {
    let Some(c) = c else { return true };
    match c {
        '\0' | '\t'..='\r' | ' ' | ',' | '=' | ']' => true,
        '\u{1}'..='\u{7f}' => false,
        _ => is_whitespace(c),
    }
}

/// What a part of a namespace may begin with, and go on with.
pub(crate) fn is_namespace_char(c: char, first: bool) -> bool {
    use GeneralCategory::*;
    if c == '_' || is_letter(c) || category(c) == Some(LetterNumber) {
        return true;
    }
    let follow = [DecimalNumber, ConnectorPunctuation, NonspacingMark, SpacingMark, Format];
    !first && category(c).is_some_and(|category| follow.contains(&category))
}
