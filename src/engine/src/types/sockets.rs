//! `System.Net.Dns` and `System.Net.Sockets`: names, connections.

use std::{
    any::Any,
    io::{self, Read, Seek, SeekFrom, Write},
    net::IpAddr,
    sync::Arc,
    time::Duration,
};

use parking_lot::Mutex;
use psrpd_dotnet::Str;

use super::{Members, Type, TypeDef, args::s, files::stream::Stream, known, net};
use crate::{
    eval::{Flow, R, Runspace, error},
    platform::{Connection, FileHandle, Peer, Stop},
    providers,
    value::{Exception, Object, Opaque, Value},
};

const CLIENT: &str = "System.Net.Sockets.TcpClient";

type Shared = Arc<Mutex<Option<Box<dyn Connection>>>>;

/// A `TcpClient`.
#[derive(Default)]
struct Client {
    connection: Shared,
    /// Milliseconds; 0 is for ever.
    waits: Mutex<(i32, i32)>,
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
    connection: Shared,
    stop: Stop,
}

const PAUSE: Duration = Duration::from_millis(50);

impl Bytes {
    fn retry<T>(&self, mut step: impl FnMut(&mut dyn Connection) -> io::Result<T>) -> io::Result<T> {
        loop {
            let done = match &mut *self.connection.lock() {
                Some(connection) => step(&mut **connection),
                None => return Err(io::ErrorKind::NotConnected.into()),
            };
            match done {
                Err(failure) if matches!(failure.kind(), io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock) => {}
                other => return other,
            }
            if self.stop.is_set() {
                return Err(io::ErrorKind::Interrupted.into());
            }
        }
    }
}

impl Read for Bytes {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.retry(|connection| connection.read(buffer, PAUSE))
    }
}

impl Write for Bytes {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.retry(|connection| connection.write(bytes, PAUSE))
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
        *self.connection.lock() = None;
    }
}

/// A failure of a socket as .NET words it.
fn socket_error(failure: &io::Error, place: &str) -> Flow {
    let reason = match failure.kind() {
        io::ErrorKind::Interrupted => return Flow::Stopped,
        io::ErrorKind::NotFound => "Name or service not known".to_owned(),
        io::ErrorKind::TimedOut => "Connection timed out".to_owned(),
        _ => providers::reason(failure),
    };
    let shown = if place.is_empty() { reason } else { format!("{reason} {place}") };
    error::thrown("System.Net.Sockets.SocketException", shown)
}

/// The addresses of a host.
pub(crate) fn resolve(rs: &Runspace, host: &str) -> R<Vec<IpAddr>> {
    let goes_on = || rs.check_stop().is_ok();
    rs.platform.resolve(host, &goes_on).map_err(|failure| socket_error(&failure, ""))
}

