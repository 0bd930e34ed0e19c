//! `LinkedList[T]` and its nodes.

use std::{
    any::Any,
    collections::VecDeque,
    sync::{
        Arc, Weak,
        atomic::{AtomicUsize, Ordering},
    },
};

use parking_lot::Mutex;

use super::{ITEMS, copying, element, equals};
use crate::{
    eval::{Flow, R, Runspace, error},
    types::{self, Members, Type, TypeDef},
    value::{Enumerator, Object, Value},
};

const NODE: &str = "System.Collections.Generic.LinkedListNode`1";

struct LinkedList {
    of: Type,
    nodes: Mutex<VecDeque<Arc<Node>>>,
    changes: AtomicUsize,
}

struct Node {
    of: Type,
    value: Mutex<Value>,
    /// The list it is in.
    list: Mutex<Weak<LinkedList>>,
}

impl Object for LinkedList {
    fn type_of(&self) -> Type {
        self.of.clone()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn items(&self) -> Option<Vec<Value>> {
        Some(self.nodes.lock().iter().map(|node| node.value.lock().clone()).collect())
    }

    fn item_count(&self) -> Option<usize> {
        Some(self.nodes.lock().len())
    }

    fn version(&self) -> Option<usize> {
        Some(self.changes.load(Ordering::Relaxed))
    }
}

impl Object for Node {
    fn type_of(&self) -> Type {
        self.of.clone()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

impl LinkedList {
    /// Changes which nodes there are.
    fn change<T>(&self, change: impl FnOnce(&mut VecDeque<Arc<Node>>) -> T) -> T {
        self.changes.store(self.changes.load(Ordering::Relaxed).wrapping_add(1), Ordering::Relaxed);
        change(&mut self.nodes.lock())
    }

    fn place(&self, node: &Node) -> Option<usize> {
        self.nodes.lock().iter().position(|have| std::ptr::eq(&**have, node))
    }

    fn at(&self, place: usize) -> Value {
        self.nodes.lock().get(place).cloned().map_or(Value::Null, |node| Value::Object(node))
    }
}

/// A list of these items.
pub(in crate::types) fn made(of: &Type, items: Vec<Value>) -> Value {
    let list = Arc::new(LinkedList { of: of.clone(), nodes: Mutex::default(), changes: AtomicUsize::new(0) });
    let kind = of.arguments().first().cloned().unwrap_or_else(types::object);
    for item in items {
        let node = Arc::new(node(&kind, item));
        *node.list.lock() = Arc::downgrade(&list);
        list.nodes.lock().push_back(node);
    }
    Value::Object(list)
}

fn node(kind: &Type, value: Value) -> Node {
    let of = types::generic(NODE, vec![kind.clone()]).unwrap_or_else(types::object);
    Node { of, value: Mutex::new(value), list: Mutex::default() }
}

fn list(this: &Value) -> R<Arc<LinkedList>> {
    this.shared::<LinkedList>().ok_or_else(|| error::thrown("System.ArgumentNullException", "Value cannot be null."))
}

/// Where a new node goes.
#[derive(Clone, Copy)]
enum Spot {
    First,
    Last,
    Before,
    After,
}

fn invalid(message: &str) -> Flow {
    error::thrown("System.InvalidOperationException", message)
}

/// The node an argument is, which has to be in this list.
fn own_node(list: &Arc<LinkedList>, value: Option<&Value>) -> R<usize> {
    let node = value.and_then(|value| value.downcast::<Node>());
    let Some(node) = node else {
        return Err(types::args::null("node"));
    };
    list.place(node).ok_or_else(|| invalid("The LinkedList node does not belong to current LinkedList."))
}

fn add(this: &Value, args: &[Value], spot: Spot) -> R<Value> {
    let list = list(this)?;
    let (place, new) = match spot {
        Spot::First => (0, args.first()),
        Spot::Last => (list.nodes.lock().len(), args.first()),
        Spot::Before => (own_node(&list, args.first())?, args.get(1)),
        Spot::After => (own_node(&list, args.first())?.saturating_add(1), args.get(1)),
    };
    let given = new.and_then(Value::shared::<Node>);
    let is_given = given.is_some();
    let node = given.unwrap_or_else(|| Arc::new(node(&element(this), new.cloned().unwrap_or_default())));
    if node.list.lock().upgrade().is_some() {
        return Err(invalid("The LinkedList node already belongs to a LinkedList."));
    }
    *node.list.lock() = Arc::downgrade(&list);
    list.change(|nodes| nodes.insert(place, node.clone()));
    Ok(if is_given { Value::AutomationNull } else { Value::Object(node) })
}

fn remove_at(list: &LinkedList, place: usize) {
    if let Some(node) = list.change(|nodes| nodes.remove(place)) {
        *node.list.lock() = Weak::new();
    }
}

fn remove_end(this: &Value, is_first: bool) -> R<Value> {
    let list = list(this)?;
    let last = list.nodes.lock().len().checked_sub(1).ok_or_else(|| invalid("The LinkedList is empty."))?;
    remove_at(&list, if is_first { 0 } else { last });
    Ok(Value::AutomationNull)
}

/// Where a value is first, or last.
fn find(rs: &mut Runspace, this: &Value, args: &[Value], is_last: bool) -> R<Option<usize>> {
    let wanted = args.first().cloned().unwrap_or_default();
    let mut found = None;
    for (at, item) in list(this)?.items().unwrap_or_default().iter().enumerate() {
        if equals(rs, item, &wanted)? {
            found = Some(at);
            if !is_last {
                break;
            }
        }
    }
    Ok(found)
}

fn found_node(rs: &mut Runspace, this: &Value, args: &[Value], is_last: bool) -> R<Value> {
    let found = find(rs, this, args, is_last)?;
    Ok(found.map_or(Value::Null, |at| list(this).map_or(Value::Null, |list| list.at(at))))
}

fn members(m: &mut Members) {
    m.get("int Count", |_, this| Ok(Value::int(list(this)?.nodes.lock().len())));
    m.get("bool IsReadOnly", |_, _| Ok(false.into()));
    m.get("System.Object SyncRoot", |_, this| Ok(this.clone()));
    m.get("bool IsSynchronized", |_, _| Ok(false.into()));
    m.get("System.Object First", |_, this| Ok(list(this)?.at(0)));
    m.get("System.Object Last", |_, this| {
        let list = list(this)?;
        let last = list.nodes.lock().len().checked_sub(1);
        Ok(last.map_or(Value::Null, |last| list.at(last)))
    });
    for signature in [
        "System.Collections.Generic.LinkedListNode[T] AddFirst(T value)",
        "void AddFirst(System.Collections.Generic.LinkedListNode[T] node)",
    ] {
        m.method(signature, |_, this, args| add(this, args, Spot::First));
    }
    for signature in [
        "System.Collections.Generic.LinkedListNode[T] AddLast(T value)",
        "void AddLast(System.Collections.Generic.LinkedListNode[T] node)",
    ] {
        m.method(signature, |_, this, args| add(this, args, Spot::Last));
    }
    for signature in [
        "System.Collections.Generic.LinkedListNode[T] AddBefore(System.Collections.Generic.LinkedListNode[T] node, T value)",
        "void AddBefore(System.Collections.Generic.LinkedListNode[T] node, System.Collections.Generic.LinkedListNode[T] newNode)",
    ] {
        m.method(signature, |_, this, args| add(this, args, Spot::Before));
    }
    for signature in [
        "System.Collections.Generic.LinkedListNode[T] AddAfter(System.Collections.Generic.LinkedListNode[T] node, T value)",
        "void AddAfter(System.Collections.Generic.LinkedListNode[T] node, System.Collections.Generic.LinkedListNode[T] newNode)",
    ] {
        m.method(signature, |_, this, args| add(this, args, Spot::After));
    }
    m.method("void Remove(System.Collections.Generic.LinkedListNode[T] node)", |_, this, args| {
        let list = list(this)?;
        let place = own_node(&list, args.first())?;
        remove_at(&list, place);
        Ok(Value::AutomationNull)
    });
    m.method("bool Remove(T value)", |rs, this, args| {
        let found = find(rs, this, args, false)?;
        if let Some(place) = found {
            remove_at(&*list(this)?, place);
        }
        Ok(found.is_some().into())
    });
    m.method("void RemoveFirst()", |_, this, _| remove_end(this, true));
    m.method("void RemoveLast()", |_, this, _| remove_end(this, false));
    m.method("void Clear()", |_, this, _| {
        for node in list(this)?.change(std::mem::take) {
            *node.list.lock() = Weak::new();
        }
        Ok(Value::AutomationNull)
    });
    m.method("bool Contains(T value)", |rs, this, args| Ok(find(rs, this, args, false)?.is_some().into()));
    m.method("System.Collections.Generic.LinkedListNode[T] Find(T value)", |rs, this, args| {
        found_node(rs, this, args, false)
    });
    m.method("System.Collections.Generic.LinkedListNode[T] FindLast(T value)", |rs, this, args| {
        found_node(rs, this, args, true)
    });
    m.method("void CopyTo(T[] array, int index)", |rs, this, args| {
        super::copy_to(rs, this, args, &copying::OF_LINKED_LISTS)
    });
    m.method("System.Collections.IEnumerator GetEnumerator()", |_, this, _| {
        let of = types::known("System.Collections.ArrayList+ArrayListEnumeratorSimple");
        Ok(Value::object(Enumerator::new(of, list(this)?.items().unwrap_or_default()).watching(this)))
    });
}

/// The node so many places away.
fn neighbour(this: &Value, is_next: bool) -> Value {
    let Some(node) = this.downcast::<Node>() else { return Value::Null };
    let Some(list) = node.list.lock().upgrade() else { return Value::Null };
    let place = list.place(node);
    let place = if is_next { place.map(|at| at.saturating_add(1)) } else { place.and_then(|at| at.checked_sub(1)) };
    place.map_or(Value::Null, |place| list.at(place))
}

fn node_members(m: &mut Members) {
    m.constructor("System.Collections.Generic.LinkedListNode[T](T value)", |_, of, args| {
        let kind = match of {
            Value::Type(of) => of.arguments().first().cloned(),
            _ => None,
        };
        Ok(Value::object(node(&kind.unwrap_or_else(types::object), args.first().cloned().unwrap_or_default())))
    });
    m.get("System.Object List", |_, this| {
        let list = this.downcast::<Node>().and_then(|node| node.list.lock().upgrade());
        Ok(list.map_or(Value::Null, |list| Value::Object(list)))
    });
    m.get("System.Object Next", |_, this| Ok(neighbour(this, true)));
    m.get("System.Object Previous", |_, this| Ok(neighbour(this, false)));
    m.get("T ValueRef", |_, this| Ok(this.downcast::<Node>().map_or(Value::Null, |node| node.value.lock().clone())));
    m.get_set(
        "T Value",
        |_, this| Ok(this.downcast::<Node>().map_or(Value::Null, |node| node.value.lock().clone())),
        |rs, this, value| {
            let kind = this.type_of().and_then(|of| of.arguments().first().cloned()).unwrap_or_else(types::object);
            let value = crate::convert::convert(rs, &value, &kind)?;
            if let Some(node) = this.downcast::<Node>() {
                *node.value.lock() = value;
            }
            Ok(())
        },
    );
}

pub(in crate::types) const TYPES: &[TypeDef] = &[
    TypeDef::class("System.Collections.Generic.LinkedList`1").implements(ITEMS).members(members),
    TypeDef::class(NODE).members(node_members),
];
