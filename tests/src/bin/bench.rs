//! `./dev bench`: how fast and how small, as medians and as ratios between servers measured in the same run.
//!
//! ```text
//! bench [FILTER] [--samples N] [--server NAME=COMMAND]...
//! ```
//!
//! The servers are subsystems of a private sshd, `pwsh -sshs` first (what the ratios are to) and `psrpd subsystem` second;
//! `--server` adds more, or replaces one of that name. Samples of the servers are taken in turn, so that a machine that
//! becomes busy slows all of them. Nothing but the wire is measured: the client here only counts.

use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use e2e::client::StockClient;
use e2e::pwsh::Pwsh;
use e2e::server::{Server, Setup};
use e2e::sshd::Sshd;
use e2e::wire::{Failure, Wire};
use e2e::{binaries, processes};

const LIMIT: Duration = Duration::from_secs(120);

/// A column of the table: a name, and the command line of a subsystem.
struct Column {
    name: String,
    command: String,
}

/// A row of the table.
struct Measurement {
    name: &'static str,
    unit: &'static str,
    /// Of so many samples the median is taken, unless the command line says otherwise.
    samples: usize,
    take: fn(&Pwsh, &Column) -> Result<f64, Failure>,
}

const MEASUREMENTS: [Measurement; 10] = [
    Measurement { name: "ssh host true", unit: "ms", samples: 9, take: ssh_true },
    Measurement { name: "open, first session", unit: "ms", samples: 9, take: open_first },
    Measurement { name: "open, next session", unit: "ms", samples: 9, take: open_next },
    Measurement { name: "open, session by its name again", unit: "ms", samples: 9, take: open_again },
    Measurement { name: "New-PSSession", unit: "ms", samples: 5, take: new_pssession },
    Measurement { name: "first object", unit: "ms", samples: 9, take: first_object },
    Measurement {
        name: "100,000 small objects down",
        unit: "ms",
        samples: 5,
        take: |pwsh, column| down(pwsh, column, "1..100000", 100_000),
    },
    Measurement {
        name: "1,000 objects of 100 kB down",
        unit: "ms",
        samples: 5,
        take: |pwsh, column| down(pwsh, column, "$s = 'x' * 100000; 1..1000 | ForEach-Object { $s }", 1000),
    },
    Measurement {
        name: "10,000 small objects up",
        unit: "ms",
        samples: 3,
        take: |pwsh, column| up(pwsh, column, 10_000, 1),
    },
    Measurement { name: "memory of an idle session", unit: "MB", samples: 3, take: memory },
];

fn main() -> ExitCode {
    let Some(pwsh) = Pwsh::find() else { return ExitCode::FAILURE };
    let options = match Options::parse(&pwsh, std::env::args().skip(1)) {
        Ok(options) => options,
        Err(error) => {
            eprintln!("bench: {error}");
            return ExitCode::from(2);
        }
    };
    print!("{:<32}{:<5}", "", "");
    for server in &options.servers {
        print!("{:>20}", server.name);
    }
    println!();
    let mut failures = Vec::new();
    for measurement in MEASUREMENTS.iter().filter(|measurement| measurement.name.contains(&options.filter)) {
        row(&pwsh, measurement, &options, &mut failures);
    }
    for failure in &failures {
        println!("{failure}");
    }
    if failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

struct Options {
    filter: String,
    samples: Option<usize>,
    servers: Vec<Column>,
}

impl Options {
    fn parse(pwsh: &Pwsh, mut arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let server = |name: &str, command: String| Column { name: name.to_owned(), command };
        let servers = vec![server("pwsh -sshs", pwsh.server()), server("psrpd", binaries::subsystem())];
        let mut options = Self { filter: String::new(), samples: None, servers };
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--samples" => {
                    let number = arguments.next().and_then(|number| number.parse().ok()).filter(|&number| number > 0);
                    options.samples = Some(number.ok_or("--samples wants a number above 0")?);
                }
                "--server" => {
                    let value = arguments.next().unwrap_or_default();
                    let (name, command) = value.split_once('=').ok_or("--server wants NAME=COMMAND")?;
                    options.servers.retain(|server| server.name != name);
                    if !command.is_empty() {
                        options.servers.push(server(name, command.to_owned()));
                    }
                }
                _ if argument.starts_with('-') => return Err(format!("unknown option {argument}")),
                _ => options.filter = argument,
            }
        }
        Ok(options)
    }
}

