//! Control frames: what must happen exactly once and is no PSRP message.

use alloc::string::String;

use bytes::{Buf, BufMut, Bytes, BytesMut};
use psrp_proto::Channel;
use uuid::Uuid;

use super::frame::{CONTROL, FrameError, put_channel, rest, take_channel, take_guid, take_u64};

/// Where the output of an inherited pipeline starts.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum PipelineStart {
    /// After what the last client acknowledged.
    Unread,
    /// At the oldest message that is still held.
    Oldest,
    /// At this ordinal.
    Ordinal(u64),
}

/// Numbered like data, so that each happens exactly once.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Control {
    /// Close a channel; the answer is [`Control::CloseAck`].
    Close(Channel),
    /// A channel is closed.
    CloseAck(Channel),
    /// Deliver the output of a pipeline of an earlier lease.
    ConnectPipeline {
        /// Its PID.
        pid: Uuid,
        /// From where.
        from: PipelineStart,
    },
    /// Leave the session and keep it; `idle_seconds` of 0 keeps its idle time.
    Detach {
        /// New idle time in seconds.
        idle_seconds: u32,
        /// Whether output beyond the limit is dropped rather than blocked; none keeps what is set.
        drop_output: Option<bool>,
    },
    /// The session was left; nothing follows.
    Detached,
    /// Output of a pipeline was lost between two ordinals.
    Gap {
        /// The pipeline.
        pid: Uuid,
        /// Messages lost.
        lost: u64,
        /// Why: `limit`, `stopped`.
        reason: String,
    },
    /// The pipelines of the session, as CLIXML; follows an attach.
    PipelineList(Bytes),
    /// Stop a pipeline; the answer is [`Control::SignalAck`].
    Signal(Uuid),
    /// A stop was carried out.
    SignalAck(Uuid),
}

impl Control {
    /// Bytes of the parts that have no fixed length.
    pub(super) fn text_size(&self) -> usize {
        match self {
            Self::Gap { reason, .. } => reason.len(),
            Self::PipelineList(list) => list.len(),
            _ => 0,
        }
    }

    pub(super) fn encode(&self, out: &mut BytesMut) {
        match self {
            Self::Close(channel) => {
                out.put_u8(1);
                put_channel(out, *channel);
            }
            Self::CloseAck(channel) => {
                out.put_u8(2);
                put_channel(out, *channel);
            }
            Self::ConnectPipeline { pid, from } => {
                out.put_u8(3);
                out.extend_from_slice(pid.as_bytes());
                let (kind, ordinal) = match from {
                    PipelineStart::Unread => (0, 0),
                    PipelineStart::Oldest => (1, 0),
                    PipelineStart::Ordinal(ordinal) => (2, *ordinal),
                };
                out.put_u8(kind);
                out.put_u64(ordinal);
            }
            Self::Detach { idle_seconds, drop_output } => {
                out.put_u8(4);
                out.put_u32(*idle_seconds);
                out.put_u8(match drop_output {
                    None => 0,
                    Some(false) => 1,
                    Some(true) => 2,
                });
            }
            Self::Detached => out.put_u8(5),
            Self::Gap { pid, lost, reason } => {
                out.put_u8(6);
                out.extend_from_slice(pid.as_bytes());
                out.put_u64(*lost);
                out.extend_from_slice(reason.as_bytes());
            }
            Self::PipelineList(list) => {
                out.put_u8(7);
                out.extend_from_slice(list);
            }
            Self::Signal(pid) => {
                out.put_u8(8);
                out.extend_from_slice(pid.as_bytes());
            }
            Self::SignalAck(pid) => {
                out.put_u8(9);
                out.extend_from_slice(pid.as_bytes());
            }
        }
    }

    pub(super) fn decode(mut body: Bytes) -> Result<Self, FrameError> {
        let malformed = FrameError::Malformed(CONTROL);
        let kind = body.try_get_u8().map_err(|_| malformed.clone())?;
        let control = match kind {
            1 => Self::Close(take_channel(&mut body)?),
            2 => Self::CloseAck(take_channel(&mut body)?),
            3 => {
                let pid = take_guid(&mut body)?;
                let kind = body.try_get_u8().map_err(|_| malformed.clone())?;
                let from = match (kind, take_u64(&mut body)?) {
                    (0, _) => PipelineStart::Unread,
                    (1, _) => PipelineStart::Oldest,
                    (2, ordinal) => PipelineStart::Ordinal(ordinal),
                    _ => return Err(malformed),
                };
                Self::ConnectPipeline { pid, from }
            }
            4 => Self::Detach {
                idle_seconds: body.try_get_u32().map_err(|_| malformed.clone())?,
                drop_output: match body.try_get_u8() {
                    Ok(0) => None,
                    Ok(1) => Some(false),
                    Ok(2) => Some(true),
                    _ => return Err(malformed),
                },
            },
            5 => Self::Detached,
            6 => Self::Gap { pid: take_guid(&mut body)?, lost: take_u64(&mut body)?, reason: rest(&mut body) },
            7 => return Ok(Self::PipelineList(body)),
            8 => Self::Signal(take_guid(&mut body)?),
            9 => Self::SignalAck(take_guid(&mut body)?),
            _ => return Err(malformed),
        };
        if body.is_empty() { Ok(control) } else { Err(malformed) }
    }
}
