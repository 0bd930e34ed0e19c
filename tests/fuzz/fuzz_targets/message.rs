//! Any bytes as a message of any type.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    psrp_proto::oracle::message(data);
});
