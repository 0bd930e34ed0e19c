//! What the nodes of a tree say: their children, and what they are made of.

use psrpd_dotnet::Str;
use psrpd_lang::{
    Script,
    ast::{Kind, LoopFlags, StringKind, SwitchFlags, TypeKind, VariablePath, VariableScope},
    token::TokenKind,
};

use super::{Node, node, type_name};
use crate::{
    ir::number_value,
    types::{Members, enum_number, enum_value},
    value::{Opaque, Value},
};

/// Properties that read a node: the declaration, the kind of the node, and what is made of its fields.
macro_rules! rows {
    ($m:ident: $($declaration:expr, $kind:ident { $($field:ident),* } => |$n:ident| $read:expr;)*) => {
        $($m.get($declaration, |_, this| {
            let Some($n) = node(this) else { return Ok(Value::Null) };
            Ok(match $n.kind() {
                Kind::$kind { $($field,)* .. } => $read,
                _ => Value::Null,
            })
        });)*
    };
}

macro_rules! nodes {
    ($of:literal) => {
        concat!("System.Collections.ObjectModel.ReadOnlyCollection[System.Management.Automation.Language.", $of)
    };
}

macro_rules! of {
    ($name:literal) => {
        concat!("System.Management.Automation.Language.", $name)
    };
}

/// A flag of an enum, where it is set.
fn bit(is_set: bool, flag: i64) -> i64 {
    if is_set { flag } else { 0 }
}

fn kind_of(kind: TokenKind) -> Value {
    enum_number("System.Management.Automation.Language.TokenKind", kind.number().into())
}

fn string_type(kind: StringKind) -> Value {
    let label = match kind {
        StringKind::SingleQuoted => "SingleQuoted",
        StringKind::SingleQuotedHereString => "SingleQuotedHereString",
        StringKind::DoubleQuoted => "DoubleQuoted",
        StringKind::DoubleQuotedHereString => "DoubleQuotedHereString",
        StringKind::BareWord => "BareWord",
    };
    enum_value("System.Management.Automation.Language.StringConstantType", label)
}

fn stream(number: u8) -> Value {
    enum_number("System.Management.Automation.Language.RedirectionStream", number.into())
}

/// `VariablePath`
pub(super) fn variable_path(script: &Script, path: VariablePath) -> Value {
    let user = Str::from(script.text(path.user_path));
    let scope = |wanted: VariableScope| Value::Bool(path.scope == wanted);
    let is_drive = path.scope == VariableScope::Drive;
    let drive = if is_drive { user.split_once(':').map(|(drive, _)| Value::from(drive)) } else { None };
    Opaque::new(
        "System.Management.Automation.VariablePath",
        [
            ("UserPath", Value::Str(user.clone())),
            ("IsGlobal", scope(VariableScope::Global)),
            ("IsLocal", scope(VariableScope::Local)),
            ("IsPrivate", scope(VariableScope::Private)),
            ("IsScript", scope(VariableScope::Script)),
            ("IsUnqualified", scope(VariableScope::Unqualified)),
            ("IsUnscopedVariable", scope(VariableScope::Unqualified)),
            ("IsVariable", (!is_drive).into()),
            ("IsDriveQualified", is_drive.into()),
            ("DriveName", drive.unwrap_or_default()),
        ],
    )
    .displayed(user)
    .into_value()
}

pub(super) fn ast(m: &mut Members) {
    m.get(of!("IScriptExtent Extent"), |_, this| Ok(node(this).map_or(Value::Null, |n| n.place(n.extent()))));
    m.get(of!("Ast Parent"), |_, this| {
        Ok(node(this).map_or(Value::Null, |n| n.maybe(n.source.script.node(n.id).parent)))
    });
}

