//! `System.Linq.Enumerable`: sequences are worked through at once.

use std::{cmp::Ordering, sync::Arc};

use psrpd_dotnet::Decimal;

use super::{
    Members, Type, TypeDef,
    args::{n, not_valid, null},
    delegate::Delegate,
};
use crate::{
    convert,
    eval::{R, Runspace, ScriptBlock, error},
    ops::{arithmetic, compare, ordering},
    value::{Dictionary, Key, List, Set, Value, enumerate},
};

/// The items of an argument, and the type they are of.
fn sequence(rs: &Runspace, args: &[Value], at: usize) -> R<(Vec<Value>, Type)> {
    rs.check_stop()?;
    let value = args.get(at).cloned().unwrap_or_default();
    let element = match value.as_array() {
        Some(array) => array.element.clone(),
        None => value.downcast::<List>().and_then(List::element).unwrap_or_else(super::object),
    };
    match enumerate(&value) {
        Some(items) => Ok((items, element)),
        None if value.is_null() => Err(null("source")),
        None => Ok((vec![value.clone()], value.type_of().unwrap_or_else(super::object))),
    }
}

/// A function that an argument gives, and what it returns.
struct Function {
    block: Arc<ScriptBlock>,
    of: Option<Type>,
}

impl Function {
    fn of(rs: &Runspace, args: &[Value], at: usize) -> Option<Self> {
        let value = args.get(at)?;
        let of = value.downcast::<Delegate>().and_then(|_| value.type_of());
        Some(Self { block: rs.as_block(value)?, of })
    }

    fn call(&self, rs: &mut Runspace, args: &[Value]) -> R<Value> {
        match &self.of {
            Some(of) => super::call_delegate(rs, of, &self.block, args),
            None => {
                let underscore = args.first().cloned();
                rs.call_block_with(&self.block, underscore, args).map(|found| Value::collected(found).settled())
            }
        }
    }

    fn test(&self, rs: &mut Runspace, item: &Value) -> R<bool> {
        Ok(convert::to_bool(&self.call(rs, std::slice::from_ref(item))?))
    }

    /// The type of its results.
    fn returns(&self) -> Type {
        self.of.as_ref().and_then(|of| of.arguments().last().cloned()).unwrap_or_else(super::object)
    }
}

fn count(args: &[Value], at: usize) -> usize {
    args.get(at).and_then(Value::as_i128).map_or(0, |n| usize::try_from(n).unwrap_or(0))
}

/// How many items a sequence is to have that is made here.
fn length(rs: &Runspace, args: &[Value]) -> R<usize> {
    if n(args, 1) < 0 {
        return Err(not_valid("count"));
    }
    rs.reserve_items(count(args, 1))?;
    Ok(count(args, 1))
}

fn empty() -> crate::eval::Flow {
    error::thrown("System.InvalidOperationException", "Sequence contains no elements")
}

fn no_match() -> crate::eval::Flow {
    error::thrown("System.InvalidOperationException", "Sequence contains no matching element")
}

/// The items that a predicate lets through; all without one.
fn matching(rs: &mut Runspace, args: &[Value]) -> R<(Vec<Value>, Type, bool)> {
    let (items, of) = sequence(rs, args, 0)?;
    let Some(test) = Function::of(rs, args, 1) else { return Ok((items, of, false)) };
    let mut kept = Vec::new();
    for item in items {
        if test.test(rs, &item)? {
            kept.push(item);
        }
    }
    Ok((kept, of, true))
}

/// One item, by its place; the default of the type, or an error, where there is none.
fn one(rs: &mut Runspace, args: &[Value], pick: fn(&[Value]) -> Option<&Value>, or_default: bool) -> R<Value> {
    let (items, of, is_test) = matching(rs, args)?;
    match pick(&items) {
        Some(item) => Ok(item.clone()),
        None if or_default => Ok(convert::default_of(&of)),
        None => Err(if is_test { no_match() } else { empty() }),
    }
}

