//! The client of a session, as the engine sees it: every call becomes a message.

use psrp_clixml::{SecureString, Value};
use psrp_proto::MessageKind;
use psrp_proto::host::{
    BufferCell, BufferCells, ChoiceDescription, Coordinates, FieldDescription, HostReply, HostRequest, Numbers,
    Rectangle, Size,
};
use psrp_proto::message::{self, ProgressRecord, ProgressRecordType, UserEvent};
use psrpd_engine::{
    Answer, Cell, Choice, Field, ForwardedEvent, Host, HostCall, HostInfo, Key, Progress, Question, Record, Screen,
};

use super::SessionKey;

/// The way of a running pipeline to its client.
pub(super) trait Wire: Send {
    /// The next object of the input; none at its end.
    fn input(&self) -> Option<Value>;

    /// Sends an object or a record.
    fn record(&self, kind: MessageKind, payload: Vec<u8>);

    /// Tells the client of an event.
    fn event(&self, event: UserEvent);

    /// Calls a method of the host that has no result.
    fn tell(&self, request: HostRequest);

    /// Calls a method of the host and waits for its result.
    ///
    /// # Errors
    /// What the client says is wrong; an empty text when there will be no answer.
    fn ask(&self, request: HostRequest) -> Result<HostReply, String>;

    /// The key of secure strings; none when the system gave no random bytes for it.
    fn key(&self) -> Option<&SessionKey>;
}

/// See the [module](self).
pub(super) struct Remote<W>(pub(super) W);

impl<W: Wire> Host for Remote<W> {
    fn input(&mut self) -> Option<Value> {
        self.0.input()
    }

    fn output(&mut self, clixml: Vec<u8>) {
        self.0.record(MessageKind::PipelineOutput, clixml);
    }

    fn record(&mut self, stream: Record, clixml: Vec<u8>) {
        let kind = match stream {
            Record::Error => MessageKind::ErrorRecord,
            Record::Warning => MessageKind::WarningRecord,
            Record::Verbose => MessageKind::VerboseRecord,
            Record::Debug => MessageKind::DebugRecord,
            Record::Information => MessageKind::InformationRecord,
            Record::Progress => MessageKind::ProgressRecord,
        };
        self.0.record(kind, clixml);
    }

    fn call(&mut self, call: HostCall) {
        self.0.tell(request(call));
    }

    fn ask(&mut self, question: Question) -> Result<Answer, String> {
        self.0.ask(asked(question)).map(reply)
    }

    fn event(&mut self, event: ForwardedEvent) {
        self.0.event(UserEvent {
            event_id: event.id,
            source_id: event.source.into(),
            time_generated: event.time,
            sender: event.sender,
            source_args: event.arguments,
            message_data: event.message,
            computer_name: None,
            runspace_id: event.runspace,
        });
    }

    fn encrypt(&mut self, secret: &str) -> Option<SecureString> {
        self.0.key()?.encrypt_text(secret).ok().map(SecureString)
    }

    fn decrypt(&mut self, secret: &SecureString) -> Option<String> {
        self.0.key()?.decrypt_text(&secret.0).ok().map(|text| text.to_string())
    }
}

fn request(call: HostCall) -> HostRequest {
    use HostRequest as R;
    match call {
        HostCall::Write { text, colours: None } => R::Write1 { text: text.into() },
        HostCall::Write { text, colours: Some((foreground, background)) } => {
            R::Write2 { foreground, background, text: text.into() }
        }
        HostCall::WriteLine { text, colours: None } => R::WriteLine2 { text: text.into() },
        HostCall::WriteLine { text, colours: Some((foreground, background)) } => {
            R::WriteLine3 { foreground, background, text: text.into() }
        }
        HostCall::EndLine => R::WriteLine1,
        HostCall::ErrorLine(text) => R::WriteErrorLine { text: text.into() },
        HostCall::WarningLine(text) => R::WriteWarningLine { text: text.into() },
        HostCall::VerboseLine(text) => R::WriteVerboseLine { text: text.into() },
        HostCall::DebugLine(text) => R::WriteDebugLine { text: text.into() },
        HostCall::Progress { source, progress } => {
            R::WriteProgress { source_id: source, record: Box::new(progress_record(progress)) }
        }
        HostCall::SetForeground(color) => R::SetForegroundColor { color },
        HostCall::SetBackground(color) => R::SetBackgroundColor { color },
        HostCall::SetCursor(at) => R::SetCursorPosition { position: coordinates(at) },
        HostCall::SetWindowPosition(at) => R::SetWindowPosition { position: coordinates(at) },
        HostCall::SetCursorSize(size) => R::SetCursorSize { size },
        HostCall::SetBufferSize(of) => R::SetBufferSize { size: size(of) },
        HostCall::SetWindowSize(of) => R::SetWindowSize { size: size(of) },
        HostCall::SetTitle(title) => R::SetWindowTitle { title: title.into() },
        HostCall::FlushInput => R::FlushInputBuffer,
        HostCall::Fill(of, with) => R::SetBufferContents1 { rectangle: rectangle(of), fill: cell(with) },
        HostCall::Put { origin, columns, cells } => R::SetBufferContents2 {
            origin: coordinates(origin),
            contents: BufferCells {
                rows: cells.len().checked_div(columns).unwrap_or(0),
                columns,
                cells: cells.into_iter().map(cell).collect(),
            },
        },
        HostCall::Scroll { source, destination, clip, fill } => R::ScrollBufferContents {
            source: rectangle(source),
            destination: coordinates(destination),
            clip: rectangle(clip),
            fill: cell(fill),
        },
        HostCall::SetShouldExit(exit_code) => R::SetShouldExit { exit_code },
        HostCall::PopRunspace => R::PopRunspace,
    }
}

