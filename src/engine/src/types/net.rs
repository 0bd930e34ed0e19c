//! `Uri`, `IPAddress`, `IPEndPoint` and `MailAddress`.

use std::{
    any::Any,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use psrpd_dotnet::Str;

use super::{
    Members, Type, TypeDef,
    args::{not_valid, s},
    enum_value, known,
};
use crate::{
    eval::{Flow, R, Runspace, error},
    value::{Array, Exception, Object, Uri, Value},
};

/// `System.Net.IPAddress`
struct Address {
    ip: IpAddr,
    scope: i64,
    /// Whether it is one of those that .NET keeps for all.
    is_shared: bool,
}

impl Object for Address {
    fn type_of(&self) -> Type {
        known(if self.is_shared { SHARED_ADDRESS } else { "System.Net.IPAddress" })
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn text(&self) -> Option<Str> {
        Some(if self.scope == 0 { self.ip.to_string() } else { format!("{}%{}", self.ip, self.scope) }.into())
    }

    fn equals(&self, other: &Value) -> bool {
        other.downcast::<Self>().is_some_and(|other| other.ip == self.ip && other.scope == self.scope)
    }
}

const SHARED_ADDRESS: &str = "System.Net.IPAddress+ReadOnlyIPAddress";

pub(crate) fn address(ip: IpAddr) -> Value {
    Value::object(Address { ip, scope: 0, is_shared: false })
}

fn shared_address(ip: IpAddr) -> R<Value> {
    Ok(Value::object(Address { ip, scope: 0, is_shared: true }))
}

/// An address as .NET reads it: IPv4 also with fewer than four numbers, hexadecimal and octal ones.
fn parse_address(source: &str) -> Option<Value> {
    let inner = source.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(source);
    if inner.contains(':') {
        let (ip, scope) = inner.split_once('%').unwrap_or((inner, "0"));
        let ip: Ipv6Addr = ip.parse().ok()?;
        return Some(Value::object(Address { ip: ip.into(), scope: scope.parse().unwrap_or(0), is_shared: false }));
    }
    let parts: Vec<&str> = source.split('.').collect();
    if parts.len() > 4 {
        return None;
    }
    let number = |part: &str| -> Option<u32> {
        if let Some(hex) = part.strip_prefix("0x").or_else(|| part.strip_prefix("0X")) {
            return u32::from_str_radix(hex, 16).ok();
        }
        if part.len() > 1 && part.starts_with('0') {
            return u32::from_str_radix(part, 8).ok();
        }
        part.parse().ok()
    };
    let numbers: Vec<u32> = parts.iter().map(|part| number(part)).collect::<Option<_>>()?;
    let (last, heads) = numbers.split_last()?;
    let mut whole = 0_u32;
    for head in heads {
        whole = whole.checked_shl(8)? | u32::from(u8::try_from(*head).ok()?);
    }
    let free = 4_u32.saturating_sub(u32::try_from(heads.len()).ok()?).saturating_mul(8);
    if free < 32 && u64::from(*last) >> free != 0 {
        return None;
    }
    let whole = if free < 32 { whole.checked_shl(free)? } else { 0 } | last;
    Some(address(Ipv4Addr::from(whole).into()))
}

fn ip(this: &Value) -> IpAddr {
    this.downcast::<Address>().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |address| address.ip)
}

fn v6(this: &Value, test: fn(&Ipv6Addr) -> bool) -> Value {
    matches!(ip(this), IpAddr::V6(ip) if test(&ip)).into()
}

fn segment(ip: &Ipv6Addr, at: usize) -> u16 {
    ip.segments().get(at).copied().unwrap_or(0)
}

fn unsupported_operation() -> Flow {
    error::thrown(
        "System.Net.Sockets.SocketException",
        "The attempted operation is not supported for the type of object referenced.",
    )
}

fn octets(this: &Value) -> Vec<u8> {
    match ip(this) {
        IpAddr::V4(ip) => ip.octets().to_vec(),
        IpAddr::V6(ip) => ip.octets().to_vec(),
    }
}

fn from_bytes(bytes: &[u8]) -> Option<IpAddr> {
    <[u8; 4]>::try_from(bytes).map(IpAddr::from).or_else(|_| <[u8; 16]>::try_from(bytes).map(IpAddr::from)).ok()
}

fn address_members(m: &mut Members) {
    m.constructor("ipaddress(long newAddress)", |_, _, args| {
        let n = args.first().and_then(Value::as_i128).and_then(|n| u32::try_from(n).ok());
        match n {
            Some(n) => Ok(address(Ipv4Addr::from(n.swap_bytes()).into())),
            None => Err(not_valid("newAddress")),
        }
    });
    m.constructor("ipaddress(byte[] address)", |_, _, args| {
        let bytes = args.first().and_then(Value::as_array).and_then(|array| Array::bytes(array)).unwrap_or_default();
        from_bytes(&bytes).map(address).ok_or_else(|| {
            error::argument("System.ArgumentException", "An invalid IP address was specified.", "address")
        })
    });
    m.constant("ipaddress Any", |_, _| shared_address(Ipv4Addr::UNSPECIFIED.into()));
    m.constant("ipaddress Loopback", |_, _| shared_address(Ipv4Addr::LOCALHOST.into()));
    m.constant("ipaddress Broadcast", |_, _| shared_address(Ipv4Addr::BROADCAST.into()));
    m.constant("ipaddress None", |_, _| shared_address(Ipv4Addr::BROADCAST.into()));
    m.constant("ipaddress IPv6Any", |_, _| shared_address(Ipv6Addr::UNSPECIFIED.into()));
    m.constant("ipaddress IPv6Loopback", |_, _| shared_address(Ipv6Addr::LOCALHOST.into()));
    m.constant("ipaddress IPv6None", |_, _| shared_address(Ipv6Addr::UNSPECIFIED.into()));
    m.function("ipaddress Parse(string ipString)", |_, _, args| {
        parse_address(&s(args, 0)).ok_or_else(|| error::raised(not_an_address()))
    });
    m.function("bool TryParse(string ipString, [ref] ipaddress address)", |_, _, args| {
        let found = parse_address(&s(args, 0));
        if let Some(reference) = args.get(1).and_then(|arg| arg.downcast::<crate::value::Reference>()) {
            reference.set(found.clone().unwrap_or_default());
        }
        Ok(found.is_some().into())
    });
    for declaration in ["short HostToNetworkOrder(short host)", "short NetworkToHostOrder(short network)"] {
        m.function(declaration, |_, _, args| {
            Ok(Value::I16(i16::try_from(super::args::n(args, 0)).unwrap_or(0).swap_bytes()))
        });
    }
    for declaration in ["int HostToNetworkOrder(int host)", "int NetworkToHostOrder(int network)"] {
        m.function(declaration, |_, _, args| Ok(Value::I32(super::args::i(args, 0).swap_bytes())));
    }
    for declaration in ["long HostToNetworkOrder(long host)", "long NetworkToHostOrder(long network)"] {
        m.function(declaration, |_, _, args| Ok(Value::I64(super::args::n(args, 0).swap_bytes())));
    }
    m.function("bool IsLoopback(ipaddress address)", |_, _, args| {
        Ok(args.first().is_some_and(|address| ip(address).is_loopback()).into())
    });
    m.get("System.Net.Sockets.AddressFamily AddressFamily", |_, this| {
        let family = if ip(this).is_ipv4() { "InterNetwork" } else { "InterNetworkV6" };
        Ok(enum_value("System.Net.Sockets.AddressFamily", family))
    });
    m.get("long ScopeId", |_, this| match this.downcast::<Address>() {
        Some(address) if address.ip.is_ipv6() => Ok(Value::I64(address.scope)),
        _ => Err(unsupported_operation()),
    });
    m.get("bool IsIPv6Multicast", |_, this| Ok(v6(this, Ipv6Addr::is_multicast)));
    m.get("bool IsIPv6LinkLocal", |_, this| Ok(v6(this, |ip| segment(ip, 0) & 0xffc0 == 0xfe80)));
    m.get("bool IsIPv6SiteLocal", |_, this| Ok(v6(this, |ip| segment(ip, 0) & 0xffc0 == 0xfec0)));
    m.get("bool IsIPv6Teredo", |_, this| Ok(v6(this, |ip| segment(ip, 0) == 0x2001 && segment(ip, 1) == 0)));
    m.get("bool IsIPv6UniqueLocal", |_, this| Ok(v6(this, |ip| segment(ip, 0) & 0xfe00 == 0xfc00)));
    m.get("bool IsIPv4MappedToIPv6", |_, this| Ok(v6(this, |ip| ip.to_ipv4_mapped().is_some())));
    m.get("long Address", |_, this| match ip(this) {
        IpAddr::V4(ip) => Ok(Value::I64(u32::from(ip).swap_bytes().into())),
        IpAddr::V6(_) => Err(unsupported_operation()),
    });
    m.method("byte[] GetAddressBytes()", |_, this, _| Ok(Value::bytes(octets(this))));
    m.method("ipaddress MapToIPv4()", |_, this, _| {
        Ok(match ip(this) {
            IpAddr::V6(ip) => {
                let [.., a, b, c, d] = ip.octets();
                address(Ipv4Addr::new(a, b, c, d).into())
            }
            IpAddr::V4(_) => this.clone(),
        })
    });
    m.method("ipaddress MapToIPv6()", |_, this, _| {
        Ok(match ip(this) {
            IpAddr::V4(ip) => address(ip.to_ipv6_mapped().into()),
            IpAddr::V6(_) => this.clone(),
        })
    });
}

/// `System.Net.IPEndPoint`
struct EndPoint {
    ip: IpAddr,
    port: i32,
}

impl Object for EndPoint {
    fn type_of(&self) -> Type {
        known("System.Net.IPEndPoint")
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn text(&self) -> Option<Str> {
        Some(match self.ip {
            IpAddr::V4(ip) => format!("{ip}:{}", self.port).into(),
            IpAddr::V6(ip) => format!("[{ip}]:{}", self.port).into(),
        })
    }

    fn equals(&self, other: &Value) -> bool {
        other.downcast::<Self>().is_some_and(|other| other.ip == self.ip && other.port == self.port)
    }
}

fn parse_end_point(source: &str) -> Option<Value> {
    let (host, port) = match source.rsplit_once(':') {
        Some((host, port)) if !host.contains(':') || host.ends_with(']') => (host, port.parse().ok()?),
        _ => (source, 0),
    };
    let ip = ip(&parse_address(host)?);
    (0..=65_535).contains(&port).then(|| Value::object(EndPoint { ip, port }))
}

fn end_point_members(m: &mut Members) {
    for declaration in ["ipendpoint(long address, int port)", "ipendpoint(ipaddress address, int port)"] {
        m.constructor(declaration, new_end_point);
    }
    end_point_parts(m);
}

fn new_end_point(_: &mut Runspace, _: &Value, args: &[Value]) -> R<Value> {
    let port = args.get(1).and_then(Value::as_i128).and_then(|n| i32::try_from(n).ok()).unwrap_or(0);
    if !(0..=65_535).contains(&port) {
        return Err(not_valid("port"));
    }
    let ip = match args.first().map(Value::base) {
        // The bytes of the number are those of the address, the lowest first.
        Some(Value::I64(n)) => match u32::try_from(*n) {
            Ok(n) => IpAddr::V4(Ipv4Addr::from(n.to_le_bytes())),
            Err(_) => {
                return Err(not_valid("newAddress"));
            }
        },
        first => first.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), ip),
    };
    Ok(Value::object(EndPoint { ip, port }))
}

