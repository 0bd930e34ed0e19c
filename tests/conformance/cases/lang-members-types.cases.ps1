# Members: the types of .NET that scripts use beside collections.

#@ case: char-classes
[char]::IsDigit('٣'); [char]::IsNumber('½'); [char]::IsSymbol('+'); [char]::IsPunctuation('!'); [char]::IsSeparator(' ')
[char]::IsLetter('a1', 1); [char]::IsDigit('a1', 1); [char]::GetUnicodeCategory('A'); [char]::GetNumericValue('½')
[char]::ConvertToUtf32('😀', 0); [char]::ConvertFromUtf32(0x1F600).Length; [char]::IsSurrogatePair('😀', 0)
([char]'a').CompareTo([char]'c'); ([char]'a').GetTypeCode()
try { [char]::IsDigit('a', 5) } catch { $_.Exception.Message }

#@ case: integer-statics
[int]::Max(3, 4); [int]::Clamp(9, 1, 5); [int]::PopCount(255); [int]::LeadingZeroCount(1); [int]::RotateLeft(1, 33)
[int]::DivRem(7, 2).Item2; [byte]::Min(3, 4); [long]::Log2(1024); [uint32]::IsPow2(8); [int]::CopySign(5, -1)
try { [int]::Abs([int]::MinValue) } catch { $_.Exception.Message }
try { [int]::Clamp(1, 5, 3) } catch { $_.Exception.Message }

#@ case: integer-parse-styles
[int]::Parse('FF', 'HexNumber'); [int]::Parse('1,000', 'AllowThousands'); [int]::Parse('(5)', 'Currency'); [int]::Parse('1.0', 'Number')
[int]::Parse('101', 'BinaryNumber')
$r = 0; [int]::TryParse('12', [ref]$r); $r; [int]::TryParse('x', [ref]$r); $r
try { [int]::Parse('1.5', 'Number') } catch { $_.FullyQualifiedErrorId; $_.Exception.Message }
try { [byte]::Parse('256') } catch { $_.Exception.Message }

#@ case: double-statics
[double]::IsInteger(2.0); [double]::Hypot(3, 4); [double]::Lerp(0, 10, 0.5); [double]::MaxNumber([double]::NaN, 1); [double]::Ieee754Remainder(7, 4)
[double]::Parse('1e400'); [double]::RootN(27, 3); [double]::ScaleB(1, 3); [float]::Sqrt(16)

#@ case: decimal-statics
[decimal]::Round(2.345, 2); [decimal]::Round(2.55, 1, 'ToZero'); [decimal]::Floor(-2.5); [decimal]::GetBits(-1.25) -join ','
[decimal]::new(1, 2, 3, $true, 2); ([decimal]1.50).Scale; [decimal]::Remainder(7, 4); [decimal]::ToInt32(7.9)
try { [decimal]::Divide(1, 0) } catch { $_.Exception.Message }
try { [decimal]::Round(1, 29) } catch { $_.Exception.Message }

#@ case: math-more
[math]::DivRem(7, 2).Item1; [math]::IEEERemainder(7, 4); [math]::CopySign(3, -1); [math]::ILogB(8); [math]::ScaleB(1, 3)
$r = 0; [math]::DivRem(7, 2, [ref]$r); $r
[math]::Round(2.5, [MidpointRounding]::ToZero); [math]::Round(-2.345, 2, 'ToNegativeInfinity'); [math]::BigMul([long]::MaxValue, 2).ToString()
try { [math]::Sign([double]::NaN) } catch { $_.Exception.Message }

#@ case: bigint-members
[bigint]::ModPow(-3, 3, 5); [bigint]::GreatestCommonDivisor(12, 18); [bigint]::Log10(1000); ([bigint]300).ToByteArray($true, $true) -join ','
[bigint]::Parse('FF', 'HexNumber'); [bigint]::new([byte[]](255)); ([bigint]300).GetBitLength(); [bigint]::PopCount(255)
try { [bigint]::Pow(2, -1) } catch { $_.Exception.Message }

