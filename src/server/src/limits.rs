//! Every limit of the processes of `psrpd`, in one place. Those of a session are in `psrp_session::limits`.

use std::time::Duration;

/// Longest first line of a client, in bytes with its newline: the largest line of a stock client (43,769) with room.
pub(crate) const FIRST_LINE: usize = 65_536;

/// How long a client may take to send its first line.
pub(crate) const FIRST_LINE_WAIT: Duration = Duration::from_secs(60);

/// Longest line of the control protocol between the processes, in bytes.
pub(crate) const CONTROL_LINE: usize = 262_144;

/// Most variables that a connection's header may carry.
pub(crate) const VARIABLES: usize = 32;

/// Largest body of one frame from a host to a shim, in bytes.
pub(crate) const FRAME: usize = 65_536;

/// Size of every buffer in the data path, in bytes: what a pipe of Linux holds.
pub(crate) const BUFFER: usize = 65_536;

/// How long the broker may take before a shim decides by itself.
pub(crate) const BROKER_WAIT: Duration = Duration::from_secs(5);

/// How long a session host may take for its first word to a client.
pub(crate) const ATTACH_WAIT: Duration = Duration::from_secs(20);

/// How long a session host may take to describe itself.
pub(crate) const INFO_WAIT: Duration = Duration::from_secs(2);

/// How long a started host or broker may take to say that it is ready.
pub(crate) const START_WAIT: Duration = Duration::from_secs(20);

/// How often a shim asks again when the session that it was sent to is gone or taken.
pub(crate) const RESOLVE_ATTEMPTS: usize = 3;

/// How long a shim waits for the client's end of input after an orderly end.
pub(crate) const LINGER: Duration = Duration::from_secs(10);

/// What a client takes at least in that time of what is written to it after the end of its link, in bytes; who takes less is
/// not waited for.
pub(crate) const LINGER_BYTES: u64 = 65_536;

/// How long an accepted connection may take to say what it wants.
pub(crate) const HEADER_WAIT: Duration = Duration::from_secs(10);

/// Most connections that a broker serves at the same time, and that a host has which have not said what they want.
pub(crate) const CONNECTIONS: usize = 64;

/// Largest manifest or tombstone that is read, in bytes.
pub(crate) const MANIFEST: u64 = 65_536;

/// Most session directories that a scan looks at.
pub(crate) const SCANNED_SESSIONS: usize = 4_096;

/// Most sessions whose locks a broker keeps open, so that it need not read again what they are; a process may have 1,024 files.
pub(crate) const KNOWN_SESSIONS: usize = 512;

/// How long a broker that makes a session believes that those it knows live, and retain what they did.
pub(crate) const CLOSE_LOOK: Duration = Duration::from_secs(1);

/// Steps in which a session notes for the broker how much it retains, in bytes.
pub(crate) const RETAINED_STEP: usize = 65_536;

/// How long it is remembered how a session ended.
pub(crate) const TOMBSTONE_AGE: Duration = Duration::from_secs(24 * 3_600);

/// Most ended sessions of which that is remembered; the oldest go first.
pub(crate) const TOMBSTONES: usize = 1_000;

/// Longest path of a unix socket, in bytes: `sun_path` of Linux without its final zero.
pub(crate) const SOCKET_PATH: usize = 107;

/// How often a host looks whether its directory and socket are still there.
pub(crate) const UPKEEP: Duration = Duration::from_secs(30);

/// How long nothing is accepted after the system refused to.
pub(crate) const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// How long a host waits for the client that it was started for.
pub(crate) const CLAIM_WAIT: Duration = Duration::from_secs(60);

/// How long a warm host waits for a client.
pub(crate) const WARM_WAIT: Duration = Duration::from_secs(600);

/// How long a shim leaves the machine to its client before it starts the next warm host.
pub(crate) const WARM_DELAY: Duration = Duration::from_secs(2);

/// How long a broker stays when there is neither a session nor a connection.
pub(crate) const BROKER_IDLE: Duration = Duration::from_secs(60);

/// How often a broker tidies up, unless it is asked to with SIGUSR1.
pub(crate) const BROKER_SWEEP: Duration = Duration::from_secs(30);

/// How long a broker counts a session that it has allowed and cannot see: longer than its shim tries.
pub(crate) const GRANT: Duration = Duration::from_secs(60);

/// Size of the pipe from an engine, in bytes.
pub(crate) const ENGINE_PIPE: usize = 262_144;

/// How long an engine is not read after less than [`ENGINE_MORSEL`] bytes that end inside of a line: `pwsh` writes 256 bytes at
/// a time, and whoever reads as fast wakes up for each of them, with nothing to do before the line's end.
pub(crate) const ENGINE_BREATH: Duration = Duration::from_micros(100);

/// See [`ENGINE_BREATH`].
pub(crate) const ENGINE_MORSEL: usize = 4_096;

/// What is kept of an engine's standard error, in bytes.
pub(crate) const ENGINE_STDERR: usize = 4_096;

/// Largest configuration file, in bytes.
pub(crate) const CONFIG: u64 = 1_048_576;

/// How long a connection to the embedded SSH server may take to log in.
pub(crate) const LOGIN_GRACE: Duration = Duration::from_secs(60);

/// Most connections to the embedded SSH server that have not logged in.
pub(crate) const LOGINS: usize = 64;

/// Most attempts to log in on one connection.
pub(crate) const LOGIN_ATTEMPTS: usize = 6;

/// Most channels of one SSH connection.
pub(crate) const CHANNELS: usize = 64;

/// Most bytes in one variable that an SSH client sets, its name included.
pub(crate) const VARIABLE: usize = 4_096;

/// Window of an SSH channel in bytes. With the library's 2 MiB a stream has 21 MB/s at 50 ms of round trip.
pub(crate) const CHANNEL_WINDOW: u32 = 16 << 20;

/// Largest packet that an SSH client may send, in bytes.
pub(crate) const CHANNEL_PACKET: u32 = 65_535;

/// Silence after which an SSH client is asked whether it is there.
pub(crate) const KEEPALIVE_INTERVAL: Duration = Duration::from_secs(15);

/// Such questions without an answer after which an SSH connection counts as lost.
pub(crate) const KEEPALIVE_MAX: usize = 4;

/// Largest `authorized_keys` file, in bytes.
pub(crate) const AUTHORIZED_KEYS: u64 = 1_048_576;