/// Measures one row and prints it.
fn row(pwsh: &Pwsh, measurement: &Measurement, options: &Options, failures: &mut Vec<String>) {
    let mut taken: Vec<Result<Vec<f64>, Failure>> = options.servers.iter().map(|_| Ok(Vec::new())).collect();
    for _ in 0..options.samples.unwrap_or(measurement.samples) {
        for (server, taken) in options.servers.iter().zip(&mut taken) {
            if let Ok(samples) = taken {
                match (measurement.take)(pwsh, server) {
                    Ok(sample) => samples.push(sample),
                    Err(failure) => *taken = Err(failure),
                }
            }
        }
    }
    print!("{:<32}{:<5}", measurement.name, measurement.unit);
    let mut first = None;
    for (server, taken) in options.servers.iter().zip(taken) {
        match taken {
            Ok(samples) => {
                let median = median(samples);
                let first = *first.get_or_insert(median);
                print!("{:>20}", format!("{median:.1} ({:.2})", median / first));
            }
            Err(failure) => {
                print!("{:>20}", "failed");
                failures.push(format!("{}, {}: {failure}", measurement.name, server.name));
            }
        }
    }
    println!();
}

fn median(mut samples: Vec<f64>) -> f64 {
    samples.sort_by(f64::total_cmp);
    samples.get(samples.len() / 2).copied().unwrap_or(f64::NAN)
}

/// A server nobody has used yet, in the same surroundings for every column.
fn fresh(pwsh: &Pwsh, column: &Column) -> Server {
    Setup::pwsh(pwsh).subsystem(&column.command).start()
}

fn open(sshd: &Sshd) -> Result<Wire, Failure> {
    let mut ssh = sshd.ssh();
    ssh.args(["-s", "bench", "powershell"]);
    Wire::open(ssh, LIMIT)
}

/// Milliseconds.
fn timed<T>(work: impl FnOnce() -> Result<T, Failure>) -> Result<(T, f64), Failure> {
    let start = Instant::now();
    let done = work()?;
    Ok((done, start.elapsed().as_secs_f64() * 1000.0))
}

fn ssh_true(pwsh: &Pwsh, column: &Column) -> Result<f64, Failure> {
    let server = fresh(pwsh, column);
    let sshd = server.sshd();
    let mut ssh: Command = sshd.ssh();
    ssh.args(["bench", "true"]);
    let (status, time) = timed(|| ssh.status().map_err(|error| error.to_string()))?;
    if status.success() { Ok(time) } else { Err(format!("ssh ended with {status}")) }
}

/// Nothing of the server runs before.
fn open_first(pwsh: &Pwsh, column: &Column) -> Result<f64, Failure> {
    let server = fresh(pwsh, column);
    let sshd = server.sshd();
    let (session, time) = timed(|| open(sshd))?;
    session.close()?;
    Ok(time)
}

/// Another session of the same user was there and is closed.
fn open_next(pwsh: &Pwsh, column: &Column) -> Result<f64, Failure> {
    let server = fresh(pwsh, column);
    let sshd = server.sshd();
    let mut first = open(sshd)?;
    first.run("1")?;
    first.close()?;
    // What a server prepares for the next session it prepares while nobody waits.
    settle(sshd);
    let (session, time) = timed(|| open(sshd))?;
    session.close()?;
    Ok(time)
}

/// A session of that name was opened, used and left. A server that knows no names opens another.
fn open_again(pwsh: &Pwsh, column: &Column) -> Result<f64, Failure> {
    let server = fresh(pwsh, column);
    let name = [("PSRP_SESSION", "bench")];
    let mut first = server.wire(&name)?;
    first.run("1")?;
    first.close()?;
    settle(server.sshd());
    let (session, time) = timed(|| server.wire(&name))?;
    session.close()?;
    Ok(time)
}

