//! The server of psrpd.
#![allow(dead_code, unused_imports)]
mod clock;
mod hooks;
mod limits;
mod runtime;
fn main() {}
