//! The names and children of nodes.

use super::{Kind, List, NodeId, tree::children};

impl Kind {
    /// The name of PowerShell's class.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::ScriptBlock { .. } => "ScriptBlockAst",
            Self::ParamBlock { .. } => "ParamBlockAst",
            Self::NamedBlock { .. } => "NamedBlockAst",
            Self::StatementBlock { .. } => "StatementBlockAst",
            Self::Attribute { .. } => "AttributeAst",
            Self::NamedAttributeArgument { .. } => "NamedAttributeArgumentAst",
            Self::TypeConstraint { .. } => "TypeConstraintAst",
            Self::Parameter { .. } => "ParameterAst",
            Self::TypeDefinition { .. } => "TypeDefinitionAst",
            Self::UsingStatement { .. } => "UsingStatementAst",
            Self::PropertyMember { .. } => "PropertyMemberAst",
            Self::FunctionMember { .. } => "FunctionMemberAst",
            Self::FunctionDefinition { .. } => "FunctionDefinitionAst",
            Self::IfStatement { .. } => "IfStatementAst",
            Self::DataStatement { .. } => "DataStatementAst",
            Self::ForEachStatement { .. } => "ForEachStatementAst",
            Self::ForStatement { .. } => "ForStatementAst",
            Self::DoWhileStatement { .. } => "DoWhileStatementAst",
            Self::DoUntilStatement { .. } => "DoUntilStatementAst",
            Self::WhileStatement { .. } => "WhileStatementAst",
            Self::SwitchStatement { .. } => "SwitchStatementAst",
            Self::CatchClause { .. } => "CatchClauseAst",
            Self::TryStatement { .. } => "TryStatementAst",
            Self::TrapStatement { .. } => "TrapStatementAst",
            Self::BreakStatement { .. } => "BreakStatementAst",
            Self::ContinueStatement { .. } => "ContinueStatementAst",
            Self::ReturnStatement { .. } => "ReturnStatementAst",
            Self::ExitStatement { .. } => "ExitStatementAst",
            Self::ThrowStatement { .. } => "ThrowStatementAst",
            Self::PipelineChain { .. } => "PipelineChainAst",
            Self::Pipeline { .. } => "PipelineAst",
            Self::Command { .. } => "CommandAst",
            Self::CommandExpression { .. } => "CommandExpressionAst",
            Self::CommandParameter { .. } => "CommandParameterAst",
            Self::MergingRedirection { .. } => "MergingRedirectionAst",
            Self::FileRedirection { .. } => "FileRedirectionAst",
            Self::AssignmentStatement { .. } => "AssignmentStatementAst",
            Self::BlockStatement { .. } => "BlockStatementAst",
            Self::ErrorStatement { .. } | Self::SwitchError { .. } => "ErrorStatementAst",
            Self::ErrorExpression { .. } => "ErrorExpressionAst",
            Self::TernaryExpression { .. } => "TernaryExpressionAst",
            Self::BinaryExpression { .. } => "BinaryExpressionAst",
            Self::UnaryExpression { .. } => "UnaryExpressionAst",
            Self::AttributedExpression { .. } => "AttributedExpressionAst",
            Self::ConvertExpression { .. } => "ConvertExpressionAst",
            Self::MemberExpression { .. } => "MemberExpressionAst",
            Self::InvokeMemberExpression { .. } => "InvokeMemberExpressionAst",
            Self::BaseCtorInvokeMemberExpression { .. } => "BaseCtorInvokeMemberExpressionAst",
            Self::TypeExpression { .. } => "TypeExpressionAst",
            Self::VariableExpression { .. } => "VariableExpressionAst",
            Self::ConstantExpression { .. } => "ConstantExpressionAst",
            Self::TrueConstant => "ConstantExpressionAst",
            Self::StringConstantExpression { .. } => "StringConstantExpressionAst",
            Self::ExpandableStringExpression { .. } => "ExpandableStringExpressionAst",
            Self::ScriptBlockExpression { .. } => "ScriptBlockExpressionAst",
            Self::ArrayLiteral { .. } => "ArrayLiteralAst",
            Self::Hashtable { .. } => "HashtableAst",
            Self::ArrayExpression { .. } => "ArrayExpressionAst",
            Self::ParenExpression { .. } => "ParenExpressionAst",
            Self::SubExpression { .. } => "SubExpressionAst",
            Self::UsingExpression { .. } => "UsingExpressionAst",
            Self::IndexExpression { .. } => "IndexExpressionAst",
        }
    }

    /// Hands the children to `visit`, in the order in which PowerShell's visitors see them.
    pub(crate) fn for_each_child(&self, lists: &[NodeId], visit: &mut impl FnMut(NodeId)) {
        let mut each = |child: Child| match child {
            Child::One(id) => visit(id),
            Child::Maybe(id) => id.into_iter().for_each(&mut *visit),
            Child::Many(list) => children(lists, list).iter().copied().for_each(&mut *visit),
        };
        match *self {
            Self::ScriptBlock {
                using_statements,
                param_block,
                dynamic_param_block,
                begin_block,
                process_block,
                end_block,
                clean_block,
            } => {
                each(Child::Many(using_statements));
                each(Child::Maybe(param_block));
                each(Child::Maybe(dynamic_param_block));
                each(Child::Maybe(begin_block));
                each(Child::Maybe(process_block));
                each(Child::Maybe(end_block));
                each(Child::Maybe(clean_block));
            }
            Self::ParamBlock { attributes, parameters } => {
                each(Child::Many(attributes));
                each(Child::Many(parameters));
            }
            Self::NamedBlock { traps, statements, .. } => {
                each(Child::Many(traps));
                each(Child::Many(statements));
            }
            Self::StatementBlock { traps, statements } => {
                each(Child::Many(traps));
                each(Child::Many(statements));
            }
            Self::Attribute { positional_arguments, named_arguments, .. } => {
                each(Child::Many(positional_arguments));
                each(Child::Many(named_arguments));
            }
            Self::NamedAttributeArgument { argument, .. } => {
                each(Child::One(argument));
            }
            Self::Parameter { attributes, name, default_value } => {
                each(Child::Many(attributes));
                each(Child::One(name));
                each(Child::Maybe(default_value));
            }
            Self::TypeDefinition { attributes, base_types, members, .. } => {
                each(Child::Many(attributes));
                each(Child::Many(base_types));
                each(Child::Many(members));
            }
            Self::UsingStatement { name, module_specification, alias, .. } => {
                each(Child::Maybe(name));
                each(Child::Maybe(module_specification));
                each(Child::Maybe(alias));
            }
            Self::PropertyMember { property_type, attributes, initial_value, .. } => {
                each(Child::Maybe(property_type));
                each(Child::Many(attributes));
                each(Child::Maybe(initial_value));
            }
            Self::FunctionMember { attributes, return_type, function, .. } => {
                each(Child::Many(attributes));
                each(Child::Maybe(return_type));
                each(Child::One(function));
            }
            Self::FunctionDefinition { parameters, body, .. } => {
                each(Child::Many(parameters.unwrap_or_default()));
                each(Child::One(body));
            }
            Self::IfStatement { clauses, else_clause } => {
                each(Child::Many(clauses));
                each(Child::Maybe(else_clause));
            }
            Self::DataStatement { body, .. } => {
                each(Child::One(body));
            }
            Self::ForEachStatement { variable, condition, body, .. } => {
                each(Child::One(variable));
                each(Child::One(condition));
                each(Child::One(body));
            }
            Self::ForStatement { initializer, condition, iterator, body, .. } => {
                each(Child::Maybe(initializer));
                each(Child::Maybe(condition));
                each(Child::Maybe(iterator));
                each(Child::One(body));
            }
            Self::DoWhileStatement { condition, body, .. } => {
                each(Child::One(condition));
                each(Child::One(body));
            }
            Self::DoUntilStatement { condition, body, .. } => {
                each(Child::One(condition));
                each(Child::One(body));
            }
            Self::WhileStatement { condition, body, .. } => {
                each(Child::One(condition));
                each(Child::One(body));
            }
            Self::SwitchStatement { condition, clauses, default, .. } => {
                each(Child::One(condition));
                each(Child::Many(clauses));
                each(Child::Maybe(default));
            }
            Self::CatchClause { catch_types, body } => {
                each(Child::Many(catch_types));
                each(Child::One(body));
            }
            Self::TryStatement { body, catch_clauses, finally } => {
                each(Child::One(body));
                each(Child::Many(catch_clauses));
                each(Child::Maybe(finally));
            }
            Self::TrapStatement { trap_type, body } => {
                each(Child::Maybe(trap_type));
                each(Child::One(body));
            }
            Self::BreakStatement { label } => {
                each(Child::Maybe(label));
            }
            Self::ContinueStatement { label } => {
                each(Child::Maybe(label));
            }
            Self::ReturnStatement { pipeline } => {
                each(Child::Maybe(pipeline));
            }
            Self::ExitStatement { pipeline } => {
                each(Child::Maybe(pipeline));
            }
            Self::ThrowStatement { pipeline } => {
                each(Child::Maybe(pipeline));
            }
            Self::PipelineChain { lhs, rhs, .. } => {
                each(Child::One(lhs));
                each(Child::One(rhs));
            }
            Self::Pipeline { elements, .. } => {
                each(Child::Many(elements));
            }
            Self::Command { elements, redirections, .. } => {
                each(Child::Many(elements));
                each(Child::Many(redirections));
            }
            Self::CommandExpression { expression, redirections } => {
                each(Child::One(expression));
                each(Child::Many(redirections));
            }
            Self::CommandParameter { argument, .. } => {
                each(Child::Maybe(argument));
            }
            Self::FileRedirection { location, .. } => {
                each(Child::One(location));
            }
            Self::AssignmentStatement { left, right, .. } => {
                each(Child::One(left));
                each(Child::One(right));
            }
            Self::BlockStatement { body, .. } => {
                each(Child::One(body));
            }
            Self::ErrorStatement { nested } => {
                each(Child::Many(nested));
            }
            Self::SwitchError { file, conditions, bodies, .. } => {
                each(Child::Maybe(file));
                each(Child::Many(conditions));
                each(Child::Many(bodies));
            }
            Self::ErrorExpression { nested } => {
                each(Child::Many(nested));
            }
            Self::TernaryExpression { condition, if_true, if_false } => {
                each(Child::One(condition));
                each(Child::One(if_true));
                each(Child::One(if_false));
            }
            Self::BinaryExpression { left, right, .. } => {
                each(Child::One(left));
                each(Child::One(right));
            }
            Self::UnaryExpression { child, .. } => {
                each(Child::One(child));
            }
            Self::AttributedExpression { attribute, child } => {
                each(Child::One(attribute));
                each(Child::One(child));
            }
            Self::ConvertExpression { type_constraint, child } => {
                each(Child::One(type_constraint));
                each(Child::One(child));
            }
            Self::MemberExpression { expression, member, .. } => {
                each(Child::One(expression));
                each(Child::One(member));
            }
            Self::InvokeMemberExpression { expression, member, arguments, .. } => {
                each(Child::One(expression));
                each(Child::One(member));
                each(Child::Many(arguments));
            }
            Self::BaseCtorInvokeMemberExpression { expression, member, arguments } => {
                each(Child::One(expression));
                each(Child::One(member));
                each(Child::Many(arguments));
            }
            Self::ExpandableStringExpression { nested_expressions, .. } => {
                each(Child::Many(nested_expressions));
            }
            Self::ScriptBlockExpression { script_block } => {
                each(Child::One(script_block));
            }
            Self::ArrayLiteral { elements } => {
                each(Child::Many(elements));
            }
            Self::Hashtable { pairs } => {
                each(Child::Many(pairs));
            }
            Self::ArrayExpression { sub_expression } => {
                each(Child::One(sub_expression));
            }
            Self::ParenExpression { pipeline } => {
                each(Child::One(pipeline));
            }
            Self::SubExpression { sub_expression } => {
                each(Child::One(sub_expression));
            }
            Self::UsingExpression { sub_expression } => {
                each(Child::One(sub_expression));
            }
            Self::IndexExpression { target, index, .. } => {
                each(Child::One(target));
                each(Child::One(index));
            }
            Self::TypeConstraint { .. }
            | Self::MergingRedirection { .. }
            | Self::TypeExpression { .. }
            | Self::VariableExpression { .. }
            | Self::ConstantExpression { .. }
            | Self::TrueConstant
            | Self::StringConstantExpression { .. } => {}
        }
    }
}

enum Child {
    One(NodeId),
    Maybe(Option<NodeId>),
    Many(List),
}
