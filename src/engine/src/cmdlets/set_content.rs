//! `Set-Content`, `Add-Content` and `Clear-Content`

use psrpd_dotnet::wildcard;

use super::{Cmdlet, Cx, MANAGEMENT, Run, get_content, paths};
use crate::{
    eval::{R, Stream},
    platform::FileKind,
    providers::{ContentWriter, Kind, Target},
    value::{Category, Value},
};

const PARAMETERS: &str = "Value object[] emptycol null 1 ! ^ ~
     PassThru
     Path string[] @Path(0 ! ~)
     LiteralPath|PSPath|LP string[] @LiteralPath(! ~)
     Filter string
     Include string[]
     Exclude string[]
     Force
     Credential pscredential credential ~
     NoNewline dynamic
     Encoding System.Text.Encoding notempty dynamic
     AsByteStream dynamic";

pub(super) static SET: Cmdlet =
    Cmdlet::new("Set-Content", "SetContentCommand", PARAMETERS, || Box::new(WriteContent::new(false)))
        .examples(
            r#"'x' | Set-Content x.txt; Get-Content x.txt # a text in a file
> x"#,
        )
        .in_module(MANAGEMENT)
        .default_set("Path")
        .should_process();
pub(super) static ADD: Cmdlet = Cmdlet::new("Add-Content", "AddContentCommand", PARAMETERS, || {
    Box::new(WriteContent::new(true))
})
.examples(
    r#"'one' | Set-Content log.txt; 'two' | Add-Content log.txt; Get-Content log.txt # a line more at the end of a file
> one
> two"#,
)
.in_module(MANAGEMENT)
.default_set("Path")
.should_process();
pub(super) static CLEAR: Cmdlet = Cmdlet::new(
    "Clear-Content",
    "ClearContentCommand",
    "Path string[] @Path(0 ! ~)
     LiteralPath|PSPath|LP string[] @LiteralPath(! ~)
     Filter string
     Include string[]
     Exclude string[]
     Force
     Credential pscredential credential ~",
    || Box::new(ClearContent),
)
.examples(
    r#"'text' | Set-Content full.txt; Clear-Content full.txt; (Get-Item full.txt).Length # an empty file
> 0"#,
)
.in_module(MANAGEMENT)
.default_set("Path")
.should_process();

struct WriteContent {
    append: bool,
    /// What is written to, once the first object has come.
    writers: Option<Vec<(Target, Box<dyn ContentWriter>)>>,
}

impl WriteContent {
    fn new(append: bool) -> Self {
        Self { append, writers: None }
    }

    /// What the paths mean; a path without wildcards need not exist.
    fn targets(cx: &mut Cx<'_>) -> R<Vec<Target>> {
        let mut found = Vec::new();
        for given in paths::given(cx) {
            let is_pattern = !given.literal && wildcard::has_wildcards(&given.text);
            let own = if is_pattern { paths::resolve_one(cx, &given)? } else { Vec::new() };
            if own.is_empty() {
                if is_pattern && !paths::has_place(cx, &given)? {
                    continue;
                }
                if is_pattern {
                    let message = format!(
                        "An object at the specified path {} does not exist, or has been filtered by the -Include or -Exclude parameter.",
                        given.text
                    );
                    let paths = Value::strings(cx.strings("Path"));
                    cx.error("System.Exception", "ItemNotFound", Category::ObjectNotFound, message, paths)?;
                    continue;
                }
                found.extend(paths::target(cx, &given)?);
            } else {
                found.extend(own);
            }
        }
        Ok(found)
    }

    fn open(&self, cx: &mut Cx<'_>) -> R<Vec<(Target, Box<dyn ContentWriter>)>> {
        let mut writers = Vec::new();
        let action = if self.append { "Add Content" } else { "Set Content" };
        for target in Self::targets(cx)? {
            if !cx.should_process(&format!("Path: {}", target.path), action)? {
                continue;
            }
            if target.kind == Kind::FileSystem {
                // What a file held before is cleared first, and that is told too.
                let clears =
                    !self.append && cx.rs.platform.stat(&target.path).is_ok_and(|stat| stat.kind == FileKind::File);
                if clears && !cx.should_process(&format!("Item: {}", target.path), "Clear Content")? {
                    continue;
                }
            } else {
                for name in ["NoNewline", "Encoding", "AsByteStream"] {
                    if cx.bound.get(name).is_some() {
                        return Err(get_content::not_a_parameter(cx, name));
                    }
                }
            }
            if let Some(writer) = target.kind.provider().writer(cx, &target, self.append)? {
                writers.push((target, writer));
            }
        }
        if cx.flag("AsByteStream") && cx.bound.get("Encoding").is_some() {
            cx.rs.write_message(Stream::Warning, "Encoding not used when '-AsByteStream' specified.".into())?;
        }
        Ok(writers)
    }
}

impl Run for WriteContent {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        if self.writers.is_none() {
            let opened = self.open(cx).map_err(|flow| paths::ending(cx, flow))?;
            self.writers = Some(opened);
        }
        let value = cx.value("Value");
        // Nothing is no line.
        let values = match cx.list("Value") {
            only if matches!(only.as_slice(), [Value::Null]) => Vec::new(),
            values => values,
        };
        let count = psrpd_dotnet::cast::int64(values.len());
        for (target, writer) in self.writers.iter_mut().flatten() {
            writer.write(cx, &values).map_err(|flow| paths::ending(cx, flow))?;
            if cx.flag("PassThru") {
                let notes = get_content::notes(target).into_iter().chain([("ReadCount", Value::I64(count))]);
                cx.write(value.clone().with_notes(notes))?;
            }
        }
        Ok(())
    }
}

struct ClearContent;

impl Run for ClearContent {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        paths::for_each(cx, |cx, target| target.kind.provider().clear_content(cx, target))
    }
}
