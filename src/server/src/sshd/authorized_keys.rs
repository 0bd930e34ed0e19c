//! Who may log in: the file of sshd(8), AUTHORIZED_KEYS FILE FORMAT.
//!
//! An option restricts what its key may do, so an option that is not understood refuses the key; none is ignored.

use std::io::{self, Read};
use std::net::IpAddr;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use russh::keys::PublicKey;

use super::address::is_listed;
use crate::limits::AUTHORIZED_KEYS;

/// Options that forbid what this server refuses to everybody, or allow it again.
const NO_EFFECT: [&str; 12] = [
    "agent-forwarding",
    "no-agent-forwarding",
    "no-port-forwarding",
    "no-pty",
    "no-user-rc",
    "no-x11-forwarding",
    "permitlisten",
    "permitopen",
    "port-forwarding",
    "pty",
    "restrict",
    "x11-forwarding",
];

/// Whether a key may log in, and what an administrator should know if not.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Accepted,
    /// Not listed.
    Unknown,
    /// Listed, with an option that refuses this login.
    Refused {
        line: usize,
        reason: String,
    },
}

/// Reads the file.
///
/// # Errors
/// It cannot be read, is too large, or others than its owner and root could have written it.
pub(super) fn read(path: &Path) -> io::Result<String> {
    let file = std::fs::File::open(path)?;
    check_owner(path, &file.metadata()?)?;
    if let Some(directory) = path.parent().filter(|directory| !directory.as_os_str().is_empty()) {
        check_owner(directory, &std::fs::metadata(directory)?)?;
    }
    let mut text = String::new();
    file.take(AUTHORIZED_KEYS + 1).read_to_string(&mut text)?;
    if u64::try_from(text.len()).is_ok_and(|length| length > AUTHORIZED_KEYS) {
        return Err(io::Error::other(format!("it is larger than {AUTHORIZED_KEYS} bytes")));
    }
    Ok(text)
}

fn check_owner(path: &Path, metadata: &std::fs::Metadata) -> io::Result<()> {
    let own = rustix::process::geteuid().as_raw();
    let problem = if metadata.uid() != own && metadata.uid() != 0 {
        "belongs to another user"
    } else if metadata.mode() & 0o022 != 0 {
        "can be written by others; take that right away with chmod go-w"
    } else {
        return Ok(());
    };
    Err(io::Error::other(format!("{} {problem}", path.display())))
}

/// Judges a key that logs in from `peer`. A key that is listed several times may log in if one of its lines allows it.
pub(super) fn judge(text: &str, key: &PublicKey, peer: IpAddr) -> Verdict {
    let mut verdict = Verdict::Unknown;
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let Some((options, listed)) = parse(line) else { continue };
        if listed.key_data() != key.key_data() {
            continue;
        }
        match options.iter().try_for_each(|option| check(option, peer)) {
            Ok(()) => return Verdict::Accepted,
            Err(reason) => verdict = Verdict::Refused { line: index + 1, reason },
        }
    }
    verdict
}

/// The options and the key of a line; `None` for a line that is none.
fn parse(line: &str) -> Option<(Vec<String>, PublicKey)> {
    if let Ok(key) = key(line) {
        return Some((Vec::new(), key));
    }
    let (options, rest) = options(line)?;
    Some((options, key(rest).ok()?))
}

