//! `Write-Host`

use psrpd_dotnet::Str;

use super::{Cmdlet, Cx, Run};
use crate::{
    eval::{R, Runspace},
    ops::composite,
    value::{Dictionary, Opaque, Value, enumerate},
};

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "Write-Host",
    "WriteHostCommand",
    "Object|Msg|Message object 0 ^ *
     NoNewline
     Separator object
     ForegroundColor ConsoleColor
     BackgroundColor ConsoleColor",
    || Box::new(WriteHost),
)
.examples(
    r#"Write-Host x 6>&1 | ForEach-Object { "$_" } # a text for the screen of the client
> x"#,
);

/// The colour that the host has itself.
const HOST_COLOUR: i32 = -1;

/// Numbers of `ConsoleColor`.
const BLACK: i32 = 0;
const GREY: i32 = 7;

struct WriteHost;

/// An entry of a dictionary as text.
fn shown_pair(rs: &mut Runspace, key: &Value, value: &Value) -> R<Value> {
    let (key, value) = (composite::to_string(rs, key, "")?, composite::to_string(rs, value, "")?);
    Ok(Value::from(format!("[{key}, {value}]").as_str()))
}

fn shown(rs: &mut Runspace, value: &Value, separator: &str) -> R<Str> {
    let items = match value.downcast::<Dictionary>() {
        Some(table) => {
            table.entries().into_iter().map(|(key, value)| shown_pair(rs, &key, &value)).collect::<R<_>>()?
        }
        None => match enumerate(value) {
            Some(items) => items,
            None => {
                let listed = match value.base() {
                    Value::Object(object) if object.text().is_none() => object.listed_text(),
                    _ => None,
                };
                return match (listed, value) {
                    (Some(listed), _) => Ok(listed),
                    (None, Value::Wrapped(_)) => rs.text(value),
                    (None, value) => composite::own_text(rs, value),
                };
            }
        },
    };
    let mut parts = Vec::new();
    for item in items {
        parts.push(rs.nested(|rs| shown(rs, &item, separator))?.to_string());
    }
    Ok(parts.join(separator).into())
}

impl Run for WriteHost {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let separator = cx.string("Separator").unwrap_or_else(|| " ".into());
        let value = match cx.value("Object") {
            // What comes through the pipeline is an object around the number.
            value @ (Value::F64(_) | Value::F32(_)) if cx.expects_input() => Value::Wrapped(value.wrapped()),
            value => value,
        };
        let text = shown(cx.rs, &value, &separator)?;
        let newline = !cx.flag("NoNewline");
        let colour = |name: &str| match cx.get(name) {
            Some(Value::Enum(_, n)) => i32::try_from(n).ok(),
            _ => None,
        };
        let (front, back) = (colour("ForegroundColor"), colour("BackgroundColor"));
        let screen = cx.rs.console.screen();
        let own = |of: Option<i32>| of.unwrap_or(HOST_COLOUR);
        let (own_front, own_back) =
            screen.map_or((HOST_COLOUR, HOST_COLOUR), |s| (own(s.foreground), own(s.background)));
        // Beside, there is no console; that of a background job is a plain one.
        let (own_front, own_back) = match &cx.rs.beside.gathered {
            Some(gathered) if gathered.origin().is_some() => (Some(GREY), Some(BLACK)),
            Some(_) => (None, None),
            None => (Some(own_front), Some(own_back)),
        };
        let colour = |n: Option<i32>| match n {
            Some(n) => Value::Enum(crate::types::known("System.ConsoleColor"), n.into()),
            None => Value::Null,
        };
        let message = Opaque::new(
            "System.Management.Automation.HostInformationMessage",
            [
                ("Message", Value::Str(text.clone())),
                ("NoNewLine", (!newline).into()),
                ("ForegroundColor", colour(front.or(own_front))),
                ("BackgroundColor", colour(back.or(own_back))),
            ],
        )
        .displayed(text.clone())
        .into_value();
        cx.rs.write_information(message, &["PSHOST".into()], "Write-Host")
    }
}
