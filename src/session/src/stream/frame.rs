//! The frames: `length u32, type u8, body`, all numbers big-endian.

use alloc::string::String;
use alloc::vec::Vec;

use bytes::{Buf, BufMut, Bytes, BytesMut};
use psrp_proto::{Channel, Stream};
use thiserror::Error;
use uuid::Uuid;

use super::control::Control;
use crate::limits::MAX_FRAME;

/// Types from here on are skipped by a receiver that does not know them.
const OPTIONAL: u8 = 0x80;

const OPENED: u8 = 0x01;
const RESUMED: u8 = 0x02;
const DATA: u8 = 0x03;
pub(super) const CONTROL: u8 = 0x04;
const ACK: u8 = 0x05;
const PING: u8 = 0x06;
const PONG: u8 = 0x07;
const REFUSED: u8 = 0x08;
const FENCED: u8 = 0x09;
const REPLY: u8 = 0x0A;

const FLAG_PROMPT_RESPONSE: u8 = 1;
const FLAG_LAST: u8 = 2;

/// One frame.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Frame {
    /// The receiver has handled all numbered frames below `next` and takes data up to the mark `limit`.
    Ack {
        /// The number expected next.
        next: u64,
        /// Data bytes since the start of the stream that may be sent.
        limit: u64,
    },
    /// Something other than a PSRP message that must happen exactly once.
    Control {
        /// Its number.
        seq: u64,
        /// What.
        control: Control,
    },
    /// A PSRP message or a part of one.
    Data {
        /// Its number.
        seq: u64,
        /// The message's channel.
        channel: Channel,
        /// The message's stream.
        stream: Stream,
        /// Whether the message ends here.
        last: bool,
        /// Message header and payload, or a part of them.
        bytes: Bytes,
    },
    /// The session was taken over by somebody else; the text says by whom.
    Fenced(String),
    /// The session is attached.
    Opened(Opened),
    /// Are you there?
    Ping(u64),
    /// I am.
    Pong(u64),
    /// What was asked is not done.
    Refused(Refusal),
    /// The answer to a question that needs no session, as CLIXML.
    Reply(Bytes),
    /// The stream goes on on this connection; the sender expects `next`.
    Resumed {
        /// The number expected next.
        next: u64,
    },
    /// A frame of a type that may be skipped.
    Unknown(u8),
}

/// The answer to an attach.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Opened {
    /// InstanceId of the session: the RPID on this stream.
    pub session: Uuid,
    /// The lease.
    pub lease: u64,
    /// Names the stream when it is resumed.
    pub stream: Uuid,
    /// Proves that who resumes is who opened.
    pub token: [u8; 32],
    /// Whether the session is new: the client sends INIT_RUNSPACEPOOL. Otherwise it sends CONNECT_RUNSPACEPOOL.
    pub created: bool,
    /// Data bytes that the client may send.
    pub limit: u64,
    /// The session's name; empty without one.
    pub name: String,
    /// How long a lost connection can be resumed, in seconds.
    pub resume_seconds: u32,
}

/// Why something is refused.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Refusal {
    /// A word for programs: `not-found`, `exists`, `attached`, `closing`, `limit`, `lost`, `unknown-stream`, `fenced`,
    /// `protocol`, `engine`, `denied`.
    pub code: String,
    /// For people.
    pub text: String,
}

/// Why bytes are no frame.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub enum FrameError {
    /// The length is beyond the limit.
    #[error("frame of {0} bytes; the limit is {MAX_FRAME}")]
    TooLong(u32),
    /// The type must be understood and is not.
    #[error("frame of unknown type {0:#04x}")]
    UnknownType(u8),
    /// The body is not that of its type.
    #[error("malformed frame of type {0:#04x}")]
    Malformed(u8),
}

impl Frame {
    /// Appends the frame.
    pub fn encode(&self, out: &mut BytesMut) {
        let mut body = BytesMut::new();
        let kind = self.encode_body(&mut body);
        let length = u32::try_from(body.len()).unwrap_or(u32::MAX).saturating_add(1);
        out.reserve(body.len().saturating_add(5));
        out.put_u32(length);
        out.put_u8(kind);
        out.extend_from_slice(&body);
    }

    fn encode_body(&self, out: &mut BytesMut) -> u8 {
        match self {
            Self::Ack { next, limit } => {
                out.put_u64(*next);
                out.put_u64(*limit);
                ACK
            }
            Self::Control { seq, control } => {
                out.put_u64(*seq);
                control.encode(out);
                CONTROL
            }
            Self::Data { seq, channel, stream, last, bytes } => {
                out.reserve(bytes.len().saturating_add(25));
                out.put_u64(*seq);
                put_channel(out, *channel);
                let prompt = if *stream == Stream::PromptResponse { FLAG_PROMPT_RESPONSE } else { 0 };
                out.put_u8(prompt | if *last { FLAG_LAST } else { 0 });
                out.extend_from_slice(bytes);
                DATA
            }
            Self::Fenced(text) => {
                out.extend_from_slice(text.as_bytes());
                FENCED
            }
            Self::Opened(opened) => {
                out.extend_from_slice(opened.session.as_bytes());
                out.put_u64(opened.lease);
                out.extend_from_slice(opened.stream.as_bytes());
                out.extend_from_slice(&opened.token);
                out.put_u8(u8::from(opened.created));
                out.put_u64(opened.limit);
                out.put_u32(opened.resume_seconds);
                out.extend_from_slice(opened.name.as_bytes());
                OPENED
            }
            Self::Ping(nonce) => {
                out.put_u64(*nonce);
                PING
            }
            Self::Pong(nonce) => {
                out.put_u64(*nonce);
                PONG
            }
            Self::Refused(refusal) => {
                put_short(out, &refusal.code);
                out.extend_from_slice(refusal.text.as_bytes());
                REFUSED
            }
            Self::Reply(bytes) => {
                out.extend_from_slice(bytes);
                REPLY
            }
            Self::Resumed { next } => {
                out.put_u64(*next);
                RESUMED
            }
            Self::Unknown(kind) => *kind,
        }
    }

