//! Statements.

use std::sync::Arc;

use psrpd_dotnet::Str;
use psrpd_lang::token::TokenKind;

use super::{
    Automatic, Collector, Discard, Flow, Gathered, Name, Output, R, Raised, Runspace, ScopeId, error, streams::Action,
    streams::Stream,
};
use crate::{
    convert,
    ir::{Block, Catch, Expr, ExprKind, Stmt, StmtKind},
    ops, types,
    value::{Category, Enumerator, ErrorRecord, Exception, Items, Span, Value, Watch, items_of},
};

/// Whether `$?` is true after an expression; what wraps one other statement alone leaves that to the statement.
fn succeeds(expr: &Expr) -> bool {
    let alone = |statement: &Stmt| match &statement.kind {
        StmtKind::Expr(inner) => succeeds(inner),
        _ => false,
    };
    match &expr.kind {
        ExprKind::Paren(statement) => alone(statement),
        ExprKind::Sub(block) | ExprKind::Collect(block) if block.traps.is_empty() => {
            match block.statements.as_slice() {
                [statement] => alone(statement),
                _ => true,
            }
        }
        _ => true,
    }
}

impl Runspace {
    /// Looks between statements whether the pipeline is to end, and deals with what happened beside it.
    #[inline]
    fn look_up(&mut self) -> R<()> {
        self.check_stop()?;
        if self.beside.inbox.is_full() { self.attend() } else { Ok(()) }
    }

    /// Runs the statements of a block; an error ends only its statement where nothing catches.
    pub(crate) fn run_block(&mut self, block: &Block, out: &mut dyn Output) -> R<()> {
        if block.traps.is_empty() {
            return self.run_in_turn(block, out);
        }
        // A trap catches what fails in commands that the block calls, as try does.
        let catching = std::mem::replace(&mut self.catching, true);
        let result = self.run_in_turn(block, out);
        self.catching = catching;
        result
    }

    fn run_in_turn(&mut self, block: &Block, out: &mut dyn Output) -> R<()> {
        for statement in &block.statements {
            self.look_up()?;
            if self.trace > 0 && !matches!(statement.kind, StmtKind::Function { .. }) {
                self.trace_at(statement.extent.start);
            }
            let result = match &statement.kind {
                StmtKind::Chain { lhs, and, rhs } => self.run_chain(lhs, *and, rhs, &block.traps, out),
                _ => self.run_statement(statement, out),
            };
            out.sync(self)?;
            match result {
                Ok(()) => {}
                Err(Flow::Error(raised)) => self.statement_failed(raised, &block.traps, statement, out)?,
                Err(other) => return Err(other),
            }
        }
        Ok(())
    }

    /// `Set-PSDebug -Trace`: the line of a place, and where in it that is.
    pub(super) fn trace_at(&mut self, place: u32) {
        let Some(source) = self.frame.source.clone() else { return };
        let script = &source.script;
        let number = script.position(place).line;
        let text = script.source();
        let at = usize::try_from(place).unwrap_or(0);
        let before = text.get(..at).unwrap_or_default();
        let start = before.rfind('\n').map_or(0, |at| at.saturating_add(1));
        let rest = text.get(at..).unwrap_or_default();
        let end = rest.find('\n').map_or(rest.len(), |end| end.saturating_add(1));
        let head = before.get(start..).unwrap_or_default();
        let tail = rest.get(..end).unwrap_or_default();
        let message = format!("{number:>4}+ {head} >>>> {tail}");
        self.write_line(Stream::Debug, message.into());
    }

    /// Whether an error that ends a statement ends what is around it, too.
    fn passes_on(&self) -> bool {
        self.catching || self.ends_uncaught
    }

