//! Help: what comments of functions say, and what the tables of cmdlets know.

use psrpd_dotnet::Str;

use crate::{
    types::{self, Type},
    value::Value,
};

mod cmdlet;
mod comment;
mod function;
mod place;

pub(crate) use cmdlet::of_command;
pub(crate) use comment::Comment;
pub(crate) use function::of_comment;
pub(crate) use place::comment_of;

/// The namespaces of MAML, which help objects carry as notes.
const NAMESPACES: [(&str, &str); 3] = [
    ("xmlns:maml", "http://schemas.microsoft.com/maml/2004/10"),
    ("xmlns:command", "http://schemas.microsoft.com/maml/dev/command/2004/10"),
    ("xmlns:dev", "http://schemas.microsoft.com/maml/dev/2004/10"),
];

/// A custom object under names of its own.
fn object(names: &[&str], notes: Vec<(&str, Value)>) -> Value {
    let value = Value::custom(notes);
    if let Value::Wrapped(wrapped) = &value {
        *wrapped.type_names.lock() = Some(names.iter().map(|name| Str::from(*name)).collect());
    }
    value
}

/// `PSObject[]`
fn objects(items: Vec<Value>) -> Value {
    Value::typed_array(types::ps_object(), items)
}

/// One object as it is, several as an array.
fn one_or_many(mut items: Vec<Value>) -> Value {
    if items.len() == 1 { items.pop().unwrap_or_default() } else { objects(items) }
}

/// Paragraphs.
fn paragraphs(texts: &[&str]) -> Value {
    let item = |text: &&str| object(&["MamlParaTextItem", "MamlTextItem"], vec![("Text", Value::from(*text))]);
    objects(texts.iter().map(item).collect())
}

/// The labels of an enum, or of what a list of them holds.
fn labels(of: &Type) -> Option<Vec<Str>> {
    let of = of.element().unwrap_or(of);
    of.is_enum().then(|| of.labels().iter().map(|(label, _)| Str::from(&**label)).collect())
}

/// `parameterValueGroup`: what a parameter can be.
fn choices(help: &str, values: Vec<Str>) -> Value {
    let values = values
        .into_iter()
        .map(|value| Value::Str(value).with_notes([("variableLength", Value::Bool(false)), ("required", true.into())]));
    object(&[&format!("{help}#parameterValueGroup")], vec![("parameterValue", Value::array(values.collect()))])
}

/// `true (ByValue, ByPropertyName)`
fn pipeline_input(set: &crate::bind::ParamSet) -> &'static str {
    match (set.by_value, set.by_name) {
        (true, true) => "true (ByValue, ByPropertyName)",
        (true, false) => "true (ByValue)",
        (false, true) => "true (ByPropertyName)",
        (false, false) => "false",
    }
}

/// Puts the names of a view in front of those of a help object.
pub(crate) fn with_view(help: &Value, view: &str) -> Value {
    let Value::Wrapped(wrapped) = help else { return help.clone() };
    let mut names: Vec<Str> = help.type_names().iter().map(|name| Str::from(format!("{name}#{view}View"))).collect();
    names.extend(help.type_names());
    *wrapped.type_names.lock() = Some(names);
    help.clone()
}
