//! What is wrong with a script although its grammar is right. Two walks over the finished tree, as in PowerShell: names
//! of types and members first, everything else then; errors come in the order in which the walks meet them.

use alloc::{borrow::Cow, string::String, vec::Vec};

use crate::{
    ast::{Builder, Kind, NodeId, Step, Text, TypeId, TypeName, Visit},
    error::{ErrorId, Errors},
    extent::Extent,
    known_types::{KnownTypes, TypeQuery, is_type},
    lexer::Lexer,
    limits,
    parser::Parser,
    token::TokenKind,
};

mod assignment;
mod attributes;
mod constant;
mod dsc;
mod expressions;
mod flow;
mod flow_graph;
mod jumps;
mod members;
mod restricted;
mod symbols;

pub(crate) use constant::Use;

/// The two walks of a script, unless it exceeds a limit.
pub(crate) fn check(parser: &mut Parser<'_>, root: NodeId, types: &dyn KnownTypes) {
    let Lexer { text, tree, errors, .. } = &mut parser.lex;
    if errors.is_aborted() {
        return;
    }
    let names = using_namespaces(text, tree, root);
    let namespaces: Vec<&str> = names.iter().map(String::as_str).collect();
    let view = View { text, tree, types, namespaces: &namespaces };
    symbols::check(view, root, errors);
    let mut check = Check { view, errors, members: Vec::new(), dynamic: Vec::new() };
    check.walk(root);
}

fn using_namespaces(text: &str, tree: &Builder, root: NodeId) -> Vec<String> {
    let Kind::ScriptBlock { using_statements, .. } = tree.node(root).kind else { return Vec::new() };
    let mut names = Vec::new();
    for statement in tree.list(using_statements) {
        if let Kind::UsingStatement { name: Some(name), using_kind: crate::ast::UsingKind::Namespace, .. } =
            tree.node(*statement).kind
            && let Kind::StringConstantExpression { value, .. } = tree.node(name).kind
        {
            names.push(tree.texts.get(text, value).into());
        }
    }
    names
}

/// A finished tree and what is known beside it.
#[derive(Clone, Copy)]
pub(crate) struct View<'a> {
    pub(crate) text: &'a str,
    pub(crate) tree: &'a Builder,
    pub(crate) types: &'a dyn KnownTypes,
    pub(crate) namespaces: &'a [&'a str],
}

impl<'a> View<'a> {
    fn kind(&self, id: NodeId) -> Kind {
        self.tree.node(id).kind
    }

    fn extent(&self, id: NodeId) -> Extent {
        self.tree.node(id).extent
    }

    fn parent(&self, id: NodeId) -> Option<NodeId> {
        self.tree.node(id).parent
    }

    fn parent_kind(&self, id: NodeId) -> Option<Kind> {
        self.parent(id).map(|parent| self.kind(parent))
    }

