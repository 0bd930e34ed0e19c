//! HTTP/1.1, as a client: one request over a connection of its own, and what comes back, piece by piece.

use std::{io, time::Duration};

use crate::{
    eval::{Flow, Runspace},
    platform::{Connection, Peer},
};

mod body;
mod head;

pub(crate) use body::Body;
pub(crate) use head::Head;

/// How long to wait before looking whether the answer is still wanted.
const PAUSE: Duration = Duration::from_millis(100);
/// How long the head of an answer may be.
const MAX_HEAD: usize = 256 * 1024;
/// How much is read at once.
const CHUNK: usize = 64 * 1024;

/// Whom to ask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Server {
    pub(crate) is_secure: bool,
    /// Without the brackets of an address.
    pub(crate) host: String,
    pub(crate) port: u16,
}

impl Server {
    /// As it stands in a `Host` header and in error texts.
    pub(crate) fn authority(&self, with_port: bool) -> String {
        let host = if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() };
        let usual = if self.is_secure { 443 } else { 80 };
        if with_port || self.port != usual { format!("{host}:{}", self.port) } else { host }
    }
}

/// A proxy, and how to log in there.
#[derive(Clone, Debug)]
pub(crate) struct Proxy {
    pub(crate) server: Server,
    /// The value of `Proxy-Authorization`.
    pub(crate) login: Option<String>,
}

/// What to send.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) server: Server,
    /// Path and query.
    pub(crate) target: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Option<Vec<u8>>,
    pub(crate) is_chunked: bool,
    /// 0 for HTTP/1.0.
    pub(crate) minor_version: u8,
}

/// How to send it.
#[derive(Clone, Debug)]
pub(crate) struct How {
    pub(crate) proxy: Option<Proxy>,
    pub(crate) socket: Option<String>,
    pub(crate) checks_certificates: bool,
    /// Until the head of the answer has come.
    pub(crate) within: Option<Duration>,
    /// From one piece of the answer to the next.
    pub(crate) pause: Option<Duration>,
}

/// Why there is no answer.
pub(crate) enum Failure {
    /// The script is to stop.
    Stopped,
    /// Nothing came in time.
    TimedOut,
    /// No connection, as the system words it.
    Connect(io::Error),
    /// The peers do not trust each other.
    Trust(io::Error),
    /// The connection broke, or what came is no HTTP.
    Broken(String),
}

impl Failure {
    fn of(failure: io::Error, of: fn(io::Error) -> Self) -> Self {
        match failure.kind() {
            io::ErrorKind::Interrupted => Self::Stopped,
            io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => Self::TimedOut,
            _ => of(failure),
        }
    }

    fn broken(failure: io::Error) -> Self {
        Self::of(failure, |failure| Self::Broken(crate::providers::reason(&failure)))
    }

    /// What stops a script, if that is the reason.
    pub(crate) fn flow(&self) -> Option<Flow> {
        matches!(self, Self::Stopped).then_some(Flow::Stopped)
    }
}

/// A connection, and the time it may take.
pub(crate) struct Wire {
    connection: Box<dyn Connection>,
    /// What came and was not taken.
    left: Vec<u8>,
    /// When it is late.
    late: Option<i64>,
}

impl Wire {
    /// Gives all that follows some time.
    pub(crate) fn within(&mut self, rs: &Runspace, time: Option<Duration>) {
        self.late = late(rs, time);
    }

    fn check(&self, rs: &Runspace) -> Result<(), Failure> {
        if rs.check_stop().is_err() {
            return Err(Failure::Stopped);
        }
        if self.late.is_some_and(|late| rs.platform.now() >= late) { Err(Failure::TimedOut) } else { Ok(()) }
    }

    fn write(&mut self, rs: &Runspace, mut bytes: &[u8]) -> Result<(), Failure> {
        while !bytes.is_empty() {
            self.check(rs)?;
            match self.connection.write(bytes, PAUSE) {
                Ok(count) => bytes = bytes.get(count..).unwrap_or(&[]),
                Err(failure) if is_pause(&failure) => {}
                Err(failure) => return Err(Failure::broken(failure)),
            }
        }
        Ok(())
    }

    /// Reads more; false at the end.
    fn more(&mut self, rs: &Runspace) -> Result<bool, Failure> {
        let mut buffer = vec![0; CHUNK];
        loop {
            self.check(rs)?;
            match self.connection.read(&mut buffer, PAUSE) {
                Ok(0) => return Ok(false),
                Ok(count) => {
                    self.left.extend_from_slice(buffer.get(..count).unwrap_or(&[]));
                    return Ok(true);
                }
                Err(failure) if is_pause(&failure) => {}
                Err(failure) => return Err(Failure::broken(failure)),
            }
        }
    }

    /// What came, up to a number of bytes, waiting for the first; nothing at the end.
    fn take(&mut self, rs: &Runspace, most: usize) -> Result<Vec<u8>, Failure> {
        if self.left.is_empty() && !self.more(rs)? {
            return Ok(Vec::new());
        }
        let count = self.left.len().min(most);
        let rest = self.left.split_off(count);
        Ok(std::mem::replace(&mut self.left, rest))
    }

