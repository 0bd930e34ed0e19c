//! `New-Module`

use std::sync::Arc;

use super::{CORE, Cmdlet, Cx, Run};
use crate::{
    eval::{
        Flow, R, ScopeId, ScriptBlock, Stream,
        module::{Import, Module},
    },
    value::Value,
};

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "New-Module",
    "NewModuleCommand",
    "Name string @Name(0 ! ^)
     ScriptBlock scriptblock notnull @Name(1 !) @ScriptBlock(0 !)
     Function string[] notnull
     Cmdlet string[] notnull
     ReturnResult
     AsCustomObject
     ArgumentList|Args object[] *",
    || Box::new(NewModule),
)
.examples(
    r#"(New-Module -Name M { function f { } }).Name # a module out of a script block
> M"#,
)
.in_module(CORE)
.default_set("ScriptBlock");

struct NewModule;

impl Run for NewModule {
    fn end(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let Some(block) = cx.get("ScriptBlock").and_then(|block| cx.rs.as_block(&block)) else { return Ok(()) };
        let name = cx.string("Name").unwrap_or_else(|| cx.rs.dynamic_name());
        let folder = cx.rs.state.locations.directory().trim_end_matches('/').to_owned();
        let path = format!("{folder}/{}", cx.rs.new_guid().format("D").unwrap_or_default());
        let mut module = Module::new(name, path, ScopeId::GLOBAL);
        module.definition = block.lazy.source.script.extent_text(block.lazy.extent()).into();
        let block = Arc::new(ScriptBlock::new(block.lazy.clone(), ScopeId::GLOBAL));
        let args = cx.list("ArgumentList");
        let mut made = crate::eval::Collector::default();
        let module = match cx.rs.run_module(module, &block, &args, &mut made) {
            Ok(module) => module,
            // What its code throws is written and ends nothing else.
            Err(Flow::Error(raised)) => {
                let action = cx.rs.action(Stream::Error);
                if action == crate::eval::Action::Stop {
                    return Err(Flow::Error(raised));
                }
                cx.rs.locate(&raised.record);
                cx.rs.report(&raised.record, action);
                return Ok(());
            }
            Err(other) => return Err(other),
        };
        cx.rs.finish_exports(&module, false);
        if cx.flag("ReturnResult") {
            for value in made.values {
                cx.write(value)?;
            }
            return Ok(());
        }
        if cx.flag("AsCustomObject") {
            let object = cx.rs.module_object(&module);
            return cx.write(object);
        }
        let functions = cx.bound.get("Function").is_some().then(|| cx.strings("Function"));
        let target = cx.rs.scopes.get(cx.rs.frame.scope).session;
        cx.rs.import_members(&module, target, &Import { functions, ..Import::default() });
        cx.write(Value::Object(module))
    }
}
