//! What a call of the cmdlets asks for.

use std::time::Duration;

use base64::Engine as _;
use psrpd_dotnet::{Str, casing};

use super::{Answer, content};
use crate::{
    cmdlets::Cx,
    convert,
    eval::{Flow, Name, R},
    http::{Head, How, Proxy, Request, Server},
    types::web::{self, Jar},
    value::{Category, Dictionary, ErrorRecord, Exception, Secret, Uri, Value, text},
};

/// Seconds between two tries, where nothing else is said.
const USUAL_PAUSE: u64 = 5;

const VALIDATION: &str = "System.Management.Automation.ValidationMetadataException";

/// Parameters that do not go together, or miss another one.
pub(super) fn check(cx: &Cx<'_>) -> R<()> {
    let has = |name: &str| cx.get(name).is_some();
    let kind = authentication(cx);
    let conflict = |a: &str, b: &str, or: &str| {
        format!(
            "The cmdlet cannot run because the following conflicting parameters are specified: {a} and {b}. Specify either {or}, then retry.  "
        )
    };
    let (id, message) = if has("WebSession") && has("SessionVariable") {
        let both = "The cmdlet cannot run because the following conflicting parameters are specified: Session and SessionVariable. Specify either Session or SessionVariable, then retry.";
        ("WebCmdletSessionConflictException", both.to_owned())
    } else if has("Token") && !matches!(kind.as_str(), "Bearer" | "OAuth") && kind.as_str() != "Basic" {
        ("WebCmdletAuthenticationTokenConflictException", "The cmdlet cannot run because the following conflicting parameters are specified: Credential and Token. Specify either Credential or Token, then retry.".to_owned())
    } else if kind.as_str() == "Basic" && !has("Credential") {
        ("WebCmdletAuthenticationCredentialNotSuppliedException", "The cmdlet cannot run because the following parameter is not specified: Credential. The supplied Authentication type requires a Credential. Specify Credential, then retry.".to_owned())
    } else if matches!(kind.as_str(), "Bearer" | "OAuth") && !has("Token") {
        ("WebCmdletAuthenticationTokenNotSuppliedException", "The cmdlet cannot run because the following parameter is not specified: Token. The supplied Authentication type requires a Token. Specify Token, then retry.".to_owned())
    } else if has("Body") && has("InFile") {
        ("WebCmdletBodyConflictException", conflict("Body", "InFile", "Body or Infile"))
    } else if has("Body") && has("Form") {
        ("WebCmdletBodyFormConflictException", conflict("Body", "Form", "Body or Form"))
    } else if has("InFile") && has("Form") {
        ("WebCmdletFormInFileConflictException", conflict("InFile", "Form", "InFile or Form"))
    } else if cx.flag("PassThru") && !has("OutFile") {
        ("WebCmdletOutFileMissingException", "The cmdlet cannot run because the following parameter is missing: OutFile. Provide a valid OutFile parameter value when using the PassThru parameter, then retry.".to_owned())
    } else if cx.flag("Resume") && !has("OutFile") {
        ("WebCmdletOutFileMissingException", "The cmdlet cannot run because the following parameter is missing: OutFile. Provide a valid OutFile parameter value when using the Resume parameter, then retry.".to_owned())
    } else {
        return Ok(());
    };
    Err(refuse(cx, id, &message))
}

/// An error about the parameters; its target is the cmdlet itself.
fn refuse(cx: &Cx<'_>, id: &str, message: &str) -> Flow {
    let class = cx.cmdlet.full_class();
    let record = ErrorRecord::new(
        Value::object(Exception::new(VALIDATION, message)),
        cx.id(id),
        Category::InvalidArgument,
        Value::Null,
    );
    *record.activity.lock() = cx.cmdlet.name.into();
    *record.target_name.lock() = Some(class.into());
    *record.target_type.lock() = Some(cx.cmdlet.class.into());
    Flow::error(record)
}

fn authentication(cx: &Cx<'_>) -> Str {
    cx.get("Authentication").map(|kind| text(&kind)).unwrap_or_default()
}