    /// The nodes around a node, from the inside out.
    fn ancestors(&self, id: NodeId) -> impl Iterator<Item = NodeId> + use<'a> {
        let tree = self.tree;
        core::iter::successors(tree.node(id).parent, move |id| tree.node(*id).parent)
    }

    fn get(&self, text: Text) -> &'a str {
        self.tree.texts.get(self.text, text)
    }

    fn list(&self, list: crate::ast::List) -> &'a [NodeId] {
        self.tree.list(list)
    }

    fn visit(&self, from: NodeId) -> Visit<'a> {
        Visit::new(self.tree, from)
    }

    fn full_type_name(&self, id: TypeId) -> String {
        self.tree.full_type_name(self.text, id)
    }

    /// The name of a type without arguments, brackets and assembly.
    fn simple_name(&self, id: TypeId) -> Option<&'a str> {
        match *self.tree.type_name(id) {
            TypeName::Simple { name, .. } => Some(self.get(name)),
            _ => None,
        }
    }

    /// Whether the name means the type with this full name.
    fn is_type(&self, id: TypeId, full_name: &str) -> bool {
        self.simple_name(id).is_some_and(|name| is_type(name, full_name))
    }

    fn query<'q>(&'q self, name: &'q str, arity: usize, is_attribute: bool) -> Option<Cow<'q, str>> {
        self.types.resolve(TypeQuery { name, arity, is_attribute, namespaces: self.namespaces })
    }

    /// The full name of the type that an attribute means.
    fn attribute_type(&self, id: NodeId) -> Option<Cow<'_, str>> {
        let Kind::Attribute { type_name, .. } = self.kind(id) else { return None };
        self.query(self.simple_name(type_name)?, 0, true)
    }

    /// Whether a node is an attribute of this type.
    fn attribute_is(&self, id: NodeId, full_name: &str) -> bool {
        self.attribute_type(id).is_some_and(|name| name.eq_ignore_ascii_case(full_name))
    }

    /// The full .NET name of a type; none if it, or a part of it, does not exist.
    pub(crate) fn resolve(&self, id: TypeId) -> Option<String> {
        let mut suffix = String::new();
        let mut id = id;
        while let TypeName::Array { element, rank, .. } = *self.tree.type_name(id) {
            let commas: String = (1..rank).map(|_| ',').collect();
            suffix.insert_str(0, &alloc::format!("[{commas}]"));
            id = element;
        }
        let mut name = match *self.tree.type_name(id) {
            TypeName::Generic { definition, arguments, .. } => {
                let arity = self.tree.type_list(arguments).len();
                self.query(self.simple_name(definition)?, arity, false)?;
                self.tree.short_type_name(self.text, id)
            }
            _ => self.query(self.simple_name(id)?, 0, false)?.into_owned(),
        };
        name.push_str(&suffix);
        Some(name)
    }

    /// The value of a string, as a label or name.
    fn string(&self, id: NodeId) -> Option<&'a str> {
        match self.kind(id) {
            Kind::StringConstantExpression { value, .. } => Some(self.get(value)),
            _ => None,
        }
    }

    /// The expression that a pipeline consists of, if it is one.
    fn pure_expression(&self, pipeline: NodeId) -> Option<NodeId> {
        let Kind::Pipeline { elements, .. } = self.kind(pipeline) else { return None };
        let [element] = self.list(elements) else { return None };
        match self.kind(*element) {
            Kind::CommandExpression { expression, redirections } if redirections.is_empty() => Some(expression),
            _ => None,
        }
    }

    /// Whether a method returns nothing.
    fn returns_void(&self, method: Kind) -> bool {
        match method {
            Kind::FunctionMember { return_type: Some(return_type), .. } => match self.kind(return_type) {
                Kind::TypeConstraint { type_name } => self.is_type(type_name, "System.Void"),
                _ => true,
            },
            _ => true,
        }
    }

    /// The position one character in front of `extent`.
    fn before(&self, extent: Extent) -> Extent {
        let before = self.text.get(..extent.start()).and_then(|text| text.chars().next_back());
        let step = before.map_or(1, |c| crate::extent::offset(c.len_utf8()));
        Extent::at(extent.start.saturating_sub(step))
    }

    /// How deep arrays of arrays go.
    pub(crate) fn array_depth(&self, id: TypeId) -> u32 {
        let mut depth = 0_u32;
        let mut id = id;
        while let TypeName::Array { element, .. } = *self.tree.type_name(id) {
            depth = depth.saturating_add(1);
            id = element;
        }
        depth
    }
}

/// The second walk.
struct Check<'a, 'e> {
    view: View<'a>,
    errors: &'e mut Errors,
    /// The members around the current node; none for script blocks that are no method.
    members: Vec<Option<NodeId>>,
    /// By node: whether a variable in a method is read where it need not be assigned.
    dynamic: Vec<bool>,
}

impl Check<'_, '_> {
    fn report(&mut self, id: ErrorId, extent: Extent, args: &[&str]) {
        self.errors.report(id, extent, args);
    }

