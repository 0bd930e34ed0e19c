//! Messages: warnings, verbose and debug messages, information and progress, as records and at the client's console.

use psrpd_dotnet::Str;

use super::{R, Runspace, confirm::About, streams::Action, streams::Route, streams::Stream};
use crate::{
    host::{HostCall, Progress},
    serial, types,
    value::{List, Opaque, Value, text},
};

impl Runspace {
    /// Shows a record at the client's console.
    pub(super) fn show(&mut self, stream: Stream, record: &Value) {
        let text = text(record).to_string();
        let call = match stream {
            Stream::Warning => HostCall::WarningLine(text),
            Stream::Verbose => HostCall::VerboseLine(text),
            Stream::Debug => HostCall::DebugLine(text),
            Stream::Error | Stream::Information => return,
        };
        if self.console.info().has_ui {
            self.host.call(call);
        }
    }

    /// A warning, verbose or debug message that a script hands to the host itself.
    pub(crate) fn write_line(&mut self, stream: Stream, message: Str) {
        let record = message_record(stream, message, Value::Null);
        serial::emit(self, stream, &record);
        self.show(stream, &record);
    }

    /// Writes a warning, verbose or debug message.
    ///
    /// # Errors
    /// `ActionPreferenceStop`, where the preference is Stop or the user says so.
    pub(crate) fn write_message(&mut self, stream: Stream, message: Str) -> R<()> {
        let invocation = self.command.clone().map_or(Value::Null, |invocation| Value::Object(invocation));
        let record = message_record(stream, message.clone(), invocation);
        let action = self.action_to_take(stream)?;
        self.common.clone().collect(self, stream, &record);
        if matches!(action, Action::SilentlyContinue | Action::Ignore) {
            return Ok(());
        }
        self.emit(stream, record);
        match action {
            Action::Stop => Err(self.stopped_by_preference(stream.preference(), &Value::Str(message))),
            Action::Inquire => self.inquire(About::stream(stream), GO_ON),
            _ => Ok(()),
        }
    }

    /// Writes a record that another command has written; some are to be seen whatever the preference is.
    ///
    /// # Errors
    /// As [`Self::write_message`].
    pub(crate) fn forward_message(&mut self, stream: Stream, record: Value, always: bool) -> R<()> {
        let action = self.action(stream);
        self.common.clone().collect(self, stream, &record);
        if !always && matches!(action, Action::SilentlyContinue | Action::Ignore) {
            return Ok(());
        }
        let message = text(&record);
        self.emit(stream, record);
        match action {
            Action::Stop => Err(self.stopped_by_preference(stream.preference(), &Value::Str(message))),
            Action::Inquire => self.inquire(About::stream(stream), GO_ON),
            _ => Ok(()),
        }
    }

    /// Shows progress that another command has written.
    pub(crate) fn forward_progress(&mut self, record: &Value) {
        let of = |name: &str| record.downcast::<Opaque>().and_then(|bag| bag.get(name)).unwrap_or_default();
        let number = |name: &str| of(name).as_i128().and_then(|n| i32::try_from(n).ok()).unwrap_or(-1);
        let progress = Progress {
            activity: text(&of("Activity")).to_string(),
            id: number("ActivityId"),
            status: text(&of("StatusDescription")).to_string(),
            operation: Some(of("CurrentOperation")).filter(|of| !of.is_null()).map(|of| text(&of).to_string()),
            parent_id: number("ParentActivityId"),
            percent: number("PercentComplete"),
            is_completed: text(&of("RecordType")).as_str() == "Completed",
            seconds_remaining: number("SecondsRemaining"),
        };
        self.show_progress(0, &progress);
    }

    /// Writes an information record.
    ///
    /// # Errors
    /// As [`Self::write_message`].
    pub(crate) fn write_information(&mut self, data: Value, tags: &[Str], source: &str) -> R<()> {
        let record = self.information_record(data, tags, source);
        self.write_information_record(record)
    }

    /// `InformationRecord`
    pub(crate) fn information_record(&self, data: Value, tags: &[Str], source: &str) -> Value {
        let of = types::list_of(types::string());
        let tags = List::value(of, tags.iter().cloned().map(Value::Str).collect());
        let shown = text(&data);
        Opaque::new(
            "System.Management.Automation.InformationRecord",
            [
                ("MessageData", data),
                ("Source", Value::from(source)),
                ("TimeGenerated", Value::DateTime(self.now())),
                ("Tags", tags),
                ("User", Value::from(self.platform.user_name())),
                ("Computer", Value::from(self.platform.host_name())),
                ("ProcessId", Value::U32(self.platform.process_id())),
                ("NativeThreadId", Value::U32(1)),
                ("ManagedThreadId", Value::U32(1)),
            ],
        )
        .displayed(shown)
        .into_value()
    }

