//! Answers as objects.

use psrpd_dotnet::Str;

use super::{Answer, content, html};
use crate::{
    cmdlets::{Cx, convert_from_json},
    eval::{Flow, R, Runspace},
    http::Failure,
    json,
    limits::{MAX_JSON_DEPTH, MAX_STRING},
    providers::encoding::Encoding,
    types::{self, encoding, web, xml},
    value::{Category, Exception, List, Opaque, Value, text},
};

/// How much of the text of a refusal is read.
const MAX_DETAILS: usize = 1 << 20;

fn content_type(answer: &Answer) -> String {
    answer.head.get("Content-Type").and_then(|of| of.split(';').next()).unwrap_or("").trim().to_ascii_lowercase()
}

fn is_json(of: &str) -> bool {
    of.ends_with("/json")
        || of.ends_with("+json")
        || matches!(
            of,
            "application/javascript"
                | "application/x-javascript"
                | "text/javascript"
                | "text/x-javascript"
                | "text/x-json"
        )
}

fn is_xml(of: &str) -> bool {
    of.ends_with("+xml")
        || matches!(
            of,
            "application/xml"
                | "text/xml"
                | "application/xml-external-parsed-entity"
                | "text/xml-external-parsed-entity"
                | "application/xml-dtd"
        )
}

fn is_text(of: &str) -> bool {
    of.starts_with("text/") || is_json(of) || is_xml(of)
}

/// The next piece of the body.
pub(super) fn next(cx: &mut Cx<'_>, answer: &mut Answer) -> R<Option<Vec<u8>>> {
    answer.body.next(cx.rs).map_err(|failure| broken(cx, &failure))
}

fn broken(cx: &Cx<'_>, failure: &Failure) -> Flow {
    if let Some(flow) = failure.flow() {
        return flow;
    }
    let message = match failure {
        Failure::TimedOut => {
            let exception = "System.TimeoutException";
            let message = "The operation has timed out.";
            return cx.fail(exception, "OperationTimeoutReached", Category::OperationTimeout, message, Value::Null);
        }
        Failure::Broken(reason) => reason.clone(),
        _ => "The response ended prematurely. (ResponseEnded)".into(),
    };
    let exception = Value::object(Exception::new("System.Net.Http.HttpIOException", message));
    let id = cx.id("System.Net.Http.HttpIOException");
    Flow::error(crate::value::ErrorRecord::new(exception, id, Category::NotSpecified, Value::Null))
}

fn all(cx: &mut Cx<'_>, answer: &mut Answer) -> R<Vec<u8>> {
    answer.body.all(cx.rs, MAX_STRING).map_err(|failure| broken(cx, &failure))
}

/// The text of a content, by what the answer says of it or by what stands in it.
fn decode(answer: &Answer, bytes: &[u8]) -> (Str, Encoding) {
    let named = answer.head.get("Content-Type").and_then(content::charset);
    let utf8 = Encoding::Utf8 { mark: false };
    let (marked, skip) = Encoding::marked(bytes).map_or((None, 0), |(encoding, skip)| (Some(encoding), skip));
    let bytes = bytes.get(skip..).unwrap_or(&[]);
    if let Some(encoding) = named.or(marked) {
        return (encoding.decode(bytes), encoding);
    }
    let shown = utf8.decode(bytes);
    match declared(&shown) {
        Some(encoding) if encoding != utf8 => (encoding.decode(bytes), encoding),
        _ => (shown, utf8),
    }
}

/// The encoding that a page or a document names itself.
fn declared(shown: &str) -> Option<Encoding> {
    const LOOKED_AT: usize = 1024;
    let mut end = shown.len().min(LOOKED_AT);
    while !shown.is_char_boundary(end) {
        end = end.saturating_sub(1);
    }
    let head = shown.get(..end)?.to_ascii_lowercase();
    let of = |mark: &str, from: &str| {
        let behind = from.split_once(mark)?.1.trim_start().trim_start_matches('=').trim_start();
        let name = behind.trim_start_matches(['"', '\'']);
        let end = name.find(|c: char| !(c.is_ascii_alphanumeric() || "-_.:".contains(c))).unwrap_or(name.len());
        Encoding::find(name.get(..end)?)
    };
    if let Some(declaration) = head.strip_prefix("<?xml") {
        return of("encoding", declaration.split_once("?>")?.0);
    }
    of("charset", head.split_once("<meta")?.1)
}

/// The links of the `Link` headers, by relation.
pub(super) fn links(answer: &Answer) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for header in answer.head.all("Link") {
        for part in header.split(",") {
            let Some((link, rest)) = part.trim().strip_prefix('<').and_then(|part| part.split_once('>')) else {
                continue;
            };
            let relation = rest.split(';').find_map(|word| word.trim().strip_prefix("rel="));
            if let Some(relation) = relation {
                found.push((relation.trim_matches(['"', '\'']).to_owned(), link.to_owned()));
            }
        }
    }
    found
}

fn relation_links(cx: &mut Cx<'_>, answer: &Answer) -> R<Value> {
    let table = web::strings();
    for (relation, link) in links(answer) {
        let whole = super::plan::resolved(cx, &answer.uri, &link)?.0;
        let whole = cx.rs.get_member(&whole, "AbsoluteUri")?;
        if let Some(table) = table.downcast::<crate::value::Dictionary>() {
            table.set(relation.into(), whole);
        }
    }
    Ok(table)
}

fn raw_head(answer: &Answer) -> String {
    let status = text(&web::status(answer.head.status));
    let mut raw = format!("HTTP/1.{} {} {status}\n", answer.head.minor_version, answer.head.status);
    for (name, value) in shown_headers(answer) {
        raw.push_str(&format!("{name}: {value}\n"));
    }
    raw.push('\n');
    raw
}

