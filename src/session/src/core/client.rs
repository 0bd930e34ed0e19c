//! What the client that drives the session says, whatever it travels on.

use alloc::string::ToString;

use bytes::Bytes;
use psrp_proto::message::Message;
use psrp_proto::{Channel, Destination, MessageClass, MessageKind, RawMessage, Stream, Uuid};

use super::io::{EngineCommand, LinkId};
use super::lease::{Closing, Slot, Target};
use super::link::Init;
use super::pipeline::{InputState, Stage};
use super::{Core, Phase};
use crate::limits;
use crate::options::OnClose;

impl Core {
    /// The client opens a channel for a pipeline.
    pub(super) fn client_command(&mut self, pid: Uuid) {
        if let Some(lease) = self.lease.as_mut() {
            lease.slots.insert(pid, Slot::new());
        }
    }

    /// The client wants a pipeline stopped.
    pub(super) fn client_signal(&mut self, pid: Uuid) {
        match self.pipeline_of(pid) {
            Some(number) if self.pipelines.get(&number).is_some_and(super::Pipeline::is_live) => {
                if let Some(pipeline) = self.pipelines.get_mut(&number) {
                    pipeline.signal_ack_due = true;
                }
                self.stop_pipeline(number);
            }
            // Over, or never begun: a stock server acknowledges all the same.
            _ => self.ack_signal(pid),
        }
    }

    /// The client is done with a channel, or with the session.
    pub(super) fn client_close(&mut self, channel: Channel) {
        match channel {
            Channel::Session => self.client_close_session(),
            Channel::Pipeline(pid) => self.client_close_pipeline(pid),
        }
    }

    fn client_close_pipeline(&mut self, pid: Uuid) {
        let slot = self.lease.as_mut().and_then(|lease| lease.slots.get_mut(&pid));
        let Some(slot) = slot else { return self.ack_close(Channel::Pipeline(pid)) };
        slot.closing = true;
        let number = match slot.target {
            Target::Pipeline(number) => Some(number),
            Target::Fresh | Target::Over => None,
        };
        match number.and_then(|number| self.pipelines.get(&number)) {
            Some(pipeline) if pipeline.is_live() => {
                let number = pipeline.number;
                self.close_pipeline(number);
            }
            _ => self.finish_slot(pid),
        }
    }

    /// Answers the close of a channel whose pipeline is over, and forgets both: the client has seen everything it wants.
    pub(super) fn finish_slot(&mut self, pid: Uuid) {
        let Some(slot) = self.lease.as_mut().and_then(|lease| lease.slots.remove(&pid)) else { return };
        for _ in 0..slot.held_acks {
            self.ack_data(Channel::Pipeline(pid));
        }
        if let Target::Pipeline(number) = slot.target {
            self.pipelines.remove(&number);
        }
        self.ack_close(Channel::Pipeline(pid));
        if self.close_requested {
            self.end_as_asked("closed by Close-PsrpSession");
        }
    }

    fn client_close_session(&mut self) {
        let keeps = self.keeps_on_close();
        let Some(lease) = self.lease.as_mut() else { return };
        lease.owes_close = false;
        if lease.left {
            return self.ack_close(Channel::Session);
        }
        if lease.closing.is_some() {
            return;
        }
        lease.closing = Some(if keeps { Closing::Keep } else { Closing::End });
        let live = lease.slots.values().filter_map(|slot| match slot.target {
            Target::Pipeline(number) => Some(number),
            Target::Fresh | Target::Over => None,
        });
        let live: alloc::vec::Vec<u64> = live.collect();
        for number in live {
            self.close_pipeline(number);
        }
        if !keeps {
            self.end_as_asked("closed by its client");
        }
    }

    /// Whether the session stays when its client says goodbye.
    fn keeps_on_close(&self) -> bool {
        let Some(lease) = &self.lease else { return true };
        if self.close_requested || lease.exit_seen || self.phase != Phase::Alive {
            return false;
        }
        match lease.on_close {
            Some(choice) => choice == OnClose::Keep,
            None => self.identity.name.is_some(),
        }
    }

