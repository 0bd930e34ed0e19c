//! `BinaryReader` and `BinaryWriter`.

use std::any::Any;

use psrpd_dotnet::{Decimal, Str};

use super::{
    Members, Type, TypeDef,
    args::{byte_array, bytes, check_not_negative, flag, i, label, n, no_object, out_of_bounds, s, u, units, value},
    bytes_in_memory, encoding, known,
};
use crate::{
    eval::{R, Runspace, error},
    providers::encoding::{Encoding, UTF8},
    value::{Object, Value},
};

/// A reader or writer of values over a stream.
struct Binary {
    of: &'static str,
    stream: Value,
    encoding: Encoding,
    leaves_open: bool,
}

impl Object for Binary {
    fn type_of(&self) -> Type {
        known(self.of)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

fn of(this: &Value) -> R<&Binary> {
    this.downcast::<Binary>().ok_or_else(no_object)
}

fn new(of: &'static str, args: &[Value]) -> R<Value> {
    let stream = value(args, 0);
    if stream.is_null() {
        return Err(super::args::null(if of.ends_with("Reader") { "input" } else { "output" }));
    }
    let encoding = args.get(1).and_then(encoding::of).unwrap_or(UTF8);
    Ok(Value::object(Binary { of, stream, encoding, leaves_open: flag(args, 2) }))
}

/// Reads up to a number of bytes; fewer only at the end of the stream.
fn read_some(rs: &mut Runspace, this: &Value, count: usize) -> R<Vec<u8>> {
    const CHUNK: usize = 65_536;
    let stream = of(this)?.stream.clone();
    let mut all = Vec::new();
    while all.len() < count {
        let wanted = count.saturating_sub(all.len()).min(CHUNK);
        let buffer = byte_array(std::iter::repeat_n(0, wanted));
        let read = rs.call_method(&stream, "Read", &[buffer.clone(), Value::I32(0), Value::int(wanted)])?;
        let read = read.as_i128().and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
        if read == 0 {
            break;
        }
        all.extend(super::text::to_bytes(&buffer).get(..read).unwrap_or(&[]));
        rs.check_stop()?;
    }
    Ok(all)
}

fn past_end() -> crate::eval::Flow {
    error::thrown("System.IO.EndOfStreamException", "Unable to read beyond the end of the stream.")
}

fn read<const N: usize>(rs: &mut Runspace, this: &Value) -> R<[u8; N]> {
    <[u8; N]>::try_from(read_some(rs, this, N)?).map_err(|_| past_end())
}

/// A number in groups of seven bits.
fn read_compact(rs: &mut Runspace, this: &Value, bits: u32) -> R<u64> {
    let mut whole = 0_u64;
    let mut shift = 0_u32;
    while shift < bits {
        let [byte] = read::<1>(rs, this)?;
        whole |= u64::from(byte & 0x7f).checked_shl(shift).unwrap_or(0);
        if byte & 0x80 == 0 {
            return Ok(whole);
        }
        shift = shift.saturating_add(7);
    }
    Err(error::thrown("System.FormatException", "Too many bytes in what should have been a 7-bit encoded integer."))
}

fn compact(mut number: u64) -> Vec<u8> {
    let mut list = Vec::new();
    loop {
        let low = u8::try_from(number & 0x7f).unwrap_or(0);
        number >>= 7;
        if number == 0 {
            list.push(low);
            return list;
        }
        list.push(low | 0x80);
    }
}

/// The next character, byte by byte until it is whole; none at the end.
fn read_char(rs: &mut Runspace, this: &Value) -> R<Option<u16>> {
    const LONGEST: usize = 4;
    let encoding = of(this)?.encoding;
    let mut list = Vec::new();
    while list.len() < LONGEST {
        let Some(byte) = read_some(rs, this, 1)?.first().copied() else { break };
        list.push(byte);
        if encoding.unfinished(&list) == 0 {
            break;
        }
    }
    Ok(if list.is_empty() { None } else { encoding.decode(&list).unit(0) })
}

/// Looks at the next character without taking it.
fn peek(rs: &mut Runspace, this: &Value) -> R<Value> {
    let stream = of(this)?.stream.clone();
    let before = rs.get_member(&stream, "Position")?;
    let found = read_char(rs, this)?;
    rs.set_member(&stream, "Position", before)?;
    Ok(Value::I32(found.map_or(-1, i32::from)))
}

fn read_decimal(bytes: [u8; 16]) -> Value {
    let part = |at: usize| {
        let four = bytes.get(at..at.saturating_add(4)).and_then(|four| <[u8; 4]>::try_from(four).ok());
        four.map_or(0, u32::from_le_bytes)
    };
    let digits = u128::from(part(8)) << 64 | u128::from(part(4)) << 32 | u128::from(part(0));
    let flags = part(12);
    Decimal::new(digits, flags >> 16 & 0xff, flags >> 31 == 1).map_or(Value::Null, Value::Decimal)
}

fn decimal_bytes(x: Decimal) -> Vec<u8> {
    let sign = if x.is_negative() { 0x8000_0000_u32 } else { 0 };
    let flags = sign | x.scale() << 16;
    let digits = x.digits().to_le_bytes();
    [digits.get(..12).unwrap_or(&[]), &flags.to_le_bytes()].concat()
}

fn shared(m: &mut Members) {
    m.get("System.IO.Stream BaseStream", |_, this| Ok(of(this)?.stream.clone()));
    for declaration in ["void Close()", "void Dispose()"] {
        m.method(declaration, |rs, this, _| {
            let binary = of(this)?;
            if !binary.leaves_open {
                rs.call_method(&binary.stream, "Dispose", &[])?;
            }
            Ok(Value::AutomationNull)
        });
    }
}

fn reader(m: &mut Members) {
    for declaration in [
        "System.IO.BinaryReader(System.IO.Stream input)",
        "System.IO.BinaryReader(System.IO.Stream input, System.Text.Encoding encoding)",
        "System.IO.BinaryReader(System.IO.Stream input, System.Text.Encoding encoding, bool leaveOpen)",
    ] {
        m.constructor(declaration, |_, _, args| new("System.IO.BinaryReader", args));
    }
    shared(m);
    macro_rules! numbers {
        ($($declaration:literal $rust:ty, $variant:ident;)*) => {
            $(m.method($declaration, |rs, this, _| {
                read(rs, this).map(|bytes| Value::$variant(<$rust>::from_le_bytes(bytes)))
            });)*
        };
    }
    numbers! {
        "sbyte ReadSByte()" i8, I8;
        "byte ReadByte()" u8, U8;
        "short ReadInt16()" i16, I16;
        "ushort ReadUInt16()" u16, U16;
        "int ReadInt32()" i32, I32;
        "uint ReadUInt32()" u32, U32;
        "long ReadInt64()" i64, I64;
        "ulong ReadUInt64()" u64, U64;
        "float ReadSingle()" f32, F32;
        "double ReadDouble()" f64, F64;
    }
    m.method("bool ReadBoolean()", |rs, this, _| read::<1>(rs, this).map(|[byte]| (byte != 0).into()));
    m.method("decimal ReadDecimal()", |rs, this, _| read::<16>(rs, this).map(read_decimal));
    m.method("char ReadChar()", |rs, this, _| read_char(rs, this)?.map(Value::Char).ok_or_else(past_end));
    m.method("char[] ReadChars(int count)", |rs, this, args| {
        check_not_negative(args, &[(0, "count")])?;
        let mut all = Vec::new();
        while all.len() < u(args, 0) {
            let Some(unit) = read_char(rs, this)? else { break };
            all.push(unit);
        }
        Ok(Value::chars(all))
    });
    m.method("byte[] ReadBytes(int count)", |rs, this, args| {
        check_not_negative(args, &[(0, "count")])?;
        read_some(rs, this, u(args, 0)).map(byte_array)
    });
    m.method("string ReadString()", |rs, this, _| {
        let length = usize::try_from(read_compact(rs, this, 35)?).unwrap_or(usize::MAX);
        let list = read_some(rs, this, length)?;
        if list.len() < length {
            return Err(past_end());
        }
        Ok(Value::Str(of(this)?.encoding.decode(&list)))
    });
    m.method("int Read()", |rs, this, _| Ok(Value::I32(read_char(rs, this)?.map_or(-1, i32::from))));
    m.method("int Read(byte[] buffer, int index, int count)", |rs, this, args| {
        let stream = of(this)?.stream.clone();
        rs.call_method(&stream, "Read", args)
    });
    m.method("int PeekChar()", |rs, this, _| peek(rs, this));
    m.method("int Read7BitEncodedInt()", |rs, this, _| {
        let low = read_compact(rs, this, 35)? & u64::from(u32::MAX);
        Ok(Value::I32(u32::try_from(low).unwrap_or(0).cast_signed()))
    });
    m.method("long Read7BitEncodedInt64()", |rs, this, _| Ok(Value::I64(read_compact(rs, this, 70)?.cast_signed())));
}

fn put(rs: &mut Runspace, this: &Value, list: &[u8]) -> R<Value> {
    let stream = of(this)?.stream.clone();
    rs.call_method(&stream, "Write", &[byte_array(list.iter().copied()), Value::I32(0), Value::int(list.len())])?;
    Ok(Value::AutomationNull)
}

fn put_text(rs: &mut Runspace, this: &Value, text: &Str, with_length: bool) -> R<Value> {
    let list = of(this)?.encoding.encode(text);
    let length = if with_length { compact(u64::try_from(list.len()).unwrap_or(0)) } else { Vec::new() };
    put(rs, this, &[length, list].concat())
}

fn writer(m: &mut Members) {
    for declaration in [
        "System.IO.BinaryWriter(System.IO.Stream output)",
        "System.IO.BinaryWriter(System.IO.Stream output, System.Text.Encoding encoding)",
        "System.IO.BinaryWriter(System.IO.Stream output, System.Text.Encoding encoding, bool leaveOpen)",
    ] {
        m.constructor(declaration, |_, _, args| new("System.IO.BinaryWriter", args));
    }
    shared(m);
    for declaration in [
        "void Write(bool value)",
        "void Write(byte value)",
        "void Write(sbyte value)",
        "void Write(short value)",
        "void Write(ushort value)",
        "void Write(int value)",
        "void Write(uint value)",
        "void Write(long value)",
        "void Write(ulong value)",
        "void Write(float value)",
        "void Write(double value)",
    ] {
        m.method(declaration, |rs, this, args| {
            let list = match args.first() {
                Some(Value::U8(byte)) => vec![*byte],
                Some(Value::I8(byte)) => vec![byte.cast_unsigned()],
                other => other.map(bytes_in_memory).unwrap_or_default(),
            };
            put(rs, this, &list)
        });
    }
    m.method("void Write(decimal value)", |rs, this, args| put(rs, this, &decimal_bytes(super::args::d(args, 0))));
    m.method("void Write(byte[] buffer)", |rs, this, args| put(rs, this, &bytes(args, 0)));
    m.method("void Write(byte[] buffer, int index, int count)", |rs, this, args| {
        let all = bytes(args, 0);
        match all.get(u(args, 1)..u(args, 1).saturating_add(u(args, 2))) {
            Some(part) => put(rs, this, part),
            None => Err(out_of_bounds()),
        }
    });
    m.method("void Write(char ch)", |rs, this, args| put_text(rs, this, &s(args, 0), false));
    m.method("void Write(char[] chars)", |rs, this, args| put_text(rs, this, &Str::from_units(&units(args, 0)), false));
    m.method("void Write(string value)", |rs, this, args| put_text(rs, this, &s(args, 0), true));
    m.method("void Write7BitEncodedInt(int value)", |rs, this, args| {
        put(rs, this, &compact(i(args, 0).cast_unsigned().into()))
    });
    m.method("void Write7BitEncodedInt64(long value)", |rs, this, args| {
        put(rs, this, &compact(n(args, 0).cast_unsigned()))
    });
    m.method("long Seek(int offset, System.IO.SeekOrigin origin)", |rs, this, args| {
        let stream = of(this)?.stream.clone();
        let origin = super::enum_number("System.IO.SeekOrigin", label(args, 1));
        rs.call_method(&stream, "Seek", &[Value::I64(n(args, 0)), origin])
    });
    m.method("void Flush()", |rs, this, _| {
        let stream = of(this)?.stream.clone();
        rs.call_method(&stream, "Flush", &[])
    });
}

pub(super) const TYPES: &[TypeDef] = &[
    TypeDef::class("System.IO.BinaryReader").implements(&["System.IDisposable"]).members(reader),
    TypeDef::class("System.IO.BinaryWriter").implements(&["System.IDisposable"]).members(writer),
];
