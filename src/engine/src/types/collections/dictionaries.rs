//! `Hashtable`, `OrderedDictionary`, `Dictionary[K,V]` and their kin.

use psrpd_dotnet::cast;

use super::{copying, find, rare};
use crate::{
    convert,
    eval::{Flow, R, Runspace, class, error},
    types::{self, Members, TypeDef, args::set_out, known},
    value::{Category, Dictionary, Enumerator, Object, Value, text},
};

const TABLE: &[&str] =
    &["System.Collections.IDictionary", "System.Collections.ICollection", "System.Collections.IEnumerable"];

pub(in crate::types) const TYPES: &[TypeDef] = &[
    TypeDef::class("System.Collections.Hashtable").implements(TABLE).members(|m| {
        table(m);
        m.function("hashtable Synchronized(hashtable table)", |_, _, args| {
            let source = args.first().cloned().unwrap_or_default();
            let Some(source) = source.downcast::<Dictionary>() else { return Ok(Value::Null) };
            Ok(Value::object(source.copy_as(known("System.Collections.Hashtable+SyncHashtable"))))
        });
    }),
    TypeDef::class("System.Collections.Specialized.OrderedDictionary").implements(TABLE).members(|m| {
        table(m);
        m.method("System.Collections.Specialized.OrderedDictionary AsReadOnly()", rare::read_only_ordered_of);
        m.get("bool IsReadOnly", |_, this| Ok((!rare::is_writable(this)).into()));
        m.method("void Insert(int index, System.Object key, System.Object value)", |_, this, args| {
            rare::check_change(this, None)?;
            if let (Some(table), [at, key, value]) = (this.downcast::<Dictionary>(), args) {
                let at = place(at, "less than or equal to", table.len(), table.len())?;
                if !table.insert(at, key.clone(), value.clone()) {
                    return Err(is_there(table, key));
                }
            }
            Ok(Value::AutomationNull)
        });
        m.method("void RemoveAt(int index)", |_, this, args| {
            rare::check_change(this, None)?;
            if let (Some(table), Some(at)) = (this.downcast::<Dictionary>(), args.first()) {
                table.remove_at(place(at, "less than", table.len(), table.len().saturating_sub(1))?);
            }
            Ok(Value::AutomationNull)
        });
    }),
    TypeDef::class("System.Collections.Generic.Dictionary`2").implements(TABLE).members(generic),
    TypeDef::class("System.Collections.Generic.SortedDictionary`2").implements(TABLE).members(typed),
    TypeDef::class("System.Collections.Generic.SortedList`2").implements(TABLE).members(|m| {
        typed(m);
        sorted(m);
        m.method("TKey GetKeyAtIndex(int index)", |_, this, args| at_index(this, args).map(|(key, _)| key));
        m.method("TValue GetValueAtIndex(int index)", |_, this, args| at_index(this, args).map(|(_, value)| value));
    }),
    TypeDef::class("System.Collections.SortedList").implements(TABLE).members(|m| {
        table(m);
        sorted(m);
        m.method("System.Object GetKey(int index)", |_, this, args| at_index(this, args).map(|(key, _)| key));
        m.method("System.Object GetByIndex(int index)", |_, this, args| at_index(this, args).map(|(_, value)| value));
        m.method("void SetByIndex(int index, System.Object value)", |rs, this, args| {
            let (key, _) = at_index(this, args)?;
            rs.set_index(this, &key, args.get(1).cloned().unwrap_or_default()).map(|()| Value::AutomationNull)
        });
        m.method("System.Collections.IList GetKeyList()", |_, this, _| {
            Ok(Value::array(of(this).map(Dictionary::keys).unwrap_or_default()))
        });
        m.method("System.Collections.IList GetValueList()", |_, this, _| {
            Ok(Value::array(of(this).map(Dictionary::values).unwrap_or_default()))
        });
        m.method("void TrimToSize()", |_, _, _| Ok(Value::AutomationNull));
    }),
    TypeDef::class("System.Collections.ListDictionaryInternal").implements(TABLE).members(table),
    TypeDef::class("System.Collections.Specialized.ListDictionary").implements(TABLE).members(table),
    TypeDef::class("System.Collections.Specialized.HybridDictionary").implements(TABLE).members(table),
    TypeDef::class("System.Collections.Hashtable+SyncHashtable").base("System.Collections.Hashtable").implements(TABLE),
    TypeDef::class("System.Collections.Concurrent.ConcurrentDictionary`2").implements(TABLE).members(concurrent_table),
    TypeDef::class("System.Management.Automation.PSPrimitiveDictionary")
        .base("System.Collections.Hashtable")
        .implements(TABLE),
    TypeDef::class("System.Management.Automation.PSBoundParametersDictionary").implements(TABLE).members(table),
    TypeDef::class("System.Management.Automation.PSVersionHashTable")
        .base("System.Collections.Hashtable")
        .implements(TABLE),
    TypeDef::class(DEFAULT_PARAMETERS).base("System.Collections.Hashtable").implements(TABLE).members(|m| {
        m.constructor(
            "System.Management.Automation.DefaultParameterDictionary(System.Collections.IDictionary dictionary)",
            |_, _, args| {
                let made = Dictionary::new(known(DEFAULT_PARAMETERS), true);
                let given = args.first().and_then(|given| given.downcast::<Dictionary>());
                for (key, value) in given.map(Dictionary::entries).unwrap_or_default() {
                    made.set(key, value);
                }
                Ok(Value::object(made))
            },
        );
    }),
    TypeDef::value("System.Collections.DictionaryEntry").zero(|| dictionary_entry(Value::Null, Value::Null)).members(
        |m| {
            m.constructor(
                "System.Collections.DictionaryEntry(System.Object key, System.Object value)",
                |_, _, args| {
                    let [key, value] = [0, 1].map(|at| args.get(at).cloned().unwrap_or_default());
                    Ok(dictionary_entry(key, value))
                },
            );
        },
    ),
];

