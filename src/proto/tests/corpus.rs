//! The properties of the fuzz targets, over what they have found and what is known to be worth a look: every file of
//! `corpus/TARGET/`, as it is and slightly changed.

use std::fs;
use std::path::Path;

use proptest::prelude::*;
use psrp_proto::oracle;

fn corpus(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target);
    let entries = fs::read_dir(&folder).unwrap_or_else(|e| panic!("{} cannot be read: {e}", folder.display()));
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(!paths.is_empty(), "{} is empty", folder.display());
    paths.iter().map(|path| fs::read(path).unwrap()).collect()
}

/// A change of a file: at which part of it, what.
type Change = (prop::sample::Index, Option<u8>);

fn changed(mut bytes: Vec<u8>, changes: &[Change]) -> Vec<u8> {
    for (at, byte) in changes {
        if bytes.is_empty() {
            break;
        }
        let at = at.index(bytes.len());
        match byte {
            Some(byte) => bytes[at] = *byte,
            None => _ = bytes.remove(at),
        }
    }
    bytes
}

fn changes() -> impl Strategy<Value = Vec<Change>> {
    prop::collection::vec(any::<Change>(), 0..6)
}

macro_rules! targets {
    ($($target:ident),*) => {$(
        #[test]
        fn $target() {
            let corpus = corpus(stringify!($target));
            corpus.iter().for_each(|bytes| oracle::$target(bytes));
            let cases = ProptestConfig::with_cases(512);
            proptest!(cases, |(file in prop::sample::select(corpus), changes in changes())| {
                oracle::$target(&changed(file, &changes));
            });
        }
    )*};
}

targets!(framing, fragments, message, pools);
