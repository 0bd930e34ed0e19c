#@ case: thread-job-output
$j = Start-ThreadJob { 1; 'two'; 3.5 }
$j | Wait-Job | Receive-Job

#@ case: thread-job-state
$j = Start-ThreadJob { 1 } -Name Alpha
$null = Wait-Job $j
$j.State; $j.Name; $j.HasMoreData; $j.PSJobTypeName; $j.Location; $j.Command; $j.StatusMessage; $j.ChildJobs.Count; "$($j.JobStateInfo)"
$null = Receive-Job $j
$j.HasMoreData; $j.GetType().FullName

#@ case: thread-job-streams
$j = Start-ThreadJob { 1; Write-Error bad; Write-Warning careful; Write-Host shown; Write-Information told; Write-Verbose more -Verbose; 2 }
$null = Wait-Job $j
"$($j.Output)"; "$($j.Error)"; "$($j.Warning)"; $j.Information.Count; "$($j.Verbose)"; "$($j.Debug)"
Receive-Job $j

#@ case: thread-job-arguments
Start-ThreadJob { param($a, $b) "$a/$b/$args" } -ArgumentList 1, 2, 3 | Receive-Job -Wait -AutoRemoveJob
@(Get-Job).Count

#@ case: thread-job-using
$v = 'outer'; $t = @{ k = 5 }
Start-ThreadJob { $using:v; ($using:t).k; "$using:v!" } | Receive-Job -Wait -AutoRemoveJob

#@ case: thread-job-using-expression
$t = @{ k = 5 }
try { Start-ThreadJob { $using:t.k } } catch { $_.FullyQualifiedErrorId; "$_"; "$($_.CategoryInfo)" }

#@ case: thread-job-live-objects
$h = @{ n = 0 }
$null = Start-ThreadJob { $t = $using:h; $t.n = 42 } | Wait-Job
$h.n

#@ case: thread-job-input
1..3 | Start-ThreadJob { $input | ForEach-Object { $_ * 2 } } | Receive-Job -Wait -AutoRemoveJob
Start-ThreadJob { $input } -InputObject 7 | Receive-Job -Wait -AutoRemoveJob

#@ case: thread-job-init-script
Start-ThreadJob { Twice 4 } -InitializationScript { function Twice($n) { $n * 2 } } | Receive-Job -Wait -AutoRemoveJob

#@ case: thread-job-throw
$j = Start-ThreadJob { 1; throw 'boom'; 2 }
$null = Wait-Job $j
$j.State; $j.JobStateInfo.Reason.GetType().FullName; $j.JobStateInfo.Reason.Message
try { Receive-Job $j -ErrorAction Stop } catch { $_.FullyQualifiedErrorId; "$_"; "$($_.CategoryInfo)"; $_.Exception.GetType().FullName }

#@ case: thread-job-statement-error
$j = Start-ThreadJob { 1/0; 'next' }
$null = Wait-Job $j
$j.State; $j.Error.Count; $j.Error[0].FullyQualifiedErrorId
Receive-Job $j

#@ case: thread-job-stop
$j = Start-ThreadJob { 'first'; Start-Sleep 60; 'never' }
while (-not $j.HasMoreData) { Start-Sleep -Milliseconds 50 }
Stop-Job $j
$j.State
Receive-Job $j
Remove-Job $j
@(Get-Job).Count

#@ case: thread-job-remove-running
$j = Start-ThreadJob { Start-Sleep 60 }
while ($j.State -eq 'NotStarted') { Start-Sleep -Milliseconds 50 }
try { Remove-Job $j -ErrorAction Stop } catch { $_.FullyQualifiedErrorId; "$($_.CategoryInfo)"; "$_" -replace '\d+', 'N' }
Remove-Job $j -Force
@(Get-Job).Count

#@ case: thread-job-wait-timeout
$j = Start-ThreadJob { Start-Sleep 60 }
@(Wait-Job $j -Timeout 1).Count
Remove-Job $j -Force

#@ case: thread-job-wait-any
$a = Start-ThreadJob { Start-Sleep 60 } -Name slow; $b = Start-ThreadJob { 1 } -Name quick
(Wait-Job $a, $b -Any).Name
Get-Job | Remove-Job -Force

#@ case: thread-job-keep
$j = Start-ThreadJob { 1; 2 }
$null = Wait-Job $j
Receive-Job $j -Keep
Receive-Job $j
'none left'
Receive-Job $j

#@ case: thread-job-throttle
$a = Start-ThreadJob { Start-Sleep 60 } -ThrottleLimit 1
while ($a.State -eq 'NotStarted') { Start-Sleep -Milliseconds 50 }
$b = Start-ThreadJob { 2 }
Start-Sleep -Milliseconds 300
$a.State; $b.State
Stop-Job $a
(Wait-Job $b).State
Get-Job | Remove-Job -Force

#@ case: thread-job-file
$f = New-TemporaryFile
Set-Content $f 'param($x) "file $x"'
Rename-Item $f "$($f.Name).ps1"
Start-ThreadJob -FilePath "$f.ps1" -ArgumentList 3 | Receive-Job -Wait -AutoRemoveJob
Remove-Item "$f.ps1"

