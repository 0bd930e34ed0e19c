//! Between the words of the verbs and those of sessions.

use psrp_clixml::Value;
use psrp_proto::pool::client::Failure;
use psrp_session::info::{self, PipelineInfo};
use psrp_session::name::{SessionName, SessionRef};
use psrp_session::options::{AttachMode, AttachOptions, EngineKind};
use psrp_session::stream::{PipelineStart, Refusal};

use crate::remote::session::{About, SessionError};
use crate::remote::wire::{End as WireEnd, OpenError};
use crate::remote::{Availability, Engine, RemoteError, SessionInfo, SessionState, Start, Waiting};
use crate::target::Session;

/// How the text of a command ends whose output is formatted by the server.
const RENDERED: &str = " | Out-String";

/// A session that this client has left.
pub(super) fn left(about: &About) -> SessionInfo {
    let name = match about.name.as_str() {
        // What psrpd calls a session without a name from now on.
        "" => SessionName::automatic(about.id).to_string(),
        name => name.to_owned(),
    };
    let psrp = about.private_data.as_object().and_then(|data| data.entry("Psrp")).and_then(Value::as_object);
    let configuration = psrp.and_then(|psrp| psrp.entry("Configuration")).and_then(Value::as_str);
    SessionInfo {
        name,
        instance_id: about.id,
        state: SessionState::Disconnected,
        availability: Availability::None,
        configuration_name: configuration.unwrap_or_default().to_owned(),
        resume: None,
        answers: true,
    }
}

/// A session as its host lists it.
pub(super) fn listed(session: info::SessionInfo) -> SessionInfo {
    let is_attached = session.attached_from.is_some();
    SessionInfo {
        name: session.name,
        instance_id: session.id,
        state: match session.state {
            info::SessionState::Opening | info::SessionState::Alive if is_attached => SessionState::Opened,
            info::SessionState::Opening | info::SessionState::Alive => SessionState::Disconnected,
            info::SessionState::Closing => SessionState::Closed,
            info::SessionState::Broken => SessionState::Broken,
        },
        availability: match session.availability {
            info::Availability::Available => Availability::Available,
            info::Availability::Busy => Availability::Busy,
            info::Availability::None => Availability::None,
        },
        configuration_name: session.configuration,
        resume: None,
        answers: session.activity != info::NO_ANSWER,
    }
}

pub(super) fn waiting(pipeline: &PipelineInfo) -> Waiting {
    // The last message of one that has ended is its state, which is no record.
    let has_ended = !["Queued", "Running", "Stopping"].contains(&pipeline.state.as_str());
    Waiting {
        state: pipeline.state.clone(),
        command: pipeline.text.strip_suffix(RENDERED).unwrap_or(&pipeline.text).to_owned(),
        unread: pipeline.unread.saturating_sub(u64::from(has_ended)),
        prompt: pipeline.waiting_for.clone(),
    }
}

/// The options that name a session.
pub(super) fn named(session: &Session, mode: AttachMode) -> Result<AttachOptions, RemoteError> {
    let session = match session {
        Session::InstanceId(id) => SessionRef::Id(*id),
        Session::Name(name) => SessionRef::parse(name).map_err(|error| RemoteError::NoSession(error.to_string()))?,
        Session::Id(id) => {
            return Err(RemoteError::NoSession(format!("{id} is no session of a host; give its name")));
        }
    };
    Ok(AttachOptions { session: Some(session), mode, ..AttachOptions::default() })
}

pub(super) const fn engine(engine: Engine) -> EngineKind {
    match engine {
        Engine::Pwsh => EngineKind::Pwsh,
        Engine::Native => EngineKind::Native,
    }
}

/// Where to start in a pipeline, and the number of the first record.
pub(super) const fn start(from: Start) -> (PipelineStart, u64) {
    match from {
        Start::Unread => (PipelineStart::Unread, 0),
        Start::Oldest => (PipelineStart::Oldest, 0),
        // psrpd takes what is beyond the end for the end.
        Start::New => (PipelineStart::Ordinal(u64::MAX), 0),
        Start::Number(number) => (PipelineStart::Ordinal(number), number),
    }
}

impl From<SessionError> for RemoteError {
    fn from(error: SessionError) -> Self {
        let text = error.to_string();
        match error {
            SessionError::Open(OpenError::Connect(error)) => Self::Connect(error),
            SessionError::Open(OpenError::Refused(refusal)) => refused(refusal),
            SessionError::Open(OpenError::Noise(_) | OpenError::Protocol(_)) => Self::Protocol(text),
            SessionError::Open(OpenError::Silent) | SessionError::Silent | SessionError::Ended => Self::Lost(text),
            SessionError::Open(_) | SessionError::Unsupported(_) | SessionError::InputOpen(_) => Self::Refused(text),
            SessionError::Failed(
                Failure::Ended(_) | Failure::EndedSilently | Failure::Reported(_) | Failure::LinkLost,
            ) => Self::Lost(text),
            SessionError::Failed(_) => Self::Protocol(text),
            SessionError::Lost(end) => match &*end {
                WireEnd::Refused(refusal) => refused(refusal.clone()),
                WireEnd::Fenced(_) => Self::Refused(text),
                WireEnd::Protocol(_) => Self::Protocol(text),
                _ => Self::Lost(text),
            },
            SessionError::State(_) | SessionError::Unstoppable => Self::Lost(text),
        }
    }
}

fn refused(refusal: Refusal) -> RemoteError {
    match refusal.code.as_str() {
        "not-found" | "exists" => RemoteError::NoSession(refusal.text),
        "lost" | "unknown-stream" => RemoteError::Lost(refusal.text),
        "protocol" => RemoteError::Protocol(refusal.text),
        _ => RemoteError::Refused(refusal.text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_have_the_kind_of_their_code() {
        let kind = |code: &str| refused(Refusal { code: code.to_owned(), text: "why".to_owned() });
        assert!(matches!(kind("not-found"), RemoteError::NoSession(_)));
        assert!(matches!(kind("attached"), RemoteError::Refused(_)));
        assert!(matches!(kind("something-new"), RemoteError::Refused(_)));
        assert!(matches!(kind("protocol"), RemoteError::Protocol(_)));
    }
}
