//! Regular expressions as .NET reads them: its pattern language is translated to the one of the engine below.

use fancy_regex::RegexBuilder;

use crate::limits;

/// `RegexOptions`, as far as they change what matches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Options {
    /// `IgnoreCase`
    pub ignore_case: bool,
    /// `Multiline`
    pub multiline: bool,
    /// `Singleline`
    pub singleline: bool,
    /// `ExplicitCapture`
    pub explicit_capture: bool,
    /// `IgnorePatternWhitespace`
    pub ignore_whitespace: bool,
}

/// The end of a text, or in front of the line end that is its last character: what `$` and `\Z` mean.
const LAST_END: &str = r"(?:\z|(?=\n\z))";

/// A compiled expression.
#[derive(Clone, Debug)]
pub struct Regex {
    engine: fancy_regex::Regex,
    /// The same for texts that do not end in a line end, where that is simpler: `$` is only their end.
    unbroken: Option<fancy_regex::Regex>,
    /// .NET's groups in its order: unnamed ones first, named ones after them.
    groups: Vec<Group>,
}

#[derive(Clone, Debug)]
struct Group {
    name: String,
    /// The number of the group in the translated pattern.
    index: usize,
}

/// A group that took part in a match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// A match: the whole and the groups, in .NET's order; none where a group took no part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// Group 0 is the whole match.
    pub groups: Vec<Option<Span>>,
}

impl Match {
    /// The whole match.
    pub fn whole(&self) -> Span {
        self.groups.first().copied().flatten().unwrap_or(Span { start: 0, end: 0 })
    }

    /// Where in the text the next match may begin.
    pub fn after(&self, text: &str) -> usize {
        let Span { start, end } = self.whole();
        if end > start { end } else { end.saturating_add(char_len(text, end)) }
    }
}

/// Matching went back more often than it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooHard;

/// What is wrong with a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadRegex {
    /// Where, in characters.
    pub offset: usize,
    /// .NET's words for it.
    pub reason: String,
}

impl Regex {
    /// Compiles a pattern.
    ///
    /// # Errors
    /// [`BadRegex`] if it is no pattern, or one that this engine cannot match.
    pub fn new(pattern: &str, options: Options) -> Result<Self, BadRegex> {
        let mut translator = Translator::new(pattern, options);
        let translated = translator.run()?;
        let build = |pattern: &str| RegexBuilder::new(pattern).backtrack_limit(limits::MAX_BACKTRACKS).build();
        let engine = build(&translated).map_err(|_| BadRegex {
            offset: pattern.chars().count(),
            reason: "Unrecognized grouping construct.".into(),
        })?;
        let unbroken =
            if translated.contains(LAST_END) { build(&translated.replace(LAST_END, r"\z")).ok() } else { None };
        Ok(Self { engine, unbroken, groups: translator.into_groups() })
    }

    /// What matches in a text.
    fn engine(&self, text: &str) -> &fancy_regex::Regex {
        self.unbroken.as_ref().filter(|_| !text.ends_with('\n')).unwrap_or(&self.engine)
    }

    /// The names of the groups, group 0 first; unnamed ones are called by their number.
    pub fn group_names(&self) -> impl Iterator<Item = &str> {
        self.groups.iter().map(|group| group.name.as_str())
    }

    /// The position of a group called `name`.
    pub fn group_position(&self, name: &str) -> Option<usize> {
        self.groups.iter().position(|group| group.name == name)
    }

    /// The first match at or behind byte `from`.
    ///
    /// # Errors
    /// [`TooHard`].
    pub fn find(&self, text: &str, from: usize) -> Result<Option<Match>, TooHard> {
        if self.groups.len() == 1 {
            let whole = self.engine(text).find_from_pos(text, from).map_err(|_| TooHard)?;
            let span = |whole: fancy_regex::Match<'_>| Some(Span { start: whole.start(), end: whole.end() });
            return Ok(whole.map(|whole| Match { groups: vec![span(whole)] }));
        }
        let Some(captures) = self.engine(text).captures_from_pos(text, from).map_err(|_| TooHard)? else {
            return Ok(None);
        };
        let groups = self
            .groups
            .iter()
            .map(|group| captures.get(group.index).map(|found| Span { start: found.start(), end: found.end() }));
        Ok(Some(Match { groups: groups.collect() }))
    }

