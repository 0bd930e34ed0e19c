//! StringBuilder.

use std::{
    any::Any,
    sync::{Arc, LazyLock},
};

use parking_lot::Mutex;
use psrpd_dotnet::{Str, cast};

use super::{
    Members, Type, TypeDef,
    args::{check_not_negative, i, n, negative, out_of_range, s, u, unit, units, value},
};
use crate::{
    eval::{Flow, R, Runspace, error},
    limits,
    ops::composite,
    value::{Object, Value, enumerate, text},
};

/// The room that a builder has from the beginning.
const CAPACITY: usize = 16;

/// The most room that a builder adds at once without need.
const BLOCK: usize = 8000;

/// The text so far: as ASCII as long as it is that, else as UTF-16 units, so that places in it are found at once.
struct Content {
    ascii: String,
    wide: Option<Vec<u16>>,
    /// What .NET has reserved for it.
    capacity: usize,
}

impl Content {
    fn new(text: &Str, capacity: usize) -> Self {
        let mut content = Self { ascii: String::new(), wide: None, capacity: capacity.max(Str::len(text)) };
        content.push(text);
        content
    }

    fn len(&self) -> usize {
        self.wide.as_ref().map_or(self.ascii.len(), Vec::len)
    }

    /// The units, for changes of any kind.
    fn units(&mut self) -> &mut Vec<u16> {
        let Self { ascii, wide, .. } = self;
        wide.get_or_insert_with(|| std::mem::take(ascii).bytes().map(u16::from).collect())
    }

    /// Grows as .NET does, block by block.
    fn reserve(&mut self, more: usize) {
        let needed = self.len().saturating_add(more);
        if needed > self.capacity {
            let block = needed.saturating_sub(self.capacity).max(self.capacity.min(BLOCK));
            self.capacity = self.capacity.saturating_add(block);
        }
    }

    fn push(&mut self, text: &Str) {
        self.reserve(Str::len(text));
        if self.wide.is_none() && text.is_ascii() {
            self.ascii.push_str(text);
        } else {
            let more = text.units();
            self.units().extend_from_slice(&more);
        }
    }

    fn get(&self, at: usize) -> Option<u16> {
        match &self.wide {
            Some(units) => units.get(at).copied(),
            None => self.ascii.as_bytes().get(at).copied().map(u16::from),
        }
    }

    fn part(&self, from: usize, length: usize) -> Option<Str> {
        let end = from.checked_add(length)?;
        match &self.wide {
            Some(units) => units.get(from..end).map(Str::from_units),
            None => self.ascii.get(from..end).map(Str::from),
        }
    }

    /// Puts text in the place of a range; none if the range is not there.
    fn replace(&mut self, from: usize, length: usize, with: &Str) -> Option<()> {
        let end = from.checked_add(length).filter(|end| *end <= self.len())?;
        self.reserve(Str::len(with).saturating_sub(length));
        if self.wide.is_none() && with.is_ascii() {
            self.ascii.replace_range(from..end, with);
        } else {
            let new = with.units();
            self.units().splice(from..end, new.iter().copied());
        }
        Some(())
    }
}

/// `System.Text.StringBuilder`
struct Builder(Mutex<Content>);

impl Object for Builder {
    fn type_of(&self) -> Type {
        super::string_builder()
    }

