//! `New-ModuleManifest`

use super::{CORE, Cmdlet, Cx, Run};
use crate::{
    eval::R,
    providers,
    value::{Dictionary, Value, enumerate, text},
};

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "New-ModuleManifest",
    "NewModuleManifestCommand",
    "Path string 0 !
     NestedModules object[] emptycol
     Guid guid
     Author string empty
     CompanyName string empty
     Copyright string empty
     RootModule|ModuleToProcess string empty
     ModuleVersion version notnull
     Description string empty
     PowerShellVersion version
     ClrVersion version
     DotNetFrameworkVersion version
     PowerShellHostName string
     PowerShellHostVersion version
     RequiredModules object[]
     TypesToProcess string[] emptycol
     FormatsToProcess string[] emptycol
     ScriptsToProcess string[] emptycol
     RequiredAssemblies string[] emptycol
     FileList string[] emptycol
     ModuleList object[] emptycol
     FunctionsToExport string[] emptycol
     AliasesToExport string[] emptycol
     VariablesToExport string[] emptycol
     CmdletsToExport string[] emptycol
     DscResourcesToExport string[] emptycol
     CompatiblePSEditions string[] emptycol set(Desktop,Core)
     PrivateData object null
     Tags string[] notempty
     ProjectUri uri notempty
     LicenseUri uri notempty
     IconUri uri notempty
     ReleaseNotes string notempty
     Prerelease string notempty
     RequireLicenseAcceptance
     ExternalModuleDependencies string[] notempty
     HelpInfoUri string null
     PassThru
     DefaultCommandPrefix string null",
    || Box::new(NewModuleManifest),
)
.examples(r#"New-ModuleManifest m.psd1 -ModuleVersion 1.2; (Test-ModuleManifest m.psd1).Version.ToString() # what a module says of itself
> 1.2"#)
.in_module(CORE)
.low_impact();

struct NewModuleManifest;

/// The members in the order of the file, and what they are where nothing was given.
const MEMBERS: &[(&str, Option<&str>)] = &[
    ("RootModule", None),
    ("ModuleVersion", Some("'0.0.1'")),
    ("CompatiblePSEditions", None),
    ("Guid", None),
    ("Author", None),
    ("CompanyName", Some("'Unknown'")),
    ("Copyright", None),
    ("Description", None),
    ("PowerShellVersion", None),
    ("PowerShellHostName", None),
    ("PowerShellHostVersion", None),
    ("DotNetFrameworkVersion", None),
    ("ClrVersion", None),
    ("RequiredModules", None),
    ("RequiredAssemblies", None),
    ("ScriptsToProcess", None),
    ("TypesToProcess", None),
    ("FormatsToProcess", None),
    ("NestedModules", None),
    ("FunctionsToExport", Some("'*'")),
    ("CmdletsToExport", Some("'*'")),
    ("VariablesToExport", Some("'*'")),
    ("AliasesToExport", Some("'*'")),
    ("DscResourcesToExport", None),
    ("ModuleList", None),
    ("FileList", None),
];

/// What stands in the table of the gallery.
const GALLERY: &[&str] =
    &["Tags", "LicenseUri", "ProjectUri", "IconUri", "ReleaseNotes", "Prerelease", "ExternalModuleDependencies"];

fn quoted(value: &Value) -> String {
    if let Some(table) = value.downcast::<Dictionary>() {
        let entries: Vec<String> =
            table.entries().iter().map(|(key, value)| format!("{} = {}", quoted(key), quoted(value))).collect();
        return format!("@{{{}}}", entries.join("; "));
    }
    match enumerate(value) {
        Some(items) if items.is_empty() => "@()".into(),
        Some(items) => items.iter().map(quoted).collect::<Vec<_>>().join(", "),
        None => match value.as_bool() {
            Some(yes) => format!("${yes}"),
            None => format!("'{}'", text(value).replace('\'', "''")),
        },
    }
}

impl Run for NewModuleManifest {
    fn end(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let author = cx.string("Author").unwrap_or_else(|| cx.rs.platform.user_name().into());
        let mut lines = vec!["@{".to_owned()];
        for (member, default) in MEMBERS {
            let given = cx.get(member).map(|value| quoted(&value));
            let value = given.or_else(|| match *member {
                "Guid" => Some(format!("'{}'", cx.rs.new_guid().format("D").unwrap_or_default())),
                "Author" => Some(quoted(&Value::Str(author.clone()))),
                "Copyright" => Some(quoted(&Value::from(format!("(c) {author}. All rights reserved.")))),
                _ => default.map(str::to_owned),
            });
            let name = if *member == "Guid" { "GUID" } else { member };
            lines.push(match value {
                Some(value) => format!("{name} = {value}"),
                None => format!("# {name} = ''"),
            });
        }
        lines.push("PrivateData = @{".into());
        lines.push("    PSData = @{".into());
        for name in GALLERY {
            lines.push(match cx.get(name) {
                Some(value) => format!("        {name} = {}", quoted(&value)),
                None => format!("        # {name} = ''"),
            });
        }
        if cx.flag("RequireLicenseAcceptance") {
            lines.push("        RequireLicenseAcceptance = $true".into());
        }
        lines.push("    }".into());
        if let Some(data) = cx.get("PrivateData").as_ref().and_then(|data| data.downcast::<Dictionary>()) {
            for (key, value) in data.entries() {
                lines.push(format!("    {} = {}", quoted(&key), quoted(&value)));
            }
        }
        lines.push("}".into());
        for (name, member) in [("HelpInfoUri", "HelpInfoURI"), ("DefaultCommandPrefix", "DefaultCommandPrefix")] {
            lines.push(match cx.get(name) {
                Some(value) => format!("{member} = {}", quoted(&value)),
                None => format!("# {member} = ''"),
            });
        }
        lines.push("}".into());
        let content = format!("{}\n", lines.join("\n"));
        let path = cx.string("Path").unwrap_or_default();
        let shown = providers::absolute(cx.rs, &path);
        if cx.should_process(&shown, &format!("Creating the \"{shown}\" module manifest file."))? {
            providers::write_file(cx.rs, &path, content.as_bytes(), false)?;
        }
        if cx.flag("PassThru") { cx.write(content.into()) } else { Ok(()) }
    }
}