#@ case: thread-job-object
$j = Start-ThreadJob { 1 } -Name shown
$null = Wait-Job $j
$j | Select-Object State, Name, HasMoreData, Location, Command, PSJobTypeName
($j.PSObject.Properties | ForEach-Object Name) -join ' '
$j.PSObject.TypeNames

#@ case: get-job-select
$a = Start-ThreadJob { 1 } -Name one; $b = Start-ThreadJob { throw 'x' } -Name two
$null = Wait-Job $a, $b
Get-Job -Name t* | ForEach-Object Name
Get-Job -State Completed | ForEach-Object Name
Get-Job -Id $b.Id | ForEach-Object Name
Get-Job -InstanceId $a.InstanceId | ForEach-Object Name
Get-Job -HasMoreData $true | ForEach-Object Name
Get-Job -Newest 1 | ForEach-Object Name
Get-Job -Filter @{ State = 'Failed' } | ForEach-Object Name
Get-Job | Remove-Job

#@ case: get-job-missing
foreach ($find in { Get-Job -Id 99 }, { Get-Job -Name nope }, { Get-Job -InstanceId ([guid]::Empty) }, { Receive-Job -Id 99 }, { Wait-Job -Name nope }, { Stop-Job -Id 99 }, { Remove-Job -Name nope }) {
    try { $ErrorActionPreference = 'Stop'; & $find } catch { $_.FullyQualifiedErrorId; "$_"; "$($_.CategoryInfo)" }
}
Get-Job -Name no*

#@ case: receive-job-autoremove
try { Start-ThreadJob { 1 } | Receive-Job -AutoRemoveJob -ErrorAction Stop } catch { $_.FullyQualifiedErrorId; "$_" }

#@ case: receive-job-write-job
Start-ThreadJob { 5 } -Name w | Receive-Job -Wait -WriteJobInResults | ForEach-Object { $_.GetType().Name }

#@ case: job-table
$j = Start-ThreadJob { 1 } -Name tab
$null = Wait-Job $j
$j | Format-Table | Out-String -Width 120
Get-Job | Select-Object Name, State | Format-Table | Out-String

#@ case: job-list
$j = Start-ThreadJob { 1 } -Name li
$null = Wait-Job $j
$j | Format-List Name, State, Output, Error, HasMoreData, Location, Command | Out-String

#@ case: start-job-output
Start-Job { 1; 'two'; [pscustomobject]@{ a = 1; b = 'x' } } | Receive-Job -Wait -AutoRemoveJob | ForEach-Object { "$($_.GetType().Name) $_" -replace 'Id=[-\w]+', 'Id=X' }

#@ case: start-job-deserialized
$r = Start-Job { Get-Item / ; @{ k = 1 }; [version]'1.2'; [System.DayOfWeek]::Friday } | Receive-Job -Wait -AutoRemoveJob
$r | ForEach-Object { $_.PSObject.TypeNames[0] }

#@ case: start-job-notes
$r = Start-Job { [pscustomobject]@{ a = 1 } } | Receive-Job -Wait -AutoRemoveJob
$r.PSObject.Properties | ForEach-Object Name
$r.PSComputerName; $r.PSShowComputerName; $r.RunspaceId.GetType().Name

#@ case: start-job-state
$j = Start-Job { 1 } -Name beta
$null = Wait-Job $j
$j.State; $j.Name; $j.HasMoreData; $j.PSJobTypeName; $j.Location; $j.Command; $j.ChildJobs.Count; $j.GetType().FullName
$c = $j.ChildJobs[0]
$c.State; $c.Location; $c.GetType().FullName; "$($c.Output)"
$c.Id - $j.Id
Remove-Job $j

#@ case: start-job-arguments
Start-Job { param($a, $b) "$a/$b"; $a.GetType().Name } -ArgumentList 1, @{ q = 2 } | Receive-Job -Wait -AutoRemoveJob | ForEach-Object { "$_" }

#@ case: start-job-using
$v = 'outer'; $o = [pscustomobject]@{ p = 3 }
Start-Job { $using:v; $using:o.p; ($using:o).PSObject.TypeNames[0] } | Receive-Job -Wait -AutoRemoveJob | ForEach-Object { "$_" }

#@ case: start-job-input
1..2 | Start-Job { $input | ForEach-Object { "<$_>" } } | Receive-Job -Wait -AutoRemoveJob | ForEach-Object { "$_" }
Start-Job { $input | ForEach-Object { "<$_>" } } -InputObject 1, 2 | Receive-Job -Wait -AutoRemoveJob | ForEach-Object { "$_" }

#@ case: start-job-directory
Start-Job { "$PWD"; $x } -WorkingDirectory / -InitializationScript { $x = 4 } | Receive-Job -Wait -AutoRemoveJob | ForEach-Object { "$_" }
Set-Location /usr
Start-Job { "$PWD" } | Receive-Job -Wait -AutoRemoveJob | ForEach-Object { "$_" }

#@ case: start-job-own-process
$p = Start-Job { $PID } | Receive-Job -Wait -AutoRemoveJob
$p -ne $PID
$x = 1
Start-Job { $x = 5; $env:FROM_JOB = 'set' } | Receive-Job -Wait -AutoRemoveJob
$x; "[$env:FROM_JOB]"

