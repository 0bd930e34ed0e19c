//! The messages (MS-PSRP 2.2.1, 2.2.2).

mod kind;
mod raw;

pub use kind::{MessageClass, MessageKind};
pub use raw::{Destination, HEADER_SIZE, HeaderError, RawMessage};
