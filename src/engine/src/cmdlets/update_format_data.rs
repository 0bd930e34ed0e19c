//! `Update-FormatData`

use psrpd_dotnet::{Str, wildcard};

use super::{Cmdlet, Cx, Run, text_file};
use crate::{
    eval::{R, Runspace},
    format::file,
    providers,
    types::xml,
    value::{Category, Value},
};

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "Update-FormatData",
    "UpdateFormatDataCommand",
    "AppendPath|PSPath|Path string[] notnull @FileSet(0 ^ ~)
     PrependPath string[] notnull @FileSet",
    || Box::new(UpdateFormatData),
)
.examples(
    r#"Update-FormatData; 'done' # how objects are shown, from files
> done"#,
)
.default_set("FileSet")
.low_impact();

struct UpdateFormatData;

impl Run for UpdateFormatData {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        for path in cx.strings("PrependPath").into_iter().rev() {
            load(cx, &path, "Prepend")?;
        }
        for path in cx.strings("AppendPath") {
            load(cx, &path, "Append")?;
        }
        Ok(())
    }
}

fn load(cx: &mut Cx<'_>, given: &Str, kind: &str) -> R<()> {
    let mut files = text_file::files(cx, given)?;
    if wildcard::has_wildcards(given) && files.is_empty() {
        files.push(providers::absolute(cx.rs, given));
    }
    for path in files {
        if cx.rs.platform.stat(&path).is_err() {
            let message = format!("Cannot find path '{path}' because it does not exist.");
            let exception = "System.Management.Automation.ItemNotFoundException";
            let id = format!("Format{kind}PathException");
            cx.error(exception, &id, Category::InvalidOperation, message, path.into())?;
            continue;
        }
        if !path.to_ascii_lowercase().ends_with(".ps1xml") {
            let message = format!(
                "Cannot read the file \"{path}\"  because it does not have the file name extension \"ps1xml\"."
            );
            let exception = "System.Management.Automation.PSInvalidOperationException";
            cx.error(exception, "WrongExtension", Category::InvalidArgument, message, Value::Null)?;
            continue;
        }
        if !cx.should_process(&format!("FileName: {path}"), "Update FormatData")? {
            continue;
        }
        if let Some(message) = load_file(cx.rs, &path, kind == "Prepend")? {
            let exception = "System.Management.Automation.RuntimeException";
            cx.error(exception, "FormatXmlUpdateException", Category::InvalidOperation, message, Value::Null)?;
        }
    }
    Ok(())
}

/// Adds the views of a file; what is wrong with it.
pub(crate) fn load_file(rs: &mut Runspace, path: &str, before: bool) -> R<Option<String>> {
    let source = providers::read_text(rs, path)?;
    let mut message = "Errors occurred while loading the format data file: \n".to_owned();
    let document = match rs.while_running(|goes_on| xml::parse(&source, goes_on))? {
        Ok(document) => document,
        Err(bad) => {
            message.push_str(&format!("{path}, Error in file {path}: {bad}\n"));
            return Ok(Some(message));
        }
    };
    let (views, wrong) = file::read(&document);
    rs.state.formatting.add(views, before);
    for one in &wrong {
        let place = format!("{path}, Error at XPath {} in file {path}", one.place);
        message.push_str(&format!("{place}: The view cannot be loaded.\n{place}: {}\n", one.message));
    }
    Ok((!wrong.is_empty()).then_some(message))
}
