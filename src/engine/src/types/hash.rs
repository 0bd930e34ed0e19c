//! `BitConverter` and the hash algorithms.

use std::{any::Any, sync::Arc};

use parking_lot::Mutex;
use psrpd_dotnet::Str;
use sha2::Digest;

use super::{
    Members, Type, TypeDef,
    args::{check_not_negative, n, null, out_of_range, u},
    half, known,
    text::to_bytes,
    wide_numbers,
};
use crate::{
    eval::{R, Runspace, error},
    value::{Object, Value, text},
};

fn bytes(list: &[u8]) -> Value {
    Value::bytes(list)
}

fn arg(args: &[Value], at: usize) -> Arc<Vec<u8>> {
    args.get(at).map(to_bytes).unwrap_or_default()
}

/// The bytes of a number, a character or a Boolean as it lies in memory.
pub(crate) fn bytes_in_memory(value: &Value) -> Vec<u8> {
    match value.base() {
        Value::Bool(b) => vec![u8::from(*b)],
        Value::Char(c) => c.to_le_bytes().to_vec(),
        Value::I16(n) => n.to_le_bytes().to_vec(),
        Value::U16(n) => n.to_le_bytes().to_vec(),
        Value::I32(n) => n.to_le_bytes().to_vec(),
        Value::U32(n) => n.to_le_bytes().to_vec(),
        Value::I64(n) => n.to_le_bytes().to_vec(),
        Value::U64(n) => n.to_le_bytes().to_vec(),
        Value::F32(n) => n.to_le_bytes().to_vec(),
        Value::F64(n) => n.to_le_bytes().to_vec(),
        _ => Vec::new(),
    }
}

/// The bytes of an array, and the place from which they are asked for: it has to be in the array, and may be behind it
/// only where nothing is asked for.
fn from_index(args: &[Value], may_end: bool) -> R<(Arc<Vec<u8>>, usize)> {
    if args.first().is_none_or(Value::is_null) {
        return Err(null("value"));
    }
    let all = arg(args, 0);
    let from = usize::try_from(n(args, 1)).ok();
    match from.filter(|from| *from < all.len() || (may_end && *from == all.len())) {
        Some(from) => Ok((all, from)),
        None => {
            let message = "Index was out of range. Must be non-negative and less than the size of the collection.";
            Err(out_of_range(message, "startIndex"))
        }
    }
}

fn too_short() -> crate::eval::Flow {
    let message =
        "The array starting from the specified index is not long enough to read a value of the specified type.";
    error::argument("System.ArgumentException", message, "value")
}

fn part<const N: usize>(args: &[Value]) -> R<[u8; N]> {
    let (all, from) = from_index(args, false)?;
    all.get(from..).and_then(<[u8]>::first_chunk).copied().ok_or_else(too_short)
}

/// Numbers of 16 bits of floating point, and integers of 128.
fn halves(m: &mut Members) {
    m.function("byte[] GetBytes(System.Half value)", |_, _, args| {
        Ok(bytes(&args.first().map(half::bits).unwrap_or_default().to_le_bytes()))
    });
    for signature in ["byte[] GetBytes(System.Int128 value)", "byte[] GetBytes(System.UInt128 value)"] {
        m.function(signature, |_, _, args| Ok(bytes(&wide_numbers::bits(args.first()).to_le_bytes())));
    }
    m.function("System.Half ToHalf(byte[] value, int startIndex)", |_, _, args| {
        part(args).map(|bytes| half::from_bits(u16::from_le_bytes(bytes)))
    });
    m.function("System.Int128 ToInt128(byte[] value, int startIndex)", |_, _, args| {
        part(args).map(|bytes| wide_numbers::wide("System.Int128", &i128::from_le_bytes(bytes).into()))
    });
    m.function("System.UInt128 ToUInt128(byte[] value, int startIndex)", |_, _, args| {
        part(args).map(|bytes| wide_numbers::wide("System.UInt128", &u128::from_le_bytes(bytes).into()))
    });
    m.function("short HalfToInt16Bits(System.Half value)", |_, _, args| {
        Ok(Value::I16(args.first().map(half::bits).unwrap_or_default().cast_signed()))
    });
    m.function("ushort HalfToUInt16Bits(System.Half value)", |_, _, args| {
        Ok(Value::U16(args.first().map(half::bits).unwrap_or_default()))
    });
    for signature in ["System.Half Int16BitsToHalf(short value)", "System.Half UInt16BitsToHalf(ushort value)"] {
        m.function(signature, |_, _, args| {
            Ok(match args.first().map(Value::base) {
                Some(Value::I16(n)) => half::from_bits(n.cast_unsigned()),
                Some(Value::U16(n)) => half::from_bits(*n),
                _ => Value::Null,
            })
        });
    }
}

