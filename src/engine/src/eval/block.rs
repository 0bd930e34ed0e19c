//! Script blocks and functions: calling them, by themselves and as commands of a pipeline.

use std::{any::Any, ops::Deref, sync::Arc};

use psrpd_dotnet::Str;

use super::{
    Automatic, Collector, Common, Flow, Frame, Output, R, Runspace, Scope, ScopeId, StageRun, covered::Covered, error,
};
use crate::{
    bind::{self, Bound},
    commands::functions::BuiltIn,
    ir::{Block, LazyUnit, Source, Unit},
    limits, types,
    value::{Enumerator, Object, Value},
};

/// A script block: code and the module it belongs to.
pub(crate) struct ScriptBlock {
    pub(crate) lazy: Code,
    /// The top scope of its module, or the global scope.
    pub(crate) session: ScopeId,
}

/// What a script block runs.
#[derive(Clone)]
pub(crate) enum Code {
    Parsed(Arc<LazyUnit>),
    BuiltIn(&'static BuiltIn),
}

impl Deref for Code {
    type Target = Arc<LazyUnit>;

    fn deref(&self) -> &Arc<LazyUnit> {
        match self {
            Self::Parsed(unit) => unit,
            Self::BuiltIn(function) => function.unit(),
        }
    }
}

impl From<Arc<LazyUnit>> for Code {
    fn from(unit: Arc<LazyUnit>) -> Self {
        Self::Parsed(unit)
    }
}

impl ScriptBlock {
    pub(crate) fn new(lazy: impl Into<Code>, session: ScopeId) -> Self {
        Self { lazy: lazy.into(), session }
    }

    pub(crate) fn unit(&self) -> &Arc<Unit> {
        self.lazy.unit()
    }
}

impl Object for ScriptBlock {
    fn type_of(&self) -> types::Type {
        types::script_block()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn text(&self) -> Option<Str> {
        Some(self.lazy.text().into())
    }

    fn equals(&self, other: &Value) -> bool {
        other.downcast::<Self>().is_some_and(|other| Arc::ptr_eq(&other.lazy, &self.lazy))
    }
}

/// The frame of a block that runs for one object after the other in the scope of its caller.
#[derive(Default)]
pub(crate) struct Inline(Option<Frame>);

/// A function or filter.
pub(crate) struct Function {
    pub(crate) name: Str,
    pub(crate) block: Arc<ScriptBlock>,
    pub(crate) is_filter: bool,
    /// The module it belongs to.
    pub(crate) module: Option<Arc<super::module::Module>>,
    /// The bits of `ScopedItemOptions`.
    pub(crate) options: i64,
    /// The arguments that its dynamic parameters are asked for with.
    pub(crate) args: Vec<Value>,
}

/// The error about a function that may not be changed.
pub(crate) fn function_not_writable(name: &str) -> Flow {
    function_error("FunctionNotWritable", name, "Cannot write to function {0} because it is read-only or constant.")
}

/// An error about a function with options.
pub(crate) fn function_error(id: &str, name: &str, message: &str) -> Flow {
    error::raise(
        "System.Management.Automation.SessionStateUnauthorizedAccessException",
        id,
        crate::value::Category::WriteError,
        message.replace("{0}", name),
        name.into(),
    )
}

impl Function {
    /// The same function under another name.
    pub(crate) fn renamed(&self, name: &str) -> Self {
        Self { name: name.into(), ..self.copy() }
    }

    /// The same function with other options.
    pub(crate) fn with_options(&self, options: i64) -> Self {
        Self { options, ..self.copy() }
    }

    /// Whether it may not be changed or removed.
    pub(crate) fn is_fixed(&self, force: bool) -> bool {
        const READ_ONLY: i64 = 1;
        const CONSTANT: i64 = 2;
        self.options & CONSTANT != 0 || self.options & READ_ONLY != 0 && !force
    }

    /// A function of its own that is the same.
    pub(crate) fn copy(&self) -> Self {
        Self {
            name: self.name.clone(),
            block: self.block.clone(),
            is_filter: self.is_filter,
            module: self.module.clone(),
            options: self.options,
            args: Vec::new(),
        }
    }
}

impl Runspace {
    /// The script block in a value.
    pub(crate) fn as_block(&self, value: &Value) -> Option<Arc<ScriptBlock>> {
        match value.base() {
            Value::Object(object) => {
                if let Some(delegate) = object.as_any().downcast_ref::<types::Delegate>() {
                    return Some(delegate.block.clone());
                }
                let block = object.as_any().downcast_ref::<ScriptBlock>()?;
                Some(Arc::new(ScriptBlock { lazy: block.lazy.clone(), session: block.session }))
            }
            _ => None,
        }
    }

