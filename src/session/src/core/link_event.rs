//! What a connection brings, up to the point where it drives the session, and what goes out on it.

use alloc::boxed::Box;
use alloc::collections::VecDeque;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use bytes::Bytes;
use psrp_proto::message::{Message, RunspacePoolState};
use psrp_proto::transport::{ServerEvent, ServerTransport};
use psrp_proto::{Channel, Destination, Limits, MessageKind, RawMessage, Uuid};

use super::io::{LinkHello, LinkId, Output};
use super::link::{Init, Link, LinkStage, Wish};
use super::who::Who;
use super::{Core, Phase, payload};
use crate::limits;
use crate::stream::Frame;

/// What the client's `ssh` exits with after a refusal.
pub(super) const EXIT_REFUSED: u8 = 3;

/// What it exits with after the client broke the protocol.
const EXIT_PROTOCOL: u8 = 1;

impl Core {
    pub(super) fn link_opened(&mut self, id: LinkId, hello: LinkHello) {
        let link = Link {
            hello,
            transport: Box::new(ServerTransport::new(Limits::default())),
            stage: LinkStage::New,
            unwritten: 0,
            last_output: 0,
            unread: VecDeque::new(),
            paused: false,
            deadline: Some(self.now.after(limits::HANDSHAKE)),
        };
        self.links.insert(id, link);
        if matches!(self.phase, Phase::Closing { .. }) {
            return self.refuse_closing(id);
        }
        if self.links.len() > limits::MAX_LINKS {
            let text = format!("session {} has {} connections; close some of them", self.title(), limits::MAX_LINKS);
            self.refuse(id, "limit", &text);
        }
    }

    pub(super) fn link_bytes(&mut self, id: LinkId, bytes: Bytes) {
        let Some(link) = self.links.get_mut(&id) else { return };
        if let Some(lease) = self.lease.as_mut().filter(|lease| lease.link == Some(id)) {
            lease.heard = self.now;
        }
        link.unread.push_back(bytes);
        self.read_link(id);
    }

    /// Looks at what has come on a link, as far as its client reads the answers.
    fn read_link(&mut self, id: LinkId) {
        while !self.is_choked(id)
            && let Some(link) = self.links.get_mut(&id)
        {
            match link.stage {
                LinkStage::Gone => return,
                LinkStage::Stream => match link.unread.pop_front() {
                    Some(bytes) => self.stream_bytes(id, &bytes),
                    None => return,
                },
                _ => match (link.transport.poll_event(), &mut link.unread) {
                    (Some(event), _) => self.stock_event(id, event),
                    (None, unread) => match unread.pop_front() {
                        Some(bytes) => link.transport.receive(&bytes),
                        None => return,
                    },
                },
            }
        }
    }

    /// Whether nothing more is taken from a link for now.
    fn is_choked(&self, id: LinkId) -> bool {
        let floods_engine = || self.lease.as_ref().is_some_and(|lease| lease.link == Some(id) && lease.floods);
        self.links.get(&id).is_some_and(|link| link.is_choked() || floods_engine())
    }

    /// Goes on with the links that were left alone and can be heard again.
    pub(super) fn read_paused_links(&mut self) {
        let paused = self.links.iter().filter(|(_, link)| link.paused).map(|(id, _)| *id);
        for id in paused.collect::<Vec<_>>() {
            self.read_link(id);
        }
    }

    /// Says of which links nothing is to be read.
    pub(super) fn steer_links(&mut self) {
        let ids: Vec<LinkId> = self.links.keys().copied().collect();
        for id in ids {
            let pause = self.is_choked(id);
            let Some(link) = self.links.get_mut(&id) else { continue };
            if core::mem::replace(&mut link.paused, pause) != pause {
                self.outputs.push_back(if pause {
                    Output::PauseLink { link: id }
                } else {
                    Output::ResumeLink { link: id }
                });
                self.event(if pause { "link.paused" } else { "link.drain" }, alloc::vec![("link", id.0.to_string())]);
            }
        }
    }

    pub(super) fn link_written(&mut self, id: LinkId, bytes: usize) {
        if let Some(link) = self.links.get_mut(&id) {
            link.unwritten = link.unwritten.saturating_sub(bytes);
        }
    }

    pub(super) fn link_lost(&mut self, id: LinkId) {
        let Some(link) = self.links.remove(&id) else { return };
        self.event("link.lost", alloc::vec![("link", id.0.to_string())]);
        self.waiting.retain(|waiting| *waiting != id);
        self.probe_forget(id);
        if self.lease.as_ref().is_some_and(|lease| lease.link == Some(id)) {
            self.holder_lost(&link);
        }
        self.end_unless_opened();
    }

    /// Forgets the links that were closed: nothing more is heard of them.
    pub(super) fn forget_closed_links(&mut self) {
        let before = self.links.len();
        self.links.retain(|_, link| !matches!(link.stage, LinkStage::Gone));
        if self.links.len() < before {
            self.end_unless_opened();
        }
    }