    /// What becomes of an error that left a statement: a trap, whoever catches it, or a report and the next statement.
    fn statement_failed(
        &mut self,
        raised: Box<Raised>,
        traps: &[Catch],
        statement: &Stmt,
        out: &mut dyn Output,
    ) -> R<()> {
        self.position = if self.position.start >= statement.extent.start && self.position.end <= statement.extent.end {
            self.position
        } else {
            statement.extent
        };
        if raised.ends_command && traps.is_empty() {
            self.success = false;
            return Err(Flow::Error(raised));
        }
        let raised = if raised.thrown {
            raised
        } else {
            Box::new(Raised { record: self.interpreted(&raised.record), ..*raised })
        };
        self.locate(&raised.record);
        self.success = false;
        if !traps.is_empty() {
            return self.trapped(raised, traps, out);
        }
        if self.passes_on() {
            return Err(Flow::Error(raised));
        }
        self.unhandled(raised)
    }

    /// The preference for an error that nothing catches.
    fn unhandled(&mut self, raised: Box<Raised>) -> R<()> {
        if raised.by_preference {
            return Err(Flow::Error(raised));
        }
        let action = self.preference(Stream::Error);
        match action {
            Action::Stop => Err(Flow::Error(raised)),
            Action::Continue | Action::Inquire | Action::Suspend | Action::Break if raised.thrown => {
                Err(Flow::Error(raised))
            }
            _ => {
                self.report(&raised.record, action);
                Ok(())
            }
        }
    }

    fn trapped(&mut self, raised: Box<Raised>, traps: &[Catch], out: &mut dyn Output) -> R<()> {
        let Some((trap, inner)) = self.matching(&raised, traps)? else { return Err(Flow::Error(raised)) };
        self.remember(&raised.record);
        let saved = self.take_underscore();
        // A trap for all errors is about what is inside, too.
        let inner = inner.or_else(|| super::streams::inner_exception(&raised.record.exception));
        self.set_underscore(Value::Object(Self::caught(&raised.record, inner)));
        // What fails in its body ends the block.
        let catching = std::mem::replace(&mut self.catching, true);
        let ends = std::mem::replace(&mut self.ends_uncaught, false);
        // Its variables are its own.
        let around = self.frame.scope;
        self.frame.scope = self.scopes.push_alike(around);
        let result = self.run_block(&trap.body, out);
        self.scopes.pop(self.frame.scope);
        self.frame.scope = around;
        (self.catching, self.ends_uncaught) = (catching, ends);
        self.restore_underscore(saved);
        match result {
            Err(Flow::Continue(None)) => Ok(()),
            Err(Flow::Break(None)) => Err(Flow::Error(raised)),
            Err(other) => Err(other),
            Ok(()) if raised.thrown || raised.ends_command || self.passes_on() => Err(Flow::Error(raised)),
            Ok(()) => {
                self.errors.items.lock().retain(|value| !value.same(&Value::Object(raised.record.clone())));
                let action = self.preference(Stream::Error);
                self.report(&raised.record, action);
                Ok(())
            }
        }
    }

    /// Runs one statement.
    pub(crate) fn run_statement(&mut self, statement: &Stmt, out: &mut dyn Output) -> R<()> {
        match &statement.kind {
            StmtKind::Expr(Expr { kind: ExprKind::Step { target, read, by, prefix }, extent }) => {
                self.position = *extent;
                if self.count(read, *by).is_none() {
                    self.step(target, read, *by, *prefix)?;
                }
                self.success = true;
                Ok(())
            }
            StmtKind::Expr(expr) => {
                self.position = statement.extent;
                let value = self.eval_source(expr)?;
                self.success |= succeeds(expr);
                self.write_out(value, out)
            }
            StmtKind::Pipeline(pipeline) => {
                self.position = statement.extent;
                self.run_pipeline(pipeline, out)
            }
            StmtKind::Assign { .. } => {
                self.position = statement.extent;
                self.run_assignment(statement, out)
            }
            _ => self.run_control(statement, out),
        }
    }

