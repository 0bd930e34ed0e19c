//! Every public type of .NET and PowerShell: its attributes, assembly, base and interfaces, as `types.txt` lists them.
//!
//! `! assembly`; `@ offset namespace`, which says in hexadecimal where its block begins behind these lines; `# namespace`; then
//! a line for each type: name, `TypeAttributes` and number of the assembly in hexadecimal, base, interfaces that the base has
//! not. A leading dot stands for `System.`, a lone one for `System.Object`, `-` for no base.

use std::sync::LazyLock;

use psrpd_dotnet::casing;

/// The bit of `TypeAttributes` that marks interfaces.
const INTERFACE: u32 = 0x20;
/// Our own bit for structures that live on the stack only.
pub(crate) const BY_REF_LIKE: u32 = 0x4000_0000;

/// The head of the list. Of the rest only the blocks that are asked for are read: it is long, and every session holds what
/// it has read of it.
struct Table {
    assemblies: Box<[&'static str]>,
    /// The namespaces and where their blocks begin.
    spaces: Box<[(&'static str, usize)]>,
    blocks: &'static str,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let (mut assemblies, mut spaces) = (Vec::new(), Vec::new());
    let mut rest = include_str!("types.txt");
    while let Some((line, after)) = rest.split_once('\n') {
        match line.split_once(' ') {
            Some(("!", assembly)) => assemblies.push(assembly),
            Some(("@", space)) => spaces.extend(place(space)),
            _ => break,
        }
        rest = after;
    }
    Table { assemblies: assemblies.into(), spaces: spaces.into(), blocks: rest }
});

/// `offset namespace`
fn place(line: &'static str) -> Option<(&'static str, usize)> {
    let (offset, namespace) = line.split_once(' ')?;
    Some((namespace, usize::from_str_radix(offset, 16).ok()?))
}

impl Table {
    /// The lines of the types of a namespace.
    fn block(&self, offset: usize) -> impl Iterator<Item = &'static str> + use<> {
        let lines = self.blocks.get(offset..).unwrap_or("").lines();
        lines.skip(1).take_while(|line| !line.starts_with('#'))
    }
}

/// What is known of a type.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Relations {
    namespace: &'static str,
    name: &'static str,
    /// `TypeAttributes`
    pub(crate) attributes: u32,
    pub(crate) assembly: &'static str,
    base: &'static str,
    interfaces: &'static str,
}

/// A name of the list in full.
fn full(name: &str) -> String {
    match name.strip_prefix('.') {
        Some("") => "System.Object".into(),
        Some(rest) => format!("System.{rest}"),
        None => name.into(),
    }
}

impl Relations {
    fn read(namespace: &'static str, line: &'static str) -> Option<Self> {
        let mut words = line.splitn(5, ' ');
        let name = words.next()?;
        let attributes = u32::from_str_radix(words.next()?, 16).ok()?;
        let assembly = usize::from_str_radix(words.next()?, 16).ok()?;
        let assembly = TABLE.assemblies.get(assembly).copied()?;
        let (base, interfaces) = (words.next()?, words.next().unwrap_or(""));
        Some(Self { namespace, name, attributes, assembly, base, interfaces })
    }

    /// The full name; generic ones end in `` `1 ``.
    pub(crate) fn full_name(&self) -> String {
        format!("{}.{}", self.namespace, self.name)
    }

    pub(crate) fn base(&self) -> Option<String> {
        (self.base != "-").then(|| full(self.base))
    }

    /// The interfaces that the base has not.
    pub(crate) fn interfaces(&self) -> impl Iterator<Item = String> + use<> {
        self.interfaces.split(' ').filter(|name| !name.is_empty()).map(full)
    }

    pub(crate) fn is_interface(&self) -> bool {
        self.attributes & INTERFACE != 0
    }
}

/// What is known of the type of this full name, ignoring case; the name may have type arguments.
pub(crate) fn relations(full_name: &str) -> Option<Relations> {
    let open = full_name.split('[').next().unwrap_or(full_name);
    let outer = open.split('+').next().unwrap_or(open);
    let at = outer.rfind('.')?;
    let (namespace, name) = (open.get(..at)?, open.get(at.saturating_add(1)..)?);
    let (namespace, offset) = *TABLE.spaces.iter().find(|(have, _)| casing::eq(have, namespace))?;
    let line = TABLE.block(offset).find(|line| line.split(' ').next().is_some_and(|have| casing::eq(have, name)))?;
    Relations::read(namespace, line)
}

/// Whether .NET derives one type from another or gives it that interface, by their full names.
pub(crate) fn derives(full_name: &str, other: &str) -> bool {
    let wanted = other.split('[').next().unwrap_or(other);
    let mut next = relations(full_name);
    while let Some(of) = next {
        if of.full_name() == wanted || of.interfaces().any(|name| name == wanted) {
            return true;
        }
        next = of.base().and_then(|base| relations(&base));
    }
    false
}

/// All namespaces, and the names of the types in them.
pub(crate) fn namespaces() -> impl Iterator<Item = (&'static str, impl Iterator<Item = &'static str>)> {
    let types = |offset: usize| TABLE.block(offset).filter_map(|line| line.split(' ').next());
    TABLE.spaces.iter().map(move |(namespace, offset)| (*namespace, types(*offset)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_found_by_name() {
        let of = relations("system.io.FILESTREAM").unwrap();
        assert_eq!(of.full_name(), "System.IO.FileStream");
        assert_eq!(of.base().as_deref(), Some("System.IO.Stream"));
        assert!(of.assembly.starts_with("System.Private.CoreLib, "));
        assert!(relations("System.Collections.Generic.Dictionary`2+KeyCollection").is_some());
        assert!(relations("System.IDisposable").unwrap().is_interface());
        assert!(relations("System.IO.Nothing").is_none());
    }

    #[test]
    fn every_namespace_stands_where_the_head_says() {
        for (namespace, offset) in &TABLE.spaces {
            let found = TABLE.blocks.get(*offset..).and_then(|rest| rest.lines().next());
            assert_eq!(found, Some(format!("# {namespace}").as_str()));
        }
        assert_eq!(TABLE.blocks.lines().filter(|line| line.starts_with('#')).count(), TABLE.spaces.len());
    }

    #[test]
    fn kinship_goes_through_bases_and_interfaces() {
        assert!(derives("System.IO.FileStream", "System.MarshalByRefObject"));
        assert!(derives("System.IO.FileStream", "System.IAsyncDisposable"));
        assert!(derives(
            "System.Collections.Generic.List`1[[System.Int32, x]]",
            "System.Collections.Generic.IReadOnlyList`1"
        ));
        assert!(!derives("System.String", "System.IDisposable"));
    }
}
