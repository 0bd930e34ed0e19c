# Collections of .NET: what scripts do with them, and what happens when they change meanwhile.

#@ case: array-find-with-predicate
try { [Array]::Find([int[]](1,2,3),[Predicate[int]]{$args[0] -gt 1}) } catch { "E: $_" }

#@ case: array-find-without-type
try { [Array]::Find([int[]](1,2,3),{param($x) $x -gt 1}) } catch { "E: $_" }

#@ case: array-find-all-without-type
try { [Array]::FindAll([int[]](1,2,3),{param($x) $x -gt 1}) -join ',' } catch { "E: $_" }

#@ case: array-find-index-without-type
try { [Array]::FindIndex([int[]](1,2,3),{param($x) $x -eq 2}) } catch { "E: $_" }
try { [Array]::FindIndex([int[]](1,2,3),1,{param($x) $x -eq 1}) } catch { "E: $_" }

#@ case: array-find-last-without-type
try { [Array]::FindLast([int[]](1,2,3),{param($x) $x -lt 3}) } catch { "E: $_" }
try { [Array]::FindLastIndex([int[]](1,2,3),{param($x) $x -lt 3}) } catch { "E: $_" }

#@ case: array-exists-without-type
try { [Array]::Exists([string[]]('a','b'),{param($x) $x -eq 'b'}) } catch { "E: $_" }
try { [Array]::TrueForAll([int[]](1,2),{param($x) $x -gt 1}) } catch { "E: $_" }

#@ case: array-for-each-action
try { [Array]::ForEach([int[]](1,2),[Action[int]]{param($x) Write-Host "v$x"}) } catch { "E: $_" }

#@ case: array-copy
try { $a=[int[]](1,2,3,4) } catch { "E: $_" }
try { $b=[int[]]::new(6) } catch { "E: $_" }
try { [Array]::Copy($a,$b,2) } catch { "E: $_" }
try { "$b" } catch { "E: $_" }
try { [Array]::Copy($a,1,$b,3,2) } catch { "E: $_" }
try { "$b" } catch { "E: $_" }

#@ case: array-resize
try { $a=[int[]](1,2,3) } catch { "E: $_" }
try { [Array]::Resize([ref]$a,5) } catch { "E: $_" }
try { "$a" } catch { "E: $_" }
try { $a.Length } catch { "E: $_" }

#@ case: array-fill-and-clear
try { $a=[int[]]::new(4) } catch { "E: $_" }
try { [Array]::Fill($a,7) } catch { "E: $_" }
try { "$a" } catch { "E: $_" }
try { [Array]::Clear($a,1,2) } catch { "E: $_" }
try { "$a" } catch { "E: $_" }
try { [Array]::Clear($a) } catch { "E: $_" }
try { "$a" } catch { "E: $_" }

#@ case: array-binary-search
try { [Array]::BinarySearch([int[]](1,3,5),3) } catch { "E: $_" }
try { [Array]::BinarySearch([int[]](1,3,5),4) } catch { "E: $_" }

#@ case: array-index-of-from
try { [Array]::LastIndexOf([int[]](1,2,1),1) } catch { "E: $_" }
try { [Array]::IndexOf([int[]](1,2,1),1,1) } catch { "E: $_" }
try { [Array]::IndexOf(@('a','b'),'z') } catch { "E: $_" }

#@ case: array-create-instance
try { $x=[Array]::CreateInstance([int],3) } catch { "E: $_" }
try { $x.GetType().Name } catch { "E: $_" }
try { $x.Length } catch { "E: $_" }

#@ case: array-sort-keys-and-items
try { $k=[string[]]('b','a','c') } catch { "E: $_" }
try { $v=[int[]](2,1,3) } catch { "E: $_" }
try { [Array]::Sort($k,$v) } catch { "E: $_" }
try { "$k $v" } catch { "E: $_" }

#@ case: array-sort-and-reverse-range
try { $a=[int[]](5,3,4,1) } catch { "E: $_" }
try { [Array]::Sort($a,1,2) } catch { "E: $_" }
try { "$a" } catch { "E: $_" }
try { [Array]::Reverse($a,0,2) } catch { "E: $_" }
try { "$a" } catch { "E: $_" }

#@ case: array-sort-by-comparison
try { $a=[int[]](3,1,2) } catch { "E: $_" }
try { [Array]::Sort($a,[Comparison[int]]{param($x,$y) $y-$x}) } catch { "E: $_" }
try { "$a" } catch { "E: $_" }

#@ case: array-convert-all
try { [Array]::ConvertAll([int[]](1,2),[Converter[int,string]]{param($x) "s$x"}) -join ',' } catch { "E: $_" }

#@ case: array-as-read-only
try { [Array]::AsReadOnly([int[]](1,2)).Count } catch { "E: $_" }

#@ case: list-search-and-capacity
try { $l=[Collections.Generic.List[int]](5,3,9) } catch { "E: $_" }
try { $l.BinarySearch(3) } catch { "E: $_" }
try { $l.ConvertAll([Converter[int,string]]{param($x) "n$x"}) -join ',' } catch { "E: $_" }
try { $l.ForEach({param($x) $x*2}) } catch { "E: $_" }
try { $l.InsertRange(1,[int[]](7,8)) } catch { "E: $_" }
try { "$l" } catch { "E: $_" }
try { $l.LastIndexOf(9) } catch { "E: $_" }
try { $l.FindLast({param($x) $x -gt 6}) } catch { "E: $_" }
try { $l.FindLastIndex({param($x) $x -gt 6}) } catch { "E: $_" }
try { $l.AsReadOnly().Count } catch { "E: $_" }
try { $l.Capacity } catch { "E: $_" }
try { $l.TrimExcess() } catch { "E: $_" }
try { $l.Capacity } catch { "E: $_" }
try { $l.CopyTo(($t=[int[]]::new(5))) } catch { "E: $_" }
try { "$t" } catch { "E: $_" }

#@ case: list-range-and-item
try { $l=[Collections.Generic.List[string]]('a','b') } catch { "E: $_" }
try { $l.Add('c') } catch { "E: $_" }
try { $l.GetRange(1,2) -join ',' } catch { "E: $_" }
try { $l.Item(0) } catch { "E: $_" }
try { $l.IsReadOnly } catch { "E: $_" }
try { $l.EnsureCapacity(10) } catch { "E: $_" }

