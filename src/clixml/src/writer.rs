//! The streaming writer: a payload from a sequence of calls.

use crate::escape::{Xml, push_escaped};
use crate::object::{ListKind, TypeNames};
use crate::primitive;
use crate::string::Text;
use crate::tree::write_value;
use crate::value::{RefId, Value};
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt::Write as _;

/// Writes one payload without a tree. The bytes are those of PowerShell's own serializer: no line breaks, `RefId`s in
/// the order of writing, a list of type names in full only the first time, `<LST />` for what is empty.
///
/// ```
/// use psrp_clixml::{ListKind, Value, Writer};
///
/// let mut writer = Writer::new();
/// writer.start_object();
/// writer.start_members();
/// writer.named("Count").value(&Value::I32(2));
/// writer.named("Items").start_object();
/// writer.start_list(ListKind::List);
/// writer.string("a & b");
/// assert_eq!(
///     writer.finish_text(), // closes what is open
///     r#"<Obj RefId="0"><MS><I32 N="Count">2</I32><Obj N="Items" RefId="1"><LST><S>a &amp; b</S></LST></Obj></MS></Obj>"#
/// );
/// ```
///
/// The caller sees to the order of things: type names, text, value, properties and members in an object; a name before
/// every property and member; two values in an entry. What is written is well-formed XML whatever is called.
#[derive(Debug)]
pub struct Writer {
    /// Begins with a byte order mark.
    out: String,
    /// What was started and has not ended, outermost first.
    open: Vec<Open>,
    /// The start tag of the innermost element still lacks its `>`: it may turn out to be empty.
    pending: bool,
    /// The attribute `N` of the next element, escaped, if there is one.
    name: String,
    has_name: bool,
    objects: u64,
    type_names: BTreeMap<Arc<TypeNames>, usize>,
}

impl Default for Writer {
    fn default() -> Self {
        Self::new()
    }
}

#[derive(Clone, Copy, Debug)]
struct Open {
    tag: &'static str,
    /// In an entry of a dictionary: how many of its two values were started.
    values: u8,
}

impl Writer {
    /// A writer of a new payload.
    pub fn new() -> Self {
        let mut out = String::with_capacity(USUAL_SIZE);
        out.push_str(BOM);
        Self {
            out,
            open: Vec::new(),
            pending: false,
            name: String::new(),
            has_name: false,
            objects: 0,
            type_names: BTreeMap::new(),
        }
    }

    /// Names the value or member set that is written next (attribute `N`).
    pub fn named<'a>(&mut self, name: impl Into<Text<'a>>) -> &mut Self {
        self.name.clear();
        push_escaped(&mut self.name, name.into(), Xml::Attribute);
        self.has_name = true;
        self
    }

    /// `<Obj>`, and the id by which [`value`](Self::value) may refer to it from now on.
    pub fn start_object(&mut self) -> RefId {
        let id = self.objects;
        self.objects = id.saturating_add(1);
        self.start("Obj");
        self.attribute_id(id);
        RefId(id)
    }

    /// `<TN>`, or `<TNRef>` if these names were written before.
    pub fn type_names(&mut self, names: &Arc<TypeNames>) {
        let next = self.type_names.len();
        let known = self.type_names.get(names).copied();
        self.start(if known.is_some() { "TNRef" } else { "TN" });
        let _ = write!(self.out, " RefId=\"{}\"", known.unwrap_or(next));
        if known.is_none() {
            self.type_names.insert(Arc::clone(names), next);
            names.iter().for_each(|name| self.element("T", name.into()));
        }
        self.end();
    }

    /// `<ToString>`
    pub fn to_string_text<'a>(&mut self, text: impl Into<Text<'a>>) {
        self.start("ToString");
        let text = text.into();
        if !matches!(text, Text::Utf8("")) {
            self.close_tag();
            push_escaped(&mut self.out, text, Xml::Text);
        }
        self.end();
    }

    /// `<LST>` or another element for lists; values follow.
    pub fn start_list(&mut self, kind: ListKind) {
        self.start(kind.tag());
    }

    /// `<DCT>`; entries follow.
    pub fn start_dict(&mut self) {
        self.start("DCT");
    }

    /// `<En>`; two values follow, which are named by themselves.
    pub fn start_entry(&mut self) {
        self.start(ENTRY);
    }

    /// `<Props>`; named values follow.
    pub fn start_props(&mut self) {
        self.start("Props");
    }

    /// `<MS>`: the members of an object; inside them and [`named`](Self::named), a member set.
    pub fn start_members(&mut self) {
        self.start(MEMBERS);
    }

    /// Ends what was started last.
    pub fn end(&mut self) {
        let Some(open) = self.open.pop() else { return };
        if self.pending {
            self.out.push_str(" />");
            self.pending = false;
        } else {
            for piece in ["</", open.tag, ">"] {
                self.out.push_str(piece);
            }
        }
    }

    /// `<S>`
    pub fn string<'a>(&mut self, text: impl Into<Text<'a>>) {
        self.element("S", text.into());
    }

    /// A primitive, `Nil`, or a reference to an object of this payload by the id that
    /// [`start_object`](Self::start_object) gave.
    ///
    /// A whole [`Object`](crate::Object) is written as [`write`](fn@crate::write) does; references inside it name objects
    /// inside it.
    pub fn value(&mut self, value: &Value) {
        match value {
            Value::Object(_) | Value::MemberSet(_) => write_value(self, value),
            _ => self.leaf(value),
        }
    }

    /// As [`value`](Self::value), without objects and member sets, which are written as `Nil`.
    pub(crate) fn leaf(&mut self, value: &Value) {
        match (primitive::tag(value), value) {
            (Some(tag), Value::Bytes(bytes)) if bytes.is_empty() => {
                self.start(tag);
                self.end();
            }
            (Some(tag), _) => {
                self.start(tag);
                self.close_tag();
                primitive::push_content(&mut self.out, value);
                self.end();
            }
            (None, Value::Ref(target)) => {
                self.start("Ref");
                self.attribute_id(target.0);
                self.end();
            }
            (None, _) => {
                self.start("Nil");
                self.end();
            }
        }
    }

    /// Whether a member set may be written now.
    pub(crate) fn in_members(&self) -> bool {
        self.open.last().is_some_and(|open| open.tag == MEMBERS)
    }

    /// Ends what is open and gives the payload as PowerShell sends it, behind a byte order mark.
    pub fn finish(mut self) -> Vec<u8> {
        while !self.open.is_empty() {
            self.end();
        }
        self.out.into_bytes()
    }

    /// As [`finish`](Self::finish), but as text without byte order mark.
    pub fn finish_text(mut self) -> String {
        while !self.open.is_empty() {
            self.end();
        }
        self.out.split_off(BOM.len())
    }

    /// An element with text and nothing else.
    fn element(&mut self, tag: &'static str, text: Text<'_>) {
        self.start(tag);
        self.close_tag();
        push_escaped(&mut self.out, text, Xml::Text);
        self.end();
    }

    /// The start tag of `tag` with its name, but for the `>`.
    fn start(&mut self, tag: &'static str) {
        self.close_tag();
        self.out.push('<');
        self.out.push_str(tag);
        let name = match self.open.last_mut() {
            Some(open) if open.tag == ENTRY => {
                open.values = open.values.saturating_add(1);
                Some(if open.values == 1 { "Key" } else { "Value" })
            }
            _ => self.has_name.then_some(self.name.as_str()),
        };
        if let Some(name) = name {
            for piece in [" N=\"", name, "\""] {
                self.out.push_str(piece);
            }
        }
        self.has_name = false;
        self.open.push(Open { tag, values: 0 });
        self.pending = true;
    }

    fn attribute_id(&mut self, id: u64) {
        let _ = write!(self.out, " RefId=\"{id}\"");
    }

    fn close_tag(&mut self) {
        if core::mem::take(&mut self.pending) {
            self.out.push('>');
        }
    }
}

