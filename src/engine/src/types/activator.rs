//! `System.Activator`

use super::{Members, TypeDef};
use crate::value::Value;

fn members(m: &mut Members) {
    for signature in [
        "System.Object CreateInstance(type type)",
        "System.Object CreateInstance(type type, params System.Object[] args)",
    ] {
        m.function(signature, |rs, _, args| match args.first().map(Value::base) {
            Some(Value::Type(of)) => rs.activate(&of.clone(), args.get(1..).unwrap_or(&[])),
            _ => Ok(Value::Null),
        });
    }
}

pub(super) const TYPES: &[TypeDef] = &[TypeDef::class("System.Activator").members(members)];
