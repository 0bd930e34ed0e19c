//! `Exit-PSSession`

use super::{CORE, Cmdlet, Cx, Run};
use crate::{eval::R, host::HostCall};

pub(super) static CMDLET: Cmdlet =
    Cmdlet::new("Exit-PSSession", "ExitPSSessionCommand", "", || Box::new(ExitPsSession))
        .in_module(CORE)
        .examples(r#"Exit-PSSession # back to the console of the client that entered the session"#);

struct ExitPsSession;

impl Run for ExitPsSession {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        cx.rs.host.call(HostCall::PopRunspace);
        Ok(())
    }
}
