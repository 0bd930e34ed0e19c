//! The runspace pool and its pipelines, without a transport: the PSRP state machines of both sides
//! (MS-PSRP 3.1 "Client Details", 3.2 "Server Details").
//!
//! Both are driven alike: put one [`client::Input`] or [`server::Input`] in with `handle`, then take every output with
//! `poll` until there is none. Nothing waits inside: what takes time (running a command, making a key, the peer's
//! answer) is an output now and an input later. Timers are the owner's.
//!
//! The channels of the outputs are those of [`transport`](crate::transport), but any framing with the same order can
//! carry them.
//!
//! ```
//! use psrp_clixml::{Value, Version};
//! use psrp_proto::message::{HostInfo, InitRunspacePool};
//! use psrp_proto::pool::{client, server};
//! use psrp_proto::Uuid;
//!
//! let mut client = client::Pool::new(Uuid::from_u128(1), Version::new(2, 3));
//! let mut server = server::Pool::new(Version::new(2, 3));
//!
//! client.handle(client::Input::Open(Box::new(InitRunspacePool::new(Value::Nil, HostInfo::NONE))))?;
//! while let Some(output) = client.poll() {
//!     let client::Output::Send { channel, message, .. } = output else { continue };
//!     server.handle(server::Input::Message { channel, message })?;
//! }
//! // The engine opens now. Then:
//! server.handle(server::Input::Opened { private_data: Value::Nil })?;
//!
//! let mut opened = false;
//! while let Some(output) = server.poll() {
//!     let server::Output::Send { channel, message } = output else { continue };
//!     client.handle(client::Input::Message { channel, message })?;
//!     while let Some(output) = client.poll() {
//!         opened |= matches!(output, client::Output::Event(client::Event::Opened { .. }));
//!     }
//! }
//! assert!(opened);
//! # Ok::<(), psrp_proto::pool::PoolError>(())
//! ```

pub mod client;
mod error;
mod negotiation;
pub mod server;

pub use error::PoolError;
pub use negotiation::{NegotiationError, accept_as_client, accept_as_server};
