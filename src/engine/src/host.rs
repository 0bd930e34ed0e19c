//! The client of a session, as the engine sees it.

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

/// A field of a prompt.
#[derive(Clone, Debug)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// The full name of the .NET type of its value.
    pub type_name: String,
    /// What to enter.
    pub help: String,
    /// How it is labelled; `&` marks a hot key.
    pub label: String,
    /// Whether something must be entered.
    pub mandatory: bool,
}

/// One choice of several.
#[derive(Clone, Debug)]
pub struct Choice {
    /// How it is labelled; `&` marks a hot key.
    pub label: String,
    /// What it means.
    pub help: String,
}

/// Takes what a pipeline writes and answers what it asks. Calls come from the thread that runs the pipeline; a call that
/// blocks holds the pipeline back.
pub trait Host: Send {
    /// An output object, as CLIXML with a byte order mark.
    fn output(&mut self, clixml: Vec<u8>);

    /// A record of another stream, as CLIXML with a byte order mark.
    fn record(&mut self, stream: Record, clixml: Vec<u8>);

    /// `Write-Host` and its kin: text to the console. Colours are numbers of `ConsoleColor`.
    fn write(&mut self, text: &str, newline: bool, colours: Option<(i32, i32)>);

    /// A warning, verbose or debug message for the console; its record was sent before.
    fn message(&mut self, stream: Record, text: &str);

    /// Asks for a line.
    fn read_line(&mut self) -> Option<String>;

    /// Asks for the values of fields; none if the client cannot ask.
    fn prompt(&mut self, caption: &str, message: &str, fields: &[Field]) -> Option<Vec<(String, String)>>;

    /// Asks for one of several choices; none if the client cannot ask.
    fn choose(&mut self, caption: &str, message: &str, choices: &[Choice], default: i32) -> Option<i32>;

    /// `exit` at the top of a session.
    fn set_should_exit(&mut self, code: i32);

    /// The width of the client's console in columns; none without a console.
    fn width(&self) -> Option<usize>;
}
