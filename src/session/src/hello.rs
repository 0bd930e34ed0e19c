//! What a client says in its very first line, read before its session is chosen.
//!
//! Our own client adds two properties to its SESSION_CAPABILITY (MS-PSRP 2.2.2.1): `PsrpStream`, the versions of the
//! resumable stream that it speaks, and `PsrpOpen`, what it wants. Stock servers look properties up by name and ignore
//! both; stock clients send neither.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::time::Duration;

use bytes::Bytes;
use psrp_clixml::{Object, Value};
use psrp_proto::transport::{ServerEvent, ServerTransport};
use psrp_proto::{Limits, MessageKind, Uuid};
use thiserror::Error;

use crate::limits::{IDLE_SECONDS, MAX_MESSAGE, MAX_VERSION, MIN_STREAM_WINDOW, STREAM_WINDOW};
use crate::name::SessionRef;
use crate::options::{AttachMode, AttachOptions, EngineKind, OnClose};

/// The version of the resumable stream that this crate speaks.
pub const STREAM_VERSION: u32 = 1;

/// Property of SESSION_CAPABILITY: in a request the versions that the client speaks, in an answer the one that is used.
pub const STREAM_PROPERTY: &str = "PsrpStream";

/// Property of a client's SESSION_CAPABILITY: what it wants.
pub const OPEN_PROPERTY: &str = "PsrpOpen";

/// What our own client wants.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum OpenVerb {
    /// A session: [`OpenRequest::options`] say which.
    Attach,
    /// To go on on a new connection.
    Resume(Resume),
    /// The list of this user's sessions; no session is opened.
    List,
    /// The end of a session.
    Remove {
        /// Without waiting for the engine.
        force: bool,
    },
}

/// Which stream goes on, and where.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Resume {
    /// The stream's id, from [`Opened`](crate::stream::Opened).
    pub stream: Uuid,
    /// Its token.
    pub token: [u8; 32],
    /// The number that the client expects next.
    pub next: u64,
}

/// A request of our own client.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct OpenRequest {
    /// What it wants.
    pub verb: OpenVerb,
    /// Which session, and how.
    pub options: AttachOptions,
    /// Data bytes that the server may be ahead of the client.
    pub credit: u64,
    /// The version of the client's program, for people; empty when it does not say.
    pub version: String,
}

/// The first line of a client.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct ClientHello {
    open: Option<OpenRequest>,
}

/// Why a first line cannot be used.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub enum HelloError {
    /// It is not the framing of PSRP, or not SESSION_CAPABILITY.
    #[error("the client's first line is not the beginning of a PSRP session: {0}")]
    NotPsrp(String),
    /// A property of `PsrpOpen` is missing or wrong.
    #[error("the client's request has no usable {0}")]
    Property(&'static str),
    /// The client wants a version of the stream that does not exist here.
    #[error(
        "the client speaks stream versions {0:?}; this server speaks {STREAM_VERSION}: update the older of the two"
    )]
    Version(String),
}

impl ClientHello {
    /// Reads the first line, with or without its line end.
    ///
    /// # Errors
    /// [`HelloError`]; the client cannot be served.
    pub fn peek(line: &[u8]) -> Result<Self, HelloError> {
        let mut transport = ServerTransport::new(Limits::default());
        transport.receive(line);
        transport.receive(b"\n");
        while let Some(event) = transport.poll_event() {
            match event {
                ServerEvent::Message { message, .. } if message.kind == MessageKind::SessionCapability => {
                    return Self::from_capability(&message.payload);
                }
                ServerEvent::Message { message, .. } => {
                    return Err(HelloError::NotPsrp(message.kind.name().to_string()));
                }
                ServerEvent::Fatal(error) => return Err(HelloError::NotPsrp(error.to_string())),
                ServerEvent::Soft(error) => return Err(HelloError::NotPsrp(error.to_string())),
                _ => {}
            }
        }
        // A stock server answers such lines and waits; so does the session host.
        Ok(Self::default())
    }

    fn from_capability(payload: &Bytes) -> Result<Self, HelloError> {
        let not_psrp = |error: psrp_clixml::Error| HelloError::NotPsrp(error.to_string());
        let capability = psrp_clixml::parse(payload).map_err(not_psrp)?;
        let Some(versions) = capability.get(STREAM_PROPERTY) else { return Ok(Self::default()) };
        let versions = versions.as_str().unwrap_or_default();
        if !versions.split(',').any(|version| version.trim().parse() == Ok(STREAM_VERSION)) {
            return Err(HelloError::Version(versions.chars().take(64).collect()));
        }
        let open = capability.get(OPEN_PROPERTY).ok_or(HelloError::Property(OPEN_PROPERTY))?;
        OpenRequest::from_value(open).map(|open| Self { open: Some(open) })
    }

