//! The pipelines of a server's pool.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use bytes::Bytes;
use psrp_clixml::Value;
use uuid::Uuid;

use super::{Event, Output, Pool, Work};
use crate::host::{HostCall, HostMethod, HostResponse};
use crate::message::{ErrorCategory, ErrorRecord, Message, PipelineStateInfo, PsInvocationState};
use crate::pool::PoolError;
use crate::{Channel, Destination, MessageKind, RawMessage, limits};

/// A pipeline whose channel is open.
#[derive(Debug, Default)]
pub(super) struct Pipeline {
    state: State,
    pub(super) host_calls: HostCalls,
    /// Input that came while it waits, and its size in bytes.
    early_input: Vec<Value>,
    early_bytes: usize,
    /// Acknowledgements that are due when it has ended.
    signal_due: bool,
    close_due: bool,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Nothing was said but that the channel is open.
    #[default]
    Created,
    /// Waits for a runspace.
    Queued {
        takes_input: bool,
    },
    Running {
        takes_input: bool,
        nested: bool,
        stopping: bool,
    },
    /// Its last message was sent.
    Ended,
}

/// The calls of one host object.
#[derive(Debug, Default)]
pub(super) struct HostCalls {
    last_id: i64,
    waiting: BTreeMap<i64, HostMethod>,
}

impl HostCalls {
    pub(super) fn next_id(&mut self) -> i64 {
        self.last_id = self.last_id.saturating_add(1);
        self.last_id
    }

    pub(super) fn called(&mut self, call: &HostCall) -> Result<(), PoolError> {
        if !call.method.returns_value() {
            return Ok(());
        }
        if self.waiting.contains_key(&call.call_id) {
            return Err(PoolError::CallExists(call.call_id));
        }
        self.waiting.insert(call.call_id, call.method);
        Ok(())
    }

    /// Whether it answers a call that waits, which then waits no more.
    pub(super) fn answered(&mut self, response: &HostResponse) -> bool {
        let waits = self.waiting.get(&response.call_id) == Some(&response.method);
        if waits {
            self.waiting.remove(&response.call_id);
        }
        waits
    }
}

impl Pipeline {
    pub(super) const fn is_running(&self) -> bool {
        matches!(self.state, State::Running { .. })
    }

    /// The calls of its host. Calls are not answered while it is being stopped.
    pub(super) const fn may_call(&mut self, pid: Uuid, call: &HostCall) -> Result<&mut HostCalls, PoolError> {
        if matches!(self.state, State::Running { stopping: true, .. }) && call.method.returns_value() {
            return Err(PoolError::Stopping(pid));
        }
        Ok(&mut self.host_calls)
    }

    /// Nothing more is sent for it.
    pub(super) fn end(&mut self) {
        self.state = State::Ended;
        self.host_calls.waiting.clear();
        self.early_input = Vec::new();
    }
}

impl Pool {
    pub(super) fn command(&mut self, pid: Uuid) {
        if !pid.is_nil() {
            if self.pipelines.len() >= limits::CHANNELS {
                return self.soft_error(&"too many pipelines are open at once");
            }
            self.pipelines.entry(pid).or_default();
        }
        self.outputs.push_back(Output::CommandAck(pid));
    }

    /// A message in the channel of its own pipeline; `size` is that of its payload in bytes.
    pub(super) fn pipeline_message(&mut self, pid: Uuid, message: Message, size: usize) {
        let Some(pipeline) = self.pipelines.get_mut(&pid) else { return };
        match (pipeline.state, message) {
            (State::Created, Message::CreatePipeline(create)) => self.create(pid, Work::Commands(create.into())),
            (State::Created, Message::GetCommandMetadata(get)) => self.create(pid, Work::Metadata(get.into())),
            (State::Queued { takes_input: true }, Message::PipelineInput(value)) => {
                pipeline.early_bytes = pipeline.early_bytes.saturating_add(size);
                pipeline.early_input.push(value);
                if pipeline.early_bytes > limits::EARLY_INPUT || pipeline.early_input.len() > limits::EARLY_OBJECTS {
                    self.refuse_early_input(pid);
                }
            }
            (State::Queued { .. }, Message::EndOfPipelineInput) => {
                pipeline.state = State::Queued { takes_input: false };
            }
            (State::Running { takes_input: true, .. }, Message::PipelineInput(value)) => {
                self.event(Event::PipelineInput { pid, value });
            }
            (State::Running { takes_input: true, nested, stopping }, Message::EndOfPipelineInput) => {
                pipeline.state = State::Running { takes_input: false, nested, stopping };
                self.event(Event::EndOfPipelineInput { pid });
            }
            (State::Running { .. }, Message::PipelineHostResponse(response)) => {
                self.host_response(Channel::Pipeline(pid), response);
            }
            (_, Message::StopPipeline) => self.stop(pid),
            // A second CREATE_PIPELINE, input that is not taken or comes late.
            _ => {}
        }
    }

    pub(super) fn signal(&mut self, pid: Uuid) {
        self.stop(pid);
        match self.pipelines.get_mut(&pid) {
            Some(pipeline) if pipeline.is_running() => pipeline.signal_due = true,
            _ => self.outputs.push_back(Output::SignalAck(pid)),
        }
    }

