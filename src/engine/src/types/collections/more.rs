//! Collections beside arrays, lists, dictionaries and sets: bits, concurrent ones, views of keys.

use std::any::Any;

use parking_lot::Mutex;
use psrpd_dotnet::{Str, cast};

use super::{ITEMS, LIST, copying, element, find, generic_list, with};
use crate::{
    eval::{R, Runspace, error},
    types::{
        self, Members, Type, TypeDef, known,
        string_search::{How, compare},
    },
    value::{Dictionary, List, Object, Opaque, Value, enumerate, text},
};

fn len(this: &Value) -> usize {
    enumerate(this).map_or(0, |items| items.len())
}

fn at(args: &[Value]) -> usize {
    args.first().and_then(Value::as_i128).and_then(|n| usize::try_from(n).ok()).unwrap_or(usize::MAX)
}

fn bit_array(m: &mut Members) {
    fn bits(value: Option<&Value>) -> Vec<bool> {
        value.and_then(enumerate).unwrap_or_default().iter().map(|bit| bit.as_bool() == Some(true)).collect()
    }
    fn made(bits: impl IntoIterator<Item = bool>) -> Value {
        List::value(known("System.Collections.BitArray"), bits.into_iter().map(Value::Bool).collect())
    }
    fn combine(this: &Value, args: &[Value], with_bits: fn(bool, bool) -> bool) -> R<Value> {
        let other = bits(args.first());
        if other.len() != len(this) {
            return Err(error::thrown("System.ArgumentException", "Array lengths must be the same."));
        }
        let combined: Vec<Value> =
            bits(Some(this)).into_iter().zip(other).map(|(a, b)| Value::Bool(with_bits(a, b))).collect();
        with(this, |items| *items = combined.into());
        Ok(this.clone())
    }
    /// To the left is towards higher places.
    fn shifted(this: &Value, args: &[Value], to_left: bool) -> R<Value> {
        types::args::check_not_negative(args, &[(0, "count")])?;
        let (count, own) = (at(args), bits(Some(this)));
        let source = |place: usize| if to_left { place.checked_sub(count) } else { place.checked_add(count) };
        let bit = |place: usize| source(place).and_then(|from| own.get(from)).copied().unwrap_or(false);
        let moved: Vec<Value> = (0..own.len()).map(|place| Value::Bool(bit(place))).collect();
        with(this, |items| *items = moved.into());
        Ok(this.clone())
    }
    m.constructor("System.Collections.BitArray(bool[] values)", |_, _, args| Ok(made(bits(args.first()))));
    m.constructor("System.Collections.BitArray(byte[] bytes)", |_, _, args| {
        let bytes = args.first().and_then(Value::as_array).and_then(|array| array.bytes()).unwrap_or_default();
        Ok(made(bytes.iter().flat_map(|byte| (0..8).map(move |bit| byte >> bit & 1 == 1))))
    });
    m.constructor("System.Collections.BitArray(int length)", |rs, _, args| {
        rs.reserve_items(at(args))?;
        Ok(made(std::iter::repeat_n(false, at(args))))
    });
    m.constructor("System.Collections.BitArray(int length, bool defaultValue)", |rs, _, args| {
        let bit = args.get(1).and_then(Value::as_bool).unwrap_or(false);
        rs.reserve_items(at(args))?;
        Ok(made(std::iter::repeat_n(bit, at(args))))
    });
    m.get("int Length", |_, this| Ok(Value::int(len(this))));
    m.get("int Count", |_, this| Ok(Value::int(len(this))));
    m.get("System.Object SyncRoot", |_, this| Ok(this.clone()));
    m.get("bool IsSynchronized", |_, _| Ok(false.into()));
    m.get("bool IsReadOnly", |_, _| Ok(false.into()));
    m.method("bool Get(int index)", |rs, this, args| rs.index(this, args.first().unwrap_or(&Value::Null)));
    m.method("void Set(int index, bool value)", |rs, this, args| match args {
        [index, value] => rs.set_index(this, index, value.clone()).map(|()| Value::AutomationNull),
        _ => Ok(Value::Null),
    });
    m.method("void SetAll(bool value)", |_, this, args| {
        let bit = args.first().cloned().unwrap_or_default();
        with(this, |items| items.iter_mut().for_each(|item| *item = bit.clone()));
        Ok(Value::AutomationNull)
    });
    m.method("System.Collections.BitArray And(System.Collections.BitArray value)", |_, this, args| {
        combine(this, args, |a, b| a && b)
    });
    m.method("System.Collections.BitArray Or(System.Collections.BitArray value)", |_, this, args| {
        combine(this, args, |a, b| a || b)
    });
    m.method("System.Collections.BitArray Xor(System.Collections.BitArray value)", |_, this, args| {
        combine(this, args, |a, b| a != b)
    });
    m.method("System.Collections.BitArray Not()", |_, this, _| {
        with(this, |items| items.iter_mut().for_each(|item| *item = Value::Bool(item.as_bool() != Some(true))));
        Ok(this.clone())
    });
    m.method("System.Object Clone()", |_, this, _| Ok(made(bits(Some(this)))));
    m.method("void CopyTo(array array, int index)", |rs, this, args| {
        super::copy_to(rs, this, args, &copying::OF_ARRAYS)
    });
    m.method("System.Collections.BitArray LeftShift(int count)", |_, this, args| shifted(this, args, true));
    m.method("System.Collections.BitArray RightShift(int count)", |_, this, args| shifted(this, args, false));
    m.method("bool HasAllSet()", |_, this, _| Ok(bits(Some(this)).iter().all(|bit| *bit).into()));
    m.method("bool HasAnySet()", |_, this, _| Ok(bits(Some(this)).contains(&true).into()));
}