fn bit_converter(m: &mut Members) {
    m.constant("bool IsLittleEndian", |_, _| Ok(true.into()));
    for signature in [
        "byte[] GetBytes(bool value)",
        "byte[] GetBytes(char value)",
        "byte[] GetBytes(short value)",
        "byte[] GetBytes(int value)",
        "byte[] GetBytes(long value)",
        "byte[] GetBytes(ushort value)",
        "byte[] GetBytes(uint value)",
        "byte[] GetBytes(ulong value)",
        "byte[] GetBytes(float value)",
        "byte[] GetBytes(double value)",
    ] {
        m.function(signature, |_, _, args| Ok(bytes(&args.first().map(bytes_in_memory).unwrap_or_default())));
    }
    macro_rules! readers {
        ($($signature:literal $of:ty, $variant:ident;)*) => {
            $(m.function($signature, |_, _, args| part(args).map(|bytes| Value::$variant(<$of>::from_le_bytes(bytes))));)*
        };
    }
    readers! {
        "short ToInt16(byte[] value, int startIndex)" i16, I16;
        "int ToInt32(byte[] value, int startIndex)" i32, I32;
        "long ToInt64(byte[] value, int startIndex)" i64, I64;
        "ushort ToUInt16(byte[] value, int startIndex)" u16, U16;
        "uint ToUInt32(byte[] value, int startIndex)" u32, U32;
        "ulong ToUInt64(byte[] value, int startIndex)" u64, U64;
        "float ToSingle(byte[] value, int startIndex)" f32, F32;
        "double ToDouble(byte[] value, int startIndex)" f64, F64;
        "char ToChar(byte[] value, int startIndex)" u16, Char;
    }
    m.function("bool ToBoolean(byte[] value, int startIndex)", |_, _, args| {
        part::<1>(args).map(|[byte]| Value::Bool(byte != 0))
    });
    m.function("long DoubleToInt64Bits(double value)", |_, _, args| match args.first().map(Value::base) {
        Some(Value::F64(n)) => Ok(Value::I64(n.to_bits().cast_signed())),
        _ => Ok(Value::I64(0)),
    });
    macro_rules! bits {
        ($($declaration:literal $from:ident, $change:expr, $to:ident;)*) => {
            $(m.function($declaration, |_, _, args| Ok(match args.first().map(Value::base) {
                Some(Value::$from(value)) => Value::$to($change(*value)),
                _ => Value::Null,
            }));)*
        };
    }
    bits! {
        "int SingleToInt32Bits(float value)" F32, |x: f32| x.to_bits().cast_signed(), I32;
        "float Int32BitsToSingle(int value)" I32, |n: i32| f32::from_bits(n.cast_unsigned()), F32;
        "uint SingleToUInt32Bits(float value)" F32, f32::to_bits, U32;
        "float UInt32BitsToSingle(uint value)" U32, f32::from_bits, F32;
        "ulong DoubleToUInt64Bits(double value)" F64, f64::to_bits, U64;
        "double UInt64BitsToDouble(ulong value)" U64, f64::from_bits, F64;
    }
    halves(m);
    m.function("double Int64BitsToDouble(long value)", |_, _, args| match args.first().map(Value::base) {
        Some(Value::I64(n)) => Ok(Value::F64(f64::from_bits(n.cast_unsigned()))),
        _ => Ok(Value::F64(0.0)),
    });
    fn shown(list: &[u8]) -> Value {
        list.iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join("-").into()
    }
    for signature in ["string ToString(byte[] value)", "string ToString(byte[] value, int startIndex)"] {
        m.function(signature, |_, _, args| {
            let is_empty = args.first().is_some_and(|list| !list.is_null()) && arg(args, 0).is_empty();
            let (all, from) = from_index(args, is_empty)?;
            Ok(shown(all.get(from..).unwrap_or_default()))
        });
    }
    m.function("string ToString(byte[] value, int startIndex, int length)", |_, _, args| {
        let (all, from) = from_index(args, n(args, 2) == 0)?;
        check_not_negative(args, &[(2, "length")])?;
        all.get(from..from.saturating_add(u(args, 2))).map(shown).ok_or_else(too_short)
    });
}

