//! `psrp get`, Get-PSSession, gsn.

use std::sync::{Mutex, PoisonError};

use clap::Args;

use super::Context;
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

/// A host to ask, and which of its sessions are wanted; none means all.
struct Question {
    target: Target,
    sessions: Option<Vec<Session>>,
}

impl Get {
    pub(super) async fn run<R: Remote>(self, context: &Context<R>) -> Vec<Outcome> {
        let questions = match self.questions(context) {
            Ok(questions) => questions,
            Err(outcome) => return vec![outcome],
        };
        let targets: Vec<Target> = questions.iter().map(|q| q.target.clone()).collect();
        let (found, mut outcomes) = context.resolve(&targets);
        let wanted: Vec<_> = found.into_iter().zip(questions.into_iter().map(|q| q.sessions)).collect();
        let rows = Mutex::new(Vec::new());
        context
            .each(wanted, super::invoke::THROTTLE, &mut outcomes, async |(target, only)| {
                let sessions = match context.remote.list(&target.host, &context.settings).await {
                    Ok(sessions) => sessions,
                    Err(error) => return context.failed(&target.label, &error),
                };
                let only = only.or_else(|| target.session.clone().map(|s| vec![s]));
                let (listed, missing) = select(&sessions, only.as_deref());
                for session in &missing {
                    context.output().error(Some(&target.label), &format!("session {session} is not there any more"));
                    context.forget(&target.label, session);
                }
                let own = context.known().unwrap_or_default();
                let mut rows = rows.lock().unwrap_or_else(PoisonError::into_inner);
                rows.extend(listed.into_iter().map(|session| {
                    let id = own.iter().find(|k| k.instance_id == session.instance_id).map(|k| k.id);
                    SessionRow::new(session, &target.label, id)
                }));
                if missing.is_empty() { Outcome::Ok } else { Outcome::NoSession }
            })
            .await;
        let mut rows = rows.into_inner().unwrap_or_else(PoisonError::into_inner);
        rows.retain(|row| self.state.is_none_or(|state| row.state == state));
        rows.sort_by(|a, b| {
            (a.id.is_none(), a.id, &a.computer_name, &a.name).cmp(&(b.id.is_none(), b.id, &b.computer_name, &b.name))
        });
        let written = context.output().sessions(&rows);
        context.written(written, &mut outcomes);
        outcomes
    }

    /// Without targets, one question for every host of the local table.
    fn questions<R>(&self, context: &Context<R>) -> Result<Vec<Question>, Outcome> {
        if !self.targets.is_empty() {
            let question = |target: &Target| Question { target: target.clone(), sessions: None };
            return Ok(self.targets.iter().map(question).collect());
        }
        let known = context.known().map_err(|error| {
            context.output().error(None, &error.to_string());
            Outcome::Usage
        })?;
        let mut questions: Vec<Question> = Vec::new();
        for session in known {
            let id = Session::InstanceId(session.instance_id);
            let Ok(target) = session.host.parse::<Target>() else { continue };
            match questions.iter_mut().find(|q| q.target == target).and_then(|q| q.sessions.as_mut()) {
                Some(sessions) => sessions.push(id),
                None => questions.push(Question { target, sessions: Some(vec![id]) }),
            }
        }
        Ok(questions)
    }
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
