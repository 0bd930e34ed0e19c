//! What becomes of characters that an encoding lacks, and of bytes that are no characters.

use psrpd_dotnet::Str;

use super::{Members, TypeDef};
use crate::{
    eval::{Flow, R, error},
    providers::encoding::Encoding,
    value::{Opaque, Value, text},
};

/// What takes the place of what does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fallback {
    Text(Str),
    /// Nothing does: it is an error.
    Throw,
}

impl Fallback {
    /// What encodings write unless told otherwise.
    pub(super) fn of_encoder(encoding: Encoding) -> Self {
        let is_unicode = matches!(encoding, Encoding::Utf8 { .. } | Encoding::Utf16 { .. } | Encoding::Utf32 { .. });
        Self::Text(if is_unicode { "\u{FFFD}".into() } else { "?".into() })
    }

    /// What encodings read unless told otherwise.
    pub(super) fn of_decoder() -> Self {
        Self::Text("\u{FFFD}".into())
    }

    fn from(value: Option<&Value>) -> Self {
        let replacement = value.and_then(|value| value.downcast::<Opaque>()?.get("DefaultString"));
        replacement.map_or(Self::Throw, |shown| Self::Text(text(&shown)))
    }
}

/// Those of an encoding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fallbacks {
    pub(super) encoder: Fallback,
    pub(super) decoder: Fallback,
}

impl Fallbacks {
    /// What does not fit is an error.
    pub(super) const THROW: Self = Self { encoder: Fallback::Throw, decoder: Fallback::Throw };

    pub(super) fn from(encoder: Option<&Value>, decoder: Option<&Value>) -> Self {
        Self { encoder: Fallback::from(encoder), decoder: Fallback::from(decoder) }
    }
}

/// Whether an encoding has a character.
fn has(encoding: Encoding, c: char) -> bool {
    match encoding {
        Encoding::Ascii => c.is_ascii(),
        Encoding::Latin1 => u32::from(c) < 0x100,
        Encoding::Page(page) => !page.encode(c.encode_utf8(&mut [0; 4])).2,
        _ => true,
    }
}

/// Text as bytes.
///
/// # Errors
/// Characters that the encoding lacks, where nothing takes their place.
pub(super) fn encode(encoding: Encoding, shown: &Str, fallback: &Fallback) -> R<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut place = 0_usize;
    for c in char::decode_utf16(shown.units().iter().copied()) {
        let length = c.as_ref().map_or(1, |c| c.len_utf16());
        let one = match c {
            Ok(c) if has(encoding, c) => Str::from(c.to_string()),
            unknown => match fallback {
                Fallback::Text(instead) => instead.clone(),
                Fallback::Throw => return Err(unknown_character(unknown, place)),
            },
        };
        bytes.extend(encoding.encode(&one));
        place = place.saturating_add(length);
    }
    Ok(bytes)
}

fn unknown_character(found: Result<char, std::char::DecodeUtf16Error>, place: usize) -> Flow {
    let mut units = [0; 2];
    let shown = match found {
        Ok(c) => c.encode_utf16(&mut units).iter().map(|unit| format!("\\\\u{unit:04X}")).collect::<String>(),
        Err(lone) => format!("\\\\u{:04X}", lone.unpaired_surrogate()),
    };
    let message = format!("Unable to translate Unicode character {shown} at index {place} to specified code page.");
    error::thrown("System.Text.EncoderFallbackException", message)
}

/// The next bytes that are no characters: how many come before and how many there are.
fn next_bad(encoding: Encoding, bytes: &[u8]) -> Option<(usize, usize)> {
    match encoding {
        Encoding::Ascii => bytes.iter().position(|byte| !byte.is_ascii()).map(|at| (at, 1)),
        Encoding::Utf8 { .. } => {
            let failure = std::str::from_utf8(bytes).err()?;
            let before = failure.valid_up_to();
            Some((before, failure.error_len().unwrap_or_else(|| bytes.len().saturating_sub(before))))
        }
        _ => None,
    }
}

