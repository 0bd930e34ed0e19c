//! From what the user wrote to where the connection goes: ssh_config applied, tokens expanded, jumps laid out.

use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::config::{self, File, HostConfig, Proxy, Query, Tokens, Unsupported};
use super::{ConnectError, LocalUser, Settings};
use crate::limits::{CONNECT_TIMEOUT, MAX_JUMPS, MAX_TEXT_FILE};
use crate::target::SshHost;

/// One host on the way.
#[derive(Debug, Clone)]
pub(super) struct Destination {
    /// Where to connect, in lower case.
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) user: String,
    /// Everything ssh_config says about it.
    pub(super) config: HostConfig,
    pub(super) tokens: Tokens,
    home: PathBuf,
}

/// The hosts to go through, nearest first, the destination last.
pub(super) fn route(host: &SshHost, settings: &Settings) -> Result<Vec<Destination>, ConnectError> {
    let last = resolve(host, settings)?;
    let mut route = vec![last];
    // The nearest host's own proxy comes before it; a chain ends at a host without one.
    while let Some(first) = route.first() {
        let Some(Proxy::Jump(jumps)) = &first.config.proxy else { break };
        if jumps.eq_ignore_ascii_case("none") {
            break;
        }
        let hops = jumps.split(',').map(|hop| jump_host(hop, settings)).collect::<Result<Vec<_>, _>>()?;
        if route.len() + hops.len() > MAX_JUMPS {
            return Err(ConnectError::JumpLoop { host: host.host.clone() });
        }
        // Only the first hop is reached by its own configuration: the others are reached through it.
        route.splice(0..0, hops);
    }
    Ok(route)
}

fn jump_host(hop: &str, settings: &Settings) -> Result<Destination, ConnectError> {
    let hop = hop.trim();
    let hop = hop.strip_prefix("ssh://").unwrap_or(hop);
    let bad = |message: String| ConnectError::Handshake { host: hop.to_owned(), message };
    let host: SshHost = hop.parse().map_err(|e| bad(format!("ProxyJump is malformed: {e}")))?;
    // As with ssh, what the command line says is for the destination, not for the hosts on the way.
    let settings =
        Settings { user: None, port: None, identity_files: vec![], jump: None, options: vec![], ..settings.clone() };
    resolve(&host, &settings)
}

/// What ssh_config and the command line say about a host.
pub(super) fn configuration(target: &SshHost, settings: &Settings) -> Result<HostConfig, ConnectError> {
    let options = options(target, settings);
    let local = &settings.local_user;
    let query = Query { host: &target.host, local_user: &local.name, options: &options };
    let files = config_files(settings)?;
    let include = |pattern: &str, user: bool| included(pattern, user, local);
    Ok(config::evaluate(&query, &files, &include)?)
}

fn resolve(target: &SshHost, settings: &Settings) -> Result<Destination, ConnectError> {
    let local = &settings.local_user;
    let config = configuration(target, settings)?;
    let host = config.effective_host(&target.host);
    let port = config.port.unwrap_or(22);
    let user = config.user.clone().unwrap_or_else(|| local.name.clone());
    for Unsupported { keyword, place, restricts } in &config.unsupported {
        let text = "Setting of ssh_config is not honoured; --transport openssh honours it";
        if *restricts {
            tracing::warn!(keyword, place, host, "{text}");
        } else {
            tracing::info!(keyword, place, host, "{text}");
        }
    }
    let tokens = Tokens {
        host: host.clone(),
        original_host: target.host.clone(),
        host_key_alias: config.host_key_alias.clone().unwrap_or_else(|| target.host.clone()),
        port,
        remote_user: user.clone(),
        local_user: local.name.clone(),
        local_uid: local.uid,
        home: local.home.to_string_lossy().into_owned(),
        local_host: rustix::system::uname().nodename().to_string_lossy().into_owned(),
    };
    Ok(Destination { host, port, user, config, tokens, home: local.home.clone() })
}

/// The command line as ssh_config lines. The target's own user and port win over flags that are for all targets.
fn options(target: &SshHost, settings: &Settings) -> Vec<String> {
    let quoted = |keyword: &str, value: &str| {
        format!("{keyword} \"{}\"", value.replace('\\', "\\\\").replace('"', "\\\"").replace(['\n', '\r'], " "))
    };
    let mut lines = Vec::new();
    if let Some(user) = target.user.as_ref().or(settings.user.as_ref()) {
        lines.push(quoted("User", user));
    }
    if let Some(port) = target.port.or(settings.port) {
        lines.push(format!("Port {port}"));
    }
    lines.extend(settings.identity_files.iter().map(|f| quoted("IdentityFile", &f.to_string_lossy())));
    lines.extend(settings.jump.iter().map(|jump| quoted("ProxyJump", jump)));
    lines.extend(settings.options.iter().map(|option| option.replace(['\n', '\r'], " ")));
    lines
}

