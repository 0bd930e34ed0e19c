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
        let Kind::FunctionMember { function, return_type, .. } = kind else { return };
        let Kind::FunctionDefinition { name, name_extent, body, .. } = view.kind(function) else { return };
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
        let flow = flow::analyze(view, function);
        if !flow.always_returns && !view.returns_void(kind) {
            self.report(ErrorId::MethodHasCodePathNotReturn, name_extent, &[]);
        }
        for variable in flow.unassigned {
            set_at(&mut self.dynamic, variable);
        }
    }

    pub(super) fn property(&mut self, id: NodeId, property_type: Option<NodeId>) {
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
