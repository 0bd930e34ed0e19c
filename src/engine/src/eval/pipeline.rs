//! Pipelines: values are pushed from command to command, one at a time, on one stack.

use std::sync::{Arc, LazyLock};

use parking_lot::Mutex;

use psrpd_dotnet::Str;

use super::{
    Feed, Flow, Output, R, Raised, Redirect, Runspace, Stream,
    feed::feed_of,
    redirect::ToFile,
    streams::{Action, Route},
};
use crate::{
    ir::{Element, Pipeline, Redirection},
    value::{Enumerator, Invocation, Items, List, Value, enumerate},
};

/// The common parameters of a command.
#[derive(Default)]
pub(crate) struct Common {
    pub(crate) error_action: Option<Action>,
    pub(crate) warning_action: Option<Action>,
    pub(crate) information_action: Option<Action>,
    pub(crate) progress_action: Option<Action>,
    pub(crate) verbose: Option<bool>,
    pub(crate) debug: Option<bool>,
    pub(crate) what_if: Option<bool>,
    pub(crate) confirm: Option<bool>,
    pub(crate) error_variable: Option<Arc<List>>,
    pub(crate) warning_variable: Option<Arc<List>>,
    pub(crate) information_variable: Option<Arc<List>>,
    pub(crate) out_variable: Option<Arc<List>>,
    pub(crate) pipeline_variable: Option<super::Name>,
    /// What the user has answered for all: yes or no.
    answers: Mutex<[Option<bool>; super::confirm::ABOUTS]>,
}

impl Common {
    /// Those of a command that has none: there is one for all, which nobody answers for.
    pub(crate) fn none() -> Arc<Self> {
        static NONE: LazyLock<Arc<Common>> = LazyLock::new(Arc::default);
        NONE.clone()
    }

    /// What the user has answered for all of these.
    pub(crate) fn answer(&self, about: super::confirm::About) -> Option<bool> {
        self.answers.lock().get(about.index()).copied().flatten()
    }

    pub(crate) fn remember(&self, about: super::confirm::About, yes: bool) {
        if let Some(slot) = self.answers.lock().get_mut(about.index()) {
            *slot = Some(yes);
        }
    }

    /// Whether variables gather its records.
    fn collects(&self) -> bool {
        self.error_variable.is_some() || self.warning_variable.is_some() || self.information_variable.is_some()
    }

    /// Puts a record into the variable of its stream, and into those of the commands around.
    pub(crate) fn collect(&self, rs: &mut Runspace, stream: Stream, record: &Value) {
        let list_of = |common: &Self| match stream {
            Stream::Error => common.error_variable.clone(),
            Stream::Warning => common.warning_variable.clone(),
            Stream::Information => common.information_variable.clone(),
            Stream::Verbose | Stream::Debug => None,
        };
        let around = rs.collecting.iter().map(|common| list_of(common));
        let mut lists: Vec<Arc<List>> = around.chain([list_of(self)]).flatten().collect();
        lists.dedup_by(|a, b| Arc::ptr_eq(a, b));
        for list in lists {
            list.items.lock().push_back(record.clone());
        }
    }
}

/// What a command of a pipeline does.
pub(crate) trait StageRun: Send {
    fn begin(&mut self, rs: &mut Runspace, out: &mut dyn Output) -> R<()>;
    /// One input object; none where the pipeline has no input.
    fn process(&mut self, rs: &mut Runspace, input: Option<Value>, out: &mut dyn Output) -> R<()>;
    /// Whether it takes what the client sends by itself, as `$input`, and is to run at once.
    fn takes_input(&mut self, _rs: &mut Runspace) -> R<bool> {
        Ok(false)
    }
    fn end(&mut self, rs: &mut Runspace, out: &mut dyn Output) -> R<()>;
    /// Whether it is a native program, which reads and writes bytes.
    fn is_program(&self) -> bool {
        false
    }
    /// Its output goes to a program or a file: it need not make lines of it.
    fn pass_bytes(&mut self) {}
    /// Runs in any case, last.
    fn clean(&mut self, _rs: &mut Runspace, _out: &mut dyn Output) -> R<()> {
        Ok(())
    }
}

/// A command in its place.
pub(crate) struct Stage {
    pub(crate) run: Box<dyn StageRun>,
    pub(crate) common: Arc<Common>,
    pub(crate) invocation: Arc<Invocation>,
    pub(crate) redirects: Vec<Redirect>,
    /// What the ids of errors end in that end the command, where it is one that says so.
    pub(crate) claims: Option<Str>,
    /// Whether it runs a script block.
    pub(crate) is_script: bool,
    pub(crate) failed: bool,
    pub(crate) stopped: bool,
    /// It has asked for no more input.
    pub(crate) sated: bool,
    /// Whether it has begun; what comes before waits.
    pub(crate) begun: bool,
    pub(crate) waiting: Vec<Value>,
    /// Errors of the commands before it that are to be its input.
    pub(super) claimed: Option<Arc<Mutex<Vec<Value>>>>,
}

