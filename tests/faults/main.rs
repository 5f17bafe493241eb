//! Faults of the host, the machine and the data: what the library promises to survive.

#[path = "../common/mod.rs"]
mod common;
mod licences;
#[path = "../model/mod.rs"]
mod model;
mod numbers;
mod process;
mod replay;
mod sizes;