fn concurrent(m: &mut Members) {
    fn take(this: &Value, args: &[Value], remove: bool) -> R<Value> {
        let found = with(this, |items| if remove { items.pop_front() } else { items.front().cloned() });
        if let Some(reference) = args.first().and_then(|arg| arg.downcast::<crate::value::Reference>()) {
            reference.set(found.clone().unwrap_or_default());
        }
        Ok(found.is_some().into())
    }
    m.method("T[] ToArray()", |_, this, _| Ok(Value::typed_array(element(this), enumerate(this).unwrap_or_default())));
    m.method("void Clear()", |_, this, _| {
        with(this, std::collections::VecDeque::clear);
        Ok(Value::AutomationNull)
    });
    m.method("void Enqueue(T item)", |_, this, args| {
        with(this, |items| items.push_back(args.first().cloned().unwrap_or_default()));
        Ok(Value::AutomationNull)
    });
    // Of a stack and of what one thread puts into a bag the last item comes first.
    for signature in ["void Push(T item)", "void Add(T item)"] {
        m.method(signature, |_, this, args| {
            with(this, |items| items.push_front(args.first().cloned().unwrap_or_default()));
            Ok(Value::AutomationNull)
        });
    }
    for signature in ["bool TryDequeue([ref] T result)", "bool TryPop([ref] T result)", "bool TryTake([ref] T result)"]
    {
        m.method(signature, |_, this, args| take(this, args, true));
    }
    m.method("bool TryPeek([ref] T result)", |_, this, args| take(this, args, false));
}

fn concurrent_queue(m: &mut Members) {
    m.get("bool IsEmpty", |_, this| Ok((len(this) == 0).into()));
    m.get("int Count", |_, this| Ok(Value::int(len(this))));
    m.get("bool IsSynchronized", |_, _| Ok(false.into()));
    concurrent(m);
}

fn concurrent_bag(m: &mut Members) {
    m.get("int Count", |_, this| Ok(Value::int(len(this))));
    m.get("bool IsEmpty", |_, this| Ok((len(this) == 0).into()));
    m.get("bool IsSynchronized", |_, _| Ok(false.into()));
    concurrent(m);
}