    /// Writes an information record that exists.
    ///
    /// # Errors
    /// As [`Self::write_message`].
    pub(crate) fn write_information_record(&mut self, record: Value) -> R<()> {
        let of = |name: &str| record.downcast::<Opaque>().and_then(|bag| bag.get(name)).unwrap_or_default();
        let data = of("MessageData");
        let tags = crate::value::enumerate(&of("Tags")).unwrap_or_default();
        let is_host = tags.iter().any(|tag| text(tag).as_str() == "PSHOST");
        let action = self.action_to_take(Stream::Information)?;
        self.common.clone().collect(self, Stream::Information, &record);
        if action == Action::Ignore {
            return Ok(());
        }
        let is_shown = matches!(self.streams.route(Stream::Information), Route::Host);
        self.emit(Stream::Information, record);
        match action {
            _ if is_host => self.show_to_host(&data, action, is_shown),
            Action::SilentlyContinue => Ok(()),
            Action::Stop => Err(self.stopped_by_preference("InformationPreference", &data)),
            Action::Inquire => self.inquire(About::Information, GO_ON),
            _ => {
                if is_shown {
                    self.host.write(&text(&data), true, None);
                }
                Ok(())
            }
        }
    }

    /// What `Write-Host` writes: the console has it whatever the preference is, unless the command's parameter says no.
    fn show_to_host(&mut self, data: &Value, action: Action, is_shown: bool) -> R<()> {
        let silent = matches!(self.common.information_action, Some(Action::SilentlyContinue));
        // What came from another process is a description of it.
        let of = |name: &str| match data {
            Value::Wrapped(bag) if bag.is_custom() => bag.get(name).and_then(|member| member.held().cloned()),
            _ => data.downcast::<Opaque>().and_then(|bag| bag.get(name)),
        };
        let of = |name: &str| of(name).unwrap_or_default();
        if is_shown && !silent && self.console.info().has_ui {
            let colour = |name: &str| match of(name) {
                Value::Enum(_, n) => i32::try_from(n).ok(),
                Value::Str(name) => match types::enum_value("System.ConsoleColor", &name) {
                    Value::Enum(_, n) => i32::try_from(n).ok(),
                    _ => None,
                },
                _ => None,
            };
            let colours = colour("ForegroundColor").zip(colour("BackgroundColor"));
            let newline = !crate::convert::to_bool(&of("NoNewLine"));
            self.host.write(&text(data), newline, colours);
        }
        match action {
            Action::Stop => Err(self.stopped_by_preference("InformationPreference", data)),
            Action::Inquire => self.inquire(About::Information, GO_ON),
            _ => Ok(()),
        }
    }

    /// Writes progress.
    ///
    /// # Errors
    /// As [`Self::write_message`].
    pub(crate) fn write_progress(&mut self, source: i64, progress: &Progress) -> R<()> {
        let action = self.common.progress_action.unwrap_or_else(|| self.preference_of("ProgressPreference"));
        self.refuse_suspend(action, "ProgressPreference")?;
        if matches!(action, Action::SilentlyContinue | Action::Ignore) {
            return Ok(());
        }
        self.show_progress(source, progress);
        match action {
            Action::Stop => {
                let activity = Value::from(progress.activity.as_str());
                Err(self.stopped_by_preference("ProgressPreference", &activity))
            }
            Action::Inquire => self.inquire(About::Progress, GO_ON),
            _ => Ok(()),
        }
    }

    /// Writes progress of a cmdlet that no one gave a source: each call is one of its own.
    ///
    /// # Errors
    /// As [`Self::write_message`].
    pub(crate) fn write_own_progress(&mut self, progress: &Progress) -> R<()> {
        self.progress_sources = self.progress_sources.saturating_add(1);
        self.write_progress(self.progress_sources, progress)
    }

    /// Hands progress to the client, whatever the preference.
    pub(crate) fn show_progress(&mut self, source: i64, progress: &Progress) {
        if let Some(gathered) = &self.beside.gathered {
            return gathered.add(crate::beside::Kind::Progress, serial::progress_record(progress));
        }
        self.host.record(crate::host::Record::Progress, serial::progress(progress));
        if self.console.info().has_ui {
            self.host.call(HostCall::Progress { source, progress: progress.clone() });
        }
    }
}

/// What is asked after a record.
const GO_ON: &str = "Continue with this operation?";

fn message_record(stream: Stream, message: Str, invocation: Value) -> Value {
    let type_name = match stream {
        Stream::Warning => "System.Management.Automation.WarningRecord",
        Stream::Verbose => "System.Management.Automation.VerboseRecord",
        _ => "System.Management.Automation.DebugRecord",
    };
    Opaque::new(type_name, [("Message", Value::Str(message.clone())), ("InvocationInfo", invocation)])
        .displayed(message)
        .into_value()
}
