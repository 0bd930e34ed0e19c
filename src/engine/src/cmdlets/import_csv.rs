//! `Import-Csv`

use super::{Cmdlet, Cx, Run, csv::Importer, one_file::one_file, text_file};
use crate::{
    eval::R,
    providers,
    value::{Category, Value},
};

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "Import-Csv",
    "ImportCsvCommand",
    "Delimiter char notnull @DelimiterPath(1) @DelimiterLiteralPath(1)
     Path string[] notempty @DelimiterPath(0 ! ^ ~) @CulturePath(0 ! ^ ~)
     LiteralPath|PSPath|LP string[] notempty @DelimiterLiteralPath(! ~) @CultureLiteralPath(! ~)
     UseCulture notnull @CulturePath(!) @CultureLiteralPath(!)
     Header string[] notempty
     Encoding System.Text.Encoding notempty",
    || Box::new(ImportCsv),
)
.examples(
    r#"'a,b', '1,2' | Set-Content ab.csv; (Import-Csv ab.csv).b # a table out of a file
> 2"#,
)
.default_set("DelimiterPath");

struct ImportCsv;

impl Run for ImportCsv {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        if cx.bound.get("Path").is_none() && cx.bound.get("LiteralPath").is_none() {
            let message = "You must specify either the -Path or -LiteralPath parameters, but not both.";
            let id = "CannotSpecifyPathAndLiteralPath";
            let exception = "System.InvalidOperationException";
            return Err(cx.fail(exception, id, Category::InvalidData, message, Value::Null));
        }
        let mut paths: Vec<String> = cx.strings("LiteralPath").iter().map(ToString::to_string).collect();
        for path in cx.strings("Path") {
            paths.push(one_file(cx, None, Some(path))?);
        }
        for path in paths {
            let path = providers::file_path(cx.rs, &path)?;
            let text = text_file::read(cx, &path)?;
            Importer::of(cx)?.import(cx, &text)?;
        }
        Ok(())
    }
}
