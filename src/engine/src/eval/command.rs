//! Commands: finding what a name means, and preparing it for a pipeline.

use std::sync::{Arc, LazyLock};

use psrpd_dotnet::{Str, casing};

use super::{Common, Flow, Function, Name, R, Runspace, ScopeId, ScriptBlock, Stage, block::Call, error, scope::Alias};
use crate::{
    bind::{self, Argument, ArgumentName},
    cmdlets::{self, Cmdlet},
    commands::CommandInfo,
    ir::{Arg, Command, ExprKind},
    names::Table,
    providers,
    value::{Category, Dictionary, ErrorRecord, Exception, Invocation, Value, enumerate},
};

/// Where a command stands in its pipeline.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    pub(crate) pipeline: u64,
    pub(crate) stage: usize,
    pub(crate) length: usize,
    pub(crate) has_input: bool,
    pub(crate) position: usize,
}

/// How a command is called.
pub(crate) struct Called {
    /// `&` or `.`
    pub(crate) how: Option<&'static str>,
    /// In the scope of the caller.
    pub(crate) dot: bool,
    pub(crate) extent: psrpd_lang::Extent,
    pub(crate) name_extent: psrpd_lang::Extent,
}

/// What a name means.
#[derive(Clone)]
pub(crate) enum Resolved {
    Function(Arc<Function>),
    Cmdlet(&'static Cmdlet),
    Script(Str),
    Application(Str),
    Block(Arc<ScriptBlock>),
}

/// The aliases of a new session.
static BUILT_IN: LazyLock<Table<&(&str, &str, i64), Alias>> = LazyLock::new(built_in_aliases);

fn built_in_aliases() -> Table<&'static (&'static str, &'static str, i64), Alias> {
    Table::new(cmdlets::ALIASES.iter(), |row| row.0)
}

impl Runspace {
    /// An alias by name, from the current scope outwards.
    pub(crate) fn find_alias(&self, name: &str) -> Option<Alias> {
        self.alias_folded(&casing::fold(name)).cloned()
    }

    fn alias_folded(&self, folded: &str) -> Option<&Alias> {
        let chain = self.scopes.chain(self.frame.scope);
        if let Some(alias) = chain.map(|id| self.scopes.get(id)).find_map(|scope| scope.aliases.get(folded)) {
            return Some(alias);
        }
        let built_in = BUILT_IN.get(folded, |row| Alias::built_in(row))?;
        (!self.state.removed_aliases.contains(folded)).then_some(built_in)
    }

    /// Defines an alias in a scope.
    pub(crate) fn define_alias(&mut self, scope: ScopeId, name: &str, target: &str) {
        let alias = Alias { name: name.into(), target: target.into(), ..Alias::default() };
        self.scopes.get_mut(scope).aliases.insert(casing::fold(name), alias);
    }

    /// A function that is known by its name alone.
    pub(crate) fn named_function(&self, name: &str, session: ScopeId) -> R<Arc<Function>> {
        let block = Arc::new(ScriptBlock::new(self.parse("", None)?, session));
        Ok(Arc::new(Function {
            name: name.into(),
            block,
            is_filter: false,
            module: None,
            options: 0,
            args: Vec::new(),
        }))
    }

    /// What a command's name means.
    ///
    /// # Errors
    /// `CommandNotFoundException`.
    pub(crate) fn resolve(&mut self, name: &str) -> R<Resolved> {
        if self.state.actions.is_some() {
            return self.find_with_actions(name, |rs| rs.resolve_known(name));
        }
        self.resolve_known(name)
    }

    fn resolve_known(&mut self, name: &str) -> R<Resolved> {
        let folded = casing::fold(name);
        if self.alias_folded(&folded).is_none()
            && let Some(function) = self.function_folded(&folded)
        {
            return Ok(Resolved::Function(function.clone()));
        }
        let mut target = Str::from(name);
        for _ in 0..16 {
            match self.find_alias(&target) {
                Some(alias) if !casing::eq(&alias.target, &target) => target = alias.target,
                _ => break,
            }
        }
        if let Some(found) = self.resolve_plain(&target)? {
            return Ok(found);
        }
        if !casing::eq(&target, name) && self.find_alias(name).is_some() {
            return Err(no_command(&target));
        }
        if !name.contains(['-', '/', '\\', ':'])
            && let Some(found) = self.resolve_plain(&format!("Get-{name}"))?
        {
            return Ok(found);
        }
        if !name.contains('/') && self.auto_load(&target)? {
            return self.resolve_plain(&target)?.ok_or_else(|| no_command(name));
        }
        Err(self.no_module_of(&target).unwrap_or_else(|| no_command(name)))
    }

