//! The session key of PSRP.