    /// Whether it matches anywhere.
    ///
    /// # Errors
    /// [`TooHard`].
    pub fn is_match(&self, text: &str) -> Result<bool, TooHard> {
        self.engine(text).is_match(text).map_err(|_| TooHard)
    }

    /// What a replacement text of .NET stands for in one match: `$1`, `${name}`, `$$`, `$&`, `` $` ``, `$'`, `$+`, `$_`.
    pub fn expand(&self, replacement: &str, text: &str, found: &Match) -> String {
        let span = |span: Span| text.get(span.start..span.end).unwrap_or("");
        let group = |at: usize| found.groups.get(at).map(|group| group.map_or("", span));
        let mut out = String::new();
        let mut rest = replacement;
        while let Some((head, tail)) = rest.split_once('$') {
            out.push_str(head);
            let (value, length) = self.substitution(tail, text, found, &group);
            match value {
                Some(value) => out.push_str(value),
                None => out.push('$'),
            }
            rest = tail.get(length..).unwrap_or("");
        }
        out.push_str(rest);
        out
    }

    fn substitution<'t>(
        &self,
        tail: &'t str,
        text: &'t str,
        found: &Match,
        group: &impl Fn(usize) -> Option<&'t str>,
    ) -> (Option<&'t str>, usize) {
        let whole = found.whole();
        match tail.chars().next() {
            Some('$') => (tail.get(..1), 1),
            Some('&') => (group(0), 1),
            Some('`') => (text.get(..whole.start), 1),
            Some('\'') => (text.get(whole.end..), 1),
            Some('_') => (Some(text), 1),
            Some('+') => (group(self.groups.len().saturating_sub(1)), 1),
            Some('{') => {
                let Some(end) = tail.find('}') else { return (None, 0) };
                let name = tail.get(1..end).unwrap_or("");
                match self.group_position(name).and_then(group) {
                    Some(value) => (Some(value), end.saturating_add(1)),
                    None => (None, 0),
                }
            }
            Some(c) if c.is_ascii_digit() => {
                // The longest number that is a group.
                let digits = tail.bytes().take_while(u8::is_ascii_digit).count();
                (1..=digits)
                    .rev()
                    .find_map(|length| {
                        let name = tail.get(..length)?.trim_start_matches('0');
                        let name = if name.is_empty() { "0" } else { name };
                        Some((Some(group(self.group_position(name)?)?), length))
                    })
                    .unwrap_or((None, 0))
            }
            _ => (None, 0),
        }
    }
}

/// The length of the character at a byte position, at least 1.
fn char_len(text: &str, at: usize) -> usize {
    text.get(at..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8)
}

/// A pattern that matches only this text: `Regex.Escape`.
pub fn escape(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '\\' | '*' | '+' | '?' | '|' | '{' | '[' | '(' | ')' | '^' | '$' | '.' | '#' | ' ' => {
                out.push('\\');
                out.push(c);
            }
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\x0c' => out.push_str("\\f"),
            _ => out.push(c),
        }
    }
    out
}

struct Translator {
    chars: Vec<char>,
    at: usize,
    options: Options,
    out: String,
    /// Names of the groups of the translated pattern, in order; empty for unnamed ones.
    names: Vec<String>,
    open: Vec<(usize, Options)>,
}

impl Translator {
    fn new(pattern: &str, options: Options) -> Self {
        Self {
            chars: pattern.chars().collect(),
            at: 0,
            options,
            out: String::new(),
            names: Vec::new(),
            open: Vec::new(),
        }
    }

