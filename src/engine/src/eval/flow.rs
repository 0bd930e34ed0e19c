//! How control leaves an expression.

use std::sync::Arc;

use psrpd_dotnet::Str;

use crate::value::ErrorRecord;

/// What evaluation gives.
pub(crate) type R<T> = Result<T, Flow>;

/// Control that leaves the normal way.
#[derive(Clone)]
pub(crate) enum Flow {
    Error(Box<Raised>),
    /// `break`, to a label if there is one.
    Break(Option<Str>),
    /// `continue`, at a label if there is one.
    Continue(Option<Str>),
    /// `return`; what it returns was output.
    Return,
    /// `exit`
    Exit(i32),
    /// A command of this pipeline wants no more input.
    StopUpstream(u64, usize),
    /// The pipeline was stopped from outside.
    Stopped,
}

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
}

impl Flow {
    /// An error that ends its statement.
    pub(crate) fn error(record: ErrorRecord) -> Self {
        Self::Error(Box::new(Raised { record: Arc::new(record), thrown: false, by_preference: false, claimed: false }))
    }

    /// The error, if it is one.
    pub(crate) fn record(&self) -> Option<&Arc<ErrorRecord>> {
        if let Self::Error(raised) = self { Some(&raised.record) } else { None }
    }
}