fn key(text: &str) -> Result<PublicKey, russh::keys::ssh_key::Error> {
    // The library wants single blanks.
    PublicKey::from_openssh(&text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// Splits the options off a line: commas between them, blanks and commas only inside quotes, which `\"` does not end.
fn options(line: &str) -> Option<(Vec<String>, &str)> {
    let mut out = vec![String::new()];
    let mut quoted = false;
    let mut chars = line.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let current = out.last_mut()?;
        match c {
            '\\' if quoted && chars.next_if(|&(_, next)| next == '"').is_some() => current.push('"'),
            '"' => quoted = !quoted,
            ',' if !quoted => out.push(String::new()),
            ' ' | '\t' if !quoted => return Some((out, line.get(at..)?.trim_start())),
            c => current.push(c),
        }
    }
    None
}

/// Whether an option lets this login through; if not, why.
fn check(option: &str, peer: IpAddr) -> Result<(), String> {
    let (name, value) = option.split_once('=').unwrap_or((option, ""));
    match name.to_ascii_lowercase().as_str() {
        "from" if is_listed(peer, value) => Ok(()),
        "from" => Err(format!("from= does not list {peer}")),
        // What is served to everybody may also be what the key is for.
        "command" if is_subsystem(value) => Ok(()),
        "command" => Err("its command= is not `psrpd subsystem`, and nothing else is run here".to_owned()),
        name if NO_EFFECT.contains(&name) => Ok(()),
        name => Err(format!("its option {:?} is not known here", name.chars().take(40).collect::<String>())),
    }
}

fn is_subsystem(command: &str) -> bool {
    let words: Vec<&str> = command.split_whitespace().collect();
    let [program, "subsystem"] = words.as_slice() else { return false };
    Path::new(program).file_name().is_some_and(|name| name == "psrpd")
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use russh::keys::PrivateKey;
    use russh::keys::ssh_key::private::Ed25519Keypair;

    use super::*;

    fn public(seed: u8) -> PublicKey {
        PrivateKey::from(Ed25519Keypair::from_seed(&[seed; 32])).public_key().clone()
    }

    fn line(seed: u8) -> String {
        public(seed).to_openssh().unwrap()
    }

    fn judged(text: &str) -> Verdict {
        judge(text, &public(1), "192.0.2.7".parse().unwrap())
    }

    fn refused(options: &str) -> String {
        match judged(&format!("{options} {}", line(1))) {
            Verdict::Refused { line: 1, reason } => reason,
            other => panic!("{options}: {other:?}"),
        }
    }

    #[test]
    fn keys() {
        assert_eq!(judged(&format!("# {}\n\n{}", line(1), line(2))), Verdict::Unknown);
        assert_eq!(judged(&format!("garbage\n{} a comment # with more\n", line(1))), Verdict::Accepted);
        assert_eq!(judged(&line(1).replace(' ', " \t ")), Verdict::Accepted);
    }

    #[test]
    fn options_that_let_through() {
        for options in [
            "restrict",
            "restrict,pty",
            "no-pty,no-port-forwarding,No-X11-Forwarding,permitopen=\"a:1\"",
            "from=\"192.0.2.*\"",
            "from=\"10.0.0.0/8,192.0.2.7\",restrict",
            "command=\"/usr/bin/psrpd subsystem\",restrict",
        ] {
            assert_eq!(judged(&format!("{options} {}", line(1))), Verdict::Accepted, "{options}");
        }
    }

    #[test]
    fn options_that_refuse() {
        assert!(refused("from=\"10.*\"").contains("192.0.2.7"));
        assert!(refused("restrict,command=\"/bin/sh -c 'a, \\\"b\\\"'\"").contains("command="));
        assert!(refused("command=\"psrpd subsystem --other\"").contains("command="));
        assert!(refused("command=\"\"").contains("command="));
        for unknown in
            ["cert-authority", "environment=\"A=1\"", "expiry-time=\"20300101\"", "no-such", "verify-required"]
        {
            assert!(refused(unknown).contains("is not known here"), "{unknown}");
        }
    }

    #[test]
    fn one_good_line_is_enough() {
        let text = format!("from=\"10.*\" {}\nfrom=\"192.*\" {}", line(1), line(1));
        assert_eq!(judged(&text), Verdict::Accepted);
    }

    #[test]
    fn files_that_others_can_write_are_refused() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("authorized_keys");
        std::fs::write(&path, "x").unwrap();
        let mode = |path: &Path, mode| std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
        mode(&path, 0o644);
        assert_eq!(read(&path).unwrap(), "x");
        mode(&path, 0o664);
        assert!(read(&path).unwrap_err().to_string().contains("can be written by others"));
        mode(&path, 0o600);
        mode(dir.path(), 0o777);
        assert!(read(&path).is_err());
        mode(dir.path(), 0o700);
        assert!(read(&path).is_ok());
    }
}