fn asked(question: Question) -> HostRequest {
    use HostRequest as R;
    match question {
        Question::Line => R::ReadLine,
        Question::SecretLine => R::ReadLineAsSecureString,
        Question::Fields { caption, message, fields } => R::Prompt {
            caption: caption.into(),
            message: message.into(),
            fields: fields.into_iter().map(field).collect(),
        },
        Question::Credential { caption, message, user, target, options: None } => R::PromptForCredential1 {
            caption: caption.into(),
            message: message.into(),
            user_name: user.into(),
            target_name: target.into(),
        },
        Question::Credential { caption, message, user, target, options: Some((allowed, options)) } => {
            R::PromptForCredential2 {
                caption: caption.into(),
                message: message.into(),
                user_name: user.into(),
                target_name: target.into(),
                allowed_types: allowed,
                options,
            }
        }
        Question::Choice { caption, message, choices, default } => R::PromptForChoice {
            caption: caption.into(),
            message: message.into(),
            choices: choices.into_iter().map(choice).collect(),
            default_choice: default,
        },
        Question::Choices { caption, message, choices, defaults, is_array } => R::PromptForChoiceMultipleSelection {
            caption: caption.into(),
            message: message.into(),
            choices: choices.into_iter().map(choice).collect(),
            default_choices: defaults.map(|items| Numbers { items, is_array }),
        },
        Question::Key(options) => R::ReadKey { options },
        Question::Cells(of) => R::GetBufferContents { rectangle: rectangle(of) },
    }
}

fn reply(reply: HostReply) -> Answer {
    match reply {
        HostReply::Text(text) => Answer::Text(text.to_string_lossy().into_owned()),
        HostReply::SecureString(secret) => Answer::Secret(secret),
        HostReply::Values(values) => Answer::Values(
            values.into_iter().map(|(name, value)| (name.to_string_lossy().into_owned(), value)).collect(),
        ),
        HostReply::Credential(credential) => Answer::Credential {
            user: credential.user_name.to_string_lossy().into_owned(),
            password: credential.password,
        },
        HostReply::Number(number) => Answer::Number(number),
        HostReply::Numbers(numbers) => Answer::Numbers(numbers),
        HostReply::Key(key) => Answer::Key(Key {
            code: key.virtual_key_code,
            character: key.character,
            state: key.control_key_state,
            is_down: key.key_down,
        }),
        _ => Answer::None,
    }
}

/// What a client says of its host, for the engine.
pub(crate) fn info(of: &message::HostInfo) -> HostInfo {
    let place = |at: Coordinates| psrpd_engine::Coordinates { x: at.x, y: at.y };
    let extent = |of: Size| psrpd_engine::Size { width: of.width, height: of.height };
    let screen = of.default_data.as_ref().filter(|_| !of.is_host_raw_ui_null).map(|data| Screen {
        foreground: data.foreground_color,
        background: data.background_color,
        cursor: data.cursor_position.map(place),
        window_position: data.window_position.map(place),
        cursor_size: data.cursor_size,
        buffer: data.buffer_size.map(extent),
        window: data.window_size.map(extent),
        max_window: data.max_window_size.map(extent),
        max_physical_window: data.max_physical_window_size.map(extent),
        title: data.window_title.as_ref().map(|title| title.to_string_lossy().into_owned()),
    });
    HostInfo { has_host: !of.is_host_null, has_ui: !of.is_host_ui_null, screen }
}

fn progress_record(of: Progress) -> ProgressRecord {
    ProgressRecord {
        activity: of.activity.into(),
        activity_id: of.id,
        status_description: of.status.into(),
        current_operation: of.operation.map(Into::into),
        parent_activity_id: of.parent_id,
        percent_complete: of.percent,
        record_type: if of.is_completed { ProgressRecordType::Completed } else { ProgressRecordType::Processing },
        seconds_remaining: of.seconds_remaining,
    }
}

fn field(of: Field) -> FieldDescription {
    FieldDescription {
        name: of.name.into(),
        label: of.label.into(),
        parameter_type_name: of.type_name.into(),
        parameter_type_full_name: of.type_full_name.into(),
        parameter_assembly_full_name: of.type_assembly_name.into(),
        help_message: of.help.into(),
        is_mandatory: of.mandatory,
        default_value: of.default,
        ..FieldDescription::default()
    }
}

fn choice(of: Choice) -> ChoiceDescription {
    ChoiceDescription { label: of.label.into(), help_message: of.help.into() }
}

fn coordinates(at: psrpd_engine::Coordinates) -> Coordinates {
    Coordinates { x: at.x, y: at.y }
}

fn size(of: psrpd_engine::Size) -> Size {
    Size { width: of.width, height: of.height }
}

fn rectangle(of: psrpd_engine::Rectangle) -> Rectangle {
    Rectangle { left: of.left, top: of.top, right: of.right, bottom: of.bottom }
}

fn cell(of: Cell) -> BufferCell {
    BufferCell {
        character: of.character,
        foreground_color: of.foreground,
        background_color: of.background,
        cell_type: of.kind,
    }
}
