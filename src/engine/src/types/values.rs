//! Small value types: tuples, pairs, wide numbers, indexes and ranges, `SemanticVersion`, `DBNull`.

use std::sync::LazyLock;

use psrpd_dotnet::Str;

use super::{Members, Type, TypeDef, args::s, complex::complex, half::half, wide_numbers::parse_wide};
use crate::{
    convert,
    eval::{Flow, R, Runspace, error},
    value::{Opaque, Order, Value, text},
};

const ITEMS: [&str; 8] = ["Item1", "Item2", "Item3", "Item4", "Item5", "Item6", "Item7", "Rest"];

/// A tuple of a type with as many arguments as there are items.
pub(super) fn tuple(of: &Type, items: &[Value]) -> Value {
    let is_value = of.is_kind("ValueTuple");
    let shown: Vec<String> = items.iter().map(|item| text(item).to_string()).collect();
    let length = ("Length", Value::int(items.len()));
    let named = ITEMS.iter().copied().zip(items.iter().cloned());
    let properties: Vec<(&str, Value)> =
        if is_value { std::iter::once(length).chain(named).collect() } else { named.chain([length]).collect() };
    let value = Opaque::of(of.clone(), properties).displayed(format!("({})", shown.join(", ")));
    let keys: Vec<String> = items.iter().map(|item| format!("{}:{}", item.type_name(), text(item))).collect();
    value.ordered(Order::Text(keys.join("\u{1}").into())).into_value()
}

/// The items of a tuple.
pub(crate) fn tuple_items(value: &Value) -> Option<Vec<Value>> {
    let opaque = value.downcast::<Opaque>()?;
    let of = value.type_of()?;
    if !of.is_kind("Tuple") && !of.is_kind("ValueTuple") {
        return None;
    }
    Some(ITEMS.iter().map_while(|name| opaque.get(name)).collect())
}

/// `[tuple]::Create()`: the types are those of the values.
pub(super) fn create(name: &str, args: &[Value]) -> R<Value> {
    if args.iter().any(Value::is_null) {
        return Err(error::no_overload("Create", args.len()));
    }
    let of_item = |arg: &Value| match arg {
        Value::Wrapped(wrapped) if wrapped.is_custom() => super::ps_object(),
        _ => arg.type_of().unwrap_or_else(super::object),
    };
    let types = args.iter().map(of_item).collect();
    match super::generic(&format!("{name}`{}", args.len()), types) {
        Some(of) => Ok(tuple(&of, &args.iter().map(|arg| arg.clone().into_base()).collect::<Vec<_>>())),
        None => Err(error::no_overload("Create", args.len())),
    }
}

/// A `ValueTuple` of values of known types.
pub(super) fn value_tuple(items: &[Value]) -> Value {
    create("System.ValueTuple", items).unwrap_or_default()
}

fn tuple_members(m: &mut Members) {
    // One row for each number of items; the type says which of them it has.
    for signature in [
        "Tuple(T1 item1)",
        "Tuple(T1 item1, T2 item2)",
        "Tuple(T1 item1, T2 item2, T3 item3)",
        "Tuple(T1 item1, T2 item2, T3 item3, T4 item4)",
        "Tuple(T1 item1, T2 item2, T3 item3, T4 item4, T5 item5)",
        "Tuple(T1 item1, T2 item2, T3 item3, T4 item4, T5 item5, T6 item6)",
        "Tuple(T1 item1, T2 item2, T3 item3, T4 item4, T5 item5, T6 item6, T7 item7)",
    ] {
        m.constructor(signature, |_, of, args| match of {
            Value::Type(of) if of.arguments().len() == args.len() => Ok(tuple(of, args)),
            _ => Err(error::no_overload("new", args.len())),
        });
    }
}

/// A pair of a key and a value.
pub(crate) fn pair(of: Type, key: Value, value: Value) -> Value {
    static NAMES: LazyLock<[Str; 2]> = LazyLock::new(|| ["Key".into(), "Value".into()]);
    let [key_name, value_name] = NAMES.clone();
    Opaque::of(of, [(key_name, key), (value_name, value)]).displayed_by(pair_text).into_value()
}

fn pair_text(pair: &Opaque) -> Str {
    let shown = |name: &str| {
        let value = pair.get(name).unwrap_or_default();
        match value.base() {
            Value::Array(_) => Str::from(value.type_name()),
            Value::Object(object) if object.text().is_none() => value.type_name().into(),
            _ => text(&value),
        }
    };
    format!("[{}, {}]", shown("Key"), shown("Value")).into()
}

