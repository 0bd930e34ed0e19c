//! Whether a text is JSON to the letter: the reader of `System.Text.Json`, whose words `Test-Json` passes on.

use crate::{limits, platform::GoesOn};

/// What is let pass.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Leniency {
    pub(crate) comments: bool,
    pub(crate) trailing_commas: bool,
}

/// Checks a text.
///
/// # Errors
/// The message, with line and byte.
pub(crate) fn check(text: &str, leniency: Leniency, goes_on: GoesOn<'_>) -> Result<(), String> {
    let mut checker = Checker { bytes: text.as_bytes(), at: 0, line: 0, line_start: 0, depth: 0, leniency, goes_on };
    checker.blanks()?;
    if checker.peek().is_none() {
        return Err(checker.fail("The input does not contain any JSON tokens. Expected the input to start with a valid JSON token, when isFinalBlock is true."));
    }
    checker.value()?;
    checker.blanks()?;
    match checker.peek() {
        Some(byte) => {
            Err(checker.fail(&format!("'{}' is invalid after a single JSON value. Expected end of data.", shown(byte))))
        }
        None => Ok(()),
    }
}

struct Checker<'t> {
    bytes: &'t [u8],
    at: usize,
    line: usize,
    line_start: usize,
    depth: usize,
    leniency: Leniency,
    goes_on: GoesOn<'t>,
}

fn shown(byte: u8) -> String {
    if byte.is_ascii_graphic() || byte == b' ' { char::from(byte).to_string() } else { format!("0x{byte:02X}") }
}

