//! The client of psrpd.

use std::process::ExitCode;

use psrp::{cli, remote};

fn main() -> ExitCode {
    // What happens to links while a verb goes on is for the user, not for whoever reads the results.
    cli::main(|| remote::Servers::new(|host, text| eprintln!("psrp: {host}: {text}")))
}
