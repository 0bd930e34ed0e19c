//! `#requires`: whether a script file may run here.

use psrpd_lang::{Extent, ast::Kind};

use super::{R, Runspace, error};
use crate::{
    ir::Source,
    value::{Category, Dictionary, Value, text},
};

impl Runspace {
    /// Checks what a script file asks of the session; modules that it asks for are loaded.
    ///
    /// # Errors
    /// `ScriptRequiresUnmatchedPSVersion` and its kin.
    pub(crate) fn check_requirements(&mut self, source: &Source, name: &str) -> R<()> {
        let Some(asked) = source.script.requirements() else { return Ok(()) };
        let refuse = |exception: &str, id: &str, category: Category, message: String| {
            let exception = format!("System.Management.Automation.{exception}");
            Err(error::raise(&exception, id, category, message, Value::from(name)))
        };
        let unavailable = Category::ResourceUnavailable;
        if asked.application_id.is_some() {
            let message = "A #requires statement has specified only a shellID. #Requires statements must specify a required PowerShell snap-in when running in PowerShell.";
            return refuse(
                "ScriptRequiresException",
                "RequiresShellIDInvalidForSingleShell",
                unavailable,
                message.into(),
            );
        }
        if let Some(version) = &asked.version {
            let wanted = version.iter().map(|part| i32::try_from(*part).unwrap_or(i32::MAX));
            let own = crate::OWN_VERSION.iter().map(|part| (*part).max(0));
            if wanted.gt(own.take(version.len())) {
                let shown: Vec<String> = version.iter().map(ToString::to_string).collect();
                let message = format!(
                    "The script '{name}' cannot be run because it contained a \"#requires\" statement for PowerShell {}. The version of PowerShell that is required by the script does not match the currently running version of PowerShell {}.",
                    shown.join("."),
                    crate::VERSION
                );
                return refuse("ScriptRequiresException", "ScriptRequiresUnmatchedPSVersion", unavailable, message);
            }
        }
        if !asked.editions.is_empty() && !asked.editions.iter().any(|edition| edition.eq_ignore_ascii_case("Core")) {
            let message = format!(
                "The script '{name}' cannot be run because it contained a \"#requires\" statement for PowerShell editions '{}'. The edition of PowerShell that is required by the script does not match the currently running PowerShell Core edition.",
                asked.editions.join(",")
            );
            return refuse("RuntimeException", "ScriptRequiresUnmatchedPSEdition", Category::NotSpecified, message);
        }
        if asked.is_elevation_required && self.platform.identity().0 != 0 {
            let message = format!(
                "The script '{name}' cannot be run because it contains a \"#requires\" statement for running as Administrator. The current PowerShell session is not running as Administrator. Start PowerShell by using the Run as Administrator option, and then try running the script again."
            );
            return refuse("ScriptRequiresException", "ScriptRequiresElevation", Category::PermissionDenied, message);
        }
        for node in &asked.modules {
            let place = source.script.node(*node).extent;
            let wanted = self.required_module(source, *node, place)?;
            let folder =
                source.file.as_deref().and_then(|file| file.rsplit_once('/')).map(|(folder, _)| folder.to_owned());
            let found = self.import_for_using(&wanted, folder.as_deref());
            let module = match found {
                Ok(module) => module,
                Err(super::Flow::Error(_)) => {
                    let message = format!(
                        "The script '{name}' cannot be run because the following modules that are specified by the \"#requires\" statements of the script are missing: {}.",
                        missing(&wanted)
                    );
                    return refuse("ScriptRequiresException", "ScriptRequiresMissingModules", unavailable, message);
                }
                Err(other) => return Err(other),
            };
            self.import_members(&module, super::ScopeId::GLOBAL, &super::module::Import::default());
            self.list_module(&module, super::ScopeId::GLOBAL);
        }
        Ok(())
    }

    /// The name or the table that describes a module.
    fn required_module(&mut self, source: &Source, node: psrpd_lang::ast::NodeId, place: Extent) -> R<Value> {
        match source.script.kind(node) {
            Kind::StringConstantExpression { value, .. } => Ok(source.script.text(value).into()),
            _ => {
                let block = self.parse_block(source.script.extent_text(place))?;
                Ok(Value::collected(self.call_block(&block, &[])?))
            }
        }
    }
}

/// What was looked for and not found.
fn missing(wanted: &Value) -> String {
    let Some(table) = wanted.downcast::<Dictionary>() else {
        return format!("The module '{}' cannot be found.", text(wanted));
    };
    let name = table.get_str("ModuleName").map(|name| text(&name)).unwrap_or_default();
    let asked: Vec<String> = ["ModuleVersion", "RequiredVersion", "MaximumVersion"]
        .iter()
        .filter_map(|key| table.get_str(key).map(|version| format!("{key} '{}'", text(&version))))
        .collect();
    format!("The module '{name}' cannot be found with {}.", asked.join(", "))
}
