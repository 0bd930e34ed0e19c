//! `Get-Content`

use psrpd_dotnet::cast;

use super::{Cmdlet, Cx, MANAGEMENT, Run, paths};
use crate::{
    eval::R,
    platform::FileKind,
    providers, types,
    value::{Category, Value},
};

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "Get-Content",
    "GetContentCommand",
    "ReadCount long ~
     TotalCount|First|Head long ~
     Tail|Last int ~
     Path string[] @Path(0 ! ^ ~)
     LiteralPath|PSPath|LP string[] @LiteralPath(! ~)
     Filter string
     Include string[]
     Exclude string[]
     Force
     Delimiter string
     Raw
     Encoding string
     AsByteStream",
    || Box::new(GetContent),
)
.in_module(MANAGEMENT)
.default_set("Path");

struct GetContent;

impl Run for GetContent {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        for path in paths::resolve(cx, true)? {
            if cx.rs.platform.stat(&path).is_ok_and(|stat| stat.kind == FileKind::Directory) {
                let message = format!(
                    "Unable to get content because it is a directory: '{path}'. Please use 'Get-ChildItem' instead."
                );
                cx.error(
                    "System.InvalidOperationException",
                    "GetContainerContentException",
                    Category::InvalidOperation,
                    message,
                    Value::from(path),
                )?;
                continue;
            }
            let bytes = cx.rs.platform.read(&path).map_err(|failure| providers::io_error(&failure, &path))?;
            if cx.flag("AsByteStream") {
                let items: Vec<Value> = bytes.into_iter().map(Value::U8).collect();
                if cx.flag("Raw") {
                    cx.write(Value::typed_array(types::byte(), items))?;
                } else {
                    items.into_iter().try_for_each(|item| cx.write(item))?;
                }
                continue;
            }
            let text = providers::decode(&bytes);
            let notes = paths::notes(cx, &path, None);
            if cx.flag("Raw") {
                if !text.is_empty() {
                    let value = Value::Str(text).with_notes(notes.into_iter().chain([("ReadCount", Value::I64(1))]));
                    cx.write(value)?;
                }
                continue;
            }
            let mut lines: Vec<&str> = match cx.string("Delimiter") {
                Some(delimiter) => text.split(delimiter.as_str()).collect(),
                None => text.lines().collect(),
            };
            if let Some(total) = cx.int("TotalCount").filter(|n| *n >= 0) {
                lines.truncate(cast::index(total));
            }
            if let Some(tail) = cx.int("Tail") {
                lines.drain(..lines.len().saturating_sub(cast::index(tail)));
            }
            let size = match cx.int("ReadCount") {
                Some(0) => lines.len().max(1),
                Some(n) => cast::index(n).max(1),
                None => 1,
            };
            let mut count = 0_usize;
            for chunk in lines.chunks(size) {
                count = count.saturating_add(chunk.len());
                let read = [("ReadCount", Value::I64(cast::int64(count)))];
                let value = match chunk {
                    [one] if size == 1 => Value::from(*one),
                    several => Value::array(several.iter().map(|line| Value::from(*line)).collect()),
                };
                cx.write(value.with_notes(notes.iter().cloned().chain(read)))?;
            }
        }
        Ok(())
    }
}