    /// Runs a statement that is about other statements; its frame is not on the way of the simple ones.
    #[inline(never)]
    fn run_control(&mut self, statement: &Stmt, out: &mut dyn Output) -> R<()> {
        match &statement.kind {
            // Run by the caller.
            StmtKind::Expr(_) | StmtKind::Pipeline(_) | StmtKind::Assign { .. } => Ok(()),
            StmtKind::Background(node) => {
                self.position = statement.extent;
                let Some(source) = self.frame.source.clone() else { return Ok(()) };
                let job = crate::cmdlets::in_background(self, &source, *node)?;
                self.success = true;
                out.write(self, job)
            }
            StmtKind::Chain { lhs, and, rhs } => self.run_chain(lhs, *and, rhs, &[], out),
            StmtKind::If { clauses, otherwise } => {
                for (condition, body) in clauses {
                    if self.condition(condition)? {
                        return self.run_block(body, out);
                    }
                }
                match otherwise {
                    Some(body) => self.run_block(body, out),
                    None => Ok(()),
                }
            }
            StmtKind::While { label, condition, body } => {
                while self.condition(condition)? {
                    if self.turn(label.as_ref(), body, out)? {
                        break;
                    }
                }
                Ok(())
            }
            StmtKind::DoWhile { label, condition, body, until } => loop {
                if self.turn(label.as_ref(), body, out)? || self.condition(condition)? == *until {
                    return Ok(());
                }
            },
            StmtKind::For { label, init, condition, step, body } => {
                if let Some(init) = init {
                    self.run_silent(init)?;
                }
                loop {
                    if let Some(condition) = condition
                        && !self.condition(condition)?
                    {
                        return Ok(());
                    }
                    if self.turn(label.as_ref(), body, out)? {
                        return Ok(());
                    }
                    if let Some(step) = step {
                        self.run_silent(step)?;
                    }
                }
            }
            StmtKind::ForEach { label, variable, items, body } => {
                self.for_each(label.as_ref(), variable, items, body, out)
            }
            StmtKind::Switch(switch) => self.run_switch(switch, out),
            StmtKind::Try { body, catches, finally } => self.run_try(body, catches, finally.as_ref(), out),
            StmtKind::Function { name, body, is_filter } => {
                let session = self.scopes.get(self.frame.scope).session;
                let block = Arc::new(super::ScriptBlock::new(body.clone(), session));
                let (scope, name) = match name.split_once(':') {
                    Some((prefix, rest)) if prefix.eq_ignore_ascii_case("global") => (ScopeId::GLOBAL, Str::from(rest)),
                    Some((prefix, rest)) if prefix.eq_ignore_ascii_case("script") => {
                        (self.scopes.script(self.frame.scope), Str::from(rest))
                    }
                    Some((prefix, rest))
                        if ["local", "private", "function"].iter().any(|p| p.eq_ignore_ascii_case(prefix)) =>
                    {
                        (self.frame.scope, Str::from(rest))
                    }
                    _ => (self.frame.scope, name.clone()),
                };
                if self.scopes.get(scope).function(&name).is_some_and(|have| have.is_fixed(false)) {
                    return Err(super::block::function_not_writable(&name));
                }
                self.define_function(scope, &name, block, *is_filter);
                if body.has_attributes() {
                    for alias in crate::bind::aliases_of(self, &body.unit().clone())? {
                        self.define_alias(scope, &alias, &name);
                    }
                }
                self.success = true;
                Ok(())
            }
            StmtKind::Types(list) => super::define::define(self, list),
            StmtKind::Return(value) => {
                let is_method = out.returning();
                match value.as_deref() {
                    // In a method, `return $i++` gives what `$i++` alone does not.
                    Some(Stmt { kind: StmtKind::Expr(step), .. }) if is_method => {
                        self.position = step.extent;
                        let value = self.eval(step)?;
                        self.write_out(value, out)?;
                    }
                    Some(value) => self.run_result(value, out)?,
                    None => {}
                }
                Err(Flow::Return)
            }
            StmtKind::Exit(value) => {
                self.position = statement.extent;
                let code = match value {
                    Some(value) => {
                        let value = self.value_of(value)?;
                        convert::to_i32(self, &value).unwrap_or(0)
                    }
                    None => 0,
                };
                Err(Flow::Exit(code))
            }
            StmtKind::Throw(value) => {
                self.position = statement.extent;
                let value = match value {
                    Some(value) => self.value_of(value)?,
                    None => match self.handled.last() {
                        Some(record) => Value::Object(record.clone()),
                        None => Value::Null,
                    },
                };
                let flow = error::throw(value);
                if let Some(record) = flow.record() {
                    types::mark_thrown(record);
                }
                Err(flow)
            }
            StmtKind::Break(label) => {
                let label = self.label(label.as_ref())?;
                Err(Flow::Break(label))
            }
            StmtKind::Continue(label) => {
                let label = self.label(label.as_ref())?;
                Err(Flow::Continue(label))
            }
            StmtKind::Data { variable, body } => match variable {
                Some(name) => {
                    let value = self.gather_block(body)?;
                    self.write_in(self.frame.scope, name, value.settled())
                }
                None => self.run_block(body, out),
            },
            StmtKind::Empty => Ok(()),
        }
    }

