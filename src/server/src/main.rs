//! The server of psrpd.
fn main() {}
