//! Our own client: frames of the resumable stream instead of lines.

use alloc::format;
use alloc::string::ToString;
use alloc::vec::Vec;

use bytes::Bytes;
use psrp_clixml::{Object, TypeNames, Value};
use psrp_proto::limits::CHANNELS;
use psrp_proto::message::{Message, RunspacePoolInitData};
use psrp_proto::{Channel, MessageKind, RawMessage, Uuid};

use super::Core;
use super::io::LinkId;
use super::lease::{Lease, Slot, StreamSide, Target};
use super::leave::Leave;
use super::log::Gap;
use super::pipeline::{Delivery, InputState};
use crate::limits;
use crate::stream::{Control, PipelineStart, Refusal, StreamEvent};

impl Core {
    pub(super) fn stream_bytes(&mut self, id: LinkId, bytes: &Bytes) {
        let Some(lease) = self.lease.as_mut().filter(|lease| lease.link == Some(id)) else { return };
        let Some(side) = lease.stream() else { return };
        if let Err(error) = side.endpoint.receive(bytes) {
            return self.break_stream(id, &error.to_string());
        }
        if let Some(mut lease) = self.lease.take() {
            self.take_acknowledgements(&mut lease);
            self.lease = Some(lease);
        }
        // What is left is looked at when the client has acknowledged more: its next bytes say so.
        while let Some(side) = self.stream_side(id)
            && !side.is_choked()
            && let Some(event) = side.endpoint.poll_event()
        {
            self.stream_event(id, event);
        }
    }

    /// Ends a stream whose client does not keep to the protocol. It cannot be resumed.
    fn break_stream(&mut self, id: LinkId, text: &str) {
        let refusal = Refusal { code: "protocol".to_string(), text: text.to_string() };
        self.send_frame(id, &crate::stream::Frame::Refused(refusal));
        self.give_up_lease(Leave::Lost);
        self.break_link(id, text);
        self.next_waiting();
    }

    fn stream_side(&mut self, id: LinkId) -> Option<&mut StreamSide> {
        self.lease.as_mut().filter(|lease| lease.link == Some(id)).and_then(Lease::stream)
    }

    fn stream_event(&mut self, id: LinkId, event: StreamEvent) {
        match event {
            StreamEvent::Message { channel, bytes, .. } => {
                match RawMessage::decode(bytes) {
                    Ok(message) if self.open_slot(channel, message.kind) => self.client_message(channel, message),
                    Ok(_) => return self.break_stream(id, &format!("the client opened more than {CHANNELS} channels")),
                    Err(error) => return self.break_stream(id, &error.to_string()),
                }
                self.stream_handled(channel);
            }
            StreamEvent::Control(control) => {
                self.stream_control(control);
                self.stream_handled(Channel::Session);
            }
            StreamEvent::Pong(nonce) => {
                if self.probe.as_ref().is_some_and(|probe| probe.number.unsigned_abs() == nonce) {
                    self.probe_answered();
                }
            }
            // What only a server says.
            StreamEvent::Fenced(_)
            | StreamEvent::Opened(_)
            | StreamEvent::Refused(_)
            | StreamEvent::Reply(_)
            | StreamEvent::Resumed => self.break_stream(id, "a client does not send this frame"),
        }
    }

    /// A stream has no `Command`: the message that creates a pipeline opens its channel. False when there are too many.
    fn open_slot(&mut self, channel: Channel, kind: MessageKind) -> bool {
        if let (Channel::Pipeline(pid), true) = (channel, kind.opens_pipeline())
            && let Some(lease) = self.lease.as_mut()
        {
            lease.slots.entry(pid).or_insert_with(Slot::new);
            return lease.slots.len() <= CHANNELS;
        }
        true
    }

    /// Acknowledges the last event, or does so later while the engine has too much of its channel.
    fn stream_handled(&mut self, channel: Channel) {
        let full = self.is_upstream_full(channel);
        let Some(side) = self.lease.as_mut().and_then(Lease::stream) else { return };
        if full || !side.deferred.is_empty() {
            side.deferred.push_back(full.then_some(channel));
        } else {
            side.endpoint.handled();
        }
    }

    fn is_upstream_full(&self, channel: Channel) -> bool {
        let Channel::Pipeline(pid) = channel else { return false };
        self.pipeline_of(pid)
            .and_then(|number| self.pipelines.get(&number))
            .is_some_and(|pipeline| pipeline.is_live() && pipeline.queued > limits::UPSTREAM_HIGH_MARK)
            || self.upstream() > limits::UPSTREAM_LIMIT
    }

    /// The engine has taken something: acknowledges what waited for that.
    pub(super) fn release_deferred(&mut self) {
        loop {
            let Some(side) = self.lease.as_mut().and_then(Lease::stream) else { return };
            let Some(first) = side.deferred.front().copied() else { return };
            if first.is_some_and(|channel| self.is_upstream_full(channel)) {
                return;
            }
            if let Some(side) = self.lease.as_mut().and_then(Lease::stream) {
                side.deferred.pop_front();
                side.endpoint.handled();
            }
        }
    }

    fn stream_control(&mut self, control: Control) {
        match control {
            Control::Signal(pid) => self.client_signal(pid),
            Control::Close(channel) => self.client_close(channel),
            Control::ConnectPipeline { pid, from } => self.connect_pipeline(pid, from),
            Control::Detach { idle_seconds, drop_output } => self.detach(idle_seconds, drop_output),
            // What only a server says.
            Control::CloseAck(_)
            | Control::Detached
            | Control::Gap { .. }
            | Control::PipelineList(_)
            | Control::SignalAck(_) => {}
        }
    }

