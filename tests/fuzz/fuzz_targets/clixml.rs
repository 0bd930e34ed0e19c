//! Any bytes as a CLIXML payload.
#![no_main]

libfuzzer_sys::fuzz_target!(|payload: &[u8]| {
    psrp_clixml::oracle::clixml(payload);
});
