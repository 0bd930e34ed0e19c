# What parameters take: emptiness, versions, cultures, pipeline input by value; and cmdlets that answer little on Linux.

#@ case: strict-versions
foreach ($v in '1.0','1.1','3','5.1','5.2','6.2','7.6','7.7','latest',2,3.1,$null) { try { Set-StrictMode -Version $v; "ok $v" } catch { "$($_.FullyQualifiedErrorId) $($_.Exception.Message)" } }
Set-StrictMode -Off

#@ case: mandatory-emptiness
function f([Parameter(Mandatory)]$x) { 'in' }
function h([Parameter(Mandatory)][object[]]$x) { 'in' }
function i([Parameter(Mandatory)][string[]]$x) { 'in' }
function j([Parameter(Mandatory)][System.Collections.Generic.List[string]]$x) { 'in' }
function k([Parameter(Mandatory)][System.Collections.ArrayList]$x) { 'in' }
function m([Parameter(Mandatory)][array]$x) { 'in' }
foreach ($c in 'f', 'i', 'j', 'k', 'm') { foreach ($v in '', @(), @(''), @(1, $null)) { try { "$c $(& $c $v)" } catch { "$c $($_.FullyQualifiedErrorId) $($_.Exception.Message)" } } }

#@ case: where-case-sensitive
'abc', 'Abd' | Where-Object { $_ } | Where-Object ToString -NotMatch x
[pscustomobject]@{ n = 'A' }, [pscustomobject]@{ n = 'a' } | Where-Object n -CNotLike 'a*' | ForEach-Object n
[pscustomobject]@{ n = 'A' }, [pscustomobject]@{ n = 'a' } | Where-Object n -CNotMatch 'a' | ForEach-Object n
[pscustomobject]@{ n = 'A' }, [pscustomobject]@{ n = 'a' } | Where-Object n -CIn 'a', 'b' | ForEach-Object n
[pscustomobject]@{ n = 'A' }, [pscustomobject]@{ n = 'a' } | Where-Object n -CNotIn 'a', 'b' | ForEach-Object n
[pscustomobject]@{ n = 'A', 'b' } | Where-Object n -CContains 'a' | ForEach-Object n
[pscustomobject]@{ n = 'A', 'b' } | Where-Object n -CNotContains 'a' | ForEach-Object n
[pscustomobject]@{ n = 'A' }, [pscustomobject]@{ n = 'a' } | Where-Object n -CGE 'A' | ForEach-Object n
[pscustomobject]@{ n = 'A' }, [pscustomobject]@{ n = 'a' } | Where-Object n -CLE 'a' | ForEach-Object n

#@ case: foreach-member-what-if
'ab' | ForEach-Object Length -WhatIf
'ab' | ForEach-Object Replace a b -WhatIf
'ab' | ForEach-Object ToUpper -WhatIf
@{ a = 1 } | ForEach-Object a -WhatIf
'ab' | ForEach-Object Length -Verbose

#@ case: execution-policy
Get-ExecutionPolicy
Get-ExecutionPolicy -List
Get-ExecutionPolicy -Scope Process
try { Set-ExecutionPolicy RemoteSigned } catch { "$($_.FullyQualifiedErrorId) $($_.Exception.Message)" }
try { Get-ExecutionPolicy -List -Scope Process } catch { "$($_.FullyQualifiedErrorId) $($_.Exception.Message)" }
Set-ExecutionPolicy RemoteSigned -WhatIf

#@ case: sessions-that-are-not-there
Get-PSSession
Get-PSSession | Remove-PSSession
Get-PSSession -Name x
Get-PSSession -Id 7
Remove-PSSession -Name x*

