//! Types of .NET: names, bases, members. Each family of types is a table in a file of its own; [`FAMILIES`] lists them.

use std::{
    collections::HashMap,
    fmt,
    hash::{Hash as _, Hasher as _},
    sync::{Arc, LazyLock, OnceLock},
};

use parking_lot::Mutex;
use psrpd_dotnet::{Str, casing};

use crate::{
    eval::class::Class,
    value::{List, Value},
};

mod activator;
mod args;
mod attribute_objects;
mod attribute_reflection;
pub(crate) use attribute_reflection::objects as attribute_objects;
pub(crate) mod bigint;
mod binary;
mod calendar;
mod chars;
mod collections;
mod comparers;
mod complex;
pub(crate) mod compression;
mod console;
mod converters;
mod core;
pub(crate) mod culture;
mod culture_dates;
mod culture_formats;
mod culture_numbers;
mod data;
pub(crate) mod data_table;
mod date_only;
mod dates;
mod decimals;
mod delegate;
pub(crate) mod describe;
mod each;
pub(crate) mod encoding;
mod encoding_fallback;
mod enumeration;
mod enums;
mod error_category;
mod exception_trace;
mod exceptions;
mod families;
pub(crate) mod files;
mod floats;
pub(crate) mod generic_methods;
pub(crate) mod half;
mod hash;
pub(crate) mod host;
mod ids;
pub(crate) mod integers;
mod invocation;
mod io;
pub(crate) mod jobs;
mod json_object;
pub(crate) mod known;
mod language_primitives;
mod lazy;
mod linq;
mod lookup;
pub(crate) mod markdown;
pub(crate) mod match_info;
mod math;
mod math_f;
mod measure;
mod member_info;
mod members;
mod module;
mod module_specification;
mod more_enums;
mod net;
mod offsets;
mod operators;
mod powershell;
mod process;
mod process_start;
mod ps_object;
mod reflection;
pub(crate) mod regex;
mod remoting;
mod resolve;
mod row;
pub(crate) mod runspace;
mod runtime;
pub(crate) mod screen;
mod script_cmdlet;
mod secret;
mod serializer;
mod session;
mod shell;
mod signature;
mod small_values;
pub(crate) mod sockets;
mod spaces;
mod string_search;
mod strings;
pub(crate) mod syntax;
mod table;
mod task_makers;
mod tasks;
pub(crate) mod text;
mod text_json;
mod thread;
mod threading;
mod time;
mod time_zone;
mod time_zone_info;
mod type_data;
mod type_flags;
mod unicode;
mod uri_parts;
mod values;
pub(crate) mod web;
pub(crate) mod web_utility;
pub(crate) mod wide_numbers;
pub(crate) mod xml;

pub(crate) use collections::{check_change, dictionary_entries, dictionary_entry, enumerator_of};
pub(crate) use collections::{client_input, set_indexed as set_named_value};
pub(crate) use delegate::{Delegate, call_delegate, delegate, is_delegate};
pub(crate) use exception_trace::mark_caught;
pub(crate) use hash::{bytes_in_memory, digest};
pub(crate) use members::{GetFn, Members, Method, NativeFn, Property};
pub(crate) use net::{address, uri_text};
pub(crate) use operators::has_operator;
pub(crate) use process::live as live_property;
pub(crate) use process_start::Pipe;
pub(crate) use ps_object::{as_member, member_set_view, member_view, note_property, ps_object_view, type_names_view};
pub(crate) use resolve::{Brackets, find, parse_name, split_at_commas};
pub(crate) use row::TypeDef;
pub(crate) use script_cmdlet::{choose_set, ps_cmdlet, total_count};
pub(crate) use secret::credential;
pub(crate) use session::{execution_context, scope_of_module};
pub(crate) use signature::Parameter;
pub(crate) use table::{all, lookup};
pub(crate) use text::set_indexed as set_char;
pub(crate) use time_zone_info::time_zone;
pub(crate) use type_data::{Method as SerialMethod, TypeData, TypeTable};
use values::create;
pub(crate) use values::{pair, parse_semantic as semantic_version, tuple_items};

/// A type. Cheap to clone; two are equal if their full names are.
#[derive(Clone)]
pub(crate) struct Type(Arc<Info>);

