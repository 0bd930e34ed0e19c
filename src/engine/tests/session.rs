//! Sessions from outside: pipelines in, CLIXML out.

mod support;

use psrpd_engine::End;
use support::run;

#[test]
fn state_stays_between_pipelines() {
    let (said, ends) = run(&["$x = 1, 2; function f { $x | % { $_ * 2 } }", "f", "$x += 3; $x.Count"]);
    assert_eq!(said, ["out <I32>2</I32>", "out <I32>4</I32>", "out <I32>3</I32>"]);
    assert!(ends.iter().all(|end| *end == End::Completed));
}

#[test]
fn an_error_that_nothing_catches_ends_the_pipeline() {
    let (said, ends) = run(&["'a'; 1 / 0; 'b'", "try { 1 / 0 } catch { $_.Exception.GetType().Name }"]);
    assert_eq!(said, ["out a", "out RuntimeException"]);
    assert!(matches!(&ends[0], End::Failed(record) if record.contains("Attempted to divide by zero.")));
}

#[test]
fn commands_write_errors_and_go_on() {
    let (said, _) = run(&["Write-Error boom; 'next'; exit 3"]);
    assert_eq!(said, ["Error Microsoft.PowerShell.Commands.WriteErrorException", "out next", "exit 3"]);
}

#[test]
fn stop_ends_an_endless_loop_and_runs_finally() {
    let (said, ends) = run(&["try { 'ready'; while ($true) { } } finally { 'cleaned' }"]);
    assert_eq!(said, ["out cleaned"]);
    assert!(matches!(ends[..], [End::Stopped(_)]));
}

#[test]
fn endless_recursion_without_a_scope_of_its_own_is_an_error() {
    for script in
        ["$x = 'iex $x'; iex $x", "$b = { 1 | ForEach-Object $b }; & $b", "$b = { 1 | Where-Object $b }; & $b"]
    {
        let (said, ends) = run(&[script, "'alive'"]);
        assert_eq!(said, ["out alive"], "{script}");
        assert!(matches!(&ends[0], End::Failed(record) if record.contains("CallDepthOverflow")), "{script}");
    }
}

#[test]
fn endless_recursion_is_an_error() {
    let (said, ends) = run(&["function f { f }; f", "'alive'"]);
    assert_eq!(said, ["out alive"]);
    assert!(matches!(&ends[0], End::Failed(record) if record.contains("CallDepthOverflow")));
}

#[test]
fn actions_of_events_do_not_interrupt_each_other_nor_starve_the_pipeline() {
    let (said, _) = run(&["$global:depth = 0; $global:most = 0; $global:ran = 0; $t = [Timers.Timer]::new(5)
        $null = Register-ObjectEvent $t Elapsed -Action {
            $global:depth++; $global:most = [math]::Max($global:most, $global:depth)
            $e = [datetime]::Now.AddMilliseconds(30); while ([datetime]::Now -lt $e) { }
            $global:depth--; $global:ran++
        }
        $t.Start(); while ($global:ran -lt 5) { $null = 1 }; $t.Stop(); \"most $global:most\""]);
    assert_eq!(said, ["out most 1"]);
}

#[test]
fn what_declares_a_property_says_who_may_set_it() {
    let (said, _) = run(&[
        "$c = [cultureinfo]'en-US'; foreach ($name in 'IsReadOnly', 'Name') { try { $c.$name = 1 } catch { $_.Exception.Message } }",
        "$e = $ExecutionContext.InvokeCommand; @($e.GetCommands('prompt', 'Cmdlet', $false)).Count, @($e.GetCommands('prompt', 'Function', $false)).Count -join ','",
    ]);
    assert_eq!(said, ["out 'IsReadOnly' is a ReadOnly property.", "out 'Name' is a ReadOnly property.", "out 0,1"]);
}

#[test]
fn manifests_that_require_each_other_are_refused() {
    let script = "$m = [IO.Path]::Combine([IO.Path]::GetTempPath(), [guid]::NewGuid()); $env:PSModulePath = $m
        foreach ($pair in 'A B', 'B A') {
            $name, $other = -split $pair
            $null = New-Item -ItemType Directory $m/$name -Force
            Set-Content $m/$name/$name.psd1 \"@{ ModuleVersion = '1.0'; RequiredModules = '$other' }\"
        }
        try { Import-Module A -ErrorAction Stop } catch { $_.FullyQualifiedErrorId } finally { Remove-Item $m -Recurse }";
    let (said, _) = run(&[script]);
    assert_eq!(said, ["out Modules_InvalidManifest,Microsoft.PowerShell.Commands.ImportModuleCommand"]);
}

#[test]
fn a_trap_catches_what_fails_in_commands_that_its_block_calls() {
    let (said, _) = run(&["function f { 1 / 0; 'on' }; & { trap { \"trap $_\"; continue } f; 'next' }"]);
    assert_eq!(said, ["out trap Attempted to divide by zero.", "out next"]);
    // One that says nothing passes the error on to what is around.
    let (said, _) = run(&["function f { 1 / 0; 'on' }; & { trap { 'seen' } f; 'next' }"]);
    assert_eq!(said, ["out seen"]);
}

#[test]
fn attributes_of_classes_and_functions_are_objects() {
    let (said, _) = run(&[
        "class C { [ValidateSet('a', 'b')] $p }; [C].GetProperty('p').GetCustomAttributes($true).ValidValues -join ' '",
        "{ [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'High')] param() }.Attributes.ConfirmImpact.ToString()",
    ]);
    assert_eq!(said, ["out a b", "out High"]);
}
