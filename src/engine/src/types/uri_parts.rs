//! Parts of a `Uri`, and `UriBuilder`.

use std::any::Any;

use parking_lot::Mutex;
use psrpd_dotnet::Str;

use super::{
    Members, Type, TypeDef,
    args::{i, label, not_valid, s, tried, u, unit, value},
    enum_value, known,
    net::{Parts, escaped, joined, parts, unescaped, uri},
};
use crate::{
    eval::{R, error},
    value::{Object, Uri, Value, text},
};

const SCHEME: i64 = 1;
const USER_INFO: i64 = 2;
const HOST: i64 = 4;
const PORT: i64 = 8;
const PATH: i64 = 16;
const QUERY: i64 = 32;
const FRAGMENT: i64 = 64;
const STRONG_PORT: i64 = 128;
const NORMALIZED_HOST: i64 = 256;
const KEEP_DELIMITER: i64 = 0x4000_0000;

/// The parts of an address that are asked for, with what stands between them.
fn components(uri: &Parts, wanted: i64, unescape: bool) -> String {
    let has = |bit: i64| wanted & bit != 0;
    let keep = has(KEEP_DELIMITER);
    let alone = |bits: i64| wanted & !KEEP_DELIMITER & !bits == 0 && !keep;
    let mut out = String::new();
    if has(SCHEME) {
        out.push_str(&uri.scheme);
        if !alone(SCHEME) {
            out.push_str(if uri.has_authority { "://" } else { ":" });
        }
    }
    if has(USER_INFO) && !uri.user.is_empty() {
        out.push_str(&uri.user);
        if !alone(USER_INFO) {
            out.push('@');
        }
    }
    if has(HOST) || has(NORMALIZED_HOST) {
        out.push_str(&uri.host);
    }
    let is_default = uri.port == super::net::default_port(&uri.scheme);
    if uri.port >= 0 && (has(STRONG_PORT) || has(PORT) && !is_default) {
        out.push_str(&if alone(PORT | STRONG_PORT) { uri.port.to_string() } else { format!(":{}", uri.port) });
    }
    let mut part = |shown: &str, bit: i64| {
        if has(bit) {
            let shown = if alone(bit) { shown.get(1..).unwrap_or("") } else { shown };
            out.push_str(&if unescape { unescaped(shown, "") } else { shown.to_owned() });
        }
    };
    part(&uri.path, PATH);
    part(&uri.query, QUERY);
    part(&uri.fragment, FRAGMENT);
    out
}

fn left_part(uri: &Parts, part: i64) -> String {
    let user = if uri.user.is_empty() { String::new() } else { format!("{}@", uri.user) };
    let delimiter = if uri.has_authority { "://" } else { ":" };
    let scheme = format!("{}{delimiter}", uri.scheme);
    let authority = if uri.has_authority { format!("{scheme}{user}{}", uri.authority()) } else { String::new() };
    match part {
        0 => scheme,
        1 => authority,
        2 => format!("{authority}{}", uri.path),
        _ => format!("{authority}{}{}", uri.path, uri.query),
    }
}

/// The way from one path to another one.
fn relative(from: &str, to: &str) -> String {
    let common = from.bytes().zip(to.bytes()).take_while(|(a, b)| a == b).count();
    let shared = from.get(..common).and_then(|head| head.rfind('/')).map_or(0, |at| at.saturating_add(1));
    let (rest, target) = (from.get(shared..).unwrap_or(""), to.get(shared..).unwrap_or(""));
    if from == to {
        return String::new();
    }
    let steps = "../".repeat(rest.matches('/').count());
    let whole = format!("{steps}{target}");
    let has_colon = whole.split('/').next().is_some_and(|first| first.contains(':'));
    if whole.is_empty() || has_colon { format!("./{whole}") } else { whole }
}

fn host_kind(name: &str) -> &'static str {
    let inner = name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(name);
    if inner.parse::<std::net::Ipv6Addr>().is_ok() {
        return "IPv6";
    }
    if name.parse::<std::net::Ipv4Addr>().is_ok() {
        return "IPv4";
    }
    let is_label = |label: &str| {
        !label.is_empty()
            && label.len() < 64
            && !label.starts_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'))
    };
    if name.strip_suffix('.').unwrap_or(name).split('.').all(is_label) { "Dns" } else { "Unknown" }
}

