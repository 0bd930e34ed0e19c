//! Questions to the user: host keys, passphrases, passwords.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rustix::process::{Signal, getpid, kill_process};
use rustix::termios::{LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr};
use zeroize::Zeroizing;

/// Longest answer in bytes.
const MAX_ANSWER: usize = 4096;

/// Somebody, or nobody, who answers questions. The methods block.
pub trait Prompt: Send + Sync {
    /// Whether there is somebody to ask. When not, everything that needs an answer is refused at once.
    fn is_interactive(&self) -> bool;

    /// Shows `question` and returns the answer without its line end; `echo` shows what is typed.
    ///
    /// # Errors
    /// No terminal, end of input, or `Interrupted` when the user pressed Ctrl+C.
    fn ask(&self, question: &str, echo: bool) -> io::Result<Zeroizing<String>>;
}

/// Nobody: for `--no-input`, scripts and jobs.
#[derive(Debug, Clone, Copy)]
pub struct Nobody;

impl Prompt for Nobody {
    fn is_interactive(&self) -> bool {
        false
    }

    fn ask(&self, _: &str, _: bool) -> io::Result<Zeroizing<String>> {
        Err(io::Error::new(io::ErrorKind::Unsupported, "there is no terminal to ask on"))
    }
}

/// The controlling terminal, whatever standard input and output are.
#[derive(Debug, Clone, Copy)]
pub struct Terminal;

impl Terminal {
    fn open() -> io::Result<File> {
        OpenOptions::new().read(true).write(true).open("/dev/tty")
    }
}

impl Prompt for Terminal {
    fn is_interactive(&self) -> bool {
        Self::open().is_ok()
    }

    fn ask(&self, question: &str, echo: bool) -> io::Result<Zeroizing<String>> {
        let mut tty = Self::open()?;
        if echo {
            tty.write_all(question.as_bytes())?;
            visible(&tty)
        } else {
            hidden(&mut tty, question)
        }
    }
}

fn visible(tty: &File) -> io::Result<Zeroizing<String>> {
    let mut line = Zeroizing::new(String::new());
    let limit = u64::try_from(MAX_ANSWER).unwrap_or(u64::MAX);
    if BufReader::new(tty).take(limit).read_line(&mut line)? == 0 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(Zeroizing::new(line.trim_end_matches(['\r', '\n']).to_owned()))
}

/// The terminal's settings while a hidden question is on it.
static SHOWN: Mutex<Option<Termios>> = Mutex::new(None);

/// Puts the terminal back as it was before a hidden question that nobody will answer any more.
pub fn restore_terminal() {
    if let Some(saved) = SHOWN.lock().unwrap_or_else(PoisonError::into_inner).take()
        && let Ok(tty) = Terminal::open()
    {
        // There is nobody left to tell.
        let _ = tcsetattr(&tty, OptionalActions::Now, &saved);
    }
}

/// Goes on with Ctrl+C that ended a hidden question: the terminal has told it to nobody else. Whoever waits for the answer
/// waits for what becomes of Ctrl+C, as at a question whose answer is seen. Cancel-safe.
pub async fn pass_on_interrupt<T>() -> T {
    let _ = kill_process(getpid(), Signal::INT);
    std::future::pending().await
}

/// Reads byte by byte without echo and without signals, so that Ctrl+C comes back here and the terminal is
/// never left without echo. The echo is off before the question is seen: nobody can answer too early.
fn hidden(tty: &mut File, question: &str) -> io::Result<Zeroizing<String>> {
    let saved = tcgetattr(&*tty)?;
    let mut quiet = saved.clone();
    quiet.local_modes.remove(LocalModes::ECHO | LocalModes::ICANON | LocalModes::ISIG);
    quiet.special_codes[SpecialCodeIndex::VMIN] = 1;
    quiet.special_codes[SpecialCodeIndex::VTIME] = 0;
    *SHOWN.lock().unwrap_or_else(PoisonError::into_inner) = Some(saved);
    tcsetattr(&*tty, OptionalActions::Flush, &quiet)?;
    let answer = tty.write_all(question.as_bytes()).and_then(|()| hidden_bytes(tty));
    restore_terminal();
    tty.write_all(b"\n")?;
    let bytes = answer?;
    let text = std::str::from_utf8(&bytes).map_err(|e| io::Error::new(io::ErrorKind::InvalidData, e))?;
    Ok(Zeroizing::new(text.to_owned()))
}

fn hidden_bytes(tty: &mut File) -> io::Result<Zeroizing<Vec<u8>>> {
    // All of it allocated at once: growing would leave copies behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(MAX_ANSWER));
    loop {
        let mut byte = [0];
        if tty.read(&mut byte)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        match byte {
            [b'\r' | b'\n'] => return Ok(bytes),
            [0x03] => return Err(io::ErrorKind::Interrupted.into()),
            [0x04] if bytes.is_empty() => return Err(io::ErrorKind::UnexpectedEof.into()),
            [0x15] => bytes.clear(),
            [0x08 | 0x7f] => {
                // One character back, which may be several bytes.
                while bytes.pop().is_some_and(|b| b & 0xc0 == 0x80) {}
            }
            [b] if bytes.len() < MAX_ANSWER => bytes.push(b),
            _ => {}
        }
    }
}

/// Asks off the reactor and keeps account of the time the user took, so that no time limit counts it.
#[derive(Clone)]
pub(super) struct Asker {
    prompt: Arc<dyn Prompt>,
    time: Arc<Mutex<AskedTime>>,
}

#[derive(Default)]
struct AskedTime {
    total: Duration,
    since: Option<Instant>,
}

impl Asker {
    pub(super) fn new(prompt: Arc<dyn Prompt>) -> Self {
        Self { prompt, time: Arc::default() }
    }

    pub(super) fn is_interactive(&self) -> bool {
        self.prompt.is_interactive()
    }

    /// Asks. Not cancel-safe: the question stays on the terminal until it is answered.
    pub(super) async fn ask(&self, question: String, echo: bool) -> io::Result<Zeroizing<String>> {
        let prompt = Arc::clone(&self.prompt);
        self.lock().since = Some(Instant::now());
        let answer = tokio::task::spawn_blocking(move || prompt.ask(&question, echo)).await;
        if let Ok(Err(error)) = &answer
            && error.kind() == io::ErrorKind::Interrupted
        {
            return pass_on_interrupt().await;
        }
        {
            let mut time = self.lock();
            if let Some(since) = time.since.take() {
                time.total += since.elapsed();
            }
        }
        answer.map_err(io::Error::other)?
    }

    /// How long the user has been thinking so far.
    pub(super) fn asked(&self) -> Duration {
        let time = self.lock();
        time.total + time.since.map_or(Duration::ZERO, |since| since.elapsed())
    }

    /// Runs `work` for at most `limit`, not counting the time of questions; `None` when the time is up.
    /// Cancel-safe if `work` is.
    pub(super) async fn within<T>(&self, limit: Duration, work: impl Future<Output = T>) -> Option<T> {
        let (start, asked_before) = (Instant::now(), self.asked());
        let mut work = std::pin::pin!(work);
        loop {
            let used = start.elapsed().saturating_sub(self.asked().saturating_sub(asked_before));
            let left = limit.checked_sub(used).filter(|left| !left.is_zero())?;
            if let Ok(done) = tokio::time::timeout(left, &mut work).await {
                return Some(done);
            }
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, AskedTime> {
        self.time.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
