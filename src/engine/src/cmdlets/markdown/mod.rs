//! Markdown: what the cmdlets about it have in common.

use psrpd_dotnet::wildcard;

use super::{Cx, paths};
use crate::{
    eval::R,
    providers::{self, Kind},
    value::{Category, Exception, Opaque, Value},
};

pub(super) mod convert_from_markdown;
pub(super) mod get_markdown_option;
pub(super) mod set_markdown_option;
pub(super) mod show_markdown;

const INFO: &str = "Microsoft.PowerShell.MarkdownRender.MarkdownInfo";

/// A text as `MarkdownInfo`.
fn converted(text: &str, for_screen: bool) -> Value {
    let (html, shown) = if for_screen {
        (Value::Null, crate::markdown::text(text).into())
    } else {
        (crate::markdown::html(text).into(), Value::Null)
    };
    Opaque::new(INFO, [("Html", html), ("VT100EncodedString", shown)]).into_value()
}

/// Converts the files that `-Path` or `-LiteralPath` mean.
fn files(cx: &mut Cx<'_>, for_screen: bool) -> R<Vec<Value>> {
    let mut all = Vec::new();
    for given in paths::given(cx) {
        let found = match paths::target(cx, &given)? {
            Some(target) if target.kind != Kind::FileSystem => {
                let message = "Value does not fall within the expected range.";
                let target = given.text.as_str().into();
                let exception = "System.ArgumentException";
                cx.error(exception, "OnlyFileSystemPathsSupported", Category::InvalidArgument, message, target)?;
                continue;
            }
            _ if !given.literal && wildcard::has_wildcards(&given.text) => paths::resolve_one(cx, &given)?,
            target => target.into_iter().filter(|target| cx.rs.platform.stat(&target.path).is_ok()).collect(),
        };
        if found.is_empty() {
            let message = format!("Cannot find path '{}' because it does not exist.", given.text);
            missing(cx, "System.Management.Automation.ItemNotFoundException", message, &given.text)?;
        }
        for target in found {
            all.push(file(cx, &target.path, for_screen)?);
        }
    }
    Ok(all)
}

/// Converts one file.
fn file(cx: &mut Cx<'_>, path: &str, for_screen: bool) -> R<Value> {
    match providers::read_text(cx.rs, path) {
        Ok(text) => Ok(converted(&text, for_screen)),
        Err(flow) if flow.record().is_some() => {
            let message = format!("Could not find file '{path}'.");
            missing(cx, "System.IO.FileNotFoundException", message, path)?;
            // PowerShell goes on to convert the text that it has not got.
            let message = "Value cannot be null. (Parameter 'markdown')";
            let exception = "System.ArgumentNullException";
            Err(cx.fail(exception, exception, Category::NotSpecified, message, Value::Null))
        }
        Err(flow) => Err(flow),
    }
}

fn missing(cx: &mut Cx<'_>, exception: &str, message: String, path: &str) -> R<()> {
    let exception = Value::object(Exception::new(exception, message));
    paths::write_error(cx, exception, "FileNotFound", Category::ResourceUnavailable, path.into())
}

/// Refuses an object that is no Markdown.
fn wrong_input(cx: &mut Cx<'_>, input: Value) -> R<()> {
    let message = format!("The type of the input object '{}' is invalid.", input.type_name());
    let input = Value::Wrapped(input.wrapped());
    cx.error("System.IO.InvalidDataException", "InvalidInputObject", Category::InvalidData, message, input)
}
