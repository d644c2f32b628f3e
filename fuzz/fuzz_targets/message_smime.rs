#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| congvu_message::fuzzing::smime(data));
