//! `ConvertFrom-Markdown`

use super::{converted, file, files, wrong_input};
use crate::{
    cmdlets::{Cmdlet, Cx, Run},
    eval::R,
    value::{Value, text},
};

pub(in crate::cmdlets) static CMDLET: Cmdlet = Cmdlet::new(
    "ConvertFrom-Markdown",
    "ConvertFromMarkdownCommand",
    "Path string[] notempty @PathParamSet(0 !)
     LiteralPath|PSPath|LP string[] notempty @LiteralParamSet(!)
     InputObject psobject notempty @InputObjParamSet(! ^)
     AsVT100EncodedString",
    || Box::new(ConvertFromMarkdown),
)
.examples(
    r#"(ConvertFrom-Markdown -InputObject '*done*').Html.Trim() # Markdown as HTML
> <p><em>done</em></p>"#,
)
.default_set("PathParamSet");

struct ConvertFromMarkdown;

impl Run for ConvertFromMarkdown {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let for_screen = cx.flag("AsVT100EncodedString");
        let found = match cx.get("InputObject") {
            None => files(cx, for_screen)?,
            Some(input) => match input.base() {
                Value::Str(source) => vec![converted(source, for_screen)],
                other if other.type_name() == "System.IO.FileInfo" => {
                    let path = text(&cx.rs.get_member(&input, "FullName")?);
                    vec![file(cx, &path, for_screen)?]
                }
                _ => return wrong_input(cx, input),
            },
        };
        found.into_iter().try_for_each(|info| cx.write(info))
    }
}
