//! The expressions of filters and of `Compute()`: `Age > 26 AND Name LIKE 'A%'`.

use std::{cmp::Ordering, sync::Arc};

use psrpd_dotnet::{Str, casing, cast};

use super::store::{Columns, Row};
use crate::{
    eval::{Flow, R, error},
    ops::{compare, patterns},
    value::{Value, text},
};

/// How deep parentheses may stand in each other.
const MOST_DEEP: usize = 64;

/// An expression, its columns by place.
pub(super) enum Node {
    Value(Value),
    Column(usize),
    Not(Box<Self>),
    Minus(Box<Self>),
    Pair(&'static str, Box<Self>, Box<Self>),
    IsNull(Box<Self>),
    In(Box<Self>, Vec<Self>),
    Call(String, Vec<Self>),
}

#[derive(Clone, PartialEq)]
enum Token {
    Name(Str),
    /// A name in brackets.
    Column(Str),
    Text(Str),
    Number(Str),
    Sign(&'static str),
}

const SIGNS: [&str; 14] = ["<>", "<=", ">=", "=", "<", ">", "(", ")", ",", "+", "-", "*", "/", "%"];

fn syntax(message: impl Into<Str>) -> Flow {
    error::thrown("System.Data.SyntaxErrorException", message)
}

fn tokens(code: &str) -> R<Vec<Token>> {
    let mut rest = code.trim_start();
    let mut found = Vec::new();
    while let Some(first) = rest.chars().next() {
        let take = |closing: char| -> R<(Str, &str)> {
            let body = rest.get(1..).unwrap_or_default();
            match body.split_once(closing) {
                Some((inside, rest)) => Ok((inside.into(), rest)),
                None => Err(syntax(format!("The expression contains an invalid string constant: {rest}."))),
            }
        };
        let word = |fits: fn(char) -> bool| rest.split_at(rest.find(|c| !fits(c)).unwrap_or(rest.len()));
        rest = match first {
            '\'' => {
                let mut inside = String::new();
                let mut after = rest;
                // Two quotes are one.
                loop {
                    let body = after.get(1..).unwrap_or_default();
                    let Some((part, next)) = body.split_once('\'') else {
                        return Err(syntax(format!("The expression contains an invalid string constant: {rest}.")));
                    };
                    inside.push_str(part);
                    after = next;
                    if !after.starts_with('\'') {
                        break;
                    }
                    inside.push('\'');
                }
                found.push(Token::Text(inside.into()));
                after
            }
            '[' => {
                let (name, after) = take(']')?;
                found.push(Token::Column(name));
                after
            }
            '#' => {
                let body = rest.get(1..).unwrap_or_default();
                let (date, after) =
                    body.split_once('#').ok_or_else(|| syntax("The expression contains invalid date constant."))?;
                found.push(Token::Text(date.into()));
                after
            }
            c if c.is_ascii_digit() => {
                let (number, after) = word(|c| c.is_ascii_digit() || c == '.');
                found.push(Token::Number(number.into()));
                after
            }
            c if c.is_alphabetic() || c == '_' => {
                let (name, after) = word(|c| c.is_alphanumeric() || c == '_');
                found.push(Token::Name(name.into()));
                after
            }
            _ => match SIGNS.iter().find_map(|sign| rest.strip_prefix(sign).map(|after| (*sign, after))) {
                Some((sign, after)) => {
                    found.push(Token::Sign(sign));
                    after
                }
                None => {
                    return Err(syntax(format!("Cannot interpret token '{first}' at position {}.", place(code, rest))));
                }
            },
        }
        .trim_start();
    }
    Ok(found)
}

fn place(code: &str, rest: &str) -> usize {
    code.len().saturating_sub(rest.len()).saturating_add(1)
}

struct Parser<'c> {
    tokens: std::iter::Peekable<std::vec::IntoIter<Token>>,
    columns: &'c Columns,
    depth: usize,
    /// What was read last, for errors.
    last: Str,
}

/// Reads an expression; nothing if there is none.
///
/// # Errors
/// What is no expression, and columns that are not there.
pub(super) fn parse(code: &str, columns: &Columns) -> R<Option<Node>> {
    let tokens = tokens(code)?;
    if tokens.is_empty() {
        return Ok(None);
    }
    let mut parser = Parser { tokens: tokens.into_iter().peekable(), columns, depth: 0, last: Str::default() };
    let node = parser.either()?;
    match parser.tokens.peek() {
        None => Ok(Some(node)),
        Some(token) => Err(syntax(format!("Syntax error: Missing operand before '{}' operator.", shown(token)))),
    }
}

fn shown(token: &Token) -> Str {
    match token {
        Token::Name(name) | Token::Column(name) | Token::Text(name) | Token::Number(name) => name.clone(),
        Token::Sign(sign) => (*sign).into(),
    }
}

impl Parser<'_> {
    fn word(&mut self, word: &str) -> bool {
        let is = matches!(self.tokens.peek(), Some(Token::Name(name)) if casing::eq(name, word));
        if is {
            self.tokens.next();
            self.last = word.into();
        }
        is
    }

