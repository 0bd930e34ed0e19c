//! `psrp receive`, Receive-PSSession, rcsn, Receive-Job, rcjb.

use std::time::Instant;

use clap::Args;

use super::Context;
use super::context::THROTTLE;
use super::invoke::sink;
use crate::exit::Outcome;
use crate::remote::{ReceiveRequest, Remote, Start};
use crate::target::Target;

/// Fetch the output of sessions
///
/// Prints what the commands of a session wrote since it was last received, and goes on until they end or, without
/// --follow, until nothing is left.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  psrp receive web1/build\n  psrp receive web1/build --follow\n  \
psrp receive 3 --from start --keep -o jsonl")]
pub struct Receive {
    /// host/session, or a session known here.
    #[arg(required = true, value_name = "TARGET")]
    targets: Vec<Target>,
    /// Where to begin: a record's number, 'start', or 'new' for what comes from now on [default: what was not
    /// received yet].
    #[arg(long, value_name = "N|start|new", value_parser = start)]
    from: Option<Start>,
    /// Go on until the command ends.
    #[arg(short, long)]
    follow: bool,
    /// Leave the output on the server, to be received again.
    #[arg(long)]
    keep: bool,
}

fn start(text: &str) -> Result<Start, String> {
    match text {
        "start" => Ok(Start::Oldest),
        "new" => Ok(Start::New),
        number => number.parse().map(Start::Number).map_err(|_| "expected a number, 'start' or 'new'".to_owned()),
    }
}

impl Receive {
    pub(super) async fn run<R: Remote>(self, context: &Context<R>) -> Vec<Outcome> {
        let (found, mut outcomes) = context.resolve_sessions(&self.targets);
        context
            .each(found, THROTTLE, &mut outcomes, async |(target, session)| {
                let request = ReceiveRequest {
                    session: session.clone(),
                    from: self.from.unwrap_or_default(),
                    follow: self.follow,
                    keep: self.keep,
                    interrupts: context.interrupts.clone(),
                };
                let begun = Instant::now();
                let name = session.to_string();
                let mut write = sink(context, &target.label, Some(&name));
                let mut is_silent = true;
                let mut sink = |record| {
                    is_silent = false;
                    write(record)
                };
                let received = context.remote.receive(&target.host, &context.settings, &request, &mut sink).await;
                if is_silent && received.as_ref().is_ok_and(|end| end.outcome == Outcome::Ok) {
                    context.output().notice(&format!("{}/{name} has no output that waits", target.label));
                }
                super::invoke::ended(context, &target.label, received, begun.elapsed(), false)
            })
            .await;
        outcomes
    }
}
