# Numbers, or strings of a size.
param([long] $Count, [int] $Size)
for ($number = [long] 0; $number -lt $Count; $number++) { if ($Size) { 'x' * $Size } else { $number } }