    /// Ends a session that no client has opened when the last of those who could have is gone.
    fn end_unless_opened(&mut self) {
        if self.leases == 0 && self.links.is_empty() {
            self.end("its client was lost before it opened the session");
        }
    }

    /// One event of a link that speaks lines.
    fn stock_event(&mut self, id: LinkId, event: ServerEvent) {
        let Some(link) = self.links.get_mut(&id) else { return };
        let drives = matches!(link.stage, LinkStage::Stock);
        match event {
            ServerEvent::Command(pid) => {
                link.transport.ack_command(pid);
                if drives && !pid.is_nil() {
                    self.client_command(pid);
                }
            }
            ServerEvent::Message { channel, message, .. } => self.link_message(id, channel, message),
            ServerEvent::DataEnd { channel, complete } => self.data_end(id, channel, complete),
            ServerEvent::Signal(pid) if pid.is_nil() => {
                self.break_link(id, "a Signal message to a session is not supported");
            }
            ServerEvent::Signal(pid) if drives => self.client_signal(pid),
            ServerEvent::Signal(pid) => link.transport.ack_signal(pid),
            ServerEvent::Close(channel) if drives => self.client_close(channel),
            ServerEvent::Close(channel) => {
                link.transport.ack_close(channel);
                if channel == Channel::Session && matches!(link.stage, LinkStage::Fenced) {
                    self.close_link(id, 0);
                }
            }
            ServerEvent::Soft(error) => self.soft_error(id, &error.to_string()),
            ServerEvent::Fatal(error) => self.break_link(id, &error.to_string()),
            ServerEvent::EndOfStream => self.break_link(
                id,
                "An unknown element \"\" was received. This can happen if the remote process closed or ended abnormally.",
            ),
        }
    }

    fn link_message(&mut self, id: LinkId, channel: Channel, message: RawMessage) {
        let Some(link) = self.links.get_mut(&id) else { return };
        match (&link.stage, message.kind, channel) {
            (LinkStage::Stock, ..) => self.client_message(channel, message),
            (LinkStage::New, MessageKind::SessionCapability, Channel::Session) => self.negotiate(id, &message),
            (LinkStage::Negotiated, MessageKind::InitRunspacePool, Channel::Session) => {
                link.deadline = None;
                match Message::decode(&message) {
                    Ok(Message::InitRunspacePool(content)) => {
                        let (rpid, host) = (message.rpid, content.host_info.clone());
                        let wish = Wish { rpid, host, init: Some(Init { content, payload: message.payload }) };
                        self.event("handshake.init", Vec::new());
                        self.attach(id, wish);
                    }
                    Ok(_) => {}
                    Err(error) => self.soft_error(id, &error.to_string()),
                }
            }
            // A stock server closes the session; there is none yet.
            (LinkStage::Negotiated, MessageKind::SessionCapability, _) => self.dismiss(id, message.rpid),
            // A stock server takes everything else in silence.
            _ => {}
        }
    }

    /// Answers SESSION_CAPABILITY (MS-PSRP 3.2.5.4.1), with the version rules of a stock server: 2.0 to 2.3 are answered
    /// as they are, newer ones of the same major version with ours.
    fn negotiate(&mut self, id: LinkId, message: &RawMessage) {
        let Some(link) = self.links.get_mut(&id) else { return };
        let (reply, agreed) = payload::negotiate(message, link.hello.client.stream_version());
        // Session messages of a server carry the null RPID.
        let reply = RawMessage::pool(Destination::Client, MessageKind::SessionCapability, Uuid::nil(), reply);
        link.transport.send(Channel::Session, &reply);
        link.stage = if agreed { LinkStage::Negotiated } else { LinkStage::Fenced };
        self.event("handshake.cap", Vec::new());
    }

    fn data_end(&mut self, id: LinkId, channel: Channel, complete: bool) {
        if complete && self.withhold_ack(id, channel) {
            return;
        }
        let Some(link) = self.links.get_mut(&id) else { return };
        link.transport.ack_data(channel);
        let upgrades = matches!(link.stage, LinkStage::Negotiated) && link.hello.client.stream_version().is_some();
        if upgrades {
            link.deadline = None;
            self.flush_link(id);
            self.stream_attach(id);
        }
    }

    /// A link that has been told of an error of its own: the session goes on and so may the link, as a stock server does it.
    pub(super) fn soft_error(&mut self, id: LinkId, text: &str) {
        match self.links.get_mut(&id) {
            // A line is nothing to a stream, and our own client has no errors that it could live with.
            Some(link) if matches!(link.stage, LinkStage::Stream) => self.break_link(id, text),
            Some(link) => link.transport.error_line(&format!("Remote transport error: {text}")),
            None => {}
        }
    }

