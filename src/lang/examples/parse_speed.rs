//! How fast scripts are parsed: `cargo run --release -p psrpd-lang --example parse_speed FILE..`.

use std::time::{Duration, Instant};

use psrpd_lang::{known_types::CommonTypes, parse};

fn main() {
    let mut total = 0.0;
    let mut count = 0.0;
    for file in std::env::args().skip(1) {
        let Ok(text) = std::fs::read_to_string(&file) else { continue };
        let text = text.trim_start_matches('\u{feff}');
        let mut best = Duration::MAX;
        let begin = Instant::now();
        while begin.elapsed() < Duration::from_secs(2) {
            let start = Instant::now();
            let script = parse(text, &CommonTypes);
            best = best.min(start.elapsed());
            assert!(script.root().is_some(), "{file} exceeds a limit");
        }
        let speed = text.len() as f64 / best.as_secs_f64() / 1e6;
        println!("{:8.1} MB/s {:9} bytes {:?} {file}", speed, text.len(), best);
        total += best.as_secs_f64();
        count += text.len() as f64;
    }
    println!("{:8.1} MB/s over all", count / total / 1e6);
}