#@ case: start-job-throw
$j = Start-Job { 1; throw 'boom' }
$null = Wait-Job $j
$j.State; $j.ChildJobs[0].JobStateInfo.Reason.GetType().FullName; $j.ChildJobs[0].JobStateInfo.Reason.Message
try { Receive-Job $j -ErrorAction Stop | ForEach-Object { "$_" } } catch { $_.FullyQualifiedErrorId; "$_"; "$($_.CategoryInfo)"; $_.Exception.GetType().FullName }

#@ case: start-job-error
$j = Start-Job { Write-Error bad; 'after' }
$null = Wait-Job $j
$j.State; $j.ChildJobs[0].Error.Count
$r = Receive-Job $j -ErrorVariable e -ErrorAction SilentlyContinue
"$r"; $e.Count; $e[0].GetType().FullName; $e[0].FullyQualifiedErrorId; "$($e[0])"

#@ case: start-job-streams
$j = Start-Job { Write-Warning careful; Write-Host shown; Write-Information told; Write-Verbose more -Verbose }
$null = Wait-Job $j
$c = $j.ChildJobs[0]
$c.Information.Count; $c.Warning.Count; $c.Verbose.Count
Receive-Job $j

#@ case: start-job-stop
$j = Start-Job { 'first'; Start-Sleep 60 }
while (-not $j.ChildJobs[0].Output.Count) { Start-Sleep -Milliseconds 50 }
Stop-Job $j
$j.State; $j.ChildJobs[0].State
Receive-Job $j | ForEach-Object { "$_" }
Remove-Job $j

#@ case: start-job-stop-pass-thru
$j = Start-Job { Start-Sleep 60 }
(Stop-Job $j -PassThru).State
Remove-Job $j

#@ case: start-job-file
$f = "$(New-TemporaryFile).ps1"
Set-Content $f 'param($x) "file $x"'
Start-Job -FilePath $f -ArgumentList 3 | Receive-Job -Wait -AutoRemoveJob | ForEach-Object { "$_" }
Remove-Item $f

#@ case: start-job-refusals
try { Start-Job -FilePath /nope.ps1 -ErrorAction Stop } catch { $_.FullyQualifiedErrorId; "$_" }
try { Start-Job { 1 } -WorkingDirectory /nope -ErrorAction Stop } catch { $_.FullyQualifiedErrorId; "$_" }
try { Start-Job { 1 } -RunAs32 -ErrorAction Stop } catch { $_.FullyQualifiedErrorId }

#@ case: start-job-exit
$j = Start-Job { 1; exit 3; 2 }
$null = Wait-Job $j -Timeout 20
$j.State
Remove-Job $j -Force

#@ case: start-job-table
$j = Start-Job { 1 } -Name tab
$null = Wait-Job $j
$j | Format-Table | Out-String -Width 120
Remove-Job $j

#@ case: background-operator
$j = 'a', 'b' | ForEach-Object { "$_!" } &
$j.GetType().FullName; $j.Command; $j.PSJobTypeName
$j | Receive-Job -Wait -AutoRemoveJob | ForEach-Object { "$_" }

#@ case: background-variables
$v = 'seen'; $t = @{ k = 3 }
$j = Write-Output "v is $v" $t.k &
$j.Command
$j | Receive-Job -Wait -AutoRemoveJob | ForEach-Object { "$_" }
Set-Location /usr
$j = & { "$PWD" } &
$j | Receive-Job -Wait -AutoRemoveJob | ForEach-Object { "$_" }

#@ case: background-chain
$j = Write-Output 1 && Write-Output 2 &
$j | Receive-Job -Wait -AutoRemoveJob | ForEach-Object { "$_" }

#@ case: suspend-job
try { Suspend-Job -Id 1 } catch { $_.FullyQualifiedErrorId }

#@ case: parallel-output
1..5 | ForEach-Object -Parallel { $_ * 2 } | Sort-Object

#@ case: parallel-using
$v = 'u'; $l = 1, 2
1..2 | ForEach-Object -Parallel { "$using:v$_$(($using:l).Count)" } | Sort-Object

#@ case: parallel-using-missing
try { 1 | ForEach-Object -Parallel { $using:nope } } catch { $_.FullyQualifiedErrorId; "$_"; "$($_.CategoryInfo)" }

#@ case: parallel-streams
1 | ForEach-Object -Parallel { Write-Error e; Write-Warning w; Write-Host h; Write-Information i; 'o' }

#@ case: parallel-throw
$ErrorActionPreference = 'SilentlyContinue'
1 | ForEach-Object -Parallel { throw 'boom' } -ErrorVariable e
$e.Count; $e[0].FullyQualifiedErrorId; "$($e[0])"; "$($e[0].CategoryInfo)"

#@ case: parallel-statement-error
$r = 1 | ForEach-Object -Parallel { 1/0; 'next' } 2>&1
$r | ForEach-Object { "$($_.GetType().Name) $_" }

