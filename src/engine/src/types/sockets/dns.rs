//! `System.Net.Dns`

use std::net::IpAddr;

use psrpd_dotnet::Str;

use super::{
    super::{Members, args::s, array_of, known, net, tasks},
    failure::failed,
};
use crate::{
    eval::{R, Runspace},
    platform::Stop,
    value::{Opaque, Value},
};

/// The addresses of a host.
fn resolve(rs: &Runspace, host: &str) -> R<Vec<IpAddr>> {
    let found = rs.platform.resolve(host, &|| rs.check_stop().is_ok());
    found.map_err(|failure| rs.check_stop().err().unwrap_or_else(|| failed(&failure, "")))
}

fn addresses(found: Vec<IpAddr>) -> Value {
    Value::typed_array(known("System.Net.IPAddress"), found.into_iter().map(net::address).collect())
}

fn host_entry(name: &str, addresses: Vec<IpAddr>) -> Value {
    Opaque::new(
        "System.Net.IPHostEntry",
        [
            ("HostName", Value::from(name)),
            ("Aliases", Value::strings(Vec::<Str>::new())),
            ("AddressList", self::addresses(addresses)),
        ],
    )
    .into_value()
}

pub(super) fn members(m: &mut Members) {
    m.function("string GetHostName()", |rs, _, _| Ok(rs.platform.host_name().into()));
    m.function("ipaddress[] GetHostAddresses(string hostNameOrAddress)", |rs, _, args| {
        let found = resolve(rs, &s(args, 0))?;
        Ok(addresses(found))
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
            tasks::start(rs, Some(array_of(&of, 1)), &Stop::default(), Value::Null, move |stop| {
                let found = platform.resolve(&host, &|| !stop.is_set());
                Ok(addresses(found.map_err(|failure| failed(&failure, ""))?))
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
