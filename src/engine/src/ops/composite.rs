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
    rest: std::str::Chars<'f>,
    /// Where the current character is, in UTF-16 units.
    offset: usize,
    current: char,
}

/// What stands in braces.
struct Item {
    index: usize,
    width: usize,
    to_the_left: bool,
    format: String,
}

impl Reader<'_> {
    fn bad(&self, reason: &str) -> Flow {
        let offset = self.offset;
        error::format(&format!(
            "Input string was not in a correct format. Failure to parse near offset {offset}. {reason}"
        ))
    }

    /// The next character inside an item.
    fn step(&mut self) -> R<char> {
        self.offset = self.offset.saturating_add(self.current.len_utf16());
        self.current = self.rest.next().ok_or_else(|| self.bad(ENDS_PREMATURELY))?;
        Ok(self.current)
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

    fn item(&mut self) -> R<Item> {
        let mut item = Item { index: self.number()?, width: 0, to_the_left: false, format: String::new() };
        if self.current == ',' {
            while self.step()? == ' ' {}
            item.to_the_left = self.current == '-';
            if item.to_the_left {
                self.step()?;
            }
            item.width = self.number()?;
        }
        if self.current == ':' {
            while self.step()? != '}' {
                if self.current == '{' {
                    return Err(self.bad(ENDS_PREMATURELY));
                }
                item.format.push(self.current);
            }
        }
        if self.current == '}' { Ok(item) } else { Err(self.bad(ENDS_PREMATURELY)) }
    }
}

/// A formatted text.
///
/// # Errors
/// `FormatError`, with .NET's reason.
pub(crate) fn format(rs: &mut Runspace, format: &str, args: &[Value]) -> R<Str> {
    let mut out = String::new();
    let mut reader = Reader { rest: format.chars(), offset: 0, current: '\0' };
    let (mut before, mut measured) = (0_usize, 0);
    while let Some(c) = reader.rest.next() {
        reader.offset = before;
        reader.current = c;
        before = before.saturating_add(c.len_utf16());
        if !matches!(c, '{' | '}') {
            out.push(c);
            continue;
        }
        if reader.step()? == c {
            out.push(c);
        } else if c == '}' {
            return Err(reader.bad(UNEXPECTED_BRACE));
        } else {
            let item = reader.item()?;
            let Some(arg) = args.get(item.index) else {
                return Err(error::format(
                    "Index (zero based) must be greater than or equal to zero and less than the size of the argument list.",
                ));
            };
            let written = crate::value::as_written(arg).filter(|_| item.format.is_empty());
            let shown = written.map_or_else(|| to_string(rs, arg, &item.format), Ok)?;
            push(&mut out, &shown, &item);
            rs.grown(&mut measured, out.len())?;
        }
        before = reader.offset.saturating_add(1);
    }
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
fn push(out: &mut String, shown: &str, item: &Item) {
    let pad = " ".repeat(item.width.saturating_sub(psrpd_dotnet::text::utf16_len(shown)));
    let parts = if item.to_the_left { [shown, &pad] } else { [&pad, shown] };
    out.extend(parts);
}

/// Whether there is room for the digits that a standard numeric format asks for.
fn room_for(rs: &Runspace, format: &str) -> R<()> {
    let digits = format.get(1..).and_then(|digits| digits.parse().ok());
    rs.reserve_text(digits.unwrap_or(0))
}

/// `value.ToString(format)`, the way .NET formats: doubles round trip, formats of the type apply.
///
/// # Errors
/// `FormatError` if the format is none for this type.
pub(crate) fn to_string(rs: &mut Runspace, value: &Value, format: &str) -> R<Str> {
    let bad = |_| error::format("Format specifier was invalid.");
    if let Some(number) = as_number(value) {
        room_for(rs, format)?;
        let culture = rs.culture();
        return number_format::format(&number, format, &culture.numbers).map(Into::into).map_err(bad);
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
        other => N::Big(types::as_big(other)?.clone()),
    })
}
