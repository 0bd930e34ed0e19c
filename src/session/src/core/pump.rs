//! Output: from the logs to the client, and what brakes it.

use alloc::string::ToString;
use alloc::vec::Vec;

use bytes::{Bytes, BytesMut};
use psrp_proto::{Channel, Destination, MessageKind, RawMessage, Stream, Uuid};

use super::io::{EngineCommand, WhenFull};
use super::lease::{Lease, Sent, Wire};
use super::link::Link;
use super::log::Fate;
use super::pipeline::{Delivery, Stage};
use super::{Core, Phase};
use crate::limits;
use crate::stream::Control;

impl Core {
    /// Gives the client what the logs hold for it.
    pub(super) fn pump_all(&mut self) {
        if self.lease.is_none() {
            return;
        }
        self.pump_pool_calls();
        self.pump_events();
        let bound: Vec<u64> = self
            .pipelines
            .values()
            .filter(|pipeline| matches!(pipeline.delivery, Delivery::Bound { .. }))
            .map(|pipeline| pipeline.number)
            .collect();
        for number in bound {
            self.pump(number);
        }
    }

    fn pump(&mut self, number: u64) {
        while self.has_room() {
            self.skip_dropped(number);
            let Some((pid, message, after)) = self.next_message(number) else { break };
            self.deliver(number, pid, message, after);
        }
        let Some(pipeline) = self.pipelines.get_mut(&number) else { return };
        let Delivery::Bound { pid, cursor } = pipeline.delivery else { return };
        let all_delivered = cursor >= pipeline.log.end();
        let over = !pipeline.is_live();
        // The stop has its answer only behind the final state.
        if all_delivered && over && core::mem::take(&mut pipeline.signal_ack_due) {
            self.ack_signal(pid);
        }
        let closing = self.lease.as_ref().is_some_and(|lease| lease.slots.get(&pid).is_some_and(|slot| slot.closing));
        if all_delivered && over && closing {
            self.finish_slot(pid);
        }
    }

    /// Whether the client can take more now.
    pub(super) fn has_room(&self) -> bool {
        self.lease.as_ref().is_some_and(|lease| match &lease.wire {
            Wire::Stock => lease.link.and_then(|id| self.links.get(&id)).is_some_and(Link::has_room),
            Wire::Stream(side) => !side.endpoint.is_blocked(),
        })
    }

    /// A reader that was overtaken by what had to be dropped goes on behind it, and is told; one that comes to the end is told
    /// of what was thrown away in front of it.
    fn skip_dropped(&mut self, number: u64) {
        let Some(pipeline) = self.pipelines.get_mut(&number) else { return };
        let Delivery::Bound { pid, cursor } = pipeline.delivery else { return };
        let floor = pipeline.log.floor();
        let at_end = pipeline.log.get(cursor).is_some_and(|entry| entry.fate == Fate::Final);
        if cursor >= floor && !at_end {
            return;
        }
        pipeline.delivery = Delivery::Bound { pid, cursor: cursor.max(floor) };
        if let Some(gap) = pipeline.log.take_gap() {
            self.tell_gap(number, pid, &gap);
        }
        self.ask_again(number);
    }

    /// The next message of a pipeline: its PID for the client, the message, and where the reader is then.
    fn next_message(&mut self, number: u64) -> Option<(Uuid, RawMessage, u64)> {
        let lease = self.lease.as_ref()?;
        let lease_number = lease.number;
        let pipeline = self.pipelines.get_mut(&number)?;
        loop {
            let Delivery::Bound { pid, cursor } = pipeline.delivery else { return None };
            let entry = pipeline.log.get(cursor)?;
            let after = cursor.saturating_add(1);
            pipeline.delivery = Delivery::Bound { pid, cursor: after };
            let deliver = match entry.fate {
                Fate::Lease(only) => only == lease_number,
                Fate::Void => false,
                Fate::Question => {
                    let open = pipeline.questions.iter_mut().find(|question| question.ordinal == cursor);
                    open.is_some_and(|question| question.asked.replace(lease_number) != Some(lease_number))
                }
                _ => true,
            };
            if deliver {
                let payload = entry.payload.clone();
                let message = RawMessage::pipeline(Destination::Client, entry.kind, lease.rpid, pid, payload);
                return Some((pid, message, after));
            }
        }
    }

