//! `./dev bench`: how fast and how small, as medians and as ratios between what was measured in turn in one run.
//!
//! ```text
//! bench [FILTER] [--samples N]
//! ```
//!
//! tests/README.md says how to read the table.

mod lab;
mod rows;

use std::io::Write as _;
use std::process::ExitCode;

use e2e::pwsh::Pwsh;
use e2e::wire::Failure;
use lab::Lab;
use rows::{ROWS, Row};

fn main() -> ExitCode {
    let Some(pwsh) = Pwsh::find() else { return ExitCode::FAILURE };
    let options = match Options::parse(std::env::args().skip(1)) {
        Ok(options) => options,
        Err(error) => {
            eprintln!("bench: {error}");
            return ExitCode::from(2);
        }
    };
    let mut lab = Lab::new(&pwsh);
    println!("{}", machine());
    println!("{:<39}{:<5}{:>9}{:>9}{:>8}{:>8}  goal", "", "", "other", "psrpd", "ratio", "best");
    let mut against = "";
    let mut failures = Vec::new();
    for row in ROWS.iter().filter(|row| row.name.contains(&options.filter)) {
        if row.against != against {
            against = row.against;
            println!("other is {against}");
        }
        match measure(&mut lab, row, options.samples.unwrap_or(row.samples)) {
            Ok(samples) => println!("{}", line(row, &samples)),
            Err(failure) => {
                println!("  {:<37}failed", row.name);
                failures.push(format!("{}: {failure}", row.name));
            }
        }
        // Seen while the next row is measured, also through a pipe.
        let _ = std::io::stdout().flush();
    }
    println!("{}", machine());
    for failure in &failures {
        println!("{failure}");
    }
    if failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

struct Options {
    filter: String,
    samples: Option<usize>,
}

impl Options {
    fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut options = Self { filter: String::new(), samples: None };
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--samples" => {
                    let number = arguments.next().and_then(|number| number.parse().ok()).filter(|&number| number > 0);
                    options.samples = Some(number.ok_or("--samples wants a number above 0")?);
                }
                _ if argument.starts_with('-') => return Err(format!("unknown option {argument}")),
                _ => options.filter = argument,
            }
        }
        Ok(options)
    }
}

/// What was measured for a row: what it is compared with, and psrpd.
struct Samples {
    other: Vec<f64>,
    ours: Vec<f64>,
}

/// Takes the samples of both in turn: a machine that becomes busy slows both.
fn measure(lab: &mut Lab<'_>, row: &Row, count: usize) -> Result<Samples, Failure> {
    let mut samples = Samples { other: Vec::new(), ours: Vec::new() };
    for _ in 0..count {
        samples.other.push((row.other)(lab)?);
        samples.ours.push((row.ours)(lab)?);
    }
    samples.other.sort_by(f64::total_cmp);
    samples.ours.sort_by(f64::total_cmp);
    Ok(samples)
}

fn line(row: &Row, samples: &Samples) -> String {
    let (other, ours) = (median(&samples.other), median(&samples.ours));
    let best = samples.ours.first().unwrap_or(&f64::NAN) / samples.other.first().unwrap_or(&f64::NAN);
    let verdict = row.goal.map(|goal| {
        let (reached, text) = goal.check(ours, ours / other);
        if reached { text } else { format!("{text} MISSED") }
    });
    let line = format!(
        "  {:<37}{:<5}{other:>9.1}{ours:>9.1}{:>8.2}{best:>8.2}  {}",
        row.name,
        row.unit,
        ours / other,
        verdict.unwrap_or_default()
    );
    line.trim_end().to_owned()
}

/// Of sorted samples.
fn median(samples: &[f64]) -> f64 {
    samples.get(samples.len() / 2).copied().unwrap_or(f64::NAN)
}

/// How many cores there are and how many want one: times of a busy machine are not those of an idle one.
fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    format!("{cores} cores, load {}", load.split(' ').next().unwrap_or("unknown"))
}
