//! The methods of a host that a server can call.

macro_rules! methods {
    ($($(#[$doc:meta])* $variant:ident = $number:literal $($value:ident)?;)*) => {
        /// A method of the client's host (MS-PSRP 2.2.3.17 "Host Method Identifier").
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum HostMethod {
            $($(#[$doc])* $variant,)*
            /// A number without a method. A stock client fails the pipeline that called it.
            Unknown(i32),
        }

        impl HostMethod {
            /// Every method, in the order of the numbers.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The method of a number.
            #[must_use]
            pub const fn from_i32(number: i32) -> Self {
                match number {
                    $($number => Self::$variant,)*
                    _ => Self::Unknown(number),
                }
            }

            /// The number on the wire, 1 to 56.
            #[must_use]
            pub const fn to_i32(self) -> i32 {
                match self {
                    $(Self::$variant => $number,)*
                    Self::Unknown(number) => number,
                }
            }

            /// The name PowerShell has for it.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => stringify!($variant),)*
                    Self::Unknown(_) => "Unknown",
                }
            }

            /// Whether the server waits for an answer. The others are never answered.
            #[must_use]
            pub const fn returns_value(self) -> bool {
                match self {
                    $(Self::$variant => methods!(@value $($value)?),)*
                    Self::Unknown(_) => false,
                }
            }
        }
    };
    (@value value) => { true };
    (@value) => { false };
}

methods! {
    /// Name of the host.
    GetName = 1 value;
    /// Its version.
    GetVersion = 2 value;
    /// Its instance id.
    GetInstanceId = 3 value;
    /// Its culture.
    GetCurrentCulture = 4 value;
    /// Its user-interface culture.
    GetCurrentUICulture = 5 value;
    /// `exit N`: the host should end.
    SetShouldExit = 6;
    /// Open a nested prompt.
    EnterNestedPrompt = 7;
    /// Leave it.
    ExitNestedPrompt = 8;
    /// A native program begins.
    NotifyBeginApplication = 9;
    /// A native program ended.
    NotifyEndApplication = 10;
    /// Read a line.
    ReadLine = 11 value;
    /// Read a line that is not shown.
    ReadLineAsSecureString = 12 value;
    /// Write text.
    Write1 = 13;
    /// Write text in colours.
    Write2 = 14;
    /// Write a line end.
    WriteLine1 = 15;
    /// Write a line.
    WriteLine2 = 16;
    /// Write a line in colours.
    WriteLine3 = 17;
    /// Write a line of an error.
    WriteErrorLine = 18;
    /// Write a debug line.
    WriteDebugLine = 19;
    /// Show progress.
    WriteProgress = 20;
    /// Write a verbose line.
    WriteVerboseLine = 21;
    /// Write a warning line.
    WriteWarningLine = 22;
    /// Ask for values.
    Prompt = 23 value;
    /// Ask for a credential.
    PromptForCredential1 = 24 value;
    /// Ask for a credential of certain kinds.
    PromptForCredential2 = 25 value;
    /// Ask for a choice.
    PromptForChoice = 26 value;
    /// Foreground colour.
    GetForegroundColor = 27 value;
    /// Set it.
    SetForegroundColor = 28;
    /// Background colour.
    GetBackgroundColor = 29 value;
    /// Set it.
    SetBackgroundColor = 30;
    /// Where the cursor is.
    GetCursorPosition = 31 value;
    /// Move it.
    SetCursorPosition = 32;
    /// Where the window is in the buffer.
    GetWindowPosition = 33 value;
    /// Move it.
    SetWindowPosition = 34;
    /// Height of the cursor, in percent.
    GetCursorSize = 35 value;
    /// Set it.
    SetCursorSize = 36;
    /// Size of the buffer.
    GetBufferSize = 37 value;
    /// Set it.
    SetBufferSize = 38;
    /// Size of the window.
    GetWindowSize = 39 value;
    /// Set it.
    SetWindowSize = 40;
    /// Title of the window.
    GetWindowTitle = 41 value;
    /// Set it.
    SetWindowTitle = 42;
    /// Largest window in this buffer.
    GetMaxWindowSize = 43 value;
    /// Largest window on this screen.
    GetMaxPhysicalWindowSize = 44 value;
    /// Whether a key waits.
    GetKeyAvailable = 45 value;
    /// Read a key.
    ReadKey = 46 value;
    /// Throw away keys that wait.
    FlushInputBuffer = 47;
    /// Fill a part of the screen with one cell.
    SetBufferContents1 = 48;
    /// Draw cells.
    SetBufferContents2 = 49;
    /// Read a part of the screen.
    GetBufferContents = 50 value;
    /// Move a part of the screen.
    ScrollBufferContents = 51;
    /// Enter a session.
    PushRunspace = 52;
    /// Leave it: `Exit-PSSession`.
    PopRunspace = 53;
    /// Whether one was entered.
    GetIsRunspacePushed = 54 value;
    /// The runspace.
    GetRunspace = 55 value;
    /// Ask for any number of choices.
    PromptForChoiceMultipleSelection = 56 value;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_methods_are_inverse() {
        assert_eq!(HostMethod::ALL.len(), 56);
        for (method, number) in HostMethod::ALL.iter().zip(1..) {
            assert_eq!(method.to_i32(), number);
            assert_eq!(HostMethod::from_i32(number), *method);
        }
        assert_eq!(HostMethod::from_i32(0), HostMethod::Unknown(0));
        assert_eq!(HostMethod::from_i32(57), HostMethod::Unknown(57));
        assert!(HostMethod::ReadLine.returns_value() && !HostMethod::WriteLine2.returns_value());
    }
}