    /// `a && b`, `a || b`: an error that ends the left side is that of a statement of its own.
    fn run_chain(&mut self, lhs: &Stmt, and: bool, rhs: &Stmt, traps: &[Catch], out: &mut dyn Output) -> R<()> {
        let result = match &lhs.kind {
            StmtKind::Chain { lhs, and, rhs } => self.run_chain(lhs, *and, rhs, traps, out),
            _ => self.run_statement(lhs, out),
        };
        match result {
            Ok(()) => {}
            Err(Flow::Error(raised)) if !traps.is_empty() => self.statement_failed(raised, traps, lhs, out)?,
            Err(Flow::Error(raised)) if !self.passes_on() && !raised.thrown && !raised.ends_command => {
                self.position = lhs.extent;
                self.locate(&raised.record);
                self.unhandled(raised)?;
            }
            Err(other) => return Err(other),
        }
        if self.success == and { self.run_statement(rhs, out) } else { Ok(()) }
    }

    fn label(&mut self, label: Option<&Expr>) -> R<Option<Box<Str>>> {
        let Some(label) = label else { return Ok(None) };
        let value = self.eval(label)?;
        self.text(&value).map(|label| Some(Box::new(label)))
    }

    /// Runs a statement whose output is the output of something else: `return`, the end of a block.
    fn run_result(&mut self, statement: &Stmt, out: &mut dyn Output) -> R<()> {
        match &statement.kind {
            StmtKind::Assign { .. } => {
                let value = self.assignment(statement, None)?;
                self.write_out(value, out)
            }
            _ => self.run_statement(statement, out),
        }
    }

    fn run_silent(&mut self, statement: &Stmt) -> R<()> {
        self.run_statement(statement, &mut Discard)
    }

    /// The range that a statement is, if it is nothing else.
    pub(super) fn span_of(&mut self, statement: &Stmt) -> R<Option<Span>> {
        let StmtKind::Expr(expr) = &statement.kind else { return Ok(None) };
        self.position = statement.extent;
        self.span(expr)
    }

    /// The range that an expression is, if it is nothing else.
    pub(super) fn span(&mut self, expr: &Expr) -> R<Option<Span>> {
        let ExprKind::Binary(TokenKind::DotDot, operands) = &expr.kind else { return Ok(None) };
        let (from, to) = (self.eval(&operands.0)?, self.eval(&operands.1)?);
        ops::arithmetic::span(self, &from, &to).map(Some)
    }

    /// What `foreach` and `switch` go through; an expression leaves `$?` as it is.
    pub(super) fn source_of(&mut self, statement: &Stmt) -> R<Value> {
        let success = self.success;
        self.position = statement.extent;
        let value = self.value_of(statement)?;
        if matches!(statement.kind, StmtKind::Expr(_)) {
            self.success = success;
        }
        Ok(value)
    }

