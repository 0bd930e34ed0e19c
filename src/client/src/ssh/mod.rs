//! Connections to subsystems over SSH.

pub mod config;
