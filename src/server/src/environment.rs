//! The environment of a connection: what sshd and the login put there.

use std::collections::BTreeMap;
use std::collections::hash_map::DefaultHasher;
use std::ffi::OsString;
use std::hash::{Hash, Hasher};

use psrp_session::options::{LOCALE_SESSION_VARIABLE, VARIABLE_PREFIX};

use crate::config;

/// Variables in which two logins of one user differ although their engines would not: an engine that was started in advance
/// keeps those of the login that started it.
const OF_ONE_LOGIN: [&str; 6] = ["SSH_CONNECTION", "SSH_CLIENT", "XDG_SESSION_ID", "SHLVL", "_", "PSRPD_TEST_EVENTS"];

/// Variables of this process.
pub(crate) fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name)
}

/// Whether a variable is for psrpd and not for the engine.
pub(crate) fn is_for_psrpd(name: &str) -> bool {
    name.starts_with(VARIABLE_PREFIX) || name == LOCALE_SESSION_VARIABLE
}

/// Identifies everything that an engine inherits: the environment, the directory and the configuration. An engine that was
/// started in advance serves only connections with the same. `added` are variables that a connection adds to those of this
/// process.
pub(crate) fn id(added: &[(String, String)]) -> String {
    let mut hasher = DefaultHasher::new();
    let mut variables: BTreeMap<_, _> = std::env::vars_os().collect();
    variables.extend(added.iter().map(|(name, value)| (name.into(), value.into())));
    variables.retain(|name, _| !name.to_str().is_some_and(|name| is_for_psrpd(name) || OF_ONE_LOGIN.contains(&name)));
    variables.hash(&mut hasher);
    std::env::current_dir().ok().hash(&mut hasher);
    for place in config::places(variable) {
        std::fs::read(place).ok().hash(&mut hasher);
    }
    format!("{:016x}", hasher.finish())
}

/// The `PSRP_*` variables of this process. One that is no text is refused by its value later on.
pub(crate) fn psrp_variables() -> Vec<(String, String)> {
    std::env::vars_os()
        .map(|(name, value)| (name.to_string_lossy().into_owned(), value.to_string_lossy().into_owned()))
        .filter(|(name, _)| is_for_psrpd(name))
        .collect()
}

/// The name of this user: from the passwd file, else what the login says for users that only a directory service knows.
pub(crate) fn user_name() -> Option<String> {
    let uid = rustix::process::geteuid().as_raw().to_string();
    let passwd = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    let named = passwd.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)? == uid).then(|| name.to_owned())
    });
    let variable = |name| variable(name).and_then(|value| value.into_string().ok()).filter(|value| !value.is_empty());
    named.or_else(|| variable("LOGNAME")).or_else(|| variable("USER"))
}

/// This connection as sshd describes it: addresses and ports of both ends; empty where sshd has not started this process.
pub(crate) fn connection() -> String {
    std::env::var("SSH_CONNECTION").unwrap_or_default()
}

/// Where the client of this connection is: its address and port as sshd gives them (`SSH_CONNECTION` of ssh(1)).
pub(crate) fn peer() -> String {
    let connection = connection();
    let mut words = connection.split(' ');
    match (words.next(), words.next()) {
        (Some(address), Some(port)) if !address.is_empty() => format!("{address} port {port}"),
        _ => "this computer".to_owned(),
    }
}
