//! Any bytes, cut anywhere, as a link of each role.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    psrp_proto::oracle::framing(data);
});
