# What scripts of every day send: numbers, texts, containers, classes and results in combinations.

#@ case: concurrent-dictionary
$d = [System.Collections.Concurrent.ConcurrentDictionary[string, int]]::new()
$d['a'] = 1
$d

#@ case: dictionary-with-comparer
$d = [System.Collections.Generic.Dictionary[string, int]]::new([StringComparer]::OrdinalIgnoreCase)
$d['Key'] = 1
$d['KEY']
$d.ContainsKey('key')
$d

#@ case: ordered-members
$o = [ordered]@{ a = 1; b = 2 }
$o.Insert(0, 'first', 0)
$o.RemoveAt(1)
$o[0]
$o['b']
$o.Contains('a')
$o

#@ case: hashtable-null-key-and-duplicates
@{ $null = 1 }
'after'
@{ a = 1; A = 2 }
#@ then
$h = @{ a = 1 }
$h.Add('a', 2)
$h[$null] = 1
$h[$null]
$h

#@ case: dictionary-enum-and-version-keys
@{ [version]'1.2' = 'v' }
@{ [timespan]::FromSeconds(5) = 't' }
@{ [uri]'http://x/' = 'u' }
@{ 1.50d = 'd' }
@{ [byte]7 = 'b' }

#@ case: array-plus-forms
, (@(1) + 2 + @(3, 4))
, (@(1) + , @(2, 3))
, ([int[]](1, 2) + 'x')
, ((1, 2) * 2)
, (@() + $null)

#@ case: where-and-foreach-methods
, (1..5).Where({ $_ -gt 3 })
, (1..5).Where({ $_ -gt 2 }, 'First')
, (1..5).Where({ $_ -gt 2 }, 'Split')
, (1..3).ForEach({ $_ * 2 })
, ('a', 'b').ForEach('ToUpper')
, (1, 2).ForEach([string])

#@ case: exception-nested-depth
$e = [Exception]::new('a', [Exception]::new('b', [Exception]::new('c', [Exception]::new('d'))))
$e
[pscustomobject]@{ E = $e }

#@ case: reference-in-dictionary-key-and-value
$o = [pscustomobject]@{ id = 1 }
@{ $o = $o }

#@ case: same-class-instance-twice
class Once { [int]$V = 1 }
$o = [Once]::new()
, @($o, $o)
[pscustomobject]@{ A = $o; B = $o }

#@ case: same-decorated-string
$s = 'x' | Add-Member Tag 1 -PassThru
, @($s, $s)

#@ case: cycle-through-table-and-object
$o = [pscustomobject]@{ Name = 'o' }
$h = @{ back = $o }
$o | Add-Member NoteProperty Table $h
$o

#@ case: parent-and-children
$p = [pscustomobject]@{ Name = 'p'; Children = [System.Collections.ArrayList]::new() }
foreach ($i in 1..2) { $null = $p.Children.Add([pscustomobject]@{ Name = "c$i"; Parent = $p }) }
$p

#@ case: hash-set-operations
$a = [System.Collections.Generic.HashSet[int]]::new([int[]](1, 2, 3))
$b = [System.Collections.Generic.HashSet[int]]::new([int[]](2, 3, 4))
$a.IntersectWith($b)
, $a
$a.UnionWith([int[]](9))
, $a
$a.ExceptWith([int[]](2))
, $a
$a.SymmetricExceptWith([int[]](9, 10))
, $a
$a.SetEquals([int[]](3, 10))

#@ case: type-data-all-parts-in-one
Update-TypeData -TypeName Case.V1 -TypeConverter $null -ErrorAction SilentlyContinue
Update-TypeData -TypeName Case.V1 -MemberType ScriptProperty -MemberName Full -Value { "$($this.a)-$($this.b)" } -SecondValue { $this.a = $args[0] } -DefaultDisplayProperty a -DefaultKeyPropertySet a
$o = [pscustomobject]@{ PSTypeName = 'Case.V1'; a = 1; b = 2 }
$o.Full = 9
$o

#@ case: type-data-on-builtin-collections
Update-TypeData -TypeName System.Collections.Hashtable -MemberType ScriptProperty -MemberName First -Value { @($this.Keys)[0] }
@{ k = 1 }
Update-TypeData -TypeName System.Array -MemberType NoteProperty -MemberName Mark -Value 'm'
, @(1, 2)

