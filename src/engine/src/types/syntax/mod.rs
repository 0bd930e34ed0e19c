//! The syntax tree as scripts see it: `.Ast`, `[Parser]::ParseInput()`, tokens, extents.

use std::{any::Any, sync::Arc};

use psrpd_dotnet::Str;
use psrpd_lang::{
    Extent,
    ast::{Kind, List as NodeList, NodeId, Text, TypeId},
};

use super::{Type, generic, known};
use crate::{
    eval::ScriptBlock,
    ir::Source,
    value::{List, Object, Value},
};

mod broken;
mod classes;
mod extent;
mod methods;
mod parser;
mod properties;
mod tokens;
mod type_name;

pub(crate) use extent::extent_value;
pub(super) use methods::constant_table;
pub(crate) use parser::{parse_errors, problem};
pub(super) use tokens::start_token;

pub(crate) const TYPES: &[super::TypeDef] = classes::TYPES;
pub(crate) const ENUMS: &[super::TypeDef] = classes::ENUMS;
pub(crate) const PARTS: &[super::TypeDef] = classes::PARTS;

/// A node of a script's tree: an `Ast`.
#[derive(Clone)]
pub(crate) struct Node {
    pub(crate) source: Arc<Source>,
    pub(crate) id: NodeId,
}

impl Object for Node {
    fn type_of(&self) -> Type {
        class(self.kind().name())
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn text(&self) -> Option<Str> {
        Some(self.source.script.extent_text(self.extent()).into())
    }

    fn key(&self) -> Option<usize> {
        Some(std::ptr::from_ref(self.source.script.node(self.id)).addr())
    }
}

/// A type of the namespace of the syntax tree.
pub(crate) fn class(name: &str) -> Type {
    known(&format!("System.Management.Automation.Language.{name}"))
}

/// The node in a value.
pub(crate) fn node(value: &Value) -> Option<&Node> {
    value.downcast::<Node>()
}

/// The tree of a script block: the definition where it is the body of a function.
pub(crate) fn of_block(block: &ScriptBlock) -> Value {
    let (source, id) = (block.lazy.source.clone(), block.lazy.node);
    let parent = source.script.node(id).parent;
    let id =
        parent.filter(|parent| matches!(source.script.kind(*parent), Kind::FunctionDefinition { .. })).unwrap_or(id);
    Value::object(Node { source, id })
}

impl Node {
    pub(crate) fn kind(&self) -> Kind {
        self.source.script.kind(self.id)
    }

    pub(crate) fn extent(&self) -> Extent {
        self.source.script.node(self.id).extent
    }

    /// Another node of the same tree.
    pub(crate) fn at(&self, id: NodeId) -> Self {
        Self { source: self.source.clone(), id }
    }

    fn one(&self, id: NodeId) -> Value {
        Value::object(self.at(id))
    }

    fn maybe(&self, id: Option<NodeId>) -> Value {
        id.map_or(Value::Null, |id| self.one(id))
    }

    fn many(&self, of: &str, list: NodeList) -> Value {
        let items = self.source.script.list(list).iter().map(|id| self.one(*id)).collect();
        read_only(&class(of), items)
    }

    /// As [`Self::many`]; `$null` where there is none.
    fn any(&self, of: &str, list: NodeList) -> Value {
        if list.is_empty() { Value::Null } else { self.many(of, list) }
    }

    /// Nodes that stand two by two in a list, as tuples.
    fn pairs(&self, first: &str, second: &str, list: NodeList) -> Value {
        let Some(of) = generic("System.Tuple`2", vec![class(first), class(second)]) else { return Value::Null };
        let pairs = self.source.script.list(list).chunks_exact(2);
        let items = pairs.map(|pair| {
            let items: Vec<Value> = pair.iter().map(|id| self.one(*id)).collect();
            super::values::tuple(&of, &items)
        });
        read_only(&of, items.collect())
    }

    fn text_of(&self, text: Text) -> Value {
        let script = &self.source.script;
        if script.has_lone_surrogates(text) {
            return Value::Str(Str::from_units(&script.utf16(text)));
        }
        script.text(text).into()
    }

    fn label(&self, label: Option<Text>) -> Value {
        label.map_or(Value::Null, |label| self.text_of(label))
    }

    fn place(&self, extent: Extent) -> Value {
        extent_value(&self.source, extent)
    }

    fn type_name(&self, id: TypeId) -> Value {
        type_name::value(&self.source, id)
    }
}

/// `ReadOnlyCollection[T]`
fn read_only(of: &Type, items: Vec<Value>) -> Value {
    match generic("System.Collections.ObjectModel.ReadOnlyCollection`1", vec![of.clone()]) {
        Some(list) => List::value(list, items),
        None => Value::array(items),
    }
}
