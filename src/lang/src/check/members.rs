//! Members of classes, and `using`.

use super::{Check, flow, set_at};
use crate::{
    ast::{Kind, NodeId, UsingKind},
    error::ErrorId,
    lexer::chars,
};

impl Check<'_, '_> {
    pub(super) fn method(&mut self, id: NodeId, kind: Kind) {
        let view = self.view;
        self.members.push(Some(id));
        self.duplicate(id);
        let Kind::FunctionMember { function, return_type, modifiers, .. } = kind else { return };
        let Kind::FunctionDefinition { name, name_extent, body, parameters, .. } = view.kind(function) else { return };
        let Kind::ScriptBlock {
            param_block,
            dynamic_param_block,
            begin_block,
            process_block,
            end_block,
            clean_block,
            ..
        } = view.kind(body)
        else {
            return;
        };
        if let Some(block) = param_block {
            self.report(ErrorId::ParamBlockNotAllowedInMethod, view.extent(block), &[]);
        }
        let named_end = end_block.filter(|end| !matches!(view.kind(*end), Kind::NamedBlock { unnamed: true, .. }));
        let others = dynamic_param_block.or(begin_block).or(process_block);
        if others.or(clean_block).or(named_end).is_some() {
            let first = others.or(end_block).map_or(crate::Extent::EMPTY, |block| view.extent(block));
            self.report(ErrorId::NamedBlockNotAllowedInMethod, first, &[]);
        }
        let class = view.parent_kind(id);
        let is_constructor = matches!(class, Some(Kind::TypeDefinition { name: class, .. })
            if view.get(class).eq_ignore_ascii_case(view.get(name)));
        if let (true, Some(return_type)) = (is_constructor, return_type) {
            self.report(ErrorId::ConstructorCantHaveReturnType, view.extent(return_type), &[]);
        }
        let parameters = parameters.map(|list| view.list(list)).unwrap_or_default();
        if let ([first, ..], [.., last]) = (parameters, parameters)
            && is_constructor
            && modifiers.is_static
            && view.types.makes_types()
        {
            let extent = view.extent(*first).to(view.extent(*last));
            self.report(ErrorId::StaticConstructorCantHaveParameters, extent, &[]);
        }
        let flow = flow::analyze(view, function);
        if !flow.always_returns && !view.returns_void(kind) {
            self.report(ErrorId::MethodHasCodePathNotReturn, name_extent, &[]);
        }
        for variable in flow.unassigned {
            set_at(&mut self.dynamic, variable);
        }
    }

    /// A member with the name of one before it; methods may share names where their parameters differ.
    fn duplicate(&mut self, id: NodeId) {
        let view = self.view;
        if !view.types.makes_types() || !self.errors.is_empty() {
            return;
        }
        let Some(Kind::TypeDefinition { members, .. }) = view.parent_kind(id) else { return };
        let Some(own) = self.member_key(id) else { return };
        let before = view.list(members).iter().take_while(|member| **member != id);
        let is_known = before.filter_map(|member| self.member_key(*member)).any(|key| key == own);
        if is_known {
            let (name, extent) = match view.kind(id) {
                Kind::PropertyMember { name, .. } => (view.get(name), view.extent(id)),
                Kind::FunctionMember { function, .. } => match view.kind(function) {
                    Kind::FunctionDefinition { name, name_extent, .. } => (view.get(name), name_extent),
                    _ => return,
                },
                _ => return,
            };
            self.report(ErrorId::MemberAlreadyDefined, extent, &[name]);
        }
    }

    /// What tells members apart: the name, and the types of a method's parameters.
    fn member_key(&self, id: NodeId) -> Option<alloc::string::String> {
        let view = self.view;
        match view.kind(id) {
            Kind::PropertyMember { name, .. } => Some(super::fold(view.get(name))),
            Kind::FunctionMember { function, modifiers, .. } => {
                let Kind::FunctionDefinition { name, parameters, .. } = view.kind(function) else { return None };
                let mut key = super::fold(view.get(name));
                key.push_str(if modifiers.is_static { "(static" } else { "(" });
                for parameter in parameters.map(|list| view.list(list)).unwrap_or_default() {
                    key.push(',');
                    let Kind::Parameter { attributes, .. } = view.kind(*parameter) else { continue };
                    for attribute in view.list(attributes) {
                        if let Kind::TypeConstraint { type_name } = view.kind(*attribute) {
                            key.push_str(&super::fold(&view.full_type_name(type_name)));
                        }
                    }
                }
                Some(key)
            }
            _ => None,
        }
    }

    pub(super) fn property(&mut self, id: NodeId, property_type: Option<NodeId>) {
        self.duplicate(id);
        if let Some(constraint) = property_type
            && let Kind::TypeConstraint { type_name } = self.view.kind(constraint)
            && self.view.is_type(type_name, "System.Void")
        {
            let name = self.view.full_type_name(type_name);
            self.report(ErrorId::TypeNotAllowedForProperty, self.view.extent(constraint), &[&name]);
        }
        self.members.push(Some(id));
    }

    pub(super) fn using_statement(&mut self, id: NodeId, kind: Kind) {
        let Kind::UsingStatement { using_kind, name, alias, .. } = kind else { return };
        let supported = matches!(using_kind, UsingKind::Namespace | UsingKind::Assembly | UsingKind::Module);
        if !supported || alias.is_some() {
            self.report(ErrorId::UsingStatementNotSupported, self.view.extent(id), &[]);
        }
        if let (UsingKind::Namespace, Some(name)) = (using_kind, name)
            && !self.view.string(name).is_some_and(is_namespace)
        {
            self.report(ErrorId::InvalidNamespaceValue, self.view.extent(name), &[]);
        }
    }
}

/// Identifiers of .NET with dots between them.
fn is_namespace(name: &str) -> bool {
    name.split('.').all(|part| {
        let mut letters = part.chars();
        letters.next().is_some_and(|first| chars::is_namespace_char(first, true))
            && letters.all(|letter| chars::is_namespace_char(letter, false))
    })
}
