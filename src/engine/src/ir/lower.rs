//! Lowering of script blocks.

use std::sync::{Arc, OnceLock};

use psrpd_lang::{
    Extent, Script,
    ast::{BlockKind, Kind, List, NodeId, Step, UsingKind, VariablePath, VariableScope},
    token::TokenKind,
};

use super::{AttributeIr, Block, Catch, LazyUnit, ParamIr, Place, Source, Unit, UsingIr, Variable};
use crate::eval::{AUTOMATIC, Automatic, Name, is_protected};

/// Lowers one script block; those inside stay lazy.
pub(super) fn lower(lazy: &LazyUnit) -> Unit {
    let mut lowering = Lowering::new(&lazy.source, lazy.node);
    let script = &lazy.source.script;
    let node = script.node(lazy.node);
    let mut unit = Unit {
        source: lazy.source.clone(),
        names: Arc::new([]),
        params: Vec::new(),
        attributes: Vec::new(),
        usings: Vec::new(),
        dynamic: None,
        begin: None,
        process: None,
        end: None,
        clean: None,
        is_advanced: false,
        has_param_block: false,
        reads_call: false,
        bound_params: OnceLock::new(),
    };
    if let Kind::ScriptBlock {
        using_statements,
        param_block,
        dynamic_param_block,
        begin_block,
        process_block,
        end_block,
        clean_block,
    } = node.kind
    {
        unit.usings = lowering.usings(using_statements);
        if let Some(Kind::ParamBlock { attributes, parameters }) = param_block.map(|id| script.kind(id)) {
            unit.has_param_block = true;
            unit.attributes = lowering.attributes(attributes);
            unit.params = lowering.params(parameters);
        }
        if let Some(outer) = lazy.outer_params {
            unit.has_param_block = true;
            unit.params = lowering.params(outer);
        }
        unit.dynamic = dynamic_param_block.map(|id| lowering.block(id));
        unit.begin = begin_block.map(|id| lowering.block(id));
        unit.process = process_block.map(|id| lowering.block(id));
        unit.end = end_block.map(|id| lowering.block(id));
        unit.clean = clean_block.map(|id| lowering.block(id));
        if lazy.is_filter && unit.process.is_none() {
            unit.process = unit.end.take();
        }
    }
    let is = |attribute: &AttributeIr, name: &str| {
        let found = attribute.name.to_ascii_lowercase();
        let found = found.rsplit('.').next().unwrap_or("").trim_end_matches("attribute").to_owned();
        found == name
    };
    unit.is_advanced = unit.attributes.iter().any(|a| is(a, "cmdletbinding"))
        || unit.params.iter().any(|p| p.attributes.iter().any(|a| is(a, "parameter")));
    unit.reads_call = lowering.reads_call;
    unit.names = lowering.names.into();
    unit
}

/// What lowering one unit gathers.
pub(super) struct Lowering<'s> {
    pub(super) source: &'s Arc<Source>,
    pub(super) script: &'s Script,
    names: Vec<Name>,
    /// Whether it names its arguments or its input.
    reads_call: bool,
    /// What is lowered.
    root: NodeId,
    /// Whether commands of it reach its variables by name, once that was asked.
    is_open: Option<bool>,
    /// How many texts that expand are around what is lowered.
    pub(super) texts: u32,
    /// The assignment that a unit begins with, until what comes first in it as a statement of its own has its place:
    /// PowerShell does not note that one.
    pub(super) unnoted: Option<Extent>,
    /// Whether a statement was lowered.
    has_begun: bool,
}

/// Commands that reach variables of their caller by name.
const REACH_VARIABLES: [&str; 9] =
    ["New-Variable", "Remove-Variable", "Set-Variable", "Set-PSBreakpoint", "nv", "rv", "sbp", "sv", "set"];