impl Stage {
    pub(crate) fn new(
        run: Box<dyn StageRun>,
        common: Arc<Common>,
        invocation: Arc<Invocation>,
        redirects: Vec<Redirect>,
    ) -> Self {
        Self {
            run,
            common,
            invocation,
            redirects,
            claims: None,
            is_script: false,
            failed: false,
            stopped: false,
            sated: false,
            begun: false,
            waiting: Vec::new(),
            claimed: None,
        }
    }
}

/// Makes errors of the commands before this one its input, where they do not go anywhere else.
pub(crate) fn claim_errors(stages: &mut [Stage], claiming: usize) {
    let queue = Arc::<Mutex<Vec<Value>>>::default();
    for stage in stages.iter_mut().take(claiming) {
        // What is said of errors later counts.
        stage.redirects.insert(0, Redirect::Claimed(queue.clone()));
    }
    if let Some(stage) = stages.get_mut(claiming) {
        stage.claimed = Some(queue);
    }
}

/// Values for the rest of the pipeline.
struct Downstream<'s> {
    rest: &'s mut [Stage],
    last: &'s mut dyn Output,
    /// Records merged into the output that wait to be written.
    merged: Option<Arc<Mutex<Vec<Value>>>>,
    /// A file that takes the output.
    file: Option<Arc<ToFile>>,
    out_variable: Option<Arc<List>>,
    variable: Option<super::Name>,
    /// Whether an error came from further down.
    failed: bool,
    /// The streams around the command, which the commands behind it have.
    streams: super::Streams,
    /// How many commands around gather records.
    around: usize,
    /// How many calls were under way where the pipeline stands: the commands behind have its scope, not that of the command.
    calls: usize,
}

impl Downstream<'_> {
    fn pass(&mut self, rs: &mut Runspace, value: Value) -> R<()> {
        let streams = std::mem::replace(&mut rs.streams, self.streams.clone());
        let own = rs.collecting.split_off(self.around.min(rs.collecting.len()));
        let result = rs.in_caller(self.calls, |rs| self.pass_on(rs, value));
        rs.collecting.truncate(self.around);
        rs.collecting.extend(own);
        rs.streams = streams;
        self.failed |= result.is_err();
        result
    }

    fn pass_on(&mut self, rs: &mut Runspace, value: Value) -> R<()> {
        rs.check_stop()?;
        match self.rest.split_first_mut() {
            Some((next, rest)) => {
                if next.stopped {
                    return Ok(());
                }
                if !next.begun {
                    next.waiting.push(value);
                    return Ok(());
                }
                take_claimed(rs, next, rest, self.last)?;
                step(rs, next, rest, self.last, Step::Process(Some(value)))
            }
            None => self.last.write(rs, value),
        }
    }
}

impl Output for Downstream<'_> {
    fn write(&mut self, rs: &mut Runspace, value: Value) -> R<()> {
        self.sync(rs)?;
        if let Some(list) = &self.out_variable {
            list.items.lock().push_back(value.clone());
        }
        if let Some(name) = &self.variable {
            let name = name.clone();
            let scope = rs.calls.get(self.calls).map_or(rs.frame.scope, |frame| frame.scope);
            rs.write_in(scope, &name, value.clone())?;
        }
        if let Some(file) = self.file.clone() {
            file.put(rs, value)?;
            return Ok(());
        }
        self.pass(rs, value)
    }

    fn sync(&mut self, rs: &mut Runspace) -> R<()> {
        if let Some(merged) = &self.merged {
            let waiting = std::mem::take(&mut *merged.lock());
            for record in waiting {
                match &self.file {
                    Some(file) => file.waiting.lock().push(record),
                    None => self.pass(rs, record)?,
                }
            }
        }
        Ok(())
    }
}

/// Gives a command the errors that it claims of those before it.
fn take_claimed(rs: &mut Runspace, stage: &mut Stage, rest: &mut [Stage], last: &mut dyn Output) -> R<()> {
    let errors = stage.claimed.as_ref().map(|queue| std::mem::take(&mut *queue.lock())).unwrap_or_default();
    for error in errors {
        step(rs, stage, rest, last, Step::Process(Some(error)))?;
    }
    Ok(())
}

