# The lines of a FIFO as they come.
param([string] $Path)
& cat $Path
