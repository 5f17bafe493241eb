//! The examples do on a real recording what they say.

mod common;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use auralis_dsp::hpss::{HpssParams, hpss};
use auralis_dsp::master::{REPORT, master};
use auralis_dsp::profile::{ProfileParams, profile};
use auralis_dsp::targets::TargetParams;
use auralis_dsp::tuning::estimate_tuning;
use auralis_dsp::yin::{YinParams, yin};
use common::{CLIP_RATE, clip, library_folder, root, run, scratch};

/// What a program printed as `name value`.
fn figures(printed: &str) -> HashMap<&str, f64> {
    let pairs = printed.lines().filter_map(|line| line.split_once(' '));
    pairs.filter_map(|(name, value)| Some((name, value.parse().ok()?))).collect()
}

/// Builds against the shared and against the static library; runs with `arguments`.
fn build_and_run(name: &str, compiler: fn() -> Command, source: &str, arguments: &[&Path]) -> [String; 2] {
    let folder = scratch(name);
    let library = library_folder().join("libauralis_dsp.so");
    // What the linker calls it, and what the program then asks for.
    for link in ["libauralis_dsp.so", "libauralis_dsp.so.0"] {
        std::os::unix::fs::symlink(&library, folder.join(link)).unwrap();
    }
    ["shared", "static"].map(|kind| {
        let program = folder.join(kind);
        let mut compile = compiler();
        compile.arg(root().join(source)).arg("-o").arg(&program);
        if kind == "shared" {
            compile.arg("-L").arg(&folder).arg("-lauralis_dsp");
        } else {
            compile.arg(library_folder().join("libauralis_dsp.a"));
        }
        run(compile.args(["-lm", "-lpthread", "-ldl"]));
        run(Command::new(program).args(arguments).env("LD_LIBRARY_PATH", &folder))
    })
}

