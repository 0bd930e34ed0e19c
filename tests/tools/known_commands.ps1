# Writes what the native engine knows of the commands of a stock PowerShell: `pwsh -NoProfile -File known_commands.ps1 > src/engine/src/cmdlets/known.tsv`.
# One command a line: name, module, class, help address, output types, parameters with their aliases, remoting capability.
Get-ChildItem $PSHOME/Modules -Directory | Where-Object Name -ne Pester | ForEach-Object { Import-Module $_.Name -ErrorAction Ignore }
$common = [System.Management.Automation.PSCmdlet]::CommonParameters + 'WhatIf', 'Confirm'
$modules = @('Microsoft.PowerShell.Core') + (Get-ChildItem $PSHOME/Modules -Directory | Where-Object Name -ne Pester).Name
Get-Command -CommandType Cmdlet, Function -Module $modules | Sort-Object Name -CaseSensitive | ForEach-Object {
    $parameters = $_.Parameters.Values | Where-Object Name -NotIn $common | ForEach-Object { (@($_.Name) + $_.Aliases) -join '|' }
    $class = if ($_.ImplementingType) { $_.ImplementingType.FullName } else { '' }
    $_.Name, $_.ModuleName, $class, $_.HelpUri, ($_.OutputType.Name -join ','), ($parameters -join ' '), $_.RemotingCapability -join "`t"
}
