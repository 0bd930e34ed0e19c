//! What is measured. Rows that leave sessions open stand behind those that want none.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use e2e::client::StockClient;
use e2e::link::Link;
use e2e::wire::{Failure, Wire};

use crate::lab::{Lab, Side, processor_time};

/// A row of the table.
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) unit: &'static str,
    /// What psrpd is compared with.
    pub(crate) against: &'static str,
    pub(crate) goal: Option<Goal>,
    /// Of so many samples the median is taken, unless the command line says otherwise.
    pub(crate) samples: usize,
    pub(crate) other: Take,
    pub(crate) ours: Take,
}

/// Takes one sample.
type Take = fn(&mut Lab<'_>) -> Result<f64, Failure>;

/// What a row shall be.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Goal {
    /// So many times the other at most.
    Ratio(f64),
    /// So much at most.
    Value(f64),
}

impl Goal {
    /// Whether it is reached, and its text.
    pub(crate) fn check(self, value: f64, ratio: f64) -> (bool, String) {
        match self {
            Self::Ratio(most) => (ratio <= most, format!("ratio {most:.2}")),
            Self::Value(most) => (value <= most, format!("{most:.1}")),
        }
    }
}

pub(crate) const SSHS: &str = "pwsh -sshs";
const SSH: &str = "ssh host true";

/// 0.95 of the throughput.
const RELAY: Option<Goal> = Some(Goal::Ratio(1.0 / 0.95));

const SMALL: (&str, u64) = ("1..100000", 100_000);
const LARGE: (&str, u64) = ("$s = 'x' * 100000; 1..1000 | ForEach-Object { $s }", 1_000);

pub(crate) const ROWS: [Row; 16] = [
    Row {
        name: "open, cold: bare client",
        unit: "ms",
        against: SSHS,
        goal: None,
        samples: 7,
        other: |lab| open(lab, Side::Direct),
        ours: |lab| {
            lab.cool();
            open(lab, Side::Ours)
        },
    },
    Row {
        name: "open, cold: New-PSSession",
        unit: "ms",
        against: SSHS,
        goal: None,
        samples: 5,
        other: |lab| new_pssession(lab, Side::Direct, |_| Ok(())),
        ours: |lab| {
            new_pssession(lab, Side::Ours, |lab| {
                lab.cool();
                Ok(())
            })
        },
    },
    Row {
        name: "open, warm: New-PSSession",
        unit: "ms",
        against: SSHS,
        goal: None,
        samples: 5,
        other: |lab| new_pssession(lab, Side::Direct, |_| Ok(())),
        ours: |lab| new_pssession(lab, Side::Ours, |lab| lab.warm()),
    },
    Row {
        name: "first object",
        unit: "ms",
        against: SSHS,
        goal: None,
        samples: 7,
        other: |lab| first_object(lab, Side::Direct),
        ours: |lab| first_object(lab, Side::Ours),
    },
    Row {
        name: "memory of an idle session: its host",
        unit: "MB",
        against: SSHS,
        goal: Some(Goal::Value(4.0)),
        samples: 3,
        other: |lab| memory(lab, Side::Direct, &[Part::Engine]),
        ours: |lab| memory(lab, Side::Ours, &[Part::Host]),
    },
    Row {
        name: "the same, and the shim while attached",
        unit: "MB",
        against: SSHS,
        goal: None,
        samples: 3,
        other: |lab| memory(lab, Side::Direct, &[Part::Engine]),
        ours: |lab| memory(lab, Side::Ours, &[Part::Host, Part::Shim]),
    },
    Row {
        name: "open, warm: bare client through ssh",
        unit: "ms",
        against: SSH,
        goal: Some(Goal::Ratio(1.3)),
        samples: 15,
        other: ssh_true,
        ours: |lab| {
            lab.warm()?;
            open(lab, Side::Ours)
        },
    },
    Row {
        name: "open, warm: psrp new",
        unit: "ms",
        against: SSH,
        goal: Some(Goal::Ratio(1.3)),
        samples: 15,
        other: ssh_true,
        ours: psrp_new,
    },
    Row {
        name: "reattach: bare client through ssh",
        unit: "ms",
        against: SSH,
        goal: Some(Goal::Ratio(1.15)),
        samples: 25,
        other: ssh_true,
        ours: reattach,
    },
    Row {
        name: "reattach: psrp connect",
        unit: "ms",
        against: SSH,
        goal: Some(Goal::Ratio(1.15)),
        samples: 25,
        other: ssh_true,
        ours: psrp_connect,
    },
    Row {
        name: "resume: psrp, link cut to next object",
        unit: "ms",
        against: SSH,
        goal: None,
        samples: 9,
        other: ssh_true,
        ours: resume,
    },
    Row {
        name: "100,000 small objects down",
        unit: "ms",
        against: SSHS,
        goal: RELAY,
        samples: 9,
        other: |lab| down(lab, Side::Direct, SMALL),
        ours: |lab| down(lab, Side::Ours, SMALL),
    },
    Row {
        name: "1,000 objects of 100 kB down",
        unit: "ms",
        against: SSHS,
        goal: RELAY,
        samples: 9,
        other: |lab| down(lab, Side::Direct, LARGE),
        ours: |lab| down(lab, Side::Ours, LARGE),
    },
    Row {
        name: "10,000 small objects up",
        unit: "ms",
        against: SSHS,
        goal: None,
        samples: 5,
        other: |lab| up(lab, Side::Direct),
        ours: |lab| up(lab, Side::Ours),
    },
    Row {
        name: "100,000 small: engine, host and shim",
        unit: "cpu",
        against: "the processor time of pwsh -sshs, in ms",
        goal: None,
        samples: 5,
        other: |lab| processor(lab, Side::Direct, SMALL),
        ours: |lab| processor(lab, Side::Ours, SMALL),
    },
    Row {
        name: "1,000 of 100 kB: engine, host and shim",
        unit: "cpu",
        against: "the processor time of pwsh -sshs, in ms",
        goal: None,
        samples: 5,
        other: |lab| processor(lab, Side::Direct, LARGE),
        ours: |lab| processor(lab, Side::Ours, LARGE),
    },
];