    fn own_type(&self) -> Option<&Type> {
        static OF: LazyLock<Type> = LazyLock::new(super::string_builder);
        Some(&OF)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn text(&self) -> Option<Str> {
        let content = self.0.lock();
        content.part(0, content.len())
    }
}

fn builder(text: &Str, capacity: usize) -> Value {
    Value::object(Builder(Mutex::new(Content::new(text, if capacity == 0 { CAPACITY } else { capacity }))))
}

/// Reads or changes the content; the result of a method is the builder itself.
fn with<T>(this: &Value, change: impl FnOnce(&mut Content) -> T) -> R<T> {
    match this.downcast::<Builder>() {
        Some(builder) => Ok(change(&mut builder.0.lock())),
        None => Err(super::args::no_object()),
    }
}

fn append(this: &Value, text: &Str) -> R<Value> {
    let full = with(this, |content| {
        let full = content.len().saturating_add(Str::len(text)) > limits::MAX_STRING;
        if !full {
            content.push(text);
        }
        full
    })?;
    if full {
        return Err(error::thrown(
            "System.OutOfMemoryException",
            "Insufficient memory to continue the execution of the program.",
        ));
    }
    Ok(this.clone())
}

/// What `Append` and `Insert` write of a value.
fn shown(rs: &mut Runspace, value: &Value) -> R<Str> {
    match value.base() {
        Value::Array(array) if array.element.name() == "System.Char" => {
            Ok(Str::from_units(&units(std::slice::from_ref(value), 0)))
        }
        _ => composite::to_string(rs, value, ""),
    }
}

fn index_out_of_range(parameter: &str) -> Flow {
    out_of_range(
        "Index was out of range. Must be non-negative and less than or equal to the size of the collection.",
        parameter,
    )
}

/// The part of a text that two arguments name.
fn section(text: &Str, args: &[Value], from: usize) -> R<Str> {
    let count = from.saturating_add(1);
    if n(args, count) < 0 {
        return Err(out_of_range("Count cannot be less than zero.", "count"));
    }
    text.substring(u(args, from), u(args, count)).filter(|_| n(args, from) >= 0).ok_or_else(|| {
        out_of_range(
            "Index was out of range. Must be non-negative and less than or equal to the size of the collection.",
            "startIndex",
        )
    })
}

/// A character, so many times.
fn repeated(rs: &Runspace, unit: u16, count: i64) -> R<Str> {
    if count < 0 {
        return Err(out_of_range("Non-negative number required.", "repeatCount"));
    }
    rs.reserve_text(cast::index(count))?;
    Ok(Str::from_units(&vec![unit; cast::index(count)]))
}

/// `builder[index]`
pub(super) fn indexed(object: &Value, index: &Value) -> Option<R<Value>> {
    let builder = object.downcast::<Builder>()?;
    let at = index.as_i128().and_then(|at| usize::try_from(at).ok());
    let found = at.and_then(|at| builder.0.lock().get(at));
    Some(
        found.map(Value::Char).ok_or_else(|| {
            error::foreign("System.IndexOutOfRangeException", "Index was outside the bounds of the array.")
        }),
    )
}

/// `builder[index] = unit`; false where the object is no builder.
///
/// # Errors
/// An index that is out of range.
pub(crate) fn set_indexed(rs: &mut Runspace, object: &Value, index: &Value, value: &Value) -> R<bool> {
    let Some(builder) = object.downcast::<Builder>() else { return Ok(false) };
    let new = match crate::convert::convert(rs, value, &super::char())? {
        Value::Char(unit) => Str::from_units(&[unit]),
        _ => return Ok(false),
    };
    let at = crate::convert::to_i32(rs, index)?;
    let at = usize::try_from(at).unwrap_or(usize::MAX);
    match builder.0.lock().replace(at, 1, &new) {
        Some(()) => Ok(true),
        None => Err(error::foreign(
            "System.ArgumentOutOfRangeException",
            "Index was out of range. Must be non-negative and less than the size of the collection. (Parameter 'index')",
        )),
    }
}

fn properties(m: &mut Members) {
    m.get_set(
        "int Capacity",
        |_, this| with(this, |content| Value::int(content.capacity)),
        |_, this, value| {
            check_not_negative(std::slice::from_ref(&value), &[(0, "value")])?;
            let wanted = value.as_i128().and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
            match with(this, |content| {
                let fits = wanted >= content.len();
                if fits {
                    content.capacity = wanted;
                }
                fits
            })? {
                true => Ok(()),
                false => Err(out_of_range("capacity was less than the current size.", "value")),
            }
        },
    );
    m.get("int MaxCapacity", |_, _| Ok(Value::I32(i32::MAX)));
    m.get_set(
        "int Length",
        |_, this| with(this, |content| Value::int(content.len())),
        |_, this, value| {
            let wanted = value.as_i128().unwrap_or(0);
            let Some(wanted) = usize::try_from(wanted).ok().filter(|wanted| *wanted <= limits::MAX_STRING) else {
                return Err(negative("value", n(std::slice::from_ref(&value), 0)));
            };
            let have = with(this, |content| content.len())?;
            if wanted > have {
                append(this, &Str::from_units(&vec![0; wanted.saturating_sub(have)])).map(drop)
            } else {
                with(this, |content| content.replace(wanted, have.saturating_sub(wanted), &Str::default())).map(drop)
            }
        },
    );
    m.method("int EnsureCapacity(int capacity)", |_, this, args| {
        check_not_negative(args, &[(0, "capacity")])?;
        with(this, |content| {
            content.capacity = content.capacity.max(u(args, 0));
            Value::int(content.capacity)
        })
    });
    m.method("char get_Chars(int index)", |rs, this, args| rs.index(this, &Value::I32(i(args, 0))));
    m.method("void set_Chars(int index, char value)", |rs, this, args| {
        set_indexed(rs, this, &Value::I32(i(args, 0)), &value(args, 1)).map(|_| Value::AutomationNull)
    });
    m.method("char Chars(int index)", |rs, this, args| rs.index(this, &Value::I32(i(args, 0))));
}

fn append_shown(rs: &mut Runspace, this: &Value, args: &[Value]) -> R<Value> {
    let shown = shown(rs, &value(args, 0))?;
    append(this, &shown)
}

fn insert_shown(rs: &mut Runspace, this: &Value, args: &[Value]) -> R<Value> {
    let shown = shown(rs, &value(args, 1))?;
    insert(this, n(args, 0), &shown)
}

fn appends(m: &mut Members) {
    m.method("System.Text.StringBuilder Append(string value)", |_, this, args| append(this, &s(args, 0)));
    m.method("System.Text.StringBuilder Append(char[] value)", |_, this, args| {
        append(this, &Str::from_units(&units(args, 0)))
    });
    for declaration in [
        "System.Text.StringBuilder Append(System.Text.StringBuilder value)",
        "System.Text.StringBuilder Append(bool value)",
        "System.Text.StringBuilder Append(char value)",
        "System.Text.StringBuilder Append(sbyte value)",
        "System.Text.StringBuilder Append(byte value)",
        "System.Text.StringBuilder Append(short value)",
        "System.Text.StringBuilder Append(int value)",
        "System.Text.StringBuilder Append(long value)",
        "System.Text.StringBuilder Append(float value)",
        "System.Text.StringBuilder Append(double value)",
        "System.Text.StringBuilder Append(decimal value)",
        "System.Text.StringBuilder Append(ushort value)",
        "System.Text.StringBuilder Append(uint value)",
        "System.Text.StringBuilder Append(ulong value)",
        "System.Text.StringBuilder Append(System.Object value)",
    ] {
        m.method(declaration, append_shown);
    }
    m.method("System.Text.StringBuilder Append(char value, int repeatCount)", |rs, this, args| {
        append(this, &repeated(rs, unit(args, 0), n(args, 1))?)
    });
    m.method("System.Text.StringBuilder Append(string value, int startIndex, int count)", |_, this, args| {
        append(this, &section(&s(args, 0), args, 1)?)
    });
    m.method("System.Text.StringBuilder Append(char[] value, int startIndex, int charCount)", |_, this, args| {
        append(this, &section(&Str::from_units(&units(args, 0)), args, 1)?)
    });
    m.method(
        "System.Text.StringBuilder Append(System.Text.StringBuilder value, int startIndex, int count)",
        |_, this, args| append(this, &section(&s(args, 0), args, 1)?),
    );
    m.method("System.Text.StringBuilder AppendLine()", |_, this, _| append(this, &"\n".into()));
    m.method("System.Text.StringBuilder AppendLine(string value)", |_, this, args| {
        append(this, &s(args, 0))?;
        append(this, &"\n".into())
    });
    m.method("System.Text.StringBuilder AppendFormat(string format, params System.Object[] args)", |rs, this, args| {
        let rest = args.get(1..).unwrap_or(&[]);
        let shown = composite::format(rs, &s(args, 0), rest).map_err(super::integers::unwrap_format)?;
        append(this, &shown)
    });
    m.method(
        "System.Text.StringBuilder AppendFormat(System.IFormatProvider provider, string format, params System.Object[] args)",
        |rs, this, args| {
            let (format, rest) = (s(args, 1), args.get(2..).unwrap_or(&[]));
            let shown = composite::with_provider(rs, args.first(), |rs| composite::format(rs, &format, rest))
                .map_err(super::integers::unwrap_format)?;
            append(this, &shown)
        },
    );
    for declaration in [
        "System.Text.StringBuilder AppendJoin(string separator, params System.Object[] values)",
        "System.Text.StringBuilder AppendJoin(string separator, params string[] values)",
        "System.Text.StringBuilder AppendJoin(char separator, params System.Object[] values)",
        "System.Text.StringBuilder AppendJoin(char separator, params string[] values)",
    ] {
        m.method(declaration, |rs, this, args| {
            let separator = s(args, 0);
            let items = super::strings::each(args.get(1..).unwrap_or(&[]));
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    append(this, &separator)?;
                }
                let shown = composite::to_string(rs, item, "")?;
                append(this, &shown)?;
            }
            Ok(this.clone())
        });
    }
}

