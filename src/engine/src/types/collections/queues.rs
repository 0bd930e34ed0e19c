//! Queues and stacks.

use std::{any::Any, collections::VecDeque};

use parking_lot::Mutex;

use super::{ITEMS, common, copying, element, with};
use crate::types::args::set_out;
use crate::{
    convert,
    eval::{Flow, R, Runspace, error},
    ops::compare,
    types::{self, Members, Type, TypeDef},
    value::{List, Object, Value, enumerate},
};

pub(in crate::types) const TYPES: &[TypeDef] = &[
    TypeDef::class("System.Collections.Queue").implements(ITEMS).members(old_queue),
    TypeDef::class("System.Collections.Generic.Queue`1").implements(ITEMS).members(generic_queue),
    TypeDef::class("System.Collections.Stack").implements(ITEMS).members(stack),
    TypeDef::class("System.Collections.Generic.Stack`1").implements(ITEMS).members(generic_stack),
    TypeDef::class("System.Collections.Generic.PriorityQueue`2").members(|m| {
        m.constructor("PriorityQueue()", |_, of, _| Ok(PriorityQueue::value(of)));
        m.constructor("PriorityQueue(int initialCapacity)", |_, of, _| Ok(PriorityQueue::value(of)));
        priority_queue(m);
    }),
];

fn empty(what: &str) -> Flow {
    error::thrown("System.InvalidOperationException", format!("{what} empty."))
}

/// The item that comes next, which stays or is taken.
fn next(this: &Value, take: bool) -> Option<Value> {
    if take { with(this, VecDeque::pop_front) } else { this.downcast::<List>().and_then(|list| list.get(0)) }
}

/// Puts what was found into a `[ref]`; says whether there was something.
fn tried(args: &[Value], at: usize, found: Option<Value>, of: &Type) -> Value {
    let is_found = found.is_some();
    set_out(args, at, found.unwrap_or_else(|| convert::default_of(of)));
    is_found.into()
}

fn line(m: &mut Members) {
    common(m);
    m.get("bool IsSynchronized", |_, _| Ok(false.into()));
    m.get("System.Object SyncRoot", |_, this| Ok(this.clone()));
    m.method("void TrimExcess()", |_, _, _| Ok(Value::AutomationNull));
    m.method("System.Object Clone()", |_, this, _| {
        let of = this.type_of().unwrap_or_else(types::object);
        Ok(List::value(of, enumerate(this).unwrap_or_default()))
    });
    m.method("bool TryPeek([ref] T result)", |_, this, args| Ok(tried(args, 0, next(this, false), &element(this))));
    m.method("void CopyTo(array array, int index)", |rs, this, args| {
        let of = this.type_of();
        let words = match of.as_ref().map(|of| (of.arguments().is_empty(), of.is_kind("Queue"))) {
            Some((false, true)) => &copying::OF_QUEUES,
            Some((false, false)) => &copying::OF_STACKS,
            _ => &copying::OF_OLD_LINES,
        };
        super::copy_to(rs, this, args, words)
    });
}

/// The room that a generic queue or stack has.
fn room(m: &mut Members) {
    fn have(this: &Value) -> usize {
        this.downcast::<List>().map_or(0, List::capacity)
    }
    m.get("int Capacity", |_, this| Ok(Value::int(have(this))));
    m.method("void TrimExcess(int capacity)", |_, _, _| Ok(Value::AutomationNull));
    m.method("int EnsureCapacity(int capacity)", |_, this, args| {
        let wanted = types::args::n(args, 0);
        if wanted < 0 {
            return Err(types::args::negative("capacity", wanted));
        }
        let (have, wanted) = (have(this), types::args::u(args, 0));
        if let Some(list) = this.downcast::<List>().filter(|_| wanted > have) {
            list.set_capacity(wanted.max(have.saturating_mul(2)).max(4));
        }
        Ok(Value::int(this.downcast::<List>().map_or(0, List::capacity)))
    });
}

