//! `PSSerializer`

use super::TypeDef;
use crate::{
    eval::R,
    serial::document,
    value::{Value, text},
};

/// How deep objects are written where nobody says.
const DEPTH: i32 = 1;

fn objects(rs: &mut crate::eval::Runspace, args: &[Value]) -> R<Vec<Value>> {
    document::deserialize(rs, &args.first().map(text).unwrap_or_default())
}

pub(super) const TYPES: &[TypeDef] = &[TypeDef::class("System.Management.Automation.PSSerializer").members(|m| {
    m.function("string Serialize(System.Object source)", |rs, _, args| {
        document::serialize(rs, args.first().unwrap_or(&Value::Null), DEPTH).map(Value::from)
    });
    m.function("string Serialize(System.Object source, int depth)", |rs, _, args| {
        let depth = match args.get(1) {
            Some(Value::I32(depth)) => *depth,
            _ => DEPTH,
        };
        document::serialize(rs, args.first().unwrap_or(&Value::Null), depth).map(Value::from)
    });
    m.function("System.Object Deserialize(string source)", |rs, _, args| {
        let mut objects = objects(rs, args)?;
        Ok(if objects.len() == 1 { objects.pop().unwrap_or_default() } else { Value::array(objects) })
    });
    m.function("System.Object[] DeserializeAsList(string source)", |rs, _, args| objects(rs, args).map(Value::array));
})];
