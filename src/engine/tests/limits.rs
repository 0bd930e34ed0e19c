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
        "('x' * 300MB).ToCharArray()",
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
fn calls_go_as_deep_as_the_stack_bears_whatever_their_bodies_are() {
    let (said, _) = run(&["function f($n) { if ($n -gt 0) { 1 + (f ($n - 1)) } else { 0 } }; f 4000"]);
    assert_eq!(said, ["out <I32>4000</I32>"]);
    for (open, close) in [("if (1) { ", " }"), ("try { ", " } finally { }"), ("-not $(", ")"), ("& { ", " }")] {
        let body = format!("{}f{}", open.repeat(100), close.repeat(100));
        let script = format!("function f {{ {body} }}; try {{ f }} catch {{ $_.FullyQualifiedErrorId }}");
        let (said, _) = run(&[&script, "'alive'"]);
        assert_eq!(said, ["out CallDepthOverflow", "out alive"], "{open}");
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

/// Steps for tests that take more.
const STEPS: u64 = 20_000;

fn stepwise() -> Unix {
    Unix::default().with_steps(Some(STEPS))
}

#[test]
fn a_command_that_takes_too_many_steps_ends() {
    for script in [
        "while ($true) { }",
        "for (;;) { $i++ }",
        "foreach ($i in 1..1000000) { $null = $i }",
        "1..1000000 | ForEach-Object { $_ } | Out-Null",
        "1..1000000 | Where-Object { $false }",
        "while ($true) { try { while ($true) { throw 'x' } } catch { } }",
        "$p = [powershell]::Create().AddScript('while ($true) { }'); while ($true) { try { $p.Invoke() } catch { } }",
        "1..2 | ForEach-Object -Parallel { while ($true) { $i++ } }; while ($true) { }",
        "Start-ThreadJob { while ($true) { } } | Wait-Job | Out-Null; while ($true) { }",
        "& { begin { } process { } end { while ($true) { } } clean { 'clean' } } | Out-Null",
    ] {
        let (said, ends) = run_on(stepwise(), &[script, "1+1"]);
        assert!(id(&ends[0]).contains("NativeEngineStepLimit"), "{script}: {}", id(&ends[0]));
        assert!(id(&ends[0]).contains("20000") && id(&ends[0]).contains("limits.steps"), "{script}: {}", id(&ends[0]));
        assert_eq!(said.last().map(String::as_str), Some("out <I32>2</I32>"), "{script}: {said:?}");
    }
}

#[test]
fn steps_are_counted_for_each_command() {
    let script = "foreach ($i in 1..4000) { $null = $i }";
    let (_, ends) = run_on(stepwise(), &[script; 20]);
    assert!(ends.iter().all(|end| *end == End::Completed), "{ends:?}");
}

#[test]
fn what_cleans_up_gets_some_steps_more_and_no_end_of_them() {
    let tidy = "try { while ($true) { } } finally { foreach ($i in 1..200) { $done = $i }; 'cleaned' }";
    let endless = "try { try { while ($true) { } } finally { while ($true) { } } } finally { while ($true) { } }";
    let (said, ends) = run_on(stepwise(), &[tidy, endless, "'alive'"]);
    assert!(ends.iter().take(2).all(|end| id(end).contains("NativeEngineStepLimit")), "{ends:?}");
    assert_eq!(said, ["out cleaned", "out alive"]);
}

#[test]
fn a_job_counts_its_steps_with_the_command_that_started_it() {
    let (said, ends) = run_on(
        stepwise(),
        &[
            "$job = Start-ThreadJob { while ($true) { } }; $null = Wait-Job $job; $job.State, $job.JobStateInfo.Reason.Message",
            "Receive-Job $job -ErrorAction SilentlyContinue; 'alive'",
        ],
    );
    assert_eq!(said.first().map(String::as_str), Some("out Failed"), "{said:?}");
    assert!(said[1].contains("limits.steps"), "{said:?}");
    assert_eq!(ends[1], End::Completed);
}

#[test]
fn a_command_with_too_much_output_ends() {
    let machine = || Unix::default().with_output(Some(100_000));
    for script in [
        "while ($true) { 'x' * 1000 }",
        "'x' * 200000",
        "while ($true) { try { 'x' * 1000 } catch { } }",
        "$WarningPreference = 'Continue'; while ($true) { Write-Warning ('x' * 1000) }",
        "while ($true) { Write-Host ('x' * 1000) }",
        "while ($true) { Write-Error ('x' * 1000) }",
        "1..2 | ForEach-Object -Parallel { while ($true) { 'x' * 1000 } }",
        "try { while ($true) { 'x' * 1000 } } finally { while ($true) { 'y' * 1000 } }",
    ] {
        let (said, ends) = run_on(machine(), &[script, "1+1"]);
        assert!(id(&ends[0]).contains("NativeEngineOutputLimit"), "{script}: {}", id(&ends[0]));
        assert!(
            id(&ends[0]).contains("100000") && id(&ends[0]).contains("limits.output"),
            "{script}: {}",
            id(&ends[0])
        );
        let sent: usize = said.iter().map(String::len).sum();
        assert!(sent < 150_000, "{script}: {sent}");
        assert_eq!(said.last().map(String::as_str), Some("out <I32>2</I32>"), "{script}");
    }
    let (said, _) = run_on(machine(), &["try { while ($true) { 'x' * 1000 } } finally { 'cleaned' }", "'z' * 50000"]);
    assert_eq!(said.iter().filter(|line| *line == "out cleaned").count(), 1);
    assert!(said.last().is_some_and(|last| last.len() > 50_000));
}

#[test]
fn ranges_are_gone_through_without_being_made() {
    let (said, ends) = run_on(
        Unix::with_memory(LITTLE),
        &[
            "foreach ($i in 1..1000000000) { if ($i -gt 3) { break } }; \"$i\"",
            "1..1000000000 | Select-Object -First 2 | ForEach-Object { \"$_\" }",
            "switch (1..1000000000) { 3 { 'three'; break } }",
            "foreach ($i in 3..1) { $null = $foreach.MoveNext(); \"$i $($foreach.Current)\" }",
            "foreach ($i in 'a'..'c') { \"$i $($foreach.GetType().FullName)\" }",
            "foreach ($i in -1..-2147483648) { \"$i\"; break }",
            "foreach ($i in 1..4) { if ($i -eq 2) { \"$(@($foreach))\" } }",
            "try { 1..3000000000 | Out-Null } catch { $_.Exception.GetType().Name }",
        ],
    );
    assert!(ends.iter().all(|end| *end == End::Completed), "{ends:?}");
    let expected = [
        "out 4",
        "out 1",
        "out 2",
        "out three",
        "out 3 2",
        "out 1 ",
        "out a System.Management.Automation.CharRangeEnumerator",
        "out b System.Management.Automation.CharRangeEnumerator",
        "out c System.Management.Automation.CharRangeEnumerator",
        "out -1",
        "out 3 4",
        "out OverflowException",
    ];
    assert_eq!(said, expected);
}

#[test]
fn bytes_take_their_own_room_and_little_more() {
    let (said, ends) = run_on(
        Unix::with_memory(Unix::default().memory_used() + (400 << 20)),
        &[
            "$b = [byte[]]::new(200MB); $b[5] = 7; $b[-1] = 9; \"$($b.Length) $($b[5]) $($b[-1])\"",
            "$n = 0; foreach ($x in $b) { if (++$n -gt 10) { break } }; \"$n\"",
            "\"$(($b | Select-Object -First 6)[5])\"",
            "[array]::Reverse($b); \"$($b[0])\"",
            "$w = Add-Member -InputObject $b -NotePropertyName Note -NotePropertyValue 1 -PassThru; foreach ($x in $w) { \"$x\"; break }",
            "[array]::Copy($b, 0, $b, 10, 5); \"$($b[10])\"",
            "[array]::Clear($b, 0, 20); \"$($b[0]) $($b[10])\"",
            "$c = [char[]]::new(20MB); $c[3] = 'x'; \"$($c.Length) $($c[3])\"",
            "try { $o = [object[]]$b } catch { $e = $_.Exception; while ($e.InnerException) { $e = $e.InnerException }; $e.GetType().Name }",
            "try { $o = $b + 1 } catch { $e = $_.Exception; while ($e.InnerException) { $e = $e.InnerException }; $e.GetType().Name }",
            "try { $o = \"$b\" } catch { $e = $_.Exception; while ($e.InnerException) { $e = $e.InnerException }; $e.GetType().Name }",
            "try { $o = [Collections.Generic.List[byte]]$b } catch { $e = $_.Exception; while ($e.InnerException) { $e = $e.InnerException }; $e.GetType().Name }",
        ],
    );
    assert!(ends.iter().all(|end| *end == End::Completed), "{ends:?}");
    let too_much = "out OutOfMemoryException";
    let expected = [
        "out 209715200 7 9",
        "out 11",
        "out 7",
        "out 9",
        "out 9",
        "out 9",
        "out 0 0",
        "out 20971520 x",
        too_much,
        too_much,
        too_much,
        too_much,
    ];
    assert_eq!(said, expected);
}

#[test]
fn arrays_of_numbers_behave_as_all_arrays() {
    let (said, _) = run(&[
        "$i = [int[]](3, 1, 2); [array]::Sort($i); $i[1] += 40; \"$i $($i.GetType().Name) $($i -join ',') $($i -contains 42)\"",
        "$l = [long[]]::new(2); $l[0] = 5; $l[1] = [int]6; \"$l $($l[1].GetType().Name)\"",
        "$d = [double[]](1, 2.5); $d[0] = '7'; \"$d $($d[0].GetType().Name)\"",
        "$c = 'abc'.ToCharArray(); [array]::Reverse($c); \"$(-join $c) $([string]::new($c)) $($c.IndexOf([char]'b'))\"",
        "$b = [byte[]](1, 2, 3); try { $b[0] = 256 } catch { 'no' }; $e = $b.Clone(); $e[0] = 9; \"$b / $e\"",
        "$b = [byte[]](1, 2, 3); foreach ($x in $b) { $b[2] = 8; \"$x\" }",
        "$i = [int[]](1, 2); $n = $i + 3; \"$($n.GetType().Name) $n $($i.Length)\"; [array]::Resize([ref]$i, 4); \"$i\"",
        "$i = [int[]](1, 2, 3); [array]::Copy($i, 0, $i, 1, 2); \"$i\"; $i.Clear(); \"$i\"; $o = [object[]]::new(3); [array]::Copy($i, $o, 3); \"$o\"",
        "$m = [int[,]]::new(2, 2); $m[1, 1] = 4; \"$($m[1, 1]) $($m.Length) $m\"",
        "$b = [byte[]]::new(4); $r = [Random]::new(1); $r.NextBytes($b); $b.Length; [Convert]::ToBase64String([byte[]](1, 2, 3)); [BitConverter]::ToInt32([byte[]](1, 0, 0, 0), 0)",
        "function f { param([Parameter(Mandatory)][byte[]] $b, [ValidateCount(1, 3)][ValidateRange(0, 5)][int[]] $i) \"$b $i\" }; f -b 1, 2 -i 3, 4; try { f -b 1 -i 9 } catch { 'range' }; try { f -b @() -i 1 } catch { 'empty' }",
    ]);
    assert_eq!(
        said,
        [
            "out 1 42 3 Int32[] 1,42,3 True",
            "out 5 6 Int64",
            "out 7 2.5 Double",
            "out cba cba 1",
            "out no",
            "out 1 2 3 / 9 2 3",
            "out 1",
            "out 2",
            "out 8",
            "out Object[] 1 2 3 2",
            "out 1 2 0 0",
            "out 1 1 2",
            "out 0 0 0",
            "out 0 0 0",
            "out 4 4 0 0 0 4",
            "out <I32>4</I32>",
            "out AQID",
            "out <I32>1</I32>",
            "out 1 2 3 4",
            "out range",
            "out empty",
        ]
    );
}

#[test]
fn actions_run_in_loops_without_a_body() {
    let (said, _) = run(&["$global:done = $false; $t = [Timers.Timer]::new(20); $t.AutoReset = $false
        $null = Register-ObjectEvent $t Elapsed -Action { $global:done = $true }; $t.Start(); while (!$global:done) { }; 'done'"]);
    assert_eq!(said, ["out done"]);
}
