//! Small values of .NET that are little more than their parts: points, vectors, names, addresses of hardware.

use std::net::IpAddr;

use psrpd_dotnet::Str;

use super::{
    Members, TypeDef,
    args::{i, not_valid, s},
    enum_value,
};
use crate::{
    convert,
    eval::{Flow, R, Runspace, error},
    value::{Opaque, Value, text},
};

const POINT: &str = "System.Drawing.Point";
const SIZE: &str = "System.Drawing.Size";
const RECTANGLE: &str = "System.Drawing.Rectangle";
const VECTORS: [&str; 3] = ["System.Numerics.Vector2", "System.Numerics.Vector3", "System.Numerics.Vector4"];
const HARDWARE: &str = "System.Net.NetworkInformation.PhysicalAddress";
const QUALIFIED: &str = "System.Xml.XmlQualifiedName";
const NETWORK: &str = "System.Net.IPNetwork";
const BITS: &str = "System.Collections.Specialized.BitVector32";

fn point(x: i32, y: i32) -> Value {
    let properties = [("IsEmpty", (x == 0 && y == 0).into()), ("X", Value::I32(x)), ("Y", Value::I32(y))];
    Opaque::new(POINT, properties).displayed(format!("{{X={x},Y={y}}}")).into_value()
}

fn size(width: i32, height: i32) -> Value {
    let is_empty = width == 0 && height == 0;
    let properties = [("IsEmpty", is_empty.into()), ("Width", Value::I32(width)), ("Height", Value::I32(height))];
    Opaque::new(SIZE, properties).displayed(format!("{{Width={width}, Height={height}}}")).into_value()
}

fn rectangle([x, y, width, height]: [i32; 4]) -> Value {
    let n = Value::I32;
    let properties = [
        ("Location", point(x, y)),
        ("Size", size(width, height)),
        ("X", n(x)),
        ("Y", n(y)),
        ("Width", n(width)),
        ("Height", n(height)),
        ("Left", n(x)),
        ("Top", n(y)),
        ("Right", n(x.wrapping_add(width))),
        ("Bottom", n(y.wrapping_add(height))),
        ("IsEmpty", (x == 0 && y == 0 && width == 0 && height == 0).into()),
    ];
    let shown = format!("{{X={x},Y={y},Width={width},Height={height}}}");
    Opaque::new(RECTANGLE, properties).displayed(shown).into_value()
}

/// A vector of so many numbers as there are.
fn vector(rs: &mut Runspace, args: &[Value]) -> R<Value> {
    let mut numbers = Vec::new();
    for arg in args {
        numbers.push(convert::convert(rs, arg, &super::single())?);
    }
    let shown: Vec<String> = numbers.iter().map(|n| text(n).to_string()).collect();
    let name = VECTORS.get(numbers.len().saturating_sub(2)).copied().unwrap_or_default();
    let properties: Vec<(&str, Value)> = ["X", "Y", "Z", "W"].into_iter().zip(numbers).collect();
    Ok(Opaque::new(name, properties).displayed(format!("<{}>", shown.join(", "))).into_value())
}

fn hardware(source: &str) -> R<Value> {
    let digits: String = source.chars().filter(|c| !matches!(c, '-' | ':' | '.')).collect();
    let is_valid = digits.len().is_multiple_of(2) && digits.chars().all(|c| c.is_ascii_hexdigit());
    if !is_valid {
        let message = format!("An invalid physical address was specified: '{source}'.");
        return Err(error::thrown("System.FormatException", message));
    }
    Ok(Opaque::new::<&str>(HARDWARE, []).displayed(digits.to_ascii_uppercase()).into_value())
}

fn hardware_members(m: &mut Members) {
    m.function("System.Net.NetworkInformation.PhysicalAddress Parse(string address)", |_, _, args| {
        hardware(&s(args, 0))
    });
    m.constant("System.Net.NetworkInformation.PhysicalAddress None", |_, _| hardware(""));
    m.method("byte[] GetAddressBytes()", |_, this, _| {
        let digits = text(this);
        let pairs = digits.as_bytes().chunks(2).filter_map(|pair| std::str::from_utf8(pair).ok());
        Ok(Value::bytes(pairs.filter_map(|pair| u8::from_str_radix(pair, 16).ok()).collect::<Vec<u8>>()))
    });
}

