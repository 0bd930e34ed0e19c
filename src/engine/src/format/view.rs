//! Views: how objects of a type are shown. The tables in `views` are made of these.

use psrpd_dotnet::{Str, casing};

use super::{
    State,
    packet::{Align, Frame},
    text::without_prefix,
};
use crate::{
    eval::{R, Runspace},
    value::Value,
};

/// What a view shows in a place.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Expr {
    Property(&'static str),
    /// A script; `$_` is the object.
    Script(&'static str),
}

/// A column of a table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Col {
    pub(crate) label: &'static str,
    pub(crate) width: usize,
    /// Of header and cells.
    pub(crate) align: Align,
    /// Of cells alone.
    pub(crate) cell_align: Align,
    pub(crate) value: Expr,
}

/// A column that shows a property.
pub(crate) const fn col(property: &'static str) -> Col {
    Col { label: "", width: 0, align: Align::Undefined, cell_align: Align::Undefined, value: Expr::Property(property) }
}

/// A column that shows what a script gives.
pub(crate) const fn calc(label: &'static str, script: &'static str) -> Col {
    Col { label, value: Expr::Script(script), ..col("") }
}

impl Col {
    pub(crate) const fn label(mut self, label: &'static str) -> Self {
        self.label = label;
        self
    }

    pub(crate) const fn width(mut self, width: usize) -> Self {
        self.width = width;
        self
    }

    pub(crate) const fn left(mut self) -> Self {
        self.align = Align::Left;
        self
    }

    pub(crate) const fn right(mut self) -> Self {
        self.align = Align::Right;
        self
    }

    pub(crate) const fn right_cells(mut self) -> Self {
        self.cell_align = Align::Right;
        self
    }
}

/// A line of a list.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row {
    pub(crate) label: &'static str,
    pub(crate) value: Expr,
}

/// A line that shows a property.
pub(crate) const fn row(property: &'static str) -> Row {
    Row { label: "", value: Expr::Property(property) }
}

/// A line that shows a property under another name.
pub(crate) const fn row_as(label: &'static str, property: &'static str) -> Row {
    Row { label, value: Expr::Property(property) }
}

/// A line that shows what a script gives.
pub(crate) const fn row_calc(label: &'static str, script: &'static str) -> Row {
    Row { label, value: Expr::Script(script) }
}

/// The lines for objects of some types; of any type if none are named.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rows {
    pub(crate) types: &'static [&'static str],
    pub(crate) rows: &'static [&'static [Row]],
}