#@ case: type-data-inherited
class TdBase { [int]$A = 1 }
class TdSub : TdBase { [int]$B = 2 }
Update-TypeData -TypeName TdBase -MemberType ScriptProperty -MemberName FromBase -Value { "base $($this.A)" }
[TdSub]::new()

#@ case: specific-properties-inherit
class SpA { [int]$A = 1; [int]$B = 2 }
class SpB : SpA { [int]$C = 3; [int]$D = 4 }
Update-TypeData -TypeName SpA -SerializationMethod SpecificProperties -PropertySerializationSet A
Update-TypeData -TypeName SpB -SerializationMethod SpecificProperties -PropertySerializationSet D -InheritPropertySerializationSet $true
[SpB]::new()

#@ case: serialization-depth-on-custom-object
Update-TypeData -TypeName Case.V5 -SerializationDepth 1
[pscustomobject]@{ PSTypeName = 'Case.V5'; l1 = [pscustomobject]@{ l2 = [pscustomobject]@{ l3 = 1 } } }

#@ case: serialization-string-on-custom-object
Update-TypeData -TypeName Case.V6 -SerializationMethod String
[pscustomobject]@{ PSTypeName = 'Case.V6'; a = 1 }
, @([pscustomobject]@{ PSTypeName = 'Case.V6'; a = 2 })

#@ case: update-type-data-errors
Update-TypeData -TypeName Case.V9
Update-TypeData -TypeName Case.V9 -MemberType NoteProperty -MemberName Y
Update-TypeData -TypeName Case.V9 -MemberType AliasProperty -MemberName Z -Value Q -SecondValue NoType
Update-TypeData -TypeName Case.V9 -MemberType CodeProperty -MemberName C -Value 1
Remove-TypeData -TypeName Case.None

#@ case: psdrive-and-provider-objects
Get-PSDrive Env | Select-Object Name, Root, Description, CurrentLocation
Get-PSDrive / | Select-Object Name, Root
Get-PSProvider Environment | Select-Object Name, Capabilities
Get-Item Env:HOME | Select-Object Name, Value
Get-Item function:prompt | Select-Object Name, CommandType
Get-Item variable:PSEdition

#@ case: data-rows
$t = [System.Data.DataTable]::new('T')
$null = $t.Columns.Add('Id', [int]); $null = $t.Columns.Add('Name')
$null = $t.Rows.Add(1, 'a'); $null = $t.Rows.Add(2, [DBNull]::Value)
$t.Rows
$t.Rows.Count

#@ case: bigint-mixed-arithmetic
5n + 1
2n * 1.5
[bigint]::Pow(2, 70)
-7n % 3
7n -gt 6

#@ case: unsigned-128
[uint128]::MaxValue
[uint128]5
[int128]::MinValue
[int128]-1

#@ case: floats-that-need-all-digits
5e-324
2.2250738585072014E-308
1.1
123456789012345680
9007199254740993.0
[single]3.4e38
[single]1e-45

#@ case: decimal-rounding-members
[decimal]::Round(2.345d, 2)
[decimal]::Floor(-2.5d)
[decimal]::Ceiling(2.1d)
[decimal]::Truncate(-2.9d)
[decimal]::Negate(1.20d)
[decimal]::Remainder(7.5d, 2d)
[decimal]::Multiply(1.10d, 1.10d)

#@ case: result-types-of-mixed-operators
[byte]200 + [byte]100
[byte]1 * 2
[uint32]1 - 2
[int16]1 + [int16]1
1 + 1.5d
[single]1 + 1
[uint64]1 + 1
5 -band 3L
1 -shl 33
1L -shl 33
-bnot 0
-bnot [byte]1

#@ case: parse-with-styles
[int]::Parse('ff', 'HexNumber')
[int]::Parse('(5)', 'AllowParentheses')
[int]::Parse('1,000', 'AllowThousands')
[double]::Parse('1e3', [cultureinfo]::InvariantCulture)
[long]::Parse(' -7 ')

#@ case: out-of-range-conversions
[byte]300
[int]3000000000
[uint32]-1
[int16]'40000'
[sbyte]200
[char]70000
[decimal]1e30

#@ case: rounding-modes
[math]::Round(2.5, 'AwayFromZero')
[math]::Round(-2.5, [MidpointRounding]::ToZero)
[math]::Round(2.25, 1, 'ToEven')
[math]::Round(1234.5678d, 2)
[int]0.5
[int]1.5
[int]'2.5'
[long]-0.5

