//! Reading JSON as Json.NET does: comments, single quotes, bare names, trailing commas and octal numbers are fine, and an
//! array that breaks off behind a value is taken as it is.

use psrpd_dotnet::{BigInt, Str, number_parse};

use super::Node;
use crate::{limits, platform::GoesOn};

/// Why a text is no JSON, in Json.NET's words.
type Read<T> = Result<T, String>;

/// Reads a text, as long as it `goes_on`. Nothing but blanks and comments gives `None`.
pub(crate) fn read(text: &Str, most_depth: usize, goes_on: GoesOn<'_>) -> Read<Option<Node>> {
    let units = text.units();
    let mut reader = Reader { units: &units, at: 0, line: 1, line_start: 0, stack: Vec::new(), most_depth, goes_on };
    reader.skip_blanks()?;
    if reader.peek().is_none() {
        return Ok(None);
    }
    let Some(node) = reader.value()? else { return Err(reader.unexpected_value()) };
    reader.skip_blanks()?;
    match reader.peek() {
        Some(unit) => {
            Err(reader
                .fail(&format!("Additional text encountered after finished reading JSON content: {}.", shown(unit))))
        }
        None => Ok(Some(node)),
    }
}

/// A container that is open, and where in it the reader is.
enum Open {
    Array(Option<usize>),
    Object(Option<Str>),
}

struct Reader<'t> {
    units: &'t [u16],
    at: usize,
    line: usize,
    line_start: usize,
    stack: Vec<Open>,
    most_depth: usize,
    goes_on: GoesOn<'t>,
}

fn shown(unit: u16) -> String {
    String::from_utf16_lossy(&[unit])
}

fn ascii(unit: u16) -> char {
    u8::try_from(unit).map_or('\u{fffd}', char::from)
}

