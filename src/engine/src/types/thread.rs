//! `System.Threading.Thread`: the one that runs the script.

use std::{any::Any, time::Duration};

use super::{Type, TypeDef, culture, known};
use crate::{
    eval::{R, Runspace},
    value::{Object, Value},
};

struct Current;

impl Object for Current {
    fn type_of(&self) -> Type {
        known("System.Threading.Thread")
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

fn sleep(rs: &mut Runspace, args: &[Value]) -> R<Value> {
    const TICKS_PER_MILLISECOND: i64 = 10_000;
    let milliseconds = match args.first() {
        Some(Value::TimeSpan(span)) => span.0.checked_div(TICKS_PER_MILLISECOND).unwrap_or(0),
        Some(other) => other.as_i128().and_then(|n| i64::try_from(n).ok()).unwrap_or(0),
        None => 0,
    };
    // -1 is without end.
    let time = u64::try_from(milliseconds).map_or(Duration::MAX, Duration::from_millis);
    rs.stop.sleep(time);
    rs.check_stop()?;
    Ok(Value::AutomationNull)
}

pub(super) const TYPES: &[TypeDef] = &[TypeDef::class("System.Threading.Thread").members(|m| {
    m.constant("System.Threading.Thread CurrentThread", |_, _| Ok(Value::object(Current)));
    m.function("void Sleep(int millisecondsTimeout)", |rs, _, args| sleep(rs, args));
    m.function("void Sleep(timespan timeout)", |rs, _, args| sleep(rs, args));
    m.get_set(
        "cultureinfo CurrentCulture",
        |rs, _| culture::current(rs),
        |rs, _, value| culture::set_current(rs, &value),
    );
    m.get_set(
        "cultureinfo CurrentUICulture",
        |rs, _| culture::current_ui(rs),
        |rs, _, value| culture::set_current_ui(rs, &value),
    );
    m.get("string Name", |_, _| Ok(Value::Null));
    m.get("bool IsAlive", |_, _| Ok(true.into()));
    m.get("bool IsThreadPoolThread", |_, _| Ok(false.into()));
    m.get("int ManagedThreadId", |_, _| Ok(Value::I32(1)));
})];
