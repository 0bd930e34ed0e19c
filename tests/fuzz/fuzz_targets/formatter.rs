//! Any format with any arguments.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    psrpd_engine::oracle::formatter(data);
});
