//! `Get-Host`

use super::{Cmdlet, Cx, Run};
use crate::{eval::R, types};

pub(super) static CMDLET: Cmdlet = Cmdlet::new("Get-Host", "GetHostCommand", "", || Box::new(GetHost)).examples(
    r#"(Get-Host).Name # the program at the other end
> ServerRemoteHost"#,
);

struct GetHost;

impl Run for GetHost {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let host = cx.rs.variable("Host").unwrap_or_else(types::host::host_object);
        cx.write(host)
    }
}
