//! `Stopwatch`, and `Random` as .NET seeds it.

use std::any::Any;

use parking_lot::Mutex;
use psrpd_dotnet::{Str, TimeSpan, cast, random};

use super::{Members, Type, TypeDef, args::n, known};
use crate::{
    eval::{Flow, R, Runspace, error},
    value::{Category, ErrorRecord, Exception, Object, Value},
};

/// Ticks measured so far, and since when it runs.
struct Stopwatch(Mutex<(i64, Option<i64>)>);

impl Object for Stopwatch {
    fn type_of(&self) -> Type {
        known("System.Diagnostics.Stopwatch")
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn text(&self) -> Option<Str> {
        Some(TimeSpan(self.0.lock().0).to_string().into())
    }
}

fn elapsed(rs: &Runspace, this: &Value) -> i64 {
    let Some(watch) = this.downcast::<Stopwatch>() else { return 0 };
    let (so_far, since) = *watch.0.lock();
    so_far.saturating_add(since.map_or(0, |since| rs.platform.now().saturating_sub(since).max(0)))
}

/// Starts or stops; what it has measured is kept or not.
fn change(rs: &Runspace, this: &Value, keep: bool, run: bool) -> R<Value> {
    let measured = elapsed(rs, this);
    if let Some(watch) = this.downcast::<Stopwatch>() {
        *watch.0.lock() = (if keep { measured } else { 0 }, run.then(|| rs.platform.now()));
    }
    Ok(Value::AutomationNull)
}

fn stopwatch(m: &mut Members) {
    m.constructor("System.Diagnostics.Stopwatch()", |_, _, _| Ok(Value::object(Stopwatch(Mutex::new((0, None))))));
    m.function("System.Diagnostics.Stopwatch StartNew()", |rs, _, _| {
        Ok(Value::object(Stopwatch(Mutex::new((0, Some(rs.platform.now()))))))
    });
    m.function("long GetTimestamp()", |rs, _, _| Ok(Value::I64(rs.platform.now().saturating_mul(100))));
    for declaration in [
        "timespan GetElapsedTime(long startingTimestamp)",
        "timespan GetElapsedTime(long startingTimestamp, long endingTimestamp)",
    ] {
        m.function(declaration, |rs, _, args| {
            let end = if args.len() > 1 { n(args, 1) } else { rs.platform.now().saturating_mul(100) };
            Ok(Value::TimeSpan(TimeSpan(end.saturating_sub(n(args, 0)) / 100)))
        });
    }
    m.constant("long Frequency", |_, _| Ok(Value::I64(1_000_000_000)));
    m.constant("bool IsHighResolution", |_, _| Ok(true.into()));
    m.get("bool IsRunning", |_, this| {
        Ok(this.downcast::<Stopwatch>().is_some_and(|watch| watch.0.lock().1.is_some()).into())
    });
    m.get("timespan Elapsed", |rs, this| Ok(Value::TimeSpan(TimeSpan(elapsed(rs, this)))));
    m.get("long ElapsedMilliseconds", |rs, this| Ok(Value::I64(elapsed(rs, this) / 10_000)));
    m.get("long ElapsedTicks", |rs, this| Ok(Value::I64(elapsed(rs, this).saturating_mul(100))));
    m.method("void Start()", |rs, this, _| change(rs, this, true, true));
    m.method("void Stop()", |rs, this, _| change(rs, this, true, false));
    m.method("void Reset()", |rs, this, _| change(rs, this, false, false));
    m.method("void Restart()", |rs, this, _| change(rs, this, false, true));
}

struct Random(Mutex<random::Random>);

impl Object for Random {
    fn type_of(&self) -> Type {
        known("System.Random")
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn text(&self) -> Option<Str> {
        Some("System.Random".into())
    }
}

/// A generator whose seed nobody chose.
fn unseeded(rs: &Runspace) -> Value {
    let [a, b, c, d, ..] = rs.platform.random_bytes();
    Value::object(Random(Mutex::new(random::Random::new(i32::from_le_bytes([a, b, c, d])))))
}

fn from<T>(this: &Value, ask: impl FnOnce(&mut random::Random) -> T) -> R<T> {
    match this.downcast::<Random>() {
        Some(random) => Ok(ask(&mut random.0.lock())),
        None => Err(error::invalid("InvalidOperation", "This is no generator of random numbers.")),
    }
}

/// One of `min` to less than `max`, both in the range of `int`.
fn between(random: &mut random::Random, min: i64, max: i64) -> i64 {
    let range = max.saturating_sub(min);
    let part = if range <= i64::from(i32::MAX) {
        random.double()
    } else {
        let value = f64::from(random.sample());
        let value = if random.sample() % 2 == 0 { -value } else { value };
        (value + 2_147_483_646.0) / 4_294_967_293.0
    };
    cast::truncate(part * cast::double(range)).saturating_add(min)
}

/// 64 bits.
fn bits(random: &mut random::Random) -> u64 {
    let mut take = |most: i64| u64::try_from(between(random, 0, most)).unwrap_or(0);
    let (low, middle, high) = (take(1 << 22), take(1 << 22), take(1 << 20));
    low | middle << 22 | high << 44
}

fn wide(random: &mut random::Random, min: i64, max: i64) -> i64 {
    let range = max.abs_diff(min);
    if range <= 1 {
        return min;
    }
    let unused = range.saturating_sub(1).leading_zeros();
    loop {
        let value = bits(random) >> unused;
        if value < range {
            return min.wrapping_add_unsigned(value);
        }
    }
}

fn ordered(min: i64, max: i64) -> R<()> {
    if min > max {
        return Err(error::argument(
            "System.ArgumentOutOfRangeException",
            "'minValue' cannot be greater than maxValue.",
            "minValue",
        ));
    }
    Ok(())
}

fn positive(max: i64) -> R<()> {
    if max < 0 {
        let message =
            format!("maxValue ('{max}') must be a non-negative value. (Parameter 'maxValue')\nActual value was {max}.");
        let exception = Exception::new("System.ArgumentOutOfRangeException", message)
            .with("ParamName", "maxValue")
            .with("ActualValue", i32::try_from(max).map_or(Value::I64(max), Value::I32));
        return Err(Flow::error(ErrorRecord::new(
            Value::object(exception),
            "System.ArgumentOutOfRangeException",
            Category::OperationStopped,
            Value::Null,
        )));
    }
    Ok(())
}

fn random(m: &mut Members) {
    m.constructor("System.Random()", |rs, _, _| Ok(unseeded(rs)));
    m.constructor("System.Random(int Seed)", |_, _, args| {
        let seed = i32::try_from(n(args, 0)).unwrap_or(0);
        Ok(Value::object(Random(Mutex::new(random::Random::new(seed)))))
    });
    m.constant("System.Random Shared", |rs, _| Ok(unseeded(rs)));
    m.method("int Next()", |_, this, _| from(this, |random| Value::I32(random.sample())));
    m.method("int Next(int maxValue)", |_, this, args| {
        let max = n(args, 0);
        positive(max)?;
        from(this, |random| Value::I32(i32::try_from(between(random, 0, max)).unwrap_or(0)))
    });
    m.method("int Next(int minValue, int maxValue)", |_, this, args| {
        let (min, max) = (n(args, 0), n(args, 1));
        ordered(min, max)?;
        from(this, |random| Value::I32(i32::try_from(between(random, min, max)).unwrap_or(0)))
    });
    m.method("long NextInt64()", |_, this, _| {
        from(this, |random| {
            Value::I64(loop {
                match i64::try_from(bits(random) >> 1) {
                    Ok(i64::MAX) | Err(_) => {}
                    Ok(value) => break value,
                }
            })
        })
    });
    m.method("long NextInt64(long maxValue)", |_, this, args| {
        let max = n(args, 0);
        positive(max)?;
        from(this, |random| Value::I64(wide(random, 0, max)))
    });
    m.method("long NextInt64(long minValue, long maxValue)", |_, this, args| {
        let (min, max) = (n(args, 0), n(args, 1));
        ordered(min, max)?;
        from(this, |random| Value::I64(wide(random, min, max)))
    });
    m.method("double NextDouble()", |_, this, _| from(this, |random| Value::F64(random.double())));
    m.method("float NextSingle()", |_, this, _| from(this, |random| Value::F32(cast::single(random.double()))));
    m.method("void Shuffle(array values)", |_, this, args| {
        if let Some(Value::Array(values)) = args.first().map(Value::base) {
            let length = cast::int64(values.len());
            for at in 0..length.saturating_sub(1) {
                let other = from(this, |random| between(random, at, length))?;
                values.swap(cast::index(at), cast::index(other));
            }
        }
        Ok(Value::AutomationNull)
    });
    m.method("System.Object[] GetItems(array choices, int length)", |_, this, args| {
        let Some(Value::Array(choices)) = args.first().map(Value::base) else { return Ok(Value::Null) };
        super::args::check_not_negative(args, &[(1, "length")])?;
        let count = super::args::u(args, 1).min(crate::limits::MAX_ITEMS);
        let mut picked = Vec::new();
        for _ in 0..count {
            let at = from(this, |random| between(random, 0, cast::int64(choices.len())))?;
            picked.extend(choices.get(cast::index(at)));
        }
        Ok(Value::typed_array(choices.element.clone(), picked))
    });
    m.method("string GetString(string choices, int length)", |_, this, args| {
        super::args::check_not_negative(args, &[(1, "length")])?;
        let units = super::args::units(args, 0);
        let count = super::args::u(args, 1).min(crate::limits::MAX_ITEMS);
        let mut picked = Vec::new();
        for _ in 0..count {
            let at = from(this, |random| between(random, 0, cast::int64(units.len())))?;
            picked.extend(units.get(cast::index(at)));
        }
        Ok(Value::Str(Str::from_units(&picked)))
    });
    m.method("void NextBytes(byte[] buffer)", |_, this, args| {
        if let Some(Value::Array(buffer)) = args.first().map(Value::base) {
            let mut bytes = vec![0; buffer.len()];
            from(this, |random| random.fill(&mut bytes))?;
            buffer.put_bytes(0, bytes);
        }
        Ok(Value::AutomationNull)
    });
}

pub(super) const TYPES: &[TypeDef] = &[
    TypeDef::class("System.Diagnostics.Stopwatch").members(stopwatch),
    TypeDef::class("System.Random").members(random),
];