    fn sign(&mut self, signs: &[&'static str]) -> Option<&'static str> {
        let found = match self.tokens.peek() {
            Some(Token::Sign(sign)) if signs.contains(sign) => *sign,
            _ => return None,
        };
        self.tokens.next();
        self.last = found.into();
        Some(found)
    }

    fn either(&mut self) -> R<Node> {
        self.depth = self.depth.saturating_add(1);
        if self.depth > MOST_DEEP {
            return Err(syntax("The expression is too deep."));
        }
        let mut left = self.both()?;
        while self.word("OR") {
            left = Node::Pair("OR", Box::new(left), Box::new(self.both()?));
        }
        self.depth = self.depth.saturating_sub(1);
        Ok(left)
    }

    fn both(&mut self) -> R<Node> {
        let mut left = self.negated()?;
        while self.word("AND") {
            left = Node::Pair("AND", Box::new(left), Box::new(self.negated()?));
        }
        Ok(left)
    }

    fn negated(&mut self) -> R<Node> {
        let mut is_not = false;
        while self.word("NOT") {
            is_not = !is_not;
        }
        let node = self.compared()?;
        Ok(if is_not { Node::Not(Box::new(node)) } else { node })
    }

    fn compared(&mut self) -> R<Node> {
        let left = self.sum()?;
        if let Some(sign) = self.sign(&["<>", "<=", ">=", "=", "<", ">"]) {
            return Ok(Node::Pair(sign, Box::new(left), Box::new(self.sum()?)));
        }
        if self.word("IS") {
            let is_not = self.word("NOT");
            if !self.word("NULL") {
                return Err(syntax(
                    "Syntax error: Invalid usage of 'Is' operator. Correct syntax: <expression> Is [Not] Null.",
                ));
            }
            let node = Node::IsNull(Box::new(left));
            return Ok(if is_not { Node::Not(Box::new(node)) } else { node });
        }
        let is_not = self.word("NOT");
        let node = if self.word("LIKE") {
            Node::Pair("LIKE", Box::new(left), Box::new(self.sum()?))
        } else if self.word("IN") {
            if self.sign(&["("]).is_none() {
                return Err(syntax(
                    "Syntax error: The items following the IN keyword must be separated by commas and be enclosed in parentheses.",
                ));
            }
            Node::In(Box::new(left), self.list()?)
        } else {
            left
        };
        Ok(if is_not { Node::Not(Box::new(node)) } else { node })
    }

    /// Items up to the closing parenthesis.
    fn list(&mut self) -> R<Vec<Node>> {
        let mut items = Vec::new();
        if self.sign(&[")"]).is_some() {
            return Ok(items);
        }
        loop {
            items.push(self.either()?);
            if self.sign(&[","]).is_none() {
                break;
            }
        }
        match self.sign(&[")"]) {
            Some(_) => Ok(items),
            None => Err(syntax("The expression is missing the closing parenthesis.")),
        }
    }

    fn sum(&mut self) -> R<Node> {
        let mut left = self.product()?;
        while let Some(sign) = self.sign(&["+", "-"]) {
            left = Node::Pair(sign, Box::new(left), Box::new(self.product()?));
        }
        Ok(left)
    }

    fn product(&mut self) -> R<Node> {
        let mut left = self.one()?;
        while let Some(sign) = self.sign(&["*", "/", "%"]) {
            left = Node::Pair(sign, Box::new(left), Box::new(self.one()?));
        }
        Ok(left)
    }

    fn one(&mut self) -> R<Node> {
        let mut is_negative = false;
        while let Some(sign) = self.sign(&["-", "+"]) {
            is_negative ^= sign == "-";
        }
        let node = self.operand()?;
        Ok(if is_negative { Node::Minus(Box::new(node)) } else { node })
    }

    fn operand(&mut self) -> R<Node> {
        let Some(token) = self.tokens.next() else {
            return Err(syntax(format!("Syntax error: Missing operand after '{}' operator.", self.last)));
        };
        Ok(match token {
            Token::Text(text) => Node::Value(Value::Str(text)),
            Token::Number(number) => Node::Value(match number.parse::<i64>() {
                Ok(whole) => i32::try_from(whole).map_or(Value::I64(whole), Value::I32),
                Err(_) => Value::F64(number.parse().unwrap_or(0.0)),
            }),
            Token::Column(name) => Node::Column(self.place(&name)?),
            Token::Name(name) if self.sign(&["("]).is_some() => Node::Call(name.to_ascii_lowercase(), self.list()?),
            Token::Name(name) => match name.to_ascii_lowercase().as_str() {
                "null" => Node::Value(Value::Null),
                "true" => Node::Value(true.into()),
                "false" => Node::Value(false.into()),
                _ => Node::Column(self.place(&name)?),
            },
            Token::Sign("(") => {
                let node = self.either()?;
                if self.sign(&[")"]).is_none() {
                    return Err(syntax("The expression is missing the closing parenthesis."));
                }
                node
            }
            Token::Sign(sign) => {
                return Err(syntax(format!("Syntax error: Missing operand before '{sign}' operator.")));
            }
        })
    }

    fn place(&self, name: &str) -> R<usize> {
        let missing = || error::thrown("System.Data.EvaluateException", format!("Cannot find column [{name}]."));
        self.columns.position(name).ok_or_else(missing)
    }
}

/// Whether two kept values are the same; text ignores case.
pub(super) fn is_same(a: &Value, b: &Value) -> bool {
    ordered(a, b) == Some(Ordering::Equal)
}

fn ordered(a: &Value, b: &Value) -> Option<Ordering> {
    match (a.base(), b.base()) {
        (Value::Null, Value::Null) => Some(Ordering::Equal),
        (Value::Null, _) => Some(Ordering::Less),
        (_, Value::Null) => Some(Ordering::Greater),
        (a, b) => match (number(a), number(b)) {
            (Some(a), Some(b)) => a.partial_cmp(&b),
            _ => match compare::order(a, b, true) {
                Some(order) => Some(order),
                None => compare::order(&Value::Str(text(a)), &Value::Str(text(b)), true),
            },
        },
    }
}

/// The order of two rows by columns.
pub(super) fn by_columns(order: &[(usize, bool)], a: &Row, b: &Row) -> Ordering {
    for (at, is_descending) in order {
        let way = ordered(&a.value(*at), &b.value(*at)).unwrap_or(Ordering::Equal);
        let way = if *is_descending { way.reverse() } else { way };
        if way != Ordering::Equal {
            return way;
        }
    }
    Ordering::Equal
}

/// Reads an order: `Age DESC, Name`.
///
/// # Errors
/// A column that is not there.
pub(super) fn parse_order(code: &str, columns: &Columns) -> R<Vec<(usize, bool)>> {
    let mut order = Vec::new();
    for part in code.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        let (name, way) = part.rsplit_once(' ').unwrap_or((part, "ASC"));
        let is_way = ["ASC", "DESC"].iter().any(|word| way.eq_ignore_ascii_case(word));
        let name = if is_way { name } else { part };
        let name = name.trim().trim_start_matches('[').trim_end_matches(']');
        let Some(at) = columns.position(name) else {
            return Err(error::thrown("System.IndexOutOfRangeException", format!("Cannot find column {name}.")));
        };
        order.push((at, is_way && way.eq_ignore_ascii_case("DESC")));
    }
    Ok(order)
}

fn number(value: &Value) -> Option<f64> {
    match value.base() {
        Value::F64(n) => Some(*n),
        Value::F32(n) => Some((*n).into()),
        Value::Decimal(_) => text(value).parse().ok(),
        other => other.as_i128().and_then(|n| i64::try_from(n).ok()).map(cast::double),
    }
}

/// A number as the operands have it: whole if both are.
fn of_kind(result: f64, whole: bool) -> Value {
    if !whole || result.fract() != 0.0 {
        return Value::F64(result);
    }
    let long = cast::truncate(result);
    i32::try_from(long).map_or(Value::I64(long), Value::I32)
}

impl Node {
    /// Whether a row fits.
    pub(super) fn holds(&self, row: &Row) -> R<bool> {
        Ok(matches!(self.of(row)?, Value::Bool(true)))
    }

