//! The client of psrpd: PowerShell remoting over SSH with sessions that outlive their connection.
//!
//! | module | is |
//! |---|---|
//! | [`target`] | what a user writes to name a host or a session |
//! | [`ssh`] | connections: ssh_config, known_hosts, authentication, the transports |
//! | [`limits`] | every cap |

pub mod limits;
pub mod ssh;
pub mod target;
