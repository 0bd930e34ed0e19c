//! A session that was attached to anew, because its stream could not go on: which of its pipelines are ours?

use psrp_proto::Uuid;
use psrp_proto::message::PowerShell;
use psrp_proto::pool::client::{Failure, Input, Outcome, Pool};
use psrp_session::info::PipelineInfo;
use psrp_session::limits::MAX_LISTED_TEXT;
use psrp_session::stream::{Opened, PipelineStart};

use super::super::wire::{Command, PROTOCOL_VERSION};
use super::{Event, Session};

impl Session {
    /// The new lease has a pool of its own, of the same id; the pipelines follow when they are listed.
    pub(super) fn begin_reattach(&mut self, opened: Opened, why: String) {
        self.pool = Pool::negotiated(opened.session, PROTOCOL_VERSION);
        self.about.created = false;
        self.names.clear();
        self.waiting.clear();
        self.reattaching = Some(why);
        self.server_says(Input::Connect);
    }

    /// The pipelines of a session that was there before.
    pub(super) fn listed(&mut self, list: &[u8]) {
        let list = psrp_clixml::parse(list).ok();
        let list = list.as_ref().and_then(psrp_clixml::Value::as_list).unwrap_or_default();
        // One that cannot be read comes from a newer server; the others can be used.
        let list: Vec<_> = list.iter().filter_map(PipelineInfo::from_value).collect();
        if let Some(why) = self.reattaching.take() {
            self.take_over(&list);
            self.events.push_back(Event::Reattached(why));
        } else {
            self.events.push_back(Event::Listed(list));
        }
    }

    /// Connects to the listed pipelines that are ours, and ends those that are not there any more.
    fn take_over(&mut self, list: &[PipelineInfo]) {
        for (owner, server) in self.pairs(list) {
            let adopted = server.is_some_and(|pid| self.server_adopts(owner, pid));
            if !adopted {
                self.running.remove(&owner);
                let outcome = Outcome::Failed(Failure::LinkLost);
                self.events.push_back(Event::PipelineEnded { pid: owner, outcome });
            }
        }
    }

    fn server_adopts(&mut self, owner: Uuid, pid: Uuid) -> bool {
        if self.tell_pool(Input::AdoptPipeline { pid }).is_err() {
            return false;
        }
        if let Some(running) = self.running.get_mut(&owner) {
            running.server_id = pid;
        }
        self.names.insert(pid, owner);
        self.wire.send(Command::ConnectPipeline { pid, from: PipelineStart::Unread });
        true
    }

    /// The running pipelines with the ids under which they are listed. An inherited one is listed under the id that it
    /// has; one that was started here under the server's own: the last of the same text.
    fn pairs(&self, list: &[PipelineInfo]) -> Vec<(Uuid, Option<Uuid>)> {
        let mut left: Vec<&PipelineInfo> = list.iter().collect();
        let mut running: Vec<_> = self.running.iter().collect();
        running.sort_by_key(|(_, running)| std::cmp::Reverse(running.order));
        let mut pairs = Vec::new();
        for (owner, running) in running {
            let found = left.iter().rposition(|info| match running.order {
                Some(_) => info.text == running.title,
                None => info.id == running.server_id,
            });
            pairs.push((*owner, found.map(|at| left.remove(at).id)));
        }
        pairs
    }
}

/// The commands as psrpd lists them.
pub(super) fn title(commands: &PowerShell) -> String {
    let first = commands.statements.first().map(Vec::as_slice).unwrap_or_default();
    let names: Vec<_> = first.iter().map(|command| command.text.to_string_lossy().trim().to_owned()).collect();
    let mut title = names.join(" | ");
    if commands.statements.len() > 1 {
        title.push_str("; ...");
    }
    title.chars().take(MAX_LISTED_TEXT).collect()
}
