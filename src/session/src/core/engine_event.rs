//! What the engine says.

use alloc::format;
use alloc::string::ToString;
use alloc::vec::Vec;

use bytes::Bytes;
use psrp_proto::message::{Message, RunspacePoolState};
use psrp_proto::{Channel, Destination, MessageKind, RawMessage, Stream, Uuid};

use super::engine::{EngineStage, engine_pid};
use super::io::{EngineCommand, EngineEvent};
use super::lease::Closing;
use super::leave::Leave;
use super::link::Init;
use super::log::{Entry, Fate};
use super::payload::Reason;
use super::pipeline::{Delivery, Outcome, Stage};
use super::{Core, Phase, Timer, payload};
use crate::limits;

impl Core {
    pub(super) fn engine_event(&mut self, event: EngineEvent) {
        match event {
            EngineEvent::Started => {
                if self.engine.stage == EngineStage::Starting {
                    self.engine.stage = EngineStage::Ready;
                    self.open_pending();
                }
            }
            EngineEvent::StartFailed { text } => self.engine_gone(&format!("engine did not start: {text}")),
            EngineEvent::Message { channel, message } => self.engine_message(channel, message),
            EngineEvent::Queued { channel, bytes } => self.engine_queued(channel, bytes),
            EngineEvent::SignalAck(pid) | EngineEvent::CloseAck(Channel::Pipeline(pid)) => {
                self.engine_let_go_of_pipeline(pid);
            }
            EngineEvent::CloseAck(Channel::Session) => self.engine_closed(),
            EngineEvent::Error { text } => self.engine_error(&text),
            EngineEvent::Garbage { text } => {
                self.engine_command(EngineCommand::Kill);
                self.engine_gone(&format!("the engine broke the protocol: {text}"));
            }
            EngineEvent::Exited { how, stderr } => self.engine_exited(&how, &stderr),
        }
    }

    // -- opening ---------------------------------------------------------------------------------

    /// Opens the pool in the engine with a client's INIT_RUNSPACEPOOL.
    pub(super) fn open_engine(&mut self, init: Init) {
        self.engine.pool_size = (init.content.min_runspaces, init.content.max_runspaces);
        self.engine.host = Some(init.content.host_info);
        self.engine.pending_init = Some(init.payload);
        self.timers.arm(Timer::EngineOpen, self.now.after(limits::ENGINE_OPEN));
        if self.engine.stage == EngineStage::Ready {
            self.open_pending();
        } else if self.engine.is_gone() {
            self.welcome();
        }
    }

    fn open_pending(&mut self) {
        let Some(init) = self.engine.pending_init.clone() else { return };
        self.engine.stage = EngineStage::Opening;
        let capability = payload::capability(payload::VERSION, None);
        for (kind, payload) in [(MessageKind::SessionCapability, capability), (MessageKind::InitRunspacePool, init)] {
            self.send_to_pool(kind, payload);
        }
    }

    /// Sends a message to the engine's pool.
    pub(super) fn send_to_pool(&mut self, kind: MessageKind, payload: Bytes) {
        let message = RawMessage::pool(Destination::Server, kind, self.identity.id, payload);
        self.engine_command(EngineCommand::Send { channel: Channel::Session, stream: Stream::Default, message });
    }

    pub(super) fn engine_open_timeout(&mut self) {
        if self.engine.is_open() || self.engine.is_gone() {
            return;
        }
        let text = format!("engine did not open within {} s", limits::ENGINE_OPEN.as_secs());
        self.engine_command(EngineCommand::Kill);
        self.engine_gone(&text);
    }

    fn engine_opened(&mut self) {
        if self.engine.stage != EngineStage::Opening {
            return;
        }
        self.engine.stage = EngineStage::Open;
        self.engine.pending_init = None;
        self.timers.disarm(Timer::EngineOpen);
        self.audit("engine.opened", Vec::new());
        self.define_helpers();
        self.welcome();
    }

    // -- messages --------------------------------------------------------------------------------

    fn engine_message(&mut self, channel: Channel, message: RawMessage) {
        if !message.is_for(Destination::Client) {
            return;
        }
        match channel {
            Channel::Session => self.engine_pool_message(message),
            Channel::Pipeline(pid) => {
                if message.rpid == self.identity.id
                    && message.pid == pid
                    && let Some(number) = self.number_of(pid)
                {
                    self.engine_pipeline_message(number, message);
                }
            }
        }
    }

    fn engine_pool_message(&mut self, message: RawMessage) {
        match message.kind {
            MessageKind::ApplicationPrivateData => self.engine.private_data = Some(message.payload),
            MessageKind::RunspacePoolState => self.engine_pool_state(message.payload),
            MessageKind::RunspaceAvailability => self.engine_operation_done(&message.payload),
            MessageKind::EncryptedSessionKey => self.engine_key(&message),
            MessageKind::PublicKeyRequest => self.fetch_key(),
            MessageKind::UserEvent => self.engine_user_event(message.payload),
            MessageKind::RunspacePoolHostCall => self.engine_pool_call(message.payload),
            // SESSION_CAPABILITY needs no answer, and what we do not know is nobody's loss.
            _ => {}
        }
    }

