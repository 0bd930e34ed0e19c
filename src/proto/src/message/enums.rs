//! The enumerations that messages carry.
//!
//! On the wire an object with the type names of the enumeration, the value's name as ToString, and its number. Where a
//! message has only the number, the message's documentation says so.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use psrp_clixml::{Object, Value};

/// What every enumeration of this module can do.
pub(crate) trait Enumeration: Sized + Copy {
    const TYPE_NAME: &'static str;

    fn from_number(number: i32) -> Option<Self>;

    fn from_name(name: &str) -> Option<Self>;

    fn from_value(value: &Value) -> Option<Self> {
        value.as_i32().map_or_else(|| Self::from_name(value.as_str()?), Self::from_number)
    }
}

macro_rules! enumeration {
    ($(#[$doc:meta])* $name:ident = $type_name:literal { $($(#[$variant_doc:meta])* $variant:ident = $number:literal $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)*
        }

        impl $name {
            /// Every value.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The value of this number.
            #[must_use]
            pub const fn from_i32(number: i32) -> Option<Self> {
                match number {
                    $($number => Some(Self::$variant),)*
                    _ => None,
                }
            }

            /// Its number.
            #[must_use]
            pub const fn to_i32(self) -> i32 {
                match self {
                    $(Self::$variant => $number,)*
                }
            }

            /// Its name in .NET.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)*
                }
            }
        }

        impl Enumeration for $name {
            const TYPE_NAME: &'static str = $type_name;

            fn from_number(number: i32) -> Option<Self> {
                Self::from_i32(number)
            }

            fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.name().eq_ignore_ascii_case(name))
            }
        }

        impl From<$name> for Value {
            fn from(value: $name) -> Self {
                Object::enumeration($type_name, value.name(), value.to_i32()).into()
            }
        }
    };
}

