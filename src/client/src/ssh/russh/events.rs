//! What the SSH library reports about a connection, and what we answer.

use std::sync::{Arc, Mutex, PoisonError};

use russh::Channel;
use russh::client::{self, ChannelOpenHandle, DisconnectReason};
use russh::keys::PublicKeyOrCertificate;

use super::super::host_key::HostKeyCheck;
use super::super::{ConnectError, HostKeyError, peer_text};

/// Why a connection ended, told by the event handler to whom it concerns.
#[derive(Clone, Default)]
pub(super) struct Lost(Arc<Mutex<Option<String>>>);

impl Lost {
    fn set(&self, reason: String) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(reason);
    }

    pub(super) fn get(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Adds the server's reason for hanging up, where it gave one.
    pub(super) fn explain(&self, error: ConnectError) -> ConnectError {
        match (error, self.get()) {
            (ConnectError::Closed { host, message }, Some(reason)) => {
                ConnectError::Closed { host, message: format!("{message}: {reason}") }
            }
            (error, _) => error,
        }
    }
}

/// What the SSH library reports about a connection.
pub(in crate::ssh) struct Events {
    pub(super) check: HostKeyCheck,
    pub(super) host: String,
    pub(super) lost: Lost,
}

/// An error of the SSH library, or our refusal of a host key.
#[derive(Debug)]
pub(in crate::ssh) enum EventError {
    Ssh(russh::Error),
    HostKey(HostKeyError),
}

impl From<russh::Error> for EventError {
    fn from(error: russh::Error) -> Self {
        Self::Ssh(error)
    }
}

impl EventError {
    pub(super) fn into_connect(self, host: &str) -> ConnectError {
        let host = host.to_owned();
        match self {
            Self::HostKey(error) => error.into(),
            Self::Ssh(russh::Error::Disconnect | russh::Error::HUP) => {
                ConnectError::Closed { host, message: "it hung up during the key exchange".to_owned() }
            }
            Self::Ssh(russh::Error::IO(error)) => ConnectError::Closed { host, message: error.to_string() },
            Self::Ssh(error) => ConnectError::Handshake { host, message: peer_text(&error.to_string()) },
        }
    }
}

impl client::Handler for Events {
    type Error = EventError;

    async fn check_server_key(&mut self, key: &PublicKeyOrCertificate) -> Result<bool, EventError> {
        self.check.judge(key).await.map_err(EventError::HostKey)?;
        Ok(true)
    }

    async fn auth_banner(&mut self, banner: &str, _: &mut client::Session) -> Result<(), EventError> {
        tracing::info!(host = self.host, banner = peer_text(banner), "Banner");
        Ok(())
    }

    async fn disconnected(&mut self, reason: DisconnectReason<EventError>) -> Result<(), EventError> {
        match reason {
            DisconnectReason::ReceivedDisconnect(info) => {
                self.lost.set(peer_text(&info.message));
                Ok(())
            }
            DisconnectReason::Error(error) => {
                self.lost.set(match &error {
                    EventError::Ssh(error) => peer_text(&error.to_string()),
                    EventError::HostKey(error) => error.to_string(),
                });
                Err(error)
            }
        }
    }

    // The library accepts channels that the server opens; nothing here ever asks for one.
    async fn server_channel_open_forwarded_tcpip(
        &mut self,
        _: Channel<client::Msg>,
        _: &str,
        _: u32,
        _: &str,
        _: u32,
        refused: ChannelOpenHandle,
        _: &mut client::Session,
    ) -> Result<(), EventError> {
        drop(refused);
        Ok(())
    }

    async fn server_channel_open_forwarded_streamlocal(
        &mut self,
        _: Channel<client::Msg>,
        _: &str,
        refused: ChannelOpenHandle,
        _: &mut client::Session,
    ) -> Result<(), EventError> {
        drop(refused);
        Ok(())
    }

    async fn server_channel_open_agent_forward(
        &mut self,
        _: Channel<client::Msg>,
        refused: ChannelOpenHandle,
        _: &mut client::Session,
    ) -> Result<(), EventError> {
        drop(refused);
        Ok(())
    }

    async fn server_channel_open_session(
        &mut self,
        _: Channel<client::Msg>,
        refused: ChannelOpenHandle,
        _: &mut client::Session,
    ) -> Result<(), EventError> {
        drop(refused);
        Ok(())
    }

    async fn server_channel_open_direct_tcpip(
        &mut self,
        _: Channel<client::Msg>,
        _: &str,
        _: u32,
        _: &str,
        _: u32,
        refused: ChannelOpenHandle,
        _: &mut client::Session,
    ) -> Result<(), EventError> {
        drop(refused);
        Ok(())
    }

    async fn server_channel_open_direct_streamlocal(
        &mut self,
        _: Channel<client::Msg>,
        _: &str,
        refused: ChannelOpenHandle,
        _: &mut client::Session,
    ) -> Result<(), EventError> {
        drop(refused);
        Ok(())
    }

    async fn server_channel_open_x11(
        &mut self,
        _: Channel<client::Msg>,
        _: &str,
        _: u32,
        refused: ChannelOpenHandle,
        _: &mut client::Session,
    ) -> Result<(), EventError> {
        drop(refused);
        Ok(())
    }
}
