//! `-f` and `[string]::Format`: composite formatting.

use psrpd_dotnet::{Str, date_format, number_format};

use crate::{
    eval::{Flow, R, Runspace, error},
    types,
    value::{Value, enumerates, text},
};

/// Numbers in a format item end here.
const LARGEST: usize = 1_000_000;

const EXPECTED_DIGIT: &str = "Expected an ASCII digit.";
const ENDS_PREMATURELY: &str = "Format item ends prematurely.";
const UNEXPECTED_BRACE: &str = "Unexpected closing brace without a corresponding opening brace.";

/// A format string that is being read.
struct Reader<'f> {
    text: &'f str,
    /// The byte at which the current character begins.
    at: usize,
    current: char,
}

/// What stands in braces.
struct Item<'f> {
    index: usize,
    width: usize,
    to_the_left: bool,
    format: &'f str,
}

impl<'f> Reader<'f> {
    fn bad(&self, reason: &str) -> Flow {
        let offset = psrpd_dotnet::text::utf16_offset(self.text, self.at);
        error::format(&format!(
            "Input string was not in a correct format. Failure to parse near offset {offset}. {reason}"
        ))
    }

    fn rest(&self) -> &'f str {
        self.text.get(self.at..).unwrap_or("")
    }

    /// Goes to a place, which must not be the end.
    fn go(&mut self, at: usize) -> R<char> {
        self.at = at;
        self.current = self.rest().chars().next().ok_or_else(|| self.bad(ENDS_PREMATURELY))?;
        Ok(self.current)
    }

    /// The next character inside an item.
    fn step(&mut self) -> R<char> {
        self.go(self.at.saturating_add(self.current.len_utf8()))
    }

    fn number(&mut self) -> R<usize> {
        if !self.current.is_ascii_digit() {
            return Err(self.bad(EXPECTED_DIGIT));
        }
        let mut number = 0_usize;
        while let Some(digit) = self.current.to_digit(10)
            && number < LARGEST
        {
            number = number.saturating_mul(10).saturating_add(usize::try_from(digit).unwrap_or(0));
            self.step()?;
        }
        while self.current == ' ' {
            self.step()?;
        }
        Ok(number)
    }

    fn item(&mut self) -> R<Item<'f>> {
        let mut item = Item { index: self.number()?, width: 0, to_the_left: false, format: "" };
        if self.current == ',' {
            while self.step()? == ' ' {}
            item.to_the_left = self.current == '-';
            if item.to_the_left {
                self.step()?;
            }
            item.width = self.number()?;
        }
        if self.current == ':' {
            let begin = self.at.saturating_add(1);
            while self.step()? != '}' {
                if self.current == '{' {
                    return Err(self.bad(ENDS_PREMATURELY));
                }
            }
            item.format = self.text.get(begin..self.at).unwrap_or("");
        }
        if self.current == '}' { Ok(item) } else { Err(self.bad(ENDS_PREMATURELY)) }
    }
}

/// A formatted text.
///
/// # Errors
/// `FormatError`, with .NET's reason.
pub(crate) fn format(rs: &mut Runspace, format: &str, args: &[Value]) -> R<Str> {
    let mut out = String::with_capacity(format.len());
    let mut reader = Reader { text: format, at: 0, current: '\0' };
    let mut measured = 0;
    while let Some(plain) = reader.rest().find(['{', '}']) {
        out.push_str(reader.rest().get(..plain).unwrap_or(""));
        let brace = reader.go(reader.at.saturating_add(plain))?;
        if reader.step()? == brace {
            out.push(brace);
        } else if brace == '}' {
            return Err(reader.bad(UNEXPECTED_BRACE));
        } else {
            let item = reader.item()?;
            let Some(arg) = args.get(item.index) else {
                return Err(error::format(
                    "Index (zero based) must be greater than or equal to zero and less than the size of the argument list.",
                ));
            };
            match arg {
                Value::Str(text) => push(&mut out, text, &item),
                Value::Wrapped(_)
                    if item.format.is_empty()
                        && let Some(written) = crate::value::as_written(arg) =>
                {
                    push(&mut out, &written, &item);
                }
                _ => match number_text(rs, arg, item.format) {
                    Some(shown) => push(&mut out, &shown?, &item),
                    None => push(&mut out, &to_string(rs, arg, item.format)?, &item),
                },
            }
            rs.grown(&mut measured, out.len())?;
        }
        reader.at = reader.at.saturating_add(1);
    }
    out.push_str(reader.rest());
    Ok(out.into())
}

/// Formats for the culture that a call names.
///
/// # Errors
/// Cultures whose data the engine does not have.
pub(crate) fn with_provider<T>(
    rs: &mut Runspace,
    provider: Option<&Value>,
    make: impl FnOnce(&mut Runspace) -> R<T>,
) -> R<T> {
    let culture = match provider {
        Some(provider) => types::culture::of_provider(rs, provider)?,
        None => None,
    };
    let Some(culture) = culture else { return make(rs) };
    let before = std::mem::replace(&mut rs.culture, culture);
    let made = make(rs);
    rs.culture = before;
    made
}

