//! What the names of types mean: classes of scripts, `using namespace`, `using module`.

use std::{
    borrow::Cow,
    sync::atomic::{AtomicBool, Ordering},
};

use psrpd_dotnet::casing;
use psrpd_lang::known_types::{CommonTypes, KnownTypes, TypeQuery};

use super::{Flow, R, Runspace, ScopeId, error, scope::TypeNames};
use crate::{
    ir::{NamedType, Source},
    platform::GoesOn,
    types::{self, Type},
    value::{Opaque, Value},
};

/// Whether any script of this process has made a type: else names mean what they mean in the tables.
static MADE: AtomicBool = AtomicBool::new(false);

impl Runspace {
    /// The names of types that count here, the innermost first: those of the text that runs, then those of the scopes.
    fn with_type_names<T>(&self, mut look: impl FnMut(&TypeNames) -> Option<T>) -> Option<T> {
        if let Some(source) = &self.frame.source
            && let Some(found) = look(&source.types.lock())
        {
            return Some(found);
        }
        self.scopes.chain(self.frame.scope).find_map(|scope| look(&self.scopes.get(scope).types))
    }

    fn find_class(&self, name: &str) -> Option<Type> {
        let mut key = None;
        self.with_type_names(|names| {
            if names.classes.is_empty() {
                return None;
            }
            names.classes.get(key.get_or_insert_with(|| casing::fold(name))).cloned()
        })
    }

    fn has_classes(&self) -> bool {
        self.with_type_names(|names| (!names.classes.is_empty()).then_some(())).is_some()
    }

    /// A type by the name a script writes, classes of scripts included.
    pub(crate) fn find_type(&self, name: &str) -> Option<Type> {
        if let Some(class) = self.find_class(name.trim()) {
            return Some(class);
        }
        // What stands in brackets may be a class, too.
        if !(name.contains(['[', '`']) && self.has_classes())
            && let Some(of) = types::find(name)
        {
            return Some(of);
        }
        let (base, brackets) = types::parse_name(name)?;
        let of = match &brackets.arguments {
            Some(arguments) => {
                let arguments = arguments.iter().map(|name| self.find_type(name)).collect::<Option<Vec<_>>>()?;
                let base = base.split('`').next().unwrap_or(&base);
                let open = self.find_open(&format!("{base}`{}", arguments.len()))?;
                types::generic(open.name(), arguments)?
            }
            None => self.find_class(&base).or_else(|| self.find_open(&base))?,
        };
        Some(brackets.ranks.iter().fold(of, |of, rank| types::array_of(&of, *rank)))
    }

    /// A type of the tables, also below a namespace that is in use.
    fn find_open(&self, name: &str) -> Option<Type> {
        types::find(name).or_else(|| {
            self.with_type_names(|names| {
                let added = names.accelerators.get(&casing::fold(name)).map(|(_, of)| of.clone());
                let below =
                    || names.namespaces.iter().find_map(|namespace| types::lookup(&format!("{namespace}.{name}")));
                added.or_else(below)
            })
        })
    }

    /// As [`Self::find_type`].
    ///
    /// # Errors
    /// `TypeNotFound`.
    pub(crate) fn resolve_type(&self, name: &str) -> R<Type> {
        self.find_type(name).ok_or_else(|| self.no_type(name))
    }

    /// As [`Self::resolve_type`], for a name that is looked up again and again.
    ///
    /// # Errors
    /// `TypeNotFound`.
    pub(crate) fn named_type(&mut self, name: &NamedType) -> R<Type> {
        match self.known_type(name) {
            Some(of) => Ok(of.clone()),
            None => {
                let found = self.resolve_type(&name.text);
                self.placed(found, name.extent)
            }
        }
    }

    /// As [`Self::type_value`], for a name that is looked up again and again.
    ///
    /// # Errors
    /// `TypeNotFound`.
    pub(crate) fn literal_type(&mut self, name: &NamedType) -> R<Type> {
        match self.known_type(name) {
            Some(of) => Ok(of.clone()),
            None => {
                let found = self.type_value(&name.text);
                self.placed(found, name.extent)
            }
        }
    }

