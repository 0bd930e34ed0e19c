//! The harness itself: what the other tests trust.

mod client;
mod events;
mod fake_engine;
mod link;
mod rules;
mod sshd;
mod sshd_config;
