//! `Test-Connection`

use std::{io, net::IpAddr, time::Duration};

use psrpd_dotnet::Str;

use super::{Cmdlet, Cx, MANAGEMENT, Run};
use crate::{
    eval::{Flow, R},
    platform::Peer,
    types,
    value::{Category, Opaque, Value},
};

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "Test-Connection",
    "TestConnectionCommand",
    "Ping @DefaultPing @RepeatPing
     IPv4 @DefaultPing @RepeatPing @TcpPort
     IPv6 @DefaultPing @RepeatPing @TcpPort
     ResolveDestination @DefaultPing @RepeatPing @TcpPort
     Source string @DefaultPing @RepeatPing @TcpPort
     MaxHops|Ttl|TimeToLive|Hops int range(1,128) @DefaultPing @RepeatPing
     Count int positive @DefaultPing @TcpPort
     Delay int positive @DefaultPing @RepeatPing @TcpPort
     BufferSize|Size|Bytes|BS int range(0,65500) @DefaultPing @RepeatPing
     Repeat|Continuous @RepeatPing(!) @TcpPort
     Quiet
     TimeoutSeconds int positive
     TargetName|ComputerName string[] notempty 0 ! ^ ~
     TcpPort int range(0,65535) @TcpPort(!)
     Detailed @TcpPort",
    || Box::new(TestConnection),
)
.examples(
    r#"Test-Connection 127.0.0.1 -TcpPort 1 # whether a machine answers
> False"#,
)
.in_module(MANAGEMENT)
.default_set("DefaultPing");

/// Ticks in a microsecond.
const TICKS: u64 = 10;

const CLASS: &str = "Microsoft.PowerShell.Commands.TestConnectionCommand";

struct TestConnection;

impl Run for TestConnection {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        for name in cx.strings("TargetName") {
            let Some(address) = resolve(cx, &name)? else {
                if cx.flag("Quiet") {
                    cx.write(false.into())?;
                } else {
                    unresolved(cx, &name)?;
                }
                continue;
            };
            match cx.int("TcpPort").and_then(|port| u16::try_from(port).ok()) {
                Some(port) => tcp(cx, &name, address, port)?,
                None => ping(cx, &name, address)?,
            }
        }
        Ok(())
    }
}

fn seconds(cx: &Cx<'_>, name: &str, usual: u64) -> Duration {
    Duration::from_secs(cx.int(name).and_then(|n| u64::try_from(n).ok()).unwrap_or(usual))
}

/// The address that is tried: the first of the wanted family.
fn resolve(cx: &Cx<'_>, name: &str) -> R<Option<IpAddr>> {
    let goes_on = || cx.rs.check_stop().is_ok();
    match cx.rs.platform.resolve(name, &goes_on) {
        Ok(found) => {
            let (four, six) = (cx.flag("IPv4"), cx.flag("IPv6"));
            Ok(found.into_iter().find(|address| (!four || address.is_ipv4()) && (!six || address.is_ipv6())))
        }
        Err(failure) if failure.kind() == io::ErrorKind::Interrupted => Err(Flow::Stopped),
        Err(_) => Ok(None),
    }
}

fn unresolved(cx: &mut Cx<'_>, name: &Str) -> R<()> {
    let message = format!("Testing connection to computer '{name}' failed: Cannot resolve the target name.");
    let exception = "System.Net.NetworkInformation.PingException";
    cx.error(exception, "TestConnectionException", Category::ResourceUnavailable, message, name.clone().into())
}

/// What is shown as the target: its name, where that is asked for.
fn shown(cx: &Cx<'_>, name: &Str, address: IpAddr) -> Value {
    let found = if cx.flag("ResolveDestination") { cx.rs.platform.name_of(address) } else { None };
    found.map_or_else(|| name.clone().into(), Value::from)
}

/// Where it is tried from: a name that is only shown.
fn source(cx: &Cx<'_>) -> Value {
    cx.string("Source").unwrap_or_else(|| cx.rs.platform.host_name().into()).into()
}

fn pause(cx: &Cx<'_>) -> R<()> {
    cx.rs.stop.sleep(seconds(cx, "Delay", 1));
    cx.rs.check_stop()
}

fn milliseconds(took: Duration) -> Value {
    Value::I64(i64::try_from(took.as_millis()).unwrap_or(i64::MAX))
}

