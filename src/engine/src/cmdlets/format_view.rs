//! `Format-Table`, `Format-List`, `Format-Wide`, `Format-Custom`

use super::{Cmdlet, Cx, Run};
use crate::{
    eval::R,
    format::{
        generate::{Expand, Formatter, Wishes},
        packet::Packet,
        parameter,
        view::Kind,
        wire,
    },
    value::{Category, Value},
};

pub(super) static TABLE: Cmdlet = Cmdlet::new(
    "Format-Table",
    "FormatTableCommand",
    "AutoSize
     RepeatHeader
     HideTableHeaders
     Wrap
     Property object[] 0
     GroupBy object
     View string
     ShowError
     DisplayError
     Force
     Expand string set(CoreOnly,EnumOnly,Both)
     InputObject psobject ^",
    || FormatView::boxed(Kind::Table),
)
.examples(
    r#"([pscustomobject]@{ a = 1; b = 2 } | Format-Table -HideTableHeaders | Out-String).Trim() # a line for each object
> 1 2"#,
);

pub(super) static LIST: Cmdlet = Cmdlet::new(
    "Format-List",
    "FormatListCommand",
    "Property object[] 0
     GroupBy object
     View string
     ShowError
     DisplayError
     Force
     Expand string set(CoreOnly,EnumOnly,Both)
     InputObject psobject ^",
    || FormatView::boxed(Kind::List),
)
.examples(
    r#"([pscustomobject]@{ a = 1; b = 2 } | Format-List | Out-String).Trim() # a line for each property
> a : 1
> b : 2"#,
);

pub(super) static WIDE: Cmdlet = Cmdlet::new(
    "Format-Wide",
    "FormatWideCommand",
    "Property object 0
     AutoSize
     Column int range(1,2147483647)
     GroupBy object
     View string
     ShowError
     DisplayError
     Force
     Expand string set(CoreOnly,EnumOnly,Both)
     InputObject psobject ^",
    || FormatView::boxed(Kind::Wide),
)
.examples(
    r#"([pscustomobject]@{ a = 1 } | Format-Wide a | Out-String).Trim() # one property in several columns
> 1"#,
);

pub(super) static CUSTOM: Cmdlet = Cmdlet::new(
    "Format-Custom",
    "FormatCustomCommand",
    "Property object[] 0
     Depth int range(1,2147483647)
     GroupBy object
     View string
     ShowError
     DisplayError
     Force
     Expand string set(CoreOnly,EnumOnly,Both)
     InputObject psobject ^",
    || FormatView::boxed(Kind::Custom),
)
.examples(
    r#"(1 | Format-Custom | Out-String).Trim() # an object with all that is in it
> 1"#,
);

/// How deep `Format-Custom` looks into objects.
const DEPTH: i64 = 5;

struct FormatView {
    kind: Kind,
    formatter: Formatter,
}

impl FormatView {
    fn boxed(kind: Kind) -> Box<dyn Run> {
        Box::new(Self { kind, formatter: Formatter::default() })
    }

    fn wishes(&self, cx: &Cx<'_>) -> R<Wishes> {
        let keys = match self.kind {
            Kind::Table => parameter::TABLE,
            Kind::List => parameter::LIST,
            Kind::Wide => parameter::WIDE,
            Kind::Custom => parameter::CUSTOM,
        };
        let set = |name: &str| cx.get(name).map(|_| cx.flag(name));
        let view = cx.string("View").filter(|view| !view.is_empty()).map(|view| view.to_string());
        let list = match self.kind {
            Kind::Wide => cx.get("Property").into_iter().collect(),
            _ => cx.list("Property"),
        };
        if view.is_some() && !list.is_empty() {
            return Err(clash(cx, "FormatCannotSpecifyViewAndProperty", "View", "Property"));
        }
        if set("AutoSize") == Some(true) && cx.int("Column").is_some() {
            return Err(clash(cx, "FormatCannotSpecifyAutosizeAndColumns", "AutoSize", "Column"));
        }
        let properties = parameter::read(cx, &list, keys)?;
        let group = match cx.get("GroupBy").filter(|by| !by.is_null()) {
            Some(by) => parameter::read(cx, &[by], parameter::GROUP)?.pop(),
            None => None,
        };
        Ok(Wishes {
            properties,
            group,
            view,
            force: cx.flag("Force"),
            autosize: set("AutoSize"),
            repeat_header: cx.flag("RepeatHeader"),
            hide_header: set("HideTableHeaders"),
            wrap: set("Wrap"),
            show_error: cx.flag("ShowError"),
            display_error: cx.flag("DisplayError"),
            expand: cx.string("Expand").and_then(|word| match word.to_ascii_lowercase().as_str() {
                "coreonly" => Some(Expand::CoreOnly),
                "enumonly" => Some(Expand::EnumOnly),
                "both" => Some(Expand::Both),
                _ => None,
            }),
            columns: cx.int("Column").and_then(|count| usize::try_from(count).ok()),
            depth: cx.int("Depth").unwrap_or(DEPTH),
        })
    }
}

fn clash(cx: &Cx<'_>, id: &str, one: &str, other: &str) -> crate::eval::Flow {
    let text = "Found invalid data while decoding.";
    let flow = cx.fail("System.IO.InvalidDataException", id, Category::InvalidArgument, text, Value::Null);
    if let Some(record) = flow.record() {
        *record.details.lock() = Some(format!("Cmdlet parameters {one} and {other} are mutually exclusive.").into());
    }
    flow
}

fn write(cx: &mut Cx<'_>, packets: Vec<Packet>) -> R<()> {
    for packet in packets {
        cx.write(wire::to_value(&packet))?;
    }
    Ok(())
}

impl Run for FormatView {
    fn begin(&mut self, cx: &mut Cx<'_>) -> R<()> {
        self.formatter = Formatter::new(self.kind, self.wishes(cx)?);
        Ok(())
    }

    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let Some(value) = cx.get("InputObject") else { return Ok(()) };
        let packets = self.formatter.process(cx.rs, &value)?;
        write(cx, packets)
    }

    fn end(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let packets = self.formatter.finish();
        write(cx, packets)
    }
}
