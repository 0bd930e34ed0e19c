//! No script outgrows its session, and none outlives a stop.

mod support;

use psrpd_engine::{End, Platform as _, Unix};
use support::{run, run_on};

/// Memory for tests that use it up.
const LITTLE: u64 = 160 << 20;

fn id(end: &End) -> &str {
    match end {
        End::Failed(record) => record,
        End::Completed => "completed",
        End::Stopped(_) => "stopped",
    }
}

/// Runs a script that uses up memory; the session must live on.
fn exhausts(script: &str) -> Vec<String> {
    let (said, ends) = run_on(Unix::with_memory(LITTLE), &[script, "Remove-Variable l; 'alive'"]);
    assert!(id(&ends[0]).contains("NativeEngineMemoryLimit"), "{script}: {}", id(&ends[0]));
    assert_eq!(said.last().map(String::as_str), Some("out alive"), "{script}: {said:?}");
    said
}

#[test]
fn a_pipeline_that_fills_the_memory_ends() {
    for script in [
        "$l = [Collections.Generic.List[object]]::new(); while ($true) { $l.Add('x' * 1MB) }",
        "$l = [Collections.Generic.List[object]]::new(); while ($true) { $l.Add('x' * 10KB) }",
        "$l = [Text.StringBuilder]::new(); while ($true) { $null = $l.Append('y' * 1MB) }",
        "$l = 1..1000 | ForEach-Object { , (1..100000) }",
    ] {
        exhausts(script);
    }
}

#[test]
fn nothing_catches_that_memory_is_full_but_finally_runs() {
    let said = exhausts(
        "$l = [Collections.ArrayList]::new()
        try { while ($true) { try { $null = $l.Add('x' * 1MB) } catch { 'caught' } } } finally { 'cleaned' }",
    );
    assert_eq!(said, ["out cleaned", "out alive"]);
}

#[test]
fn a_finally_block_does_not_fill_it_either() {
    exhausts(
        "$l = [Collections.ArrayList]::new(); try { while ($true) { $null = $l.Add('x' * 1MB) } } finally { while ($true) { $null = $l.Add('x' * 1MB) } }",
    );
}

#[test]
fn what_is_too_large_at_once_is_an_error_of_its_statement() {
    for script in [
        "'x' * 2000000000",
        "'x' * 1000000000",
        "1..1000000000",
        "(1, 2) * 1000000000",
        "[byte[]]::new(2147483647)",
        "[int[, ]]::new(100000, 100000)",
        "[string]::new('x', 2000000000)",
        "'x'.PadLeft(2147483647)",
        "'{0:d999999999}' -f 1",
        "$x = 'x' * 300MB; $x + $x",
        "('x' * 50MB).ToCharArray()",
        "(, 'x') * 1000 -join ('y' * 1MB)",
        "[Linq.Enumerable]::Range(1, 2147483647)",
        "[Collections.BitArray]::new(2147483647)",
        "[bigint]::Pow(10, 2147483647)",
        "[bigint]1 -shl 2147483647",
    ] {
        let caught = format!(
            "try {{ $null = $({script}) }} catch {{ $e = $_.Exception; while ($e.InnerException) {{ $e = $e.InnerException }}; $e.GetType().Name }}"
        );
        let (said, _) = run_on(Unix::with_memory(1 << 29), &[&caught]);
        assert_eq!(said, ["out OutOfMemoryException"], "{script}");
    }
}

#[test]
fn formats_may_ask_for_any_number_of_digits() {
    let (said, _) = run(&[
        "('{0:d70000}' -f 1).Length, ('{0:f70000}' -f 1.5).Length, ('{0:e70000}' -f 1.5).Length, ('{0:x70000}' -f 1).Length, (Get-Date -Format ('y' * 70000)).Length, (('{0:' + '0' * 70000 + '}') -f 1).Length | ForEach-Object { \"$_\" }",
    ]);
    assert_eq!(said, ["out 70000", "out 70002", "out 70007", "out 70000", "out 70000", "out 70000"]);
}

#[test]
fn objects_that_hold_themselves_are_shown_and_written() {
    for make in
        ["$o = [object[]]::new(1); $o[0] = $o", "$o = @{}; $o.o = $o", "$o = [pscustomobject]@{ o = 1 }; $o.o = $o"]
    {
        for use_it in [
            "\"$o\"",
            "Write-Host $o",
            "$o.ForEach('x')",
            ", $o | Format-Hex",
            ", $o | Out-String",
            ", $o | Format-Custom",
            ", $o | ConvertTo-Json -Depth 20",
            ", $o | ConvertTo-Xml -Depth 20",
            ", $o | Select-Object *",
            ", $o | Get-Member",
            ", $o",
        ] {
            let (said, _) = run(&[&format!("{make}; $null = & {{ {use_it} }} 2>&1 3>&1 6>&1"), "'alive'"]);
            assert_eq!(said.last().map(String::as_str), Some("out alive"), "{make}; {use_it}");
        }
    }
}

#[test]
fn long_chains_of_objects_go_without_the_stack() {
    let (said, _) = run(&[
        "$a = 1; for ($i = 0; $i -lt 20000; $i++) { $a = , $a }; $a = $null; 'arrays'",
        "$a = 1; for ($i = 0; $i -lt 20000; $i++) { $a = @{ a = $a } }; $a = $null; 'tables'",
        "$e = [Exception]::new('x'); for ($i = 0; $i -lt 5000; $i++) { $e = [Exception]::new('y', $e) }; if (\"$e\") { 'exceptions' }",
    ]);
    assert_eq!(said, ["out arrays", "out tables", "out exceptions"]);
}

#[test]
fn classes_that_make_themselves_overflow() {
    for class in [
        "class A { A() { [A]::new() } }",
        "class A { [A] $a = [A]::new() }",
        "class A { [string] ToString() { return \"$this\" } }",
    ] {
        let (said, _) =
            run(&[&format!("{class}; try {{ \"$([A]::new())\" }} catch {{ $_.FullyQualifiedErrorId }}"), "'alive'"]);
        assert_eq!(said, ["out CallDepthOverflow", "out alive"], "{class}");
    }
}

#[test]
fn a_match_that_takes_too_long_is_an_error() {
    let (said, _) =
        run(&["try { 'a' * 40 + '!' -match '^(?:(a)|(aa))+(?!b)$' } catch { $_.Exception.GetType().Name }"]);
    assert_eq!(said, ["out RegexMatchTimeoutException"]);
}

#[test]
fn memory_comes_back() {
    let used = || Unix::default().memory_used() >> 20;
    let before = used();
    exhausts("$l = [Collections.ArrayList]::new(); while ($true) { $null = $l.Add('x' * 1MB) }");
    assert!(used() < before + 64, "{before} MiB before, {} MiB after", used());
}
