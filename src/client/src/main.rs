//! The client of psrpd.
fn main() {}
