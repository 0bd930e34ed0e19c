//! `Export-Clixml`, `Import-Clixml`, `ConvertTo-CliXml` and `ConvertFrom-CliXml`

use psrpd_dotnet::wildcard;

use super::{Cmdlet, Cx, Run, one_file::one_file, paths, text_file};
use crate::{
    eval::R,
    providers,
    serial::document::{self, DocumentWriter},
    types,
    value::{Category, Value},
};

pub(super) static EXPORT: Cmdlet = Cmdlet::new(
    "Export-Clixml",
    "ExportClixmlCommand",
    "Depth int range(1,2147483647)
     Path string @ByPath(0 !)
     LiteralPath|PSPath|LP string @ByLiteralPath(!)
     InputObject psobject null ! ^
     Force
     NoClobber|NoOverwrite
     Encoding System.Text.Encoding notempty",
    || Box::new(Export { writer: None }),
)
.examples(
    r#"1 | Export-Clixml one.xml; Import-Clixml one.xml # an object in a file
> 1"#,
)
.default_set("ByPath")
.should_process();

pub(super) static IMPORT: Cmdlet = Cmdlet::new(
    "Import-Clixml",
    "ImportClixmlCommand",
    "Path string[] @ByPath(0 ! ^ ~)
     LiteralPath|PSPath|LP string[] @ByLiteralPath(! ~)
     IncludeTotalCount
     Skip ulong
     First ulong",
    || Box::new(Import),
)
.examples(
    r#"'x' | Export-Clixml x.xml; Import-Clixml x.xml # an object out of a file
> x"#,
)
.default_set("ByPath");

pub(super) static CONVERT_TO: Cmdlet = Cmdlet::new(
    "ConvertTo-CliXml",
    "ConvertToClixmlCommand",
    "InputObject psobject 0 ! ^
     Depth int range(1,2147483647)",
    || Box::new(ConvertTo { writer: None }),
)
.examples(
    r#"(1 | ConvertTo-CliXml) -match '<I32>1</I32>' # an object as text that keeps its type
> True"#,
);

pub(super) static CONVERT_FROM: Cmdlet =
    Cmdlet::new("ConvertFrom-CliXml", "ConvertFromClixmlCommand", "InputObject string 0 ! ^", || Box::new(ConvertFrom))
        .examples(
            r#"1, 2 | ConvertTo-CliXml | ConvertFrom-CliXml # objects that were text in between
> 1
> 2"#,
        );

fn depth(cx: &Cx<'_>) -> i32 {
    cx.int("Depth").and_then(|n| i32::try_from(n).ok()).unwrap_or(document::DEFAULT_DEPTH)
}

struct Export {
    writer: Option<DocumentWriter>,
}

impl Export {
    /// The file that is written.
    fn target(cx: &mut Cx<'_>) -> R<String> {
        let Some(given) = paths::given(cx).into_iter().next() else { return Ok(String::new()) };
        match given.literal {
            true => one_file(cx, Some(given.text), None),
            false => one_file(cx, None, Some(given.text)),
        }
    }
}

impl Run for Export {
    fn begin(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let given = paths::given(cx).into_iter().next().map(|given| given.text.clone()).unwrap_or_default();
        if !cx.should_process(&given, "Export-Clixml")? {
            return Ok(());
        }
        let path = Self::target(cx)?;
        let stat = cx.rs.platform.stat(&path);
        if cx.flag("NoClobber") && stat.is_ok() {
            return Err(cx.fail(
                "System.IO.IOException",
                "NoClobber",
                Category::ResourceExists,
                format!("The file '{path}' already exists."),
                Value::from(path),
            ));
        }
        if stat.is_ok_and(|stat| stat.kind == crate::platform::FileKind::Directory) {
            let denied = std::io::Error::from(std::io::ErrorKind::PermissionDenied);
            return Err(text_file::open_failure(cx, &denied, &path));
        }
        self.writer = Some(DocumentWriter::new(depth(cx)));
        Ok(())
    }

    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let value = cx.value("InputObject");
        match &mut self.writer {
            Some(writer) => writer.write(cx.rs, &value),
            None => Ok(()),
        }
    }

    fn end(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let Some(writer) = self.writer.take() else { return Ok(()) };
        let path = Self::target(cx)?;
        text_file::write(cx, &path, &writer.finish(), false)
    }
}

struct Import;

impl Run for Import {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let limit = |name: &str| cx.int(name).and_then(|n| usize::try_from(n).ok());
        let (skip, first) = (limit("Skip").unwrap_or(0), limit("First").unwrap_or(usize::MAX));
        for given in paths::given(cx) {
            let found = if !given.literal && wildcard::has_wildcards(&given.text) {
                paths::resolve_one(cx, &given)?.into_iter().map(|target| target.path).collect()
            } else {
                vec![providers::file_path(cx.rs, &wildcard::unescape(&given.text))?]
            };
            for path in found {
                Self::file(cx, &path, skip, first)?;
            }
        }
        Ok(())
    }
}

impl Import {
    fn file(cx: &mut Cx<'_>, path: &str, skip: usize, first: usize) -> R<()> {
        let source = text_file::read(cx, path)?;
        let objects = read(cx, &source)?;
        if cx.flag("IncludeTotalCount") {
            // The cmdlet does not know it before it has read all, and says so.
            cx.write(types::total_count(&[Value::U64(0), Value::F64(0.0)]))?;
        }
        for object in objects.into_iter().skip(skip).take(first) {
            cx.write(object)?;
        }
        Ok(())
    }
}

/// The objects of a text; an error in it names the cmdlet.
fn read(cx: &mut Cx<'_>, source: &str) -> R<Vec<Value>> {
    document::deserialize(cx.rs, source).map_err(|flow| {
        let Some(record) = flow.record() else { return flow };
        let message = record.exception_message();
        cx.fail("System.Xml.XmlException", "System.Xml.XmlException", Category::NotSpecified, message, Value::Null)
    })
}

struct ConvertTo {
    writer: Option<DocumentWriter>,
}

impl Run for ConvertTo {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let depth = depth(cx);
        let value = cx.value("InputObject");
        self.writer.get_or_insert_with(|| DocumentWriter::new(depth)).write(cx.rs, &value)
    }

    fn end(&mut self, cx: &mut Cx<'_>) -> R<()> {
        match self.writer.take() {
            Some(writer) => cx.write(writer.finish().into()),
            None => Ok(()),
        }
    }
}

struct ConvertFrom;

impl Run for ConvertFrom {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let source = cx.string("InputObject").unwrap_or_default();
        for object in read(cx, &source)? {
            cx.write(object)?;
        }
        Ok(())
    }
}