    /// Parses a text as a script.
    ///
    /// # Errors
    /// The parse errors of the text.
    pub(crate) fn parse(&self, text: &str, file: Option<Str>) -> R<Arc<LazyUnit>> {
        let source = Arc::new(Source::new(self.parse_open(text)?, file));
        match source.script.root() {
            Some(root) if source.script.errors().is_empty() => Ok(Arc::new(LazyUnit::new(source, root))),
            _ => Err(crate::position::parse_error(&source)),
        }
    }

    /// Parses a text, errors or not.
    ///
    /// # Errors
    /// The pipeline was stopped.
    pub(crate) fn parse_open(&self, text: &str) -> R<psrpd_lang::Script> {
        let is_open = text.to_ascii_lowercase().contains("using module");
        self.while_running(|goes_on| {
            psrpd_lang::parse(text, &super::type_names::ParseTypes { rs: self, is_open, goes_on })
        })
    }

    /// A script that a client sent.
    ///
    /// # Errors
    /// As [`Self::parse`]; half a script says so.
    pub(crate) fn parse_client(&self, text: &str) -> R<Arc<ScriptBlock>> {
        let script = psrpd_lang::parse(text, &psrpd_lang::known_types::CommonTypes);
        if !script.errors().is_empty() {
            return Err(crate::position::client_parse_error(script));
        }
        self.parse_block(text)
    }

    /// A script block of a text: `[scriptblock]::Create`.
    pub(crate) fn parse_block(&self, text: &str) -> R<Arc<ScriptBlock>> {
        let unit = self.parse(text, None)?;
        Ok(Arc::new(ScriptBlock::new(unit, self.scopes.get(self.frame.scope).session)))
    }

    /// Defines a function in a scope.
    pub(crate) fn define_function(&mut self, scope: ScopeId, name: &str, block: Arc<ScriptBlock>, is_filter: bool) {
        let function = Arc::new(Function {
            name: name.into(),
            module: self.module_of(block.session),
            block,
            is_filter,
            options: 0,
            args: Vec::new(),
        });
        self.scopes.get_mut(scope).functions.insert(psrpd_dotnet::casing::fold(name), function);
    }

    /// A function by name, from the current scope outwards.
    pub(crate) fn find_function(&self, name: &str) -> Option<Arc<Function>> {
        self.function_folded(&psrpd_dotnet::casing::fold(name)).cloned()
    }

    /// A function by its folded name.
    pub(super) fn function_folded(&self, folded: &str) -> Option<&Arc<Function>> {
        let chain = self.scopes.chain(self.frame.scope);
        chain.map(|id| self.scopes.get(id)).find_map(|scope: &Scope| scope.functions.get(folded))
    }

    /// Calls a block in a scope of its own and collects what it outputs.
    pub(crate) fn call_block(&mut self, block: &Arc<ScriptBlock>, args: &[Value]) -> R<Vec<Value>> {
        let mut out = Collector::default();
        self.call_into(block, None, None, args, &mut out)?;
        Ok(out.values)
    }

    /// As [`Self::call_block`], with another place for what it outputs.
    pub(crate) fn call_block_into(&mut self, block: &Arc<ScriptBlock>, args: &[Value], out: &mut dyn Output) -> R<()> {
        self.call_into(block, None, None, args, out)
    }

    /// Calls a block in a new scope with `$_`.
    pub(crate) fn call_block_with(
        &mut self,
        block: &Arc<ScriptBlock>,
        underscore: Option<Value>,
        args: &[Value],
    ) -> R<Vec<Value>> {
        let mut out = Collector::default();
        self.call_into(block, underscore, None, args, &mut out)?;
        Ok(out.values)
    }

    /// As [`Self::call_block_with`], in the scope of the caller.
    pub(crate) fn call_block_in_place(
        &mut self,
        block: &Arc<ScriptBlock>,
        underscore: Value,
        args: &[Value],
    ) -> R<Vec<Value>> {
        let mut out = Collector::default();
        let mut call = Call::new(self, block.clone(), Str::default(), true);
        call.underscore = Some(underscore);
        call.run_alone(self, args, &mut out)?;
        Ok(out.values)
    }

