//! The system's `ssh` program as transport, for everything the built-in client does not do.

use tokio::process::Command;

use super::{ConnectError, Exit, HostKeyError, Link, Settings, child, destination, peer_text};
use crate::limits::{CONNECT_TIMEOUT, KEEPALIVE_INTERVAL, KEEPALIVE_MAX};
use crate::target::SshHost;

pub(super) fn connect(host: &SshHost, settings: &Settings) -> Result<Link, ConnectError> {
    child::spawn(command(host, settings), &host.to_string(), &settings.subsystem)
}

fn command(host: &SshHost, settings: &Settings) -> Command {
    let mut command = child::without_interrupts("ssh");
    command.args(["-T", "-a", "-x", "-oClearAllForwardings=yes"]);
    if let Some(file) = &settings.config_file {
        command.arg("-F").arg(file);
    }
    // The user's own options first: ssh takes the first value it sees.
    for option in &settings.options {
        command.arg(format!("-o{option}"));
    }
    if let Some(user) = host.user.as_ref().or(settings.user.as_ref()) {
        command.arg(format!("-oUser={user}"));
    }
    if let Some(port) = host.port.or(settings.port) {
        command.arg(format!("-oPort={port}"));
    }
    for file in &settings.identity_files {
        command.arg("-i").arg(file);
    }
    if let Some(jump) = &settings.jump {
        command.arg("-J").arg(jump);
    }
    if let Some(timeout) = settings.connect_timeout {
        command.arg(format!("-oConnectTimeout={}", timeout.as_secs().max(1)));
    }
    command.args(defaults(host, settings));
    if !settings.prompt.is_interactive() {
        command.arg("-oBatchMode=yes");
    }
    // SendEnv lines add up, SetEnv on the command line would replace that of the configuration.
    for (name, value) in &settings.env {
        command.env(name, value).arg(format!("-oSendEnv={name}"));
    }
    command.arg("-s").arg("--").arg(&host.host).arg(&settings.subsystem);
    tracing::info!(arguments = ?command.as_std().get_args().skip(3).collect::<Vec<_>>(), "Starting ssh");
    command
}

/// Our defaults, for what the configuration leaves open: on the command line they would win over it. One that cannot be
/// read here is `ssh`'s own affair.
fn defaults(host: &SshHost, settings: &Settings) -> Vec<String> {
    let Ok(config) = destination::configuration(host, settings) else { return Vec::new() };
    let mut options = Vec::new();
    if settings.connect_timeout.is_none() && config.connect_timeout.is_none() {
        options.push(format!("-oConnectTimeout={}", CONNECT_TIMEOUT.as_secs()));
    }
    if config.server_alive_interval.is_none() {
        options.push(format!("-oServerAliveInterval={}", KEEPALIVE_INTERVAL.as_secs()));
    }
    if config.server_alive_count_max.is_none() {
        options.push(format!("-oServerAliveCountMax={KEEPALIVE_MAX}"));
    }
    options
}

/// What an early end of a link means; `ssh` tells it on its error output only.
pub(super) fn failure(host: &str, subsystem: &str, exit: &Exit, stderr: &str) -> ConnectError {
    let host = host.to_owned();
    // What ssh says of a proxy that has ended comes behind what the proxy says of why.
    let says_why = |line: &&str| !line.trim().is_empty() && !line.contains("closed by UNKNOWN port");
    let last = stderr.lines().rev().find(says_why).unwrap_or_default();
    if stderr.contains("subsystem request failed") {
        return ConnectError::Subsystem { host, name: subsystem.to_owned() };
    }
    if stderr.contains("Host key verification failed") {
        let reason = stderr.lines().find(|line| line.contains("host key") || line.contains("Offending"));
        return HostKeyError::Refused { host, reason: peer_text(reason.unwrap_or(last)) }.into();
    }
    if stderr.contains("Permission denied (") {
        let accepts = last.rsplit_once('(').map_or("", |(_, tail)| tail.trim_end_matches(").")).to_owned();
        let tried = "the ssh program's keys and passwords".to_owned();
        return ConnectError::Auth { login: host, tried, accepts: peer_text(&accepts), hint: "" };
    }
    let ended = match exit {
        Exit::Status(code) => format!("the subsystem exited with status {code}"),
        Exit::Signal(name) => format!("the subsystem was killed by signal {}", peer_text(name)),
        Exit::Closed => "the subsystem ended".to_owned(),
        Exit::Lost(reason) => peer_text(reason),
    };
    let message = if last.is_empty() && matches!(exit, Exit::Lost(_)) {
        ended
    } else if last.is_empty() {
        format!("{ended} and said nothing; the log of its sshd may say why (journalctl -t sshd -t psrpd)")
    } else {
        format!("{ended}: {}", peer_text(last))
    };
    ConnectError::Closed { host, message }
}

#[cfg(test)]
mod tests {
    use super::{command, failure};
    use crate::ssh::{ConnectError, Exit, Nobody, Settings};
    use std::sync::Arc;

    #[test]
    fn command_line() {
        let mut settings = Settings::new(Arc::new(Nobody));
        settings.options = vec!["Compression=yes".into()];
        settings.user = Some("bob".into());
        settings.env = vec![("PSRP_SESSION".into(), "work".into())];
        let command = command(&"web:2222".parse().unwrap(), &settings);
        let args: Vec<_> = command.as_std().get_args().map(|a| a.to_str().unwrap()).collect();
        for expected in ["-oCompression=yes", "-oUser=bob", "-oPort=2222", "-oBatchMode=yes", "-oSendEnv=PSRP_SESSION"]
        {
            assert!(args.contains(&expected), "{expected} in {args:?}");
        }
        assert_eq!(args[args.len() - 4..], ["-s", "--", "web", "powershell"]);
    }

    #[test]
    fn the_configuration_wins_over_our_defaults() {
        let arguments = |options: &[&str]| {
            let mut settings = Settings::new(Arc::new(Nobody));
            settings.config_file = Some("none".into());
            settings.options = options.iter().map(|option| (*option).to_owned()).collect();
            let command = command(&"web".parse().unwrap(), &settings);
            let words = command.as_std().get_args().map(|word| word.to_str().unwrap().to_owned());
            words.filter(|word| word.contains("ConnectTimeout") || word.contains("Alive")).collect::<Vec<_>>()
        };
        assert_eq!(arguments(&[]), ["-oConnectTimeout=10", "-oServerAliveInterval=15", "-oServerAliveCountMax=4"]);
        let own = ["ConnectTimeout=77", "ServerAliveInterval=0", "ServerAliveCountMax=9"];
        assert_eq!(arguments(&own), own.map(|option| format!("-o{option}")));
    }

    #[test]
    fn failures_by_their_words() {
        let fail = |text: &str| failure("h", "powershell", &Exit::Status(255), text);
        assert!(matches!(fail("subsystem request failed on channel 0\n"), ConnectError::Subsystem { .. }));
        assert!(
            matches!(fail("bob@h: Permission denied (publickey,password).\n"), ConnectError::Auth { accepts, .. } if accepts == "publickey,password")
        );
        assert!(matches!(fail("Host key verification failed.\n"), ConnectError::HostKey(_)));
        let jump = "ssh: connect to host a port 1: Connection refused\r\nConnection closed by UNKNOWN port 65535\r\n";
        assert!(matches!(fail(jump), ConnectError::Closed { message, .. } if message.ends_with("Connection refused")));
        assert!(
            matches!(fail("connect: refused\n"), ConnectError::Closed { message, .. } if message.ends_with("connect: refused"))
        );
    }
}