impl Reader<'_> {
    fn peek(&self) -> Option<u16> {
        self.units.get(self.at).copied()
    }

    fn peek_char(&self) -> Option<char> {
        self.peek().map(ascii)
    }

    fn step(&mut self) {
        self.at = self.at.saturating_add(1);
    }

    fn path_of(&self, depth: usize) -> String {
        let mut path = String::new();
        for open in self.stack.iter().take(depth) {
            match open {
                Open::Array(Some(at)) => path.push_str(&format!("[{at}]")),
                Open::Object(Some(name)) => push_name(&mut path, name),
                _ => {}
            }
        }
        path
    }

    fn fail(&self, what: &str) -> String {
        let column = self.at.saturating_sub(self.line_start);
        // A reader that has not begun is on line 0.
        let line = if self.at == 0 { 0 } else { self.line };
        let line = if what.starts_with("Additional text") { self.line } else { line };
        format!("{what} Path '{}', line {line}, position {column}.", self.path_of(self.stack.len()))
    }

    fn unexpected_value(&self) -> String {
        let unit = self.peek().map(shown).unwrap_or_default();
        self.fail(&format!("Unexpected character encountered while parsing value: {unit}."))
    }

    /// Steps over blanks, line ends and comments.
    fn skip_blanks(&mut self) -> Read<()> {
        while let Some(c) = self.peek_char() {
            match c {
                '\n' => {
                    self.step();
                    self.line = self.line.saturating_add(1);
                    self.line_start = self.at;
                }
                '\r' => {
                    self.step();
                    if self.peek_char() != Some('\n') {
                        self.line = self.line.saturating_add(1);
                        self.line_start = self.at;
                    }
                }
                '/' => self.comment()?,
                ' ' | '\t' | '\u{b}' | '\u{c}' | '\u{a0}' | '\u{85}' => self.step(),
                _ => break,
            }
        }
        Ok(())
    }

    fn comment(&mut self) -> Read<()> {
        self.step();
        match self.peek_char() {
            Some('/') => {
                while self.peek_char().is_some_and(|c| c != '\n' && c != '\r') {
                    self.step();
                }
                Ok(())
            }
            Some('*') => {
                self.step();
                loop {
                    match self.peek_char() {
                        None => return Err(self.fail("Unexpected end while parsing comment.")),
                        Some('*') if self.units.get(self.at.saturating_add(1)) == Some(&u16::from(b'/')) => {
                            self.at = self.at.saturating_add(2);
                            return Ok(());
                        }
                        Some('\n') => {
                            self.step();
                            self.line = self.line.saturating_add(1);
                            self.line_start = self.at;
                        }
                        Some(_) => self.step(),
                    }
                }
            }
            Some(_) if self.at.saturating_add(1) < self.units.len() => {
                let unit = self.peek().map(shown).unwrap_or_default();
                Err(self.fail(&format!("Error parsing comment. Expected: *, got {unit}.")))
            }
            _ => Err(self.fail("Unexpected end while parsing comment.")),
        }
    }

    /// The text ended inside a container, not behind a value.
    fn ended(&self) -> String {
        let depth = self.stack.len();
        if self.stack.iter().any(|open| matches!(open, Open::Array(_))) {
            return format!("Unexpected end when reading token. Path '{}'.", self.path_of(depth.saturating_sub(1)));
        }
        if matches!(self.stack.last(), Some(Open::Object(None))) {
            return self.fail("Unexpected end when reading JSON.");
        }
        self.fail("Unexpected end when deserializing object.")
    }

    /// The text ended behind a value: an outermost array is taken as it is, an object is not.
    fn ended_behind_value(&self) -> Read<()> {
        match self.stack.first() {
            Some(Open::Object(_)) => Err(self.fail("Unexpected end when deserializing object.")),
            _ => Ok(()),
        }
    }

    fn mark(&mut self) {
        if let Some(Open::Array(at)) = self.stack.last_mut() {
            *at = Some(at.map_or(0, |at| at.saturating_add(1)));
        }
    }

    fn open(&mut self, open: Open) -> Read<()> {
        self.step();
        if self.stack.len() >= self.most_depth {
            return Err(self.fail(&format!("The reader's MaxDepth of {} has been exceeded.", self.most_depth)));
        }
        if self.stack.len() >= limits::MAX_JSON_DEPTH {
            return Err(self.fail("The text nests too deeply."));
        }
        self.stack.push(open);
        Ok(())
    }

    /// A value; none where no value begins.
    fn value(&mut self) -> Read<Option<Node>> {
        if !(self.goes_on)() {
            return Err(String::new());
        }
        let Some(c) = self.peek_char() else { return Ok(None) };
        if matches!(c, '{' | '[') {
            self.mark();
            return if c == '{' { self.object() } else { self.array() }.map(Some);
        }
        let node = match c {
            '"' | '\'' => Node::Text(self.string()?),
            't' => self.word("true", "boolean", Node::Bool(true))?,
            'f' => self.word("false", "boolean", Node::Bool(false))?,
            'n' => match self.units.get(self.at.saturating_add(1)).map(|unit| shown(*unit)) {
                Some(next) if next != "u" && next != "e" => return Ok(None),
                _ => self.word("null", "null", Node::Null)?,
            },
            'u' => self.word("undefined", "undefined", Node::Null)?,
            'N' => self.word("NaN", "NaN", Node::Float(f64::NAN))?,
            'I' => self.word("Infinity", "Infinity", Node::Float(f64::INFINITY))?,
            '-' if self.units.get(self.at.saturating_add(1)) == Some(&u16::from(b'I')) => {
                self.word("-Infinity", "-Infinity", Node::Float(f64::NEG_INFINITY))?
            }
            '-' | '.' | '0'..='9' => self.number()?,
            _ => return Ok(None),
        };
        self.mark();
        Ok(Some(node))
    }

    fn array(&mut self) -> Read<Node> {
        self.open(Open::Array(None))?;
        let mut items = Vec::new();
        loop {
            self.skip_blanks()?;
            match self.peek_char() {
                None => return Err(self.ended()),
                Some(']') => break,
                // Nothing between commas is a null.
                Some(',') => {
                    self.mark();
                    items.push(Node::Null);
                }
                Some(_) => match self.value()? {
                    Some(item) => items.push(item),
                    None => return Err(self.unexpected_value()),
                },
            }
            self.skip_blanks()?;
            match self.peek_char() {
                None => {
                    self.ended_behind_value()?;
                    self.stack.pop();
                    return Ok(Node::Array(items));
                }
                Some(',') => self.step(),
                Some(']') => break,
                Some('}') => return Err(self.wrong_end("EndObject", "Array")),
                Some(_) => return Err(self.behind_value()),
            }
        }
        self.step();
        self.stack.pop();
        Ok(Node::Array(items))
    }

    fn behind_value(&self) -> String {
        let unit = self.peek().map(shown).unwrap_or_default();
        self.fail(&format!("After parsing a value an unexpected character was encountered: {unit}."))
    }

    fn wrong_end(&mut self, token: &str, container: &str) -> String {
        self.step();
        self.stack.pop();
        self.fail(&format!("JsonToken {token} is not valid for closing JsonType {container}."))
    }

    fn object(&mut self) -> Read<Node> {
        self.open(Open::Object(None))?;
        let mut members: Vec<(Str, Node)> = Vec::new();
        let mut places = std::collections::HashMap::new();
        loop {
            self.skip_blanks()?;
            match self.peek_char() {
                None => return Err(self.ended()),
                Some('}') => break,
                Some(_) => {}
            }
            let name = self.name()?;
            while self.peek_char().is_some_and(char::is_whitespace) {
                self.step();
            }
            if self.peek_char() != Some(':') {
                let unit = self.peek().map_or_else(|| "\0".into(), shown);
                return Err(
                    self.fail(&format!("Invalid character after parsing property name. Expected ':' but got: {unit}."))
                );
            }
            self.step();
            if let Some(Open::Object(at)) = self.stack.last_mut() {
                *at = Some(name.clone());
            }
            self.skip_blanks()?;
            let value = match self.peek_char() {
                None => return Err(self.ended()),
                Some(',') => Node::Null,
                Some(_) => match self.value()? {
                    Some(value) => value,
                    None => return Err(self.unexpected_value()),
                },
            };
            // A name that repeats keeps its place and takes the last value.
            match places.get(name.as_str()).and_then(|at: &usize| members.get_mut(*at)) {
                Some(have) => have.1 = value,
                None => {
                    places.insert(name.to_string(), members.len());
                    members.push((name, value));
                }
            }
            self.skip_blanks()?;
            match self.peek_char() {
                None => {
                    self.ended_behind_value()?;
                    self.stack.pop();
                    return Ok(Node::Object(members));
                }
                Some(',') => self.step(),
                Some('}') => break,
                Some(']') => return Err(self.wrong_end("EndArray", "Object")),
                Some(_) => return Err(self.behind_value()),
            }
        }
        self.step();
        self.stack.pop();
        Ok(Node::Object(members))
    }

    fn name(&mut self) -> Read<Str> {
        match self.peek_char() {
            Some('"' | '\'') => self.string(),
            Some(c) if c.is_alphanumeric() || matches!(c, '_' | '$') => {
                let start = self.at;
                while self.peek_char().is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '$')) {
                    self.step();
                }
                Ok(Str::from_units(self.units.get(start..self.at).unwrap_or(&[])))
            }
            _ => {
                let unit = self.peek().map(shown).unwrap_or_default();
                Err(self.fail(&format!("Invalid property identifier character: {unit}.")))
            }
        }
    }

    /// A word that stands for a value; something that separates must follow.
    fn word(&mut self, word: &str, kind: &str, node: Node) -> Read<Node> {
        if self.units.len().saturating_sub(self.at) < word.len() {
            while self.peek().is_some() {
                self.step();
            }
            return Err(self.fail("Unexpected end when reading JSON."));
        }
        for wanted in word.encode_utf16() {
            match self.peek() {
                Some(unit) if unit == wanted => self.step(),
                Some(_) => return Err(self.fail(&format!("Error parsing {kind} value."))),
                None => return Err(self.fail("Unexpected end when reading JSON.")),
            }
        }
        match self.peek_char() {
            None | Some('}' | ']' | ',' | ')' | '/' | ' ' | '\t' | '\r' | '\n') => Ok(node),
            Some(_) => Err(self.fail(&format!("Error parsing {kind} value."))),
        }
    }

    fn number(&mut self) -> Read<Node> {
        let mut text = String::new();
        while let Some(c) = self.peek_char() {
            match c {
                '-' | '+' | '.' | '0'..='9' | 'a'..='f' | 'A'..='F' | 'x' | 'X' => text.push(c),
                '}' | ']' | ',' | ')' | '/' => break,
                _ if c.is_whitespace() => break,
                _ => {
                    let unit = self.peek().map(shown).unwrap_or_default();
                    return Err(self.fail(&format!("Unexpected character encountered while parsing number: {unit}.")));
                }
            }
            self.step();
        }
        digits(&text).ok_or_else(|| self.fail(&format!("Input string '{text}' is not a valid number.")))
    }

    fn string(&mut self) -> Read<Str> {
        let quote = self.peek().unwrap_or(0);
        self.step();
        let mut units = Vec::new();
        loop {
            let Some(unit) = self.peek() else {
                return Err(self.fail(&format!("Unterminated string. Expected delimiter: {}.", shown(quote))));
            };
            if unit == u16::from(b'\n') {
                self.line = self.line.saturating_add(1);
                self.line_start = self.at.saturating_add(1);
            }
            self.step();
            if unit == quote {
                break;
            }
            if unit == u16::from(b'\\') {
                self.escape(quote, &mut units)?;
            } else {
                units.push(unit);
            }
        }
        // Halves of pairs become replacement characters.
        Ok(String::from_utf16_lossy(&units).into())
    }

    fn escape(&mut self, quote: u16, units: &mut Vec<u16>) -> Read<()> {
        let Some(unit) = self.peek() else {
            return Err(self.fail(&format!("Unterminated string. Expected delimiter: {}.", shown(quote))));
        };
        self.step();
        let plain = match ascii(unit) {
            'b' => '\u{8}',
            't' => '\t',
            'n' => '\n',
            'f' => '\u{c}',
            'r' => '\r',
            c @ ('\\' | '"' | '\'' | '/') => c,
            'u' => {
                let digits = self.units.get(self.at..self.at.saturating_add(4));
                let Some(digits) = digits else {
                    return Err(self.fail("Unexpected end while parsing Unicode escape sequence."));
                };
                let text = String::from_utf16_lossy(digits);
                let is_hex = text.chars().all(|c| c.is_ascii_hexdigit());
                match u16::from_str_radix(&text, 16) {
                    Ok(unit) if is_hex => units.push(unit),
                    _ => return Err(self.fail(&format!("Invalid Unicode escape sequence: \\u{text}."))),
                }
                self.at = self.at.saturating_add(4);
                return Ok(());
            }
            _ => return Err(self.fail(&format!("Bad JSON escape sequence: \\{}.", shown(unit)))),
        };
        units.extend(plain.encode_utf16(&mut [0; 2]).iter());
        Ok(())
    }
}

