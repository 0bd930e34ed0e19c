//! The table of drives.

use std::sync::Arc;

use parking_lot::Mutex;
use psrpd_dotnet::{Str, casing};

use super::{Kind, path};
use crate::{
    eval::{Runspace, ScopeId},
    platform::{Platform, Space},
    value::Value,
};

/// The drive of absolute paths of files.
const ROOT: &str = "/";

/// A drive: a name for a place of a provider.
pub(crate) struct Drive {
    pub(crate) name: Str,
    pub(crate) kind: Kind,
    /// The path of the provider that the drive begins at.
    pub(crate) root: Str,
    pub(crate) description: Value,
    /// Where relative paths of the drive begin, without a separator in front.
    pub(crate) current: Mutex<Str>,
    platform: Arc<dyn Platform>,
}

impl Drive {
    pub(crate) fn new(
        platform: &Arc<dyn Platform>,
        name: impl Into<Str>,
        kind: Kind,
        root: impl Into<Str>,
        description: Value,
    ) -> Self {
        Self {
            name: name.into(),
            kind,
            root: root.into(),
            description,
            current: Mutex::default(),
            platform: platform.clone(),
        }
    }

    /// The space of the file system it is on.
    pub(crate) fn space(&self) -> Option<Space> {
        self.platform.space(&self.root).ok()
    }

    /// Whether it is the drive of absolute paths, which are written without a drive.
    pub(crate) fn is_root(&self) -> bool {
        self.name.as_str() == ROOT
    }

    /// The path of the provider that a path on this drive means.
    pub(crate) fn inside(&self, relative: &str) -> String {
        match self.kind {
            Kind::FileSystem => {
                let inner = path::normalise(relative);
                path::normalise(&format!("{}/{inner}", self.root))
            }
            _ => relative.trim_matches(['/', '\\']).to_owned(),
        }
    }

    /// A path of the provider as a path on this drive, without a separator in front; none if it lies outside.
    pub(crate) fn relative<'p>(&self, path: &'p str) -> Option<&'p str> {
        let root = self.root.trim_end_matches('/');
        let rest = path.strip_prefix(root)?;
        (rest.is_empty() || rest.starts_with('/') || root.is_empty()).then(|| rest.trim_start_matches('/'))
    }
}

/// Drives, in the order in which they were made: those of the session or of one scope.
#[derive(Default)]
pub(crate) struct Drives(Vec<Arc<Drive>>);

impl Drives {
    pub(crate) fn new(platform: &Arc<dyn Platform>) -> Self {
        let builtin = |name: &str, kind: Kind, root: &str, description: &str| {
            Arc::new(Drive::new(platform, name, kind, root, description.into()))
        };
        let temporary = crate::types::files::path::temporary_of(&platform.environment().into_iter().collect());
        Self(vec![
            builtin("Alias", Kind::Alias, "", "Drive that contains a view of the aliases stored in a session state"),
            builtin(
                "Env",
                Kind::Environment,
                "",
                "Drive that contains a view of the environment variables for the process",
            ),
            builtin(
                "Temp",
                Kind::FileSystem,
                &temporary,
                "Drive that maps to the temporary directory path for the current user",
            ),
            builtin(ROOT, Kind::FileSystem, ROOT, ""),
            builtin(
                "Function",
                Kind::Function,
                "",
                "Drive that contains a view of the functions stored in a session state",
            ),
            builtin(
                "Variable",
                Kind::Variable,
                "",
                "Drive that contains a view of those variables stored in a session state",
            ),
        ])
    }

    pub(crate) fn find(&self, name: &str) -> Option<Arc<Drive>> {
        self.0.iter().find(|drive| casing::eq(&drive.name, name)).cloned()
    }

    /// The drive of absolute paths.
    pub(crate) fn root(&self) -> Option<Arc<Drive>> {
        self.find(ROOT)
    }

    pub(crate) fn add(&mut self, drive: Arc<Drive>) {
        self.0.push(drive);
    }

    pub(crate) fn remove(&mut self, gone: &Arc<Drive>) {
        self.0.retain(|drive| !Arc::ptr_eq(drive, gone));
    }

    pub(crate) fn of(&self, kind: Kind) -> Vec<Arc<Drive>> {
        self.0.iter().filter(|drive| drive.kind == kind).cloned().collect()
    }

    /// All drives by name, as `Get-PSDrive` lists them.
    pub(crate) fn sorted(&self) -> Vec<Arc<Drive>> {
        let mut all = self.0.clone();
        all.sort_by(|a, b| psrpd_dotnet::collation::cmp(&a.name, &b.name, true));
        all
    }
}

impl Runspace {
    /// The drive that a name means here: that of the innermost scope which has one.
    pub(crate) fn drive_named(&self, name: &str) -> Option<Arc<Drive>> {
        let inner = self.scopes.chain(self.frame.scope).find_map(|scope| self.scopes.get(scope).drives.find(name));
        inner.or_else(|| self.state.drives.find(name))
    }

    /// The drives that code sees here.
    pub(crate) fn drives(&self) -> Drives {
        let mut seen = Drives::default();
        let own = self.scopes.chain(self.frame.scope).flat_map(|scope| &self.scopes.get(scope).drives.0);
        for drive in own.chain(&self.state.drives.0) {
            if seen.find(&drive.name).is_none() {
                seen.add(drive.clone());
            }
        }
        seen
    }

    /// The drives of one scope; that of absolute paths is in each.
    pub(crate) fn drives_in(&self, scope: ScopeId) -> Drives {
        if scope == ScopeId::GLOBAL {
            return Drives(self.state.drives.0.clone());
        }
        Drives(self.state.drives.root().into_iter().chain(self.scopes.get(scope).drives.0.iter().cloned()).collect())
    }

    /// Makes a drive known in a scope; it ends with it.
    pub(crate) fn add_drive(&mut self, scope: ScopeId, drive: Arc<Drive>) {
        if scope == ScopeId::GLOBAL {
            self.state.drives.add(drive);
        } else {
            self.scopes.get_mut(scope).drives.add(drive);
        }
    }

    /// Takes a drive away from where it is.
    pub(crate) fn remove_drive(&mut self, drive: &Arc<Drive>) {
        let scopes: Vec<ScopeId> = self.scopes.chain(self.frame.scope).collect();
        scopes.into_iter().for_each(|scope| self.scopes.get_mut(scope).drives.remove(drive));
        self.state.drives.remove(drive);
    }
}