/// Bytes as text.
///
/// # Errors
/// Bytes that are no characters, where nothing takes their place.
pub(super) fn decode(encoding: Encoding, bytes: &[u8], fallback: &Fallback) -> R<Str> {
    let mut shown = String::new();
    let mut from = 0_usize;
    while let Some((before, length)) = next_bad(encoding, bytes.get(from..).unwrap_or(&[])) {
        let at = from.saturating_add(before);
        let next = at.saturating_add(length);
        shown.push_str(&encoding.decode(bytes.get(from..at).unwrap_or(&[])));
        match fallback {
            Fallback::Text(instead) => shown.push_str(instead),
            Fallback::Throw => {
                let bad: String =
                    bytes.get(at..next).unwrap_or(&[]).iter().map(|byte| format!("[{byte:02X}]")).collect();
                let message =
                    format!("Unable to translate bytes {bad} at index {at} from specified code page to Unicode.");
                return Err(error::thrown("System.Text.DecoderFallbackException", message));
            }
        }
        from = next;
    }
    if from == 0 {
        return Ok(encoding.decode(bytes));
    }
    shown.push_str(&encoding.decode(bytes.get(from..).unwrap_or(&[])));
    Ok(shown.into())
}

/// The names of the types of one direction.
type Names = [&'static str; 2];
const ENCODER: Names = ["System.Text.EncoderReplacementFallback", "System.Text.EncoderExceptionFallback"];
const DECODER: Names = ["System.Text.DecoderReplacementFallback", "System.Text.DecoderExceptionFallback"];

fn object([replacing, throwing]: Names, fallback: &Fallback) -> Value {
    let (of, properties) = match fallback {
        Fallback::Text(shown) => {
            let length = Value::int(Str::len(shown));
            (replacing, vec![("DefaultString", Value::Str(shown.clone())), ("MaxCharCount", length)])
        }
        Fallback::Throw => (throwing, vec![("MaxCharCount", Value::I32(0))]),
    };
    Opaque::new(of, properties).displayed(of).into_value()
}

/// As an object of .NET.
pub(super) fn encoder(fallback: &Fallback, encoding: Encoding) -> Value {
    let is_own = *fallback == Fallback::of_encoder(encoding);
    match encoding {
        Encoding::Latin1 if is_own => {
            Opaque::new(BEST_FIT, [("MaxCharCount", Value::I32(1))]).displayed(BEST_FIT).into_value()
        }
        _ => object(ENCODER, fallback),
    }
}

const BEST_FIT: &str = "System.Text.EncoderLatin1BestFitFallback";

/// As an object of .NET.
pub(super) fn decoder(fallback: &Fallback) -> Value {
    object(DECODER, fallback)
}

macro_rules! members {
    ($names:ident $base:literal $instead:literal $statics:ident $replacing:ident $throwing:ident) => {
        fn $statics(m: &mut Members) {
            m.constant(concat!($base, "Fallback ReplacementFallback"), |_, _| {
                Ok(object($names, &Fallback::Text($instead.into())))
            });
            m.constant(concat!($base, "Fallback ExceptionFallback"), |_, _| Ok(object($names, &Fallback::Throw)));
        }
        fn $replacing(m: &mut Members) {
            m.constructor(concat!($base, "ReplacementFallback()"), |_, _, _| {
                Ok(object($names, &Fallback::Text($instead.into())))
            });
            m.constructor(concat!($base, "ReplacementFallback(string replacement)"), |_, _, args| {
                Ok(object($names, &Fallback::Text(super::args::s(args, 0))))
            });
        }
        fn $throwing(m: &mut Members) {
            m.constructor(concat!($base, "ExceptionFallback()"), |_, _, _| Ok(object($names, &Fallback::Throw)));
        }
    };
}

members!(ENCODER "System.Text.Encoder" "?" encoder_statics encoder_text encoder_error);
members!(DECODER "System.Text.Decoder" "\u{FFFD}" decoder_statics decoder_text decoder_error);

const ENCODERS: &str = "System.Text.EncoderFallback";
const DECODERS: &str = "System.Text.DecoderFallback";

pub(super) const TYPES: &[TypeDef] = &[
    TypeDef::class(ENCODERS).members(encoder_statics),
    TypeDef::class("System.Text.EncoderReplacementFallback").base(ENCODERS).members(encoder_text),
    TypeDef::class("System.Text.EncoderExceptionFallback").base(ENCODERS).members(encoder_error),
    TypeDef::class(BEST_FIT).base(ENCODERS),
    TypeDef::class(DECODERS).members(decoder_statics),
    TypeDef::class("System.Text.DecoderReplacementFallback").base(DECODERS).members(decoder_text),
    TypeDef::class("System.Text.DecoderExceptionFallback").base(DECODERS).members(decoder_error),
];
