//! `Out-File`

use super::{Cmdlet, Cx, Run, one_file::one_file, text_file};
use crate::{
    eval::R,
    format::Printing,
    value::{Category, Value},
};

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "Out-File",
    "OutFileCommand",
    "FilePath|Path string @ByPath(0 !)
     LiteralPath|PSPath|LP string @ByLiteralPath(! ~)
     Encoding System.Text.Encoding notempty 1
     Append
     Force
     NoClobber|NoOverwrite
     Width int range(2,2147483647)
     NoNewline
     InputObject psobject ^",
    || Box::new(OutFile::default()),
)
.examples(
    r#"'x' | Out-File x.out; Get-Content x.out # what one would see, in a file
> x"#,
)
.default_set("ByPath")
.should_process();

/// How much text is gathered before it is written.
const BUFFER: usize = 1 << 16;
/// The permission to write of a file's owner.
const OWNER_WRITES: u32 = 0o200;

#[derive(Default)]
struct OutFile {
    path: String,
    printing: Option<Printing>,
    text: String,
}

impl OutFile {
    fn open(&mut self, cx: &mut Cx<'_>) -> R<()> {
        self.path = one_file(cx, cx.string("LiteralPath"), cx.string("FilePath"))?;
        let stat = cx.rs.platform.stat(&self.path).ok();
        if stat.is_some() && cx.flag("NoClobber") && !cx.flag("Append") {
            let message = format!("The file '{}' already exists.", self.path);
            let target = Value::from(self.path.clone());
            return Err(cx.fail("System.IO.IOException", "NoClobber", Category::ResourceExists, message, target));
        }
        // A file that is not to be written can be written by force.
        let locked = stat.map(|stat| stat.mode).filter(|mode| cx.flag("Force") && mode & OWNER_WRITES == 0);
        if let Some(mode) = locked {
            let _ = cx.rs.platform.set_mode(&self.path, mode | OWNER_WRITES);
        }
        let opened = text_file::write(cx, &self.path, "", cx.flag("Append"));
        if let Some(mode) = locked {
            let _ = cx.rs.platform.set_mode(&self.path, mode);
        }
        opened
    }

    fn take(&mut self, cx: &Cx<'_>) {
        let end = if cx.flag("NoNewline") { "" } else { "\n" };
        for line in self.printing.as_mut().map(Printing::lines).unwrap_or_default() {
            self.text.push_str(&line.text);
            self.text.push_str(end);
        }
    }

    fn flush(&mut self, cx: &mut Cx<'_>) -> R<()> {
        text_file::write(cx, &self.path, &std::mem::take(&mut self.text), true)
    }
}

impl Run for OutFile {
    fn begin(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let target = cx.string("FilePath").or_else(|| cx.string("LiteralPath")).unwrap_or_default();
        if !cx.should_process(&target, "Output to File")? {
            return Ok(());
        }
        self.open(cx)?;
        let width = cx.int("Width").and_then(|n| usize::try_from(n).ok());
        self.printing = Some(Printing::new(cx.rs.text_screen(width)));
        Ok(())
    }

    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let (Some(value), Some(printing)) = (cx.get("InputObject"), &mut self.printing) else { return Ok(()) };
        printing.process(cx.rs, &value)?;
        self.take(cx);
        if self.text.len() > BUFFER { self.flush(cx) } else { Ok(()) }
    }

    fn end(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let Some(printing) = &mut self.printing else { return Ok(()) };
        printing.finish(cx.rs)?;
        self.take(cx);
        self.flush(cx)
    }
}