    /// Ends a link whose client does not keep to the protocol.
    pub(super) fn break_link(&mut self, id: LinkId, text: &str) {
        let Some(link) = self.links.get_mut(&id) else { return };
        match link.stage {
            LinkStage::Stream => {}
            _ => link.transport.error_line(text),
        }
        let mut fields = Who::of(&link.hello, None).fields();
        fields.push(("reason", text.to_string()));
        self.audit("link.broken", fields);
        self.close_link(id, EXIT_PROTOCOL);
        self.link_lost(id);
    }

    /// Says no to a link that wants the session.
    pub(super) fn refuse(&mut self, id: LinkId, code: &str, text: &str) {
        let Some(link) = self.links.get_mut(&id) else { return };
        let text = format!("{text} (on {})", self.identity.host);
        let init = match &link.stage {
            LinkStage::Waiting(wish) => wish.init.as_ref(),
            _ => None,
        };
        let mut fields = alloc::vec![("code", code.to_string()), ("reason", text.clone())];
        fields.extend(Who::of(&link.hello, init).fields());
        if matches!(link.stage, LinkStage::Stream) || link.hello.client.stream_version().is_some() {
            let unanswered = matches!(link.stage, LinkStage::New);
            let refusal = crate::stream::Refusal { code: code.to_string(), text };
            if unanswered {
                // It understands frames only behind the answer to its first line.
                self.link_output(id, crate::question::accept());
            }
            self.send_frame(id, &Frame::Refused(refusal));
        } else {
            link.transport.error_line(&text);
        }
        self.audit("attach.refused", fields);
        self.close_link(id, EXIT_REFUSED);
    }

    /// Sends a frame on a link whose stream the session does not hold.
    pub(super) fn send_frame(&mut self, id: LinkId, frame: &Frame) {
        let mut bytes = bytes::BytesMut::new();
        frame.encode(&mut bytes);
        self.flush_link(id);
        self.link_output(id, bytes.freeze());
    }

    /// A pool that this client cannot use any more: Closing and Closed, and everything it says is acknowledged.
    pub(super) fn dismiss(&mut self, id: LinkId, rpid: Uuid) {
        let Some(link) = self.links.get_mut(&id) else { return };
        for state in [RunspacePoolState::Closing, RunspacePoolState::Closed] {
            let state = payload::pool_state(state, None);
            let message = RawMessage::pool(Destination::Client, MessageKind::RunspacePoolState, rpid, state);
            link.transport.send(Channel::Session, &message);
        }
        link.stage = LinkStage::Fenced;
        link.deadline = Some(self.now.after(limits::FENCED));
    }

    /// Ends a link after what was sent to it.
    pub(super) fn close_link(&mut self, id: LinkId, exit_code: u8) {
        self.flush_link(id);
        let Some(link) = self.links.get_mut(&id) else { return };
        if !matches!(link.stage, LinkStage::Gone) {
            link.stage = LinkStage::Gone;
            link.deadline = None;
            self.outputs.push_back(Output::CloseLink { link: id, exit_code });
        }
    }

    pub(super) fn link_deadline(&mut self, id: LinkId) {
        let Some(link) = self.links.get_mut(&id) else { return };
        link.deadline = None;
        match link.stage {
            LinkStage::New | LinkStage::Negotiated => {
                let text = format!("the client said nothing for {} s", limits::HANDSHAKE.as_secs());
                self.refuse(id, "protocol", &text);
            }
            _ => self.close_link(id, 0),
        }
    }

    /// Hands out what links have to send.
    pub(super) fn flush_links(&mut self) {
        let ids: Vec<LinkId> = self.links.keys().copied().collect();
        for id in ids {
            self.flush_link(id);
        }
    }

    pub(super) fn flush_link(&mut self, id: LinkId) {
        let Some(link) = self.links.get_mut(&id) else { return };
        let mut out = Bytes::new();
        if link.transport.pending_output() > 0 {
            out = link.transport.take_output();
        }
        self.link_output(id, out);
        let Some(link) = self.links.get_mut(&id) else { return };
        if !matches!(link.stage, LinkStage::Stream) {
            return;
        }
        let room = limits::LINK_HIGH_MARK.saturating_sub(link.unwritten);
        let lease = self.lease.as_mut().filter(|lease| lease.link == Some(id));
        if let Some(side) = lease.and_then(super::lease::Lease::stream) {
            let bytes = side.endpoint.take_output(room);
            self.link_output(id, bytes);
        }
    }

    fn link_output(&mut self, id: LinkId, bytes: Bytes) {
        if bytes.is_empty() {
            return;
        }
        if let Some(link) = self.links.get_mut(&id) {
            link.unwritten = link.unwritten.saturating_add(bytes.len());
            self.outputs.push_back(Output::Link { link: id, bytes });
        }
    }

    /// Where a link's client is.
    pub(super) fn peer_of(&self, id: LinkId) -> String {
        self.links.get(&id).map_or_else(String::new, |link| link.hello.peer.clone())
    }
}
