//! What a session of the native engine costs: to open, to keep, and with many of them open at once.

use e2e::STEP;
use e2e::wire::{Failure, Wire};

use crate::lab::{Lab, Side};
use crate::median;
use crate::rows::{Goal, Part, Row, SSHS, memory, timed};

/// Sessions that are open at once.
pub(crate) const MANY: usize = 200;
/// Sessions that are asked for their time.
const FEW: usize = 9;
/// How much of its time alone a session may take among many: flat, but for noise.
const FLAT: Option<Goal> = Some(Goal::Ratio(1.25));

pub(crate) const ROWS: [Row; 4] = [
    Row {
        name: "engine: opening, without ssh",
        unit: "ms",
        against: SSHS,
        goal: Some(Goal::Ratio(1.0 / 50.0)),
        samples: 15,
        other: |lab| open_and_close(lab, Side::Direct),
        ours: |lab| {
            lab.warm_without_ssh(Side::Native)?;
            open_and_close(lab, Side::Native)
        },
    },
    Row {
        name: "engine: memory of an idle session",
        unit: "MB",
        against: SSHS,
        goal: Some(Goal::Value(4.0)),
        samples: 3,
        other: |lab| memory(lab, Side::Direct, &[Part::Engine]),
        ours: |lab| Ok(memory(lab, Side::Native, &[Part::Engine])? - memory(lab, Side::Ours, &[Part::Host])?),
    },
    Row {
        name: "engine: opening the 200th session",
        unit: "ms",
        against: "the same among 9 sessions",
        goal: FLAT,
        samples: 9,
        other: |lab| opening_up_to(lab, FEW),
        ours: |lab| opening_up_to(lab, MANY),
    },
    Row {
        name: "engine: a command in one of 200",
        unit: "ms",
        against: "the same among 9 sessions",
        goal: FLAT,
        samples: 9,
        other: |lab| command_among(lab, FEW),
        ours: |lab| command_among(lab, MANY),
    },
];

fn open_and_close(lab: &mut Lab<'_>, side: Side) -> Result<f64, Failure> {
    let (session, time) = open(lab, side)?;
    session.close()?;
    Ok(time)
}

fn open(lab: &Lab<'_>, side: Side) -> Result<(Wire, f64), Failure> {
    timed(|| Wire::open(lab.subsystem(side), STEP))
}

/// Opens so many sessions: the median of the last [`FEW`].
fn opening_up_to(lab: &mut Lab<'_>, count: usize) -> Result<f64, Failure> {
    let opened = open_all(lab, count)?;
    let last = opened.iter().rev().take(FEW).map(|(_, time)| *time).collect();
    close_all(opened)?;
    Ok(middle(last))
}

/// Opens so many sessions: the median of a command in the first [`FEW`], which have run one before.
fn command_among(lab: &mut Lab<'_>, count: usize) -> Result<f64, Failure> {
    let mut opened = open_all(lab, count)?;
    let mut times = Vec::new();
    for (session, _) in opened.iter_mut().take(FEW) {
        session.run("1")?;
        times.push(timed(|| session.run("1"))?.1);
    }
    close_all(opened)?;
    Ok(middle(times))
}

fn open_all(lab: &Lab<'_>, count: usize) -> Result<Vec<(Wire, f64)>, Failure> {
    (0..count).map(|_| open(lab, Side::Native)).collect()
}

fn close_all(opened: Vec<(Wire, f64)>) -> Result<(), Failure> {
    opened.into_iter().try_for_each(|(session, _)| session.close())
}

fn middle(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    median(&times)
}
