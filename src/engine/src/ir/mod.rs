//! The lowered form of scripts: what the evaluator runs. Variables have slots, constants are values, operators are
//! resolved. Units are made from the syntax tree on first use.

use std::sync::{Arc, OnceLock};

use parking_lot::Mutex;
use psrpd_dotnet::Str;
use psrpd_lang::{
    Extent, Script,
    ast::{Kind, NodeId, Redirect, SwitchFlags},
    token::TokenKind,
};

use crate::{
    bind::Param,
    eval::{Name, TypeNames},
    types::{GetFn, Type},
    value::Value,
};

mod lower;
mod lower_class;
mod lower_command;
mod lower_expr;
mod lower_stmt;

pub(crate) use lower_expr::number_value;

/// A script block before it is lowered.
pub(crate) struct LazyUnit {
    pub(crate) source: Arc<Source>,
    pub(crate) node: NodeId,
    /// Parameters in parentheses behind a function's name.
    pub(crate) outer_params: Option<psrpd_lang::ast::List>,
    pub(crate) is_filter: bool,
    unit: OnceLock<Arc<Unit>>,
}

/// A parsed text and where it comes from.
pub(crate) struct Source {
    pub(crate) script: Script,
    pub(crate) file: Option<Str>,
    /// Classes that the text defines and namespaces that it uses.
    pub(crate) types: Mutex<TypeNames>,
}

impl Source {
    pub(crate) fn new(script: Script, file: Option<Str>) -> Self {
        Self { script, file, types: Mutex::default() }
    }
}

impl LazyUnit {
    pub(crate) fn new(source: Arc<Source>, node: NodeId) -> Self {
        Self { source, node, outer_params: None, is_filter: false, unit: OnceLock::new() }
    }

    pub(crate) fn unit(&self) -> &Arc<Unit> {
        self.unit.get_or_init(|| Arc::new(lower::lower(self)))
    }

    /// Where it stands.
    pub(crate) fn extent(&self) -> Extent {
        self.source.script.node(self.node).extent
    }

    /// Whether something stands in front of its `param(..)`.
    pub(crate) fn has_attributes(&self) -> bool {
        let script = &self.source.script;
        let Kind::ScriptBlock { param_block: Some(params), .. } = script.kind(self.node) else { return false };
        matches!(script.kind(params), Kind::ParamBlock { attributes, .. } if !script.list(attributes).is_empty())
    }

    /// The text between the braces, or the whole script.
    pub(crate) fn text(&self) -> &str {
        let text = self.source.script.extent_text(self.extent());
        text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap_or(text)
    }
}

/// A script block ready to run.
pub(crate) struct Unit {
    pub(crate) source: Arc<Source>,
    /// The names of the slots; the automatic variables come first.
    pub(crate) names: Arc<[Name]>,
    pub(crate) params: Vec<ParamIr>,
    pub(crate) attributes: Vec<AttributeIr>,
    pub(crate) usings: Vec<UsingIr>,
    pub(crate) dynamic: Option<Block>,
    pub(crate) begin: Option<Block>,
    pub(crate) process: Option<Block>,
    pub(crate) end: Option<Block>,
    pub(crate) clean: Option<Block>,
    /// Whether parameters bind as a cmdlet's do.
    pub(crate) is_advanced: bool,
    pub(crate) has_param_block: bool,
    /// Whether it names its arguments or its input.
    pub(crate) reads_call: bool,
    /// Filled by the binder when the unit first runs.
    pub(crate) bound_params: OnceLock<Arc<[Param]>>,
}

/// A `using` statement.
pub(crate) enum UsingIr {
    Namespace(String),
    Module(Expr),
}

/// A parameter as it is declared.
pub(crate) struct ParamIr {
    pub(crate) name: Name,
    pub(crate) of: Option<NamedType>,
    pub(crate) attributes: Vec<AttributeIr>,
    pub(crate) default: Option<Expr>,
}

/// An attribute with its arguments.
pub(crate) struct AttributeIr {
    pub(crate) name: String,
    pub(crate) extent: Extent,
    pub(crate) positional: Vec<Expr>,
    pub(crate) named: Vec<(String, Expr)>,
}

/// Statements with the traps that watch over them.
#[derive(Default)]
pub(crate) struct Block {
    pub(crate) statements: Vec<Stmt>,
    pub(crate) traps: Vec<Catch>,
    /// `<Begin>` and its kin, where the block is written with its name.
    pub(crate) part: &'static str,
}

