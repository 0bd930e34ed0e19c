//! Every message with its content.

use bytes::Bytes;
use psrp_clixml::Value;
use uuid::Uuid;

use super::{
    ApplicationPrivateData, ConnectRunspacePool, CreatePipeline, Destination, Document, EncryptedSessionKey,
    ErrorRecord, GetCommandMetadata, InformationRecord, InformationalRecord, InitRunspacePool, MessageKind, Node,
    PayloadError, PipelineStateInfo, PoolCall, ProgressRecord, PublicKey, RawMessage, RunspaceAvailability,
    RunspacePoolInitData, RunspacePoolStateInfo, SessionCapability, SetRunspaces, UserEvent,
};
use crate::host::{HostCall, HostResponse};

/// A message with its content; the variants are those of [`MessageKind`].
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "documented in MessageKind and at the content's type")]
pub enum Message {
    SessionCapability(SessionCapability),
    CloseSession,
    InitRunspacePool(InitRunspacePool),
    PublicKey(PublicKey),
    EncryptedSessionKey(EncryptedSessionKey),
    PublicKeyRequest,
    ConnectRunspacePool(ConnectRunspacePool),
    SetMaxRunspaces(SetRunspaces),
    SetMinRunspaces(SetRunspaces),
    RunspaceAvailability(RunspaceAvailability),
    RunspacePoolState(RunspacePoolStateInfo),
    CreatePipeline(CreatePipeline),
    GetAvailableRunspaces(PoolCall),
    UserEvent(UserEvent),
    ApplicationPrivateData(ApplicationPrivateData),
    GetCommandMetadata(GetCommandMetadata),
    RunspacePoolInitData(RunspacePoolInitData),
    ResetRunspaceState(PoolCall),
    RunspacePoolHostCall(HostCall),
    RunspacePoolHostResponse(HostResponse),
    /// Any value; an empty payload for null.
    PipelineInput(Value),
    EndOfPipelineInput,
    /// Any value; an empty payload for null.
    PipelineOutput(Value),
    ErrorRecord(ErrorRecord),
    PipelineState(PipelineStateInfo),
    DebugRecord(InformationalRecord),
    VerboseRecord(InformationalRecord),
    WarningRecord(InformationalRecord),
    ProgressRecord(ProgressRecord),
    InformationRecord(InformationRecord),
    StopPipeline,
    PipelineHostCall(HostCall),
    PipelineHostResponse(HostResponse),
    /// A type that is not known, with its payload. Receivers ignore it.
    Unknown(u32, Bytes),
}