    /// One turn of a loop; true ends the loop.
    fn turn(&mut self, label: Option<&Name>, body: &Block, out: &mut dyn Output) -> R<bool> {
        if body.statements.is_empty() {
            self.look_up()?;
        }
        match self.run_block(body, out) {
            Ok(()) => Ok(false),
            Err(Flow::Break(to)) if is_mine(label, to.as_deref()) => Ok(true),
            Err(Flow::Continue(to)) if is_mine(label, to.as_deref()) => Ok(false),
            Err(other) => Err(other),
        }
    }

    fn for_each(
        &mut self,
        label: Option<&Name>,
        variable: &crate::ir::Target,
        items: &Stmt,
        body: &Block,
        out: &mut dyn Output,
    ) -> R<()> {
        let mut watch = None;
        let (items, of) = match self.span_of(items)? {
            Some(span) => (Items::Span(span), types::known(span.enumerator())),
            None => {
                let collection = match &items.kind {
                    StmtKind::Expr(expr) if self.live_input => self.eval_source(expr)?,
                    _ => self.source_of(items)?,
                };
                if let Some(input) = collection.downcast::<Enumerator>().filter(|input| input.is_live()) {
                    return self.for_each_input(label, variable, input, body, out);
                }
                watch = Watch::of(&collection);
                let items = items_of(collection)
                    .unwrap_or_else(|value| if value.is_null() { Vec::new().into() } else { vec![value].into() });
                (items, types::array_enumerator())
            }
        };
        let name = Automatic::Foreach.name();
        let saved = self.lookup(name);
        let enumerator = Arc::new(Enumerator::new(of, items));
        self.set_automatic(name, Value::Object(enumerator.clone()))?;
        let mut result = Ok(());
        while let Some(item) = enumerator.advance() {
            if let Err(flow) = self.assign(variable, item) {
                result = Err(flow);
                break;
            }
            match self.turn(label, body, out) {
                Ok(false) => {}
                Ok(true) => break,
                Err(flow) => {
                    result = Err(flow);
                    break;
                }
            }
            if watch.as_ref().is_some_and(Watch::is_changed) {
                result = Err(error::foreign("System.InvalidOperationException", Watch::MODIFIED));
                break;
            }
        }
        self.set_automatic(name, saved.unwrap_or_default())?;
        result
    }

    /// `foreach` over what the client sends, as it comes.
    fn for_each_input(
        &mut self,
        label: Option<&Name>,
        variable: &crate::ir::Target,
        input: &Enumerator,
        body: &Block,
        out: &mut dyn Output,
    ) -> R<()> {
        while self.pull(input) {
            self.assign(variable, input.current())?;
            if self.turn(label, body, out)? {
                return Ok(());
            }
        }
        self.check_stop()
    }

    fn run_try(&mut self, body: &Block, catches: &[Catch], finally: Option<&Block>, out: &mut dyn Output) -> R<()> {
        let catching = self.catching;
        self.catching |= !catches.is_empty();
        let result = self.run_block(body, out);
        self.catching = catching;
        let result = match result {
            Err(Flow::Error(raised)) => self.run_catch(raised, catches, out),
            other => other,
        };
        match finally {
            Some(finally) => {
                // What must run does so even while the pipeline is being stopped.
                let masked = self.stop.mask();
                let after = self.run_block(finally, out);
                self.stop.unmask(masked);
                after?;
                result
            }
            None => result,
        }
    }

