//! One object as a row, a list, a cell of a wide view, or free text.

use psrpd_dotnet::Str;

use super::{Formatter, expression};
use crate::{
    eval::{R, Runspace},
    format::{
        expression::{self as properties, Expression, Outcome},
        packet::{Align, Body, Column, Field, Item, Piece, Shape},
        parameter::Wanted,
        standard, text,
        view::{self, Col, Control, Node, View},
    },
    value::Value,
};

/// A table without view shows so many properties at most.
const MOST_COLUMNS: usize = 10;
/// How deep the nodes of a view may nest.
const MAX_DEPTH: usize = 50;

/// How objects are laid out.
pub(super) enum Layout {
    /// As a view says.
    View(&'static View),
    /// By their properties: in columns, in lines, by name alone, as a tree.
    Columns(Vec<(Option<Wanted>, Expression)>),
    Lines,
    Names,
    Tree,
}

impl Layout {
    pub(super) fn applies_to(&self, value: &Value) -> bool {
        match self {
            Self::View(view) => view.applies_to(&value.type_names()),
            _ => true,
        }
    }
}

impl Formatter {
    /// The properties to show of an object. Tables keep columns for properties that it does not have.
    fn shown(&self, rs: &mut Runspace, value: &Value, keep_missing: bool) -> R<Vec<(Option<Wanted>, Expression)>> {
        let mut list = Vec::new();
        if !self.wishes.properties.is_empty() {
            for wanted in &self.wishes.properties {
                let resolved = wanted.expression.resolve(rs, value)?;
                if resolved.is_empty() && keep_missing && !wanted.expression.has_wildcards() {
                    list.push((Some(wanted.clone()), wanted.expression.clone()));
                }
                list.extend(resolved.into_iter().map(|one| (Some(wanted.clone()), one)));
            }
            return Ok(list);
        }
        let set = standard::display_set(rs, value);
        let names = if set.is_empty() { all_but_remoting(rs, value)? } else { set };
        list.extend(names.into_iter().map(|name| (None, Expression::Exact(name))));
        Ok(list)
    }

    pub(super) fn table_columns(&self, rs: &mut Runspace, value: &Value) -> R<Vec<(Option<Wanted>, Expression)>> {
        let mut list = self.shown(rs, value, true)?;
        if self.wishes.properties.is_empty() && standard::display_set(rs, value).is_empty() {
            list.truncate(MOST_COLUMNS);
        }
        Ok(list)
    }

    pub(super) fn shape(&mut self, rs: &mut Runspace, layout: &Layout, value: &Value) -> R<Shape> {
        let repeat_header = self.wishes.repeat_header;
        let by_view = matches!(layout, Layout::View(View { control: Control::Table { hides: true, .. }, .. }));
        let hide_header = self.wishes.hide_header.unwrap_or(by_view);
        Ok(match layout {
            Layout::View(View { control: Control::Table { columns, .. }, .. }) => {
                let mut list = Vec::new();
                for column in *columns {
                    list.push(view_column(rs, column, value)?);
                }
                Shape::Table { hide_header, repeat_header, columns: list }
            }
            Layout::View(View { control: Control::List(_), .. }) | Layout::Lines => Shape::List,
            Layout::View(View { control: Control::Wide(_), .. }) | Layout::Names => {
                let autosize = self.wishes.autosize == Some(true);
                Shape::Wide { columns: if autosize { 0 } else { self.wishes.columns.unwrap_or(0) } }
            }
            Layout::View(_) | Layout::Tree => Shape::Custom,
            Layout::Columns(columns) => {
                let mut list = Vec::new();
                for (wanted, expression) in columns {
                    list.push(property_column(rs, wanted.as_ref(), expression, value)?);
                }
                Shape::Table { hide_header, repeat_header, columns: list }
            }
        })
    }

    pub(super) fn body(&mut self, rs: &mut Runspace, value: &Value) -> R<Body> {
        let Some(active) = self.active.take() else { return Ok(Body::Raw(String::new())) };
        let body = match &active.layout {
            Layout::View(view) => self.view_body(rs, view, value),
            Layout::Columns(columns) => self.columns(rs, columns, value),
            Layout::Lines => self.lines(rs, value),
            Layout::Names => self.name(rs, value),
            Layout::Tree => self.tree(rs, value),
        };
        self.active = Some(active);
        body
    }

    fn columns(&mut self, rs: &mut Runspace, columns: &[(Option<Wanted>, Expression)], value: &Value) -> R<Body> {
        let mut fields = Vec::new();
        for (wanted, expression) in columns {
            let format = wanted.as_ref().and_then(|wanted| wanted.format.as_deref());
            let limits = self.limits(true);
            fields.push(Field::new(self.cell(rs, value, expression, format, limits)?));
        }
        Ok(Body::Row { fields, wrap: self.wishes.wrap.unwrap_or(false) })
    }

    pub(super) fn lines(&mut self, rs: &mut Runspace, value: &Value) -> R<Body> {
        let mut items = Vec::new();
        for (wanted, expression) in self.shown(rs, value, false)? {
            let format = wanted.as_ref().and_then(|wanted| wanted.format.clone());
            let label = wanted.map_or_else(|| expression.label(), |wanted| wanted.label_of(&expression));
            let limits = self.limits(false);
            let text = self.cell(rs, value, &expression, format.as_deref(), limits)?;
            items.push(Item { label: None, property: Some(label), field: Field::new(text) });
        }
        Ok(Body::List(items))
    }