pub(super) fn script_block(m: &mut Members) {
    rows! { m:
        nodes!("AttributeAst] Attributes"), ScriptBlock {} => |n| n.many("AttributeAst", Default::default());
        nodes!("UsingStatementAst] UsingStatements"), ScriptBlock { using_statements } => |n| n.many("UsingStatementAst", using_statements);
        of!("ParamBlockAst ParamBlock"), ScriptBlock { param_block } => |n| n.maybe(param_block);
        of!("NamedBlockAst BeginBlock"), ScriptBlock { begin_block } => |n| n.maybe(begin_block);
        of!("NamedBlockAst ProcessBlock"), ScriptBlock { process_block } => |n| n.maybe(process_block);
        of!("NamedBlockAst EndBlock"), ScriptBlock { end_block } => |n| n.maybe(end_block);
        of!("NamedBlockAst CleanBlock"), ScriptBlock { clean_block } => |n| n.maybe(clean_block);
        of!("NamedBlockAst DynamicParamBlock"), ScriptBlock { dynamic_param_block } => |n| n.maybe(dynamic_param_block);
        of!("ScriptRequirements ScriptRequirements"), ScriptBlock {} => |n| requirements(n);
    }
}

/// What `#requires` lines ask for.
fn requirements(n: &Node) -> Value {
    let script = &n.source.script;
    let Some(asked) = script.requirements().filter(|_| script.root() == Some(n.id)) else { return Value::Null };
    let strings = |list: &[String]| {
        super::read_only(&crate::types::string(), list.iter().map(|one| one.as_str().into()).collect())
    };
    let version = asked.version.as_ref().and_then(|parts| {
        let shown: Vec<String> = parts.iter().map(ToString::to_string).collect();
        crate::value::Version::parse(&shown.join("."))
    });
    let modules = asked.modules.iter().map(|id| {
        let name = match script.kind(*id) {
            Kind::StringConstantExpression { value, .. } => script.text(value).to_owned(),
            _ => script.extent_text(script.node(*id).extent).to_owned(),
        };
        let of = "Microsoft.PowerShell.Commands.ModuleSpecification";
        Opaque::new(of, [("Name", Value::from(name.as_str()))]).displayed(name).into_value()
    });
    let of = crate::types::known("Microsoft.PowerShell.Commands.ModuleSpecification");
    Opaque::new(
        "System.Management.Automation.Language.ScriptRequirements",
        [
            ("RequiredApplicationId", asked.application_id.as_deref().into()),
            ("RequiredPSVersion", version.map_or(Value::Null, Value::object)),
            ("RequiredPSEditions", strings(&asked.editions)),
            ("RequiredModules", super::read_only(&of, modules.collect())),
            ("RequiredAssemblies", strings(&asked.assemblies)),
            ("IsElevationRequired", asked.is_elevation_required.into()),
        ],
    )
    .into_value()
}

pub(super) fn param_block(m: &mut Members) {
    rows! { m:
        nodes!("AttributeAst] Attributes"), ParamBlock { attributes } => |n| n.many("AttributeAst", attributes);
        nodes!("ParameterAst] Parameters"), ParamBlock { parameters } => |n| n.many("ParameterAst", parameters);
    }
}

pub(super) fn named_block(m: &mut Members) {
    rows! { m:
        "bool Unnamed", NamedBlock { unnamed } => |_n| unnamed.into();
        of!("TokenKind BlockKind"), NamedBlock { block } => |_n| kind_of(block.token());
        nodes!("StatementAst] Statements"), NamedBlock { statements } => |n| n.many("StatementAst", statements);
        nodes!("TrapStatementAst] Traps"), NamedBlock { traps } => |n| n.any("TrapStatementAst", traps);
    }
}

pub(super) fn statement_block(m: &mut Members) {
    rows! { m:
        nodes!("StatementAst] Statements"), StatementBlock { statements } => |n| n.many("StatementAst", statements);
        nodes!("TrapStatementAst] Traps"), StatementBlock { traps } => |n| n.any("TrapStatementAst", traps);
    }
}

pub(super) fn named_argument(m: &mut Members) {
    rows! { m:
        "string ArgumentName", NamedAttributeArgument { name } => |n| n.text_of(name);
        of!("ExpressionAst Argument"), NamedAttributeArgument { argument } => |n| n.one(argument);
        "bool ExpressionOmitted", NamedAttributeArgument { expression_omitted } => |_n| expression_omitted.into();
    }
}

pub(super) fn attribute_base(m: &mut Members) {
    m.get(of!("ITypeName TypeName"), |_, this| {
        Ok(match node(this).map(|n| (n, n.kind())) {
            Some((n, Kind::Attribute { type_name, .. } | Kind::TypeConstraint { type_name })) => n.type_name(type_name),
            _ => Value::Null,
        })
    });
}