/// The keys or values of a dictionary, always those that it has now.
struct TableView {
    table: Value,
    of: Type,
    are_values: bool,
}

impl Object for TableView {
    fn type_of(&self) -> Type {
        self.of.clone()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn items(&self) -> Option<Vec<Value>> {
        let table = self.table.downcast::<Dictionary>()?;
        Some(if self.are_values { table.values() } else { table.keys() })
    }

    fn item_count(&self) -> Option<usize> {
        self.table.downcast::<Dictionary>().map(Dictionary::len)
    }

    fn version(&self) -> Option<usize> {
        self.table.downcast::<Dictionary>().and_then(Object::version)
    }
}

const NODES: &str = "System.Collections.Specialized.ListDictionary+NodeKeyValueCollection";
const ORDERED_VIEW: &str = "System.Collections.Specialized.OrderedDictionary+OrderedDictionaryKeyValueCollection";

/// `Keys` or `Values` of a dictionary.
pub(super) fn table_view(table: &Value, are_values: bool) -> Value {
    let of = table.type_of().unwrap_or_else(types::hashtable);
    let arguments = of.arguments().to_vec();
    let kind = of.name().split('[').next().unwrap_or_default();
    let collection = if are_values { "ValueCollection" } else { "KeyCollection" };
    let list = if are_values { "ValueList" } else { "KeyList" };
    let mut root = table.clone();
    let view = match kind {
        "System.Collections.Specialized.OrderedDictionary" => ORDERED_VIEW.into(),
        "System.Collections.Specialized.ListDictionary" => NODES.into(),
        "System.Collections.Specialized.HybridDictionary" => {
            if let Some(table) = table.downcast::<Dictionary>() {
                root = Value::object(table.copy_as(known("System.Collections.Specialized.ListDictionary")));
            }
            NODES.into()
        }
        "System.Collections.Concurrent.ConcurrentDictionary`2" => {
            let of = arguments.get(usize::from(are_values)).cloned().unwrap_or_else(types::object);
            let of = types::generic("System.Collections.ObjectModel.ReadOnlyCollection`1", vec![of]);
            let view = TableView { table: root, of: types::object(), are_values };
            return List::value(of.unwrap_or_else(types::array_list), view.items().unwrap_or_default());
        }
        "System.Collections.SortedList" | "System.Collections.Generic.SortedList`2" => format!("{kind}+{list}"),
        "System.Collections.Generic.SortedDictionary`2"
        | "System.Collections.Generic.OrderedDictionary`2"
        | "System.Collections.ObjectModel.ReadOnlyDictionary`2" => format!("{kind}+{collection}"),
        _ if arguments.is_empty() => format!("System.Collections.Hashtable+{collection}"),
        _ => format!("System.Collections.Generic.Dictionary`2+{collection}"),
    };
    let of = if arguments.is_empty() { None } else { types::generic(&view, arguments) };
    Value::object(TableView { table: root, of: of.unwrap_or_else(|| known(&view)), are_values })
}

fn root(this: &Value) -> Value {
    let Some(view) = this.downcast::<TableView>() else { return Value::Null };
    let of = view.table.type_of();
    // What a sorted dictionary keeps its entries in.
    if let Some([key, value]) = of.as_ref().filter(|of| of.is_kind("SortedDictionary")).map(Type::arguments) {
        let pair = types::generic("System.Collections.Generic.KeyValuePair`2", vec![key.clone(), value.clone()]);
        let tree = pair.and_then(|pair| types::generic("System.Collections.Generic.TreeSet`1", vec![pair]));
        let entries = view.table.downcast::<Dictionary>().map(super::dictionaries::entries).unwrap_or_default();
        return List::value(tree.unwrap_or_else(types::array_list), entries);
    }
    match &view.table {
        Value::Object(object) => {
            object.inner().map_or_else(|| view.table.clone(), |inner| Value::Object(inner.clone()))
        }
        table => table.clone(),
    }
}

fn copy_to(m: &mut Members) {
    m.method("void CopyTo(array array, int index)", |rs, this, args| {
        let of = this.downcast::<TableView>().map(|view| view.table.type_name()).unwrap_or_default();
        let words = match of.split('`').next() {
            Some("System.Collections.Specialized.OrderedDictionary") => &copying::OF_ORDERED,
            Some("System.Collections.Generic.Dictionary") => &copying::OF_DICTIONARIES,
            Some("System.Collections.Generic.SortedDictionary") => &copying::OF_SORTED_SETS,
            Some(of) if of.ends_with("SortedList") => &copying::OF_ARRAYS,
            _ => &copying::OF_HASH_SETS,
        };
        super::copy_to(rs, this, args, words)
    });
    m.method("System.Collections.IEnumerator GetEnumerator()", |_, this, _| {
        let items = enumerate(this).unwrap_or_default();
        Ok(Value::object(crate::value::Enumerator::new(
            known("System.Collections.ArrayList+ArrayListEnumeratorSimple"),
            items,
        )))
    });
}

fn hashtable_view(m: &mut Members) {
    m.get("bool IsSynchronized", |_, _| Ok(false.into()));
    m.get("System.Object SyncRoot", |_, this| Ok(root(this)));
    m.get("int Count", |_, this| Ok(Value::int(len(this))));
    copy_to(m);
}

/// Where a key or value is in a view of a dictionary that is a list; keys are the same as the dictionary says.
fn place_in_view(rs: &mut Runspace, this: &Value, args: &[Value]) -> R<Option<usize>> {
    let wanted = args.first().cloned().unwrap_or_default();
    let Some(view) = this.downcast::<TableView>() else { return Ok(None) };
    match view.table.downcast::<Dictionary>() {
        Some(table) if !view.are_values => Ok(table.keys().iter().position(|key| table.same_key(key, &wanted))),
        _ => find(rs, &view.items().unwrap_or_default(), &wanted),
    }
}

/// A view that is a list, though it cannot be changed.
fn list_view(m: &mut Members) {
    hashtable_view(m);
    m.method("bool Contains(System.Object value)", |rs, this, args| {
        Ok(place_in_view(rs, this, args)?.is_some().into())
    });
    m.method("int IndexOf(System.Object value)", |rs, this, args| {
        Ok(Value::I32(place_in_view(rs, this, args)?.map_or(-1, cast::int32)))
    });
    for declaration in [
        "int Add(System.Object value)",
        "void Clear()",
        "void Insert(int index, System.Object value)",
        "void Remove(System.Object value)",
        "void RemoveAt(int index)",
    ] {
        m.method(declaration, |_, this, _| {
            let are_values = this.downcast::<TableView>().is_some_and(|view| view.are_values);
            let which = if are_values { "value" } else { "key" };
            let message = format!("Mutating a {which} collection derived from a dictionary is not allowed.");
            Err(error::foreign("System.NotSupportedException", message))
        });
    }
}

fn dictionary_view(m: &mut Members) {
    m.get("int Count", |_, this| Ok(Value::int(len(this))));
    m.get("bool IsReadOnly", |_, _| Ok(true.into()));
    m.get("System.Object SyncRoot", |_, this| Ok(root(this)));
    m.get("bool IsSynchronized", |_, _| Ok(false.into()));
    copy_to(m);
    m.method("bool Contains(System.Object item)", |rs, this, args| {
        let items = enumerate(this).unwrap_or_default();
        Ok(find(rs, &items, args.first().unwrap_or(&Value::Null))?.is_some().into())
    });
}

/// `NameValueCollection`: names with several values each.
struct NameValues {
    entries: Mutex<Vec<(Str, Vec<Str>)>>,
    /// How it is written, where it is the query of an address.
    query: Option<fn(&str, &str) -> String>,
}

/// The collection of a query.
const QUERY: &str = "System.Web.HttpUtility+HttpQSCollection";

/// The names and values of a query, and how one of them is written.
pub(in crate::types) fn query(entries: impl Iterator<Item = (Str, Str)>, write: fn(&str, &str) -> String) -> Value {
    let values = NameValues { entries: Mutex::default(), query: Some(write) };
    for (name, value) in entries {
        values.add(name, value);
    }
    Value::object(values)
}

impl Object for NameValues {
    fn type_of(&self) -> Type {
        known(if self.query.is_some() { QUERY } else { "System.Collections.Specialized.NameValueCollection" })
    }

