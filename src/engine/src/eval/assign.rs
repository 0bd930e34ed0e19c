//! Assignments.

use psrpd_dotnet::Str;
use psrpd_lang::token::TokenKind;

use super::{Collector, Flow, Name, Output, R, Runspace, Slot, error};
use crate::{
    bind::{self, Check},
    convert,
    ir::{Expr, ExprKind, Place, Stmt, StmtKind, Target, TargetKind, Variable},
    ops::arithmetic,
    types::Type,
    value::{Value, items_of},
};

/// A target whose parts are evaluated: it may be read and then assigned.
enum Spot<'t> {
    Member {
        object: Value,
        name: Str,
        is_static: bool,
    },
    Index {
        object: Value,
        index: Value,
    },
    /// Without parts.
    Whole(&'t Target),
}

/// The operator of an assignment with one.
fn operator_of(op: TokenKind) -> TokenKind {
    match op {
        TokenKind::PlusEquals => TokenKind::Plus,
        TokenKind::MinusEquals => TokenKind::Minus,
        TokenKind::MultiplyEquals => TokenKind::Multiply,
        TokenKind::DivideEquals => TokenKind::Divide,
        _ => TokenKind::Rem,
    }
}

impl Runspace {
    /// Runs an assignment whose value nobody asks for.
    pub(super) fn run_assignment(&mut self, statement: &Stmt, out: &mut dyn Output) -> R<()> {
        let StmtKind::Assign { target, op, value } = &statement.kind else { return Ok(()) };
        match op {
            None => match (&target.kind, &value.kind) {
                (TargetKind::Variable { variable, constraints }, StmtKind::Expr(expr)) if constraints.is_empty() => {
                    self.put(variable, expr)
                }
                _ => {
                    let value = self.assigned(value, Some(out))?;
                    self.assign(target, value)
                }
            },
            Some(TokenKind::QuestionQuestionEquals) => self.assignment(statement, Some(out)).map(|_| ()),
            Some(op) => {
                let op = operator_of(*op);
                if self.accumulate_peeked(target, op, value)? {
                    return Ok(());
                }
                let right = self.value_of(value)?;
                if self.accumulate(target, op, &right)? {
                    return Ok(());
                }
                self.compound(target, op, &right, false).map(|_| ())
            }
        }
    }

    /// Runs an assignment and gives what was assigned.
    pub(super) fn assignment(&mut self, statement: &Stmt, out: Option<&mut dyn Output>) -> R<Value> {
        let StmtKind::Assign { target, op, value } = &statement.kind else { return Ok(Value::Null) };
        self.position = statement.extent;
        let Some(op) = op else {
            let value = self.assigned(value, out)?;
            self.assign(target, value.clone())?;
            // A variable with a type holds what that made of the value.
            return match &target.kind {
                TargetKind::Variable { constraints, .. } if !constraints.is_empty() => {
                    self.read_spot(&Spot::Whole(target))
                }
                _ => Ok(value),
            };
        };
        if *op == TokenKind::QuestionQuestionEquals {
            let spot = self.spot(target)?;
            let old = self.read_spot(&spot)?;
            if !old.is_null() {
                return Ok(old);
            }
            let value = self.value_of(value)?.settled();
            self.write_spot(&spot, value.clone())?;
            return Ok(value);
        }
        let right = self.value_of(value)?;
        self.compound(target, operator_of(*op), &right, true)
    }

    /// `target op= right`: gives what was assigned, where that is asked for.
    fn compound(&mut self, target: &Target, op: TokenKind, right: &Value, is_asked: bool) -> R<Value> {
        let given = |value: &Value| if is_asked { value.clone() } else { Value::Null };
        if op == TokenKind::Plus
            && let TargetKind::Variable { variable, .. } = &target.kind
            && let Some(old) = self.take_plain(variable)
        {
            let sum = self.add_taken(old, right, variable)?;
            let given = given(&sum);
            self.write(&variable.name, &variable.place, sum)?;
            return Ok(given);
        }
        let spot = self.spot(target)?;
        let old = self.read_spot(&spot)?;
        let result = self.binary(op, &old, right)?;
        let given = given(&result);
        self.write_spot(&spot, result)?;
        Ok(given)
    }

