//! The client of a session, as the engine sees it.

use psrp_clixml as clixml;

/// A stream of records, each a CLIXML payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Record {
    /// Stream 2.
    Error,
    /// Stream 3.
    Warning,
    /// Stream 4.
    Verbose,
    /// Stream 5.
    Debug,
    /// Stream 6.
    Information,
    /// Progress.
    Progress,
}

/// What a client says of its host when it opens a session, or with one pipeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostInfo {
    /// Whether there is a host at all.
    pub has_host: bool,
    /// Whether it can show and ask.
    pub has_ui: bool,
    /// Its screen, if it has one.
    pub screen: Option<Screen>,
}

impl HostInfo {
    /// No host: nothing is shown, nobody can be asked.
    pub const NONE: Self = Self { has_host: false, has_ui: false, screen: None };
}

/// The screen of a client's host. What the host could not tell is absent. Colours are numbers of `ConsoleColor`, -1 for
/// the host's own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Screen {
    pub foreground: Option<i32>,
    pub background: Option<i32>,
    pub cursor: Option<Coordinates>,
    pub window_position: Option<Coordinates>,
    /// Percent of a cell's height.
    pub cursor_size: Option<i32>,
    pub buffer: Option<Size>,
    pub window: Option<Size>,
    pub max_window: Option<Size>,
    pub max_physical_window: Option<Size>,
    pub title: Option<String>,
}

/// A place on the screen, in cells from the top left corner.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Coordinates {
    pub x: i32,
    pub y: i32,
}

/// A size in cells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Size {
    pub width: i32,
    pub height: i32,
}

/// A part of the screen; the edges belong to it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Rectangle {
    pub left: i32,
    pub top: i32,
    pub right: i32,
    pub bottom: i32,
}

/// A cell of the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    /// A UTF-16 code unit.
    pub character: u16,
    /// Colour of the character.
    pub foreground: i32,
    /// Colour behind it.
    pub background: i32,
    /// 0 a whole character, 1 the first, 2 the second half of a wide one.
    pub kind: i32,
}

/// A key that was pressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Key {
    /// The virtual key code of Windows.
    pub code: i32,
    /// The UTF-16 code unit it gives, or 0.
    pub character: u16,
    /// Bits of `ControlKeyStates`.
    pub state: i32,
    /// Pressed, not released.
    pub is_down: bool,
}

/// A field of a prompt.
#[derive(Clone, Debug)]
pub struct Field {
    /// Its name: the key of the answer.
    pub name: String,
    /// How it is labelled; `&` marks a hot key.
    pub label: String,
    /// The name of the .NET type of its value.
    pub type_name: String,
    /// The same with its namespace.
    pub type_full_name: String,
    /// The same with its assembly.
    pub type_assembly_name: String,
    /// What to enter.
    pub help: String,
    /// Whether something must be entered.
    pub mandatory: bool,
    /// What to take when nothing is entered.
    pub default: Option<clixml::Value>,
}

/// One choice of several.
#[derive(Clone, Debug)]
pub struct Choice {
    /// How it is labelled; `&` marks a hot key.
    pub label: String,
    /// What it means.
    pub help: String,
}

/// Progress of an activity.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Progress {
    pub activity: String,
    pub id: i32,
    pub status: String,
    pub operation: Option<String>,
    /// -1 for none.
    pub parent_id: i32,
    /// -1 for not known.
    pub percent: i32,
    pub is_completed: bool,
    /// -1 for not known.
    pub seconds_remaining: i32,
}

/// What the host is to do; no answer comes back.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum HostCall {
    Write {
        text: String,
        /// Front and back.
        colours: Option<(i32, i32)>,
    },
    WriteLine {
        text: String,
        /// Front and back.
        colours: Option<(i32, i32)>,
    },
    /// A line end alone.
    EndLine,
    ErrorLine(String),
    WarningLine(String),
    VerboseLine(String),
    DebugLine(String),
    Progress {
        source: i64,
        progress: Progress,
    },
    SetForeground(i32),
    SetBackground(i32),
    SetCursor(Coordinates),
    SetWindowPosition(Coordinates),
    SetCursorSize(i32),
    SetBufferSize(Size),
    SetWindowSize(Size),
    SetTitle(String),
    FlushInput,
    /// Fills a part of the screen.
    Fill(Rectangle, Cell),
    /// Writes cells, row by row.
    Put {
        origin: Coordinates,
        columns: usize,
        cells: Vec<Cell>,
    },
    Scroll {
        source: Rectangle,
        destination: Coordinates,
        clip: Rectangle,
        fill: Cell,
    },
    /// `exit` at the top of a session.
    SetShouldExit(i32),
    /// `Exit-PSSession`
    PopRunspace,
}

