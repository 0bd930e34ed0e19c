//! First answers of servers: to questions that need no session, and those of servers that are something else.

use std::time::Duration;

use psrp_clixml::Version;
use psrp_proto::message::SessionCapability;
use psrp_proto::transport::ServerTransport;
use psrp_proto::{Channel, Destination, Limits, Message, Uuid};
use psrp_session::hello::{ClientHello, OpenVerb};
use psrp_session::question;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::*;
use crate::remote::wire::{Connection, Connector, OpenError, ask};
use crate::ssh::ConnectError;

/// A server that answers the first line with these bytes and then ends, or stays and is silent.
struct Canned {
    answer: Vec<u8>,
    stays: bool,
}

impl Connector for Canned {
    async fn connect(&mut self, _: bool) -> Result<Connection, ConnectError> {
        let (ours, mut theirs) = tokio::io::duplex(64 * 1024);
        let (answer, stays) = (self.answer.clone(), self.stays);
        tokio::spawn(async move {
            let mut first = Vec::new();
            while !first.ends_with(b"\n") {
                first.push(theirs.read_u8().await.unwrap());
            }
            assert!(ClientHello::peek(&first).unwrap().request().is_some());
            // In small pieces, as a network may deliver it.
            for piece in answer.chunks(7) {
                theirs.write_all(piece).await.unwrap();
            }
            if stays {
                std::future::pending::<()>().await;
            }
        });
        let (reader, writer) = tokio::io::split(ours);
        let ended = || ConnectError::Closed { host: "web1".to_owned(), message: "it ended".to_owned() };
        let why = Box::pin(async move { ended() });
        Ok(Connection { reader: Box::new(reader), writer: Box::new(writer), why })
    }
}

fn list() -> OpenRequest {
    OpenRequest::new(OpenVerb::List, AttachOptions::default())
}

async fn asked(answer: Vec<u8>, stays: bool) -> Result<bytes::Bytes, OpenError> {
    ask(Canned { answer, stays }, &list(), "lists of sessions").await
}

/// What a server without the stream answers.
fn stock() -> Vec<u8> {
    let capability = Message::SessionCapability(SessionCapability::new(Version::new(2, 3)));
    let mut transport = ServerTransport::new(Limits::default());
    transport.send(Channel::Session, &capability.to_raw(Destination::Client, Uuid::nil(), Uuid::nil()));
    transport.ack_data(Channel::Session);
    transport.take_output().to_vec()
}

#[test]
fn a_question_is_answered() {
    run(async {
        let reply = asked([question::accept(), question::sessions(&[])].concat(), true).await.unwrap();
        assert_eq!(question::read_sessions(&reply), Some(Vec::new()));
    });
}

#[test]
fn a_refusal_keeps_its_code_and_its_text() {
    run(async {
        let answer = [question::accept(), question::refused("not-found", "no session work on web1")].concat();
        let error = asked(answer, false).await.unwrap_err();
        assert!(matches!(&error, OpenError::Refused(refusal) if refusal.code == "not-found"), "{error}");
        assert_eq!(error.to_string(), "no session work on web1");
    });
}

#[test]
fn another_server_is_told_from_psrpd() {
    run(async {
        let error = asked(stock(), true).await.unwrap_err().to_string();
        assert!(error.contains("does not support lists of sessions") && error.contains("sshd_config"), "{error}");
    });
}

#[test]
fn what_is_no_server_is_named() {
    run(async {
        let error = |answer: &[u8], stays| {
            let answer = answer.to_vec();
            async move { asked(answer, stays).await.unwrap_err().to_string() }
        };
        let text = error(b"Last login: Monday\x1b[2J\n", true).await;
        assert!(text.contains("Last login: Monday") && !text.contains('\x1b'), "{text}");
        let text = error(b"__NamedPipeError__:limit of 16 sessions reached\n", true).await;
        assert!(text.contains("limit of 16 sessions reached"), "{text}");
        let text =
            error(b"<Data Stream='Default' PSGuid='00000000-0000-0000-0000-000000000000'>!</Data>\n", true).await;
        assert!(text.contains("broke the protocol"), "{text}");
        let text = error(&[&question::accept()[..], &[0, 0, 0, 1, 0x7F]].concat(), true).await;
        assert!(text.contains("broke the protocol") && text.contains("0x7f"), "{text}");
        assert!(error(b"", false).await.contains("it ended"));
        assert!(error(&question::accept(), false).await.contains("it ended"));
    });
}

#[test]
fn a_server_that_says_nothing_is_not_waited_for_for_ever() {
    run(async {
        let begun = tokio::time::Instant::now();
        let error = asked(question::accept().to_vec(), true).await.unwrap_err();
        assert!(matches!(error, OpenError::Silent), "{error}");
        assert_eq!(begun.elapsed(), Duration::from_secs(120));
        // One that agrees on versions and opens no session.
        let canned = Canned { answer: stock(), stays: true };
        let error = Session::open(canned, attach(None, AttachMode::Auto), init()).await.unwrap_err();
        assert!(matches!(error, SessionError::Open(OpenError::Silent)), "{error}");
        assert_eq!(begun.elapsed(), Duration::from_secs(240));
    });
}