#@ case: array-list
try { $l=[Collections.ArrayList](3,1,2) } catch { "E: $_" }
try { $l.Sort() } catch { "E: $_" }
try { "$l" } catch { "E: $_" }
try { $l.BinarySearch(2) } catch { "E: $_" }
try { $l.InsertRange(0,@(9,8)) } catch { "E: $_" }
try { "$l" } catch { "E: $_" }
try { $l.LastIndexOf(1) } catch { "E: $_" }
try { $l.Clone().Count } catch { "E: $_" }
try { $l.IsFixedSize } catch { "E: $_" }
try { $l.SetRange(0,@(7)) } catch { "E: $_" }
try { "$l" } catch { "E: $_" }
try { $l.Reverse(1,2) } catch { "E: $_" }
try { "$l" } catch { "E: $_" }
try { [Collections.ArrayList]::Repeat('x',3) -join '' } catch { "E: $_" }

#@ case: queue-try
try { $q=[Collections.Generic.Queue[int]](1,2) } catch { "E: $_" }
try { $r=0 } catch { "E: $_" }
try { $q.TryDequeue([ref]$r) } catch { "E: $_" }
try { $r } catch { "E: $_" }
try { $q.TryPeek([ref]$r) } catch { "E: $_" }
try { $r } catch { "E: $_" }
try { $q.Clear() } catch { "E: $_" }
try { $q.TryDequeue([ref]$r) } catch { "E: $_" }

#@ case: stack-try
try { $q=[Collections.Generic.Stack[int]](1,2) } catch { "E: $_" }
try { $r=0 } catch { "E: $_" }
try { $q.TryPop([ref]$r) } catch { "E: $_" }
try { $r } catch { "E: $_" }
try { $q.TryPeek([ref]$r) } catch { "E: $_" }
try { $r } catch { "E: $_" }

#@ case: priority-queue
try { $p=[Collections.Generic.PriorityQueue[string,int]]::new() } catch { "E: $_" }
try { $p.Enqueue('low',5) } catch { "E: $_" }
try { $p.Enqueue('hi',1) } catch { "E: $_" }
try { $p.Count } catch { "E: $_" }
try { $p.Peek() } catch { "E: $_" }
try { $p.Dequeue() } catch { "E: $_" }
try { $p.Dequeue() } catch { "E: $_" }
try { try { $p.Dequeue() } catch { "$_" } } catch { "E: $_" }

#@ case: dictionary-comparer
try { $d=[Collections.Generic.Dictionary[string,int]]::new([StringComparer]::OrdinalIgnoreCase) } catch { "E: $_" }
try { $d.TryAdd('a',1) } catch { "E: $_" }
try { $d.TryAdd('A',2) } catch { "E: $_" }
try { $d.Count } catch { "E: $_" }
try { $d['A'] } catch { "E: $_" }
try { $d.Comparer.GetType().Name } catch { "E: $_" }

#@ case: sorted-list
try { $sl=[Collections.SortedList]::new() } catch { "E: $_" }
try { $sl.b=1 } catch { "E: $_" }
try { $sl.a=2 } catch { "E: $_" }
try { $sl.GetKey(0) } catch { "E: $_" }
try { $sl.GetByIndex(0) } catch { "E: $_" }
try { $sl.IndexOfKey('b') } catch { "E: $_" }
try { $sl.GetKeyList() -join ',' } catch { "E: $_" }
try { $sl.RemoveAt(0) } catch { "E: $_" }
try { $sl.Count } catch { "E: $_" }

#@ case: collection-01
$h=[Collections.Generic.HashSet[string]]::new([string[]]('b','a','c')); $h.Remove('a'); $h.Add('d'); $h.Add('b'); "$h"; $h.Contains('A'); $h.Count

#@ case: collection-02
$h=[Collections.Generic.HashSet[string]]::new([StringComparer]::OrdinalIgnoreCase); $h.Add('A'); $h.Add('a'); $h.Contains('a'); $r=''; $h.TryGetValue('a',[ref]$r); $r; $h.Comparer.GetType().Name

#@ case: collection-03
$h=[Collections.Generic.HashSet[string]]::new([string[]]('x','X','y'),[StringComparer]::OrdinalIgnoreCase); $h.Count

#@ case: collection-04
$a=[Collections.Generic.HashSet[int]]::new([int[]](1,2,3,4)); $a.IntersectWith([int[]](2,3,9)); "$a"; $a.UnionWith([int[]](7,2)); "$a"; $a.ExceptWith([int[]](3)); "$a"; $a.SymmetricExceptWith([int[]](7,8)); "$a"

#@ case: collection-05
$a.IsSubsetOf([int[]](2,8,1)); $a.IsProperSubsetOf([int[]](2,8)); $a.IsSupersetOf([int[]](2)); $a.IsProperSupersetOf([int[]](2,8)); $a.SetEquals([int[]](8,2,2)); $a.Overlaps([int[]](1,8))

#@ case: collection-06
$a.RemoveWhere({$args[0] -gt 5}); "$a"; $a.Clear(); $a.Count

#@ case: collection-07
$b=[Collections.Generic.HashSet[int]]::new([int[]](5,6)); $t=[int[]]::new(4); $b.CopyTo($t,1); "$t"; try { $b.UnionWith($null) } catch { "$_" }

#@ case: collection-08
try { $b.ToArray() } catch { "$_" }

#@ case: collection-09
$d=[Collections.Generic.Dictionary[string,int]]::new(); 'a','b','c','d' | % { $d[$_]=1 }; $d.Remove('b'); $d.Remove('c'); $d['e']=5; $d['f']=6; $d['g']=7; "$($d.Keys)"; $d.Count

#@ case: collection-10
$o=[ordered]@{a=1;b=2;c=3}; $o.Remove('a'); $o['z']=9; "$($o.Keys)"; $o.Insert(1,'q',0); "$($o.Keys)"; try { $o.Insert(0,'q',1) } catch { "$_" }; $o.RemoveAt(0); "$($o.Keys)"; $o[0]

#@ case: collection-11
$s=[Collections.Generic.SortedSet[int]]::new([int[]](5,1,3,1)); $s.Add(2); $s.Add(3); "$s"; $s.Min; $s.Max; "$($s.GetViewBetween(2,4))"; "$($s.Reverse())"; $s.Remove(1); "$s"; $s.Contains(5)

#@ case: collection-12
$s.IntersectWith([int[]](5,2)); "$s"; $s.SetEquals([int[]](2,5))

#@ case: collection-13
$q=[Collections.Generic.Queue[int]]::new([int[]](1,2,3)); $q.Dequeue(); $q.Enqueue(4); "$q"; $q.Peek(); $q.ToArray() -join ','; $q.Contains(3); $q.Clear(); try { $q.Dequeue() } catch { "$_" }

