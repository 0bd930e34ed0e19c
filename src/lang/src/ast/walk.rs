//! Walking the tree without recursion.

use alloc::vec::Vec;

use super::{Builder, NodeId};

/// Nodes on the way in and on the way out, in the order of PowerShell's visitors.
#[derive(Debug)]
pub struct Visit<'t> {
    tree: &'t Builder,
    pending: Vec<Step>,
}

/// Where a walk is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// At a node, before its children.
    Enter(NodeId),
    /// At a node, after its children.
    Leave(NodeId),
}

impl<'t> Visit<'t> {
    pub(crate) fn new(tree: &'t Builder, from: NodeId) -> Self {
        Self { tree, pending: alloc::vec![Step::Enter(from)] }
    }

    /// Passes over the children of the node that was entered last.
    pub fn skip_children(&mut self) {
        while let Some(Step::Enter(_)) = self.pending.last() {
            self.pending.pop();
        }
    }
}

impl Iterator for Visit<'_> {
    type Item = Step;

    fn next(&mut self) -> Option<Step> {
        let step = self.pending.pop()?;
        if let Step::Enter(id) = step {
            self.pending.push(Step::Leave(id));
            let first = self.pending.len();
            let Self { tree, pending } = self;
            tree.node(id).kind.for_each_child(tree.lists(), &mut |child| pending.push(Step::Enter(child)));
            if let Some(children) = self.pending.get_mut(first..) {
                children.reverse();
            }
        }
        Some(step)
    }
}
