//! New pipelines.

use alloc::format;
use alloc::string::{String, ToString};

use bytes::Bytes;
use psrp_proto::message::CreatePipeline;
use psrp_proto::{MessageKind, RawMessage, Stream, Uuid};

use super::engine::engine_pid;
use super::io::EngineCommand;
use super::lease::{Lease, Target};
use super::payload::Reason;
use super::pipeline::{Delivery, InputState, Outcome, Pipeline};
use super::{Core, payload, virtual_command};
use crate::limits;
use crate::options::OnBusy;

/// What lists show of commands where the configuration hides them.
const HIDDEN: &str = "(not shown)";

impl Core {
    /// CREATE_PIPELINE or GET_COMMAND_METADATA of the client.
    pub(super) fn client_create(&mut self, pid: Uuid, message: RawMessage) {
        let slot = self.lease.as_ref().and_then(|lease| lease.slots.get(&pid));
        if !slot.is_some_and(|slot| slot.target == Target::Fresh) {
            return;
        }
        if message.pid != pid {
            return self.soft_error_to_client("");
        }
        if message.kind == MessageKind::GetCommandMetadata {
            return self.client_start(pid, &message, &NewPipeline::named("Get-Command"), message.payload.clone());
        }
        // A stock server says the same of what it cannot read, and as little.
        let Some(create) = payload::read_create(&message.payload) else { return self.soft_error_to_client("") };
        match virtual_command::recognise(&create) {
            Some(command) => self.run_virtual(pid, command, create),
            None => {
                let new = NewPipeline::of(&create);
                let payload = self.payload_for_engine(create, &message.payload);
                self.client_start(pid, &message, &new, payload);
            }
        }
    }

    /// Starts a pipeline of the client, if nothing stands in its way.
    fn client_start(&mut self, pid: Uuid, message: &RawMessage, new: &NewPipeline, payload: Bytes) {
        if let Some(reason) = self.obstacle(new) {
            return match reason {
                Obstacle::Skip => self.answer(pid, Outcome::Completed, None),
                Obstacle::Fail(reason) => self.answer(pid, Outcome::Failed, Some(&reason)),
            };
        }
        let number = self.start(new, payload, message.kind);
        let lease = self.leases;
        self.show(number, pid);
        if let Some(pipeline) = self.pipelines.get_mut(&number) {
            pipeline.lease = lease;
        }
    }

    /// What stands in the way of a new pipeline.
    fn obstacle(&self, new: &NewPipeline) -> Option<Obstacle> {
        if let Some(text) = self.engine.epitaph.as_ref().filter(|_| self.engine.is_gone()) {
            return Some(Obstacle::Fail(Reason::engine_gone(text)));
        }
        if let Err(text) = self.room_for_one_more() {
            return Some(Obstacle::Fail(Reason::busy(&text)));
        }
        let busy = self.busy_with()?;
        if new.housekeeping {
            return Some(Obstacle::Skip);
        }
        let waits = self.lease.as_ref().is_some_and(|lease| lease.on_busy == OnBusy::Wait);
        if new.nested || (waits && !self.is_stuck()) {
            return None;
        }
        Some(Obstacle::Fail(Reason::busy(&busy)))
    }

    /// Whether the session may hold another pipeline; if not, what to do.
    pub(super) fn room_for_one_more(&self) -> Result<(), String> {
        if self.pipelines.len() < limits::MAX_PIPELINES {
            return Ok(());
        }
        Err(format!(
            "session {} holds {} commands; receive or stop some: Get-PsrpCommand lists them",
            self.title(),
            limits::MAX_PIPELINES
        ))
    }

    /// Why a new pipeline would not run now: pipelines of earlier clients occupy the engine.
    fn busy_with(&self) -> Option<String> {
        let title = self.title();
        let inherited =
            |pipeline: &&Pipeline| pipeline.is_live() && pipeline.lease != self.leases && !pipeline.internal;
        let count = self.pipelines.values().filter(inherited).count();
        let runspaces = usize::try_from(self.engine.pool_size.1).unwrap_or(1).max(1);
        let hint =
            "Receive-PsrpCommand shows its output, Stop-PsrpCommand ends it, Get-PsrpCommand lists what there is";
        if self.is_stuck() {
            let text = "keeps more output than it may and its engine waits";
            return Some(format!("session {title} {text}: Receive-PsrpCommand takes it, Get-PsrpCommand lists it"));
        }
        let first = self.pipelines.values().find(inherited).filter(|_| count >= runspaces)?;
        let waiting = match first.open_question() {
            Some(_) => "waits for an answer",
            None => "runs",
        };
        Some(format!("session {title} is busy: command {} ({}) still {waiting}. {hint}", first.number, first.text))
    }

