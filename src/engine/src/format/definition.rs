//! Views as objects, as `Get-FormatData` shows them: what a client needs to format what comes from here.

use super::view::{Col, Control, Expr, GroupBy, Node, Rows, View};
use crate::{
    eval::Runspace,
    types::{self, TypeDef},
    value::{List, Opaque, Value},
};

const NAMESPACE: &str = "System.Management.Automation.";

macro_rules! types {
    ($($name:literal)*; $($derived:literal < $base:literal)*) => {
        /// The classes.
        pub(crate) const TYPES: &[TypeDef] = &[
            $(TypeDef::class(concat!("System.Management.Automation.", $name)),)*
            $(TypeDef::class(concat!("System.Management.Automation.", $derived))
                .base(concat!("System.Management.Automation.", $base)),)*
            TypeDef::labels("System.Management.Automation.Alignment", &[("Undefined", 0), ("Left", 1), ("Center", 2), ("Right", 3)]),
            TypeDef::labels("System.Management.Automation.DisplayEntryValueType", &[("Property", 0), ("ScriptBlock", 1)]),
        ];
    };
}

types! {
    "ExtendedTypeDefinition" "FormatViewDefinition" "PSControl" "TableControlColumnHeader" "TableControlRow"
    "TableControlColumn" "DisplayEntry" "PSControlGroupBy" "ListControlEntry" "ListControlEntryItem" "EntrySelectedBy"
    "WideControlEntryItem" "CustomControlEntry" "CustomItemBase";
    "TableControl" < "PSControl"
    "ListControl" < "PSControl"
    "WideControl" < "PSControl"
    "CustomControl" < "PSControl"
    "CustomItemExpression" < "CustomItemBase"
    "CustomItemText" < "CustomItemBase"
    "CustomItemNewline" < "CustomItemBase"
    "CustomItemFrame" < "CustomItemBase"
}

