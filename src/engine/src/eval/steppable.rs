//! Steppable pipelines: commands that are given their input one by one, as proxies do.

use std::{any::Any, sync::Arc};

use parking_lot::Mutex;

use super::{
    Call, Collector, Place, R, Runspace, ScriptBlock, Stage, error,
    pipeline::{Step, StepAt},
};
use crate::{
    bind::Argument,
    ir::{Element, StmtKind},
    types,
    value::{Category, Object, Value, enumerate},
};

/// A `SteppablePipeline`.
pub(crate) struct Steppable {
    pipeline: u64,
    state: Mutex<State>,
    feed: Mutex<Feed>,
}

/// How it is given its input.
#[derive(Default)]
struct Feed {
    expects_input: bool,
    /// Whether commands that expect none have run their one time.
    has_run: bool,
    /// What was written while it began, for whoever asks next.
    held: Vec<Value>,
}

enum State {
    Ready(Vec<Stage>),
    /// While one of its steps runs.
    Busy,
    Over,
}

impl Object for Steppable {
    fn type_of(&self) -> types::Type {
        types::known("System.Management.Automation.SteppablePipeline")
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

const ONLY_ONE: &str = "Only a script block that contains exactly one pipeline or command can be converted. Expressions or control structures are not permitted. Verify that the script block contains exactly one pipeline or command.";
const EMPTY: &str =
    "An empty script block cannot be converted. Verify that the script block contains exactly one pipeline or command.";
const CLAUSES: &str = "The script block cannot be converted because it contains more than one clause. Expressions or control structures are not permitted. Verify that the script block contains exactly one pipeline or command.";

fn unfit(message: &str) -> super::Flow {
    error::thrown("System.Management.Automation.PSInvalidOperationException", message)
}

impl Runspace {
    /// The commands of a block, ready to be given input; their arguments are those of now.
    ///
    /// # Errors
    /// It is not one pipeline of commands, or they cannot be bound.
    pub(crate) fn steppable(&mut self, block: &Arc<ScriptBlock>, args: &[Value]) -> R<Value> {
        let unit = block.unit().clone();
        if [&unit.begin, &unit.process, &unit.dynamic, &unit.clean].into_iter().any(Option::is_some) {
            return Err(unfit(CLAUSES));
        }
        let statements = unit.end.as_ref().map(|block| block.statements.as_slice()).unwrap_or_default();
        let pipeline = match statements {
            [] => return Err(unfit(EMPTY)),
            [one] => match &one.kind {
                StmtKind::Pipeline(pipeline) => pipeline,
                _ => return Err(unfit(ONLY_ONE)),
            },
            _ => return Err(unfit(ONLY_ONE)),
        };
        if !pipeline.elements.iter().all(|element| matches!(element, Element::Command(_))) {
            return Err(unfit(EMPTY));
        }
        let id = self.next_pipeline();
        let prepare = |rs: &mut Self| -> R<Vec<Stage>> {
            let length = pipeline.elements.len();
            let mut stages = Vec::new();
            for (at, element) in pipeline.elements.iter().enumerate() {
                let Element::Command(command) = element else { continue };
                let place = Place { pipeline: id, stage: at, length, has_input: true, position: at };
                stages.push(rs.prepare(command, place)?);
            }
            Ok(stages)
        };
        let saved = self.frame.source.replace(unit.source.clone());
        let map = self.frame.map.take();
        let names = self.map_of(&unit, self.frame.scope);
        self.frame.map = Some(names);
        let stages = if args.is_empty() {
            prepare(self)
        } else {
            let mut call = Call::new(self, block.clone(), psrpd_dotnet::Str::default(), false);
            let args = args.iter().cloned().map(Argument::positional).collect();
            call.bind(self, args).and_then(|()| call.inside(self, prepare))
        };
        self.frame.map = map;
        self.frame.source = saved;
        Ok(Value::object(Steppable { pipeline: id, state: Mutex::new(State::Ready(stages?)), feed: Mutex::default() }))
    }
}

impl Steppable {
    fn run(
        &self,
        rs: &mut Runspace,
        what: impl FnOnce(&mut Runspace, &mut Vec<Stage>, &mut Collector) -> R<()>,
    ) -> R<Value> {
        let state = std::mem::replace(&mut *self.state.lock(), State::Busy);
        let State::Ready(mut stages) = state else {
            *self.state.lock() = state;
            return Err(disposed());
        };
        let mut out = Collector::default();
        let result = what(rs, &mut stages, &mut out);
        *self.state.lock() = State::Ready(stages);
        result?;
        Ok(Value::array(out.values))
    }

    /// Begins; what is written meanwhile comes back, or with the next step if it is held.
    pub(crate) fn begin(&self, rs: &mut Runspace, expects_input: bool, holds: bool) -> R<Value> {
        self.feed.lock().expects_input = expects_input;
        let written = self.run(rs, |rs, stages, out| {
            for at in 0..stages.len() {
                rs.step_at(StepAt { pipeline: self.pipeline, at }, stages, Step::Begin, out)?;
            }
            stages.iter_mut().for_each(|stage| stage.begun = true);
            Ok(())
        })?;
        let written = enumerate(&written).unwrap_or_default();
        if holds {
            self.feed.lock().held = written;
            return Ok(Value::AutomationNull);
        }
        Ok(if written.is_empty() { Value::AutomationNull } else { Value::array(written) })
    }

    /// What there is to do with an object: nothing without one where input is expected, and nothing a second time where
    /// none is.
    fn step(&self, input: Option<Value>) -> Option<Step> {
        let mut feed = self.feed.lock();
        if feed.expects_input {
            return input.map(|input| Step::Process(Some(input)));
        }
        let is_first = !std::mem::replace(&mut feed.has_run, true);
        is_first.then_some(Step::Process(None))
    }

    /// Gives what was held first.
    fn release(&self, out: &mut Collector) {
        let held = std::mem::take(&mut self.feed.lock().held);
        out.values.splice(0..0, held);
    }

    /// Takes an object, or runs once without.
    pub(crate) fn process(&self, rs: &mut Runspace, input: Option<Value>) -> R<Value> {
        self.run(rs, |rs, stages, out| {
            rs.check_stop()?;
            self.release(out);
            if stages.first().is_some_and(|stage| stage.stopped || !stage.begun) {
                return Ok(());
            }
            match self.step(input) {
                Some(step) => rs.step_at(StepAt { pipeline: self.pipeline, at: 0 }, stages, step, out),
                None => Ok(()),
            }
        })
    }

    /// Ends; nothing may come after it.
    pub(crate) fn end(&self, rs: &mut Runspace) -> R<Value> {
        let result = self.run(rs, |rs, stages, out| {
            self.release(out);
            let has_begun = stages.first().is_some_and(|stage| stage.begun && !stage.stopped);
            if let Some(step) = self.step(None).filter(|_| has_begun) {
                rs.step_at(StepAt { pipeline: self.pipeline, at: 0 }, stages, step, out)?;
            }
            for at in 0..stages.len() {
                if !stages.get(at).is_some_and(|stage| stage.stopped) {
                    rs.step_at(StepAt { pipeline: self.pipeline, at }, stages, Step::End, out)?;
                }
            }
            Ok(())
        });
        self.clean(rs)?;
        result
    }

    /// Lets its commands clean up.
    pub(crate) fn clean(&self, rs: &mut Runspace) -> R<()> {
        let State::Ready(mut stages) = std::mem::replace(&mut *self.state.lock(), State::Over) else { return Ok(()) };
        let mut out = super::Discard;
        for at in 0..stages.len() {
            rs.step_at(StepAt { pipeline: self.pipeline, at }, &mut stages, Step::Clean, &mut out)?;
        }
        Ok(())
    }
}

fn disposed() -> super::Flow {
    error::raise(
        "System.Management.Automation.PSObjectDisposedException",
        "ObjectDisposed",
        Category::InvalidOperation,
        "Cannot perform operation because object \"PipelineProcessor\" has already been disposed.\nObject name: 'PipelineProcessor'.",
        Value::Null,
    )
}
