//! Durable PowerShell sessions without I/O.
//!
//! | module | is |
//! |---|---|
//! | [`core`] | one session: clients come and go, the engine and the output stay |
//! | [`stream`] | the resumable stream of our own client, both ends |
//! | [`hello`] | what a client says before its session is chosen |
//! | [`options`], [`name`] | what a stock client can say with variables, and how sessions are called |
//! | [`question`] | what our own client asks of a computer: its sessions, the end of one |
//! | [`info`] | sessions and pipelines as they are listed |
//! | [`limits`] | every limit |
//!
//! # Driving a machine
//! Each machine here is a plain value. Its owner
//! 1. mutates it once: `handle(input, now)`,
//! 2. drains it: `poll()` until it returns nothing, doing what each output says, in that order,
//! 3. waits until `poll_timeout()` or the next input, whichever comes first, and begins again.
//!
//! Time, random bytes and ids come in as arguments; see [`time::Instant`].
#![no_std]
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

extern crate alloc;
#[cfg(test)]
extern crate std;

pub mod core;
pub mod hello;
pub mod info;
pub mod limits;
pub mod name;
pub mod options;
#[doc(hidden)]
pub mod oracle;
pub mod question;
pub mod stream;
pub mod time;
