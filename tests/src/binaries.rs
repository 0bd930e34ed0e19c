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

/// What `./dev demo` runs: `tests/src/bin/demo.rs`.
pub fn demo() -> PathBuf {
    built("demo")
}

/// The program of the same build: in the folder of this program, or above that of a test, `target/<profile>/deps`.
fn built(name: &str) -> PathBuf {
    let this = std::env::current_exe().expect("the path of this program");
    let folder = this.parent().expect("a program has a folder");
    let profile = if folder.ends_with("deps") { folder.parent().expect("deps has a folder") } else { folder };
    let program = profile.join(name);
    assert!(
        program.is_file(),
        "{} is not built: cargo build --workspace --bins --features psrpd/test-hooks (./dev test does)",
        program.display()
    );
    program
}