impl Message {
    /// Reads the payload of a message.
    ///
    /// # Errors
    /// [`PayloadError`] when it is not what the type says.
    pub fn decode(message: &RawMessage) -> Result<Self, PayloadError> {
        use MessageKind as K;
        let what = message.kind.name();
        Ok(match message.kind {
            K::SessionCapability => read(message, SessionCapability::from_node).map(Self::SessionCapability)?,
            K::InitRunspacePool => read(message, InitRunspacePool::from_node).map(Self::InitRunspacePool)?,
            K::PublicKey => read(message, PublicKey::from_node).map(Self::PublicKey)?,
            K::EncryptedSessionKey => read(message, EncryptedSessionKey::from_node).map(Self::EncryptedSessionKey)?,
            K::ConnectRunspacePool => read(message, ConnectRunspacePool::from_node).map(Self::ConnectRunspacePool)?,
            K::SetMaxRunspaces => {
                read(message, |node| SetRunspaces::from_node(node, what, "MaxRunspaces")).map(Self::SetMaxRunspaces)?
            }
            K::SetMinRunspaces => {
                read(message, |node| SetRunspaces::from_node(node, what, "MinRunspaces")).map(Self::SetMinRunspaces)?
            }
            K::RunspaceAvailability => {
                read(message, RunspaceAvailability::from_node).map(Self::RunspaceAvailability)?
            }
            K::RunspacePoolState => read(message, RunspacePoolStateInfo::from_node).map(Self::RunspacePoolState)?,
            K::CreatePipeline => read(message, CreatePipeline::from_node).map(Self::CreatePipeline)?,
            K::GetAvailableRunspaces => {
                read(message, |node| PoolCall::from_node(node, what)).map(Self::GetAvailableRunspaces)?
            }
            K::UserEvent => read(message, UserEvent::from_node).map(Self::UserEvent)?,
            K::ApplicationPrivateData => {
                read(message, ApplicationPrivateData::from_node).map(Self::ApplicationPrivateData)?
            }
            K::GetCommandMetadata => read(message, GetCommandMetadata::from_node).map(Self::GetCommandMetadata)?,
            K::RunspacePoolInitData => {
                read(message, RunspacePoolInitData::from_node).map(Self::RunspacePoolInitData)?
            }
            K::ResetRunspaceState => {
                read(message, |node| PoolCall::from_node(node, what)).map(Self::ResetRunspaceState)?
            }
            K::RunspacePoolHostCall => {
                read(message, |node| HostCall::from_node(node, what)).map(Self::RunspacePoolHostCall)?
            }
            K::RunspacePoolHostResponse => {
                read(message, |node| HostResponse::from_node(node, what)).map(Self::RunspacePoolHostResponse)?
            }
            K::PipelineInput => Self::PipelineInput(parse(message)?),
            K::PipelineOutput => Self::PipelineOutput(parse(message)?),
            K::ErrorRecord => read(message, ErrorRecord::from_node).map(Self::ErrorRecord)?,
            K::PipelineState => read(message, PipelineStateInfo::from_node).map(Self::PipelineState)?,
            K::DebugRecord => read(message, InformationalRecord::from_node).map(Self::DebugRecord)?,
            K::VerboseRecord => read(message, InformationalRecord::from_node).map(Self::VerboseRecord)?,
            K::WarningRecord => read(message, InformationalRecord::from_node).map(Self::WarningRecord)?,
            K::ProgressRecord => read(message, ProgressRecord::from_node).map(Self::ProgressRecord)?,
            K::InformationRecord => read(message, InformationRecord::from_node).map(Self::InformationRecord)?,
            K::PipelineHostCall => read(message, |node| HostCall::from_node(node, what)).map(Self::PipelineHostCall)?,
            K::PipelineHostResponse => {
                read(message, |node| HostResponse::from_node(node, what)).map(Self::PipelineHostResponse)?
            }
            // Without content; what a peer may put there all the same is not looked at.
            K::CloseSession => Self::CloseSession,
            K::PublicKeyRequest => Self::PublicKeyRequest,
            K::EndOfPipelineInput => Self::EndOfPipelineInput,
            K::StopPipeline => Self::StopPipeline,
            K::Unknown(kind) => Self::Unknown(kind, message.payload.clone()),
        })
    }

    /// Its type.
    #[must_use]
    pub const fn kind(&self) -> MessageKind {
        use MessageKind as K;
        match self {
            Self::SessionCapability(_) => K::SessionCapability,
            Self::CloseSession => K::CloseSession,
            Self::InitRunspacePool(_) => K::InitRunspacePool,
            Self::PublicKey(_) => K::PublicKey,
            Self::EncryptedSessionKey(_) => K::EncryptedSessionKey,
            Self::PublicKeyRequest => K::PublicKeyRequest,
            Self::ConnectRunspacePool(_) => K::ConnectRunspacePool,
            Self::SetMaxRunspaces(_) => K::SetMaxRunspaces,
            Self::SetMinRunspaces(_) => K::SetMinRunspaces,
            Self::RunspaceAvailability(_) => K::RunspaceAvailability,
            Self::RunspacePoolState(_) => K::RunspacePoolState,
            Self::CreatePipeline(_) => K::CreatePipeline,
            Self::GetAvailableRunspaces(_) => K::GetAvailableRunspaces,
            Self::UserEvent(_) => K::UserEvent,
            Self::ApplicationPrivateData(_) => K::ApplicationPrivateData,
            Self::GetCommandMetadata(_) => K::GetCommandMetadata,
            Self::RunspacePoolInitData(_) => K::RunspacePoolInitData,
            Self::ResetRunspaceState(_) => K::ResetRunspaceState,
            Self::RunspacePoolHostCall(_) => K::RunspacePoolHostCall,
            Self::RunspacePoolHostResponse(_) => K::RunspacePoolHostResponse,
            Self::PipelineInput(_) => K::PipelineInput,
            Self::EndOfPipelineInput => K::EndOfPipelineInput,
            Self::PipelineOutput(_) => K::PipelineOutput,
            Self::ErrorRecord(_) => K::ErrorRecord,
            Self::PipelineState(_) => K::PipelineState,
            Self::DebugRecord(_) => K::DebugRecord,
            Self::VerboseRecord(_) => K::VerboseRecord,
            Self::WarningRecord(_) => K::WarningRecord,
            Self::ProgressRecord(_) => K::ProgressRecord,
            Self::InformationRecord(_) => K::InformationRecord,
            Self::StopPipeline => K::StopPipeline,
            Self::PipelineHostCall(_) => K::PipelineHostCall,
            Self::PipelineHostResponse(_) => K::PipelineHostResponse,
            Self::Unknown(kind, _) => K::Unknown(*kind),
        }
    }

