//! The resumable stream of our own client: numbered, acknowledged frames in the SSH channel.
//!
//! A stock client gets lines of out-of-process framing; our client asks for this instead (see [`crate::hello`]), in its
//! first line, and from then on both ends send frames. What it buys: an SSH connection that dies at any byte is replaced
//! by a new one, and nothing is lost and nothing doubled; uploads are not stop-and-wait; no base64.
//!
//! * One stream is one client process and one lease. Each direction numbers its frames from 1; a numbered frame never
//!   changes, and the sender keeps it until the other end says that it was *handled*.
//! * On a new connection each end says which number it expects next, and the other sends from there.
//! * The receiver grants credit in bytes as an absolute mark; a sender at the mark waits. Waiting is never taken for
//!   death: liveness is [`Frame::Ping`] and has nothing to do with credit.
//! * A PSRP message larger than a frame is cut into parts; parts of different channels may interleave, parts of one
//!   channel and stream do not.

mod control;
mod endpoint;
mod frame;
mod incoming;
mod outgoing;
#[cfg(test)]
mod tests;

pub use control::{Control, PipelineStart};
pub use endpoint::{Endpoint, StreamError, StreamEvent};
pub use frame::{Frame, FrameError, Opened, Refusal};
