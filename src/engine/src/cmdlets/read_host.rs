//! `Read-Host`

use super::{Cmdlet, Cx, Run};
use crate::{
    console,
    eval::R,
    types,
    value::{Category, Secret, Value, enumerate},
};

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "Read-Host",
    "ReadHostCommand",
    "Prompt object 0 * null
     AsSecureString @AsSecureString
     MaskInput @AsString",
    || Box::new(ReadHost),
)
.examples(
    r#"Get-Command Read-Host | ForEach-Object Name # the client asks for a line
> Read-Host"#,
)
.default_set("AsString");

struct ReadHost;

impl Run for ReadHost {
    fn begin(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let is_secret = cx.flag("AsSecureString") || cx.flag("MaskInput");
        let answer = match cx.get("Prompt").filter(|prompt| !prompt.is_null()) {
            Some(prompt) => {
                let mut words = Vec::new();
                for item in enumerate(&prompt).unwrap_or_else(|| vec![prompt]) {
                    words.push(cx.rs.text(&item)?.to_string());
                }
                let name = words.join(" ");
                if name.is_empty() {
                    return Err(cx.fail(
                        "System.Management.Automation.PSArgumentException",
                        "Argument",
                        Category::InvalidArgument,
                        "name cannot be null or empty.",
                        Value::Null,
                    ));
                }
                let of = if is_secret { types::known("System.Security.SecureString") } else { types::string() };
                let field = console::field(&name, "", &of, "");
                let answers = cx.rs.ask_fields("", "", vec![field])?;
                answers.into_iter().next().map(|(_, answer)| answer).unwrap_or_default()
            }
            None if is_secret => cx.rs.read_secret_line()?,
            None => cx.rs.read_line()?,
        };
        match answer.downcast::<Secret>() {
            Some(secret) if cx.flag("MaskInput") => cx.write(secret.reveal().into()),
            _ => cx.write(answer),
        }
    }
}
