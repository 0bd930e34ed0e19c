//! `psrp new`, New-PSSession, nsn.

use std::time::Duration;

use clap::Args;

use super::{Context, values};
use crate::exit::Outcome;
use crate::remote::{Engine, Keep, Lifetime, NewRequest, Remote};
use crate::target::Target;

/// Create sessions
///
/// Creates a session on each host and prints a row for each. The sessions go on without a client until they are
/// removed or have been idle for too long.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  psrp new web1 --name build\n  psrp new web1/build\n  \
psrp new web1 web2 --name nightly --engine pwsh --idle-timeout 8h\n  psrp New-PSSession -HostName web1 -Name build")]
pub struct New {
    /// Hosts, or host/name.
    #[arg(required = true, value_name = "TARGET")]
    targets: Vec<Target>,
    /// Name of the session [default: the server chooses one].
    #[arg(short, long, value_parser = values::session_name)]
    name: Option<String>,
    /// A session of that name is as good as a new one.
    #[arg(long)]
    if_not_exists: bool,
    /// What runs the scripts [default: what the server has].
    #[arg(long, value_name = "ENGINE")]
    engine: Option<Engine>,
    /// Time without a client after which the server ends the session.
    #[arg(long, value_name = "TIME", value_parser = values::duration)]
    idle_timeout: Option<Duration>,
    /// When nobody takes the output and the buffer is full: block the command, or drop the oldest output.
    #[arg(long, value_name = "POLICY")]
    keep: Option<Keep>,
    /// Environment variable of the session; may be repeated.
    #[arg(long, value_name = "NAME=VALUE", value_parser = values::pair)]
    env: Vec<(String, String)>,
}

impl New {
    pub(super) async fn run<R: Remote>(self, context: &Context<R>) -> Vec<Outcome> {
        let (found, mut outcomes) = context.resolve(&self.targets);
        let rows = std::sync::Mutex::new(Vec::new());
        context
            .each(found, super::invoke::THROTTLE, &mut outcomes, async |target| {
                let name = target.session.as_ref().map(ToString::to_string).or_else(|| self.name.clone());
                let request = NewRequest {
                    name,
                    if_not_exists: self.if_not_exists,
                    engine: self.engine,
                    lifetime: Lifetime { idle_timeout: self.idle_timeout, keep: self.keep },
                    env: self.env.clone(),
                };
                match context.remote.create(&target.host, &context.settings, &request).await {
                    Ok(session) => {
                        let row = context.remember(&target.label, &session);
                        rows.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(row);
                        Outcome::Ok
                    }
                    Err(error) => context.failed(&target.label, &error),
                }
            })
            .await;
        let mut rows = rows.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
        rows.sort_by_key(|row| row.id);
        let written = context.output().sessions(&rows);
        context.written(written, &mut outcomes);
        outcomes
    }
}
