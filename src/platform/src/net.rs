//! Connections to other machines, as the operating system has them.

use std::{
    io,
    net::{IpAddr, SocketAddr},
    time::Duration,
};

/// Asks whether what is waited for is still wanted.
pub type GoesOn<'g> = &'g dyn Fn() -> bool;

/// Where a connection leads.
#[derive(Clone, Debug)]
pub enum Peer {
    /// An address and a port.
    Address(SocketAddr),
    /// A socket in the file system.
    Path(String),
}

/// What an answer to an echo request says.
#[derive(Clone, Copy, Debug)]
pub struct Echo {
    /// Who answered.
    pub from: IpAddr,
    /// How long it took.
    pub took: Duration,
    /// How many bytes came back.
    pub size: usize,
}

/// A stream of bytes to and from another process.
pub trait Connection: Send {
    /// Reads what has come; no bytes are the end.
    ///
    /// # Errors
    /// `TimedOut` or `WouldBlock` if nothing comes in time, or as the operating system reports them.
    fn read(&mut self, buffer: &mut [u8], wait: Duration) -> io::Result<usize>;

    /// Writes some of the bytes.
    ///
    /// # Errors
    /// As [`Connection::read`].
    fn write(&mut self, bytes: &[u8], wait: Duration) -> io::Result<usize>;

    /// Says that no more will be written.
    fn finish(&mut self);

    /// The addresses of the two ends, ours first.
    fn ends(&self) -> Option<(SocketAddr, SocketAddr)>;

    /// How many bytes can be read without waiting.
    fn available(&self) -> usize;
}

/// The network.
pub trait Network: Send + Sync {
    /// The addresses of a host.
    ///
    /// # Errors
    /// `NotFound` if it is not known; `Interrupted` if it is not wanted any more.
    fn resolve(&self, host: &str, goes_on: GoesOn<'_>) -> io::Result<Vec<IpAddr>>;

    /// The name of a host.
    fn name_of(&self, address: IpAddr) -> Option<String>;

    /// Opens a connection.
    ///
    /// # Errors
    /// `TimedOut`, `Interrupted`, or as the operating system reports them.
    fn connect(&self, to: &Peer, wait: Option<Duration>, goes_on: GoesOn<'_>) -> io::Result<Box<dyn Connection>>;

    /// Puts TLS over a connection; `is_checked` says whether the certificate of the host has to be valid.
    ///
    /// # Errors
    /// `InvalidData` if the peers do not understand or trust each other; as [`Connection::read`].
    fn secure(
        &self,
        below: Box<dyn Connection>,
        host: &str,
        is_checked: bool,
        wait: Duration,
        goes_on: GoesOn<'_>,
    ) -> io::Result<Box<dyn Connection>>;

    /// Sends an echo request and waits for the answer.
    ///
    /// # Errors
    /// `TimedOut`, `Interrupted`, `PermissionDenied` where programs may not do this, or as the operating system reports.
    fn ping(&self, to: IpAddr, size: usize, hops: u8, wait: Duration, goes_on: GoesOn<'_>) -> io::Result<Echo>;
}
