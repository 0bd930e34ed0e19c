//! XPath expressions as text.

use crate::limits;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Operator {
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
    Union,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Axis {
    Own,
    Child,
    Descendant,
    DescendantOrOwn,
    Parent,
    Ancestor,
    AncestorOrOwn,
    Attribute,
    FollowingSibling,
    PrecedingSibling,
    Following,
    Preceding,
}

#[derive(Debug)]
pub(super) enum Test {
    Any,
    Text,
    Comment,
    Instruction(Option<String>),
    Name { prefix: String, local: String },
}

#[derive(Debug)]
pub(super) struct Step {
    pub(super) axis: Axis,
    pub(super) test: Test,
    pub(super) predicates: Vec<Expr>,
}

#[derive(Debug)]
pub(super) enum Start {
    Root,
    Context,
    Filter(Box<Expr>, Vec<Expr>),
}

#[derive(Debug)]
pub(super) enum Expr {
    Literal(String),
    Number(f64),
    Negative(Box<Self>),
    Binary(Operator, Box<Self>, Box<Self>),
    Call(String, Vec<Self>),
    Path(Start, Vec<Step>),
}

/// An expression; none if the text is not one.
pub(super) fn parse(source: &str) -> Option<Expr> {
    let mut parser = Parser { source, at: 0, depth: 0 };
    let expression = parser.binary(0)?;
    parser.spaces();
    parser.rest().is_empty().then_some(expression)
}

/// Operators by their level, the loosest first.
const LEVELS: &[&[(&str, Operator)]] = &[
    &[("or", Operator::Or)],
    &[("and", Operator::And)],
    &[("=", Operator::Equal), ("!=", Operator::NotEqual)],
    &[("<=", Operator::LessOrEqual), (">=", Operator::GreaterOrEqual), ("<", Operator::Less), (">", Operator::Greater)],
    &[("+", Operator::Add), ("-", Operator::Subtract)],
    &[("*", Operator::Multiply), ("div", Operator::Divide), ("mod", Operator::Modulo)],
];

const AXES: &[(&str, Axis)] = &[
    ("self", Axis::Own),
    ("child", Axis::Child),
    ("descendant", Axis::Descendant),
    ("descendant-or-self", Axis::DescendantOrOwn),
    ("parent", Axis::Parent),
    ("ancestor", Axis::Ancestor),
    ("ancestor-or-self", Axis::AncestorOrOwn),
    ("attribute", Axis::Attribute),
    ("following-sibling", Axis::FollowingSibling),
    ("preceding-sibling", Axis::PrecedingSibling),
    ("following", Axis::Following),
    ("preceding", Axis::Preceding),
];

struct Parser<'s> {
    source: &'s str,
    at: usize,
    depth: usize,
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '.')
}

fn step(axis: Axis, test: Test) -> Step {
    Step { axis, test, predicates: Vec::new() }
}

