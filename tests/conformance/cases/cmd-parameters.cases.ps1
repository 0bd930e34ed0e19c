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
