//! The harness itself: what the other tests trust.

mod client;
mod events;
mod link;
mod sshd;
