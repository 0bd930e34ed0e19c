//! `psrp invoke`, Invoke-Command, icm.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use clap::Args;

use super::context::{Resolved, THROTTLE};
use super::{Context, values};
use crate::exit::Outcome;
use crate::limits::MAX_TEXT_FILE;
use crate::remote::{End, Engine, InvokeRequest, Record, Remote, RemoteError, Script, Stdin};
use crate::target::Target;

/// Run a script
///
/// Runs script text, or a local file, on every target: in the named session, or in a session made for it. A link
/// that is lost is made again, and the output goes on where it stopped.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  psrp invoke web1 -- Get-Process pwsh\n  \
psrp invoke web1 web2 -c 'Get-Date' -o jsonl\n  psrp invoke web1/build -f build.ps1 -a Configuration=Release\n  \
psrp invoke web1/build --in-disconnected-session -f long.ps1\n  \
Get-Content list.txt | psrp invoke web1 --stdin lines -c '$input | Measure-Object'\n  \
psrp Invoke-Command -HostName web1,web2 -ScriptBlock { Get-Date } -ThrottleLimit 8")]
pub struct Invoke {
    /// Hosts, host/session, or sessions known here.
    #[arg(required = true, value_name = "TARGET")]
    targets: Vec<Target>,
    /// Script text.
    #[arg(short, long, value_name = "TEXT", allow_hyphen_values = true, conflicts_with_all = ["file", "script"])]
    command: Option<String>,
    /// Local script file; - reads standard input.
    #[arg(short, long, value_name = "FILE", conflicts_with = "script")]
    file: Option<PathBuf>,
    /// Argument of the script, or NAME=VALUE for a parameter; may be repeated.
    #[arg(short, long = "arg", value_name = "VALUE", allow_hyphen_values = true)]
    args: Vec<String>,
    /// An argument whatever it looks like, as -ArgumentList has them.
    #[arg(long, hide = true, allow_hyphen_values = true)]
    positional: Vec<String>,
    /// Value of $using:NAME; may be repeated.
    #[arg(long, value_name = "NAME=VALUE", value_parser = values::pair)]
    using: Vec<(String, String)>,
    /// What standard input becomes: pipeline input of strings, of objects (CLIXML), or nothing.
    #[arg(long, value_name = "AS", default_value = "none")]
    stdin: Stdin,
    /// What runs the script, in a session made for it [default: what the server has].
    #[arg(long, value_name = "ENGINE")]
    engine: Option<Engine>,
    /// Hosts at the same time.
    #[arg(long, value_name = "N", default_value_t = THROTTLE)]
    throttle: usize,
    /// Stop the script after this time.
    #[arg(long, value_name = "TIME", value_parser = values::duration)]
    timeout: Option<Duration>,
    /// Start the script, leave it running and return; `psrp receive` fetches its output.
    #[arg(long, conflicts_with_all = ["stdin", "timeout", "strict"])]
    in_disconnected_session: bool,
    /// Start on no more hosts after the first failure.
    #[arg(long)]
    fail_fast: bool,
    /// Any error record is a failure.
    #[arg(long)]
    strict: bool,
    /// Script text; the words are joined with blanks.
    #[arg(last = true, value_name = "SCRIPT")]
    script: Vec<String>,
}

impl Invoke {
    pub(super) async fn run<R: Remote>(self, context: &Context<R>) -> Vec<Outcome> {
        let script = match self.script() {
            Ok(script) => script,
            Err(text) => {
                context.output().error(None, &text);
                return vec![Outcome::Usage];
            }
        };
        let (found, mut outcomes) = context.resolve(&self.targets);
        if self.stdin != Stdin::None && found.len() > 1 {
            context.output().error(None, "--stdin feeds one target only; name one, or put the input into the script");
            return vec![Outcome::Usage];
        }
        if self.engine.is_some() && found.iter().any(|target| target.session.is_some()) {
            context
                .output()
                .error(None, "--engine is for a session made for the script; a named session has its engine");
            return vec![Outcome::Usage];
        }
        let hosts: Vec<String> = found.iter().map(|t| t.label.clone()).collect();
        let (named, arguments) = self.arguments();
        let (format, width) = context.output().shape();
        let request = InvokeRequest {
            session: None,
            engine: self.engine,
            script,
            arguments,
            named,
            using: self.using.iter().cloned().collect::<BTreeMap<_, _>>(),
            stdin: self.stdin,
            render: format.is_text(),
            width,
            timeout: self.timeout,
            disconnected: self.in_disconnected_session,
            interrupts: context.interrupts.clone(),
        };
        let failed = AtomicBool::new(false);
        let summary = std::sync::Mutex::new(Vec::new());
        context
            .each(found, self.throttle, &mut outcomes, async |target| {
                if self.fail_fast && failed.load(Ordering::Relaxed) {
                    return Outcome::Ok;
                }
                let outcome = self.one(context, &target, &request).await;
                failed.fetch_or(outcome != Outcome::Ok, Ordering::Relaxed);
                summary.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push((target.label, outcome));
                outcome
            })
            .await;
        if hosts.len() > 1 {
            let summary = summary.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
            context.output().notice(&summarise(&hosts, &summary));
        }
        outcomes
    }