fn single(rs: &mut Runspace, args: &[Value], or_default: bool) -> R<Value> {
    let (items, of, is_test) = matching(rs, args)?;
    match items.as_slice() {
        [item] => Ok(item.clone()),
        [] if or_default => Ok(convert::default_of(&of)),
        [] => Err(if is_test { no_match() } else { empty() }),
        _ => Err(error::thrown("System.InvalidOperationException", "Sequence contains more than one element")),
    }
}

/// The values that are summed or compared: the items, or what a selector makes of them.
fn selected(rs: &mut Runspace, args: &[Value]) -> R<(Vec<Value>, Type)> {
    let (items, of) = sequence(rs, args, 0)?;
    let Some(select) = Function::of(rs, args, 1) else { return Ok((items, of)) };
    let mut values = Vec::with_capacity(items.len());
    for item in &items {
        values.push(select.call(rs, std::slice::from_ref(item))?);
    }
    Ok((values, select.returns()))
}

fn sum(rs: &mut Runspace, _: &Value, args: &[Value]) -> R<Value> {
    let (values, of) = selected(rs, args)?;
    let mut total = match of.name() {
        "System.Decimal" => Value::Decimal(Decimal::ZERO),
        "System.Double" | "System.Single" => Value::F64(0.0),
        "System.Int64" => Value::I64(0),
        "System.Int32" => Value::I32(0),
        _ => return Err(error::no_overload("Sum", args.len())),
    };
    for value in values {
        total = arithmetic::binary(rs, psrpd_lang::token::TokenKind::Plus, &total, &value)?;
    }
    if matches!(total, Value::F64(_)) && !matches!(of.name(), "System.Double" | "System.Single") {
        return Err(error::thrown("System.OverflowException", "Arithmetic operation resulted in an overflow."));
    }
    convert::convert(rs, &total, &of)
}

fn average(rs: &mut Runspace, _: &Value, args: &[Value]) -> R<Value> {
    let (values, of) = selected(rs, args)?;
    let n = i32::try_from(values.len()).unwrap_or(i32::MAX);
    if n == 0 {
        return Err(empty());
    }
    let mut total = if of.name() == "System.Decimal" { Value::Decimal(Decimal::ZERO) } else { Value::F64(0.0) };
    for value in values {
        total = arithmetic::binary(rs, psrpd_lang::token::TokenKind::Plus, &total, &value)?;
    }
    arithmetic::binary(rs, psrpd_lang::token::TokenKind::Divide, &total, &Value::I32(n))
}

fn extreme(rs: &mut Runspace, args: &[Value], wanted: Ordering) -> R<Value> {
    let (values, _) = selected(rs, args)?;
    let mut best: Option<Value> = None;
    for value in values {
        let better = match &best {
            Some(have) => compare::sort_order(rs, &value, have, false)? == wanted,
            None => true,
        };
        if better {
            best = Some(value);
        }
    }
    best.ok_or_else(empty)
}

fn distinct(items: Vec<Value>) -> Vec<Value> {
    let mut seen = std::collections::HashSet::new();
    items.into_iter().filter(|item| seen.insert(Key::of(item, false))).collect()
}

/// The items of two sequences, by whether they are in the second one.
fn against(rs: &mut Runspace, args: &[Value], keep: bool) -> R<Value> {
    let (items, of) = sequence(rs, args, 0)?;
    let (others, _) = sequence(rs, args, 1)?;
    let others: std::collections::HashSet<Key> = others.iter().map(|item| Key::of(item, false)).collect();
    let kept = items.into_iter().filter(|item| others.contains(&Key::of(item, false)) == keep).collect();
    Ok(Value::typed_array(of, distinct(kept)))
}

