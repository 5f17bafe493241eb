//! The fuzz targets over their seeds, every past finding, and bytes of a fixed generator.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::abi::{TARGETS, Target};
use crate::common;

/// Seconds that bytes are generated for, in all; AURALIS_FUZZ_SECONDS asks for another number.
const SECONDS: u64 = 60;
/// Inputs that each target gets at least, however slow the machine.
const LEAST: u64 = 50;

/// All targets, or those that AURALIS_FUZZ_TARGETS names.
fn targets() -> Vec<(&'static str, Target)> {
    let wanted = std::env::var("AURALIS_FUZZ_TARGETS");
    let is_wanted = |name: &str| wanted.as_ref().map_or(true, |names| names.split(',').any(|n| n == name));
    TARGETS.iter().copied().filter(|(name, _)| is_wanted(name)).collect()
}

fn fuzz_folder() -> PathBuf {
    common::root().join("fuzz")
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .map(|entry| entry.expect("a folder that can be read").path())
        .collect();
    files.sort();
    files
}

/// The seeds and the findings of a target, by name.
fn inputs(target: &str) -> Vec<(String, Vec<u8>)> {
    let seeds = files(&fuzz_folder().join("corpus").join(target));
    assert!(!seeds.is_empty(), "no seeds for {target}");
    let findings = files(&fuzz_folder().join("findings").join(target));
    let read =
        |file: PathBuf| (file.display().to_string(), std::fs::read(&file).expect("a file that can be read"));
    seeds.into_iter().chain(findings).map(read).collect()
}

/// Says which input did it when a target panics.
struct Culprit<'a>(&'a str, String);

impl Drop for Culprit<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("target {}, {}", self.0, self.1);
        }
    }
}

#[test]
fn every_function_of_the_header_has_a_target() {
    let sources: String = files(&common::root().join("tests/faults/abi"))
        .iter()
        .map(|file| std::fs::read_to_string(file).expect("a file that can be read"))
        .collect();
    let called: BTreeSet<&str> = sources.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
    let declared = common::declared_functions();
    let missing: Vec<_> = declared.iter().filter(|name| !called.contains(name.as_str())).collect();
    assert!(!declared.is_empty() && missing.is_empty(), "no target calls {missing:?}");
}

#[test]
fn the_fuzzer_has_the_targets_of_the_tests() {
    let mut expected: Vec<_> = TARGETS.iter().map(|(name, _)| fuzz_target(name)).collect();
    expected.sort();
    assert_eq!(files(&fuzz_folder().join("fuzz_targets")), expected);
    let manifest = std::fs::read_to_string(fuzz_folder().join("Cargo.toml")).expect("a manifest");
    for (name, _) in TARGETS {
        let source = std::fs::read_to_string(fuzz_target(name)).expect("a file that can be read");
        assert!(source.contains(&format!("run(\"{name}\", data)")), "{name}");
        assert!(
            manifest.contains(&format!("\nname = \"{name}\"\npath = \"fuzz_targets/{name}.rs\"\n")),
            "{name}"
        );
    }
}

fn fuzz_target(name: &str) -> PathBuf {
    fuzz_folder().join("fuzz_targets").join(name).with_extension("rs")
}

#[test]
fn seeds_and_findings_hold() {
    for (name, run) in targets() {
        for (file, input) in inputs(name) {
            let _culprit = Culprit(name, file);
            run(&input);
        }
    }
}

#[test]
fn generated_bytes_hold() {
    let seconds = std::env::var("AURALIS_FUZZ_SECONDS").ok().and_then(|n| n.parse().ok()).unwrap_or(SECONDS);
    let targets = targets();
    let share = Duration::from_secs(seconds) / targets.len().max(1) as u32;
    for (name, run) in targets {
        let (inputs, begin) = (inputs(name), Instant::now());
        let mut round = 0;
        while round < LEAST || begin.elapsed() < share {
            let _culprit = Culprit(name, format!("round {round}"));
            let mut numbers = SplitMix64(round);
            let data = if round % 2 == 0 {
                generated(&mut numbers)
            } else {
                let (_, input) = &inputs[numbers.below(inputs.len())];
                changed(input.clone(), &mut numbers)
            };
            run(&data);
            round += 1;
        }
        println!("{name}: {round} rounds");
    }
}

struct SplitMix64(u64);

impl SplitMix64 {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }
}

/// Some hundred bytes, about half of them zero so that most calls come close to being valid.
fn generated(numbers: &mut SplitMix64) -> Vec<u8> {
    let (len, sparsity) = (16 + numbers.below(400), numbers.below(4));
    (0..len).map(|_| if numbers.below(4) < sparsity { 0 } else { numbers.next() as u8 }).collect()
}

/// `input` with some bytes changed, put in or taken away.
fn changed(mut input: Vec<u8>, numbers: &mut SplitMix64) -> Vec<u8> {
    for _ in 0..1 + numbers.below(6) {
        let (at, byte) = (numbers.below(input.len() + 1), numbers.next() as u8);
        match numbers.below(4) {
            0 => input.insert(at, byte),
            1 if at < input.len() => drop(input.remove(at)),
            _ if at < input.len() => input[at] = byte,
            _ => input.push(byte),
        }
    }
    input
}