#@ case: collection-14
$k=[Collections.Generic.Stack[string]]::new(); $k.Push('a'); $k.Push('b'); "$k"; $k.Pop(); $k.Peek(); $k.Count

#@ case: collection-15
$l=[Collections.Generic.List[int]]::new(); $l.AddRange([int[]](3,1,2)); $l.Insert(0,9); $l.Reverse(); "$l"; $l.Sort(); "$l"; $l.RemoveAt(0); $l.RemoveRange(0,1); "$l"; $l[0]; $l[-1]; $l[5]; "$($l[0,1])"

#@ case: collection-16
try { $l[7]=1 } catch { "$_" }; $l.IndexOf(9); $l.Contains(4)

#@ case: collection-17
$h=@{}; $h.a=1; $e=$h.GetEnumerator(); foreach($k in @($h.Keys)){ $h.Remove($k) }; $h.Count

#@ case: collection-18
try { $h=@{a=1;b=2}; foreach($k in $h.Keys){ $h["x$k"]=1 } } catch { "$_" }

#@ case: collection-19
$h=@{a=1}; foreach($k in $h.Keys){ "k $k" }; $h.Values

#@ case: collection-20
$d=[Collections.Generic.Dictionary[string,int]]::new(); $d['a']=1; $d

#@ case: collection-21
$d | Format-List

#@ case: collection-22
$sd=[Collections.Generic.SortedDictionary[string,int]]::new(); $sd['b']=1; $sd['a']=2; $sd

#@ case: collection-23
$d.GetEnumerator() | % { $_.GetType().Name; "$_" }

#@ case: collection-24
$ll=[Collections.Generic.LinkedList[int]]::new(); [void]$ll.AddLast(1); [void]$ll.AddFirst(0); [void]$ll.AddLast(2); "$ll"; $ll.RemoveFirst(); $ll.First.Value; $ll.Last.Value

#@ case: collection-25
$sb=[Text.StringBuilder]::new(); [void]$sb.AppendFormat('{0}-{1}',1,'x').AppendFormat('{0}',@(5)); "$sb"

#@ case: collection-26
$Error.Clear(); Get-Item /nope -ea 0; Get-Item /nope2 -ea 0; $Error.Count; $Error[0].TargetObject; $Error.RemoveAt(0); $Error[0].TargetObject

#@ case: collection-27
[array]$x=1,2,3; [Array]::IndexOf($x,2); $x.Contains(3); [Collections.ArrayList]$al=1,'a',2.5; $al.Contains('a'); $al.IndexOf(2.5); $al.Remove('a'); $al.Count

#@ case: changed-while-enumerated-01
try { $h=[Collections.ArrayList]@(1,2); foreach($k in $h){ [void]$h.Add(1) } } catch { "AL $_"; $_.FullyQualifiedErrorId; $_.Exception.GetType().FullName }

#@ case: changed-while-enumerated-02
try { $h=[Collections.Generic.List[int]]@(1,2); foreach($k in $h){ [void]$h.Add(1) } } catch { "L $_"; $_.FullyQualifiedErrorId; $_.Exception.GetType().FullName }

#@ case: changed-while-enumerated-03
try { $h=@{a=1;b=2}; foreach($k in $h.Keys){ $h["x$k"]=1 } } catch { "HK $_"; $_.FullyQualifiedErrorId; $_.Exception.GetType().FullName }

#@ case: changed-while-enumerated-04
try { $h=@{a=1;b=2}; foreach($k in $h.GetEnumerator()){ $h["x"]=1 } } catch { "HE $_"; $_.FullyQualifiedErrorId; $_.Exception.GetType().FullName }

#@ case: changed-while-enumerated-05
try { $h=@{a=1;b=2}; foreach($k in $h.Keys){ $h[$k]=1 } } catch { "HS $_"; $_.FullyQualifiedErrorId; $_.Exception.GetType().FullName }

#@ case: changed-while-enumerated-06
try { $h=[ordered]@{a=1;b=2}; foreach($k in $h.Keys){ $h["x$k"]=1 } } catch { "OK $_"; $_.FullyQualifiedErrorId; $_.Exception.GetType().FullName }

#@ case: changed-while-enumerated-07
try { $h=[Collections.Generic.Dictionary[string,int]]::new(); $h.a=1; $h.b=2; foreach($k in $h.Keys){ $h["x$k"]=1 } } catch { "DK $_"; $_.FullyQualifiedErrorId; $_.Exception.GetType().FullName }

#@ case: changed-while-enumerated-08
try { $h=[Collections.Generic.Dictionary[string,int]]::new(); $h.a=1; $h.b=2; foreach($k in $h.Keys){ $h[$k]=5 }; "set ok" } catch { "DS $_"; $_.FullyQualifiedErrorId; $_.Exception.GetType().FullName }

#@ case: changed-while-enumerated-09
try { $h=[Collections.Generic.HashSet[string]]::new(); [void]$h.Add('a'); foreach($k in $h){ [void]$h.Add('b') } } catch { "HSet $_"; $_.FullyQualifiedErrorId; $_.Exception.GetType().FullName }

#@ case: changed-while-enumerated-10
try { $h=@{a=1;b=2}; $h.Keys | % { $h["x$_"]=1 } } catch { "HP $_"; $_.FullyQualifiedErrorId; $_.Exception.GetType().FullName }

#@ case: changed-while-enumerated-11
try { $l=[Collections.ArrayList]@(1,2,3); $l | % { $l.Remove($_) } } catch { "LP $_"; $_.FullyQualifiedErrorId }

#@ case: changed-while-enumerated-12
try { $l=[Collections.ArrayList]@(1,2,3); foreach($x in $l) { $l[0]=5 }; "index ok" } catch { "LI $_"; $_.FullyQualifiedErrorId }

#@ case: changed-while-enumerated-13
try { $l=[Collections.Generic.List[int]]@(1,2,3); foreach($x in $l) { $l[0]=5 }; "index ok" } catch { "LI $_"; $_.FullyQualifiedErrorId }

#@ case: changed-while-enumerated-14
try { $l=[Collections.Generic.Queue[int]]@(1,2,3); foreach($x in $l) { $l.Dequeue() }; "q ok" } catch { "Q $_"; $_.FullyQualifiedErrorId }

#@ case: changed-while-enumerated-15
try { $l=[Collections.Generic.Dictionary[string,int]]::new(); $l.a=1; $l.b=2; foreach($x in $l.Keys) { [void]$l.Remove($x) }; "rem ok" } catch { "DR $_"; $_.FullyQualifiedErrorId }

