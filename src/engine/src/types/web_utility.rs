//! `WebUtility` and `HttpUtility`: what has to be escaped in pages and addresses.

use std::{collections::HashMap, sync::LazyLock};

use psrpd_dotnet::Str;

use super::{Members, TypeDef};
use crate::value::{Value, text};

/// The named characters of HTML 4, `name=number`, separated by blanks.
static ENTITIES: &str = include_str!("entities.txt");

static BY_NAME: LazyLock<HashMap<&'static str, char>> = LazyLock::new(|| {
    let pairs = ENTITIES.split_ascii_whitespace().filter_map(|pair| pair.split_once('='));
    pairs.filter_map(|(name, number)| Some((name, char::from_u32(number.parse().ok()?)?))).collect()
});

/// Text with what HTML does not take as it is as references.
pub(crate) fn html_encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\u{a0}'..='\u{ff}' | '\u{10000}'.. => out.push_str(&format!("&#{};", u32::from(c))),
            c => out.push(c),
        }
    }
    out
}

/// Text with the references of HTML as characters.
pub(crate) fn html_decode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('&') {
        out.push_str(before);
        let end = behind.find([';', '&']).filter(|end| behind.get(*end..).is_some_and(|at| at.starts_with(';')));
        let name = end.and_then(|end| behind.get(..end));
        match name.and_then(referenced) {
            Some(c) => {
                out.push(c);
                rest = behind.split_once(';').map_or("", |(_, after)| after);
            }
            None => {
                out.push('&');
                rest = behind;
            }
        }
    }
    out.push_str(rest);
    out
}

/// The character that a reference without its marks means.
fn referenced(name: &str) -> Option<char> {
    let Some(number) = name.strip_prefix('#') else { return BY_NAME.get(name).copied() };
    let code = match number.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => number.parse().ok()?,
    };
    char::from_u32(code).filter(|c| *c != '\0')
}

/// Text as a part of an address or a form.
fn url_encode(bytes: &[u8], upper: bool) -> String {
    let mut out = String::with_capacity(bytes.len());
    for byte in bytes {
        match byte {
            b' ' => out.push('+'),
            _ if byte.is_ascii_alphanumeric() || b"-_.!*()".contains(byte) => out.push(char::from(*byte)),
            _ if upper => out.push_str(&format!("%{byte:02X}")),
            _ => out.push_str(&format!("%{byte:02x}")),
        }
    }
    out
}

/// The form of an address that [`WebUtility.UrlEncode`](url_encode) makes.
pub(crate) fn form_encode(text: &str) -> String {
    url_encode(text.as_bytes(), true)
}

pub(crate) fn url_decode(text: &str) -> Str {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0_usize;
    while let Some(byte) = bytes.get(at) {
        let pair = bytes.get(at.saturating_add(1)..at.saturating_add(3));
        let pair =
            pair.filter(|pair| pair.iter().all(u8::is_ascii_hexdigit)).and_then(|pair| std::str::from_utf8(pair).ok());
        at = at.saturating_add(1);
        match (byte, pair) {
            (b'%', Some(pair)) => {
                out.push(u8::from_str_radix(pair, 16).unwrap_or(0));
                at = at.saturating_add(2);
            }
            (b'+', _) => out.push(b' '),
            (byte, _) => out.push(*byte),
        }
    }
    String::from_utf8_lossy(&out).into_owned().into()
}

fn script_encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\'' | '<' | '>' | '&' | '\0'..='\u{1f}' | '\u{85}' | '\u{2028}' | '\u{2029}' => {
                out.push_str(&format!("\\u{:04x}", u32::from(c)));
            }
            c => out.push(c),
        }
    }
    out
}

/// A function of a text; no text stays none.
macro_rules! of_text {
    ($m:expr, $signature:literal, $work:expr) => {
        $m.function($signature, |_, _, args| match args.first() {
            Some(value) if !value.is_null() => Ok(Value::from($work(&text(value)))),
            _ => Ok(Value::Null),
        })
    };
}

/// A name and a value of a query.
fn query_part(name: &str, value: &str) -> String {
    let value = url_encode(value.as_bytes(), false);
    if name.is_empty() { value } else { format!("{}={value}", url_encode(name.as_bytes(), false)) }
}

fn common(m: &mut Members) {
    of_text!(m, "string HtmlEncode(string value)", html_encode);
    of_text!(m, "string HtmlDecode(string value)", html_decode);
    of_text!(m, "string UrlDecode(string encodedValue)", url_decode);
}

pub(super) const TYPES: &[TypeDef] = &[
    TypeDef::class("System.Net.WebUtility").members(|m| {
        common(m);
        of_text!(m, "string UrlEncode(string value)", form_encode);
    }),
    TypeDef::class("System.Web.HttpUtility").members(|m| {
        common(m);
        of_text!(m, "string UrlEncode(string str)", |text: &str| url_encode(text.as_bytes(), false));
        m.function(
            "System.Collections.Specialized.NameValueCollection ParseQueryString(string query)",
            |_, _, args| {
                let code = args.first().map(text).unwrap_or_default();
                let code = code.strip_prefix('?').unwrap_or(&code);
                let pairs = code.split('&').filter(|pair| !pair.is_empty());
                // What has no name is a value alone.
                let pairs = pairs.map(|pair| pair.split_once('=').unwrap_or(("", pair)));
                Ok(super::collections::query(
                    pairs.map(|(name, value)| (url_decode(name), url_decode(value))),
                    query_part,
                ))
            },
        );
        of_text!(m, "string UrlPathEncode(string str)", |text: &str| {
            let (path, query) = text.split_once('?').map_or((text, None), |(path, query)| (path, Some(query)));
            let escaped: String = path
                .bytes()
                .map(|b| if b.is_ascii_graphic() { char::from(b).to_string() } else { format!("%{b:02x}") })
                .collect();
            query.map_or(escaped.clone(), |query| format!("{escaped}?{query}"))
        });
        of_text!(m, "string HtmlAttributeEncode(string s)", |text: &str| {
            text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;").replace('\'', "&#39;")
        });
        of_text!(m, "string JavaScriptStringEncode(string value)", script_encode);
        m.function("string JavaScriptStringEncode(string value, bool addDoubleQuotes)", |_, _, args| {
            let encoded = script_encode(&args.first().map(text).unwrap_or_default());
            let quoted = args.get(1).is_some_and(crate::convert::to_bool);
            Ok(if quoted { format!("\"{encoded}\"").into() } else { encoded.into() })
        });
    }),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_those_of_dotnet() {
        assert_eq!(
            html_encode("<a href='x'>\u{e9} & \u{1d4b3} \u{20ac}"),
            "&lt;a href=&#39;x&#39;&gt;&#233; &amp; &#119987; \u{20ac}"
        );
        assert_eq!(html_decode("&lt;&#233;&#xE9;&eacute;&bogus;&amp;&apos;x&lt"), "<\u{e9}\u{e9}\u{e9}&bogus;&'x&lt");
        assert_eq!(url_encode("a b&c/\u{e9}~!*()'".as_bytes(), true), "a+b%26c%2F%C3%A9%7E!*()%27");
        assert_eq!(url_decode("a+b%26%C3%A9%zz").as_str(), "a b&\u{e9}%zz");
    }
}