#@ case: increment-results
$x = [byte]255; $x++; $x
$y = [int]::MaxValue; $y++; $y
$z = 1.5; $z--; $z
$n = $null; $n++; $n
$d = 1.10d; $d += 1; $d

#@ case: alias-of-alias
$o = [pscustomobject]@{ a = 5 }
$o | Add-Member AliasProperty b a
$o | Add-Member AliasProperty c b
$o

#@ case: note-hides-net-property
$v = [version]'1.2' | Add-Member NoteProperty Major 99 -Force -PassThru
$v.Major
$v

#@ case: add-member-type-name
[pscustomobject]@{ a = 1 } | Add-Member -TypeName Case.Added -PassThru
5 | Add-Member -TypeName Case.Number -PassThru

#@ case: add-member-errors
$o = [pscustomobject]@{ a = 1 }
$o | Add-Member a 2
$o | Add-Member NoteProperty
$o | Add-Member ScriptProperty p 5
$o | Add-Member NoteProperty b 1 2

#@ case: script-property-with-setter
$o = [pscustomobject]@{ raw = 1 }
$o | Add-Member ScriptProperty Doubled { $this.raw * 2 } { $this.raw = $args[0] / 2 }
$o.Doubled = 10
$o

#@ case: class-with-base-exception
class MyError : System.Exception { [int]$Code = 7; MyError([string]$m) : base($m) { } }
[MyError]::new('mine')

#@ case: class-with-list-base
class Names : System.Collections.Generic.List[string] { [string]$Title = 't' }
$n = [Names]::new()
$n.Add('a'); $n.Add('b')
, $n
$n.Title

#@ case: class-property-order-with-inheritance
class A1 { $Z = 1; $A = 2 }
class B1 : A1 { $Y = 3; $B = 4 }
class C1 : B1 { $X = 5 }
[C1]::new()

#@ case: class-to-string-throws
class Bad { [int]$V = 1; [string] ToString() { throw 'no text' } }
[Bad]::new()

#@ case: to-string-override-with-properties
$o = [pscustomobject]@{ Name = 'n' }
$o | Add-Member ScriptMethod ToString { "<$($this.Name)>" } -Force
$o
"$o"
, @($o)

#@ case: select-expand-object-with-note
[pscustomobject]@{ n = 'x'; o = [pscustomobject]@{ v = 1 } } | Select-Object n -ExpandProperty o

#@ case: property-info-kinds
$o = [pscustomobject]@{ a = 1 }
$o | Add-Member ScriptProperty s { 1 }
$o | Add-Member AliasProperty l a
$o.PSObject.Properties['a'].GetType().FullName
$o.PSObject.Properties['s'].GetType().FullName
$o.PSObject.Properties['l'].GetType().FullName
$o.PSObject.Properties['l']
$o.PSObject.Properties['s']

#@ case: note-property-constructed
$n = [psnoteproperty]::new('made', 5)
$n
$o = [pscustomobject]@{}
$o.PSObject.Properties.Add($n)
$o.PSObject.Properties.Add([psscriptproperty]::new('twice', { $this.made * 2 }))
$o.PSObject.Members.Add([psaliasproperty]::new('again', 'made'))
$o

#@ case: variable-property
$v = 5
$o = [pscustomobject]@{}
$o.PSObject.Properties.Add([psvariableproperty]::new((Get-Variable v)))
$o
$o.v = 7
$v

#@ case: serializer-round-trip
$o = [pscustomobject]@{ PSTypeName = 'My.T'; d = [datetime]'2024-01-01'; t = [timespan]::FromSeconds(1); v = [version]'1.2'; e = [DayOfWeek]::Monday; l = @(1, 'a'); h = @{ k = 1 } }
$r = [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($o))
$r
$r.PSTypeNames

#@ case: noncharacters
"$([char]0xFFFE)$([char]0xFFFF)"
"a$([char]0xFDD0)b"

#@ case: type-name-with-escapes
[pscustomobject]@{ PSTypeName = "My`nType"; a = 1 }
[pscustomobject]@{ PSTypeName = '_x0041_'; a = 1 }
[pscustomobject]@{ PSTypeName = ' '; a = 1 }

#@ case: to-string-with-escapes
class Esc { [string] ToString() { return "line`nnext _x0041_ <&>" } }
[Esc]::new()

