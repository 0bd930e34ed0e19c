//! What an expression is, without running it: from variables that hold values, from constants, casts and assignments.

use psrpd_dotnet::casing;
use psrpd_lang::{
    Script,
    ast::{Kind, List, NodeId, Number, VariableScope},
    token::TokenKind,
};

use super::{Line, local};
use crate::{
    commands::{CommandInfo, known},
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
    /// An object of one of several types.
    Any(Vec<Type>),
    /// A type itself.
    TypeObject(Type),
    /// A hashtable or custom object of the text: its keys and the types of their values.
    Keys(Vec<(String, String)>, Type),
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
            Kind::Hashtable { pairs } => Known::Keys(self.keyed(pairs)?, types::hashtable()),
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

    /// The keys of a hashtable that are plain words, with the types of what stands behind them.
    fn keyed(&mut self, pairs: List) -> R<Vec<(String, String)>> {
        let script = self.script();
        let mut found = Vec::new();
        for pair in script.list(pairs).chunks_exact(2) {
            let [key, value] = pair else { continue };
            if let Kind::StringConstantExpression { value: name, .. } = script.kind(*key) {
                let of = type_of(&self.of(*value)?).unwrap_or_else(types::object);
                found.push((script.text(name).to_owned(), crate::commands::type_label(&of)));
            }
        }
        Ok(found)
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
            && ["pscustomobject", "psobject", "hashtable"].iter().any(|of| casing::eq(of, &name))
        {
            let of = if casing::eq(&name, "hashtable") { types::hashtable() } else { types::custom_object() };
            return Ok(Known::Keys(self.keyed(pairs)?, of));
        }
        if casing::eq(&name, "ordered") {
            return Ok(Known::Type(types::known("System.Collections.Specialized.OrderedDictionary")));
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
    pub(super) fn variable(&mut self, name: &str, at: NodeId) -> R<Known> {
        if name == "_" || casing::eq(name, "PSItem") {
            return self.underscore(at);
        }
        if casing::eq(name, "this")
            && let Some(value) = self.rs.variable(name)
        {
            return Ok(Known::Value(value));
        }
        if casing::eq(name, "this")
            && let Some(class) = self.class_around(at)
        {
            return Ok(class);
        }
        if let Some(known) = self.assigned(name, at)? {
            return Ok(known);
        }
        Ok(match self.rs.lookup(&Name::new(name)) {
            Some(value) if !value.is_null() => Known::Value(value),
            _ => automatic(name).map_or(Known::Nothing, |of| Known::Type(types::known(of))),
        })
    }

    /// The class whose method a place is in.
    fn class_around(&self, at: NodeId) -> Option<Known> {
        let script = self.script();
        let mut node = at;
        while let Some(parent) = script.node(node).parent {
            if let Kind::TypeDefinition { name, .. } = script.kind(parent) {
                return Some(self.type_named(script.text(name), false));
            }
            node = parent;
        }
        None
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
            match script.kind(parent) {
                Kind::CatchClause { .. } => {
                    return Ok(self.type_named("System.Management.Automation.ErrorRecord", false));
                }
                Kind::SwitchStatement { condition, .. } if condition != node => {
                    let known = self.of(condition)?;
                    return Ok(element(&known));
                }
                _ => {}
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
        let Some(command) = local::command(self.rs, self.line, name)? else { return Ok(Known::Nothing) };
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
                    let known = self.upstream(pipeline, node)?;
                    return Ok(if cmdlet.name == "Select-Object" { self.selected(list, known) } else { known });
                }
                match cmdlet.name {
                    "Get-Item" | "Get-ChildItem" => {
                        let of = ["System.IO.FileInfo", "System.IO.DirectoryInfo"].map(types::known);
                        return Ok(Known::Any(of.to_vec()));
                    }
                    "Get-Content" => return Ok(Known::Type(types::string())),
                    _ => {}
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
        Ok(match found.as_slice() {
            [] => Known::Nothing,
            [one] => Known::Type(one.clone()),
            _ => Known::Any(found),
        })
    }

    /// What `Select-Object` leaves: the properties that it names.
    fn selected(&self, elements: &[NodeId], known: Known) -> Known {
        let script = self.script();
        let mut names: Vec<&str> = Vec::new();
        let mut is_property = true;
        for element in elements.iter().skip(1) {
            match script.kind(*element) {
                Kind::CommandParameter { name, .. } => {
                    let name = script.text(name);
                    is_property = casing::starts_with("Property", name);
                    if casing::starts_with("ExpandProperty", name) {
                        return Known::Nothing;
                    }
                }
                Kind::StringConstantExpression { value, .. } if is_property => names.push(script.text(value)),
                Kind::ArrayLiteral { elements } if is_property => {
                    names.extend(script.list(elements).iter().filter_map(|id| match script.kind(*id) {
                        Kind::StringConstantExpression { value, .. } => Some(script.text(value)),
                        _ => None,
                    }));
                }
                _ => is_property = true,
            }
        }
        if names.is_empty() || names.iter().any(|name| name.contains(['*', '?', '['])) {
            return known;
        }
        let have: Vec<(String, String)> = match &known {
            Known::Keys(keys, _) => keys.clone(),
            _ => Vec::new(),
        };
        let pick = |name: &str| {
            let found = have.iter().find(|(have, _)| casing::eq(have, name));
            found.cloned().unwrap_or_else(|| (name.to_owned(), "Object".into()))
        };
        Known::Keys(names.into_iter().map(pick).collect(), types::custom_object())
    }

    /// What reading a member gives.
    fn member(&mut self, target: &Known, name: &str, is_static: bool) -> R<Known> {
        if let (Known::Value(value), false) = (target, is_static) {
            let value = self.rs.get_member(value, name).unwrap_or_default();
            return Ok(if value.is_null() { Known::Nothing } else { Known::Value(value) });
        }
        if let (Known::Any(list), false) = (target, is_static) {
            for of in list.clone() {
                let found = self.member(&Known::Type(of), name, false)?;
                if !matches!(found, Known::Nothing) {
                    return Ok(found);
                }
            }
            return Ok(Known::Nothing);
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
        Known::Any(list) => list.first().cloned(),
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

/// The types of variables that have values only while something runs.
fn automatic(name: &str) -> Option<&'static str> {
    const TYPES: [(&str, &str); 5] = [
        ("MyInvocation", "System.Management.Automation.InvocationInfo"),
        ("PSCmdlet", "System.Management.Automation.PSScriptCmdlet"),
        ("PSBoundParameters", "System.Management.Automation.PSBoundParametersDictionary"),
        ("PSScriptRoot", "System.String"),
        ("PSCommandPath", "System.String"),
    ];
    TYPES.iter().find(|(have, _)| casing::eq(have, name)).map(|(_, of)| *of)
}

/// What an expression gives that can be told without running anything: constants and variables.
pub(super) fn constant(rs: &mut Runspace, line: &Line<'_>, node: NodeId) -> R<Option<Value>> {
    let script = line.script;
    Ok(match script.kind(node) {
        Kind::StringConstantExpression { value, .. } => Some(script.text(value).into()),
        Kind::ConstantExpression { value } => value.map(|value| crate::ir::number_value(script, value)),
        Kind::VariableExpression { .. } => match Inference::new(rs, line).of(node)? {
            Known::Value(value) => Some(value),
            _ => None,
        },
        _ => None,
    })
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
