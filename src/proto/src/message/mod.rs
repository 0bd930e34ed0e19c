//! The messages (MS-PSRP 2.2.1, 2.2.2).
//!
//! [`RawMessage`] has the header and the payload as bytes, [`Message`] the payload as what it says.

mod command;
mod document;
mod enums;
mod error_record;
mod fields;
mod host_info;
mod invocation;
mod kind;
mod pool;
mod raw;
mod records;
mod session;
mod typed;
mod using;

pub use command::{Argument, Command, CreatePipeline, GetCommandMetadata, Merge, PowerShell};
pub(crate) use document::{Document, Node};
pub use enums::{
    ApartmentState, CommandOrigin, CommandTypes, ErrorCategory, PipelineResultTypes, ProgressRecordType,
    PsInvocationState, PsThreadOptions, RemoteStreamOptions, RunspacePoolState, SessionStateEntryVisibility,
};
pub use error_record::{ErrorRecord, ExtendedInfo};
pub(crate) use fields::Fields;
pub use fields::PayloadError;
pub use host_info::{HostDefaultData, HostInfo};
pub use invocation::{CommandInfo, InvocationInfo, ScriptExtent};
pub use kind::{MessageClass, MessageKind};
pub use pool::{
    ApplicationPrivateData, Availability, ConnectRunspacePool, InitRunspacePool, PoolCall, RunspaceAvailability,
    RunspacePoolInitData, RunspacePoolStateInfo, SetRunspaces, UserEvent,
};
pub use raw::{Destination, HEADER_SIZE, HeaderError, RawMessage};
pub use records::{InformationRecord, InformationalRecord, PipelineStateInfo, ProgressRecord};
pub use session::{EncryptedSessionKey, PublicKey, SessionCapability};
pub use typed::Message;
pub use using::using_key;