pub(super) fn attribute(m: &mut Members) {
    rows! { m:
        nodes!("ExpressionAst] PositionalArguments"), Attribute { positional_arguments } => |n| n.many("ExpressionAst", positional_arguments);
        nodes!("NamedAttributeArgumentAst] NamedArguments"), Attribute { named_arguments } => |n| n.many("NamedAttributeArgumentAst", named_arguments);
    }
}

pub(super) fn parameter(m: &mut Members) {
    rows! { m:
        nodes!("AttributeBaseAst] Attributes"), Parameter { attributes } => |n| n.many("AttributeBaseAst", attributes);
        of!("VariableExpressionAst Name"), Parameter { name } => |n| n.one(name);
        of!("ExpressionAst DefaultValue"), Parameter { default_value } => |n| n.maybe(default_value);
    }
    m.get("type StaticType", |rs, this| {
        let Some(n) = node(this) else { return Ok(Value::Null) };
        let Kind::Parameter { attributes, .. } = n.kind() else { return Ok(Value::Null) };
        let script = &n.source.script;
        let name = script.list(attributes).iter().find_map(|id| match script.kind(*id) {
            Kind::TypeConstraint { type_name } => Some(script.full_type_name(type_name)),
            _ => None,
        });
        Ok(name.and_then(|name| rs.find_type(&name)).unwrap_or_else(crate::types::object).into())
    });
}

pub(super) fn type_definition(m: &mut Members) {
    fn is(this: &Value, wanted: TypeKind) -> Value {
        let found = node(this)
            .is_some_and(|n| matches!(n.kind(), Kind::TypeDefinition { definition, .. } if definition == wanted));
        found.into()
    }
    rows! { m:
        "string Name", TypeDefinition { name } => |n| n.text_of(name);
        nodes!("AttributeAst] Attributes"), TypeDefinition { attributes } => |n| n.many("AttributeAst", attributes);
        nodes!("TypeConstraintAst] BaseTypes"), TypeDefinition { base_types } => |n| n.many("TypeConstraintAst", base_types);
        nodes!("MemberAst] Members"), TypeDefinition { members } => |n| n.many("MemberAst", members);
        of!("TypeAttributes TypeAttributes"), TypeDefinition { definition } => |_n| {
            enum_value("System.Management.Automation.Language.TypeAttributes", if definition == TypeKind::Enum { "Enum" } else { "Class" })
        };
    }
    m.get("bool IsClass", |_, this| Ok(is(this, TypeKind::Class)));
    m.get("bool IsEnum", |_, this| Ok(is(this, TypeKind::Enum)));
    m.get("bool IsInterface", |_, _| Ok(false.into()));
}

pub(super) fn using(m: &mut Members) {
    rows! { m:
        of!("UsingStatementKind UsingStatementKind"), UsingStatement { using_kind } => |_n| {
            enum_value("System.Management.Automation.Language.UsingStatementKind", using_kind.keyword())
        };
        of!("StringConstantExpressionAst Name"), UsingStatement { name } => |n| n.maybe(name);
        of!("StringConstantExpressionAst Alias"), UsingStatement { alias } => |n| n.maybe(alias);
        of!("HashtableAst ModuleSpecification"), UsingStatement { module_specification } => |n| n.maybe(module_specification);
    }
}

pub(super) fn property_member(m: &mut Members) {
    rows! { m:
        "string Name", PropertyMember { name } => |n| n.text_of(name);
        of!("TypeConstraintAst PropertyType"), PropertyMember { property_type } => |n| n.maybe(property_type);
        nodes!("AttributeAst] Attributes"), PropertyMember { attributes } => |n| n.many("AttributeAst", attributes);
        of!("ExpressionAst InitialValue"), PropertyMember { initial_value } => |n| n.maybe(initial_value);
        "bool IsHidden", PropertyMember { modifiers } => |_n| modifiers.is_hidden.into();
        "bool IsStatic", PropertyMember { modifiers } => |_n| modifiers.is_static.into();
        of!("PropertyAttributes PropertyAttributes"), PropertyMember { modifiers } => |_n| {
            let bits = 1 | bit(modifiers.is_static, 16) | bit(modifiers.is_literal, 32) | bit(modifiers.is_hidden, 64);
            enum_number("System.Management.Automation.Language.PropertyAttributes", bits)
        };
    }
    m.get("bool IsPublic", |_, _| Ok(true.into()));
    m.get("bool IsPrivate", |_, _| Ok(false.into()));
}

