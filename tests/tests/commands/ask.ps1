# A line that the host reads.
$Host.UI.ReadLine()