/// The character of an escape at a place of a text.
fn escape_at(source: &str, at: usize) -> Option<char> {
    let digits = source.get(at..).and_then(|rest| rest.strip_prefix('%')).and_then(|rest| rest.get(..2))?;
    u8::from_str_radix(digits, 16).ok().map(char::from)
}

fn statics(m: &mut Members) {
    macro_rules! constants {
        ($($declaration:literal $value:literal;)*) => {
            $(m.constant($declaration, |_, _| Ok($value.into()));)*
        };
    }
    constants! {
        "string SchemeDelimiter" "://";
        "string UriSchemeData" "data";
        "string UriSchemeFile" "file";
        "string UriSchemeFtp" "ftp";
        "string UriSchemeFtps" "ftps";
        "string UriSchemeGopher" "gopher";
        "string UriSchemeHttp" "http";
        "string UriSchemeHttps" "https";
        "string UriSchemeMailto" "mailto";
        "string UriSchemeNetPipe" "net.pipe";
        "string UriSchemeNetTcp" "net.tcp";
        "string UriSchemeNews" "news";
        "string UriSchemeNntp" "nntp";
        "string UriSchemeSftp" "sftp";
        "string UriSchemeSsh" "ssh";
        "string UriSchemeTelnet" "telnet";
        "string UriSchemeWs" "ws";
        "string UriSchemeWss" "wss";
    }
    m.function("System.UriHostNameType CheckHostName(string name)", |_, _, args| {
        Ok(enum_value("System.UriHostNameType", host_kind(&s(args, 0))))
    });
    m.function("string HexEscape(char character)", |_, _, args| match u8::try_from(unit(args, 0)) {
        Ok(byte) => Ok(format!("%{byte:02X}").into()),
        Err(_) => Err(not_valid("character")),
    });
    m.function("char HexUnescape(string pattern, [ref] int index)", |_, _, args| {
        let at = args
            .get(1)
            .and_then(|arg| arg.downcast::<crate::value::Reference>())
            .map_or(Value::Null, |place| place.get());
        let index = u(&[at], 0);
        let source = s(args, 0);
        let found = escape_at(&source, index);
        super::args::set_out(args, 1, Value::int(index.saturating_add(if found.is_some() { 3 } else { 1 })));
        let c = found.map_or_else(|| source.unit(index), |c| u16::try_from(u32::from(c)).ok());
        Ok(c.map_or(Value::Null, Value::Char))
    });
    m.function("bool IsHexDigit(char character)", |_, _, args| {
        Ok(u8::try_from(unit(args, 0)).is_ok_and(|byte| byte.is_ascii_hexdigit()).into())
    });
    m.function("bool IsHexEncoding(string pattern, int index)", |_, _, args| {
        Ok(escape_at(&s(args, 0), u(args, 1)).is_some().into())
    });
    m.function("int FromHex(char digit)", |_, _, args| {
        let digit = char::from_u32(unit(args, 0).into()).and_then(|c| c.to_digit(16));
        digit.and_then(|digit| i32::try_from(digit).ok()).map(Value::I32).ok_or_else(|| {
            error::argument("System.ArgumentException", "digit is not a valid hexadecimal digit.", "digit")
        })
    });
    for declaration in [
        "bool TryCreate(uri baseUri, string relativeUri, [ref] uri result)",
        "bool TryCreate(uri baseUri, uri relativeUri, [ref] uri result)",
    ] {
        m.function(declaration, |_, _, args| tried(args, joined(&value(args, 0), &s(args, 1)).ok(), Value::Null));
    }
    m.function(
        "int Compare(uri uri1, uri uri2, System.UriComponents partsToCompare, System.UriFormat compareFormat, System.StringComparison comparisonType)",
        |_, _, args| {
            let part = |at: usize| -> R<Str> {
                Ok(components(&uri(&value(args, at))?, label(args, 2), label(args, 3) != 1).into())
            };
            let how = super::string_search::how(&[Value::Null, value(args, 4)], super::string_search::CULTURE);
            Ok(super::string_search::compare(&part(0)?, &part(1)?, how))
        },
    );
}

