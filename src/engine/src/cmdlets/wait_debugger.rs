//! `Wait-Debugger`

use super::{Cmdlet, Run};

pub(super) static CMDLET: Cmdlet = Cmdlet::new("Wait-Debugger", "WaitDebuggerCommand", "", || Box::new(WaitDebugger))
    .examples(
        r#"Wait-Debugger; 'no debugger came' # stops a script for a debugger: no client of this session has one
> no debugger came"#,
    );

/// Without a debugger there is nothing to stop for.
struct WaitDebugger;

impl Run for WaitDebugger {}