    /// A message of the client.
    pub(super) fn client_message(&mut self, channel: Channel, message: RawMessage) {
        let Some(lease) = &self.lease else { return };
        if message.rpid != lease.rpid && message.kind.class() != MessageClass::Pipeline {
            return self.client_lost_its_way();
        }
        match (message.kind, channel) {
            (MessageKind::SessionCapability, _) => self.client_lost_its_way(),
            (MessageKind::InitRunspacePool, _) => self.client_init(message),
            (MessageKind::ConnectRunspacePool, _) => self.client_connect(),
            (MessageKind::PublicKey, _) => self.client_public_key(&message),
            (
                MessageKind::SetMaxRunspaces
                | MessageKind::SetMinRunspaces
                | MessageKind::GetAvailableRunspaces
                | MessageKind::ResetRunspaceState,
                _,
            ) => self.client_operation(&message),
            (MessageKind::RunspacePoolHostResponse, _) => self.client_pool_response(message),
            (MessageKind::CreatePipeline | MessageKind::GetCommandMetadata, Channel::Pipeline(pid)) => {
                self.client_create(pid, message);
            }
            (MessageKind::CreatePipeline | MessageKind::GetCommandMetadata, Channel::Session) => {
                self.soft_error_to_client("a pipeline cannot be created on the channel of the session");
            }
            (MessageKind::PipelineInput | MessageKind::EndOfPipelineInput, Channel::Pipeline(pid)) => {
                self.client_input(pid, message);
            }
            (MessageKind::PipelineHostResponse, Channel::Pipeline(pid)) => self.client_response(pid, message),
            (MessageKind::StopPipeline, Channel::Pipeline(pid)) => {
                if let Some(number) = self.pipeline_of(pid) {
                    self.stop_pipeline(number);
                }
            }
            // A stock server takes what it does not know in silence.
            _ => {}
        }
    }

    /// What a stock server closes its session for. Ours stays; this client does not.
    fn client_lost_its_way(&mut self) {
        let Some((link, rpid)) = self.lease.as_ref().and_then(|lease| lease.link.map(|link| (link, lease.rpid))) else {
            return;
        };
        let text = "it addressed another pool or negotiated twice";
        self.audit("link.broken", alloc::vec![("reason", text.into())]);
        if self.lease.as_ref().is_some_and(super::Lease::is_stream) {
            return self.break_link(link, text);
        }
        self.dismiss(link, rpid);
        self.give_up_lease(super::leave::Leave::Lost);
    }

    pub(super) fn soft_error_to_client(&mut self, text: &str) {
        if let Some(link) = self.lease.as_ref().and_then(|lease| lease.link) {
            self.soft_error(link, text);
        }
    }

    /// INIT_RUNSPACEPOOL of the client of a stream that created the session, or a second one.
    fn client_init(&mut self, message: RawMessage) {
        if self.engine.is_gone() {
            // The client has been told, and had sent this before.
            return;
        }
        if !self.engine.is_unopened() {
            let text = "The session already exists. Trying to create the session again with the same InstanceId is not allowed.";
            return self.soft_error_to_client(text);
        }
        match Message::decode(&message) {
            Ok(Message::InitRunspacePool(content)) => {
                if let Some(lease) = self.lease.as_mut() {
                    lease.host = content.host_info.clone();
                }
                self.open_engine(Init { content, payload: message.payload });
            }
            Ok(_) => {}
            Err(error) => self.soft_error_to_client(&error.to_string()),
        }
    }

    fn client_input(&mut self, pid: Uuid, message: RawMessage) {
        let Some(pipeline) = self.pipeline_of(pid).and_then(|number| self.pipelines.get_mut(&number)) else { return };
        // What comes for a pipeline that takes no input, or is over, is taken and thrown away.
        if pipeline.input != InputState::Open || !pipeline.is_live() {
            return;
        }
        if message.kind == MessageKind::EndOfPipelineInput {
            pipeline.input = InputState::Ended;
        }
        let number = pipeline.number;
        self.send_to_pipeline(number, Stream::Default, message.kind, message.payload);
        self.event("input.accepted", alloc::vec![("pipeline", number.to_string())]);
    }

    /// Sends a message to a pipeline of the engine, under the ids by which the engine knows it.
    pub(super) fn send_to_pipeline(&mut self, number: u64, stream: Stream, kind: MessageKind, payload: Bytes) {
        let rpid = self.identity.id;
        let Some(pipeline) = self.pipelines.get_mut(&number) else { return };
        let message = RawMessage::pipeline(Destination::Server, kind, rpid, pipeline.engine_pid, payload);
        pipeline.queued = pipeline.queued.saturating_add(message.size());
        let channel = Channel::Pipeline(pipeline.engine_pid);
        self.engine_command(EngineCommand::Send { channel, stream, message });
    }

    /// Ends the input of a pipeline whose client cannot.
    pub(super) fn end_input(&mut self, number: u64) {
        self.send_to_pipeline(number, Stream::Default, MessageKind::EndOfPipelineInput, Bytes::new());
    }

