//! `psrp get`, Get-PSSession, gsn.

use std::sync::{Mutex, PoisonError};

use clap::Args;

use super::Context;
use super::context::THROTTLE;
use crate::exit::Outcome;
use crate::output::SessionRow;
use crate::remote::{Remote, SessionInfo, SessionState};
use crate::target::{Session, Target};

/// List sessions
///
/// Without a target: the sessions that are known here, asked for on their hosts. With targets: all sessions of
/// the user on those hosts.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  psrp get\n  psrp get web1 web2 -o wide\n  psrp get web1 --state Disconnected -o name\n  \
psrp Get-PSSession -HostName web1"
)]
pub struct Get {
    /// Hosts, host/session, or sessions known here.
    #[arg(value_name = "TARGET")]
    targets: Vec<Target>,
    /// Only sessions in this state.
    #[arg(long, ignore_case = true)]
    state: Option<SessionState>,
}

impl Get {
    pub(super) async fn run<R: Remote>(self, context: &Context<R>) -> Vec<Outcome> {
        let wanted = if self.targets.is_empty() { own_sessions(context) } else { Ok(Vec::new()) };
        let wanted = match wanted {
            Ok(wanted) => wanted,
            Err(outcome) => return vec![outcome],
        };
        let hosts: Vec<Target> = wanted.iter().map(|(host, _)| host.clone()).collect();
        let (found, mut outcomes) = context.resolve(if self.targets.is_empty() { &hosts } else { &self.targets });
        let rows = Mutex::new(Vec::new());
        context
            .each(found, THROTTLE, &mut outcomes, async |target| {
                let sessions = match context.remote.list(&target.host, &context.settings).await {
                    Ok(sessions) => sessions,
                    Err(error) => return context.failed(&target.label, &error),
                };
                let own = wanted.iter().find(|(host, _)| host.to_string() == target.label);
                let only =
                    own.map(|(_, sessions)| sessions.clone()).or_else(|| target.session.clone().map(|s| vec![s]));
                let (listed, missing) = select(&sessions, only.as_deref());
                for session in &missing {
                    context.output().error(Some(&target.label), &format!("session {session} is not there any more"));
                    context.forget(&target.label, session);
                }
                for session in listed.iter().filter(|session| !session.answers) {
                    let text = format!(
                        "session {name} does not answer; try again later, or end it with: psrp remove --force {host}/{name}",
                        name = session.name,
                        host = target.label,
                    );
                    context.output().error(None, &text);
                }
                let known = context.known().unwrap_or_default();
                let mut rows = rows.lock().unwrap_or_else(PoisonError::into_inner);
                rows.extend(listed.into_iter().map(|session| {
                    let id = known.iter().find(|k| k.instance_id == session.instance_id).map(|k| k.id);
                    SessionRow::new(session, &target.label, id)
                }));
                if missing.is_empty() { Outcome::Ok } else { Outcome::NoSession }
            })
            .await;
        let mut rows = rows.into_inner().unwrap_or_else(PoisonError::into_inner);
        rows.retain(|row| self.state.is_none_or(|state| row.state == state));
        rows.sort_by_cached_key(|row| (row.id.is_none(), row.id, row.computer_name.clone(), row.name.clone()));
        let written = context.output().sessions(&rows);
        context.written(written, &mut outcomes);
        if rows.is_empty() && outcomes.iter().all(|outcome| *outcome == Outcome::Ok) {
            context.output().notice(self.nothing());
        }
        outcomes
    }
}

impl Get {
    /// What an empty list means.
    fn nothing(&self) -> &'static str {
        match (self.state, self.targets.is_empty()) {
            (Some(_), _) => "no session is in that state",
            (None, true) => "no session is known here; psrp get HOST lists those that are on a host",
            (None, false) => "there are no sessions; psrp new HOST/NAME makes one",
        }
    }
}

/// The hosts of the local table, and the sessions that are known there.
fn own_sessions<R>(context: &Context<R>) -> Result<Vec<(Target, Vec<Session>)>, Outcome> {
    let known = context.known().map_err(|error| {
        context.output().error(None, &error.to_string());
        Outcome::Usage
    })?;
    let mut hosts: Vec<(Target, Vec<Session>)> = Vec::new();
    for session in known {
        let id = Session::InstanceId(session.instance_id);
        let Ok(host) = session.host.parse::<Target>() else { continue };
        match hosts.iter_mut().find(|(known, _)| *known == host) {
            Some((_, sessions)) => sessions.push(id),
            None => hosts.push((host, vec![id])),
        }
    }
    Ok(hosts)
}

/// The wanted ones of a host's sessions, and the wanted ones that it does not have.
fn select<'a>(sessions: &'a [SessionInfo], only: Option<&[Session]>) -> (Vec<&'a SessionInfo>, Vec<Session>) {
    let Some(only) = only else { return (sessions.iter().collect(), Vec::new()) };
    let mut listed = Vec::new();
    let mut missing = Vec::new();
    for wanted in only {
        let found = sessions.iter().find(|session| match wanted {
            Session::Name(name) => session.name.eq_ignore_ascii_case(name),
            Session::InstanceId(id) => session.instance_id == *id,
            Session::Id(_) => false,
        });
        match found {
            Some(session) => listed.push(session),
            None => missing.push(wanted.clone()),
        }
    }
    (listed, missing)
}
