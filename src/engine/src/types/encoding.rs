//! `System.Text.Encoding` and its kin.

use std::{any::Any, sync::Arc};

use psrpd_dotnet::Str;

use super::{
    Members, Type, TypeDef,
    encoding_fallback::{self, Fallback, Fallbacks},
    known,
};
use crate::{
    eval::{R, error},
    providers::encoding::{self, Encoding},
    value::{Array, Object, Opaque, Value, enumerate, text},
};

/// An encoding as an object.
pub(crate) struct EncodingObject {
    of: &'static str,
    pub(crate) encoding: Encoding,
    /// What becomes of what does not fit; none of its own for what every encoding does.
    fallbacks: Option<Arc<Fallbacks>>,
}

impl EncodingObject {
    fn of(of: &'static str, encoding: Encoding) -> Value {
        Value::object(Self { of, encoding, fallbacks: None })
    }
}

impl Object for EncodingObject {
    fn type_of(&self) -> Type {
        known(self.of)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn text(&self) -> Option<Str> {
        Some(self.of.into())
    }

    fn equals(&self, other: &Value) -> bool {
        other
            .downcast::<Self>()
            .is_some_and(|other| other.encoding == self.encoding && other.fallbacks == self.fallbacks)
    }
}

/// An encoding as an object of the type that .NET has for it.
pub(crate) fn value(encoding: Encoding) -> Value {
    let of = match encoding {
        Encoding::Ascii => "System.Text.ASCIIEncoding+ASCIIEncodingSealed",
        Encoding::Latin1 => "System.Text.Latin1Encoding+Latin1EncodingSealed",
        Encoding::Utf7 => "System.Text.UTF7Encoding",
        Encoding::Utf8 { .. } => "System.Text.UTF8Encoding",
        Encoding::Utf16 { .. } => "System.Text.UnicodeEncoding",
        Encoding::Utf32 { .. } => "System.Text.UTF32Encoding",
        Encoding::Page(_) => "System.Text.SBCSCodePageEncoding",
    };
    EncodingObject::of(of, encoding)
}

/// `[System.Text.Encoding]::UTF8` or `Default`.
pub(crate) fn sealed_utf8(mark: bool) -> Value {
    let of = "System.Text.UTF8Encoding+UTF8EncodingSealed";
    EncodingObject::of(of, Encoding::Utf8 { mark })
}

/// The encoding in a value.
pub(crate) fn of(value: &Value) -> Option<Encoding> {
    value.downcast::<EncodingObject>().map(|object| object.encoding)
}

/// The same encoding with other fallbacks, or as an object that may be changed.
fn copy(this: &Value, fallbacks: Option<Arc<Fallbacks>>) -> Value {
    let Some(object) = this.downcast::<EncodingObject>() else { return Value::Null };
    let of = object.of.split('+').next().unwrap_or(object.of);
    Value::object(EncodingObject { of, encoding: object.encoding, fallbacks })
}

/// What becomes of what does not fit, where that is not what every encoding does.
pub(super) fn fallbacks(this: &Value) -> Option<&Fallbacks> {
    this.downcast::<EncodingObject>().and_then(|object| object.fallbacks.as_deref())
}

/// Text as bytes.
///
/// # Errors
/// What does not fit, where that shall be one.
fn encoded(this: &Value, shown: &Str) -> R<Vec<u8>> {
    match (of(this), fallbacks(this)) {
        (Some(encoding), Some(fallbacks)) => encoding_fallback::encode(encoding, shown, &fallbacks.encoder),
        (Some(encoding), None) => Ok(encoding.encode(shown)),
        (None, _) => Ok(Vec::new()),
    }
}

/// Bytes as text.
///
/// # Errors
/// What is no text, where that shall be one.
fn decoded(this: &Value, list: &[u8]) -> R<Str> {
    match (of(this), fallbacks(this)) {
        (Some(encoding), Some(fallbacks)) => encoding_fallback::decode(encoding, list, &fallbacks.decoder),
        (Some(encoding), None) => Ok(encoding.decode(list)),
        (None, _) => Ok(Str::default()),
    }
}

/// The encoding that an argument of a cmdlet means: a name, a number, or an object.
///
/// # Errors
/// The words for what is no encoding.
pub(crate) fn from_argument(argument: &Value) -> Result<Value, String> {
    if of(argument).is_some() {
        return Ok(argument.clone());
    }
    let name = text(argument);
    Encoding::find(&name).map(value).ok_or_else(|| encoding::unknown(&name))
}

/// Whether browsers and mail programs show and store text in it.
fn uses(encoding: Encoding) -> [bool; 4] {
    let name = web_name(encoding);
    match name.as_str() {
        "utf-8" | "iso-8859-1" => [true; 4],
        "us-ascii" => [false, false, true, true],
        "utf-16" => [false, true, false, false],
        _ => [false; 4],
    }
}

fn get(this: &Value, get: impl Fn(Encoding) -> Value) -> R<Value> {
    Ok(of(this).map(get).unwrap_or_default())
}

fn bytes(list: impl Into<Vec<u8>>) -> Value {
    Value::bytes(list)
}

/// The text or the chars of an argument.
fn chars(argument: Option<&Value>) -> Str {
    let Some(argument) = argument else { return Str::default() };
    match enumerate(argument) {
        Some(items) => {
            let units: Vec<u16> =
                items.iter().filter_map(|item| if let Value::Char(unit) = item { Some(*unit) } else { None }).collect();
            Str::from_units(&units)
        }
        None => text(argument),
    }
}

/// The text or the chars of an argument, or the part of them that two further arguments name.
fn part_of_chars(args: &[Value]) -> R<Str> {
    let is_text = args.first().is_some_and(|arg| arg.as_str().is_some());
    let name = if is_text { "s" } else { "chars" };
    if args.first().is_none_or(Value::is_null) {
        return Err(super::args::null(name));
    }
    let all = chars(args.first());
    if args.len() < 3 {
        return Ok(all);
    }
    for (at, name) in [(1, "index"), (2, "count")] {
        if super::args::n(args, at) < 0 {
            return Err(super::args::out_of_range("Non-negative number required.", name));
        }
    }
    let message = if is_text {
        "Index and count must refer to a location within the string."
    } else {
        "Index and count must refer to a location within the buffer."
    };
    all.substring(super::args::u(args, 1), super::args::u(args, 2))
        .ok_or_else(|| super::args::out_of_range(message, name))
}

/// The bytes of an argument, or the part of them that further arguments name.
fn part(args: &[Value]) -> R<Arc<Vec<u8>>> {
    if args.first().is_none_or(Value::is_null) {
        return Err(super::args::null("bytes"));
    }
    let all = args.first().map(super::text::to_bytes).unwrap_or_default();
    for (at, name) in [(1, "index"), (2, "count")] {
        if super::args::n(args, at) < 0 {
            return Err(super::args::out_of_range("Non-negative number required.", name));
        }
    }
    let number = |at: usize| args.get(at).and_then(Value::as_i128).and_then(|n| usize::try_from(n).ok());
    let (Some(from), Some(count)) = (number(1), number(2)) else { return Ok(all) };
    match all.get(from..from.saturating_add(count)) {
        Some(part) => Ok(Arc::new(part.to_vec())),
        None => Err(error::argument(
            "System.ArgumentOutOfRangeException",
            "Index and count must refer to a location within the buffer.",
            "bytes",
        )),
    }
}

fn page(encoding: Encoding) -> i32 {
    match encoding {
        Encoding::Ascii => 20127,
        Encoding::Latin1 => 28591,
        Encoding::Utf7 => 65000,
        Encoding::Utf8 { .. } => 65001,
        Encoding::Utf16 { big: false, .. } => 1200,
        Encoding::Utf16 { big: true, .. } => 1201,
        Encoding::Utf32 { big: false, .. } => 12000,
        Encoding::Utf32 { big: true, .. } => 12001,
        Encoding::Page(page) => match page.name() {
            "IBM866" => 866,
            "KOI8-R" => 20866,
            "KOI8-U" => 21866,
            "macintosh" => 10000,
            "Shift_JIS" => 932,
            "GBK" => 936,
            "EUC-KR" => 949,
            "Big5" => 950,
            "EUC-JP" => 51932,
            "gb18030" => 54936,
            name => {
                let number = name.rsplit('-').next().and_then(|n| n.parse::<i32>().ok()).unwrap_or(0);
                if name.starts_with("ISO") { number.saturating_add(28590) } else { number }
            }
        },
    }
}

pub(crate) fn web_name(encoding: Encoding) -> String {
    match encoding {
        Encoding::Ascii => "us-ascii".into(),
        Encoding::Latin1 => "iso-8859-1".into(),
        Encoding::Utf7 => "utf-7".into(),
        Encoding::Utf8 { .. } => "utf-8".into(),
        Encoding::Utf16 { big: false, .. } => "utf-16".into(),
        Encoding::Utf16 { big: true, .. } => "utf-16BE".into(),
        Encoding::Utf32 { big: false, .. } => "utf-32".into(),
        Encoding::Utf32 { big: true, .. } => "utf-32BE".into(),
        Encoding::Page(page) => page.name().to_ascii_lowercase(),
    }
}

fn shown_name(encoding: Encoding) -> String {
    match encoding {
        Encoding::Ascii => "US-ASCII".into(),
        Encoding::Latin1 => "Western European (ISO)".into(),
        Encoding::Utf7 => "Unicode (UTF-7)".into(),
        Encoding::Utf8 { .. } => "Unicode (UTF-8)".into(),
        Encoding::Utf16 { big: false, .. } => "Unicode".into(),
        Encoding::Utf16 { big: true, .. } => "Unicode (Big-Endian)".into(),
        Encoding::Utf32 { big: false, .. } => "Unicode (UTF-32)".into(),
        Encoding::Utf32 { big: true, .. } => "Unicode (UTF-32 Big-Endian)".into(),
        Encoding::Page(page) => page.name().into(),
    }
}

fn members(m: &mut Members) {
    m.constant("System.Text.Encoding UTF8", |_, _| Ok(sealed_utf8(true)));
    m.constant("System.Text.Encoding Default", |_, _| Ok(sealed_utf8(false)));
    m.constant("System.Text.Encoding ASCII", |_, _| Ok(value(Encoding::Ascii)));
    m.constant("System.Text.Encoding Latin1", |_, _| Ok(value(Encoding::Latin1)));
    m.constant("System.Text.Encoding Unicode", |_, _| Ok(value(Encoding::Utf16 { big: false, mark: true })));
    m.constant("System.Text.Encoding BigEndianUnicode", |_, _| Ok(value(Encoding::Utf16 { big: true, mark: true })));
    m.constant("System.Text.Encoding UTF7", |_, _| Ok(value(Encoding::Utf7)));
    m.constant("System.Text.Encoding UTF32", |_, _| Ok(value(Encoding::Utf32 { big: false, mark: true })));
    for declaration in
        ["System.Text.Encoding GetEncoding(string name)", "System.Text.Encoding GetEncoding(int codepage)"]
    {
        m.function(declaration, |_, _, args| {
            let name = args.first().map(text).unwrap_or_default();
            let is_number = args.first().is_some_and(|arg| arg.as_i128().is_some());
            // The words that only cmdlets know are no names of encodings here.
            let words = ["utf7", "utf8", "utf8bom", "utf8nobom", "oem", "ansi", "string", "unknown", "default", "bigendianutf32"];
            let known = !words.iter().any(|word| name.eq_ignore_ascii_case(word));
            if name.eq_ignore_ascii_case("utf-7") || name.as_str() == "65000" {
                let message = "Support for UTF-7 is disabled. See https://aka.ms/dotnet-warnings/SYSLIB0001 for more information.";
                return Err(error::thrown("System.NotSupportedException", message));
            }
            if is_number && name.as_str() == "0" {
                return Ok(sealed_utf8(false));
            }
            match Encoding::find(&name).filter(|_| known) {
                Some(Encoding::Utf8 { .. }) => Ok(sealed_utf8(true)),
                Some(found) => Ok(value(found)),
                None if is_number => Err(error::thrown(
                    "System.NotSupportedException",
                    format!("No data is available for encoding {name}. For information on defining a custom encoding, see the documentation for the Encoding.RegisterProvider method."),
                )),
                None => Err(error::thrown("System.ArgumentException", encoding::unknown(&name))),
            }
        });
    }
    // What it reads is of a type that scripts cannot hold.
    m.get("System.ReadOnlySpan[byte] Preamble", |_, _| Ok(Value::Null));
    m.get("string BodyName", |_, this| get(this, |e| web_name(e).into()));
    m.get("string EncodingName", |_, this| get(this, |e| shown_name(e).into()));
    m.get("string HeaderName", |_, this| get(this, |e| web_name(e).into()));
    m.get("string WebName", |_, this| get(this, |e| web_name(e).into()));
    m.get("int WindowsCodePage", |_, this| {
        get(this, |e| match e {
            Encoding::Ascii | Encoding::Latin1 => Value::I32(1252),
            Encoding::Page(_) => Value::I32(page(e)),
            _ => Value::I32(1200),
        })
    });
    m.get("bool IsBrowserDisplay", |_, this| get(this, |e| uses(e)[0].into()));
    m.get("bool IsBrowserSave", |_, this| get(this, |e| uses(e)[1].into()));
    m.get("bool IsMailNewsDisplay", |_, this| get(this, |e| uses(e)[2].into()));
    m.get("bool IsMailNewsSave", |_, this| get(this, |e| uses(e)[3].into()));
    m.get("bool IsSingleByte", |_, this| {
        get(this, |e| match e {
            Encoding::Ascii | Encoding::Latin1 => true.into(),
            Encoding::Page(page) => page.is_single_byte().into(),
            _ => false.into(),
        })
    });
    fallback_members(m);
    m.get("bool IsReadOnly", |_, _| Ok(true.into()));
    m.get("int CodePage", |_, this| get(this, |e| Value::I32(page(e))));
    texts(m);
    m.method("int GetMaxByteCount(int charCount)", |_, this, args| {
        let count = i64::from(super::args::i(args, 0));
        get(this, |e| {
            let most = match e {
                Encoding::Ascii | Encoding::Latin1 => count.saturating_add(1),
                Encoding::Utf7 => count.saturating_mul(3).saturating_add(2),
                Encoding::Utf8 { .. } => count.saturating_add(1).saturating_mul(3),
                Encoding::Utf16 { .. } => count.saturating_add(1).saturating_mul(2),
                Encoding::Utf32 { .. } => count.saturating_add(1).saturating_mul(4),
                Encoding::Page(page) => {
                    count.saturating_add(1).saturating_mul(if page.is_single_byte() { 1 } else { 2 })
                }
            };
            Value::I32(i32::try_from(most).unwrap_or(i32::MAX))
        })
    });
    m.method("int GetMaxCharCount(int byteCount)", |_, this, args| {
        let count = i64::from(super::args::i(args, 0));
        get(this, |e| {
            let most = match e {
                Encoding::Utf8 { .. } => count.saturating_add(1),
                Encoding::Utf16 { .. } => (count >> 1).saturating_add(count & 1).saturating_add(1),
                Encoding::Utf32 { .. } => (count / 2).saturating_add(2),
                _ => count,
            };
            Value::I32(i32::try_from(most).unwrap_or(i32::MAX))
        })
    });
    m.method("System.Object Clone()", |_, this, _| {
        Ok(copy(this, this.downcast::<EncodingObject>().and_then(|object| object.fallbacks.clone())))
    });
    m.method("bool IsAlwaysNormalized()", |_, this, _| get(this, |e| (e == Encoding::Latin1).into()));
    m.method("bool IsAlwaysNormalized(System.Text.NormalizationForm form)", |_, this, args| {
        const FORM_C: i64 = 1;
        let form = super::args::label(args, 0);
        get(this, |e| (e == Encoding::Latin1 && form == FORM_C).into())
    });
    for declaration in [
        "byte[] Convert(System.Text.Encoding srcEncoding, System.Text.Encoding dstEncoding, byte[] bytes)",
        "byte[] Convert(System.Text.Encoding srcEncoding, System.Text.Encoding dstEncoding, byte[] bytes, int index, int count)",
    ] {
        m.function(declaration, |_, _, args| match (args.first().and_then(of), args.get(1).and_then(of)) {
            (Some(from), Some(to)) => Ok(bytes(to.encode(&from.decode(&part(args.get(2..).unwrap_or(&[]))?)))),
            (None, _) => Err(super::args::null("srcEncoding")),
            _ => Err(super::args::null("dstEncoding")),
        });
    }
    m.function("System.Text.EncodingInfo[] GetEncodings()", |_, _, _| {
        let all = [
            Encoding::Utf16 { big: false, mark: true },
            Encoding::Utf16 { big: true, mark: true },
            Encoding::Utf32 { big: false, mark: true },
            Encoding::Utf32 { big: true, mark: true },
            Encoding::Ascii,
            Encoding::Latin1,
            Encoding::Utf8 { mark: true },
        ];
        let info = |e: Encoding| {
            let properties = [
                ("CodePage", Value::I32(page(e))),
                ("Name", web_name(e).into()),
                ("DisplayName", shown_name(e).into()),
            ];
            Opaque::new("System.Text.EncodingInfo", properties).into_value()
        };
        Ok(Value::typed_array(known("System.Text.EncodingInfo"), all.map(info).to_vec()))
    });
    m.method("byte[] GetPreamble()", |_, this, _| get(this, |e| bytes(e.preamble())));
}

/// Text to bytes and back, whole or in part.
fn texts(m: &mut Members) {
    for declaration in [
        "byte[] GetBytes(string s)",
        "byte[] GetBytes(char[] chars)",
        "byte[] GetBytes(string s, int index, int count)",
        "byte[] GetBytes(char[] chars, int index, int count)",
    ] {
        m.method(declaration, |_, this, args| encoded(this, &part_of_chars(args)?).map(bytes));
    }
    for declaration in [
        "int GetByteCount(string s)",
        "int GetByteCount(char[] chars)",
        "int GetByteCount(string s, int index, int count)",
        "int GetByteCount(char[] chars, int index, int count)",
    ] {
        m.method(declaration, |_, this, args| Ok(Value::int(encoded(this, &part_of_chars(args)?)?.len())));
    }
    for declaration in ["string GetString(byte[] bytes)", "string GetString(byte[] bytes, int index, int count)"] {
        m.method(declaration, |_, this, args| decoded(this, &part(args)?).map(Value::Str));
    }
    for declaration in ["char[] GetChars(byte[] bytes)", "char[] GetChars(byte[] bytes, int index, int count)"] {
        m.method(declaration, |_, this, args| Ok(Value::chars(decoded(this, &part(args)?)?.units())));
    }
    for declaration in ["int GetCharCount(byte[] bytes)", "int GetCharCount(byte[] bytes, int index, int count)"] {
        m.method(declaration, |_, this, args| Ok(Value::int(Str::len(&decoded(this, &part(args)?)?))));
    }
    for declaration in [
        "int GetBytes(string s, int charIndex, int charCount, byte[] bytes, int byteIndex)",
        "int GetBytes(char[] chars, int charIndex, int charCount, byte[] bytes, int byteIndex)",
    ] {
        m.method(declaration, |_, this, args| {
            let list = encoded(this, &part_of_chars(args)?)?;
            let length = list.len();
            let target = room(args, length, ("bytes", "byteIndex", "byte"))?;
            target.0.put_bytes(target.1, list);
            Ok(Value::int(length))
        });
    }
    m.method(
        "int GetChars(byte[] bytes, int byteIndex, int byteCount, char[] chars, int charIndex)",
        |_, this, args| {
            let shown = decoded(this, &part(args)?)?;
            let units = shown.units();
            let target = room(args, units.len(), ("chars", "charIndex", "char"))?;
            target.0.put_all(target.1, units.iter().map(|unit| Value::Char(*unit)).collect());
            Ok(Value::int(units.len()))
        },
    );
}

/// The array that takes a result, and where in it, if the result has room there.
fn room<'a>(args: &'a [Value], length: usize, (array, index, item): (&str, &str, &str)) -> R<(&'a Array, usize)> {
    let Some(target) = args.get(3).and_then(Value::as_array) else { return Err(super::args::null(array)) };
    let place = usize::try_from(super::args::n(args, 4)).ok().filter(|place| *place <= target.len());
    let Some(place) = place else {
        let message =
            "Index was out of range. Must be non-negative and less than or equal to the size of the collection.";
        return Err(super::args::out_of_range(message, index));
    };
    if target.len().saturating_sub(place) < length {
        let message = match item {
            "byte" => "The output byte buffer is too small to contain the encoded data",
            _ => "The output char buffer is too small to contain the decoded characters",
        };
        return Err(error::argument("System.ArgumentException", message, array));
    }
    Ok((target, place))
}

