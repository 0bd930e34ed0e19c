//! The ssh_config parser against `ssh -G` on generated configurations: every value must be the same.

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use psrp::ssh::config::{AddressFamily, File, HostConfig, Proxy, Query, StrictHostKeyChecking, evaluate};

const CONFIGURATIONS: u64 = 200;
const HOSTS: &[&str] = &["web1", "web2.example", "db", "WEB1", "jump.example", "10.0.0.1"];

/// A generator that needs no seed from outside, so that a failure can be repeated.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % n as u64).unwrap()
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len())]
    }
}

fn setting(r: &mut Random) -> String {
    let separator = r.pick(&[" ", "=", " = ", "\t"]);
    let (keyword, value) = match r.below(25) {
        0 => ("HostName", r.pick(&["%h.internal", "web2.example", "jump.example", "%h-x"])),
        1 => ("User", r.pick(&["bob", "\"al ice\"", "carol", "'d e'"])),
        2 => ("Port", r.pick(&["22", "2222", "\"65535\""])),
        3 => ("IdentityFile", r.pick(&["~/.ssh/k_%h", "/k/b", "\"/k/with blank\"", "none"])),
        4 => ("CertificateFile", r.pick(&["~/c-cert.pub", "/k/%r-cert.pub"])),
        5 => ("IdentitiesOnly", r.pick(&["yes", "no", "TRUE"])),
        6 => ("IdentityAgent", r.pick(&["none", "SSH_AUTH_SOCK", "/run/agent", "$AGENT"])),
        7 => ("UserKnownHostsFile", r.pick(&["/kh/a", "/kh/a /kh/b", "none"])),
        8 => ("GlobalKnownHostsFile", r.pick(&["/kh/g", "none"])),
        9 => ("StrictHostKeyChecking", r.pick(&["yes", "ask", "accept-new", "no", "off"])),
        10 => ("HashKnownHosts", r.pick(&["yes", "no"])),
        11 => ("HostKeyAlias", r.pick(&["alias", "ALIAS"])),
        12 => ("ProxyJump", r.pick(&["none", "jump.example", "bob@jump.example:2200", "a,b@c,d:7"])),
        13 => ("ProxyCommand", r.pick(&["none", "nc %h %p", "ssh -W \"%h:%p\" j # not a comment"])),
        14 => ("ConnectTimeout", r.pick(&["5", "1m30s", "none"])),
        15 => ("SendEnv", r.pick(&["LANG LC_*", "-LC_*", "PSRP_*", "LANG"])),
        16 => ("SetEnv", r.pick(&["A=1 B=2", "PSRP_SESSION=work", "\"C=two words\" A=3"])),
        17 => ("ServerAliveInterval", r.pick(&["0", "15", "2m"])),
        18 => ("ServerAliveCountMax", r.pick(&["1", "7"])),
        19 => ("PreferredAuthentications", r.pick(&["publickey", "password,publickey"])),
        20 => ("PubkeyAuthentication", r.pick(&["yes", "no"])),
        21 => ("PasswordAuthentication", r.pick(&["yes", "no"])),
        24 => ("RevokedHostKeys", r.pick(&["/k/revoked", "none"])),
        22 => ("BatchMode", r.pick(&["yes", "no"])),
        _ => ("AddressFamily", r.pick(&["any", "inet", "inet6"])),
    };
    let keyword = if r.below(4) == 0 { keyword.to_uppercase() } else { keyword.to_owned() };
    let comment = if r.below(6) == 0 && keyword.to_lowercase() != "proxycommand" { " # comment" } else { "" };
    format!("{keyword}{separator}{value}{comment}\n")
}

fn block(r: &mut Random) -> String {
    let patterns = ["*", "web*", "web1", "!web1", "*.example", "db web?", "!db *", "WEB*", "jump.example", "\"web1\""];
    match r.below(10) {
        0..=5 => format!("Host {} {}\n", r.pick(&patterns), r.pick(&patterns)),
        6 => format!("Match host {}\n", r.pick(&["web*", "*.example,!jump.example", "*.internal", "WEB1"])),
        7 => format!("Match originalhost {} user {}\n", r.pick(&["web*", "db,web1"]), r.pick(&["bob", "*,!bob"])),
        8 => format!("Match {}final {}\n", r.pick(&["", "!"]), r.pick(&["", "host *.internal", "all"])),
        _ => format!("Match {}\n", r.pick(&["all", "!host web1", "!user bob", "!localuser nobody", "host=db"])),
    }
}

fn configuration(r: &mut Random, include: &Path) -> String {
    let mut text = String::new();
    for _ in 0..=r.below(6) {
        if r.below(4) != 0 {
            text += &block(r);
        }
        for _ in 0..=r.below(4) {
            if r.below(9) == 0 {
                writeln!(text, "  Include {}", include.display()).unwrap();
            } else {
                write!(text, "  {}", setting(r)).unwrap();
            }
        }
    }
    text
}

/// What `ssh -G` says, values of repeated keywords joined.
fn oracle(config: &Path, host: &str) -> Result<BTreeMap<String, Vec<String>>, String> {
    let out = Command::new("ssh").args(["-G", "-F"]).arg(config).arg(host).output().unwrap();
    if !out.status.success() {
        return Err(String::from_utf8_lossy(&out.stderr).into_owned());
    }
    let mut map: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for line in String::from_utf8(out.stdout).unwrap().lines() {
        let (key, value) = line.split_once(' ').unwrap_or((line, ""));
        map.entry(key.to_owned()).or_default().push(value.to_owned());
    }
    Ok(map)
}

