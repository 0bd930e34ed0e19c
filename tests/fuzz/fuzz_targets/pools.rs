//! Any order of inputs to the pools of both ends.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    psrp_proto::oracle::pools(data);
});