    fn walk(&mut self, root: NodeId) {
        let mut steps = 0_u32;
        for step in self.view.visit(root) {
            steps = steps.wrapping_add(1);
            if steps.is_multiple_of(limits::QUESTION) && !self.view.types.goes_on() {
                return self.errors.abort(Extent::EMPTY);
            }
            match step {
                Step::Enter(id) => self.enter(id),
                Step::Leave(id) => {
                    if self.has_member_scope(id) {
                        self.members.pop();
                    }
                }
            }
        }
    }

    /// Whether a node is a member, or a script block that is no method's body.
    fn has_member_scope(&self, id: NodeId) -> bool {
        let view = self.view;
        match view.kind(id) {
            Kind::PropertyMember { .. } | Kind::FunctionMember { .. } => true,
            Kind::ScriptBlock { .. } => {
                let Some(parent) = view.parent(id) else { return true };
                !matches!(view.kind(parent), Kind::FunctionDefinition { .. })
                    || !matches!(view.parent_kind(parent), Some(Kind::FunctionMember { .. }))
            }
            _ => false,
        }
    }

    fn enter(&mut self, id: NodeId) {
        let kind = self.view.kind(id);
        match kind {
            Kind::ScriptBlock { .. } => {
                if self.has_member_scope(id) {
                    self.members.push(None);
                }
            }
            Kind::ParamBlock { parameters, .. } => self.duplicate_parameters(parameters),
            Kind::FunctionDefinition { .. } => self.function(id, kind),
            Kind::TypeDefinition { .. } => self.dsc_resource(id),
            Kind::FunctionMember { .. } => self.method(id, kind),
            Kind::PropertyMember { property_type, .. } => self.property(id, property_type),
            Kind::Parameter { attributes, .. } => self.parameter(id, attributes),
            Kind::Attribute { positional_arguments, named_arguments, .. } => {
                self.attribute(id, positional_arguments, named_arguments);
            }
            Kind::TypeConstraint { type_name } | Kind::TypeExpression { type_name } => {
                if self.view.array_depth(type_name) > limits::MAX_ARRAY_DEPTH {
                    self.report(ErrorId::ScriptTooComplicated, self.view.extent(id), &[]);
                }
            }
            Kind::SwitchStatement { flags, .. } if flags.parallel => {
                let args = ["switch", "parallel"];
                self.report(ErrorId::KeywordParameterReservedForFutureUse, self.view.extent(id), &args);
            }
            Kind::ForEachStatement { flags, throttle_limit, .. } => {
                self.foreach(id, flags.parallel, throttle_limit.is_some());
            }
            Kind::DataStatement { commands_allowed, body, .. } => self.data(commands_allowed, body),
            Kind::TryStatement { catch_clauses, .. } => self.catch_clauses(catch_clauses),
            Kind::BreakStatement { label } | Kind::ContinueStatement { label } => self.jump(id, label),
            Kind::ReturnStatement { pipeline } => self.return_statement(id, pipeline.is_some()),
            Kind::AssignmentStatement { left, operator, .. } => {
                self.assignment_target(left, operator == TokenKind::Equals, None);
            }
            Kind::BlockStatement { keyword_extent, .. } => self.workflow_block(id, keyword_extent),
            Kind::UsingStatement { .. } => self.using_statement(id, kind),
            _ => self.enter_expression(id, kind),
        }
    }
}

/// A name in lower case, to compare names regardless of case as PowerShell does: by single characters.
fn fold(name: &str) -> String {
    name.chars()
        .map(|c| {
            let mut upper = c.to_uppercase();
            match (upper.next(), upper.next()) {
                (Some(upper), None) => upper,
                _ => c,
            }
        })
        .collect()
}

/// A table that is indexed by nodes.
fn set_at(table: &mut Vec<bool>, id: NodeId) {
    let at = id.index();
    if table.len() <= at {
        table.resize(at.saturating_add(1), false);
    }
    if let Some(slot) = table.get_mut(at) {
        *slot = true;
    }
}
