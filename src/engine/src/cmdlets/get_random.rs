//! `Get-Random`, `Get-SecureRandom`

use std::sync::Arc;

use psrpd_dotnet::{cast, random::Random};

use super::{Cmdlet, Cx, Run};
use crate::{
    convert,
    eval::R,
    platform::Platform,
    value::{Category, Value, items_or_one, text},
};

pub(super) static RANDOM: Cmdlet = Cmdlet::new(
    "Get-Random",
    "GetRandomCommand",
    "SetSeed System.Nullable`1[System.Int32] notnull
     Maximum object 0 @RandomNumberParameterSet
     Minimum object @RandomNumberParameterSet
     InputObject object[] null @RandomListItemParameterSet(0 ! ^) @ShuffleParameterSet(0 ! ^)
     Count int range(1,2147483647) @RandomNumberParameterSet @RandomListItemParameterSet
     Shuffle @ShuffleParameterSet(!)",
    || Box::new(GetRandom::default()),
)
.examples(
    r#"Get-Random -InputObject 7 # one of some
> 7"#,
)
.default_set("RandomNumberParameterSet");
pub(super) static SECURE: Cmdlet = Cmdlet::new(
    "Get-SecureRandom",
    "GetSecureRandomCommand",
    "Maximum object 0 @RandomNumberParameterSet
     Minimum object @RandomNumberParameterSet
     InputObject object[] null @RandomListItemParameterSet(0 ! ^) @ShuffleParameterSet(0 ! ^)
     Count int range(1,2147483647) @RandomNumberParameterSet @RandomListItemParameterSet
     Shuffle @ShuffleParameterSet(!)",
    || Box::new(GetRandom::default()),
)
.examples(
    r#"(Get-SecureRandom -Maximum 1) # a number that nobody can guess
> 0"#,
)
.default_set("RandomNumberParameterSet");

/// Where random bytes come from: a seed, or the machine.
enum Source {
    Seeded(Box<Random>),
    Machine(Arc<dyn Platform>),
}

impl Source {
    fn fill(&mut self, bytes: &mut [u8]) {
        match self {
            Self::Seeded(random) => random.fill(bytes),
            Self::Machine(platform) => {
                let random = platform.random_bytes();
                bytes.iter_mut().zip(random).for_each(|(byte, random)| *byte = random);
            }
        }
    }

    /// 0 to `int.MaxValue` - 1.
    fn next(&mut self) -> i32 {
        loop {
            let mut bytes = [0; 4];
            self.fill(&mut bytes);
            match i32::from_le_bytes(bytes) {
                i32::MAX => {}
                n if n < 0 => return n.wrapping_add(i32::MAX),
                n => return n,
            }
        }
    }

    fn double(&mut self) -> f64 {
        f64::from(self.next()) * (1.0 / f64::from(i32::MAX))
    }

    /// `minimum` to less than `maximum`.
    fn int(&mut self, minimum: i64, maximum: i64) -> i64 {
        let range = maximum.saturating_sub(minimum);
        if range <= i64::from(i32::MAX) {
            return cast::truncate(self.double() * cast::double(range)).saturating_add(minimum);
        }
        let range = i128::from(maximum).saturating_sub(minimum.into());
        let mask = u64::MAX.checked_shr(range.leading_zeros().saturating_sub(64)).unwrap_or(u64::MAX);
        loop {
            let mut bytes = [0; 8];
            self.fill(&mut bytes);
            let random = u64::from_le_bytes(bytes) & mask;
            if i128::from(random) < range {
                return i64::try_from(i128::from(random).saturating_add(minimum.into())).unwrap_or(minimum);
            }
        }
    }

    fn float(&mut self, minimum: f64, maximum: f64) -> f64 {
        let mut range = maximum - minimum;
        loop {
            let random = self.double();
            // Limits that are too far apart have no distance.
            let number = if range.is_finite() {
                minimum + random * range
            } else {
                minimum + random * maximum - random * minimum
            };
            if number < maximum {
                return number;
            }
            range *= random;
        }
    }

    fn position(&mut self, from: usize, to: usize) -> usize {
        cast::index(self.int(cast::int64(from), cast::int64(to)))
    }
}

#[derive(Default)]
struct GetRandom {
    source: Option<Source>,
    /// What to choose from where the pipeline gives nothing.
    listed: Option<Value>,
    chosen: Vec<Value>,
    seen: usize,
}

