//! `ForEach-Object`

use std::sync::Arc;

use psrpd_dotnet::Str;

use super::{CORE, Cmdlet, Cx, Run, foreach_parallel::Parallel};
use crate::{
    eval::{Common, Flow, Inline, R, ScriptBlock},
    types::{describe, is_method},
    value::{Category, Dictionary, Exception, Value, text},
};

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "ForEach-Object",
    "ForEachObjectCommand",
    "InputObject psobject ^ @ScriptBlockSet @PropertyAndMethodSet @ParallelParameterSet
     Begin scriptblock @ScriptBlockSet
     Process scriptblock[] null emptycol @ScriptBlockSet(0 !)
     End scriptblock @ScriptBlockSet
     RemainingScripts scriptblock[] null emptycol @ScriptBlockSet(*)
     MemberName string notempty @PropertyAndMethodSet(0 !)
     ArgumentList|Args object[] @PropertyAndMethodSet(*)
     Parallel scriptblock @ParallelParameterSet(!)
     ThrottleLimit int range(1,2147483647) @ParallelParameterSet
     TimeoutSeconds int range(0,2147483) @ParallelParameterSet
     AsJob @ParallelParameterSet
     UseNewRunspace @ParallelParameterSet",
    || Box::new(ForEach::default()),
)
.examples(
    r#"1..3 | ForEach-Object { $_ * 2 } # a script for each object
> 2
> 4
> 6

'a', 'bc' | ForEach-Object Length # a property of each object
> 1
> 2"#,
)
.in_module(CORE)
.default_set("ScriptBlockSet")
.low_impact();

#[derive(Default)]
struct ForEach {
    begin: Option<Arc<ScriptBlock>>,
    process: Vec<Arc<ScriptBlock>>,
    end: Option<Arc<ScriptBlock>>,
    frames: Vec<Inline>,
    parallel: Option<Parallel>,
    /// Whether there is somebody to ask or to tell before a member is used.
    asks: bool,
}

impl ForEach {
    /// What a member of the item gives: the value of a property, the result of a method.
    fn member(&self, cx: &mut Cx<'_>, item: &Value, name: &Str) -> R<()> {
        if self.asks && !Self::may_use(cx, item, name)? {
            return Ok(());
        }
        let strict = cx.rs.scopes.get(cx.rs.frame.scope).strict >= 2;
        if item.is_null() && !strict {
            return cx.write(Value::Null);
        }
        let args = cx.list("ArgumentList");
        let Some(name) = &Self::meant(cx, item, name, !args.is_empty())? else { return Ok(()) };
        let found = if args.is_empty() { cx.rs.declared_member(item, name)? } else { None };
        let result = match found {
            Some(value) if !is_method(&value) => Ok(value),
            Some(_) => cx.rs.call_method(item, name, &[]),
            None if !args.is_empty() => cx.rs.call_method(item, name, &args),
            None if crate::types::is_intrinsic(name) => cx.rs.call_method(item, name, &[]),
            None if strict => {
                return super::members::not_resolved(cx, item, name, "member", "PropertyOrMethodNotFound");
            }
            None => cx.rs.no_member(item, name),
        };
        match result {
            Ok(value) => cx.write_all(value),
            Err(Flow::Error(raised)) if raised.record.exception.type_name().ends_with("MethodInvocationException") => {
                let record = raised.record.copy();
                *record.id.lock() = cx.id("MethodInvocationError").into();
                *record.category.lock() = Category::InvalidOperation;
                *record.activity.lock() = cx.cmdlet.name.into();
                *record.target.lock() = item.clone();
                *record.target_type.lock() = Some("PSObject".into());
                cx.rs.write_error(record)
            }
            Err(other) => Err(other),
        }
    }

    /// The one member that a name means; where it is none or more than one, that is said.
    fn meant(cx: &mut Cx<'_>, item: &Value, name: &Str, with_arguments: bool) -> R<Option<Str>> {
        let is_pattern = psrpd_dotnet::wildcard::has_wildcards(name);
        let is_table = is_pattern && item.downcast::<Dictionary>().is_some();
        if !is_pattern && !with_arguments || is_table || item.is_null() || crate::types::is_intrinsic(name) {
            return Ok(Some(name.clone()));
        }
        let is_call = |kind: &str| kind.ends_with("Method") || kind == "ParameterizedProperty";
        let found = if is_pattern {
            let mut found = describe::matching(cx.rs, item, name)?;
            found.retain(|(_, kind)| !with_arguments || is_call(kind));
            found
        } else {
            let member = cx.rs.find_member(item, name)?.filter(is_method);
            member.map(|_| (name.clone(), "Method")).into_iter().collect()
        };
        let (id, message) = match found.as_slice() {
            [(one, _)] => return Ok(Some(one.clone())),
            [] if !with_arguments => return Ok(Some(name.clone())),
            [] => ("MethodNotFound", format!("Input name \"{name}\" cannot be resolved to a method.")),
            several => super::members::ambiguous(name, several, with_arguments),
        };
        let exception = Exception::new("System.Management.Automation.PSArgumentException", message);
        super::paths::write_error_of_object(cx, exception, id, Category::InvalidArgument, item)?;
        Ok(None)
    }