    fn name(&mut self, rs: &mut Runspace, value: &Value) -> R<Body> {
        let found = if self.wishes.properties.is_empty() {
            match text::display_property(rs, value)? {
                Some(expression) => Some((None, expression)),
                None => self.shown(rs, value, false)?.into_iter().next(),
            }
        } else {
            self.shown(rs, value, false)?.into_iter().next()
        };
        let Some((wanted, expression)) = found else { return Ok(Body::Wide(Field::default())) };
        let format = wanted.and_then(|wanted| wanted.format);
        let limits = self.limits(false);
        self.cell(rs, value, &expression, format.as_deref(), limits).map(|text| Body::Wide(Field::new(text)))
    }

    pub(super) fn view_body(&mut self, rs: &mut Runspace, view: &View, value: &Value) -> R<Body> {
        Ok(match view.control {
            Control::Table { columns, wrap, .. } => {
                let mut fields = Vec::new();
                for column in columns {
                    let text = self.expr_cell(rs, column.value, value)?;
                    fields.push(Field { text, align: column.cell_align });
                }
                Body::Row { fields, wrap: self.wishes.wrap.unwrap_or(wrap) }
            }
            Control::List(entries) => {
                let names = value.type_names();
                let special = entries.iter().filter(|entry| !entry.types.is_empty());
                let entry = view::best(special, &names, |entry| entry.types)
                    .or_else(|| entries.iter().find(|entry| entry.types.is_empty()));
                let mut items = Vec::new();
                for row in entry.map(|entry| entry.rows).unwrap_or_default().iter().copied().flatten() {
                    let shown = expression(rs, row.value)?;
                    let label = match row.label {
                        "" => shown.resolve(rs, value)?.first().unwrap_or(&shown).label(),
                        label => label.to_owned(),
                    };
                    let text = self.expr_cell(rs, row.value, value)?;
                    items.push(Item { label: Some(label), property: None, field: Field::new(text) });
                }
                Body::List(items)
            }
            Control::Wide(shown) => Body::Wide(Field::new(self.expr_cell(rs, shown, value)?)),
            Control::Free(nodes) => Body::Custom(self.nodes(rs, nodes, value, 0)?),
            Control::Native(write) => {
                Body::Custom(vec![Piece::Group(None, vec![Piece::Field(Field::new(write(rs, value)?))])])
            }
        })
    }

    /// Free text of a view.
    pub(super) fn nodes(&mut self, rs: &mut Runspace, nodes: &[Node], value: &Value, depth: usize) -> R<Vec<Piece>> {
        if depth >= MAX_DEPTH {
            return Ok(Vec::new());
        }
        let mut parts = Vec::new();
        for node in nodes {
            match node {
                Node::Text(text) => parts.push(Piece::Text((*text).into())),
                Node::NewLine => parts.push(Piece::NewLine),
                Node::Show(expr) => parts.push(Piece::Field(Field::new(self.expr_cell(rs, *expr, value)?))),
                Node::Frame(frame, inner) => {
                    let inner = self.nodes(rs, inner, value, depth.saturating_add(1))?;
                    parts.push(Piece::Group(Some(*frame), inner));
                }
                Node::With(expr, inner) => {
                    let Some(Outcome::Value(found)) = expression(rs, *expr)?.value(rs, value)? else { continue };
                    parts.extend(self.nodes(rs, inner, &found, depth.saturating_add(1))?);
                }
                Node::Each(expr, inner) => {
                    let Some(Outcome::Value(found)) = expression(rs, *expr)?.value(rs, value)? else { continue };
                    for item in text::items(&found).unwrap_or_else(|| vec![found.clone()]) {
                        if !item.is_null() {
                            parts.extend(self.nodes(rs, inner, &item, depth.saturating_add(1))?);
                        }
                    }
                }
            }
        }
        Ok(vec![Piece::Group(None, parts)])
    }
}

/// The properties of an object but for those that remoting adds to say where it is from.
fn all_but_remoting(rs: &mut Runspace, value: &Value) -> R<Vec<Str>> {
    let mut names = properties::property_names(rs, value)?.in_order();
    if let Some(flag) = properties::property(rs, value, "PSShowComputerName")? {
        let shows = crate::convert::to_bool(&flag);
        names.retain(|name| {
            !name.eq_ignore_ascii_case("PSShowComputerName") && (shows || !name.eq_ignore_ascii_case("PSComputerName"))
        });
    }
    Ok(names)
}

fn view_column(rs: &mut Runspace, column: &Col, value: &Value) -> R<Column> {
    let label = match column.label {
        "" => expression(rs, column.value)?.label(),
        label => label.to_owned(),
    };
    let is_property = column.label.is_empty() || properties::property(rs, value, column.label)?.is_some();
    Ok(Column {
        width: column.width,
        align: column.align.or(column.cell_align),
        label: Some(label),
        property: None,
        is_property,
    })
}

fn property_column(rs: &mut Runspace, wanted: Option<&Wanted>, expression: &Expression, value: &Value) -> R<Column> {
    let align = match wanted.map(|wanted| wanted.align).unwrap_or_default() {
        Align::Undefined => match expression.value(rs, value)? {
            Some(Outcome::Value(found)) if found.as_str().is_none() && text::is_scalar(&found) => Align::Right,
            _ => Align::Left,
        },
        align => align,
    };
    Ok(Column {
        width: wanted.map_or(0, |wanted| wanted.width),
        align,
        label: None,
        property: Some(wanted.map_or_else(|| expression.label(), |wanted| wanted.label_of(expression))),
        is_property: true,
    })
}
