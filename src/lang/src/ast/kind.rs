//! The kinds of nodes.

use super::{HoleList, List, NodeId, Number, Text, TypeId, TypeList, VariablePath, tree::children};
use crate::{extent::Extent, token::TokenKind};

/// A node: what it is and where it stands.
#[derive(Clone, Copy, Debug)]
pub struct Node {
    /// What it is, with its children.
    pub kind: Kind,
    /// Where it stands; [`Extent::EMPTY`] for what is implied.
    pub extent: Extent,
    /// What it is part of; none for the script.
    pub parent: Option<NodeId>,
    /// How many levels the tree below it has, itself included.
    pub depth: u16,
}

impl Node {
    pub(crate) const MISSING: Self =
        Self { kind: Kind::ErrorExpression { nested: List::NONE }, extent: Extent::EMPTY, parent: None, depth: 1 };
}

/// What a node is. The names are those of PowerShell's classes without `Ast`.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// A script, or what stands between the braces of a script block or function.
    ScriptBlock {
        /// `using` statements; only at the top of a script.
        using_statements: List,
        /// `param(..)`.
        param_block: Option<NodeId>,
        /// `dynamicparam {}`.
        dynamic_param_block: Option<NodeId>,
        /// `begin {}`.
        begin_block: Option<NodeId>,
        /// `process {}`, or the body of a filter.
        process_block: Option<NodeId>,
        /// `end {}`, or a body without named blocks.
        end_block: Option<NodeId>,
        /// `clean {}`.
        clean_block: Option<NodeId>,
    },
    /// `param(..)`.
    ParamBlock {
        /// Attributes in front of it.
        attributes: List,
        /// The parameters.
        parameters: List,
    },
    /// `begin {}` and its kind, or the unnamed body of a script block.
    NamedBlock {
        /// Which one.
        block: BlockKind,
        /// Whether its name is only implied.
        unnamed: bool,
        /// What runs.
        statements: List,
        /// Its `trap` statements.
        traps: List,
    },
    /// Statements between braces, or in `$( )` and `@( )`.
    StatementBlock {
        /// What runs.
        statements: List,
        /// Its `trap` statements.
        traps: List,
    },
    /// `[Name(..)]`.
    Attribute {
        /// Its type.
        type_name: TypeId,
        /// Arguments without name.
        positional_arguments: List,
        /// Arguments with name.
        named_arguments: List,
    },
    /// `Name = value` in an attribute.
    NamedAttributeArgument {
        /// The name.
        name: Text,
        /// The value.
        argument: NodeId,
        /// Whether only the name is there, which means `$true`.
        expression_omitted: bool,
    },
    /// `[type]` in front of a variable, parameter, member, or in a cast.
    TypeConstraint {
        /// The type.
        type_name: TypeId,
    },
    /// One parameter of a function, script block or method.
    Parameter {
        /// Attributes and type constraints.
        attributes: List,
        /// The variable.
        name: NodeId,
        /// What it is without an argument.
        default_value: Option<NodeId>,
    },
    /// `class` or `enum`.
    TypeDefinition {
        /// Its name.
        name: Text,
        /// Which of both.
        definition: TypeKind,
        /// Attributes in front of it.
        attributes: List,
        /// Base class and interfaces, or the underlying type of an enum.
        base_types: List,
        /// Its members.
        members: List,
    },
    /// `using namespace`, `using module` and its kind.
    UsingStatement {
        /// What is used.
        using_kind: UsingKind,
        /// Its name.
        name: Option<NodeId>,
        /// The hashtable of `using module @{}`.
        module_specification: Option<NodeId>,
        /// The alias behind `=`.
        alias: Option<NodeId>,
    },
    /// A property of a class, or a label of an enum.
    PropertyMember {
        /// Its name.
        name: Text,
        /// Its type.
        property_type: Option<NodeId>,
        /// Its attributes.
        attributes: List,
        /// `static`, `hidden`.
        modifiers: MemberModifiers,
        /// Its initial value.
        initial_value: Option<NodeId>,
    },
    /// A method or constructor.
    FunctionMember {
        /// Its attributes.
        attributes: List,
        /// What it returns; none means void.
        return_type: Option<NodeId>,
        /// Name, parameters and body.
        function: NodeId,
        /// `static`, `hidden`.
        modifiers: MemberModifiers,
    },
    /// `function`, `filter`, and the inside of a method.
    FunctionDefinition {
        /// Its name.
        name: Text,
        /// Where the name stands.
        name_extent: Extent,
        /// `filter`.
        is_filter: bool,
        /// `workflow`, which is an error.
        is_workflow: bool,
        /// Parameters in parentheses behind the name.
        parameters: Option<List>,
        /// What runs.
        body: NodeId,
    },
    /// `if`.
    IfStatement {
        /// Condition and body in turn.
        clauses: List,
        /// `else`.
        else_clause: Option<NodeId>,
    },
    /// `data`.
    DataStatement {
        /// The variable that takes the result.
        variable: Option<Text>,
        /// `-SupportedCommand`; not visited.
        commands_allowed: List,
        /// The data.
        body: NodeId,
    },
    /// `foreach`.
    ForEachStatement {
        /// Its label.
        label: Option<Text>,
        /// `-parallel`, which is an error.
        flags: LoopFlags,
        /// `-throttlelimit`, which is an error; not visited.
        throttle_limit: Option<NodeId>,
        /// The variable.
        variable: NodeId,
        /// What is enumerated.
        condition: NodeId,
        /// What runs.
        body: NodeId,
    },
    /// `for`.
    ForStatement {
        /// Its label.
        label: Option<Text>,
        /// Runs first.
        initializer: Option<NodeId>,
        /// Tested before each turn.
        condition: Option<NodeId>,
        /// Runs after each turn.
        iterator: Option<NodeId>,
        /// What runs.
        body: NodeId,
    },
    /// `do {} while ()`.
    DoWhileStatement {
        /// Its label.
        label: Option<Text>,
        /// Tested after each turn.
        condition: NodeId,
        /// What runs.
        body: NodeId,
    },
    /// `do {} until ()`.
    DoUntilStatement {
        /// Its label.
        label: Option<Text>,
        /// Tested after each turn.
        condition: NodeId,
        /// What runs.
        body: NodeId,
    },
    /// `while`.
    WhileStatement {
        /// Its label.
        label: Option<Text>,
        /// Tested before each turn.
        condition: NodeId,
        /// What runs.
        body: NodeId,
    },
    /// `switch`.
    SwitchStatement {
        /// Its label.
        label: Option<Text>,
        /// `-regex`, `-file` and its kind.
        flags: SwitchFlags,
        /// What is tested.
        condition: NodeId,
        /// Test and body in turn.
        clauses: List,
        /// `default {}`.
        default: Option<NodeId>,
    },
    /// `catch`.
    CatchClause {
        /// Types; none catches all.
        catch_types: List,
        /// What runs.
        body: NodeId,
    },
    /// `try`.
    TryStatement {
        /// What is tried.
        body: NodeId,
        /// `catch`.
        catch_clauses: List,
        /// `finally`.
        finally: Option<NodeId>,
    },
    /// `trap`.
    TrapStatement {
        /// The type; none traps all.
        trap_type: Option<NodeId>,
        /// What runs.
        body: NodeId,
    },
    /// `break`.
    BreakStatement {
        /// The label to break to.
        label: Option<NodeId>,
    },
    /// `continue`.
    ContinueStatement {
        /// The label to continue at.
        label: Option<NodeId>,
    },
    /// `return`.
    ReturnStatement {
        /// What is returned.
        pipeline: Option<NodeId>,
    },
    /// `exit`.
    ExitStatement {
        /// The exit code.
        pipeline: Option<NodeId>,
    },
    /// `throw`.
    ThrowStatement {
        /// What is thrown.
        pipeline: Option<NodeId>,
    },
    /// `a && b`, `a || b`.
    PipelineChain {
        /// What runs first.
        lhs: NodeId,
        /// `AndAnd` or `OrOr`.
        operator: TokenKind,
        /// What may run then.
        rhs: NodeId,
        /// Whether `&` ends it.
        background: bool,
    },
    /// `a | b`.
    Pipeline {
        /// Commands and expressions.
        elements: List,
        /// Whether `&` ends it.
        background: bool,
    },
    /// A command with its arguments.
    Command {
        /// Name, parameters and arguments.
        elements: List,
        /// `Ampersand`, `Dot`, or `Unknown` for none.
        invocation_operator: TokenKind,
        /// Redirections.
        redirections: List,
    },
    /// An expression as an element of a pipeline.
    CommandExpression {
        /// The expression.
        expression: NodeId,
        /// Redirections.
        redirections: List,
    },
    /// `-Name` or `-Name:argument`.
    CommandParameter {
        /// The name without dash.
        name: Text,
        /// The argument behind the colon.
        argument: Option<NodeId>,
        /// The parameter without its argument.
        error_position: Extent,
    },
    /// `2>&1`.
    MergingRedirection {
        /// The stream that goes elsewhere.
        from: Redirect,
        /// Where it goes.
        to: Redirect,
    },
    /// `> file`.
    FileRedirection {
        /// The stream that goes to the file.
        from: Redirect,
        /// `>>`.
        append: bool,
        /// The file.
        location: NodeId,
    },
    /// `$a = b`.
    AssignmentStatement {
        /// What takes the value.
        left: NodeId,
        /// `Equals`, `PlusEquals` and its kind.
        operator: TokenKind,
        /// The statement that gives it.
        right: NodeId,
        /// The operator.
        error_position: Extent,
    },
    /// `parallel {}` and `sequence {}`, which only workflows had.
    BlockStatement {
        /// Which of both.
        keyword: TokenKind,
        /// Where it stands.
        keyword_extent: Extent,
        /// What runs.
        body: NodeId,
    },
    /// What could be parsed of a statement with an error.
    ErrorStatement {
        /// The parts.
        nested: List,
    },
    /// What could be parsed of an expression with an error.
    ErrorExpression {
        /// The parts.
        nested: List,
    },
    /// `a ? b : c`.
    TernaryExpression {
        /// Tested.
        condition: NodeId,
        /// The value if true.
        if_true: NodeId,
        /// The value if false.
        if_false: NodeId,
    },
    /// `a + b`.
    BinaryExpression {
        /// Left operand.
        left: NodeId,
        /// The operator.
        operator: TokenKind,
        /// Right operand.
        right: NodeId,
        /// Where the operator stands.
        error_position: Extent,
    },
    /// `-not a`, `a++`.
    UnaryExpression {
        /// The operator.
        operator: TokenKind,
        /// Its operand.
        child: NodeId,
    },
    /// `[Attribute()]$a`.
    AttributedExpression {
        /// The attribute.
        attribute: NodeId,
        /// What it is on.
        child: NodeId,
    },
    /// `[type]a`.
    ConvertExpression {
        /// The type.
        type_constraint: NodeId,
        /// What is converted.
        child: NodeId,
    },
    /// `a.b`, `[a]::b`, `${a}?.b`.
    MemberExpression {
        /// What has the member.
        expression: NodeId,
        /// Its name.
        member: NodeId,
        /// `::`.
        is_static: bool,
        /// `?.`.
        null_conditional: bool,
    },
    /// `a.b(..)`.
    InvokeMemberExpression {
        /// What has the method.
        expression: NodeId,
        /// Its name.
        member: NodeId,
        /// Its arguments.
        arguments: List,
        /// `[int]` in `a.b[int]()`.
        generic_type_arguments: TypeList,
        /// `::`.
        is_static: bool,
        /// `?.`.
        null_conditional: bool,
    },
    /// `base(..)` in a constructor, written or implied.
    BaseCtorInvokeMemberExpression {
        /// `$this`.
        expression: NodeId,
        /// The constructor.
        member: NodeId,
        /// Its arguments.
        arguments: List,
    },
    /// `[type]` as a value.
    TypeExpression {
        /// The type.
        type_name: TypeId,
    },
    /// `$a`, `@a`.
    VariableExpression {
        /// The variable.
        path: VariablePath,
        /// `@`.
        splatted: bool,
    },
    /// A number; `None` where its digits are out of range.
    ConstantExpression {
        /// Its value.
        value: Option<Number>,
    },
    /// The value of an attribute argument that only names a property; a ConstantExpressionAst.
    TrueConstant,
    /// A string without expansions.
    StringConstantExpression {
        /// Its value.
        value: Text,
        /// How it is written.
        string_kind: StringKind,
    },
    /// A string with `$a` or `$(..)` in it.
    ExpandableStringExpression {
        /// Its text with escapes replaced and the expansions as written.
        value: Text,
        /// Where in `value` the expansions stand.
        holes: HoleList,
        /// The expansions, one for each hole.
        nested_expressions: List,
        /// How it is written.
        string_kind: StringKind,
    },
    /// `{}` as a value.
    ScriptBlockExpression {
        /// The script block.
        script_block: NodeId,
    },
    /// `a, b`.
    ArrayLiteral {
        /// The elements.
        elements: List,
    },
    /// `@{}`.
    Hashtable {
        /// Key and value in turn; a value is a statement.
        pairs: List,
    },
    /// `@(..)`.
    ArrayExpression {
        /// Its statements.
        sub_expression: NodeId,
    },
    /// `(..)`.
    ParenExpression {
        /// What is in it.
        pipeline: NodeId,
    },
    /// `$(..)`.
    SubExpression {
        /// Its statements.
        sub_expression: NodeId,
    },
    /// `$using:a`.
    UsingExpression {
        /// The expression in terms of the caller.
        sub_expression: NodeId,
    },
    /// `a[b]`, `${a}?[b]`.
    IndexExpression {
        /// What is indexed.
        target: NodeId,
        /// The index.
        index: NodeId,
        /// `?[`.
        null_conditional: bool,
    },
}

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
            Self::ErrorStatement { .. } => "ErrorStatementAst",
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