fn config_files(settings: &Settings) -> Result<Vec<File>, ConnectError> {
    if let Some(path) = &settings.config_file {
        if path.as_os_str() == "none" {
            return Ok(vec![]);
        }
        let text = read_text(path).map_err(|source| ConnectError::File { path: path.clone(), source })?;
        return Ok(vec![File { name: path.display().to_string(), text, user: true }]);
    }
    let mut files = Vec::new();
    let user = settings.local_user.home.join(".ssh/config");
    for (path, user) in [(user, true), (PathBuf::from("/etc/ssh/ssh_config"), false)] {
        match read_text(&path) {
            Ok(text) => files.push(File { name: path.display().to_string(), text, user }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(source) => return Err(ConnectError::File { path, source }),
        }
    }
    Ok(files)
}

/// The files of an `Include`, in the order of their names. Only the last part of the name may have wildcards.
fn included(pattern: &str, user: bool, local: &LocalUser) -> Vec<File> {
    let path = match pattern.strip_prefix("~/") {
        Some(rest) => local.home.join(rest),
        None if user => local.home.join(".ssh").join(pattern),
        None => Path::new("/etc/ssh").join(pattern),
    };
    let (Some(directory), Some(name)) = (path.parent(), path.file_name().and_then(|n| n.to_str())) else {
        return vec![];
    };
    let mut paths = vec![path.clone()];
    if name.contains(['*', '?']) {
        let entries = std::fs::read_dir(directory).into_iter().flatten().flatten();
        let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
        let hidden = name.starts_with('.');
        let mut names: Vec<_> =
            names.filter(|n| config::pattern::matches(n, name) && (hidden || !n.starts_with('.'))).collect();
        names.sort();
        paths = names.iter().map(|n| directory.join(n)).collect();
    }
    let read = |path: PathBuf| Some(File { name: path.display().to_string(), text: read_text(&path).ok()?, user });
    paths.into_iter().filter_map(read).collect()
}

/// Reads a text file of at most [`MAX_TEXT_FILE`] bytes; bytes that are no UTF-8 are replaced.
pub(super) fn read_text(path: &Path) -> io::Result<String> {
    let mut bytes = Vec::new();
    std::fs::File::open(path)?.take(MAX_TEXT_FILE + 1).read_to_end(&mut bytes)?;
    if u64::try_from(bytes.len()).is_ok_and(|len| len > MAX_TEXT_FILE) {
        return Err(io::Error::other(format!("the file is larger than {MAX_TEXT_FILE} bytes")));
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

impl Destination {
    /// Expands a file name of ssh_config. Relative names are of the current directory, as with ssh.
    pub(super) fn path(&self, value: &str) -> Result<PathBuf, ConnectError> {
        Ok(PathBuf::from(self.tokens.path(value, &|name| std::env::var(name).ok())?))
    }

    /// The files that list known hosts: the user's, then the system's.
    pub(super) fn known_hosts_files(&self) -> Result<(Vec<PathBuf>, Vec<PathBuf>), ConnectError> {
        let expand = |names: &Option<Vec<String>>, default: [String; 2]| {
            let names = names.clone().unwrap_or_else(|| default.into());
            names
                .iter()
                .filter(|n| !n.eq_ignore_ascii_case("none"))
                .map(|n| self.path(n))
                .collect::<Result<Vec<_>, _>>()
        };
        let user = ["~/.ssh/known_hosts", "~/.ssh/known_hosts2"].map(str::to_owned);
        let global = ["/etc/ssh/ssh_known_hosts", "/etc/ssh/ssh_known_hosts2"].map(str::to_owned);
        Ok((expand(&self.config.user_known_hosts_files, user)?, expand(&self.config.global_known_hosts_files, global)?))
    }

    /// The file of RevokedHostKeys.
    pub(super) fn revoked_host_keys(&self) -> Result<Option<PathBuf>, ConnectError> {
        let name = self.config.revoked_host_keys.as_deref().filter(|name| !name.eq_ignore_ascii_case("none"));
        name.map(|name| self.path(name)).transpose()
    }

    /// The key files to try. Without any in ssh_config, those that ssh tries.
    pub(super) fn identity_files(&self) -> Result<Vec<PathBuf>, ConnectError> {
        if self.config.identity_files.is_empty() {
            return Ok(["id_rsa", "id_ecdsa", "id_ed25519"].iter().map(|n| self.home.join(".ssh").join(n)).collect());
        }
        let names = self.config.identity_files.iter().filter(|n| !n.eq_ignore_ascii_case("none"));
        names.map(|n| self.path(n)).collect()
    }

    /// The name under which the host's key is listed.
    pub(super) fn known_hosts_name(&self) -> String {
        match &self.config.host_key_alias {
            Some(alias) => alias.to_ascii_lowercase(),
            None => super::known_hosts::host_name(&self.host, self.port),
        }
    }

    /// The limit for connecting, key exchange and login.
    pub(super) fn connect_timeout(&self, settings: &Settings) -> Duration {
        let configured = self.config.connect_timeout.map(|s| Duration::from_secs(s.into()));
        settings.connect_timeout.or(configured).filter(|t| !t.is_zero()).unwrap_or(CONNECT_TIMEOUT)
    }

    /// The shell command that makes the connection, if there is one.
    pub(super) fn proxy_command(&self) -> Result<Option<String>, ConnectError> {
        match &self.config.proxy {
            Some(Proxy::Command(command)) if !command.eq_ignore_ascii_case("none") => {
                Ok(Some(self.tokens.percent(command)?))
            }
            _ => Ok(None),
        }
    }

    /// Environment variables to send: those of SendEnv that are set here, then SetEnv, then `own`; later ones win.
    pub(super) fn environment(&self, own: &[(String, String)]) -> Vec<(String, String)> {
        let sent = std::env::vars_os().filter_map(|(n, v)| Some((n.into_string().ok()?, v.into_string().ok()?)));
        let listed = |name: &str| self.config.send_env.iter().any(|p| config::pattern::matches(name, p));
        let mut out: Vec<(String, String)> = Vec::new();
        let set = self.config.set_env.iter().flatten().cloned();
        for (name, value) in sent.filter(|(name, _)| listed(name)).chain(set).chain(own.iter().cloned()) {
            out.retain(|(n, _)| *n != name);
            out.push((name, value));
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::{included, route};
    use crate::ssh::{ConnectError, LocalUser, Nobody, Settings};
    use std::fs;
    use std::path::Path;
    use std::sync::Arc;

    fn user(home: &Path) -> LocalUser {
        LocalUser { name: "alice".into(), uid: 1000, home: home.to_owned() }
    }

    fn settings(home: &Path, config: &str) -> Settings {
        fs::create_dir_all(home.join(".ssh/conf.d")).unwrap();
        fs::write(home.join(".ssh/config"), config).unwrap();
        Settings { local_user: user(home), ..Settings::new(Arc::new(Nobody)) }
    }

    #[test]
    fn includes_are_found_in_order() {
        let dir = tempfile::tempdir().unwrap();
        let home = dir.path();
        settings(home, "");
        for name in ["b.conf", "a.conf", ".hidden.conf", "other"] {
            fs::write(home.join(".ssh/conf.d").join(name), name).unwrap();
        }
        let names = |pattern: &str| -> Vec<String> {
            included(pattern, true, &user(home)).into_iter().map(|f| f.text).collect()
        };
        assert_eq!(names("conf.d/*.conf"), ["a.conf", "b.conf"]);
        assert_eq!(names("~/.ssh/conf.d/othe?"), ["other"]);
        assert_eq!(names(&home.join(".ssh/conf.d/b.conf").to_string_lossy()), ["b.conf"]);
        assert!(names("conf.d/missing").is_empty() && names("no/such/*").is_empty());
    }

    #[test]
    fn the_target_wins_over_flags_and_flags_over_files() {
        let dir = tempfile::tempdir().unwrap();
        let mut settings =
            settings(dir.path(), "Host web\n HostName WEB.example\n User file\n Port 1\n IdentityFile ~/k_%h_%r\n");
        let one = |target: &str, settings: &Settings| {
            let route = route(&target.parse().unwrap(), settings).unwrap();
            let [only] = route.as_slice() else { panic!("{route:?}") };
            only.clone()
        };
        let plain = one("web", &settings);
        assert_eq!((plain.host.as_str(), plain.port, plain.user.as_str()), ("web.example", 1, "file"));
        assert_eq!(plain.identity_files().unwrap(), [dir.path().join("k_web.example_file")]);
        assert_eq!(plain.known_hosts_name(), "[web.example]:1");
        settings.user = Some("flag \"x".into());
        settings.port = Some(2);
        settings.identity_files = vec!["/k/own".into()];
        let flagged = one("web", &settings);
        assert_eq!((flagged.port, flagged.user.as_str()), (2, "flag \"x"));
        assert_eq!(flagged.identity_files().unwrap()[0], Path::new("/k/own"));
        let own = one("bob@web:3", &settings);
        assert_eq!((own.port, own.user.as_str()), (3, "bob"));
    }

    #[test]
    fn jumps_are_laid_out_nearest_first_without_the_flags_of_the_target() {
        let dir = tempfile::tempdir().unwrap();
        let mut settings =
            settings(dir.path(), "Host b\n ProxyJump a\nHost c\n ProxyJump x@b:7,d\nHost e\n ProxyJump none\n");
        settings.user = Some("flag".into());
        let names = |target: &str| -> Vec<String> {
            let route = route(&target.parse().unwrap(), &settings).unwrap();
            route.iter().map(|d| format!("{}@{}:{}", d.user, d.host, d.port)).collect()
        };
        assert_eq!(names("c"), ["alice@a:22", "x@b:7", "alice@d:22", "flag@c:22"]);
        assert_eq!(names("e"), ["flag@e:22"]);
        let bad = Settings { jump: Some("-oProxyCommand=x".into()), ..settings.clone() };
        assert!(matches!(route(&"e".parse().unwrap(), &bad), Err(ConnectError::Handshake { .. })));
    }
}
