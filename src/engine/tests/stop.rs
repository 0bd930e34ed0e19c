//! Whatever a session is at, a stop ends it soon, and the session lives on.
//!
//! A row has what makes it long ready first. It is stopped when it is in the thick of it: when its thread has worked for a
//! while, or waits. What counts is the processor time its thread uses behind that, which a busy machine does not change.

mod support;

use std::{
    fs,
    net::TcpListener,
    sync::{Arc, mpsc},
    thread,
    time::Duration,
};

use psrpd_engine::{Command, End, Pipeline, Session, Stop, Unix, limits};
use support::{Recorder, run};

/// How long a thread works before it is stopped.
const THICK: Duration = Duration::from_millis(100);

/// How often a thread is looked at, and how often it has to wait in a row before it is stopped.
const LOOK: Duration = Duration::from_millis(2);
const WAITS: u32 = 60;

/// What a thread may still work; programs that are not optimised take many times what the shipped one takes.
const BOUND: Duration = Duration::from_millis(1_500);

/// How long all of it may take on a machine that has other things to do.
const PATIENCE: Duration = Duration::from_secs(60);

/// A thread as the system sees it.
#[derive(Clone, Copy)]
struct Thread(i32);

impl Thread {
    fn this() -> Self {
        Self(rustix::thread::gettid().as_raw_nonzero().get())
    }

    fn read(self, file: &str) -> String {
        fs::read_to_string(format!("/proc/self/task/{}/{file}", self.0)).unwrap_or_default()
    }

    /// The processor time it has used.
    fn used(self) -> Duration {
        Duration::from_nanos(self.read("schedstat").split(' ').next().and_then(|n| n.parse().ok()).unwrap_or(0))
    }

    fn waits(self) -> bool {
        self.read("stat").rsplit(") ").next().is_some_and(|state| state.starts_with('S'))
    }
}

/// Runs a script that was made ready, and stops it; what was wrong.
fn stopped(ready: &str, script: &str) -> Result<Duration, String> {
    let (said, heard) = mpsc::channel();
    let (tell, told) = mpsc::channel();
    let stop = Stop::default();
    let (stopped, texts) = (stop.clone(), [ready, script, "\"$(1 + 1)\""].map(str::to_owned));
    let body = move || {
        let host = Recorder::new(said, stopped.clone());
        let mut session = Session::open(Arc::new(Unix::default()), Box::new(host), stopped.clone());
        for text in texts {
            let command = Command { text, is_script: true, ..Command::default() };
            let end = session.invoke(&Pipeline { commands: vec![command], ..Pipeline::default() });
            let this = Thread::this();
            if tell.send((end, this, this.used())).is_err() {
                return;
            }
            stopped.clear();
        }
    };
    thread::Builder::new().stack_size(limits::STACK_SIZE).spawn(body).unwrap();
    let late = |_| "does not end".to_owned();
    let (end, thread, before) = told.recv_timeout(PATIENCE).map_err(late)?;
    if end != End::Completed {
        return Err(format!("is not ready: {end:?}"));
    }
    let mut waits = 0;
    while thread.used().saturating_sub(before) < THICK && waits < WAITS {
        if let Ok((end, ..)) = told.recv_timeout(LOOK) {
            return Err(format!("ended before it was stopped: {end:?}"));
        }
        waits = if thread.waits() { waits + 1 } else { 0 };
    }
    let thick = thread.used();
    stop.set();
    let (end, _, used) = told.recv_timeout(PATIENCE).map_err(late)?;
    let latency = used.saturating_sub(thick);
    if !matches!(end, End::Stopped(_)) {
        return Err(format!("was not stopped: {end:?}"));
    }
    told.recv_timeout(PATIENCE).map_err(late)?;
    let said: Vec<String> = heard.try_iter().collect();
    match said.last().map(String::as_str) {
        _ if latency > BOUND => Err(format!("heard it after {latency:?}")),
        Some("out 2") => Ok(latency),
        other => Err(format!("lives on with {other:?}")),
    }
}

