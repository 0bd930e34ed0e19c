//! The first walk: names of types, and properties that are assigned without `$this`.

use alloc::{collections::BTreeMap, string::String, vec::Vec};

use super::{Use, View, fold};
use crate::{
    ast::{Kind, NodeId, Step, TypeId, TypeName, UsingKind},
    error::{ErrorId, Errors},
    limits,
};

/// What a class, function or script block declares.
struct Scope {
    node: NodeId,
    types: BTreeMap<String, NodeId>,
    properties: BTreeMap<String, NodeId>,
    is_method: bool,
}

struct Symbols<'a, 'e> {
    view: View<'a>,
    errors: &'e mut Errors,
    scopes: Vec<Scope>,
}

pub(super) fn check(view: View<'_>, root: NodeId, errors: &mut Errors) {
    let mut symbols = Symbols { view, errors, scopes: Vec::new() };
    symbols.enter_scope(root, false);
    for step in view.visit(root) {
        match step {
            Step::Enter(id) => symbols.enter(id),
            Step::Leave(id) => {
                if symbols.opens_scope(id).is_some() {
                    symbols.scopes.pop();
                }
            }
        }
    }
}

impl Symbols<'_, '_> {
    /// The node whose declarations a scope at `id` holds, and whether it is a method.
    fn opens_scope(&self, id: NodeId) -> Option<(NodeId, bool)> {
        match self.view.kind(id) {
            Kind::TypeDefinition { .. } => Some((id, false)),
            Kind::ScriptBlockExpression { script_block } => Some((script_block, false)),
            Kind::FunctionDefinition { body, .. } => {
                let in_member = matches!(self.view.parent_kind(id), Some(Kind::FunctionMember { .. }));
                (!in_member).then_some((body, false))
            }
            Kind::FunctionMember { function, .. } => match self.view.kind(function) {
                Kind::FunctionDefinition { body, .. } => Some((body, true)),
                _ => None,
            },
            _ => None,
        }
    }

    fn enter_scope(&mut self, node: NodeId, is_method: bool) {
        let mut scope = Scope { node, types: BTreeMap::new(), properties: BTreeMap::new(), is_method };
        if let Kind::TypeDefinition { members, .. } = self.view.kind(node) {
            for member in self.view.list(members) {
                if let Kind::PropertyMember { name, .. } = self.view.kind(*member) {
                    scope.properties.entry(fold(self.view.get(name))).or_insert(*member);
                }
            }
        }
        let mut walk = self.view.visit(node);
        while let Some(step) = walk.next() {
            let Step::Enter(id) = step else { continue };
            match self.view.kind(id) {
                Kind::TypeDefinition { name, .. } => {
                    let name = self.view.get(name);
                    if scope.types.insert(fold(name), id).is_some() {
                        self.errors.report(ErrorId::MemberAlreadyDefined, self.view.extent(id), &[name]);
                    }
                }
                Kind::FunctionDefinition { .. } | Kind::TrapStatement { .. } | Kind::ScriptBlockExpression { .. } => {
                    walk.skip_children();
                }
                _ => {}
            }
        }
        self.scopes.push(scope);
    }

    fn enter(&mut self, id: NodeId) {
        if let Some((node, is_method)) = self.opens_scope(id) {
            self.enter_scope(node, is_method);
        }
        match self.view.kind(id) {
            Kind::AssignmentStatement { left, .. } if self.scopes.last().is_some_and(|scope| scope.is_method) => {
                self.assignment(left);
            }
            Kind::TypeExpression { type_name } | Kind::TypeConstraint { type_name } => self.type_name(type_name, false),
            Kind::Attribute { type_name, .. } => self.type_name(type_name, true),
            Kind::UsingStatement { using_kind: UsingKind::Module, name, module_specification, .. } => {
                self.using_module(id, name, module_specification);
            }
            _ => {}
        }
    }

