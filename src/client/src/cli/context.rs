//! What verbs share: settings, output, the session table, and the way from targets to hosts.

use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};

use futures_util::{StreamExt as _, stream};
use tokio::sync::watch;

use crate::exit::{Outcome, code};
use crate::output::{Output, SessionRow};
use crate::remote::{RemoteError, SessionInfo};
use crate::ssh::Settings;
use crate::state::{Known, StateError, Store};
use crate::target::{Host, Session, Target};

/// Hosts at the same time, as for Invoke-Command.
pub(super) const THROTTLE: usize = 32;

/// Everything a verb runs on.
pub struct Context<R> {
    /// The layer that speaks PSRP.
    pub remote: R,
    /// How to connect.
    pub settings: Settings,
    /// How often Ctrl+C was pressed.
    pub interrupts: watch::Receiver<u32>,
    output: Mutex<Output>,
    store: Store,
}

/// A target with its host found.
#[derive(Debug, Clone)]
pub(super) struct Resolved {
    pub(super) host: Host,
    /// The host as it is shown.
    pub(super) label: String,
    pub(super) session: Option<Session>,
}

impl<R> Context<R> {
    /// A context of these parts.
    pub fn new(remote: R, settings: Settings, output: Output, store: Store, interrupts: watch::Receiver<u32>) -> Self {
        Self { remote, settings, interrupts, output: Mutex::new(output), store }
    }

    pub(super) fn output(&self) -> MutexGuard<'_, Output> {
        // A panic while writing leaves at worst half a line.
        self.output.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Finds the hosts of targets; what cannot be found is reported, and is an outcome.
    pub(super) fn resolve(&self, targets: &[Target]) -> (Vec<Resolved>, Vec<Outcome>) {
        let mut found = Vec::new();
        let mut outcomes = Vec::new();
        for target in targets {
            match self.resolve_one(target) {
                Ok(resolved) => found.push(resolved),
                Err((outcome, text)) => {
                    self.output().error(None, &text);
                    outcomes.push(outcome);
                }
            }
        }
        let labels: Vec<String> = found.iter().map(|r| r.label.clone()).collect();
        self.output().label(&labels);
        (found, outcomes)
    }

    fn resolve_one(&self, target: &Target) -> Result<Resolved, (Outcome, String)> {
        match target {
            Target::Host { host, session } => {
                Ok(Resolved { host: host.clone(), label: host.to_string(), session: session.clone() })
            }
            Target::Local(session) => {
                let table = self.store.read().map_err(|e| (Outcome::Usage, e.to_string()))?;
                let known = table.find(session).map_err(|e| (Outcome::NoSession, e.to_string()))?;
                let damaged = |e: crate::target::TargetError| (Outcome::Usage, e.to_string());
                let Target::Host { host, .. } = known.host.parse::<Target>().map_err(damaged)? else {
                    return Err((
                        Outcome::Usage,
                        format!("the session table has a host that is none: {:?}", known.host),
                    ));
                };
                let session = Some(Session::InstanceId(known.instance_id));
                Ok(Resolved { host, label: known.host.clone(), session })
            }
        }
    }

    /// As [`resolve`](Self::resolve) for verbs that need a session.
    pub(super) fn resolve_sessions(&self, targets: &[Target]) -> (Vec<(Resolved, Session)>, Vec<Outcome>) {
        let (found, mut outcomes) = self.resolve(targets);
        let mut sessions = Vec::new();
        for resolved in found {
            match resolved.session.clone() {
                Some(session) => sessions.push((resolved, session)),
                None => {
                    let text = format!("which session? write {0}/NAME; `psrp get {0}` lists them", resolved.label);
                    self.output().error(None, &text);
                    outcomes.push(Outcome::Usage);
                }
            }
        }
        if outcomes.contains(&Outcome::Usage) {
            // Wrong usage means that nothing was done.
            sessions.clear();
        }
        (sessions, outcomes)
    }

