//! The errors of properties that cannot be read or set.

use psrpd_dotnet::Str;

use super::{Flow, error};
use crate::{
    types,
    value::{Category, ErrorRecord, Exception, Value},
};

/// A property that has only a getter.
pub(super) fn no_setter(name: &str, id: &str) -> Flow {
    error::raise(
        "System.Management.Automation.SetValueException",
        id,
        Category::NotSpecified,
        format!("Set accessor for property \"{name}\" is unavailable."),
        Value::Null,
    )
}

/// `ScriptGetValueRuntimeException`
pub(super) fn getting_failed(name: &str, reason: &str) -> Flow {
    error::raise(
        "System.Management.Automation.GetValueInvocationException",
        "ScriptGetValueRuntimeException",
        Category::NotSpecified,
        format!("Exception getting \"{name}\": \"{reason}\""),
        Value::Null,
    )
}

/// `ExceptionWhenSetting`
pub(super) fn setting_failed(flow: Flow, name: &str) -> Flow {
    setting_failed_as("ExceptionWhenSetting", flow, name)
}

/// As [`setting_failed`], with the id of the kind of member.
pub(super) fn setting_failed_as(id: &str, flow: Flow, name: &str) -> Flow {
    let Flow::Error(raised) = flow else { return flow };
    let text: Str = format!("Exception setting \"{name}\": \"{}\"", raised.record.message()).into();
    let exception = Exception::of(
        types::known("System.Management.Automation.SetValueInvocationException"),
        text,
        raised.record.exception.clone(),
    );
    Flow::error(ErrorRecord::new(Value::object(exception), id, Category::NotSpecified, Value::Null))
}
