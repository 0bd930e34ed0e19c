//! What an expression is, without running it: from variables that hold values, from constants, casts and assignments.

use psrpd_dotnet::casing;
use psrpd_lang::{
    Script,
    ast::{Kind, List, NodeId, Number, VariableScope},
    token::TokenKind,
};

use super::Line;
use crate::{
    commands::{
        CommandInfo,
        find::{self, Kinds},
        known,
    },
    eval::{Name, R, Runspace},
    types::{self, Type, describe},
    value::{Value, enumerate},
};

/// What is known of an expression.
#[derive(Clone)]
pub(super) enum Known {
    /// A value that a variable holds.
    Value(Value),
    Type(Type),
    /// A type itself.
    TypeObject(Type),
    /// A hashtable or custom object of the text, by its keys.
    Keys(Vec<String>, Type),
    Nothing,
}

/// How deep one conclusion may rest on others.
const MAX_DEPTH: usize = 24;

/// Concludes what a node gives.
pub(super) struct Inference<'i, 's> {
    pub(super) rs: &'i mut Runspace,
    pub(super) line: &'i Line<'s>,
    depth: usize,
}

impl<'i, 's> Inference<'i, 's> {
    pub(super) fn new(rs: &'i mut Runspace, line: &'i Line<'s>) -> Self {
        Self { rs, line, depth: 0 }
    }