pub(super) fn function_member(m: &mut Members) {
    fn function(n: &Node) -> Option<(Str, Value, Value)> {
        let Kind::FunctionMember { function, .. } = n.kind() else { return None };
        let function = n.at(function);
        let Kind::FunctionDefinition { name, parameters, body, .. } = function.kind() else { return None };
        let name = Str::from(n.source.script.text(name));
        Some((name, function.many("ParameterAst", parameters.unwrap_or_default()), function.one(body)))
    }
    m.get("string Name", |_, this| {
        Ok(node(this).and_then(function).map_or(Value::Null, |(name, ..)| Value::Str(name)))
    });
    m.get(nodes!("ParameterAst] Parameters"), |_, this| {
        Ok(node(this).and_then(function).map_or(Value::Null, |(_, parameters, _)| parameters))
    });
    m.get(of!("ScriptBlockAst Body"), |_, this| {
        Ok(node(this).and_then(function).map_or(Value::Null, |(.., body)| body))
    });
    rows! { m:
        nodes!("AttributeAst] Attributes"), FunctionMember { attributes } => |n| n.many("AttributeAst", attributes);
        of!("TypeConstraintAst ReturnType"), FunctionMember { return_type } => |n| n.maybe(return_type);
        "bool IsHidden", FunctionMember { modifiers } => |_n| modifiers.is_hidden.into();
        "bool IsStatic", FunctionMember { modifiers } => |_n| modifiers.is_static.into();
        of!("MethodAttributes MethodAttributes"), FunctionMember { modifiers } => |_n| {
            let bits = 1 | bit(modifiers.is_static, 16) | bit(modifiers.is_hidden, 64);
            enum_number("System.Management.Automation.Language.MethodAttributes", bits)
        };
        "bool IsConstructor", FunctionMember {} => |n| {
            let parent = n.source.script.node(n.id).parent.map(|id| n.source.script.kind(id));
            let (Some(Kind::TypeDefinition { name, .. }), Some((own, ..))) = (parent, function(n)) else { return Ok(false.into()) };
            psrpd_dotnet::casing::eq(&own, n.source.script.text(name)).into()
        };
    }
    m.get("bool IsPublic", |_, _| Ok(true.into()));
    m.get("bool IsPrivate", |_, _| Ok(false.into()));
}

pub(super) fn function_definition(m: &mut Members) {
    rows! { m:
        "string Name", FunctionDefinition { name } => |n| n.text_of(name);
        "bool IsFilter", FunctionDefinition { is_filter } => |_n| is_filter.into();
        "bool IsWorkflow", FunctionDefinition { is_workflow } => |_n| is_workflow.into();
        nodes!("ParameterAst] Parameters"), FunctionDefinition { parameters } => |n| parameters.map_or(Value::Null, |list| n.many("ParameterAst", list));
        of!("ScriptBlockAst Body"), FunctionDefinition { body } => |n| n.one(body);
    }
}

pub(super) fn if_statement(m: &mut Members) {
    rows! { m:
        "System.Collections.ObjectModel.ReadOnlyCollection[System.Tuple[System.Management.Automation.Language.PipelineBaseAst,System.Management.Automation.Language.StatementBlockAst]] Clauses",
        IfStatement { clauses } => |n| n.pairs("PipelineBaseAst", "StatementBlockAst", clauses);
        of!("StatementBlockAst ElseClause"), IfStatement { else_clause } => |n| n.maybe(else_clause);
    }
}

pub(super) fn data_statement(m: &mut Members) {
    rows! { m:
        "string Variable", DataStatement { variable } => |n| n.label(variable);
        nodes!("ExpressionAst] CommandsAllowed"), DataStatement { commands_allowed } => |n| n.many("ExpressionAst", commands_allowed);
        of!("StatementBlockAst Body"), DataStatement { body } => |n| n.one(body);
    }
}

