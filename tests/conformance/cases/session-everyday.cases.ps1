# What scripts of every day do in a session: errors, validation, prompts, input, stops and scopes in combinations.

#@ case: validated-variable-kept
[ValidateRange(1, 5)][int]$n = 3
#@ then
$n = 9
$n
#@ then
$n = 5
$n

#@ case: alias-options
Set-Alias ro1 Get-Item -Option ReadOnly
Set-Alias co1 Get-Item -Option Constant
#@ then
Set-Alias ro1 Get-Date
Set-Alias ro1 Get-Date -Force
Set-Alias co1 Get-Date -Force
(Get-Alias ro1).Definition
Remove-Alias co1
#@ then
Remove-Alias ro1 -Force
Test-Path alias:ro1

#@ case: function-options
function f { 1 }
(Get-Item function:f).Options = 'ReadOnly'
#@ then
function f { 2 }
f
Remove-Item function:f
Remove-Item function:f -Force
Test-Path function:f

#@ case: set-item-function
Set-Item function:made { param($x) "made $x" }
#@ then
made 5
${function:made} = { 'changed' }
made
$function:made.ToString()

#@ case: module-variable-changes
$m = New-Module -Name VState { $count = 0; function Add-One { $script:count++; $count } ; Export-ModuleMember -Function Add-One -Variable count } | Import-Module -PassThru
#@ then
Add-One
Add-One
$count
#@ then
Get-Module VState | Remove-Module
Add-One

#@ case: class-redefined
class Ver { [int]$A = 1 }
$old = [Ver]::new()
#@ then
class Ver { [string]$B = 'two' }
[Ver]::new().B
$old.A
$old -is [Ver]

#@ case: psdefaultparametervalues-wildcards
$PSDefaultParameterValues = @{ 'Select-*:First' = 2; 'Out-String:Width' = 20 }
#@ then
1..5 | Select-Object
#@ then
$PSDefaultParameterValues['Disabled'] = $true
1..3 | Select-Object
$PSDefaultParameterValues.Clear()

#@ case: strict-mode-versions
Set-StrictMode -Version 1
$undef_a
"$undef_b"
#@ then
Set-StrictMode -Version 2
(1).NoSuch
[pscustomobject]@{ a = 1 } | ForEach-Object { $_.b }
#@ then
Set-StrictMode -Version 3
@(1)[5]
$null[0]
#@ then
Set-StrictMode -Off
(1).NoSuch
'ok'

#@ case: scope-of-trap-variable
$x = 'outer'
trap { "saw $x"; $x = 'trap'; continue }
throw 'e'
$x

#@ case: scope-numbers-and-names
function f { Set-Variable a 1 -Scope Local; Set-Variable b 2 -Scope Script; Set-Variable c 3 -Scope Global; Set-Variable d 4 -Scope 0 }
f
"[$a][$b][$c][$d]"
Get-Variable a -Scope 5
Set-Variable a 1 -Scope 9
Get-Variable a -Scope Nowhere

#@ case: param-default-sees-earlier
function f($a = 1, $b = $a + 1, $c = $(Get-Variable b -ValueOnly)) { "$a $b $c" }
f
f 5
f -b 9

#@ case: remove-drive-in-use
$null = New-PSDrive -Name vdu -PSProvider FileSystem -Root /usr
Set-Location vdu:
Remove-PSDrive vdu
$PWD.Path
Set-Location /
Remove-PSDrive vdu
Test-Path vdu:

#@ case: location-history-ends
Set-Location /
Set-Location /usr
Set-Location -
Set-Location -
Set-Location +
Set-Location +
$PWD.Path

#@ case: errors-of-conversions
[int]'1.5x'
[datetime]'x'
[bool]'x'
[guid]'x'
[char]'ab'
[int[]]('1', 'x')
[scriptblock]5
[xml]'<'
[type]'NoSuch.Type'
[regex]'('

