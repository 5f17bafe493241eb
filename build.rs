//! Generates include/auralis_dsp.h from src/ffi/ and names the shared library for the linker.

use std::path::Path;
use std::{env, fs};

/// The files of the C face, in the order of the header's sections.
const SECTIONS: [&str; 14] = [
    "status",
    "params",
    "hpss",
    "yin",
    "cqt",
    "chroma",
    "rhythm",
    "spectral",
    "loudness",
    "fingerprint",
    "streams/hpss",
    "streams/yin",
    "streams/chroma",
    "streams/fingerprint",
];

fn main() {
    println!("cargo::rerun-if-changed=cbindgen.toml");
    println!("cargo::rerun-if-changed=src/ffi");
    if env::var("CARGO_CFG_TARGET_OS").as_deref() == Ok("linux") {
        // Programs then ask for the ABI that they were built for, whatever the file is called.
        println!("cargo::rustc-cdylib-link-arg=-Wl,-soname,libauralis_dsp.so.0");
    }
    let root = env::var("CARGO_MANIFEST_DIR").expect("cargo sets it");
    let root = Path::new(&root);
    let mut config = cbindgen::Config::from_root_or_default(root);
    config.include_guard = Some("AURALIS_DSP_H".into());
    config.cpp_compat = true;
    config.no_includes = true;
    config.sys_includes = vec!["stddef.h".into(), "stdint.h".into()];
    config.header = Some(HEADER.into());
    config.export.item_types = vec![]; // all, the constants too
    let sections = SECTIONS.iter().fold(cbindgen::Builder::new().with_config(config), |builder, name| {
        builder.with_src(root.join("src/ffi").join(name).with_extension("rs"))
    });
    let mut text = vec![];
    sections.generate().expect("src/ffi is what cbindgen can read").write(&mut text);
    // Rust's heading for what a caller vouches for.
    let text = String::from_utf8_lossy(&text).replace("// # Safety\n", "// Memory:\n");
    // For the test that compares.
    let built = env::var("OUT_DIR").expect("cargo sets it");
    fs::write(Path::new(&built).join("auralis_dsp.h"), &text).expect("cargo's folder can be written");
    let header = root.join("include/auralis_dsp.h");
    // Touched only when it changes, so that nothing is rebuilt in vain; a source tree that cannot be
    // written holds the header already.
    if fs::read(&header).is_ok_and(|old| old == text.as_bytes()) {
        return;
    }
    if let Err(error) = fs::create_dir_all(root.join("include")).and_then(|()| fs::write(&header, text)) {
        println!("cargo::warning={} could not be written: {error}", header.display());
    }
}

const HEADER: &str = "\
// auralis-dsp: music-analysis kernels that compute what librosa computes.
//
// Made by cbindgen from src/ffi/; do not edit.
//
// Every function that can fail returns AURALIS_OK or a negative AURALIS_ERROR_*, of which
// auralis_status_message tells the kind and auralis_last_error the argument and the value. Outputs come
// last and are written only on success. Two-dimensional outputs are row-major, [rows][n_frames], the
// frame index fastest; complex numbers are interleaved re, im; capacities count doubles. NULL for a
// parameter struct means its defaults. Input and output must not overlap.
//
// Functions without a handle are re-entrant. A handle may move between threads; functions that take it
// const may run at the same time, others need exclusive use.";
