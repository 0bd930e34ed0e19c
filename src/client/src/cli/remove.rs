//! `psrp remove`, Remove-PSSession, rsn.

use clap::Args;

use super::Context;
use super::context::THROTTLE;
use crate::exit::Outcome;
use crate::target::Target;

/// End sessions with their processes
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  psrp remove web1/build\n  psrp remove 3 4\n  psrp Remove-PSSession -Id 3\n  \
psrp remove --force web1/build")]
pub struct Remove {
    /// Do not wait: `finally` blocks do not run, and a session that does not answer is killed.
    #[arg(long)]
    force: bool,
    /// host/session, or sessions known here.
    #[arg(required = true, value_name = "TARGET")]
    targets: Vec<Target>,
}

impl Remove {
    pub(super) async fn run<R: crate::remote::Remote>(self, context: &Context<R>) -> Vec<Outcome> {
        let (found, mut outcomes) = context.resolve_sessions(&self.targets);
        context
            .each(found, THROTTLE, &mut outcomes, async |(target, session)| {
                match context.remote.remove(&target.host, &context.settings, &session, self.force).await {
                    Ok(()) => {
                        context.forget(&target.label, &session);
                        Outcome::Ok
                    }
                    Err(error) => {
                        let outcome = context.failed(&target.label, &error);
                        if outcome == Outcome::NoSession {
                            context.forget(&target.label, &session);
                        }
                        outcome
                    }
                }
            })
            .await;
        outcomes
    }
}