fn object<const N: usize>(name: &str, properties: [(&'static str, Value); N]) -> Opaque {
    Opaque::new(&format!("{NAMESPACE}{name}"), properties)
}

fn list(element: types::Type, items: impl IntoIterator<Item = Value>) -> Value {
    let of = types::list_of(element);
    List::value(of, items.into_iter().collect())
}

fn list_of(element: &str, items: impl IntoIterator<Item = Value>) -> Value {
    list(types::known(&format!("{NAMESPACE}{element}")), items)
}

fn names(list_of_names: &[&str]) -> Value {
    list(types::string(), list_of_names.iter().map(|name| Value::from(*name)))
}

fn optional(text: &str) -> Value {
    if text.is_empty() { Value::Null } else { text.into() }
}

fn unsigned(n: i32) -> Value {
    Value::U32(u32::try_from(n).unwrap_or(0))
}

/// The views for these types, as one object.
pub(crate) fn type_definition(rs: &Runspace, types: &'static [&'static str], views: &[&'static View]) -> Value {
    let views = views.iter().map(|view| {
        let name = ("Name", Value::from(view.name));
        let id = Value::Guid(psrpd_dotnet::Guid(rs.platform.random_bytes()));
        object("FormatViewDefinition", [name, ("Control", control(view))]).into_value().with_notes([("InstanceId", id)])
    });
    let first = types.first().copied().unwrap_or("");
    object(
        "ExtendedTypeDefinition",
        [
            ("TypeName", first.into()),
            ("TypeNames", names(types)),
            ("FormatViewDefinition", list_of("FormatViewDefinition", views)),
        ],
    )
    .displayed(first)
    .into_value()
}

fn entry(expr: Expr) -> Value {
    let (kind, text, prefix) = match expr {
        Expr::Property(name) => ("Property", name, "property"),
        Expr::Script(script) => ("ScriptBlock", script, "script"),
    };
    let kind = types::enum_value("System.Management.Automation.DisplayEntryValueType", kind);
    object("DisplayEntry", [("ValueType", kind), ("Value", text.into())])
        .displayed(format!("{prefix}: {text}"))
        .into_value()
}

fn group(by: Option<GroupBy>) -> Value {
    let Some(by) = by else { return Value::Null };
    let heading = if by.heading.is_empty() { Value::Null } else { custom(by.heading, None, false) };
    object(
        "PSControlGroupBy",
        [("Expression", entry(by.by)), ("Label", optional(by.label)), ("CustomControl", heading)],
    )
    .into_value()
}

fn control(view: &'static View) -> Value {
    let by = group(view.group);
    match view.control {
        Control::Table { columns, autosize, wrap, hides } => {
            let has_headers = columns.iter().any(|column| column.width > 0 || !column.label.is_empty());
            let headers = columns.iter().filter(|_| has_headers).map(header);
            let row = object(
                "TableControlRow",
                [
                    ("Columns", list_of("TableControlColumn", columns.iter().map(column))),
                    ("SelectedBy", Value::Null),
                    ("Wrap", wrap.into()),
                ],
            );
            object(
                "TableControl",
                [
                    ("Headers", list_of("TableControlColumnHeader", headers)),
                    ("Rows", list_of("TableControlRow", [row.into_value()])),
                    ("AutoSize", autosize.into()),
                    ("HideTableHeaders", hides.into()),
                    ("GroupBy", by),
                    ("OutOfBand", view.out_of_band.into()),
                ],
            )
            .into_value()
        }
        Control::List(entries) => object(
            "ListControl",
            [
                ("Entries", list_of("ListControlEntry", entries.iter().map(list_entry))),
                ("GroupBy", by),
                ("OutOfBand", view.out_of_band.into()),
            ],
        )
        .into_value(),
        Control::Wide(value) => {
            let item = object(
                "WideControlEntryItem",
                [
                    ("DisplayEntry", entry(value)),
                    ("SelectedBy", Value::Null),
                    ("EntrySelectedBy", Value::Null),
                    ("FormatString", Value::Null),
                ],
            );
            object(
                "WideControl",
                [
                    ("Entries", list_of("WideControlEntryItem", [item.into_value()])),
                    ("AutoSize", false.into()),
                    ("Columns", Value::U32(0)),
                    ("GroupBy", by),
                    ("OutOfBand", view.out_of_band.into()),
                ],
            )
            .into_value()
        }
        Control::Free(nodes) => custom(nodes, view.group, view.out_of_band),
        Control::Native(_) => {
            custom(&[Node::Show(Expr::Script("$_ | Out-String | ForEach-Object TrimEnd"))], None, view.out_of_band)
        }
    }
}

fn alignment(align: super::packet::Align) -> Value {
    Value::Enum(types::known("System.Management.Automation.Alignment"), align.number().into())
}

fn header(column: &Col) -> Value {
    object(
        "TableControlColumnHeader",
        [
            ("Label", optional(column.label)),
            ("Alignment", alignment(column.align)),
            ("Width", Value::int(column.width)),
        ],
    )
    .into_value()
}

fn column(column: &Col) -> Value {
    let (Expr::Property(shown) | Expr::Script(shown)) = column.value;
    object(
        "TableControlColumn",
        [
            ("Alignment", alignment(column.cell_align)),
            ("DisplayEntry", entry(column.value)),
            ("FormatString", Value::Null),
        ],
    )
    .displayed(shown)
    .into_value()
}

fn list_entry(rows: &Rows) -> Value {
    let items = rows.rows.iter().copied().flatten().map(|row| {
        object(
            "ListControlEntryItem",
            [
                ("Label", optional(row.label)),
                ("DisplayEntry", entry(row.value)),
                ("ItemSelectionCondition", Value::Null),
                ("FormatString", Value::Null),
            ],
        )
        .into_value()
    });
    let (selected, by) = if rows.types.is_empty() {
        (Value::Null, Value::Null)
    } else {
        let types = names(rows.types);
        let by = object("EntrySelectedBy", [("TypeNames", types.clone()), ("SelectionCondition", Value::Null)]);
        (types, by.into_value())
    };
    object(
        "ListControlEntry",
        [("Items", list_of("ListControlEntryItem", items)), ("SelectedBy", selected), ("EntrySelectedBy", by)],
    )
    .into_value()
}

fn custom(nodes: &'static [Node], by: Option<GroupBy>, out_of_band: bool) -> Value {
    object(
        "CustomControl",
        [
            ("Entries", list_of("CustomControlEntry", [custom_entry(nodes)])),
            ("GroupBy", group(by)),
            ("OutOfBand", out_of_band.into()),
        ],
    )
    .into_value()
}

fn custom_entry(nodes: &'static [Node]) -> Value {
    object("CustomControlEntry", [("SelectedBy", Value::Null), ("CustomItems", items(nodes))]).into_value()
}

fn items(nodes: &'static [Node]) -> Value {
    list_of("CustomItemBase", nodes.iter().map(item))
}

fn item(node: &'static Node) -> Value {
    let show = |expr: Expr, each: bool, inner: Value| {
        object(
            "CustomItemExpression",
            [
                ("ItemSelectionCondition", Value::Null),
                ("Expression", entry(expr)),
                ("EnumerateCollection", each.into()),
                ("CustomControl", inner),
            ],
        )
    };
    match node {
        Node::Text(text) => object("CustomItemText", [("Text", (*text).into())]),
        Node::NewLine => object("CustomItemNewline", [("Count", Value::I32(1))]),
        Node::Show(expr) => show(*expr, false, Value::Null),
        Node::Each(expr, inner) => show(*expr, true, custom(inner, None, false)),
        Node::With(expr, inner) => show(*expr, false, custom(inner, None, false)),
        Node::Frame(frame, inner) => object(
            "CustomItemFrame",
            [
                ("LeftIndent", unsigned(frame.left)),
                ("RightIndent", unsigned(frame.right)),
                ("FirstLineHanging", unsigned(frame.first.saturating_neg())),
                ("FirstLineIndent", unsigned(frame.first)),
                ("CustomItems", items(inner)),
            ],
        ),
    }
    .into_value()
}
