//! The native engine behind PSRP on standard input and output, for the conformance cases:
//! `python3 tests/conformance/run.py check --server target/debug/examples/native-stdio ...`

use std::{
    io::{Read, Write},
    sync::{
        Arc,
        mpsc::{Sender, channel},
    },
    task::{Context, Poll, Wake, Waker},
    thread,
};

use native::Native;
use psrp_proto::{
    Channel, Limits,
    transport::{ServerEvent, ServerTransport},
};
use psrp_session::core::{EngineCommand, EngineEvent};

#[allow(dead_code, unreachable_pub)]
#[path = "../../server/src/engines/native/mod.rs"]
mod native;

/// No cryptography here: secure strings need `psrpd`.
#[allow(missing_debug_implementations)]
pub struct SessionKey;

#[allow(clippy::unused_self, clippy::missing_errors_doc, clippy::result_unit_err, missing_docs)]
impl SessionKey {
    pub fn generate() -> Result<Self, ()> {
        Err(())
    }

    pub fn encrypt_for(&self, _public_key: &[u8]) -> Result<Vec<u8>, ()> {
        Err(())
    }

    pub fn encrypt_text(&self, _text: &str) -> Result<String, ()> {
        Err(())
    }

    pub fn decrypt_text(&self, _content: &str) -> Result<String, ()> {
        Err(())
    }
}

/// Why the loop goes on.
enum News {
    Bytes(Vec<u8>),
    End,
    /// The engine has something to say.
    Engine,
}

struct Bell(Sender<News>);

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        let _ = self.0.send(News::Engine);
    }
}

fn main() {
    let (tell, news) = channel();
    let bell = Waker::from(Arc::new(Bell(tell.clone())));
    thread::spawn(move || {
        let mut buffer = vec![0; 65_536];
        let mut stdin = std::io::stdin().lock();
        while let Ok(count @ 1..) = stdin.read(&mut buffer) {
            let _ = tell.send(News::Bytes(buffer[..count].to_vec()));
        }
        let _ = tell.send(News::End);
    });
    let mut engine = Native::new();
    let mut link = ServerTransport::new(Limits::default());
    let mut stdout = std::io::stdout().lock();
    for news in news {
        match news {
            News::Bytes(bytes) => link.receive(&bytes),
            News::End => return,
            News::Engine => {}
        }
        while let Some(event) = link.poll_event() {
            if let Some(command) = command(event, &mut link) {
                engine.command(command);
            }
        }
        let context = Context::from_waker(&bell);
        while let Poll::Ready(event) = engine.poll_event(&context) {
            match event {
                EngineEvent::Message { channel, message } => link.send(channel, &message),
                EngineEvent::SignalAck(pid) => link.ack_signal(pid),
                EngineEvent::CloseAck(channel) => link.ack_close(channel),
                EngineEvent::Error { text } => link.error_line(&text),
                EngineEvent::Exited { stderr, .. } => return eprintln!("{stderr}"),
                _ => {}
            }
        }
        let output = link.take_output();
        if stdout.write_all(&output).and_then(|()| stdout.flush()).is_err() {
            return;
        }
    }
}

/// What an event of the link means for the engine.
fn command(event: ServerEvent, link: &mut ServerTransport) -> Option<EngineCommand> {
    match event {
        ServerEvent::Command(pid) => {
            link.ack_command(pid);
            Some(EngineCommand::Open(pid))
        }
        ServerEvent::Message { channel, stream, message } => Some(EngineCommand::Send { channel, stream, message }),
        ServerEvent::DataEnd { channel, .. } => {
            link.ack_data(channel);
            None
        }
        ServerEvent::Signal(pid) => Some(EngineCommand::Signal(pid)),
        ServerEvent::Close(channel) => Some(EngineCommand::Close(channel)),
        _ => Some(EngineCommand::Close(Channel::Session)),
    }
}
