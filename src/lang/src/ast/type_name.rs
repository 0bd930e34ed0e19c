//! Names of types as they are written in a script.

use alloc::string::String;

use super::{Builder, Text, TypeId, TypeList};
use crate::{extent::Extent, limits};

/// A type name; PowerShell's `TypeName`, `ArrayTypeName` and `GenericTypeName`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TypeName {
    /// `Name`, or `Name, Assembly`.
    Simple {
        /// The name.
        name: Text,
        /// The assembly behind the comma.
        assembly: Option<Text>,
        /// Where it stands.
        extent: Extent,
    },
    /// `Element[]`.
    Array {
        /// The type of an element.
        element: TypeId,
        /// How many dimensions.
        rank: u32,
        /// Where it stands.
        extent: Extent,
    },
    /// `Definition[Argument, ..]`.
    Generic {
        /// The generic type, a simple name; an assembly behind the whole belongs to it.
        definition: TypeId,
        /// The arguments.
        arguments: TypeList,
        /// Where it stands.
        extent: Extent,
    },
}

impl TypeName {
    pub(crate) const MISSING: Self =
        Self::Simple { name: Text::slice(Extent::EMPTY), assembly: None, extent: Extent::EMPTY };

    /// Where it stands.
    pub const fn extent(&self) -> Extent {
        match self {
            Self::Simple { extent, .. } | Self::Array { extent, .. } | Self::Generic { extent, .. } => *extent,
        }
    }
}

impl Builder {
    /// The name without assembly (`ITypeName.Name`).
    pub(crate) fn short_type_name(&self, source: &str, id: TypeId) -> String {
        let mut name = String::new();
        self.write_type_name(source, id, false, 0, &mut name);
        name
    }

    /// The name with assembly (`ITypeName.FullName`).
    pub(crate) fn full_type_name(&self, source: &str, id: TypeId) -> String {
        let mut name = String::new();
        self.write_type_name(source, id, true, 0, &mut name);
        if let Some(assembly) = self.assembly(id) {
            name.push(',');
            name.push_str(self.texts.get(source, assembly));
        }
        name
    }

    fn write_type_name(&self, source: &str, id: TypeId, full: bool, depth: u32, out: &mut String) {
        // Arrays of arrays are as deep as the script is long: from the outside in, without recursion.
        let mut brackets = String::new();
        let mut id = id;
        while let TypeName::Array { element, rank, .. } = *self.type_name(id) {
            let commas: String = (1..rank).map(|_| ',').collect();
            brackets.insert_str(0, &alloc::format!("[{commas}]"));
            id = element;
        }
        let full = full && brackets.is_empty();
        match *self.type_name(id) {
            TypeName::Generic { definition, arguments, .. } if depth < limits::MAX_NESTING => {
                let depth = depth.saturating_add(1);
                self.write_type_name(source, definition, false, depth, out);
                out.push('[');
                for (position, argument) in self.type_list(arguments).iter().enumerate() {
                    if position > 0 {
                        out.push(',');
                    }
                    self.write_type_name(source, *argument, full, depth, out);
                    if full && let Some(assembly) = self.assembly(*argument) {
                        out.push(',');
                        out.push_str(self.texts.get(source, assembly));
                    }
                }
                out.push(']');
            }
            TypeName::Simple { name, .. } => out.push_str(self.texts.get(source, name)),
            _ => {}
        }
        out.push_str(&brackets);
    }

    /// The assembly behind a type name.
    pub(crate) fn assembly(&self, id: TypeId) -> Option<Text> {
        let mut id = id;
        loop {
            match *self.type_name(id) {
                TypeName::Simple { assembly, .. } => return assembly,
                TypeName::Array { element, .. } => id = element,
                TypeName::Generic { definition, .. } => id = definition,
            }
        }
    }
}