fn ordered(rs: &mut Runspace, args: &[Value], descending: bool) -> R<Value> {
    let (items, of) = sequence(rs, args, 0)?;
    let key = Function::of(rs, args, 1);
    let mut keyed = Vec::with_capacity(items.len());
    for item in items {
        let sort_key = match &key {
            Some(key) => key.call(rs, std::slice::from_ref(&item))?,
            None => item.clone(),
        };
        keyed.push((sort_key, item));
    }
    let compare = |rs: &mut Runspace, (a, _): &(Value, Value), (b, _): &(Value, Value)| {
        let order = compare::sort_order(rs, a, b, false)?;
        Ok(if descending { order.reverse() } else { order })
    };
    ordering(rs, compare, |by| psrpd_dotnet::sort::stable(&mut keyed, by))?;
    Ok(Value::typed_array(of, keyed.into_iter().map(|(_, item)| item).collect()))
}

/// Groups as `GroupBy` and `ToLookup` make them.
fn group(rs: &mut Runspace, _: &Value, args: &[Value]) -> R<Value> {
    let (items, _) = sequence(rs, args, 0)?;
    let Some(key) = Function::of(rs, args, 1) else { return Err(error::no_overload("GroupBy", args.len())) };
    let mut groups: Vec<(Key, Value, Vec<Value>)> = Vec::new();
    for item in items {
        let value = key.call(rs, std::slice::from_ref(&item))?;
        let id = Key::of(&value, false);
        match groups.iter_mut().find(|(have, ..)| *have == id) {
            Some((_, _, members)) => members.push(item),
            None => groups.push((id, value, vec![item])),
        }
    }
    let groups = groups.into_iter().map(|(_, key, members)| {
        let list = Value::typed_array(super::object(), members);
        list.with_notes([("Key", key)])
    });
    Ok(Value::array(groups.collect()))
}

fn to_dictionary(rs: &mut Runspace, _: &Value, args: &[Value]) -> R<Value> {
    let (items, of) = sequence(rs, args, 0)?;
    let Some(key) = Function::of(rs, args, 1) else { return Err(error::no_overload("ToDictionary", args.len())) };
    let value = Function::of(rs, args, 2);
    let types = vec![key.returns(), value.as_ref().map_or(of, Function::returns)];
    let table = Dictionary::new(
        super::generic("System.Collections.Generic.Dictionary`2", types).unwrap_or_else(super::hashtable),
        false,
    );
    for item in items {
        let name = key.call(rs, std::slice::from_ref(&item))?;
        let held = match &value {
            Some(value) => value.call(rs, std::slice::from_ref(&item))?,
            None => item,
        };
        if !table.add(name.clone(), held) {
            let message =
                format!("An item with the same key has already been added. Key: {}", crate::value::text(&name));
            return Err(error::thrown("System.ArgumentException", message));
        }
    }
    Ok(Value::object(table))
}

fn filter_members(m: &mut Members) {
    m.function("System.Object Where(System.Object source, System.Object predicate)", |rs, _, args| {
        matching(rs, args).map(|(items, of, _)| Value::typed_array(of, items))
    });
    m.function("System.Object Skip(System.Object source, int count)", |rs, _, args| {
        let (items, of) = sequence(rs, args, 0)?;
        Ok(Value::typed_array(of, items.into_iter().skip(count(args, 1)).collect()))
    });
    m.function("System.Object Take(System.Object source, int count)", |rs, _, args| {
        let (items, of) = sequence(rs, args, 0)?;
        Ok(Value::typed_array(of, items.into_iter().take(count(args, 1)).collect()))
    });
    m.function("System.Object SkipLast(System.Object source, int count)", |rs, _, args| {
        let (mut items, of) = sequence(rs, args, 0)?;
        items.truncate(items.len().saturating_sub(count(args, 1)));
        Ok(Value::typed_array(of, items))
    });
    m.function("System.Object TakeLast(System.Object source, int count)", |rs, _, args| {
        let (items, of) = sequence(rs, args, 0)?;
        let skipped = items.len().saturating_sub(count(args, 1));
        Ok(Value::typed_array(of, items.into_iter().skip(skipped).collect()))
    });
    macro_rules! whiles {
        ($($declaration:literal, $keep:expr;)*) => {
            $(m.function($declaration, |rs, _, args| {
                let (items, of) = sequence(rs, args, 0)?;
                let Some(test) = Function::of(rs, args, 1) else { return Err(error::no_overload("While", args.len())) };
                let mut end = items.len();
                for (at, item) in items.iter().enumerate() {
                    if !test.test(rs, item)? {
                        end = at;
                        break;
                    }
                }
                let keep: fn(Vec<Value>, usize) -> Vec<Value> = $keep;
                Ok(Value::typed_array(of, keep(items, end)))
            });)*
        };
    }
    whiles! {
        "System.Object TakeWhile(System.Object source, System.Object predicate)", |items, end| items.into_iter().take(end).collect();
        "System.Object SkipWhile(System.Object source, System.Object predicate)", |items, end| items.into_iter().skip(end).collect();
    }
    m.function("System.Object Distinct(System.Object source)", |rs, _, args| {
        let (items, of) = sequence(rs, args, 0)?;
        Ok(Value::typed_array(of, distinct(items)))
    });
    m.function("System.Object Reverse(System.Object source)", |rs, _, args| {
        let (mut items, of) = sequence(rs, args, 0)?;
        items.reverse();
        Ok(Value::typed_array(of, items))
    });
}

