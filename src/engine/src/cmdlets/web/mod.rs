//! `Invoke-WebRequest` and `Invoke-RestMethod`

use std::time::Duration;

use psrpd_dotnet::Str;

use super::{Cmdlet, Cx, Run};
use crate::{
    eval::{Flow, Name, R, Stream},
    http::{self, Body, Failure, Head, Request},
    types::web,
    value::{Category, ErrorRecord, Exception, Value, text},
};

mod answer;
mod content;
mod html;
mod multipart;
mod plan;
mod save;

use plan::Plan;

macro_rules! parameters {
    ($own:literal) => {
        concat!(
            $own,
            "UseBasicParsing
             Uri uri 0 ! notempty
             HttpVersion version
             WebSession Microsoft.PowerShell.Commands.WebRequestSession
             SessionVariable|SV string
             AllowUnencryptedAuthentication
             Authentication Microsoft.PowerShell.Commands.WebAuthenticationType
             Credential pscredential credential
             SkipCertificateCheck
             Token securestring
             UserAgent string
             DisableKeepAlive
             ConnectionTimeoutSeconds|TimeoutSec int range(0,2147483647)
             OperationTimeoutSeconds int range(0,2147483647)
             Headers System.Collections.IDictionary
             SkipHeaderValidation
             AllowInsecureRedirect
             MaximumRedirection int range(0,2147483647)
             MaximumRetryCount int range(0,2147483647)
             PreserveAuthorizationOnRedirect
             RetryIntervalSec int range(1,2147483647)
             Method Microsoft.PowerShell.Commands.WebRequestMethod @StandardMethod @StandardMethodNoProxy
             CustomMethod|CM string notempty @CustomMethod(!) @CustomMethodNoProxy(!)
             PreserveHttpMethodOnRedirect
             UnixSocket object notempty
             NoProxy @CustomMethodNoProxy(!) @StandardMethodNoProxy(!)
             Proxy uri @StandardMethod @CustomMethod
             ProxyCredential pscredential credential @StandardMethod @CustomMethod
             Body object ^
             Form System.Collections.IDictionary
             ContentType string
             TransferEncoding string set(chunked,compress,deflate,gzip,identity)
             InFile string notempty
             OutFile string notempty
             PassThru
             Resume
             SkipHttpErrorCheck"
        )
    };
}

pub(super) static WEB: Cmdlet =
    Cmdlet::new("Invoke-WebRequest", "InvokeWebRequestCommand", parameters!(""), || Box::new(Web { is_rest: false }))
        .examples(
            r#"try { Invoke-WebRequest http://127.0.0.1:1/ } catch { $_.Exception.Message } # what a web server answers
> Connection refused (127.0.0.1:1)"#,
        )
        .default_set("StandardMethod");

pub(super) static REST: Cmdlet = Cmdlet::new(
    "Invoke-RestMethod",
    "InvokeRestMethodCommand",
    parameters!(
        "FollowRelLink|FL
         MaximumFollowRelLink|ML int range(1,2147483647)
         ResponseHeadersVariable|RHV string
         StatusCodeVariable string
         "
    ),
    || Box::new(Web { is_rest: true }),
)
.examples(
    r#"try { Invoke-RestMethod http://127.0.0.1:1/ } catch { $_.CategoryInfo.Category } # objects from a web service
> InvalidOperation"#,
)
.default_set("StandardMethod");

struct Web {
    is_rest: bool,
}

/// The most that a message without `-MaximumRedirection` follows, as in .NET.
const MOST_REDIRECTIONS: i64 = 50;

/// What came back in the end.
struct Answer {
    head: Head,
    body: Body,
    /// The request that it answers.
    request: Request,
    uri: Value,
}

impl Answer {
    fn is_success(&self) -> bool {
        (200..300).contains(&self.head.status)
    }

    fn request_object(&self) -> Value {
        let (headers, minor) = (self.request.headers.clone(), i32::from(self.request.minor_version));
        web::request(&self.request.method, self.uri.clone(), &headers, self.request.body.is_some(), minor)
    }
}