/// The headers that are left once the content is unpacked.
fn shown_headers(answer: &Answer) -> Vec<(String, String)> {
    let mut headers = web::ordered(&answer.head);
    if answer.body.is_decoded() {
        headers.retain(|(name, _)| {
            !name.eq_ignore_ascii_case("Content-Encoding") && !name.eq_ignore_ascii_case("Content-Length")
        });
    }
    headers
}

/// Writes what `Invoke-WebRequest` writes.
pub(super) fn write_page(cx: &mut Cx<'_>, answer: &mut Answer) -> R<()> {
    let bytes = all(cx, answer)?;
    write_page_of(cx, answer, bytes, None)
}

/// The same of a content that was read.
pub(super) fn write_page_of(cx: &mut Cx<'_>, answer: &Answer, bytes: Vec<u8>, file: Option<&str>) -> R<()> {
    let head = raw_head(answer);
    let length = Value::I64(i64::try_from(bytes.len()).unwrap_or(i64::MAX));
    let base = web::response(&answer.head, answer.request_object());
    let headers = web::headers(&shown_headers(answer), web::HEADERS);
    let status = text(&web::status(answer.head.status));
    let relations = relation_links(cx, answer)?;
    let code = Value::I32(answer.head.status.into());
    let file = file.map_or(Value::Null, Value::from);
    let stream =
        types::files::memory_stream_of("Microsoft.PowerShell.Commands.WebResponseContentMemoryStream", bytes.clone());
    if !is_text(&content_type(answer)) {
        let readable = |byte: &u8| {
            if byte.is_ascii_graphic() || matches!(byte, b' ' | b'\t'..=b'\r') { char::from(*byte) } else { '.' }
        };
        let shown: String = bytes.iter().map(readable).collect();
        let page = Opaque::new(
            "Microsoft.PowerShell.Commands.WebResponseObject",
            [
                ("BaseResponse", base),
                ("Content", Value::bytes(bytes)),
                ("Headers", headers),
                ("RawContent", format!("{head}{shown}").into()),
                ("RawContentLength", length),
                ("RawContentStream", stream),
                ("RelationLink", relations),
                ("StatusCode", code),
                ("StatusDescription", status.into()),
                ("OutFile", file),
            ],
        );
        return cx.write(page.displayed(shown).into_value());
    }
    let (content, encoding) = decode(answer, &bytes);
    let list = |tag: &str| {
        let of = types::known("Microsoft.PowerShell.Commands.WebCmdletElementCollection");
        List::value(of, html::elements(&content, tag))
    };
    let encoding = match encoding {
        Encoding::Utf8 { .. } => encoding::sealed_utf8(true),
        other => encoding::value(other),
    };
    let page = Opaque::new(
        "Microsoft.PowerShell.Commands.BasicHtmlWebResponseObject",
        [
            ("Content", content.clone().into()),
            ("Encoding", encoding),
            ("InputFields", list("input")),
            ("Links", list("a")),
            ("Images", list("img")),
            ("BaseResponse", base),
            ("Headers", headers),
            ("RawContent", format!("{head}{content}").into()),
            ("RawContentLength", length),
            ("RawContentStream", stream),
            ("RelationLink", relations),
            ("StatusCode", code),
            ("StatusDescription", status.into()),
            ("OutFile", file),
        ],
    );
    cx.write(page.displayed(content).into_value())
}

/// Writes what `Invoke-RestMethod` writes.
pub(super) fn write_rest(cx: &mut Cx<'_>, answer: &mut Answer) -> R<()> {
    let bytes = all(cx, answer)?;
    write_rest_of(cx, answer, &bytes)
}

/// The same of a content that was read.
pub(super) fn write_rest_of(cx: &mut Cx<'_>, answer: &Answer, bytes: &[u8]) -> R<()> {
    let (content, _) = decode(answer, bytes);
    let document = || content.trim_start().starts_with('<').then(|| xml::cast(cx.rs, &content).ok()).flatten();
    if let Some(document) = document() {
        return match entries(cx, &document)? {
            Some(entries) => entries.into_iter().try_for_each(|entry| cx.write(entry)),
            None => cx.write(document),
        };
    }
    match cx.rs.while_running(|goes_on| json::read(&content, MAX_JSON_DEPTH, goes_on))? {
        Ok(Some(node)) => {
            let value = convert_from_json::value(cx, node)?;
            cx.write(value)
        }
        _ => cx.write(content.into()),
    }
}

/// The entries of a feed.
fn entries(cx: &mut Cx<'_>, document: &Value) -> R<Option<Vec<Value>>> {
    let root = cx.rs.get_member(document, "DocumentElement")?;
    let name = text(&cx.rs.get_member(&root, "LocalName")?);
    let wanted = match name.as_str() {
        "rss" => "item",
        "feed" => "entry",
        _ => return Ok(None),
    };
    let found = cx.rs.call_method(&root, "GetElementsByTagName", &[wanted.into()])?;
    Ok(crate::value::enumerate(&found))
}

/// What an answer that says no has to say: as `ErrorDetails` show it.
pub(super) fn details(rs: &mut Runspace, answer: &mut Answer) -> Option<Str> {
    let bytes = answer.body.all(rs, MAX_DETAILS).ok()?;
    let (content, _) = decode(answer, &bytes);
    let of = content_type(answer);
    if is_json(&of)
        && let Ok(Ok(Some(node))) = rs.while_running(|goes_on| json::read(&content, MAX_JSON_DEPTH, goes_on))
    {
        return Some(format!("\n{}", json::to_text(&node, false, json::Escapes::Default)).into());
    }
    Some(html::without_tags(&content).into())
}
