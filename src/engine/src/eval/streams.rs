//! The streams beside the output: where records go, and what the preferences make of them.

use std::sync::Arc;

use super::{Flow, R, Runspace, confirm::About};
use crate::{
    limits, types,
    value::{ErrorRecord, Exception, Invocation, Value},
};

/// A stream beside the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stream {
    Error,
    Warning,
    Verbose,
    Debug,
    Information,
}

impl Stream {
    pub(crate) const ALL: [Self; 5] = [Self::Error, Self::Warning, Self::Verbose, Self::Debug, Self::Information];

    fn index(self) -> usize {
        match self {
            Self::Error => 0,
            Self::Warning => 1,
            Self::Verbose => 2,
            Self::Debug => 3,
            Self::Information => 4,
        }
    }

    /// The variable that says what to do with records of this stream.
    pub(super) fn preference(self) -> &'static str {
        match self {
            Self::Error => "ErrorActionPreference",
            Self::Warning => "WarningPreference",
            Self::Verbose => "VerbosePreference",
            Self::Debug => "DebugPreference",
            Self::Information => "InformationPreference",
        }
    }
}

/// Where the records of a stream go.
#[derive(Clone, Default)]
pub(crate) enum Route {
    /// To the client.
    #[default]
    Host,
    /// Nowhere.
    Null,
    /// Into a list that whoever redirects empties.
    Queue(Arc<parking_lot::Mutex<Vec<Value>>>),
}

/// The routes of all streams; none where nothing is redirected.
#[derive(Clone, Default)]
pub(crate) struct Streams {
    routes: Option<Arc<[Route; 5]>>,
    /// Where script code that a cmdlet runs writes its errors: where the cmdlet's own would go without its redirections,
    /// which take the other streams of such code but not its errors.
    of_blocks: Option<Route>,
}

impl Streams {
    pub(crate) fn route(&self, stream: Stream) -> Route {
        self.routes.as_ref().and_then(|routes| routes.get(stream.index())).cloned().unwrap_or_default()
    }

    /// Says where the errors of script code go that the command runs.
    pub(super) fn set_errors_of_blocks(&mut self, route: Option<Route>) {
        self.of_blocks = route;
    }

    /// The streams of script code that the command runs, if they are others than its own.
    #[inline]
    pub(super) fn of_block(&self) -> Option<Self> {
        let route = self.of_blocks.clone()?;
        let mut inside = Self { routes: self.routes.clone(), of_blocks: None };
        inside.set(Stream::Error, route);
        Some(inside)
    }

    pub(crate) fn set(&mut self, stream: Stream, route: Route) {
        if let Some(slot) = Arc::make_mut(self.routes.get_or_insert_default()).get_mut(stream.index()) {
            *slot = route;
        }
    }
}

/// What is said of an error that ends a command because the preference is Stop.
pub(crate) fn stopped_message(record: &ErrorRecord) -> String {
    format!(
        "The running command stopped because the preference variable \"ErrorActionPreference\" or common parameter is set to Stop: {}",
        record.message()
    )
}

/// Why a preference cannot be Suspend.
const NO_SUSPEND: &str =
    "The Suspend ActionPreference value is reserved for future use and is not supported at this time.";
const NO_SUSPEND_HELP: &str =
    "For more information about preference variables, see the Help topic, \"about_Preference_Variables.\"";

/// The same where it is given, not met.
pub(crate) fn no_suspend() -> String {
    format!("{NO_SUSPEND} {NO_SUSPEND_HELP}")
}

/// What to do with a record: `ActionPreference`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    SilentlyContinue,
    Stop,
    Continue,
    Inquire,
    Ignore,
    Suspend,
    Break,
}

impl Action {
    pub(crate) fn from_number(number: i64) -> Self {
        match number {
            0 => Self::SilentlyContinue,
            1 => Self::Stop,
            3 => Self::Inquire,
            4 => Self::Ignore,
            5 => Self::Suspend,
            6 => Self::Break,
            _ => Self::Continue,
        }
    }
}

impl Runspace {
    /// What to do with records of a stream: the parameter of the command, or the preference variable.
    pub(crate) fn action(&self, stream: Stream) -> Action {
        let common = &self.common;
        let chosen = match stream {
            Stream::Error => common.error_action,
            Stream::Warning => common.warning_action,
            Stream::Information => common.information_action,
            Stream::Verbose => common.verbose.map(|on| if on { Action::Continue } else { Action::SilentlyContinue }),
            Stream::Debug => common.debug.map(|on| if on { Action::Continue } else { Action::SilentlyContinue }),
        };
        chosen.unwrap_or_else(|| self.preference(stream))
    }

