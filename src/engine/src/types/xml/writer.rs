//! `XmlWriter` and `XmlTextWriter`.

use std::any::Any;

use parking_lot::Mutex;
use psrpd_dotnet::Str;

use super::{Node, dom::Kind, write::escaped};
use crate::{
    eval::{R, Runspace, error},
    providers::encoding::{Encoding, UTF8},
    types::{
        Members, Type, TypeDef,
        args::{i, no_object, null, s, value},
        encoding, known,
    },
    value::{Object, Opaque, Value, text},
};

/// An element that is open.
struct Open {
    name: String,
    /// Whether its start tag has not ended yet.
    in_tag: bool,
    /// Whether there is text in it, so that nothing is put on lines of its own.
    is_mixed: bool,
    has_children: bool,
    /// Prefixes that it declares.
    scopes: Vec<(String, String)>,
}

/// How a writer writes.
#[derive(Clone)]
struct Style {
    indent: Option<String>,
    newline: String,
    quote: char,
    has_declaration: bool,
}

struct State {
    style: Style,
    open: Vec<Open>,
    /// What has not gone to the target yet.
    pending: String,
    /// Whether anything was written.
    begun: bool,
    /// The attribute whose value is being written.
    attribute: Option<String>,
    closed: bool,
}

/// A writer of XML onto a stream, a text writer or a builder.
struct Writer {
    of: &'static str,
    target: Value,
    encoding: Encoding,
    /// What the declaration says of the encoding.
    called: String,
    closes: bool,
    marked: Mutex<bool>,
    state: Mutex<State>,
}

