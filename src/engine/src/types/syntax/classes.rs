//! The classes of the syntax tree, its tokens, and their enums.

use psrpd_lang::token::TokenKind;

use super::{broken, extent, methods, parser, properties as p, tokens, type_name};
use crate::types::{Members, TypeDef};

type Fill = fn(&mut Members);

const NONE: Fill = |_| {};

macro_rules! classes {
    ($($name:literal: $base:literal, $members:expr;)*) => {
        &[$(
            TypeDef::class(concat!("System.Management.Automation.Language.", $name))
                .base(concat!("System.Management.Automation.Language.", $base))
                .members($members)
        ),*]
    };
}

/// The nodes.
pub(super) const TYPES: &[TypeDef] = classes! {
    "ScriptBlockAst": "Ast", methods::script_block_ast;
    "ParamBlockAst": "Ast", p::param_block;
    "NamedBlockAst": "Ast", p::named_block;
    "NamedAttributeArgumentAst": "Ast", p::named_argument;
    "AttributeBaseAst": "Ast", p::attribute_base;
    "AttributeAst": "AttributeBaseAst", p::attribute;
    "TypeConstraintAst": "AttributeBaseAst", NONE;
    "ParameterAst": "Ast", p::parameter;
    "StatementBlockAst": "Ast", p::statement_block;
    "StatementAst": "Ast", NONE;
    "TypeDefinitionAst": "StatementAst", p::type_definition;
    "UsingStatementAst": "StatementAst", p::using;
    "MemberAst": "Ast", NONE;
    "PropertyMemberAst": "MemberAst", p::property_member;
    "FunctionMemberAst": "MemberAst", p::function_member;
    "FunctionDefinitionAst": "StatementAst", p::function_definition;
    "IfStatementAst": "StatementAst", p::if_statement;
    "DataStatementAst": "StatementAst", p::data_statement;
    "LabeledStatementAst": "StatementAst", p::labeled;
    "LoopStatementAst": "LabeledStatementAst", p::loops;
    "ForEachStatementAst": "LoopStatementAst", p::for_each;
    "ForStatementAst": "LoopStatementAst", p::for_statement;
    "DoWhileStatementAst": "LoopStatementAst", NONE;
    "DoUntilStatementAst": "LoopStatementAst", NONE;
    "WhileStatementAst": "LoopStatementAst", NONE;
    "SwitchStatementAst": "LabeledStatementAst", p::switch;
    "CatchClauseAst": "Ast", p::catch_clause;
    "TryStatementAst": "StatementAst", p::try_statement;
    "TrapStatementAst": "StatementAst", p::trap;
    "BreakStatementAst": "StatementAst", p::jump;
    "ContinueStatementAst": "StatementAst", p::jump;
    "ReturnStatementAst": "StatementAst", p::leave;
    "ExitStatementAst": "StatementAst", p::leave;
    "ThrowStatementAst": "StatementAst", p::throw;
    "PipelineBaseAst": "StatementAst", methods::pipeline_base;
    "ErrorStatementAst": "PipelineBaseAst", broken::statement;
    "ChainableAst": "PipelineBaseAst", NONE;
    "PipelineChainAst": "ChainableAst", p::chain;
    "PipelineAst": "ChainableAst", p::pipeline;
    "AssignmentStatementAst": "PipelineBaseAst", methods::assignment;
    "CommandElementAst": "Ast", NONE;
    "CommandParameterAst": "CommandElementAst", p::command_parameter;
    "CommandBaseAst": "StatementAst", p::command_base;
    "CommandAst": "CommandBaseAst", methods::command;
    "CommandExpressionAst": "CommandBaseAst", p::command_expression;
    "RedirectionAst": "Ast", p::redirection;
    "MergingRedirectionAst": "RedirectionAst", p::merging;
    "FileRedirectionAst": "RedirectionAst", p::file_redirection;
    "BlockStatementAst": "StatementAst", p::block_statement;
    "ExpressionAst": "CommandElementAst", methods::expression;
    "ErrorExpressionAst": "ExpressionAst", broken::expression;
    "TernaryExpressionAst": "ExpressionAst", p::ternary;
    "BinaryExpressionAst": "ExpressionAst", p::binary;
    "UnaryExpressionAst": "ExpressionAst", p::unary;
    "AttributedExpressionAst": "ExpressionAst", p::attributed;
    "ConvertExpressionAst": "AttributedExpressionAst", p::convert;
    "MemberExpressionAst": "ExpressionAst", p::member;
    "InvokeMemberExpressionAst": "MemberExpressionAst", p::invoke_member;
    "BaseCtorInvokeMemberExpressionAst": "InvokeMemberExpressionAst", NONE;
    "TypeExpressionAst": "ExpressionAst", p::type_expression;
    "VariableExpressionAst": "ExpressionAst", methods::variable;
    "ConstantExpressionAst": "ExpressionAst", p::constant;
    "StringConstantExpressionAst": "ConstantExpressionAst", p::string_constant;
    "ExpandableStringExpressionAst": "ExpressionAst", p::expandable_string;
    "ScriptBlockExpressionAst": "ExpressionAst", p::script_block_expression;
    "ArrayLiteralAst": "ExpressionAst", p::array_literal;
    "HashtableAst": "ExpressionAst", p::hashtable;
    "ArrayExpressionAst": "ExpressionAst", p::array_expression;
    "ParenExpressionAst": "ExpressionAst", p::paren;
    "SubExpressionAst": "ExpressionAst", p::sub_expression;
    "UsingExpressionAst": "ExpressionAst", p::using_expression;
    "IndexExpressionAst": "ExpressionAst", p::index;
    "StringToken": "Token", tokens::value_members;
    "StringLiteralToken": "StringToken", NONE;
    "StringExpandableToken": "StringToken", tokens::expandable_members;
    "LabelToken": "Token", tokens::label_members;
    "NumberToken": "Token", tokens::value_members;
    "VariableToken": "Token", tokens::variable_members;
    "ParameterToken": "Token", tokens::parameter_members;
    "RedirectionToken": "Token", NONE;
    "FileRedirectionToken": "RedirectionToken", tokens::file_redirection_members;
    "MergingRedirectionToken": "RedirectionToken", tokens::merging_redirection_members;
};