pub(crate) struct Info {
    name: String,
    pub(crate) shape: Shape,
    base: Option<Type>,
    /// What tells it from other types.
    identity: u64,
    code: Code,
    is_value_type: bool,
    is_enum: bool,
    members: OnceLock<Members>,
    /// The places of its members and those of its bases, by name.
    places: OnceLock<lookup::Places>,
    /// What the type table that is built in says of it and its bases.
    data: OnceLock<Vec<Arc<TypeData>>>,
    /// What .NET says of it, or of the generic type it is made from.
    relations: OnceLock<Option<known::Relations>>,
    /// The type of arrays of it.
    array: OnceLock<Type>,
    /// Its name and those of its bases, as they are written.
    wire_names: OnceLock<Arc<psrp_clixml::TypeNames>>,
}

/// Types that are asked for again and again, told apart without a look at their names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Code {
    Object,
    Boolean,
    Int32,
    Int64,
    Double,
    String,
    Other,
}

impl Code {
    /// Whether its objects are scalars, and nothing else is of it.
    pub(crate) fn is_scalar(self) -> bool {
        !matches!(self, Self::Object | Self::Other)
    }

    fn of(name: &str) -> Self {
        match name {
            "System.Object" => Self::Object,
            "System.Boolean" => Self::Boolean,
            "System.Int32" => Self::Int32,
            "System.Int64" => Self::Int64,
            "System.Double" => Self::Double,
            "System.String" => Self::String,
            _ => Self::Other,
        }
    }
}

/// How a type is made.
pub(crate) enum Shape {
    /// By a row of the table.
    Table(&'static TypeDef),
    /// By a name and a base alone.
    Named,
    /// Not at all: .NET has it and the engine lacks it. It has a name and kin, and no objects.
    Absent(known::Relations),
    Array {
        element: Type,
        rank: usize,
    },
    Generic {
        definition: &'static TypeDef,
        arguments: Vec<Type>,
    },
    /// By a script.
    Class(Arc<Class>),
}

/// A type of the tables that the engine itself names; an unknown one is only a name.
pub(crate) fn known(name: &str) -> Type {
    lookup(name).unwrap_or_else(|| Type::new(name.into(), Shape::Named, Some(object())))
}

/// A type that .NET has and the tables lack, by full name, ignoring case.
pub(crate) fn absent(full_name: &str) -> Option<Type> {
    let found = known::relations(full_name)?;
    let base = found.base().and_then(|base| lookup(&base).or_else(|| absent(&base)));
    Some(Type::new(found.full_name(), Shape::Absent(found), base))
}

/// The properties that exceptions of a type have; none for other types.
#[cfg(test)]
pub(crate) fn exception_names(of: &Type) -> Vec<&'static str> {
    if of.is_assignable_to(&exception()) { exceptions::properties(of) } else { Vec::new() }
}

macro_rules! shortcuts {
    ($($function:ident = $name:literal;)*) => {
        $(pub(crate) fn $function() -> Type {
            const PLACE: usize = table::place($name);
            table::at(PLACE).clone()
        })*
    };
}

shortcuts! {
    object = "System.Object";
    boolean = "System.Boolean";
    char = "System.Char";
    sbyte = "System.SByte";
    byte = "System.Byte";
    int16 = "System.Int16";
    uint16 = "System.UInt16";
    int32 = "System.Int32";
    uint32 = "System.UInt32";
    int64 = "System.Int64";
    uint64 = "System.UInt64";
    single = "System.Single";
    double = "System.Double";
    decimal = "System.Decimal";
    big_integer = "System.Numerics.BigInteger";
    string = "System.String";
    datetime = "System.DateTime";
    timespan = "System.TimeSpan";
    guid = "System.Guid";
    runtime_type = "System.RuntimeType";
    hashtable = "System.Collections.Hashtable";
    ordered_dictionary = "System.Collections.Specialized.OrderedDictionary";
    array_list = "System.Collections.ArrayList";
    custom_object = "System.Management.Automation.PSCustomObject";
    ps_object = "System.Management.Automation.PSObject";
    error_record = "System.Management.Automation.ErrorRecord";
    exception = "System.Exception";
    script_block = "System.Management.Automation.ScriptBlock";
    switch_parameter = "System.Management.Automation.SwitchParameter";
    regex = "System.Text.RegularExpressions.Regex";
    system_array = "System.Array";
    bound_parameters = "System.Management.Automation.PSBoundParametersDictionary";
    list_enumerator = "System.Collections.ArrayList+ArrayListEnumeratorSimple";
    array_enumerator = "System.Array+ArrayEnumerator";
    string_builder = "System.Text.StringBuilder";
}

