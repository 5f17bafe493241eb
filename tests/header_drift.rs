//! include/auralis_dsp.h is what src/ffi/ says, its comments too.

use std::path::Path;

/// What build.rs made of src/ffi/.
const GENERATED: &str = include_str!(concat!(env!("OUT_DIR"), "/auralis_dsp.h"));

#[test]
fn the_committed_header_is_the_generated_one() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("include/auralis_dsp.h");
    if std::env::var_os("AURALIS_WRITE_DOCS").is_some() {
        std::fs::write(&path, GENERATED).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == GENERATED,
        "run this test with AURALIS_WRITE_DOCS=1 and commit include/auralis_dsp.h"
    );
}