    /// Takes the first whole frame off `input`; none while it is incomplete.
    ///
    /// # Errors
    /// [`FrameError`] when `input` cannot be the beginning of a frame; nothing more can be read from it.
    pub fn decode(input: &mut BytesMut) -> Result<Option<Self>, FrameError> {
        let Some(mut head) = input.get(..5) else {
            return Ok(None);
        };
        let length = head.get_u32();
        let kind = head.get_u8();
        let whole = usize::try_from(length).ok().filter(|length| (1..=MAX_FRAME).contains(length));
        let Some(whole) = whole.and_then(|length| length.checked_add(4)) else {
            return Err(FrameError::TooLong(length));
        };
        if input.len() < whole {
            return Ok(None);
        }
        let mut body = input.split_to(whole).freeze();
        body.advance(5);
        Self::decode_body(kind, body).map(Some)
    }

    fn decode_body(kind: u8, mut body: Bytes) -> Result<Self, FrameError> {
        let malformed = || FrameError::Malformed(kind);
        let frame = match kind {
            ACK => Self::Ack { next: take_u64(&mut body)?, limit: take_u64(&mut body)? },
            CONTROL => {
                let seq = take_u64(&mut body)?;
                return Control::decode(body).map(|control| Self::Control { seq, control });
            }
            DATA => {
                let seq = take_u64(&mut body)?;
                let channel = take_channel(&mut body)?;
                let flags = body.try_get_u8().map_err(|_| malformed())?;
                let stream = if flags & FLAG_PROMPT_RESPONSE == 0 { Stream::Default } else { Stream::PromptResponse };
                return Ok(Self::Data { seq, channel, stream, last: flags & FLAG_LAST != 0, bytes: body });
            }
            FENCED => Self::Fenced(rest(&mut body)),
            OPENED => Self::Opened(Opened::decode(&mut body)?),
            PING => Self::Ping(take_u64(&mut body)?),
            PONG => Self::Pong(take_u64(&mut body)?),
            REFUSED => Self::Refused(Refusal { code: take_short(&mut body)?, text: rest(&mut body) }),
            REPLY => return Ok(Self::Reply(body)),
            RESUMED => Self::Resumed { next: take_u64(&mut body)? },
            other if other >= OPTIONAL => return Ok(Self::Unknown(other)),
            other => return Err(FrameError::UnknownType(other)),
        };
        if body.is_empty() { Ok(frame) } else { Err(malformed()) }
    }

    /// The number, if frames of this type have one.
    #[must_use]
    pub const fn seq(&self) -> Option<u64> {
        match self {
            Self::Control { seq, .. } | Self::Data { seq, .. } => Some(*seq),
            _ => None,
        }
    }
}

impl Opened {
    fn decode(body: &mut Bytes) -> Result<Self, FrameError> {
        let malformed = |_| FrameError::Malformed(OPENED);
        let session = take_guid(body)?;
        let lease = take_u64(body)?;
        let stream = take_guid(body)?;
        let mut token = [0; 32];
        body.try_copy_to_slice(&mut token).map_err(malformed)?;
        let created = body.try_get_u8().map_err(malformed)? != 0;
        let limit = take_u64(body)?;
        let resume_seconds = body.try_get_u32().map_err(malformed)?;
        Ok(Self { session, lease, stream, token, created, limit, resume_seconds, name: rest(body) })
    }
}

pub(super) fn put_channel(out: &mut BytesMut, channel: Channel) {
    let id = match channel {
        Channel::Session => Uuid::nil(),
        Channel::Pipeline(pid) => pid,
    };
    out.extend_from_slice(id.as_bytes());
}

pub(super) fn take_channel(body: &mut Bytes) -> Result<Channel, FrameError> {
    take_guid(body).map(|id| if id.is_nil() { Channel::Session } else { Channel::Pipeline(id) })
}

pub(super) fn take_guid(body: &mut Bytes) -> Result<Uuid, FrameError> {
    let mut id = [0; 16];
    body.try_copy_to_slice(&mut id).map_err(|_| FrameError::Malformed(0))?;
    Ok(Uuid::from_bytes(id))
}

pub(super) fn take_u64(body: &mut Bytes) -> Result<u64, FrameError> {
    body.try_get_u64().map_err(|_| FrameError::Malformed(0))
}

fn put_short(out: &mut BytesMut, text: &str) {
    let text: Vec<u8> = text.bytes().take(usize::from(u8::MAX)).collect();
    out.put_u8(u8::try_from(text.len()).unwrap_or(u8::MAX));
    out.extend_from_slice(&text);
}

fn take_short(body: &mut Bytes) -> Result<String, FrameError> {
    let length = usize::from(body.try_get_u8().map_err(|_| FrameError::Malformed(REFUSED))?);
    if body.len() < length {
        return Err(FrameError::Malformed(REFUSED));
    }
    Ok(String::from_utf8_lossy(&body.split_to(length)).into_owned())
}

/// What is left, as text.
pub(super) fn rest(body: &mut Bytes) -> String {
    let text = String::from_utf8_lossy(body).into_owned();
    body.clear();
    text
}
