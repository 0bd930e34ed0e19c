//! The PowerShell Remoting Protocol (MS-PSRP) without I/O.
//!
//! | module | is |
//! |---|---|
//! | [`framing`] | the text layer of the `powershell` SSH subsystem: one XML element per line |
//! | [`fragment`] | messages cut into fragments and put together again (MS-PSRP 2.2.4) |
//! | [`message`] | the 40-byte header and the messages (MS-PSRP 2.2.1, 2.2.2) |
//! | [`host`] | calls of a server to its client's host |
//! | [`key`] | the layouts of the two keys |
//! | [`transport`] | the rules of the channels on one link: who acknowledges what, what may be in flight |
//! | [`pool`] | the runspace pool and its pipelines: the state machines of both sides |
//! | [`limits`] | what a peer may make us hold |
//!
//! # Driving a machine
//! Everything here is a value that is driven by its owner: put one input in (`receive`, `handle`), then drain its
//! `poll` function until it is empty, then write what `take_output` returns. Nothing in this crate reads a clock, makes
//! up an id or draws random bytes.
#![no_std]
#![deny(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::todo,
    clippy::unimplemented,
    clippy::unreachable,
    clippy::unwrap_used
)]
#![cfg_attr(
    test,
    allow(
        clippy::arithmetic_side_effects,
        clippy::as_conversions,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::string_slice,
        clippy::unwrap_used
    )
)]

extern crate alloc;
#[cfg(test)]
extern crate std;

mod channel;
mod excerpt;
pub mod fragment;
pub mod framing;
pub mod host;
pub mod key;
pub mod limits;
pub mod message;
#[doc(hidden)]
pub mod oracle;
pub mod pool;
pub mod transport;

pub use channel::{Channel, Stream};
pub use excerpt::Excerpt;
pub use limits::Limits;
pub use message::{Destination, Message, MessageClass, MessageKind, RawMessage};
pub use uuid::Uuid;
