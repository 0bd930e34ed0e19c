//! `ConvertTo-Csv`

use psrpd_dotnet::Str;

use super::{
    Cmdlet, Cx, Run,
    csv::{self, Form},
};
use crate::{eval::R, value::Value};

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "ConvertTo-Csv",
    "ConvertToCsvCommand",
    "InputObject psobject 0 ! ^ ~
     Delimiter char notnull @Delimiter(1)
     UseCulture @UseCulture
     IncludeTypeInformation|ITI
     NoTypeInformation|NTI
     QuoteFields|QF string[]
     UseQuotes|UQ Microsoft.PowerShell.Commands.BaseCsvWritingCommand+QuoteKind
     NoHeader",
    || Box::new(ConvertToCsv::default()),
)
.examples(
    r#"[pscustomobject]@{ a = 1; b = 'x' } | ConvertTo-Csv # a header, and a line for each object
> "a","b"
> "1","x""#,
)
.default_set("Delimiter");

#[derive(Default)]
struct ConvertToCsv {
    form: Option<Form>,
    names: Option<Vec<Str>>,
}

impl Run for ConvertToCsv {
    fn begin(&mut self, cx: &mut Cx<'_>) -> R<()> {
        self.form = Some(Form::of(cx)?);
        Ok(())
    }

    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let (Some(item), Some(form)) = (cx.get("InputObject"), &self.form) else { return Ok(()) };
        let write = |cx: &mut Cx<'_>, line: String| if line.is_empty() { Ok(()) } else { cx.write(Value::from(line)) };
        if self.names.is_none() {
            let names = csv::header_of(cx, &item)?;
            if !cx.flag("NoHeader") {
                if cx.flag("IncludeTypeInformation") {
                    write(cx, csv::type_line(&item))?;
                }
                write(cx, form.header(&names))?;
            }
            self.names = Some(names);
        }
        let row = form.row(cx, self.names.as_deref().unwrap_or(&[]), &item)?;
        write(cx, row)
    }
}
