//! Jobs in processes of their own: this program started once more, which runs one script and sends back what it writes.
//!
//! Both sides speak frames: a letter that says what it is, the length in four bytes, and that many bytes.

mod child;
mod parent;

pub use child::serve;
pub(crate) use parent::{Order, TRANSPORT, drive};

use std::io::{self, Read, Write};

use psrp_clixml as clixml;

use crate::host::{Answer, Host, HostCall, Question, Record};

/// Where it runs: a path.
const DIRECTORY: u8 = b'd';
/// The colours of the console that it is started from: front and back.
const COLOURS: u8 = b'c';
/// What runs before: the text of a script.
const FIRST: u8 = b'f';
/// What runs: the text of a script.
const SCRIPT: u8 = b's';
/// An argument of it.
const ARGUMENT: u8 = b'a';
/// What a `$using:` is known by; its value follows.
const KEY: u8 = b'k';
const VALUE: u8 = b'v';
/// An object of its input.
const INPUT: u8 = b'i';
/// The order is complete.
const GO: u8 = b'g';
/// Stop.
const STOP: u8 = b't';

/// An object that it wrote.
const OUTPUT: u8 = b'o';
/// It has come to its end, was stopped, or has failed; the record follows.
const COMPLETED: u8 = b'C';
const STOPPED: u8 = b'X';
const FAILED: u8 = b'F';

/// The letters of its other streams.
const STREAMS: [(u8, Record); 6] = [
    (b'E', Record::Error),
    (b'W', Record::Warning),
    (b'V', Record::Verbose),
    (b'D', Record::Debug),
    (b'I', Record::Information),
    (b'P', Record::Progress),
];

/// The largest frame that is believed.
const MAX_FRAME: usize = 1 << 30;

/// Appends a frame.
fn put(out: &mut Vec<u8>, tag: u8, payload: &[u8]) {
    let length = u32::try_from(payload.len()).unwrap_or(u32::MAX);
    out.push(tag);
    out.extend(length.to_be_bytes());
    out.extend_from_slice(payload);
}

/// Reads a frame; none at the end.
fn take(input: &mut impl Read) -> io::Result<Option<(u8, Vec<u8>)>> {
    let mut tag = [0];
    if input.read(&mut tag)? == 0 {
        return Ok(None);
    }
    let mut length = [0; 4];
    input.read_exact(&mut length)?;
    let length = u32::from_be_bytes(length);
    if !usize::try_from(length).is_ok_and(|length| length <= MAX_FRAME) {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut payload = Vec::new();
    input.take(length.into()).read_to_end(&mut payload)?;
    let [tag] = tag;
    Ok(Some((tag, payload)))
}

/// The first frame of what has come so far, if it is there as a whole.
fn split(bytes: &mut Vec<u8>) -> Option<(u8, Vec<u8>)> {
    let mut head = bytes.get(..5)?;
    let tag = *head.first()?;
    head = head.get(1..)?;
    let length = usize::try_from(u32::from_be_bytes(head.try_into().ok()?)).ok()?;
    let end = length.checked_add(5)?;
    let payload = bytes.get(5..end)?.to_vec();
    bytes.drain(..end);
    Some((tag, payload))
}

/// The host of what speaks to the other side: secrets go over as they are, the pipe between the two is theirs alone.
struct Pipe<W>(W);

impl<W: Write + Send> Pipe<W> {
    fn send(&mut self, tag: u8, payload: &[u8]) {
        let mut frame = Vec::new();
        put(&mut frame, tag, payload);
        // Who does not listen any more has ended; this side is told so by its input.
        let _ = self.0.write_all(&frame).and_then(|()| self.0.flush());
    }
}

impl<W: Write + Send> Host for Pipe<W> {
    fn input(&mut self) -> Option<clixml::Value> {
        None
    }

    fn output(&mut self, clixml: Vec<u8>) {
        self.send(OUTPUT, &clixml);
    }

    fn record(&mut self, stream: Record, clixml: Vec<u8>) {
        if let Some((tag, _)) = STREAMS.iter().find(|(_, of)| *of == stream) {
            self.send(*tag, &clixml);
        }
    }

    fn call(&mut self, _call: HostCall) {}

    fn ask(&mut self, _question: Question) -> Result<Answer, String> {
        Ok(Answer::None)
    }

    fn encrypt(&mut self, secret: &str) -> Option<clixml::SecureString> {
        Some(clixml::SecureString(secret.to_owned()))
    }

    fn decrypt(&mut self, secret: &clixml::SecureString) -> Option<String> {
        Some(secret.0.clone())
    }
}