pub(super) fn labeled(m: &mut Members) {
    m.get("string Label", |_, this| {
        let Some(n) = node(this) else { return Ok(Value::Null) };
        Ok(match n.kind() {
            Kind::ForEachStatement { label, .. }
            | Kind::ForStatement { label, .. }
            | Kind::DoWhileStatement { label, .. }
            | Kind::DoUntilStatement { label, .. }
            | Kind::WhileStatement { label, .. }
            | Kind::SwitchStatement { label, .. } => n.label(label),
            _ => Value::Null,
        })
    });
    m.get(of!("PipelineBaseAst Condition"), |_, this| {
        let Some(n) = node(this) else { return Ok(Value::Null) };
        Ok(match n.kind() {
            Kind::ForStatement { condition, .. } => n.maybe(condition),
            Kind::ForEachStatement { condition, .. }
            | Kind::DoWhileStatement { condition, .. }
            | Kind::DoUntilStatement { condition, .. }
            | Kind::WhileStatement { condition, .. }
            | Kind::SwitchStatement { condition, .. } => n.one(condition),
            _ => Value::Null,
        })
    });
}

pub(super) fn loops(m: &mut Members) {
    m.get(of!("StatementBlockAst Body"), |_, this| {
        let Some(n) = node(this) else { return Ok(Value::Null) };
        Ok(match n.kind() {
            Kind::ForEachStatement { body, .. }
            | Kind::ForStatement { body, .. }
            | Kind::DoWhileStatement { body, .. }
            | Kind::DoUntilStatement { body, .. }
            | Kind::WhileStatement { body, .. } => n.one(body),
            _ => Value::Null,
        })
    });
}

pub(super) fn for_each(m: &mut Members) {
    rows! { m:
        of!("VariableExpressionAst Variable"), ForEachStatement { variable } => |n| n.one(variable);
        of!("ExpressionAst ThrottleLimit"), ForEachStatement { throttle_limit } => |n| n.maybe(throttle_limit);
        of!("ForEachFlags Flags"), ForEachStatement { flags } => |_n| {
            let LoopFlags { parallel } = flags;
            enum_number("System.Management.Automation.Language.ForEachFlags", i64::from(parallel))
        };
    }
}

pub(super) fn for_statement(m: &mut Members) {
    rows! { m:
        of!("PipelineBaseAst Initializer"), ForStatement { initializer } => |n| n.maybe(initializer);
        of!("PipelineBaseAst Iterator"), ForStatement { iterator } => |n| n.maybe(iterator);
    }
}

pub(super) fn switch(m: &mut Members) {
    rows! { m:
        of!("SwitchFlags Flags"), SwitchStatement { flags } => |_n| {
            let SwitchFlags { file, regex, wildcard, case_sensitive, parallel } = flags;
            let bits = [(file, 1), (regex, 2), (wildcard, 4), (case_sensitive, 16), (parallel, 32)];
            let sum = bits.iter().filter(|(set, _)| *set).map(|(_, bit)| *bit).sum();
            enum_number("System.Management.Automation.Language.SwitchFlags", sum)
        };
        "System.Collections.ObjectModel.ReadOnlyCollection[System.Tuple[System.Management.Automation.Language.ExpressionAst,System.Management.Automation.Language.StatementBlockAst]] Clauses",
        SwitchStatement { clauses } => |n| n.pairs("ExpressionAst", "StatementBlockAst", clauses);
        of!("StatementBlockAst Default"), SwitchStatement { default } => |n| n.maybe(default);
    }
}

pub(super) fn catch_clause(m: &mut Members) {
    rows! { m:
        nodes!("TypeConstraintAst] CatchTypes"), CatchClause { catch_types } => |n| n.many("TypeConstraintAst", catch_types);
        "bool IsCatchAll", CatchClause { catch_types } => |_n| catch_types.is_empty().into();
        of!("StatementBlockAst Body"), CatchClause { body } => |n| n.one(body);
    }
}

pub(super) fn try_statement(m: &mut Members) {
    rows! { m:
        of!("StatementBlockAst Body"), TryStatement { body } => |n| n.one(body);
        nodes!("CatchClauseAst] CatchClauses"), TryStatement { catch_clauses } => |n| n.many("CatchClauseAst", catch_clauses);
        of!("StatementBlockAst Finally"), TryStatement { finally } => |n| n.maybe(finally);
    }
}

pub(super) fn trap(m: &mut Members) {
    rows! { m:
        of!("TypeConstraintAst TrapType"), TrapStatement { trap_type } => |n| n.maybe(trap_type);
        of!("StatementBlockAst Body"), TrapStatement { body } => |n| n.one(body);
    }
}

