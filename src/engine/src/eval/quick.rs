//! What is evaluated most: operators on constants and plain variables, conditions, counters. Nothing here gives another
//! result than the full way through the evaluator, to which everything else is left.

use psrpd_lang::token::TokenKind;

use super::{R, Runspace, Slot, expr::Arguments};
use crate::{
    convert,
    ir::{Expr, ExprKind, NamedType, Place, Stmt, StmtKind, Target, TargetKind, Variable},
    ops::quick,
    types::Type,
    value::Value,
};

impl Runspace {
    /// The value of a variable that the running scope holds as nothing more.
    #[inline]
    pub(super) fn plain(&self, variable: &Variable) -> Option<&Value> {
        let Place::Slot(slot) = variable.place else { return None };
        match self.scopes.get(self.frame.scope).slots.get(self.at(slot))? {
            Slot::Plain(value) => Some(value),
            _ => None,
        }
    }

    /// As [`Self::plain`], to change it.
    #[inline]
    pub(super) fn plain_mut(&mut self, variable: &Variable) -> Option<&mut Value> {
        let Place::Slot(slot) = variable.place else { return None };
        // A variable of all scopes may hide behind the name.
        if !self.state.all_scope.is_empty() {
            return None;
        }
        let at = self.at(slot);
        match self.scopes.get_mut(self.frame.scope).slots.get_mut(at)? {
            Slot::Plain(value) => Some(value),
            _ => None,
        }
    }

    /// The value that an expression has without being evaluated.
    #[inline]
    pub(super) fn peek<'e>(&'e self, expr: &'e Expr) -> Option<&'e Value> {
        match &expr.kind {
            ExprKind::Const(value) => Some(value),
            // Objects may be input that is still to come.
            ExprKind::Variable(variable) => {
                self.plain(variable).filter(|value| !self.live_input || !matches!(value, Value::Object(_)))
            }
            _ => None,
        }
    }

    /// The position that an expression is without being evaluated.
    #[inline]
    pub(super) fn whole(&self, index: &Expr) -> Option<i32> {
        match &index.kind {
            ExprKind::Binary(op, operands) => {
                match quick::apply(*op, self.peek(&operands.0)?, self.peek(&operands.1)?)? {
                    Ok(Value::I32(at)) => Some(at),
                    _ => None,
                }
            }
            _ => match self.peek(index)? {
                Value::I32(at) => Some(*at),
                _ => None,
            },
        }
    }

    /// A binary operator.
    #[inline]
    pub(super) fn eval_binary(&mut self, op: TokenKind, operands: &(Expr, Expr)) -> R<Value> {
        let (left, right) = operands;
        if let (Some(a), Some(b)) = (self.peek(left), self.peek(right))
            && let Some(result) = quick::apply(op, a, b)
        {
            return result;
        }
        match &right.kind {
            ExprKind::Type(of) => return self.eval_typed(op, left, of),
            ExprKind::Array(args) if op == TokenKind::Format => {
                let format = self.eval(left)?;
                let mut values = Arguments::new();
                self.values_of(args, |value| values.push(value))?;
                return self.formatted(&format, &values);
            }
            _ => {}
        }
        let a = self.eval(left);
        let Ok(a) = &a else { return a };
        if let Some(b) = self.peek(right)
            && let Some(result) = quick::apply(op, a, b)
        {
            return result;
        }
        let b = self.eval(right);
        let Ok(b) = &b else { return b };
        self.binary(op, a, b)
    }

    /// An operator with the name of a type on its right side: `-is`, `-as`.
    fn eval_typed(&mut self, op: TokenKind, left: &Expr, named: &NamedType) -> R<Value> {
        let a = self.eval(left);
        let Ok(a) = &a else { return a };
        if let Some(of) = self.known_type(named) {
            let told = match op {
                TokenKind::As => convert::simple(a, of),
                TokenKind::Is => is_scalar_of(a, of).map(Value::Bool),
                TokenKind::IsNot => is_scalar_of(a, of).map(|is| Value::Bool(!is)),
                _ => None,
            };
            if let Some(told) = told {
                return Ok(told);
            }
        }
        let of = self.literal_type(named)?;
        self.binary(op, a, &Value::Type(of))
    }