macro_rules! flags {
    ($(#[$doc:meta])* $name:ident = $type_name:literal { $($(#[$flag_doc:meta])* $flag:ident = $number:literal $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
        pub struct $name(pub i32);

        impl $name {
            $($(#[$flag_doc])* pub const $flag: Self = Self($number);)*

            const NAMES: &[(i32, &str)] = &[$(($number, $text)),*];

            /// Whether all bits of `flags` are set.
            #[must_use]
            pub const fn contains(self, flags: Self) -> bool {
                self.0 & flags.0 == flags.0
            }
        }

        impl core::ops::BitOr for $name {
            type Output = Self;

            fn bitor(self, other: Self) -> Self {
                Self(self.0 | other.0)
            }
        }

        impl Enumeration for $name {
            const TYPE_NAME: &'static str = $type_name;

            fn from_number(number: i32) -> Option<Self> {
                Some(Self(number))
            }

            fn from_name(names: &str) -> Option<Self> {
                flags_from_names(Self::NAMES, names).map(Self)
            }
        }

        impl From<$name> for Value {
            fn from(value: $name) -> Self {
                Object::enumeration($type_name, &flag_names($name::NAMES, value.0), value.0).into()
            }
        }
    };
}

/// The text .NET gives a set of flags: the largest that fit, smallest first; the number when something is left over.
fn flag_names(names: &[(i32, &str)], value: i32) -> String {
    let mut left = value;
    let mut found = Vec::new();
    for (flag, name) in names.iter().rev() {
        if *flag != 0 && left & flag == *flag {
            left &= !flag;
            found.push(*name);
        }
    }
    found.reverse();
    if left == 0 && !found.is_empty() { found.join(", ") } else { value.to_string() }
}

fn flags_from_names(names: &[(i32, &str)], text: &str) -> Option<i32> {
    text.split(',').try_fold(0, |flags, name| {
        let name = name.trim();
        let found = names.iter().find(|(_, n)| n.eq_ignore_ascii_case(name));
        Some(flags | found.map_or_else(|| name.parse().ok(), |(flag, _)| Some(*flag))?)
    })
}

enumeration! {
    /// The COM apartment a pool's threads run in (MS-PSRP 2.2.3.7 "ApartmentState"). Without effect outside of Windows.
    ApartmentState = "System.Threading.ApartmentState" {
        /// Single-threaded.
        Sta = 0 "STA",
        /// Multi-threaded.
        Mta = 1 "MTA",
        /// Not said.
        Unknown = 2 "Unknown",
    }
}

enumeration! {
    /// Which thread a pipeline runs on (MS-PSRP 2.2.3.6 "PSThreadOptions"). A stock server outside of Windows refuses
    /// `UseNewThread` and `ReuseThread`.
    PsThreadOptions = "System.Management.Automation.Runspaces.PSThreadOptions" {
        /// The server's default.
        Default = 0 "Default",
        /// A new one for each.
        UseNewThread = 1 "UseNewThread",
        /// The same for all of a runspace.
        ReuseThread = 2 "ReuseThread",
        /// The one that calls.
        UseCurrentThread = 3 "UseCurrentThread",
    }
}

enumeration! {
    /// Where a stream of a command goes (MS-PSRP 2.2.3.31 "PipelineResultTypes").
    PipelineResultTypes = "System.Management.Automation.Runspaces.PipelineResultTypes" {
        /// To its own place.
        None = 0 "None",
        /// To the output.
        Output = 1 "Output",
        /// The error stream.
        Error = 2 "Error",
        /// The warning stream. As a set of bits (Output and Error) in `MergePreviousResults`: unclaimed errors too.
        Warning = 3 "Warning",
        /// The verbose stream.
        Verbose = 4 "Verbose",
        /// The debug stream.
        Debug = 5 "Debug",
        /// The information stream.
        Information = 6 "Information",
        /// All streams.
        All = 7 "All",
        /// Nowhere.
        Null = 8 "Null",
    }
}

#[expect(clippy::derivable_impls, reason = "the enumeration is made by a macro")]
impl Default for PipelineResultTypes {
    fn default() -> Self {
        Self::None
    }
}

enumeration! {
    /// The state of a runspace pool (MS-PSRP 2.2.3.4 "RunspacePoolState"). A number on the wire.
    RunspacePoolState = "System.Management.Automation.Runspaces.RunspacePoolState" {
        /// Nothing was said.
        BeforeOpen = 0 "BeforeOpen",
        /// It is being opened.
        Opening = 1 "Opening",
        /// It can be used.
        Opened = 2 "Opened",
        /// It was closed.
        Closed = 3 "Closed",
        /// It is being closed.
        Closing = 4 "Closing",
        /// It ended by an error.
        Broken = 5 "Broken",
        /// It is being disconnected.
        Disconnecting = 6 "Disconnecting",
        /// It lives without a client.
        Disconnected = 7 "Disconnected",
        /// A client connects to it.
        Connecting = 8 "Connecting",
    }
}

enumeration! {
    /// The state of a pipeline (MS-PSRP 2.2.3.5 "PSInvocationState"). A number on the wire; only `Stopped`, `Completed`
    /// and `Failed` are sent.
    PsInvocationState = "System.Management.Automation.PSInvocationState" {
        /// It was not started.
        NotStarted = 0 "NotStarted",
        /// It runs.
        Running = 1 "Running",
        /// It is being stopped.
        Stopping = 2 "Stopping",
        /// It was stopped.
        Stopped = 3 "Stopped",
        /// It came to its end.
        Completed = 4 "Completed",
        /// It ended by an error.
        Failed = 5 "Failed",
        /// It runs without a client.
        Disconnected = 6 "Disconnected",
    }
}

impl PsInvocationState {
    /// Whether nothing follows it.
    #[must_use]
    pub const fn is_terminal(self) -> bool {
        matches!(self, Self::Stopped | Self::Completed | Self::Failed)
    }
}

enumeration! {
    /// Whether an activity goes on (MS-PSRP 2.2.5.1.25 "Progress Record").
    ProgressRecordType = "System.Management.Automation.ProgressRecordType" {
        /// It does.
        Processing = 0 "Processing",
        /// It has ended: its display can go.
        Completed = 1 "Completed",
    }
}

enumeration! {
    /// Who ran a command (MS-PSRP 2.2.3.30 "CommandOrigin").
    CommandOrigin = "System.Management.Automation.CommandOrigin" {
        /// The user of the runspace.
        Runspace = 0 "Runspace",
        /// Another command.
        Internal = 1 "Internal",
    }
}

enumeration! {
    /// Whether a command can be seen from outside of its session.
    SessionStateEntryVisibility = "System.Management.Automation.SessionStateEntryVisibility" {
        /// It can.
        Public = 0 "Public",
        /// It cannot.
        Private = 1 "Private",
    }
}

enumeration! {
    /// What kind of error it is (MS-PSRP 2.2.3.9 "ErrorCategory"). A number on the wire.
    ErrorCategory = "System.Management.Automation.ErrorCategory" {
        /// No category.
        NotSpecified = 0 "NotSpecified",
        /// Opening.
        OpenError = 1 "OpenError",
        /// Closing.
        CloseError = 2 "CloseError",
        /// A device.
        DeviceError = 3 "DeviceError",
        /// A dead-lock.
        DeadlockDetected = 4 "DeadlockDetected",
        /// An argument.
        InvalidArgument = 5 "InvalidArgument",
        /// Data.
        InvalidData = 6 "InvalidData",
        /// Not possible now.
        InvalidOperation = 7 "InvalidOperation",
        /// A result.
        InvalidResult = 8 "InvalidResult",
        /// A type.
        InvalidType = 9 "InvalidType",
        /// Metadata.
        MetadataError = 10 "MetadataError",
        /// Not implemented.
        NotImplemented = 11 "NotImplemented",
        /// Not installed.
        NotInstalled = 12 "NotInstalled",
        /// Not found.
        ObjectNotFound = 13 "ObjectNotFound",
        /// Stopped.
        OperationStopped = 14 "OperationStopped",
        /// Too late.
        OperationTimeout = 15 "OperationTimeout",
        /// Syntax.
        SyntaxError = 16 "SyntaxError",
        /// The parser.
        ParserError = 17 "ParserError",
        /// Not allowed.
        PermissionDenied = 18 "PermissionDenied",
        /// In use.
        ResourceBusy = 19 "ResourceBusy",
        /// There already.
        ResourceExists = 20 "ResourceExists",
        /// Not there.
        ResourceUnavailable = 21 "ResourceUnavailable",
        /// Reading.
        ReadError = 22 "ReadError",
        /// Writing.
        WriteError = 23 "WriteError",
        /// Standard error of a native program.
        FromStdErr = 24 "FromStdErr",
        /// Security.
        SecurityError = 25 "SecurityError",
        /// A protocol.
        ProtocolError = 26 "ProtocolError",
        /// A connection.
        ConnectionError = 27 "ConnectionError",
        /// Authentication.
        AuthenticationError = 28 "AuthenticationError",
        /// A limit.
        LimitsExceeded = 29 "LimitsExceeded",
        /// A quota.
        QuotaExceeded = 30 "QuotaExceeded",
        /// Not enabled.
        NotEnabled = 31 "NotEnabled",
    }
}

flags! {
    /// Which records carry invocation information (MS-PSRP 2.2.3.8 "RemoteStreamOptions").
    RemoteStreamOptions = "System.Management.Automation.RemoteStreamOptions" {
        /// ERROR_RECORD.
        ERROR = 1 "AddInvocationInfoToErrorRecord",
        /// WARNING_RECORD.
        WARNING = 2 "AddInvocationInfoToWarningRecord",
        /// DEBUG_RECORD.
        DEBUG = 4 "AddInvocationInfoToDebugRecord",
        /// VERBOSE_RECORD.
        VERBOSE = 8 "AddInvocationInfoToVerboseRecord",
        /// All four.
        ALL = 15 "AddInvocationInfo",
    }
}

flags! {
    /// Kinds of commands (MS-PSRP 2.2.3.19 "CommandType").
    CommandTypes = "System.Management.Automation.CommandTypes" {
        /// An alias.
        ALIAS = 1 "Alias",
        /// A function.
        FUNCTION = 2 "Function",
        /// A filter.
        FILTER = 4 "Filter",
        /// A cmdlet.
        CMDLET = 8 "Cmdlet",
        /// A script file.
        EXTERNAL_SCRIPT = 16 "ExternalScript",
        /// A native program.
        APPLICATION = 32 "Application",
        /// A script block.
        SCRIPT = 64 "Script",
        /// A DSC configuration.
        CONFIGURATION = 256 "Configuration",
        /// All of them.
        ALL = 383 "All",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_have_the_text_that_dotnet_gives_them() {
        let text = |value: Value| value.as_object().unwrap().to_string.as_ref().unwrap().to_string();
        assert_eq!(text(CommandTypes(271).into()), "Alias, Function, Filter, Cmdlet, Configuration");
        assert_eq!(text(CommandTypes::ALL.into()), "All");
        assert_eq!(text(CommandTypes(128).into()), "128");
        assert_eq!(text(RemoteStreamOptions(0).into()), "0");
        assert_eq!(text(RemoteStreamOptions::ALL.into()), "AddInvocationInfo");
        let some = RemoteStreamOptions::ERROR | RemoteStreamOptions::DEBUG;
        assert_eq!(text(some.into()), "AddInvocationInfoToErrorRecord, AddInvocationInfoToDebugRecord");
        assert_eq!(RemoteStreamOptions::from_value(&text(some.into()).as_str().into()), Some(some));
        assert_eq!(CommandTypes::from_value(&"Alias, Nonsense".into()), None);
    }

    #[test]
    fn enumerations_are_read_in_all_three_forms() {
        for value in [Value::from(ApartmentState::Unknown), 2.into(), "UNKNOWN".into(), "Unknown".into()] {
            assert_eq!(ApartmentState::from_value(&value), Some(ApartmentState::Unknown));
        }
        assert_eq!(ApartmentState::from_value(&3.into()), None);
        assert_eq!(ApartmentState::from_value(&Value::Nil), None);
    }
}
