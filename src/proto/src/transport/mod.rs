//! The rules of the channels on one link, over the [framing](crate::framing): both ends of it.
//!
//! | | client to server | server to client |
//! |---|---|---|
//! | opens and closes channels | yes, each answered by an acknowledgement | no |
//! | `Data` in flight | one per channel, until its `DataAck` | any number, never acknowledged |
//! | `Data` carries | several fragments, at most 32 KiB | one fragment |
//! | streams | `Default`, and `PromptResponse` which goes first | `Default` |
//!
//! Order is kept within a channel and stream, not between channels.

mod client;
mod incoming;
mod server;

pub use client::{ClientEvent, ClientTransport, LinkError, SendError};
pub use incoming::MessageError;
pub use server::{ServerEvent, ServerTransport};
