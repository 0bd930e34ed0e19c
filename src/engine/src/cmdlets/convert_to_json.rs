//! `ConvertTo-Json`

use psrpd_dotnet::{Str, cast};

use super::{Cmdlet, Cx, Run, columns};
use crate::{
    eval::{Flow, R, Runspace, Stream, error},
    json,
    json::{Escapes, Node},
    ops::composite,
    serial, types,
    value::{Category, Dictionary, Uri, Value, enumerate, text},
};

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "ConvertTo-Json",
    "ConvertToJsonCommand",
    "InputObject object null 0 ! ^
     Depth int range(0,100)
     Compress
     EnumsAsStrings
     AsArray
     EscapeHandling Newtonsoft.Json.StringEscapeHandling",
    || Box::new(ConvertToJson::default()),
)
.examples(
    r#"@{ a = 1 } | ConvertTo-Json -Compress # an object as JSON
> {"a":1}"#,
);

const DEFAULT_DEPTH: i64 = 2;

#[derive(Default)]
struct ConvertToJson {
    items: Vec<Value>,
}

impl Run for ConvertToJson {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        self.items.push(cx.value("InputObject"));
        Ok(())
    }

    fn end(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let mut items = std::mem::take(&mut self.items);
        let is_list = items.len() > 1 || cx.flag("AsArray");
        let input = match items.len() {
            0 => return Ok(()),
            1 if !is_list => items.pop().unwrap_or_default(),
            _ => Value::array(items),
        };
        let escapes = match cx.get("EscapeHandling") {
            Some(Value::Enum(_, 1)) => Escapes::NonAscii,
            Some(Value::Enum(_, 2)) => Escapes::Html,
            _ => Escapes::Default,
        };
        let most_depth = cast::index(cx.int("Depth").unwrap_or(DEFAULT_DEPTH));
        let piped = cx.expects_input().then_some(usize::from(is_list));
        let mut converter = Converter { piped, most_depth, enums_as_strings: cx.flag("EnumsAsStrings"), warned: false };
        let node = converter.node(cx.rs, &input, 0)?;
        if converter.warned {
            let warning =
                format!("Resulting JSON is truncated as serialization has exceeded the set depth of {most_depth}.");
            cx.rs.write_message(Stream::Warning, warning.into())?;
        }
        cx.write(Value::Str(json::to_text(&node, cx.flag("Compress"), escapes)))
    }
}

struct Converter {
    /// How deep the objects lie that came through the pipeline: they come with what the type table adds to them.
    piped: Option<usize>,
    most_depth: usize,
    enums_as_strings: bool,
    warned: bool,
}

impl Converter {
    /// What a value is in JSON. Members that were added to it are written with it.
    fn node(&mut self, rs: &mut Runspace, value: &Value, depth: usize) -> R<Node> {
        rs.check_stop()?;
        if let Some(node) = self.scalar(rs, value.base())? {
            return self.with_members(rs, value, node, depth);
        }
        if depth > self.most_depth {
            self.warned = true;
            let shown = Node::Text(text(value));
            return if is_custom(value) { Ok(shown) } else { self.with_members(rs, value, shown, depth) };
        }
        let node = if let Some(table) = value.downcast::<Dictionary>() {
            self.table(rs, value, table, depth)?
        } else if let Some(items) = enumerate(value) {
            let mut nodes = Vec::with_capacity(items.len());
            for item in &items {
                nodes.push(self.node(rs, item, depth.saturating_add(1))?);
            }
            Node::Array(nodes)
        } else if is_custom(value) {
            Node::Object(Vec::new())
        } else {
            let properties = serial::all_properties(rs, value.base())?;
            self.members(rs, properties, depth)?
        };
        self.with_members(rs, value, node, depth)
    }

