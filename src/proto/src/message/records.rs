//! The records of a pipeline besides its errors, and its state.

use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;

use psrp_clixml::{DateTime, Object, PsString, TypeNames, Value};

use super::{Document, ErrorRecord, Fields, InvocationInfo, Node, PayloadError, ProgressRecordType, PsInvocationState};

/// PIPELINE_STATE (MS-PSRP 2.2.2.21): the last message of a pipeline.
#[derive(Debug, Clone, PartialEq)]
pub struct PipelineStateInfo {
    /// `PipelineState`, as a number.
    pub state: PsInvocationState,
    /// `ExceptionAsErrorRecord`: why, for `Failed`, and for `Stopped` when the pipeline had begun.
    pub error: Option<Box<ErrorRecord>>,
}

impl PipelineStateInfo {
    /// A state without a reason.
    #[must_use]
    pub const fn new(state: PsInvocationState) -> Self {
        Self { state, error: None }
    }

    /// `Failed`, by this error.
    #[must_use]
    pub fn failed(error: ErrorRecord) -> Self {
        Self { state: PsInvocationState::Failed, error: Some(Box::new(error)) }
    }

    pub(super) fn from_node(node: Node<'_, '_>) -> Result<Self, PayloadError> {
        let fields = Fields::of(node, "PIPELINE_STATE")?;
        Ok(Self { state: fields.enumeration("PipelineState")?, error: super::error_record::reason(fields)? })
    }

    pub(super) fn to_value(&self) -> Value {
        let bag = Object::bag().with("PipelineState", self.state.to_i32());
        super::error_record::with_reason(bag, self.error.as_deref()).into()
    }
}

/// DEBUG_RECORD (MS-PSRP 2.2.2.22), VERBOSE_RECORD (2.2.2.23), WARNING_RECORD (2.2.2.24): 2.2.3.16
/// "InformationalRecord".
#[derive(Debug, Clone, PartialEq)]
pub struct InformationalRecord {
    /// The type names; which record it is, or one derived from it.
    pub type_names: Option<Arc<TypeNames>>,
    /// The text of the record, the same as the message.
    pub text: Option<PsString>,
    /// `InformationalRecord_Message`.
    pub message: PsString,
    /// The command, when it was asked for: the properties behind `InformationalRecord_SerializeInvocationInfo`.
    pub invocation: Option<Box<InvocationInfo>>,
    /// `InformationalRecord_PipelineIterationInfo`: a list of numbers, or nothing. Only with [`Self::invocation`].
    pub pipeline_iteration_info: Value,
}

impl InformationalRecord {
    /// A debug record.
    #[must_use]
    pub fn debug(message: impl Into<PsString>) -> Self {
        Self::of("System.Management.Automation.DebugRecord", message.into())
    }

    /// A verbose record.
    #[must_use]
    pub fn verbose(message: impl Into<PsString>) -> Self {
        Self::of("System.Management.Automation.VerboseRecord", message.into())
    }

    /// A warning.
    #[must_use]
    pub fn warning(message: impl Into<PsString>) -> Self {
        Self::of("System.Management.Automation.WarningRecord", message.into())
    }

    fn of(type_name: &str, message: PsString) -> Self {
        let names = [type_name, "System.Management.Automation.InformationalRecord", "System.Object"];
        Self {
            type_names: Some(Arc::new(TypeNames::new(names))),
            text: Some(message.clone()),
            message,
            invocation: None,
            pipeline_iteration_info: Value::Nil,
        }
    }

    /// Reads the record, which may also be data of a pipeline.
    ///
    /// # Errors
    /// [`PayloadError`] when a property that stock clients need is not there.
    pub fn from_value(value: &Value) -> Result<Self, PayloadError> {
        Self::from_node(Document::new(value).root())
    }

    pub(super) fn from_node(node: Node<'_, '_>) -> Result<Self, PayloadError> {
        let fields = Fields::of(node, "informational record")?;
        let invocation = fields.bool("InformationalRecord_SerializeInvocationInfo")?;
        Ok(Self {
            type_names: fields.object().type_names.clone(),
            text: fields.object().to_string.clone(),
            message: fields.optional_text("InformationalRecord_Message")?.unwrap_or_default(),
            invocation: if invocation { Some(Box::new(InvocationInfo::from_fields(fields)?)) } else { None },
            pipeline_iteration_info: fields
                .find("InformationalRecord_PipelineIterationInfo")
                .cloned()
                .unwrap_or_default(),
        })
    }

