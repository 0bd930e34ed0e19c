//! The arena the nodes lie in.

use alloc::vec::Vec;
use core::num::NonZeroU32;

use num_bigint::BigInt;

use super::{Kind, Node, Text, Texts, TypeName};
use crate::{
    extent::{Extent, index, offset},
    token::Token,
};

/// A node of a [`crate::Script`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(NonZeroU32);

/// A type name of a [`crate::Script`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TypeId(u32);

/// Children of a node, in order: [`crate::Script::list`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct List {
    start: u32,
    len: u32,
}

/// Type arguments, in order: [`crate::Script::types`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct TypeList {
    start: u32,
    len: u32,
}

/// The first node; of a script that has none, nothing.
impl Default for NodeId {
    fn default() -> Self {
        Self(NonZeroU32::MIN)
    }
}

impl NodeId {
    fn new(position: usize) -> Self {
        Self(NonZeroU32::MIN.saturating_add(offset(position)))
    }

    /// A dense number from 0, for tables beside the tree.
    pub fn index(self) -> usize {
        index(self.0.get().saturating_sub(1))
    }
}

impl List {
    pub(crate) const NONE: Self = Self { start: 0, len: 0 };

    /// Whether there is none.
    pub const fn is_empty(self) -> bool {
        self.len == 0
    }

    /// How many there are.
    pub fn len(self) -> usize {
        index(self.len)
    }
}

impl TypeList {
    /// Whether there is none.
    pub const fn is_empty(self) -> bool {
        self.len == 0
    }
}

/// Everything a tree consists of; the parser fills it, a [`crate::Script`] keeps it.
#[derive(Debug, Default)]
pub(crate) struct Builder {
    nodes: Vec<Node>,
    lists: Vec<NodeId>,
    types: Vec<TypeName>,
    type_lists: Vec<TypeId>,
    pub(crate) texts: Texts,
    pub(crate) big_integers: Vec<BigInt>,
    pub(crate) nested_tokens: Vec<Token>,
}

impl Builder {
    /// Adds a node whose children are there already and makes it their parent.
    pub(crate) fn add(&mut self, kind: Kind, extent: Extent) -> NodeId {
        let id = NodeId::new(self.nodes.len());
        let mut depth = 0;
        let Self { nodes, lists, .. } = self;
        kind.for_each_child(lists, &mut |child: NodeId| {
            if let Some(node) = nodes.get_mut(child.index()) {
                node.parent = Some(id);
                depth = depth.max(node.depth);
            }
        });
        self.nodes.push(Node { kind, extent, parent: None, depth: depth.saturating_add(1) });
        id
    }

    pub(crate) fn node(&self, id: NodeId) -> &Node {
        self.nodes.get(id.index()).unwrap_or(&Node::MISSING)
    }

    pub(crate) fn kind_mut(&mut self, id: NodeId) -> Option<&mut Kind> {
        self.nodes.get_mut(id.index()).map(|node| &mut node.kind)
    }

    pub(crate) fn len(&self) -> usize {
        self.nodes.len()
    }

    pub(crate) fn add_list(&mut self, items: &[NodeId]) -> List {
        let start = offset(self.lists.len());
        self.lists.extend_from_slice(items);
        List { start, len: offset(items.len()) }
    }

    pub(crate) fn list(&self, list: List) -> &[NodeId] {
        slice(&self.lists, list.start, list.len)
    }

    pub(crate) fn lists(&self) -> &[NodeId] {
        &self.lists
    }

    pub(crate) fn add_type(&mut self, name: TypeName) -> TypeId {
        let id = TypeId(offset(self.types.len()));
        self.types.push(name);
        id
    }

    pub(crate) fn type_name(&self, id: TypeId) -> &TypeName {
        self.types.get(index(id.0)).unwrap_or(&TypeName::MISSING)
    }

    pub(crate) fn type_name_mut(&mut self, id: TypeId) -> Option<&mut TypeName> {
        self.types.get_mut(index(id.0))
    }

    pub(crate) fn add_type_list(&mut self, items: &[TypeId]) -> TypeList {
        let start = offset(self.type_lists.len());
        self.type_lists.extend_from_slice(items);
        TypeList { start, len: offset(items.len()) }
    }

    pub(crate) fn type_list(&self, list: TypeList) -> &[TypeId] {
        slice(&self.type_lists, list.start, list.len)
    }

    pub(crate) fn holes(&self, start: u32, len: u32) -> &[Text] {
        slice(&self.texts.holes, start, len)
    }
}

pub(crate) fn slice<T>(items: &[T], start: u32, len: u32) -> &[T] {
    items.get(index(start)..).and_then(|rest| rest.get(..index(len))).unwrap_or(&[])
}

/// The nodes of `list` in a table of lists.
pub(crate) fn children(lists: &[NodeId], list: List) -> &[NodeId] {
    slice(lists, list.start, list.len)
}
