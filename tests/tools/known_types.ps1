# Writes what the native engine knows of .NET's types, asked of a stock PowerShell:
#   pwsh -NoProfile -File known_types.ps1 -Names > src/engine/src/types/known/types.txt
#   pwsh -NoProfile -File known_types.ps1 -Members src/engine/src > src/engine/src/types/known/members.txt
# -Names: all public types with their attributes, assembly, base and interfaces (see relations.rs). -Members: the members of every type that the sources name, as Get-Member
# defines them; of a derived type only what its base has not.
param([switch] $Names, [string] $Members)
Get-ChildItem $PSHOME/*.dll | ForEach-Object { try { $null = [System.Reflection.Assembly]::LoadFrom($_.FullName) } catch { } }
$wanted = '^(System|Microsoft\.(PowerShell|Win32|Management\.Infrastructure))\b'

# The full name of a type without the arguments of generics; a leading dot stands for `System.`, a lone one for `System.Object`.
function Open([type] $type) {
    $name = if ($type.IsGenericType) { $type.GetGenericTypeDefinition().FullName } else { $type.FullName }
    if ($name -eq 'System.Object') { '.' } elseif ($name.StartsWith('System.')) { $name.Substring(6) } else { $name }
}

if ($Names) {
    $types = [AppDomain]::CurrentDomain.GetAssemblies() | Where-Object { -not $_.IsDynamic } |
        ForEach-Object { try { $_.GetExportedTypes() } catch { } } | Where-Object { $_.Namespace -match $wanted }
    $numbers = @{}
    foreach ($group in $types | Group-Object { $_.Assembly.FullName } | Sort-Object Count -Descending) {
        $numbers[$group.Name] = $numbers.Count
        "! $($group.Name)"
    }
    $blocks = [System.Text.StringBuilder]::new()
    foreach ($group in $types | Group-Object Namespace | Sort-Object Name) {
        # Where the block of the namespace begins: it is found without reading the others.
        '@ {0:x} {1}' -f $blocks.Length, $group.Name
        $null = $blocks.Append("# $($group.Name)`n")
        $seen = @{}
        foreach ($type in $group.Group | Sort-Object FullName -CaseSensitive) {
            $short = $type.FullName.Substring($group.Name.Length + 1)
            if ($seen.ContainsKey($short)) { continue }
            $seen[$short] = $true
            $attributes = [int] $type.Attributes
            if ($type.IsByRefLike) { $attributes = $attributes -bor 0x40000000 }
            $base = if ($type.BaseType) { Open $type.BaseType } else { '-' }
            $inherited = @(if ($type.BaseType) { $type.BaseType.GetInterfaces() | ForEach-Object { Open $_ } })
            $own = $type.GetInterfaces() | Where-Object { $_.IsPublic -or $_.IsNestedPublic } | ForEach-Object { Open $_ } |
                Sort-Object -Unique -CaseSensitive | Where-Object { $_ -cnotin $inherited }
            $line = ("$short {0:x} {1:x} $base $own" -f $attributes, $numbers[$type.Assembly.FullName]).TrimEnd()
            $null = $blocks.Append("$line`n")
        }
    }
    $blocks.ToString().TrimEnd()
    return
}

$letters = @{ Event = 'e'; Method = 'm'; Property = 'p'; ParameterizedProperty = 'q' }
$unfit = 'PSObject$|PSCustomObject|PSMemberInfoInteg|Runspace|Pipeline|PowerShell$'
$known = @{}

function Close([type] $type) {
    if (-not $type.IsGenericTypeDefinition) { return $type }
    $stand = @([DBNull], [OperatingSystem], [LoaderOptimizationAttribute])
    $type.MakeGenericType($stand[0..($type.GetGenericArguments().Count - 1)])
}

# Types stand for the arguments of generic types, and are written {0}, {1}, {2}; without their namespace <0>, <1>, <2>.
function Mark([string] $text) {
    $text -replace 'System\.DBNull', '{0}' -replace 'System\.OperatingSystem', '{1}' -replace 'System\.LoaderOptimizationAttribute', '{2}' `
        -replace 'DBNull', '<0>' -replace 'OperatingSystem', '<1>' -replace 'LoaderOptimizationAttribute', '<2>'
}

# Members of a type by letter and name.
function Get-Definitions([type] $type) {
    # Methods of objects and static ones differ in the case of their letter.
    $found = [System.Collections.Specialized.OrderedDictionary]::new([StringComparer]::Ordinal)
    $object = $null
    if ($type -eq [string]) { $object = '' }
    elseif ($type.FullName -eq 'System.RuntimeType') { $object = [int] }
    elseif ($type.IsArray) { $object = [Array]::CreateInstance($type.GetElementType(), 1) }
    elseif (-not $type.IsAbstract -and -not $type.IsInterface -and $type -ne [void]) {
        try {
            $object = [System.Runtime.CompilerServices.RuntimeHelpers]::GetUninitializedObject($type)
            [GC]::SuppressFinalize($object)
        } catch { }
    }
    if ($null -ne $object) {
        Get-Member -InputObject $object -View Adapted -ErrorAction Ignore | ForEach-Object {
            $found["$($letters["$($_.MemberType)"]) $($_.Name)"] = $_.Definition
        }
    }
    if ($type.FullName -ne 'System.RuntimeType') {
        Get-Member -InputObject $type -Static -View Adapted -ErrorAction Ignore | ForEach-Object {
            $found["$($letters["$($_.MemberType)"].ToUpper()) $($_.Name)"] = $_.Definition
        }
    }
    $found
}

$list = Get-ChildItem $Members -Recurse -Filter *.rs | Select-String '"((?:System|Microsoft)\.[A-Za-z0-9_.+`]+)"' -AllMatches |
    ForEach-Object { $_.Matches } | ForEach-Object { $_.Groups[1].Value } | Sort-Object -Unique -CaseSensitive
$types = $list | Where-Object { $_ -notmatch $unfit } | ForEach-Object { $_ -as [type] } | Where-Object { $_ -and -not $_.IsEnum }
$types = @([object], [int].GetType(), [System.DayOfWeek], [DBNull[]]) + $types | Select-Object -Unique | Sort-Object FullName -CaseSensitive
foreach ($type in $types) { try { $known[$type.FullName] = Get-Definitions (Close $type) } catch { } }
foreach ($type in $types) {
    $own = $known[$type.FullName]
    if (-not $own) { continue }
    $base = $type.BaseType
    while ($base -and -not $known.ContainsKey($base.FullName)) { $base = $base.BaseType }
    $inherited = if ($base) { $known[$base.FullName] } else { @{} }
    # An enum stands for all: their base is the one name they share.
    $name = if ($type.IsEnum) { 'System.Enum' } else { $type.FullName }
    if ($type.FullName -eq 'System.Enum') { continue }
    $generic = $type.IsGenericTypeDefinition -or $type.IsArray
    if ($type.IsArray) { $name = 'System.Array[]' }
    "# $name $($base.FullName)"
    foreach ($key in $own.Keys) {
        if ($type.IsEnum -and $key -cmatch '^P ') { continue }
        if ($inherited[$key] -cne $own[$key]) { "$key`t$(if ($generic) { Mark $own[$key] } else { $own[$key] })" }
    }
}