    /// What the expression is for a row; null for what is unknown.
    pub(super) fn of(&self, row: &Row) -> R<Value> {
        Ok(match self {
            Self::Value(value) => value.clone(),
            Self::Column(at) => row.value(*at),
            Self::Not(node) => match node.of(row)? {
                Value::Bool(is) => (!is).into(),
                _ => Value::Null,
            },
            Self::Minus(node) => {
                let value = node.of(row)?;
                number(&value).map_or(Value::Null, |n| of_kind(-n, value.as_i128().is_some()))
            }
            Self::IsNull(node) => node.of(row)?.is_null().into(),
            Self::In(node, items) => {
                let value = node.of(row)?;
                let mut is_in = false;
                for item in items {
                    is_in |= !value.is_null() && is_same(&value, &item.of(row)?);
                }
                is_in.into()
            }
            Self::Pair(sign, left, right) => pair(sign, left, right, row)?,
            Self::Call(name, args) => call(name, args, row)?,
        })
    }
}

fn pair(sign: &str, left: &Node, right: &Node, row: &Row) -> R<Value> {
    let a = left.of(row)?;
    match (sign, &a) {
        ("AND", Value::Bool(false)) => return Ok(false.into()),
        ("OR", Value::Bool(true)) => return Ok(true.into()),
        ("AND" | "OR", _) => return right.of(row),
        _ => {}
    }
    let b = right.of(row)?;
    if a.is_null() || b.is_null() {
        return Ok(Value::Null);
    }
    let order = || ordered(&a, &b);
    Ok(match sign {
        "=" => (order() == Some(Ordering::Equal)).into(),
        "<>" => (order() != Some(Ordering::Equal)).into(),
        "<" => (order() == Some(Ordering::Less)).into(),
        ">" => (order() == Some(Ordering::Greater)).into(),
        "<=" => order().is_some_and(Ordering::is_le).into(),
        ">=" => order().is_some_and(Ordering::is_ge).into(),
        "LIKE" => {
            let pattern = text(&b).replace('%', "*");
            patterns::wildcard(&pattern, true)?.is_match(&text(&a)).into()
        }
        _ => calculated(sign, &a, &b),
    })
}

fn calculated(sign: &str, a: &Value, b: &Value) -> Value {
    let (Some(x), Some(y)) = (number(a), number(b)) else {
        return if sign == "+" { format!("{}{}", text(a), text(b)).into() } else { Value::Null };
    };
    let whole = a.as_i128().is_some() && b.as_i128().is_some();
    let result = match sign {
        "+" => x + y,
        "-" => x - y,
        "*" => x * y,
        "/" => return Value::F64(x / y),
        _ => x % y,
    };
    of_kind(result, whole)
}

fn call(name: &str, args: &[Node], row: &Row) -> R<Value> {
    let arg = |at: usize| args.get(at).map_or(Ok(Value::Null), |node| node.of(row));
    let whole = |value: Value| value.as_i128().and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
    let first = arg(0)?;
    Ok(match name {
        "len" => Value::int(text(&first).encode_utf16().count()),
        "trim" => text(&first).trim().into(),
        "isnull" => {
            if first.is_null() {
                arg(1)?
            } else {
                first
            }
        }
        "iif" => arg(if matches!(first, Value::Bool(true)) { 1 } else { 2 })?,
        "substring" => {
            let (from, length) = (whole(arg(1)?).saturating_sub(1), whole(arg(2)?));
            text(&first).chars().skip(from).take(length).collect::<String>().into()
        }
        _ => {
            let message = format!("The expression contains undefined function call {name}().");
            return Err(error::thrown("System.Data.EvaluateException", message));
        }
    })
}

/// What `Compute()` gives: an aggregate of rows, null of none.
pub(super) fn aggregate(node: &Node, rows: &[Arc<Row>]) -> R<Value> {
    let Node::Call(name, args) = node else {
        return rows.first().map_or(Ok(Value::Null), |row| node.of(row));
    };
    let [of] = args.as_slice() else {
        return Err(syntax(
            "Syntax error in aggregate argument: Expecting a single column argument with possible 'Child' qualifier.",
        ));
    };
    let mut values = Vec::new();
    for row in rows {
        values.push(of.of(row)?);
    }
    values.retain(|value| !value.is_null());
    let whole = values.iter().all(|value| value.as_i128().is_some());
    let numbers: Vec<f64> = values.iter().filter_map(number).collect();
    let count = cast::double(cast::int64(numbers.len()));
    let sum: f64 = numbers.iter().sum();
    let spread = || numbers.iter().map(|n| (n - sum / count).powi(2)).sum::<f64>() / (count - 1.0);
    let extreme = |way: Ordering| {
        let mut best: Option<&Value> = None;
        for value in &values {
            if best.is_none_or(|best| ordered(value, best) == Some(way)) {
                best = Some(value);
            }
        }
        best.cloned().unwrap_or_default()
    };
    Ok(match name.as_str() {
        "count" => Value::int(values.len()),
        "min" => extreme(Ordering::Less),
        "max" => extreme(Ordering::Greater),
        _ if values.is_empty() => Value::Null,
        "sum" if whole => Value::I64(cast::truncate(sum)),
        "sum" => Value::F64(sum),
        "avg" if whole => of_kind((sum / count).trunc(), true),
        "avg" => Value::F64(sum / count),
        "var" => Value::F64(spread()),
        "stdev" => Value::F64(spread().sqrt()),
        _ => return rows.first().map_or(Ok(Value::Null), |row| node.of(row)),
    })
}