    /// The error of a name that begins with that of a module which is not there.
    fn no_module_of(&self, name: &str) -> Option<Flow> {
        let (module, command) = name.split_once('\\')?;
        let is_path = module.is_empty() || module.starts_with(['.', '~']) || module.contains(['/', ':']);
        let is_loaded = self.state.modules.loaded.iter().any(|have| casing::eq(&have.name, module));
        let mut of_cmdlets =
            cmdlets::module_names().chain(["Microsoft.PowerShell.Core", "Microsoft.PowerShell.ThreadJob"]);
        if is_path
            || is_loaded
            || of_cmdlets.any(|have| casing::eq(have, module))
            || cmdlets::is_known_elsewhere(command)
        {
            return None;
        }
        let message =
            format!("The module '{module}' could not be loaded. For more information, run 'Import-Module {module}'.");
        Some(not_found("CouldNotAutoLoadModule", message, name))
    }

    fn resolve_plain(&mut self, name: &str) -> R<Option<Resolved>> {
        if let Some(function) = self.find_function(name) {
            return Ok(Some(Resolved::Function(function)));
        }
        if let Some(cmdlet) = cmdlets::find(name) {
            return Ok(Some(Resolved::Cmdlet(cmdlet)));
        }
        if let Some((module, command)) = name.split_once('\\') {
            if let Some(cmdlet) = cmdlets::find(command)
                && casing::eq(cmdlet.module, module)
            {
                return Ok(Some(Resolved::Cmdlet(cmdlet)));
            }
            let loaded = self.state.modules.loaded.iter().rev().find(|have| casing::eq(&have.name, module));
            let exported = loaded.and_then(|module| {
                module.exports.lock().functions.iter().find(|f| casing::eq(&f.name, command)).cloned()
            });
            if let Some(function) = exported {
                return Ok(Some(Resolved::Function(function)));
            }
        }
        Ok(providers::find_program(self, name).map(|path| {
            if path.to_ascii_lowercase().ends_with(".ps1") {
                Resolved::Script(path)
            } else {
                Resolved::Application(path)
            }
        }))
    }

    /// Prepares a command of a script.
    pub(crate) fn prepare(&mut self, command: &Command, place: Place) -> R<Stage> {
        self.check_call(command)?;
        let name = self.eval(&command.name)?;
        let args = self.arguments_of(command)?;
        let redirects = self.redirects(&command.redirections)?;
        let how = match (command.ampersand, command.dot) {
            (true, _) => Some("&"),
            (_, true) => Some("."),
            _ => None,
        };
        let called = Called { how, dot: command.dot, extent: command.extent, name_extent: command.name.extent };
        self.prepare_value(&name, args, called, place, redirects)
    }

    /// In strict mode a command is not called like a method: `f(1, 2)`.
    fn check_call(&self, command: &Command) -> R<()> {
        if self.scopes.get(self.frame.scope).strict < 2 {
            return Ok(());
        }
        let [Arg::Value { expr, .. }] = command.args.as_slice() else { return Ok(()) };
        let ExprKind::Paren(inside) = &expr.kind else { return Ok(()) };
        let is_list =
            matches!(&inside.kind, crate::ir::StmtKind::Expr(list) if matches!(list.kind, ExprKind::Array(_)));
        if !is_list || expr.extent.start() != command.name.extent.end() {
            return Ok(());
        }
        let message = "The function or command was called as if it were a method. Parameters should be separated by spaces. For information about parameters, see the about_Parameters Help topic.";
        Err(error::invalid("StrictModeFunctionCallWithParens", message))
    }

    /// Prepares a command by its name or script block.
    pub(crate) fn prepare_value(
        &mut self,
        command: &Value,
        args: Vec<Argument>,
        called: Called,
        place: Place,
        redirects: Vec<super::Redirect>,
    ) -> R<Stage> {
        if let Some(scope) = crate::types::scope_of_module(command) {
            return self.prepare_in_module(scope, args, called, place, redirects);
        }
        let target = command.clone();
        let place_of_statement = std::mem::replace(&mut self.position, called.extent);
        let stage = self.prepare_meant(&target, args, called, place, redirects)?;
        self.position = place_of_statement;
        Ok(stage)
    }