/// What is no node.
pub(super) const PARTS: &[TypeDef] = &[
    TypeDef::class("System.Management.Automation.Language.Ast").members(methods::ast),
    TypeDef::class("System.Management.Automation.Language.Token").members(tokens::members),
    TypeDef { base: "", ..TypeDef::class("System.Management.Automation.Language.IScriptExtent") },
    TypeDef { base: "", ..TypeDef::class("System.Management.Automation.Language.IScriptPosition") },
    TypeDef { base: "", ..TypeDef::class("System.Management.Automation.Language.ITypeName") },
    TypeDef::class("System.Management.Automation.Language.InternalScriptExtent")
        .implements(&["System.Management.Automation.Language.IScriptExtent"])
        .members(extent::extent_members),
    TypeDef::class("System.Management.Automation.Language.EmptyScriptExtent")
        .implements(&["System.Management.Automation.Language.IScriptExtent"])
        .members(extent::extent_members),
    TypeDef::class("System.Management.Automation.Language.InternalScriptPosition")
        .implements(&["System.Management.Automation.Language.IScriptPosition"])
        .members(extent::position_members),
    TypeDef::class("System.Management.Automation.Language.TypeName")
        .implements(&["System.Management.Automation.Language.ITypeName"])
        .members(type_name::members),
    TypeDef::class("System.Management.Automation.Language.ArrayTypeName")
        .implements(&["System.Management.Automation.Language.ITypeName"])
        .members(|m| {
            type_name::members(m);
            type_name::array_members(m);
        }),
    TypeDef::class("System.Management.Automation.Language.GenericTypeName")
        .implements(&["System.Management.Automation.Language.ITypeName"])
        .members(|m| {
            type_name::members(m);
            type_name::generic_members(m);
        }),
    TypeDef::class("System.Management.Automation.Language.Parser").members(parser::members),
    TypeDef::class("System.Management.Automation.PSParser").members(parser::old_members),
    TypeDef::class("System.Management.Automation.Language.ParseError"),
    TypeDef::class("System.Management.Automation.Language.ScriptRequirements"),
    TypeDef::class("System.Management.Automation.PSToken"),
    TypeDef::class("System.Management.Automation.PSParseError"),
    TypeDef::class("System.Management.Automation.VariablePath"),
];