/// The hash of bytes by the short name of an algorithm.
pub(crate) fn digest(algorithm: &str, content: &[u8]) -> Vec<u8> {
    match algorithm {
        "SHA1" => sha1::Sha1::digest(content).to_vec(),
        "SHA384" => sha2::Sha384::digest(content).to_vec(),
        "SHA512" => sha2::Sha512::digest(content).to_vec(),
        "MD5" => md5::Md5::digest(content).to_vec(),
        _ => sha2::Sha256::digest(content).to_vec(),
    }
}

/// The size of the blocks that an algorithm works on.
fn block_size(algorithm: &str) -> usize {
    if ["SHA384", "SHA512"].contains(&algorithm) { 128 } else { 64 }
}

/// A keyed hash (RFC 2104).
fn keyed(algorithm: &str, key: &[u8], content: &[u8]) -> Vec<u8> {
    let size = block_size(algorithm);
    let mut key = if key.len() > size { digest(algorithm, key) } else { key.to_vec() };
    key.resize(size, 0);
    let padded = |pad: u8| key.iter().map(|byte| byte ^ pad).collect::<Vec<u8>>();
    let inner = digest(algorithm, &[padded(0x36), content.to_vec()].concat());
    digest(algorithm, &[padded(0x5c), inner].concat())
}

/// A hash algorithm, with a key or without.
struct Hasher {
    of: &'static str,
    key: Option<Vec<u8>>,
    hash: Mutex<Option<Vec<u8>>>,
}

impl Hasher {
    /// The short name of the algorithm: `SHA256`.
    fn algorithm(&self) -> &'static str {
        let name = self.of.rsplit('.').next().unwrap_or("").split('+').next().unwrap_or("");
        name.strip_prefix("HMAC").unwrap_or(name)
    }

    fn compute(&self, content: &[u8]) -> Vec<u8> {
        let hash = match &self.key {
            Some(key) => keyed(self.algorithm(), key, content),
            None => digest(self.algorithm(), content),
        };
        *self.hash.lock() = Some(hash.clone());
        hash
    }
}