#@ case: parallel-refusals
try { 1 | ForEach-Object -Parallel { 1 } -Begin { 2 } } catch { $_.FullyQualifiedErrorId }
try { 1 | ForEach-Object -Parallel { 1 } -ErrorAction Stop } catch { $_.FullyQualifiedErrorId; "$_" }
try { 1 | ForEach-Object -Parallel { 1 } -ThrottleLimit 0 } catch { $_.FullyQualifiedErrorId }
try { $sb = { 1 }; 1 | ForEach-Object -Parallel { & $using:sb } } catch { $_.FullyQualifiedErrorId; "$_" }
try { 1 | ForEach-Object -Parallel { 1 } -AsJob -TimeoutSeconds 3 } catch { $_.FullyQualifiedErrorId; "$_"; "$($_.CategoryInfo)" }
try { { 1 } | ForEach-Object -Parallel { $_ } -ErrorVariable e 2> $null; $e[0].FullyQualifiedErrorId } catch { $_.FullyQualifiedErrorId }

#@ case: parallel-shared-object
$d = [System.Collections.Concurrent.ConcurrentDictionary[string, int]]::new()
1..4 | ForEach-Object -Parallel { $null = ($using:d).TryAdd("k$_", $_) }
($d.Keys | Sort-Object | ForEach-Object { "$_=$($d[$_])" }) -join ' '

#@ case: parallel-nested
1 | ForEach-Object -Parallel { $x = $_; 1..2 | ForEach-Object -Parallel { "$using:x.$_" } | Sort-Object }

#@ case: parallel-scope
function Outer { 1 }
$v = 5
Set-Location /usr
1 | ForEach-Object -Parallel { "[$v]"; "$PWD"; try { Outer } catch { $_.FullyQualifiedErrorId } }

#@ case: parallel-reuse
1..4 | ForEach-Object -Parallel { $z++; $z } -ThrottleLimit 1
1..2 | ForEach-Object -Parallel { return 5; 6 }
$null | ForEach-Object -Parallel { "null:$($null -eq $_)" }

#@ case: parallel-timeout
$null = 1 | ForEach-Object -Parallel { Start-Sleep 60; 1 } -TimeoutSeconds 1 -ErrorVariable e 2> $null
$e.Count; $e[0].FullyQualifiedErrorId; "$($e[0].CategoryInfo)"; $e[0].Exception.GetType().FullName

#@ case: parallel-as-job
$j = 1..2 | ForEach-Object -Parallel { $_ * 3 } -AsJob
$j.GetType().FullName
$null = $j | Wait-Job
$j.State; $j.PSJobTypeName; $j.Location; $j.HasMoreData; $j.ChildJobs.Count; $j.Command; $j.ChildJobs[0].PSJobTypeName; $j.ChildJobs[0].State; "$($j.ChildJobs[1].Output)"
$j | Receive-Job | Sort-Object
Remove-Job $j

#@ case: parallel-as-job-stop
$j = 1..2 | ForEach-Object -Parallel { Start-Sleep 60 } -AsJob
Start-Sleep -Milliseconds 500
Stop-Job $j
$j.State
Remove-Job $j

#@ case: parallel-as-job-failed
$j = 1..2 | ForEach-Object -Parallel { if ($_ -eq 1) { throw 'boom' }; $_ } -AsJob
$null = $j | Wait-Job
$j.State; ($j.ChildJobs | ForEach-Object State) -join ' '

#@ case: parallel-stop
#@ stop-after: 3
1..3 | ForEach-Object -Parallel { Start-Sleep 60 }

#@ case: powershell-invoke
$ps = [powershell]::Create()
$r = $ps.AddScript('1; 2').Invoke()
$r.GetType().FullName; "$r"; $ps.HadErrors; "$($ps.InvocationStateInfo.State)"
$ps.Dispose()

#@ case: powershell-streams
$ps = [powershell]::Create()
$null = $ps.AddScript('Write-Error e; Write-Warning w; Write-Host h; Write-Verbose v -Verbose; Write-Debug d -Debug; Write-Information i; Write-Progress act').Invoke()
$ps.HadErrors; "$($ps.Streams.Error)"; "$($ps.Streams.Warning)"; "$($ps.Streams.Information)"; "$($ps.Streams.Verbose)"; "$($ps.Streams.Debug)"; $ps.Streams.Progress.Count
$ps.Streams.Error.GetType().Name; $ps.Streams.Error[0].GetType().Name; $ps.Streams.Warning[0].GetType().Name
$ps.Streams.ClearStreams()
$ps.Streams.Error.Count

#@ case: powershell-commands
$ps = [powershell]::Create()
$ps.AddCommand('Get-Date').AddParameter('Year', 2020).AddParameter('Format', 'yyyy').Invoke()
$ps.Commands.Commands.Count; $ps.Commands.Commands[0].CommandText; $ps.Commands.Commands[0].IsScript; $ps.Commands.Commands[0].Parameters.Count; $ps.Commands.Commands[0].Parameters[0].Name; $ps.Commands.Commands[0].Parameters[0].Value
$ps.Commands.Clear()
$ps.AddCommand('Write-Output').AddArgument((3, 1, 2)).AddCommand('Sort-Object').AddParameter('Descending').Invoke()
$ps.Commands.Clear()
$ps.AddScript('param($a, $b) "$a,$b"').AddParameters(@{ b = 1; a = 2 }).Invoke()
$ps.Commands.Clear()
$ps.AddScript('param($a, $b) "$a,$b"').AddParameters(@(5, 6)).Invoke()
$ps.Commands.Clear()
$ps.AddScript('1').AddStatement().AddScript('2').Invoke()

