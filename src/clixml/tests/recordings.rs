//! Every message that PowerShell 7.6.9 was recorded to send is read, and written again as the same bytes.

mod common;

use common::{Recorded, conformance_messages, transcript_messages};
use psrp_clixml::{parse, write};

fn check(recorded: &[Recorded]) -> usize {
    let mut wrong = Vec::new();
    for Recorded { origin, payload } in recorded {
        let outcome = match parse(payload) {
            Ok(value) => {
                let written = write(&value);
                if &written == payload {
                    continue;
                }
                assert_eq!(parse(&written), Ok(value), "{origin}");
                String::from_utf8_lossy(&written).into_owned()
            }
            Err(e) => e.to_string(),
        };
        wrong.push(format!("{origin}\n   sent {}\n  wrote {outcome}\n", String::from_utf8_lossy(payload)));
    }
    assert!(
        wrong.is_empty(),
        "{} of {} messages differ:\n{}",
        wrong.len(),
        recorded.len(),
        wrong[..wrong.len().min(5)].concat()
    );
    recorded.len()
}

#[test]
fn conformance_messages_come_back_as_the_same_bytes() {
    assert!(check(&conformance_messages()) > 10_000);
}

#[test]
fn transcript_messages_come_back_as_the_same_bytes() {
    assert!(check(&transcript_messages()) > 3_000);
}
