//! The processes of `psrpd` as they are started by sshd: real processes, real sockets. Where an engine must answer, a real
//! `pwsh`; elsewhere a program that says nothing, because a client is answered before its engine is.

mod broker;
mod client;
mod home;
#[cfg(feature = "test-hooks")]
mod hooks;
mod lifecycle;
mod questions;
mod refusals;
mod rude;
mod with_pwsh;
