//! The type table: members that PowerShell adds to types, and how objects of types are serialised and shown.
//! `Update-TypeData` and `Remove-TypeData` change a session's own table; what is built in is shared by all.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock},
};

use psrpd_dotnet::{Str, casing};

use super::{
    TypeDef,
    members::{GetFn, NativeFn},
};
use crate::value::{Body, Member, Value};

mod rows;

macro_rules! member_data {
    ($($name:literal),*) => {
        pub(super) const TYPES: &[TypeDef] = &[
            TypeDef::class("System.Management.Automation.Runspaces.TypeData"),
            TypeDef::class("System.Management.Automation.Runspaces.TypeMemberData"),
            $(TypeDef::class($name).base("System.Management.Automation.Runspaces.TypeMemberData")),*
        ];
    };
}

member_data!(
    "System.Management.Automation.Runspaces.NotePropertyData",
    "System.Management.Automation.Runspaces.AliasPropertyData",
    "System.Management.Automation.Runspaces.ScriptPropertyData",
    "System.Management.Automation.Runspaces.CodePropertyData",
    "System.Management.Automation.Runspaces.ScriptMethodData",
    "System.Management.Automation.Runspaces.CodeMethodData",
    "System.Management.Automation.Runspaces.PropertySetData"
);

/// How objects of a type are serialised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Method {
    AllPublicProperties,
    String,
    SpecificProperties,
}

impl Method {
    /// A method by its name, ignoring case.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        [Self::AllPublicProperties, Self::String, Self::SpecificProperties]
            .into_iter()
            .find(|method| casing::eq(&format!("{method:?}"), name))
    }
}

/// What the table says of a type.
#[derive(Clone, Default)]
pub(crate) struct TypeData {
    /// The name as it was given.
    pub(crate) name: Str,
    pub(crate) members: Vec<Member>,
    /// Those that are found by their names and not listed.
    pub(crate) hidden: &'static [&'static str],
    /// How deep objects are serialised, whatever else was asked for.
    pub(crate) depth: Option<i32>,
    pub(crate) method: Option<Method>,
    /// The properties of [`Method::SpecificProperties`].
    pub(crate) specific: Option<Vec<Str>>,
    /// Whether the specific properties of base types count too.
    pub(crate) inherit_specific: Option<bool>,
    /// The property whose value stands for an object that is serialised as a string.
    pub(crate) string_source: Option<Str>,
    /// What `Format-List` and `Format-Table` show.
    pub(crate) display: Option<Vec<Str>>,
    pub(crate) display_property: Option<Str>,
    pub(crate) keys: Option<Vec<Str>>,
    /// The type that deserialised objects are turned back into.
    pub(crate) target: Option<Str>,
    pub(crate) converter: Option<Str>,
    pub(crate) adapter: Option<Str>,
}

impl TypeData {
    fn new(name: &'static str) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    fn member(mut self, name: &'static str, body: Body) -> Self {
        self.members.push(Member { name: name.into(), body });
        self
    }

    /// Members under other names: `"Name=ProcessName SI=SessionId"`.
    fn aliases(self, pairs: &'static str) -> Self {
        pairs
            .split_whitespace()
            .filter_map(|pair| pair.split_once('='))
            .fold(self, |data, (name, target)| data.member(name, Body::Alias(target.into())))
    }

    /// A property that is a script in PowerShell.
    fn script(self, name: &'static str, get: GetFn) -> Self {
        self.member(name, Body::Native { get, kind: "ScriptProperty" })
    }

    /// A property that is code in PowerShell.
    fn code(self, name: &'static str, get: GetFn) -> Self {
        self.member(name, Body::Native { get, kind: "CodeProperty" })
    }

    fn code_method(self, name: &'static str, call: NativeFn) -> Self {
        self.member(name, Body::NativeMethod(call))
    }

    fn note(self, name: &'static str, value: &'static str) -> Self {
        self.member(name, Body::Note(value.into()))
    }

    fn set(self, name: &'static str, names: &'static str) -> Self {
        self.member(name, Body::PropertySet(words(names)))
    }

    fn depth(mut self, depth: i32) -> Self {
        self.depth = Some(depth);
        self
    }

