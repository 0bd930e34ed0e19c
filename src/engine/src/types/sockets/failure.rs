//! What goes wrong with sockets, in the words and numbers of .NET.

use std::{fmt, io};

use super::super::{TypeDef, enum_value, known};
use crate::{
    eval::{Flow, error},
    providers,
    value::{Exception, Value},
};

pub(super) const CANCELED: i32 = 125;
pub(super) const INVALID: i32 = 22;
pub(super) const IS_CONNECTED: i32 = 106;
pub(super) const TIMED_OUT: i32 = 110;

/// The number .NET gives a name that was not found.
const HOST_NOT_FOUND: i32 = -131_073;

const SOCKET_ERROR: &str = "System.Net.Sockets.SocketError";

/// What Linux calls by these numbers, `SocketError` by these names.
const CODES: [(i32, &str); 42] = [
    (1, "AccessDenied"),
    (2, "AddressNotAvailable"),
    (4, "Interrupted"),
    (6, "HostNotFound"),
    (9, "OperationAborted"),
    (11, "WouldBlock"),
    (13, "AccessDenied"),
    (14, "Fault"),
    (INVALID, "InvalidArgument"),
    (23, "TooManyOpenSockets"),
    (24, "TooManyOpenSockets"),
    (32, "Shutdown"),
    (61, "NoData"),
    (88, "NotSocket"),
    (89, "DestinationAddressRequired"),
    (90, "MessageSize"),
    (91, "ProtocolType"),
    (92, "ProtocolOption"),
    (93, "ProtocolNotSupported"),
    (94, "SocketNotSupported"),
    (95, "OperationNotSupported"),
    (96, "ProtocolFamilyNotSupported"),
    (97, "AddressFamilyNotSupported"),
    (98, "AddressAlreadyInUse"),
    (99, "AddressNotAvailable"),
    (100, "NetworkDown"),
    (101, "NetworkUnreachable"),
    (102, "NetworkReset"),
    (103, "ConnectionAborted"),
    (104, "ConnectionReset"),
    (105, "NoBufferSpaceAvailable"),
    (IS_CONNECTED, "IsConnected"),
    (107, "NotConnected"),
    (108, "Disconnecting"),
    (TIMED_OUT, "TimedOut"),
    (111, "ConnectionRefused"),
    (112, "HostDown"),
    (113, "HostUnreachable"),
    (114, "AlreadyInProgress"),
    (115, "InProgress"),
    (CANCELED, "OperationAborted"),
    (HOST_NOT_FOUND, "HostNotFound"),
];

/// The number that .NET gives a failure.
fn code(failure: &io::Error) -> Option<i32> {
    match failure.kind() {
        io::ErrorKind::NotFound => Some(HOST_NOT_FOUND),
        io::ErrorKind::TimedOut => Some(TIMED_OUT),
        io::ErrorKind::Interrupted => Some(CANCELED),
        _ => failure.raw_os_error(),
    }
}

/// What a socket failed for, as .NET words it.
fn reason(failure: &io::Error) -> String {
    match failure.kind() {
        io::ErrorKind::NotFound => "Name or service not known".to_owned(),
        io::ErrorKind::TimedOut => "Connection timed out".to_owned(),
        io::ErrorKind::Interrupted => "Operation canceled".to_owned(),
        _ => providers::reason(failure),
    }
}

/// The `SocketError` of a failure.
pub(crate) fn socket_status(failure: &io::Error) -> Value {
    labelled(code(failure))
}

fn labelled(code: Option<i32>) -> Value {
    let found = CODES.iter().find(|(number, _)| Some(*number) == code);
    enum_value(SOCKET_ERROR, found.map_or("SocketError", |(_, label)| *label))
}

fn exception(code: Option<i32>, message: String) -> Exception {
    let status = labelled(code);
    let code = Value::I32(code.unwrap_or(-1));
    Exception::new("System.Net.Sockets.SocketException", message)
        .with("SocketErrorCode", status)
        .with("ErrorCode", code.clone())
        .with("NativeErrorCode", code)
}

