//! Sockets and TLS.

use std::{
    io::{self, Read, Write},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, Shutdown, SocketAddr, TcpStream, ToSocketAddrs},
    os::{fd::OwnedFd, unix::net::UnixStream},
    sync::{Arc, LazyLock, mpsc},
    thread,
    time::{Duration, Instant},
};

use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    io::Errno,
    net as sockets,
};
use rustls::{
    ClientConfig, ClientConnection, DigitallySignedStruct, RootCertStore, SignatureScheme,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    crypto::{CryptoProvider, aws_lc_rs, verify_tls12_signature, verify_tls13_signature},
    pki_types::{CertificateDer, ServerName, UnixTime},
};

use super::{Connection, Echo, GoesOn, Network, Peer, Unix};

/// How long nothing may happen before somebody is asked whether it is still wanted.
const PAUSE: Duration = Duration::from_millis(50);

fn not_wanted() -> io::Error {
    io::ErrorKind::Interrupted.into()
}

/// Does what may take long in a thread; it is left alone when its result is not wanted any more.
fn beside<T: Send + 'static>(
    goes_on: GoesOn<'_>,
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    let (done, result) = mpsc::channel();
    thread::Builder::new().spawn(move || {
        let _ = done.send(work());
    })?;
    loop {
        match result.recv_timeout(PAUSE) {
            Ok(result) => return result,
            Err(mpsc::RecvTimeoutError::Timeout) if goes_on() => {}
            Err(_) => return Err(not_wanted()),
        }
    }
}

fn is_pause(failure: &io::Error) -> bool {
    matches!(failure.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut)
}

/// Sockets take no time of zero.
fn at_least(wait: Duration) -> Duration {
    wait.max(Duration::from_millis(1))
}

macro_rules! connection {
    ($(#[$doc:meta])* $name:ident($socket:ty), $ends:expr) => {
        $(#[$doc])*
        struct $name($socket);

        impl Connection for $name {
            fn read(&mut self, buffer: &mut [u8], wait: Duration) -> io::Result<usize> {
                self.0.set_read_timeout(Some(at_least(wait)))?;
                self.0.read(buffer)
            }

            fn write(&mut self, bytes: &[u8], wait: Duration) -> io::Result<usize> {
                self.0.set_write_timeout(Some(at_least(wait)))?;
                self.0.write(bytes)
            }

            fn finish(&mut self) {
                let _ = self.0.shutdown(Shutdown::Write);
            }

            fn ends(&self) -> Option<(SocketAddr, SocketAddr)> {
                let ends: fn(&$socket) -> Option<(SocketAddr, SocketAddr)> = $ends;
                ends(&self.0)
            }

            fn available(&self) -> usize {
                rustix::io::ioctl_fionread(&self.0).ok().and_then(|count| usize::try_from(count).ok()).unwrap_or(0)
            }
        }
    };
}

connection!(
    /// A connection over TCP.
    Tcp(TcpStream),
    |socket| Some((socket.local_addr().ok()?, socket.peer_addr().ok()?))
);

connection!(
    /// A connection over a socket in the file system.
    Local(UnixStream),
    |_| None
);

/// A connection below TLS, with the time that one step may take.
struct Below<'b>(&'b mut dyn Connection, Duration);

impl Read for Below<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer, self.1)
    }
}

impl Write for Below<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes, self.1)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// TLS over a connection.
struct Tls {
    session: ClientConnection,
    below: Box<dyn Connection>,
}

impl Connection for Tls {
    fn read(&mut self, buffer: &mut [u8], wait: Duration) -> io::Result<usize> {
        let mut below = Below(&mut *self.below, wait);
        match rustls::Stream::new(&mut self.session, &mut below).read(buffer) {
            // Many peers close the connection without saying so first; the length of what they send is known otherwise.
            Err(failure) if failure.kind() == io::ErrorKind::UnexpectedEof => Ok(0),
            other => other,
        }
    }

    fn write(&mut self, bytes: &[u8], wait: Duration) -> io::Result<usize> {
        let mut below = Below(&mut *self.below, wait);
        rustls::Stream::new(&mut self.session, &mut below).write(bytes)
    }

    fn finish(&mut self) {
        self.session.send_close_notify();
        let _ = self.session.complete_io(&mut Below(&mut *self.below, PAUSE));
        self.below.finish();
    }

    fn ends(&self) -> Option<(SocketAddr, SocketAddr)> {
        self.below.ends()
    }

    fn available(&self) -> usize {
        self.below.available()
    }
}

/// Trusts every certificate, and still sees that its owner speaks.
#[derive(Debug)]
struct Unchecked(Arc<CryptoProvider>);