/// A statement.
pub(crate) struct Stmt {
    pub(crate) kind: StmtKind,
    pub(crate) extent: Extent,
}

pub(crate) enum StmtKind {
    Expr(Expr),
    Pipeline(Pipeline),
    /// What stands before `&`: the node.
    Background(NodeId),
    Chain {
        lhs: Box<Stmt>,
        and: bool,
        rhs: Box<Stmt>,
    },
    Assign {
        target: Target,
        op: Option<TokenKind>,
        value: Box<Stmt>,
    },
    If {
        clauses: Vec<(Stmt, Block)>,
        otherwise: Option<Block>,
    },
    While {
        label: Option<Name>,
        condition: Box<Stmt>,
        body: Block,
    },
    DoWhile {
        label: Option<Name>,
        condition: Box<Stmt>,
        body: Block,
        until: bool,
    },
    For {
        label: Option<Name>,
        init: Option<Box<Stmt>>,
        condition: Option<Box<Stmt>>,
        step: Option<Box<Stmt>>,
        body: Block,
    },
    ForEach {
        label: Option<Name>,
        variable: Target,
        items: Box<Stmt>,
        body: Block,
    },
    Switch(Box<Switch>),
    Try {
        body: Block,
        catches: Vec<Catch>,
        finally: Option<Block>,
    },
    Function {
        name: Str,
        body: Arc<LazyUnit>,
        is_filter: bool,
    },
    Types(Vec<Arc<TypeIr>>),
    Return(Option<Box<Stmt>>),
    Exit(Option<Box<Stmt>>),
    Throw(Option<Box<Stmt>>),
    Break(Option<Expr>),
    Continue(Option<Expr>),
    Data {
        variable: Option<Name>,
        body: Block,
    },
    Empty,
}

pub(crate) struct Switch {
    pub(crate) label: Option<Name>,
    pub(crate) flags: SwitchFlags,
    pub(crate) condition: Stmt,
    pub(crate) clauses: Vec<(Expr, Block)>,
    pub(crate) default: Option<Block>,
}

/// `catch` and `trap`.
pub(crate) struct Catch {
    /// None catches all.
    pub(crate) types: Vec<NamedType>,
    pub(crate) body: Block,
}

/// Commands connected by pipes.
pub(crate) struct Pipeline {
    pub(crate) elements: Vec<Element>,
}

pub(crate) enum Element {
    Command(Box<Command>),
    Expr(Expr, Vec<Redirection>),
}

/// A command with its arguments.
pub(crate) struct Command {
    pub(crate) name: Expr,
    pub(crate) dot: bool,
    /// `&` stands in front.
    pub(crate) ampersand: bool,
    pub(crate) args: Vec<Arg>,
    pub(crate) redirections: Vec<Redirection>,
    pub(crate) extent: Extent,
}

/// What stands behind a command's name.
pub(crate) enum Arg {
    Value {
        expr: Expr,
        /// The source text of a number, or of a list of words.
        text: Option<Str>,
        /// Not a string in quotes: a program gets it with wildcards expanded.
        bare: bool,
    },
    Parameter {
        name: Str,
        text: Str,
        value: Option<Expr>,
        /// As for values.
        written: Option<Str>,
        /// As for values.
        bare: bool,
        extent: Extent,
    },
    Splat(Expr),
}

pub(crate) enum Redirection {
    Merge { from: Redirect },
    File { from: Redirect, append: bool, target: Expr },
}

/// What an assignment assigns to.
pub(crate) struct Target {
    pub(crate) kind: TargetKind,
}

pub(crate) enum TargetKind {
    Variable {
        variable: Variable,
        constraints: Vec<AttributeIr>,
    },
    Member {
        object: Box<Expr>,
        name: Box<Expr>,
        is_static: bool,
    },
    Index {
        object: Box<Expr>,
        index: Box<Expr>,
    },
    Several(Vec<Target>),
    /// Not assignable: the parser says so, unless it is evaluated.
    Nothing,
}

/// A variable as a script names it.
pub(crate) struct Variable {
    pub(crate) name: Name,
    pub(crate) place: Place,
    /// Whether it stands in a text that expands, where version 1 of the strict mode lets it be missing.
    pub(crate) in_text: bool,
}

/// Where to look for a variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// A slot of the unit, then the callers by name.
    Slot(u32),
    /// By name through the scopes: what may not be shadowed.
    Dynamic,
    Global,
    Script,
    Local,
    Private,
    /// An item of a drive.
    Drive(Str),
}

