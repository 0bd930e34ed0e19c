//! Asking where a client belongs: the broker, or the runtime directory when there is no broker to ask.

use std::fmt::Display;
use std::io;
use std::time::Duration;

use psrp_session::options::{AttachOptions, EngineKind};
use tokio::io::{AsyncWriteExt, BufReader};
use tokio::net::UnixStream;
use tokio::time::{sleep, timeout};

use super::{Connection, is_older};
use crate::control::{Answer, BrokerReply, BrokerRequest, Place, Refused, read_line, write_line};
use crate::limits::BROKER_WAIT;
use crate::resolve::{Resolution, resolve};
use crate::runtime::Runtime;
use crate::{broker, config, detach, environment, host, wish};

/// The broker counts a session that it has allowed as long as this is held.
pub(super) type Grant = BufReader<UnixStream>;

/// Where the client belongs.
pub(super) async fn find(
    runtime: &Runtime,
    connection: &Connection,
    options: &AttachOptions,
) -> (Answer, Option<Grant>) {
    let request = BrokerRequest::Resolve {
        variables: wish::variables(options),
        environment: environment::id(&connection.environment),
    };
    if let Ok(Ok((version, answer, grant))) = timeout(BROKER_WAIT, ask_broker(runtime, &request)).await {
        if is_older(&version) {
            // The next client will meet a broker of this version; until then the old one does.
            let _ = detach::launch(&["broker".to_owned(), "--replace".to_owned()], &[]);
        }
        return (answer, Some(grant));
    }
    (alone(runtime, options), None)
}

/// Asks the broker, starting it when there is none.
async fn ask_broker(runtime: &Runtime, request: &BrokerRequest) -> io::Result<(String, Answer, Grant)> {
    let stream = match UnixStream::connect(runtime.broker_socket()).await {
        Ok(stream) => stream,
        Err(_) => {
            detach::start(&["broker".to_owned()], &[]).await?;
            connect_soon(runtime).await?
        }
    };
    let mut stream = BufReader::new(stream);
    write_line(&mut stream, request).await?;
    stream.flush().await?;
    match read_line(&mut stream).await? {
        BrokerReply::Resolved { version, answer } => Ok((version, answer, stream)),
        BrokerReply::Failed(text) => Err(io::Error::other(text)),
        BrokerReply::HandedOver => Err(io::Error::other("the broker answers something else")),
    }
}

/// The broker that another shim started may need a moment until it listens; the caller limits the whole.
async fn connect_soon(runtime: &Runtime) -> io::Result<UnixStream> {
    loop {
        match UnixStream::connect(runtime.broker_socket()).await {
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused) => {
                sleep(Duration::from_millis(10)).await;
            }
            other => return other,
        }
    }
}

/// Decides without a broker: no warm hosts, no rate, but the limit of sessions.
fn alone(runtime: &Runtime, options: &AttachOptions) -> Answer {
    let runtimes = runtime.all(environment::variable);
    match resolve(&runtimes, options) {
        Ok(Resolution::Attach(session)) => Answer::Attach(Place { id: session.manifest.id, socket: session.socket }),
        Ok(Resolution::Create) => {
            let config = match config::load(&config::places(environment::variable)) {
                Ok(config) => config,
                Err(error) => return Answer::Refused(Refused::here("limit", error)),
            };
            let count = runtimes.iter().filter_map(|runtime| runtime.scan().ok()).map(|scan| scan.sessions().count());
            match broker::limit_of_sessions(&config.limits, count.sum()) {
                Ok(()) => Answer::Create { warm: None, retained: None, replenish: 0 },
                Err(refused) => Answer::Refused(refused),
            }
        }
        Err(refused) => Answer::Refused(refused),
    }
}

/// Starts a host for this client.
///
/// # Errors
/// Why it could not be started.
pub(super) async fn start_host(engine: EngineKind, connection: &Connection) -> Result<Place, Refused> {
    let failed = |error: &dyn Display| Refused::here("engine", format!("no session could be started: {error}"));
    let line = detach::start(&["host", "--engine", engine.as_str()].map(str::to_owned), &connection.environment)
        .await
        .map_err(|error| failed(&error))?;
    match serde_json::from_str(&line) {
        Ok(host::Ready::Listening(place)) => Ok(place),
        Ok(host::Ready::Failed(text)) => Err(Refused::here("engine", text)),
        Err(error) => Err(failed(&error)),
    }
}
