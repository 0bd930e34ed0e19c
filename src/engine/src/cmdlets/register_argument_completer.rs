//! `Register-ArgumentCompleter`

use super::{CORE, Cmdlet, Cx, Run};
use crate::eval::R;

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "Register-ArgumentCompleter",
    "RegisterArgumentCompleterCommand",
    "CommandName string[] @NativeCommandSet(!) @PowerShellSet
     ParameterName string @PowerShellSet(!)
     ScriptBlock scriptblock null !
     Native @NativeCommandSet
     NativeFallback @NativeFallbackSet",
    || Box::new(Register),
)
.examples(r#"Register-ArgumentCompleter -CommandName paint -Native -ScriptBlock { 'red', 'blue' }; (TabExpansion2 'paint ').CompletionMatches.Count # what may follow the name of a program
> 2"#)
.in_module(CORE);

struct Register;

impl Run for Register {
    fn end(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let value = cx.value("ScriptBlock");
        let Some(block) = cx.rs.as_block(&value) else { return Ok(()) };
        let commands = cx.strings("CommandName");
        let completers = &mut cx.rs.state.completers;
        if cx.bound.get("NativeFallback").is_some() {
            completers.set_fallback(block);
            return Ok(());
        }
        match cx.bound.get("ParameterName").map(crate::value::text) {
            Some(parameter) if commands.is_empty() => completers.add_parameter(None, &parameter, block),
            Some(parameter) => {
                for command in &commands {
                    completers.add_parameter(Some(command), &parameter, block.clone());
                }
            }
            None if cx.bound.get("Native").is_some() || !commands.is_empty() => {
                for command in &commands {
                    completers.add_program(command, block.clone());
                }
            }
            None => {}
        }
        Ok(())
    }
}
