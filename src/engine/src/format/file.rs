//! Files of views (`.format.ps1xml`). What stands there becomes views like those of the tables; they stay as long as the
//! session, whose process ends with it.

use std::collections::HashMap;

use super::{
    packet::{Align, Frame},
    view::{Col, Control, Expr, GroupBy, Node, Row, Rows, View},
};
use crate::types::xml;

/// Text that stays.
fn word(text: &str) -> &'static str {
    String::leak(text.to_owned())
}

/// Items that stay.
fn kept<T>(items: Vec<T>) -> &'static [T] {
    Vec::leak(items)
}

/// What is wrong with a file: where, and what.
pub(crate) struct Wrong {
    pub(crate) place: String,
    pub(crate) message: String,
}

/// A part of a file that several views use.
struct Shared {
    selections: HashMap<String, Vec<String>>,
    controls: HashMap<String, xml::Node>,
}

type Read<T> = Result<T, String>;

/// How deeply controls may stand in one another.
const MOST_DEPTH: usize = 50;

/// The views of a document, and what is wrong with others.
pub(crate) fn read(document: &xml::Document) -> (Vec<&'static View>, Vec<Wrong>) {
    let mut shared = Shared { selections: HashMap::new(), controls: HashMap::new() };
    let root = document.elements().into_iter().next();
    let parts = |name: &str| -> Vec<xml::Node> {
        root.as_ref().and_then(|root| root.child(name)).map(|part| part.elements()).unwrap_or_default()
    };
    for set in parts("SelectionSets") {
        let name = text(&set, "Name").unwrap_or_default();
        let types = set.child("Types").iter().flat_map(xml::Node::elements).map(|of| of.inner_text()).collect();
        shared.selections.insert(name, types);
    }
    for control in parts("Controls") {
        if let (Some(name), Some(control)) = (text(&control, "Name"), control.child("CustomControl")) {
            shared.controls.insert(name, control);
        }
    }
    let (mut views, mut wrong) = (Vec::new(), Vec::new());
    for (at, view) in parts("ViewDefinitions").into_iter().enumerate() {
        match shared.view(&view) {
            Ok(view) => views.push(&*Box::leak(Box::new(view))),
            Err(message) => {
                let place = format!("/Configuration/ViewDefinitions/View[{}]", at.saturating_add(1));
                wrong.push(Wrong { place, message });
            }
        }
    }
    (views, wrong)
}

fn text(node: &xml::Node, name: &str) -> Option<String> {
    node.child(name).map(|child| child.inner_text().trim().to_owned())
}

fn number(node: &xml::Node, name: &str) -> i32 {
    text(node, name).and_then(|number| number.parse().ok()).unwrap_or(0)
}

/// A switch: an empty element, or one that says true.
fn is_set(node: &xml::Node, name: &str) -> bool {
    text(node, name).is_some_and(|value| value.is_empty() || value.eq_ignore_ascii_case("true"))
}

/// A property or a script; with a format, a script that applies it.
fn expression(node: &xml::Node) -> Option<Expr> {
    let format = text(node, "FormatString");
    let quoted = |text: &str| text.replace('\'', "''");
    match (text(node, "PropertyName"), node.child("ScriptBlock").map(|script| script.inner_text())) {
        (Some(property), _) => Some(match format {
            Some(format) => {
                let script = format!("'{}' -f $_.'{}'", quoted(&format), quoted(&property));
                Expr::Script(word(&script))
            }
            None => Expr::Property(word(&property)),
        }),
        (None, Some(script)) => Some(Expr::Script(match format {
            Some(format) => word(&format!("'{}' -f (& {{ {script} }})", quoted(&format))),
            None => word(&script),
        })),
        (None, None) => None,
    }
}

/// Children of a name.
fn all(node: &xml::Node, name: &str) -> Vec<xml::Node> {
    node.elements().into_iter().filter(|child| child.local_name() == name).collect()
}

