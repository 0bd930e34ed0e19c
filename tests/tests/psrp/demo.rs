//! What `./dev demo` shows.

use std::path::Path;
use std::process::Command;

use e2e::binaries;
use e2e::psrp::Running;
use e2e::pwsh::{Pwsh, program};
use e2e::sandbox::Sandbox;

#[test]
fn shows_a_session_that_outlives_its_connection_and_leaves_nothing() {
    if Pwsh::find().is_some() {
        shows(Command::new(binaries::demo()), "The session runs in the PowerShell /", "pwsh");
    }
}

#[test]
fn shows_it_in_the_native_engine_where_there_is_no_pwsh() {
    // Nothing on the PATH but what the demo itself needs.
    let sandbox = Sandbox::new();
    let id = program("id").expect("id is on the PATH");
    std::os::unix::fs::symlink(id, sandbox.path().join("id")).expect("a link in the sandbox");
    let mut command = Command::new(binaries::demo());
    command
        .env("PATH", sandbox.path())
        .env("HOME", "/nowhere")
        .env_remove("PSRPD_TEST_PWSH")
        .env_remove("XDG_CACHE_HOME");
    shows(command, "No pwsh was found: the session runs in psrpd's own engine.", "native");
}

#[track_caller]
fn shows(demo: Command, engine: &str, configuration: &str) {
    let done = Running::start(demo, b"").finish();
    assert_eq!(done.code, 0, "{done:#?}");
    let mut rest = done.stdout.as_str();
    for wanted in [
        "All of it runs here, in /tmp/psrpd-",
        engine,
        "\nsession created\n",
        &format!("    1    build   web1           Disconnected   {}\n", configuration),
        "\nvariable set\n",
        "\nlong command started\n",
        "    1 2 3 4 5 6 7 8 9 10\n",
        "\nlink cut\n    psrp: web1: link lost: ",
        "\nreattached from a second client process\n",
        "    Running: 1..40 | ForEach-Object { Start-Sleep -Milliseconds 200; $_ } (",
        "\nall objects received\n    10 before the cut and 3",
        " after it: 40 of 40, 0 lost, ",
        "\nsame variable\n    desktop$ psrp invoke web1/build -c '$answer'\n    42\n",
        "\nsession removed\n",
        "    no session is left\n",
    ] {
        let Some((_, after)) = rest.split_once(wanted) else { panic!("no {wanted:?} in\n{rest}\nof {done:#?}") };
        rest = after;
    }
    assert!(!done.stdout.contains('\x1b'), "colours without a terminal: {:?}", done.stdout);
    let folder =
        done.stdout.split([' ', ',']).find(|word| word.starts_with("/tmp/psrpd-")).expect("it names its folder");
    assert!(!Path::new(folder).exists(), "{folder} is still there");
    let left = e2e::sandbox::processes_of(Path::new(folder));
    assert!(left.is_empty(), "these processes are still there: {left:?}");
}