#@ case: powershell-throw
$ps = [powershell]::Create()
try { $ps.AddScript('throw "boom"').Invoke() } catch { $_.FullyQualifiedErrorId; "$_"; $_.Exception.InnerException.GetType().FullName; $_.Exception.InnerException.ErrorRecord.FullyQualifiedErrorId }
"$($ps.InvocationStateInfo.State)"; $ps.HadErrors; $ps.InvocationStateInfo.Reason.Message

#@ case: powershell-errors
$ps = [powershell]::Create()
$ps.AddScript('1/0; "next"').Invoke()
"$($ps.InvocationStateInfo.State)"; $ps.HadErrors; $ps.Streams.Error.Count; $ps.Streams.Error[0].FullyQualifiedErrorId
$ps.Commands.Clear()
try { $ps.AddScript('1 +').Invoke() } catch { $_.FullyQualifiedErrorId }
$ps.Commands.Clear()
try { $ps.AddCommand('No-SuchCommand').Invoke() } catch { $_.FullyQualifiedErrorId; "$_" }
$ps.Commands.Clear()
try { $ps.Invoke() } catch { $_.FullyQualifiedErrorId; "$_" }

#@ case: powershell-state-kept
$ps = [powershell]::Create()
$null = $ps.AddScript('$x = 5; function f { "f$x" }').Invoke()
$ps.Commands.Clear()
$ps.AddScript('$x; f').Invoke()

#@ case: powershell-input
$ps = [powershell]::Create()
$ps.AddScript('$input | ForEach-Object { $_ * 2 }').Invoke(@(1, 2, 3))
$ps.Commands.Clear()
$ps.AddScript('process { "p$_" }').Invoke(@(1, 2))

#@ case: powershell-async
$ps = [powershell]::Create()
$a = $ps.AddScript('Start-Sleep -Milliseconds 300; "async"; Write-Error x').BeginInvoke()
$a.GetType().FullName; $a.IsCompleted
$o = $ps.EndInvoke($a)
$o.GetType().Name; "$o"; $a.IsCompleted; "$($ps.InvocationStateInfo.State)"; $ps.HadErrors

#@ case: powershell-async-collections
$ps = [powershell]::Create()
$in = [System.Management.Automation.PSDataCollection[psobject]]::new(); $out = [System.Management.Automation.PSDataCollection[psobject]]::new()
$in.Add(3); $in.Add(4); $in.Complete()
$a = $ps.AddScript('process { $_ * 2 }').BeginInvoke($in, $out)
$ps.EndInvoke($a)
"out: $out"; $out.Count; $in.IsOpen; $out.IsOpen

#@ case: powershell-stop
$ps = [powershell]::Create()
$a = $ps.AddScript('Start-Sleep 60').BeginInvoke()
try { $null = $ps.AddScript('1') } catch { $_.FullyQualifiedErrorId; "$_" }
try { $null = $ps.BeginInvoke() } catch { $_.FullyQualifiedErrorId; "$_" }
$ps.Stop()
"$($ps.InvocationStateInfo.State)"; $ps.InvocationStateInfo.Reason.GetType().FullName

#@ case: powershell-disposed
$ps = [powershell]::Create()
$ps.Dispose()
try { $ps.Invoke() } catch { $_.FullyQualifiedErrorId; "$_" -replace '\s+', ' ' }

#@ case: powershell-current-runspace
$v = 3
$ps = [powershell]::Create('CurrentRunspace')
$ps.AddScript('$v; $v = 4').Invoke()
$v; $ps.IsNested

#@ case: powershell-views
$ps = [powershell]::Create()
($ps.PSObject.Properties | ForEach-Object Name) -join ' '
($ps.Streams.PSObject.Properties | ForEach-Object Name) -join ' '
($ps.InvocationStateInfo.PSObject.Properties | ForEach-Object Name) -join ' '
$ps.IsRunspaceOwner; "$($ps.Runspace)"; $null -eq $ps.RunspacePool

#@ case: runspace-life
$rs = [runspacefactory]::CreateRunspace()
"$($rs.RunspaceStateInfo.State)"; $rs.GetType().FullName
$ps = [powershell]::Create(); $ps.Runspace = $rs
try { $ps.AddScript('1').Invoke() } catch { $_.FullyQualifiedErrorId; "$_" }
$rs.Open(); "$($rs.RunspaceStateInfo.State)"; "$($rs.RunspaceAvailability)"
$rs.SessionStateProxy.SetVariable('q', 7)
$ps.Commands.Clear()
$ps.AddScript('$q; $global:w = 9').Invoke()
$rs.SessionStateProxy.GetVariable('w')
$rs.Close(); "$($rs.RunspaceStateInfo.State)"
$rs.Dispose()

