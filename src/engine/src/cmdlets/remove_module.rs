//! `Remove-Module`

use std::sync::Arc;

use super::{CORE, Cmdlet, Cx, Run, get_module};
use crate::{
    eval::{
        R, Stream,
        manifest::Wanted,
        module::{Module, matches_any},
    },
    value::{Category, Value},
};

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "Remove-Module",
    "RemoveModuleCommand",
    "Name string[] @name(0 ! ^)
     FullyQualifiedName Microsoft.PowerShell.Commands.ModuleSpecification[] @FullyQualifiedName(0 ! ^)
     ModuleInfo psmoduleinfo[] @ModuleInfo(0 ! ^)
     Force",
    || Box::new(RemoveModule),
)
.examples(
    r#"New-Module -Name Gone { } | Import-Module; Remove-Module Gone; @(Get-Module Gone).Count # a module that is gone
> 0"#,
)
.in_module(CORE)
.should_process();

struct RemoveModule;

impl Run for RemoveModule {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let names = cx.strings("Name");
        let wanted: Vec<Wanted> = cx.list("FullyQualifiedName").iter().map(Wanted::from_value).collect();
        let infos = cx.list("ModuleInfo");
        let given: Vec<_> = infos.iter().filter_map(Value::shared::<Module>).collect();
        let chosen: Vec<_> = cx
            .rs
            .state
            .modules
            .loaded
            .iter()
            .filter(|module| {
                matches_any(&names, &module.name)
                    || names.iter().any(|name| *name == module.path)
                    || wanted.iter().any(|wanted| get_module::means(wanted, module))
            })
            .cloned()
            .chain(given)
            .collect();
        let used = &mut cx.rs.state.modules.used;
        let before = used.len();
        used.retain(|name| !matches_any(&names, name));
        let removed_used = used.len() != before;
        let is_pattern = !names.is_empty() && names.iter().all(|name| psrpd_dotnet::wildcard::has_wildcards(name));
        if chosen.is_empty() && !is_pattern && !removed_used {
            let message = "No modules were removed. Verify that the specification of modules to remove is correct and those modules exist in the runspace.";
            return cx.error(
                "System.InvalidOperationException",
                "Modules_NoModulesRemoved",
                Category::ResourceUnavailable,
                message,
                Value::Null,
            );
        }
        for module in &chosen {
            if let Some((id, message)) = refusal(cx, module, &chosen) {
                let target = Value::Object(module.clone());
                cx.error("System.InvalidOperationException", id, Category::PermissionDenied, message, target)?;
                continue;
            }
            if !cx.should_process(&format!("{} (Path: '{}')", module.name, module.path), "Remove-Module")? {
                continue;
            }
            for function in module.exports.lock().functions.clone() {
                let message = format!("Removing the imported \"{}\" function.", function.name);
                cx.rs.write_message(Stream::Verbose, message.into())?;
            }
            cx.rs.remove_module(module, cx.out)?;
        }
        Ok(())
    }
}

/// Why a module stays.
fn refusal(cx: &Cx<'_>, module: &Arc<Module>, removed: &[Arc<Module>]) -> Option<(&'static str, String)> {
    let name = &module.name;
    let access = *module.access.lock();
    if access == "Constant" {
        let message = format!(
            "Unable to remove the module '{name}' because it is marked as 'constant.' A module cannot be removed if it is marked 'constant.'"
        );
        return Some(("Modules_ModuleIsConstant", message));
    }
    if cx.flag("Force") {
        return None;
    }
    if access == "ReadOnly" {
        let message = format!(
            "Unable to remove the module '{name}' because it is read-only. Add the Force parameter to your command to remove read-only modules."
        );
        return Some(("Modules_ModuleIsReadOnly", message));
    }
    let requires = |other: &&Arc<Module>| other.required.iter().any(|required| Arc::ptr_eq(required, module));
    let stays = |other: &&Arc<Module>| !removed.iter().any(|gone| Arc::ptr_eq(gone, other));
    let by = cx.rs.state.modules.loaded.iter().filter(requires).find(stays)?;
    let message = format!(
        "Unable to remove the module '{name}' because it is required by '{}'. Add the Force parameter to your command to remove the module.",
        by.name
    );
    Some(("Modules_ModuleIsRequired", message))
}
