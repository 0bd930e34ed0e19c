//! What the parser has to know of types. It resolves none itself: which types there are, and what they are derived
//! from, is the engine's knowledge.

use alloc::borrow::Cow;

pub(crate) mod attributes;
mod names;

pub use attributes::AttributeUsage;

/// A type name whose meaning is asked for.
#[derive(Clone, Copy, Debug)]
pub struct TypeQuery<'a> {
    /// The name as written, without type arguments, brackets or assembly.
    pub name: &'a str,
    /// How many type arguments follow it.
    pub arity: usize,
    /// Whether `Attribute` may be missing at its end.
    pub is_attribute: bool,
    /// The namespaces of the script's `using` statements.
    pub namespaces: &'a [&'a str],
}

/// Answers questions about types while a script is checked.
pub trait KnownTypes {
    /// Whether the parser may go on: it asks now and then, and gives up where it may not. A long script takes a while.
    fn goes_on(&self) -> bool {
        true
    }

    /// The full name of the type that is meant; none if there is no such type.
    fn resolve<'a>(&self, query: TypeQuery<'a>) -> Option<Cow<'a, str>>;

    /// Whether the type with this full name is derived from another one.
    fn is_subclass(&self, full_name: &str, base: &str) -> bool;

    /// Whether a static member of the type is a constant, such as a label of an enum.
    fn is_literal(&self, full_name: &str, member: &str) -> bool;

    /// Where an attribute with this full name may stand, and what it lets be set; none if nothing is known of it.
    fn attribute(&self, full_name: &str) -> Option<AttributeUsage> {
        attributes::attribute_usage(full_name)
    }

    /// Whether the types of the script are made from its tree: only then members of one name are told, as PowerShell's
    /// parser tells them before a script runs, and not when it only parses.
    fn makes_types(&self) -> bool {
        false
    }
}

/// Knows type accelerators and common exceptions, and takes every other name for a type that exists: a script is
/// never refused for the lack of knowledge.
#[derive(Clone, Copy, Debug, Default)]
pub struct CommonTypes;

impl KnownTypes for CommonTypes {
    fn resolve<'a>(&self, query: TypeQuery<'a>) -> Option<Cow<'a, str>> {
        let name = query.name;
        if let Some(full) = accelerator(name) {
            return Some(Cow::Borrowed(full));
        }
        if query.is_attribute
            && let Some(full) = name.get(..name.len().saturating_sub(9)).and_then(accelerator)
        {
            return Some(Cow::Borrowed(full));
        }
        Some(match find_exception(name) {
            Some((full, _)) => Cow::Borrowed(full),
            None => Cow::Borrowed(name),
        })
    }

    fn is_subclass(&self, full_name: &str, base: &str) -> bool {
        let mut name = full_name;
        while let Some((_, parent)) = find_exception(name) {
            if parent.eq_ignore_ascii_case(base) {
                return true;
            }
            name = parent;
        }
        false
    }

    fn is_literal(&self, _full_name: &str, _member: &str) -> bool {
        true
    }
}

/// The type an accelerator such as `int` stands for.
pub fn accelerator(name: &str) -> Option<&'static str> {
    let name = name.to_ascii_lowercase();
    let found = names::ACCELERATORS.binary_search_by_key(&name.as_str(), |(accelerator, _)| accelerator).ok()?;
    names::ACCELERATORS.get(found).map(|(_, full)| *full)
}

/// A full name as PowerShell shows it: the accelerator where there is one.
pub(crate) fn short_name(full_name: &str) -> &str {
    let accelerator = names::ACCELERATORS.iter().find(|(_, full)| full.eq_ignore_ascii_case(full_name));
    let Some((short, _)) = accelerator else { return full_name };
    let at = full_name.len().saturating_sub(short.len().saturating_add("Attribute".len()));
    full_name.get(at..at.saturating_add(short.len())).filter(|own| own.eq_ignore_ascii_case(short)).unwrap_or(short)
}

/// All accelerators with the full names of their types, by name.
pub fn accelerators() -> impl Iterator<Item = (&'static str, &'static str)> {
    names::ACCELERATORS.iter().copied()
}

/// An exception by its full name, where `System.` may be missing, and what it is derived from.
fn find_exception(name: &str) -> Option<(&'static str, &'static str)> {
    let find = |name: &str| names::EXCEPTIONS.iter().find(|(full, _)| full.eq_ignore_ascii_case(name)).copied();
    find(name).or_else(|| find(&alloc::format!("System.{name}")))
}

/// A name in full where it is an accelerator or lacks only `System.`.
fn expand(name: &str) -> Cow<'_, str> {
    match accelerator(name) {
        Some(full) => Cow::Borrowed(full),
        None => Cow::Borrowed(name),
    }
}

/// Whether a name means the type with this full name.
pub(crate) fn is_type(name: &str, full_name: &str) -> bool {
    let name = expand(name);
    name.eq_ignore_ascii_case(full_name)
        || full_name.strip_prefix("System.").is_some_and(|short| name.eq_ignore_ascii_case(short))
}

fn is_one_of(name: &str, types: &[&str]) -> bool {
    types.iter().any(|full| is_type(name, full))
}

const INTEGERS: &[&str] = &[
    "System.Byte",
    "System.SByte",
    "System.Int16",
    "System.UInt16",
    "System.Int32",
    "System.UInt32",
    "System.Int64",
    "System.UInt64",
];

const OTHER_PRIMITIVES: &[&str] = &["System.Boolean", "System.Char", "System.Single", "System.Double"];

/// The types besides primitives whose values a `data` section may hold.
const OTHER_DATA: &[&str] = &["System.String", "System.Decimal", "System.DateTime", "System.DBNull"];

/// Whether PowerShell takes this type, which exists, for the underlying one of an enum. It compares the bits of type
/// codes, and only those of strings and dates are not among the bits of the integers' codes.
pub(crate) fn is_enum_underlying_type(name: &str) -> bool {
    !is_one_of(name, &["System.String", "System.DateTime"])
}

/// Whether a cast of a constant to this type is a constant.
pub(crate) fn is_safe_primitive(name: &str) -> bool {
    is_one_of(name, INTEGERS) || is_one_of(name, OTHER_PRIMITIVES)
}

/// Whether a key property of a DSC resource may be of this type, enums aside.
pub(crate) fn is_dsc_key(name: &str) -> bool {
    is_one_of(name, INTEGERS) || is_one_of(name, &["System.String"])
}

/// Whether a `data` section may name this type, or an array of it.
pub(crate) fn is_data_type(name: &str) -> bool {
    let element = name.strip_suffix("[]").unwrap_or(name);
    is_safe_primitive(element) || is_one_of(element, OTHER_DATA)
}
