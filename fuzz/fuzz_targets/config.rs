#![no_main]
#![allow(dead_code, reason = "each target uses one of the checks")]

#[path = "../../widget-core/tests/corpora/checks.rs"]
mod checks;

libfuzzer_sys::fuzz_target!(|data: &[u8]| checks::config(data));
