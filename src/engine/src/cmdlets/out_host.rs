//! `Out-Default`, `Out-Host`

use super::{CORE, Cmdlet, Cx, Run};
use crate::{
    eval::{Flow, R},
    format::{Printing, packet::Origin},
    host::{Answer, HostCall, Question},
    value::ErrorRecord,
};

pub(super) static DEFAULT: Cmdlet = Cmdlet::new(
    "Out-Default",
    "OutDefaultCommand",
    "Transcript
     InputObject psobject ^",
    || Box::new(OutHost::default()),
)
.examples(
    r#"1 | Out-Default; 'done' # objects for the screen of the client
> done"#,
)
.in_module(CORE);

pub(super) static HOST: Cmdlet = Cmdlet::new(
    "Out-Host",
    "OutHostCommand",
    "Paging
     InputObject psobject ^",
    || Box::new(OutHost::default()),
)
.examples(
    r#"$null | Out-Host; 'done' # objects for the screen of the client
> done"#,
)
.in_module(CORE);

/// What a full page asks.
const PROMPT: &str = "<SPACE> next page; <CR> next line; Q quit";
/// `IncludeKeyUp` and `NoEcho`.
const KEY_OPTIONS: i32 = 10;

#[derive(Default)]
struct OutHost {
    printing: Option<Printing>,
    /// With `-Paging`: how many lines fit above the prompt.
    page: Option<usize>,
    written: usize,
    /// Whether it began while its pipeline was being stopped already.
    is_last_word: bool,
}

impl OutHost {
    fn pass_on(&mut self, cx: &mut Cx<'_>) -> R<()> {
        for line in self.printing.as_mut().map(Printing::lines).unwrap_or_default() {
            cx.rs.check_stop()?;
            let text = line.text;
            cx.rs.host.call(match line.origin {
                Origin::None => HostCall::WriteLine { text, colours: None },
                Origin::Error => HostCall::ErrorLine(text),
                Origin::Warning => HostCall::WarningLine(text),
                Origin::Verbose => HostCall::VerboseLine(text),
                Origin::Debug => HostCall::DebugLine(text),
            });
            self.written = self.written.saturating_add(1);
            if self.page.is_some_and(|page| self.written >= page) {
                self.turn(cx)?;
            }
        }
        Ok(())
    }

    /// Asks what to do when the page is full.
    fn turn(&mut self, cx: &mut Cx<'_>) -> R<()> {
        cx.rs.host.call(HostCall::Write { text: PROMPT.into(), colours: None });
        loop {
            let Answer::Key(key) = cx.rs.ask(Question::Key(KEY_OPTIONS))? else { return Ok(()) };
            self.written = match char::from_u32(key.character.into()) {
                Some(' ') => 0,
                Some('\r') => self.written.saturating_sub(1),
                Some('q' | 'Q') => {
                    cx.rs.host.call(HostCall::EndLine);
                    return Err(cx.stop_upstream());
                }
                _ => continue,
            };
            cx.rs.host.call(HostCall::EndLine);
            return Ok(());
        }
    }
}

impl Run for OutHost {
    fn begin(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let screen = cx.rs.host_screen();
        self.page = screen.rows.map(|rows| rows.saturating_sub(1)).filter(|page| *page > 0 && cx.flag("Paging"));
        self.printing = Some(Printing::new(screen));
        self.is_last_word = cx.rs.stop.was_asked();
        Ok(())
    }

    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        // What `finally` blocks write after a stop is not shown by what was stopped with them.
        if cx.rs.stop.was_asked() && !self.is_last_word {
            return Err(Flow::Stopped);
        }
        let Some(value) = cx.get("InputObject") else { return Ok(()) };
        if cx.flag("Transcript") {
            cx.write(value.clone())?;
        }
        if let Some(kept) = &cx.rs.common.out_variable
            && value.downcast::<ErrorRecord>().is_none()
            && !crate::format::wire::is_format_object(&value)
        {
            kept.items.lock().push_back(value.clone());
        }
        if let Some(printing) = &mut self.printing {
            printing.process(cx.rs, &value)?;
        }
        self.pass_on(cx)
    }

    fn end(&mut self, cx: &mut Cx<'_>) -> R<()> {
        if let Some(printing) = &mut self.printing {
            printing.finish(cx.rs)?;
        }
        self.pass_on(cx)
    }
}