    fn engine_pool_state(&mut self, payload: Bytes) {
        match payload::read_pool_state(&payload) {
            Some(RunspacePoolState::Opened) => self.engine_opened(),
            Some(RunspacePoolState::Broken) => {
                // A startup script failed, for instance: the client gets the engine's own record.
                self.send_client(Channel::Session, MessageKind::RunspacePoolState, payload);
                self.end("the engine could not open its pool");
            }
            Some(RunspacePoolState::Closing | RunspacePoolState::Closed)
                if self.lease.as_ref().is_some_and(|lease| lease.closing == Some(Closing::End)) =>
            {
                self.send_client(Channel::Session, MessageKind::RunspacePoolState, payload);
            }
            _ => {}
        }
    }

    fn engine_user_event(&mut self, payload: Bytes) {
        self.kept_events.push_back(payload);
        let bytes = |events: &alloc::collections::VecDeque<Bytes>| events.iter().map(Bytes::len).sum::<usize>();
        while self.kept_events.len() > limits::MAX_KEPT_EVENTS
            || bytes(&self.kept_events) > limits::MAX_KEPT_EVENT_BYTES
        {
            self.kept_events.pop_front();
            self.lost_events = self.lost_events.saturating_add(1);
        }
    }

    fn engine_pipeline_message(&mut self, number: u64, message: RawMessage) {
        match message.kind {
            MessageKind::PipelineState => {
                if let Some(outcome) = payload::read_pipeline_state(&message.payload) {
                    self.conclude(number, outcome, message.payload);
                }
            }
            MessageKind::PipelineHostCall => match payload::read(message.kind, &message.payload) {
                Some(Message::PipelineHostCall(call)) => self.host_call(number, &call, message.payload),
                // The client says best what is wrong with it.
                _ => self.append(number, MessageKind::PipelineHostCall, message.payload, Fate::Ordinary),
            },
            MessageKind::ProgressRecord => {
                let unheard = self.pipelines.get(&number).is_some_and(|p| p.delivery == Delivery::Unbound);
                let record = unheard.then(|| payload::read(message.kind, &message.payload)).flatten();
                match record {
                    Some(Message::ProgressRecord(record)) => {
                        self.unheard_progress(number, message.kind, message.payload, RECORD, &record);
                    }
                    _ => self.append(number, message.kind, message.payload, Fate::Ordinary),
                }
            }
            kind => self.append(number, kind, message.payload, Fate::Ordinary),
        }
    }

    /// Puts a message into a pipeline's log.
    pub(super) fn append(&mut self, number: u64, kind: MessageKind, payload: Bytes, fate: Fate) {
        let Some(pipeline) = self.pipelines.get_mut(&number) else { return };
        if !pipeline.is_live() {
            return;
        }
        if pipeline.discard && fate != Fate::Final {
            pipeline.log.lose(u64::from(fate.is_missed()), "stopped");
            return;
        }
        pipeline.log.push(Entry { kind, payload, fate });
        let end = pipeline.log.end();
        if cfg!(feature = "test-hooks") {
            self.event("output.appended", alloc::vec![("pipeline", number.to_string()), ("n", end.to_string())]);
        }
    }

    /// A pipeline has ended: its state is the last message, and the engine's channel is closed behind it.
    pub(super) fn conclude(&mut self, number: u64, outcome: Outcome, payload: Bytes) {
        let Some(pipeline) = self.pipelines.get_mut(&number).filter(|pipeline| pipeline.is_live()) else { return };
        pipeline.log.drop_progress(None);
        self.append(number, MessageKind::PipelineState, payload, Fate::Final);
        let Some(pipeline) = self.pipelines.get_mut(&number) else { return };
        pipeline.stage = Stage::Ended(outcome);
        pipeline.questions.clear();
        let wants_close = !core::mem::replace(&mut pipeline.close_sent, true);
        let channel = Channel::Pipeline(pipeline.engine_pid);
        let internal = pipeline.internal;
        if wants_close && !self.engine.is_gone() {
            self.engine_command(EngineCommand::Close(channel));
        }
        if internal {
            self.pipelines.remove(&number);
        }
        self.event("pipeline.ended", alloc::vec![("pipeline", number.to_string())]);
        self.release_acks(number);
    }

    // -- acknowledgements ------------------------------------------------------------------------

    fn engine_queued(&mut self, channel: Channel, bytes: usize) {
        let Channel::Pipeline(pid) = channel else { return };
        let Some(number) = self.number_of(pid) else { return };
        if let Some(pipeline) = self.pipelines.get_mut(&number) {
            pipeline.queued = bytes;
        }
        self.release_acks(number);
    }