    /// Calls a block with `$this`: a script property, a script method.
    pub(crate) fn call_method_block(&mut self, block: &Arc<ScriptBlock>, this: &Value, args: &[Value]) -> R<Value> {
        let mut out = Collector::default();
        self.call_into(block, None, Some(this.clone()), args, &mut out)?;
        Ok(Value::collected(out.values))
    }

    /// Calls a block as the handler of an event: `$this` is who tells, `$_` is what.
    pub(crate) fn call_handler(&mut self, block: &Arc<ScriptBlock>, sender: Value, event: &Value) -> R<()> {
        let args = [sender.clone(), event.clone()];
        self.call_into(block, Some(event.clone()), Some(sender), &args, &mut Collector::default())
    }

    /// Runs a block in the current scope, as `ForEach-Object` does, with the frame that it had the last time.
    pub(crate) fn run_inline(&mut self, block: &Arc<ScriptBlock>, kept: &mut Inline, out: &mut dyn Output) -> R<()> {
        self.check_depth()?;
        let unit = block.unit();
        let code = unit.end.as_ref().or(unit.process.as_ref());
        let Some(code) = code else { return Ok(()) };
        // A block of another module runs where that module's code was left.
        let scope = self.active_scope(block.session);
        let underscore =
            (scope != self.frame.scope).then(|| self.lookup(Automatic::Underscore.name()).unwrap_or_default());
        let frame = match kept.0.take().filter(|frame| frame.scope == scope) {
            Some(frame) => frame,
            None => Frame {
                scope,
                map: Some(self.map_of(unit, scope)),
                source: Some(unit.source.clone()),
                name: Str::default(),
                part: "",
                ..self.frame.clone()
            },
        };
        self.enter(frame);
        let outer = underscore.map(|value| {
            let outer = self.take_underscore();
            self.set_underscore(value);
            outer
        });
        let result = self.run_block(code, out);
        if let Some(outer) = outer {
            self.restore_underscore(outer);
        }
        kept.0 = self.leave();
        match result {
            Err(Flow::Return) => Ok(()),
            other => other,
        }
    }

    /// Where the names of a unit are in a scope.
    pub(crate) fn map_of(&mut self, unit: &Unit, scope: ScopeId) -> Arc<[u32]> {
        let table = self.scopes.get_mut(scope);
        unit.names.iter().map(|name| u32::try_from(table.ensure(name)).unwrap_or(u32::MAX)).collect()
    }

    fn call_into(
        &mut self,
        block: &Arc<ScriptBlock>,
        underscore: Option<Value>,
        this: Option<Value>,
        args: &[Value],
        out: &mut dyn Output,
    ) -> R<()> {
        let mut call = Call::new(self, block.clone(), Str::default(), false);
        call.underscore = underscore;
        call.this = this;
        call.run_alone(self, args, out)
    }

    /// Whether one more frame may be entered.
    ///
    /// # Errors
    /// `CallDepthOverflow`.
    pub(crate) fn check_depth(&self) -> R<()> {
        let has_stack = stacker::remaining_stack().is_none_or(|left| left >= limits::STACK_RESERVE);
        if self.depth >= limits::MAX_CALL_DEPTH || !has_stack {
            return Err(error::raise(
                "System.Management.Automation.ScriptCallDepthException",
                "CallDepthOverflow",
                crate::value::Category::InvalidOperation,
                "The script failed due to call depth overflow.",
                Value::I32(i32::try_from(self.depth).unwrap_or(0)),
            ));
        }
        Ok(())
    }

    /// Does something that may come to itself again without a frame.
    ///
    /// # Errors
    /// `CallDepthOverflow`, and those of the work.
    pub(crate) fn nested<T>(&mut self, work: impl FnOnce(&mut Self) -> R<T>) -> R<T> {
        self.check_depth()?;
        self.depth = self.depth.saturating_add(1);
        let result = work(self);
        self.depth = self.depth.saturating_sub(1);
        result
    }

    /// Enters a frame.
    pub(crate) fn enter(&mut self, frame: Frame) {
        self.depth = self.depth.saturating_add(1);
        if let Some(inside) = self.streams.of_block() {
            let around = std::mem::replace(&mut self.streams, inside);
            self.redirected.push((self.depth, around));
        }
        self.swap_in(frame);
    }

