//! `psrp disconnect`, Disconnect-PSSession, dnsn.

use std::time::Duration;

use clap::Args;

use super::{Context, values};
use crate::exit::Outcome;
use crate::remote::{Keep, Lifetime, Remote};
use crate::target::Target;

/// Disconnect clients from sessions, which run on
///
/// Ends the attachment of the client that is attached, wherever it runs; commands of the session go on. Also sets
/// how long the session waits for a client, and what it does with output meanwhile.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  psrp disconnect web1/build\n  psrp disconnect 3 --idle-timeout 2d --keep drop")]
pub struct Disconnect {
    /// host/session, or sessions known here.
    #[arg(required = true, value_name = "TARGET")]
    targets: Vec<Target>,
    /// Time without a client after which the server ends the session: a minute or longer.
    #[arg(long, value_name = "TIME", value_parser = values::idle_timeout)]
    idle_timeout: Option<Duration>,
    /// When nobody takes the output and the buffer is full: block the command, or drop the oldest output.
    #[arg(long, value_name = "POLICY")]
    keep: Option<Keep>,
}

impl Disconnect {
    pub(super) async fn run<R: Remote>(self, context: &Context<R>) -> Vec<Outcome> {
        let lifetime = Lifetime { idle_timeout: self.idle_timeout, keep: self.keep };
        let (found, mut outcomes) = context.resolve_sessions(&self.targets);
        context
            .rows(found, &mut outcomes, async |(target, session)| {
                let left = context.remote.disconnect(&target.host, &context.settings, &session, &lifetime).await;
                let left = left.map_err(|error| context.failed(&target.label, &error))?;
                Ok(context.remember(&target.label, &left))
            })
            .await;
        outcomes
    }
}