    fn specific(mut self, names: &'static str) -> Self {
        self.method = Some(Method::SpecificProperties);
        self.specific = Some(words(names));
        self
    }

    fn display(mut self, names: &'static str) -> Self {
        self.display = Some(words(names));
        self
    }

    fn display_property(mut self, name: &'static str) -> Self {
        self.display_property = Some(name.into());
        self
    }

    /// Whether it says nothing.
    pub(crate) fn is_empty(&self) -> bool {
        self.members.is_empty()
            && self.standard_members().is_empty()
            && self.inherit_specific.is_none()
            && self.converter.is_none()
            && self.adapter.is_none()
    }

    /// Adds what another entry says; the names of what was there already and stays without `force`.
    pub(crate) fn merge(&mut self, new: Self, force: bool) -> Vec<Str> {
        let mut taken = Vec::new();
        for member in new.members {
            match self.members.iter_mut().find(|have| casing::eq(&have.name, &member.name)) {
                Some(have) if force => *have = member,
                Some(_) => taken.push(member.name),
                None => self.members.push(member),
            }
        }
        macro_rules! settings {
            ($($field:ident $name:literal;)*) => {
                $(match new.$field {
                    Some(value) if self.$field.is_none() || force => self.$field = Some(value),
                    Some(_) => taken.push($name.into()),
                    None => {}
                })*
            };
        }
        settings! {
            depth "SerializationDepth";
            method "SerializationMethod";
            specific "PropertySerializationSet";
            inherit_specific "InheritPropertySerializationSet";
            string_source "StringSerializationSource";
            display "DefaultDisplayPropertySet";
            display_property "DefaultDisplayProperty";
            keys "DefaultKeyPropertySet";
            target "TargetTypeForDeserialization";
            converter "TypeConverter";
            adapter "TypeAdapter";
        }
        taken
    }

    /// The members of `PSStandardMembers`, as scripts see them.
    pub(crate) fn standard_members(&self) -> Vec<Member> {
        let mut members = Vec::new();
        let mut add = |name: &str, body: Body| members.push(Member { name: name.into(), body });
        if let Some(depth) = self.depth {
            add("SerializationDepth", Body::Note(Value::I32(depth)));
        }
        if let Some(method) = self.method {
            add("SerializationMethod", Body::Note(format!("{method:?}").into()));
        }
        for (name, set) in [
            ("PropertySerializationSet", &self.specific),
            ("DefaultDisplayPropertySet", &self.display),
            ("DefaultKeyPropertySet", &self.keys),
        ] {
            if let Some(names) = set {
                add(name, Body::PropertySet(names.clone()));
            }
        }
        for (name, text) in [
            ("DefaultDisplayProperty", &self.display_property),
            ("TargetTypeForDeserialization", &self.target),
            ("StringSerializationSource", &self.string_source),
        ] {
            if let Some(text) = text {
                add(name, Body::Note(Value::Str(text.clone())));
            }
        }
        members
    }
}

fn words(text: &'static str) -> Vec<Str> {
    text.split_whitespace().map(Str::from).collect()
}

static BUILT_IN: LazyLock<HashMap<String, Arc<TypeData>>> = LazyLock::new(read_rows);

fn read_rows() -> HashMap<String, Arc<TypeData>> {
    rows::rows().into_iter().map(|data| (data.name.to_string(), Arc::new(data))).collect()
}

/// What the built-in table says of a type.
pub(super) fn built_in(name: &str) -> Option<Arc<TypeData>> {
    BUILT_IN.get(name).cloned()
}

/// A session's type table.
#[derive(Default)]
pub(crate) struct TypeTable {
    /// What differs from what is built in, by folded name; nothing where it was removed.
    changed: HashMap<String, Option<Arc<TypeData>>>,
    /// What files have added, by their paths.
    files: Vec<(String, Vec<TypeData>)>,
}

impl TypeTable {
    /// What the table says of a type.
    pub(crate) fn get(&self, name: &str) -> Option<Arc<TypeData>> {
        if !self.changed.is_empty()
            && let Some(changed) = self.changed.get(&casing::fold(name))
        {
            return changed.clone();
        }
        BUILT_IN.get(name).cloned()
    }