    /// The hello of our own client.
    #[must_use]
    pub const fn from_request(open: OpenRequest) -> Self {
        Self { open: Some(open) }
    }

    /// The request, if this is our own client.
    #[must_use]
    pub const fn request(&self) -> Option<&OpenRequest> {
        self.open.as_ref()
    }

    /// The stream version to use, if this is our own client.
    #[must_use]
    pub const fn stream_version(&self) -> Option<u32> {
        match self.open {
            Some(_) => Some(STREAM_VERSION),
            None => None,
        }
    }

    /// What our own client wants.
    #[must_use]
    pub fn verb(&self) -> Option<&OpenVerb> {
        self.open.as_ref().map(|open| &open.verb)
    }

    /// Data bytes that may be sent to our own client ahead of its acknowledgement.
    #[must_use]
    pub fn credit(&self) -> u64 {
        self.open.as_ref().map_or(STREAM_WINDOW, |open| open.credit)
    }
}

impl OpenRequest {
    /// A request with the usual window.
    #[must_use]
    pub fn new(verb: OpenVerb, options: AttachOptions) -> Self {
        Self { verb, options, credit: STREAM_WINDOW, version: env!("CARGO_PKG_VERSION").to_string() }
    }

    /// The request as the property [`OPEN_PROPERTY`].
    #[must_use]
    pub fn to_value(&self) -> Value {
        let mut open = Object::bag().with("Verb", self.verb.name()).with("Credit", self.credit);
        open = open.with("Version", self.version.as_str());
        match &self.verb {
            OpenVerb::Resume(resume) => {
                open = open
                    .with("Stream", resume.stream)
                    .with("Token", Value::Bytes(resume.token.to_vec()))
                    .with("Next", resume.next);
            }
            OpenVerb::Remove { force } => open = open.with("Force", *force),
            OpenVerb::Attach | OpenVerb::List => {}
        }
        if let Some(session) = &self.options.session {
            open = open.with("Session", session.to_string().as_str());
        }
        open = open.with("Mode", mode_name(self.options.mode));
        if let Some(on_close) = self.options.on_close {
            open = open.with("OnClose", if on_close == OnClose::Keep { "keep" } else { "close" });
        }
        if let Some(idle) = self.options.idle {
            open = open.with("Idle", idle.as_secs());
        }
        if let Some(engine) = self.options.engine {
            open = open.with("Engine", engine.as_str());
        }
        open.into()
    }

    /// Reads the property [`OPEN_PROPERTY`].
    ///
    /// # Errors
    /// [`HelloError::Property`] names the first that is missing or wrong.
    pub fn from_value(open: &Value) -> Result<Self, HelloError> {
        let text = |name| open.get(name).and_then(Value::as_str);
        let verb = match text("Verb") {
            Some("attach") => OpenVerb::Attach,
            Some("list") => OpenVerb::List,
            Some("resume") => OpenVerb::Resume(Resume::from_value(open)?),
            Some("remove") => OpenVerb::Remove { force: open.get("Force").and_then(Value::as_bool).unwrap_or(false) },
            _ => return Err(HelloError::Property("Verb")),
        };
        let most = u64::try_from(MAX_MESSAGE).unwrap_or(u64::MAX);
        let credit = unsigned(open.get("Credit")).ok_or(HelloError::Property("Credit"))?;
        let session = match text("Session") {
            Some(session) => Some(SessionRef::parse(session).map_err(|_| HelloError::Property("Session"))?),
            None => None,
        };
        let mode = match text("Mode") {
            Some("auto") | None => AttachMode::Auto,
            Some("existing") => AttachMode::Existing,
            Some("new") => AttachMode::New,
            Some("steal") => AttachMode::Steal,
            Some(_) => return Err(HelloError::Property("Mode")),
        };
        let on_close = match text("OnClose") {
            None => None,
            Some("keep") => Some(OnClose::Keep),
            Some("close") => Some(OnClose::Close),
            Some(_) => return Err(HelloError::Property("OnClose")),
        };
        let idle = match open.get("Idle") {
            None => None,
            Some(idle) => {
                let seconds = unsigned(Some(idle)).filter(|seconds| IDLE_SECONDS.contains(seconds));
                Some(Duration::from_secs(seconds.ok_or(HelloError::Property("Idle"))?))
            }
        };
        let engine = match text("Engine") {
            None => None,
            Some("pwsh") => Some(EngineKind::Pwsh),
            Some("native") => Some(EngineKind::Native),
            Some(_) => return Err(HelloError::Property("Engine")),
        };
        let options = AttachOptions { session, mode, on_close, idle, engine, ..AttachOptions::default() };
        let version = text("Version").unwrap_or_default().chars().take(MAX_VERSION).collect();
        Ok(Self { verb, options, credit: credit.clamp(MIN_STREAM_WINDOW, most), version })
    }
}

