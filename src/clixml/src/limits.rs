//! What this crate accepts from a peer, and how far it goes for one. Every cap of the crate stands here.

/// Longest payload in bytes that [`parse`](crate::parse) and [`Reader`](crate::Reader) take: 64 MiB.
///
/// A PSRP message has no upper bound of its own; stock endpoints cap a received object at 200 MB by default and no
/// object of ordinary use comes near either number.
pub const MAX_PAYLOAD: usize = 64 * 1024 * 1024;

/// Most levels of values inside one another, the outermost being level 1: 50.
///
/// PowerShell's serializer writes [`TOO_DEEP`] in place of whatever is on this level, so nothing stock is refused.
pub const MAX_DEPTH: usize = 50;

/// What PowerShell writes in place of a value on level [`MAX_DEPTH`] ([`write`](crate::write) does the same).
pub const TOO_DEEP: &str = "Serialized XML is nested too deeply.";

/// Most XML elements in one payload: 4,194,304.
///
/// It bounds the memory a tree may take: an element costs at most about 200 bytes.
pub const MAX_NODES: usize = 4 * 1024 * 1024;

/// Most attributes of one element: 8. CLIXML knows two, `N` and `RefId`.
pub const MAX_ATTRIBUTES: usize = 8;

/// Most type names of one object: 256. The deepest hierarchy of .NET has fewer than 20.
pub const MAX_TYPE_NAMES: usize = 256;

/// Most values that may be visited through references of one payload, each counted as often as it is met: 1,048,576.
///
/// A few dozen lists that each name the one before twice describe 2⁵⁰ values in a kilobyte. Nothing in this crate
/// expands a reference; whoever follows one does it through a [`Resolver`](crate::Resolver), which counts.
pub const WALK_BUDGET: usize = 1024 * 1024;

/// Most characters of a peer's text that an error quotes: 40.
pub const MAX_EXCERPT: usize = 40;