fn generic_queue(m: &mut Members) {
    queue(m);
    room(m);
}

fn generic_stack(m: &mut Members) {
    stack(m);
    room(m);
}

fn old_queue(m: &mut Members) {
    queue(m);
    m.method("void TrimToSize()", |_, _, _| Ok(Value::AutomationNull));
}

fn queue(m: &mut Members) {
    line(m);
    m.method("void Enqueue(T item)", |_, this, args| {
        with(this, |items| items.push_back(args.first().cloned().unwrap_or_default()));
        Ok(Value::AutomationNull)
    });
    m.method("T Dequeue()", |_, this, _| next(this, true).ok_or_else(|| empty("Queue")));
    m.method("T Peek()", |_, this, _| next(this, false).ok_or_else(|| empty("Queue")));
    m.method("bool TryDequeue([ref] T result)", |_, this, args| Ok(tried(args, 0, next(this, true), &element(this))));
}

fn stack(m: &mut Members) {
    line(m);
    m.method("void Push(T item)", |_, this, args| {
        with(this, |items| items.push_front(args.first().cloned().unwrap_or_default()));
        Ok(Value::AutomationNull)
    });
    m.method("T Pop()", |_, this, _| next(this, true).ok_or_else(|| empty("Stack")));
    m.method("T Peek()", |_, this, _| next(this, false).ok_or_else(|| empty("Stack")));
    m.method("bool TryPop([ref] T result)", |_, this, args| Ok(tried(args, 0, next(this, true), &element(this))));
}

/// `PriorityQueue[T,P]`: a heap with four children a node, as .NET's; which of two equal ones comes first is visible.
struct PriorityQueue {
    of: Type,
    /// Items and their priorities.
    heap: Mutex<Vec<(Value, Value)>>,
}