    /// Runs `work` for every item, at most `throttle` at the same time, and adds the outcomes in no order.
    pub(super) async fn each<T, F: Future<Output = Outcome>>(
        &self,
        items: Vec<T>,
        throttle: usize,
        outcomes: &mut Vec<Outcome>,
        work: impl FnMut(T) -> F,
    ) {
        let mut running = stream::iter(items.into_iter().map(work)).buffer_unordered(throttle.max(1));
        while let Some(outcome) = running.next().await {
            outcomes.push(outcome);
        }
    }

    /// As [`each`](Self::each) for work that gives a session, the rows of which are written when all is done.
    pub(super) async fn rows<T, F: Future<Output = Result<SessionRow, Outcome>>>(
        &self,
        items: Vec<T>,
        outcomes: &mut Vec<Outcome>,
        work: impl Fn(T) -> F,
    ) {
        let rows = Mutex::new(Vec::new());
        self.each(items, THROTTLE, outcomes, async |item| match work(item).await {
            Ok(row) => {
                rows.lock().unwrap_or_else(PoisonError::into_inner).push(row);
                Outcome::Ok
            }
            Err(outcome) => outcome,
        })
        .await;
        let mut rows = rows.into_inner().unwrap_or_else(PoisonError::into_inner);
        rows.sort_by_key(|row: &SessionRow| row.id);
        let written = self.output().sessions(&rows);
        self.written(written, outcomes);
    }

    /// Reports an error of a host.
    pub(super) fn failed(&self, host: &str, error: &RemoteError) -> Outcome {
        if !matches!(error, RemoteError::Interrupted) {
            self.output().error(Some(host), &error.to_string());
        }
        Outcome::from(error)
    }

    /// Notes a session in the local table and makes its row.
    pub(super) fn remember(&self, host: &str, session: &SessionInfo) -> SessionRow {
        let known = Known {
            id: 0,
            name: session.name.clone(),
            host: host.to_owned(),
            instance_id: session.instance_id,
            configuration_name: session.configuration_name.clone(),
            resume: session.resume.clone(),
        };
        let id = self.stored(self.store.update(|table| table.add(known)));
        SessionRow::new(session, host, id)
    }

    /// Forgets a session; the name on its host is enough.
    pub(super) fn forget(&self, host: &str, session: &Session) {
        let matches = |known: &Known| {
            known.host == host
                && match session {
                    Session::Id(id) => known.id == *id,
                    Session::Name(name) => known.name.eq_ignore_ascii_case(name),
                    Session::InstanceId(id) => known.instance_id == *id,
                }
        };
        let forgotten = self.store.update(|table| {
            let found: Vec<_> = table.iter().filter(|k| matches(k)).map(|k| k.instance_id).collect();
            found.into_iter().for_each(|id| table.remove(id));
        });
        self.stored(forgotten);
    }

    /// The sessions that are known here.
    pub(super) fn known(&self) -> Result<Vec<Known>, StateError> {
        Ok(self.store.read()?.iter().cloned().collect())
    }

    /// The session exists on its host whatever becomes of our table, so a problem with it is only reported.
    fn stored<T>(&self, result: Result<T, StateError>) -> Option<T> {
        result.map_err(|error| self.output().error(None, &error.to_string())).ok()
    }

    /// Reports that results could not be written; a reader that has gone is no error.
    pub(super) fn written(&self, result: io::Result<()>, outcomes: &mut Vec<Outcome>) {
        match result {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                self.output().error(None, &format!("cannot write the results: {error}"));
                outcomes.push(Outcome::Broken);
            }
            _ => {}
        }
    }

    /// Ends the output and says what the process exits with.
    pub(super) fn finish(&self, mut outcomes: Vec<Outcome>) -> u8 {
        let finished = self.output().finish();
        self.written(finished, &mut outcomes);
        code(&outcomes)
    }
}
