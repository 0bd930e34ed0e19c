//! The messages of the runspace pool.

use alloc::boxed::Box;

use psrp_clixml::{DateTime, Object, PsString, Value};
use uuid::Uuid;

use super::{ApartmentState, ErrorRecord, Fields, HostInfo, Node, PayloadError, PsThreadOptions, RunspacePoolState};

/// INIT_RUNSPACEPOOL (MS-PSRP 2.2.2.2): the client creates the pool.
#[derive(Debug, Clone, PartialEq)]
pub struct InitRunspacePool {
    /// `MinRunspaces`: runspaces to keep. 1 in all stock sessions.
    pub min_runspaces: i32,
    /// `MaxRunspaces`: pipelines that may run at once. 1 in all stock sessions.
    pub max_runspaces: i32,
    /// `PSThreadOptions`.
    pub thread_options: PsThreadOptions,
    /// `ApartmentState`.
    pub apartment_state: ApartmentState,
    /// `ApplicationArguments`: a `PSPrimitiveDictionary` or nothing. Stock clients put their `PSVersionTable` there.
    pub application_arguments: Value,
    /// `HostInfo`: the client's host.
    pub host_info: HostInfo,
}

impl InitRunspacePool {
    /// What `New-PSSession` sends, but for the two arguments: one runspace, everything else as the server likes it.
    #[must_use]
    pub const fn new(application_arguments: Value, host_info: HostInfo) -> Self {
        Self {
            min_runspaces: 1,
            max_runspaces: 1,
            thread_options: PsThreadOptions::Default,
            apartment_state: ApartmentState::Unknown,
            application_arguments,
            host_info,
        }
    }

    pub(super) fn from_node(node: Node<'_, '_>) -> Result<Self, PayloadError> {
        let fields = Fields::of(node, "INIT_RUNSPACEPOOL")?;
        Ok(Self {
            min_runspaces: fields.i32("MinRunspaces")?,
            max_runspaces: fields.i32("MaxRunspaces")?,
            thread_options: fields.enumeration("PSThreadOptions")?,
            apartment_state: fields.enumeration("ApartmentState")?,
            application_arguments: fields.value("ApplicationArguments")?.clone(),
            host_info: HostInfo::from_node(fields.node("HostInfo")?)?,
        })
    }

    pub(super) fn to_value(&self) -> Value {
        Object::bag()
            .with("MinRunspaces", self.min_runspaces)
            .with("MaxRunspaces", self.max_runspaces)
            .with("PSThreadOptions", self.thread_options)
            .with("ApartmentState", self.apartment_state)
            .with("ApplicationArguments", self.application_arguments.clone())
            .with("HostInfo", self.host_info.to_value())
            .into()
    }
}

/// CONNECT_RUNSPACEPOOL (MS-PSRP 2.2.2.29): the client connects to a pool that exists. Stock peers use it over WSMan
/// only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ConnectRunspacePool {
    /// `MinRunspaces` and `MaxRunspaces`, when the client wants to change them; else the payload is an empty text.
    pub runspaces: Option<(i32, i32)>,
}

impl ConnectRunspacePool {
    pub(super) fn from_node(node: Node<'_, '_>) -> Result<Self, PayloadError> {
        if node.value().as_object().is_none_or(|object| object.members.is_empty()) {
            return Ok(Self { runspaces: None });
        }
        let fields = Fields::of(node, "CONNECT_RUNSPACEPOOL")?;
        Ok(Self { runspaces: Some((fields.i32("MinRunspaces")?, fields.i32("MaxRunspaces")?)) })
    }

    pub(super) fn to_value(self) -> Value {
        match self.runspaces {
            None => "".into(),
            Some((min, max)) => Object::bag().with("MinRunspaces", min).with("MaxRunspaces", max).into(),
        }
    }
}

/// RUNSPACEPOOL_INIT_DATA (MS-PSRP 2.2.2.30): the answer to CONNECT_RUNSPACEPOOL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RunspacePoolInitData {
    /// `MinRunspaces`.
    pub min_runspaces: i32,
    /// `MaxRunspaces`.
    pub max_runspaces: i32,
}

