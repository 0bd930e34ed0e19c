//! `-f` and `[string]::Format`: composite formatting.

use psrpd_dotnet::{Str, cast, date_format, number_format};

use crate::{
    eval::{R, Runspace, error},
    types,
    value::{Value, text},
};

/// A formatted text.
///
/// # Errors
/// `FormatError`, with .NET's reason.
pub(crate) fn format(rs: &mut Runspace, format: &str, args: &[Value]) -> R<Str> {
    let mut out = String::new();
    let mut chars = format.chars().peekable();
    let invalid = |reason: &str| error::format(reason);
    let mut offset = 0_usize;
    while let Some(c) = chars.next() {
        offset = offset.saturating_add(c.len_utf16());
        match c {
            '{' if chars.next_if_eq(&'{').is_some() => out.push('{'),
            '}' if chars.next_if_eq(&'}').is_some() => out.push('}'),
            '}' => {
                return Err(invalid(&format!(
                    "Input string was not in a correct format. Failure to parse near offset {offset}. Unexpected closing brace without a corresponding opening brace."
                )));
            }
            '{' => {
                let mut hole = String::new();
                loop {
                    match chars.next() {
                        Some('}') if chars.peek() == Some(&'}') && hole.contains(':') => {
                            chars.next();
                            hole.push('}');
                        }
                        Some('}') => break,
                        Some('{') if chars.next_if_eq(&'{').is_some() => hole.push('{'),
                        Some(c) => hole.push(c),
                        None => {
                            return Err(invalid(&format!(
                                "Input string was not in a correct format. Failure to parse near offset {}. Format item ends prematurely.",
                                format.chars().count()
                            )));
                        }
                    }
                }
                let (head, spec) = hole.split_once(':').map_or((hole.as_str(), ""), |(head, spec)| (head, spec));
                let (index, width) = head.split_once(',').map_or((head, "0"), |(index, width)| (index, width.trim()));
                let index: usize = index.trim_end().parse().map_err(|_| {
                    invalid(&format!("Input string was not in a correct format. Failure to parse near offset {offset}. Expected an ASCII digit."))
                })?;
                let width: i64 = width.parse().map_err(|_| {
                    invalid(&format!("Input string was not in a correct format. Failure to parse near offset {offset}. Expected an ASCII digit."))
                })?;
                let Some(arg) = args.get(index) else {
                    return Err(invalid(
                        "Index (zero based) must be greater than or equal to zero and less than the size of the argument list.",
                    ));
                };
                let shown = to_string(rs, arg, spec)?;
                let length = cast::int64(psrpd_dotnet::text::utf16_len(&shown));
                let pad = " ".repeat(cast::index(width.saturating_abs().min(1_000_000).saturating_sub(length)));
                if width > 0 {
                    out.push_str(&pad);
                }
                out.push_str(&shown);
                if width < 0 {
                    out.push_str(&pad);
                }
            }
            _ => out.push(c),
        }
    }
    Ok(out.into())
}

/// `value.ToString(format)`, the way .NET formats: doubles round trip, formats of the type apply.
///
/// # Errors
/// `FormatError` if the format is none for this type.
pub(crate) fn to_string(rs: &mut Runspace, value: &Value, format: &str) -> R<Str> {
    let bad = |_| error::format("Format specifier was invalid.");
    if let Some(number) = as_number(value) {
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
        Value::Array(array) => array.type_of().full_name().into(),
        _ => match rs.method_text(value)? {
            Some(text) => text,
            None => text(value),
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
