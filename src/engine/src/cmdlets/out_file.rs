//! `Out-File`

use psrpd_dotnet::wildcard;

use super::{Cmdlet, Cx, Run, text_file};
use crate::{
    eval::{Flow, R},
    format::Printing,
    providers::{self, GlobOptions, Kind, Target},
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
    /// The file that is meant: a path without wildcards, or the one file that a pattern matches.
    fn path(cx: &mut Cx<'_>) -> R<String> {
        let literal = cx.string("LiteralPath");
        let path = literal.clone().or_else(|| cx.string("FilePath")).unwrap_or_default();
        let target = if literal.is_some() || !wildcard::has_wildcards(&path) {
            let text = if literal.is_some() { path.to_string() } else { wildcard::unescape(&path) };
            providers::parse(cx.rs, &text).map_err(|problem| problem.flow())?
        } else {
            let found = providers::glob(cx.rs, &path, GlobOptions::default())?.unwrap_or_default();
            match <[Target; 1]>::try_from(found) {
                Ok([one]) => one,
                Err(found) if found.is_empty() => return Err(no_match(cx, &path)),
                Err(_) => return Err(several_matches(cx)),
            }
        };
        if target.kind == Kind::FileSystem { Ok(target.path) } else { Err(no_file(cx, target.kind)) }
    }

    fn open(&mut self, cx: &mut Cx<'_>) -> R<()> {
        self.path = Self::path(cx)?;
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

/// An error with a message that is not its exception's.
fn refused(cx: &Cx<'_>, exception: &str, id: &str, category: Category, words: &str, message: String) -> Flow {
    let flow = cx.fail(exception, id, category, words, Value::Null);
    if let Some(record) = flow.record() {
        *record.details.lock() = Some(message.into());
    }
    flow
}

fn no_match(cx: &Cx<'_>, path: &str) -> Flow {
    let message = format!("Cannot perform operation because the wildcard path {path} did not resolve to a file.");
    let words = "Unable to find the specified file.";
    refused(cx, "System.IO.FileNotFoundException", "FileOpenFailure", Category::OpenError, words, message)
}

const INVALID: &str = "System.Management.Automation.PSInvalidOperationException";

fn several_matches(cx: &Cx<'_>) -> Flow {
    let message = "Cannot perform operation because the path resolved to more than one file. This command cannot operate on multiple files.";
    let words = "Cannot perform operation because operation \"ReportMultipleFilesNotSupported\" is not valid. Remove operation \"ReportMultipleFilesNotSupported\", or investigate why it is not valid.";
    refused(cx, INVALID, "ReadWriteMultipleFilesNotSupported", Category::InvalidArgument, words, message.into())
}

fn no_file(cx: &Cx<'_>, kind: Kind) -> Flow {
    let name = kind.full_name();
    let message = format!("Cannot open file because the current provider ({name}) cannot open a file.");
    let words = "Cannot perform operation because operation \"ReportWrongProviderType\" is not valid. Remove operation \"ReportWrongProviderType\", or investigate why it is not valid.";
    refused(cx, INVALID, "ReadWriteFileNotFileSystemProvider", Category::InvalidArgument, words, message)
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
