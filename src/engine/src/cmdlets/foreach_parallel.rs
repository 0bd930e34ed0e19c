//! `ForEach-Object -Parallel`

use std::{sync::Arc, time::Duration};

use super::{Cx, jobs::forward};
use crate::{
    beside::{Crew, Gathered, Input, Job, JobKind, Kind, Opening, Phase, Piece, Run, Work, uses, using_table},
    eval::{Flow, R, ScriptBlock},
    value::{Category, Dictionary, ErrorRecord, Value},
};

/// How many run at once if nothing else is said.
const AT_ONCE: usize = 5;

/// The block for each object, in runspaces beside.
pub(super) struct Parallel {
    block: Value,
    using: Value,
    crew: Arc<Crew>,
    most: usize,
    fresh: bool,
    gathered: Arc<Gathered>,
    /// What has not been seen to end.
    runs: Vec<Arc<Run>>,
    job: Option<Arc<Job>>,
    begun: i64,
    is_given: bool,
}

impl Parallel {
    /// # Errors
    /// Parameters that do not go together, and `$using:` of what is not there or is a block.
    pub(super) fn begin(cx: &mut Cx<'_>, block: &Value) -> R<Self> {
        refuse(cx)?;
        let Some(of) = cx.rs.as_block(block) else { return Err(Flow::Return) };
        let using = using_table(cx.rs, &uses(&of, false))?;
        let values = using.downcast::<Dictionary>().map(Dictionary::entries).unwrap_or_default();
        if values.iter().any(|(_, value)| value.downcast::<ScriptBlock>().is_some()) {
            let message = "A ForEach-Object -Parallel using variable cannot be a script block. Passed-in script block variables are not supported with ForEach-Object -Parallel, and can result in undefined behavior.";
            let exception = "System.Management.Automation.PSArgumentException";
            let id = "ParallelUsingVariableCannotBeScriptBlock";
            return Err(cx.fail(exception, id, Category::InvalidType, message, block.clone()));
        }
        let most = cx.int("ThrottleLimit").and_then(|n| usize::try_from(n).ok()).unwrap_or(AT_ONCE);
        let fresh = cx.flag("UseNewRunspace");
        let crew = Crew::new(Opening::beside(cx.rs), most, fresh, None);
        let job = cx.flag("AsJob").then(|| {
            let job = Arc::new(Job::new(cx.rs, JobKind::Parallel, None, of.lazy.text()));
            *job.crew.lock() = Some(crew.clone());
            job
        });
        Ok(Self {
            block: block.clone(),
            using,
            most,
            fresh,
            gathered: Gathered::new(&cx.rs.beside.shared),
            runs: Vec::new(),
            job,
            begun: cx.rs.platform.now(),
            crew,
            is_given: false,
        })
    }

    /// # Errors
    /// The pipeline was stopped, or the system gives no thread.
    pub(super) fn process(&mut self, cx: &mut Cx<'_>, item: Value) -> R<()> {
        if item.downcast::<ScriptBlock>().is_some() {
            let message = "A ForEach-Object -Parallel piped input object cannot be a script block. Passed-in script block variables are not supported with ForEach-Object -Parallel, and can result in undefined behavior.";
            let exception = "System.Management.Automation.PSArgumentException";
            let id = "ParallelPipedInputObjectCannotBeScriptBlock";
            return cx.error(exception, id, Category::InvalidType, message, item);
        }
        let (run, gathered) = match &self.job {
            Some(job) => {
                let child = Arc::new(Job::new(cx.rs, JobKind::ParallelChild, None, &job.command));
                job.children.lock().push(child.clone());
                (child.run.clone(), child.gathered.clone())
            }
            None => {
                if self.is_late(cx) {
                    return Ok(());
                }
                let run = Run::new(&cx.rs.beside.shared);
                (run, self.gathered.clone())
            }
        };
        let work = Work {
            run: run.clone(),
            gathered,
            budget: cx.rs.budget.clone(),
            statements: vec![vec![Piece::block(self.block.clone(), false, Vec::new())]],
            input: Input::Nothing,
            using: Some(self.using.clone()),
            ends_uncaught: false,
            resets: !self.fresh,
            underscore: Some(item),
            directory: Some(cx.rs.state.locations.directory()),
        };
        self.crew.give(Box::new(move |rs| work.perform(rs)))?;
        if self.job.is_some() {
            return Ok(());
        }
        self.runs.push(run);
        // No more than can run: what comes waits where it comes from.
        self.work_until(cx, |running, most| running < most)
    }