    /// A type of the tables whose name no class has taken.
    #[inline]
    pub(super) fn known_type<'n>(&self, name: &'n NamedType) -> Option<&'n Type> {
        let of = name.built_in.get_or_init(|| types::find(&name.text)).as_ref()?;
        if !MADE.load(Ordering::Acquire) {
            return Some(of);
        }
        let hidden = |names: &TypeNames| {
            let hides = !names.classes.is_empty() && (name.is_composed || names.classes.contains_key(&name.folded));
            hides.then_some(())
        };
        if self.with_type_names(hidden).is_some() { None } else { Some(of) }
    }

    /// What a type literal is: also a type that the engine knows by name only.
    ///
    /// # Errors
    /// `TypeNotFound`.
    pub(crate) fn type_value(&self, name: &str) -> R<Type> {
        self.find_type(name).or_else(|| self.absent_type(name)).ok_or_else(|| self.no_type(name))
    }

    /// A type that .NET has and the engine lacks, by the name a script writes.
    pub(crate) fn absent_type(&self, name: &str) -> Option<Type> {
        if name.contains('[') {
            return None;
        }
        self.known_name(name).and_then(|full| types::absent(&full))
    }

    /// Why there is no type of this name: .NET has none, or the engine lacks it. Of a generic type that there is not, or not with
    /// these arguments, the name in front of them is told, and of an array that of its elements.
    pub(crate) fn no_type(&self, name: &str) -> Flow {
        let is_there = |name: &str| self.find_type(name).is_some() || self.absent_type(name).is_some();
        let parts = types::parse_name(name);
        let (kind, culprit) = match &parts {
            Some((_, brackets)) if !brackets.ranks.is_empty() => {
                let element = name.rfind('[').and_then(|at| name.get(..at)).unwrap_or(name).trim_end();
                if !is_there(element) {
                    return self.no_type(element);
                }
                ("ArrayTypeName", name)
            }
            Some((base, types::Brackets { arguments: Some(arguments), .. })) if !is_there(base) => {
                if let (Some(full), true) = (self.known_name(name), arguments.iter().all(|name| is_there(name))) {
                    return error::absent_type(&full);
                }
                ("TypeName", base.as_str())
            }
            Some((_, types::Brackets { arguments: Some(_), .. })) => ("GenericTypeName", name),
            _ => match self.known_name(name) {
                Some(full) => return error::absent_type(&full),
                None => ("TypeName", name),
            },
        };
        let target = Opaque::new::<&str>(&format!("System.Management.Automation.Language.{kind}"), []);
        let target = target.displayed(culprit).into_value();
        error::invalid_target("TypeNotFound", format!("Unable to find type [{culprit}]."), &target)
    }

    /// The full name of a type of .NET.
    fn known_name(&self, name: &str) -> Option<String> {
        let namespaces = self.with_type_names(|names| (!names.namespaces.is_empty()).then(|| names.namespaces.clone()));
        types::known::find_type(name, &namespaces.unwrap_or_default())
    }

    /// What `[TypeAccelerators]::Add()` added.
    pub(crate) fn added_accelerators(&self) -> Vec<(String, Type)> {
        let names = &self.scopes.get(ScopeId::GLOBAL).types.accelerators;
        names.values().cloned().collect()
    }

    /// Gives a type a short name.
    pub(crate) fn add_accelerator(&mut self, name: &str, of: &Type) {
        self.scopes
            .get_mut(ScopeId::GLOBAL)
            .types
            .accelerators
            .insert(casing::fold(name), (name.to_owned(), of.clone()));
    }

    /// Takes the short name away again; false if there was none.
    pub(crate) fn remove_accelerator(&mut self, name: &str) -> bool {
        self.scopes.get_mut(ScopeId::GLOBAL).types.accelerators.remove(&casing::fold(name)).is_some()
    }

    /// The names of the classes and enums of scripts that can be seen.
    pub(crate) fn class_names(&self) -> Vec<String> {
        let mut names = Vec::new();
        self.with_type_names(|found| {
            names.extend(found.classes.values().map(Type::full_name));
            None::<()>
        });
        names
    }

    /// Makes a class known to the text that defines it and in the scope where that runs.
    pub(crate) fn define_type(&mut self, name: &str, of: &Type) {
        if let Some(source) = self.frame.source.clone() {
            self.define_type_of(&source, name, of);
        }
        MADE.store(true, Ordering::Release);
        self.scopes.get_mut(self.frame.scope).types.classes.insert(casing::fold(name), of.clone());
    }

    /// Makes a class known to a text alone.
    pub(crate) fn define_type_of(&self, source: &Source, name: &str, of: &Type) {
        MADE.store(true, Ordering::Release);
        source.types.lock().classes.insert(casing::fold(name), of.clone());
    }

    /// `using namespace`
    pub(crate) fn use_namespace(&mut self, namespace: &str) {
        let add = |names: &mut TypeNames| {
            if !names.namespaces.iter().any(|have| casing::eq(have, namespace)) {
                names.namespaces.push(namespace.into());
            }
        };
        if let Some(source) = &self.frame.source {
            add(&mut source.types.lock());
        }
        add(&mut self.scopes.get_mut(self.frame.scope).types);
    }

    /// `using module`: imports it and makes its classes known.
    ///
    /// # Errors
    /// `Modules_ModuleNotFound`, and what the module's code raises.
    pub(crate) fn use_module(&mut self, specification: &Value) -> R<()> {
        let folder = self.frame.source.as_ref().and_then(|source| source.file.clone());
        let folder = folder.and_then(|file| file.rsplit_once('/').map(|(folder, _)| folder.to_owned()));
        let module = self.import_for_using(specification, folder.as_deref())?;
        let classes = self.scopes.get(module.scope).types.classes.clone();
        for (key, of) in classes {
            self.define_type(&key, &of);
        }
        let target = self.scopes.get(self.frame.scope).session;
        self.import_members(&module, target, &super::module::Import::default());
        self.list_module(&module, ScopeId::GLOBAL);
        Ok(())
    }
}