/// A command of a pipeline.
pub(super) struct StepAt {
    pub(super) pipeline: u64,
    pub(super) at: usize,
}

/// What a command does.
pub(super) enum Step {
    Begin,
    Process(Option<Value>),
    End,
    Clean,
}

/// Makes an error that ends a command the command's own, unless another has it already.
fn claim(rs: &mut Runspace, raised: Box<Raised>, suffix: &Str, invocation: &Invocation) -> Box<Raised> {
    if raised.thrown || raised.by_preference || raised.claimed {
        return raised;
    }
    let record = rs.interpreted(&raised.record);
    if record.stack_trace.lock().is_empty() {
        *record.stack_trace.lock() = rs.stack_trace().into();
    }
    let id = record.id.lock().split(',').next().unwrap_or("").to_owned();
    *record.id.lock() = if suffix.is_empty() { id.into() } else { format!("{id},{suffix}").into() };
    *record.activity.lock() = invocation.command_name.clone();
    *record.invocation.lock() = Some(Arc::new(invocation.for_record().about(raised.at)));
    Box::new(Raised { record, claimed: true, ends_command: false, ..*raised })
}

impl Redirect {
    /// Whether errors go elsewhere.
    fn takes_errors(&self) -> bool {
        match self {
            Self::Claimed(_) => false,
            Self::Merge(streams) | Self::File { streams, .. } => streams.contains(&Stream::Error),
        }
    }
}

/// A list of what is redirected.
type Queue = Arc<Mutex<Vec<Value>>>;

/// Makes redirections those of what runs from now on: where records merge into the output, and what takes the output.
fn route(rs: &mut Runspace, redirects: &[Redirect]) -> (Option<Queue>, Option<Arc<ToFile>>) {
    let mut merged = None;
    let mut file = None;
    for redirect in redirects {
        match redirect {
            Redirect::Claimed(queue) => rs.streams.set(Stream::Error, Route::Queue(queue.clone())),
            Redirect::Merge(list) => {
                let queue: &mut Queue = merged.get_or_insert_with(Arc::default);
                for stream in list {
                    rs.streams.set(*stream, Route::Queue(queue.clone()));
                }
            }
            Redirect::File { output, streams, to } => {
                if *output {
                    file = Some(to.clone());
                }
                for stream in streams {
                    let route = if to.is_nowhere() { Route::Null } else { Route::Queue(to.waiting.clone()) };
                    rs.streams.set(*stream, route);
                }
            }
        }
    }
    (merged, file)
}

/// Runs one step of a command, its streams and common parameters in place.
fn step(rs: &mut Runspace, stage: &mut Stage, rest: &mut [Stage], last: &mut dyn Output, what: Step) -> R<()> {
    let common = std::mem::replace(&mut rs.common, stage.common.clone());
    let command = rs.command.replace(stage.invocation.clone());
    let streams = rs.streams.clone();
    let around = rs.collecting.len();
    if stage.common.collects() {
        rs.collecting.push(stage.common.clone());
    }
    let (merged, file) = route(rs, &stage.redirects);
    let redirects_blocks =
        !stage.is_script && !stage.run.is_program() && stage.redirects.iter().any(Redirect::takes_errors);
    rs.streams.set_errors_of_blocks(redirects_blocks.then(|| streams.route(Stream::Error)));
    let ends = rs.ends_uncaught;
    rs.ends_uncaught = ends && !(stage.is_script && stage.redirects.iter().any(Redirect::takes_errors));
    let success = std::mem::replace(&mut rs.success, true);
    let wrote_error = std::mem::replace(&mut rs.wrote_error, false);
    let mut out = Downstream {
        rest,
        last,
        merged,
        file,
        out_variable: stage.common.out_variable.clone(),
        variable: stage.common.pipeline_variable.clone(),
        failed: false,
        streams: streams.clone(),
        around,
        calls: rs.calls.len(),
    };
    let result = match what {
        Step::Begin => stage.run.begin(rs, &mut out),
        Step::Process(input) => stage.run.process(rs, input, &mut out),
        Step::End => stage.run.end(rs, &mut out),
        Step::Clean => stage.run.clean(rs, &mut out),
    };
    let own = !out.failed;
    let synced = out.sync(rs);
    let result = match (result, &stage.claims) {
        (Err(Flow::Error(raised)), Some(suffix)) if own => {
            Err(Flow::Error(claim(rs, raised, suffix, &stage.invocation)))
        }
        (result, _) => result,
    };
    // What a script does within is no failure of the command.
    stage.failed |= rs.wrote_error || !rs.success && stage.run.is_program();
    rs.success = success;
    rs.wrote_error = wrote_error;
    rs.ends_uncaught = ends;
    rs.streams = streams;
    rs.collecting.truncate(around);
    rs.common = common;
    rs.command = command;
    result.and(synced)
}

