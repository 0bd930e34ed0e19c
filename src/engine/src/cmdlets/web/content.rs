//! What a request brings along.

use psrpd_dotnet::Str;

use super::multipart;
use crate::{
    cmdlets::Cx,
    eval::R,
    providers::{self, encoding::Encoding},
    types::{self, web_utility},
    value::{Category, Dictionary, Value, enumerate, text},
};

/// The body of a request, or what its parameters add to the URI.
#[derive(Default)]
pub(super) struct Content {
    pub(super) bytes: Option<Vec<u8>>,
    pub(super) content_type: Option<String>,
    pub(super) query: Option<String>,
}

const FORM: &str = "application/x-www-form-urlencoded";

/// What the parameters say that a request brings along.
pub(super) fn of(cx: &mut Cx<'_>, method: &str) -> R<Content> {
    let content_type = content_type(cx);
    if let Some(form) = cx.get("Form") {
        let fields = form.downcast::<Dictionary>().map(Dictionary::entries).unwrap_or_default();
        let (bytes, of) = multipart::encode(cx, &fields)?;
        return Ok(Content { bytes: Some(bytes), content_type: Some(of), query: None });
    }
    let content_type = match content_type {
        None if method == "POST" => Some(FORM.to_owned()),
        other => other,
    };
    if let Some(path) = cx.string("InFile") {
        return file(cx, &path, content_type);
    }
    let Some(body) = cx.get("Body").filter(|body| !body.is_null()) else {
        let bytes = (method == "POST" || cx.get("CustomMethod").is_some()).then(Vec::new);
        return Ok(Content { bytes, content_type, query: None });
    };
    if let Some(table) = body.downcast::<Dictionary>() {
        let form = urlencoded(&table.entries());
        if matches!(method, "GET" | "HEAD") && cx.string("CustomMethod").is_none() {
            return Ok(Content { query: Some(form).filter(|form| !form.is_empty()), ..Content::default() });
        }
        return Ok(Content { bytes: Some(form.into_bytes()), content_type, query: None });
    }
    let bytes = bytes(cx, &body, content_type.as_deref())?;
    Ok(Content { bytes: Some(bytes), content_type, query: None })
}

/// The content type that was asked for, by a parameter or a header.
fn content_type(cx: &Cx<'_>) -> Option<String> {
    if let Some(of) = cx.string("ContentType").filter(|of| !of.is_empty()) {
        return Some(of.to_string());
    }
    let headers = cx.get("Headers")?;
    let of = headers.downcast::<Dictionary>()?.get_str("Content-Type")?;
    Some(text(&of).to_string())
}

fn file(cx: &mut Cx<'_>, path: &Str, content_type: Option<String>) -> R<Content> {
    let whole = providers::file_path(cx.rs, path)?;
    match cx.rs.platform.read(&whole) {
        Ok(bytes) => Ok(Content { bytes: Some(bytes), content_type, query: None }),
        Err(failure) if failure.kind() == std::io::ErrorKind::NotFound => {
            let exception = "System.Management.Automation.ItemNotFoundException";
            let message = format!("Cannot find path '{whole}' because it does not exist.");
            Err(cx.fail(exception, "PathNotFound", Category::ObjectNotFound, message, path.clone().into()))
        }
        Err(failure) => Err(providers::io_error(cx.rs, &failure, &whole)),
    }
}

/// The encoding that a content type names.
pub(super) fn charset(content_type: &str) -> Option<Encoding> {
    let charset = content_type.split(';').skip(1).find_map(|part| {
        let (name, value) = part.split_once('=')?;
        name.trim().eq_ignore_ascii_case("charset").then(|| value.trim().trim_matches(['"', '\'']).to_owned())
    })?;
    Encoding::find(&charset)
}

fn bytes(cx: &mut Cx<'_>, body: &Value, content_type: Option<&str>) -> R<Vec<u8>> {
    let base = body.base();
    let is_bytes = base.as_array().is_some() && base.type_of().is_some_and(|of| of.name() == "System.Byte[]");
    if is_bytes {
        return Ok(types::text::to_bytes(base).to_vec());
    }
    let encoding = content_type.and_then(charset).unwrap_or(Encoding::Utf8 { mark: false });
    if base.downcast::<types::xml::Node>().is_some() {
        let shown = cx.rs.get_member(base, "OuterXml")?;
        return Ok(encoding.encode(&text(&shown)));
    }
    let is_stream = base.type_of().is_some_and(|of| of.is_assignable_to(&types::known("System.IO.Stream")));
    if is_stream {
        return stream(cx, base);
    }
    // An object that has nothing but notes has no text.
    let is_custom = base.type_of().is_some_and(|of| of == types::custom_object());
    let shown = if is_custom { Str::default() } else { cx.rs.text(base)? };
    Ok(encoding.encode(&shown))
}

fn stream(cx: &mut Cx<'_>, stream: &Value) -> R<Vec<u8>> {
    let copy = cx.rs.construct(&types::known("System.IO.MemoryStream"), &[])?;
    cx.rs.call_method(stream, "CopyTo", std::slice::from_ref(&copy))?;
    let bytes = cx.rs.call_method(&copy, "ToArray", &[])?;
    Ok(types::text::to_bytes(&bytes).to_vec())
}

/// Names and values as a form of a web page sends them.
pub(super) fn urlencoded(entries: &[(Value, Value)]) -> String {
    let pairs: Vec<String> = entries
        .iter()
        .map(|(name, value)| {
            let value = match enumerate(value) {
                Some(items) => crate::value::join(items.iter().map(text), " "),
                None => text(value),
            };
            format!("{}={}", web_utility::form_encode(&text(name)), web_utility::form_encode(&value))
        })
        .collect();
    pairs.join("&")
}
