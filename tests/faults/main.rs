//! Faults of the host, the machine and the data: what the library promises to survive.

mod abi;
mod allocation;
mod licences;
mod numbers;
mod process;
mod replay;
mod sizes;