    /// Whether an expression counts as true.
    pub(super) fn test(&mut self, expr: &Expr) -> R<bool> {
        match &expr.kind {
            ExprKind::Binary(op, operands) => {
                let (left, right) = &**operands;
                if let (Some(a), Some(b)) = (self.peek(left), self.peek(right))
                    && let Some(result) = quick::test(*op, a, b)
                {
                    return Ok(result);
                }
                self.test_binary(*op, operands)
            }
            ExprKind::Logical(op, operands) => self.logical(*op, operands),
            ExprKind::Unary(TokenKind::Not | TokenKind::Exclaim, operand) => self.test(operand).map(|is| !is),
            ExprKind::Paren(statement) => match &statement.kind {
                StmtKind::Expr(inner) => {
                    let result = self.test(inner)?;
                    self.success = true;
                    Ok(result)
                }
                _ => self.value_of(statement).map(|value| convert::to_bool(&value)),
            },
            _ => match self.peek(expr) {
                Some(value) => Ok(convert::to_bool(value)),
                None => self.eval(expr).map(|value| convert::to_bool(&value)),
            },
        }
    }

    fn test_binary(&mut self, op: TokenKind, operands: &(Expr, Expr)) -> R<bool> {
        let (left, right) = operands;
        if let ExprKind::Type(of) = &right.kind {
            return self.eval_typed(op, left, of).map(|value| convert::to_bool(&value));
        }
        let a = self.eval(left);
        let Ok(a) = &a else { return a.map(|_| false) };
        if let Some(b) = self.peek(right)
            && let Some(result) = quick::test(op, a, b)
        {
            return Ok(result);
        }
        let b = self.eval(right);
        let Ok(b) = &b else { return b.map(|_| false) };
        match quick::test(op, a, b) {
            Some(result) => Ok(result),
            None => self.binary(op, a, b).map(|value| convert::to_bool(&value)),
        }
    }

    /// `-and -or -xor`
    pub(super) fn logical(&mut self, op: TokenKind, operands: &(Expr, Expr)) -> R<bool> {
        let left = self.test(&operands.0)?;
        match (op, left) {
            (TokenKind::And, false) => Ok(false),
            (TokenKind::Or, true) => Ok(true),
            (TokenKind::Xor, _) => self.test(&operands.1).map(|right| left != right),
            _ => self.test(&operands.1),
        }
    }

    /// What decides about `if`, `while` and their kin.
    pub(super) fn condition(&mut self, statement: &Stmt) -> R<bool> {
        self.position = statement.extent;
        match &statement.kind {
            StmtKind::Expr(expr) => self.test(expr),
            _ => {
                let value = self.value_of(statement)?;
                self.success = true;
                Ok(convert::to_bool(&value))
            }
        }
    }

    /// `++` and `--` of a variable that holds a small number: the number before and after it.
    #[inline]
    pub(super) fn count(&mut self, read: &Expr, by: i32) -> Option<(i32, i32)> {
        let ExprKind::Variable(variable) = &read.kind else { return None };
        let Some(Value::I32(n)) = self.plain_mut(variable) else { return None };
        let before = *n;
        *n = before.checked_add(by)?;
        Some((before, *n))
    }

    /// `$x = expr` for a variable that holds nothing but a value.
    #[inline]
    pub(super) fn put(&mut self, variable: &Variable, expr: &Expr) -> R<()> {
        let value = self.eval(expr)?;
        self.success = true;
        match self.plain_mut(variable) {
            Some(slot) => {
                slot.become_value(value);
                Ok(())
            }
            None => self.write(&variable.name, &variable.place, value),
        }
    }

    /// `$x op= expr` where the old value needs no more than an operator and the new one no more than a look; false if
    /// they do.
    #[inline]
    pub(super) fn accumulate_peeked(&mut self, target: &Target, op: TokenKind, value: &Stmt) -> R<bool> {
        let (TargetKind::Variable { variable, constraints }, StmtKind::Expr(expr)) = (&target.kind, &value.kind) else {
            return Ok(false);
        };
        if !constraints.is_empty() || !self.state.all_scope.is_empty() {
            return Ok(false);
        }
        if let Some(Value::I32(right)) = self.peek(expr) {
            let right = *right;
            if let Some(Value::I32(old)) = self.plain_mut(variable)
                && let Some(sum) = quick::exact(op, *old, right)
            {
                *old = sum;
                self.success = true;
                return Ok(true);
            }
        }
        let (Some(old), Some(right)) = (self.plain(variable), self.peek(expr)) else { return Ok(false) };
        let Some(result) = quick::apply(op, old, right) else { return Ok(false) };
        let result = result?;
        self.success = true;
        if let Some(slot) = self.plain_mut(variable) {
            slot.become_value(result);
        }
        Ok(true)
    }