/// Opens a connection to one of the addresses of a host.
pub(crate) fn connect(rs: &Runspace, host: &str, port: u16, wait: Option<Duration>) -> io::Result<Box<dyn Connection>> {
    let goes_on = || rs.check_stop().is_ok();
    let mut last = Err(io::ErrorKind::NotFound.into());
    for address in rs.platform.resolve(host, &goes_on)? {
        last = rs.platform.connect(&Peer::Address((address, port).into()), wait, &goes_on);
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

fn port(args: &[Value], at: usize) -> R<u16> {
    let given = args.get(at).and_then(Value::as_i128).unwrap_or(-1);
    u16::try_from(given).map_err(|_| {
        let message = "Specified argument was out of the range of valid values.";
        error::argument("System.ArgumentOutOfRangeException", message, "port")
    })
}

fn open(rs: &Runspace, client: &Client, args: &[Value], wait: Option<Duration>) -> R<()> {
    let (host, port) = (s(args, 0), port(args, 1)?);
    let opened = connect(rs, &host, port, wait).map_err(|failure| {
        let is_name = host.parse::<IpAddr>().is_err();
        let place =
            if is_name && failure.kind() == io::ErrorKind::NotFound { String::new() } else { format!("{host}:{port}") };
        socket_error(&failure, &place)
    })?;
    *client.connection.lock() = Some(opened);
    Ok(())
}

/// A connection that is being opened: it is opened when somebody waits for it.
struct Connecting {
    client: Value,
    to: Vec<Value>,
    result: Mutex<Option<Result<(), Value>>>,
}

impl Object for Connecting {
    fn type_of(&self) -> Type {
        known("System.Threading.Tasks.Task")
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

impl Connecting {
    /// Waits; false if it takes longer.
    fn wait(&self, rs: &Runspace, wait: Option<Duration>) -> R<bool> {
        if self.result.lock().is_none() {
            let done = match open(rs, client(&self.client)?, &self.to, wait) {
                Ok(()) => Ok(()),
                Err(Flow::Error(raised)) => {
                    if wait.is_some() && raised.record.message().contains("timed out") {
                        return Ok(false);
                    }
                    Err(raised.record.exception.clone())
                }
                Err(other) => return Err(other),
            };
            *self.result.lock() = Some(done);
        }
        Ok(true)
    }

    fn failure(&self) -> Option<Value> {
        self.result.lock().as_ref().and_then(|result| result.as_ref().err().cloned())
    }
}

fn task(this: &Value) -> R<&Connecting> {
    this.downcast::<Connecting>().ok_or_else(|| {
        error::thrown("System.NullReferenceException", "Object reference not set to an instance of an object.")
    })
}

fn finished(task: &Connecting) -> R<()> {
    let Some(inner) = task.failure() else { return Ok(()) };
    let message = inner.downcast::<Exception>().map(|inner| inner.message.lock().to_string()).unwrap_or_default();
    let of = known("System.AggregateException");
    let exception = Exception::of(of, format!("One or more errors occurred. ({message})").into(), inner);
    let id = "AggregateException";
    let category = crate::value::Category::NotSpecified;
    Err(Flow::error(crate::value::ErrorRecord::new(Value::object(exception), id, category, Value::Null)))
}

fn task_members(m: &mut Members) {
    m.method("void Wait()", |rs, this, _| {
        let task = task(this)?;
        task.wait(rs, None)?;
        finished(task).map(|()| Value::AutomationNull)
    });
    m.method("bool Wait(int millisecondsTimeout)", |rs, this, args| {
        let task = task(this)?;
        let wait =
            args.first().and_then(Value::as_i128).and_then(|ms| u64::try_from(ms).ok()).map(Duration::from_millis);
        let is_done = task.wait(rs, wait)?;
        finished(task).map(|()| is_done.into())
    });
    m.get("bool IsCompleted", |_, this| Ok(task(this)?.result.lock().is_some().into()));
    m.get("bool IsFaulted", |_, this| Ok(task(this)?.failure().is_some().into()));
}

fn client_members(m: &mut Members) {
    m.constructor("System.Net.Sockets.TcpClient()", |_, _, _| Ok(Value::object(Client::default())));
    m.constructor("System.Net.Sockets.TcpClient(string hostname, int port)", |rs, _, args| {
        let client = Client::default();
        open(rs, &client, args, None)?;
        Ok(Value::object(client))
    });
    for signature in ["void Connect(string hostname, int port)", "void Connect(ipaddress address, int port)"] {
        m.method(signature, |rs, this, args| open(rs, client(this)?, args, None).map(|()| Value::AutomationNull));
    }
    for signature in [
        "System.Threading.Tasks.Task ConnectAsync(string host, int port)",
        "System.Threading.Tasks.Task ConnectAsync(ipaddress address, int port)",
    ] {
        m.method(signature, |_, this, args| {
            Ok(Value::object(Connecting { client: this.clone(), to: args.to_vec(), result: Mutex::default() }))
        });
    }
    m.get("bool Connected", |_, this| Ok(client(this)?.connection.lock().is_some().into()));
    m.get("int Available", |_, this| {
        Ok(Value::int(client(this)?.connection.lock().as_ref().map_or(0, |connection| connection.available())))
    });
    m.get_set(
        "int ReceiveTimeout",
        |_, this| Ok(Value::I32(client(this)?.waits.lock().0)),
        |_, this, value| {
            client(this)?.waits.lock().0 = value.as_i128().and_then(|n| i32::try_from(n).ok()).unwrap_or(0);
            Ok(())
        },
    );
    m.get_set(
        "int SendTimeout",
        |_, this| Ok(Value::I32(client(this)?.waits.lock().1)),
        |_, this, value| {
            client(this)?.waits.lock().1 = value.as_i128().and_then(|n| i32::try_from(n).ok()).unwrap_or(0);
            Ok(())
        },
    );
    m.method("System.Net.Sockets.NetworkStream GetStream()", |rs, this, _| {
        let connection = client(this)?.connection.clone();
        if connection.lock().is_none() {
            let message = "The operation is not allowed on non-connected sockets.";
            return Err(error::thrown("System.InvalidOperationException", message));
        }
        let bytes = Bytes { connection: connection.clone(), stop: rs.stop.clone() };
        let stream = Stream::over("System.Net.Sockets.NetworkStream", Box::new(bytes), true, true);
        let available = move || connection.lock().as_ref().map_or(0, |connection| connection.available());
        Ok(Value::object(stream.with_available(available)))
    });
    for signature in ["void Close()", "void Dispose()"] {
        m.method(signature, |_, this, _| {
            *client(this)?.connection.lock() = None;
            Ok(Value::AutomationNull)
        });
    }
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
    TypeDef::class("System.Threading.Tasks.Task").members(task_members),
    TypeDef::class("System.Net.Sockets.NetworkStream").base("System.IO.Stream").members(|m| {
        m.get("bool DataAvailable", |_, this| {
            Ok(this.downcast::<Stream>().is_some_and(|stream| stream.available() > 0).into())
        });
    }),
];