impl Run for GetRandom {
    fn begin(&mut self, cx: &mut Cx<'_>) -> R<()> {
        // A seed stays for the calls after it.
        if let Some(seed) = cx.int("SetSeed") {
            cx.rs.state.random = Some(Random::new(i32::try_from(seed).unwrap_or(0)));
        }
        let seeded = if cx.cmdlet.name == RANDOM.name { cx.rs.state.random.take() } else { None };
        let machine = || Source::Machine(cx.rs.platform.clone());
        let mut source = seeded.map_or_else(machine, |random| Source::Seeded(Box::new(random)));
        // An array is no limit but a list to choose from.
        self.listed = cx.get("Maximum").filter(|maximum| matches!(maximum.base(), Value::Array(_)));
        let has_limit = ["Maximum", "Minimum"].iter().any(|name| cx.bound.get(name).is_some());
        let has_list = cx.expects_input() || ["InputObject", "Shuffle"].iter().any(|name| cx.bound.get(name).is_some());
        let result = if self.listed.is_none() && (has_limit || !has_list) { numbers(cx, &mut source) } else { Ok(()) };
        self.source = Some(source);
        result
    }

    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let wanted = if cx.flag("Shuffle") { usize::MAX } else { cast::index(cx.int("Count").unwrap_or(1)) };
        let Some(source) = &mut self.source else { return Ok(()) };
        let items = match (self.listed.take(), cx.get("InputObject")) {
            (Some(listed), _) => items_or_one(listed).into_values(),
            (None, Some(value)) if value.is_null() => vec![Value::Null],
            (None, _) => cx.list("InputObject"),
        };
        for item in items {
            if self.seen < wanted {
                self.chosen.push(item);
            } else if source.position(0, self.seen.saturating_add(1)) < wanted {
                let at = source.position(0, self.chosen.len());
                if let Some(slot) = self.chosen.get_mut(at) {
                    *slot = item;
                }
            }
            self.seen = self.seen.saturating_add(1);
        }
        Ok(())
    }

    fn end(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let count = self.chosen.len();
        let mut result = Ok(());
        if let Some(source) = &mut self.source {
            for at in 0..count {
                let picked = source.position(at, count);
                let value = self.chosen.get(picked).cloned().unwrap_or_default();
                let first = self.chosen.get(at).cloned().unwrap_or_default();
                if let Some(slot) = self.chosen.get_mut(picked) {
                    *slot = first;
                }
                result = cx.write(value);
                if result.is_err() {
                    break;
                }
            }
        }
        if let Some(Source::Seeded(random)) = self.source.take() {
            cx.rs.state.random = Some(*random);
        }
        result
    }
}

fn numbers(cx: &mut Cx<'_>, source: &mut Source) -> R<()> {
    let mut bound = |name: &str| match cx.get(name).filter(|value| !value.is_null()) {
        Some(value) => operand(cx, &value).map(Some),
        None => Ok(None),
    };
    let (minimum, maximum) = (bound("Minimum")?, bound("Maximum")?);
    let count = cx.int("Count").unwrap_or(1);
    let is = |test: fn(&Value) -> bool| [&minimum, &maximum].into_iter().flatten().any(test);
    let shown = |value: &Option<Value>, default: &str| value.as_ref().map_or_else(|| default.into(), text);
    let refuse = |cx: &Cx<'_>, default: &str| {
        let message = format!(
            "The Minimum value ({}) cannot be greater than or equal to the Maximum value ({}).",
            shown(&minimum, "0"),
            shown(&maximum, default)
        );
        let target = Value::Null;
        Err(cx.fail("System.ArgumentException", "MinGreaterThanOrEqualMax", Category::InvalidArgument, message, target))
    };
    if is(|value| matches!(value, Value::F64(_))) {
        let mut number = |value: &Option<Value>, default: f64| match value {
            Some(value) => convert::to_f64(cx.rs, value),
            None => Ok(default),
        };
        let (low, high) = (number(&minimum, 0.0)?, number(&maximum, f64::MAX)?);
        if low >= high {
            return refuse(cx, "1.79769313486232E+308");
        }
        for _ in 0..count {
            let value = source.float(low, high);
            cx.write(value.into())?;
        }
        return Ok(());
    }
    let is_long = is(|value| matches!(value, Value::I64(_)));
    let most = if is_long { i64::MAX } else { i32::MAX.into() };
    let number = |value: &Option<Value>, default: i64| {
        value.as_ref().and_then(Value::as_i128).and_then(|n| i64::try_from(n).ok()).unwrap_or(default)
    };
    let (low, high) = (number(&minimum, 0), number(&maximum, most));
    if low >= high {
        return refuse(cx, &most.to_string());
    }
    for _ in 0..count {
        let value = source.int(low, high);
        cx.write(if is_long { Value::I64(value) } else { Value::I32(i32::try_from(value).unwrap_or(i32::MAX)) })?;
    }
    Ok(())
}

/// A limit: an int, a long or a double.
fn operand(cx: &mut Cx<'_>, value: &Value) -> R<Value> {
    let value = match value.as_str() {
        Some(text) => match convert::string_to_number(text) {
            Ok(number) => number,
            Err(_) => Value::I32(convert::to_i32(cx.rs, value)?),
        },
        None => value.base().clone(),
    };
    Ok(match value {
        Value::I32(_) | Value::I64(_) | Value::F64(_) => value,
        Value::I8(_) | Value::U8(_) | Value::I16(_) | Value::U16(_) => Value::I32(convert::to_i32(cx.rs, &value)?),
        other => Value::F64(convert::to_f64(cx.rs, &other)?),
    })
}