#@ case: localized-data
$null = New-Item de-DE, en-US -ItemType Directory -Force
"@{ a = 'deutsch' }" > de-DE/s.psd1; "@{ a = 'english' }" > en-US/s.psd1; "@{ a = 'base'; b = 'fall' }" > s.psd1
"@{ a = Get-Date }" > en-US/cmd.psd1
@'
Import-LocalizedData -BindingVariable m
$m.a
$x = Import-LocalizedData -FileName s -UICulture de-DE
$x.a
Import-LocalizedData m2 -FileName s -UICulture de-AT; $m2.a
Import-LocalizedData m4 -FileName nope -ErrorAction SilentlyContinue
$Error[0].FullyQualifiedErrorId
Import-LocalizedData m7 -FileName cmd -UICulture en-US -SupportedCommand Get-Date; $m7.a.GetType().Name
try { Import-LocalizedData m8 -FileName cmd -UICulture en-US } catch { $_.FullyQualifiedErrorId }
try { Import-LocalizedData m9 -FileName a/b } catch { $_.FullyQualifiedErrorId; $_.Exception.Message }
'@ > s.ps1
./s.ps1

#@ case: cultures
(Get-Culture -ListAvailable).Count
(Get-Culture -ListAvailable)[5].Name
(Get-Culture de-DE).DisplayName
try { Get-Culture xx-yy } catch { $_.FullyQualifiedErrorId }
try { 'a' | Select-String a -SimpleMatch -Culture zz } catch { $_.FullyQualifiedErrorId }

#@ case: emphasis
'abcabc', 'xx' | Select-String b -AllMatches | ForEach-Object { $_.ToEmphasizedString('') -replace "`e", 'E' }
'abcabc', 'xx' | Select-String b -AllMatches -Context 1 | ForEach-Object { $_.ToEmphasizedString('') -replace "`e", 'E' }
'aBc' | Select-String b -SimpleMatch | ForEach-Object { $_.ToEmphasizedString('') -replace "`e", 'E' }
'aBc' | Select-String b -NoEmphasis | ForEach-Object { $_.ToEmphasizedString('') -replace "`e", 'E' }
'aBc' | Select-String b | ForEach-Object ToString

#@ case: input-by-value
'x' | Get-Content
[pscustomobject]@{ PSProvider = 'Alias' } | Get-PSProvider | ForEach-Object Name
'Common' | Get-Verb | Measure-Object | ForEach-Object Count
Split-Path /a/b -Leaf:$false
[pscustomobject]@{ Path = '/a/b'; Leaf = $true } | Split-Path
try { Remove-PSDrive '' } catch { $_.FullyQualifiedErrorId }
try { Get-Alias '' } catch { $_.FullyQualifiedErrorId }
try { Get-Variable -Scope '' } catch { $_.FullyQualifiedErrorId }
try { '1' | ConvertFrom-Json -Depth 0 } catch { $_.Exception.Message }
try { 'a' | Format-Hex -Offset -1 } catch { $_.Exception.Message }
1..10 | Select-Object -Skip 2 -SkipLast 3

try { [pscustomobject]@{} | Add-Member -NotePropertyMembers @{} } catch { $_.FullyQualifiedErrorId }
Get-Command -FullyQualifiedModule @{ ModuleName = 'Microsoft.PowerShell.Host'; ModuleVersion = '99.0' }

#@ case: property-named-length-binds-by-name
function Pipe { param([Parameter(ValueFromPipelineByPropertyName)]$Name,[Parameter(ValueFromPipelineByPropertyName)][Alias('Length')]$Size) process { "$Name=$Size" } }
[pscustomobject]@{Name='f';Length=3},[pscustomobject]@{Name='g';Size=4} | Pipe
Get-Item /etc/hostname | Pipe | ForEach-Object { $_ -match '^hostname=\d+$' }
function Counted { param([Parameter(ValueFromPipelineByPropertyName)][Alias('Count')]$Size) process { "$Size" } }
[pscustomobject]@{Count=3} | Counted

#@ case: values-with-notes-are-arguments
$d = [datetime]'2024-03-31' | Add-Member -PassThru -NotePropertyName a -NotePropertyValue 1
$i = 5 | Add-Member -PassThru -NotePropertyName a -NotePropertyValue 1
Get-Date $d -Format o
($d - (Get-Date '2024-01-01')).Days
[convert]::ToString($i, 2)
[math]::Max($i, 3)
"<$(([datetime]$d).a)>", "<$(([int]$i).a)>"
function Typed([datetime]$x) { "<$($x.a)>" }
Typed $d
Start-Sleep -Milliseconds $i
'axb' * $i

