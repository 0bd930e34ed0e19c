//! Making errors: one function for each shape that PowerShell's errors have.

use psrpd_dotnet::Str;

use super::Flow;
use crate::{
    types,
    value::{Category, ErrorRecord, Exception, Value},
};

pub(super) const RUNTIME: &str = "System.Management.Automation.RuntimeException";

/// An error of any exception, id and category.
pub(crate) fn raise(exception: &str, id: &str, category: Category, message: impl Into<Str>, target: Value) -> Flow {
    Flow::error(record(exception, id, category, message, target))
}

/// The record of an error.
pub(crate) fn record(
    exception: &str,
    id: &str,
    category: Category,
    message: impl Into<Str>,
    target: Value,
) -> ErrorRecord {
    let mut exception = Exception::new(exception, message);
    exception.raised_as = Some((id.into(), category));
    ErrorRecord::new(Value::object(exception), id, category, target)
}

/// An error of the language: `RuntimeException`, category InvalidOperation.
pub(crate) fn invalid(id: &str, message: impl Into<Str>) -> Flow {
    raise(RUNTIME, id, Category::InvalidOperation, message, Value::Null)
}

/// As [`invalid`], about an object.
pub(crate) fn invalid_target(id: &str, message: impl Into<Str>, target: &Value) -> Flow {
    raise(RUNTIME, id, Category::InvalidOperation, message, target.clone())
}

/// An exception of .NET inside a `RuntimeException` without id.
pub(crate) fn wrapped(exception: &str, message: &str) -> Flow {
    let inner = Value::object(Exception::new(exception, message));
    let outer = Exception::of(types::known(RUNTIME), message.into(), inner);
    Flow::error(ErrorRecord::new(Value::object(outer), "RuntimeException", Category::NotSpecified, Value::Null))
}

/// An exception of .NET that an operator or indexer lets escape: its id is its full name.
pub(crate) fn foreign(exception: &str, message: impl Into<Str>) -> Flow {
    raise(exception, exception, Category::OperationStopped, message, Value::Null)
}

/// The class of [`null_argument`].
pub(crate) const NULL_ARGUMENT: &str = "System.Management.Automation.PSArgumentNullException";

/// What PowerShell says of an argument that is missing.
pub(crate) fn is_null(name: &str) -> String {
    format!(
        "Cannot process argument because the value of argument \"{name}\" is null. Change the value of argument \"{name}\" to a non-null value."
    )
}

/// An argument of a method of PowerShell that is missing.
pub(crate) fn null_argument(name: &str) -> Flow {
    thrown(NULL_ARGUMENT, is_null(name))
}

/// An exception of .NET out of a method; the caller wraps it into a `MethodInvocationException`.
pub(crate) fn thrown(exception: &str, message: impl Into<Str>) -> Flow {
    foreign(exception, message)
}

/// As [`thrown`], of an exception that is made already.
pub(crate) fn raised(exception: Exception) -> Flow {
    let exception = Value::object(exception);
    let id = exception.type_name();
    Flow::error(ErrorRecord::new(exception, id, Category::OperationStopped, Value::Null))
}

/// What is said of a command that is not there.
pub(crate) fn not_found(name: &str) -> String {
    let mut message = format!(
        "The term '{name}' is not recognized as a name of a cmdlet, function, script file, or executable program.\nCheck the spelling of the name, or if a path was included, verify that the path is correct and try again."
    );
    if crate::cmdlets::is_known_elsewhere(name) {
        message.push_str(&format!(
            "\n'{name}' is a PowerShell command that the native engine does not have. A session served by pwsh has it."
        ));
    }
    message
}

/// `PropertyAssignmentException` of a property that is only read.
pub(crate) fn read_only(property: &str) -> Flow {
    invalid("PropertyAssignmentException", format!("'{property}' is a ReadOnly property."))
}

/// What PowerShell or .NET has and the engine lacks.
pub(crate) fn not_implemented(id: &str, message: String) -> Flow {
    raise(RUNTIME, id, Category::NotImplemented, message, Value::Null)
}

/// A type that .NET has and the engine lacks.
pub(crate) fn absent_type(full_name: &str) -> Flow {
    let message = format!("The type [{full_name}] exists in .NET but not in the native engine.");
    not_implemented("NativeEngineTypeNotSupported", message)
}