    async fn one<R: Remote>(&self, context: &Context<R>, target: &Resolved, request: &InvokeRequest) -> Outcome {
        let request = InvokeRequest { session: target.session.clone(), ..request.clone() };
        let begun = Instant::now();
        let name = target.session.as_ref().map(ToString::to_string);
        let mut sink = sink(context, &target.label, name.as_deref());
        let invoked = context.remote.invoke(&target.host, &context.settings, &request, &mut sink).await;
        ended(context, &target.label, invoked, begun.elapsed(), self.strict)
    }

    fn script(&self) -> Result<Script, String> {
        if let Some(text) = &self.command {
            return Ok(Script::Text(text.clone()));
        }
        match &self.file {
            Some(path) if path == Path::new("-") => {
                if self.stdin != Stdin::None {
                    return Err("standard input cannot be both the script and its input".to_owned());
                }
                Ok(Script::Text(read(std::io::stdin(), "standard input")?))
            }
            Some(path) => {
                let name = path.display().to_string();
                let file = std::fs::File::open(path).map_err(|e| format!("cannot read {name}: {e}"))?;
                Ok(Script::File { path: path.clone(), text: read(file, &name)? })
            }
            None if self.script.is_empty() => {
                Err("nothing to run; give -c TEXT, -f FILE, or the script after --".to_owned())
            }
            None => Ok(Script::Text(self.script.join(" "))),
        }
    }

    /// `NAME=VALUE` is a parameter, everything else an argument by position.
    fn arguments(&self) -> (Vec<(String, String)>, Vec<String>) {
        let mut named = Vec::new();
        let mut positional = Vec::new();
        for arg in &self.args {
            match arg.split_once('=') {
                Some((name, value)) if values::is_name(name) => named.push((name.to_owned(), value.to_owned())),
                _ => positional.push(arg.clone()),
            }
        }
        positional.extend_from_slice(&self.positional);
        (named, positional)
    }
}

/// Script text, whose byte order mark does not belong to it.
fn read(source: impl std::io::Read, name: &str) -> Result<String, String> {
    let mut text = String::new();
    source.take(MAX_TEXT_FILE + 1).read_to_string(&mut text).map_err(|e| format!("cannot read {name}: {e}"))?;
    if u64::try_from(text.len()).is_ok_and(|len| len > MAX_TEXT_FILE) {
        return Err(format!("{name} is longer than {MAX_TEXT_FILE} bytes"));
    }
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

/// Writes the records of a target; stops the pipeline when they cannot be written.
pub(super) fn sink<'a, R: Remote>(
    context: &'a Context<R>,
    host: &'a str,
    session: Option<&'a str>,
) -> impl FnMut(Record) -> ControlFlow<()> + Send + 'a {
    move |record| match context.output().record(host, session, &record) {
        Ok(()) => ControlFlow::Continue(()),
        Err(_) => ControlFlow::Break(()),
    }
}

/// Reports how a pipeline ended and gives its outcome.
pub(super) fn ended<R>(
    context: &Context<R>,
    host: &str,
    result: Result<End, RemoteError>,
    duration: Duration,
    strict: bool,
) -> Outcome {
    let end = match result {
        Ok(mut end) => {
            if strict && end.errors > 0 && end.outcome == Outcome::Ok {
                end.outcome = Outcome::Script(1);
            }
            if let Some(session) = &end.session {
                let row = context.remember(host, session);
                context.output().notice(&format!(
                    "session {}/{} runs on; psrp receive {host}/{}",
                    row.computer_name, row.name, row.name
                ));
            }
            if let Some(message) = &end.message {
                context.output().error(Some(host), message);
            }
            end
        }
        Err(error) => {
            let outcome = context.failed(host, &error);
            End { outcome, errors: 0, session: None, message: Some(error.to_string()) }
        }
    };
    let mut outcomes = vec![end.outcome];
    let written = context.output().end(host, &end, duration);
    context.written(written, &mut outcomes);
    outcomes.into_iter().max().unwrap_or(Outcome::Ok)
}

/// One line: how many hosts ended how, and which; hosts that were not started are named, too.
fn summarise(hosts: &[String], summary: &[(String, Outcome)]) -> String {
    let mut groups: BTreeMap<Outcome, Vec<&str>> = BTreeMap::new();
    for (host, outcome) in summary {
        groups.entry(*outcome).or_default().push(host);
    }
    let mut parts: Vec<String> = groups
        .into_iter()
        .map(|(outcome, mut hosts)| {
            hosts.sort_unstable();
            let exit = if let Outcome::Script(number) = outcome { format!(" (exit {number})") } else { String::new() };
            format!("{} {}: {}{exit}", outcome.word(), hosts.len(), hosts.join(", "))
        })
        .collect();
    let skipped = hosts.len().saturating_sub(summary.len());
    if skipped > 0 {
        parts.push(format!("not started {skipped}"));
    }
    parts.join("; ")
}