    fn script(&self) -> &'s Script {
        self.line.script
    }

    /// What an expression, statement or pipeline gives.
    pub(super) fn of(&mut self, node: NodeId) -> R<Known> {
        if self.depth >= MAX_DEPTH {
            return Ok(Known::Nothing);
        }
        self.depth = self.depth.saturating_add(1);
        let known = self.node(node);
        self.depth = self.depth.saturating_sub(1);
        known
    }

    fn node(&mut self, node: NodeId) -> R<Known> {
        let script = self.script();
        Ok(match script.kind(node) {
            Kind::VariableExpression { path, .. } => {
                let name = script.text(path.unqualified_path).to_owned();
                if matches!(path.scope, VariableScope::Drive) {
                    Known::Type(types::string())
                } else {
                    self.variable(&name, node)?
                }
            }
            Kind::StringConstantExpression { .. } | Kind::ExpandableStringExpression { .. } => {
                Known::Type(types::string())
            }
            Kind::ConstantExpression { value } => Known::Type(number(value)),
            Kind::TypeExpression { type_name } => self.type_named(&script.full_type_name(type_name), true),
            Kind::ConvertExpression { type_constraint, child } => self.cast(type_constraint, child)?,
            Kind::AttributedExpression { child, .. } => self.of(child)?,
            Kind::ParenExpression { pipeline } => self.of(pipeline)?,
            Kind::CommandExpression { expression, .. } => self.of(expression)?,
            Kind::Pipeline { elements, .. } => self.last(elements)?,
            Kind::SubExpression { sub_expression } => self.of(sub_expression)?,
            Kind::StatementBlock { statements, .. } => self.last(statements)?,
            Kind::AssignmentStatement { right, .. } => self.of(right)?,
            Kind::Command { .. } => self.command(node)?,
            Kind::Hashtable { pairs } => Known::Keys(keys(script, pairs), types::hashtable()),
            Kind::ScriptBlockExpression { .. } => Known::Type(types::script_block()),
            Kind::ArrayLiteral { .. } | Kind::ArrayExpression { .. } => {
                Known::Type(types::array_of(&types::object(), 1))
            }
            Kind::BinaryExpression { operator, left, .. } => self.binary(operator, left)?,
            Kind::MemberExpression { expression, member, is_static, .. } => {
                let name = script.extent_text(script.node(member).extent).trim_matches(['\'', '"']).to_owned();
                let target = self.of(expression)?;
                self.member(&target, &name, is_static)?
            }
            Kind::InvokeMemberExpression { expression, member, is_static, .. } => {
                let name = script.extent_text(script.node(member).extent).to_owned();
                let target = self.of(expression)?;
                self.result_of(&target, &name, is_static)
            }
            Kind::IndexExpression { target, .. } => {
                let known = self.of(target)?;
                element(&known)
            }
            _ => Known::Nothing,
        })
    }

    fn last(&mut self, list: List) -> R<Known> {
        match self.script().list(list).last().copied() {
            Some(last) => self.of(last),
            None => Ok(Known::Nothing),
        }
    }

    fn type_named(&self, name: &str, is_object: bool) -> Known {
        match self.rs.find_type(name) {
            Some(of) if is_object => Known::TypeObject(of),
            Some(of) => Known::Type(of),
            None => Known::Nothing,
        }
    }

    fn cast(&mut self, constraint: NodeId, child: NodeId) -> R<Known> {
        let script = self.script();
        let Kind::TypeConstraint { type_name } = script.kind(constraint) else { return Ok(Known::Nothing) };
        let name = script.full_type_name(type_name);
        if let Kind::Hashtable { pairs } = script.kind(child)
            && ["pscustomobject", "psobject", "ordered", "hashtable"].iter().any(|of| casing::eq(of, &name))
        {
            let of = if casing::eq(&name, "pscustomobject") { types::custom_object() } else { types::hashtable() };
            return Ok(Known::Keys(keys(script, pairs), of));
        }
        Ok(self.type_named(&name, false))
    }

    fn binary(&mut self, operator: TokenKind, left: NodeId) -> R<Known> {
        let name = operator.text().trim_start_matches('-').to_ascii_lowercase();
        let plain = name.trim_start_matches(['i', 'c']);
        Ok(match plain {
            ".." => Known::Type(types::array_of(&types::int32(), 1)),
            "f" | "join" | "replace" => Known::Type(types::string()),
            "split" => Known::Type(types::array_of(&types::string(), 1)),
            "and" | "or" | "xor" | "s" | "snot" => Known::Type(types::boolean()),
            _ if operator.text().starts_with('-') && operator.text().len() > 1 => Known::Type(types::boolean()),
            _ => self.of(left)?,
        })
    }

    /// A variable: what the text assigned last, or what it holds.
    fn variable(&mut self, name: &str, at: NodeId) -> R<Known> {
        if name == "_" || casing::eq(name, "PSItem") {
            return self.underscore(at);
        }
        if casing::eq(name, "this")
            && let Some(value) = self.rs.variable(name)
        {
            return Ok(Known::Value(value));
        }
        if let Some(known) = self.assigned(name, at)? {
            return Ok(known);
        }
        Ok(match self.rs.lookup(&Name::new(name)) {
            Some(value) if !value.is_null() => Known::Value(value),
            _ => Known::Nothing,
        })
    }

    /// The last assignment or declaration in front of a place.
    fn assigned(&mut self, name: &str, at: NodeId) -> R<Option<Known>> {
        let script = self.script();
        let before = script.node(at).extent.start();
        let names = |id: NodeId| matches!(script.kind(id), Kind::VariableExpression { path, .. } if casing::eq(script.text(path.unqualified_path), name));
        let found = self.line.nodes(|script, id| {
            script.node(id).extent.end() <= before
                && match script.kind(id) {
                    Kind::AssignmentStatement { left, .. } => match script.kind(left) {
                        Kind::ConvertExpression { child, .. } | Kind::AttributedExpression { child, .. } => {
                            names(child)
                        }
                        _ => names(left),
                    },
                    Kind::Parameter { name, .. } => names(name),
                    _ => false,
                }
        });
        let declared = self.line.nodes(|script, id| {
            matches!(script.kind(id), Kind::Parameter { name, .. } if names(name) && script.node(id).extent.start() < before)
        });
        let loops = self.line.nodes(|script, id| {
            matches!(script.kind(id), Kind::ForEachStatement { variable, .. } if names(variable) && script.node(variable).extent.end() <= before)
        });
        if let Some(found) = found.last().copied() {
            let known = match script.kind(found) {
                Kind::AssignmentStatement { left, right, .. } => match script.kind(left) {
                    Kind::ConvertExpression { type_constraint, child } => self.cast(type_constraint, child)?,
                    _ => self.of(right)?,
                },
                _ => self.parameter(found),
            };
            if !matches!(known, Known::Nothing) {
                return Ok(Some(known));
            }
        }
        if let Some(found) = declared.last().copied() {
            return Ok(Some(self.parameter(found)).filter(|known| !matches!(known, Known::Nothing)));
        }
        if let Some(found) = loops.last().copied()
            && let Kind::ForEachStatement { condition, .. } = script.kind(found)
        {
            let known = self.of(condition)?;
            return Ok(Some(element(&known)));
        }
        Ok(None)
    }

    fn parameter(&self, node: NodeId) -> Known {
        let script = self.script();
        let Kind::Parameter { attributes, .. } = script.kind(node) else { return Known::Nothing };
        script
            .list(attributes)
            .iter()
            .find_map(|id| match script.kind(*id) {
                Kind::TypeConstraint { type_name } => Some(self.type_named(&script.full_type_name(type_name), false)),
                _ => None,
            })
            .unwrap_or(Known::Nothing)
    }

    /// `$_`: what the command in front of the one around it gives.
    fn underscore(&mut self, at: NodeId) -> R<Known> {
        let script = self.script();
        let mut node = at;
        let mut in_block = false;
        while let Some(parent) = script.node(node).parent {
            in_block |= matches!(script.kind(parent), Kind::ScriptBlockExpression { .. });
            if in_block && matches!(script.kind(parent), Kind::Pipeline { .. }) {
                let known = self.upstream(parent, node)?;
                if !matches!(known, Known::Nothing) {
                    return Ok(known);
                }
            }
            node = parent;
        }
        Ok(match self.rs.lookup(&Name::new("_")) {
            Some(value) if !value.is_null() => Known::Value(value),
            _ => Known::Nothing,
        })
    }

    /// One of the objects that reach an element of a pipeline.
    pub(super) fn upstream(&mut self, pipeline: NodeId, element_at: NodeId) -> R<Known> {
        let script = self.script();
        let Kind::Pipeline { elements, .. } = script.kind(pipeline) else { return Ok(Known::Nothing) };
        let list = script.list(elements);
        let Some(at) = list.iter().position(|id| *id == element_at) else { return Ok(Known::Nothing) };
        let Some(before) = at.checked_sub(1).and_then(|at| list.get(at)).copied() else { return Ok(Known::Nothing) };
        let known = self.of(before)?;
        Ok(element(&known))
    }

    /// What a command writes.
    fn command(&mut self, node: NodeId) -> R<Known> {
        let script = self.script();
        let Kind::Command { elements, .. } = script.kind(node) else { return Ok(Known::Nothing) };
        let list = script.list(elements);
        let Some(first) = list.first() else { return Ok(Known::Nothing) };
        let name = script.extent_text(script.node(*first).extent);
        let Some(command) = find::named(self.rs, name, Kinds::ALL, false)?.into_iter().next() else {
            return Ok(Known::Nothing);
        };
        let Some(command) = command.target(self.rs) else { return Ok(Known::Nothing) };
        let names = match &command {
            CommandInfo::Cmdlet(cmdlet) => {
                const PASSING: [&str; 8] = [
                    "Where-Object",
                    "Sort-Object",
                    "Select-Object",
                    "Get-Unique",
                    "Tee-Object",
                    "ForEach-Object",
                    "Write-Output",
                    "Out-Host",
                ];
                if cmdlet.name == "New-Object" {
                    let of = list.iter().skip(1).find_map(|id| match script.kind(*id) {
                        Kind::StringConstantExpression { value, .. } => Some(script.text(value)),
                        _ => None,
                    });
                    return Ok(of.map_or(Known::Nothing, |of| self.type_named(of, false)));
                }
                if PASSING.contains(&cmdlet.name)
                    && let Some(pipeline) = script.node(node).parent
                {
                    return self.upstream(pipeline, node);
                }
                known::find(cmdlet.name).map_or("", |known| known.output_types).split(',').map(Into::into).collect()
            }
            CommandInfo::Application(_) => vec!["System.String".into()],
            other => match other.block(self.rs) {
                Some(block) => crate::bind::output_types_of(self.rs, &block.unit().clone())?,
                None => Vec::new(),
            },
        };
        // A string is what many commands give beside the objects they are for.
        let mut found: Vec<Type> = names.iter().filter_map(|name| self.rs.find_type(name)).collect();
        found.sort_by_key(|of| *of == types::string());
        Ok(found.into_iter().next().map_or(Known::Nothing, Known::Type))
    }

    /// What reading a member gives.
    fn member(&mut self, target: &Known, name: &str, is_static: bool) -> R<Known> {
        if let (Known::Value(value), false) = (target, is_static) {
            let value = self.rs.get_member(value, name).unwrap_or_default();
            return Ok(if value.is_null() { Known::Nothing } else { Known::Value(value) });
        }
        let Some(of) = type_of(target) else { return Ok(Known::Nothing) };
        let members = describe::of_type(&of, is_static, false);
        let found = members.iter().find(|member| casing::eq(&member.name, name));
        Ok(found.map_or(Known::Nothing, |member| self.declared(&member.definition)))
    }

    /// What calling a method gives.
    fn result_of(&self, target: &Known, name: &str, is_static: bool) -> Known {
        if casing::eq(name, "GetType") {
            return Known::Type(types::runtime_type());
        }
        let Some(of) = type_of(target) else { return Known::Nothing };
        if is_static && casing::eq(name, "new") {
            return Known::Type(of);
        }
        let members = describe::of_type(&of, is_static, false);
        let found = members.iter().find(|member| casing::eq(&member.name, name));
        found.map_or(Known::Nothing, |member| self.declared(&member.definition))
    }

    /// The type that a definition begins with.
    fn declared(&self, definition: &str) -> Known {
        let rest = definition.strip_prefix("static ").unwrap_or(definition);
        rest.split(' ').next().map_or(Known::Nothing, |name| self.type_named(name, false))
    }
}