/// Stops each of the scripts.
fn all_stop(rows: &[(&str, &str)]) {
    let failed: Vec<String> = rows
        .iter()
        .filter_map(|(ready, script)| {
            let reason = stopped(ready, script).err()?;
            Some(format!("{ready}; {script}: {reason}"))
        })
        .collect();
    assert!(failed.is_empty(), "{failed:#?}");
}

#[test]
fn json_and_xml() {
    all_stop(&[
        ("$t = '[' + '1,' * 1MB + '1]'", "$t | ConvertFrom-Json"),
        (
            r#"$t = '{' + (-join (1..20000 | ForEach-Object { "`"a$_`":{`"b`":[1]}," })) + '"z":1}'"#,
            "while ($true) { $null = $t | ConvertFrom-Json }",
        ),
        ("$t = '[' + '1,' * 1MB + '1]'", "while ($true) { $null = Test-Json $t }"),
        ("$a = 1..300000", "while ($true) { $null = ConvertTo-Json -InputObject $a }"),
        ("$t = '<a>' + '<b>1</b>' * 400000 + '</a>'", "$x = [xml]$t"),
        ("$t = '<a>' + '<b>1</b>' * 400000 + '</a>'", "$x = [Xml.Linq.XDocument]::Parse($t)"),
        ("$x = [xml]('<a>' + '<b>1</b>' * 20000 + '</a>')", "$x.SelectNodes('//b[count(preceding::*) > 5]')"),
        ("$x = [xml]('<a>' + '<b>1</b>' * 20000 + '</a>')", "$x.SelectNodes('//*[. = //b]')"),
        (
            "$x = [xml]('<a>' + '<b>1</b>' * 20000 + '</a>')",
            "while ($true) { $null = Select-Xml -Xml $x -XPath '//b[last()]' }",
        ),
        (
            "$x = [xml]('<a>' + '<b>1</b>' * 20000 + '</a>')",
            "while ($true) { $null = $x.OuterXml; $null = $x.a.b; $null = $x.GetElementsByTagName('b') }",
        ),
        ("$a = 1..300000", "while ($true) { $null = $a | ConvertTo-Xml }"),
    ]);
}

