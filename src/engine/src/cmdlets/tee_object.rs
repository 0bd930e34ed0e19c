//! `Tee-Object`

use super::{Cmdlet, Cx, Run, one_file::one_file, text_file};
use crate::{
    eval::{Flow, Name, R},
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
    || Box::new(TeeObject { seen: Vec::new(), path: String::new() }),
)
.examples(
    r#"1 | Tee-Object -Variable kept; $kept # objects that go two ways
> 1
> 1"#,
)
.default_set("File");

struct TeeObject {
    seen: Vec<Value>,
    path: String,
}

/// What cannot be written is the failure of what writes the file.
fn of_out_file(flow: Flow) -> Flow {
    if let Some(record) = flow.record() {
        let id = record.id.lock().replace("TeeObjectCommand", "OutFileCommand");
        *record.id.lock() = id.into();
        *record.activity.lock() = "out-file".into();
    }
    flow
}

impl Run for TeeObject {
    fn begin(&mut self, cx: &mut Cx<'_>) -> R<()> {
        if cx.bound.get("Variable").is_some() {
            return Ok(());
        }
        self.path = one_file(cx, cx.string("LiteralPath"), cx.string("FilePath")).map_err(of_out_file)?;
        text_file::write(cx, &self.path, "", cx.flag("Append")).map_err(of_out_file)
    }

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
        let text = crate::format::to_text(cx.rs, &self.seen, None)?;
        text_file::write(cx, &self.path, &text, true).map_err(of_out_file)
    }
}