    /// As [`Self::action`], where something is written.
    ///
    /// # Errors
    /// `System.NotSupportedException`, where a preference variable holds Suspend: it gets its default back.
    pub(crate) fn action_to_take(&mut self, stream: Stream) -> R<Action> {
        let action = self.action(stream);
        self.refuse_suspend(action, stream.preference()).map(|()| action)
    }

    /// Refuses Suspend, as [`Self::action_to_take`] does.
    pub(crate) fn refuse_suspend(&mut self, action: Action, variable: &str) -> R<()> {
        if action != Action::Suspend {
            return Ok(());
        }
        let is_quiet = ["Verbose", "Debug", "Information"].iter().any(|name| variable.starts_with(name));
        let default = if is_quiet { "SilentlyContinue" } else { "Continue" };
        let value = types::enum_value("System.Management.Automation.ActionPreference", default);
        self.write_in(self.frame.scope, &super::Name::new(variable), value)?;
        let message = format!(
            "{NO_SUSPEND} It has been replaced in your {variable} variable by the default value of {default}. {NO_SUSPEND_HELP}"
        );
        Err(super::error::foreign("System.NotSupportedException", message).marked(|raised| {
            *raised.record.category.lock() = crate::value::Category::NotSpecified;
        }))
    }

    /// The preference variable of a stream.
    pub(crate) fn preference(&self, stream: Stream) -> Action {
        self.preference_of(stream.preference())
    }

    /// What a preference variable says.
    pub(crate) fn preference_of(&self, variable: &str) -> Action {
        match self.variable(variable).as_ref().map(Value::base) {
            Some(Value::Enum(_, number)) => Action::from_number(*number),
            Some(Value::Str(text)) => {
                let of = types::known("System.Management.Automation.ActionPreference");
                let number =
                    of.labels().iter().find(|(name, _)| name.eq_ignore_ascii_case(text)).map_or(2, |(_, n)| *n);
                Action::from_number(number)
            }
            Some(Value::I32(number)) => Action::from_number((*number).into()),
            _ => Action::Continue,
        }
    }

    /// Puts an error into `$Error` and the variable of the command.
    pub(crate) fn remember(&mut self, record: &Arc<ErrorRecord>) {
        self.remember_value(Value::Object(record.clone()));
    }

    /// `$Error[0]`
    pub(crate) fn last_error(&self) -> Option<Value> {
        self.errors.items.lock().front().cloned()
    }

    /// As [`Self::remember`], for an exception too.
    pub(crate) fn remember_value(&mut self, value: Value) {
        let mut errors = self.errors.items.lock();
        // An exception that several records are about, one after the other, is kept once.
        let exception = |value: &Value| value.downcast::<ErrorRecord>().map(|record| record.exception.clone());
        let is_same = |first: &Value| {
            first.same(&value) || exception(first).zip(exception(&value)).is_some_and(|(a, b)| a.same(&b))
        };
        if errors.front().is_none_or(|first| !is_same(first)) {
            errors.push_front(value);
            errors.truncate(limits::MAX_ERRORS);
        }
    }

    /// Writes an error that does not end the command (`WriteError`).
    ///
    /// # Errors
    /// The error itself, where the preference is Stop.
    pub(crate) fn write_error(&mut self, record: ErrorRecord) -> R<()> {
        self.write_error_record(Arc::new(record))
    }

    /// As [`Self::write_error`], for a record that is shared.
    pub(crate) fn write_error_record(&mut self, record: Arc<ErrorRecord>) -> R<()> {
        self.place_error(&record);
        self.forward_error(record)
    }

    /// Says of an error which command it comes from, if that is not known.
    fn place_error(&mut self, record: &Arc<ErrorRecord>) {
        self.locate_command(record);
        if record.activity.lock().is_empty()
            && let Some(command) = &self.command
        {
            *record.activity.lock() = command.command_name.clone();
        }
    }

    /// As [`Self::locate`], at the command that runs.
    pub(crate) fn locate_command(&mut self, record: &Arc<ErrorRecord>) {
        if let Some(command) = &self.command
            && record.invocation.lock().is_none()
        {
            *record.invocation.lock() = Some(Arc::new(command.for_record()));
            *record.stack_trace.lock() = self.stack_trace().into();
        }
        self.locate(record);
    }

