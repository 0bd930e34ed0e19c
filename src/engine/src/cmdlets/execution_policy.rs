//! `Get-ExecutionPolicy`, `Set-ExecutionPolicy`: on Unix every script may run, and that cannot be changed

use super::{Cmdlet, Cx, Run, SECURITY};
use crate::{
    eval::R,
    types,
    value::{Category, Value},
};

const POLICY: &str = "Microsoft.PowerShell.ExecutionPolicy";
const SCOPE: &str = "Microsoft.PowerShell.ExecutionPolicyScope";
/// The scopes, the strongest first.
const SCOPES: [&str; 5] = ["MachinePolicy", "UserPolicy", "Process", "CurrentUser", "LocalMachine"];

pub(super) static GET: Cmdlet = Cmdlet::new(
    "Get-ExecutionPolicy",
    "GetExecutionPolicyCommand",
    "Scope Microsoft.PowerShell.ExecutionPolicyScope 0 ~
     List",
    || Box::new(Get),
)
.examples(
    r#"Get-ExecutionPolicy # which scripts may run
> Unrestricted"#,
)
.in_module(SECURITY);

pub(super) static SET: Cmdlet = Cmdlet::new(
    "Set-ExecutionPolicy",
    "SetExecutionPolicyCommand",
    "ExecutionPolicy Microsoft.PowerShell.ExecutionPolicy 0 ! ^
     Scope Microsoft.PowerShell.ExecutionPolicyScope 1 ~
     Force",
    || Box::new(Set),
)
.examples(
    r#"try { Set-ExecutionPolicy RemoteSigned -Scope Process -Force } catch { $_.Exception.Message } # only Windows has another policy
> Operation is not supported on this platform."#,
)
.in_module(SECURITY)
.should_process();

struct Get;

impl Run for Get {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let unrestricted = types::enum_value(POLICY, "Unrestricted");
        if !cx.flag("List") {
            return cx.write(unrestricted);
        }
        if cx.bound.get("Scope").is_some() {
            let message = "Operation is not valid due to the current state of the object.";
            let exception = "System.InvalidOperationException";
            return Err(cx.fail(exception, "ListAndScopeSpecified", Category::InvalidOperation, message, Value::Null));
        }
        for scope in SCOPES {
            let notes = vec![("Scope", types::enum_value(SCOPE, scope)), ("ExecutionPolicy", unrestricted.clone())];
            cx.write(Value::custom(notes))?;
        }
        Ok(())
    }
}

struct Set;

impl Run for Set {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let policy = cx.string("ExecutionPolicy").unwrap_or_default();
        // -Force answers the question about security, which has no meaning where nothing can change.
        let _ = (cx.get("Scope"), cx.flag("Force"));
        if !cx.should_process(&policy, "Set-ExecutionPolicy")? {
            return Ok(());
        }
        let exception = "System.PlatformNotSupportedException";
        let message = "Operation is not supported on this platform.";
        Err(cx.fail(exception, exception, Category::NotSpecified, message, Value::Null))
    }
}