impl<'s> Parser<'s> {
    fn rest(&self) -> &'s str {
        self.source.get(self.at..).unwrap_or("")
    }

    fn spaces(&mut self) {
        let rest = self.rest();
        self.at = self.at.saturating_add(rest.len().saturating_sub(rest.trim_start().len()));
    }

    fn eat(&mut self, text: &str) -> bool {
        self.spaces();
        let found = self.rest().starts_with(text);
        if found {
            self.at = self.at.saturating_add(text.len());
        }
        found
    }

    /// An operator; one that is a word ends where the word does.
    fn operator(&mut self, level: &[(&str, Operator)]) -> Option<Operator> {
        self.spaces();
        for (text, operator) in level {
            let Some(after) = self.rest().strip_prefix(text) else { continue };
            let is_word = text.starts_with(char::is_alphabetic);
            if is_word && after.starts_with(is_name) {
                continue;
            }
            self.at = self.at.saturating_add(text.len());
            return Some(*operator);
        }
        None
    }

    fn binary(&mut self, level: usize) -> Option<Expr> {
        let Some(operators) = LEVELS.get(level) else { return self.unary() };
        let below = level.saturating_add(1);
        self.depth = self.depth.saturating_add(1);
        if self.depth > limits::MAX_XPATH_DEPTH {
            return None;
        }
        let mut left = self.binary(below)?;
        while let Some(operator) = self.operator(operators) {
            let right = self.binary(below)?;
            left = Expr::Binary(operator, Box::new(left), Box::new(right));
        }
        self.depth = self.depth.saturating_sub(1);
        Some(left)
    }

    fn unary(&mut self) -> Option<Expr> {
        if self.eat("-") {
            return self.unary().map(|inner| Expr::Negative(Box::new(inner)));
        }
        let mut left = self.path()?;
        while self.eat("|") {
            let right = self.path()?;
            left = Expr::Binary(Operator::Union, Box::new(left), Box::new(right));
        }
        Some(left)
    }

    fn path(&mut self) -> Option<Expr> {
        self.spaces();
        let mut steps = Vec::new();
        let start = if self.eat("//") {
            steps.push(step(Axis::DescendantOrOwn, Test::Any));
            steps.push(self.step()?);
            Start::Root
        } else if self.eat("/") {
            self.spaces();
            if !self.rest().starts_with(|c: char| c.is_alphabetic() || matches!(c, '_' | '*' | '@' | '.')) {
                return Some(Expr::Path(Start::Root, steps));
            }
            steps.push(self.step()?);
            Start::Root
        } else if let Some(primary) = self.primary() {
            let primary = primary?;
            let predicates = self.predicates()?;
            if predicates.is_empty() && !self.rest().trim_start().starts_with('/') {
                return Some(primary);
            }
            Start::Filter(Box::new(primary), predicates)
        } else {
            steps.push(self.step()?);
            Start::Context
        };
        loop {
            if self.eat("//") {
                steps.push(step(Axis::DescendantOrOwn, Test::Any));
            } else if !self.eat("/") {
                return Some(Expr::Path(start, steps));
            }
            steps.push(self.step()?);
        }
    }

    /// A literal, number, call or expression in parentheses; nothing if a step begins here.
    fn primary(&mut self) -> Option<Option<Expr>> {
        self.spaces();
        let rest = self.rest();
        let first = rest.chars().next()?;
        if first == '"' || first == '\'' {
            let inner = rest.get(1..)?;
            let Some(end) = inner.find(first) else { return Some(None) };
            self.at = self.at.saturating_add(end).saturating_add(2);
            return Some(inner.get(..end).map(|text| Expr::Literal(text.to_owned())));
        }
        let second_is_digit = rest.chars().nth(1).is_some_and(|c| c.is_ascii_digit());
        if first.is_ascii_digit() || first == '.' && second_is_digit {
            let length = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
            self.at = self.at.saturating_add(length);
            return Some(rest.get(..length).and_then(|text| text.parse().ok()).map(Expr::Number));
        }
        if self.eat("(") {
            let inner = self.binary(0);
            return Some(inner.filter(|_| self.eat(")")));
        }
        let length = rest.find(|c| !is_name(c) && c != ':').unwrap_or(rest.len());
        let name = rest.get(..length).unwrap_or("");
        let is_call = !name.is_empty()
            && !name.contains("::")
            && !["text", "node", "comment", "processing-instruction"].contains(&name)
            && rest.get(length..).unwrap_or("").trim_start().starts_with('(');
        if !is_call {
            return None;
        }
        self.at = self.at.saturating_add(length);
        self.eat("(");
        let mut args = Vec::new();
        if !self.eat(")") {
            loop {
                let Some(arg) = self.binary(0) else { return Some(None) };
                args.push(arg);
                if self.eat(")") {
                    break;
                }
                if !self.eat(",") {
                    return Some(None);
                }
            }
        }
        Some(Some(Expr::Call(name.to_owned(), args)))
    }

    fn predicates(&mut self) -> Option<Vec<Expr>> {
        let mut predicates = Vec::new();
        while self.eat("[") {
            predicates.push(self.binary(0)?);
            if !self.eat("]") {
                return None;
            }
        }
        Some(predicates)
    }

    fn step(&mut self) -> Option<Step> {
        if self.eat("..") {
            return Some(step(Axis::Parent, Test::Any));
        }
        if self.eat(".") {
            return Some(step(Axis::Own, Test::Any));
        }
        let mut axis = Axis::Child;
        if self.eat("@") {
            axis = Axis::Attribute;
        } else {
            for (name, of) in AXES {
                let with_colons = format!("{name}::");
                if self.eat(&with_colons) {
                    axis = *of;
                    break;
                }
            }
        }
        let test = self.test()?;
        Some(Step { axis, test, predicates: self.predicates()? })
    }

    fn test(&mut self) -> Option<Test> {
        self.spaces();
        for (text, test) in [("node()", Test::Any), ("text()", Test::Text), ("comment()", Test::Comment)] {
            if self.eat(text) {
                return Some(test);
            }
        }
        if self.eat("processing-instruction(") {
            let name = match self.primary() {
                Some(Some(Expr::Literal(name))) => Some(name),
                _ => None,
            };
            return self.eat(")").then_some(Test::Instruction(name));
        }
        if self.eat("*") {
            return Some(Test::Name { prefix: String::new(), local: "*".into() });
        }
        let first = self.name()?;
        if self.rest().starts_with(':') && !self.rest().starts_with("::") {
            self.eat(":");
            if self.eat("*") {
                return Some(Test::Name { prefix: first, local: "*".into() });
            }
            return self.name().map(|local| Test::Name { prefix: first, local });
        }
        Some(Test::Name { prefix: String::new(), local: first })
    }

    fn name(&mut self) -> Option<String> {
        let rest = self.rest();
        if !rest.starts_with(|c: char| c.is_alphabetic() || c == '_') {
            return None;
        }
        let length = rest.find(|c| !is_name(c)).unwrap_or(rest.len());
        self.at = self.at.saturating_add(length);
        rest.get(..length).map(str::to_owned)
    }
}
