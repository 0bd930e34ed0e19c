//! `Out-String`

use super::{Cmdlet, Cx, Run};
use crate::{eval::R, format::Printing};

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "Out-String",
    "OutStringCommand",
    "Stream @StreamFormatting
     Width int range(2,2147483647)
     NoNewline @NoNewLineFormatting
     InputObject psobject ^",
    || Box::new(OutString::default()),
)
.examples(
    r#"(1 | Out-String).Trim() # what one would see, as text
> 1"#,
)
.default_set("NoNewLineFormatting");

#[derive(Default)]
struct OutString {
    printing: Option<Printing>,
    text: String,
}

impl OutString {
    fn pass_on(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let lines = self.printing.as_mut().map(Printing::lines).unwrap_or_default();
        for line in lines {
            if cx.flag("Stream") {
                cx.write(line.text.into())?;
                continue;
            }
            self.text.push_str(&line.text);
            if !cx.flag("NoNewline") {
                self.text.push('\n');
            }
        }
        Ok(())
    }
}

impl Run for OutString {
    fn begin(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let width = cx.int("Width").and_then(|n| usize::try_from(n).ok());
        self.printing = Some(Printing::new(cx.rs.text_screen(width)));
        Ok(())
    }

    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        if let (Some(value), Some(printing)) = (cx.get("InputObject"), &mut self.printing) {
            printing.process(cx.rs, &value)?;
        }
        self.pass_on(cx)
    }

    fn end(&mut self, cx: &mut Cx<'_>) -> R<()> {
        if let Some(printing) = &mut self.printing {
            printing.finish(cx.rs)?;
        }
        self.pass_on(cx)?;
        if cx.flag("Stream") {
            return Ok(());
        }
        cx.write(std::mem::take(&mut self.text).into())
    }
}
