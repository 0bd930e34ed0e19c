//! Primitives: their elements and the text in them (clixml section 2, MS-PSRP 2.2.5.1).

use crate::error::{Error, ErrorKind, Excerpt};
use crate::escape::{Xml, push_escaped};
use crate::number::{format_f32, format_f64, parse_bool, parse_float, parse_integer, trim};
use crate::string::{PsString, Text};
use crate::time::{DateTime, TimeSpan};
use crate::value::{Progress, SecureString, Value};
use crate::xml::{Token, Tokens};
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{GeneralPurpose, GeneralPurposeConfig};
use core::fmt::Write as _;
use uuid::Uuid;

/// Base64 as .NET writes and reads it: padded, and the bits that fall off the last byte may be anything.
const BASE64: GeneralPurpose =
    GeneralPurpose::new(&STANDARD, GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true));

/// The value of the element `tag`, whose start tag has just been read.
pub(crate) fn read(tokens: &mut Tokens<'_>, tag: &str) -> Result<Value, Error> {
    Ok(match tag {
        "Nil" => tokens.text().map(|_| Value::Nil)?,
        "S" => Value::String(tokens.string()?),
        "C" => Value::Char(parsed(tokens, "a number from 0 to 65535 (Char)", parse_integer)?),
        "B" => Value::Bool(parsed(tokens, "true or false", parse_bool)?),
        "DT" => Value::DateTime(parsed(tokens, "a date and time (xs:dateTime)", DateTime::parse)?),
        "TS" => Value::TimeSpan(parsed(tokens, "a duration (xs:duration)", TimeSpan::parse)?),
        "By" => Value::U8(parsed(tokens, "a number from 0 to 255 (Byte)", parse_integer)?),
        "SB" => Value::I8(parsed(tokens, "a number from -128 to 127 (SByte)", parse_integer)?),
        "U16" => Value::U16(parsed(tokens, "a number of 16 bits (UInt16)", parse_integer)?),
        "I16" => Value::I16(parsed(tokens, "a number of 16 bits (Int16)", parse_integer)?),
        "U32" => Value::U32(parsed(tokens, "a number of 32 bits (UInt32)", parse_integer)?),
        "I32" => Value::I32(parsed(tokens, "a number of 32 bits (Int32)", parse_integer)?),
        "U64" => Value::U64(parsed(tokens, "a number of 64 bits (UInt64)", parse_integer)?),
        "I64" => Value::I64(parsed(tokens, "a number of 64 bits (Int64)", parse_integer)?),
        "Sg" => Value::F32(parsed(tokens, "a number (Single)", parse_float)?),
        "Db" => Value::F64(parsed(tokens, "a number (Double)", parse_float)?),
        "D" => Value::Decimal(parsed(tokens, "a number (Decimal)", |text| trim(text).parse().ok())?),
        "BA" => Value::Bytes(parsed(tokens, "base64", decode_base64)?),
        "G" => Value::Guid(parsed(tokens, "a guid", parse_guid)?),
        "URI" => Value::Uri(tokens.string()?),
        "Version" => Value::Version(parsed(tokens, "a version of 2 to 4 numbers", |text| text.parse().ok())?),
        "XD" => Value::Xml(tokens.string()?),
        "SBK" => Value::ScriptBlock(tokens.string()?),
        "SS" => Value::SecureString(SecureString(tokens.text()?.into_owned())),
        "PR" => Value::Progress(Box::new(read_progress(tokens)?)),
        _ => return Err(tokens.unexpected("a value", tag)),
    })
}

fn parsed<T>(tokens: &mut Tokens<'_>, expected: &'static str, parse: fn(&str) -> Option<T>) -> Result<T, Error> {
    let text = tokens.text()?;
    parse(&text).ok_or_else(|| tokens.error(ErrorKind::BadValue { expected, got: Excerpt::new(&text) }))
}

/// .NET skips blanks anywhere in base64.
fn decode_base64(text: &str) -> Option<Vec<u8>> {
    if !text.contains([' ', '\t', '\r', '\n']) {
        return BASE64.decode(text).ok();
    }
    let packed: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    BASE64.decode(packed).ok()
}

/// The D, N and B forms, and P, with parentheses.
fn parse_guid(text: &str) -> Option<Uuid> {
    let text = trim(text);
    let bare = text.strip_prefix('(').and_then(|text| text.strip_suffix(')')).unwrap_or(text);
    Uuid::try_parse(bare).ok()
}

/// The children of `PR`, whose order is fixed.
fn read_progress(tokens: &mut Tokens<'_>) -> Result<Progress, Error> {
    let progress = Progress {
        activity: child(tokens, "AV", "<AV>")?,
        activity_id: child_number(tokens, "AI", "<AI>")?,
        current_operation: match tokens.next()? {
            Token::Start(element) if element.tag() == "Nil" => tokens.text().map(|_| None)?,
            Token::Start(element) if element.tag() == "S" => Some(tokens.string()?),
            other => return Err(misplaced(tokens, "<S> or <Nil>", &other)),
        },
        parent_activity_id: child_number(tokens, "PI", "<PI>")?,
        percent_complete: child_number(tokens, "PC", "<PC>")?,
        record_type: child(tokens, "T", "<T>")?,
        seconds_remaining: child_number(tokens, "SR", "<SR>")?,
        status_description: child(tokens, "SD", "<SD>")?,
    };
    match tokens.next()? {
        Token::End => Ok(progress),
        other => Err(misplaced(tokens, "</PR>", &other)),
    }
}

