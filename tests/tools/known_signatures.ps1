# Writes what the cmdlets of a stock PowerShell declare: `pwsh -NoProfile -File known_signatures.ps1 > src/engine/src/commands/signatures.txt`.
# A test holds the tables of the engine against it. Run it in an empty folder, so that the parameters of the FileSystem provider are there.
# A cmdlet is a line `Name class=.. default=.. process=.. impact=.. sets=..` and a line for each parameter:
#     Name|Alias type check check @Set(flags) @Set(flags)
# with the flags of the engine's tables: a position, `!` mandatory, `^` by value, `~` by property name, `*` remaining arguments.
Get-ChildItem $PSHOME/Modules -Directory | Where-Object Name -ne Pester | ForEach-Object { Import-Module $_.Name -ErrorAction Ignore }
$common = [System.Management.Automation.PSCmdlet]::CommonParameters + 'WhatIf', 'Confirm'
$modules = @('Microsoft.PowerShell.Core') + (Get-ChildItem $PSHOME/Modules -Directory | Where-Object Name -ne Pester).Name
$kind = [ValidateRange].GetProperty('RangeKind', [System.Reflection.BindingFlags]'NonPublic, Instance')

function Get-Check($attribute) {
    switch ($attribute.GetType().Name) {
        ValidateSetAttribute { if ($attribute.ValidValues.Count -lt 50) { 'set({0})' -f ($attribute.ValidValues -join ',') } else { 'set(..)' } }
        ValidateRangeAttribute {
            if ($null -ne $attribute.MinRange) { 'range({0},{1})' -f $attribute.MinRange, $attribute.MaxRange }
            else { "$($kind.GetValue($attribute))".ToLower() }
        }
        ValidateCountAttribute { 'count({0},{1})' -f $attribute.MinLength, $attribute.MaxLength }
        ValidateLengthAttribute { 'length({0},{1})' -f $attribute.MinLength, $attribute.MaxLength }
        ValidatePatternAttribute { 'pattern({0})' -f $attribute.RegexPattern }
        ValidateNotNullOrEmptyAttribute { 'notempty' }
        ValidateNotNullOrWhiteSpaceAttribute { 'notblank' }
        ValidateNotNullAttribute { 'notnull' }
        CredentialAttribute { 'credential' }
        AllowNullAttribute { 'null' }
        AllowEmptyStringAttribute { 'empty' }
        AllowEmptyCollectionAttribute { 'emptycol' }
        ValidateTrustedDataAttribute { }
        default { if ($attribute -is [System.Management.Automation.ValidateArgumentsAttribute]) { "other($_)" } }
    }
}

function Get-Flag($set) {
    $flags = @(
        if ($set.Position -ne [int]::MinValue) { $set.Position }
        if ($set.IsMandatory) { '!' }
        if ($set.ValueFromPipeline) { '^' }
        if ($set.ValueFromPipelineByPropertyName) { '~' }
        if ($set.ValueFromRemainingArguments) { '*' }
    )
    $flags -join ' '
}

Get-Command -CommandType Cmdlet -Module $modules | Sort-Object Name -CaseSensitive | ForEach-Object {
    $attribute = $_.ImplementingType.GetCustomAttributes([System.Management.Automation.CmdletAttribute], $false)[0]
    'cmdlet {0} default={1} process={2} impact={3} sets={4}' -f $_.Name, $_.DefaultParameterSet, $attribute.SupportsShouldProcess,
        $attribute.ConfirmImpact, ($_.ParameterSets.Name -join ',')
    foreach ($parameter in $_.Parameters.Values | Where-Object Name -NotIn $common) {
        $checks = @($parameter.Attributes | ForEach-Object { Get-Check $_ } | Sort-Object -CaseSensitive)
        if ($parameter.IsDynamic) { $checks += 'dynamic' }
        $sets = $parameter.ParameterSets.GetEnumerator() | Sort-Object Key -CaseSensitive | ForEach-Object { '@{0}({1})' -f $_.Key, (Get-Flag $_.Value) }
        $sets = @($sets) -creplace '^@__AllParameterSets', '@' -cne '@()'
        @("    $((@($parameter.Name) + $parameter.Aliases) -join '|')", $parameter.ParameterType) + $checks + $sets -join ' '
    }
}
