//! The few payloads that the session reads or writes itself; all others pass unread.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use bytes::Bytes;
use psrp_clixml::{ListKind, Object, ObjectValue, TypeNames, Value, Version};
use psrp_proto::RawMessage;

use super::host_call::HostCall;
use super::lease::HostDescription;
use super::pipeline::Outcome;
use crate::hello::STREAM_PROPERTY;

/// The protocol version that the session speaks with everybody.
pub(super) const VERSION: Version = Version::new(2, 3);

/// RunspacePoolState (MS-PSRP 2.2.3.4).
pub(super) const OPENED: i32 = 2;
pub(super) const CLOSED: i32 = 3;
pub(super) const CLOSING: i32 = 4;
pub(super) const BROKEN: i32 = 5;

/// RemoteHostMethodId (MS-PSRP 2.2.3.17) and the names of PowerShell.
pub(super) const GET_NAME: (i32, &str) = (1, "GetName");
pub(super) const WRITE_WARNING_LINE: (i32, &str) = (22, "WriteWarningLine");

/// The call id of host calls that want no answer.
pub(super) const VOID_CALL: i64 = -100;

fn bytes(object: Object) -> Bytes {
    psrp_clixml::write(&object.into()).into()
}

fn parse(payload: &[u8]) -> Option<Value> {
    psrp_clixml::parse(payload).ok()
}

// -- SESSION_CAPABILITY --------------------------------------------------------------------------

/// What a client's SESSION_CAPABILITY is answered with.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Negotiation {
    /// This version is spoken.
    Agreed(Version),
    /// The versions do not fit; a stock server answers its own and says nothing more.
    Failed,
}

impl Negotiation {
    pub(super) const fn version(self) -> Version {
        match self {
            Self::Agreed(version) => version,
            Self::Failed => VERSION,
        }
    }

    pub(super) const fn is_agreed(self) -> bool {
        matches!(self, Self::Agreed(_))
    }
}

/// The rules of a stock server (MS-PSRP 3.2.5.4.1; PowerShell 7.6.9).
pub(super) fn negotiate(message: &RawMessage) -> Negotiation {
    let Some(capability) = parse(&message.payload) else { return Negotiation::Failed };
    let version = |name| capability.get(name).and_then(Value::as_version);
    let (Some(protocol), Some(ps), Some(serialization)) =
        (version("protocolversion"), version("PSVersion"), version("SerializationVersion"))
    else {
        return Negotiation::Failed;
    };
    if ps.major != 2 || serialization.major != 1 || serialization.minor < 1 || protocol.major != VERSION.major {
        return Negotiation::Failed;
    }
    Negotiation::Agreed(if protocol.minor < VERSION.minor { Version::new(2, protocol.minor) } else { VERSION })
}

/// SESSION_CAPABILITY (MS-PSRP 2.2.2.1), with the stream that is used, if one is.
pub(super) fn capability(version: Version, stream: Option<u32>) -> Bytes {
    let capability = Object::bag()
        .with("protocolversion", version)
        .with("PSVersion", Version::new(2, 0))
        .with("SerializationVersion", serialization_version());
    bytes(match stream {
        Some(version) => capability.with(STREAM_PROPERTY, version.to_string().as_str()),
        None => capability,
    })
}

/// SESSION_CAPABILITY for our own client.
pub(crate) fn own_capability() -> Bytes {
    capability(VERSION, Some(crate::hello::STREAM_VERSION))
}

fn serialization_version() -> Version {
    "1.1.0.1".parse().unwrap_or(Version::new(1, 1))
}

// -- the pool ------------------------------------------------------------------------------------

/// What the session needs of INIT_RUNSPACEPOOL (MS-PSRP 2.2.2.2).
#[derive(Clone, Debug, Default)]
pub(super) struct Init {
    pub(super) host: HostDescription,
}

/// Reads INIT_RUNSPACEPOOL.
pub(super) fn read_init(message: &RawMessage) -> Result<Init, String> {
    let init = psrp_clixml::parse(&message.payload).map_err(|error| error.to_string())?;
    let host = init.get("HostInfo").map(host_description).unwrap_or_default();
    Ok(Init { host })
}

fn host_description(info: &Value) -> HostDescription {
    let flag = |name| info.get(name).and_then(Value::as_bool).unwrap_or(false);
    HostDescription {
        element: (!has_reference(info)).then(|| info.clone()),
        is_null: flag("_isHostNull"),
        is_terminal: !flag("_isHostNull") && !flag("_isHostUINull") && cursor_row(info).is_some_and(|row| row > 0),
    }
}

