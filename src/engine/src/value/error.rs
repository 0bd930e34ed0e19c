//! Exceptions and error records.

use std::{any::Any, sync::Arc};

use parking_lot::Mutex;
use psrpd_dotnet::Str;

use super::{Invocation, Object, Value, text};
use crate::types::{self, Type};

/// An exception of .NET.
pub(crate) struct Exception {
    of: Type,
    pub(crate) message: Mutex<Str>,
    pub(crate) inner: Value,
    /// Properties that only its type has, such as `ParamName`, in order.
    pub(crate) properties: Mutex<Vec<(Str, Value)>>,
    /// The error record it carries (`IContainsErrorRecord`).
    pub(crate) record: Mutex<Option<Arc<ErrorRecord>>>,
    /// The id and category of the record it was raised with, which it tells where it carries none.
    pub(crate) raised_as: Option<(Str, Category)>,
    pub(crate) data: Value,
    /// The blocks it came through when `try` caught it: the stack trace of its record.
    pub(crate) caught_in: Mutex<Option<Str>>,
}

impl Drop for Exception {
    fn drop(&mut self) {
        super::release((std::mem::take(&mut self.inner), std::mem::take(self.properties.get_mut())));
    }
}

impl Exception {
    /// An exception by the full name of its type.
    pub(crate) fn new(name: &str, message: impl Into<Str>) -> Self {
        Self::of(types::find(name).unwrap_or_else(types::exception), message.into(), Value::Null)
    }

    pub(crate) fn of(of: Type, message: Str, inner: Value) -> Self {
        Self {
            of,
            message: Mutex::new(message),
            inner,
            properties: Mutex::new(Vec::new()),
            record: Mutex::new(None),
            raised_as: None,
            data: Value::object(super::Dictionary::new(
                types::find("System.Collections.ListDictionaryInternal").unwrap_or_else(types::hashtable),
                false,
            )),
            caught_in: Mutex::new(None),
        }
    }

    pub(crate) fn with(self, name: &str, value: impl Into<Value>) -> Self {
        self.properties.lock().push((name.into(), value.into()));
        self
    }
}

impl Object for Exception {
    fn type_of(&self) -> Type {
        self.of.clone()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn text(&self) -> Option<Str> {
        let mut out = self.head();
        let mut next = self.inner.clone();
        let mut ends = 0_usize;
        while !next.is_null() {
            out.push_str("\n ---> ");
            ends = ends.saturating_add(1);
            next = match next.downcast::<Self>() {
                Some(inner) => {
                    out.push_str(&inner.head());
                    inner.inner.clone()
                }
                None => {
                    out.push_str(&text(&next));
                    Value::Null
                }
            };
        }
        for _ in 0..ends {
            out.push_str("\n   --- End of inner exception stack trace ---");
        }
        Some(out.into())
    }
}

impl Exception {
    /// Its text without that of the exception inside.
    fn head(&self) -> String {
        let file = self.properties.lock().iter().find(|(name, _)| **name == *"FileName").map(|(_, file)| text(file));
        let file =
            file.filter(|file| !file.is_empty()).map_or_else(String::new, |file| format!("\nFile name: '{file}'"));
        format!("{}: {}{file}", self.of.full_name(), self.message.lock())
    }
}

/// The kind of an error: `ErrorCategory`, in the order of its numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
#[allow(missing_docs)]
pub(crate) enum Category {
    NotSpecified,
    OpenError,
    CloseError,
    DeviceError,
    DeadlockDetected,
    InvalidArgument,
    InvalidData,
    InvalidOperation,
    InvalidResult,
    InvalidType,
    MetadataError,
    NotImplemented,
    NotInstalled,
    ObjectNotFound,
    OperationStopped,
    OperationTimeout,
    SyntaxError,
    ParserError,
    PermissionDenied,
    ResourceBusy,
    ResourceExists,
    ResourceUnavailable,
    ReadError,
    WriteError,
    FromStdErr,
    SecurityError,
    ProtocolError,
    ConnectionError,
    AuthenticationError,
    LimitsExceeded,
    QuotaExceeded,
    NotEnabled,
}

impl Category {
    const ALL: [Self; 32] = {
        [
            Self::NotSpecified,
            Self::OpenError,
            Self::CloseError,
            Self::DeviceError,
            Self::DeadlockDetected,
            Self::InvalidArgument,
            Self::InvalidData,
            Self::InvalidOperation,
            Self::InvalidResult,
            Self::InvalidType,
            Self::MetadataError,
            Self::NotImplemented,
            Self::NotInstalled,
            Self::ObjectNotFound,
            Self::OperationStopped,
            Self::OperationTimeout,
            Self::SyntaxError,
            Self::ParserError,
            Self::PermissionDenied,
            Self::ResourceBusy,
            Self::ResourceExists,
            Self::ResourceUnavailable,
            Self::ReadError,
            Self::WriteError,
            Self::FromStdErr,
            Self::SecurityError,
            Self::ProtocolError,
            Self::ConnectionError,
            Self::AuthenticationError,
            Self::LimitsExceeded,
            Self::QuotaExceeded,
            Self::NotEnabled,
        ]
    };

    /// The category with a number.
    pub(crate) fn from_number(number: i64) -> Self {
        usize::try_from(number).ok().and_then(|n| Self::ALL.get(n).copied()).unwrap_or(Self::NotSpecified)
    }

    /// Its number.
    pub(crate) fn number(self) -> i64 {
        Self::ALL.iter().position(|c| *c == self).and_then(|n| i64::try_from(n).ok()).unwrap_or(0)
    }