#@ case: errors-of-indexing
$a = 1, 2
$a[5]
$a['x']
$null[0]
@{}['a']['b']
(5)[0]
$a[9] = 1
'abc'[1] = 'x'
$h = @{}; $h.a.b = 1

#@ case: errors-of-methods
'abc'.Substring(5)
'abc'.Substring(1, 2, 3)
'abc'.NoSuch()
[math]::NoSuch(1)
[math]::Sqrt('x')
[int]::Parse($null)
[string]::Join()
(Get-Date).AddDays('x')

#@ case: errors-of-binding
function f { [CmdletBinding()] param([Parameter(Mandatory)][int]$N, [ValidateLength(1, 3)]$S, [ValidatePattern('^a')]$P, [ValidateScript({ $_ -gt 0 })]$Q, [ValidateCount(1, 2)][array]$C, [ValidateNotNullOrEmpty()]$E) 'ran' }
f -N abc
f -N 1 -S toolong
f -N 1 -P b
f -N 1 -Q -5
f -N 1 -C 1, 2, 3
f -N 1 -E ''
f -N 1 -E $null
f -N 1 -X 1
f -N 1 2 3
f -N 1 -N 2
f -N
f -N 1

#@ case: errors-of-parameter-sets
function f { [CmdletBinding(DefaultParameterSetName = 'A')] param([Parameter(ParameterSetName = 'A')]$A, [Parameter(ParameterSetName = 'B')]$B, [Parameter(ParameterSetName = 'C', Mandatory)]$C) $PSCmdlet.ParameterSetName }
f -A 1
f -B 1
f -A 1 -B 2
f -C 1
f
function g { [CmdletBinding()] param([Parameter(ParameterSetName = 'A')]$A, [Parameter(ParameterSetName = 'B')]$B) $PSCmdlet.ParameterSetName }
g

#@ case: errors-in-classes
class E1 { [int]$N; [void] Fail() { throw 'from method' }; [int] Bad() { return 'x' }; static [void] Div() { $z = 0; 1 / $z } }
[E1]::new().Fail()
[E1]::new().Bad()
[E1]::Div()
$e = [E1]::new(); $e.N = 'x'
[E1]::new(5)
[E1]::Nope()

#@ case: catch-order-and-inheritance
try { [IO.File]::ReadAllText('/no/such/v3') } catch [System.IO.FileNotFoundException] { 'fnf' } catch [System.IO.DirectoryNotFoundException] { 'dnf' } catch [System.IO.IOException] { 'io' }
try { throw [IO.PathTooLongException]::new() } catch [System.IO.IOException] { 'io base' }
try { Get-Item /no/x -ErrorAction Stop } catch [System.Management.Automation.ItemNotFoundException] { 'item' }
try { nosuch-v } catch [System.Management.Automation.CommandNotFoundException] { $_.Exception.CommandName }

#@ case: error-preference-values
foreach ($p in 'Continue', 'SilentlyContinue', 'Ignore', 'Stop') { $ErrorActionPreference = $p; try { Get-Item /no/v; "went on $p" } catch { "caught $p" } }
$ErrorActionPreference = 'Nonsense'
$ErrorActionPreference