    fn peek(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.at.saturating_add(ahead)).copied()
    }

    fn next(&mut self) -> Option<char> {
        let c = self.peek(0);
        self.at = self.at.saturating_add(1);
        c
    }

    fn starts_with(&self, text: &str) -> bool {
        text.chars().enumerate().all(|(ahead, c)| self.peek(ahead) == Some(c))
    }

    fn skip(&mut self, count: usize) {
        self.at = self.at.saturating_add(count);
    }

    fn error(&self, offset: usize, reason: &str) -> BadRegex {
        BadRegex { offset, reason: reason.into() }
    }

    fn run(&mut self) -> Result<String, BadRegex> {
        let mut flags = String::new();
        for (on, flag) in [
            (self.options.ignore_case, 'i'),
            (self.options.multiline, 'm'),
            (self.options.singleline, 's'),
            (self.options.ignore_whitespace, 'x'),
        ] {
            if on {
                flags.push(flag);
            }
        }
        if !flags.is_empty() {
            self.out.push_str(&format!("(?{flags})"));
        }
        let mut may_repeat = false;
        while let Some(c) = self.next() {
            match c {
                '\\' => self.escape_sequence()?,
                '[' => self.class()?,
                '(' => {
                    self.group()?;
                    may_repeat = false;
                    continue;
                }
                ')' => {
                    let Some((_, options)) = self.open.pop() else {
                        return Err(self.error(self.at, "Too many )'s."));
                    };
                    self.options = options;
                    self.out.push(')');
                }
                '$' if !self.options.multiline => self.out.push_str(LAST_END),
                '#' if self.options.ignore_whitespace => {
                    while self.next().is_some_and(|c| c != '\n') {}
                    continue;
                }
                '*' | '+' | '?' if !may_repeat => {
                    let at = self.at;
                    return Err(self.error(at, &format!("Quantifier '{c}' following nothing.")));
                }
                '*' | '+' | '?' => {
                    self.out.push(c);
                    self.lazy_or_nested()?;
                    may_repeat = true;
                    continue;
                }
                '{' => {
                    let rest: String =
                        self.chars.get(self.at..).unwrap_or(&[]).iter().take_while(|c| **c != '}').collect();
                    let counts = rest.split(',').enumerate().all(|(n, part)| {
                        part.bytes().all(|b| b.is_ascii_digit()) && (n == 1 || n == 0 && !part.is_empty())
                    });
                    let closed = self.peek(rest.chars().count()) == Some('}');
                    if counts && closed && !rest.is_empty() {
                        if !may_repeat {
                            return Err(self.error(self.at, "Quantifier '{' following nothing."));
                        }
                        self.out.push_str(&format!("{{{rest}}}"));
                        self.skip(rest.chars().count().saturating_add(1));
                        self.lazy_or_nested()?;
                        continue;
                    }
                    self.out.push_str("\\{");
                }
                '}' | ']' => {
                    self.out.push('\\');
                    self.out.push(c);
                }
                '|' => {
                    self.out.push('|');
                    may_repeat = false;
                    continue;
                }
                '^' => {
                    self.out.push('^');
                    may_repeat = true;
                    continue;
                }
                _ => self.out.push(c),
            }
            may_repeat = true;
        }
        if !self.open.is_empty() {
            return Err(self.error(self.chars.len(), "Not enough )'s."));
        }
        Ok(std::mem::take(&mut self.out))
    }

    /// `?` after a quantifier makes it lazy; a further quantifier is an error.
    fn lazy_or_nested(&mut self) -> Result<(), BadRegex> {
        if self.peek(0) == Some('?') {
            self.skip(1);
            self.out.push('?');
        }
        match self.peek(0) {
            Some(c @ ('*' | '+' | '?')) => {
                self.skip(1);
                Err(self.error(self.at, &format!("Nested quantifier '{c}'.")))
            }
            _ => Ok(()),
        }
    }

    fn escape_sequence(&mut self) -> Result<(), BadRegex> {
        let Some(c) = self.next() else { return Err(self.error(self.chars.len(), "Illegal \\ at end of pattern.")) };
        match c {
            'Z' => self.out.push_str(LAST_END),
            'e' => self.out.push_str(r"\x1B"),
            'c' => {
                let control = self.next().and_then(|c| u8::try_from(c).ok()).unwrap_or(b'@') & 0x1f;
                self.out.push_str(&format!("\\x{control:02X}"));
            }
            '0' => {
                let mut value = 0_u32;
                while let Some(digit) = self.peek(0).and_then(|c| c.to_digit(8)) {
                    value = value.saturating_mul(8).saturating_add(digit);
                    self.skip(1);
                }
                self.out.push_str(&format!("\\x{{{value:X}}}"));
            }
            'k' if matches!(self.peek(0), Some('<' | '\'')) => {
                self.skip(1);
                let mut name = String::new();
                while let Some(c) = self.next() {
                    if matches!(c, '>' | '\'') {
                        break;
                    }
                    name.push(c);
                }
                self.out.push_str(&format!("\\k<{name}>"));
            }
            'd' | 'w' | 's' | 'D' | 'W' | 'S' | 'b' | 'B' | 'A' | 'z' | 'G' | 'n' | 'r' | 't' | 'f' | 'v' | 'a'
            | 'x' | 'p' | 'P' | 'u' => {
                self.out.push('\\');
                self.out.push(c);
            }
            _ if c.is_ascii_digit() => {
                self.out.push('\\');
                self.out.push(c);
                while let Some(digit) = self.peek(0).filter(char::is_ascii_digit) {
                    self.out.push(digit);
                    self.skip(1);
                }
            }
            _ if c.is_ascii_alphanumeric() => {
                return Err(self.error(self.at, &format!("Unrecognized escape sequence \\{c}.")));
            }
            _ => push_literal(&mut self.out, c),
        }
        Ok(())
    }

    fn class(&mut self) -> Result<(), BadRegex> {
        let start = self.at;
        self.out.push('[');
        if self.peek(0) == Some('^') {
            self.skip(1);
            self.out.push('^');
        }
        let mut first = true;
        loop {
            let Some(c) = self.next() else {
                return Err(self.error(self.chars.len().max(start), "Unterminated [] set."));
            };
            match c {
                ']' if !first => break,
                '-' if self.peek(0) == Some('[') && !first => {
                    self.skip(1);
                    self.out.push_str("--");
                    self.class()?;
                }
                '\\' => match self.next() {
                    Some('b') => self.out.push_str(r"\x08"),
                    Some('e') => self.out.push_str(r"\x1B"),
                    Some(
                        c @ ('d' | 'w' | 's' | 'D' | 'W' | 'S' | 'n' | 'r' | 't' | 'f' | 'v' | 'a' | 'x' | 'p' | 'P'
                        | 'u'),
                    ) => {
                        self.out.push('\\');
                        self.out.push(c);
                    }
                    Some(c) => push_literal(&mut self.out, c),
                    None => return Err(self.error(self.chars.len(), "Unterminated [] set.")),
                },
                // A range in reverse order has its own error.
                _ if self.peek(0) == Some('-')
                    && self.peek(1).is_some_and(|high| !matches!(high, ']' | '[' | '\\') && high < c) =>
                {
                    let at = self.at.saturating_add(2);
                    return Err(self.error(at, "[x-y] range in reverse order."));
                }
                '[' | '&' | '~' => push_literal(&mut self.out, c),
                '-' => {
                    let edge = first || self.peek(0) == Some(']');
                    self.out.push_str(if edge { "\\-" } else { "-" });
                }
                ']' => self.out.push_str("\\]"),
                _ if self.options.ignore_whitespace && (c.is_whitespace() || c == '#') => {
                    push_literal(&mut self.out, c);
                }
                _ => self.out.push(c),
            }
            first = false;
        }
        self.out.push(']');
        Ok(())
    }

    fn group(&mut self) -> Result<(), BadRegex> {
        let start = self.at;
        let options = self.options;
        if self.peek(0) != Some('?') {
            self.open.push((start, options));
            if self.options.explicit_capture {
                self.out.push_str("(?:");
            } else {
                self.names.push(String::new());
                self.out.push('(');
            }
            return Ok(());
        }
        if self.starts_with("?#") {
            while self.next().is_some_and(|c| c != ')') {}
            return Ok(());
        }
        for plain in ["?:", "?=", "?!", "?>", "?<=", "?<!"] {
            if self.starts_with(plain) {
                self.skip(plain.len());
                self.open.push((start, options));
                self.out.push('(');
                self.out.push_str(plain);
                return Ok(());
            }
        }
        if self.starts_with("?<") || self.starts_with("?'") {
            self.skip(2);
            let mut name = String::new();
            loop {
                match self.next() {
                    Some('>' | '\'') => break,
                    Some(c) if c.is_alphanumeric() || c == '_' => name.push(c),
                    _ => {
                        return Err(
                            self.error(self.at, "Invalid group name: Group names must begin with a word character.")
                        );
                    }
                }
            }
            self.open.push((start, options));
            self.names.push(name.clone());
            // Group names of the engine below may not be numbers.
            if name.starts_with(|c: char| c.is_ascii_digit()) || self.names.iter().filter(|n| **n == name).count() > 1 {
                self.out.push('(');
            } else {
                self.out.push_str(&format!("(?<{name}>"));
            }
            return Ok(());
        }
        if self.starts_with("?(") {
            self.skip(1);
            self.open.push((start, options));
            self.out.push_str("(?");
            return Ok(());
        }
        self.flags(start, options)
    }

    /// `(?i)`, `(?i-m:..)`; `n` is .NET's own.
    fn flags(&mut self, start: usize, options: Options) -> Result<(), BadRegex> {
        self.skip(1);
        let (mut on, mut flags, mut minus) = (true, String::new(), false);
        loop {
            match self.next() {
                Some('-') => (on, minus) = (false, true),
                Some('i') => {
                    self.options.ignore_case = on;
                    push_flag(&mut flags, 'i', &mut minus);
                }
                Some('m') => {
                    self.options.multiline = on;
                    push_flag(&mut flags, 'm', &mut minus);
                }
                Some('s') => {
                    self.options.singleline = on;
                    push_flag(&mut flags, 's', &mut minus);
                }
                Some('x') => {
                    self.options.ignore_whitespace = on;
                    push_flag(&mut flags, 'x', &mut minus);
                }
                Some('n') => self.options.explicit_capture = on,
                Some(')') => {
                    if !flags.is_empty() {
                        self.out.push_str(&format!("(?{flags})"));
                    }
                    return Ok(());
                }
                Some(':') => {
                    self.open.push((start, options));
                    self.out.push_str(&format!("(?{flags}:"));
                    return Ok(());
                }
                _ => return Err(self.error(start.saturating_add(1), "Unrecognized grouping construct.")),
            }
        }
    }

    fn into_groups(self) -> Vec<Group> {
        let mut groups = vec![Group { name: "0".into(), index: 0 }];
        let numbered = self.names.iter().enumerate().map(|(at, name)| (at.saturating_add(1), name));
        let mut number = 0_usize;
        for (index, name) in numbered.clone() {
            if name.is_empty() {
                number = number.saturating_add(1);
                groups.push(Group { name: number.to_string(), index });
            }
        }
        for (index, name) in numbered {
            if !name.is_empty() && !groups.iter().any(|group| group.name == *name) {
                groups.push(Group { name: name.clone(), index });
            }
        }
        groups
    }
}