fn format_error(cx: &Cx<'_>, message: String) -> Flow {
    cx.fail("System.FormatException", "System.FormatException", Category::NotSpecified, message, Value::Null)
}

/// A secret's text.
fn revealed(value: &Value) -> String {
    value.downcast::<Secret>().map(Secret::reveal).unwrap_or_default()
}

fn basic(credential: &Value) -> String {
    let login = format!("{}:{}", text(&credential.field("UserName")), revealed(&credential.field("Password")));
    format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(login))
}

/// A URI, whom it means, and path and query.
pub(super) fn located(cx: &mut Cx<'_>, uri: &Value) -> R<(Server, String)> {
    let part = |cx: &mut Cx<'_>, name: &str| cx.rs.get_member(uri, name);
    let scheme = text(&part(cx, "Scheme")?);
    if !["http", "https"].contains(&scheme.as_str()) {
        let message = format!("The '{scheme}' scheme is not supported.");
        let exception = "System.NotSupportedException";
        let id = "WebCmdletIEDomNotSupportedException";
        return Err(cx.fail(exception, id, Category::NotImplemented, message, Value::Null));
    }
    let host = text(&part(cx, "IdnHost")?).to_string();
    let port = part(cx, "Port")?.as_i128().and_then(|port| u16::try_from(port).ok()).unwrap_or(80);
    let target = text(&part(cx, "PathAndQuery")?).to_string();
    Ok((Server { is_secure: scheme.as_str() == "https", host, port }, target))
}

/// Where a reference in an answer leads.
pub(super) fn resolved(cx: &mut Cx<'_>, base: &Value, reference: &str) -> R<(Value, Server, String)> {
    let of = crate::types::known("System.Uri");
    let next = cx.rs.construct(&of, &[base.clone(), Value::object(Uri(reference.into()))])?;
    let (server, target) = located(cx, &next)?;
    Ok((next, server, target))
}

/// The URI of an argument; without a scheme it is one of HTTP.
fn absolute(cx: &mut Cx<'_>) -> R<Value> {
    let given = cx.value("Uri");
    let is_absolute = cx.rs.get_member(&given, "IsAbsoluteUri")?;
    if convert::to_bool(&is_absolute) {
        return Ok(given);
    }
    let source = given.downcast::<Uri>().map(|uri| uri.0.clone()).unwrap_or_default();
    Ok(Value::object(Uri(format!("http://{source}").into())))
}

/// All that requests of one call have in common.
pub(super) struct Plan {
    pub(super) uri: Value,
    method: String,
    /// A `WebRequestSession`.
    session: Value,
    pub(super) within: Option<Duration>,
    reading: Option<Duration>,
    pub(super) redirections: i64,
    pub(super) retries: i64,
    /// Seconds from one try to the next.
    pub(super) pause: u64,
    /// Where to go on reading a file that is there in part.
    pub(super) resumes_at: Option<u64>,
}

impl Plan {
    pub(super) fn new(cx: &mut Cx<'_>) -> R<Self> {
        let uri = absolute(cx)?;
        let session = session(cx)?;
        let method = match cx.string("CustomMethod") {
            Some(method) => method.to_uppercase(),
            None => cx.string("Method").map_or_else(|| "GET".into(), |method| method.to_uppercase()),
        };
        let method = if method == "DEFAULT" { "GET".into() } else { method };
        let seconds =
            |name: &str| cx.int(name).and_then(|n| u64::try_from(n).ok()).filter(|n| *n > 0).map(Duration::from_secs);
        let number = |name: &str| session.field(name).as_i128().and_then(|n| i64::try_from(n).ok()).unwrap_or(0);
        Ok(Self {
            uri,
            method,
            within: seconds("ConnectionTimeoutSeconds"),
            reading: seconds("OperationTimeoutSeconds"),
            redirections: number("MaximumRedirection"),
            retries: number("MaximumRetryCount"),
            pause: u64::try_from(number("RetryIntervalInSeconds")).ok().filter(|n| *n > 0).unwrap_or(USUAL_PAUSE),
            session,
            resumes_at: None,
        })
    }