#@ case: changed-meanwhile-01
try { $h=[ordered]@{a=1;b=2}; foreach($k in $h.Keys){ $h[$k]=5 }; "os ok $($h.a)" } catch { "OS $_" }

#@ case: changed-meanwhile-02
try { $h=[ordered]@{a=1;b=2}; foreach($k in $h.GetEnumerator()){ $h.Remove('a') }; "or ok" } catch { "OR $_" }

#@ case: changed-meanwhile-03
try { $h=@{a=1;b=2}; foreach($k in $h.Keys){ $h.Remove($k) }; "hr ok" } catch { "HR $_" }

#@ case: changed-meanwhile-04
try { $h=@{a=1;b=2}; foreach($k in $h.Keys){ $h.Remove('zz') }; "hr2 ok" } catch { "HR2 $_" }

#@ case: changed-meanwhile-05
try { $l=[Collections.Generic.List[int]]@(1,2,3); foreach($x in $l) { $l.Sort() }; "s ok" } catch { "S $_" }

#@ case: changed-meanwhile-06
try { $l=[Collections.Generic.List[int]]@(1,2,3); foreach($x in $l) { [void]$l.Remove(99) }; "r ok" } catch { "R $_" }

#@ case: changed-meanwhile-07
try { $l=[Collections.ArrayList]@(1,2,3); foreach($x in $l) { $l.Remove(99) }; "ar ok" } catch { "AR $_" }

#@ case: changed-meanwhile-08
try { $l=[Collections.Generic.List[int]]@(1,2,3); foreach($x in $l) { $l.Clear(); break }; "b ok" } catch { "B $_" }

#@ case: changed-meanwhile-09
try { $l=[Collections.Generic.HashSet[int]]@(1,2,3); foreach($x in $l) { [void]$l.Remove($x) }; "hs ok" } catch { "HS $_" }

#@ case: changed-meanwhile-11
try { $l=[Collections.ObjectModel.Collection[int]]@(1,2,3); foreach($x in $l) { [void]$l.Remove($x) }; "co ok" } catch { "CO $_" }

#@ case: changed-meanwhile-12
try { $l=[Collections.Concurrent.ConcurrentDictionary[int,int]]::new(); $l[1]=1; foreach($x in $l.Keys) { $l[$x+1]=1 }; "cd ok" } catch { "CD $_" }

#@ case: changed-meanwhile-13
try { $l=[Collections.Concurrent.ConcurrentQueue[int]]::new(); $l.Enqueue(1); foreach($x in $l) { if ($l.Count -lt 5) {$l.Enqueue(1)} }; "cq ok" } catch { "CQ $_" }

#@ case: changed-meanwhile-14
$l=[Collections.ArrayList]@(1,2,3); try { $l | % { "got $_"; [void]$l.Add(4) } } catch { "P $_" }

#@ case: changed-meanwhile-15
$l=[Collections.ArrayList]@(1,2,3); try { $l | Select -First 1 | % { "got $_"; [void]$l.Add(4) } } catch { "P2 $_" }

#@ case: changed-meanwhile-16
$l=[Collections.ArrayList]@(1,2,3); try { $x = $l | Where { $l.Add(1); $true } } catch { "P3 $_" }

#@ case: changed-meanwhile-17
$l=[Collections.ArrayList]@(1,2,3); try { $x = @($l) | % { $l.Remove($_) }; "cnt $($l.Count)" } catch { "P4 $_" }

#@ case: changed-meanwhile-18
$l=[Collections.ArrayList]@(1,2,3); try { $x = $l.ToArray() | % { $l.Remove($_) }; "cnt $($l.Count)" } catch { "P5 $_" }

#@ case: changed-meanwhile-19
function f { $l }; $l=[Collections.ArrayList]@(1,2,3); try { f | % { $l.Remove($_) } ; "fn ok $($l.Count)"} catch { "P6 $_" }

#@ case: changed-meanwhile-20
$l=[Collections.ArrayList]@(1,2,3); $Error.Clear(); $l | % { "got $_"; [void]$l.Add(4) }; "after $($Error.Count)"

#@ case: data-table-rows
$dt = [System.Data.DataTable]::new('People')
$null = $dt.Columns.Add('Name'); $null = $dt.Columns.Add('Age', [int])
$r = $dt.NewRow(); $r.Name = 'Ann'; $r['Age'] = '30'; $dt.Rows.Add($r)
$null = $dt.Rows.Add('Bob', 25); $null = $dt.Rows.Add('Cid', [DBNull]::Value)
$dt.Rows.Count; $dt.Rows[0].Age.GetType().Name; $dt.Rows[2].Age.GetType().Name; $dt.Rows[1][0]
$dt | Where-Object Name -like 'B*' | ForEach-Object Age
$dt.Select('Age > 26 OR Age IS NULL', 'Name DESC') | ForEach-Object Name
$dt.Compute('SUM(Age)', "Name <> 'Ann'")
$dt | ConvertTo-Csv
$dt | Select-Object Name, Age | ConvertTo-Json -Compress
($dt | Out-String -Width 60).Trim()
@($dt.Columns.ColumnName) -join ','

#@ case: data-table-states-and-errors
$dt = New-Object System.Data.DataTable
$c = New-Object System.Data.DataColumn Id, ([int]); $c.AutoIncrement = $true; $c.AutoIncrementSeed = 1
$dt.Columns.Add($c); $null = $dt.Columns.Add('V')
$n = $dt.NewRow(); $n.V = 'a'; "$($n.RowState)"; $dt.Rows.Add($n); "$($n.RowState)"
$dt.AcceptChanges(); "$($n.RowState)"; $n.V = 'b'; "$($n.RowState)"; $n.Delete(); "$($n.RowState)"; $dt.Rows.Count
$dt.RejectChanges(); $dt.Rows[0].V
$dt.PrimaryKey = $dt.Columns[0]; $dt.Rows.Find(1).V
foreach ($s in { $dt.Columns.Add('V') }, { $dt.Rows.Add('x', 'y') }, { $dt.Rows.Add(1, 2, 3) }, { $dt.Select('Nope = 1') }, { $dt.Rows[0]['Nope'] = 1 }, { $dt.Rows[0].Nope = 1 }) {
  try { & $s } catch { "$($_.Exception.GetType().Name): $($_.Exception.Message)" }
}
$v = $dt.DefaultView; $v.RowFilter = "V = 'none'"; $v.Count
$ds = [System.Data.DataSet]::new(); $ds.Tables.Add($dt); $ds.Tables[0].TableName

