//! Attributes, parameters, and functions as a whole.

use alloc::collections::BTreeSet;

use super::{Check, constant::Use, fold};
use crate::{
    ast::{Kind, List, NodeId},
    error::ErrorId,
    extent::Extent,
};

impl Check<'_, '_> {
    pub(super) fn attribute(&mut self, id: NodeId, positional: List, named: List) {
        let on_class = match self.view.parent_kind(id) {
            Some(Kind::TypeDefinition { .. } | Kind::PropertyMember { .. } | Kind::FunctionMember { .. }) => true,
            Some(Kind::Parameter { .. }) => {
                let member = self.members.last().copied().flatten().map(|member| self.view.kind(member));
                matches!(member, Some(Kind::FunctionMember { .. }))
            }
            _ => false,
        };
        let (purpose, not_constant) = if on_class {
            (Use::ClassAttribute, ErrorId::ParameterAttributeArgumentNeedsToBeConstant)
        } else {
            (Use::Attribute, ErrorId::ParameterAttributeArgumentNeedsToBeConstantOrScriptBlock)
        };
        let mut names = BTreeSet::new();
        for argument in self.view.list(named) {
            let Kind::NamedAttributeArgument { name, argument: value, expression_omitted } = self.view.kind(*argument)
            else {
                continue;
            };
            let name = self.view.get(name);
            if !names.insert(fold(name)) {
                self.report(ErrorId::DuplicateNamedArgument, self.view.extent(*argument), &[name]);
            } else if !expression_omitted && !self.view.is_constant(value, purpose) {
                self.report(not_constant, self.view.extent(value), &[]);
            }
        }
        for value in self.view.list(positional) {
            if !self.view.is_constant(*value, purpose) {
                self.report(not_constant, self.view.extent(*value), &[]);
            }
        }
    }

    pub(super) fn duplicate_parameters(&mut self, parameters: List) {
        let view = self.view;
        let mut names = BTreeSet::new();
        for parameter in view.list(parameters) {
            let Kind::Parameter { attributes, name, .. } = view.kind(*parameter) else { continue };
            if let Kind::VariableExpression { path, .. } = view.kind(name) {
                let text = view.get(path.user_path);
                if !names.insert(fold(text)) {
                    self.report(ErrorId::DuplicateFormalParameter, view.extent(name), &[text]);
                }
            }
            let is_void = |id: &&NodeId| match view.kind(**id) {
                Kind::TypeConstraint { type_name } => view.is_type(type_name, "System.Void"),
                _ => false,
            };
            if let Some(void) = view.list(attributes).iter().find(is_void) {
                self.report(ErrorId::VoidTypeConstraintNotAllowed, view.extent(*void), &[]);
            }
        }
    }

    pub(super) fn parameter(&mut self, id: NodeId, attributes: List) {
        let view = self.view;
        let function = view.parent(id);
        let in_method = function.is_some_and(|id| matches!(view.parent_kind(id), Some(Kind::FunctionMember { .. })));
        let mut has_type = false;
        for attribute in view.list(attributes) {
            let Kind::TypeConstraint { type_name } = view.kind(*attribute) else { continue };
            let name = view.full_type_name(type_name);
            if name.eq_ignore_ascii_case("ordered") {
                self.report(ErrorId::OrderedAttributeOnlyOnHashLiteralNode, view.extent(*attribute), &[&name]);
            } else if in_method {
                if has_type {
                    self.report(ErrorId::MultipleTypeConstraintsOnMethodParam, view.extent(*attribute), &[]);
                }
                has_type = true;
            }
        }
    }

    pub(super) fn function(&mut self, id: NodeId, kind: Kind) {
        let Kind::FunctionDefinition { parameters, body, is_workflow, .. } = kind else { return };
        if let Some(parameters) = parameters {
            match self.view.kind(body) {
                Kind::ScriptBlock { param_block: Some(block), .. } => {
                    self.report(ErrorId::OnlyOneParameterListAllowed, self.view.extent(block), &[]);
                }
                _ => self.duplicate_parameters(parameters),
            }
        }
        if is_workflow {
            self.report(ErrorId::WorkflowNotSupportedInPowerShellCore, self.view.extent(id), &[]);
        }
    }

    pub(super) fn workflow_block(&mut self, id: NodeId, keyword: Extent) {
        let in_workflow = self
            .view
            .ancestors(id)
            .any(|ancestor| matches!(self.view.kind(ancestor), Kind::FunctionDefinition { is_workflow: true, .. }));
        if !in_workflow {
            self.report(ErrorId::UnexpectedKeyword, keyword, &[keyword.text(self.view.text)]);
        }
    }
}
