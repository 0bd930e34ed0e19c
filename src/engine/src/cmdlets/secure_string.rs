//! `ConvertTo-SecureString`, `ConvertFrom-SecureString`

use aes::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit, block_padding::Pkcs7};
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};

use super::{Cmdlet, Cx, Run, SECURITY};
use crate::{
    eval::{Flow, R},
    value::{Category, Secret, Value, enumerate},
};

pub(super) static TO: Cmdlet = Cmdlet::new(
    "ConvertTo-SecureString",
    "ConvertToSecureStringCommand",
    "String string 0 ! ^
     AsPlainText @PlainText(1)
     Force @PlainText(2)
     SecureKey securestring @Secure(1)
     Key byte[] @Open",
    || Box::new(To),
)
.examples(
    r#"(ConvertTo-SecureString secret -AsPlainText).Length # a text that is kept secret
> 6"#,
)
.in_module(SECURITY)
.default_set("Secure");
pub(super) static FROM: Cmdlet = Cmdlet::new(
    "ConvertFrom-SecureString",
    "ConvertFromSecureStringCommand",
    "SecureString securestring 0 ! ^
     AsPlainText @AsPlainText
     SecureKey securestring @Secure(1)
     Key byte[] @Open",
    || Box::new(From),
)
.examples(
    r#"ConvertTo-SecureString x -AsPlainText | ConvertFrom-SecureString -AsPlainText # the text behind a secret
> x"#,
)
.in_module(SECURITY)
.default_set("Secure");

/// What stands in front of text that was encrypted with a key.
const HEADER: &str = "76492d1116743f0423413b16050a5345";
const PS_ARGUMENT: &str = "System.Management.Automation.PSArgumentException";
/// The length of an initialisation vector.
const BLOCK: usize = 16;

/// Why text is no secret.
enum Bad {
    /// It is not what the cmdlet makes.
    Format(String),
    Invalid,
    Crypto(&'static str),
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn from_utf16(bytes: &[u8]) -> Option<String> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let units: Vec<u16> = pairs.iter().map(|pair| u16::from_le_bytes(*pair)).collect();
    rest.is_empty().then(|| String::from_utf16_lossy(&units))
}

fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Pairs of digits; an odd one at the end is left out.
fn from_hex(text: &str) -> Result<Vec<u8>, Bad> {
    let digits: Vec<char> = text.chars().collect();
    let (pairs, _) = digits.as_chunks::<2>();
    let byte = |pair: &[char; 2]| {
        let pair: String = pair.iter().collect();
        u8::from_str_radix(&pair, 16).map_err(|_| Bad::Format(pair))
    };
    pairs.iter().map(byte).collect()
}

/// The key that the parameters give, if any.
fn key(cx: &Cx<'_>) -> R<Option<Vec<u8>>> {
    let key = match (cx.get("Key"), cx.get("SecureKey")) {
        (Some(key), _) => {
            let bytes = enumerate(&key).unwrap_or_default();
            bytes.iter().map(|byte| if let Value::U8(byte) = byte { *byte } else { 0 }).collect()
        }
        (None, Some(key)) => utf16(&key.downcast::<Secret>().map(Secret::reveal).unwrap_or_default()),
        (None, None) => return Ok(None),
    };
    const LENGTHS: [usize; 3] = [16, 24, 32];
    if !LENGTHS.contains(&key.len()) {
        let message =
            "The specified key is not valid. Valid key length settings are either 128 bits, 192 bits, or 256 bits.";
        return Err(cx.fail(PS_ARGUMENT, "Argument", Category::InvalidArgument, message, Value::Null));
    }
    Ok(Some(key))
}

fn encrypt(key: &[u8], iv: &[u8], text: &[u8]) -> Option<Vec<u8>> {
    macro_rules! with {
        ($cipher:ty) => {
            cbc::Encryptor::<$cipher>::new_from_slices(key, iv)
                .ok()
                .map(|cipher| cipher.encrypt_padded_vec::<Pkcs7>(text))
        };
    }
    with!(aes::Aes128).or_else(|| with!(aes::Aes192)).or_else(|| with!(aes::Aes256))
}

fn decrypt(key: &[u8], iv: &[u8], data: &[u8]) -> Result<Vec<u8>, Bad> {
    if !data.len().is_multiple_of(BLOCK) {
        return Err(Bad::Crypto("The input data is not a complete block."));
    }
    const PADDING: Bad = Bad::Crypto("Padding is invalid and cannot be removed.");
    macro_rules! with {
        ($cipher:ty) => {
            if let Ok(cipher) = cbc::Decryptor::<$cipher>::new_from_slices(key, iv) {
                return cipher.decrypt_padded_vec::<Pkcs7>(data).map_err(|_| PADDING);
            }
        };
    }
    with!(aes::Aes128);
    with!(aes::Aes192);
    with!(aes::Aes256);
    Err(Bad::Crypto("Specified key is not a valid size for this algorithm."))
}

struct From;

impl Run for From {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let secret = cx.value("SecureString");
        let text = secret.downcast::<Secret>().map(Secret::reveal).unwrap_or_default();
        if cx.flag("AsPlainText") {
            return cx.write(text.into());
        }
        if text.is_empty() {
            let message = "Cannot process argument because the value of argument \"SecureString\" is not valid. Change the value of the \"SecureString\" argument and run the operation again.";
            return Err(cx.fail(PS_ARGUMENT, "Argument", Category::InvalidArgument, message, Value::Null));
        }
        let Some(key) = key(cx)? else { return cx.write(to_hex(&utf16(&text)).into()) };
        let iv = cx.rs.platform.random_bytes();
        let data = encrypt(&key, &iv, &utf16(&text)).unwrap_or_default();
        let body = format!("2|{}|{}", BASE64.encode(iv), to_hex(&data));
        cx.write(format!("{HEADER}{}", BASE64.encode(utf16(&body))).into())
    }
}

