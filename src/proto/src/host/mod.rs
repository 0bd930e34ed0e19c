//! Calls of a server to methods of its client's host: to show, to ask, to draw (MS-PSRP 2.2.3.17, 2.2.6).
//!
//! A [`HostCall`] or [`HostResponse`] is what a message carries; a [`HostRequest`] or [`HostReply`] is what it means.

mod call;
mod encoding;
mod method;
mod reply;
mod request;
mod types;

pub use call::{HostCall, HostResponse};
pub use method::HostMethod;
pub use reply::HostReply;
pub use request::HostRequest;
pub use types::{
    BufferCell, BufferCells, ChoiceDescription, Coordinates, Credential, FieldDescription, KeyInfo, Numbers, Rectangle,
    Size,
};

/// The `ci` of calls that are not answered.
pub const VOID_CALL_ID: i64 = -100;
