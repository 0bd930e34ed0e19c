//! Modules that load each other: how deeply they may, and requirements that lead back to where they began.

use std::{mem, sync::Arc};

use psrpd_dotnet::Str;

use super::{
    R, Runspace,
    manifest::{Wanted, import_error},
    module::Module,
};
use crate::{
    limits::MAX_MODULE_NESTING,
    value::{Category, Value},
};

/// What is being loaded.
#[derive(Default)]
pub(crate) struct Nesting {
    /// How many modules load each other since the last requirement.
    depth: usize,
    /// Manifests whose requirements are being met, with the one that is at hand.
    requiring: Vec<(Str, String)>,
}

impl Runspace {
    /// Loads a file as part of those that are being loaded.
    ///
    /// # Errors
    /// `Modules_ModuleTooDeeplyNested`, a requirement that leads back to its manifest, and what loading it raises.
    pub(super) fn nested_module(
        &mut self,
        file: &str,
        load: impl FnOnce(&mut Self) -> R<Arc<Module>>,
    ) -> R<Arc<Module>> {
        let nesting = &mut self.state.modules.nesting;
        if let Some(at) = nesting.requiring.iter().position(|(manifest, _)| manifest.as_str() == file) {
            return Err(cyclic(nesting.requiring.get(at..).unwrap_or_default()));
        }
        if nesting.depth >= MAX_MODULE_NESTING {
            return Err(import_error(
                "System.InvalidOperationException",
                "Modules_ModuleTooDeeplyNested",
                Category::InvalidOperation,
                format!(
                    "Cannot load the module '{file}' because the module nesting limit has been exceeded. Modules can only be nested to {MAX_MODULE_NESTING} levels. Evaluate and change the order in which you are loading modules to prevent exceeding the nesting limit, and then try running your script again."
                ),
                Value::from(file),
            ));
        }
        nesting.depth = nesting.depth.saturating_add(1);
        let result = load(self);
        let nesting = &mut self.state.modules.nesting;
        nesting.depth = nesting.depth.saturating_sub(1);
        result
    }

    /// Loads what a manifest requires.
    ///
    /// # Errors
    /// What loading it raises.
    pub(super) fn require_module(
        &mut self,
        manifest: &str,
        wanted: &Wanted,
        load: impl FnOnce(&mut Self) -> R<Arc<Module>>,
    ) -> R<Arc<Module>> {
        let nesting = &mut self.state.modules.nesting;
        nesting.requiring.push((manifest.into(), wanted.specification()));
        let depth = mem::take(&mut nesting.depth);
        let result = load(self);
        let nesting = &mut self.state.modules.nesting;
        nesting.depth = depth;
        nesting.requiring.pop();
        result
    }
}

/// The error of manifests that require each other, the first one last.
fn cyclic(circle: &[(Str, String)]) -> super::Flow {
    let (manifest, next) = circle.first().map_or(("", ""), |(file, next)| (file.as_str(), next.as_str()));
    let first = circle.last().map_or("", |(_, required)| required.as_str());
    import_error(
        "System.MissingMemberException",
        "Modules_InvalidManifest",
        Category::ResourceUnavailable,
        format!(
            "The required module '{first}' is not loaded. The module '{first}' has a requiredModule '{next}' in its module manifest '{manifest}' that points to a cyclic dependency."
        ),
        Value::from(manifest),
    )
}
