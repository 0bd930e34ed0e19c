//! Who is at the other end of a socket.

use std::os::fd::AsFd;

/// Whether it is a process of this user. Nobody else is let in, the administrator included: the directory's mode keeps
/// others out already, and this does not depend on it.
pub(crate) fn is_own(stream: &impl AsFd) -> bool {
    rustix::net::sockopt::socket_peercred(stream).is_ok_and(|peer| peer.uid == rustix::process::geteuid())
}