/// What the parser asks about types, answered by what the engine knows.
pub(crate) struct ParseTypes<'r> {
    pub(crate) rs: &'r Runspace,
    /// Whether modules that the text uses may bring types that nobody knows yet.
    pub(crate) is_open: bool,
    pub(crate) goes_on: GoesOn<'r>,
}

impl ParseTypes<'_> {
    /// The type of an attribute, whose name may lack its end.
    fn attribute_type(&self, query: TypeQuery<'_>) -> Option<String> {
        let namespaces: Vec<String> = query.namespaces.iter().map(|name| (*name).to_owned()).collect();
        [query.name.to_owned(), format!("{}Attribute", query.name)].iter().find_map(|name| {
            let own = self.rs.find_class(name).or_else(|| types::find(name));
            let own = own.map(|of| of.full_name()).or_else(|| types::known::find_type(name, &namespaces));
            own.filter(|full| full.ends_with("Attribute") || self.is_subclass(full, "System.Attribute"))
        })
    }
}

impl KnownTypes for ParseTypes<'_> {
    fn goes_on(&self) -> bool {
        (self.goes_on)()
    }

    fn makes_types(&self) -> bool {
        true
    }

    fn resolve<'a>(&self, query: TypeQuery<'a>) -> Option<Cow<'a, str>> {
        if self.is_open {
            return CommonTypes.resolve(query);
        }
        if query.is_attribute {
            return self.attribute_type(query).map(Cow::Owned);
        }
        let name = if query.arity == 0 { query.name.to_owned() } else { format!("{}`{}", query.name, query.arity) };
        let own = self.rs.find_class(query.name).or_else(|| types::find(&name));
        let below = || {
            let mut names = query.namespaces.iter().map(|namespace| format!("{namespace}.{name}"));
            names.find_map(|name| types::lookup(&name))
        };
        if let Some(of) = own.or_else(below).or_else(|| self.rs.find_open(&name)) {
            return Some(Cow::Owned(of.full_name()));
        }
        let namespaces: Vec<String> = query.namespaces.iter().map(|name| (*name).to_owned()).collect();
        types::known::find_type(&name, &namespaces).map(Cow::Owned)
    }

    fn is_subclass(&self, full_name: &str, base: &str) -> bool {
        match self.rs.find_type(full_name) {
            Some(of) => of.ancestry().skip(1).any(|of| of.name().eq_ignore_ascii_case(base)),
            None => CommonTypes.is_subclass(full_name, base),
        }
    }

    fn is_literal(&self, full_name: &str, member: &str) -> bool {
        CommonTypes.is_literal(full_name, member)
    }
}