#@ case: runspace-pool
$pool = [runspacefactory]::CreateRunspacePool(1, 3)
$pool.GetType().FullName; "$($pool.RunspacePoolStateInfo.State)"
$pool.Open()
"$($pool.RunspacePoolStateInfo.State)"; $pool.GetMaxRunspaces(); $pool.GetMinRunspaces(); $pool.GetAvailableRunspaces()
$jobs = 1..4 | ForEach-Object { $p = [powershell]::Create(); $p.RunspacePool = $pool; [pscustomobject]@{ p = $p; h = $p.AddScript('param($n) $n * 10').AddArgument($_).BeginInvoke() } }
$jobs | ForEach-Object { $_.p.EndInvoke($_.h); $_.p.Dispose() }
$pool.Close(); "$($pool.RunspacePoolStateInfo.State)"

#@ case: initial-session-state
$iss = [initialsessionstate]::CreateDefault()
$iss.GetType().FullName
$iss.Variables.Add([System.Management.Automation.Runspaces.SessionStateVariableEntry]::new('vv', 11, 'about'))
$iss.Commands.Add([System.Management.Automation.Runspaces.SessionStateFunctionEntry]::new('ff', '"F$args"'))
$rs = [runspacefactory]::CreateRunspace($iss)
$rs.Open()
$ps = [powershell]::Create($rs)
$ps.AddScript('$vv; ff 3').Invoke()
$ps.Commands.Clear(); $rs.Close()

#@ case: steppable-pipeline
$sp = { ForEach-Object { $_ * 2 } }.GetSteppablePipeline()
$sp.GetType().FullName
$sp.Begin($true); $sp.Process(1); $sp.Process(2); $sp.End()
$sp = { Sort-Object }.GetSteppablePipeline()
$sp.Begin($true); $sp.Process(3); $sp.Process(1); $sp.End()
$sp = { Where-Object { $_ -gt 1 } | ForEach-Object { "v$_" } }.GetSteppablePipeline()
$sp.Begin($true); $sp.Process(1); $sp.Process(2); $sp.End(); $sp.Dispose()

#@ case: steppable-proxy
function Sort-Proxy {
    [CmdletBinding()] param([Parameter(ValueFromPipeline)] $InputObject, [switch] $Descending)
    begin { $w = $ExecutionContext.InvokeCommand.GetCommand('Sort-Object', 'Cmdlet'); $sc = { & $w @PSBoundParameters }; $sp = $sc.GetSteppablePipeline($MyInvocation.CommandOrigin); $sp.Begin($PSCmdlet) }
    process { $sp.Process($_) }
    end { $sp.End() }
}
3, 1, 2 | Sort-Proxy
3, 1, 2 | Sort-Proxy -Descending
3, 1, 2 | Sort-Proxy | Select-Object -First 1

#@ case: steppable-refusals
foreach ($sb in { 1; 2 }, { 1 | ForEach-Object { $_ } }, { }, { $x = 1 }, { begin { } end { Sort-Object } }) {
    try { $null = $sb.GetSteppablePipeline() } catch { $_.FullyQualifiedErrorId; "$_" }
}
$sp = { Sort-Object }.GetSteppablePipeline()
try { $sp.Process(1) } catch { $_.FullyQualifiedErrorId; "$_" }
$sp.Begin($true)
try { $sp.Begin($true) } catch { $_.FullyQualifiedErrorId; "$_" }
$sp.End()

#@ case: proxy-command
[System.Management.Automation.ProxyCommand]::Create((Get-Command Get-Random))

#@ case: object-event-action
$t = [System.Timers.Timer]::new(50); $t.AutoReset = $false
$j = Register-ObjectEvent $t Elapsed -SourceIdentifier tick -Action { $global:got = 1; "act $($Event.SourceIdentifier) $($Sender.GetType().Name) $($EventArgs.GetType().FullName)" }
$j.GetType().FullName; $j.State; $j.Name
$t.Start()
while (-not $got) { Start-Sleep -Milliseconds 50 }
Receive-Job $j; $j.State
Unregister-Event tick
$j.State

#@ case: object-event-wait
$t = [System.Timers.Timer]::new(50); $t.AutoReset = $true
Register-ObjectEvent $t Elapsed -SourceIdentifier t2
$t.Enabled = $true
$e = Wait-Event t2 -Timeout 20
$t.Stop()
$e.SourceIdentifier; $e.Sender.GetType().FullName; $e.SourceEventArgs.GetType().Name; $e.SourceArgs.Count; $e.EventIdentifier
Unregister-Event t2
Get-Event | Remove-Event

#@ case: object-event-errors
$t = [System.Timers.Timer]::new(50)
try { Register-ObjectEvent $t Nope -ErrorAction Stop } catch { $_.FullyQualifiedErrorId; "$_" }
try { Unregister-Event nnn -ErrorAction Stop } catch { $_.FullyQualifiedErrorId; "$_" }

#@ case: engine-event-queue
try { Register-EngineEvent foo -ErrorAction Stop } catch { $_.FullyQualifiedErrorId; "$_" }
$null = New-Event foo -MessageData 5 -EventArguments 1, 2 -Sender 7
Get-Event | ForEach-Object { $_.MessageData; $_.Sender; "$($_.SourceArgs)" }
Get-Event | Remove-Event
@(Get-EventSubscriber).Count

