//! What pipelines write, as the verbs take it.

use std::collections::VecDeque;

use bytes::Bytes;
use psrp_clixml::Value;
use psrp_proto::Message;
use psrp_proto::message::{ErrorRecord, InformationRecord, ProgressRecord};

use super::host::{Shown, Writing};
use super::{Audience, Record, Stream};
use crate::limits::MAX_ANNOUNCED;

/// The tag of an information record that `Write-Host` made.
const HOST_TAG: &str = "PSHOST";

/// Makes records of one pipeline, and numbers them.
#[derive(Debug, Default)]
pub(super) struct Records {
    next: u64,
    /// Texts whose record has come, oldest first: the call to the host that follows says the same once more.
    announced: VecDeque<(Stream, String)>,
    /// The text of an information record that came last and is for programs only, unless a call to the host follows.
    hidden: Option<String>,
    /// Text of the console without a line end yet.
    line: String,
    /// Error records so far.
    pub(super) errors: u64,
}

impl Records {
    /// Starts at a number.
    pub(super) fn from(next: u64) -> Self {
        Self { next, ..Self::default() }
    }

    /// A record of the pipeline; none for messages that are none.
    pub(super) fn message(&mut self, message: &Message, payload: Bytes) -> Option<Record> {
        let (stream, text) = match message {
            Message::PipelineOutput(value) => (Stream::Output, value_text(value)),
            Message::ErrorRecord(error) => {
                self.errors += 1;
                (Stream::Error, error_text(error))
            }
            Message::WarningRecord(record) => (Stream::Warning, record.message.to_string_lossy().into_owned()),
            Message::VerboseRecord(record) => (Stream::Verbose, record.message.to_string_lossy().into_owned()),
            Message::DebugRecord(record) => (Stream::Debug, record.message.to_string_lossy().into_owned()),
            Message::InformationRecord(record) => (Stream::Information, information_text(record)),
            Message::ProgressRecord(record) => (Stream::Progress, progress_text(record)),
            _ => return None,
        };
        let is_hidden = match message {
            Message::InformationRecord(record) => !record.tags.iter().any(|tag| tag.eq_ignore_case(HOST_TAG)),
            _ => false,
        };
        self.hidden = is_hidden.then(|| text.clone());
        let is_shown_too = !is_hidden && !matches!(stream, Stream::Output | Stream::Error);
        if is_shown_too {
            self.announced.push_back((stream, text.clone()));
            if self.announced.len() > MAX_ANNOUNCED {
                self.announced.pop_front();
            }
        }
        // Null has no payload; everybody else writes it as an element.
        let payload = if payload.is_empty() { Bytes::from_static(b"<Nil />") } else { payload };
        let ends_line = !matches!(message, Message::InformationRecord(record) if is_begun_line(record));
        let audience = if is_hidden { Audience::Programs } else { Audience::Everybody };
        Some(Record { ends_line, audience, ..self.numbered(stream, payload, text) })
    }

    /// What a call to the host shows, as a record; none when it says what a record has said, or not all of a line.
    pub(super) fn shown(&mut self, shown: Shown) -> Option<Record> {
        let (stream, text) = match shown {
            // `Write-Information` with InformationPreference Continue: the record has come.
            Shown::Text(writing) if self.hidden.take().as_ref() == Some(&writing.text) => {
                let (seq, stream, audience) = (self.next, Stream::Information, Audience::People);
                return Some(Record {
                    seq,
                    stream,
                    payload: Bytes::new(),
                    text: writing.text,
                    ends_line: true,
                    audience,
                });
            }
            Shown::Text(writing) if self.was_announced(Stream::Information, &writing.text) => return None,
            Shown::Text(writing) => (Stream::Information, self.written(writing)?),
            Shown::Error(text) => (Stream::Error, text),
            Shown::Warning(text) => (Stream::Warning, text),
            Shown::Verbose(text) => (Stream::Verbose, text),
            Shown::Debug(text) => (Stream::Debug, text),
            Shown::Progress(record) => (Stream::Progress, progress_text(&record)),
            Shown::Exit(_) => return None,
        };
        if self.was_announced(stream, &text) {
            return None;
        }
        let payload = psrp_clixml::write(&Value::from(text.as_str())).into();
        Some(self.numbered(stream, payload, text))
    }

    /// The last line of the console, if it has no end.
    pub(super) fn rest(&mut self) -> Option<Record> {
        let text = std::mem::take(&mut self.line);
        let payload = psrp_clixml::write(&Value::from(text.as_str())).into();
        (!text.is_empty()).then(|| self.numbered(Stream::Information, payload, text))
    }

    fn numbered(&mut self, stream: Stream, payload: Bytes, text: String) -> Record {
        let seq = self.next;
        self.next += 1;
        Record { seq, stream, payload, text, ends_line: true, audience: Audience::Everybody }
    }

    fn was_announced(&mut self, stream: Stream, text: &str) -> bool {
        let place = self.announced.iter().position(|(of, announced)| *of == stream && announced == text);
        place.and_then(|place| self.announced.remove(place)).is_some()
    }

    fn written(&mut self, writing: Writing) -> Option<String> {
        self.line.push_str(&writing.text);
        writing.ends_line.then(|| std::mem::take(&mut self.line))
    }
}

