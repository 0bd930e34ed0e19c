//! The built-in SSH client: one connection per link, through jump hosts if need be.

mod events;
mod proxy;
mod stream;

use std::borrow::Cow;
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use ::russh::client::{self, Handle};
use ::russh::keys::Algorithm;
use ::russh::{Channel, ChannelMsg, Preferred, cipher, compression};
use tokio::io::{self, AsyncRead, AsyncWrite};
use tokio::net::{TcpSocket, TcpStream};

use super::config::AddressFamily;
use super::destination::{Destination, route};
use super::host_key::HostKeyCheck;
use super::prompt::Asker;
use super::{ConnectError, Link, Settings, auth, peer_text};
use crate::limits::{CHANNEL_PACKET, CHANNEL_WINDOW, KEEPALIVE_INTERVAL, KEEPALIVE_MAX};
use crate::target::SshHost;

pub(super) use events::{Events, Lost};

/// Messages that the library holds per channel before it stops reading the connection.
const CHANNEL_MESSAGES: usize = 32;

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// The connections under a link, nearest host first, and the channel's is the last. Dropping them ends them.
pub(super) struct Connection {
    _handles: Vec<Handle<Events>>,
}

/// Connects through all hosts of the route and opens the subsystem at the last one.
pub(super) async fn connect(host: &SshHost, settings: &Settings) -> Result<Link, ConnectError> {
    let asker = Asker::new(Arc::clone(&settings.prompt));
    let route = route(host, settings)?;
    let mut handles: Vec<Handle<Events>> = Vec::new();
    let mut lost = Lost::default();
    let count = route.len();
    for (index, destination) in route.iter().enumerate() {
        let is_last = index + 1 == count;
        let mut stage = Stage { destination, settings, asker: &asker, limit: destination.connect_timeout(settings) };
        match stage.log_in(handles.last()).await {
            Ok((handle, slot)) => {
                handles.push(handle);
                lost = slot;
            }
            Err(error) if is_last => return Err(error),
            Err(error) => return Err(ConnectError::Jump(Box::new(error))),
        }
    }
    let (Some(destination), Some(handle)) = (route.last(), handles.last()) else {
        return Err(ConnectError::JumpLoop { host: host.host.clone() });
    };
    let stage = Stage { destination, settings, asker: &asker, limit: destination.connect_timeout(settings) };
    let channel = stage.subsystem(handle).await?;
    Ok(stream::link(channel, Connection { _handles: handles }, &host.to_string(), &settings.subsystem, lost))
}

/// The way to one host of the route.
struct Stage<'a> {
    destination: &'a Destination,
    settings: &'a Settings,
    asker: &'a Asker,
    limit: Duration,
}

