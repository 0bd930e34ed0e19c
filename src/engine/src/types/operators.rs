//! Operators of types that are no numbers: `op_Addition` and its kin.

use psrpd_dotnet::{TimeSpan, cast};

use super::{Members, Type};
use crate::{
    eval::{R, error},
    value::Value,
};

/// Whether a type of the tables has an operator of its own.
pub(crate) fn has_operator(of: &Type, name: &str) -> bool {
    of.own_members().methods.iter().any(|method| method.is_static && method.signature.name == name)
}

fn ticks(args: &[Value], at: usize) -> i64 {
    match args.get(at) {
        Some(Value::TimeSpan(span)) => span.0,
        Some(Value::DateTime(date)) => date.ticks(),
        _ => 0,
    }
}

fn factor(args: &[Value], at: usize) -> f64 {
    if let Some(Value::F64(n)) = args.get(at) { *n } else { 0.0 }
}

fn moved(args: &[Value], by: i64) -> R<Value> {
    let Some(Value::DateTime(date)) = args.first() else { return Ok(Value::Null) };
    date.add_ticks(by).map(Value::DateTime).ok_or_else(|| {
        error::argument(
            "System.ArgumentOutOfRangeException",
            "The added or subtracted value results in an un-representable DateTime.",
            "t",
        )
    })
}

fn span(ticks: Option<i64>) -> R<Value> {
    ticks.map(|ticks| Value::TimeSpan(TimeSpan(ticks))).ok_or_else(|| {
        error::thrown("System.OverflowException", "TimeSpan overflowed because the duration is too long.")
    })
}

fn rounded(ticks: f64) -> R<Value> {
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    span((ticks.abs() < LIMIT).then(|| cast::truncate(ticks.round_ties_even())))
}

pub(super) fn date_time(m: &mut Members) {
    m.function("datetime op_Addition(datetime d, timespan t)", |_, _, args| moved(args, ticks(args, 1)));
    m.function("datetime op_Subtraction(datetime d, timespan t)", |_, _, args| {
        moved(args, ticks(args, 1).saturating_neg())
    });
    m.function("timespan op_Subtraction(datetime d1, datetime d2)", |_, _, args| {
        span(ticks(args, 0).checked_sub(ticks(args, 1)))
    });
}

pub(super) fn time_span(m: &mut Members) {
    m.function("timespan op_Addition(timespan t1, timespan t2)", |_, _, args| {
        span(ticks(args, 0).checked_add(ticks(args, 1)))
    });
    m.function("timespan op_Subtraction(timespan t1, timespan t2)", |_, _, args| {
        span(ticks(args, 0).checked_sub(ticks(args, 1)))
    });
    m.function("timespan op_Multiply(timespan timeSpan, double factor)", |_, _, args| {
        rounded(cast::double(ticks(args, 0)) * factor(args, 1))
    });
    m.function("timespan op_Multiply(double factor, timespan timeSpan)", |_, _, args| {
        rounded(cast::double(ticks(args, 1)) * factor(args, 0))
    });
    m.function("timespan op_Division(timespan timeSpan, double divisor)", |_, _, args| {
        rounded(cast::double(ticks(args, 0)) / factor(args, 1))
    });
    m.function("double op_Division(timespan t1, timespan t2)", |_, _, args| {
        Ok(Value::F64(cast::double(ticks(args, 0)) / cast::double(ticks(args, 1))))
    });
}