    /// A line without its end.
    fn line(&mut self, rs: &Runspace) -> Result<String, Failure> {
        loop {
            if let Some(at) = self.left.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.left.drain(..=at).collect();
                return Ok(head::latin1(line.trim_ascii_end()));
            }
            if self.left.len() > MAX_HEAD || !self.more(rs)? {
                return Err(Failure::Broken(ENDED.into()));
            }
        }
    }

    /// The head of an answer.
    fn head(&mut self, rs: &Runspace) -> Result<Head, Failure> {
        loop {
            if let Some(end) = head::end(&self.left) {
                let bytes: Vec<u8> = self.left.drain(..end).collect();
                let head = head::parse(&bytes).ok_or_else(|| Failure::Broken(INVALID.into()))?;
                // 1xx announces the answer itself; 101 is one.
                if (100..200).contains(&head.status) && head.status != 101 {
                    continue;
                }
                return Ok(head);
            }
            if self.left.len() > MAX_HEAD {
                return Err(Failure::Broken(INVALID.into()));
            }
            if !self.more(rs)? {
                return Err(Failure::Broken(ENDED.into()));
            }
        }
    }
}

const ENDED: &str = "The response ended prematurely. (ResponseEnded)";
const INVALID: &str = "Received an invalid status line.";

fn is_pause(failure: &io::Error) -> bool {
    matches!(failure.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut)
}

const TICKS_PER_MS: i64 = 10_000;

fn late(rs: &Runspace, time: Option<Duration>) -> Option<i64> {
    let ticks = i64::try_from(time?.as_millis()).ok()?.checked_mul(TICKS_PER_MS)?;
    rs.platform.now().checked_add(ticks)
}

/// Opens the connection that a request goes over.
fn connect(rs: &Runspace, request: &Request, how: &How) -> Result<Wire, Failure> {
    let goes_on = || rs.check_stop().is_ok();
    let (server, is_through) = match &how.proxy {
        Some(proxy) => (&proxy.server, true),
        None => (&request.server, false),
    };
    let connection = if let Some(path) = &how.socket {
        rs.platform.connect(&Peer::Path(path.clone()), how.within, &goes_on)
    } else {
        let addresses =
            rs.platform.resolve(&server.host, &goes_on).map_err(|failure| Failure::of(failure, Failure::Connect))?;
        let mut last = Err(io::ErrorKind::NotFound.into());
        for address in addresses {
            let to = Peer::Address((address, server.port).into());
            last = rs.platform.connect(&to, how.within, &goes_on);
            if !matches!(&last, Err(failure) if failure.kind() != io::ErrorKind::Interrupted) {
                break;
            }
        }
        last
    };
    let connection = connection.map_err(|failure| Failure::of(failure, Failure::Connect))?;
    let mut wire = Wire { connection, left: Vec::new(), late: late(rs, how.within) };
    if is_through && request.server.is_secure {
        let authority = request.server.authority(true);
        let mut text = format!("CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n");
        if let Some(login) = how.proxy.as_ref().and_then(|proxy| proxy.login.as_ref()) {
            text.push_str(&format!("Proxy-Authorization: {login}\r\n"));
        }
        text.push_str("\r\n");
        wire.write(rs, text.as_bytes())?;
        let head = wire.head(rs)?;
        if head.status != 200 {
            return Err(Failure::Broken(format!(
                "The proxy tunnel request to proxy 'http://{}/' failed with status code '{}'.\"",
                server.authority(false),
                head.status
            )));
        }
    }
    if request.server.is_secure {
        let within = how.within.unwrap_or(Duration::MAX);
        let secured =
            rs.platform.secure(wire.connection, &request.server.host, how.checks_certificates, within, &goes_on);
        wire.connection = secured.map_err(|failure| Failure::of(failure, Failure::Trust))?;
    }
    Ok(wire)
}

/// Sends a request and waits for the head of the answer.
pub(crate) fn send(rs: &Runspace, request: &Request, how: &How) -> Result<(Head, Body), Failure> {
    let mut wire = connect(rs, request, how)?;
    let via_proxy = how.proxy.as_ref().filter(|_| !request.server.is_secure);
    let target = match via_proxy {
        Some(_) => format!("http://{}{}", request.server.authority(false), request.target),
        None => request.target.clone(),
    };
    let mut text = format!("{} {target} HTTP/1.{}\r\n", request.method, request.minor_version);
    if !request.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("Host")) {
        text.push_str(&format!("Host: {}\r\n", request.server.authority(false)));
    }
    if let Some(login) = via_proxy.and_then(|proxy| proxy.login.as_ref()) {
        text.push_str(&format!("Proxy-Authorization: {login}\r\n"));
    }
    for (name, value) in &request.headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    text.push_str("\r\n");
    wire.write(rs, &head::to_latin1(&text))?;
    match &request.body {
        Some(body) if request.is_chunked => {
            for chunk in body.chunks(CHUNK) {
                wire.write(rs, format!("{:X}\r\n", chunk.len()).as_bytes())?;
                wire.write(rs, chunk)?;
                wire.write(rs, b"\r\n")?;
            }
            wire.write(rs, b"0\r\n\r\n")?;
        }
        Some(body) => wire.write(rs, body)?,
        None => {}
    }
    let head = wire.head(rs)?;
    let body = Body::new(wire, &head, &request.method, how.pause);
    Ok((head, body))
}