impl Shared {
    /// The types that something is for.
    fn types(&self, selected: Option<xml::Node>) -> Read<Vec<String>> {
        let mut types = Vec::new();
        for part in selected.iter().flat_map(xml::Node::elements) {
            let name = part.inner_text().trim().to_owned();
            match part.local_name().as_str() {
                "TypeName" => types.push(name),
                "SelectionSetName" => types.extend(self.selections.get(&name).cloned().unwrap_or_default()),
                other => return Err(format!("{other} is not available in the native engine.")),
            }
        }
        Ok(types)
    }

    fn view(&self, view: &xml::Node) -> Read<View> {
        let name = text(view, "Name").unwrap_or_default();
        let Some(selected) = view.child("ViewSelectedBy") else { return Err("Node ViewSelectedBy is missing.".into()) };
        let types = self.types(Some(selected))?;
        let types = kept(types.iter().map(|of| word(of)).collect());
        let control = self.control(view)?;
        let group = match view.child("GroupBy") {
            Some(group) => Some(self.group(&group)?),
            None => None,
        };
        Ok(View { name: word(&name), types, group, control, out_of_band: is_set(view, "OutOfBand") })
    }

    fn group(&self, group: &xml::Node) -> Read<GroupBy> {
        let Some(by) = expression(group) else {
            return Err("Node GroupBy has neither a property nor a script.".into());
        };
        let label = text(group, "Label").map_or("", |label| word(&label));
        let named = text(group, "CustomControlName");
        let control = match named.as_ref().and_then(|name| self.controls.get(name)) {
            Some(control) => Some(control.clone()),
            None => group.child("CustomControl"),
        };
        let heading = match control {
            Some(control) => self.free(&control, 0)?,
            None => &[],
        };
        Ok(GroupBy { by, label, heading })
    }

    fn control(&self, view: &xml::Node) -> Read<Control> {
        if let Some(table) = view.child("TableControl") {
            return self.table(&table);
        }
        if let Some(list) = view.child("ListControl") {
            let mut entries = Vec::new();
            for entry in list.child("ListEntries").iter().flat_map(xml::Node::elements) {
                let types = self.types(entry.child("EntrySelectedBy"))?;
                let mut rows = Vec::new();
                for item in entry.child("ListItems").iter().flat_map(xml::Node::elements) {
                    refuse_condition(&item)?;
                    let label = text(&item, "Label").map_or("", |label| word(&label));
                    let Some(value) = expression(&item) else { return Err("A ListItem shows nothing.".into()) };
                    rows.push(Row { label, value });
                }
                let types = kept(types.iter().map(|of| word(of)).collect());
                entries.push(Rows { types, rows: kept(vec![kept(rows)]) });
            }
            return Ok(Control::List(kept(entries)));
        }
        if let Some(wide) = view.child("WideControl") {
            let entry = wide.child("WideEntries").and_then(|entries| entries.child("WideEntry"));
            let item = entry.and_then(|entry| entry.child("WideItem"));
            return item
                .as_ref()
                .and_then(expression)
                .map(Control::Wide)
                .ok_or_else(|| "A WideItem shows nothing.".into());
        }
        match view.child("CustomControl") {
            Some(control) => self.free(&control, 0).map(Control::Free),
            None => Err("The view has no control.".into()),
        }
    }

