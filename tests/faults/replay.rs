//! The fuzz targets over their seeds, every past finding, and bytes of a fixed generator.

use std::path::{Path, PathBuf};

use crate::abi::TARGETS;

/// Inputs from the generator per target; AURALIS_FUZZ_ROUNDS asks for more.
const ROUNDS: u64 = 1_500;

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .map(|entry| entry.expect("a folder that can be read").path())
        .collect();
    files.sort();
    files
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
fn seeds_and_findings_hold() {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz");
    for (name, run) in TARGETS {
        let seeds = files(&fuzz.join("corpus").join(name));
        assert!(!seeds.is_empty(), "no seeds for {name}");
        for file in seeds.into_iter().chain(files(&fuzz.join("findings").join(name))) {
            let _culprit = Culprit(name, file.display().to_string());
            run(&std::fs::read(&file).expect("a file that can be read"));
        }
    }
}

#[test]
fn generated_bytes_hold() {
    let rounds = std::env::var("AURALIS_FUZZ_ROUNDS").ok().and_then(|n| n.parse().ok()).unwrap_or(ROUNDS);
    for (name, run) in TARGETS {
        for round in 0..rounds {
            let _culprit = Culprit(name, format!("round {round}"));
            run(&generated(round));
        }
    }
}

/// Some hundred bytes, about half of them zero so that most calls come close to being valid.
fn generated(round: u64) -> Vec<u8> {
    let mut state = round;
    let mut next = move || {
        // SplitMix64
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    };
    let (len, sparsity) = (16 + next() % 400, next() % 4);
    (0..len).map(|_| if next() % 4 < sparsity { 0 } else { next() as u8 }).collect()
}
