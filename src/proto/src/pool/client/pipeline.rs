//! The pipelines of a client's pool.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;

use uuid::Uuid;

use super::{Event, Failure, Outcome, Output, Pool};
use crate::host::HostMethod;
use crate::message::{Message, PipelineStateInfo, PsInvocationState};
use crate::pool::PoolError;
use crate::{Channel, Destination, RawMessage, Stream, limits};

/// A pipeline whose channel is not closed.
#[derive(Debug)]
pub(super) struct Pipeline {
    state: State,
    /// Its input has not ended.
    pub(super) takes_input: bool,
    /// Host calls that wait for an answer.
    pub(super) host_calls: BTreeMap<i64, HostMethod>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Running,
    /// A signal was sent.
    Stopping,
    /// `Close` was sent before the end was known.
    Closing,
    /// The end was told, and `Close` sent.
    Ended,
}

impl Pipeline {
    pub(super) const STOPPED: PipelineStateInfo = PipelineStateInfo::new(PsInvocationState::Stopped);

    /// Its end was not told yet.
    pub(super) fn is_live(&self) -> bool {
        self.state != State::Ended
    }

    /// Now `Close` is being sent; false when it was sent before.
    pub(super) fn close(&mut self) -> bool {
        match self.state {
            State::Running | State::Stopping => {
                self.state = State::Closing;
                true
            }
            State::Closing | State::Ended => false,
        }
    }

    /// It has ended, and nothing is to be sent for it; false when it had before.
    pub(super) fn end(&mut self) -> bool {
        self.host_calls.clear();
        core::mem::replace(&mut self.state, State::Ended) != State::Ended
    }
}

impl Pool {
    pub(super) fn add_pipeline(&mut self, pid: Uuid, takes_input: bool) -> Result<(), PoolError> {
        self.opened()?;
        if pid.is_nil() || self.pipelines.contains_key(&pid) {
            return Err(PoolError::PipelineExists(pid));
        }
        let pipeline = Pipeline { state: State::Running, takes_input, host_calls: BTreeMap::new() };
        self.pipelines.insert(pid, pipeline);
        Ok(())
    }

    pub(super) fn start(&mut self, pid: Uuid, takes_input: bool, message: &Message) -> Result<(), PoolError> {
        self.add_pipeline(pid, takes_input)?;
        self.outputs.push_back(Output::Open(pid));
        self.send(Channel::Pipeline(pid), Stream::Default, message);
        Ok(())
    }

    pub(super) fn live_pipeline(&mut self, pid: Uuid) -> Result<&mut Pipeline, PoolError> {
        self.pipelines.get_mut(&pid).filter(|pipeline| pipeline.is_live()).ok_or(PoolError::NoPipeline(pid))
    }

    pub(super) fn pipeline_input(&mut self, pid: Uuid, message: &Message) -> Result<(), PoolError> {
        let pipeline = self.live_pipeline(pid)?;
        if !pipeline.takes_input || pipeline.state != State::Running {
            return Err(PoolError::InputEnded(pid));
        }
        self.send(Channel::Pipeline(pid), Stream::Default, message);
        Ok(())
    }

    pub(super) fn stop(&mut self, pid: Uuid) -> Result<(), PoolError> {
        let pipeline = self.live_pipeline(pid)?;
        // A second one changes nothing.
        if pipeline.state == State::Running {
            pipeline.state = State::Stopping;
            self.outputs.push_back(Output::Signal(pid));
        }
        Ok(())
    }

    pub(super) fn signal_ack(&mut self, pid: Uuid) {
        let stopping = self.pipelines.get(&pid).is_some_and(|pipeline| pipeline.state == State::Stopping);
        // The server does not know the pipeline, or never gave it a runspace: it will not tell its end.
        if stopping {
            self.end_pipeline(pid, Outcome::State(Pipeline::STOPPED));
        }
    }

    pub(super) fn pipeline_closed(&mut self, pid: Uuid) {
        if self.pipelines.get(&pid).is_some_and(|pipeline| matches!(pipeline.state, State::Closing | State::Ended)) {
            self.end_pipeline(pid, Outcome::State(Pipeline::STOPPED));
            self.pipelines.remove(&pid);
            self.event(Event::PipelineClosed { pid });
        }
    }

    /// Tells the end of a pipeline, once, and closes its channel, once.
    pub(super) fn end_pipeline(&mut self, pid: Uuid, outcome: Outcome) {
        let Some(pipeline) = self.pipelines.get_mut(&pid) else { return };
        let close = pipeline.close();
        if pipeline.end() {
            self.event(Event::PipelineEnded { pid, outcome });
        }
        if close {
            self.outputs.push_back(Output::Close(Channel::Pipeline(pid)));
        }
    }

    pub(super) fn pipeline_message(&mut self, pid: Uuid, message: &RawMessage) {
        if !self.pipelines.get(&pid).is_some_and(Pipeline::is_live) || message.pid != pid {
            return;
        }
        if message.rpid != self.rpid || !message.is_for(Destination::Client) {
            let failure = Failure::Misdirected(message.kind.name());
            return self.end_pipeline(pid, Outcome::Failed(failure));
        }
        match Message::decode(message) {
            Ok(message) => self.pipeline_content(pid, message),
            Err(error) => self.end_pipeline(pid, Outcome::Failed(error.into())),
        }
    }

    fn pipeline_content(&mut self, pid: Uuid, message: Message) {
        match message {
            Message::PipelineState(info) if info.state.is_terminal() => {
                self.end_pipeline(pid, Outcome::State(info));
            }
            Message::PipelineHostCall(call) => {
                let pipeline = self.pipelines.get_mut(&pid).filter(|_| call.method.returns_value());
                if let Some(pipeline) = pipeline {
                    if pipeline.host_calls.len() >= limits::HOST_CALLS {
                        return self.end_pipeline(pid, Outcome::Failed(Failure::TooManyHostCalls));
                    }
                    pipeline.host_calls.insert(call.call_id, call.method);
                }
                self.event(Event::HostCall { channel: Channel::Pipeline(pid), call: Box::new(call) });
            }
            Message::PipelineOutput(_)
            | Message::ErrorRecord(_)
            | Message::DebugRecord(_)
            | Message::VerboseRecord(_)
            | Message::WarningRecord(_)
            | Message::ProgressRecord(_)
            | Message::InformationRecord(_) => {
                self.event(Event::Pipeline { pid, message: Box::new(message) });
            }
            // What is not known, or what only servers get, is ignored.
            _ => {}
        }
    }
}