/// Which block of a script block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BlockKind {
    /// `dynamicparam`
    Dynamicparam,
    /// `begin`
    Begin,
    /// `process`
    Process,
    /// `end`
    End,
    /// `clean`
    Clean,
}

impl BlockKind {
    /// The keyword.
    pub const fn token(self) -> TokenKind {
        match self {
            Self::Dynamicparam => TokenKind::Dynamicparam,
            Self::Begin => TokenKind::Begin,
            Self::Process => TokenKind::Process,
            Self::End => TokenKind::End,
            Self::Clean => TokenKind::Clean,
        }
    }
}

/// Class or enum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TypeKind {
    /// `class`
    Class,
    /// `enum`
    Enum,
}

/// What a `using` statement uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UsingKind {
    /// `using assembly`
    Assembly,
    /// `using command`, which is an error.
    Command,
    /// `using module`
    Module,
    /// `using namespace`
    Namespace,
    /// `using type`, which is an error.
    Type,
}

impl UsingKind {
    /// The word behind `using`.
    pub const fn keyword(self) -> &'static str {
        match self {
            Self::Assembly => "assembly",
            Self::Command => "command",
            Self::Module => "module",
            Self::Namespace => "namespace",
            Self::Type => "type",
        }
    }
}

/// How a member of a class is declared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct MemberModifiers {
    /// `static`; labels of enums are.
    pub is_static: bool,
    /// `hidden`
    pub is_hidden: bool,
    /// A label of an enum.
    pub is_literal: bool,
}