    /// The engine answered a stop, or the close of a pipeline's channel.
    fn engine_let_go_of_pipeline(&mut self, pid: Uuid) {
        let Some(number) = self.number_of(pid) else { return };
        // An end without a final state: a stock client draws the same conclusion.
        if self.pipelines.get(&number).is_some_and(super::Pipeline::is_live) {
            self.conclude(number, Outcome::Stopped, payload::pipeline_state(Outcome::Stopped, None));
        }
    }

    /// The engine answered the close of its session.
    fn engine_closed(&mut self) {
        self.engine_command(EngineCommand::EndInput);
        self.say_goodbye();
    }

    // -- trouble ---------------------------------------------------------------------------------

    /// An error line of the engine. Its session stays usable after some of them; the client decides what it is worth.
    fn engine_error(&mut self, text: &str) {
        self.audit("engine.error", Vec::new());
        if matches!(self.phase, Phase::Closing { .. }) {
            return;
        }
        let Some(id) = self.lease.as_ref().and_then(|lease| lease.link) else { return };
        match &self.lease {
            // Once is enough.
            Some(lease) if lease.is_stream() && lease.owes_close => return,
            Some(lease) if lease.is_stream() => return self.break_pool(text),
            _ => {}
        }
        if let Some(link) = self.links.get_mut(&id).filter(|link| link.has_room()) {
            link.transport.error_line(text);
        }
    }

    fn engine_exited(&mut self, how: &str, stderr: &str) {
        self.audit("engine.exited", alloc::vec![("how", how.to_string())]);
        if let Phase::Closing { .. } = self.phase {
            self.engine.stage = EngineStage::Gone;
            self.say_goodbye();
            return self.finish_end();
        }
        let first = stderr.lines().map(str::trim).find(|line| !line.is_empty());
        let opened = self.engine.private_data.is_some();
        let text = match (opened, first) {
            (true, _) => format!("engine {how}"),
            (false, Some(line)) => format!("engine did not start: {line}"),
            (false, None) => format!("engine did not start: it {how}"),
        };
        self.engine_gone(&text);
    }

    /// There is no engine any more: running pipelines fail, what they wrote can still be read for a while.
    fn engine_gone(&mut self, text: &str) {
        if self.engine.is_gone() {
            return;
        }
        let text = format!("{text} (session {} on {})", self.title(), self.identity.host);
        let was_open = self.engine.is_open();
        self.engine.stage = EngineStage::Gone;
        self.engine.epitaph = Some(text.clone());
        self.timers.disarm(Timer::EngineOpen);
        let live: Vec<u64> = self.pipelines.values().filter(|p| p.is_live()).map(|p| p.number).collect();
        for number in live {
            let reason = Reason::engine_gone(&text);
            self.conclude(number, Outcome::Failed, payload::pipeline_state(Outcome::Failed, Some(&reason)));
        }
        if matches!(self.phase, Phase::Closing { .. }) {
            self.say_goodbye();
            return self.finish_end();
        }
        self.pump_all();
        self.break_pool(&text);
        if was_open && self.pipelines.values().any(|p| !p.housekeeping && p.log.unread_messages() > 0) {
            self.phase = Phase::Broken;
            self.timers.disarm(Timer::Disconnect);
            self.timers.arm(Timer::Broken, self.now.after(limits::BROKEN));
            self.audit("session.broken", alloc::vec![("reason", text)]);
        } else {
            self.end(&text);
        }
    }

    /// Ends a session without engine of which everything was read.
    pub(super) fn end_if_nothing_left(&mut self) {
        if !self.pipelines.values().any(|p| !p.housekeeping && p.log.unread_messages() > 0) {
            self.end_broken();
        }
    }

    /// Ends a session without engine.
    pub(super) fn end_broken(&mut self) {
        let reason = self.engine.epitaph.clone().unwrap_or_default();
        self.end(&reason);
    }

    /// Tells the client that its pool is broken. A stock client is let go; a stream can still read what was written.
    pub(super) fn break_pool(&mut self, text: &str) {
        let reason = Reason::engine_gone(text);
        match &mut self.lease {
            None => {}
            Some(lease) if lease.is_stream() => {
                lease.owes_close = true;
                let state = payload::pool_state(RunspacePoolState::Broken, Some(&reason));
                self.send_client(Channel::Session, MessageKind::RunspacePoolState, state);
            }
            Some(_) => self.fence_holder(&reason, Leave::Ending),
        }
    }

    fn number_of(&self, pid: Uuid) -> Option<u64> {
        let (_, number) = pid.as_u64_pair();
        (engine_pid(self.identity.id, number) == pid && self.pipelines.contains_key(&number)).then_some(number)
    }
}

/// The source of progress that comes as a record and not as a host call.
pub(super) const RECORD: i64 = i64::MIN;