#@ case: parse-errors-of-kinds
if ($true { }
#@ then
foreach ($x in) { }
#@ then
function f( { }
#@ then
"unclosed
#@ then
@{ a = }
#@ then
$x = [int
#@ then
try { 1 }
#@ then
1 + * 2
#@ then
switch { }
#@ then
class C { [int] }
#@ then
param($a,)

#@ case: parse-errors-semantic
break_outside; function f { param($a, $a) }
#@ then
class D : NoBase { }
#@ then
[Parameter()]$x = 1; $true = 5; $x
#@ then
& { param([Parameter(Mandatory)]) }
#@ then
enum E { A; A }
#@ then
class F { F() { return 1 } }
#@ then
'a' = 5
#@ then
$a, 1 = 2, 3

#@ case: mandatory-array-parameter-prompts
#@ input: a
#@ input: b
#@ input:
function f { [CmdletBinding()] param([Parameter(Mandatory)][string[]]$Names) "$($Names.Count): $Names" }
f

#@ case: should-continue-to-all
#@ input: 1
function f { [CmdletBinding(SupportsShouldProcess)] param() $y = $n = $false; foreach ($i in 1..3) { $PSCmdlet.ShouldContinue("do $i", 'cap', [ref]$y, [ref]$n) }; "$y $n" }
f

#@ case: raw-ui-size-objects
$s = $Host.UI.RawUI.BufferSize
$s.GetType().FullName
$s.ToString()
$c = [System.Management.Automation.Host.Coordinates]::new(1, 2)
"$c"
$c -eq [System.Management.Automation.Host.Coordinates]::new(1, 2)
$r = [System.Management.Automation.Host.Rectangle]::new(1, 2, 3, 4)
"$r"
$r
[System.Management.Automation.Host.BufferCell]::new('x', 'Red', 'Black', 'Complete')

#@ case: input-to-sort-group
#@ pipe: <S>b</S>
#@ pipe: <S>a</S>
#@ pipe: <S>b</S>
$input | Group-Object | Sort-Object Name | ForEach-Object { "$($_.Name)=$($_.Count)" }

#@ case: input-queue-and-stack
#@ pipe: <Obj RefId="0"><TN RefId="0"><T>System.Collections.Queue</T><T>System.Object</T></TN><QUE><I32>1</I32><I32>2</I32></QUE></Obj>
#@ pipe: <Obj RefId="0"><TN RefId="0"><T>System.Collections.Stack</T><T>System.Object</T></TN><STK><I32>2</I32><I32>1</I32></STK></Obj>
process { $_.GetType().FullName; $_.Count; $_ -join ','; , $_ }

#@ case: input-ps-primitive-dictionary
#@ pipe: <Obj RefId="0"><TN RefId="0"><T>System.Management.Automation.PSPrimitiveDictionary</T><T>System.Collections.Hashtable</T><T>System.Object</T></TN><DCT><En><S N="Key">k</S><S N="Value">v</S></En></DCT></Obj>
process { $_.GetType().FullName; $_['k']; $_['K']; $_ }

#@ case: input-known-objects-rehydrate
#@ pipe: <Obj RefId="0"><TN RefId="0"><T>System.Net.IPAddress</T><T>System.Object</T></TN><ToString>10.0.0.1</ToString><Props><S N="IPAddressToString">10.0.0.1</S></Props></Obj>
#@ pipe: <Obj RefId="0"><TN RefId="0"><T>System.Globalization.CultureInfo</T><T>System.Object</T></TN><ToString>fr-FR</ToString><Props><S N="Name">fr-FR</S></Props></Obj>
process { $_.GetType().FullName; "$_"; $_.PSTypeNames[0] }

#@ case: script-file-with-begin-process-params
$d = '/tmp/psrp-case/script-v1'
Remove-Item $d -Recurse -Force -ErrorAction Ignore
$null = New-Item $d -ItemType Directory -Force
Set-Content "$d/s.ps1" '[CmdletBinding()] param([Parameter(ValueFromPipeline)][int]$N, [int]$Add = 1) begin { "b" } process { $N + $Add } end { "e $($MyInvocation.PipelinePosition)" }'
1, 2 | & "$d/s.ps1" -Add 10
& "$d/s.ps1" -Bad 1
Remove-Item $d -Recurse -Force

#@ case: script-exit-codes
$d = '/tmp/psrp-case/script-v5'
Remove-Item $d -Recurse -Force -ErrorAction Ignore
$null = New-Item $d -ItemType Directory -Force
Set-Content "$d/a.ps1" 'exit $args[0]'
& "$d/a.ps1" 3; "$LASTEXITCODE $?"
& "$d/a.ps1" 0; "$LASTEXITCODE $?"
& "$d/a.ps1" -1; "$LASTEXITCODE $?"
& "$d/a.ps1" abc; "$LASTEXITCODE $?"
& "$d/a.ps1"; "$LASTEXITCODE $?"
Remove-Item $d -Recurse -Force

#@ case: powershell-api-streams
$p = [powershell]::Create()
$null = $p.AddScript('Write-Warning w; Write-Verbose v -Verbose; Write-Information i; Write-Error e; Write-Debug d -Debug; Write-Progress p; "out"').Invoke()
$s = $p.Streams
"$($s.Warning.Count) $($s.Verbose.Count) $($s.Information.Count) $($s.Error.Count) $($s.Debug.Count) $($s.Progress.Count)"
$s.Warning[0].Message
$p.Dispose()

#@ case: runspace-with-variables
$rs = [runspacefactory]::CreateRunspace()
$rs.Open()
$rs.SessionStateProxy.SetVariable('given', 42)
$p = [powershell]::Create()
$p.Runspace = $rs
$p.AddScript('$given + 1; $made = 7').Invoke()
$rs.SessionStateProxy.GetVariable('made')
$rs.RunspaceStateInfo.State
$rs.Close()
$rs.RunspaceStateInfo.State

#@ case: steppable-pipeline
$sb = { ForEach-Object { "<$_>" } }
$sp = $sb.GetSteppablePipeline()
$sp.Begin($true)
$sp.Process(1)
$sp.Process(2)
$sp.End()

#@ case: exit-in-function-of-script
$d = '/tmp/psrp-case/exit-v2'
Remove-Item $d -Recurse -Force -ErrorAction Ignore
$null = New-Item $d -ItemType Directory -Force
Set-Content "$d/f.ps1" "function q { 'q'; exit 7; 'no' }`n'start'`nq`n'never'"
& "$d/f.ps1"
"$LASTEXITCODE"
. "$d/f.ps1"
'after dot'
Remove-Item $d -Recurse -Force

#@ case: labelled-loops
:outer foreach ($i in 1..3) { foreach ($j in 1..3) { if ($j -eq 2) { continue outer }; if ($i -eq 3) { break outer }; "$i$j" } }
'end'
break nolabel
'never'

#@ case: completion-of-arguments-attribute
function Get-Va { param([ArgumentCompletions('red', 'green', 'light blue')]$Colour) }
(TabExpansion2 'Get-Va -Colour ' 15).CompletionMatches.CompletionText
(TabExpansion2 'Get-Va -Colour gr' 17).CompletionMatches.CompletionText
(TabExpansion2 'Get-Va g' 8).CompletionMatches.CompletionText

#@ case: completion-object-members
$r = [System.Management.Automation.CommandCompletion]::CompleteInput('Get-Dat', 7, $null)
$r.CompletionMatches.Count
$r.GetNextResult($true).CompletionText
[System.Management.Automation.CompletionResult]::new('a')
[System.Management.Automation.CompletionResult]::new('a', 'b', 'Command', 'tip')

#@ case: variable-options-of-automatic
Get-Variable PID, HOME, true, PSVersionTable, ErrorActionPreference, OFS -ErrorAction SilentlyContinue | Select-Object Name, Options, Description

#@ case: begin-process-end-clean-order
function f { begin { 'b' } process { "p$_" } end { 'e' } clean { Write-Warning 'c' } }
1, 2 | f
function g { begin { throw 'in begin' } clean { Write-Warning 'cleaned' } }
g
function h { process { if ($_ -eq 2) { throw 'p2' }; $_ } clean { Write-Warning 'cleaned too' } }
1..3 | h

#@ case: select-first-runs-clean
function src { process { foreach ($i in 1..5) { Write-Warning "made $i"; $i } } end { 'never' } clean { Write-Warning 'src clean' } }
src | Select-Object -First 2

#@ case: pscmdlet-members
function f { [CmdletBinding(SupportsShouldProcess, DefaultParameterSetName = 'D')] param([Parameter(ParameterSetName = 'D')]$A) $PSCmdlet.ParameterSetName; $PSCmdlet.MyInvocation.MyCommand.Name; $PSCmdlet.GetType().Name; $PSCmdlet.SessionState.GetType().Name; $PSCmdlet.Stopping; $PSCmdlet.CommandRuntime.GetType().Name; $PSCmdlet.GetVariableValue('HOME') -eq $HOME; $PSCmdlet.GetUnresolvedProviderPathFromPSPath('~') -eq $HOME; $PSCmdlet.InvokeCommand.GetType().Name; $PSCmdlet.Host.Name }
f

#@ case: session-state-api
$ss = $ExecutionContext.SessionState
$ss.PSVariable.Set('ssv', 5)
$ssv
$ss.PSVariable.Get('ssv').Value
$ss.PSVariable.GetValue('nope', 'default')
$ss.PSVariable.Remove('ssv')
Test-Path variable:ssv
$ss.Path.Combine('/a', 'b')
$ss.Path.ParseParent('/a/b', '')
$ss.Path.ParseChildName('/a/b')
$ss.Path.IsPSAbsolute('/x', [ref]$null)
$ss.InvokeProvider.Item.Exists('/etc')
$ss.Drive.Get('Env').Name
$ss.Provider.GetOne('FileSystem').Name

#@ case: advanced-parameter-attributes
function f { [CmdletBinding(PositionalBinding = $false)] param([Parameter(Position = 0)][Alias('n', 'nm')][string]$Name, [Parameter(ValueFromRemainingArguments)][string[]]$Rest, [AllowNull()][AllowEmptyString()][string]$E, [ValidateSet('x', 'y', IgnoreCase = $false)]$C) "$Name|$($Rest -join ',')|$C" }
f -nm a b c
f x y z
f -C X
f -C x

#@ case: pipeline-by-property-alias
function Get-Len { param([Parameter(ValueFromPipelineByPropertyName)][Alias('FullName')][string]$Path, [Parameter(ValueFromPipelineByPropertyName)][int]$Size = -1) process { "$Path $Size" } }
[pscustomobject]@{ FullName = '/a'; Size = 3 }, [pscustomobject]@{ Path = '/b' } | Get-Len

#@ case: mandatory-prompt-of-several-types
#@ input: true
#@ input: 2024-01-02
function f { param([Parameter(Mandatory)][bool]$B, [Parameter(Mandatory)][datetime]$D) "$B $($D.Year)" }
f

#@ case: preference-variables-wrong-values
$VerbosePreference = 'Maybe'
$VerbosePreference
$ConfirmPreference = 'Sometimes'
$DebugPreference = 5
$WarningPreference = 2
Write-Warning 'shown'

#@ case: error-count-limit
$MaximumErrorCount = 256
1..300 | ForEach-Object { Write-Error "e$_" -ErrorAction SilentlyContinue }
$Error.Count
"$($Error[0])"

#@ case: finally-runs-on-return-break-continue
function f { try { return 'r' } finally { 'fin' } }
f
foreach ($i in 1..3) { try { if ($i -eq 2) { continue }; $i } finally { "f$i" } }
foreach ($i in 1..3) { try { break } finally { "b$i" } }

#@ case: trap-in-function-scopes
function f { trap { "trap $_"; continue }; throw 'a'; 'after a'; g; 'after g' }
function g { throw 'b' }
f
function h { trap [System.FormatException] { 'format'; continue } [int]::Parse('x'); throw 'other' }
h

#@ case: input-decimal-and-dates
#@ pipe: <D>1.10</D>
#@ pipe: <DT>2024-01-02T03:04:05+02:00</DT>
#@ pipe: <DT>2024-01-02T03:04:05</DT>
#@ pipe: <TS>P1DT2H3M4.5S</TS>
process { $_; $_.GetType().Name; if ($_ -is [datetime]) { $_.Kind } }