    /// The URI of the request as messages show it, without its query.
    pub(super) fn shown_uri(&self, cx: &mut Cx<'_>) -> R<String> {
        let whole = text(&cx.rs.get_member(&self.uri, "AbsoluteUri")?).to_string();
        Ok(whole.split(['?', '#']).next().unwrap_or("").to_owned())
    }

    /// Goes to another page with the same call.
    pub(super) fn go_to(&mut self, cx: &mut Cx<'_>, link: &str) -> R<()> {
        self.uri = resolved(cx, &self.uri, link)?.0;
        Ok(())
    }

    /// The first request.
    pub(super) fn request(&mut self, cx: &mut Cx<'_>) -> R<Request> {
        let body = content::of(cx, &self.method)?;
        if let Some(query) = &body.query {
            let whole = text(&cx.rs.get_member(&self.uri, "AbsoluteUri")?).to_string();
            let mark = if whole.contains('?') { '&' } else { '?' };
            self.uri = Value::object(Uri(format!("{whole}{mark}{query}").into()));
        }
        let (server, target) = located(cx, &self.uri.clone())?;
        let mut headers = self.headers(cx)?;
        let is_chunked = cx.string("TransferEncoding").is_some();
        if let Some(bytes) = &body.bytes {
            if let Some(of) = &body.content_type {
                headers.push(("Content-Type".into(), of.clone()));
            }
            if !is_chunked {
                headers.push(("Content-Length".into(), bytes.len().to_string()));
            }
        } else if matches!(self.method.as_str(), "POST" | "PUT" | "PATCH") {
            headers.push(("Content-Length".into(), "0".into()));
        }
        let minor_version = match cx.get("HttpVersion").map(|version| text(&version)) {
            Some(version) if version.as_str() == "1.0" => 0,
            _ => 1,
        };
        Ok(Request {
            method: self.method.clone(),
            server,
            target,
            headers,
            body: body.bytes,
            is_chunked,
            minor_version,
        })
    }

    /// All headers but those of the content.
    fn headers(&mut self, cx: &mut Cx<'_>) -> R<Vec<(String, String)>> {
        let mut headers = Vec::new();
        let given = self.session.field("Headers");
        let entries = given.downcast::<Dictionary>().map(Dictionary::entries).unwrap_or_default();
        for (name, value) in entries {
            let (name, value) = (text(&name).to_string(), text(&value).to_string());
            if casing::eq(&name, "Content-Type") {
                continue;
            }
            if !cx.flag("SkipHeaderValidation") && !is_valid(&name, &value) {
                return Err(format_error(cx, format!("The format of value '{value}' is invalid.")));
            }
            if name.contains(['\r', '\n', ':', ' ']) || value.contains(['\r', '\n']) {
                return Err(format_error(cx, format!("The header name '{name}' has an invalid format.")));
            }
            headers.push((name, value));
        }
        let has =
            |headers: &[(String, String)], name: &str| headers.iter().any(|(have, _)| have.eq_ignore_ascii_case(name));
        if !has(&headers, "User-Agent") {
            headers.push(("User-Agent".into(), text(&self.session.field("UserAgent")).to_string()));
        }
        if cx.flag("DisableKeepAlive") {
            headers.push(("Connection".into(), "Close".into()));
        }
        if let Some(coding) = cx.string("TransferEncoding") {
            headers.push(("Transfer-Encoding".into(), coding.to_string()));
        }
        if let Some(login) = self.login(cx)? {
            headers.retain(|(name, _)| !name.eq_ignore_ascii_case("Authorization"));
            headers.push(("Authorization".into(), login));
        }
        if cx.flag("Resume")
            && let Some(path) = cx.string("OutFile")
        {
            let path = crate::providers::absolute(cx.rs, &path);
            if let Ok(stat) = cx.rs.platform.stat(&path) {
                self.resumes_at = Some(stat.size);
                headers.push(("Range".into(), format!("bytes={}-", stat.size)));
            }
        }
        if !has(&headers, "Accept-Encoding") {
            headers.push(("Accept-Encoding".into(), "gzip, deflate".into()));
        }
        Ok(headers)
    }