    fn table(&self, table: &xml::Node) -> Read<Control> {
        let headers: Vec<xml::Node> = table.child("TableHeaders").iter().flat_map(xml::Node::elements).collect();
        let entries: Vec<xml::Node> = table.child("TableRowEntries").iter().flat_map(xml::Node::elements).collect();
        let Some((first, others)) = entries.split_first() else { return Err("The table has no rows.".into()) };
        if !others.is_empty() {
            return Err("Several kinds of rows are not available in the native engine.".into());
        }
        let mut columns = Vec::new();
        for (at, item) in first.child("TableColumnItems").iter().flat_map(xml::Node::elements).enumerate() {
            let align =
                |node: &xml::Node| match text(node, "Alignment").unwrap_or_default().to_ascii_lowercase().as_str() {
                    "left" => Align::Left,
                    "center" => Align::Center,
                    "right" => Align::Right,
                    _ => Align::Undefined,
                };
            let header = headers.get(at);
            let value = expression(&item).unwrap_or(Expr::Script("''"));
            columns.push(Col {
                label: header.and_then(|header| text(header, "Label")).map_or("", |label| word(&label)),
                width: header.map_or(0, |header| usize::try_from(number(header, "Width")).unwrap_or(0)),
                align: header.map_or(Align::Undefined, align),
                cell_align: align(&item),
                value,
            });
        }
        let hides = is_set(table, "HideTableHeaders");
        let (autosize, wrap) = (is_set(table, "AutoSize"), is_set(first, "Wrap"));
        Ok(Control::Table { columns: kept(columns), autosize, wrap, hides })
    }

    /// Free text.
    fn free(&self, control: &xml::Node, depth: usize) -> Read<&'static [Node]> {
        let entries: Vec<xml::Node> = control.child("CustomEntries").iter().flat_map(xml::Node::elements).collect();
        let Some((first, others)) = entries.split_first() else { return Ok(&[]) };
        if !others.is_empty() {
            return Err("Several kinds of entries are not available in the native engine.".into());
        }
        match first.child("CustomItem") {
            Some(item) => self.nodes(&item, depth),
            None => Ok(&[]),
        }
    }

    fn nodes(&self, item: &xml::Node, depth: usize) -> Read<&'static [Node]> {
        if depth > MOST_DEPTH {
            return Err("The controls stand too deeply in one another.".into());
        }
        let below = depth.saturating_add(1);
        let mut nodes = Vec::new();
        for part in item.elements() {
            match part.local_name().as_str() {
                "Text" => nodes.push(Node::Text(word(&part.inner_text()))),
                "NewLine" => {
                    let count = usize::try_from(number(&part, "Count")).unwrap_or(0).clamp(1, MOST_DEPTH);
                    nodes.extend(std::iter::repeat_n(Node::NewLine, count));
                }
                "Frame" => {
                    let frame = Frame {
                        left: number(&part, "LeftIndent"),
                        right: number(&part, "RightIndent"),
                        first: number(&part, "FirstLineIndent").saturating_sub(number(&part, "FirstLineHanging")),
                    };
                    let mut inner = Vec::new();
                    for item in all(&part, "CustomItem") {
                        inner.extend_from_slice(self.nodes(&item, below)?);
                    }
                    nodes.push(Node::Frame(frame, kept(inner)));
                }
                "ExpressionBinding" => nodes.push(self.binding(&part, below)?),
                other => return Err(format!("{other} is not available in the native engine.")),
            }
        }
        Ok(kept(nodes))
    }

    fn binding(&self, binding: &xml::Node, depth: usize) -> Read<Node> {
        refuse_condition(binding)?;
        let named = text(binding, "CustomControlName");
        let control = match named.as_ref().and_then(|name| self.controls.get(name)) {
            Some(control) => Some(control.clone()),
            None => binding.child("CustomControl"),
        };
        let value = expression(binding).unwrap_or(Expr::Script("$_"));
        match control {
            Some(control) => {
                let inner = self.free(&control, depth)?;
                let one = if is_set(binding, "EnumerateCollection") { Node::Each } else { Node::With };
                Ok(one(value, inner))
            }
            None => Ok(Node::Show(value)),
        }
    }
}

fn refuse_condition(item: &xml::Node) -> Read<()> {
    match item.child("ItemSelectionCondition") {
        Some(_) => Err("ItemSelectionCondition is not available in the native engine.".into()),
        None => Ok(()),
    }
}