    /// The number of the pipeline that the client knows as `pid`.
    pub(super) fn pipeline_of(&self, pid: Uuid) -> Option<u64> {
        match self.lease.as_ref()?.slots.get(&pid)?.target {
            Target::Pipeline(number) => Some(number),
            Target::Fresh | Target::Over => None,
        }
    }

    /// Keeps an acknowledgement back until the engine has given its own: the only brake on a stock client.
    ///
    /// An earlier one would not be faster: the client joins what it has to send while it waits, and a `Data` costs the
    /// engine more than what is in it. It would also move the borders between `Data` elements, which show when a stock
    /// server fails over one message: it holds back what follows in the same `Data`.
    ///
    /// Never in the middle of a message, which the engine does not get before it is whole.
    pub(super) fn withhold_ack(&mut self, link: LinkId, channel: Channel) -> bool {
        let Channel::Pipeline(pid) = channel else { return false };
        let Some(number) = self.pipeline_of(pid) else { return false };
        let waits = self.pipelines.get(&number).is_some_and(|pipeline| pipeline.is_live() && pipeline.queued > 0);
        let lease = self.lease.as_mut().filter(|lease| waits && lease.link == Some(link));
        match lease.and_then(|lease| lease.slots.get_mut(&pid)) {
            Some(slot) => {
                slot.held_acks = slot.held_acks.saturating_add(1);
                self.look_for_flood();
                true
            }
            None => false,
        }
    }

    /// Notes whether the client sends more than the engine takes. One that waits for its acknowledgements, as it must, has one
    /// `Data` under way in each channel and stays below the limit.
    fn look_for_flood(&mut self) {
        let full = self.upstream() > limits::UPSTREAM_LIMIT;
        let queued = |target| match target {
            Target::Pipeline(number) => self.pipelines.get(&number).map_or(0, |pipeline| pipeline.queued),
            Target::Fresh | Target::Over => 0,
        };
        let Some(lease) = self.lease.as_mut() else { return };
        let hasty = |slot: &Slot| slot.held_acks > 1 && queued(slot.target) > limits::UPSTREAM_HIGH_MARK;
        lease.floods = !lease.is_stream() && (full || lease.slots.values().any(hasty));
    }

    /// Bytes of the pipelines' channels that the engine has not taken.
    pub(super) fn upstream(&self) -> usize {
        self.pipelines.values().filter(|p| p.is_live()).map(|p| p.queued).fold(0, usize::saturating_add)
    }

    /// The engine has taken something of a pipeline's input, or the pipeline is over: acknowledges what was kept back.
    pub(super) fn release_acks(&mut self, number: u64) {
        let Some(pipeline) = self.pipelines.get(&number) else { return };
        if !pipeline.is_live() || pipeline.queued == 0 {
            self.give_held_acks(number);
        }
        if self.lease.as_ref().is_some_and(|lease| lease.floods) {
            self.look_for_flood();
        }
        self.release_deferred();
    }

    fn give_held_acks(&mut self, number: u64) {
        let Some(lease) = self.lease.as_mut() else { return };
        let held = lease.slots.iter_mut().find(|(_, slot)| slot.target == Target::Pipeline(number));
        if let Some((pid, count)) = held.map(|(pid, slot)| (*pid, core::mem::take(&mut slot.held_acks))) {
            for _ in 0..count {
                self.ack_data(Channel::Pipeline(pid));
            }
        }
    }

    // -- stopping --------------------------------------------------------------------------------

    /// Stops a pipeline; `finally` blocks run.
    pub(super) fn stop_pipeline(&mut self, number: u64) {
        let give_up = self.now.after(limits::STOP);
        let Some(pipeline) = self.pipelines.get_mut(&number) else { return };
        if pipeline.stage != Stage::Running {
            return;
        }
        pipeline.stage = Stage::Stopping { give_up };
        let pid = pipeline.engine_pid;
        self.engine_command(EngineCommand::Signal(pid));
        self.event("pipeline.stopping", alloc::vec![("pipeline", number.to_string())]);
    }

    /// Closes the engine's channel of a pipeline, which stops it if it runs.
    pub(super) fn close_pipeline(&mut self, number: u64) {
        let give_up = self.now.after(limits::STOP);
        let Some(pipeline) = self.pipelines.get_mut(&number) else { return };
        if pipeline.close_sent {
            return;
        }
        pipeline.close_sent = true;
        if pipeline.stage == Stage::Running {
            pipeline.stage = Stage::Stopping { give_up };
        }
        let channel = Channel::Pipeline(pipeline.engine_pid);
        self.engine_command(EngineCommand::Close(channel));
    }
}
