//! `Get-Credential`

use super::{Cmdlet, Cx, Run, SECURITY};
use crate::eval::R;

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "Get-Credential",
    "GetCredentialCommand",
    "Credential pscredential credential notnull @CredentialSet(0)
     Message string notempty @MessageSet
     UserName string notempty @MessageSet(0)
     Title string notempty @MessageSet",
    || Box::new(GetCredential),
)
.examples(
    r#"(Get-Command Get-Credential).Parameters.ContainsKey('UserName') # the client asks for name and password
> True"#,
)
.in_module(SECURITY)
.default_set("CredentialSet");

/// Heading and text of the question, where the caller has none.
pub(crate) const TITLE: &str = "PowerShell credential request";
pub(crate) const MESSAGE: &str = "Enter your credentials.";
/// `PSCredentialTypes.Default`, `PSCredentialUIOptions.Default`
pub(crate) const OPTIONS: (i32, i32) = (3, 1);

struct GetCredential;

impl Run for GetCredential {
    fn begin(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let credential = match cx.get("Credential") {
            Some(credential) => credential,
            None => {
                let title = cx.string("Title").unwrap_or_else(|| TITLE.into());
                let message = cx.string("Message").unwrap_or_else(|| MESSAGE.into());
                let user = cx.string("UserName").unwrap_or_default();
                cx.rs.ask_credential(&title, &message, &user, "", Some(OPTIONS))?
            }
        };
        if credential.is_null() { Ok(()) } else { cx.write(credential) }
    }
}