    pub(super) fn close_pipeline(&mut self, pid: Uuid) {
        self.stop(pid);
        match self.pipelines.get_mut(&pid) {
            Some(pipeline) if pipeline.is_running() => pipeline.close_due = true,
            _ => {
                self.pipelines.remove(&pid);
                self.outputs.push_back(Output::CloseAck(Channel::Pipeline(pid)));
            }
        }
    }

    pub(super) fn record(&mut self, pid: Uuid, kind: MessageKind, payload: Bytes) -> Result<(), PoolError> {
        use MessageKind as K;
        self.running(pid)?;
        match kind {
            K::PipelineOutput
            | K::ErrorRecord
            | K::DebugRecord
            | K::VerboseRecord
            | K::WarningRecord
            | K::ProgressRecord
            | K::InformationRecord => {
                let message = RawMessage::pipeline(Destination::Client, kind, self.rpid, pid, payload);
                self.outputs.push_back(Output::Send { channel: Channel::Pipeline(pid), message });
                Ok(())
            }
            other => Err(PoolError::NotARecord(other.name())),
        }
    }

    pub(super) fn pipeline_ended(&mut self, pid: Uuid, info: PipelineStateInfo) -> Result<(), PoolError> {
        if !info.state.is_terminal() {
            return Err(PoolError::NotAnEnd(info.state.name()));
        }
        let pipeline = self.running(pid)?;
        pipeline.end();
        let (signal_due, close_due) = (pipeline.signal_due, pipeline.close_due);
        self.send(Channel::Pipeline(pid), &Message::PipelineState(info));
        if signal_due {
            self.outputs.push_back(Output::SignalAck(pid));
        }
        if close_due {
            self.pipelines.remove(&pid);
            self.outputs.push_back(Output::CloseAck(Channel::Pipeline(pid)));
        }
        self.start_queued();
        self.end_if_idle();
        Ok(())
    }

    /// The pipeline, if the engine runs it.
    pub(super) fn running(&mut self, pid: Uuid) -> Result<&mut Pipeline, PoolError> {
        self.pipelines.get_mut(&pid).filter(|pipeline| pipeline.is_running()).ok_or(PoolError::NoPipeline(pid))
    }

    /// Runspaces in use.
    pub(super) fn in_use(&self) -> i64 {
        let running = |p: &&Pipeline| matches!(p.state, State::Running { nested: false, .. });
        i64::try_from(self.pipelines.values().filter(running).count()).unwrap_or(i64::MAX)
    }

    fn create(&mut self, pid: Uuid, work: Work) {
        if work.is_nested() || self.in_use() < i64::from(self.max_runspaces) {
            return self.start(pid, work);
        }
        if let Some(pipeline) = self.pipelines.get_mut(&pid) {
            pipeline.state = State::Queued { takes_input: work.takes_input() };
            self.queue.push_back((pid, work));
        }
    }

    fn start(&mut self, pid: Uuid, work: Work) {
        let Some(pipeline) = self.pipelines.get_mut(&pid) else { return };
        let takes_input = match pipeline.state {
            State::Queued { takes_input } => takes_input,
            _ => work.takes_input(),
        };
        let input_ended = work.takes_input() && !takes_input;
        pipeline.state = State::Running { takes_input, nested: work.is_nested(), stopping: false };
        let early = core::mem::take(&mut pipeline.early_input);
        self.event(Event::Start { pid, work });
        for value in early {
            self.event(Event::PipelineInput { pid, value });
        }
        if input_ended {
            self.event(Event::EndOfPipelineInput { pid });
        }
    }

    /// Starts what waits, as long as there are runspaces.
    pub(super) fn start_queued(&mut self) {
        while self.in_use() < i64::from(self.max_runspaces)
            && let Some((pid, work)) = self.queue.pop_front()
        {
            self.start(pid, work);
        }
    }

    /// Stops a pipeline if it has begun; one that waits is never run.
    fn stop(&mut self, pid: Uuid) {
        let Some(pipeline) = self.pipelines.get_mut(&pid) else { return };
        match pipeline.state {
            State::Queued { .. } => self.end_queued(pid, PipelineStateInfo::new(PsInvocationState::Stopped)),
            State::Running { takes_input, nested, stopping: false } => {
                pipeline.state = State::Running { takes_input, nested, stopping: true };
                pipeline.host_calls.waiting.clear();
                self.event(Event::Stop { pid });
            }
            State::Running { .. } | State::Created | State::Ended => {}
        }
    }

    pub(super) fn stop_all(&mut self) {
        let pids: Vec<_> = self.pipelines.keys().copied().collect();
        pids.into_iter().for_each(|pid| self.stop(pid));
    }

    fn end_queued(&mut self, pid: Uuid, info: PipelineStateInfo) {
        self.queue.retain(|(queued, _)| *queued != pid);
        if let Some(pipeline) = self.pipelines.get_mut(&pid) {
            pipeline.end();
            self.send(Channel::Pipeline(pid), &Message::PipelineState(info));
        }
    }

    /// Input that is not all there must not look like all of it.
    fn refuse_early_input(&mut self, pid: Uuid) {
        let error = ErrorRecord::new(
            "the pipeline got more input than is kept for it until a runspace is free",
            "PipelineInputLimit",
            ErrorCategory::LimitsExceeded,
            "System.InvalidOperationException",
        );
        self.end_queued(pid, PipelineStateInfo::failed(error));
    }
}
