//! MB/s of reading and writing recorded messages: `cargo bench -p psrp-clixml`.

#[path = "../tests/common/mod.rs"]
mod common;

use common::{Recorded, conformance_messages, transcript, transcript_messages, workspace};
use psrp_clixml::{Reader, Value, parse, write};
use std::hint::black_box;
use std::time::{Duration, Instant};

/// Runs `work`, which handles `bytes`, for a second, and prints the speed of its fastest run.
fn measure(name: &str, bytes: usize, mut work: impl FnMut()) {
    let (start, mut best) = (Instant::now(), Duration::MAX);
    while start.elapsed() < Duration::from_secs(1) {
        let run = Instant::now();
        work();
        best = best.min(run.elapsed());
    }
    println!("{name:<32} {:>8.1} MB/s", bytes as f64 / best.as_secs_f64() / 1e6);
}

fn measure_all(recorded: &[Recorded]) {
    let bytes = recorded.iter().map(|message| message.payload.len()).sum();
    let (first, last) = (recorded.first().expect("a message"), recorded.last().expect("a message"));
    println!("{} messages, {bytes} bytes, {} to {}", recorded.len(), first.origin, last.origin);
    measure("  events", bytes, || {
        for message in recorded {
            let mut reader = Reader::new(&message.payload).expect("a payload");
            while black_box(reader.next_event().expect("an event")).is_some() {}
        }
    });
    measure("  parse", bytes, || {
        for message in recorded {
            black_box(parse(&message.payload).expect("a value"));
        }
    });
    let values: Vec<Value> = recorded.iter().map(|message| parse(&message.payload).expect("a value")).collect();
    measure("  write", bytes, || {
        for value in &values {
            black_box(write(value));
        }
    });
}

fn main() {
    measure_all(&transcript(&workspace("tests/transcripts/11-big-output.wire.jsonl.xz")));
    measure_all(&transcript(&workspace("tests/transcripts/23-linux-objects.wire.jsonl")));
    measure_all(&transcript_messages());
    measure_all(&conformance_messages());
}
