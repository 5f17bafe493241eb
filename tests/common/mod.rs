//! What several tests need: where the built library lies, and the system's compilers.

#![allow(dead_code, reason = "each test uses its part")]

use std::path::{Path, PathBuf};
use std::process::Command;

pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The folder where cargo puts libauralis_dsp.{so,a}, which is that of the tests.
pub fn library_folder() -> PathBuf {
    let test = std::env::current_exe().expect("a test has a path");
    test.parent().expect("in a folder").to_owned()
}

/// An empty folder for what a test builds.
pub fn scratch(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("the target folder can be written");
    folder
}

pub fn c_compiler() -> Command {
    let mut compiler = Command::new(std::env::var("CC").unwrap_or_else(|_| "cc".into()));
    compiler.args(["-std=c99", "-Wall", "-Wextra", "-pedantic", "-Werror"]);
    compiler.arg("-I").arg(root().join("include"));
    compiler
}

pub fn cpp_compiler() -> Command {
    let mut compiler = Command::new(std::env::var("CXX").unwrap_or_else(|_| "c++".into()));
    compiler.args(["-std=c++17", "-Wall", "-Wextra", "-pedantic", "-Werror"]);
    compiler.arg("-I").arg(root().join("include"));
    compiler
}

/// Runs a command that must succeed; what it printed.
pub fn run(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{command:?}: {}\n{out}\n{err}", output.status);
    out.into_owned()
}

/// The rate of [`clip`].
pub const CLIP_RATE: f64 = 22_050.0;

/// Four seconds of guitar and tabla, one channel.
pub fn clip() -> Vec<f64> {
    read_wav(&root().join("tests/data/guitar-tabla.wav"))
}

/// The samples of a WAV file of 16-bit PCM with a plain head.
pub fn read_wav(path: &Path) -> Vec<f64> {
    let bytes = std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    assert_eq!((&bytes[..4], &bytes[36..40]), (&b"RIFF"[..], &b"data"[..]));
    bytes[44..]
        .chunks_exact(2)
        .map(|pair| f64::from(i16::from_le_bytes([pair[0], pair[1]])) / 32768.0)
        .collect()
}
