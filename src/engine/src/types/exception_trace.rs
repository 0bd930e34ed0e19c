//! What an exception that `try` caught says of its way through the interpreter: `Data`, `Source`, `StackTrace`, `TargetSite`.

use psrpd_dotnet::Str;

use super::{Type, known};
use crate::value::{Dictionary, ErrorRecord, Exception, Opaque, Value};

/// Where all errors of statements are thrown on to whoever catches them.
const TRACE: &str = "   at System.Management.Automation.ExceptionHandlingOps.CheckActionPreference(FunctionContext funcContext, Exception exception)\n   at System.Management.Automation.Interpreter.ActionCallInstruction`2.Run(InterpretedFrame frame)\n   at System.Management.Automation.Interpreter.EnterTryCatchFinallyInstruction.Run(InterpretedFrame frame)\n   at System.Management.Automation.Interpreter.EnterTryCatchFinallyInstruction.Run(InterpretedFrame frame)";
const SITE: &str =
    "Void CheckActionPreference(System.Management.Automation.Language.FunctionContext, System.Exception)";
const SOURCE: &str = "System.Management.Automation";
const FRAME: &str = "System.Management.Automation.Interpreter.InterpretedFrameInfo";

/// Notes that an error of a statement was caught, and through which blocks it came.
pub(crate) fn mark_caught(record: &ErrorRecord) {
    let inner = crate::eval::class::exception_of(&record.exception);
    let Some(exception) = inner.as_deref().or_else(|| record.exception.downcast::<Exception>()) else { return };
    let mut frames = exception.caught_in.lock();
    if frames.is_none() {
        *frames = Some(record.stack_trace.lock().clone());
    }
}

/// A property that only an exception that was caught has.
pub(super) fn property(exception: &Exception, name: &str) -> Option<Value> {
    exception.caught_in.lock().as_ref()?;
    Some(match name {
        "Source" => SOURCE.into(),
        "StackTrace" => TRACE.into(),
        "TargetSite" => Opaque::new("System.Reflection.RuntimeMethodInfo", [("Name", "CheckActionPreference".into())])
            .displayed(SITE)
            .into_value(),
        _ => return None,
    })
}

/// `Data`: it holds the frames once the exception was caught.
pub(super) fn data(exception: &Exception) -> Value {
    let frames = exception.caught_in.lock().clone();
    if let (Some(frames), Some(table)) = (frames, exception.data.downcast::<Dictionary>()) {
        table.add(Value::Type(known(FRAME)), frames_of(&known(FRAME), &frames));
    }
    exception.data.clone()
}

/// The blocks of a stack trace of a script.
fn frames_of(of: &Type, trace: &Str) -> Value {
    let named = |line: &str| {
        let rest = line.strip_prefix("at ")?;
        Some(rest.split_once(", ").map_or(rest, |(name, _)| name).to_owned())
    };
    let frame = |name: String| Opaque::of::<&str>(of.clone(), []).displayed(name).into_value();
    Value::typed_array(of.clone(), trace.lines().filter_map(named).map(frame).collect())
}
