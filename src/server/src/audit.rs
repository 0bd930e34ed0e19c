//! The audit log: one structured line for everything that happens to a session as a whole. What is run in it never stands
//! there.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};

use psrp_session::core::Event;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::config::{AuditConfig, AuditTarget};
use crate::runtime::machine::{host_name, unix_time};

const JOURNAL: &str = "/run/systemd/journal/socket";
const SYSLOG: &str = "/dev/log";

/// Priority "notice" of facility "authpriv", as sshd's own lines about logins (RFC 5424, 6.2.1).
const SYSLOG_PRIORITY: u8 = 10 * 8 + 5;

/// Where the lines of one session go.
pub(crate) struct Audit {
    target: Target,
    session: Option<Uuid>,
    name: Option<String>,
}

enum Target {
    Journal(PathBuf),
    Syslog(PathBuf),
    File(PathBuf),
    None,
}

impl Audit {
    /// The audit log of a session; of this computer when there is none.
    pub(crate) fn new(config: &AuditConfig, session: Option<Uuid>, name: Option<String>) -> Self {
        let target = match (config.target, &config.file) {
            (AuditTarget::Auto, _) if Path::new(JOURNAL).exists() => Target::Journal(JOURNAL.into()),
            (AuditTarget::Auto, _) if Path::new(SYSLOG).exists() => Target::Syslog(SYSLOG.into()),
            (AuditTarget::Journal, _) => Target::Journal(JOURNAL.into()),
            (AuditTarget::Syslog, _) => Target::Syslog(SYSLOG.into()),
            (AuditTarget::File, Some(file)) => Target::File(at_home(file)),
            (AuditTarget::Auto | AuditTarget::File | AuditTarget::None, _) => Target::None,
        };
        Self { target, session, name }
    }

    /// Writes one line. That it cannot be written ends no session.
    pub(crate) fn write(&self, event: &Event) {
        let line = self.line(event);
        let _ = match &self.target {
            Target::Journal(socket) => send(socket, &journal_entry(&line, event)),
            Target::Syslog(socket) => {
                let text = format!("<{SYSLOG_PRIORITY}>psrpd[{}]: {line}", std::process::id());
                send(socket, text.as_bytes())
            }
            Target::File(path) => append(path, &line),
            Target::None => Ok(()),
        };
    }

    fn line(&self, event: &Event) -> String {
        let mut line = Map::new();
        line.insert("time".to_owned(), json!(unix_time()));
        line.insert("event".to_owned(), json!(event.name));
        line.insert("host".to_owned(), json!(host_name()));
        line.insert("uid".to_owned(), json!(rustix::process::geteuid().as_raw()));
        line.insert("session".to_owned(), json!(self.session));
        line.insert("name".to_owned(), json!(self.name));
        line.insert("lease".to_owned(), json!(event.lease));
        line.extend(event.fields.iter().map(|(name, value)| ((*name).to_owned(), json!(value))));
        Value::Object(line).to_string()
    }
}

/// `~/` as the home directory.
fn at_home(path: &Path) -> PathBuf {
    match (path.strip_prefix("~"), std::env::var_os("HOME")) {
        (Ok(rest), Some(home)) => Path::new(&home).join(rest),
        _ => path.to_owned(),
    }
}

/// The journal's own format: fields, one a line. None of ours can contain a newline: it is JSON or a fixed word.
fn journal_entry(line: &str, event: &Event) -> Vec<u8> {
    format!("MESSAGE={line}\nPRIORITY=5\nSYSLOG_IDENTIFIER=psrpd\nSYSLOG_FACILITY=10\nPSRPD_EVENT={}\n", event.name)
        .into_bytes()
}

fn send(socket: &Path, message: &[u8]) -> io::Result<()> {
    let sender = UnixDatagram::unbound()?;
    // A log that is full must not stop the session.
    sender.set_nonblocking(true)?;
    sender.send_to(message, socket).map(|_| ())
}

/// One write, so that the lines of several sessions do not mix.
fn append(path: &Path, line: &str) -> io::Result<()> {
    OpenOptions::new().append(true).create(true).mode(0o600).open(path)?.write_all(format!("{line}\n").as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event() -> Event {
        Event {
            name: "session.attached",
            lease: 3,
            fields: vec![("peer", "192.0.2.1 port 5".into()), ("reason", "a\nb".into())],
            audit: true,
        }
    }

    #[test]
    fn a_file_gets_one_line_of_json_per_event() {
        let temporary = tempfile::tempdir().unwrap();
        let file = temporary.path().join("audit.log");
        let config = AuditConfig { target: AuditTarget::File, file: Some(file.clone()), commands: false };
        let audit = Audit::new(&config, Some(Uuid::from_u128(1)), Some("work".into()));
        audit.write(&event());
        audit.write(&event());
        let text = std::fs::read_to_string(file).unwrap();
        assert_eq!(text.lines().count(), 2);
        for line in text.lines() {
            let line: Value = serde_json::from_str(line).unwrap();
            assert_eq!(line["event"], "session.attached");
            assert_eq!(line["name"], "work");
            assert_eq!(line["lease"], 3);
            assert_eq!(line["peer"], "192.0.2.1 port 5");
        }
    }

    #[test]
    fn sockets_get_one_message_per_event() {
        let temporary = tempfile::tempdir().unwrap();
        let path = temporary.path().join("log");
        let log = UnixDatagram::bind(&path).unwrap();
        for (target, beginning) in
            [(Target::Syslog(path.clone()), "<85>psrpd["), (Target::Journal(path.clone()), "MESSAGE={")]
        {
            Audit { target, session: None, name: None }.write(&event());
            let mut message = [0; 2_048];
            let length = log.recv(&mut message).unwrap();
            let text = std::str::from_utf8(&message[..length]).unwrap();
            assert!(text.starts_with(beginning), "{text}");
            assert!(text.contains("\"reason\":\"a\\nb\""), "{text}");
        }
    }

    #[test]
    fn a_missing_log_is_no_error() {
        let target = Target::Syslog("/nonexistent/log".into());
        Audit { target, session: None, name: None }.write(&event());
    }
}
