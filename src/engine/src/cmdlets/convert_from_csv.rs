//! `ConvertFrom-Csv`

use super::{Cmdlet, Cx, Run, csv::Importer};
use crate::{eval::R, value::text};

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "ConvertFrom-Csv",
    "ConvertFromCsvCommand",
    "Delimiter char notnull notempty @Delimiter(1)
     UseCulture notnull notempty @UseCulture(!)
     InputObject psobject[] notnull notempty 0 ! ^ ~
     Header string[] notnull notempty",
    || Box::new(ConvertFromCsv::default()),
)
.examples(
    r#"'a,b', '1,2' | ConvertFrom-Csv | ForEach-Object b # the columns of a table as properties
> 2"#,
)
.default_set("Delimiter");

#[derive(Default)]
struct ConvertFromCsv {
    importer: Option<Importer>,
}

impl Run for ConvertFromCsv {
    fn begin(&mut self, cx: &mut Cx<'_>) -> R<()> {
        self.importer = Some(Importer::of(cx)?);
        Ok(())
    }

    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let Some(importer) = &mut self.importer else { return Ok(()) };
        for item in cx.list("InputObject") {
            importer.import(cx, &text(&item))?;
        }
        Ok(())
    }
}