impl RunspacePoolInitData {
    pub(super) fn from_node(node: Node<'_, '_>) -> Result<Self, PayloadError> {
        let fields = Fields::of(node, "RUNSPACEPOOL_INIT_DATA")?;
        Ok(Self { min_runspaces: fields.i32("MinRunspaces")?, max_runspaces: fields.i32("MaxRunspaces")? })
    }

    pub(super) fn to_value(self) -> Value {
        Object::bag().with("MinRunspaces", self.min_runspaces).with("MaxRunspaces", self.max_runspaces).into()
    }
}

/// SET_MAX_RUNSPACES (MS-PSRP 2.2.2.6) and SET_MIN_RUNSPACES (2.2.2.7).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SetRunspaces {
    /// `MaxRunspaces` or `MinRunspaces`.
    pub runspaces: i32,
    /// `ci`: names this call in its answer.
    pub call_id: i64,
}

impl SetRunspaces {
    pub(super) fn from_node(node: Node<'_, '_>, what: &'static str, name: &'static str) -> Result<Self, PayloadError> {
        let fields = Fields::of(node, what)?;
        Ok(Self { runspaces: fields.i32(name)?, call_id: fields.i64("ci")? })
    }

    pub(super) fn to_value(self, name: &'static str) -> Value {
        Object::bag().with(name, self.runspaces).with("ci", self.call_id).into()
    }
}

/// GET_AVAILABLE_RUNSPACES (MS-PSRP 2.2.2.11) and RESET_RUNSPACE_STATE (2.2.2.31): the property `ci`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolCall {
    /// `ci`: names this call in its answer.
    pub call_id: i64,
}

impl PoolCall {
    pub(super) fn from_node(node: Node<'_, '_>, what: &'static str) -> Result<Self, PayloadError> {
        Ok(Self { call_id: Fields::of(node, what)?.i64("ci")? })
    }

    pub(super) fn to_value(self) -> Value {
        Object::bag().with("ci", self.call_id).into()
    }
}

/// RUNSPACE_AVAILABILITY (MS-PSRP 2.2.2.8): the answer to a call of the pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RunspaceAvailability {
    /// `ci` of the call.
    pub call_id: i64,
    /// `SetMinMaxRunspacesResponse`.
    pub response: Availability,
}

/// What a call of the pool gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Availability {
    /// To SET_MAX_RUNSPACES, SET_MIN_RUNSPACES and RESET_RUNSPACE_STATE: whether it was done.
    Done(bool),
    /// To GET_AVAILABLE_RUNSPACES: how many pipelines can be started now. Servers send 32 bits, MS-PSRP has 64.
    Runspaces(i64),
}

impl RunspaceAvailability {
    pub(super) fn from_node(node: Node<'_, '_>) -> Result<Self, PayloadError> {
        const RESPONSE: &str = "SetMinMaxRunspacesResponse";
        let fields = Fields::of(node, "RUNSPACE_AVAILABILITY")?;
        let response = fields.node(RESPONSE)?.primitive()?;
        let response = response.as_bool().map(Availability::Done).or(response.as_i64().map(Availability::Runspaces));
        let response = response.ok_or_else(|| fields.wrong(RESPONSE, "true, false or a number"))?;
        Ok(Self { call_id: fields.i64("ci")?, response })
    }

    pub(super) fn to_value(self) -> Value {
        let response = match self.response {
            Availability::Done(done) => Value::from(done),
            Availability::Runspaces(n) => i32::try_from(n).map_or(Value::I64(n), Value::I32),
        };
        Object::bag().with("SetMinMaxRunspacesResponse", response).with("ci", self.call_id).into()
    }
}

/// RUNSPACEPOOL_STATE (MS-PSRP 2.2.2.9).
#[derive(Debug, Clone, PartialEq)]
pub struct RunspacePoolStateInfo {
    /// `RunspaceState`, as a number.
    pub state: RunspacePoolState,
    /// `ExceptionAsErrorRecord`: why, for `Broken` and sometimes `Closed`.
    pub error: Option<Box<ErrorRecord>>,
}

