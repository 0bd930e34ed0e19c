//! The keywords: which are honoured, which are known but not honoured, and what values they take.

use super::{AddressFamily, HostConfig, Proxy, StrictHostKeyChecking};

/// What became of a line.
pub(super) enum Applied {
    /// Honoured (perhaps without effect because an earlier line won), or of no meaning for a subsystem channel.
    Done,
    /// A keyword of ssh_config(5) that would matter and is not honoured; `true` where ssh would be stricter with
    /// the server or go elsewhere.
    Unsupported(bool),
    /// No keyword of ssh_config(5).
    Unknown,
}

/// The value is wrong; what would be right.
pub(super) struct Expected(pub(super) &'static str);

/// Sets `slot` unless an earlier line did.
fn first<T>(slot: &mut Option<T>, value: T) {
    if slot.is_none() {
        *slot = Some(value);
    }
}

/// As [`first`] for values whose `none` means the same as no line at all.
fn first_some<T>(slot: &mut Option<T>, value: Option<T>) {
    if slot.is_none() {
        *slot = value;
    }
}

/// Applies one line whose keyword is in lower case.
pub(super) fn apply(config: &mut HostConfig, keyword: &str, args: &[String]) -> Result<Applied, Expected> {
    let word = || match args {
        [one] if !one.is_empty() => Ok(one.as_str()),
        _ => Err(Expected("one value")),
    };
    match keyword {
        "addressfamily" => first(&mut config.address_family, address_family(word()?)?),
        "batchmode" => first(&mut config.batch_mode, flag(word()?)?),
        "bindaddress" => first(&mut config.bind_address, word()?.to_owned()),
        "certificatefile" => add(&mut config.certificate_files, word()?),
        "compression" => first(&mut config.compression, flag(word()?)?),
        "connecttimeout" => first_some(&mut config.connect_timeout, timeout(word()?)?),
        "globalknownhostsfile" => first(&mut config.global_known_hosts_files, some(args)?),
        "hashknownhosts" => first(&mut config.hash_known_hosts, flag(word()?)?),
        "hostkeyalias" => first(&mut config.host_key_alias, word()?.to_ascii_lowercase()),
        "hostname" => first(&mut config.host_name, word()?.to_owned()),
        "identitiesonly" => first(&mut config.identities_only, flag(word()?)?),
        "identityagent" => first(&mut config.identity_agent, word()?.to_owned()),
        "identityfile" => add(&mut config.identity_files, word()?),
        "ignoreunknown" => first(&mut config.ignore_unknown, word()?.to_owned()),
        "kbdinteractiveauthentication" | "challengeresponseauthentication" => {
            first(&mut config.kbd_interactive_authentication, flag(word()?)?);
        }
        "numberofpasswordprompts" => first(&mut config.number_of_password_prompts, number(word()?)?),
        "passwordauthentication" => first(&mut config.password_authentication, flag(word()?)?),
        "port" => first(&mut config.port, port(word()?)?),
        "preferredauthentications" => {
            first(&mut config.preferred_authentications, word()?.split(',').map(str::to_owned).collect());
        }
        "proxyjump" => first(&mut config.proxy, Proxy::Jump(word()?.to_owned())),
        "pubkeyauthentication" => first(&mut config.pubkey_authentication, pubkey(word()?)?),
        "revokedhostkeys" => first(&mut config.revoked_host_keys, word()?.to_owned()),
        "sendenv" => send_env(&mut config.send_env, args),
        "serveraliveinterval" => first_some(&mut config.server_alive_interval, timeout(word()?)?),
        "serveralivecountmax" => first(&mut config.server_alive_count_max, number(word()?)?),
        "setenv" => first(&mut config.set_env, set_env(args)?),
        "stricthostkeychecking" => first(&mut config.strict_host_key_checking, strict(word()?)?),
        "tcpkeepalive" => first(&mut config.tcp_keep_alive, flag(word()?)?),
        "user" => first(&mut config.user, word()?.to_owned()),
        "userknownhostsfile" => first(&mut config.user_known_hosts_files, some(args)?),
        _ if NO_MEANING.contains(&keyword) => {}
        // Switched off is what we do.
        _ if args.iter().all(|arg| matches!(arg.to_ascii_lowercase().as_str(), "no" | "none" | "false")) => {
            let known = RESTRICTING.contains(&keyword) || NOT_HONOURED.contains(&keyword);
            return Ok(if known { Applied::Done } else { Applied::Unknown });
        }
        _ if RESTRICTING.contains(&keyword) => return Ok(Applied::Unsupported(true)),
        _ if NOT_HONOURED.contains(&keyword) => return Ok(Applied::Unsupported(false)),
        _ => return Ok(Applied::Unknown),
    }
    Ok(Applied::Done)
}

/// Keywords that say nothing about a connection that carries one subsystem channel.
const NO_MEANING: &[&str] = &[
    "addkeystoagent",
    "checkhostip",
    "clearallforwardings",
    "connectionattempts",
    "controlmaster",
    "controlpath",
    "controlpersist",
    "dynamicforward",
    "enableescapecommandline",
    "escapechar",
    "exitonforwardfailure",
    "fingerprinthash",
    "forkafterauthentication",
    "forwardagent",
    "forwardx11",
    "forwardx11timeout",
    "forwardx11trusted",
    "gatewayports",
    "gssapidelegatecredentials",
    "ipqos",
    "localcommand",
    "localforward",
    "loglevel",
    "logverbose",
    "obscurekeystroketiming",
    "permitlocalcommand",
    "permitremoteopen",
    "remoteforward",
    "requesttty",
    "sessiontype",
    "stdinnull",
    "streamlocalbindmask",
    "streamlocalbindunlink",
    "syslogfacility",
    "tag",
    "tunnel",
    "tunneldevice",
    "updatehostkeys",
    "visualhostkey",
    "xauthlocation",
];

/// Keywords with which ssh(1) is stricter with the server, or goes elsewhere; the `openssh` transport honours them.
const RESTRICTING: &[&str] = &[
    "bindinterface",
    "canonicaldomains",
    "canonicalizefallbacklocal",
    "canonicalizehostname",
    "canonicalizemaxdots",
    "canonicalizepermittedcnames",
    "casignaturealgorithms",
    "ciphers",
    "hostkeyalgorithms",
    "kexalgorithms",
    "knownhostscommand",
    "macs",
    "proxyusefdpass",
    "pubkeyacceptedalgorithms",
    "pubkeyacceptedkeytypes",
    "rekeylimit",
    "remotecommand",
    "requiredrsasize",
];

/// Keywords with which ssh(1) could do more; the `openssh` transport honours them. Debian's own ssh_config has one.
const NOT_HONOURED: &[&str] = &[
    "channeltimeout",
    "enablesshkeysign",
    "gssapiauthentication",
    "gssapiclientidentity",
    "gssapikeyexchange",
    "gssapikexalgorithms",
    "gssapirenewalforcesrekey",
    "gssapiserveridentity",
    "gssapitrustdns",
    "hostbasedacceptedalgorithms",
    "hostbasedauthentication",
    "kbdinteractivedevices",
    "nohostauthenticationforlocalhost",
    "pkcs11provider",
    "securitykeyprovider",
    "verifyhostkeydns",
    "versionaddendum",
    "warnweakcrypto",
];

fn add(list: &mut Vec<String>, value: &str) {
    if !list.iter().any(|v| v == value) {
        list.push(value.to_owned());
    }
}

fn some(args: &[String]) -> Result<Vec<String>, Expected> {
    if args.is_empty() { Err(Expected("at least one file")) } else { Ok(args.to_vec()) }
}

fn flag(value: &str) -> Result<bool, Expected> {
    match value.to_ascii_lowercase().as_str() {
        "yes" | "true" => Ok(true),
        "no" | "false" => Ok(false),
        _ => Err(Expected("yes or no")),
    }
}

fn pubkey(value: &str) -> Result<bool, Expected> {
    match value.to_ascii_lowercase().as_str() {
        "unbound" | "host-bound" => Ok(true),
        other => flag(other),
    }
}

fn address_family(value: &str) -> Result<AddressFamily, Expected> {
    match value.to_ascii_lowercase().as_str() {
        "any" => Ok(AddressFamily::Any),
        "inet" => Ok(AddressFamily::Inet),
        "inet6" => Ok(AddressFamily::Inet6),
        _ => Err(Expected("any, inet or inet6")),
    }
}

fn strict(value: &str) -> Result<StrictHostKeyChecking, Expected> {
    match value.to_ascii_lowercase().as_str() {
        "ask" => Ok(StrictHostKeyChecking::Ask),
        "yes" | "true" => Ok(StrictHostKeyChecking::Yes),
        "accept-new" | "no" | "false" | "off" => Ok(StrictHostKeyChecking::AcceptNew),
        _ => Err(Expected("yes, ask, accept-new or no")),
    }
}

fn number(value: &str) -> Result<u32, Expected> {
    value.parse().map_err(|_| Expected("a number"))
}

fn port(value: &str) -> Result<u16, Expected> {
    value.parse().ok().filter(|&p| p != 0).ok_or(Expected("a port from 1 to 65535"))
}

/// A time in seconds, or in units as `1h30m` (sshd_config(5), TIME FORMATS); `None` is `none`.
fn timeout(value: &str) -> Result<Option<u32>, Expected> {
    const EXPECTED: Expected = Expected("a time such as 10, 90s or 1m30s");
    if value.eq_ignore_ascii_case("none") {
        return Ok(None);
    }
    let mut total: u32 = 0;
    let mut rest = value;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let (count, tail) = rest.split_at_checked(digits).ok_or(EXPECTED)?;
        let count: u32 = count.parse().map_err(|_| EXPECTED)?;
        let mut chars = tail.chars();
        let unit = match chars.next() {
            None | Some('s' | 'S') => 1,
            Some('m' | 'M') => 60,
            Some('h' | 'H') => 3600,
            Some('d' | 'D') => 86_400,
            Some('w' | 'W') => 604_800,
            Some(_) => return Err(EXPECTED),
        };
        total = count.checked_mul(unit).and_then(|t| total.checked_add(t)).ok_or(EXPECTED)?;
        rest = chars.as_str();
    }
    if value.is_empty() { Err(EXPECTED) } else { Ok(Some(total)) }
}

