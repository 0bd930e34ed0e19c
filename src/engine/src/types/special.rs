//! What tables cannot say: intrinsic members, objects around numbers, and constructors of whole families.

use std::{any::Any, sync::Arc};

use psrpd_dotnet::{BigInt, Str, casing};

use super::{Members, Type, known};
use crate::{
    convert,
    eval::{R, Runspace, error},
    ops,
    value::{Dictionary, Exception, List, Object, Opaque, Set, Value, enumerate, enumerates, text},
};

/// `System.Numerics.BigInteger`
struct Big(BigInt);

impl Object for Big {
    fn type_of(&self) -> Type {
        super::big_integer()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn text(&self) -> Option<Str> {
        Some(self.0.to_string().into())
    }

    fn equals(&self, other: &Value) -> bool {
        as_big(other).is_some_and(|other| *other == self.0)
    }
}

/// A large integer as a value.
pub(crate) fn big(n: BigInt) -> Value {
    Value::object(Big(n))
}

/// The large integer in a value.
pub(crate) fn as_big(value: &Value) -> Option<&BigInt> {
    value.downcast::<Big>().map(|big| &big.0)
}

/// A number that arithmetic does not know, as one that conversions know; a whole one where that is wanted.
pub(crate) fn as_plain_number(value: &Value, is_whole: bool) -> Option<Value> {
    if !matches!(value.base(), Value::Object(_)) {
        return None;
    }
    match super::half::number(value) {
        Some(x) if is_whole => Some(Value::F64(x.trunc())),
        Some(x) => Some(Value::F64(x)),
        None => super::wide_numbers::number(value).map(big),
    }
}

/// `SwitchParameter`
struct Switch(bool);

impl Object for Switch {
    fn type_of(&self) -> Type {
        super::switch_parameter()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn text(&self) -> Option<Str> {
        Some(if self.0 { "True" } else { "False" }.into())
    }

    fn equals(&self, other: &Value) -> bool {
        switch_value(other).or_else(|| other.as_bool()) == Some(self.0)
    }
}

/// An object without what was added to it: of a dictionary the properties, not the keys.
struct BaseView(Arc<dyn Object>);

impl Object for BaseView {
    fn type_of(&self) -> Type {
        self.0.type_of()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn inner(&self) -> Option<&Arc<dyn Object>> {
        Some(&self.0)
    }

    fn items(&self) -> Option<Vec<Value>> {
        self.0.items()
    }
}

/// `.PSBase`
pub(crate) fn base_view(object: &Value) -> Value {
    match object.base() {
        Value::Object(inner) if object.downcast::<Dictionary>().is_some() => Value::object(BaseView(inner.clone())),
        base => base.clone(),
    }
}

/// Whether a value is what [`base_view`] gives.
pub(crate) fn is_base_view(object: &Value) -> bool {
    object.downcast::<BaseView>().is_some()
}

/// A switch that is given, or not.
pub(crate) fn switch(present: bool) -> Value {
    Value::object(Switch(present))
}

/// Whether a switch is given.
pub(crate) fn switch_value(value: &Value) -> Option<bool> {
    value.downcast::<Switch>().map(|switch| switch.0)
}

/// The methods that every object has.
pub(crate) fn intrinsic(rs: &mut Runspace, object: &Value, name: &str, args: &[Value]) -> R<Option<Value>> {
    match name.to_ascii_lowercase().as_str() {
        "foreach" | "psforeach" => super::each::for_each(rs, object, args).map(Some),
        "where" | "pswhere" => super::each::where_(rs, object, args).map(Some),
        "gettype" => Ok(object.type_of().map(Value::Type)),
        "tostring" => {
            let format = args.first().map(text).unwrap_or_default();
            if args.is_empty() && matches!(object, Value::Wrapped(wrapped) if wrapped.is_custom()) {
                // Its own method knows nothing of notes; only the string conversion does.
                let shown = match object {
                    Value::Wrapped(wrapped) => wrapped.text.lock().clone(),
                    _ => None,
                };
                return Ok(Some(Value::Str(shown.unwrap_or_default())));
            }
            ops::composite::to_string(rs, object, &format).map(|text| Some(Value::Str(text)))
        }
        // The object behind all custom objects equals none of them.
        "equals" if matches!(object, Value::Wrapped(wrapped) if wrapped.is_custom()) => Ok(Some(false.into())),
        "equals" => {
            let other = args.first().cloned().unwrap_or_default();
            let same_type = object.type_of() == other.type_of();
            let equal = same_type && !enumerates(object) && ops::compare::equal(rs, object, &other, false)?;
            let is_nan = |value: &Value| matches!(value.base(), Value::F64(n) if n.is_nan());
            let are_nan = is_nan(object) && is_nan(&other);
            Ok(Some(Value::Bool(equal || are_nan || object.same(&other))))
        }
        "compareto" => {
            let other = args.first().cloned().unwrap_or_default();
            compare_to(rs, object, &other).map(Some)
        }
        "gethashcode" => Ok(Some(Value::I32(hash_code(object)))),
        "copy" if matches!(object, Value::Wrapped(_)) => match object {
            Value::Wrapped(wrapped) => Ok(Some(Value::Wrapped(Arc::new(wrapped.copy())))),
            _ => Ok(None),
        },
        _ => Ok(None),
    }
}

/// `CompareTo()`: numbers of few bits give their distance, all others -1, 0 or 1.
fn compare_to(rs: &mut Runspace, object: &Value, other: &Value) -> R<Value> {
    if other.is_null() {
        return Ok(Value::I32(1));
    }
    let distance = |a: i32, b: i32| Ok(Value::I32(a.saturating_sub(b)));
    match (object.base(), other.base()) {
        (Value::I8(a), Value::I8(b)) => return distance((*a).into(), (*b).into()),
        (Value::U8(a), Value::U8(b)) => return distance((*a).into(), (*b).into()),
        (Value::I16(a), Value::I16(b)) => return distance((*a).into(), (*b).into()),
        (Value::U16(a), Value::U16(b)) => return distance((*a).into(), (*b).into()),
        (Value::Char(a), Value::Char(b)) => return distance((*a).into(), (*b).into()),
        _ => {}
    }
    let (of, have) = (object.type_of().unwrap_or_else(super::object), other.type_of());
    let is_number = |of: &Type| of.interface_names().contains(&"System.IConvertible") && of.name() != "System.String";
    if have.as_ref() != Some(&of) && is_number(&of) {
        let message = format!("Object must be of type {}.", of.short_name());
        let flow = error::thrown("System.ArgumentException", message);
        return Err(error::method_invocation(flow, "CompareTo", 1));
    }
    let order = ops::compare::compare(rs, object, other, false)?;
    Ok(order.map_or(Value::I32(0), super::args::sign))
}

/// `GetHashCode()`: that of .NET for simple values, some number for all others.
fn hash_code(value: &Value) -> i32 {
    let folded = |bits: u64| {
        let low = u32::try_from(bits & u64::from(u32::MAX)).unwrap_or(0);
        (low ^ u32::try_from(bits >> 32).unwrap_or(0)).cast_signed()
    };
    match value.base() {
        Value::Null | Value::AutomationNull => 0,
        Value::Bool(flag) => (*flag).into(),
        Value::Char(unit) => (u32::from(*unit) | u32::from(*unit) << 16).cast_signed(),
        Value::I8(n) => (*n).into(),
        Value::U8(n) => (*n).into(),
        Value::I16(n) => (*n).into(),
        Value::U16(n) => (*n).into(),
        Value::I32(n) => *n,
        Value::U32(n) => n.cast_signed(),
        Value::I64(n) => folded(n.cast_unsigned()),
        Value::U64(n) => folded(*n),
        Value::F64(n) => folded(if *n == 0.0 { 0 } else { n.to_bits() }),
        Value::F32(n) => {
            if *n == 0.0 {
                0
            } else {
                n.to_bits().cast_signed()
            }
        }
        Value::DateTime(date) => folded(date.ticks().cast_unsigned()),
        Value::TimeSpan(span) => folded(span.0.cast_unsigned()),
        Value::Enum(_, n) => i32::try_from(*n).unwrap_or_else(|_| folded(n.cast_unsigned())),
        other => {
            let mut hasher = std::hash::DefaultHasher::new();
            match (other.identity(), other) {
                (_, Value::Object(object)) if object.text().is_some() && object.key().is_none() => {
                    std::hash::Hash::hash(&object.text(), &mut hasher);
                }
                (Some(identity), _) => std::hash::Hash::hash(&identity, &mut hasher),
                (None, other) => std::hash::Hash::hash(&text(other), &mut hasher),
            }
            folded(std::hash::Hasher::finish(&hasher))
        }
    }
}

/// Whether a name is that of a method that every object has.
pub(crate) fn is_intrinsic(name: &str) -> bool {
    ["GetType", "ToString", "Equals", "GetHashCode"].iter().any(|method| casing::eq(method, name))
}

/// The value of an indexer that only its type has.
pub(crate) fn indexer(_rs: &mut Runspace, object: &Value, index: &Value) -> R<Option<Value>> {
    if let Some(found) = super::ps_object::indexed(object, index).or_else(|| super::xml::indexed(object, index)) {
        return Ok(Some(found));
    }
    if let Some(found) = super::collections::indexed(object, index) {
        return Ok(Some(found));
    }
    let of_rare = super::collections::segment_item(object, index);
    if let Some(found) = of_rare.or_else(|| super::collections::string_item(object, index)) {
        return found.map(Some);
    }
    if let Some(found) = crate::format::style::indexed_extension(object, index) {
        return Ok(Some(found));
    }
    if let Some(found) = super::text_json::indexed(object, index)? {
        return Ok(Some(found));
    }
    if let Some(found) = super::data_table::indexed(object, index)? {
        return Ok(Some(found));
    }
    if let Some(found) = super::text::indexed(object, index) {
        return found.map(Some);
    }
    Ok(super::regex::group(object, index))
}

/// A method that is read and not called.
pub(crate) fn method_view(object: &Value, name: &str) -> Value {
    let of = match object.base() {
        Value::Type(of) => Some(of.clone()),
        other => other.type_of(),
    };
    let is_static = matches!(object.base(), Value::Type(_));
    let listed = of.as_ref().and_then(|of| known::members(of, is_static)).unwrap_or_default();
    let listed = listed.iter().find(|member| casing::eq(&member.name, name)).map(|member| &member.text);
    let mut definitions: Vec<Value> = listed
        .map(|text| super::member_info::overloads(text))
        .unwrap_or_default()
        .into_iter()
        .map(Value::from)
        .collect();
    if definitions.is_empty()
        && let Some(of) = &of
    {
        definitions.extend(class_overloads(of, name, is_static).into_iter().map(Value::from));
    }
    if definitions.is_empty() {
        for of in of.iter().flat_map(Type::ancestry) {
            let methods = of.own_members().methods.iter();
            definitions.extend(methods.filter(|m| casing::eq(m.signature.name, name)).map(|m| {
                Value::from(if m.is_static {
                    format!("static {}", m.signature.text)
                } else {
                    m.signature.text.to_owned()
                })
            }));
        }
    }
    let shown: Vec<String> = definitions.iter().map(|d| text(d).to_string()).collect();
    Opaque::new(
        "System.Management.Automation.PSMethod",
        [
            (
                "OverloadDefinitions",
                List::value(
                    super::generic("System.Collections.ObjectModel.Collection`1", vec![super::string()])
                        .unwrap_or_else(super::array_list),
                    definitions,
                ),
            ),
            ("MemberType", super::enum_value("System.Management.Automation.PSMemberTypes", "Method")),
            ("Name", name.into()),
            ("IsInstance", (!is_static).into()),
            ("TypeNameOfValue", "System.Management.Automation.PSMethod".into()),
            (HELD, object.clone()),
        ],
    )
    .displayed(shown.join(", "))
    .into_value()
}

/// Whether what a member gives is a method, not the value of a property.
pub(crate) fn is_method(found: &Value) -> bool {
    found.type_name().starts_with("System.Management.Automation.PSMethod")
}

/// The overloads of a method that a class of a script defines.
pub(crate) fn class_overloads(of: &Type, name: &str, is_static: bool) -> Vec<String> {
    if of.class().is_none() {
        return Vec::new();
    }
    let own = super::describe::of_type(of, is_static, true);
    let found = own.iter().find(|member| member.kind == "Method" && casing::eq(&member.name, name));
    found.map(|member| super::member_info::overloads(&member.definition)).unwrap_or_default()
}

/// Where a method that was read keeps its object.
const HELD: &str = "\0object";

/// `PSMethod`: a method that was read can be called.
pub(super) fn method_members(m: &mut Members) {
    m.method("System.Object Invoke(params System.Object[] arguments)", |rs, this, args| {
        let Some(method) = this.downcast::<Opaque>() else { return Ok(Value::Null) };
        if let [Value::Null | Value::AutomationNull] = args {
            return Err(error::null_argument("arguments"));
        }
        let (object, name) = (method.get(HELD).unwrap_or_default(), text(&method.get("Name").unwrap_or_default()));
        match object.base() {
            Value::Type(_) => rs.call_static(&object, &name, args),
            _ => rs.call_method(&object, &name, args),
        }
    });
    m.get("System.Object Value", |_, this| Ok(this.clone()));
}

/// The innermost exception.
pub(super) fn base_exception(outer: &Value) -> Value {
    let inner = exception_property(outer, "InnerException").unwrap_or_default();
    let is_several = outer.type_of().is_some_and(|of| of.is_kind("AggregateException"))
        && exception_property(outer, "InnerExceptions")
            .and_then(|all| enumerate(&all))
            .is_some_and(|all| all.len() != 1);
    if inner.is_null() || is_several { outer.clone() } else { base_exception(&inner) }
}

/// An exception of several others.
fn aggregate(of: &Type, args: &[Value]) -> Value {
    let is_message = |value: &Value| matches!(value.base(), Value::Str(_));
    let (message, rest) = match args.split_first() {
        Some((first, rest)) if is_message(first) => (text(first), rest),
        _ => (super::exceptions::default_message(of.name()).into(), args),
    };
    let all: Vec<Value> =
        rest.iter().flat_map(|value| enumerate(value).unwrap_or_else(|| vec![value.clone()])).collect();
    let mut shown = message.to_string();
    for inner in &all {
        shown.push_str(&format!(" ({})", crate::value::exception_message(inner)));
    }
    let first = all.first().cloned().unwrap_or_default();
    let list_of = super::generic("System.Collections.ObjectModel.ReadOnlyCollection`1", vec![super::exception()]);
    let list = List::value(list_of.unwrap_or_else(super::array_list), all);
    Value::object(Exception::of(of.clone(), shown.into(), first).with("InnerExceptions", list))
}

/// Whether a `throw` statement threw an exception.
const THROWN: &str = "WasThrownFromThrowStatement";

/// A property of an exception.
pub(crate) fn exception_property(object: &Value, name: &str) -> Option<Value> {
    let of = object.type_of()?;
    let inner = crate::eval::class::exception_of(object);
    let exception = match &inner {
        Some(exception) => &**exception,
        None => object.downcast::<Exception>()?,
    };
    if let Some((_, value)) = exception.properties.lock().iter().find(|(have, _)| casing::eq(have, name)) {
        return Some(value.clone());
    }
    let name = super::exceptions::properties(&of).into_iter().find(|have| casing::eq(have, name))?;
    if let Some(found) = super::exception_trace::property(exception, name) {
        return Some(found);
    }
    Some(match name {
        "Message" => Value::Str(exception.message.lock().clone()),
        "InnerException" => exception.inner.clone(),
        "Data" => super::exception_trace::data(exception),
        "HResult" | "ErrorCode" => Value::I32(super::exceptions::code(&of)),
        "ErrorRecord" => {
            let record = exception.record.lock().clone();
            match record {
                Some(record) => Value::Object(record),
                None => {
                    let plain = || ("RuntimeException".into(), crate::value::Category::NotSpecified);
                    let (id, category): (Str, _) = exception.raised_as.clone().unwrap_or_else(plain);
                    // The record is about a stand-in for the exception that holds it.
                    let name = "System.Management.Automation.ParentContainsErrorRecordException";
                    let parent = Value::object(Exception::new(name, exception.message.lock().clone()));
                    Value::object(crate::value::ErrorRecord::new(parent, &*id, category, Value::Null))
                }
            }
        }
        THROWN => false.into(),
        name => super::exceptions::default_property(&of, name),
    })
}

/// Notes at the exception of a record that a `throw` statement threw it. What a cmdlet reported before does not say so.
pub(crate) fn mark_thrown(record: &crate::value::ErrorRecord) {
    if !record.activity.lock().is_empty() {
        return;
    }
    let inner = crate::eval::class::exception_of(&record.exception);
    let Some(exception) = inner.as_deref().or_else(|| record.exception.downcast::<Exception>()) else { return };
    let Some(of) = record.exception.type_of() else { return };
    let mut properties = exception.properties.lock();
    if super::exceptions::properties(&of).contains(&THROWN) && !properties.iter().any(|(name, _)| **name == *THROWN) {
        properties.push((THROWN.into(), true.into()));
    }
}

/// All properties of an exception, in the order of .NET.
pub(crate) fn exception_properties(object: &Value) -> Vec<(Str, Value)> {
    let Some(of) = object.type_of() else { return Vec::new() };
    let names = super::exceptions::properties(&of);
    names.into_iter().map(|name| (name.into(), exception_property(object, name).unwrap_or_default())).collect()
}

/// Sets a property of an exception; false if it cannot be set.
pub(crate) fn set_exception_property(object: &Value, name: &str, value: Value) -> bool {
    let Some(exception) = object.downcast::<Exception>() else { return false };
    let Some(name) = ["HelpLink", "Source", "HResult"].into_iter().find(|have| casing::eq(have, name)) else {
        return false;
    };
    let mut properties = exception.properties.lock();
    match properties.iter_mut().find(|(have, _)| have.as_str() == name) {
        Some((_, slot)) => *slot = value,
        None => properties.push((name.into(), value)),
    }
    true
}

/// `[T[]]::new(n)`
pub(crate) fn new_array(rs: &mut Runspace, element: &Type, args: &[Value]) -> R<Value> {
    let mut lengths = Vec::new();
    for arg in args {
        let length = convert::to_i32(rs, arg)?;
        let length = usize::try_from(length)
            .map_err(|_| error::thrown("System.OverflowException", "Arithmetic operation resulted in an overflow."))?;
        lengths.push(length);
    }
    rs.reserve_elements(element, lengths.iter().fold(1, |product, length| product.saturating_mul(*length)))?;
    let fill = convert::default_of(element);
    Ok(match lengths.as_slice() {
        [] => Value::typed_array(element.clone(), Vec::new()),
        [one] => Value::filled_array(element.clone(), *one, fill),
        _ => Value::Array(Arc::new(crate::value::Array::rectangular(element.clone(), lengths, fill))),
    })
}

/// An exception as the constructors of its type make it.
fn exception_of(of: &Type, args: &[Value]) -> Exception {
    let is_inner = |value: &Value| ops::compare::is_exception(value);
    let plain = |message: Str| Exception::of(of.clone(), message, Value::Null);
    let default = || Str::from(super::exceptions::default_message(of.name()));
    let names_first = ["ArgumentNullException", "ArgumentOutOfRangeException", "DuplicateWaitObjectException"]
        .iter()
        .any(|kind| of.ancestry().any(|of| of.is_kind(kind)));
    // PowerShell's own tell what is wrong without the name.
    let keeps = of.is_kind("PSArgumentException") || of.is_kind("PSArgumentNullException");
    let argument = |message: Str, name: &Value, inner: Value| {
        let is_plain = text(name).is_empty() || keeps && *message != *default();
        let named = if is_plain { message } else { format!("{message} (Parameter '{}')", text(name)).into() };
        Exception::of(of.clone(), named, inner).with("ParamName", text(name))
    };
    if of.is_kind("AggregateException") {
        let (message, rest) = match args.split_first() {
            Some((first, rest)) if matches!(first.base(), Value::Str(_)) => (text(first), rest),
            _ => (default(), args),
        };
        let inners: Vec<Value> = rest
            .iter()
            .flat_map(|arg| if enumerates(arg) { enumerate(arg).unwrap_or_default() } else { vec![arg.clone()] })
            .filter(|value| is_inner(value))
            .collect();
        let mut whole = message.to_string();
        for inner in &inners {
            if let Some(inner) = inner.downcast::<Exception>() {
                whole.push_str(&format!(" ({})", inner.message.lock()));
            }
        }
        let first = inners.first().cloned().unwrap_or_default();
        let list = super::generic("System.Collections.ObjectModel.ReadOnlyCollection`1", vec![super::exception()])
            .map_or(Value::Null, |list| List::value(list, inners));
        return Exception::of(of.clone(), whole.into(), first).with("InnerExceptions", list);
    }
    match args {
        [] => plain(default()),
        [number] if of.is_kind("Win32Exception") && number.as_i128().is_some() => {
            let code = number.as_i128().and_then(|n| i32::try_from(n).ok()).unwrap_or(0);
            let said = std::io::Error::from_raw_os_error(code).to_string();
            let said = said.split(" (os error").next().unwrap_or_default().to_owned();
            plain(said.into()).with("NativeErrorCode", Value::I32(code))
        }
        [name] if names_first => argument(default(), name, Value::Null),
        [name] if of.is_kind("ObjectDisposedException") => {
            plain(format!("Cannot access a disposed object.\nObject name: '{}'.", text(name)).into())
                .with("ObjectName", text(name))
        }
        [message] => plain(text(message)),
        [message, inner] if is_inner(inner) || inner.is_null() => {
            Exception::of(of.clone(), text(message), inner.clone())
        }
        [name, message] if of.is_kind("ObjectDisposedException") => {
            plain(format!("{}\nObject name: '{}'.", text(message), text(name)).into()).with("ObjectName", text(name))
        }
        [name, message] if names_first => argument(text(message), name, Value::Null),
        [name, actual, message] if of.is_kind("ArgumentOutOfRangeException") => {
            let message = format!("{} (Parameter '{}')\nActual value was {}.", text(message), text(name), text(actual));
            plain(message.into()).with("ParamName", text(name)).with("ActualValue", actual.clone())
        }
        [message, name, rest @ ..] if of.is_assignable_to(&known("System.ArgumentException")) => {
            argument(text(message), name, rest.first().filter(|inner| is_inner(inner)).cloned().unwrap_or_default())
        }
        [message, file, rest @ ..]
            if ["FileNotFoundException", "FileLoadException", "BadImageFormatException"]
                .iter()
                .any(|kind| of.is_kind(kind)) =>
        {
            let inner = rest.first().filter(|inner| is_inner(inner)).cloned().unwrap_or_default();
            Exception::of(of.clone(), text(message), inner).with("FileName", text(file))
        }
        [message, inner, ..] => {
            let inner = if is_inner(inner) { inner.clone() } else { Value::Null };
            Exception::of(of.clone(), text(message), inner)
        }
    }
}

/// Whether a comparer that ignores case is among the arguments of a constructor.
fn ignores_case(args: &[Value]) -> bool {
    args.iter().any(|arg| arg.type_name().contains("IgnoreCase") || text(arg).contains("IgnoreCase"))
}

/// Objects of families that have no constructor rows.
pub(crate) fn construct_special(rs: &mut Runspace, of: &Type, args: &[Value]) -> R<Option<Value>> {
    if let Some(attribute) = super::attribute_objects::construct(rs, of, args)? {
        return Ok(Some(attribute));
    }
    if of.is_kind("Lazy") {
        return super::lazy::construct(rs, of, args);
    }
    if of.name() == "System.AggregateException" {
        return Ok(Some(aggregate(of, args)));
    }
    if of.is_assignable_to(&super::exception()) {
        let exception = exception_of(of, args);
        return Ok(Some(Value::object(exception)));
    }
    let kind = of.kind();
    let list_kinds = [
        "ArrayList",
        "List",
        "Collection",
        "HashSet",
        "Queue",
        "Stack",
        "SortedSet",
        "LinkedList",
        "ObservableCollection",
        "ReadOnlyCollection",
        "StringCollection",
        "ConcurrentQueue",
        "ConcurrentStack",
        "ConcurrentBag",
        "BlockingCollection",
        "PSDataCollection",
    ];
    if list_kinds.contains(&kind) {
        // A set may have a comparer beside its items, an old queue a factor of growth.
        if args.len() > 1 && !["HashSet", "SortedSet", "BlockingCollection", "Queue"].contains(&kind) {
            return Err(error::no_overload("new", args.len()));
        }
        let mut items = match args.first() {
            Some(source) if enumerates(source) => enumerate(source).unwrap_or_default(),
            _ => Vec::new(),
        };
        if let [element] = of.arguments() {
            let element = element.clone();
            for item in &mut items {
                *item = convert::convert(rs, item, &element)?;
            }
        }
        if of.is_kind("LinkedList") {
            return Ok(Some(super::collections::linked_list(of, items)));
        }
        if of.is_kind("HashSet") {
            return Ok(Some(Value::object(Set::new(of.clone(), ignores_case(args), items))));
        }
        if of.is_kind("SortedSet") {
            super::collections::in_order(rs, &mut items)?;
        }
        if of.is_kind("Stack") || of.is_kind("ConcurrentStack") || of.is_kind("ConcurrentBag") {
            items.reverse();
        }
        let list = List::new(of.clone(), items);
        if let Some(Value::I32(capacity)) = args.first() {
            list.set_capacity(usize::try_from(*capacity).unwrap_or(0));
        }
        return Ok(Some(Value::object(list)));
    }
    let table_kinds = [
        "Hashtable",
        "OrderedDictionary",
        "OrderedHashtable",
        "Dictionary",
        "SortedDictionary",
        "SortedList",
        "ConcurrentDictionary",
        "PSPrimitiveDictionary",
        "ListDictionary",
        "HybridDictionary",
    ];
    if table_kinds.contains(&kind) {
        let table = Dictionary::new(of.clone(), ignores_case(args) || of.is_kind("PSPrimitiveDictionary"));
        if let Some(source) = args.first().and_then(|source| source.downcast::<Dictionary>()) {
            for (key, value) in source.entries() {
                table.set(key, value);
            }
        }
        return Ok(Some(Value::object(table)));
    }
    match of.name() {
        "System.Management.Automation.PSObject" | "System.Management.Automation.PSCustomObject" => {
            return Ok(Some(match args.first() {
                Some(value) => Value::Wrapped(value.wrapped()),
                None => Value::custom::<&str>([]),
            }));
        }
        "System.Object" => return Ok(Some(Opaque::new::<&str>("System.Object", []).into_value())),
        "System.Management.Automation.ErrorRecord" if args.len() >= 4 => {
            let category = convert::convert(
                rs,
                args.get(2).unwrap_or(&Value::Null),
                &known("System.Management.Automation.ErrorCategory"),
            )?;
            let category = crate::value::Category::from_number(if let Value::Enum(_, n) = category { n } else { 0 });
            let exception = args.first().cloned().unwrap_or_default();
            let exception = convert::convert(rs, &exception, &super::exception())?;
            let id = args.get(1).map(text).unwrap_or_default();
            return Ok(Some(Value::object(crate::value::ErrorRecord::new(
                exception,
                id,
                category,
                args.get(3).cloned().unwrap_or_default(),
            ))));
        }
        _ => {}
    }
    Ok(None)
}

/// Conversions that belong to one type.
pub(crate) fn convert_special(rs: &mut Runspace, value: &Value, to: &Type) -> R<Option<Value>> {
    if to.is_assignable_to(&super::exception())
        && let Value::Str(message) = value.base()
    {
        return Ok(Some(Value::object(Exception::of(to.clone(), message.clone(), Value::Null))));
    }
    if let Some(converted) = super::net::convert(value, to)? {
        return Ok(Some(converted));
    }
    if let Some(converted) = super::values::to(rs, value, to)? {
        return Ok(Some(converted));
    }
    if let Some(converted) = super::offsets::to(rs, value, to)? {
        return Ok(Some(converted));
    }
    if let Some(index) = super::values::to_index(value, to).or_else(|| super::unicode::to(value, to)) {
        return Ok(Some(index));
    }
    if let Some(name) = super::xml::to_linq(value, to) {
        return Ok(Some(name));
    }
    if to.name() == "System.Xml.XmlDocument" {
        return super::xml::convert(rs, value);
    }
    if to.name() == "System.Globalization.CultureInfo" {
        return super::culture::of(value).map(Some).map_err(|flow| {
            let reason = flow.record().map(|record| record.message()).unwrap_or_default();
            error::cast(
                "InvalidCastConstructorException",
                format!(
                    "Cannot convert value \"{}\" to type \"System.Globalization.CultureInfo\". Error: \"{reason}\"",
                    text(value)
                ),
            )
        });
    }
    Ok(None)
}
