//! One pipeline of the engine, for as long as somebody may want its output.

use alloc::string::String;
use alloc::vec::Vec;

use psrp_proto::host::HostCall;
use uuid::Uuid;

use super::log::Log;
use crate::time::Instant;

/// PSInvocationState, as far as a server reports it (MS-PSRP 2.2.3.5).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Outcome {
    Stopped,
    Completed,
    Failed,
}

impl Outcome {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Stopped => "Stopped",
            Self::Completed => "Completed",
            Self::Failed => "Failed",
        }
    }
}

/// Where a pipeline stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Stage {
    Running,
    Stopping { give_up: Instant },
    Ended(Outcome),
}

/// Its input.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum InputState {
    /// It takes none.
    None,
    /// More may come.
    Open,
    /// END_OF_PIPELINE_INPUT was sent.
    Ended,
    /// The client that had more was lost.
    Lost,
}

/// Who gets the output.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Delivery {
    /// Nobody.
    Unbound,
    /// The client of the current lease, under this PID, from this ordinal on.
    Bound { pid: Uuid, cursor: u64 },
}

/// A host call that wants an answer.
#[derive(Clone, Debug)]
pub(crate) struct Question {
    /// The ordinal of its message in the log.
    pub(crate) ordinal: u64,
    /// The call, without its parameters.
    pub(crate) call: HostCall,
    pub(crate) payload: bytes::Bytes,
    /// The lease whose client has been asked.
    pub(crate) asked: Option<u64>,
}

/// A pipeline.
#[derive(Debug)]
pub(crate) struct Pipeline {
    /// Its number in the session, from 1.
    pub(crate) number: u64,
    /// PID towards the engine.
    pub(crate) engine_pid: Uuid,
    /// The command, cut, for lists.
    pub(crate) text: String,
    pub(crate) started: Instant,
    pub(crate) stage: Stage,
    pub(crate) input: InputState,
    pub(crate) delivery: Delivery,
    pub(crate) log: Log,
    pub(crate) questions: Vec<Question>,
    /// The lease that started it; 0 when it belongs to the session.
    pub(crate) lease: u64,
    /// Nested pipelines do not outlive their lease.
    pub(crate) nested: bool,
    /// Commands that a client sends on its own behalf; they do not make a session worth keeping.
    pub(crate) housekeeping: bool,
    /// The session's own: nobody sees it.
    pub(crate) internal: bool,
    /// Whether the engine was told to close the channel.
    pub(crate) close_sent: bool,
    /// Whether the client wants to hear of the stop.
    pub(crate) signal_ack_due: bool,
    /// Output that comes now is not worth keeping: the pipeline is being stopped to make room.
    pub(crate) discard: bool,
    /// Bytes of its channel that the engine has not taken.
    pub(crate) queued: usize,
    /// What the engine's `exit` said, if it did.
    pub(crate) exit_code: Option<i32>,
}

impl Pipeline {
    pub(crate) fn new(number: u64, engine_pid: Uuid, text: String, started: Instant) -> Self {
        Self {
            number,
            engine_pid,
            text,
            started,
            stage: Stage::Running,
            input: InputState::None,
            delivery: Delivery::Unbound,
            log: Log::default(),
            questions: Vec::new(),
            lease: 0,
            nested: false,
            housekeeping: false,
            internal: false,
            close_sent: false,
            signal_ack_due: false,
            discard: false,
            queued: 0,
            exit_code: None,
        }
    }

    pub(crate) const fn is_live(&self) -> bool {
        !matches!(self.stage, Stage::Ended(_))
    }

    /// Whether it has more to say to whoever comes than that it completed.
    pub(crate) fn is_unread(&self) -> bool {
        let end = u64::from(self.stage == Stage::Ended(Outcome::Completed));
        self.log.unread_messages() > end
    }

    /// The question that a person has to answer before the pipeline goes on.
    pub(crate) fn open_question(&self) -> Option<&Question> {
        self.questions.first()
    }

    pub(crate) const fn state_name(&self) -> &'static str {
        match self.stage {
            Stage::Running => "Running",
            Stage::Stopping { .. } => "Stopping",
            Stage::Ended(outcome) => outcome.as_str(),
        }
    }
}
