//! `Add-Type`

use psrpd_dotnet::Str;

use super::{Cmdlet, Cx, Run};
use crate::{
    eval::{R, error},
    providers,
    types::known,
    value::Category,
};

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "Add-Type",
    "AddTypeCommand",
    "TypeDefinition string @FromSource(0 !)
     Name string @FromMember(0 !)
     MemberDefinition string[] @FromMember(1 !)
     Namespace|NS string null @FromMember
     UsingNamespace|Using string[] notnull @FromMember
     Path string[] @FromPath(0 !)
     LiteralPath|PSPath|LP string[] @FromLiteralPath(!)
     AssemblyName|AN string[] @FromAssemblyName(!)
     Language Microsoft.PowerShell.Commands.Language @FromSource @FromMember
     ReferencedAssemblies|RA string[] @FromSource @FromMember @FromPath @FromLiteralPath
     OutputAssembly|OA string @FromSource @FromMember @FromPath @FromLiteralPath
     OutputType|OT Microsoft.PowerShell.Commands.OutputAssemblyType @FromSource @FromMember @FromPath @FromLiteralPath
     PassThru
     IgnoreWarnings @FromSource @FromMember @FromPath @FromLiteralPath
     CompilerOptions string[] notempty @FromSource @FromMember @FromPath @FromLiteralPath",
    || Box::new(AddType),
)
.examples(
    r#"Add-Type -AssemblyName System.Web; [System.Web.HttpUtility]::UrlEncode('a b') # what a script needs of .NET
> a+b"#,
)
.default_set("FromSource");

/// The types of .NET that the engine has are there from the beginning: naming their assembly adds nothing. Code to
/// compile and assemblies that are not part of PowerShell need .NET itself.
struct AddType;

impl Run for AddType {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        for path in [cx.strings("Path"), cx.strings("LiteralPath")].concat() {
            missing(cx, &path)?;
        }
        for name in cx.strings("AssemblyName") {
            let short = name.split(',').next().unwrap_or("").trim();
            let short = short.strip_suffix(".dll").unwrap_or(short);
            if known::has_assembly(short) {
                continue;
            }
            let path = providers::absolute(cx.rs, &format!("{short}.dll"));
            missing(cx, &path.as_str().into())?;
            return Err(error::feature(&format!("The assembly '{path}'")));
        }
        if cx.get("AssemblyName").is_some() {
            return Ok(());
        }
        Err(error::feature("Code to compile with Add-Type"))
    }
}

/// Says that a file is not there.
fn missing(cx: &Cx<'_>, path: &Str) -> R<()> {
    let whole = providers::absolute(cx.rs, path);
    if cx.rs.platform.stat(&whole).is_ok() {
        return Ok(());
    }
    let message = format!("Cannot find path '{whole}' because it does not exist.");
    let exception = "System.Management.Automation.ItemNotFoundException";
    Err(cx.fail(exception, "PathNotFound", Category::ObjectNotFound, message, whole.into()))
}