#@ case: format-operator-results
'{0:N2}' -f 1234.567
'{0,-8}|' -f 'ab'
'{0:P1}' -f 0.256
'{0:yyyy-MM-dd}' -f [datetime]'2024-05-06'
'{0:X4}' -f 255
'{{{0}}}' -f 1
'{1}{0}' -f 'a', 'b'
'{0:c}' -f 5
'{0:e3}' -f 12345.678
'{0:000.00}' -f 7.5

#@ case: bytes-of-strings
, [System.Text.Encoding]::UTF8.GetBytes('aå😀')
, [System.Text.Encoding]::Unicode.GetBytes('aå')
, [System.Text.Encoding]::ASCII.GetBytes('å')
[System.Text.Encoding]::UTF8.GetString([byte[]](0xC3, 0x28))
[Convert]::ToBase64String([byte[]](1..10))
[Convert]::ToHexString([byte[]](171, 205))

#@ case: string-comparisons
'a'.CompareTo('b')
[string]::Compare('a', 'A')
[string]::Compare('a', 'A', $true)
[string]::CompareOrdinal('a', 'b')
'abc'.Equals('ABC', 'OrdinalIgnoreCase')
[string]::IsNullOrWhiteSpace("`t")

#@ case: regex-results
[regex]::Replace('abc', 'b', '[$0]')
[regex]::Split('a1b2c', '\d')
[regex]::Escape('a.b*c')
[regex]::Unescape('a\.b\n')
'a1b22' -replace '\d+', { "<$($_.Value)>" }
'one two' -split ' '

#@ case: datetime-parse-forms
[datetime]'2024-01-02T03:04:05Z'
[datetime]'2024-01-02T03:04:05+02:00'
[datetime]'2024-01-02T03:04:05.5'
[datetime]'Jan 5, 2024'
[datetime]'5 January 2024 14:30'
[datetime]'2024/1/2 3:04 PM'
[datetime]'20240102'

#@ case: datetime-errors
[datetime]'not a date'
[datetime]::new(2024, 13, 1)
[datetime]'2024-02-30'
([datetime]::MaxValue).AddDays(1)
'after'

#@ case: dateonly-timeonly-members
$d = [DateOnly]'2024-02-28'
$d.AddDays(2)
$d.DayOfWeek
[DateOnly]::FromDateTime([datetime]'2024-05-06 07:08')
$t = [TimeOnly]'23:30'
$t.AddHours(1)
$t.ToString('HH:mm')

#@ case: timespan-arithmetic
[timespan]'00:30' + [timespan]'00:45'
[timespan]'01:00' - [timespan]'02:00'
[timespan]'01:00' * 2.5
[timespan]'01:00' / 4
[timespan]'01:00' / [timespan]'00:20'
-[timespan]'00:00:05'
([timespan]'-1.02:03:04').Duration()
[datetime]'2024-01-01' + [timespan]'1.00:00'

#@ case: timespan-parse-and-format
[timespan]'5'
[timespan]'5:06'
[timespan]5
[timespan]::Parse('1.2:3:4.5')
[timespan]::ParseExact('1h30', "h\hmm", $null)
([timespan]'1.02:03:04').ToString('hh\:mm')
([timespan]'1.02:03:04').ToString('g')
([timespan]'1.02:03:04.5').TotalHours
[timespan]::FromMinutes(90)
[timespan]::FromSeconds(0.001)

#@ case: guid-forms
[guid]'{792E5B37-4505-47EF-B7D2-8711BB7AFFA8}'
[guid]'792e5b37450547efb7d28711bb7affa8'
[guid]::Parse('(792E5B37-4505-47EF-B7D2-8711BB7AFFA8)').ToString('X')
[guid]::Empty.ToString('N')
[guid]::new([byte[]](1..16))
([guid]'00000000-0000-0000-0000-000000000001').CompareTo([guid]::Empty)
[guid]'nope'

#@ case: version-members
[version]'1.2.3' -gt [version]'1.2'
[version]::new(1, 2, 3, 4).ToString(2)
([version]'1.2').Build
([version]'1.2.3.65537').MinorRevision
[version]::Parse('10.0')
[version]'1'
[version]'1.2.3.4.5'
[version]'1.-2'

