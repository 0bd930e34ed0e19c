//! The types of the data cmdlets: enums of their parameters and the objects they write.

use super::TypeDef;

pub(super) const TYPES: &[TypeDef] = &[
    TypeDef::labels(
        "Newtonsoft.Json.StringEscapeHandling",
        &[("Default", 0), ("EscapeNonAscii", 1), ("EscapeHtml", 2)],
    ),
    TypeDef::labels(
        "Microsoft.PowerShell.Commands.JsonDateKind",
        &[("Default", 0), ("Local", 1), ("Utc", 2), ("Offset", 3), ("String", 4)],
    ),
    TypeDef::labels(
        "Microsoft.PowerShell.Commands.BaseCsvWritingCommand+QuoteKind",
        &[("Never", 0), ("Always", 1), ("AsNeeded", 2)],
    ),
    TypeDef::labels("Microsoft.PowerShell.Commands.Language", &[("CSharp", 0)]),
    TypeDef::labels(
        "Microsoft.PowerShell.Commands.OutputAssemblyType",
        &[("Library", 0), ("ConsoleApplication", 1), ("WindowsApplication", 2)],
    ),
    TypeDef::labels("Microsoft.PowerShell.Commands.ExportAliasFormat", &[("Csv", 0), ("Script", 1)]),
    TypeDef::labels("Microsoft.PowerShell.Commands.DisplayHintType", &[("Date", 0), ("Time", 1), ("DateTime", 2)]),
    TypeDef::class("System.Management.Automation.CachedValidValuesGeneratorBase")
        .implements(&["System.Management.Automation.IValidateSetValuesGenerator"]),
    TypeDef::class("System.Management.Automation.IValidateSetValuesGenerator").base(""),
    TypeDef::class("System.Management.Automation.OrderedHashtable").base("System.Collections.Hashtable"),
];