fn project_members(m: &mut Members) {
    m.function("System.Object Select(System.Object source, System.Object selector)", |rs, _, args| {
        selected(rs, args).map(|(items, of)| Value::typed_array(of, items))
    });
    m.function("System.Object SelectMany(System.Object source, System.Object selector)", |rs, _, args| {
        let (groups, _) = selected(rs, args)?;
        let items = groups.iter().flat_map(|group| enumerate(group).unwrap_or_else(|| vec![group.clone()]));
        Ok(Value::array(items.collect()))
    });
    m.function("System.Object OrderBy(System.Object source, System.Object keySelector)", |rs, _, args| {
        ordered(rs, args, false)
    });
    m.function("System.Object OrderByDescending(System.Object source, System.Object keySelector)", |rs, _, args| {
        ordered(rs, args, true)
    });
    m.function("System.Object Order(System.Object source)", |rs, _, args| ordered(rs, args, false));
    m.function("System.Object OrderDescending(System.Object source)", |rs, _, args| ordered(rs, args, true));
    m.function("System.Object GroupBy(System.Object source, System.Object keySelector)", group);
    m.function("System.Object ToLookup(System.Object source, System.Object keySelector)", group);
    m.function("System.Object ToDictionary(System.Object source, System.Object keySelector)", to_dictionary);
    m.function(
        "System.Object ToDictionary(System.Object source, System.Object keySelector, System.Object elementSelector)",
        to_dictionary,
    );
    m.function("System.Object ToArray(System.Object source)", |rs, _, args| {
        sequence(rs, args, 0).map(|(items, of)| Value::typed_array(of, items))
    });
    m.function("System.Object ToList(System.Object source)", |rs, _, args| {
        let (items, of) = sequence(rs, args, 0)?;
        Ok(List::value(super::list_of(of), items))
    });
    m.function("System.Object ToHashSet(System.Object source)", |rs, _, args| {
        let (items, of) = sequence(rs, args, 0)?;
        let set = super::generic("System.Collections.Generic.HashSet`1", vec![of]).unwrap_or_else(super::object);
        Ok(Value::object(Set::new(set, false, items)))
    });
    m.function("System.Object Aggregate(System.Object source, System.Object func)", |rs, _, args| {
        let (items, _) = sequence(rs, args, 0)?;
        let Some(step) = Function::of(rs, args, 1) else { return Err(error::no_overload("Aggregate", args.len())) };
        let mut items = items.into_iter();
        let mut held = items.next().ok_or_else(empty)?;
        for item in items {
            held = step.call(rs, &[held, item])?;
        }
        Ok(held)
    });
    m.function(
        "System.Object Aggregate(System.Object source, System.Object seed, System.Object func)",
        |rs, _, args| {
            let (items, _) = sequence(rs, args, 0)?;
            let Some(step) = Function::of(rs, args, 2) else { return Err(error::no_overload("Aggregate", args.len())) };
            let mut held = args.get(1).cloned().unwrap_or_default();
            for item in items {
                held = step.call(rs, &[held, item])?;
            }
            Ok(held)
        },
    );
    m.function("System.Object Zip(System.Object first, System.Object second)", |rs, _, args| {
        let ((a, one), (b, two)) = (sequence(rs, args, 0)?, sequence(rs, args, 1)?);
        let of = super::generic("System.ValueTuple`2", vec![one, two]).unwrap_or_else(super::object);
        let pairs = a.into_iter().zip(b).map(|(x, y)| super::values::value_tuple(&[x, y])).collect();
        Ok(Value::typed_array(of, pairs))
    });
    m.function(
        "System.Object Zip(System.Object first, System.Object second, System.Object resultSelector)",
        |rs, _, args| {
            let ((a, _), (b, _)) = (sequence(rs, args, 0)?, sequence(rs, args, 1)?);
            let Some(join) = Function::of(rs, args, 2) else { return Err(error::no_overload("Zip", args.len())) };
            let mut joined = Vec::new();
            for (x, y) in a.into_iter().zip(b) {
                joined.push(join.call(rs, &[x, y])?);
            }
            Ok(Value::typed_array(join.returns(), joined))
        },
    );
}

