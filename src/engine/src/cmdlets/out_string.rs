//! `Out-String`

use super::{Cmdlet, Cx, Run};
use crate::{eval::R, value::Value};

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "Out-String",
    "OutStringCommand",
    "Stream
     Width int range(2,2147483647)
     NoNewline
     InputObject psobject ^",
    || Box::new(OutString::default()),
);

#[derive(Default)]
struct OutString {
    items: Vec<Value>,
}

impl Run for OutString {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        if let Some(value) = cx.get("InputObject") {
            match crate::value::enumerate(&value) {
                Some(items) => self.items.extend(items),
                None => self.items.push(value),
            }
        }
        Ok(())
    }

    fn end(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let width = cx.int("Width").and_then(|n| usize::try_from(n).ok());
        let text = crate::format::to_text(cx.rs, &self.items, width)?;
        if cx.flag("Stream") {
            for line in text.lines() {
                cx.write(line.into())?;
            }
            return Ok(());
        }
        let text = if cx.flag("NoNewline") { text.replace('\n', "") } else { text };
        cx.write(text.into())
    }
}
