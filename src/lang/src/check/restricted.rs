//! What a `data` section may hold.

use alloc::vec::Vec;

use super::Check;
use crate::{
    ast::{Kind, List, NodeId, Step, VariablePath},
    error::ErrorId,
    known_types::is_data_type,
    token::{TokenFlags, TokenKind},
};

/// The command that every section may call, and the variables it may read.
const COMMAND: &str = "ConvertFrom-StringData";
const VARIABLES: &[&str] = &["PSCulture", "PSUICulture", "true", "false", "null"];
const VARIABLES_TEXT: &str = "$PSCulture, $PSUICulture, $true, $false, $null";

impl Check<'_, '_> {
    pub(super) fn data(&mut self, commands_allowed: List, body: NodeId) {
        let view = self.view;
        // A command whose name is not constant is only known when the section runs.
        let mut allowed: Option<Vec<&str>> = Some(alloc::vec![COMMAND]);
        for command in view.list(commands_allowed) {
            match (view.string(*command), &mut allowed) {
                (Some(name), Some(allowed)) => allowed.push(name),
                _ => allowed = None,
            }
        }
        for step in view.visit(body) {
            if let Step::Enter(id) = step {
                self.data_node(id, allowed.as_deref());
            }
        }
    }

    fn data_node(&mut self, id: NodeId, allowed: Option<&[&str]>) {
        let view = self.view;
        let kind = view.kind(id);
        let extent = view.extent(id);
        let error = match kind {
            Kind::ScriptBlock { .. } | Kind::ScriptBlockExpression { .. } => {
                ErrorId::ScriptBlockNotSupportedInDataSection
            }
            Kind::ParamBlock { .. } => ErrorId::ParameterDeclarationNotSupportedInDataSection,
            Kind::Attribute { .. } | Kind::AttributedExpression { .. } => ErrorId::AttributeNotSupportedInDataSection,
            Kind::FunctionDefinition { .. } => ErrorId::FunctionDeclarationNotSupportedInDataSection,
            Kind::TrapStatement { .. } => ErrorId::TrapStatementNotSupportedInDataSection,
            Kind::SwitchStatement { .. } => ErrorId::SwitchStatementNotSupportedInDataSection,
            Kind::DataStatement { .. } => ErrorId::DataSectionStatementNotSupportedInDataSection,
            Kind::ForEachStatement { .. } => ErrorId::ForeachStatementNotSupportedInDataSection,
            Kind::DoWhileStatement { .. } | Kind::DoUntilStatement { .. } => {
                ErrorId::DoWhileStatementNotSupportedInDataSection
            }
            Kind::ForStatement { .. } | Kind::WhileStatement { .. } => {
                ErrorId::ForWhileStatementNotSupportedInDataSection
            }
            Kind::TryStatement { .. } => ErrorId::TryStatementNotSupportedInDataSection,
            Kind::BreakStatement { .. }
            | Kind::ContinueStatement { .. }
            | Kind::ReturnStatement { .. }
            | Kind::ExitStatement { .. }
            | Kind::ThrowStatement { .. } => ErrorId::FlowControlStatementNotSupportedInDataSection,
            Kind::AssignmentStatement { .. } => ErrorId::AssignmentStatementNotSupportedInDataSection,
            Kind::MergingRedirection { .. } | Kind::FileRedirection { .. } => {
                ErrorId::RedirectionNotSupportedInDataSection
            }
            Kind::MemberExpression { .. } => ErrorId::PropertyReferenceNotSupportedInDataSection,
            Kind::InvokeMemberExpression { .. } => ErrorId::MethodCallNotSupportedInDataSection,
            Kind::IndexExpression { .. } => ErrorId::ArrayReferenceNotSupportedInDataSection,
            Kind::BlockStatement { .. } => ErrorId::ParallelAndSequenceBlockNotSupportedInDataSection,
            Kind::BinaryExpression { operator, error_position, .. } => {
                return self.data_operator(operator, error_position);
            }
            Kind::UnaryExpression { operator, .. } => return self.data_operator(operator, extent),
            Kind::TypeConstraint { type_name } | Kind::TypeExpression { type_name } => {
                let name = view.full_type_name(type_name);
                if !is_data_type(&name) {
                    self.report(ErrorId::TypeNotAllowedInDataSection, extent, &[&name]);
                }
                return;
            }
            Kind::VariableExpression { path, .. } => return self.data_variable(id, path),
            Kind::Command { elements, invocation_operator, .. } => {
                return self.data_command(id, elements, invocation_operator, allowed);
            }
            _ => return,
        };
        self.report(error, extent, &[]);
    }

    fn data_operator(&mut self, operator: TokenKind, extent: crate::Extent) {
        if operator.has_trait(TokenFlags::DISALLOWED_IN_RESTRICTED_MODE) {
            self.report(ErrorId::OperatorNotSupportedInDataSection, extent, &[operator.text()]);
        }
    }

    fn data_variable(&mut self, id: NodeId, path: VariablePath) {
        let name = self.view.get(path.user_path);
        if !VARIABLES.iter().any(|allowed| allowed.eq_ignore_ascii_case(name)) {
            let extent = self.view.extent(id);
            self.report(ErrorId::VariableReferenceNotSupportedInDataSection, extent, &[VARIABLES_TEXT]);
        }
    }

    fn data_command(&mut self, id: NodeId, elements: List, operator: TokenKind, allowed: Option<&[&str]>) {
        let extent = self.view.extent(id);
        if operator == TokenKind::Dot {
            return self.report(ErrorId::DotSourcingNotSupportedInDataSection, extent, &[]);
        }
        let Some(allowed) = allowed else { return };
        match self.view.list(elements).first().and_then(|name| self.view.string(*name)) {
            Some(name) => {
                if !allowed.iter().any(|allowed| allowed.eq_ignore_ascii_case(name)) {
                    self.report(ErrorId::CmdletNotInAllowedListForDataSection, extent, &[name]);
                }
            }
            None if operator == TokenKind::Ampersand => {
                self.report(ErrorId::OperatorNotSupportedInDataSection, extent, &[operator.text()]);
            }
            None => {
                let text = extent.text(self.view.text);
                self.report(ErrorId::CmdletNotInAllowedListForDataSection, extent, &[text]);
            }
        }
    }
}
