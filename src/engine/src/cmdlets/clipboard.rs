//! `Get-Clipboard` and `Set-Clipboard`

use psrpd_dotnet::Str;

use super::{Cmdlet, Cx, MANAGEMENT, Run};
use crate::{eval::R, host::HostCall};

pub(super) static GET: Cmdlet = Cmdlet::new(
    "Get-Clipboard",
    "GetClipboardCommand",
    "Raw
     Delimiter string[]",
    || Box::new(GetClipboard),
)
.examples(
    r#"'kept' | Set-Clipboard; Get-Clipboard # what was put there
> kept"#,
)
.in_module(MANAGEMENT);

pub(super) static SET: Cmdlet = Cmdlet::new(
    "Set-Clipboard",
    "SetClipboardCommand",
    "Value string[] null empty emptycol 0 ! ^ ~
     Append
     PassThru
     AsOSC52|ToLocalhost",
    || Box::new(SetClipboard::default()),
)
.examples(
    r#"1, 2 | Set-Clipboard; Set-Clipboard 3 -Append; Get-Clipboard -Raw # lines to take elsewhere
> 1
> 2
> 3"#,
)
.in_module(MANAGEMENT)
.should_process();

/// A machine without a screen has no clipboard: what is put there stays in the session.
struct GetClipboard;

impl Run for GetClipboard {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let text = cx.rs.state.clipboard.clone();
        if cx.flag("Raw") {
            return cx.write(text.into());
        }
        let given = cx.strings("Delimiter");
        let marks: Vec<&str> = if given.is_empty() { vec!["\n"] } else { given.iter().map(Str::as_str).collect() };
        let mut parts = vec![text.as_str()];
        for mark in marks.into_iter().filter(|mark| !mark.is_empty()) {
            parts = parts.into_iter().flat_map(|part| part.split(mark)).collect();
        }
        parts.into_iter().try_for_each(|part| cx.write(part.into()))
    }
}

#[derive(Default)]
struct SetClipboard {
    lines: Vec<Str>,
}

impl Run for SetClipboard {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        for line in cx.strings("Value") {
            if cx.flag("PassThru") {
                cx.write(line.clone().into())?;
            }
            self.lines.push(line);
        }
        Ok(())
    }

    fn end(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let lines = std::mem::take(&mut self.lines);
        let shown = crate::value::join(lines.clone(), "\n").to_string();
        let first = shown.split('\n').next().unwrap_or("");
        if !cx.should_process(&format!("Set string '{first}' to the clipboard."), "Set-Clipboard")? {
            return Ok(());
        }
        if cx.flag("AsOSC52") {
            use base64::Engine as _;
            let coded = base64::engine::general_purpose::STANDARD.encode(&shown);
            cx.rs.host.call(HostCall::Write { text: format!("\u{1b}]52;;{coded}\u{7}"), colours: None });
            return Ok(());
        }
        let before = std::mem::take(&mut cx.rs.state.clipboard);
        cx.rs.state.clipboard =
            if cx.flag("Append") && !before.is_empty() { format!("{before}\n{shown}") } else { shown };
        Ok(())
    }
}
