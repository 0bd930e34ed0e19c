# Objects of .NET whole, read-only and rare collections, exceptions that were caught: what scripts output now and then.

#@ case: datetime-from-file-time
[datetime]::FromFileTimeUtc(132223104000000000)

#@ case: datetimeoffset-whole
[datetimeoffset]::new(2024, 1, 2, 3, 4, 5, [timespan]::FromMinutes(-90))

#@ case: datetimeoffset-min-max
[datetimeoffset]::MinValue
[datetimeoffset]::MaxValue

#@ case: timeonly-extremes-and-fractions
[TimeOnly]::MinValue
[TimeOnly]::MaxValue
[TimeOnly]::new(1, 2, 3, 4)

#@ case: dateonly-in-note-and-array
[pscustomobject]@{ D = [DateOnly]::new(2024, 5, 6); T = [TimeOnly]::new(7, 8) }
, @([DateOnly]::new(2024, 5, 6))

#@ case: date-all-properties
[datetime]'2024-05-06 07:08:09' | Select-Object *

#@ case: timespan-all-properties
[timespan]'1.02:03:04.005' | Select-Object *

#@ case: daylight-time-and-calendar
[System.Globalization.DaylightTime]::new([datetime]'2024-03-31', [datetime]'2024-10-27', [timespan]::FromHours(1))

#@ case: datetime-parse-exact
[datetime]::ParseExact('06.05.2024', 'dd.MM.yyyy', $null)
[datetime]::ParseExact('2024-05-06Z', 'yyyy-MM-ddK', [cultureinfo]::InvariantCulture)

#@ case: get-date-display-hint
Get-Date '2024-05-06 07:08:09' -DisplayHint Date

#@ case: array-list-nested
, [System.Collections.ArrayList]@(1, @(2, 3), @{ a = 1 })

#@ case: array-list-read-only
, [System.Collections.ArrayList]::ReadOnly([System.Collections.ArrayList](1, 2))

#@ case: array-list-synchronized-and-fixed
, [System.Collections.ArrayList]::Synchronized([System.Collections.ArrayList](1, 2))
, [System.Collections.ArrayList]::FixedSize([System.Collections.ArrayList](1, 2))

#@ case: read-only-dictionary
[System.Collections.ObjectModel.ReadOnlyDictionary[string, int]]::new([System.Collections.Generic.Dictionary[string, int]]::new())

#@ case: observable-collection
$c = [System.Collections.ObjectModel.ObservableCollection[string]]::new()
$c.Add('a')
, $c

#@ case: string-dictionary
$d = [System.Collections.Specialized.StringDictionary]::new()
$d.Add('Key', 'v')
, $d

#@ case: bit-vector
[System.Collections.Specialized.BitVector32]::new(5)

#@ case: sorted-keys-and-values
$d = [System.Collections.Generic.SortedDictionary[string, int]]::new()
$d['b'] = 2; $d['a'] = 1
, $d.Keys
, $d.Values

#@ case: sorted-list-keys-and-values
$d = [System.Collections.SortedList]::new()
$d['b'] = 2; $d['a'] = 1
, $d.Keys
, $d.Values

#@ case: linked-list-node
$l = [System.Collections.Generic.LinkedList[int]]::new()
$l.AddLast(1)

#@ case: concurrent-stack
$q = [System.Collections.Concurrent.ConcurrentStack[int]]::new()
$q.Push(1); $q.Push(2)
, $q

#@ case: blocking-collection
$q = [System.Collections.Concurrent.BlockingCollection[int]]::new()
$q.Add(1)
, $q

#@ case: generic-ordered-dictionary
$d = [System.Collections.Generic.OrderedDictionary[string, int]]::new()
$d['b'] = 1; $d['a'] = 2
$d

#@ case: ordered-read-only
([ordered]@{ a = 1; b = 2 }).AsReadOnly()

#@ case: array-segment
, [System.ArraySegment[int]]::new([int[]](1, 2, 3, 4), 1, 2)

