//! Whatever clients, the engine, people and time do to a session.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    psrp_session::oracle::session(data);
});
