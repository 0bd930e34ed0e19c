//! Any text, completed at any place.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    psrpd_engine::oracle::completion(data);
});