#@ case: convert-errors
foreach ($code in { [Convert]::ToInt32('') }, { [Convert]::ToBoolean('yes') }, { [Convert]::ToChar(70000) }, { [Convert]::ToChar(1.5) },
    { [Convert]::ToInt32([datetime]'2024-01-01') }, { [Convert]::ToByte(300) }, { [Convert]::ToInt32([guid]::Empty) }, { [Convert]::ToDecimal(1e30) }) {
    try { & $code } catch { $_.FullyQualifiedErrorId; $_.Exception.Message }
}

#@ case: convert-bases
[Convert]::ToInt32('FFFFFFFF', 16); [Convert]::ToSByte('FF', 16); [Convert]::ToString(-1, 2); [Convert]::ToString([int16]-1, 16); [Convert]::ToInt64('-12', 10)
foreach ($code in { [Convert]::ToInt32('12', 7) }, { [Convert]::ToInt32('102', 2) }, { [Convert]::ToInt32('zz', 16) }, { [Convert]::ToInt32('1FFFFFFFF', 16) }, { [Convert]::ToInt32('-1', 16) }) {
    try { & $code } catch { $_.Exception.Message }
}

#@ case: convert-base64-and-hex
[Convert]::ToBase64String([byte[]](1..60), 'InsertLineBreaks').Length; [Convert]::ToBase64String([byte[]](1..10), 2, 3)
[Convert]::FromHexString('0aff') -join ','; [Convert]::ToHexStringLower([byte[]](10, 255))
try { [Convert]::FromHexString('0af') } catch { $_.Exception.Message }

#@ case: convert-change-type
[Convert]::ChangeType('5', [TypeCode]::Int64); [Convert]::ChangeType(5.7, [int]); [Convert]::GetTypeCode('x'); (5).ToDouble($null); (5).GetTypeCode()
try { [Convert]::ChangeType(5, [guid]) } catch { $_.Exception.Message }
try { [Convert]::ChangeType($null, [int]) } catch { $_.Exception.Message }

#@ case: string-search-ranges
'abcabc'.LastIndexOfAny([char[]]'ab'); 'hello'.IndexOf('l', 3); 'hello'.LastIndexOf('l', 2); 'hello'.IndexOf('L', 1, [StringComparison]::OrdinalIgnoreCase)
'aXbXc'.Split('X', 2) -join '|'; 'abc'.Replace('B', 'x', $true, $null); "a`r`nb".ReplaceLineEndings('|'); 'a b'.Contains('A', 'OrdinalIgnoreCase')
[string]::Compare('abc', 1, 'xbc', 1, 2); [string]::CompareOrdinal('a', 'B'); 'a'.Normalize('FormD').Length; 'é'.Normalize('FormD').Length
try { 'abc'.IndexOf('a', 9) } catch { $_.Exception.Message }

#@ case: string-positions-beyond-ascii
$s = 'aé😀z' * 100
$s.Length; $s[205]; $s.Substring(203, 4).Length; $s.IndexOf('z', 300); $s.LastIndexOf('é'); $s.IndexOfAny([char[]]'z', 250); $s.Remove(5).Length

#@ case: string-builder-members
$s = [Text.StringBuilder]::new('abc', 10)
$s.Length; $s.Capacity; [void]$s.AppendJoin(',', 1, 2, 3); "$s"; $s.Length = 2; "$s"; $s[0]; [void]$s.Insert(0, 5); [void]$s.Append([char]'x', 3).Append($true).Append(1.5); "$s"
[void]$s.Replace('x', 'y', 3, 1); "$s"; $s[0] = 'Q'; $s.ToString(0, 2); $s.Capacity
try { $s.ToString(99, 1) } catch { $_.Exception.Message }
try { $s.Insert(99, 'x') } catch { $_.Exception.Message }

