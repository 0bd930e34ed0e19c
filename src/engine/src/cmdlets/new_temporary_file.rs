//! `New-TemporaryFile`

use super::{Cmdlet, Cx, Run};
use crate::{eval::R, providers};

pub(super) static CMDLET: Cmdlet =
    Cmdlet::new("New-TemporaryFile", "NewTemporaryFileCommand", "", || Box::new(NewTemporaryFile))
        .examples(
            r#"Test-Path (New-TemporaryFile) # an empty file that nobody else has
> True"#,
        )
        .low_impact();

struct NewTemporaryFile;

impl Run for NewTemporaryFile {
    fn end(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let folder = cx.rs.state.environment.get("TMPDIR").unwrap_or_else(|| "/tmp".into());
        let folder = format!("{}/", folder.trim_end_matches('/'));
        if !cx.should_process(&folder, "New-TemporaryFile")? {
            return Ok(());
        }
        const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        let random = cx.rs.platform.random_bytes();
        let letter = |byte: &u8| {
            let at = usize::from(*byte).checked_rem(LETTERS.len()).unwrap_or(0);
            LETTERS.get(at).copied().map_or('x', char::from)
        };
        let name: String = random.iter().take(6).map(letter).collect();
        let path = format!("{folder}tmp{name}.tmp");
        let failed = |cx: &Cx<'_>, failure: std::io::Error| providers::io_error(cx.rs, &failure, &path);
        cx.rs.write_file(&path, b"", false).map_err(|failure| failed(cx, failure))?;
        let stat = cx.rs.platform.stat(&path).map_err(|failure| failed(cx, failure))?;
        let target = providers::parse(cx.rs, &path).map_err(|problem| problem.flow())?;
        let item = providers::file_system::item_of(cx.rs, &target, stat);
        // No provider gives it, so it has none of a provider's notes.
        cx.write(item.into_base())
    }
}