/// The enums of both.
pub(super) const ENUMS: &[TypeDef] = &[
    TypeDef::labels("System.Management.Automation.Language.TokenKind", TokenKind::LABELS),
    TypeDef::flag_labels(
        "System.Management.Automation.Language.TokenFlags",
        &[
            ("None", 0),
            ("BinaryPrecedenceLogical", 1),
            ("BinaryPrecedenceBitwise", 2),
            ("BinaryPrecedenceComparison", 5),
            ("BinaryPrecedenceCoalesce", 7),
            ("BinaryPrecedenceAdd", 9),
            ("BinaryPrecedenceMultiply", 10),
            ("BinaryPrecedenceFormat", 12),
            ("BinaryPrecedenceRange", 13),
            ("BinaryPrecedenceMask", 15),
            ("Keyword", 16),
            ("ScriptBlockBlockName", 32),
            ("BinaryOperator", 256),
            ("UnaryOperator", 512),
            ("CaseSensitiveOperator", 1024),
            ("TernaryOperator", 2048),
            ("SpecialOperator", 4096),
            ("AssignmentOperator", 8192),
            ("ParseModeInvariant", 32768),
            ("TokenInError", 65536),
            ("DisallowedInRestrictedMode", 131_072),
            ("PrefixOrPostfixOperator", 262_144),
            ("CommandName", 524_288),
            ("MemberName", 1_048_576),
            ("TypeName", 2_097_152),
            ("AttributeName", 4_194_304),
            ("CanConstantFold", 8_388_608),
            ("StatementDoesntSupportAttributes", 16_777_216),
        ],
    ),
    TypeDef::labels(
        "System.Management.Automation.Language.StringConstantType",
        &[
            ("SingleQuoted", 0),
            ("SingleQuotedHereString", 1),
            ("DoubleQuoted", 2),
            ("DoubleQuotedHereString", 3),
            ("BareWord", 4),
        ],
    ),
    TypeDef::labels(
        "System.Management.Automation.Language.RedirectionStream",
        &[("All", 0), ("Output", 1), ("Error", 2), ("Warning", 3), ("Verbose", 4), ("Debug", 5), ("Information", 6)],
    ),
    TypeDef::labels(
        "System.Management.Automation.Language.UsingStatementKind",
        &[("Assembly", 0), ("Command", 1), ("Module", 2), ("Namespace", 3), ("Type", 4)],
    ),
    TypeDef::flag_labels(
        "System.Management.Automation.Language.TypeAttributes",
        &[("None", 0), ("Class", 1), ("Interface", 2), ("Enum", 4)],
    ),
    TypeDef::flag_labels(
        "System.Management.Automation.Language.PropertyAttributes",
        &[("None", 0), ("Public", 1), ("Private", 2), ("Static", 16), ("Literal", 32), ("Hidden", 64)],
    ),
    TypeDef::flag_labels(
        "System.Management.Automation.Language.MethodAttributes",
        &[("None", 0), ("Public", 1), ("Private", 2), ("Static", 16), ("Hidden", 64)],
    ),
    TypeDef::flag_labels(
        "System.Management.Automation.Language.SwitchFlags",
        &[
            ("None", 0),
            ("File", 1),
            ("Regex", 2),
            ("Wildcard", 4),
            ("Exact", 8),
            ("CaseSensitive", 16),
            ("Parallel", 32),
        ],
    ),
    TypeDef::flag_labels("System.Management.Automation.Language.ForEachFlags", &[("None", 0), ("Parallel", 1)]),
    TypeDef::labels(
        "System.Management.Automation.PSTokenType",
        &[
            ("Unknown", 0),
            ("Command", 1),
            ("CommandParameter", 2),
            ("CommandArgument", 3),
            ("Number", 4),
            ("String", 5),
            ("Variable", 6),
            ("Member", 7),
            ("LoopLabel", 8),
            ("Attribute", 9),
            ("Type", 10),
            ("Operator", 11),
            ("GroupStart", 12),
            ("GroupEnd", 13),
            ("Keyword", 14),
            ("Comment", 15),
            ("StatementSeparator", 16),
            ("NewLine", 17),
            ("LineContinuation", 18),
            ("Position", 19),
        ],
    ),
];