fn child(tokens: &mut Tokens<'_>, tag: &str, expected: &'static str) -> Result<PsString, Error> {
    match tokens.next()? {
        Token::Start(element) if element.tag() == tag => tokens.string(),
        other => Err(misplaced(tokens, expected, &other)),
    }
}

fn child_number(tokens: &mut Tokens<'_>, tag: &str, expected: &'static str) -> Result<i32, Error> {
    match tokens.next()? {
        Token::Start(element) if element.tag() == tag => parsed(tokens, "a number of 32 bits (Int32)", parse_integer),
        other => Err(misplaced(tokens, expected, &other)),
    }
}

fn misplaced(tokens: &Tokens<'_>, expected: &'static str, got: &Token<'_>) -> Error {
    match got {
        Token::Start(element) => tokens.unexpected(expected, element.tag()),
        Token::End => tokens.unexpected(expected, "the end of <PR>"),
        Token::Eof => tokens.unexpected(expected, "the end of the payload"),
    }
}

/// The element of a primitive; `None` for what is not one.
pub(crate) fn tag(value: &Value) -> Option<&'static str> {
    Some(match value {
        Value::String(_) => "S",
        Value::Char(_) => "C",
        Value::Bool(_) => "B",
        Value::DateTime(_) => "DT",
        Value::TimeSpan(_) => "TS",
        Value::U8(_) => "By",
        Value::I8(_) => "SB",
        Value::U16(_) => "U16",
        Value::I16(_) => "I16",
        Value::U32(_) => "U32",
        Value::I32(_) => "I32",
        Value::U64(_) => "U64",
        Value::I64(_) => "I64",
        Value::F32(_) => "Sg",
        Value::F64(_) => "Db",
        Value::Decimal(_) => "D",
        Value::Bytes(_) => "BA",
        Value::Guid(_) => "G",
        Value::Uri(_) => "URI",
        Value::Version(_) => "Version",
        Value::Xml(_) => "XD",
        Value::ScriptBlock(_) => "SBK",
        Value::SecureString(_) => "SS",
        Value::Progress(_) => "PR",
        Value::Nil | Value::Object(_) | Value::Ref(_) | Value::MemberSet(_) => return None,
    })
}

/// Appends what stands between the tags of a primitive; nothing for what is not one.
pub(crate) fn push_content(out: &mut String, value: &Value) {
    // Writing to a String cannot fail.
    let _ = match value {
        Value::String(text) | Value::Uri(text) | Value::Xml(text) | Value::ScriptBlock(text) => {
            push_escaped(out, text.into(), Xml::Text);
            Ok(())
        }
        Value::SecureString(text) => {
            push_escaped(out, Text::Utf8(&text.0), Xml::Text);
            Ok(())
        }
        Value::Bool(value) => write!(out, "{value}"),
        Value::DateTime(value) => write!(out, "{value}"),
        Value::TimeSpan(value) => write!(out, "{value}"),
        Value::U8(value) => write!(out, "{value}"),
        Value::I8(value) => write!(out, "{value}"),
        Value::Char(value) | Value::U16(value) => write!(out, "{value}"),
        Value::I16(value) => write!(out, "{value}"),
        Value::U32(value) => write!(out, "{value}"),
        Value::I32(value) => write!(out, "{value}"),
        Value::U64(value) => write!(out, "{value}"),
        Value::I64(value) => write!(out, "{value}"),
        Value::F32(value) => out.write_str(&format_f32(*value)),
        Value::F64(value) => out.write_str(&format_f64(*value)),
        Value::Decimal(value) => write!(out, "{value}"),
        Value::Bytes(bytes) => {
            BASE64.encode_string(bytes, out);
            Ok(())
        }
        Value::Guid(value) => write!(out, "{}", value.hyphenated()),
        Value::Version(value) => write!(out, "{value}"),
        Value::Progress(progress) => push_progress(out, progress),
        Value::Nil | Value::Object(_) | Value::Ref(_) | Value::MemberSet(_) => Ok(()),
    };
}

fn push_progress(out: &mut String, progress: &Progress) -> core::fmt::Result {
    push_child(out, "AV", &progress.activity);
    write!(out, "<AI>{}</AI>", progress.activity_id)?;
    match &progress.current_operation {
        Some(operation) => push_child(out, "S", operation),
        None => out.push_str("<Nil />"),
    }
    write!(out, "<PI>{}</PI><PC>{}</PC>", progress.parent_activity_id, progress.percent_complete)?;
    push_child(out, "T", &progress.record_type);
    write!(out, "<SR>{}</SR>", progress.seconds_remaining)?;
    push_child(out, "SD", &progress.status_description);
    Ok(())
}

fn push_child(out: &mut String, tag: &str, text: &PsString) {
    for piece in ["<", tag, ">"] {
        out.push_str(piece);
    }
    push_escaped(out, text.into(), Xml::Text);
    for piece in ["</", tag, ">"] {
        out.push_str(piece);
    }
}
