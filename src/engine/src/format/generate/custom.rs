//! Objects as trees: their properties, and the properties of those.

use super::Formatter;
use crate::{
    eval::{R, Runspace},
    format::{
        cells::ELLIPSIS,
        expression::{Expression, Outcome},
        packet::{Body, Field, Frame, Piece},
        parameter::Wanted,
        standard, text,
    },
    value::Value,
};

const INDENT: Frame = Frame { left: 2, right: 0, first: 0 };

/// Where in the tree an object stands.
#[derive(Clone, Copy)]
struct Level {
    depth: i64,
    most: i64,
}

impl Level {
    fn next(self) -> Self {
        Self { depth: self.depth.saturating_add(1), ..self }
    }

    fn is_last(self) -> bool {
        self.depth >= self.most
    }
}

fn text_line(parts: &mut Vec<Piece>, text: &str) {
    parts.push(Piece::Text(text.into()));
    parts.push(Piece::NewLine);
}

impl Formatter {
    pub(super) fn tree(&mut self, rs: &mut Runspace, value: &Value) -> R<Body> {
        let level = Level { depth: 0, most: self.wishes.depth };
        let mut parts = Vec::new();
        if text::is_scalar(value) {
            let shown = text::shown(rs, value, self.limits(false))?;
            parts.extend([Piece::Field(Field::new(shown)), Piece::NewLine]);
        } else if let Some(items) = text::items(value) {
            self.collection(rs, &items, level, &mut parts)?;
        } else {
            let wanted = self.wishes.properties.clone();
            self.tree_object(rs, value, level, &wanted, &mut parts)?;
            return Ok(Body::Custom(parts));
        }
        Ok(Body::Custom(vec![Piece::Group(None, parts)]))
    }

    fn tree_object(
        &mut self,
        rs: &mut Runspace,
        value: &Value,
        level: Level,
        wanted: &[Wanted],
        out: &mut Vec<Piece>,
    ) -> R<()> {
        rs.check_stop()?;
        let mut parts = Vec::new();
        let names = value.type_names();
        let name = names.first().map_or("PSObject", |name| name.rsplit('.').next().unwrap_or(name));
        text_line(&mut parts, &format!("class {name}"));
        text_line(&mut parts, "{");
        let mut inner = Vec::new();
        for (wanted, expression) in self.tree_properties(rs, value, wanted)? {
            let level = match wanted.and_then(|wanted| wanted.depth) {
                Some(most) => Level { most, ..level },
                None => level,
            };
            self.tree_property(rs, value, level, &expression, &mut inner)?;
        }
        parts.push(Piece::Group(Some(INDENT), inner));
        text_line(&mut parts, "}");
        out.push(Piece::Group(None, parts));
        Ok(())
    }

    fn tree_properties(
        &self,
        rs: &mut Runspace,
        value: &Value,
        wanted: &[Wanted],
    ) -> R<Vec<(Option<Wanted>, Expression)>> {
        let mut list = Vec::new();
        for one in wanted {
            list.extend(one.expression.resolve(rs, value)?.into_iter().map(|found| (Some(one.clone()), found)));
        }
        if wanted.is_empty() {
            let set = standard::display_set(rs, value);
            let names =
                if set.is_empty() { crate::format::expression::property_names(rs, value)?.in_order() } else { set };
            list.extend(names.into_iter().map(|name| (None, Expression::Exact(name))));
        }
        Ok(list)
    }

    fn tree_property(
        &mut self,
        rs: &mut Runspace,
        value: &Value,
        level: Level,
        expression: &Expression,
        out: &mut Vec<Piece>,
    ) -> R<()> {
        out.push(Piece::Text(format!("{} = ", expression.label())));
        let found = match expression.value(rs, value)? {
            Some(Outcome::Value(found)) => found,
            Some(Outcome::Failed(_)) if self.wishes.display_error => "#ERR".into(),
            Some(Outcome::Failed(_)) => "".into(),
            None => Value::Null,
        };
        if let Some(items) = text::items(&found) {
            out.push(Piece::NewLine);
            let mut inner = Vec::new();
            self.collection(rs, &items, level.next(), &mut inner)?;
            out.push(Piece::Group(Some(INDENT), inner));
        } else if self.is_leaf(&found, level) {
            self.leaf(rs, &found, out)?;
        } else {
            out.push(Piece::NewLine);
            let mut inner = Vec::new();
            self.tree_object(rs, &found, level.next(), &[], &mut inner)?;
            out.push(Piece::Group(Some(INDENT), inner));
        }
        Ok(())
    }

    fn collection(&mut self, rs: &mut Runspace, items: &[Value], level: Level, out: &mut Vec<Piece>) -> R<()> {
        text_line(out, "[");
        let mut inner = Vec::new();
        let most = usize::try_from(self.limit).unwrap_or(usize::MAX);
        for item in items.iter().take(most) {
            rs.check_stop()?;
            if self.is_leaf(item, level) {
                self.leaf(rs, item, &mut inner)?;
            } else if let Some(items) = text::items(item) {
                inner.push(Piece::NewLine);
                let mut nested = Vec::new();
                self.collection(rs, &items, level.next(), &mut nested)?;
                inner.push(Piece::Group(Some(INDENT), nested));
            } else {
                self.tree_object(rs, item, level.next(), &[], &mut inner)?;
            }
        }
        if items.len() > most {
            self.leaf(rs, &Value::from(ELLIPSIS.to_string()), &mut inner)?;
        }
        out.push(Piece::Group(Some(INDENT), inner));
        text_line(out, "]");
        out.push(Piece::NewLine);
        Ok(())
    }

    fn is_leaf(&self, value: &Value, level: Level) -> bool {
        level.is_last() || value.is_null() || text::is_scalar(value)
    }

    fn leaf(&mut self, rs: &mut Runspace, value: &Value, out: &mut Vec<Piece>) -> R<()> {
        let shown = text::shown(rs, value, self.limits(false))?;
        out.extend([Piece::Field(Field::new(shown)), Piece::NewLine]);
        Ok(())
    }
}