impl<'s> Lowering<'s> {
    pub(super) fn new(source: &'s Arc<Source>, root: NodeId) -> Self {
        let names = AUTOMATIC.iter().map(|name| Name::new(name)).collect();
        Self {
            source,
            script: &source.script,
            names,
            reads_call: false,
            root,
            texts: 0,
            is_open: None,
            unnoted: None,
            has_begun: false,
        }
    }

    /// Whether commands of what is lowered reach its variables by name.
    pub(super) fn is_open(&mut self) -> bool {
        let script = self.script;
        let reaches = |id: NodeId| {
            let Kind::Command { elements, invocation_operator, .. } = script.kind(id) else { return false };
            let name = script.list(elements).first().map_or("", |name| script.extent_text(script.node(*name).extent));
            invocation_operator == TokenKind::Dot || REACH_VARIABLES.iter().any(|one| one.eq_ignore_ascii_case(name))
        };
        let root = self.root;
        *self
            .is_open
            .get_or_insert_with(|| script.visit(root).any(|step| matches!(step, Step::Enter(id) if reaches(id))))
    }

    /// The slot of a name.
    pub(super) fn slot(&mut self, name: &Name) -> u32 {
        let found = self.names.iter().position(|have| have == name);
        self.reads_call |= found.is_some_and(|at| at == Automatic::Args.slot() || at == Automatic::Input.slot());
        let at = found.unwrap_or_else(|| {
            self.names.push(name.clone());
            self.names.len().saturating_sub(1)
        });
        u32::try_from(at).unwrap_or(u32::MAX)
    }

    pub(super) fn variable(&mut self, path: VariablePath) -> Variable {
        let text = self.script.text(path.unqualified_path);
        let text = if text.eq_ignore_ascii_case("PSItem") { "_" } else { text };
        let name = Name::new(text);
        let place = match path.scope {
            VariableScope::Unqualified if is_protected(&name) => Place::Dynamic,
            VariableScope::Unqualified => Place::Slot(self.slot(&name)),
            VariableScope::Global => Place::Global,
            VariableScope::Script => Place::Script,
            VariableScope::Local => Place::Local,
            VariableScope::Private => Place::Private,
            VariableScope::Drive => {
                let path = self.script.text(path.user_path);
                Place::Drive(path.split(':').next().unwrap_or("").into())
            }
        };
        Variable { name, place, in_text: self.texts > 0 }
    }

    /// A statement that errors in it are placed at.
    pub(super) fn step(&mut self, id: NodeId) -> super::Stmt {
        let node = self.script.node(id);
        if !std::mem::replace(&mut self.has_begun, true) && matches!(node.kind, Kind::AssignmentStatement { .. }) {
            self.unnoted = Some(node.extent);
            return self.statement(id);
        }
        let is_noted =
            matches!(node.kind, Kind::Pipeline { .. } | Kind::ThrowStatement { .. } | Kind::ExitStatement { .. });
        let place = if is_noted { self.unnoted.take() } else { None };
        let statement = self.statement(id);
        super::Stmt { extent: place.unwrap_or(statement.extent), ..statement }
    }

    pub(super) fn block(&mut self, id: NodeId) -> Block {
        let (Kind::NamedBlock { statements, traps, .. } | Kind::StatementBlock { statements, traps }) =
            self.script.kind(id)
        else {
            return Block::default();
        };
        let script = self.script;
        // Traps are watched from the beginning, wherever they stand.
        let traps = script.list(traps).iter().filter_map(|trap| self.trap(*trap)).collect();
        let mut lowered: Vec<_> = script.list(statements).iter().map(|statement| self.step(*statement)).collect();
        // Functions exist from the first statement of their block on only when they are reached, but classes exist before.
        let is_type = |statement: &super::Stmt| matches!(statement.kind, super::StmtKind::Types(_));
        lowered.sort_by_key(|statement| !is_type(statement));
        lowered.dedup_by(|next, first| match (&mut next.kind, &mut first.kind) {
            (super::StmtKind::Types(more), super::StmtKind::Types(list)) => {
                list.append(more);
                true
            }
            _ => false,
        });
        let part = match self.script.kind(id) {
            Kind::NamedBlock { block, unnamed: false, .. } => match block {
                BlockKind::Begin => "<Begin>",
                BlockKind::Process => "<Process>",
                BlockKind::End => "<End>",
                BlockKind::Clean => "<Clean>",
                BlockKind::Dynamicparam => "<DynamicParam>",
            },
            _ => "",
        };
        Block { statements: lowered, traps, part }
    }