fn set_members(m: &mut Members) {
    m.function("System.Object Union(System.Object first, System.Object second)", |rs, _, args| {
        let ((mut items, of), (more, _)) = (sequence(rs, args, 0)?, sequence(rs, args, 1)?);
        items.extend(more);
        Ok(Value::typed_array(of, distinct(items)))
    });
    m.function("System.Object Concat(System.Object first, System.Object second)", |rs, _, args| {
        let ((mut items, of), (more, _)) = (sequence(rs, args, 0)?, sequence(rs, args, 1)?);
        items.extend(more);
        Ok(Value::typed_array(of, items))
    });
    m.function("System.Object Except(System.Object first, System.Object second)", |rs, _, args| {
        against(rs, args, false)
    });
    m.function("System.Object Intersect(System.Object first, System.Object second)", |rs, _, args| {
        against(rs, args, true)
    });
    m.function("bool SequenceEqual(System.Object first, System.Object second)", |rs, _, args| {
        let ((a, _), (b, _)) = (sequence(rs, args, 0)?, sequence(rs, args, 1)?);
        let equal = a.len() == b.len() && a.iter().zip(&b).all(|(x, y)| Key::of(x, false) == Key::of(y, false));
        Ok(equal.into())
    });
    m.function("bool Contains(System.Object source, System.Object value)", |rs, _, args| {
        let (items, of) = sequence(rs, args, 0)?;
        let value = convert::convert(rs, args.get(1).unwrap_or(&Value::Null), &of)?;
        let wanted = Key::of(&value, false);
        Ok(items.iter().any(|item| Key::of(item, false) == wanted).into())
    });
    m.function("System.Object Append(System.Object source, System.Object element)", |rs, _, args| {
        let (mut items, of) = sequence(rs, args, 0)?;
        items.push(args.get(1).cloned().unwrap_or_default());
        Ok(Value::typed_array(of, items))
    });
    m.function("System.Object Prepend(System.Object source, System.Object element)", |rs, _, args| {
        let (mut items, of) = sequence(rs, args, 0)?;
        items.insert(0, args.get(1).cloned().unwrap_or_default());
        Ok(Value::typed_array(of, items))
    });
    m.function("System.Object Chunk(System.Object source, int size)", |rs, _, args| {
        let (items, of) = sequence(rs, args, 0)?;
        let chunks = items.chunks(count(args, 1).max(1)).map(|part| Value::typed_array(of.clone(), part.to_vec()));
        Ok(Value::array(chunks.collect()))
    });
}

