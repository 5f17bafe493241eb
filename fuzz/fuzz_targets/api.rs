//! All functions of the C interface, called with what tests/model makes of bytes.

#![no_main]

#[path = "../../tests/model/mod.rs"]
mod model;

use std::sync::LazyLock;

use model::fuzz::{Target, run, targets};

static TARGETS: LazyLock<Vec<Target>> = LazyLock::new(targets);

libfuzzer_sys::fuzz_target!(|data: &[u8]| run(&TARGETS, data));
