//! Questions and commands from this machine.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::io::{AdminCommand, AdminReply, Output};
use super::pipeline::{InputState, Pipeline};
use super::{Core, Phase};
use crate::info::{Availability, PipelineInfo, SessionInfo, SessionState};

impl Core {
    pub(super) fn admin(&mut self, request: u64, command: AdminCommand) {
        let reply = match command {
            AdminCommand::Info => AdminReply::Info(Box::new(self.info())),
            AdminCommand::Stop => {
                let live: Vec<u64> = self.pipelines.values().filter(|p| p.is_live()).map(|p| p.number).collect();
                live.into_iter().for_each(|number| self.stop_pipeline(number));
                AdminReply::Done
            }
            AdminCommand::Remove { force } => {
                self.remove(force, "its owner");
                AdminReply::Done
            }
        };
        self.outputs.push_back(Output::Admin { request, reply });
    }

    /// The session as it is listed.
    #[must_use]
    pub fn info(&self) -> SessionInfo {
        let attached = self.lease.as_ref().filter(|lease| lease.link.is_some());
        SessionInfo {
            id: self.identity.id,
            name: self.identity.name.as_ref().map_or_else(String::new, ToString::to_string),
            host: self.identity.host.clone(),
            state: match self.phase {
                Phase::Alive if self.engine.is_open() => SessionState::Alive,
                Phase::Alive => SessionState::Opening,
                Phase::Broken => SessionState::Broken,
                Phase::Closing { .. } | Phase::Ended => SessionState::Closing,
            },
            availability: match attached {
                Some(_) if self.is_running() => Availability::Busy,
                Some(_) => Availability::Available,
                None => Availability::None,
            },
            configuration: self.identity.configuration.clone(),
            activity: self.activity(),
            attached_from: attached.map(|lease| lease.who.peer.clone()),
            age: self.now.since(self.created),
            detached_for: self.detached_since.filter(|_| attached.is_none()).map(|since| self.now.since(since)),
            expires_in: self.expires_in(),
            retained: self.retained(),
            lease: self.leases,
            version: env!("CARGO_PKG_VERSION").to_string(),
            pipelines: self.pipeline_infos(),
        }
    }

    fn activity(&self) -> String {
        if self.wedged {
            return "wedged".to_string();
        }
        if self.is_full() {
            return "paused: full".to_string();
        }
        let blocked = self.running().find_map(Pipeline::open_question);
        if let Some(question) = blocked {
            return format!("blocked: {}", question.call.method.name());
        }
        if self.is_running() { "running" } else { "idle" }.to_string()
    }

    fn is_running(&self) -> bool {
        self.running().next().is_some()
    }

    fn running(&self) -> impl Iterator<Item = &Pipeline> {
        self.pipelines.values().filter(|pipeline| pipeline.is_live() && !pipeline.internal)
    }

    /// The pipelines as they are listed: those of users.
    pub(super) fn pipeline_infos(&self) -> Vec<PipelineInfo> {
        let listed = self.pipelines.values().filter(|pipeline| !pipeline.housekeeping && !pipeline.internal);
        let info = |pipeline: &Pipeline| PipelineInfo {
            number: pipeline.number,
            id: pipeline.engine_pid,
            text: pipeline.text.clone(),
            state: pipeline.state_name().to_string(),
            age: self.now.since(pipeline.started),
            retained: pipeline.log.unread(),
            unread: pipeline.log.unread_messages(),
            waiting_for: pipeline.open_question().map(|question| question.call.method.name().to_string()),
            input_open: pipeline.input == InputState::Open,
            exit_code: pipeline.exit_code,
        };
        listed.map(info).collect()
    }
}