    /// CONNECT_RUNSPACEPOOL (MS-PSRP 2.2.2.29): the client of a stream has a session that is already open.
    pub(super) fn client_connect(&mut self) {
        if !self.lease.as_ref().is_some_and(Lease::is_stream) || self.lease.as_ref().is_some_and(|lease| lease.opened) {
            return;
        }
        let (min_runspaces, max_runspaces) = self.engine.pool_size;
        let sizes = Message::RunspacePoolInitData(RunspacePoolInitData { min_runspaces, max_runspaces }).encode();
        self.send_client(Channel::Session, MessageKind::RunspacePoolInitData, sizes);
        let data = self.private_data();
        self.send_client(Channel::Session, MessageKind::ApplicationPrivateData, data);
        let list = self.pipeline_list();
        if let Some(side) = self.lease.as_mut().and_then(Lease::stream) {
            side.endpoint.send_control(Control::PipelineList(list));
        }
        self.now_opened();
        if let Some(text) = self.engine.epitaph.clone() {
            self.break_pool(&text);
        }
    }

    fn pipeline_list(&self) -> Bytes {
        let items = self.pipeline_infos().into_iter().map(|info| info.to_value());
        let names = TypeNames::new(["System.Object[]", "System.Array", "System.Object"]);
        psrp_clixml::write(&Value::from(Object::list(names, items))).into()
    }

    /// Delivers a pipeline of an earlier lease, under the PID of the list.
    fn connect_pipeline(&mut self, pid: Uuid, from: PipelineStart) {
        let number =
            self.pipelines.values().find(|pipeline| pipeline.engine_pid == pid).map(|pipeline| pipeline.number);
        let Some(number) = number else {
            // It is gone: the client learns it as the end of a channel that has nothing more to say.
            return self.ack_close(Channel::Pipeline(pid));
        };
        if let Some(gap) = self.bind(number, pid, from) {
            self.tell_gap(number, pid, &gap);
        }
    }

    /// Tells the reader of a pipeline that messages are missing.
    pub(super) fn tell_gap(&mut self, number: u64, pid: Uuid, gap: &Gap) {
        match self.lease.as_mut().and_then(Lease::stream) {
            Some(side) => {
                side.endpoint.send_control(Control::Gap { pid, lost: gap.lost, reason: gap.reason.to_string() });
            }
            None => self.remark(number, pid, &gap.to_string()),
        }
    }

    /// Shows a pipeline that nobody reads to the current client as `pid`; returns what was lost of it.
    pub(super) fn bind(&mut self, number: u64, pid: Uuid, from: PipelineStart) -> Option<Gap> {
        let lease = self.lease.as_mut()?;
        let pipeline = self.pipelines.get_mut(&number)?;
        let log = &mut pipeline.log;
        let unread = if lease.is_stream() { log.delivered() } else { log.floor() };
        let start = match from {
            PipelineStart::Unread => unread,
            PipelineStart::Oldest => log.floor(),
            PipelineStart::Ordinal(ordinal) => ordinal.clamp(log.floor(), log.end()),
        };
        pipeline.delivery = Delivery::Bound { pid, cursor: start };
        let mut slot = lease.slots.remove(&pid).unwrap_or_else(Slot::new);
        slot.target = Target::Pipeline(number);
        lease.slots.insert(pid, slot);
        let gap = log.take_gap();
        pipeline.questions.iter_mut().for_each(|question| question.asked = None);
        self.event("pipeline.connected", alloc::vec![("pipeline", number.to_string())]);
        self.ask_again(number);
        gap
    }

    /// Asks questions anew whose messages the reader will not come across; the others come in their turn.
    pub(super) fn ask_again(&mut self, number: u64) {
        let Some(lease) = self.lease.as_ref().map(|lease| lease.number) else { return };
        let Some(pipeline) = self.pipelines.get_mut(&number) else { return };
        let Delivery::Bound { pid, cursor } = pipeline.delivery else { return };
        let passed = pipeline.questions.iter_mut().filter(|question| question.ordinal < cursor);
        let again: Vec<Bytes> = passed
            .filter_map(|question| (question.asked.replace(lease) != Some(lease)).then(|| question.payload.clone()))
            .collect();
        for call in again {
            self.send_client(Channel::Pipeline(pid), MessageKind::PipelineHostCall, call);
        }
    }

    /// The client leaves and the session stays.
    fn detach(&mut self, idle_seconds: u32, drop_output: Option<bool>) {
        let open = self.pipelines.values().any(|pipeline| {
            pipeline.delivery != Delivery::Unbound && pipeline.input == InputState::Open && pipeline.is_live()
        });
        let Some(id) = self.lease.as_ref().and_then(|lease| lease.link) else { return };
        if open {
            let text = "a pipeline still takes input from this client; end it before disconnecting";
            let refusal = Refusal { code: "input-open".to_string(), text: text.to_string() };
            return self.send_frame(id, &crate::stream::Frame::Refused(refusal));
        }
        if idle_seconds > 0 {
            let seconds = u64::from(idle_seconds).clamp(*limits::IDLE_SECONDS.start(), *limits::IDLE_SECONDS.end());
            self.idle = core::time::Duration::from_secs(seconds);
        }
        if let Some(drop) = drop_output {
            self.settings.when_full = if drop { super::WhenFull::Drop } else { super::WhenFull::Block };
        }
        if let Some(side) = self.lease.as_mut().and_then(Lease::stream) {
            side.endpoint.send_control(Control::Detached);
        }
        self.audit("session.detached", Vec::new());
        self.close_link(id, 0);
        self.give_up_lease(Leave::Detached);
    }
}