const BOM: &str = "\u{FEFF}";
/// Bytes that most payloads do not exceed.
const USUAL_SIZE: usize = 128;
const ENTRY: &str = "En";
const MEMBERS: &str = "MS";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Object;

    #[test]
    fn type_names_are_written_once() {
        let mut writer = Writer::new();
        let names = |name| Arc::new(TypeNames::new([name]));
        writer.start_object();
        writer.type_names(&names("A"));
        writer.start_list(ListKind::Queue);
        for name in ["B", "A", "B"] {
            writer.start_object();
            writer.type_names(&names(name));
            writer.end();
        }
        assert_eq!(
            writer.finish_text(),
            "<Obj RefId=\"0\"><TN RefId=\"0\"><T>A</T></TN><QUE><Obj RefId=\"1\"><TN RefId=\"1\"><T>B</T></TN></Obj>\
             <Obj RefId=\"2\"><TNRef RefId=\"0\" /></Obj><Obj RefId=\"3\"><TNRef RefId=\"1\" /></Obj></QUE></Obj>"
        );
    }

    #[test]
    fn entries_name_their_values() {
        let mut writer = Writer::new();
        let id = writer.start_object();
        writer.start_dict();
        writer.start_entry();
        writer.string("k");
        writer.named("ignored").value(&Value::Ref(id));
        assert_eq!(
            writer.finish_text(),
            r#"<Obj RefId="0"><DCT><En><S N="Key">k</S><Ref N="Value" RefId="0" /></En></DCT></Obj>"#
        );
    }

    #[test]
    fn a_tree_takes_its_place_among_calls() {
        let mut tree = Object::bag().with("Self", RefId(77));
        tree.ref_id = Some(RefId(77));
        let mut writer = Writer::new();
        writer.start_object();
        writer.start_members();
        writer.named("a\"<b").value(&tree.into());
        writer.named("set").start_members();
        assert_eq!(
            writer.finish_text(),
            "<Obj RefId=\"0\"><MS><Obj N=\"a&quot;&lt;b\" RefId=\"1\"><MS><Ref N=\"Self\" RefId=\"1\" /></MS></Obj>\
             <MS N=\"set\" /></MS></Obj>"
        );
    }

    #[test]
    fn empty_things_have_the_form_of_powershell() {
        let mut writer = Writer::new();
        writer.start_object();
        writer.to_string_text("");
        writer.start_list(ListKind::Enumerable);
        writer.string("");
        for empty in [Value::Nil, Value::Bytes(Vec::new()), Value::Xml("".into()), Value::ScriptBlock("".into())] {
            writer.value(&empty);
        }
        writer.value(&Object::bag().into());
        assert_eq!(
            writer.finish_text(),
            "<Obj RefId=\"0\"><ToString /><IE><S></S><Nil /><BA /><XD></XD><SBK></SBK><Obj RefId=\"1\" /></IE></Obj>"
        );
    }

    #[test]
    fn ending_too_often_is_harmless() {
        let mut writer = Writer::new();
        writer.end();
        writer.string("x");
        writer.end();
        assert_eq!(writer.finish(), "\u{FEFF}<S>x</S>".as_bytes());
    }
}
