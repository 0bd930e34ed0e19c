//! `System.Threading.Tasks.Task`: what runs beside, and what comes of it.

use std::{any::Any, sync::Arc, time::Duration};

use parking_lot::Mutex;
use psrpd_dotnet::Str;

use super::{Members, Type, TypeDef, args, known, task_makers};
use crate::{
    beside::{Ending, Phase, Run},
    eval::{Flow, R, Runspace, error},
    platform::Stop,
    value::{Category, ErrorRecord, Exception, List, Object, Opaque, Value},
};

const TASK: &str = "System.Threading.Tasks.Task";
/// Where an awaiter has its task; no script can name it.
const HELD: &str = "\0task";

const TASK_OF: &str = "System.Threading.Tasks.Task`1";

struct Task {
    of: Type,
    run: Arc<Run>,
    result: Arc<Mutex<Value>>,
    /// `AsyncState`
    state: Value,
}

impl Object for Task {
    fn type_of(&self) -> Type {
        self.of.clone()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// Starts a task in a thread of its own; `stop` is what ends it, and what its work hears. Without a type of results it
/// has none. `state` is what its caller wants to find in it.
///
/// # Errors
/// The system gives no thread.
pub(super) fn start(
    rs: &Runspace,
    of: Option<Type>,
    stop: &Stop,
    state: Value,
    work: impl FnOnce(&Stop) -> R<Value> + Send + 'static,
) -> R<Value> {
    start_as(rs, type_for(of), stop, state, work)
}

/// The type of tasks with results of a type.
fn type_for(of: Option<Type>) -> Type {
    of.and_then(|of| super::generic(TASK_OF, vec![of])).unwrap_or_else(|| known(TASK))
}

/// A task that is over already.
///
/// # Errors
/// None: what it failed for is kept in it.
pub(super) fn over(rs: &Runspace, of: Option<Type>, outcome: R<Value>) -> R<Value> {
    let run = Run::new(&rs.beside.shared);
    let now = rs.now();
    run.begin(now, &Stop::default());
    let result = Arc::new(Mutex::new(Value::Null));
    let done = outcome.map(|value| *result.lock() = value);
    run.finish(now, done);
    Ok(Value::object(Task { of: type_for(of), run, result, state: Value::Null }))
}

/// Whether a task has come to its end.
pub(super) fn is_over(of: &Value) -> bool {
    task(of).is_ok_and(|task| task.run.phase().is_over())
}

/// As [`start`], for a task of this very type.
///
/// # Errors
/// As [`start`].
pub(super) fn start_as(
    rs: &Runspace,
    of: Type,
    stop: &Stop,
    state: Value,
    work: impl FnOnce(&Stop) -> R<Value> + Send + 'static,
) -> R<Value> {
    let run = Run::new(&rs.beside.shared);
    let result = Arc::new(Mutex::new(Value::Null));
    let task = Task { of, run: run.clone(), result: result.clone(), state };
    let now = rs.now();
    run.begin(now, stop);
    let heard = stop.clone();
    let work = move || {
        let ending = Ending::of(&run);
        let done = work(&heard).map(|value| *result.lock() = value);
        ending.is(now, done);
    };
    let started = rs.beside.shared.tasks.start(stop, work);
    started.map_err(|failure| error::invalid("TaskThread", failure.to_string()))?;
    Ok(Value::object(task))
}

fn task(this: &Value) -> R<&Task> {
    this.downcast::<Task>().ok_or_else(args::no_object)
}

impl Task {
    /// Waits; false if it takes longer.
    fn wait(&self, rs: &mut Runspace, most: Option<Duration>) -> R<bool> {
        rs.wait_until(most, |_| self.run.phase().is_over())
    }

    fn is_canceled(&self) -> bool {
        self.run.phase() == Phase::Stopped
    }

    /// What it failed for; also that it was canceled.
    fn failure(&self) -> Option<Value> {
        if self.is_canceled() {
            let exception = Exception::new("System.Threading.Tasks.TaskCanceledException", "A task was canceled.");
            return Some(Value::object(exception));
        }
        self.run.reason().map(|record| record.exception.clone())
    }

    /// The name of its `TaskStatus`.
    fn status(&self) -> &'static str {
        match self.run.phase() {
            Phase::Completed => "RanToCompletion",
            Phase::Failed => "Faulted",
            Phase::Stopped => "Canceled",
            _ => "WaitingForActivation",
        }
    }

    /// What it failed for, among others it might have failed for.
    fn aggregate(&self) -> Option<Value> {
        let inner = self.failure()?;
        let message = inner.downcast::<Exception>().map(|inner| inner.message.lock().to_string()).unwrap_or_default();
        let of = known("System.AggregateException");
        let list = super::generic("System.Collections.ObjectModel.ReadOnlyCollection`1", vec![super::exception()]);
        let all = List::value(list.unwrap_or_else(super::array_list), vec![inner.clone()]);
        let exception = Exception::of(of, format!("One or more errors occurred. ({message})").into(), inner);
        Some(Value::object(exception.with("InnerExceptions", all)))
    }

    /// What came of it, or what it failed for as `.Wait()` and `.Result` throw it.
    fn outcome(&self) -> R<Value> {
        match self.aggregate() {
            Some(exception) => Err(failed(exception)),
            None => Ok(self.result.lock().clone()),
        }
    }
}

/// An exception as what a task fails for.
pub(super) fn failed(exception: Value) -> Flow {
    let id = exception.type_name();
    Flow::error(ErrorRecord::new(exception, id, Category::OperationStopped, Value::Null))
}

/// What came of a task, or what it failed for, as who awaits it sees it.
///
/// # Errors
/// What the task failed for.
pub(super) fn result(rs: &mut Runspace, of: &Value) -> R<Value> {
    let task = task(of)?;
    task.wait(rs, None)?;
    match task.failure() {
        Some(exception) => Err(failed(exception)),
        None => Ok(task.result.lock().clone()),
    }
}

fn members(m: &mut Members) {
    m.method("void Wait()", |rs, this, _| {
        task(this)?.wait(rs, None)?;
        task(this)?.outcome().map(|_| Value::AutomationNull)
    });
    for signature in ["bool Wait(int millisecondsTimeout)", "bool Wait(timespan timeout)"] {
        m.method(signature, |rs, this, args| {
            let is_done = task(this)?.wait(rs, super::threading::patience(args, 0)?)?;
            if is_done {
                task(this)?.outcome()?;
            }
            Ok(is_done.into())
        });
    }
    m.method("System.Runtime.CompilerServices.TaskAwaiter GetAwaiter()", |_, this, _| {
        Ok(Opaque::new("System.Runtime.CompilerServices.TaskAwaiter", [(HELD, this.clone())]).into_value())
    });
    m.get("System.AggregateException Exception", |_, this| {
        let task = task(this)?;
        Ok(if task.is_canceled() { Value::Null } else { task.aggregate().unwrap_or_default() })
    });
    m.get("System.Threading.Tasks.TaskStatus Status", |_, this| {
        Ok(super::enum_value("System.Threading.Tasks.TaskStatus", task(this)?.status()))
    });
    m.get("bool IsCanceled", |_, this| Ok(task(this)?.is_canceled().into()));
    m.get("bool IsCompleted", |_, this| Ok(task(this)?.run.phase().is_over().into()));
    m.get("bool IsCompletedSuccessfully", |_, this| Ok((task(this)?.status() == "RanToCompletion").into()));
    m.get("bool IsFaulted", |_, this| Ok((task(this)?.status() == "Faulted").into()));
    m.get("System.Object AsyncState", |_, this| Ok(task(this)?.state.clone()));
    m.get("System.Threading.WaitHandle AsyncWaitHandle", |_, this| {
        let run = task(this)?.run.clone();
        Ok(super::threading::end_of(move || run.phase().is_over()))
    });
    m.get("bool CompletedSynchronously", |_, _| Ok(false.into()));
    m.method("void Dispose()", |_, _, _| Ok(Value::AutomationNull));
}

pub(super) const TYPES: &[TypeDef] = &[
    TypeDef::class(TASK).implements(&["System.IAsyncResult", "System.IDisposable"]).members(|m| {
        members(m);
        task_makers::members(m);
    }),
    TypeDef::class(task_makers::DELAY).base(TASK),
    TypeDef::class(TASK_OF).base(TASK).members(|m| {
        m.get("System.Object Result", |rs, this| {
            task(this)?.wait(rs, None)?;
            task(this)?.outcome()
        });
    }),
    TypeDef::labels(
        "System.Threading.Tasks.TaskStatus",
        &[
            ("Created", 0),
            ("WaitingForActivation", 1),
            ("WaitingToRun", 2),
            ("Running", 3),
            ("WaitingForChildrenToComplete", 4),
            ("RanToCompletion", 5),
            ("Canceled", 6),
            ("Faulted", 7),
        ],
    ),
    TypeDef::value("System.Threading.Tasks.VoidTaskResult"),
    TypeDef::value("System.Runtime.CompilerServices.TaskAwaiter").members(|m| {
        m.get("bool IsCompleted", |_, this| Ok(task(&this.field(HELD))?.run.phase().is_over().into()));
        m.method("System.Object GetResult()", |rs, this, _| {
            let of = this.field(HELD);
            let result = result(rs, &of)?;
            // A task without a result has this one inside of .NET.
            const NOTHING: &str = "System.Threading.Tasks.VoidTaskResult";
            let has_none = of.type_name() == TASK;
            Ok(if has_none { Opaque::new::<Str>(NOTHING, []).displayed(NOTHING).into_value() } else { result })
        });
    }),
];
