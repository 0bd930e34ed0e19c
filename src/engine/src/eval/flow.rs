//! How control leaves an expression.

use std::sync::Arc;

use psrpd_dotnet::Str;
use psrpd_lang::Extent;

use super::{Limit, streams::stopped_message};
use crate::{
    types,
    value::{ErrorRecord, Exception, Value},
};

/// What evaluation gives.
pub(crate) type R<T> = Result<T, Flow>;

/// Control that leaves the normal way.
#[derive(Clone)]
pub(crate) enum Flow {
    Error(Box<Raised>),
    /// `break`, to a label if there is one.
    Break(Option<Box<Str>>),
    /// `continue`, at a label if there is one.
    Continue(Option<Box<Str>>),
    /// `return`; what it returns was output.
    Return,
    /// `exit`
    Exit(i32),
    /// A command of this pipeline, by its place in it, wants no more input.
    StopUpstream(Box<(u64, usize)>),
    /// The pipeline was stopped from outside.
    Stopped,
    /// The command has used up more than it may: nothing catches that.
    Exhausted(Limit),
}

// Every statement gives one, and every expression that or a value: registers hold the first, and a value the second.
const _: () = assert!(size_of::<Flow>() == 16 && size_of::<R<Value>>() == size_of::<Value>());

/// An error on its way.
#[derive(Clone)]
pub(crate) struct Raised {
    pub(crate) record: Arc<ErrorRecord>,
    /// Whether `throw` raised it, so that it ends more than its statement.
    pub(crate) thrown: bool,
    /// Whether preference or parameter made a terminating error of it.
    pub(crate) by_preference: bool,
    /// Whether the command that it ended is in it.
    pub(crate) claimed: bool,
    /// Whether it ends the function that runs, not only a statement of it: `ThrowTerminatingError`.
    pub(crate) ends_command: bool,
    /// Which argument it is about, where it is about one.
    pub(crate) at: Extent,
}

impl Raised {
    /// The type of the exception that carries it out of a command; none where it comes as it is.
    pub(crate) fn carrier(&self) -> Option<&'static str> {
        match self {
            Self { by_preference: true, .. } => Some("System.Management.Automation.ActionPreferenceStopException"),
            Self { claimed: true, thrown: false, .. } => Some("System.Management.Automation.CmdletInvocationException"),
            _ => None,
        }
    }

    /// The exception that comes out of a pipeline.
    pub(crate) fn exception(&self) -> Value {
        let Some(carrier) = self.carrier() else { return self.record.exception.clone() };
        let (message, inner) = if self.by_preference {
            (stopped_message(&self.record).into(), Value::Null)
        } else {
            (self.record.exception_message(), self.record.exception.clone())
        };
        let exception = Exception::of(types::known(carrier), message, inner);
        *exception.record.lock() = Some(self.record.clone());
        Value::object(exception)
    }
}

impl Flow {
    /// An error that ends its statement.
    pub(crate) fn error(record: ErrorRecord) -> Self {
        Self::raised(Arc::new(record))
    }

    /// As [`Self::error`], for a record that is shared.
    pub(crate) fn raised(record: Arc<ErrorRecord>) -> Self {
        let (thrown, by_preference, claimed, ends_command) = (false, false, false, false);
        let at = Extent::EMPTY;
        Self::Error(Box::new(Raised { record, thrown, by_preference, claimed, ends_command, at }))
    }

    /// An error about an argument at a place.
    pub(crate) fn about(self, at: Extent) -> Self {
        self.marked(|raised| {
            if raised.at == Extent::EMPTY {
                raised.at = at;
            }
        })
    }

    /// Changes what is known of the error on its way.
    pub(crate) fn marked(mut self, mark: impl FnOnce(&mut Raised)) -> Self {
        if let Self::Error(raised) = &mut self {
            mark(raised);
        }
        self
    }

    /// The error, if it is one.
    pub(crate) fn record(&self) -> Option<&Arc<ErrorRecord>> {
        if let Self::Error(raised) = self { Some(&raised.record) } else { None }
    }
}
