//! The few messages that the session writes itself, and what it reads of others; all other payloads pass unread.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use bytes::Bytes;
use psrp_clixml::{Object, ObjectValue, Value, Version};
use psrp_proto::host::{HostCall, HostRequest};
use psrp_proto::key::{PublicKeyBlob, SimpleBlob};
use psrp_proto::message::{
    ApplicationPrivateData, Argument, CreatePipeline, EncryptedSessionKey, ErrorCategory, ErrorRecord, HostInfo,
    InformationRecord, Message, PipelineStateInfo, PowerShell, PsInvocationState, PublicKey, RawMessage,
    RunspacePoolState, RunspacePoolStateInfo, SessionCapability,
};
use psrp_proto::pool::accept_as_server;
use psrp_proto::{MessageKind, Uuid};

use super::pipeline::Outcome;
use crate::hello::STREAM_PROPERTY;

/// The protocol version that the session speaks with everybody.
pub(super) const VERSION: Version = Version::new(2, 3);

/// The content of a message of this kind; none when it cannot be read.
pub(super) fn read(kind: MessageKind, payload: &Bytes) -> Option<Message> {
    let message = RawMessage { destination: 0, kind, rpid: Uuid::nil(), pid: Uuid::nil(), payload: payload.clone() };
    Message::decode(&message).ok()
}

/// SESSION_CAPABILITY as an answer to a client's, which names the stream if one is used; whether it agrees.
///
/// A client whose versions do not fit gets ours, and nothing ever after.
pub(super) fn negotiate(message: &RawMessage, stream: Option<u32>) -> (Bytes, bool) {
    let agreed = match Message::decode(message) {
        Ok(Message::SessionCapability(client)) => accept_as_server(VERSION, &client).ok(),
        _ => None,
    };
    (capability(agreed.unwrap_or(VERSION), stream), agreed.is_some())
}

/// SESSION_CAPABILITY, with the stream that is used, if one is.
pub(super) fn capability(version: Version, stream: Option<u32>) -> Bytes {
    let mut capability = SessionCapability::new(version);
    if let Some(stream) = stream {
        capability.extensions.push(STREAM_PROPERTY, stream.to_string().as_str());
    }
    Message::SessionCapability(capability).encode()
}

/// SESSION_CAPABILITY for our own client.
pub(crate) fn own_capability() -> Bytes {
    capability(VERSION, Some(crate::hello::STREAM_VERSION))
}

/// RUNSPACEPOOL_STATE.
pub(super) fn pool_state(state: RunspacePoolState, reason: Option<&Reason>) -> Bytes {
    let error = reason.map(|reason| reason.record().into());
    Message::RunspacePoolState(RunspacePoolStateInfo { state, error }).encode()
}

/// The state in RUNSPACEPOOL_STATE.
pub(super) fn read_pool_state(payload: &Bytes) -> Option<RunspacePoolState> {
    match read(MessageKind::RunspacePoolState, payload)? {
        Message::RunspacePoolState(info) => Some(info.state),
        _ => None,
    }
}

/// PIPELINE_STATE.
pub(super) fn pipeline_state(outcome: Outcome, reason: Option<&Reason>) -> Bytes {
    let state = match outcome {
        Outcome::Stopped => PsInvocationState::Stopped,
        Outcome::Completed => PsInvocationState::Completed,
        Outcome::Failed => PsInvocationState::Failed,
    };
    let error = reason.map(|reason| reason.record().into());
    Message::PipelineState(PipelineStateInfo { state, error }).encode()
}

/// The state in PIPELINE_STATE, if it is a final one.
pub(super) fn read_pipeline_state(payload: &Bytes) -> Option<Outcome> {
    match read(MessageKind::PipelineState, payload)? {
        Message::PipelineState(PipelineStateInfo { state: PsInvocationState::Stopped, .. }) => Some(Outcome::Stopped),
        Message::PipelineState(PipelineStateInfo { state: PsInvocationState::Completed, .. }) => {
            Some(Outcome::Completed)
        }
        Message::PipelineState(PipelineStateInfo { state: PsInvocationState::Failed, .. }) => Some(Outcome::Failed),
        _ => None,
    }
}