/// Milliseconds.
pub(crate) fn timed<T>(work: impl FnOnce() -> Result<T, Failure>) -> Result<(T, f64), Failure> {
    let start = Instant::now();
    let done = work()?;
    Ok((done, start.elapsed().as_secs_f64() * 1000.0))
}

/// Milliseconds from start to exit.
fn run(mut command: Command) -> Result<f64, Failure> {
    let (status, time) = timed(|| command.status().map_err(|error| error.to_string()))?;
    if status.success() { Ok(time) } else { Err(format!("{} ended with {status}", command.get_program().display())) }
}

fn expect(got: u64, wanted: u64) -> Result<(), Failure> {
    if got == wanted { Ok(()) } else { Err(format!("{got} objects came instead of {wanted}")) }
}

// -- opening and attaching -----------------------------------------------------------------------

fn ssh_true(lab: &mut Lab<'_>) -> Result<f64, Failure> {
    let mut ssh = lab.sshd(Side::Ours).ssh();
    ssh.args(["bench", "true"]);
    run(ssh)
}

/// From the start of `ssh` to an opened session.
fn open(lab: &Lab<'_>, side: Side) -> Result<f64, Failure> {
    let (session, time) = timed(|| lab.open(side, None))?;
    session.close()?;
    Ok(time)
}

