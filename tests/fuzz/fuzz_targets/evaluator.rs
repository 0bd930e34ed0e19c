//! Any script in a session that can reach nothing outside.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    psrpd_engine::oracle::evaluator(data);
});