#@ case: engine-event-action
$j = Register-EngineEvent bar -MessageData mm -Action { "bar: $($Event.MessageData)"; "$args"; "$Sender" }
$null = New-Event bar -MessageData 9 -EventArguments 3 -Sender 4
Receive-Job $j
$j.State
$null = New-Event bar
Receive-Job $j
Get-EventSubscriber bar | Unregister-Event
$j.State
Remove-Job $j

#@ case: event-job-state-changed
$j = Start-ThreadJob { Start-Sleep -Milliseconds 300; 5 }
Register-ObjectEvent $j StateChanged -SourceIdentifier sc
$e = Wait-Event sc -Timeout 20
$e.SourceIdentifier; $e.Sender.GetType().Name; $e.SourceEventArgs.GetType().Name
Unregister-Event sc
Get-Event | Remove-Event

#@ case: start-process-wait
$p = Start-Process sh -ArgumentList '-c', '"exit 3"' -PassThru -Wait
$p.ExitCode; $p.HasExited; $p.GetType().FullName

#@ case: start-process-streams
$d = '/tmp/psrp-case/start-process-streams'
$null = New-Item -ItemType Directory $d -Force
Set-Content $d/in 'from in'
Start-Process sh -ArgumentList '-c "cat; echo err >&2"' -Wait -RedirectStandardInput $d/in -RedirectStandardOutput $d/out -RedirectStandardError $d/err
"$(Get-Content $d/out)"; "$(Get-Content $d/err)"
Start-Process sh -ArgumentList '-c', '"echo $FOO $PWD"' -Environment @{ FOO = 'bar' } -WorkingDirectory / -Wait -RedirectStandardOutput $d/out
"$(Get-Content $d/out)"
Start-Process printf -ArgumentList '%s. "a b" c' -Wait -RedirectStandardOutput $d/out
"$(Get-Content $d/out)"
Remove-Item -Recurse $d

#@ case: start-process-refusals
$ErrorActionPreference = 'Stop'
foreach ($try in { Start-Process nopenope }, { Start-Process sh -NoNewWindow -WindowStyle Hidden }, { Start-Process sh -RedirectStandardOutput x -RedirectStandardError x }, { Start-Process sh -RedirectStandardInput /nope }, { Start-Process sh -WorkingDirectory /nope }, { Start-Process '' }, { Start-Process sh -ArgumentList '' }) {
    try { & $try } catch { $_.FullyQualifiedErrorId; "$($_.CategoryInfo)"; "$_" }
}

#@ case: start-process-stop
$p = Start-Process sleep 100 -PassThru
$p.ProcessName; $p.HasExited
Stop-Process $p
$p.WaitForExit(); $p.HasExited; $p.ExitCode
$p = Start-Process sleep 0.2 -PassThru
Wait-Process -InputObject $p
$p.ExitCode
$p = Start-Process sleep 100 -PassThru
try { $p | Wait-Process -Timeout 1 -ErrorAction Stop } catch { $_.FullyQualifiedErrorId }
$p.Kill(); $p.WaitForExit(5000)

#@ case: process-start-info
$si = [System.Diagnostics.ProcessStartInfo]::new('sh')
$si.ArgumentList.Add('-c'); $si.ArgumentList.Add('echo out; read a; echo "got $a"; echo e >&2')
$si.RedirectStandardOutput = $true; $si.RedirectStandardInput = $true; $si.RedirectStandardError = $true; $si.UseShellExecute = $false
$x = [System.Diagnostics.Process]::Start($si)
$x.StandardInput.WriteLine('zz'); $x.StandardInput.Close()
$x.StandardOutput.ReadToEnd(); $x.StandardError.ReadToEnd()
$x.WaitForExit(); $x.ExitCode

#@ case: invoke-command-local
Invoke-Command { "$args" } -ArgumentList 1, 2
1, 2 | Invoke-Command { $input | ForEach-Object { "i$_" } }
Invoke-Command { $zz = 5 } -NoNewScope
$zz
Invoke-Command { $yy = 5 }
"[$yy]"
Invoke-Command -ScriptBlock { process { "p$_" } } -InputObject 1, 2
Invoke-Command { throw 'x' } -ErrorAction SilentlyContinue

#@ case: set-psdebug
Set-PSDebug -Strict
try { $undefinedvar } catch { $_.FullyQualifiedErrorId }
Set-PSDebug -Off
"[$undefinedvar]"
try { Set-PSDebug -Trace 5 } catch { $_.FullyQualifiedErrorId; "$_" }

#@ case: set-psdebug-trace
Set-PSDebug -Trace 1; $q = 1
function ff { 5 }
ff
Set-PSDebug -Off

#@ case: set-psdebug-refused
try { Set-PSDebug } catch { $_.FullyQualifiedErrorId }

#@ case: start-job-process
$j = Start-Job { $PID } | Wait-Job
(Receive-Job $j) -ne $PID
$env:FORJOBS = 'handed on'
Start-Job { $env:FORJOBS; $env:OTHER = 'kept there' } | Receive-Job -Wait | ForEach-Object { "$_" }
"[$env:OTHER]"
Start-Job -InitializationScript { function ff { 'from ff' } } -ScriptBlock { ff; "$args"; @($input) } -ArgumentList 1, 2 -InputObject 7 | Receive-Job -Wait | ForEach-Object { "$_" }