/// Programs whose output goes to another program or to a file alone pass it on as bytes.
fn connect_programs(stages: &mut [Stage]) {
    let mut is_before_program = false;
    for stage in stages.iter_mut().rev() {
        let is_plain = |redirect: &Redirect| matches!(redirect, Redirect::File { output, streams, .. } if !output || streams.is_empty());
        let to_file =
            |redirect: &Redirect| matches!(redirect, Redirect::File { output: true, to, .. } if !to.is_nowhere());
        let goes_on = is_before_program && !stage.redirects.iter().any(to_file);
        if stage.redirects.iter().all(is_plain) && (goes_on || stage.redirects.iter().any(to_file)) {
            stage.run.pass_bytes();
        }
        is_before_program = stage.run.is_program();
    }
}

impl Runspace {
    /// The next object that the client sends; none at the end.
    pub(super) fn client_input(&mut self) -> Option<Value> {
        loop {
            let value = self.host.input()?;
            let value = crate::serial::read(self, &value);
            // Nulls do not arrive.
            if !value.is_null() {
                return Some(value);
            }
        }
    }

    /// Steps forward, as soon as there is an item or will be none.
    pub(super) fn pull(&mut self, enumerator: &Enumerator) -> bool {
        while !enumerator.next() {
            if !enumerator.is_live() {
                return false;
            }
            let item = self.client_input();
            enumerator.come(item);
        }
        true
    }

    /// The value of what is taken apart item by item: `$input` stays as it is while more comes.
    pub(super) fn eval_source(&mut self, expr: &crate::ir::Expr) -> R<Value> {
        match &expr.kind {
            crate::ir::ExprKind::Variable(variable) if self.live_input => {
                Ok(self.read(&variable.name, &variable.place)?.unwrap_or_default())
            }
            _ => self.eval(expr),
        }
    }

    /// Waits for all that comes to `$input`: whoever looks at it otherwise wants it whole.
    pub(super) fn settle_input(&mut self, value: &Value) -> R<()> {
        if let Some(enumerator) = value.downcast::<Enumerator>() {
            while enumerator.is_live() {
                let item = self.client_input();
                enumerator.come(item);
            }
        }
        self.check_stop()
    }

    /// Runs a pipeline of a script.
    pub(crate) fn run_pipeline(&mut self, pipeline: &Pipeline, out: &mut dyn Output) -> R<()> {
        let length = pipeline.elements.len();
        let mut elements = pipeline.elements.iter();
        let mut source = None;
        let mut stages = Vec::with_capacity(length);
        let id = self.next_pipeline();
        let first = elements.as_slice().first();
        if let Some(Element::Expr(expr, redirections)) = first {
            elements.next();
            if length == 1 {
                return self.run_redirected(expr, redirections, out);
            }
            source = Some((expr, redirections));
        }
        let offset = usize::from(source.is_some());
        for (at, element) in elements.enumerate() {
            match element {
                Element::Command(command) => {
                    let has_input = at.saturating_add(offset) > 0;
                    let place = super::command::Place {
                        pipeline: id,
                        stage: at,
                        length: length.saturating_sub(offset),
                        has_input,
                        position: at,
                    };
                    stages.push(self.prepare(command, place)?);
                }
                Element::Expr(expr, _) => {
                    let value = self.eval(expr)?;
                    let _ = value;
                    let message = "Expressions are only allowed as the first element of a pipeline.";
                    return Err(super::error::invalid("ExpressionsMustBeFirstInPipeline", message));
                }
            }
        }
        let input = match source {
            Some((expr, redirections)) if redirections.is_empty() => match self.span(expr)? {
                Some(span) => Feed::Items(Items::Span(span).into_iter(), None),
                None => feed_of(self.eval_source(expr)?),
            },
            Some((expr, redirections)) => {
                let mut collected = super::Collector::default();
                self.run_redirected(expr, redirections, &mut collected)?;
                Feed::Items(Items::from(collected.values).into_iter(), None)
            }
            None => Feed::Nothing,
        };
        self.run_stages(id, &mut stages, input, out)
    }

