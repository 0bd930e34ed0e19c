//! What `Get-Variable` says of the variables that every session begins with.

/// The description of a variable that has none of its own.
pub(crate) fn of(name: &str) -> &'static str {
    TABLE.iter().find(|(have, _)| psrpd_dotnet::casing::eq(have, name)).map_or("", |(_, said)| said)
}

const TABLE: [(&str, &str); 35] = [
    ("?", "Status of last command"),
    (
        "ConfirmPreference",
        "Dictates when confirmation should be requested. Confirmation is requested when the ConfirmImpact of the operation is equal to or greater than $ConfirmPreference. If $ConfirmPreference is None, actions will only be confirmed when Confirm is specified.",
    ),
    ("DebugPreference", "Dictates the action taken when a Debug message is delivered"),
    ("EnabledExperimentalFeatures", "Variable to hold the enabled experimental feature names"),
    ("ErrorActionPreference", "Dictates the action taken when an error message is delivered"),
    ("ErrorView", "Dictates the view mode to use when displaying errors"),
    ("ExecutionContext", "The run objects available to cmdlets"),
    ("false", "Boolean False"),
    ("FormatEnumerationLimit", "Dictates the limit of enumeration on formatting IEnumerable objects"),
    ("HOME", "Folder containing the current user's profile"),
    ("Host", "A reference to the host of the current runspace"),
    ("InformationPreference", "Dictates the action taken when a command generates an item in the Information stream"),
    ("MaximumHistoryCount", "Maximum number of history objects to retain in a session"),
    ("NestedPromptLevel", "Dictates what type of prompt should be displayed for the current nesting level"),
    ("null", "References to the null variable always return the null value. Assignments have no effect."),
    ("OutputEncoding", "The text encoding used when piping text to a native executable file"),
    ("PID", "Current process ID"),
    ("ProgressPreference", "Dictates the action taken when progress records are delivered"),
    ("PSCulture", "Culture of the current PowerShell session"),
    ("PSDefaultParameterValues", "Variable to hold all default <cmdlet:parameter, value> pairs"),
    ("PSEdition", "Edition information for the current PowerShell session"),
    (
        "PSEmailServer",
        "Variable to contain the name of the email server. This can be used instead of the HostName parameter in the Send-MailMessage cmdlet.",
    ),
    ("PSHOME", "Parent folder of the host application of the current runspace"),
    ("PSNativeCommandArgumentPassing", "Dictates how arguments are passed to native executables."),
    (
        "PSNativeCommandUseErrorActionPreference",
        "If true, $ErrorActionPreference applies to native executables, so that non-zero exit codes will generate cmdlet-style errors governed by error action settings",
    ),
    (
        "PSSenderInfo",
        "Contains information about the remote user starting the remote session. This variable is available only from a remote session.",
    ),
    ("PSSessionApplicationName", "AppName where the remote connection will be established"),
    ("PSSessionConfigurationName", "Name of the session configuration which will be loaded on the remote computer"),
    ("PSStyle", "Configuration controlling how text is rendered."),
    ("PSUICulture", "UI culture of the current PowerShell session"),
    ("PSVersionTable", "Version information for current PowerShell session"),
    ("ShellId", "The ShellID identifies the current shell.  This is used by #Requires."),
    ("true", "Boolean True"),
    ("VerbosePreference", "Dictates the action taken when a Verbose message is delivered"),
    ("WarningPreference", "Dictates the action taken when a Warning message is delivered"),
];
