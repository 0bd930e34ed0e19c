//! `Import-Csv`

use psrpd_dotnet::wildcard;

use super::{Cmdlet, Cx, Run, csv::Importer, text_file};
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
            if !wildcard::has_wildcards(&path) {
                paths.push(path.to_string());
                continue;
            }
            let options = providers::GlobOptions::default();
            let found = providers::glob(cx.rs, &path, options)?.unwrap_or_default();
            match found.as_slice() {
                [one] => paths.push(one.shown()),
                [] => {
                    let message = "Unable to find the specified file.";
                    let target = Value::Str(path);
                    let exception = "System.IO.FileNotFoundException";
                    return Err(cx.fail(exception, "FileOpenFailure", Category::OpenError, message, target));
                }
                _ => {
                    let message = "Cannot perform operation because operation \"ReportMultipleFilesNotSupported\" is not valid. Remove operation \"ReportMultipleFilesNotSupported\", or investigate why it is not valid.";
                    let exception = "System.Management.Automation.PSInvalidOperationException";
                    let id = "ReadWriteMultipleFilesNotSupported";
                    return Err(cx.fail(exception, id, Category::InvalidArgument, message, Value::Null));
                }
            }
        }
        for path in paths {
            let path = providers::file_path(cx.rs, &path)?;
            let text = text_file::read(cx, &path)?;
            Importer::of(cx)?.import(cx, &text)?;
        }
        Ok(())
    }
}
