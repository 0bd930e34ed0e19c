//! `Export-Csv`

use psrpd_dotnet::{Str, casing};

use super::{
    Cmdlet, Cx, Run,
    csv::{self, Form, Reader},
    one_file::one_file,
    text_file,
};
use crate::{
    eval::{Flow, R},
    providers::{self, encoding::Encoding},
    value::{Category, Value},
};

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "Export-Csv",
    "ExportCsvCommand",
    "InputObject psobject ! ^ ~
     Path string 0 notempty
     LiteralPath|PSPath|LP string notempty
     Force
     NoClobber|NoOverwrite
     Encoding System.Text.Encoding notempty
     Append
     Delimiter char notnull @Delimiter(1)
     UseCulture @UseCulture
     IncludeTypeInformation|ITI
     NoTypeInformation|NTI
     QuoteFields|QF string[]
     UseQuotes|UQ Microsoft.PowerShell.Commands.BaseCsvWritingCommand+QuoteKind
     NoHeader",
    || Box::new(ExportCsv::default()),
)
.examples(
    r#"[pscustomobject]@{ a = 1 } | Export-Csv a.csv; Get-Content a.csv # a table in a file
> "a"
> "1""#,
)
.default_set("Delimiter")
.should_process();

#[derive(Default)]
struct ExportCsv {
    path: String,
    form: Option<Form>,
    names: Option<Vec<Str>>,
    /// The columns of the file that is appended to.
    existing: Option<Vec<Str>>,
    /// The encoding of a marked file that is appended to.
    encoding: Option<Encoding>,
    lines: String,
    skip: bool,
}

impl Run for ExportCsv {
    fn begin(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let (literal, path) = (cx.string("LiteralPath"), cx.string("Path"));
        if literal.is_some() == path.is_some() {
            let message = "You must specify either the -Path or -LiteralPath parameters, but not both.";
            let exception = "System.InvalidOperationException";
            let category = Category::InvalidData;
            return Err(cx.fail(exception, "CannotSpecifyPathAndLiteralPath", category, message, Value::Null));
        }
        self.form = Some(Form::of(cx)?);
        let given = literal.clone().or_else(|| path.clone()).unwrap_or_default();
        self.path = one_file(cx, literal, path)?;
        if !cx.should_process(&given, "Export-Csv")? {
            self.skip = true;
            return Ok(());
        }
        let exists = cx.rs.platform.stat(&self.path).is_ok();
        if exists && cx.flag("NoClobber") && !cx.flag("Append") {
            let message = format!("The file '{}' already exists.", self.path);
            let target = Value::from(self.path.clone());
            return Err(cx.fail("System.IO.IOException", "NoClobber", Category::ResourceExists, message, target));
        }
        if exists && cx.flag("Append") {
            self.read_header(cx)?;
            if cx.bound.get("Encoding").is_none() {
                self.encoding = providers::own_encoding(cx.rs, &self.path);
            }
        } else {
            // The file is there from the beginning, even if nothing comes.
            text_file::write(cx, &self.path, "", false)?;
        }
        Ok(())
    }

    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let Some(item) = cx.get("InputObject").filter(|_| !self.skip) else { return Ok(()) };
        let Some(form) = &self.form else { return Ok(()) };
        if self.names.is_none() {
            let own = csv::header_of(cx, &item)?;
            match &self.existing {
                Some(names) => {
                    self.check_names(cx, names, &own)?;
                    self.names = Some(names.clone());
                }
                None => {
                    if !cx.flag("NoHeader") {
                        if cx.flag("IncludeTypeInformation") {
                            push_line(&mut self.lines, &csv::type_line(&item));
                        }
                        push_line(&mut self.lines, &form.header(&own));
                    }
                    self.names = Some(own);
                }
            }
        }
        let row = form.row(cx, self.names.as_deref().unwrap_or(&[]), &item)?;
        push_line(&mut self.lines, &row);
        if self.lines.len() > BUFFER { self.flush(cx) } else { Ok(()) }
    }

    fn end(&mut self, cx: &mut Cx<'_>) -> R<()> {
        self.flush(cx)
    }
}

/// How much text is gathered before it is written.
const BUFFER: usize = 1 << 16;

fn push_line(lines: &mut String, line: &str) {
    lines.push_str(line);
    lines.push('\n');
}

impl ExportCsv {
    fn flush(&mut self, cx: &mut Cx<'_>) -> R<()> {
        if self.lines.is_empty() {
            return Ok(());
        }
        let lines = std::mem::take(&mut self.lines);
        let encoding = self.encoding.unwrap_or_else(|| text_file::encoding(cx));
        text_file::write_in(cx, &self.path, &lines, true, encoding)
    }

    /// The columns that the file has by now.
    fn read_header(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let text = text_file::read(cx, &self.path)?;
        let mut reader = Reader::new(&text, csv::delimiter(cx));
        let names = reader.record().unwrap_or_default();
        if !names.is_empty() {
            self.existing = Some(names.into_iter().map(Str::from).collect());
        }
        Ok(())
    }

    fn check_names(&self, cx: &Cx<'_>, existing: &[Str], own: &[Str]) -> R<()> {
        let missing = existing.iter().find(|name| !own.iter().any(|have| casing::eq(have, name)));
        match missing {
            Some(name) if !cx.flag("Force") => {
                let message = format!(
                    "Cannot append CSV content to the following file: {}. The appended object does not have a property that corresponds to the following column: {name}. To continue with mismatched properties, add the -Force parameter, and then retry the command.",
                    self.path
                );
                let flow: Flow = cx.fail(
                    "System.InvalidOperationException",
                    "CannotAppendCsvWithMismatchedPropertyNames",
                    Category::InvalidData,
                    message,
                    Value::Str(name.clone()),
                );
                Err(flow)
            }
            _ => Ok(()),
        }
    }
}