    /// As [`Self::write_error_record`], for an error of another command, which is what it is.
    ///
    /// # Errors
    /// The error itself, where the preference is Stop.
    pub(crate) fn forward_error(&mut self, record: Arc<ErrorRecord>) -> R<()> {
        self.success = false;
        self.wrote_error = true;
        let action = self.action_to_take(Stream::Error)?;
        if action == Action::Ignore {
            return Ok(());
        }
        if action == Action::Stop {
            // The variable of the command gets what ends it.
            return Err(Flow::raised(record).marked(|raised| {
                raised.by_preference = true;
                self.common.clone().collect(self, Stream::Error, &raised.exception());
            }));
        }
        self.common.clone().collect(self, Stream::Error, &Value::Object(record.clone()));
        if action == Action::Inquire {
            let message = record.message();
            self.inquire(About::Error, &message)?;
        }
        self.remember(&record);
        if action != Action::SilentlyContinue {
            self.emit(Stream::Error, Value::Object(record));
        }
        Ok(())
    }

    /// Reports the error of a statement, as the interpreter does.
    pub(crate) fn report(&mut self, record: &Arc<ErrorRecord>, action: Action) {
        self.success = false;
        if action == Action::Ignore {
            return;
        }
        self.remember(record);
        if action != Action::SilentlyContinue {
            self.emit(Stream::Error, Value::Object(record.clone()));
        }
    }

    /// Sends a record where the stream goes.
    pub(crate) fn emit(&mut self, stream: Stream, record: Value) {
        let route = self.streams.route(stream);
        if let (Some(gathered), Route::Host) = (&self.beside.gathered, &route) {
            return gathered.add(stream.into(), record);
        }
        // What is thrown away spares only the client's console, but for errors; what becomes output is no record any more.
        let is_sent = match route {
            Route::Host => true,
            Route::Null => stream != Stream::Error,
            Route::Queue(_) => false,
        };
        if is_sent {
            crate::serial::emit(self, stream, &record);
        }
        match route {
            Route::Null => {}
            Route::Queue(queue) => queue.lock().push(record),
            Route::Host => {
                if let Some(record) = record.downcast::<ErrorRecord>() {
                    self.transcribe_error(record);
                }
                self.show(stream, &record);
            }
        }
    }

    /// Fills in where an error happened, if that is not known.
    pub(crate) fn locate(&mut self, record: &Arc<ErrorRecord>) {
        if record.invocation.lock().is_some() {
            return;
        }
        *record.invocation.lock() = Some(Arc::new(self.invocation_here()));
        if record.stack_trace.lock().is_empty() {
            *record.stack_trace.lock() = self.stack_trace().into();
        }
    }

    /// The place of the statement that runs.
    pub(crate) fn invocation_here(&self) -> Invocation {
        match &self.frame.source {
            Some(source) => Invocation::at(source, self.position),
            None => Invocation { is_record: true, ..Invocation::default() },
        }
    }

    /// `ScriptStackTrace`
    pub(crate) fn stack_trace(&self) -> String {
        let here = std::iter::once((&self.frame, self.position));
        let callers = self.calls.iter().rev().map(|frame| (frame, frame.at));
        let mut lines = Vec::new();
        for (frame, at) in here.chain(callers).take(limits::MAX_TRACE) {
            // What called the first block of a pipeline is no script.
            let Some(source) = &frame.source else { continue };
            // The body of a file has no name, other than functions.
            let is_file = source.file.as_deref().is_some_and(|file| file.rsplit('/').next() == Some(&frame.name));
            let name = if frame.name.is_empty() || is_file { "<ScriptBlock>" } else { &frame.name };
            let file = source.file.as_deref().unwrap_or("<No file>");
            lines.push(format!(
                "at {name}{}, {file}: line {}",
                frame.part,
                crate::position::line_of(source, at.start())
            ));
        }
        lines.join("\n")
    }
}

/// The inner exception.
pub(crate) fn inner_exception(exception: &Value) -> Option<Value> {
    let inner = match exception.downcast::<Exception>() {
        Some(exception) => exception.inner.clone(),
        None => super::class::exception_of(exception)?.inner.clone(),
    };
    (!inner.is_null()).then_some(inner)
}
