//! `$ExecutionContext`: the session state, its variables, paths and commands.

use std::{any::Any, sync::Arc};

use super::{
    Type, TypeDef,
    args::{label, s},
    known,
};
use crate::{
    commands::{
        CommandInfo,
        find::{self, Kinds},
    },
    convert,
    eval::{Collector, Inline, Name, R, Runspace, ScopeId, ScriptBlock, Slot, When, module::Module},
    ops::patterns,
    value::{Object, Value},
};

/// A part of the session state of a module, or of the global one.
struct Part {
    of: &'static str,
    /// None is that of the code that runs.
    session: Option<ScopeId>,
}

impl Object for Part {
    fn type_of(&self) -> Type {
        known(self.of)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

const CONTEXT: &str = "System.Management.Automation.EngineIntrinsics";
const STATE: &str = "System.Management.Automation.SessionState";
const VARIABLES: &str = "System.Management.Automation.PSVariableIntrinsics";
const COMMANDS: &str = "System.Management.Automation.CommandInvocationIntrinsics";
const PATHS: &str = "System.Management.Automation.PathIntrinsics";
const PROVIDERS: &str = "System.Management.Automation.ProviderIntrinsics";

/// `$ExecutionContext`
pub(crate) fn execution_context() -> Value {
    Value::object(Part { of: CONTEXT, session: None })
}

/// The session state whose top scope this is.
pub(crate) fn session_state(_rs: &Runspace, session: ScopeId) -> Value {
    Value::object(Part { of: STATE, session: Some(session) })
}

/// Where code of the session state runs.
fn scope(rs: &Runspace, this: &Value) -> ScopeId {
    match this.downcast::<Part>().and_then(|part| part.session) {
        Some(session) => rs.active_scope(session),
        None => rs.frame.scope,
    }
}

fn session(rs: &Runspace, this: &Value) -> ScopeId {
    let own = this.downcast::<Part>().and_then(|part| part.session);
    own.unwrap_or_else(|| rs.scopes.get(rs.frame.scope).session)
}

fn part(of: &'static str, rs: &Runspace, this: &Value) -> R<Value> {
    Ok(Value::object(Part { of, session: Some(session(rs, this)) }))
}

/// The scope and the name that a variable's name with a scope means.
fn place(rs: &Runspace, from: ScopeId, name: &str) -> (Option<ScopeId>, Name) {
    match name.split_once(':') {
        Some((prefix, rest)) if prefix.eq_ignore_ascii_case("global") => (Some(ScopeId::GLOBAL), Name::new(rest)),
        Some((prefix, rest)) if prefix.eq_ignore_ascii_case("script") => {
            (Some(rs.scopes.script(from)), Name::new(rest))
        }
        Some((prefix, rest)) if ["local", "private", "variable"].iter().any(|p| p.eq_ignore_ascii_case(prefix)) => {
            (Some(from), Name::new(rest))
        }
        _ => (None, Name::new(name)),
    }
}

/// The scope that holds a variable.
fn holder(rs: &Runspace, this: &Value, name: &str) -> (Option<ScopeId>, Name) {
    let from = scope(rs, this);
    let (fixed, name) = place(rs, from, name);
    let holds = |id: &ScopeId| rs.scopes.get(*id).get(&name).is_some();
    let found = match fixed {
        Some(scope) => Some(scope).filter(holds),
        None => rs.scopes.chain(from).find(holds),
    };
    (found, name)
}

fn value_of(rs: &Runspace, this: &Value, name: &str) -> Option<Value> {
    let (found, name) = holder(rs, this, name);
    rs.scopes.get(found?).get(&name).and_then(Slot::get)
}

fn variables(m: &mut super::Members) {
    m.method("psvariable Get(string name)", |rs, this, args| {
        let (found, name) = holder(rs, this, &s(args, 0));
        let Some(scope) = found else { return Ok(Value::Null) };
        let shared = rs.share(scope, &name);
        Ok(crate::cmdlets::variable_object(&shared))
    });
    m.method("System.Object GetValue(string name)", |rs, this, args| {
        Ok(value_of(rs, this, &s(args, 0)).unwrap_or_default())
    });
    m.method("System.Object GetValue(string name, System.Object defaultValue)", |rs, this, args| {
        let found = value_of(rs, this, &s(args, 0));
        Ok(found.unwrap_or_else(|| args.get(1).cloned().unwrap_or_default()))
    });
    m.method("void Set(string name, System.Object value)", |rs, this, args| {
        let from = scope(rs, this);
        let (fixed, name) = place(rs, from, &s(args, 0));
        rs.write_in(fixed.unwrap_or(from), &name, args.get(1).cloned().unwrap_or_default())?;
        Ok(Value::AutomationNull)
    });
    m.method("void Remove(string name)", |rs, this, args| {
        let (found, name) = holder(rs, this, &s(args, 0));
        if let Some(scope) = found {
            rs.unset(scope, &name);
        }
        Ok(Value::AutomationNull)
    });
}

/// Runs a block or text as a child of the current scope, or in it.
fn invoke_script(rs: &mut Runspace, this: &Value, block: &Arc<ScriptBlock>, local: bool, args: &[Value]) -> R<Value> {
    let from = scope(rs, this);
    let values = if local {
        rs.call_block(block, args)?
    } else {
        let mut out = Collector::default();
        rs.run_in_scope(from, block, args, &mut out)?;
        out.values
    };
    Ok(super::collection(values))
}

fn commands(m: &mut super::Members) {
    m.method("string ExpandString(string source)", |rs, _, args| {
        let unit = rs.parse(&format!("@\"\n{}\n\"@", s(args, 0)), None)?;
        let block = Arc::new(ScriptBlock::new(unit, rs.scopes.get(rs.frame.scope).session));
        let mut out = Collector::default();
        rs.run_inline(&block, &mut Inline::default(), &mut out)?;
        let value = Value::collected(out.values);
        rs.text(&value).map(Value::Str)
    });
    m.method("scriptblock NewScriptBlock(string scriptText)", |rs, _, args| {
        rs.parse_block(&s(args, 0)).map(|block| Value::Object(block))
    });
    m.method("System.Object InvokeScript(string script)", |rs, this, args| {
        let block = rs.parse_block(&s(args, 0))?;
        invoke_script(rs, this, &block, true, &[])
    });
    m.method("System.Object InvokeScript(string script, params System.Object[] args)", |rs, this, args| {
        let block = rs.parse_block(&s(args, 0))?;
        invoke_script(rs, this, &block, true, args.get(1..).unwrap_or(&[]))
    });
    m.method(
        "System.Object InvokeScript(bool useLocalScope, scriptblock scriptBlock, System.Collections.IList input, params System.Object[] args)",
        |rs, this, args| {
            let Some(block) = args.get(1).and_then(|block| rs.as_block(block)) else { return Ok(Value::Null) };
            let local = args.first().is_some_and(convert::to_bool);
            invoke_script(rs, this, &block, local, args.get(3..).unwrap_or(&[]))
        },
    );
    m.method(
        "System.Management.Automation.CommandInfo GetCommand(string commandName, System.Management.Automation.CommandTypes type)",
        |rs, _, args| command_of(rs, args),
    );
    m.method(
        "System.Management.Automation.CommandInfo GetCommand(string commandName, System.Management.Automation.CommandTypes type, System.Object[] arguments)",
        |rs, _, args| command_of(rs, args),
    );
    finding(m);
}

/// The command that a name means, if it is of a kind that is wanted.
fn command_of(rs: &mut Runspace, args: &[Value]) -> R<Value> {
    let name = s(args, 0);
    let wanted = s(args, 1);
    let accepts = |info: &CommandInfo| wanted.contains("All") || wanted.split(", ").any(|kind| kind == info.kind());
    // What runs by this name, not through an alias, or else what it hides.
    let is_alias = rs.find_alias(&name).is_some();
    let resolved = if is_alias { None } else { rs.resolve(&name).ok() };
    let resolved = resolved.map(CommandInfo::from).filter(accepts);
    let info = match resolved {
        Some(info) => Some(info),
        None => found(rs, &name, Kinds(label(args, 1)), false)?.into_iter().find(accepts),
    };
    Ok(info.map_or(Value::Null, CommandInfo::value))
}

/// Commands by names and patterns.
fn finding(m: &mut super::Members) {
    m.method(
        "System.Collections.Generic.IEnumerable[System.Management.Automation.CommandInfo] GetCommands(string name, System.Management.Automation.CommandTypes commandTypes, bool nameIsPattern)",
        |rs, _, args| {
            let kinds = Kinds(label(args, 1));
            let found = found(rs, &s(args, 0), kinds, args.get(2).is_some_and(convert::to_bool))?;
            Ok(Value::array(found.into_iter().map(CommandInfo::value).collect()))
        },
    );
    m.method(
        "System.Collections.Generic.List[string] GetCommandName(string name, bool nameIsPattern, bool returnFullName)",
        |rs, _, args| {
            let found = found(rs, &s(args, 0), Kinds::ALL, args.get(1).is_some_and(convert::to_bool))?;
            let whole = args.get(2).is_some_and(convert::to_bool);
            // Cmdlets are none of these; programs are told by extensions that none has here.
            let names = found.into_iter().filter_map(|command| match &command {
                CommandInfo::ScriptFile(path) if whole => Some(Value::Str(path.clone())),
                CommandInfo::Cmdlet(_) | CommandInfo::Application(_) => None,
                _ => Some(Value::Str(command.name())),
            });
            let of = super::list_of(super::string());
            Ok(crate::value::List::value(of, names.collect()))
        },
    );
    m.method("System.Management.Automation.CmdletInfo GetCmdlet(string commandName)", |rs, _, args| {
        let mut found = found(rs, &s(args, 0), Kinds(CMDLET), false)?;
        Ok(if found.is_empty() { Value::Null } else { found.swap_remove(0).value() })
    });
    m.method("System.Object GetCmdlets()", |rs, _, _| cmdlets(rs, "*"));
    m.method("System.Object GetCmdlets(string pattern)", |rs, _, args| cmdlets(rs, &s(args, 0)));
    m.get_set(
        "bool HasErrors",
        // Scripts ask while no cmdlet runs, and get nothing.
        |_, _| Ok(Value::Null),
        |rs, _, value| {
            rs.wrote_error = convert::to_bool(&value);
            Ok(())
        },
    );
    m.get_set(
        "System.EventHandler[System.Management.Automation.CommandLookupEventArgs] PreCommandLookupAction",
        |rs, _| Ok(rs.lookup_action(When::Before)),
        |rs, _, value| rs.set_lookup_action(When::Before, &value),
    );
    m.get_set(
        "System.EventHandler[System.Management.Automation.CommandLookupEventArgs] PostCommandLookupAction",
        |rs, _| Ok(rs.lookup_action(When::After)),
        |rs, _, value| rs.set_lookup_action(When::After, &value),
    );
    m.get_set(
        "System.EventHandler[System.Management.Automation.CommandLookupEventArgs] CommandNotFoundAction",
        |rs, _| Ok(rs.lookup_action(When::NotFound)),
        |rs, _, value| rs.set_lookup_action(When::NotFound, &value),
    );
    m.get_set(
        "System.EventHandler[System.Management.Automation.LocationChangedEventArgs] LocationChangedAction",
        |rs, _| Ok(rs.lookup_action(When::Moved)),
        |rs, _, value| rs.set_lookup_action(When::Moved, &value),
    );
}

/// The bit of cmdlets in `CommandTypes`.
const CMDLET: i64 = 8;

fn found(rs: &Runspace, name: &str, kinds: Kinds, is_pattern: bool) -> R<Vec<CommandInfo>> {
    if !is_pattern {
        return find::named(rs, name, kinds, false);
    }
    let pattern = patterns::wildcard(name, true)?;
    Ok(find::matching(rs, kinds, &|name| pattern.is_match(name)))
}

fn cmdlets(rs: &Runspace, pattern: &str) -> R<Value> {
    let found = found(rs, pattern, Kinds(CMDLET), true)?;
    Ok(Value::array(found.into_iter().map(CommandInfo::value).collect()))
}

pub(super) const TYPES: &[TypeDef] = &[
    TypeDef::class(CONTEXT).members(|m| {
        m.get("System.Management.Automation.Host.PSHost Host", |rs, _| Ok(rs.variable("Host").unwrap_or_default()));
        m.get("System.Management.Automation.PSEventManager Events", |_, _| {
            Ok(crate::value::Opaque::new::<&str>("System.Management.Automation.PSLocalEventManager", []).into_value())
        });
        m.get("System.Management.Automation.ProviderIntrinsics InvokeProvider", |rs, this| part(PROVIDERS, rs, this));
        m.get("System.Management.Automation.SessionState SessionState", |rs, this| part(STATE, rs, this));
        m.get("System.Management.Automation.CommandInvocationIntrinsics InvokeCommand", |rs, this| {
            part(COMMANDS, rs, this)
        });
    }),
    TypeDef::class(STATE).members(|m| {
        m.get("System.Management.Automation.DriveManagementIntrinsics Drive", |rs, this| {
            part("System.Management.Automation.DriveManagementIntrinsics", rs, this)
        });
        m.get("System.Management.Automation.CmdletProviderManagementIntrinsics Provider", |rs, this| {
            part("System.Management.Automation.CmdletProviderManagementIntrinsics", rs, this)
        });
        m.get("System.Management.Automation.PathIntrinsics Path", |rs, this| part(PATHS, rs, this));
        m.get("System.Management.Automation.PSVariableIntrinsics PSVariable", |rs, this| part(VARIABLES, rs, this));
        m.get("System.Management.Automation.PSLanguageMode LanguageMode", |_, _| {
            Ok(super::enum_value("System.Management.Automation.PSLanguageMode", "FullLanguage"))
        });
        m.get("bool UseFullLanguageModeInDebugger", |_, _| Ok(false.into()));
        m.get("System.Collections.Generic.List[string] Scripts", |_, _| Ok(Value::strings(["*"])));
        m.get("System.Collections.Generic.List[string] Applications", |_, _| Ok(Value::strings(["*"])));
        m.get("psmoduleinfo Module", |rs, this| {
            Ok(rs.module_of(session(rs, this)).map_or(Value::Null, |module| Value::Object(module)))
        });
        m.get("System.Management.Automation.ProviderIntrinsics InvokeProvider", |rs, this| part(PROVIDERS, rs, this));
        m.get("System.Management.Automation.CommandInvocationIntrinsics InvokeCommand", |rs, this| {
            part(COMMANDS, rs, this)
        });
    }),
    TypeDef::class(VARIABLES).members(variables),
    TypeDef::class(COMMANDS).members(commands),
    TypeDef::class("System.Management.Automation.PSEventManager"),
    TypeDef::class("System.Management.Automation.PSLocalEventManager")
        .base("System.Management.Automation.PSEventManager"),
];

/// The module in a value that a command may stand for: `& $module { }`.
pub(crate) fn scope_of_module(value: &Value) -> Option<ScopeId> {
    if let Some(module) = value.shared::<Module>() {
        return Some(module.scope);
    }
    value.downcast::<Part>().filter(|part| part.of == STATE).and_then(|part| part.session)
}