/// What becomes of what does not fit.
fn fallback_members(m: &mut Members) {
    m.get("System.Text.EncoderFallback EncoderFallback", |_, this| {
        let own = fallbacks(this).map(|own| own.encoder.clone());
        get(this, |e| encoding_fallback::encoder(&own.clone().unwrap_or_else(|| Fallback::of_encoder(e)), e))
    });
    m.get("System.Text.DecoderFallback DecoderFallback", |_, this| {
        let own = fallbacks(this).map(|own| own.decoder.clone());
        Ok(encoding_fallback::decoder(&own.unwrap_or_else(Fallback::of_decoder)))
    });
    for declaration in [
        "System.Text.Encoding GetEncoding(string name, System.Text.EncoderFallback encoderFallback, System.Text.DecoderFallback decoderFallback)",
        "System.Text.Encoding GetEncoding(int codepage, System.Text.EncoderFallback encoderFallback, System.Text.DecoderFallback decoderFallback)",
    ] {
        m.function(declaration, |rs, of, args| {
            let of = if of.is_null() { Value::Type(known("System.Text.Encoding")) } else { of.clone() };
            let plain = rs.call_static(&of, "GetEncoding", args.get(..1).unwrap_or(&[]))?;
            Ok(copy(&plain, Some(Arc::new(Fallbacks::from(args.get(1), args.get(2))))))
        });
    }
}