    /// Asks before a member is used.
    fn may_use(cx: &mut Cx<'_>, item: &Value, name: &Str) -> R<bool> {
        let args = cx.list("ArgumentList");
        let action = if !args.is_empty() {
            let args: Vec<Str> = args.iter().map(|arg| cx.rs.text(arg)).collect::<R<_>>()?;
            let args: Vec<&str> = args.iter().map(Str::as_str).collect();
            format!("Invoke method '{name}' with arguments: {}", args.join(", "))
        } else if item.downcast::<Dictionary>().is_some_and(|table| table.get_str(name).is_some()) {
            format!("Retrieve the value for key '{name}'")
        } else if cx.rs.find_member(item, name)?.is_some_and(|found| is_method(&found)) {
            format!("Invoke method '{name}'")
        } else {
            format!("Retrieve the value for property '{name}'")
        };
        let shown = if item.is_null() { "null".into() } else { cx.rs.text(item)? };
        cx.should_process(&format!("InputObject: {shown}"), &action)
    }

    /// The blocks as they were given, that of `-Begin` in front.
    fn blocks(cx: &Cx<'_>) -> Vec<Option<Arc<ScriptBlock>>> {
        let mut blocks = Vec::new();
        for (name, value) in &cx.bound.values {
            match name.as_str() {
                "Begin" => blocks.insert(0, cx.rs.as_block(value)),
                "Process" | "RemainingScripts" if value.is_null() => blocks.push(None),
                "Process" | "RemainingScripts" => {
                    blocks.extend(cx.list(name).iter().map(|block| cx.rs.as_block(block)));
                }
                _ => {}
            }
        }
        blocks
    }

    /// Runs a block in the scope of the caller.
    fn run(cx: &mut Cx<'_>, block: &Arc<ScriptBlock>, kept: &mut Inline, item: Option<Value>) -> R<()> {
        let saved = cx.rs.take_underscore();
        if let Some(item) = &item {
            cx.rs.set_underscore(item.clone());
        }
        let common = std::mem::replace(&mut cx.rs.common, Common::none());
        let result = cx.rs.run_for_cmdlet(block, kept, item.as_ref(), cx.out);
        cx.rs.common = common;
        cx.rs.restore_underscore(saved);
        result
    }
}

impl Run for ForEach {
    fn begin(&mut self, cx: &mut Cx<'_>) -> R<()> {
        if let Some(block) = cx.get("Parallel") {
            self.parallel = Some(Parallel::begin(cx, &block)?);
            return Ok(());
        }
        if cx.get("MemberName").is_none() && (cx.bound.common.what_if.is_some() || cx.bound.common.confirm.is_some()) {
            return Err(cx.fail(
                "System.InvalidOperationException",
                "NoShouldProcessForScriptBlockSet",
                Category::InvalidOperation,
                "The -WhatIf and -Confirm parameters are not supported for script blocks.",
                Value::Null,
            ));
        }
        let common = cx.bound.common.clone();
        self.asks = cx.get("MemberName").is_some() && cx.rs.has_to_ask(&common, cx.cmdlet.impact);
        let mut blocks = Self::blocks(cx);
        self.end = cx.get("End").and_then(|block| cx.rs.as_block(&block));
        // Of several blocks the first begins, and of three or more the last ends.
        if self.end.is_none() && blocks.len() > 2 {
            self.end = blocks.pop().flatten();
        }
        if blocks.len() > 1 {
            self.begin = blocks.remove(0);
        }
        let blocks: Vec<Arc<ScriptBlock>> = blocks.into_iter().flatten().collect();
        self.frames = blocks.iter().map(|_| Inline::default()).collect();
        self.process = blocks;
        match self.begin.clone() {
            Some(block) => Self::run(cx, &block, &mut Inline::default(), None),
            None => Ok(()),
        }
    }

    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let item = cx.value("InputObject");
        if let Some(parallel) = &mut self.parallel {
            return parallel.process(cx, item);
        }
        if let Some(name) = cx.get("MemberName") {
            let name = text(&name);
            return self.member(cx, &item, &name);
        }
        for (block, kept) in self.process.iter().zip(&mut self.frames) {
            Self::run(cx, block, kept, Some(item.clone()))?;
        }
        Ok(())
    }

    fn end(&mut self, cx: &mut Cx<'_>) -> R<()> {
        if let Some(parallel) = &mut self.parallel {
            return parallel.end(cx);
        }
        match self.end.clone() {
            Some(block) => Self::run(cx, &block, &mut Inline::default(), None),
            None => Ok(()),
        }
    }
    fn clean(&mut self, cx: &mut Cx<'_>) -> R<()> {
        if let Some(parallel) = &mut self.parallel {
            parallel.clean(cx);
        }
        Ok(())
    }
}