#@ case: datetime-other-forms
$d = [datetime]'2024-05-06 07:08:09'
$d.ToFileTimeUtc(); $d.ToOADate(); $d.ToBinary(); [datetime]::FromOADate(45418.5).ToString('o'); [datetime]::FromFileTimeUtc(133594672890000000).ToString('o')
[datetime]::Compare($d, $d.AddDays(1)); [datetime]::ParseExact('5:30 PM', [string[]]('HH:mm', 'h:mm tt'), [cultureinfo]::InvariantCulture, 'None').Hour
[datetime]::Parse('2024-01-02T03:04:05Z', $null, 'AdjustToUniversal').ToString('o'); [datetime]::Parse('2024-01-02', $null, 'AssumeUniversal, AdjustToUniversal').Kind
$r = [datetime]::MinValue; [datetime]::TryParseExact('02/01/2024', 'dd/MM/yyyy', [cultureinfo]::InvariantCulture, 'None', [ref]$r); $r.ToString('o')
try { [datetime]::ParseExact('x', 'yyyy', $null) } catch { $_.Exception.Message }

#@ case: timespan-other-forms
[timespan]::ParseExact('01:02', 'hh\:mm', $null).TotalMinutes; [timespan]::Compare('1:00', '2:00'); ([timespan]'1:00').Multiply(2).ToString(); ([timespan]'1:00').Divide([timespan]'0:30')
[timespan]::FromMicroseconds(5).Ticks; [timespan]::FromHours(1, 30).ToString(); [timespan]::TicksPerDay; [timespan]::new(1, 2, 3, 4, 5, 6).Ticks
try { [timespan]::ParseExact('x', 'hh', $null) } catch { $_.Exception.Message }
try { [timespan]::Parse('25:00:00') } catch { $_.Exception.Message }

#@ case: offsets-days-and-times
$o = [datetimeoffset]::new(2024, 1, 2, 3, 4, 5, [timespan]::FromHours(2))
$o.AddTicks(5).Ticks; [datetimeoffset]::Compare($o, $o.AddDays(1)); $o.EqualsExact($o); [datetimeoffset]::ParseExact('2024-01-01 00:00 +01:00', 'yyyy-MM-dd HH:mm zzz', [cultureinfo]::InvariantCulture).Offset.TotalHours
[DateOnly]::FromDateTime([datetime]'2024-01-02').ToString('o'); [DateOnly]::ParseExact('02.01.2024', 'dd.MM.yyyy').Month; [TimeOnly]::new(3, 4).ToString('o'); [TimeOnly]::ParseExact('05-06', 'HH-mm').Minute

#@ case: guid-and-version
$r = [guid]::Empty; [guid]::TryParse('nope', [ref]$r); [guid]::ParseExact('12345678123412341234123456789abc', 'N').ToString('B'); [guid]::new([byte[]](0..15)).ToString(); [guid]::CreateVersion7().Version
try { [guid]::Parse('x') } catch { $_.Exception.Message }
$v = $null; [version]::TryParse('1.2.3', [ref]$v); $v.ToString(2); ([version]'1.2').CompareTo([version]'1.3')
try { ([version]'1.2').ToString(4) } catch { $_.Exception.Message }
try { [version]::new(1, -2) } catch { $_.Exception.Message }

#@ case: uri-parts
$u = [uri]'https://user:pw@ex.com:8443/a/b%20c?q=1#f'
$u.GetLeftPart('Authority'); $u.GetLeftPart('Path'); $u.GetComponents('Host', 'Unescaped'); $u.GetComponents('PathAndQuery', 'UriEscaped'); [uri]::CheckHostName('ex.com'); [uri]::HexEscape('%')
([uri]'http://a/b/c/d').MakeRelativeUri([uri]'http://a/b/x?y=1').ToString()
$b = [UriBuilder]::new('http://ex.com/p'); $b.Port = 8080; $b.Path = 'x/y'; $b.Query = 'a=1'; $b.Scheme = 'https'; $b.UserName = 'u'; $b.Fragment = 'z'; $b.Uri.AbsoluteUri; "$b"
[UriBuilder]::new('https', 'h', 99, '/q').ToString()

