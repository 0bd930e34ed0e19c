//! The properties of `oracle` hold for the corpus that fuzzing starts from, and for damaged copies of it.

use psrp_clixml::oracle;
use std::fs;
use std::path::Path;

fn corpus() -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let paths = fs::read_dir(folder).expect("the corpus").map(|entry| entry.expect("an entry").path());
    let files: Vec<Vec<u8>> = paths.map(|path| fs::read(path).expect("a file")).collect();
    assert!(files.len() >= 20);
    files
}

#[test]
fn whole_files() {
    for file in corpus() {
        oracle::clixml(&file);
    }
}

#[test]
fn files_that_end_early() {
    for file in corpus() {
        for end in 0..file.len() {
            oracle::clixml(&file[..end]);
        }
    }
}

#[test]
fn files_with_a_piece_missing_or_doubled() {
    for file in corpus() {
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
    for file in corpus() {
        for at in 0..file.len() {
            for byte in *b"\0<>&_\"' x0\xFF" {
                let mut damaged = file.clone();
                damaged[at] = byte;
                oracle::clixml(&damaged);
            }
        }
    }
}