/// A part of free text.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Node {
    Text(&'static str),
    NewLine,
    Show(Expr),
    Frame(Frame, &'static [Self]),
    /// The nodes for each item of a collection.
    Each(Expr, &'static [Self]),
    /// The nodes for what an expression gives.
    With(Expr, &'static [Self]),
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Control {
    Table {
        columns: &'static [Col],
        autosize: bool,
        wrap: bool,
        /// Whether it has no headers.
        hides: bool,
    },
    List(&'static [Rows]),
    Wide(Expr),
    Free(&'static [Node]),
    /// Free text that native code writes.
    Native(fn(&mut Runspace, &Value) -> R<String>),
}

/// What objects are grouped by, and what stands above a group.
#[derive(Clone, Copy, Debug)]
pub(crate) struct GroupBy {
    pub(crate) by: Expr,
    pub(crate) label: &'static str,
    pub(crate) heading: &'static [Node],
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct View {
    pub(crate) name: &'static str,
    pub(crate) types: &'static [&'static str],
    pub(crate) group: Option<GroupBy>,
    pub(crate) control: Control,
    /// Whether each object stands for itself.
    pub(crate) out_of_band: bool,
}

impl View {
    const fn new(name: &'static str, types: &'static [&'static str], control: Control) -> Self {
        Self { name, types, group: None, control, out_of_band: false }
    }

    pub(crate) const fn table(name: &'static str, types: &'static [&'static str], columns: &'static [Col]) -> Self {
        Self::new(name, types, Control::Table { columns, autosize: false, wrap: false, hides: false })
    }

    pub(crate) const fn list(name: &'static str, types: &'static [&'static str], rows: &'static [Rows]) -> Self {
        Self::new(name, types, Control::List(rows))
    }

    pub(crate) const fn wide(name: &'static str, types: &'static [&'static str], value: Expr) -> Self {
        Self::new(name, types, Control::Wide(value))
    }

    pub(crate) const fn free(name: &'static str, types: &'static [&'static str], nodes: &'static [Node]) -> Self {
        Self::new(name, types, Control::Free(nodes))
    }

    pub(crate) const fn native(
        name: &'static str,
        types: &'static [&'static str],
        write: fn(&mut Runspace, &Value) -> R<String>,
    ) -> Self {
        Self::new(name, types, Control::Native(write)).out_of_band()
    }

    pub(crate) const fn grouped(mut self, by: Expr, label: &'static str, heading: &'static [Node]) -> Self {
        self.group = Some(GroupBy { by, label, heading });
        self
    }

    /// For native views of objects that do not stand for themselves.
    pub(crate) const fn in_document(mut self) -> Self {
        self.out_of_band = false;
        self
    }

    pub(crate) const fn out_of_band(mut self) -> Self {
        self.out_of_band = true;
        self
    }

    /// A table as wide as its content.
    pub(crate) const fn autosize(mut self) -> Self {
        if let Control::Table { columns, wrap, hides, .. } = self.control {
            self.control = Control::Table { columns, autosize: true, wrap, hides };
        }
        self
    }

    /// A table whose cells have as many lines as they need.
    pub(crate) const fn wrap(mut self) -> Self {
        if let Control::Table { columns, autosize, hides, .. } = self.control {
            self.control = Control::Table { columns, autosize, wrap: true, hides };
        }
        self
    }

    pub(crate) fn kind(&self) -> Kind {
        match self.control {
            Control::Table { .. } => Kind::Table,
            Control::List(_) => Kind::List,
            Control::Wide(_) => Kind::Wide,
            Control::Free(_) | Control::Native(_) => Kind::Custom,
        }
    }

    /// Whether the view is for objects with these type names.
    pub(crate) fn applies_to(&self, names: &[Str]) -> bool {
        distance(self.types, names, false).or_else(|| distance(self.types, names, true)).is_some()
    }
}

/// The four layouts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Table,
    List,
    Wide,
    Custom,
}

impl Kind {
    /// What messages call it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Table => "Table",
            Self::List => "List",
            Self::Wide => "Wide",
            Self::Custom => "Custom",
        }
    }
}

/// How far up in an object's types the first one stands that is named.
fn distance(types: &[&str], names: &[Str], masked: bool) -> Option<usize> {
    names.iter().position(|name| {
        let name = name.as_str();
        let name = if masked { without_prefix(name) } else { name };
        types.iter().any(|of| casing::eq(of, name))
    })
}

/// The entry that fits best: the one for the most derived type, the first of several.
pub(crate) fn best<T>(
    entries: impl Iterator<Item = T> + Clone,
    names: &[Str],
    types: impl Fn(&T) -> &'static [&'static str],
) -> Option<T> {
    let pick = |masked: bool| {
        let found = entries.clone().filter_map(|entry| distance(types(&entry), names, masked).map(|far| (far, entry)));
        found.min_by_key(|(far, _)| *far).map(|(_, entry)| entry)
    };
    pick(false).or_else(|| pick(true))
}

/// The view for objects with these type names.
pub(crate) fn find(state: &State, names: &[Str], kind: Option<Kind>, view: Option<&str>) -> Option<&'static View> {
    let fitting = state.views().filter(|one| {
        !one.out_of_band
            && kind.is_none_or(|kind| one.kind() == kind)
            && view.is_none_or(|name| casing::eq(one.name, name))
    });
    best(fitting, names, |view| view.types)
}

/// The view for objects that stand for themselves.
pub(crate) fn find_out_of_band(state: &State, names: &[Str]) -> Option<&'static View> {
    best(state.views().filter(|view| view.out_of_band), names, |view| view.types)
}
