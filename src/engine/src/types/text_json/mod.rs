//! `System.Text.Json`: documents that are looked into, and the serialiser.

use std::{any::Any, sync::Arc};

use psrpd_dotnet::Str;

use super::{
    Members, Type, TypeDef,
    args::{s, tried},
    enum_value, known,
};
use crate::{
    convert::{self, rank::is_number},
    eval::{Flow, R, Runspace, error},
    json::{self, Escapes, Leniency, Node},
    value::{List, Object, Opaque, Value, text},
};

mod document;
mod serializer;

use document::{Document, Item, Kind};
pub(super) use serializer::{TYPES as SERIALIZER, deserialize};
use serializer::{is_on, option};

/// `JsonDocument`
struct DocumentObject(Arc<Document>);

impl Object for DocumentObject {
    fn type_of(&self) -> Type {
        known("System.Text.Json.JsonDocument")
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// `JsonElement`: a value in a document, by the places that lead to it.
struct Element {
    document: Option<Arc<Document>>,
    path: Vec<usize>,
}

impl Object for Element {
    fn type_of(&self) -> Type {
        known("System.Text.Json.JsonElement")
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn text(&self) -> Option<Str> {
        let document = self.document.as_ref()?;
        Some(match &self.item()?.kind {
            Kind::Text(text) => text.clone(),
            Kind::True => "True".into(),
            Kind::False => "False".into(),
            Kind::Null => "".into(),
            _ => document.raw(self.item()?).into(),
        })
    }
}

impl Element {
    fn item(&self) -> Option<&Item> {
        let mut item = &self.document.as_ref()?.root;
        for at in &self.path {
            item = match &item.kind {
                Kind::Array(items) => items.get(*at)?,
                Kind::Object(members) => &members.get(*at)?.1,
                _ => return None,
            };
        }
        Some(item)
    }

    fn raw(&self) -> &str {
        match (&self.document, self.item()) {
            (Some(document), Some(item)) => document.raw(item),
            _ => "",
        }
    }

    fn kind(&self) -> &'static str {
        match self.item().map(|item| &item.kind) {
            None => "Undefined",
            Some(Kind::Null) => "Null",
            Some(Kind::True) => "True",
            Some(Kind::False) => "False",
            Some(Kind::Number) => "Number",
            Some(Kind::Text(_)) => "String",
            Some(Kind::Array(_)) => "Array",
            Some(Kind::Object(_)) => "Object",
        }
    }

    fn child(&self, at: usize) -> Value {
        let mut path = self.path.clone();
        path.push(at);
        Value::object(Self { document: self.document.clone(), path })
    }

    /// The members of an object.
    fn members(&self) -> R<&[(Str, Item)]> {
        match self.item().map(|item| &item.kind) {
            Some(Kind::Object(members)) => Ok(members),
            _ => Err(self.not_a("Object")),
        }
    }

    fn items(&self) -> R<&[Item]> {
        match self.item().map(|item| &item.kind) {
            Some(Kind::Array(items)) => Ok(items),
            _ => Err(self.not_a("Array")),
        }
    }

    fn not_a(&self, wanted: &str) -> Flow {
        if self.document.is_none() {
            let message = "Operation is not valid due to the current state of the object.";
            return error::thrown("System.InvalidOperationException", message);
        }
        let message = format!(
            "The requested operation requires an element of type '{wanted}', but the target element has type '{}'.",
            self.kind()
        );
        error::thrown("System.InvalidOperationException", message)
    }

    /// The last member of a name.
    fn member(&self, name: &str) -> R<Option<Value>> {
        let at = self.members()?.iter().rposition(|(have, _)| have.as_str() == name);
        Ok(at.map(|at| self.child(at)))
    }

    /// The value as one of a type; none where its text is no such value.
    fn as_type(&self, rs: &mut Runspace, of: &str) -> R<Option<Value>> {
        let of = known(of);
        let written = match self.item().map(|item| &item.kind) {
            Some(Kind::Number) if is_number(&of) => Value::from(self.raw()),
            Some(Kind::Text(text)) if !is_number(&of) => Value::Str(text.clone()),
            _ => return Err(self.not_a(if is_number(&of) { "Number" } else { "String" })),
        };
        let is_whole = !["System.Double", "System.Single", "System.Decimal"].contains(&of.name());
        if is_number(&of) && is_whole && self.raw().contains(['.', 'e', 'E']) {
            return Ok(None);
        }
        // A decimal keeps the zeros at its end.
        let found = if of.name() == "System.Decimal" {
            rs.call_static(&Value::Type(of), "Parse", &[written])
        } else {
            convert::convert(rs, &written, &of)
        };
        match found {
            Ok(value) => Ok(Some(value)),
            Err(Flow::Error(_)) => Ok(None),
            Err(other) => Err(other),
        }
    }
}

fn element(value: &Value) -> Option<&Element> {
    value.downcast::<Element>()
}

/// The value in a text, as a `JsonElement`.
fn root_of(document: Document) -> Value {
    Value::object(Element { document: Some(Arc::new(document)), path: Vec::new() })
}

/// An item of an array.
///
/// # Errors
/// There is none at the place.
pub(super) fn indexed(object: &Value, index: &Value) -> R<Option<Value>> {
    let (Some(element), Value::I32(at)) = (element(object), index.base()) else { return Ok(None) };
    let at = usize::try_from(*at).ok().filter(|at| element.items().is_ok_and(|items| *at < items.len()));
    element.items()?;
    match at {
        Some(at) => Ok(Some(element.child(at))),
        None => Err(error::foreign("System.IndexOutOfRangeException", "Index was outside the bounds of the array.")),
    }
}

fn document_members(m: &mut Members) {
    m.get("System.Text.Json.JsonElement RootElement", |_, this| {
        let document = this.downcast::<DocumentObject>().map(|document| document.0.clone());
        Ok(document
            .map_or(Value::Null, |document| Value::object(Element { document: Some(document), path: Vec::new() })))
    });
    m.method("void Dispose()", |_, _, _| Ok(Value::AutomationNull));
    m.function("System.Text.Json.JsonDocument Parse(string json)", |rs, _, args| {
        Ok(Value::object(DocumentObject(Arc::new(Document::parse(rs, &s(args, 0), Leniency::default())?))))
    });
    m.function(
        "System.Text.Json.JsonDocument Parse(string json, System.Text.Json.JsonDocumentOptions options)",
        |rs, _, args| {
            let leniency = leniency_of(args.get(1));
            Ok(Value::object(DocumentObject(Arc::new(Document::parse(rs, &s(args, 0), leniency)?))))
        },
    );
}

/// What options let pass.
fn leniency_of(options: Option<&Value>) -> Leniency {
    // Documents and the serialiser have a name of their own for it.
    let skips = |name: &str| text(&option(options, name)).as_str() == "Skip";
    Leniency {
        comments: skips("CommentHandling") || skips("ReadCommentHandling"),
        trailing_commas: is_on(options, "AllowTrailingCommas"),
    }
}

macro_rules! numbers {
    ($m:ident: $($of:literal $get:literal $try:literal),* $(,)?) => {$(
        $m.method($get, |rs, this, _| {
            let Some(element) = element(this) else { return Ok(Value::Null) };
            element.as_type(rs, $of)?.ok_or_else(|| {
                let message = "One of the identified items was in an invalid format.";
                error::thrown("System.FormatException", message)
            })
        });
        $m.method($try, |rs, this, args| {
            let Some(element) = element(this) else { return Ok(Value::Null) };
            let found = element.as_type(rs, $of)?;
            tried(args, found, convert::default_of(&known($of)))
        });
    )*};
}

fn element_members(m: &mut Members) {
    m.constructor("System.Text.Json.JsonElement()", |_, _, _| {
        Ok(Value::object(Element { document: None, path: Vec::new() }))
    });
    m.get("System.Text.Json.JsonValueKind ValueKind", |_, this| {
        Ok(element(this).map_or(Value::Null, |element| enum_value("System.Text.Json.JsonValueKind", element.kind())))
    });
    m.method("System.Text.Json.JsonElement GetProperty(string propertyName)", |_, this, args| {
        let Some(element) = element(this) else { return Ok(Value::Null) };
        element.member(&s(args, 0))?.ok_or_else(|| {
            let message = "The given key was not present in the dictionary.";
            error::thrown("System.Collections.Generic.KeyNotFoundException", message)
        })
    });
    m.method("bool TryGetProperty(string propertyName, [ref] System.Text.Json.JsonElement value)", |_, this, args| {
        let Some(element) = element(this) else { return Ok(Value::Null) };
        let found = element.member(&s(args, 0))?;
        tried(args, found, Value::object(Element { document: None, path: Vec::new() }))
    });
    m.method("string GetString()", |_, this, _| {
        let Some(element) = element(this) else { return Ok(Value::Null) };
        match element.item().map(|item| &item.kind) {
            Some(Kind::Text(text)) => Ok(Value::Str(text.clone())),
            Some(Kind::Null) => Ok(Value::Null),
            _ => Err(element.not_a("String")),
        }
    });
    m.method("bool GetBoolean()", |_, this, _| {
        let Some(element) = element(this) else { return Ok(Value::Null) };
        match element.item().map(|item| &item.kind) {
            Some(Kind::True) => Ok(true.into()),
            Some(Kind::False) => Ok(false.into()),
            _ => Err(element.not_a("Boolean")),
        }
    });
    m.method("int GetArrayLength()", |_, this, _| match element(this) {
        Some(element) => Ok(Value::int(element.items()?.len())),
        None => Ok(Value::Null),
    });
    m.method("int GetPropertyCount()", |_, this, _| match element(this) {
        Some(element) => Ok(Value::int(element.members()?.len())),
        None => Ok(Value::Null),
    });
    m.method("System.Text.Json.JsonElement+ArrayEnumerator EnumerateArray()", |_, this, _| {
        let Some(element) = element(this) else { return Ok(Value::Null) };
        let items = (0..element.items()?.len()).map(|at| element.child(at)).collect();
        Ok(List::value(known("System.Text.Json.JsonElement+ArrayEnumerator"), items))
    });
    m.method("System.Text.Json.JsonElement+ObjectEnumerator EnumerateObject()", |_, this, _| {
        let Some(element) = element(this) else { return Ok(Value::Null) };
        let members = element.members()?.iter().enumerate();
        let items = members.map(|(at, (name, item))| {
            let shown = format!(
                "{}: {}",
                json::to_text(&Node::Text(name.clone()), true, Escapes::Strict),
                element.document.as_ref().map_or("", |document| document.raw(item))
            );
            Opaque::new(
                "System.Text.Json.JsonProperty",
                [("Value", element.child(at)), ("Name", Value::Str(name.clone()))],
            )
            .displayed(shown)
            .into_value()
        });
        Ok(List::value(known("System.Text.Json.JsonElement+ObjectEnumerator"), items.collect()))
    });
    m.method("string GetRawText()", |_, this, _| Ok(element(this).map_or(Value::Null, |element| element.raw().into())));
    m.method("System.Text.Json.JsonElement Clone()", |_, this, _| Ok(this.clone()));
    numbers!(m:
        "System.Int32" "int GetInt32()" "bool TryGetInt32([ref] int value)",
        "System.Int64" "long GetInt64()" "bool TryGetInt64([ref] long value)",
        "System.Int16" "short GetInt16()" "bool TryGetInt16([ref] short value)",
        "System.Byte" "byte GetByte()" "bool TryGetByte([ref] byte value)",
        "System.UInt32" "uint GetUInt32()" "bool TryGetUInt32([ref] uint value)",
        "System.UInt64" "ulong GetUInt64()" "bool TryGetUInt64([ref] ulong value)",
        "System.Double" "double GetDouble()" "bool TryGetDouble([ref] double value)",
        "System.Single" "float GetSingle()" "bool TryGetSingle([ref] float value)",
        "System.Decimal" "decimal GetDecimal()" "bool TryGetDecimal([ref] decimal value)",
        "System.Guid" "guid GetGuid()" "bool TryGetGuid([ref] guid value)",
        "System.DateTime" "datetime GetDateTime()" "bool TryGetDateTime([ref] datetime value)",
    );
}

pub(super) const TYPES: &[TypeDef] = &[
    TypeDef::class("System.Text.Json.JsonDocument").members(document_members),
    TypeDef::value("System.Text.Json.JsonElement").members(element_members),
    TypeDef::value("System.Text.Json.JsonElement+ArrayEnumerator"),
    TypeDef::value("System.Text.Json.JsonElement+ObjectEnumerator"),
    TypeDef::value("System.Text.Json.JsonProperty"),
    TypeDef::value("System.Text.Json.JsonDocumentOptions").members(|m| {
        m.constructor("System.Text.Json.JsonDocumentOptions()", |_, _, _| {
            let handling = enum_value("System.Text.Json.JsonCommentHandling", "Disallow");
            let options = [("CommentHandling", handling), ("AllowTrailingCommas", Value::from(false))];
            Ok(Opaque::new("System.Text.Json.JsonDocumentOptions", options).into_value())
        });
    }),
    TypeDef::labels("System.Text.Json.JsonCommentHandling", &[("Disallow", 0), ("Skip", 1), ("Allow", 2)]),
    TypeDef::labels(
        "System.Text.Json.JsonValueKind",
        &[
            ("Undefined", 0),
            ("Object", 1),
            ("Array", 2),
            ("String", 3),
            ("Number", 4),
            ("True", 5),
            ("False", 6),
            ("Null", 7),
        ],
    ),
];