#@ case: xml-built
$x = [xml]::new()
$r = $x.AppendChild($x.CreateElement('root'))
$r.SetAttribute('id', '7')
$c = $r.AppendChild($x.CreateElement('item'))
$c.InnerText = 'a < b'
$null = $r.AppendChild($x.CreateComment('note'))
$x
$x.OuterXml
$x.root.item
$x.root.id

#@ case: null-in-places
[pscustomobject]@{ A = $null; B = @($null); C = [System.Management.Automation.Internal.AutomationNull]::Value }
@{ n = $null; l = @($null, $null) }
, $null
[NullString]::Value
[string]$null
, [object[]]::new(2)

#@ case: switch-parameter-forms
[switch]::Present
[switch]::new($false)
[pscustomobject]@{ S = [switch]$true }
@{ s = [switch]$false }
[switch]$true -eq $true
function f([switch]$S) { $S.IsPresent; $S.ToBool() }
f -S:$false

#@ case: enum-conversion-errors
[DayOfWeek]'Funday'
[DayOfWeek]'S'
[DayOfWeek]$null
[DayOfWeek]''
[System.IO.FileAttributes]'Hidden, Nope'

#@ case: own-enum-with-methods-of-enum
enum Level { Low = 1; Mid = 5; High = 10 }
[Level].GetEnumNames()
[Level]::Mid.CompareTo([Level]::High)
[Level]::Low.ToString('d')
[Level]::High.ToString('x')
[Level]5
[Level]6
[Level]::Nope

#@ case: common-enums
[System.IO.FileMode]::OpenOrCreate
[System.StringComparison]::OrdinalIgnoreCase
[System.Globalization.NumberStyles]'AllowHexSpecifier, AllowLeadingWhite'
[System.UriKind]::Absolute
[System.Reflection.BindingFlags]'Public, Static'
[System.Management.Automation.PSMemberTypes]::Methods
[System.Management.Automation.ScopedItemOptions]'ReadOnly, AllScope'
[System.Threading.ThreadState]::Running
[System.IO.UnixFileMode]'UserRead, UserWrite'
[System.ConsoleKey]::Enter
[Environment+SpecialFolder]::UserProfile
[System.TypeCode]::Int32

#@ case: number-format-whole
[cultureinfo]::InvariantCulture.NumberFormat

#@ case: calendar-whole
[System.Globalization.GregorianCalendar]::new()

#@ case: host-objects-whole
$Host.UI.RawUI.BufferSize
[System.Management.Automation.Host.Coordinates]::new(1, 2)
[System.Management.Automation.Host.ChoiceDescription]::new('&Yes', 'help')
[System.Management.Automation.Host.FieldDescription]::new('Name')

#@ case: variable-whole
$wv = 5
Get-Variable wv
[int]$wt = 7
Get-Variable wt
Get-Variable PSHOME | Select-Object Name, Options

#@ case: drive-whole
Get-PSDrive Env
Get-PSDrive Variable

#@ case: provider-whole
Get-PSProvider Alias | Select-Object Name, Drives, Home, Description

#@ case: dictionary-entry-of-environment
$env:PSC_W1 = 'v'
Get-Item Env:PSC_W1
Remove-Item Env:PSC_W1

#@ case: member-definition-whole
'abc' | Get-Member -Name Length
[pscustomobject]@{ a = 1 } | Get-Member

#@ case: match-info-whole-with-file
$f = '/tmp/psrp-case-match-info-whole.txt'
Set-Content $f 'one', 'two three'
Select-String -Path $f -Pattern 't(w|h)' -AllMatches
Remove-Item $f

#@ case: format-start-data
[pscustomobject]@{ a = 1 } | Format-Table

#@ case: class-with-dictionaries
class Dic { [hashtable]$H = @{ a = 1 }; [System.Collections.Specialized.OrderedDictionary]$O = [ordered]@{ b = 2 }; [System.Collections.Generic.Dictionary[string, int]]$D = [System.Collections.Generic.Dictionary[string, int]]::new() }
$d = [Dic]::new(); $d.D['k'] = 5; $d

#@ case: class-implementing-interfaces
class Ver2 : System.IComparable { [int]$N; Ver2([int]$n) { $this.N = $n }; [int] CompareTo([object]$o) { return $this.N - $o.N } }
[Ver2]::new(2), [Ver2]::new(1) | Sort-Object
class Seq : System.Collections.IEnumerable { [System.Collections.IEnumerator] GetEnumerator() { return (1, 2, 3).GetEnumerator() } }
[Seq]::new()
, [Seq]::new()