/// Inserts text; the index may be that behind the end.
fn insert(this: &Value, at: i64, text: &Str) -> R<Value> {
    let place = usize::try_from(at).unwrap_or(usize::MAX);
    match with(this, |content| content.replace(place, 0, text))? {
        Some(()) => Ok(this.clone()),
        None => Err(index_out_of_range("index")),
    }
}

fn changes(m: &mut Members) {
    m.method("System.Text.StringBuilder Insert(int index, string value)", |_, this, args| {
        insert(this, n(args, 0), &s(args, 1))
    });
    m.method("System.Text.StringBuilder Insert(int index, char[] value)", |_, this, args| {
        insert(this, n(args, 0), &Str::from_units(&units(args, 1)))
    });
    for declaration in [
        "System.Text.StringBuilder Insert(int index, bool value)",
        "System.Text.StringBuilder Insert(int index, char value)",
        "System.Text.StringBuilder Insert(int index, sbyte value)",
        "System.Text.StringBuilder Insert(int index, byte value)",
        "System.Text.StringBuilder Insert(int index, short value)",
        "System.Text.StringBuilder Insert(int index, int value)",
        "System.Text.StringBuilder Insert(int index, long value)",
        "System.Text.StringBuilder Insert(int index, float value)",
        "System.Text.StringBuilder Insert(int index, double value)",
        "System.Text.StringBuilder Insert(int index, decimal value)",
        "System.Text.StringBuilder Insert(int index, ushort value)",
        "System.Text.StringBuilder Insert(int index, uint value)",
        "System.Text.StringBuilder Insert(int index, ulong value)",
        "System.Text.StringBuilder Insert(int index, System.Object value)",
    ] {
        m.method(declaration, insert_shown);
    }
    m.method("System.Text.StringBuilder Insert(int index, string value, int count)", |rs, this, args| {
        check_not_negative(args, &[(2, "count")])?;
        let text = s(args, 1);
        rs.reserve_text(Str::len(&text).saturating_mul(u(args, 2)))?;
        insert(this, n(args, 0), &Str::from_units(&text.units().repeat(u(args, 2))))
    });
    m.method(
        "System.Text.StringBuilder Insert(int index, char[] value, int startIndex, int charCount)",
        |_, this, args| insert(this, n(args, 0), &section(&Str::from_units(&units(args, 1)), args, 2)?),
    );
    m.method("System.Text.StringBuilder Remove(int startIndex, int length)", |_, this, args| {
        check_not_negative(args, &[(1, "length"), (0, "startIndex")])?;
        match with(this, |content| content.replace(u(args, 0), u(args, 1), &Str::default()))? {
            Some(()) => Ok(this.clone()),
            None => Err(index_out_of_range("length")),
        }
    });
    for declaration in [
        "System.Text.StringBuilder Replace(string oldValue, string newValue)",
        "System.Text.StringBuilder Replace(string oldValue, string newValue, int startIndex, int count)",
        "System.Text.StringBuilder Replace(char oldChar, char newChar)",
        "System.Text.StringBuilder Replace(char oldChar, char newChar, int startIndex, int count)",
    ] {
        m.method(declaration, replace);
    }
    m.method("System.Text.StringBuilder Clear()", |_, this, _| {
        with(this, |content| {
            content.ascii.clear();
            content.wide = None;
        })?;
        Ok(this.clone())
    });
}