fn scalar_members(m: &mut Members) {
    for declaration in
        ["System.Object Sum(System.Object source)", "System.Object Sum(System.Object source, System.Object selector)"]
    {
        m.function(declaration, sum);
    }
    for declaration in [
        "System.Object Average(System.Object source)",
        "System.Object Average(System.Object source, System.Object selector)",
    ] {
        m.function(declaration, average);
    }
    for declaration in
        ["System.Object Max(System.Object source)", "System.Object Max(System.Object source, System.Object selector)"]
    {
        m.function(declaration, |rs, _, args| extreme(rs, args, Ordering::Greater));
    }
    for declaration in
        ["System.Object Min(System.Object source)", "System.Object Min(System.Object source, System.Object selector)"]
    {
        m.function(declaration, |rs, _, args| extreme(rs, args, Ordering::Less));
    }
    for declaration in ["int Count(System.Object source)", "int Count(System.Object source, System.Object predicate)"] {
        m.function(declaration, |rs, _, args| matching(rs, args).map(|(items, ..)| Value::int(items.len())));
    }
    for declaration in ["bool Any(System.Object source)", "bool Any(System.Object source, System.Object predicate)"] {
        m.function(declaration, |rs, _, args| matching(rs, args).map(|(items, ..)| Value::Bool(!items.is_empty())));
    }
    m.function("bool All(System.Object source, System.Object predicate)", |rs, _, args| {
        let total = sequence(rs, args, 0)?.0.len();
        matching(rs, args).map(|(items, ..)| Value::Bool(items.len() == total))
    });
    macro_rules! picks {
        ($($name:literal, $pick:expr, $or_default:literal;)*) => {
            $(for declaration in [
                concat!("System.Object ", $name, "(System.Object source)"),
                concat!("System.Object ", $name, "(System.Object source, System.Object predicate)"),
            ] {
                m.function(declaration, |rs, _, args| one(rs, args, $pick, $or_default));
            })*
        };
    }
    picks! {
        "First", |items| items.first(), false;
        "FirstOrDefault", |items| items.first(), true;
        "Last", |items| items.last(), false;
        "LastOrDefault", |items| items.last(), true;
    }
    m.function("System.Object Single(System.Object source)", |rs, _, args| single(rs, args, false));
    m.function("System.Object Single(System.Object source, System.Object predicate)", |rs, _, args| {
        single(rs, args, false)
    });
    m.function("System.Object SingleOrDefault(System.Object source)", |rs, _, args| single(rs, args, true));
    m.function("System.Object ElementAt(System.Object source, int index)", |rs, _, args| {
        let (items, _) = sequence(rs, args, 0)?;
        items.get(count(args, 1)).cloned().ok_or_else(|| {
            error::argument(
                "System.ArgumentOutOfRangeException",
                "Index was out of range. Must be non-negative and less than the size of the collection.",
                "index",
            )
        })
    });
    m.function("System.Object ElementAtOrDefault(System.Object source, int index)", |rs, _, args| {
        let (items, of) = sequence(rs, args, 0)?;
        Ok(items.get(count(args, 1)).cloned().unwrap_or_else(|| convert::default_of(&of)))
    });
    m.function("System.Object Range(int start, int count)", |rs, _, args| {
        let start = args.first().and_then(Value::as_i128).unwrap_or(0);
        let n = length(rs, args)?;
        let items = (0..n).filter_map(|at| i32::try_from(start.saturating_add(i128::try_from(at).ok()?)).ok());
        Ok(Value::typed_array(super::int32(), items.map(Value::I32).collect()))
    });
    m.function("System.Object Repeat(System.Object element, int count)", |rs, _, args| {
        let n = length(rs, args)?;
        let item = args.first().cloned().unwrap_or_default();
        let of = item.type_of().unwrap_or_else(super::object);
        Ok(Value::typed_array(of, vec![item; n]))
    });
}

pub(super) const TYPES: &[TypeDef] = &[TypeDef::class("System.Linq.Enumerable").members(|m| {
    filter_members(m);
    project_members(m);
    set_members(m);
    scalar_members(m);
})];