/// The array type with these elements.
pub(crate) fn array_of(element: &Type, rank: usize) -> Type {
    // What a script has made would never end: both would hold each other.
    if rank == 1 && matches!(element.0.shape, Shape::Table(_)) {
        return element.0.array.get_or_init(|| new_array_of(element, rank)).clone();
    }
    new_array_of(element, rank)
}

fn new_array_of(element: &Type, rank: usize) -> Type {
    let commas = ",".repeat(rank.saturating_sub(1));
    let name = format!("{}[{commas}]", element.full_name());
    Type::new(name, Shape::Array { element: element.clone(), rank }, Some(system_array()))
}

/// Generic types that were made, by name: their members are made once. Only those of types that stay.
static GENERICS: LazyLock<Mutex<HashMap<String, Type>>> = LazyLock::new(Mutex::default);

/// How many of them are kept.
const MAX_GENERICS: usize = 1_000;

/// `Collection[psobject]`: what scripts answer code of .NET with.
pub(crate) fn collection(items: Vec<Value>) -> Value {
    collection_of(ps_object(), items)
}

/// `Collection[T]`
fn collection_of(element: Type, items: Vec<Value>) -> Value {
    let of = generic("System.Collections.ObjectModel.Collection`1", vec![element]);
    List::value(of.unwrap_or_else(array_list), items)
}

/// `List[T]`
pub(crate) fn list_of(element: Type) -> Type {
    generic("System.Collections.Generic.List`1", vec![element]).unwrap_or_else(array_list)
}

/// A generic type with these arguments.
pub(crate) fn generic(definition: &str, arguments: Vec<Type>) -> Option<Type> {
    let open = lookup(definition)?;
    let Shape::Table(row) = &open.0.shape else { return None };
    let list: Vec<String> = arguments.iter().map(|of| format!("[{}, {}]", of.full_name(), of.assembly())).collect();
    let name = format!("{}[{}]", row.name, list.join(","));
    let stays = arguments.iter().all(|of| matches!(of.0.shape, Shape::Table(_)));
    if stays && let Some(known) = GENERICS.lock().get(&name) {
        return Some(known.clone());
    }
    let made = new_generic(&open, row, name, arguments);
    let mut known = GENERICS.lock();
    if stays && known.len() < MAX_GENERICS {
        known.insert(made.full_name(), made.clone());
    }
    Some(made)
}

fn new_generic(open: &Type, row: &'static TypeDef, name: String, arguments: Vec<Type>) -> Type {
    // A generic base has the same arguments.
    let base = match &open.0.base {
        Some(base) if base.name().contains('`') => generic(base.name(), arguments.clone()),
        base => base.clone(),
    };
    Type::new(name, Shape::Generic { definition: row, arguments }, base)
}

/// What tells a type from others.
fn identity(name: &str, shape: &Shape) -> u64 {
    match shape {
        Shape::Table(def) => u64::try_from(std::ptr::from_ref(*def).addr()).unwrap_or(0),
        Shape::Class(class) => u64::try_from(Arc::as_ptr(class).addr()).unwrap_or(0),
        _ => {
            let mut hasher = std::hash::DefaultHasher::new();
            name.hash(&mut hasher);
            hasher.finish()
        }
    }
}

impl Type {
    pub(crate) fn new(name: String, shape: Shape, base: Option<Self>) -> Self {
        Self(Arc::new(Info {
            identity: identity(&name, &shape),
            code: Code::of(&name),
            is_value_type: base
                .as_ref()
                .is_some_and(|base| matches!(base.name(), "System.ValueType" | "System.Enum") || base.0.is_value_type)
                && name != "System.Enum",
            is_enum: base.as_ref().is_some_and(|base| base.name() == "System.Enum"),
            name,
            shape,
            base,
            members: OnceLock::new(),
            places: OnceLock::new(),
            data: OnceLock::new(),
            relations: OnceLock::new(),
            array: OnceLock::new(),
            wire_names: OnceLock::new(),
        }))
    }

    /// `FullName`
    pub(crate) fn full_name(&self) -> String {
        self.0.name.clone()
    }

    pub(crate) fn name(&self) -> &str {
        &self.0.name
    }

    /// The value of a value type of the tables whose fields are all zero; none of others.
    pub(crate) fn zero(&self) -> Value {
        match &self.0.shape {
            Shape::Table(def) => (def.zero)(),
            _ => Value::Null,
        }
    }