#@ case: tuple-with-object
[tuple]::Create([pscustomobject]@{ a = 1 }, @(1, 2), $null)

#@ case: key-value-pair-create
[System.Collections.Generic.KeyValuePair]::Create('k', 1)

#@ case: entries-of-sorted-list
([System.Collections.SortedList]@{ b = 1; a = 2 }).GetEnumerator()

#@ case: dictionary-of-lists
$d = [System.Collections.Generic.Dictionary[string, System.Collections.Generic.List[int]]]::new()
$d['a'] = [System.Collections.Generic.List[int]](1, 2)
$d

#@ case: key-kinds
@{ [uint64]5 = 'u' }
@{ [single]1.5 = 's' }
@{ [bigint]5 = 'b' }
@{ [System.Net.IPAddress]'1.2.3.4' = 'ip' }

#@ case: set-in-table
@{ s = [System.Collections.Generic.HashSet[string]]::new([string[]]('x')) }

#@ case: lists-with-type-names
$l = [System.Collections.ArrayList](1, 2)
$l.PSObject.TypeNames.Insert(0, 'My.List')
, $l

#@ case: queue-with-note
$q = [System.Collections.Queue]::new()
$q.Enqueue(1)
Add-Member -InputObject $q -NotePropertyName T -NotePropertyValue 'x'
, $q

#@ case: ps-primitive-dictionary
[psprimitivedictionary]@{ a = 1 }

#@ case: nullable-array
, [nullable[int][]](1, $null)

#@ case: array-of-types-known
, [version[]]('1.0', '2.0')
, [guid[]]([guid]::Empty)
, [uri[]]('http://a/')
, [timespan[]]::new(1)

#@ case: half-values
[half]1.1
[half]::MaxValue
[half]::NaN

#@ case: int128-whole
[int128]5
[uint128]7
[pscustomobject]@{ I = [int128]5 }

#@ case: bigint-in-note-and-table
[pscustomobject]@{ B = [bigint]5 }
@{ b = 12345678901234567890n }

#@ case: number-with-type-name
$n = [psobject]5
$n.PSObject.TypeNames.Insert(0, 'My.Number')
$n

#@ case: double-array-specials
, [double[]]([double]::NaN, 1, [double]::PositiveInfinity)

#@ case: string-escape-lookalikes-long
'_x000D__x000A_'
'_xD83D__xDE00_'
'_x_x0041_'
'_x005F_x0041_'

#@ case: string-with-type-name-and-note
$s = [psobject]'text' | Add-Member N 1 -PassThru
$s.PSObject.TypeNames.Insert(0, 'T.S')
$s

#@ case: native-int-sizes
[intptr]::Size
[uintptr]::MaxValue

#@ case: rune
[System.Text.Rune]::new(0x1F600)
[System.Text.Rune]::new([char]'a')

#@ case: class-from-hashtable-base
class Bag : hashtable { [string]$Title = 't' }
$b = [Bag]::new(); $b['k'] = 1
$b

#@ case: class-from-array-list
class Al : System.Collections.ArrayList { [int]$V = 1 }
$a = [Al]::new(); $null = $a.Add(1)
, $a

#@ case: class-from-generic-base
class MyDict : System.Collections.Generic.Dictionary[string, int] { [string]$T = 't' }
$d = [MyDict]::new(); $d['a'] = 1
$d

#@ case: class-with-script-property
class T2 { [int]$V = 1; T2() { $this | Add-Member ScriptProperty Twice { $this.V * 2 } } }
[T2]::new()

#@ case: class-with-nullable-and-object
class N { [nullable[datetime]]$D; [nullable[int]]$I = 5; [object]$O = @(1, 2); $U = 'untyped' }
[N]::new()

#@ case: enum-with-type-name
$e = [psobject][DayOfWeek]::Monday
$e.PSObject.TypeNames.Insert(0, 'My.Day')
$e