/// The type of `$PSDefaultParameterValues`.
const DEFAULT_PARAMETERS: &str = "System.Management.Automation.DefaultParameterDictionary";

/// Checks a key of `$PSDefaultParameterValues`: a command and its parameter, or the switch of all of them.
///
/// # Errors
/// It is neither.
pub(crate) fn check_default_key(key: &str) -> R<()> {
    let is_pair = key
        .split_once(':')
        .is_some_and(|(command, parameter)| !command.trim().is_empty() && !parameter.trim().is_empty());
    if is_pair || key.eq_ignore_ascii_case("Disabled") {
        return Ok(());
    }
    let message = format!(
        "The key '{key}' does not have a valid format. For information about the correct format, see about_Parameters_Default_Values at https://go.microsoft.com/fwlink/?LinkId=228266."
    );
    let exception = "System.Management.Automation.PSInvalidOperationException";
    Err(error::raise(exception, "InvalidOperation", Category::InvalidOperation, message, Value::Null))
}

/// A position in an ordered dictionary, at most the last one.
fn place(at: &Value, relation: &str, shown: usize, last: usize) -> R<usize> {
    let wanted = types::args::n(std::slice::from_ref(at), 0);
    let at_most = cast::int64(last);
    if wanted < 0 {
        return Err(types::args::negative("index", wanted));
    }
    if wanted > at_most || shown == 0 && relation == "less than" {
        let message = format!("index ('{wanted}') must be {relation} '{shown}'.");
        return Err(types::args::out_of_range_value(&message, "index", at));
    }
    Ok(cast::index(wanted))
}

/// A `DictionaryEntry`.
pub(crate) fn dictionary_entry(key: Value, value: Value) -> Value {
    types::pair(known("System.Collections.DictionaryEntry"), key, value)
}

/// The keys of a dictionary with their values, as enumerating it gives them.
pub(crate) fn entries(table: &Dictionary) -> Vec<Value> {
    let generic = match table.type_of().arguments() {
        [key, value] => types::generic("System.Collections.Generic.KeyValuePair`2", vec![key.clone(), value.clone()]),
        _ => None,
    };
    let of = generic.unwrap_or_else(|| known("System.Collections.DictionaryEntry"));
    table.entries().into_iter().map(|(key, value)| types::pair(of.clone(), key, value)).collect()
}

/// The error of adding a key once more.
fn is_there(table: &Dictionary, key: &Value) -> Flow {
    let shown = text(key);
    let message = if table.type_of().arguments().is_empty() {
        let own = table.keys().into_iter().find(|own| table.same_key(own, key));
        let own = own.map_or_else(|| shown.clone(), |own| text(&own));
        format!("Item has already been added. Key in dictionary: '{own}'  Key being added: '{shown}'")
    } else {
        let is_list = table.type_of().is_kind("SortedList");
        let parameter = if is_list { " (Parameter 'key')" } else { "" };
        format!("An item with the same key has already been added. Key: {shown}{parameter}")
    };
    error::thrown("System.ArgumentException", message)
}

fn of(this: &Value) -> Option<&Dictionary> {
    this.downcast::<Dictionary>()
}