    /// # Errors
    /// The pipeline was stopped.
    pub(super) fn end(&mut self, cx: &mut Cx<'_>) -> R<()> {
        if let Some(job) = &self.job {
            self.is_given = true;
            if job.children.lock().is_empty() {
                job.run.finish(cx.rs.now(), Ok(()));
            }
            cx.rs.beside.jobs.push(job.clone());
            return cx.write(Value::Object(job.clone()));
        }
        self.work_until(cx, |running, _| running == 0)
    }

    /// Ends what still runs.
    pub(super) fn clean(&mut self, cx: &mut Cx<'_>) {
        let now = cx.rs.now();
        self.runs.iter().for_each(|run| run.stop(now));
        if !self.is_given {
            if let Some(job) = &self.job {
                job.stop(now);
            }
            self.crew.close();
        }
    }

    /// Whether the time is over that was given.
    fn is_late(&self, cx: &Cx<'_>) -> bool {
        self.left(cx).is_some_and(|left| left.is_zero())
    }

    fn left(&self, cx: &Cx<'_>) -> Option<Duration> {
        let seconds = cx.int("TimeoutSeconds").filter(|seconds| *seconds > 0)?;
        let whole = seconds.saturating_mul(psrpd_dotnet::date::TICKS_PER_SECOND);
        let left = whole.saturating_sub(cx.rs.platform.now().saturating_sub(self.begun));
        Some(Duration::from_nanos(u64::try_from(left).unwrap_or(0).saturating_mul(100)))
    }

    /// Passes on what is written until that many run.
    fn work_until(&mut self, cx: &mut Cx<'_>, is_enough: impl Fn(usize, usize) -> bool) -> R<()> {
        loop {
            let over: Vec<Arc<Run>> = self.runs.extract_if(.., |run| run.phase().is_over()).collect();
            for (kind, value) in self.gathered.read_in_order(false) {
                forward(cx, kind, value, kind == Kind::Verbose || kind == Kind::Debug)?;
            }
            for run in over {
                failed(cx, &run)?;
            }
            if is_enough(self.runs.len(), self.most) {
                return Ok(());
            }
            let (runs, gathered) = (&self.runs, &self.gathered);
            let left = self.left(cx);
            let goes_on =
                cx.rs.wait_until(left, |_| !gathered.is_empty() || runs.iter().any(|run| run.phase().is_over()))?;
            if !goes_on {
                let now = cx.rs.now();
                runs.iter().for_each(|run| run.stop(now));
                cx.rs.wait_until(None, |_| runs.iter().all(|run| run.phase().is_over()))?;
            }
        }
    }
}

/// Writes why one has failed.
fn failed(cx: &mut Cx<'_>, run: &Run) -> R<()> {
    if !matches!(run.phase(), Phase::Failed | Phase::Stopped) {
        return Ok(());
    }
    let Some(reason) = run.reason() else { return Ok(()) };
    let target = Value::object(
        crate::value::Opaque::new::<&str>("System.Management.Automation.PSTasks.PSTask", [])
            .displayed("System.Management.Automation.PSTasks.PSTask"),
    );
    let record = ErrorRecord::new(reason.exception.clone(), "PSTaskException", Category::InvalidOperation, target);
    cx.rs.forward_error(Arc::new(record))
}

/// Parameters that do not go with `-Parallel`.
fn refuse(cx: &Cx<'_>) -> R<()> {
    let common = &cx.bound.common;
    let target = || {
        let of = "Microsoft.PowerShell.Commands.ForEachObjectCommand";
        crate::value::Opaque::new::<&str>(of, []).displayed(of).into_value()
    };
    if common.error_action.is_some()
        || common.warning_action.is_some()
        || common.information_action.is_some()
        || common.pipeline_variable.is_some()
    {
        let message = "The following common parameters are not currently supported in the Parallel parameter set:\nErrorAction, WarningAction, InformationAction, PipelineVariable";
        let exception = "System.Management.Automation.PSNotSupportedException";
        let id = "ParallelCommonParametersNotSupported";
        return Err(cx.fail(exception, id, Category::NotImplemented, message, target()));
    }
    if cx.flag("AsJob") && cx.get("TimeoutSeconds").is_some() {
        let message = "The 'TimeoutSeconds' parameter cannot be used with the 'AsJob' parameter.";
        let exception = "System.Management.Automation.PSArgumentException";
        let id = "ParallelCannotUseTimeoutWithJob";
        return Err(cx.fail(exception, id, Category::InvalidOperation, message, target()));
    }
    Ok(())
}
