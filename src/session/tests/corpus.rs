//! The properties of the fuzz targets.

use psrp_session::oracle;

#[path = "../../../tests/fuzz/corpus.rs"]
mod corpus;

targets!(oracle: session, stream);

/// The engine starts and opens its pool, and a client comes.
const OPEN: [u8; 14] = [6, 0, 0, 0, 22, 0, 23, 0, 14, 0, 15, 0, 16, 0];

proptest::proptest! {
    #[test]
    fn any_steps(steps in proptest::collection::vec((0_u8..33, proptest::arbitrary::any::<u8>()), 0..80)) {
        let steps = steps.into_iter().flat_map(|(what, which)| [what, which]);
        oracle::session(&OPEN.into_iter().chain(steps).collect::<Vec<u8>>());
    }
}
