//! How fast scripts are parsed: `cargo run --release -p psrpd-lang --example parse_speed FILE..`. Where Linux tells it,
//! time is that of the processor, so that other work on the machine counts little.

use std::{
    sync::OnceLock,
    time::{Duration, Instant},
};

use psrpd_lang::{known_types::CommonTypes, parse};

/// Time this thread has run, or time that has passed.
fn now() -> Duration {
    static START: OnceLock<Instant> = OnceLock::new();
    let spent = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let spent = spent.and_then(|line| line.split(' ').next()?.parse().ok());
    spent.map_or_else(|| START.get_or_init(Instant::now).elapsed(), Duration::from_nanos)
}

fn main() {
    let (mut total, mut count) = (0.0, 0.0);
    for file in std::env::args().skip(1) {
        let Ok(text) = std::fs::read_to_string(&file) else { continue };
        let text = text.trim_start_matches('\u{feff}');
        let mut rounds = 0.0;
        let begin = now();
        while now() - begin < Duration::from_millis(500) {
            for _ in 0..1 + 1_000_000 / text.len().max(1) {
                let script = parse(text, &CommonTypes);
                assert!(script.root().is_some(), "{file} exceeds a limit");
                rounds += 1.0;
            }
        }
        let each = (now() - begin).as_secs_f64() / rounds;
        println!("{:8.1} MB/s {:9} bytes {file}", text.len() as f64 / each / 1e6, text.len());
        total += each;
        count += text.len() as f64;
    }
    println!("{:8.1} MB/s over all", count / total / 1e6);
}
