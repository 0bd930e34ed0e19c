//! The client against the core of psrpd, over connections that break as the test says, in virtual time.

mod cable;
mod child;
mod keys;
mod psrpcore;
mod questions;
mod resume;
mod runs;
mod server;
mod sessions;
mod stock;

use std::time::Duration;

use psrp_clixml::Value;
use psrp_proto::message::{CreatePipeline, InitRunspacePool, PowerShell};
use psrp_proto::pool::client::Outcome;
use psrp_proto::{Message, Uuid};
use psrp_session::hello::{OpenRequest, OpenVerb};
use psrp_session::name::SessionRef;
use psrp_session::options::{AttachMode, AttachOptions};

use super::host;
use super::session::{Event, Session, SessionError};
use super::wire::Connector;
use cable::{Cables, Plan};
use server::Server;

/// No test takes as long as this in its own time.
const LIMIT: Duration = Duration::from_secs(3_600);

/// No test takes as long as this.
const REAL_LIMIT: Duration = Duration::from_secs(300);

/// Runs a test in virtual time.
fn run(test: impl Future<Output = ()> + Send + 'static) {
    let (done, ended) = std::sync::mpsc::channel();
    let thread = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        runtime.block_on(async { tokio::time::timeout(LIMIT, test).await.expect("the test hangs") });
        done.send(()).unwrap();
    });
    match ended.recv_timeout(REAL_LIMIT) {
        Err(std::sync::mpsc::RecvTimeoutError::Timeout) => panic!("the test hangs"),
        _ => thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
    }
}

fn attach(name: Option<&str>, mode: AttachMode) -> OpenRequest {
    let session = name.map(|name| SessionRef::parse(name).unwrap());
    OpenRequest::new(OpenVerb::Attach, AttachOptions { session, mode, ..AttachOptions::default() })
}

fn init() -> InitRunspacePool {
    InitRunspacePool::new(host::application_arguments(), host::host_info(None))
}

/// A session of a server that knows no names.
async fn nameless(server: impl Connector) -> Session {
    Session::open(server, attach(None, AttachMode::Auto), init()).await.unwrap()
}

async fn open(server: &Server, plans: impl IntoIterator<Item = Plan>) -> Session {
    let cables = Cables::new(server, plans);
    Session::open(cables, attach(Some("work"), AttachMode::Auto), init()).await.unwrap()
}

async fn open_error(server: &Server, plans: impl IntoIterator<Item = Plan>, mode: AttachMode) -> SessionError {
    Session::open(Cables::new(server, plans), attach(Some("work"), mode), init()).await.unwrap_err()
}

fn script(text: &str) -> CreatePipeline {
    CreatePipeline::new(PowerShell::script(text))
}

fn script_with_input(text: &str) -> CreatePipeline {
    CreatePipeline { no_input: false, ..script(text) }
}

/// What came of a pipeline.
#[derive(Debug, Default)]
struct Ran {
    output: Vec<String>,
    outcome: Option<Outcome>,
    /// What was told besides.
    others: Vec<Event>,
}

/// Takes everything of a pipeline until it ends.
async fn finish(session: &mut Session, pid: Uuid) -> Ran {
    let mut result = Ran::default();
    loop {
        match session.next().await {
            Event::Record { pid: of, message, .. } if of == pid => {
                if let Message::PipelineOutput(value) = *message {
                    result.output.push(text(&value));
                }
            }
            Event::PipelineEnded { pid: of, outcome } if of == pid => {
                result.outcome = Some(outcome);
                return result;
            }
            event @ Event::Ended(_) => panic!("the session ended: {event:?}"),
            event => result.others.push(event),
        }
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn completed(result: &Ran) -> bool {
    matches!(&result.outcome, Some(Outcome::State(info)) if info.state.to_i32() == 4)
}
