//! `Invoke-Command`, in this session alone

use psrpd_dotnet::Str;

use super::{CORE, Cmdlet, Cx, Run};
use crate::{
    bind::Argument,
    eval::{Call, R, StageRun},
    value::{Category, Value},
};

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "Invoke-Command",
    "InvokeCommandCommand",
    "ScriptBlock|Command scriptblock notnull 0 ! @InProcess
     NoNewScope @InProcess
     InputObject psobject ^
     ArgumentList|Args object[]",
    || Box::new(InvokeCommand::default()),
)
.examples(
    r#"Invoke-Command { param($n) $n + 1 } -ArgumentList 1 # a script block with arguments
> 2"#,
)
.in_module(CORE)
.default_set("InProcess");

/// The block is called as a command whose input is in `$input`; a process block runs once, without an object.
#[derive(Default)]
struct InvokeCommand {
    call: Option<Call>,
    runs_once: bool,
    /// What a process block that runs once finds.
    input: Vec<Value>,
}

impl Run for InvokeCommand {
    fn begin(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let block = cx.value("ScriptBlock");
        let Some(block) = cx.rs.as_block(&block) else { return Ok(()) };
        let unit = block.unit();
        let clauses = [&unit.begin, &unit.process, &unit.end, &unit.clean];
        if clauses.into_iter().flatten().count() > 1 {
            let message = "The script block cannot be invoked because it contains more than one clause. The Invoke() method can only be used on script blocks that contain a single clause.";
            let exception = "System.Management.Automation.PSInvalidOperationException";
            let category = Category::InvalidOperation;
            return Err(cx.fail(exception, "InvalidOperation", category, message, Value::Null));
        }
        self.runs_once = unit.process.is_some();
        let scope = cx.rs.active_scope(block.session);
        let has_input = cx.expects_input() || cx.bound.get("InputObject").is_some();
        let call = Call::new(cx.rs, block, Str::default(), cx.flag("NoNewScope"));
        let mut call = call.expecting_input(has_input).in_scope(scope);
        let args = cx.list("ArgumentList").into_iter().map(Argument::positional).collect();
        let bound = call.bind(cx.rs, args);
        let call = self.call.insert(call);
        bound?;
        call.begin(cx.rs, cx.out)
    }

    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let input = cx.bound.get("InputObject").cloned();
        match &mut self.call {
            Some(call) if !self.runs_once => call.process(cx.rs, input, cx.out),
            _ => {
                self.input.extend(input);
                Ok(())
            }
        }
    }

    fn end(&mut self, cx: &mut Cx<'_>) -> R<()> {
        match &mut self.call {
            Some(call) if self.runs_once => {
                call.process_at_once(cx.rs, std::mem::take(&mut self.input), cx.out)?;
                call.end(cx.rs, cx.out)
            }
            Some(call) => call.end(cx.rs, cx.out),
            None => Ok(()),
        }
    }

    fn clean(&mut self, cx: &mut Cx<'_>) -> R<()> {
        match &mut self.call {
            Some(call) => call.clean(cx.rs, cx.out),
            None => Ok(()),
        }
    }
}
