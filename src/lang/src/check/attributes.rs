//! Attributes, parameters, and functions as a whole.

use alloc::{collections::BTreeSet, vec::Vec};

use super::{Check, constant::Use, fold};
use crate::{
    ast::{Kind, List, NodeId, TypeKind},
    error::ErrorId,
    extent::Extent,
    known_types::{
        attributes::{target, target_names},
        short_name,
    },
};

impl Check<'_, '_> {
    pub(super) fn attribute(&mut self, id: NodeId, positional: List, named: List) {
        let target = self.attribute_target(id);
        let (purpose, not_constant) = if target.is_some() {
            (Use::ClassAttribute, ErrorId::ParameterAttributeArgumentNeedsToBeConstant)
        } else {
            (Use::Attribute, ErrorId::ParameterAttributeArgumentNeedsToBeConstantOrScriptBlock)
        };
        if let Some(target) = target {
            self.attribute_usage(id, target, named);
        }
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

    /// What an attribute of a class stands in front of; none for attributes of functions and variables.
    fn attribute_target(&self, id: NodeId) -> Option<u32> {
        let view = self.view;
        let parent = view.parent(id)?;
        Some(match view.kind(parent) {
            Kind::TypeDefinition { definition: TypeKind::Enum, .. } => target::ENUM,
            Kind::TypeDefinition { .. } => target::CLASS,
            Kind::PropertyMember { .. } => target::PROPERTY_OR_FIELD,
            Kind::FunctionMember { function, .. } => match (view.kind(function), view.parent_kind(parent)) {
                (Kind::FunctionDefinition { name, .. }, Some(Kind::TypeDefinition { name: class, .. }))
                    if view.get(name).eq_ignore_ascii_case(view.get(class)) =>
                {
                    target::CONSTRUCTOR
                }
                _ => target::METHOD,
            },
            Kind::Parameter { .. } => {
                let member = self.members.last().copied().flatten().map(|member| view.kind(member));
                matches!(member, Some(Kind::FunctionMember { .. })).then_some(target::PARAMETER)?
            }
            _ => return None,
        })
    }

    /// Whether an attribute may stand here, and has the properties that are set.
    fn attribute_usage(&mut self, id: NodeId, target: u32, named: List) {
        let view = self.view;
        let Some(full_name) = view.attribute_type(id) else { return };
        let Some(usage) = view.types.attribute(&full_name) else { return };
        let shown = short_name(&full_name);
        if usage.targets & target == 0 {
            let args: [&str; 2] = [shown, &target_names(usage.targets)];
            self.report(ErrorId::AttributeNotAllowedOnDeclaration, view.extent(id), &args);
        }
        for argument in view.list(named) {
            let Kind::NamedAttributeArgument { name, .. } = view.kind(*argument) else { continue };
            let name = view.get(name);
            let extent = view.extent(*argument);
            if let Some(own) = usage.read_only(name) {
                self.report(ErrorId::ReadOnlyProperty, extent, &[own]);
            } else if !usage.names().any(|own| own.eq_ignore_ascii_case(name)) {
                let names: Vec<&str> = usage.names().collect();
                self.report(ErrorId::PropertyNotFoundForAttribute, extent, &[name, shown, &names.join(", ")]);
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