    /// Its name.
    pub(crate) fn name(self) -> String {
        format!("{self:?}")
    }
}

/// An error with everything that is known about it.
pub(crate) struct ErrorRecord {
    pub(crate) exception: Value,
    pub(crate) target: Mutex<Value>,
    pub(crate) id: Mutex<Str>,
    pub(crate) category: Mutex<Category>,
    pub(crate) activity: Mutex<Str>,
    /// The reason, where it is not the name of the exception.
    pub(crate) reason: Mutex<Str>,
    pub(crate) target_name: Mutex<Option<Str>>,
    pub(crate) target_type: Mutex<Option<Str>>,
    pub(crate) details: Mutex<Option<Str>>,
    pub(crate) recommended: Mutex<Str>,
    pub(crate) invocation: Mutex<Option<Arc<Invocation>>>,
    pub(crate) stack_trace: Mutex<Str>,
    /// Where it comes from, if it arrived from another process (`OriginInfo`).
    pub(crate) origin: Mutex<Option<Value>>,
}

impl ErrorRecord {
    pub(crate) fn new(exception: Value, id: impl Into<Str>, category: Category, target: Value) -> Self {
        Self {
            exception,
            target: Mutex::new(target.settled()),
            id: Mutex::new(id.into()),
            category: Mutex::new(category),
            activity: Mutex::default(),
            reason: Mutex::default(),
            target_name: Mutex::default(),
            target_type: Mutex::default(),
            details: Mutex::default(),
            recommended: Mutex::default(),
            invocation: Mutex::default(),
            stack_trace: Mutex::default(),
            origin: Mutex::default(),
        }
    }

    /// The message of the exception.
    pub(crate) fn exception_message(&self) -> Str {
        exception_message(&self.exception)
    }

    /// What it says: the details, if there are any, else the message of the exception.
    pub(crate) fn message(&self) -> Str {
        self.details.lock().clone().unwrap_or_else(|| self.exception_message())
    }

    /// `CategoryInfo.Reason`.
    pub(crate) fn reason(&self) -> Str {
        let reason = self.reason.lock();
        if !reason.is_empty() {
            return reason.clone();
        }
        self.exception.type_of().map_or_else(Str::default, |of| of.short_name().into())
    }

    /// `CategoryInfo.TargetName`.
    pub(crate) fn target_name(&self) -> Str {
        self.target_name.lock().clone().unwrap_or_else(|| {
            let target = self.target.lock();
            match &*target {
                Value::Null | Value::AutomationNull => Str::default(),
                // .NET's own text of a collection is its type.
                Value::Wrapped(wrapped) if wrapped.is_custom() => text(&target),
                target => super::item_text(target),
            }
        })
    }

    /// `CategoryInfo.TargetType`.
    pub(crate) fn target_type(&self) -> Str {
        self.target_type.lock().clone().unwrap_or_else(|| match &*self.target.lock() {
            Value::Wrapped(wrapped) if wrapped.is_custom() => "PSObject".into(),
            target => target.type_of().map_or_else(Str::default, |of| of.short_name().into()),
        })
    }

    /// `CategoryInfo.GetMessage()`.
    pub(crate) fn category_message(&self) -> String {
        let short = |text: &str| {
            const LONGEST: usize = 40;
            let chars: Vec<char> = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
            if chars.len() <= LONGEST {
                return chars.iter().collect::<String>();
            }
            const HALF: usize = 19;
            let head: String = chars.iter().take(HALF).collect();
            let tail: String = chars.iter().skip(chars.len().saturating_sub(HALF)).collect();
            format!("{head}…{tail}")
        };
        format!(
            "{}: ({}:{}) [{}], {}",
            self.category.lock().name(),
            short(&self.target_name()),
            short(&self.target_type()),
            self.activity.lock(),
            self.reason(),
        )
    }

    /// Its id without the command that raised it.
    pub(crate) fn own_id(&self) -> Str {
        let id = self.id.lock().clone();
        let Some((own, raised_by)) = id.rsplit_once(',') else { return id };
        let place = self.invocation.lock();
        let is_command = place.as_ref().is_some_and(|invocation| invocation.command_name.as_str() == raised_by);
        if is_command || raised_by.starts_with("Microsoft.PowerShell.Commands.") { own.into() } else { id.clone() }
    }

    /// A copy, as a rethrown or wrapped record is.
    pub(crate) fn copy(&self) -> Self {
        self.copy_with(self.exception.clone())
    }

    /// A copy about another exception.
    pub(crate) fn copy_with(&self, exception: Value) -> Self {
        let copy = Self::new(exception, self.id.lock().clone(), *self.category.lock(), self.target.lock().clone());
        *copy.activity.lock() = self.activity.lock().clone();
        *copy.reason.lock() = self.reason.lock().clone();
        *copy.target_name.lock() = self.target_name.lock().clone();
        *copy.target_type.lock() = self.target_type.lock().clone();
        *copy.details.lock() = self.details.lock().clone();
        *copy.invocation.lock() = self.invocation.lock().clone();
        *copy.stack_trace.lock() = self.stack_trace.lock().clone();
        copy.origin.lock().clone_from(&self.origin.lock());
        copy
    }
}

/// `Message` of an exception, also of one that a script defines.
pub(crate) fn exception_message(exception: &Value) -> Str {
    if let Some(exception) = exception.downcast::<Exception>() {
        return exception.message.lock().clone();
    }
    crate::eval::class::exception_of(exception).map_or_else(|| text(exception), |inner| inner.message.lock().clone())
}

impl Object for ErrorRecord {
    fn type_of(&self) -> Type {
        if self.origin.lock().is_some() { crate::beside::remote_error_type() } else { types::error_record() }
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn text(&self) -> Option<Str> {
        Some(self.message())
    }
}