fn flag(args: &[Value], at: usize) -> bool {
    args.get(at).is_some_and(crate::convert::to_bool)
}

pub(super) const TYPES: &[TypeDef] = &[
    TypeDef::class("System.Text.Encoding").members(members),
    TypeDef::class("System.Text.UTF7Encoding").base("System.Text.Encoding").members(|m| {
        m.constructor("System.Text.UTF7Encoding()", |_, _, _| Ok(value(Encoding::Utf7)));
    }),
    TypeDef::class("System.Text.UTF8Encoding").base("System.Text.Encoding").members(|m| {
        for declaration in [
            "System.Text.UTF8Encoding()",
            "System.Text.UTF8Encoding(bool encoderShouldEmitUTF8Identifier)",
            "System.Text.UTF8Encoding(bool encoderShouldEmitUTF8Identifier, bool throwOnInvalidBytes)",
        ] {
            m.constructor(declaration, |_, _, args| {
                let made = value(Encoding::Utf8 { mark: flag(args, 0) });
                Ok(if flag(args, 1) { copy(&made, Some(Arc::new(Fallbacks::THROW))) } else { made })
            });
        }
    }),
    TypeDef::class("System.Text.UTF8Encoding+UTF8EncodingSealed").base("System.Text.UTF8Encoding"),
    TypeDef::class("System.Text.ASCIIEncoding").base("System.Text.Encoding").members(|m| {
        m.constructor("System.Text.ASCIIEncoding()", |_, _, _| {
            Ok(EncodingObject::of("System.Text.ASCIIEncoding", Encoding::Ascii))
        });
    }),
    TypeDef::class("System.Text.ASCIIEncoding+ASCIIEncodingSealed").base("System.Text.ASCIIEncoding"),
    TypeDef::class("System.Text.UnicodeEncoding").base("System.Text.Encoding").members(|m| {
        m.constructor("System.Text.UnicodeEncoding()", |_, _, _| Ok(value(Encoding::Utf16 { big: false, mark: true })));
        for declaration in [
            "System.Text.UnicodeEncoding(bool bigEndian, bool byteOrderMark)",
            "System.Text.UnicodeEncoding(bool bigEndian, bool byteOrderMark, bool throwOnInvalidBytes)",
        ] {
            m.constructor(declaration, |_, _, args| {
                let made = value(Encoding::Utf16 { big: flag(args, 0), mark: flag(args, 1) });
                Ok(if flag(args, 2) { copy(&made, Some(Arc::new(Fallbacks::THROW))) } else { made })
            });
        }
    }),
    TypeDef::class("System.Text.UTF32Encoding").base("System.Text.Encoding").members(|m| {
        m.constructor("System.Text.UTF32Encoding()", |_, _, _| Ok(value(Encoding::Utf32 { big: false, mark: true })));
        for declaration in [
            "System.Text.UTF32Encoding(bool bigEndian, bool byteOrderMark)",
            "System.Text.UTF32Encoding(bool bigEndian, bool byteOrderMark, bool throwOnInvalidCharacters)",
        ] {
            m.constructor(declaration, |_, _, args| {
                let made = value(Encoding::Utf32 { big: flag(args, 0), mark: flag(args, 1) });
                Ok(if flag(args, 2) { copy(&made, Some(Arc::new(Fallbacks::THROW))) } else { made })
            });
        }
    }),
    TypeDef::class("System.Text.Latin1Encoding").base("System.Text.Encoding"),
    TypeDef::class("System.Text.Latin1Encoding+Latin1EncodingSealed").base("System.Text.Latin1Encoding"),
    TypeDef::class("System.Text.EncodingInfo").members(|m| {
        m.method("System.Text.Encoding GetEncoding()", |rs, this, _| {
            let name = rs.get_member(this, "Name")?;
            rs.call_static(&Value::Type(known("System.Text.Encoding")), "GetEncoding", &[name])
        });
    }),
    TypeDef::class("System.Text.SBCSCodePageEncoding").base("System.Text.Encoding"),
];