/// `SendEnv` lines add up; `-PATTERN` takes back names that were added.
fn send_env(list: &mut Vec<String>, args: &[String]) {
    for arg in args {
        match arg.strip_prefix('-') {
            Some(pattern) => list.retain(|name| !super::pattern::matches(name, pattern)),
            None => add(list, arg),
        }
    }
}

fn set_env(args: &[String]) -> Result<Vec<(String, String)>, Expected> {
    let mut out: Vec<(String, String)> = Vec::new();
    for arg in args {
        let (name, value) = arg.split_once('=').filter(|(n, _)| !n.is_empty()).ok_or(Expected("NAME=VALUE"))?;
        // The first value of a name wins, as for keywords.
        if !out.iter().any(|(n, _)| n == name) {
            out.push((name.to_owned(), value.to_owned()));
        }
    }
    if out.is_empty() { Err(Expected("NAME=VALUE")) } else { Ok(out) }
}

#[cfg(test)]
mod tests {
    use super::timeout;

    #[test]
    fn times() {
        for (text, seconds) in [("10", Some(10)), ("1m30s", Some(90)), ("2h", Some(7200)), ("none", None)] {
            assert_eq!(timeout(text).ok().unwrap(), seconds, "{text}");
        }
        for text in ["", "x", "1x", "-1", "99999999999", "4294967295w"] {
            assert!(timeout(text).is_err(), "{text}");
        }
    }
}