pub(super) fn members(m: &mut Members) {
    statics(m);
    m.method("string GetLeftPart(System.UriPartial part)", |_, this, args| {
        Ok(left_part(&uri(this)?, label(args, 0)).into())
    });
    m.method("string GetComponents(System.UriComponents components, System.UriFormat format)", |_, this, args| {
        Ok(components(&uri(this)?, label(args, 0), label(args, 1) != 1).into())
    });
    m.method("bool IsWellFormedOriginalString()", |_, this, _| {
        let source = this.downcast::<Uri>().map(|uri| uri.0.clone()).unwrap_or_default();
        Ok((escaped(&source) == source.as_str()).into())
    });
    m.method("uri MakeRelativeUri(uri uri)", |_, this, args| {
        let (from, to) = (uri(this)?, uri(&value(args, 0))?);
        if from.scheme != to.scheme || from.authority() != to.authority() || from.user != to.user {
            return Ok(value(args, 0));
        }
        let whole = format!("{}{}{}", relative(&from.path, &to.path), to.query, to.fragment);
        Ok(Value::object(Uri(whole.into())))
    });
    m.method("string ToString()", |_, this, _| Ok(Value::Str(text(this))));
}

/// What a builder has been told so far.
#[derive(Clone)]
struct Built {
    scheme: String,
    user: String,
    password: String,
    host: String,
    port: i32,
    path: String,
    query: String,
    fragment: String,
}

struct Builder(Mutex<Built>);

impl Object for Builder {
    fn type_of(&self) -> Type {
        known("System.UriBuilder")
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn text(&self) -> Option<Str> {
        Some(self.0.lock().shown().into())
    }

    fn equals(&self, other: &Value) -> bool {
        other.downcast::<Self>().is_some_and(|other| self.text() == other.text())
    }
}

impl Built {
    fn new(scheme: &str, host: &str, port: i32, path: &str) -> Self {
        let mut built = Self {
            scheme: scheme.trim_end_matches("://").trim_end_matches(':').to_ascii_lowercase(),
            user: String::new(),
            password: String::new(),
            host: host.to_owned(),
            port,
            path: String::new(),
            query: String::new(),
            fragment: String::new(),
        };
        built.set_path(path);
        built
    }

    fn of(parts: &Parts) -> Self {
        let (user, password) = parts.user.split_once(':').unwrap_or((&parts.user, ""));
        Self {
            scheme: parts.scheme.clone(),
            user: user.to_owned(),
            password: password.to_owned(),
            host: parts.host.clone(),
            port: parts.port,
            path: parts.path.clone(),
            query: parts.query.clone(),
            fragment: parts.fragment.clone(),
        }
    }

    fn set_path(&mut self, path: &str) {
        let path = escaped(&path.replace('\\', "/")).replace('?', "%3F").replace('#', "%23");
        self.path = if path.is_empty() || !path.starts_with('/') { format!("/{path}") } else { path };
    }

