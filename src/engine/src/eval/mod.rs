//! The evaluator.

use std::{collections::HashMap, sync::Arc};

use psrpd_dotnet::{
    DateTime, Str,
    culture::{self, Culture},
    regex::{BadRegex, Options, Regex},
};

use crate::{
    host::Host,
    ir::Source,
    limits,
    platform::{Platform, Stop},
    value::{ErrorRecord, Invocation, Value},
};

mod access;
mod access_failure;
mod assign;
mod block;
mod budget;
mod choose;
pub(crate) mod class;
mod command;
pub(crate) mod confirm;
mod context;
mod covered;
pub(crate) mod define;
pub(crate) mod error;
mod expr;
mod feed;
pub(crate) mod find_module;
mod flow;
mod going;
mod invoke;
mod lookup;
pub(crate) mod manifest;
mod memory;
mod messages;
pub(crate) mod module;
mod module_nesting;
mod name;
mod output;
mod overloads;
mod pipeline;
mod quick;
mod redirect;
mod requires;
mod scope;
mod steppable;
mod stmt;
pub(crate) mod streams;
mod switch;
mod type_names;
mod variables;
mod wanted_module;

pub(crate) use block::{Call, Code, Function, Inline, ScriptBlock, function_error, function_not_writable};
pub(crate) use budget::{Budget, Limit, Metered};
pub(crate) use command::{Called, Place, Resolved};
pub(crate) use expr::using_key;
pub(crate) use feed::Feed;
pub(crate) use flow::{Flow, R, Raised};
pub(crate) use lookup::{Actions, When};
pub(crate) use name::{AUTOMATIC, Automatic, Name, is_protected};
pub(crate) use output::{Collector, Discard, Gathered, Output};
pub(crate) use pipeline::{Common, Stage, StageRun, claim_errors};
pub(crate) use redirect::{Redirect, ToFile};
pub(crate) use scope::{Alias, Scope, ScopeId, Scopes, Slot, TypeNames, Variable, VariableOptions};
pub(crate) use steppable::Steppable;
pub(crate) use streams::{Action, Stream, Streams, no_suspend};

/// Where the code that runs has its variables.
#[derive(Clone)]
pub(crate) struct Frame {
    pub(crate) scope: ScopeId,
    /// From slots of the unit to slots of the scope, where both differ.
    pub(crate) map: Option<Arc<[u32]>>,
    pub(crate) source: Option<Arc<Source>>,
    /// What was called, for positions and stack traces.
    pub(crate) name: Str,
    pub(crate) invocation: Option<Arc<Invocation>>,
    /// Which of its blocks runs, where that has a name.
    pub(crate) part: &'static str,
    /// Where it stands while something that it calls runs.
    pub(crate) at: psrpd_lang::Extent,
}

/// A runspace: the state that a session keeps between pipelines.
pub(crate) struct Runspace {
    pub(crate) platform: Arc<dyn Platform>,
    pub(crate) host: Box<dyn Host>,
    pub(crate) console: crate::console::Console,
    pub(crate) history: crate::history::History,
    pub(crate) stop: Stop,
    watch: memory::Watch,
    /// What its command has used up.
    pub(crate) budget: Arc<Budget>,
    /// What was sent to the client, where that is limited.
    pub(crate) sent: Option<Arc<budget::Sent>>,
    pub(crate) scopes: Scopes,
    pub(crate) frame: Frame,
    pub(crate) streams: Streams,
    /// The streams of commands around the code that runs, whose redirections leave its errors alone, and how deep it is.
    redirected: Vec<(u32, Streams)>,
    /// The error list, newest first.
    pub(crate) errors: Arc<crate::value::List>,
    /// `$?`
    pub(crate) success: bool,
    /// Whether the command that runs has written an error itself.
    pub(crate) wrote_error: bool,
    /// Whether an error leaves the statement because something around it catches.
    pub(crate) catching: bool,
    /// Whether nothing takes what ends a statement, as in the pipelines of clients: then it ends the pipeline, unless a script
    /// block or expression runs with its errors redirected.
    pub(crate) ends_uncaught: bool,
    pub(crate) depth: u32,
    regexes: HashMap<Options, HashMap<String, Arc<Regex>>>,
    pub(crate) culture: Arc<Culture>,
    pub(crate) state: crate::session::SessionState,
    next_pipeline: u64,
    /// How many calls of cmdlets have written progress of their own.
    progress_sources: i64,
    /// Values of `$using:` that came with the pipeline that runs.
    pub(crate) using: Option<Value>,
    /// Whether the pipeline that runs gets its input as it comes.
    pub(crate) live_input: bool,
    /// The common parameters of the command that runs.
    pub(crate) common: Arc<Common>,
    /// The commands around whose variables gather the records of what they run.
    pub(crate) collecting: Vec<Arc<Common>>,
    /// The invocation of the command that runs.
    pub(crate) command: Option<Arc<Invocation>>,
    /// The errors that `catch` and `trap` handle, innermost last.
    pub(crate) handled: Vec<Arc<ErrorRecord>>,
    /// The nested calls, for stack traces.
    pub(crate) calls: Vec<Frame>,
    /// Where the statement that runs stands.
    pub(crate) position: psrpd_lang::Extent,
    /// `Set-PSDebug -Trace`
    pub(crate) trace: u8,
    /// What runs beside.
    pub(crate) beside: crate::beside::Beside,
    /// The overloads that calls have chosen.
    pub(crate) overloads: overloads::Overloads,
}

