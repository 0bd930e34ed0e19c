//! `Set-MarkdownOption`

use crate::{
    cmdlets::{Cmdlet, Cx, Run},
    eval::R,
    types::markdown::MarkdownOptions,
    value::Value,
};

pub(in crate::cmdlets) static CMDLET: Cmdlet = Cmdlet::new(
    "Set-MarkdownOption",
    "SetMarkdownOptionCommand",
    r"Header1Color string pattern(^\[*[0-9;]*?m{1}) @IndividualSetting
     Header2Color string pattern(^\[*[0-9;]*?m{1}) @IndividualSetting
     Header3Color string pattern(^\[*[0-9;]*?m{1}) @IndividualSetting
     Header4Color string pattern(^\[*[0-9;]*?m{1}) @IndividualSetting
     Header5Color string pattern(^\[*[0-9;]*?m{1}) @IndividualSetting
     Header6Color string pattern(^\[*[0-9;]*?m{1}) @IndividualSetting
     Code string pattern(^\[*[0-9;]*?m{1}) @IndividualSetting
     ImageAltTextForegroundColor string pattern(^\[*[0-9;]*?m{1}) @IndividualSetting
     LinkForegroundColor string pattern(^\[*[0-9;]*?m{1}) @IndividualSetting
     ItalicsForegroundColor string pattern(^\[*[0-9;]*?m{1}) @IndividualSetting
     BoldForegroundColor string pattern(^\[*[0-9;]*?m{1}) @IndividualSetting
     PassThru
     Theme string set(Dark,Light) notempty @Theme(!)
     InputObject psobject notempty @InputObject(0 ! ^)",
    || Box::new(SetMarkdownOption),
)
.examples(
    r#"Set-MarkdownOption -BoldForegroundColor '[31m' -PassThru | ForEach-Object EmphasisBold # a style of one's own
> [31m"#,
)
.default_set("IndividualSetting");

/// The parameters by the elements that they are about.
const PARAMETERS: [(&str, &str); 11] = [
    ("Header1Color", "Header1"),
    ("Header2Color", "Header2"),
    ("Header3Color", "Header3"),
    ("Header4Color", "Header4"),
    ("Header5Color", "Header5"),
    ("Header6Color", "Header6"),
    ("Code", "Code"),
    ("ImageAltTextForegroundColor", "Image"),
    ("LinkForegroundColor", "Link"),
    ("ItalicsForegroundColor", "EmphasisItalics"),
    ("BoldForegroundColor", "EmphasisBold"),
];

struct SetMarkdownOption;

impl Run for SetMarkdownOption {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let options = if let Some(input) = cx.get("InputObject") {
            // PowerShell says nothing of what is no option.
            if input.downcast::<MarkdownOptions>().is_none() {
                return Ok(());
            }
            input.into_base()
        } else if let Some(theme) = cx.string("Theme") {
            let is_light = theme.eq_ignore_ascii_case("Light");
            Value::object(if is_light { MarkdownOptions::light() } else { MarkdownOptions::dark() })
        } else {
            // What was set before is not kept.
            let options = MarkdownOptions::dark();
            for (parameter, element) in PARAMETERS {
                if let Some(style) = cx.string(parameter) {
                    options.set(element, &style);
                }
            }
            Value::object(options)
        };
        cx.rs.state.markdown = Some(options.clone());
        if cx.flag("PassThru") { cx.write(options) } else { Ok(()) }
    }
}