    /// Prepares what a command means; an error is at its place.
    fn prepare_meant(
        &mut self,
        target: &Value,
        args: Vec<Argument>,
        called: Called,
        place: Place,
        redirects: Vec<super::Redirect>,
    ) -> R<Stage> {
        let resolved = self.meaning(target).map_err(|flow| self.not_found_at(flow, &called))?;
        let dot = called.dot;
        let shown = match (called.how, &resolved) {
            (Some(how), _) => how.into(),
            (None, Resolved::Block(_)) => Str::default(),
            (None, _) => self.text(target)?,
        };
        let mut invocation = Invocation {
            name: shown,
            pipeline_length: psrpd_dotnet::cast::int32(place.length),
            pipeline_position: psrpd_dotnet::cast::int32(place.position.saturating_add(1)),
            expecting_input: place.has_input,
            place: self.frame.source.clone().map(|source| (source, called.extent)),
            by_client: self.frame.source.is_none(),
            ..Invocation::default()
        };
        match resolved {
            Resolved::Cmdlet(cmdlet) => {
                if cmdlet.module != cmdlets::CORE && !self.state.modules.used.contains(&cmdlet.module) {
                    self.state.modules.used.push(cmdlet.module);
                }
                invocation.command_name = cmdlet.name.into();
                invocation.command = CommandInfo::Cmdlet(cmdlet).value();
                let invocation = Arc::new(invocation);
                let previous = self.command.replace(invocation.clone());
                let made = cmdlets::prepare(self, cmdlet, args, place, &invocation);
                self.command = previous;
                let (run, common) = made.map_err(|flow| bind::unbound(self, flow, &invocation))?;
                let claims = Some(cmdlet.full_class().into());
                Ok(Stage { claims, ..Stage::new(run, common, invocation, redirects) })
            }
            Resolved::Function(function) => {
                invocation.command = CommandInfo::Function(function.clone()).value();
                self.prepare_call(
                    function.block.clone(),
                    function.name.clone(),
                    false,
                    dot,
                    args,
                    invocation,
                    place,
                    redirects,
                )
            }
            Resolved::Block(block) => {
                invocation.command = CommandInfo::Script(block.clone()).value();
                self.prepare_call(block, Str::default(), false, dot, args, invocation, place, redirects)
            }
            Resolved::Script(path) => {
                let text = providers::read_text(self, &path)?;
                let unit = self.parse(&text, Some(path.clone()))?;
                self.check_requirements(&unit.source, path.rsplit('/').next().unwrap_or(&path))?;
                let block = Arc::new(ScriptBlock::new(unit, self.scopes.get(self.frame.scope).session));
                invocation.command = CommandInfo::ScriptFile(path.clone()).value();
                let name = path.rsplit('/').next().unwrap_or(&path).into();
                self.prepare_call(block, name, true, dot, args, invocation, place, redirects)
            }
            Resolved::Application(path) => {
                invocation.command = CommandInfo::Application(path.clone()).value();
                let run = crate::native::prepare(self, &path, args, place)?;
                Ok(Stage::new(run, Common::none(), Arc::new(invocation), redirects))
            }
        }
    }

    /// `& $module { }`: the command is the first argument, and means what it means there.
    fn prepare_in_module(
        &mut self,
        scope: ScopeId,
        mut args: Vec<Argument>,
        called: Called,
        place: Place,
        redirects: Vec<super::Redirect>,
    ) -> R<Stage> {
        if args.is_empty() {
            let message = "The expression after '&' in a pipeline element produced an object that was not valid. It must result in a command name, a script block, or a CommandInfo object.";
            return Err(error::invalid("BadExpression", message));
        }
        let command = args.remove(0).value;
        let command = match self.as_block(&command) {
            Some(block) => Value::object(ScriptBlock::new(block.lazy.clone(), scope)),
            None => {
                let name = self.text(&command)?;
                let here = std::mem::replace(&mut self.frame.scope, scope);
                let function = self.find_function(&name);
                self.frame.scope = here;
                match function {
                    Some(function) => Value::Object(function.block.clone()),
                    None => command,
                }
            }
        };
        self.prepare_value(&command, args, called, place, redirects)
    }

    /// What a command's name, block or object means.
    fn meaning(&mut self, target: &Value) -> R<Resolved> {
        match self.as_block(target) {
            Some(block) => Ok(Resolved::Block(block)),
            None => {
                if let Some(info) = CommandInfo::of(target) {
                    match info.resolved() {
                        Some(resolved) => Ok(resolved),
                        None => self.resolve(&info.name()),
                    }
                } else if target.is_null() || target.as_str().is_some_and(|text| text.is_empty()) {
                    let message = "The expression after '&' in a pipeline element produced an object that was not valid. It must result in a command name, a script block, or a CommandInfo object.";
                    Err(error::invalid("BadExpression", message))
                } else {
                    let name = self.text(target)?;
                    self.resolve(&name)
                }
            }
        }
    }

    /// Says where the name of a command stands that means nothing.
    fn not_found_at(&self, flow: Flow, called: &Called) -> Flow {
        if let Some(record) = flow.record()
            && let Some(source) = &self.frame.source
            && record.invocation.lock().is_none()
        {
            let name = called.how.map_or_else(|| called.name_extent.text(source.script.source()).into(), Str::from);
            let invocation = Invocation { name, ..Invocation::at(source, called.name_extent) };
            *record.invocation.lock() = Some(Arc::new(invocation));
            *record.stack_trace.lock() = self.stack_trace().into();
        }
        flow
    }