/// Whether a value refers to an object outside of itself, perhaps: such a one cannot be put elsewhere.
fn has_reference(value: &Value) -> bool {
    let in_members = |members: &psrp_clixml::Members| members.iter().any(|(_, value)| has_reference(value));
    match value {
        Value::Ref(_) => true,
        Value::MemberSet(members) => in_members(members),
        Value::Object(object) => {
            in_members(&object.props)
                || in_members(&object.members)
                || match &object.value {
                    ObjectValue::None => false,
                    ObjectValue::Primitive(value) => has_reference(value),
                    ObjectValue::List { items, .. } => items.iter().any(has_reference),
                    ObjectValue::Dict(entries) => {
                        entries.iter().any(|(key, value)| has_reference(key) || has_reference(value))
                    }
                }
        }
        _ => false,
    }
}

/// The row of the cursor (HostDefaultData key 2): 0 unless a person sits at a terminal.
fn cursor_row(info: &Value) -> Option<i32> {
    let data = info.get("_hostDefaultData")?.get("data")?.as_object()?;
    let ObjectValue::Dict(entries) = &data.value else { return None };
    let (_, cursor) = entries.iter().find(|(key, _)| key.as_i32() == Some(2))?;
    cursor.get("V")?.get("y")?.as_i32()
}

/// The sizes of the pool that INIT_RUNSPACEPOOL asks for.
pub(super) fn pool_size(init: &[u8]) -> (i32, i32) {
    let init = parse(init).unwrap_or_default();
    let size = |name| init.get(name).and_then(Value::as_i32).unwrap_or(1);
    (size("MinRunspaces"), size("MaxRunspaces"))
}

/// RUNSPACEPOOL_INIT_DATA (MS-PSRP 2.2.2.30).
pub(super) fn init_data((min, max): (i32, i32)) -> Bytes {
    bytes(Object::bag().with("MinRunspaces", min).with("MaxRunspaces", max))
}

/// RUNSPACEPOOL_STATE (MS-PSRP 2.2.2.10).
pub(super) fn pool_state(state: i32, reason: Option<&Reason>) -> Bytes {
    let bag = Object::bag().with("RunspaceState", state);
    bytes(match reason {
        Some(reason) => bag.with("ExceptionAsErrorRecord", reason.record()),
        None => bag,
    })
}

/// The state in RUNSPACEPOOL_STATE.
pub(super) fn read_pool_state(payload: &[u8]) -> Option<i32> {
    parse(payload)?.get("RunspaceState")?.as_i32()
}

/// APPLICATION_PRIVATE_DATA with the entry `Psrp` added.
pub(super) fn with_private_entry(payload: &[u8], entries: &[(&str, String)]) -> Bytes {
    let psrp = Object::primitive_dictionary(entries.iter().map(|(key, value)| (*key, value.as_str())));
    let data = parse(payload).and_then(|data| data.get("ApplicationPrivateData")?.as_object().cloned());
    let mut data = data.unwrap_or_else(|| Object::primitive_dictionary::<&str, &str>([]));
    if let ObjectValue::Dict(existing) = &mut data.value {
        existing.push(("Psrp".into(), psrp.into()));
    }
    bytes(Object::bag().with("ApplicationPrivateData", data))
}

/// A message with its call id replaced; the old one comes with it.
pub(super) fn with_call_id(payload: &[u8], id: i64) -> Option<(i64, Bytes)> {
    let Value::Object(mut bag) = parse(payload)? else { return None };
    let old = bag.get("ci")?.as_i64()?;
    let members = bag.members.iter().map(|(name, value)| {
        let value = if name.eq_ignore_case("ci") { Value::I64(id) } else { value.clone() };
        (name.clone(), value)
    });
    bag.members = members.collect();
    Some((old, psrp_clixml::write(&Value::Object(bag)).into()))
}

/// The answer to a pool operation that was not carried out.
pub(super) fn operation_refused(id: i64) -> Bytes {
    bytes(Object::bag().with("SetMinMaxRunspacesResponse", false).with("ci", id))
}

// -- pipelines -----------------------------------------------------------------------------------

/// Why something ended badly: what an ErrorRecord says (MS-PSRP 2.2.3.15).
#[derive(Clone, Debug)]
pub(super) struct Reason {
    pub(super) text: String,
    error_id: &'static str,
    category: (i32, &'static str),
}

const CONNECTION_ERROR: (i32, &str) = (27, "ConnectionError");
const RESOURCE_BUSY: (i32, &str) = (19, "ResourceBusy");
const INVALID_ARGUMENT: (i32, &str) = (5, "InvalidArgument");

impl Reason {
    /// Somebody else drives the session now.
    pub(super) fn session_taken(text: &str) -> Self {
        Self { text: text.to_string(), error_id: "PsrpSessionTakenOver", category: CONNECTION_ERROR }
    }

