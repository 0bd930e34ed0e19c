# Get-Help: its text views, of comments and of tables.

#@ case: maml
function h2 { <#
.SYNOPSIS
Does it.
.DESCRIPTION
First paragraph that is long enough to be wrapped at sixty characters, I think so.

Second paragraph.
.PARAMETER A
An a.

With two paragraphs.
.INPUTS
System.String
.OUTPUTS
System.Int32
More.
.NOTES
Line 1
Line 2
.EXAMPLE
PS> h2 1
.EXAMPLE
h2 2

More remarks.
Even more.
.LINK
Get-Date
.LINK
http://y
#> [CmdletBinding(DefaultParameterSetName='P')] param([Parameter(Mandatory,ParameterSetName='P',ValueFromPipeline)][string[]]$A=7, [Parameter(ParameterSetName='Q',Position=3)][switch]$B, [int]$C=5, [Alias('dd')][ValidateSet('x','y')]$D) }
Get-Help h2 | Out-String -Width 100
Get-Help h2 -Full | Out-String -Width 100
Get-Help h2 -Detailed | Out-String -Width 100
Get-Help h2 -Examples | Out-String -Width 100
Get-Help h2 -Parameter * | Out-String -Width 100

#@ case: maml-short
function h1 { <#
.SYNOPSIS
One.
#> param($A) }
Get-Help h1 | Out-String -Width 100
Get-Help h1 -Full | Out-String -Width 100
Get-Help h1 -Detailed | Out-String -Width 100
Get-Help h1 -Examples | Out-String -Width 100

#@ case: table
function h3 { param([Parameter(Mandatory,HelpMessage='hm')][int]$A, [switch]$B) }
Get-Help h3 | Out-String -Width 100
Get-Help h3 -Full | Out-String -Width 100
Get-Help h3 -Detailed | Out-String -Width 100
Get-Help h3 -Examples | Out-String -Width 100
Get-Help h3 -Parameter * | Out-String -Width 100

#@ case: cmdlet
Get-Help Set-Date | Out-String -Width 100
Get-Help Set-Date -Full | Out-String -Width 100
Get-Help Set-Date -Detailed | Out-String -Width 100
Get-Help Set-Date -Parameter * | Out-String -Width 100

#@ case: facets
function h2 { <#
.SYNOPSIS
s
.COMPONENT
comp
.ROLE
rol
.FUNCTIONALITY
fun
#> param([System.IO.FileMode]$M) }
(Get-Help h2 -Component comp).Name
(Get-Help h2 -Role r*).Name
Get-Help h2 | Out-String

#@ case: comment-places
function A1 { # .SYNOPSIS
# inside lines
param($x) }
function A2 {
    param($x)
    <# .SYNOPSIS
    at the end #>
}
<#
.SYNOPSIS
before it
#>
function A3 { }
# .SYNOPSIS
# single lines
#
# .DESCRIPTION
# more
function A4 { param($y) }
foreach ($n in 'A1', 'A2', 'A3', 'A4') { "$n [$((Get-Help $n).Synopsis)] [$((Get-Help $n).description.Text)]" }
function A5 { <#
.SYNOPSIS
s
.NOSUCHKEY
x
#> }
(Get-Help A5).Synopsis

#@ case: help-of-script-file
$f = "$([IO.Path]::GetTempPath())case-help.ps1"
Set-Content $f @'
<#
.SYNOPSIS
Script synopsis.
.PARAMETER One
First.
#>
param([string]$One, [switch]$Two)
'@
$h = Get-Help $f
$h.Synopsis; $h.parameters.parameter.name
(Get-Help $f -Parameter One).description.Text
Remove-Item $f
