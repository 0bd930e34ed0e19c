//! `Show-Markdown`

use super::{INFO, converted, files, wrong_input};
use crate::{
    cmdlets::{Cmdlet, Cx, Run},
    eval::{R, error},
    value::{Category, Value, text},
};

pub(in crate::cmdlets) static CMDLET: Cmdlet = Cmdlet::new(
    "Show-Markdown",
    "ShowMarkdownCommand",
    "InputObject psobject notempty @InputObject(! ^)
     Path string[] notempty @Path(0 ! ~)
     LiteralPath|PSPath|LP string[] @LiteralPath(! ~)
     UseBrowser",
    || Box::new(ShowMarkdown),
)
.examples(
    r#"(Show-Markdown -InputObject '# done').Trim() # Markdown as text for a screen
> done"#,
)
.default_set("Path");

struct ShowMarkdown;

impl Run for ShowMarkdown {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        if cx.flag("UseBrowser") {
            return Err(error::feature("Showing Markdown in a browser"));
        }
        let found = match cx.get("InputObject") {
            None => files(cx, true)?,
            Some(input) => match input.base() {
                Value::Str(source) => vec![converted(source, true)],
                other if other.type_name() == INFO => vec![input.clone()],
                _ => return wrong_input(cx, input),
            },
        };
        for info in found {
            let shown = text(&cx.rs.get_member(&info, "VT100EncodedString")?);
            if shown.is_empty() {
                let message = "The property VT100EncodedString of the given object is null or empty.";
                let exception = "System.IO.InvalidDataException";
                cx.error(exception, "VT100EncodedStringIsNullOrEmpty", Category::InvalidData, message, Value::Null)?;
            } else {
                cx.write(shown.into())?;
            }
        }
        Ok(())
    }
}