impl RunspacePoolStateInfo {
    /// A state without a reason.
    #[must_use]
    pub const fn new(state: RunspacePoolState) -> Self {
        Self { state, error: None }
    }

    pub(super) fn from_node(node: Node<'_, '_>) -> Result<Self, PayloadError> {
        let fields = Fields::of(node, "RUNSPACEPOOL_STATE")?;
        Ok(Self { state: fields.enumeration("RunspaceState")?, error: super::error_record::reason(fields)? })
    }

    pub(super) fn to_value(&self) -> Value {
        let bag = Object::bag().with("RunspaceState", self.state.to_i32());
        super::error_record::with_reason(bag, self.error.as_deref()).into()
    }
}

/// USER_EVENT (MS-PSRP 2.2.2.12): an event of the server's engine, forwarded.
#[derive(Debug, Clone, PartialEq)]
pub struct UserEvent {
    /// `PSEventArgs.EventIdentifier`.
    pub event_id: i32,
    /// `PSEventArgs.SourceIdentifier`: the event's name.
    pub source_id: PsString,
    /// `PSEventArgs.TimeGenerated`.
    pub time_generated: DateTime,
    /// `PSEventArgs.Sender`.
    pub sender: Value,
    /// `PSEventArgs.SourceArgs`: a list.
    pub source_args: Value,
    /// `PSEventArgs.MessageData`.
    pub message_data: Value,
    /// `PSEventArgs.ComputerName`.
    pub computer_name: Option<PsString>,
    /// `PSEventArgs.RunspaceId`.
    pub runspace_id: Uuid,
}

impl UserEvent {
    pub(super) fn from_node(node: Node<'_, '_>) -> Result<Self, PayloadError> {
        let fields = Fields::of(node, "USER_EVENT")?;
        Ok(Self {
            event_id: fields.i32("PSEventArgs.EventIdentifier")?,
            source_id: fields.text("PSEventArgs.SourceIdentifier")?,
            time_generated: fields.date_time("PSEventArgs.TimeGenerated")?,
            sender: fields.value("PSEventArgs.Sender")?.clone(),
            source_args: fields.value("PSEventArgs.SourceArgs")?.clone(),
            message_data: fields.value("PSEventArgs.MessageData")?.clone(),
            computer_name: fields.optional_text("PSEventArgs.ComputerName")?,
            runspace_id: fields.guid("PSEventArgs.RunspaceId")?,
        })
    }

    pub(super) fn to_value(&self) -> Value {
        Object::bag()
            .with("PSEventArgs.EventIdentifier", self.event_id)
            .with("PSEventArgs.SourceIdentifier", self.source_id.clone())
            .with("PSEventArgs.TimeGenerated", self.time_generated)
            .with("PSEventArgs.Sender", self.sender.clone())
            .with("PSEventArgs.SourceArgs", self.source_args.clone())
            .with("PSEventArgs.MessageData", self.message_data.clone())
            .with("PSEventArgs.ComputerName", self.computer_name.clone())
            .with("PSEventArgs.RunspaceId", self.runspace_id)
            .into()
    }
}

/// APPLICATION_PRIVATE_DATA (MS-PSRP 2.2.2.13): what the server says of itself.
#[derive(Debug, Clone, PartialEq)]
pub struct ApplicationPrivateData {
    /// `ApplicationPrivateData`: a `PSPrimitiveDictionary` or nothing. Stock servers put their `PSVersionTable` there,
    /// and the state of their debugger when it can be used from a client.
    pub data: Value,
}

impl ApplicationPrivateData {
    /// The value of a key; case is ignored.
    #[must_use]
    pub fn entry(&self, key: &str) -> Option<&Value> {
        self.data.as_object()?.entry(key)
    }

    pub(super) fn from_node(node: Node<'_, '_>) -> Result<Self, PayloadError> {
        let fields = Fields::of(node, "APPLICATION_PRIVATE_DATA")?;
        Ok(Self { data: fields.value("ApplicationPrivateData")?.clone() })
    }

    pub(super) fn to_value(&self) -> Value {
        Object::bag().with("ApplicationPrivateData", self.data.clone()).into()
    }
}
