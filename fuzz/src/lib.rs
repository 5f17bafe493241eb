//! The targets of tests/faults/abi, which the tests also run without a fuzzer.

#[path = "../../tests/faults/abi/mod.rs"]
pub mod abi;

/// Runs the target of this name.
pub fn run(name: &str, data: &[u8]) {
    let (_, target) = abi::TARGETS.iter().find(|(known, _)| *known == name).expect("a target of this name");
    target(data);
}
