//! `-OutFile`

use std::io::{Seek, SeekFrom, Write};

use super::{Answer, answer};
use crate::{
    cmdlets::Cx,
    eval::{R, Stream},
    platform::OpenHow,
    providers::{self, io_error},
};

/// Whether the file that is to be completed is complete.
pub(super) fn is_done(cx: &Cx<'_>, answer: &Answer) -> bool {
    const NOT_SATISFIABLE: u16 = 416;
    if !cx.flag("Resume") || answer.head.status != NOT_SATISFIABLE {
        return false;
    }
    let size = answer.head.get("Content-Range").and_then(|range| range.rsplit('/').next()?.parse::<u64>().ok());
    let path = cx.string("OutFile").map(|path| providers::absolute(cx.rs, &path)).unwrap_or_default();
    let have = cx.rs.platform.stat(&path).ok().map(|stat| stat.size);
    size.is_some() && size == have
}

/// Writes the content of an answer to a file, and to the pipeline where `-PassThru` says so.
pub(super) fn save(cx: &mut Cx<'_>, answer: &mut Answer, path: &str, is_rest: bool, is_done: bool) -> R<()> {
    if is_done {
        let message = format!(
            "The file will not be re-downloaded because the remote file is the same size as the OutFile: {path}"
        );
        cx.rs.write_message(Stream::Verbose, message.into())?;
        return Ok(());
    }
    const PARTIAL: u16 = 206;
    let goes_on = cx.flag("Resume") && answer.head.status == PARTIAL;
    let how = OpenHow { write: true, create: true, truncate: !goes_on, ..OpenHow::default() };
    let failed = |cx: &Cx<'_>, failure: &std::io::Error| {
        cx.own(io_error(cx.rs, failure, path), crate::value::Category::NotSpecified)
    };
    let mut file = cx.rs.platform.open(path, how).map_err(|failure| failed(cx, &failure))?;
    if goes_on {
        file.seek(SeekFrom::End(0)).map_err(|failure| failed(cx, &failure))?;
    }
    let mut kept = cx.flag("PassThru").then(Vec::new);
    while let Some(piece) = answer::next(cx, answer)? {
        file.write_all(&piece).map_err(|failure| failed(cx, &failure))?;
        if let Some(kept) = &mut kept {
            kept.extend(piece);
        }
    }
    file.flush().map_err(|failure| failed(cx, &failure))?;
    drop(file);
    let name = providers::split(path).1;
    cx.rs.write_message(Stream::Verbose, format!("File Name: {name}").into())?;
    match kept {
        Some(bytes) if is_rest => answer::write_rest_of(cx, answer, &bytes),
        Some(bytes) => answer::write_page_of(cx, answer, bytes, Some(path)),
        None => Ok(()),
    }
}