fn semantic_version(version: [i64; 3], label: &str, build: &str) -> Value {
    let [major, minor, patch] = version;
    let optional = |text: &str| if text.is_empty() { Value::Null } else { text.into() };
    let mut shown = format!("{major}.{minor}.{patch}");
    if !label.is_empty() {
        shown.push_str(&format!("-{label}"));
    }
    if !build.is_empty() {
        shown.push_str(&format!("+{build}"));
    }
    let int = |n: i64| Value::I32(i32::try_from(n).unwrap_or(i32::MAX));
    Opaque::new(
        "System.Management.Automation.SemanticVersion",
        [
            ("Major", int(major)),
            ("Minor", int(minor)),
            ("Patch", int(patch)),
            ("PreReleaseLabel", optional(label)),
            ("BuildLabel", optional(build)),
        ],
    )
    .displayed(shown)
    .ordered(Order::Semantic(version, label.into()))
    .into_value()
}

/// `1.2.3-label+build`; minor and patch may be missing.
pub(crate) fn parse_semantic(source: &str) -> Option<Value> {
    let (rest, build) = source.split_once('+').unwrap_or((source, ""));
    let (numbers, label) = rest.split_once('-').unwrap_or((rest, ""));
    let is_label = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'));
    if source.contains('+') && build.is_empty()
        || rest.contains('-') && label.is_empty()
        || !is_label(label)
        || !is_label(build)
    {
        return None;
    }
    let fields: Vec<&str> = numbers.split('.').collect();
    if fields.len() > 3 {
        return None;
    }
    let mut version = [0_i64; 3];
    for (slot, field) in version.iter_mut().zip(&fields) {
        if field.is_empty() || !field.chars().all(|c| c.is_ascii_digit()) {
            return None;
        }
        *slot = field.parse::<i32>().ok()?.into();
    }
    Some(semantic_version(version, label, build))
}

fn number_field(args: &[Value], at: usize) -> i64 {
    args.get(at).and_then(Value::as_i128).and_then(|n| i64::try_from(n).ok()).unwrap_or(0)
}

fn wrong_version(source: &str) -> Flow {
    let message = if source.is_empty() { "version" } else { "The input string '' was not in a correct format." };
    error::thrown("System.FormatException", message)
}

/// The numbers of a version; none of them may be negative.
fn version_parts(args: &[Value]) -> R<[i64; 3]> {
    let mut parts = [0; 3];
    for (at, (part, name)) in parts.iter_mut().zip(["major", "minor", "patch"]).enumerate() {
        *part = number_field(args, at);
        if *part < 0 {
            return Err(not_valid(name));
        }
    }
    Ok(parts)
}

fn no_version() -> Flow {
    let message = "Cannot process argument because the value of argument \"version\" is null. Change the value of argument \"version\" to a non-null value.";
    error::thrown("System.Management.Automation.PSArgumentNullException", message)
}

fn not_valid(name: &str) -> Flow {
    let message = format!(
        "Cannot process argument because the value of argument \"{name}\" is not valid. Change the value of the \"{name}\" argument and run the operation again."
    );
    error::thrown("System.Management.Automation.PSArgumentException", message)
}

/// A version of .NET as a semantic one; what it was made from is kept with it.
fn from_version(rs: &mut Runspace, version: &Value) -> R<Value> {
    if version.is_null() {
        return Err(no_version());
    }
    let part = |rs: &mut Runspace, name: &str| -> R<i64> {
        Ok(rs.get_member(version, name)?.as_i128().and_then(|n| i64::try_from(n).ok()).unwrap_or(0))
    };
    let parts = [part(rs, "Major")?, part(rs, "Minor")?, part(rs, "Build")?.max(0)];
    if part(rs, "Revision")? > 0 || part(rs, "Build")? < 0 && part(rs, "Minor")? < 0 {
        return Err(not_valid("version"));
    }
    let label = rs.get_member(version, PRE_RELEASE)?;
    let build = rs.get_member(version, BUILD)?;
    Ok(semantic_version(parts, &text(&label), &text(&build)))
}

// The notes with which a version of .NET remembers what else a semantic one says.
const PRE_RELEASE: &str = "PSSemVerPreReleaseLabel";
const BUILD: &str = "PSSemVerBuildLabel";

/// A semantic version as one of .NET, with its labels as notes if it has any.
fn to_version(version: &Value) -> Value {
    let part = |name: &str| version.field(name).as_i128().and_then(|n| i32::try_from(n).ok()).unwrap_or(0);
    let made = Value::object(crate::value::Version([part("Major"), part("Minor"), part("Patch"), -1]));
    let labels = [(PRE_RELEASE, version.field("PreReleaseLabel")), (BUILD, version.field("BuildLabel"))];
    if labels.iter().all(|(_, label)| label.is_null()) {
        return made;
    }
    made.with_notes(labels.map(|(name, label)| (name, Value::Str(text(&label)))))
        .with_type_name("System.Version#IncludeLabel")
}