    #[allow(clippy::too_many_arguments)]
    fn prepare_call(
        &mut self,
        block: Arc<ScriptBlock>,
        name: Str,
        is_script: bool,
        dot: bool,
        args: Vec<Argument>,
        invocation: Invocation,
        place: Place,
        redirects: Vec<super::Redirect>,
    ) -> R<Stage> {
        let advanced = block.unit().is_advanced;
        let scope = self.active_scope(block.session);
        let mut call = Call::new(self, block, name, dot).expecting_input(place.has_input).in_scope(scope);
        call.is_script = is_script;
        let invocation = Arc::new(Invocation { command_name: call.name().clone(), ..invocation });
        call.invocation = Some(invocation.clone());
        let previous = self.command.replace(invocation.clone());
        let bound = call.bind(self, args);
        self.command = previous;
        if let Err(flow) = bound {
            let _ = super::StageRun::clean(&mut call, self, &mut super::Discard);
            return Err(bind::unbound(self, flow, &invocation));
        }
        let common: Arc<Common> = match &call.bound {
            Some(bound) if advanced => bound.common.clone(),
            _ => Common::none(),
        };
        let claims = advanced.then(|| call.name().clone());
        Ok(Stage { claims, is_script: true, ..Stage::new(Box::new(call), common, invocation, redirects) })
    }

    /// Evaluates the arguments of a command.
    fn arguments_of(&mut self, command: &Command) -> R<Vec<Argument>> {
        let mut args = Vec::with_capacity(command.args.len());
        for arg in &command.args {
            match arg {
                Arg::Value { expr, text, bare } => {
                    let value = self.eval(expr)?.settled();
                    let at = expr.extent;
                    args.push(Argument { name: None, value, text: text.clone(), bare: *bare, splatted: false, at });
                }
                Arg::Parameter { name, text, value, written, bare, extent } => {
                    let has_value = value.is_some();
                    let at = value.as_ref().map_or(*extent, |value| value.extent);
                    let value = match value {
                        Some(value) => self.eval(value)?.settled(),
                        None => Value::Null,
                    };
                    let name = ArgumentName { name: name.clone(), text: text.clone(), has_value, at: *extent };
                    let text = written.clone();
                    args.push(Argument { name: Some(name), value, text, bare: *bare, splatted: false, at });
                }
                Arg::Splat(expr) => self.splat(expr, &mut args)?,
            }
        }
        Ok(args)
    }

    fn splat(&mut self, expr: &crate::ir::Expr, args: &mut Vec<Argument>) -> R<()> {
        let value = match &expr.kind {
            ExprKind::Variable(variable) => self.read(&variable.name, &variable.place)?.unwrap_or_default(),
            _ => self.eval(expr)?,
        };
        let at = expr.extent;
        if let Some(table) = value.downcast::<Dictionary>() {
            for (key, value) in table.entries() {
                let name = self.text(&key)?;
                let name = ArgumentName { text: format!("-{name}").into(), name, has_value: true, at };
                args.push(Argument { name: Some(name), value, text: None, bare: false, splatted: true, at });
            }
            return Ok(());
        }
        self.room_to_expand(&value)?;
        let items = match enumerate(&value) {
            Some(items) => items,
            None => match value.base() {
                Value::Str(text) => (0..text.len()).filter_map(|at| text.unit(at)).map(Value::Char).collect(),
                _ => vec![value],
            },
        };
        for item in items {
            // `@args` passes names on as names.
            if let Some(parameter) = bind::parameter_token(&item) {
                let name = Some(ArgumentName { at, ..parameter });
                args.push(Argument { name, value: Value::Null, text: None, bare: false, splatted: true, at });
                continue;
            }
            // A number is passed on as it was written.
            let text = if let Value::Wrapped(wrapped) = &item { wrapped.text.lock().clone() } else { None };
            args.push(Argument { name: None, value: item, text, bare: false, splatted: true, at });
        }
        Ok(())
    }

    /// `$LASTEXITCODE`
    pub(crate) fn set_exit_code(&mut self, code: i32) {
        let _ = self.write_in(ScopeId::GLOBAL, &Name::new("LASTEXITCODE"), Value::I32(code));
        self.success = code == 0;
    }
}

/// There is no command of this name.
pub(super) fn no_command(name: &str) -> Flow {
    not_found("CommandNotFoundException", error::not_found(name), name)
}

fn not_found(id: &str, message: String, name: &str) -> Flow {
    let exception = Exception::new("System.Management.Automation.CommandNotFoundException", message);
    let exception = Value::object(exception.with("CommandName", Value::from(name)));
    let flow = Flow::error(ErrorRecord::new(exception, id, Category::ObjectNotFound, name.into()));
    if let Some(record) = flow.record() {
        *record.target_type.lock() = Some("String".into());
    }
    flow
}
