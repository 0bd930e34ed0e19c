//! A call to a server: a connection, the first line and the first answer.

use std::time::Duration;

use bytes::BytesMut;
use psrp_proto::Uuid;
use psrp_proto::message::SessionCapability;
use psrp_proto::transport::ClientTransport;
use psrp_session::hello::OpenRequest;
use psrp_session::stream::{Endpoint, StreamEvent};
use tokio::io::AsyncReadExt as _;
use tokio::time::timeout;

use super::hello::{self, Greeting, Next};
use super::{Connection, Connector, OpenError};
use crate::limits::READ_CHUNK;

/// What is asked of a server.
pub(super) struct Call<'a> {
    pub(super) request: &'a OpenRequest,
    /// What a server that is no psrpd will know the pool by.
    pub(super) rpid: Uuid,
    /// Whether nobody may be asked for a password and the like.
    pub(super) unattended: bool,
    /// How long the server may take to answer. The time to connect has a limit of its own.
    pub(super) limit: Duration,
}

/// What a server answered.
pub(super) enum Answer {
    /// psrpd: its first frame.
    Stream(StreamEvent),
    /// Another server: lines go on.
    Stock { capability: SessionCapability, transport: Box<ClientTransport> },
}

impl Call<'_> {
    /// Makes the call; the frames of psrpd go through `endpoint`. Not cancel-safe: a dropped call drops the connection.
    pub(super) async fn make(
        &self,
        connector: &mut impl Connector,
        endpoint: &mut Endpoint,
    ) -> Result<(Connection, Answer), OpenError> {
        let mut connection = connector.connect(self.unattended).await?;
        let answer =
            timeout(self.limit, self.hear(&mut connection, endpoint)).await.map_err(|_| OpenError::Silent)??;
        Ok((connection, answer))
    }

    /// Says the first line and reads on to the first answer. Not cancel-safe.
    async fn hear(&self, connection: &mut Connection, endpoint: &mut Endpoint) -> Result<Answer, OpenError> {
        let Greeting { capability, next } = hello::greet(connection, self.rpid, self.request).await?;
        let mut bytes = match next {
            Next::Lines(transport) => return Ok(Answer::Stock { capability, transport }),
            Next::Frames(bytes) => bytes,
        };
        loop {
            endpoint.receive(&bytes).map_err(|error| OpenError::Protocol(error.to_string()))?;
            if let Some(event) = endpoint.poll_event() {
                return Ok(Answer::Stream(event));
            }
            bytes = BytesMut::with_capacity(READ_CHUNK);
            if !matches!(connection.reader.read_buf(&mut bytes).await, Ok(1..)) {
                return Err(hello::ended(connection).await);
            }
        }
    }
}

/// What a first frame means that is not the one asked for.
pub(super) fn unexpected(event: StreamEvent) -> OpenError {
    match event {
        StreamEvent::Refused(refusal) => OpenError::Refused(refusal),
        _ => OpenError::Protocol("the first frame does not answer the request".to_owned()),
    }
}
