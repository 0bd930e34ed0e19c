//! `./dev bench`: how fast and how small, as medians and as ratios between what was measured in turn in one run.
//!
//! ```text
//! bench [FILTER] [--samples N]
//! ```
//!
//! tests/README.md says how to read the table.

mod engine;
mod lab;
mod native;
mod rows;

use std::io::Write as _;
use std::process::ExitCode;

use e2e::pwsh::Pwsh;
use e2e::wire::Failure;
use lab::{Lab, Side};
use rows::{Goal, ROWS};

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
    println!("{:<41}{:<5}{:>9}{:>9}{:>8}{:>8}  goal", "", "", "other", "psrpd", "ratio", "best");
    let mut table = Table::default();
    // The last ones leave sessions open, which the others want none of.
    for row in native::ROWS.iter().chain(&ROWS).filter(|row| row.name.contains(&options.filter)) {
        let count = options.samples.unwrap_or(row.samples);
        let samples = measure(&mut lab, count, row.other, row.ours);
        table.row(row.against, (row.name, row.unit), row.goal, samples);
    }
    let mut ratios = Vec::new();
    for script in engine::SCRIPTS.iter().filter(|script| script.name.contains(&options.filter)) {
        let run = |side| move |lab: &mut Lab<'_>| engine::run(lab, side, script);
        let warm =
            [Side::Direct, Side::Native].into_iter().try_for_each(|side| engine::warm_up(&mut lab, side, script));
        let count = options.samples.unwrap_or(engine::SAMPLES);
        let samples = warm.and_then(|()| measure(&mut lab, count, run(Side::Direct), run(Side::Native)));
        ratios.extend(table.row("pwsh -sshs", (script.name, "ms"), None, samples));
    }
    if !ratios.is_empty() {
        let mean = (ratios.iter().map(|ratio| ratio.ln()).sum::<f64>() / ratios.len() as f64).exp();
        let (reached, goal) = Goal::Ratio(1.0 / engine::MEAN).check(mean, mean);
        let missed = if reached { "" } else { " MISSED" };
        println!("  {:<62}{mean:>8.2}          {goal}{missed}", "engine: geometric mean of these");
    }
    let failures = table.failures;
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
fn measure<'l>(
    lab: &mut Lab<'l>,
    count: usize,
    other: impl Fn(&mut Lab<'l>) -> Result<f64, Failure>,
    ours: impl Fn(&mut Lab<'l>) -> Result<f64, Failure>,
) -> Result<Samples, Failure> {
    let mut samples = Samples { other: Vec::new(), ours: Vec::new() };
    for _ in 0..count {
        samples.other.push(other(lab)?);
        samples.ours.push(ours(lab)?);
    }
    samples.other.sort_by(f64::total_cmp);
    samples.ours.sort_by(f64::total_cmp);
    Ok(samples)
}

/// What was printed.
#[derive(Default)]
struct Table {
    /// What the last row was compared with.
    against: &'static str,
    failures: Vec<String>,
}

impl Table {
    /// Prints a row and returns its ratio.
    fn row(
        &mut self,
        against: &'static str,
        (name, unit): (&str, &str),
        goal: Option<Goal>,
        samples: Result<Samples, Failure>,
    ) -> Option<f64> {
        if against != self.against {
            self.against = against;
            println!("other is {against}");
        }
        let ratio = match samples {
            Ok(samples) => {
                let (other, ours) = (median(&samples.other), median(&samples.ours));
                println!("{}", line((name, unit), goal, &samples));
                Some(ours / other)
            }
            Err(failure) => {
                println!("  {name:<39}failed");
                self.failures.push(format!("{name}: {failure}"));
                None
            }
        };
        // Seen while the next row is measured, also through a pipe.
        let _ = std::io::stdout().flush();
        ratio
    }
}

fn line((name, unit): (&str, &str), goal: Option<Goal>, samples: &Samples) -> String {
    let (other, ours) = (median(&samples.other), median(&samples.ours));
    let best = samples.ours.first().unwrap_or(&f64::NAN) / samples.other.first().unwrap_or(&f64::NAN);
    let verdict = goal.map(|goal| {
        let (reached, text) = goal.check(ours, ours / other);
        if reached { text } else { format!("{text} MISSED") }
    });
    let line = format!(
        "  {:<39}{:<5}{other:>9.1}{ours:>9.1}{:>8.2}{best:>8.2}  {}",
        name,
        unit,
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
