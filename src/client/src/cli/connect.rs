//! `psrp connect`, Connect-PSSession, cnsn.

use clap::Args;

use super::Context;
use crate::exit::Outcome;
use crate::remote::Remote;
use crate::target::Target;

/// Connect to sessions and see what waits in them
///
/// Attaches to each session, notes it in the local table, and tells which commands run or have output that was
/// not received. `psrp receive` fetches the output.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  psrp connect web1/build\n  psrp connect 3 --steal\n  \
psrp Connect-PSSession -HostName web1 -Name build")]
pub struct Connect {
    /// host/session, or sessions known here.
    #[arg(required = true, value_name = "TARGET")]
    targets: Vec<Target>,
    /// Take the session from a client that is attached.
    #[arg(long)]
    steal: bool,
}

impl Connect {
    pub(super) async fn run<R: Remote>(self, context: &Context<R>) -> Vec<Outcome> {
        let (found, mut outcomes) = context.resolve_sessions(&self.targets);
        context
            .rows(found, &mut outcomes, async |(target, session)| {
                let attached = context.remote.connect(&target.host, &context.settings, &session, self.steal).await;
                let attached = attached.map_err(|error| context.failed(&target.label, &error))?;
                context.output().attached(&target.label, &attached);
                Ok(context.remember(&target.label, &attached.session))
            })
            .await;
        outcomes
    }
}