    /// Leaves it again, and gives it back.
    pub(crate) fn leave(&mut self) -> Option<Frame> {
        if self.redirected.last().is_some_and(|(depth, _)| *depth == self.depth)
            && let Some((_, around)) = self.redirected.pop()
        {
            self.streams = around;
        }
        self.depth = self.depth.saturating_sub(1);
        self.swap_out()
    }

    /// Does something in a new scope, where the parameters of a block would be.
    pub(crate) fn in_scope_of<T>(&mut self, block: &ScriptBlock, run: impl FnOnce(&mut Self) -> R<T>) -> R<T> {
        self.check_depth()?;
        let unit = block.unit().clone();
        let parent = self.active_scope(block.session);
        let scope = self.scopes.push(parent, block.session, unit.names.clone());
        self.enter(Frame {
            scope,
            map: None,
            source: Some(unit.source.clone()),
            name: Str::default(),
            invocation: None,
            part: "",
            at: psrpd_lang::Extent::EMPTY,
        });
        let result = run(self);
        self.leave();
        self.scopes.pop(scope);
        result
    }

    /// Runs something as the caller of what is under way would, who had that many calls around him.
    pub(super) fn in_caller<T>(&mut self, calls: usize, run: impl FnOnce(&mut Self) -> T) -> T {
        let Some(frame) = self.calls.get(calls).cloned() else { return run(self) };
        let position = frame.at;
        self.swap_in(frame);
        self.position = position;
        let result = run(self);
        self.swap_out();
        result
    }

    /// Puts a frame on top of the one that runs.
    fn swap_in(&mut self, frame: Frame) {
        let mut caller = std::mem::replace(&mut self.frame, frame);
        caller.at = self.position;
        self.calls.push(caller);
    }

    /// Goes back to the frame below, and gives the one that ran.
    fn swap_out(&mut self) -> Option<Frame> {
        let caller = self.calls.pop()?;
        self.position = caller.at;
        Some(std::mem::replace(&mut self.frame, caller))
    }
}

/// A script block that runs as a command.
pub(crate) struct Call {
    block: Arc<ScriptBlock>,
    unit: Arc<Unit>,
    name: Str,
    /// Runs in the scope of the caller.
    dot: bool,
    frame: Option<Frame>,
    underscore: Option<Value>,
    this: Option<Value>,
    /// What the binder made of the arguments.
    pub(crate) bound: Option<Bound>,
    /// Input that waits for `$input`.
    input: Vec<Value>,
    has_input: bool,
    /// Runs as a script file: `exit` ends only it.
    pub(crate) is_script: bool,
    pub(crate) invocation: Option<Arc<crate::value::Invocation>>,
    ended: bool,
    /// Whether any of its blocks has begun: only then there is something to clean.
    ran: bool,
    pub(crate) using: Option<Value>,
    expects_input: bool,
    /// Whether `$input` gets what the client sends.
    takes_input: bool,
    /// Runs in this scope instead of that of the caller.
    in_scope: Option<ScopeId>,
    /// What the caller's variables about itself were, where this runs in its scope.
    covered: Covered,
}

impl Call {
    /// Runs all of it without input, apart from the common parameters of whoever runs it.
    pub(super) fn run_alone(mut self, rs: &mut Runspace, args: &[Value], out: &mut dyn Output) -> R<()> {
        let args = args.iter().cloned().map(bind::Argument::positional).collect();
        let common = std::mem::replace(&mut rs.common, Common::none());
        let result = self.bind(rs, args).and_then(|()| {
            self.begin(rs, out)?;
            self.process(rs, None, out)?;
            self.end(rs, out)
        });
        let cleaned = self.clean(rs, out);
        rs.common = common;
        result.and(cleaned)
    }

    pub(crate) fn new(_rs: &Runspace, block: Arc<ScriptBlock>, name: Str, dot: bool) -> Self {
        let unit = block.unit().clone();
        Self {
            block,
            unit,
            name,
            dot,
            frame: None,
            underscore: None,
            this: None,
            bound: None,
            input: Vec::new(),
            has_input: false,
            is_script: false,
            invocation: None,
            ended: false,
            ran: false,
            using: None,
            expects_input: false,
            takes_input: false,
            in_scope: None,
            covered: Covered::default(),
        }
    }

    pub(crate) fn name(&self) -> &Str {
        &self.name
    }

    pub(crate) fn expecting_input(mut self, yes: bool) -> Self {
        self.expects_input = yes;
        self
    }

