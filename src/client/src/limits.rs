//! Every cap of the client, in one place.

use std::time::Duration;

/// Nesting of `Include` in ssh_config, as in ssh(1).
pub const MAX_INCLUDE_DEPTH: u32 = 16;

/// Lines of ssh_config read for one host, included files counted each time.
pub const MAX_CONFIG_LINES: u32 = 100_000;

/// Bytes of a configuration, known_hosts or state file that are read; a larger file is an error.
pub const MAX_TEXT_FILE: u64 = 16 << 20;

/// Hosts in a jump chain, ours included.
pub const MAX_JUMPS: usize = 8;

/// Public keys offered to one server. OpenSSH servers end the connection after six failed attempts.
pub const MAX_KEY_ATTEMPTS: usize = 6;

/// Rounds of keyboard-interactive questions, and questions in one round.
pub const MAX_PROMPT_ROUNDS: usize = 16;

/// Time to connect, exchange keys and log in, when neither the command line nor ssh_config says otherwise.
/// Time the user takes to answer a question does not count.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// SSH keepalive: silence after which the server is asked whether it is there.
pub const KEEPALIVE_INTERVAL: Duration = Duration::from_secs(15);

/// SSH keepalive: unanswered questions after which the link counts as lost.
pub const KEEPALIVE_MAX: usize = 4;

/// SSH channel window in bytes. 2 MiB, the library's default, limits a stream to 21 MB/s at 50 ms of round trip.
pub const CHANNEL_WINDOW: u32 = 16 << 20;

/// Largest SSH packet in bytes that we accept.
pub const CHANNEL_PACKET: u32 = 65_535;

/// Bytes of the subsystem's error output that are kept for messages: the last ones.
pub const STDERR_TAIL: usize = 4096;

/// Characters of peer text in a message.
pub const MAX_PEER_TEXT: usize = 200;

/// Depth to which objects are written as JSON before `"$truncated"` stands for the rest.
pub const JSON_DEPTH: usize = 8;

/// Nodes of one object that are written as JSON before `"$truncated"` stands for the rest; bounds the cost of
/// objects that refer to one another.
pub const JSON_NODES: usize = 1_000_000;

/// Sessions in the local session table.
pub const MAX_LOCAL_SESSIONS: usize = 10_000;

/// How long a server may take to answer the first line, and then to open the session: a `pwsh` on a busy machine needs seconds to start. With the
/// `ssh` program the time in which a person types a password counts.
pub const HELLO_TIMEOUT: Duration = Duration::from_secs(120);

/// The same when a stream is resumed and nobody is asked anything: then another attempt follows.
pub const RESUME_TIMEOUT: Duration = Duration::from_secs(30);

/// First wait after an attempt to resume a stream has failed. Each wait is twice the last.
pub const FIRST_BACKOFF: Duration = Duration::from_millis(250);

/// Longest wait between two attempts to resume a stream.
pub const LAST_BACKOFF: Duration = Duration::from_secs(10);

/// How long a link is away before the user is told.
pub const QUIET_RESUME: Duration = Duration::from_secs(2);

/// How long a link may be silent before the server is asked whether it is there.
pub const PING_AFTER: Duration = Duration::from_secs(15);

/// How long a link may be silent, that question included, before it counts as lost.
pub const PEER_DEAD: Duration = Duration::from_secs(45);

/// How often it is looked for whether this computer has slept.
pub const SLEEP_CHECK: Duration = Duration::from_secs(5);

/// How long a server may take to answer after this computer has slept, and the shortest sleep that counts.
pub const AFTER_SLEEP: Duration = Duration::from_secs(5);

/// How long the last acknowledgements may take at an orderly end.
pub const FAREWELL: Duration = Duration::from_secs(2);

/// Bytes read from a connection, and handed to it, at once.
pub const READ_CHUNK: usize = 64 << 10;

/// Messages that wait to be sent to a server behind its flow control.
pub const INPUT_QUEUE: usize = 64;

/// Bytes of messages that a stock server may have sent and the consumer not yet taken: then nothing more is read.
pub const STOCK_WINDOW: usize = 8 << 20;

/// How long a server may take to close or to leave a session: as long as stock clients wait.
pub const CLOSE_SESSION: Duration = Duration::from_secs(60);

/// Wrong answers to one question with choices before it counts as not answered.
pub const MAX_WRONG_ANSWERS: usize = 20;

/// How long a pipeline may take to stop: as long as stock clients wait.
pub const STOP_PIPELINE: Duration = Duration::from_secs(60);

/// Silence after which everything that waits in a session counts as received.
pub const QUIET_RECEIVE: Duration = Duration::from_secs(5);

/// Objects of standard input read ahead.
pub const STDIN_QUEUE: usize = 64;

/// Records of one pipeline that may be ahead of the calls to the host that repeat them.
pub const MAX_ANNOUNCED: usize = 64;
