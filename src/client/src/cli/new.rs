//! `psrp new`, New-PSSession, nsn.

use std::time::Duration;

use clap::Args;

use super::context::Resolved;
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
    /// Time without a client after which the server ends the session: a minute or longer.
    #[arg(long, value_name = "TIME", value_parser = values::idle_timeout)]
    idle_timeout: Option<Duration>,
    /// When nobody takes the output and the buffer is full: block the command, or drop the oldest output.
    #[arg(long, value_name = "POLICY")]
    keep: Option<Keep>,
    /// Environment variable of the session, which sshd has to take (AcceptEnv); may be repeated.
    #[arg(long, value_name = "NAME=VALUE", value_parser = values::pair)]
    env: Vec<(String, String)>,
}

impl New {
    pub(super) async fn run<R: Remote>(self, context: &Context<R>) -> Vec<Outcome> {
        if let Some(target) = self.targets.iter().find(|target| matches!(target, Target::Local(_))) {
            context.output().error(None, &format!("{target} is a session; name a host for the new one"));
            return vec![Outcome::Usage];
        }
        let (found, mut outcomes) = context.resolve(&self.targets);
        if let Some(text) = self.unclear_name(&found) {
            context.output().error(None, &text);
            return vec![Outcome::Usage];
        }
        context
            .rows(found, &mut outcomes, async |target| {
                let name = target.session.as_ref().map(ToString::to_string).or_else(|| self.name.clone());
                let request = NewRequest {
                    name,
                    if_not_exists: self.if_not_exists,
                    engine: self.engine,
                    lifetime: Lifetime { idle_timeout: self.idle_timeout, keep: self.keep },
                    env: self.env.clone(),
                };
                let session = context.remote.create(&target.host, &context.settings, &request).await;
                let session = session.map_err(|error| context.failed(&target.label, &error))?;
                Ok(context.remember(&target.label, &session))
            })
            .await;
        outcomes
    }

    /// What is wrong with the names, if anything.
    fn unclear_name(&self, targets: &[Resolved]) -> Option<String> {
        let mut names = targets.iter().filter_map(|target| target.session.as_ref());
        if let (Some(session), Some(name)) = (names.clone().next(), &self.name) {
            return Some(format!("two names for one session, {session} and {name}; give one of them"));
        }
        names.find_map(|session| values::session_name(&session.to_string()).err())
    }
}
