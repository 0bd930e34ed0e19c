//! `Tee-Object`

use super::{Cmdlet, Cx, Run, one_file::one_file, text_file};
use crate::{
    eval::{Name, R},
    value::Value,
};

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "Tee-Object",
    "TeeObjectCommand",
    "InputObject psobject ^
     FilePath|Path string @File(0 !)
     LiteralPath|PSPath|LP string @LiteralFile(!)
     Append @File
     Encoding System.Text.Encoding notempty @File @LiteralFile
     Variable string @Variable(!)",
    || Box::new(TeeObject { seen: Vec::new() }),
)
.examples(
    r#"1 | Tee-Object -Variable kept; $kept # objects that go two ways
> 1
> 1"#,
)
.default_set("File");

struct TeeObject {
    seen: Vec<Value>,
}

impl Run for TeeObject {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let Some(input) = cx.get("InputObject") else { return Ok(()) };
        self.seen.push(input.clone());
        cx.write(input)
    }

    fn end(&mut self, cx: &mut Cx<'_>) -> R<()> {
        if let Some(name) = cx.string("Variable") {
            let scope = cx.rs.frame.scope;
            let value = Value::collected(std::mem::take(&mut self.seen)).settled();
            return cx.rs.write_in(scope, &Name::new(&name), value);
        }
        let path = one_file(cx, cx.string("LiteralPath"), cx.string("FilePath"))?;
        let text = crate::format::to_text(cx.rs, &self.seen, None)?;
        text_file::write(cx, &path, &text, cx.flag("Append"))
    }
}
