//! What our own client asks of a computer rather than of a session: which sessions are there, and the end of one. Both ends.
//!
//! The client's first line is that of every link ([`hello`](crate::hello)). The answer is [`accept`], then one frame:
//! [`Frame::Reply`] or [`Frame::Refused`].

use alloc::string::ToString;
use alloc::vec::Vec;
use core::time::Duration;

use bytes::{Bytes, BytesMut};
use psrp_clixml::{Object, TimeSpan, TypeNames, Value};
use psrp_proto::transport::ServerTransport;
use psrp_proto::{Channel, Destination, Limits, MessageKind, RawMessage};
use uuid::Uuid;

use crate::core::own_capability;
use crate::info::{Availability, PipelineInfo, SessionInfo, SessionState};
use crate::stream::{Frame, Refusal};

/// The lines that turn a new link into a stream: SESSION_CAPABILITY with the stream's version, and the acknowledgement.
#[must_use]
pub fn accept() -> Bytes {
    let mut transport = ServerTransport::new(Limits::default());
    let capability =
        RawMessage::pool(Destination::Client, MessageKind::SessionCapability, Uuid::nil(), own_capability());
    transport.send(Channel::Session, &capability);
    transport.ack_data(Channel::Session);
    transport.take_output()
}

/// The frame that says what these sessions are.
#[must_use]
pub fn sessions(sessions: &[SessionInfo]) -> Bytes {
    let list = Object::list(TypeNames::array_of("System.Object"), sessions.iter().map(SessionInfo::to_value));
    encode(&Frame::Reply(psrp_clixml::write(&list.into()).into()))
}

/// The frame that says that it is done.
#[must_use]
pub fn done() -> Bytes {
    sessions(&[])
}

/// The frame that says that it is not done: a word for programs, see [`Refusal::code`], and a text for people.
#[must_use]
pub fn refused(code: &str, text: &str) -> Bytes {
    encode(&Frame::Refused(Refusal { code: code.to_string(), text: text.to_string() }))
}

/// Reads the content of the [`Frame::Reply`] that [`sessions`] made; none when it is something else.
#[must_use]
pub fn read_sessions(reply: &[u8]) -> Option<Vec<SessionInfo>> {
    psrp_clixml::parse(reply).ok()?.as_list()?.iter().map(SessionInfo::from_value).collect()
}

fn encode(frame: &Frame) -> Bytes {
    let mut bytes = BytesMut::new();
    frame.encode(&mut bytes);
    bytes.freeze()
}

impl SessionInfo {
    /// The session as an object that travels to our own client.
    #[must_use]
    pub fn to_value(&self) -> Value {
        let pipelines = self.pipelines.iter().map(PipelineInfo::to_value);
        Object::bag()
            .with("Id", self.id)
            .with("Name", self.name.as_str())
            .with("ComputerName", self.host.as_str())
            .with("State", self.state.as_str())
            .with("Availability", self.availability.as_str())
            .with("ConfigurationName", self.configuration.as_str())
            .with("Activity", self.activity.as_str())
            .with("AttachedFrom", self.attached_from.as_deref())
            .with("Age", span(self.age))
            .with("DetachedFor", self.detached_for.map(span))
            .with("ExpiresIn", self.expires_in.map(span))
            .with("BytesHeld", u64::try_from(self.retained).unwrap_or(u64::MAX))
            .with("Lease", self.lease)
            .with("Version", self.version.as_str())
            .with("Pipelines", Object::list(TypeNames::array_of("System.Object"), pipelines))
            .into()
    }

