//! Errors.

use alloc::boxed::Box;
use alloc::sync::Arc;

use psrp_clixml::{Members, Object, PsString, TypeNames, Value};

use super::{Document, ErrorCategory, Fields, InvocationInfo, Node, PayloadError};

/// An error (MS-PSRP 2.2.3.15 "ErrorRecord"): ERROR_RECORD (2.2.2.20), the reason of a state, an exception of a host.
#[derive(Debug, Clone, PartialEq)]
pub struct ErrorRecord {
    /// The type names; absent in answers to host calls.
    pub type_names: Option<Arc<TypeNames>>,
    /// The text of the record.
    pub text: Option<PsString>,
    /// `Exception`: an object whose property `Message` is what a client shows.
    pub exception: Value,
    /// `TargetObject`: what the command worked on.
    pub target_object: Value,
    /// `FullyQualifiedErrorId`: names the error for programs.
    pub fully_qualified_error_id: Option<PsString>,
    /// `InvocationInfo`: an object of that type, for display; may be absent.
    pub invocation_info: Option<Value>,
    /// `ErrorCategory_Category`, as a number.
    pub category: ErrorCategory,
    /// `ErrorCategory_Activity`: usually the name of the command.
    pub activity: Option<PsString>,
    /// `ErrorCategory_Reason`: usually the short name of the exception's type.
    pub reason: Option<PsString>,
    /// `ErrorCategory_TargetName`.
    pub target_name: Option<PsString>,
    /// `ErrorCategory_TargetType`.
    pub target_type: Option<PsString>,
    /// `ErrorCategory_Message`: the category in words, see [`ErrorRecord::category_message`].
    pub message: Option<PsString>,
    /// `ErrorDetails_Message`: shown in place of the exception's message.
    pub details_message: Option<PsString>,
    /// `ErrorDetails_RecommendedAction`.
    pub recommended_action: Option<PsString>,
    /// The properties that stand behind `SerializeExtendedInfo` when it is true.
    pub extended: Option<Box<ExtendedInfo>>,
    /// `ErrorDetails_ScriptStackTrace`.
    pub script_stack_trace: Option<PsString>,
    /// Further properties, such as `PSMessageDetails` in ERROR_RECORD.
    pub others: Members,
}

/// Where an error came from, when it was asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct ExtendedInfo {
    /// The command.
    pub invocation: InvocationInfo,
    /// `PipelineIterationInfo`: a list of numbers, or nothing.
    pub pipeline_iteration_info: Value,
}

/// Properties that have a field of their own; the rest goes to [`ErrorRecord::others`].
const KNOWN: [&str; 14] = [
    "Exception",
    "TargetObject",
    "FullyQualifiedErrorId",
    "InvocationInfo",
    "ErrorCategory_Category",
    "ErrorCategory_Activity",
    "ErrorCategory_Reason",
    "ErrorCategory_TargetName",
    "ErrorCategory_TargetType",
    "ErrorCategory_Message",
    "ErrorDetails_Message",
    "ErrorDetails_RecommendedAction",
    "SerializeExtendedInfo",
    "ErrorDetails_ScriptStackTrace",
];
/// Begin of the names of those behind `SerializeExtendedInfo`.
const EXTENDED: [&str; 5] =
    ["InvocationInfo_", "ScriptExtent_", "CommandInfo_", "SerializeExtent", "PipelineIterationInfo"];

impl ErrorRecord {
    /// An error that a stock client shows as `message`, of an exception of the type `exception_type` (derived from
    /// `System.Exception`), for example `System.InvalidOperationException`.
    #[must_use]
    pub fn new(
        message: impl Into<PsString>,
        fully_qualified_error_id: impl Into<PsString>,
        category: ErrorCategory,
        exception_type: &str,
    ) -> Self {
        let message = message.into();
        let reason = exception_type.rsplit('.').next().unwrap_or(exception_type);
        let exception = Object::bag()
            .typed(TypeNames::new([exception_type, "System.Exception", "System.Object"]))
            .displayed(message.clone())
            .with_prop("Message", message.clone());
        let mut record = Self {
            type_names: Some(Arc::new(TypeNames::new(["System.Management.Automation.ErrorRecord", "System.Object"]))),
            text: Some(message),
            exception: exception.into(),
            target_object: Value::Nil,
            fully_qualified_error_id: Some(fully_qualified_error_id.into()),
            invocation_info: Some(Value::Nil),
            category,
            activity: Some("".into()),
            reason: Some(reason.into()),
            target_name: Some("".into()),
            target_type: Some("".into()),
            message: None,
            details_message: None,
            recommended_action: None,
            extended: None,
            script_stack_trace: None,
            others: Members::default(),
        };
        record.message = Some(record.category_message());
        record
    }

    /// What to show: the details' message, the exception's, the category's, or the text of the record.
    #[must_use]
    pub fn shown_message(&self) -> Option<&PsString> {
        let of_exception = self.exception.get("Message").and_then(Value::as_text).filter(|m| !m.is_empty());
        self.details_message.as_ref().or(of_exception).or(self.message.as_ref()).or(self.text.as_ref())
    }

