//! A session and its pipelines as they are listed.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::time::Duration;

use psrp_clixml::{Object, TimeSpan, TypeNames, Value};
use uuid::Uuid;

/// The activity of a session whose host does not answer.
pub const NO_ANSWER: &str = "no answer";

/// One session as its host describes it.
#[derive(Clone, Debug, PartialEq)]
pub struct SessionInfo {
    /// InstanceId.
    pub id: Uuid,
    /// Name; empty while a nameless session has its client.
    pub name: String,
    /// The computer it is on.
    pub host: String,
    /// State as PowerShell names it, seen by somebody who is not attached: `Disconnected` or `Broken`.
    pub state: SessionState,
    /// Whether it can be connected to.
    pub availability: Availability,
    /// The column ConfigurationName.
    pub configuration: String,
    /// What it does, for people: `idle`, `running`, `blocked: ReadLine`, `paused: full`.
    pub activity: String,
    /// Where the attached client is.
    pub attached_from: Option<String>,
    /// How long ago it was created.
    pub age: Duration,
    /// How long nobody has been attached.
    pub detached_for: Option<Duration>,
    /// How long it will still be kept if nobody attaches.
    pub expires_in: Option<Duration>,
    /// Bytes of output kept.
    pub retained: usize,
    /// The number of the current or last lease.
    pub lease: u64,
    /// The version of the program that serves it.
    pub version: String,
    /// Its pipelines.
    pub pipelines: Vec<PipelineInfo>,
}

/// RunspaceState of PowerShell, as far as a listed session can be in it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum SessionState {
    /// The engine is being started or opened.
    Opening,
    /// Alive. Whether that is `Opened` or `Disconnected` depends on who asks.
    Alive,
    /// Ending.
    Closing,
    /// The engine is gone; output can still be received.
    Broken,
}

/// RunspaceAvailability of PowerShell.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Availability {
    /// Attached, nothing runs.
    Available,
    /// Attached and running.
    Busy,
    /// Nobody is attached: can be connected.
    None,
}

/// One pipeline as it is listed.
#[derive(Clone, Debug, PartialEq)]
pub struct PipelineInfo {
    /// Its number in the session, from 1; what `Receive-PsrpCommand -Id` takes.
    pub number: u64,
    /// The engine's PID.
    pub id: Uuid,
    /// The command's text, cut.
    pub text: String,
    /// `Queued`, `Running`, `Stopping`, `Stopped`, `Completed` or `Failed`.
    pub state: String,
    /// How long ago it was started.
    pub age: Duration,
    /// Bytes of output kept.
    pub retained: usize,
    /// Messages of output not yet read.
    pub unread: u64,
    /// The host method that it waits for, if it waits for a person.
    pub waiting_for: Option<String>,
    /// Whether its input is still open.
    pub input_open: bool,
    /// What its `exit` said, if it ran one.
    pub exit_code: Option<i32>,
}

impl PipelineInfo {
    /// The pipeline as an object that travels: to our own client, and as the output of `Get-PsrpCommand`.
    #[must_use]
    pub fn to_value(&self) -> Value {
        let names = TypeNames::new(["Psrp.Command", "System.Management.Automation.PSCustomObject", "System.Object"]);
        let ticks = |time: Duration| i64::try_from(time.as_nanos() / 100).unwrap_or(i64::MAX);
        let object = Object::bag()
            .typed(names)
            .with("Id", self.number)
            .with("State", self.state.as_str())
            .with("Command", self.text.as_str())
            .with("Age", TimeSpan::from_ticks(ticks(self.age)))
            .with("Unread", self.unread)
            .with("BytesHeld", u64::try_from(self.retained).unwrap_or(u64::MAX))
            .with("WaitingFor", self.waiting_for.as_deref())
            .with("InputOpen", self.input_open)
            .with("ExitCode", self.exit_code)
            .with("PipelineId", self.id);
        object.into()
    }

    /// Reads what [`to_value`](Self::to_value) wrote; none when a property is missing.
    #[must_use]
    pub fn from_value(value: &Value) -> Option<Self> {
        let text = |name| value.get(name).and_then(Value::as_str).map(ToString::to_string);
        let count = |name| match value.get(name)?.primitive() {
            Value::U64(number) => Some(*number),
            other => other.as_i64().and_then(|number| u64::try_from(number).ok()),
        };
        let age = match value.get("Age")?.primitive() {
            Value::TimeSpan(age) => u64::try_from(age.ticks()).ok()?,
            _ => return None,
        };
        Some(Self {
            number: count("Id")?,
            id: value.get("PipelineId")?.as_guid()?,
            text: text("Command")?,
            state: text("State")?,
            age: Duration::from_nanos(age.saturating_mul(100)),
            retained: usize::try_from(count("BytesHeld")?).unwrap_or(usize::MAX),
            unread: count("Unread")?,
            waiting_for: text("WaitingFor"),
            input_open: value.get("InputOpen")?.as_bool()?,
            exit_code: value.get("ExitCode").and_then(Value::as_i32),
        })
    }
}
