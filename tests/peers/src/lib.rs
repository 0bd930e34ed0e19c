//! The programs that tests of all crates compare with: where they are, and what is said when there is none.

use std::path::PathBuf;

/// The PowerShell that `PSRPD_TEST_PWSH` names, else the one on `PATH`, else the newest in `~/.cache/psrpd-peer`.
///
/// Without one the test is [skipped](skip).
pub fn pwsh() -> Option<PathBuf> {
    let found = look_for_pwsh();
    if found.is_none() {
        skip("no pwsh");
    }
    found
}

/// The same, for who can do without.
pub fn look_for_pwsh() -> Option<PathBuf> {
    named().or_else(|| program("pwsh")).or_else(cached)
}

fn named() -> Option<PathBuf> {
    let path = PathBuf::from(std::env::var_os("PSRPD_TEST_PWSH").filter(|value| !value.is_empty())?);
    assert!(path.is_file(), "PSRPD_TEST_PWSH names {}, which is not a file", path.display());
    Some(path)
}

fn cached() -> Option<PathBuf> {
    let cache = std::env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cache")))?;
    let versions = std::fs::read_dir(cache.join("psrpd-peer")).ok()?;
    let mut found: Vec<PathBuf> =
        versions.flatten().map(|version| version.path().join("pwsh")).filter(|path| path.is_file()).collect();
    found.sort();
    found.pop()
}

/// The first program of that name on `PATH` and in the folders of administrators' programs.
pub fn program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain(["/usr/local/sbin", "/usr/sbin", "/sbin"].map(PathBuf::from))
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
}

/// Says that a test does nothing here, and why, in the test's output.
///
/// `./dev test` collects these lines through the file that `PSRPD_TEST_SKIPPED` names and prints them at its end, since test
/// runners hide what a passing test prints.
pub fn skip(reason: &str) {
    let test = std::thread::current().name().unwrap_or("a test").to_owned();
    eprintln!("SKIPPED: {reason}: {test}");
    let Some(list) = std::env::var_os("PSRPD_TEST_SKIPPED") else { return };
    let written = std::fs::OpenOptions::new().create(true).append(true).open(&list).and_then(|mut file| {
        use std::io::Write as _;
        file.write_all(format!("{reason}: {test}\n").as_bytes())
    });
    if let Err(error) = written {
        eprintln!("cannot note the skipped test in {}: {error}", list.display());
    }
}