    /// The value of the `Authorization` header that was asked for.
    fn login(&self, cx: &Cx<'_>) -> R<Option<String>> {
        let kind = authentication(cx);
        let is_secure = || {
            let whole = text(&self.uri);
            whole.get(..6).is_some_and(|scheme| scheme.eq_ignore_ascii_case("https:"))
        };
        let wants = !matches!(kind.as_str(), "" | "None") || cx.get("Credential").is_some();
        if wants && !is_secure() && !cx.flag("AllowUnencryptedAuthentication") {
            let message = "The cmdlet cannot protect plain text secrets sent over unencrypted connections. To suppress this warning and send plain text secrets over unencrypted networks, reissue the command specifying the AllowUnencryptedAuthentication parameter.";
            return Err(refuse(cx, "WebCmdletAllowUnencryptedAuthenticationRequiredException", message));
        }
        Ok(match kind.as_str() {
            "Basic" => cx.get("Credential").map(|credential| basic(&credential)),
            "Bearer" | "OAuth" => cx.get("Token").map(|token| format!("Bearer {}", revealed(&token))),
            _ => None,
        })
    }

    /// Logs in where the server asks for a password; false if that does not help.
    pub(super) fn log_in(&self, request: &mut Request, head: &Head) -> bool {
        let asked = head
            .all("WWW-Authenticate")
            .any(|value| value.get(..5).is_some_and(|kind| kind.eq_ignore_ascii_case("basic")));
        let credential = self.session.field("Credentials");
        let has_login = request.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("Authorization"));
        if !asked || credential.is_null() || has_login {
            return false;
        }
        request.headers.push(("Authorization".into(), basic(&credential)));
        true
    }

    fn jar<T>(&self, work: impl FnOnce(&Jar) -> T) -> Option<T> {
        self.session.field("Cookies").downcast::<Jar>().map(work)
    }

    /// A request with the cookies that belong to it.
    pub(super) fn with_cookies(&self, cx: &Cx<'_>, request: &Request) -> Request {
        let (server, path) = (&request.server, request.target.split('?').next().unwrap_or("/"));
        let now = cx.rs.platform.now();
        let cookies = self.jar(|jar| jar.matching(&server.host, path, server.is_secure, now)).unwrap_or_default();
        let mut request = request.clone();
        if !cookies.is_empty() {
            request.headers.push(("Cookie".into(), web::cookie_header(&cookies)));
        }
        request
    }

    /// Keeps the cookies of an answer.
    pub(super) fn keep_cookies(&self, cx: &Cx<'_>, request: &Request, head: &Head) {
        let (server, path) = (&request.server, request.target.split('?').next().unwrap_or("/"));
        let now = cx.rs.platform.now();
        self.jar(|jar| head.all("Set-Cookie").for_each(|header| jar.take(header, &server.host, path, now)));
    }

    /// How a request is sent.
    pub(super) fn how(&self, cx: &mut Cx<'_>, request: &Request) -> R<How> {
        Ok(How {
            proxy: proxy(cx, &request.server)?,
            socket: cx.get("UnixSocket").map(|path| text(&path).to_string()),
            checks_certificates: !cx.flag("SkipCertificateCheck"),
            within: self.within,
            pause: self.reading,
        })
    }

    /// The file that the answer goes to.
    pub(super) fn file(&self, cx: &mut Cx<'_>, answer: &Answer) -> R<Option<String>> {
        let Some(path) = cx.string("OutFile") else { return Ok(None) };
        let path = crate::providers::file_path(cx.rs, &path)?;
        let is_folder = cx.rs.platform.stat(&path).is_ok_and(|stat| stat.kind == crate::platform::FileKind::Directory);
        if !is_folder {
            return Ok(Some(path));
        }
        let named = text(&cx.rs.get_member(&answer.uri, "AbsolutePath")?).to_string();
        let name = named.rsplit('/').find(|part| !part.is_empty()).unwrap_or("download").to_owned();
        Ok(Some(crate::providers::join(&path, &name)))
    }
}

