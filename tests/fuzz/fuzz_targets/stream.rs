//! The frames of the resumable stream.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    psrp_session::oracle::stream(data);
});
