#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| congvu_pop3::fuzzing::command(data));