    /// The payload as the engine gets it: with this client's host, when the pool's is another's.
    fn payload_for_engine(&self, create: CreatePipeline, payload: &Bytes) -> Bytes {
        match self.lease.as_ref().map(|lease| &lease.host) {
            Some(host) if create.host_info.use_runspace_host && self.engine.host.as_ref() != Some(host) => {
                payload::with_host(create, host)
            }
            _ => payload.clone(),
        }
    }

    /// Starts a pipeline in the engine that nobody sees yet.
    pub(super) fn start(&mut self, new: &NewPipeline, payload: Bytes, kind: MessageKind) -> u64 {
        self.last_pipeline = self.last_pipeline.saturating_add(1);
        let number = self.last_pipeline;
        let engine_pid = engine_pid(self.identity.id, number);
        let text: String = new.title.chars().take(limits::MAX_LISTED_TEXT).collect();
        if self.settings.audit_commands && !new.internal {
            self.audit("command.started", alloc::vec![("pipeline", number.to_string()), ("command", text.clone())]);
        }
        let text = if self.settings.show_commands { text } else { HIDDEN.to_string() };
        let mut pipeline = Pipeline::new(number, engine_pid, text, self.now);
        pipeline.nested = new.nested;
        pipeline.housekeeping = new.housekeeping;
        pipeline.internal = new.internal;
        pipeline.input = if new.takes_input { InputState::Open } else { InputState::None };
        self.has_run |= !pipeline.housekeeping;
        self.pipelines.insert(number, pipeline);
        self.engine_command(EngineCommand::Open(engine_pid));
        self.send_to_pipeline(number, Stream::Default, kind, payload);
        self.event("pipeline.started", alloc::vec![("pipeline", number.to_string())]);
        number
    }

    /// Shows a pipeline to the client from its first message on.
    pub(super) fn show(&mut self, number: u64, pid: Uuid) {
        if let Some(slot) = self.lease.as_mut().and_then(|lease: &mut Lease| lease.slots.get_mut(&pid)) {
            slot.target = Target::Pipeline(number);
        }
        if let Some(pipeline) = self.pipelines.get_mut(&number) {
            pipeline.delivery = Delivery::Bound { pid, cursor: 0 };
        }
    }

    /// Ends a pipeline of the client that never reaches the engine.
    pub(super) fn answer(&mut self, pid: Uuid, outcome: Outcome, reason: Option<&Reason>) {
        if let Some(slot) = self.lease.as_mut().and_then(|lease| lease.slots.get_mut(&pid)) {
            slot.target = Target::Over;
        }
        let state = payload::pipeline_state(outcome, reason);
        self.send_client(psrp_proto::Channel::Pipeline(pid), MessageKind::PipelineState, state);
    }

    /// Gives a pipeline that is fed by the session the next object.
    pub(super) fn feed(&mut self, number: u64, object: Bytes) {
        self.send_to_pipeline(number, Stream::Default, MessageKind::PipelineInput, object);
    }
}

/// What stands in the way of a pipeline.
enum Obstacle {
    /// It is one that nobody misses.
    Skip,
    /// It fails, and the client says why.
    Fail(Reason),
}

/// What the session notes of a new pipeline.
#[derive(Clone, Debug, Default)]
pub(super) struct NewPipeline {
    /// How lists show it.
    title: String,
    takes_input: bool,
    nested: bool,
    /// Sent by the client on its own behalf.
    housekeeping: bool,
    /// The session's own.
    internal: bool,
}

impl NewPipeline {
    pub(super) fn of(create: &CreatePipeline) -> Self {
        Self {
            title: payload::title(&create.power_shell),
            takes_input: !create.no_input,
            nested: create.is_nested,
            housekeeping: payload::is_housekeeping(&create.power_shell),
            internal: false,
        }
    }

    /// One that the session sends on its own behalf.
    pub(super) fn internal(create: &CreatePipeline) -> Self {
        Self { housekeeping: true, internal: true, ..Self::of(create) }
    }

    /// One that is not from CREATE_PIPELINE.
    fn named(title: &str) -> Self {
        Self { title: title.to_string(), ..Self::default() }
    }
}
