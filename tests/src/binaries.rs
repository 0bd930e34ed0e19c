//! The built programs.

use std::path::PathBuf;

/// The server, `psrpd`.
pub fn psrpd() -> PathBuf {
    built("psrpd")
}

/// The client, `psrp`.
pub fn psrp() -> PathBuf {
    built("psrp")
}

/// The command line of our `powershell` subsystem.
pub fn subsystem() -> String {
    format!("{} subsystem", psrpd().display())
}

/// An engine that does what a test says, for the place of `pwsh`: `tests/src/bin/fake-engine.rs`.
pub fn fake_engine() -> PathBuf {
    built("fake-engine")
}

/// The program beside the running test: `target/<profile>/deps/<test>` finds `target/<profile>/<name>`.
fn built(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("the path of this test");
    let profile = test.ancestors().nth(2).expect("a test runs from target/<profile>/deps");
    let program = profile.join(name);
    assert!(
        program.is_file(),
        "{} is not built: cargo build --workspace --bins --features psrpd/test-hooks (./dev test does)",
        program.display()
    );
    program
}
