//! Records of the streams as they come from another process.

use psrp_clixml as clixml;
use psrpd_dotnet::Str;

use super::read;
use crate::{
    beside::Kind,
    eval::Runspace,
    host::Progress,
    types,
    value::{Category, ErrorRecord, Exception, List, Opaque, Value, enumerate, text},
};

/// A property of what arrived.
fn get(bag: &Value, name: &str) -> Value {
    let Value::Wrapped(wrapped) = bag else { return Value::Null };
    wrapped.get(name).and_then(|member| member.held().cloned()).unwrap_or_default()
}

fn string(bag: &Value, name: &str) -> Str {
    text(&get(bag, name))
}

/// An error record (MS-PSRP 2.2.3.15). What it was about is only described.
pub(crate) fn error_record(rs: &mut Runspace, tree: &clixml::Value) -> ErrorRecord {
    let bag = read(rs, tree);
    let remote = get(&bag, "Exception");
    let message = match string(&remote, "Message") {
        message if message.is_empty() => text(&bag),
        message => message,
    };
    let exception = Exception::new("System.Management.Automation.RemoteException", message)
        .with("SerializedRemoteException", remote)
        .with("SerializedRemoteInvocationInfo", get(&bag, "InvocationInfo"));
    let category = get(&bag, "ErrorCategory_Category").as_i128().and_then(|number| i64::try_from(number).ok());
    let category = Category::from_number(category.unwrap_or(0));
    let id = string(&bag, "FullyQualifiedErrorId");
    let record = ErrorRecord::new(Value::object(exception), id, category, get(&bag, "TargetObject"));
    *record.activity.lock() = string(&bag, "ErrorCategory_Activity");
    *record.reason.lock() = string(&bag, "ErrorCategory_Reason");
    *record.target_name.lock() = Some(string(&bag, "ErrorCategory_TargetName"));
    *record.target_type.lock() = Some(string(&bag, "ErrorCategory_TargetType"));
    let details = get(&bag, "ErrorDetails_Message");
    *record.details.lock() = Some(details).filter(|details| !details.is_null()).map(|details| text(&details));
    *record.recommended.lock() = string(&bag, "ErrorDetails_RecommendedAction");
    *record.stack_trace.lock() = string(&bag, "ErrorDetails_ScriptStackTrace");
    record
}

/// A warning, verbose or debug record (MS-PSRP 2.2.3.16 to 2.2.3.18).
pub(crate) fn message_record(rs: &mut Runspace, tree: &clixml::Value, kind: Kind) -> Value {
    let bag = read(rs, tree);
    let message = string(&bag, "InformationalRecord_Message");
    let fields = [("Message", Value::Str(message.clone())), ("InvocationInfo", Value::Null)];
    Opaque::of(kind.element(), fields).displayed(message).into_value()
}

/// An information record (MS-PSRP 2.2.2.26).
pub(crate) fn information_record(rs: &mut Runspace, tree: &clixml::Value) -> Value {
    const FIELDS: [&str; 9] = [
        "MessageData",
        "Source",
        "TimeGenerated",
        "Tags",
        "User",
        "Computer",
        "ProcessId",
        "NativeThreadId",
        "ManagedThreadId",
    ];
    let bag = read(rs, tree);
    let fields = FIELDS.map(|name| match name {
        "Tags" => {
            let of = types::list_of(types::string());
            let tags = enumerate(&get(&bag, name)).unwrap_or_default();
            (name, List::value(of, tags))
        }
        name => (name, get(&bag, name)),
    });
    let shown = string(&bag, "MessageData");
    Opaque::of(Kind::Information.element(), fields).displayed(shown).into_value()
}

/// A progress record (MS-PSRP 2.2.2.25).
pub(crate) fn progress_from(rs: &mut Runspace, tree: &clixml::Value) -> Value {
    let bag = read(rs, tree);
    let number = |name: &str| get(&bag, name).as_i128().and_then(|n| i32::try_from(n).ok()).unwrap_or(-1);
    let operation = get(&bag, "CurrentOperation");
    super::progress_record(&Progress {
        activity: string(&bag, "Activity").to_string(),
        id: number("ActivityId"),
        status: string(&bag, "StatusDescription").to_string(),
        operation: Some(operation).filter(|of| !of.is_null()).map(|of| text(&of).to_string()),
        parent_id: number("ParentActivityId"),
        percent: number("PercentComplete"),
        is_completed: string(&bag, "Type").as_str() == "Completed",
        seconds_remaining: number("SecondsRemaining"),
    })
}