    /// Runs in a scope that is not the caller's.
    pub(crate) fn in_scope(mut self, scope: ScopeId) -> Self {
        self.in_scope = Some(scope);
        self
    }

    /// Makes the scope and binds the arguments.
    pub(crate) fn bind(&mut self, rs: &mut Runspace, args: Vec<bind::Argument>) -> R<()> {
        let caller = self.in_scope.unwrap_or(rs.frame.scope);
        let (scope, map) = if self.dot {
            (caller, Some(rs.map_of(&self.unit, caller)))
        } else {
            let parent = rs.active_scope(self.block.session);
            let scope = rs.scopes.push(parent, self.block.session, self.unit.names.clone());
            if self.is_script {
                rs.scopes.get_mut(scope).is_script = true;
            }
            (scope, None)
        };
        let frame = Frame {
            scope,
            map,
            source: Some(self.unit.source.clone()),
            name: self.name.clone(),
            invocation: self.invocation.clone(),
            part: "",
            at: psrpd_lang::Extent::EMPTY,
        };
        if let Err(flow) = rs.check_depth() {
            self.frame = Some(frame);
            return Err(flow);
        }
        rs.enter(frame);
        let result = self.bind_inside(rs, args);
        self.frame = rs.leave();
        result
    }

    /// Does something where its parameters are.
    pub(super) fn inside<T>(&self, rs: &mut Runspace, what: impl FnOnce(&mut Runspace) -> R<T>) -> R<T> {
        let Some(frame) = self.frame.clone() else { return what(rs) };
        rs.check_depth()?;
        rs.enter(frame);
        let result = what(rs);
        rs.leave();
        result
    }

    fn bind_inside(&mut self, rs: &mut Runspace, args: Vec<bind::Argument>) -> R<()> {
        for using in &self.unit.usings {
            match using {
                crate::ir::UsingIr::Namespace(name) => rs.use_namespace(name),
                crate::ir::UsingIr::Module(module) => {
                    let module = rs.eval(module)?;
                    rs.use_module(&module)?;
                }
            }
        }
        if self.dot {
            self.covered = rs.covered();
        }
        if let Some(value) = self.underscore.take() {
            rs.set_underscore(value);
        }
        if let Some(this) = self.this.take() {
            rs.set_automatic(Automatic::This.name(), this)?;
        }
        if let Some(using) = self.using.take() {
            rs.set_local("__using", using)?;
        }
        if let Some(file) = &self.unit.source.file {
            rs.set_automatic(Automatic::PsCommandPath.name(), Value::Str(file.clone()))?;
            let root = file.rsplit_once('/').map_or("", |(root, _)| root);
            rs.set_automatic(Automatic::PsScriptRoot.name(), root.into())?;
        }
        if let Some(invocation) = &self.invocation {
            rs.set_automatic(Automatic::MyInvocation.name(), Value::Object(invocation.clone()))?;
        }
        let bound = bind::bind_function(rs, &self.unit, &self.name, args, self.expects_input)?;
        self.bound = Some(bound);
        Ok(())
    }

    /// Runs one of the blocks in the frame of the call.
    fn run(&mut self, rs: &mut Runspace, block: &Block, out: &mut dyn Output) -> R<()> {
        rs.check_depth()?;
        let Some(mut frame) = self.frame.take() else { return Ok(()) };
        self.ran = true;
        frame.part = block.part;
        rs.enter(frame);
        // Inside, the preference variables of the function count.
        let common = std::mem::replace(&mut rs.common, Common::none());
        let braces = (rs.trace > 0).then(|| self.braces()).flatten();
        if let Some((open, _)) = braces {
            rs.trace_at(open);
        }
        let result = rs.run_block(block, out);
        if let (Some((_, close)), true) = (braces, rs.trace > 0) {
            rs.trace_at(close);
        }
        rs.common = common;
        self.frame = rs.leave();
        match result {
            Err(Flow::Return) => Ok(()),
            Err(Flow::Exit(code)) if self.is_script => {
                rs.set_exit_code(code);
                rs.wrote_error |= code != 0;
                self.ended = true;
                Ok(())
            }
            other => other,
        }
    }

    /// Where the braces of the block are, if it has some.
    fn braces(&self) -> Option<(u32, u32)> {
        let extent = self.block.lazy.extent();
        let text = self.unit.source.script.extent_text(extent);
        (text.starts_with('{') && text.ends_with('}')).then(|| (extent.start, extent.end.saturating_sub(1)))
    }