impl ServerCertVerifier for Unchecked {
    fn verify_server_cert(
        &self,
        _certificate: &CertificateDer<'_>,
        _chain: &[CertificateDer<'_>],
        _host: &ServerName<'_>,
        _ocsp: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signature, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signature, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

fn config(is_checked: bool) -> Result<Arc<ClientConfig>, rustls::Error> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(provider.clone()).with_safe_default_protocol_versions()?;
    let config = if is_checked {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        builder.with_root_certificates(roots).with_no_client_auth()
    } else {
        builder.dangerous().with_custom_certificate_verifier(Arc::new(Unchecked(provider))).with_no_client_auth()
    };
    Ok(Arc::new(config))
}

/// What checks certificates against those that the machine trusts; they are read once.
static CHECKED: LazyLock<Result<Arc<ClientConfig>, rustls::Error>> = LazyLock::new(|| config(true));

fn bad(failure: impl std::error::Error + Send + Sync + 'static) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, failure)
}

/// Opens a connection over TCP, asking every now and then whether it is still wanted.
fn open(to: SocketAddr, wait: Option<Duration>, goes_on: GoesOn<'_>) -> io::Result<TcpStream> {
    let family = if to.is_ipv4() { sockets::AddressFamily::INET } else { sockets::AddressFamily::INET6 };
    let flags = sockets::SocketFlags::NONBLOCK | sockets::SocketFlags::CLOEXEC;
    let socket = sockets::socket_with(family, sockets::SocketType::STREAM, flags, None)?;
    match sockets::connect(&socket, &to) {
        Ok(()) => {}
        Err(Errno::INPROGRESS | Errno::INTR) => opened(&socket, wait, goes_on)?,
        Err(failure) => return Err(failure.into()),
    }
    let stream = TcpStream::from(socket);
    stream.set_nonblocking(false)?;
    Ok(stream)
}

/// Waits until a socket is connected.
fn opened(socket: &OwnedFd, wait: Option<Duration>, goes_on: GoesOn<'_>) -> io::Result<()> {
    let start = Instant::now();
    loop {
        let left = wait.map_or(PAUSE, |wait| wait.saturating_sub(start.elapsed()).min(PAUSE));
        let mut waiting = [PollFd::new(socket, PollFlags::OUT)];
        match poll(&mut waiting, Some(&Timespec::try_from(at_least(left)).map_err(io::Error::other)?)) {
            Ok(0) | Err(Errno::INTR) => {}
            Ok(_) => return Ok(sockets::sockopt::socket_error(socket)??),
            Err(failure) => return Err(failure.into()),
        }
        if !goes_on() {
            return Err(not_wanted());
        }
        if wait.is_some_and(|wait| start.elapsed() >= wait) {
            return Err(io::ErrorKind::TimedOut.into());
        }
    }
}

impl Network for Unix {
    fn resolve(&self, host: &str, goes_on: GoesOn<'_>) -> io::Result<Vec<IpAddr>> {
        if let Ok(address) = host.parse() {
            return Ok(vec![address]);
        }
        let name = host.to_owned();
        let found = beside(goes_on, move || {
            let mut addresses: Vec<IpAddr> = Vec::new();
            let found = (name.as_str(), 0).to_socket_addrs().map_err(|_| io::Error::from(io::ErrorKind::NotFound))?;
            for address in found.map(|found| found.ip()) {
                if !addresses.contains(&address) {
                    addresses.push(address);
                }
            }
            Ok(addresses)
        })?;
        if found.is_empty() { Err(io::ErrorKind::NotFound.into()) } else { Ok(found) }
    }

    fn name_of(&self, address: IpAddr) -> Option<String> {
        let hosts = std::fs::read_to_string("/etc/hosts").unwrap_or_default();
        let lines = hosts.lines().map(|line| line.split('#').next().unwrap_or(""));
        let mut words = lines.map(str::split_whitespace);
        words.find_map(|mut words| (words.next()?.parse() == Ok(address)).then(|| words.next().map(str::to_owned))?)
    }

    fn connect(&self, to: &Peer, wait: Option<Duration>, goes_on: GoesOn<'_>) -> io::Result<Box<dyn Connection>> {
        match to.clone() {
            Peer::Address(address) => {
                let stream = open(address, wait, goes_on)?;
                stream.set_nodelay(true)?;
                Ok(Box::new(Tcp(stream)))
            }
            Peer::Path(path) => Ok(Box::new(Local(UnixStream::connect(path)?))),
        }
    }

    fn secure(
        &self,
        mut below: Box<dyn Connection>,
        host: &str,
        is_checked: bool,
        wait: Duration,
        goes_on: GoesOn<'_>,
    ) -> io::Result<Box<dyn Connection>> {
        let name = ServerName::try_from(host.trim_matches(['[', ']']).to_owned()).map_err(bad)?;
        let config = if is_checked { CHECKED.clone() } else { config(false) };
        let mut session = config.and_then(|config| ClientConnection::new(config, name)).map_err(bad)?;
        let start = Instant::now();
        while session.is_handshaking() {
            match session.complete_io(&mut Below(&mut *below, PAUSE)) {
                Ok(_) => {}
                Err(failure) if is_pause(&failure) => {
                    if !goes_on() {
                        return Err(not_wanted());
                    }
                    if start.elapsed() >= wait {
                        return Err(io::ErrorKind::TimedOut.into());
                    }
                }
                Err(failure) => return Err(failure),
            }
        }
        Ok(Box::new(Tls { session, below }))
    }

    fn ping(&self, to: IpAddr, size: usize, hops: u8, wait: Duration, goes_on: GoesOn<'_>) -> io::Result<Echo> {
        const ECHO_V4: u8 = 8;
        const ECHO_V6: u8 = 128;
        const ANSWER_V4: u8 = 0;
        const ANSWER_V6: u8 = 129;
        let (family, protocol, kind, answer, any) = match to {
            IpAddr::V4(_) => {
                let any = IpAddr::from(Ipv4Addr::UNSPECIFIED);
                (sockets::AddressFamily::INET, sockets::ipproto::ICMP, ECHO_V4, ANSWER_V4, any)
            }
            IpAddr::V6(_) => {
                let any = IpAddr::from(Ipv6Addr::UNSPECIFIED);
                (sockets::AddressFamily::INET6, sockets::ipproto::ICMPV6, ECHO_V6, ANSWER_V6, any)
            }
        };
        // Where programs may not send echo requests, the superuser may still send what he likes.
        let (socket, is_raw) = match sockets::socket(family, sockets::SocketType::DGRAM, Some(protocol)) {
            Err(Errno::ACCESS | Errno::PERM) => {
                (sockets::socket(family, sockets::SocketType::RAW, Some(protocol))?, true)
            }
            socket => (socket?, false),
        };
        sockets::bind(&socket, &SocketAddr::new(any, 0))?;
        match to {
            IpAddr::V4(_) => sockets::sockopt::set_ip_ttl(&socket, u32::from(hops))?,
            IpAddr::V6(_) => sockets::sockopt::set_ipv6_unicast_hops(&socket, Some(hops))?,
        }
        sockets::sockopt::set_socket_timeout(&socket, sockets::sockopt::Timeout::Recv, Some(PAUSE))?;
        // Type, code, checksum and identifier, which the system fills in, and the number of the request.
        let [_, _, high, low] = std::process::id().to_be_bytes();
        let mut packet = vec![kind, 0, 0, 0, high, low, 0, 1];
        packet.extend((b'a'..=b'w').cycle().take(size));
        if family == sockets::AddressFamily::INET {
            let sum = checksum(&packet);
            packet.splice(2..4, sum.to_be_bytes());
        }
        let start = Instant::now();
        sockets::sendto(&socket, &packet, sockets::SendFlags::empty(), &SocketAddr::new(to, 0))?;
        let mut buffer = vec![0; packet.len().saturating_add(64)];
        loop {
            match sockets::recvfrom(&socket, buffer.as_mut_slice(), sockets::RecvFlags::empty()) {
                Ok((count, _, from)) => {
                    let length = if is_raw { head_length(&buffer, to) } else { 0 };
                    let answered = buffer.get(length..count).unwrap_or(&[]);
                    let is_ours = !is_raw || answered.get(4..6) == Some(&[high, low]);
                    if answered.first() == Some(&answer) && is_ours {
                        let from = from.and_then(|from| SocketAddr::try_from(from).ok()).map_or(to, |from| from.ip());
                        return Ok(Echo { from, took: start.elapsed(), size: answered.len().saturating_sub(8) });
                    }
                }
                Err(failure) if failure != Errno::AGAIN => return Err(failure.into()),
                _ => {}
            }
            if !goes_on() {
                return Err(not_wanted());
            }
            if start.elapsed() >= wait {
                return Err(io::ErrorKind::TimedOut.into());
            }
        }
    }
}

/// How long the head of the packet is that a raw socket gives.
fn head_length(packet: &[u8], from: IpAddr) -> usize {
    match (from, packet.first()) {
        (IpAddr::V4(_), Some(first)) => usize::from(first & 15).saturating_mul(4),
        _ => 0,
    }
}

/// The checksum of the Internet protocols (RFC 1071).
fn checksum(packet: &[u8]) -> u16 {
    let mut sum = 0_u32;
    for pair in packet.chunks(2) {
        let high = pair.first().copied().unwrap_or(0);
        let low = pair.get(1).copied().unwrap_or(0);
        sum = sum.saturating_add(u32::from(u16::from_be_bytes([high, low])));
    }
    while sum > 0xffff {
        sum = (sum & 0xffff).saturating_add(sum.wrapping_shr(16));
    }
    !u16::try_from(sum).unwrap_or(0)
}
