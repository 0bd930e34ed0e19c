//! The basic use of remoting over SSH, check by check: what passes against the engine's own server passes against ours.

use e2e::client::StockClient;
use e2e::engine::Engine;
use e2e::on_engines;
use e2e::pwsh::Pwsh;
use e2e::sshd::{Config, Sshd};

/// Prints a line for each check.
const CHECKS: &str = r#"
$user = $env:USER_FOR_SSH
$ssh = @{ HostName = 'localhost'; Port = $c.Port; KeyFilePath = $c.KeyFilePath; UserName = $user; ConnectingTimeout = 60000 }
function is($is, $wanted) { if ("$is" -cne "$wanted") { throw "is <$is> and not <$wanted>" } }
function opened($s, $count = 1) {
    is @($s).Count $count
    foreach ($one in $s) { is $one.State 'Opened'; is $one.Transport 'SSH'; is $one.ComputerName 'localhost' }
    is (@(Invoke-Command $s { 40 + 2 }) -join ' ') ((@(42) * $count) -join ' ')
    Remove-PSSession $s
    foreach ($one in $s) { is $one.State 'Closed' }
}
function fails($script, $id) {
    try { $null = & $script } catch { is $_.FullyQualifiedErrorId $id; return }
    throw 'it does not fail'
}
$shared = New-PSSession @c
$checks = [ordered]@{
    'New-PSSession: host name' = { opened (New-PSSession @c) }
    'New-PSSession: host and user name' = { opened (New-PSSession @c -UserName $user) }
    'New-PSSession: user and host name in one' = {
        opened (New-PSSession -HostName "$user@localhost" -Port $c.Port -KeyFilePath $c.KeyFilePath -Options $c.Options)
    }
    'New-PSSession: name of the session' = { $s = New-PSSession @c -Name mine; is $s.Name 'mine'; opened $s }
    'New-PSSession: name of the subsystem' = { opened (New-PSSession @c -Subsystem powershell) }
    'New-PSSession: two hosts' = { $two = $c.Clone(); $two.HostName = @('localhost') * 2; opened (New-PSSession @two) 2 }
    'New-PSSession: SSHConnection' = { opened (New-PSSession -SSHConnection $ssh) }
    'New-PSSession: two SSHConnections' = { opened (New-PSSession -SSHConnection $ssh, $ssh) 2 }
    'New-PSSession: unknown subsystem' = {
        fails { New-PSSession @c -Subsystem nothing -ErrorAction Stop } 'PSSessionOpenFailed'
    }
    'New-PSSession: unknown key of SSHConnection' = {
        fails { New-PSSession -SSHConnection @{ HostName = 'localhost'; Colour = 'blue' } } 'Argument,Microsoft.PowerShell.Commands.NewPSSessionCommand'
    }
    'Get-PSSession: sessions of this client' = {
        $s = New-PSSession @c; is (Get-PSSession -Id $s.Id).InstanceId $s.InstanceId; Remove-PSSession $s
        is @(Get-PSSession).Count 1
    }
    'Invoke-Command: host name' = { is (Invoke-Command @c { 'a'; 'b' }) 'a b' }
    'Invoke-Command: two hosts' = {
        $two = $c.Clone(); $two.HostName = @('localhost') * 2; is (Invoke-Command @two { 'a' }) 'a a'
    }
    'Invoke-Command: SSHConnection' = { is (Invoke-Command -SSHConnection $ssh { 'a' }) 'a' }
    'Invoke-Command: arguments and using' = {
        $u = 3; is (Invoke-Command $shared { param($x) $x + $using:u } -ArgumentList 4) 7
    }
    'Invoke-Command: input' = { is (1..5 | Invoke-Command $shared { process { $_ * 2 } }) '2 4 6 8 10' }
    'Invoke-Command: script file' = {
        Set-Content script.ps1 'param($x) "got $x"'; is (Invoke-Command $shared -FilePath script.ps1 -ArgumentList 5) 'got 5'
    }
    'Invoke-Command: job' = {
        $job = Invoke-Command $shared { 1..3 } -AsJob; is ($job | Wait-Job | Receive-Job) '1 2 3'; is $job.State 'Completed'; Remove-Job $job
    }
    'Invoke-Command: job that is stopped' = {
        $job = Invoke-Command $shared { 1; while ($true) { Start-Sleep -Milliseconds 50 } } -AsJob
        while ($job.ChildJobs[0].Output.Count -eq 0) { Start-Sleep -Milliseconds 20 }
        Stop-Job $job; is $job.State 'Stopped'; is (Invoke-Command $shared { 'there' }) 'there'
    }
    'Invoke-Command: properties of results' = {
        $one = Invoke-Command $shared { [pscustomobject]@{ A = 1 } }
        is $one.A 1; is $one.PSComputerName 'localhost'; is ($one.RunspaceId -is [guid]) 'True'
    }
    'Invoke-Command: records' = {
        $quiet = @{ WarningAction = 'SilentlyContinue'; ErrorAction = 'SilentlyContinue'; InformationAction = 'SilentlyContinue' }
        $all = Invoke-Command $shared { 'o'; Write-Warning w; Write-Information i; Write-Error e } @quiet -WarningVariable w -ErrorVariable e -InformationVariable i
        is "$all $w $i $e" 'o w i e'
    }
    'Invoke-Command: terminating error' = {
        try { Invoke-Command $shared { throw 'boom' } -ErrorAction Stop; throw 'no' } catch { is $_ 'boom'; is $_.Exception.GetType().Name 'RemoteException' }
    }
    'Invoke-Command: error id' = {
        fails { Invoke-Command $shared { Get-Item /does/not/exist -ErrorAction Stop } -ErrorAction Stop } 'PathNotFound,Microsoft.PowerShell.Commands.GetItemCommand'
    }
    'Disconnect-PSSession: not over SSH' = {
                try { $null = Disconnect-PSSession $shared -ErrorAction Stop; throw 'no' } catch { is $shared.State 'Opened' }
    }
    'Copy-Item: to and from' = {
        $there = Join-Path $env:TMPDIR there.txt
        Set-Content here.txt 'content'
        Copy-Item here.txt $there -ToSession $shared; Copy-Item $there back.txt -FromSession $shared
        is (Get-Content back.txt) 'content'
    }
    'Import-PSSession: a function' = {
        Invoke-Command $shared { function global:Get-There { "there $args" } }
        $module = Import-PSSession $shared -CommandName Get-There -AllowClobber; is (Get-There 1) 'there 1'
        Remove-Module $module
    }
    'API: runspace' = {
        $info = [System.Management.Automation.Runspaces.SSHConnectionInfo]::new($user, 'localhost', $c.KeyFilePath, $c.Port)
        $r = [runspacefactory]::CreateRunspace($info); $r.Open(); is $r.RunspaceStateInfo.State 'Opened'
        $ps = [powershell]::Create($r); is ($ps.AddScript('6 * 7').Invoke()) 42
        $r.Close(); is $r.RunspaceStateInfo.State 'Closed'
    }
    'API: no runspace pool over SSH' = {
        $info = [System.Management.Automation.Runspaces.SSHConnectionInfo]::new($user, 'localhost', $c.KeyFilePath, $c.Port)
        fails { [runspacefactory]::CreateRunspacePool(1, 3, $info, $Host, $null) } 'NotSupportedException'
    }
    'API: port out of range' = {
        fails { [System.Management.Automation.Runspaces.SSHConnectionInfo]::new($user, 'localhost', $c.KeyFilePath, 70000) } 'ArgumentException'
    }
}
foreach ($name in $checks.Keys -like $which) {
    try { $null = & $checks[$name]; "passed: $name" } catch { "failed: ${name}: $_" }
    Get-PSSession | Where-Object Id -ne $shared.Id | Remove-PSSession
}
"#;

