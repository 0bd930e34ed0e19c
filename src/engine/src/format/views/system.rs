//! Views: Types of .NET, and what cmdlets make of objects.

use crate::format::view::{Expr, Rows, View, calc, col, row, row_calc};

pub(super) const VIEWS: &[View] = &[
    View::table(
        "Microsoft.PowerShell.Commands.TestConnectionCommand+PingStatus",
        &["Microsoft.PowerShell.Commands.TestConnectionCommand+PingStatus"],
        &[
            col("Ping").width(4).right(),
            col("Source").width(16),
            col("Address").width(25),
            calc("Latency(ms)", "if ($_.Status -eq 'TimedOut') { '*' } else { $_.Latency }").width(7).right(),
            calc("BufferSize(B)", "if ($_.Status -eq 'TimedOut') { '*' } else { $_.BufferSize }").width(10).right(),
            col("Status"),
        ],
    )
    .grouped(Expr::Property("Destination"), "", &[]),
    View::table(
        "Microsoft.PowerShell.Commands.TestConnectionCommand+TcpPortStatus",
        &["Microsoft.PowerShell.Commands.TestConnectionCommand+TcpPortStatus"],
        &[
            col("Id").width(4).right(),
            col("Source").width(16),
            col("TargetAddress").label("Address").width(25),
            col("Port").width(7).right(),
            calc("Latency(ms)", "$_.Latency").width(7).right(),
            col("Connected").width(10),
            col("Status"),
        ],
    )
    .grouped(Expr::Property("Target"), "", &[]),
    View::table(
        "Microsoft.PowerShell.Commands.TestConnectionCommand+PingMtuStatus",
        &["Microsoft.PowerShell.Commands.TestConnectionCommand+PingMtuStatus"],
        &[
            col("Source").width(16).left(),
            col("DisplayAddress").label("Address").width(25).left(),
            calc("Latency(ms)", "if ($_.Status -eq 'TimedOut') { '*' } else { $_.Latency }").width(7).right(),
            col("Status").width(16).left(),
            col("MtuSize").label("MtuSize(B)").width(7).right(),
        ],
    )
    .grouped(Expr::Property("Destination"), "", &[]),
    View::table(
        "Microsoft.PowerShell.Commands.TestConnectionCommand+TraceStatus",
        &["Microsoft.PowerShell.Commands.TestConnectionCommand+TraceStatus"],
        &[
            col("Hop").width(3).right(),
            calc("Hostname", "if ($_.Hostname) { $_.HostName } else { '*' }").width(25).left(),
            col("Ping").width(4).right(),
            calc("Latency(ms)", "if ($_.Status -eq 'TimedOut') { '*' } else { $_.Latency }").width(7).right(),
            col("Status").width(16).left(),
            col("Source").width(12).left(),
            col("TargetAddress").width(15).left(),
        ],
    )
    .grouped(Expr::Property("Target"), "", &[]),
    View::table(
        "Microsoft.PowerShell.Commands.ByteCollection",
        &["Microsoft.PowerShell.Commands.ByteCollection"],
        &[
            col("HexOffset").label("Offset").width(16).right(),
            col("HexBytes").label("Bytes\n00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F").width(47).left(),
            col("Ascii").label("Ascii").width(16).left(),
        ],
    )
    .grouped(Expr::Property("Label"), "", &[]),
    View::table(
        "System.Net.NetworkCredential",
        &["System.Net.NetworkCredential"],
        &[col("UserName").label("UserName").width(50), col("Domain").label("Domain").width(50)],
    ),
    View::table(
        "System.Reflection.Assembly",
        &["System.Reflection.Assembly"],
        &[
            col("GlobalAssemblyCache").label("GAC").width(6),
            col("ImageRuntimeVersion").label("Version").width(14),
            col("Location"),
        ],
    ),
    View::list(
        "System.Reflection.Assembly",
        &["System.Reflection.Assembly"],
        &[Rows {
            types: &[],
            rows: &[&[
                row("CodeBase"),
                row("EntryPoint"),
                row("EscapedCodeBase"),
                row("FullName"),
                row("GlobalAssemblyCache"),
                row("HostContext"),
                row("ImageFileMachine"),
                row("ImageRuntimeVersion"),
                row("Location"),
                row("ManifestModule"),
                row("MetadataToken"),
                row("PortableExecutableKind"),
                row("ReflectionOnly"),
            ]],
        }],
    ),
    View::table(
        "System.Reflection.AssemblyName",
        &["System.Reflection.AssemblyName"],
        &[col("Version").width(14), col("Name")],
    ),
    View::table(
        "System.Globalization.CultureInfo",
        &["System.Globalization.CultureInfo"],
        &[col("LCID").width(16), col("Name").width(16), col("DisplayName")],
    ),
    View::table(
        "System.Version",
        &["System.Version"],
        &[col("Major").width(6), col("Minor").width(6), col("Build").width(6), col("Revision").width(8)],
    ),
    View::table(
        "System.Version",
        &["System.Version#IncludeLabel"],
        &[
            col("Major").width(6),
            col("Minor").width(6),
            col("Build").width(6),
            col("Revision").width(8),
            col("PSSemVerPreReleaseLabel").width(26),
            col("PSSemVerBuildLabel").width(27),
        ],
    ),
    View::table(
        "System.Management.Automation.SemanticVersion",
        &["System.Management.Automation.SemanticVersion"],
        &[
            col("Major").width(6),
            col("Minor").width(6),
            col("Patch").width(6),
            col("PreReleaseLabel").width(15),
            col("BuildLabel").width(11),
        ],
    ),
    View::table("Dictionary", &["System.Collections.DictionaryEntry"], &[col("Name").width(30), col("Value")]),
    View::list(
        "System.Collections.DictionaryEntry",
        &["System.Collections.DictionaryEntry"],
        &[Rows { types: &[], rows: &[&[row("Name"), row("Value")]] }],
    ),
    View::table(
        "ProcessModule",
        &["System.Diagnostics.ProcessModule"],
        &[calc("Size(K)", "$_.Size").width(10).right(), col("ModuleName").width(50), col("FileName")],
    ),
    View::table(
        "process",
        &["System.Diagnostics.Process"],
        &[
            calc("NPM(K)", "[long]($_.NPM / 1KB)").width(7).right(),
            calc("PM(M)", "'{0:N2}' -f ($_.PM / 1MB)").width(8).right(),
            calc("WS(M)", "'{0:N2}' -f ($_.WS / 1MB)").width(10).right(),
            calc("CPU(s)", "'{0:N2}' -f [double]$_.CPU").width(10).right(),
            col("Id").width(7).right(),
            col("SI").width(3).right(),
            col("ProcessName"),
        ],
    ),
    View::table(
        "Priority",
        &["System.Diagnostics.Process"],
        &[col("ProcessName").width(20), col("Id").width(10).right(), col("WorkingSet64").width(12).right()],
    )
    .grouped(Expr::Property("PriorityClass"), "PriorityClass", &[]),
    View::table(
        "StartTime",
        &["System.Diagnostics.Process"],
        &[col("ProcessName").width(20), col("Id").width(10).right(), col("WorkingSet64").width(12).right()],
    )
    .grouped(Expr::Script("$_.StartTime.ToShortDateString()"), "StartTime.ToShortDateString()", &[]),
    View::wide("process", &["System.Diagnostics.Process"], Expr::Property("ProcessName")),
    View::table(
        "ProcessWithUserName",
        &["System.Diagnostics.Process#IncludeUserName"],
        &[
            calc("WS(M)", "'{0:N2}' -f ($_.WS / 1MB)").width(10).right(),
            calc("CPU(s)", "'{0:N2}' -f [double]$_.CPU").width(8).right(),
            col("Id").width(7).right(),
            col("UserName").width(30),
            col("ProcessName"),
        ],
    ),
    View::list(
        "System.TimeSpan",
        &["System.TimeSpan"],
        &[Rows {
            types: &[],
            rows: &[&[
                row("Days"),
                row("Hours"),
                row("Minutes"),
                row("Seconds"),
                row("Milliseconds"),
                row("Ticks"),
                row("TotalDays"),
                row("TotalHours"),
                row("TotalMinutes"),
                row("TotalSeconds"),
                row("TotalMilliseconds"),
            ]],
        }],
    ),
    View::table(
        "System.TimeSpan",
        &["System.TimeSpan"],
        &[col("Days"), col("Hours"), col("Minutes"), col("Seconds"), col("Milliseconds")],
    ),
    View::wide("System.TimeSpan", &["System.TimeSpan"], Expr::Property("TotalMilliseconds")),
    View::table("System.Guid", &["System.Guid"], &[col("Guid")]),
    View::table(
        "System.Management.Automation.PSMethod",
        &["System.Management.Automation.PSMethod"],
        &[calc("OverloadDefinitions", "$_.OverloadDefinitions | Out-String")],
    )
    .wrap(),
    View::table(
        "System.Threading.Tasks.Task",
        &["System.Threading.Tasks.Task"],
        &[col("Id").label("Id"), col("IsCompleted").label("IsCompleted"), col("Status").label("Status")],
    ),
    View::list(
        "System.Threading.Tasks.Task",
        &["System.Threading.Tasks.Task"],
        &[Rows {
            types: &[],
            rows: &[&[
                row("AsyncState"),
                row("AsyncWaitHandle"),
                row("CompletedSynchronously"),
                row("CreationOptions"),
                row("Exception"),
                row("Id"),
                row("IsCanceled"),
                row("IsCompleted"),
                row("IsCompletedSuccessfully"),
                row("IsFaulted"),
                row_calc("Result", "if ($_.IsCompleted) { $_.Result }"),
                row("Status"),
            ]],
        }],
    ),
    View::table(
        "System.RuntimeType",
        &["System.RuntimeType"],
        &[
            col("IsPublic").label("IsPublic").width(8),
            col("IsSerializable").label("IsSerial").width(8),
            col("Name").width(40),
            col("BaseType"),
        ],
    ),
    View::table(
        "Microsoft.PowerShell.Commands.GroupInfo",
        &["Microsoft.PowerShell.Commands.GroupInfo"],
        &[col("Count").label("Count").width(5).right(), col("Name").width(25), col("Group")],
    ),
    View::list(
        "Microsoft.PowerShell.Commands.GroupInfo",
        &["Microsoft.PowerShell.Commands.GroupInfo"],
        &[Rows { types: &[], rows: &[&[row("Name"), row("Count"), row("Group"), row("Values")]] }],
    ),
    View::table(
        "Microsoft.PowerShell.Commands.GroupInfoNoElement",
        &["Microsoft.PowerShell.Commands.GroupInfoNoElement"],
        &[col("Count").label("Count").width(5).right(), col("Name").width(25)],
    ),
    View::list(
        "Microsoft.PowerShell.Commands.GroupInfoNoElement",
        &["Microsoft.PowerShell.Commands.GroupInfoNoElement"],
        &[Rows { types: &[], rows: &[&[row("Name"), row("Count"), row("Values")]] }],
    ),
    View::table(
        "Microsoft.PowerShell.Commands.TextMeasureInfo",
        &["Deserialized.Microsoft.PowerShell.Commands.TextMeasureInfo"],
        &[
            col("Lines").label("Lines"),
            col("Words").label("Words"),
            col("Characters").label("Characters"),
            col("Property").label("Property"),
        ],
    ),
    View::list(
        "Microsoft.PowerShell.Commands.GenericMeasureInfo",
        &["Deserialized.Microsoft.PowerShell.Commands.GenericMeasureInfo"],
        &[Rows {
            types: &[],
            rows: &[&[row("Count"), row("Average"), row("Sum"), row("Maximum"), row("Minimum"), row("Property")]],
        }],
    ),
];