/// The value of the digits of a number.
fn digits(text: &str) -> Option<Node> {
    let lower = text.to_ascii_lowercase();
    if let Some(hex) = lower.strip_prefix("0x") {
        return u64::from_str_radix(hex, 16).ok().map(|n| Node::Int(psrpd_dotnet::cast::signed(n)));
    }
    if lower.len() > 1 && lower.starts_with('0') && !lower.starts_with("0.") && !lower.starts_with("0e") {
        return u64::from_str_radix(lower.strip_prefix('0')?, 8).ok().map(|n| Node::Int(psrpd_dotnet::cast::signed(n)));
    }
    let plain = lower.strip_prefix('-').unwrap_or(&lower);
    if !plain.is_empty() && plain.bytes().all(|b| b.is_ascii_digit()) {
        return match lower.parse::<i64>() {
            Ok(n) => Some(Node::Int(n)),
            Err(_) => lower.parse::<BigInt>().ok().map(Node::Big),
        };
    }
    number_parse::double(&lower).ok().map(Node::Float)
}

fn push_name(path: &mut String, name: &Str) {
    const SPECIAL: &[char] =
        &['.', ' ', '\'', '/', '"', '[', ']', '(', ')', '\t', '\n', '\r', '\u{c}', '\u{8}', '\\', '\u{85}'];
    if name.contains(SPECIAL) {
        path.push_str(&format!("['{}']", name.replace('\\', "\\\\").replace('\'', "\\'")));
    } else {
        if !path.is_empty() {
            path.push('.');
        }
        path.push_str(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(text: &str) -> String {
        match read(&text.into(), 1024, &|| true) {
            Ok(node) => format!("{node:?}"),
            Err(message) => message,
        }
    }

    #[test]
    fn errors_say_where() {
        for (text, expected) in [
            (
                "{bad json",
                "Invalid character after parsing property name. Expected ':' but got: j. Path '', line 1, position 5.",
            ),
            ("[1,", "Unexpected end when reading token. Path ''."),
            ("[[1,", "Unexpected end when reading token. Path '[0]'."),
            ("{", "Unexpected end when reading JSON. Path '', line 1, position 1."),
            ("{\"a\":", "Unexpected end when deserializing object. Path 'a', line 1, position 5."),
            ("{\"a\":[1", "Unexpected end when deserializing object. Path 'a[0]', line 1, position 7."),
            (
                "[1 2]",
                "After parsing a value an unexpected character was encountered: 2. Path '[0]', line 1, position 3.",
            ),
            ("tru", "Unexpected end when reading JSON. Path '', line 1, position 3."),
            ("+1", "Unexpected character encountered while parsing value: +. Path '', line 0, position 0."),
            ("1e", "Input string '1e' is not a valid number. Path '', line 1, position 2."),
            ("[1}", "JsonToken EndObject is not valid for closing JsonType Array. Path '', line 1, position 3."),
            (
                "{\"a b\":{\"c\":x}}",
                "Unexpected character encountered while parsing value: x. Path '['a b'].c', line 1, position 12.",
            ),
            ("[1,\n  x]", "Unexpected character encountered while parsing value: x. Path '[0]', line 2, position 2."),
            (
                "{\"a\":1} {",
                "Additional text encountered after finished reading JSON content: {. Path '', line 1, position 8.",
            ),
        ] {
            assert_eq!(message(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_tolerated() {
        for (text, expected) in [
            ("[1,[2,3", Node::Array(vec![Node::Int(1), Node::Array(vec![Node::Int(2), Node::Int(3)])])),
            ("[,1,]", Node::Array(vec![Node::Null, Node::Int(1)])),
            ("{a:1,/**/}", Node::Object(vec![("a".into(), Node::Int(1))])),
            ("{'a':1,'a':2}", Node::Object(vec![("a".into(), Node::Int(2))])),
            ("010", Node::Int(8)),
            ("0x10", Node::Int(16)),
        ] {
            assert_eq!(read(&text.into(), 1024, &|| true), Ok(Some(expected)), "{text}");
        }
    }
}