    fn trap(&mut self, id: NodeId) -> Option<Catch> {
        let Kind::TrapStatement { trap_type, body } = self.script.kind(id) else { return None };
        let types = trap_type.into_iter().filter_map(|of| self.named_type(of)).collect();
        Some(Catch { types, body: self.block(body) })
    }

    /// The name of the type in a type constraint.
    pub(super) fn constraint(&self, id: NodeId) -> Option<String> {
        match self.script.kind(id) {
            Kind::TypeConstraint { type_name } => Some(self.script.full_type_name(type_name)),
            _ => None,
        }
    }

    /// The type in a type constraint.
    pub(super) fn named_type(&self, id: NodeId) -> Option<super::NamedType> {
        self.constraint(id).map(|name| super::NamedType::new(name, self.script.node(id).extent))
    }

    pub(super) fn params(&mut self, list: List) -> Vec<ParamIr> {
        let script = self.script;
        script.list(list).iter().filter_map(|id| self.param(*id)).collect()
    }

    fn param(&mut self, id: NodeId) -> Option<ParamIr> {
        let Kind::Parameter { attributes, name, default_value } = self.script.kind(id) else { return None };
        let Kind::VariableExpression { path, .. } = self.script.kind(name) else { return None };
        let name = Name::new(self.script.text(path.unqualified_path));
        self.slot(&name);
        let script = self.script;
        let of = script.list(attributes).iter().find_map(|id| self.named_type(*id));
        let attributes = self.attributes(attributes);
        let default = default_value.map(|id| self.expression(id));
        Some(ParamIr { name, of, attributes, default })
    }

    /// The attributes of a list; type constraints among them become attributes with the name of the type.
    pub(super) fn attributes(&mut self, list: List) -> Vec<AttributeIr> {
        let script = self.script;
        script.list(list).iter().filter_map(|id| self.attribute(*id)).collect()
    }

    pub(super) fn attribute(&mut self, id: NodeId) -> Option<AttributeIr> {
        let Kind::Attribute { type_name, positional_arguments, named_arguments } = self.script.kind(id) else {
            return None;
        };
        let script = self.script;
        let positional = script.list(positional_arguments).iter().map(|id| self.expression(*id)).collect();
        let named = script
            .list(named_arguments)
            .iter()
            .filter_map(|id| match script.kind(*id) {
                Kind::NamedAttributeArgument { name, argument, .. } => {
                    Some((script.text(name).to_owned(), self.expression(argument)))
                }
                _ => None,
            })
            .collect();
        Some(AttributeIr { name: script.full_type_name(type_name), extent: script.node(id).extent, positional, named })
    }

    fn usings(&mut self, list: List) -> Vec<UsingIr> {
        let script = self.script;
        let mut usings = Vec::new();
        for id in script.list(list) {
            let Kind::UsingStatement { using_kind, name, module_specification, .. } = script.kind(*id) else {
                continue;
            };
            match (using_kind, name.or(module_specification)) {
                (UsingKind::Namespace, Some(name)) => {
                    usings.push(UsingIr::Namespace(
                        script.extent_text(script.node(name).extent).trim_matches(['\'', '"']).into(),
                    ));
                }
                (UsingKind::Module, Some(name)) => usings.push(UsingIr::Module(self.expression(name))),
                _ => {}
            }
        }
        usings
    }

    /// A script block inside this unit.
    pub(super) fn nested(&self, node: NodeId) -> LazyUnit {
        LazyUnit::new(self.source.clone(), node)
    }
}
