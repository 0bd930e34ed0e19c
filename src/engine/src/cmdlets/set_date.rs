//! `Set-Date`

use super::{Cmdlet, Cx, Run};
use crate::{
    eval::{R, error},
    value::Value,
};

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "Set-Date",
    "SetDateCommand",
    "Date datetime @Date(0 ! ^ ~)
     Adjust timespan null @Adjust(0 ! ~)
     DisplayHint Microsoft.PowerShell.Commands.DisplayHintType",
    || Box::new(SetDate),
)
.examples(
    r#"Get-Command Set-Date | ForEach-Object Name # the clock of the machine
> Set-Date"#,
)
.default_set("Date")
.should_process();

/// The clock of the machine is never set from here; `-WhatIf` shows what would be.
struct SetDate;

impl Run for SetDate {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let when = match (cx.get("Date"), cx.get("Adjust")) {
            (Some(when), _) => when,
            (_, Some(Value::TimeSpan(span))) => cx.rs.now().add_ticks(span.0).map_or(Value::Null, Value::DateTime),
            _ => Value::Null,
        };
        let shown = cx.rs.text(&when)?;
        if cx.should_process(&shown, "Set-Date")? {
            return Err(error::feature("Setting the clock of the machine"));
        }
        let hint = cx
            .get("DisplayHint")
            .unwrap_or_else(|| crate::types::enum_value("Microsoft.PowerShell.Commands.DisplayHintType", "DateTime"));
        cx.write(when.with_notes([("DisplayHint", hint)]))
    }
}