/// Whether `Write-Host -NoNewline` made it (HostInformationMessage.NoNewLine).
fn is_begun_line(record: &InformationRecord) -> bool {
    matches!(record.message_data.get("NoNewLine"), Some(Value::Bool(true)))
}

fn information_text(record: &InformationRecord) -> String {
    match record.message_data.get("Message").and_then(Value::as_text) {
        Some(message) => message.to_string_lossy().into_owned(),
        None => value_text(&record.message_data),
    }
}

/// The text of an object: of a string itself, of everything else what PowerShell made of it.
fn value_text(value: &Value) -> String {
    if let Some(text) = value.as_text() {
        return text.to_string_lossy().into_owned();
    }
    match value {
        Value::Nil => String::new(),
        Value::Object(object) => match &object.to_string {
            Some(text) => text.to_string_lossy().into_owned(),
            None => String::new(),
        },
        // The text between the tags of a primitive is the one that PowerShell reads back.
        primitive => {
            let xml = psrp_clixml::write_text(primitive);
            let inner = xml.split_once('>').and_then(|(_, rest)| rest.rsplit_once("</")).map(|(inner, _)| inner);
            inner.unwrap_or_default().to_owned()
        }
    }
}

/// The message of an error, as stock clients show it first.
pub(super) fn error_text(error: &ErrorRecord) -> String {
    error.shown_message().map(|message| message.to_string_lossy().into_owned()).unwrap_or_default()
}

fn progress_text(record: &ProgressRecord) -> String {
    let (activity, status) = (record.activity.to_string_lossy(), record.status_description.to_string_lossy());
    match record.percent_complete {
        percent @ 0..=100 => format!("{activity}: {status} ({percent} %)"),
        _ => format!("{activity}: {status}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use psrp_clixml::{DateTime, DateTimeKind, Object};

    fn from_write_host(text: &str) -> Message {
        Message::InformationRecord(InformationRecord {
            message_data: Object::bag().with_prop("Message", text).into(),
            source: None,
            time_generated: DateTime::new(0, DateTimeKind::Utc).unwrap(),
            tags: vec![HOST_TAG.into()],
            user: None,
            computer: None,
            process_id: 1,
            native_thread_id: 1,
            managed_thread_id: 1,
        })
    }

    fn written(text: &str, ends_line: bool) -> Shown {
        Shown::Text(Writing { text: text.to_owned(), ends_line })
    }

    #[test]
    fn a_warning_is_shown_once_and_counted_as_often_as_it_came() {
        let mut records = Records::default();
        let warning = Message::WarningRecord(psrp_proto::message::InformationalRecord::warning("careful"));
        for _ in 0..2 {
            assert_eq!(records.message(&warning, Bytes::new()).unwrap().text, "careful");
        }
        for _ in 0..2 {
            assert!(records.shown(Shown::Warning("careful".to_owned())).is_none());
        }
        let unannounced = records.shown(Shown::Warning("careful".to_owned())).unwrap();
        assert_eq!((unannounced.seq, unannounced.stream), (2, Stream::Warning));
    }

    #[test]
    fn write_host_is_shown_once() {
        let mut records = Records::default();
        let record = records.message(&from_write_host("hello"), Bytes::from_static(b"<x/>")).unwrap();
        assert_eq!((record.seq, record.text.as_str()), (0, "hello"));
        assert!(records.shown(written("hello", true)).is_none());
        // The host's own methods write without a record.
        assert!(records.shown(written("a", false)).is_none());
        assert_eq!(records.shown(written("b", true)).unwrap().text, "ab");
        assert!(records.shown(written("rest", false)).is_none());
        assert_eq!(records.rest().unwrap().text, "rest");
        assert!(records.rest().is_none());
    }

    #[test]
    fn information_that_nobody_asked_for_is_not_for_people() {
        let mut records = Records::default();
        let Message::InformationRecord(mut record) = from_write_host("quiet") else { panic!("another message") };
        record.tags.clear();
        let message = Message::InformationRecord(record);
        assert_eq!(records.message(&message, Bytes::new()).unwrap().audience, Audience::Programs);
        // InformationPreference Continue: the host is called, too.
        assert_eq!(records.message(&message, Bytes::new()).unwrap().audience, Audience::Programs);
        let shown = records.shown(written("quiet", true)).unwrap();
        assert_eq!((shown.text.as_str(), shown.audience), ("quiet", Audience::People));
        let other = records.shown(written("quiet", true)).unwrap();
        assert_eq!((other.seq, other.audience), (2, Audience::Everybody));
    }

    #[test]
    fn write_host_may_leave_its_line_open() {
        let Message::InformationRecord(mut record) = from_write_host("name: ") else { panic!("another message") };
        record.message_data = Object::bag().with_prop("Message", "name: ").with_prop("NoNewLine", true).into();
        let begun = Records::default().message(&Message::InformationRecord(record), Bytes::new()).unwrap();
        assert_eq!((begun.text.as_str(), begun.ends_line), ("name: ", false));
    }

    #[test]
    fn every_object_has_a_text() {
        for (value, expected) in [
            (Value::Nil, ""),
            ("text".into(), "text"),
            (7.into(), "7"),
            (Value::F64(1.5), "1.5"),
            (true.into(), "true"),
            (Object::bag().displayed("shown").into(), "shown"),
        ] {
            assert_eq!(value_text(&value), expected, "{value:?}");
        }
    }
}