/// A member that .NET gives a type and the engine lacks; none if .NET has none of this name either.
pub(crate) fn absent_member(of: &types::Type, name: &str, is_static: bool, is_call: bool) -> Option<Flow> {
    if of.is_absent() {
        return Some(absent_type(of.name()));
    }
    types::known::has_member(of, name, is_static, is_call).then(|| {
        let message = format!("[{}] has no '{name}' in the native engine.", of.full_name());
        not_implemented("NativeEngineMemberNotSupported", message)
    })
}

/// `System.ArgumentException` and its kin with the name of a parameter.
pub(crate) fn argument(exception: &str, message: &str, parameter: &str) -> Flow {
    let exception_value =
        Exception::new(exception, format!("{message} (Parameter '{parameter}')")).with("ParamName", parameter);
    Flow::error(ErrorRecord::new(Value::object(exception_value), exception, Category::OperationStopped, Value::Null))
}

/// `FormatError` of `-f`.
pub(crate) fn format(reason: &str) -> Flow {
    let message = format!("Error formatting a string: {reason}.");
    Flow::error(record(RUNTIME, "FormatError", Category::InvalidOperation, message, Value::Null))
}

/// `MethodNotFound`
pub(crate) fn method_not_found(target: &Value, method: &str) -> Flow {
    if let Some(absent) = target.type_of().and_then(|of| absent_member(&of, method, false, true)) {
        return absent;
    }
    method_not_found_in(&target.type_name(), method)
}

/// As [`method_not_found`], by the name of the type.
pub(crate) fn method_not_found_in(of: &str, method: &str) -> Flow {
    let message = format!("Method invocation failed because [{of}] does not contain a method named '{method}'.");
    let record = record(RUNTIME, "MethodNotFound", Category::InvalidOperation, message, Value::Null);
    if !method.starts_with("op_") {
        return Flow::error(record);
    }
    *record.target_name.lock() = Some(method.into());
    *record.target_type.lock() = Some("String".into());
    *record.target.lock() = Value::from(method);
    Flow::error(record)
}

/// `MethodCountCouldNotFindBest`
pub(crate) fn no_overload(name: &str, count: usize) -> Flow {
    let message = format!("Cannot find an overload for \"{name}\" and the argument count: \"{count}\".");
    method("MethodCountCouldNotFindBest", message)
}

/// An exception out of a method that a script called.
pub(crate) fn method_invocation(flow: Flow, method: &str, count: usize) -> Flow {
    let Flow::Error(raised) = flow else { return flow };
    let inner = raised.record.exception.clone();
    carry(&raised.record);
    let message = format!(
        "Exception calling \"{method}\" with \"{count}\" argument(s): \"{}\"",
        raised.record.exception_message()
    );
    let id = match method.starts_with("op_") {
        true => "DotNetMethodException".into(),
        false => inner.type_of().map_or_else(String::new, |of| of.short_name()),
    };
    let mut outer =
        Exception::of(types::known("System.Management.Automation.MethodInvocationException"), message.into(), inner);
    outer.raised_as = Some((id.clone().into(), Category::NotSpecified));
    Flow::error(ErrorRecord::new(Value::object(outer), id, Category::NotSpecified, Value::Null))
}

/// Gives an exception the record that it was raised with, so that it is still known inside of another one.
fn carry(record: &ErrorRecord) {
    let Some(exception) = record.exception.downcast::<Exception>() else { return };
    let id = record.id.lock().clone();
    if exception.record.lock().is_some() || id.as_str() == "RuntimeException" {
        return;
    }
    // The record is about a stand-in: an exception that held itself would never go.
    let name = "System.Management.Automation.ParentContainsErrorRecordException";
    let parent = Exception::new(name, record.exception_message());
    let (category, target) = (*record.category.lock(), record.target.lock().clone());
    *exception.record.lock() = Some(std::sync::Arc::new(ErrorRecord::new(Value::object(parent), id, category, target)));
}

/// A conversion that failed: `PSInvalidCastException`, around the exception whose message it quotes.
pub(crate) fn cast(id: &str, message: impl Into<Str>) -> Flow {
    let message: Str = message.into();
    let inner = quoted(&message).unwrap_or_default();
    cast_because(id, message, inner)
}

/// The exception inside that of a conversion, out of a method.
pub(crate) fn inside(flow: Flow) -> Flow {
    let inner = flow.record().and_then(|record| record.exception.downcast::<Exception>().map(|e| e.inner.clone()));
    let Some(inner) = inner.filter(|inner| !inner.is_null()) else { return flow };
    let id = inner.type_name();
    Flow::error(ErrorRecord::new(inner, id, Category::OperationStopped, Value::Null))
}

