//! The kinds of nodes.

use super::{
    BlockKind, HoleList, List, LoopFlags, MemberModifiers, NodeId, Number, Redirect, StringKind, SwitchFlags, Text,
    TypeId, TypeKind, TypeList, UsingKind, VariablePath,
};
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
    /// What could be parsed of a `switch` with an error: PowerShell has the same class for it, and says more of it.
    SwitchError {
        /// `switch`.
        keyword: Extent,
        /// What `-file` names.
        file: Option<NodeId>,
        /// What stands in parentheses, if anything.
        conditions: List,
        /// The tests and the blocks of its clauses.
        bodies: List,
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
