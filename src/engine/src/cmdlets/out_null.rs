//! `Out-Null`

use super::{CORE, Cmdlet, Run};

pub(super) static CMDLET: Cmdlet =
    Cmdlet::new("Out-Null", "OutNullCommand", "InputObject psobject ^", || Box::new(OutNull))
        .examples(
            r#"1 | Out-Null; 'done' # nothing
> done"#,
        )
        .in_module(CORE);

struct OutNull;

impl Run for OutNull {}