impl Run for Web {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        plan::check(cx)?;
        let mut plan = Plan::new(cx)?;
        let follows = cx.flag("FollowRelLink");
        let most = cx.int("MaximumFollowRelLink").unwrap_or(i64::MAX);
        let mut followed = 0_i64;
        loop {
            let mut answer = fetch(cx, &mut plan)?;
            let next = if follows { answer::links(&answer) } else { Vec::new() };
            self.handle(cx, &plan, &mut answer)?;
            followed = followed.saturating_add(1);
            let next = next.into_iter().find(|(name, _)| name == "next");
            let Some((_, link)) = next.filter(|_| followed < most) else { break };
            cx.rs.write_message(Stream::Verbose, format!("Following rel link {link}").into())?;
            plan.go_to(cx, &link)?;
        }
        Ok(())
    }
}

impl Web {
    fn handle(&self, cx: &mut Cx<'_>, plan: &Plan, answer: &mut Answer) -> R<()> {
        if self.is_rest {
            for (name, value) in [
                ("StatusCodeVariable", Value::I32(answer.head.status.into())),
                ("ResponseHeadersVariable", web::headers(&web::ordered(&answer.head), web::HEADERS)),
            ] {
                if let Some(variable) = cx.string(name) {
                    let scope = cx.rs.frame.scope;
                    cx.rs.write_in(scope, &Name::new(&variable), value)?;
                }
            }
        }
        let is_done = save::is_done(cx, answer);
        if !is_done && !answer.is_success() && !cx.flag("SkipHttpErrorCheck") {
            return Err(refused(cx, answer));
        }
        if let Some(path) = plan.file(cx, answer)? {
            return save::save(cx, answer, &path, self.is_rest, is_done);
        }
        if self.is_rest { answer::write_rest(cx, answer) } else { answer::write_page(cx, answer) }
    }
}

/// Sends the request of a plan, again and again where the server or the user wants it.
fn fetch(cx: &mut Cx<'_>, plan: &mut Plan) -> R<Answer> {
    let retries = plan.retries;
    let mut tried = 0_i64;
    loop {
        let answer = follow(cx, plan)?;
        let code = answer.head.status;
        if tried >= retries || !(code == 304 || (400..600).contains(&code)) {
            return Ok(answer);
        }
        tried = tried.saturating_add(1);
        let asked = answer.head.get("Retry-After").filter(|_| code == 429).and_then(|value| value.parse().ok());
        let seconds: u64 = asked.unwrap_or(plan.pause);
        let status = text(&web::status(code));
        let message =
            format!("Retrying after interval of {seconds} seconds. Status code for previous attempt: {status}");
        cx.rs.write_message(Stream::Verbose, message.into())?;
        let until = cx.rs.platform.now().saturating_add(i64::try_from(seconds).unwrap_or(0).saturating_mul(10_000_000));
        while cx.rs.platform.now() < until {
            cx.rs.check_stop()?;
            cx.rs.stop.sleep(Duration::from_millis(100));
        }
    }
}

/// Sends a request and those that the answers lead to.
fn follow(cx: &mut Cx<'_>, plan: &mut Plan) -> R<Answer> {
    let mut request = plan.request(cx)?;
    let mut uri = plan.uri.clone();
    announce(cx, plan, &request)?;
    let mut left = if plan.redirections < 0 { MOST_REDIRECTIONS } else { plan.redirections };
    let mut has_logged_in = false;
    loop {
        let sent = plan.with_cookies(cx, &request);
        let how = plan.how(cx, &sent)?;
        let result = http::send(cx.rs, &sent, &how);
        let (head, body) = result.map_err(|failure| failed(cx, plan, &sent, &uri, failure))?;
        plan.keep_cookies(cx, &request, &head);
        if head.status == 401 && !has_logged_in && plan.log_in(&mut request, &head) {
            has_logged_in = true;
            continue;
        }
        let answer = Answer { head, body, request: sent, uri: uri.clone() };
        let location = answer.head.get("Location").filter(|_| matches!(answer.head.status, 300..=303 | 307 | 308));
        let Some(location) = location.map(str::to_owned) else {
            describe(cx, &answer)?;
            return Ok(answer);
        };
        if left == 0 {
            if plan.redirections >= 0 && cx.flag("SkipHttpErrorCheck") {
                let message = "The maximum redirection count has been exceeded. To increase the number of redirections allowed, supply a higher value to the -MaximumRedirection parameter.";
                let exception = "System.InvalidOperationException";
                cx.error(
                    exception,
                    "MaximumRedirectExceeded",
                    Category::InvalidOperation,
                    message,
                    answer.request_object(),
                )?;
            }
            describe(cx, &answer)?;
            return Ok(answer);
        }
        left = left.saturating_sub(1);
        let (next, server, target) = plan::resolved(cx, &uri, &location)?;
        if request.server.is_secure && !server.is_secure && !cx.flag("AllowInsecureRedirect") {
            let message = "Cannot follow an insecure redirection by default. Reissue the command specifying the -AllowInsecureRedirect switch.";
            return Err(cx.fail(
                "System.InvalidOperationException",
                "InsecureRedirection",
                Category::InvalidOperation,
                message,
                answer.request_object(),
            ));
        }
        redirect(cx, &mut request, answer.head.status);
        (request.server, request.target) = (server, target);
        uri = next;
    }
}