#@ case: type-data-net-type-note
Update-TypeData -TypeName System.Version -MemberType NoteProperty -MemberName Mark -Value 'm'
[version]'1.2'
[pscustomobject]@{ V = [version]'1.2' }

#@ case: type-data-string-type
Update-TypeData -TypeName System.String -MemberType ScriptProperty -MemberName Shout -Value { $this.ToUpper() }
'abc'
[pscustomobject]@{ S = 'abc' }

#@ case: type-data-specific-with-script
class Wp { [int]$A = 1; [int]$B = 2 }
Update-TypeData -TypeName Wp -MemberType ScriptProperty -MemberName C -Value { $this.A + $this.B }
Update-TypeData -TypeName Wp -SerializationMethod SpecificProperties -PropertySerializationSet B, C -Force
[Wp]::new()

#@ case: type-data-depth-of-array-elements
Update-TypeData -TypeName Case.W5 -SerializationDepth 3
[pscustomobject]@{ PSTypeName = 'Case.W5'; L = @([tuple]::Create([tuple]::Create(1, 2), 3)) }

#@ case: depth-through-lists
class R2 { [int]$V = 3 }
class R1 { [object[]]$L = @([R2]::new(), @(1, [R2]::new())); [System.Collections.ArrayList]$A = @([R2]::new()) }
[R1]::new()

#@ case: depth-through-tables-and-custom
class U2 { [int]$V = 3 }
class U1 { [hashtable]$H = @{ a = @{ b = [U2]::new() } }; [object]$O = [pscustomobject]@{ x = [U2]::new(); y = @([U2]::new()) } }
[U1]::new()

#@ case: references-through-depth
class V1 { [int]$V = 1 }
class V2 { [V1]$A; [V1]$B }
$v = [V1]::new(); $w = [V2]::new(); $w.A = $v; $w.B = $v
$w
, @($v, $w)

#@ case: cycle-in-list-of-class
class Tn { [string]$N; [System.Collections.ArrayList]$C = @() }
$p = [Tn]::new(); $p.N = 'p'; $null = $p.C.Add($p)
$p

#@ case: cycle-in-ordered-and-generic
$o = [ordered]@{}; $o.me = $o
$o
$d = [System.Collections.Generic.Dictionary[string, object]]::new(); $d['me'] = $d
$d

#@ case: cycle-in-note-of-string
$s = [psobject]'text'
$s | Add-Member Me $s
$s

#@ case: reference-of-same-regex
$r = [regex]'a'
, @($r, $r)
[pscustomobject]@{ A = $r; B = $r }

#@ case: regex-groups
[regex]::Match('k=v', '(?<key>\w)=(\w)').Groups

#@ case: regex-match-collection-as-one
, [regex]::Matches('a1', '\d')

#@ case: regex-match-in-note
[pscustomobject]@{ M = [regex]::Match('ab', 'b') }

#@ case: xelement
[System.Xml.Linq.XElement]::Parse('<a x="1"><b>t</b></a>')

#@ case: xdocument
[System.Xml.Linq.XDocument]::Parse('<a><b>t</b></a>')

#@ case: xattribute-and-xname
[System.Xml.Linq.XAttribute]::new('x', 1)
[System.Xml.Linq.XName]::Get('a')

#@ case: xml-qualified-name
[System.Xml.XmlQualifiedName]::new('n', 'urn:x')

#@ case: ip-well-known
[ipaddress]::Loopback
[ipaddress]::IPv6Loopback
[ipaddress]::Any
[ipaddress]::Broadcast

#@ case: ip-network
[System.Net.IPNetwork]::Parse('10.0.0.0/8')

#@ case: physical-address
[System.Net.NetworkInformation.PhysicalAddress]::Parse('00-11-22-33-44-55')

#@ case: dns-endpoint
[System.Net.DnsEndPoint]::new('h', 80)

#@ case: encodings
[System.Text.Encoding]::UTF8
[System.Text.Encoding]::ASCII
[System.Text.Encoding]::Unicode

