//! `System.Net.Dns` and `System.Net.Sockets`: names, connections.

use std::{
    any::Any,
    io::{self, Read, Seek, SeekFrom, Write},
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use parking_lot::Mutex;
use psrpd_dotnet::Str;

use super::{Members, Type, TypeDef, args::s, files::stream::Stream, known, net, tasks};
use crate::{
    eval::{Flow, R, Runspace, error},
    platform::{Connection, FileHandle, GoesOn, Peer, Platform, Stop},
    providers,
    value::{Exception, Object, Opaque, Value},
};

const CLIENT: &str = "System.Net.Sockets.TcpClient";

const STREAM: &str = "System.Net.Sockets.NetworkStream";

/// A connection, as a client and its stream share it.
#[derive(Clone, Default)]
pub(crate) struct Wire {
    connection: Arc<Mutex<Option<Box<dyn Connection>>>>,
    /// How long reading and writing may take, in milliseconds; none is for ever.
    waits: Arc<Mutex<[Option<i32>; 2]>>,
}

const READ: usize = 0;
const WRITE: usize = 1;

impl Wire {
    fn wait(&self, which: usize) -> Option<i32> {
        self.waits.lock().get(which).copied().flatten()
    }

    fn set_wait(&self, which: usize, milliseconds: Option<i32>) {
        if let Some(wait) = self.waits.lock().get_mut(which) {
            *wait = milliseconds;
        }
    }

    /// How many bytes can be read without waiting.
    fn available(&self) -> usize {
        self.connection.lock().as_ref().map_or(0, |connection| connection.available())
    }
}

/// A `TcpClient`.
#[derive(Default)]
struct Client {
    wire: Wire,
    /// Ends an attempt to connect.
    stop: Stop,
    is_closed: AtomicBool,
}

impl Object for Client {
    fn type_of(&self) -> Type {
        known(CLIENT)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// A connection as a stream.
struct Bytes {
    wire: Wire,
    stop: Stop,
}

/// What stands between the words of .NET about a stream and the reason.
#[derive(Debug)]
struct Broken {
    what: &'static str,
    code: Option<i32>,
    reason: String,
}

impl std::fmt::Display for Broken {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Unable to {} the transport connection: {}.", self.what, self.reason)
    }
}

impl std::error::Error for Broken {}

/// What .NET throws where a stream over a connection failed.
pub(super) fn stream_error(failure: &io::Error) -> Option<Flow> {
    let broken = failure.get_ref()?.downcast_ref::<Broken>()?;
    let inner = socket_exception(broken.code, &broken.reason);
    let exception = Exception::of(known("System.IO.IOException"), broken.to_string().into(), Value::object(inner));
    Some(error::raised(exception))
}

const PAUSE: Duration = Duration::from_millis(50);

/// `ETIMEDOUT`
const TIMED_OUT: i32 = 110;

impl Bytes {
    fn retry<T>(&self, which: usize, mut step: impl FnMut(&mut dyn Connection) -> io::Result<T>) -> io::Result<T> {
        let most = self.wire.wait(which).and_then(|most| u64::try_from(most).ok());
        let most = most.map(Duration::from_millis).filter(|most| !most.is_zero());
        let mut waited = Duration::ZERO;
        let what = if which == READ { "read data from" } else { "write data to" };
        let broken = |failure: io::Error| {
            let reason = reason(&failure);
            io::Error::new(failure.kind(), Broken { what, code: failure.raw_os_error(), reason })
        };
        loop {
            let done = match &mut *self.wire.connection.lock() {
                Some(connection) => step(&mut **connection),
                None => return Err(io::ErrorKind::NotConnected.into()),
            };
            match done {
                Err(failure) if matches!(failure.kind(), io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock) => {}
                other => return other.map_err(broken),
            }
            if self.stop.is_set() {
                return Err(io::ErrorKind::Interrupted.into());
            }
            waited = waited.saturating_add(PAUSE);
            if most.is_some_and(|most| waited >= most) {
                return Err(broken(io::Error::from_raw_os_error(TIMED_OUT)));
            }
        }
    }
}

impl Read for Bytes {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.retry(READ, |connection| connection.read(buffer, PAUSE))
    }
}

impl Write for Bytes {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.retry(WRITE, |connection| connection.write(bytes, PAUSE))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Seek for Bytes {
    fn seek(&mut self, _to: SeekFrom) -> io::Result<u64> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

impl FileHandle for Bytes {
    fn length(&self) -> io::Result<u64> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn set_length(&self, _length: u64) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

impl Drop for Bytes {
    fn drop(&mut self) {
        *self.wire.connection.lock() = None;
    }
}

/// What a socket failed for, as .NET words it.
fn reason(failure: &io::Error) -> String {
    match failure.kind() {
        io::ErrorKind::NotFound => "Name or service not known".to_owned(),
        io::ErrorKind::TimedOut => "Connection timed out".to_owned(),
        _ => providers::reason(failure),
    }
}

/// What Linux calls by these numbers, `SocketError` by these names.
const CODES: [(i32, &str); 10] = [
    (13, "AccessDenied"),
    (32, "Shutdown"),
    (98, "AddressAlreadyInUse"),
    (99, "AddressNotAvailable"),
    (101, "NetworkUnreachable"),
    (103, "ConnectionAborted"),
    (104, "ConnectionReset"),
    (TIMED_OUT, "TimedOut"),
    (111, "ConnectionRefused"),
    (113, "HostUnreachable"),
];

/// A `SocketException`; without a number of the system a name was not found.
fn socket_exception(code: Option<i32>, message: &str) -> Exception {
    const HOST_NOT_FOUND: i32 = -131_073;
    let label = match code {
        Some(code) => CODES.iter().find(|(number, _)| *number == code).map_or("SocketError", |(_, label)| *label),
        None => "HostNotFound",
    };
    let code = Value::I32(code.unwrap_or(HOST_NOT_FOUND));
    Exception::new("System.Net.Sockets.SocketException", message)
        .with("SocketErrorCode", super::enum_value("System.Net.Sockets.SocketError", label))
        .with("ErrorCode", code.clone())
        .with("NativeErrorCode", code)
}

/// A failure of a socket as .NET words it.
fn socket_error(failure: &io::Error, place: &str) -> Flow {
    if failure.kind() == io::ErrorKind::Interrupted {
        return Flow::Stopped;
    }
    let reason = reason(failure);
    let shown = if place.is_empty() { reason } else { format!("{reason} {place}") };
    let code = match failure.kind() {
        io::ErrorKind::NotFound => None,
        io::ErrorKind::TimedOut => Some(TIMED_OUT),
        _ => failure.raw_os_error(),
    };
    error::raised(socket_exception(code, &shown))
}

/// The addresses of a host.
pub(crate) fn resolve(rs: &Runspace, host: &str) -> R<Vec<IpAddr>> {
    resolve_on(&*rs.platform, host, &|| rs.check_stop().is_ok())
}

fn resolve_on(platform: &dyn Platform, host: &str, goes_on: GoesOn<'_>) -> R<Vec<IpAddr>> {
    platform.resolve(host, goes_on).map_err(|failure| socket_error(&failure, ""))
}

/// Opens a connection to one of the addresses of a host.
pub(crate) fn connect(rs: &Runspace, host: &str, port: u16, wait: Option<Duration>) -> io::Result<Box<dyn Connection>> {
    connect_on(&*rs.platform, host, port, wait, &|| rs.check_stop().is_ok())
}

fn connect_on(
    platform: &dyn Platform,
    host: &str,
    port: u16,
    wait: Option<Duration>,
    goes_on: GoesOn<'_>,
) -> io::Result<Box<dyn Connection>> {
    let mut last = Err(io::ErrorKind::NotFound.into());
    for address in platform.resolve(host, goes_on)? {
        last = platform.connect(&Peer::Address((address, port).into()), wait, goes_on);
        if !matches!(&last, Err(failure) if failure.kind() != io::ErrorKind::Interrupted) {
            break;
        }
    }
    last
}

fn client(this: &Value) -> R<&Client> {
    this.downcast::<Client>().ok_or_else(|| {
        error::thrown("System.NullReferenceException", "Object reference not set to an instance of an object.")
    })
}

fn open_client(this: &Value) -> R<&Client> {
    let client = client(this)?;
    if client.is_closed.load(Ordering::Relaxed) {
        let message = format!("Cannot access a disposed object.\nObject name: '{CLIENT}'.");
        return Err(error::thrown("System.ObjectDisposedException", message));
    }
    Ok(client)
}

fn port(args: &[Value], at: usize) -> R<u16> {
    let given = args.get(at).and_then(Value::as_i128).unwrap_or(-1);
    u16::try_from(given).map_err(|_| {
        let message = "Specified argument was out of the range of valid values.";
        error::argument("System.ArgumentOutOfRangeException", message, "port")
    })
}

fn open(rs: &Runspace, client: &Client, args: &[Value]) -> R<()> {
    let (host, port) = (s(args, 0), port(args, 1)?);
    let opened = connect(rs, &host, port, None).map_err(|failure| {
        let place = match host.parse::<IpAddr>() {
            Ok(IpAddr::V4(ip)) => format!("[::ffff:{ip}]:{port}"),
            Ok(IpAddr::V6(ip)) => format!("[{ip}]:{port}"),
            Err(_) if failure.kind() == io::ErrorKind::NotFound => String::new(),
            Err(_) => format!("[::ffff:127.0.0.1]:{port}"),
        };
        socket_error(&failure, &place)
    })?;
    *client.wire.connection.lock() = Some(opened);
    Ok(())
}

/// Opens a connection beside.
fn open_beside(rs: &mut Runspace, this: &Value, args: &[Value]) -> R<Value> {
    let client = open_client(this)?;
    let (host, port) = (s(args, 0), port(args, 1)?);
    let (platform, wire, stop) = (rs.platform.clone(), client.wire.clone(), client.stop.clone());
    tasks::start(rs, None, &client.stop, move || {
        let opened = connect_on(&*platform, &host, port, None, &|| !stop.is_set());
        *wire.connection.lock() = Some(opened.map_err(|failure| socket_error(&failure, ""))?);
        Ok(Value::Null)
    })
}

fn client_members(m: &mut Members) {
    m.constructor("System.Net.Sockets.TcpClient()", |_, _, _| Ok(Value::object(Client::default())));
    m.constructor("System.Net.Sockets.TcpClient(string hostname, int port)", |rs, _, args| {
        let client = Client::default();
        open(rs, &client, args)?;
        Ok(Value::object(client))
    });
    for signature in ["void Connect(string hostname, int port)", "void Connect(ipaddress address, int port)"] {
        m.method(signature, |rs, this, args| open(rs, open_client(this)?, args).map(|()| Value::AutomationNull));
    }
    for signature in [
        "System.Threading.Tasks.Task ConnectAsync(string host, int port)",
        "System.Threading.Tasks.Task ConnectAsync(ipaddress address, int port)",
        "System.IAsyncResult BeginConnect(string host, int port, System.AsyncCallback requestCallback, System.Object state)",
        "System.IAsyncResult BeginConnect(ipaddress address, int port, System.AsyncCallback requestCallback, System.Object state)",
    ] {
        m.method(signature, open_beside);
    }
    m.method("void EndConnect(System.IAsyncResult asyncResult)", |rs, this, args| {
        open_client(this)?;
        tasks::result(rs, args.first().unwrap_or(&Value::Null)).map(|_| Value::AutomationNull)
    });
    m.get("bool Connected", |_, this| Ok(client(this)?.wire.connection.lock().is_some().into()));
    m.get("int Available", |_, this| Ok(Value::int(open_client(this)?.wire.available())));
    m.get_set(
        "int ReceiveTimeout",
        |_, this| Ok(Value::I32(client(this)?.wire.wait(READ).unwrap_or(0))),
        |_, this, value| client(this).map(|client| client.wire.set_wait(READ, milliseconds(&value))),
    );
    m.get_set(
        "int SendTimeout",
        |_, this| Ok(Value::I32(client(this)?.wire.wait(WRITE).unwrap_or(0))),
        |_, this, value| client(this).map(|client| client.wire.set_wait(WRITE, milliseconds(&value))),
    );
    m.method("System.Net.Sockets.NetworkStream GetStream()", |rs, this, _| {
        let wire = open_client(this)?.wire.clone();
        if wire.connection.lock().is_none() {
            let message = "The operation is not allowed on non-connected sockets.";
            return Err(error::thrown("System.InvalidOperationException", message));
        }
        let bytes = Bytes { wire: wire.clone(), stop: rs.stop.clone() };
        Ok(Value::object(Stream::over(STREAM, Box::new(bytes), true, true).with_wire(wire)))
    });
    for signature in ["void Close()", "void Dispose()"] {
        m.method(signature, |_, this, _| {
            let client = client(this)?;
            client.stop.set();
            client.is_closed.store(true, Ordering::Relaxed);
            *client.wire.connection.lock() = None;
            Ok(Value::AutomationNull)
        });
    }
}

/// A time that may be none: 0 is for ever.
fn milliseconds(value: &Value) -> Option<i32> {
    value.as_i128().and_then(|n| i32::try_from(n).ok()).filter(|wait| *wait > 0)
}

fn wire(this: &Value) -> R<&Wire> {
    this.downcast::<Stream>()
        .and_then(Stream::wire)
        .ok_or_else(|| error::thrown("System.InvalidOperationException", "Timeouts are not supported on this stream."))
}

fn stream_members(m: &mut Members) {
    m.get("bool DataAvailable", |_, this| Ok((wire(this)?.available() > 0).into()));
    m.get("bool CanTimeout", |_, _| Ok(true.into()));
    m.get_set(
        "int ReadTimeout",
        |_, this| Ok(Value::I32(wire(this)?.wait(READ).unwrap_or(-1))),
        |_, this, value| wire(this).map(|wire| wire.set_wait(READ, milliseconds(&value))),
    );
    m.get_set(
        "int WriteTimeout",
        |_, this| Ok(Value::I32(wire(this)?.wait(WRITE).unwrap_or(-1))),
        |_, this, value| wire(this).map(|wire| wire.set_wait(WRITE, milliseconds(&value))),
    );
}

fn host_entry(name: &str, addresses: Vec<IpAddr>) -> Value {
    let list = addresses.into_iter().map(net::address).collect();
    Opaque::new(
        "System.Net.IPHostEntry",
        [
            ("HostName", Value::from(name)),
            ("Aliases", Value::strings(Vec::<Str>::new())),
            ("AddressList", Value::typed_array(known("System.Net.IPAddress"), list)),
        ],
    )
    .into_value()
}

fn dns(m: &mut Members) {
    m.function("string GetHostName()", |rs, _, _| Ok(rs.platform.host_name().into()));
    m.function("ipaddress[] GetHostAddresses(string hostNameOrAddress)", |rs, _, args| {
        let found = resolve(rs, &s(args, 0))?;
        Ok(Value::typed_array(known("System.Net.IPAddress"), found.into_iter().map(net::address).collect()))
    });
    m.function("System.Net.IPHostEntry GetHostEntry(string hostNameOrAddress)", |rs, _, args| {
        let name = s(args, 0);
        let found = resolve(rs, &name)?;
        let shown = match name.parse::<IpAddr>() {
            Ok(address) => rs.platform.name_of(address).unwrap_or_else(|| name.to_string()),
            Err(_) => name.to_string(),
        };
        Ok(host_entry(&shown, found))
    });
    m.function(
        "System.Threading.Tasks.Task[ipaddress[]] GetHostAddressesAsync(string hostNameOrAddress)",
        |rs, _, args| {
            let (platform, host) = (rs.platform.clone(), s(args, 0));
            let of = known("System.Net.IPAddress");
            tasks::start(rs, Some(super::array_of(&of, 1)), &Stop::default(), move || {
                let found = resolve_on(&*platform, &host, &|| true)?;
                Ok(Value::typed_array(known("System.Net.IPAddress"), found.into_iter().map(net::address).collect()))
            })
        },
    );
    m.function("System.Net.IPHostEntry GetHostEntry(ipaddress address)", |rs, _, args| {
        let shown = s(args, 0);
        let found = resolve(rs, &shown)?;
        let name = found.first().and_then(|address| rs.platform.name_of(*address));
        Ok(host_entry(&name.unwrap_or_else(|| shown.to_string()), found))
    });
}

pub(super) const TYPES: &[TypeDef] = &[
    TypeDef::class("Microsoft.PowerShell.Commands.TestConnectionCommand+PingStatus"),
    TypeDef::class("Microsoft.PowerShell.Commands.TestConnectionCommand+TcpPortStatus"),
    TypeDef::class("System.Net.NetworkInformation.PingReply"),
    TypeDef::labels(
        "System.Net.NetworkInformation.IPStatus",
        &[
            ("Success", 0),
            ("DestinationNetworkUnreachable", 11_002),
            ("DestinationHostUnreachable", 11_003),
            ("TimedOut", 11_010),
            ("TtlExpired", 11_013),
            ("Unknown", -1),
        ],
    ),
    TypeDef::labels(
        "System.Net.Sockets.SocketError",
        &[
            ("Success", 0),
            ("SocketError", -1),
            ("Interrupted", 10_004),
            ("AccessDenied", 10_013),
            ("NetworkUnreachable", 10_051),
            ("TimedOut", 10_060),
            ("ConnectionRefused", 10_061),
            ("HostUnreachable", 10_065),
            ("HostNotFound", 11_001),
        ],
    ),
    TypeDef::class("System.Net.Dns").members(dns),
    TypeDef::class("System.Net.IPHostEntry"),
    TypeDef::class(CLIENT).implements(&["System.IDisposable"]).members(client_members),
    TypeDef::class(STREAM).base("System.IO.Stream").members(stream_members),
];