#@ case: supports-paging
function Get-Paged { [CmdletBinding(SupportsPaging)] param($A) $p = $PSCmdlet.PagingParameters; "$A $($p.Skip) $($p.First) $($p.IncludeTotalCount)"; if ($p.IncludeTotalCount) { $t = $p.NewTotalCount(5, 0.5); "$t"; $t.Accuracy } }
Get-Paged -Skip 2 -First 5
Get-Paged x -IncludeTotalCount
@((Get-Command Get-Paged).Parameters.Keys)[-3..-1]

#@ case: proxy-of-function
function Get-Wrapped { [CmdletBinding(SupportsShouldProcess)] param([Parameter(Mandatory, Position = 0)][Alias('N')][ValidateSet('a', 'b')][string]$Name, [switch]$Fast) "got $Name $Fast" }
$code = [System.Management.Automation.ProxyCommand]::Create([System.Management.Automation.CommandMetadata]::new((Get-Command Get-Wrapped)))
$code
$f = [scriptblock]::Create($code)
& $f -Name b -Fast
[System.Management.Automation.ProxyCommand]::GetParamBlock((Get-Command Write-Output))

#@ case: attributes-of-script-parameters
function Get-Attr { param([Parameter(ParameterSetName='x')][Parameter(ParameterSetName='y', Mandatory)][Alias('Q')][ValidateRange(1, 5)][int]$N, [AllowNull()][ValidateCount(1, 2)]$O) }
(Get-Command Get-Attr).Parameters['N'].Attributes | ForEach-Object { $_.GetType().Name }
(Get-Command Get-Attr).Parameters['O'].Attributes | ForEach-Object { $_.GetType().Name }
@((Get-Command Get-Attr).Parameters['N'].ParameterSets.Keys) -join ','

#@ case: format-hex-of-arrays
foreach ($x in ([byte[]](1..20)), ([int[]](1, 2)), 5, ([DayOfWeek]'Monday')) { Format-Hex -InputObject $x | ForEach-Object { "$($_.Label -replace '<.*') $($_.HexBytes) $($_.Offset)" } }
try { Format-Hex -InputObject (1, 'a') -ErrorAction Stop } catch { $_.FullyQualifiedErrorId; "$_" }
(('abc' | Format-Hex | Out-String) -replace '<\w+>', '<id>').Trim()

#@ case: names-that-exclude-each-other
function Get-Excluded { [CmdletBinding(DefaultParameterSetName = 'a')] param([Parameter(ParameterSetName = 'a')]$A, [Parameter(ParameterSetName = 'b')]$B, [Parameter(Position = 0)]$C) 'ran' }
foreach ($s in { Get-Excluded -A 1 -B 2 3 4 }, { Get-Excluded -A 1 3 4 }, { Get-Item -Path b -LiteralPath c d }, { Get-Process -Id x }) { try { & $s } catch { $_.FullyQualifiedErrorId; "$_" } }

#@ case: invoke-command-input
Invoke-Command { "[$input]" } -InputObject 5
Invoke-Command { $input | ForEach-Object { "i $_" } } -InputObject 1, 2
1, 2 | Invoke-Command { $input | ForEach-Object { "p $_" } }
1, 2 | Invoke-Command { process { "q $_ [$input]" } }
Invoke-Command { @($input).Count }
Invoke-Command { @($input).Count } -InputObject $null
Invoke-Command { param($a) "$a [$input]" } -ArgumentList 3 -InputObject 4

#@ case: strings-that-are-missing
function show($a) { ($a | % { if ($null -eq $_) { '<null>' } else { "$_($($_.GetType().Name))" } }) -join ' ' }
function q([string[]]$a) { show $a }
function m([Parameter(Mandatory)][string[]]$a) { show $a }
foreach ($v in @($null,1), @(1,$null), @(,$null), @($null,'x'), @('x',$null,5)) { "q $(q $v)"; try { "m $(m $v)" } catch { $_.FullyQualifiedErrorId }; try { Join-Path $v b } catch { $_.FullyQualifiedErrorId } }

