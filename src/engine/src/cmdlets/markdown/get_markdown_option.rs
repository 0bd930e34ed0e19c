//! `Get-MarkdownOption`

use crate::{
    cmdlets::{Cmdlet, Cx, Run},
    eval::R,
    types::markdown::MarkdownOptions,
    value::Value,
};

pub(in crate::cmdlets) static CMDLET: Cmdlet =
    Cmdlet::new("Get-MarkdownOption", "GetMarkdownOptionCommand", "", || Box::new(GetMarkdownOption)).examples(
        r#"(Get-MarkdownOption).Header2 # the style of headings of the second level
> [4;93m"#,
    );

struct GetMarkdownOption;

impl Run for GetMarkdownOption {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let options = cx.rs.state.markdown.clone();
        cx.write(options.unwrap_or_else(|| Value::object(MarkdownOptions::dark())))
    }
}
