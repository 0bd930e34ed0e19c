//! Links, images and input fields of a page.

use psrpd_dotnet::{Str, casing};

use crate::value::Value;

/// The elements of a kind: `a` with what stands in them, `img` and `input` alone.
pub(super) fn elements(page: &str, tag: &str) -> Vec<Value> {
    let mut found = Vec::new();
    let mut from = 0_usize;
    while let Some((start, end)) = next(page, tag, from) {
        let Some(open) = page.get(start..end) else { break };
        let mut outer = open;
        let mut until = end;
        if tag == "a" && !open.ends_with("/>") {
            let Some(close) = find(page, "</a>", end) else { break };
            until = close.saturating_add(4);
            outer = page.get(start..until).unwrap_or(open);
        }
        let mut notes: Vec<(Str, Value)> =
            vec![("outerHTML".into(), outer.into()), ("tagName".into(), tag.to_uppercase().into())];
        for (name, value) in attributes(open) {
            if !notes.iter().any(|(have, _)| casing::eq(have, &name)) {
                notes.push((name.into(), value.map_or(Value::Null, |value| unescape(&value).into())));
            }
        }
        found.push(Value::custom(notes));
        from = until;
    }
    found
}

/// Where an ASCII text stands, ignoring case.
fn find(page: &str, what: &str, from: usize) -> Option<usize> {
    let bytes = page.as_bytes().get(from..)?;
    let at = bytes.windows(what.len()).position(|window| window.eq_ignore_ascii_case(what.as_bytes()))?;
    Some(from.saturating_add(at))
}

/// Beginning and end of the next tag.
fn next(page: &str, tag: &str, mut from: usize) -> Option<(usize, usize)> {
    let open = format!("<{tag}");
    loop {
        let start = find(page, &open, from)?;
        let behind = start.saturating_add(open.len());
        let is_whole = page.as_bytes().get(behind).is_some_and(u8::is_ascii_whitespace);
        if is_whole {
            let length = page.get(behind..)?.find('>')?;
            return Some((start, behind.saturating_add(length).saturating_add(1)));
        }
        from = behind;
    }
}

/// Names and values of the attributes of a tag.
fn attributes(open: &str) -> Vec<(String, Option<String>)> {
    let inner = open.trim_start_matches('<').trim_end_matches('>').trim_end_matches('/');
    let mut rest = inner.trim_start_matches(|c: char| !c.is_whitespace()).trim_start();
    let mut found = Vec::new();
    while !rest.is_empty() {
        let end = rest.find(|c: char| c.is_whitespace() || c == '=').unwrap_or(rest.len());
        let (name, behind) = rest.split_at(end);
        let after = behind.trim_start();
        if name.is_empty() {
            rest = rest.trim_start_matches('=').trim_start();
            continue;
        }
        let Some(value) = after.strip_prefix('=') else {
            found.push((name.to_owned(), None));
            rest = after;
            continue;
        };
        let value = value.trim_start();
        let (value, behind) = match value.chars().next() {
            Some(quote @ ('"' | '\'')) => {
                let inner = value.trim_start_matches(quote);
                // An empty value is two quotes.
                let inner =
                    if value.len().saturating_sub(inner.len()) > 1 { value.get(1..).unwrap_or("") } else { inner };
                inner.split_once(quote).unwrap_or((inner, ""))
            }
            _ => {
                let end = value.find(char::is_whitespace).unwrap_or(value.len());
                value.split_at(end)
            }
        };
        found.push((name.to_owned(), Some(value.to_owned())));
        rest = behind.trim_start();
    }
    found
}

/// Character references that pages use most.
fn unescape(text: &str) -> String {
    crate::types::web_utility::html_decode(text)
}

/// Text without its tags.
pub(super) fn without_tags(page: &str) -> String {
    let mut out = String::new();
    let mut rest = page;
    while let Some((before, behind)) = rest.split_once('<') {
        out.push_str(before);
        match behind.split_once('>') {
            Some((_, after)) => rest = after,
            None => {
                out.push('<');
                rest = behind;
                break;
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_come_with_and_without_quotes() {
        let found = attributes(r#"<input type=hidden name="a b" value='' checked/>"#);
        let shown: Vec<String> = found.iter().map(|(name, value)| format!("{name}={value:?}")).collect();
        assert_eq!(shown, [r#"type=Some("hidden")"#, r#"name=Some("a b")"#, r#"value=Some("")"#, "checked=None"]);
    }

    #[test]
    fn tags_go_and_text_stays() {
        assert_eq!(without_tags("<p>a <b>c</b></p> d < e"), "a c d < e");
    }
}