    fn deliver(&mut self, number: u64, pid: Uuid, message: RawMessage, after: u64) {
        let Some(lease) = self.lease.as_mut() else { return };
        match &mut lease.wire {
            Wire::Stock => {
                if let Some(link) = lease.link.and_then(|id| self.links.get_mut(&id)) {
                    link.give(Channel::Pipeline(pid), &message);
                }
                if let Some(pipeline) = self.pipelines.get_mut(&number) {
                    pipeline.log.written(after);
                }
            }
            Wire::Stream(side) => {
                side.unacknowledged.push_back(Sent::Output { pipeline: number, after });
                side.endpoint.send(Channel::Pipeline(pid), Stream::Default, whole(&message));
            }
        }
    }

    /// Sends a message that belongs to no log and that the client has asked for, or waits for.
    pub(super) fn send_client(&mut self, channel: Channel, kind: MessageKind, payload: Bytes) {
        self.send_unlogged(channel, kind, payload, false);
    }

    /// Sends a message that belongs to no log; `has_room` says that it is sent only because the client has room for more, so that
    /// it is none of the answers that a client must take to be heard.
    pub(super) fn send_unlogged(&mut self, channel: Channel, kind: MessageKind, payload: Bytes, has_room: bool) {
        let Some(lease) = self.lease.as_mut() else { return };
        let message = match channel {
            Channel::Session => {
                // Session messages of a server carry the null RPID.
                let is_session = kind.class() == psrp_proto::MessageClass::Session;
                let rpid = if is_session { Uuid::nil() } else { lease.rpid };
                RawMessage::pool(Destination::Client, kind, rpid, payload)
            }
            Channel::Pipeline(pid) => RawMessage::pipeline(Destination::Client, kind, lease.rpid, pid, payload),
        };
        match &mut lease.wire {
            Wire::Stock => match lease.link.and_then(|id| self.links.get_mut(&id)) {
                Some(link) if has_room => link.give(channel, &message),
                Some(link) => link.transport.send(channel, &message),
                None => {}
            },
            Wire::Stream(side) => {
                let counted = if has_room { 0 } else { message.size() };
                side.answers = side.answers.saturating_add(counted);
                side.unacknowledged.push_back(Sent::Answer(counted));
                side.endpoint.send(channel, Stream::Default, whole(&message));
            }
        }
    }

    pub(super) fn ack_data(&mut self, channel: Channel) {
        let Some(lease) = self.lease.as_mut() else { return };
        if let (Wire::Stock, Some(link)) = (&lease.wire, lease.link.and_then(|id| self.links.get_mut(&id))) {
            link.transport.ack_data(channel);
        }
    }

    pub(super) fn ack_signal(&mut self, pid: Uuid) {
        let Some(lease) = self.lease.as_mut() else { return };
        match &mut lease.wire {
            Wire::Stock => {
                if let Some(link) = lease.link.and_then(|id| self.links.get_mut(&id)) {
                    link.transport.ack_signal(pid);
                }
            }
            Wire::Stream(side) => side.endpoint.send_control(Control::SignalAck(pid)),
        }
    }

    pub(super) fn ack_close(&mut self, channel: Channel) {
        let Some(lease) = self.lease.as_mut() else { return };
        match &mut lease.wire {
            Wire::Stock => {
                if let Some(link) = lease.link.and_then(|id| self.links.get_mut(&id)) {
                    link.transport.ack_close(channel);
                }
            }
            Wire::Stream(side) => side.endpoint.send_control(Control::CloseAck(channel)),
        }
    }

    /// Trims the logs by what the client of a stream has acknowledged.
    pub(super) fn take_acknowledgements(&mut self, lease: &mut Lease) {
        let Some(side) = lease.stream() else { return };
        let handled = side.endpoint.messages_handled();
        while side.acknowledged < handled {
            side.acknowledged = side.acknowledged.saturating_add(1);
            match side.unacknowledged.pop_front() {
                Some(Sent::Output { pipeline, after }) => {
                    if let Some(pipeline) = self.pipelines.get_mut(&pipeline) {
                        pipeline.log.acknowledged(after);
                    }
                }
                Some(Sent::Answer(size)) => side.answers = side.answers.saturating_sub(size),
                None => {}
            }
        }
    }

    // -- limits ----------------------------------------------------------------------------------

    /// Output that nobody has read, in bytes.
    #[must_use]
    pub fn retained(&self) -> usize {
        self.pipelines.values().map(|pipeline| pipeline.log.unread()).fold(0, usize::saturating_add)
    }

    /// Output that waits for the client to take what it was sent before, in bytes.
    fn backlog(&self) -> usize {
        let bound = self.pipelines.values().filter(|pipeline| pipeline.delivery != Delivery::Unbound);
        bound.map(|pipeline| pipeline.log.unread()).fold(0, usize::saturating_add)
    }

