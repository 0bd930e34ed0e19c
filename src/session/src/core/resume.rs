//! The stream of our own client, from one connection to the next.

use alloc::collections::VecDeque;
use alloc::format;
use alloc::string::ToString;
use alloc::vec::Vec;
use core::time::Duration;

use psrp_proto::Uuid;
use psrp_proto::message::HostInfo;

use super::io::LinkId;
use super::lease::StreamSide;
use super::leave::Leave;
use super::link::{LinkStage, Wish};
use super::who::Who;
use super::{Core, Timer};
use crate::hello::{OpenVerb, Resume};
use crate::limits;
use crate::stream::{Endpoint, Frame};

impl Core {
    /// The first line of our own client was answered: what it wants is next.
    pub(super) fn stream_attach(&mut self, id: LinkId) {
        let Some(link) = self.links.get_mut(&id) else { return };
        match link.hello.client.verb() {
            Some(OpenVerb::Resume(resume)) => {
                let resume = resume.clone();
                self.resume(id, &resume);
            }
            _ => {
                let rpid = self.identity.id;
                self.attach(id, Wish { rpid, host: HostInfo::NONE, init: None });
            }
        }
    }

    /// The client of a stream is back on a new connection.
    fn resume(&mut self, id: LinkId, resume: &Resume) {
        self.event("attach.decide", alloc::vec![("link", id.0.to_string())]);
        let known = self.lease.as_mut().is_some_and(|lease| {
            lease.stream().is_some_and(|side| side.id == resume.stream && side.token == resume.token)
        });
        if !known && self.stolen == Some(resume.stream) {
            // Somebody wanted it so. One that was only free for a while may be taken up again.
            let text = format!("session {} was taken over by another client", self.title());
            return self.refuse(id, "fenced", &text);
        }
        if !known {
            let text = format!("session {} has been taken over or detached; attach to it again", self.title());
            return self.refuse(id, "unknown-stream", &text);
        }
        let old = self.lease.as_mut().and_then(|lease| lease.link.take());
        if let Some(old) = old {
            // The token proves that it is the same client: its old connection is dead, whatever it looks like.
            self.close_link(old, 0);
            self.detached_since = Some(self.now);
        }
        let Some(lease) = self.lease.as_mut() else { return };
        let Some(side) = lease.stream() else { return };
        side.endpoint.connection_lost();
        if let Err(error) = side.endpoint.resume_from(resume.next) {
            let text = format!("session {} cannot go on where it was: {error}; attach to it again", self.title());
            self.give_up_lease(Leave::Lost);
            return self.refuse(id, "lost", &text);
        }
        let next = side.endpoint.recv_next();
        side.endpoint.send_direct(&Frame::Resumed { next });
        lease.link = Some(id);
        lease.heard = self.now;
        if let Some(link) = self.links.get_mut(&id) {
            link.stage = LinkStage::Stream;
        }
        self.timers.disarm(Timer::Resume);
        let who = self.links.get(&id).map(|link| Who::of(&link.hello, None));
        if let (Some(lease), Some(who)) = (self.lease.as_mut(), who) {
            // It may have come another way.
            lease.who = who;
        }
        self.audit("stream.resumed", Vec::new());
        // Whoever comes back is alive, whatever was asked on its old connection.
        self.probe_answered();
    }

    /// How long the client of a stream may be away: no longer than one that has left.
    pub(super) fn resume_patience(&self) -> Duration {
        limits::RESUME.min(self.idle)
    }

    pub(super) fn resume_timeout(&mut self) {
        if self.lease.as_ref().is_some_and(|lease| lease.link.is_none()) {
            self.audit("lease.expired", Vec::new());
            self.give_up_lease(Leave::Lost);
            self.next_waiting();
        }
    }
}

impl StreamSide {
    pub(super) fn new(random: &[u8; 48], credit: u64) -> Self {
        let (id, token) = random.split_first_chunk::<16>().map_or(([0; 16], [0; 32]), |(id, rest)| {
            let mut token = [0; 32];
            token.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
            (*id, token)
        });
        Self {
            id: Uuid::from_bytes(id),
            token,
            endpoint: Endpoint::new(limits::STREAM_WINDOW, credit),
            unacknowledged: VecDeque::new(),
            answers: 0,
            acknowledged: 0,
            deferred: VecDeque::new(),
        }
    }
}