/// The entry at a position in the order of the keys.
fn at_index(this: &Value, args: &[Value]) -> R<(Value, Value)> {
    let entries = of(this).map(Dictionary::entries).unwrap_or_default();
    entries.into_iter().nth(super::position(args.first())).ok_or_else(super::out_of_range)
}

fn sorted(m: &mut Members) {
    m.method("int IndexOfKey(System.Object key)", |rs, this, args| {
        let keys = of(this).map(Dictionary::keys).unwrap_or_default();
        Ok(Value::I32(find(rs, &keys, args.first().unwrap_or(&Value::Null))?.map_or(-1, cast::int32)))
    });
    m.method("int IndexOfValue(System.Object value)", |rs, this, args| {
        let values = of(this).map(Dictionary::values).unwrap_or_default();
        Ok(Value::I32(find(rs, &values, args.first().unwrap_or(&Value::Null))?.map_or(-1, cast::int32)))
    });
    m.method("void RemoveAt(int index)", |_, this, args| {
        let (key, _) = at_index(this, args)?;
        of(this).map(|table| table.remove(&key));
        Ok(Value::AutomationNull)
    });
}

/// What `OrderedDictionary[K,V]` has: keys and values of known types, which have places.
pub(super) fn ordered(m: &mut Members) {
    typed(m);
    m.method("bool TryAdd(TKey key, TValue value)", try_add);
    m.method("int IndexOf(TKey key)", |rs, this, args| {
        let keys = of(this).map(Dictionary::keys).unwrap_or_default();
        Ok(Value::I32(find(rs, &keys, args.first().unwrap_or(&Value::Null))?.map_or(-1, cast::int32)))
    });
    m.method("void SetAt(int index, TValue value)", |_, this, args| {
        let (key, _) = at_index(this, args)?;
        if let Some(table) = of(this) {
            table.set(key, args.get(1).cloned().unwrap_or_default());
        }
        Ok(Value::AutomationNull)
    });
    m.method("System.Object GetAt(int index)", |_, this, args| {
        let arguments = this.type_of().map(|of| of.arguments().to_vec()).unwrap_or_default();
        let (key, value) = at_index(this, args)?;
        let of = types::generic("System.Collections.Generic.KeyValuePair`2", arguments);
        Ok(types::pair(of.unwrap_or_else(types::object), key, value))
    });
    m.method("void Insert(int index, TKey key, TValue value)", |_, this, args| {
        let (Some(table), [at, key, value]) = (of(this), args) else { return Ok(Value::Null) };
        let at = super::position(Some(at));
        if at > table.len() {
            return Err(super::out_of_range());
        }
        match table.insert(at, key.clone(), value.clone()) {
            true => Ok(Value::AutomationNull),
            false => Err(is_there(table, key)),
        }
    });
    m.method("void RemoveAt(int index)", |_, this, args| {
        let (key, _) = at_index(this, args)?;
        of(this).map(|table| table.remove(&key));
        Ok(Value::AutomationNull)
    });
}

/// What `Dictionary[K,V]` has beside the rest.
fn generic(m: &mut Members) {
    typed(m);
    m.method("bool TryAdd(TKey key, TValue value)", try_add);
    m.method("bool Remove(TKey key, [ref] TValue value)", try_remove);
    m.get("int Capacity", |_, this| Ok(Value::int(super::sets::capacity(of(this).map_or(0, Dictionary::len)))));
    m.method("int EnsureCapacity(int capacity)", |_, this, args| {
        super::sets::ensured(of(this).map_or(0, Dictionary::len), args)
    });
    m.method("void TrimExcess(int capacity)", |_, _, _| Ok(Value::AutomationNull));
    m.method("void TrimExcess()", |_, _, _| Ok(Value::AutomationNull));
    m.get("System.Object Comparer", |_, this| {
        let key = this.type_of().and_then(|of| of.arguments().first().cloned()).unwrap_or_else(types::object);
        Ok(super::sets::comparer(&key, of(this).is_some_and(Dictionary::ignores_case)))
    });
}

fn try_add(rs: &mut Runspace, this: &Value, args: &[Value]) -> R<Value> {
    let key = key(rs, this, args)?;
    match (of(this), args) {
        (Some(table), [_, value]) => Ok(table.add(key, value.clone()).into()),
        _ => Ok(false.into()),
    }
}

fn try_remove(rs: &mut Runspace, this: &Value, args: &[Value]) -> R<Value> {
    let key = key(rs, this, args)?;
    let found = of(this).and_then(|table| table.get(&key));
    let value = this.type_of().and_then(|of| of.arguments().get(1).cloned()).unwrap_or_else(types::object);
    set_out(args, 1, found.unwrap_or_else(|| convert::default_of(&value)));
    Ok(of(this).is_some_and(|table| table.remove(&key)).into())
}