pub(super) fn jump(m: &mut Members) {
    m.get(of!("ExpressionAst Label"), |_, this| {
        Ok(match node(this).map(|n| (n, n.kind())) {
            Some((n, Kind::BreakStatement { label } | Kind::ContinueStatement { label })) => n.maybe(label),
            _ => Value::Null,
        })
    });
}

pub(super) fn leave(m: &mut Members) {
    m.get(of!("PipelineBaseAst Pipeline"), |_, this| {
        Ok(match node(this).map(|n| (n, n.kind())) {
            Some((
                n,
                Kind::ReturnStatement { pipeline }
                | Kind::ExitStatement { pipeline }
                | Kind::ThrowStatement { pipeline },
            )) => n.maybe(pipeline),
            _ => Value::Null,
        })
    });
}

pub(super) fn throw(m: &mut Members) {
    leave(m);
    rows! { m:
        "bool IsRethrow", ThrowStatement { pipeline } => |n| {
            let script = &n.source.script;
            let parents = std::iter::successors(Some(n.id), |id| script.node(*id).parent);
            let in_catch = parents.take_while(|id| !matches!(script.kind(*id), Kind::ScriptBlock { .. }));
            (pipeline.is_none() && in_catch.into_iter().any(|id| matches!(script.kind(id), Kind::CatchClause { .. }))).into()
        };
    }
}

pub(super) fn chain(m: &mut Members) {
    rows! { m:
        of!("ChainableAst LhsPipelineChain"), PipelineChain { lhs } => |n| n.one(lhs);
        of!("PipelineAst RhsPipeline"), PipelineChain { rhs } => |n| n.one(rhs);
        of!("TokenKind Operator"), PipelineChain { operator } => |_n| kind_of(operator);
        "bool Background", PipelineChain { background } => |_n| background.into();
    }
}

pub(super) fn pipeline(m: &mut Members) {
    rows! { m:
        nodes!("CommandBaseAst] PipelineElements"), Pipeline { elements } => |n| n.many("CommandBaseAst", elements);
        "bool Background", Pipeline { background } => |_n| background.into();
    }
}

pub(super) fn command_base(m: &mut Members) {
    m.get(nodes!("RedirectionAst] Redirections"), |_, this| {
        Ok(match node(this).map(|n| (n, n.kind())) {
            Some((n, Kind::Command { redirections, .. } | Kind::CommandExpression { redirections, .. })) => {
                n.many("RedirectionAst", redirections)
            }
            _ => Value::Null,
        })
    });
}

pub(super) fn command(m: &mut Members) {
    rows! { m:
        nodes!("CommandElementAst] CommandElements"), Command { elements } => |n| n.many("CommandElementAst", elements);
        of!("TokenKind InvocationOperator"), Command { invocation_operator } => |_n| kind_of(invocation_operator);
    }
    m.get("System.Management.Automation.Language.DynamicKeyword DefiningKeyword", |_, _| Ok(Value::Null));
}

pub(super) fn command_expression(m: &mut Members) {
    rows! { m: of!("ExpressionAst Expression"), CommandExpression { expression } => |n| n.one(expression); }
}

pub(super) fn command_parameter(m: &mut Members) {
    rows! { m:
        "string ParameterName", CommandParameter { name } => |n| n.text_of(name);
        of!("ExpressionAst Argument"), CommandParameter { argument } => |n| n.maybe(argument);
        of!("IScriptExtent ErrorPosition"), CommandParameter { error_position } => |n| n.place(error_position);
    }
}

pub(super) fn redirection(m: &mut Members) {
    m.get(of!("RedirectionStream FromStream"), |_, this| {
        Ok(match node(this).map(Node::kind) {
            Some(Kind::MergingRedirection { from, .. } | Kind::FileRedirection { from, .. }) => stream(from.number()),
            _ => Value::Null,
        })
    });
}

pub(super) fn merging(m: &mut Members) {
    rows! { m: of!("RedirectionStream ToStream"), MergingRedirection { to } => |_n| stream(to.number()); }
}

pub(super) fn file_redirection(m: &mut Members) {
    rows! { m:
        of!("ExpressionAst Location"), FileRedirection { location } => |n| n.one(location);
        "bool Append", FileRedirection { append } => |_n| append.into();
    }
}

