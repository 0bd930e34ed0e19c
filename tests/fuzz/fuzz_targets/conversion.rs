//! Any text as a value of many types.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    psrpd_engine::oracle::conversion(data);
});
