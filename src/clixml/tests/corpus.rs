//! The properties of `oracle` hold for the corpus that fuzzing starts from, and for damaged copies of it.

use psrp_clixml::oracle;

#[path = "../../../tests/fuzz/corpus.rs"]
mod corpus;

targets!(oracle: clixml);

fn files() -> Vec<Vec<u8>> {
    corpus::files(env!("CARGO_MANIFEST_DIR"), "clixml")
}

#[test]
fn files_that_end_early() {
    for file in files() {
        for end in 0..file.len() {
            oracle::clixml(&file[..end]);
        }
    }
}

#[test]
fn files_with_a_piece_missing_or_doubled() {
    for file in files() {
        let tags: Vec<usize> = (0..file.len()).filter(|at| file[*at] == b'<').collect();
        for window in tags.windows(2) {
            let (head, piece, tail) = (&file[..window[0]], &file[window[0]..window[1]], &file[window[1]..]);
            oracle::clixml(&[head, tail].concat());
            oracle::clixml(&[head, piece, piece, tail].concat());
        }
    }
}

#[test]
fn files_with_a_byte_changed() {
    for file in files() {
        for at in 0..file.len() {
            for byte in *b"\0<>&_\"' x0\xFF" {
                let mut damaged = file.clone();
                damaged[at] = byte;
                oracle::clixml(&damaged);
            }
        }
    }
}