fn qualified(name: &Str, namespace: &Str) -> Value {
    let is_empty = name.is_empty() && namespace.is_empty();
    let shown = if namespace.is_empty() { name.to_string() } else { format!("{namespace}:{name}") };
    let properties = [
        ("Namespace", Value::Str(namespace.clone())),
        ("Name", Value::Str(name.clone())),
        ("IsEmpty", is_empty.into()),
    ];
    Opaque::new(QUALIFIED, properties).displayed(shown).into_value()
}

fn bits(n: i32) -> Value {
    Opaque::new(BITS, [("Data", Value::I32(n))]).displayed(format!("BitVector32{{{n:032b}}}")).into_value()
}

fn end_point(_: &mut Runspace, _: &Value, args: &[Value]) -> R<Value> {
    let (host, port) = (s(args, 0), i(args, 1));
    if host.is_empty() {
        return Err(not_valid("host"));
    }
    if !(0..=65_535).contains(&port) {
        let message = "Specified argument was out of the range of valid values.";
        return Err(error::argument("System.ArgumentOutOfRangeException", message, "port"));
    }
    let family = match args.get(2) {
        Some(family) => family.clone(),
        None => enum_value("System.Net.Sockets.AddressFamily", "Unspecified"),
    };
    let shown = format!("{}/{host}:{port}", text(&family));
    let properties = [("Host", Value::Str(host)), ("AddressFamily", family), ("Port", Value::I32(port))];
    Ok(Opaque::new("System.Net.DnsEndPoint", properties).displayed(shown).into_value())
}

/// A network of a text such as `10.0.0.0/8`, whose address has no bits behind the prefix.
fn network(source: &str) -> Option<Value> {
    let (base, length) = source.split_once('/')?;
    let (base, length): (IpAddr, u32) = (base.parse().ok()?, length.parse().ok()?);
    let (bits, width) = address_bits(base);
    let is_valid = length <= width && bits & low_bits(width.checked_sub(length)?) == 0;
    let properties = [("BaseAddress", super::address(base)), ("PrefixLength", Value::I32(i32::try_from(length).ok()?))];
    is_valid.then(|| Opaque::new(NETWORK, properties).displayed(format!("{base}/{length}")).into_value())
}

/// The bits of an address and how many there are.
fn address_bits(address: IpAddr) -> (u128, u32) {
    match address {
        IpAddr::V4(address) => (u32::from(address).into(), 32),
        IpAddr::V6(address) => (address.into(), 128),
    }
}

fn low_bits(count: u32) -> u128 {
    if count == 0 { 0 } else { u128::MAX.checked_shr(128_u32.saturating_sub(count)).unwrap_or(0) }
}

fn bad_network() -> Flow {
    error::thrown("System.FormatException", "An invalid IP network was specified.")
}

fn network_members(m: &mut Members) {
    m.constructor("System.Net.IPNetwork(ipaddress baseAddress, int prefixLength)", |_, _, args| {
        network(&format!("{}/{}", s(args, 0), i(args, 1))).ok_or_else(|| not_valid("baseAddress"))
    });
    m.function("System.Net.IPNetwork Parse(string s)", |_, _, args| network(&s(args, 0)).ok_or_else(bad_network));
    m.function("bool TryParse(string s, [ref] System.Net.IPNetwork result)", |_, _, args| {
        let found = network(&s(args, 0));
        let is_found = found.is_some();
        super::args::set_out(args, 1, found.unwrap_or_default());
        Ok(is_found.into())
    });
    m.method("bool Contains(ipaddress address)", |_, this, args| {
        let shown = text(this);
        let Some((base, length)) = shown.split_once('/') else { return Ok(false.into()) };
        let (Ok(base), Ok(length), Ok(other)) =
            (base.parse::<IpAddr>(), length.parse::<u32>(), s(args, 0).as_str().parse::<IpAddr>())
        else {
            return Ok(false.into());
        };
        let ((base, width), (other, of_other)) = (address_bits(base), address_bits(other));
        let behind = low_bits(width.saturating_sub(length));
        Ok((width == of_other && base | behind == other | behind).into())
    });
}