impl Checker<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn step(&mut self) {
        self.at = self.at.saturating_add(1);
    }

    fn fail(&self, what: &str) -> String {
        let column = self.at.saturating_sub(self.line_start);
        format!("{what} LineNumber: {} | BytePositionInLine: {column}.", self.line)
    }

    fn blanks(&mut self) -> Result<(), String> {
        while let Some(byte) = self.peek() {
            match byte {
                b'\n' => {
                    self.step();
                    self.line = self.line.saturating_add(1);
                    self.line_start = self.at;
                }
                b' ' | b'\t' | b'\r' => self.step(),
                b'/' if self.leniency.comments => self.comment()?,
                _ => break,
            }
        }
        Ok(())
    }

    fn comment(&mut self) -> Result<(), String> {
        self.step();
        match self.peek() {
            Some(b'/') => {
                while self.peek().is_some_and(|byte| byte != b'\n') {
                    self.step();
                }
                Ok(())
            }
            Some(b'*') => loop {
                self.step();
                match (self.peek(), self.bytes.get(self.at.saturating_add(1))) {
                    (None, _) => return Err(self.fail("Expected end of comment, but instead reached end of data.")),
                    (Some(b'*'), Some(b'/')) => {
                        self.at = self.at.saturating_add(2);
                        return Ok(());
                    }
                    (Some(b'\n'), _) => {
                        self.line = self.line.saturating_add(1);
                        self.line_start = self.at.saturating_add(1);
                    }
                    _ => {}
                }
            },
            _ => Err(self.fail("'/' is an invalid start of a value.")),
        }
    }

    fn value(&mut self) -> Result<(), String> {
        if !(self.goes_on)() {
            return Err(String::new());
        }
        match self.peek() {
            Some(b'{') => self.container(b'}'),
            Some(b'[') => self.container(b']'),
            Some(b'"') => self.string(),
            Some(b't') => self.literal("true"),
            Some(b'f') => self.literal("false"),
            Some(b'n') => self.literal("null"),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(byte) => Err(self.fail(&format!("'{}' is an invalid start of a value.", shown(byte)))),
            None => Err(self.open_end()),
        }
    }

    fn open_end(&self) -> String {
        self.fail("Expected depth to be zero at the end of the JSON payload. There is an open JSON object or array that should be closed.")
    }

    fn container(&mut self, end: u8) -> Result<(), String> {
        const DEPTH: usize = 64;
        self.step();
        self.depth = self.depth.saturating_add(1);
        if self.depth > DEPTH.min(limits::MAX_JSON_DEPTH) {
            return Err(self.fail(&format!(
                "The maximum configured depth of {DEPTH} has been exceeded. Cannot read next JSON {}.",
                if end == b'}' { "object" } else { "array" }
            )));
        }
        let mut is_first = true;
        loop {
            self.blanks()?;
            match self.peek() {
                None => return Err(self.open_end()),
                Some(byte) if byte == end => {
                    if !is_first && !self.leniency.trailing_commas {
                        let kind = if end == b'}' { "object" } else { "array" };
                        return Err(self.fail(&format!("The JSON {kind} contains a trailing comma at the end which is not supported in this mode. Change the reader options.")));
                    }
                    break;
                }
                Some(byte) if end == b'}' => {
                    if byte != b'"' {
                        return Err(self.fail(&format!(
                            "'{}' is an invalid start of a property name. Expected a '\"'.",
                            shown(byte)
                        )));
                    }
                    self.string()?;
                    self.blanks()?;
                    match self.peek() {
                        Some(b':') => self.step(),
                        Some(byte) => {
                            return Err(self.fail(&format!(
                                "'{}' is invalid after a property name. Expected a ':'.",
                                shown(byte)
                            )));
                        }
                        None => return Err(self.open_end()),
                    }
                    self.blanks()?;
                }
                Some(_) => {}
            }
            self.value()?;
            self.blanks()?;
            match self.peek() {
                Some(b',') => self.step(),
                Some(byte) if byte == end => break,
                Some(byte @ (b'}' | b']')) => {
                    return Err(self.fail(&format!("'{}' is invalid without a matching open.", shown(byte))));
                }
                Some(byte) => {
                    return Err(self.fail(&format!(
                        "'{}' is invalid after a value. Expected either ',', '}}', or ']'.",
                        shown(byte)
                    )));
                }
                None => return Err(self.open_end()),
            }
            is_first = false;
        }
        self.step();
        self.depth = self.depth.saturating_sub(1);
        Ok(())
    }

    fn literal(&mut self, word: &str) -> Result<(), String> {
        let rest = self.bytes.get(self.at..).unwrap_or(&[]);
        if rest.starts_with(word.as_bytes()) {
            self.at = self.at.saturating_add(word.len());
            return Ok(());
        }
        let matching = rest.iter().zip(word.bytes()).take_while(|(a, b)| **a == *b).count();
        let seen: String = rest.iter().take(word.len()).map(|byte| shown(*byte)).collect();
        self.at = self.at.saturating_add(matching);
        Err(self.fail(&format!("'{seen}' is an invalid JSON literal. Expected the literal '{word}'.")))
    }

    fn number(&mut self) -> Result<(), String> {
        if self.peek() == Some(b'-') {
            self.step();
            self.digit()?;
        }
        if self.peek() == Some(b'0') {
            self.step();
            if let Some(byte @ b'0'..=b'9') = self.peek() {
                return Err(self.fail(&format!("Invalid leading zero before '{}'.", shown(byte))));
            }
        } else {
            self.digits();
        }
        if self.peek() == Some(b'.') {
            self.step();
            self.digit()?;
            self.digits();
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.step();
            if let Some(b'+' | b'-') = self.peek() {
                self.step();
            }
            self.digit()?;
            self.digits();
        }
        match self.peek() {
            Some(b',' | b'}' | b']' | b' ' | b'\n' | b'\r' | b'\t' | b'/') => Ok(()),
            None if self.depth == 0 => Ok(()),
            None => {
                let last = self.bytes.last().map(|byte| shown(*byte)).unwrap_or_default();
                Err(self.fail(&format!("'{last}' is an invalid end of a number. Expected a delimiter.")))
            }
            Some(byte) => {
                Err(self.fail(&format!("'{}' is an invalid end of a number. Expected a delimiter.", shown(byte))))
            }
        }
    }

    /// At least one digit must come.
    fn digit(&self) -> Result<(), String> {
        match self.peek() {
            Some(b'0'..=b'9') => Ok(()),
            Some(byte) => Err(self.fail(&format!(
                "'{}' is invalid within a number, immediately after a sign character ('+' or '-'). Expected a digit ('0'-'9').",
                shown(byte)
            ))),
            None => Err(self.fail("Expected a digit ('0'-'9'), but instead reached end of data.")),
        }
    }

    fn digits(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.step();
        }
    }

    fn string(&mut self) -> Result<(), String> {
        self.step();
        loop {
            match self.peek() {
                None => return Err(self.fail("Expected end of string, but instead reached end of data.")),
                Some(b'"') => {
                    self.step();
                    return Ok(());
                }
                Some(b'\\') => {
                    self.step();
                    self.escape()?;
                }
                Some(byte @ 0..0x20) => {
                    return Err(self.fail(&format!(
                        "'{}' is invalid within a JSON string. The string should be correctly escaped.",
                        shown(byte)
                    )));
                }
                Some(_) => self.step(),
            }
        }
    }

    fn escape(&mut self) -> Result<(), String> {
        match self.peek() {
            None => Err(self.fail("Expected end of string, but instead reached end of data.")),
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => {
                self.step();
                Ok(())
            }
            Some(b'u') => {
                self.step();
                for _ in 0..4 {
                    match self.peek() {
                        Some(byte) if byte.is_ascii_hexdigit() => self.step(),
                        Some(byte) => {
                            return Err(self.fail(&format!(
                                "'{}' is not a hex digit following '\\u' within a JSON string. The string should be correctly escaped.",
                                shown(byte)
                            )));
                        }
                        None => return Err(self.fail("Expected end of string, but instead reached end of data.")),
                    }
                }
                Ok(())
            }
            Some(byte) => Err(self.fail(&format!(
                "'{}' is an invalid escapable character within a JSON string. The string should be correctly escaped.",
                shown(byte)
            ))),
        }
    }
}
