//! Views: Sessions, runspaces, jobs, breakpoints, answers of web servers.

use crate::format::view::{Rows, View, calc, col, row, row_calc};

pub(super) const VIEWS: &[View] = &[
    View::table(
        "Runspace",
        &["System.Management.Automation.Runspaces.Runspace"],
        &[
            col("Id").label("Id").width(3).right(),
            col("Name").label("Name").width(15).left(),
            calc("ComputerName", "$_.ConnectionInfo ? $_.ConnectionInfo.ComputerName : 'localhost'").width(15).left(),
            calc("Type", "$_.ConnectionInfo ? 'Remote' : 'Local'").width(13).left(),
            calc("State", "$_.RunspaceStateInfo.State").width(13).left(),
            calc("Availability", "$_.Debugger.InBreakpoint ? 'InBreakpoint' : $_.RunspaceAvailability")
                .width(15)
                .left(),
        ],
    ),
    View::table(
        "PSSession",
        &["System.Management.Automation.Runspaces.PSSession"],
        &[
            col("Id").label("Id").width(3).right(),
            col("Name").label("Name").width(15).left(),
            col("Transport").label("Transport").width(9).left(),
            col("ComputerName").label("ComputerName").width(15).left(),
            col("ComputerType").label("ComputerType").width(15).left(),
            col("State").label("State").width(13).left(),
            col("ConfigurationName").label("ConfigurationName").width(20).left(),
            col("Availability").label("Availability").width(13).right(),
        ],
    ),
    View::table(
        "Job",
        &["System.Management.Automation.Job"],
        &[
            col("Id").label("Id").width(6).left(),
            col("Name").label("Name").width(15).left(),
            col("PSJobTypeName").label("PSJobTypeName").width(15).left(),
            col("State").label("State").width(13).left(),
            col("HasMoreData").label("HasMoreData").width(15).left(),
            col("Location").label("Location").width(20).left(),
            col("Command").label("Command").width(25).left(),
        ],
    ),
    View::table(
        "CallStackFrame",
        &["System.Management.Automation.CallStackFrame"],
        &[col("Command").label("Command"), col("Arguments").label("Arguments"), col("Location").label("Location")],
    ),
    View::table(
        "Breakpoint",
        &[
            "System.Management.Automation.CommandBreakpoint",
            "System.Management.Automation.LineBreakpoint",
            "System.Management.Automation.VariableBreakpoint",
        ],
        &[
            col("ID").label("ID").width(4).right(),
            calc("Script", "if ($_.Script) { Split-Path -Leaf $_.Script }"),
            col("Line").label("Line").width(4).right(),
            col("Command").label("Command"),
            col("Variable").label("Variable"),
            col("Action").label("Action"),
        ],
    ),
    View::list(
        "Breakpoint",
        &[
            "System.Management.Automation.CommandBreakpoint",
            "System.Management.Automation.LineBreakpoint",
            "System.Management.Automation.VariableBreakpoint",
        ],
        &[
            Rows { types: &[], rows: &[&[row("ID"), row("Script"), row("Enabled"), row("HitCount"), row("Action")]] },
            Rows {
                types: &["System.Management.Automation.LineBreakpoint"],
                rows: &[&[
                    row("ID"),
                    row("Script"),
                    row("Line"),
                    row("Column"),
                    row("Enabled"),
                    row("HitCount"),
                    row("Action"),
                ]],
            },
            Rows {
                types: &["System.Management.Automation.VariableBreakpoint"],
                rows: &[&[
                    row("ID"),
                    row("Variable"),
                    row("AccessMode"),
                    row("Enabled"),
                    row("HitCount"),
                    row("Action"),
                ]],
            },
            Rows {
                types: &["System.Management.Automation.CommandBreakpoint"],
                rows: &[&[row("ID"), row("Command"), row("Enabled"), row("HitCount"), row("Action")]],
            },
        ],
    ),
    View::list(
        "Microsoft.PowerShell.Commands.BasicHtmlWebResponseObject",
        &["Microsoft.PowerShell.Commands.BasicHtmlWebResponseObject"],
        &[Rows {
            types: &[],
            rows: &[&[
                row("StatusCode"),
                row("StatusDescription"),
                row_calc(
                    "Content",
                    "$t = [string]$_.Content; $t.Length -ge 200 ? $t.Substring(0, 200) + \"`u{2026}\" : $t",
                ),
                row_calc(
                    "RawContent",
                    "$t = [string]$_.RawContent; $t.Length -ge 200 ? $t.Substring(0, 200) + \"`u{2026}\" : $t",
                ),
                row("Headers"),
                row("Images"),
                row("InputFields"),
                row("Links"),
                row("RawContentLength"),
                row("RelationLink"),
            ]],
        }],
    ),
    View::list(
        "Microsoft.PowerShell.Commands.WebResponseObject",
        &["Microsoft.PowerShell.Commands.WebResponseObject"],
        &[Rows {
            types: &[],
            rows: &[&[
                row("StatusCode"),
                row("StatusDescription"),
                row("Content"),
                row_calc(
                    "RawContent",
                    "$t = [string]$_.RawContent; $t.Length -ge 200 ? $t.Substring(0, 200) + \"`u{2026}\" : $t",
                ),
                row("Headers"),
                row("RawContentLength"),
                row("RelationLink"),
            ]],
        }],
    ),
    View::table(
        "PSRunspaceDebug>",
        &["Microsoft.PowerShell.Commands.PSRunspaceDebug"],
        &[
            col("RunspaceId").label("Id").width(3).right(),
            col("RunspaceName").label("Name").width(20).left(),
            col("Enabled").label("Enabled").width(10).left(),
            col("BreakAll").label("BreakAll").width(10).left(),
        ],
    ),
];
