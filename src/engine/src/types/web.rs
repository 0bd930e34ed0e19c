//! The types of the web: sessions, cookies, requests, answers, and what the cmdlets write.

use std::any::Any;

use parking_lot::Mutex;
use psrpd_dotnet::{DateTime, Kind, Str, casing, culture, date_parse};

use super::{Members, Type, TypeDef, enum_value, known};
use crate::{
    eval::{R, Runspace, error},
    value::{Dictionary, List, Object, Opaque, Value, Version, text},
};

const COOKIE: &str = "System.Net.Cookie";
const SESSION: &str = "Microsoft.PowerShell.Commands.WebRequestSession";

fn text_of(this: &Value, name: &str) -> Str {
    text(&this.field(name))
}

/// A type with type arguments, by its name in a signature.
pub(crate) fn generic(name: &str) -> Type {
    super::find(name).unwrap_or_else(super::object)
}

/// `Dictionary[string,string]`
pub(crate) fn strings() -> Value {
    Value::object(Dictionary::new(generic("System.Collections.Generic.Dictionary[string,string]"), true))
}

/// A cookie.
pub(crate) fn cookie(name: &str, value: &str, path: &str, domain: &str) -> Value {
    Opaque::new(
        COOKIE,
        [
            ("Comment", Value::from("")),
            ("CommentUri", Value::Null),
            ("HttpOnly", false.into()),
            ("Discard", false.into()),
            ("Domain", domain.into()),
            ("Expired", false.into()),
            ("Expires", utc_less(0)),
            ("Name", name.into()),
            ("Path", path.into()),
            ("Port", "".into()),
            ("Secure", false.into()),
            ("TimeStamp", utc_less(0)),
            ("Value", value.into()),
            ("Version", Value::I32(0)),
        ],
    )
    .displayed(format!("{name}={value}"))
    .into_value()
}

/// `CookieContainer`
#[derive(Default)]
pub(crate) struct Jar(Mutex<Vec<Value>>);