/// The key that the first argument is, as the dictionary may have it.
fn key(rs: &mut Runspace, this: &Value, args: &[Value]) -> R<Value> {
    let key = args.first().unwrap_or(&Value::Null);
    match of(this) {
        Some(table) => Ok(class::own_key(rs, table, key)?.unwrap_or_else(|| key.clone())),
        None => Ok(key.clone()),
    }
}

/// `Add`, for keys and values of known types or of any.
fn add(rs: &mut Runspace, this: &Value, args: &[Value]) -> R<Value> {
    rare::check_change(this, None)?;
    let (Some(table), [given, value]) = (of(this), args) else { return Ok(Value::Null) };
    if given.is_null() {
        return Err(error::argument("System.ArgumentNullException", "Value cannot be null.", "key"));
    }
    let key = &key(rs, this, args)?;
    if !table.add(key.clone(), value.clone()) {
        return Err(is_there(table, key));
    }
    Ok(Value::AutomationNull)
}

pub(in crate::types) fn table(m: &mut Members) {
    m.method("void Add(System.Object key, System.Object value)", add);
    common(m);
}

/// As [`table`], for keys and values of known types.
fn typed(m: &mut Members) {
    m.method("void Add(TKey key, TValue value)", add);
    common(m);
}

fn contains(rs: &mut Runspace, this: &Value, args: &[Value]) -> R<Value> {
    let key = key(rs, this, args)?;
    Ok(of(this).is_some_and(|table| table.contains(&key)).into())
}

fn common(m: &mut Members) {
    m.get("int Count", |_, this| Ok(Value::int(of(this).map_or(0, Dictionary::len))));
    m.get("System.Object Keys", |_, this| Ok(super::more::table_view(this, false)));
    m.get("System.Object Values", |_, this| Ok(super::more::table_view(this, true)));
    m.get("bool IsReadOnly", |_, _| Ok(false.into()));
    m.get("bool IsFixedSize", |_, _| Ok(false.into()));
    m.get("bool IsSynchronized", |_, _| Ok(false.into()));
    m.get("System.Object SyncRoot", |_, this| Ok(this.clone()));
    m.method("void Remove(System.Object key)", |rs, this, args| {
        rare::check_change(this, None)?;
        let key = key(rs, this, args)?;
        let removed = of(this).is_some_and(|table| table.remove(&key));
        let generic = of(this).is_some_and(|table| !table.type_of().arguments().is_empty());
        Ok(if generic { removed.into() } else { Value::AutomationNull })
    });
    m.method("void CopyTo(array array, int arrayIndex)", |rs, this, args| {
        let items = of(this).map(entries).unwrap_or_default();
        let is_ordered = this.type_of().is_some_and(|of| of == types::ordered_dictionary());
        let words = if is_ordered { &copying::OF_SORTED_SETS } else { &copying::OF_HASH_SETS };
        copying::copy_to(rs, (items, None), args.first(), args.get(1), words)
    });
    m.method("bool Contains(System.Object key)", contains);
    reading(m);
    m.method("bool ContainsValue(System.Object value)", |rs, this, args| {
        let values = of(this).map(Dictionary::values).unwrap_or_default();
        Ok(find(rs, &values, args.first().unwrap_or(&Value::Null))?.is_some().into())
    });
    m.method("void Clear()", |_, this, _| {
        rare::check_change(this, None)?;
        if let Some(table) = of(this) {
            table.clear();
        }
        Ok(Value::AutomationNull)
    });
    m.method("System.Object Clone()", |_, this, _| {
        Ok(of(this).map_or(Value::Null, |table| Value::object(table.copy())))
    });
    m.method("System.Object get_Item(System.Object key)", |rs, this, args| {
        let Some(table) = of(this) else { return Ok(Value::Null) };
        let key = &key(rs, this, args)?;
        match table.get(key) {
            None if !table.type_of().arguments().is_empty() => Err(error::thrown(
                "System.Collections.Generic.KeyNotFoundException",
                format!("The given key '{}' was not present in the dictionary.", text(key)),
            )),
            found => Ok(found.unwrap_or_default()),
        }
    });
    m.method("System.Object Item(System.Object key)", |rs, this, args| {
        rs.index(this, args.first().unwrap_or(&Value::Null))
    });
    m.method("void set_Item(System.Object key, System.Object value)", |rs, this, args| match args {
        [key, value] => rs.set_index(this, key, value.clone()).map(|()| Value::AutomationNull),
        _ => Ok(Value::Null),
    });
}