#@ case: start-job-goes-on
$j = Start-Job { 1 / 0; 'after' } | Wait-Job
$j.State
Receive-Job $j -ErrorAction SilentlyContinue -ErrorVariable ev | ForEach-Object { "$_" }
$ev.Count; $ev[0].Exception.GetType().FullName; $ev[0].Exception.SerializedRemoteException.psobject.TypeNames[0]

#@ case: finished-and-intervals
function t([scriptblock]$q_) { try { $r_ = & $q_; ($r_ | % { "$_" }) -join '|' } catch { "$($_.FullyQualifiedErrorId): $($_.Exception.Message)" } }
t { $t = [Timers.Timer]::new(); $t.Interval = 0 }
t { $t = [Timers.Timer]::new(); $t.Interval = -1 }
t { [Timers.Timer]::new(0) }
t { $j = Start-ThreadJob { 1 }; $j.Finished.WaitOne(5000); $j.Finished.GetType().Name; $j | Remove-Job -Force }
t { $j = Start-ThreadJob { Start-Sleep 20 }; $j.Finished.WaitOne(50); $j | Remove-Job -Force }
t { $j = 1 | ForEach-Object -Parallel { 1 } -AsJob; $j.Finished.WaitOne(5000); $j.State; $j | Remove-Job -Force }
t { 1..3 | % { New-Event "e$_" } | Out-Null; Get-Event | Remove-Event; @(Get-Event).Count }

#@ case: job-lists
$a = Start-ThreadJob { 1 } -Name first; $b = Start-ThreadJob { 2 } -Name second; $null = $a, $b | Wait-Job
(Get-Job).Name; (Get-Job -Name f*).Name; (Get-Job -State Completed).Count; (Get-Job -Id $a.Id).Name; (Get-Job -HasMoreData $true).Count
(Get-Job -Newest 1).Name; (Get-Job -Command ' 1 ').Name
Receive-Job -Name first -Keep; Receive-Job -Id $a.Id; Receive-Job $a; (Get-Job -HasMoreData $false).Name
Get-Job -Name nope; Get-Job -Id 9999
Remove-Job -Name first; (Get-Job).Count
Get-Job | Remove-Job; @(Get-Job).Count

#@ case: wait-job-forms
$a = Start-ThreadJob { Start-Sleep 30 }; $b = Start-ThreadJob { 'quick' }
(Wait-Job $a, $b -Any).Id -eq $b.Id
$null -eq (Wait-Job $a -Timeout 1)
Stop-Job $a -PassThru | ForEach-Object State
Wait-Job $a | ForEach-Object State
Wait-Job -Name nope
Receive-Job $a
Remove-Job $a; Remove-Job $b
$c = Start-ThreadJob { Start-Sleep 30 }
Remove-Job $c
Remove-Job $c -Force; @(Get-Job).Count

#@ case: parallel-more
1..3 | ForEach-Object -Parallel { "$_" } -ThrottleLimit 1
$t = 10; (1..4 | ForEach-Object -Parallel { $_ + $using:t } | Sort-Object) -join ','
$bag = [System.Collections.Concurrent.ConcurrentDictionary[int, string]]::new()
1..5 | ForEach-Object -Parallel { $d = $using:bag; $null = $d.TryAdd($_, "v$_") }; ($bag.Keys | Sort-Object) -join ','
1..2 | ForEach-Object -Parallel { Write-Warning "w$_" } -ThrottleLimit 1 3>&1 | ForEach-Object { "$_" }
1..2 | ForEach-Object -Parallel { Write-Error "e$_" } -ErrorAction SilentlyContinue -ErrorVariable ee; $ee.Count
1 | ForEach-Object -Parallel { $x = 5; function q { 'q' }; q; $x }
"[$x]"
ForEach-Object -Parallel { 1 }
1 | ForEach-Object -Parallel { 1 } -ThrottleLimit 0

#@ case: events-more
$e = New-Event -SourceIdentifier My.Ev -Sender 's' -MessageData @{ k = 1 } -EventArguments 'a', 'b'
$e.GetType().Name; $e.EventIdentifier -gt 0; $e.SourceIdentifier; $e.Sender; $e.MessageData.k; $e.SourceArgs -join ','; $e.TimeGenerated.GetType().Name; "[$($e.ComputerName)]"
Wait-Event -SourceIdentifier My.Ev -Timeout 2 | ForEach-Object SourceIdentifier
$null -eq (Wait-Event nope -Timeout 1)
Remove-Event -SourceIdentifier nope
Remove-Event -EventIdentifier 99999
Get-Event nope
Remove-Event My.Ev; @(Get-Event).Count
$s = Register-EngineEvent My.Two -Action { $global:hits++ } -MaxTriggerCount 2; $global:hits = 0
1..4 | ForEach-Object { $null = New-Event My.Two }; Start-Sleep -Milliseconds 300; $hits; @(Get-EventSubscriber).Count
