//! What a call asks for.

use alloc::boxed::Box;
use alloc::vec::Vec;

use psrp_clixml::{PsString, Value};

use super::HostMethod;
use super::encoding::{Parameter, wrong};
use super::types::{
    BufferCell, BufferCells, ChoiceDescription, Coordinates, FieldDescription, Numbers, Rectangle, Size,
};
use crate::message::{Document, Node, PayloadError, ProgressRecord};

macro_rules! requests {
    ($($(#[$doc:meta])* $variant:ident $({ $($(#[$field_doc:meta])* $field:ident: $type:ty,)* })?;)*) => {
        /// A method of the host with its parameters (MS-PSRP 2.2.3.17). Colours are `ConsoleColor` numbers, 0 to 15, or
        /// -1 for the host's own.
        #[derive(Debug, Clone, PartialEq)]
        pub enum HostRequest {
            $($(#[$doc])* $variant $({ $($(#[$field_doc])* $field: $type,)* })?,)*
        }

        impl HostRequest {
            /// The method.
            #[must_use]
            pub const fn method(&self) -> HostMethod {
                match self {
                    $(Self::$variant { .. } => HostMethod::$variant,)*
                }
            }

            pub(super) fn decode(method: HostMethod, parameters: &[Value]) -> Result<Self, PayloadError> {
                let mut parameters = parameters.iter();
                let request = match method {
                    $(HostMethod::$variant => Self::$variant $({ $($field: next(&mut parameters)?,)* })?,)*
                    HostMethod::Unknown(_) => return Err(PayloadError::Wrong {
                        what: "host call",
                        name: "mi",
                        expected: "a method of the host",
                    }),
                };
                if parameters.next().is_some() { Err(wrong("as many parameters as the method has")) } else { Ok(request) }
            }

            pub(super) fn parameters(&self) -> Vec<Value> {
                match self {
                    $(Self::$variant $({ $($field,)* })? => [$($($field.encode()),*)?].into(),)*
                }
            }
        }
    };
}

fn next<T: Parameter>(parameters: &mut core::slice::Iter<'_, Value>) -> Result<T, PayloadError> {
    let parameter = parameters.next().ok_or(wrong("as many parameters as the method has"))?;
    T::decode(Document::new(parameter).root())
}

impl<T: Parameter> Parameter for Box<T> {
    fn decode(node: Node<'_, '_>) -> Result<Self, PayloadError> {
        T::decode(node).map(Self::new)
    }

    fn encode(&self) -> Value {
        (**self).encode()
    }
}

requests! {
    /// Name of the host.
    GetName;
    /// Its version.
    GetVersion;
    /// Its instance id.
    GetInstanceId;
    /// Its culture.
    GetCurrentCulture;
    /// Its user-interface culture.
    GetCurrentUICulture;
    /// `exit N`.
    SetShouldExit {
        /// N.
        exit_code: i32,
    };
    /// Open a nested prompt.
    EnterNestedPrompt;
    /// Leave it.
    ExitNestedPrompt;
    /// A native program begins.
    NotifyBeginApplication;
    /// A native program ended.
    NotifyEndApplication;
    /// Read a line.
    ReadLine;
    /// Read a line that is not shown.
    ReadLineAsSecureString;
    /// Write text.
    Write1 {
        /// The text.
        text: PsString,
    };
    /// Write text in colours.
    Write2 {
        /// Colour of the text.
        foreground: i32,
        /// Colour behind it.
        background: i32,
        /// The text.
        text: PsString,
    };
    /// Write a line end.
    WriteLine1;
    /// Write a line.
    WriteLine2 {
        /// The text.
        text: PsString,
    };
    /// Write a line in colours.
    WriteLine3 {
        /// Colour of the text.
        foreground: i32,
        /// Colour behind it.
        background: i32,
        /// The text.
        text: PsString,
    };
    /// Write a line of an error.
    WriteErrorLine {
        /// The text.
        text: PsString,
    };
    /// Write a debug line.
    WriteDebugLine {
        /// The text.
        text: PsString,
    };
    /// Show progress.
    WriteProgress {
        /// Tells pipelines apart.
        source_id: i64,
        /// The progress.
        record: Box<ProgressRecord>,
    };
    /// Write a verbose line.
    WriteVerboseLine {
        /// The text.
        text: PsString,
    };
    /// Write a warning line.
    WriteWarningLine {
        /// The text.
        text: PsString,
    };
    /// Ask for values.
    Prompt {
        /// Heading.
        caption: PsString,
        /// Text under it.
        message: PsString,
        /// The values.
        fields: Vec<FieldDescription>,
    };
    /// Ask for a credential.
    PromptForCredential1 {
        /// Heading.
        caption: PsString,
        /// Text under it.
        message: PsString,
        /// The user's name, when it is known.
        user_name: PsString,
        /// What it is for.
        target_name: PsString,
    };
    /// Ask for a credential of certain kinds.
    PromptForCredential2 {
        /// Heading.
        caption: PsString,
        /// Text under it.
        message: PsString,
        /// The user's name, when it is known.
        user_name: PsString,
        /// What it is for.
        target_name: PsString,
        /// 1 generic, 2 domain, 3 both.
        allowed_types: i32,
        /// 1 check the form of the name, 2 do not let it be changed, 4 always ask.
        options: i32,
    };
    /// Ask for a choice.
    PromptForChoice {
        /// Heading.
        caption: PsString,
        /// Text under it.
        message: PsString,
        /// The choices.
        choices: Vec<ChoiceDescription>,
        /// Index of the default, -1 for none.
        default_choice: i32,
    };
    /// Foreground colour.
    GetForegroundColor;
    /// Set it.
    SetForegroundColor {
        /// The colour.
        color: i32,
    };
    /// Background colour.
    GetBackgroundColor;
    /// Set it.
    SetBackgroundColor {
        /// The colour.
        color: i32,
    };
    /// Where the cursor is.
    GetCursorPosition;
    /// Move it.
    SetCursorPosition {
        /// To here.
        position: Coordinates,
    };
    /// Where the window is in the buffer.
    GetWindowPosition;
    /// Move it.
    SetWindowPosition {
        /// To here.
        position: Coordinates,
    };
    /// Height of the cursor.
    GetCursorSize;
    /// Set it.
    SetCursorSize {
        /// Percent of a cell.
        size: i32,
    };
    /// Size of the buffer.
    GetBufferSize;
    /// Set it.
    SetBufferSize {
        /// The size.
        size: Size,
    };
    /// Size of the window.
    GetWindowSize;
    /// Set it.
    SetWindowSize {
        /// The size.
        size: Size,
    };
    /// Title of the window.
    GetWindowTitle;
    /// Set it.
    SetWindowTitle {
        /// The title.
        title: PsString,
    };
    /// Largest window in this buffer.
    GetMaxWindowSize;
    /// Largest window on this screen.
    GetMaxPhysicalWindowSize;
    /// Whether a key waits.
    GetKeyAvailable;
    /// Read a key.
    ReadKey {
        /// 1 Ctrl+C is a key, 2 do not show it, 4 when pressed, 8 when released.
        options: i32,
    };
    /// Throw away keys that wait.
    FlushInputBuffer;
    /// Fill a part of the screen.
    SetBufferContents1 {
        /// The part; all of it when every edge is -1.
        rectangle: Rectangle,
        /// With this.
        fill: BufferCell,
    };
    /// Draw cells.
    SetBufferContents2 {
        /// Top left corner.
        origin: Coordinates,
        /// The cells.
        contents: BufferCells,
    };
    /// Read a part of the screen.
    GetBufferContents {
        /// The part.
        rectangle: Rectangle,
    };
    /// Move a part of the screen.
    ScrollBufferContents {
        /// The part.
        source: Rectangle,
        /// Its new top left corner.
        destination: Coordinates,
        /// What may be changed.
        clip: Rectangle,
        /// What to leave behind.
        fill: BufferCell,
    };
    /// Enter a session. No server sends it: the runspace cannot be encoded.
    PushRunspace;
    /// Leave it: `Exit-PSSession`.
    PopRunspace;
    /// Whether one was entered.
    GetIsRunspacePushed;
    /// The runspace. No server sends it: the answer cannot be encoded.
    GetRunspace;
    /// Ask for any number of choices.
    PromptForChoiceMultipleSelection {
        /// Heading.
        caption: PsString,
        /// Text under it.
        message: PsString,
        /// The choices.
        choices: Vec<ChoiceDescription>,
        /// Indices of the defaults.
        default_choices: Option<Numbers>,
    };
}
