#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| auralis_dsp_fuzz::run("rms", data));