    /// The payload, as stock peers write it.
    #[must_use]
    pub fn encode(&self) -> Bytes {
        let value = match self {
            Self::PipelineInput(Value::Nil) | Self::PipelineOutput(Value::Nil) => return Bytes::new(),
            Self::EndOfPipelineInput | Self::CloseSession | Self::StopPipeline => return Bytes::new(),
            Self::Unknown(_, payload) => return payload.clone(),
            Self::PipelineInput(value) | Self::PipelineOutput(value) => return psrp_clixml::write(value).into(),
            Self::SessionCapability(m) => m.to_value(),
            Self::InitRunspacePool(m) => m.to_value(),
            Self::PublicKey(m) => m.to_value(),
            Self::EncryptedSessionKey(m) => m.to_value(),
            Self::PublicKeyRequest => "".into(),
            Self::ConnectRunspacePool(m) => m.to_value(),
            Self::SetMaxRunspaces(m) => m.to_value("MaxRunspaces"),
            Self::SetMinRunspaces(m) => m.to_value("MinRunspaces"),
            Self::RunspaceAvailability(m) => m.to_value(),
            Self::RunspacePoolState(m) => m.to_value(),
            Self::CreatePipeline(m) => m.to_value(),
            Self::GetAvailableRunspaces(m) | Self::ResetRunspaceState(m) => m.to_value(),
            Self::UserEvent(m) => m.to_value(),
            Self::ApplicationPrivateData(m) => m.to_value(),
            Self::GetCommandMetadata(m) => m.to_value(),
            Self::RunspacePoolInitData(m) => m.to_value(),
            Self::RunspacePoolHostCall(m) | Self::PipelineHostCall(m) => m.to_value(),
            Self::RunspacePoolHostResponse(m) | Self::PipelineHostResponse(m) => m.to_value(),
            Self::ErrorRecord(m) => m.to_value(),
            Self::PipelineState(m) => m.to_value(),
            Self::DebugRecord(m) | Self::VerboseRecord(m) | Self::WarningRecord(m) => m.to_value(),
            Self::ProgressRecord(m) => m.to_value(),
            Self::InformationRecord(m) => m.to_value(),
        };
        psrp_clixml::write(&value).into()
    }

    /// The message with a header. `pid` is null for the pool.
    #[must_use]
    pub fn to_raw(&self, to: Destination, rpid: Uuid, pid: Uuid) -> RawMessage {
        RawMessage::pipeline(to, self.kind(), rpid, pid, self.encode())
    }
}

fn parse(message: &RawMessage) -> Result<Value, PayloadError> {
    psrp_clixml::parse(&message.payload).map_err(|source| PayloadError::Xml { what: message.kind.name(), source })
}

fn read<T>(
    message: &RawMessage,
    read: impl FnOnce(Node<'_, '_>) -> Result<T, PayloadError>,
) -> Result<T, PayloadError> {
    let value = parse(message)?;
    read(Document::new(&value).root())
}
