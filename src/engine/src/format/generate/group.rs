//! Groups: objects in a row that share a value.

use super::{Formatter, expression, same_group};
use crate::{
    eval::{R, Runspace},
    format::{
        expression::{Expression, Outcome},
        packet::{Field, Piece},
        text,
        view::GroupBy,
    },
    value::Value,
};

#[derive(Clone)]
pub(super) struct Grouping {
    by: Expression,
    label: Option<String>,
    view: Option<GroupBy>,
    /// The value of the group and the name of its property.
    current: Option<(Value, String)>,
}

impl Grouping {
    pub(super) fn new(by: Expression, label: Option<String>, view: Option<GroupBy>) -> Self {
        Self { by, label, view, current: None }
    }

    /// Whether a new group begins with this object.
    pub(super) fn update(&mut self, rs: &mut Runspace, object: &Value) -> R<bool> {
        let name = match self.by.resolve(rs, object)?.first() {
            Some(resolved) => resolved.label(),
            None => return Ok(false),
        };
        let Some(Outcome::Value(value)) = self.by.value(rs, object)? else { return Ok(false) };
        let is_same = match &self.current {
            Some((before, _)) => same_group(rs, &value, before)? || same_group(rs, before, &value)?,
            None => false,
        };
        let label = match &self.current {
            Some((_, label)) if is_same => label.clone(),
            _ => name,
        };
        self.current = Some((value, label));
        Ok(!is_same)
    }

    /// What stands above the group.
    pub(super) fn heading(self, formatter: &mut Formatter, rs: &mut Runspace, object: &Value) -> R<Option<Vec<Piece>>> {
        let Some((value, name)) = self.current else { return Ok(None) };
        if let Some(view) = self.view
            && !view.heading.is_empty()
        {
            return formatter.nodes(rs, view.heading, object, 0).map(Some);
        }
        let of_view = self.view.map(|view| view.label).filter(|label| !label.is_empty());
        let label = of_view.map(str::to_owned).or(self.label).unwrap_or(name);
        let shown = text::shown(rs, &value, formatter.limits(false))?;
        Ok(Some(vec![Piece::Group(None, vec![Piece::Text(format!("   {label}: ")), Piece::Field(Field::new(shown))])]))
    }
}

impl Formatter {
    /// The text of an expression of a view.
    pub(super) fn expr_cell(
        &mut self,
        rs: &mut Runspace,
        expr: crate::format::view::Expr,
        object: &Value,
    ) -> R<String> {
        let expression = expression(rs, expr)?;
        let limits = self.limits(false);
        self.cell(rs, object, &expression, None, limits)
    }
}