impl Object for PriorityQueue {
    fn type_of(&self) -> Type {
        self.of.clone()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

const CHILDREN: usize = 4;

impl PriorityQueue {
    fn value(of: &Value) -> Value {
        let of = if let Value::Type(of) = of { of.clone() } else { types::object() };
        Value::object(Self { of, heap: Mutex::new(Vec::new()) })
    }

    fn push(&self, rs: &mut Runspace, item: Value, priority: Value) -> R<()> {
        let mut heap = std::mem::take(&mut *self.heap.lock());
        let mut at = heap.len();
        heap.push((item, priority));
        let moved = loop {
            let Some(parent) = at.checked_sub(1).map(|at| at / CHILDREN) else { break Ok(()) };
            match is_before(rs, &heap, at, parent) {
                Ok(true) => heap.swap(at, parent),
                Ok(false) => break Ok(()),
                Err(flow) => break Err(flow),
            }
            at = parent;
        };
        *self.heap.lock() = heap;
        moved
    }

    fn pop(&self, rs: &mut Runspace) -> R<Option<(Value, Value)>> {
        let mut heap = std::mem::take(&mut *self.heap.lock());
        if heap.is_empty() {
            return Ok(None);
        }
        let first = heap.swap_remove(0);
        let mut at = 0_usize;
        let moved = loop {
            let from = at.saturating_mul(CHILDREN).saturating_add(1);
            let children = from..from.saturating_add(CHILDREN).min(heap.len());
            let least = children.map(Ok).reduce(|least, child| {
                let (least, child) = (least?, child?);
                Ok(if is_before(rs, &heap, child, least)? { child } else { least })
            });
            let least = least.map(|child| child.and_then(|child| Ok((child, is_before(rs, &heap, child, at)?))));
            match least.transpose() {
                Ok(Some((child, true))) => {
                    heap.swap(child, at);
                    at = child;
                }
                Ok(_) => break Ok(()),
                Err(flow) => break Err(flow),
            }
        };
        *self.heap.lock() = heap;
        moved.map(|()| Some(first))
    }
}

fn is_before(rs: &mut Runspace, heap: &[(Value, Value)], a: usize, b: usize) -> R<bool> {
    match (heap.get(a), heap.get(b)) {
        (Some((_, a)), Some((_, b))) => Ok(compare::sort_order(rs, a, b, false)? == std::cmp::Ordering::Less),
        _ => Ok(false),
    }
}

fn priority_queue(m: &mut Members) {
    fn of(this: &Value) -> R<&PriorityQueue> {
        this.downcast::<PriorityQueue>().ok_or_else(|| empty("Queue"))
    }
    fn types_of(this: &Value) -> [Type; 2] {
        let of = this.type_of();
        [0, 1].map(|at| of.as_ref().and_then(|of| of.arguments().get(at).cloned()).unwrap_or_else(types::object))
    }
    m.get("int Count", |_, this| Ok(Value::int(of(this)?.heap.lock().len())));
    m.method("void Enqueue(TKey element, TValue priority)", |rs, this, args| match args {
        [item, priority] => of(this)?.push(rs, item.clone(), priority.clone()).map(|()| Value::AutomationNull),
        _ => Ok(Value::Null),
    });
    m.method("TKey EnqueueDequeue(TKey element, TValue priority)", |rs, this, args| {
        let [item, priority] = args else { return Ok(Value::Null) };
        let queue = of(this)?;
        queue.push(rs, item.clone(), priority.clone())?;
        Ok(queue.pop(rs)?.map(|(item, _)| item).unwrap_or_default())
    });
    m.method("TKey DequeueEnqueue(TKey element, TValue priority)", |rs, this, args| {
        let [item, priority] = args else { return Ok(Value::Null) };
        let queue = of(this)?;
        let first = queue.pop(rs)?.map(|(item, _)| item).ok_or_else(|| empty("Queue"))?;
        queue.push(rs, item.clone(), priority.clone())?;
        Ok(first)
    });
    m.method(
        "void EnqueueRange(System.Collections.Generic.IEnumerable[TKey] elements, TValue priority)",
        |rs, this, args| {
            let [items, priority] = args else { return Ok(Value::Null) };
            for item in enumerate(items).unwrap_or_default() {
                rs.check_stop()?;
                of(this)?.push(rs, item, priority.clone())?;
            }
            Ok(Value::AutomationNull)
        },
    );
    m.method("void TrimExcess()", |_, _, _| Ok(Value::AutomationNull));
    m.method("TKey Dequeue()", |rs, this, _| of(this)?.pop(rs)?.map(|(item, _)| item).ok_or_else(|| empty("Queue")));
    m.method("TKey Peek()", |_, this, _| {
        of(this)?.heap.lock().first().map(|(item, _)| item.clone()).ok_or_else(|| empty("Queue"))
    });
    m.method("bool TryDequeue([ref] TKey element, [ref] TValue priority)", |rs, this, args| {
        let (item, priority) = of(this)?.pop(rs)?.unzip();
        let [of_item, of_priority] = types_of(this);
        tried(args, 1, priority, &of_priority);
        Ok(tried(args, 0, item, &of_item))
    });
    m.method("bool TryPeek([ref] TKey element, [ref] TValue priority)", |_, this, args| {
        let (item, priority) = of(this)?.heap.lock().first().cloned().unzip();
        let [of_item, of_priority] = types_of(this);
        tried(args, 1, priority, &of_priority);
        Ok(tried(args, 0, item, &of_item))
    });
    m.method("void Clear()", |_, this, _| {
        of(this)?.heap.lock().clear();
        Ok(Value::AutomationNull)
    });
    m.get("System.Object UnorderedItems", |_, this| {
        let pairs = of(this)?.heap.lock().clone();
        pairs
            .into_iter()
            .map(|(item, priority)| types::create("System.ValueTuple", &[item, priority]))
            .collect::<R<Vec<_>>>()
            .map(Value::array)
    });
}