/// Makes a request the one that follows a redirection.
fn redirect(cx: &Cx<'_>, request: &mut Request, status: u16) {
    let becomes_get = match status {
        300..=302 => request.method == "POST",
        303 => !matches!(request.method.as_str(), "GET" | "HEAD"),
        _ => false,
    };
    if !cx.flag("PreserveAuthorizationOnRedirect") {
        request.headers.retain(|(name, _)| !name.eq_ignore_ascii_case("Authorization"));
    }
    if !becomes_get {
        return;
    }
    let is_of_body = |name: &str| {
        ["Content-Type", "Content-Length", "Transfer-Encoding"].iter().any(|other| other.eq_ignore_ascii_case(name))
    };
    request.headers.retain(|(name, _)| !is_of_body(name));
    request.body = None;
    request.is_chunked = false;
    if cx.flag("PreserveHttpMethodOnRedirect") {
        request.headers.push(("Content-Length".into(), "0".into()));
    } else {
        request.method = "GET".into();
    }
}

/// A number of bytes as the messages have it.
fn size(bytes: usize) -> String {
    const STEP: f64 = 1024.0;
    const UNITS: [&str; 5] = ["B", "KB", "MB", "GB", "TB"];
    if bytes == 0 {
        return "0 b (0 bytes)".into();
    }
    let mut shown = f64::from(u32::try_from(bytes).unwrap_or(u32::MAX));
    let mut unit = 0_usize;
    while shown >= STEP && unit < UNITS.len().saturating_sub(1) {
        shown /= STEP;
        unit = unit.saturating_add(1);
    }
    let name = UNITS.get(unit).copied().unwrap_or("B");
    let digits = format!("{shown:.2}");
    let digits = digits.trim_end_matches('0').trim_end_matches('.');
    format!("{digits} {name} ({bytes} bytes)")
}

/// Says in the verbose stream what is sent.
fn announce(cx: &mut Cx<'_>, plan: &Plan, request: &Request) -> R<()> {
    let mut shown = format!("WebRequest: v1.{} {} {}", request.minor_version, request.method, plan.shown_uri(cx)?);
    let query = request.target.split_once('?').map_or("", |(_, query)| query);
    if !query.is_empty() {
        shown.push_str(&format!(" with query length {}", query.len()));
    }
    if let Some(body) = &request.body {
        let of = request.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("Content-Type"));
        let of = of.and_then(|(_, value)| value.split(';').next()).unwrap_or("");
        let of = if of.is_empty() { String::new() } else { format!(" {of} payload") };
        shown.push_str(&format!(" with{of} with body size {}", size(body.len())));
    }
    if let Some(path) = cx.string("OutFile") {
        shown.push_str(&format!(" output to {}", crate::providers::absolute(cx.rs, &path)));
    }
    cx.rs.write_message(Stream::Verbose, shown.into())
}

/// Says in the verbose stream what came back.
fn describe(cx: &mut Cx<'_>, answer: &Answer) -> R<()> {
    let mut shown = format!("WebResponse: {} {}", answer.head.status, answer.head.reason);
    let of = answer.head.get("Content-Type").and_then(|value| value.split(';').next()).unwrap_or("").trim();
    if !of.is_empty() {
        shown.push_str(&format!(" with {of} payload"));
    }
    match answer.head.get("Content-Length").and_then(|value| value.parse().ok()) {
        Some(length) if !answer.body.is_decoded() => shown.push_str(&format!(" with body size {}", size(length))),
        _ => shown.push_str(" with unknown body size"),
    }
    cx.rs.write_message(Stream::Verbose, shown.into())
}