#[test]
fn scripts_that_are_parsed() {
    all_stop(&[
        ("$t = '1;' * 4MB", "$null = [scriptblock]::Create($t)"),
        ("$t = '1;' * 4MB", "Invoke-Expression $t"),
        ("$t = '1;' * 4MB", "$null = [Management.Automation.Language.Parser]::ParseInput($t, [ref]$null, [ref]$null)"),
        (r#"$t = '"' + '$a ' * 1MB + '"'"#, "while ($true) { $null = [scriptblock]::Create($t) }"),
        ("$t = 'a ' * 4MB", "$null = [scriptblock]::Create($t)"),
        ("$t = ')' * 4MB", "$null = [scriptblock]::Create($t)"),
        ("$t = '1 | ' * 1MB + '1'", "$null = [scriptblock]::Create($t)"),
        ("$b = [scriptblock]::Create('$a = 1;' * 20KB)", "while ($true) { $null = $b.Ast.FindAll({ $true }, $true) }"),
    ]);
}

#[test]
fn loops_and_operators() {
    all_stop(&[
        ("", "foreach ($i in 1..20000000) { }"),
        ("", "1..10000000 | ForEach-Object { }"),
        ("", "for (;;) { }"),
        ("", "do { } until ($false)"),
        ("$a = 1..300000", r#"while ($true) { $null = -join $a; $null = "$a"; $null = $a -join ',' }"#),
        ("$t = 'a,' * 1MB", "while ($true) { $null = $t -split ','; $null = $t.Split(',') }"),
        ("$t = 'a,' * 1MB", "while ($true) { $null = $t -replace 'a', 'bb'; $null = [regex]::Matches($t, 'a') }"),
        (
            "$a = 1..300000",
            "while ($true) { $null = $a -eq 5; $null = $a -contains 'x'; $null = $a -match 'x'; $null = $a -like '*x' }",
        ),
        (
            "$a = 1..300000",
            "while ($true) { $null = $a.ForEach('ToString'); $null = $a.ForEach([string]); $null = $a.Foo; $null = $a.ToString() }",
        ),
        ("$a = 1..300000", "while ($true) { $null = [string[]]$a; $null = $a[$a]; $null = $a + $a }"),
        ("$a = 1..300000", "while ($true) { switch -Regex ($a) { 'x' { } } }"),
        ("$t = 'a' * 40 + '!'", "while ($true) { try { $null = $t -match '^(?:(a)|(aa))+(?!b)$' } catch { } }"),
        ("$t = 'a' * 100000", "while ($true) { $null = $t -like '*a*a*a*a*a*a*a*b' }"),
    ]);
}

#[test]
fn sorts_and_groups() {
    all_stop(&[
        (
            r#"$a = 1..50000 | ForEach-Object { "$_" }"#,
            "while ($true) { $null = $a | Sort-Object; [Array]::Sort($a); [Array]::Reverse($a) }",
        ),
        ("$a = 1..50000", "while ($true) { $null = $a | Sort-Object { -$_ } }"),
        ("$a = [Collections.Generic.List[int]](1..400000)", "$a.Sort({ $args[1] - $args[0] })"),
        ("$a = [int[]](1..400000); $b = $a.Clone()", "while ($true) { [Array]::Reverse($a); [Array]::Sort($a, $b) }"),
        ("$a = 1..50000", "while ($true) { $null = $a | Group-Object { $_ % 7 }; $null = $a | Measure-Object -Sum }"),
        ("$a = 1..20000", "while ($true) { Compare-Object $a (5..30000) | Out-Null }"),
        ("$a = 1..20000", "while ($true) { $null = $a | Select-Object -Unique; $null = $a | Get-Unique }"),
        (
            "$a = [int[]](1..50000)",
            "while ($true) { $null = [Linq.Enumerable]::OrderBy($a, [Func[int, int]] { -$args[0] }) }",
        ),
        (
            "$a = [int[]](1..20000)",
            "while ($true) { $null = [Linq.Enumerable]::GroupBy($a, [Func[int, int]] { $args[0] }) }",
        ),
        ("$a = [int[]](1..20000)", "while ($true) { $null = [Collections.Generic.SortedSet[int]]::new($a) }"),
    ]);
}

#[test]
fn tables_and_files_of_text() {
    all_stop(&[
        (r#"$t = "a,b`n" + "1,2`n" * 300000"#, "$null = $t | ConvertFrom-Csv"),
        (
            r#"$f = [IO.Path]::GetTempFileName(); [IO.File]::WriteAllText($f, "a,b`n" + "1,2`n" * 300000)"#,
            "try { $null = Import-Csv $f } finally { Remove-Item $f }",
        ),
        (
            "$a = 1..20000 | ForEach-Object { [pscustomobject]@{ a = $_; b = $_ } }",
            "while ($true) { $a | Export-Csv /dev/null; $a > /dev/null; $null = $a | ConvertTo-Html }",
        ),
        (
            "$a = 1..20000 | ForEach-Object { [pscustomobject]@{ a = $_; b = $_ } }",
            "while ($true) { $null = $a | Format-Table | Out-String; $null = $a | Format-List | Out-String -Stream }",
        ),
        (
            "$t = 'x ' * 1MB",
            "while ($true) { $null = [pscustomobject]@{ a = $t } | Format-Table -Wrap | Out-String -Width 80 }",
        ),
        (
            r#"$t = "x y`n" * 100KB"#,
            "while ($true) { $null = $t | Measure-Object -Line -Word; $null = $t | Select-String nope; $null = $t | Format-Hex }",
        ),
        (r##"$t = "# x`n`n* a`n" * 10KB"##, "while ($true) { $null = $t | ConvertFrom-Markdown }"),
        (
            "$a = 1..20000 | ForEach-Object { [pscustomobject]@{ a = $_; b = $_ } }",
            "while ($true) { $a | Export-Clixml /dev/null }",
        ),
        ("$o = @{}; $o.o = @(1..50 | ForEach-Object { $o })", "while ($true) { $null = ConvertTo-Json $o -Depth 40 }"),
        (
            "$t = [Management.Automation.PSSerializer]::Serialize((1..20000))",
            "while ($true) { $null = [Management.Automation.PSSerializer]::Deserialize($t) }",
        ),
        ("$a = 1..300000", "while ($true) { Write-Host $a }"),
    ]);
}

#[test]
fn long_strings_and_numbers() {
    all_stop(&[
        (
            "$t = 'x' * 20MB",
            "while ($true) { $null = $t.Replace('x', 'y'); $null = $t.IndexOf('yy'); $null = $t.ToUpper() }",
        ),
        (
            "$t = 'é' * 1MB",
            "while ($true) { $null = $t.IndexOf('yy'); $null = $t.LastIndexOf('yy'); $null = $t.EndsWith('éa') }",
        ),
        ("$t = 'é' * 1MB; $u = $t + 'a'", "while ($true) { $null = $t -eq $u; $null = $t -lt $u }"),
        ("$t = 'é' * 1MB", "for ($i = 0; ; $i++) { $null = $t[$i]; $null = $t.Substring($i, 1) }"),
        ("$t = 'x' * 1MB", "while ($true) { $null = $t.ToCharArray(); $null = [Text.Encoding]::UTF8.GetBytes($t) }"),
        (
            "$b = [byte[]]::new(1MB)",
            "while ($true) { $null = [Convert]::ToBase64String($b); $null = [Security.Cryptography.SHA256]::HashData($b) }",
        ),
        (
            "$t = '<' * 1MB",
            "while ($true) { $null = [Net.WebUtility]::HtmlEncode($t); $null = [uri]::EscapeDataString($t) }",
        ),
        (
            "$s = [Text.StringBuilder]::new('x' * 1MB)",
            "while ($true) { $null = $s.Replace('x', 'y').Insert(0, 'a').Remove(0, 1) }",
        ),
        ("", "while ($true) { $null = [bigint]::Pow(3, 50000).ToString() }"),
    ]);
}

#[test]
fn files_and_folders() {
    all_stop(&[
        ("", "while ($true) { $null = Get-ChildItem / -Recurse -Force -ErrorAction Ignore }"),
        ("", "while ($true) { $null = Get-Item /usr/*/*/* -ErrorAction Ignore; $null = Test-Path /usr/*/*/nope*/x }"),
        ("", "while ($true) { $null = [IO.Directory]::GetFiles('/usr', '*', 'AllDirectories') }"),
        ("", "Get-Content /dev/zero"),
        ("", "Get-Content -Raw /dev/zero"),
        ("", "Get-Content /dev/zero -Tail 5"),
        ("$f = [IO.Path]::GetTempFileName()", "try { Get-Content $f -Wait } finally { Remove-Item $f }"),
        ("", "[IO.File]::ReadAllText('/dev/zero')"),
        ("", "foreach ($l in [IO.File]::ReadLines('/dev/zero')) { }"),
        ("", "[IO.StreamReader]::new('/dev/zero').ReadLine()"),
        ("", "Get-FileHash /dev/zero"),
        ("", "Select-String x /dev/zero"),
        ("", "switch -File /dev/zero { default { } }"),
        ("", "Import-Csv /dev/zero"),
        (
            "$f = [IO.Path]::GetTempFileName(); $s = [IO.File]::OpenWrite($f); $s.SetLength(40GB); $s.Dispose()",
            r#"try { Copy-Item $f "$f.copy" } finally { Remove-Item $f, "$f.copy" -ErrorAction Ignore }"#,
        ),
        (
            "$f = [IO.Path]::GetTempFileName(); $s = [IO.File]::OpenWrite($f); $s.SetLength(40GB); $s.Dispose()",
            r#"try { [IO.File]::Copy($f, "$f.copy") } finally { Remove-Item $f, "$f.copy" -ErrorAction Ignore }"#,
        ),
        (
            r#"$d = Join-Path ([IO.Path]::GetTempPath()) ([guid]::NewGuid()); $null = mkdir $d; 1..300 | ForEach-Object { 'x' * 1000 > "$d/$_" }"#,
            r#"try { while ($true) { Compress-Archive $d "$d.zip" -Force; Expand-Archive "$d.zip" "$d.out" -Force } } finally { Remove-Item $d, "$d.zip", "$d.out" -Recurse -ErrorAction Ignore }"#,
        ),
        (
            r#"$d = Join-Path ([IO.Path]::GetTempPath()) ([guid]::NewGuid()); $null = mkdir $d; 1..300 | ForEach-Object { 'x' * 1000 > "$d/$_" }"#,
            r#"try { while ($true) { Copy-Item $d "$d.out" -Recurse; Remove-Item "$d.out" -Recurse } } finally { Remove-Item $d, "$d.out" -Recurse -ErrorAction Ignore }"#,
        ),
        (
            "$f = [IO.Path]::GetTempFileName(); Remove-Item $f; mkfifo $f",
            "try { Get-Content $f } finally { Remove-Item $f }",
        ),
        ("$f = [IO.Path]::GetTempFileName(); Remove-Item $f; mkfifo $f", "try { 'x' > $f } finally { Remove-Item $f }"),
    ]);
}

#[test]
fn what_waits() {
    all_stop(&[
        ("", "Start-Sleep 100"),
        ("", "[Threading.Thread]::Sleep(100000)"),
        ("", "[Threading.ManualResetEvent]::new($false).WaitOne()"),
        ("", "Start-ThreadJob { Start-Sleep 100 } | Wait-Job"),
        ("", "Start-ThreadJob { while ($true) { } } | Receive-Job -Wait"),
        ("", "1..5 | ForEach-Object -Parallel { while ($true) { } }"),
        ("", "Wait-Event -SourceIdentifier nothing"),
        (
            "",
            "$t = [Timers.Timer]::new(10); $null = Register-ObjectEvent $t Elapsed -MaxTriggerCount 1 -Action { while ($true) { } }; $t.Start(); while ($true) { $null = 1 }",
        ),
        ("", "$p = [powershell]::Create().AddScript('Start-Sleep 100'); $p.Invoke()"),
        ("class A { [string] ToString() { while ($true) { }; return '' } }", r#""$([A]::new())""#),
        (
            "",
            "$o = [pscustomobject]@{} | Add-Member -PassThru ScriptProperty x { while ($true) { } }; $o | Format-List | Out-String",
        ),
        ("", "function f { [CmdletBinding()] param() dynamicparam { while ($true) { } } }; f"),
    ]);
}

#[test]
fn programs_and_connections() {
    all_stop(&[
        ("", "sleep 100"),
        ("", r#"sh -c 'trap "" INT TERM; while :; do sleep 1; done'"#),
        ("", r#"sh -c 'trap "" INT TERM; while :; do :; done' | Out-Null"#),
        ("", "yes | cat | cat | Out-Null"),
        ("", "1..5000000 | cat | Out-Null"),
        ("", "'x' * 20MB | sh -c 'sleep 100'"),
        ("", "Start-Process sleep 100 -Wait"),
        ("", "$p = [Diagnostics.Process]::Start('sleep', '100'); $p.WaitForExit()"),
    ]);
}

#[test]
fn connections_to_who_says_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let ready = format!("$port = {}", listener.local_addr().unwrap().port());
    for script in [
        "Invoke-WebRequest http://127.0.0.1:$port/",
        "Invoke-RestMethod https://127.0.0.1:$port/ -SkipCertificateCheck",
        "[Net.Sockets.TcpClient]::new('127.0.0.1', $port).GetStream().ReadByte()",
        "[IO.StreamReader]::new([Net.Sockets.TcpClient]::new('127.0.0.1', $port).GetStream()).ReadToEnd()",
    ] {
        all_stop(&[(&ready, script)]);
    }
}

#[test]
fn what_cleans_up_runs_to_its_end() {
    let (said, ends) =
        run(&["try { 'ready'; while ($true) { } } finally { foreach ($i in 1..1000) { }; 'cleaned' }", "'alive'"]);
    assert_eq!(said, ["out cleaned", "out alive"]);
    assert!(matches!(ends[0], End::Stopped(_)));
}