impl Object for Jar {
    fn type_of(&self) -> Type {
        known("System.Net.CookieContainer")
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

impl Jar {
    /// Puts a cookie in; one of the same name, path and domain goes.
    pub(crate) fn add(&self, cookie: Value) {
        let mut all = self.0.lock();
        let same = |name: &str, other: &Value| casing::eq(&text_of(&cookie, name), &text_of(other, name));
        let is_same = |other: &Value| ["Name", "Path", "Domain"].iter().all(|name| same(name, other));
        match all.iter_mut().find(|other| is_same(other)) {
            Some(slot) => *slot = cookie,
            None => all.push(cookie),
        }
    }

    /// The cookies that a request takes along.
    pub(crate) fn matching(&self, host: &str, path: &str, is_secure: bool, now: i64) -> Vec<Value> {
        let fits = |cookie: &Value| {
            let domain = text_of(cookie, "Domain");
            let is_of_host = match domain.strip_prefix('.') {
                Some(parent) => casing::eq(host, parent) || casing::fold(host).ends_with(&casing::fold(&domain)),
                None => casing::eq(host, &domain),
            };
            let of = text_of(cookie, "Path");
            let is_of_path = path == of.as_str()
                || path.strip_prefix(of.as_str()).is_some_and(|rest| of.ends_with('/') || rest.starts_with('/'));
            let is_over = match cookie.field("Expires") {
                Value::DateTime(at) => at.ticks() > 0 && at.ticks() <= now,
                _ => false,
            };
            let is_secret = crate::convert::to_bool(&cookie.field("Secure"));
            is_of_host && is_of_path && !is_over && (is_secure || !is_secret)
        };
        self.0.lock().iter().filter(|cookie| fits(cookie)).cloned().collect()
    }

    /// Takes in what a `Set-Cookie` header says.
    pub(crate) fn take(&self, header: &str, host: &str, path: &str, now: i64) {
        let mut parts = header.split(';');
        let Some((name, value)) = parts.next().and_then(|pair| pair.split_once('=')) else { return };
        let folder = path.rsplit_once('/').map_or("/", |(folder, _)| if folder.is_empty() { "/" } else { folder });
        let made = cookie(name.trim(), value.trim(), folder, host);
        let Some(bag) = made.downcast::<Opaque>() else { return };
        for part in parts {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            let value = value.trim();
            match name.trim().to_ascii_lowercase().as_str() {
                "path" if value.starts_with('/') => _ = bag.set("Path", value.into()),
                "domain" if !value.is_empty() => {
                    let bare = value.trim_start_matches('.');
                    let is_ours =
                        casing::eq(host, bare) || casing::fold(host).ends_with(&format!(".{}", casing::fold(bare)));
                    if !is_ours {
                        return;
                    }
                    bag.set("Domain", format!(".{bare}").into());
                }
                "expires" => {
                    if let Some(at) = date_parse::parse(&value.replace('-', " "), 1, &culture::invariant().dates) {
                        bag.set("Expires", utc(at.date.ticks()));
                    }
                }
                "max-age" => {
                    const TICKS: i64 = 10_000_000;
                    let seconds: i64 = value.parse().unwrap_or(0);
                    let at = now.saturating_add(seconds.saturating_mul(TICKS));
                    bag.set("Expires", utc(at));
                }
                "secure" => _ = bag.set("Secure", true.into()),
                "httponly" => _ = bag.set("HttpOnly", true.into()),
                _ => {}
            }
        }
        self.add(made);
    }

    fn collection(cookies: Vec<Value>) -> Value {
        List::value(known("System.Net.CookieCollection"), cookies)
    }
}

fn utc(ticks: i64) -> Value {
    DateTime::new(ticks, Kind::Utc).map_or(Value::Null, Value::DateTime)
}

fn utc_less(ticks: i64) -> Value {
    DateTime::new(ticks, Kind::Unspecified).map_or(Value::Null, Value::DateTime)
}

/// A new session of web requests.
pub(crate) fn session(agent: &str) -> Value {
    Opaque::new(
        SESSION,
        [
            ("Headers", strings()),
            ("Cookies", Value::object(Jar::default())),
            ("UseDefaultCredentials", false.into()),
            ("Credentials", Value::Null),
            ("Certificates", Value::Null),
            ("UserAgent", agent.into()),
            ("Proxy", Value::Null),
            ("MaximumRedirection", Value::I32(-1)),
            ("MaximumRetryCount", Value::I32(0)),
            ("RetryIntervalInSeconds", Value::I32(0)),
        ],
    )
    .into_value()
}

/// What the cmdlets call themselves.
pub(crate) fn user_agent(rs: &Runspace) -> String {
    format!("Mozilla/5.0 (Linux; {}; ) PowerShell/{}", rs.platform.os_description(), crate::VERSION)
}

/// Host, path and scheme of a URI argument.
fn place(rs: &mut Runspace, uri: &Value) -> R<(Str, Str, bool)> {
    let host = rs.get_member(uri, "Host")?;
    let path = rs.get_member(uri, "AbsolutePath")?;
    let scheme = rs.get_member(uri, "Scheme")?;
    Ok((text(&host), text(&path), text(&scheme).as_str() == "https"))
}

fn jar(this: &Value) -> R<&Jar> {
    this.downcast::<Jar>().ok_or_else(super::args::no_object)
}

fn jar_members(m: &mut Members) {
    m.constructor("System.Net.CookieContainer()", |_, _, _| Ok(Value::object(Jar::default())));
    m.get("int Count", |_, this| Ok(Value::int(jar(this)?.0.lock().len())));
    m.method("void Add(System.Net.Cookie cookie)", |_, this, args| {
        let cookie = args.first().cloned().unwrap_or_default();
        if text_of(&cookie, "Domain").is_empty() {
            let message = "The parameter 'cookie.Domain' cannot be an empty string.";
            return Err(error::argument("System.ArgumentException", message, "cookie.Domain"));
        }
        jar(this)?.add(cookie);
        Ok(Value::AutomationNull)
    });
    m.method("void Add(uri uri, System.Net.Cookie cookie)", |rs, this, args| {
        let (host, path, _) = place(rs, args.first().unwrap_or(&Value::Null))?;
        let cookie = args.get(1).cloned().unwrap_or_default();
        if let Some(bag) = cookie.downcast::<Opaque>() {
            if text_of(&cookie, "Domain").is_empty() {
                bag.set("Domain", host.into());
            }
            if text_of(&cookie, "Path").is_empty() {
                bag.set("Path", path.into());
            }
        }
        jar(this)?.add(cookie);
        Ok(Value::AutomationNull)
    });
    m.method("void SetCookies(uri uri, string cookieHeader)", |rs, this, args| {
        let (host, path, _) = place(rs, args.first().unwrap_or(&Value::Null))?;
        let now = rs.platform.now();
        jar(this)?.take(&args.get(1).map(text).unwrap_or_default(), &host, &path, now);
        Ok(Value::AutomationNull)
    });
    m.method("System.Net.CookieCollection GetCookies(uri uri)", |rs, this, args| {
        let (host, path, is_secure) = place(rs, args.first().unwrap_or(&Value::Null))?;
        let now = rs.platform.now();
        Ok(Jar::collection(jar(this)?.matching(&host, &path, is_secure, now)))
    });
    m.method("System.Net.CookieCollection GetAllCookies()", |_, this, _| {
        Ok(Jar::collection(jar(this)?.0.lock().clone()))
    });
    m.method("string GetCookieHeader(uri uri)", |rs, this, args| {
        let (host, path, is_secure) = place(rs, args.first().unwrap_or(&Value::Null))?;
        let now = rs.platform.now();
        Ok(cookie_header(&jar(this)?.matching(&host, &path, is_secure, now)).into())
    });
}

/// Cookies as a request says them.
pub(crate) fn cookie_header(cookies: &[Value]) -> String {
    let pairs: Vec<String> =
        cookies.iter().map(|cookie| format!("{}={}", text_of(cookie, "Name"), text_of(cookie, "Value"))).collect();
    pairs.join("; ")
}

fn cookie_members(m: &mut Members) {
    fn at(args: &[Value], at: usize) -> Str {
        args.get(at).map(text).unwrap_or_default()
    }
    for signature in [
        "System.Net.Cookie()",
        "System.Net.Cookie(string name, string value)",
        "System.Net.Cookie(string name, string value, string path)",
        "System.Net.Cookie(string name, string value, string path, string domain)",
    ] {
        m.constructor(signature, |_, _, args| Ok(cookie(&at(args, 0), &at(args, 1), &at(args, 2), &at(args, 3))));
    }
}

/// The headers of an answer as `HttpResponseMessage` shows them.
fn shown_headers(headers: &[(String, String)]) -> String {
    let mut lines: Vec<(String, Vec<&str>)> = Vec::new();
    for (name, value) in headers {
        match lines.iter_mut().find(|(have, _)| have.eq_ignore_ascii_case(name)) {
            Some((_, values)) => values.push(value),
            None => lines.push((name.clone(), vec![value])),
        }
    }
    let lines: String = lines.iter().map(|(name, values)| format!("\n  {name}: {}", values.join(", "))).collect();
    format!("{{{lines}\n}}")
}

/// Headers as a dictionary of lists.
pub(crate) fn headers(headers: &[(String, String)], of: &str) -> Value {
    let table = Dictionary::new(generic(of), true);
    for (name, value) in headers {
        let key = Value::from(name.as_str());
        let mut values: Vec<Value> =
            table.get(&key).and_then(|have| crate::value::enumerate(&have)).unwrap_or_default();
        values.push(value.as_str().into());
        table.set(key, Value::strings_of(values));
    }
    Value::object(table)
}

/// `Dictionary[string, IEnumerable[string]]`
pub(crate) const HEADERS: &str =
    "System.Collections.Generic.Dictionary[string,System.Collections.Generic.IEnumerable[string]]";

/// An `HttpRequestMessage`.
pub(crate) fn request(method: &str, uri: Value, sent: &[(String, String)], has_content: bool, minor: i32) -> Value {
    let version = Value::object(Version([1, minor, -1, -1]));
    let content = if has_content { "System.Net.Http.StreamContent" } else { "<null>" };
    let shown = format!(
        "Method: {method}, RequestUri: '{}', Version: 1.{minor}, Content: {content}, Headers:\n{}",
        text(&uri),
        shown_headers(sent)
    );
    let content =
        if has_content { Opaque::new::<&str>("System.Net.Http.StreamContent", []).into_value() } else { Value::Null };
    Opaque::new(
        "System.Net.Http.HttpRequestMessage",
        [
            ("Version", version),
            ("VersionPolicy", enum_value("System.Net.Http.HttpVersionPolicy", "RequestVersionOrLower")),
            ("Content", content),
            (
                "Method",
                Opaque::new("System.Net.Http.HttpMethod", [("Method", Value::from(method))])
                    .displayed(method)
                    .into_value(),
            ),
            ("RequestUri", uri),
            ("Headers", headers(sent, HEADERS)),
        ],
    )
    .displayed(shown)
    .into_value()
}

/// An `HttpResponseMessage`.
pub(crate) fn response(head: &crate::http::Head, request: Value) -> Value {
    let minor = i32::from(head.minor_version);
    let content = Opaque::new(
        "System.Net.Http.HttpConnectionResponseContent",
        [("Headers", headers(&content_headers(head, true), HEADERS))],
    );
    let shown = format!(
        "StatusCode: {}, ReasonPhrase: '{}', Version: 1.{minor}, Content: System.Net.Http.HttpConnectionResponseContent, Headers:\n{}",
        head.status,
        head.reason,
        shown_headers(&ordered(head))
    );
    Opaque::new(
        "System.Net.Http.HttpResponseMessage",
        [
            ("Version", Value::object(Version([1, minor, -1, -1]))),
            ("Content", content.displayed("System.Net.Http.HttpConnectionResponseContent").into_value()),
            ("StatusCode", status(head.status)),
            ("ReasonPhrase", head.reason.as_str().into()),
            ("Headers", headers(&content_headers(head, false), HEADERS)),
            ("TrailingHeaders", headers(&[], HEADERS)),
            ("RequestMessage", request),
            ("IsSuccessStatusCode", (200..300).contains(&head.status).into()),
        ],
    )
    .displayed(shown)
    .into_value()
}

/// A status as `HttpStatusCode`.
pub(crate) fn status(code: u16) -> Value {
    super::enum_number("System.Net.HttpStatusCode", code.into())
}

/// Those headers that say something of the content, or the others.
fn content_headers(head: &crate::http::Head, of_content: bool) -> Vec<(String, String)> {
    const OF_CONTENT: [&str; 11] = [
        "Allow",
        "Content-Disposition",
        "Content-Encoding",
        "Content-Language",
        "Content-Length",
        "Content-Location",
        "Content-MD5",
        "Content-Range",
        "Content-Type",
        "Expires",
        "Last-Modified",
    ];
    let is_of_content = |name: &str| OF_CONTENT.iter().any(|known| known.eq_ignore_ascii_case(name));
    let wanted = head.headers.iter().filter(|(name, _)| is_of_content(name) == of_content);
    wanted.map(|(name, value)| (known_name(name, &OF_CONTENT), value.clone())).collect()
}

/// A header as .NET writes it: those that it knows in its own way, whatever the server wrote.
fn known_name(name: &str, of_content: &[&str]) -> String {
    const KNOWN: [&str; 36] = [
        "Accept-Ranges",
        "Access-Control-Allow-Credentials",
        "Access-Control-Allow-Headers",
        "Access-Control-Allow-Methods",
        "Access-Control-Allow-Origin",
        "Access-Control-Expose-Headers",
        "Access-Control-Max-Age",
        "Age",
        "Alt-Svc",
        "Cache-Control",
        "Connection",
        "Content-Security-Policy",
        "Date",
        "ETag",
        "Keep-Alive",
        "Link",
        "Location",
        "P3P",
        "Pragma",
        "Proxy-Authenticate",
        "Proxy-Connection",
        "Public-Key-Pins",
        "Retry-After",
        "Server",
        "Set-Cookie",
        "Set-Cookie2",
        "Strict-Transport-Security",
        "Trailer",
        "Transfer-Encoding",
        "Upgrade",
        "Vary",
        "Via",
        "WWW-Authenticate",
        "Warning",
        "X-Frame-Options",
        "X-Powered-By",
    ];
    let known = KNOWN.iter().chain(of_content).find(|known| known.eq_ignore_ascii_case(name));
    known.map_or_else(|| name.to_owned(), |known| (*known).to_owned())
}

/// The headers as .NET orders them: those of the content last.
pub(crate) fn ordered(head: &crate::http::Head) -> Vec<(String, String)> {
    let mut all = content_headers(head, false);
    all.extend(content_headers(head, true));
    all
}

const NAMES: &str = "Microsoft.PowerShell.Commands.WebResponseObject";

pub(super) const TYPES: &[TypeDef] = &[
    TypeDef::class(SESSION).implements(&["System.IDisposable"]).members(|m| {
        m.constructor("Microsoft.PowerShell.Commands.WebRequestSession()", |rs, _, _| {
            let agent = user_agent(rs);
            Ok(session(&agent))
        });
        m.method("void Dispose()", |_, _, _| Ok(Value::AutomationNull));
    }),
    TypeDef::class("System.Net.ServicePointManager").members(|m| {
        m.static_get_set(
            "System.Net.SecurityProtocolType SecurityProtocol",
            |rs, _| Ok(super::enum_number("System.Net.SecurityProtocolType", rs.state.security_protocol)),
            |rs, _, value| {
                if let Value::Enum(_, protocols) = value.base() {
                    rs.state.security_protocol = *protocols;
                }
                Ok(())
            },
        );
    }),
    TypeDef::class("System.Net.CookieContainer").members(jar_members),
    TypeDef::class("System.Net.CookieCollection")
        .implements(&["System.Collections.ICollection", "System.Collections.IEnumerable"])
        .members(|m| {
            m.get("int Count", |_, this| Ok(Value::int(this.downcast::<List>().map_or(0, List::len))));
        }),
    TypeDef::class(COOKIE).members(cookie_members),
    TypeDef::class("System.Net.Http.HttpContent").implements(&["System.IDisposable"]),
    TypeDef::class("System.Net.Http.StreamContent").base("System.Net.Http.HttpContent"),
    TypeDef::class("System.Net.Http.HttpConnectionResponseContent").base("System.Net.Http.HttpContent"),
    TypeDef::class("System.Net.Http.HttpMethod"),
    TypeDef::class("System.Net.Http.HttpRequestMessage").implements(&["System.IDisposable"]).members(|m| {
        m.method("void Dispose()", |_, _, _| Ok(Value::AutomationNull));
    }),
    TypeDef::class("System.Net.Http.HttpResponseMessage").implements(&["System.IDisposable"]).members(|m| {
        m.method("void Dispose()", |_, _, _| Ok(Value::AutomationNull));
    }),
    TypeDef::class(NAMES),
    TypeDef::class("Microsoft.PowerShell.Commands.BasicHtmlWebResponseObject").base(NAMES),
    TypeDef::class("Microsoft.PowerShell.Commands.WebCmdletElementCollection")
        .base("System.Collections.ObjectModel.ReadOnlyCollection[psobject]")
        .implements(&["System.Collections.IList", "System.Collections.ICollection", "System.Collections.IEnumerable"])
        .members(|m| {
            m.get("int Count", |_, this| Ok(Value::int(this.downcast::<List>().map_or(0, List::len))));
        }),
    TypeDef::class("Microsoft.PowerShell.Commands.WebResponseContentMemoryStream").base("System.IO.MemoryStream"),
    TypeDef::labels(
        "Microsoft.PowerShell.Commands.WebRequestMethod",
        &[
            ("Default", 0),
            ("Get", 1),
            ("Head", 2),
            ("Post", 3),
            ("Put", 4),
            ("Delete", 5),
            ("Trace", 6),
            ("Options", 7),
            ("Merge", 8),
            ("Patch", 9),
        ],
    ),
    TypeDef::labels(
        "Microsoft.PowerShell.Commands.WebAuthenticationType",
        &[("None", 0), ("Basic", 1), ("Bearer", 2), ("OAuth", 3)],
    ),
    TypeDef::labels(
        "System.Net.Http.HttpVersionPolicy",
        &[("RequestVersionOrLower", 0), ("RequestVersionOrHigher", 1), ("RequestVersionExact", 2)],
    ),
    TypeDef::flag_labels(
        "System.Net.SecurityProtocolType",
        &[("SystemDefault", 0), ("Ssl3", 48), ("Tls", 192), ("Tls11", 768), ("Tls12", 3072), ("Tls13", 12288)],
    ),
    TypeDef::labels("System.Net.HttpStatusCode", STATUS),
    TypeDef::labels(
        "System.Net.Http.HttpRequestError",
        &[
            ("Unknown", 0),
            ("NameResolutionError", 1),
            ("ConnectionError", 2),
            ("SecureConnectionError", 3),
            ("HttpProtocolError", 4),
            ("ExtendedConnectNotSupported", 5),
            ("VersionNegotiationError", 6),
            ("UserAuthenticationError", 7),
            ("ProxyTunnelError", 8),
            ("InvalidResponse", 9),
            ("ResponseEnded", 10),
            ("ConfigurationLimitExceeded", 11),
        ],
    ),
];

#[rustfmt::skip]
const STATUS: &[(&str, i64)] = &[
    ("Continue", 100), ("SwitchingProtocols", 101), ("Processing", 102), ("EarlyHints", 103), ("OK", 200), ("Created", 201),
    ("Accepted", 202), ("NonAuthoritativeInformation", 203), ("NoContent", 204), ("ResetContent", 205),
    ("PartialContent", 206), ("MultiStatus", 207), ("AlreadyReported", 208), ("IMUsed", 226), ("MultipleChoices", 300),
    ("Ambiguous", 300), ("MovedPermanently", 301), ("Moved", 301), ("Found", 302), ("Redirect", 302), ("SeeOther", 303),
    ("RedirectMethod", 303), ("NotModified", 304), ("UseProxy", 305), ("Unused", 306), ("TemporaryRedirect", 307),
    ("RedirectKeepVerb", 307), ("PermanentRedirect", 308), ("BadRequest", 400), ("Unauthorized", 401),
    ("PaymentRequired", 402), ("Forbidden", 403), ("NotFound", 404), ("MethodNotAllowed", 405), ("NotAcceptable", 406),
    ("ProxyAuthenticationRequired", 407), ("RequestTimeout", 408), ("Conflict", 409), ("Gone", 410),
    ("LengthRequired", 411), ("PreconditionFailed", 412), ("RequestEntityTooLarge", 413), ("RequestUriTooLong", 414),
    ("UnsupportedMediaType", 415), ("RequestedRangeNotSatisfiable", 416), ("ExpectationFailed", 417),
    ("MisdirectedRequest", 421), ("UnprocessableEntity", 422), ("UnprocessableContent", 422), ("Locked", 423),
    ("FailedDependency", 424), ("UpgradeRequired", 426), ("PreconditionRequired", 428), ("TooManyRequests", 429),
    ("RequestHeaderFieldsTooLarge", 431), ("UnavailableForLegalReasons", 451), ("InternalServerError", 500),
    ("NotImplemented", 501), ("BadGateway", 502), ("ServiceUnavailable", 503), ("GatewayTimeout", 504),
    ("HttpVersionNotSupported", 505), ("VariantAlsoNegotiates", 506), ("InsufficientStorage", 507),
    ("LoopDetected", 508), ("NotExtended", 510), ("NetworkAuthenticationRequired", 511),
];
