//! What `NumberFormatInfo` and `DateTimeFormatInfo` share: objects that say how a culture writes, which scripts may change.

use std::{
    any::Any,
    sync::atomic::{AtomicBool, Ordering},
};

use parking_lot::Mutex;
use psrpd_dotnet::Str;

use super::{Type, args, culture, known};
use crate::{
    eval::{R, Runspace, error},
    value::{Object, Opaque, Value, text},
};

/// How a culture writes numbers or dates.
pub(super) trait Formats: Clone + Send + 'static {
    /// The type of the object.
    const TYPE: &'static str;
    /// The property of a culture that has it.
    const PART: &'static str;
}

/// It as an object.
pub(super) struct Format<T: Formats> {
    values: Mutex<T>,
    is_fixed: AtomicBool,
}

impl<T: Formats> Object for Format<T> {
    fn type_of(&self) -> Type {
        known(T::TYPE)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// As an object that can be changed or not.
pub(super) fn object<T: Formats>(values: T, is_fixed: bool) -> Value {
    Value::object(Format { values: Mutex::new(values), is_fixed: AtomicBool::new(is_fixed) })
}

pub(super) fn of<T: Formats>(this: &Value) -> R<&Format<T>> {
    this.downcast::<Format<T>>().ok_or_else(args::no_object)
}

impl<T: Formats> Format<T> {
    pub(super) fn is_fixed(&self) -> bool {
        self.is_fixed.load(Ordering::Relaxed)
    }

    /// Lets nobody change it any more.
    pub(super) fn fix(&self) {
        self.is_fixed.store(true, Ordering::Relaxed);
    }

    pub(super) fn values(&self) -> T {
        self.values.lock().clone()
    }

    /// Another one that can be changed.
    pub(super) fn copy(&self) -> Value {
        object(self.values(), false)
    }
}

pub(super) fn get<T: Formats>(this: &Value, read: impl FnOnce(&T) -> Value) -> R<Value> {
    Ok(read(&of::<T>(this)?.values.lock()))
}

pub(super) fn instance_fixed() -> crate::eval::Flow {
    error::thrown("System.InvalidOperationException", "Instance is read-only.")
}

/// Changes it; who writes as the culture of the session does from now on writes so.
pub(super) fn set<T: Formats>(rs: &mut Runspace, this: &Value, change: impl FnOnce(&mut T)) -> R<()> {
    let format = of::<T>(this)?;
    if format.is_fixed() {
        return Err(instance_fixed());
    }
    change(&mut format.values.lock());
    culture::refresh(rs)
}

/// `GetInstance()`: what is asked for itself, that part of a culture, or that of the current one.
pub(super) fn instance<T: Formats>(rs: &mut Runspace, provider: Option<&Value>) -> R<Value> {
    let provider = provider.cloned().unwrap_or_default();
    if provider.downcast::<Format<T>>().is_some() {
        return Ok(provider);
    }
    let culture = if culture::is_culture(&provider) { provider } else { culture::current(rs)? };
    let found = culture.downcast::<Opaque>().and_then(|bag| bag.get(T::PART));
    found.ok_or_else(|| culture::without_formats(&culture))
}

/// `ReadOnly()`
pub(super) fn fixed<T: Formats>(args: &[Value], parameter: &str) -> R<Value> {
    match args.first() {
        Some(format) if !format.is_null() => Ok(object(of::<T>(format)?.values(), true)),
        _ => Err(args::null(parameter)),
    }
}

/// `GetFormat()`: itself, if it is asked for.
pub(super) fn format_of<T: Formats>(this: &Value, args: &[Value]) -> Value {
    match args.first().map(Value::base) {
        Some(Value::Type(of)) if of.name() == T::TYPE => this.clone(),
        _ => Value::Null,
    }
}

pub(super) fn string(of: &str) -> Value {
    Value::from(of)
}

pub(super) fn strings(of: &Value) -> Vec<String> {
    let items = crate::value::enumerate(of).unwrap_or_default();
    items.iter().map(|item| text(item).to_string()).collect()
}

pub(super) fn words(of: &Value) -> String {
    Str::to_string(&text(of))
}