impl Runspace {
    pub(crate) fn new(platform: Arc<dyn Platform>, host: Box<dyn Host>, stop: Stop) -> Self {
        let culture = match platform.environment().iter().find(|(name, _)| name == "LANG") {
            Some((_, lang)) if lang.starts_with("en_US") => culture::find("en-US"),
            _ => None,
        };
        let scopes = Scopes::new();
        let frame = Frame {
            scope: ScopeId::GLOBAL,
            map: None,
            source: None,
            name: Str::default(),
            invocation: None,
            part: "",
            at: psrpd_lang::Extent::EMPTY,
        };
        let state = crate::session::SessionState::new(&platform);
        let id = || psrpd_dotnet::Guid(platform.random_bytes());
        let console = crate::console::Console::new(id(), id());
        let mut rs = Self {
            platform,
            host,
            console,
            history: crate::history::History::default(),
            stop,
            watch: memory::Watch::default(),
            budget: Arc::default(),
            sent: None,
            scopes,
            frame,
            streams: Streams::default(),
            redirected: Vec::new(),
            errors: Arc::new(crate::value::List::new(crate::types::array_list(), Vec::new())),
            success: true,
            wrote_error: false,
            catching: false,
            ends_uncaught: false,
            depth: 0,
            regexes: HashMap::new(),
            culture: culture.unwrap_or_else(|| culture::invariant().clone()),
            state,
            next_pipeline: 0,
            progress_sources: 0,
            using: None,
            live_input: false,
            common: Common::none(),
            collecting: Vec::new(),
            command: None,
            handled: Vec::new(),
            calls: Vec::new(),
            position: psrpd_lang::Extent::EMPTY,
            trace: 0,
            beside: crate::beside::Beside::default(),
            overloads: overloads::Overloads::default(),
        };
        rs.init_variables();
        rs.init_functions();
        rs
    }

    pub(crate) fn culture(&self) -> Arc<Culture> {
        self.culture.clone()
    }

    /// The distance of local time to UTC in ticks.
    pub(crate) fn utc_offset(&self, date: DateTime) -> i64 {
        let at = self.platform.utc_offset(date.ticks());
        if date.kind() == psrpd_dotnet::Kind::Utc {
            return at;
        }
        // A clock reading: look where it would be in UTC.
        self.platform.utc_offset(date.ticks().saturating_sub(at))
    }

    /// The current time, local.
    pub(crate) fn now(&self) -> DateTime {
        let utc = self.platform.now();
        let offset = self.platform.utc_offset(utc);
        DateTime::new(utc.saturating_add(offset), psrpd_dotnet::Kind::Local).unwrap_or_default()
    }

    /// A number for a new pipeline.
    pub(crate) fn next_pipeline(&mut self) -> u64 {
        self.next_pipeline = self.next_pipeline.wrapping_add(1);
        self.next_pipeline
    }

    /// A compiled regular expression, from the cache if it was used before.
    pub(crate) fn regex(&mut self, pattern: &str, options: Options) -> Result<Arc<Regex>, BadRegex> {
        let known = self.regexes.entry(options).or_default();
        if let Some(regex) = known.get(pattern) {
            return Ok(regex.clone());
        }
        let regex = Arc::new(Regex::new(pattern, options)?);
        if known.len() >= limits::MAX_REGEXES {
            known.clear();
        }
        known.insert(pattern.to_owned(), regex.clone());
        Ok(regex)
    }

    /// A value as text, `$OFS` between items, `ToString()` of classes called.
    pub(crate) fn text(&mut self, value: &Value) -> R<Str> {
        if let Value::Str(text) = value {
            return Ok(text.clone());
        }
        self.room_to_expand(value)?;
        if crate::value::enumerates(value)
            && let Some(items) = crate::value::enumerate(value)
        {
            let separator = match self.lookup(&Name::new("OFS")) {
                Some(ofs) if !ofs.is_null() => crate::value::text(&ofs),
                _ => " ".into(),
            };
            return self.joined(&items, &separator);
        }
        match self.method_text(value)? {
            Some(text) => Ok(text),
            None => Ok(crate::value::text(value)),
        }
    }

    /// The items of a collection as one text.
    pub(crate) fn joined(&mut self, items: &[Value], separator: &str) -> R<Str> {
        let mut parts = Vec::with_capacity(items.len());
        let (mut length, mut measured) = (0_usize, 0);
        for item in items {
            let own = match item {
                Value::Wrapped(_) | Value::Object(_) | Value::Array(_) => self.method_text(item)?,
                _ => None,
            };
            let part = own.unwrap_or_else(|| crate::value::item_text(item));
            length = length.saturating_add(part.len()).saturating_add(separator.len());
            self.grown(&mut measured, length)?;
            parts.push(part);
        }
        Ok(crate::value::join(parts, separator))
    }

    /// `ToString()` where a script has defined it: by a class or a script method.
    pub(crate) fn method_text(&mut self, value: &Value) -> R<Option<Str>> {
        if let Some(wrapped) = self.state.wrapper(value)
            && let Some(member) = wrapped.get("ToString")
            && let crate::value::Body::ScriptMethod(block) = member.body
        {
            let result = self.call_method_block(&block, value, &[])?;
            return Ok(Some(crate::value::text(&result)));
        }
        class::to_string(self, value)
    }

    /// Ends the pipeline if it was asked to stop or if it uses up too much.
    ///
    /// # Errors
    /// [`Flow::Stopped`], [`Flow::Exhausted`].
    pub(crate) fn check_stop(&self) -> R<()> {
        if self.stop.is_set() { Err(self.stopped()) } else { self.check_limits() }
    }
}
