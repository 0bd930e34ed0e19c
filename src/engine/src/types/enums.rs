//! Enums.

use super::TypeDef;

pub(super) const TYPES: &[TypeDef] = &[
    TypeDef::labels(
        "System.DayOfWeek",
        &[
            ("Sunday", 0),
            ("Monday", 1),
            ("Tuesday", 2),
            ("Wednesday", 3),
            ("Thursday", 4),
            ("Friday", 5),
            ("Saturday", 6),
        ],
    ),
    TypeDef::labels(
        "System.Management.Automation.ValidateRangeKind",
        &[("Positive", 0), ("NonNegative", 1), ("Negative", 2), ("NonPositive", 3)],
    ),
    TypeDef::labels("System.DateTimeKind", &[("Unspecified", 0), ("Utc", 1), ("Local", 2)]),
    TypeDef::labels(
        "System.StringComparison",
        &[
            ("CurrentCulture", 0),
            ("CurrentCultureIgnoreCase", 1),
            ("InvariantCulture", 2),
            ("InvariantCultureIgnoreCase", 3),
            ("Ordinal", 4),
            ("OrdinalIgnoreCase", 5),
        ],
    ),
    TypeDef::flag_labels("System.StringSplitOptions", &[("None", 0), ("RemoveEmptyEntries", 1), ("TrimEntries", 2)]),
    TypeDef::flag_labels(
        "System.Management.Automation.SplitOptions",
        &[
            ("SimpleMatch", 1),
            ("RegexMatch", 2),
            ("CultureInvariant", 4),
            ("IgnorePatternWhitespace", 8),
            ("Multiline", 16),
            ("Singleline", 32),
            ("IgnoreCase", 64),
            ("ExplicitCapture", 128),
        ],
    ),
    TypeDef::labels(
        "System.MidpointRounding",
        &[("ToEven", 0), ("AwayFromZero", 1), ("ToZero", 2), ("ToNegativeInfinity", 3), ("ToPositiveInfinity", 4)],
    ),
    TypeDef::labels(
        "System.ConsoleColor",
        &[
            ("Black", 0),
            ("DarkBlue", 1),
            ("DarkGreen", 2),
            ("DarkCyan", 3),
            ("DarkRed", 4),
            ("DarkMagenta", 5),
            ("DarkYellow", 6),
            ("Gray", 7),
            ("DarkGray", 8),
            ("Blue", 9),
            ("Green", 10),
            ("Cyan", 11),
            ("Red", 12),
            ("Magenta", 13),
            ("Yellow", 14),
            ("White", 15),
        ],
    ),
    TypeDef::flag_labels(
        "System.Text.RegularExpressions.RegexOptions",
        &[
            ("None", 0),
            ("IgnoreCase", 1),
            ("Multiline", 2),
            ("ExplicitCapture", 4),
            ("Compiled", 8),
            ("Singleline", 16),
            ("IgnorePatternWhitespace", 32),
            ("RightToLeft", 64),
            ("ECMAScript", 256),
            ("CultureInvariant", 512),
            ("NonBacktracking", 1024),
        ],
    ),
    TypeDef::labels("Microsoft.PowerShell.Commands.TestPathType", &[("Any", 0), ("Container", 1), ("Leaf", 2)]),
    TypeDef::flag_labels(
        "System.IO.FileAttributes",
        &[
            ("None", 0),
            ("ReadOnly", 1),
            ("Hidden", 2),
            ("System", 4),
            ("Directory", 16),
            ("Archive", 32),
            ("Device", 64),
            ("Normal", 128),
            ("Temporary", 256),
            ("SparseFile", 512),
            ("ReparsePoint", 1024),
            ("Compressed", 2048),
            ("Offline", 4096),
            ("NotContentIndexed", 8192),
            ("Encrypted", 16384),
            ("IntegrityStream", 32768),
            ("NoScrubData", 131_072),
        ],
    ),
    TypeDef::labels(
        "System.IO.FileMode",
        &[("CreateNew", 1), ("Create", 2), ("Open", 3), ("OpenOrCreate", 4), ("Truncate", 5), ("Append", 6)],
    ),
    TypeDef::labels("System.Management.Automation.Runspaces.PipelineState", super::shell::STATES),
    TypeDef::labels(
        "System.Management.Automation.ActionPreference",
        &[
            ("SilentlyContinue", 0),
            ("Stop", 1),
            ("Continue", 2),
            ("Inquire", 3),
            ("Ignore", 4),
            ("Suspend", 5),
            ("Break", 6),
        ],
    ),
    TypeDef::labels(
        "System.Management.Automation.ConfirmImpact",
        &[("None", 0), ("Low", 1), ("Medium", 2), ("High", 3)],
    ),
    TypeDef::labels(
        "System.Management.Automation.ErrorView",
        &[("NormalView", 0), ("CategoryView", 1), ("ConciseView", 2), ("DetailedView", 3)],
    ),
    TypeDef::labels(
        "System.Management.Automation.NativeArgumentPassingStyle",
        &[("Legacy", 0), ("Standard", 1), ("Windows", 2)],
    ),
    TypeDef::labels(
        "System.Management.Automation.PSLanguageMode",
        &[("FullLanguage", 0), ("RestrictedLanguage", 1), ("NoLanguage", 2), ("ConstrainedLanguage", 3)],
    ),
    TypeDef::labels("System.Management.Automation.SessionStateEntryVisibility", &[("Public", 0), ("Private", 1)]),
    TypeDef::flag_labels(
        "System.Management.Automation.ScopedItemOptions",
        &[("None", 0), ("ReadOnly", 1), ("Constant", 2), ("Private", 4), ("AllScope", 8), ("Unspecified", 16)],
    ),
    TypeDef::flag_labels(
        "System.Management.Automation.CommandTypes",
        &[
            ("Alias", 1),
            ("Function", 2),
            ("Filter", 4),
            ("Cmdlet", 8),
            ("ExternalScript", 16),
            ("Application", 32),
            ("Script", 64),
            ("Configuration", 256),
            ("All", 383),
        ],
    ),
    TypeDef::labels(
        "System.Management.Automation.ModuleType",
        &[("Script", 0), ("Binary", 1), ("Manifest", 2), ("Cim", 3), ("Workflow", 4)],
    ),
    TypeDef::labels(
        "System.Management.Automation.ModuleAccessMode",
        &[("ReadWrite", 0), ("ReadOnly", 1), ("Constant", 2)],
    ),
    TypeDef::labels(
        "System.Reflection.ProcessorArchitecture",
        &[("None", 0), ("MSIL", 1), ("X86", 2), ("IA64", 3), ("Amd64", 4), ("Arm", 5)],
    ),
    TypeDef::labels("System.Management.Automation.CommandOrigin", &[("Runspace", 0), ("Internal", 1)]),
    TypeDef::flag_labels(
        "System.Management.Automation.PSMemberTypes",
        &[
            ("AliasProperty", 1),
            ("CodeProperty", 2),
            ("Property", 4),
            ("NoteProperty", 8),
            ("ScriptProperty", 16),
            ("PropertySet", 32),
            ("Method", 64),
            ("CodeMethod", 128),
            ("ScriptMethod", 256),
            ("ParameterizedProperty", 512),
            ("MemberSet", 1024),
            ("Event", 2048),
            ("Dynamic", 4096),
            ("InferredProperty", 8192),
            ("Properties", 31),
            ("Methods", 448),
            ("All", 16383),
        ],
    ),
    TypeDef::labels(
        "System.Management.Automation.ErrorCategory",
        &[
            ("NotSpecified", 0),
            ("OpenError", 1),
            ("CloseError", 2),
            ("DeviceError", 3),
            ("DeadlockDetected", 4),
            ("InvalidArgument", 5),
            ("InvalidData", 6),
            ("InvalidOperation", 7),
            ("InvalidResult", 8),
            ("InvalidType", 9),
            ("MetadataError", 10),
            ("NotImplemented", 11),
            ("NotInstalled", 12),
            ("ObjectNotFound", 13),
            ("OperationStopped", 14),
            ("OperationTimeout", 15),
            ("SyntaxError", 16),
            ("ParserError", 17),
            ("PermissionDenied", 18),
            ("ResourceBusy", 19),
            ("ResourceExists", 20),
            ("ResourceUnavailable", 21),
            ("ReadError", 22),
            ("WriteError", 23),
            ("FromStdErr", 24),
            ("SecurityError", 25),
            ("ProtocolError", 26),
            ("ConnectionError", 27),
            ("AuthenticationError", 28),
            ("LimitsExceeded", 29),
            ("QuotaExceeded", 30),
            ("NotEnabled", 31),
        ],
    ),
];

#[cfg(test)]
mod tests {
    use super::super::known;
    use crate::cmdlets::tests::sources;

    #[test]
    fn every_label_that_the_engine_names_is_there() {
        let mut missing = Vec::new();
        for source in sources().values() {
            for call in source.split("enum_value(").skip(1) {
                let mut words = call.split(')').next().unwrap_or("").split('"').skip(1).step_by(2);
                if let (true, Some(of), Some(label), None) =
                    (call.trim_start().starts_with('"'), words.next(), words.next(), words.next())
                    && !label.contains('{')
                    && known(of).labelled(label).is_none()
                {
                    missing.push(format!("{of}: {label}"));
                }
            }
        }
        assert!(missing.is_empty(), "{missing:#?}");
    }
}