/// A client that has opened a session before, which loads its own assemblies, brings the server into the state that
/// `prepare` wants and opens another one.
fn new_pssession(
    lab: &Lab<'_>,
    side: Side,
    prepare: impl FnOnce(&Lab<'_>) -> Result<(), Failure>,
) -> Result<f64, Failure> {
    let sshd = lab.sshd(side);
    let go = sshd.sandbox().path().join("go");
    let _ = std::fs::remove_file(&go);
    let script = format!(
        "Remove-PSSession (New-PSSession @c); 'ready'
        while (-not (Test-Path '{}')) {{ Start-Sleep -Milliseconds 20 }}
        $w = [Diagnostics.Stopwatch]::StartNew(); $s = New-PSSession @c; \"time $($w.Elapsed.TotalMilliseconds)\"
        Remove-PSSession $s",
        go.display()
    );
    let client = StockClient::new(lab.pwsh, sshd).start(&script);
    client.wait_for("ready");
    prepare(lab)?;
    std::fs::write(&go, "").map_err(|error| error.to_string())?;
    let printed = client.finish();
    let time = printed.lines().find_map(|line| line.strip_prefix("time ")).and_then(|time| time.parse().ok());
    time.ok_or(printed)
}

fn first_object(lab: &Lab<'_>, side: Side) -> Result<f64, Failure> {
    lab.warm()?;
    let mut session = lab.open(side, None)?;
    let (outcome, time) = timed(|| session.run("1"))?;
    expect(outcome.objects, 1)?;
    session.close()?;
    Ok(time)
}

fn psrp_new(lab: &mut Lab<'_>) -> Result<f64, Failure> {
    lab.warm()?;
    let mut new = lab.psrp();
    new.args(["new", "bench/opened"]);
    let time = run(new)?;
    let mut remove = lab.psrp();
    remove.args(["remove", "bench/opened"]);
    run(remove)?;
    Ok(time)
}

const KEPT: &str = "kept";

/// A named session that waits for a client, which has opened it and left.
fn keep(lab: &Lab<'_>) -> Result<(), Failure> {
    if !lab.has_session(KEPT) {
        lab.open(Side::Ours, Some(KEPT))?.close()?;
    }
    lab.left();
    lab.warm()
}

fn reattach(lab: &mut Lab<'_>) -> Result<f64, Failure> {
    keep(lab)?;
    let (session, time) = timed(|| lab.open(Side::Ours, Some(KEPT)))?;
    session.close()?;
    Ok(time)
}

fn psrp_connect(lab: &mut Lab<'_>) -> Result<f64, Failure> {
    keep(lab)?;
    let mut connect = lab.psrp();
    connect.args(["connect", &format!("bench/{KEPT}")]);
    run(connect)
}

/// From the cut of the connection to the first object that was made after it.
fn resume(lab: &mut Lab<'_>) -> Result<f64, Failure> {
    keep(lab)?;
    let link = Link::to(SocketAddr::from(([127, 0, 0, 1], lab.sshd(Side::Ours).port())));
    let mut psrp = lab.psrp();
    psrp.args(["-p", &link.address().port().to_string(), "invoke", &format!("bench/{KEPT}"), "-c"]);
    psrp.arg("while ($true) { [DateTimeOffset]::UtcNow.ToUnixTimeMilliseconds(); Start-Sleep -Milliseconds 5 }");
    let mut client = psrp.stdout(Stdio::piped()).spawn().map_err(|error| error.to_string())?;
    let stdout = client.stdout.take().ok_or("psrp has no stdout")?;
    let mut made = BufReader::new(stdout).lines().map_while(Result::ok).filter_map(|line| line.trim().parse().ok());
    let mut resumed = || {
        made.next().ok_or("psrp has printed nothing")?;
        let cut = now();
        link.cut();
        let start = Instant::now();
        made.find(|made| Duration::from_millis(*made) > cut).ok_or("psrp has ended when the link was cut")?;
        Ok(start.elapsed().as_secs_f64() * 1000.0)
    };
    let time = resumed();
    // Its session loses a client whose command runs; the next one needs it free.
    let _ = client.kill();
    let _ = client.wait();
    let mut remove = lab.psrp();
    remove.args(["remove", &format!("bench/{KEPT}")]);
    run(remove)?;
    time
}

fn now() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

// -- relay ---------------------------------------------------------------------------------------

fn down(lab: &mut Lab<'_>, side: Side, (script, objects): (&str, u64)) -> Result<f64, Failure> {
    let stream = lab.stream(side)?;
    let (outcome, time) = timed(|| stream.run(script))?;
    expect(outcome.objects, objects)?;
    Ok(time)
}

fn up(lab: &mut Lab<'_>, side: Side) -> Result<f64, Failure> {
    let stream = lab.stream(side)?;
    let (outcome, time) = timed(|| {
        let pid = stream.start("$n = 0; foreach ($i in $input) { $n++ }; if ($n -eq 10000) { $n }", true)?;
        for _ in 0..10_000 {
            stream.input(pid, "<S>x</S>")?;
        }
        stream.end_input(pid)?;
        stream.finish(pid)
    })?;
    expect(outcome.objects, 1)?;
    Ok(time)
}

/// Processor time of a session's processes, in milliseconds: on a machine whose cores are all busy it is the rest of what
/// the time of a relay is made of.
fn processor(lab: &mut Lab<'_>, side: Side, script: (&str, u64)) -> Result<f64, Failure> {
    let engine = engine(lab.stream(side)?)?;
    let parts = lab.processes(side, engine, &[Part::Engine, Part::Host, Part::Shim]);
    let used = || parts.iter().filter_map(|pid| processor_time(*pid)).sum::<u64>();
    let before = used();
    down(lab, side, script)?;
    Ok(Duration::from_nanos(used() - before).as_secs_f64() * 1000.0)
}

// -- memory --------------------------------------------------------------------------------------

/// A process of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Engine,
    Host,
    Shim,
}

/// Megabytes of a session's processes when it is idle, each page divided by how many processes share it.
pub(crate) fn memory(lab: &mut Lab<'_>, side: Side, parts: &[Part]) -> Result<f64, Failure> {
    lab.left();
    let mut session = lab.open(side, None)?;
    session.run("1..1000")?;
    let engine = engine(&mut session)?;
    lab.warm_engine(if matches!(side, Side::Direct) { Side::Ours } else { side })?;
    let kilobytes = |pid: i32| -> Option<f64> {
        let rollup = std::fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).ok()?;
        let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:"))?;
        line.split_ascii_whitespace().next()?.parse().ok()
    };
    let processes = lab.processes(side, engine, parts);
    let sizes: Option<Vec<f64>> = processes.into_iter().map(kilobytes).collect();
    session.close()?;
    let sizes = sizes.filter(|sizes| sizes.len() == parts.len());
    Ok(sizes.ok_or("the memory of a session's processes cannot be read; root can")?.iter().sum::<f64>() / 1024.0)
}

/// The process id of a session's engine.
fn engine(session: &mut Wire) -> Result<i32, Failure> {
    let pid = session.start("$PID", false)?;
    let (objects, _) = session.objects(pid)?;
    let number = objects.first().and_then(|xml| xml.strip_prefix("<I32>")?.strip_suffix("</I32>")?.parse().ok());
    number.ok_or_else(|| format!("the engine's process id came as {objects:?}"))
}
