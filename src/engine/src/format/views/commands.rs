//! Views: Commands, modules, variables, members, history.

use crate::format::view::{Expr, Node, Rows, View, calc, col, row, row_calc};

/// The directory of modules above those in it.
const DIRECTORY_OF_MODULES: &[Node] = &[
    Node::Text("    Directory: "),
    Node::Show(Expr::Script(
        "Split-Path -Parent $_.Path | ForEach-Object { (Split-Path -Leaf $_) -as [version] ? (Split-Path -Parent $_) : $_ } | Split-Path -Parent",
    )),
];

pub(super) const VIEWS: &[View] = &[
    View::table("Microsoft.PowerShell.Commands.MemberDefinition", &["Microsoft.PowerShell.Commands.MemberDefinition"], &[col("Name").label("Name"), col("MemberType").label("MemberType"), col("Definition").label("Definition")]).autosize().grouped(Expr::Property("TypeName"), "", &[]),
    View::table("history", &["Microsoft.PowerShell.Commands.HistoryInfo"], &[col("Id").width(4).right(), calc("Duration", "$d = $_.Duration; if ($d.TotalHours -ge 10) { '{0}:{1:mm\\:ss\\.fff}' -f [int]$d.TotalHours, $d } elseif ($d.TotalHours -ge 1) { $d.ToString('h\\:mm\\:ss\\.fff') } elseif ($d.TotalMinutes -ge 1) { $d.ToString('m\\:ss\\.fff') } else { $d.ToString('s\\.fff') }").width(12).right(), col("CommandLine")]),
    View::wide("history", &["Microsoft.PowerShell.Commands.HistoryInfo"], Expr::Property("CommandLine")),
    View::table("Variable", &["System.Management.Automation.PSVariable"], &[col("Name").width(30), col("Value")]),
    View::table("CommandInfo", &["System.Management.Automation.CommandInfo"], &[col("CommandType").width(15), col("Name")]),
    View::table("CommandInfo", &["System.Management.Automation.AliasInfo", "System.Management.Automation.ApplicationInfo", "System.Management.Automation.CmdletInfo", "System.Management.Automation.ExternalScriptInfo", "System.Management.Automation.FilterInfo", "System.Management.Automation.FunctionInfo", "System.Management.Automation.ScriptInfo"], &[col("CommandType").label("CommandType").width(15), calc("Name", "if ($_.CommandType -eq 'Alias') { $_.DisplayName } else { $_.Name }").width(50), col("Version").label("Version").width(10), col("Source").label("Source")]),
    View::table("TypeData", &["System.Management.Automation.Runspaces.TypeData"], &[col("TypeName").label("TypeName"), col("Members").label("Members")]),
    View::table("ApplicationInfo", &["System.Management.Automation.ApplicationInfo"], &[col("CommandType").width(15), col("Name"), col("Path")]),
    View::list("System.Management.Automation.ApplicationInfo", &["System.Management.Automation.ApplicationInfo"], &[Rows { types: &[], rows: &[&[row("Name"), row("CommandType"), row("Definition"), row("Extension"), row("Path"), row("FileVersionInfo")]] }]),
    View::table("ScriptInfo", &["System.Management.Automation.ScriptInfo"], &[col("CommandType").width(15), col("Name"), col("Definition")]),
    View::list("System.Management.Automation.ScriptInfo", &["System.Management.Automation.ScriptInfo"], &[Rows { types: &[], rows: &[&[row("Name"), row("CommandType"), row("Definition"), row("Path")]] }]),
    View::table("ExternalScriptInfo", &["System.Management.Automation.ExternalScriptInfo"], &[col("CommandType").width(15), col("Name"), col("Path")]),
    View::table("FunctionInfo", &["System.Management.Automation.FunctionInfo"], &[col("CommandType").width(15), col("Name"), col("Function")]),
    View::table("FilterInfo", &["System.Management.Automation.FilterInfo"], &[col("CommandType").width(15), col("Name"), col("Filter")]),
    View::table("AliasInfo", &["System.Management.Automation.AliasInfo"], &[col("CommandType").width(15), col("DisplayName")]),
    View::list("System.Management.Automation.AliasInfo", &["System.Management.Automation.AliasInfo"], &[Rows { types: &[], rows: &[&[row("DisplayName"), row("CommandType"), row("Definition"), row("ReferencedCommand"), row("ResolvedCommand")]] }]),
    View::list("System.Management.Automation.CmdletInfo", &["System.Management.Automation.CmdletInfo"], &[Rows { types: &[], rows: &[&[row("Name"), row("CommandType"), row("Definition"), row("Path"), row("DLL"), row("HelpFile"), row("ParameterSets"), row("ImplementingType"), row("Verb"), row("Noun")]] }]),
    View::list("System.Management.Automation.CommandInfo", &["System.Management.Automation.FilterInfo", "System.Management.Automation.FunctionInfo"], &[Rows { types: &[], rows: &[&[row("Name"), row("CommandType"), row("Definition")]] }]),
    View::table("System.Management.Automation.Subsystem.SubsystemInfo", &["System.Management.Automation.Subsystem.SubsystemInfo"], &[col("Kind").label("Kind").width(17).left(), calc("SubsystemType", "$_.SubsystemType.Name").width(18).left(), col("IsRegistered").label("IsRegistered").width(12).right(), col("Implementations").label("Implementations").left()]),
    View::list("System.Management.Automation.Subsystem.SubsystemInfo+ImplementationInfo", &["System.Management.Automation.Subsystem.SubsystemInfo+ImplementationInfo"], &[Rows { types: &[], rows: &[&[row("Id"), row("Kind"), row("Name"), row("Description"), row("ImplementationType")]] }]),
    View::list("ShellVariable", &["System.Management.Automation.ShellVariable"], &[Rows { types: &[], rows: &[&[row("Name"), row("Value")]] }]),
    View::table("Module", &["ModuleInfoGrouping"], &[col("ModuleType").width(10).left(), col("Version").width(10).left(), calc("PreRelease", "$_.PrivateData.PSData.PreRelease").width(10).left(), col("Name").width(35).left(), calc("PSEdition", "(($_.CompatiblePSEditions ? $_.CompatiblePSEditions : 'Desktop') | ForEach-Object { $_.Substring(0, 4) } | Sort-Object) -join ','").width(9).left(), calc("ExportedCommands", "$_.ExportedCommands.Keys").left()]).grouped(Expr::Script("Split-Path -Parent $_.Path | ForEach-Object { (Split-Path -Leaf $_) -as [version] ? (Split-Path -Parent $_) : $_ } | Split-Path -Parent"), "", DIRECTORY_OF_MODULES),
    View::table("Module", &["System.Management.Automation.PSModuleInfo"], &[col("ModuleType").width(10).left(), col("Version").width(10).left(), calc("PreRelease", "$_.PrivateData.PSData.PreRelease").width(10).left(), col("Name").width(35).left(), calc("ExportedCommands", "$_.ExportedCommands.Keys").left()]),
    View::wide("Module", &["System.Management.Automation.PSModuleInfo"], Expr::Property("Name")),
    View::list("Module", &["System.Management.Automation.PSModuleInfo"], &[Rows { types: &[], rows: &[&[row("Name"), row("Path"), row("Description"), row("ModuleType"), row("Version"), row_calc("PreRelease", "$_.PrivateData.PSData.PreRelease"), row("NestedModules"), row_calc("ExportedFunctions", "$_.ExportedFunctions.Keys"), row_calc("ExportedCmdlets", "$_.ExportedCmdlets.Keys"), row_calc("ExportedVariables", "$_.ExportedVariables.Keys"), row_calc("ExportedAliases", "$_.ExportedAliases.Keys")]] }]),
    View::table("ExperimentalFeature", &["System.Management.Automation.ExperimentalFeature"], &[col("Name").width(35).left(), col("Enabled").width(7).right(), col("Source").width(35).left(), col("Description").left()]),
    View::list("ExperimentalFeature", &["System.Management.Automation.ExperimentalFeature"], &[Rows { types: &[], rows: &[&[row("Name"), row("Enabled"), row("Source"), row("Description")]] }]),
    View::table("System.Management.Automation.PSTraceSource", &["System.Management.Automation.PSTraceSource"], &[col("Options").width(8), col("Name").width(20), col("Listeners").width(20), col("Description")]),
    View::list("System.Management.Automation.PSTraceSource", &["System.Management.Automation.PSTraceSource"], &[Rows { types: &[], rows: &[&[row("Name"), row("Description"), row("Options"), row("Listeners"), row("Attributes"), row("Switch")]] }]),
];
