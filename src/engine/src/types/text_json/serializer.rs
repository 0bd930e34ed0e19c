//! `JsonSerializer` and its options.

use std::sync::Arc;

use psrpd_dotnet::{Str, casing};

use super::{
    Element, Kind,
    document::{Document, Item},
    leniency_of, root_of,
};
use crate::{
    convert::{self, rank::is_number},
    eval::{Flow, R, Runspace, class, error},
    json::{self, Escapes, Node},
    ops::composite,
    types::{self, Members, Type, TypeDef, args::s, converters},
    value::{Dictionary, List, Opaque, Value, enumerate, text},
};

/// How deep values may lie in each other.
const MOST_DEEP: usize = 64;

/// A date in the form of ISO 8601, its fraction as short as it can be.
const DATE: &str = "yyyy-MM-ddTHH:mm:ss.FFFFFFFK";

const OPTIONS: &str = "System.Text.Json.JsonSerializerOptions";
const CAMEL: &str = "System.Text.Json.JsonCamelCaseNamingPolicy";
const RELAXED: &str = "System.Text.Encodings.Web.UnsafeRelaxedJavaScriptEncoder";

pub(super) fn option(options: Option<&Value>, name: &str) -> Value {
    options.map(|options| options.field(name)).unwrap_or_default()
}

pub(super) fn is_on(options: Option<&Value>, name: &str) -> bool {
    convert::to_bool(&option(options, name))
}

/// A name as a policy writes it.
fn named(policy: &Value, name: &Str) -> Str {
    if policy.type_name() == CAMEL { camel(name) } else { name.clone() }
}

/// `FooBar` as `fooBar`, `URLValue` as `urlValue`.
fn camel(name: &str) -> Str {
    let letters: Vec<char> = name.chars().collect();
    let mut out = String::new();
    let mut is_start = true;
    for (at, c) in letters.iter().enumerate() {
        let next = letters.get(at.saturating_add(1));
        let ends_word = at > 0 && next.is_some_and(|next| !next.is_uppercase());
        if !c.is_uppercase() || ends_word {
            is_start = false;
        }
        if is_start { out.extend(c.to_lowercase()) } else { out.push(*c) }
    }
    out.into()
}

/// A value as JSON.
fn node(rs: &mut Runspace, value: &Value, options: Option<&Value>, depth: usize) -> R<Node> {
    rs.check_stop()?;
    if depth > MOST_DEEP {
        let message = "A possible object cycle was detected. This can either be due to a cycle or if the object depth is larger than the maximum allowed depth of 64. Consider using ReferenceHandler.Preserve on JsonSerializerOptions to support cycles.";
        return Err(error::thrown("System.Text.Json.JsonException", message));
    }
    let inner = depth.saturating_add(1);
    if let Some(element) = value.downcast::<Element>() {
        return Ok(Node::Digits(element.raw().to_owned()));
    }
    Ok(match value.base() {
        Value::Null | Value::AutomationNull => Node::Null,
        Value::Bool(yes) => Node::Bool(*yes),
        Value::Enum(_, number) => Node::Int(*number),
        Value::F64(n) if !n.is_finite() => return Err(not_finite()),
        Value::F32(n) if !n.is_finite() => return Err(not_finite()),
        Value::F32(n) => Node::Digits(psrpd_dotnet::number_format::round_trip_single(*n)),
        Value::F64(n) => Node::Float(*n),
        Value::Decimal(_) => Node::Digits(text(value).to_string()),
        Value::Char(_) | Value::Str(_) | Value::Guid(_) | Value::TimeSpan(_) => Node::Text(text(value)),
        Value::DateTime(_) => Node::Text(composite::to_string(rs, value, DATE)?),
        Value::Array(array) if array.element == types::known("System.Byte") => {
            Node::Text(converters::base64(&types::text::to_bytes(value), false).into())
        }
        base => match base.as_i128() {
            Some(number) => Node::Digits(number.to_string()),
            None => object(rs, value, options, inner)?,
        },
    })
}

fn not_finite() -> Flow {
    let message = ".NET number values such as positive and negative infinity cannot be written as valid JSON. To make it work when using 'JsonSerializer', consider specifying 'JsonNumberHandling.AllowNamedFloatingPointLiterals' (see https://learn.microsoft.com/dotnet/api/system.text.json.serialization.jsonnumberhandling).";
    error::thrown("System.ArgumentException", message)
}

