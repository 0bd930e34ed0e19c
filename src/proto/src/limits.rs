//! What a peer may make us hold. Every number here bounds memory or work that a peer's bytes can cause.

/// Bytes of one line without its line end. A stock peer's longest is 43,768; its receiver takes any length, and
/// fragments of 1 MiB (lines of 1.4 MB) were seen to work.
pub const LINE: usize = 4 << 20;

/// Bytes of one message on the session channel, header included: what a stock client takes at most (10 MiB).
pub const SESSION_MESSAGE: usize = 10 << 20;

/// Bytes of one message on a pipeline channel, header included. Stock peers have no limit.
pub const PIPELINE_MESSAGE: usize = 64 << 20;

/// Bytes of all unfinished messages of one link.
pub const UNFINISHED: usize = 256 << 20;

/// Pipeline channels of one link that are open at the same time.
pub const CHANNELS: usize = 4096;

/// Attributes of one element before reading stops. The protocol has two.
pub(crate) const ATTRIBUTES: usize = 8;

/// Bytes of one attribute value. A GUID has 38 with braces.
pub(crate) const ATTRIBUTE_VALUE: usize = 256;

/// Bytes kept of one line that is not protocol, or of the text of an error line.
pub const NOTICE: usize = 4096;

/// Bytes of a message's properties that are read through references to objects elsewhere in it. What refers to them is
/// read as if it were there itself; other implementations do so for enumerations, which are small.
pub const REFERENCED: usize = 16 << 20;

/// Host calls of one pipeline, or of the pool, that wait for an answer. A script can wait for one per runspace.
pub const HOST_CALLS: usize = 1000;

/// Bytes of input that are kept for a pipeline that waits for a runspace.
pub const EARLY_INPUT: usize = 64 << 20;

/// Objects of input that are kept for a pipeline that waits for a runspace.
pub const EARLY_OBJECTS: usize = 100_000;

/// The limits of one link, for its transport. [`Default`] is what the constants of this module say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one line, see [`LINE`].
    pub line: usize,
    /// Bytes of one message on the session channel, see [`SESSION_MESSAGE`].
    pub session_message: usize,
    /// Bytes of one message on a pipeline channel, see [`PIPELINE_MESSAGE`].
    pub pipeline_message: usize,
    /// Bytes of all unfinished messages of the link, see [`UNFINISHED`].
    pub unfinished: usize,
    /// Open pipeline channels, see [`CHANNELS`].
    pub channels: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            line: LINE,
            session_message: SESSION_MESSAGE,
            pipeline_message: PIPELINE_MESSAGE,
            unfinished: UNFINISHED,
            channels: CHANNELS,
        }
    }
}
