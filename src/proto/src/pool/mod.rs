//! The runspace pool and its pipelines, without a transport: the PSRP state machines of both sides
//! (MS-PSRP 3.1 "Client Details", 3.2 "Server Details").
//!
//! Both are driven alike: put one [`client::Input`] or [`server::Input`] in with `handle`, then take every output with
//! `poll` until there is none. Nothing waits inside: what takes time (running a command, making a key, the peer's
//! answer) is an output now and an input later. Timers are the owner's.
//!
//! The channels of the outputs are those of [`transport`](crate::transport), but any framing with the same order can
//! carry them.

pub mod client;
mod error;
mod negotiation;
pub mod server;

pub use error::PoolError;
pub use negotiation::{NegotiationError, accept_as_client, accept_as_server};
