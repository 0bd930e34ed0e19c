//! `Start-Job`, and what stands before `&`

use std::sync::Arc;

use psrpd_dotnet::{Str, casing};
use psrpd_lang::ast::{self, NodeId, Step};

use super::{Cx, start_thread_job::block_of};
use crate::{
    beside::{
        Ending, Gathered, Input, Job, JobKind, Lane, Opening, Piece, Task, Work, deserialized, remote_error, uses,
        using_table,
    },
    bind::Argument,
    cmdlets::{CORE, Cmdlet, Run},
    eval::{Flow, R, Runspace, ScriptBlock},
    ir::Source,
    value::{Category, Dictionary, Value},
    worker::{Order, TRANSPORT, drive},
};

pub(in crate::cmdlets) static CMDLET: Cmdlet = Cmdlet::new(
    "Start-Job",
    "StartJobCommand",
    "Name string ~ @ComputerName @FilePathComputerName @LiteralFilePathComputerName
     ScriptBlock|Command scriptblock @ComputerName(0 !)
     FilePath string @FilePathComputerName(0 !)
     LiteralPath|PSPath|LP string @LiteralFilePathComputerName(!)
     InitializationScript scriptblock @ComputerName(1) @FilePathComputerName(1) @LiteralFilePathComputerName(1)
     WorkingDirectory string notblank
     RunAs32 @ComputerName @FilePathComputerName @LiteralFilePathComputerName
     InputObject psobject ^ @ComputerName @FilePathComputerName @LiteralFilePathComputerName
     ArgumentList|Args object[] @ComputerName @FilePathComputerName @LiteralFilePathComputerName",
    || Box::new(StartJob::default()),
)
.examples(
    r#"Start-Job { param($n) $n * 2 } -ArgumentList 21 | Receive-Job -Wait -AutoRemoveJob | ForEach-Object { "$_" } # a script beside, with copies of what it needs
> 42"#,
)
.in_module(CORE)
.default_set("ComputerName");

#[derive(Default)]
struct StartJob {
    input: Vec<Value>,
}

impl Run for StartJob {
    fn begin(&mut self, cx: &mut Cx<'_>) -> R<()> {
        if cx.flag("RunAs32") {
            let message = "Cannot start a 32-bit 'pwsh' process from the 64-bit 'pwsh' installation. Install the 32-bit 'pwsh' if you need to run PowerShell in a 32-bit process.";
            let exception = "System.InvalidOperationException";
            return Err(cx.fail(exception, "RunAs32NotSupported", Category::InvalidOperation, message, Value::Null));
        }
        if let Some(directory) = cx.string("WorkingDirectory") {
            let is_there = crate::providers::parse(cx.rs, &directory)
                .is_ok_and(|target| target.kind.provider().is_container(cx.rs, &target.path));
            if !is_there {
                let message = format!("Cannot find the WorkingDirectory path {directory}.");
                let exception = "System.IO.DirectoryNotFoundException";
                let id = "DirectoryNotFoundException";
                return Err(cx.fail(exception, id, Category::InvalidOperation, message, Value::Str(directory)));
            }
        }
        Ok(())
    }

    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        self.input.extend(cx.get("InputObject"));
        Ok(())
    }

    fn end(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let block = block_of(cx)?;
        let directory = match cx.string("WorkingDirectory") {
            Some(directory) => crate::providers::parse(cx.rs, &directory).ok().map(|target| target.path),
            None => None,
        };
        let plan = Plan {
            name: cx.string("Name"),
            first: cx.get("InitializationScript"),
            arguments: cx.list("ArgumentList"),
            input: std::mem::take(&mut self.input),
            directory,
            ..Plan::new(block)
        };
        let job = start(cx.rs, plan)?;
        cx.write(job)
    }
}

/// What is to run in the background.
struct Plan {
    block: Arc<ScriptBlock>,
    command: Str,
    name: Option<Str>,
    first: Option<Value>,
    arguments: Vec<Value>,
    input: Vec<Value>,
    directory: Option<String>,
}

