//! `System.Net.Dns` and `System.Net.Sockets`: names, connections.

use std::{
    any::Any,
    io,
    net::{IpAddr, SocketAddr},
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
};

use super::{
    Members, Type, TypeDef,
    args::{self, s},
    files::stream::Stream,
    known, tasks,
};
use crate::{
    eval::{R, Runspace, error},
    platform::{Connection, GoesOn, Peer, Platform, Stop},
    value::{Object, Value},
};

mod dns;
mod failure;
mod wire;

pub(crate) use failure::{socket_status, stream_error};
use wire::Way;
pub(crate) use wire::Wire;

const CLIENT: &str = "System.Net.Sockets.TcpClient";

pub(crate) const STREAM: &str = "System.Net.Sockets.NetworkStream";

/// A `TcpClient`.
struct Client {
    wire: Wire,
    /// The stream over it, once it was asked for.
    stream: OnceLock<Value>,
    /// Ends an attempt to connect.
    stop: Stop,
    /// That alone tells of it: the stop is cleared as an attempt begins.
    is_closed: Arc<AtomicBool>,
}

impl Object for Client {
    fn type_of(&self) -> Type {
        known(CLIENT)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

impl Client {
    fn new(rs: &Runspace) -> Self {
        let wire = Wire::new(rs.platform.clone());
        Self { wire, stream: OnceLock::new(), stop: Stop::default(), is_closed: Arc::default() }
    }

    fn check_free(&self) -> R<()> {
        if self.wire.is_connected() { Err(failure::failed_with(failure::IS_CONNECTED)) } else { Ok(()) }
    }

    fn close(&self) {
        // Before the connection goes: one that is just being opened is looked at after that.
        self.is_closed.store(true, Ordering::SeqCst);
        self.stop.set();
        self.wire.close();
    }
}

/// Opens a connection to one of the addresses of a host; if none answers, the last one is told.
fn connect(
    platform: &dyn Platform,
    host: &str,
    port: u16,
    goes_on: GoesOn<'_>,
) -> Result<Box<dyn Connection>, (io::Error, Option<SocketAddr>)> {
    let mut last = (io::Error::from(io::ErrorKind::NotFound), None);
    for address in platform.resolve(host, goes_on).map_err(|failure| (failure, None))? {
        let to = SocketAddr::from((address, port));
        match platform.connect(&Peer::Address(to), None, goes_on) {
            Ok(connection) => return Ok(connection),
            Err(failure) if failure.kind() == io::ErrorKind::Interrupted => return Err((failure, Some(to))),
            Err(failure) => last = (failure, Some(to)),
        }
    }
    Err(last)
}

/// An end of a connection as .NET's sockets, which speak both protocols, show it.
fn place(address: SocketAddr) -> String {
    match address.ip() {
        IpAddr::V4(ip) => format!("[::ffff:{ip}]:{}", address.port()),
        IpAddr::V6(ip) => format!("[{ip}]:{}", address.port()),
    }
}

fn client(this: &Value) -> R<&Client> {
    this.downcast::<Client>().ok_or_else(args::no_object)
}

fn open_client(this: &Value) -> R<&Client> {
    let client = client(this)?;
    if client.is_closed.load(Ordering::SeqCst) {
        return Err(args::disposed(CLIENT));
    }
    Ok(client)
}

fn port(args: &[Value], at: usize) -> R<u16> {
    let given = args.get(at).and_then(Value::as_i128).unwrap_or(-1);
    u16::try_from(given).map_err(|_| args::not_valid("port"))
}

fn open(rs: &Runspace, client: &Client, args: &[Value]) -> R<()> {
    let (host, port) = (s(args, 0), port(args, 1)?);
    client.check_free()?;
    let opened = connect(&*rs.platform, &host, port, &|| rs.check_stop().is_ok()).map_err(|(failure, at)| {
        let stopped = rs.check_stop().err();
        stopped.unwrap_or_else(|| failure::failed(&failure, &at.map(place).unwrap_or_default()))
    })?;
    client.wire.connected(opened, || true);
    Ok(())
}

/// Opens a connection beside.
fn open_beside(rs: &Runspace, this: &Value, args: &[Value], state: Value) -> R<Value> {
    let client = open_client(this)?;
    let (host, port) = (s(args, 0), port(args, 1)?);
    client.check_free()?;
    let (platform, wire) = (rs.platform.clone(), client.wire.clone());
    let is_closed = client.is_closed.clone();
    tasks::start(rs, None, &client.stop, state, move |stop| {
        let goes_on = || !stop.is_set() && !is_closed.load(Ordering::SeqCst);
        let opened =
            connect(&*platform, &host, port, &goes_on).map_err(|(failure, _)| failure::failed(&failure, ""))?;
        if wire.connected(opened, goes_on) { Ok(Value::Null) } else { Err(failure::failed_with(failure::CANCELED)) }
    })
}

/// `BeginConnect`
fn begin(rs: &mut Runspace, this: &Value, args: &[Value]) -> R<Value> {
    if !args.get(2).is_none_or(Value::is_null) {
        return Err(error::feature("A callback of BeginConnect"));
    }
    open_beside(rs, this, args, args.get(3).cloned().unwrap_or_default())
}

/// The time a client waits is 0 where it waits for ever.
fn set_client_wait(this: &Value, way: Way, value: &Value) -> R<()> {
    let client = client(this)?;
    let wait = number(value);
    if wait < 0 {
        return Err(failure::failed_with(failure::INVALID));
    }
    client.wire.set_wait(way, wait);
    Ok(())
}

fn number(value: &Value) -> i32 {
    value.as_i128().and_then(|n| i32::try_from(n).ok()).unwrap_or(0)
}

fn client_members(m: &mut Members) {
    m.constructor("System.Net.Sockets.TcpClient()", |rs, _, _| Ok(Value::object(Client::new(rs))));
    m.constructor("System.Net.Sockets.TcpClient(string hostname, int port)", |rs, _, args| {
        let client = Client::new(rs);
        open(rs, &client, args)?;
        Ok(Value::object(client))
    });
    for signature in ["void Connect(string hostname, int port)", "void Connect(ipaddress address, int port)"] {
        m.method(signature, |rs, this, args| open(rs, open_client(this)?, args).map(|()| Value::AutomationNull));
    }
    for signature in [
        "System.Threading.Tasks.Task ConnectAsync(string host, int port)",
        "System.Threading.Tasks.Task ConnectAsync(ipaddress address, int port)",
    ] {
        m.method(signature, |rs, this, args| open_beside(rs, this, args, Value::Null));
    }
    for signature in [
        "System.IAsyncResult BeginConnect(string host, int port, System.AsyncCallback requestCallback, System.Object state)",
        "System.IAsyncResult BeginConnect(ipaddress address, int port, System.AsyncCallback requestCallback, System.Object state)",
    ] {
        m.method(signature, begin);
    }
    m.method("void EndConnect(System.IAsyncResult asyncResult)", |rs, this, args| {
        open_client(this)?;
        tasks::result(rs, args.first().unwrap_or(&Value::Null)).map(|_| Value::AutomationNull)
    });
    m.get("bool Connected", |_, this| Ok(client(this)?.wire.is_connected().into()));
    m.get("int Available", |_, this| Ok(Value::int(open_client(this)?.wire.available())));
    m.get_set(
        "int ReceiveTimeout",
        |_, this| Ok(Value::I32(open_client(this)?.wire.wait(Way::Read))),
        |_, this, value| set_client_wait(this, Way::Read, &value),
    );
    m.get_set(
        "int SendTimeout",
        |_, this| Ok(Value::I32(open_client(this)?.wire.wait(Way::Write))),
        |_, this, value| set_client_wait(this, Way::Write, &value),
    );
    m.method("System.Net.Sockets.NetworkStream GetStream()", |rs, this, _| {
        let client = open_client(this)?;
        if !client.wire.is_connected() {
            let message = "The operation is not allowed on non-connected sockets.";
            return Err(error::thrown("System.InvalidOperationException", message));
        }
        let make = || Value::object(Stream::over_wire(STREAM, client.wire.clone(), rs.stop.clone()));
        Ok(client.stream.get_or_init(make).clone())
    });
    for signature in ["void Close()", "void Dispose()"] {
        m.method(signature, |_, this, _| {
            client(this)?.close();
            Ok(Value::AutomationNull)
        });
    }
}

fn wire(this: &Value) -> R<Wire> {
    let stream = this.downcast::<Stream>();
    stream.and_then(Stream::wire).ok_or_else(|| match stream {
        Some(stream) => stream.closed(),
        None => error::thrown("System.InvalidOperationException", "Timeouts are not supported on this stream."),
    })
}

/// The time a stream waits is -1 where it waits for ever.
fn set_stream_wait(this: &Value, way: Way, value: &Value) -> R<()> {
    let wait = match number(value) {
        -1 => 0,
        wait if wait > 0 => wait,
        _ => {
            let message = "Timeout can be only be set to 'System.Threading.Timeout.Infinite' or a value > 0.";
            return Err(args::out_of_range(message, "value"));
        }
    };
    wire(this)?.set_wait(way, wait);
    Ok(())
}

fn stream_wait(this: &Value, way: Way) -> R<Value> {
    let wait = wire(this)?.wait(way);
    Ok(Value::I32(if wait > 0 { wait } else { -1 }))
}

fn stream_members(m: &mut Members) {
    m.get("bool DataAvailable", |_, this| Ok((wire(this)?.available() > 0).into()));
    m.get("bool CanTimeout", |_, _| Ok(true.into()));
    m.get_set(
        "int ReadTimeout",
        |_, this| stream_wait(this, Way::Read),
        |_, this, value| set_stream_wait(this, Way::Read, &value),
    );
    m.get_set(
        "int WriteTimeout",
        |_, this| stream_wait(this, Way::Write),
        |_, this, value| set_stream_wait(this, Way::Write, &value),
    );
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
    failure::ERRORS,
    TypeDef::class("System.Net.Dns").members(dns::members),
    TypeDef::class("System.Net.IPHostEntry"),
    TypeDef::class(CLIENT).implements(&["System.IDisposable"]).members(client_members),
    TypeDef::class(STREAM).base("System.IO.Stream").members(stream_members),
];
