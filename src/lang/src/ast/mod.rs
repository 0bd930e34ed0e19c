//! The syntax tree. Nodes are named as PowerShell's own classes (`BinaryExpressionAst` is [`Kind::BinaryExpression`])
//! and hang in one arena: a [`NodeId`] stays valid as long as its [`Script`], every node and every payload is `Copy`,
//! and walking needs no pointers. A node's id is larger than those of its children.

mod children;
mod kind;
mod number;
mod properties;
mod script;
mod text;
mod tree;
mod type_name;
mod walk;

pub use kind::{Kind, Node};
pub use number::{Decimal, Number, NumericLiteral};
pub use properties::{BlockKind, LoopFlags, MemberModifiers, Redirect, StringKind, SwitchFlags, TypeKind, UsingKind};
pub use script::Script;
pub use text::{HoleList, Text, VariablePath, VariableScope};
pub(crate) use text::{TextBuilder, Texts};
pub(crate) use tree::Builder;
pub use tree::{List, NodeId, TypeId, TypeList};
pub use type_name::TypeName;
pub use walk::{Step, Visit};