    fn scalar(&self, rs: &mut Runspace, value: &Value) -> R<Option<Node>> {
        Ok(Some(match value {
            Value::Null | Value::AutomationNull => Node::Null,
            Value::Bool(b) => Node::Bool(*b),
            Value::F64(n) => Node::Float(*n),
            Value::F32(_) | Value::Decimal(_) => {
                let shown = composite::to_string(rs, value, "")?;
                let is_plain = shown.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
                let is_number = shown.bytes().any(|byte| byte.is_ascii_digit());
                match (is_number, is_plain) {
                    (true, true) => Node::Digits(format!("{shown}.0")),
                    (true, false) => Node::Digits(shown.to_string()),
                    (false, _) => Node::Text(shown),
                }
            }
            Value::Str(text) => Node::Text(text.clone()),
            Value::Char(_) | Value::Guid(_) => Node::Text(text(value)),
            Value::DateTime(_) => Node::Text(composite::to_string(rs, value, "yyyy-MM-ddTHH:mm:ss.FFFFFFFK")?),
            Value::Enum(of, n) => {
                let is_wide = of.underlying() == types::int64() || of.underlying() == types::uint64();
                if self.enums_as_strings || is_wide { Node::Text(of.enum_text(*n).into()) } else { Node::Int(*n) }
            }
            Value::Object(_) => {
                if let Some(n) = types::as_big(value) {
                    Node::Big(n.clone())
                } else if let Some(uri) = value.downcast::<Uri>() {
                    Node::Text(uri.0.clone())
                } else {
                    match value.type_name().as_str() {
                        "System.DBNull" | "System.Management.Automation.Language.NullString" => Node::Null,
                        "System.DateTimeOffset" => {
                            let shown =
                                rs.call_method(value, "ToString", &["yyyy-MM-ddTHH:mm:ss.FFFFFFFzzz".into()])?;
                            Node::Text(text(&shown))
                        }
                        _ => return Ok(None),
                    }
                }
            }
            _ => match value.as_i128() {
                Some(n) => Node::Digits(n.to_string()),
                None => return Ok(None),
            },
        }))
    }

    fn table(&mut self, rs: &mut Runspace, value: &Value, table: &Dictionary, depth: usize) -> R<Node> {
        let mut nodes = Vec::new();
        for (key, item) in table.entries() {
            let Some(name) = key.as_str() else {
                let message = format!(
                    "The type '{}' is not supported for serialization or deserialization of a dictionary. Keys must be strings.",
                    value.type_name()
                );
                return Err(Flow::error(error::record(
                    "System.InvalidOperationException",
                    "NonStringKeyInDictionary,Microsoft.PowerShell.Commands.ConvertToJsonCommand",
                    Category::InvalidOperation,
                    message,
                    value.clone(),
                )));
            };
            nodes.push((name.clone(), self.node(rs, &item, depth.saturating_add(1))?));
        }
        Ok(Node::Object(nodes))
    }

    fn members(&mut self, rs: &mut Runspace, members: Vec<(Str, Value)>, depth: usize) -> R<Node> {
        let mut nodes = Vec::new();
        for (name, value) in members {
            nodes.push((name, self.node(rs, &value, depth.saturating_add(1))?));
        }
        Ok(Node::Object(nodes))
    }

    /// Adds the members that the object carries beyond those of its type; what is no object becomes one, with `value`.
    fn with_members(&mut self, rs: &mut Runspace, value: &Value, node: Node, depth: usize) -> R<Node> {
        let is_piped = self.piped == Some(depth) && matches!(value, Value::Object(_) | Value::Guid(_));
        let is_wrapped = is_piped || matches!(value, Value::Wrapped(_));
        if !is_wrapped || matches!(value.base(), Value::Str(_) | Value::DateTime(_)) {
            return Ok(node);
        }
        let mut added = Vec::new();
        // What the language gives every array is no member that was added.
        let is_array = matches!(value.base(), Value::Array(_));
        let all = columns::added_properties(rs, value)?;
        for (name, member) in all.into_iter().filter(|(name, _)| !is_array || name.as_str() != "Count") {
            added.push((name, self.node(rs, &member, depth.saturating_add(1))?));
        }
        if added.is_empty() {
            return Ok(node);
        }
        let mut members = match node {
            Node::Object(members) => members,
            other => vec![("value".into(), other)],
        };
        for (name, member) in added {
            if !members.iter().any(|(have, _)| *have == name) {
                members.push((name, member));
            }
        }
        Ok(Node::Object(members))
    }
}

fn is_custom(value: &Value) -> bool {
    matches!(value, Value::Wrapped(wrapped) if wrapped.is_custom())
}
