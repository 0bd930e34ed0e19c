//! psrpcore, an independent implementation of PSRP in Python, as server.

use std::path::{Path, PathBuf};

/// The command line of `tests/interop/server.py`, when `PSRPD_TEST_PYTHON` names a Python that has psrpcore.
///
/// Without one the test is [skipped](crate::skip).
pub fn server() -> Option<String> {
    let Some(python) = std::env::var_os("PSRPD_TEST_PYTHON").map(PathBuf::from) else {
        crate::skip("no psrpcore");
        return None;
    };
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("interop/server.py");
    Some(format!("{} {}", python.display(), script.display()))
}