/// The enumerators of tables.
pub(super) const HASHTABLE_ENUMERATOR: &str = "System.Collections.Hashtable+HashtableEnumerator";
pub(super) const ORDERED_ENUMERATOR: &str =
    "System.Collections.Specialized.OrderedDictionary+OrderedDictionaryEnumerator";

/// What asks a dictionary and leaves it as it is.
pub(super) fn reading(m: &mut Members) {
    m.method("bool ContainsKey(System.Object key)", contains);
    m.method("bool TryGetValue(TKey key, [ref] TValue value)", |rs, this, args| {
        let key = key(rs, this, args)?;
        let found = of(this).and_then(|table| table.get(&key));
        let is_found = found.is_some();
        let value = this.type_of().and_then(|of| of.arguments().get(1).cloned()).unwrap_or_else(types::object);
        set_out(args, 1, found.unwrap_or_else(|| convert::default_of(&value)));
        Ok(is_found.into())
    });
    m.method("System.Collections.IDictionaryEnumerator GetEnumerator()", |_, this, _| {
        let entries = of(this).map(entries).unwrap_or_default();
        let is_ordered = this.type_name() == "System.Collections.Specialized.OrderedDictionary";
        let of = known(if is_ordered { ORDERED_ENUMERATOR } else { HASHTABLE_ENUMERATOR });
        Ok(Value::object(Enumerator::new(of, entries).watching(this)))
    });
}

fn concurrent_table(m: &mut Members) {
    typed(m);
    m.get("bool IsEmpty", |_, this| Ok(of(this).is_none_or(|table| table.len() == 0).into()));
    m.method("bool TryAdd(TKey key, TValue value)", try_add);
    m.method("bool TryRemove(TKey key, [ref] TValue value)", try_remove);
    m.method("bool TryUpdate(TKey key, TValue newValue, TValue comparisonValue)", |rs, this, args| {
        let (Some(table), [key, new, wanted]) = (of(this), args) else { return Ok(false.into()) };
        let is_as_wanted = match table.get(key) {
            Some(old) => super::equals(rs, &old, wanted)?,
            None => false,
        };
        if is_as_wanted {
            table.set(key.clone(), new.clone());
        }
        Ok(is_as_wanted.into())
    });
    m.method("KeyValuePair[TKey,TValue][] ToArray()", |_, this, _| {
        let pairs = of(this).map(entries).unwrap_or_default();
        let element = this
            .type_of()
            .and_then(|of| types::generic("System.Collections.Generic.KeyValuePair`2", of.arguments().to_vec()));
        Ok(Value::typed_array(element.unwrap_or_else(types::object), pairs))
    });
    m.method("TValue GetOrAdd(TKey key, TValue value)", get_or_add);
    m.method("TValue GetOrAdd(TKey key, System.Func[TKey,TValue] valueFactory)", get_or_add);
    for signature in [
        "TValue AddOrUpdate(TKey key, TValue addValue, System.Func[TKey,TValue,TValue] updateValueFactory)",
        "TValue AddOrUpdate(TKey key, System.Func[TKey,TValue] addValueFactory, System.Func[TKey,TValue,TValue] updateValueFactory)",
    ] {
        m.method(signature, |rs, this, args| {
            let (Some(table), [key, value, update]) = (of(this), args) else { return Ok(Value::Null) };
            let new = match table.get(key) {
                Some(old) => made_by(rs, update, &[key.clone(), old])?,
                None => made_by(rs, value, std::slice::from_ref(key))?,
            };
            table.set(key.clone(), new.clone());
            Ok(new)
        });
    }
}

/// What a delegate makes of its arguments; any other value is itself.
fn made_by(rs: &mut Runspace, value: &Value, args: &[Value]) -> R<Value> {
    match value.downcast::<types::Delegate>() {
        Some(delegate) => {
            let block = delegate.block.clone();
            types::call_delegate(rs, &value.type_of().unwrap_or_else(types::object), &block, args)
        }
        None => Ok(value.clone()),
    }
}

fn get_or_add(rs: &mut Runspace, this: &Value, args: &[Value]) -> R<Value> {
    let (Some(table), [key, value]) = (of(this), args) else { return Ok(Value::Null) };
    if let Some(have) = table.get(key) {
        return Ok(have);
    }
    let made = made_by(rs, value, std::slice::from_ref(key))?;
    table.add(key.clone(), made);
    Ok(table.get(key).unwrap_or_default())
}
