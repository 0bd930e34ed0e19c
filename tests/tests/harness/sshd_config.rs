//! Every block of `sshd_config.example` is one that sshd takes.

use std::process::Command;

use e2e::keys;
use e2e::pwsh::program;
use e2e::sandbox::Sandbox;

const EXAMPLE: &str = include_str!("../../../sshd_config.example");

/// The block with the lines switched on that are off, and without its prose.
fn switched_on(block: &str) -> String {
    let on = block.lines().filter_map(|line| match line.strip_prefix('#') {
        Some(off) if off.starts_with(|c: char| c.is_ascii_uppercase()) || off.starts_with("    ") => Some(off),
        Some(_) => None,
        None => Some(line),
    });
    on.fold(String::new(), |text, line| text + line + "\n")
}

#[track_caller]
fn sshd_takes(sandbox: &Sandbox, config: &str) -> Result<(), String> {
    let file = sandbox.file("sshd_config", format!("HostKey {}/host_key\n{config}", sandbox.path().display()));
    let sshd = program("sshd").expect("sshd is installed (apt-get install openssh-server)");
    let output = Command::new(sshd).arg("-t").arg("-f").arg(file).output().expect("sshd runs");
    // It warns of a keyword that it was built without (PAM) and goes on.
    if output.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&output.stderr).into_owned()) }
}

fn sandbox() -> Sandbox {
    if rustix::process::geteuid().is_root() {
        std::fs::create_dir_all("/run/sshd").expect("sshd's empty folder /run/sshd");
    }
    let sandbox = Sandbox::new();
    keys::make(&sandbox.path().join("host_key"));
    sandbox
}

#[test]
fn each_block_passes_with_all_its_lines_on() {
    let sandbox = sandbox();
    let blocks: Vec<String> = EXAMPLE.split("\n\n").map(switched_on).filter(|block| !block.is_empty()).collect();
    assert!(blocks.len() >= 10, "only {} blocks were found", blocks.len());
    for block in blocks {
        if let Err(error) = sshd_takes(&sandbox, &block) {
            panic!("sshd -t refuses this block: {error}\n{block}");
        }
    }
}

#[test]
fn the_file_passes_as_it_is_and_with_everything_on() {
    let sandbox = sandbox();
    assert_eq!(sshd_takes(&sandbox, EXAMPLE), Ok(()));
    assert_eq!(sshd_takes(&sandbox, &switched_on(EXAMPLE)), Ok(()));
}

#[test]
fn a_wrong_block_would_be_seen() {
    assert!(sshd_takes(&sandbox(), "Subsystem powershell\n").is_err());
}