/// A value in its item, as wide as that.
fn push(out: &mut String, shown: &str, item: &Item<'_>) {
    let missing = match item.width {
        0 => 0,
        width => width.saturating_sub(psrpd_dotnet::text::utf16_len(shown)),
    };
    let pad = |missing: usize, out: &mut String| out.extend(std::iter::repeat_n(' ', missing));
    if item.to_the_left {
        out.push_str(shown);
        pad(missing, out);
    } else {
        pad(missing, out);
        out.push_str(shown);
    }
}

/// Whether there is room for the digits that a standard numeric format asks for.
fn room_for(rs: &Runspace, format: &str) -> R<()> {
    let digits = format.get(1..).and_then(|digits| digits.parse().ok());
    rs.reserve_text(digits.unwrap_or(0))
}

/// As [`to_string`], for numbers; none for other values.
fn number_text(rs: &Runspace, value: &Value, format: &str) -> Option<R<String>> {
    let number = as_number(value)?;
    // What has so few bits needs fewer digits than a double to be told apart.
    if matches!(format, "" | "G" | "g" | "R" | "r") && types::half::number(value).is_some() {
        return Some(Ok(text(value).to_string()));
    }
    if let Err(flow) = room_for(rs, format) {
        return Some(Err(flow));
    }
    let shown = number_format::format(&number, format, &rs.culture().numbers);
    Some(shown.map_err(|_| error::format("Format specifier was invalid.")))
}

/// The text that `ToString()` gives: that of a number has all of its digits.
///
/// # Errors
/// As `Runspace::text`.
pub(crate) fn own_text(rs: &mut Runspace, value: &Value) -> R<Str> {
    match value.base() {
        Value::F64(_) | Value::F32(_) => to_string(rs, value, ""),
        _ => rs.text(value),
    }
}

/// `value.ToString(format)`, the way .NET formats: doubles round trip, formats of the type apply.
///
/// # Errors
/// `FormatError` if the format is none for this type.
pub(crate) fn to_string(rs: &mut Runspace, value: &Value, format: &str) -> R<Str> {
    if let Some(shown) = number_text(rs, value, format) {
        return shown.map(Into::into);
    }
    Ok(match value.base() {
        Value::DateTime(date) => {
            let (date, culture) = (*date, rs.culture());
            let offset = rs.utc_offset(date);
            date_format::format(date, format, offset, &culture.dates)
                .map(Into::into)
                .map_err(|_| error::format("Input string was not in a correct format."))?
        }
        Value::TimeSpan(span) => span
            .format(format)
            .map(Into::into)
            .map_err(|_| error::format("Input string was not in a correct format."))?,
        Value::Guid(guid) => guid.format(format).map(Into::into).ok_or_else(|| {
            error::format(
                "Format string can be only \"D\", \"d\", \"N\", \"n\", \"P\", \"p\", \"B\", \"b\", \"X\" or \"x\".",
            )
        })?,
        Value::Enum(of, n) => match format {
            "d" | "D" => n.to_string().into(),
            "x" | "X" => format!("{n:08X}").into(),
            _ => of.enum_text(*n).into(),
        },
        Value::Null | Value::AutomationNull => Str::default(),
        Value::Array(array) => array.type_of().plain_name().into(),
        Value::Type(of) => of.plain_name().into(),
        _ => match rs.method_text(value)? {
            Some(text) => text,
            None => match value.base() {
                Value::Object(object) if enumerates(value) && object.text().is_none() => {
                    object.type_of().plain_name().into()
                }
                _ => text(value),
            },
        },
    })
}

/// A number as the formatter takes it.
pub(crate) fn as_number(value: &Value) -> Option<number_format::Number> {
    use number_format::Number as N;
    Some(match value.base() {
        Value::I8(n) => N::Integer((*n).into(), 8),
        Value::U8(n) => N::Integer((*n).into(), 8),
        Value::I16(n) => N::Integer((*n).into(), 16),
        Value::U16(n) => N::Integer((*n).into(), 16),
        Value::I32(n) => N::Integer((*n).into(), 32),
        Value::U32(n) => N::Integer((*n).into(), 32),
        Value::I64(n) => N::Integer((*n).into(), 64),
        Value::U64(n) => N::Integer((*n).into(), 64),
        Value::F32(n) => N::Single(*n),
        Value::F64(n) => N::Double(*n),
        Value::Decimal(n) => N::Decimal(*n),
        other => match (types::as_big(other), types::half::number(other)) {
            (Some(n), _) => N::Big(n.clone()),
            (None, Some(x)) => N::Double(x),
            (None, None) => {
                let n = types::wide_numbers::number(other)?;
                i128::try_from(&n).map_or(N::Big(n), |n| N::Integer(n, 128))
            }
        },
    })
}
