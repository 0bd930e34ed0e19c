//! Tests with a stock PowerShell.

mod differential;
mod psrpcore;
