//! `psrp` and `psrpd serve` as their users run them: the built programs, a real sshd, a real PowerShell.

mod demo;
