//! The errors of the binder: `ParameterBindingException` and its kin.

use psrpd_dotnet::Str;

use super::Bound;
use crate::{
    eval::{Flow, Runspace},
    types::{self, Type},
    value::{Category, ErrorRecord, Exception, Invocation, Object, Value},
};

impl Bound {
    pub(super) fn fail(&self, id: &str, message: impl Into<Str>, category: Category) -> Flow {
        self.fail_because(id, message, category, Value::Null)
    }

    /// As [`Self::fail`], with the exception that says why.
    pub(super) fn fail_because(&self, id: &str, message: impl Into<Str>, category: Category, inner: Value) -> Flow {
        let of = match id {
            "ParameterArgumentTransformationError" | "MismatchedPSTypeName" => {
                "System.Management.Automation.ParameterBindingArgumentTransformationException"
            }
            _ if id.starts_with("ParameterArgumentValidationError") => {
                "System.Management.Automation.ParameterBindingValidationException"
            }
            _ => "System.Management.Automation.ParameterBindingException",
        };
        let mut exception = Exception::of(types::known(of), message.into(), inner).with("ErrorId", id);
        let id = if self.suffix.is_empty() { id.to_owned() } else { format!("{id},{}", self.suffix) };
        exception.raised_as = Some((id.as_str().into(), category));
        let record = ErrorRecord::new(Value::object(exception), id, category, Value::Null);
        *record.activity.lock() = self.command.clone();
        Flow::error(record)
    }

    pub(super) fn invalid(&self, id: &str, message: impl Into<Str>) -> Flow {
        self.fail(id, message, Category::InvalidArgument)
    }
}

/// Says which parameter an error of the binder is about, what it takes, and what it was given.
pub(super) fn about_parameter(flow: Flow, name: &str, takes: Option<&Type>, given: Option<&Value>) -> Flow {
    if let Some(exception) = binding_exception(&flow) {
        let mut properties = exception.properties.lock();
        if properties.iter().all(|(have, _)| have.as_str() != "ParameterName") {
            properties.push(("ParameterName".into(), name.into()));
            let types = [("ParameterType", takes.cloned()), ("TypeSpecified", given.and_then(Value::type_of))];
            properties.extend(types.into_iter().filter_map(|(name, of)| Some((name.into(), Value::Type(of?)))));
        }
    }
    flow
}

/// As [`about_parameter`], of a value that does not become one of the parameter's type.
pub(super) fn about_value(flow: Flow, name: &str, takes: &Type, given: &Value) -> Flow {
    // A value of the right type was refused for another reason.
    let is_conversion = flow.record().is_some_and(|record| {
        ["CannotConvert", "ParameterArgumentTransformation"].iter().any(|id| record.id.lock().starts_with(id))
    });
    about_parameter(flow, name, Some(takes), is_conversion.then_some(given))
}

fn binding_exception(flow: &Flow) -> Option<&Exception> {
    let exception = flow.record()?.exception.downcast::<Exception>()?;
    let binding = types::known("System.Management.Automation.ParameterBindingException");
    exception.type_of().is_assignable_to(&binding).then_some(exception)
}

/// An error of the binder is about the command, which did not run.
pub(crate) fn unbound(rs: &Runspace, flow: Flow, invocation: &Invocation) -> Flow {
    let Some(record) = flow.record().filter(|record| record.invocation.lock().is_none()) else { return flow };
    let Some(exception) = binding_exception(&flow) else { return flow };
    let at = if let Flow::Error(raised) = &flow { raised.at } else { psrpd_lang::Extent::EMPTY };
    let of_command = std::sync::Arc::new(invocation.for_record());
    let invocation = Invocation { name: Str::default(), ..of_command.for_record().about(at) };
    exception.properties.lock().extend([
        ("Line".into(), Value::I64(invocation.line_number().into())),
        ("Offset".into(), Value::I64(invocation.offset().into())),
        ("CommandInvocation".into(), Value::Object(of_command)),
    ]);
    *record.invocation.lock() = Some(std::sync::Arc::new(invocation));
    *record.stack_trace.lock() = rs.stack_trace().into();
    flow
}