fn object(rs: &mut Runspace, value: &Value, options: Option<&Value>, depth: usize) -> R<Node> {
    let skips_null = text(&option(options, "DefaultIgnoreCondition")).as_str() == "WhenWritingNull";
    if let Some(table) = value.downcast::<Dictionary>() {
        let policy = option(options, "DictionaryKeyPolicy");
        let mut members = Vec::new();
        for (key, item) in table.entries() {
            members.push((named(&policy, &text(&key)), node(rs, &item, options, depth)?));
        }
        return Ok(Node::Object(members));
    }
    if let Some(items) = enumerate(value) {
        let mut nodes = Vec::new();
        for item in items {
            nodes.push(node(rs, &item, options, depth)?);
        }
        return Ok(Node::Array(nodes));
    }
    if let Some(instance) = class::of(value) {
        let policy = option(options, "PropertyNamingPolicy");
        let mut members = Vec::new();
        for (name, item, _) in instance.properties() {
            if !(skips_null && item.is_null()) {
                members.push((named(&policy, &name), node(rs, &item, options, depth)?));
            }
        }
        return Ok(Node::Object(members));
    }
    let of = value.type_name();
    match of.as_str() {
        "System.Version" | "System.Uri" => Ok(Node::Text(text(value))),
        "System.DateTimeOffset" => Ok(Node::Text(text(&rs.call_method(value, "ToString", &[DATE.into()])?))),
        "System.DBNull" => Ok(Node::Object(Vec::new())),
        _ => Err(error::feature(&format!("Serialising {of} with System.Text.Json"))),
    }
}

fn serialized(rs: &mut Runspace, value: &Value, options: Option<&Value>) -> R<Value> {
    let node = node(rs, value, options, 0)?;
    let escapes = if option(options, "Encoder").type_name() == RELAXED { Escapes::Relaxed } else { Escapes::Strict };
    Ok(Value::Str(json::to_text(&node, !is_on(options, "WriteIndented"), escapes)))
}

/// What a text says, as a value of a type.
///
/// # Errors
/// `JsonException`
pub(in crate::types) fn deserialize(rs: &mut Runspace, code: &Str, of: &Type, options: Option<&Value>) -> R<Value> {
    let document = Document::parse(rs, code, leniency_of(options)).map_err(|flow| read_failed(flow, "Path: $ | "))?;
    if is_any(of) {
        return Ok(root_of(document));
    }
    let document = Arc::new(document);
    made(rs, &document, &document.root, of, options, &mut Vec::new())
}

fn is_any(of: &Type) -> bool {
    ["System.Object", "System.Text.Json.JsonElement"].contains(&of.name())
}

/// The serialiser says where in the value a text is broken.
fn read_failed(flow: Flow, place: &str) -> Flow {
    let Flow::Error(raised) = &flow else { return flow };
    let message = raised.record.exception_message();
    let (said, at) = message.split_once(" LineNumber: ").unwrap_or((&message, ""));
    error::thrown("System.Text.Json.JsonException", format!("{said} {place}LineNumber: {at}"))
}

fn made(
    rs: &mut Runspace,
    document: &Arc<Document>,
    item: &Item,
    of: &Type,
    options: Option<&Value>,
    path: &mut Vec<usize>,
) -> R<Value> {
    rs.check_stop()?;
    if is_any(of) {
        return Ok(Value::object(Element { document: Some(document.clone()), path: path.clone() }));
    }
    let refused = || {
        let upto = document.text.get(..item.end).unwrap_or_default();
        let line = upto.matches('\n').count();
        let column = upto.rsplit('\n').next().map_or(0, str::len);
        let message = format!(
            "The JSON value could not be converted to {}. Path: $ | LineNumber: {line} | BytePositionInLine: {column}.",
            of.full_name()
        );
        error::thrown("System.Text.Json.JsonException", message)
    };
    match &item.kind {
        Kind::Null if of.is_value_type() && of.nullable().is_none() => Err(refused()),
        Kind::Null => Ok(Value::Null),
        Kind::Array(items) => {
            let element = match of.element().cloned().or_else(|| of.arguments().first().cloned()) {
                Some(element) => element,
                None if of.is_assignable_to(&types::known("System.Collections.ArrayList")) => types::object(),
                None => return Err(refused()),
            };
            let mut values = Vec::new();
            for (at, item) in items.iter().enumerate() {
                path.push(at);
                values.push(made(rs, document, item, &element, options, path)?);
                path.pop();
            }
            if of.element().is_some() {
                return Ok(Value::typed_array(element, values));
            }
            Ok(List::value(of.clone(), values))
        }
        Kind::Object(members) => from_members(rs, document, members, of, options, path),
        Kind::True | Kind::False => {
            let of = of.nullable().unwrap_or(of);
            if *of == types::boolean() { Ok(matches!(item.kind, Kind::True).into()) } else { Err(refused()) }
        }
        Kind::Number => {
            let of = of.nullable().unwrap_or(of);
            if of.labels().is_empty() && !is_number(of) {
                return Err(refused());
            }
            let element = Element { document: Some(document.clone()), path: path.clone() };
            let found = if of.labels().is_empty() {
                element.as_type(rs, of.name())?
            } else {
                document.raw(item).parse().ok().map(|number| Value::Enum(of.clone(), number))
            };
            found.ok_or_else(refused)
        }
        Kind::Text(written) => {
            let of = of.nullable().unwrap_or(of);
            if is_number(of) || *of == types::boolean() || !of.labels().is_empty() {
                return Err(refused());
            }
            convert::convert(rs, &Value::Str(written.clone()), of).map_err(|flow| match flow {
                Flow::Error(_) => refused(),
                other => other,
            })
        }
    }
}

