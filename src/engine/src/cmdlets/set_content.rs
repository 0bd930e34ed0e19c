//! `Set-Content` and `Add-Content`

use psrpd_dotnet::wildcard;

use super::{Cmdlet, Cx, MANAGEMENT, Run};
use crate::{
    eval::R,
    providers,
    value::{Category, Value, enumerate},
};

const PARAMETERS: &str = "Value object[] null emptycol empty 1 ! ^ ~
     PassThru
     Path string[] @Path(0 ! ~)
     LiteralPath|PSPath|LP string[] @LiteralPath(! ~)
     Filter string
     Include string[]
     Exclude string[]
     Force
     NoNewline
     Encoding string
     AsByteStream";

pub(super) static SET: Cmdlet = Cmdlet::new("Set-Content", "SetContentCommand", PARAMETERS, || {
    Box::new(WriteContent { append: false, content: Vec::new() })
})
.in_module(MANAGEMENT)
.default_set("Path")
.should_process();
pub(super) static ADD: Cmdlet = Cmdlet::new("Add-Content", "AddContentCommand", PARAMETERS, || {
    Box::new(WriteContent { append: true, content: Vec::new() })
})
.in_module(MANAGEMENT)
.default_set("Path")
.should_process();

struct WriteContent {
    append: bool,
    content: Vec<u8>,
}

impl Run for WriteContent {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let bytes = cx.flag("AsByteStream");
        let newline = !cx.flag("NoNewline");
        for item in cx.list("Value") {
            for item in enumerate(&item).unwrap_or_else(|| vec![item.clone()]) {
                if bytes {
                    self.content.extend(item.as_i128().and_then(|n| u8::try_from(n).ok()));
                    continue;
                }
                let text = cx.rs.text(&item)?;
                self.content.extend_from_slice(text.as_bytes());
                if newline {
                    self.content.push(b'\n');
                }
            }
        }
        Ok(())
    }

    fn end(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let literal = cx.strings("LiteralPath");
        let paths = cx.strings("Path").into_iter().flat_map(|path| {
            if wildcard::has_wildcards(&path) { providers::glob(cx.rs, &path) } else { vec![wildcard::unescape(&path)] }
        });
        for path in paths.chain(literal.iter().map(ToString::to_string)).collect::<Vec<_>>() {
            let whole = providers::absolute(cx.rs, &path);
            if cx.rs.platform.write(&whole, &self.content, self.append).is_err() {
                let message = format!("Could not find a part of the path '{whole}'.");
                cx.error(
                    "System.IO.DirectoryNotFoundException",
                    "GetContentWriterDirectoryNotFoundError",
                    Category::ObjectNotFound,
                    message,
                    Value::from(whole),
                )?;
            }
        }
        Ok(())
    }
}
