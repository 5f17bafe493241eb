//! Faults of the host, the machine and the data: what the library promises to survive.

// Shared with tests/allocation.rs, which uses more of it.
#[allow(dead_code)]
mod abi;
#[path = "../common/mod.rs"]
mod common;
mod licences;
mod numbers;
mod process;
mod replay;
mod sizes;
