//! `Join-String`

use psrpd_dotnet::{Str, culture};

use super::{
    Cmdlet, Cx, Run,
    columns::{self, Source},
};
use crate::{
    eval::{Name, R},
    ops::composite,
    types::integers::unwrap_format,
    value::{Category, Value, text},
};

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "Join-String",
    "Utility.JoinStringCommand",
    "Property object 0
     Separator string empty 1
     OutputPrefix|op string
     OutputSuffix|os string
     SingleQuote @SingleQuote
     DoubleQuote @DoubleQuote
     FormatString string @Format
     UseCulture
     InputObject psobject[] ^",
    || Box::new(JoinString::default()),
)
.examples(
    r#"1, 2 | Join-String -Separator '+' # objects as one text
> 1+2"#,
)
.default_set("default");

#[derive(Default)]
struct JoinString {
    property: Option<Source>,
    parts: Vec<Str>,
}

impl Run for JoinString {
    fn begin(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let property = cx.get("Property").filter(|value| !value.is_null());
        self.property = match property {
            Some(value) => Some(columns::expression(cx, "Property", &value)?),
            None => None,
        };
        Ok(())
    }

    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        for item in cx.list("InputObject").into_iter().filter(|item| !item.is_null()) {
            let value = match &self.property {
                Some(source) => {
                    columns::cells(cx.rs, source, &item)?.into_iter().next().map(|cell| cell.value).unwrap_or_default()
                }
                None => item,
            };
            let part = if let Some(format) = cx.string("FormatString") {
                let culture = if cx.flag("UseCulture") { cx.rs.culture() } else { culture::invariant().clone() };
                let before = std::mem::replace(&mut cx.rs.culture, culture);
                let part = composite::format(cx.rs, &format, std::slice::from_ref(&value)).map_err(unwrap_format);
                cx.rs.culture = before;
                part.map_err(|flow| cx.own(flow, Category::NotSpecified))?
            } else {
                let shown = cx.rs.text(&value)?;
                if cx.flag("SingleQuote") {
                    format!("'{shown}'").into()
                } else if cx.flag("DoubleQuote") {
                    format!("\"{shown}\"").into()
                } else {
                    shown
                }
            };
            self.parts.push(part);
        }
        Ok(())
    }

    fn end(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let separator = match cx.get("Separator") {
            Some(given) => text(&given),
            None => cx.rs.lookup(&Name::new("OFS")).map(|ofs| text(&ofs)).unwrap_or_default(),
        };
        let mut joined = cx.string("OutputPrefix").unwrap_or_default();
        for (at, part) in self.parts.iter().enumerate() {
            if at > 0 {
                joined.push(&separator);
            }
            joined.push(part);
        }
        joined.push(&cx.string("OutputSuffix").unwrap_or_default());
        cx.write(Value::Str(joined))
    }
}