fn from_members(
    rs: &mut Runspace,
    document: &Arc<Document>,
    members: &[(Str, Item)],
    of: &Type,
    options: Option<&Value>,
    path: &mut Vec<usize>,
) -> R<Value> {
    let made_of = rs.construct(of, &[])?;
    if let Some(table) = made_of.downcast::<Dictionary>() {
        let element = of.arguments().get(1).cloned().unwrap_or_else(types::object);
        for (at, (name, item)) in members.iter().enumerate() {
            path.push(at);
            table.set(Value::Str(name.clone()), made(rs, document, item, &element, options, path)?);
            path.pop();
        }
    } else if let Some(instance) = class::of(&made_of) {
        let ignores_case = is_on(options, "PropertyNameCaseInsensitive");
        let policy = option(options, "PropertyNamingPolicy");
        let properties = instance.properties().into_iter();
        let own: Vec<(Str, Str)> = properties.map(|(own, ..)| (named(&policy, &own), own)).collect();
        for (at, (name, item)) in members.iter().enumerate() {
            let wanted = |(called, own): &&(Str, Str)| called == name || ignores_case && casing::eq(own, name);
            let Some((_, own)) = own.iter().find(wanted) else { continue };
            let of = class::property_type(of, own).unwrap_or_else(types::object);
            path.push(at);
            let value = made(rs, document, item, &of, options, path)?;
            path.pop();
            rs.set_member(&made_of, own, value)?;
        }
    } else if !members.is_empty() {
        return Err(error::feature(&format!("Making {} of JSON with System.Text.Json", of.name())));
    }
    Ok(made_of)
}

fn members(m: &mut Members) {
    m.function("string Serialize(System.Object value, type inputType)", |rs, _, args| {
        serialized(rs, args.first().unwrap_or(&Value::Null), None)
    });
    m.function(
        "string Serialize(System.Object value, type inputType, System.Text.Json.JsonSerializerOptions options)",
        |rs, _, args| serialized(rs, args.first().unwrap_or(&Value::Null), args.get(2)),
    );
    m.function(
        "string Serialize(System.Object value, System.Text.Json.JsonSerializerOptions options)",
        |rs, _, args| serialized(rs, args.first().unwrap_or(&Value::Null), args.get(1)),
    );
    m.function("System.Object Deserialize(string json, type returnType)", |rs, _, args| match args.get(1) {
        Some(Value::Type(of)) => deserialize(rs, &s(args, 0), of, None),
        _ => Ok(Value::Null),
    });
    m.function(
        "System.Object Deserialize(string json, type returnType, System.Text.Json.JsonSerializerOptions options)",
        |rs, _, args| match args.get(1) {
            Some(Value::Type(of)) => deserialize(rs, &s(args, 0), of, args.get(2)),
            _ => Ok(Value::Null),
        },
    );
}

fn options() -> Value {
    let no = || Value::from(false);
    let properties = [
        ("AllowTrailingCommas", no()),
        ("DictionaryKeyPolicy", Value::Null),
        ("Encoder", Value::Null),
        ("DefaultIgnoreCondition", types::enum_value("System.Text.Json.Serialization.JsonIgnoreCondition", "Never")),
        ("PropertyNameCaseInsensitive", no()),
        ("PropertyNamingPolicy", Value::Null),
        ("ReadCommentHandling", types::enum_value("System.Text.Json.JsonCommentHandling", "Disallow")),
        ("WriteIndented", no()),
    ];
    Opaque::new(OPTIONS, properties).into_value()
}

pub(in crate::types) const TYPES: &[TypeDef] = &[
    TypeDef::class("System.Text.Json.JsonSerializer").members(members),
    TypeDef::class(OPTIONS).members(|m| {
        m.constructor("System.Text.Json.JsonSerializerOptions()", |_, _, _| Ok(options()));
    }),
    TypeDef::class("System.Text.Json.JsonNamingPolicy").members(|m| {
        m.constant("System.Text.Json.JsonNamingPolicy CamelCase", |_, _| {
            Ok(Opaque::new::<&str>(CAMEL, []).into_value())
        });
        m.method("string ConvertName(string name)", |_, _, args| Ok(Value::Str(camel(&s(args, 0)))));
    }),
    TypeDef::class(CAMEL).base("System.Text.Json.JsonNamingPolicy"),
    TypeDef::class("System.Text.Encodings.Web.JavaScriptEncoder").members(|m| {
        m.constant("System.Text.Encodings.Web.JavaScriptEncoder UnsafeRelaxedJsonEscaping", |_, _| {
            Ok(Opaque::new::<&str>(RELAXED, []).into_value())
        });
    }),
    TypeDef::class(RELAXED).base("System.Text.Encodings.Web.JavaScriptEncoder"),
    TypeDef::labels(
        "System.Text.Json.Serialization.JsonIgnoreCondition",
        &[("Never", 0), ("Always", 1), ("WhenWritingDefault", 2), ("WhenWritingNull", 3)],
    ),
];
