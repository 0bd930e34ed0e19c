//! `System.Guid` and `System.Version`.

use psrpd_dotnet::Guid;

use super::{
    Members,
    args::{byte_array, bytes, check_not_negative, flag, i, n, s, tried},
    known,
};
use crate::{
    convert,
    eval::{R, Runspace, error},
    ops::composite,
    value::{Value, Version, text},
};

fn parse(rs: &mut Runspace, args: &[Value]) -> R<Value> {
    convert::convert(rs, &Value::Str(s(args, 0)), &super::guid()).map_err(error::inside)
}

/// A text in one form only.
fn parse_exact(rs: &mut Runspace, args: &[Value]) -> R<Value> {
    let (source, form) = (s(args, 0), s(args, 1));
    if !["N", "D", "B", "P", "X"].iter().any(|known| known.eq_ignore_ascii_case(&form)) {
        let message =
            "Format string can be only \"D\", \"d\", \"N\", \"n\", \"P\", \"p\", \"B\", \"b\", \"X\" or \"x\".";
        return Err(error::thrown("System.FormatException", message));
    }
    let found = parse(rs, args)?;
    let is_so = matches!(&found, Value::Guid(guid) if guid.format(&form).is_some_and(|shown| shown.eq_ignore_ascii_case(source.trim())));
    if is_so {
        return Ok(found);
    }
    let message = match form.to_ascii_uppercase().as_str() {
        "N" => "Guid should contain only 32 digits (xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx).",
        "D" => "Guid should contain 32 digits with 4 dashes (xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx).",
        "B" => "Expected {0xdddddddd, etc}.",
        _ => "Unrecognized Guid format.",
    };
    Err(error::thrown("System.FormatException", message))
}

fn from_bytes(list: &[u8], big_endian: bool) -> R<Value> {
    let bytes = <[u8; 16]>::try_from(list).map_err(|_| {
        error::argument("System.ArgumentException", "Byte array for Guid must be exactly 16 bytes long.", "b")
    })?;
    Ok(Value::Guid(Guid(if big_endian { bytes } else { Guid(bytes).to_dotnet_bytes() })))
}

/// A number that begins with the time.
fn version_7(rs: &Runspace, ticks: i64) -> Value {
    let milliseconds = ticks.saturating_sub(psrpd_dotnet::date::UNIX_EPOCH) / 10_000;
    let mut bytes = rs.platform.random_bytes();
    let time = milliseconds.cast_unsigned().to_be_bytes();
    for (slot, byte) in bytes.iter_mut().zip(time.iter().skip(2)) {
        *slot = *byte;
    }
    for (at, keep, set) in [(6_usize, 0x0f, 0x70), (8, 0x3f, 0x80)] {
        if let Some(byte) = bytes.get_mut(at) {
            *byte = *byte & keep | set;
        }
    }
    Value::Guid(Guid(bytes))
}

fn byte_of(this: &Value, at: usize) -> u8 {
    if let Value::Guid(guid) = this { guid.0.get(at).copied().unwrap_or(0) } else { 0 }
}