/// The error in PIPELINE_STATE as ERROR_RECORD, if there is one.
pub(super) fn read_failure(payload: &Bytes) -> Option<Bytes> {
    match read(MessageKind::PipelineState, payload)? {
        Message::PipelineState(PipelineStateInfo { error: Some(error), .. }) => {
            Some(Message::ErrorRecord(*error).encode())
        }
        _ => None,
    }
}

/// APPLICATION_PRIVATE_DATA with the entry `Psrp` added.
pub(super) fn with_private_entry(payload: &Bytes, entries: &[(&str, String)]) -> Bytes {
    let psrp = Object::primitive_dictionary(entries.iter().map(|(key, value)| (*key, value.as_str())));
    let data = match read(MessageKind::ApplicationPrivateData, payload) {
        Some(Message::ApplicationPrivateData(data)) => data.data.as_object().cloned(),
        _ => None,
    };
    let mut data = data.unwrap_or_else(|| Object::primitive_dictionary::<&str, &str>([]));
    if let ObjectValue::Dict(existing) = &mut data.value {
        existing.push(("Psrp".into(), psrp.into()));
    }
    Message::ApplicationPrivateData(ApplicationPrivateData { data: data.into() }).encode()
}

/// Why something ended badly: what an error record says.
#[derive(Clone, Debug)]
pub(super) struct Reason {
    pub(super) text: String,
    error_id: &'static str,
    category: ErrorCategory,
}

impl Reason {
    /// Somebody else drives the session now.
    pub(super) fn session_taken(text: &str) -> Self {
        Self { text: text.to_string(), error_id: "PsrpSessionTakenOver", category: ErrorCategory::ConnectionError }
    }

    /// There is no engine.
    pub(super) fn engine_gone(text: &str) -> Self {
        Self { text: text.to_string(), error_id: "PsrpEngineGone", category: ErrorCategory::ConnectionError }
    }

    /// A pipeline of an earlier client is in the way. The id is that of Invoke-Command for a session that is not free.
    pub(super) fn busy(text: &str) -> Self {
        let error_id = "InvokeCommandCommandInvalidSessionAvailability";
        Self { text: text.to_string(), error_id, category: ErrorCategory::ResourceBusy }
    }

    /// A command of ours was called in a way that does not work.
    pub(super) fn usage(text: &str) -> Self {
        Self { text: text.to_string(), error_id: "PsrpCommandUsage", category: ErrorCategory::InvalidArgument }
    }

    /// A host call that nobody can answer.
    pub(super) fn nobody_there(text: &str) -> Self {
        let error_id = "RemoteHostExecutionException";
        Self { text: text.to_string(), error_id, category: ErrorCategory::InvalidResult }
    }

    pub(super) fn record(&self) -> ErrorRecord {
        const EXCEPTION: &str = "System.Management.Automation.RuntimeException";
        ErrorRecord::new(self.text.as_str(), self.error_id, self.category, EXCEPTION)
    }
}

/// INFORMATION_RECORD that tells a reader about the output it gets; none without a date.
pub(super) fn information(text: &str, host: &str, time: Option<psrp_clixml::DateTime>) -> Option<Bytes> {
    let record = InformationRecord {
        message_data: text.into(),
        source: Some("psrpd".into()),
        time_generated: time?,
        tags: ["psrpd".into()].into(),
        user: None,
        computer: Some(host.into()),
        process_id: 0,
        native_thread_id: 0,
        managed_thread_id: 0,
    };
    Some(Message::InformationRecord(record).encode())
}

/// A host call of our own.
pub(super) fn host_call(id: i64, request: &HostRequest) -> Bytes {
    Message::PipelineHostCall(HostCall::new(id, request)).encode()
}

/// An object as PIPELINE_OUTPUT or PIPELINE_INPUT.
pub(super) fn object(value: &Value) -> Bytes {
    psrp_clixml::write(value).into()
}

/// Reads CREATE_PIPELINE; none when a stock server could not either.
pub(super) fn read_create(payload: &Bytes) -> Option<CreatePipeline> {
    match read(MessageKind::CreatePipeline, payload)? {
        Message::CreatePipeline(create) => Some(create),
        _ => None,
    }
}

