//! `multipart/form-data`

use crate::{
    cmdlets::{Cx, random_guid},
    eval::R,
    providers,
    value::{Value, enumerate, text},
};

/// Fields and files as parts; the bytes and the content type.
pub(super) fn encode(cx: &mut Cx<'_>, fields: &[(Value, Value)]) -> R<(Vec<u8>, String)> {
    let boundary = text(&Value::Guid(random_guid(cx.rs.platform.random_bytes()))).to_string();
    let mut out = Vec::new();
    for (name, value) in fields {
        let name = text(name).to_string();
        let values = match value.as_str() {
            None => enumerate(value).unwrap_or_else(|| vec![value.clone()]),
            Some(_) => vec![value.clone()],
        };
        for value in values {
            out.extend_from_slice(format!("--{boundary}\r\n").as_bytes());
            part(cx, &mut out, &name, &value)?;
            out.extend_from_slice(b"\r\n");
        }
    }
    out.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    Ok((out, format!("multipart/form-data; boundary=\"{boundary}\"")))
}

/// A name as a header has it: bare where it is a word.
fn token(name: &str) -> String {
    let is_word =
        !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.!#$%&'*+^`|~".contains(&b));
    if is_word { name.to_owned() } else { format!("\"{}\"", name.replace('"', "\\\"")) }
}

fn part(cx: &mut Cx<'_>, out: &mut Vec<u8>, name: &str, value: &Value) -> R<()> {
    let is_file = value.type_of().is_some_and(|of| of.name() == "System.IO.FileInfo");
    if !is_file {
        let shown = cx.rs.text(value)?;
        let name = token(name);
        let head = format!(
            "Content-Type: text/plain; charset=utf-8\r\nContent-Disposition: form-data; name={name}\r\n\r\n{shown}"
        );
        out.extend_from_slice(head.as_bytes());
        return Ok(());
    }
    let path = text(&cx.rs.get_member(value, "FullName")?).to_string();
    let bytes = cx.rs.platform.read(&path).map_err(|failure| providers::io_error(cx.rs, &failure, &path))?;
    let file = providers::split(&path).1.to_owned();
    let escaped: String = file
        .bytes()
        .map(|b| {
            if b.is_ascii_alphanumeric() || b"-_.~".contains(&b) {
                char::from(b).to_string()
            } else {
                format!("%{b:02X}")
            }
        })
        .collect();
    let (name, file) = (token(name), token(&file));
    let head = format!(
        "Content-Disposition: form-data; name={name}; filename={file}; filename*=utf-8''{escaped}\r\nContent-Type: application/octet-stream\r\n\r\n"
    );
    out.extend_from_slice(head.as_bytes());
    out.extend(bytes);
    Ok(())
}
