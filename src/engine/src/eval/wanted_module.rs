//! Which module is meant: a name, or a table of what it must be.

use psrpd_dotnet::{Guid, Str};

use super::module::Module;
use crate::value::{Dictionary, Opaque, Value, Version, text};

/// Which module is meant.
#[derive(Clone, Default)]
pub(crate) struct Wanted {
    pub(crate) name: Str,
    pub(crate) minimum: Option<[i32; 4]>,
    pub(crate) maximum: Option<[i32; 4]>,
    pub(crate) exact: Option<[i32; 4]>,
    pub(crate) guid: Option<Guid>,
}

impl Wanted {
    pub(crate) fn named(name: impl Into<Str>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    /// A name, or a table of `ModuleName`, `ModuleVersion`, `RequiredVersion` and `MaximumVersion`.
    pub(crate) fn from_value(value: &Value) -> Self {
        let (specification, table) = (value.downcast::<Opaque>(), value.downcast::<Dictionary>());
        // The object calls some of it otherwise than the table.
        let get = |of_object: &str, of_table: &str| match specification {
            Some(specification) => specification.get(of_object),
            None => table?.get_str(of_table),
        };
        if specification.is_none() && table.is_none() {
            return Self::named(text(value));
        }
        let version = |of_object: &str, of_table: &str| get(of_object, of_table).and_then(|value| version_of(&value));
        Self {
            name: get("Name", "ModuleName").map(|name| text(&name)).unwrap_or_default(),
            minimum: version("Version", "ModuleVersion"),
            maximum: version("MaximumVersion", "MaximumVersion"),
            exact: version("RequiredVersion", "RequiredVersion"),
            guid: get("Guid", "GUID").and_then(|guid| Guid::parse(&text(&guid))),
        }
    }

    /// Whether a file or folder is named instead of a module.
    pub(crate) fn is_path(&self) -> bool {
        self.name.contains(['/', '\\']) || self.name.starts_with(['.', '~']) || has_extension(&self.name)
    }

    pub(crate) fn accepts(&self, version: [i32; 4]) -> bool {
        let of = |v: [i32; 4]| v.map(|part| part.max(0));
        self.minimum.is_none_or(|least| of(version) >= of(least))
            && self.maximum.is_none_or(|most| of(version) <= of(most))
            && self.exact.is_none_or(|exact| of(version) == of(exact))
    }

    /// Whether a module has the version and the id that are asked for.
    pub(crate) fn accepts_module(&self, module: &Module) -> bool {
        self.accepts(module.version) && self.guid.is_none_or(|guid| guid == module.guid)
    }

    /// The table that it is, as PowerShell writes it; a name alone without any version.
    pub(crate) fn specification(&self) -> String {
        let version = |key: &str, version: Option<[i32; 4]>| {
            version.map(|parts| format!("; {key} = '{}'", text(&Value::object(Version(parts)))))
        };
        let versions: String =
            [("ModuleVersion", self.minimum), ("MaximumVersion", self.maximum), ("RequiredVersion", self.exact)]
                .into_iter()
                .filter_map(|(key, parts)| version(key, parts))
                .collect();
        let guid = self.guid.and_then(|guid| guid.format("D")).map(|guid| format!("; Guid = '{{{guid}}}' "));
        match (guid, versions.as_str()) {
            (None, "") => self.name.to_string(),
            (guid, versions) => format!("@{{ ModuleName = '{}'{}{versions} }}", self.name, guid.unwrap_or_default()),
        }
    }

    pub(crate) fn has_version(&self) -> Option<[i32; 4]> {
        self.exact.or(self.minimum).or(self.maximum)
    }
}

/// A version of a `Version` object or its text; a star stands for the largest number.
pub(crate) fn version_of(value: &Value) -> Option<[i32; 4]> {
    match value.downcast::<Version>() {
        Some(version) => Some(version.0),
        None => Version::parse(&text(value).replace('*', "999999999")).map(|version| version.0),
    }
}

/// Whether a path ends as the file of a module does.
pub(crate) fn has_extension(path: &str) -> bool {
    [".psm1", ".psd1", ".ps1", ".dll", ".cdxml"].iter().any(|end| path.to_ascii_lowercase().ends_with(end))
}
