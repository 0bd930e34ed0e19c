//! How control flows through a method: whether every path returns, and which variables are read where they may not be
//! assigned. PowerShell's analysis is made for its compiler; the errors depend on its details, so they are kept.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    string::String,
    vec::Vec,
};

use super::View;
use crate::{
    ast::{Kind, NodeId, Text},
    known_types::is_type,
};

/// Variables that are there without being assigned.
const AUTOMATIC: &[&str] = &[
    "_",
    "args",
    "this",
    "input",
    "PSCmdlet",
    "PSBoundParameters",
    "MyInvocation",
    "PSScriptRoot",
    "PSCommandPath",
    "?",
];

/// Commands that may change variables behind the compiler's back.
pub(super) const PESSIMIZING: &[&str] = &[
    "New-Variable",
    "Remove-Variable",
    "Set-Variable",
    "Set-PSBreakpoint",
    "Microsoft.PowerShell.Utility\\New-Variable",
    "Microsoft.PowerShell.Utility\\Remove-Variable",
    "Microsoft.PowerShell.Utility\\Set-Variable",
    "Microsoft.PowerShell.Utility\\Set-PSBreakpoint",
    "nv",
    "rv",
    "sbp",
    "sv",
    "set",
];

pub(super) const OBJECT: &str = "System.Object";

/// What the analysis of a method found.
pub(super) struct Flow {
    pub(super) always_returns: bool,
    /// Variables that are read and need not be assigned there.
    pub(super) unassigned: Vec<NodeId>,
}

/// What happens to a variable in a block.
pub(super) enum Event {
    Read(NodeId, String),
    Write { name: String, type_name: Option<String> },
}

#[derive(Default)]
pub(super) struct Block {
    pub(super) events: Vec<Event>,
    pub(super) next: Vec<usize>,
    pub(super) previous: Vec<usize>,
    pub(super) throws: bool,
    pub(super) returns: bool,
    pub(super) reachable: bool,
}

pub(super) struct Loop {
    pub(super) label: Option<Text>,
    pub(super) on_break: usize,
    pub(super) on_continue: usize,
}

#[derive(Default)]
pub(super) struct Variable {
    pub(super) reads: Vec<NodeId>,
    /// Looked up by name at run time, whatever the flow.
    pub(super) dynamic: bool,
    pub(super) assigned: bool,
    type_name: Option<String>,
}

pub(super) struct Analysis<'a> {
    pub(super) view: View<'a>,
    pub(super) blocks: Vec<Block>,
    pub(super) current: usize,
    pub(super) loops: Vec<Loop>,
    pub(super) variables: BTreeMap<String, Variable>,
    pessimistic: bool,
}

const ENTRY: usize = 0;
pub(super) const EXIT: usize = 1;

/// Analyses the `FunctionDefinition` of a method.
pub(super) fn analyze(view: View<'_>, function: NodeId) -> Flow {
    let mut analysis = Analysis {
        view,
        blocks: Vec::new(),
        current: ENTRY,
        loops: Vec::new(),
        variables: BTreeMap::new(),
        pessimistic: false,
    };
    let entry = analysis.block();
    analysis.block();
    if let Some(entry) = analysis.blocks.get_mut(entry) {
        entry.reachable = true;
    }
    let Kind::FunctionDefinition { parameters, body, .. } = view.kind(function) else {
        return Flow { always_returns: true, unassigned: Vec::new() };
    };
    analysis.pessimistic = analysis.is_pessimistic(body);
    analysis.parameters(parameters.unwrap_or_default());
    analysis.script_block(body);
    analysis.finish()
}

impl Analysis<'_> {
    fn finish(mut self) -> Flow {
        let exit = self.blocks.get(EXIT).map_or(&[][..], |exit| &exit.previous);
        let always_returns = exit
            .iter()
            .filter_map(|block| self.blocks.get(*block))
            .all(|block| block.returns || block.throws || !block.reachable);
        let mut unassigned = self.run();
        for variable in self.variables.values() {
            if variable.dynamic && !variable.assigned {
                unassigned.extend(&variable.reads);
            } else if variable.dynamic {
                for read in &variable.reads {
                    unassigned.remove(read);
                }
            }
        }
        Flow { always_returns, unassigned: unassigned.into_iter().collect() }
    }

    /// Follows the flow: the reads of variables that some path leaves unassigned.
    fn run(&mut self) -> BTreeSet<NodeId> {
        let mut unassigned = BTreeSet::new();
        let mut assigned: BTreeMap<usize, BTreeSet<String>> = BTreeMap::new();
        for block in self.order() {
            let Some(current) = self.blocks.get_mut(block) else { continue };
            let before = current.previous.iter().filter_map(|previous| assigned.get(previous)).cloned();
            let mut names = before.reduce(|all, other| all.intersection(&other).cloned().collect()).unwrap_or_default();
            for event in core::mem::take(&mut current.events) {
                match event {
                    Event::Read(id, name) => {
                        let automatic = AUTOMATIC.iter().any(|other| other.eq_ignore_ascii_case(&name));
                        if !automatic && !names.contains(&name) {
                            unassigned.insert(id);
                        }
                    }
                    Event::Write { name, type_name } => self.assign(name, type_name, &mut names),
                }
            }
            assigned.insert(block, names);
        }
        unassigned
    }

    /// A variable that is assigned with different types is looked up at run time.
    fn assign(&mut self, name: String, type_name: Option<String>, names: &mut BTreeSet<String>) {
        let pessimistic = self.pessimistic;
        let variable = self.variables.entry(name.clone()).or_default();
        variable.dynamic |= pessimistic;
        let type_name = match (type_name, &variable.type_name) {
            (None, Some(_)) if names.contains(&name) => None,
            (None, _) => Some(OBJECT.into()),
            (given, _) => given,
        };
        if let Some(type_name) = type_name {
            match &variable.type_name {
                None => variable.type_name = Some(type_name),
                Some(known) => variable.dynamic |= !is_type(&type_name, known),
            }
        }
        names.insert(name);
    }

    /// The blocks that can be reached, each after those in front of it, loops aside.
    fn order(&self) -> Vec<usize> {
        let mut order = Vec::new();
        let mut seen: BTreeSet<usize> = BTreeSet::from([ENTRY]);
        let mut pending = alloc::vec![(ENTRY, 0_usize)];
        while let Some((block, position)) = pending.pop() {
            match self.blocks.get(block).and_then(|block| block.next.get(position)) {
                Some(next) => {
                    pending.push((block, position.saturating_add(1)));
                    if seen.insert(*next) {
                        pending.push((*next, 0));
                    }
                }
                None => order.push(block),
            }
        }
        order.reverse();
        order
    }
}
