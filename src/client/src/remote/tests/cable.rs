//! Connections that break, stall or are refused as planned.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream};
use tokio::time::Instant;

use super::server::Server;
use crate::remote::wire::{Connection, Connector};
use crate::ssh::ConnectError;

/// What becomes of a connection.
#[derive(Clone, Debug)]
pub(super) enum Plan {
    /// It lasts.
    Lasts,
    /// It breaks after so many bytes to the server, or so many from it, whichever comes first.
    Cut { up: usize, down: usize },
    /// After so many bytes from the server nothing comes from it any more, and nobody is told.
    Stalls(usize),
    /// There is no connection: the network is away.
    Away,
    /// The server wants a password.
    AsksPassword,
}

/// Connections to a server: one for each plan, and then ones that last.
pub(super) struct Cables {
    server: Server,
    plans: VecDeque<Plan>,
    calls: Arc<Mutex<Vec<(Instant, bool)>>>,
}

impl Cables {
    pub(super) fn new(server: &Server, plans: impl IntoIterator<Item = Plan>) -> Self {
        Self { server: server.clone(), plans: plans.into_iter().collect(), calls: Arc::default() }
    }

    /// When connections were made, and whether nobody was to be asked.
    pub(super) fn calls(&self) -> Arc<Mutex<Vec<(Instant, bool)>>> {
        Arc::clone(&self.calls)
    }
}

impl Connector for Cables {
    async fn connect(&mut self, unattended: bool) -> Result<Connection, ConnectError> {
        self.calls.lock().unwrap().push((Instant::now(), unattended));
        let (up, down, stalls) = match self.plans.pop_front().unwrap_or(Plan::Lasts) {
            Plan::Lasts => (usize::MAX, usize::MAX, false),
            Plan::Cut { up, down } => (up, down, false),
            Plan::Stalls(down) => (usize::MAX, down, true),
            Plan::Away => return Err(closed("the network is away")),
            Plan::AsksPassword => {
                let (login, tried, accepts) = ("me@web1".to_owned(), "nothing".to_owned(), "password".to_owned());
                return Err(ConnectError::Auth { login, tried, accepts, hint: "" });
            }
        };
        let (ours, near) = tokio::io::duplex(64 * 1024);
        let (far, theirs) = tokio::io::duplex(64 * 1024);
        self.server.accept(theirs);
        tokio::spawn(carry(near, far, up, down, stalls));
        let (reader, writer) = tokio::io::split(ours);
        let why = Box::pin(async { closed("the cable broke") });
        Ok(Connection { reader: Box::new(reader), writer: Box::new(writer), why })
    }
}

fn closed(message: &str) -> ConnectError {
    ConnectError::Closed { host: "web1".to_owned(), message: message.to_owned() }
}

/// Carries bytes until either side ends or a budget is used up, and then drops both ends.
async fn carry(near: DuplexStream, far: DuplexStream, up: usize, down: usize, stalls: bool) {
    let (near_reader, near_writer) = tokio::io::split(near);
    let (far_reader, far_writer) = tokio::io::split(far);
    tokio::select! {
        () = one_way(near_reader, far_writer, up, false) => {}
        () = one_way(far_reader, near_writer, down, stalls) => {}
    }
}

async fn one_way(
    mut from: impl tokio::io::AsyncRead + Unpin,
    mut to: impl tokio::io::AsyncWrite + Unpin,
    mut budget: usize,
    stalls: bool,
) {
    let mut buffer = vec![0; 64 * 1024];
    while budget > 0 {
        let most = buffer.len().min(budget);
        match from.read(&mut buffer[..most]).await {
            Ok(count @ 1..) => {
                budget -= count;
                if to.write_all(&buffer[..count]).await.is_err() {
                    return;
                }
            }
            _ => return,
        }
    }
    // What was written arrives before the end does.
    let _ = to.flush().await;
    if stalls {
        std::future::pending::<()>().await;
    }
}
