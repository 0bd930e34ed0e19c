//! `Write-Warning`, `Write-Verbose`, `Write-Debug`

use super::{Cmdlet, Cx, Run};
use crate::eval::{R, Stream};

const PARAMETERS: &str = "Message|Msg string 0 ! ^ empty";

pub(super) static WARNING: Cmdlet =
    Cmdlet::new("Write-Warning", "WriteWarningCommand", PARAMETERS, || Box::new(WriteMessage(Stream::Warning)))
        .examples(
            r#"Write-Warning x 3>&1 | ForEach-Object Message # something to look out for
> x"#,
        );
pub(super) static VERBOSE: Cmdlet =
    Cmdlet::new("Write-Verbose", "WriteVerboseCommand", PARAMETERS, || Box::new(WriteMessage(Stream::Verbose)))
        .examples(
            r#"Write-Verbose x -Verbose 4>&1 | ForEach-Object Message # a remark for who wants to know more
> x"#,
        );
pub(super) static DEBUG: Cmdlet = Cmdlet::new("Write-Debug", "WriteDebugCommand", PARAMETERS, || {
    Box::new(WriteMessage(Stream::Debug))
})
.examples(
    r#"$DebugPreference = 'Continue'; Write-Debug x 5>&1 | ForEach-Object Message # a remark for who looks for a mistake
> x"#,
);

struct WriteMessage(Stream);

impl Run for WriteMessage {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let message = cx.string("Message").unwrap_or_default();
        cx.rs.write_message(self.0, message)
    }
}
