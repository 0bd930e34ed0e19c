//! The first line of a connection and its answer: whether the server speaks the resumable stream.

use bytes::BytesMut;
use psrp_clixml::{Value, Version};
use psrp_proto::message::SessionCapability;
use psrp_proto::transport::{ClientEvent, ClientTransport};
use psrp_proto::{Channel, Destination, Limits, Message, RawMessage, Stream, Uuid};
use psrp_session::hello::{OPEN_PROPERTY, OpenRequest, STREAM_PROPERTY, STREAM_VERSION, versions};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::Connection;
use super::error::OpenError;
use crate::limits::READ_CHUNK;
use crate::ssh::peer_text;

/// The version of PSRP that we speak: with 2.3 every server agrees, and SecureStrings are encrypted.
pub const PROTOCOL_VERSION: Version = Version::new(2, 3);

/// How a server answered.
pub(super) struct Greeting {
    /// The server's versions.
    pub(super) capability: SessionCapability,
    /// What goes on after the answer.
    pub(super) next: Next,
}

/// What goes on after the answer to the first line.
pub(super) enum Next {
    /// Frames; these bytes came with the answer.
    Frames(BytesMut),
    /// Lines, as with every stock server.
    Lines(Box<ClientTransport>),
}

/// Says the first line and reads the answer. `rpid` is what a stock server will know our pool by.
///
/// Not cancel-safe: a connection on which this was begun and not finished is of no use.
pub(super) async fn greet(
    connection: &mut Connection,
    rpid: Uuid,
    request: &OpenRequest,
) -> Result<Greeting, OpenError> {
    let mut transport = Box::new(ClientTransport::new(Limits::default()));
    // A new transport takes everything.
    let _ = transport.send(Channel::Session, Stream::Default, &first_message(rpid, request));
    let sent = connection.writer.write_all(&transport.take_output()).await;
    if sent.is_err() || connection.writer.flush().await.is_err() {
        return Err(ended(connection).await);
    }
    let mut bytes = BytesMut::new();
    let mut capability = None;
    let mut acknowledged = false;
    loop {
        while !bytes.is_empty() {
            // Never beyond the end of a line: what follows the last one may be frames.
            let line = bytes.iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |end| end + 1);
            transport.receive(&bytes.split_to(line));
            while let Some(event) = transport.poll_event() {
                match event {
                    ClientEvent::DataAck { .. } => acknowledged = true,
                    event => capability = Some(read_capability(event)?),
                }
            }
            if acknowledged && let Some(capability) = capability.take() {
                return greeting(capability, transport, bytes);
            }
        }
        bytes.reserve(READ_CHUNK);
        if !matches!(connection.reader.read_buf(&mut bytes).await, Ok(1..)) {
            return Err(ended(connection).await);
        }
    }
}

fn first_message(rpid: Uuid, request: &OpenRequest) -> RawMessage {
    let mut capability = SessionCapability::new(PROTOCOL_VERSION);
    capability.extensions.push(STREAM_PROPERTY, versions().as_str());
    capability.extensions.push(OPEN_PROPERTY, request.to_value());
    Message::SessionCapability(capability).to_raw(Destination::Server, rpid, Uuid::nil())
}

fn read_capability(event: ClientEvent) -> Result<SessionCapability, OpenError> {
    let unexpected = |what: &str| Err(OpenError::Protocol(format!("{what} where SESSION_CAPABILITY was due")));
    match event {
        ClientEvent::Message { message, .. } => match Message::decode(&message) {
            Ok(Message::SessionCapability(capability)) => Ok(capability),
            Ok(other) => unexpected(other.kind().name()),
            Err(error) => Err(OpenError::Protocol(error.to_string())),
        },
        ClientEvent::ServerError(text) => Err(OpenError::Reported(peer_text(&text))),
        ClientEvent::Noise(text) => Err(OpenError::Noise(peer_text(&text))),
        ClientEvent::Fatal(error) => Err(OpenError::Protocol(error.to_string())),
        _ => unexpected("an acknowledgement"),
    }
}

fn greeting(
    capability: SessionCapability,
    mut transport: Box<ClientTransport>,
    rest: BytesMut,
) -> Result<Greeting, OpenError> {
    let version = capability.extensions.get(STREAM_PROPERTY).map(Value::as_str);
    let next = match version {
        Some(Some(version)) if version.parse() == Ok(STREAM_VERSION) => Next::Frames(rest),
        Some(version) => {
            let version = peer_text(version.unwrap_or_default());
            return Err(OpenError::Protocol(format!(
                "the server chose version {version:?} of the stream, of which only {STREAM_VERSION} was offered"
            )));
        }
        None => {
            transport.receive(&rest);
            Next::Lines(transport)
        }
    };
    Ok(Greeting { capability, next })
}

/// The connection has ended before the server has answered, and why. Once per connection. Cancel-safe.
pub(super) async fn ended(connection: &mut Connection) -> OpenError {
    OpenError::Connect((&mut connection.why).await)
}
