//! The client of psrpd.

use std::io::{self, Write as _};
use std::process::ExitCode;

use psrp::{cli, output, remote};

fn main() -> ExitCode {
    // What happens to links while a verb goes on is for the user, not for whoever reads the results.
    cli::main(|wants_notices| {
        remote::Servers::new(move |host, text| {
            if wants_notices {
                // There is nowhere to say that standard error is gone.
                let _ = writeln!(io::stderr(), "psrp: {host}: {}", output::visible(text, false));
            }
        })
    })
}
