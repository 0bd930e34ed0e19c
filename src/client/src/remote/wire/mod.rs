//! The bytes between this client and a server.
//!
//! With psrpd a [`Wire`] is a resumable stream ([`psrp_session::stream`]): numbered, acknowledged frames over as many
//! connections as it takes. With every other server it is the lines of out-of-process framing over one connection. The
//! owner sees the same: [`Command`]s out, [`News`] in.
//!
//! | module | is |
//! |---|---|
//! | `connection` | where connections come from |
//! | `hello` | the first line, and whether frames or lines follow |
//! | `call` | a connection made, the first line said and answered |
//! | `pump` | moves the bytes of one connection, for either machine below |
//! | `stream`, `stock` | what the bytes mean |
//! | `liveness` | whether the server is still there |
//! | `resume` | a new connection for a stream whose last was lost |

mod backoff;
mod call;
mod connection;
mod error;
mod hello;
mod liveness;
mod news;
mod pump;
mod resume;
mod stock;
mod stream;

use std::sync::Arc;
use std::sync::atomic::Ordering;

use bytes::Bytes;
use psrp_proto::message::SessionCapability;
use psrp_proto::{Channel, RawMessage, Uuid};
use psrp_session::hello::OpenRequest;
use psrp_session::stream::{Endpoint, Opened, StreamEvent};
use tokio::sync::mpsc::{self, OwnedPermit};
use tokio::task::JoinHandle;

pub use connection::{Connection, Connector, SshConnector};
pub use error::OpenError;
pub use hello::PROTOCOL_VERSION;
pub use news::{Command, End, News};

use crate::limits::{FAREWELL, HELLO_TIMEOUT, INPUT_QUEUE};
use call::{Answer, Call};
use news::{Arrival, Handled, Queues};

/// A session's way to its server. Dropping it cuts the connection; the session and all of its output that is not
/// acknowledged stay where psrpd keeps them.
#[derive(Debug)]
pub struct Wire {
    commands: mpsc::UnboundedSender<Command>,
    input: mpsc::Sender<(Channel, RawMessage)>,
    news: mpsc::UnboundedReceiver<Arrival>,
    handled: Arc<Handled>,
    /// Whether what was returned last is to be acknowledged.
    in_hand: bool,
    task: JoinHandle<()>,
}

/// What the server at the other end is.
#[derive(Debug)]
pub enum Greeting {
    /// psrpd, and the stream is open.
    Stream(Opened),
    /// A stock server, or another one, with its versions. Nothing but SESSION_CAPABILITY has been exchanged.
    Stock(SessionCapability),
}

impl Wire {
    /// Connects and asks for a session. `rpid` is what a server that is no psrpd will know the pool by.
    ///
    /// Not cancel-safe: a dropped call drops the connection; the session it asked for may have been created.
    ///
    /// # Errors
    /// [`OpenError`].
    pub async fn open<C: Connector>(
        mut connector: C,
        request: OpenRequest,
        rpid: Uuid,
    ) -> Result<(Self, Greeting), OpenError> {
        let mut endpoint = Endpoint::new(request.credit, 0);
        let call = Call { request: &request, rpid, unattended: false, limit: HELLO_TIMEOUT };
        let (connection, answer) = call.make(&mut connector, &mut endpoint).await?;
        match answer {
            Answer::Stream(StreamEvent::Opened(opened)) => {
                let greeting = Greeting::Stream(opened.clone());
                let wire = Self::spawn(|queues| {
                    let machine = stream::Machine::new(endpoint, opened);
                    resume::run(connection, connector, machine, queues)
                });
                Ok((wire, greeting))
            }
            Answer::Stream(event) => Err(call::unexpected(event)),
            Answer::Stock { capability, transport } => {
                let wire = Self::spawn(|queues| stock::run(connection, stock::Machine::new(*transport), queues));
                Ok((wire, Greeting::Stock(capability)))
            }
        }
    }