#@ case: lazy-value
$l = [Lazy[int]]::new([Func[int]] { 42 })
"$l"; $l.IsValueCreated; $l.Value; $l.IsValueCreated; "$l"

#@ case: task-delays-and-results
$t = [System.Threading.Tasks.Task]::Delay(5); $t.Wait(5000); "$($t.Status)"
$t = [System.Threading.Tasks.Task]::FromResult(5); $t.Result; $t.IsCompleted; [System.Threading.Tasks.Task]::CompletedTask.IsCompleted
$a = [System.Threading.Tasks.Task]::Delay(1), [System.Threading.Tasks.Task]::Delay(2)
[System.Threading.Tasks.Task]::WaitAll($a); $a.IsCompleted
$t = [System.Threading.Tasks.Task]::FromException([Exception]::new('bad')); "$($t.Status)"; try { $t.Wait() } catch { "$_" }

#@ case: query-string-collection
$q = [System.Web.HttpUtility]::ParseQueryString('?a=1&b=x%20y+z&a=2')
$q['a']; $q['b']; $q.Count; $q.ToString(); $q.AllKeys -join ','
$n = [System.Web.HttpUtility]::ParseQueryString(''); $n['k'] = 'v w&'; $n.Add('z', '1'); $n.Add('z', '2'); $n.ToString(); $n.GetValues('z') -join '|'

#@ case: stream-null
$s = [System.IO.Stream]::Null; $s.Length; $s.CanWrite; $b = [byte[]](1, 2); $s.Write($b, 0, 2); $s.Read($b, 0, 2); $s.GetType().FullName

#@ case: steppable-without-input
function Get-Stepped { [CmdletBinding()] param([string]$Name) begin { 'b' } process { "got $Name" } end { 'e' } }
$sp = { Get-Stepped -Name q }.GetSteppablePipeline(); 'B:'; $sp.Begin($false); 'P:'; $sp.Process(7); 'P2:'; $sp.Process(); 'E:'; $sp.End()
$sp = { Get-Stepped -Name q }.GetSteppablePipeline(); 'B:'; $sp.Begin($true); 'E:'; $sp.End()
$sp = { Get-Stepped -Name q }.GetSteppablePipeline(); 'B:'; $sp.Begin($false); 'E:'; $sp.End()

#@ case: dictionaries-changed-as-objects
$h = @{}; $h | ForEach-Object { $_.Add('a', 1); 'z' }
[System.Collections.Generic.Dictionary[string, int]]::new() | ForEach-Object { $_['q'] = 1; $_.Count }
foreach ($x in $h) { $x.Add('B', 2); $x.Count }
@{ a = 1 } | Where-Object { $_['b'] = 2; $true } | ForEach-Object Count
$l = [System.Collections.Generic.List[int]](1, 2); try { foreach ($x in $l) { $l.Add(3) } } catch { "$_" }

#@ case: copy-to-of-arrays-and-lists
function t([scriptblock]$b) { try { $r = & $b; ($r | % { "$_" }) -join '|' } catch { "$($_.FullyQualifiedErrorId): $($_.Exception.Message)" } }
t { $a = [int[]]::new(2); @(1,2,3).CopyTo($a, 0); $a }
t { $a = [int[]]::new(2); ([int[]](1,2)).CopyTo($a, -1); $a }
t { $a = [object[]]::new(4); ([int[]](1,2)).CopyTo($a, 1); $a }
t { $a = [object[]]::new(1); ([Collections.ArrayList](1,2)).CopyTo($a, 0) }
t { $a = [object[]]::new(3); ([Collections.ArrayList](1,2)).CopyTo($a, -1) }
t { $a = [int[]]::new(1); ([Collections.Generic.List[int]](1,2)).CopyTo($a) }
t { $a = [int[]]::new(1); ([Collections.Generic.List[int]](1,2)).CopyTo($a, -1) }
t { $a = [int[]]::new(1); ([Collections.ObjectModel.Collection[int]]@(1,2)).CopyTo($a, 0) }
t { @(1,2).CopyTo($null, 0) }
t { ([Collections.ArrayList](1,2)).CopyTo($null) }
t { ([Collections.Generic.List[int]](1,2)).CopyTo($null) }
t { ([Collections.Generic.List[int]](1,2)).CopyTo($null, 0) }
t { ([Collections.ObjectModel.Collection[int]]@(1,2)).CopyTo($null, 0) }
t { ([Collections.ObjectModel.Collection[int]]@(1,2)).CopyTo([int[]]::new(2), -1) }
t { $a=[int[]]::new(3); ([Collections.Generic.List[int]](1,2,3)).CopyTo(1, $a, 0, 2); $a }
t { $a=[int[]]::new(3); ([Collections.Generic.List[int]](1,2,3)).CopyTo(2, $a, 0, 2); $a }
t { $a=[int[]]::new(3); ([Collections.Generic.List[int]](1,2,3)).CopyTo(0, $a, 2, 2); $a }
t { $a=[object[]]::new(3); ([Collections.ArrayList](1,2,3)).CopyTo(1, $a, 0, 2); $a }
t { $a=[object[]]::new(3); ([Collections.ArrayList](1,2,3)).CopyTo(2, $a, 0, 2); $a }
t { @('x').CopyTo([int[]]::new(2), 0) }
t { $a=[int[]]::new(2); @('5', 6).CopyTo($a, 0); $a }
t { $a=[long[]]::new(2); ([int[]](5, 6)).CopyTo($a, 0); $a }
t { $a=[string[]]::new(2); ([int[]](5, 6)).CopyTo($a, 0); $a }
t { $a=[string[]]::new(2); @(5, 6).CopyTo($a, 0); $a }
t { $a=[string[]]::new(2); ([Collections.ArrayList](1,2)).CopyTo($a, 0); $a }
t { $l=[Collections.Generic.List[int]](1,2); $a=[int[]]::new(1); $l.CopyTo($a) }