    /// The value of a statement that is assigned; what it had put out when it returned is output all the same.
    fn assigned(&mut self, statement: &Stmt, out: Option<&mut dyn Output>) -> R<Value> {
        let (Some(out), false) = (out, matches!(statement.kind, StmtKind::Expr(_) | StmtKind::Assign { .. })) else {
            return self.value_of(statement);
        };
        let mut items = Collector::default();
        match self.run_inner(statement, &mut items) {
            Ok(()) => Ok(Value::collected(items.values)),
            Err(Flow::Return) => {
                out.returning();
                for item in items.values {
                    out.write(self, item)?;
                }
                Err(Flow::Return)
            }
            Err(other) => Err(other),
        }
    }

    /// Takes a plain value out of its slot, so that nobody else holds it while it grows.
    fn take_plain(&mut self, variable: &Variable) -> Option<Value> {
        let Place::Slot(slot) = variable.place else { return None };
        let at = self.at(slot);
        match self.scopes.get_mut(self.frame.scope).slots.get_mut(at)? {
            Slot::Plain(value @ (Value::Array(_) | Value::Str(_))) => Some(std::mem::take(value)),
            _ => None,
        }
    }

    fn add_taken(&mut self, old: Value, right: &Value, variable: &Variable) -> R<Value> {
        if let Value::Str(mut text) = old {
            let more = self.text(right);
            return match more {
                Ok(more) => {
                    text.push(&more);
                    Ok(Value::Str(text))
                }
                Err(flow) => {
                    self.write(&variable.name, &variable.place, Value::Str(text))?;
                    Err(flow)
                }
            };
        }
        self.grow(old, right)
    }