/// As [`cast`], with the exception inside.
pub(crate) fn cast_because(id: &str, message: impl Into<Str>, inner: Value) -> Flow {
    let of = types::known("System.Management.Automation.PSInvalidCastException");
    let exception = Value::object(Exception::of(of, message.into(), inner));
    Flow::error(ErrorRecord::new(exception, id, Category::InvalidArgument, Value::Null))
}

/// The exception behind the words `Error: "..."` of a message.
fn quoted(message: &str) -> Option<Value> {
    let (_, inner) = message.split_once(" Error: \"")?;
    let inner = inner.strip_suffix('"').unwrap_or(inner);
    let name = if inner.contains("too large") {
        "System.OverflowException"
    } else if inner.contains("identifier name") {
        RUNTIME
    } else if inner.starts_with("Invalid cast") {
        "System.InvalidCastException"
    } else if inner.starts_with("Invalid pattern") {
        "System.Text.RegularExpressions.RegexParseException"
    } else if inner.contains("(Parameter '") {
        "System.ArgumentException"
    } else {
        "System.FormatException"
    };
    Some(match quoted(inner) {
        Some(deeper) => Value::object(Exception::of(
            types::known("System.Management.Automation.PSInvalidCastException"),
            inner.into(),
            deeper,
        )),
        None => Value::object(Exception::new(name, inner)),
    })
}

/// `MethodException`
pub(crate) fn method(id: &str, message: impl Into<Str>) -> Flow {
    raise("System.Management.Automation.MethodException", id, Category::NotSpecified, message, Value::Null)
}

/// An argument that does not become what the parameter of a method is.
pub(crate) fn method_argument(flow: Flow, parameter: &str, value: &Value, of: &types::Type, method: &str) -> Flow {
    let Flow::Error(raised) = flow else { return flow };
    let message = format!(
        "Cannot convert argument \"{parameter}\", with value: \"{}\", for \"{method}\" to type \"{}\": \"{}\"",
        crate::value::text(value),
        of.full_name(),
        raised.record.exception_message()
    );
    let outer = types::known("System.Management.Automation.MethodException");
    let exception = Exception::of(outer, message.into(), raised.record.exception.clone());
    let id = "MethodArgumentConversionInvalidCastArgument";
    Flow::error(ErrorRecord::new(Value::object(exception), id, Category::NotSpecified, Value::Null))
}

/// What the engine does not have (the native engine's own errors).
pub(crate) fn unsupported(id: &str, message: impl Into<Str>) -> Flow {
    raise("System.Management.Automation.PSNotSupportedException", id, Category::NotImplemented, message, Value::Null)
}

/// A feature that needs .NET.
pub(crate) fn feature(what: &str) -> Flow {
    unsupported(
        "NativeEngineFeatureNotSupported",
        format!(
            "{what} needs the .NET runtime and is not available in the native engine. Ask for a session with pwsh: PSRP_ENGINE=pwsh."
        ),
    )
}

/// Whether a text could not be parsed.
pub(crate) fn is_parse_error(record: &ErrorRecord) -> bool {
    record.exception.type_of().is_some_and(|of| of.ancestry().any(|of| of.is_kind("ParseException")))
}

/// `throw value`.
pub(crate) fn throw(value: Value) -> Flow {
    let raised = |record: std::sync::Arc<ErrorRecord>| Flow::raised(record).marked(|raised| raised.thrown = true);
    if let Value::Object(object) = value.base()
        && let Some(record) = value.downcast::<ErrorRecord>()
    {
        let _ = object;
        return raised(std::sync::Arc::new(record.copy()));
    }
    if value.downcast::<Exception>().is_some() || super::class::exception_of(&value).is_some() {
        let message = crate::value::text(&Value::Str(
            ErrorRecord::new(value.clone(), "", Category::OperationStopped, Value::Null).exception_message(),
        ));
        return raised(std::sync::Arc::new(ErrorRecord::new(value, message, Category::OperationStopped, Value::Null)));
    }
    let message = crate::value::text(&value);
    let message = if value.is_null() { "ScriptHalted".into() } else { message };
    let exception = Exception::of(types::known(RUNTIME), message.clone(), Value::Null);
    let record = ErrorRecord::new(Value::object(exception), message, Category::OperationStopped, value);
    raised(std::sync::Arc::new(record))
}