#@ case: copy-to-of-queues-and-stacks
function t([scriptblock]$b) { try { $r = & $b; ($r | % { "$_" }) -join '|' } catch { "$($_.FullyQualifiedErrorId): $($_.Exception.Message)" } }
t { $a = [object[]]::new(2); ([Collections.Generic.Queue[int]](1,2,3)).CopyTo($a, 0) }
t { $a = [int[]]::new(2); ([Collections.Generic.Queue[int]](1,2,3)).CopyTo($a, 0) }
t { $a = [int[]]::new(2); ([Collections.Generic.Queue[int]](1,2)).CopyTo($a, -1) }
t { $a = [int[]]::new(2); ([Collections.Generic.Stack[int]](1,2,3)).CopyTo($a, 0) }
t { $a = [int[]]::new(2); ([Collections.Generic.Stack[int]](1,2)).CopyTo($a, -1) }
t { $a = [object[]]::new(2); ([Collections.Queue](1,2,3)).CopyTo($a, 0) }
t { $a = [object[]]::new(2); ([Collections.Queue](1,2)).CopyTo($a, -1) }
t { $a = [object[]]::new(2); ([Collections.Stack](1,2,3)).CopyTo($a, 0) }
t { ([Collections.Generic.Queue[int]](1,2)).CopyTo($null, 0) }
t { ([Collections.Generic.Stack[int]](1,2)).CopyTo($null, 0) }
t { ([Collections.Queue](1,2)).CopyTo($null, 0) }
t { ([Collections.Stack](1,2)).CopyTo($null, 0) }
t { ([Collections.Stack](1,2)).CopyTo([object[]]::new(2), -1) }

#@ case: copy-to-of-sets
function t([scriptblock]$b) { try { $r = & $b; ($r | % { "$_" }) -join '|' } catch { "$($_.FullyQualifiedErrorId): $($_.Exception.Message)" } }
t { $a = [int[]]::new(2); ([Collections.Generic.HashSet[int]]@(1,2,3)).CopyTo($a) }
t { $a = [int[]]::new(2); ([Collections.Generic.HashSet[int]]@(1,2,3)).CopyTo($a, 1) }
t { $a = [int[]]::new(2); ([Collections.Generic.HashSet[int]]@(1,2,3)).CopyTo($a, -1) }
t { $a = [int[]]::new(2); ([Collections.Generic.HashSet[int]]@(1,2,3)).CopyTo($a, 0, 5) }
t { $a = [int[]]::new(2); ([Collections.Generic.HashSet[int]]@(1,2,3)).CopyTo($a, 0, -1) }
t { $a = [int[]]::new(2); ([Collections.Generic.SortedSet[int]]@(1,2,3)).CopyTo($a) }
t { $a = [int[]]::new(2); ([Collections.Generic.SortedSet[int]]@(1,2,3)).CopyTo($a, -1) }
t { $a = [int[]]::new(1); ([Collections.Generic.LinkedList[int]]@(1,2)).CopyTo($a, 0) }
t { ([Collections.Generic.HashSet[int]]@(1,2)).CopyTo($null) }
t { ([Collections.Generic.SortedSet[int]]@(1,2)).CopyTo($null) }
t { ([Collections.Generic.LinkedList[int]]@(1,2)).CopyTo($null, 0) }
t { ([Collections.Generic.LinkedList[int]]@(1,2)).CopyTo([int[]]::new(3), -1) }
t { ([Collections.Generic.HashSet[int]]@(1,2)).CopyTo([int[]]::new(2), 3) }
t { $a=[int[]]::new(3); ([Collections.Generic.HashSet[int]]@(1,2)).CopyTo($a, 1, 1); $a }
t { $a=[int[]]::new(3); ([Collections.Generic.SortedSet[int]]@(1,2)).CopyTo($a, 0, 1); $a }
t { $a=[int[]]::new(3); ([Collections.Generic.SortedSet[int]]@(1,2)).CopyTo($a, 0, 5); $a }
t { $a=[int[]]::new(3); ([Collections.Generic.SortedSet[int]]@(1,2)).CopyTo($a, 0, -1); $a }

#@ case: copy-to-of-dictionaries
function t([scriptblock]$b) { try { $r = & $b; ($r | % { "$_" }) -join '|' } catch { "$($_.FullyQualifiedErrorId): $($_.Exception.Message)" } }
t { $a = [object[]]::new(1); @{a=1;b=2}.Keys.CopyTo($a, 0) }
t { $a = [object[]]::new(1); @{a=1;b=2}.Values.CopyTo($a, -1) }
t { $a = [string[]]::new(1); $d=[Collections.Generic.Dictionary[string,int]]::new(); $d.a=1;$d.b=2; $d.Keys.CopyTo($a, 0) }
t { $a = [string[]]::new(1); $d=[Collections.Generic.Dictionary[string,int]]::new(); $d.a=1;$d.b=2; $d.Keys.CopyTo($a, -1) }
t { $a = [object[]]::new(1); ([ordered]@{a=1;b=2}).Keys.CopyTo($a, 0) }
t { @{a=1}.Keys.CopyTo($null, 0) }
t { $d=[Collections.Generic.Dictionary[string,int]]::new(); $d.a=1; $d.Keys.CopyTo($null, 0) }
t { $d=[Collections.Generic.SortedDictionary[string,int]]::new(); $d.a=1; $d.Keys.CopyTo($null, 0) }
t { $d=[Collections.Generic.SortedDictionary[string,int]]::new(); $d.a=1; $d.b=2;$d.Keys.CopyTo([string[]]::new(1), 0) }
t { $d=[Collections.Generic.SortedDictionary[string,int]]::new(); $d.a=1; $d.b=2;$d.Keys.CopyTo([string[]]::new(1), -1) }
t { $d=[Collections.Generic.SortedList[string,int]]::new(); $d.a=1; $d.b=2;$d.Keys.CopyTo([string[]]::new(1), 0) }
t { $d=[Collections.Generic.SortedList[string,int]]::new(); $d.a=1; $d.b=2;$d.Keys.CopyTo([string[]]::new(1), -1) }
t { $d=[Collections.SortedList]::new(); $d.a=1; $d.b=2;$d.Keys.CopyTo([object[]]::new(1), 0) }
t { $d=[Collections.SortedList]::new(); $d.a=1; $d.b=2;$d.Keys.CopyTo([object[]]::new(1), -1) }
t { ([ordered]@{a=1}).Keys.CopyTo($null, 0) }
t { ([ordered]@{a=1}).Keys.CopyTo([object[]]::new(3), -1) }
t { @{a=1;b=2}.CopyTo(($a=[object[]]::new(2)), 0); $a.Count; $a[0].GetType().Name }
t { @{a=1;b=2}.CopyTo([object[]]::new(1), 0) }
t { @{a=1;b=2}.CopyTo([object[]]::new(3), -1) }
t { ([ordered]@{a=1;b=2}).CopyTo([object[]]::new(1), 0) }