    fn run_catch(&mut self, raised: Box<Raised>, catches: &[Catch], out: &mut dyn Output) -> R<()> {
        let Some((catch, inner)) = self.matching(&raised, catches)? else { return Err(Flow::Error(raised)) };
        self.remember(&raised.record);
        if !(raised.thrown || raised.by_preference || raised.claimed) {
            types::mark_caught(&raised.record);
        }
        let record = match inner {
            None if self.is_for_own(&raised, catch) => Arc::new(own_record(&raised.record)),
            inner => Self::caught(&raised.record, inner),
        };
        let saved = self.take_underscore();
        self.set_underscore(Value::Object(record.clone()));
        self.handled.push(record);
        // An error in the handler ends it, and is what becomes of the whole statement.
        let catching = std::mem::replace(&mut self.catching, true);
        let result = self.run_block(&catch.body, out);
        self.catching = catching;
        self.handled.pop();
        self.restore_underscore(saved);
        result
    }

    /// Whether a handler is for the exception of a command that a preference made end its statement, and not for the one that
    /// carries it out of the command: then it sees what the exception itself says of the error.
    fn is_for_own(&self, raised: &Raised, catch: &Catch) -> bool {
        let runtime = types::known("System.Management.Automation.RuntimeException");
        let Some(of) = raised.record.exception.type_of().filter(|of| of.is_assignable_to(&runtime)) else {
            return false;
        };
        let mut wanted = catch.types.iter().filter_map(|name| self.find_type(&name.text));
        raised.by_preference
            && of != runtime
            && wanted.any(|wanted| of.is_assignable_to(&wanted) && !runtime.is_assignable_to(&wanted))
    }

    /// The record as a handler sees it: about the inner exception, if the handler is for that one.
    fn caught(record: &Arc<ErrorRecord>, inner: Option<Value>) -> Arc<ErrorRecord> {
        inner.map_or_else(|| record.clone(), |inner| Arc::new(record.copy_with(inner)))
    }

    /// An error as the interpreter raises it: a conversion that failed is inside a `RuntimeException`.
    pub(super) fn interpreted(&self, record: &Arc<ErrorRecord>) -> Arc<ErrorRecord> {
        let is_cast = record.exception.type_of().is_some_and(|of| of.is_kind("PSInvalidCastException"));
        if !is_cast {
            return record.clone();
        }
        let of = types::known("System.Management.Automation.RuntimeException");
        let outer = Exception::of(of, record.exception_message(), record.exception.clone());
        Arc::new(record.copy_with(Value::object(outer)))
    }

