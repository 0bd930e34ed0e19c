//! The link's end on this computer: finds the client's session and then only moves bytes.

mod place;
mod pump;
mod stdio;

use std::io;

use bytes::BytesMut;
use psrp_session::options::AttachMode;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::UnixStream;
use uuid::Uuid;

use crate::control::{Answer, HostRequest, LinkHeader, PROTOCOL, Place, VERSION, write_line};
use crate::limits::{BUFFER, FIRST_LINE, FIRST_LINE_WAIT, LINGER, RESOLVE_ATTEMPTS, WARM_DELAY};
use crate::runtime::Runtime;
use crate::runtime::machine::host_name;
use crate::wish::{self, Wish};
use crate::{detach, environment, hooks};

use pump::{Down, Ending};
pub(crate) use stdio::stdio;

/// The exit code of a connection that was refused; a stock client sees the error line.
pub(crate) const REFUSED: u8 = 3;

/// What is known of a connection besides its bytes.
#[derive(Clone, Debug)]
pub(crate) struct Connection {
    /// Its `PSRP_*` variables.
    pub variables: Vec<(String, String)>,
    /// Variables that a new session gets besides those of this process.
    pub environment: Vec<(String, String)>,
    /// Where the client is.
    pub peer: String,
}

/// Serves one client from its first byte to its end and returns the exit code for its `ssh`.
///
/// Not cancel-safe; to cancel it is to cut the link, which the session survives.
pub(crate) async fn serve_session(
    mut reader: impl AsyncRead + Unpin,
    mut writer: impl AsyncWrite + Unpin,
    connection: Connection,
) -> u8 {
    match attach(&mut reader, &connection).await {
        Ok(attached) => serve_attached(reader, writer, attached, &connection).await,
        Err(text) => {
            refuse(&mut writer, &text).await;
            REFUSED
        }
    }
}

/// A client that has reached its session.
struct Attached {
    host: UnixStream,
    /// What has come from the host and was not yet passed on.
    down: Down,
    place: Place,
    /// Warm hosts to start for those who come next.
    replenish: u8,
}

/// Reads the first line, finds the session and connects to its host.
async fn attach(reader: &mut (impl AsyncRead + Unpin), connection: &Connection) -> Result<Attached, String> {
    let first = first_line(reader).await?;
    let Wish { options, .. } = Wish::read(&connection.variables, &first).map_err(|text| on_host(&text))?;
    let runtime = Runtime::open(environment::variable).map_err(|error| on_host(&error.to_string()))?;
    for _ in 0..RESOLVE_ATTEMPTS {
        let answer = place::find(&runtime, connection, &options).await;
        let (place, claim, retained, replenish) = match answer {
            Answer::Attach(place) => (place, false, None, 0),
            Answer::Create { warm: Some(place), retained, replenish } => (place, true, retained, replenish),
            Answer::Create { warm: None, retained, replenish } => {
                let place = place::start_host(connection).await.map_err(|error| on_host(&error))?;
                (place, true, retained, replenish)
            }
            Answer::Refused { text } => return Err(text),
        };
        hooks::event("attach.resolved", || vec![("session", place.id.to_string())]).await;
        let header = LinkHeader {
            protocol: PROTOCOL,
            claim,
            variables: wish::variables(&options),
            peer: connection.peer.clone(),
            retained,
        };
        // A host that ends at this moment is one more reason to ask again.
        let Ok(mut host) = connect(&place, header, &first).await else { continue };
        let mut down = Down::default();
        match down.is_elsewhere(&mut host).await {
            Ok(None) => return Ok(Attached { host, down, place, replenish }),
            Ok(Some(_)) if claim && options.mode == AttachMode::New => {
                let wanted = options.session.map(|wanted| wanted.to_string()).unwrap_or_default();
                return Err(format!("session {wanted} exists on {} (PSRP_ATTACH=new)", host_name()));
            }
            Ok(Some(_)) | Err(_) => {}
        }
    }
    Err(on_host("the session changed hands while it was being attached to; try again"))
}