    /// Keeps the logs within their limits.
    pub(super) fn make_room(&mut self) {
        self.shrink_rings();
        self.forget_old_finished();
        if self.settings.when_full == WhenFull::Block {
            return;
        }
        while self.retained() > self.settings.retained {
            let biggest = self.pipelines.values_mut().max_by_key(|pipeline| pipeline.log.unread());
            let dropped = biggest.is_some_and(|pipeline| {
                let sent = match pipeline.delivery {
                    Delivery::Bound { cursor, .. } => cursor,
                    Delivery::Unbound => 0,
                };
                pipeline.log.drop_oldest("limit", sent)
            });
            if !dropped {
                return;
            }
        }
    }

    fn shrink_rings(&mut self) {
        let fits = limits::RING_PER_SESSION.checked_div(limits::RING_PER_PIPELINE).unwrap_or_default();
        if self.pipelines.len() <= fits {
            return;
        }
        loop {
            let all = self.pipelines.values().map(|pipeline| pipeline.log.ring()).fold(0, usize::saturating_add);
            let biggest = self.pipelines.values_mut().max_by_key(|pipeline| pipeline.log.ring());
            match biggest {
                Some(pipeline) if all > limits::RING_PER_SESSION && pipeline.log.ring() > 0 => {
                    pipeline.log.forget_ring();
                }
                _ => return,
            }
        }
    }

    /// Those of which nothing is left to read go first; what was not read goes only where that is wanted.
    fn forget_old_finished(&mut self) {
        loop {
            let mut finished = self.pipelines.values().filter(|p| !p.is_live() && p.delivery == Delivery::Unbound);
            if finished.clone().count() <= limits::MAX_FINISHED {
                return;
            }
            let read = finished.clone().find(|pipeline| !pipeline.is_unread());
            let unread = || finished.next().filter(|_| self.settings.when_full == WhenFull::Drop);
            let Some(oldest) = read.or_else(unread) else { return };
            let (oldest, lost) = (oldest.number, oldest.is_unread());
            self.forgotten = self.forgotten.saturating_add(u64::from(lost));
            self.pipelines.remove(&oldest);
            self.event("pipeline.forgotten", alloc::vec![("pipeline", oldest.to_string())]);
        }
    }

    /// Whether the kept output has reached its limit.
    pub(super) fn is_full(&self) -> bool {
        self.settings.when_full == WhenFull::Block && self.retained() > self.settings.retained
    }

    /// Whether the engine waits for somebody to take output that nobody is being given: a new pipeline would wait for ever.
    /// What the client itself does not take yet only makes its next pipeline wait.
    pub(super) fn is_stuck(&self) -> bool {
        let unbound = self.pipelines.values().filter(|pipeline| pipeline.delivery == Delivery::Unbound);
        let kept = unbound.map(|pipeline| pipeline.log.unread()).fold(0, usize::saturating_add);
        self.settings.when_full == WhenFull::Block && kept > self.settings.retained
    }

    /// Reads from the engine or not.
    ///
    /// It is paused while the client does not take what it was sent and while the kept output is full, and read in any
    /// case while something must get out of it: a stop would dead-lock behind its full pipe, and so would a key.
    pub(super) fn steer_engine(&mut self) {
        let mark = if self.engine.paused { 0 } else { limits::BACKLOG };
        let is_stock = self.lease.as_ref().is_some_and(|lease| !lease.is_stream());
        let client_is_slow = is_stock && self.backlog() > mark;
        let full = self.is_full();
        let stopping = self.pipelines.values().any(|p| matches!(p.stage, Stage::Stopping { .. }));
        let must_read = stopping || self.keys.is_fetching() || matches!(self.phase, Phase::Closing { .. });
        if full && stopping {
            for pipeline in self.pipelines.values_mut() {
                pipeline.discard |= matches!(pipeline.stage, Stage::Stopping { .. });
            }
        }
        let pause = (client_is_slow || full) && !must_read;
        if pause == self.engine.paused {
            return;
        }
        self.engine.paused = pause;
        if pause {
            self.engine_command(EngineCommand::Pause);
            self.event("engine.paused", alloc::vec![("full", full.to_string())]);
        } else {
            self.engine_command(EngineCommand::Resume);
            self.event("engine.drain", Vec::new());
        }
    }
}

/// Header and payload in one, as a stream carries them.
fn whole(message: &RawMessage) -> Bytes {
    let mut bytes = BytesMut::with_capacity(message.size());
    bytes.extend_from_slice(&message.encode_header());
    bytes.extend_from_slice(&message.payload);
    bytes.freeze()
}
