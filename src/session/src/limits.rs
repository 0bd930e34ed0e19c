//! Every limit of a session, in one place.

use core::time::Duration;

/// Longest session name, in characters.
pub const MAX_NAME_LENGTH: usize = 64;

/// Longest text kept of a client's version, in characters.
pub const MAX_VERSION: usize = 64;

/// Shortest and longest time that a disconnected session is kept, in seconds (the range of `IdleTimeoutSec` in PowerShell).
pub const IDLE_SECONDS: core::ops::RangeInclusive<u64> = 60..=2_147_483;

/// How long a disconnected session is kept when nobody said otherwise (the default of a session configuration in PowerShell).
pub const DEFAULT_IDLE: Duration = Duration::from_secs(7_200);

/// How long an idle session without a name is kept after its client was lost.
pub const NAMELESS_IDLE: Duration = Duration::from_secs(300);

/// Longest frame of the resumable stream, in bytes, its type included.
pub const MAX_FRAME: usize = 64 * 1024;

/// Most bytes of a PSRP message in one frame.
pub const MAX_FRAME_PART: usize = MAX_FRAME - 64;

/// Data bytes that a receiver of the resumable stream lets the sender be ahead.
pub const STREAM_WINDOW: u64 = 8 * 1024 * 1024;

/// Smallest window that can be configured.
pub const MIN_STREAM_WINDOW: u64 = 256 * 1024;

/// Largest PSRP message that is put together on a pipeline's channel, in bytes.
pub const MAX_MESSAGE: usize = 64 * 1024 * 1024;

/// Most messages that can be in the making at once on one stream (one per channel and stream).
pub const MAX_PARTIAL_MESSAGES: usize = 512;

/// Output already written to a stock client that is kept per pipeline in case it did not arrive, in bytes.
pub const RING_PER_PIPELINE: usize = 1024 * 1024;

/// The same for all pipelines of a session.
pub const RING_PER_SESSION: usize = 4 * 1024 * 1024;

/// Output kept per session for readers that are away, in bytes, when nobody said otherwise.
pub const DEFAULT_RETAINED: usize = 32 * 1024 * 1024;

/// Most output handed to a link and not yet taken by the operating system, in bytes; the last message may overrun it.
pub const LINK_HIGH_MARK: usize = 1024 * 1024;

/// Answers beyond that mark at which nothing more is read from a link: its client sends and does not read.
pub const LINK_ANSWERS: usize = 64 * 1024;

/// Control frames that our own client has not acknowledged at which nothing more of it is handled.
pub const MAX_UNACKNOWLEDGED_CONTROLS: usize = 4_096;

/// Most messages and control frames of a stream that were received and could not be handled yet. What the window holds is
/// bounded by its bytes; the rest has none.
pub const MAX_UNHANDLED: usize = 256 * 1024;

/// Output waiting for a link with no room at which the engine is paused, in bytes.
pub const BACKLOG: usize = 256 * 1024;

/// Bytes of one channel that the engine has not taken at which our own client is not acknowledged. (A stock client is
/// acknowledged when the engine has taken everything: it has one `Data` in flight and joins what it has to send meanwhile.)
pub const UPSTREAM_HIGH_MARK: usize = 256 * 1024;

/// Bytes of all channels of a session that the engine has not taken at which nothing more is taken from its client: the
/// largest message may be on its way, and some more of other pipelines.
pub const UPSTREAM_LIMIT: usize = MAX_MESSAGE + 4 * 1024 * 1024;

/// Operations on the pool that one client may have under way; more are answered with no.
pub const MAX_POOL_OPERATIONS: usize = 64;

/// Most pipelines that a session holds, running and finished.
pub const MAX_PIPELINES: usize = 256;

/// Most finished pipelines that are kept for whoever comes; the oldest of which everything was read goes first. One with unread
/// output goes only where a session drops what does not fit.
pub const MAX_FINISHED: usize = 100;

/// Most links of one session at the same time, those included that are being refused.
pub const MAX_LINKS: usize = 64;

/// Events of the runspace kept while nobody is attached, or the client does not read.
pub const MAX_KEPT_EVENTS: usize = 1_000;

/// Bytes of the same.
pub const MAX_KEPT_EVENT_BYTES: usize = 1024 * 1024;

/// Bytes of host calls of the pool kept while nobody is attached.
pub const MAX_KEPT_POOL_CALLS: usize = 64 * 1024;

/// Longest command text in lists, in characters.
pub const MAX_LISTED_TEXT: usize = 80;

/// How long a new link may take to say what it wants.
pub const HANDSHAKE: Duration = Duration::from_secs(60);

/// How long an engine may take to open.
pub const ENGINE_OPEN: Duration = Duration::from_secs(30);

/// How long the holder of a session has to answer a probe.
pub const PROBE: Duration = Duration::from_secs(5);

/// How long a client that lost its session is still answered.
pub const FENCED: Duration = Duration::from_secs(10);

/// How long a lost connection of our own client can be resumed, unless the session itself is kept for a shorter time.
pub const RESUME: Duration = Duration::from_secs(600);

/// How long an attached stock client may be silent before it is probed.
pub const SILENT: Duration = Duration::from_secs(6 * 3_600);

/// How long a pipeline may take to stop: less than the 60 s after which a stock client gives up.
pub const STOP: Duration = Duration::from_secs(55);

/// How long unacknowledged output is waited for when a session ends.
pub const DRAIN: Duration = Duration::from_secs(10);

/// How long an engine may take to close before it is killed.
pub const CLOSE: Duration = Duration::from_secs(20);

/// How long a session without an engine can be read.
pub const BROKEN: Duration = Duration::from_secs(600);
