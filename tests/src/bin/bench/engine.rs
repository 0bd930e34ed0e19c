//! The native engine next to PowerShell: the same script in a session of each, both warmed up.

use e2e::wire::Failure;

use crate::lab::{Lab, Side};
use crate::rows::timed;

/// A script that is measured.
pub(crate) struct Script {
    pub(crate) name: &'static str,
    /// Runs once in each session before the first sample.
    before: &'static str,
    script: &'static str,
    /// Objects that it writes.
    objects: u64,
}

/// Samples of each script.
pub(crate) const SAMPLES: usize = 5;

/// How many times faster the native engine is to be, as the geometric mean of all scripts.
pub(crate) const MEAN: f64 = 3.0;

pub(crate) const SCRIPTS: [Script; 11] = [
    Script {
        name: "engine: ForEach-Object, 1,000,000",
        before: "",
        script: "$n = 0; 1..1000000 | ForEach-Object { $n += $_ }; $n",
        objects: 1,
    },
    Script {
        name: "engine: Where-Object, 1,000,000",
        before: "",
        script: "(1..1000000 | Where-Object { $_ % 2 -eq 0 }).Count",
        objects: 1,
    },
    Script {
        name: "engine: foreach, arithmetic",
        before: "",
        script: "$n = 0; foreach ($i in 1..1000000) { $n = ($n * 31 + $i) % 65521 }; $n",
        objects: 1,
    },
    Script {
        name: "engine: building strings",
        before: "",
        script: "$b = [Text.StringBuilder]::new(); foreach ($i in 1..200000) { [void]$b.Append(\"item $i; \") }; \
                 ($b.ToString() -split '; ').Count",
        objects: 1,
    },
    Script {
        name: "engine: filling a hashtable",
        before: "",
        script: "$h = @{}; foreach ($i in 1..200000) { $h[\"key$($i % 50000)\"] += $i }; $h.Count",
        objects: 1,
    },
    Script {
        name: "engine: calling functions",
        before: "function add($a, $b) { $a + $b }",
        script: "$n = 0; foreach ($i in 1..200000) { $n = add $n 1 }; $n",
        objects: 1,
    },
    Script {
        name: "engine: Sort-Object, 100,000",
        before: "$numbers = [Collections.Generic.List[int]]::new(); $seed = 1; \
                 foreach ($i in 1..100000) { $seed = ($seed * 16807) % 2147483647; $numbers.Add([int]$seed) }",
        script: "($numbers | Sort-Object)[0]",
        objects: 1,
    },
    Script {
        name: "engine: CSV and grouping, 20,000",
        before: "",
        script: "$csv = 1..20000 | ForEach-Object { [pscustomobject]@{ Id = $_; Kind = $_ % 10; Text = \"row $_\" } } | \
                 ConvertTo-Csv; ($csv | ConvertFrom-Csv | Group-Object Kind).Count",
        objects: 1,
    },
    Script {
        name: "engine: regex, 100,000 lines",
        before: "$lines = foreach ($i in 1..100000) { \"2026-01-01 10:00:00 host$($i % 97) sshd[$i]: session opened\" }",
        script: "$n = 0; foreach ($line in $lines) { if ($line -match '^(\\S+) (\\S+) (\\w+) (\\w+)\\[(\\d+)\\]: (.*)$') \
                 { $n += $Matches[5].Length } }; $n",
        objects: 1,
    },
    Script {
        name: "engine: CLIXML of 100,000 objects",
        before: "",
        script: "foreach ($i in 1..100000) { [pscustomobject]@{ Id = $i; Name = \"name$i\"; Ok = $true } }",
        objects: 100_000,
    },
    Script {
        name: "engine: reading and counting a file",
        before: "$file = Join-Path ([IO.Path]::GetTempPath()) \"psrpd-bench-$PID\"; \
                 1..100000 | ForEach-Object { \"line $_\" } | Set-Content $file",
        script: "(Get-Content $file | Select-String 'line \\d*7$').Count",
        objects: 1,
    },
];

/// Milliseconds that the script takes.
pub(crate) fn run(lab: &mut Lab<'_>, side: Side, script: &Script) -> Result<f64, Failure> {
    let stream = lab.stream(side)?;
    let (outcome, time) = timed(|| stream.run(script.script))?;
    if outcome.objects == script.objects {
        Ok(time)
    } else {
        Err(format!("{side:?} wrote {} objects instead of {}", outcome.objects, script.objects))
    }
}

/// Runs what goes before the first sample, and the script until it is warm.
pub(crate) fn warm_up(lab: &mut Lab<'_>, side: Side, script: &Script) -> Result<(), Failure> {
    if !script.before.is_empty() {
        lab.stream(side)?.run(script.before)?;
    }
    for _ in 0..2 {
        run(lab, side, script)?;
    }
    Ok(())
}