pub(super) fn assignment(m: &mut Members) {
    rows! { m:
        of!("ExpressionAst Left"), AssignmentStatement { left } => |n| n.one(left);
        of!("TokenKind Operator"), AssignmentStatement { operator } => |_n| kind_of(operator);
        of!("StatementAst Right"), AssignmentStatement { right } => |n| n.one(right);
        of!("IScriptExtent ErrorPosition"), AssignmentStatement { error_position } => |n| n.place(error_position);
    }
}

pub(super) fn ternary(m: &mut Members) {
    rows! { m:
        of!("ExpressionAst Condition"), TernaryExpression { condition } => |n| n.one(condition);
        of!("ExpressionAst IfTrue"), TernaryExpression { if_true } => |n| n.one(if_true);
        of!("ExpressionAst IfFalse"), TernaryExpression { if_false } => |n| n.one(if_false);
    }
}

pub(super) fn binary(m: &mut Members) {
    rows! { m:
        of!("TokenKind Operator"), BinaryExpression { operator } => |_n| kind_of(operator);
        of!("ExpressionAst Left"), BinaryExpression { left } => |n| n.one(left);
        of!("ExpressionAst Right"), BinaryExpression { right } => |n| n.one(right);
        of!("IScriptExtent ErrorPosition"), BinaryExpression { error_position } => |n| n.place(error_position);
    }
}

pub(super) fn unary(m: &mut Members) {
    rows! { m:
        of!("TokenKind TokenKind"), UnaryExpression { operator } => |_n| kind_of(operator);
        of!("ExpressionAst Child"), UnaryExpression { child } => |n| n.one(child);
    }
}

pub(super) fn block_statement(m: &mut Members) {
    rows! { m: of!("StatementBlockAst Body"), BlockStatement { body } => |n| n.one(body); }
}

pub(super) fn attributed(m: &mut Members) {
    m.get(of!("ExpressionAst Child"), |_, this| {
        Ok(match node(this).map(|n| (n, n.kind())) {
            Some((n, Kind::AttributedExpression { child, .. } | Kind::ConvertExpression { child, .. })) => n.one(child),
            _ => Value::Null,
        })
    });
    m.get(of!("AttributeBaseAst Attribute"), |_, this| {
        Ok(match node(this).map(|n| (n, n.kind())) {
            Some((
                n,
                Kind::AttributedExpression { attribute: id, .. } | Kind::ConvertExpression { type_constraint: id, .. },
            )) => n.one(id),
            _ => Value::Null,
        })
    });
}

pub(super) fn convert(m: &mut Members) {
    rows! { m: of!("TypeConstraintAst Type"), ConvertExpression { type_constraint } => |n| n.one(type_constraint); }
}

pub(super) fn member(m: &mut Members) {
    m.get(of!("ExpressionAst Expression"), |_, this| {
        Ok(match node(this).map(|n| (n, n.kind())) {
            Some((
                n,
                Kind::MemberExpression { expression, .. }
                | Kind::InvokeMemberExpression { expression, .. }
                | Kind::BaseCtorInvokeMemberExpression { expression, .. },
            )) => n.one(expression),
            _ => Value::Null,
        })
    });
    m.get(of!("CommandElementAst Member"), |_, this| {
        Ok(match node(this).map(|n| (n, n.kind())) {
            Some((
                n,
                Kind::MemberExpression { member, .. }
                | Kind::InvokeMemberExpression { member, .. }
                | Kind::BaseCtorInvokeMemberExpression { member, .. },
            )) => n.one(member),
            _ => Value::Null,
        })
    });
    m.get("bool Static", |_, this| {
        Ok(match node(this).map(Node::kind) {
            Some(Kind::MemberExpression { is_static, .. } | Kind::InvokeMemberExpression { is_static, .. }) => {
                is_static.into()
            }
            _ => false.into(),
        })
    });
    m.get("bool NullConditional", |_, this| {
        Ok(match node(this).map(Node::kind) {
            Some(
                Kind::MemberExpression { null_conditional, .. } | Kind::InvokeMemberExpression { null_conditional, .. },
            ) => null_conditional.into(),
            _ => false.into(),
        })
    });
}

