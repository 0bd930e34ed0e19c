//! The link's end on this computer: finds the client's session and then only moves bytes.

mod place;
mod pump;
mod question;
mod restriction;
mod stdio;

use std::io;

use bytes::BytesMut;
use psrp_session::core::Event;
use psrp_session::hello::OpenVerb;
use psrp_session::options::{AttachOptions, EngineKind};
use psrp_session::question::accept;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::UnixStream;

use crate::audit::Audit;
use crate::control::{Answer, HostRequest, LinkHeader, PROTOCOL, Place, Refused, VERSION, write_line};
use crate::limits::{ATTACH_WAIT, BUFFER, FIRST_LINE, FIRST_LINE_WAIT, LINGER, RESOLVE_ATTEMPTS, WARM_DELAY};
use crate::runtime::Runtime;
use crate::wish::{self, Wish};
use crate::{config, detach, engines, environment, hooks};

use pump::{Down, Ending};
pub(crate) use restriction::Restriction;
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
    /// The connection as sshd describes it; empty where there is no sshd.
    pub connection: String,
    /// What its client may do.
    pub restriction: Restriction,
    /// The engine of a new session whose client asks for none; none is what the configuration says.
    pub engine: Option<EngineKind>,
}

/// Serves one client from its first byte to its end and returns the exit code for its `ssh`.
///
/// Not cancel-safe; to cancel it is to cut the link, which the session survives.
pub(crate) async fn serve_session(
    mut reader: impl AsyncRead + Unpin,
    mut writer: impl AsyncWrite + Unpin,
    connection: Connection,
) -> u8 {
    let hello = match first_line(&mut reader).await {
        Ok(first) => Wish::read(&connection.variables, &first).map(|wish| (wish, first)),
        Err(text) => Err(text),
    };
    let (mut wish, first) = match hello {
        Ok(hello) => hello,
        Err(text) => return refuse(&mut writer, false, &Refused::here("protocol", text)).await,
    };
    let ours = wish.client.stream_version().is_some();
    if let Err(refused) = connection.restriction.apply(&mut wish) {
        note_refusal(&wish.options, &connection, &refused);
        return refuse(&mut writer, ours, &refused).await;
    }
    let done = match wish.client.verb() {
        Some(OpenVerb::List) => question::list(&connection.restriction).await,
        Some(OpenVerb::Remove { force }) => question::remove(&wish.options, *force).await,
        Some(OpenVerb::Attach | OpenVerb::Resume(_)) | None => match attach(&connection, &wish.options, &first).await {
            Ok(attached) => return serve_attached(reader, writer, attached, ours, &connection).await,
            Err(refused) => {
                note_refusal(&wish.options, &connection, &refused);
                Err(refused)
            }
        },
    };
    match done {
        Ok(answer) => {
            let _ = writer.write_all(&[accept(), answer].concat()).await;
            let _ = writer.flush().await;
            linger(&mut reader).await;
            0
        }
        Err(refused) => refuse(&mut writer, ours, &refused).await,
    }
}

/// A client that has reached its session.
struct Attached {
    host: UnixStream,
    /// What has come from the host and was not yet passed on.
    down: Down,
    place: Place,
    engine: EngineKind,
    /// Warm hosts of this engine to start for those who come next.
    replenish: u8,
}

/// Finds the session and connects to its host.
async fn attach(connection: &Connection, options: &AttachOptions, first: &[u8]) -> Result<Attached, Refused> {
    let runtime = Runtime::open(environment::variable).map_err(|error| Refused::here("engine", error))?;
    let engine = engine(connection, options);
    let options = &AttachOptions { engine: Some(engine), ..options.clone() };
    // What an earlier answer has ordered is not ordered again.
    let mut ordered = 0;
    for _ in 0..RESOLVE_ATTEMPTS {
        // Held until the session is there, or will not come.
        let (answer, _grant) = place::find(&runtime, connection, options).await;
        let (place, claim, retained, replenish) = match answer {
            Answer::Attach(place) => (place, false, None, 0),
            Answer::Create { warm: Some(place), retained, replenish } => (place, true, retained, replenish),
            Answer::Create { warm: None, retained, replenish } => {
                let place = place::start_host(engine, connection).await?;
                (place, true, retained, replenish)
            }
            Answer::Refused(refused) => return Err(refused),
        };
        ordered = replenish.max(ordered);
        hooks::event("attach.resolved", || vec![("session", place.id.to_string())]).await;
        let header = LinkHeader {
            protocol: PROTOCOL,
            claim,
            variables: wish::variables(options),
            peer: connection.peer.clone(),
            connection: connection.connection.clone(),
            retained,
        };
        // A host that ends at this moment, and one that somebody else was faster to claim, are reasons to ask again: the next
        // answer says where the client belongs now, or why nowhere.
        let Ok(mut host) = connect(&place, header, first).await else { continue };
        let mut down = Down::default();
        match tokio::time::timeout(ATTACH_WAIT, down.is_elsewhere(&mut host)).await {
            Ok(Ok(false)) => return Ok(Attached { host, down, place, engine, replenish: ordered }),
            Ok(Ok(true) | Err(_)) => {}
            Err(_) => return Err(Refused::here("engine", format!("session {} does not answer; try again", place.id))),
        }
    }
    Err(Refused::here("closing", "the session changed hands while it was being attached to; try again"))
}