/// An expression.
pub(crate) struct Expr {
    pub(crate) kind: ExprKind,
    pub(crate) extent: Extent,
}

pub(crate) enum ExprKind {
    Const(Value),
    Variable(Variable),
    /// `$?`
    Success,
    Expand(Vec<Expr>),
    Array(Vec<Expr>),
    Hashtable {
        pairs: Vec<(Expr, Stmt)>,
        ordered: bool,
    },
    /// `[pscustomobject]@{}`
    Custom(Vec<(Expr, Stmt)>),
    /// `@( )`
    Collect(Block),
    /// `$( )`
    Sub(Block),
    /// `( )`
    Paren(Box<Stmt>),
    Unary(TokenKind, Box<Expr>),
    Binary(TokenKind, Box<(Expr, Expr)>),
    Logical(TokenKind, Box<(Expr, Expr)>),
    Coalesce(Box<(Expr, Expr)>),
    Ternary(Box<(Expr, Expr, Expr)>),
    /// `++` and `--`.
    Step {
        target: Box<Target>,
        read: Box<Expr>,
        by: i32,
        prefix: bool,
    },
    Cast {
        of: NamedType,
        value: Box<Expr>,
    },
    /// An attribute on an expression that is not assigned.
    Attributed(Box<Expr>),
    Type(NamedType),
    Member(Box<Member>),
    Invoke(Box<Invoke>),
    /// `base(..)` in a constructor.
    BaseConstructor(Vec<Expr>),
    Index {
        object: Box<Expr>,
        index: Box<Expr>,
        conditional: bool,
    },
    ScriptBlock(Arc<LazyUnit>),
    Using {
        text: Str,
        value: Box<Expr>,
    },
}

/// What reads a property of a type, by the identity of that.
pub(crate) type Getter = OnceLock<(u64, GetFn)>;

/// A member that is read.
pub(crate) struct Member {
    pub(crate) object: Expr,
    pub(crate) name: Expr,
    pub(crate) is_static: bool,
    pub(crate) is_conditional: bool,
    /// The property of the type that was met here first.
    pub(crate) getter: Getter,
}

/// A method that is called.
pub(crate) struct Invoke {
    pub(crate) object: Expr,
    pub(crate) name: Expr,
    /// The types that a generic method is called with.
    pub(crate) types: Vec<String>,
    pub(crate) args: Vec<Expr>,
    pub(crate) is_static: bool,
    pub(crate) is_conditional: bool,
}

/// A type as a script names it.
pub(crate) struct NamedType {
    pub(crate) text: String,
    /// Where it is named, for the error about one that is not there.
    pub(crate) extent: Extent,
    /// The name as classes of scripts are found by.
    pub(crate) folded: String,
    /// Whether types stand inside of it, which may be classes.
    pub(crate) is_composed: bool,
    /// What it means where no script gives it another meaning.
    pub(crate) built_in: OnceLock<Option<Type>>,
}

impl NamedType {
    pub(crate) fn new(text: String, extent: Extent) -> Self {
        let folded = psrpd_dotnet::casing::fold(text.trim());
        let is_composed = text.contains(['[', '`']);
        Self { text, extent, folded, is_composed, built_in: OnceLock::new() }
    }
}

/// A `class` or `enum` statement.
pub(crate) struct TypeIr {
    pub(crate) node: NodeId,
    pub(crate) name: Str,
    pub(crate) is_enum: bool,
    pub(crate) flags: bool,
    pub(crate) attributes: Vec<AttributeIr>,
    pub(crate) bases: Vec<String>,
    pub(crate) properties: Vec<PropertyIr>,
    pub(crate) methods: Vec<MethodIr>,
    pub(crate) source: Arc<Source>,
}

impl TypeIr {
    /// A type definition of a text.
    pub(crate) fn of(source: &Arc<Source>, node: NodeId) -> Self {
        lower::Lowering::new(source, node).type_definition(node)
    }
}

pub(crate) struct PropertyIr {
    pub(crate) node: NodeId,
    pub(crate) name: Str,
    pub(crate) of: Option<String>,
    pub(crate) attributes: Vec<AttributeIr>,
    pub(crate) is_static: bool,
    pub(crate) is_hidden: bool,
    pub(crate) initial: Option<Expr>,
}

pub(crate) struct MethodIr {
    pub(crate) name: Str,
    pub(crate) returns: Option<NamedType>,
    pub(crate) attributes: Vec<AttributeIr>,
    pub(crate) is_static: bool,
    pub(crate) body: Arc<LazyUnit>,
}