struct To;

impl To {
    fn secret(text: &str, key: Option<Vec<u8>>) -> Result<String, Bad> {
        let Some(key) = key else {
            let bytes = from_hex(text)?;
            // Without a key the text is mere UTF-16 in digits.
            let whole = text.len().is_multiple_of(4) && !bytes.is_empty();
            return from_utf16(&bytes).filter(|_| whole).ok_or(Bad::Invalid);
        };
        let mut iv = vec![0; BLOCK];
        let mut data = text.to_owned();
        if let Some(body) = text.strip_prefix(HEADER) {
            let parts = BASE64.decode(body).ok().and_then(|bytes| from_utf16(&bytes));
            let parts: Vec<String> = parts.iter().flat_map(|text| text.split('|')).map(str::to_owned).collect();
            match parts.as_slice() {
                [version, vector, rest] if version == "2" => {
                    iv = BASE64.decode(vector).map_err(|_| Bad::Invalid)?;
                    rest.clone_into(&mut data);
                }
                _ => body.clone_into(&mut data),
            }
        }
        let text = decrypt(&key, &iv, &from_hex(&data)?)?;
        from_utf16(&text).ok_or(Bad::Invalid)
    }
}

impl Run for To {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let text = cx.string("String").unwrap_or_default();
        if cx.flag("AsPlainText") {
            return cx.write(Secret::value(text.to_string()));
        }
        let key = key(cx)?;
        let bad = match Self::secret(&text, key) {
            Ok(secret) => return cx.write(Secret::value(secret)),
            Err(bad) => bad,
        };
        match bad {
            Bad::Format(pair) => {
                let message = format!("The input string '{pair}' was not in a correct format.");
                let name = "System.FormatException";
                Err::<(), Flow>(cx.fail(name, name, Category::NotSpecified, message, Value::Null))
            }
            Bad::Invalid => {
                let message = format!("The parameter value \"{text}\" is not a valid encrypted string.");
                let id = "ImportSecureString_InvalidArgument";
                cx.error(PS_ARGUMENT, id, Category::InvalidArgument, message, Value::Null)
            }
            Bad::Crypto(message) => {
                let exception = "System.Security.Cryptography.CryptographicException";
                let id = "ImportSecureString_InvalidArgument_CryptographicError";
                cx.error(exception, id, Category::InvalidArgument, message, Value::Null)
            }
        }
    }
}