#@ case: enum-statics
[Enum]::GetName([DayOfWeek], 2); [Enum]::Parse([DayOfWeek], 'tuesday', $true); [Enum]::ToObject([DayOfWeek], 3); [Enum]::Format([DayOfWeek], 1, 'X'); [DayOfWeek]::Monday.ToString('d'); [DayOfWeek]::Monday.CompareTo([DayOfWeek]::Sunday)
$r = $null; [Enum]::TryParse([DayOfWeek], 'Friday', [ref]$r); $r
try { [Enum]::Parse([DayOfWeek], 'fri') } catch { $_.Exception.Message }
try { [Enum]::GetNames([int]) } catch { $_.Exception.Message }

#@ case: reflection-members
[string].GetMethod('Trim', [type[]]@()).Name; [string].GetProperty('Length').PropertyType.Name; ([string].GetMethods() | Where-Object Name -eq 'Trim').Count
[int].IsPrimitive; [Collections.Generic.Dictionary`2].IsGenericTypeDefinition; [type]::GetTypeCode([int]); [string].GetMethod('Substring', [type[]]([int], [int])).Invoke('hello', (1, 2))
[string].GetProperty('Length').GetValue('abc'); [string].GetMethod('Insert').GetParameters().Name -join ','

#@ case: waiting-for-each-other
$m = [Threading.Mutex]::new($false); $m.WaitOne(); $m.ReleaseMutex()
$i = 1; [Threading.Interlocked]::Increment([ref]$i); [Threading.Interlocked]::Exchange([ref]$i, 9); [Threading.Interlocked]::CompareExchange([ref]$i, 1, 9); $i
$s = [Threading.SemaphoreSlim]::new(2); $s.Wait(); $s.CurrentCount; $s.Release()
$e = [Threading.AutoResetEvent]::new($true); $e.WaitOne(0); $e.WaitOne(0)
$c = [Threading.CancellationTokenSource]::new(); $c.Token.IsCancellationRequested; $c.Cancel(); $c.Token.IsCancellationRequested
$o = [object]::new(); [Threading.Monitor]::Enter($o); [Threading.Monitor]::IsEntered($o); [Threading.Monitor]::Exit($o)
try { $m.ReleaseMutex() } catch { $_.Exception.Message }

#@ case: binary-reader-and-writer
$ms = [IO.MemoryStream]::new(); $w = [IO.BinaryWriter]::new($ms); $w.Write([int]258); $w.Write('hé'); $w.Write([byte]7); $w.Write(1.5d); $w.Write7BitEncodedInt(300); $w.Flush(); $ms.ToArray() -join ','
$ms.Position = 0; $r = [IO.BinaryReader]::new($ms); $r.ReadInt32(); $r.ReadString(); $r.PeekChar(); $r.ReadByte(); $r.ReadDecimal(); $r.Read7BitEncodedInt()
try { $r.ReadByte() } catch { $_.Exception.Message }

#@ case: xml-writers
$sw = [IO.StringWriter]::new(); $x = [Xml.XmlWriter]::Create($sw); $x.WriteStartElement('a'); $x.WriteAttributeString('b', '1'); $x.WriteElementString('c', 't<'); $x.WriteEndElement(); $x.Flush(); $sw.ToString()
$sw = [IO.StringWriter]::new(); $x = [Xml.XmlTextWriter]::new($sw); $x.Formatting = 'Indented'; ([xml]'<a><b/><c>t</c></a>').WriteTo($x); $sw.ToString()
$t = [Text.StringBuilder]::new(); $o = [Xml.XmlWriterSettings]::new(); $o.Indent = $true; $o.OmitXmlDeclaration = $true; $x = [Xml.XmlWriter]::Create($t, $o); $x.WriteStartElement('r'); $x.WriteComment('c'); $x.WriteStartElement('p', 'q', 'urn:x'); $x.WriteEndElement(); $x.WriteEndElement(); $x.Close(); "$t"

#@ case: buffers-bits-and-comparers
[Buffer]::BlockCopy([byte[]](1, 2, 3), 0, ($d = [byte[]]::new(3)), 0, 2); "$d"; [Buffer]::ByteLength([int[]](1, 2)); [BitConverter]::SingleToInt32Bits(1.5)
[Collections.Generic.Comparer[int]]::Default.Compare(1, 2); [Collections.Generic.EqualityComparer[string]]::Default.Equals('a', 'a'); [Text.Encoding]::Convert([Text.Encoding]::UTF8, [Text.Encoding]::Unicode, [byte[]](65)) -join ','
[Text.Encoding]::UTF8.GetMaxByteCount(3); [Globalization.StringInfo]::new('e' + [char]0x301 + 'x').LengthInTextElements; [Text.Rune]::IsLetter([Text.Rune][char]'a')

#@ case: secrets-in-memory
$s = ConvertTo-SecureString 'abc' -AsPlainText -Force; $b = [Runtime.InteropServices.Marshal]::SecureStringToBSTR($s); [Runtime.InteropServices.Marshal]::PtrToStringBSTR($b); [Runtime.InteropServices.Marshal]::ZeroFreeBSTR($b)
[Security.Cryptography.RandomNumberGenerator]::GetBytes(4).Count; [Security.Cryptography.RandomNumberGenerator]::GetInt32(1, 2)
[Runtime.InteropServices.RuntimeInformation]::IsOSPlatform([Runtime.InteropServices.OSPlatform]::Linux); [OperatingSystem]::IsWindows(); [Environment]::GetEnvironmentVariable('NOPE', 'Process') -eq $null

#@ case: type-reflection-basics
[int].FullName
[int].Name
[int].BaseType.Name
[int].IsValueType
[string].Namespace
[string].IsClass
[string].Assembly.GetName().Name
[System.IDisposable].IsInterface
[DayOfWeek].IsEnum
[int[]].IsArray
[int[]].GetElementType().Name
[System.Collections.Generic.List[int]].IsGenericType
[System.Collections.Generic.List[int]].GetGenericArguments().Name
[System.Collections.Generic.List[int]].Name
[System.Collections.Generic.List[int]].FullName.Length -gt 50
[System.Collections.Generic.List[int]].ToString()
[nullable[int]].Name
[string].GetConstructors().Count -gt 3
[string].GetMember('Length').MemberType
[System.IO.FileInfo].IsAssignableFrom([System.IO.FileInfo])
[System.IO.FileSystemInfo].IsAssignableFrom([System.IO.FileInfo])
[type]::GetType('System.Int32').Name
$null -eq [type]::GetType('No.Such')
[System.Collections.IEnumerable].IsInstanceOfType('abc')
[pscustomobject].FullName
[psobject].FullName
[activator]::CreateInstance([System.Text.StringBuilder]).GetType().Name
([System.Exception]'x').GetType().BaseType.Name
[int] -eq [System.Int32]
[int].Equals([int])
[int].GetMethods().Name -contains 'Parse'

#@ case: half-arithmetic
[half]1.5 + [half]2; [half]1.5 * 2; 2 * [half]1.5; -[half]1.5; [half]7 % [half]2; [half]7 / [half]2
([half]1.5 + 2).GetType().FullName

#@ case: half-text-and-limits
"$([half]3.14)"; [half]::MaxValue.ToString(); [half]::Epsilon.ToString(); ([half]1.5).ToString('F3'); '{0:N2}' -f [half]1234.5; ([half]70000).ToString()

#@ case: half-compares-and-converts
[half]1 -lt [half]2; [half]1 -lt 2; 2 -gt [half]1; [half]1 -eq 1; [int][half]3.5; [double][half]3.14; ([half]3, [half]1 | Sort-Object) -join ','

#@ case: half-functions
[half]::Sqrt([half]2).ToString(); [half]::Max([half]2, [half]3).ToString(); [half]::Round([half]2.567, 2).ToString(); [half]::IsNaN([half]::NaN); [half]::Parse('1.5').ToString(); [half]::Clamp([half]5, [half]1, [half]3).ToString()

#@ case: half-in-memory
[BitConverter]::GetBytes([half]1.5) -join ','; [BitConverter]::HalfToInt16Bits([half]1.5); [BitConverter]::ToHalf([byte[]](0, 62), 0).ToString(); [BitConverter]::UInt16BitsToHalf([uint16]15360).ToString()

#@ case: half-plus-equals
$x = [half]2; $x += 1; $x.ToString(); $x.GetType().Name

#@ case: int128-arithmetic
([int128]5 + [int128]6).ToString(); ([int128]5 + 6).ToString(); (6 + [int128]5).ToString(); ([int128]7 / 2).ToString(); ([int128]7 % 4).ToString(); (-[int128]7).ToString()

#@ case: int128-wraps-around
([int128]::MaxValue + 1).ToString(); ([uint128]7 - [uint128]8).ToString()

#@ case: int128-compares-and-converts
[int128]5 -gt 3; [int128]5 -eq 5; [int][int128]7; [long][int128]7; [int128]5 -eq [int128]5

#@ case: int128-bits
([int128]5 -band 3).ToString(); ([int128]5 -bor 8).ToString(); ([int128]5 -bxor 1).ToString()

#@ case: int128-format
([int128]5).ToString('D5'); ([int128]255).ToString('X'); '{0:N0}' -f [int128]1234567

#@ case: int128-functions
[int128]::DivRem([int128]7, [int128]2).Item2.ToString(); [int128]::Abs([int128]-3).ToString(); [int128]::IsPow2([int128]8); [int128]::PopCount([int128]7).ToString(); [int128]::Parse('-12').ToString(); [int128]::One.ToString()

#@ case: int128-division-by-zero
try { [int128]7 / [int128]0 } catch { $_.Exception.GetBaseException().GetType().Name; $_.Exception.GetBaseException().Message }

#@ case: int128-tryparse
$n = [int128]0; [int128]::TryParse('170141183460469231731687303715884105727', [ref]$n); $n.ToString(); [int128]::TryParse('x', [ref]$n); $n.ToString()

#@ case: mathf
[MathF]::Sqrt(2); [MathF]::PI; [MathF]::Max(1, 2); [MathF]::Round(2.567, 2); [MathF]::Pow(2, 10); [MathF]::Sqrt(2).GetType().Name

#@ case: complex-division-and-functions
([System.Numerics.Complex]::new(1, 2) / [System.Numerics.Complex]::new(3, 4)).ToString(); [System.Numerics.Complex]::Sqrt([System.Numerics.Complex]::new(3, 4)).ToString(); [System.Numerics.Complex]::Reciprocal([System.Numerics.Complex]::new(3, 4)).ToString()

#@ case: complex-mixed-with-numbers
([System.Numerics.Complex]::new(1, 2) * 2).ToString(); (2 + [System.Numerics.Complex]::new(1, 2)).ToString(); ([System.Numerics.Complex]::new(4, 2) / 2).ToString(); (-[System.Numerics.Complex]::new(1, 2)).ToString()

#@ case: complex-kinds
[System.Numerics.Complex]::IsFinite([System.Numerics.Complex]::One); [System.Numerics.Complex]::IsRealNumber([System.Numerics.Complex]::new(3, 0)); [System.Numerics.Complex]::new(1, 2) -eq [System.Numerics.Complex]::new(1, 2); [System.Numerics.Complex]::Negate([System.Numerics.Complex]::new(1, -2)).ToString()

#@ case: encoding-parts-of-texts
$u = [Text.Encoding]::UTF8; $u.GetBytes('abcde', 1, 2) -join ','; $u.GetByteCount('abcde', 1, 3); $u.GetByteCount([char[]]'abc', 0, 2); $u.GetBytes([char[]]'abc', 1, 1) -join ','

#@ case: encoding-into-arrays
$u = [Text.Encoding]::UTF8; $b = [byte[]]::new(4); $u.GetBytes('abc', 0, 3, $b, 1); $b -join ','; $c = [char[]]::new(4); $u.GetChars([byte[]](97, 98, 99), 0, 2, $c, 1); [int[]]$c -join ','

#@ case: encoding-fallback-replaces
$e = [Text.Encoding]::GetEncoding('us-ascii', [Text.EncoderReplacementFallback]::new(''), [Text.DecoderReplacementFallback]::new('')); $e.GetString($e.GetBytes('Crème brûlée'))
[Text.Encoding]::ASCII.GetString([Text.Encoding]::ASCII.GetBytes('Crème'))

#@ case: encoding-fallback-throws
try { [Text.UTF8Encoding]::new($false, $true).GetString([byte[]](97, 200)) } catch { $_.FullyQualifiedErrorId; $_.Exception.InnerException.Message }
try { [Text.Encoding]::GetEncoding('us-ascii', [Text.EncoderExceptionFallback]::new(), [Text.DecoderExceptionFallback]::new()).GetBytes('aé') } catch { $_.FullyQualifiedErrorId; $_.Exception.InnerException.Message }

#@ case: encoding-fallback-objects
[Text.Encoding]::UTF8.EncoderFallback.GetType().Name; [Text.Encoding]::ASCII.DecoderFallback.DefaultString.Length; [Text.UTF8Encoding]::new($true, $true).DecoderFallback.GetType().Name; [Text.Encoding]::ASCII.IsAlwaysNormalized()

#@ case: regex-with-timeout
[regex]::IsMatch('abc', 'B', 'IgnoreCase', [timespan]::FromSeconds(1)); [regex]::Replace('abc', 'b', 'x', 'None', [timespan]::FromSeconds(1)); [regex]::new('b', 'None', [timespan]::FromSeconds(2)).MatchTimeout.TotalSeconds
[regex]::Split('a1b', '\d', 'None', [timespan]::FromSeconds(1)) -join '|'; [regex]::Matches('a1b2', '\d', 'None', [timespan]::FromSeconds(1)).Count

#@ case: regex-match-in-a-part
$m = [regex]::new('\d+').Match('ab123cd', 3, 2); $m.Value; $m.Index; $m.Length

#@ case: regex-groups-by-name
$g = [regex]::Match('k=12', '(?<key>\w)=(?<n>\d+)').Groups; $g.ContainsKey('key'); $g.ContainsKey('nope'); $g.Keys -join ','; $v = $null; $g.TryGetValue('n', [ref]$v); $v.Value

#@ case: regex-collections
$m = [regex]::Matches('a1b2', '\d'); $a = [object[]]::new(2); $m.CopyTo($a, 0); $a.Value -join ','; $m.IsReadOnly; $m.Item(1).Value; [System.Text.RegularExpressions.Match]::Empty.Success

#@ case: array-sort-by-comparer
$a = 'b', 'A', 'a'; [array]::Sort($a, [StringComparer]::Ordinal); $a -join ','; [array]::Sort($a, [StringComparer]::OrdinalIgnoreCase); $a[2]

#@ case: array-sort-pairs-in-a-part
$k = 'c', 'b', 'a'; $v = 1, 2, 3; [array]::Sort([array]$k, [array]$v, 0, 2); "$k / $v"

#@ case: list-sort-by-comparer
$l = [Collections.Generic.List[string]]('b', 'A', 'a'); $l.Sort([StringComparer]::Ordinal); $l -join ','

#@ case: array-last-index-of
[array]::LastIndexOf(@(1, 2, 1, 2), 2, 2); [array]::LastIndexOf(@(1, 2, 1, 2), 1, 3, 1); [array]::LastIndexOf(@(), 1)
try { [array]::LastIndexOf(@(1, 2), 2, 5) } catch { $_.FullyQualifiedErrorId }

#@ case: array-binary-search-in-a-part
[array]::BinarySearch(@(1, 3, 5), 1, 2, 5); [array]::BinarySearch(@(1, 3, 5), 0, 2, 5); [array]::BinarySearch([string[]]('a', 'B'), 'b', [StringComparer]::OrdinalIgnoreCase)

#@ case: array-length-members
(1, 2, 3).GetLongLength(0); [array]::MaxLength; ([int[]](1, 2)).GetLongLength(0).GetType().Name

#@ case: arraylist-to-array-of-a-type
([Collections.ArrayList](1, 2)).ToArray([int]).GetType().Name
try { ([Collections.ArrayList](1, 2)).ToArray([long]) } catch { $_.FullyQualifiedErrorId; $_.Exception.InnerException.Message }
try { ([Collections.ArrayList](1, 2)).ToArray($null) } catch { $_.FullyQualifiedErrorId }

#@ case: concurrent-dictionary-factories
$d = [Collections.Concurrent.ConcurrentDictionary[string, int]]::new(); $d.AddOrUpdate('a', 1, { param($k, $v) $v + 1 }); $d.AddOrUpdate('a', 1, { param($k, $v) $v + 1 }); $d.GetOrAdd('b', { param($k) $k.Length + 6 }); $d.GetOrAdd('b', 1)

#@ case: concurrent-dictionary-update
$d = [Collections.Concurrent.ConcurrentDictionary[string, int]]::new(); $d['a'] = 1; $d.TryUpdate('a', 2, 1); $d.TryUpdate('a', 3, 1); $d['a']; $d.ToArray()[0].Key

#@ case: priority-queue-in-one-step
$p = [Collections.Generic.PriorityQueue[string, int]]::new(); $p.Enqueue('a', 2); $p.EnqueueDequeue('b', 1); $p.DequeueEnqueue('c', 5); $p.Peek(); $p.EnqueueRange([string[]]('x', 'y'), 1); $p.Count

#@ case: capacities
[Collections.Generic.Dictionary[string, int]]::new().EnsureCapacity(10); [Collections.Generic.HashSet[int]]::new().EnsureCapacity(100); [Collections.Generic.Queue[int]]::new(10).Capacity; [Collections.Generic.List[int]]::new(10).Capacity

#@ case: reader-of-encodings
$m = [IO.MemoryStream]::new([byte[]](0xEF, 0xBB, 0xBF, 97)); [IO.StreamReader]::new($m, [Text.Encoding]::UTF8, $true, 100).ReadToEnd(); $r = [IO.StreamReader]::new([IO.MemoryStream]::new([byte[]](97, 98, 99)), $true); $c = [char[]]::new(3); $r.ReadBlock($c, 0, 2); -join $c[0..1]; $r.CurrentEncoding.WebName

#@ case: stream-left-open
$m = [IO.MemoryStream]::new(); $w = [IO.StreamWriter]::new($m, [Text.UTF8Encoding]::new($false), 1024, $true); $w.Write('abc'); $w.Dispose(); $m.Length; $m.CanRead; $r = [IO.StreamReader]::new($m, [Text.Encoding]::UTF8, $true, 1024, $false); $r.Dispose(); $m.CanRead

#@ case: writer-encodings
[IO.StringWriter]::new().Encoding.WebName; [IO.StreamWriter]::new([IO.MemoryStream]::new()).Encoding.WebName

#@ case: folder-times
$d = Join-Path ([IO.Path]::GetTempPath()) "t$PID-ft"; [void][IO.Directory]::CreateDirectory($d); [IO.Directory]::SetLastWriteTimeUtc($d, [datetime]::new(2024, 1, 2, 3, 4, 5, 'Utc')); [IO.Directory]::GetLastWriteTimeUtc($d).ToString('o'); [IO.Directory]::GetLastAccessTime($d).Year -gt 2000; [IO.Directory]::Delete($d)

#@ case: folder-temporary
$d = [IO.Directory]::CreateTempSubdirectory('ab'); $d.Exists; $d.Name.StartsWith('ab'); $d.Name.Length; $d.Delete()