    /// The object on the wire.
    #[must_use]
    pub fn to_value(&self) -> Value {
        let bag = Object { type_names: self.type_names.clone(), to_string: self.text.clone(), ..Object::bag() }
            .with("InformationalRecord_Message", self.message.clone())
            .with("InformationalRecord_SerializeInvocationInfo", self.invocation.is_some());
        let Some(invocation) = &self.invocation else { return bag.into() };
        let bag = invocation.add_to(bag);
        bag.with("InformationalRecord_PipelineIterationInfo", self.pipeline_iteration_info.clone()).into()
    }
}

/// PROGRESS_RECORD (MS-PSRP 2.2.2.25), and the argument of the host call WriteProgress.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProgressRecord {
    /// `Activity`. Stock clients refuse an empty one.
    pub activity: PsString,
    /// `ActivityId`.
    pub activity_id: i32,
    /// `StatusDescription`. Stock clients refuse an empty one.
    pub status_description: PsString,
    /// `CurrentOperation`.
    pub current_operation: Option<PsString>,
    /// `ParentActivityId`: -1 for none.
    pub parent_activity_id: i32,
    /// `PercentComplete`: 0 to 100, -1 for not known.
    pub percent_complete: i32,
    /// `Type`.
    pub record_type: ProgressRecordType,
    /// `SecondsRemaining`: -1 for not known.
    pub seconds_remaining: i32,
}

impl ProgressRecord {
    pub(crate) fn from_node(node: Node<'_, '_>) -> Result<Self, PayloadError> {
        let fields = Fields::of(node, "PROGRESS_RECORD")?;
        Ok(Self {
            activity: fields.text("Activity")?,
            activity_id: fields.i32("ActivityId")?,
            status_description: fields.text("StatusDescription")?,
            current_operation: fields.optional_text("CurrentOperation")?,
            parent_activity_id: fields.i32("ParentActivityId")?,
            percent_complete: fields.i32("PercentComplete")?,
            record_type: fields.enumeration("Type")?,
            seconds_remaining: fields.i32("SecondsRemaining")?,
        })
    }

    pub(crate) fn to_value(&self) -> Value {
        Object::bag()
            .with("Activity", self.activity.clone())
            .with("ActivityId", self.activity_id)
            .with("StatusDescription", self.status_description.clone())
            .with("CurrentOperation", self.current_operation.clone())
            .with("ParentActivityId", self.parent_activity_id)
            .with("PercentComplete", self.percent_complete)
            .with("Type", self.record_type)
            .with("SecondsRemaining", self.seconds_remaining)
            .into()
    }
}

/// INFORMATION_RECORD (MS-PSRP 2.2.2.26): `Write-Information`, and `Write-Host`, whose data is a
/// `HostInformationMessage` and whose tags have `PSHOST`.
#[derive(Debug, Clone, PartialEq)]
pub struct InformationRecord {
    /// `MessageData`.
    pub message_data: Value,
    /// `Source`: the command or the script.
    pub source: Option<PsString>,
    /// `TimeGenerated`.
    pub time_generated: DateTime,
    /// `Tags`.
    pub tags: Vec<PsString>,
    /// `User`.
    pub user: Option<PsString>,
    /// `Computer`.
    pub computer: Option<PsString>,
    /// `ProcessId`.
    pub process_id: u32,
    /// `NativeThreadId`.
    pub native_thread_id: u32,
    /// `ManagedThreadId`.
    pub managed_thread_id: u32,
}

impl InformationRecord {
    pub(super) fn from_node(node: Node<'_, '_>) -> Result<Self, PayloadError> {
        let fields = Fields::of(node, "INFORMATION_RECORD")?;
        Ok(Self {
            message_data: fields.value("MessageData")?.clone(),
            source: fields.optional_text("Source")?,
            time_generated: fields.date_time("TimeGenerated")?,
            tags: fields.optional_texts("Tags")?.unwrap_or_default(),
            user: fields.optional_text("User")?,
            computer: fields.optional_text("Computer")?,
            process_id: fields.u32("ProcessId")?,
            native_thread_id: fields.u32("NativeThreadId")?,
            managed_thread_id: fields.u32("ManagedThreadId")?,
        })
    }

    pub(super) fn to_value(&self) -> Value {
        const LIST: &str = "System.Collections.Generic.List`1[[System.String, System.Private.CoreLib, \
            Version=10.0.0.0, Culture=neutral, PublicKeyToken=7cec85d7bea7798e]]";
        let tags = Object::list(TypeNames::new([LIST, "System.Object"]), self.tags.iter().cloned());
        Object::bag()
            .with("MessageData", self.message_data.clone())
            .with("Source", self.source.clone())
            .with("TimeGenerated", self.time_generated)
            .with("Tags", tags)
            .with("User", self.user.clone())
            .with("Computer", self.computer.clone())
            .with("ProcessId", self.process_id)
            .with("NativeThreadId", self.native_thread_id)
            .with("ManagedThreadId", self.managed_thread_id)
            .into()
    }
}
