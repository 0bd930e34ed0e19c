//! The session-key exchange, away from the loop: making a key pair takes a tenth of a second.

use std::sync::{Arc, Mutex, PoisonError};

use psrp_keys::{KeyError, KeyPair, SessionKey};
use psrp_session::core::{KeyEvent, KeyRequest};
use tokio::sync::mpsc;

use super::connection::Arrival;

/// The key pair towards the engine and the engine's key.
pub(super) struct Keys {
    held: Arc<Mutex<Held>>,
    to_loop: mpsc::Sender<Arrival>,
}

#[derive(Default)]
struct Held {
    pair: Option<KeyPair>,
    session: Option<SessionKey>,
}

impl Keys {
    pub(super) fn new(to_loop: mpsc::Sender<Arrival>) -> Self {
        Self { held: Arc::default(), to_loop }
    }

    /// Does one step on a thread of its own; the answer goes to the loop.
    pub(super) fn request(&self, request: KeyRequest) {
        let (held, to_loop) = (Arc::clone(&self.held), self.to_loop.clone());
        tokio::task::spawn_blocking(move || {
            let link = match &request {
                KeyRequest::Encrypt { link, .. } => Some(*link),
                KeyRequest::Generate | KeyRequest::Accept { .. } => None,
            };
            // The steps of a session come one after the other; nothing else wants the lock.
            let event = step(&mut held.lock().unwrap_or_else(PoisonError::into_inner), request)
                .unwrap_or_else(|text| KeyEvent::Failed { link, text });
            // A session that has ended needs no key.
            let _ = to_loop.blocking_send(Arrival::Keys(event));
        });
    }
}

fn step(held: &mut Held, request: KeyRequest) -> Result<KeyEvent, String> {
    let text = |error: KeyError| error.to_string();
    Ok(match request {
        KeyRequest::Generate => {
            let pair = KeyPair::generate().map_err(text)?;
            let blob = pair.public_blob();
            held.pair = Some(pair);
            KeyEvent::PublicKey(blob)
        }
        KeyRequest::Accept { encrypted } => {
            let pair = held.pair.as_ref().ok_or("the engine sent a session key that nobody asked for")?;
            held.session = Some(pair.decrypt_session_key(&encrypted).map_err(text)?);
            KeyEvent::Ready
        }
        KeyRequest::Encrypt { link, public_key } => {
            let session = held.session.as_ref().ok_or("the session key is not known yet")?;
            KeyEvent::Encrypted { link, blob: session.encrypt_for(&public_key).map_err(text)? }
        }
    })
}

#[cfg(test)]
mod tests {
    use psrp_session::core::LinkId;

    use super::*;

    #[tokio::test]
    async fn a_client_gets_the_key_of_the_engine() {
        let (to_loop, mut arrivals) = mpsc::channel(1);
        let keys = Keys::new(to_loop);
        let mut answer = async |request| {
            keys.request(request);
            match arrivals.recv().await {
                Some(Arrival::Keys(event)) => event,
                _ => panic!("no answer"),
            }
        };
        let link = LinkId(7);
        let client = KeyPair::generate().unwrap();
        let too_early = answer(KeyRequest::Encrypt { link, public_key: client.public_blob() }).await;
        assert!(matches!(too_early, KeyEvent::Failed { link: Some(failed), .. } if failed == link));

        let KeyEvent::PublicKey(public) = answer(KeyRequest::Generate).await else { panic!("no key pair") };
        let engine = SessionKey::generate().unwrap();
        let encrypted = engine.encrypt_for(&public).unwrap();
        assert!(matches!(answer(KeyRequest::Accept { encrypted }).await, KeyEvent::Ready));
        let KeyEvent::Encrypted { blob, .. } =
            answer(KeyRequest::Encrypt { link, public_key: client.public_blob() }).await
        else {
            panic!("not encrypted")
        };
        let content = client.decrypt_session_key(&blob).unwrap().encrypt_text("P@ss").unwrap();
        assert_eq!(*engine.decrypt_text(&content).unwrap(), "P@ss");
    }
}
