//! Finding the files of modules.

use psrpd_dotnet::{Guid, casing};

use super::{
    Runspace,
    manifest::{Wanted, has_extension},
};
use crate::{platform::FileKind, providers, value::Version};

/// Where PowerShell's own modules lie; the engine has them without files.
pub(crate) const BUILT_IN: &str = "/opt/microsoft/powershell/7/Modules";

/// The module path that a session begins with: what it was given, behind the user's folder, the machine's and PowerShell's.
pub(crate) fn module_path(home: &str, given: Option<&str>) -> String {
    let mut folders = vec![
        format!("{home}/.local/share/powershell/Modules"),
        "/usr/local/share/powershell/Modules".to_owned(),
        BUILT_IN.to_owned(),
    ];
    for folder in given.unwrap_or("").split(':').filter(|folder| !folder.is_empty()) {
        if !folders.iter().any(|have| have == folder) {
            folders.push(folder.to_owned());
        }
    }
    folders.join(":")
}

impl Runspace {
    pub(crate) fn is_file(&self, path: &str) -> bool {
        self.platform.stat(path).is_ok_and(|stat| stat.kind == FileKind::File)
    }

    /// The folders that modules are searched in.
    pub(crate) fn module_folders(&self) -> Vec<String> {
        let path = self.state.environment.get("PSModulePath").unwrap_or_default();
        let folders = path.split(':').filter(|folder| !folder.is_empty());
        folders.map(|folder| folder.replace('\\', "/").trim_end_matches('/').to_owned()).collect()
    }

    /// The path of an entry of a folder, whatever the case of its name.
    fn entry(&self, folder: &str, name: &str) -> Option<String> {
        let path = format!("{folder}/{name}");
        if self.platform.stat(&path).is_ok() {
            return Some(path);
        }
        let have = self.platform.list(folder).ok()?.into_iter().find(|have| casing::eq(have, name))?;
        Some(format!("{folder}/{have}"))
    }

    /// The files of a module in a folder that has its name: of each version that is accepted, the newest first.
    pub(crate) fn files_in(&self, folder: &str, wanted: &Wanted) -> Vec<String> {
        let leaf = folder.rsplit('/').next().unwrap_or(folder);
        let entries = self.platform.list(folder).unwrap_or_default();
        let mut versions: Vec<([i32; 4], String)> = entries
            .into_iter()
            .filter_map(|name| Some((Version::parse(&name)?.0, format!("{folder}/{name}"))))
            .filter(|(version, _)| wanted.accepts(*version))
            .collect();
        versions.sort_by_key(|(version, _)| version.map(|part| std::cmp::Reverse(part.max(0))));
        let folders = versions.into_iter().map(|(_, path)| path).chain([folder.to_owned()]);
        folders
            .filter_map(|folder| {
                let mut files =
                    ["psd1", "psm1"].into_iter().filter_map(|end| self.entry(&folder, &format!("{leaf}.{end}")));
                files.find(|path| self.is_file(path))
            })
            .collect()
    }

    /// The file of a module: of the newest version that is accepted.
    pub(crate) fn file_in(&self, folder: &str, wanted: &Wanted) -> Option<String> {
        self.files_in(folder, wanted).into_iter().next()
    }

    /// The file of a module.
    pub(crate) fn module_file(&self, wanted: &Wanted, relative_to: Option<&str>) -> Option<String> {
        if !wanted.is_path() {
            return self.module_folders().iter().find_map(|folder| {
                let found = self.file_in(&self.entry(folder, &wanted.name)?, wanted)?;
                // Without a version in its path it is the manifest that tells.
                match wanted.has_version() {
                    Some(_) if !wanted.accepts(self.version_in(&found)) => None,
                    _ => Some(found),
                }
            });
        }
        let name = wanted.name.replace('\\', "/");
        let path = match relative_to {
            Some(folder) if !name.starts_with(['/', '~']) => providers::absolute(self, &format!("{folder}/{name}")),
            _ => providers::absolute(self, &name),
        };
        let path = path.trim_end_matches('/');
        if self.is_file(path) {
            return has_extension(path).then(|| path.to_owned());
        }
        self.file_in(path, wanted)
            .or_else(|| ["psd1", "psm1"].map(|end| format!("{path}.{end}")).into_iter().find(|path| self.is_file(path)))
    }

    /// The file of a module that the manifest in a folder names: there, else along the module path.
    pub(crate) fn file_beside(&self, folder: &str, wanted: &Wanted) -> Option<String> {
        let here = match wanted.name.starts_with(['/', '~']) {
            true => wanted.clone(),
            false => Wanted { name: format!("{folder}/{}", wanted.name).into(), ..wanted.clone() },
        };
        self.module_file(&here, None).or_else(|| self.module_file(wanted, None))
    }

    /// The script that the manifest in a folder names as its root.
    pub(crate) fn root_file(&self, folder: &str, root: &str) -> Option<String> {
        let root = root.replace('\\', "/");
        if !has_extension(&root)
            && let Some(script) = self.entry(folder, &format!("{root}.psm1"))
        {
            return Some(script);
        }
        let path = if root.starts_with(['/', '~']) { root } else { format!("{folder}/{root}") };
        self.module_file(&Wanted::named(path), None)
    }

    /// What a manifest says of a key, for files that can be read without running them.
    fn said_in(&self, file: &str, key: &str) -> Option<String> {
        let text = providers::read_text(self, file).ok()?;
        let at = text.to_ascii_lowercase().find(key)?;
        text.get(at..)?.split(['\'', '"']).nth(1).map(str::to_owned)
    }

    /// The version that a manifest says; a script has none.
    fn version_in(&self, file: &str) -> [i32; 4] {
        let is_manifest = file.to_ascii_lowercase().ends_with(".psd1");
        let said = if is_manifest { self.said_in(file, "moduleversion") } else { None };
        said.and_then(|text| Version::parse(&text)).map_or([0, 0, -1, -1], |version| version.0)
    }

    /// Whether a file is of a module with the version and the id that are asked for.
    pub(super) fn is_wanted_file(&self, wanted: &Wanted, file: &str) -> bool {
        (wanted.has_version().is_none() || wanted.accepts(self.version_in(file)))
            && wanted.guid.is_none_or(|guid| self.guid_in(file) == guid)
    }

    /// The id of the module that a manifest is of.
    fn guid_in(&self, file: &str) -> Guid {
        self.said_in(file, "guid").and_then(|text| Guid::parse(&text)).unwrap_or_default()
    }
}