fn replace(_rs: &mut Runspace, this: &Value, args: &[Value]) -> R<Value> {
    let (old, new) = (s(args, 0), s(args, 1));
    if old.is_empty() {
        return Err(error::argument("System.ArgumentException", "The value cannot be an empty string.", "oldValue"));
    }
    let whole = with(this, |content| content.len())?;
    for (at, name) in [(2, "startIndex"), (3, "count")] {
        if n(args, at) < 0 && args.len() > 2 {
            return Err(index_out_of_range(name));
        }
    }
    let (from, count) = if args.len() > 2 { (u(args, 2), u(args, 3)) } else { (0, whole) };
    let Some(part) = with(this, |content| content.part(from, count))? else {
        return Err(index_out_of_range(if from > whole { "startIndex" } else { "count" }));
    };
    let changed: Str = if part.is_wide() || old.is_wide() || new.is_wide() {
        super::strings::replace_units(&part, &old, &new)
    } else {
        part.replace(old.as_str(), &new).into()
    };
    with(this, |content| content.replace(from, count, &changed))?;
    Ok(this.clone())
}

fn reads(m: &mut Members) {
    m.method("string ToString()", |_, this, _| Ok(Value::Str(text(this))));
    m.method("string ToString(int startIndex, int length)", |_, this, args| {
        let length = with(this, |content| cast::int64(content.len()))?;
        let from = n(args, 0);
        check_not_negative(args, &[(0, "startIndex")])?;
        if from > length {
            return Err(out_of_range("startIndex cannot be larger than length of string.", "startIndex"));
        }
        check_not_negative(args, &[(1, "length")])?;
        with(this, |content| content.part(u(args, 0), u(args, 1)))?
            .map(Value::Str)
            .ok_or_else(|| out_of_range("Index and length must refer to a location within the string.", "length"))
    });
    m.method("void CopyTo(int sourceIndex, char[] destination, int destinationIndex, int count)", |_, this, args| {
        let Some(target) = args.get(1).and_then(Value::as_array) else { return Err(super::args::null("destination")) };
        check_not_negative(args, &[(2, "destinationIndex"), (3, "count")])?;
        if u(args, 2).saturating_add(u(args, 3)) > target.len() {
            let message = "Either offset did not refer to a position in the string, or there is an insufficient length of destination character array.";
            return Err(error::thrown("System.ArgumentException", message));
        }
        if n(args, 0) < 0 {
            return Err(index_out_of_range("sourceIndex"));
        }
        let part = with(this, |content| content.part(u(args, 0), u(args, 3)))?;
        let Some(part) = part else { return Err(index_out_of_range("sourceIndex")) };
        super::strings::copy_units(&part, target, u(args, 2))?;
        Ok(Value::AutomationNull)
    });
    m.method("bool Equals(System.Text.StringBuilder sb)", |_, this, args| {
        let other = value(args, 0);
        Ok((other.downcast::<Builder>().is_some() && text(this) == text(&other)).into())
    });
}