async fn connect(place: &Place, header: LinkHeader, first: &[u8]) -> io::Result<UnixStream> {
    let mut host = UnixStream::connect(&place.socket).await?;
    write_line(&mut host, &HostRequest::Link(header)).await?;
    host.write_all(first).await?;
    Ok(host)
}

/// The client's first line and whatever came with it.
async fn first_line(reader: &mut (impl AsyncRead + Unpin)) -> Result<BytesMut, String> {
    let mut bytes = BytesMut::with_capacity(BUFFER);
    let whole = async {
        loop {
            let searched = bytes.len();
            match reader.read_buf(&mut bytes).await {
                Ok(0) => return Err("the client ended before it said anything".to_owned()),
                Ok(_) if memchr::memchr(b'\n', &bytes[searched..]).is_some() => return Ok(()),
                Ok(_) if bytes.len() > FIRST_LINE => {
                    return Err(format!(
                        "the client's first line is longer than {FIRST_LINE} bytes; expected SESSION_CAPABILITY"
                    ));
                }
                Ok(_) => {}
                Err(error) => return Err(format!("the client cannot be read: {error}")),
            }
        }
    };
    match tokio::time::timeout(FIRST_LINE_WAIT, whole).await {
        Ok(Ok(())) => Ok(bytes),
        Ok(Err(text)) => Err(on_host(&text)),
        Err(_) => Err(on_host(&format!("the client said nothing for {} s", FIRST_LINE_WAIT.as_secs()))),
    }
}

async fn serve_attached(
    mut reader: impl AsyncRead + Unpin,
    mut writer: impl AsyncWrite + Unpin,
    attached: Attached,
    connection: &Connection,
) -> u8 {
    let Attached { host, down, place, replenish } = attached;
    let mut warm = std::pin::pin!(async {
        tokio::time::sleep(WARM_DELAY).await;
        start_warm(replenish, connection);
    });
    let mut started = replenish == 0;
    let ending = {
        let mut moving = std::pin::pin!(pump::run(&mut reader, &mut writer, host, down));
        loop {
            tokio::select! {
                ending = &mut moving => break ending,
                () = &mut warm, if !started => started = true,
            }
        }
    };
    if !started {
        start_warm(replenish, connection);
    }
    match ending {
        Ending::Exit(0) => {
            // `ssh` ends when this process does; a client that is still closing would take that for a broken link.
            let _ = tokio::time::timeout(LINGER, tokio::io::copy(&mut reader, &mut tokio::io::sink())).await;
            0
        }
        Ending::Exit(code) => code,
        Ending::ClientGone => REFUSED,
        Ending::HostGone { in_line } => {
            hooks::event("sh.killed", || vec![("session", place.id.to_string())]).await;
            if in_line {
                let _ = writer.write_all(b"\n").await;
            }
            let text = lost(place.id);
            refuse(&mut writer, &text).await;
            REFUSED
        }
    }
}

/// Starts warm hosts and does not wait for them.
fn start_warm(count: u8, connection: &Connection) {
    for _ in 0..count {
        // Without a warm host the next session opens a little later; that is all.
        let _ = detach::launch(&["host".to_owned(), "--warm".to_owned()], &connection.environment);
    }
}

fn lost(session: Uuid) -> String {
    on_host(&format!("the host of session {session} ended unexpectedly; the session is lost"))
}

/// A text that names this computer.
fn on_host(text: &str) -> String {
    format!("{text} (on {})", host_name())
}

/// Tells a stock client why it is refused: the only way to its user is an error line on standard output, because sshd throws
/// a subsystem's standard error away.
async fn refuse(writer: &mut (impl AsyncWrite + Unpin), text: &str) {
    let line = format!("__NamedPipeError__:{}\n", text.replace(['\r', '\n'], " "));
    // A client that is gone cannot be told.
    let _ = writer.write_all(line.as_bytes()).await;
    let _ = writer.flush().await;
}

/// Whether a newer broker should replace one of `version`.
pub(super) fn is_older(version: &str) -> bool {
    let numbers = |version: &str| -> Vec<u64> {
        version.split(['.', '-', '+']).map_while(|number| number.parse().ok()).collect()
    };
    numbers(version) < numbers(VERSION)
}