#@ case: select-object-index-and-unique
'a', 'b', 'c' | Select-Object -Index 0, 2
1, 2, 2, 3 | Select-Object -Unique
[pscustomobject]@{ a = 1; b = 2 }, [pscustomobject]@{ a = 1; b = 2 } | Select-Object -Unique
1..5 | Select-Object -Last 2 -Skip 1

#@ case: select-expands-errors
[pscustomobject]@{ a = 1; b = @() } | Select-Object -ExpandProperty b
[pscustomobject]@{ a = $null } | Select-Object -ExpandProperty a
[pscustomobject]@{ a = 1; Length = 5 } | Select-Object Length -ExpandProperty a

#@ case: array-of-one-through-function
function one { @(1) }
function none { @() }
function nul { $null }
one
(one).GetType().Name
@(none).Count
@(nul).Count
$x = none; $null -eq $x
, (none)
, @(one)

#@ case: xml-config-values
$x = [xml]@'
<config><add key="a" value="1"/><add key="b" value="2"/><empty/><n>5</n></config>
'@
$x.config.add
$x.config.add | Where-Object key -eq b | ForEach-Object value
$x.config.empty
[int]$x.config.n
$x.config.nothing
$x.config.add.Count
$x.SelectNodes('//add') | Select-Object key, value

#@ case: clixml-depth-of-serializer
$o = [pscustomobject]@{ a = [pscustomobject]@{ b = [pscustomobject]@{ c = 1 } } }
foreach ($d in 1, 2, 3) { [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($o, $d)) }

#@ case: deserialized-types-of-values
$v = 1, 2.5, 'x', [datetime]'2024-01-01', [guid]::Empty, @(1, 2), @{ a = 1 }, [ordered]@{ b = 1 }, [DayOfWeek]::Monday, [version]'1.0', $true, [char]'c', { 1 }, [System.Collections.Generic.List[int]](1, 2), [tuple]::Create(1, 2)
foreach ($x in $v) { $r = [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($x)); "$($r.GetType().FullName) $($r.PSTypeNames[0])" }

#@ case: deserialized-class-back-to-class
class Back { [int]$A = 5; [string]$B = 'x' }
$d = [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize([Back]::new()))
$d.PSTypeNames
$b = [Back]$d
$b.GetType().Name
$b

#@ case: array-elements-with-notes
$a = 1..3 | ForEach-Object { $_ | Add-Member Sq ($_ * $_) -PassThru }
$a
$a.Sq -join ','

#@ case: linq-results
[System.Linq.Enumerable]::Sum([int[]](1, 2, 3))
, [System.Linq.Enumerable]::ToArray([System.Linq.Enumerable]::Range(1, 3))
[System.Linq.Enumerable]::Distinct([int[]](1, 1, 2))
[System.Linq.Enumerable]::Average([double[]](1, 2))
[System.Linq.Enumerable]::Where([int[]](1, 2, 3), [Func[int, bool]] { $args[0] -gt 1 })
[System.Linq.Enumerable]::Zip([int[]](1, 2), [string[]]('a', 'b'))

#@ case: nothing-adds-nothing
function none { }
$a = @(1); $a += none; $a.Count
$a = $a + (none); $a.Count
$a += $null; $a.Count
, (none) | ForEach-Object { 'never' }
@{ x = (none) }.x | ForEach-Object { 'never' }
foreach ($i in , (none)) { 'once' }
[pscustomobject]@{ P = (none); Q = @((none), 1) }

#@ case: selected-objects-are-marked
$o = [pscustomobject]@{ a = 1 }
$o | Select-Object -First 1
$o.PSTypeNames
[pscustomobject]@{ PSTypeName = 'My.T'; a = 1 } | Select-Object -Last 1

#@ case: lists-refuse-what-is-no-place
$l = [System.Collections.Generic.List[int]](3, 1, 2)
foreach ($t in { $l.AddRange($null) }, { $l.GetRange(-1, 1) }, { $l.Find($null) }, { $l.get_Item(7) }, { $l.IndexOf(1, 9) }) { try { & $t } catch { $_.FullyQualifiedErrorId; $_.Exception.InnerException.Message } }
$l.IndexOf(2, 1, 2)
$l.LastIndexOf(3, 1)
$l.FindIndex(1, { $args[0] -gt 1 })
[System.Collections.ArrayList]::new($l).ToArray([int]).GetType().Name
