//! The properties of the fuzz targets as ordinary tests: over what is known to be worth a look, the files of
//! `src/CRATE/corpus/TARGET/`, as they are and slightly changed. The tests of the crates include this file.

use std::fs;
use std::path::Path;

use proptest::prelude::*;

/// The files of a target of the crate in the folder `krate`.
pub(crate) fn files(krate: &str, target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(krate).join("corpus").join(target);
    let entries = fs::read_dir(&folder).unwrap_or_else(|e| panic!("{} cannot be read: {e}", folder.display()));
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(!paths.is_empty(), "{} is empty", folder.display());
    paths.iter().map(|path| fs::read(path).unwrap()).collect()
}

/// A change of a file: at which part of it, what.
pub(crate) type Change = (prop::sample::Index, Option<u8>);

/// A few changes.
pub(crate) fn changes() -> impl Strategy<Value = Vec<Change>> {
    prop::collection::vec(any::<Change>(), 0..6)
}

/// The file with some bytes changed or left out.
pub(crate) fn changed(mut bytes: Vec<u8>, changes: &[Change]) -> Vec<u8> {
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

/// One test for each target: a function of the crate's `oracle`.
#[macro_export]
macro_rules! targets {
    ($oracle:ident: $($target:ident),*) => {$(
        #[test]
        fn $target() {
            let files = corpus::files(env!("CARGO_MANIFEST_DIR"), stringify!($target));
            files.iter().for_each(|bytes| $oracle::$target(bytes));
            proptest::proptest!(|(
                file in proptest::sample::select(files),
                changes in corpus::changes(),
            )| {
                $oracle::$target(&corpus::changed(file, &changes));
            });
        }
    )*};
}