/// The engine of a session that would have to be made.
fn engine(connection: &Connection, options: &AttachOptions) -> EngineKind {
    // A wrong configuration is reported by who makes the session.
    let config = || config::load(&config::places(environment::variable)).unwrap_or_default();
    options.engine.or(connection.engine).unwrap_or_else(|| engines::default(&config()))
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
        Ok(Err(text)) => Err(text),
        Err(_) => Err(format!("the client said nothing for {} s", FIRST_LINE_WAIT.as_secs())),
    }
}

async fn serve_attached(
    mut reader: impl AsyncRead + Unpin,
    mut writer: impl AsyncWrite + Unpin,
    attached: Attached,
    ours: bool,
    connection: &Connection,
) -> u8 {
    let Attached { host, down, place, engine, replenish } = attached;
    let mut warm = std::pin::pin!(async {
        tokio::time::sleep(WARM_DELAY).await;
        start_warm(replenish, engine, connection);
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
        start_warm(replenish, engine, connection);
    }
    match ending {
        Ending::Exit(0) => {
            linger(&mut reader).await;
            0
        }
        Ending::Exit(code) => code,
        Ending::ClientGone => REFUSED,
        Ending::HostGone { in_line } => {
            hooks::event("sh.killed", || vec![("session", place.id.to_string())]).await;
            // Our own client is in the middle of its stream; it learns what happened when it tries to resume.
            if !ours {
                if in_line {
                    let _ = writer.write_all(b"\n").await;
                }
                let text = format!("the host of session {} ended unexpectedly; the session is lost", place.id);
                error_line(&mut writer, &Refused::here("lost", text).text).await;
            }
            REFUSED
        }
    }
}

/// `ssh` ends when this process does; a client that is still closing would take that for a broken link.
async fn linger(reader: &mut (impl AsyncRead + Unpin)) {
    let _ = tokio::time::timeout(LINGER, tokio::io::copy(reader, &mut tokio::io::sink())).await;
}

/// Starts warm hosts and does not wait for them.
fn start_warm(count: u8, engine: EngineKind, connection: &Connection) {
    for _ in 0..count {
        // Without a warm host the next session opens a little later; that is all.
        let arguments = ["host", "--engine", engine.as_str(), "--warm"].map(str::to_owned);
        let _ = detach::launch(&arguments, &connection.environment);
    }
}

/// A session host notes what it refuses itself; this is for clients that reach none.
fn note_refusal(options: &AttachOptions, connection: &Connection, refused: &Refused) {
    // With a wrong configuration nobody knows where the line should go.
    let Ok(config) = config::load(&config::places(environment::variable)) else { return };
    let mut fields =
        vec![("code", refused.code.clone()), ("reason", refused.text.clone()), ("from", connection.peer.clone())];
    if !connection.connection.is_empty() {
        fields.push(("connection", connection.connection.clone()));
    }
    let name = options.session.as_ref().map(ToString::to_string);
    let event = Event { name: "attach.refused", lease: 0, fields, audit: true };
    Audit::new(&config.audit, None, name).write(&event);
}

/// Tells a client why it is refused; `ours` is our own client, which gets a frame.
async fn refuse(writer: &mut (impl AsyncWrite + Unpin), ours: bool, refused: &Refused) -> u8 {
    if ours {
        let frame = [accept(), psrp_session::question::refused(&refused.code, &refused.text)].concat();
        let _ = writer.write_all(&frame).await;
        let _ = writer.flush().await;
    } else {
        error_line(writer, &refused.text).await;
    }
    REFUSED
}

/// Tells a stock client of an error: the only way to its user is an error line on standard output, because sshd throws a
/// subsystem's standard error away.
async fn error_line(writer: &mut (impl AsyncWrite + Unpin), text: &str) {
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
