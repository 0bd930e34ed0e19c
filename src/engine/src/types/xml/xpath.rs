//! XPath 1.0 over the nodes of a document.

use std::collections::{HashMap, HashSet};

use super::dom::{Kind, Node};
use crate::{
    eval::{Flow, R, Runspace, error},
    limits,
};

mod parse;

use parse::{Axis, Expr, Operator, Start, Step, Test};

/// The nodes that an expression selects, in document order.
///
/// # Errors
/// `XPathException`
pub(crate) fn select(rs: &Runspace, context: &Node, source: &str, namespaces: &[(String, String)]) -> R<Vec<Node>> {
    let expression = parse::parse(source).ok_or_else(|| wrong(&format!("'{source}' has an invalid token.")))?;
    let mut order = HashMap::new();
    for (at, node) in context.at(0).descendants().into_iter().enumerate() {
        let at = at.saturating_mul(ATTRIBUTES);
        order.insert(node.id, at);
        for (offset, attribute) in node.attributes().into_iter().enumerate() {
            order.insert(attribute.id, at.saturating_add(offset).saturating_add(1));
        }
    }
    let evaluator = Evaluator { rs, source, namespaces, order };
    match evaluator.value(&expression, &Place { node: context.clone(), position: 1, size: 1 })? {
        Found::Nodes(nodes) => Ok(nodes),
        _ => Err(wrong("Expression must evaluate to a node-set.")),
    }
}

/// The room that attributes have in the numbering of nodes.
const ATTRIBUTES: usize = 1024;

fn wrong(message: &str) -> Flow {
    error::thrown("System.Xml.XPath.XPathException", message)
}

/// What an expression gives.
enum Found {
    Nodes(Vec<Node>),
    Text(String),
    Number(f64),
    Flag(bool),
}

/// The node that an expression is about, and its place among the others.
struct Place {
    node: Node,
    position: usize,
    size: usize,
}

struct Evaluator<'e> {
    rs: &'e Runspace,
    source: &'e str,
    namespaces: &'e [(String, String)],
    /// Nodes by their place in the document.
    order: HashMap<usize, usize>,
}

fn number_of(text: &str) -> f64 {
    text.trim().parse().unwrap_or(f64::NAN)
}

fn float(n: usize) -> f64 {
    u32::try_from(n).map_or(f64::MAX, f64::from)
}

impl Found {
    fn text(self) -> String {
        match self {
            Self::Nodes(nodes) => nodes.first().map(string_value).unwrap_or_default(),
            Self::Text(text) => text,
            Self::Number(n) if n.is_infinite() => if n > 0.0 { "Infinity" } else { "-Infinity" }.into(),
            Self::Number(n) => n.to_string(),
            Self::Flag(flag) => flag.to_string(),
        }
    }

    fn number(self) -> f64 {
        match self {
            Self::Number(n) => n,
            Self::Flag(flag) => f64::from(u8::from(flag)),
            other => number_of(&other.text()),
        }
    }

    fn flag(self) -> bool {
        match self {
            Self::Nodes(nodes) => !nodes.is_empty(),
            Self::Text(text) => !text.is_empty(),
            Self::Number(n) => n != 0.0 && !n.is_nan(),
            Self::Flag(flag) => flag,
        }
    }
}

fn string_value(node: &Node) -> String {
    node.inner_text()
}