/// The parameters of a `foreach` statement.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct LoopFlags {
    /// `-parallel`, which is an error.
    pub parallel: bool,
}

/// The parameters of a `switch` statement.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct SwitchFlags {
    /// `-file`: the condition names a file whose lines are tested.
    pub file: bool,
    /// `-regex`
    pub regex: bool,
    /// `-wildcard`
    pub wildcard: bool,
    /// `-casesensitive`
    pub case_sensitive: bool,
    /// `-parallel`, which is an error.
    pub parallel: bool,
}

/// How a string is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StringKind {
    /// `'..'`
    SingleQuoted,
    /// `@'..'@`
    SingleQuotedHereString,
    /// `".."`
    DoubleQuoted,
    /// `@".."@`
    DoubleQuotedHereString,
    /// A word without quotes.
    BareWord,
}

/// A stream in a redirection; the numbers are those of `RedirectionStream`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Redirect {
    /// `*`
    All,
    /// `1`
    Output,
    /// `2`
    Error,
    /// `3`
    Warning,
    /// `4`
    Verbose,
    /// `5`
    Debug,
    /// `6`
    Information,
}

impl Redirect {
    pub(crate) const fn from_number(number: u8) -> Self {
        match number {
            1 => Self::Output,
            2 => Self::Error,
            3 => Self::Warning,
            4 => Self::Verbose,
            5 => Self::Debug,
            6 => Self::Information,
            _ => Self::All,
        }
    }

    /// The number in front of `>`, 0 for `*`.
    pub const fn number(self) -> u8 {
        match self {
            Self::All => 0,
            Self::Output => 1,
            Self::Error => 2,
            Self::Warning => 3,
            Self::Verbose => 4,
            Self::Debug => 5,
            Self::Information => 6,
        }
    }

    /// What error messages call it.
    pub(crate) const fn description(self) -> &'static str {
        match self {
            Self::All => "* stream",
            Self::Output => "output stream",
            Self::Error => "error stream",
            Self::Warning => "warning stream",
            Self::Verbose => "verbose stream",
            Self::Debug => "debug stream",
            Self::Information => "information stream",
        }
    }
}