    fn text(&self) -> Option<Str> {
        let write = self.query?;
        let entries = self.entries.lock();
        let pairs = entries.iter().flat_map(|(name, values)| values.iter().map(move |value| write(name, value)));
        Some(pairs.collect::<Vec<_>>().join("&").into())
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn items(&self) -> Option<Vec<Value>> {
        Some(self.entries.lock().iter().map(|(name, _)| Value::Str(name.clone())).collect())
    }
}

impl NameValues {
    fn add(&self, name: Str, value: Str) {
        if self.find(&name, |values| values.push(value.clone())).is_none() {
            self.entries.lock().push((name, vec![value]));
        }
    }

    fn set(&self, name: Str, value: Str) {
        if self.find(&name, |values| *values = vec![value.clone()]).is_none() {
            self.entries.lock().push((name, vec![value]));
        }
    }

    fn find<T>(&self, name: &str, read: impl FnOnce(&mut Vec<Str>) -> T) -> Option<T> {
        let mut entries = self.entries.lock();
        entries.iter_mut().find(|(have, _)| psrpd_dotnet::casing::eq(have, name)).map(|(_, values)| read(values))
    }

    fn joined(&self, name: &str) -> Value {
        self.find(name, |values| values.iter().map(Str::as_str).collect::<Vec<_>>().join(","))
            .map_or(Value::Null, Value::from)
    }
}

/// A value of a `NameValueCollection`, by name or position.
pub(in crate::types) fn indexed(object: &Value, index: &Value) -> Option<Value> {
    let values = object.downcast::<NameValues>()?;
    Some(match index.as_str() {
        Some(name) => values.joined(name),
        None => {
            let at = index.as_i128().and_then(|n| usize::try_from(n).ok())?;
            let name = values.entries.lock().get(at).map(|(name, _)| name.clone())?;
            values.joined(&name)
        }
    })
}

/// `values['name'] = value`; false if the object is no `NameValueCollection`.
pub(crate) fn set_indexed(object: &Value, index: &Value, value: &Value) -> bool {
    match object.downcast::<NameValues>() {
        Some(values) if index.as_str().is_some() => values.set(text(index), text(value)),
        _ => return super::rare::set_string(object, index, value),
    }
    true
}

fn name_values(m: &mut Members) {
    fn of(this: &Value) -> R<&NameValues> {
        this.downcast::<NameValues>().ok_or_else(|| {
            error::thrown("System.NullReferenceException", "Object reference not set to an instance of an object.")
        })
    }
    fn arg(args: &[Value], at: usize) -> Str {
        args.get(at).map(text).unwrap_or_default()
    }
    m.constructor("System.Collections.Specialized.NameValueCollection()", |_, _, _| {
        Ok(Value::object(NameValues { entries: Mutex::default(), query: None }))
    });
    m.get("string[] AllKeys", |_, this| {
        Ok(Value::strings(of(this)?.entries.lock().iter().map(|(name, _)| name.clone())))
    });
    m.get("int Count", |_, this| Ok(Value::int(of(this)?.entries.lock().len())));
    m.get("System.Object Keys", |_, this| {
        let name = "System.Collections.Specialized.NameObjectCollectionBase+KeysCollection";
        Ok(List::value(known(name), enumerate(this).unwrap_or_default()))
    });
    m.get("System.Object SyncRoot", |_, this| Ok(this.clone()));
    m.get("bool IsSynchronized", |_, _| Ok(false.into()));
    m.method("void Add(string name, string value)", |_, this, args| {
        of(this)?.add(arg(args, 0), arg(args, 1));
        Ok(Value::AutomationNull)
    });
    m.method("void Set(string name, string value)", |_, this, args| {
        of(this)?.set(arg(args, 0), arg(args, 1));
        Ok(Value::AutomationNull)
    });
    m.method("string Get(string name)", |_, this, args| Ok(of(this)?.joined(&arg(args, 0))));
    m.method("string[] GetValues(string name)", |_, this, args| {
        Ok(of(this)?.find(&arg(args, 0), |values| values.clone()).map_or(Value::Null, Value::strings))
    });
    m.method("string GetKey(int index)", |_, this, args| {
        Ok(enumerate(this).unwrap_or_default().get(at(args)).cloned().unwrap_or_default())
    });
    m.method("bool HasKeys()", |_, this, _| Ok((!of(this)?.entries.lock().is_empty()).into()));
    m.method("void Remove(string name)", |_, this, args| {
        let name = arg(args, 0);
        of(this)?.entries.lock().retain(|(have, _)| !psrpd_dotnet::casing::eq(have, &name));
        Ok(Value::AutomationNull)
    });
    m.method("void Clear()", |_, this, _| {
        of(this)?.entries.lock().clear();
        Ok(Value::AutomationNull)
    });
}

fn comparers(m: &mut Members) {
    fn made(name: &str) -> R<Value> {
        Ok(Opaque::new::<&str>(name, []).into_value())
    }
    m.constant("System.StringComparer Ordinal", |_, _| made("System.OrdinalCaseSensitiveComparer"));
    m.constant("System.StringComparer OrdinalIgnoreCase", |_, _| made("System.OrdinalIgnoreCaseComparer"));
    for declaration in ["System.StringComparer InvariantCulture", "System.StringComparer CurrentCulture"] {
        m.constant(declaration, |_, _| made("System.CultureAwareComparer"));
    }
    for declaration in
        ["System.StringComparer InvariantCultureIgnoreCase", "System.StringComparer CurrentCultureIgnoreCase"]
    {
        m.constant(declaration, |_, _| {
            Ok(Opaque::new::<&str>("System.CultureAwareComparer", [])
                .displayed("System.CultureAwareComparer (IgnoreCase)")
                .into_value())
        });
    }
    m.function("System.StringComparer FromComparison(System.StringComparison comparisonType)", |rs, of, args| {
        let name = args.first().map(text).unwrap_or_default();
        let of = if of.is_null() { Value::Type(known("System.StringComparer")) } else { of.clone() };
        rs.get_static(&of, &name)
    });
    fn ignores_case(this: &Value) -> bool {
        text(this).contains("IgnoreCase")
    }
    m.method("int Compare(string x, string y)", |_, this, args| {
        let (x, y) = (args.first().map(text).unwrap_or_default(), args.get(1).map(text).unwrap_or_default());
        let how = How { ignore_case: ignores_case(this), ordinal: this.type_name().starts_with("System.Ordinal") };
        Ok(compare(&x, &y, how))
    });
    m.method("bool Equals(string x, string y)", |_, this, args| {
        let (x, y) = (args.first().map(text).unwrap_or_default(), args.get(1).map(text).unwrap_or_default());
        Ok(if ignores_case(this) { psrpd_dotnet::casing::eq(&x, &y) } else { x == y }.into())
    });
}

fn string_collection(m: &mut Members) {
    m.method("int Add(string value)", |_, this, args| {
        with(this, |items| items.push_back(args.first().cloned().unwrap_or_default()));
        Ok(Value::int(len(this).saturating_sub(1)))
    });
    generic_list(m);
}

pub(in crate::types) const TYPES: &[TypeDef] = &[
    TypeDef::class("System.Collections.ObjectModel.ObservableCollection`1")
        .base("System.Collections.ObjectModel.Collection`1")
        .implements(LIST),
    TypeDef::class("System.Collections.Concurrent.ConcurrentQueue`1").implements(ITEMS).members(concurrent_queue),
    TypeDef::class("System.Collections.Concurrent.ConcurrentStack`1").implements(ITEMS).members(concurrent_queue),
    TypeDef::class("System.Collections.Concurrent.ConcurrentBag`1").implements(ITEMS).members(concurrent_bag),
    TypeDef::class("System.Collections.BitArray").implements(ITEMS).members(bit_array),
    TypeDef::class("System.Collections.Specialized.StringCollection").implements(LIST).members(string_collection),
    TypeDef::class(QUERY).base("System.Collections.Specialized.NameValueCollection"),
    TypeDef::class("System.Collections.Specialized.NameObjectCollectionBase").implements(ITEMS),
    TypeDef::class("System.Collections.Specialized.NameObjectCollectionBase+KeysCollection").implements(ITEMS),
    TypeDef::class("System.Collections.Specialized.NameValueCollection")
        .base("System.Collections.Specialized.NameObjectCollectionBase")
        .implements(ITEMS)
        .members(name_values),
    TypeDef::class("System.Collections.Hashtable+KeyCollection").implements(ITEMS).members(hashtable_view),
    TypeDef::class("System.Collections.Hashtable+ValueCollection").implements(ITEMS).members(hashtable_view),
    TypeDef::class("System.Collections.Generic.Dictionary`2+KeyCollection").implements(ITEMS).members(dictionary_view),
    TypeDef::class("System.Collections.Generic.Dictionary`2+ValueCollection")
        .implements(ITEMS)
        .members(dictionary_view),
    TypeDef::class(ORDERED_VIEW).implements(LIST).members(list_view),
    TypeDef::class(NODES).implements(ITEMS).members(hashtable_view),
    TypeDef::class("System.Collections.SortedList+KeyList").implements(LIST).members(list_view),
    TypeDef::class("System.Collections.SortedList+ValueList").implements(LIST).members(list_view),
    TypeDef::class("System.Collections.Generic.SortedList`2+KeyList").implements(ITEMS).members(dictionary_view),
    TypeDef::class("System.Collections.Generic.SortedList`2+ValueList").implements(ITEMS).members(dictionary_view),
    TypeDef::class("System.Collections.Generic.SortedDictionary`2+KeyCollection")
        .implements(ITEMS)
        .members(dictionary_view),
    TypeDef::class("System.Collections.Generic.SortedDictionary`2+ValueCollection")
        .implements(ITEMS)
        .members(dictionary_view),
    TypeDef::class("System.Collections.Generic.OrderedDictionary`2+KeyCollection")
        .implements(LIST)
        .members(dictionary_view),
    TypeDef::class("System.Collections.Generic.OrderedDictionary`2+ValueCollection")
        .implements(LIST)
        .members(dictionary_view),
    TypeDef::class("System.Collections.ObjectModel.ReadOnlyDictionary`2+KeyCollection")
        .implements(ITEMS)
        .members(dictionary_view),
    TypeDef::class("System.Collections.ObjectModel.ReadOnlyDictionary`2+ValueCollection")
        .implements(ITEMS)
        .members(dictionary_view),
    TypeDef::class("System.StringComparer").members(comparers),
    TypeDef::class("System.OrdinalComparer").base("System.StringComparer"),
    TypeDef::class("System.OrdinalCaseSensitiveComparer").base("System.OrdinalComparer"),
    TypeDef::class("System.OrdinalIgnoreCaseComparer").base("System.OrdinalComparer"),
    TypeDef::class("System.CultureAwareComparer").base("System.StringComparer"),
];
