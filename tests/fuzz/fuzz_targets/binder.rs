//! Any arguments for any cmdlet.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    psrpd_engine::oracle::binder(data);
});