    /// Reads what [`to_value`](Self::to_value) wrote; none when a property is missing.
    #[must_use]
    pub fn from_value(value: &Value) -> Option<Self> {
        let text = |name| value.get(name).and_then(Value::as_str).map(ToString::to_string);
        let count = |name| match value.get(name)?.primitive() {
            Value::U64(number) => Some(*number),
            _ => None,
        };
        let span = |name| match value.get(name)?.primitive() {
            Value::TimeSpan(span) => u64::try_from(span.ticks()).ok().map(|ticks| ticks.saturating_mul(100)),
            _ => None,
        };
        Some(Self {
            id: value.get("Id")?.as_guid()?,
            name: text("Name")?,
            host: text("ComputerName")?,
            state: SessionState::from_name(&text("State")?)?,
            availability: Availability::from_name(&text("Availability")?)?,
            configuration: text("ConfigurationName")?,
            activity: text("Activity")?,
            attached_from: text("AttachedFrom"),
            age: Duration::from_nanos(span("Age")?),
            detached_for: span("DetachedFor").map(Duration::from_nanos),
            expires_in: span("ExpiresIn").map(Duration::from_nanos),
            retained: usize::try_from(count("BytesHeld")?).unwrap_or(usize::MAX),
            lease: count("Lease")?,
            version: text("Version")?,
            pipelines: value
                .get("Pipelines")?
                .as_list()?
                .iter()
                .map(PipelineInfo::from_value)
                .collect::<Option<_>>()?,
        })
    }
}

impl SessionState {
    /// Its name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Opening => "Opening",
            Self::Alive => "Alive",
            Self::Closing => "Closing",
            Self::Broken => "Broken",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        [Self::Opening, Self::Alive, Self::Closing, Self::Broken].into_iter().find(|state| state.as_str() == name)
    }
}

impl Availability {
    /// Its name, as PowerShell writes it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Available => "Available",
            Self::Busy => "Busy",
            Self::None => "None",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        [Self::Available, Self::Busy, Self::None].into_iter().find(|it| it.as_str() == name)
    }
}

/// A time in ticks of 100 ns.
fn span(time: Duration) -> TimeSpan {
    TimeSpan::from_ticks(i64::try_from(time.as_nanos() / 100).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use alloc::string::String;
    use alloc::vec;

    use super::*;
    use crate::stream::{Endpoint, StreamEvent};

    fn info() -> SessionInfo {
        SessionInfo {
            id: Uuid::from_u128(7),
            name: "work".into(),
            host: "web1".into(),
            state: SessionState::Alive,
            availability: Availability::None,
            configuration: "pwsh".into(),
            activity: "blocked: ReadLine".into(),
            attached_from: None,
            age: Duration::from_secs(90),
            detached_for: Some(Duration::from_secs(60)),
            expires_in: Some(Duration::from_secs(7_140)),
            retained: 4_096,
            lease: 3,
            version: "0.1.0".into(),
            pipelines: vec![PipelineInfo {
                number: 1,
                id: Uuid::from_u128(8),
                text: "Get-Date".into(),
                state: "Running".into(),
                age: Duration::from_secs(5),
                retained: 4_096,
                unread: 2,
                waiting_for: Some("ReadLine".into()),
                input_open: false,
                exit_code: Some(3),
            }],
        }
    }

    #[test]
    fn a_list_arrives_as_it_was() {
        let expected = vec![info(), SessionInfo { attached_from: Some("192.0.2.1 port 5".into()), ..info() }];
        let mut client = Endpoint::new(1 << 20, 1 << 20);
        client.receive(&sessions(&expected)).unwrap();
        let Some(StreamEvent::Reply(reply)) = client.poll_event() else { panic!("no reply") };
        assert_eq!(read_sessions(&reply), Some(expected));
    }

    #[test]
    fn something_else_is_no_list() {
        for reply in [&b""[..], b"<Nil />", b"<Obj RefId=\"0\"><LST><S>x</S></LST></Obj>"] {
            assert_eq!(read_sessions(reply), None);
        }
    }

    #[test]
    fn the_link_becomes_a_stream_after_two_lines() {
        let lines: String = String::from_utf8(accept().to_vec()).unwrap();
        assert_eq!(lines.lines().count(), 2);
        assert!(lines.lines().last().unwrap().starts_with("<DataAck"));
    }
}