/// The error of an answer that says no.
fn refused(cx: &mut Cx<'_>, answer: &mut Answer) -> Flow {
    let message =
        format!("Response status code does not indicate success: {} ({}).", answer.head.status, answer.head.reason);
    let request = answer.request_object();
    let response = web::response(&answer.head, request.clone());
    let details = answer::details(cx.rs, answer);
    let exception = Exception::new("Microsoft.PowerShell.Commands.HttpResponseException", message)
        .with("HttpRequestError", crate::types::enum_value("System.Net.Http.HttpRequestError", "Unknown"))
        .with("StatusCode", web::status(answer.head.status))
        .with("Response", response);
    web_error(cx, exception, request, details)
}

fn web_error(cx: &Cx<'_>, exception: Exception, request: Value, details: Option<Str>) -> Flow {
    let id = cx.id("WebCmdletWebResponseException");
    let record = ErrorRecord::new(Value::object(exception), id, Category::InvalidOperation, request);
    *record.activity.lock() = cx.cmdlet.name.into();
    *record.details.lock() = details.filter(|details| !details.is_empty());
    Flow::error(record)
}

/// The error of a request that was not answered.
fn failed(cx: &Cx<'_>, plan: &Plan, request: &Request, uri: &Value, failure: Failure) -> Flow {
    if let Some(flow) = failure.flow() {
        return flow;
    }
    let has_content = request.body.is_some();
    let object =
        web::request(&request.method, uri.clone(), &request.headers, has_content, request.minor_version.into());
    let (message, inner_type, inner) = match failure {
        Failure::TimedOut => return timed_out(cx, plan),
        Failure::Connect(failure) => {
            let reason = reason(&failure);
            let place = request.server.authority(true);
            (format!("{reason} ({place})"), "System.Net.Sockets.SocketException", reason)
        }
        Failure::Trust(failure) => (
            "The SSL connection could not be established, see inner exception.".into(),
            "System.Security.Authentication.AuthenticationException",
            trust(&failure),
        ),
        Failure::Broken(reason) if reason.starts_with("The ") && reason.contains("(ResponseEnded)") => {
            ("An error occurred while sending the request.".into(), "System.Net.Http.HttpIOException", reason)
        }
        Failure::Broken(reason) => {
            ("An error occurred while sending the request.".into(), "System.IO.IOException", reason)
        }
        Failure::Stopped => return Flow::Stopped,
    };
    let inner_exception = Value::object(Exception::new(inner_type, inner.clone()));
    let of = crate::types::known("System.Net.Http.HttpRequestException");
    let exception = Exception::of(of, Str::from(message), inner_exception);
    web_error(cx, exception, object, Some(inner.into()))
}

fn timed_out(cx: &Cx<'_>, plan: &Plan) -> Flow {
    let message = match plan.within {
        Some(within) => format!(
            "The request was canceled due to the configured HttpClient.Timeout of {} seconds elapsing.",
            within.as_secs()
        ),
        None => "The operation has timed out.".into(),
    };
    let exception = "System.Threading.Tasks.TaskCanceledException";
    cx.fail(exception, "ConnectionTimeoutReached", Category::OperationTimeout, message, Value::Null)
}

/// A failure to connect as .NET words it.
fn reason(failure: &std::io::Error) -> String {
    match failure.kind() {
        std::io::ErrorKind::NotFound => "Name or service not known".into(),
        std::io::ErrorKind::ConnectionRefused => "Connection refused".into(),
        _ => crate::providers::reason(failure),
    }
}

/// What is wrong with a certificate, as .NET words it.
fn trust(failure: &std::io::Error) -> String {
    let why = failure.to_string();
    if why.contains("NotValidForName") || why.contains("not valid for") {
        "The remote certificate is invalid according to the validation procedure: RemoteCertificateNameMismatch".into()
    } else if why.contains("Expired") || why.contains("expired") {
        "The remote certificate is invalid because of errors in the certificate chain: NotTimeValid".into()
    } else if why.contains("certificate") {
        "The remote certificate is invalid because of errors in the certificate chain: PartialChain".into()
    } else {
        "Cannot determine the frame size or a corrupted frame was received.".into()
    }
}