/// What the host is asked.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub enum Question {
    /// Answered with [`Answer::Text`].
    Line,
    /// Answered with [`Answer::Secret`].
    SecretLine,
    /// Answered with [`Answer::Values`].
    Fields { caption: String, message: String, fields: Vec<Field> },
    /// Answered with [`Answer::Credential`].
    Credential {
        caption: String,
        message: String,
        user: String,
        target: String,
        /// `PSCredentialTypes` and `PSCredentialUIOptions`, if they were given.
        options: Option<(i32, i32)>,
    },
    /// Answered with [`Answer::Number`].
    Choice { caption: String, message: String, choices: Vec<Choice>, default: i32 },
    /// Answered with [`Answer::Numbers`].
    Choices {
        caption: String,
        message: String,
        choices: Vec<Choice>,
        defaults: Option<Vec<i32>>,
        /// Whether the defaults were given as a .NET array.
        is_array: bool,
    },
    /// Answered with [`Answer::Key`]; the bits of `ReadKeyOptions`.
    Key(i32),
    /// The cells of a part of the screen; clients do not tell.
    Cells(Rectangle),
}

/// What the host answers.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub enum Answer {
    Text(String),
    Secret(clixml::SecureString),
    Values(Vec<(String, clixml::Value)>),
    Credential {
        user: String,
        password: Option<clixml::SecureString>,
    },
    Number(i32),
    Numbers(Vec<i32>),
    Key(Key),
    /// Nothing.
    None,
}

/// An event that a client wants to know of: `Register-EngineEvent -Forward`.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct ForwardedEvent {
    pub id: i32,
    /// Its name.
    pub source: String,
    pub time: clixml::DateTime,
    pub sender: clixml::Value,
    /// A list.
    pub arguments: clixml::Value,
    pub message: clixml::Value,
    /// The runspace that raised it.
    pub runspace: clixml::Uuid,
}

/// Takes what a pipeline writes and answers what it asks. Calls come from the thread that runs the pipeline; a call that
/// blocks holds the pipeline back.
pub trait Host: Send {
    /// The next object of the pipeline's input, as soon as there is one; none at its end, and when it is to stop.
    fn input(&mut self) -> Option<psrp_clixml::Value>;

    /// An output object, as CLIXML with a byte order mark.
    fn output(&mut self, clixml: Vec<u8>);

    /// A record of another stream, as CLIXML with a byte order mark.
    fn record(&mut self, stream: Record, clixml: Vec<u8>);

    /// Has the host do something.
    fn call(&mut self, call: HostCall);

    /// Asks the host; an error, as the text of the client's exception, where it could not answer.
    ///
    /// # Errors
    /// What the client says is wrong; an empty text where the pipeline was stopped meanwhile.
    fn ask(&mut self, question: Question) -> Result<Answer, String>;

    /// Tells the client of an event; a host that has no client ignores it.
    fn event(&mut self, event: ForwardedEvent) {
        drop(event);
    }

    /// A secret for the wire; none where the client has no key.
    fn encrypt(&mut self, secret: &str) -> Option<clixml::SecureString>;

    /// A secret from the wire.
    fn decrypt(&mut self, secret: &clixml::SecureString) -> Option<String>;

    /// `Write-Host` and its kin: text to the console. Colours are numbers of `ConsoleColor`.
    fn write(&mut self, text: &str, newline: bool, colours: Option<(i32, i32)>) {
        let text = text.to_owned();
        self.call(if newline { HostCall::WriteLine { text, colours } } else { HostCall::Write { text, colours } });
    }
}

/// The host of a runspace that has no client.
pub(crate) struct Nobody;

impl Host for Nobody {
    fn input(&mut self) -> Option<clixml::Value> {
        None
    }

    fn output(&mut self, _clixml: Vec<u8>) {}

    fn record(&mut self, _stream: Record, _clixml: Vec<u8>) {}

    fn call(&mut self, _call: HostCall) {}

    fn ask(&mut self, _question: Question) -> Result<Answer, String> {
        Ok(Answer::None)
    }

    fn encrypt(&mut self, _secret: &str) -> Option<clixml::SecureString> {
        None
    }

    fn decrypt(&mut self, _secret: &clixml::SecureString) -> Option<String> {
        None
    }
}