    fn spawn<F: Future<Output = ()> + Send + 'static>(run: impl FnOnce(Queues) -> F) -> Self {
        let (commands, commands_there) = mpsc::unbounded_channel();
        let (input, input_there) = mpsc::channel(INPUT_QUEUE);
        let (news_there, news) = mpsc::unbounded_channel();
        let handled = Arc::<Handled>::default();
        let queues =
            Queues { commands: commands_there, input: input_there, news: news_there, handled: Arc::clone(&handled) };
        let task = tokio::spawn(run(queues));
        Self { commands, input, news, handled, in_hand: false, task }
    }

    /// Tells the server something. Between this call and the server nothing waits but the network, so this is not for
    /// input of pipelines.
    ///
    /// After the end ([`News::Ended`]) it has no effect.
    pub fn send(&self, command: Command) {
        let _ = self.commands.send(command);
    }

    /// Waits until the server takes a message of pipeline input, which the permit then sends; none after the end.
    ///
    /// Messages of input follow what was given to [`send`](Self::send) before. Does not borrow the wire. Cancel-safe.
    pub fn reserve_input(&self) -> impl Future<Output = Option<OwnedPermit<(Channel, RawMessage)>>> + Send + use<> {
        let input = self.input.clone();
        async move { input.reserve_owned().await.ok() }
    }

    /// The next thing that came, [`News::Ended`] again and again at the end.
    ///
    /// What was returned before counts as handled from this call on, and the server may forget it: call it when that is
    /// true. Cancel-safe.
    pub async fn next(&mut self) -> News {
        self.handled();
        match self.news.recv().await {
            Some(Arrival { news, counted }) => {
                self.in_hand = counted;
                news
            }
            None => News::Ended(End::Closed),
        }
    }

    /// The next thing that came, which like what was returned last and everything after it does not count as handled: for
    /// owners that leave and only look for the answer. Cancel-safe.
    pub async fn glance(&mut self) -> News {
        self.in_hand = false;
        self.news.recv().await.map_or(News::Ended(End::Closed), |arrival| arrival.news)
    }

    /// Says that what was returned last was handled, which [`next`](Self::next) does too.
    pub fn handled(&mut self) {
        if std::mem::take(&mut self.in_hand) {
            self.handled.count.fetch_add(1, Ordering::Release);
            self.handled.changed.notify_one();
        }
    }

    /// Takes leave after an orderly end: what came counts as handled, and the server is told so before the connection
    /// ends. Waits at most [`FAREWELL`]. Not cancel-safe: a dropped call cuts the connection.
    pub async fn farewell(mut self) {
        self.handled();
        self.news.close();
        while let Some(Arrival { counted, .. }) = self.news.recv().await {
            self.in_hand = counted;
            self.handled();
        }
        let (no_commands, _) = mpsc::unbounded_channel();
        self.commands = no_commands;
        let _ = tokio::time::timeout(FAREWELL, &mut self.task).await;
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Asks psrpd something that needs no session ([`OpenVerb::List`](psrp_session::hello::OpenVerb), `Remove`) and gives
/// its answer. `what` names that for the user of a server that is no psrpd.
///
/// Not cancel-safe: a dropped call drops the connection; whether the server has done it is then not known.
///
/// # Errors
/// [`OpenError`].
pub async fn ask(mut connector: impl Connector, request: &OpenRequest, what: &'static str) -> Result<Bytes, OpenError> {
    let mut endpoint = Endpoint::new(request.credit, 0);
    // The pool that no server will ever see.
    let call = Call { request, rpid: Uuid::new_v4(), unattended: false, limit: HELLO_TIMEOUT };
    match call.make(&mut connector, &mut endpoint).await?.1 {
        Answer::Stream(StreamEvent::Reply(reply)) => Ok(reply),
        Answer::Stream(event) => Err(call::unexpected(event)),
        Answer::Stock { .. } => Err(OpenError::Unsupported(what)),
    }
}
