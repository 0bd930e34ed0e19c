//! `break`, `continue`, `return`, and what they may not leave; loops and exception handlers.

use super::Check;
use crate::{
    ast::{Kind, List, NodeId, Text},
    error::ErrorId,
    extent::Extent,
};

impl Check<'_, '_> {
    pub(super) fn jump(&mut self, id: NodeId, label: Option<NodeId>) {
        let label = match label {
            Some(label) => self.view.string(label),
            None => Some(""),
        };
        self.flow_out_of_finally(id, label);
        if let Some(label) = label.filter(|label| !label.is_empty()) {
            self.label_exists(id, label);
        }
    }

    fn matches_label(&self, wanted: &str, label: Option<Text>) -> bool {
        let label = label.map_or("", |label| self.view.get(label));
        wanted.is_empty() || wanted.eq_ignore_ascii_case(label)
    }

    /// In a method the label must be there; elsewhere a caller may have it.
    fn label_exists(&mut self, id: NodeId, label: &str) {
        for ancestor in self.view.ancestors(id) {
            match self.view.kind(ancestor) {
                Kind::FunctionDefinition { .. } => {
                    if matches!(self.view.parent_kind(ancestor), Some(Kind::FunctionMember { .. })) {
                        self.report(ErrorId::LabelNotFound, self.view.extent(id), &[label]);
                    }
                    return;
                }
                Kind::ForEachStatement { label: own, .. }
                | Kind::ForStatement { label: own, .. }
                | Kind::WhileStatement { label: own, .. }
                | Kind::DoWhileStatement { label: own, .. }
                | Kind::DoUntilStatement { label: own, .. }
                    if self.matches_label(label, own) =>
                {
                    return;
                }
                _ => {}
            }
        }
    }

    /// `label` is none where it is not known, and for `return`.
    fn flow_out_of_finally(&mut self, id: NodeId, label: Option<&str>) {
        for ancestor in self.view.ancestors(id) {
            match self.view.kind(ancestor) {
                Kind::NamedBlock { .. } | Kind::TrapStatement { .. } | Kind::ScriptBlock { .. } => return,
                Kind::ForEachStatement { label: own, .. }
                | Kind::ForStatement { label: own, .. }
                | Kind::WhileStatement { label: own, .. }
                | Kind::DoWhileStatement { label: own, .. }
                | Kind::DoUntilStatement { label: own, .. }
                | Kind::SwitchStatement { label: own, .. }
                    if label.is_some_and(|label| self.matches_label(label, own)) =>
                {
                    return;
                }
                Kind::StatementBlock { .. } => {
                    let parent = self.view.parent_kind(ancestor);
                    if matches!(parent, Some(Kind::TryStatement { finally, .. }) if finally == Some(ancestor)) {
                        return self.report(ErrorId::ControlLeavingFinally, self.view.extent(id), &[]);
                    }
                }
                _ => {}
            }
        }
    }

    pub(super) fn return_statement(&mut self, id: NodeId, has_value: bool) {
        self.flow_out_of_finally(id, None);
        let Some(method) = self.members.last().copied().flatten().map(|member| self.view.kind(member)) else { return };
        if !matches!(method, Kind::FunctionMember { .. }) {
            return;
        }
        match (has_value, self.view.returns_void(method)) {
            (true, true) => self.report(ErrorId::VoidMethodHasReturn, self.view.extent(id), &[]),
            (false, false) => self.report(ErrorId::NonVoidMethodMissingReturnValue, self.view.extent(id), &[]),
            _ => {}
        }
    }

    pub(super) fn foreach(&mut self, id: NodeId, parallel: bool, throttle_limit: bool) {
        let extent: Extent = self.view.extent(id);
        let reserved = ErrorId::KeywordParameterReservedForFutureUse;
        if parallel {
            self.report(reserved, extent, &["foreach", "parallel"]);
        }
        if throttle_limit {
            self.report(reserved, extent, &["foreach", "throttlelimit"]);
        }
        if throttle_limit && !parallel {
            self.report(ErrorId::ThrottleLimitRequiresParallelFlag, extent, &[]);
        }
    }

    /// A handler must not stand behind one that catches the same, or all.
    pub(super) fn catch_clauses(&mut self, clauses: List) {
        let clauses = self.view.list(clauses);
        for (position, first) in clauses.iter().enumerate() {
            for second in clauses.get(position.saturating_add(1)..).unwrap_or(&[]) {
                let (first, second_types) = (self.catch_types(*first), self.catch_types(*second));
                if first.is_empty() {
                    let place = self.view.before(self.view.extent(*second));
                    self.report(ErrorId::EmptyCatchNotLast, place, &[]);
                    break;
                }
                self.already_caught(first, second_types);
            }
        }
    }

    fn catch_types(&self, clause: NodeId) -> List {
        match self.view.kind(clause) {
            Kind::CatchClause { catch_types, .. } => catch_types,
            _ => List::default(),
        }
    }

    fn already_caught(&mut self, first: List, second: List) {
        let view = self.view;
        let resolve = |id: NodeId| match view.kind(id) {
            Kind::TypeConstraint { type_name } => view.resolve(type_name),
            _ => None,
        };
        for caught in view.list(first) {
            let Some(caught) = resolve(*caught) else { continue };
            for constraint in view.list(second) {
                let Some(name) = resolve(*constraint) else { continue };
                if name.eq_ignore_ascii_case(&caught) || view.types.is_subclass(&name, &caught) {
                    self.report(ErrorId::ExceptionTypeAlreadyCaught, view.extent(*constraint), &[&name]);
                }
            }
        }
    }
}
