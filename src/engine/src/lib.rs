//! The native PowerShell engine: it runs PowerShell scripts without .NET.
//!
//! A [`Session`] is a runspace: variables, functions, location and modules that stay from one pipeline to the next.
//! [`Session::invoke`] runs a pipeline on the thread it is called on and hands everything it writes, as CLIXML, to the
//! session's [`Host`]. A [`Stop`] ends a running pipeline from another thread. The engine reaches the machine only
//! through a [`Platform`].
//!
//! | folder | is |
//! |---|---|
//! | `value`, `types` | what a variable holds, and the types of .NET as tables |
//! | `convert`, `ops` | conversions and operators |
//! | `ir`, `eval` | the lowered form of scripts, and what runs it |
//! | `bind` | arguments to parameters |
//! | `cmdlets` | one cmdlet, one file |
//! | `help` | what comments and tables say of commands |
//! | `complete` | what could stand at the cursor |
//! | `beside` | runspaces in threads of their own, jobs, `[powershell]` |
//! | `commands` | commands as objects, and what PowerShell has beside ours |
//! | `providers`, `native` | drives and files, programs |
//! | `http` | requests to web servers |
//! | `transcript` | what was run and seen, in files |
//! | `format`, `serial`, `json` | objects as text, as CLIXML, and as JSON |
#![deny(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::todo,
    clippy::unimplemented,
    clippy::unreachable,
    clippy::unwrap_used
)]
#![cfg_attr(
    test,
    allow(
        clippy::arithmetic_side_effects,
        clippy::as_conversions,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::string_slice,
        clippy::unwrap_used
    )
)]

use psrpd_platform as platform;

mod beside;
mod bind;
mod cmdlets;
mod commands;
mod complete;
mod console;
mod convert;
mod environment;
mod eval;
mod format;
mod help;
mod history;
mod host;
mod http;
mod ir;
mod json;
pub mod limits;
mod markdown;
mod names;
mod native;
mod ops;
pub mod oracle;
mod position;
mod providers;
mod rehearsal;
mod serial;
mod session;
mod transcript;
mod types;
mod value;
mod worker;

/// The version of PowerShell whose behaviour the engine has.
pub const VERSION: &str = "7.6.9";

/// [`VERSION`] in numbers.
pub(crate) const OWN_VERSION: [i32; 4] = [7, 6, 9, -1];

/// `$PSVersionTable.GitCommitId`: here a script sees that it is not PowerShell itself.
pub const COMMIT_ID: &str = "7.6.9-psrpd";

pub use environment::Environment;
pub use host::{
    Answer, Cell, Choice, Coordinates, Field, ForwardedEvent, Host, HostCall, HostInfo, Key, Progress, Question,
    Record, Rectangle, Screen, Size,
};
pub use psrpd_platform::{
    Connection, Echo, FileHandle, FileKind, FileStat, Files, GoesOn, Mount, Network, OpenHow, Peer, Platform,
    ProgramCall, ProgramEvent, ProgramFiles, RunningProgram, Space, Stop, Unix, Zone,
};
pub use rehearsal::rehearse;
pub use session::{Client, Command, End, Merge, Pipeline, Session, Target, TellsInvocation};
pub use worker::serve;
