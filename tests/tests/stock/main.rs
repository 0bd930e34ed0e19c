//! Tests with a stock PowerShell.

mod basic;
mod differential;
mod left;
mod lost;
mod person;
mod psrpcore;