    /// What tells it from other types.
    pub(crate) fn identity(&self) -> u64 {
        self.0.identity
    }

    /// `Name`: without namespace and without the arguments of generics.
    pub(crate) fn short_name(&self) -> String {
        if let Shape::Array { element, rank } = &self.0.shape {
            return format!("{}[{}]", element.short_name(), ",".repeat(rank.saturating_sub(1)));
        }
        let name = self.0.name.split('[').next().unwrap_or("");
        name.rsplit(['.', '+']).next().unwrap_or(name).into()
    }

    /// `Namespace`
    pub(crate) fn namespace(&self) -> Option<&str> {
        let name = self.0.name.split(['[', '+']).next().unwrap_or("");
        name.rsplit_once('.').map(|(namespace, _)| namespace)
    }

    /// The assembly it lives in, as assembly-qualified names say.
    pub(crate) fn assembly(&self) -> &'static str {
        const CORE: &str = "System.Private.CoreLib, Version=10.0.0.0, Culture=neutral, PublicKeyToken=7cec85d7bea7798e";
        const POWERSHELL: &str =
            "System.Management.Automation, Version=7.6.0.500, Culture=neutral, PublicKeyToken=31bf3856ad364e35";
        match &self.0.shape {
            Shape::Array { element, .. } => element.assembly(),
            Shape::Class(_) => "PowerShell Class Assembly, Version=1.0.0.1, Culture=neutral, PublicKeyToken=null",
            // Those of nearly all arguments of generic types: without them no session needs the list of all types.
            _ if self.0.code != Code::Other => CORE,
            _ if self.0.name == "System.Management.Automation.PSObject" => POWERSHELL,
            _ if let Some(found) = self.relations() => found.assembly,
            _ if self.0.name.starts_with("System.Management.Automation")
                || self.0.name.starts_with("Microsoft.PowerShell.Commands.") =>
            {
                POWERSHELL
            }
            _ => CORE,
        }
    }

    /// As PowerShell writes it: the accelerator, or the full name with generic arguments in brackets.
    pub(crate) fn display_name(&self) -> String {
        match &self.0.shape {
            Shape::Array { element, rank } => {
                format!("{}[{}]", element.display_name(), ",".repeat(rank.saturating_sub(1)))
            }
            Shape::Generic { definition, arguments } => {
                let name = definition.name.split('`').next().unwrap_or("");
                let arguments: Vec<String> = arguments.iter().map(Self::display_name).collect();
                format!("{name}[{}]", arguments.join(","))
            }
            _ => resolve::accelerator_of(&self.0.name).map_or_else(|| self.0.name.clone(), Into::into),
        }
    }

    /// As `ToString()` writes it: the arguments of generics by their full names alone.
    pub(crate) fn plain_name(&self) -> String {
        match &self.0.shape {
            Shape::Array { element, rank } => {
                format!("{}[{}]", element.plain_name(), ",".repeat(rank.saturating_sub(1)))
            }
            Shape::Generic { definition, arguments } => {
                let arguments: Vec<String> = arguments.iter().map(Self::plain_name).collect();
                format!("{}[{}]", definition.name, arguments.join(","))
            }
            _ => self.full_name(),
        }
    }

    pub(crate) fn base(&self) -> Option<&Self> {
        self.0.base.as_ref()
    }

    /// What .NET says of the type; none of those that are not public or that scripts have made.
    pub(crate) fn relations(&self) -> Option<&known::Relations> {
        let found = || match &self.0.shape {
            Shape::Table(_) | Shape::Named | Shape::Generic { .. } => known::relations(&self.0.name),
            Shape::Absent(found) => Some(*found),
            Shape::Array { .. } | Shape::Class(_) => None,
        };
        self.0.relations.get_or_init(found).as_ref()
    }

    /// Whether it is known by name only.
    pub(crate) fn is_absent(&self) -> bool {
        matches!(self.0.shape, Shape::Absent(_))
    }

    /// As [`Self::is_assignable_to`], also by what .NET alone says of kinship.
    pub(crate) fn is_kind_of(&self, other: &Self) -> bool {
        if self.is_assignable_to(other) {
            return true;
        }
        let may_differ =
            self.arguments().is_empty() || other.arguments().is_empty() || self.arguments() == other.arguments();
        may_differ
            && matches!(other.0.shape, Shape::Table(_) | Shape::Named | Shape::Generic { .. } | Shape::Absent(_))
            && {
                let mut kin = self.ancestry().filter(|of| of.class().is_none() && of.element().is_none());
                kin.any(|of| known::derives(of.name(), other.name()))
            }
    }

    /// The names of the type and its bases.
    pub(crate) fn chain(&self) -> Vec<Str> {
        let mut names = Vec::new();
        let mut next = Some(self);
        while let Some(of) = next {
            names.push(of.0.name.as_str().into());
            next = of.base();
        }
        names
    }

    /// The arguments of a generic type.
    pub(crate) fn arguments(&self) -> &[Self] {
        match &self.0.shape {
            Shape::Generic { arguments, .. } => arguments,
            _ => &[],
        }
    }

    /// Whether it is the non-generic or generic type of this short name.
    pub(crate) fn is_kind(&self, short: &str) -> bool {
        self.kind() == short
    }

    /// The short name without the number of arguments of generics; nothing for arrays.
    pub(crate) fn kind(&self) -> &str {
        if self.element().is_some() {
            return "";
        }
        let name = self.0.name.split('[').next().unwrap_or("");
        let name = name.rsplit(['.', '+']).next().unwrap_or(name);
        name.split('`').next().unwrap_or(name)
    }

    /// Whether it is an array, and of what.
    pub(crate) fn element(&self) -> Option<&Self> {
        match &self.0.shape {
            Shape::Array { element, .. } => Some(element),
            _ => None,
        }
    }

    pub(crate) fn class(&self) -> Option<&Arc<Class>> {
        match &self.0.shape {
            Shape::Class(class) => Some(class),
            _ => None,
        }
    }

    pub(crate) fn is_enum(&self) -> bool {
        self.0.is_enum
    }

    pub(crate) fn is_value_type(&self) -> bool {
        self.0.is_value_type
    }

    pub(crate) fn code(&self) -> Code {
        self.0.code
    }

    pub(crate) fn is_interface(&self) -> bool {
        matches!(&self.0.shape, Shape::Table(def) if def.base.is_empty() && def.name != "System.Object")
            || matches!(&self.0.shape, Shape::Generic { definition, .. } if definition.base.is_empty())
            || matches!(&self.0.shape, Shape::Absent(found) if found.is_interface())
    }

    /// The argument of `Nullable[T]`.
    pub(crate) fn nullable(&self) -> Option<&Self> {
        match &self.0.shape {
            Shape::Generic { definition, arguments } if definition.name == "System.Nullable`1" => arguments.first(),
            _ => None,
        }
    }

    /// Whether a value of this type can stand where `other` is asked for.
    pub(crate) fn is_assignable_to(&self, other: &Self) -> bool {
        if other.name() == "System.Object" || self == other {
            return true;
        }
        if let (Shape::Array { element, rank }, Shape::Array { element: wanted, rank: dimensions }) =
            (&self.0.shape, &other.0.shape)
        {
            return rank == dimensions && !element.is_value_type() && element.is_assignable_to(wanted);
        }
        let mut next = Some(self);
        while let Some(of) = next {
            if of == other || of.implements(other) {
                return true;
            }
            next = of.base();
        }
        false
    }

    fn implements(&self, other: &Self) -> bool {
        match &self.0.shape {
            Shape::Class(class) => class.interfaces.iter().any(|of| of == other),
            _ => {
                let open = other.name().split('[').next().unwrap_or("");
                self.interface_names().contains(&open)
            }
        }
    }

    /// The interfaces that the tables give the type itself.
    fn interface_names(&self) -> &'static [&'static str] {
        match &self.0.shape {
            Shape::Table(def) => def.interfaces,
            Shape::Generic { definition, .. } => definition.interfaces,
            Shape::Array { .. } => &[
                "System.Collections.IList",
                "System.Collections.ICollection",
                "System.Collections.IEnumerable",
                "System.Collections.Generic.IEnumerable`1",
                "System.Collections.Generic.IList`1",
            ],
            Shape::Named | Shape::Absent(_) | Shape::Class(_) => &[],
        }
    }

    /// The labels of an enum, in the order of their values.
    pub(crate) fn labels(&self) -> Vec<(String, i64)> {
        self.each_label().map(|(name, value)| (name.to_owned(), value)).collect()
    }

    fn each_label(&self) -> impl Iterator<Item = (&str, i64)> {
        let rows: &[(&str, i64)] = if let Shape::Table(def) = &self.0.shape { def.labels } else { &[] };
        let made: &[(String, i64)] = self.class().map_or(&[], |class| &class.labels);
        rows.iter().copied().chain(made.iter().map(|(name, value)| (name.as_str(), *value)))
    }

    /// The value of an enum with a label, ignoring case.
    pub(crate) fn labelled(&self, label: &str) -> Option<i64> {
        self.each_label().find(|(name, _)| casing::eq(name, label)).map(|(_, value)| value)
    }

    pub(crate) fn is_flags(&self) -> bool {
        match &self.0.shape {
            Shape::Table(def) => def.flags,
            Shape::Class(class) => class.flags,
            _ => false,
        }
    }

    /// The type of an enum's numbers.
    pub(crate) fn underlying(&self) -> Self {
        self.class().and_then(|class| class.underlying.clone()).unwrap_or_else(int32)
    }

    /// A value of an enum as text: its label, labels, or number.
    pub(crate) fn enum_text(&self, value: i64) -> String {
        if let Some((name, _)) = self.each_label().find(|(_, v)| *v == value) {
            return name.to_owned();
        }
        if self.is_flags() && value != 0 {
            let mut rest = value;
            let mut names = Vec::new();
            let mut sorted = self.labels();
            sorted.sort_by_key(|(_, v)| v.cast_unsigned());
            for (name, bits) in sorted.iter().rev() {
                if *bits != 0 && rest & bits == *bits {
                    rest &= !bits;
                    names.insert(0, name.clone());
                }
            }
            if rest == 0 {
                return names.join(", ");
            }
        }
        value.to_string()
    }

    /// The members that the type itself declares.
    pub(crate) fn own_members(&self) -> &Members {
        self.0.members.get_or_init(|| {
            let mut members = Members::default();
            match &self.0.shape {
                Shape::Table(def) => (def.members)(&mut members),
                Shape::Generic { definition, .. } => (definition.members)(&mut members),
                _ => {}
            }
            members
        })
    }

    /// What the built-in type table says of the type and its bases, the nearest first.
    pub(crate) fn built_in_data(&self) -> &[Arc<TypeData>] {
        self.0.data.get_or_init(|| self.ancestry().filter_map(|of| type_data::built_in(of.name())).collect())
    }

    /// The names of the type and its bases for the wire.
    pub(crate) fn wire_names(&self) -> &Arc<psrp_clixml::TypeNames> {
        self.0.wire_names.get_or_init(|| Arc::new(psrp_clixml::TypeNames::new(self.ancestry().map(Self::name))))
    }

    /// The type and its bases.
    pub(crate) fn ancestry(&self) -> impl Iterator<Item = &Self> {
        std::iter::successors(Some(self), |of| of.base())
    }
}

