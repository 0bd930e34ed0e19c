//! The static members of `Task`: tasks that wait, tasks that are over already, and waiting for several.

use std::time::{Duration, Instant};

use super::{Members, Type, args::out_of_range, known, tasks, threading};
use crate::{
    eval::{R, Runspace},
    platform::Stop,
    value::{Value, enumerate},
};

/// The type of tasks that only wait.
pub(super) const DELAY: &str = "System.Threading.Tasks.Task+DelayPromise";

/// Most of what one nap of a waiting task lasts: it hears the end of the session that soon.
const NAP: Duration = Duration::from_millis(500);

pub(super) fn members(m: &mut Members) {
    for signature in [
        "System.Threading.Tasks.Task Delay(int millisecondsDelay)",
        "System.Threading.Tasks.Task Delay(timespan delay)",
    ] {
        m.function(signature, |rs, _, args| delay(rs, args));
    }
    m.constant("System.Threading.Tasks.Task CompletedTask", |rs, _| tasks::over(rs, None, Ok(Value::Null)));
    m.function("System.Threading.Tasks.Task FromResult(System.Object result)", |rs, _, args| {
        let value = args.first().cloned().unwrap_or_default();
        let of = value.type_of().unwrap_or_else(super::object);
        from_result(rs, &of, &value)
    });
    m.function("System.Threading.Tasks.Task FromException(System.Exception exception)", |rs, _, args| {
        tasks::over(rs, None, Err(tasks::failed(args.first().cloned().unwrap_or_default())))
    });
    m.function("void WaitAll(params System.Threading.Tasks.Task[] tasks)", |rs, _, args| {
        for task in several(args) {
            rs.call_method(&task, "Wait", &[])?;
        }
        Ok(Value::AutomationNull)
    });
    m.function("bool WaitAll(System.Threading.Tasks.Task[] tasks, int millisecondsTimeout)", |rs, _, args| {
        let most = threading::patience(args, 1)?;
        let all = several(args.get(..1).unwrap_or_default());
        rs.wait_until(most, |_| all.iter().all(tasks::is_over)).map(Value::Bool)
    });
    m.function("int WaitAny(params System.Threading.Tasks.Task[] tasks)", |rs, _, args| {
        let all = several(args);
        rs.wait_until(None, |_| all.iter().any(tasks::is_over))?;
        Ok(all.iter().position(tasks::is_over).map_or(Value::I32(-1), Value::int))
    });
    m.function("System.Threading.Tasks.Task WhenAll(params System.Threading.Tasks.Task[] tasks)", |rs, _, args| {
        let all = several(args);
        tasks::start(rs, None, &Stop::default(), Value::Null, move |stop| {
            while !stop.is_set() && !all.iter().all(tasks::is_over) {
                stop.sleep(Duration::from_millis(1));
            }
            Ok(Value::Null)
        })
    });
}

/// The tasks that the arguments are.
fn several(args: &[Value]) -> Vec<Value> {
    args.iter().flat_map(|one| enumerate(one).unwrap_or_else(|| vec![one.clone()])).collect()
}

fn delay(rs: &Runspace, args: &[Value]) -> R<Value> {
    let negative = |_| {
        let message = "The value needs to be either -1 (signifying an infinite timeout), 0 or a positive integer.";
        out_of_range(message, "millisecondsDelay")
    };
    let most = threading::patience(args, 0).map_err(negative)?;
    tasks::start_as(rs, known(DELAY), &Stop::default(), Value::Null, move |stop| {
        let begun = Instant::now();
        while !stop.is_set() && most.is_none_or(|most| begun.elapsed() < most) {
            stop.sleep(most.map_or(NAP, |most| most.saturating_sub(begun.elapsed())).min(NAP));
        }
        Ok(Value::AutomationNull)
    })
}

/// A task that has come to a result of a type.
///
/// # Errors
/// The value is none of that type.
pub(super) fn from_result(rs: &mut Runspace, of: &Type, value: &Value) -> R<Value> {
    let value = crate::convert::convert(rs, value, of)?;
    tasks::over(rs, Some(of.clone()), Ok(value))
}