    /// There is no engine.
    pub(super) fn engine_gone(text: &str) -> Self {
        Self { text: text.to_string(), error_id: "PsrpEngineGone", category: CONNECTION_ERROR }
    }

    /// A pipeline of an earlier client is in the way. The id is that of Invoke-Command for a session that is not free.
    pub(super) fn busy(text: &str) -> Self {
        let error_id = "InvokeCommandCommandInvalidSessionAvailability";
        Self { text: text.to_string(), error_id, category: RESOURCE_BUSY }
    }

    /// A command of ours was called in a way that does not work.
    pub(super) fn usage(text: &str) -> Self {
        Self { text: text.to_string(), error_id: "PsrpCommandUsage", category: INVALID_ARGUMENT }
    }

    /// The form of a stock server, without extended information, which is always safe to send.
    fn record(&self) -> Object {
        const EXCEPTION: &str = "System.Management.Automation.RuntimeException";
        let (number, category) = self.category;
        let text = self.text.as_str();
        let exception = Object::bag()
            .typed(TypeNames::new([EXCEPTION, "System.SystemException", "System.Exception", "System.Object"]))
            .displayed(format!("{EXCEPTION}: {text}"))
            .with_prop("Message", text)
            .with_prop("InnerException", Value::Nil)
            .with_prop("HResult", HRESULT);
        Object::bag()
            .typed(TypeNames::new(["System.Management.Automation.ErrorRecord", "System.Object"]))
            .displayed(text)
            .with("Exception", exception)
            .with("TargetObject", Value::Nil)
            .with("FullyQualifiedErrorId", self.error_id)
            .with("InvocationInfo", Value::Nil)
            .with("ErrorCategory_Category", number)
            .with("ErrorCategory_Activity", "")
            .with("ErrorCategory_Reason", "RuntimeException")
            .with("ErrorCategory_TargetName", "")
            .with("ErrorCategory_TargetType", "")
            .with("ErrorCategory_Message", format!("{category}: (:) [], RuntimeException"))
            .with("SerializeExtendedInfo", false)
    }
}

/// COR_E_EXCEPTION of .NET.
const HRESULT: i32 = -2_146_233_087;

/// PIPELINE_STATE (MS-PSRP 2.2.2.21).
pub(super) fn pipeline_state(outcome: Outcome, reason: Option<&Reason>) -> Bytes {
    let number = match outcome {
        Outcome::Stopped => 3,
        Outcome::Completed => 4,
        Outcome::Failed => 5,
    };
    let bag = Object::bag().with("PipelineState", number);
    bytes(match reason {
        Some(reason) => bag.with("ExceptionAsErrorRecord", reason.record()),
        None => bag,
    })
}

/// The state in PIPELINE_STATE, if it is a final one.
pub(super) fn read_pipeline_state(payload: &[u8]) -> Option<Outcome> {
    Outcome::from_number(parse(payload)?.get("PipelineState")?.as_i32()?)
}

/// The activity of PROGRESS_RECORD.
pub(super) fn read_progress(payload: &[u8]) -> Option<i64> {
    parse(payload)?.get("ActivityId")?.as_i64()
}

/// INFORMATION_RECORD (MS-PSRP 2.2.2.26) that tells a reader about the output it gets.
pub(super) fn information(text: &str, host: &str, time: Option<psrp_clixml::DateTime>) -> Bytes {
    bytes(
        Object::bag()
            .with("MessageData", text)
            .with("Source", "psrpd")
            .with("TimeGenerated", time)
            .with("Tags", Object::list(TypeNames::new([STRING_LIST, "System.Object"]), ["psrpd"]))
            .with("User", "")
            .with("Computer", host)
            .with("ProcessId", 0_u32)
            .with("NativeThreadId", 0_u32)
            .with("ManagedThreadId", 0_u32),
    )
}

const STRING_LIST: &str = "System.Collections.Generic.List`1[[System.String, System.Private.CoreLib]]";

// -- host calls ----------------------------------------------------------------------------------

/// A host call of our own (MS-PSRP 2.2.2.15).
pub(super) fn host_call(id: i64, (method, name): (i32, &str), parameters: &[&str]) -> Bytes {
    let method = Object::enumeration(METHOD_ID, name, method);
    let parameters =
        Object::list(TypeNames::new(["System.Collections.ArrayList", "System.Object"]), parameters.to_vec());
    bytes(Object::bag().with("ci", id).with("mi", method).with("mp", parameters))
}

const METHOD_ID: &str = "System.Management.Automation.Remoting.RemoteHostMethodId";

/// Reads what the session needs of a host call.
pub(super) fn read_host_call(payload: &[u8]) -> Option<HostCall> {
    let call = parse(payload)?;
    let parameters = call.get("mp").and_then(Value::as_list).unwrap_or_default();
    Some(HostCall {
        ci: call.get("ci")?.as_i64()?,
        mi: call.get("mi")?.as_i32()?,
        first: parameters.first().cloned(),
        second: parameters.get(1).cloned(),
    })
}

/// The call that a response answers.
pub(super) fn read_host_response(payload: &[u8]) -> Option<(i64, i32)> {
    let response = parse(payload)?;
    Some((response.get("ci")?.as_i64()?, response.get("mi")?.as_i32()?))
}

/// A response that tells the script that nobody can answer.
pub(super) fn host_response_error(call: &HostCall, text: &str) -> Bytes {
    let reason =
        Reason { text: text.to_string(), error_id: "RemoteHostExecutionException", category: (8, "InvalidResult") };
    let mut record = reason.record();
    record.type_names = None;
    record.to_string = None;
    let method = Object::enumeration(METHOD_ID, "", call.mi);
    bytes(Object::bag().with("me", record).with("ci", call.ci).with("mi", method))
}

// -- keys ----------------------------------------------------------------------------------------

/// PUBLIC_KEY (MS-PSRP 2.2.2.3).
pub(super) fn public_key(blob: &str) -> Bytes {
    bytes(Object::bag().with("PublicKey", blob))
}

/// The blob in PUBLIC_KEY, in base64.
pub(super) fn read_public_key(payload: &[u8]) -> Option<String> {
    parse(payload)?.get("PublicKey")?.as_str().map(ToString::to_string)
}

/// ENCRYPTED_SESSION_KEY (MS-PSRP 2.2.2.4).
pub(super) fn encrypted_session_key(blob: &str) -> Bytes {
    bytes(Object::bag().with("EncryptedSessionKey", blob))
}

/// The blob in ENCRYPTED_SESSION_KEY, in base64.
pub(super) fn read_encrypted_session_key(payload: &[u8]) -> Option<String> {
    parse(payload)?.get("EncryptedSessionKey")?.as_str().map(ToString::to_string)
}

/// PUBLIC_KEY_REQUEST (MS-PSRP 2.2.2.5).
pub(super) fn public_key_request() -> Bytes {
    psrp_clixml::write(&Value::from("")).into()
}

/// An object as PIPELINE_OUTPUT.
pub(super) fn output(value: &Value) -> Bytes {
    psrp_clixml::write(value).into()
}

// -- CREATE_PIPELINE -----------------------------------------------------------------------------

/// What the session reads of CREATE_PIPELINE (MS-PSRP 2.2.2.10).
#[derive(Clone, Debug, Default)]
pub(super) struct Create {
    /// The commands of the first statement.
    pub(super) commands: Vec<Command>,
    /// Whether there is more than one statement.
    pub(super) has_more_statements: bool,
    pub(super) no_input: bool,
    pub(super) nested: bool,
    /// Whether it asks for the host of the pool.
    pub(super) uses_pool_host: bool,
}

/// One command (MS-PSRP 2.2.3.12).
#[derive(Clone, Debug, Default)]
pub(super) struct Command {
    pub(super) text: String,
    pub(super) is_script: bool,
    /// Name and value of each argument.
    pub(super) arguments: Vec<(Option<String>, Value)>,
}

impl Create {
    /// The command as lists show it.
    pub(super) fn title(&self) -> String {
        let names: Vec<&str> = self.commands.iter().map(|command| command.text.trim()).collect();
        let mut title: String = names.join(" | ");
        if self.has_more_statements {
            title.push_str("; ...");
        }
        title
    }
}

/// Reads CREATE_PIPELINE; none when a stock server could not either.
pub(super) fn read_create(payload: &[u8]) -> Option<Create> {
    let create = parse(payload)?;
    let shell = create.get("PowerShell")?;
    let commands = shell.get("Cmds")?.as_list()?.iter().map(read_command).collect::<Option<Vec<_>>>()?;
    let flag = |value: &Value, name| value.get(name).and_then(Value::as_bool);
    Some(Create {
        commands,
        has_more_statements: shell.get("ExtraCmds").and_then(Value::as_list).is_some_and(|extra| extra.len() > 1),
        no_input: flag(&create, "NoInput")?,
        nested: flag(&create, "IsNested")?,
        uses_pool_host: create.get("HostInfo").and_then(|info| flag(info, "_useRunspaceHost")).unwrap_or(false),
    })
}

fn read_command(command: &Value) -> Option<Command> {
    let arguments = command.get("Args").and_then(Value::as_list).unwrap_or_default().iter().map(|argument| {
        let name = argument.get("N").and_then(Value::as_str).map(ToString::to_string);
        (name, argument.get("V").cloned().unwrap_or_default())
    });
    Some(Command {
        text: command.get("Cmd")?.as_text()?.to_string_lossy().into_owned(),
        is_script: command.get("IsScript")?.as_bool()?,
        arguments: arguments.collect(),
    })
}

/// CREATE_PIPELINE with the host that this client described in place of the pool's, which is the first client's.
pub(super) fn with_host(payload: &[u8], host: &Value) -> Option<Bytes> {
    let mut host = host.as_object()?.clone();
    set(&mut host, "_useRunspaceHost", false.into());
    let Value::Object(mut create) = parse(payload)? else { return None };
    set(&mut create, "HostInfo", host.into());
    Some(psrp_clixml::write(&Value::Object(create)).into())
}

fn set(object: &mut Object, name: &str, value: Value) {
    let replaced = object.members.iter().map(|(existing, old)| {
        let is_it = existing.eq_ignore_case(name);
        (existing.clone(), if is_it { value.clone() } else { old.clone() })
    });
    object.members = replaced.collect();
}

/// CREATE_PIPELINE with `name -switch` in place of the first command, and input open.
pub(super) fn with_first_command(payload: &[u8], name: &str, switch: &str) -> Option<Bytes> {
    let Value::Object(mut create) = parse(payload)? else { return None };
    let mut shell = create.get("PowerShell")?.as_object()?.clone();
    let mut commands = shell.get("Cmds")?.as_object()?.clone();
    let ObjectValue::List { items, .. } = &mut commands.value else { return None };
    let Some(Value::Object(first)) = items.first_mut() else { return None };
    let mut arguments = first.get("Args")?.as_object()?.clone();
    let argument = Object::bag().with("N", switch).with("V", true);
    arguments.value = ObjectValue::List { kind: ListKind::List, items: alloc::vec![argument.into()] };
    set(first, "Cmd", name.into());
    set(first, "Args", arguments.into());
    set(&mut shell, "Cmds", commands.into());
    set(&mut create, "PowerShell", shell.into());
    set(&mut create, "NoInput", false.into());
    Some(psrp_clixml::write(&Value::Object(create)).into())
}

/// CREATE_PIPELINE for a script of the session's own, with this host or none.
pub(super) fn create_script(script: &str, host: Option<&Value>) -> Bytes {
    const RUNSPACES: &str = "System.Management.Automation.Runspaces";
    let list = || {
        TypeNames::new(["System.Collections.Generic.List`1[[System.Management.Automation.PSObject]]", "System.Object"])
    };
    let results = || Object::enumeration(&format!("{RUNSPACES}.PipelineResultTypes"), "None", 0);
    let mut command = Object::bag().with("Cmd", script).with("IsScript", true).with("UseLocalScope", Value::Nil);
    for stream in ["MyResult", "ToResult"] {
        command = command.with(format!("Merge{stream}"), results());
    }
    command = command.with("MergePreviousResults", results());
    for stream in ["Error", "Warning", "Verbose", "Debug", "Information"] {
        command = command.with(format!("Merge{stream}"), results());
    }
    command = command.with("Args", Object::list::<Value>(list(), []));
    let shell = Object::bag()
        .with("Cmds", Object::list(list(), [Value::from(command)]))
        .with("IsNested", false)
        .with("History", Value::Nil)
        .with("RedirectShellErrorOutputPipe", true);
    let host = match host.and_then(Value::as_object) {
        Some(host) => {
            let mut host = host.clone();
            set(&mut host, "_useRunspaceHost", false.into());
            host
        }
        None => Object::bag()
            .with("_isHostUINull", true)
            .with("_isHostRawUINull", true)
            .with("_isHostNull", true)
            .with("_useRunspaceHost", true),
    };
    bytes(
        Object::bag()
            .with("PowerShell", shell)
            .with("NoInput", true)
            .with("ApartmentState", Object::enumeration("System.Threading.ApartmentState", "Unknown", 2))
            .with(
                "RemoteStreamOptions",
                Object::enumeration("System.Management.Automation.RemoteStreamOptions", "0", 0),
            )
            .with("AddToHistory", false)
            .with("HostInfo", host)
            .with("IsNested", false),
    )
}