    /// Puts an entry in the place of the one there is.
    pub(crate) fn put(&mut self, data: TypeData) {
        self.changed.insert(casing::fold(&data.name), Some(Arc::new(data)));
    }

    /// Takes an entry out; false if there is none.
    pub(crate) fn remove(&mut self, name: &str) -> bool {
        let known = self.get_ignoring_case(name).is_some();
        if known {
            self.changed.insert(casing::fold(name), None);
        }
        known
    }

    /// Remembers what a file has added, so that it can be taken away.
    pub(crate) fn remember_file(&mut self, path: &str, added: Vec<TypeData>) {
        self.files.push((path.to_owned(), added));
    }

    /// Takes away what a file has added; false if it has not.
    pub(crate) fn forget_file(&mut self, path: &str) -> bool {
        let Some(at) = self.files.iter().position(|(have, _)| have == path) else { return false };
        for added in self.files.remove(at).1 {
            let mut data = self.draft(&added.name);
            data.members.retain(|have| !added.members.iter().any(|gone| casing::eq(&gone.name, &have.name)));
            if data.is_empty() {
                self.remove(&added.name);
            } else {
                self.put(data);
            }
        }
        true
    }

    /// As [`Self::get`], for names that users write.
    pub(crate) fn get_ignoring_case(&self, name: &str) -> Option<Arc<TypeData>> {
        match self.changed.get(&casing::fold(name)) {
            Some(changed) => changed.clone(),
            None => BUILT_IN.values().find(|data| casing::eq(&data.name, name)).cloned(),
        }
    }

    /// The entry of a type for changes, a new one if there is none.
    pub(crate) fn draft(&self, name: &Str) -> TypeData {
        match self.get_ignoring_case(name) {
            Some(data) => (*data).clone(),
            None => TypeData { name: name.clone(), ..TypeData::default() },
        }
    }

    /// All entries, by name.
    pub(crate) fn entries(&self) -> Vec<Arc<TypeData>> {
        let built_in = BUILT_IN.values().filter(|data| !self.changed.contains_key(&casing::fold(&data.name)));
        let mut all: Vec<Arc<TypeData>> = built_in.chain(self.changed.values().flatten()).cloned().collect();
        all.sort_by(|a, b| a.name.as_str().cmp(b.name.as_str()));
        all
    }

    /// The entries for an object, the nearest type first.
    pub(crate) fn of(&self, object: &Value) -> Vec<Arc<TypeData>> {
        match object {
            Value::Null | Value::AutomationNull => Vec::new(),
            Value::Wrapped(_) => object.type_names().iter().filter_map(|name| self.get(name)).collect(),
            _ => match object.type_of() {
                Some(of) => of.ancestry().filter_map(|of| self.get(of.name())).collect(),
                None => Vec::new(),
            },
        }
    }

    /// A member that the table gives an object.
    pub(crate) fn member(&self, object: &Value, name: &str) -> Option<Member> {
        self.nearest(object, |data| data.members.iter().find(|member| casing::eq(&member.name, name)).cloned())
    }

    /// The members that the table gives an object.
    pub(crate) fn members(&self, object: &Value) -> Vec<Member> {
        self.listed(object, false)
    }

    /// As [`Self::members`]; on demand with those that are hidden.
    pub(crate) fn listed(&self, object: &Value, hidden: bool) -> Vec<Member> {
        let mut members: Vec<Member> = Vec::new();
        let _ = self.nearest(object, |data| -> Option<()> {
            for member in &data.members {
                let is_listed = hidden || !data.hidden.contains(&member.name.as_str());
                if is_listed && !members.iter().any(|have| casing::eq(&have.name, &member.name)) {
                    members.push(member.clone());
                }
            }
            None
        });
        members
    }

    /// Something that only the nearest entry which has it says.
    pub(crate) fn nearest<T>(&self, object: &Value, mut get: impl FnMut(&TypeData) -> Option<T>) -> Option<T> {
        if self.changed.is_empty() && !object.has_own_names() {
            return object.type_of()?.built_in_data().iter().find_map(|data| get(data));
        }
        self.of(object).iter().find_map(|data| get(data))
    }

    /// Whether an entry of the session changes what an object has.
    pub(crate) fn is_changed(&self) -> bool {
        !self.changed.is_empty()
    }
}