impl Evaluator<'_> {
    fn value(&self, expression: &Expr, place: &Place) -> R<Found> {
        Ok(match expression {
            Expr::Literal(text) => Found::Text(text.clone()),
            Expr::Number(n) => Found::Number(*n),
            Expr::Negative(inner) => Found::Number(-self.value(inner, place)?.number()),
            Expr::Binary(operator, left, right) => return self.binary(*operator, left, right, place),
            Expr::Call(name, args) => return self.call(name, args, place),
            Expr::Path(start, steps) => {
                let mut nodes = match start {
                    Start::Root => vec![place.node.at(0)],
                    Start::Context => vec![place.node.clone()],
                    Start::Filter(inner, predicates) => match self.value(inner, place)? {
                        Found::Nodes(nodes) => self.filter(nodes, predicates)?,
                        other if steps.is_empty() && predicates.is_empty() => return Ok(other),
                        _ => return Err(wrong("Expression must evaluate to a node-set.")),
                    },
                };
                for step in steps {
                    nodes = self.step(&nodes, step)?;
                }
                Found::Nodes(nodes)
            }
        })
    }

    fn binary(&self, operator: Operator, left: &Expr, right: &Expr, place: &Place) -> R<Found> {
        match operator {
            Operator::Or => {
                return Ok(Found::Flag(self.value(left, place)?.flag() || self.value(right, place)?.flag()));
            }
            Operator::And => {
                return Ok(Found::Flag(self.value(left, place)?.flag() && self.value(right, place)?.flag()));
            }
            _ => {}
        }
        let (left, right) = (self.value(left, place)?, self.value(right, place)?);
        Ok(match operator {
            Operator::Union => match (left, right) {
                (Found::Nodes(mut nodes), Found::Nodes(more)) => {
                    nodes.extend(more);
                    Found::Nodes(self.sorted(nodes))
                }
                _ => return Err(wrong("Expression must evaluate to a node-set.")),
            },
            Operator::Add => Found::Number(left.number() + right.number()),
            Operator::Subtract => Found::Number(left.number() - right.number()),
            Operator::Multiply => Found::Number(left.number() * right.number()),
            Operator::Divide => Found::Number(left.number() / right.number()),
            Operator::Modulo => Found::Number(left.number() % right.number()),
            _ => Found::Flag(compare(operator, left, right)),
        })
    }

    fn sorted(&self, mut nodes: Vec<Node>) -> Vec<Node> {
        let mut seen = HashSet::new();
        nodes.retain(|node| seen.insert(node.id));
        nodes.sort_by_key(|node| self.order.get(&node.id).copied().unwrap_or(usize::MAX));
        nodes
    }

    fn step(&self, from: &[Node], step: &Step) -> R<Vec<Node>> {
        let mut found = Vec::new();
        for node in from {
            self.rs.check_stop()?;
            let mut candidates = axis(node, step.axis);
            let mut kept = Vec::new();
            for candidate in candidates.drain(..) {
                if self.matches(&candidate, step)? {
                    kept.push(candidate);
                }
            }
            found.extend(self.filter(kept, &step.predicates)?);
            if found.len() > limits::MAX_ITEMS {
                return Err(wrong("Too many nodes."));
            }
        }
        Ok(self.sorted(found))
    }

    fn filter(&self, mut nodes: Vec<Node>, predicates: &[Expr]) -> R<Vec<Node>> {
        for predicate in predicates {
            let size = nodes.len();
            let mut kept = Vec::new();
            for (at, node) in nodes.into_iter().enumerate() {
                let position = at.saturating_add(1);
                let place = Place { node: node.clone(), position, size };
                let holds = match self.value(predicate, &place)? {
                    Found::Number(n) => n == float(position),
                    other => other.flag(),
                };
                if holds {
                    kept.push(node);
                }
            }
            nodes = kept;
        }
        Ok(nodes)
    }

    fn matches(&self, node: &Node, step: &Step) -> R<bool> {
        let principal = if step.axis == Axis::Attribute { Kind::Attribute } else { Kind::Element };
        let kind = node.kind();
        Ok(match &step.test {
            Test::Any => true,
            Test::Text => kind.is_text(),
            Test::Comment => kind == Kind::Comment,
            Test::Instruction(name) => {
                kind == Kind::Instruction && name.as_ref().is_none_or(|name| node.local_name() == *name)
            }
            Test::Name { prefix, local } => {
                if kind != principal {
                    return Ok(false);
                }
                let data = node.data();
                let namespace = match prefix.as_str() {
                    "" => String::new(),
                    prefix => match self.namespaces.iter().rev().find(|(have, _)| have == prefix) {
                        Some((_, means)) => means.clone(),
                        None => {
                            return Err(wrong(
                                "Namespace Manager or XsltContext needed. This query has a prefix, variable, or user-defined function.",
                            ));
                        }
                    },
                };
                let any = local == "*";
                (any && prefix.is_empty() || data.namespace == namespace) && (any || data.local == *local)
            }
        })
    }

    fn call(&self, name: &str, args: &[Expr], place: &Place) -> R<Found> {
        let text = |at: usize| -> R<String> {
            match args.get(at) {
                Some(arg) => Ok(self.value(arg, place)?.text()),
                None => Ok(string_value(&place.node)),
            }
        };
        let number = |at: usize| -> R<f64> { Ok(number_of(&text(at)?)) };
        let node = || -> R<Option<Node>> {
            match args.first() {
                None => Ok(Some(place.node.clone())),
                Some(arg) => match self.value(arg, place)? {
                    Found::Nodes(nodes) => Ok(nodes.into_iter().next()),
                    _ => Err(wrong("Expression must evaluate to a node-set.")),
                },
            }
        };
        let nodes = || -> R<Vec<Node>> {
            match args.first().map(|arg| self.value(arg, place)).transpose()? {
                Some(Found::Nodes(nodes)) => Ok(nodes),
                _ => Err(wrong("Expression must evaluate to a node-set.")),
            }
        };
        Ok(match name {
            "last" => Found::Number(float(place.size)),
            "position" => Found::Number(float(place.position)),
            "count" => Found::Number(float(nodes()?.len())),
            "name" => Found::Text(node()?.map(|node| node.name()).unwrap_or_default()),
            "local-name" => Found::Text(node()?.map(|node| node.local_name()).unwrap_or_default()),
            "namespace-uri" => Found::Text(node()?.map(|node| node.data().namespace).unwrap_or_default()),
            "string" => Found::Text(text(0)?),
            "concat" => {
                let mut whole = String::new();
                for at in 0..args.len() {
                    whole.push_str(&text(at)?);
                }
                Found::Text(whole)
            }
            "starts-with" => Found::Flag(text(0)?.starts_with(&text(1)?)),
            "contains" => Found::Flag(text(0)?.contains(&text(1)?)),
            "substring-before" => {
                Found::Text(text(0)?.split_once(&text(1)?).map(|(before, _)| before.to_owned()).unwrap_or_default())
            }
            "substring-after" => {
                Found::Text(text(0)?.split_once(&text(1)?).map(|(_, after)| after.to_owned()).unwrap_or_default())
            }
            "substring" => {
                let from = number(1)?.round();
                let end = if args.len() > 2 { from + number(2)?.round() } else { f64::INFINITY };
                let inside = |at: usize| float(at.saturating_add(1)) >= from && float(at.saturating_add(1)) < end;
                Found::Text(text(0)?.chars().enumerate().filter(|(at, _)| inside(*at)).map(|(_, c)| c).collect())
            }
            "string-length" => Found::Number(float(text(0)?.encode_utf16().count())),
            "normalize-space" => Found::Text(text(0)?.split_whitespace().collect::<Vec<_>>().join(" ")),
            "translate" => {
                let (from, to): (Vec<char>, Vec<char>) = (text(1)?.chars().collect(), text(2)?.chars().collect());
                let change = |c: char| match from.iter().position(|have| *have == c) {
                    Some(at) => to.get(at).copied(),
                    None => Some(c),
                };
                Found::Text(text(0)?.chars().filter_map(change).collect())
            }
            "boolean" => Found::Flag(match args.first() {
                Some(arg) => self.value(arg, place)?.flag(),
                None => false,
            }),
            "not" => Found::Flag(match args.first() {
                Some(arg) => !self.value(arg, place)?.flag(),
                None => true,
            }),
            "true" => Found::Flag(true),
            "false" => Found::Flag(false),
            "number" => Found::Number(match args.first() {
                Some(arg) => self.value(arg, place)?.number(),
                None => number_of(&string_value(&place.node)),
            }),
            "sum" => Found::Number(nodes()?.iter().map(|node| number_of(&string_value(node))).sum()),
            "floor" => Found::Number(number(0)?.floor()),
            "ceiling" => Found::Number(number(0)?.ceil()),
            "round" => Found::Number((number(0)? + 0.5).floor()),
            _ => {
                return Err(wrong(&format!(
                    "Namespace Manager or XsltContext needed. This query has a prefix, variable, or user-defined function. ({})",
                    self.source
                )));
            }
        })
    }
}