impl PartialEq for Type {
    fn eq(&self, other: &Self) -> bool {
        if Arc::ptr_eq(&self.0, &other.0) {
            return true;
        }
        // Of each row of the tables there is one type.
        let is_row = |of: &Self| matches!(of.0.shape, Shape::Table(_));
        !(is_row(self) && is_row(other)) && self.0.name == other.0.name && same_class(self, other)
    }
}

/// Classes of scripts may share a name and be different all the same.
fn same_class(a: &Type, b: &Type) -> bool {
    match (a.class(), b.class()) {
        (Some(a), Some(b)) => Arc::ptr_eq(a, b),
        (None, None) => true,
        _ => false,
    }
}

impl Eq for Type {}

impl fmt::Debug for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.name)
    }
}

/// An enum value of the tables by the name of the type and its number.
pub(crate) fn enum_number(of: &str, number: i64) -> Value {
    Value::Enum(known(of), number)
}

/// An enum value of the tables by the names of type and label.
pub(crate) fn enum_value(of: &str, label: &str) -> Value {
    let of = known(of);
    let number = of.labelled(label);
    // Nobody should ask for one that is not there.
    #[cfg(test)]
    assert!(number.is_some(), "{} has no {label}", of.name());
    Value::Enum(of, number.unwrap_or_default())
}

mod special;

pub(crate) use special::{
    as_big, as_plain_number, base_view, big, class_overloads, construct_special, convert_special, exception_properties,
    exception_property, indexer, intrinsic, is_base_view, is_intrinsic, is_method, mark_thrown, method_view, new_array,
    set_exception_property, switch, switch_value,
};