/// Runs the checks whose names match, against both servers at the same time.
fn same(engine: Engine, which: &str, count: usize) {
    let (Some(pwsh), Some(setup)) = (Pwsh::find(), engine.try_setup()) else { return };
    let printed = |sshd: &Sshd| {
        let printed = StockClient::new(&pwsh, sshd).run(&format!("$which = '{which}'\n{CHECKS}"));
        let lines = printed.lines().filter(|line| line.starts_with("passed: ") || line.starts_with("failed: "));
        lines.map(|line| format!("{line}\n")).collect::<String>()
    };
    let (direct, ours) = std::thread::scope(|scope| {
        let direct = scope.spawn(|| printed(&Config::powershell(pwsh.server()).start()));
        let ours = printed(setup.start().sshd());
        (direct.join().expect("the client of the engine's own server"), ours)
    });
    assert!(direct == ours, "{}", e2e::diff(&direct, &ours));
    assert!(!direct.contains("failed: "), "against both:\n{direct}");
    assert_eq!(direct.lines().count(), count, "{direct}");
}

fn the_same_checks_of_sessions_pass(engine: Engine) {
    same(engine, "*-PSSession:*", 13);
}

fn the_same_checks_of_commands_pass(engine: Engine) {
    same(engine, "Invoke-Command:*", 12);
}

fn the_same_checks_of_the_rest_pass(engine: Engine) {
    same(engine, "[AC]*:*", 4);
}

on_engines!([pwsh Pwsh, native Native] {
    the_same_checks_of_sessions_pass,
    the_same_checks_of_commands_pass,
    the_same_checks_of_the_rest_pass,
});