/// Values that .NET checks before it sends them.
fn is_valid(name: &str, value: &str) -> bool {
    let is_tag = |value: &str| value == "*" || value.trim_start_matches("W/").starts_with('"') && value.ends_with('"');
    match name.to_ascii_lowercase().as_str() {
        "if-match" | "if-none-match" => value.split(',').all(|part| is_tag(part.trim())),
        "host" => !value.contains(' '),
        _ => true,
    }
}

/// The session of the call, with what the parameters change in it.
fn session(cx: &mut Cx<'_>) -> R<Value> {
    let given = cx.get("WebSession").filter(|session| !session.is_null());
    let session = match given {
        Some(session) => session,
        None => web::session(&web::user_agent(cx.rs)),
    };
    if let Some(variable) = cx.string("SessionVariable") {
        let scope = cx.rs.frame.scope;
        cx.rs.write_in(scope, &Name::new(&variable), session.clone())?;
    }
    let Some(bag) = session.downcast::<crate::value::Opaque>() else { return Ok(session) };
    if let Some(agent) = cx.get("UserAgent") {
        bag.set("UserAgent", agent);
    }
    if let Some(credential) = cx.get("Credential").filter(|_| authentication(cx).is_empty()) {
        bag.set("Credentials", credential);
    }
    for (parameter, name) in [
        ("MaximumRedirection", "MaximumRedirection"),
        ("MaximumRetryCount", "MaximumRetryCount"),
        ("RetryIntervalSec", "RetryIntervalInSeconds"),
    ] {
        if let Some(value) = cx.get(parameter) {
            bag.set(name, value);
        }
    }
    let table = session.field("Headers");
    if let (Some(headers), Some(table)) = (cx.get("Headers"), table.downcast::<Dictionary>()) {
        for (name, value) in headers.downcast::<Dictionary>().map(Dictionary::entries).unwrap_or_default() {
            // No value takes a header away.
            if !value.is_null() {
                table.set(text(&name).into(), text(&value).into());
            }
        }
    }
    Ok(session)
}

/// The proxy for a server: that of the call, or that of the environment.
fn proxy(cx: &mut Cx<'_>, server: &Server) -> R<Option<Proxy>> {
    if cx.flag("NoProxy") {
        return Ok(None);
    }
    let given = match cx.get("Proxy") {
        Some(uri) => Some(uri),
        None => of_environment(cx, server).map(|text| Value::object(Uri(text.into()))),
    };
    let Some(uri) = given else { return Ok(None) };
    let user = text(&cx.rs.get_member(&uri, "UserInfo")?).to_string();
    let (server, _) = located(cx, &uri)?;
    let login = match cx.get("ProxyCredential") {
        Some(credential) => Some(basic(&credential)),
        None if !user.is_empty() => Some(format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(user))),
        None => None,
    };
    Ok(Some(Proxy { server, login }))
}

fn of_environment(cx: &Cx<'_>, server: &Server) -> Option<String> {
    let environment = &cx.rs.state.environment;
    let get = |name: &str| {
        let value = environment.get(name).or_else(|| environment.get(&name.to_uppercase()));
        value.filter(|value| !value.is_empty())
    };
    let spared = get("no_proxy").unwrap_or_default();
    let is_spared = spared.split(',').map(|name| name.trim()).filter(|name| !name.is_empty()).any(|name| {
        let name = name.trim_start_matches('*');
        let suffix = format!(".{}", name.trim_start_matches('.')).to_lowercase();
        name.is_empty() || casing::eq(name, &server.host) || server.host.to_lowercase().ends_with(&suffix)
    });
    let is_here = matches!(server.host.as_str(), "localhost" | "127.0.0.1" | "::1");
    if is_spared || is_here {
        return None;
    }
    let found = get(if server.is_secure { "https_proxy" } else { "http_proxy" }).or_else(|| get("all_proxy"))?;
    Some(if found.contains("://") { found } else { format!("http://{found}") })
}