#@ case: where-and-foreach-with-all-they-take
function t([scriptblock]$q_) { try { $r_ = & $q_; ($r_ | % { "$_" }) -join '|' } catch { "$($_.FullyQualifiedErrorId): $($_.Exception.Message)" } }
t { (1..5).Where({$_ -gt 2}, 'Default', 2) }
t { (1..5).Where({$_ -gt 2}, 'Until', 1) }
t { (1..5).Where({$_ -gt 3}, 'Until', 2) }
t { (1..5).Where({$_ -gt 2}, 'SkipUntil', 2) }
t { $a,$c = (1..5).Where({$_ -gt 1}, 'Split', 2); "$a"; "$c" }
t { (1..5).Where({$_ -gt 1}, 'Last', 2) }
t { (1..5).Where({$_ -gt 1}, 'First', 0) }
t { (1..5).Where({$_ -gt 1}, 'First', -1) }
t { (1..5).Where({$_ -gt 1}, 'foo') }
t { (1..5).Where({$_ -gt 1}, 1) }
t { (1..5).Where({$_ -gt 1}, 'fir') }
t { (1..5).Where('x') }
t { (1..5).Where() }
t { (1..5).Where($null) }
t { (1..5).Where({$_ -gt 1}, 'First', 'x') }
t { (1..5).ForEach() }
t { (1..5).ForEach($null) }
t { (1..3).ForEach({ $_ * $args[0] }, 2) }
t { ('a','b').ForEach('ToUpper') }
t { ('a','b').ForEach('Length') }
t { ('a','b').ForEach('nosuch') }
t { ('1','2').ForEach([int]) | % { $_.GetType().Name } }
t { ('a','b').ForEach('PadLeft', 3, '.') }

#@ case: places-outside-of-collections
function t([scriptblock]$q_) { try { $r_ = & $q_; ($r_ | % { "$_" }) -join '|' } catch { "$($_.FullyQualifiedErrorId): $($_.Exception.Message)" } }
$by = [byte[]](1,2,3,4,5); $buf = [byte[]]::new(4)
t { [IO.BinaryWriter]::new($null) }
t { [IO.BinaryReader]::new($null) }
t { [Buffer]::BlockCopy($by, 0, $buf, 0, 9) }
t { [array]::Copy($by, $buf, 9) }
t { [array]::Copy($by, -1, $buf, 0, 2) }
t { [array]::Copy($by, 0, $buf, -1, 2) }
t { [array]::Copy($by, $buf, -2) }
t { [array]::Clear($by, 3, 9) }
t { [array]::Reverse($by, 3, 9) }
t { [array]::Sort($by, 3, 9) }
t { $x=[int[]](1,2); [array]::Resize([ref]$x, -1) }
t { ([Collections.Generic.List[int]](1,2,3)).GetRange(2, 5) }
t { ([Collections.Generic.List[int]](1,2,3)).Insert(9, 1) }
t { ([Collections.Generic.List[int]](1,2,3)).RemoveAt(-1) }
t { ([Collections.Generic.List[int]](1,2,3)).Reverse(1, 9) }
t { ([Collections.Generic.List[int]](1,2,3)).InsertRange(9, [int[]](1)) }
t { ([Collections.ArrayList](1,2,3)).GetRange(2, 5) }
t { ([Collections.ArrayList](1,2,3)).RemoveAt(9) }
t { ([Collections.ArrayList](1,2,3)).Insert(-1, 0) }
t { ([Collections.ArrayList](1,2,3)).RemoveRange(1, 9) }
t { ([Collections.Generic.List[int]](1,2,3)).IndexOf(3, 9) }
t { ([Collections.ArrayList](1,2,3)).IndexOf(3, 9) }
t { [Text.StringBuilder]::new(-1) }
t { ([Text.StringBuilder]'abc').Remove(2, 5) }
t { ([Text.StringBuilder]'abc').Insert(9, 'x') }
t { ([Text.StringBuilder]'abc').ToString(2, 5) }
t { ([Text.StringBuilder]'abc').Replace('a','b', 2, 9) }

#@ case: linked-list-nodes
$l = [System.Collections.Generic.LinkedList[string]]::new()
$n = $l.AddFirst('b')
$null = $l.AddBefore($n, 'a')
$null = $l.AddAfter($n, 'c')
$l -join ','
$l.First.Value
$l.Last.Previous.Value
$l.Find('c').Previous.Value
$null -eq $l.Find('z')
$l.Remove('b')
$l.Count
$l.RemoveFirst()
"$l"

#@ case: dictionary-members-and-errors
$d = [System.Collections.Generic.Dictionary[string, object]]::new([System.StringComparer]::OrdinalIgnoreCase)
$d.Add('One', 1)
$d['TWO'] = 2
$d.one
$d['two']
$d.ContainsKey('ONE')
$d.ContainsValue(2)
$d.Count
try { $d.Add('one', 3) } catch { $_.FullyQualifiedErrorId; $_.Exception.Message; $_.Exception.InnerException.GetType().Name }
$null -eq $d['missing']
$d.Missing
try { $d.get_Item('missing') } catch { $_.FullyQualifiedErrorId; $_.Exception.Message }
$d.Remove('One')
$d.Remove('One')
$d.TryAdd('x', 5)
$d.Keys.GetType().Name
$d.GetEnumerator() | ForEach-Object { "$($_.Key)=$($_.Value)" }
foreach ($kv in $d) { $kv.GetType().Name }
$d.Clear()
$d.Count
$d | ConvertTo-Json -Compress

#@ case: arraylist-all-day
$l = New-Object System.Collections.ArrayList
$l.Add('a')
$null = $l.Add('c')
$l.Insert(1, 'b')
$l.AddRange(@(1, 2))
$l.InsertRange(0, ('x', 'y'))
$l.Remove('y')
$l.RemoveAt(0)
$l.IndexOf('c')
$l.Contains(2)
$l.RemoveRange(3, 2)
"$l"
$l.Sort()
$l.Reverse()
"$l"
$l.ToArray().GetType().Name
$l.ToArray([string]).GetType().Name
$l.GetRange(0, 2) -join ','
$l.Capacity -ge $l.Count
$l.IsFixedSize
try { $l[10] } catch { $_.FullyQualifiedErrorId; $_.Exception.Message }
try { $l.RemoveAt(10) } catch { $_.Exception.Message }
try { $l.Insert(10, 1) } catch { $_.Exception.Message }
[System.Collections.ArrayList]::Repeat('z', 3) -join ''
$l.BinarySearch('b')
$l.Clone().Count