impl Stage<'_> {
    async fn within<T>(
        &self,
        stage: &'static str,
        work: impl Future<Output = Result<T, ConnectError>>,
    ) -> Result<T, ConnectError> {
        match self.asker.within(self.limit, work).await {
            Some(result) => result,
            None => Err(ConnectError::Timeout { host: self.destination.host.clone(), stage, limit: self.limit }),
        }
    }

    async fn log_in(&mut self, through: Option<&Handle<Events>>) -> Result<(Handle<Events>, Lost), ConnectError> {
        let Destination { host, port, user, .. } = self.destination;
        tracing::info!(host, port, jump = through.is_some(), "Connecting");
        let stream = self.within("connecting", self.stream(through)).await?;
        let check = HostKeyCheck::new(self.destination, self.asker)?;
        let config = Arc::new(self.config(&check));
        let lost = Lost::default();
        let events = Events { check, host: self.destination.host.clone(), lost: lost.clone() };
        let exchange = async {
            client::connect_stream(config, stream, events).await.map_err(|e| e.into_connect(&self.destination.host))
        };
        let mut handle = self.within("key exchange", exchange).await?;
        let login = auth::login(&mut handle, self.destination, self.settings, self.asker, &lost);
        self.within("login", login).await?;
        tracing::info!(user, host, "Logged in");
        Ok((handle, lost))
    }

    /// What carries the connection: TCP, a ProxyCommand, or a channel of the jump host before.
    async fn stream(&self, through: Option<&Handle<Events>>) -> Result<Box<dyn Stream>, ConnectError> {
        if let Some(jump) = through {
            let (host, port) = (self.destination.host.clone(), self.destination.port);
            let opened = jump.channel_open_direct_tcpip(host, port.into(), "127.0.0.1", 0).await;
            let channel = opened.map_err(|error| {
                let reason = format!("the jump host cannot reach it: {}", peer_text(&error.to_string()));
                ConnectError::Channel { host: self.destination.host.clone(), reason }
            })?;
            return Ok(Box::new(channel.into_stream()));
        }
        match self.destination.proxy_command()? {
            Some(command) => Ok(Box::new(proxy::start(&command)?)),
            None => Ok(Box::new(self.tcp().await?)),
        }
    }

    async fn tcp(&self) -> Result<TcpStream, ConnectError> {
        let (host, port) = (self.destination.host.as_str(), self.destination.port);
        let resolve = |source| ConnectError::Resolve { host: host.to_owned(), source };
        let family = self.destination.config.address_family.unwrap_or_default();
        let wanted = |address: &SocketAddr| match family {
            AddressFamily::Any => true,
            AddressFamily::Inet => address.is_ipv4(),
            AddressFamily::Inet6 => address.is_ipv6(),
        };
        let addresses: Vec<SocketAddr> =
            tokio::net::lookup_host((host, port)).await.map_err(resolve)?.filter(wanted).collect();
        let mut last = io::Error::new(io::ErrorKind::NotFound, "it has no address of the wanted family");
        for address in &addresses {
            match self.tcp_to(*address).await {
                Ok(stream) => return Ok(stream),
                Err(error) => last = error,
            }
        }
        if addresses.is_empty() {
            return Err(resolve(last));
        }
        Err(ConnectError::Connect { host: host.to_owned(), port, source: last })
    }

    async fn tcp_to(&self, address: SocketAddr) -> io::Result<TcpStream> {
        let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
        if let Some(bind) = &self.destination.config.bind_address {
            let bind = bind.parse().map_err(|e| io::Error::new(io::ErrorKind::InvalidInput, e))?;
            socket.bind(SocketAddr::new(bind, 0))?;
        }
        socket.set_keepalive(self.destination.config.tcp_keep_alive.unwrap_or(true))?;
        // Without this, every small packet waits for the acknowledgement of the one before it: 40 ms.
        socket.set_nodelay(true)?;
        socket.connect(address).await
    }

    fn config(&self, check: &HostKeyCheck) -> client::Config {
        let ours = &self.destination.config;
        let interval = ours.server_alive_interval.map_or(KEEPALIVE_INTERVAL, |s| Duration::from_secs(s.into()));
        let count = ours.server_alive_count_max.and_then(|c| usize::try_from(c).ok()).unwrap_or(KEEPALIVE_MAX);
        client::Config {
            window_size: CHANNEL_WINDOW,
            maximum_packet_size: CHANNEL_PACKET,
            channel_buffer_size: CHANNEL_MESSAGES,
            inactivity_timeout: None,
            keepalive_interval: Some(interval).filter(|i| !i.is_zero()),
            keepalive_max: count,
            preferred: preferred(check, ours.compression.unwrap_or(false)),
            nodelay: true,
            ..client::Config::default()
        }
    }

    /// Opens a session channel and starts the subsystem. The variables go without waiting for answers, which
    /// saves a round trip each. One of ssh_config that the server does not accept is not an error, as for ssh; one
    /// that was asked for is.
    async fn subsystem(&self, handle: &Handle<Events>) -> Result<Channel<client::Msg>, ConnectError> {
        self.within("starting the subsystem", async {
            let host = || self.destination.host.clone();
            let opened = handle.channel_open_session().await;
            let mut channel = opened
                .map_err(|error| ConnectError::Channel { host: host(), reason: peer_text(&error.to_string()) })?;
            let closed = |error: ::russh::Error| ConnectError::Closed { host: host(), message: error.to_string() };
            let mut asked = VecDeque::new();
            for (name, value) in self.destination.environment(&self.settings.env) {
                let is_own = self.settings.env.iter().any(|(own, _)| *own == name);
                asked.extend(is_own.then(|| name.clone()));
                channel.set_env(is_own, name, value).await.map_err(closed)?;
            }
            let name = self.settings.subsystem.clone();
            channel.request_subsystem(true, name.as_str()).await.map_err(closed)?;
            loop {
                // The answers come in the order of the requests, that to the subsystem last.
                match channel.wait().await {
                    Some(ChannelMsg::Success) if asked.pop_front().is_none() => return Ok(channel),
                    Some(ChannelMsg::Success | ChannelMsg::WindowAdjusted { .. }) => {}
                    Some(ChannelMsg::Failure) => {
                        return Err(match asked.pop_front() {
                            Some(variable) => ConnectError::Variable { host: host(), variable },
                            None => ConnectError::Subsystem { host: host(), name },
                        });
                    }
                    _ => return Err(closed(::russh::Error::Disconnect)),
                }
            }
        })
        .await
    }
}

/// Known key types first, as ssh does, and ciphers by what the processor does in hardware.
fn preferred(check: &HostKeyCheck, compress: bool) -> Preferred {
    let default = Preferred::default();
    let same = |a: &Algorithm, b: &Algorithm| match (a, b) {
        (Algorithm::Rsa { .. }, Algorithm::Rsa { .. }) => true,
        _ => a == b,
    };
    let known = check.known_algorithms();
    let mut key: Vec<Algorithm> = default.key.to_vec();
    key.sort_by_key(|offered| !known.iter().any(|k| same(k, offered)));
    let mut ciphers = default.cipher.to_vec();
    if has_aes_instructions() {
        ciphers.sort_by_key(|name| *name != cipher::AES_256_GCM);
    }
    let compression =
        if compress { vec![compression::ZLIB_LEGACY, compression::NONE] } else { vec![compression::NONE] };
    Preferred {
        host_key_certificates: if check.wants_certificate() { Cow::Owned(key.clone()) } else { Cow::Borrowed(&[]) },
        key: Cow::Owned(key),
        cipher: Cow::Owned(ciphers),
        compression: Cow::Owned(compression),
        ..default
    }
}

fn has_aes_instructions() -> bool {
    #[cfg(target_arch = "x86_64")]
    return std::arch::is_x86_feature_detected!("aes");
    #[cfg(target_arch = "aarch64")]
    return std::arch::is_aarch64_feature_detected!("aes");
    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    return false;
}
