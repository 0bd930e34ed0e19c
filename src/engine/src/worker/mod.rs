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
///
/// # Errors
/// Nobody would believe one that is so large.
fn put(out: &mut Vec<u8>, tag: u8, payload: &[u8]) -> io::Result<()> {
    let length = u32::try_from(payload.len()).ok().filter(|_| payload.len() <= MAX_FRAME);
    let Some(length) = length else {
        return Err(io::Error::other(format!("a job and its process exchange at most {MAX_FRAME} bytes at once")));
    };
    out.push(tag);
    out.extend(length.to_be_bytes());
    out.extend_from_slice(payload);
    Ok(())
}

/// The length in the head of a frame.
fn believed(length: [u8; 4]) -> io::Result<usize> {
    let length = usize::try_from(u32::from_be_bytes(length)).ok();
    length.filter(|length| *length <= MAX_FRAME).ok_or_else(|| io::ErrorKind::InvalidData.into())
}

/// Reads a frame; none at the end.
fn take(input: &mut impl Read) -> io::Result<Option<(u8, Vec<u8>)>> {
    let mut tag = [0];
    if input.read(&mut tag)? == 0 {
        return Ok(None);
    }
    let mut length = [0; 4];
    input.read_exact(&mut length)?;
    let length = believed(length)?;
    let mut payload = Vec::new();
    input.take(u64::try_from(length).unwrap_or(0)).read_to_end(&mut payload)?;
    if payload.len() < length {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    let [tag] = tag;
    Ok(Some((tag, payload)))
}

/// What has come so far.
#[derive(Default)]
struct Incoming {
    bytes: Vec<u8>,
    /// Where the next frame begins.
    at: usize,
}

impl Incoming {
    fn push(&mut self, piece: &[u8]) {
        self.bytes.drain(..self.at);
        self.at = 0;
        self.bytes.extend_from_slice(piece);
    }

    /// The next frame, if it is there as a whole.
    ///
    /// # Errors
    /// It is none that a process sends.
    fn next(&mut self) -> io::Result<Option<(u8, &[u8])>> {
        let Some([tag, length @ ..]) = self.bytes.get(self.at..).and_then(<[u8]>::first_chunk::<5>) else {
            return Ok(None);
        };
        let tag = *tag;
        let is_known = matches!(tag, OUTPUT | COMPLETED | STOPPED | FAILED) || STREAMS.iter().any(|(of, _)| *of == tag);
        if !is_known {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let start = self.at.saturating_add(5);
        let end = start.saturating_add(believed(*length)?);
        let payload = self.bytes.get(start..end);
        if payload.is_some() {
            self.at = end;
        }
        Ok(payload.map(|payload| (tag, payload)))
    }
}

/// The host of what speaks to the other side: secrets go over as they are, the pipe between the two is theirs alone.
struct Pipe<W> {
    way: W,
    /// Why something could not be said: then the other side must not take the rest for the whole.
    lost: Option<io::Error>,
}

impl<W: Write + Send> Pipe<W> {
    fn new(way: W) -> Self {
        Self { way, lost: None }
    }

    fn send(&mut self, tag: u8, payload: &[u8]) {
        let mut frame = Vec::new();
        match put(&mut frame, tag, payload) {
            // Who does not listen any more has ended; this side is told so by its input.
            Ok(()) => drop(self.way.write_all(&frame).and_then(|()| self.way.flush())),
            Err(failure) => drop(self.lost.get_or_insert(failure)),
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_come_in_pieces_and_together() {
        let mut frames = Vec::new();
        put(&mut frames, OUTPUT, b"one").unwrap();
        put(&mut frames, COMPLETED, &[]).unwrap();
        let mut incoming = Incoming::default();
        let mut seen = Vec::new();
        for byte in &frames {
            incoming.push(&[*byte]);
            while let Some((tag, payload)) = incoming.next().unwrap() {
                seen.push((tag, payload.to_vec()));
            }
        }
        assert_eq!(seen, [(OUTPUT, b"one".to_vec()), (COMPLETED, Vec::new())]);
        incoming.push(&frames);
        assert!(incoming.next().unwrap().is_some() && incoming.next().unwrap().is_some());
        assert!(incoming.next().unwrap().is_none());
    }

    #[test]
    fn what_is_no_frame_is_refused() {
        for bytes in [[b'?', 0, 0, 0, 0], [OUTPUT, 0xff, 0xff, 0xff, 0xff]] {
            let mut incoming = Incoming::default();
            incoming.push(&bytes);
            assert!(incoming.next().is_err());
            assert_eq!(bytes.first() == Some(&OUTPUT), take(&mut bytes.as_slice()).is_err());
        }
    }
}