/// A failure of a socket as .NET throws it; a place names who did not answer.
pub(super) fn failed(failure: &io::Error, place: &str) -> Flow {
    let reason = reason(failure);
    let shown = if place.is_empty() { reason } else { format!("{reason} {place}") };
    error::raised(exception(code(failure), shown))
}

/// The same by its number.
pub(super) fn failed_with(code: i32) -> Flow {
    failed(&io::Error::from_raw_os_error(code), "")
}

/// What stands between the words of .NET about a stream and the reason.
#[derive(Debug)]
struct Broken {
    what: &'static str,
    code: Option<i32>,
    reason: String,
}

impl fmt::Display for Broken {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Unable to {} the transport connection: {}.", self.what, self.reason)
    }
}

impl std::error::Error for Broken {}

/// The connection was closed at this end.
#[derive(Debug)]
struct Closed;

impl fmt::Display for Closed {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Cannot access a disposed object.\nObject name: 'System.Net.Sockets.NetworkStream'.")
    }
}

impl std::error::Error for Closed {}

/// What a stream says whose connection was closed at this end.
pub(super) fn closed() -> io::Error {
    io::Error::other(Closed)
}

/// A failure as a stream over a connection has it.
pub(super) fn broken(failure: &io::Error, what: &'static str) -> io::Error {
    io::Error::new(failure.kind(), Broken { what, code: code(failure), reason: reason(failure) })
}

/// What .NET throws where a stream over a connection failed.
pub(crate) fn stream_error(failure: &io::Error) -> Option<Flow> {
    let below = failure.get_ref()?;
    if let Some(closed) = below.downcast_ref::<Closed>() {
        return Some(error::thrown("System.ObjectDisposedException", closed.to_string()));
    }
    let broken = below.downcast_ref::<Broken>()?;
    let inner = exception(broken.code, broken.reason.clone());
    let exception = Exception::of(known("System.IO.IOException"), broken.to_string().into(), Value::object(inner));
    Some(error::raised(exception))
}

pub(super) const ERRORS: TypeDef = TypeDef::labels(
    SOCKET_ERROR,
    &[
        ("Success", 0),
        ("OperationAborted", 995),
        ("IOPending", 997),
        ("Interrupted", 10_004),
        ("AccessDenied", 10_013),
        ("Fault", 10_014),
        ("InvalidArgument", 10_022),
        ("TooManyOpenSockets", 10_024),
        ("WouldBlock", 10_035),
        ("InProgress", 10_036),
        ("AlreadyInProgress", 10_037),
        ("NotSocket", 10_038),
        ("DestinationAddressRequired", 10_039),
        ("MessageSize", 10_040),
        ("ProtocolType", 10_041),
        ("ProtocolOption", 10_042),
        ("ProtocolNotSupported", 10_043),
        ("SocketNotSupported", 10_044),
        ("OperationNotSupported", 10_045),
        ("ProtocolFamilyNotSupported", 10_046),
        ("AddressFamilyNotSupported", 10_047),
        ("AddressAlreadyInUse", 10_048),
        ("AddressNotAvailable", 10_049),
        ("NetworkDown", 10_050),
        ("NetworkUnreachable", 10_051),
        ("NetworkReset", 10_052),
        ("ConnectionAborted", 10_053),
        ("ConnectionReset", 10_054),
        ("NoBufferSpaceAvailable", 10_055),
        ("IsConnected", 10_056),
        ("NotConnected", 10_057),
        ("Shutdown", 10_058),
        ("TimedOut", 10_060),
        ("ConnectionRefused", 10_061),
        ("HostDown", 10_064),
        ("HostUnreachable", 10_065),
        ("ProcessLimit", 10_067),
        ("SystemNotReady", 10_091),
        ("VersionNotSupported", 10_092),
        ("NotInitialized", 10_093),
        ("Disconnecting", 10_101),
        ("TypeNotFound", 10_109),
        ("HostNotFound", 11_001),
        ("TryAgain", 11_002),
        ("NoRecovery", 11_003),
        ("NoData", 11_004),
        ("SocketError", -1),
    ],
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_label() {
        let of = known(SOCKET_ERROR);
        for (number, label) in CODES {
            assert!(of.labelled(label).is_some(), "{number} is {label}");
        }
    }
}