pub(super) fn guid(m: &mut Members) {
    m.constant("guid AllBitsSet", |_, _| Ok(Value::Guid(Guid([0xff; 16]))));
    m.constant("guid Empty", |_, _| Ok(Value::Guid(Guid::default())));
    m.get("int Variant", |_, this| Ok(Value::I32(i32::from(byte_of(this, 8) >> 4))));
    m.get("int Version", |_, this| Ok(Value::I32(i32::from(byte_of(this, 6) >> 4))));
    m.function("guid NewGuid()", |rs, _, _| Ok(Value::Guid(crate::cmdlets::random_guid(rs.platform.random_bytes()))));
    m.function("guid CreateVersion7()", |rs, _, _| Ok(version_7(rs, rs.platform.now())));
    m.function("guid CreateVersion7(System.DateTimeOffset timestamp)", |rs, _, args| {
        let utc = rs.get_member(&super::args::value(args, 0), "UtcTicks")?;
        Ok(version_7(rs, n(&[utc], 0)))
    });
    for declaration in ["guid Parse(string input)", "guid Parse(string s, System.IFormatProvider provider)"] {
        m.function(declaration, |rs, _, args| parse(rs, args));
    }
    for declaration in [
        "bool TryParse(string input, [ref] guid result)",
        "bool TryParse(string s, System.IFormatProvider provider, [ref] guid result)",
    ] {
        m.function(declaration, |rs, _, args| {
            let found = parse(rs, args).ok();
            tried(args, found, Value::Guid(Guid::default()))
        });
    }
    m.function("guid ParseExact(string input, string format)", |rs, _, args| parse_exact(rs, args));
    m.function("bool TryParseExact(string input, string format, [ref] guid result)", |rs, _, args| {
        let found = parse_exact(rs, args).ok();
        tried(args, found, Value::Guid(Guid::default()))
    });
    m.method("string ToString()", |_, this, _| Ok(Value::Str(text(this))));
    for declaration in
        ["string ToString(string format)", "string ToString(string format, System.IFormatProvider provider)"]
    {
        m.method(declaration, |rs, this, args| {
            composite::to_string(rs, this, &s(args, 0)).map(Value::Str).map_err(super::integers::unwrap_format)
        });
    }
    for declaration in ["byte[] ToByteArray()", "byte[] ToByteArray(bool bigEndian)"] {
        m.method(declaration, |_, this, args| {
            Ok(match this {
                Value::Guid(guid) if flag(args, 0) => byte_array(guid.0),
                Value::Guid(guid) => byte_array(guid.to_dotnet_bytes()),
                _ => Value::Null,
            })
        });
    }
    m.constructor("guid(string g)", |rs, _, args| parse(rs, args));
    m.constructor("guid(byte[] b)", |_, _, args| from_bytes(&bytes(args, 0), false));
    m.constructor("guid(int a, short b, short c, byte[] d)", |_, _, args| {
        let short = |at: usize| i16::try_from(n(args, at)).unwrap_or(0).to_be_bytes();
        let tail = bytes(args, 3);
        if tail.len() != 8 {
            return Err(error::argument(
                "System.ArgumentException",
                "Byte array for Guid must be exactly 8 bytes long.",
                "d",
            ));
        }
        from_bytes(&[&i(args, 0).to_be_bytes()[..], &short(1), &short(2), &tail].concat(), true)
    });
    for declaration in [
        "guid(int a, short b, short c, byte d, byte e, byte f, byte g, byte h, byte i, byte j, byte k)",
        "guid(uint a, ushort b, ushort c, byte d, byte e, byte f, byte g, byte h, byte i, byte j, byte k)",
    ] {
        m.constructor(declaration, |_, _, args| {
            let part = |at: usize, length: usize| {
                let whole = n(args, at).to_be_bytes();
                whole.get(whole.len().saturating_sub(length)..).unwrap_or(&[]).to_vec()
            };
            let tail: Vec<u8> = (3..11).flat_map(|at| part(at, 1)).collect();
            from_bytes(&[part(0, 4), part(1, 2), part(2, 2), tail].concat(), true)
        });
    }
}

fn parts(this: &Value) -> [i32; 4] {
    this.downcast::<Version>().map_or([-1; 4], |version| version.0)
}

fn read(rs: &mut Runspace, args: &[Value]) -> R<Value> {
    convert::convert(rs, &Value::Str(s(args, 0)), &known("System.Version")).map_err(error::inside)
}

fn new(args: &[Value]) -> R<Value> {
    check_not_negative(args, &[(0, "major"), (1, "minor"), (2, "build"), (3, "revision")])?;
    let mut parts = [-1; 4];
    for (at, slot) in parts.iter_mut().enumerate().take(args.len()) {
        *slot = i(args, at);
    }
    Ok(Value::object(Version(parts)))
}

pub(super) fn version(m: &mut Members) {
    macro_rules! numbers {
        ($($declaration:literal $at:literal;)*) => {
            $(m.get($declaration, |_, this| Ok(parts(this).get($at).map_or(Value::Null, |part| Value::I32(*part))));)*
        };
    }
    numbers! {
        "int Major" 0;
        "int Minor" 1;
        "int Build" 2;
        "int Revision" 3;
    }
    m.get("short MajorRevision", |_, this| {
        let [.., revision] = parts(this);
        Ok(Value::I16(i16::try_from(revision >> 16).unwrap_or(0)))
    });
    m.get("short MinorRevision", |_, this| {
        let [.., revision] = parts(this);
        let low = u16::try_from(revision.cast_unsigned() & 0xffff).unwrap_or(0);
        Ok(Value::I16(low.cast_signed()))
    });
    m.constructor("version()", |_, _, _| Ok(Value::object(Version([0, 0, -1, -1]))));
    for declaration in [
        "version(int major, int minor)",
        "version(int major, int minor, int build)",
        "version(int major, int minor, int build, int revision)",
    ] {
        m.constructor(declaration, |_, _, args| new(args));
    }
    m.constructor("version(string version)", |rs, _, args| read(rs, args));
    m.function("version Parse(string input)", |rs, _, args| read(rs, args));
    m.function("bool TryParse(string input, [ref] version result)", |rs, _, args| {
        let found = read(rs, args).ok();
        tried(args, found, Value::Null)
    });
    m.method("System.Object Clone()", |_, this, _| Ok(Value::object(Version(parts(this)))));
    m.method("string ToString()", |_, this, _| Ok(Value::Str(text(this))));
    m.method("string ToString(int fieldCount)", |_, this, args| {
        let all: Vec<String> = parts(this).iter().take_while(|part| **part >= 0).map(ToString::to_string).collect();
        let count = n(args, 0);
        match usize::try_from(count).ok().and_then(|count| all.get(..count)) {
            Some(some) => Ok(some.join(".").into()),
            None => Err(error::argument(
                "System.ArgumentException",
                &format!("Argument must be between 0 and {}.", all.len()),
                "fieldCount",
            )),
        }
    });
}