    fn set(&mut self, rs: &mut Runspace, variable: Automatic, value: Value) -> R<()> {
        let Some(frame) = &self.frame else { return Ok(()) };
        rs.write_in(frame.scope, variable.name(), value)
    }

    /// Runs the process block one time, all of the input in `$input`.
    ///
    /// # Errors
    /// What the block raises.
    pub(crate) fn process_at_once(&mut self, rs: &mut Runspace, items: Vec<Value>, out: &mut dyn Output) -> R<()> {
        let input = self.input_enumerator(items);
        self.set(rs, Automatic::Input, input)?;
        self.process(rs, None, out)
    }

    fn input_enumerator(&self, items: Vec<Value>) -> Value {
        let by_client = self.invocation.as_ref().is_some_and(|invocation| invocation.by_client);
        let of = if by_client && self.has_input { types::client_input() } else { types::list_enumerator() };
        Value::object(Enumerator::new(of, items))
    }
}

impl StageRun for Call {
    fn begin(&mut self, rs: &mut Runspace, out: &mut dyn Output) -> R<()> {
        let unit = self.unit.clone();
        if let Some(bound) = &self.bound {
            // The preferences of its own count, which its common parameters have set.
            self.inside(rs, |rs| bind::warn_if_obsolete(rs, &unit, bound))?;
        }
        match &unit.begin {
            Some(block) => self.run(rs, block, out),
            None => Ok(()),
        }
    }

    fn process(&mut self, rs: &mut Runspace, input: Option<Value>, out: &mut dyn Output) -> R<()> {
        if self.ended {
            return Ok(());
        }
        let unit = self.unit.clone();
        let Some(item) = input else {
            return match &unit.process {
                Some(block) => {
                    if self.bound.as_ref().is_some_and(|bound| bound.waits_for_input) {
                        return Ok(());
                    }
                    self.run(rs, block, out)
                }
                None => Ok(()),
            };
        };
        self.has_input = true;
        if self.unit.is_advanced
            && let Some(mut bound) = self.bound.take()
        {
            rs.check_depth()?;
            let Some(mut frame) = self.frame.take() else { return Ok(()) };
            frame.part = "";
            rs.enter(frame);
            let result = bind::bind_input(rs, &self.unit, &self.name, &mut bound, &item);
            self.frame = rs.leave();
            self.bound = Some(bound);
            match result {
                Ok(()) => {}
                Err(Flow::Error(raised)) => return rs.write_error_record(raised.record.clone()),
                Err(other) => return Err(other),
            }
        }
        match &unit.process {
            Some(block) => {
                self.set(rs, Automatic::Underscore, item.clone())?;
                let input = self.input_enumerator(vec![item]);
                self.set(rs, Automatic::Input, input)?;
                self.run(rs, block, out)
            }
            None => {
                self.input.push(item);
                Ok(())
            }
        }
    }

    fn takes_input(&mut self, rs: &mut Runspace) -> R<bool> {
        if self.unit.process.is_some() || self.unit.is_advanced {
            return Ok(false);
        }
        self.set(rs, Automatic::Input, Value::object(Enumerator::live(types::client_input())))?;
        rs.live_input = true;
        self.takes_input = true;
        Ok(true)
    }

    fn end(&mut self, rs: &mut Runspace, out: &mut dyn Output) -> R<()> {
        if self.ended {
            return Ok(());
        }
        let unit = self.unit.clone();
        let Some(block) = &unit.end else { return Ok(()) };
        if unit.process.is_none() && !self.takes_input {
            let items = std::mem::take(&mut self.input);
            let input = self.input_enumerator(items);
            self.set(rs, Automatic::Input, input)?;
        }
        self.run(rs, block, out)
    }

    fn clean(&mut self, rs: &mut Runspace, _out: &mut dyn Output) -> R<()> {
        let unit = self.unit.clone();
        let result = match &unit.clean {
            Some(block) if self.ran => match self.run(rs, block, &mut super::Discard) {
                Err(Flow::Error(raised)) => {
                    let action = rs.preference(super::Stream::Error);
                    rs.report(&raised.record, action);
                    Ok(())
                }
                other => other,
            },
            _ => Ok(()),
        };
        if let Some(frame) = self.frame.take() {
            if self.dot {
                rs.uncover(frame.scope, std::mem::take(&mut self.covered));
            } else {
                rs.scopes.pop(frame.scope);
            }
        }
        result
    }
}
