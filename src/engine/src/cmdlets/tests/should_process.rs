//! Cmdlets that ask before they do something: with `-WhatIf` and where nobody answers `-Confirm`, nothing is done.

use std::collections::HashSet;

use super::{Lines, all, run_as};

/// A cmdlet, what is done before, its call, what would show that it did something, and what `-WhatIf` says, with HERE
/// for the current directory.
type Row = (&'static str, &'static str, &'static str, &'static str, &'static str);

#[rustfmt::skip]
const CALLS: &[Row] = &[
    ("Add-Content", "'x' > f", "Add-Content f y", r#""$(Get-Content f)""#, r#""Add Content" on target "Path: HERE/f"."#),
    ("Clear-Content", "'x' > f", "Clear-Content f", r#""$(Get-Content f)""#, r#""Clear Content" on target "Item: HERE/f"."#),
    ("Clear-History", "Add-History ([pscustomobject]@{ CommandLine = 'a'; ExecutionStatus = [System.Management.Automation.Runspaces.PipelineState]'Completed'; StartExecutionTime = Get-Date; EndExecutionTime = Get-Date })", "Clear-History", "@(Get-History).Count", r#""Clear-History" on target "This command will clear all the entries from the session history."."#),
    ("Clear-Item", "$x = 1", "Clear-Item Variable:x", r#""$x""#, r#""Clear Item" on target "Item: x"."#),
    ("Clear-ItemProperty", "'x' > f; Set-ItemProperty f IsReadOnly $true", "Clear-ItemProperty f Attributes", "(Get-Item f).IsReadOnly", r#""Clear Property File" on target "Item: HERE/f Property: Attributes"."#),
    ("Clear-Variable", "$x = 1", "Clear-Variable x", r#""$x""#, r#""Clear variable" on target "Name: x"."#),
    ("Compress-Archive", "'x' > f", "Compress-Archive f g.zip", "Test-Path g.zip", r#""Compress-Archive" on target "HERE/f"."#),
    ("Copy-Item", "'x' > f", "Copy-Item f g", "Test-Path g", r#""Copy File" on target "Item: HERE/f Destination: HERE/g"."#),
    ("Export-Alias", "", "Export-Alias a.csv gci", "Test-Path a.csv", r#""Export-Alias" on target "a.csv"."#),
    ("Export-Clixml", "", "1 | Export-Clixml a.xml", "Test-Path a.xml", r#""Export-Clixml" on target "a.xml"."#),
    ("Export-Csv", "", "1 | Export-Csv a.csv", "Test-Path a.csv", r#""Export-Csv" on target "a.csv"."#),
    ("ForEach-Object", "$n = 0", "7 | ForEach-Object { $script:n = 1 }", "$n", ""),
    ("ForEach-Object", "", "'ab' | ForEach-Object ToUpper", "1", r#""Invoke method 'ToUpper'" on target "InputObject: ab"."#),
    ("Import-Alias", "Set-Alias q Get-Date; Export-Alias a.csv q; Remove-Alias q", "Import-Alias a.csv", "Test-Path Alias:q", r#""Import Alias" on target "Name: q Value: Get-Date"."#),
    ("Invoke-Item", "'x' > f", "Invoke-Item f", "1", r#""Invoke Item" on target "Item: HERE/f"."#),
    ("Move-Item", "'x' > f", "Move-Item f g", "Test-Path g", r#""Move File" on target "Item: HERE/f Destination: HERE/g"."#),
    ("New-Alias", "", "New-Alias q Get-Date", "Test-Path Alias:q", r#""New Alias" on target "Name: q Value: Get-Date"."#),
    ("New-Item", "", "New-Item f", "Test-Path f", r#""Create File" on target "Destination: HERE/f"."#),
    ("New-Item", "", "New-Item d -ItemType Directory", "Test-Path d", r#""Create Directory" on target "Destination: HERE/d"."#),
    ("New-ModuleManifest", "", "New-ModuleManifest m.psd1", "Test-Path m.psd1", r#""Creating the "HERE/m.psd1" module manifest file." on target "HERE/m.psd1"."#),
    ("New-PSDrive", "", "New-PSDrive q FileSystem /tmp", "Test-Path q:", r#""New drive" on target "Name: q Provider: Microsoft.PowerShell.Core\FileSystem Root: /tmp"."#),
    ("New-TemporaryFile", "", "New-TemporaryFile", "1", r#""New-TemporaryFile" on target "/tmp/"."#),
    ("New-Variable", "", "New-Variable q 1", "Test-Path Variable:q", r#""New variable" on target "Name: q Value: 1"."#),
    ("Out-File", "", "1 | Out-File f", "Test-Path f", r#""Output to File" on target "f"."#),
    ("Remove-Event", "$null = New-Event e", "Remove-Event -SourceIdentifier e", "@(Get-Event).Count", r#""Remove" on target "Event 'e'"."#),
    ("Remove-Item", "'x' > f", "Remove-Item f", "Test-Path f", r#""Remove File" on target "HERE/f"."#),
    ("Remove-Item", "$null = New-Item d/e -ItemType Directory -Force", "Remove-Item d -Recurse", "Test-Path d", r#""Remove Directory" on target "HERE/d"."#),
    ("Remove-Module", "$null = New-Module m { } | Import-Module", "Remove-Module m", "@(Get-Module m).Count", ""),
    ("Remove-PSDrive", "$null = New-PSDrive q FileSystem /tmp", "Remove-PSDrive q", "@(Get-PSDrive q -ErrorAction Ignore).Count", r#""Remove Drive" on target "Name: q Provider: Microsoft.PowerShell.Core\FileSystem Root: /tmp"."#),
    ("Remove-TypeData", "Update-TypeData -TypeName My.T -MemberType NoteProperty -MemberName n -Value 1", "Remove-TypeData My.T", "@(Get-TypeData My.T).Count", r#""Remove TypeData" on target "Name of the type that will be removed: My.T"."#),
    ("Remove-Variable", "$x = 1", "Remove-Variable x", r#""$x""#, r#""Remove variable" on target "Name: x"."#),
    ("Rename-Item", "'x' > f", "Rename-Item f g", "Test-Path g", r#""Rename File" on target "Item: HERE/f Destination: HERE/g"."#),
    ("Set-Alias", "", "Set-Alias q Get-Date", "Test-Path Alias:q", r#""Set Alias" on target "Name: q Value: Get-Date"."#),
    ("Set-Clipboard", "", "'x' | Set-Clipboard", r#""$(Get-Clipboard)""#, r#""Set-Clipboard" on target "Set string 'x' to the clipboard."."#),
    ("Set-Content", "'x' > f", "Set-Content f y", r#""$(Get-Content f)""#, r#""Set Content" on target "Path: HERE/f"."#),
    ("Set-Date", "", "Set-Date '2030-01-02 03:04:05'", "(Get-Date).Year -eq 2030", r#""Set-Date" on target "01/02/2030 03:04:05"."#),
    ("Set-ExecutionPolicy", "", "Set-ExecutionPolicy RemoteSigned", "Get-ExecutionPolicy", r#""Set-ExecutionPolicy" on target "RemoteSigned"."#),
    ("Set-Item", "$x = 1", "Set-Item Variable:x 2", r#""$x""#, r#""Set Item" on target "Item: x Value: 2"."#),
    ("Set-ItemProperty", "'x' > f", "Set-ItemProperty f IsReadOnly $true", "(Get-Item f).IsReadOnly", r#""Set Property File" on target "Item: HERE/f Property: IsReadOnly Value: True"."#),
    ("Set-Variable", "$x = 1", "Set-Variable x 2", r#""$x""#, r#""Set variable" on target "Name: x Value: 2"."#),
    ("Start-Transcript", "", "Start-Transcript t.txt", "Test-Path t.txt", r#""Start-Transcript" on target "HERE/t.txt"."#),
    ("Unregister-Event", "$null = Register-EngineEvent e -Action { }", "Unregister-Event e", "@(Get-EventSubscriber).Count", r#""Unsubscribe" on target "Event subscription 'e'"."#),
    ("Update-FormatData", "'<Configuration />' > v.ps1xml", "Update-FormatData v.ps1xml", "1", r#""Update FormatData" on target "FileName: HERE/v.ps1xml"."#),
    ("Update-TypeData", "", "Update-TypeData -TypeName My.U -MemberType NoteProperty -MemberName n -Value 1", "@(Get-TypeData My.U).Count", r#""Update TypeData" on target "Type to update: My.U"."#),
];

/// Cmdlets that have nothing they could do here, or that other tests look after.
const OTHERS: &[&str] = &[
    // No provider has properties that come and go.
    "Copy-ItemProperty",
    "Move-ItemProperty",
    "New-ItemProperty",
    "Remove-ItemProperty",
    "Rename-ItemProperty",
    // They need a history, a download, jobs, sessions and processes.
    "Invoke-History",
    "Unblock-File",
    "Remove-Job",
    "Remove-PSSession",
    "Start-Process",
    "Stop-Job",
    "Stop-Process",
    // There are no breakpoints.
    "Disable-PSBreakpoint",
    "Enable-PSBreakpoint",
    "Remove-PSBreakpoint",
    // They need an archive and a transcript; what the first is not allowed to make it misses then.
    "Expand-Archive",
    "Stop-Transcript",
];

/// What is there before and after a call, and what the host and the error stream got.
fn effect(at: usize, (_, setup, call, state, _): &Row, parameter: &str) -> (Vec<String>, String) {
    let folder = std::env::temp_dir().join(format!("psrpd-asks-{}-{at}{parameter}", std::process::id()));
    let code = format!(
        "{setup}\n\"before $({state})\"\ntry {{ $null = {call} {parameter} }} catch {{ \"error $($_.FullyQualifiedErrorId)\" }}\n\"after $({state})\""
    );
    let lines = run_as(&code, &folder, Lines::with_host());
    (lines, folder.display().to_string())
}

fn unchanged(lines: &[String]) -> bool {
    let of = |word: &str| lines.iter().find_map(|line| line.strip_prefix(word)).map(str::trim);
    of("before").is_some() && of("before") == of("after")
}

#[test]
fn every_cmdlet_that_asks_is_called() {
    let called: HashSet<&str> = CALLS.iter().map(|row| row.0).chain(OTHERS.iter().copied()).collect();
    let asking = all().filter(|cmdlet| cmdlet.should_process).map(|cmdlet| cmdlet.name);
    let missing: Vec<&str> = asking.filter(|name| !called.contains(name)).collect();
    assert!(missing.is_empty(), "no test of -WhatIf: {missing:?}");
}

#[test]
fn what_if_does_nothing_and_says_what() {
    let mut wrong = String::new();
    for (at, row) in CALLS.iter().enumerate() {
        let (lines, folder) = effect(at, row, "-WhatIf");
        let said = format!("host What if: Performing the operation {}", row.4.replace("HERE", &folder));
        if !unchanged(&lines) || !row.4.is_empty() && !lines.contains(&said) {
            wrong.push_str(&format!("{}: {lines:#?}\n  expected {said}\n", row.2));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn confirm_asks_first() {
    let mut wrong = String::new();
    for (at, row) in CALLS.iter().enumerate() {
        let (lines, _) = effect(at, row, "-Confirm");
        let asked = lines.iter().any(|line| line.starts_with("question"));
        let refused = lines.iter().any(|line| line.contains("NoShouldProcessForScriptBlockSet"));
        if !asked && !refused || !unchanged(&lines) {
            wrong.push_str(&format!("{}: {lines:#?}\n", row.2));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
