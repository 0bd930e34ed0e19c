//! `Start-ThreadJob`

use std::sync::Arc;

use super::Cx;
use crate::{
    beside::{Crew, Input, Job, JobKind, Opening, Piece, Work, uses, using_table},
    bind::Argument,
    cmdlets::{Cmdlet, Run},
    eval::{Flow, R, ScriptBlock},
    value::{Category, List, Value},
};

pub(in crate::cmdlets) static CMDLET: Cmdlet = Cmdlet::new(
    "Start-ThreadJob",
    "StartThreadJobCommand",
    "ScriptBlock scriptblock notnull @ScriptBlock(0 !)
     FilePath string notempty @FilePath(0 !)
     Name string notempty @ScriptBlock @FilePath
     InitializationScript scriptblock notnull @ScriptBlock @FilePath
     InputObject psobject notnull ^ @ScriptBlock @FilePath
     ArgumentList object[] @ScriptBlock @FilePath
     ThrottleLimit int range(1,1000000) @ScriptBlock @FilePath",
    || Box::new(StartThreadJob::default()),
)
.examples(
    r#"Start-ThreadJob { param($n) $n * 2 } -ArgumentList 21 | Receive-Job -Wait -AutoRemoveJob # a script in a thread beside
> 42"#,
)
.in_module("Microsoft.PowerShell.ThreadJob");

/// How many thread jobs run at once if nothing else is said.
const AT_ONCE: usize = 5;

#[derive(Default)]
struct StartThreadJob {
    input: Option<Arc<List>>,
}

impl Run for StartThreadJob {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let item = cx.get("InputObject");
        if self.input.is_none() {
            let list = Arc::new(List::new(crate::types::array_list(), Vec::new()));
            self.input = Some(list.clone());
            start(cx, list)?;
        }
        if let (Some(list), Some(item)) = (&self.input, item) {
            list.items.lock().push_back(item);
            cx.rs.beside.shared.notify();
        }
        Ok(())
    }

    fn end(&mut self, cx: &mut Cx<'_>) -> R<()> {
        self.clean(cx)
    }

    fn clean(&mut self, cx: &mut Cx<'_>) -> R<()> {
        if let Some(list) = &self.input {
            list.complete();
            cx.rs.beside.shared.notify();
        }
        Ok(())
    }
}

/// The block of a job, from a parameter or a file.
pub(super) fn block_of(cx: &mut Cx<'_>) -> R<Arc<ScriptBlock>> {
    let file = ["FilePath", "LiteralPath"].into_iter().find_map(|name| cx.string(name));
    let Some(path) = file else {
        let block = cx.value("ScriptBlock");
        return cx.rs.as_block(&block).ok_or(Flow::Return);
    };
    let missing = |cx: &Cx<'_>| {
        let message = format!("Cannot find path '{path}' because it does not exist.");
        let exception = "System.Management.Automation.ItemNotFoundException";
        cx.fail(exception, "PathNotFound", Category::ObjectNotFound, message, Value::Str(path.clone()))
    };
    let Ok(target) = crate::providers::parse(cx.rs, &path) else { return Err(missing(cx)) };
    let Ok(source) = crate::providers::read_text(cx.rs, &target.path) else { return Err(missing(cx)) };
    let unit = cx.rs.parse(&source, Some(target.path.as_str().into()))?;
    Ok(Arc::new(ScriptBlock::new(unit, crate::eval::ScopeId::GLOBAL)))
}

fn start(cx: &mut Cx<'_>, input: Arc<List>) -> R<()> {
    let block = block_of(cx)?;
    let mut used = Vec::new();
    for using in uses(&block, true) {
        if !using.is_variable {
            let message = format!(
                "Cannot get the value of the Using expression {}.  Start-ThreadJob only supports using variable expressions.",
                using.text
            );
            let exception = "System.Management.Automation.PSInvalidOperationException";
            return Err(cx.fail(exception, "InvalidOperation", Category::InvalidOperation, message, Value::Null));
        }
        used.push(using);
    }
    let using = using_table(cx.rs, &used)?;
    let job = Arc::new(Job::new(cx.rs, JobKind::Thread, cx.string("Name"), block.lazy.text()));
    let mut statements = Vec::new();
    if let Some(first) = cx.get("InitializationScript") {
        statements.push(vec![Piece::block(first, false, Vec::new())]);
    }
    let arguments = cx.list("ArgumentList").into_iter().map(Argument::positional).collect();
    statements.push(vec![Piece::block(Value::Object(block), false, arguments)]);
    let work = Work {
        run: job.run.clone(),
        gathered: job.gathered.clone(),
        budget: cx.rs.budget.clone(),
        statements,
        input: Input::Collection(input),
        using: Some(using),
        ends_uncaught: false,
        resets: false,
        underscore: None,
        directory: Some(cx.rs.state.locations.directory()),
    };
    let limit = cx.int("ThrottleLimit").and_then(|n| usize::try_from(n).ok());
    let opening = Opening::beside(cx.rs);
    let crew = cx.rs.beside.thread_jobs.get_or_insert_with(|| Crew::new(opening, AT_ONCE, true, None)).clone();
    if let Some(limit) = limit {
        crew.set_most(limit)?;
    }
    cx.rs.beside.jobs.push(job.clone());
    crew.give(Box::new(move |rs| work.perform(rs)))?;
    cx.write(Value::Object(job))
}