fn compare(operator: Operator, left: Found, right: Found) -> bool {
    let holds = |order: Option<std::cmp::Ordering>| match operator {
        Operator::Equal => order == Some(std::cmp::Ordering::Equal),
        Operator::NotEqual => order != Some(std::cmp::Ordering::Equal),
        Operator::Less => order == Some(std::cmp::Ordering::Less),
        Operator::LessOrEqual => order.is_some_and(std::cmp::Ordering::is_le),
        Operator::Greater => order == Some(std::cmp::Ordering::Greater),
        _ => order.is_some_and(std::cmp::Ordering::is_ge),
    };
    let is_equality = matches!(operator, Operator::Equal | Operator::NotEqual);
    match (left, right) {
        (Found::Nodes(left), Found::Nodes(right)) => left.iter().any(|left| {
            let left = string_value(left);
            right.iter().any(|right| {
                let right = string_value(right);
                if is_equality {
                    holds(Some(left.cmp(&right)))
                } else {
                    holds(number_of(&left).partial_cmp(&number_of(&right)))
                }
            })
        }),
        (Found::Nodes(nodes), Found::Flag(flag)) => holds(Some((!nodes.is_empty()).cmp(&flag))),
        (Found::Flag(flag), Found::Nodes(nodes)) => holds(Some(flag.cmp(&!nodes.is_empty()))),
        (Found::Nodes(nodes), Found::Text(text)) if is_equality => {
            nodes.iter().any(|node| holds(Some(string_value(node).cmp(&text))))
        }
        (Found::Text(text), Found::Nodes(nodes)) if is_equality => {
            nodes.iter().any(|node| holds(Some(text.cmp(&string_value(node)))))
        }
        (Found::Nodes(nodes), other) => {
            let n = other.number();
            nodes.iter().any(|node| holds(number_of(&string_value(node)).partial_cmp(&n)))
        }
        (other, Found::Nodes(nodes)) => {
            let n = other.number();
            nodes.iter().any(|node| holds(n.partial_cmp(&number_of(&string_value(node)))))
        }
        (left, right) if !is_equality => holds(left.number().partial_cmp(&right.number())),
        (Found::Flag(left), right) => holds(Some(left.cmp(&right.flag()))),
        (left, Found::Flag(right)) => holds(Some(left.flag().cmp(&right))),
        (Found::Number(left), right) => holds(left.partial_cmp(&right.number())),
        (left, Found::Number(right)) => holds(left.number().partial_cmp(&right)),
        (left, right) => holds(Some(left.text().cmp(&right.text()))),
    }
}