impl Object for Hasher {
    fn type_of(&self) -> Type {
        known(self.of)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

fn hasher(of: &'static str, key: Option<Vec<u8>>) -> Value {
    Value::object(Hasher { of, key, hash: Mutex::default() })
}

/// The bytes that are hashed: an array, part of one, or the rest of a stream.
fn content(rs: &mut Runspace, args: &[Value]) -> R<Arc<Vec<u8>>> {
    let first = args.first().cloned().unwrap_or_default();
    if first.type_of().is_some_and(|of| of.is_assignable_to(&known("System.IO.Stream"))) {
        const CHUNK: usize = 65_536;
        let buffer = Value::bytes(vec![0; CHUNK]);
        let mut all = Vec::new();
        loop {
            rs.check_stop()?;
            let read = rs.call_method(&first, "Read", &[buffer.clone(), Value::I32(0), Value::int(CHUNK)])?;
            let count = read.as_i128().and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
            if count == 0 {
                return Ok(Arc::new(all));
            }
            all.extend(to_bytes(&buffer).get(..count).unwrap_or(&[]));
        }
    }
    if first.is_null() {
        return Err(null("buffer"));
    }
    let all = to_bytes(&first);
    if args.len() < 3 {
        return Ok(all);
    }
    check_not_negative(args, &[(1, "offset")])?;
    let from = u(args, 1);
    let part = usize::try_from(n(args, 2)).ok().and_then(|count| all.get(from..from.saturating_add(count)));
    let part = part.ok_or_else(|| error::thrown("System.ArgumentException", "Value was invalid."))?;
    Ok(Arc::new(part.to_vec()))
}

fn algorithm_members(m: &mut Members) {
    fn this_hasher(this: &Value) -> R<&Hasher> {
        this.downcast::<Hasher>().ok_or_else(|| {
            error::thrown("System.NullReferenceException", "Object reference not set to an instance of an object.")
        })
    }
    m.get("int HashSize", |_, this| {
        Ok(Value::int(digest(this_hasher(this)?.algorithm(), &[]).len().saturating_mul(8)))
    });
    m.get("byte[] Hash", |_, this| Ok(this_hasher(this)?.hash.lock().as_deref().map_or(Value::Null, bytes)));
    m.get("int InputBlockSize", |_, _| Ok(Value::I32(1)));
    m.get("int OutputBlockSize", |_, _| Ok(Value::I32(1)));
    m.get("bool CanTransformMultipleBlocks", |_, _| Ok(true.into()));
    m.get("bool CanReuseTransform", |_, _| Ok(true.into()));
    for signature in [
        "byte[] ComputeHash(byte[] buffer)",
        "byte[] ComputeHash(byte[] buffer, int offset, int count)",
        "byte[] ComputeHash(System.IO.Stream inputStream)",
    ] {
        m.method(signature, |rs, this, args| {
            let content = content(rs, args)?;
            Ok(bytes(&this_hasher(this)?.compute(&content)))
        });
    }
    for signature in ["void Dispose()", "void Clear()", "void Initialize()"] {
        m.method(signature, |_, _, _| Ok(Value::AutomationNull));
    }
    m.function("System.Security.Cryptography.HashAlgorithm Create(string hashName)", |_, _, args| {
        let name: Str = args.first().map(text).unwrap_or_default();
        Ok(match name.to_ascii_uppercase().replace('-', "").as_str() {
            "SHA1" | "SHA" => hasher("System.Security.Cryptography.SHA1+Implementation", None),
            "SHA256" => hasher("System.Security.Cryptography.SHA256+Implementation", None),
            "SHA384" => hasher("System.Security.Cryptography.SHA384+Implementation", None),
            "SHA512" => hasher("System.Security.Cryptography.SHA512+Implementation", None),
            "MD5" => hasher("System.Security.Cryptography.MD5+Implementation", None),
            _ => Value::Null,
        })
    });
}

macro_rules! algorithms {
    ($($short:literal $name:literal $made:literal $keyed:literal $create:literal $constructor:literal;)*) => {
        &[
            TypeDef::class("System.Security.Cryptography.HashAlgorithm").implements(&["System.IDisposable"]).members(algorithm_members),
            TypeDef::class("System.Security.Cryptography.KeyedHashAlgorithm").base("System.Security.Cryptography.HashAlgorithm"),
            TypeDef::class("System.Security.Cryptography.HMAC").base("System.Security.Cryptography.KeyedHashAlgorithm").members(|m| {
                m.get("byte[] Key", |_, this| {
                    Ok(this.downcast::<Hasher>().and_then(|hasher| hasher.key.as_deref().map(bytes)).unwrap_or_default())
                });
            }),
            $(
                TypeDef::class($name).base("System.Security.Cryptography.HashAlgorithm").members(|m| {
                    m.function($create, |_, _, _| Ok(hasher($made, None)));
                    m.function("byte[] HashData(byte[] source)", |_, _, args| Ok(bytes(&digest($short, &arg(args, 0)))));
                    m.function("byte[] HashData(System.IO.Stream source)", |rs, _, args| {
                        content(rs, args).map(|content| bytes(&digest($short, &content)))
                    });
                }),
                TypeDef::class($made).base($name),
                TypeDef::class($keyed).base("System.Security.Cryptography.HMAC").members(|m| {
                    m.constructor($constructor, |_, _, args| Ok(hasher($keyed, Some(arg(args, 0).to_vec()))));
                    m.function("byte[] HashData(byte[] key, byte[] source)", |_, _, args| {
                        Ok(bytes(&keyed($short, &arg(args, 0), &arg(args, 1))))
                    });
                }),
            )*
            TypeDef::class("System.BitConverter").members(bit_converter),
        ]
    };
}

#[rustfmt::skip]
pub(super) const TYPES: &[TypeDef] = algorithms! {
    "MD5" "System.Security.Cryptography.MD5" "System.Security.Cryptography.MD5+Implementation" "System.Security.Cryptography.HMACMD5" "System.Security.Cryptography.MD5 Create()" "System.Security.Cryptography.HMACMD5(byte[] key)";
    "SHA1" "System.Security.Cryptography.SHA1" "System.Security.Cryptography.SHA1+Implementation" "System.Security.Cryptography.HMACSHA1" "System.Security.Cryptography.SHA1 Create()" "System.Security.Cryptography.HMACSHA1(byte[] key)";
    "SHA256" "System.Security.Cryptography.SHA256" "System.Security.Cryptography.SHA256+Implementation" "System.Security.Cryptography.HMACSHA256" "System.Security.Cryptography.SHA256 Create()" "System.Security.Cryptography.HMACSHA256(byte[] key)";
    "SHA384" "System.Security.Cryptography.SHA384" "System.Security.Cryptography.SHA384+Implementation" "System.Security.Cryptography.HMACSHA384" "System.Security.Cryptography.SHA384 Create()" "System.Security.Cryptography.HMACSHA384(byte[] key)";
    "SHA512" "System.Security.Cryptography.SHA512" "System.Security.Cryptography.SHA512+Implementation" "System.Security.Cryptography.HMACSHA512" "System.Security.Cryptography.SHA512 Create()" "System.Security.Cryptography.HMACSHA512(byte[] key)";
};
