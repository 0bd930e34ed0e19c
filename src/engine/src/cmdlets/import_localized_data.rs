//! `Import-LocalizedData`

use psrpd_dotnet::Str;

use super::{Cmdlet, Cx, Run};
use crate::{
    eval::{Flow, Name, R},
    providers,
    value::{Category, Value},
};

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "Import-LocalizedData",
    "ImportLocalizedData",
    "BindingVariable|Variable string notempty 0
     UICulture string 1
     BaseDirectory string
     FileName string
     SupportedCommand string[]",
    || Box::new(ImportLocalizedData),
)
.examples(
    r#"'@{ greeting = "hello" }' | Set-Content texts.psd1; (Import-LocalizedData -BaseDirectory . -FileName texts).greeting # texts in the language of the user
> hello"#,
);

struct ImportLocalizedData;

const INVALID: &str = "System.Management.Automation.PSInvalidOperationException";

/// Names of cultures, from the given one up; without one, that of the session and then American English.
fn cultures(given: Option<&str>, session: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut next = given.unwrap_or(session);
    while !next.is_empty() {
        found.push(next.to_owned());
        next = next.rsplit_once('-').map_or("", |(parent, _)| parent);
    }
    if given.is_none() {
        found.extend(["en-US".into(), "en".into()]);
    }
    // Texts beside the script are for everybody else.
    found.push(String::new());
    found
}

/// The name of the file: that of the script unless another is given.
fn file_name(cx: &Cx<'_>, script: &str) -> R<String> {
    let name = match cx.string("FileName") {
        Some(name) => name.to_string(),
        None if script.is_empty() => {
            let message = "The FileName parameter was not specified. The FileName parameter is required when Import-LocalizedData is not called from a script file.";
            return Err(cx.fail(INVALID, "InvalidOperation", Category::InvalidOperation, message, Value::Null));
        }
        None => providers::split(script).1.to_owned(),
    };
    if name.contains('/') {
        let message = "The argument for the FileName parameter should not contain a path.";
        return Err(cx.fail(INVALID, "InvalidOperation", Category::InvalidOperation, message, Value::Null));
    }
    let stem = match name.rsplit_once('.') {
        Some((stem, end)) if ["ps1", "psm1", "psd1"].iter().any(|known| end.eq_ignore_ascii_case(known)) => stem,
        _ => &name,
    };
    Ok(format!("{stem}.psd1"))
}

/// The table of a file, which may use no more of the language than a data section.
fn load(cx: &mut Cx<'_>, path: &str) -> R<Value> {
    let content = providers::read_text(cx.rs, path)?;
    let commands = cx.strings("SupportedCommand");
    let commands: Vec<&str> = commands.iter().map(Str::as_str).collect();
    let allowed =
        if commands.is_empty() { String::new() } else { format!("-SupportedCommand {} ", commands.join(",")) };
    let block = match cx.rs.parse_block(&format!("data {allowed}{{\n{content}\n}}")) {
        Ok(block) => block,
        Err(Flow::Error(raised)) => {
            let message = format!(
                "The following error occurred while PowerShell was loading the '{path}' script data file:\n{}",
                raised.record.message()
            );
            return Err(cx.fail(INVALID, "InvalidOperation", Category::InvalidOperation, message, Value::Null));
        }
        Err(other) => return Err(other),
    };
    cx.rs.call_block(&block, &[]).map(Value::collected)
}

impl Run for ImportLocalizedData {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let script = cx.rs.variable("PSCommandPath").map(|path| crate::value::text(&path)).unwrap_or_default();
        let name = file_name(cx, &script)?;
        let base = match cx.string("BaseDirectory") {
            Some(folder) => providers::file_path(cx.rs, &folder)?,
            None if script.is_empty() => cx.rs.state.locations.directory(),
            None => providers::split(&script).0.to_owned(),
        };
        let base = base.trim_end_matches('/').to_owned();
        let (given, session) = (cx.string("UICulture"), cx.rs.culture().name.clone());
        let paths = cultures(given.as_deref(), &session).into_iter().map(|culture| match culture.as_str() {
            "" => format!("{base}/{name}"),
            culture => format!("{base}/{culture}/{name}"),
        });
        let Some(path) = paths.into_iter().find(|path| cx.rs.platform.stat(path).is_ok()) else {
            let message = format!(
                "Cannot find the PowerShell data file '{name}' in directory '{base}', or in any parent culture directories."
            );
            let target = format!("{base}/{name}").into();
            return cx.error(INVALID, "ImportLocalizedData", Category::ObjectNotFound, message, target);
        };
        let table = load(cx, &path)?;
        match cx.string("BindingVariable") {
            Some(variable) => {
                let scope = cx.rs.frame.scope;
                cx.rs.write_in(scope, &Name::new(&variable), table).map(drop)
            }
            None => cx.write(table),
        }
    }
}