    /// Runs prepared commands on input.
    pub(crate) fn run_stages(&mut self, id: u64, stages: &mut [Stage], input: Feed, out: &mut dyn Output) -> R<()> {
        connect_programs(stages);
        let result = self.drive(id, stages, input, out);
        let masked = self.stop.mask();
        let mut cleaned = Ok(());
        for at in 0..stages.len() {
            if let Some((stage, rest)) = stages.get_mut(at..).and_then(<[Stage]>::split_first_mut) {
                cleaned = cleaned.and(step(self, stage, rest, out, Step::Clean));
            }
        }
        for name in stages.iter().filter_map(|stage| stage.common.pipeline_variable.clone()) {
            self.unset(self.frame.scope, &name);
        }
        self.stop.unmask(masked);
        self.success = result.is_ok() && !stages.iter().any(|stage| stage.failed);
        self.close_files(stages)?;
        result?;
        cleaned
    }

    fn drive(&mut self, id: u64, stages: &mut [Stage], mut input: Feed, out: &mut dyn Output) -> R<()> {
        for at in 0..stages.len() {
            self.each(id, stages, at, Step::Begin, out)?;
        }
        stages.iter_mut().for_each(|stage| stage.begun = true);
        for at in 0..stages.len() {
            let waiting = stages.get_mut(at).map(|stage| std::mem::take(&mut stage.waiting)).unwrap_or_default();
            for item in waiting {
                self.each(id, stages, at, Step::Process(Some(item)), out)?;
            }
        }
        if matches!(input, Feed::Client)
            && let Some(first) = stages.first_mut()
            && first.run.takes_input(self)?
        {
            input = Feed::Items(Items::from(Vec::new()).into_iter(), None);
        }
        if matches!(input, Feed::Nothing) {
            self.each(id, stages, 0, Step::Process(None), out)?;
        }
        while !stages.first().is_some_and(|stage| stage.stopped || stage.sated) {
            let item = input.next(self);
            self.check_stop()?;
            if let Feed::Items(_, watch) = &input {
                super::stmt::unchanged(watch.as_ref())?;
            }
            let Some(item) = item else { break };
            if !matches!(item, Value::AutomationNull) {
                self.each(id, stages, 0, Step::Process(Some(item)), out)?;
            }
        }
        for at in 0..stages.len() {
            if !stages.get(at).is_some_and(|stage| stage.stopped) {
                self.each(id, stages, at, Step::End, out)?;
            }
        }
        Ok(())
    }

    /// Has a command do something, and those behind it with what it writes.
    pub(super) fn step_at(&mut self, of: StepAt, stages: &mut [Stage], what: Step, out: &mut dyn Output) -> R<()> {
        self.each(of.pipeline, stages, of.at, what, out)
    }

    fn each(&mut self, id: u64, stages: &mut [Stage], at: usize, what: Step, out: &mut dyn Output) -> R<()> {
        let Some((stage, rest)) = stages.get_mut(at..).and_then(<[Stage]>::split_first_mut) else { return Ok(()) };
        let result = step(self, stage, rest, out, what);
        if let Some(claiming) = rest.iter().position(|stage| stage.claimed.is_some())
            && let Some((stage, rest)) = rest.get_mut(claiming..).and_then(<[Stage]>::split_first_mut)
            && stage.begun
        {
            take_claimed(self, stage, rest, out)?;
        }
        match result {
            Err(Flow::StopUpstream(place)) if place.0 == id => {
                let by = place.1;
                // The commands in front get no more input and no end.
                for stage in stages.iter_mut().take(by) {
                    stage.stopped = true;
                }
                if let Some(stage) = stages.get_mut(by) {
                    stage.sated = true;
                }
                Ok(())
            }
            other => other,
        }
    }

    /// An expression with redirections: what it runs writes its records where they say.
    fn run_redirected(&mut self, expr: &crate::ir::Expr, redirections: &[Redirection], out: &mut dyn Output) -> R<()> {
        if redirections.is_empty() {
            let value = self.eval(expr)?;
            return self.write_out(value, out);
        }
        let redirects = self.redirects(redirections)?;
        let before = self.streams.clone();
        let (merged, file) = route(self, &redirects);
        let ends = self.ends_uncaught;
        self.ends_uncaught = ends && !redirects.iter().any(Redirect::takes_errors);
        let result = self.eval(expr);
        self.ends_uncaught = ends;
        self.streams = before;
        let records = merged.map(|queue| std::mem::take(&mut *queue.lock())).unwrap_or_default();
        let written = match &file {
            Some(to) => {
                to.waiting.lock().extend(records);
                result.map(|value| match enumerate(&value) {
                    Some(items) => to.waiting.lock().extend(items),
                    None if matches!(value, Value::AutomationNull) => {}
                    None => to.waiting.lock().push(value),
                })
            }
            None => records.into_iter().try_for_each(|record| out.write(self, record)).and_then(|()| {
                let value = result?;
                self.write_out(value, out)
            }),
        };
        written.and(self.close_redirects(&redirects))
    }
}
