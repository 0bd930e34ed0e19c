//! `Get-PSSession`, `Remove-PSSession`: a session of this engine opens no others, and this is what is said of them

use psrpd_dotnet::wildcard;

use super::{CORE, Cmdlet, Cx, Run};
use crate::{
    eval::R,
    value::{Category, Value, text},
};

pub(super) static GET: Cmdlet = Cmdlet::new(
    "Get-PSSession",
    "GetPSSessionCommand",
    "Name string[] notempty @Name(~)
     InstanceId guid[] notnull @InstanceId(~)
     Id int[] notnull @Id(0 ! ~)",
    || Box::new(Sessions),
)
.examples(
    r#"@(Get-PSSession).Count # sessions that were opened from here
> 0"#,
)
.in_module(CORE)
.default_set("Name");

pub(super) static REMOVE: Cmdlet = Cmdlet::new(
    "Remove-PSSession",
    "RemovePSSessionCommand",
    "Session System.Management.Automation.Runspaces.PSSession[] @Session(0 ! ^ ~)
     InstanceId guid[] notnull @InstanceId(! ~)
     Id int[] notnull @Id(0 ! ~)
     Name string[] notempty @Name(! ~)",
    || Box::new(Sessions),
)
.examples(r#"Get-PSSession | Remove-PSSession # ends sessions that were opened from here"#)
.in_module(CORE)
.default_set("Id")
.should_process();

struct Sessions;

impl Run for Sessions {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let mut missing: Vec<(&str, String, Value)> = Vec::new();
        for id in cx.list("Id") {
            let message = format!("The remote session with the session ID {} is not available.", text(&id));
            missing.push(("SessionId", message, id));
        }
        for name in cx.strings("Name").into_iter().filter(|name| !wildcard::has_wildcards(name)) {
            let message = format!("The remote session with the name {name}  is not available.");
            missing.push(("Name", message, Value::Str(name)));
        }
        for id in cx.list("InstanceId") {
            missing.push(("RunspaceId", format!("Remote session is not available for {}.", text(&id)), id));
        }
        for (what, message, target) in missing {
            let id = format!("RemoteRunspaceNotAvailableForSpecified{what}");
            cx.error("System.ArgumentException", &id, Category::InvalidArgument, message, target)?;
        }
        Ok(())
    }
}