#@ case: sorted-dictionary-and-list
$d = [System.Collections.Generic.SortedDictionary[string, int]]::new()
$d['pear'] = 3; $d['apple'] = 1; $d.Add('fig', 2)
$d.Keys -join ','
$d.Values -join ','
$d.ContainsKey('fig')
foreach ($e in $d.GetEnumerator()) { "$($e.Key)=$($e.Value)" }
$l = [System.Collections.Generic.SortedList[int, string]]::new()
$l.Add(5, 'five'); $l.Add(1, 'one')
$l.Keys[0]
$l.Values[1]
$l.IndexOfKey(5)
$l.IndexOfValue('one')
$l.RemoveAt(0)
$l.Count
try { $l.Add(5, 'again') } catch { $_.FullyQualifiedErrorId; $_.Exception.Message }
try { $d['missing'] } catch { $_.FullyQualifiedErrorId }

#@ case: hashset-set-algebra
$a = [System.Collections.Generic.HashSet[string]]::new([string[]]('a', 'b', 'c'), [System.StringComparer]::OrdinalIgnoreCase)
$a.Add('A')
$a.Contains('B')
$a.UnionWith([string[]]('d', 'B'))
$a.Count
$a.ExceptWith([string[]]('a'))
($a | Sort-Object) -join ','
$a.IsSupersetOf([string[]]('b'))
$a.Overlaps([string[]]('z', 'c'))
$a.SymmetricExceptWith([string[]]('c', 'q'))
($a | Sort-Object) -join ','
$a.Remove('nope')
$a.SetEquals([string[]]('B', 'D', 'Q'))
[System.Collections.Generic.HashSet[int]](1..3) -join ','

#@ case: queue-processing-loop
$q = [System.Collections.Generic.Queue[int]]::new([int[]](1, 2, 3))
while ($q.Count -gt 0) { $x = $q.Dequeue(); if ($x -eq 1) { $q.Enqueue(10) }; $x }
$o = 0
$q.TryDequeue([ref]$o)
try { $q.Dequeue() } catch { $_.FullyQualifiedErrorId; $_.Exception.Message }
$s = [System.Collections.Generic.Stack[string]]::new()
'a', 'b', 'c' | ForEach-Object { $s.Push($_) }
$s -join ''
$s.ToArray()[0]
$s.Contains('b')
try { $q.Peek() } catch { $_.Exception.Message }
$q2 = [System.Collections.Queue]::new()
$q2.Enqueue('x')
$q2.Peek()

#@ case: nested-generic-collections
$d = [System.Collections.Generic.Dictionary[string, System.Collections.Generic.List[int]]]::new()
foreach ($p in @(('a', 1), ('b', 2), ('a', 3))) {
    if (-not $d.ContainsKey($p[0])) { $d[$p[0]] = [System.Collections.Generic.List[int]]::new() }
    $d[$p[0]].Add($p[1])
}
$d.Count
$d['a'] -join ','
$d.Keys -join ','
($d.Values | ForEach-Object { $_.Count }) -join ','
$d.GetEnumerator() | ForEach-Object { "$($_.Key):$($_.Value -join '+')" }
$t = [System.Tuple]::Create('x', 5)
$t.Item1
$t.Item2
"$t"
$kv = [System.Collections.Generic.KeyValuePair[string, int]]::new('k', 9)
"$($kv.Key)$($kv.Value)"
"$kv"
$l = [System.Collections.Generic.List[object]]@(1, 'two', 3.0)
$l.GetType().GenericTypeArguments.Name
$l.IndexOf('two')
($l | ForEach-Object { $_.GetType().Name }) -join ','
[System.Collections.Generic.List[string]]::new(10).Capacity
$s = [System.Collections.Generic.SortedSet[string]]::new([string[]]('b', 'a', 'B'))
$s -join ','

#@ case: nodes-of-linked-lists
function t([scriptblock]$q_) { try { $r_ = & $q_; "$q_ => " + (($r_ | % { "$_" }) -join '|') } catch { "$q_ !! $($_.FullyQualifiedErrorId): $($_.Exception.Message)" } }
$k = [Collections.Generic.LinkedList[string]]::new([string[]]('a', 'b', 'c'))
$n = $k.Find('b')
t { $n.Next.Value; $n.Previous.Value; $n.List.Count; $null -eq $n.Next.Next }
t { $null = $k.AddAfter($n, 'b2'); $null = $k.AddBefore($n, 'a2'); "$k" }
t { $k.Remove($n); "$k"; $null -eq $n.List; $n.Value }
t { $k.AddLast($n); "$k" }
t { $k.AddFirst($n) }
t { $k.First.Value = 'Q'; "$k" }
t { $k.FindLast('c').Value; $k.Contains('c'); $k.Remove('zz'); $k.Clear(); $k.Count; $null -eq $k.First }
t { $k.RemoveFirst() }
t { $x = [Collections.Generic.LinkedListNode[string]]::new('z'); $k.AddFirst($x); $k.Last.Value; $x.List.Count }
t { $c = 0; for ($i = $k.First; $i; $i = $i.Next) { $c++ }; $c }

#@ case: arraylist-to-typed-arrays
$l = [Collections.ArrayList](3, 1, 2)
$l.ToArray([int]).GetType().Name
try { $l.ToArray([string]) } catch { $_.Exception.Message }
([Collections.ArrayList]('a', 'b')).ToArray([string]).GetType().Name
$r = ([Collections.Generic.List[int]](1, 2)).AsReadOnly()
try { $r.Add(4) } catch { $_.FullyQualifiedErrorId }
try { $r[0] = 5 } catch { $_.FullyQualifiedErrorId; $_.Exception.Message }
$d = [Collections.Generic.Dictionary[string, int]]::new()
try { $d.get_Item('x') } catch { $_.FullyQualifiedErrorId; $_.Exception.Message }
try { [Collections.Generic.Dictionary[string, int]]@{ a = 1 } } catch { $_.FullyQualifiedErrorId; $_.Exception.Message }
try { [Collections.Generic.List[int]]@{ a = 1 } } catch { $_.FullyQualifiedErrorId; $_.Exception.Message }

#@ case: ordered-keys-as-a-list
$o = [ordered]@{ Beta = 2; Alpha = 1 }
$o.Keys.Contains('alpha'); $o.Keys.Contains('gamma'); $o.Values.Contains(2); $o.Values.Contains('2'); $o.Keys.IndexOf('ALPHA'); $o.Keys[1]
try { $o.Keys.Add('x') } catch { $_.Exception.InnerException.GetType().Name; $_.Exception.Message }