/// The nodes of an axis, the nearest first.
fn axis(node: &Node, axis: Axis) -> Vec<Node> {
    let visible = |nodes: Vec<Node>| -> Vec<Node> {
        nodes.into_iter().filter(|node| !matches!(node.kind(), Kind::Declaration | Kind::DocumentType)).collect()
    };
    let ancestors = |node: &Node| -> Vec<Node> { std::iter::successors(node.parent(), Node::parent).collect() };
    match axis {
        Axis::Own => vec![node.clone()],
        Axis::Child if node.kind() == Kind::Attribute => Vec::new(),
        Axis::Child => visible(node.children()),
        Axis::Descendant => visible(node.descendants().split_off(1)),
        Axis::DescendantOrOwn => visible(node.descendants()),
        Axis::Parent => node.parent().into_iter().collect(),
        Axis::Ancestor => ancestors(node),
        Axis::AncestorOrOwn => std::iter::once(node.clone()).chain(ancestors(node)).collect(),
        Axis::Attribute => {
            node.attributes().into_iter().filter(|a| a.data().namespace != "http://www.w3.org/2000/xmlns/").collect()
        }
        Axis::FollowingSibling => {
            let at = node.position().map_or(usize::MAX, |at| at.saturating_add(1));
            node.parent().map(|parent| parent.children().into_iter().skip(at).collect()).unwrap_or_default()
        }
        Axis::PrecedingSibling => {
            let at = node.position().unwrap_or(0);
            let mut before: Vec<Node> =
                node.parent().map(|parent| parent.children().into_iter().take(at).collect()).unwrap_or_default();
            before.reverse();
            before
        }
        Axis::Following | Axis::Preceding => {
            let all = visible(node.at(0).descendants());
            let above: HashSet<usize> = ancestors(node).iter().map(|node| node.id).collect();
            let below: HashSet<usize> = node.descendants().iter().map(|node| node.id).collect();
            let at = all.iter().position(|other| other.same(node)).unwrap_or(all.len());
            let mut found: Vec<Node> = all
                .into_iter()
                .enumerate()
                .filter(|(place, other)| {
                    let is_after = *place > at;
                    (axis == Axis::Following) == is_after && !above.contains(&other.id) && !below.contains(&other.id)
                })
                .map(|(_, other)| other)
                .collect();
            if axis == Axis::Preceding {
                found.reverse();
            }
            found
        }
    }
}