/// Our answer in the words of `ssh -G`; `None` where nothing is set, so that ssh's default is not compared.
fn ours(c: &HostConfig, host: &str) -> Vec<(&'static str, Option<Vec<String>>)> {
    let yes = |v: Option<bool>| v.map(|v| vec![if v { "yes" } else { "no" }.to_owned()]);
    let one = |v: Option<String>| v.map(|v| vec![v]);
    let list = |v: &[String]| (!v.is_empty()).then(|| v.to_vec());
    let (jump, command) = match &c.proxy {
        Some(Proxy::Jump(jump)) if jump != "none" => (Some(jump.clone()), None),
        Some(Proxy::Command(command)) if command != "none" => (None, Some(command.clone())),
        _ => (None, None),
    };
    vec![
        ("hostname", Some(vec![c.effective_host(host)])),
        ("user", one(c.user.clone())),
        ("port", one(c.port.map(|p| p.to_string()))),
        ("identityfile", list(&c.identity_files)),
        ("certificatefile", list(&c.certificate_files)),
        ("identitiesonly", yes(c.identities_only)),
        ("identityagent", one(c.identity_agent.clone())),
        ("userknownhostsfile", one(c.user_known_hosts_files.as_ref().map(|v| v.join(" ")))),
        ("globalknownhostsfile", one(c.global_known_hosts_files.as_ref().map(|v| v.join(" ")))),
        ("stricthostkeychecking", c.strict_host_key_checking.map(strict)),
        ("hashknownhosts", yes(c.hash_known_hosts)),
        ("hostkeyalias", one(c.host_key_alias.clone())),
        ("proxyjump", Some(jump.into_iter().collect())),
        ("proxycommand", Some(command.into_iter().collect())),
        ("connecttimeout", one(c.connect_timeout.map(|t| t.to_string()))),
        ("sendenv", Some(c.send_env.clone())),
        ("setenv", c.set_env.as_ref().map(|v| v.iter().map(|(n, v)| format!("{n}={v}")).collect())),
        ("serveraliveinterval", one(c.server_alive_interval.map(|v| v.to_string()))),
        ("serveralivecountmax", one(c.server_alive_count_max.map(|v| v.to_string()))),
        ("preferredauthentications", one(c.preferred_authentications.as_ref().map(|v| v.join(",")))),
        ("pubkeyauthentication", c.pubkey_authentication.map(|v| vec![v.to_string()])),
        ("passwordauthentication", yes(c.password_authentication)),
        ("revokedhostkeys", Some(c.revoked_host_keys.clone().filter(|f| f != "none").into_iter().collect())),
        ("batchmode", yes(c.batch_mode)),
        ("addressfamily", c.address_family.map(|f| vec![family(f).to_owned()])),
    ]
}

fn strict(value: StrictHostKeyChecking) -> Vec<String> {
    vec![match value {
        StrictHostKeyChecking::Yes => "true".into(),
        StrictHostKeyChecking::Ask => "ask".into(),
        StrictHostKeyChecking::AcceptNew => "accept-new".into(),
    }]
}

fn family(value: AddressFamily) -> &'static str {
    match value {
        AddressFamily::Any => "any",
        AddressFamily::Inet => "inet",
        AddressFamily::Inet6 => "inet6",
    }
}

#[test]
fn same_answers_as_ssh() {
    if Command::new("ssh").arg("-V").output().is_err() {
        support::skip("no ssh program to compare with");
        return;
    }
    let local_user = String::from_utf8(Command::new("id").arg("-un").output().unwrap().stdout).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let (config, include) = (dir.path().join("config"), dir.path().join("include"));
    let mut compared = 0;
    for seed in 1..=CONFIGURATIONS {
        let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let text = configuration(&mut random, &include);
        let nested = block(&mut random) + &setting(&mut random);
        std::fs::write(&config, &text).unwrap();
        std::fs::write(&include, &nested).unwrap();
        for host in HOSTS {
            let expected = match oracle(&config, host) {
                Ok(expected) => expected,
                // Not a matter of the parser: a host that is its own jump host.
                Err(message) if message.contains("jumphost loop") => continue,
                Err(message) => panic!("ssh refuses a generated configuration: {message}\n{text}\n{nested}"),
            };
            let query = Query { host, local_user: local_user.trim(), options: &[] };
            let file = File { name: "config".into(), text: text.clone(), user: true };
            let read = |_: &str, user| vec![File { name: "include".into(), text: nested.clone(), user }];
            let answer = evaluate(&query, &[file], &read).unwrap();
            for (keyword, ours) in ours(&answer, host) {
                let Some(ours) = ours else { continue };
                let mut theirs = expected.get(keyword).cloned().unwrap_or_default();
                if keyword == "proxyjump" {
                    theirs.retain(|jump| jump != "none");
                }
                if keyword == "sendenv" {
                    // ssh repeats a name that is listed twice.
                    let mut seen = BTreeSet::new();
                    theirs.retain(|name| seen.insert(name.clone()));
                }
                if keyword == "stricthostkeychecking" && theirs == ["false"] {
                    // `no` means the same as accept-new here: a changed key is refused in any case.
                    theirs = vec!["accept-new".into()];
                }
                assert_eq!(ours, theirs, "{keyword} of {host}, seed {seed}\n{text}\n--- include\n{nested}");
                compared += 1;
            }
        }
    }
    assert!(compared > 5000, "only {compared} values compared");
}
