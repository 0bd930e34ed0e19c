//! Any bytes, cut anywhere, as a stream of fragments.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    psrp_proto::oracle::fragments(data);
});