fn semantic_members(m: &mut Members) {
    m.constructor("semver(string version)", |_, _, args| {
        if args.first().is_none_or(Value::is_null) {
            return Err(no_version());
        }
        let source = s(args, 0);
        parse_semantic(&source).ok_or_else(|| wrong_version(&source))
    });
    for signature in ["semver(int major)", "semver(int major, int minor)", "semver(int major, int minor, int patch)"] {
        m.constructor(signature, |_, _, args| Ok(semantic_version(version_parts(args)?, "", "")));
    }
    for signature in [
        "semver(int major, int minor, int patch, string preReleaseLabel)",
        "semver(int major, int minor, int patch, string preReleaseLabel, string buildLabel)",
    ] {
        m.constructor(signature, |_, _, args| Ok(semantic_version(version_parts(args)?, &s(args, 3), &s(args, 4))));
    }
    m.constructor("semver(version version)", |rs, _, args| from_version(rs, args.first().unwrap_or(&Value::Null)));
    m.function("semver Parse(string version)", |_, _, args| {
        let source = s(args, 0);
        parse_semantic(&source).ok_or_else(|| wrong_version(&source))
    });
    m.function("bool TryParse(string version, [ref] semver result)", |_, _, args| {
        let found = parse_semantic(&s(args, 0));
        if let Some(reference) = args.get(1).and_then(|arg| arg.downcast::<crate::value::Reference>()) {
            reference.set(found.clone().unwrap_or_default());
        }
        Ok(found.is_some().into())
    });
}

/// Conversions to the types of this file.
pub(super) fn to(rs: &mut Runspace, value: &Value, to: &Type) -> R<Option<Value>> {
    let failed = |id: &str, reason: &str| {
        error::cast(
            id,
            format!("Cannot convert value \"{}\" to type \"{}\". Error: \"{reason}\"", text(value), to.full_name()),
        )
    };
    match to.name() {
        "System.Int128" | "System.UInt128" | "System.IntPtr" | "System.UIntPtr" => {
            let source = match value.base() {
                Value::Str(source) => source.to_string(),
                Value::F64(n) => n.trunc().to_string(),
                other => match (other.as_i128(), super::as_big(other)) {
                    (Some(n), _) => n.to_string(),
                    (_, Some(n)) => n.to_string(),
                    _ => return Ok(None),
                },
            };
            match parse_wide(to.name(), &source) {
                Ok(made) => Ok(Some(made)),
                Err(flow) => {
                    let reason = flow.record().map(|record| record.message()).unwrap_or_default();
                    Err(failed("InvalidCastParseTargetInvocationWithFormatProvider", &reason))
                }
            }
        }
        "System.Half" => convert::to_f64(rs, value).map(|n| Some(half(n))),
        "System.Numerics.Complex" => convert::to_f64(rs, value).map(|n| Some(complex(n, 0.0))),
        "System.Version" if value.type_name() == "System.Management.Automation.SemanticVersion" => {
            Ok(Some(to_version(value.base())))
        }
        "System.Management.Automation.SemanticVersion" => match value.base() {
            Value::Str(source) => parse_semantic(source).map(Some).ok_or_else(|| {
                let flow = wrong_version(source);
                let reason = flow.record().map(|record| record.message()).unwrap_or_default();
                failed("InvalidCastParseTargetInvocation", &reason)
            }),
            _ => Ok(None),
        },
        _ => Ok(None),
    }
}

fn index_text(n: i64, from_end: bool) -> String {
    if from_end { format!("^{n}") } else { n.to_string() }
}

fn index(n: i64, from_end: bool) -> Value {
    Opaque::new("System.Index", [("Value", Value::I32(i32::try_from(n).unwrap_or(0))), ("IsFromEnd", from_end.into())])
        .displayed(index_text(n, from_end))
        .into_value()
}

/// An index that is counted from the start or from the end.
fn from(args: &[Value], from_end: bool) -> R<Value> {
    match number_field(args, 0) {
        n if n < 0 => Err(super::args::out_of_range("Non-negative number required.", "value")),
        n => Ok(index(n, from_end)),
    }
}

fn index_members(m: &mut Members) {
    m.constructor("System.Index(int value, bool fromEnd)", |_, _, args| {
        Ok(index(number_field(args, 0), args.get(1).and_then(Value::as_bool).unwrap_or(false)))
    });
    m.constructor("System.Index(int value)", |_, _, args| Ok(index(number_field(args, 0), false)));
    m.constant("System.Index Start", |_, _| Ok(index(0, false)));
    m.constant("System.Index End", |_, _| Ok(index(0, true)));
    m.function("System.Index FromStart(int value)", |_, _, args| from(args, false));
    m.function("System.Index FromEnd(int value)", |_, _, args| from(args, true));
    m.method("int GetOffset(int length)", |_, this, args| {
        let n = this.field("Value").as_i128().and_then(|n| i64::try_from(n).ok()).unwrap_or(0);
        let offset =
            if this.field("IsFromEnd").as_bool() == Some(true) { number_field(args, 0).saturating_sub(n) } else { n };
        Ok(Value::I32(i32::try_from(offset).unwrap_or(0)))
    });
}

