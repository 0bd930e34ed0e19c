//! Lines of an `ssh_config` file: keyword, arguments, quoting and comments, as in ssh_config(5).

/// A configuration line that has a keyword.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Line<'a> {
    /// The keyword as written; keywords compare without case.
    pub(super) keyword: &'a str,
    /// Everything behind the keyword and its optional `=`, trailing blanks removed.
    pub(super) rest: &'a str,
}

/// Splits off the keyword of a line; `None` for blank lines and comments.
pub(super) fn line(text: &str) -> Option<Line<'_>> {
    let text = text.trim_matches([' ', '\t', '\r', '\n', '\x0c']);
    if text.is_empty() || text.starts_with('#') {
        return None;
    }
    let end = text.find([' ', '\t', '=']).unwrap_or(text.len());
    let (keyword, rest) = text.split_at_checked(end)?;
    let rest = rest.trim_start_matches([' ', '\t']);
    let rest = rest.strip_prefix('=').unwrap_or(rest).trim_start_matches([' ', '\t']);
    Some(Line { keyword, rest })
}

/// Splits arguments as ssh does: blanks separate, single and double quotes group, a backslash escapes quotes,
/// backslashes and (outside quotes) blanks, `#` at the start of an argument begins a comment.
///
/// `None` when a quote is not closed.
pub(super) fn arguments(text: &str) -> Option<Vec<String>> {
    let mut out = Vec::new();
    let mut chars = text.chars().peekable();
    loop {
        while chars.next_if(|c| matches!(c, ' ' | '\t')).is_some() {}
        match chars.peek() {
            None | Some('#') => return Some(out),
            Some(_) => {}
        }
        let mut argument = String::new();
        let mut quote = None;
        while let Some(&c) = chars.peek() {
            if quote.is_none() && matches!(c, ' ' | '\t') {
                break;
            }
            chars.next();
            match c {
                '\\' => {
                    let escaped = chars.next_if(|&n| matches!(n, '"' | '\'' | '\\') || (n == ' ' && quote.is_none()));
                    argument.push(escaped.unwrap_or('\\'));
                }
                '"' | '\'' if quote.is_none() => quote = Some(c),
                _ if quote == Some(c) => quote = None,
                _ => argument.push(c),
            }
        }
        if quote.is_some() {
            return None;
        }
        out.push(argument);
    }
}

#[cfg(test)]
mod tests {
    use super::{arguments, line};

    #[test]
    fn keyword_and_rest() {
        let l = line("  Port = 22  ").unwrap();
        assert_eq!((l.keyword, l.rest), ("Port", "22"));
        let l = line("Host=a b").unwrap();
        assert_eq!((l.keyword, l.rest), ("Host", "a b"));
        assert!(line("   # Host a").is_none());
        assert!(line("\t\r").is_none());
        assert_eq!(line("Include").unwrap().rest, "");
    }

    #[test]
    fn quotes_escapes_comments() {
        assert_eq!(arguments(r#"a "b c" 'd "e' f\ g # h"#).unwrap(), ["a", "b c", "d \"e", "f g"]);
        assert_eq!(arguments(r#"a#b "x\"y" \n"#).unwrap(), ["a#b", "x\"y", "\\n"]);
        assert_eq!(arguments(r#""""#).unwrap(), [""]);
        assert!(arguments("\"open").is_none());
    }
}