    fn shown(&self) -> String {
        let password = if self.password.is_empty() { String::new() } else { format!(":{}", self.password) };
        let user = if self.user.is_empty() { String::new() } else { format!("{}{password}@", self.user) };
        let port = if self.port >= 0 && !self.host.is_empty() { format!(":{}", self.port) } else { String::new() };
        let delimiter = if self.scheme == "mailto" || self.scheme == "news" { ":" } else { "://" };
        format!("{}{delimiter}{user}{}{port}{}{}{}", self.scheme, self.host, self.path, self.query, self.fragment)
    }
}

fn built(this: &Value) -> R<Built> {
    this.downcast::<Builder>().map(|builder| builder.0.lock().clone()).ok_or_else(super::args::no_object)
}

fn change(this: &Value, change: impl FnOnce(&mut Built)) -> R<()> {
    match this.downcast::<Builder>() {
        Some(builder) => {
            change(&mut builder.0.lock());
            Ok(())
        }
        None => Err(super::args::no_object()),
    }
}

/// A part that begins with a mark, unless it is empty.
fn marked(mark: char, part: &str) -> String {
    if part.is_empty() || part.starts_with(mark) { part.to_owned() } else { format!("{mark}{part}") }
}

fn made(built: Built) -> Value {
    Value::object(Builder(Mutex::new(built)))
}

fn from_text(source: &str) -> R<Value> {
    let whole = if parts(source).is_some() { source.to_owned() } else { format!("http://{source}") };
    match parts(&whole) {
        Some(parts) => Ok(made(Built::of(&parts))),
        None => Err(error::thrown("System.UriFormatException", "Invalid URI: The hostname could not be parsed.")),
    }
}

fn builder(m: &mut Members) {
    m.constructor("System.UriBuilder()", |_, _, _| Ok(made(Built::new("http", "localhost", -1, "/"))));
    m.constructor("System.UriBuilder(string uri)", |_, _, args| from_text(&s(args, 0)));
    m.constructor("System.UriBuilder(uri uri)", |_, _, args| from_text(&s(args, 0)));
    for declaration in [
        "System.UriBuilder(string schemeName, string hostName)",
        "System.UriBuilder(string scheme, string host, int portNumber)",
        "System.UriBuilder(string scheme, string host, int port, string pathValue)",
        "System.UriBuilder(string scheme, string host, int port, string path, string extraValue)",
    ] {
        m.constructor(declaration, |_, _, args| {
            let port = if args.len() > 2 { i(args, 2) } else { -1 };
            let mut built = Built::new(&s(args, 0), &s(args, 1), port, &s(args, 3));
            let extra = s(args, 4);
            let (query, fragment) = extra.find('#').map_or((extra.as_str(), ""), |at| extra.split_at(at));
            (built.query, built.fragment) = (query.to_owned(), fragment.to_owned());
            Ok(made(built))
        });
    }
    macro_rules! texts {
        ($($declaration:literal $field:ident, $set:expr;)*) => {
            $(m.get_set(
                $declaration,
                |_, this| Ok(built(this)?.$field.into()),
                |_, this, value| {
                    let set: fn(&mut Built, &str) = $set;
                    change(this, |built| set(built, &text(&value)))
                },
            );)*
        };
    }
    texts! {
        "string Fragment" fragment, |built, value| built.fragment = marked('#', value);
        "string Host" host, |built, value| built.host = if value.contains(':') && !value.starts_with('[') { format!("[{value}]") } else { value.to_owned() };
        "string Password" password, |built, value| built.password = value.to_owned();
        "string Path" path, |built, value| built.set_path(value);
        "string Query" query, |built, value| built.query = marked('?', value);
        "string Scheme" scheme, |built, value| built.scheme = value.split(':').next().unwrap_or("").to_ascii_lowercase();
        "string UserName" user, |built, value| built.user = value.to_owned();
    }
    m.get_set(
        "int Port",
        |_, this| Ok(Value::I32(built(this)?.port)),
        |_, this, value| {
            let port = i(&[value], 0);
            if !(-1..=0xffff).contains(&port) {
                return Err(not_valid("value"));
            }
            change(this, |built| built.port = port)
        },
    );
    m.get("uri Uri", |_, this| {
        let shown = built(this)?.shown();
        match parts(&shown) {
            Some(_) => Ok(Value::object(Uri(shown.into()))),
            None => Err(error::thrown("System.UriFormatException", "Invalid URI: The hostname could not be parsed.")),
        }
    });
    m.method("string ToString()", |_, this, _| Ok(Value::Str(text(this))));
}

pub(super) const TYPES: &[TypeDef] = &[
    TypeDef::class("System.UriBuilder").members(builder),
    TypeDef::labels("System.UriPartial", &[("Scheme", 0), ("Authority", 1), ("Path", 2), ("Query", 3)]),
    TypeDef::flag_labels(
        "System.UriComponents",
        &[
            ("Scheme", SCHEME),
            ("UserInfo", USER_INFO),
            ("Host", HOST),
            ("Port", PORT),
            ("SchemeAndServer", 13),
            ("Path", PATH),
            ("Query", QUERY),
            ("PathAndQuery", 48),
            ("HttpRequestUrl", 61),
            ("Fragment", FRAGMENT),
            ("AbsoluteUri", 127),
            ("StrongPort", STRONG_PORT),
            ("HostAndPort", 132),
            ("StrongAuthority", 134),
            ("NormalizedHost", NORMALIZED_HOST),
            ("KeepDelimiter", KEEP_DELIMITER),
            ("SerializationInfoString", -2_147_483_648),
        ],
    ),
    TypeDef::labels("System.UriFormat", &[("UriEscaped", 1), ("Unescaped", 2), ("SafeUnescaped", 3)]),
];
