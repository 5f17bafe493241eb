//! Names the shared library for the linker; with the feature `header`, generates the header from src/ffi/.

use std::env;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if env::var("CARGO_CFG_TARGET_OS").as_deref() == Ok("linux") {
        // Programs then ask for the ABI that they were built for, whatever the file is called.
        println!("cargo::rustc-cdylib-link-arg=-Wl,-soname,libauralis_dsp.so.0");
    }
    #[cfg(feature = "header")]
    header::generate();
}

#[cfg(feature = "header")]
mod header {
    use std::path::{Path, PathBuf};
    use std::{env, fs};

    /// Writes auralis_dsp.h to the folder of this build, where tests/header_drift.rs finds it.
    pub fn generate() {
        println!("cargo::rerun-if-changed=cbindgen.toml");
        println!("cargo::rerun-if-changed=src/ffi");
        let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR").expect("cargo sets it"));
        let mut config = cbindgen::Config::from_root_or_default(&root);
        config.include_guard = Some("AURALIS_DSP_H".into());
        config.cpp_compat = true;
        config.no_includes = true;
        config.sys_includes = vec!["stddef.h".into(), "stdint.h".into()];
        config.header = Some(HEADER.trim_end().into());
        config.export.item_types = vec![]; // all, the constants too
        let builder = cbindgen::Builder::new().with_config(config);
        let builder = sections(&root.join("src/ffi")).into_iter().fold(builder, cbindgen::Builder::with_src);
        let mut text = vec![];
        builder.generate().expect("src/ffi is what cbindgen can read").write(&mut text);
        let text = String::from_utf8(text).expect("the sources are UTF-8");
        let text = text.replace("// # Safety\n", "// Memory:\n").replace("// # Errors\n", "// Errors:\n");
        let built = PathBuf::from(env::var("OUT_DIR").expect("cargo sets it"));
        fs::write(built.join("auralis_dsp.h"), text).expect("cargo's folder can be written");
    }

    /// The files of the interface: the public modules of src/ffi/mod.rs, whose order is the header's.
    fn sections(folder: &Path) -> Vec<PathBuf> {
        let modules = fs::read_to_string(folder.join("mod.rs")).expect("src/ffi/mod.rs can be read");
        let names = modules.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'));
        names.map(|name| folder.join(name).with_extension("rs")).collect()
    }

    const HEADER: &str = include_str!("src/ffi/preamble.txt");
}
