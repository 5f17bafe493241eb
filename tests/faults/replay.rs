//! The fuzz target over its seeds, every past finding, and bytes of a fixed generator.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::common;
use crate::model::fuzz::{Target, targets};
use crate::model::not_called_by;
use crate::model::signal::Random;

/// Seconds that bytes are generated for, in all; AURALIS_FUZZ_SECONDS asks for another number.
const SECONDS: u64 = 60;
/// Inputs that each target gets at least, however slow the machine.
const LEAST: u64 = 50;

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

/// The seeds, which are those of all targets, and the findings of this one, by name.
fn inputs(target: Target) -> Vec<(String, Vec<u8>)> {
    let seeds = files(&fuzz_folder().join("corpus"));
    assert!(!seeds.is_empty(), "no seeds");
    let findings = files(&fuzz_folder().join("findings").join(target.name()));
    let read =
        |file: PathBuf| (file.display().to_string(), std::fs::read(&file).expect("a file that can be read"));
    seeds.into_iter().chain(findings).map(read).collect()
}

/// Says which input did it when a target panics.
struct Culprit(Target, String);

impl Drop for Culprit {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("target {}, {}", self.0.name(), self.1);
        }
    }
}

#[test]
fn seeds_and_findings_hold_and_reach_every_function() {
    let missing = not_called_by(|| {
        for target in targets() {
            for (file, input) in inputs(target) {
                let _culprit = Culprit(target, file);
                target.run(&input);
            }
        }
    });
    let all = std::env::var("AURALIS_FUZZ_TARGETS").is_err();
    assert!(!all || missing.is_empty(), "no target calls {missing:?}");
}

#[test]
fn every_finding_is_one_of_a_target() {
    let folders = files(&fuzz_folder().join("findings"));
    let found: BTreeSet<_> = folders.iter().filter_map(|folder| folder.file_name()?.to_str()).collect();
    let names: BTreeSet<_> = targets().into_iter().map(Target::name).collect();
    let all = std::env::var("AURALIS_FUZZ_TARGETS").is_err();
    assert!(!found.is_empty());
    assert!(!all || found.iter().all(|name| names.contains(*name)), "{found:?} are not among {names:?}");
}

#[test]
fn generated_bytes_hold() {
    let seconds = std::env::var("AURALIS_FUZZ_SECONDS").ok().and_then(|n| n.parse().ok()).unwrap_or(SECONDS);
    let targets = targets();
    let share = Duration::from_secs(seconds) / targets.len().max(1) as u32;
    for target in targets {
        let (inputs, begin) = (inputs(target), Instant::now());
        let mut round = 0;
        while round < LEAST || begin.elapsed() < share {
            let _culprit = Culprit(target, format!("round {round}"));
            let mut numbers = Random(round);
            let data = if round % 2 == 0 {
                generated(&mut numbers)
            } else {
                let (_, input) = &inputs[numbers.below(inputs.len())];
                changed(input.clone(), &mut numbers)
            };
            target.run(&data);
            round += 1;
        }
        println!("{}: {round} rounds", target.name());
    }
}

/// Some hundred bytes, about half of them zero so that most calls come close to being valid.
fn generated(numbers: &mut Random) -> Vec<u8> {
    let (len, sparsity) = (16 + numbers.below(400), numbers.below(4));
    (0..len).map(|_| if numbers.below(4) < sparsity { 0 } else { numbers.next() as u8 }).collect()
}

/// `input` with some bytes changed, put in or taken away.
fn changed(mut input: Vec<u8>, numbers: &mut Random) -> Vec<u8> {
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