fn tcp(cx: &mut Cx<'_>, name: &Str, address: IpAddr, port: u16) -> R<()> {
    let count =
        if cx.flag("Repeat") { i64::MAX } else { cx.int("Count").unwrap_or(if cx.flag("Detailed") { 4 } else { 1 }) };
    let mut tried = 0_i64;
    while tried < count {
        if tried > 0 {
            pause(cx)?;
        }
        tried = tried.saturating_add(1);
        let start = cx.rs.platform.now();
        let within = seconds(cx, "TimeoutSeconds", 5);
        let goes_on = || cx.rs.check_stop().is_ok();
        let status = match cx.rs.platform.connect(&Peer::Address((address, port).into()), Some(within), &goes_on) {
            Ok(_) => types::enum_value("System.Net.Sockets.SocketError", "Success"),
            Err(failure) if failure.kind() == io::ErrorKind::Interrupted => return Err(Flow::Stopped),
            Err(failure) => types::sockets::socket_status(&failure),
        };
        let is_open = matches!(status, Value::Enum(_, 0));
        if !cx.flag("Detailed") || cx.flag("Quiet") {
            cx.write(is_open.into())?;
            continue;
        }
        let ticks = cx.rs.platform.now().saturating_sub(start);
        let took =
            if is_open { Duration::from_micros(u64::try_from(ticks).unwrap_or(0) / TICKS) } else { Duration::ZERO };
        let target = shown(cx, name, address);
        let object = Opaque::new(
            &format!("{CLASS}+TcpPortStatus"),
            [
                ("Id", Value::I32(i32::try_from(tried).unwrap_or(i32::MAX))),
                ("Source", source(cx)),
                ("Target", target),
                ("TargetAddress", types::address(address)),
                ("Port", Value::I32(port.into())),
                ("Latency", milliseconds(took)),
                ("Connected", is_open.into()),
                ("Status", status),
            ],
        );
        cx.write(object.into_value())?;
    }
    Ok(())
}

fn ping(cx: &mut Cx<'_>, name: &Str, address: IpAddr) -> R<()> {
    const USUAL_SIZE: i64 = 32;
    let count = if cx.flag("Repeat") { i64::MAX } else { cx.int("Count").unwrap_or(4) };
    let size = usize::try_from(cx.int("BufferSize").unwrap_or(USUAL_SIZE)).unwrap_or(0);
    let hops = cx.int("MaxHops").and_then(|n| u8::try_from(n).ok()).unwrap_or(128);
    let mut answered = true;
    let mut tried = 0_i64;
    while tried < count {
        if tried > 0 {
            pause(cx)?;
        }
        tried = tried.saturating_add(1);
        let within = seconds(cx, "TimeoutSeconds", 5);
        let goes_on = || cx.rs.check_stop().is_ok();
        let (status, took, from, received) = match cx.rs.platform.ping(address, size, hops, within, &goes_on) {
            Ok(echo) => ("Success", echo.took, Some(echo.from), echo.size),
            Err(failure) => match failure.kind() {
                io::ErrorKind::Interrupted => return Err(Flow::Stopped),
                io::ErrorKind::TimedOut => ("TimedOut", Duration::ZERO, None, 0),
                io::ErrorKind::HostUnreachable => ("DestinationHostUnreachable", Duration::ZERO, None, 0),
                io::ErrorKind::NetworkUnreachable => ("DestinationNetworkUnreachable", Duration::ZERO, None, 0),
                _ => return refused(cx, name, &failure),
            },
        };
        answered &= status == "Success";
        if cx.flag("Quiet") {
            continue;
        }
        let seen = from.map_or(Value::Null, types::address);
        let status = types::enum_value("System.Net.NetworkInformation.IPStatus", status);
        let reply = Opaque::new(
            "System.Net.NetworkInformation.PingReply",
            [
                ("Status", status.clone()),
                ("Address", seen.clone()),
                ("RoundtripTime", milliseconds(took)),
                ("Options", Value::Null),
                ("Buffer", Value::bytes(vec![0; received])),
            ],
        );
        let target = shown(cx, name, address);
        let object = Opaque::new(
            &format!("{CLASS}+PingStatus"),
            [
                ("Ping", Value::U32(u32::try_from(tried).unwrap_or(u32::MAX))),
                ("Source", source(cx)),
                ("Destination", target),
                ("Address", seen.clone()),
                ("DisplayAddress", crate::value::text(&seen).into()),
                ("Latency", milliseconds(took)),
                ("Status", status),
                ("BufferSize", Value::int(size)),
                ("Reply", reply.into_value()),
            ],
        );
        cx.write(object.into_value())?;
    }
    if cx.flag("Quiet") { cx.write(answered.into()) } else { Ok(()) }
}

/// A machine on which programs may not ask.
fn refused(cx: &mut Cx<'_>, name: &Str, failure: &io::Error) -> R<()> {
    let reason = crate::providers::reason(failure);
    let message = format!("Testing connection to computer '{name}' failed: {reason}.");
    let exception = "System.Net.NetworkInformation.PingException";
    cx.error(exception, "TestConnectionException", Category::ResourceUnavailable, message, name.clone().into())
}
