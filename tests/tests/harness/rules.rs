//! The rules of the source tree: who may depend on whom, what pure crates are, how long a file may be.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// What a crate is allowed.
struct Rule {
    name: &'static str,
    /// No I/O, no clock, no threads, no async runtime, no randomness: `no_std`, and only the [`PURE`] crates.
    pure: bool,
    /// The crates of this workspace that it may use.
    may_use: &'static [&'static str],
}

const RULES: &[Rule] = &[
    Rule { name: "psrp-clixml", pure: true, may_use: &[] },
    Rule { name: "psrp-proto", pure: true, may_use: &["psrp-clixml"] },
    Rule { name: "psrp-session", pure: true, may_use: &["psrp-clixml", "psrp-proto"] },
    Rule { name: "psrp-keys", pure: false, may_use: &["psrp-proto"] },
    Rule { name: "psrp-channel", pure: false, may_use: &[] },
    Rule { name: "psrpd-lang", pure: true, may_use: &[] },
    Rule { name: "psrpd-dotnet", pure: false, may_use: &[] },
    Rule { name: "psrpd-platform", pure: false, may_use: &["psrpd-dotnet"] },
    Rule {
        name: "psrpd-engine",
        pure: false,
        may_use: &["psrp-clixml", "psrpd-dotnet", "psrpd-lang", "psrpd-platform"],
    },
    Rule {
        name: "psrpd",
        pure: false,
        may_use: &["psrp-channel", "psrp-clixml", "psrp-keys", "psrp-proto", "psrp-session", "psrpd-engine"],
    },
    Rule {
        name: "psrp",
        pure: false,
        may_use: &["psrp-channel", "psrp-clixml", "psrp-keys", "psrp-proto", "psrp-session"],
    },
    Rule { name: "peers", pure: false, may_use: &[] },
    Rule {
        name: "e2e",
        pure: false,
        may_use: &[
            "peers",
            "psrp",
            "psrp-clixml",
            "psrp-keys",
            "psrp-proto",
            "psrp-session",
            "psrpd",
            "psrpd-dotnet",
            "psrpd-engine",
            "psrpd-lang",
        ],
    },
];

/// What pure crates may use from outside: parsers, containers and derives that do nothing by themselves.
const PURE: [&str; 9] = [
    "base64",
    "bytes",
    "memchr",
    "num-bigint",
    "quick-xml",
    "smallvec",
    "thiserror",
    "unicode-general-category",
    "uuid",
];

/// Lints that every pure crate denies, so that no peer can make it panic.
const DENIED: [&str; 10] = [
    "clippy::arithmetic_side_effects",
    "clippy::as_conversions",
    "clippy::expect_used",
    "clippy::indexing_slicing",
    "clippy::panic",
    "clippy::string_slice",
    "clippy::todo",
    "clippy::unimplemented",
    "clippy::unreachable",
    "clippy::unwrap_used",
];

/// Lines of a source file; the aim is half of it.
const LONGEST_FILE: usize = 800;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The packages of the workspace, as cargo sees them.
fn packages() -> Vec<Value> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--offline", "--format-version=1"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    metadata["packages"].as_array().unwrap().clone()
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap()
}

/// Names of the crates that the package itself needs; those of its tests are its own affair.
fn dependencies(package: &Value) -> BTreeSet<&str> {
    let all = package["dependencies"].as_array().unwrap().iter();
    all.filter(|dependency| dependency["kind"].is_null()).map(|dependency| text(dependency, "name")).collect()
}

/// The Rust files below a folder.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("target") {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}

#[test]
fn crates_use_only_those_below_them() {
    let rules: BTreeMap<&str, &Rule> = RULES.iter().map(|rule| (rule.name, rule)).collect();
    let packages = packages();
    let ours: BTreeSet<&str> = packages.iter().map(|package| text(package, "name")).collect();
    for package in &packages {
        let name = text(package, "name");
        let rule = rules.get(name).unwrap_or_else(|| panic!("the crate {name} has no rule yet: what may it use?"));
        for used in dependencies(package) {
            let allowed =
                if ours.contains(used) { rule.may_use.contains(&used) } else { !rule.pure || PURE.contains(&used) };
            assert!(allowed, "{name} must not depend on {used}");
        }
    }
}

#[test]
fn pure_crates_have_no_std_and_cannot_panic() {
    for package in packages() {
        let name = text(&package, "name");
        if !RULES.iter().any(|rule| rule.name == name && rule.pure) {
            continue;
        }
        let folder = Path::new(text(&package, "manifest_path")).parent().unwrap().join("src");
        let lib = read(&folder.join("lib.rs"));
        assert!(lib.lines().any(|line| line == "#![no_std]"), "{name} is not no_std");
        let denied =
            lib.split_once("#![deny(").map_or("", |(_, rest)| rest.split_once(")]").map_or("", |(list, _)| list));
        for lint in DENIED {
            assert!(denied.contains(lint), "{name} does not deny {lint}");
        }
        for file in sources(&folder) {
            let code = read(&file);
            let lines: Vec<&str> = code.lines().map(str::trim).collect();
            for (number, line) in lines.iter().enumerate() {
                let for_tests = number > 0 && lines[number - 1] == "#[cfg(test)]";
                assert!(
                    !line.contains("extern crate std") || for_tests,
                    "{}:{}: std outside tests",
                    file.display(),
                    number + 1
                );
            }
        }
    }
}

#[test]
fn every_crate_keeps_the_lints_of_the_workspace() {
    for package in packages() {
        let manifest = read(Path::new(text(&package, "manifest_path")));
        assert!(manifest.contains("[lints]\nworkspace = true"), "{} has lints of its own", text(&package, "name"));
    }
    assert!(read(&root().join("Cargo.toml")).contains("unsafe_code = \"forbid\""));
}

/// An SSH library in the whole program could not be replaced.
#[test]
fn ssh_types_stay_where_ssh_is() {
    let homes = [root().join("src/client/src/ssh"), root().join("src/server/src/sshd")];
    for file in sources(&root().join("src")) {
        let inside = homes.iter().any(|home| file.starts_with(home) || file == home.with_extension("rs"));
        assert!(inside || !read(&file).contains("russh::"), "{} uses russh", file.display());
    }
}

#[test]
fn no_file_is_too_long() {
    for file in sources(&root().join("src")).into_iter().chain(sources(&root().join("tests"))) {
        let length = read(&file).lines().count();
        assert!(length <= LONGEST_FILE, "{} has {length} lines", file.display());
    }
}