fn push_flag(flags: &mut String, flag: char, minus: &mut bool) {
    if std::mem::take(minus) {
        flags.push('-');
    }
    flags.push(flag);
}

fn push_literal(out: &mut String, c: char) {
    if c.is_ascii() && !c.is_ascii_alphanumeric() {
        out.push('\\');
    }
    out.push(c);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn groups(pattern: &str, text: &str) -> Vec<(String, String)> {
        let regex = Regex::new(pattern, Options::default()).unwrap();
        let found = regex.find(text, 0).unwrap().unwrap();
        let values = found.groups.iter().map(|g| g.map_or(String::new(), |s| text[s.start..s.end].to_owned()));
        regex.group_names().map(str::to_owned).zip(values).collect()
    }

    #[test]
    fn unnamed_groups_come_first() {
        let found = groups(r"(?<y>\d+)-(\d+)", "2024-07");
        assert_eq!(found[1], ("1".into(), "07".into()));
        assert_eq!(found[2], ("y".into(), "2024".into()));
    }

    #[test]
    fn dotnet_syntax() {
        assert!(Regex::new("^a$", Options::default()).unwrap().is_match("a\n").unwrap());
        let vowels = Regex::new("^[a-z-[aeiou]]+$", Options::default()).unwrap();
        assert!(vowels.is_match("xyz").unwrap() && !vowels.is_match("xaz").unwrap());
        assert!(Regex::new(r"[[\]]", Options::default()).unwrap().is_match("[").unwrap());
        assert!(Regex::new("a{,2}", Options::default()).unwrap().is_match("a{,2}").unwrap());
        assert_eq!(Regex::new("(", Options::default()).unwrap_err().reason, "Not enough )'s.");
        let regex = Regex::new(r"(\w)(?<n>\d)", Options::default()).unwrap();
        let found = regex.find("a1", 0).unwrap().unwrap();
        assert_eq!(regex.expand("$1${n}$$ $9 $&", "a1", &found), "a1$ $9 a1");
    }

    #[test]
    fn lookaround_and_backreferences() {
        assert!(Regex::new(r"(a)\1(?!b)", Options::default()).unwrap().is_match("aac").unwrap());
        let found = Regex::new("", Options::default()).unwrap().find("ab", 0).unwrap().unwrap();
        assert_eq!(found.after("ab"), 1);
        let endless = Regex::new(r"^(a|aa)+(?!a)b", Options::default()).unwrap();
        assert_eq!(endless.is_match(&"a".repeat(100)), Err(TooHard));
    }
}