impl OpenVerb {
    const fn name(&self) -> &'static str {
        match self {
            Self::Attach => "attach",
            Self::Resume(_) => "resume",
            Self::List => "list",
            Self::Remove { .. } => "remove",
        }
    }
}

impl Resume {
    fn from_value(open: &Value) -> Result<Self, HelloError> {
        let stream = open.get("Stream").and_then(Value::as_guid).ok_or(HelloError::Property("Stream"))?;
        let token = match open.get("Token").map(Value::primitive) {
            Some(Value::Bytes(bytes)) => <[u8; 32]>::try_from(bytes.as_slice()).ok(),
            _ => None,
        };
        let token = token.ok_or(HelloError::Property("Token"))?;
        let next = unsigned(open.get("Next")).ok_or(HelloError::Property("Next"))?;
        Ok(Self { stream, token, next })
    }
}

const fn mode_name(mode: AttachMode) -> &'static str {
    match mode {
        AttachMode::Auto => "auto",
        AttachMode::Existing => "existing",
        AttachMode::New => "new",
        AttachMode::Steal => "steal",
    }
}

fn unsigned(value: Option<&Value>) -> Option<u64> {
    match value?.primitive() {
        Value::U64(number) => Some(*number),
        other => other.as_i64().and_then(|number| u64::try_from(number).ok()),
    }
}

/// The answer that offers or takes the stream, for the property [`STREAM_PROPERTY`].
#[must_use]
pub fn versions() -> String {
    [STREAM_VERSION].iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::name::SessionName;
    use psrp_proto::{Channel, Destination, RawMessage};

    fn first_line(capability: Object) -> Vec<u8> {
        let payload = Bytes::from(psrp_clixml::write(&capability.into()));
        let message = RawMessage::pool(Destination::Server, MessageKind::SessionCapability, Uuid::max(), payload);
        // A server's transport writes the same form as a client's.
        let mut transport = ServerTransport::new(Limits::default());
        transport.send(Channel::Session, &message);
        transport.take_output().to_vec()
    }

    fn request(verb: OpenVerb) -> OpenRequest {
        let options = AttachOptions {
            session: Some(SessionRef::Name(SessionName::new("work").unwrap())),
            mode: AttachMode::Steal,
            on_close: Some(OnClose::Keep),
            idle: Some(Duration::from_secs(90)),
            engine: Some(EngineKind::Native),
            ..AttachOptions::default()
        };
        OpenRequest::new(verb, options)
    }

    #[test]
    fn requests_come_back() {
        let resume = Resume { stream: Uuid::max(), token: [7; 32], next: 99 };
        let verbs = [OpenVerb::Attach, OpenVerb::List, OpenVerb::Remove { force: true }, OpenVerb::Resume(resume)];
        for verb in verbs {
            let request = request(verb);
            let capability = Object::bag().with(STREAM_PROPERTY, "9,1").with(OPEN_PROPERTY, request.to_value());
            let hello = ClientHello::peek(&first_line(capability)).unwrap();
            assert_eq!(hello.request(), Some(&request));
            assert_eq!(hello.stream_version(), Some(STREAM_VERSION));
        }
    }

    #[test]
    fn stock_clients_ask_for_nothing() {
        let line = first_line(Object::bag().with("protocolversion", "2.3"));
        assert_eq!(ClientHello::peek(&line), Ok(ClientHello::default()));
    }

    #[test]
    fn other_first_lines_are_refused() {
        for line in ["GET / HTTP/1.1", "<Data", "SSH-2.0-x"] {
            assert!(matches!(ClientHello::peek(line.as_bytes()), Err(HelloError::NotPsrp(_))), "{line}");
        }
        let newer = first_line(Object::bag().with(STREAM_PROPERTY, "2"));
        assert!(matches!(ClientHello::peek(&newer), Err(HelloError::Version(_))));
        let wrong = Object::bag().with("Verb", "attach").with("Credit", 1).with("Idle", 1);
        let wrong = first_line(Object::bag().with(STREAM_PROPERTY, "1").with(OPEN_PROPERTY, wrong));
        assert_eq!(ClientHello::peek(&wrong), Err(HelloError::Property("Idle")));
    }
}