fn range_members(m: &mut Members) {
    m.constructor("System.Range(System.Index start, System.Index end)", |_, _, args| {
        let (start, end) = (args.first().cloned().unwrap_or_default(), args.get(1).cloned().unwrap_or_default());
        Ok(range(start, end))
    });
    m.constant("System.Range All", |_, _| Ok(range(index(0, false), index(0, true))));
    m.function("System.Range StartAt(System.Index start)", |_, _, args| {
        Ok(range(args.first().cloned().unwrap_or_default(), index(0, true)))
    });
    m.function("System.Range EndAt(System.Index end)", |_, _, args| {
        Ok(range(index(0, false), args.first().cloned().unwrap_or_default()))
    });
}

fn range(start: Value, end: Value) -> Value {
    let shown = format!("{}..{}", text(&start), text(&end));
    Opaque::new("System.Range", [("Start", start), ("End", end)]).displayed(shown).into_value()
}

/// An index from a number, as an argument of `System.Range` is converted.
pub(super) fn to_index(value: &Value, to: &Type) -> Option<Value> {
    (to.name() == "System.Index")
        .then(|| value.as_i128().and_then(|n| i64::try_from(n).ok()).map(|n| index(n, false)))
        .flatten()
}

pub(super) const TYPES: &[TypeDef] = &[
    TypeDef::class("System.Tuple").members(|m| {
        m.function("System.Object Create(params System.Object[] items)", |_, _, args| create("System.Tuple", args));
    }),
    TypeDef::class("System.Tuple`1").members(tuple_members),
    TypeDef::class("System.Tuple`2").members(tuple_members),
    TypeDef::class("System.Tuple`3").members(tuple_members),
    TypeDef::class("System.Tuple`4").members(tuple_members),
    TypeDef::class("System.Tuple`5").members(tuple_members),
    TypeDef::class("System.Tuple`6").members(tuple_members),
    TypeDef::class("System.Tuple`7").members(tuple_members),
    TypeDef::value("System.ValueTuple").members(|m| {
        m.function("System.Object Create(params System.Object[] items)", |_, _, args| {
            create("System.ValueTuple", args)
        });
    }),
    TypeDef::value("System.ValueTuple`1").members(tuple_members),
    TypeDef::value("System.ValueTuple`2").members(tuple_members),
    TypeDef::value("System.ValueTuple`3").members(tuple_members),
    TypeDef::value("System.ValueTuple`4").members(tuple_members),
    TypeDef::value("System.ValueTuple`5").members(tuple_members),
    TypeDef::value("System.ValueTuple`6").members(tuple_members),
    TypeDef::value("System.ValueTuple`7").members(tuple_members),
    TypeDef::class("System.Collections.Generic.KeyValuePair").members(|m| {
        m.function("System.Object Create(System.Object key, System.Object value)", |_, _, args| {
            let [key, value] = [0, 1].map(|at| args.get(at).cloned().unwrap_or_default());
            let kinds = [&key, &value].map(|part| part.type_of().unwrap_or_else(super::object)).to_vec();
            let of = super::generic("System.Collections.Generic.KeyValuePair`2", kinds);
            Ok(pair(of.unwrap_or_else(super::object), key, value))
        });
    }),
    TypeDef::value("System.Collections.Generic.KeyValuePair`2").members(|m| {
        m.constructor("KeyValuePair(TKey key, TValue value)", |_, of, args| match of {
            Value::Type(of) => Ok(pair(
                of.clone(),
                args.first().cloned().unwrap_or_default(),
                args.get(1).cloned().unwrap_or_default(),
            )),
            _ => Ok(Value::Null),
        });
    }),
    TypeDef::class("System.Management.Automation.SemanticVersion")
        .implements(&["System.IComparable"])
        .members(semantic_members),
    TypeDef::value("System.Index").zero(|| index(0, false)).members(index_members),
    TypeDef::value("System.Range").members(range_members),
    TypeDef::class("System.DBNull").members(|m| {
        m.constant("System.DBNull Value", |_, _| Ok(super::converters::db_null()));
    }),
    TypeDef::class("System.Management.Automation.Language.NullString").members(|m| {
        m.constant("System.Management.Automation.Language.NullString Value", |_, _| {
            let order = Order::Text(Str::default());
            let of = "System.Management.Automation.Language.NullString";
            Ok(Opaque::new::<&str>(of, []).displayed("").ordered(order).into_value())
        });
    }),
    TypeDef::class("System.Management.Automation.Internal.AutomationNull").members(|m| {
        m.constant("psobject Value", |_, _| Ok(Value::AutomationNull));
    }),
];
