//! `ITypeName`: names of types as they are written.

use std::{any::Any, sync::Arc};

use psrpd_dotnet::Str;
use psrpd_lang::ast::{TypeId, TypeName};

use crate::{
    ir::Source,
    types::{Members, Type},
    value::{Object, Value},
};

struct Written {
    source: Arc<Source>,
    id: TypeId,
}

/// A type name as scripts see it.
pub(super) fn value(source: &Arc<Source>, id: TypeId) -> Value {
    Value::object(Written { source: source.clone(), id })
}

impl Object for Written {
    fn type_of(&self) -> Type {
        super::class(match self.name() {
            TypeName::Simple { .. } => "TypeName",
            TypeName::Array { .. } => "ArrayTypeName",
            TypeName::Generic { .. } => "GenericTypeName",
        })
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn text(&self) -> Option<Str> {
        Some(self.full_name().into())
    }
}

impl Written {
    fn name(&self) -> TypeName {
        *self.source.script.type_name(self.id)
    }

    fn full_name(&self) -> String {
        self.source.script.full_type_name(self.id)
    }

    /// The name without the assembly behind it.
    fn short_name(&self) -> String {
        let full = self.full_name();
        match self.assembly() {
            Some(assembly) => full.strip_suffix(&format!(",{assembly}")).unwrap_or(&full).to_owned(),
            None => full,
        }
    }

    fn assembly(&self) -> Option<String> {
        match self.name() {
            TypeName::Simple { assembly, .. } => assembly.map(|name| self.source.script.text(name).to_owned()),
            _ => None,
        }
    }

    fn at(&self, id: TypeId) -> Value {
        value(&self.source, id)
    }
}

fn written(value: &Value) -> Option<&Written> {
    value.downcast::<Written>()
}

pub(super) fn members(m: &mut Members) {
    macro_rules! rows {
        ($($declaration:literal => |$this:ident| $read:expr;)*) => {
            $(m.get($declaration, |_, this| Ok(written(this).map_or(Value::Null, |$this| $read)));)*
        };
    }
    rows! {
        "string FullName" => |t| t.full_name().into();
        "string Name" => |t| t.short_name().into();
        "string AssemblyName" => |t| t.assembly().into();
        "bool IsArray" => |t| matches!(t.name(), TypeName::Array { .. }).into();
        "bool IsGeneric" => |t| matches!(t.name(), TypeName::Generic { .. }).into();
        "System.Management.Automation.Language.IScriptExtent Extent" => |t| super::extent_value(&t.source, t.name().extent());
    }
    m.method("type GetReflectionType()", |rs, this, _| {
        let name = written(this).map(Written::full_name).unwrap_or_default();
        Ok(rs.find_type(&name).into())
    });
    m.method("type GetReflectionAttributeType()", |rs, this, _| {
        let name = written(this).map(Written::full_name).unwrap_or_default();
        Ok(rs.find_type(&name).or_else(|| rs.find_type(&format!("{name}Attribute"))).into())
    });
}

pub(super) fn array_members(m: &mut Members) {
    m.get("System.Management.Automation.Language.ITypeName ElementType", |_, this| {
        Ok(match written(this).map(|t| (t, t.name())) {
            Some((t, TypeName::Array { element, .. })) => t.at(element),
            _ => Value::Null,
        })
    });
    m.get("int Rank", |_, this| {
        Ok(match written(this).map(Written::name) {
            Some(TypeName::Array { rank, .. }) => Value::I32(i32::try_from(rank).unwrap_or(i32::MAX)),
            _ => Value::Null,
        })
    });
}

pub(super) fn generic_members(m: &mut Members) {
    m.get("System.Management.Automation.Language.ITypeName TypeName", |_, this| {
        Ok(match written(this).map(|t| (t, t.name())) {
            Some((t, TypeName::Generic { definition, .. })) => t.at(definition),
            _ => Value::Null,
        })
    });
    m.get(
        "System.Collections.ObjectModel.ReadOnlyCollection[System.Management.Automation.Language.ITypeName] GenericArguments",
        |_, this| {
            Ok(match written(this).map(|t| (t, t.name())) {
                Some((t, TypeName::Generic { arguments, .. })) => {
                    let items = t.source.script.types(arguments).iter().map(|id| t.at(*id)).collect();
                    super::read_only(&super::class("ITypeName"), items)
                }
                _ => Value::Null,
            })
        },
    );
}
