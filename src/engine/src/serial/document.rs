//! CLIXML documents: what `Export-Clixml` writes and `PSSerializer` makes, objects below `<Objs>` with line breaks.

use psrpd_dotnet::Str;

use super::{Serializer, read};
use crate::{
    eval::{Flow, R, Runspace, error},
    value::{Value, enumerate},
};

const HEAD: &str = "<Objs Version=\"1.1.0.1\" xmlns=\"http://schemas.microsoft.com/powershell/2004/04\"";

/// How deep objects of .NET are written to a file, where nobody says.
pub(crate) const DEFAULT_DEPTH: i32 = 2;

/// Writes a document, object by object.
pub(crate) struct DocumentWriter {
    serializer: Serializer,
    depth: i32,
}

impl DocumentWriter {
    pub(crate) fn new(depth: i32) -> Self {
        Self { serializer: Serializer::stoppable(), depth }
    }

    pub(crate) fn write(&mut self, rs: &mut Runspace, value: &Value) -> R<()> {
        self.serializer.document_item(rs, value, self.depth)
    }

    /// The document, without a line break at its end.
    pub(crate) fn finish(self) -> String {
        let body = self.serializer.finish_text();
        if body.is_empty() {
            return format!("{HEAD} />");
        }
        indent(&format!("{HEAD}>{body}</Objs>"))
    }
}

/// One object as a document.
pub(crate) fn serialize(rs: &mut Runspace, value: &Value, depth: i32) -> R<String> {
    let mut writer = DocumentWriter::new(depth);
    writer.write(rs, value)?;
    Ok(writer.finish())
}

/// Puts every element that holds elements on lines of their own, two blanks deeper each.
pub(crate) fn indent(xml: &str) -> String {
    let mut out = String::with_capacity(xml.len().saturating_mul(2));
    let mut depth = 0_usize;
    let mut rest = xml;
    // Whether the last piece was a start tag: its end tag or text stays on the line.
    let mut after_start = false;
    while let Some(tag) = rest.strip_prefix('<') {
        let end = tag.find('>').unwrap_or(tag.len());
        let inside = tag.get(..end).unwrap_or("");
        rest = tag.get(end.saturating_add(1)..).unwrap_or("");
        let is_end = inside.starts_with('/');
        if is_end {
            depth = depth.saturating_sub(1);
        }
        if !(out.is_empty() || is_end && after_start) {
            out.push('\n');
            out.extend(std::iter::repeat_n("  ", depth));
        }
        out.push('<');
        out.push_str(inside);
        out.push('>');
        after_start = !is_end && !inside.ends_with('/') && !inside.starts_with('?');
        if after_start {
            depth = depth.saturating_add(1);
        }
        let text = rest.find('<').unwrap_or(rest.len());
        out.push_str(rest.get(..text).unwrap_or(""));
        rest = rest.get(text..).unwrap_or("");
    }
    out
}

/// The objects of a document.
///
/// # Errors
/// `XmlException` for what is not XML, `System.Xml.XmlException` also for what is not CLIXML.
pub(crate) fn deserialize(rs: &mut Runspace, source: &str) -> R<Vec<Value>> {
    let body = body_of(source)?;
    let Some(body) = body else { return Ok(Vec::new()) };
    // One list holds all objects, so that they share ids.
    let payload = format!("<Obj><LST>{body}</LST></Obj>");
    let tree = psrp_clixml::parse(payload.as_bytes()).map_err(|bad| invalid(&bad.to_string()))?;
    let list = read(rs, &tree);
    Ok(enumerate(&list).unwrap_or_default())
}

/// What stands inside `<Objs>`; nothing where it is empty.
fn body_of(source: &str) -> R<Option<String>> {
    let mut rest = source.trim_start_matches('\u{feff}').trim();
    if let Some(declared) = rest.strip_prefix("<?xml") {
        rest = declared.split_once("?>").map_or("", |(_, rest)| rest).trim_start();
    }
    if !rest.starts_with('<') {
        return Err(invalid("Data at the root level is invalid. Line 1, position 1."));
    }
    let Some(head) = rest.strip_prefix("<Objs") else {
        let name: String = rest.chars().skip(1).take_while(|c| c.is_alphanumeric() || *c == ':').collect();
        return Err(invalid(&format!(
            "Element 'Objs' with namespace name 'http://schemas.microsoft.com/powershell/2004/04' was not found. Line 1, position 2. ({name})"
        )));
    };
    let Some((attributes, rest)) = head.split_once('>') else {
        return Err(invalid("Unexpected end of file has occurred. The following elements are not closed: Objs."));
    };
    if attributes.ends_with('/') {
        return Ok(None);
    }
    match rest.trim_end().strip_suffix("</Objs>") {
        Some(body) => Ok(Some(body.to_owned())),
        None => Err(invalid("Unexpected end of file has occurred. The following elements are not closed: Objs.")),
    }
}

fn invalid(reason: &str) -> Flow {
    error::foreign("System.Xml.XmlException", Str::from(reason))
}

#[cfg(test)]
mod tests {
    use super::indent;

    #[test]
    fn indents_elements_that_hold_elements() {
        assert_eq!(
            indent("<Objs><Obj RefId=\"0\"><MS><S N=\"a\">x</S><Nil N=\"b\" /></MS></Obj><S></S></Objs>"),
            "<Objs>\n  <Obj RefId=\"0\">\n    <MS>\n      <S N=\"a\">x</S>\n      <Nil N=\"b\" />\n    </MS>\n  </Obj>\n  <S></S>\n</Objs>"
        );
    }
}