/// The commands of a pipeline as lists show them.
pub(super) fn title(shell: &PowerShell) -> String {
    let Some(first) = shell.statements.first() else { return String::new() };
    let names = first.iter().map(|command| command.text.to_string_lossy().trim().to_string());
    let title = names.collect::<Vec<_>>().join(" | ");
    if shell.statements.len() > 1 { format!("{title}; ...") } else { title }
}

/// CREATE_PIPELINE with the host that this client described in place of the pool's, which is the first client's.
pub(super) fn with_host(create: CreatePipeline, host: &HostInfo) -> Bytes {
    let host_info = HostInfo { use_runspace_host: false, ..host.clone() };
    Message::CreatePipeline(CreatePipeline { host_info, ..create }).encode()
}

/// The same pipeline with `name -switch` in place of the first command, and input open.
pub(super) fn with_first_command(mut create: CreatePipeline, name: &str, switch: &str) -> Option<CreatePipeline> {
    let first = create.power_shell.statements.first_mut()?.first_mut()?;
    first.text = name.into();
    first.arguments = [Argument { name: Some(switch.into()), value: true.into() }].into();
    create.no_input = false;
    Some(create)
}

/// A script of the session's own, with this host or none.
pub(super) fn script(text: &str, host: Option<&HostInfo>) -> CreatePipeline {
    let create = CreatePipeline { add_to_history: false, ..CreatePipeline::new(PowerShell::script(text)) };
    match host {
        Some(host) => CreatePipeline { host_info: HostInfo { use_runspace_host: false, ..host.clone() }, ..create },
        None => create,
    }
}

/// Whether a person sits at a terminal there: with standard input or output redirected PowerShell reports row 0.
pub(super) fn is_terminal(host: &HostInfo) -> bool {
    let row = host.default_data.as_ref().and_then(|data| data.cursor_position.as_ref()).map(|cursor| cursor.y);
    !host.is_host_null && !host.is_host_ui_null && row.is_some_and(|row| row > 0)
}

/// Commands that stock clients send on their own behalf begin with two underscores.
pub(super) fn is_housekeeping(shell: &PowerShell) -> bool {
    let first = shell.first_command();
    first.is_some_and(|command| !command.is_script && command.text.to_string_lossy().starts_with("__"))
}

// -- call ids ------------------------------------------------------------------------------------

/// A pool operation or its answer with another call id; the old one comes with it.
pub(super) fn with_call_id(message: Message, id: i64) -> Option<(i64, Message)> {
    let replaced = |old: &mut i64| core::mem::replace(old, id);
    let mut message = message;
    let old = match &mut message {
        Message::SetMaxRunspaces(set) | Message::SetMinRunspaces(set) => replaced(&mut set.call_id),
        Message::GetAvailableRunspaces(call) | Message::ResetRunspaceState(call) => replaced(&mut call.call_id),
        Message::RunspaceAvailability(answer) => replaced(&mut answer.call_id),
        _ => return None,
    };
    Some((old, message))
}

// -- keys ----------------------------------------------------------------------------------------

/// PUBLIC_KEY with this blob; none if it is none.
pub(super) fn public_key(blob: &[u8]) -> Option<Bytes> {
    let key = PublicKeyBlob::decode(blob).ok()?;
    Some(Message::PublicKey(PublicKey { key }).encode())
}

/// The blob in PUBLIC_KEY.
pub(super) fn read_public_key(payload: &Bytes) -> Option<Vec<u8>> {
    match read(MessageKind::PublicKey, payload)? {
        Message::PublicKey(key) => Some(key.key.encode()),
        _ => None,
    }
}

/// ENCRYPTED_SESSION_KEY with this blob; none if it is none.
pub(super) fn encrypted_session_key(blob: &[u8]) -> Option<Bytes> {
    let key = SimpleBlob::decode(blob).ok()?;
    Some(Message::EncryptedSessionKey(EncryptedSessionKey { key }).encode())
}

/// The blob in ENCRYPTED_SESSION_KEY.
pub(super) fn read_encrypted_session_key(payload: &Bytes) -> Option<Vec<u8>> {
    match read(MessageKind::EncryptedSessionKey, payload)? {
        Message::EncryptedSessionKey(key) => Some(key.key.encode()),
        _ => None,
    }
}
