//! `Set-StrictMode`

use super::{CORE, Cmdlet, Cx, Run};
use crate::eval::R;

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "Set-StrictMode",
    "SetStrictModeCommand",
    "Off switch @Off(!)
     Version|v version psversion @Version(!)",
    || Box::new(SetStrictMode),
)
.examples(r#"Set-StrictMode -Version 3; try { $nothing_here } catch { $_.FullyQualifiedErrorId } # errors where a script is careless
> VariableIsUndefined"#)
.in_module(CORE)
.default_set("Version");

struct SetStrictMode;

impl Run for SetStrictMode {
    fn end(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let version = cx.string("Version").unwrap_or_default();
        let major = version.split('.').next().and_then(|major| major.parse::<u8>().ok());
        let strict = if cx.flag("Off") { 0 } else { major.unwrap_or(3).min(3) };
        let scope = cx.rs.frame.scope;
        cx.rs.scopes.get_mut(scope).strict = strict;
        Ok(())
    }
}