/// The type of something known.
pub(super) fn type_of(known: &Known) -> Option<Type> {
    match known {
        Known::Value(value) => match value.base() {
            Value::Type(of) => Some(of.clone()),
            other => other.type_of(),
        },
        Known::Type(of) | Known::TypeObject(of) | Known::Keys(_, of) => Some(of.clone()),
        Known::Nothing => None,
    }
}

/// One item of something known.
fn element(known: &Known) -> Known {
    match known {
        Known::Value(value) => match enumerate(value) {
            Some(items) => items.into_iter().find(|item| !item.is_null()).map_or(Known::Nothing, Known::Value),
            None => known.clone(),
        },
        Known::Type(of) => match (of.element(), of.arguments()) {
            (Some(element), _) | (None, [element]) => Known::Type(element.clone()),
            _ => known.clone(),
        },
        other => other.clone(),
    }
}

fn number(value: Option<Number>) -> Type {
    match value {
        Some(Number::Int64(_)) => types::int64(),
        Some(Number::Double(_)) => types::double(),
        Some(Number::Decimal(_)) => types::decimal(),
        _ => types::int32(),
    }
}

/// The keys of a hashtable that are plain words.
pub(super) fn keys(script: &Script, pairs: List) -> Vec<String> {
    let keys = script.list(pairs).iter().step_by(2);
    keys.filter_map(|id| match script.kind(*id) {
        Kind::StringConstantExpression { value, .. } => Some(script.text(value).to_owned()),
        _ => None,
    })
    .collect()
}