/// A reference that keeps its target: nothing is collected here before the reference is.
fn weak(_: &mut Runspace, _: &Value, args: &[Value]) -> R<Value> {
    let target = args.first().cloned().unwrap_or_default();
    let tracks = args.get(1).and_then(Value::as_bool).unwrap_or(false);
    let properties =
        [("TrackResurrection", tracks.into()), ("IsAlive", (!target.is_null()).into()), ("Target", target)];
    Ok(Opaque::new("System.WeakReference", properties).into_value())
}

fn daylight(rs: &mut Runspace, _: &Value, args: &[Value]) -> R<Value> {
    let mut part = |at: usize, of: &super::Type| convert::convert(rs, args.get(at).unwrap_or(&Value::Null), of);
    let properties = [
        ("Start", part(0, &super::datetime())?),
        ("End", part(1, &super::datetime())?),
        ("Delta", part(2, &super::timespan())?),
    ];
    Ok(Opaque::new("System.Globalization.DaylightTime", properties).into_value())
}

pub(super) const TYPES: &[TypeDef] = &[
    TypeDef::value(POINT).zero(|| point(0, 0)).members(|m| {
        m.constructor("System.Drawing.Point(int x, int y)", |_, _, args| Ok(point(i(args, 0), i(args, 1))));
        m.constant("System.Drawing.Point Empty", |_, _| Ok(point(0, 0)));
    }),
    TypeDef::value(SIZE).zero(|| size(0, 0)).members(|m| {
        m.constructor("System.Drawing.Size(int width, int height)", |_, _, args| Ok(size(i(args, 0), i(args, 1))));
        m.constant("System.Drawing.Size Empty", |_, _| Ok(size(0, 0)));
    }),
    TypeDef::value(RECTANGLE).zero(|| rectangle([0; 4])).members(|m| {
        m.constructor("System.Drawing.Rectangle(int x, int y, int width, int height)", |_, _, args| {
            Ok(rectangle([0, 1, 2, 3].map(|at| i(args, at))))
        });
        m.constant("System.Drawing.Rectangle Empty", |_, _| Ok(rectangle([0; 4])));
    }),
    TypeDef::value("System.Numerics.Vector2").members(|m| {
        m.constructor("System.Numerics.Vector2(float x, float y)", |rs, _, args| vector(rs, args));
    }),
    TypeDef::value("System.Numerics.Vector3").members(|m| {
        m.constructor("System.Numerics.Vector3(float x, float y, float z)", |rs, _, args| vector(rs, args));
    }),
    TypeDef::value("System.Numerics.Vector4").members(|m| {
        m.constructor("System.Numerics.Vector4(float x, float y, float z, float w)", |rs, _, args| vector(rs, args));
    }),
    TypeDef::value(NETWORK).members(network_members),
    TypeDef::class(HARDWARE).members(hardware_members),
    TypeDef::class(QUALIFIED).members(|m| {
        m.constructor("System.Xml.XmlQualifiedName(string name)", |_, _, args| {
            Ok(qualified(&s(args, 0), &Str::default()))
        });
        m.constructor("System.Xml.XmlQualifiedName(string name, string ns)", |_, _, args| {
            Ok(qualified(&s(args, 0), &s(args, 1)))
        });
    }),
    TypeDef::value(BITS).zero(|| bits(0)).members(|m| {
        m.constructor("System.Collections.Specialized.BitVector32(int data)", |_, _, args| Ok(bits(i(args, 0))));
    }),
    TypeDef::class("System.Net.DnsEndPoint").base("System.Net.EndPoint").members(|m| {
        m.constructor("System.Net.DnsEndPoint(string host, int port)", end_point);
        m.constructor(
            "System.Net.DnsEndPoint(string host, int port, System.Net.Sockets.AddressFamily addressFamily)",
            end_point,
        );
    }),
    TypeDef::class("System.WeakReference").members(|m| {
        m.constructor("WeakReference(System.Object target)", weak);
        m.constructor("WeakReference(System.Object target, bool trackResurrection)", weak);
    }),
    TypeDef::class("System.Globalization.DaylightTime").members(|m| {
        m.constructor("System.Globalization.DaylightTime(datetime start, datetime end, timespan delta)", daylight);
    }),
];