pub(super) fn invoke_member(m: &mut Members) {
    m.get(nodes!("ExpressionAst] Arguments"), |_, this| {
        Ok(match node(this).map(|n| (n, n.kind())) {
            Some((
                n,
                Kind::InvokeMemberExpression { arguments, .. } | Kind::BaseCtorInvokeMemberExpression { arguments, .. },
            )) => n.any("ExpressionAst", arguments),
            _ => Value::Null,
        })
    });
    rows! { m:
        nodes!("ITypeName] GenericTypeArguments"), InvokeMemberExpression { generic_type_arguments } => |n| {
            if generic_type_arguments.is_empty() {
                return Ok(Value::Null);
            }
            let names = n.source.script.types(generic_type_arguments).iter();
            super::read_only(&super::class("ITypeName"), names.map(|id| type_name::value(&n.source, *id)).collect())
        };
    }
}

pub(super) fn type_expression(m: &mut Members) {
    rows! { m: of!("ITypeName TypeName"), TypeExpression { type_name } => |n| n.type_name(type_name); }
}

pub(super) fn variable(m: &mut Members) {
    rows! { m:
        "System.Management.Automation.VariablePath VariablePath", VariableExpression { path } => |n| variable_path(&n.source.script, path);
        "bool Splatted", VariableExpression { splatted } => |_n| splatted.into();
    }
}

pub(super) fn constant(m: &mut Members) {
    m.get("System.Object Value", |_, this| {
        let Some(n) = node(this) else { return Ok(Value::Null) };
        Ok(match n.kind() {
            Kind::ConstantExpression { value } => {
                value.map_or(Value::Null, |value| number_value(&n.source.script, value))
            }
            Kind::TrueConstant => true.into(),
            Kind::StringConstantExpression { value, .. } => n.text_of(value),
            _ => Value::Null,
        })
    });
}

pub(super) fn string_constant(m: &mut Members) {
    rows! { m: of!("StringConstantType StringConstantType"), StringConstantExpression { string_kind } => |_n| string_type(string_kind); }
}

pub(super) fn expandable_string(m: &mut Members) {
    rows! { m:
        "string Value", ExpandableStringExpression { value } => |n| n.text_of(value);
        of!("StringConstantType StringConstantType"), ExpandableStringExpression { string_kind } => |_n| string_type(string_kind);
        nodes!("ExpressionAst] NestedExpressions"), ExpandableStringExpression { nested_expressions } => |n| n.many("ExpressionAst", nested_expressions);
    }
}

pub(super) fn script_block_expression(m: &mut Members) {
    rows! { m: of!("ScriptBlockAst ScriptBlock"), ScriptBlockExpression { script_block } => |n| n.one(script_block); }
}

pub(super) fn array_literal(m: &mut Members) {
    rows! { m: nodes!("ExpressionAst] Elements"), ArrayLiteral { elements } => |n| n.many("ExpressionAst", elements); }
}

pub(super) fn hashtable(m: &mut Members) {
    rows! { m:
        "System.Collections.ObjectModel.ReadOnlyCollection[System.Tuple[System.Management.Automation.Language.ExpressionAst,System.Management.Automation.Language.StatementAst]] KeyValuePairs",
        Hashtable { pairs } => |n| n.pairs("ExpressionAst", "StatementAst", pairs);
    }
}

pub(super) fn array_expression(m: &mut Members) {
    rows! { m: of!("StatementBlockAst SubExpression"), ArrayExpression { sub_expression } => |n| n.one(sub_expression); }
}

pub(super) fn paren(m: &mut Members) {
    rows! { m: of!("PipelineBaseAst Pipeline"), ParenExpression { pipeline } => |n| n.one(pipeline); }
}

pub(super) fn sub_expression(m: &mut Members) {
    rows! { m: of!("StatementBlockAst SubExpression"), SubExpression { sub_expression } => |n| n.one(sub_expression); }
}

pub(super) fn using_expression(m: &mut Members) {
    rows! { m: of!("ExpressionAst SubExpression"), UsingExpression { sub_expression } => |n| n.one(sub_expression); }
}

pub(super) fn index(m: &mut Members) {
    rows! { m:
        of!("ExpressionAst Target"), IndexExpression { target } => |n| n.one(target);
        of!("ExpressionAst Index"), IndexExpression { index } => |n| n.one(index);
        "bool NullConditional", IndexExpression { null_conditional } => |_n| null_conditional.into();
    }
}
