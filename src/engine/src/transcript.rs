//! Transcripts: what was run and what was seen, in files.

use std::sync::Arc;

use parking_lot::Mutex;
use psrp_clixml as clixml;
use psrpd_dotnet::Str;

use crate::{
    eval::{R, Runspace},
    format::Printing,
    host::{Answer, ForwardedEvent, Host, HostCall, Nobody, Question, Record},
    platform::Platform,
    session::Pipeline,
    value::{ErrorRecord, Value},
};

/// A transcript that is being written.
#[derive(Clone, Debug)]
pub(crate) struct Transcript {
    pub(crate) path: String,
    /// Whether each command is preceded by the time.
    pub(crate) has_times: bool,
}

/// The files, and how to write to them.
#[derive(Clone)]
struct Files {
    open: Arc<Mutex<Vec<Transcript>>>,
    platform: Arc<dyn Platform>,
}

impl Files {
    fn append(&self, text: &str) {
        for transcript in self.open.lock().iter() {
            // What cannot be written is lost: the command itself has nothing to do with it.
            let _ = self.platform.write(&transcript.path, text.as_bytes(), true);
        }
    }
}

/// The transcripts of a session.
#[derive(Default)]
pub(crate) struct Transcripts {
    files: Option<Files>,
    /// What the running pipeline writes.
    output: Option<Printing>,
    /// Whether the last pipeline ended with an error.
    after_error: bool,
}

/// The host of a session that writes transcripts: what is shown is written, too.
struct Watched {
    host: Box<dyn Host>,
    files: Files,
}

impl Host for Watched {
    fn input(&mut self) -> Option<clixml::Value> {
        self.host.input()
    }

    fn output(&mut self, clixml: Vec<u8>) {
        self.host.output(clixml);
    }

    fn record(&mut self, stream: Record, clixml: Vec<u8>) {
        self.host.record(stream, clixml);
    }

    fn call(&mut self, call: HostCall) {
        match &call {
            HostCall::Write { text, .. } => self.files.append(text),
            HostCall::WriteLine { text, .. } | HostCall::ErrorLine(text) => self.files.append(&line(text)),
            HostCall::EndLine => self.files.append("\n"),
            HostCall::WarningLine(text) => self.files.append(&line(&format!("WARNING: {text}"))),
            HostCall::VerboseLine(text) => self.files.append(&line(&format!("VERBOSE: {text}"))),
            HostCall::DebugLine(text) => self.files.append(&line(&format!("DEBUG: {text}"))),
            _ => {}
        }
        self.host.call(call);
    }

    fn ask(&mut self, question: Question) -> Result<Answer, String> {
        self.host.ask(question)
    }

    fn event(&mut self, event: ForwardedEvent) {
        self.host.event(event);
    }

    fn encrypt(&mut self, secret: &str) -> Option<clixml::SecureString> {
        self.host.encrypt(secret)
    }

    fn decrypt(&mut self, secret: &clixml::SecureString) -> Option<String> {
        self.host.decrypt(secret)
    }
}

fn line(text: &str) -> String {
    format!("{}\n", text.trim_end())
}

const RULE: &str = "**********************\n";

impl Runspace {
    /// The time as transcripts have it.
    pub(crate) fn transcript_time(&self) -> Str {
        let now = self.now();
        let (date, (hour, minute, second, _)) = (now.date(), now.clock());
        format!("{:04}{:02}{:02}{hour:02}{minute:02}{second:02}", date.year, date.month, date.day).into()
    }

    /// Begins to write a transcript.
    pub(crate) fn begin_transcript(&mut self, transcript: Transcript, header: &str) {
        let files = match &self.state.transcripts.files {
            Some(files) => files.clone(),
            None => {
                let files = Files { open: Arc::default(), platform: self.platform.clone() };
                let host = std::mem::replace(&mut self.host, Box::new(Nobody));
                self.host = Box::new(Watched { host, files: files.clone() });
                self.state.transcripts.files = Some(files.clone());
                files
            }
        };
        let text = format!("{RULE}PowerShell transcript start\nStart time: {}\n{header}{RULE}", self.transcript_time());
        let _ = self.platform.write(&transcript.path, text.as_bytes(), true);
        files.open.lock().push(transcript);
    }

    /// Ends the transcript that was begun last; its file.
    pub(crate) fn end_transcript(&mut self) -> Option<String> {
        let transcript = self.state.transcripts.files.as_ref()?.open.lock().pop()?;
        let text = format!("{RULE}PowerShell transcript end\nEnd time: {}\n{RULE}", self.transcript_time());
        let _ = self.platform.write(&transcript.path, text.as_bytes(), true);
        Some(transcript.path)
    }

    fn transcripts(&self) -> Vec<Transcript> {
        self.state.transcripts.files.as_ref().map(|files| files.open.lock().clone()).unwrap_or_default()
    }

    /// Writes that a pipeline begins.
    pub(crate) fn transcribe_begin(&mut self, pipeline: &Pipeline) {
        let open = self.transcripts();
        if open.is_empty() {
            return;
        }
        let commands: Vec<&str> = pipeline.commands.iter().map(|command| command.text.as_str()).collect();
        let prompt = if std::mem::take(&mut self.state.transcripts.after_error) { ">> " } else { "PS>" };
        let time = self.transcript_time();
        for transcript in open {
            let head =
                if transcript.has_times { format!("{RULE}Command start time: {time}\n{RULE}") } else { String::new() };
            let text = format!("{head}{prompt}{}\n", commands.join(" | "));
            let _ = self.platform.write(&transcript.path, text.as_bytes(), true);
        }
        let screen = self.host_screen();
        self.state.transcripts.output = Some(Printing::new(screen));
    }

    /// Writes an object that a pipeline writes.
    ///
    /// # Errors
    /// What formatting it throws.
    pub(crate) fn transcribe_output(&mut self, value: &Value) -> R<()> {
        let Some(mut printing) = self.state.transcripts.output.take() else { return Ok(()) };
        let done = printing.process(self, value);
        self.transcribe_lines(&mut printing);
        self.state.transcripts.output = Some(printing);
        done
    }

    fn transcribe_lines(&mut self, printing: &mut Printing) {
        let text: String = printing.lines().iter().map(|printed| line(&printed.text)).collect();
        if let Some(files) = self.state.transcripts.files.as_ref().filter(|_| !text.is_empty()) {
            files.append(&text);
        }
    }

    /// Writes an error that does not end a pipeline.
    pub(crate) fn transcribe_error(&mut self, record: &ErrorRecord) {
        if self.transcripts().is_empty() {
            return;
        }
        let name = match record.activity.lock().as_str() {
            "" => record.reason().to_string(),
            activity => activity.to_owned(),
        };
        if let Some(files) = &self.state.transcripts.files {
            files.append(&line(&format!("{name}: {}", record.message())));
        }
    }

    /// Writes how a pipeline ended.
    pub(crate) fn transcribe_end(&mut self, failure: Option<&ErrorRecord>) {
        let Some(mut printing) = self.state.transcripts.output.take() else { return };
        if printing.finish(self).is_ok() {
            self.transcribe_lines(&mut printing);
        }
        let Some(record) = failure else { return };
        self.state.transcripts.after_error = true;
        if let Some(files) = &self.state.transcripts.files {
            let text = format!("TerminatingError({}): \"{}\"", record.activity.lock(), record.message());
            files.append(&line(&format!(">> {text}")));
        }
    }
}