    /// `$x op= right` where the old value needs no more than an operator; false if it does.
    #[inline]
    pub(super) fn accumulate(&mut self, target: &Target, op: TokenKind, right: &Value) -> R<bool> {
        let TargetKind::Variable { variable, constraints } = &target.kind else { return Ok(false) };
        if !constraints.is_empty() {
            return Ok(false);
        }
        let Some(old) = self.plain_mut(variable) else { return Ok(false) };
        match quick::apply(op, old, right) {
            Some(result) => {
                *old = result?;
                Ok(true)
            }
            None => Ok(false),
        }
    }
}

/// Whether a scalar is of a type that scalars alone are of; none where more is needed to tell.
pub(super) fn is_scalar_of(value: &Value, of: &Type) -> Option<bool> {
    let have = value.scalar_type()?;
    (have == of || of.code().is_scalar()).then(|| have == of)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use psrpd_dotnet::{DateTime, Kind, TimeSpan};
    use psrpd_lang::token::TokenKind as T;

    use super::*;
    use crate::{Stop, Unix, eval::R, host::Nobody};

    const OPERATORS: [T; 22] = [
        T::Plus,
        T::Minus,
        T::Multiply,
        T::Divide,
        T::Rem,
        T::Ieq,
        T::Ine,
        T::Igt,
        T::Ige,
        T::Ilt,
        T::Ile,
        T::Ceq,
        T::Cne,
        T::Cgt,
        T::Cge,
        T::Clt,
        T::Cle,
        T::Band,
        T::Bor,
        T::Bxor,
        T::Shl,
        T::Shr,
    ];

    fn values() -> Vec<Value> {
        let whole = [0, 1, -1, 2, 7, 31, 33, -5, 65_536, i32::MAX, i32::MIN].map(Value::I32);
        let long = [0, 1, -1, 3, 64, 1 << 40, i64::MAX, i64::MIN, 2_147_483_648].map(Value::I64);
        let real = [0.0, -0.0, 1.0, 1.5, -2.5, 1e300, f64::NAN, f64::INFINITY].map(Value::F64);
        let texts = ["", "a", "A", "b", "ab", "é", "1", "-_", "\u{1F600}"].map(Value::from);
        let dates = [0, 1, 638_000_000_000_000_000, 3_155_378_975_999_999_999];
        let dates = dates.map(|ticks| Value::DateTime(DateTime::new(ticks, Kind::Utc).unwrap()));
        let spans = [0, 1, -1, i64::MAX, i64::MIN, 36_000_000_000].map(|ticks| Value::TimeSpan(TimeSpan(ticks)));
        let others =
            [Value::Null, Value::Bool(true), Value::Bool(false), Value::Char(97), Value::Char(65), Value::U8(3)];
        [&whole[..], &long, &real, &texts, &dates, &spans, &others].concat()
    }

    fn told(result: R<Value>) -> String {
        match result {
            Ok(value) => format!("{value:?}"),
            Err(flow) => flow.record().map_or_else(String::new, |record| record.exception_message().to_string()),
        }
    }

    #[test]
    fn says_what_the_operators_say() {
        let mut rs = Runspace::new(Arc::new(Unix::default()), Box::new(Nobody), Stop::default());
        let values = values();
        for op in OPERATORS {
            for left in &values {
                for right in &values {
                    let case = format!("{left:?} {op:?} {right:?}");
                    let test = quick::test(op, left, right);
                    let Some(result) = quick::apply(op, left, right) else {
                        assert_eq!(test, None, "{case}");
                        continue;
                    };
                    let full = told(rs.full_binary(op, left, right));
                    if let Some(test) = test {
                        assert_eq!(told(Ok(Value::Bool(test))), full, "{case}");
                    }
                    assert_eq!(told(result), full, "{case}");
                }
            }
        }
    }
}
