//! The client of psrpd: PowerShell remoting over SSH with sessions that outlive their connection.
//!
//! | module | is |
//! |---|---|
//! | [`target`] | what a user writes to name a host or a session |
//! | [`ssh`] | connections: ssh_config, known_hosts, authentication, the transports |
//! | [`remote`] | what the verbs need from the layer that speaks PSRP |
//! | [`cli`] | the command line, one file per verb |
//! | [`output`] | results on standard output, in the formats of `-o` |
//! | [`state`] | the table of sessions this user knows |
//! | [`exit`] | the exit codes |
//! | [`limits`] | every cap |

pub mod cli;
pub mod exit;
pub mod limits;
pub mod output;
pub mod remote;
pub mod ssh;
pub mod state;
pub mod target;
