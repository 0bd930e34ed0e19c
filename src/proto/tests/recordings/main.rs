//! What PowerShell 7.6.9 was recorded to send.

mod files;
mod messages;
mod replay;
