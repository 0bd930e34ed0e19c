//! Messages cut into fragments and put together again (MS-PSRP 2.2.4 "Packet Fragment").
//!
//! A fragment stream is a stream of bytes: where a `Data` element cuts it means nothing. Fragments of one message
//! follow each other without others between them.

mod header;
mod reassemble;
mod split;

pub use header::FragmentHeader;
pub use reassemble::{FragmentError, Reassembler};
pub use split::{Fragment, Fragments};

/// Bytes of a fragment header.
pub const HEADER_SIZE: usize = 21;

/// Bytes of the largest fragment we cut, header included: the size stock peers use over SSH.
pub const FRAGMENT_SIZE: usize = 32 << 10;

/// Bytes of a message that fit into the largest fragment.
pub const BLOB_SIZE: usize = FRAGMENT_SIZE - HEADER_SIZE;