fn ratio(parts: &(Vec<f64>, Vec<f64>)) -> f64 {
    let rms = |part: &[f64]| part.iter().map(|x| x * x).sum::<f64>().sqrt();
    rms(&parts.0) / (rms(&parts.0) + rms(&parts.1))
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

#[test]
fn the_c_program_separates() {
    let out = scratch("separated");
    let [harmonic, percussive] = ["harmonic.wav", "percussive.wav"].map(|name| out.join(name));
    let audio = clip();
    let expected = hpss(&audio, &HpssParams::default()).unwrap();
    let music = clip_path();
    let arguments = [&music, &harmonic, &percussive].map(PathBuf::as_path);
    for printed in build_and_run("separate", common::c_compiler, "examples/c/separate.c", &arguments) {
        let figures = figures(&printed);
        assert_eq!(figures["frames"], audio.len() as f64);
        assert!((figures["harmonic_ratio"] - ratio(&expected)).abs() < 1e-6, "{printed}");
        assert!(figures["largest_difference"] < 1e-12, "{printed}");
        let (h, p) = (common::read_wav(&harmonic), common::read_wav(&percussive));
        let step = 1.0 / 32768.0;
        for i in 0..audio.len() {
            assert!((h[i] - expected.0[i]).abs() < 0.51 * step);
            assert!((p[i] - expected.1[i]).abs() < 0.51 * step);
            assert!((h[i] + p[i] - audio[i]).abs() < 1.01 * step);
        }
    }
}

fn clip_path() -> PathBuf {
    root().join("tests/data/guitar-tabla.wav")
}

#[test]
fn the_cpp_program_analyzes() {
    let audio = clip();
    for printed in build_and_run("analyze", common::cpp_compiler, "examples/cpp/analyze.cpp", &[&clip_path()])
    {
        let figures = figures(&printed);
        assert_eq!(figures["seconds"], 4.0);
        assert_eq!(figures["stream_equal"], 1.0);
        let f0 = median(yin(&audio, CLIP_RATE, &YinParams::default()).unwrap());
        assert!((figures["median_f0"] - f0).abs() < 1e-3, "{printed}");
        let tuning = estimate_tuning(&audio, CLIP_RATE, 36).unwrap();
        assert!((figures["tuning"] - tuning).abs() < 1e-9, "{printed}");
        let ratio = ratio(&hpss(&audio, &HpssParams::default()).unwrap());
        assert!((figures["harmonic_ratio"] - ratio).abs() < 1e-5, "{printed}");
        // An E minor chord with a ninth.
        assert_eq!(figures["E"], 1.0, "{printed}");
        assert!(figures["B"] > 0.5 && figures["C"] < 0.3, "{printed}");
        assert!(printed.contains("refused: sample_rate is 44.1"), "{printed}");
    }
}

#[test]
fn the_c_program_masters() {
    let written = scratch("mastered").join("master.wav");
    let (music, audio) = (clip_path(), clip());
    let params = TargetParams { loudness: -16.0, peak: -1.5, ..TargetParams::default() };
    let reference = profile(&audio, 1, CLIP_RATE, &ProfileParams::default()).unwrap();
    for reference in [None, Some(&reference[..])] {
        let mut expected = vec![0.0; audio.len()];
        let mastered = master(&audio, 1, CLIP_RATE, reference, &params, &mut expected).unwrap();
        let arguments = [&music, &written, &music].map(PathBuf::as_path);
        let arguments = &arguments[..if reference.is_some() { 3 } else { 2 }];
        for printed in build_and_run("master", common::c_compiler, "examples/c/master.c", arguments) {
            let figures = figures(&printed);
            for (field, value) in REPORT.iter().zip(mastered.report) {
                let figure = figures[field.name()];
                assert!(figure == value || figure.is_nan() && value.is_nan(), "{printed}");
            }
            assert!((figures["integrated_after"] + 16.0).abs() < 0.05, "{printed}");
            for (sample, expected) in common::read_wav(&written).iter().zip(&expected) {
                assert!((sample - expected).abs() < 0.51 / 32768.0);
            }
        }
    }
}

#[test]
fn the_cpp_program_masters() {
    for printed in
        build_and_run("master-cpp", common::cpp_compiler, "examples/cpp/master.cpp", &[&clip_path()])
    {
        let figures = figures(&printed);
        assert_eq!(figures["frames"], clip().len() as f64);
        assert_eq!(figures["integrated"], figures["reported"], "{printed}");
        assert!((figures["integrated"] + 16.0).abs() < 0.05 && figures["passes"] >= 2.0, "{printed}");
        assert!(figures["true_peak"] <= -1.0 + 0.02 && figures["peak"] <= 0.892, "{printed}");
        assert!(printed.contains("refused: loudness is 3"), "{printed}");
    }
}

#[test]
fn the_cpp_interface_agrees_with_itself() {
    build_and_run("interface", common::cpp_compiler, "tests/cpp/interface.cpp", &[]);
}

/// The block of code that follows a heading of the README.
fn readme(heading: &str) -> String {
    let text = std::fs::read_to_string(root().join("README.md")).unwrap();
    let section = text.split(&format!("\n## {heading}\n")).nth(1).expect("the heading is there");
    let block = section.split("```").nth(1).expect("with a block of code");
    block.split_once('\n').expect("after its language").1.to_owned()
}

#[test]
fn the_programs_of_the_readme_run_as_they_are_written() {
    let compilers: [(_, _, fn() -> Command); 2] =
        [("In C", "c", common::c_compiler), ("In C++", "cpp", common::cpp_compiler)];
    for (heading, suffix, compiler) in compilers {
        let source = scratch("readme").join(format!("readme.{suffix}"));
        std::fs::write(&source, readme(heading)).unwrap();
        let source = source.to_str().expect("a path of text");
        for printed in build_and_run(&format!("readme-{suffix}"), compiler, source, &[]) {
            assert!(printed.contains("87 frames"), "{printed}");
        }
    }
}

#[test]
fn the_rust_program_analyzes() {
    let program = library_folder().with_file_name("examples").join("analyze");
    assert!(program.exists(), "examples are built by `cargo test` without `--test`");
    let printed = run(Command::new(program).arg(clip_path()));
    let (figures, audio) = (figures(&printed), clip());
    let parts = hpss(&audio, &HpssParams::default()).unwrap();
    assert!((figures["harmonic_ratio"] - ratio(&parts)).abs() < 1e-12, "{printed}");
    assert_eq!(figures["median_f0"], median(yin(&audio, CLIP_RATE, &YinParams::default()).unwrap()));
    assert!(printed.contains("refused: sample_rate is 44.1"), "{printed}");
}