    /// Evaluates what a target consists of.
    fn spot<'t>(&mut self, target: &'t Target) -> R<Spot<'t>> {
        Ok(match &target.kind {
            TargetKind::Member { object, name, is_static } => {
                Spot::Member { object: self.eval(object)?, name: self.member_name(name)?, is_static: *is_static }
            }
            TargetKind::Index { object, index } => Spot::Index { object: self.eval(object)?, index: self.eval(index)? },
            _ => Spot::Whole(target),
        })
    }

    /// What a target holds.
    fn read_spot(&mut self, spot: &Spot<'_>) -> R<Value> {
        match spot {
            Spot::Member { object, name, is_static: true } => self.get_static(object, name),
            Spot::Member { object, name, .. } => self.get_member(object, name),
            Spot::Index { object, index } => self.index(object, index),
            Spot::Whole(Target { kind: TargetKind::Variable { variable, .. } }) => {
                let value = self.read(&variable.name, &variable.place)?;
                match value {
                    Some(value) => Ok(value),
                    None if self.scopes.get(self.frame.scope).strict >= 1 => {
                        let message = format!(
                            "The variable '${}' cannot be retrieved because it has not been set.",
                            variable.name.as_str()
                        );
                        Err(error::invalid_target("VariableIsUndefined", message, &Value::from(variable.name.as_str())))
                    }
                    None => Ok(Value::Null),
                }
            }
            Spot::Whole(_) => Ok(Value::Null),
        }
    }

    fn write_spot(&mut self, spot: &Spot<'_>, value: Value) -> R<()> {
        match spot {
            Spot::Member { object, name, is_static: true } => self.set_static(object, name, value),
            Spot::Member { object, name, .. } => self.set_member(object, name, value),
            Spot::Index { object, index } => self.set_index(object, index, value),
            Spot::Whole(target) => self.assign(target, value),
        }
    }

    /// Whether a variable belongs to the block that runs, which is not in its caller's scope, and has had this type, or
    /// was not there before.
    fn is_own(&self, name: &Name, of: &Type) -> bool {
        if self.frame.map.is_some() || self.frame.scope == self.scopes.get(self.frame.scope).session {
            return false;
        }
        match self.scopes.get(self.frame.scope).get(name) {
            None => true,
            Some(Slot::Shared(variable)) => {
                matches!(variable.checks.lock().as_slice(), [Check::Cast(have)] if have == of)
            }
            Some(_) => false,
        }
    }

    /// Assigns to a target.
    pub(crate) fn assign(&mut self, target: &Target, value: Value) -> R<()> {
        match &target.kind {
            TargetKind::Variable { variable, constraints } if constraints.is_empty() => {
                self.write(&variable.name, &variable.place, value)
            }
            TargetKind::Variable { variable, .. } if super::is_protected(&variable.name) => {
                Err(super::variables::not_writable(variable.name.as_str()))
            }
            TargetKind::Variable { variable, constraints } => {
                let mut checks = bind::checks_of(self, constraints)?;
                // Values are converted before they are tested, whatever stands first.
                checks.sort_by_key(|check| !matches!(check, Check::Convert(_)));
                let scope = match variable.place {
                    Place::Global => super::ScopeId::GLOBAL,
                    Place::Script => self.scopes.script(self.frame.scope),
                    _ => self.frame.scope,
                };
                if let [Check::Convert(of)] = checks.as_slice()
                    && matches!(variable.place, Place::Slot(_))
                    && self.is_own(&variable.name, of)
                {
                    checks = vec![Check::Cast(of.clone())];
                }
                let is_new = self.scopes.get(scope).get(&variable.name).is_none();
                let value = match checks.as_slice() {
                    [Check::Cast(of)] => convert::convert(self, &value, of)?,
                    checks => bind::apply_checks(self, checks, value, variable.name.as_str(), is_new)
                        .map_err(super::variables::not_transformed)?,
                };
                if let Place::Drive(_) = variable.place {
                    return self.write(&variable.name, &variable.place, value);
                }
                let shared = self.share(scope, &variable.name);
                let options = shared.options.get();
                if options.read_only || options.constant {
                    return Err(super::variables::not_writable(variable.name.as_str()));
                }
                *shared.checks.lock() = checks;
                *shared.value.lock() = value;
                Ok(())
            }
            TargetKind::Index { object, index } => {
                let value = match (self.peek(object), self.whole(index)) {
                    (Some(Value::Array(array)), Some(at)) => match array.put(at, value) {
                        Ok(()) => return Ok(()),
                        Err(value) => value,
                    },
                    _ => value,
                };
                let spot = self.spot(target)?;
                self.write_spot(&spot, value)
            }
            TargetKind::Member { object, name, is_static: false } => {
                let value = match (self.peek(object), &name.kind) {
                    (Some(object), ExprKind::Const(Value::Str(name))) => match self.replace_held(object, name, value) {
                        Ok(()) => return Ok(()),
                        Err(value) => value,
                    },
                    _ => value,
                };
                let spot = self.spot(target)?;
                self.write_spot(&spot, value)
            }
            TargetKind::Member { .. } => {
                let spot = self.spot(target)?;
                self.write_spot(&spot, value)
            }
            TargetKind::Several(targets) => self.assign_several(targets, value),
            TargetKind::Nothing => Ok(()),
        }
    }

    fn assign_several(&mut self, targets: &[Target], value: Value) -> R<()> {
        let items = items_of(value).unwrap_or_else(|value| vec![value].into());
        let last = targets.len().saturating_sub(1);
        for (at, target) in targets.iter().enumerate() {
            let part = if at == last && items.len() > targets.len() {
                Value::array(items.after(at).into_values())
            } else {
                items.get(at).unwrap_or_default()
            };
            self.assign(target, part)?;
        }
        Ok(())
    }

    /// `++` and `--`: gives the old or the new value.
    pub(super) fn step(&mut self, target: &Target, read: &Expr, by: i32, prefix: bool) -> R<Value> {
        if let Some((old, new)) = self.count(read, by) {
            return Ok(Value::I32(if prefix { new } else { old }));
        }
        let spot = self.spot(target)?;
        let old = self.read_spot(&spot)?;
        let old = if old.is_null() { Value::I32(0) } else { old };
        if arithmetic::number(&old).is_none()
            || matches!(old.base(), Value::Bool(_) | Value::Char(_))
            || crate::types::as_big(&old).is_some()
        {
            let name = if by > 0 { "++" } else { "--" };
            let message =
                format!("The '{name}' operator works only on numbers. The operand is a '{}'.", old.type_name());
            return Err(error::invalid("OperatorRequiresNumber", message));
        }
        let new = self.binary(TokenKind::Plus, &old, &Value::I32(by))?;
        self.write_spot(&spot, new.clone())?;
        Ok(if prefix { new } else { old })
    }

    /// Sets a variable of the current scope by text.
    pub(crate) fn set_local(&mut self, name: &str, value: Value) -> R<()> {
        self.write_in(self.frame.scope, &Name::new(name), value)
    }
}