/// Starts what stands before `&`: the variables in it are those of here.
///
/// # Errors
/// The system gives no thread.
pub(crate) fn in_background(rs: &mut Runspace, source: &Source, node: NodeId) -> R<Value> {
    let script = &source.script;
    let extent = script.node(node).extent;
    let mut text = String::new();
    let mut done = extent.start;
    for step in script.visit(node) {
        let Step::Enter(id) = step else { continue };
        let ast::Kind::VariableExpression { path, splatted } = script.kind(id) else { continue };
        let name = script.text(path.user_path);
        let is_fixed = FIXED.iter().any(|fixed| casing::eq(fixed, name.trim_start_matches("global:")));
        if is_fixed || rs.lookup(&crate::eval::Name::new(name)).is_none() {
            continue;
        }
        let at = script.node(id).extent;
        text.push_str(script.extent_text(psrpd_lang::Extent { start: done, end: at.start }));
        text.push_str(if splatted { "@" } else { "$" });
        text.push_str(&format!("{{using:{name}}}"));
        done = at.end;
    }
    text.push_str(script.extent_text(psrpd_lang::Extent { start: done, end: extent.end }));
    let text = text.trim_end().trim_end_matches('&').trim_end();
    let block = rs.parse_block(text)?;
    let plan = Plan { command: text.into(), ..Plan::new(block) };
    start(rs, plan)
}

/// Variables that every runspace has of its own.
const FIXED: [&str; 8] = ["PID", "PSVersionTable", "PSEdition", "PSHOME", "HOST", "TRUE", "FALSE", "NULL"];

impl Plan {
    fn new(block: Arc<ScriptBlock>) -> Self {
        Self {
            command: block.lazy.text().into(),
            name: None,
            first: None,
            arguments: Vec::new(),
            input: Vec::new(),
            directory: None,
            block,
        }
    }
}

fn start(rs: &mut Runspace, plan: Plan) -> R<Value> {
    let used = uses(&plan.block, true);
    let using = using_table(rs, &used)?;
    let directory = plan.directory.clone().unwrap_or_else(|| rs.state.locations.directory());
    let lane = Lane::open(&Opening::apart(rs))?;
    let parent = Job::new(rs, JobKind::Background, plan.name.clone(), &plan.command);
    let child = Job {
        gathered: Gathered::remote(&rs.beside.shared, lane.instance),
        ..Job::new(rs, JobKind::BackgroundChild, None, &plan.command)
    };
    let task = match rs.platform.worker() {
        Some(_) => in_process(rs, &child, &plan, &using, &directory)?,
        None => in_thread(rs, &child, plan, &using, directory)?,
    };
    *parent.children.lock() = vec![Arc::new(child)];
    let parent = Arc::new(parent);
    rs.beside.jobs.push(parent.clone());
    lane.give(task);
    Ok(Value::Object(parent))
}

/// Has another process run it.
fn in_process(rs: &mut Runspace, child: &Job, plan: &Plan, using: &Value, directory: &str) -> R<Task> {
    let mut order = Order::new(rs, directory, plan.block.lazy.text())?;
    if let Some(first) = plan.first.as_ref().and_then(|first| rs.as_block(first)) {
        order.first(first.lazy.text())?;
    }
    for value in &plan.arguments {
        order.argument(rs, value)?;
    }
    for value in &plan.input {
        order.input(rs, value)?;
    }
    order.using(rs, using)?;
    let (run, gathered) = (child.run.clone(), child.gathered.clone());
    Ok(Box::new(move |rs| {
        let ending = Ending::of(&run);
        let mut result = Err(Flow::Stopped);
        if run.begin(rs.now(), &rs.stop.clone()) {
            result = drive(rs, order, &gathered);
        }
        if let (Some(origin), Err(Flow::Error(raised))) = (gathered.origin(), &mut result)
            && raised.record.exception.type_name() != TRANSPORT
        {
            raised.record = remote_error(&raised.record, origin);
        }
        ending.is(rs.now(), result);
    }))
}

/// Has a thread of this process run it, with copies of what it needs.
fn in_thread(rs: &mut Runspace, child: &Job, plan: Plan, using: &Value, directory: String) -> R<Task> {
    let sent = Dictionary::new(crate::types::hashtable(), true);
    for (key, value) in using.downcast::<Dictionary>().map(Dictionary::entries).unwrap_or_default() {
        sent.set(key, deserialized(rs, &value)?);
    }
    let mut arguments = Vec::new();
    for value in &plan.arguments {
        arguments.push(Argument::positional(deserialized(rs, value)?));
    }
    let mut input = Vec::new();
    for value in &plan.input {
        input.push(deserialized(rs, value)?);
    }
    let mut statements = Vec::new();
    if let Some(first) = plan.first {
        statements.push(vec![Piece::block(first, false, Vec::new())]);
    }
    statements.push(vec![Piece::block(Value::Object(plan.block), false, arguments)]);
    let work = Work {
        run: child.run.clone(),
        gathered: child.gathered.clone(),
        budget: rs.budget.clone(),
        statements,
        input: if input.is_empty() { Input::Nothing } else { Input::Values(input) },
        using: Some(Value::object(sent)),
        ends_uncaught: false,
        resets: false,
        underscore: None,
        directory: Some(directory),
    };
    Ok(Box::new(move |rs| work.perform(rs)))
}