#@ case: validation-of-each-where-some-are-missing
function q([ValidateSet('x','y')]$a) { 'ok' }; function p([ValidatePattern('x')]$a) { 'ok' }; function s([ValidateRange(1,2)]$a) { 'ok' }; function t([ValidateScript({$true})]$a) { 'ok' }; function u([ValidateLength(1,2)]$a) { 'ok' }; function v([ValidateCount(1,2)]$a) { 'ok' }
foreach ($f in 'q','p','s','t','u','v') { foreach ($v in $null, @($null,'x')) { try { & $f $v } catch { "$f $($_.Exception.Message)" } } }

#@ case: columns-that-are-missing
foreach ($b in { 1 | Select-Object $null }, { 1 | Sort-Object $null,'a' }, { 1 | Group-Object $null,'a' }, { 1 | Format-Table $null,'a' }, { 1 | Select-Object {} }, { 1 | Select-Object @{ e = {} } }) { try { & $b | Out-Null; 'ok' } catch { "$($_.FullyQualifiedErrorId) $($_.CategoryInfo.Category)" } }

#@ case: scope-that-is-none
foreach ($b in { Get-Alias -Scope x }, { Set-Variable v 1 -Scope x }, { Export-Alias q -Scope x }, { Get-PSDrive -Scope x -ErrorAction Stop }, { Remove-PSDrive zz -Scope x }) { try { & $b } catch { "$($_.FullyQualifiedErrorId) $($_.Exception.Message)" } }

#@ case: validation-attributes-of-functions
function f1 { param([ValidatePattern('^\d+$', ErrorMessage = 'not digits: {0}')]$a, [ValidateScript({ $_ -gt 5 }, ErrorMessage = 'too small')]$b, [ValidateSet('x', 'y', IgnoreCase = $false)]$c, [ValidateLength(2, 3)]$d, [ValidateNotNullOrWhiteSpace()]$e, [ValidateRange('Positive')]$f, [ValidateNotNull()]$g, [ValidateCount(1, 2)]$h, [ValidateDrive('env')]$i) 'ran' }
foreach ($s in { f1 -a x }, { f1 -b 1 }, { f1 -c X }, { f1 -d abcd }, { f1 -d a }, { f1 -e ' ' }, { f1 -f 0 }, { f1 -g $null }, { f1 -h @() }, { f1 -h 1, 2, 3 }, { f1 -i /x }, { f1 -a 1 -b 6 -c x -d ab -e z -f 1 -g 0 -h 1 -i env:x }) { try { & $s } catch { "$($_.FullyQualifiedErrorId) | $($_.Exception.Message)" } }

#@ case: binding-errors-more
function f2 { [CmdletBinding()] param([int]$N, [string[]]$S, [switch]$W, [datetime]$D, [System.IO.FileMode]$M, [hashtable]$H, [scriptblock]$B) "N=$N S=$($S -join '+') W=$W" }
foreach ($s in { f2 -N x }, { f2 -N 1.6 }, { f2 -S 1, 2 }, { f2 -W 5 }, { f2 -W:5 }, { f2 -D nope }, { f2 -M Bogus }, { f2 -M Open, Create }, { f2 -H 5 }, { f2 -B 'str' }, { f2 -N }, { f2 -Nope 1 }, { f2 1 2 3 4 5 6 7 8 }, { f2 -N 1 -N 2 }, { f2 -N $null }, { f2 -N 99999999999 }, { f2 -N (1, 2) }, { f2 -S $null }) { try { & $s } catch { "$($_.FullyQualifiedErrorId) | $($_.Exception.Message) | $($_.CategoryInfo.Category)" } }

#@ case: positions-and-sets
function f3 { [CmdletBinding(DefaultParameterSetName = 'N')] param([Parameter(Position = 0, ParameterSetName = 'N')][string]$Name, [Parameter(Position = 0, ParameterSetName = 'I')][int]$Id, [Parameter(ParameterSetName = 'I')][switch]$OnlyI, [Parameter(Position = 1)]$Second) "$($PSCmdlet.ParameterSetName) $Name $Id $Second" }
f3 abc; f3 5; f3 5 -OnlyI; f3 -Id 7 x; f3 abc def
f3 abc -OnlyI
f3 -Name a -Id 5
f3
function f4 { [CmdletBinding()] param([Parameter(Mandatory, ParameterSetName = 'A')]$A, [Parameter(Mandatory, ParameterSetName = 'B')]$B) $PSCmdlet.ParameterSetName }
f4 -B 1
f4 1
function f5 { [CmdletBinding(PositionalBinding = $false)] param($A, [Parameter(Position = 0)]$B) "$A|$B" }
f5 x
f5 x y