/// Waits until the server's processes have used no processor time for a moment.
fn settle(sshd: &Sshd) {
    let used = || -> Vec<String> {
        let found = sshd.sandbox().processes();
        found
            .iter()
            .map(|process| std::fs::read_to_string(format!("/proc/{}/schedstat", process.pid)).unwrap_or_default())
            .collect()
    };
    let (end, mut before) = (Instant::now() + Duration::from_secs(10), used());
    while Instant::now() < end {
        std::thread::sleep(Duration::from_millis(200));
        let now = used();
        if now == before {
            return;
        }
        before = now;
    }
}

fn new_pssession(pwsh: &Pwsh, column: &Column) -> Result<f64, Failure> {
    let server = fresh(pwsh, column);
    let sshd = server.sshd();
    // The first time loads the client's own assemblies.
    let script = "$ErrorActionPreference = 'Stop'; Remove-PSSession (New-PSSession @c); $w = [Diagnostics.Stopwatch]::StartNew(); $s = New-PSSession @c; \
        \"time $($w.Elapsed.TotalMilliseconds)\"; Remove-PSSession $s";
    let printed = StockClient::new(pwsh, sshd).run(script);
    let time = printed.lines().find_map(|line| line.strip_prefix("time ")).and_then(|time| time.parse().ok());
    time.ok_or(printed)
}

fn first_object(pwsh: &Pwsh, column: &Column) -> Result<f64, Failure> {
    let server = fresh(pwsh, column);
    let sshd = server.sshd();
    let mut session = open(sshd)?;
    let (outcome, time) = timed(|| session.run("1"))?;
    expect(outcome.objects, 1)?;
    session.close()?;
    Ok(time)
}

fn down(pwsh: &Pwsh, column: &Column, script: &str, objects: u64) -> Result<f64, Failure> {
    let server = fresh(pwsh, column);
    let sshd = server.sshd();
    let mut session = open(sshd)?;
    session.run("1")?;
    let (outcome, time) = timed(|| session.run(script))?;
    expect(outcome.objects, objects)?;
    session.close()?;
    Ok(time)
}

fn up(pwsh: &Pwsh, column: &Column, objects: u64, size: usize) -> Result<f64, Failure> {
    let server = fresh(pwsh, column);
    let sshd = server.sshd();
    let mut session = open(sshd)?;
    session.run("1")?;
    let object = format!("<S>{}</S>", "x".repeat(size));
    let (outcome, time) = timed(|| {
        let pid = session.start("$n = 0; foreach ($i in $input) { $n++ }; if ($n -ne 0) { $n }", true)?;
        for _ in 0..objects {
            session.input(pid, &object)?;
        }
        session.end_input(pid)?;
        session.finish(pid)
    })?;
    expect(outcome.objects, 1)?;
    session.close()?;
    Ok(time)
}

fn expect(got: u64, wanted: u64) -> Result<(), Failure> {
    if got == wanted { Ok(()) } else { Err(format!("{got} objects came instead of {wanted}")) }
}

/// What an idle session adds: all processes with it, less those that were there before it (a broker, warm engines).
fn memory(pwsh: &Pwsh, column: &Column) -> Result<f64, Failure> {
    let server = fresh(pwsh, column);
    let sshd = server.sshd();
    let mut first = open(sshd)?;
    first.run("1")?;
    settle(sshd);
    let before = proportional_set(sshd);
    let mut session = open(sshd)?;
    session.run("1")?;
    settle(sshd);
    let after = proportional_set(sshd);
    first.close()?;
    session.close()?;
    Ok(after - before)
}

/// Megabytes of the sandbox's processes without sshd and ssh, each page divided by how many share it.
fn proportional_set(sshd: &Sshd) -> f64 {
    let kilobytes = |process: &processes::Process| -> Option<f64> {
        let rollup = std::fs::read_to_string(format!("/proc/{}/smaps_rollup", process.pid)).ok()?;
        let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:"))?;
        line.split_ascii_whitespace().next()?.parse().ok()
    };
    let found = sshd.sandbox().processes();
    let servers = found.iter().filter(|process| !process.name.starts_with("ssh"));
    servers.filter_map(kilobytes).sum::<f64>() / 1024.0
}