    /// Which module is meant must be clear without running anything.
    fn using_module(&mut self, id: NodeId, name: Option<NodeId>, specification: Option<NodeId>) {
        let view = self.view;
        let extent = view.extent(id);
        if specification.is_some_and(|specification| !view.is_constant(specification, Use::Requires)) {
            self.errors.report(ErrorId::RequiresArgumentMustBeConstant, extent, &[]);
        } else if specification.is_none() && name.and_then(|name| view.string(name)).is_some_and(has_wildcards) {
            self.errors.report(ErrorId::WildCardModuleNameError, extent, &[]);
        }
    }

    /// In a method: a bare name that is a property was meant as one.
    fn assignment(&mut self, left: NodeId) {
        let targets = match self.view.kind(left) {
            Kind::ArrayLiteral { elements } => self.view.list(elements).to_vec(),
            _ => alloc::vec![left],
        };
        for target in targets {
            let mut target = target;
            while let Kind::ConvertExpression { child, .. } = self.view.kind(target) {
                target = child;
            }
            let Kind::VariableExpression { path, .. } = self.view.kind(target) else { continue };
            let name = fold(self.view.get(path.user_path));
            let property = self.scopes.iter().rev().find_map(|scope| scope.properties.get(&name).copied());
            let Some(Kind::PropertyMember { name, modifiers, .. }) = property.map(|id| self.view.kind(id)) else {
                continue;
            };
            if !path.is_variable() {
                continue;
            }
            let name = self.view.get(name);
            let extent = self.view.extent(target);
            if modifiers.is_static {
                let class = alloc::format!("[{}]::", self.class_name());
                self.errors.report(ErrorId::MissingTypeInStaticPropertyAssignment, extent, &[&class, name]);
            } else {
                self.errors.report(ErrorId::MissingThis, extent, &["$this.", name]);
            }
        }
    }

    fn current_class(&self) -> Option<NodeId> {
        let is_class = |id: &NodeId| matches!(self.view.kind(*id), Kind::TypeDefinition { .. });
        self.scopes.iter().rev().map(|scope| scope.node).find(is_class)
    }

    fn class_name(&self) -> &str {
        match self.current_class().map(|class| self.view.kind(class)) {
            Some(Kind::TypeDefinition { name, .. }) => self.view.get(name),
            _ => "",
        }
    }

    /// In a class every type must exist when the class is made.
    fn type_name(&mut self, id: TypeId, is_attribute: bool) {
        if self.current_class().is_some() {
            self.type_name_in_class(id, 0, is_attribute, 0);
        }
    }

    fn type_name_in_class(&mut self, id: TypeId, arity: usize, is_attribute: bool, depth: u32) {
        let mut id = id;
        let mut is_attribute = is_attribute;
        while let TypeName::Array { element, .. } = *self.view.tree.type_name(id) {
            id = element;
            is_attribute = false;
        }
        match *self.view.tree.type_name(id) {
            TypeName::Generic { definition, arguments, .. } if depth < limits::MAX_NESTING => {
                let arguments = self.view.tree.type_list(arguments);
                let depth = depth.saturating_add(1);
                self.type_name_in_class(definition, arguments.len(), false, depth);
                for argument in arguments {
                    self.type_name_in_class(*argument, 0, false, depth);
                }
            }
            TypeName::Simple { name, assembly, extent } => {
                let name = self.view.get(name);
                let is_defined = || self.scopes.iter().any(|scope| scope.types.contains_key(&fold(name)));
                let known = (arity == 0 && assembly.is_none() && is_defined())
                    || self.view.query(name, arity, is_attribute).is_some()
                    || name.eq_ignore_ascii_case("ordered");
                if !known {
                    let id = if is_attribute { ErrorId::CustomAttributeTypeNotFound } else { ErrorId::TypeNotFound };
                    self.errors.report(id, extent, &[name]);
                }
            }
            _ => {}
        }
    }
}

/// Whether a name is a wildcard pattern; a backtick takes the meaning of the character behind it.
fn has_wildcards(name: &str) -> bool {
    let mut letters = name.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '`' => {
                letters.next();
            }
            '*' | '?' | '[' | ']' => return true,
            _ => {}
        }
    }
    false
}