#@ case: encoding-more
[System.Text.Encoding]::Latin1
[System.Text.Encoding]::UTF32
[System.Text.UTF8Encoding]::new($false)
[System.Text.Encoding]::BigEndianUnicode

#@ case: string-reader-writer
[System.IO.StringReader]::new('abc')
[System.IO.StringWriter]::new()

#@ case: weak-reference
[weakreference]::new('x')

#@ case: vectors
[System.Numerics.Vector2]::new(1, 2)
[System.Numerics.Vector3]::new(1, 2, 3)

#@ case: index-and-range-members
[index]5
[range]::new(1, 3)
[System.Range]::All

#@ case: exception-of-division
try { 1 / 0 } catch { $_.Exception }

#@ case: exception-of-null-method
try { $null.Foo() } catch { $_.Exception }

#@ case: exception-of-command
try { nosuch-w } catch { $_.Exception }

#@ case: exception-selected
try { 1 / 0 } catch { $_.Exception | Select-Object Message, HResult, Source }

#@ case: error-record-of-division
try { 1 / 0 } catch { $_ }

#@ case: error-record-in-note-caught
try { 1 / 0 } catch { [pscustomobject]@{ R = $_ } }

#@ case: exception-powershell-kinds
[System.Management.Automation.ItemNotFoundException]::new('gone')
[System.Management.Automation.CommandNotFoundException]::new('nc')
[System.Management.Automation.PSArgumentException]::new('bad', 'p')
[System.Management.Automation.PSInvalidOperationException]::new('inv')
[System.Management.Automation.MethodInvocationException]::new('mi')

#@ case: ref-object
[ref]5
$x = 5; [ref]$x

#@ case: clixml-import-paged
$f = '/tmp/psrp-case-cp.xml'
1..5 | Export-Clixml $f
Import-Clixml $f -First 2 -Skip 1
Import-Clixml $f -IncludeTotalCount | Select-Object -First 2
Remove-Item $f

#@ case: deserialized-collections
[System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize([System.Collections.Generic.HashSet[int]]::new([int[]](1, 2))))

#@ case: deserialized-error-record
$r = [System.Management.Automation.ErrorRecord]::new([Exception]::new('m'), 'Id', 'InvalidData', 5)
[System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($r))

#@ case: enum-in-class
class En { [System.ConsoleColor]$C = 'Green'; [System.DayOfWeek[]]$D = @('Monday') }
[En]::new()

#@ case: json-numbers
'{"i":1,"l":5000000000,"d":1.5,"e":1e3,"n":-0.0,"big":123456789012345678901234567890}' | ConvertFrom-Json

#@ case: match-info-matches
('a1b2' | Select-String '\d' -AllMatches).Matches

#@ case: compare-object-include-equal
Compare-Object 1, 2 2, 3 -IncludeEqual

#@ case: measure-standard-deviation
1, 2, 3 | Measure-Object -StandardDeviation

#@ case: class-with-datetime-defaults
class Dd { [datetime]$When = [datetime]'2024-01-01'; [timespan]$Span = '01:00'; [guid]$Id; [decimal]$Price = 1.50; [single]$F = 1.5; [char]$C = 'c'; [byte]$B = 1; [bigint]$Big = 5 }
[Dd]::new()

#@ case: error-write-with-parts
Write-Error -Message 'm' -Category InvalidData -ErrorId 'My.Id' -TargetObject 5 -CategoryActivity act -CategoryReason why 2>&1

#@ case: linked-list-of-strings
$l = [System.Collections.Generic.LinkedList[string]]::new([string[]]('a', 'b'))
, $l
$l

#@ case: type-data-string-in-array
class Wst { [int]$V = 3; [string] ToString() { return 'txt' } }
Update-TypeData -TypeName Wst -SerializationMethod String
, @([Wst]::new(), [pscustomobject]@{ W = [Wst]::new() })

#@ case: depth-six-mixed
@{ a = @([pscustomobject]@{ b = @{ c = @([pscustomobject]@{ d = @(1, @{ e = 2 }) }) } }) }