impl Object for Writer {
    fn type_of(&self) -> Type {
        known(self.of)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

impl State {
    fn push(&mut self, pieces: &[&str]) {
        pieces.iter().for_each(|piece| self.pending.push_str(piece));
        self.begun = true;
    }

    /// Ends the start tag that is open.
    fn end_tag(&mut self) {
        if let Some(top) = self.open.last_mut().filter(|top| top.in_tag) {
            top.in_tag = false;
            self.pending.push('>');
        }
    }

    /// A new line as deep as the elements that are open.
    fn line(&mut self, depth: usize) {
        if let Some(indent) = self.style.indent.clone() {
            let newline = self.style.newline.clone();
            self.push(&[&newline, &indent.repeat(depth)]);
        }
    }

    /// Gets ready for a child that is no text.
    fn child(&mut self) {
        self.end_tag();
        let depth = self.open.len();
        let begun = self.begun;
        match self.open.last_mut() {
            Some(top) => {
                top.has_children = true;
                if !top.is_mixed {
                    self.line(depth);
                }
            }
            None if begun => self.line(0),
            None => {}
        }
    }

    /// Gets ready for text.
    fn content(&mut self) {
        self.end_tag();
        if let Some(top) = self.open.last_mut() {
            top.is_mixed = true;
        }
    }

    fn known_as(&self, prefix: &str) -> Option<&str> {
        let all = self.open.iter().rev().flat_map(|open| open.scopes.iter().rev());
        all.into_iter().find(|(have, _)| have == prefix).map(|(_, means)| means.as_str())
    }

    fn declare(&mut self, prefix: &str, namespace: &str) {
        if prefix == "xml" || self.known_as(prefix).unwrap_or("") == namespace {
            return;
        }
        let name = if prefix.is_empty() { "xmlns".to_owned() } else { format!("xmlns:{prefix}") };
        self.raw_attribute(&name, namespace);
        if let Some(top) = self.open.last_mut() {
            top.scopes.push((prefix.to_owned(), namespace.to_owned()));
        }
    }

    fn raw_attribute(&mut self, name: &str, value: &str) {
        let quote = self.style.quote.to_string();
        let shown = escaped(value, true);
        let shown =
            if self.style.quote == '\'' { shown.replace("&quot;", "\"").replace('\'', "&apos;") } else { shown };
        self.push(&[" ", name, "=", &quote, &shown, &quote]);
    }

    fn start(&mut self, prefix: &str, local: &str, namespace: Option<&str>) -> R<()> {
        if local.is_empty() {
            return Err(error::argument(
                "System.ArgumentException",
                "The empty string '' is not a valid local name.",
                "",
            ));
        }
        self.child();
        let name = if prefix.is_empty() { local.to_owned() } else { format!("{prefix}:{local}") };
        self.push(&["<", &name]);
        self.open.push(Open { name, in_tag: true, is_mixed: false, has_children: false, scopes: Vec::new() });
        if let Some(namespace) = namespace {
            self.declare(prefix, namespace);
        }
        Ok(())
    }

    fn end(&mut self, full: bool) -> R<()> {
        let depth = self.open.len().saturating_sub(1);
        let Some(top) = self.open.pop() else {
            let message = "There was no XML start tag open.";
            return Err(error::thrown("System.InvalidOperationException", message));
        };
        if top.in_tag && !full {
            self.push(&[" />"]);
            return Ok(());
        }
        if top.in_tag {
            self.push(&[">"]);
        }
        if top.has_children && !top.is_mixed {
            self.line(depth);
        }
        self.push(&["</", &top.name, ">"]);
        Ok(())
    }

    fn set_attribute(&mut self, prefix: &str, local: &str, namespace: Option<&str>, value: &str) -> R<()> {
        if !self.open.last().is_some_and(|top| top.in_tag) {
            let message = "Token StartAttribute in state Content would result in an invalid XML document.";
            return Err(error::thrown("System.InvalidOperationException", message));
        }
        if prefix == "xmlns" || prefix.is_empty() && local == "xmlns" {
            let declared = if prefix.is_empty() { "" } else { local };
            let (declared, name) =
                (declared.to_owned(), if prefix.is_empty() { "xmlns".to_owned() } else { format!("xmlns:{local}") });
            self.raw_attribute(&name, value);
            if let Some(top) = self.open.last_mut() {
                top.scopes.push((declared, value.to_owned()));
            }
            return Ok(());
        }
        if let Some(namespace) = namespace.filter(|namespace| !namespace.is_empty() && !prefix.is_empty()) {
            self.declare(prefix, namespace);
        }
        let name = if prefix.is_empty() { local.to_owned() } else { format!("{prefix}:{local}") };
        self.raw_attribute(&name, value);
        Ok(())
    }

    /// Text, in an attribute or in an element.
    fn text(&mut self, text: &str) {
        if let Some(value) = &mut self.attribute {
            value.push_str(text);
            return;
        }
        self.content();
        let shown = escaped(text, false);
        self.push(&[&shown]);
    }

    fn node(&mut self, node: &Node) -> R<()> {
        let data = node.data();
        match data.kind {
            Kind::Document | Kind::Fragment => {
                node.children().iter().try_for_each(|child| self.node(child))?;
            }
            Kind::Declaration => {
                if !self.begun {
                    self.push(&["<?xml ", &data.value, "?>"]);
                }
            }
            Kind::Element => {
                self.start(&data.prefix, &data.local, Some(&data.namespace))?;
                for attribute in node.attributes() {
                    let inside = attribute.data();
                    self.set_attribute(
                        &inside.prefix,
                        &inside.local,
                        Some(&inside.namespace),
                        &attribute.inner_text(),
                    )?;
                }
                node.children().iter().try_for_each(|child| self.node(child))?;
                self.end(!data.is_empty)?;
            }
            Kind::Text | Kind::Whitespace | Kind::SignificantWhitespace => self.text(&data.value),
            Kind::CData => {
                self.content();
                self.push(&["<![CDATA[", &data.value, "]]>"]);
            }
            Kind::Comment => {
                self.child();
                self.push(&["<!--", &data.value, "-->"]);
            }
            Kind::Instruction => {
                self.child();
                self.push(&["<?", &data.local, " ", &data.value, "?>"]);
            }
            Kind::DocumentType => {
                self.child();
                self.push(&["<!DOCTYPE ", &data.value, ">"]);
            }
            Kind::Attribute => {
                self.set_attribute(&data.prefix, &data.local, Some(&data.namespace), &node.inner_text())?;
            }
        }
        Ok(())
    }
}

fn of(this: &Value) -> R<&Writer> {
    this.downcast::<Writer>().ok_or_else(no_object)
}

/// Writes something, after the declaration if there has to be one.
fn write(rs: &mut Runspace, this: &Value, change: impl FnOnce(&mut State) -> R<()>) -> R<Value> {
    let writer = of(this)?;
    {
        let mut state = writer.state.lock();
        if state.closed {
            return Err(error::thrown("System.InvalidOperationException", "The Writer is closed or in error state."));
        }
        if !state.begun && state.style.has_declaration {
            state.push(&["<?xml version=\"1.0\" encoding=\"", &writer.called, "\"?>"]);
        }
        change(&mut state)?;
    }
    // What is written on text writers is there at once.
    let is_direct = writer.of == TEXT_WRITER
        && writer.target.type_of().is_some_and(|of| of.is_assignable_to(&known("System.IO.TextWriter")));
    if is_direct { flush(rs, this) } else { Ok(Value::AutomationNull) }
}

/// Sends what is written to the target.
fn flush(rs: &mut Runspace, this: &Value) -> R<Value> {
    let writer = of(this)?;
    let pending = {
        let mut state = writer.state.lock();
        std::mem::take(&mut state.pending)
    };
    let target = writer.target.clone();
    if target.type_of().is_some_and(|of| of.is_assignable_to(&known("System.IO.Stream"))) {
        let mut list = Vec::new();
        if !std::mem::replace(&mut *writer.marked.lock(), true) {
            list.extend_from_slice(writer.encoding.preamble());
        }
        list.extend(writer.encoding.encode(&pending.into()));
        let count = Value::int(list.len());
        rs.call_method(&target, "Write", &[crate::types::args::byte_array(list), Value::I32(0), count])?;
        return rs.call_method(&target, "Flush", &[]);
    }
    let method =
        if target.type_of().is_some_and(|of| of.name() == "System.Text.StringBuilder") { "Append" } else { "Write" };
    rs.call_method(&target, method, &[Value::from(pending)])?;
    Ok(Value::AutomationNull)
}

fn close(rs: &mut Runspace, this: &Value) -> R<Value> {
    let writer = of(this)?;
    {
        let mut state = writer.state.lock();
        if state.closed {
            return Ok(Value::AutomationNull);
        }
        while !state.open.is_empty() {
            state.end(false)?;
        }
        state.closed = true;
    }
    flush(rs, this)?;
    if writer.closes {
        rs.call_method(&writer.target, "Dispose", &[])?;
    }
    Ok(Value::AutomationNull)
}

/// Writes a node onto a writer of XML; none if the target is none.
pub(super) fn write_node(rs: &mut Runspace, target: &Value, node: &Node) -> Option<R<Value>> {
    target.downcast::<Writer>()?;
    Some(write(rs, target, |state| state.node(node)))
}

/// The stream of a file, or what was given to write on.
fn target_of(rs: &mut Runspace, given: &Value) -> R<(Value, bool)> {
    match given.base() {
        Value::Str(path) => {
            let path = crate::providers::normalise(path);
            let path = if path.starts_with('/') { path } else { format!("{}/{path}", rs.state.process_directory) };
            Ok((crate::types::files::open_stream(rs, &path, "Create", "Write")?, true))
        }
        Value::Null | Value::AutomationNull => Err(null("output")),
        _ => Ok((given.clone(), false)),
    }
}

fn new(
    rs: &mut Runspace,
    of: &'static str,
    given: &Value,
    encoding: Option<Encoding>,
    style: Style,
    closes: bool,
) -> R<Value> {
    let (target, is_file) = target_of(rs, given)?;
    let is_stream = target.type_of().is_some_and(|of| of.is_assignable_to(&known("System.IO.Stream")));
    let encoding = encoding.unwrap_or(UTF8);
    let called = match (is_stream, target.type_of()) {
        (true, _) => encoding::web_name(encoding),
        (false, Some(of)) if of.name() == "System.IO.StreamWriter" => "utf-8".to_owned(),
        _ => "utf-16".to_owned(),
    };
    let state = State { style, open: Vec::new(), pending: String::new(), begun: false, attribute: None, closed: false };
    Ok(Value::object(Writer {
        of,
        target,
        encoding,
        called,
        closes: closes || is_file,
        marked: Mutex::new(false),
        state: Mutex::new(state),
    }))
}

/// `XmlWriter.Create`
fn create(rs: &mut Runspace, args: &[Value]) -> R<Value> {
    let settings = value(args, 1);
    let is_on = |name: &str| crate::convert::to_bool(&settings.field(name));
    let shown = |name: &str, otherwise: &str| match settings.field(name) {
        Value::Null => otherwise.to_owned(),
        other => text(&other).to_string(),
    };
    let is_fragment = matches!(settings.field("ConformanceLevel"), Value::Enum(_, 1));
    let style = Style {
        indent: is_on("Indent").then(|| shown("IndentChars", "  ")),
        newline: shown("NewLineChars", "\n"),
        quote: '"',
        has_declaration: !is_on("OmitXmlDeclaration") && !is_fragment,
    };
    let encoding = encoding::of(&settings.field("Encoding")).unwrap_or(Encoding::Utf8 { mark: true });
    new(rs, "System.Xml.XmlWellFormedWriter", &value(args, 0), Some(encoding), style, is_on("CloseOutput"))
}

fn settings() -> Value {
    Opaque::new(
        "System.Xml.XmlWriterSettings",
        [
            ("Async", Value::Bool(false)),
            ("Encoding", encoding::sealed_utf8(true)),
            ("OmitXmlDeclaration", false.into()),
            ("NewLineHandling", crate::types::enum_number("System.Xml.NewLineHandling", 0)),
            ("NewLineChars", "\n".into()),
            ("Indent", false.into()),
            ("IndentChars", "  ".into()),
            ("NewLineOnAttributes", false.into()),
            ("CloseOutput", false.into()),
            ("ConformanceLevel", crate::types::enum_number("System.Xml.ConformanceLevel", 2)),
            ("CheckCharacters", true.into()),
            ("NamespaceHandling", crate::types::enum_number("System.Xml.NamespaceHandling", 0)),
            ("DoNotEscapeUriAttributes", false.into()),
            ("WriteEndDocumentOnClose", true.into()),
        ],
    )
    .into_value()
}

/// Prefix, local name and namespace as the arguments of one of several overloads give them, and how many there were.
fn named(args: &[Value], least: usize) -> (Str, Str, Option<Str>, usize) {
    match args.len().saturating_sub(least) {
        0 => (Str::default(), s(args, 0), None, 1),
        1 => (Str::default(), s(args, 0), args.get(1).filter(|ns| !ns.is_null()).map(text), 2),
        _ => (s(args, 0), s(args, 1), args.get(2).filter(|ns| !ns.is_null()).map(text), 3),
    }
}

fn elements(m: &mut Members) {
    for declaration in [
        "void WriteStartElement(string localName)",
        "void WriteStartElement(string localName, string ns)",
        "void WriteStartElement(string prefix, string localName, string ns)",
    ] {
        m.method(declaration, |rs, this, args| {
            let (prefix, local, namespace, _) = named(args, 1);
            write(rs, this, |state| state.start(&prefix, &local, namespace.as_deref()))
        });
    }
    m.method("void WriteEndElement()", |rs, this, _| write(rs, this, |state| state.end(false)));
    m.method("void WriteFullEndElement()", |rs, this, _| write(rs, this, |state| state.end(true)));
    for declaration in [
        "void WriteElementString(string localName, string value)",
        "void WriteElementString(string localName, string ns, string value)",
        "void WriteElementString(string prefix, string localName, string ns, string value)",
    ] {
        m.method(declaration, |rs, this, args| {
            let (prefix, local, namespace, at) = named(args, 2);
            let inside = s(args, at);
            write(rs, this, |state| {
                state.start(&prefix, &local, namespace.as_deref())?;
                if !inside.is_empty() {
                    state.text(&inside);
                }
                state.end(false)
            })
        });
    }
    for declaration in [
        "void WriteAttributeString(string localName, string value)",
        "void WriteAttributeString(string localName, string ns, string value)",
        "void WriteAttributeString(string prefix, string localName, string ns, string value)",
    ] {
        m.method(declaration, |rs, this, args| {
            let (prefix, local, namespace, at) = named(args, 2);
            let inside = s(args, at);
            write(rs, this, |state| state.set_attribute(&prefix, &local, namespace.as_deref(), &inside))
        });
    }
    for declaration in [
        "void WriteStartAttribute(string localName)",
        "void WriteStartAttribute(string localName, string ns)",
        "void WriteStartAttribute(string prefix, string localName, string ns)",
    ] {
        m.method(declaration, |rs, this, args| {
            let (prefix, local, _, _) = named(args, 1);
            let name = if prefix.is_empty() { local.to_string() } else { format!("{prefix}:{local}") };
            write(rs, this, |state| {
                state.attribute = Some(format!("{name}\u{0}"));
                Ok(())
            })
        });
    }
    m.method("void WriteEndAttribute()", |rs, this, _| {
        write(rs, this, |state| {
            let whole = state.attribute.take().unwrap_or_default();
            let (name, inside) = whole.split_once('\u{0}').unwrap_or((&whole, ""));
            let (prefix, local) = name.split_once(':').unwrap_or(("", name));
            state.set_attribute(prefix, local, None, inside)
        })
    });
}

fn contents(m: &mut Members) {
    for declaration in ["void WriteStartDocument()", "void WriteStartDocument(bool standalone)"] {
        m.method(declaration, |rs, this, args| {
            let called = of(this)?.called.clone();
            let alone = match args.first() {
                Some(Value::Bool(true)) => " standalone=\"yes\"",
                Some(Value::Bool(false)) => " standalone=\"no\"",
                _ => "",
            };
            of(this)?.state.lock().style.has_declaration &= alone.is_empty();
            write(rs, this, |state| {
                if !state.begun {
                    state.push(&["<?xml version=\"1.0\" encoding=\"", &called, "\"", alone, "?>"]);
                }
                Ok(())
            })
        });
    }
    m.method("void WriteEndDocument()", |rs, this, _| {
        write(rs, this, |state| {
            while !state.open.is_empty() {
                state.end(false)?;
            }
            Ok(())
        })
    });
    for declaration in
        ["void WriteString(string text)", "void WriteValue(System.Object value)", "void WriteWhitespace(string ws)"]
    {
        m.method(declaration, |rs, this, args| {
            let shown = match args.first().map(Value::base) {
                Some(Value::Bool(yes)) => Str::from(if *yes { "true" } else { "false" }),
                Some(Value::DateTime(_)) => {
                    crate::ops::composite::to_string(rs, &value(args, 0), "yyyy-MM-ddTHH:mm:ss.FFFFFFFK")?
                }
                Some(other) => crate::ops::composite::to_string(rs, &other.clone(), "")?,
                None => Str::default(),
            };
            write(rs, this, |state| {
                state.text(&shown);
                Ok(())
            })
        });
    }
    for declaration in ["void WriteRaw(string data)", "void WriteEntityRef(string name)"] {
        m.method(declaration, |rs, this, args| {
            let shown = s(args, 0);
            write(rs, this, |state| {
                state.content();
                state.push(&[&shown]);
                Ok(())
            })
        });
    }
    m.method("void WriteCData(string text)", |rs, this, args| {
        let shown = s(args, 0);
        write(rs, this, |state| {
            state.content();
            state.push(&["<![CDATA[", &shown, "]]>"]);
            Ok(())
        })
    });
    m.method("void WriteComment(string text)", |rs, this, args| {
        let shown = s(args, 0);
        write(rs, this, |state| {
            state.child();
            state.push(&["<!--", &shown, "-->"]);
            Ok(())
        })
    });
    m.method("void WriteProcessingInstruction(string name, string text)", |rs, this, args| {
        let (name, shown) = (s(args, 0), s(args, 1));
        write(rs, this, |state| {
            state.child();
            state.push(&["<?", &name, " ", &shown, "?>"]);
            Ok(())
        })
    });
    m.method("void WriteDocType(string name, string pubid, string sysid, string subset)", |rs, this, args| {
        let (name, public, system, subset) = (s(args, 0), s(args, 1), s(args, 2), s(args, 3));
        write(rs, this, |state| {
            state.child();
            state.push(&["<!DOCTYPE ", &name]);
            if !public.is_empty() {
                state.push(&[" PUBLIC \"", &public, "\" \"", &system, "\""]);
            } else if !system.is_empty() {
                state.push(&[" SYSTEM \"", &system, "\""]);
            }
            if !subset.is_empty() {
                state.push(&["[", &subset, "]"]);
            }
            state.push(&[">"]);
            Ok(())
        })
    });
    m.method("void Flush()", |rs, this, _| flush(rs, this));
    for declaration in ["void Close()", "void Dispose()"] {
        m.method(declaration, |rs, this, _| close(rs, this));
    }
}

fn writer_members(m: &mut Members) {
    for declaration in [
        "System.Xml.XmlWriter Create(string outputFileName)",
        "System.Xml.XmlWriter Create(System.IO.Stream output)",
        "System.Xml.XmlWriter Create(System.IO.TextWriter output)",
        "System.Xml.XmlWriter Create(System.Text.StringBuilder output)",
        "System.Xml.XmlWriter Create(string outputFileName, System.Xml.XmlWriterSettings settings)",
        "System.Xml.XmlWriter Create(System.IO.Stream output, System.Xml.XmlWriterSettings settings)",
        "System.Xml.XmlWriter Create(System.IO.TextWriter output, System.Xml.XmlWriterSettings settings)",
        "System.Xml.XmlWriter Create(System.Text.StringBuilder output, System.Xml.XmlWriterSettings settings)",
    ] {
        m.function(declaration, |rs, _, args| create(rs, args));
    }
    elements(m);
    contents(m);
}

const TEXT_WRITER: &str = "System.Xml.XmlTextWriter";

fn text_writer(m: &mut Members) {
    for declaration in [
        "System.Xml.XmlTextWriter(System.IO.TextWriter w)",
        "System.Xml.XmlTextWriter(string filename, System.Text.Encoding encoding)",
        "System.Xml.XmlTextWriter(System.IO.Stream w, System.Text.Encoding encoding)",
    ] {
        m.constructor(declaration, |rs, _, args| {
            let style = Style { indent: None, newline: "\n".into(), quote: '"', has_declaration: false };
            let encoding = args.get(1).and_then(encoding::of);
            let made = new(rs, TEXT_WRITER, &value(args, 0), encoding, style, true)?;
            Ok(made)
        });
    }
    m.get_set(
        "System.Xml.Formatting Formatting",
        |_, this| {
            let is_indented = of(this)?.state.lock().style.indent.is_some();
            Ok(crate::types::enum_number("System.Xml.Formatting", i64::from(is_indented)))
        },
        |_, this, value| {
            let is_indented = matches!(value, Value::Enum(_, 1));
            of(this)?.state.lock().style.indent = is_indented.then(|| "  ".to_owned());
            Ok(())
        },
    );
    m.get_set(
        "int Indentation",
        |_, this| Ok(Value::int(of(this)?.state.lock().style.indent.as_ref().map_or(2, String::len))),
        |_, this, value| {
            let mut state = of(this)?.state.lock();
            if let Some(indent) = &mut state.style.indent {
                let c = indent.chars().next().unwrap_or(' ');
                *indent = std::iter::repeat_n(c, usize::try_from(i(&[value], 0)).unwrap_or(0)).collect();
            }
            Ok(())
        },
    );
    m.get_set(
        "char IndentChar",
        |_, this| {
            let c =
                of(this)?.state.lock().style.indent.as_ref().and_then(|indent| indent.chars().next()).unwrap_or(' ');
            Ok(Value::Char(u16::try_from(u32::from(c)).unwrap_or(0x20)))
        },
        |_, this, value| {
            let c = text(&value).chars().next().unwrap_or(' ');
            let mut state = of(this)?.state.lock();
            if let Some(indent) = &mut state.style.indent {
                *indent = std::iter::repeat_n(c, indent.chars().count()).collect();
            }
            Ok(())
        },
    );
    m.get_set(
        "char QuoteChar",
        |_, this| Ok(Value::Char(u16::try_from(u32::from(of(this)?.state.lock().style.quote)).unwrap_or(0x22))),
        |_, this, value| {
            of(this)?.state.lock().style.quote = text(&value).chars().next().unwrap_or('"');
            Ok(())
        },
    );
    m.get("System.IO.Stream BaseStream", |_, this| Ok(of(this)?.target.clone()));
}

pub(in crate::types) const TYPES: &[TypeDef] = &[
    TypeDef::class("System.Xml.XmlWriter").implements(&["System.IDisposable"]).members(writer_members),
    TypeDef::class("System.Xml.XmlWellFormedWriter").base("System.Xml.XmlWriter"),
    TypeDef::class(TEXT_WRITER).base("System.Xml.XmlWriter").members(text_writer),
    TypeDef::class("System.Xml.XmlWriterSettings").members(|m| {
        m.constructor("System.Xml.XmlWriterSettings()", |_, _, _| Ok(settings()));
    }),
    TypeDef::labels("System.Xml.Formatting", &[("None", 0), ("Indented", 1)]),
    TypeDef::labels("System.Xml.NewLineHandling", &[("Replace", 0), ("Entitize", 1), ("None", 2)]),
    TypeDef::labels("System.Xml.ConformanceLevel", &[("Auto", 0), ("Fragment", 1), ("Document", 2)]),
    TypeDef::flag_labels("System.Xml.NamespaceHandling", &[("Default", 0), ("OmitDuplicates", 1)]),
];