    /// The handler for an error: the one with the most specific type, the inner exception first.
    fn matching<'c>(&mut self, raised: &Raised, catches: &'c [Catch]) -> R<Option<(&'c Catch, Option<Value>)>> {
        let mut wanted = Vec::with_capacity(catches.len());
        for catch in catches {
            wanted.push((catch, catch.types.iter().map(|name| self.named_type(name)).collect::<R<Vec<_>>>()?));
        }
        let outer = raised.record.exception.clone();
        let inner = super::streams::inner_exception(&outer);
        for (exception, is_inner) in inner.iter().map(|e| (e, true)).chain([(&outer, false)]) {
            let Some(of) = exception.type_of() else { continue };
            for ancestor in of.ancestry().filter(|of| of.name() != "System.Object") {
                if let Some((catch, _)) = wanted.iter().find(|(_, types)| types.contains(ancestor)) {
                    return Ok(Some((catch, is_inner.then(|| exception.clone()))));
                }
            }
        }
        // The exceptions that carry those of commands out of them are seen by their names alone.
        if let Some(carrier) = raised.carrier() {
            let carrier = types::known(carrier);
            let named = wanted.iter().find(|(_, types)| types.iter().any(|wanted| carrier.is_assignable_to(wanted)));
            if let Some((catch, _)) = named {
                return Ok(Some((catch, None)));
            }
        }
        Ok(catches.iter().find(|catch| catch.types.is_empty()).map(|catch| (catch, None)))
    }

    /// The value of a statement in an expression: of an assignment what was assigned, else what is output.
    pub(crate) fn value_of(&mut self, statement: &Stmt) -> R<Value> {
        match &statement.kind {
            StmtKind::Expr(expr) => {
                let result = self.eval(expr);
                self.success |= result.is_ok();
                result
            }
            StmtKind::Assign { .. } => self.assignment(statement, None),
            _ => {
                let mut items = Gathered::default();
                self.run_inner(statement, &mut items)?;
                Ok(items.finish())
            }
        }
    }

    /// Runs a statement inside another: errors of a pipeline are at the place of the other one.
    pub(super) fn run_inner(&mut self, statement: &Stmt, out: &mut dyn Output) -> R<()> {
        match &statement.kind {
            StmtKind::Pipeline(pipeline) => self.run_pipeline(pipeline, out),
            _ => self.run_statement(statement, out),
        }
    }

    /// What an expression outputs.
    pub(super) fn collect_expression(&mut self, expr: &Expr) -> R<Vec<Value>> {
        let mut items = Collector::default();
        let value = self.eval(expr)?;
        self.write_out(value, &mut items)?;
        Ok(items.values)
    }

    /// What a block outputs, as one value.
    pub(crate) fn gather_block(&mut self, block: &Block) -> R<Value> {
        let mut items = Gathered::default();
        self.run_block(block, &mut items)?;
        Ok(items.finish())
    }

    /// What a block outputs.
    pub(crate) fn collect_block(&mut self, block: &Block) -> R<Vec<Value>> {
        let mut items = Collector::default();
        self.run_block(block, &mut items)?;
        Ok(items.values)
    }

    /// Outputs a value: collections are taken apart.
    pub(crate) fn write_out(&mut self, value: Value, out: &mut dyn Output) -> R<()> {
        if matches!(value, Value::AutomationNull) {
            return Ok(());
        }
        if self.live_input
            && let Some(input) = value.downcast::<Enumerator>().filter(|input| input.is_live())
        {
            while self.pull(input) {
                out.write(self, input.current().settled())?;
            }
            return self.check_stop();
        }
        let watch = Watch::of(&value);
        match items_of(value) {
            Ok(items) => {
                for item in items {
                    self.check_stop()?;
                    if !matches!(item, Value::AutomationNull) {
                        out.write(self, item)?;
                    }
                    unchanged(watch.as_ref())?;
                }
                Ok(())
            }
            Err(value) => out.write(self, value),
        }
    }

    /// Appends in place where the old value belongs to the variable alone.
    pub(crate) fn grow(&mut self, left: Value, right: &Value) -> R<Value> {
        match ops::arithmetic::append(left, right) {
            Ok(grown) => Ok(grown),
            Err(left) => self.binary(TokenKind::Plus, &left, right),
        }
    }
}

/// Refuses to go on in a collection that has changed.
pub(super) fn unchanged(watch: Option<&Watch>) -> R<()> {
    if watch.is_none_or(|watch| !watch.is_changed()) {
        return Ok(());
    }
    let message = format!("An error occurred while enumerating through a collection: {}.", Watch::MODIFIED);
    let inner = Exception::new("System.InvalidOperationException", Watch::MODIFIED);
    let exception = Exception::of(types::known(error::RUNTIME), message.into(), Value::object(inner));
    let target = watch.map_or(Value::Null, Watch::enumerator);
    Err(Flow::error(ErrorRecord::new(Value::object(exception), "BadEnumeration", Category::InvalidOperation, target)))
}

/// Whether `break` or `continue` means this loop.
pub(super) fn is_mine(label: Option<&Name>, to: Option<&Str>) -> bool {
    match to {
        None => true,
        Some(to) => label.is_some_and(|label| psrpd_dotnet::casing::eq(label.as_str(), to)),
    }
}

/// What an exception of PowerShell says of the error that it stands for: nothing of the command that met it.
fn own_record(record: &ErrorRecord) -> ErrorRecord {
    let id = record.id.lock().split(',').next().unwrap_or("").to_owned();
    let (category, target) = (*record.category.lock(), record.target.lock().clone());
    ErrorRecord::new(record.exception.clone(), id, category, target)
}
