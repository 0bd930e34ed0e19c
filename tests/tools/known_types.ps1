# Writes what the native engine knows of .NET's types, asked of a stock PowerShell:
#   pwsh -NoProfile -File known_types.ps1 -Names > src/engine/src/types/known/types.txt
#   pwsh -NoProfile -File known_types.ps1 -Members > src/engine/src/types/known/members.txt
# -Names: all public types with their attributes, assembly, base and interfaces (see relations.rs). -Members: the members of every type that the engine's sources
# or its page name, as Get-Member defines them; of a derived type only what its base has not.
param([switch] $Names, [switch] $Members)
if ($Names -eq $Members) { throw 'say -Names or -Members' }
Get-ChildItem $PSHOME/*.dll | ForEach-Object { try { $null = [System.Reflection.Assembly]::LoadFrom($_.FullName) } catch { } }
$wanted = '^(System|Microsoft\.(PowerShell|Win32|Management\.Infrastructure))\b'

# The full name of a type without the arguments of generics.
function Name([type] $type) {
    if ($type.IsGenericType) { $type.GetGenericTypeDefinition().FullName } else { $type.FullName }
}

# The same; a leading dot stands for `System.`, a lone one for `System.Object`.
function Open([type] $type) {
    $name = Name $type
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

# Where an object that nobody has made does not show its members, or ends the process.
$document = [xml]::new()
$samples = @{
    [string] = ''
    [int].GetType() = [int]
    [System.Xml.XmlElement] = $document.CreateElement('e')
    [System.WeakReference] = [System.WeakReference]::new('')
    [System.Xml.XmlAttribute] = $document.CreateAttribute('a')
    [System.Management.Automation.PSMemberSet] = [System.Management.Automation.PSMemberSet]::new('m')
}
$letters = @{ Event = 'e'; Method = 'm'; Property = 'p'; ParameterizedProperty = 'q' }
$unfit = 'PSObject$|PSCustomObject'
$known = @{}

# Types stand for the arguments of generic types: names that no definition has otherwise.
$standing = [DBNull], [OperatingSystem], [LoaderOptimizationAttribute], [ApplicationId], [CLSCompliantAttribute], [MTAThreadAttribute],
    [STAThreadAttribute], [ThreadStaticAttribute], [ObsoleteAttribute]

function Close([type] $type) {
    if (-not $type.IsGenericTypeDefinition) { return $type }
    $at = 0
    $type.MakeGenericType(@(foreach ($argument in $type.GetGenericArguments()) {
        $wanted = $argument.GetGenericParameterConstraints() | Where-Object { -not $_.ContainsGenericParameters -and -not $_.IsInterface }
        if ($wanted -and $wanted -ne [ValueType]) { $wanted } else { $standing[$at++] }
    }))
}

# They are written {0}, {1}, {2}; without their namespace <0>, <1>, <2>.
function Mark([string] $text) {
    foreach ($at in 0..($standing.Count - 1)) {
        $short = $standing[$at].Name -replace 'Attribute$'
        $text = $text -replace "System\.$short(Attribute)?\b", "{$at}" -replace "\b$short(Attribute)?\b", "<$at>"
    }
    $text
}

# Members of a type by letter and name.
function Get-Definitions([type] $type) {
    # Methods of objects and static ones differ in the case of their letter.
    $found = [System.Collections.Specialized.OrderedDictionary]::new([StringComparer]::Ordinal)
    $object = $null
    if ($samples.ContainsKey($type)) { $object = $samples[$type] }
    elseif ($type.IsArray) { $object = [Array]::CreateInstance($type.GetElementType(), 1) }
    elseif (-not $type.IsAbstract -and -not $type.IsInterface -and $type -ne [void]) {
        try {
            $object = [System.Runtime.CompilerServices.RuntimeHelpers]::GetUninitializedObject($type)
            [GC]::SuppressFinalize($object)
        } catch { }
    }
    if ($null -ne $object) {
        # Not as an argument: a script block would be called for one.
        , $object | Get-Member -View Adapted -ErrorAction Ignore | ForEach-Object {
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

$root = "$PSScriptRoot/../.."
$named = '(?:^\| |")((?:System|Microsoft)\.[A-Za-z0-9_.+`]+)(?: \||")'
$files = @(Get-Item "$root/docs/native-engine.md") + @(Get-ChildItem "$root/src/engine/src" -Recurse -Filter *.rs)
$list = $files | Select-String $named -AllMatches | ForEach-Object { $_.Matches } | ForEach-Object { $_.Groups[1].Value } |
    Sort-Object -Unique -CaseSensitive
$types = $list | Where-Object { $_ -notmatch $unfit } | ForEach-Object { $_ -as [type] } | Where-Object { $_ -and -not $_.IsEnum }
$types = @([object], [int].GetType(), [System.DayOfWeek], [DBNull[]]) + $types | Select-Object -Unique | Sort-Object FullName -CaseSensitive
foreach ($type in $types) { try { $known[$type.FullName] = Get-Definitions (Close $type) } catch { } }
foreach ($type in $types) {
    $own = $known[$type.FullName]
    if (-not $own) { continue }
    $base = $type.BaseType
    while ($base -and -not $known.ContainsKey((Name $base))) { $base = $base.BaseType }
    $inherited = if ($base) { $known[(Name $base)] } else { @{} }
    # An enum stands for all: their base is the one name they share.
    $name = if ($type.IsEnum) { 'System.Enum' } else { $type.FullName }
    if ($type.FullName -eq 'System.Enum') { continue }
    $generic = $type.IsGenericTypeDefinition -or $type.IsArray
    if ($type.IsArray) { $name = 'System.Array[]' }
    "# $name $(if ($base) { Name $base })"
    foreach ($key in $own.Keys) {
        if ($type.IsEnum -and $key -cmatch '^P ') { continue }
        if ($inherited[$key] -cne $own[$key]) { "$key`t$(if ($generic) { Mark $own[$key] } else { $own[$key] })" }
    }
}