    /// The text PowerShell makes for `ErrorCategory_Message`: `Category: (TargetName:TargetType) [Activity], Reason`.
    #[must_use]
    pub fn category_message(&self) -> PsString {
        let part =
            |text: &Option<PsString>| text.as_ref().map(|t| t.to_string_lossy().into_owned()).unwrap_or_default();
        let (name, kind) = (part(&self.target_name), part(&self.target_type));
        let (activity, reason) = (part(&self.activity), part(&self.reason));
        alloc::format!("{}: ({name}:{kind}) [{activity}], {reason}", self.category.name()).into()
    }

    /// Reads the record, which may also be data of a pipeline.
    ///
    /// # Errors
    /// [`PayloadError`] when a property that stock clients need is not there.
    pub fn from_value(value: &Value) -> Result<Self, PayloadError> {
        Self::from_node(Document::new(value).root())
    }

    pub(crate) fn from_node(node: Node<'_, '_>) -> Result<Self, PayloadError> {
        let fields = Fields::of(node, "ErrorRecord")?;
        let extended = fields.bool("SerializeExtendedInfo")?;
        let object = fields.object();
        let others = object.members.iter().filter(|(name, _)| {
            let name = name.to_string_lossy();
            let is = |known: &&str| name.eq_ignore_ascii_case(known);
            let begins = |known: &&str| name.get(..known.len()).is_some_and(|n| n.eq_ignore_ascii_case(known));
            !KNOWN.iter().any(is) && !EXTENDED.iter().any(begins)
        });
        Ok(Self {
            type_names: object.type_names.clone(),
            text: object.to_string.clone(),
            exception: fields.value("Exception")?.clone(),
            target_object: fields.value("TargetObject")?.clone(),
            fully_qualified_error_id: fields.optional_text("FullyQualifiedErrorId")?,
            invocation_info: fields.find("InvocationInfo").cloned(),
            category: fields.enumeration("ErrorCategory_Category")?,
            activity: fields.optional_text("ErrorCategory_Activity")?,
            reason: fields.optional_text("ErrorCategory_Reason")?,
            target_name: fields.optional_text("ErrorCategory_TargetName")?,
            target_type: fields.optional_text("ErrorCategory_TargetType")?,
            message: fields.optional_text("ErrorCategory_Message")?,
            details_message: fields.optional_text("ErrorDetails_Message")?,
            recommended_action: fields.optional_text("ErrorDetails_RecommendedAction")?,
            extended: if extended { Some(Box::new(ExtendedInfo::from_fields(fields)?)) } else { None },
            script_stack_trace: fields.optional_text("ErrorDetails_ScriptStackTrace")?,
            others: others.map(|(name, value)| (name.clone(), value.clone())).collect(),
        })
    }

    /// The object on the wire.
    #[must_use]
    pub fn to_value(&self) -> Value {
        let bag = Object { type_names: self.type_names.clone(), to_string: self.text.clone(), ..Object::bag() }
            .with("Exception", self.exception.clone())
            .with("TargetObject", self.target_object.clone())
            .with("FullyQualifiedErrorId", self.fully_qualified_error_id.clone());
        let bag = with_some(bag, "InvocationInfo", self.invocation_info.as_ref())
            .with("ErrorCategory_Category", self.category.to_i32())
            .with("ErrorCategory_Activity", self.activity.clone())
            .with("ErrorCategory_Reason", self.reason.clone())
            .with("ErrorCategory_TargetName", self.target_name.clone())
            .with("ErrorCategory_TargetType", self.target_type.clone())
            .with("ErrorCategory_Message", self.message.clone());
        let bag = with_some(bag, "ErrorDetails_Message", self.details_message.as_ref());
        let bag = with_some(bag, "ErrorDetails_RecommendedAction", self.recommended_action.as_ref());
        let bag = bag.with("SerializeExtendedInfo", self.extended.is_some());
        let bag = match &self.extended {
            Some(extended) => {
                extended.invocation.add_to(bag).with("PipelineIterationInfo", extended.pipeline_iteration_info.clone())
            }
            None => bag,
        };
        let bag = with_some(bag, "ErrorDetails_ScriptStackTrace", self.script_stack_trace.as_ref());
        self.others.iter().fold(bag, |bag, (name, value)| bag.with(name.clone(), value.clone())).into()
    }
}

impl ExtendedInfo {
    fn from_fields(fields: Fields<'_, '_>) -> Result<Self, PayloadError> {
        Ok(Self {
            invocation: InvocationInfo::from_fields(fields)?,
            pipeline_iteration_info: fields.find("PipelineIterationInfo").cloned().unwrap_or_default(),
        })
    }
}

/// The reason of a state: `ExceptionAsErrorRecord`.
pub(super) fn reason(fields: Fields<'_, '_>) -> Result<Option<Box<ErrorRecord>>, PayloadError> {
    fields.optional("ExceptionAsErrorRecord").map(ErrorRecord::from_node).transpose().map(|record| record.map(Box::new))
}

pub(super) fn with_reason(bag: Object, reason: Option<&ErrorRecord>) -> Object {
    match reason {
        Some(record) => bag.with("ExceptionAsErrorRecord", record.to_value()),
        None => bag,
    }
}

pub(super) fn with_some<T: Clone + Into<Value>>(bag: Object, name: &'static str, value: Option<&T>) -> Object {
    match value {
        Some(value) => bag.with(name, value.clone()),
        None => bag,
    }
}