fn end_point_parts(m: &mut Members) {
    m.function("ipendpoint Parse(string s)", |_, _, args| {
        parse_end_point(&s(args, 0))
            .ok_or_else(|| error::thrown("System.FormatException", "An invalid IPEndPoint was specified."))
    });
    fn point(this: &Value) -> (IpAddr, i32) {
        this.downcast::<EndPoint>().map_or((IpAddr::V4(Ipv4Addr::UNSPECIFIED), 0), |point| (point.ip, point.port))
    }
    m.get("System.Net.Sockets.AddressFamily AddressFamily", |_, this| {
        let family = if point(this).0.is_ipv4() { "InterNetwork" } else { "InterNetworkV6" };
        Ok(enum_value("System.Net.Sockets.AddressFamily", family))
    });
    m.get("ipaddress Address", |_, this| Ok(address(point(this).0)));
    m.get("int Port", |_, this| Ok(Value::I32(point(this).1)));
}

/// `System.Net.Mail.MailAddress`
struct Mail {
    display: Str,
    user: Str,
    host: Str,
}

impl Object for Mail {
    fn type_of(&self) -> Type {
        known("System.Net.Mail.MailAddress")
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn text(&self) -> Option<Str> {
        Some(if self.display.is_empty() {
            format!("{}@{}", self.user, self.host).into()
        } else {
            format!("\"{}\" <{}@{}>", self.display, self.user, self.host).into()
        })
    }

    fn equals(&self, other: &Value) -> bool {
        other.downcast::<Self>().is_some_and(|other| self.text() == other.text())
    }
}

/// A mail address: `name@host`, `Name <name@host>`.
fn parse_mail(source: &str, display: &str) -> R<Value> {
    if source.is_empty() {
        return Err(error::argument("System.ArgumentException", "The value cannot be an empty string.", "address"));
    }
    let wrong = |c: &str| {
        let message = format!("An invalid character was found in the mail header: '{c}'.");
        error::thrown("System.FormatException", message)
    };
    let trimmed = source.trim();
    let (name, inner) = match trimmed.strip_suffix('>').and_then(|rest| rest.split_once('<')) {
        Some((name, inner)) => (name.trim().trim_matches('"'), inner),
        None => ("", trimmed),
    };
    let Some((user, host)) = inner.split_once('@') else {
        return Err(error::thrown(
            "System.FormatException",
            "The specified string is not in the form required for an e-mail address.",
        ));
    };
    if user.is_empty() || host.is_empty() {
        return Err(error::thrown(
            "System.FormatException",
            "The specified string is not in the form required for an e-mail address.",
        ));
    }
    if let Some(bad) =
        host.chars().chain(user.chars()).find(|c| c.is_whitespace() || matches!(c, '@' | '(' | ')' | ',' | ';'))
    {
        return Err(wrong(&bad.to_string()));
    }
    let display = if display.is_empty() { name } else { display };
    Ok(Value::object(Mail { display: display.into(), user: user.into(), host: host.into() }))
}

fn mail_members(m: &mut Members) {
    m.constructor("mailaddress(string address)", |_, _, args| parse_mail(&s(args, 0), ""));
    m.constructor("mailaddress(string address, string displayName)", |_, _, args| parse_mail(&s(args, 0), &s(args, 1)));
    m.get("string DisplayName", |_, this| {
        Ok(this.downcast::<Mail>().map_or(Value::Null, |mail| Value::Str(mail.display.clone())))
    });
    m.get("string User", |_, this| {
        Ok(this.downcast::<Mail>().map_or(Value::Null, |mail| Value::Str(mail.user.clone())))
    });
    m.get("string Host", |_, this| {
        Ok(this.downcast::<Mail>().map_or(Value::Null, |mail| Value::Str(mail.host.clone())))
    });
    m.get("string Address", |_, this| {
        Ok(this.downcast::<Mail>().map_or(Value::Null, |mail| format!("{}@{}", mail.user, mail.host).into()))
    });
}

const NOT_AN_ADDRESS: &str = "An invalid IP address was specified.";

/// What `IPAddress.Parse` throws, with what the system says of such an address inside.
fn not_an_address() -> Exception {
    let inner = Value::object(Exception::new("System.Net.Sockets.SocketException", "Invalid argument"));
    Exception::of(known("System.FormatException"), NOT_AN_ADDRESS.into(), inner)
}

/// Conversions from strings.
pub(super) fn convert(value: &Value, to: &Type) -> R<Option<Value>> {
    let Some(source) = value.as_str() else { return Ok(None) };
    let failed = |id: &str, reason: &str| {
        error::cast(
            id,
            format!("Cannot convert value \"{source}\" to type \"{}\". Error: \"{reason}\"", to.full_name()),
        )
    };
    match to.name() {
        "System.Net.IPAddress" => parse_address(source).map(Some).ok_or_else(|| {
            let message = format!(
                "Cannot convert value \"{source}\" to type \"System.Net.IPAddress\". Error: \"{NOT_AN_ADDRESS}\""
            );
            error::cast_because("InvalidCastParseTargetInvocation", message, Value::object(not_an_address()))
        }),
        "System.Net.IPEndPoint" => parse_end_point(source)
            .map(Some)
            .ok_or_else(|| failed("InvalidCastParseTargetInvocation", "An invalid IPEndPoint was specified.")),
        _ => Ok(None),
    }
}

/// A URI taken apart, in the canonical form of .NET.
#[derive(Default)]
pub(super) struct Parts {
    pub(super) scheme: String,
    pub(super) user: String,
    pub(super) host: String,
    pub(super) port: i32,
    pub(super) path: String,
    pub(super) query: String,
    pub(super) fragment: String,
    /// Whether `//` stands behind the scheme.
    pub(super) has_authority: bool,
}

pub(super) fn default_port(scheme: &str) -> i32 {
    match scheme {
        "http" | "ws" => 80,
        "https" | "wss" => 443,
        "ftp" => 21,
        "ldap" => 389,
        "mailto" => 25,
        "telnet" => 23,
        "net.tcp" => 808,
        _ => -1,
    }
}

/// Escapes what a URI may not hold; escapes that are there stay.
pub(super) fn escaped(source: &str) -> String {
    let mut out = String::with_capacity(source.len());
    let bytes = source.as_bytes();
    for (at, byte) in bytes.iter().enumerate() {
        let is_escape = *byte == b'%'
            && bytes
                .get(at.saturating_add(1)..at.saturating_add(3))
                .is_some_and(|two| two.iter().all(u8::is_ascii_hexdigit));
        if byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=".contains(byte) || is_escape {
            out.push(char::from(*byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// Decodes escapes; with `keep`, those of reserved characters stay.
pub(super) fn unescaped(source: &str, keep: &str) -> String {
    let bytes = source.as_bytes();
    let mut out: Vec<u8> = Vec::with_capacity(bytes.len());
    let mut at = 0_usize;
    while let Some(byte) = bytes.get(at) {
        let code = (*byte == b'%')
            .then(|| source.get(at.saturating_add(1)..at.saturating_add(3)))
            .flatten()
            .and_then(|two| u8::from_str_radix(two, 16).ok());
        match code {
            Some(code) if !keep.as_bytes().contains(&code) && (keep.is_empty() || !code.is_ascii_control()) => {
                out.push(code);
                at = at.saturating_add(3);
            }
            _ => {
                out.push(*byte);
                at = at.saturating_add(1);
            }
        }
    }
    String::from_utf8(out).unwrap_or_else(|_| source.to_owned())
}

/// Takes `.` and `..` out of a path.
fn without_dots(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    let segments: Vec<&str> = path.split('/').collect();
    for (at, segment) in segments.iter().enumerate() {
        let is_last = at.saturating_add(1) == segments.len();
        match *segment {
            "." if is_last => parts.push(""),
            "." => {}
            ".." => {
                if parts.len() > 1 {
                    parts.pop();
                }
                if is_last {
                    parts.push("");
                }
            }
            other => parts.push(other),
        }
    }
    parts.join("/")
}

pub(super) fn parts(source: &str) -> Option<Parts> {
    let source = source.trim();
    if source.starts_with('/') && !source.starts_with("//") {
        // A rooted path is a file on Unix, where scripts make it one on purpose; a URI of its own it is not.
        return None;
    }
    let (scheme, rest) = source.split_once(':')?;
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    if !is_scheme || scheme.len() < 2 {
        return None;
    }
    let scheme = scheme.to_ascii_lowercase();
    let (rest, fragment) = rest.find('#').map_or((rest, ""), |at| rest.split_at(at));
    let Some(rest) = rest.strip_prefix("//") else {
        let (path, query) = rest.find('?').map_or((rest, ""), |at| rest.split_at(at));
        let (user, host, path) = match path.split_once('@') {
            Some((user, host)) if scheme == "mailto" => (user, host.to_ascii_lowercase(), ""),
            _ => ("", String::new(), path),
        };
        return Some(Parts {
            port: if scheme == "mailto" { 25 } else { -1 },
            scheme,
            user: user.into(),
            host,
            path: escaped(path),
            query: escaped(query),
            fragment: escaped(fragment),
            has_authority: false,
        });
    };
    let (authority, tail) = rest.find(['/', '?', '\\']).map_or((rest, ""), |at| rest.split_at(at));
    let (path, query) = tail.find('?').map_or((tail, ""), |at| tail.split_at(at));
    let (user, host) = authority.rsplit_once('@').unwrap_or(("", authority));
    let (host, port) = match host.rsplit_once(':') {
        Some((name, port)) if !port.contains(']') && (port.is_empty() || port.parse::<u16>().is_ok()) => {
            (name, port.parse().unwrap_or_else(|_| default_port(&scheme)))
        }
        Some((_, port)) if !port.contains(']') => return None,
        _ => (host, default_port(&scheme)),
    };
    if host.is_empty() && scheme != "file" || host.contains(char::is_whitespace) {
        return None;
    }
    let path = without_dots(&escaped(&path.replace('\\', "/")));
    let path = if path.is_empty() { "/".to_owned() } else { path };
    Some(Parts {
        scheme,
        user: user.into(),
        host: host.to_lowercase(),
        port,
        path,
        query: escaped(query),
        fragment: escaped(fragment),
        has_authority: true,
    })
}

impl Parts {
    pub(super) fn authority(&self) -> String {
        match self.port {
            port if port == default_port(&self.scheme) || port < 0 => self.host.clone(),
            port => format!("{}:{port}", self.host),
        }
    }

    fn absolute(&self) -> String {
        if !self.has_authority {
            let user = if self.user.is_empty() { String::new() } else { format!("{}@", self.user) };
            return format!("{}:{user}{}{}{}{}", self.scheme, self.host, self.path, self.query, self.fragment);
        }
        let user = if self.user.is_empty() { String::new() } else { format!("{}@", self.user) };
        format!("{}://{user}{}{}{}{}", self.scheme, self.authority(), self.path, self.query, self.fragment)
    }
}

/// `Uri.ToString()`: the canonical form with what is harmless unescaped.
pub(crate) fn uri_text(source: &str) -> Str {
    match parts(source) {
        Some(parts) => unescaped(&parts.absolute(), "%#?").into(),
        None => source.into(),
    }
}

pub(super) fn uri(this: &Value) -> R<Parts> {
    let source = this.downcast::<Uri>().map(|uri| uri.0.clone()).unwrap_or_default();
    parts(&source).ok_or_else(|| {
        error::thrown("System.InvalidOperationException", "This operation is not supported for a relative URI.")
    })
}

/// A URI of a string.
///
/// # Errors
/// `UriFormatException`
fn new_uri(source: &str, kind: i64) -> R<Value> {
    const ABSOLUTE: i64 = 1;
    const RELATIVE: i64 = 2;
    let wrong = |reason: &str| error::thrown("System.UriFormatException", format!("Invalid URI: {reason}"));
    let is_absolute = parts(source).is_some();
    match kind {
        ABSOLUTE if source.is_empty() => Err(wrong("The URI is empty.")),
        ABSOLUTE if !is_absolute && source.starts_with('/') => {
            Ok(Value::object(Uri(format!("file://{source}").into())))
        }
        ABSOLUTE if !is_absolute && source.contains("://") => Err(wrong("The hostname could not be parsed.")),
        ABSOLUTE if !is_absolute => Err(wrong("The format of the URI could not be determined.")),
        RELATIVE if is_absolute => Err(error::thrown(
            "System.UriFormatException",
            "A relative URI cannot be created because the 'uriString' parameter represents an absolute URI.",
        )),
        _ => Ok(Value::object(Uri(source.into()))),
    }
}

pub(super) fn joined(base: &Value, relative: &str) -> R<Value> {
    if parts(relative).is_some() {
        return Ok(Value::object(Uri(relative.into())));
    }
    let base = uri(base)?;
    let root = format!("{}://{}", base.scheme, base.authority());
    let whole = if relative.starts_with("//") {
        format!("{}:{relative}", base.scheme)
    } else if relative.starts_with('/') {
        format!("{root}{relative}")
    } else if relative.starts_with('?') || relative.starts_with('#') || relative.is_empty() {
        format!("{root}{}{relative}", base.path)
    } else {
        let folder = base.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        format!("{root}{folder}/{relative}")
    };
    Ok(Value::object(Uri(parts(&whole).map_or(whole, |parts| parts.absolute()).into())))
}

fn kind_of(args: &[Value], at: usize) -> i64 {
    match args.get(at).map(Value::base) {
        Some(Value::Enum(_, kind)) => *kind,
        _ => 1,
    }
}

fn uri_members(m: &mut Members) {
    super::uri_parts::members(m);
    m.constructor("uri(string uriString)", |_, _, args| new_uri(&s(args, 0), 1));
    m.constructor("uri(string uriString, System.UriKind uriKind)", |_, _, args| new_uri(&s(args, 0), kind_of(args, 1)));
    m.constructor("uri(uri baseUri, string relativeUri)", |_, _, args| {
        joined(args.first().unwrap_or(&Value::Null), &s(args, 1))
    });
    m.constructor("uri(uri baseUri, uri relativeUri)", |_, _, args| {
        joined(args.first().unwrap_or(&Value::Null), &s(args, 1))
    });
    m.get("string AbsolutePath", |_, this| Ok(uri(this)?.path.into()));
    m.get("string AbsoluteUri", |_, this| Ok(uri(this)?.absolute().into()));
    m.get("string LocalPath", |_, this| {
        let uri = uri(this)?;
        let path = unescaped(&uri.path, "");
        Ok(if uri.scheme == "file" && !uri.host.is_empty() {
            format!("\\\\{}{}", uri.host, path.replace('/', "\\"))
        } else {
            path
        }
        .into())
    });
    m.get("string Authority", |_, this| Ok(uri(this)?.authority().into()));
    m.get("System.UriHostNameType HostNameType", |_, this| {
        let uri = uri(this)?;
        let kind = if uri.host.is_empty() {
            "Basic"
        } else if uri.host.starts_with('[') {
            "IPv6"
        } else if uri.host.parse::<Ipv4Addr>().is_ok() {
            "IPv4"
        } else {
            "Dns"
        };
        Ok(enum_value("System.UriHostNameType", kind))
    });
    m.get("bool IsDefaultPort", |_, this| {
        let uri = uri(this)?;
        Ok((uri.port == default_port(&uri.scheme)).into())
    });
    m.get("bool IsFile", |_, this| Ok((uri(this)?.scheme == "file").into()));
    m.get("bool IsLoopback", |_, this| {
        let host = uri(this)?.host;
        Ok(["localhost", "127.0.0.1", "[::1]", ""].contains(&host.as_str()).into())
    });
    m.get("string PathAndQuery", |_, this| {
        let uri = uri(this)?;
        Ok(format!("{}{}", uri.path, uri.query).into())
    });
    m.get("string[] Segments", |_, this| {
        let path = uri(this)?.path;
        Ok(Value::strings(path.split_inclusive('/').map(str::to_owned)))
    });
    m.get("bool IsUnc", |_, this| {
        let uri = uri(this)?;
        Ok((uri.scheme == "file" && !uri.host.is_empty()).into())
    });
    m.get("string Host", |_, this| Ok(uri(this)?.host.into()));
    m.get("int Port", |_, this| Ok(Value::I32(uri(this)?.port)));
    m.get("string Query", |_, this| {
        let query = uri(this)?.query;
        Ok(if query == "?" { "".into() } else { query.into() })
    });
    m.get("string Fragment", |_, this| Ok(uri(this)?.fragment.into()));
    m.get("string Scheme", |_, this| Ok(uri(this)?.scheme.into()));
    m.get("string OriginalString", |_, this| {
        Ok(this.downcast::<Uri>().map_or(Value::Null, |uri| Value::Str(uri.0.clone())))
    });
    m.get("string DnsSafeHost", |_, this| Ok(uri(this)?.host.trim_matches(['[', ']']).into()));
    m.get("string IdnHost", |_, this| Ok(uri(this)?.host.trim_matches(['[', ']']).into()));
    m.get("bool IsAbsoluteUri", |_, this| Ok(uri(this).is_ok().into()));
    m.get("bool UserEscaped", |_, _| Ok(false.into()));
    m.get("string UserInfo", |_, this| Ok(uri(this)?.user.into()));
    m.function("string EscapeDataString(string stringToEscape)", |_, _, args| {
        let mut out = String::new();
        for byte in s(args, 0).as_bytes() {
            if byte.is_ascii_alphanumeric() || b"-_.~".contains(byte) {
                out.push(char::from(*byte));
            } else {
                out.push_str(&format!("%{byte:02X}"));
            }
        }
        Ok(out.into())
    });
    m.function("string EscapeUriString(string stringToEscape)", |_, _, args| Ok(escaped(&s(args, 0)).into()));
    m.function(
        "string UnescapeDataString(string stringToUnescape)",
        |_, _, args| Ok(unescaped(&s(args, 0), "").into()),
    );
    m.function("bool IsWellFormedUriString(string uriString, System.UriKind uriKind)", |_, _, args| {
        let source = s(args, 0);
        let is_absolute = parts(&source).is_some();
        let fits = match kind_of(args, 1) {
            1 => is_absolute,
            2 => !is_absolute,
            _ => true,
        };
        Ok((fits && escaped(&source) == source.as_str()).into())
    });
    m.function("bool TryCreate(string uriString, System.UriKind uriKind, [ref] uri result)", |_, _, args| {
        let made = new_uri(&s(args, 0), kind_of(args, 1)).ok();
        if let Some(reference) = args.get(2).and_then(|arg| arg.downcast::<crate::value::Reference>()) {
            reference.set(made.clone().unwrap_or_default());
        }
        Ok(made.is_some().into())
    });
    m.function("bool CheckSchemeName(string schemeName)", |_, _, args| {
        let name = s(args, 0);
        let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
        Ok(is_name.into())
    });
    m.method("bool IsBaseOf(uri uri)", |_, this, args| {
        let (base, other) = (uri(this)?, uri(args.first().unwrap_or(&Value::Null))?);
        let folder = base.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        Ok((base.scheme == other.scheme && base.authority() == other.authority() && other.path.starts_with(folder))
            .into())
    });
}

pub(super) const TYPES: &[TypeDef] = &[
    TypeDef::class("System.Uri").members(uri_members),
    TypeDef::class("System.Net.IPAddress").members(address_members),
    TypeDef::class(SHARED_ADDRESS).base("System.Net.IPAddress"),
    TypeDef::class("System.Net.EndPoint"),
    TypeDef::class("System.Net.IPEndPoint").base("System.Net.EndPoint").members(end_point_members),
    TypeDef::class("System.Net.Mail.MailAddress").members(mail_members),
    TypeDef::labels("System.UriKind", &[("RelativeOrAbsolute", 0), ("Absolute", 1), ("Relative", 2)]),
    TypeDef::labels("System.UriHostNameType", &[("Unknown", 0), ("Basic", 1), ("Dns", 2), ("IPv4", 3), ("IPv6", 4)]),
    TypeDef::labels(
        "System.Net.Sockets.AddressFamily",
        &[("Unknown", -1), ("Unspecified", 0), ("Unix", 1), ("InterNetwork", 2), ("InterNetworkV6", 23)],
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::text;

    #[test]
    fn uris_have_the_form_of_dotnet() {
        for (source, shown) in [
            ("https://example.org", "https://example.org/"),
            ("http://example.org/a b/%20c", "http://example.org/a b/ c"),
            ("http://example.org/%C3%A5?q=\u{e5}", "http://example.org/\u{e5}?q=\u{e5}"),
            ("HTTP://Example.ORG:80/a/../b", "http://example.org/b"),
            ("a/b", "a/b"),
            ("file:///tmp/x", "file:///tmp/x"),
        ] {
            assert_eq!(uri_text(source).as_str(), shown);
        }
    }

    #[test]
    fn addresses_are_read_as_dotnet_reads_them() {
        let shown = |source: &str| parse_address(source).map(|address| text(&address).to_string());
        assert_eq!(shown("127.1").as_deref(), Some("127.0.0.1"));
        assert_eq!(shown("0x7f.0.0.1").as_deref(), Some("127.0.0.1"));
        assert_eq!(shown("fe80::1%3").as_deref(), Some("fe80::1%3"));
        assert_eq!(shown("999.1.1.1"), None);
    }
}