#@ case: pipeline-binding-more
function g1 { [CmdletBinding()] param([Parameter(ValueFromPipeline, ValueFromPipelineByPropertyName)][int]$N, [Parameter(ValueFromPipelineByPropertyName)][Alias('Label')][string]$Tag = 'none') begin { 'begin' } process { "$N $Tag" } end { 'end' } }
5, '6' | g1
[pscustomobject]@{ N = 1; Label = 'x' }, [pscustomobject]@{ N = 2 } | g1
@{ N = 3 } | g1
'abc' | g1
[pscustomobject]@{ Q = 1 } | g1
$null | g1
@() | g1
5 | g1 -N 6
function g2 { param([Parameter(ValueFromPipeline)][string]$S, [Parameter(ValueFromPipeline)][int]$I) process { "[$S][$I]" } }
7, 'x' | g2

#@ case: splatting-more
function h1 { param($A, $B, [switch]$C) "$A $B $C | $($args -join ',')" }
$p = @{ A = 1; C = $true }; h1 @p 2; h1 @p -B 3
$l = 1, 2; h1 @l; h1 @l -C; h1 -C @l
$q = @{ A = 1 }; h1 @q -A 5
h1 @p @l
$bad = @{ Nope = 1 }; h1 @bad
function h2 { [CmdletBinding()] param($A) $PSBoundParameters.Keys -join ',' }
h2 @bad
$cmd = @{ Path = '/etc'; Filter = 'passwd'; Name = $true }; Get-ChildItem @cmd | ForEach-Object { "$_" }
$s = @{ Property = 'a'; Descending = $true }; [pscustomobject]@{ a = 1 }, [pscustomobject]@{ a = 2 } | Sort-Object @s | ForEach-Object a
function h3 { h1 @args }; h3 -A x -B y; h3 x -C; function h4 { h1 @PSBoundParameters }; h4

#@ case: argument-completers-and-names
Register-ArgumentCompleter -CommandName Get-CaseAc -ParameterName Name -ScriptBlock { param($c, $p, $w) 'alpha', 'beta' | Where-Object { $_ -like "$w*" } }
function Get-CaseAc { param($Name, [ValidateSet('one', 'two')]$Kind, [ArgumentCompletions('x', 'y')]$Z) }
(TabExpansion2 'Get-CaseAc -Name a' 18).CompletionMatches.CompletionText
(TabExpansion2 'Get-CaseAc -Kind ' 17).CompletionMatches.CompletionText
(TabExpansion2 'Get-CaseAc -Z ' 14).CompletionMatches.CompletionText
(TabExpansion2 'Get-CaseAc -' 12).CompletionMatches.CompletionText
(TabExpansion2 'Get-CaseA' 9).CompletionMatches.CompletionText

#@ case: validation-of-mandatory-parameters
foreach ($b in { Start-Process '' }, { 1 | ForEach-Object -MemberName '' }, { Wait-Process $null }, { Get-Job -Command '' }, { Start-ThreadJob -Name '' { 1 } }, { Invoke-Command $null }) {
    try { & $b } catch { $_.FullyQualifiedErrorId; $_.Exception.Message }
}

#@ case: a-list-where-one-value-is-asked-for
foreach ($b in { Get-Date -Date @('2020-01-01') }, { Import-Csv /etc/hostname -Delimiter @(',') }, { Get-Job -Filter @() }, { Out-File /tmp/x -Encoding @('utf8') -InputObject 1 }, { Set-StrictMode -Version @(2) }, { Get-Date -Date ([Collections.ArrayList]@('2020-01-01')) }) {
    try { & $b } catch { $_.FullyQualifiedErrorId; $_.Exception.Message }
}
