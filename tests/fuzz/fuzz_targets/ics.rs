#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| nines_fuzz::run("ics", data));
