//! What threads wait for each other with: mutexes, semaphores, events, monitors, interlocked numbers, cancellation.

use std::{
    any::Any,
    collections::HashMap,
    sync::{Arc, LazyLock, Weak},
    thread::ThreadId,
    time::Duration,
};

use parking_lot::Mutex;
use psrpd_dotnet::cast;

use super::{
    Members, Type, TypeDef,
    args::{check_not_negative, flag, items, label, n, no_object, out_of_range, s, set_out, value},
    known,
};
use crate::{
    eval::{Flow, R, Runspace, error},
    value::{Object, Reference, Value},
};

/// What a handle is now.
enum State {
    /// Which thread has it, and how often.
    Mutex(Option<(ThreadId, u32)>),
    Semaphore {
        count: i64,
        most: i64,
    },
    Event {
        is_set: bool,
        /// Whether the first that gets it resets it.
        auto: bool,
    },
    Countdown {
        initial: i64,
        left: i64,
    },
    /// Set when what runs has ended.
    Over(Box<dyn Fn() -> bool + Send>),
}

/// Something to wait for.
struct Handle {
    of: &'static str,
    /// All that wait for one name share it.
    state: Arc<Mutex<State>>,
}

impl Object for Handle {
    fn type_of(&self) -> Type {
        known(self.of)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

fn current() -> ThreadId {
    std::thread::current().id()
}

/// Takes what is waited for, if it is free now.
fn take(state: &mut State) -> bool {
    match state {
        State::Mutex(owner) => match owner {
            Some((thread, depth)) if *thread == current() => {
                *depth = depth.saturating_add(1);
                true
            }
            Some(_) => false,
            None => {
                *owner = Some((current(), 1));
                true
            }
        },
        State::Semaphore { count, .. } => {
            let is_free = *count > 0;
            *count = count.saturating_sub(i64::from(is_free));
            is_free
        }
        State::Event { is_set, auto } => {
            let was = *is_set;
            *is_set = was && !*auto;
            was
        }
        State::Countdown { left, .. } => *left <= 0,
        State::Over(is_over) => is_over(),
    }
}

/// Whether it could be taken, without taking it.
fn is_free(state: &State) -> bool {
    match state {
        State::Mutex(owner) => owner.is_none_or(|(thread, _)| thread == current()),
        State::Semaphore { count, .. } => *count > 0,
        State::Event { is_set, .. } => *is_set,
        State::Countdown { left, .. } => *left <= 0,
        State::Over(is_over) => is_over(),
    }
}

/// What waits for the end of something that runs beside.
pub(super) fn end_of(is_over: impl Fn() -> bool + Send + 'static) -> Value {
    new("System.Threading.ManualResetEvent", State::Over(Box::new(is_over)))
}

fn handle(this: &Value) -> R<&Handle> {
    this.downcast::<Handle>().ok_or_else(no_object)
}

fn new(of: &'static str, state: State) -> Value {
    Value::object(Handle { of, state: Arc::new(Mutex::new(state)) })
}

/// The mutexes and events of this process that have a name.
static NAMED: LazyLock<Mutex<HashMap<String, Weak<Mutex<State>>>>> = LazyLock::new(Mutex::default);

/// The handle of a name, and whether it is new.
fn named(of: &'static str, name: &str, state: State) -> (Value, bool) {
    if name.is_empty() {
        return (new(of, state), true);
    }
    let mut all = NAMED.lock();
    all.retain(|_, known| known.strong_count() > 0);
    let known = all.get(name).and_then(Weak::upgrade);
    let is_new = known.is_none();
    let state = known.unwrap_or_else(|| Arc::new(Mutex::new(state)));
    all.insert(name.to_owned(), Arc::downgrade(&state));
    (Value::object(Handle { of, state }), is_new)
}

/// How long an argument says to wait; none is without end.
pub(super) fn patience(args: &[Value], at: usize) -> R<Option<Duration>> {
    let milliseconds = match args.get(at).map(Value::base) {
        None => return Ok(None),
        Some(Value::TimeSpan(span)) => span.0 / 10_000,
        Some(other) if other.as_i128().is_some() => n(args, at),
        _ => return Ok(None),
    };
    match milliseconds {
        -1 => Ok(None),
        _ => u64::try_from(milliseconds).map(|time| Some(Duration::from_millis(time))).map_err(|_| {
            let message = "Number must be either non-negative and less than or equal to Int32.MaxValue or -1.";
            out_of_range(
                message,
                if matches!(args.get(at), Some(Value::TimeSpan(_))) { "timeout" } else { "millisecondsTimeout" },
            )
        }),
    }
}

fn wait(rs: &mut Runspace, this: &Value, args: &[Value]) -> R<Value> {
    let most = patience(args, 0)?;
    // The handle of a job that has ended is set.
    let Some(handle) = this.downcast::<Handle>() else { return Ok(true.into()) };
    let state = handle.state.clone();
    rs.wait_until(most, |_| take(&mut state.lock())).map(Value::Bool)
}

/// Waits for one of several, or for all of them.
fn wait_for(rs: &mut Runspace, args: &[Value], all: bool) -> R<Value> {
    const TIMED_OUT: i32 = 258;
    let most = patience(args, 1)?;
    let states: Vec<Arc<Mutex<State>>> =
        items(args, 0).iter().map(|item| Ok(handle(item)?.state.clone())).collect::<R<_>>()?;
    let mut which = None;
    rs.wait_until(most, |_| {
        if all {
            let free = states.iter().all(|state| is_free(&state.lock()));
            if free {
                for state in &states {
                    take(&mut state.lock());
                }
                which = Some(0);
            }
        } else {
            which = states.iter().position(|state| take(&mut state.lock()));
        }
        which.is_some()
    })?;
    Ok(match (all, which) {
        (true, which) => which.is_some().into(),
        (false, Some(at)) => Value::int(at),
        (false, None) => Value::I32(TIMED_OUT),
    })
}

fn closing(m: &mut Members) {
    for declaration in ["void Close()", "void Dispose()"] {
        m.method(declaration, |_, _, _| Ok(Value::AutomationNull));
    }
}

fn wait_handle(m: &mut Members) {
    for declaration in [
        "bool WaitOne()",
        "bool WaitOne(int millisecondsTimeout)",
        "bool WaitOne(timespan timeout)",
        "bool WaitOne(int millisecondsTimeout, bool exitContext)",
        "bool WaitOne(timespan timeout, bool exitContext)",
    ] {
        m.method(declaration, wait);
    }
    m.constant("int WaitTimeout", |_, _| Ok(Value::I32(258)));
    for declaration in [
        "int WaitAny(System.Threading.WaitHandle[] waitHandles)",
        "int WaitAny(System.Threading.WaitHandle[] waitHandles, int millisecondsTimeout)",
        "int WaitAny(System.Threading.WaitHandle[] waitHandles, timespan timeout)",
    ] {
        m.function(declaration, |rs, _, args| wait_for(rs, args, false));
    }
    for declaration in [
        "bool WaitAll(System.Threading.WaitHandle[] waitHandles)",
        "bool WaitAll(System.Threading.WaitHandle[] waitHandles, int millisecondsTimeout)",
        "bool WaitAll(System.Threading.WaitHandle[] waitHandles, timespan timeout)",
    ] {
        m.function(declaration, |rs, _, args| wait_for(rs, args, true));
    }
    closing(m);
}

fn change<T>(this: &Value, change: impl FnOnce(&mut State) -> T) -> R<T> {
    Ok(change(&mut handle(this)?.state.lock()))
}

/// Sets or resets an event, and wakes who waits for it.
fn set(rs: &mut Runspace, this: &Value, to: bool) -> R<()> {
    change(this, |state| {
        if let State::Event { is_set, .. } = state {
            *is_set = to;
        }
    })?;
    rs.beside.shared.notify();
    Ok(())
}

fn events(m: &mut Members) {
    m.method("bool Set()", |rs, this, _| set(rs, this, true).map(|()| true.into()));
    m.method("bool Reset()", |rs, this, _| set(rs, this, false).map(|()| true.into()));
}

const EVENT: &str = "System.Threading.EventWaitHandle";

fn event_handle(m: &mut Members) {
    for declaration in [
        "System.Threading.EventWaitHandle(bool initialState, System.Threading.EventResetMode mode)",
        "System.Threading.EventWaitHandle(bool initialState, System.Threading.EventResetMode mode, string name)",
        "System.Threading.EventWaitHandle(bool initialState, System.Threading.EventResetMode mode, string name, [ref] bool createdNew)",
    ] {
        m.constructor(declaration, |_, _, args| {
            let state = State::Event { is_set: flag(args, 0), auto: label(args, 1) == 0 };
            let (made, is_new) = named(EVENT, &s(args, 2), state);
            set_out(args, 3, is_new.into());
            Ok(made)
        });
    }
    events(m);
}

fn slim_event(m: &mut Members) {
    const OF: &str = "System.Threading.ManualResetEventSlim";
    for declaration in [
        "System.Threading.ManualResetEventSlim()",
        "System.Threading.ManualResetEventSlim(bool initialState)",
        "System.Threading.ManualResetEventSlim(bool initialState, int spinCount)",
    ] {
        m.constructor(declaration, |_, _, args| Ok(new(OF, State::Event { is_set: flag(args, 0), auto: false })));
    }
    m.get("bool IsSet", |_, this| change(this, |state| is_free(state).into()));
    m.method("void Set()", |rs, this, _| set(rs, this, true).map(|()| Value::AutomationNull));
    m.method("void Reset()", |rs, this, _| set(rs, this, false).map(|()| Value::AutomationNull));
    waits(m);
    m.method("void Dispose()", |_, _, _| Ok(Value::AutomationNull));
}

/// `Wait` in its forms: the one without a limit gives nothing.
fn waits(m: &mut Members) {
    m.method("void Wait()", |rs, this, args| wait(rs, this, args).map(|_| Value::AutomationNull));
    for declaration in ["bool Wait(int millisecondsTimeout)", "bool Wait(timespan timeout)"] {
        m.method(declaration, wait);
    }
}

fn mutex_members(m: &mut Members) {
    const OF: &str = "System.Threading.Mutex";
    for declaration in [
        "System.Threading.Mutex()",
        "System.Threading.Mutex(bool initiallyOwned)",
        "System.Threading.Mutex(bool initiallyOwned, string name)",
        "System.Threading.Mutex(bool initiallyOwned, string name, [ref] bool createdNew)",
    ] {
        m.constructor(declaration, |_, _, args| {
            let owner = flag(args, 0).then(|| (current(), 1));
            let (made, is_new) = named(OF, &s(args, 1), State::Mutex(owner));
            set_out(args, 2, is_new.into());
            Ok(made)
        });
    }
    m.method("void ReleaseMutex()", |rs, this, _| {
        let released = change(this, |state| match state {
            State::Mutex(owner) => match owner {
                Some((thread, depth)) if *thread == current() => {
                    *depth = depth.saturating_sub(1);
                    if *depth == 0 {
                        *owner = None;
                    }
                    true
                }
                _ => false,
            },
            _ => false,
        })?;
        if !released {
            let message = "Object synchronization method was called from an unsynchronized block of code.";
            return Err(error::thrown("System.ApplicationException", message));
        }
        rs.beside.shared.notify();
        Ok(Value::AutomationNull)
    });
    m.function("System.Threading.Mutex OpenExisting(string name)", |_, _, args| {
        existing(OF, args).ok_or_else(|| {
            error::thrown("System.Threading.WaitHandleCannotBeOpenedException", "No handle of the given name exists.")
        })
    });
    m.function("bool TryOpenExisting(string name, [ref] System.Threading.Mutex result)", |_, _, args| {
        super::args::tried(args, existing(OF, args), Value::Null)
    });
}

fn existing(of: &'static str, args: &[Value]) -> Option<Value> {
    let state = NAMED.lock().get(s(args, 0).as_str()).and_then(Weak::upgrade)?;
    Some(Value::object(Handle { of, state }))
}

/// Gives units of a semaphore back: how many there were before.
fn release(rs: &mut Runspace, this: &Value, args: &[Value]) -> R<Value> {
    let more = if args.is_empty() { 1 } else { n(args, 0) };
    if more < 1 {
        return Err(out_of_range("Non-negative number required.", "releaseCount"));
    }
    let before = change(this, |state| match state {
        State::Semaphore { count, most } if count.saturating_add(more) <= *most => {
            let before = *count;
            *count = count.saturating_add(more);
            Some(before)
        }
        _ => None,
    })?;
    rs.beside.shared.notify();
    match before {
        Some(before) => Ok(Value::I32(i32::try_from(before).unwrap_or(i32::MAX))),
        None => {
            let message = "Adding the specified count to the semaphore would cause it to exceed its maximum count.";
            Err(error::thrown("System.Threading.SemaphoreFullException", message))
        }
    }
}

fn semaphore(of: &'static str, args: &[Value]) -> R<State> {
    let most = if matches!(args.get(1), Some(Value::I32(_))) { n(args, 1) } else { i32::MAX.into() };
    let count = n(args, 0);
    if count < 0 || count > most {
        let slim = "The initialCount argument must be non-negative and less than or equal to the maximumCount.";
        return Err(match of.ends_with("Slim") {
            true => super::args::out_of_range_value(slim, "initialCount", &value(args, 0)),
            false => error::argument(
                "System.ArgumentException",
                "The initial count for the semaphore must be greater than or equal to zero and less than the maximum count.",
                "initialCount",
            ),
        });
    }
    Ok(State::Semaphore { count, most })
}

fn semaphores(m: &mut Members) {
    for declaration in ["int Release()", "int Release(int releaseCount)"] {
        m.method(declaration, release);
    }
}

fn slim_semaphore(m: &mut Members) {
    const OF: &str = "System.Threading.SemaphoreSlim";
    for declaration in [
        "System.Threading.SemaphoreSlim(int initialCount)",
        "System.Threading.SemaphoreSlim(int initialCount, int maxCount)",
    ] {
        m.constructor(declaration, |_, _, args| Ok(new(OF, semaphore(OF, args)?)));
    }
    m.get("int CurrentCount", |_, this| {
        change(this, |state| match state {
            State::Semaphore { count, .. } => Value::I32(i32::try_from(*count).unwrap_or(i32::MAX)),
            _ => Value::I32(0),
        })
    });
    semaphores(m);
    waits(m);
    m.method("void Dispose()", |_, _, _| Ok(Value::AutomationNull));
}

fn countdown(m: &mut Members) {
    const OF: &str = "System.Threading.CountdownEvent";
    fn number(this: &Value, read: fn(i64, i64) -> i64) -> R<Value> {
        change(this, |state| match state {
            State::Countdown { initial, left } => Value::I32(i32::try_from(read(*initial, *left)).unwrap_or(0)),
            _ => Value::I32(0),
        })
    }
    m.constructor("System.Threading.CountdownEvent(int initialCount)", |_, _, args| {
        check_not_negative(args, &[(0, "initialCount")])?;
        let initial = n(args, 0);
        Ok(new(OF, State::Countdown { initial, left: initial }))
    });
    m.get("int CurrentCount", |_, this| number(this, |_, left| left));
    m.get("int InitialCount", |_, this| number(this, |initial, _| initial));
    m.get("bool IsSet", |_, this| change(this, |state| is_free(state).into()));
    for declaration in ["bool Signal()", "bool Signal(int signalCount)"] {
        m.method(declaration, |rs, this, args| {
            let by = if args.is_empty() { 1 } else { n(args, 0) };
            let left = change(this, |state| match state {
                State::Countdown { left, .. } if *left >= by => {
                    *left = left.saturating_sub(by);
                    Some(*left)
                }
                _ => None,
            })?;
            rs.beside.shared.notify();
            match left {
                Some(left) => Ok((left == 0).into()),
                None => Err(error::thrown(
                    "System.InvalidOperationException",
                    "Invalid attempt made to decrement the event's count below zero.",
                )),
            }
        });
    }
    for declaration in ["void AddCount()", "void AddCount(int signalCount)"] {
        m.method(declaration, |_, this, args| {
            let by = if args.is_empty() { 1 } else { n(args, 0) };
            let added = change(this, |state| match state {
                State::Countdown { left, .. } if *left > 0 => {
                    *left = left.saturating_add(by);
                    true
                }
                _ => false,
            })?;
            match added {
                true => Ok(Value::AutomationNull),
                false => Err(error::thrown(
                    "System.InvalidOperationException",
                    "The event is already signaled and cannot be incremented.",
                )),
            }
        });
    }
    for declaration in ["void Reset()", "void Reset(int count)"] {
        m.method(declaration, |_, this, args| {
            change(this, |state| {
                if let State::Countdown { initial, left } = state {
                    *initial = if args.is_empty() { *initial } else { n(args, 0) };
                    *left = *initial;
                }
                Value::AutomationNull
            })
        });
    }
    waits(m);
    m.method("void Dispose()", |_, _, _| Ok(Value::AutomationNull));
}

/// Who has entered which object, and how often.
static ENTERED: LazyLock<Mutex<HashMap<usize, (ThreadId, u32)>>> = LazyLock::new(Mutex::default);

/// What tells the object from others that a monitor is about.
fn key(args: &[Value]) -> R<usize> {
    let object = value(args, 0);
    match (&object, object.identity()) {
        (Value::Null | Value::AutomationNull, _) => Err(super::args::null("obj")),
        (_, Some(identity)) => Ok(identity),
        (Value::Wrapped(wrapped), None) => Ok(Arc::as_ptr(wrapped).addr()),
        _ => {
            // Texts and numbers are told apart by what they are.
            let mut hasher = std::hash::DefaultHasher::new();
            std::hash::Hash::hash(&crate::value::text(&object), &mut hasher);
            Ok(usize::try_from(std::hash::Hasher::finish(&hasher)).unwrap_or(0))
        }
    }
}

fn enter(rs: &mut Runspace, args: &[Value], most: Option<Duration>) -> R<bool> {
    let key = key(args)?;
    rs.wait_until(most, |_| {
        let mut all = ENTERED.lock();
        let slot = all.entry(key).or_insert((current(), 0));
        let is_ours = slot.0 == current();
        if is_ours {
            slot.1 = slot.1.saturating_add(1);
        }
        is_ours
    })
}

fn monitor(m: &mut Members) {
    m.function("void Enter(System.Object obj)", |rs, _, args| enter(rs, args, None).map(|_| Value::AutomationNull));
    m.function("void Enter(System.Object obj, [ref] bool lockTaken)", |rs, _, args| {
        let taken = enter(rs, args, None)?;
        set_out(args, 1, taken.into());
        Ok(Value::AutomationNull)
    });
    m.function("bool TryEnter(System.Object obj)", |rs, _, args| {
        enter(rs, args, Some(Duration::ZERO)).map(Value::Bool)
    });
    for declaration in [
        "bool TryEnter(System.Object obj, int millisecondsTimeout)",
        "bool TryEnter(System.Object obj, timespan timeout)",
    ] {
        m.function(declaration, |rs, _, args| {
            let most = patience(args, 1)?;
            enter(rs, args, most).map(Value::Bool)
        });
    }
    m.function("void TryEnter(System.Object obj, [ref] bool lockTaken)", |rs, _, args| {
        let taken = enter(rs, args, Some(Duration::ZERO))?;
        set_out(args, 1, taken.into());
        Ok(Value::AutomationNull)
    });
    for declaration in [
        "void TryEnter(System.Object obj, int millisecondsTimeout, [ref] bool lockTaken)",
        "void TryEnter(System.Object obj, timespan timeout, [ref] bool lockTaken)",
    ] {
        m.function(declaration, |rs, _, args| {
            let most = patience(args, 1)?;
            let taken = enter(rs, args, most)?;
            set_out(args, 2, taken.into());
            Ok(Value::AutomationNull)
        });
    }
    m.function("void Exit(System.Object obj)", |rs, _, args| {
        let key = key(args)?;
        {
            let mut all = ENTERED.lock();
            let Some(slot) = all.get_mut(&key).filter(|slot| slot.0 == current()) else {
                let message = "Object synchronization method was called from an unsynchronized block of code.";
                return Err(error::thrown("System.Threading.SynchronizationLockException", message));
            };
            slot.1 = slot.1.saturating_sub(1);
            if slot.1 == 0 {
                all.remove(&key);
            }
        }
        rs.beside.shared.notify();
        Ok(Value::AutomationNull)
    });
    m.function("bool IsEntered(System.Object obj)", |_, _, args| {
        let key = key(args)?;
        Ok(ENTERED.lock().get(&key).is_some_and(|slot| slot.0 == current()).into())
    });
}

/// Nobody else changes a number while it is changed here.
static INTERLOCK: Mutex<()> = Mutex::new(());

/// Changes the number behind a reference; gives what `result` makes of the old and the new one.
fn interlocked(args: &[Value], change: impl FnOnce(&Value) -> R<Value>, result: fn(Value, Value) -> Value) -> R<Value> {
    let Some(reference) = args.first().and_then(|arg| arg.downcast::<Reference>()) else { return Err(no_object()) };
    let _guard = INTERLOCK.lock();
    let before = reference.get().into_base();
    let after = change(&before)?;
    reference.set(after.clone());
    Ok(result(before, after))
}

fn wrong_number(before: &Value) -> Flow {
    let shown = before.type_name();
    error::method(
        "MethodCountCouldNotFindBest",
        format!("Cannot find an overload for a reference to a value of type \"{shown}\"."),
    )
}

/// Computes in the type of the number that is there.
fn computed(before: &Value, other: i64, compute: fn(i64, i64) -> i64) -> R<Value> {
    Ok(match before {
        Value::I32(n) => Value::I32(cast::low32(compute((*n).into(), other))),
        Value::I64(n) => Value::I64(compute(*n, other)),
        Value::U32(n) => Value::U32(cast::low32(compute((*n).into(), other)).cast_unsigned()),
        Value::U64(n) => Value::U64(compute(n.cast_signed(), other).cast_unsigned()),
        other => return Err(wrong_number(other)),
    })
}

fn is_number(value: &Value) -> bool {
    crate::ops::arithmetic::number(value).is_some()
}

/// A value in the type of the one that is there.
fn fitted(rs: &mut Runspace, before: &Value, new: &Value) -> R<Value> {
    match before.type_of().filter(|_| is_number(before)) {
        Some(of) => crate::convert::convert(rs, new, &of),
        None => Ok(new.clone()),
    }
}

fn interlocked_members(m: &mut Members) {
    macro_rules! rows {
        ($($declaration:literal $other:expr, $compute:expr, $result:expr;)*) => {
            $(m.function($declaration, |_, _, args| {
                let other: fn(&[Value]) -> i64 = $other;
                interlocked(args, |before| computed(before, other(args), $compute), $result)
            });)*
        };
    }
    rows! {
        "int Increment([ref] int location)" |_| 1, i64::wrapping_add, |_, after| after;
        "int Decrement([ref] int location)" |_| -1, i64::wrapping_add, |_, after| after;
        "int Add([ref] int location1, long value)" |args| n(args, 1), i64::wrapping_add, |_, after| after;
        "int And([ref] int location1, long value)" |args| n(args, 1), |a, b| a & b, |before, _| before;
        "int Or([ref] int location1, long value)" |args| n(args, 1), |a, b| a | b, |before, _| before;
        "long Read([ref] long location)" |_| 0, i64::wrapping_add, |before, _| before;
    }
    m.function("System.Object Exchange([ref] System.Object location1, System.Object value)", |rs, _, args| {
        let new = value(args, 1);
        interlocked(args, |before| fitted(rs, before, &new), |before, _| before)
    });
    m.function(
        "System.Object CompareExchange([ref] System.Object location1, System.Object value, System.Object comparand)",
        |rs, _, args| {
            let (new, wanted) = (value(args, 1), value(args, 2));
            interlocked(
                args,
                |before| {
                    let is_same = match is_number(before) {
                        true => crate::ops::compare::equal(rs, before, &wanted, false)?,
                        false => before.same(&wanted) || before.is_null() && wanted.is_null(),
                    };
                    if is_same { fitted(rs, before, &new) } else { Ok(before.clone()) }
                },
                |before, _| before,
            )
        },
    );
    m.function("void MemoryBarrier()", |_, _, _| Ok(Value::AutomationNull));
}

/// Whether something was cancelled, and when it will be.
#[derive(Default)]
struct Cancelling(Mutex<(bool, Option<i64>)>);

impl Cancelling {
    fn is_requested(&self, rs: &Runspace) -> bool {
        let mut state = self.0.lock();
        if state.1.is_some_and(|at| rs.platform.now() >= at) {
            *state = (true, None);
        }
        state.0
    }
}

/// A `CancellationTokenSource`, or the token of one; the empty token has none.
struct Cancellation {
    of: &'static str,
    state: Option<Arc<Cancelling>>,
}

impl Object for Cancellation {
    fn type_of(&self) -> Type {
        known(self.of)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn equals(&self, other: &Value) -> bool {
        let state = |one: &Self| one.state.as_ref().map(|state| Arc::as_ptr(state).addr());
        other.downcast::<Self>().is_some_and(|other| state(self) == state(other))
    }
}

const SOURCE: &str = "System.Threading.CancellationTokenSource";
const TOKEN: &str = "System.Threading.CancellationToken";

fn cancelling(this: &Value) -> Option<&Arc<Cancelling>> {
    this.downcast::<Cancellation>().and_then(|of| of.state.as_ref())
}

fn is_requested(rs: &Runspace, this: &Value) -> bool {
    cancelling(this).is_some_and(|state| state.is_requested(rs))
}

fn cancel_after(rs: &Runspace, this: &Value, args: &[Value]) -> R<Value> {
    if let (Some(state), time) = (cancelling(this), patience(args, 0)?) {
        let ticks = time.map(|time| i64::try_from(time.as_millis()).unwrap_or(i64::MAX).saturating_mul(10_000));
        state.0.lock().1 = ticks.map(|ticks| rs.platform.now().saturating_add(ticks));
    }
    Ok(Value::AutomationNull)
}

fn token(state: Option<Arc<Cancelling>>) -> Value {
    Value::object(Cancellation { of: TOKEN, state })
}

fn source_members(m: &mut Members) {
    for declaration in [
        "System.Threading.CancellationTokenSource()",
        "System.Threading.CancellationTokenSource(int millisecondsDelay)",
        "System.Threading.CancellationTokenSource(timespan delay)",
    ] {
        m.constructor(declaration, |rs, _, args| {
            let made = Value::object(Cancellation { of: SOURCE, state: Some(Arc::default()) });
            cancel_after(rs, &made, args)?;
            Ok(made)
        });
    }
    m.get("bool IsCancellationRequested", |rs, this| Ok(is_requested(rs, this).into()));
    m.get("System.Threading.CancellationToken Token", |_, this| Ok(token(cancelling(this).cloned())));
    for declaration in ["void Cancel()", "void Cancel(bool throwOnFirstException)"] {
        m.method(declaration, |rs, this, _| {
            if let Some(state) = cancelling(this) {
                *state.0.lock() = (true, None);
            }
            rs.beside.shared.notify();
            Ok(Value::AutomationNull)
        });
    }
    for declaration in ["void CancelAfter(int millisecondsDelay)", "void CancelAfter(timespan delay)"] {
        m.method(declaration, |rs, this, args| cancel_after(rs, this, args));
    }
    m.method("bool TryReset()", |rs, this, _| {
        let is_free = !is_requested(rs, this);
        if let Some(state) = cancelling(this).filter(|_| is_free) {
            state.0.lock().1 = None;
        }
        Ok(is_free.into())
    });
    m.method("void Dispose()", |_, _, _| Ok(Value::AutomationNull));
}

fn token_members(m: &mut Members) {
    m.constructor("System.Threading.CancellationToken(bool canceled)", |_, _, args| {
        let state = Arc::new(Cancelling(Mutex::new((flag(args, 0), None))));
        Ok(token(flag(args, 0).then_some(state)))
    });
    m.constant("System.Threading.CancellationToken None", |_, _| Ok(token(None)));
    m.get("bool CanBeCanceled", |_, this| Ok(cancelling(this).is_some().into()));
    m.get("bool IsCancellationRequested", |rs, this| Ok(is_requested(rs, this).into()));
    m.method("void ThrowIfCancellationRequested()", |rs, this, _| match is_requested(rs, this) {
        true => Err(error::thrown("System.OperationCanceledException", "The operation was canceled.")),
        false => Ok(Value::AutomationNull),
    });
}

const HANDLE: &str = "System.Threading.WaitHandle";

pub(super) const TYPES: &[TypeDef] = &[
    TypeDef::class(HANDLE).base("System.MarshalByRefObject").implements(&["System.IDisposable"]).members(wait_handle),
    TypeDef::class(EVENT).base(HANDLE).members(event_handle),
    TypeDef::class("System.Threading.AutoResetEvent").base(EVENT).members(|m| {
        m.constructor("System.Threading.AutoResetEvent(bool initialState)", |_, _, args| {
            Ok(new("System.Threading.AutoResetEvent", State::Event { is_set: flag(args, 0), auto: true }))
        });
    }),
    TypeDef::class("System.Threading.ManualResetEvent").base(EVENT).members(|m| {
        m.constructor("System.Threading.ManualResetEvent(bool initialState)", |_, _, args| {
            Ok(new("System.Threading.ManualResetEvent", State::Event { is_set: flag(args, 0), auto: false }))
        });
    }),
    TypeDef::class("System.Threading.ManualResetEventSlim").implements(&["System.IDisposable"]).members(slim_event),
    TypeDef::class("System.Threading.Mutex").base(HANDLE).members(mutex_members),
    TypeDef::class("System.Threading.Semaphore").base(HANDLE).members(|m| {
        const OF: &str = "System.Threading.Semaphore";
        m.constructor("System.Threading.Semaphore(int initialCount, int maximumCount)", |_, _, args| {
            Ok(new(OF, semaphore(OF, args)?))
        });
        m.constructor("System.Threading.Semaphore(int initialCount, int maximumCount, string name)", |_, _, args| {
            Ok(named(OF, &s(args, 2), semaphore(OF, args)?).0)
        });
        semaphores(m);
    }),
    TypeDef::class("System.Threading.SemaphoreSlim").implements(&["System.IDisposable"]).members(slim_semaphore),
    TypeDef::class("System.Threading.CountdownEvent").implements(&["System.IDisposable"]).members(countdown),
    TypeDef::class("System.Threading.Monitor").members(monitor),
    TypeDef::class("System.Threading.Interlocked").members(interlocked_members),
    TypeDef::class(SOURCE).implements(&["System.IDisposable"]).members(source_members),
    TypeDef::value(TOKEN).zero(|| token(None)).members(token_members),
    TypeDef::labels("System.Threading.EventResetMode", &[("AutoReset", 0), ("ManualReset", 1)]),
];