fn members(m: &mut Members) {
    m.constructor("System.Text.StringBuilder()", |_, _, _| Ok(builder(&Str::default(), 0)));
    m.constructor("System.Text.StringBuilder(string value)", |_, _, args| Ok(builder(&s(args, 0), 0)));
    m.constructor("System.Text.StringBuilder(int capacity)", |_, _, args| capacity(args, 0, &Str::default()));
    m.constructor("System.Text.StringBuilder(int capacity, int maxCapacity)", |_, _, args| {
        capacity(args, 0, &Str::default())
    });
    m.constructor("System.Text.StringBuilder(string value, int capacity)", |_, _, args| capacity(args, 1, &s(args, 0)));
    m.constructor("System.Text.StringBuilder(string value, int startIndex, int length, int capacity)", |_, _, args| {
        let part = section(&s(args, 0), args, 1)?;
        capacity(args, 3, &part)
    });
    properties(m);
    appends(m);
    changes(m);
    reads(m);
}

fn capacity(args: &[Value], at: usize, text: &Str) -> R<Value> {
    check_not_negative(args, &[(at, "capacity")])?;
    Ok(builder(text, u(args, at)))
}

pub(super) const TYPES: &[TypeDef] = &[TypeDef::class("System.Text.StringBuilder").members(members)];

/// The bytes of a collection; those of an array are shared with it.
pub(crate) fn to_bytes(value: &Value) -> Arc<Vec<u8>> {
    if let Some(bytes) = value.as_array().and_then(|array| array.bytes()) {
        return bytes;
    }
    let byte = |item: &Value| item.as_i128().map_or(0, |n| cast::low8(i64::try_from(n).unwrap_or(0)));
    Arc::new(enumerate(value).unwrap_or_default().iter().map(byte).collect())
}
